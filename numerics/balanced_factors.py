"""Balanced factorisations of a matrix, frames, and what ridge costs on the way to them, over Q.

With M = U S^2 V' every pair of factors of M whose ranges fit is (K P S V', U S P^-1 K') with a frame K (orthonormal columns) and
a positive definite P, by the polar decomposition.  It is balanced, and ridge least with the value 2 |M|_*, for P = I.  On the
straight way there the squared norms of both factors are the sum of a^2 + a^-2 over the eigenvalues of P, weighted by S^2, which
never rises, and rational in t.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numerics.matrix import eye_like
from numerics.polynomial import Polynomial, interpolated, is_nonnegative
from numerics.spectrum import as_fraction, spectral_norm_at_most

Quotient = tuple[Polynomial, Polynomial]


def completed(frame: Any) -> Any:
    """An orthogonal h x h matrix whose first columns are those of an h x r frame (Householder)."""
    h, r = frame.shape
    whole = eye_like(frame, h)
    for k in range(r):
        turned = whole.T @ frame[:, [k]]
        v = turned - eye_like(frame, h)[:, [k]]
        if not v.is_zero():
            whole = whole - whole @ v @ v.T * 2 / (v.T @ v)[0, 0]
    return whole


def completed_to_one(frame: Any) -> Any | None:
    """As :func:`completed`, with determinant 1; None where the frame is square and its determinant is -1."""
    whole, (h, r) = completed(frame), frame.shape
    if whole.det() > 0:
        return whole
    return None if r == h else whole @ whole.diagonal([1] * (h - 1) + [-1])


def rotation(start: Any, end: Any) -> Any | None:
    """An orthogonal R with determinant 1 and R start = end, for two h x r frames; None where there is none (only for r = h)."""
    first, last = completed(start), completed(end)
    turn, (h, r) = last @ first.T, start.shape
    if turn.det() > 0:
        return turn
    return None if r == h else last @ last.diagonal([1] * (h - 1) + [-1]) @ first.T


def quotient_along(value: Callable[[Any], Any], divisor: Callable[[Any], Any], degree: int, one: Any) -> Quotient:
    """A function on [0, 1] as a quotient of polynomials of at most the given degree, of which the second is the divisor.

    Both are interpolated at k / degree, where the function is evaluated by its definition; ``one`` is the 1 of the arithmetic.
    Raises ArithmeticError where one further point shows that the degree is too small.
    """
    points = [one * k / degree for k in range(degree + 1)]
    bottom = interpolated([divisor(t) for t in points]).between(0, degree)
    top = interpolated([value(t) * divisor(t) for t in points]).between(0, degree)
    further = one / (2 * degree + 1)
    if top(as_fraction(further)) != as_fraction(value(further) * divisor(further)):
        raise ArithmeticError(f"the function is no quotient of polynomials of degree {degree}")
    return top, bottom


def never_rises(numerator: Polynomial, denominator: Polynomial) -> bool:
    """The quotient is nowhere increasing on [0, 1], for a denominator that is positive there."""
    return is_nonnegative(numerator * denominator.derivative - numerator.derivative * denominator)


def falls(numerator: Polynomial, denominator: Polynomial) -> bool:
    """The quotient is strictly decreasing on [0, 1]."""
    slope = numerator * denominator.derivative - numerator.derivative * denominator
    return slope.degree >= 0 and is_nonnegative(slope)


def is_subgradient(dual: Any, product: Any, nuclear: Any) -> bool:
    """|N| <= 1 in the spectral norm and <N, M> = |M|_*: N is a subgradient of the nuclear norm at M."""
    return bool(product.inner(dual) == nuclear) and spectral_norm_at_most(dual, 1)
