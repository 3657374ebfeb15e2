"""Exact ranks of matrices of rational functions of e^(1/N): sigmoid and tanh units at rational weights and samples.

e^(1/N) is transcendental, so that Q(e^(1/N)) is the field of rational functions of one unknown.  A rational number in the place
of the unknown never raises a rank; and where more such numbers than a minor has zeros agree on a rank, it is the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import lcm
from typing import Any

from numerics.activations import Elementary
from numerics.spectrum import as_fraction

Build = Callable[[Elementary], Any]


def common_unit(values: Iterable[Any]) -> int:
    """The least N for which N times each of the rational values is an integer."""
    return lcm(*(as_fraction(value).denominator for value in values))


def specialised(base: Any, unit: int) -> Elementary:
    """exp with the rational number ``base`` in the place of e^(1/unit); no other function is rational in it."""

    def exp(t: Any) -> Any:
        power = as_fraction(t) * unit
        if power.denominator != 1:
            raise ValueError(f"exp({t}) is no power of exp(1/{unit})")
        return base ** int(power)

    def refuse(t: Any) -> Any:
        raise TypeError("a logarithm or root is no rational function of an exponential")

    return Elementary(exp, refuse, refuse)


def least_rank(build: Build, unit: int, one: Any, points: int = 2) -> int:
    """A certain lower bound of the rank: the largest rank at a few rational values of e^(1/unit)."""
    return max(build(specialised(one * base, unit)).rank() for base in range(2, 2 + points))


def exact_rank(build: Build, unit: int, one: Any, degrees: Sequence[int]) -> int:
    """The rank of a matrix whose columns become polynomial, of at most the given degrees, once their denominators are cleared.

    A minor of size r + 1 vanishes if it does so at more points than the r + 1 largest degrees add up to.
    """
    largest = sorted(degrees, reverse=True)
    best, points = 0, 0
    while True:
        matrix = build(specialised(one * (2 + points), unit))
        points += 1
        best = max(best, matrix.rank())
        if best == min(matrix.shape) or points > sum(largest[: best + 1]):
            return best
