"""Optimisers: against hand computation, SciPy, exact arithmetic; and that they report failure."""

import numpy as np
import pytest
from scipy import optimize
from scipy.sparse.linalg import lsqr

from numerics.deep_linear import (
    Network,
    copied,
    full_rows,
    gradient,
    move,
    mse,
    pytorch_default,
    reduced_rows,
    separation_bound,
    train,
)
from numerics.fractional import FractionMatrix
from numerics.linear_regression import LeastSquares, progression, reduce
from numerics.optimisers.conjugate import cgls, conjugate_gradient_iterates
from numerics.optimisers.descent import Adam, GradientDescent, HeavyBall, descend
from numerics.optimisers.gauss_newton import backtracked, levenberg_marquardt, scaled_steps
from numerics.optimisers.momentum import Armijo, exact_search, momentum_descent, plane_descent, polyak_descent
from numerics.optimisers.record import Stop
from numerics.product import compress, damped_step, least_squares_step, value_and_gradient
from numerics.rational import RationalMatrix

RNG = np.random.default_rng(0)
TALL = RNG.standard_normal((12, 5))
SIDE = RNG.standard_normal(12)
QUADRATIC = LeastSquares(TALL, SIDE, 0.5)
SOLUTION = np.linalg.lstsq(TALL, SIDE, rcond=None)[0]
FLOOR = QUADRATIC.value(SOLUTION)


def parabola(curvature=1.0):
    return LeastSquares(np.array([[np.sqrt(curvature)]]), np.zeros(1), 0.5)


# first-order methods with a fixed step -------------------------------------------------------------------------------------


def test_gradient_descent_on_a_parabola_is_a_geometric_sequence():
    run = descend(parabola(2.0), (np.array([3.0]),), GradientDescent(0.1), steps=4)
    assert run.losses == pytest.approx([9 * 0.8 ** (2 * k) for k in range(5)])
    assert run.gradient_norms == pytest.approx([6 * 0.8**k for k in range(5)])
    assert (run.stop, run.steps) == (Stop.MAX_STEPS, 4)


def test_heavy_ball_by_hand():
    run = descend(parabola(1.0), (np.array([1.0]),), HeavyBall(0.25, 0.5), steps=3)
    w = [1.0, 0.75, 0.4375, 0.171875]  # w - w/4 + (w - previous)/2
    assert run.losses == pytest.approx([0.5 * value**2 for value in w])


def test_adam_follows_tensorflows_recursion():
    rate, w, m, v = 0.1, 2.0, 0.0, 0.0
    for t in range(1, 6):
        g = w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8)
    run = descend(parabola(), (np.array([2.0]),), Adam(rate), steps=5)
    assert run.point[0][0] == pytest.approx(w, rel=1e-12)


@pytest.mark.parametrize("rule", [GradientDescent, Adam])
def test_a_batch_of_rates_is_the_runs_one_by_one(rule):
    rates = np.array([0.01, 0.03, 0.05])
    start = RNG.standard_normal((3, 5))
    together = descend(QUADRATIC, (start,), rule(rates), steps=20)
    for k, rate in enumerate(rates):
        alone = descend(QUADRATIC, (start[k],), rule(rate), steps=20)
        assert together.losses[:, k] == pytest.approx(alone.losses)
        assert together.gradient_norms[:, k] == pytest.approx(alone.gradient_norms)


def test_every_way_of_stopping_has_its_name():
    rates = np.array([0.1, 3.0, 1.0, 0.0])
    run = descend(parabola(), (np.ones((4, 1)),), GradientDescent(rates), steps=1000)
    assert run.stops == (Stop.MAX_STEPS, Stop.DIVERGED, Stop.CONVERGED, Stop.STAGNATED)
    assert run.taken == (1000, 512, 1, 1)
    assert run.point[0][3, 0] == 1.0


def test_divergence_stops_at_the_first_value_that_is_not_finite():
    run = descend(parabola(), (np.array([1.0]),), GradientDescent(11.0), steps=10_000)
    assert run.stop is Stop.DIVERGED
    assert not np.isfinite(run.losses[-1])
    assert np.isfinite(run.losses[:-1]).all()
    assert len(run.losses) == run.steps + 1


def test_tolerance_ends_a_run_and_thinning_keeps_every_tenth():
    run = descend(parabola(), (np.array([1.0]),), GradientDescent(0.1), steps=1000, tolerance=1e-3)
    assert run.stop is Stop.CONVERGED
    assert run.gradient_norms[-1] <= 1e-3 < run.gradient_norms[-2]
    thin = descend(parabola(), (np.array([1.0]),), GradientDescent(0.1), steps=40, every=10)
    assert thin.losses == pytest.approx([0.5 * 0.9 ** (20 * k) for k in range(5)])


def test_a_run_that_has_ended_stays_where_it_was_while_the_others_go_on():
    rates = np.array([0.5, 0.01])
    run = descend(parabola(), (np.ones((2, 1)),), GradientDescent(rates), steps=50, tolerance=1e-3)
    assert run.stops == (Stop.CONVERGED, Stop.MAX_STEPS)
    assert run.taken == (10, 50)
    assert run.point[0][:, 0] == pytest.approx([0.5**10, 0.99**50])


# line searches and conjugate gradients -------------------------------------------------------------------------------------


def test_exact_search_is_the_minimum_along_the_direction():
    w, direction = np.zeros(5), RNG.standard_normal(5)
    length = exact_search(QUADRATIC, w, QUADRATIC.gradient(w), direction)
    found = optimize.minimize_scalar(lambda t: QUADRATIC.value(w + t * direction)).x
    assert length == pytest.approx(found, rel=1e-6)


def test_armijo_takes_the_longest_length_that_decreases_enough():
    w = np.array([1.0])
    length = Armijo(first=8.0, slope=0.5)(parabola(), w, w, -w)
    assert length == 1.0
    assert Armijo()(parabola(), w, w, w) == 0.0


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("search", [exact_search, Armijo()], ids=["exact", "Armijo"])
def test_momentum_with_a_line_search_never_rises_and_arrives(search, momentum):
    run = momentum_descent(QUADRATIC, np.zeros(5), search, momentum=momentum, steps=3000, tolerance=1e-6)
    assert (np.diff(run.losses) <= 1e-12 * run.losses[:-1]).all()
    assert run.losses[-1] == pytest.approx(FLOOR, rel=1e-9)


def test_a_direction_that_would_not_descend_is_given_up():
    slopes = []

    def fixed(function, w, gradient, direction):
        slopes.append(float(gradient @ direction))
        return 0.3

    momentum_descent(parabola(), np.ones(1), fixed, momentum=0.95, steps=60)
    assert max(slopes) < 0


def test_a_plane_search_is_the_method_of_conjugate_gradients():
    plane = plane_descent(QUADRATIC, np.zeros(5), steps=5)
    conjugate = cgls(TALL, SIDE, steps=5)
    assert 2 * plane.losses == pytest.approx(conjugate.losses, rel=1e-8)
    assert plane.losses[-1] == pytest.approx(FLOOR, rel=1e-10)


def test_cgls_against_scipy():
    run = cgls(TALL, SIDE, steps=5)
    assert run.point[0] == pytest.approx(lsqr(TALL, SIDE, atol=1e-14, btol=1e-14)[0], abs=1e-8)
    other = optimize.minimize(QUADRATIC.value, np.zeros(5), jac=QUADRATIC.gradient, method="CG", options={"gtol": 1e-9})
    assert run.point[0] == pytest.approx(other.x, abs=1e-6)


@pytest.mark.parametrize(
    ("matrix", "right", "steps", "stop"),
    [
        (np.eye(2), np.zeros(2), 3, Stop.CONVERGED),
        (np.array([[1.0], [0.0]]), np.array([1.0, 1.0]), 5, Stop.CONVERGED),
        (TALL, SIDE, 1, Stop.MAX_STEPS),
        (np.array([[np.inf]]), np.ones(1), 5, Stop.DIVERGED),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_why_cgls_stops(matrix, right, steps, stop):
    assert cgls(matrix, right, steps=steps).stop is stop


@pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
def test_conjugate_gradients_end_exactly_after_as_many_steps_as_distinct_eigenvalues(kind):
    hessian = kind.of([[2, 1, 0], [1, 2, 0], [0, 0, 0]])  # eigenvalues 3, 1, 0
    right = kind.of([[1], [5], [0]])
    iterates = conjugate_gradient_iterates(hessian, right, kind.of([[0], [0], [7]]), 10)
    assert len(iterates) == 3
    assert hessian @ iterates[-1] == right
    assert iterates[-1][2, 0] == 7


# Gauss-Newton and Levenberg-Marquardt ---------------------------------------------------------------------------------------


def notebook(seed=0):
    rng = np.random.RandomState(seed)
    W1, W2, A, X = rng.randn(10, 6), rng.randn(6, 6), rng.rand(10, 6), rng.randn(6, 100)
    return (W1, W2), compress(X, A @ X)


def test_scaled_least_squares_steps_shrink_the_loss_by_the_factor_squared():
    start, data = notebook()
    run = scaled_steps(value_and_gradient(data), start, lambda w: least_squares_step(*w, data), factor=0.05, steps=200)
    rates = run.losses[150:] / run.losses[149:-1]
    assert rates == pytest.approx(0.95**2, rel=1e-2)


def test_backtracking_repairs_a_full_step_that_overshoots():
    def objective(point):
        (w,) = point
        return np.asarray(np.arctan(w[0]) ** 2), (np.array([2 * np.arctan(w[0]) / (1 + w[0] ** 2)]),)

    def newton(point):
        (w,) = point
        return (-np.arctan(w) * (1 + w**2),)

    full = scaled_steps(objective, (np.array([3.0]),), newton, factor=1.0, steps=6)
    assert full.losses[-1] > full.losses[0]
    damped = backtracked(objective, (np.array([3.0]),), newton, steps=30, tolerance=1e-12)
    assert damped.stop is Stop.CONVERGED


def test_a_step_that_does_not_exist_is_singular_and_one_that_does_not_help_stagnates():
    start = (np.array([1.0]),)
    nowhere = scaled_steps(parabola(), start, lambda w: (np.array([np.nan]),), factor=1.0, steps=5)
    assert (nowhere.stop, nowhere.steps, nowhere.point[0][0]) == (Stop.SINGULAR, 0, 1.0)
    assert backtracked(parabola(), start, lambda w: (np.array([np.nan]),), steps=5).stop is Stop.SINGULAR
    assert backtracked(parabola(), start, lambda w: (w[0],), steps=5).stop is Stop.STAGNATED


def rosenbrock(w):
    return np.array([10 * (w[1] - w[0] ** 2), 1 - w[0]]), np.array([[-20 * w[0], 10.0], [-1.0, 0.0]])


def test_levenberg_marquardt_against_scipy():
    run = levenberg_marquardt(rosenbrock, np.array([-1.2, 1.0]), steps=100, tolerance=1e-12)
    other = optimize.least_squares(lambda w: rosenbrock(w)[0], [-1.2, 1.0], jac=lambda w: rosenbrock(w)[1], method="lm")
    assert run.stop is Stop.CONVERGED
    assert run.point[0] == pytest.approx(other.x, abs=1e-8)
    assert (np.diff(run.losses) <= 0).all()


def test_levenberg_marquardt_without_damping_says_that_a_deficient_system_is_singular():
    flat = levenberg_marquardt(lambda w: (np.array([w.sum() - 1]), np.ones((1, 2))), np.zeros(2), steps=5, damping=0.0)
    assert flat.stop is Stop.SINGULAR


def test_a_levenberg_step_tends_to_the_least_squares_step_and_to_the_gradient():
    start, data = notebook(1)
    _, slope = value_and_gradient(data)(start)
    small, plain = damped_step(*start, data, 1e-9), least_squares_step(*start, data)
    assert np.allclose(small[0], plain[0], atol=1e-6)
    large = damped_step(*start, data, 1e9)
    assert np.allclose(2e9 * large[0], -slope[0], rtol=1e-3)


# deep linear networks and the compression of their data --------------------------------------------------------------------

ARCHITECTURES = [((100, 1), True), ((100, 1), False), ((100, 20, 10, 1), True), ((100, 7, 20, 10, 1), True)]


def parts(net: Network):
    return (*net.weights, *net.biases)


def separation(left: Network, right: Network) -> float:
    return float(np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(parts(left), parts(right), strict=True))))


def test_the_questions_data_reduce_to_two_samples_of_two_features():
    X, L = progression()
    data = reduce(X, L)
    assert data.inputs.shape == (2, 2)
    size = np.linalg.norm(np.hstack([X, np.ones_like(L), L]))
    assert data.defect <= (102 * 1500 + 1500) * np.finfo(float).eps * size
    assert np.linalg.norm(data.inputs) == pytest.approx(np.linalg.norm(X), rel=1e-14)


def test_labels_that_are_not_linear_leave_a_floor():
    X = np.arange(6.0)[:, None]
    L = X**2
    data = reduce(X, L)
    residual = L - np.hstack([X, np.ones_like(X)]) @ np.linalg.lstsq(np.hstack([X, np.ones_like(X)]), L, rcond=None)[0]
    kept = LeastSquares(np.column_stack([data.inputs, data.ones]), data.labels[:, 0], 1.0)
    best = np.linalg.lstsq(kept.matrix, kept.right, rcond=None)[0]
    assert kept.value(best) + data.floor == pytest.approx(float(np.sum(residual**2)), rel=1e-10)


@pytest.mark.parametrize(("widths", "biases"), ARCHITECTURES)
def test_reduced_iterates_stay_within_the_derived_bound_of_the_full_ones(widths, biases):
    X, L = progression()
    data = reduce(X, L)
    full, small = full_rows(X, L), reduced_rows(data)
    start = pytorch_default(np.random.RandomState(0), widths, biases=biases)
    one, other, rate, bound = copied(start), copied(start.within(data.basis)), 1e-13, 0.0
    for _ in range(10):
        bound = separation_bound(one, full, data.defect, rate, bound)
        move(one, full, rate)
        move(other, small, rate)
        assert separation(one, other.beyond(data.basis, start)) <= bound
    assert bound < 1e-5


@pytest.mark.parametrize(("widths", "biases"), [((3, 4, 2), True), ((3, 4, 5, 2), False)])
def test_the_gradient_of_a_deep_network_by_differences(widths, biases):
    rng = np.random.RandomState(1)
    net = pytorch_default(rng, widths, biases=biases)
    rows = full_rows(rng.randn(6, widths[0]), rng.randn(6, widths[-1]))
    value, slope = gradient(net, rows)
    assert value == pytest.approx(mse(net, rows))
    for part, derivative in zip(parts(net), parts(slope), strict=True):
        at = (0,) * part.ndim
        before = part[at]
        part[at] = before + 1e-6
        up = mse(net, rows)
        part[at] = before - 1e-6
        down = mse(net, rows)
        part[at] = before
        assert (up - down) / 2e-6 == pytest.approx(derivative[at], rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("widths", "biases"), ARCHITECTURES)
def test_a_step_in_place_is_a_step_along_the_gradient(widths, biases):
    X, L = progression(30, 100)
    net = pytorch_default(np.random.RandomState(2), widths, biases=biases)
    value, slope = gradient(net, full_rows(X, L))
    moved = copied(net)
    assert move(moved, full_rows(X, L), 1e-6) == value
    for before, after, derivative in zip(parts(net), parts(moved), parts(slope), strict=True):
        assert after == pytest.approx(before - 1e-6 * derivative)


def test_training_says_when_it_diverges_and_leaves_its_start_alone():
    X, L = progression(20, 3)
    net = pytorch_default(np.random.RandomState(0), (3, 4, 1), biases=True)
    kept = copied(net)
    run = train(net, full_rows(X, L), 1.0, 500)
    assert run.diverged
    assert len(run.losses) < 500
    assert separation(net, kept) == 0
    good = train(net, full_rows(X, L), 1e-9, 50)
    assert not good.diverged
    assert (np.diff(good.losses) < 0).all()


def test_a_run_that_stagnates_between_two_records_ends_with_its_last_loss():
    """A batch that comes to rest early once kept its first loss as its last."""

    def parabolas(point):
        return point[0][:, 0] ** 2, (2 * point[0],)

    start = np.array([[1.0], [3.0]])
    run = descend(parabolas, (start,), GradientDescent(0.5), steps=1000, every=1000)
    assert run.losses.shape == (2, 2)
    assert run.losses[-1] == pytest.approx(0.0, abs=1e-300)
    assert run.losses[0].tolist() == [1.0, 9.0]


def test_polyaks_heavy_ball_is_its_recursion():
    run = polyak_descent(QUADRATIC, np.ones(5), exact_search, momentum=0.5, steps=6)
    w = previous = np.ones(5)
    losses = [QUADRATIC.value(w)]
    for _ in range(6):
        gradient = QUADRATIC.gradient(w)
        length = exact_search(QUADRATIC, w, gradient, -gradient)
        w, previous = w - length * gradient + 0.5 * (w - previous), w
        losses.append(QUADRATIC.value(w))
    assert run.losses == pytest.approx(np.array(losses), rel=1e-12)
    assert run.stop is Stop.MAX_STEPS
