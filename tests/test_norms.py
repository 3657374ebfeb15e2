"""Squared norms as rational intervals, and comparisons decided with them."""

from fractions import Fraction

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


def test_intervals_that_overlap_do_not_tell():
    one, two, three = Fraction(1), Fraction(2), Fraction(3)
    assert compare((one, two), (two, three)) is None
    assert compare((one, one), (two, three)) == -1
    assert compare_with_root_sum((one, three), (one, one), (Fraction(0), one)) is None
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
    assert Fraction(as_shown(1 - Fraction(1, 10**30), below=True)) < 1
