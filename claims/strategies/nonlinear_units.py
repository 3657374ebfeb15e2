"""Units with cubic or rectifying activation and wide hidden layers, with exactly known local minima."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from claims.instances.nonlinear_units import CubicUnit, RectifierUnit, WideLayer
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from numerics.least_squares import minimum_norm_solution
from numerics.rational import RationalMatrix, rational


@st.composite
def cubic_units(draw: Callable[..., Any]) -> CubicUnit:
    """Units with activation t^3 + c t, increasing, flat at zero or with two flat points, and a label that is often just the value
    there.
    """
    d = Draw(draw)
    flat = Fraction(d.pick(("0", "1", "2", "1/2", "1/3", "3/2")))
    slope = d.pick((-3 * flat * flat, abs(d.integers(1)[0]), Fraction(1, 2)))
    edge = 2 * flat * flat * flat
    label = d.pick((edge, -edge, edge + 1, edge - Fraction(1, 8), Fraction(d.integers(1, 20)[0], 3)))
    return CubicUnit(rational(slope), rational(label))


@st.composite
def rectifier_units(draw: Callable[..., Any]) -> RectifierUnit:
    """A rectifier with one weight on 1 to 4 samples with inputs of both signs and mostly positive labels."""
    d = Draw(draw)
    samples = d.integer(1, 4)
    inputs = [d.pick((1, -1, 2, -2)) for _ in range(samples)]
    labels = [d.pick(("1", "1/2", "2", "3", "-1")) for _ in range(samples)]
    return RectifierUnit(RationalMatrix.of([inputs]), RationalMatrix.of([labels]))


@st.composite
def wide_layers(draw: Callable[..., Any]) -> WideLayer:
    """Hidden layers at least as wide as there are samples (1 to 3), with output weights that are critical or any others;
    coinciding samples and units included.
    """
    d = Draw(draw)
    inside, outside, samples = d.integer(1, 2), d.integer(1, 2), d.integer(1, 3)
    width = samples + d.integer(0, 1)
    hidden, inputs, targets = d.matrix(width, inside), any_matrix(d, inside, samples), d.matrix(outside, samples)
    free = WideLayer(hidden, inputs, d.matrix(outside, width), targets)
    if d.pick((False, False, True)):
        return free
    features = free.features
    return WideLayer(hidden, inputs, minimum_norm_solution(features.T, targets.T).T, targets)
