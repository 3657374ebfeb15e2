"""Balanced factorisations of a matrix, frames, and what ridge costs on the way to them, over Q.

With M = U S^2 V' every pair of factors of M whose ranges fit is (K P S V', U S P^-1 K') with a frame K (orthonormal columns) and a
positive definite P, by the polar decomposition.  It is balanced, and ridge least with the value 2 |M|_*, for P = I.  On the way
there, along D(t) = (1 - t) P^2 + t I in place of P^2, the squared norms of both factors are tr D S^2 + tr D^-1 S^2, a convex function
of t with its minimum at t = 1.
"""

from __future__ import annotations

from typing import Any

from numerics.matrix import eye_like
from numerics.polynomial import Polynomial, interpolated, is_nonnegative
from numerics.spectrum import spectral_norm_at_most


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


def norms_to_balance(gram: Any, squares: Any) -> tuple[Polynomial, Polynomial]:
    """Numerator and denominator of tr D S^2 + tr D^-1 S^2 with D = (1 - t) gram + t I: ridge on the way to the balanced factors.

    gram: P^2, r x r, positive definite; squares: S^2, r x r.  The denominator det D is positive on [0, 1].
    """
    r = gram.shape[0]
    identity = eye_like(gram, r)

    def at(t: int) -> tuple[Any, Any]:
        d = identity * t + gram * (1 - t)
        det = d.det()
        return det, det * (d @ squares).trace() + _adjugate_trace(d, squares)

    values = [at(t) for t in range(r + 2)]
    return interpolated([value for _, value in values]), interpolated([det for det, _ in values[: r + 1]])


def _adjugate_trace(d: Any, squares: Any) -> Any:
    """tr adj(d) squares, also where d is singular."""
    r = d.shape[0]
    rest = [[k for k in range(r) if k != i] for i in range(r)]
    cofactors = d.build(r, r, lambda i, j: (-1) ** (i + j) * d[rest[j], rest[i]].det() if r > 1 else 1)
    return (cofactors @ squares).trace()


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
