"""Gauss-Newton, backtracked and damped, and Levenberg-Marquardt."""

import numpy as np
import pytest
from quadratics import parabola
from scipy import optimize

from numerics.optimisers.gauss_newton import backtracked, levenberg_marquardt, scaled_steps
from numerics.optimisers.record import Stop
from numerics.product import compress, damped_step, least_squares_step, value_and_gradient


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
    assert (flat.stop, flat.steps, flat.losses.tolist()) == (Stop.SINGULAR, 0, [1.0])


def test_a_levenberg_step_tends_to_the_least_squares_step_and_to_the_gradient():
    start, data = notebook(1)
    _, slope = value_and_gradient(data)(start)
    small, plain = damped_step(*start, data, 1e-9), least_squares_step(*start, data)
    assert np.allclose(small[0], plain[0], atol=1e-6)
    large = damped_step(*start, data, 1e9)
    assert np.allclose(2e9 * large[0], -slope[0], rtol=1e-3)


def test_half_steps_halve_and_end_where_the_gradient_is_small_enough():
    run = scaled_steps(parabola(), (np.array([8.0]),), lambda w: (-w[0],), factor=0.5, steps=3)
    assert run.gradient_norms.tolist() == [8.0, 4.0, 2.0, 1.0]
    assert run.losses.tolist() == [32.0, 8.0, 2.0, 0.5]
    assert (run.stop, run.steps) == (Stop.MAX_STEPS, 3)
    run = scaled_steps(parabola(), (np.array([8.0]),), lambda w: (-w[0],), factor=0.5, steps=30, tolerance=3.0)
    assert (run.stop, run.steps, len(run.losses)) == (Stop.CONVERGED, 2, 3)


def narrow(width):
    """1/2 at 0, lower up to this width and higher beyond."""
    return lambda point: (np.asarray(0.5 if point[0] == 0 else 0.25 if point[0] <= width else 1.0), (np.ones(()),))


def test_backtracking_halves_sixty_times():
    start, ahead = (np.zeros(()),), lambda w: (np.ones(()),)
    run = backtracked(narrow(0.5**59), start, ahead, steps=1)
    assert (run.stop, run.steps, float(run.point[0]), run.losses.tolist()) == (Stop.MAX_STEPS, 1, 0.5**59, [0.5, 0.25])
    run = backtracked(narrow(0.5**60), start, ahead, steps=3)
    assert (run.stop, run.steps, float(run.point[0]), run.losses.tolist()) == (Stop.STAGNATED, 0, 0.0, [0.5])


def test_backtracking_ends_where_the_gradient_is_small_enough_or_a_part_of_the_step_does_not_exist():
    def two(point):
        return np.asarray(point[0] ** 2 + point[1] ** 2), tuple(2 * part for part in point)

    run = backtracked(two, (np.array(4.0), np.array(4.0)), lambda w: (-w[0] / 2, -w[1] / 2), steps=30, tolerance=3.0)
    assert (run.stop, run.steps, len(run.losses), run.point) == (Stop.CONVERGED, 2, 3, (1.0, 1.0))
    lost = backtracked(two, (np.array(4.0), np.array(4.0)), lambda w: (-w[0], np.array(np.nan)), steps=5)
    assert (lost.stop, lost.steps, len(lost.losses)) == (Stop.SINGULAR, 0, 1)


def nielsen(residuals, w, steps, damping=1e-3):
    """Losses and slopes of Levenberg-Marquardt as Nielsen (1999) states it, by normal equations."""
    r, J = residuals(w)
    mu, grow = damping * max(np.diag(J.T @ J)), 2.0
    seen, accepted = [(r @ r, 2 * np.linalg.norm(J.T @ r))], []
    for _ in range(steps):
        s = np.linalg.solve(J.T @ J + mu * np.eye(w.size), -J.T @ r)
        fresh, slope = residuals(w + s)
        gain = (r @ r - fresh @ fresh) / (s @ (mu * s - J.T @ r))
        accepted.append(gain > 0)
        if gain > 0:
            w, r, J, mu, grow = w + s, fresh, slope, mu * max(1 / 3, 1 - (2 * gain - 1) ** 3), 2.0
        else:
            mu, grow = mu * grow, grow * 2
        seen.append((r @ r, 2 * np.linalg.norm(J.T @ r)))
    return np.array(seen), accepted


@pytest.mark.parametrize("damping", [1e-3, 1e-8, 10.0])
def test_the_damping_follows_nielsens_rule(damping):
    seen, accepted = nielsen(rosenbrock, np.array([-1.2, 1.0]), 14, damping)
    run = levenberg_marquardt(rosenbrock, np.array([-1.2, 1.0]), steps=14, damping=damping)
    assert run.losses == pytest.approx(seen[:, 0], rel=1e-7, abs=1e-18)
    assert run.gradient_norms == pytest.approx(seen[:, 1], rel=1e-6, abs=1e-9)
    assert (run.stop, run.steps) == (Stop.MAX_STEPS, 14)
    assert damping == 10.0 or not all(accepted)


def test_levenberg_marquardt_keeps_its_place_where_nothing_is_gained():
    still = levenberg_marquardt(lambda w: (np.ones(1), np.ones((1, 1))), np.ones(1), steps=200)
    assert (still.stop, still.point[0].tolist()) == (Stop.STAGNATED, [1.0])
    assert len(still.losses) == still.steps + 1 < 20


def test_levenberg_marquardt_with_damping_does_not_mind_a_deficient_system():
    def deficient(w):
        return np.array([w.sum() - 1]), np.ones((1, 2))

    run = levenberg_marquardt(deficient, np.zeros(2), steps=50, tolerance=1e-9)
    assert run.stop is Stop.CONVERGED
    assert len(run.losses) == run.steps + 1
    assert run.point[0] == pytest.approx([0.5, 0.5])


def test_levenberg_marquardt_without_damping_solves_a_linear_system_at_once():
    run = levenberg_marquardt(lambda w: (w - 3.0, np.eye(2)), np.zeros(2), steps=5, damping=0.0)
    assert (run.stop, run.steps, run.point[0].tolist()) == (Stop.CONVERGED, 1, [3.0, 3.0])
