"""Polynomials on an interval: two methods agree with each other and with what was built in."""

import random
from fractions import Fraction
from math import prod

import pytest

from numerics.polynomial import Polynomial, interpolated, is_at_most, is_nonnegative, is_strictly_decreasing

METHODS = ("bernstein", "sturm")


def with_roots(*roots, scale=1):
    return prod((Polynomial.of([-root, 1]) for root in roots), start=Polynomial.of([scale]))


CASES = [
    (with_roots(), True),
    (with_roots(scale=-1), False),
    (Polynomial(()), True),
    (with_roots(Fraction(1, 2)), False),
    (with_roots(Fraction(1, 2), Fraction(1, 2)), True),
    (with_roots(Fraction(1, 2), Fraction(1, 2), scale=-1), False),
    (with_roots(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)), False),
    (with_roots(0), True),
    (with_roots(1), False),
    (with_roots(1, scale=-1), True),
    (with_roots(0, 1), False),
    (with_roots(0, 1, scale=-1), True),
    (with_roots(0, 0, 1, 1, Fraction(1, 3), Fraction(1, 3)), True),
    (with_roots(-1, 2), False),
    (with_roots(-1, 2, scale=-1), True),
    (with_roots(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**6)), False),
    (with_roots(Fraction(1, 2)) * (with_roots(Fraction(1, 2), Fraction(1, 2)) + Polynomial.of([Fraction(1, 100)])), False),
    (
        with_roots(Fraction(1, 2), scale=-1) * (with_roots(Fraction(1, 2), Fraction(1, 2)) + Polynomial.of([Fraction(1, 100)])),
        False,
    ),
    (with_roots(Fraction(1, 3), Fraction(1, 3)) + Polynomial.of([Fraction(1, 10**12)]), True),
    (with_roots(Fraction(1, 3), Fraction(1, 3)) - Polynomial.of([Fraction(1, 10**12)]), False),
]


@pytest.mark.parametrize("by", METHODS)
@pytest.mark.parametrize(("p", "expected"), CASES, ids=range(len(CASES)))
def test_sign_on_the_interval(p, expected, by):
    assert is_nonnegative(p, by=by) is expected


@pytest.mark.parametrize("degree", range(1, 13))
def test_the_two_methods_agree_with_the_roots_that_were_put_in(degree):
    chance = random.Random(degree)
    for _ in range(30):
        roots = [Fraction(chance.randint(-8, 16), 8) for _ in range(degree)]
        p = with_roots(*roots)
        odd = [root for root in set(roots) if roots.count(root) % 2 and 0 < root < 1]
        inside = Fraction(1, 1009)
        expected = not odd and p(inside) > 0
        assert [is_nonnegative(p, by=by) for by in METHODS] == [expected, expected]


def test_the_two_methods_agree_on_any_polynomial():
    chance, seen = random.Random(0), set()
    for _ in range(60):
        p = Polynomial.of([chance.randint(-3, 4) for _ in range(chance.randint(1, 6))])
        q = p * p + Polynomial.of([Fraction(chance.randint(-1, 1), 50)])
        for one in (p, q, q * p):
            first, second = (is_nonnegative(one, by=by) for by in METHODS)
            assert first is second
            seen.add((first, one.degree > 3))
    assert len(seen) == 4


def test_interpolation_gives_back_the_polynomial():
    p = Polynomial.of([1, "-1/2", 0, 3])
    assert interpolated([p(k) for k in range(4)]) == p
    assert interpolated([p(k) for k in range(7)]) == p
    assert interpolated([]) == Polynomial(())


@pytest.mark.parametrize("by", METHODS)
def test_monotone_and_bounded(by):
    cube = Polynomial.of([1, -3, 3, -1])
    assert is_strictly_decreasing(cube, by=by)
    assert is_strictly_decreasing(Polynomial.of([2, -1]), by=by)
    assert not is_strictly_decreasing(Polynomial.of([2]), by=by)
    assert not is_strictly_decreasing(Polynomial.of([0, -1, 1]), by=by)
    hump = Polynomial.of([0, 4, -4])
    assert is_at_most(hump, 1, by=by)
    assert not is_at_most(hump, Fraction(999999, 1000000), by=by)


def test_composition_stretches_the_interval():
    p = Polynomial.of([1, 2, 3])
    q = p.between("1/2", 3)
    assert (q(0), q(1), q.degree) == (p(Fraction(1, 2)), p(3), 2)


def test_derivatives():
    assert Polynomial.of([7, 2, 3]).derivative == Polynomial.of([2, 6])
    assert Polynomial.of([7]).derivative == Polynomial(()) == Polynomial(()).derivative


def test_unknown_methods_are_refused():
    with pytest.raises(ValueError, match="bernstein or sturm"):
        is_nonnegative(Polynomial.of([1]), by="sampling")
