"""Many small networks with one rectified hidden layer, trained side by side: the disconnected examples of document 002.

A model is one row: the first layer (h x d, unit by unit), then the second (o x h, by rows).  Biases, where there are any, are the
weights of a constant input (a last row of ones); the output has none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.side_by_side import Array, single


@dataclass(frozen=True)
class Rectified:
    """inputs: d x P; targets: o x P; scale: what the mean squared error over the samples is divided by."""

    inputs: Array
    targets: Array
    hidden: int
    scale: float = 1.0

    @property
    def size(self) -> int:
        return self.hidden * (len(self.inputs) + len(self.targets))

    def split(self, models: Array) -> tuple[Array, Array]:
        """(n, h, d) and (n, o, h)."""
        n, h, d = len(models), self.hidden, len(self.inputs)
        return models[:, : h * d].reshape(n, h, d), models[:, h * d :].reshape(n, len(self.targets), h)

    def permuted(self, models: Array, order: list[int]) -> Array:
        """The same functions with the hidden units in another order."""
        first, second = self.split(models)
        return _joined(first[:, order], second[:, :, order])

    def buffers(self, n: int) -> _Pass:
        return _Pass(self)


class _Pass:
    """Forward and backward through one hidden layer."""

    hidden: Array
    residual: Array

    def __init__(self, task: Rectified) -> None:
        self.task = task
        self.inputs, self.targets = single(task.inputs), single(task.targets)

    def forward(self, models: Array) -> None:
        first, second = self.task.split(models)
        self.hidden = np.maximum(first @ self.inputs, 0)
        self.residual = second @ self.hidden - self.targets

    def error(self) -> Array:
        found: Array = np.einsum("nop,nop->n", self.residual, self.residual) / (self.inputs.shape[1] * self.task.scale)
        return found

    def gradient(self, models: Array) -> Array:
        _, second = self.task.split(models)
        signal = self.residual * np.float32(2 / (self.inputs.shape[1] * self.task.scale))
        upper = signal @ self.hidden.swapaxes(1, 2)
        lower = ((second.swapaxes(1, 2) @ signal) * (self.hidden > 0)) @ self.inputs.T
        return _joined(lower, upper)


def _joined(*layers: Array) -> Array:
    """Layers (n, rows, columns) as rows of models."""
    return np.concatenate([layer.reshape(len(layer), layer[0].size) for layer in layers], axis=1)
