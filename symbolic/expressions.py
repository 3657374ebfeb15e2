"""Matrix expressions as they are written: named letters with symbolic dimensions, and the operations of matrix calculus.

Nothing is simplified here.  :mod:`symbolic.normal` brings an expression into normal form, :mod:`symbolic.sampling` puts rational
matrices into it and :mod:`symbolic.rendering` writes it in LaTeX; the three read the same tree and share nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy

Shape = tuple[sympy.Expr, sympy.Expr]
ONE = sympy.Integer(1)


class DimensionError(ValueError):
    """Matrices were put together whose dimensions do not agree for all sizes."""


def same(a: Any, b: Any) -> bool:
    """Whether two symbolic dimensions agree for all sizes."""
    return a == b or sympy.expand(a - b) == 0


def agree(a: Any, b: Any, what: str) -> None:
    """Raises DimensionError unless the two symbolic dimensions are the same."""
    if not same(a, b):
        raise DimensionError(f"{what}: {a} and {b} are not the same dimension")


class Expression:
    """A matrix of symbolic shape.  ``@`` multiplies matrices, ``*`` and ``/`` take SymPy scalars, ``.T`` transposes."""

    @property
    def shape(self) -> Shape:
        raise NotImplementedError

    @property
    def T(self) -> Expression:  # noqa: N802 - the name that ndarray gives it
        return self.expression if isinstance(self, Transpose) else Transpose(self)

    @property
    def inverse(self) -> Expression:
        return Inverse(self)

    def __add__(self, other: Expression) -> Expression:
        return Sum((*_parts(self, Sum), *_parts(other, Sum)))

    def __sub__(self, other: Expression) -> Expression:
        return self + (-other)

    def __neg__(self) -> Expression:
        return self * -1

    def __matmul__(self, other: Expression) -> Expression:
        return Product((*_parts(self, Product), *_parts(other, Product)))

    def __mul__(self, scalar: Any) -> Expression:
        factor = sympy.sympify(scalar)
        if isinstance(self, Scaled):
            return Scaled(self.scalar * factor, self.expression)
        return Scaled(factor, self)

    __rmul__ = __mul__

    def __truediv__(self, scalar: Any) -> Expression:
        return self * (1 / sympy.sympify(scalar))


def _parts(expression: Expression, kind: Any) -> tuple[Expression, ...]:
    return expression.parts if isinstance(expression, kind) else (expression,)


@dataclass(frozen=True)
class Letter(Expression):
    """A named matrix.  ``draw(sample, rows, columns)`` builds a rational one that has the properties it is assumed to have."""

    name: str
    rows: sympy.Expr
    columns: sympy.Expr
    symmetric: bool = False
    draw: Callable[[Any, int, int], Any] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", sympy.sympify(self.rows))
        object.__setattr__(self, "columns", sympy.sympify(self.columns))
        if self.symmetric:
            agree(self.rows, self.columns, f"the symmetric matrix {self.name}")

    def __hash__(self) -> int:
        return hash(self.name)  # letters are hashed all the time, SymPy dimensions slowly

    @property
    def shape(self) -> Shape:
        return self.rows, self.columns


@dataclass(frozen=True)
class Identity(Expression):
    size: sympy.Expr

    @property
    def shape(self) -> Shape:
        return self.size, self.size


@dataclass(frozen=True)
class Zero(Expression):
    rows: sympy.Expr
    columns: sympy.Expr

    @property
    def shape(self) -> Shape:
        return self.rows, self.columns


@dataclass(frozen=True)
class Sum(Expression):
    parts: tuple[Expression, ...]

    def __post_init__(self) -> None:
        for part in self.parts[1:]:
            for a, b in zip(self.parts[0].shape, part.shape, strict=True):
                agree(a, b, "a sum")

    @property
    def shape(self) -> Shape:
        return self.parts[0].shape


@dataclass(frozen=True)
class Product(Expression):
    parts: tuple[Expression, ...]

    def __post_init__(self) -> None:
        for left, right in zip(self.parts, self.parts[1:], strict=False):
            agree(left.shape[1], right.shape[0], "a product")

    @property
    def shape(self) -> Shape:
        return self.parts[0].shape[0], self.parts[-1].shape[1]


@dataclass(frozen=True)
class Scaled(Expression):
    """A commutative SymPy expression times a matrix."""

    scalar: sympy.Expr
    expression: Expression

    @property
    def shape(self) -> Shape:
        return self.expression.shape


@dataclass(frozen=True)
class Transpose(Expression):
    expression: Expression

    @property
    def shape(self) -> Shape:
        rows, columns = self.expression.shape
        return columns, rows


@dataclass(frozen=True)
class Inverse(Expression):
    """The inverse of a letter that is assumed invertible, or of a product of such letters."""

    expression: Expression

    def __post_init__(self) -> None:
        agree(*self.expression.shape, "an inverse")

    @property
    def shape(self) -> Shape:
        return self.expression.shape


@dataclass(frozen=True)
class Kronecker(Expression):
    left: Expression
    right: Expression

    @property
    def shape(self) -> Shape:
        (m, n), (p, q) = self.left.shape, self.right.shape
        return m * p, n * q


@dataclass(frozen=True)
class Vec(Expression):
    """The columns (or, ``by_rows``, the rows) of an m x n matrix stacked into an mn x 1 column."""

    expression: Expression
    by_rows: bool = False

    @property
    def shape(self) -> Shape:
        rows, columns = self.expression.shape
        return rows * columns, ONE


@dataclass(frozen=True)
class Trace(Expression):
    """The trace, as a 1 x 1 matrix."""

    expression: Expression

    def __post_init__(self) -> None:
        agree(*self.expression.shape, "a trace")

    @property
    def shape(self) -> Shape:
        return ONE, ONE


@dataclass(frozen=True)
class Block(Expression):
    """A grid of blocks; heights agree along rows and widths along columns."""

    grid: tuple[tuple[Expression, ...], ...]

    def __post_init__(self) -> None:
        for row in self.grid:
            for piece, top in zip(row, self.grid[0], strict=True):
                agree(piece.shape[0], row[0].shape[0], "a row of blocks")
                agree(piece.shape[1], top.shape[1], "a column of blocks")

    @property
    def shape(self) -> Shape:
        return sum((row[0].shape[0] for row in self.grid), sympy.S.Zero), sum(
            (piece.shape[1] for piece in self.grid[0]), sympy.S.Zero
        )


@dataclass(frozen=True)
class Named(Expression):
    """An abbreviation: written as ``name``, treated as what it stands for."""

    name: str
    expression: Expression

    @property
    def shape(self) -> Shape:
        return self.expression.shape


def sizes(names: str) -> Any:
    """Symbols for dimensions: positive integers."""
    return sympy.symbols(names, positive=True, integer=True)


def extras(names: str) -> Any:
    """Symbols for what one dimension has more than another: integers from 0 on, no dimensions by themselves."""
    return sympy.symbols(names, nonnegative=True, integer=True)


def eye(size: Any) -> Expression:
    return Identity(sympy.sympify(size))


def zeros(rows: Any, columns: Any) -> Expression:
    return Zero(sympy.sympify(rows), sympy.sympify(columns))


def number(scalar: Any) -> Expression:
    """A scalar as a 1 x 1 matrix."""
    return Scaled(sympy.sympify(scalar), Identity(ONE))


def hstack(*pieces: Expression) -> Expression:
    return Block((pieces,))


def vstack(*pieces: Expression) -> Expression:
    return Block(tuple((piece,) for piece in pieces))


def block(grid: Sequence[Sequence[Expression]]) -> Expression:
    return Block(tuple(tuple(row) for row in grid))


def kron(left: Expression, right: Expression) -> Expression:
    return Kronecker(left, right)


def vec(expression: Expression) -> Expression:
    return Vec(expression)


def row_vec(expression: Expression) -> Expression:
    return Vec(expression, by_rows=True)


def trace(expression: Expression) -> Expression:
    return Trace(expression)


def inner(left: Expression, right: Expression) -> Expression:
    """The Frobenius inner product, the trace of left' right."""
    return Trace(left.T @ right)


def norm_squared(expression: Expression) -> Expression:
    """The sum of the squared entries."""
    return Trace(Product((expression.T, expression)))
