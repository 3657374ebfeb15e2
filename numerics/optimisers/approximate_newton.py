"""The approximate Newton method for perceptrons: each step solves with the generalised Gauss-Newton matrix of the squared loss.

W <- W + factor xi with (J'J + ridge I) xi = -J'r.  Where there are fewer outputs than weights, xi = -J' (J J' + ridge I)^-1 r is
the same vector for a fraction of the work, and for ridge 0 the step of smallest norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from numerics.mlp import Pass, Perceptron, Samples, Weights, forward, kernel, pulled_back, total_loss
from numerics.mlp_activations import Array
from numerics.mlp_curvature import gauss_newton
from numerics.optimisers.record import Stop, norm

_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Approach:
    """Runs of B networks side by side.

    losses, gradient_norms: (steps + 1, B), before every step and after the last; a run that has ended keeps its last values.
    path: (steps + 1, B, N_net), the points, where they were asked for; point: the weights at the end; stops, taken: why each run
    ended, and after how many steps.
    """

    losses: Array
    gradient_norms: Array
    path: Array
    point: tuple[Array, ...]
    stops: Any
    taken: Any


def approximate_newton(
    net: Perceptron,
    start: Weights,
    samples: Samples,
    *,
    ridge: float,
    steps: int,
    factor: float = 1.0,
    fitted: float = 0.0,
    adaptive: bool = False,
    keep: bool = False,
) -> Approach:
    """At most ``steps`` steps for every network of ``start``, (B, m_l, n_l) each, on samples of its own.

    A run ends when its loss is below ``fitted`` or no longer finite, or when its step is not finite or changes nothing.
    adaptive: a step that does not lower the loss is not made, and the ridge of that run grows fourfold; else it shrinks
    fourfold (Levenberg and Marquardt).
    """
    point = tuple(np.array(part, dtype=float) for part in start)
    networks = point[0].shape[0]
    losses, norms = (np.full((steps + 1, networks), np.nan) for _ in range(2))
    path = np.full((steps + 1 if keep else 0, networks, net.size), np.nan)
    stops, taken = np.array([Stop.MAX_STEPS] * networks, dtype=object), np.zeros(networks, dtype=int)
    active, ridges = np.arange(networks), np.full(networks, float(ridge))
    with np.errstate(all="ignore"):
        for step in count():
            weights, data = _some(point, active), samples[active]
            trace = forward(net, weights, data.inputs)
            error = trace.outputs - data.targets
            slopes = pulled_back(net, weights, trace, error)
            value = np.square(error).sum(axis=(-1, -2)) / 2
            losses[step:, active], norms[step:, active] = value, norm(slopes, 1)
            path[step:, active] = net.join(weights)
            stops[active[value < fitted]] = Stop.FITTED
            stops[active[~np.isfinite(value)]] = Stop.DIVERGED
            going = np.isfinite(value) & (value >= fitted)
            if step == steps or not going.any():
                break
            active, weights, slopes, data = active[going], _some(weights, going), _some(slopes, going), data[going]
            change = _step(net, weights, data, _of(trace, going), error[going], slopes, ridges[active])
            moved = tuple(w + factor * xi for w, xi in zip(weights, change, strict=True))
            still = np.logical_and.reduce([(a == b).all(axis=(-1, -2)) for a, b in zip(moved, weights, strict=True)])
            if adaptive:
                better = total_loss(net, moved, data) < value[going]
                ridges[active] *= np.where(better, 0.25, 4.0)
                moved = tuple(np.where(better[:, None, None], a, b) for a, b in zip(moved, weights, strict=True))
            sound = np.logical_and.reduce([np.isfinite(part).all(axis=(-1, -2)) for part in moved])
            stops[active[~sound]], stops[active[still]] = Stop.SINGULAR, Stop.STAGNATED
            active, moved = active[sound & ~still], _some(moved, sound & ~still)
            taken[active] += 1
            for part, fresh in zip(point, moved, strict=True):
                part[active] = fresh
    return Approach(losses, norms, path, point, stops, taken)


def _some(parts: Weights, which: Any) -> tuple[Array, ...]:
    return tuple(part[which] for part in parts)


def _of(trace: Pass, which: Any) -> Pass:
    return Pass(_some(trace.fed, which), _some(trace.slopes, which), _some(trace.curves, which), trace.outputs[which])


def _step(
    net: Perceptron, weights: Weights, samples: Samples, trace: Pass, error: Array, slopes: Weights, ridge: Array
) -> tuple[Array, ...]:
    networks, outputs, targets = error.shape
    if outputs * targets <= net.size:
        r = np.swapaxes(error, -1, -2).reshape(networks, outputs * targets)
        dual = _solve(kernel(net, weights, trace), r, ridge).reshape(networks, targets, outputs)
        return tuple(-part for part in pulled_back(net, weights, trace, np.swapaxes(dual, -1, -2)))
    right, found = net.join(slopes), []
    for k in range(networks):  # one by one: a single matrix stays in the cache
        matrix = gauss_newton(net, _some(weights, k), samples[k])[None]
        found.append(-_solve(matrix, right[[k]], ridge[[k]])[0])
    return net.split(np.array(found))


def _solve(matrix: Array, right: Array, ridge: Array) -> Array:
    """(matrix + ridge I)^-1 right; for ridge 0 the solution of smallest norm, eigenvalues of rounding size counted as zero."""
    _, size = right.shape
    sound: Any = np.isfinite(matrix).all(axis=(-1, -2))
    matrix[~sound] = np.eye(size)
    return np.where(sound[:, None], _by_elimination(matrix, right, ridge), np.nan)


def _by_elimination(matrix: Array, right: Array, ridge: Array) -> Array:
    if not ridge.all():
        return _by_eigenvalues(matrix, right, ridge[:, None])
    try:
        damped = matrix.copy()
        np.einsum("bii->bi", damped)[...] += ridge[:, None]
        return np.asarray(np.linalg.solve(damped, right[..., None])[..., 0])
    except np.linalg.LinAlgError:
        return _by_eigenvalues(matrix, right, ridge[:, None])


def _by_eigenvalues(matrix: Array, right: Array, ridge: Array) -> Array:
    _, size = right.shape
    values, vectors = np.linalg.eigh(matrix)
    kept = values + ridge > size * _EPS * values[:, -1:]
    weights = np.where(kept, 1 / np.where(kept, values + ridge, 1.0), 0.0)
    return np.einsum("bij,bj,bkj,bk->bi", vectors, weights, vectors, right, optimize=True)
