"""Descent with a fixed step on quadratics and chains; chains that are balanced, nearly balanced, or as unbalanced as allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

from hypothesis import strategies as st

from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear
from claims.instances.descent_chains import (
    ChosenDelta,
    FixedStep,
    LayerStep,
    NearlyBalanced,
    ProductSlope,
    QuadraticDescent,
    Visited,
    alternation,
    runaway,
)
from claims.strategies.deep_linear import REPEATED, any_network, any_weights, critical_point, regular, singular, turned
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank, with_eigenvalues
from numerics import certified_steps
from numerics.chains import chain, imbalances
from numerics.enclosures import enclosed
from numerics.norms import spectral_squared
from numerics.rational import RationalMatrix, rational

# Quadratics ------------------------------------------------------------------------------------------------------------------

DEFINITE = (("1",), ("2", "1"), ("1", "1"), ("3", "1", "1"), ("1/2", "1/3"), ("10", "1"))
OTHERS = (("0",), ("1", "0"), ("2", "0", "0"), ("0", "0"), ("1", "-1"), ("2", "-3"), ("-1",), ("-1", "0"))


@st.composite
def quadratic_descents(draw: Callable[..., Any]) -> QuadraticDescent:
    """Quadratics with a prescribed spectrum, mostly definite, and step sizes below, at and above 2/lambda_max, zero and
    negative ones included.
    """
    d = Draw(draw)
    values = d.pick((*DEFINITE, *DEFINITE, *OTHERS))
    hessian = with_eigenvalues(d, list(values)) if d.boolean() else RationalMatrix.diagonal(values)
    largest = max(abs(Fraction(value)) for value in values) or Fraction(1)
    share = Fraction(d.pick(("1/2", "1", "3/2", "0", "-1/2", "99/100", "1/100")))
    size = len(values)
    linear = hessian @ d.matrix(size, 1) if d.boolean() else d.matrix(size, 1)
    return QuadraticDescent(hessian, linear, rational(2 * share / largest))


POOL = ("0", "1", "2", "1/2", "3", "1/3")


@st.composite
def singular_descents(draw: Callable[..., Any]) -> QuadraticDescent:
    """Singular quadratics, most of them without a critical point, and the step size zero in half of the cases."""
    d = Draw(draw)
    values = d.pick((("0",), ("1", "0"), ("2", "0", "0"), ("0", "0")))
    linear = RationalMatrix.column([d.pick((1, 0, -2)) for _ in values])
    return QuadraticDescent(RationalMatrix.diagonal(values), linear, rational(d.pick(("0", "1/2", "0", "1"))))


# Steps on chains -------------------------------------------------------------------------------------------------------------


@st.composite
def layer_steps(draw: Callable[..., Any]) -> LayerStep:
    """Networks with 1 to 3 layers and widths 1 and 2, a quarter balanced, a quarter scalar with a last layer of zero, and a step
    size, zero included.
    """
    d = Draw(draw)
    kind = d.pick(("any", "balanced", "last layer zero", "any"))
    build = {"any": lambda: any_network(d, high=3, most=2), "balanced": lambda: _balanced_network(d)}
    network = build.get(kind, lambda: _ending_in_zero(d))()
    return LayerStep(network, rational(d.pick(("1", "1/10", "0", "1/2"))))


def _ending_in_zero(d: Draw) -> DeepLinear:
    """Nonzero scalar layers, the last one zero: only this one has a gradient."""
    one, sizes = RationalMatrix.eye(1), (1, -1, 2, 3)
    weights = [one * d.pick(sizes) for _ in range(d.integer(1, 2))]
    return DeepLinear((*weights, one * 0), Data(one * d.pick(sizes), one * d.pick(sizes)))


@st.composite
def balanced_steps(draw: Callable[..., Any]) -> LayerStep:
    """Balanced networks with 1 to 3 layers and widths 1 and 2, and a positive step size."""
    d = Draw(draw)
    return LayerStep(_balanced_network(d), rational(d.pick(("1", "1/10", "1/2"))))


def _balanced_network(d: Draw) -> DeepLinear:
    weights = balanced_weights(d, d.integer(1, 3), 2)
    samples = d.integer(1, 2)
    X, Y = any_matrix(d, weights[0].shape[1], samples), any_matrix(d, weights[-1].shape[0], samples)
    return DeepLinear(weights, Data(X, Y))


def balanced_weights(d: Draw, depth: int, most: int, pool: Sequence[str] = POOL) -> tuple[RationalMatrix, ...]:
    """W_j = O_j D_j O_(j-1)' with the same rational singular values in every layer, padded with zeros where a layer is wider."""
    least = d.integer(1, most)
    widths = [d.integer(least, most) for _ in range(depth + 1)]
    values = [d.pick(pool) for _ in range(min(widths))]
    turns = [turned(d, width) for width in widths]
    return tuple(turns[j + 1] @ _rectangle(widths[j + 1], widths[j], values) @ turns[j].T for j in range(depth))


def _rectangle(rows: int, columns: int, values: Sequence[Any]) -> RationalMatrix:
    return RationalMatrix.build(rows, columns, lambda i, j: values[i] if i == j < len(values) else 0)


@st.composite
def product_slopes(draw: Callable[..., Any]) -> ProductSlope:
    """Chains of 1 to 4 layers with widths 1 to 3 and any matrix as derivative by their product."""
    d = Draw(draw)
    widths = [d.integer(1, 3) for _ in range(d.integer(1, 4) + 1)]
    return ProductSlope(any_weights(d, widths), any_matrix(d, widths[-1], widths[0]))


# Nearly balanced chains ------------------------------------------------------------------------------------------------------


@st.composite
def nearly_balanced(draw: Callable[..., Any]) -> NearlyBalanced:
    """Chains of 1 to 6 layers with widths 1 to 4 and their balancedness constant: balanced ones, perturbed ones, ones with
    prescribed singular values, ones that lose or gain the same amount in every layer, any others.
    """
    d = Draw(draw)
    kind = d.pick(("even steps", "balanced", "any", "perturbed", "prescribed", "even steps"))
    if kind == "even steps":
        return _even_steps(d)
    if kind == "balanced":
        return NearlyBalanced(balanced_weights(d, d.integer(1, 4), 3), rational(d.pick(("0", "0", "1/2"))))
    weights = {"any": _any_chain, "perturbed": _perturbed, "prescribed": _prescribed}[kind](d)
    return NearlyBalanced(weights, _constant(weights) * d.pick((1, 1, 2)))


@st.composite
def balanced_chains(draw: Callable[..., Any]) -> NearlyBalanced:
    """Balanced chains of 1 to 5 layers with widths 1 to 3 and rational singular values, zero and equal ones included."""
    d = Draw(draw)
    pool = d.pick((POOL, ("1",), ("0",), ("2",), POOL))
    return NearlyBalanced(balanced_weights(d, d.integer(1, 5), 3, pool), rational(0))


@st.composite
def unbalanced_chains(draw: Callable[..., Any]) -> NearlyBalanced:
    """Two or three layers of width 1 or 2 of which the first is small and the last is large, and a number far below their
    balancedness constant.
    """
    d = Draw(draw)
    width = d.integer(1, 2)
    weights = [any_matrix(d, width, width) for _ in range(d.integer(1, 2))]
    return NearlyBalanced((*weights, RationalMatrix.eye(width) * d.pick((12, 50))), rational(d.pick(("1", "1/8", "0"))))


def _any_chain(d: Draw) -> tuple[RationalMatrix, ...]:
    return any_weights(d, [d.integer(1, 3) for _ in range(d.integer(1, 4) + 1)])


def _perturbed(d: Draw) -> tuple[RationalMatrix, ...]:
    weights = balanced_weights(d, d.integer(1, 4), 2)
    return tuple(weight + d.matrix(*weight.shape, bound=1) / 8 for weight in weights)


def _prescribed(d: Draw) -> tuple[RationalMatrix, ...]:
    """Equal bases between the layers and other singular values in each."""
    depth, width = d.integer(1, 4), d.integer(1, 2)
    turns = [turned(d, width) for _ in range(depth + 1)]
    return tuple(turns[j + 1] @ RationalMatrix.diagonal(d.rationals(width, 3)) @ turns[j].T for j in range(depth))


def _even_steps(d: Draw) -> NearlyBalanced:
    """W_k W_k' = W_k' W_k = (base + k step) I, rising or falling: a multiple of a rotation of one, two or four dimensions."""
    depth = d.integer(2, 6)
    base, step = d.pick((0, 1, 0, 2)), d.pick((1, 1, 2))
    squares = [base + k * step for k in range(depth)]
    weights = [_similarity(square) for square in (squares if d.boolean() else squares[::-1])]
    size = max(weight.shape[0] for weight in weights)
    return NearlyBalanced(tuple(_widened(weight, size) for weight in weights), rational(step))


def four_squares(number: int) -> tuple[int, int, int, int]:
    """Integers with a^2 + b^2 + c^2 + d^2 = number (Lagrange), as few of them as possible different from zero."""
    top = range(isqrt(number), -1, -1)
    found = (
        (a, b, c, isqrt(rest))
        for a in top
        for b in range(isqrt(number - a * a) + 1)
        for c in range(isqrt(number - a * a - b * b) + 1)
        if isqrt(rest := number - a * a - b * b - c * c) ** 2 == rest
    )
    return min(found, key=lambda parts: sum(part != 0 for part in parts))


def _similarity(square: int) -> RationalMatrix:
    """The smallest of the 1 x 1, 2 x 2 and 4 x 4 integer matrices Q with Q Q' = square I (products of quaternions)."""
    a, b, c, d = sorted(four_squares(square), reverse=True)
    if not b:
        return RationalMatrix.of([[a]])
    if not c:
        return RationalMatrix.of([[a, b], [-b, a]])
    return RationalMatrix.of([[a, b, c, d], [-b, a, -d, c], [-c, d, a, -b], [-d, -c, b, a]])


def _widened(Q: RationalMatrix, size: int) -> RationalMatrix:
    return RationalMatrix.eye(size // Q.shape[0]).kron(Q)


def _constant(weights: Sequence[RationalMatrix]) -> Any:
    """The balancedness constant where it is rational, else a little more, with a denominator of at most 2^10."""
    return rational(max((_upper_norm(gap) for gap in imbalances(weights)), default=Fraction(0)))


def _upper_norm(gap: RationalMatrix) -> Fraction:
    low, high = spectral_squared(gap)
    if low == high:
        top, bottom = isqrt(high.numerator), isqrt(high.denominator)
        if (top * top, bottom * bottom) == (high.numerator, high.denominator):
            return Fraction(top, bottom)
    return Fraction(isqrt(int(high * 2**20)) + 1, 2**10)


# Descent with a fixed step ---------------------------------------------------------------------------------------------------


@st.composite
def source_steps(draw: Callable[..., Any]) -> FixedStep:
    """Networks with 1 to 3 layers on inputs of full row rank, and step sizes within the source's bound for the loss with 1/2."""
    return _within(Draw(draw), certified_steps.of_the_source, halved=True)


@st.composite
def two_layer_source_steps(draw: Callable[..., Any]) -> FixedStep:
    """Networks with two layers on inputs of full row rank, and step sizes within the source's bound for the loss with 1/2."""
    return _within(Draw(draw), certified_steps.of_the_source, halved=True, depths=(2,))


@st.composite
def deep_source_steps(draw: Callable[..., Any]) -> FixedStep:
    """Networks with three layers on inputs of full row rank, and step sizes within the source's bound for the loss with 1/2."""
    return _within(Draw(draw), certified_steps.of_the_source, halved=True, depths=(3,))


@st.composite
def plain_steps(draw: Callable[..., Any]) -> FixedStep:
    """Networks with 1 to 3 layers on inputs of full row rank, and step sizes within the bound that the source's formulas give for
    the loss without 1/2.
    """
    return _within(Draw(draw), certified_steps.source_without_half, halved=False)


@st.composite
def longest_steps(draw: Callable[..., Any]) -> FixedStep:
    """Networks with 1 to 3 layers on inputs of full row rank, and step sizes within the largest bound that is proved for the loss
    with 1/2.
    """
    return _within(Draw(draw), certified_steps.longest_proved, halved=True)


def _within(d: Draw, bound: Callable[[Any], Any], *, halved: bool, depths: Sequence[int] = (2, 1, 3)) -> FixedStep:
    network = _full_rank_network(d, depths)
    needed = _constant(network.weights)
    delta = _delta(d, needed)
    alpha = d.pick((needed / delta, (needed / delta + 1) / 2))
    share = Fraction(d.pick(("1", "1/2", "1", "1/16")))
    return FixedStep(network, _rate(network, delta, alpha, bound) * rational(share), delta, alpha, halved)


def _delta(d: Draw, needed: Any) -> Any:
    """A constant above the one that the initial weights have."""
    return needed * d.pick((2, 8)) if needed > 0 else rational(d.pick(("1/10", "1/100", "1", "1/1000")))


def _rate(network: DeepLinear, delta: Any, alpha: Any, bound: Callable[[Any], Any]) -> Any:
    """A rational just below a bound of the step size."""
    data = network.data
    low, _ = enclosed(
        data.inputs, lambda reals: bound(certified_steps.sizes(reals, network.weights, data.inputs, data.targets, delta, alpha))
    )
    power = low.denominator.bit_length() - low.numerator.bit_length() + 8
    return rational(Fraction(int(low * Fraction(2) ** power) - 1) / Fraction(2) ** power)


def _full_rank_network(d: Draw, depths: Sequence[int]) -> DeepLinear:
    depth = d.pick(depths)
    if depth == 1 and d.boolean():
        return _fitted_layer(d)
    weights = balanced_weights(d, depth, 2, ("1", "2", "1/2", "0", "1/3", "3"))
    kind = d.pick(("perturbed", "balanced", "small", "perturbed"))
    if kind == "perturbed":
        weights = tuple(weight + d.matrix(*weight.shape, bound=1) / 8 for weight in weights)
    if kind == "small":
        weights = tuple(weight / 4 for weight in weights)
    inputs, outputs = weights[0].shape[1], weights[-1].shape[0]
    samples = inputs + d.integer(0, 1)
    X = of_rank(d, inputs, samples, inputs)
    near = d.pick(("near", "any", "near", "any", "fitted", "zero"))
    if near == "any":
        return DeepLinear(weights, Data(X, any_matrix(d, outputs, samples)))
    fit = chain(weights) @ X
    off = d.matrix(outputs, samples, 1) / 16
    return DeepLinear(weights, Data(X, {"fitted": fit, "near": fit + off, "zero": fit * 0}[near]))


def _fitted_layer(d: Draw) -> DeepLinear:
    """One layer [p a; 0 p] that fits on inputs c I: then |W| = |Y| / c, an irrational number, as a^2 + 4 p^2 is no square."""
    p, a = d.pick((("1", "1"), ("1", "-2"), ("2", "1"), ("1/2", "3")))
    weight, X = RationalMatrix.of([[p, a], [0, p]]), RationalMatrix.eye(2) * rational(d.pick(("3", "7")))
    return DeepLinear((weight,), Data(X, weight @ X))


@st.composite
def wild_steps(draw: Callable[..., Any]) -> FixedStep:
    """Two layers with one assumption broken: inputs of deficient rank with large weights in their kernel, initial weights that
    are less balanced than assumed, or a step size a thousand times the source's bound; loss with 1/2.
    """
    return _wild(Draw(draw), certified_steps.of_the_source, 2, halved=True)


@st.composite
def deep_wild_steps(draw: Callable[..., Any]) -> FixedStep:
    """Three layers with one assumption broken: inputs of deficient rank with large weights in their kernel, initial weights that
    are less balanced than assumed, or a step size a thousand times the source's bound; loss with 1/2.
    """
    return _wild(Draw(draw), certified_steps.of_the_source, 3, halved=True)


@st.composite
def wild_plain_steps(draw: Callable[..., Any]) -> FixedStep:
    """Two layers with one assumption broken (deficient inputs, weights that are not so balanced, too large a step), for the loss
    without 1/2.
    """
    return _wild(Draw(draw), certified_steps.source_without_half, 2, halved=False)


def _wild(d: Draw, bound: Callable[[Any], Any], depth: int, *, halved: bool) -> FixedStep:
    large, small = rational(d.pick((10, 5, 20))), rational(d.pick(("1/1000", "1/100")))
    kind = d.pick(("kernel", "unbalanced", "too long"))
    delta, alpha, one = rational("1/100"), rational("1/2"), RationalMatrix.eye(1)
    if kind == "kernel":
        weights = (RationalMatrix.of([[0, large]]), *[one * large] * (depth - 1))
        data = Data(RationalMatrix.of([[1], [0]]), one * small)
    elif kind == "unbalanced":
        weights, data = (one * large, one * 0, *[one * large] * (depth - 2)), Data(one, one * small)
    else:
        weights, data = (one,) * depth, Data(one, one * large)
    network = DeepLinear(weights, data)
    rate = _rate(network, delta, alpha, bound)
    return FixedStep(network, rate * (1000 if kind == "too long" else 1), delta, alpha, halved)


@st.composite
def alternations(draw: Callable[..., Any]) -> FixedStep:
    """N = 2 to 4 equal scalar layers that two steps of gradient descent take from n to n + 1 and back, n up to 1000, on the loss
    without 1/2.
    """
    return _alternation(Draw(draw), (2, 3, 2, 4), halved=False)


@st.composite
def two_layer_alternations(draw: Callable[..., Any]) -> FixedStep:
    """Two equal scalar layers that two steps of gradient descent take from n to n + 1 and back, on the loss without 1/2."""
    return _alternation(Draw(draw), (2,), halved=False)


@st.composite
def deep_alternations(draw: Callable[..., Any]) -> FixedStep:
    """Three or four equal scalar layers that two steps of gradient descent take from n to n + 1 and back, loss without 1/2."""
    return _alternation(Draw(draw), (3, 4), halved=False)


@st.composite
def halved_alternations(draw: Callable[..., Any]) -> FixedStep:
    """Three or four equal scalar layers that two steps of gradient descent take from n to n + 1 and back, loss with 1/2."""
    return _alternation(Draw(draw), (3, 4), halved=True)


@st.composite
def runaways(draw: Callable[..., Any]) -> FixedStep:
    """Two layers of widths 2, 1, 1 that fit the second of two samples with unequal inputs, on the loss with 1/2, and step sizes
    beyond the stability of that fit.
    """
    d = Draw(draw)
    size, first = d.pick((1000, 1000, 10000, 100)), d.pick(("1", "1/10"))
    network = runaway(RationalMatrix, size, first, Fraction(1, d.pick((10, 20, 5, 2))))
    rate = Fraction(d.pick((10, 20, 2, 1)), size * size)
    return FixedStep(network, rational(rate), rational(d.pick((100, 10, 1000))), rational("1/2"), True)


def _alternation(d: Draw, depths: Sequence[int], *, halved: bool) -> FixedStep:
    size = d.pick((100, 100, 200, 1000, 50, 10))
    network, rate = alternation(RationalMatrix, d.pick(depths), size, size + 1)
    delta, alpha = rational(d.pick((10, 20, 100, 1))), rational(d.pick(("1/10", "0", "1/2")))
    return FixedStep(network, rate * 2 if halved else rate, delta, alpha, halved)


@st.composite
def two_layer_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of networks with two layers, most of them global minima, on data of all kinds: with repeated or zero
    eigenvalues, inputs of deficient rank, more outputs than inputs.
    """
    d = Draw(draw)
    return _critical(d, (2, 2))


@st.composite
def deep_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Critical points of networks with two to four layers, half of them with all leading indices, on data of all kinds: with
    repeated or zero eigenvalues, inputs of deficient rank, more outputs than inputs.
    """
    d = Draw(draw)
    return _critical(d, (2, 4))


def _critical(d: Draw, depths: tuple[int, int]) -> CriticalPoint:
    spectral = d.pick((regular, singular, lambda drawn: regular(drawn, REPEATED)))(d)
    kind = d.pick(("minimum", "minimum", "leading", "any"))
    full = True if kind == "minimum" else None
    return critical_point(d, spectral, depths=depths, leading=None if kind == "any" else True, full=full)


# What descent visits, the document's delta ------------------------------------------------------------------------------------


@st.composite
def visited(draw: Callable[..., Any]) -> Visited:
    """Inputs of full row rank in most cases, targets, and two linear maps of which the second fits no worse: the same, a
    reflected one, one between the first and the regression, or any two in order; or one that fits, on inputs a I.
    """
    d = Draw(draw)
    inputs, outputs = d.integer(1, 2), d.integer(1, 2)
    samples = inputs + d.integer(0, 1)
    X = of_rank(d, inputs, samples, d.pick((inputs, inputs, inputs, max(inputs - 1, 0))))
    data = Data(X, any_matrix(d, outputs, samples))
    start = any_matrix(d, outputs, inputs)
    kind = d.pick(("still", "reflected", "between", "other", "reflected", "fitted"))
    if kind == "fitted":
        start, X = d.matrix(2, 2, 2), RationalMatrix.eye(2) * rational(d.pick(("3", "7")))
        return Visited(Data(X, start @ X), start, start)
    best = data.regression
    later = {
        "still": lambda: start,
        "reflected": lambda: best * 2 - start,
        "between": lambda: (best + start) / 2,
        "other": lambda: any_matrix(d, outputs, inputs),
    }[kind]()
    if data.loss_of(later) > data.loss_of(start):
        start, later = later, start
    return Visited(data, start, later)


@st.composite
def raised(draw: Callable[..., Any]) -> Visited:
    """A product that fits the targets, and a larger one later: of larger loss, or on inputs of deficient rank of the same."""
    d = Draw(draw)
    size = d.integer(1, 2)
    start = any_matrix(d, size, size)
    kernel = size > 1 and d.boolean()
    X = RationalMatrix.diagonal([1] * (size - 1) + [0]) if kernel else RationalMatrix.eye(size)
    larger = RationalMatrix.diagonal([0] * (size - 1) + [50]) if kernel else RationalMatrix.eye(size) * 50
    return Visited(Data(X, start @ X), start, start + larger)


@st.composite
def chosen_deltas(draw: Callable[..., Any]) -> ChosenDelta:
    """Depths 1 to 8 and positive rational values of M^(2/N)."""
    d = Draw(draw)
    top, bottom = d.integers(2, 40)
    return ChosenDelta(d.integer(1, 8), rational(Fraction(abs(top) + 1, abs(bottom) + 1)))
