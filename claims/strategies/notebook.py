"""Loss lists, packed vectors and exact loss traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.notebook import Interleaving, LossList, LossTrace, Packed
from claims.strategies.entropy import Draw
from numerics.rational import rational


@st.composite
def loss_lists(draw: Callable[..., Any]) -> LossList:
    """Loss lists of 1 to 20 entries, half with one that is not finite (mostly the last), drawn to the end (-1) or to an index."""
    d = Draw(draw)
    length = d.integer(1, 20)
    show_to = d.pick((-1, length, length + 1, max(1, length - 1), max(1, length - 2), 1))
    broken = d.pick((-1, length - 1, -1, d.integer(0, length - 1)))
    return LossList(tuple(i != broken for i in range(length)), show_to)


@st.composite
def long_loss_lists(draw: Callable[..., Any]) -> LossList:
    """Finite loss lists of 2 to 30 entries, shown to an index below their length."""
    d = Draw(draw)
    length = d.integer(2, 30)
    return LossList((True,) * length, 1 + d.integer(0, length - 2))


@st.composite
def packed(draw: Callable[..., Any]) -> Packed:
    """Sequences of up to 6 integers and up to 4 non-negative lengths that use them up, leave a rest or ask for more."""
    return _packed(Draw(draw), 0)


@st.composite
def packed_with_negative(draw: Callable[..., Any]) -> Packed:
    """As packed, but lengths may be negative."""
    return _packed(Draw(draw), -2)


def _packed(d: Draw, low: int) -> Packed:
    lengths = tuple(d.integer(low, 3) for _ in range(d.integer(0, 4)))
    size = max(sum(lengths), 0) if d.boolean() else d.integer(0, 6)
    return Packed(tuple(range(1, size + 1)), lengths)


@st.composite
def loss_traces(draw: Callable[..., Any]) -> LossTrace:
    """Gradient descent on a parabola with rational curvature and rate: contraction, divergence and their boundary."""
    d = Draw(draw)
    curvature = d.pick(("1", "2", "1/2"))
    rate = d.pick(("1", "2", "3", "1/4", "4", "5/2"))
    return LossTrace(rational(curvature), rational(d.pick((0, 1, 2, 3, 1, 10**160))), rational(rate), d.pick((1, 2, 800, 6, 800)))


@st.composite
def interleavings(draw: Callable[..., Any]) -> Interleaving:
    """One training step of two scalar weights on a scalar target, with the recorded gradient read before or after the update."""
    d = Draw(draw)
    w1, w2, target = (d.matrix(1, 1) for _ in range(3))
    return Interleaving(w1, w2, target, rational(d.pick(("1", "1/2", "1/10"))), d.boolean())
