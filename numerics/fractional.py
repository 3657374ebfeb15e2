"""Matrices over :class:`fractions.Fraction`: the second arithmetic, in which a refutation is decided again.

Nothing here is shared with :mod:`numerics.rational` but the interface; every algorithm is written out on plain lists.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import mul
from typing import Any, Self

from numerics.matrix import ExactOnlyError, Matrix, SingularError


class FractionMatrix(Matrix):
    """An immutable matrix over Q on nested tuples of ``Fraction``."""

    __slots__ = ("_columns", "_rows")

    def __init__(self, rows: tuple[tuple[Fraction, ...], ...], columns: int) -> None:
        self._rows = rows
        self._columns = columns

    @classmethod
    def scalar(cls, value: Any) -> Fraction:
        if isinstance(value, float):
            raise ExactOnlyError(f"{value!r} is a float; say Fraction(value) if its dyadic value is meant")
        return Fraction(value)

    @classmethod
    def build(cls, rows: int, columns: int, entry: Callable[[int, int], Any]) -> Self:
        return cls(tuple(tuple(cls.scalar(entry(i, j)) for j in range(columns)) for i in range(rows)), columns)

    @classmethod
    def integers(cls, rows: int, columns: int, values: Any) -> Self:
        return cls.build(rows, columns, lambda i, j: values[i * columns + j])

    @classmethod
    def from_doubles(cls, array: Any) -> Self:
        """The dyadic rationals that the doubles of a two-dimensional array are."""
        m, n = array.shape
        return cls.build(m, n, lambda i, j: Fraction(*float(array[i, j]).as_integer_ratio()))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self._rows), self._columns

    @property
    def T(self) -> Self:  # noqa: N802
        m, n = self.shape
        return type(self)(tuple(tuple(self._rows[i][j] for i in range(m)) for j in range(n)), m)

    def entry(self, i: int, j: int) -> Fraction:
        return self._rows[i][j]

    def scaled(self, factor: Any) -> Self:
        scale = self.scalar(factor)
        return type(self)(tuple(tuple(scale * value for value in row) for row in self._rows), self._columns)

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, FractionMatrix):
            return NotImplemented
        if self.shape != other.shape:
            raise ValueError(f"the sum of shapes {self.shape} and {other.shape}")
        pairs = zip(self._rows, other._rows, strict=True)
        return type(self)(tuple(tuple(a + b for a, b in zip(x, y, strict=True)) for x, y in pairs), self._columns)

    def __neg__(self) -> Self:
        return self.scaled(-1)

    def __matmul__(self, other: Any) -> Self:
        if not isinstance(other, FractionMatrix):
            return NotImplemented
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"the product of shapes {self.shape} and {other.shape}")
        columns = list(zip(*other._rows, strict=True)) if other.shape[0] else [()] * other.shape[1]
        rows = tuple(tuple(_dot(row, column) for column in columns) for row in self._rows)
        return type(self)(rows, other.shape[1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FractionMatrix) and self.shape == other.shape and self._rows == other._rows

    def __hash__(self) -> int:
        return hash((self.shape, self._rows))

    def rref(self) -> tuple[Self, tuple[int, ...]]:
        """The reduced row echelon form and its pivot columns, by Gauss-Jordan elimination."""
        m, n = self.shape
        work = [list(row) for row in self._rows]
        pivots: list[int] = []
        for j in range(n):
            top = len(pivots)
            found = next((i for i in range(top, m) if work[i][j]), None)
            if found is None:
                continue
            work[top], work[found] = work[found], work[top]
            head = work[top][j]
            work[top] = [value / head for value in work[top]]
            for i in range(m):
                if i != top and work[i][j]:
                    factor = work[i][j]
                    work[i] = [a - factor * b for a, b in zip(work[i], work[top], strict=True)]
            pivots.append(j)
        return type(self)(tuple(tuple(row) for row in work), n), tuple(pivots)

    def rank(self) -> int:
        return len(self.rref()[1])

    def nullspace(self) -> Self:
        """A basis of the kernel as columns: one for each column without a pivot."""
        reduced, pivots = self.rref()
        n = self._columns
        basis = []
        for free in (j for j in range(n) if j not in pivots):
            vector = [Fraction(0)] * n
            vector[free] = Fraction(1)
            for row, column in enumerate(pivots):
                vector[column] = -reduced.entry(row, free)
            basis.append(vector)
        return type(self).build(n, len(basis), lambda i, k: basis[k][i])

    def solve(self, right: Self) -> Self:
        """The unique x with self x = right.  Raises SingularError where there is none or more than one."""
        m, n = self.shape
        if m != n:
            raise SingularError(f"a {m} x {n} system has no unique solution in general")
        width = right.shape[1]
        joined = type(self)(tuple(a + b for a, b in zip(self._rows, right._rows, strict=True)), n + width)
        reduced, pivots = joined.rref()
        if pivots[:n] != tuple(range(n)):
            raise SingularError("the matrix is singular")
        return type(self).build(n, width, lambda i, j: reduced.entry(i, n + j))

    def inverse(self) -> Self:
        return self.solve(type(self).eye(self.shape[0]))

    def det(self) -> Fraction:
        m, n = self.shape
        if m != n:
            raise ValueError(f"the determinant of a {m} x {n} matrix")
        return (-1) ** m * self.charpoly()[0]

    def charpoly(self) -> list[Fraction]:
        """Coefficients of det(t I - self), the constant one first, by Faddeev and LeVerrier's recursion over Z."""
        n = self.shape[0]
        integers, common = self.cleared()
        return [value / Fraction(common) ** (n - k) for k, value in enumerate(_faddeev(integers))]

    def minpoly(self) -> list[Fraction]:
        """Coefficients of the monic minimal polynomial: the first power that the lower ones span."""
        n = self.shape[0]
        power = type(self).eye(n)
        flat = [power.entries()]
        while True:
            columns = type(self).build(n * n, len(flat), lambda i, k: flat[k][i])
            kernel = columns.nullspace()
            if kernel.shape[1]:
                relation = [kernel.entry(i, 0) for i in range(len(flat))]
                return [value / relation[-1] for value in relation]
            power = power @ self
            flat.append(power.entries())


def _faddeev(matrix: list[list[int]]) -> list[int]:
    """Coefficients of det(t I - matrix) for a matrix of integers; every division in the recursion is exact."""
    size = len(matrix)
    coefficients = [1]
    power = [[0] * size for _ in range(size)]
    for k in range(1, size + 1):
        columns = [list(column) for column in zip(*power, strict=True)]
        power = [[sum(map(mul, row, column)) for column in columns] for row in matrix]
        for i in range(size):
            power[i][i] += coefficients[-1]
        trace = sum(sum(map(mul, row, column)) for row, column in zip(matrix, zip(*power, strict=True), strict=True))
        coefficients.append(-trace // k)
    return coefficients[::-1]


def _dot(row: tuple[Fraction, ...], column: tuple[Fraction, ...]) -> Fraction:
    return sum((a * b for a, b in zip(row, column, strict=True) if a and b), Fraction(0))
