"""Two rationals around a positive irrational number: roots and e.

Enough for the few irrational numbers in a step-size bound, in every arithmetic and without balls.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, factorial, floor
from typing import NamedTuple

from numerics.roots import integer_root

BITS = 128


class Bracket(NamedTuple):
    """0 <= low <= the number <= high."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Bracket) -> Bracket:  # type: ignore[override]
        return Bracket(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Bracket) -> Bracket:  # type: ignore[override]
        return Bracket(self.low * other.low, self.high * other.high)

    def __truediv__(self, other: Bracket) -> Bracket:
        return Bracket(self.low / other.high, self.high / other.low)

    def less(self, other: Bracket) -> Bracket:
        """The difference, which must not be negative anywhere."""
        if self.low < other.high:
            raise ValueError("the difference of the brackets may be negative")
        return Bracket(self.low - other.high, self.high - other.low)

    def power(self, exponent: int) -> Bracket:
        return Bracket(self.low**exponent, self.high**exponent)

    def root(self, degree: int) -> Bracket:
        """The real root of that degree, to a relative width of about 2^-128."""
        return Bracket(_root(self.low, degree).low, _root(self.high, degree).high)

    def coarse(self) -> Bracket:
        """The same number between multiples of 2^-128, which are shorter to write."""
        scale = 1 << BITS
        return Bracket(Fraction(floor(self.low * scale), scale), Fraction(ceil(self.high * scale), scale))

    def within(self, other: Bracket) -> bool:
        return other.low <= self.low and self.high <= other.high

    def apart(self, other: Bracket) -> bool:
        return self.high < other.low or other.high < self.low


def exact(value: Fraction | int) -> Bracket:
    return Bracket(Fraction(value), Fraction(value))


def _root(value: Fraction, degree: int) -> Bracket:
    if value < 0 or degree < 1:
        raise ValueError(f"no bracket for the root of degree {degree} of {value}")
    if value == 0:
        return exact(0)
    small = value.denominator.bit_length() - value.numerator.bit_length() + 2
    shift = BITS + max(0, small // degree + 1)
    scaled = (value.numerator << (degree * shift)) // value.denominator
    found = integer_root(scaled, degree)
    return Bracket(Fraction(found, 1 << shift), Fraction(found + 1, 1 << shift))


def _euler(terms: int = 36) -> Bracket:
    low = sum((Fraction(1, factorial(k)) for k in range(terms)), Fraction(0))
    return Bracket(low, low + Fraction(2, factorial(terms)))


E = _euler()
E_ROOT = E.root(2)
