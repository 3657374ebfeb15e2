"""Rational matrices of random shapes in the place of letters: the second, independent check of an identity."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce, singledispatch
from random import Random
from typing import Any

import sympy

from numerics import matrix as numeric
from numerics.rational import RationalMatrix
from symbolic import expressions as ex
from symbolic.scalars import evaluate

LARGEST = 4
Draw = Callable[["Sample", int, int], RationalMatrix]


class Sample:
    """Sizes, scalars and letters, drawn when they are first asked for; the same seed and questions give the same answers."""

    def __init__(self, seed: str, smallest: bool = False) -> None:
        self.random = Random(seed)
        self.largest = 1 if smallest else LARGEST
        self.values: dict[Any, Fraction] = {}
        self.letters: dict[ex.Letter, RationalMatrix] = {}

    def scalar(self, scalar: Any) -> Fraction:
        """The value of a SymPy scalar at the drawn values of its symbols."""
        expression = sympy.sympify(scalar)
        for symbol in sorted(expression.free_symbols - self.values.keys(), key=str):
            self.values[symbol] = self._symbol(symbol)
        return evaluate(expression, self.values)

    def _symbol(self, symbol: Any) -> Fraction:
        """Sizes are 1, ..., 4, extras 0, ..., 3, integers -4, ..., 4; other scalars are nonzero, and positive if declared so."""
        if symbol.is_integer and symbol.is_nonnegative:
            return Fraction(self.random.randint(1, self.largest) - (0 if symbol.is_positive else 1))
        if symbol.is_integer:
            return Fraction(self.random.randint(-LARGEST, LARGEST))
        size = Fraction(self.random.randint(1, 9), self.random.randint(1, 5))
        return size if symbol.is_positive else size * self.random.choice((-1, 1))

    def size(self, dimension: Any) -> int:
        return int(self.scalar(dimension))

    def generic(self, rows: int, columns: int) -> RationalMatrix:
        """Integers between -3 and 3, divided by a common number."""
        entries = [self.random.randint(-3, 3) for _ in range(rows * columns)]
        return RationalMatrix.integers(rows, columns, entries) / self.random.randint(1, 3)

    def letter(self, letter: ex.Letter) -> RationalMatrix:
        """The matrix that stands for a letter.  Raises DimensionError where its own ``draw`` gives another shape."""
        if letter not in self.letters:
            rows, columns = (self.size(side) for side in letter.shape)
            drawn = (letter.draw or _default(letter))(self, rows, columns)
            if drawn.shape != (rows, columns):
                raise ex.DimensionError(f"{letter.name} was drawn as {drawn.shape} in place of {(rows, columns)}")
            self.letters[letter] = drawn
        return self.letters[letter]


def _default(letter: ex.Letter) -> Draw:
    return symmetric if letter.symmetric else Sample.generic


def symmetric(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    half = sample.generic(rows, columns)
    return half + half.T


def invertible(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A unit lower triangular matrix times a unit upper triangular one."""
    lower, upper = sample.generic(rows, rows), sample.generic(rows, rows)
    left = RationalMatrix.build(rows, rows, lambda i, j: lower.entry(i, j) if i > j else int(i == j))
    return left @ RationalMatrix.build(rows, rows, lambda i, j: upper.entry(i, j) if i < j else int(i == j))


def tall(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A matrix of full column rank: the first columns of an invertible one."""
    return invertible(sample, rows, rows)[:, list(range(columns))]


def wide(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A matrix of full row rank."""
    return tall(sample, columns, rows).T


def orthonormal(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """Orthonormal columns: the first ones of a Cayley transform (I - A)(I + A)^-1 of a skew A, each with a random sign."""
    half, unit = sample.generic(rows, rows), RationalMatrix.eye(rows)
    skew = half - half.T
    turned = (unit - skew) @ (unit + skew).inverse()
    signs = [sample.random.choice((-1, 1)) for _ in range(columns)]
    return RationalMatrix.build(rows, columns, lambda i, j: signs[j] * turned.entry(i, j))


def left_inverse(sample: Sample, matrix: RationalMatrix) -> RationalMatrix:
    """One of the left inverses of a matrix of full column rank: (T'T)^-1 T' and anything that removes its range."""
    least = (matrix.T @ matrix).inverse() @ matrix.T
    return least + sample.generic(*least.shape) @ (RationalMatrix.eye(matrix.shape[0]) - matrix @ least)


def right_inverse(sample: Sample, matrix: RationalMatrix) -> RationalMatrix:
    """One of the right inverses of a matrix of full row rank."""
    return left_inverse(sample, matrix.T).T


def ones(_: Sample, rows: int, columns: int) -> RationalMatrix:
    return RationalMatrix.build(rows, columns, lambda i, j: 1)


def ramp(_: Sample, rows: int, columns: int) -> RationalMatrix:
    """The column (0, 1, ..., rows - 1)."""
    return RationalMatrix.build(rows, columns, lambda i, j: i)


def first_unit(_: Sample, rows: int, columns: int) -> RationalMatrix:
    return RationalMatrix.build(rows, columns, lambda i, j: int(i == 0))


def deficient(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A matrix of random rank, zero and full rank included."""
    rank = sample.random.randint(0, min(rows, columns))
    return sample.generic(rows, rank) @ sample.generic(rank, columns) if rank else RationalMatrix.zeros(rows, columns)


def annihilated(sample: Sample, matrix: RationalMatrix, columns: int) -> RationalMatrix:
    """Columns that a matrix sends to zero; all zero where it has no others."""
    kernel = matrix.nullspace()
    if not kernel.shape[1]:
        return RationalMatrix.zeros(matrix.shape[1], columns)
    return kernel @ sample.generic(kernel.shape[1], columns)


def pseudo_inverse(matrix: RationalMatrix) -> RationalMatrix:
    """The Moore-Penrose inverse, from a rank factorisation F G: G'(GG')^-1 (F'F)^-1 F'."""
    reduced, pivots = matrix.rref()
    if not pivots:
        return matrix.T
    F, G = matrix[:, list(pivots)], reduced[: len(pivots), :]
    return G.T @ (G @ G.T).inverse() @ (F.T @ F).inverse() @ F.T


@singledispatch
def value(expression: Any, sample: Sample) -> RationalMatrix:
    """The rational matrix that an expression is at a sample."""
    raise TypeError(f"no value for {type(expression).__name__}")


@value.register
def _(expression: ex.Letter, sample: Sample) -> RationalMatrix:
    return sample.letter(expression)


@value.register
def _(expression: ex.Identity, sample: Sample) -> RationalMatrix:
    return RationalMatrix.eye(sample.size(expression.size))


@value.register
def _(expression: ex.Zero, sample: Sample) -> RationalMatrix:
    return RationalMatrix.zeros(*(sample.size(side) for side in expression.shape))


@value.register
def _(expression: ex.Sum, sample: Sample) -> RationalMatrix:
    return reduce(RationalMatrix.__add__, (value(part, sample) for part in expression.parts))


@value.register
def _(expression: ex.Product, sample: Sample) -> RationalMatrix:
    return numeric.product([value(part, sample) for part in expression.parts])


@value.register
def _(expression: ex.Scaled, sample: Sample) -> RationalMatrix:
    return value(expression.expression, sample) * sample.scalar(expression.scalar)


@value.register
def _(expression: ex.Transpose, sample: Sample) -> RationalMatrix:
    return value(expression.expression, sample).T


@value.register
def _(expression: ex.Inverse, sample: Sample) -> RationalMatrix:
    return value(expression.expression, sample).inverse()


@value.register
def _(expression: ex.Kronecker, sample: Sample) -> RationalMatrix:
    return numeric.kron(value(expression.left, sample), value(expression.right, sample))


@value.register
def _(expression: ex.Vec, sample: Sample) -> RationalMatrix:
    matrix = value(expression.expression, sample)
    return numeric.row_vec(matrix) if expression.by_rows else numeric.vec(matrix)


@value.register
def _(expression: ex.Trace, sample: Sample) -> RationalMatrix:
    return RationalMatrix.of([[value(expression.expression, sample).trace()]])


@value.register
def _(expression: ex.Block, sample: Sample) -> RationalMatrix:
    return numeric.block([[value(piece, sample) for piece in row] for row in expression.grid])


@value.register
def _(expression: ex.Named, sample: Sample) -> RationalMatrix:
    return value(expression.expression, sample)
