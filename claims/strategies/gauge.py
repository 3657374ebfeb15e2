"""Networks with invertible factors between their layers, permuted units, pairs of matrices of equal or different determinants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.gauge import Frames, Regauged, Units
from claims.strategies.deep_linear import any_weights, unimodular
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from numerics.rational import RationalMatrix

SIZES = (1, 2, 3, 3, 2)


def _factor(d: Draw, size: int, kind: str) -> RationalMatrix:
    """An invertible matrix: positive or signed diagonal, of determinant 1, of negative determinant, or a permutation of these."""
    scales = [d.pick(("1", "2", "1/2", "3")) for _ in range(size)]
    if kind == "positive":
        return RationalMatrix.diagonal(scales)
    if kind == "signed":
        signs = [d.pick((1, -1)) for _ in range(size)]
        return RationalMatrix.diagonal(signs) @ RationalMatrix.diagonal(scales)
    turn = d.integer(0, size - 1)
    if kind == "permuted":
        return RationalMatrix.build(size, size, lambda i, j: scales[i] if j == (i + turn) % size else 0)
    general = unimodular(d, size) @ RationalMatrix.diagonal(scales) @ unimodular(d, size).T
    flip = RationalMatrix.diagonal([-1] + [1] * (size - 1)) if kind == "negative" else RationalMatrix.eye(size)
    return flip @ general


def _network(d: Draw, kinds: tuple[str, ...], *, square: bool = False, low: int = 1) -> Regauged:
    depth = d.integer(low, 3)
    widths = [d.integer(1, 2)] * (depth + 1) if square else [d.integer(1, 3) for _ in range(depth + 1)]
    factors = tuple(_factor(d, width, d.pick(kinds)) for width in widths[1:-1])
    samples = d.integer(1, 2)
    inputs, targets = any_matrix(d, widths[0], samples), any_matrix(d, widths[-1], samples)
    return Regauged(any_weights(d, widths), factors, inputs, targets)


@st.composite
def regauged_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 1 to 3 layers, widths 1 to 3, with invertible factors of positive determinant; zero and deficient weights."""
    return _network(Draw(draw), ("positive", "general", "general"))


@st.composite
def square_regauged_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 1 to 3 layers, all widths 1 or 2 so that every order of the factors has fitting shapes, with invertible factors
    of positive determinant.
    """
    return _network(Draw(draw), ("positive", "general", "general"), square=True)


@st.composite
def freely_regauged_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 1 to 3 layers, widths 1 to 3, with invertible factors of either sign of the determinant."""
    return _network(Draw(draw), ("negative", "general", "signed"))


@st.composite
def rescaled_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 1 to 3 layers with positive diagonal factors."""
    return _network(Draw(draw), ("positive",))


@st.composite
def signed_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 2 or 3 layers with diagonal factors of any signs."""
    return _network(Draw(draw), ("signed", "positive"), low=2)


@st.composite
def permuted_networks(draw: Callable[..., Any]) -> Regauged:
    """Networks of 1 to 3 layers whose factors have one positive entry in each row and each column."""
    return _network(Draw(draw), ("permuted", "positive"))


@st.composite
def unit_layers(draw: Callable[..., Any]) -> Units:
    """One hidden layer of 1 to 4 rectifiers, all different or some coinciding."""
    d = Draw(draw)
    m, n, k = d.integer(1, 4), d.integer(1, 2), d.integer(1, 2)
    lower, upper = d.matrix(m, n), d.matrix(k, m)
    if d.boolean():
        lower = RationalMatrix.build(m, n, lambda i, j: 4 * i + int(lower.entry(i, j)))
    elif d.boolean():
        lower, upper = any_matrix(d, m, n), any_matrix(d, k, m)
    return Units(lower, upper, any_matrix(d, n, d.integer(1, 3)))


@st.composite
def frames(draw: Callable[..., Any]) -> Frames:
    """Two invertible matrices of size 1 to 3, of equal or different determinants of one sign."""
    d = Draw(draw)
    size = SIZES[d.integer(0, 4)]
    kind = d.pick(("unimodular", "unimodular", "unimodular", "equal", "different", "negative"))
    start, end = unimodular(d, size) @ unimodular(d, size).T, unimodular(d, size).T @ unimodular(d, size)
    scale = RationalMatrix.diagonal([d.pick((2, "1/2", 3))] + [1] * (size - 1))
    if kind == "unimodular":
        return Frames(start, end)
    if kind == "different":
        return Frames(start, scale @ end)
    turn = scale if kind == "equal" else RationalMatrix.diagonal([-1] + [1] * (size - 1)) @ scale
    return Frames(turn @ start, end @ turn)
