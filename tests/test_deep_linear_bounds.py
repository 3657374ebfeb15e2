"""Deep linear networks: what is drawn, what training says of its end, and the bounds on how far two runs may part."""

import numpy as np
import pytest

from numerics.deep_linear import (
    Network,
    Rows,
    activations,
    curvature_bound,
    full_rows,
    gradient,
    gradient_rounding,
    gradient_shift,
    mse,
    pytorch_default,
    separation_bound,
    signals,
    train,
)

EPS = float(np.finfo(float).eps)


def flat(net: Network):
    return np.concatenate([part.ravel() for part in (*net.weights, *net.biases)])


def unflat(vector, like: Network) -> Network:
    ends = np.cumsum([part.size for part in (*like.weights, *like.biases)])[:-1]
    found = [piece.reshape(part.shape) for piece, part in zip(np.split(vector, ends), (*like.weights, *like.biases), strict=True)]
    return Network(tuple(found[: len(like.weights)]), tuple(found[len(like.weights) :]))


def drawn(widths, biases, seed=0):
    rng = np.random.RandomState(seed)
    net = pytorch_default(rng, widths, biases=biases)
    return net, full_rows(rng.randn(7, widths[0]), rng.randn(7, widths[-1])), rng


# drawing and training --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("biases", [True, False])
def test_each_layer_draws_its_weights_and_then_its_biases(biases):
    net = pytorch_default(np.random.RandomState(3), (4, 3, 2), biases=biases)
    rng = np.random.RandomState(3)
    for layer, (inside, outside) in enumerate([(4, 3), (3, 2)]):
        bound = 1 / np.sqrt(inside)
        np.testing.assert_array_equal(net.weights[layer], rng.uniform(-bound, bound, (outside, inside)))
        offsets = rng.uniform(-bound, bound, outside)
        if biases:
            np.testing.assert_array_equal(net.biases[layer], offsets)
    assert len(net.biases) == (2 if biases else 0)


def test_the_floor_is_part_of_the_error():
    net = Network((np.array([[2.0]]),))
    rows = Rows(np.array([[1.0], [3.0]]), np.ones(2), np.array([[1.0], [4.0]]), 5, floor=10.0)
    assert mse(net, rows) == pytest.approx((1 + 4 + 10) / 5)
    assert signals(net, rows)[0] == pytest.approx(3.0)


def at_one() -> tuple[Network, Rows]:
    """The loss w^2 at w = 1: a step of gradient descent multiplies w by 1 - 2 rate."""
    return Network((np.ones((1, 1)),)), Rows(np.ones((1, 1)), np.ones(1), np.zeros((1, 1)), 1)


def test_training_records_the_loss_before_every_step_and_after_the_last():
    run = train(*at_one(), 0.25, 3)
    assert run.losses.tolist() == [1, 1 / 4, 1 / 16, 1 / 64]
    assert run.network.weights[0].item() == 1 / 8
    assert not run.diverged


def test_only_the_last_loss_tells_that_a_run_diverged_in_its_last_step():
    run = train(*at_one(), 5e19, 2)
    assert run.losses == pytest.approx([1, 1e40, 1e80])
    assert run.diverged


@pytest.mark.parametrize("epochs", [0, 5])
def test_a_loss_at_the_ceiling_has_diverged(epochs):
    net, rows = at_one()
    stuck = Rows(np.zeros((1, 1)), rows.ones, rows.labels, 1, floor=1e60)
    run = train(net, stuck, 0.1, epochs)
    assert run.losses.tolist() == [1e60]
    assert run.diverged


# bounds ----------------------------------------------------------------------------------------------------------------------

SKEW = np.array([[3.0, 4.0], [0.0, 0.0]])
"""Its spectral norm is 5, its largest absolute column sum 4."""
CHAIN = Network((SKEW, np.array([[0.0, 2.0], [3.0, 0.0], [0.0, 0.0]]), np.diag([1.0, 2.0, 7.0])))
"""Spectral norms 5, 3 and 7; the outputs are (0, 2 (3 x + 4 y) 3, 0)."""
DATA = Rows(np.array([[0.0, 1.0], [2.0, 0.0], [2.0, 0.0], [0.0, 0.0]]), np.ones(4), np.tile([2.0, 1.0, 0.0], (4, 1)), 5)
"""Inputs of Frobenius norm 3, four rows for five samples; outputs 24, 36, 36 and 0 in the second place."""
ERROR = np.sqrt(23.0**2 + 2 * 35.0**2 + 1 + 4 * 2.0**2)
COUNT = 5 * 3


def test_the_curvature_bound_by_hand():
    assert np.linalg.norm(activations(CHAIN, DATA)[-1] - DATA.labels) == pytest.approx(ERROR)
    layers, pairs = np.array([3 * 7, 5 * 7, 5 * 3]), 5 + 3 + 7
    assert curvature_bound(CHAIN, DATA) == pytest.approx(2 / COUNT * (9 * np.sum(layers**2) + ERROR * 3 * 2 * pairs))
    layers, pairs = np.array([4 * 8, 6 * 8, 6 * 4]), 6 + 4 + 8
    error = ERROR + 3 * np.sum(layers)
    assert curvature_bound(CHAIN, DATA, 1.0) == pytest.approx(2 / COUNT * (9 * np.sum(layers**2) + error * 3 * 2 * pairs))


def test_the_bounds_with_biases_are_those_of_the_extended_matrices():
    """[W b; 0 1] on [x 1]: with inputs 0 and ones of norm 3 the matrices [4 3; 0 1] and [2 0; 0 1]."""
    net = Network((np.array([[4.0]]), np.array([[2.0]])), (np.array([3.0]), np.array([0.0])))
    rows = Rows(np.zeros((2, 1)), np.array([3.0, 0.0]), np.zeros((2, 1)), 2)
    first = np.linalg.norm([[4.0, 3.0], [0.0, 1.0]], 2)
    error = 2 * 3 * 3.0
    assert curvature_bound(net, rows) == pytest.approx(9 * (first**2 + 4) + error * 3 * 2)
    change = 0.5 * (first * 2 + 1)
    assert gradient_shift(net, rows, 0.5) == pytest.approx((first + 2) * (0.5 * (error + change) + 3 * change))


def test_the_bounds_stand_where_a_layer_is_zero():
    net = Network((np.zeros((2, 2)), np.array([[0.0, 2.0]])))
    rows = Rows(np.array([[3.0, 0.0]]), np.ones(1), np.array([[4.0]]), 1)
    assert curvature_bound(net, rows) == pytest.approx(2 * (6.0**2 + 4.0 * 3 * 2))
    assert np.isfinite(separation_bound(net, rows, 0.0, 0.1, 0.0))


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("radius", [0.0, 0.5])
def test_no_hessian_nearby_exceeds_the_curvature_bound(biases, radius):
    net, rows, rng = drawn((3, 2, 2, 2), biases)
    bound, centre = curvature_bound(net, rows, radius), flat(net)
    for _ in range(4):
        away = rng.randn(centre.size)
        at = centre + radius * away / np.linalg.norm(away)
        slope = lambda v: flat(gradient(unflat(v, net), rows)[1])  # noqa: E731
        hessian = np.stack([(slope(at + 1e-5 * e) - slope(at - 1e-5 * e)) / 2e-5 for e in np.eye(centre.size)])
        assert np.linalg.norm(hessian, 2) <= bound


def test_the_shift_of_the_gradient_by_hand():
    others = 3 * 7 + 5 * 7 + 5 * 3
    change = 0.25 * (3 * 5 * 7 + 1)
    expected = 2 / COUNT * others * (0.25 * (ERROR + change) + 3 * change)
    assert gradient_shift(CHAIN, DATA, 0.25) == pytest.approx(expected)
    assert gradient_shift(CHAIN, DATA, 0.0) == 0


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("defect", [1e-3, 1.0])
def test_data_that_move_shift_the_gradient_by_no_more_than_the_bound(biases, defect):
    net, rows, rng = drawn((3, 2, 2, 2), biases)
    bound, before = gradient_shift(net, rows, defect), flat(gradient(net, rows)[1])
    for _ in range(4):
        steps = rng.randn(7, 3), rng.randn(7), rng.randn(7, 2)
        scale = defect / np.sqrt(sum(np.sum(step**2) for step in steps))
        moved = Rows(rows.inputs + scale * steps[0], rows.ones + scale * steps[1], rows.labels + scale * steps[2], 7)
        assert np.linalg.norm(flat(gradient(net, moved)[1]) - before) <= bound


def test_the_rounding_bound_by_hand():
    """A sum over a million samples: gamma_n with n = samples + 1 + 1 + 2 + 1 + 2 + 2, times the gradient of absolute values."""
    samples = 2**20
    net = Network((np.array([[-2.0]]), np.array([[3.0], [-1.0]])))
    rows = Rows(np.full((samples, 1), -2.0), np.ones(samples), np.tile([5.0, 4.0], (samples, 1)), 2 * samples)
    n = samples + (1 + 1 + 2) + (1 + 2 + 2)
    gamma = n * EPS / (1 - n * EPS)
    error = np.array([2 * 2 * 3 + 5, 2 * 2 * 1 + 4])
    below, above = 2 * (error @ [3, 1]), error * 2 * 2
    expected = gamma * 2 / (2 * 2) * np.sqrt(below**2 + above @ above)
    assert gradient_rounding(net, rows) == pytest.approx(expected, rel=1e-13, abs=0)


def test_the_rounding_bound_counts_biases():
    net = Network((np.array([[2.0]]),), (np.array([-3.0]),))
    rows = Rows(np.array([[1.0]]), np.array([-1.0]), np.array([[4.0]]), 1)
    gamma = 5 * EPS
    assert gradient_rounding(net, rows) == pytest.approx(gamma * 2 * 9 * np.sqrt(2), rel=1e-9, abs=0)


def test_two_runs_part_by_curvature_by_data_and_by_rounding():
    rate, apart, defect = 0.5, 0.25, 0.125
    size = 4 * EPS * np.linalg.norm(flat(CHAIN))
    noise, shift = gradient_rounding(CHAIN, DATA), gradient_shift(CHAIN, DATA, defect)
    assert separation_bound(CHAIN, DATA, 0.0, 0.0, 0.0) == pytest.approx(size, rel=1e-9, abs=0)
    assert separation_bound(CHAIN, DATA, 0.0, rate, 0.0) == pytest.approx(rate * 2 * noise + size, rel=1e-9, abs=0)
    assert separation_bound(CHAIN, DATA, defect, rate, 0.0) == pytest.approx(rate * (2 * noise + shift) + size)
    curved = (1 + rate * curvature_bound(CHAIN, DATA, apart)) * apart
    assert separation_bound(CHAIN, DATA, 0.0, rate, apart) == pytest.approx(curved)
    assert separation_bound(CHAIN, DATA, 0.0, 0.0, apart) == pytest.approx(apart)
