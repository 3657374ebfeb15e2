"""The approximate Newton method on a network of bent identities in multiprecision, to see the order in which it converges.

Doubles end after two or three steps of quadratic convergence, and cannot tell it from a linear one with a tiny ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from flint import arb, arb_mat

from numerics.balls import precision
from numerics.mlp import Perceptron, Samples, Weights

BITS = 1000
FLOOR = -0.8 * BITS * log(2)
"""Distances below e^FLOOR are rounding."""


@dataclass(frozen=True)
class Layer:
    """fed: m_l x T; slope: n_l rows of T."""

    fed: Any
    slope: list[list[Any]]


def distances(net: Perceptron, start: Weights, samples: Samples, *, ridge: float, steps: int, bits: int = BITS) -> list[float]:
    """The logarithms of the distances |W^(k) - W^(steps)| for k = 0, ..., steps - 1; a distance 0 ends the list.

    start: one network, whose doubles are taken as they are; iterates are rounded to ``bits`` bits.
    """
    with precision(bits):
        point = [_matrix(part) for part in start]
        inputs, targets = _matrix(samples.inputs), _matrix(samples.targets)
        path = [point]
        for _ in range(steps):
            point = _step(net, point, inputs, targets, arb(ridge))
            path.append(point)
        gaps = [_squared_distance(earlier, path[-1]) for earlier in path[:-1]]
        found = []
        for gap in gaps:
            if not gap > 0:
                break
            found.append(float(gap.log().mid()) / 2)
        return found


def above_rounding(logarithms: Sequence[float]) -> list[float]:
    return [value for value in logarithms if value > FLOOR]


def order(logarithms: Sequence[float]) -> float:
    """log(d_{k+1} / d_k) / log(d_k / d_{k-1}) at the last three distances above the rounding floor; not a number if none."""
    usable = above_rounding(logarithms)
    if len(usable) < 3:
        return float("nan")
    a, b, c = usable[-3:]
    return (c - b) / (b - a) if a != b else float("nan")


def _matrix(part: Any) -> Any:
    return arb_mat([[arb(float(value)) for value in row] for row in part])


def _step(net: Perceptron, point: list[Any], inputs: Any, targets: Any, ridge: Any) -> list[Any]:
    layers, outputs = _forward(net, point, inputs)
    psis = _sensitivities(net, point, layers)
    size = outputs.nrows() * outputs.ncols()
    system, error = _kernel(layers, psis), outputs - targets
    for i in range(size):
        system[i, i] = system[i, i] + ridge
    right = arb_mat([[error[i, t]] for t in range(error.ncols()) for i in range(error.nrows())])
    dual = system.solve(right, algorithm="approx")
    return [part - _pulled_back(layer, psi, dual) for part, layer, psi in zip(point, layers, psis, strict=True)]


def _forward(net: Perceptron, point: list[Any], inputs: Any) -> tuple[list[Layer], Any]:
    layers, phi = [], inputs
    for number, matrix in enumerate(point, start=1):
        ones = [[arb(1)] * phi.ncols()]
        fed = arb_mat(phi.tolist() + ones)
        z = matrix.transpose() * fed
        if number == net.layers:
            layers.append(Layer(fed, [[arb(1)] * z.ncols() for _ in range(z.nrows())]))
            return layers, z
        roots = [[(value * value + 1).sqrt() for value in row] for row in z.tolist()]
        pairs = [list(zip(*rows, strict=True)) for rows in zip(z.tolist(), roots, strict=True)]
        layers.append(Layer(fed, [[1 + value / (2 * root) for value, root in row] for row in pairs]))
        phi = arb_mat([[(root - 1) / 2 + value for value, root in row] for row in pairs])
    raise ValueError("a network has a layer")


def _sensitivities(net: Perceptron, point: list[Any], layers: list[Layer]) -> list[Any]:
    """Psi_l side by side for all samples, n_l x T n_L, sample after sample."""
    n, samples = net.widths[-1], layers[0].fed.ncols()
    psi = arb_mat([[arb(int(i == j)) for _ in range(samples) for j in range(n)] for i in range(n)])
    found = [psi]
    for number in range(net.layers - 1, 0, -1):
        inner = arb_mat(point[number].tolist()[: net.widths[number]])
        slope = layers[number - 1].slope
        rows = (inner * psi).tolist()
        psi = arb_mat([[value * slope[i][place // n] for place, value in enumerate(row)] for i, row in enumerate(rows)])
        found.append(psi)
    return found[::-1]


def _kernel(layers: list[Layer], psis: list[Any]) -> Any:
    total: Any = None
    for layer, psi in zip(layers, psis, strict=True):
        n = psi.ncols() // layer.fed.ncols()
        gram, own = (layer.fed.transpose() * layer.fed).tolist(), (psi.transpose() * psi).tolist()
        part = arb_mat([[value * gram[a // n][b // n] for b, value in enumerate(row)] for a, row in enumerate(own)])
        total = part if total is None else total + part
    return total


def _pulled_back(layer: Layer, psi: Any, dual: Any) -> Any:
    """The sum over the samples of phi~ (Psi c)', for cotangents c stacked sample after sample, rounded to points."""
    samples = layer.fed.ncols()
    n = psi.ncols() // samples
    weighted = [[value * dual[place, 0] for place, value in enumerate(row)] for row in psi.tolist()]
    omega = arb_mat([[sum(row[t * n : (t + 1) * n], arb(0)) for row in weighted] for t in range(samples)])
    return arb_mat([[value.mid() for value in row] for row in (layer.fed * omega).tolist()])


def _squared_distance(left: list[Any], right: list[Any]) -> Any:
    gaps = [(a - b).tolist() for a, b in zip(left, right, strict=True)]
    return sum((value * value for rows in gaps for row in rows for value in row), arb(0)).mid()
