"""Matrices of real balls on python-flint (Arb): every entry encloses the exact value, whatever the precision.

A comparison of balls is True only where it is certain.  Precision is flint's working precision; :func:`growing` doubles it
until a question is decided, and says None, undecided, where the cap is reached first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, ClassVar, Self, TypeVar

from flint import arb, arb_mat, ctx, fmpq, fmpz

from numerics.matrix import ExactOnlyError, Matrix, SingularError, UncertainError
from numerics.rational import RationalMatrix, rational

Answer = TypeVar("Answer")


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Sets flint's working precision and restores it afterwards, also on an error."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def growing(question: Callable[[int], Answer | None], start: int = 64, cap: int = 4096) -> Answer | None:
    """The first answer of ``question(bits)`` that is not None, at start, 2 start, 4 start, ..., cap bits; None if there is none.

    The question runs under that working precision, which is restored afterwards.  Raises ValueError where start exceeds cap.
    """
    if not 2 <= start <= cap:
        raise ValueError(f"a precision that grows from {start} to {cap} bits")
    bits = start
    while True:
        with precision(bits):
            try:
                answer = question(bits)
            except UncertainError:
                answer = None
        if answer is not None or bits == cap:
            return answer
        bits = min(2 * bits, cap)


def certain_sign(ball: Any) -> int | None:
    """-1, 0 or 1 where the sign of the enclosed number is certain (0 for an exact zero only), else None."""
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    return 0 if ball == 0 else None


def ball(value: Any) -> arb:
    """``value`` enclosed at the working precision: a ball, an int, a Fraction, a flint rational, or text such as ``-3/4``.

    Raises ExactOnlyError for a float: say from_double() if the dyadic rational is meant.
    """
    if isinstance(value, arb):
        return value
    if isinstance(value, int | fmpz):
        return arb(value)
    return arb(rational(value))


def around(middle: Any, radius: Any) -> arb:
    """A ball that contains every number within ``radius`` of ``middle``; both exact."""
    if not rational(radius) >= 0:
        raise ValueError(f"the radius {radius} is negative")
    return ball(middle) + ball(radius) * arb(0, 1)


class BallMatrix(Matrix):
    """An immutable matrix of balls.  ``BallMatrix.of([[1, "1/3"], [0, 3]])``; operations use the working precision."""

    __slots__ = ("_m",)
    exact: ClassVar[bool] = False
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, matrix: arb_mat) -> None:
        if not isinstance(matrix, arb_mat):
            raise ExactOnlyError(f"BallMatrix takes an arb_mat, not {type(matrix).__name__}")
        self._m = matrix

    @classmethod
    def build(cls, rows: int, columns: int, entry: Callable[[int, int], Any]) -> Self:
        return cls(arb_mat(rows, columns, [ball(entry(i, j)) for i in range(rows) for j in range(columns)]))

    @classmethod
    def integers(cls, rows: int, columns: int, values: Any) -> Self:
        return cls.build(rows, columns, lambda i, j: values[i * columns + j])

    @classmethod
    def from_rational(cls, matrix: RationalMatrix, bits: int) -> Self:
        """The enclosure of a rational matrix, rounded outwards at ``bits`` of precision."""
        with precision(bits):
            return cls(arb_mat(matrix.flint))

    @classmethod
    def from_doubles(cls, array: Any) -> Self:
        """The exact balls around the doubles of a two-dimensional array, at no less than 53 bits."""
        return cls.from_rational(RationalMatrix.from_doubles(array), max(53, ctx.prec))

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Self:
        return cls(arb_mat(rows, columns))

    @classmethod
    def scalar(cls, value: Any) -> arb:
        return ball(value)

    @property
    def flint(self) -> arb_mat:
        """A copy of the underlying matrix."""
        return arb_mat(self._m)

    @property
    def shape(self) -> tuple[int, int]:
        return self._m.nrows(), self._m.ncols()

    @property
    def T(self) -> Self:  # noqa: N802
        return type(self)(self._m.transpose())

    def entry(self, i: int, j: int) -> arb:
        return self._m[i, j]

    def entries(self) -> list[arb]:
        return self._m.entries()

    def scaled(self, factor: Any) -> Self:
        return type(self)(self._m * ball(factor))

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, BallMatrix):
            return NotImplemented
        return type(self)(self._m + other._m)

    def __sub__(self, other: Any) -> Self:
        if not isinstance(other, BallMatrix):
            return NotImplemented
        return type(self)(self._m - other._m)

    def __neg__(self) -> Self:
        return type(self)(-self._m)

    def __matmul__(self, other: Any) -> Self:
        if not isinstance(other, BallMatrix):
            return NotImplemented
        return type(self)(self._m * other._m)

    def __eq__(self, other: object) -> bool:
        """Certainly equal: every entry of both is an exact ball."""
        if not isinstance(other, BallMatrix) or self.shape != other.shape:
            return False
        return all(bool(a == b) for a, b in zip(self.entries(), other.entries(), strict=True))

    def __ne__(self, other: object) -> bool:
        """Certainly different: of different shapes, or with some entry whose balls do not meet."""
        if not isinstance(other, BallMatrix) or self.shape != other.shape:
            return True
        return any(bool(a != b) for a, b in zip(self.entries(), other.entries(), strict=True))

    def contains(self, matrix: RationalMatrix) -> bool:
        """Every ball contains the entry of an exact matrix of the same shape.

        Decided exactly, whatever the working precision; ``arb.contains`` rounds a rational to that precision first.
        """
        return bool(self._m.contains(matrix.flint))

    def solve(self, right: Self) -> Self:
        """An enclosure of the unique x with self x = right.

        Raises SingularError where self is not square and UncertainError where its balls do not exclude a singular matrix.
        """
        m, n = self.shape
        if m != n:
            raise SingularError(f"a {m} x {n} system has no unique solution in general")
        try:
            return type(self)(self._m.solve(right._m))
        except ZeroDivisionError as problem:
            raise UncertainError(f"not certainly invertible at {ctx.prec} bits") from problem

    def inverse(self) -> Self:
        return self.solve(type(self).eye(self.shape[0]))

    def det(self) -> arb:
        return self._m.det()

    def charpoly(self) -> list[arb]:
        """Enclosures of the coefficients of det(t I - self), the constant one first."""
        return list(self._m.charpoly().coeffs())


def midpoint(value: arb) -> Fraction:
    """The exact dyadic midpoint of a ball."""
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def lower_end(value: arb) -> fmpq:
    """A dyadic rational that is certainly not above the enclosed number, as close as the ball allows."""
    mantissa, exponent = value.lower().man_exp()
    return rational(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
