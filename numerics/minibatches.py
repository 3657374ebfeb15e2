"""One model after the other, trained on minibatches until its error on other samples is below a level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import numpy as np

from numerics.side_by_side import FIRST_MOMENT, GUARD, SECOND_MOMENT, Trained

Array = np.ndarray[Any, np.dtype[Any]]
CHUNK = 100


class Course(Protocol):
    """Minibatches in the order of one training run: ``gradient`` takes the next one."""

    def gradient(self, model: Array) -> Array: ...


class Learnable(Protocol):
    """course: the minibatches of a run that starts from a seed; error: on the samples that nothing is trained on."""

    def course(self, seed: int) -> Course: ...

    def error(self, model: Array) -> float: ...


@dataclass(frozen=True)
class Training:
    """rate: of the first ``steady`` steps, halved then after every ``halving`` steps (0: never); adaptive: Adam; clip: gradients
    that are longer are shortened to it; every: after how many steps the error is looked at; limit: the most steps.
    """

    rate: float
    every: int
    limit: int
    steady: int = 0
    halving: int = 0
    adaptive: bool = False
    clip: float = float("inf")

    def rate_of(self, step: int) -> float:
        """The rate of step 0, 1, ..."""
        halvings = -(-(step - self.steady + 1) // self.halving) if self.halving and step >= self.steady else 0
        return self.rate * 0.5**halvings

    def through(self, task: Learnable, start: Array, levels: Sequence[float], seed: int) -> Trained:
        """One model (size,), trained until its error is below each of the falling levels (K,); see ``Trained``, without its n.

        A model that is below a level when it is first looked at is taken as it is.
        """
        model = np.array(start, dtype=np.float32)
        course, mover = task.course(seed), _Mover(self, len(model))
        asked, passed = len(levels), 0
        models, reached, steps = np.empty((asked, len(model)), np.float32), np.zeros(asked, bool), np.full(asked, self.limit)
        for step in count():
            if step % self.every == 0:
                error = task.error(model)
                while passed < asked and error < levels[passed]:
                    models[passed], reached[passed], steps[passed] = model, True, step
                    passed += 1
                if passed == asked or not np.isfinite(error):
                    break
            if step == self.limit:
                break
            mover.move(model, course.gradient(model), step)
        models[passed:] = model
        return Trained(models, reached, steps)


class _Mover:
    """The state of the optimiser of one model."""

    def __init__(self, training: Training, size: int) -> None:
        self.training = training
        self.mean, self.square = np.zeros(size, np.float32), np.zeros(size, np.float32)

    def move(self, model: Array, slope: Array, step: int) -> None:
        """One step, in place."""
        length = float(np.linalg.norm(slope))
        if length > self.training.clip:
            slope = slope * np.float32(self.training.clip / length)
        rate = self.training.rate_of(step)
        if not self.training.adaptive:
            model -= np.float32(rate) * slope
            return
        self.mean += np.float32(1 - FIRST_MOMENT) * (slope - self.mean)
        self.square += np.float32(1 - SECOND_MOMENT) * (np.square(slope) - self.square)
        factor = rate * (1 - SECOND_MOMENT ** (step + 1)) ** 0.5 / (1 - FIRST_MOMENT ** (step + 1))
        model -= np.float32(factor) * self.mean / (np.sqrt(self.square) + np.float32(GUARD))


@dataclass(frozen=True)
class Labelled:
    """inputs (..., N) with labels (N,), to be trained on in batches; others: the inputs and labels of which the error is the
    share that is taken for another class; decay: of each weight (size,), added to the gradient times the weight.
    """

    network: Any
    inputs: Array
    labels: Array
    others: tuple[Array, Array]
    batch: int
    decay: Array | None = None

    def course(self, seed: int) -> Course:
        return _Shuffled(self, np.random.RandomState(seed))

    def error(self, model: Array) -> float:
        inputs, labels = self.others
        right = 0
        for first in range(0, len(labels), CHUNK):
            scores = self.network.scores(model, inputs[..., first : first + CHUNK])
            if not np.isfinite(scores).all():
                return float("nan")
            right += int(np.sum(scores.argmax(axis=0) == labels[first : first + CHUNK]))
        return 1 - right / len(labels)


class _Shuffled:
    def __init__(self, task: Labelled, rng: np.random.RandomState) -> None:
        self.task, self.batches = task, _batches(len(task.labels), task.batch, rng)

    def gradient(self, model: Array) -> Array:
        task, chosen = self.task, next(self.batches)
        slope: Array = task.network.gradient(model, task.inputs[..., chosen], task.labels[chosen])
        return slope if task.decay is None else slope + task.decay * model


def _batches(samples: int, batch: int, rng: np.random.RandomState) -> Iterator[Array]:
    """Batches of a fresh permutation in every epoch; what is left over at its end is left out, unless there is nothing else."""
    batch = min(batch, samples)
    while True:
        order = rng.permutation(samples)
        for end in range(batch, samples + 1, batch):
            yield order[end - batch : end]
