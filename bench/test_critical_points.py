"""The exact Hessian of a critical point and its inertia: the widths 5, 4, 4, 5 with 56 parameters, both kinds of saddle."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from bench.summary import describe
from claims.instances import decode
from claims.instances.deep_linear import CriticalPoint, Data, Spectral
from numerics.fractional import FractionMatrix
from numerics.inertia import inertia, sign_changes
from numerics.rational import RationalMatrix, fraction

GROUP = "exact inertia of the 56 x 56 Hessian of a critical point, built from its parametrisation"
KINDS = pytest.mark.parametrize("corner", [1, 0], ids=["strict", "non-strict"])
NEGATIVE = {1: True, 0: False}


def householder(*v: int) -> RationalMatrix:
    """I - 2 v v' / v'v."""
    column = RationalMatrix.column(v)
    return RationalMatrix.eye(len(v)) - column @ column.T * 2 / (column.T @ column)[0, 0]


def point(corner: int) -> CriticalPoint:
    """S = {1, 2, 3} with the corner in the last place of the second layer, all frames turned."""
    U, V, Q = householder(1, 1, 1, 1, 1), householder(1, 0, -1, 1, 2), householder(2, 1, 0, 1, 1, 1)[:5, :]
    delta = RationalMatrix.diagonal([5, 4, 3, 2, 1])
    X = V @ RationalMatrix.diagonal([1, 2, 1, "1/2", 1]) @ Q
    spectral = Spectral(Data(X, U @ delta @ V.T @ Q), U, tuple(delta[i, i] ** 2 for i in range(5)))
    blocks = (RationalMatrix.zeros(1, 5), RationalMatrix.of([[corner]]), RationalMatrix.zeros(2, 1))
    bases = (RationalMatrix.of([[1, 0, 0, 0], [1, 1, 0, 0], [0, -1, 1, 0], [1, 0, 1, 1]]), RationalMatrix.eye(4))
    return CriticalPoint(spectral, (1, 2, 3), blocks, bases)


def decided(text: Any, arithmetic: Any) -> bool:
    """The instance from its JSON form, its Hessian, and whether that has a negative eigenvalue."""
    return inertia(decode(text, arithmetic).network.hessian).negative > 0


@KINDS
def test_rational_matrix(benchmark, corner) -> None:
    text = point(corner).to_json()
    benchmark.group = f"{GROUP}, {'strict' if corner else 'non-strict'}"
    assert benchmark(decided, text, RationalMatrix) == NEGATIVE[corner]
    describe(benchmark, "RationalMatrix, elimination", ours=True, target="target below 10 ms")


@KINDS
def test_fractions(benchmark, corner) -> None:
    text = point(corner).to_json()
    benchmark.group = f"{GROUP}, {'strict' if corner else 'non-strict'}"
    assert benchmark.pedantic(decided, args=(text, FractionMatrix), rounds=1) == NEGATIVE[corner]
    describe(benchmark, "plain fractions, characteristic polynomial", ours=False)


@KINDS
def test_sympy(benchmark, corner) -> None:
    """The Hessian is given; only its characteristic polynomial is SymPy's."""
    hessian = point(corner).network.hessian
    rows = [[QQ(value.numerator, value.denominator) for value in map(fraction, row)] for row in hessian.rows()]
    peer = DomainMatrix(rows, hessian.shape, QQ)
    benchmark.group = f"{GROUP}, {'strict' if corner else 'non-strict'}"

    def negative() -> bool:
        coefficients = peer.charpoly()[::-1]
        return sign_changes([value * (-1) ** k for k, value in enumerate(coefficients)]) > 0

    assert benchmark.pedantic(negative, rounds=1) == NEGATIVE[corner]
    describe(benchmark, "SymPy, characteristic polynomial of the given Hessian", ours=False)
