"""The exact rank of the 101 x 101 Gram matrix of the question's data with its column of ones."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import ZZ
from sympy.polys.matrices import DomainMatrix

from bench.summary import describe
from numerics.rational import RationalMatrix

GROUP = "exact rank of the 101 x 101 Gram matrix"


@pytest.fixture(scope="module")
def gram() -> Any:
    X = RationalMatrix.of([[*(100 * i + j for j in range(100)), 1] for i in range(1500)])
    return X.T @ X


def test_rational_matrix(benchmark, gram) -> None:
    benchmark.group = GROUP
    assert benchmark(gram.rank) == 2
    describe(benchmark, "RationalMatrix.rank", ours=True, target="target below 2 ms")


def test_sympy(benchmark, gram) -> None:
    rows = [[ZZ(int(value)) for value in row] for row in gram.cleared()[0]]
    peer = DomainMatrix(rows, (101, 101), ZZ)
    benchmark.group = GROUP
    assert benchmark.pedantic(peer.to_field().rank, rounds=3) == 2
    describe(benchmark, "SymPy, DomainMatrix.rank", ours=False)
