"""Convolutional networks as vectors of weights: scores, and the gradient of the cross-entropy by back-propagation.

Samples are the last axis everywhere: images are (channels, height, width, B), features (d, B).  A convolution is then one matrix
product, of the kernels with the patches, and all other steps run along the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Layer(Protocol):
    """forward: what leaves, and what ``backward`` needs; backward: the slopes with regard to the weights and to what entered."""

    @property
    def size(self) -> int: ...

    @property
    def entering(self) -> int: ...

    def forward(self, weights: Array, inputs: Array) -> tuple[Array, Any]: ...

    def backward(self, weights: Array, tape: Any, slope: Array) -> tuple[Array, Array]: ...


def affine(weights: Array, inputs: Array) -> Array:
    """(leaving, R): a matrix times columns, plus a bias; weights (leaving (entering + 1),), the bias last."""
    entering = len(inputs)
    leaving = len(weights) // (entering + 1)
    product = weights[: entering * leaving].reshape(leaving, entering) @ inputs
    product += weights[entering * leaving :, None]
    return product


def affine_slopes(weights: Array, inputs: Array, slope: Array) -> tuple[Array, Array]:
    """The slopes of an affine map with regard to its weights and its inputs."""
    leaving, entering = len(slope), len(inputs)
    matrix = weights[: entering * leaving].reshape(leaving, entering)
    return np.concatenate([(slope @ inputs.T).ravel(), slope.sum(axis=1)]), matrix.T @ slope


@dataclass(frozen=True)
class Dense:
    """All inputs, however they are laid out, to ``leaving`` outputs; ``rectified``: followed by a rectifier."""

    entering: int
    leaving: int
    rectified: bool = True

    @property
    def size(self) -> int:
        return (self.entering + 1) * self.leaving

    def forward(self, weights: Array, inputs: Array) -> tuple[Array, Any]:
        flat = inputs.reshape(self.entering, inputs.shape[-1])
        found = affine(weights, flat)
        if self.rectified:
            np.maximum(found, 0, out=found)
        return found, (flat, found, inputs.shape)

    def backward(self, weights: Array, tape: Any, slope: Array) -> tuple[Array, Array]:
        flat, found, shape = tape
        own, before = affine_slopes(weights, flat, slope * (found > 0) if self.rectified else slope)
        return own, before.reshape(shape)


@dataclass(frozen=True)
class Convolution:
    """``kernel`` x ``kernel``, zeros around the image so that it keeps its size, followed by a rectifier."""

    channels: int
    leaving: int
    kernel: int = 3

    @property
    def entering(self) -> int:
        return self.kernel**2 * self.channels

    @property
    def size(self) -> int:
        return (self.entering + 1) * self.leaving

    def _windows(self, height: int, width: int) -> list[tuple[int, slice, slice]]:
        """The number of each entry of the kernel, and where the padded image is looked at for it."""
        k = self.kernel
        return [(i * k + j, slice(i, i + height), slice(j, j + width)) for i in range(k) for j in range(k)]

    def _padded(self, shape: tuple[int, ...], dtype: Any) -> tuple[Array, Array]:
        """Zeros for images of this shape and for a frame around them, and the part of them that is the images."""
        channels, height, width, count = shape
        frame = self.kernel // 2
        padded = np.zeros((channels, height + 2 * frame, width + 2 * frame, count), dtype)
        return padded, padded[:, frame : frame + height, frame : frame + width]

    def forward(self, weights: Array, inputs: Array) -> tuple[Array, Any]:
        _, height, width, count = inputs.shape
        padded, images = self._padded(inputs.shape, inputs.dtype)
        images[...] = inputs
        patches = np.empty((self.kernel**2, *inputs.shape), inputs.dtype)
        for entry, rows, columns in self._windows(height, width):
            patches[entry] = padded[:, rows, columns]
        flat = patches.reshape(self.entering, height * width * count)
        found = affine(weights, flat)
        np.maximum(found, 0, out=found)
        return found.reshape(self.leaving, height, width, count), (flat, found, inputs.shape)

    def backward(self, weights: Array, tape: Any, slope: Array) -> tuple[Array, Array]:
        flat, found, shape = tape
        _, height, width, _ = shape
        own, spread = affine_slopes(weights, flat, slope.reshape(found.shape) * (found > 0))
        patches = spread.reshape(self.kernel**2, *shape)
        padded, before = self._padded(shape, slope.dtype)
        for entry, rows, columns in self._windows(height, width):
            padded[:, rows, columns] += patches[entry]
        return own, before


CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Pooling:
    """The largest of each 2 x 2 block; among equal ones the first passes the slope on."""

    size = 0
    entering = 4

    def forward(self, weights: Array, inputs: Array) -> tuple[Array, Any]:
        a, b, c, d = (inputs[:, i::2, j::2] for i, j in CORNERS)
        found = np.maximum(np.maximum(a, b), np.maximum(c, d))
        return found, (inputs, found)

    def backward(self, weights: Array, tape: Any, slope: Array) -> tuple[Array, Array]:
        inputs, found = tape
        before, waiting = np.empty_like(inputs), np.ones(found.shape, bool)
        for i, j in CORNERS:
            here = (inputs[:, i::2, j::2] == found) & waiting
            before[:, i::2, j::2] = slope * here
            waiting &= ~here
        return weights, before


@dataclass(frozen=True)
class Stack:
    """Layers on top of each other; the last one gives a score for each class."""

    layers: tuple[Layer, ...]

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where the weights of each layer stand."""
        ends = np.cumsum([0, *(layer.size for layer in self.layers)])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    @property
    def size(self) -> int:
        return self.parts[-1].stop

    def draw(self, rng: np.random.RandomState) -> Array:
        """(size,): normal weights of variance 2 over the number of inputs, zero biases."""
        drawn = np.zeros(self.size)
        for layer, part in zip(self.layers, self.parts, strict=True):
            biases = layer.size // (layer.entering + 1)
            drawn[part.start : part.stop - biases] = rng.standard_normal(layer.size - biases) * (2 / layer.entering) ** 0.5
        return drawn

    def scores(self, model: Array, inputs: Array) -> Array:
        """(classes, B)."""
        return self._forward(model, inputs)[0]

    def gradient(self, model: Array, inputs: Array, labels: Array) -> Array:
        """(size,): of the mean cross-entropy over the batch; labels (B,)."""
        scores, tapes = self._forward(model, inputs)
        slope = cross_entropy_slope(scores, labels)
        found = np.empty_like(model)
        for layer, part, tape in zip(self.layers[::-1], self.parts[::-1], tapes[::-1], strict=True):
            found[part], slope = layer.backward(model[part], tape, slope)
        return found

    def _forward(self, model: Array, inputs: Array) -> tuple[Array, list[Any]]:
        values, tapes = inputs, []
        for layer, part in zip(self.layers, self.parts, strict=True):
            values, tape = layer.forward(model[part], values)
            tapes.append(tape)
        return values, tapes


def softmax(scores: Array) -> Array:
    """Over the first axis."""
    found = scores - scores.max(axis=0)
    np.exp(found, out=found)
    found /= found.sum(axis=0)
    return found


def cross_entropy_slope(scores: Array, labels: Array) -> Array:
    """The slope of the mean over the batch (classes, B)."""
    slope = softmax(scores)
    slope[labels, np.arange(len(labels))] -= 1
    slope /= len(labels)
    return slope
