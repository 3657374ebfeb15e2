"""Matrices over the rationals on python-flint: the arithmetic of the search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Self

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from numerics.matrix import ExactOnlyError, Matrix, SingularError

_FEW = 16
_SMALL = {value: fmpq(value) for value in range(-_FEW, _FEW + 1)}
"""Most integers that become rationals are these; flint's numbers are immutable."""


def rational(value: Any) -> fmpq:
    """``value`` as an exact rational; an int, a Fraction, a flint number or text such as ``-3/4``.

    Raises ExactOnlyError for a float: call :func:`from_double` to say that the dyadic rational is meant.
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, int):
        return _SMALL[value] if -_FEW <= value <= _FEW else fmpq(value)
    if isinstance(value, str):
        return _parsed(value)
    if isinstance(value, fmpz):
        return fmpq(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    raise ExactOnlyError(f"{value!r} is not exact; from_double() makes a double the dyadic rational that it is")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> fmpq:
    number = Fraction(text)
    return fmpq(number.numerator, number.denominator)


def from_double(value: float) -> fmpq:
    """The dyadic rational that a finite double is.  Raises ValueError for infinities and NaN."""
    try:
        return fmpq(*float(value).as_integer_ratio())
    except (OverflowError, ValueError) as problem:
        raise ValueError(f"{value} is not a finite double") from problem


def fraction(value: Any) -> Fraction:
    """An exact scalar of either arithmetic as a ``Fraction``."""
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, fmpz):
        return Fraction(int(value))
    return Fraction(value)


class RationalMatrix(Matrix):
    """An immutable matrix over Q.  ``RationalMatrix.of([[1, "1/2"], [0, 3]])``."""

    __slots__ = ("_m",)

    def __init__(self, matrix: fmpq_mat) -> None:
        if not isinstance(matrix, fmpq_mat):
            raise ExactOnlyError(f"RationalMatrix takes an fmpq_mat, not {type(matrix).__name__}")
        self._m = matrix

    @classmethod
    def build(cls, rows: int, columns: int, entry: Callable[[int, int], Any]) -> Self:
        return cls(fmpq_mat(rows, columns, _exact([entry(i, j) for i in range(rows) for j in range(columns)])))

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], columns: int | None = None) -> Self:
        width = len(rows[0]) if rows else (columns or 0)
        if any(len(row) != width for row in rows):
            raise ValueError("the rows differ in length")
        return cls(fmpq_mat(len(rows), width, _exact([value for row in rows for value in row])))

    @classmethod
    def integers(cls, rows: int, columns: int, values: Sequence[int]) -> Self:
        """From integers in C order, without a conversion per entry."""
        return cls(fmpq_mat(fmpz_mat(rows, columns, list(values))))

    @classmethod
    def from_doubles(cls, array: Any) -> Self:
        """The dyadic rationals that the doubles of a two-dimensional array are."""
        rows = [[from_double(value) for value in row] for row in array.tolist()]
        return cls.of(rows, columns=array.shape[1])

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Self:
        return cls(fmpq_mat(rows, columns))

    @classmethod
    def eye(cls, size: int, columns: int | None = None) -> Self:
        matrix = fmpq_mat(size, size if columns is None else columns)
        for i in range(min(size, matrix.ncols())):
            matrix[i, i] = 1
        return cls(matrix)

    @classmethod
    def diagonal(cls, values: Sequence[Any]) -> Self:
        matrix = fmpq_mat(len(values), len(values))
        for i, value in enumerate(values):
            matrix[i, i] = rational(value)
        return cls(matrix)

    @classmethod
    def scalar(cls, value: Any) -> fmpq:
        return rational(value)

    @property
    def flint(self) -> fmpq_mat:
        """A copy of the underlying matrix."""
        return fmpq_mat(self._m)

    @property
    def shape(self) -> tuple[int, int]:
        return self._m.nrows(), self._m.ncols()

    @property
    def T(self) -> Self:  # noqa: N802
        return type(self)(self._m.transpose())

    def entry(self, i: int, j: int) -> fmpq:
        return self._m[i, j]

    def entries(self) -> list[fmpq]:
        return self._m.entries()

    def rows(self) -> list[list[fmpq]]:
        m, n = self.shape
        flat = self._m.entries()
        return [flat[i * n : (i + 1) * n] for i in range(m)]

    def _cut(self, rows: Sequence[int], columns: Sequence[int]) -> Self:
        m, n = self.shape
        if 2 * len(rows) * len(columns) <= m * n:
            chosen = [self._m[i, j] for i in rows for j in columns]
        else:
            flat = self._m.entries()
            chosen = [flat[i * n + j] for i in rows for j in columns]
        return type(self)(fmpq_mat(len(rows), len(columns), chosen))

    def scaled(self, factor: Any) -> Self:
        return type(self)(self._m * rational(factor))

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return type(self)(self._m + other._m)

    def __sub__(self, other: Any) -> Self:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return type(self)(self._m - other._m)

    def __neg__(self) -> Self:
        return type(self)(-self._m)

    def __matmul__(self, other: Any) -> Self:
        if not isinstance(other, RationalMatrix):
            return NotImplemented
        return type(self)(self._m * other._m)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RationalMatrix) and self.shape == other.shape and bool(self._m == other._m)

    def __hash__(self) -> int:
        return hash((self.shape, tuple((int(value.p), int(value.q)) for value in self._m.entries())))

    def kron(self, other: Self) -> Self:
        (m, n), (p, q) = self.shape, other.shape
        right, nothing = other.rows(), [fmpq(0)] * q
        flat: list[fmpq] = []
        for row in self.rows():
            for line in right:
                for x in row:
                    flat += [x * y for y in line] if x else nothing
        return type(self)(fmpq_mat(m * p, n * q, flat))

    def cleared(self) -> tuple[list[list[int]], int]:
        m, n = self.shape
        numerators, common = self._m.numer_denom()
        flat = [int(value) for value in numerators.entries()]
        return [flat[i * n : (i + 1) * n] for i in range(m)], int(common)

    def is_zero(self) -> bool:
        return not any(self._m.entries())

    def rank(self) -> int:
        return self._m.rank()

    def rref(self) -> tuple[Self, tuple[int, ...]]:
        """The reduced row echelon form and its pivot columns."""
        reduced, rank = self._m.rref()
        pivots: list[int] = []
        for i in range(rank):
            after = pivots[-1] + 1 if pivots else 0
            pivots.append(next(j for j in range(after, reduced.ncols()) if reduced[i, j]))
        return type(self)(reduced), tuple(pivots)

    def nullspace(self) -> Self:
        """A basis of the kernel of an m x n matrix as the columns of an n x (n - rank) matrix."""
        return _kernel(self)

    def solve(self, right: Self) -> Self:
        """The unique x with self x = right.  Raises SingularError where there is none or more than one."""
        m, n = self.shape
        if m != n:
            raise SingularError(f"a {m} x {n} system has no unique solution in general")
        try:
            return type(self)(self._m.solve(right._m))
        except ZeroDivisionError as problem:
            raise SingularError("the matrix is singular") from problem

    def inverse(self) -> Self:
        return self.solve(type(self).eye(self.shape[0]))

    def det(self) -> fmpq:
        return self._m.det()

    def charpoly(self) -> list[fmpq]:
        """Coefficients of det(t I - self), the constant one first."""
        return list(self._m.charpoly().coeffs())

    def minpoly(self) -> list[fmpq]:
        """Coefficients of the monic minimal polynomial, the constant one first."""
        return list(self._m.minpoly().coeffs())


def _exact(values: list[Any]) -> list[fmpq]:
    return values if set(map(type, values)) == {fmpq} else [rational(value) for value in values]


def _kernel(matrix: Any) -> Any:
    reduced, pivots = matrix.rref()
    n = matrix.shape[1]
    free = [j for j in range(n) if j not in pivots]
    where = {column: row for row, column in enumerate(pivots)}

    def entry(i: int, k: int) -> Any:
        if i in where:
            return -reduced.entry(where[i], free[k])
        return int(i == free[k])

    return type(matrix).build(n, len(free), entry)
