"""What document 003 prints beside its step-size bound, and starts of gradient descent with one step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import factorial
from typing import Any

from claims.instances.codec import Instance
from claims.instances.deep_linear import DeepLinear
from numerics.brackets import E_ROOT, Bracket, E, exact
from numerics.chains import descended, imbalances
from numerics.inertia import is_pd
from numerics.matrix import eye_like
from numerics.spectrum import as_fraction, spectral_norm_at_most


@dataclass(frozen=True)
class Rounded(Instance):
    """A printed decimal: it stands for every number that rounds to it, between value - unit/2 and value + unit/2."""

    value: Any
    unit: Any

    @property
    def bracket(self) -> Bracket:
        value, half = as_fraction(self.value), as_fraction(self.unit) / 2
        return Bracket(value - half, value + half)


def rounded(arithmetic: Any, text: str) -> Rounded:
    """A decimal as printed, ``1.17328`` or ``2.374e-4``."""
    digits, _, exponent = text.partition("e")
    places = len(digits.partition(".")[2]) - int(exponent or 0)
    tenth = arithmetic.scalar("1/10")
    unit = tenth / tenth
    for _ in range(places):
        unit = unit * tenth
    whole = arithmetic.scalar(digits.replace(".", "").lstrip("0"))
    return Rounded(whole * unit, unit)


@dataclass(frozen=True)
class PrintedNumbers(Instance):
    """The numbers of section 5.4: N layers, X with size x size entries, delta, its share alpha, alpha delta, the bound, the first
    failing step and the share of the bound that the search starts at.
    """

    layers: int
    size: int
    delta: Rounded
    alpha: Rounded
    balancedness: Rounded
    bound: Rounded
    failing: Rounded
    start: Any

    @property
    def K(self) -> Bracket:  # noqa: N802 - the name in the document
        """With the delta of (30): K = M^(2/N) + (N+1)^2 delta = (N+1)^3 delta."""
        return self.delta.bracket * exact((self.layers + 1) ** 3)

    def largest_square(self, least_K: Bracket) -> Bracket:
        """The largest |X|^2 for which the bound can be as printed: bound <= 2 / B and B >= 2 e N K^(N-1) |X|^2."""
        below = self.bound.bracket * E * exact(self.layers) * least_K.power(self.layers - 1)
        return exact(1) / below

    def probability_at_most(self, square: Bracket) -> Any:
        """P(|X|^2 <= square) for independent N(0, 1) entries, from above.

        |X|_F^2 <= size |X|^2, and |X|_F^2 has size^2 degrees of freedom; with 2k of them at most, the chi-square law puts at most
        (t/2)^k / k! below t.
        """
        k = self.size**2 // 2
        return (self.size * square.high / 2) ** k / factorial(k)


def printed_numbers(arithmetic: Any) -> PrintedNumbers:
    """As printed."""
    delta, alpha, share, bound, failing = (
        rounded(arithmetic, text) for text in ("1.17328", "0.71894", "0.84352", "2.374e-4", "0.0273")
    )
    return PrintedNumbers(3, 5, delta, alpha, share, bound, failing, arithmetic.scalar("9/10"))


@dataclass(frozen=True)
class Orders(Instance):
    """The printed orders of magnitude of the bound, for one layer more each time."""

    bounds: tuple[Any, ...]


@dataclass(frozen=True)
class ChosenDelta(Instance):
    """The start of a descent and a delta."""

    network: DeepLinear
    delta: Any

    def gap_at_most(self, c: Any) -> bool:
        """Whether the balancedness constant (28), with spectral norms, is at most c."""
        return all(spectral_norm_at_most(gap, as_fraction(c)) for gap in imbalances(self.network.weights))

    @property
    def gap_below_delta(self) -> bool:
        """Whether it is below delta, so that it is alpha delta for some alpha < 1."""
        return all(
            is_pd(eye_like(gap, gap.shape[0]) * (self.delta * self.delta) - gap.T @ gap)
            for gap in imbalances(self.network.weights)
        )


@dataclass(frozen=True)
class ScalarStart(Instance):
    """Three layers w_1 I, w_2 I, w_3 I on X = x I and Y = diag(1, ..., size) X without noise; x > 0, w_1 w_2 w_3 > size."""

    x: Any
    factors: tuple[Any, ...]
    size: int

    @cached_property
    def _misses(self) -> list[Any]:
        """The diagonal of W - diag(1, ..., size)."""
        product = as_fraction(self.factors[0])
        for factor in self.factors[1:]:
            product *= as_fraction(factor)
        return [product - k for k in range(1, self.size + 1)]

    @property
    def gap(self) -> Any:
        """The balancedness constant."""
        squares = [as_fraction(factor) ** 2 for factor in self.factors]
        return max(abs(b - a) for a, b in pairwise(squares))

    @property
    def loss(self) -> Any:
        return as_fraction(self.x) ** 2 * sum(miss * miss for miss in self._misses)

    def M(self, *, printed: bool) -> Bracket:  # noqa: N802
        """As printed, or with the root over the first summand alone; spectral norms but for the loss."""
        x = as_fraction(self.x)
        if printed:
            return exact((2 * self._misses[0] + self.size) / x).root(2)
        return (exact(sum(miss * miss for miss in self._misses)).root(2) * exact(x) + exact(self.size * x)) / exact(x)

    def delta(self, *, printed: bool) -> Bracket:
        N = len(self.factors)
        return self.M(printed=printed).power(2).root(N) / exact(N * (N + 1) ** 2)

    def bound(self, *, printed: bool) -> Bracket:
        """The bound of Theorem 2.4 with the delta of (30)."""
        x, N, delta = as_fraction(self.x), len(self.factors), self.delta(printed=printed)
        K = delta * exact((N + 1) ** 3)
        first = exact(2 * N * x * x) * E * K.power(N - 1)
        second = exact(N * self.size * x * x) * E_ROOT * K.power(N - 2).root(2)
        room = delta.less(exact(self.gap))
        return exact(2) / (exact(4 * self.loss) / room + first + second)


@dataclass(frozen=True)
class OneStep(Instance):
    """A start and the size of one step."""

    network: DeepLinear
    rate: Any

    @cached_property
    def after(self) -> DeepLinear:
        data = self.network.data
        return self.network.at(descended(self.network.weights, data.inputs, data.targets, self.rate))


@dataclass(frozen=True)
class FixedSizes(Instance):
    """What the bound depends on besides N, held fixed: M >= 1, |X|^2, |X Y'|, L and alpha, with (30) or one delta for all N."""

    M: Any
    inputs: Any
    cross: Any
    loss: Any
    alpha: Any
    layers: int
    delta: Any = None

    @property
    def inverse(self) -> Bracket:
        """One over the bound with the delta of (30), or with the given one."""
        return self.inverse_for(self.layers)

    def inverse_for(self, N: int) -> Bracket:
        """2 L / ((1 - alpha) delta) + B / 2."""
        root = exact(as_fraction(self.M)).power(2).root(N)
        given = self.delta is not None
        delta = exact(as_fraction(self.delta)) if given else root / exact(N * (N + 1) ** 2)
        K = root + delta * exact((N + 1) ** 2)
        steep = exact(N * as_fraction(self.inputs)) * E * K.power(N - 1)
        flat = exact(N * as_fraction(self.cross)) * E_ROOT * K.power(N - 1).root(2) / K.root(2) / exact(2)
        return (exact(2 * as_fraction(self.loss) / (1 - as_fraction(self.alpha))) / delta + steep + flat).coarse()

    def cubic(self) -> Any:
        """N (N+1)^2 times a number without N, above one over the bound whatever N is."""
        size = as_fraction(self.M)
        rest = as_fraction(self.inputs) * E.high**2 * size**2 + E.high * size * as_fraction(self.cross)
        fixed = 2 * as_fraction(self.loss) / (1 - as_fraction(self.alpha)) + rest
        return self.layers * (self.layers + 1) ** 2 * fixed


@dataclass(frozen=True)
class DrawnInputs(Instance):
    """Inputs with the dyadic values of normal doubles."""

    inputs: Any


def drawn_inputs(arithmetic: Any, seed: int, samples: int = 5) -> DrawnInputs:
    """X: 5 x samples with standard normal entries under one seed."""
    import numpy as np

    return DrawnInputs(arithmetic.from_doubles(np.random.RandomState(seed).randn(5, samples)))
