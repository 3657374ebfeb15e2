"""Feedforward networks with samples: half of them degenerate on purpose, exact fits built backwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from claims.instances.feedforward import Argument, Learning, Move, Partitioned, Residual, SampleSet, XorPoint
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank
from numerics.activations import ACTIVATIONS
from numerics.error_functions import ERROR_FUNCTIONS
from numerics.matrix import hstack
from numerics.rational import RationalMatrix, rational

SMOOTH, KINKED = ("identity", "softsign", "cubic"), ("square", "leaky relu", "relu")
POOLS = ("any", "any", "any", "any", "zero weights", "coinciding units", "opposite units", "zero output", "repeated samples")
BIASES = ("0", "0", "1/2", "-1")


def _weights(d: Draw, widths: Sequence[int], dummy: bool, pool: str) -> tuple[RationalMatrix, ...]:
    shapes = [(m + dummy, n) for m, n in pairwise(widths)]
    if pool == "zero weights":
        return tuple(RationalMatrix.zeros(m, n) for m, n in shapes)
    drawn = [d.matrix(m, n, 2) for m, n in shapes]
    first = drawn[0]
    if pool in ("coinciding units", "opposite units"):
        turn = 1 if pool == "coinciding units" else -1
        kept = first[:, [0]]
        drawn[0] = RationalMatrix.build(*first.shape, lambda i, j: kept.entry(i, 0) * turn**j)
    if pool == "zero output":
        drawn[-1] = RationalMatrix.zeros(*shapes[-1])
    return tuple(drawn)


def _learning(
    d: Draw,
    *,
    most: int = 3,
    low: int = 1,
    high: int = 3,
    samples: int = 3,
    activations: Sequence[str] = SMOOTH + KINKED,
    errors: Sequence[str] = ("squared",),
    pools: Sequence[str] = POOLS,
    biases: Sequence[str] = BIASES,
    dummies: Sequence[bool] = (False, True),
) -> Learning:
    depth = d.integer(low, high)
    widths = [d.integer(1, most) for _ in range(depth + 1)]
    count = d.integer(1, samples)
    pool, dummy = d.pick(pools), d.pick(dummies)
    weights = _weights(d, widths, dummy, pool)
    inputs = d.matrix(widths[0], count, 2)
    if pool == "repeated samples":
        inputs = inputs[:, [i % max(count - 1, 1) for i in range(count)]]
    bias = "0" if dummy else d.pick(biases)
    targets = d.matrix(widths[-1], count, 2)
    return Learning(weights, inputs, targets, d.pick(activations), rational(bias), dummy, d.pick(errors))


def _fitted(learning: Learning) -> Learning:
    return replace(learning, targets=learning.run.outputs)


def _move(d: Draw, learning: Learning) -> Move:
    return Move(learning, tuple(d.matrix(m, n, 2) for m, n in (weight.shape for weight in learning.weights)))


@st.composite
def learnings(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 to 3 layers with 1 to 3 units each, with rational activations, on 1 to 3 samples with the squared loss; zero
    weights, coinciding and opposite units, zero output weights and repeated samples in half of them, some fitted.
    """
    d = Draw(draw)
    learning = _learning(d)
    return _fitted(learning) if d.integer(0, 4) == 4 else learning


@st.composite
def small_learnings(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 or 2 layers with at most two units each on at most two samples, some fitted; squared or Cauchy loss."""
    d = Draw(draw)
    learning = _learning(d, most=2, high=2, samples=2, errors=("squared", "Cauchy"))
    return _fitted(learning) if d.integer(0, 3) == 3 else learning


@st.composite
def deep_learnings(draw: Callable[..., Any]) -> Learning:
    """Networks of 2 or 3 layers with identity, softsign or cubic units, without dummy units and biases: F vanishes at zero
    weights.
    """
    return _learning(Draw(draw), low=2, activations=SMOOTH, biases=("0",), dummies=(False,))


@st.composite
def two_layer_learnings(draw: Callable[..., Any]) -> Learning:
    """Two layers with 1 to 3 identity, softsign or cubic units and no biases, on 1 to 3 samples, zero ones included; degenerate
    weights in half of all cases.
    """
    d = Draw(draw)
    found = _learning(d, low=2, high=2, activations=SMOOTH, biases=("0",), dummies=(False,))
    return replace(found, inputs=found.inputs * 0) if d.integer(0, 5) == 5 else found


@st.composite
def untrained_networks(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 to 3 layers at zero weights, with or without dummy units and a fixed bias, on 1 to 3 samples, with any or
    equal targets.
    """
    d = Draw(draw)
    low = 1 if d.integer(0, 3) == 3 else 2
    learning = _learning(d, most=2, low=low, pools=("zero weights",), activations=SMOOTH)
    return _with_equal_targets(learning) if d.integer(0, 3) == 3 else learning


def _with_equal_targets(learning: Learning) -> Learning:
    return replace(learning, targets=hstack(*[learning.targets[:, [0]]] * learning.samples))


@st.composite
def kinked_learnings(draw: Callable[..., Any]) -> Learning:
    """Two layers of at most two rectifiers, leaky or not, whose first weights are zero, so that every unit sits at its kink."""
    return _kinked(Draw(draw))


@st.composite
def kinked_fits(draw: Callable[..., Any]) -> Learning:
    """Two layers of at most two rectifiers whose first weights are zero, with the target 0, which they fit exactly."""
    return _fitted(_kinked(Draw(draw)))


def _kinked(d: Draw) -> Learning:
    found = _learning(
        d, most=2, low=2, high=2, samples=1, activations=("relu", "leaky relu"), pools=("any",), biases=("0",), dummies=(False,)
    )
    return found.at(found.weights[0] * 0, *found.weights[1:])


@st.composite
def narrowing_networks(draw: Callable[..., Any]) -> Learning:
    """Networks of 2 or 3 layers with 1 to 3 units each, with and without dummy units, all weights of full rank in most of them;
    their last weights may be those of a bias alone.  Half of the deeper ones have no layer wider than the one before.
    """
    d = Draw(draw)
    learning = _learning(d, low=2, samples=2, pools=("any",), activations=(*SMOOTH, "square", "relu"))
    shapes = [weight.shape for weight in learning.weights]
    if len(shapes) > 2 and d.boolean():
        widths = [learning.inputs.shape[0], *sorted((n for _, n in shapes), reverse=True)]
        shapes = [(m + learning.dummy, n) for m, n in pairwise(widths)]
        weights = tuple(d.matrix(m, n) for m, n in shapes)
        learning = replace(learning, weights=weights, targets=d.matrix(widths[-1], learning.samples, 2))
    full = [of_rank(d, m, n, min(m, n)) for m, n in shapes]
    if learning.dummy and d.boolean():
        m, n = shapes[-1]
        full[-1] = RationalMatrix.build(m, n, lambda i, j: int(i == m - 1 - j))
    return learning if d.integer(0, 4) == 4 else replace(learning, weights=tuple(full))


@st.composite
def moves(draw: Callable[..., Any]) -> Move:
    """Networks of 1 to 3 layers with 1 to 3 units each on at most two samples, degenerate in half of all cases, with a change of
    their weights; squared or Cauchy loss, some fitted.
    """
    d = Draw(draw)
    learning = _learning(d, samples=2, errors=("squared", "Cauchy"))
    return _move(d, _fitted(learning) if d.integer(0, 3) == 3 else learning)


@st.composite
def fitted_moves(draw: Callable[..., Any]) -> Move:
    """Networks of 1 to 3 layers that fit their 1 or 2 samples exactly, degenerate in half of all cases, with a change of their
    weights; squared, Cauchy and smooth or plain l4 loss.
    """
    d = Draw(draw)
    learning = _learning(d, samples=2, errors=("squared", "Cauchy", "smooth l4", "l4"))
    return _move(d, _fitted(learning))


@st.composite
def exact_fits(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 to 3 layers with at most two units each that fit their 1 to 4 samples exactly, degenerate in half of all
    cases.
    """
    d = Draw(draw)
    return _fitted(_learning(d, most=2, samples=4, errors=("squared", "Cauchy", "smooth l4", "l4")))


@st.composite
def shifted_fits(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 or 2 layers that fit their samples exactly, with an error that is least 1 above the desired output."""
    return _fitted(_learning(Draw(draw), most=2, high=2, samples=2, errors=("shifted",)))


@st.composite
def odd_fits(draw: Callable[..., Any]) -> Learning:
    """Networks of 2 or 3 layers with identity, softsign or cubic units and no biases that fit their samples exactly."""
    return _fitted(_learning(Draw(draw), low=2, activations=SMOOTH, biases=("0",), dummies=(False,)))


@st.composite
def unattainable_tasks(draw: Callable[..., Any]) -> Learning:
    """One softsign unit without a bias that is to give 1 at the samples 1 and 2: any weights."""
    d = Draw(draw)
    w, v = (RationalMatrix.of([[value]]) for value in d.rationals(2, 12))
    inputs, targets = RationalMatrix.of([[1, 2]]), RationalMatrix.of([[1, 1]])
    return Learning((w, v), inputs, targets, "softsign", rational(0), False, "squared")


@st.composite
def stationary_learnings(draw: Callable[..., Any]) -> Learning:
    """Critical points of networks with 1 or 2 layers and at most two units each, built backwards: exact fits, zero weights, and
    weights with targets for which epsilon lies in the kernel of P; squared or Cauchy loss, or a double well.
    """
    d = Draw(draw)
    error = d.pick(("squared", "squared", "Cauchy", "double well"))
    if d.integer(0, 2) == 2:
        learning = _learning(d, most=2, low=2, high=2, samples=3, activations=SMOOTH, pools=("zero weights",), dummies=(False,))
        return _fitted(replace(learning, bias=rational(0)))
    learning = _learning(d, most=2, high=2, samples=3, activations=SMOOTH, errors=(error,))
    kernel = learning.run.P.nullspace()
    if error != "squared" or not kernel.shape[1] or d.boolean():
        return _fitted(learning)
    epsilon = kernel @ d.matrix(kernel.shape[1], 1, 2)
    outputs = learning.run.outputs
    return replace(learning, targets=outputs - epsilon.reshape(outputs.shape[1], outputs.shape[0]).T)


@st.composite
def constant_tasks(draw: Callable[..., Any]) -> Learning:
    """Networks of 1 to 3 layers, degenerate in half of all cases, whose targets are equal in most of them."""
    d = Draw(draw)
    learning = _learning(d, most=2, activations=SMOOTH)
    return learning if d.integer(0, 3) == 3 else _with_equal_targets(learning)


@st.composite
def one_layer_learnings(draw: Callable[..., Any]) -> Learning:
    """One layer with 1 to 3 inputs and 1 or 2 outputs on 1 to 3 samples, squared loss."""
    return _learning(Draw(draw), high=1, activations=("identity",))


@st.composite
def smooth_fits(draw: Callable[..., Any]) -> Move:
    """Networks of 1 or 2 layers with at most two units each, identity, softsign or cubic, that fit one or two samples exactly
    with the squared loss, and a change of their weights; in a quarter of the cases one unit on two samples of different size,
    which has as many weights as equations.
    """
    d = Draw(draw)
    if d.integer(0, 3) == 3:
        w, v, low, more = (1 + value % 3 for value in d.bytes(4))
        weights = (RationalMatrix.of([[w]]), RationalMatrix.of([[v]]))
        inputs = RationalMatrix.of([[low, -(low + more)]])
        return _move(d, _fitted(Learning(weights, inputs, inputs, d.pick(("softsign", "cubic")), rational(0), False, "squared")))
    return _move(d, _fitted(_learning(d, most=2, high=2, samples=2, activations=SMOOTH)))


@st.composite
def bottlenecks(draw: Callable[..., Any]) -> Learning:
    """Three layers without dummy units, the first hidden layer narrower than the second; weights of full rank."""
    d = Draw(draw)
    widths = [d.integer(1, 2), 1, d.integer(2, 3), 1]
    weights = tuple(of_rank(d, m, n, min(m, n)) for m, n in pairwise(widths))
    samples = d.integer(1, 2)
    inputs, targets = d.matrix(widths[0], samples, 2), d.matrix(1, samples, 2)
    return Learning(weights, inputs, targets, d.pick(SMOOTH), rational(0), False, "squared")


@st.composite
def full_rank_moves(draw: Callable[..., Any]) -> Move:
    """Networks of 1 or 2 layers with 1 to 3 units each, weights of full rank, and a change of their weights; in a quarter of the
    cases one layer with singular values of different size, of which the smaller one is taken away.
    """
    d = Draw(draw)
    if d.integer(0, 3) == 3:
        weight, X = RationalMatrix.diagonal([d.integer(3, 5), 1]), d.matrix(2, 1)
        away = Learning((weight,), X, d.matrix(2, 1), "identity", rational(0), False, "squared")
        return Move(away, (RationalMatrix.diagonal([0, -1]),))
    learning = _learning(d, high=2, samples=1, activations=("identity",), pools=("any",))
    weights = tuple(of_rank(d, m, n, min(m, n)) for m, n in (weight.shape for weight in learning.weights))
    return _move(d, replace(learning, weights=weights))


@st.composite
def square_hidden_layers(draw: Callable[..., Any]) -> Learning:
    """One hidden layer with as many softsign or cubic units as samples (1 to 3), 1 or 2 outputs, a fixed bias 1/2, -1 or 0."""
    d = Draw(draw)
    inputs, samples, outputs = d.integer(1, 3), d.integer(1, 3), d.integer(1, 2)
    first, second = any_matrix(d, inputs, samples), RationalMatrix.zeros(samples, outputs)
    bias = rational(d.pick(("1/2", "-1", "0")))
    samples_drawn, targets = d.matrix(inputs, samples, 2), any_matrix(d, outputs, samples)
    return Learning((first, second), samples_drawn, targets, d.pick(("softsign", "cubic")), bias, False, "squared")


@st.composite
def linear_critical_points(draw: Callable[..., Any]) -> Learning:
    """Critical points of two linear layers on white inputs (X = I, 1 to 3 samples) with diagonal targets, repeated and zero ones
    included: the hidden units carry a drawn set of the coordinates, the others are zero.
    """
    d = Draw(draw)
    size, hidden = d.integer(1, 3), d.integer(1, 3)
    values = d.integers(size, 2)
    carried = [j for j in range(size) if d.boolean()][:hidden]
    scales = [1 + byte % 3 for byte in d.bytes(hidden)]
    first = RationalMatrix.build(size, hidden, lambda i, h: scales[h] if h < len(carried) and carried[h] == i else 0)
    last = RationalMatrix.build(
        hidden, size, lambda h, j: f"{values[j]}/{scales[h]}" if h < len(carried) and carried[h] == j else 0
    )
    inputs, targets = RationalMatrix.eye(size), RationalMatrix.diagonal(values)
    return Learning((first, last), inputs, targets, "identity", rational(0), False, "squared")


@st.composite
def partitions(draw: Callable[..., Any]) -> Partitioned:
    """1 to 3 matrices with 1 to 3 rows and 1 or 2 columns, and as many columns with 1 to 3 rows; zero and rank-deficient ones."""
    d = Draw(draw)
    samples, height, width, rows = d.integer(1, 3), d.integer(1, 3), d.integer(1, 2), d.integer(1, 3)
    left = any_matrix(d, height, width * samples)
    pieces = tuple(left[:, list(range(i * width, (i + 1) * width))] for i in range(samples))
    return Partitioned(pieces, any_matrix(d, rows, samples))


def _sample_set(d: Draw, bias: Sequence[str], free: bool) -> SampleSet:
    inputs, count = d.integer(1, 2), d.integer(1, 4)
    drawn = [tuple(d.integers(inputs, 2)) for _ in range(count)]
    if d.boolean():
        drawn += [tuple(-value for value in column) for column in drawn[: max(1, 4 - count)]]
    unique = list(dict.fromkeys(drawn))[:4]
    columns = RationalMatrix.build(inputs, len(unique), lambda i, j: unique[j][i])
    return SampleSet(columns, d.pick(("sigmoid", "tanh")), rational(d.pick(bias)), free)


@st.composite
def sample_sets(draw: Callable[..., Any]) -> SampleSet:
    """1 to 4 different samples with one or two integer inputs, opposite ones in half of them; sigmoid or tanh; a fixed bias 0,
    1/2 or -1.
    """
    return _sample_set(Draw(draw), ("0", "1/2", "-1"), False)


@st.composite
def free_sample_sets(draw: Callable[..., Any]) -> SampleSet:
    """1 to 4 different samples with one or two integer inputs, opposite ones in half of them; sigmoid or tanh, free biases."""
    return _sample_set(Draw(draw), ("0",), True)


@st.composite
def residuals(draw: Callable[..., Any]) -> Residual:
    """Each error function at a residual that is zero in a quarter of all cases, else a fraction between -3 and 3."""
    d = Draw(draw)
    value = "0" if d.integer(0, 3) == 3 else d.rationals(1)[0]
    return Residual(d.pick(tuple(ERROR_FUNCTIONS)), rational(value))


@st.composite
def arguments(draw: Callable[..., Any]) -> Argument:
    """Each activation at zero in a quarter of all cases, else at a fraction between -40 and 40."""
    d = Draw(draw)
    value = "0" if d.integer(0, 3) == 3 else d.rationals(1, 40)[0]
    return Argument(d.pick(tuple(ACTIVATIONS)), rational(value))


XOR_INPUTS, XOR_TARGETS = ((0, 0, 1, 1), (0, 1, 0, 1)), ((0, 1, 1, 0),)


@st.composite
def xor_networks(draw: Callable[..., Any]) -> Learning:
    """The networks 2-2-1 and 2-3-1 on XOR with dummy units and softsign, sigmoid or tanh units; zero weights, coinciding,
    constant and one-sided units, output weights that are a bias alone.
    """
    d = Draw(draw)
    hidden = d.integer(2, 3)
    first, last = any_matrix(d, 3, hidden, 1), d.matrix(hidden + 1, 1, 2)
    if d.boolean():
        first = of_rank(d, 3, hidden, hidden)
    if d.integer(0, 2) == 2:
        last = RationalMatrix.build(hidden + 1, 1, lambda i, j: int(i == hidden))
    inputs, targets = RationalMatrix.of(XOR_INPUTS), RationalMatrix.of(XOR_TARGETS)
    if d.boolean():
        inputs = inputs * 2 - inputs.ones(2, 4)
    return Learning((first, last), inputs, targets, d.pick(("softsign", "sigmoid", "tanh")), rational(0), True, "squared")


def _xor_unit(d: Draw, kind: int) -> tuple[int, Any, Any]:
    """A unit that splits the inputs (kind 1 or 2) and not at 0, or a constant one."""
    place, weight = (rational(value) for value in d.rationals(2))
    return kind if place != 0 else 0, place, weight


@st.composite
def xor_points(draw: Callable[..., Any]) -> XorPoint:
    """Units of critical points with a positive loss on XOR with 2 or 3 sigmoid, tanh or softsign units and any increasing output
    unit: constant ones and ones that split the inputs, of which two may cancel each other.
    """
    d = Draw(draw)
    units = [_xor_unit(d, d.integer(0, 2)) for _ in range(d.integer(1, 2))]
    kind, place, weight = units[-1]
    units += [(kind, place, -weight)] if d.boolean() else [_xor_unit(d, d.integer(0, 2))]
    return XorPoint(d.pick(("tanh", "sigmoid", "softsign")), tuple(units))


@st.composite
def single_xor_points(draw: Callable[..., Any]) -> XorPoint:
    """Critical points with F = 1/2 on XOR with one constant sigmoid or tanh unit."""
    d = Draw(draw)
    return XorPoint(d.pick(("tanh", "sigmoid")), (_xor_unit(d, 0),))
