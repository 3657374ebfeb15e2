"""Angles between vectors with rational inner products: rational brackets, without trigonometric functions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb
from typing import Any

from numerics.brackets import Bracket

TERMS = 60


def squared_angle(cosine: Fraction, terms: int = TERMS) -> Bracket:
    """Two rationals around alpha^2 for cos alpha > -1, 0 <= alpha < pi.

    With s = sin^2(alpha/2) = (1 - cos alpha)/2 it is alpha^2 = 4 arcsin^2(sqrt s) = 2 sum_n (4 s)^n / (n^2 C(2n, n)), whose terms
    fall at least by the factor s.  Raises ValueError for cos alpha outside (-1, 1].
    """
    if not -1 < cosine <= 1:
        raise ValueError(f"no bracket for the angle with cosine {cosine}")
    s = Fraction(1 - cosine, 2)
    low = sum((2 * (4 * s) ** n / (n * n * comb(2 * n, n)) for n in range(1, terms)), Fraction(0))
    rest = 2 * (4 * s) ** terms / (terms * terms * comb(2 * terms, terms)) / (1 - s)
    return Bracket(low, low + rest).coarse()


def unit_vector(parameters: Sequence[Any], one: Any) -> list[Any]:
    """The rational unit vector (1 - |q|^2, 2 q)/(1 + |q|^2): stereographic projection, which misses (-1, 0, ..., 0) alone."""
    square = sum((q * q for q in parameters), one * 0)
    return [(one - square) / (one + square), *(2 * q / (one + square) for q in parameters)]
