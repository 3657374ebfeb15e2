"""Exact least squares over any arithmetic with ``rref`` and ``solve``; no floating point, no normal-equation shortcuts that need
rank.
"""

from __future__ import annotations

from typing import Any


def rank_factors(matrix: Any) -> tuple[Any, Any]:
    """m x r and r x n factors of full rank with the given m x n product: independent columns times the reduced rows."""
    reduced, pivots = matrix.rref()
    return matrix[:, list(pivots)], reduced[: len(pivots), :]


def minimum_norm_solution(matrix: Any, right: Any) -> Any:
    """The x of least norm among the minimisers of |matrix x - right| (Moore and Penrose), n x k for right of shape m x k.

    With matrix = B C, both of full rank, x = C'(CC')^-1 (B'B)^-1 B' right.
    """
    left, rows = rank_factors(matrix)
    part = (left.T @ left).solve(left.T @ right)
    return rows.T @ (rows @ rows.T).solve(part)
