"""Many small networks trained side by side with Adam, each until it is below a level of its own.

A task offers ``buffers(n)``: for n models, rows of weights in single precision, an object that runs them forward and then tells
their errors and gradients.  A model that is done gives its slot to the next one, so that the arrays stay full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
FIRST_MOMENT, SECOND_MOMENT, GUARD = 0.9, 0.999, 1e-8


class Buffers(Protocol):
    """``forward`` first; ``error`` and then ``gradient`` are those of the models that were run last."""

    def forward(self, models: Array) -> None: ...

    def error(self) -> Array: ...

    def gradient(self, models: Array) -> Array: ...


class Trainable(Protocol):
    def buffers(self, n: int) -> Buffers: ...


def single(models: Array) -> Array:
    """In single precision, rows one after the other."""
    return np.ascontiguousarray(models, dtype=np.float32)


def errors(task: Trainable, models: Array, chunk: int = 256) -> Array:
    """The error of each of the models (n, size), as doubles."""
    return np.concatenate([_errors(task, models[i : i + chunk]) for i in range(0, len(models), chunk)])


def _errors(task: Trainable, models: Array) -> Array:
    buffers = task.buffers(len(models))
    buffers.forward(single(models))
    return buffers.error().astype(float)


def gradients(task: Trainable, models: Array) -> Array:
    """The gradient of the error at each of the models (n, size), as doubles."""
    buffers, rows = task.buffers(len(models)), single(models)
    buffers.forward(rows)
    return buffers.gradient(rows).astype(float)


@dataclass(frozen=True)
class Trained:
    """models: (n, K, size), as they were when each of the K levels was first undercut; reached, steps: (n, K).

    What is not reached keeps the last model and counts all steps that were allowed.
    """

    models: Array
    reached: Array
    steps: Array


@dataclass(frozen=True)
class Adam:
    """limit: the most steps of one model; every: after how many steps the error is looked at; at_least: how many steps are made
    before the first look; slots: how many models are trained at a time.
    """

    limit: int
    rate: float = 1e-3
    every: int = 1
    at_least: int = 0
    slots: int = 128

    def until(self, task: Trainable, models: Array, levels: Array, keep: Callable[..., Array] | None = None) -> Trained:
        """Each of the models (n, size) is trained until its error is below each of its falling levels (n, K).

        A model that is done gives its slot to the next one.  ``keep`` moves stepped models (m, size), of the numbers (m,), back
        to where a constraint holds.
        """
        count, wanted = levels.shape
        start = single(models)
        found = Trained(
            np.repeat(start[:, None], wanted, axis=1), np.zeros(levels.shape, bool), np.full(levels.shape, self.limit)
        )
        slots = _Slots(task, start, min(self.slots, count))
        factors = self._factors()
        while len(slots.number):
            slots.forward()
            if self._looked_at(slots, levels, found):
                continue
            slots.step(factors)
            if keep is not None:
                slots.models[...] = keep(slots.models, slots.number)
        return found

    def _factors(self) -> Array:
        """The rate of each step with both bias corrections, (limit,)."""
        step = 1 + np.arange(self.limit)
        return (self.rate * np.sqrt(1 - SECOND_MOMENT**step) / (1 - FIRST_MOMENT**step)).astype(np.float32)

    def _looked_at(self, slots: _Slots, levels: Array, found: Trained) -> bool:
        """Note who is below a level or out of steps; True where slots changed hands, so that errors are to be computed anew."""
        wanted = levels.shape[1]
        late = slots.steps >= self.limit
        due = (slots.steps >= self.at_least) & (slots.steps % self.every == 0)
        if not (late | due).any():
            return False
        error = slots.buffers.error()
        below = due & (error < levels[slots.number, slots.passed])
        news = np.flatnonzero(late | below)
        if not len(news):
            return False
        for slot in news:
            number, model = slots.number[slot], slots.models[slot]
            while below[slot]:
                place = number, slots.passed[slot]
                found.models[place], found.reached[place], found.steps[place] = model, True, slots.steps[slot]
                slots.passed[slot] += 1
                below[slot] = slots.passed[slot] < wanted and error[slot] < levels[number, slots.passed[slot]]
            found.models[number, slots.passed[slot] :] = model
        done = [slot for slot in news if late[slot] or slots.passed[slot] == wanted]
        if done:
            slots.hand_over(np.array(done, dtype=int))
        return bool(done)


class _Slots:
    """The models that are being trained, their numbers, their state in Adam, and those that wait."""

    def __init__(self, task: Trainable, start: Array, n: int) -> None:
        self.task, self.start, self.waiting = task, start, n
        self.number, self.models = np.arange(n), start[:n].copy()
        self.steps, self.passed = np.zeros(n, int), np.zeros(n, int)
        self.mean, self.square = np.zeros_like(self.models), np.zeros_like(self.models)
        self.buffers = task.buffers(n)

    def forward(self) -> None:
        self.buffers.forward(self.models)

    def step(self, factors: Array) -> None:
        """One step of each model, after ``forward``."""
        slope = self.buffers.gradient(self.models)
        factor = factors[self.steps]
        self.steps += 1
        change = slope - self.mean
        change *= np.float32(1 - FIRST_MOMENT)
        self.mean += change
        np.square(slope, out=change)
        change -= self.square
        change *= np.float32(1 - SECOND_MOMENT)
        self.square += change
        size = np.sqrt(self.square, out=change)
        size += np.float32(GUARD)
        move = factor[:, None] * self.mean
        move /= size
        self.models -= move

    def hand_over(self, done: Array) -> None:
        """The slots ``done`` go to the next models; where none waits they are closed."""
        fresh = np.arange(self.waiting, min(self.waiting + len(done), len(self.start)))
        self.waiting += len(fresh)
        filled, closed = done[: len(fresh)], done[len(fresh) :]
        self.number[filled], self.steps[filled], self.passed[filled] = fresh, 0, 0
        self.models[filled], self.mean[filled], self.square[filled] = self.start[fresh], 0, 0
        if len(closed):
            for name in ("number", "models", "steps", "passed", "mean", "square"):
                setattr(self, name, np.delete(getattr(self, name), closed, axis=0))
            self.buffers = self.task.buffers(len(self.number))
