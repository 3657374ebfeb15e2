"""The approximate Newton method: single units, whose steps are known, singular systems, and when a run ends."""

import numpy as np
import pytest

from numerics.mlp import Perceptron, Samples, forward, jacobian, total_loss
from numerics.mlp_activations import IDENTITY, TANH
from numerics.optimisers.approximate_newton import approximate_newton
from numerics.optimisers.record import Stop

UNIT = Perceptron((1, 1), IDENTITY, bias=0.0)
"""One weight w: the outputs are w times the inputs."""


def units(starts, inputs, targets, **options):
    """Units side by side from their starts (B,), on inputs and targets (B, T)."""
    data = Samples(*(np.array(part, dtype=float)[:, None, :] for part in (inputs, targets)))
    return approximate_newton(UNIT, (np.array(starts, dtype=float)[:, None, None],), data, **options)


def ends(found):
    return found.point[0].ravel().tolist()


def step_by_jacobian(net, weights, samples, ridge):
    """The step of one network by the singular values of its Jacobian, without those that are rounding."""
    J = jacobian(net, weights, samples.inputs)
    error = (forward(net, weights, samples.inputs).outputs - samples.targets).T.ravel()
    u, s, vt = np.linalg.svd(J, full_matrices=False)
    return -vt.T @ (np.divide(s, s * s + ridge, out=np.zeros_like(s), where=s > 1e-7 * s[0]) * (u.T @ error))


def assert_steps(net, weights, samples, ridge):
    found = approximate_newton(net, weights, samples, ridge=ridge, steps=1)
    for k in range(len(weights[0])):
        alone, moved = (tuple(part[k] for part in parts) for parts in (weights, found.point))
        expected = step_by_jacobian(net, alone, samples[k], ridge)
        np.testing.assert_allclose(net.join(moved) - net.join(alone), expected, rtol=1e-5, atol=1e-6 * np.linalg.norm(expected))


# Singular systems -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [3, 20])
def test_without_a_ridge_the_step_is_the_shortest_where_the_system_is_singular(samples):
    """Inputs on one line, with targets that no network fits: fewer outputs than weights, and more."""
    rng = np.random.RandomState(1)
    net = Perceptron((3, 1), IDENTITY)
    base, along = rng.standard_normal((2, 5, 3, 1))
    inputs = base + along * rng.uniform(size=(5, 1, samples))
    data = Samples(inputs, rng.standard_normal((5, 1, samples)))
    assert_steps(net, (rng.standard_normal((5, 4, 1)),), data, 0.0)


def test_a_ridge_that_is_lost_in_rounding_does_not_spoil_the_other_networks():
    """Samples that occur twice, with two targets: beside large inputs the ridge vanishes, beside small ones not."""
    inputs = np.array([[1e10, 1e10], [0.5, 0.5], [3.0, 2.0]])[:, None, :]
    targets = np.array([[1.0, 3.0], [1.0, 3.0], [1.0, -1.0]])[:, None, :]
    net = Perceptron((1, 2, 1), IDENTITY, bias=0.0)
    weights = np.array([[[1.0, 2.0]], [[0.5, 0.25]], [[1.0, -1.0]]]), np.array([[[1.0], [0.5]]] * 3)
    assert_steps(net, weights, Samples(inputs, targets), 1.0)


@pytest.mark.parametrize("samples", [2, 9])
def test_a_network_without_slope_stands_still_and_the_others_go_on(samples):
    """All inputs of the second are zero."""
    net, rng = Perceptron((2, 2, 1), TANH, bias=0.0), np.random.RandomState(0)
    weights = rng.standard_normal((3, 2, 2)), rng.standard_normal((3, 2, 1))
    data = Samples(rng.standard_normal((3, 2, samples)), rng.standard_normal((3, 1, samples)))
    data.inputs[1] = 0
    found = approximate_newton(net, weights, data, ridge=0.0, steps=1)
    assert found.stops.tolist() == [Stop.MAX_STEPS, Stop.STAGNATED, Stop.MAX_STEPS]
    assert_steps(net, weights, data, 0.0)


# Ends and records -------------------------------------------------------------------------------------------------------------


def test_a_run_is_fitted_only_below_the_level():
    """The loss is 1/2 at 0, and with half a step 1/8, 1/32, ..."""
    at_once = units([0, 0], [[1], [1]], [[1], [1]], ridge=0.0, steps=0, fitted=0.5)
    assert at_once.stops.tolist() == [Stop.MAX_STEPS] * 2
    found = units([0, 0.5], [[1], [1]], [[1], [1]], ridge=0.0, steps=5, factor=0.5, fitted=0.125)
    assert found.taken.tolist() == [2, 1]
    assert found.losses[:, 0].tolist() == [1 / 2, 1 / 8, 1 / 32, 1 / 32, 1 / 32, 1 / 32]
    assert ends(found) == [0.75, 0.75]
    assert found.stops.tolist() == [Stop.FITTED] * 2


def test_what_is_said_of_each_run_is_a_reason_to_stop():
    found = units([0, 2], [[1], [1]], [[1], [2]], ridge=1.0, steps=2, fitted=1e-9)
    assert found.stops.tolist() == [Stop.MAX_STEPS, Stop.FITTED]
    assert all(isinstance(stop, Stop) for stop in found.stops)
    assert found.taken.tolist() == [2, 0]


def test_the_gradient_norms_are_those_of_each_run():
    found = units([0, 2, 1], [[1, 1], [2, 0], [1, 1]], [[1, 1], [1, 1], [1, 1]], ridge=0.0, steps=1)
    assert found.gradient_norms[0].tolist() == [2, 6, 0]
    assert found.gradient_norms[1] == pytest.approx([0, 0, 0], abs=1e-12)


def test_points_are_kept_where_they_are_asked_for():
    """Half of the way that is left, in every step."""
    options = {"ridge": 0.0, "steps": 3, "factor": 0.5}
    assert units([0, 4], [[1], [1]], [[8], [4]], **options).path.shape == (0, 2, 1)
    found = units([0, 4], [[1], [1]], [[8], [4]], keep=True, **options)
    assert found.path[..., 0].tolist() == [[0, 4], [4, 4], [6, 4], [7, 4]]


# The adaptive ridge -----------------------------------------------------------------------------------------------------------


def test_the_ridge_shrinks_after_a_step_that_lowers_the_loss_and_grows_after_one_that_does_not():
    """The error 1 - w becomes (1 - 4/(1 + ridge)) (1 - w): smaller for a ridge above 1, and larger for one below 1."""
    found = units([0], [[1]], [[1]], ridge=0.5, steps=4, factor=4.0, adaptive=True, keep=True)
    expected, ridge = [0.0], 0.5
    for _ in range(4):
        moved = expected[-1] + 4 * (1 - expected[-1]) / (1 + ridge)
        lower = abs(1 - moved) < abs(1 - expected[-1])
        expected.append(moved if lower else expected[-1])
        ridge *= 0.25 if lower else 4
    assert found.path[:, 0, 0] == pytest.approx(expected)
    assert len(set(expected)) == 3


def test_a_step_to_an_equal_loss_is_not_made():
    """Twice the step to the minimum."""
    found = units([0], [[1]], [[1]], ridge=0.0, steps=3, factor=2.0, adaptive=True)
    assert ends(found) == [0]
    assert found.losses[:, 0].tolist() == [0.5] * 4
    assert ends(units([0], [[1]], [[1]], ridge=0.0, steps=3, factor=2.0)) == [2]


def test_each_run_has_a_ridge_of_its_own():
    rng = np.random.RandomState(2)
    net = Perceptron((2, 3, 1), TANH)
    weights = tuple(rng.standard_normal((3, *shape)) for shape in net.shapes)
    data = Samples(rng.standard_normal((3, 2, 20)), rng.standard_normal((3, 1, 20)))
    together = approximate_newton(net, weights, data, ridge=1e-3, steps=8, adaptive=True, keep=True)
    refused = (np.diff(together.losses, axis=0) == 0).sum(axis=0)
    assert refused.min() < refused.max()
    assert (np.diff(together.losses, axis=0) <= 0).all()
    assert together.losses[-1] == pytest.approx(total_loss(net, together.point, data))
    for k in range(3):
        alone = approximate_newton(net, tuple(part[[k]] for part in weights), data[[k]], ridge=1e-3, steps=8, adaptive=True)
        assert together.losses[:, k] == pytest.approx(alone.losses[:, 0], rel=1e-6)
