"""Networks with one hidden layer of half-rectified units and one output: straight moves, bridges between sparse networks.

Units are the rows of an m x n matrix, coefficients a 1 x m matrix, inputs the columns of an n x k matrix.  Along a straight move
the objective is piecewise polynomial, with rational break points where an activity or a coefficient changes its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from numerics.paths import Path, Segment
from numerics.polynomial import Polynomial, interpolated, is_at_most
from numerics.spectrum import as_fraction

Network = tuple[Any, Any]


class Regression(Protocol):
    """Inputs n x k, targets 1 x k, and the objective of a network: mean squared error plus kappa times the l1 norm."""

    @property
    def inputs(self) -> Any: ...

    def objective(self, units: Any, coefficients: Any) -> Any: ...


def activities(units: Any, points: Any) -> Any:
    """max(0, W X), m x k."""
    before = units @ points
    zero = before.scalar(0)
    return before.build(*before.shape, lambda i, j: max(before.entry(i, j), zero))


def outputs(units: Any, coefficients: Any, points: Any) -> Any:
    """beta max(0, W X), 1 x k."""
    return coefficients @ activities(units, points)


def l1(coefficients: Any) -> Any:
    return sum((abs(value) for value in coefficients.entries()), coefficients.scalar(0))


def support(coefficients: Any) -> list[int]:
    return [i for i, value in enumerate(coefficients.entries()) if value != 0]


def unrolled(coefficients: Any, values: dict[int, Any]) -> Any:
    """A row of the same length with the given values, zero elsewhere."""
    return coefficients.build(1, coefficients.shape[1], lambda _, j: values.get(j, 0))


# Straight moves ----------------------------------------------------------------------------------------------------------------


def breaks(segment: Segment, points: Any) -> list[Any]:
    """0, the t in (0, 1) at which an activity or a coefficient changes its sign, and 1, for a straight segment."""
    (units, first), (moved, last) = segment.start, segment.end
    before = zip((units @ points).entries() + first.entries(), (moved @ points).entries() + last.entries(), strict=True)
    crossings = {as_fraction(a / (a - b)) for a, b in before if a * b < 0}
    return [as_fraction(0), *sorted(crossings), as_fraction(1)]


def pieces(segment: Segment, task: Regression) -> list[Polynomial]:
    """The objective along a straight segment, one polynomial for each part between break points, stretched to [0, 1]."""
    degree = max(2 * segment.moving, 1)
    found = []
    for low, high in pairwise(breaks(segment, task.inputs)):
        times = [task.inputs.scalar(str(low + (high - low) * k / degree)) for k in range(degree + 1)]
        found.append(interpolated([task.objective(*segment.at(t)) for t in times]).between(0, degree))
    return found


def stays_at_most(path: Path, task: Regression, level: Any) -> bool:
    """The objective is at most ``level`` everywhere on a path of straight segments."""
    return all(is_at_most(piece, level) for segment in path.segments for piece in pieces(segment, task))


def keeps_the_objective(path: Path, task: Regression) -> bool:
    return all(piece.degree <= 0 for segment in path.segments for piece in pieces(segment, task))


# Fewer units, and bridges -----------------------------------------------------------------------------------------------------


def thinned(units: Any, coefficients: Any, points: Any) -> list[Any]:
    """Coefficients, the given ones first, with the same outputs at the points and an l1 norm that does not grow.

    At the end the active units are linearly independent at the points: at most as many remain as there are points (Caratheodory).
    """
    way = [coefficients]
    features = activities(units, points)
    while True:
        here = way[-1]
        active = support(here)
        kernel = features[active, :].T.nullspace()
        if not active or not kernel.shape[1]:
            return way
        direction = dict(zip(active, kernel[:, 0].entries(), strict=True))
        slope = sum(((1 if here[0, i] > 0 else -1) * v for i, v in direction.items()), here.scalar(0))
        sign = -1 if slope > 0 else 1
        steps = [-here[0, i] / (sign * v) for i, v in direction.items() if v != 0]
        step = min(value for value in steps if value > 0)
        way.append(unrolled(here, {i: here[0, i] + step * sign * direction[i] for i in active}))


def bridge(source: Network, target: Network) -> list[Network]:
    """Corners of a path between two networks of m units whose supports have together at most m elements.

    Units are only moved while their coefficient is zero.  The objective is convex on the one move from the source's coefficients
    to the target's and constant on all others.  Raises ValueError where the supports are too large.
    """
    (units, first), (goal, last) = source, target
    taken, wanted = support(first), support(last)
    free = [i for i in range(first.shape[1]) if i not in taken]
    if len(taken) + len(wanted) > first.shape[1]:
        raise ValueError("the two networks do not fit into one hidden layer")
    spare = iter([i for i in free if i not in wanted])
    place = {i: i if i in free else next(spare) for i in wanted}
    origin = {slot: i for i, slot in place.items()}
    filled = units.build(*units.shape, lambda i, j: goal[origin[i], j] if i in origin else units[i, j])
    shifted = unrolled(first, {place[i]: last[0, i] for i in wanted})
    settled = filled.build(*filled.shape, lambda i, j: goal[i, j] if i in wanted else filled[i, j])
    return [source, (filled, first), (filled, shifted), (settled, shifted), (settled, last), target]


def through(corners: Sequence[Network]) -> Path | None:
    """The path through the corners, repeated ones left out; None where they are all the same."""
    kept = [corners[0]]
    for corner in corners[1:]:
        if corner != kept[-1]:
            kept.append(corner)
    return Path.through(*kept) if len(kept) > 1 else None
