"""Integer parts of roots of integers."""

from __future__ import annotations

from math import isqrt


def integer_root(value: int, degree: int) -> int:
    """The largest integer whose power of the given degree is at most ``value`` (Newton's method from above)."""
    if degree == 2:
        return isqrt(value)
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
