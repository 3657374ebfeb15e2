"""The experiments of document landscape near critical points: numbers known in other ways, and exact facts about the saddles."""

import numpy as np
import pytest
from examples import everything

from claims.families import family
from numerics import chains
from numerics.batched_chain import ChainData, descend, loss, product, value_and_gradient
from numerics.experiments import critical_point_runs, saddle_escape, saddle_starts
from numerics.experiments.critical_points import (
    DEVIATION,
    NO_ERROR,
    VARIANCE,
    WIDTHS,
    diagonal_regression,
    exit_epochs,
    hessian,
    least_curvature,
    perturbed,
    random_weights,
    regression,
    saddle,
    turned,
)
from numerics.inertia import is_psd
from numerics.jets import gradient_by_definition, hessian_by_definition
from numerics.rational import RationalMatrix, fraction

SEEDS = [11, 12, 13]


@pytest.fixture(scope="module")
def problem():
    return diagonal_regression(SEEDS, VARIANCE)


@pytest.fixture(scope="module")
def full():
    """The uncompressed data of the first seed as the document has them, samples in rows."""
    rng = np.random.RandomState(SEEDS[0])
    X, E = rng.standard_normal((1000, 5)), rng.standard_normal((1000, 5))
    return X, X @ np.diag([5.0, 4, 3, 2, 1]) + np.sqrt(0.1) * E


def square(a):
    return float(np.sum(a * a))


# critical values and minimisers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", range(5))
def test_critical_values_are_the_losses_of_the_rank_restricted_minimisers_on_all_samples(problem, full, rank):
    X, Y = full
    fitted = X @ np.linalg.lstsq(X, Y, rcond=None)[0]
    U, s, Vt = np.linalg.svd(fitted, full_matrices=False)
    best = (U[:, :rank] * s[:rank]) @ Vt[:rank]
    assert problem.levels[0, rank] == pytest.approx(square(Y - best), rel=1e-12)
    assert problem.levels[0, rank] == pytest.approx(square(Y - X @ problem.minimiser(rank)[0].T), rel=1e-12)
    assert problem.strengths[0] == pytest.approx(s**2, rel=1e-12)


@pytest.mark.parametrize(("rank", "z"), [(rank, z) for rank in range(4) for z in (0.0, 1.0, 0.3)])
def test_saddles_have_the_minimisers_product_the_critical_value_and_no_gradient(problem, rank, z):
    weights = saddle(problem, rank, WIDTHS, z)
    assert [weight.shape[1:] for weight in weights] == [(4, 5), (4, 4), (5, 4)]
    assert product(weights) == pytest.approx(problem.minimiser(rank), abs=1e-12)
    value, gradient = value_and_gradient(weights, problem.data)
    assert value == pytest.approx(problem.levels[:, rank], rel=1e-12)
    assert max(np.abs(part).max() for part in gradient) < 1e-8


def test_saddles_need_three_layers_and_one_inner_width(problem):
    for widths in ((5, 4, 5), (5, 4, 3, 5)):
        with pytest.raises(ValueError, match="three layers or more and one inner width"):
            saddle(problem, 2, widths, 1.0)


def test_without_error_and_with_orthogonal_inputs_the_minimiser_is_the_diagonal_matrix():
    frame = np.linalg.qr(np.random.RandomState(0).standard_normal((40, 5)))[0]
    X = 3 * frame.T[None]
    found = regression(X, np.diag([5.0, 4, 3, 2, 1]) @ X)
    assert found.minimiser(4)[0] == pytest.approx(np.diag([5.0, 4, 3, 2, 0]), abs=1e-12)


def test_without_error_and_with_the_documents_inputs_it_is_not():
    gap = diagonal_regression(SEEDS, NO_ERROR).minimiser(4) - np.diag([5.0, 4, 3, 2, 0])
    assert (np.abs(gap).max(axis=(1, 2)) > 1e-3).all()


def test_the_spreads_of_the_error_share_inputs_and_directions(problem):
    other = diagonal_regression(SEEDS, DEVIATION)
    assert np.array_equal(np.abs(other.data.inputs), np.abs(problem.data.inputs))
    assert other.data.floor == pytest.approx(problem.data.floor / 10, rel=1e-9)


# exact facts about the block saddles -----------------------------------------------------------------------------------------


def exact_saddle(z):
    """The document's rank-3 saddle for X = I and Y = diag(5, 4, 3, 2, 1), over the rationals."""
    first = RationalMatrix.build(4, 5, lambda i, j: 5 - i if i == j < 3 else 0)
    middle = RationalMatrix.diagonal([1, 1, 1, z])
    return (first, middle, RationalMatrix.build(5, 4, lambda i, j: int(i == j < 3)))


IDENTITY, TARGETS = RationalMatrix.eye(5), RationalMatrix.diagonal([5, 4, 3, 2, 1])


def floats(matrix):
    rows, columns = matrix.shape
    return np.array([[float(fraction(matrix[i, j])) for j in range(columns)] for i in range(rows)])


def exact_loss(*weights):
    return chains.loss(weights, IDENTITY, TARGETS)


@pytest.mark.parametrize("z", ["1", "1/100", "0"])
def test_the_exact_saddle_is_a_fixed_point_of_gradient_descent(z):
    weights = exact_saddle(z)
    assert all(slope.is_zero() for slope in gradient_by_definition(exact_loss, weights))
    assert chains.descended(weights, IDENTITY, TARGETS, RationalMatrix.scalar("1/100")) == weights


@pytest.mark.parametrize(("z", "flat"), [("1", False), ("1/100", False), ("0", True)])
def test_the_exact_saddle_is_strict_unless_z_vanishes(z, flat):
    assert is_psd(hessian_by_definition(exact_loss, exact_saddle(z))) is flat


def test_block_zeros_survive_descent_to_the_last_bit_so_that_no_run_leaves(problem):
    for z in (1.0, 0.0):
        ended = descend(saddle(problem, 3, WIDTHS, z), problem.data, 1e-5, 300).weights
        assert not ended[0][:, 3].any()
        assert not ended[2][:, :, 3].any()
        epochs, _ = exit_epochs(saddle(problem, 3, WIDTHS, z), problem, problem.left_at(3), 1e-5, 300)
        assert np.isinf(epochs).all()


def test_turning_keeps_the_product_and_lets_rounding_in(problem):
    weights = saddle(problem, 3, WIDTHS, 1.0)
    moved = turned(weights, saddle_starts.turns_for(SEEDS))
    assert product(moved) == pytest.approx(product(weights), abs=1e-12)
    assert moved[0][:, 3].all()


# curvature -------------------------------------------------------------------------------------------------------------------


def test_complex_steps_give_the_exact_hessian():
    weights = exact_saddle("1/3")
    exact = hessian_by_definition(exact_loss, weights)
    data = ChainData(np.eye(5)[None], np.diag([5.0, 4, 3, 2, 1])[None])
    assert hessian([floats(weight)[None] for weight in weights], data)[0] == pytest.approx(floats(exact), abs=1e-12)


@pytest.mark.parametrize("z", [1.0, 0.5])
def test_the_strict_saddles_least_curvature_is_minus_two_z_times_the_residual_cross_moment(problem, z):
    """-2 z |U_Q' Sigma_YX|_2, from moving the zero row of W_1 and the zero column of W_3 together."""
    rest = problem.U[:, :, 3:]
    cross = np.swapaxes(rest, 1, 2) @ problem.data.targets @ np.swapaxes(problem.data.inputs, 1, 2)
    expected = -2 * z * np.linalg.norm(cross, 2, axis=(1, 2))
    assert least_curvature(saddle(problem, 3, WIDTHS, z), problem.data) == pytest.approx(expected, rel=1e-9)


def test_the_non_strict_saddle_has_no_negative_curvature_beyond_rounding(problem):
    assert (least_curvature(saddle(problem, 3, WIDTHS, 0.0), problem.data) > -1e-8).all()


# starts ----------------------------------------------------------------------------------------------------------------------


def test_random_weights_are_the_same_draws_in_every_size():
    for big, small in zip(random_weights(SEEDS, "normal 1"), random_weights(SEEDS, "normal 0.01"), strict=True):
        assert small == pytest.approx(big / 100, rel=1e-15)
    bounds = [np.abs(weight).max() for weight in random_weights(range(200), "uniform 1/sqrt(fan-in)")]
    assert [0.99 < bound * np.sqrt(width) <= 1 for bound, width in zip(bounds, (5, 4, 4), strict=True)] == [True] * 3


def test_orthogonal_weights_are_balanced():
    W1, W2, W3 = random_weights(SEEDS, "orthogonal 0.1")
    for upper, lower in ((W2, W1), (W3, W2)):
        assert np.swapaxes(upper, 1, 2) @ upper == pytest.approx(lower @ np.swapaxes(lower, 1, 2), abs=1e-16)


def test_perturbations_have_the_stated_size():
    rng = np.random.RandomState(0)
    weights = (np.full((1, 60, 70), 3.0), np.full((1, 80, 60), -0.5))
    moved = perturbed(weights, [rng.standard_normal((1, 60, 70)), rng.standard_normal((1, 80, 60))], 0.1)
    assert [np.std(a - b) for a, b in zip(moved, weights, strict=True)] == pytest.approx([0.3, 0.05], rel=0.03)


# runs ------------------------------------------------------------------------------------------------------------------------


def test_watched_losses_fall_and_end_at_the_global_minimum(problem):
    seen = critical_point_runs.watch(random_weights(SEEDS, "uniform 1/sqrt(fan-in)"), problem, 1e-5, 3000, 5)
    for run, level in zip(seen.losses.T, problem.levels, strict=True):
        run = run[np.isfinite(run)]
        assert (np.diff(run) < 0).all()
        assert run[-1] == pytest.approx(level[4], rel=1e-8)
    assert loss(seen.weights, problem.data) == pytest.approx(problem.levels[:, 4], rel=1e-8)


def test_the_flattest_weights_are_in_the_zone_and_nowhere_in_it_was_the_gradient_smaller(problem):
    seen = critical_point_runs.watch(random_weights(SEEDS, "normal 0.1"), problem, 1e-5, 3000, 5)
    for rank in range(5):
        value, gradient = value_and_gradient(seen.flattest[rank], problem.data)
        slopes = sum((part**2).sum(axis=(1, 2)) for part in gradient)
        for k in range(len(SEEDS)):
            inside = critical_point_runs.zone_of(seen.losses[:, k : k + 1], problem.levels[k : k + 1])[:, 0] == rank
            inside &= np.isfinite(seen.losses[:, k])
            assert slopes[k] == pytest.approx(seen.slopes[inside, k].min(), rel=1e-9)
            assert value[k] in seen.losses[inside, k]


def test_a_plateau_is_measured_on_a_trace_drawn_by_hand():
    levels = np.array([100.0, 50.0, 20.0, 8.0, 3.0, 1.0])
    losses = np.array([100.0, 99, 80, 55, 51, 50, 49, 30, 21, np.nan])
    slopes = np.array([1.0, 5, 90, 40, 4, 2, 6, 80, 9, np.nan])
    found = critical_point_runs.plateau(losses, slopes, levels, 1, 5)
    assert (found.contrast, found.offset, found.epochs) == (40.0, 0.0, 20)
    assert found.real
    first = critical_point_runs.plateau(losses, slopes, levels, 0, 5)
    assert (first.contrast, first.offset, first.epochs) == (90.0, 0.0, 15)
    assert not critical_point_runs.plateau(losses, slopes, levels, 3, 5).real


def test_exit_epochs_are_those_of_a_plain_loop_over_all_samples(problem, full):
    X, Y = full
    draws = saddle_starts.draws_for(SEEDS)
    start = perturbed(saddle(problem, 3, WIDTHS, 1.0), draws, 0.1)
    epochs, _ = exit_epochs(start, problem, problem.left_at(3), 1e-5, 2000)
    W1, W2, W3 = (weight[0].T for weight in start)
    epoch = 0
    while square(Y - X @ W1 @ W2 @ W3) > problem.left_at(3)[0]:
        pulled = 2 * X.T @ (X @ W1 @ W2 @ W3 - Y)
        steps = pulled @ (W2 @ W3).T, W1.T @ pulled @ W3.T, (W1 @ W2).T @ pulled
        W1, W2, W3 = (weight - 1e-5 * step for weight, step in zip((W1, W2, W3), steps, strict=True))
        epoch += 1
    assert epochs[0] == epoch


def test_escapes_are_those_of_keras_adam():
    seeds, setting = [5], saddle_escape.Setting("Adam", 1e-3, 0.1, 2)
    weights, each = saddle_escape.starts(seeds, saddle_escape.independent_regression(seeds), saddle_escape.STRICT, setting)
    taken, losses = saddle_escape.escapes(weights, each, setting.rule(), 200)
    rng = np.random.RandomState(5)
    X, Y = rng.standard_normal((10, 100)), rng.standard_normal((4, 100))
    layers = [weight[0] for weight in weights]
    first, second = [np.zeros_like(w) for w in layers], [np.zeros_like(w) for w in layers]
    for epoch in range(int(taken[0]) + 1):
        states = [X]
        for weight in layers:
            states.append(weight @ states[-1])
        signal = 2 * (states[-1] - Y)
        assert square(states[-1] - Y) == pytest.approx(losses[epoch], rel=1e-9)
        assert (square(states[-1] - Y) < each.left_at(2)[0]) is (epoch == taken[0])
        for k in reversed(range(5)):
            slope, signal = signal @ states[k].T, layers[k].T @ signal
            first[k] = 0.9 * first[k] + 0.1 * slope
            second[k] = 0.999 * second[k] + 0.001 * slope**2
            rate = 1e-3 * np.sqrt(1 - 0.999 ** (epoch + 1)) / (1 - 0.9 ** (epoch + 1))
            layers[k] = layers[k] - rate * first[k] / (np.sqrt(second[k]) + 1e-7)


def test_strict_saddles_are_left_before_non_strict_ones():
    seeds, setting = [5, 6], saddle_escape.Setting("Adam", 1e-3, 0.1, 3)
    data = saddle_escape.independent_regression(seeds)
    taken = []
    for kind in saddle_escape.KINDS:
        weights, each = saddle_escape.starts(seeds, data, kind, setting)
        taken.append(saddle_escape.escapes(weights, each, setting.rule(), 400)[0])
    assert (taken[0] < taken[1]).all()
    assert np.isfinite(taken).all()


# the family of balanced critical points --------------------------------------------------------------------------------------


def test_balanced_critical_points_are_what_they_say_and_tightened_from_three_layers_on():
    points = everything(family("balanced_critical_points").strategy, 120)
    for point in points:
        net = point.network
        assert point.spectral.is_valid
        assert net.is_critical
        assert all(gap.is_zero() for gap in chains.imbalances(net.weights))
        assert net.product == point.spectral.projected(point.chosen)
        assert point.is_tightened is (net.depth > 2)
    assert {point.network.depth for point in points} == {2, 3, 4}
    assert {point.rank for point in points} == {0, 1, 2}
