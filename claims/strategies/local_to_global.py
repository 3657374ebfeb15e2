"""Points and matrices on the way from local to global minimisers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from claims.instances.deep_linear import CriticalPoint, DeepLinear, Spectral
from claims.instances.local_to_global import Contender, Decomposition, Perturbation, RankRestricted, padded_factors
from claims.strategies.deep_linear import (
    DISTINCT,
    REPEATED,
    any_data,
    any_weights,
    critical_point,
    regular,
    singular,
    spectral_data,
    turned,
)
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank
from numerics.rational import RationalMatrix, rational


def any_spectral(d: Draw) -> Spectral:
    """Data with distinct or repeated eigenvalues, with singular moments, or with inputs or targets of deficient row rank."""
    kind = d.pick(("distinct", "singular", "repeated", "deficient"))
    if kind == "distinct":
        return regular(d)
    return singular(d) if kind == "singular" else regular(d, REPEATED) if kind == "repeated" else deficient(d)


def deficient(d: Draw) -> Spectral:
    """Inputs of deficient row rank, or zero eigenvalues with inputs of full row rank and targets of any."""
    if d.boolean():
        roots = d.pick((("1",), ("0",), ("2", "1"), ("1", "0"), ("1", "1"), ("3", "2", "1")))
        carried = sum(root != "0" for root in roots)
        return spectral_data(d, roots, carried + 1, carried)
    roots = d.pick((("1", "0"), ("0", "0"), ("2", "1", "0"), ("1", "0", "0"), ("1", "1", "0")))
    return spectral_data(d, roots, max(sum(root != "0" for root in roots), 1))


@st.composite
def all_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of networks with 2 to 4 layers on data of any kind: distinct, repeated and zero eigenvalues, inputs and
    targets of any rank; global minimisers, points of leading indices and smaller rank, points of other indices.
    """
    d = Draw(draw)
    spectral, kind = any_spectral(d), d.pick(("any", "minimiser", "smaller rank", "other indices"))
    if kind == "minimiser":
        return critical_point(d, spectral, leading=True, full=True)
    if kind == "smaller rank":
        return critical_point(d, spectral, leading=True, full=False, depths=(3, 4))
    if kind == "any":
        return critical_point(d, spectral)
    several = sum(value != 0 for value in spectral.values) > 1
    return critical_point(d, spectral if several else regular(d, DISTINCT[1:]), leading=False)


@st.composite
def deficient_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of networks with 2 to 4 layers on data whose inputs or targets have deficient row rank, or both."""
    d = Draw(draw)
    spectral, kind = deficient(d), d.pick(("any", "minimiser", "smaller rank", "other indices"))
    if kind == "minimiser":
        return critical_point(d, spectral, leading=True, full=True)
    if kind == "smaller rank":
        return critical_point(d, spectral, leading=True, full=False, depths=(3, 4))
    several = sum(value != 0 for value in spectral.values) > 1
    return critical_point(d, spectral, leading=False if kind == "other indices" and several else None)


@st.composite
def contenders(draw: Callable[..., Any]) -> Contender:
    """Networks of 1 to 4 layers, widths 1 to 3, on data of any kind and rank; any weights, minimisers, and weights near them."""
    d = Draw(draw)
    spectral = any_spectral(d)
    depth, data = d.integer(1, 4), spectral.data
    widths = (data.inputs.shape[0], *(d.integer(1, 3) for _ in range(depth - 1)), spectral.outputs)
    weights = any_weights(d, widths)
    kind = d.pick(("any", "near", "minimiser"))
    if kind == "any":
        return Contender(spectral, weights)
    best = Contender(spectral, weights).minimiser.weights
    share = rational("1/8") if kind == "near" else rational(0)
    return Contender(spectral, tuple(one + other * share for one, other in zip(best, weights, strict=True)))


@st.composite
def rank_restricted_points(draw: Callable[..., Any]) -> RankRestricted:
    """Matrices within a bound of the rank: projections of the regression on eigenvectors of Sigma, changed where X does not see
    it, of smaller rank, near those, and any; data of any kind.
    """
    d = Draw(draw)
    return _restricted(d, any_spectral(d))


@st.composite
def deficient_restricted_points(draw: Callable[..., Any]) -> RankRestricted:
    """Matrices within a bound of the rank, projections of the regression among them, on data whose inputs or targets have
    deficient row rank.
    """
    d = Draw(draw)
    return _restricted(d, deficient(d))


def _restricted(d: Draw, spectral: Spectral) -> RankRestricted:
    outputs, inputs = spectral.outputs, spectral.data.inputs.shape[0]
    bound = d.integer(1, min(outputs, inputs))
    kind = d.pick(("projection", "minimiser", "any", "moved", "hidden change"))
    if kind == "any":
        return RankRestricted(spectral, of_rank(d, outputs, inputs, d.integer(0, bound)), bound)
    size = bound if kind == "minimiser" else d.integer(0, bound)
    pool = list(range(1, outputs + 1))
    while len(pool) > size:
        pool.pop(-1 if kind == "minimiser" else d.integer(0, len(pool) - 1))
    matrix = spectral.projected(tuple(pool))
    if kind == "moved":
        left = RationalMatrix.eye(outputs) + d.matrix(outputs, outputs, 1) / 4
        matrix = left @ matrix
    if kind == "hidden change":
        unseen = spectral.data.inputs.T.nullspace()
        image = matrix @ d.matrix(inputs, unseen.shape[1], 1)
        matrix = matrix + image @ unseen.T
    return RankRestricted(spectral, matrix, bound)


SINGULAR_VALUES = (("1",), ("2", "1"), ("0",), ("1", "0"), ("1", "1"), ("3", "1", "1/2"), ("2", "2", "0"), ("1", "0", "0"))


@st.composite
def decompositions(draw: Callable[..., Any]) -> Decomposition:
    """Singular value decompositions of matrices up to 4 x 4 with prescribed rational singular values, and 1 to 4 layers whose
    thinnest width is below, at or above the rank.
    """
    d = Draw(draw)
    values = d.pick(SINGULAR_VALUES)
    rows, columns = len(values) + d.integer(0, 1), len(values) + d.integer(0, 1)
    rank = sum(value != "0" for value in values)
    depth = d.integer(1, 4)
    low = max(rank - d.pick((0, 0, 1)), 1)
    hidden = tuple(low + d.integer(0, 2) for _ in range(depth - 1))
    return Decomposition(turned(d, rows), tuple(rational(v) for v in values), turned(d, columns), (rows, *hidden, columns))


def _of_largest_rank(d: Draw) -> DeepLinear:
    """A network of 1 to 4 layers whose product has the rank of its thinnest layer."""
    depth = d.pick((2, 3, 1, 4))
    widths = tuple(d.integer(1, 3) for _ in range(depth + 1))
    low = min(widths)
    weights = padded_factors(of_rank(d, widths[-1], widths[0], low), widths)
    return DeepLinear(weights, any_data(d, widths[0], widths[-1]))


def _changed(d: Draw, network: DeepLinear) -> Perturbation:
    """R = (I + s A) R_hat (I + s B), which keeps the rank."""
    product = network.product
    outputs, inputs = product.shape
    share = rational(d.pick(("1/64", "1/1024", "0")))
    left = RationalMatrix.eye(outputs) + any_matrix(d, outputs, outputs, 1) * share
    right = RationalMatrix.eye(inputs) + any_matrix(d, inputs, inputs, 1) * share
    return Perturbation(network, left @ product @ right - product)


@st.composite
def perturbations(draw: Callable[..., Any]) -> Perturbation:
    """Networks of 1 to 4 layers whose product has the rank of the thinnest one, and a small change of it that keeps the rank."""
    d = Draw(draw)
    return _changed(d, _of_largest_rank(d))


@st.composite
def perturbed_minimisers(draw: Callable[..., Any]) -> Perturbation:
    """Global minimisers of networks with 1 to 4 layers, on regular and on singular data, and a small change of the product that
    keeps its rank.
    """
    d = Draw(draw)
    spectral = d.pick((regular, singular))(d)
    data = spectral.data
    widths = (data.inputs.shape[0], *(d.integer(1, 3) for _ in range(d.integer(0, 3))), spectral.outputs)
    zeros = tuple(RationalMatrix.zeros(high, low) for low, high in pairwise(widths))
    return _changed(d, Contender(spectral, zeros).minimiser)
