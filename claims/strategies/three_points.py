"""Three points of the plane and first layers: points on one ray, around zero, with zero sum; dead and coinciding units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.three_points import ThreePoints
from claims.strategies.entropy import Draw
from numerics.matrix import hstack, vstack
from numerics.rational import RationalMatrix

KINDS = ("any", "around zero", "any", "one ray", "opposite", "zero sum", "around zero", "equal")


def _points(d: Draw, kind: str) -> RationalMatrix:
    pair = d.matrix(2, 2)
    first, second = pair[:, [0]], pair[:, [1]]
    a, b = 1 + d.integer(0, 2), 1 + d.integer(0, 2)
    if kind == "around zero":
        return hstack(first, second, -(first * a + second * b))
    if kind == "zero sum":
        return hstack(first, second, -(first + second))
    if kind == "equal":
        return hstack(first, first, first)
    if kind == "one ray":
        return hstack(first, first * a, second)
    if kind == "opposite":
        return hstack(first, second, first * -a)
    return hstack(pair, d.matrix(2, 1))


def _lower(d: Draw) -> RationalMatrix:
    lower = d.matrix(3, 2)
    kind = d.pick(("any", "coinciding", "dead", "any"))
    if kind == "coinciding":
        return lower[[0, 1, 0], :]
    if kind == "dead":
        return vstack(lower[[0, 1], :], RationalMatrix.zeros(1, 2))
    return lower


@st.composite
def three_points(draw: Callable[..., Any]) -> ThreePoints:
    """Three points of the plane, some on one ray, opposite, with zero sum or around zero, and a first layer of three units."""
    d = Draw(draw)
    return ThreePoints(_points(d, d.pick(KINDS)), _lower(d))


@st.composite
def surrounding_points(draw: Callable[..., Any]) -> ThreePoints:
    """Three points with zero inside their triangle, and a first layer with coinciding or dead units in half of the cases."""
    d = Draw(draw)
    return ThreePoints(_points(d, "around zero"), _lower(d))
