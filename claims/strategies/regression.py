"""Least-squares problems, arithmetic-progression data, segments and descents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.regression import (
    AffinePoint,
    ComplexInputs,
    Descent,
    LeastSquares,
    NearProgression,
    Progression,
    Segment,
    StationaryPoint,
)
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, orthogonal, with_eigenvalues
from numerics.rational import RationalMatrix, rational

SPECTRA = (
    ["1"],
    ["1", "1"],
    ["1", "0"],
    ["2", "1"],
    ["10", "1"],
    ["3", "1", "1"],
    ["5", "2", "0"],
    ["100", "1", "0"],
    ["1/2", "1/3", "1/4"],
)


@st.composite
def least_squares(draw: Callable[..., Any]) -> LeastSquares:
    """Least-squares problems with 1 to 5 samples and 1 to 4 features; inputs of every rank, labels on and off their range."""
    return _least_squares(Draw(draw))


def _least_squares(d: Draw) -> LeastSquares:
    samples, features = d.pick((1, 2, 3, 1, 4, 5)), d.integer(1, 4)
    inputs = any_matrix(d, samples, features)
    if d.boolean():
        return LeastSquares(inputs, d.matrix(samples, 1))
    return LeastSquares(inputs, inputs @ d.matrix(features, 1))


@st.composite
def progressions_from_zero(draw: Callable[..., Any]) -> Progression:
    """Arithmetic-progression data S_0 = [0, 1, ..., d-1] with 1 to 7 samples, 1 to 6 features and a rational step."""
    d = Draw(draw)
    samples, features = d.integer(1, 7), d.integer(1, 6)
    step = d.pick(("1", "100", "2", "-3", "1/2"))
    return Progression(RationalMatrix.of([list(range(features))]), rational(step), samples)


@st.composite
def progressions(draw: Callable[..., Any]) -> Progression:
    """Data S_i = S_0 + i c 1' with 1 to 7 samples, 1 to 6 features, any first sample (ramp, constant, zero, free) and rational
    step, zero included.
    """
    d = Draw(draw)
    samples, features = d.integer(1, 7), d.integer(1, 6)
    step = d.pick(("1", "100", "0", "-3", "1/2"))
    kind = d.pick(("ramp", "constant", "zero", "free", "shifted ramp"))
    offset = d.integer(1, 3)
    first = {
        "ramp": lambda: [list(range(features))],
        "shifted ramp": lambda: [[offset + j for j in range(features)]],
        "constant": lambda: [[offset] * features],
        "zero": lambda: [[0] * features],
        "free": lambda: [d.integers(features)],
    }[kind]()
    return Progression(RationalMatrix.of(first), rational(step), samples)


@st.composite
def near_progressions(draw: Callable[..., Any]) -> NearProgression:
    """Data with a free or ramp-shaped first sample, equal or unequal increments, and labels 0, 1, 2, ... or free; 1 to 5
    samples, 1 to 4 features.
    """
    d = Draw(draw)
    samples, features = d.integer(1, 5), d.integer(1, 4)
    ramp, even, counted = d.boolean(), d.boolean(), d.boolean()
    first = RationalMatrix.of([list(range(features))]) if ramp else d.matrix(1, features)
    amount = d.pick((1, 100, -2, 0))
    slope = RationalMatrix.build(1, features, lambda i, j: amount) if even else d.matrix(1, features)
    bend = RationalMatrix.zeros(1, features) if even else d.matrix(1, features, 1)
    rows = [(first + slope * i + bend * (i * i)).rows()[0] for i in range(samples)]
    labels = list(range(samples)) if counted else d.integers(samples)
    return NearProgression(RationalMatrix.of(rows), RationalMatrix.column(labels), rational(amount or 1))


@st.composite
def segments(draw: Callable[..., Any]) -> Segment:
    """Two points in the parameter space of a least-squares problem, a tenth of the time the same point, often along a flat
    direction.
    """
    d = Draw(draw)
    problem = _least_squares(d)
    start = d.matrix(problem.features, 1)
    kernel = problem.inputs.nullspace()
    if kernel.shape[1] and d.boolean():
        return Segment(problem, start, start + kernel[:, [d.integer(0, kernel.shape[1] - 1)]])
    return Segment(problem, start, d.matrix(problem.features, 1))


@st.composite
def affine_points(draw: Callable[..., Any]) -> AffinePoint:
    """Inputs with 1 to 4 samples and 1 to 4 features, weights and a bias, all small integers, zero included."""
    d = Draw(draw)
    samples, features = d.integer(1, 4), d.integer(1, 4)
    return AffinePoint(any_matrix(d, samples, features), d.matrix(features, 1), rational(d.integers(1)[0]))


@st.composite
def stationary_points(draw: Callable[..., Any]) -> StationaryPoint:
    """A least-squares problem, a solution of its normal equations (not the only one where the inputs are rank deficient) and
    another point.
    """
    d = Draw(draw)
    problem = _least_squares(d)
    point = _normal_solution(problem) + _in_kernel(d, problem)
    return StationaryPoint(problem, point, d.matrix(problem.features, 1))


def _normal_solution(problem: LeastSquares) -> RationalMatrix:
    """A solution of X'X w = X'L by elimination on the independent columns of X."""
    _, pivots = problem.inputs.rref()
    columns = problem.inputs[:, list(pivots)]
    part = (columns.T @ columns).solve(columns.T @ problem.labels)
    where = {column: row for row, column in enumerate(pivots)}
    return RationalMatrix.build(problem.features, 1, lambda i, j: part.entry(where[i], 0) if i in where else 0)


def _in_kernel(d: Draw, problem: LeastSquares) -> RationalMatrix:
    kernel = problem.inputs.nullspace()
    return kernel @ d.matrix(kernel.shape[1], 1)


@st.composite
def descents(draw: Callable[..., Any]) -> Descent:
    """Quadratics with a prescribed rational spectrum (repeated and zero eigenvalues included) in a rational orthogonal basis,
    and 1 to 4 steps.
    """
    d = Draw(draw)
    spectrum = d.pick(SPECTRA)
    hessian = with_eigenvalues(d, spectrum) if d.boolean() else RationalMatrix.diagonal(spectrum)
    positive = [rational(value) for value in spectrum if value != "0"]
    return Descent(hessian, d.matrix(len(spectrum), 1), max(positive), min(positive), d.integer(1, 4))


@st.composite
def complex_inputs(draw: Callable[..., Any]) -> ComplexInputs:
    """Complex matrices with Gaussian-integer entries, up to 3 x 3; some of them real, some orthogonal times i."""
    d = Draw(draw)
    rows, columns = d.integer(1, 3), d.integer(1, 3)
    kind = d.pick(("real", "complex", "real", "imaginary", "rotation times i"))
    zero = RationalMatrix.zeros(rows, columns)
    if kind == "rotation times i":
        return ComplexInputs(RationalMatrix.zeros(rows, rows), orthogonal(d, rows))
    real = zero if kind == "imaginary" else d.matrix(rows, columns, 2)
    return ComplexInputs(real, zero if kind == "real" else d.matrix(rows, columns, 2))
