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

Answer = TypeVar("Answer")
START, CAP = 64, 2048


@dataclass(frozen=True)
class Enclosures:
    """``of`` encloses an exact number, ``hull`` all numbers between two exact ones; ``elementary`` are the functions."""

    of: Callable[[Any], Any]
    hull: Callable[[Any, Any], Any]
    elementary: Elementary
    precision: Callable[[int], AbstractContextManager[None]]


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
    from numerics.balls import around, ball, precision

    functions = Elementary(lambda x: x.exp(), lambda x: x.log(), lambda x: x.sqrt())
    return Enclosures(ball, lambda low, high: around((low + high) / 2, (high - low) / 2), functions, precision)


def _intervals() -> Enclosures:
    from mpmath import iv

    @contextmanager
    def precision(bits: int) -> Iterator[None]:
        before, iv.prec = iv.prec, bits
        try:
            yield
        finally:
            iv.prec = before

    def of(value: Any) -> Any:
        return iv.mpf(int(value.numerator)) / iv.mpf(int(value.denominator))

    def hull(low: Any, high: Any) -> Any:
        return iv.mpf([of(low).a, of(high).b])

    return Enclosures(of, hull, Elementary(iv.exp, iv.log, iv.sqrt), precision)
