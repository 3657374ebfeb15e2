"""Schur and Cohn's recursion against the roots of the polynomial, and powers of matrices."""

import numpy as np
import pytest

from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix
from numerics.stability import contracts, is_schur_stable, powers_converge

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])


def test_agrees_with_the_roots():
    random, seen = np.random.RandomState(0), set()
    for _ in range(300):
        coefficients = [int(value) for value in random.randint(-4, 5, size=random.randint(1, 5))] + [int(random.randint(1, 7))]
        largest = max((abs(root) for root in np.roots(coefficients[::-1])), default=0)
        if abs(largest - 1) > 1e-6:
            kind = RationalMatrix.scalar
            assert is_schur_stable([kind(value) for value in coefficients]) == (largest < 1)
            assert is_schur_stable([-kind(value) for value in coefficients]) == (largest < 1)
            seen.add(largest < 1)
    assert seen == {True, False}


@BOTH
@pytest.mark.parametrize(
    ("rows", "tends_to_zero", "converges"),
    [
        ([["1/2", 5], [0, "-1/3"]], True, True),
        ([[1, 0], [0, "1/2"]], False, True),
        ([[1, 1], [0, 1]], False, False),
        ([[-1]], False, False),
        ([[1]], False, True),
        ([[0, -1], [1, 0]], False, False),
        ([[0, "-9/10"], ["9/10", 0]], True, True),
        ([[2]], False, False),
        ([[1, 0, 3], [0, 1, 4], [0, 0, 0]], False, True),
        ([[1, 0, 0, 0], [0, "9/10", 0, 0], [0, 0, "4/5", 0], [0, 0, 0, "7/10"]], False, True),
        ([[1, 0, 0, 0], [0, "-9/10", 0, 0], [0, 0, "-4/5", 0], [0, 0, 0, "-7/10"]], False, True),
        ([[1, 0, 0, 0], [0, "-9/10", 0, 0], [0, 0, "-11/10", 0], [0, 0, 0, "1/2"]], False, False),
    ],
)
def test_powers(kind, rows, tends_to_zero, converges):
    A = kind.of(rows)
    assert contracts(A) is tends_to_zero
    assert powers_converge(A) is converges
