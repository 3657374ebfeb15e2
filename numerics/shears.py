"""Shears: a multiple of one row is added to another, which changes no determinant."""

from __future__ import annotations

from typing import Any

Shear = tuple[int, int, Any]
"""(target, source, factor): row target += factor row source."""


def elementary(like: Any, target: int, source: int, factor: Any) -> Any:
    """The shear as a matrix that multiplies from the left, of the height and arithmetic of ``like``."""
    size = like.shape[0]
    return like.build(size, size, lambda i, j: factor if (i, j) == (target, source) else int(i == j))


def reducing(matrix: Any) -> list[Shear]:
    """Shears that, one after the other, bring an h x n matrix of full column rank to the identity above zeros; for h = n to the
    identity with the determinant in the last place, which no shear changes.

    Raises ValueError where the column rank is not full.
    """
    h, n = matrix.shape
    if matrix.rank() < n:
        raise ValueError("only a matrix of full column rank can be sheared to the identity above zeros")
    shears: list[Shear] = []
    rest = matrix

    def sheared(target: int, source: int, factor: Any) -> None:
        nonlocal rest
        if factor != 0:
            rest = elementary(matrix, target, source, factor) @ rest
            shears.append((target, source, factor))

    for column in range(n):
        if column + 1 < h and rest[column, column] != 1:
            spare = next((i for i in range(column + 1, h) if rest[i, column] != 0), None)
            if spare is None:
                spare = column + 1
                sheared(spare, column, 1 / rest[column, column])
            sheared(column, spare, (1 - rest[column, column]) / rest[spare, column])
        for i in range(h):
            if i != column:
                sheared(i, column, -rest[i, column] / rest[column, column])
    return shears
