"""Least squares and conjugate gradients over Q: what defines the minimiser, on degenerate matrices, too."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.krylov import conjugate_gradients
from numerics.least_squares import minimum_norm_solution, rank_factors
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
MATRICES = {
    "square": [[1, 2], [3, 4]],
    "singular": [[1, 2], [2, 4]],
    "tall": [[1, 0], [2, 0], ["1/3", 5]],
    "tall of rank one": [[1, -1], [2, -2], [0, 0]],
    "wide": [[0, 1, 2, "1/2"], [0, 1, 3, 0]],
    "wide of rank one": [[0, 1, 2], [0, 2, 4]],
    "zero": [[0, 0, 0], [0, 0, 0]],
}


@BOTH
@pytest.mark.parametrize("name", MATRICES)
def test_factors_of_full_rank(kind, name):
    A = kind.of(MATRICES[name])
    left, right = rank_factors(A)
    assert left @ right == A
    assert left.rank() == right.rank() == left.shape[1] == right.shape[0] == A.rank()


@BOTH
@pytest.mark.parametrize("name", MATRICES)
def test_the_minimiser_of_least_norm(kind, name):
    A = kind.of(MATRICES[name])
    b = kind.build(A.shape[0], 2, lambda i, j: 1 + i * i - 3 * j)
    x = minimum_norm_solution(A, b)
    assert (A.T @ (A @ x - b)).is_zero()
    assert (A.nullspace().T @ x).is_zero()


HESSIAN, SLOPE = [[2, 1, 0], [1, 2, 0], [0, 0, 3]], [[-1], [5], ["1/2"]]  # eigenvalues 1, 3, 3


@BOTH
def test_conjugate_gradients_take_a_step_for_each_distinct_eigenvalue(kind):
    H, b = kind.of(HESSIAN), kind.of(SLOPE)
    path = conjugate_gradients(lambda v: H @ v, lambda w: H @ w + b, kind.of([[1], [0], [2]]), 10)
    slopes = [H @ w + b for w in path]
    assert len(path) == 3
    assert slopes[-1].is_zero()
    assert slopes[0].inner(slopes[1]) == 0
    assert conjugate_gradients(lambda v: H @ v, lambda w: H @ w + b, path[-1], 10) == [path[-1]]


def test_conjugate_gradients_stop_when_they_are_told_to():
    H, b = np.diag([1.0, 2.0, 5.0]), np.ones((3, 1))
    path = conjugate_gradients(lambda v: H @ v, lambda w: H @ w + b, np.zeros((3, 1)), 2)
    assert len(path) == 3
    slopes = [H @ w + b for w in path]
    assert abs(slopes[0].T @ slopes[1]).item() < 1e-12
    assert abs(slopes[0].T @ slopes[2]).item() < 1e-12
    assert abs(slopes[1].T @ slopes[2]).item() < 1e-12
    assert float(np.linalg.norm(slopes[2])) > 0.01
    assert Fraction(path[1][0, 0]).limit_denominator(1000) == Fraction(-3, 8)
