"""Enclosed real numbers in two arithmetics."""

import math
from fractions import Fraction

import pytest

from numerics.enclosures import arithmetic_of, certain_sign, compared, decided, enclosed, enclosures_for
from numerics.fractional import FractionMatrix
from numerics.matrix import UncertainError
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
E = Fraction("2.71828182845904523536028747135266249775724709369995")

VALUES = [
    (lambda r: r.e, math.e),
    (lambda r: r.root(r.number(2), 2), 2**0.5),
    (lambda r: r.root(r.number("7/3"), 5) * r.e - r.number(1), (7 / 3) ** 0.2 * math.e - 1),
    (lambda r: r.over(r.number(1), r.root(r.number(3), 3) + 1), 1 / (3 ** (1 / 3) + 1)),
    (lambda r: r.root(r.number(0), 3) + 0, 0.0),
    (lambda r: r.number("1/3") * -2, -2 / 3),
    (lambda r: r.root(r.number("1/9")), 1 / 3),
    (lambda r: r.root(r.number(3), 1), 3.0),
    (lambda r: r.over(r.number(1), r.number("1/2")), 2.0),
    (lambda r: r.over(r.number(1), r.number("-1/3")), -3.0),
]


@BOTH
@pytest.mark.parametrize(("value", "nearby"), VALUES)
def test_values_are_enclosed(kind, value, nearby):
    lo, hi = enclosed(kind.eye(1), value)
    assert lo <= hi
    assert hi - lo < Fraction(1, 2**55)
    assert abs(float(lo) - nearby) < 1e-14


@BOTH
def test_the_enclosure_of_e_contains_it_and_narrows(kind):
    wide, narrow = (enclosed(kind.eye(1), lambda r: r.e, bits) for bits in (64, 128))
    assert wide[0] <= narrow[0] < E < narrow[1] <= wide[1]


@pytest.mark.parametrize(("value", "_"), VALUES)
def test_both_arithmetics_enclose_the_same_number(value, _):
    one, other = enclosed(RationalMatrix.eye(1), value), enclosed(FractionMatrix.eye(1), value)
    assert max(one[0], other[0]) <= min(one[1], other[1])


@BOTH
def test_comparisons_grow_the_precision_until_they_are_certain(kind):
    close = Fraction(round(E * 10**40), 10**40)
    like = kind.eye(1)
    assert compared(like, lambda r: (r.e, r.number(close - Fraction(1, 10**39)))) == 1
    assert compared(like, lambda r: (r.e, r.number(close + Fraction(1, 10**39)))) == -1
    assert compared(like, lambda r: (r.root(r.number(2), 2) * r.root(r.number(2), 2), r.number(2))) is None


@BOTH
def test_dividing_by_what_may_be_zero_is_not_decided(kind):
    assert compared(kind.eye(1), lambda r: (r.over(r.number(1), r.number(-1, 1)), r.number(0))) is None
    for low, high in ((-1, 1), (0, 1), (-1, 0), ("-1/2", "1/2")):
        with pytest.raises(UncertainError):
            enclosed(kind.eye(1), lambda r, ends=(low, high): r.over(r.number(1), r.number(*ends)))


@BOTH
def test_a_number_between_two_rationals(kind):
    lo, hi = enclosed(kind.eye(1), lambda r: r.root(r.number("1/4", "1/2"), 2))
    assert Fraction(499, 1000) < lo <= Fraction(1, 2)
    assert Fraction(7, 10) <= hi < Fraction(708, 1000)


@BOTH
def test_the_root_of_what_may_seem_negative(kind):
    lo, hi = enclosed(kind.eye(1), lambda r: r.root(r.number(-1, "1/3")))
    assert lo <= 0
    assert Fraction(1, 3) <= hi * hi < Fraction(1, 2)


@BOTH
def test_the_precision_is_doubled_up_to_a_cap(kind):
    asked = []
    assert decided(kind, lambda enclosing: asked.append(enclosing.bits())) is None
    assert asked == [64, 128, 256, 512, 1024, 2048]


@BOTH
def test_signs_are_told_where_they_are_certain(kind):
    r = enclosures_for(kind)
    numbers = [r.number(value) for value in ("1/2", 3, 0, "-1/2", -3)]
    assert [certain_sign(value) for value in numbers] == [1, 1, 0, -1, -1]
    for low, high in ((-1, 1), (0, 1), (-1, 0), ("-1/3", "1/3")):
        with pytest.raises(UncertainError):
            certain_sign(r.number(low, high))
    assert compared(kind.eye(1), lambda r: (r.number(1), r.number(1))) is None


def test_a_second_decision_does_not_use_what_the_first_one_used():
    homes = {RationalMatrix: "flint", FractionMatrix: "mpmath"}
    for kind, home in homes.items():
        assert type(enclosures_for(kind).number("1/3")).__module__.startswith(home)
        assert arithmetic_of(kind.scalar("1/3")) is kind
    assert arithmetic_of(1) is FractionMatrix


@BOTH
def test_what_cannot_be_decided_is_none(kind):
    def never(enclosing):
        zero = enclosing.elementary.exp(enclosing.of(kind.scalar(1))) - enclosing.elementary.exp(enclosing.of(kind.scalar(1)))
        return True if zero > 0 or zero < 0 else None

    assert decided(kind, never) is None


@BOTH
def test_hulls_contain_their_ends(kind):
    enclosing = enclosures_for(kind)
    with enclosing.precision(64):
        hull = enclosing.hull(kind.scalar("1/3"), kind.scalar("1/2"))
        assert not hull > enclosing.of(kind.scalar(1))
        assert not hull < 0
        assert not hull > enclosing.of(kind.scalar("1/2"))
        assert not hull < enclosing.of(kind.scalar("1/3"))
