"""Pairs of half-rectified networks whose units lie in few cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.mergers import Merger
from claims.strategies.entropy import Draw
from claims.strategies.rectified import any_task, coefficients, turned_units, units
from numerics.rational import RationalMatrix, rational

RADII = {"equal": "0", "turned": "1/2", "any": "2"}


def in_cells(d: Draw, cells: int, width: int, dimension: int, kind: str) -> RationalMatrix:
    """So many units on ``cells`` places of the unit ball: all on them, some of them turned by one small angle, or anywhere."""
    if kind == "any":
        return units(d, width, dimension)
    places = units(d, cells, dimension)
    turned = turned_units(d, places) if kind == "turned" else places
    return RationalMatrix.build(width, dimension, lambda i, j: (turned if i >= cells else places).entry(i % cells, j))


@st.composite
def merged_pairs(draw: Callable[..., Any]) -> Merger:
    """Two networks of 2 to 5 units, coinciding or turned by small angles within cells, or in one cell; one or two dimensions."""
    d = Draw(draw)
    dimension, cells, kind = d.pick((2, 1)), d.integer(1, 2), d.pick(("turned", "equal", "any"))
    width = 2 * cells + d.integer(0, 1)
    task = any_task(d, dimension, most=2)
    a, b = ((in_cells(d, cells, width, dimension, kind), coefficients(d, width)) for _ in range(2))
    return Merger(a, b, task, rational(RADII[kind]))
