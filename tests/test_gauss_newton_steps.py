"""Gauss-Newton steps near an exact fit: how near is near enough depends on the fit."""

from fractions import Fraction

import pytest

from claims.documents.exact_learning.newton import beside, halving, maximal_rank, step_shrinks_the_loss, stepped
from claims.instances.feedforward import Learning, Move
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix, fraction

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])


def nearly_singular(q):
    """x -> w_2 w_1 x with the sample 1 at W* = (e, e), e = 2^-20, in the direction (1, 1)."""
    e, one = q.of([["1/1048576"]]), q.of([[1]])
    return Move(Learning((e, e), one, e @ e, "identity", q.scalar(0), False, "squared"), (one, one))


@BOTH
def test_no_fixed_distance_is_near_enough(q):
    """At the distance e the step divides the loss by (16 / 3)^2 only, although the rank of P is as large as can be."""
    move = nearly_singular(q)
    here = beside(move)
    assert maximal_rank.holds(move).holds
    assert fraction(here.loss_here / stepped(here).loss_here) == Fraction(16, 3) ** 2
    assert step_shrinks_the_loss()(move).holds
    assert step_shrinks_the_loss(3)(move).fails


@BOTH
def test_where_the_rank_drops_no_distance_is_near_enough(q):
    """Each step halves both weights: the loss is divided by 16 from wherever one starts."""
    move = halving(q)
    for closeness in (1, 2**20, 2**200):
        here = beside(move, closeness)
        assert fraction(here.loss_here / stepped(here).loss_here) == 16
    assert step_shrinks_the_loss()(move).fails
