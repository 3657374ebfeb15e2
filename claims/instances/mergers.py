"""Two half-rectified networks of one width whose units lie in few cells, and the path that merges each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance
from claims.instances.rectified import HalfRectified, Task, chord_squared
from numerics.rectified import Network, bridge, l1


@dataclass(frozen=True)
class Merger(Instance):
    """Networks a and b of m units, each within ``radius`` of the first unit of its cell; neither has more than m/2 cells."""

    a: Network
    b: Network
    task: Task
    radius: Any

    @property
    def width(self) -> int:
        return self.a[1].shape[1]

    def cells(self, units: Any) -> list[int]:
        """For each unit the number of the first unit of its cell."""
        rows = list(units.rows())
        firsts: list[int] = []
        found = []
        for i, row in enumerate(rows):
            near = [j for j in firsts if chord_squared(row, rows[j]) <= self.radius * self.radius]
            found.append(near[0] if near else i)
            firsts += [] if near else [i]
        return found

    def merged(self, network: Network) -> list[Network]:
        """The network; each unit moved to the first one of its cell; the coefficients of a cell moved to that one."""
        units, coefficients = network
        cells, zero = self.cells(units), coefficients.scalar(0)
        moved = units.build(*units.shape, lambda i, j: units[cells[i], j])
        sums = [sum((coefficients[0, i] for i in range(self.width) if cells[i] == j), zero) for j in range(self.width)]
        return [network, (moved, coefficients), (moved, coefficients.build(1, self.width, lambda _, j: sums[j]))]

    @property
    def corners(self) -> list[Network]:
        """a, a merged, b merged, b: both merged networks fit into one hidden layer."""
        there, back = self.merged(self.a), self.merged(self.b)
        return [*there, *bridge(there[-1], back[-1])[1:], *back[::-1][1:]]

    @property
    def level(self) -> Any:
        """lambda: the larger objective of the two."""
        return max(self.task.objective(*self.a), self.task.objective(*self.b))

    @property
    def norm(self) -> Any:
        """The larger l1 norm of the coefficients."""
        return max(l1(self.a[1]), l1(self.b[1]))

    def stays_in_family(self) -> bool:
        networks = [HalfRectified(*weights, self.task) for weights in (self.a, self.b)]
        few = all(2 * len(set(self.cells(net.units))) <= self.width for net in networks)
        return few and self.radius >= 0 and self.task.kappa > 0 and all(net.stays_in_family() for net in networks)

    def cases(self) -> frozenset[str]:
        networks = [HalfRectified(*weights, self.task) for weights in (self.a, self.b)]
        at_rest = all(self.merged(weights)[1] == weights for weights in (self.a, self.b))
        named = {
            "units turned": not at_rest,
            "units at rest": at_rest,
            "half as many cells as units": any(2 * len(set(self.cells(net.units))) == self.width for net in networks),
            "one cell": any(len(set(self.cells(net.units))) == 1 for net in networks),
        }
        units = networks[0].cases() & {"a zero unit", "coinciding units", "no coefficient", "a unit inside the ball"}
        return self.task.cases() | units | {name for name, true in named.items() if true}
