"""Paths in weight space: segments fit, losses along them are exact, and the constructions do what they promise."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from numerics.chains import chain
from numerics.fractional import FractionMatrix
from numerics.matrix import frobenius_squared
from numerics.paths import (
    Path,
    Segment,
    filled_up,
    joined,
    joined_chain,
    joined_over,
    keeps_the_loss,
    loss_along,
    quadratic_along,
    shear,
    stays_at_most,
    strictly_descends,
    to_normal_form,
    with_ridge,
)
from numerics.polynomial import Polynomial
from numerics.rational import RationalMatrix

Q = RationalMatrix
ONE, TWO = Q.of([[1]]), Q.of([[2]])
QUIET = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def squared(target):
    return lambda lower, upper: frobenius_squared(upper @ lower - target)


@st.composite
def two_factors(draw):
    """Two pairs of factors with a unit to spare, degenerate ones in half of the cases, and a target."""
    d = Draw(draw)
    n, m = d.integer(1, 2), d.integer(1, 2)
    h = n + d.integer(1, 2)
    pairs = [(any_matrix(d, h, n), any_matrix(d, m, h)) for _ in range(2)]
    return (*pairs, any_matrix(d, m, n))


def test_a_line_has_the_loss_that_it_has():
    segment = Segment.line((ONE, ONE), (TWO, ONE))
    assert quadratic_along(segment, squared(ONE)) == Polynomial.of([0, 0, 1])
    assert segment.at(Fraction(1, 2))[0] == Q.of([["3/2"]])
    assert (segment.start, segment.end) == ((ONE, ONE), (TWO, ONE))


def test_what_does_not_move_has_degree_zero():
    segment = Segment.line((ONE, ONE), (TWO, ONE))
    assert segment.coefficients == ((ONE, ONE), (ONE,))
    bent = Segment(((ONE, TWO), (ONE, TWO, TWO), (ONE,)))
    assert [(one.degree, one.moving) for one in (segment, bent)] == [(1, 1), (2, 3)]


def test_a_wrong_degree_is_noticed():
    segment = Segment.line((ONE, ONE), (TWO, TWO))
    assert loss_along(segment, squared(ONE), 4).degree == 4
    with pytest.raises(ArithmeticError, match="no polynomial of degree 2"):
        loss_along(segment, squared(ONE), 2)


def test_segments_have_to_fit():
    with pytest.raises(ValueError, match="segment 2 does not begin"):
        Path((Segment.line((ONE,), (TWO,)), Segment.line((ONE,), (TWO,))))


def test_reversing_a_segment_of_any_degree():
    segment = Segment(((ONE, TWO, ONE, -TWO), (TWO,)))
    for t in (0, 1, Fraction(1, 3), 5):
        assert segment.reversed.at(t) == segment.at(1 - Fraction(t))


def test_descent_and_bounds_are_told_apart():
    down = Path.through((TWO, TWO), (ONE, ONE))
    assert strictly_descends(down, squared(ONE))
    assert not strictly_descends(down.reversed, squared(ONE))
    assert stays_at_most(down, squared(ONE), 9)
    assert not stays_at_most(down, squared(ONE), "899/100")
    assert not keeps_the_loss(down, squared(ONE))


def test_every_segment_counts():
    still, up = Segment.line((ONE, ONE), (ONE, ONE)), Segment.line((ONE, ONE), (TWO, ONE))
    there_and_back = Path((up, up.reversed))
    assert keeps_the_loss(Path((still,)), squared(ONE))
    assert not keeps_the_loss(Path((still, up)), squared(ONE))
    assert not strictly_descends(there_and_back, squared(ONE))
    assert not strictly_descends(there_and_back.reversed, squared(TWO))
    assert not stays_at_most(there_and_back, squared(ONE), "1/2")


def test_a_loss_of_first_degree_is_not_kept():
    up = Segment.line((ONE, ONE), (TWO, ONE))
    assert not keeps_the_loss(Path((up,)), lambda lower, upper: (upper @ lower)[0, 0])


def test_a_chain_of_three_layers_has_a_loss_of_degree_six():
    segment = Segment.line((ONE, ONE, ONE), (TWO, TWO, TWO))
    assert quadratic_along(segment, lambda *weights: frobenius_squared(chain(weights))).degree == 6


def test_ridge_counts_every_weight():
    assert with_ridge(squared(ONE), 3)(TWO, TWO) == 9 + 3 * 8


@QUIET
@given(two_factors())
def test_filling_up_keeps_the_product_and_gives_full_rank(case):
    (lower, upper), _, target = case
    path = filled_up(lower, upper)
    assert path.start == (lower, upper)
    assert path.end[0].rank() == lower.shape[1]
    assert keeps_the_loss(path, squared(target))


@QUIET
@given(two_factors())
def test_shears_keep_the_product_and_reach_the_normal_form(case):
    (lower, upper), _, target = case
    start = filled_up(lower, upper).end
    path = to_normal_form(*start)
    end = path.end if path else start
    assert end[0] == Q.eye(*lower.shape)
    assert path is None or keeps_the_loss(path, squared(target))


@QUIET
@given(two_factors())
def test_any_two_points_are_joined_below_the_worse_of_them(case):
    start, end, target = case
    path, loss = joined(start, end), squared(target)
    level = max(loss(*start), loss(*end))
    assert (path.start, path.end) == (start, end)
    assert stays_at_most(path, loss, level)
    assert stays_at_most(path, loss, level, by="sturm")


@st.composite
def two_chains(draw):
    """Two points of a network with 1 to 4 layers that has a unit to spare in each, and a target."""
    d = Draw(draw)
    n, m, depth = d.integer(1, 2), d.integer(1, 2), d.integer(1, 4)
    widths = [n, *(min(n, m) + d.integer(1, 2) for _ in range(depth - 1)), m]
    start, end = (tuple(any_matrix(d, b, a) for a, b in pairwise(widths)) for _ in range(2))
    return start, end, any_matrix(d, m, n)


@QUIET
@given(two_chains())
def test_any_two_points_of_a_chain_are_joined_below_the_worse_of_them(case):
    start, end, target = case
    path = joined_chain(start, end)
    level = max(chain_loss(target)(*start), chain_loss(target)(*end))
    assert (path.start, path.end) == (start, end)
    assert stays_at_most(path, chain_loss(target), level)


@QUIET
@given(two_chains())
def test_the_path_of_a_chain_serves_other_convex_losses(case):
    """The fourth power of the entries, at some points of each segment."""
    start, end, target = case

    def fourth(*weights):
        return sum(entry**4 for entry in (chain(weights) - target).entries())

    level = max(fourth(*start), fourth(*end))
    for segment in joined_chain(start, end).segments:
        assert all(fourth(*segment.at(t)) <= level for t in (0, Fraction(1, 3), Fraction(4, 5), 1))


def chain_loss(target):
    return lambda *weights: frobenius_squared(chain(weights) - target)


def test_a_determinant_turns_over_at_a_product_of_smaller_rank():
    start, end = (Q.eye(2), Q.eye(2)), (Q.diagonal([-1, 3]), Q.diagonal([-1, "1/3"]))
    deficient = Q.diagonal([1, 0])
    path = joined_over(start, end, deficient)
    assert (path.start, path.end) == (start, end)
    assert stays_at_most(path, squared(Q.eye(2)), 1)
    assert not stays_at_most(path, squared(Q.eye(2)), "99/100")


def test_a_determinant_turns_over_from_any_two_points():
    deficient = Q.of([[1, 2], [2, 4]])
    start = (Q.of([[1, 2], [3, 4]]), Q.of([[1, 0], [2, -1], [0, 3]])[:2, :])
    for end in ((Q.of([[2, 0], [1, 3]]), Q.eye(2)), (Q.of([[0, 0], [1, 1]]), Q.of([[1, 1], [0, 2]])), start):
        path, loss = joined_over(start, end, deficient), squared(deficient)
        assert (path.start, path.end) == (start, end)
        assert stays_at_most(path, loss, max(loss(*start), loss(*end)))


def test_the_normal_form_of_a_square_factor_keeps_its_determinant():
    path = to_normal_form(Q.of([[0, 2], [1, 1]]), Q.eye(2))
    assert path.end[0] == Q.diagonal([1, -2])
    assert keeps_the_loss(path, squared(Q.eye(2)))


def test_the_same_path_in_the_second_arithmetic():
    start, end = ((Q.of([[1], [0]]), Q.of([[2, 1]])), (Q.of([[0], [0]]), Q.of([[1, 1]])))
    first = joined(start, end)
    other = joined(*(tuple(_second(matrix) for matrix in point) for point in (start, end)))
    assert _texts(first) == _texts(other)


def _second(matrix):
    return FractionMatrix.of([[str(value) for value in row] for row in matrix.rows()])


def _texts(path):
    return [[[str(value) for value in c.entries()] for c in row] for segment in path.segments for row in segment.coefficients]


def test_what_cannot_be_done_is_refused():
    with pytest.raises(ValueError, match="cannot carry"):
        filled_up(Q.of([[1, 0]]), ONE)
    with pytest.raises(ValueError, match="full column rank"):
        to_normal_form(Q.of([[0], [0]]), Q.of([[1, 1]]))
    with pytest.raises(ValueError, match="unit to spare"):
        joined((ONE, ONE), (TWO, TWO))
    with pytest.raises(ValueError, match="no unit to spare"):
        joined_chain((ONE, ONE, ONE), (TWO, TWO, TWO))


def test_a_shear_is_undone_by_the_other_factor():
    segment = shear(Q.of([[1], [2]]), Q.of([[3, 4]]), 0, 1, 5)
    lower, upper = segment.at(Fraction(7, 2))
    assert upper @ lower == Q.of([[11]])
