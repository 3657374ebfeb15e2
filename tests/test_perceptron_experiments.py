"""The approximate Newton method, and the experiments on perceptrons: numbers that are known in other ways."""

import numpy as np
import pytest

from numerics.experiments import exclusive_or, four_regions, precise_newton
from numerics.mlp import Perceptron, Samples, forward, jacobian, total_loss
from numerics.mlp_activations import BENT_IDENTITY, IDENTITY, TANH
from numerics.optimisers.approximate_newton import approximate_newton
from numerics.optimisers.record import Stop


def starts(widths, activation, samples, count=3, seed=0):
    rng = np.random.RandomState(seed)
    net = Perceptron(widths, activation)
    weights = tuple(np.stack(parts) for parts in zip(*(net.draw(rng) for _ in range(count)), strict=True))
    return (
        net,
        weights,
        Samples(rng.standard_normal((count, widths[0], samples)), rng.standard_normal((count, widths[-1], samples))),
    )


def one(weights, k):
    return tuple(part[k] for part in weights)


@pytest.mark.parametrize("ridge", [0.0, 1e-3])
@pytest.mark.parametrize("samples", [2, 30])
def test_a_step_is_the_least_squares_step(samples, ridge):
    """Fewer and more outputs than weights: both forms of the system."""
    net, weights, data = starts((2, 3, 2), TANH, samples)
    found = approximate_newton(net, weights, data, ridge=ridge, steps=1)
    for k in range(3):
        J = jacobian(net, one(weights, k), data.inputs[k])
        error = (forward(net, one(weights, k), data.inputs[k]).outputs - data.targets[k]).T.ravel()
        system, right = np.vstack([J, np.sqrt(ridge) * np.eye(net.size)]), np.concatenate([-error, np.zeros(net.size)])
        expected = np.linalg.lstsq(system, right, rcond=1e-8)[0]
        assert net.join(one(found.point, k)) - net.join(one(weights, k)) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_a_linear_model_is_fitted_in_one_step():
    net, weights, data = starts((3, 2), IDENTITY, 4)
    found = approximate_newton(net, weights, data, ridge=0.0, steps=5, fitted=1e-20)
    assert set(found.stops) == {Stop.FITTED}
    assert found.taken.tolist() == [1, 1, 1]
    assert found.losses[-1] == pytest.approx(0, abs=1e-20)


def test_an_adaptive_ridge_never_raises_the_loss():
    net, weights, data = starts((2, 5, 1), TANH, 12, count=20)
    full = approximate_newton(net, weights, data, ridge=1e-8, steps=40)
    damped = approximate_newton(net, weights, data, ridge=1.0, steps=40, adaptive=True)
    assert (np.diff(damped.losses, axis=0) <= 0).all()
    assert (np.diff(full.losses, axis=0) > 0).any()


def test_runs_that_end_keep_their_last_values_and_say_why():
    net = Perceptron((1, 1), IDENTITY, bias=0.0)
    weights = (np.array([[[0.0]], [[2.0]], [[np.nan]], [[1.0]]]),)
    data = Samples(np.array([[[1.0]], [[1.0]], [[1.0]], [[0.0]]]), np.array([[[1.0]], [[2.0]], [[1.0]], [[1.0]]]))
    found = approximate_newton(net, weights, data, ridge=0.0, steps=3, fitted=1e-20, keep=True)
    assert found.stops.tolist() == [Stop.FITTED, Stop.FITTED, Stop.DIVERGED, Stop.STAGNATED]
    assert found.taken.tolist() == [1, 0, 0, 0]
    assert found.losses[:, 0].tolist() == [0.5, 0, 0, 0]
    assert found.path[:, 0, 0].tolist() == [0, 1, 1, 1]


def test_all_runs_may_stand_still_at_once():
    net = Perceptron((1, 1), IDENTITY, bias=0.0)
    found = approximate_newton(net, (np.ones((2, 1, 1)),), Samples(np.zeros((2, 1, 1)), np.ones((2, 1, 1))), ridge=1e-8, steps=4)
    assert set(found.stops) == {Stop.STAGNATED}
    assert found.losses.tolist() == [[0.5, 0.5]] * 5


def test_networks_side_by_side_walk_as_alone():
    net, weights, data = starts((2, 4, 2), BENT_IDENTITY, 3, count=4)
    together = approximate_newton(net, weights, data, ridge=1e-6, steps=6, keep=True)
    for k in range(4):
        alone = approximate_newton(
            net, tuple(part[k : k + 1] for part in weights), data[k : k + 1], ridge=1e-6, steps=6, keep=True
        )
        assert together.path[:, k] == pytest.approx(alone.path[:, 0], rel=1e-6, abs=1e-8)


def test_the_steps_in_multiprecision_are_those_in_doubles():
    net, weights, data = starts((2, 3, 2), BENT_IDENTITY, 3, count=1)
    for ridge in (0.0, 1e-2):
        path = approximate_newton(net, weights, data, ridge=ridge, steps=3, keep=True).path[:, 0]
        logs = precise_newton.distances(net, one(weights, 0), data[0], ridge=ridge, steps=3, bits=200)
        assert np.exp(logs) == pytest.approx(np.linalg.norm(path[:-1] - path[-1], axis=1), rel=1e-6)


def test_orders_of_known_sequences():
    quadratic, linear = [-(2.0**k) for k in range(1, 9)], [-3.0 * k for k in range(1, 9)]
    assert precise_newton.order(quadratic) == 2
    assert precise_newton.order(linear) == 1
    assert precise_newton.order([*quadratic, precise_newton.FLOOR - 1]) == 2, "what is rounding does not count"
    assert np.isnan(precise_newton.order([-1.0, -2.0]))


@pytest.mark.parametrize(
    ("point", "expected"),
    [((0, 3.5), 0), ((0, -3.5), 1), ((3.5, 0), 1), ((-2.5, 0), 2), ((2.5, 0), 3), ((1.5, 0), 2), ((-1.5, 0), 3), ((0.5, 0), 3)],
)
def test_the_four_regions(point, expected):
    assert four_regions.region(np.array([point], dtype=float).T).tolist() == [expected]


def test_the_regions_interlock():
    points = np.random.RandomState(0).uniform(-4, 4, size=(2, 200_000))
    shares = np.bincount(four_regions.region(points)) / 200_000
    outside = (64 - 9 * np.pi) / 128
    third, fourth = (5 * np.pi + 3 * np.pi) / 128, (4 * np.pi + 6 * np.pi) / 128
    assert shares == pytest.approx([outside, outside, third, fourth], abs=5e-3)


def test_samples_are_drawn_without_repetition():
    data = four_regions.drawn(np.random.RandomState(3), 1000)
    assert np.unique(data.inputs, axis=1).shape == (2, 1000)
    assert data.targets.sum(axis=0).tolist() == [1.0] * 1000


def test_where_xor_runs_stand_the_curvature_is_that_of_differences():
    net = Perceptron((2, 2, 1), TANH)
    start, samples = exclusive_or._starts(net, [1, 2]), exclusive_or._xor("0 and 1", 2 * exclusive_or.STARTS)
    runs = approximate_newton(net, start, samples, ridge=1e-8, steps=20)
    name = "2-2-1, tanh, 0 and 1, full step"
    found = exclusive_or._table(name, net, runs, samples)
    total = sum(found[f"runs of 5 that end above 0.001, {name}"]["values"])
    assert total == int((~(runs.losses[-1] <= 1e-3)).sum())
    assert runs.losses[-1] == pytest.approx(total_loss(net, runs.point, samples))
