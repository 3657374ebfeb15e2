"""What the notebook's helper code works on: loss lists to draw, vectors to unpack, orders of execution, drawn matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance


@dataclass(frozen=True)
class LossList(Instance):
    """The recorded losses of one run, each ``finite`` or not, and the ``show_to_max`` that the plot is called with."""

    finite: tuple[bool, ...]
    show_to_max: int

    @property
    def diverged(self) -> bool:
        """The run stopped at its first non-finite loss, so only the last entry can be one."""
        return not self.finite[-1]

    def cases(self) -> frozenset[str]:
        named = {
            "one entry": len(self.finite) == 1,
            "diverged": self.diverged,
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
        named = {"diverges": size > 1, "converges": size < 1, "oscillates for ever": size == 1, "starts at the minimum": self.start == 0}
        return frozenset(name for name, true in named.items() if true)
