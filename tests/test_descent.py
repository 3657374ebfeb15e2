"""First-order methods with a fixed step, and what a run leaves behind."""

import numpy as np
import pytest
from quadratics import QUADRATIC, parabola

from numerics.optimisers.descent import Adam, GradientDescent, HeavyBall, descend
from numerics.optimisers.record import Stop, Trajectory, norm

RNG = np.random.default_rng(0)


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


@pytest.mark.parametrize("shape", [(1,), (3, 1), (2, 2, 1)])
def test_that_all_steps_were_taken_is_said_by_the_member_itself(shape):
    """NumPy's full makes plain texts of the members of a StrEnum."""
    run = descend(parabola(), (np.ones(shape),), GradientDescent(0.1), steps=3)
    assert all(stop is Stop.MAX_STEPS for stop in run.stops)


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


def test_a_run_that_stagnates_between_two_records_ends_with_its_last_loss():
    """A batch that comes to rest early once kept its first loss as its last."""

    def parabolas(point):
        return point[0][:, 0] ** 2, (2 * point[0],)

    start = np.array([[1.0], [3.0]])
    run = descend(parabolas, (start,), GradientDescent(0.5), steps=1000, every=1000)
    assert run.losses.shape == (2, 2)
    assert run.losses[-1] == pytest.approx(0.0, abs=1e-300)
    assert run.losses[0].tolist() == [1.0, 9.0]


def test_the_end_of_a_thinned_run_is_recorded_where_it_falls_between_two_records():
    run = descend(parabola(), (np.array([1.0]),), GradientDescent(0.1), steps=25, every=10)
    assert run.losses == pytest.approx([0.5 * 0.9 ** (2 * k) for k in (0, 10, 20, 25)])
    assert (run.steps, run.every) == (25, 10)


def test_the_state_of_a_rule_is_its_own():
    for rule, settings in ((HeavyBall, (0.1, 0.5)), (Adam, (0.1, 0.9, 0.999, 1e-8))):
        rule(*settings)
        for state in ("velocity", "_first", "_second", "_step"):
            with pytest.raises(TypeError, match=state):
                rule(*settings, **{state: ()})


def test_the_norm_is_that_of_all_parts_together():
    parts = [np.full((2, 3), 1.0), np.full((2, 2, 2), 2.0), np.full((2, 1), 3.0)]
    assert norm(tuple(parts)) == pytest.approx(np.sqrt(6 + 8 * 4 + 2 * 9))
    assert norm(tuple(parts), 1) == pytest.approx(np.sqrt([3 + 4 * 4 + 9] * 2))


def test_a_batch_has_no_single_reason_and_its_final_losses_are_the_last_ones():
    run = Trajectory(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.zeros((3, 2)), (), (Stop.CONVERGED,) * 2, (2, 2))
    assert run.final_loss.tolist() == [5.0, 6.0]
    assert run.every == 1
    for name in ("stop", "steps"):
        with pytest.raises(ValueError, match="too many"):
            getattr(run, name)
