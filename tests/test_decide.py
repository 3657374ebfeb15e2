"""Comparisons become decisions in one place, and unknown stays unknown."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mpf

from claims.decide import at_most, both, certainly, equal, equivalent, every, exactly, less, negated, numerically, undecided
from claims.model import Decision, Grade, Outcome
from numerics.balls import BallMatrix, ball
from numerics.fractional import FractionMatrix
from numerics.matrix import ExactOnlyError
from numerics.rational import RationalMatrix

HOLDS, FAILS, UNDECIDED = (Decision(outcome, Grade.EXACT) for outcome in Outcome)
UNSURE = Decision(Outcome.UNDECIDED, Grade.CERTIFIED)


def test_exactly_refuses_what_is_not_a_truth_value():
    with pytest.raises(TypeError, match="takes a bool"):
        exactly(1.0)  # type: ignore[arg-type]


INEXACT = [0.5, 1j, Decimal("0.5"), np.float64(0.5), np.int64(1), np.ones((1, 1)), mpf("0.5"), ball("1/2"), (1, 0.5), [{0.5}]]
INEXACT += [BallMatrix.eye(1)]


@pytest.mark.parametrize("compare", [equal, at_most, less])
@pytest.mark.parametrize("value", INEXACT, ids=repr)
def test_what_rounds_or_encloses_is_refused_on_either_side(compare, value):
    for sides in ((value, 1), (1, value)):
        with pytest.raises(ExactOnlyError, match="not exact"):
            compare(*sides)


def test_numbers_of_two_arithmetics_are_refused_and_not_called_different():
    for sides in ((Fraction(1), RationalMatrix.scalar(1)), (RationalMatrix.scalar(1), Fraction(1))):
        with pytest.raises(TypeError, match="two arithmetics"):
            equal(*sides)
    assert equal(RationalMatrix.scalar(1), 1).holds
    assert equal(Fraction(1), 1).holds


def test_finite_objects_of_any_kind_are_exact():
    assert equal(("a", Fraction(1, 2)), ("a", Fraction(2, 4))).holds
    assert equal(("a", RationalMatrix.scalar("1/2")), ("a", RationalMatrix.scalar("2/4"))).holds
    assert equal(frozenset({1, None}), frozenset({None, 1})).holds
    assert equal([True, range(2)], [True, range(3)]).fails


@pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
def test_matrices_of_different_shape_are_different(kind):
    assert equal(kind.zeros(1, 2), kind.zeros(2, 1)).fails
    assert equal(kind.of([[1, "1/2"]]), kind.of([[1, "2/4"]])).holds


@pytest.mark.parametrize(
    ("left", "right", "outcome", "used"),
    [
        (1, 2, "holds", "1/2"),
        (2, 2, "holds", "1"),
        (3, 2, "fails", "3/2"),
        (0, 0, "holds", None),
        (-1, 2, "holds", None),
        (0, 2, "holds", "0"),
        (Fraction(1, 4), Fraction(1, 2), "holds", "1/2"),
    ],
)
def test_at_most_reports_the_part_of_the_bound_that_is_used(left, right, outcome, used):
    for scalar in (Fraction, RationalMatrix.scalar):
        decision = at_most(scalar(left), scalar(right))
        assert (decision.outcome.value, decision.used) == (outcome, used)


def test_integers_are_as_exact_as_rationals():
    assert at_most(1, 2).used == "1/2"
    assert at_most(1, RationalMatrix.scalar("3/2")).used == at_most(1, Fraction(3, 2)).used == "2/3"


def test_a_difference_of_shape_is_said_in_words():
    row, column = FractionMatrix.zeros(1, 2), FractionMatrix.zeros(2, 1)
    assert equal(row, column).because == "shapes (1, 2) and (2, 1) differ"
    assert equal(row, column, "the sizes are not those").because == "the sizes are not those"


def test_what_is_not_known_is_undecided():
    assert undecided("too wide") == Decision(Outcome.UNDECIDED, Grade.CERTIFIED, "too wide")


def test_less_is_strict():
    assert less(1, 2).holds
    assert less(2, 2).fails


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([HOLDS, HOLDS], "holds"),
        ([HOLDS, FAILS, UNSURE], "fails"),
        ([UNSURE, HOLDS], "undecided"),
        ([UNSURE, FAILS], "fails"),
        ([], "holds"),
    ],
)
def test_every_fails_before_it_is_undecided(parts, expected):
    assert every(parts).outcome.value == expected


def test_of_several_bounds_the_tightest_counts():
    assert both(at_most(1, 2), at_most(2, 3), at_most(1, 4)).used == "2/3"
    assert both(HOLDS, FAILS).fails


def test_the_weakest_grade_is_passed_on():
    certain = certainly(True, False)
    assert every([HOLDS, certain]).grade is Grade.CERTIFIED
    assert equivalent(certain, HOLDS).grade is Grade.CERTIFIED


def test_a_question_and_its_negation_cannot_both_be_certain():
    with pytest.raises(ValueError, match="cannot both"):
        certainly(True, True)
    assert certainly(False, False).outcome is Outcome.UNDECIDED


def test_negation_keeps_unknown():
    assert negated(UNSURE).outcome is Outcome.UNDECIDED
    assert negated(HOLDS).fails
    assert negated(FAILS).holds


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(HOLDS, HOLDS, "holds"), (FAILS, FAILS, "holds"), (HOLDS, FAILS, "fails"), (UNSURE, HOLDS, "undecided")],
)
def test_equivalence(left, right, expected):
    assert equivalent(left, right).outcome.value == expected


@pytest.mark.parametrize(("value", "expected"), [(0.5, "holds"), (1.0, "undecided"), (1.5, "fails")])
def test_numerically_needs_room_for_its_error(value, expected):
    assert numerically(value, 1.0, 0.1).outcome.value == expected
    with pytest.raises(ValueError, match="derived"):
        numerically(value, 1.0, -1.0)


def test_numerically_decides_where_the_bound_is_touched():
    assert numerically(1.0, 1.0, 0.0).holds
    assert numerically(1.5, 1.0, 0.5).outcome is Outcome.UNDECIDED
