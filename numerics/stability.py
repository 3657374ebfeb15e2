"""Whether powers of a matrix tend to zero, or converge at all: decided over Q by Schur and Cohn's recursion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def is_schur_stable(coefficients: Sequence[Any]) -> bool:
    """Whether all complex roots lie inside the unit circle; rational coefficients, the constant one first, the last one not 0.

    p with |p_0| < |p_n| is stable if and only if (p_n p - p_0 p*) / t is, p* being the reversed polynomial (Schur, Cohn).
    """
    p = list(coefficients)
    while len(p) > 1:
        first, last = p[0], p[-1]
        if not abs(first) < abs(last):
            return False
        p = [last * a - first * b for a, b in zip(p, reversed(p), strict=True)][1:]
        p = [value / p[-1] for value in p]
    return True


def contracts(A: Any) -> bool:
    """A^k tends to zero: the spectral radius of the square matrix A is less than 1."""
    return is_schur_stable(A.charpoly())


def powers_converge(A: Any) -> bool:
    """A^k converges: apart from a simple factor t - 1 the minimal polynomial of A has its roots inside the unit circle."""
    p = list(A.minpoly())
    if sum(p) == 0:
        p = _divided_by_t_minus_one(p)
    return is_schur_stable(p)


def _divided_by_t_minus_one(p: list[Any]) -> list[Any]:
    quotient = [p[-1]]
    for value in reversed(p[1:-1]):
        quotient.append(quotient[-1] + value)
    return quotient[::-1]
