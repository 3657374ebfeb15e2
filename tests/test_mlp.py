"""Perceptrons in floating point: against the definition of a derivative, against each other, and batched against single."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.jets import Jet, gradient_by_definition, hessian_by_definition
from numerics.mlp import (
    SQUARED,
    ErrorFunction,
    Perceptron,
    Samples,
    forward,
    jacobian,
    kernel,
    pulled_back,
    total_loss,
    value_and_gradient,
)
from numerics.mlp_activations import BENT_IDENTITY, IDENTITY, SIGMOID, SOFTPLUS, SOFTSIGN, TANH, Activation
from numerics.mlp_curvature import gauss_newton, hessian
from numerics.mlp_many import gauss_newtons, hessians

SHAPES = [(2, 1), (2, 3, 1), (1, 1, 1), (2, 3, 4, 2), (3, 2, 1, 3, 2)]
BIASES = [None, 0.5]
SQUARE = Activation("z + z^2 / 2", lambda z: (z + z * z / 2, 1 + z, np.ones_like(z)))
CUBE = ErrorFunction(
    "cubes / 6 plus the square of the sum / 2",
    lambda out, y: ((out - y) ** 3).sum(axis=-2) / 6 + (out - y).sum(axis=-2) ** 2 / 2,
    lambda out, y: (out - y) ** 2 / 2 + (out - y).sum(axis=-2, keepdims=True),
    lambda out, y: np.eye(out.shape[-2])[:, :, None] * (out - y)[..., :, None, :] + 1,
)


def case(widths, hidden, *, output=IDENTITY, bias=None, samples=5, seed=0):
    rng = np.random.RandomState(seed)
    net = Perceptron(widths, hidden, output, bias)
    return net, net.draw(rng), Samples(rng.standard_normal((widths[0], samples)), rng.standard_normal((widths[-1], samples)))


def dyadic_case(widths, hidden, *, output=IDENTITY, bias=None, samples=3):
    """Weights and data in multiples of a half between -1 and 1, degenerate zeros among them."""
    rng = np.random.RandomState(7)
    net = Perceptron(widths, hidden, output, bias)
    draw = lambda shape: rng.randint(-2, 3, size=shape) / 2  # noqa: E731
    return net, tuple(draw(shape) for shape in net.shapes), Samples(draw((widths[0], samples)), draw((widths[-1], samples)))


# the definition, exactly ------------------------------------------------------------------------------------------------------


def reciprocal(jet):
    """1 / jet, a series of scalars to second order."""
    a, b, c = (jet.coefficient(k) for k in range(3)) if jet.order == 2 else (jet.coefficient(0), jet.coefficient(1), 0)
    return Jet((1 / a, -b / a**2, b**2 / a**3 - c / a**2), jet.order)


EXACT = {
    "identity": lambda z: z,
    "z + z^2 / 2": lambda z: z + z * z * Fraction(1, 2),
    "softsign": lambda z: z * reciprocal(1 + (z if z.coefficient(0) >= 0 else -z)),
}


def exact_loss(net, samples):
    """The squared loss as a function of weight matrices over the rationals, written out unit by unit."""
    columns = list(zip(samples.inputs.T, samples.targets.T, strict=True))

    def loss(*weights):
        total = 0
        for x, y in columns:
            phi = [Fraction(float(value)) for value in x]
            for layer, matrix in enumerate(weights, start=1):
                fed = phi if net.bias is not None else [*phi, Fraction(1)]
                activation = EXACT[(net.output if layer == net.layers else net.hidden).name]
                sums = [sum(value * matrix[a, i] for a, value in enumerate(fed)) for i in range(matrix.shape[1])]
                phi = [activation(z - Fraction(net.bias or 0)) for z in sums]
            errors = [value - Fraction(float(target)) for value, target in zip(phi, y, strict=True)]
            total = total + sum(error * error for error in errors) * Fraction(1, 2)
        return total

    return loss


def exactly(weights):
    return tuple(FractionMatrix.of([[Fraction(float(value)) for value in row] for row in part]) for part in weights)


def floats(matrix):
    return np.array([[float(matrix[i, j]) for j in range(matrix.shape[1])] for i in range(matrix.shape[0])])


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("widths", [(2, 1), (2, 2, 1), (1, 2, 2, 1)])
def test_derivatives_of_a_polynomial_network_are_the_exact_ones_to_the_last_bit(widths, bias):
    net, weights, samples = dyadic_case(widths, SQUARE, output=SQUARE if len(widths) == 3 else IDENTITY, bias=bias)
    loss, point = exact_loss(net, samples), exactly(weights)
    _, slopes = value_and_gradient(net, samples)(weights)
    assert all(
        np.array_equal(ours, floats(theirs)) for ours, theirs in zip(slopes, gradient_by_definition(loss, point), strict=True)
    )
    assert np.array_equal(hessian(net, weights, samples), floats(hessian_by_definition(loss, point, by="rows")))


@pytest.mark.parametrize("hidden", [SOFTSIGN, IDENTITY])
def test_derivatives_of_a_rational_network_are_the_exact_ones_up_to_rounding(hidden):
    rng = np.random.RandomState(3)
    net = Perceptron((2, 2, 1), hidden)
    weights = tuple(rng.randint(1, 8, size=shape) / 4 for shape in net.shapes)
    samples = Samples(rng.randint(1, 8, size=(2, 3)) / 8, rng.randint(-8, 8, size=(1, 3)) / 8)
    loss, point = exact_loss(net, samples), exactly(weights)
    assert hessian(net, weights, samples) == pytest.approx(floats(hessian_by_definition(loss, point, by="rows")), rel=1e-12)


# derivatives against differences and against each other -------------------------------------------------------------------------


@pytest.mark.parametrize("error", [SQUARED, CUBE], ids=lambda error: error.name)
@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("widths", SHAPES)
def test_gradient_and_hessian_are_the_slopes_of_what_they_derive(widths, bias, error):
    net, weights, samples = case(widths, SIGMOID, output=TANH, bias=bias)
    step, units = 1e-6, np.eye(net.size)
    point = net.join(weights)
    losses = [total_loss(net, net.split(point + sign * step * units), samples, error) for sign in (1, -1)]
    objective = value_and_gradient(net, samples, error)
    slopes = [net.join(objective(net.split(point + sign * step * units))[1]) for sign in (1, -1)]
    assert net.join(objective(weights)[1]) == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-8)
    assert hessian(net, weights, samples, error) == pytest.approx((slopes[0] - slopes[1]) / (2 * step), abs=1e-7)


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("widths", SHAPES)
def test_gauss_newton_matrix_kernel_and_pull_back_are_those_of_the_jacobian(widths, bias):
    net, weights, samples = case(widths, BENT_IDENTITY, output=SIGMOID, bias=bias)
    J, trace = jacobian(net, weights, samples.inputs), forward(net, weights, samples.inputs)
    cotangent = np.random.RandomState(1).standard_normal(trace.outputs.shape)
    outer = CUBE.hessian(trace.outputs, samples.targets)
    wide = np.zeros((J.shape[0],) * 2)
    for t in range(outer.shape[-1]):
        places = slice(t * widths[-1], (t + 1) * widths[-1])
        wide[places, places] = outer[..., t]
    assert gauss_newton(net, weights, samples) == pytest.approx(J.T @ J, abs=1e-12)
    assert gauss_newton(net, weights, samples, CUBE) == pytest.approx(J.T @ wide @ J, abs=1e-12)
    assert kernel(net, weights, trace) == pytest.approx(J @ J.T, abs=1e-12)
    assert net.join(pulled_back(net, weights, trace, cotangent)) == pytest.approx(J.T @ cotangent.T.ravel(), abs=1e-12)


@pytest.mark.parametrize("widths", SHAPES)
def test_at_an_exact_fit_the_hessian_is_the_gauss_newton_matrix(widths):
    net, weights, samples = case(widths, TANH)
    fitted = Samples(samples.inputs, forward(net, weights, samples.inputs).outputs)
    assert hessian(net, weights, fitted) == pytest.approx(gauss_newton(net, weights, fitted), abs=1e-14)
    assert not np.allclose(hessian(net, weights, samples), gauss_newton(net, weights, samples)) or net.layers == 1


@pytest.mark.parametrize("widths", SHAPES)
def test_networks_side_by_side_are_the_single_ones(widths):
    cases = [case(widths, SOFTPLUS, seed=seed) for seed in range(3)]
    net = cases[0][0]
    weights = tuple(np.stack(parts) for parts in zip(*(one[1] for one in cases), strict=True))
    samples = Samples(np.stack([one[2].inputs for one in cases]), np.stack([one[2].targets for one in cases]))
    for function in (hessian, gauss_newton):
        together = function(net, weights, samples)
        for k, (_, own, data) in enumerate(cases):
            assert together[k] == pytest.approx(function(net, own, data), abs=1e-13)
            assert np.array_equal(samples[k].inputs, data.inputs)
    assert jacobian(net, weights, samples.inputs)[2] == pytest.approx(jacobian(net, cases[2][1], cases[2][2].inputs), abs=1e-13)


@pytest.mark.parametrize("bias", BIASES)
def test_any_number_of_leading_axes(bias):
    net, batch = Perceptron((4, 7, 6, 5), SOFTPLUS, TANH, bias), (2, 3)
    rng = np.random.RandomState(5)
    weights = tuple(rng.standard_normal((*batch, *shape)) for shape in net.shapes)
    samples = Samples(rng.standard_normal((*batch, 4, 8)), rng.standard_normal((*batch, 5, 8)))
    loss, slopes = value_and_gradient(net, samples)(weights)
    found = {
        "losses": total_loss(net, weights, samples),
        "values": loss,
        "gradients": net.join(slopes),
        "Jacobians": jacobian(net, weights, samples.inputs),
        "kernels": kernel(net, weights, forward(net, weights, samples.inputs)),
        "Hessians": hessian(net, weights, samples),
        "Gauss-Newton matrices": gauss_newton(net, weights, samples),
    }
    for place in np.ndindex(*batch):
        own, data = tuple(part[place] for part in weights), samples[place]
        value, gradient = value_and_gradient(net, data)(own)
        alone = {
            "losses": total_loss(net, own, data),
            "values": value,
            "gradients": net.join(gradient),
            "Jacobians": jacobian(net, own, data.inputs),
            "kernels": kernel(net, own, forward(net, own, data.inputs)),
            "Hessians": hessian(net, own, data),
            "Gauss-Newton matrices": gauss_newton(net, own, data),
        }
        for name, expected in alone.items():
            assert found[name][place] == pytest.approx(expected, abs=1e-12), name


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("widths", SHAPES)
def test_many_small_networks_have_the_hessians_of_each(widths, bias):
    cases = [case(widths, SIGMOID, output=TANH, bias=bias, seed=seed) for seed in range(4)]
    weights = tuple(np.stack(parts) for parts in zip(*(one[1] for one in cases), strict=True))
    samples = Samples(np.stack([one[2].inputs for one in cases]), np.stack([one[2].targets for one in cases]))
    curved, linear = hessians(cases[0][0], weights, samples), gauss_newtons(cases[0][0], weights, samples)
    for k, (net, own, data) in enumerate(cases):
        assert curved[k] == pytest.approx(hessian(net, own, data), abs=1e-13)
        assert linear[k] == pytest.approx(gauss_newton(net, own, data), abs=1e-13)


def test_networks_are_carried_along_in_groups(monkeypatch):
    rng = np.random.RandomState(3)
    net = Perceptron((2, 3, 1), SIGMOID)
    weights = tuple(rng.standard_normal((7, *shape)) for shape in net.shapes)
    samples = Samples(rng.standard_normal((7, 2, 4)), rng.standard_normal((7, 1, 4)))
    monkeypatch.setattr("numerics.mlp_many.TOGETHER", 3)
    assert hessians(net, weights, samples) == pytest.approx(hessian(net, weights, samples), rel=1e-12, abs=1e-13)


def test_weights_are_drawn_with_the_given_spread():
    net = Perceptron((2, 3, 1), TANH)
    once, thrice = net.draw(np.random.RandomState(0)), net.draw(np.random.RandomState(0), scale=3.0)
    assert np.array_equal(net.join(thrice), 3 * net.join(once))
    large = Perceptron((40, 50, 1), TANH)
    many = large.join(large.draw(np.random.RandomState(1)))
    assert (many.mean(), many.std()) == pytest.approx((0, 1), abs=0.05)


def test_the_weights_are_numbered_by_rows_matrix_after_matrix():
    net = Perceptron((2, 3, 1), TANH)
    assert (net.shapes, net.size, net.layers) == (((3, 3), (4, 1)), 13, 2)
    assert Perceptron((2, 3, 1), TANH, bias=0.0).shapes == ((2, 3), (3, 1))
    vector = np.arange(13.0)
    first, second = net.split(vector)
    assert first[1].tolist() == [3, 4, 5]
    assert second[:, 0].tolist() == [9, 10, 11, 12]
    assert np.array_equal(net.join((first, second)), vector)


def test_samples_are_given_as_rows_or_as_columns():
    rows = Samples.of_rows([[0, 1], [1, 1], [2, 5]], [[1], [2], [3]])
    columns = Samples.of_columns([[0, 1, 2], [1, 1, 5]], [[1, 2, 3]])
    assert np.array_equal(rows.inputs, columns.inputs)
    assert np.array_equal(rows.targets, columns.targets)
    with pytest.raises(ValueError, match="3 inputs and 2 targets"):
        Samples.of_rows([[0], [1], [2]], [[1], [2]])


def test_samples_of_several_networks_are_given_as_rows_or_as_columns():
    rng = np.random.RandomState(0)
    inputs, targets = rng.standard_normal((2, 3, 4, 7)), rng.standard_normal((2, 3, 5, 7))
    columns = Samples.of_columns(inputs, targets)
    rows = Samples.of_rows(inputs.swapaxes(2, 3), targets.swapaxes(2, 3))
    for samples in (columns, rows):
        assert np.array_equal(samples.inputs, inputs)
        assert np.array_equal(samples.targets, targets)


def test_the_squared_error_of_each_sample():
    outputs, targets = np.array([[1.0, 2.0, 3.0], [0.0, 4.0, 0.0]]), np.array([[0.0, 2.0, 1.0], [0.0, 2.0, 1.0]])
    assert SQUARED.value(outputs, targets).tolist() == [0.5, 2.0, 2.5]
    assert SQUARED.value(np.stack([outputs, targets]), targets).tolist() == [[0.5, 2.0, 2.5], [0.0, 0.0, 0.0]]


def test_a_network_without_a_layer_is_refused():
    with pytest.raises(ValueError, match="two or more layers"):
        Perceptron((2,), TANH)
    with pytest.raises(ValueError, match="one or more units"):
        Perceptron((2, 0, 1), TANH)
