"""Small nonlinear networks whose local minima are known exactly: a cubic unit, a rectifier, a wide hidden layer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from claims.instances.codec import Instance
from numerics.jets import Jet
from numerics.matrix import frobenius_squared
from numerics.spectrum import as_fraction


@dataclass(frozen=True)
class CubicUnit(Instance):
    """w -> (s(w) - y)^2, s(t) = t^3 + slope t: one unit, one sample; a negative slope is -3 times the square of a rational."""

    slope: Any
    label: Any

    def loss(self, w: Any) -> Any:
        """For a number or for a power series."""
        miss = w * w * w + w * self.slope + (-self.label)
        return miss * miss

    @property
    def flats(self) -> tuple[Any, ...]:
        """Where the activation has slope zero; every other critical point of the loss fits the sample."""
        square = -as_fraction(self.slope) / 3
        if square < 0:
            return ()
        root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
        if root * root != square:
            raise ValueError(f"the activation is flat at an irrational point: {self.slope}")
        return (root, -root) if root else (root,)

    def is_local_minimum(self, w: Fraction) -> bool:
        """The first coefficient of the expansion at w that is not zero belongs to an even power and is positive."""
        at = self.slope * 0 + w.numerator * (self.slope * 0 + 1) / w.denominator
        series = self.loss(Jet((at, self.slope * 0 + 1), order=6))
        first = next(k for k in range(1, 7) if series.coefficient(k) != 0)
        return bool(first % 2 == 0 and series.coefficient(first) > 0)

    @property
    def has_spurious_minimum(self) -> bool:
        """A local minimum with positive loss; the least loss is 0, since s takes every value."""
        return any(self.is_local_minimum(w) and self._positive(w) for w in self.flats)

    def _positive(self, w: Fraction) -> bool:
        one = self.slope * 0 + 1
        return bool(self.loss(one * w.numerator / w.denominator) > 0)

    def cases(self) -> frozenset[str]:
        named = {
            "strictly increasing": self.slope > 0,
            "flat at one point": self.slope == 0,
            "not monotone": self.slope < 0,
            "at the edge": self.slope < 0 and 27 * self.label * self.label == -4 * self.slope * self.slope * self.slope,
            "spurious minimum": self.has_spurious_minimum,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class RectifierUnit(Instance):
    """w -> sum_i (max(w x_i, 0) - y_i)^2.  inputs, targets: 1 x m, no input zero."""

    inputs: Any
    targets: Any

    def loss(self, w: Any) -> Any:
        outputs = [max(w * x, w * 0) for x in self.inputs.entries()]
        return sum(((out - y) * (out - y) for out, y in zip(outputs, self.targets.entries(), strict=True)), w * 0)

    def side(self, sign: int) -> Any:
        """The least-squares weight of the samples that are active for w of that sign; None where there is none of that sign."""
        pairs = zip(self.inputs.entries(), self.targets.entries(), strict=True)
        active = [(x, y) for x, y in pairs if x * sign > 0]
        if not active:
            return None
        weight = sum(x * y for x, y in active) / sum(x * x for x, _ in active)
        return weight if weight * sign > 0 else None

    @property
    def strict_minima(self) -> tuple[Any, ...]:
        """The minima of the parabolas of which the loss consists on either side of zero, where they lie on their own side."""
        return tuple(weight for weight in (self.side(1), self.side(-1)) if weight is not None)

    def cases(self) -> frozenset[str]:
        minima = self.strict_minima
        named = {
            "one strict minimum": len(minima) == 1,
            "two strict minima": len(minima) == 2,
            "equal losses": len(minima) == 2 and self.loss(minima[0]) == self.loss(minima[1]),
            "one sample": self.inputs.shape[1] == 1,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class WideLayer(Instance):
    """x -> V s(W x) with the strictly increasing s(t) = t + t^3 on samples as columns.

    hidden: W, n x d; inputs: d x m; output: V, d_y x n; targets: d_y x m.
    """

    hidden: Any
    inputs: Any
    output: Any
    targets: Any

    @property
    def features(self) -> Any:
        """s(W X), n x m."""
        signal = self.hidden @ self.inputs
        return signal.build(*signal.shape, lambda i, j: _increasing(signal.entry(i, j)))

    @property
    def residual(self) -> Any:
        return self.output @ self.features - self.targets

    @property
    def loss(self) -> Any:
        return frobenius_squared(self.residual)

    def cases(self) -> frozenset[str]:
        width, samples = self.features.shape
        named = {
            "one sample": samples == 1,
            "as wide as samples": width == samples,
            "wider than samples": width > samples,
            "features of deficient rank": self.features.rank() < samples,
        }
        return frozenset(name for name, true in named.items() if true)


def _increasing(t: Any) -> Any:
    return t + t * t * t
