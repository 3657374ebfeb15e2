"""Momentum with line searches, and conjugate gradients: against hand computation, SciPy and exact arithmetic."""

from types import SimpleNamespace

import numpy as np
import pytest
from quadratics import FLOOR, QUADRATIC, SIDE, SOLUTION, TALL, parabola
from scipy import optimize
from scipy.sparse.linalg import lsqr

from numerics.fractional import FractionMatrix
from numerics.optimisers.conjugate import cgls, conjugate_gradient_iterates
from numerics.optimisers.momentum import Armijo, exact_search, momentum_descent, plane_descent, polyak_descent
from numerics.optimisers.record import Stop
from numerics.rational import RationalMatrix

RNG = np.random.default_rng(2)


def sloped(*slopes):
    """A function of one number whose gradients, one call after the other, are these; its value is always 0."""
    left = iter(slopes)
    return SimpleNamespace(value=lambda w: 0.0, gradient=lambda w: np.array([float(next(left))]))


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
        (np.array([[1e200]]), np.ones(1), 5, Stop.DIVERGED),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
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


def test_a_flat_direction_has_no_best_length():
    flat = SimpleNamespace(curvature=lambda v: 0 * v)
    assert exact_search(flat, np.zeros(2), np.ones(2), np.array([1.0, 0.0])) == 0.0


@pytest.mark.parametrize("slope", [0.0, 0.5])
def test_armijo_goes_nowhere_along_what_does_not_descend(slope):
    falling = SimpleNamespace(value=lambda w: -float(w @ w))
    assert Armijo()(falling, np.zeros(1), np.array([slope]), np.ones(1)) == 0.0


@pytest.mark.parametrize(("search", "tries"), [(Armijo(), 100), (Armijo(tries=3), 3)])
def test_armijo_tries_so_many_lengths(search, tries):
    for power, found in ((tries - 1, 0.5 ** (tries - 1)), (tries, 0.0)):
        narrow = SimpleNamespace(value=lambda w, power=power: -1.0 if 0 < w[0] <= 0.5**power else 0.0)
        assert search(narrow, np.zeros(1), -np.ones(1), np.ones(1)) == found


def searched(slopes, momentum, lengths):
    """The directions along which momentum with a search that finds these lengths looks, and the run."""
    directions, left = [], iter(lengths)

    def search(function, w, gradient, direction):
        directions.append(float(direction[0]))
        return next(left)

    return directions, momentum_descent(sloped(*slopes), np.zeros(1), search, momentum=momentum, steps=len(slopes) - 1)


def test_directions_are_the_last_one_times_the_momentum_less_the_gradient():
    directions, run = searched([-2, -1, -4, 0.5], 0.5, [1.0, 1.0, 1.0])
    assert directions == [2.0, 2.0, 5.0]
    assert (run.stop, run.steps, float(run.point[0][0])) == (Stop.MAX_STEPS, 3, 9.0)


def test_a_level_direction_is_replaced_by_the_steepest():
    assert searched([-2, 1, 0.5], 0.5, [1.0, 1.0])[0] == [2.0, -1.0]


def test_where_no_length_is_found_the_steepest_direction_is_tried_and_remembered():
    directions, run = searched([-2, -1, -4, 1], 0.5, [1.0, 0.0, 0.25, 1.0])
    assert directions == [2.0, 2.0, 1.0, 4.5]
    assert (run.stop, run.steps) == (Stop.MAX_STEPS, 3)
    directions, run = searched([-2, -1, -4, 1], 0.5, [1.0, 0.0, 0.0])
    assert directions == [2.0, 2.0, 1.0]
    assert (run.stop, run.steps, len(run.losses)) == (Stop.STAGNATED, 1, 2)


def test_without_momentum_the_steepest_direction_is_tried_once():
    directions, run = searched([-2, -1], 0.0, [0.0])
    assert directions == [2.0]
    assert (run.stop, run.steps) == (Stop.STAGNATED, 0)


@pytest.mark.filterwarnings("ignore:overflow")
def test_why_momentum_stops():
    def half(*_):
        return 0.5

    run = momentum_descent(parabola(), np.ones(1), half, momentum=0.0, steps=50, tolerance=0.3)
    assert (run.stop, run.steps) == (Stop.CONVERGED, 2)
    assert run.gradient_norms.tolist() == [1.0, 0.5, 0.25]
    assert momentum_descent(parabola(), np.zeros(1), half, momentum=0.0, steps=5).stop is Stop.CONVERGED
    run = momentum_descent(parabola(), np.ones(1), lambda *_: 1e200, momentum=0.0, steps=5)
    assert (run.stop, run.steps) == (Stop.DIVERGED, 1)
    assert not np.isfinite(run.losses[-1])


def test_cgls_from_another_start_ends_as_soon_as_it_may():
    start = SOLUTION + TALL.T @ SIDE
    run = cgls(TALL, SIDE, start, steps=50, tolerance=1e-9)
    assert (run.stop, run.steps) == (Stop.CONVERGED, 5)
    assert len(run.losses) == len(run.gradient_norms) == 6
    assert run.losses[0] == pytest.approx(np.sum((TALL @ start - SIDE) ** 2))
    assert run.gradient_norms[0] == pytest.approx(np.linalg.norm(TALL.T @ (TALL @ start - SIDE)))
    assert run.point[0] == pytest.approx(SOLUTION)


def test_cgls_stagnates_where_a_direction_is_lost_to_rounding():
    tiny = np.array([[1e-170]])
    run = cgls(tiny, np.array([1e20]), steps=5)
    assert (run.stop, run.steps, len(run.losses)) == (Stop.STAGNATED, 0, 1)
