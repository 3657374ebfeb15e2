"""Matrices built backwards: of exact rank, orthogonal, with prescribed singular values or eigenvalues."""

from __future__ import annotations

from claims.strategies.entropy import Draw
from numerics.rational import RationalMatrix

SHAPES = ("any", "zero", "rank deficient", "coinciding rows", "identity", "rank one", "fractions")


def any_matrix(draw: Draw, rows: int, columns: int, bound: int = 3) -> RationalMatrix:
    """A matrix of the given shape, degenerate in more than half of the cases."""
    kind = draw.pick(SHAPES)
    if kind == "zero":
        return RationalMatrix.zeros(rows, columns)
    if kind == "identity":
        return RationalMatrix.eye(rows, columns)
    if kind == "fractions":
        return draw.rational_matrix(rows, columns, bound)
    if kind == "rank one":
        return draw.matrix(rows, 1, bound) @ draw.matrix(1, columns, bound)
    if kind == "rank deficient":
        return of_rank(draw, rows, columns, draw.integer(0, max(min(rows, columns) - 1, 0)))
    if kind == "coinciding rows":
        one = draw.matrix(1, columns, bound)
        return RationalMatrix.build(rows, 1, lambda i, j: 1) @ one
    return draw.matrix(rows, columns, bound)


def of_rank(draw: Draw, rows: int, columns: int, rank: int) -> RationalMatrix:
    """A matrix of exactly the given rank: L R with identities in the leading blocks, rows and columns in a drawn order."""
    low, wide = draw.matrix(rows - rank, rank, 2), draw.matrix(rank, columns - rank, 2)
    left = RationalMatrix.build(rows, rank, lambda i, j: int(i == j) if i < rank else low.entry(i - rank, j))
    right = RationalMatrix.build(rank, columns, lambda i, j: int(i == j) if j < rank else wide.entry(i, j - rank))
    turn = draw.integer(0, max(rows, columns) - 1)
    turned = left @ right
    return turned[[(i + turn) % rows for i in range(rows)], [(j + turn) % columns for j in range(columns)]]


def orthogonal(draw: Draw, size: int) -> RationalMatrix:
    """A rational orthogonal matrix (I - S)(I + S)^-1 (Cayley, S skew), with signs so that both determinants occur."""
    count = size * (size - 1) // 2
    values = iter(draw.integers(count, 2))
    upper = {(i, j): next(values) for i in range(size) for j in range(i + 1, size)}
    skew = RationalMatrix.build(size, size, lambda i, j: upper[i, j] if i < j else -upper[j, i] if j < i else 0)
    identity = RationalMatrix.eye(size)
    rotation = (identity - skew) @ (identity + skew).inverse()
    flip = RationalMatrix.diagonal([-1 if draw.boolean() else 1] + [1] * (size - 1)) if size else identity
    return rotation @ flip


def with_singular_values(draw: Draw, rows: int, columns: int, values: list[str]) -> RationalMatrix:
    """Q1 diag(values) Q2' with the given rational singular values (at most min(rows, columns); the rest are zero)."""
    middle = RationalMatrix.build(rows, columns, lambda i, j: values[i] if i == j and i < len(values) else 0)
    return orthogonal(draw, rows) @ middle @ orthogonal(draw, columns).T


def with_eigenvalues(draw: Draw, values: list[str]) -> RationalMatrix:
    """The symmetric Q diag(values) Q'."""
    q = orthogonal(draw, len(values))
    return q @ RationalMatrix.diagonal(values) @ q.T
