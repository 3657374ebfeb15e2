"""Inertia: two methods against each other and against what was built in, and a direction wherever a matrix is not PSD."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.inertia import (
    Inertia,
    _checked,
    inertia,
    inertia_by_descartes,
    inertia_by_elimination,
    is_pd,
    is_psd,
    negative_direction,
    sign_changes,
)
from numerics.matrix import ExactOnlyError
from numerics.rational import RationalMatrix, fraction

EXACT = [RationalMatrix, FractionMatrix]


def unimodular(rng: random.Random, size: int) -> list[list[int]]:
    """Unit lower times unit upper triangular: invertible over the integers."""
    lower = FractionMatrix.build(size, size, lambda i, j: rng.randint(-2, 2) if j < i else int(i == j))
    upper = FractionMatrix.build(size, size, lambda i, j: rng.randint(-2, 2) if j > i else int(i == j))
    return (lower @ upper).rows()


def congruent(kind: type, rng: random.Random, diagonal: list[Fraction]):
    """P' diag P with P invertible: by Sylvester's law the signs of the diagonal are its inertia."""
    P = kind.of(unimodular(rng, len(diagonal)), columns=len(diagonal))
    return P.T @ kind.diagonal(diagonal) @ P


def counted(diagonal: list[Fraction]) -> Inertia:
    return Inertia(sum(d > 0 for d in diagonal), sum(d < 0 for d in diagonal), sum(d == 0 for d in diagonal))


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("size", range(7))
def test_both_methods_find_the_inertia_that_was_built_in(kind, size):
    rng = random.Random(size)
    for _ in range(15):
        diagonal = [Fraction(rng.randint(-2, 2), rng.randint(1, 5)) for _ in range(size)]
        S = congruent(kind, rng, diagonal)
        assert inertia(S) == inertia_by_elimination(S) == inertia_by_descartes(S) == counted(diagonal)


def test_each_arithmetic_has_its_own_method(monkeypatch):
    """The verifier's decision must not repeat the search's elimination, nor the search borrow the verifier's."""
    monkeypatch.setattr("numerics.inertia.inertia_by_elimination", lambda S: "elimination")
    monkeypatch.setattr("numerics.inertia.inertia_by_descartes", lambda S: "Descartes")
    assert inertia(RationalMatrix.eye(2)) == "elimination"
    assert inertia(FractionMatrix.eye(2)) == "Descartes"


def hollow(kind: type, rng: random.Random, size: int):
    """A symmetric matrix with a zero diagonal, on which no single pivot works at first."""
    below = [[rng.choice([0, 0, 1, -1, 3]) for _ in range(size)] for _ in range(size)]
    return kind.build(size, size, lambda i, j: 0 if i == j else below[max(i, j)][min(i, j)])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 8])
def test_methods_agree_on_zero_diagonals(size):
    rng = random.Random(size)
    for _ in range(20):
        S = hollow(RationalMatrix, rng, size)
        assert inertia_by_elimination(S) == inertia_by_descartes(S)
        if not S.is_zero():
            assert not is_psd(S)
            assert value_along(S, negative_direction(S)) < 0


def test_hyperbolic_blocks():
    for kind in EXACT:
        assert inertia(kind.of([[0, 5], [5, 0]])) == Inertia(1, 1, 0)
        assert inertia(kind.of([[0, 0, 1], [0, 0, 0], [1, 0, 0]])) == Inertia(1, 1, 1)
        assert inertia(kind.of([[0, -1, 0], [-1, 0, 0], [0, 0, -2]])) == Inertia(1, 2, 0)


def value_along(S, v):
    assert v.shape == (S.shape[0], 1)
    return fraction((v.T @ S @ v)[0, 0])


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_negative_direction_exists_exactly_where_the_matrix_is_not_psd(kind, size):
    rng = random.Random(size)
    for _ in range(25):
        diagonal = [Fraction(rng.choice([-1, 0, 1, 1, 2, 3]), rng.randint(1, 3)) for _ in range(size)]
        S = congruent(kind, rng, diagonal)
        v = negative_direction(S)
        assert is_psd(S) is (v is None) is (min(diagonal) >= 0)
        assert is_pd(S) is (min(diagonal) > 0)
        assert v is None or value_along(S, v) < 0


@pytest.mark.parametrize("kind", EXACT)
def test_directions_behind_pivots_are_lifted(kind):
    late = kind.of([[1, 2, 0], [2, 4, 1], [0, 1, 7]])
    last = kind.of([[4, 2, 2], [2, 1, 1], [2, 1, "999/1000"]])
    for S in (late, last, last * Fraction(1, 10**9)):
        assert value_along(S, negative_direction(S)) < 0


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("value", [0, "1/2", 3])
def test_a_direction_that_does_not_go_down_is_never_returned(kind, value):
    """Whatever mistake the elimination might make."""
    with pytest.raises(ArithmeticError, match="not negative"):
        _checked(kind.of([[value]]), kind.of([[1]]))


@pytest.mark.parametrize("kind", EXACT)
def test_a_hairline_decides(kind):
    S = kind.of([[1, 1], [1, 1]])
    hair = kind.diagonal([0, Fraction(1, 10**40)])
    assert (is_psd(S - hair), is_psd(S), is_pd(S), is_pd(S + hair)) == (False, True, False, True)


@pytest.mark.parametrize("kind", EXACT)
def test_matrices_without_rows(kind):
    empty = kind.zeros(0, 0)
    assert inertia(empty) == Inertia(0, 0, 0)
    assert is_pd(empty)
    assert negative_direction(empty) is None


@pytest.mark.parametrize("decide", [inertia, is_psd, is_pd, negative_direction, inertia_by_descartes])
def test_what_is_not_symmetric_or_not_exact_is_refused(decide):
    for kind in EXACT:
        for wrong in (kind.of([[1, 2], [3, 1]]), kind.zeros(2, 3)):
            with pytest.raises(ValueError, match="not symmetric"):
                decide(wrong)
    with pytest.raises(ExactOnlyError):
        decide(np.eye(2))


def test_sign_changes_leave_zeros_out():
    assert [sign_changes(values) for values in ([], [0], [1, 0, -1], [-1, 0, 0, -2, 3, 0, -1])] == [0, 0, 1, 2]


def test_rank_and_signature():
    found = Inertia(3, 1, 2)
    assert (found.rank, found.signature) == (4, 2)


@pytest.mark.parametrize("module", ["inertia", "spectrum", "jets", "fractional"])
def test_the_second_arithmetic_needs_neither_flint_nor_numpy(module):
    loaded = f"import sys, numerics.{module}; sys.exit(any(m in sys.modules for m in ('flint', 'numpy', 'sympy')))"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
