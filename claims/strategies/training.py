"""Scalar costs with changing curvature, paired training runs, deeper networks on a regression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.networks import AffineNetwork
from claims.instances.regression import LeastSquares
from claims.instances.training import ChainSegment, DeepRegression, PairedTraining, Quartic, ScalarUnit
from claims.strategies.entropy import Draw
from claims.strategies.regression import _least_squares, _normal_solution
from numerics.rational import RationalMatrix, rational


@st.composite
def chain_segments(draw: Callable[..., Any]) -> ChainSegment:
    """Segments in the parameter plane of x -> w_2 w_1 x, for 1 to 3 scalar samples."""
    d = Draw(draw)
    samples = d.integer(1, 3)
    return ChainSegment(LeastSquares(d.matrix(samples, 1), d.matrix(samples, 1)), d.matrix(2, 1), d.matrix(2, 1))


@st.composite
def scalar_units(draw: Callable[..., Any]) -> ScalarUnit:
    """A unit with activation t^3 - 3t at one of its critical points, a label between -20 and 20 and another point between -3 and
    3.
    """
    d = Draw(draw)
    x = d.pick((1, -1))
    return ScalarUnit(*(rational(value) for value in (x, d.integers(1, 20)[0], d.pick((1, -1)), d.integers(1)[0])))


@st.composite
def quartics(draw: Callable[..., Any]) -> Quartic:
    """Descent on w^4 / 4 from a start between 1 and 4, 1 to 3 steps."""
    d = Draw(draw)
    return Quartic(rational(d.integer(1, 4)), d.integer(1, 3))


@st.composite
def paired_trainings(draw: Callable[..., Any]) -> PairedTraining:
    """A one-layer and a two-layer scalar network with the same initial function, one sample, one rate and 1 to 3 steps."""
    d = Draw(draw)
    x, y, a, b = (rational(value) for value in d.integers(4))
    return PairedTraining(x, y, a, b, rational(d.pick(("1", "1/2", "1/10"))), d.integer(1, 3))


@st.composite
def deep_regressions(draw: Callable[..., Any]) -> DeepRegression:
    """A least-squares problem with one output, a minimiser of its one-layer cost, and a network of 1 to 4 layers with hidden
    widths 1 to 3.
    """
    d = Draw(draw)
    problem = _least_squares(d)
    widths = [problem.features, *(d.integer(1, 3) for _ in range(d.integer(0, 3))), 1]
    weights = tuple(d.matrix(m, n, 2) for m, n in zip(widths[1:], widths, strict=False))
    biases = tuple(RationalMatrix.zeros(m, 1) for m in widths[1:])
    return DeepRegression(problem, _normal_solution(problem), AffineNetwork(weights, biases))
