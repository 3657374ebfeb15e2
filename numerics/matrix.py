"""What every matrix of this project offers, whatever its entries are, and the functions that also take NumPy arrays.

A formula that uses ``@ + - * / .T``, indexing and the functions below runs unchanged on
:class:`~numerics.rational.RationalMatrix`, :class:`~numerics.fractional.FractionMatrix`, :class:`~numerics.balls.BallMatrix`
and :class:`numpy.ndarray`.  ``*`` and ``/`` take scalars only; matrices multiply by ``@``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from math import lcm
from typing import Any, ClassVar, Self


class SingularError(ArithmeticError):
    """A linear system without a unique solution was asked for one."""


class UncertainError(ArithmeticError):
    """Enclosures are too wide to go on; a higher precision may do."""


class ExactOnlyError(TypeError):
    """A floating-point number was about to be taken for an exact one."""


class Matrix:
    """The shared part of the matrix types: shapes, slices, blocks, Kronecker products.

    A subclass provides ``zeros``, ``build``, ``scalar``, ``shape``, ``entry``, ``T``, ``__add__``, ``__neg__``, ``__matmul__``
    and ``scaled``; everything here follows from these.
    """

    __slots__ = ()
    exact: ClassVar[bool] = True
    __array_ufunc__ = None  # NumPy leaves mixed expressions to us, and we refuse them

    @classmethod
    def build(cls, rows: int, columns: int, entry: Callable[[int, int], Any]) -> Self:
        """The matrix with ``entry(i, j)`` at row i and column j."""
        raise NotImplementedError

    @classmethod
    def scalar(cls, value: Any) -> Any:
        """The scalar of this arithmetic that equals ``value`` (an int, a Fraction, or text such as ``-3/4``)."""
        raise NotImplementedError

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], columns: int | None = None) -> Self:
        """The matrix with the given rows; ``columns`` says how wide a matrix without rows is."""
        width = len(rows[0]) if rows else (columns or 0)
        if any(len(row) != width for row in rows):
            raise ValueError("the rows differ in length")
        return cls.build(len(rows), width, lambda i, j: rows[i][j])

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Self:
        return cls.build(rows, columns, lambda i, j: 0)

    @classmethod
    def eye(cls, size: int, columns: int | None = None) -> Self:
        """The identity, or the rectangular identity with ones on its main diagonal."""
        return cls.build(size, size if columns is None else columns, lambda i, j: int(i == j))

    @classmethod
    def diagonal(cls, values: Sequence[Any]) -> Self:
        return cls.build(len(values), len(values), lambda i, j: values[i] if i == j else 0)

    @classmethod
    def column(cls, values: Sequence[Any]) -> Self:
        return cls.build(len(values), 1, lambda i, j: values[i])

    @property
    def shape(self) -> tuple[int, int]:
        raise NotImplementedError

    @property
    def T(self) -> Self:  # noqa: N802 - the name that ndarray gives it
        raise NotImplementedError

    def entry(self, i: int, j: int) -> Any:
        raise NotImplementedError

    def scaled(self, factor: Any) -> Self:
        raise NotImplementedError

    def __add__(self, other: Any) -> Self:
        raise NotImplementedError

    def __neg__(self) -> Self:
        raise NotImplementedError

    def __matmul__(self, other: Any) -> Self:
        raise NotImplementedError

    def __sub__(self, other: Any) -> Self:
        return self + (-other)

    def __mul__(self, factor: Any) -> Self:
        return NotImplemented if hasattr(factor, "lifted") else self.scaled(factor)  # a power series multiplies by itself

    def __rmul__(self, factor: Any) -> Self:
        return self.scaled(factor)

    def __truediv__(self, divisor: Any) -> Self:
        return self.scaled(self.scalar(1) / self.scalar(divisor))

    def __getitem__(self, index: tuple[Any, Any]) -> Any:
        rows, columns = index
        if isinstance(rows, int) and isinstance(columns, int):
            m, n = self.shape
            if not (-m <= rows < m and -n <= columns < n):
                raise IndexError(f"entry {rows}, {columns} of a {m} x {n} matrix")
            return self.entry(rows % m, columns % n)
        return self._cut(_indices(rows, self.shape[0]), _indices(columns, self.shape[1]))

    def _cut(self, rows: Sequence[int], columns: Sequence[int]) -> Self:
        """The submatrix of the given rows and columns."""
        return self.build(len(rows), len(columns), lambda i, j: self.entry(rows[i], columns[j]))

    def __iter__(self) -> Iterable[Any]:
        raise TypeError("iterate over .rows()")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise ExactOnlyError("an exact matrix does not turn into floats by itself; use .to_floats()")

    def rows(self) -> list[list[Any]]:
        m, n = self.shape
        return [[self.entry(i, j) for j in range(n)] for i in range(m)]

    def entries(self) -> list[Any]:
        """The entries row by row (C order)."""
        return [value for row in self.rows() for value in row]

    def cleared(self) -> tuple[list[list[int]], int]:
        """Integer rows and the least positive integer d such that self = rows / d.  For exact matrices."""
        rows = self.rows()
        common = lcm(*(int(value.denominator) for row in rows for value in row))
        return [[int(value.numerator) * (common // int(value.denominator)) for value in row] for row in rows], common

    def reshape(self, rows: int, columns: int) -> Self:
        """The same entries in C order under another shape."""
        m, n = self.shape
        if rows * columns != m * n:
            raise ValueError(f"{m} x {n} entries do not fill {rows} x {columns}")
        return self.build(rows, columns, lambda i, j: self.entry(*divmod(i * columns + j, n)))

    def kron(self, other: Self) -> Self:
        p, q = other.shape
        m, n = self.shape
        return self.build(m * p, n * q, lambda i, j: self.entry(i // p, j // q) * other.entry(i % p, j % q))

    def trace(self) -> Any:
        m, n = self.shape
        if m != n:
            raise ValueError(f"the trace of a {m} x {n} matrix")
        return sum((self.entry(i, i) for i in range(m)), self.scalar(0))

    def inner(self, other: Any) -> Any:
        """The Frobenius inner product, the trace of self' other."""
        if self.shape != other.shape:
            raise ValueError(f"the inner product of shapes {self.shape} and {other.shape}")
        return sum((x * y for x, y in zip(self.entries(), other.entries(), strict=True)), self.scalar(0))

    def ones(self, rows: int, columns: int) -> Self:
        """A matrix of ones in this arithmetic."""
        return self.build(rows, columns, lambda i, j: 1)

    def is_zero(self) -> bool:
        return all(value == 0 for value in self.entries())

    def to_floats(self) -> Any:
        """The nearest doubles, as an ndarray (rounds, and says so by its name)."""
        import numpy as np

        m, n = self.shape
        return np.array([[_nearest(value) for value in row] for row in self.rows()], dtype=float).reshape(m, n)

    def __repr__(self) -> str:
        m, n = self.shape
        inside = "; ".join(" ".join(str(value) for value in row) for row in self.rows())
        return f"{type(self).__name__}({m}x{n}: {inside})"


def _indices(index: Any, size: int) -> range | list[int]:
    if isinstance(index, slice):
        return range(size)[index]
    if isinstance(index, int):
        return [range(size)[index]]
    return [range(size)[i] for i in index]


def _nearest(value: Any) -> float:
    if hasattr(value, "numerator"):
        return int(value.numerator) / int(value.denominator)
    return float(value)


def _is_array(a: Any) -> bool:
    """An ndarray, and not one of our matrices or power series, which bring their own methods."""
    return not hasattr(a, "kron")


def _beside(a: Any, b: Any) -> Any:
    """``a``, as a constant power series where ``b`` is a power series (:class:`~numerics.jets.Jet`)."""
    return b.lifted(a) if hasattr(b, "lifted") else a


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product a (x) b of two matrices of one kind."""
    left = _beside(a, b)
    if not _is_array(left):
        return left.kron(b)
    import numpy as np

    return np.kron(a, b)


def vec(a: Any) -> Any:
    """The columns of an m x n matrix stacked into an mn x 1 column."""
    return a.T.reshape(a.shape[0] * a.shape[1], 1)


def unvec(column: Any, rows: int, columns: int) -> Any:
    """The rows x columns matrix whose :func:`vec` is the given column."""
    return column.reshape(columns, rows).T


def row_vec(a: Any) -> Any:
    """The rows of an m x n matrix stacked into an mn x 1 column (NumPy's C order)."""
    return a.reshape(a.shape[0] * a.shape[1], 1)


def block(grid: Sequence[Sequence[Any]]) -> Any:
    """The matrix put together from a grid of blocks; heights agree along rows and widths along columns."""
    series = next((piece for row in grid for piece in row if hasattr(piece, "lifted")), None)
    if series is not None:
        return series.block(grid)
    first = grid[0][0]
    if _is_array(first):
        import numpy as np

        return np.block([list(row) for row in grid])
    heights = [row[0].shape[0] for row in grid]
    widths = [piece.shape[1] for piece in grid[0]]
    for row, height in zip(grid, heights, strict=True):
        for piece, width in zip(row, widths, strict=True):
            if piece.shape != (height, width):
                raise ValueError(f"a block of shape {piece.shape} where {(height, width)} fits")
    layers = (zip(*(piece.rows() for piece in row), strict=True) for row in grid)
    rows = [list(chain(*pieces)) for layer in layers for pieces in layer]
    return type(first).of(rows, columns=sum(widths))


def hstack(*pieces: Any) -> Any:
    return block([pieces])


def vstack(*pieces: Any) -> Any:
    return block([[piece] for piece in pieces])


def eye_like(a: Any, size: int) -> Any:
    """The identity of the given size in the arithmetic of ``a``."""
    if not _is_array(a):
        return a.eye(size)
    import numpy as np

    return np.eye(size)


def zeros_like(a: Any, rows: int, columns: int) -> Any:
    """A zero matrix of the given shape in the arithmetic of ``a``."""
    if not _is_array(a):
        return a.zeros(rows, columns)
    import numpy as np

    return np.zeros((rows, columns))


def ones_like(a: Any, rows: int, columns: int) -> Any:
    """A matrix of ones of the given shape in the arithmetic of ``a``."""
    if not _is_array(a):
        return a.ones(rows, columns)
    import numpy as np

    return np.ones((rows, columns))


def trace(a: Any) -> Any:
    return a.trace()


def inner(a: Any, b: Any) -> Any:
    """The Frobenius inner product, the trace of a' b."""
    left = _beside(a, b)
    return (left * b).sum() if _is_array(left) else left.inner(b)


def frobenius_squared(a: Any) -> Any:
    """The sum of the squared entries."""
    return inner(a, a)


def product(factors: Sequence[Any]) -> Any:
    """factors[0] @ factors[1] @ ...; at least one factor."""
    result = factors[0]
    for factor in factors[1:]:
        result = result @ factor
    return result
