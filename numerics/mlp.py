"""Multi-layer perceptrons in floating point: outputs, gradients, Jacobians, and the kernel J J'.

A network phi_l = sigma(W_l' phi~_{l-1}), l = 1..L, has widths n_0..n_L.  With *dummy units* phi~ is phi with a constant 1 below
it, and W_l is (n_{l-1} + 1) x n_l; with a fixed scalar bias b, phi_l = sigma(W_l' phi_{l-1} - b) and W_l is n_{l-1} x n_l.  The
columns of an array are samples.  Every function takes any number of leading axes, along which many networks stand side by side.
All weights together are numbered matrix after matrix, each by rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.mlp_activations import IDENTITY, Activation, Array

Weights = Sequence[Array]


@dataclass(frozen=True)
class Perceptron:
    """widths: n_0, ..., n_L; bias: None for dummy units, or the fixed scalar that every unit subtracts."""

    widths: tuple[int, ...]
    hidden: Activation
    output: Activation = IDENTITY
    bias: float | None = None

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError(f"a network has two or more layers of one or more units, not the widths {self.widths}")

    @property
    def layers(self) -> int:
        return len(self.widths) - 1

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape of each W_l."""
        extra = 1 if self.bias is None else 0
        return tuple((inner + extra, outer) for inner, outer in zip(self.widths, self.widths[1:], strict=False))

    @property
    def size(self) -> int:
        """The number of weights, N_net."""
        return sum(rows * columns for rows, columns in self.shapes)

    def inner(self, weights: Weights, layer: int) -> Array:
        """W_layer without the row of its dummy unit."""
        return weights[layer - 1][..., : self.widths[layer - 1], :]

    def draw(self, rng: np.random.RandomState, scale: float = 1.0) -> tuple[Array, ...]:
        """Independent weights N(0, scale^2)."""
        return tuple(scale * rng.standard_normal(shape) for shape in self.shapes)

    def join(self, weights: Weights) -> Array:
        """All weights in one vector, (..., N_net)."""
        return np.concatenate([part.reshape(*part.shape[:-2], part.shape[-2] * part.shape[-1]) for part in weights], axis=-1)

    def split(self, vector: Array) -> tuple[Array, ...]:
        """The matrices of a vector of all weights."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])
        pieces = zip(np.split(vector, ends[:-1], axis=-1), self.shapes, strict=True)
        return tuple(piece.reshape(*vector.shape[:-1], *shape) for piece, shape in pieces)


@dataclass(frozen=True)
class Samples:
    """inputs: (..., n_0, T); targets: (..., n_L, T): the samples are the columns."""

    inputs: Array
    targets: Array

    @classmethod
    def of_columns(cls, inputs: Any, targets: Any) -> Samples:
        """n_0 x T and n_L x T.  Raises ValueError if the numbers of samples differ."""
        inputs, targets = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
        if inputs.shape[-1] != targets.shape[-1]:
            raise ValueError(f"{inputs.shape[-1]} inputs and {targets.shape[-1]} targets")
        return cls(inputs, targets)

    @classmethod
    def of_rows(cls, inputs: Any, targets: Any) -> Samples:
        """T x n_0 and T x n_L.  Raises ValueError if the numbers of samples differ."""
        inputs, targets = (np.ascontiguousarray(np.swapaxes(part, -1, -2), dtype=float) for part in (inputs, targets))
        return cls.of_columns(inputs, targets)

    def __getitem__(self, index: Any) -> Samples:
        """The samples of some of the networks that stand side by side."""
        return Samples(self.inputs[index], self.targets[index])


@dataclass(frozen=True)
class ErrorFunction:
    """E(phi, y): value (..., T); gradient in phi (..., n_L, T); hessian in phi, broadcastable to (..., n_L, n_L, T)."""

    name: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    hessian: Callable[[Array, Array], Array]


SQUARED = ErrorFunction(
    "squared",
    lambda outputs, targets: np.square(outputs - targets).sum(axis=-2) / 2,
    lambda outputs, targets: outputs - targets,
    lambda outputs, targets: np.eye(outputs.shape[-2])[:, :, None],
)


@dataclass(frozen=True)
class Pass:
    """What a forward pass leaves behind, layer l at index l - 1.

    fed: what W_l multiplies, (..., m_l, T), dummy unit included; slopes, curves: sigma' and sigma'' at the pre-activations,
    (..., n_l, T); outputs: phi_L.
    """

    fed: tuple[Array, ...]
    slopes: tuple[Array, ...]
    curves: tuple[Array, ...]
    outputs: Array


def forward(net: Perceptron, weights: Weights, inputs: Array) -> Pass:
    """Feed the samples (..., n_0, T) through the network."""
    fed, slopes, curves, phi = [], [], [], inputs
    for layer, matrix in enumerate(weights, start=1):
        fed.append(phi if net.bias is not None else _with_dummy(phi))
        z = np.swapaxes(matrix, -1, -2) @ fed[-1]
        if net.bias:
            z = z - net.bias
        phi, slope, curve = (net.output if layer == net.layers else net.hidden).at(z)
        slopes.append(slope)
        curves.append(curve)
    return Pass(tuple(fed), tuple(slopes), tuple(curves), phi)


def _with_dummy(phi: Array) -> Array:
    fed = np.ones((*phi.shape[:-2], phi.shape[-2] + 1, phi.shape[-1]))
    fed[..., :-1, :] = phi
    return fed


def back_propagated(net: Perceptron, weights: Weights, trace: Pass, cotangent: Array) -> tuple[list[Array], list[Array]]:
    """For cotangents c of the outputs, (..., n_L, T): what comes back to phi_l, u_l, and to z_l, omega_l = Psi_l c."""
    arriving, omegas = [cotangent], [trace.slopes[-1] * cotangent]
    for layer in range(net.layers - 1, 0, -1):
        arriving.append(net.inner(weights, layer + 1) @ omegas[-1])
        omegas.append(trace.slopes[layer - 1] * arriving[-1])
    return arriving[::-1], omegas[::-1]


def pulled_back(net: Perceptron, weights: Weights, trace: Pass, cotangent: Array) -> tuple[Array, ...]:
    """J'c as matrices of the shapes of the weights: the sum over the samples of phi~_{l-1} omega_l'."""
    _, omegas = back_propagated(net, weights, trace, cotangent)
    return tuple(fed @ np.swapaxes(omega, -1, -2) for fed, omega in zip(trace.fed, omegas, strict=True))


def total_loss(net: Perceptron, weights: Weights, samples: Samples, error: ErrorFunction = SQUARED) -> Array:
    """The sum of E over the samples, one number for each network."""
    return error.value(forward(net, weights, samples.inputs).outputs, samples.targets).sum(axis=-1)


def value_and_gradient(
    net: Perceptron, samples: Samples, error: ErrorFunction = SQUARED
) -> Callable[[Weights], tuple[Array, tuple[Array, ...]]]:
    """The objective weights -> (total loss, gradient), the gradient by back-propagation."""

    def objective(weights: Weights) -> tuple[Array, tuple[Array, ...]]:
        trace = forward(net, weights, samples.inputs)
        slopes = pulled_back(net, weights, trace, error.gradient(trace.outputs, samples.targets))
        return error.value(trace.outputs, samples.targets).sum(axis=-1), slopes

    return objective


def output_sensitivities(net: Perceptron, weights: Weights, trace: Pass) -> list[Array]:
    """Psi_l for every sample, (..., n_l, n_L, T): column j is omega_l of the unit vector e_j."""
    slope = trace.slopes[-1]
    psis = [np.eye(slope.shape[-2])[:, :, None] * slope[..., :, None, :]]
    for layer in range(net.layers - 1, 0, -1):
        psis.append(trace.slopes[layer - 1][..., :, None, :] * through(net.inner(weights, layer + 1), psis[-1]))
    return psis[::-1]


def through(matrix: Array, stack: Array) -> Array:
    """matrix @ stack along the first of the last three axes: (..., p, q) and (..., q, n, T) to (..., p, n, T)."""
    q, n, t = stack.shape[-3:]
    return (matrix @ stack.reshape(*stack.shape[:-3], q, n * t)).reshape(*stack.shape[:-3], matrix.shape[-2], n, t)


def jacobian(net: Perceptron, weights: Weights, inputs: Array) -> Array:
    """P': the derivatives of all outputs, sample after sample, by all weights, (..., T n_L, N_net)."""
    trace = forward(net, weights, inputs)
    t, n = trace.outputs.shape[-1], trace.outputs.shape[-2]
    pieces = []
    for fed, psi in zip(trace.fed, output_sensitivities(net, weights, trace), strict=True):
        products = np.einsum("...at,...ijt->...tjai", fed, psi)
        pieces.append(products.reshape(*products.shape[:-4], t * n, fed.shape[-2] * psi.shape[-3]))
    return np.concatenate(pieces, axis=-1)


def kernel(net: Perceptron, weights: Weights, trace: Pass) -> Array:
    """J J', (..., T n_L, T n_L), without J: layer by layer the Hadamard product of the Gram matrices of Psi_l and phi~_{l-1}."""
    t, n = trace.outputs.shape[-1], trace.outputs.shape[-2]
    total: Any = 0.0
    for fed, psi in zip(trace.fed, output_sensitivities(net, weights, trace), strict=True):
        flat = np.swapaxes(psi, -1, -2).reshape(*psi.shape[:-2], t * n)
        gram = np.swapaxes(fed, -1, -2) @ fed
        total = total + (np.swapaxes(flat, -1, -2) @ flat) * np.repeat(np.repeat(gram, n, axis=-1), n, axis=-2)
    return total
