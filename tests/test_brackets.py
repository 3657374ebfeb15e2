"""Two rationals around a number: what is computed with them contains what is computed with the number, and no more."""

import math
from fractions import Fraction
from itertools import product

import pytest

from numerics.angles import squared_angle, unit_vector
from numerics.brackets import E_ROOT, Bracket, E, exact
from numerics.roots import integer_root

ENDS = [Fraction(end) for end in ("1/3", 1, 2, 7)]
BRACKETS = [Bracket(low, high) for low in ENDS for high in ENDS if low <= high]
SCALE = 2**128


def hull(values):
    return Bracket(min(values), max(values))


@pytest.mark.parametrize("operate", [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a / b], ids="+*/")
def test_arithmetic_is_that_of_all_pairs(operate):
    for one, other in product(BRACKETS, repeat=2):
        assert operate(one, other) == hull([operate(a, b) for a in one for b in other])


def test_a_difference_is_that_of_all_pairs_and_not_negative():
    for one, other in product(BRACKETS, repeat=2):
        if one.low >= other.high:
            assert one.less(other) == hull([a - b for a in one for b in other])
        else:
            with pytest.raises(ValueError, match="may be negative"):
                one.less(other)


def test_one_bracket_within_another_or_apart_from_it():
    for one, other in product(BRACKETS, repeat=2):
        assert one.within(other) is (hull([*one, *other]) == other)
        assert one.apart(other) is (max(one.low, other.low) > min(one.high, other.high))


def test_powers_and_exact_numbers():
    assert Bracket(ENDS[0], ENDS[2]).power(3) == (Fraction(1, 27), 8)
    assert exact(3) == (3, 3)
    assert exact(Fraction(1, 3)).power(0) == (1, 1)


@pytest.mark.parametrize("value", [Fraction(0), Fraction(1, 3), Fraction(10**40, 7), Fraction(1, 10**50), Fraction(5)])
def test_coarse_ends_are_the_nearest_multiples(value):
    low, high = exact(value).coarse()
    assert low <= value <= high
    assert high - low == (0 if value.denominator == 1 else Fraction(1, SCALE))
    assert (low * SCALE).denominator == (high * SCALE).denominator == 1
    assert Bracket(value, value + 1).coarse() == (low, high + 1)


@pytest.mark.parametrize("value", ["1/2", 2, "4/9", 10**40, Fraction(1, 3 * 10**60), Fraction(2**200 + 1, 3)])
@pytest.mark.parametrize("degree", [1, 2, 3, 7])
def test_roots_are_bracketed_to_a_relative_width(value, degree):
    value = Fraction(value)
    low, high = exact(value).root(degree)
    assert low**degree <= value < high**degree
    assert 0 < high - low <= high / 2**127
    assert Bracket(value, 3 * value).root(degree) == (low, exact(3 * value).root(degree).high)


def test_roots_that_are_no_numbers_are_refused():
    assert exact(0).root(5) == (0, 0)
    for value, degree in ((-1, 2), (1, 0), (2, -1)):
        with pytest.raises(ValueError, match="no bracket for the root"):
            exact(value).root(degree)


def test_e_and_its_root():
    digits = Fraction("2.71828182845904523536028747135266249775724709369996")
    assert E.low < digits < E.high < E.low + Fraction(1, SCALE)
    assert E_ROOT.low**2 < E.low
    assert E.high < E_ROOT.high**2 < E.high + Fraction(1, 2**100)


@pytest.mark.parametrize("degree", range(1, 8))
def test_integer_roots_are_the_largest_ones(degree):
    for value in [*range(300), 10**30, 2**64 - 1, 2**64, 3**40]:
        found = integer_root(value, degree)
        assert found**degree <= value < (found + 1) ** degree


@pytest.mark.parametrize("cosine", ["1", "99/100", "3/5", "0", "-7/25", "-4/5"])
def test_squared_angles_are_bracketed(cosine):
    low, high = squared_angle(Fraction(cosine))
    assert low - Fraction(1, 10**12) <= math.acos(Fraction(cosine)) ** 2 <= high + Fraction(1, 10**12)
    assert low <= high <= low + Fraction(1, 10**3)
    coarse = squared_angle(Fraction(cosine), 5)
    assert coarse.low <= low <= high <= coarse.high


def test_the_squared_right_angle():
    """pi^2 / 4."""
    low, high = squared_angle(Fraction(0))
    digits = Fraction("2.4674011002723396547086227499690377838284248518102")
    assert low < digits < high < low + Fraction(1, 10**18)


@pytest.mark.parametrize("cosine", [-1, "-3/2", "11/10"])
def test_no_angle_has_such_a_cosine(cosine):
    with pytest.raises(ValueError, match="no bracket for the angle"):
        squared_angle(Fraction(cosine))


def test_unit_vectors_are_projected_from_a_pole():
    half = Fraction(1, 2)
    found = unit_vector([half, -2 * half, 3], Fraction(1))
    assert sum(value * value for value in found) == 1
    assert [value / (1 + found[0]) for value in found[1:]] == [half, -1, 3]
    assert unit_vector([], Fraction(1)) == [1]


@pytest.mark.parametrize("degree", [1, 2, 3, 7])
@pytest.mark.parametrize("base", [0, 1, 2, 10, 12345678901234567890])
def test_integer_roots(base, degree):
    power = base**degree
    assert integer_root(power, degree) == base
    if base > 1:
        assert integer_root(power + 1, degree) == (base + 1 if degree == 1 else base)
        assert integer_root(power - 1, degree) == base - 1
