"""How large a fixed step may be on a deep linear network: the constants of Nguegnang, Rauhut and Terstiege, and smaller ones.

All formulas take enclosed numbers (see :mod:`numerics.enclosures`); X are the inputs, Y the targets, E the initial
residual W_N ... W_1 X - Y.  Norms without a subscript are spectral.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numerics.chains import residual
from numerics.norms import frobenius, smallest_nonzero_of, spectral_squared


def raised(value: Any, exponent: int) -> Any:
    """value^exponent for exponent >= 0 by multiplication: balls around zero are not raised by their own operator."""
    result = value * 0 + 1
    for _ in range(exponent):
        result = result * value
    return result


@dataclass(frozen=True)
class Sizes:
    """What the bounds are made of, over the reals of one arithmetic.

    inputs, targets, moment: |X|, |Y|, |X Y'|; least: the smallest singular value of X that is not zero; residual: |E|; miss:
    |E|_F; depth: N; delta, alpha: the balancedness constants are delta, and alpha delta at the start.
    """

    reals: Any
    depth: int
    inputs: Any
    targets: Any
    moment: Any
    least: Any
    residual: Any
    miss: Any
    delta: Any
    alpha: Any

    def root(self, value: Any, degree: int = 2) -> Any:
        return self.reals.root(value, degree)

    def over(self, top: Any, bottom: Any) -> Any:
        return self.reals.over(top, bottom)

    @property
    def slack(self) -> Any:
        """(1 - alpha) delta."""
        return (self.alpha * -1 + 1) * self.delta


def sizes(reals: Any, weights: Any, inputs: Any, targets: Any, delta: Any, alpha: Any) -> Sizes:
    """The sizes at initial weights, every norm enclosed to the precision of the reals."""
    width = width_of(reals)
    error = residual(weights, inputs, targets)

    def norm(matrix: Any) -> Any:
        return reals.root(reals.number(*spectral_squared(matrix, width)), 2)

    return Sizes(
        reals,
        len(weights),
        norm(inputs),
        norm(targets),
        norm(inputs @ targets.T),
        reals.root(reals.number(*smallest_nonzero_of(inputs, width)), 2),
        norm(error),
        reals.root(reals.number(frobenius(error)), 2),
        reals.number(delta),
        reals.number(alpha),
    )


def width_of(reals: Any) -> Fraction:
    """How narrow the brackets of eigenvalues are to be."""
    return Fraction(1, 2 ** reals.bits())


def printed_reach(s: Sizes) -> Any:
    """M as printed: sqrt(2 |E| + |Y|) / sigma_min(X), one root over the sum."""
    return s.over(s.root(s.residual * 2 + s.targets), s.least)


def half_reach(s: Sizes) -> Any:
    """M of the source: (sqrt(2 L) + |Y|) / sigma_min(X) with L = 1/2 |E|_F^2."""
    return s.over(s.miss + s.targets, s.least)


def plain_reach(s: Sizes) -> Any:
    """M of the source's formula with the loss that has no 1/2: (sqrt(2) |E|_F + |Y|) / sigma_min(X)."""
    return s.over(s.root(s.reals.number(2)) * s.miss + s.targets, s.least)


def layer_bound(s: Sizes, reach: Any, excess: int) -> Any:
    """K = M^(2/N) + excess delta, meant to bound the square of the norm of every layer."""
    return s.root(reach * reach, s.depth) + s.delta * excess


def printed_excess(depth: int) -> int:
    """(N + 1)^2."""
    return (depth + 1) * (depth + 1)


def least_excess(depth: int) -> int:
    """N - 1, the least constant that is possible."""
    return depth - 1


def printed_curvature(s: Sizes, layer: Any) -> Any:
    """B = 2 e N K^(N-1) |X|^2 + sqrt(e) N K^(N/2-1) |X Y'|."""
    n, e = s.depth, s.reals.e
    first = e * raised(layer, n - 1) * s.inputs * s.inputs * (2 * n)
    return first + s.root(e) * _half_power(s, layer) * s.moment * n


def least_curvature(s: Sizes, layer: Any) -> Any:
    """B = N k^(N-1) |X|^2 + (N-1) k^(N/2-1) |E|_F |X|, k = (sqrt(K) + sqrt((1 - alpha) delta / N))^2 along a step."""
    n = s.depth
    wide = s.root(layer) + s.root(s.over(s.slack, s.reals.number(n)))
    first = raised(wide, 2 * n - 2) * s.inputs * s.inputs * n
    return first if n == 1 else first + raised(wide, n - 2) * s.miss * s.inputs * (n - 1)


def _half_power(s: Sizes, layer: Any) -> Any:
    """K^(N/2 - 1)."""
    if s.depth == 1:
        return s.over(s.reals.number(1), s.root(layer))
    return raised(s.root(layer), s.depth - 2)


def printed_step(s: Sizes, reach: Any, loss: Any) -> Any:
    """2 (1 - alpha) delta / (4 L + (1 - alpha) delta B)."""
    curvature = printed_curvature(s, layer_bound(s, reach, printed_excess(s.depth)))
    return s.over(s.slack * 2, loss * 4 + s.slack * curvature)


def as_printed(s: Sizes) -> Any:
    """The largest step with the printed M and the loss without 1/2."""
    return printed_step(s, printed_reach(s), s.miss * s.miss)


def printed_reach_half_loss(s: Sizes) -> Any:
    """The largest step with the printed M and the loss with 1/2."""
    return printed_step(s, printed_reach(s), s.over(s.miss * s.miss, s.reals.number(2)))


def of_the_source(s: Sizes) -> Any:
    """The largest step of the source: its M, its loss with 1/2."""
    return printed_step(s, half_reach(s), s.over(s.miss * s.miss, s.reals.number(2)))


def source_without_half(s: Sizes) -> Any:
    """The largest step with the source's M, read with the loss that has no 1/2."""
    return printed_step(s, plain_reach(s), s.miss * s.miss)


def longest_proved(s: Sizes) -> Any:
    """2 (1 - alpha) delta / (2 L + (1 - alpha) delta B) with L = 1/2 |E|_F^2 and the smaller constants."""
    curvature = least_curvature(s, layer_bound(s, half_reach(s), least_excess(s.depth)))
    return s.over(s.slack * 2, s.miss * s.miss + s.slack * curvature)
