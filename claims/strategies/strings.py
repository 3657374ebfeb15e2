"""Valleys, costs of one weight, neighbours on a string, scaled units, runs in which everything fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.strings import Cost, Neighbours, OutputLayers, ScaledChains, SwappedUnits, Valley
from claims.strategies.entropy import Draw
from numerics.polynomial import Polynomial
from numerics.rational import RationalMatrix, rational

LEVELS = ("1", "1/4", "1/16", "4")


@st.composite
def valleys(draw: Callable[..., Any]) -> Valley:
    """Valleys along a polynomial of degree at most 3, ends between -2 and 2, levels from 1/16 to 4, up to 6 generations."""
    d = Draw(draw)
    coefficients = RationalMatrix.column(d.integers(d.integer(1, 4), 3))
    start, end = (rational(value) for value in d.integers(2, 2))
    return Valley(coefficients, start, end, rational(d.pick(LEVELS)), d.integer(1, 6))


def _cost(d: Draw, polynomial: Polynomial, lowest: Any) -> Cost:
    left, right = d.rationals(2, 3)
    coefficients = RationalMatrix.column([str(c) for c in polynomial.coefficients] or [0])
    return Cost(coefficients, rational(left), rational(right), lowest)


@st.composite
def convex_costs(draw: Callable[..., Any]) -> Cost:
    """Convex costs of one weight, of degree at most 4: nonnegative multiples of (w - c)^2 and (w - d)^4 plus a line."""
    d = Draw(draw)
    a, b = d.integer(0, 3), d.integer(0, 2)
    c, e, slope, height = d.integers(4, 3)
    near, far = Polynomial.of([-c, 1]), Polynomial.of([-e, 1])
    square = far * far
    total = Polynomial.of([a]) * near * near + Polynomial.of([b]) * square * square + Polynomial.of([height, slope])
    return _cost(d, total, rational(c))


@st.composite
def one_valley_costs(draw: Callable[..., Any]) -> Cost:
    """Costs of one weight whose slope is (w - c)(a + b (w - d)^2) with nonnegative a and b: one valley, convex or not."""
    d = Draw(draw)
    a, b = d.pick(("1", "1/4", "0", "2")), d.integer(0, 3)
    c, e = d.integers(2, 2)
    far = Polynomial.of([-e, 1])
    slope = Polynomial.of([-c, 1]) * (Polynomial.of([rational(a)]) + Polynomial.of([b]) * far * far)
    total = Polynomial.of([0, *(value / (k + 1) for k, value in enumerate(slope.coefficients))])
    return _cost(d, total, rational(c))


@st.composite
def costs(draw: Callable[..., Any]) -> Cost:
    """Any polynomial costs of one weight, of degree at most 4 with small integer coefficients."""
    d = Draw(draw)
    return _cost(d, Polynomial.of(d.integers(d.integer(1, 5), 3)), rational(d.integers(1, 2)[0]))


@st.composite
def neighbours(draw: Callable[..., Any]) -> Neighbours:
    """Two neighbours of 1 to 4 weights and a model: anywhere, equally far from both, or in their middle; also coinciding ones."""
    d = Draw(draw)
    size = d.integer(1, 4)
    left, right = d.matrix(size, 1), d.matrix(size, 1)
    if d.integer(0, 4) == 4:
        right = left
    model = d.matrix(size, 1)
    kind, normal = d.integer(0, 3), left - right
    middle = (left + right) / 2
    if kind == 1 or (kind == 2 and normal.is_zero()):
        model = middle
    elif kind == 2:
        share = (model - middle).inner(normal) / normal.inner(normal)
        model = model - normal * share
    return Neighbours(left, right, model)


@st.composite
def scaled_chains(draw: Callable[..., Any]) -> ScaledChains:
    """Two networks with one rectified hidden unit, one sample, a level and a positive factor."""
    d = Draw(draw)
    one, other = d.matrix(2, 1), d.matrix(2, 1)
    x, y = (rational(value) for value in d.integers(2))
    return ScaledChains(one, other, x, y, rational(d.pick(("1", "1/2", "3"))), rational(d.pick(("2", "1/2", "1", "3"))))


@st.composite
def swapped_units(draw: Callable[..., Any]) -> SwappedUnits:
    """Networks with 1 or 2 inputs and outputs, 2 or 3 rectified units and 1 to 3 samples, and steps 1, -1, 1/2 and 1/10."""
    d = Draw(draw)
    inputs, units, outputs, samples = d.integer(1, 2), d.integer(2, 3), d.integer(1, 2), d.integer(1, 3)
    lower, upper = d.matrix(units, inputs), d.matrix(outputs, units)
    if d.integer(0, 5) == 5:
        lower, upper = lower[[0, 0, *range(2, units)], :], upper[:, [0, 0, *range(2, units)]]
    data = d.matrix(inputs, samples), d.matrix(outputs, samples)
    return SwappedUnits(lower, upper, *data, rational(d.pick(("1", "-1", "1/2", "1/10"))))


@st.composite
def output_layers(draw: Callable[..., Any]) -> OutputLayers:
    """Values of 1 to 3 units on 1 to 4 samples, any targets, two vectors of output weights."""
    d = Draw(draw)
    samples, units = d.integer(1, 4), d.integer(1, 3)
    one = d.matrix(units, 1)
    other = one if d.integer(0, 4) == 4 else d.matrix(units, 1)
    return OutputLayers(d.matrix(samples, units), d.matrix(samples, 1), one, other)
