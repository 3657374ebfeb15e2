"""Affine networks of drawn depth, widths and ranks, and one-layer targets for deeper ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.networks import AffineNetwork, LayerBudget
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank
from numerics.rational import RationalMatrix


@st.composite
def affine_networks(draw: Callable[..., Any]) -> AffineNetwork:
    """Networks of 1 to 4 affine layers, widths 1 to 4, identity activations; zero, rank-deficient and coinciding layers in half
    of them.
    """
    return _network(Draw(draw), "identity")


@st.composite
def nonlinear_networks(draw: Callable[..., Any]) -> AffineNetwork:
    """Networks of 2 to 3 affine layers, widths 1 to 2, with a rectifier or a square between the layers."""
    d = Draw(draw)
    return _network(d, d.pick(("relu", "square")), low=2, high=3, width=2)


@st.composite
def biased_rectifiers(draw: Callable[..., Any]) -> AffineNetwork:
    """Networks of 1 to 4 affine layers, widths 1 to 3, with rectifiers between the layers."""
    return _network(Draw(draw), "relu", width=3)


def _network(d: Draw, activation: str, low: int = 1, high: int = 4, width: int = 4) -> AffineNetwork:
    depth = d.integer(low, high)
    widths = [d.integer(1, width) for _ in range(depth + 1)]
    shapes = list(zip(widths[1:], widths, strict=False))
    if d.boolean():
        weights = tuple(any_matrix(d, m, n) for m, n in shapes)
    else:
        weights = tuple(_cut(d.integers(sum(m * n for m, n in shapes)), shapes))
    biases = tuple(_cut(d.integers(sum(widths[1:])), [(m, 1) for m in widths[1:]]))
    return AffineNetwork(weights, biases, activation)


def _cut(values: list[int], shapes: list[tuple[int, int]]) -> list[RationalMatrix]:
    pieces, at = [], 0
    for m, n in shapes:
        pieces.append(RationalMatrix.integers(m, n, values[at : at + m * n]))
        at += m * n
    return pieces


@st.composite
def layer_budgets(draw: Callable[..., Any]) -> LayerBudget:
    """A one-layer network with a weight of drawn rank (1 to 4 inputs and outputs) and 0 to 3 hidden widths between 1 and 4."""
    d = Draw(draw)
    rows, columns = d.integer(1, 4), d.integer(1, 4)
    weight = of_rank(d, rows, columns, d.integer(0, min(rows, columns)))
    hidden = tuple(d.integer(1, 4) for _ in range(d.integer(0, 3)))
    return LayerBudget(AffineNetwork((weight,), (d.matrix(rows, 1),)), hidden)
