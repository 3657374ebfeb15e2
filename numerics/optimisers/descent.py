"""Fixed-step first-order methods: gradient descent, heavy ball, Adam.

A rule turns the gradients seen so far into a displacement; :func:`descend` does the rest for all of them.  Rates may be arrays
of the shape of the batch, so that one call runs every seed with every rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from numerics.optimisers.record import Array, Objective, Point, Recorder, Stop, Trajectory


def beside(rate: Any, part: Array) -> Any:
    """``rate``, a number or an array of the batch, with trailing axes so that it multiplies ``part``."""
    return rate if np.ndim(rate) == 0 else np.reshape(rate, np.shape(rate) + (1,) * (part.ndim - np.ndim(rate)))


class Rule(Protocol):
    """Turns a gradient into a displacement; may keep a state."""

    def displacement(self, gradient: Point) -> Point:
        """What is added to the point, one array for each of the gradient's."""


@dataclass
class GradientDescent:
    """w <- w - rate g."""

    rate: Any

    def displacement(self, gradient: Point) -> Point:
        return tuple(-beside(self.rate, g) * g for g in gradient)


@dataclass
class HeavyBall:
    """w <- w - rate g + momentum (w - w_previous).  Polyak 1964; with momentum 0 it is gradient descent."""

    rate: Any
    momentum: Any
    velocity: Point = field(default=(), init=False)

    def displacement(self, gradient: Point) -> Point:
        steps: Point = tuple(-beside(self.rate, g) * g for g in gradient)
        if self.velocity:
            steps = tuple(s + beside(self.momentum, s) * v for s, v in zip(steps, self.velocity, strict=True))
        self.velocity = steps
        return steps


@dataclass
class Adam:
    """Adam as TensorFlow 1 has it: rate_t = rate sqrt(1 - beta2^t) / (1 - beta1^t), w <- w - rate_t m / (sqrt(v) + epsilon).

    Epsilon stands outside of the bias correction ("epsilon hat" of Kingma and Ba, 2015, section 2).
    """

    rate: Any
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    _first: list[Array] = field(default_factory=list, init=False)
    _second: list[Array] = field(default_factory=list, init=False)
    _step: int = field(default=0, init=False)

    def displacement(self, gradient: Point) -> Point:
        if not self._first:
            self._first = [np.zeros_like(g) for g in gradient]
            self._second = [np.zeros_like(g) for g in gradient]
        self._step += 1
        correction = np.sqrt(1 - self.beta2**self._step) / (1 - self.beta1**self._step)
        moves = []
        for m, v, g in zip(self._first, self._second, gradient, strict=True):
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            moves.append(-beside(self.rate * correction, g) * m / (np.sqrt(v) + self.epsilon))
        return tuple(moves)


def descend(
    objective: Objective, start: Sequence[Array], rule: Rule, *, steps: int, tolerance: float = 0.0, every: int = 1
) -> Trajectory:
    """At most ``steps`` steps of a rule from ``start``; one evaluation of the objective for each step and one at the end.

    A run ends early when its value is not finite (diverged), its gradient norm is at most ``tolerance`` (converged), or a step
    changes none of its numbers (stagnated).  Losses and gradient norms are recorded before every ``every``-th step and at the
    end, when that is.
    """
    point: Point = tuple(np.array(part, dtype=float) for part in start)
    with np.errstate(over="ignore", invalid="ignore"):
        value, gradient = objective(point)
        recorder = Recorder(value, tolerance, every)
        for step in range(steps):
            if not recorder.see(step, value, gradient):
                recorder.last(step, value, gradient)
                break
            point = _moved(point, rule.displacement(gradient), recorder)
            value, gradient = objective(point)
        else:
            recorder.see(steps, value, gradient)
            recorder.last(steps, value, gradient)
    return recorder.finish(point)


def _moved(point: Point, change: Point, recorder: Recorder) -> Point:
    recorder.moved()
    fresh: Point = tuple(w + s for w, s in zip(point, change, strict=True))
    if not recorder.running.all():
        fresh = tuple(np.where(beside(recorder.running, w), w, old) for w, old in zip(fresh, point, strict=True))
    axes = len(recorder.batch)
    still = [(w == old).all(axis=tuple(range(axes, w.ndim))) for w, old in zip(fresh, point, strict=True)]
    recorder.end(np.logical_and.reduce(still), Stop.STAGNATED)
    return fresh
