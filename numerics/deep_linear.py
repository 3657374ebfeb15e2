"""Deep linear networks in floating point: h_l = W_l h_{l-1} + b_l, mean of squared errors, gradient descent.

The data may be full (samples as they come, ones = 1) or :class:`~numerics.linear_regression.Reduced`; both are s rows of
inputs, of the column of ones, which every bias multiplies, and of labels.  Weights are out x in, as PyTorch's ``nn.Linear``
keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from numerics.linear_regression import Reduced

Array = np.ndarray[Any, np.dtype[np.float64]]
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Rows:
    """s rows of inputs (s x k), ones (s,) and labels (s x q), standing for ``samples`` samples."""

    inputs: Array
    ones: Array
    labels: Array
    samples: int
    floor: float = 0.0


@dataclass(frozen=True)
class Network:
    """weights[l]: out x in; biases[l]: (out,), or no biases at all."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...] = ()

    def within(self, basis: Array) -> Network:
        """The same network on inputs that are given by their coordinates in the orthonormal columns of ``basis``."""
        return Network((self.weights[0] @ basis, *self.weights[1:]), self.biases)

    def beyond(self, basis: Array, start: Network) -> Network:
        """The inverse of :meth:`within` along a run of gradient descent from ``start``: what the data never moves is put back."""
        first = start.weights[0] + (self.weights[0] - start.weights[0] @ basis) @ basis.T
        return Network((first, *self.weights[1:]), self.biases)


def full_rows(X: Array, L: Array) -> Rows:
    """All the samples: X: M x p, L: M x q."""
    return Rows(X, np.ones(X.shape[0]), L, X.shape[0])


def reduced_rows(data: Reduced) -> Rows:
    return Rows(data.inputs, data.ones, data.labels, data.samples, data.floor)


def pytorch_default(rng: Any, widths: Sequence[int], *, biases: bool) -> Network:
    """Weights and biases uniform on (-1, 1) / sqrt(fan_in), as ``nn.Linear`` draws them; ``rng`` is a NumPy RandomState."""
    weights, offsets = [], []
    for inside, outside in pairwise(widths):
        bound = 1 / np.sqrt(inside)
        weights.append(rng.uniform(-bound, bound, (outside, inside)))
        offsets.append(rng.uniform(-bound, bound, outside))
    return Network(tuple(weights), tuple(offsets) if biases else ())


def activations(net: Network, data: Rows) -> list[Array]:
    """The rows of every layer, inputs first, outputs last."""
    layers = [data.inputs]
    for index, weight in enumerate(net.weights):
        rows = layers[-1] @ weight.T
        layers.append(rows + np.outer(data.ones, net.biases[index]) if net.biases else rows)
    return layers


def mse(net: Network, data: Rows) -> float:
    """The mean over samples and labels of the squared error, as PyTorch's ``MSELoss`` has it."""
    error = activations(net, data)[-1] - data.labels
    return (float(np.sum(error * error)) + data.floor) / (data.samples * data.labels.shape[1])


def signals(net: Network, data: Rows) -> tuple[float, list[Array], list[Array]]:
    """The mean squared error, the rows that enter each layer, and the derivatives of the error by the rows that leave it."""
    layers = activations(net, data)
    error = layers.pop() - data.labels
    count = data.samples * data.labels.shape[1]
    backs = [error * (2 / count)]
    for weight in net.weights[:0:-1]:
        backs.append(backs[-1] @ weight)
    return (float(np.sum(error * error)) + data.floor) / count, layers, backs[::-1]


def gradient(net: Network, data: Rows) -> tuple[float, Network]:
    """The mean squared error and its gradient, of the shape of the network."""
    value, layers, backs = signals(net, data)
    weights = tuple(back.T @ layer for back, layer in zip(backs, layers, strict=True))
    return value, Network(weights, tuple(back.T @ data.ones for back in backs) if net.biases else ())


def move(net: Network, data: Rows, rate: float) -> float:
    """One step of gradient descent, in place; returns the mean squared error before it."""
    value, layers, backs = signals(net, data)
    for index, (layer, back) in enumerate(zip(layers, backs, strict=True)):
        scaled = rate * back.T
        weight = net.weights[index]
        weight -= scaled @ layer
        if net.biases:
            offset = net.biases[index]
            offset -= scaled @ data.ones
    return value


def copied(net: Network) -> Network:
    return Network(tuple(w.copy() for w in net.weights), tuple(b.copy() for b in net.biases))


@dataclass(frozen=True)
class Training:
    """losses: (epochs + 1,) or shorter where the run diverged; diverged: whether the last loss is not finite; final network."""

    losses: Array
    diverged: bool
    network: Network


def train(net: Network, data: Rows, rate: float, epochs: int) -> Training:
    """Full-batch gradient descent on the mean squared error.

    Ends where the loss is not finite or not below 1e60, long past recovery.
    """
    losses, net = [], copied(net)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            losses.append(move(net, data, rate))
            if not losses[-1] < 1e60:
                return Training(np.array(losses), True, net)
        losses.append(mse(net, data))
    return Training(np.array(losses), not losses[-1] < 1e60, net)


def _norms(net: Network, data: Rows) -> tuple[float, list[float]]:
    """The spectral norms of the data and of the layers, with biases as [W b; 0 1] on data that carry the column of ones."""
    if not net.biases:
        return float(np.linalg.norm(data.inputs)), [float(np.linalg.norm(w, 2)) for w in net.weights]
    size = float(np.linalg.norm(np.column_stack([data.inputs, data.ones])))
    joined = []
    for weight, offset in zip(net.weights, net.biases, strict=True):
        last = np.append(np.zeros(weight.shape[1]), 1.0)
        joined.append(np.vstack([np.column_stack([weight, offset]), last]))
    return size, [float(np.linalg.norm(a, 2)) for a in joined]


def _product_but(norms: Sequence[float], *left_out: int) -> float:
    return float(np.prod([norm for place, norm in enumerate(norms) if place not in left_out]))


def curvature_bound(net: Network, data: Rows, radius: float = 0.0) -> float:
    """An upper bound of the spectral norm of the Hessian of the mean squared error within ``radius`` of ``net``.

    The Gauss-Newton part is at most (2/count) sum_l a_l^2, a_l the norm of the data times the norms of all other layers; the rest
    at most (2/count) |error| sum_{k != l} of the data times the norms of the layers but k and l.
    """
    size, norms = _norms(net, data)
    wide = [s + radius for s in norms]
    others = [size * _product_but(wide, k) for k in range(len(wide))]
    pairs = 2 * size * sum(_product_but(wide, *pair) for pair in combinations(range(len(wide)), 2))
    error = float(np.linalg.norm(activations(net, data)[-1] - data.labels)) + radius * sum(others)
    return 2 * (sum(a * a for a in others) + error * pairs) / (data.samples * data.labels.shape[1])


def gradient_shift(net: Network, data: Rows, defect: float) -> float:
    """How far the gradient moves, at most, when inputs, ones and labels together move by ``defect`` in Frobenius norm."""
    size, norms = _norms(net, data)
    others = sum(_product_but(norms, k) for k in range(len(norms)))
    error = float(np.linalg.norm(activations(net, data)[-1] - data.labels))
    change = defect * (float(np.prod(norms)) + 1)
    return 2 * others * (defect * (error + change) + size * change) / (data.samples * data.labels.shape[1])


def gradient_rounding(net: Network, data: Rows) -> float:
    """A bound of the Frobenius norm of the rounding error of :func:`gradient`: gamma_n times the gradient of absolute values.

    n counts the longest chain of sums: samples, all widths, and two for each layer (Higham, Accuracy and Stability, section 3.5).
    """
    size = data.inputs.shape[0] + sum(sum(w.shape) + 2 for w in net.weights)
    gamma = size * _EPS / (1 - size * _EPS)
    positive = Network(tuple(np.abs(w) for w in net.weights), tuple(np.abs(b) for b in net.biases))
    rows = Rows(np.abs(data.inputs), np.abs(data.ones), -np.abs(data.labels), data.samples)
    _, slope = gradient(positive, rows)
    return gamma * float(np.sqrt(sum(np.sum(g * g) for g in (*slope.weights, *slope.biases))))


def separation_bound(net: Network, data: Rows, defect: float, rate: float, apart: float) -> float:
    """How far apart two computed steps may take two iterates that are at most ``apart`` from each other, in Frobenius norm.

    One step goes from ``net`` on the full data, the other on data that differ by ``defect``.  To first order in the unit
    roundoff: the gradients' difference through curvature, data and rounding, and the rounding of the updates themselves.
    """
    size = float(np.sqrt(sum(np.sum(part * part) for part in (*net.weights, *net.biases))))
    rounding = 2 * gradient_rounding(net, data) + gradient_shift(net, data, defect)
    return (1 + rate * curvature_bound(net, data, apart)) * apart + rate * rounding + 4 * _EPS * size
