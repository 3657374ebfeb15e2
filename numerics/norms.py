"""Squared norms of matrices over Q as rational intervals, exact where the value is rational, and comparisons of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

from numerics.matrix import frobenius_squared
from numerics.roots import integer_root
from numerics.spectrum import (
    Interval,
    Spectrum,
    _gcd,
    _integers,
    _squarefree,
    as_fraction,
    largest_bracket,
    smaller_gram,
    smallest_nonzero_bracket,
    spectrum,
)

WIDTHS = tuple(Fraction(1, 2**bits) for bits in (20, 60, 180, 540))


@lru_cache(maxsize=1024)
def largest_eigenvalue(S: Any, relative: Fraction = WIDTHS[0]) -> Interval:
    """(lo, hi) around the largest eigenvalue of a PSD matrix, hi <= (1 + relative) lo; lo = hi for simple enough rationals."""
    found = spectrum(S)
    if not found.rank:
        return Fraction(0), Fraction(0)
    return _sharpened(found, largest_bracket(S, relative), lambda t: found.counts(t)[0] == 0)


def smallest_eigenvalue(S: Any, relative: Fraction = WIDTHS[0]) -> Interval:
    """As :func:`largest_eigenvalue`, around the smallest eigenvalue, zero included."""
    found = spectrum(S)
    return (Fraction(0), Fraction(0)) if found.zeros or not found.rank else _smallest_nonzero(found, S, relative)


def spectral_squared(A: Any, relative: Fraction = WIDTHS[0]) -> Interval:
    """(lo, hi) around the square of the largest singular value of any matrix."""
    return largest_eigenvalue(smaller_gram(A), relative)


def smallest_nonzero_of(A: Any, relative: Fraction = WIDTHS[0]) -> Interval:
    """(lo, hi) around the square of the smallest singular value of A that is not zero; (0, 0) for a zero matrix."""
    found = spectrum(smaller_gram(A))
    return _smallest_nonzero(found, smaller_gram(A), relative) if found.rank else (Fraction(0), Fraction(0))


def frobenius(A: Any) -> Fraction:
    """The squared Frobenius norm as a fraction, whatever the arithmetic."""
    return as_fraction(frobenius_squared(A))


def simplest_between(lo: Fraction, hi: Fraction) -> Fraction:
    """The fraction with the least denominator in [lo, hi], 0 <= lo <= hi (by continued fractions)."""
    whole = floor(lo)
    if whole == lo or whole + 1 <= hi:
        return Fraction(ceil(lo))
    return whole + 1 / simplest_between(1 / (hi - whole), 1 / (lo - whole))


def settled(question: Callable[[Fraction], int | None]) -> int | None:
    """The first answer of ``question(relative)`` that is not None, for narrower and narrower brackets; None if there is none."""
    for relative in WIDTHS:
        answer = question(relative)
        if answer is not None:
            return answer
    return None


def compare(left: Interval, right: Interval) -> int | None:
    """The sign of (left - right) for two enclosed numbers; None where the intervals do not tell."""
    if left[0] == left[1] == right[0] == right[1]:
        return 0
    if left[1] < right[0]:
        return -1
    return 1 if left[0] > right[1] else None


def power(base: Interval, exponent: int) -> Interval:
    """The interval of powers, for 0 <= lo and an exponent that is not negative."""
    return base[0] ** exponent, base[1] ** exponent


def compare_largest(A: Any, B: Any) -> int:
    """The sign of lambda_max(A) - lambda_max(B) for PSD matrices, always decided.

    The distinct eigenvalues split into the common ones and those of A or of B alone; bisection finds which set reaches highest.
    """
    p, q = _squarefree(spectrum(A).polynomial), _squarefree(spectrum(B).polynomial)
    common = _gcd(p, q)
    sets = {0: common, 1: _quotient(p, common), -1: _quotient(q, common)}
    left = {sign: Spectrum(roots, 0) for sign, roots in sets.items() if len(roots) > 1}
    lo, hi = Fraction(0), Fraction(1)
    while any(found.counts(hi)[0] for found in left.values()):
        hi *= 2
    while len(left) > 1:
        middle = (lo + hi) / 2
        above = {sign: found for sign, found in left.items() if found.counts(middle)[1]}
        if above:
            left, lo = above, middle
        else:
            hi = middle
    return next(iter(left), 0)


def compare_with_root_sum(squared: Interval, first: Interval, second: Interval) -> int | None:
    """The sign of sqrt(c) - (sqrt(a) + sqrt(b)) for enclosed numbers c, a, b that are not negative.

    sqrt(c) <= sqrt(a) + sqrt(b) means c - a - b <= 2 sqrt(a b): no root is taken.
    """
    low, high = squared[0] - first[1] - second[1], squared[1] - first[0] - second[0]
    if high < 0:
        return -1
    if low < 0:
        return None
    return compare((low * low, high * high), (4 * first[0] * second[0], 4 * first[1] * second[1]))


def shifted_power_sign(layer: Any, product: Any, depth: int, shift: Fraction) -> int | None:
    """The sign of (s - shift)^N - p, s and p the largest eigenvalues of two PSD matrices; -1 also where s < shift.

    So of |W_j|^2 - (|W|^(2/N) + shift) for layer = W_j W_j', product = W W'.
    """
    if shift == 0:
        return compare_largest(powered(layer, depth), product)

    def question(width: Fraction) -> int | None:
        s, p = largest_eigenvalue(layer, width), largest_eigenvalue(product, width)
        over = (s[0] - shift, s[1] - shift)
        if over[0] < 0:
            return -1 if over[1] < 0 else None
        return compare(power(over, depth), p)

    return settled(question)


def falling_product_sign(layer: Any, product: Any, depth: int, step: Fraction) -> int | None:
    """The sign of s (s - step) ... (s - (N - 1) step) - p, s and p as above; -1 also where s < (N - 1) step."""
    if step == 0:
        return shifted_power_sign(layer, product, depth, step)

    def question(width: Fraction) -> int | None:
        s, p = largest_eigenvalue(layer, width), largest_eigenvalue(product, width)
        if s[0] < (depth - 1) * step:
            return -1 if s[1] < (depth - 1) * step else None
        return compare((_falling(s[0], depth, step), _falling(s[1], depth, step)), p)

    return settled(question)


def _falling(s: Fraction, depth: int, step: Fraction) -> Fraction:
    result = Fraction(1)
    for k in range(depth):
        result *= s - k * step
    return result


def powered(A: Any, exponent: int) -> Any:
    """A^exponent for a square matrix and an exponent of at least 1."""
    result = A
    for _ in range(exponent - 1):
        result = result @ A
    return result


def root_near(value: Fraction, degree: int) -> Fraction:
    """A rational near the root of a number that is not negative, exact for powers: for showing, not for deciding."""
    scale = 2**64
    low = Fraction(integer_root(int(value * scale**degree), degree), scale)
    guess = simplest_between(low, low + Fraction(1, scale))
    return guess if guess**degree == value else low


def as_shown(share: Fraction, *, below: bool = False) -> str:
    """A share of a bound with at most 32 binary digits as text; less than 1 where it is known to be."""
    shown = Fraction(round(share * 2**32), 2**32)
    return str(min(shown, Fraction(2**32 - 1, 2**32)) if below else shown)


def _smallest_nonzero(found: Spectrum, S: Any, relative: Fraction) -> Interval:
    return _sharpened(found, smallest_nonzero_bracket(S, relative), lambda t: found.counts(t)[1] == found.rank)


def _sharpened(found: Spectrum, bracket: Interval, extreme: Callable[[Fraction], bool]) -> Interval:
    """The bracket, or the simplest rational in it if that is the eigenvalue."""
    lo, hi = bracket
    guess = simplest_between(lo, hi)
    above, at_least = found.counts(guess)
    return (guess, guess) if at_least > above and extreme(guess) else (lo, hi)


def _quotient(p: tuple[int, ...], divisor: tuple[int, ...]) -> tuple[int, ...]:
    """The integer polynomial p / divisor up to a constant, where the division leaves no rest."""
    work, result = [Fraction(value) for value in p], []
    while len(work) >= len(divisor):
        factor = work[-1] / divisor[-1]
        result.append(factor)
        for k, value in enumerate(divisor, start=len(work) - len(divisor)):
            work[k] -= factor * value
        work.pop()
    return _integers(result[::-1])
