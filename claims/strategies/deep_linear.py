"""Deep linear networks on data, data with prescribed spectrum, and critical points of every depth, width, index set and kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear, Spectral
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank, orthogonal
from numerics.chains import chain
from numerics.matrix import kron, vstack
from numerics.rational import RationalMatrix, rational

DISTINCT = (("1",), ("2", "1"), ("3", "1"), ("1", "1/2"), ("3", "2", "1"), ("2", "1", "1/2"))
REPEATED = (("1", "1"), ("2", "1", "1"), ("2", "2", "1"), ("1", "1", "1"))
VANISHING = (("0",), ("1", "0"), ("0", "0"), ("2", "1", "0"), ("1", "0", "0"), ("1", "1", "0"))


# Data ------------------------------------------------------------------------------------------------------------------------


def any_data(d: Draw, inputs: int, outputs: int, most_samples: int = 4) -> Data:
    """Data of the given dimensions; degenerate inputs or targets, or uncorrelated ones, in most of them."""
    samples = d.integer(1, most_samples)
    X, Y = any_matrix(d, inputs, samples), any_matrix(d, outputs, samples)
    if samples > 1 and d.pick((False, False, True)):
        half = RationalMatrix.build(samples, samples, lambda i, j: int(i == j and 2 * i < samples))
        X, Y = X @ half, Y @ (RationalMatrix.eye(samples) - half)
    return Data(X, Y)


def any_weights(d: Draw, widths: Sequence[int]) -> tuple[RationalMatrix, ...]:
    """Weights of the given widths: zero, of deficient rank, with coinciding units in most of them."""
    shapes = list(zip(widths[1:], widths, strict=False))
    if d.integer(0, 5) == 0:
        return tuple(RationalMatrix.zeros(*shape) for shape in shapes)
    if d.boolean():
        return tuple(any_matrix(d, *shape, bound=2) for shape in shapes)
    return tuple(d.matrix(*shape, bound=2) for shape in shapes)


def any_network(d: Draw, low: int = 1, high: int = 4, most: int = 3) -> DeepLinear:
    depth = d.integer(low, high)
    widths = [d.integer(1, most) for _ in range(depth + 1)]
    data, weights = any_data(d, widths[0], widths[-1]), any_weights(d, widths)
    if d.integer(0, 5) == 5:
        data = Data(data.inputs, chain(weights) @ data.inputs)
    return DeepLinear(weights, data)


@st.composite
def data_sets(draw: Callable[..., Any]) -> Data:
    """Inputs and targets of 1 to 3 dimensions with 1 to 4 samples, of any ranks, uncorrelated ones included."""
    d = Draw(draw)
    return any_data(d, d.integer(1, 3), d.integer(1, 3))


@st.composite
def deep_linear_networks(draw: Callable[..., Any]) -> DeepLinear:
    """Deep linear networks with 1 to 4 layers, widths 1 to 3 and 1 to 4 samples; zero, deficient and fitted ones included."""
    return any_network(Draw(draw))


@st.composite
def small_deep_linear_networks(draw: Callable[..., Any]) -> DeepLinear:
    """Deep linear networks with 1 to 3 layers and widths 1 and 2."""
    return any_network(Draw(draw), high=3, most=2)


# Data with prescribed spectrum -------------------------------------------------------------------------------------------------


def turned(d: Draw, size: int) -> RationalMatrix:
    """A rational orthogonal matrix: the identity, a permutation with signs, or a Cayley transform."""
    kind = d.pick(("identity", "permutation", "rotation"))
    if kind == "identity" or size == 0:
        return RationalMatrix.eye(size)
    if kind == "permutation":
        shift, sign = d.integer(0, size - 1), -1 if d.boolean() else 1
        return RationalMatrix.build(size, size, lambda i, j: sign * int(j == (i + shift) % size))
    return orthogonal(d, size)


def spectral_data(d: Draw, roots: Sequence[str], inputs: int, rank: int | None = None, least_samples: int = 1) -> Spectral:
    """Data whose Sigma^(1/2) has the given singular values (descending), with inputs of the given rank (full by default).

    X = R [D, 0] Q and Y = U [Delta, 0] V' Q_1 + T Q_2, with Q_1 the rows of Q that X uses and T free.  At most ``rank`` of the
    singular values may differ from zero.
    """
    outputs, k = len(roots), inputs if rank is None else rank
    extra = d.integer(0, 1)
    samples = max(max(k, 1) + extra, least_samples)
    scales = [d.pick(("1", "2", "1/2")) for _ in range(k)]
    R, Q, U, V = turned(d, inputs), turned(d, samples), turned(d, outputs), turned(d, k)
    X = R @ RationalMatrix.build(inputs, samples, lambda i, j: scales[i] if i == j < k else 0) @ Q
    delta = RationalMatrix.build(outputs, k, lambda i, j: roots[i] if i == j else 0)
    Y = U @ delta @ V.T @ Q[:k, :]
    free = samples - k
    if free:
        Y = Y + d.matrix(outputs, free, 1) @ Q[k:, :]
    return Spectral(Data(X, Y), U, tuple(rational(root) * rational(root) for root in roots))


def regular(d: Draw, pools: Sequence[tuple[str, ...]] = DISTINCT) -> Spectral:
    """A1 to A3: invertible Sigma_XX, Sigma_XY of rank d_y <= d_x."""
    roots = d.pick(pools)
    return spectral_data(d, roots, len(roots) + d.integer(0, 1))


def singular(d: Draw) -> Spectral:
    """A2 or A3 violated, or more outputs than inputs: zero eigenvalues of Sigma, or inputs of deficient rank."""
    roots = d.pick(VANISHING)
    carried = sum(root != "0" for root in roots)
    inputs = d.integer(max(carried, 1), 3)
    return spectral_data(d, roots, inputs, d.integer(carried, inputs))


@st.composite
def spectral_data_sets(draw: Callable[..., Any]) -> Spectral:
    """Data that meet A1 to A3 with distinct eigenvalues, 1 to 3 outputs."""
    return regular(Draw(draw))


@st.composite
def repeated_spectral_data_sets(draw: Callable[..., Any]) -> Spectral:
    """Data that meet A1 to A3, with repeated eigenvalues of Sigma."""
    return regular(Draw(draw), REPEATED)


@st.composite
def singular_spectral_data_sets(draw: Callable[..., Any]) -> Spectral:
    """Data with zero eigenvalues of Sigma, inputs of deficient rank or more outputs than inputs."""
    return singular(Draw(draw))


# Critical points ---------------------------------------------------------------------------------------------------------------


def unimodular(d: Draw, size: int) -> RationalMatrix:
    """An integer matrix of determinant 1, the identity in half of the cases: unit lower times unit upper triangular."""
    if d.boolean() or size < 2:
        return RationalMatrix.eye(size)
    values = iter(d.integers(size * (size - 1), 1))
    low = {(i, j): next(values) for i in range(size) for j in range(i)}
    high = {(i, j): next(values) for i in range(size) for j in range(i + 1, size)}
    lower = RationalMatrix.build(size, size, lambda i, j: low.get((i, j), int(i == j)))
    return lower @ RationalMatrix.build(size, size, lambda i, j: high.get((i, j), int(i == j)))


BLOCKS = ("zero", "one block", "two zero", "general", "general", "one block")


def critical_blocks(d: Draw, spectral: Spectral, chosen: tuple[int, ...], hidden: Sequence[int]) -> tuple[RationalMatrix, ...]:
    """Z_1, ..., Z_H that make the point critical.

    zero: all of them; one block: all but one; two zero: two of them and the others free; general: Z_H, ..., Z_2 free but for
    Z_H ... Z_2 = 0 and Z_1 from the linear system (Z_H..Z_(i+1))' U_Q' Sigma_YX (Z_(i-1)..Z_1)' = 0, i = 2, ..., H.
    """
    r, outputs = len(chosen), spectral.outputs
    tops = [*(width - r for width in hidden), outputs - r]
    shapes = [(tops[0], spectral.data.inputs.shape[0]), *zip(tops[1:], tops, strict=False)]
    kind, layers = d.pick(BLOCKS), len(shapes)
    if kind == "general":
        return _general_blocks(d, spectral, chosen, shapes)
    blocks = [RationalMatrix.zeros(*shape) for shape in shapes]
    if kind == "one block":
        kept = [d.pick(range(layers))] if layers > 2 else []
    elif kind == "two zero" and layers > 2:
        first, second = d.pick([(i, j) for i in range(layers) for j in range(i + 1, layers)])
        kept = [layer for layer in range(layers) if layer not in (first, second)]
    else:
        kept = []
    for layer in kept:
        blocks[layer] = _nonzero(d, *shapes[layer])
    return tuple(blocks)


def _nonzero(d: Draw, rows: int, columns: int) -> RationalMatrix:
    """The rectangular identity, a matrix of rank one or any small integers."""
    kind = d.pick(("identity", "rank one", "any"))
    if kind == "identity":
        return RationalMatrix.eye(rows, columns)
    if kind == "rank one" and min(rows, columns):
        return of_rank(d, rows, columns, 1)
    return d.matrix(rows, columns, 1)


def _general_blocks(d: Draw, spectral: Spectral, chosen: tuple[int, ...], shapes: list[tuple[int, int]]) -> tuple[Any, ...]:
    blocks = [_nonzero(d, *shape) for shape in shapes[2:]]
    upper = chain(blocks) if blocks else RationalMatrix.eye(shapes[1][0])
    kernel = upper.nullspace()
    blocks.insert(0, kernel @ d.matrix(kernel.shape[1], shapes[1][1], 1))
    rest = tuple(index for index in range(1, spectral.outputs + 1) if index not in chosen)
    cross = spectral.columns(rest).T @ spectral.data.yx
    first, inputs = shapes[0]
    conditions = []
    for i in range(2, len(shapes) + 1):
        high, low = blocks[i - 1 :], blocks[: i - 2]
        left = (chain(high) if high else RationalMatrix.eye(shapes[-1][0])).T @ cross
        right = (chain(low) if low else RationalMatrix.eye(first)).T
        conditions.append(kron(left, right.T))
    solutions = vstack(*conditions).nullspace()
    chosen_one = solutions @ d.matrix(solutions.shape[1], 1, 1)
    return (chosen_one.reshape(inputs, first).T, *blocks)


def critical_point(
    d: Draw,
    spectral: Spectral,
    *,
    depths: tuple[int, int] = (2, 4),
    leading: bool | None = None,
    full: bool | None = None,
) -> CriticalPoint:
    """A critical point of drawn depth, widths, index set and blocks.

    leading: whether S is {1, ..., r}; full: whether r is r_max; None leaves it open.
    """
    usable = [index for index, value in enumerate(spectral.values, start=1) if value != 0]
    most = min(len(usable), spectral.data.inputs.shape[0])
    ceiling = d.pick(range(most, 0, -1)) if most else 0
    rank = _rank(d, ceiling, len(usable), leading, full)
    depth = d.pick([layers for layers in (2, 3, 4, 3, 4, 3, 5) if depths[0] <= layers <= depths[1]])
    hidden = [max(ceiling, 1) + d.pick((0, 1, 1)) for _ in range(depth - 1)]
    if full and ceiling:
        hidden[d.integer(0, depth - 2)] = ceiling
    chosen = tuple(usable[:rank]) if leading else _subset(d, usable, rank, leading)
    blocks = critical_blocks(d, spectral, chosen, hidden)
    return CriticalPoint(spectral, chosen, blocks, tuple(unimodular(d, width) for width in hidden))


def _rank(d: Draw, ceiling: int, usable: int, leading: bool | None, full: bool | None) -> int:
    if full:
        return ceiling
    if full is False:
        return d.integer(0, max(ceiling - 1, 0))
    if leading is False:
        return d.pick(range(min(ceiling, usable - 1), 0, -1))
    return d.pick(range(ceiling, -1, -1))


def _subset(d: Draw, usable: list[int], rank: int, leading: bool | None) -> tuple[int, ...]:
    """``rank`` of the indices; not the first ones where ``leading`` is False."""
    pool = list(usable)
    if leading is False:
        pool.remove(d.pick(usable[:rank]))
    while len(pool) > rank:
        pool.pop(d.integer(0, len(pool) - 1))
    return tuple(pool)


@st.composite
def critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of networks with 2 to 4 layers on data that meet A1 to A3 with distinct eigenvalues, any index set."""
    d = Draw(draw)
    return critical_point(d, regular(d))


@st.composite
def repeated_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points on data that meet A1 to A3 but have repeated eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d, REPEATED))


@st.composite
def singular_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points on data with zero eigenvalues, inputs of deficient rank or more outputs than inputs."""
    d = Draw(draw)
    return critical_point(d, singular(d))


@st.composite
def leading_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points with S = {1, ..., r} and r below the thinnest width, 2 to 4 layers, distinct eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d), leading=True, full=False)


@st.composite
def trailing_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points with S other than {1, ..., r}, 2 to 4 layers, two or three distinct eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d, DISTINCT[1:]), leading=False)


@st.composite
def global_minimisers(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points with S = {1, ..., r_max}: global minimisers, 2 to 4 layers, distinct eigenvalues."""
    d = Draw(draw)
    return critical_point(d, regular(d), leading=True, full=True)
