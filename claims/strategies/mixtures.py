"""Two clusters with networks of two rectifiers, rectifiers on the plane, mixed targets and linear pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.mixtures import Clusters, LinearPair, MixedTargets, Rectifiers
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from numerics.matrix import vstack
from numerics.rational import RationalMatrix, rational

SHARES = ("1/2", "1/3", "1/2", "3/4", "1/5")


def _clusters(d: Draw) -> Clusters:
    means = d.matrix(2, 2)
    if d.boolean():
        means = RationalMatrix.build(2, 2, lambda i, j: means[i, 0] * (1 - 2 * j))
    kind = d.pick(("any", "one direction", "opposite", "separating", "single", "opposite", "single"))
    lower, upper = d.matrix(2, 2), d.matrix(1, 2, 2)
    first = lower[[0], :]
    if kind == "one direction":
        lower = vstack(first, first * d.integer(0, 2))
    if kind == "opposite" and (first @ means)[0, 0] != 0:
        scale, seen = d.pick((1, 2)), (first @ means)[0, 0]
        means = means[:, [0]] @ RationalMatrix.of([[1, -1]])
        lower = vstack(first / seen, first * -scale / seen)
        upper = RationalMatrix.of([[1, d.pick(("-1", "-1/2", "-1"))]])
    if kind in ("separating", "single") and means[0, 0] != 0:
        seen = means[0, 0]
        means = RationalMatrix.of([[seen, -seen], [0, 0]])
        other = [-1 / seen, lower[1, 1]] if kind == "separating" else [d.integer(0, 1) / seen, 0]
        lower = RationalMatrix.of([[1 / seen, lower[0, 1] if kind == "separating" else 0], other])
        upper = RationalMatrix.of([d.pick(((1, -1), (1, 0), (0, -1), (-1, 0)))])
    return Clusters(means, rational(d.pick((0, "1/2", 1, 0))), rational(d.pick(SHARES)), lower, upper)


@st.composite
def labelled_clusters(draw: Callable[..., Any]) -> Clusters:
    """Two clusters with any means, spreads and shares, a scalar network of two rectifiers; zero risk and rank one included."""
    return _clusters(Draw(draw))


@st.composite
def displaced_clusters(draw: Callable[..., Any]) -> Clusters:
    """Two clusters and a network with two outputs, for the target (X - mu_Z) Z: any first layer, one that sees one direction, one
    that fits half of the larger component across its mean, and one of rank two that fits more than half of it.
    """
    d = Draw(draw)
    law, kind = _clusters(d), d.pick(("any", "one row", "across", "two rows"))
    lower, upper = law.lower, d.matrix(2, 2, 2) / d.pick((1, 2, 4))
    if kind == "one row":
        lower = vstack(lower[[0], :], lower[[0], :] * d.integer(-2, 2))
    if kind == "across":
        ends = RationalMatrix.of([[3, d.pick((3, -3))], [0, 0]])
        seen, learnt = RationalMatrix.of([[0, 1], [0, -1]]), RationalMatrix.of([[0, 0], ["1/2", "-1/2"]])
        return Clusters(ends, rational(d.pick(("1", "1/2"))), rational("3/4"), seen, learnt)
    if kind == "two rows":
        ends, both = RationalMatrix.of([[-3, 1], [0, 0]]), RationalMatrix.of([[1, 1], [1, -1]])
        return Clusters(ends, rational("1"), rational("1/5"), both, RationalMatrix.of([["-1/6", "-1/6"], ["-1/2", "1/2"]]))
    return Clusters(law.means, law.spread, law.share, lower, upper)


def _rectifiers(d: Draw, outputs: int, most: int = 3) -> Rectifiers:
    size = d.integer(1, most)
    if d.boolean():
        rows = RationalMatrix.build(size, 2, lambda i, j: i + 1 if j else 1)
        return Rectifiers(
            rows, RationalMatrix.build(outputs, size, lambda i, j: 1 - 2 * (j % 2)) + d.matrix(outputs, size, 1) * 2
        )
    return Rectifiers(any_matrix(d, size, 2), any_matrix(d, outputs, size))


@st.composite
def rectifiers(draw: Callable[..., Any]) -> Rectifiers:
    """One hidden layer of 1 to 3 rectifiers on the plane: different lines, parallel or zero rows, units without effect."""
    d = Draw(draw)
    return _rectifiers(d, d.integer(1, 2))


@st.composite
def mixed_targets(draw: Callable[..., Any]) -> MixedTargets:
    """Two networks of 1 or 2 rectifiers and a mixture of their outputs as target; permuted copies, orthogonal outputs."""
    d = Draw(draw)
    one, other = _rectifiers(d, 1, 2), _rectifiers(d, 1, 2)
    inputs = d.matrix(2, d.integer(1, 3)) if d.boolean() else RationalMatrix.of([[1, 0, -1], [d.integer(0, 3), 1, -1]])
    kind = d.pick(("any", "opposite", "copy", "scaled", "any", "scaled"))
    if kind == "copy":
        order = list(reversed(range(one.size)))
        other = Rectifiers(one.lower[order, :], one.upper[:, order])
    if kind == "opposite":
        other = Rectifiers(-one.lower, one.upper)
    if kind == "scaled":
        other = Rectifiers(one.lower, one.upper * d.pick((2, -1, 0)))
    return MixedTargets(one, other, inputs, rational(d.pick(SHARES)))


@st.composite
def linear_pairs(draw: Callable[..., Any]) -> LinearPair:
    """Two layers of a linear network with 2 to 4 units, 1 or 2 inputs and 1 or 2 outputs, any ranks."""
    d = Draw(draw)
    h, n, m = d.integer(2, 4), d.integer(1, 2), d.integer(1, 2)
    return LinearPair(any_matrix(d, h, n, 2), any_matrix(d, m, h, 2))
