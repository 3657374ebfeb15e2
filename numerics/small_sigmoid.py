"""Many small sigmoid networks with one input and one output, trained side by side: the regression task of document 002.

A network 1-h-h-1 is one row of weights: the first layer (h), then its biases (h) where there are any, the second layer (h x h,
by rows) and its biases, the last one (h) and its bias.  All steps are written out for these three layers, in single precision
(as the published runs) and in buffers that are used again, because a string of models needs millions of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numerics.side_by_side import Array, errors, single


@dataclass(frozen=True)
class Regression:
    """inputs, targets: (P,); biased: biases are in use; squashed: the output passes a sigmoid, too; power: the error is the mean
    of |output - target|^power, 1 or 2.
    """

    inputs: Array
    targets: Array
    biased: bool
    squashed: bool
    power: int = 1
    hidden: int = 4

    @property
    def size(self) -> int:
        """The number of weights of one network."""
        h = self.hidden
        return h * h + 2 * h + (2 * h + 1 if self.biased else 0)

    @cached_property
    def connections(self) -> Array:
        """The places of the weights that are no biases."""
        h, b = self.hidden, int(self.biased)
        parts = ((0, h), (h + b * h, h * h), (h + b * h + h * h + b * h, h))
        return np.concatenate([np.arange(start, start + count) for start, count in parts])

    def draw(self, rng: np.random.RandomState, count: int) -> Array:
        """(count, size): weights from U[-1, 1], biases from N(0, 1)."""
        models = rng.standard_normal((count, self.size))
        models[:, self.connections] = rng.uniform(-1, 1, (count, len(self.connections)))
        return models

    def buffers(self, n: int) -> _Buffers:
        return _Buffers(self, n)

    def error(self, models: Array) -> Array:
        """The error of each of the models (n, size), as doubles."""
        return errors(self, models)

    def outputs(self, models: Array) -> Array:
        """(n, P)."""
        buffers = _Buffers(self, len(models))
        buffers.forward(single(models))
        return buffers.outputs.astype(float)


class _Buffers:
    """Activations of n networks at all points, and the gradient."""

    def __init__(self, task: Regression, n: int) -> None:
        h, p, extra = task.hidden, len(task.inputs), int(task.biased)
        self.task, self.extra = task, extra
        self.inputs = np.ones((1 + extra, p), np.float32)
        self.inputs[0] = task.inputs
        self.targets = task.targets.astype(np.float32)
        self.first, self.second = np.ones((n, h + extra, p), np.float32), np.ones((n, h + extra, p), np.float32)
        self.slope, self.back, self.passed = (np.empty((n, h, p), np.float32) for _ in range(3))
        self.outputs, self.residual = np.empty((n, p), np.float32), np.empty((n, p), np.float32)
        self.size = np.empty((n, p), np.float32)
        self.slopes = np.empty((n, task.size), np.float32)

    def _layers(self, rows: Array) -> tuple[Array, Array, Array]:
        """(n, h, 1 + extra), (n, h, h + extra), (n, 1, h + extra): each layer with its biases as a last column, copied."""
        n, h = len(rows), self.task.hidden
        if not self.extra:
            return rows[:, :h].reshape(n, h, 1), rows[:, h : h + h * h].reshape(n, h, h), rows[:, h + h * h :].reshape(n, 1, h)
        a, b, c = 2 * h, 2 * h + h * h, 3 * h + h * h
        one = rows[:, :a].reshape(n, 2, h).swapaxes(1, 2)
        two = np.concatenate([rows[:, a:b].reshape(n, h, h), rows[:, b:c].reshape(n, h, 1)], axis=2)
        return one, two, rows[:, c:].reshape(n, 1, h + 1)

    def forward(self, models: Array) -> None:
        """The activations, and the residuals (n, P).

        The inputs are shared, so that the first layers of all networks are one product.  The weights are negated (which is
        exact) in place of what they give, of which the sigmoid takes the negative.
        """
        h, (one, two, three) = self.task.hidden, self._layers(np.negative(models))
        np.dot(_flat(one), self.inputs, out=_flat(self.slope))
        _sigmoid(self.slope, self.first[:, :h])
        _sigmoid(np.matmul(two, self.first, out=self.slope), self.second[:, :h])
        np.matmul(three, self.second, out=self.outputs[:, None])
        if self.task.squashed:
            _sigmoid(self.outputs, self.outputs)
        else:
            np.negative(self.outputs, out=self.outputs)
        np.subtract(self.outputs, self.targets, out=self.residual)

    def error(self) -> Array:
        """(n,)."""
        measured = np.abs(self.residual, out=self.size) if self.task.power == 1 else np.square(self.residual, out=self.size)
        found: Array = measured.mean(axis=1)
        return found

    def gradient(self, models: Array) -> Array:
        """Backward, for the models of the last call of ``forward``; the residuals are used up.

        The sign of a vanishing residual is 0.
        """
        h, (_, two, three) = self.task.hidden, self._layers(models)
        p = np.float32(len(self.inputs[0]))
        signal = np.sign(self.residual, out=self.residual) if self.task.power == 1 else np.multiply(2, self.residual)
        signal = signal / p
        if self.task.squashed:
            signal *= self.outputs * (1 - self.outputs)
        top = signal[:, None, :]
        self._keep(2, np.matmul(top, self.second.swapaxes(1, 2)))
        np.einsum("nh,np->nhp", three[:, 0, :h], signal, out=self.back)
        self._through(self.second, self.back)
        self._keep(1, np.matmul(self.back, self.first.swapaxes(1, 2)))
        np.matmul(two[:, :, :h].swapaxes(1, 2), self.back, out=self.passed)
        self._through(self.first, self.passed)
        self._keep(0, np.dot(_flat(self.passed), self.inputs.T).reshape(len(models), h, len(self.inputs)))
        return self.slopes

    def _through(self, values: Array, signal: Array) -> None:
        """signal *= the slope of the sigmoid, s (1 - s)."""
        inner = values[:, : self.task.hidden]
        np.subtract(1, inner, out=self.slope)
        self.slope *= inner
        signal *= self.slope

    def _keep(self, layer: int, found: Array) -> None:
        """The gradient of one layer (n, rows, columns + extra), written where its weights stand."""
        n, h, extra = len(found), self.task.hidden, self.extra
        start = (0, h * (1 + extra), h * (1 + extra) + h * (h + extra))[layer]
        if not extra or layer == 2:
            self.slopes[:, start : start + found[0].size] = found.reshape(n, found[0].size)
            return
        columns = found.shape[2] - 1
        self.slopes[:, start : start + h * columns] = found[:, :, :columns].reshape(n, h * columns)
        self.slopes[:, start + h * columns : start + h * (columns + 1)] = found[:, :, columns]


def _flat(stack: Array) -> Array:
    """(n, h, k) as (n h, k)."""
    n, h, k = stack.shape
    return stack.reshape(n * h, k)


def _sigmoid(negated: Array, out: Array) -> None:
    """The sigmoid of the negatives of the given values, which are used up."""
    values = np.exp(negated, out=negated)
    values += 1
    np.reciprocal(values, out=out)
