"""The landscapes on which string sampling is followed exactly, and what the regression experiments read off their strings."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from claims.documents.topology.algorithm import as_printed, both_halves, breadth_first, insertions, opposite_ends, subproblems
from claims.documents.topology.runs import mirrored_bias
from claims.instances.strings import Ridge, Splitting, Valley, Wells
from numerics.experiments.cubic_strings import best_constant
from numerics.experiments.regression_strings import single_peak
from numerics.experiments.string_tables import line_fit, rank_correlation
from numerics.fractional import FractionMatrix as Q


def parabola(level="1/16", depth=6):
    """y = 2 x^2 from -1 to 2."""
    return Valley(Q.column([0, 0, 2]), Fraction(-1), Fraction(2), Q.scalar(level), depth)


def test_the_loss_between_two_models_is_the_one_at_the_points_between_them():
    valley = parabola()
    along = valley.loss_between(Fraction(-1), Fraction(2))
    for t in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):
        x, y = -1 + 3 * t, 2 + 6 * t
        assert along(t) == (y - 2 * x * x) ** 2


def test_a_chord_of_a_parabola_fails_by_its_sag():
    """The sag of y = a x^2 over a chord of width w is a w^2 / 4."""
    for width in (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)):
        assert parabola().fails(Fraction(0), width) == ((2 * width**2 / 4) ** 2 > Fraction(1, 16))


def test_the_pseudo_code_as_printed_leaves_a_half_unlooked_at():
    printed, ended = as_printed(parabola())
    assert ended
    assert any(parabola().fails(a, b) for a, b in pairwise(printed))
    repaired, ended = both_halves(parabola())
    assert ended
    assert not any(parabola().fails(a, b) for a, b in pairwise(repaired))
    assert set(printed) < set(repaired)
    assert repaired == sorted(repaired) == breadth_first(parabola())[0]


def test_a_run_that_is_cut_off_says_so():
    for run in (as_printed, both_halves, breadth_first):
        assert not run(parabola("1/1000000", depth=3))[1]


def test_coinciding_ends_need_the_middle_only():
    valley = Valley(Q.column([1, 2, 3]), Fraction(1), Fraction(1), Fraction(1), 4)
    assert both_halves(valley) == ([1, 1, 1], True)


def test_runs_in_which_everything_fails_double():
    assert [insertions(Splitting(depth)) for depth in range(5)] == [0, 1, 3, 7, 15]
    steep = parabola("1/1000000000000", depth=4)
    assert len(subproblems(steep)) == len(set(subproblems(steep))) == 15


def test_a_grid_that_meets_the_ridge_is_not_fooled():
    beads = Q.of([[-1, "1/199", "201/199"]])
    coarse = Wells(beads, Q.scalar("24999/25000"), Fraction(1), 100, Fraction(1))
    assert coarse.passes
    assert not coarse.joined_at(coarse.level)
    assert coarse.joined_at(1)
    assert not Wells(beads, coarse.level, Fraction(1), 200, Fraction(1)).passes


def test_descent_on_the_ridge_ends_on_the_long_side():
    """Euler steps of the gradient flow from the middle, in floating point."""
    ridge = Ridge(*(Q.scalar(value) for value in (80, 1280, "1/4", "9/4", "-5/4")))
    assert ridge.flows_up
    assert ridge.stays(ridge.trained)
    assert ridge.stays(ridge.beside)
    assert not ridge.stays(Fraction(0))
    y, rate = 0.0, 1e-5
    while (80 + (y + 1) * (2 - y) * (3 - y) ** 2) ** 2 > 80**2:
        root = 80 + (y + 1) * (2 - y) * (3 - y) ** 2
        slope = (2 - y) * (3 - y) ** 2 - (y + 1) * (3 - y) ** 2 - 2 * (y + 1) * (2 - y) * (3 - y)
        y -= rate * 2 * root * slope
    assert 2 <= y < 2.25


def test_the_middle_of_the_ring_is_stationary():
    ring = opposite_ends(Q)
    assert ring.middle == (1, (0, 0))
    assert ring.way_round_stays(Fraction(1, 4))
    assert not ring.way_round_stays(Fraction(1, 1000))


def test_a_mirrored_unit_computes_the_same():
    nets = mirrored_bias(Q)
    here, mirrored, middle = nets.outputs
    assert here == mirrored == Fraction(1, 5)
    assert middle == Fraction(-9, 5)
    value = 1 / (1 + np.exp(-np.log(3.0)))
    assert float(here) == pytest.approx(-29 / 5 + 8 * value)


def test_the_plateau_of_the_cubic_task_is_the_error_of_its_median():
    x = (np.arange(4000) + 0.5) / 4000
    targets = 8 * x**3 - 10 * x**2 + 3 * x
    errors = [np.mean(np.abs(targets - c)) for c in np.linspace(-0.1, 1, 1101)]
    assert best_constant() == pytest.approx(min(errors), abs=1e-4)


def test_what_is_read_off_the_strings():
    assert single_peak([1, 2, 4, 4, 3, 0])
    assert not single_peak([1, 2, 1, 2])
    x = np.array([0.0, 1, 2, 3])
    assert line_fit(x, 3 * x + 1) == pytest.approx((3, 1))
    assert line_fit(x, np.array([0.0, 1, 1, 0]))[1] == pytest.approx(0)
    assert rank_correlation(x, np.exp(x)) == pytest.approx(1)
    assert rank_correlation(x, np.array([1.0, np.nan, 0, -5])) == pytest.approx(-1)
