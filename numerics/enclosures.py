"""Real numbers that are not rational, enclosed: one interface, two arithmetics.

What starts from :class:`~numerics.rational.RationalMatrix` is enclosed by python-flint's balls; what starts from
:class:`~numerics.fractional.FractionMatrix` by mpmath's intervals, so that a refutation is decided again without python-flint.  A
comparison of two enclosures is true only where it is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from numerics.activations import Elementary
from numerics.fractional import FractionMatrix
from numerics.matrix import Matrix, UncertainError
from numerics.spectrum import as_fraction

Answer = TypeVar("Answer")
START, CAP = 64, 2048


@dataclass(frozen=True)
class Enclosures:
    """``of`` encloses an exact number, ``hull`` all numbers between two exact ones; ``elementary`` are the functions.

    radical: the root, of a degree, of a number that is certainly positive; ends: rational ends of an enclosure; bits: the
    working precision.
    """

    of: Callable[[Any], Any]
    hull: Callable[[Any, Any], Any]
    elementary: Elementary
    radical: Callable[[Any, int], Any]
    ends: Callable[[Any], tuple[Fraction, Fraction]]
    precision: Callable[[int], AbstractContextManager[None]]
    bits: Callable[[], int]

    @property
    def e(self) -> Any:
        return self.elementary.exp(self.of(1))

    def number(self, low: Any, high: Any = None) -> Any:
        """A rational, or whatever lies between two of them."""
        lo = as_fraction(low)
        return self.of(lo) if high is None else self.hull(lo, as_fraction(high))

    def root(self, value: Any, degree: int = 2) -> Any:
        """The root of a number that is known not to be negative, even where its enclosure reaches zero or below."""
        if value > 0:
            return self.radical(value, degree)
        _, high = self.ends(value)
        return self.hull(0, self.ends(self.radical(self.of(high), degree))[1]) if high > 0 else self.of(0)

    def over(self, top: Any, bottom: Any) -> Any:
        """The quotient.  Raises UncertainError where the divisor may be zero."""
        if not (bottom > 0 or bottom < 0):
            raise UncertainError("division by a number that may be zero")
        return top / bottom


def enclosures_for(exact: type[Matrix]) -> Enclosures:
    """The enclosures that belong to an exact arithmetic."""
    return _intervals() if issubclass(exact, FractionMatrix) else _balls()


def arithmetic_of(scalar: Any) -> type[Matrix]:
    """The matrices that have an exact scalar as entry; python-flint is imported for its own scalars only."""
    if isinstance(scalar, int | Fraction):
        return FractionMatrix
    from numerics.rational import RationalMatrix

    return RationalMatrix


def decided(exact: type[Matrix], question: Callable[[Enclosures], Answer | None], start: int = START) -> Answer | None:
    """The first answer that is not None, at ``start``, twice ``start``, ... bits up to CAP; None where there is none.

    The question may raise UncertainError to say 'not yet'.
    """
    enclosing, bits = enclosures_for(exact), start
    while bits <= CAP:
        with enclosing.precision(bits):
            try:
                answer = question(enclosing)
            except UncertainError:
                answer = None
        if answer is not None:
            return answer
        bits *= 2
    return None


def compared(like: Any, sides: Callable[[Enclosures], tuple[Any, Any]]) -> int | None:
    """The sign of left - right, enclosed in the arithmetic of the matrix ``like``.

    None where the two cannot be told apart at CAP bits, as where they are equal.
    """

    def sign(enclosing: Enclosures) -> int | None:
        left, right = sides(enclosing)
        if left < right:
            return -1
        return 1 if left > right else None

    return decided(type(like), sign)


def enclosed(like: Any, value: Callable[[Enclosures], Any], bits: int = START) -> tuple[Fraction, Fraction]:
    """Rational ends of an interval around a number, in the arithmetic of the matrix ``like``.

    Raises UncertainError where it divides by what may be zero at that precision.
    """
    enclosing = enclosures_for(type(like))
    with enclosing.precision(bits):
        return enclosing.ends(value(enclosing))


def certain_sign(value: Any) -> int:
    """The sign of an enclosed number.  Raises UncertainError where the enclosure straddles 0."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value == 0:
        return 0
    raise UncertainError("the sign of an enclosure that straddles 0")


def _balls() -> Enclosures:
    from flint import ctx

    from numerics.balls import around, ball, precision

    def ends(value: Any) -> tuple[Fraction, Fraction]:
        return _dyadic(*value.lower().man_exp()), _dyadic(*value.upper().man_exp())

    return Enclosures(
        ball,
        lambda low, high: around((low + high) / 2, (high - low) / 2),
        Elementary(lambda x: x.exp(), lambda x: x.log(), lambda x: x.sqrt()),
        lambda x, degree: x.root(degree),
        ends,
        precision,
        lambda: ctx.prec,
    )


def _dyadic(mantissa: Any, exponent: Any) -> Fraction:
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _intervals() -> Enclosures:
    from mpmath import iv
    from mpmath.libmp import to_rational

    @contextmanager
    def precision(bits: int) -> Iterator[None]:
        before, iv.prec = iv.prec, bits
        try:
            yield
        finally:
            iv.prec = before

    def of(value: Any) -> Any:
        return iv.mpf(int(value.numerator)) / iv.mpf(int(value.denominator))

    def ends(value: Any) -> tuple[Fraction, Fraction]:
        low, high = (Fraction(*to_rational(end)) for end in value._mpi_)
        return low, high

    return Enclosures(
        of,
        lambda low, high: iv.mpf([of(low).a, of(high).b]),
        Elementary(iv.exp, iv.log, iv.sqrt),
        lambda x, degree: iv.sqrt(x) if degree == 2 else iv.exp(iv.log(x) / degree),
        ends,
        precision,
        lambda: iv.prec,
    )
