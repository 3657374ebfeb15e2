"""What an optimiser leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Point = tuple[Array, ...]
Objective = Callable[[Any], tuple[Any, Any]]
"""A point (a tuple of arrays) to its value and the gradient, a tuple of the same shapes.  Under batching the value has the
shape of the batch and every array of the point has it in front."""


class Stop(StrEnum):
    """Why a run ended."""

    MAX_STEPS = "took all its steps"
    CONVERGED = "the gradient is as small as asked for"
    FITTED = "the value is as small as asked for"
    DIVERGED = "the value is no longer finite"
    STAGNATED = "a step no longer changes the point, or no step lowers the value"
    SINGULAR = "the equation for the step has no unique solution"


@dataclass(frozen=True)
class Trajectory:
    """A run, or a batch of runs side by side.

    losses, gradient_norms: (records, *batch), entry k taken before step k * every, as long as any run of the batch goes on;
    point: where each run ended; stops: one :class:`Stop` for each run, in C order; taken: the steps that each run took, in C
    order.  A run that has diverged keeps its last, non-finite values.
    """

    losses: Array
    gradient_norms: Array
    point: Point
    stops: tuple[Stop, ...]
    taken: tuple[int, ...]
    every: int = 1

    @property
    def stop(self) -> Stop:
        """The stop reason of a single run.  Raises ValueError for a batch."""
        (only,) = self.stops
        return only

    @property
    def steps(self) -> int:
        """The steps of a single run.  Raises ValueError for a batch."""
        (only,) = self.taken
        return only

    @property
    def final_loss(self) -> Any:
        return self.losses[-1]


def norm(gradient: Point, batch: int = 0) -> Array:
    """The Euclidean norm over all arrays of a gradient, for each member of a batch of the given number of axes."""
    parts = [np.sum(np.square(part), axis=tuple(range(batch, part.ndim))) for part in gradient]
    return np.sqrt(sum(parts[1:], start=parts[0]))


class Recorder:
    """Keeps losses and gradient norms, and decides for each run of a batch whether it goes on."""

    def __init__(self, value: Any, tolerance: float, every: int) -> None:
        self.batch = np.shape(value)
        self.tolerance, self.every = tolerance, every
        self.losses: list[Array] = []
        self.norms: list[Array] = []
        self.running = np.ones(self.batch, dtype=bool)
        self.stops = np.empty(self.batch, dtype=object)
        self.stops.fill(Stop.MAX_STEPS)
        self.taken = np.zeros(self.batch, dtype=int)

    def see(self, step: int, value: Array, gradient: Point) -> bool:
        """Record the state before ``step``; False once every run has ended."""
        size = norm(gradient, len(self.batch))
        if step % self.every == 0:
            self._keep(value, size)
        self.end(~np.isfinite(value), Stop.DIVERGED)
        self.end(size <= self.tolerance, Stop.CONVERGED)
        return bool(self.running.any())

    def last(self, step: int, value: Array, gradient: Point) -> None:
        """Record the end of the run, where it falls between two recorded steps."""
        if step % self.every:
            self._keep(value, norm(gradient, len(self.batch)))

    def _keep(self, value: Array, size: Array) -> None:
        self.losses.append(np.array(value))
        self.norms.append(size)

    def end(self, where: Any, reason: Stop) -> None:
        """End the runs of the batch for which ``where`` holds and that have not ended before."""
        fresh = self.running & where
        if fresh.any():
            self.stops[fresh] = reason
            self.running = self.running & ~fresh

    def moved(self) -> None:
        self.taken += self.running

    def finish(self, point: Point) -> Trajectory:
        stops, taken = tuple(self.stops.ravel().tolist()), tuple(self.taken.ravel().tolist())
        return Trajectory(np.array(self.losses), np.array(self.norms), point, stops, taken, self.every)
