"""Inertia and definiteness of symmetric matrices over Q, decided exactly.

Two independent methods: symmetric elimination (Sylvester's law of inertia), and the characteristic polynomial with Descartes'
rule of signs, which is exact because every root of a symmetric matrix is real.  :func:`inertia` takes the first for the search's
arithmetic and the second for :class:`~numerics.fractional.FractionMatrix`, so that a refutation is decided again by other means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from numerics.fractional import FractionMatrix
from numerics.matrix import ExactOnlyError, Matrix

M = TypeVar("M", bound=Matrix)


@dataclass(frozen=True)
class Inertia:
    """How many eigenvalues are positive, negative and zero, with multiplicity."""

    positive: int
    negative: int
    zero: int

    @property
    def rank(self) -> int:
        return self.positive + self.negative

    @property
    def signature(self) -> int:
        return self.positive - self.negative


def inertia(S: Matrix) -> Inertia:
    """The inertia of an n x n symmetric exact matrix.

    Raises ValueError where S is not symmetric and ExactOnlyError where its entries are not exact.
    """
    return inertia_by_descartes(S) if isinstance(S, FractionMatrix) else inertia_by_elimination(S)


def inertia_by_elimination(S: Matrix) -> Inertia:
    """The inertia as the signs of the pivots of a symmetric elimination of the core, O(rank^3) integer operations."""
    require_symmetric(S)
    size, rows = S.shape[0], _lower_triangle(_core(S))
    signs, previous = list[bool](), 1
    while rows:
        pivot = next((i for i, row in enumerate(rows) if row[i]), None)
        if pivot is None:
            pivot = _raise_diagonal(rows)
        if pivot is None:
            break
        rows = _brought_last(rows, pivot)
        signs.append((rows[-1][-1] > 0) == (previous > 0))
        previous = _eliminate_last(rows, previous)
    positive = sum(signs)
    return Inertia(positive, len(signs) - positive, size - len(signs))


def inertia_by_descartes(S: Any) -> Inertia:
    """The inertia as the numbers of sign changes of det(t I - S) and det(-t I - S)."""
    require_symmetric(S)
    coefficients = S.charpoly()
    zero = next(k for k, value in enumerate(coefficients) if value)
    positive = sign_changes(coefficients)
    return Inertia(positive, len(coefficients) - 1 - zero - positive, zero)


def is_psd(S: Matrix) -> bool:
    """Every eigenvalue of the symmetric matrix S is at least zero."""
    return inertia(S).negative == 0


def is_pd(S: Matrix) -> bool:
    """Every eigenvalue of the symmetric matrix S is positive."""
    found = inertia(S)
    return found.negative == 0 and found.zero == 0


def negative_direction(S: M) -> M | None:
    """An n x 1 column v with v' S v < 0, checked before it is returned, or None if and only if S is positive semidefinite."""
    rows = _lower_triangle(S)
    labels, pivots, previous = list(range(len(rows))), list[int](), 1
    while rows:
        found = _visible_direction(rows)
        if found is not None:
            return _checked(S, _lifted(S, pivots, {labels[i]: value for i, value in found.items()}))
        pivot = next((i for i, row in enumerate(rows) if row[i]), None)
        if pivot is None:
            return None
        rows = _brought_last(rows, pivot)
        pivots.append(labels.pop(pivot))
        previous = _eliminate_last(rows, previous)
    return None


def sign_changes(values: Sequence[Any]) -> int:
    """The number of sign changes in a sequence, zeros left out (Descartes)."""
    signs = [value > 0 for value in values if value]
    return sum(a != b for a, b in pairwise(signs))


def require_symmetric(S: Any) -> None:
    """Raises ExactOnlyError where S is no exact matrix and ValueError where it is not symmetric."""
    if not (isinstance(S, Matrix) and S.exact):
        raise ExactOnlyError(f"inertia is decided over Q, and {type(S).__name__} is not exact")
    if S.shape[0] != S.shape[1] or S != S.T:
        raise ValueError(f"the {S.shape[0]} x {S.shape[1]} matrix is not symmetric")


def _core(S: Any) -> Any:
    """The principal submatrix on a largest set of independent columns: not singular, and congruent to S but for zeros."""
    pivots = list(S.rref()[1])
    return S if len(pivots) == S.shape[0] else S[pivots, pivots]


def _lower_triangle(S: Matrix) -> list[list[int]]:
    """The lower triangle of a positive multiple of S that is integral; inertia and signs of curvature do not change."""
    require_symmetric(S)
    return [row[: i + 1] for i, row in enumerate(S.cleared()[0])]


def _brought_last(rows: list[list[int]], pivot: int) -> list[list[int]]:
    """The triangle with row and column ``pivot`` moved to the end."""
    if pivot == len(rows) - 1:
        return rows
    after = range(pivot + 1, len(rows))
    last = [*rows[pivot][:pivot], *(rows[i][pivot] for i in after), rows[pivot][pivot]]
    return [*rows[:pivot], *(rows[i][:pivot] + rows[i][pivot + 1 :] for i in after), last]


def _eliminate_last(rows: list[list[int]], previous: int) -> int:
    """Replaces the triangle by the Schur complement of its last diagonal entry, times that entry, and returns the entry.

    Fraction-free (Bareiss): the division by the pivot before is exact, and entries stay as small as minors are.
    """
    *last, head = rows.pop()
    for i, weight in enumerate(last):
        rows[i] = [(head * a - weight * b) // previous for a, b in zip(rows[i], last, strict=False)]
    return head


def _raise_diagonal(rows: list[list[int]]) -> int | None:
    """Where the diagonal is zero, adds row and column j to row and column i of some entry (i, j) that is not, and returns i.

    The 2 x 2 block [[0, b], [b, 0]] becomes [[2b, b], [b, 0]]: a congruence, after which single pivots do.
    """
    found = next(((i, j) for i, row in enumerate(rows) for j in range(i) if row[j]), None)
    if found is None:
        return None
    i, j = found

    def entry(a: int, b: int) -> int:
        return rows[max(a, b)][min(a, b)]

    raised = [entry(i, k) + entry(j, k) if k != i else 2 * entry(i, j) for k in range(len(rows))]
    for k, value in enumerate(raised):
        rows[max(i, k)][min(i, k)] = value
    return i


def _visible_direction(rows: list[list[int]]) -> dict[int, int] | None:
    """A direction of negative curvature on one or two coordinates, where the diagonal shows one."""
    for i, row in enumerate(rows):
        if row[i] < 0:
            return {i: 1}
    for flat in (i for i, row in enumerate(rows) if not row[i]):
        for other in range(len(rows)):
            slope = rows[max(flat, other)][min(flat, other)]
            if slope:
                return {flat: -(rows[other][other] + 1), other: 2 * slope}
    return None


def _lifted(S: Any, pivots: list[int], direction: dict[int, int]) -> Any:
    """The column w - S_PP^-1 S_Pw that carries a direction of the Schur complement back to S."""
    size = S.shape[0]
    column = S.build(size, 1, lambda i, _: direction.get(i, 0))
    if not pivots:
        return column
    shares = S[pivots, pivots].solve((S @ column)[pivots, 0:1])
    where = {index: position for position, index in enumerate(pivots)}
    return S.build(size, 1, lambda i, _: -shares[where[i], 0] if i in where else column[i, 0])


def _checked(S: Any, column: Any) -> Any:
    if not (column.T @ S @ column)[0, 0] < 0:
        raise ArithmeticError("the elimination returned a direction along which the form is not negative")
    return column
