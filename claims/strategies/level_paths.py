"""Pairs of points of linear networks, wide, square and narrow; factorisations with and without ridge; degenerate ones in most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear
from claims.instances.level_paths import (
    DeepRidge,
    Factored,
    LayerPair,
    RidgeEnds,
    SingularPath,
    SpectralPoint,
    SquareEnds,
    TwoPoints,
    Widths,
)
from claims.strategies.deep_linear import (
    DISTINCT,
    REPEATED,
    any_data,
    any_weights,
    critical_blocks,
    regular,
    spectral_data,
    turned,
    unimodular,
)
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from numerics.balanced_factors import completed
from numerics.chains import chain
from numerics.rational import RationalMatrix, rational

Q = RationalMatrix

# Two points --------------------------------------------------------------------------------------------------------------------

ENDS = ("any", "turned over", "fitted", "equal", "zero", "turned over", "any")


def two_ends(d: Draw, widths: Sequence[int]) -> TwoPoints:
    """Two points on data: independent ones, fitted ones that differ in the sign of a unit, fitted, equal or zero ones."""
    kind = d.pick(ENDS)
    if kind == "turned over" and len(widths) > 2:
        return turned_over(d, widths, d.integer(1, len(widths) - 2))
    data, start, end = any_data(d, widths[0], widths[-1]), any_weights(d, widths), any_weights(d, widths)
    if kind == "fitted":
        data = Data(data.inputs, chain(start) @ data.inputs)
    if kind == "equal":
        end = start
    if kind == "zero":
        end = tuple(weight * 0 for weight in end)
    return TwoPoints(start, end, data)


def turned_over(d: Draw, widths: Sequence[int], layer: int) -> TwoPoints:
    """Weights of the largest rank that fit the data, and the same ones with the first unit of a hidden layer turned over."""
    start = tuple(unimodular(d, rows) @ Q.eye(rows, columns) for columns, rows in pairwise(widths))
    flip = Q.diagonal([-1] + [1] * (widths[layer] - 1))
    end = (*start[: layer - 1], flip @ start[layer - 1], start[layer] @ flip, *start[layer + 1 :])
    inputs = unimodular(d, widths[0]) @ Q.eye(widths[0], widths[0] + d.integer(0, 1))
    return TwoPoints(start, end, Data(inputs, chain(start) @ inputs))


def ends_of(d: Draw, deepest: int = 3) -> tuple[int, int, int]:
    """K, n_1 and n_(K+1)."""
    return d.pick((2, 1, 2, 3, deepest)), d.integer(1, 2), d.integer(1, 2)


@st.composite
def wide_ends(draw: Callable[..., Any]) -> TwoPoints:
    """Two points of linear networks with 1 to 4 layers, every hidden layer wider than the smaller end."""
    d = Draw(draw)
    depth, n, m = ends_of(d, 4)
    return two_ends(d, [n, *(min(n, m) + 1 + d.integer(0, 1) for _ in range(depth - 1)), m])


@st.composite
def literal_ends(draw: Callable[..., Any]) -> TwoPoints:
    """Two points of linear networks with K = 1 to 3 layers and n_j > min(n_1, n_K) for 2 <= j <= K - 1, n_K hidden too."""
    d = Draw(draw)
    depth, n, m = ends_of(d)
    last = d.integer(1, 3)
    return two_ends(d, [n, *(min(n, last) + 1 + d.integer(0, 1) for _ in range(depth - 2)), *([last] if depth > 1 else []), m])


@st.composite
def square_ends(draw: Callable[..., Any]) -> TwoPoints:
    """Two points of linear networks with 1 to 3 layers, every hidden layer at least as wide as the smaller end."""
    d = Draw(draw)
    depth, n, m = ends_of(d)
    return two_ends(d, [n, *(min(n, m) + d.integer(0, 1) for _ in range(depth - 1)), m])


@st.composite
def any_ends(draw: Callable[..., Any]) -> TwoPoints:
    """Two points of linear networks with 1 to 3 layers of any widths from 1 to 3."""
    d = Draw(draw)
    if d.pick((False, False, True)):
        return _narrow(d)
    depth, n, m = ends_of(d)
    return two_ends(d, [n, *(d.integer(1, 3) for _ in range(depth - 1)), m])


@st.composite
def narrow_ends(draw: Callable[..., Any]) -> TwoPoints:
    """Two global minima of networks with 2 or 3 layers, one hidden layer of one unit or as wide as the smaller end, that differ
    in the sign of a unit of that layer.
    """
    return _narrow(Draw(draw))


def _narrow(d: Draw) -> TwoPoints:
    depth, n, m = d.integer(2, 3), d.integer(1, 2), d.integer(1, 2)
    layer = d.integer(1, depth - 1)
    wide = [min(n, m) + d.integer(0, 1) for _ in range(depth - 1)]
    widths = [n, *wide[: layer - 1], d.pick((1, min(n, m))), *wide[layer:], m]
    return turned_over(d, widths, layer)


@st.composite
def turned_square_ends(draw: Callable[..., Any]) -> SquareEnds:
    """Two points of networks with two layers and a square one, its determinant of opposite signs, on data with known spectrum,
    and a level: that of the worse end, the least loss of products of smaller rank, or above.
    """
    d = Draw(draw)
    spectral = d.pick((_more_outputs, _more_inputs, lambda d: regular(d, DISTINCT[:4] + REPEATED[:1])))(d)
    data = spectral.data
    n, m = data.inputs.shape[0], data.targets.shape[0]
    r = min(n, m)
    square = unimodular(d, r) * d.pick((1, 2))
    mirror = Q.diagonal([-1] + [1] * (r - 1))
    other = mirror @ unimodular(d, r)
    first, last = (_product_near(d, data.regression) for _ in range(2))
    if n <= m:
        start, end = (square, first @ square.inverse()), (other, last @ other.inverse())
    else:
        start, end = (square.inverse() @ first, square), (other.inverse() @ last, other)
    worse = max(data.loss_of(first), data.loss_of(last))
    level = d.pick((worse, spectral.least_loss(r - 1), spectral.least_loss(r - 1) + 1, worse))
    return SquareEnds(start, end, spectral, max(worse, level))


def _more_outputs(d: Draw) -> Any:
    """One or two inputs and one output more, the additional one not explained by them."""
    inputs = d.integer(1, 2)
    return spectral_data(d, [*("2", "1")[:inputs], "0"], inputs)


def _more_inputs(d: Draw) -> Any:
    """One or two outputs and one input more."""
    roots = d.pick((("2", "1"), ("1",), ("1", "1")))
    return spectral_data(d, roots, len(roots) + 1)


def _product_near(d: Draw, best: Any) -> Any:
    """The regression, one next to it, or any matrix."""
    kind, (rows, columns) = d.pick(("best", "near", "any", "near")), best.shape
    if kind == "best":
        return best
    return best + d.matrix(rows, columns, 1) / 8 if kind == "near" else any_matrix(d, rows, columns)


# Points ------------------------------------------------------------------------------------------------------------------------


def wide_point(d: Draw, least: int) -> DeepLinear:
    """A point with hidden layers at least ``least`` units wider than the smaller end; critical in half of the cases."""
    if d.boolean():
        depth, n, m = ends_of(d)
        widths = [n, *(min(n, m) + least + d.integer(0, 1) for _ in range(depth - 1)), m]
        data = any_data(d, n, m) if d.pick((False, False, True)) else Data(unimodular(d, n), any_matrix(d, m, n))
        return DeepLinear(any_weights(d, widths), data)
    spectral = regular(d, DISTINCT[:4] + REPEATED[:1]) if d.boolean() else singular_small(d)
    outputs, inputs = spectral.outputs, spectral.data.inputs.shape[0]
    usable = [index for index, value in enumerate(spectral.values, start=1) if value != 0]
    left_out = d.pick(usable)
    chosen = tuple(index for index in usable if index != left_out and d.boolean())
    depth = d.pick((2, 2, 3))
    hidden = [min(inputs, outputs) + least + d.integer(0, 1) for _ in range(depth - 1)]
    blocks = critical_blocks(d, spectral, chosen, hidden)
    return CriticalPoint(spectral, chosen, blocks, tuple(unimodular(d, width) for width in hidden)).network


def singular_small(d: Draw) -> Any:
    """One regressed direction: two outputs and one of them not explained, or two inputs and one sample less."""
    roots = d.pick((("1", "0"), ("2",), ("1",)))
    return spectral_data(d, roots, d.pick((2, 1, 2)), 1)


@st.composite
def wide_points(draw: Callable[..., Any]) -> DeepLinear:
    """Points, critical ones in half of the cases, of linear networks whose hidden layers are wider than the smaller end."""
    return wide_point(Draw(draw), 1)


@st.composite
def wide_or_square_points(draw: Callable[..., Any]) -> DeepLinear:
    """Points, half of them critical, of linear networks whose hidden layers are at least as wide as the smaller end."""
    return wide_point(Draw(draw), 0)


@st.composite
def narrow_points(draw: Callable[..., Any]) -> SpectralPoint:
    """Points, half of them critical, of networks with two layers and at most as many hidden units as the smaller end, on data
    with known spectrum, repeated eigenvalues and inputs of deficient rank included.
    """
    d = Draw(draw)
    spectral = d.pick((regular, singular_small, lambda d: regular(d, REPEATED)))(d)
    n, m = spectral.data.inputs.shape[0], spectral.outputs
    units = d.integer(1, min(n, m))
    if d.boolean():
        lower, upper = any_weights(d, [n, units, m])
        return SpectralPoint(lower, upper, spectral)
    usable = [index for index, value in enumerate(spectral.values, start=1) if value != 0]
    chosen = tuple(index for index in usable if d.boolean())[-units:]
    blocks = critical_blocks(d, spectral, chosen, [units])
    lower, upper = CriticalPoint(spectral, chosen, blocks, (unimodular(d, units),)).network.weights
    return SpectralPoint(lower, upper, spectral)


@st.composite
def two_layer_points(draw: Callable[..., Any]) -> DeepLinear:
    """Points, zero and deficient ones among them, of networks with two layers, the hidden one wider than the inputs, of which
    there are no more than outputs.
    """
    d = Draw(draw)
    n, extra = d.integer(1, 2), d.integer(0, 1)
    widths = [n, n + 1 + d.integer(0, 1), n + extra]
    return DeepLinear(any_weights(d, widths), Data(unimodular(d, n), d.matrix(n + extra, n, 3)))


@st.composite
def layer_pairs(draw: Callable[..., Any]) -> LayerPair:
    """Two neighbouring layers with 1 to 3 units between 1 or 2 inputs and outputs, at least as many units as inputs."""
    d = Draw(draw)
    m, k = d.integer(1, 2), d.integer(1, 2)
    units = m + d.integer(0, 2)
    return LayerPair(any_matrix(d, units, m), any_matrix(d, k, units), d.matrix(1, m, 2))


@st.composite
def width_lists(draw: Callable[..., Any]) -> Widths:
    """Between two and six sizes from 1 to 4."""
    d = Draw(draw)
    return Widths(tuple(d.integer(1, 4) for _ in range(d.integer(2, 6))))


@st.composite
def singular_paths(draw: Callable[..., Any]) -> SingularPath:
    """Matrices of full column rank m = 1 or 2 with m to m + 2 rows and positive singular values that move on straight lines."""
    d = Draw(draw)
    m = d.integer(1, 2)
    units = m + d.integer(0, 2)
    first, last = (tuple(rational(d.pick(("1", "2", "1/2", "3"))) for _ in range(m)) for _ in range(2))
    at = rational(d.pick(("0", "1", "1/2", "1/3")))
    return SingularPath(turned(d, units)[:, :m], turned(d, m), first, last, at)


# Ridge -------------------------------------------------------------------------------------------------------------------------


def factored(d: Draw, m: int, n: int, h: int) -> Factored:
    """A factored m x n matrix of any rank that h units allow, balanced in some cases, with parts of no use in others."""
    r = d.integer(0, min(m, n, h))
    roots = tuple(rational(d.pick(("1", "2", "1/2", "3/2"))) for _ in range(r))
    left, right, frame = (turned(d, size)[:, :r] for size in (m, n, h))
    grown = d.matrix(r, r, 1)
    stretch = Q.eye(r) if d.boolean() else Q.eye(r) + grown @ grown.T
    spare = Q.zeros(h, n) if d.boolean() else d.matrix(h, n, 1)
    idle = Q.zeros(m, h) if d.boolean() else d.matrix(m, h, 1)
    return Factored(left, roots, right, frame, stretch, spare, idle)


def ridge_ends(d: Draw, h: Callable[[Draw, int], int], kinds: Sequence[str]) -> RidgeEnds:
    m, n = d.pick(((2, 2), (3, 1), (1, 3), (1, 2), (3, 1), (2, 1), (3, 1), (1, 3), (1, 1)))
    units = h(d, min(m, n))
    start, end = factored(d, m, n, units), factored(d, m, n, units)
    kind = d.pick(kinds)
    kappa = rational(d.pick(("1", "1/2", "1/8", "1/64")))
    if kind == "equal products":
        frame = turned(d, units)[:, : start.rank]
        end = replace(start, frame=frame, spare=end.spare, idle=end.idle)
    if kind != "turned over":
        return RidgeEnds(start, end, any_data(d, n, m, 3), kappa)
    roots = tuple(rational("1") for _ in range(min(m, n, units)))
    corner = (Q.eye(m, len(roots)), roots, Q.eye(n, len(roots)))
    frame, rest = Q.eye(units, len(roots)), (Q.eye(len(roots)), Q.zeros(units, n), Q.zeros(m, units))
    flip = Q.diagonal([-1] + [1] * (units - 1))
    inputs = unimodular(d, n)
    first, last = Factored(*corner, frame, *rest), Factored(*corner, flip @ frame, *rest)
    return RidgeEnds(first, last, Data(inputs, first.product @ inputs), kappa)


@st.composite
def wide_ridge_ends(draw: Callable[..., Any]) -> RidgeEnds:
    """Two points of a network with two layers and ridge, its hidden layer wider than the smaller end."""
    kinds = ("any", "any", "turned over", "equal products", "any")
    return ridge_ends(Draw(draw), lambda d, r: r + 1 + d.pick((0, 0, 1)), kinds)


@st.composite
def any_ridge_ends(draw: Callable[..., Any]) -> RidgeEnds:
    """Two points of a network with two layers and ridge, its hidden layer of any width from 1 on."""
    kinds = ("any", "turned over", "equal products", "turned over")
    return ridge_ends(Draw(draw), lambda d, r: d.pick((1, r, r + 1)), kinds)


@st.composite
def factorings(draw: Callable[..., Any]) -> Factored:
    """Pairs of factors of matrices of up to 2 x 2 with prescribed singular values, through 1 to 4 units; some balanced."""
    d = Draw(draw)
    m, n = d.integer(1, 2), d.integer(1, 2)
    return factored(d, m, n, d.integer(1, 4))


@st.composite
def ridge_descents(draw: Callable[..., Any]) -> RidgeEnds:
    """A point of a network with two layers and ridge, and a balanced global minimum, the data built around the latter; the hidden
    layer at least as wide as the smaller end.
    """
    d = Draw(draw)
    m, n = d.integer(1, 2), d.integer(1, 2)
    h = min(m, n) + d.integer(0, 1)
    start, end = factored(d, m, n, h), factored(d, m, n, h)
    end = replace(end, stretch=Q.eye(end.rank), spare=Q.zeros(h, n), idle=Q.zeros(m, h))
    kappa = rational(d.pick(("1", "1/2", "1/8")))
    samples = n + d.integer(0, 1)
    inputs = unimodular(d, n) @ Q.eye(n, samples)
    outer, inner = completed(end.left), completed(end.right)
    beyond = rational(d.pick(("0", "1", "1/2", "-1")))
    dual = outer @ Q.build(m, n, lambda i, j: (1 if i < end.rank else beyond) if i == j else 0) @ inner.T
    correction = dual @ (inputs @ inputs.T).inverse() @ inputs
    return RidgeEnds(start, end, Data(inputs, end.product @ inputs + correction * (kappa * samples)), kappa)


@st.composite
def deep_ridges(draw: Callable[..., Any]) -> DeepRidge:
    """Points of linear networks with 3 or 4 layers of widths 1 to 3, with ridge; small weights, zero ones and fitted ones."""
    return _deep_ridge(Draw(draw), 3)


@st.composite
def ridges_of_any_depth(draw: Callable[..., Any]) -> DeepRidge:
    """Points of linear networks with 1 to 4 layers of widths 1 to 3, with ridge."""
    return _deep_ridge(Draw(draw), 1)


def _deep_ridge(d: Draw, low: int) -> DeepRidge:
    depth = d.integer(low, 4)
    widths = [d.integer(1, 2), *(d.integer(1, 3) for _ in range(depth - 1)), d.integer(1, 2)]
    kind = d.pick(("any", "low", "small", "low", "small"))
    if kind == "low":
        weights = tuple(unimodular(d, rows) @ Q.eye(rows, columns) for columns, rows in pairwise(widths))
        inputs = unimodular(d, widths[0])
        return DeepRidge(weights, Data(inputs, chain(weights) @ inputs * 2), rational("1/64"))
    weights = any_weights(d, widths)
    data = any_data(d, widths[0], widths[-1], 3)
    if d.boolean():
        data = Data(data.inputs, chain(weights) @ data.inputs)
    scale = rational(d.pick(("1/8", "1/64", "1/16")) if kind == "small" else "1")
    return DeepRidge(tuple(weight * scale for weight in weights), data, rational(d.pick(("1/8", "1", "1/64"))))
