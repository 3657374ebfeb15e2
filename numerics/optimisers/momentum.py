"""Momentum with line searches, for one run at a time.

The direction is d_k = -g_k + momentum d_{k-1}; the length along it is found by a line search.  A plane search chooses both the
length and the momentum at once: on a quadratic it is the method of conjugate gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from numerics.optimisers.record import Array, Stop, Trajectory


class Smooth(Protocol):
    """A differentiable function of one vector."""

    def value(self, w: Array) -> float: ...

    def gradient(self, w: Array) -> Array: ...


class Curved(Smooth, Protocol):
    """A quadratic: its Hessian maps a vector to a vector."""

    def curvature(self, v: Array) -> Array: ...


Search = Callable[[Smooth, Array, Array, Array], float]


def exact_search(function: Curved, w: Array, gradient: Array, direction: Array) -> float:
    """The length that minimises a quadratic along the direction, of either sign; 0 where it is flat."""
    bend = float(direction @ function.curvature(direction))
    return -float(gradient @ direction) / bend if bend > 0 else 0.0


@dataclass(frozen=True)
class Armijo:
    """The first of first, first shrink, first shrink^2, ... that lowers the value by slope times the linear prediction.

    Armijo 1966.  0 where none of ``tries`` lengths does, or the direction does not descend.
    """

    first: float = 1.0
    slope: float = 1e-4
    shrink: float = 0.5
    tries: int = 100

    def __call__(self, function: Smooth, w: Array, gradient: Array, direction: Array) -> float:
        predicted = float(gradient @ direction)
        if predicted >= 0:
            return 0.0
        here, length = function.value(w), self.first
        for _ in range(self.tries):
            if function.value(w + length * direction) <= here + self.slope * length * predicted:
                return length
            length *= self.shrink
        return 0.0


def momentum_descent(
    function: Smooth, start: Array, search: Search, *, momentum: float, steps: int, tolerance: float = 0.0
) -> Trajectory:
    """Heavy-ball directions with a line search.  A direction that does not descend is replaced by the steepest one.

    start: (p,).  Stagnated when the search finds no length at all, even along the steepest direction.
    """
    previous = np.zeros_like(start, dtype=float)

    def move(w: Array, gradient: Array) -> Array:
        nonlocal previous
        direction = momentum * previous - gradient
        if gradient @ direction >= 0:
            direction = -gradient
        length = search(function, w, gradient, direction)
        if length == 0.0 and momentum:
            direction = -gradient
            length = search(function, w, gradient, direction)
        previous = direction
        return length * direction

    return _descended(function, start, move, steps, tolerance)


def polyak_descent(
    function: Smooth, start: Array, search: Search, *, momentum: float, steps: int, tolerance: float = 0.0
) -> Trajectory:
    """Polyak's heavy ball, w + t d + momentum (w - previous w) with d = -gradient, where a line search along d finds t.

    start: (p,).  Polyak 1964.  The line search sees the gradient step alone, so no direction is replaced; the value may rise.
    """
    step = np.zeros_like(start, dtype=float)

    def move(w: Array, gradient: Array) -> Array:
        nonlocal step
        step = momentum * step - search(function, w, gradient, -gradient) * gradient
        return step

    return _descended(function, start, move, steps, tolerance)


def plane_descent(function: Curved, start: Array, *, steps: int, tolerance: float = 0.0) -> Trajectory:
    """Momentum with a search over the plane of the gradient and the last step: conjugate gradients on a quadratic.

    start: (p,).  Minimises the quadratic exactly over that plane at each step, by a 2 x 2 least-squares solve.
    """
    span = np.zeros((np.size(start), 0))

    def move(w: Array, gradient: Array) -> Array:
        nonlocal span
        basis, _ = np.linalg.qr(np.column_stack([span, gradient]))
        bend = basis.T @ np.column_stack([function.curvature(column) for column in basis.T])
        step = basis @ np.linalg.lstsq(bend, -(basis.T @ gradient), rcond=None)[0]
        if step.any():
            span = step[:, None] / np.linalg.norm(step)
        return step

    return _descended(function, start, move, steps, tolerance)


def _descended(function: Smooth, start: Array, move: Callable[[Array, Array], Array], steps: int, tolerance: float) -> Trajectory:
    """Add the moves to the start until one of them is zero (stagnated) or there is another reason to stop."""
    w = np.array(start, dtype=float)
    losses, norms = [], []
    while True:
        gradient = function.gradient(w)
        losses.append(function.value(w))
        norms.append(float(np.linalg.norm(gradient)))
        stop = _reason(losses[-1], norms[-1], tolerance)
        if stop is not Stop.MAX_STEPS or len(losses) > steps:
            break
        change = move(w, gradient)
        if not change.any():
            stop = Stop.STAGNATED
            break
        w = w + change
    return Trajectory(np.array(losses), np.array(norms), (w,), (stop,), (len(losses) - 1,))


def _reason(value: float, size: float, tolerance: float) -> Stop:
    if not np.isfinite(value):
        return Stop.DIVERGED
    return Stop.CONVERGED if size <= tolerance else Stop.MAX_STEPS
