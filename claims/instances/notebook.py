"""What the notebook's helper code works on: loss lists to draw, vectors to unpack, orders of execution, drawn matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance
from claims.instances.product import TwoLayer
from numerics.matrix import frobenius_squared


@dataclass(frozen=True)
class LossList(Instance):
    """The recorded losses of one run, each ``finite`` or not, and the ``show_to_max`` that the plot is called with."""

    finite: tuple[bool, ...]
    show_to_max: int

    @property
    def diverged(self) -> bool:
        """Some loss is not finite."""
        return not all(self.finite)

    def cases(self) -> frozenset[str]:
        named = {
            "one entry": len(self.finite) == 1,
            "diverged": self.diverged,
            "went on after diverging": not all(self.finite[:-1]),
            "shown to the end": self.show_to_max == -1,
            "as long as asked for": len(self.finite) == self.show_to_max,
            "longer than asked for": len(self.finite) > self.show_to_max > 0,
            "shorter than asked for": len(self.finite) < self.show_to_max,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Packed(Instance):
    """A sequence and the lengths of the pieces that it is to be split into."""

    values: tuple[int, ...]
    lengths: tuple[int, ...]

    def cases(self) -> frozenset[str]:
        named = {
            "lengths use it up": sum(self.lengths) == len(self.values),
            "lengths leave a rest": sum(self.lengths) < len(self.values),
            "lengths ask for more": sum(self.lengths) > len(self.values),
            "an empty piece": 0 in self.lengths,
            "a negative length": any(length < 0 for length in self.lengths),
            "nothing": not self.values,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class LossTrace(Instance):
    """The exact losses of gradient descent on 1/2 curvature w^2 from w = start, for a number of steps at a rate."""

    curvature: Any
    start: Any
    rate: Any
    steps: int

    @property
    def losses(self) -> list[Any]:
        w, found = self.start, []
        for _ in range(self.steps):
            found.append(self.curvature * w * w / 2)
            w = w - self.rate * self.curvature * w
        return found

    @property
    def contraction(self) -> Any:
        """The factor by which a step multiplies w."""
        return 1 - self.rate * self.curvature

    def cases(self) -> frozenset[str]:
        size = abs(self.contraction)
        named = {
            "overflows": self.losses[-1] > 2**1024,
            "diverges": size > 1,
            "converges": size < 1,
            "oscillates for ever": size == 1,
            "starts at the minimum": self.start == 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class DrawnMatrix(Instance):
    """A = diag(scales) U as the notebook draws it. scales: m x 1; uniform: U, m x 6, with the dyadic values of the doubles."""

    scales: Any
    uniform: Any

    @property
    def matrix(self) -> Any:
        """A, 10 x 6."""
        return type(self.scales).diagonal(self.scales.entries()) @ self.uniform


def drawn_matrix(arithmetic: Any, seed: int, rows: int = 10) -> DrawnMatrix:
    """The notebook's recipe under one seed: W1, W2 are drawn first, then U uniform on [0, 1); the scales are exact."""
    import numpy as np

    random = np.random.RandomState(seed)
    random.randn(rows, 6), random.randn(6, 6)
    uniform = random.rand(rows, 6)
    least = arithmetic.scalar("1/100000")
    scales = [1 - (1 - least) * i / (rows - 1) for i in range(rows)]
    return DrawnMatrix(arithmetic.column(scales), arithmetic.from_doubles(uniform))


@dataclass(frozen=True)
class Interleaving(Instance):
    """One training step of scalars w_1, w_2 on the target a (x = 1).

    Is w_1 updated before the recorded gradient reads it? The loss and the update use the weights of the iterate; the recorded
    gradient magnitude is a second set of gradient nodes, of which the one for w_2 multiplies the error by w_1 as it finds it.
    """

    w1: Any
    w2: Any
    target: Any
    rate: Any
    update_first: bool

    @property
    def weights(self) -> tuple[Any, Any]:
        """w_1 and w_2 of the iterate whose loss is recorded, 1 x 1 each."""
        return self.w1, self.w2

    def loss(self, w1: Any, w2: Any) -> Any:
        """(w_1 w_2 - a)^2 for 1 x 1 matrices."""
        return frobenius_squared(w1 @ w2 - self.target)

    @property
    def error(self) -> Any:
        return (self.w1 @ self.w2 - self.target)[0, 0]

    @property
    def recorded(self) -> Any:
        """|gradient|^2 as the second set of nodes computes it."""
        w1, w2 = self.w1[0, 0], self.w2[0, 0]
        seen = w1 - self.rate * 2 * self.error * w2 if self.update_first else w1
        return 4 * self.error * self.error * (seen * seen + w2 * w2)

    def cases(self) -> frozenset[str]:
        named = {
            "already fitted": self.error == 0,
            "read before the update": not self.update_first,
            "update before the read": self.update_first,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Ticks(Instance):
    """Ticks 10^e at evenly spaced exponents e from low to high."""

    low: int
    high: int
    count: int
    arithmetic_one: Any

    @property
    def exponents(self) -> list[Any]:
        step = self.arithmetic_one * (self.high - self.low) / (self.count - 1)
        return [self.low + step * k for k in range(self.count)]


@dataclass(frozen=True)
class Names(Instance):
    """Names that a program looks up in a module."""

    module: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class LstsqOutcome(Instance):
    """What ``numpy.linalg.lstsq`` returned for the step of a network: dW1 and dW2 with the dyadic values of the doubles."""

    network: TwoLayer
    left: Any
    right: Any
    cutoff: str


def lstsq_outcome(arithmetic: Any, seed: int, cutoff: str) -> LstsqOutcome:
    """The notebook's call on Gaussian draws with m = 3, w = d = 2, n = 6, labels of a Gaussian A; cutoff default or -1."""
    import numpy as np

    random = np.random.RandomState(seed)
    left, right, target, inputs = (random.randn(*shape) for shape in ((3, 2), (2, 2), (3, 2), (2, 6)))
    error = left @ (right @ inputs) - target @ inputs
    array = np.hstack((np.kron((right @ inputs).T, np.eye(3)), np.kron(inputs.T, left)))
    options = {} if cutoff == "default" else {"rcond": float(cutoff)}
    found = np.linalg.lstsq(array, -error.T.flatten(), **options)[0]
    step = found[:6].reshape(2, 3).T, found[6:].reshape(2, 2).T
    network = TwoLayer(*(arithmetic.from_doubles(part) for part in (left, right, target, inputs)))
    return LstsqOutcome(network, arithmetic.from_doubles(step[0]), arithmetic.from_doubles(step[1]), cutoff)
