"""Critical points found by other means than the parametrisation, deeper ones, and any weights on data with a known spectrum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, groupby, pairwise
from typing import Any

from hypothesis import strategies as st

from claims.instances.critical_points import SpectralNetwork
from claims.instances.deep_linear import CriticalPoint, Data, Spectral
from claims.strategies.deep_linear import (
    DISTINCT,
    REPEATED,
    VANISHING,
    any_weights,
    critical_point,
    regular,
    spectral_data,
    unimodular,
)
from claims.strategies.entropy import Draw
from claims.strategies.matrices import orthogonal
from numerics.chains import chain
from numerics.matrix import block, hstack
from numerics.rational import RationalMatrix, rational

# Weights at which the gradient vanishes ------------------------------------------------------------------------------


def tilted(d: Draw, spectral: Spectral) -> Spectral:
    """Another eigenbasis: the columns that share an eigenvalue are turned among themselves."""
    sizes = [len(list(same)) for _, same in groupby(spectral.values)]
    turns = [orthogonal(d, size) if size > 1 else RationalMatrix.eye(1) for size in sizes]
    grid = [
        [turn if i == j else RationalMatrix.zeros(sizes[i], sizes[j]) for j in range(len(sizes))] for i, turn in enumerate(turns)
    ]
    return Spectral(spectral.data, spectral.basis @ block(grid), spectral.values)


def in_bases(d: Draw, weights: Sequence[Any]) -> tuple[Any, ...]:
    """The same product: W_(h+1) G and G^-1 W_h for an invertible G of every hidden width, scaled by 1/2, 1 or 3."""
    turned_weights = list(weights)
    for layer in range(len(weights) - 1):
        width = weights[layer].shape[0]
        scale = d.pick(("1", "1/2", "3"))
        G = unimodular(d, width) * RationalMatrix.scalar(scale)
        turned_weights[layer] = G.solve(turned_weights[layer])
        turned_weights[layer + 1] = turned_weights[layer + 1] @ G
    return tuple(turned_weights)


def on_columns(d: Draw, spectral: Spectral) -> tuple[Any, ...]:
    """W_1 solved for, given upper layers whose product K has some eigenvectors U_T as its column space.

    W_h = [I M; 0 N] and W_H = U_T [I, M], so that K = U_T C with C of full row rank; W_1 = C^+ U_T' B + F Z with F the kernel of
    C and the rows of Z in the kernel of what T leaves of Sigma_YX.  T may hold indices of zero eigenvalues.
    """
    outputs, inputs = spectral.outputs, spectral.data.inputs.shape[0]
    chosen = tuple(index for index in range(1, outputs + 1) if d.boolean())[:inputs]
    rest = tuple(index for index in range(1, outputs + 1) if index not in chosen)
    size, depth = len(chosen), d.pick((2, 3, 2, 4))
    hidden = [max(size, 1) + d.pick((0, 1)) for _ in range(depth - 1)]
    middle = [_led_by_identity(size, d.matrix(high, low, 1)) for low, high in pairwise(hidden)]
    last = _led_by_identity(size, d.matrix(size, hidden[-1], 1))
    C, columns = chain([*middle, last]), spectral.columns(chosen)
    first = C.T @ (C @ C.T).solve(columns.T @ spectral.data.regression)
    free, unseen = C.nullspace(), (spectral.columns(rest).T @ spectral.data.yx).nullspace()
    first = first + free @ d.matrix(free.shape[1], unseen.shape[1], 1) @ unseen.T
    return (first, *middle, columns @ last)


def _led_by_identity(size: int, matrix: Any) -> Any:
    """The matrix with its first ``size`` columns replaced by those of the identity."""
    return hstack(RationalMatrix.eye(matrix.shape[0], size), matrix[:, size:])


def vanishing(d: Draw, spectral: Spectral) -> tuple[Any, ...]:
    """Two layers (or all) are zero and the others anything; with two layers the second is zero and Sigma_YX W_1' = 0."""
    outputs, inputs = spectral.outputs, spectral.data.inputs.shape[0]
    widths = [inputs, *(d.integer(1, 2) for _ in range(d.integer(1, 3))), outputs]
    weights = list(any_weights(d, widths))
    if len(weights) == 2:
        unseen = spectral.data.yx.nullspace()
        return (d.matrix(widths[1], unseen.shape[1], 1) @ unseen.T, RationalMatrix.zeros(outputs, widths[1]))
    first, second = d.pick([(i, j) for i in range(len(weights)) for j in range(i + 1, len(weights))])
    for layer in (first, second):
        weights[layer] = weights[layer] * 0
    return tuple(weights)


def out_of_sight(d: Draw, spectral: Spectral, weights: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same with rows from the left kernel of the inputs added to W_1: none of it reaches the loss."""
    unseen = spectral.data.inputs.T.nullspace()
    return (weights[0] + d.matrix(weights[0].shape[0], unseen.shape[1], 1) @ unseen.T, *weights[1:])


def stationary(d: Draw, spectral: Spectral) -> SpectralNetwork:
    """A critical point on the given data: solved for, vanishing, or of the parametrised form for another eigenbasis."""
    kind = d.pick(("columns", "parametrised", "vanishing", "columns", "parametrised"))
    view = tilted(d, spectral)
    if kind == "vanishing":
        weights = vanishing(d, spectral)
    elif kind == "columns":
        weights = in_bases(d, on_columns(d, view))
    else:
        weights = in_bases(d, critical_point(d, view).network.weights)
    return SpectralNetwork(spectral, out_of_sight(d, spectral, weights))


@st.composite
def stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points, parametrised or solved for, on data that meet A1 to A3 with distinct eigenvalues."""
    d = Draw(draw)
    return stationary(d, regular(d))


@st.composite
def repeated_stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points, parametrised or solved for, on data that meet A1 to A3 but have repeated eigenvalues."""
    d = Draw(draw)
    return stationary(d, regular(d, REPEATED))


@st.composite
def singular_stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points on data with zero eigenvalues, inputs of deficient rank or more outputs than inputs."""
    d = Draw(draw)
    return stationary(d, lacking(d))


@st.composite
def all_stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points, parametrised or solved for, on data of every kind: regular, with repeated eigenvalues, singular."""
    d = Draw(draw)
    return stationary(d, any_spectrum(d))


def dependent(d: Draw) -> Spectral:
    """A1 and A3 without A2: nonzero eigenvalues, and one input more than the rank of the inputs."""
    roots = d.pick((*DISTINCT, *REPEATED))
    return spectral_data(d, roots, len(roots) + 1, len(roots), len(roots) + 1)


@st.composite
def dependent_stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points on data that meet A1 and A3, with inputs of deficient rank."""
    d = Draw(draw)
    return stationary(d, dependent(d))


@st.composite
def dependent_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of 2 to 4 layers, any index set, on data that meet A1 and A3, with inputs of deficient rank."""
    d = Draw(draw)
    return critical_point(d, dependent(d))


@st.composite
def dependent_shallow_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of two layers with r below the thinnest width on data that meet A1 and A3, inputs of deficient rank."""
    d = Draw(draw)
    return critical_point(d, dependent(d), depths=(2, 2), full=False)


def vanishing_values(d: Draw) -> Spectral:
    """A1 and A2 without A3: zero eigenvalues, and inputs of full rank."""
    roots = d.pick(VANISHING)
    return spectral_data(d, roots, len(roots) + d.integer(0, 1))


@st.composite
def vanishing_stationary_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points on data that meet A1 and A2, with zero eigenvalues of Sigma."""
    d = Draw(draw)
    return stationary(d, vanishing_values(d))


@st.composite
def projected_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks whose product is the regression projected on some eigenvectors, critical or not, on data that meet A1 to A3: one
    block of the parametrised form is zero and the others are anything.
    """
    d = Draw(draw)
    spectral = regular(d, d.pick((DISTINCT, REPEATED)))
    point = critical_point(d, spectral)
    zero = d.integer(0, point.network.depth - 1)
    blocks = tuple(
        d.matrix(old.shape[0], old.shape[1], 1) * (0 if layer == zero else 1) for layer, old in enumerate(point.blocks)
    )
    return SpectralNetwork(spectral, point.with_blocks(blocks).weights)


LACKING = (*VANISHING, ("1",), ("2", "1"), ("2", "1"), ("3", "2", "1"), ("2", "2", "1"))


def lacking(d: Draw) -> Spectral:
    """A2 or A3 violated, or more outputs than inputs, with up to three nonzero eigenvalues."""
    roots = d.pick(LACKING)
    carried = sum(root != "0" for root in roots)
    inputs = max(carried, 1) + (1 if "0" not in roots else d.integer(0, 1))
    return spectral_data(d, roots, inputs, carried if "0" not in roots else d.integer(carried, inputs))


def any_spectrum(d: Draw) -> Spectral:
    """Data with distinct or repeated eigenvalues, or lacking A2 or A3."""
    kind = d.pick(("distinct", "lacking", "repeated", "lacking"))
    return lacking(d) if kind == "lacking" else regular(d, REPEATED if kind == "repeated" else DISTINCT)


@st.composite
def spectral_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks with any weights, critical ones and global minimisers among them, on data that meet A1 to A3."""
    d = Draw(draw)
    spectral = regular(d, d.pick((DISTINCT, REPEATED)))
    kind = d.pick(("any", "any", "critical", "minimum"))
    if kind == "critical":
        return stationary(d, spectral)
    if kind == "minimum":
        return SpectralNetwork(spectral, critical_point(d, tilted(d, spectral), leading=True, full=True).network.weights)
    widths = [spectral.data.inputs.shape[0], *(d.integer(1, 2) for _ in range(d.integer(0, 2))), spectral.outputs]
    return SpectralNetwork(spectral, any_weights(d, widths))


# More critical points of the parametrised form -----------------------------------------------------------------------


@st.composite
def shallow_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of two layers with r below the thinnest width, any index set, distinct or repeated eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d, d.pick((DISTINCT, REPEATED))), depths=(2, 2), full=False)


@st.composite
def deep_leading_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of 3 to 5 layers with S = {1, ..., r}, r below the thinnest width, distinct or repeated eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d, d.pick((REPEATED, DISTINCT, REPEATED))), depths=(3, 5), leading=True, full=False)


@st.composite
def all_leading_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points with S = {1, ..., r}, any r, on data of every kind: regular, with repeated eigenvalues, singular."""
    d = Draw(draw)
    return critical_point(d, any_spectrum(d), leading=True)


def tightened_blocks(d: Draw, shapes: Sequence[tuple[int, int]]) -> tuple[RationalMatrix, ...]:
    """Blocks that make the point tightened: all zero, all but three anything, or Z_1 = Z_H = 0 and Z_(H-1) ... Z_2 = 0."""
    layers, kind = len(shapes), d.pick(("zero", "three zero", "three zero", "kernel"))
    blocks = [d.matrix(*shape, 1) for shape in shapes]
    if kind == "kernel" and layers > 3:
        kernel = chain(blocks[2:-1]).nullspace()
        blocks[1] = kernel @ d.matrix(kernel.shape[1], shapes[1][1], 1)
        zero = {0, layers - 1}
    elif kind == "three zero":
        zero = {0, d.integer(1, layers - 2), layers - 1} if d.boolean() else set(d.pick(list(combinations(range(layers), 3))))
    else:
        zero = set(range(layers))
    return tuple(block * 0 if layer in zero else block for layer, block in enumerate(blocks))


@st.composite
def tightened_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Tightened critical points of 3 to 5 layers with S = {1, ..., r}, r below the thinnest width: the non-strict saddles."""
    d = Draw(draw)
    point = critical_point(d, regular(d, d.pick((DISTINCT, REPEATED))), depths=(3, 5), leading=True, full=False)
    return replace(point, blocks=tightened_blocks(d, [block.shape for block in point.blocks]))


@st.composite
def all_tightened_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Tightened critical points of 3 to 5 layers with the least loss of a rank below the thinnest width, on data of any kind."""
    d = Draw(draw)
    spectral = any_spectrum(d)
    point = critical_point(d, tilted(d, spectral), depths=(3, 5), leading=True, full=False)
    point = replace(point, blocks=tightened_blocks(d, [block.shape for block in point.blocks]))
    return SpectralNetwork(spectral, out_of_sight(d, spectral, in_bases(d, point.network.weights)))


OUTRANKED = (("2", "1"), ("3", "1"), ("3", "2", "1"), ("2", "1", "1"), ("2", "2", "1"), ("2", "1", "0"))


@st.composite
def outranked_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Critical points for index sets other than {1, ..., r}, on data with ties, zero eigenvalues or dependent inputs as well."""
    d = Draw(draw)
    roots = d.pick(OUTRANKED)
    carried = sum(root != "0" for root in roots)
    inputs = carried + d.integer(0, 1)
    spectral = spectral_data(d, roots, inputs, d.integer(carried, inputs))
    weights = critical_point(d, tilted(d, spectral), leading=False).network.weights
    return SpectralNetwork(spectral, out_of_sight(d, spectral, in_bases(d, weights)))


@st.composite
def vanishing_leading_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points with S = {1, ..., r} on data with invertible Sigma_XX, d_y <= d_x and zero eigenvalues of Sigma."""
    d = Draw(draw)
    return critical_point(d, vanishing_values(d), depths=(2, 5), leading=True)


# The example of section 4 -------------------------------------------------------------------------------------------

EXAMPLE = (("5", "4", "3", "2", "1"), ("5", "4", "3", "2", "1"), ("4", "3", "2", "1", "1/2"))
TIED = (("4", "3", "2", "1", "1"), ("3", "3", "2", "2", "1"))
FLAT = (("4", "3", "2", "1", "0"), ("2", "2", "1", "1", "0"), ("4", "3", "2", "1", "0"), ("3", "2", "1", "0", "0"))
WIDTHS = (5, 4, 4, 5)


@st.composite
def example_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks of widths 5, 4, 4, 5 with any weights or with a critical point, on data with five distinct eigenvalues or with
    ties, at a tie of the last two also with the fifth eigenvector in the place of the fourth.
    """
    d = Draw(draw)
    return example_network(d, spectral_data(d, d.pick((*EXAMPLE, *TIED)), 5))


@st.composite
def all_example_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks of widths 5, 4, 4, 5 as in ``example_networks``, also on data with zero eigenvalues or dependent inputs, where
    the weights may hold what no input reaches.
    """
    d = Draw(draw)
    roots = d.pick((*FLAT, *EXAMPLE, *TIED))
    spectral = spectral_data(d, roots, 5, d.integer(5 - roots.count("0"), 5))
    net = example_network(d, spectral)
    return SpectralNetwork(spectral, out_of_sight(d, spectral, net.weights))


@st.composite
def vanishing_example_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks of widths 5, 4, 4, 5 as in ``example_networks`` on data with inputs of full rank and zero eigenvalues of Sigma."""
    d = Draw(draw)
    return example_network(d, spectral_data(d, d.pick(FLAT), 5))


@st.composite
def tied_example_networks(draw: Callable[..., Any]) -> SpectralNetwork:
    """Networks of widths 5, 4, 4, 5 as in ``example_networks`` on data whose two smallest eigenvalues of Sigma agree, not 0."""
    d = Draw(draw)
    return example_network(d, spectral_data(d, d.pick((TIED[0], ("2", "1", "1", "1", "1"))), 5))


def example_network(d: Draw, spectral: Spectral) -> SpectralNetwork:
    """Any weights or a critical point of widths 5, 4, 4, 5."""
    if d.boolean():
        return SpectralNetwork(spectral, any_weights(d, WIDTHS))
    point = example_point(d, spectral, d.pick((4, 3, 4, 2, 1)))
    if spectral.values[3] == spectral.values[4] and point.chosen == (1, 2, 3, 4) and d.boolean():
        point = replace(point, chosen=(1, 2, 3, 5))
    return SpectralNetwork(spectral, point.network.weights)


def example_point(d: Draw, spectral: Spectral, rank: int) -> CriticalPoint:
    """A critical point of widths 5, 4, 4, 5 with S = {1, ..., rank} and one nonzero block at most."""
    tops = [width - rank for width in WIDTHS[1:]]
    shapes = [(tops[0], 5), (tops[1], tops[0]), (tops[2], tops[1])]
    kept = d.pick((1, 0, 1, 2, 3))
    blocks = tuple(d.matrix(*shape, 1) if layer == kept else RationalMatrix.zeros(*shape) for layer, shape in enumerate(shapes))
    return CriticalPoint(spectral, tuple(range(1, rank + 1)), blocks, (unimodular(d, 4), unimodular(d, 4)))


@st.composite
def example_rank_three_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of rank 3 with S = {1, 2, 3} for the widths 5, 4, 4, 5, on data with five distinct eigenvalues."""
    d = Draw(draw)
    return example_point(d, spectral_data(d, d.pick(EXAMPLE), 5), 3)


@st.composite
def noiseless_regressions(draw: Callable[..., Any]) -> Spectral:
    """Y = diag(5, 4, 3, 2, 1) X without noise: inputs that are white, uncorrelated, or correlated with a turned Sigma."""
    d = Draw(draw)
    kind, slopes = d.pick(("correlated", "white", "uncorrelated", "uncorrelated")), (5, 4, 3, 2, 1)
    scales = [1 if kind == "white" else d.pick((1, 2, 3, 4, 8)) for _ in slopes]
    roots = sorted((slope * scale for slope, scale in zip(slopes, scales, strict=True)), reverse=True)
    order = sorted(range(5), key=lambda i: -slopes[i] * scales[i])
    sorting = RationalMatrix.build(5, 5, lambda i, j: int(order[j] == i))
    U = sorting @ orthogonal(d, 5) if kind == "correlated" else sorting
    samples = 5 + d.integer(0, 1)
    Y = U @ RationalMatrix.build(5, samples, lambda i, j: roots[i] if i == j else 0) @ orthogonal(d, samples)
    X = RationalMatrix.diagonal(slopes).solve(Y)
    return Spectral(Data(X, Y), U, tuple(rational(root * root) for root in roots))
