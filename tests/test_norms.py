"""Squared norms as rational intervals, and comparisons decided with them."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.norms import (
    as_shown,
    compare,
    compare_largest,
    compare_with_root_sum,
    falling_product_sign,
    frobenius,
    largest_eigenvalue,
    power,
    root_near,
    settled,
    shifted_power_sign,
    simplest_between,
    smallest_eigenvalue,
    smallest_nonzero_of,
    spectral_squared,
)
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
GOLDEN = [[1, 1], [1, 2]]  # eigenvalues (3 +- sqrt 5) / 2
NEARLY, HAIR = Fraction("2.618033988749894848"), Fraction(1, 10**9)


def exact(value):
    return (Fraction(value), Fraction(value))


@BOTH
@pytest.mark.parametrize(
    ("rows", "largest", "smallest"),
    [
        ([["7/3", 1], [1, "7/3"]], "10/3", "4/3"),
        ([[0, 0], [0, 0]], 0, 0),
        ([[4]], 4, 4),
        ([["1/7", 0, 0], [0, "1/7", 0], [0, 0, 0]], "1/7", 0),
    ],
)
def test_rational_eigenvalues_are_found_exactly(kind, rows, largest, smallest):
    S = kind.of(rows)
    assert largest_eigenvalue(S) == exact(largest)
    assert smallest_eigenvalue(S) == exact(smallest)


@BOTH
def test_irrational_eigenvalues_are_enclosed(kind):
    wide, narrow = largest_eigenvalue(kind.of(GOLDEN)), largest_eigenvalue(kind.of(GOLDEN), Fraction(1, 2**60))
    assert wide[0] <= narrow[0] < narrow[1] <= wide[1]
    assert all(2 * lo - 3 < Fraction(5**0.5) + Fraction(1, 2**40) for lo, _ in (wide, narrow))
    assert (2 * narrow[0] - 3) ** 2 < 5 < (2 * narrow[1] - 3) ** 2


@BOTH
@pytest.mark.parametrize("rows", [[[1, 2], [3, 4]], [[1, 2, 3]], [[2], [0], ["1/3"]]])
def test_spectral_and_frobenius_norms_agree_with_floating_point(kind, rows):
    A = kind.of(rows)
    values = np.linalg.svd(A.to_floats(), compute_uv=False)
    lo, hi = spectral_squared(A)
    assert float(lo) * (1 - 1e-12) <= values[0] ** 2 <= float(hi) * (1 + 1e-12)
    assert abs(float(frobenius(A)) - float(np.sum(values**2))) < 1e-9
    assert abs(float(smallest_nonzero_of(A)[0]) - values[-1] ** 2) < 1e-5


def test_the_smallest_nonzero_singular_value_passes_over_zeros():
    assert smallest_nonzero_of(RationalMatrix.of([[3, 0], [0, 0]])) == exact(9)
    assert smallest_nonzero_of(RationalMatrix.zeros(2, 2)) == exact(0)


@pytest.mark.parametrize(
    ("lo", "hi", "simplest"),
    [("1/3", "1/2", "1/2"), ("5/7", "8/11", "5/7"), ("3141/1000", "3142/1000", "245/78"), (2, 2, 2), (0, "1/9", 0)],
)
def test_the_simplest_fraction_between_two(lo, hi, simplest):
    assert simplest_between(Fraction(lo), Fraction(hi)) == Fraction(simplest)


@BOTH
@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        (GOLDEN, [[2, 1, 0], [1, 1, 0], [0, 0, 1]], 0),  # the same irrational number
        (GOLDEN, [["13/5"]], 1),
        (GOLDEN, [["27/10"]], -1),
        ([[0]], [[0]], 0),
        ([[0]], GOLDEN, -1),
        ([[3, 0], [0, 1]], [[3, 0], [0, 2]], 0),
        ([[3, 0], [0, 1]], [[2, 0], [0, 1]], 1),
        ([["1/3"]], [["1/2"]], -1),
        ([["1/2", 0], [0, 1]], [["1/2", 0], [0, "3/4"]], 1),
    ],
)
def test_the_largest_eigenvalues_are_compared_also_where_they_are_equal(kind, left, right, sign):
    assert compare_largest(kind.of(left), kind.of(right)) == sign
    assert compare_largest(kind.of(right), kind.of(left)) == -sign


@pytest.mark.parametrize(
    ("squared", "first", "second", "sign"),
    [(9, 1, 4, 0), (8, 1, 4, -1), (10, 1, 4, 1), (4, 1, 4, -1), (0, 0, 0, 0), (5, 5, 0, 0)],
)
def test_a_root_against_the_sum_of_two(squared, first, second, sign):
    assert compare_with_root_sum(exact(squared), exact(first), exact(second)) == sign


def test_intervals_compare_as_all_numbers_in_them():
    ends = [Fraction(k) for k in range(4)]
    intervals = [(lo, hi) for lo in ends for hi in ends if lo <= hi]
    for left, right in product(intervals, repeat=2):
        signs = {(a > b) - (a < b) for a in inside(left) for b in inside(right)}
        assert compare(left, right) == (signs.pop() if len(signs) == 1 else None)


def inside(interval):
    lo, hi = interval
    return lo, (lo + hi) / 2, hi


def test_powers_of_an_interval():
    assert power((Fraction(2), Fraction(3)), 3) == (8, 27)


def test_enclosed_roots_are_told_apart_only_where_all_numbers_in_the_enclosures_are():
    roots = range(4)
    intervals = [(lo, hi) for lo in roots for hi in roots if lo <= hi]
    decided = 0
    for c, a, b in product(intervals, repeat=3):
        signs = {(z > x + y) - (z < x + y) for z in c for x in a for y in b}
        found = compare_with_root_sum(*((Fraction(lo**2), Fraction(hi**2)) for lo, hi in (c, a, b)))
        assert found is None or signs == {found}
        decided += found is not None
    assert decided > 350


def test_questions_are_asked_until_they_are_settled():
    assert settled(lambda width: None) is None
    assert settled(lambda width: 1 if width < Fraction(1, 2**50) else None) == 1


@BOTH
@pytest.mark.parametrize(
    ("layer", "product", "depth", "shift", "power_sign", "falling_sign"),
    [
        ([[1]], [[0]], 2, 1, 0, 0),  # squared norms 0, 1
        ([[2]], [[2]], 2, 1, -1, 0),  # 1, 2
        ([[2]], [[1]], 2, 0, 1, 1),
        ([[3]], [[6]], 3, 1, 1, 0),  # 1, 2, 3: the power with N - 2 in place of N - 1 is too small
        (GOLDEN, [[3, 5], [5, 8]], 1, 0, -1, -1),
        ([[2]], [[8]], 3, 0, 0, 0),
        ([[1]], [[1]], 2, 2, -1, -1),  # the shift is larger than the norm
        ([["1/2"]], [[0]], 3, 1, -1, -1),
        ([["3/2"]], [[0]], 3, 1, 1, -1),
        (GOLDEN, [[0]], 2, NEARLY + HAIR, -1, -1),  # the shift is hardly larger or smaller than the norm
        (GOLDEN, [[0]], 2, NEARLY - HAIR, 1, 1),
        (GOLDEN, [[2 * NEARLY - 1 - HAIR]], 2, 1, -1, 1),  # s (s - 1) = 2 s - 1 and (s - 1)^2 = s
        (GOLDEN, [[2 * NEARLY - 1 + HAIR]], 2, 1, -1, -1),
        (GOLDEN, [[NEARLY - HAIR]], 2, 1, 1, 1),
    ],
)
def test_layers_against_products(kind, layer, product, depth, shift, power_sign, falling_sign):
    L, P = kind.of(layer), kind.of(product)
    assert shifted_power_sign(L, P, depth, Fraction(shift)) == power_sign
    assert falling_product_sign(L, P, depth, Fraction(shift)) == falling_sign


def test_roots_and_shares_for_showing():
    assert root_near(Fraction(8, 27), 3) == Fraction(2, 3)
    assert abs(float(root_near(Fraction(2), 2)) - 2**0.5) < 1e-15
    assert as_shown(Fraction(1)) == "1"
    assert as_shown(1 - Fraction(1, 10**30), below=True) == "4294967295/4294967296"
