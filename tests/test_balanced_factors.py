"""Balanced factors, frames and quotients of polynomials: what they promise, and where they refuse."""

from itertools import product

import pytest
from examples import everything

from claims.families import family
from numerics.balanced_factors import completed, completed_to_one, falls, is_subgradient, never_rises, quotient_along, rotation
from numerics.fractional import FractionMatrix
from numerics.matrix import frobenius_squared
from numerics.polynomial import Polynomial
from numerics.rational import RationalMatrix, rational

Q = RationalMatrix
THIRDS = Q.of([["1/3", "2/3", "2/3"], ["2/3", "1/3", "-2/3"], ["2/3", "-2/3", "1/3"]])
TURN = Q.of([["3/5", "-4/5", 0, 0], ["4/5", "3/5", 0, 0], [0, 0, 0, 1], [0, 0, -1, 0]])
FRAMES = [
    Q.of([[1]]),
    Q.of([[-1]]),
    Q.of([["3/5"], ["4/5"]]),
    Q.of([["-4/5"], [0], ["3/5"]]),
    Q.zeros(2, 0),
    Q.eye(3, 2),
    THIRDS,
    -THIRDS,
    THIRDS[:, [0, 1]],
    THIRDS[:, [2, 0]],
    THIRDS[:, [2, 0, 1]],
    TURN,
    TURN[:, [3, 0, 2]],
    TURN[:, [0, 1, 3]],
    TURN[:, [2, 1]],
    TURN[:, [0, 3]],
    TURN[:, [1, 0, 2, 3]],
]


@pytest.mark.parametrize("frame", FRAMES, ids=str)
@pytest.mark.parametrize("kind", [Q, FractionMatrix])
def test_frames_are_completed(frame, kind):
    frame = kind.build(*frame.shape, lambda i, j, given=frame: str(given[i, j]))
    h, r = frame.shape
    whole = completed(frame)
    assert whole.T @ whole == kind.eye(h)
    assert whole[:, list(range(r))] == frame
    one = completed_to_one(frame)
    assert (one is None) == (r == h and whole.det() < 0)
    if one is not None:
        assert one.T @ one == kind.eye(h)
        assert one[:, list(range(r))] == frame
        assert one.det() == 1


@pytest.mark.parametrize(("start", "end"), [pair for pair in product(FRAMES, FRAMES) if pair[0].shape == pair[1].shape], ids=str)
def test_frames_are_rotated_into_each_other(start, end):
    turn, (h, r) = rotation(start, end), start.shape
    if turn is None:
        assert r == h
        assert start.det() * end.det() < 0
    else:
        assert turn.T @ turn == Q.eye(h)
        assert turn.det() == 1
        assert turn @ start == end


def test_quotients_are_told_apart_by_their_slopes():
    one = rational(1)
    top, bottom = quotient_along(lambda t: 1 / (1 + t), lambda t: 1 + t, 2, one)
    assert (top, bottom) == (Polynomial.of([1]), Polynomial.of([1, 1]))
    assert falls(top, bottom)
    assert never_rises(top, bottom)
    assert not falls(Polynomial.of([1]), Polynomial.of([1]))
    assert never_rises(Polynomial.of([1]), Polynomial.of([1]))
    assert not never_rises(Polynomial.of([1]), Polynomial.of([2, -1]))
    rising = Polynomial.of([1, 2, 1]), Polynomial.of([1, 1])
    assert not falls(*rising)
    assert not never_rises(*rising)
    assert falls(*reversed(rising))
    square = quotient_along(lambda t: (1 + t * t) / (1 + t), lambda t: 1 + t, 2, one)
    assert square == (Polynomial.of([1, 0, 1]), Polynomial.of([1, 1]))
    with pytest.raises(ArithmeticError, match="degree 1"):
        quotient_along(lambda t: t * t, lambda t: one, 1, one)


def test_factors_are_factors_with_the_stated_cost():
    for point in everything(family("factorings").strategy, 80):
        lower, upper = point.factors
        assert upper @ lower == point.product
        assert frobenius_squared(lower) + frobenius_squared(upper) == point.cost
        assert point.cost >= 2 * point.nuclear


def test_subgradients_of_the_nuclear_norm():
    product = Q.diagonal([3, 0])
    assert is_subgradient(Q.diagonal([1, "1/2"]), product, 3)
    assert not is_subgradient(Q.diagonal([1, 2]), product, 3)
    assert not is_subgradient(Q.diagonal(["1/2", 0]), product, 3)
