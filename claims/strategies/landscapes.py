"""Piecewise linear landscapes on paths, grids, trees and any graphs, with plateaus on purpose; polynomials at a point."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from claims.instances.landscapes import Germ, Landscape, Plateau, grid
from claims.strategies.entropy import Draw
from numerics.rational import RationalMatrix

SHAPES = ("path", "path", "path", "star", "rectangle", "cycle", "any graph", "star")
EUCLIDEAN = ("path", "path", "path", "rectangle", "rectangle")
PROFILES = ("slope", "any", "bowl", "flat", "wells")


def _edges(d: Draw, shape: str) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """The number of vertices and the largest simplices."""
    if shape == "path":
        n = d.integer(1, 6)
        return n, grid(1, n)
    if shape == "rectangle":
        rows, columns = d.integer(2, 3), d.integer(2, 3)
        return rows * columns, grid(rows, columns)
    n = d.integer(3, 6)
    if shape == "star":
        return n, tuple((0, v) for v in range(1, n))
    if shape == "cycle":
        return n, tuple(sorted(tuple(sorted((v, (v + 1) % n))) for v in range(n)))
    pairs = [(v, w) for v in range(n) for w in range(v + 1, n)]
    kept = [pair for pair, byte in zip(pairs, d.bytes(len(pairs)), strict=True) if byte % 3 == 0]
    alone = [(v,) for v in range(n) if not any(v in pair for pair in kept)]
    return n, tuple(sorted((*kept, *alone)))


def _heights(d: Draw, n: int) -> list[int]:
    """Few different values, so that plateaus are common; slopes and bowls, so that connected sublevel sets are."""
    kind = d.pick(PROFILES)
    if kind == "any":
        return [byte % 4 for byte in d.bytes(n)]
    if kind == "flat":
        return [byte % 5 // 4 for byte in d.bytes(n)]
    if kind == "wells":
        return [v % 2 for v in range(n)]
    steps = [byte % 3 for byte in d.bytes(n)]
    bottom = d.integer(0, n - 1) if kind == "bowl" else 0
    right = [sum(steps[bottom + 1 : v + 1]) for v in range(bottom, n)]
    left = [sum(steps[v:bottom]) for v in range(bottom)]
    return [*left, *right]


def _landscape(d: Draw, shape: str) -> Landscape:
    n, simplices = _edges(d, shape)
    return Landscape(RationalMatrix.integers(1, n, _heights(d, n)), simplices)


@st.composite
def landscapes(draw: Callable[..., Any]) -> Landscape:
    """Piecewise linear functions on R (up to 6 corners) and R^2 (triangulated rectangles), with plateaus and several wells."""
    d = Draw(draw)
    return _landscape(d, EUCLIDEAN[d.integer(0, 4)])


@st.composite
def any_landscapes(draw: Callable[..., Any]) -> Landscape:
    """Piecewise linear functions on paths, rectangles, stars, cycles and any graphs, connected or not."""
    d = Draw(draw)
    return _landscape(d, SHAPES[d.integer(0, 7)])


@st.composite
def other_landscapes(draw: Callable[..., Any]) -> Landscape:
    """Piecewise linear functions on stars, cycles and any graphs: spaces that are neither a line nor a plane."""
    d = Draw(draw)
    return _landscape(d, d.pick(("cycle", "star", "any graph")))


@st.composite
def bottomless_landscapes(draw: Callable[..., Any]) -> Landscape:
    """Piecewise linear functions on R that fall for ever on one side or on both."""
    d = Draw(draw)
    n, two = d.integer(1, 6), d.pick((False, False, False, True))
    inner = list(accumulate(byte % 3 for byte in d.bytes(n))) if d.boolean() else _heights(d, n)
    low = min(inner) - 1
    heights = [low, *inner, low] if two else [low, *inner]
    total = len(heights)
    return Landscape(RationalMatrix.integers(1, total, heights), grid(1, total), (0, total - 1) if two else (0,))


@st.composite
def plateaus(draw: Callable[..., Any]) -> Plateau:
    """Level chains of 2 to 4 corners in piecewise linear functions on R and R^2, often with more of their height around them."""
    d = Draw(draw)
    long = d.integer(2, 4)
    if d.boolean():
        return _ridge(d, long)
    before, after = d.integer(0, 2), d.integer(0, 2)
    spare_left, spare_right = d.integer(0, 1), d.integer(0, 1)
    low, high = [byte % 4 for byte in d.bytes(before)], [byte % 4 for byte in d.bytes(after)]
    wall = [d.pick((0, 1)), 3] if d.pick((False, False, False, True)) else []
    heights = [*wall, *sorted(low, reverse=d.boolean()), *[2] * (spare_left + long + spare_right), *sorted(high)]
    start = len(wall) + before + spare_left
    n = len(heights)
    return Plateau(Landscape(RationalMatrix.integers(1, n, heights), grid(1, n)), tuple(range(start, start + long)))


def _ridge(d: Draw, long: int) -> Plateau:
    """A chain along the middle row of a rectangle, between two rows of constant slope or of any heights."""

    def row() -> list[int]:
        if d.pick((False, False, True)):
            return [byte % 4 for byte in d.bytes(long)]
        start, slope = d.pick((0, 1, -1, 3)), d.pick((0, 1, -1, 2, -2))
        return [start + slope * k for k in range(long)]

    heights = [*row(), *[2] * long, *row()]
    return Plateau(Landscape(RationalMatrix.integers(1, 3 * long, heights), grid(3, long)), tuple(range(long, 2 * long)))


@st.composite
def ridges(draw: Callable[..., Any]) -> Plateau:
    """Level chains of 2 to 4 corners across rectangles in R^2: ridges, valleys and terraces."""
    d = Draw(draw)
    return _ridge(d, d.integer(2, 4))


@st.composite
def germs(draw: Callable[..., Any]) -> Germ:
    """Polynomials of degree up to 6 at the point 0; even powers alone, flat ones and the zero polynomial included."""
    d = Draw(draw)
    degree = d.integer(0, 6)
    values = d.integers(degree + 1, 2)
    kind = d.pick(("any", "flat", "even", "curved", "even", "curved"))
    if kind == "flat":
        skipped = d.pick((2, 3, 4))
        values = [values[0], *[0] * min(skipped - 1, degree), *values[skipped:]][: degree + 1]
    if kind == "curved":
        values = [values[0], 0, 1 + abs(values[2]), *values[3:]] if degree > 1 else [values[0]]
    if kind == "even":
        values = [abs(c) if k % 2 == 0 else 0 for k, c in enumerate(values)]
    return Germ(RationalMatrix.integers(1, len(values), values))
