"""Brackets contain the rational spectra that were built in; comparisons of condition numbers are exact at equality."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.inertia import inertia
from numerics.matrix import ExactOnlyError
from numerics.rational import RationalMatrix
from numerics.spectrum import (
    as_fraction,
    compare_singular_condition,
    condition_bracket,
    distinct_eigenvalues,
    distinct_nonzero_eigenvalues,
    eigenvalue_bracket,
    gram,
    largest_bracket,
    singular_condition_at_least,
    singular_condition_at_most,
    smaller_gram,
    smallest_nonzero_bracket,
    spectral_norm_at_most,
    spectrum,
)

EXACT = [RationalMatrix, FractionMatrix]
HAIR = Fraction(1, 10**30)


def householder(kind: type, rng: random.Random, size: int):
    """I - 2 v v' / v'v: orthogonal and rational."""
    v = kind.column([rng.randint(-2, 2) for _ in range(size - 1)] + [1])
    return kind.eye(size) - v @ v.T * (2 / Fraction(as_fraction((v.T @ v)[0, 0])))


def orthogonal(kind: type, rng: random.Random, size: int):
    return householder(kind, rng, size) @ householder(kind, rng, size)


def with_spectrum(kind: type, rng: random.Random, values: list[Fraction]):
    Q = orthogonal(kind, rng, len(values))
    return Q @ kind.diagonal(values) @ Q.T


def with_singular_values(kind: type, rng: random.Random, m: int, n: int, values: list[Fraction]):
    middle = kind.build(m, n, lambda i, j: values[i] if i == j and i < len(values) else 0)
    return orthogonal(kind, rng, m) @ middle @ orthogonal(kind, rng, n).T


SPECTRA = {
    "simple": [3, 2, 1],
    "signs": [5, "1/3", 0, "-1/7", -4],
    "repeated": [2, 2, 2, -1, -1],
    "zeros": [1, 0, 0, 0],
    "zero": [0, 0, 0],
    "close": [1, 1 - HAIR, 1 - 2 * HAIR],
    "wide": [10**12, 1, Fraction(1, 10**12)],
    "one": ["-7/3"],
}


def fractions(values) -> list[Fraction]:
    return [Fraction(value) for value in values]


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("name", SPECTRA)
def test_brackets_contain_the_eigenvalues_that_were_built_in(kind, name):
    values = fractions(SPECTRA[name])
    S = with_spectrum(kind, random.Random(name), values)
    for width in (Fraction(1), Fraction(1, 100), Fraction(1, 10**14)):
        for k, value in enumerate(values, start=1):
            lo, hi = eigenvalue_bracket(S, k, width)
            assert lo <= value <= hi
            assert hi - lo <= width


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("name", SPECTRA)
def test_counts_are_those_of_sylvesters_law(kind, name):
    values = fractions(SPECTRA[name])
    S = with_spectrum(kind, random.Random(name), values)
    found = spectrum(S)
    assert found.is_psd is (min(values) >= 0)
    for t in [*values, Fraction(0), Fraction(1, 2), *(value + HAIR for value in values)]:
        above = inertia(S - kind.eye(len(values)) * t)
        assert found.counts(t) == (above.positive, above.positive + above.zero)


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("name", SPECTRA)
def test_distinct_eigenvalues_are_the_degree_of_the_minimal_polynomial(kind, name):
    values = fractions(SPECTRA[name])
    S = with_spectrum(kind, random.Random(name), values)
    assert distinct_eigenvalues(S) == len(set(values)) == len(S.minpoly()) - 1
    assert distinct_nonzero_eigenvalues(S) == len(set(values) - {0})


def test_brackets_of_irrational_eigenvalues_straddle_them():
    S = RationalMatrix.of([[1, 1], [1, 0]])
    lo, hi = eigenvalue_bracket(S, 1, Fraction(1, 10**20))
    assert lo * lo - lo - 1 < 0 < hi * hi - hi - 1
    assert distinct_eigenvalues(S) == 2


def test_the_search_starts_wide_enough():
    """127 times the golden ratio lies beyond 128, although trace and determinant fit into 7 and 14 bits."""
    lo, hi = eigenvalue_bracket(RationalMatrix.of([[0, 127], [127, 127]]), 1, Fraction(1, 100))
    assert Fraction("205.48") < lo < hi < Fraction("205.50")


def test_an_eigenvalue_that_the_bisection_meets_is_returned_itself():
    S = with_spectrum(RationalMatrix, random.Random(1), fractions([3, 2, 2, "1/4"]))
    assert [eigenvalue_bracket(S, k, Fraction(1, 1000)) for k in (2, 3, 4)] == [(2, 2), (2, 2), (Fraction(1, 4), Fraction(1, 4))]
    assert condition_bracket(RationalMatrix.diagonal([4, 1, 0])) == (4, 4)


PSD = {
    "simple": [9, 4, 1],
    "rank one": [5, 0, 0],
    "multiple": [3, 3, 3],
    "tiny": [1, Fraction(1, 10**20), 0],
    "irrational ratio": [Fraction(22, 7), Fraction(1, 3)],
    "huge": [10**30, 10**29],
    "near the ends of brackets": [Fraction(1, 7), Fraction(1, 11)],
}


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("name", PSD)
@pytest.mark.parametrize("relative", [Fraction(5), Fraction(1), Fraction(1, 1000), Fraction(1, 10**12)])
def test_condition_brackets(kind, name, relative):
    values = fractions(PSD[name])
    S = with_spectrum(kind, random.Random(name), values)
    largest, smallest = max(values), min(value for value in values if value)
    for bracket, value in (
        (largest_bracket(S, relative), largest),
        (smallest_nonzero_bracket(S, relative), smallest),
        (condition_bracket(S, relative), largest / smallest),
    ):
        lo, hi = bracket
        assert 0 < lo <= value <= hi <= (1 + relative) * lo


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize(
    ("m", "n", "values"),
    [
        (2, 2, [2, 1]),
        (3, 2, [7, "1/2"]),
        (2, 3, [3, 3]),
        (3, 3, [5, 2, 0]),
        (4, 3, ["10/3", 1, 1]),
        (3, 4, [8, 4, 2]),
        (2, 3, [6]),
    ],
)
def test_condition_numbers_compare_exactly(kind, m, n, values):
    values = fractions(values)
    A = with_singular_values(kind, random.Random(m + 10 * n), m, n, values)
    kappa = max(values) / min(value for value in values if value)
    for bound, sign in (
        (kappa, 0),
        (kappa + HAIR, -1),
        (kappa - HAIR, 1),
        (10**9, -1),
        (Fraction(1, 2), 1),
        (0, 1),
        (-kappa - 1, 1),
    ):
        assert compare_singular_condition(A, bound) == sign
        assert singular_condition_at_most(A, bound) is (sign <= 0)
        assert singular_condition_at_least(A, bound) is (sign >= 0)
    for bound, at_most in (
        (max(values), True),
        (max(values) - HAIR, False),
        (max(values) + HAIR, True),
        (-max(values) - 1, False),
    ):
        assert spectral_norm_at_most(A, bound) is at_most


@pytest.mark.parametrize("kind", EXACT)
def test_spectral_norms_below_one(kind):
    assert spectral_norm_at_most(kind.zeros(2, 3), 0)
    assert not spectral_norm_at_most(kind.of([["1/4"]]), 0)
    assert spectral_norm_at_most(kind.of([["1/4"]]), Fraction(1, 4))
    assert not spectral_norm_at_most(kind.of([["1/4"]]), Fraction(1, 5))


def test_the_smaller_gram_matrix_is_taken():
    tall = RationalMatrix.of([[1, 2], [3, 4], [5, 6]])
    assert smaller_gram(tall) == smaller_gram(tall.T) == RationalMatrix.of([[35, 44], [44, 56]])


def test_shared_roots_inside_the_spectrum_are_no_equality():
    """With squared values 1, 2, 4 a bound of sqrt 2 squared shares roots, but the ratio of the extremes is 4."""
    A = RationalMatrix.diagonal([1, 2, 4])
    assert compare_singular_condition(A, 2) == 1
    assert compare_singular_condition(RationalMatrix.diagonal([1, 2, 2, 3]), 2) == 1
    assert compare_singular_condition(RationalMatrix.diagonal([1, 1, 2, 2]), 2) == 0


def test_irrational_condition_numbers_never_tie():
    A = RationalMatrix.of([[1, 1], [0, 1]])  # kappa = (3 + sqrt 5) / 2
    lo, hi = condition_bracket(gram(A), Fraction(1, 10**20))
    root = Fraction(2618033988749894848204586834, 10**27)
    assert lo < root**2 < hi
    assert compare_singular_condition(A, root) == 1
    assert compare_singular_condition(A, root + Fraction(1, 10**27)) == -1


@pytest.mark.parametrize("kind", EXACT)
def test_orthonormal_columns_have_condition_number_one(kind):
    Q = orthogonal(kind, random.Random(3), 4)[:, :3]
    assert gram(Q) == smaller_gram(Q.T) == kind.eye(3)
    assert compare_singular_condition(Q, 1) == 0
    assert condition_bracket(gram(Q))[0] <= 1 <= condition_bracket(gram(Q))[1]


def test_dyadic_matrices_agree_with_floating_point():
    rng = np.random.default_rng(5)
    for m, n in ((6, 6), (10, 6), (10, 10)):
        array = rng.standard_normal((m, n))
        A, kappa = RationalMatrix.from_doubles(array), np.linalg.cond(array)
        lo, hi = condition_bracket(smaller_gram(A))
        assert float(lo) * 0.999 < kappa**2 < float(hi) * 1.001
        assert singular_condition_at_most(A, Fraction(kappa * 1.001))
        assert not singular_condition_at_most(A, Fraction(kappa * 0.999))


@pytest.mark.parametrize("kind", EXACT)
def test_a_large_gram_matrix_of_rank_two(kind):
    """The data 30 i + j has a closed form: its two nonzero eigenvalues have the trace's sum and the minors' product."""
    X = kind.build(3, 31, lambda i, j: 1 if j == 30 else 30 * i + j)
    S = gram(X)
    found = spectrum(S)
    assert (S.rank(), found.rank, found.zeros) == (2, 2, 29)
    assert Fraction(-found.polynomial[1], found.polynomial[2]) == as_fraction(S.trace())
    lo, hi = condition_bracket(S)
    G = X @ X.T
    assert condition_bracket(G) == (lo, hi)
    top, bottom = np.linalg.eigvalsh(G.to_floats())[[-1, -2]]
    assert float(lo) * 0.9999 <= top / bottom <= float(hi) * 1.0001


@pytest.mark.parametrize(
    ("rows", "exact"),
    [
        ([[0, 2], [2, -3]], [1, -4]),
        ([[0, "1/8"], ["1/8", 0]], ["1/8", "-1/8"]),
        ([[0, "1/2"], ["1/2", 0]], ["1/2", "-1/2"]),
        ([["3/8", 1], [1, "-9/8"]], ["7/8", "-13/8"]),
    ],
)
def test_the_search_for_an_eigenvalue_begins_around_all_of_them(rows, exact):
    S = RationalMatrix.of(rows)
    for k, value in enumerate(map(Fraction, exact), start=1):
        lo, hi = eigenvalue_bracket(S, k, Fraction(1, 64))
        assert lo <= value <= hi
    lo, hi = eigenvalue_bracket(RationalMatrix.of([[0, "1/8"], ["1/8", "-1/32"]]), 2, Fraction(1, 4096))
    assert lo < hi < 0
    assert lo**2 + lo / 32 >= Fraction(1, 64) >= hi**2 + hi / 32


def test_singular_values_below_one_are_compared():
    assert singular_condition_at_most(RationalMatrix.diagonal([Fraction(1, 2), Fraction(1, 4)]), Fraction(9, 4))
    assert not singular_condition_at_most(RationalMatrix.diagonal([Fraction(1, 2), Fraction(1, 5)]), Fraction(9, 4))


REFUSED = [
    (lambda: eigenvalue_bracket(RationalMatrix.eye(2), 0, Fraction(1)), "no eigenvalue number 0"),
    (lambda: eigenvalue_bracket(RationalMatrix.eye(2), 3, Fraction(1)), "no eigenvalue number 3"),
    (lambda: eigenvalue_bracket(RationalMatrix.eye(2), 1, Fraction(0)), "width"),
    (lambda: condition_bracket(RationalMatrix.eye(2), Fraction(0)), "relative"),
    (lambda: condition_bracket(RationalMatrix.zeros(2, 2)), "zero matrix"),
    (lambda: condition_bracket(RationalMatrix.diagonal([1, -1])), "negative eigenvalue"),
    (lambda: compare_singular_condition(RationalMatrix.zeros(2, 3), 2), "zero matrix"),
    (lambda: spectrum(RationalMatrix.of([[1, 2], [0, 1]])), "not symmetric"),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refusals(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_floats_are_refused():
    for ask in (
        lambda: eigenvalue_bracket(RationalMatrix.eye(2), 1, 0.1),
        lambda: singular_condition_at_most(RationalMatrix.eye(2), 1.0),
        lambda: spectral_norm_at_most(RationalMatrix.eye(2), 1.0),
        lambda: condition_bracket(np.eye(2)),
    ):
        with pytest.raises(ExactOnlyError):
            ask()
