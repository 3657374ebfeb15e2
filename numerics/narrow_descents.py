"""Strictly decreasing paths to the least loss of a network with two layers whose hidden layer may be a bottleneck, over Q.

Three legs.  The first leaves along a curve on which the loss falls and ends where the upper layer meets every direction of the
best range.  On the second the lower layer goes straight to the best one for the upper layer.  On the third the upper layer loses
what it has outside of the best range, straight, and the lower one remains the best for it: every principal angle between both
ranges goes to zero, and the loss, tr Sigma_YY - tr P Sigma with the projection P on the range, falls as a rational function of t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numerics.balanced_factors import Quotient, quotient_along
from numerics.chains import loss
from numerics.descents import HALVINGS
from numerics.escape import way_down
from numerics.least_squares import minimum_norm_solution
from numerics.paths import Path, Segment, quadratic_along
from numerics.polynomial import is_strictly_decreasing


@dataclass(frozen=True)
class Problem:
    """Inputs, targets, eigenvectors of Sigma as columns and its eigenvalues, descending."""

    inputs: Any
    targets: Any
    basis: Any
    values: tuple[Any, ...]

    def loss(self, lower: Any, upper: Any) -> Any:
        return loss((lower, upper), self.inputs, self.targets)

    def best_range(self, units: int) -> Any:
        """U_S: the eigenvectors of the largest eigenvalues, m x h."""
        return self.basis[:, list(range(units))]

    def best_lower(self, lower: Any, upper: Any) -> Any:
        """The lower layer of least loss for an upper one of full column rank that is nearest to the given one."""
        product = minimum_norm_solution(self.inputs.T, (self.targets - upper @ lower @ self.inputs).T).T
        return lower + (upper.T @ upper).solve(upper.T @ product)


@dataclass(frozen=True)
class Descent:
    """The polynomial legs (None where there are none), and the last leg as its loss and the point at its end."""

    legs: Path | None
    last: Quotient | None
    end: tuple[Any, Any]


def narrow_descent(lower: Any, upper: Any, problem: Problem) -> Descent | None:
    """The three legs, without those that are not needed; None where no first leg was found.  For h <= m."""
    segments: list[Segment] = []
    if not _meets_the_best_range(upper, problem):
        first = _first_leg(lower, upper, problem)
        if first is None:
            return None
        segments.append(first)
        lower, upper = first.end
    best = problem.best_lower(lower, upper)
    if best != lower:
        segments.append(Segment.line((lower, upper), (best, upper)))
    legs = Path(tuple(segments)) if segments else None
    chosen = problem.best_range(upper.shape[1])
    end = chosen @ chosen.T @ upper
    if problem.loss(best, upper) == problem.loss(problem.best_lower(best, end), end):
        return Descent(legs, None, (best, upper))

    def upper_at(t: Any) -> Any:
        return upper + (end - upper) * t

    last = quotient_along(
        lambda t: problem.loss(problem.best_lower(best, upper_at(t)), upper_at(t)),
        lambda t: (upper_at(t).T @ upper_at(t)).det(),
        2 * upper.shape[1],
        upper.scalar(1),
    )
    return Descent(legs, last, (problem.best_lower(best, end), end))


def _meets_the_best_range(upper: Any, problem: Problem) -> bool:
    return bool((problem.best_range(upper.shape[1]).T @ upper).det() != 0)


def _first_leg(lower: Any, upper: Any, problem: Problem) -> Segment | None:
    curve = way_down((lower, upper), problem.inputs, problem.targets, problem.basis, problem.values)
    if curve is None:
        return None
    change = curve.first_change(problem.inputs, problem.targets)
    below, above = curve.layers
    e = 1 + max(change[0] if change else 0, len(above) - 1)
    raised = (*above, *(upper * 0 for _ in range(e - len(above))), problem.best_range(upper.shape[1]))
    for layers in (curve.layers, (below, raised)):
        for halving in range(HALVINGS):
            scale = upper.scalar(1) / 2**halving
            leg = Segment(tuple(tuple(c * scale**k for k, c in enumerate(row)) for row in layers))
            if _meets_the_best_range(leg.end[1], problem) and is_strictly_decreasing(quadratic_along(leg, problem.loss)):
                return leg
    return None
