"""Real numbers enclosed with certainty, in two arithmetics behind one interface: rationals, roots, e and what follows.

For matrices of the search the numbers are balls of python-flint, for those of the verifier intervals with rational ends, written
out below.  A comparison of enclosures is True only where it is certain; :func:`compared` narrows them until it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numerics.fractional import FractionMatrix
from numerics.roots import integer_root
from numerics.spectrum import as_fraction

BITS = (64, 128, 256, 512, 1024)


class Uncertain(ArithmeticError):  # noqa: N818 - it says what the enclosure is
    """An enclosure is too wide to divide by it."""


def compared(like: Any, sides: Callable[[Any], tuple[Any, Any]]) -> int | None:
    """The sign of left - right, where ``sides(reals)`` gives both over the reals of the arithmetic of the matrix ``like``.

    None where the two cannot be told apart at 1024 bits, as where they are equal.
    """
    for bits in BITS:
        answer = reals_of(like, bits).evaluated(sides, _sign)
        if answer is not None:
            return answer
    return None


def enclosed(like: Any, value: Callable[[Any], Any], bits: int = BITS[0]) -> tuple[Fraction, Fraction]:
    """Rational ends of an interval around ``value(reals)``."""
    found = reals_of(like, bits).evaluated(lambda reals: (value(reals),), lambda reals, one: reals.ends(one))
    if found is None:
        raise Uncertain(f"no enclosure at {bits} bits")
    return found


def reals_of(like: Any, bits: int) -> Any:
    """Rational intervals for a :class:`~numerics.fractional.FractionMatrix`, balls for the arithmetic of the search."""
    return Intervals(bits) if isinstance(like, FractionMatrix) else Balls(bits)


def _sign(_: Any, left: Any, right: Any) -> int | None:
    if left < right:
        return -1
    return 1 if left > right else None


@dataclass(frozen=True)
class Balls:
    """Reals as balls of python-flint at a precision of ``bits``."""

    bits: int

    def evaluated(self, values: Callable[[Any], tuple[Any, ...]], answer: Callable[..., Any]) -> Any:
        """``answer(reals, *values(reals))`` under the precision; None where an enclosure is too wide."""
        from numerics.balls import precision

        with precision(self.bits):
            try:
                return answer(self, *values(self))
            except Uncertain:
                return None

    def number(self, low: Any, high: Any = None) -> Any:
        """A rational, or whatever lies between two of them."""
        from numerics.balls import ball

        lo = as_fraction(low)
        hi = lo if high is None else as_fraction(high)
        middle = ball((lo + hi) / 2)
        return middle if lo == hi else middle.union(ball(lo)).union(ball(hi))

    @property
    def e(self) -> Any:
        from flint import arb

        return arb(1).exp()

    def root(self, value: Any, degree: int) -> Any:
        """The root of a number that is known not to be negative."""
        if value > 0:
            return value.root(degree)
        high = value.upper()
        return (high.root(degree) if high > 0 else high * 0).union(high * 0)

    def log(self, value: Any) -> Any:
        """The natural logarithm of a number that is known to be positive."""
        return value.log()

    def over(self, top: Any, bottom: Any) -> Any:
        if bottom.contains(0):
            raise Uncertain("division by a number that may be zero")
        return top / bottom

    def ends(self, value: Any) -> tuple[Fraction, Fraction]:
        low, high = value.lower().man_exp(), value.upper().man_exp()
        return _dyadic(low), _dyadic(high)


def _dyadic(parts: Any) -> Fraction:
    mantissa, exponent = parts
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@dataclass(frozen=True)
class Span:
    """An interval [lo, hi] with rational ends, rounded outwards to ``bits`` binary digits after every operation."""

    lo: Fraction
    hi: Fraction
    bits: int

    def _rounded(self, lo: Fraction, hi: Fraction) -> Span:
        return Span(_down(lo, self.bits), -_down(-hi, self.bits), self.bits)

    def _lifted(self, other: Any) -> Span:
        return other if isinstance(other, Span) else Span(Fraction(other), Fraction(other), self.bits)

    def __add__(self, other: Any) -> Span:
        right = self._lifted(other)
        return self._rounded(self.lo + right.lo, self.hi + right.hi)

    __radd__ = __add__

    def __neg__(self) -> Span:
        return Span(-self.hi, -self.lo, self.bits)

    def __sub__(self, other: Any) -> Span:
        return self + (-self._lifted(other))

    def __mul__(self, other: Any) -> Span:
        right = self._lifted(other)
        corners = [a * b for a in (self.lo, self.hi) for b in (right.lo, right.hi)]
        return self._rounded(min(corners), max(corners))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Span:
        right = self._lifted(other)
        if right.lo <= 0 <= right.hi:
            raise Uncertain("division by a number that may be zero")
        return self * Span(1 / right.hi, 1 / right.lo, self.bits)

    def __pow__(self, exponent: int) -> Span:
        result = self._lifted(1)
        for _ in range(exponent):
            result = result * self
        return result

    def __lt__(self, other: Any) -> bool:
        return self.hi < self._lifted(other).lo

    def __gt__(self, other: Any) -> bool:
        return self.lo > self._lifted(other).hi


@dataclass(frozen=True)
class Intervals:
    """Reals as intervals with rational ends."""

    bits: int

    def evaluated(self, values: Callable[[Any], tuple[Any, ...]], answer: Callable[..., Any]) -> Any:
        try:
            return answer(self, *values(self))
        except Uncertain:
            return None

    def number(self, low: Any, high: Any = None) -> Span:
        lo = as_fraction(low)
        return Span(lo, lo if high is None else as_fraction(high), self.bits)

    @property
    def e(self) -> Span:
        """The partial sum of 1/k! up to n, and that plus 1/(n n!)."""
        total, term, n = Fraction(1), Fraction(1), 0
        while n < 2 or 1 / term <= 2**self.bits:
            n += 1
            term /= n
            total += term
        return Span(_down(total, self.bits), -_down(-(total + term / n), self.bits), self.bits)

    def root(self, value: Span, degree: int) -> Span:
        low = max(value.lo, Fraction(0))
        return Span(_root_down(low, degree, self.bits), _root_up(value.hi, degree, self.bits), self.bits)

    def log(self, value: Span) -> Span:
        return Span(_log(value.lo, self.bits).lo, _log(value.hi, self.bits).hi, self.bits)

    def over(self, top: Any, bottom: Any) -> Span:
        return top / bottom

    def ends(self, value: Span) -> tuple[Fraction, Fraction]:
        return value.lo, value.hi


def _down(value: Fraction, bits: int) -> Fraction:
    """A fraction of at most ``bits`` significant binary digits that is not above the value, and close to it."""
    if not value:
        return value
    shift = bits - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    scaled = value * Fraction(2) ** shift
    return Fraction(scaled.numerator // scaled.denominator) / Fraction(2) ** shift


def _log(value: Fraction, bits: int) -> Span:
    """log(m 2^k) = log m + k log 2, with m between 1/2 and 2."""
    k = value.numerator.bit_length() - value.denominator.bit_length()
    return _log_near_one(value / Fraction(2) ** k, bits) + _log_near_one(Fraction(2), bits) * k


def _log_near_one(value: Fraction, bits: int) -> Span:
    """2 artanh z with z = (value - 1)/(value + 1): the partial sum of z^n/n over odd n, and what the rest is at most."""
    z = (value - 1) / (value + 1)
    total, power, n = Fraction(0), z, 1
    while abs(power) > Fraction(1, 2**bits):
        total, power, n = total + power / n, power * z * z, n + 2
    rest = abs(power) / (n * (1 - z * z))
    return Span(_down(2 * (total - rest), bits), -_down(-2 * (total + rest), bits), bits)


def _root_down(value: Fraction, degree: int, bits: int) -> Fraction:
    """The largest multiple of 2^-k, k about ``bits``, whose power is at most the value."""
    shift = bits + max(0, value.denominator.bit_length() - value.numerator.bit_length())
    scaled = value * Fraction(2) ** (shift * degree)
    return Fraction(integer_root(scaled.numerator // scaled.denominator, degree), 2**shift)


def _root_up(value: Fraction, degree: int, bits: int) -> Fraction:
    low = _root_down(value, degree, bits)
    shift = bits + max(0, value.denominator.bit_length() - value.numerator.bit_length())
    return low if low**degree == value else low + Fraction(1, 2**shift)
