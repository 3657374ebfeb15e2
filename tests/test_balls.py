"""Balls enclose, answer only what is certain, and grow their precision up to a cap."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from numerics.balls import BallMatrix, UncertainError, around, ball, certain_sign, growing, lower_end, midpoint, precision
from numerics.inertia import inertia
from numerics.matrix import ExactOnlyError, SingularError, frobenius_squared, inner, kron
from numerics.rational import RationalMatrix, fraction, from_double


def thirds(rng: random.Random, m: int, n: int) -> RationalMatrix:
    return RationalMatrix.build(m, n, lambda i, j: Fraction(rng.randint(-9, 9), 3**12 + rng.randint(0, 5)))


@pytest.mark.parametrize("bits", [20, 53, 200])
@pytest.mark.parametrize(
    "formula",
    [
        lambda a, b: a @ b,
        lambda a, b: a.T + b * Fraction(1, 7),
        lambda a, b: kron(a, b) / 3,
        lambda a, b: (a @ b).eye(3) - a @ b,
        lambda a, b: a.eye(3).scaled(inner(a, b.T)),
        lambda a, b: (a @ a.T + a.eye(3)).solve(b.T),
    ],
)
def test_results_contain_the_exact_ones_and_are_narrow(bits, formula):
    rng = random.Random(bits)
    for _ in range(10):
        a, b = thirds(rng, 3, 4), thirds(rng, 4, 3)
        with precision(bits):
            found = formula(BallMatrix.from_rational(a, bits), BallMatrix.from_rational(b, bits))
        assert found.contains(formula(a, b))
        assert all(value.rad() < arb(2) ** (10 - bits) for value in found.entries())


def test_determinants_and_characteristic_polynomials_enclose():
    a = thirds(random.Random(5), 4, 4)
    balls = BallMatrix.from_rational(a, 64)
    assert BallMatrix.column([balls.det(), *balls.charpoly()]).contains(RationalMatrix.column([a.det(), *a.charpoly()]))
    assert BallMatrix.eye(0).det() == 1


def test_contains_notices_a_wrong_entry_and_a_wrong_shape():
    a = RationalMatrix.of([["1/3", 2]])
    balls = BallMatrix.from_rational(a, 53)
    assert balls.contains(a)
    assert not balls.contains(RationalMatrix.of([["1/3", "20000000000000001/10000000000000000"]]))
    assert not balls.contains(a.T)


def test_from_rational_rounds_at_the_bits_asked_for_and_restores_the_precision():
    before = ctx.prec
    wide, narrow = (BallMatrix.from_rational(RationalMatrix.of([["1/3"]]), bits)[0, 0] for bits in (30, 300))
    assert wide.rad() > arb(2) ** -40
    assert 0 < narrow.rad() < arb(2) ** -290
    assert ctx.prec == before


def test_doubles_become_exact_balls_only_when_asked():
    found = BallMatrix.from_doubles(np.array([[0.1, -3.0]]))
    assert found.contains(RationalMatrix.of([[from_double(0.1), -3]]))
    assert bool(found == found)
    with pytest.raises(ExactOnlyError):
        BallMatrix.of([[0.1]])
    with pytest.raises(ExactOnlyError):
        inertia(BallMatrix.eye(2))
    with pytest.raises(ExactOnlyError):
        BallMatrix(np.eye(2))


@pytest.mark.parametrize("bits", [20, 53, 200])
def test_doubles_are_exact_whatever_the_precision(bits):
    with precision(bits):
        found = BallMatrix.from_doubles(np.array([[1 / 3]]))
    assert bool(found == found)


def test_the_flint_matrix_that_is_given_away_is_a_copy():
    matrix = BallMatrix.of([[1, 2]])
    copy = matrix.flint
    copy[0, 0] = 7
    assert (copy[0, 0], copy[0, 1], matrix[0, 0]) == (7, 2, 1)


SIGNS = [("1/3", "1/4", 1), ("-1/3", "1/4", -1), (0, 0, 0), (0, "1/100", None), ("1/3", "1/2", None), ("-2", "5/2", None)]


@pytest.mark.parametrize(("middle", "radius", "sign"), SIGNS)
def test_certain_sign(middle, radius, sign):
    assert certain_sign(around(middle, radius)) == sign


def test_certain_sign_of_what_is_no_number_is_unknown():
    assert certain_sign(arb("nan")) is None
    with pytest.raises(ValueError, match="negative"):
        around(0, -1)


def test_squares_survive_balls_around_zero():
    straddling = BallMatrix.of([[around(0, 1), around(0, "1/2")]])
    total = frobenius_squared(straddling)
    assert total.is_finite()
    assert BallMatrix.column([total, total]).contains(RationalMatrix.column(["5/4", 0]))


def tiny_difference(exponent: int):
    """2^-exponent, as a difference of two balls that are wider at low precision."""
    return lambda bits: certain_sign(ball("1/3") + ball(Fraction(1, 2**exponent)) - ball("1/3"))


@pytest.mark.parametrize(("exponent", "answer"), [(10, 1), (100, 1), (1000, 1), (4000, 1), (5000, None)])
def test_precision_grows_as_far_as_needed(exponent, answer):
    assert growing(tiny_difference(exponent)) == answer


DOUBLED = (64, 128, 256, 512, 1024, 2048, 4096)


def test_an_exact_zero_behind_balls_stays_undecided():
    asked = []
    before = ctx.prec

    def question(bits):
        asked.append((bits, ctx.prec))
        return certain_sign(ball("1/3") * 3 - 1)

    for limits, bits in (({"start": 50, "cap": 700}, (50, 100, 200, 400, 700)), ({"start": 2, "cap": 2}, (2,)), ({}, DOUBLED)):
        asked.clear()
        assert growing(question, **limits) is None
        assert asked == [(each, each) for each in bits]
        assert ctx.prec == before


def test_precision_is_restored_after_an_error():
    before = ctx.prec

    def question(bits):
        raise KeyError(bits)

    with pytest.raises(KeyError):
        growing(question)
    assert ctx.prec == before
    for start, cap in ((128, 64), (1, 64)):
        with pytest.raises(ValueError, match="grows"):
            growing(question, start=start, cap=cap)


def test_false_and_zero_are_answers():
    assert growing(lambda bits: False) is False
    assert growing(lambda bits: 0) == 0


def nearly_singular(gap: Fraction) -> RationalMatrix:
    return RationalMatrix.of([["1/3", "2/3"], ["2/3", Fraction(4, 3) + gap]])


def test_a_system_is_solved_once_it_is_certainly_regular():
    matrix = nearly_singular(Fraction(1, 2**200))

    def question(bits):
        return bits, BallMatrix.from_rational(matrix, bits).inverse()

    bits, inverse = growing(question)
    assert bits == 256
    assert inverse.contains(matrix.inverse())
    with pytest.raises(UncertainError):
        question(128)


def test_a_singular_system_stays_undecided_and_a_rectangular_one_is_an_error():
    singular = nearly_singular(Fraction(0))
    assert growing(lambda bits: BallMatrix.from_rational(singular, bits).inverse(), cap=256) is None
    with pytest.raises(SingularError):
        BallMatrix.zeros(2, 3).inverse()
    assert BallMatrix.zeros(0, 0).solve(BallMatrix.zeros(0, 2)).shape == (0, 2)
    with pytest.raises(ValueError, match="square"):
        BallMatrix.zeros(2, 3).det()


def test_comparisons_of_matrices_are_certain_or_false():
    third, exact = BallMatrix.of([["1/3", 1]]), BallMatrix.of([[1, 2]])
    assert bool(exact == BallMatrix.of([[1, 2]]))
    assert not bool(third == third)
    assert not bool(third != third)
    assert bool(third != exact)
    assert bool(exact != exact.T)
    assert bool(exact != BallMatrix.of([[1, 3]]))
    assert not bool(exact == exact.T)


def test_ends_and_midpoints_are_exact_rationals():
    third = ball("1/3")
    assert Fraction(1, 3) - Fraction(1, 2**50) < fraction(lower_end(third)) < Fraction(1, 3)
    assert abs(midpoint(third) - Fraction(1, 3)) < Fraction(1, 2**50)
    assert midpoint(ball(-6)) == -6 == fraction(lower_end(ball(-6)))
