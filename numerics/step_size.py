"""The largest step that Theorem 2.4 of document 003 allows, in floating point, for a batch of networks and every reading.

With W = W_N ... W_1, the loss L and the balancedness constant b = max_j |W_{j+1}' W_{j+1} - W_j W_j'| = alpha delta of the start:

    bound = 2 (1 - alpha) delta / (4 L + (1 - alpha) delta B),
    B = 2 e N K^(N-1) |X|^2 + sqrt(e) N K^(N/2-1) |X Y'|,  K = M^(2/N) + (N+1)^2 delta,

    M = sqrt(2 |Y - W X| + |Y|) / sigma_min(X) as printed,
    M = (sqrt(2 L) + |Y|) / sigma_min(X) with L = 1/2 |Y - W X|_F^2 in the source,

and delta = M^(2/N) / (N (N+1)^2) by (30), so that K = M^(2/N) (1 + 1/N).  This form is for experiments; it is not certified.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.batched_chain import Array, Weights, product, squared_norm


@dataclass(frozen=True)
class Reading:
    """How the formulas are read: which M, which norms where none is named, whether the loss has the factor 1/2."""

    printed: bool = True
    spectral: bool = True
    half: bool = False

    @property
    def words(self) -> str:
        norms = "spectral" if self.spectral else "Frobenius"
        return f"{'printed' if self.printed else 'recovered'} M, {norms} norms, loss {'with' if self.half else 'without'} 1/2"

    def norm(self, matrices: Array) -> Array:
        """The norm of each matrix of a batch."""
        if not self.spectral:
            return np.sqrt(squared_norm(matrices))
        return np.sqrt(np.asarray(np.linalg.eigvalsh(np.swapaxes(matrices, -1, -2) @ matrices))[..., -1])


AS_PRINTED = Reading()
AS_RECOVERED = Reading(printed=False, half=True)
READINGS = tuple(
    Reading(printed, spectral, half) for printed in (True, False) for spectral in (True, False) for half in (False, True)
)


@dataclass(frozen=True)
class StepBound:
    """Everything that the theorem computes, (batch,) each; it speaks of networks with alpha = balancedness / delta below 1."""

    loss: Array
    balancedness: Array
    M: Array
    delta: Array
    K: Array
    B: Array
    layers: int

    @property
    def alpha(self) -> Array:
        return self.balancedness / self.delta

    @property
    def applies(self) -> Any:
        return self.balancedness < self.delta

    @property
    def formal(self) -> Array:
        """The value of the formula, whatever alpha: above 1 it means nothing, though it may be positive."""
        room = self.delta - self.balancedness
        return 2 * room / (4 * self.loss + room * self.B)

    @property
    def bound(self) -> Array:
        """The largest step that the theorem allows; NaN where it does not apply."""
        return np.where(self.applies, self.formal, np.nan)


def balancedness(weights: Sequence[Array], reading: Reading = AS_PRINTED) -> Array:
    """max_j |W_{j+1}' W_{j+1} - W_j W_j'|, (batch,); 0 for one layer."""
    gaps = [np.zeros(len(weights[0]))]
    for lower, upper in pairwise(weights):
        gaps.append(reading.norm(np.swapaxes(upper, -1, -2) @ upper - lower @ np.swapaxes(lower, -1, -2)))
    return np.maximum.reduce(gaps)


@dataclass(frozen=True)
class Sizes:
    """What the formulas need of the data, computed once: X, Y and sigma_min(X), |X|, |Y|, |X Y'| in the norms of a reading."""

    X: Array
    Y: Array
    least: Array
    inputs: Array
    targets: Array
    cross: Array
    reading: Reading


def sizes(X: Array, Y: Array, reading: Reading = AS_PRINTED) -> Sizes:
    """For X: (..., d_0, m), Y: (..., d_N, m)."""
    least = np.asarray(np.linalg.svd(X, compute_uv=False))[..., -1]
    return Sizes(X, Y, least, reading.norm(X), reading.norm(Y), reading.norm(X @ np.swapaxes(Y, -1, -2)), reading)


def magnitude(weights: Sequence[Array], data: Sizes) -> Array:
    """M, (batch,)."""
    missed = data.Y - product(weights) @ data.X
    if data.reading.printed:
        return np.sqrt(2 * data.reading.norm(missed) + data.targets) / data.least
    return (np.sqrt(squared_norm(missed)) + data.targets) / data.least


def delta_of(M: Any, layers: int) -> Any:
    """(30)."""
    return M ** (2 / layers) / (layers * (layers + 1) ** 2)


def step_bound(weights: Sequence[Array], data: Sizes, delta: Any = None) -> StepBound:
    """The theorem's numbers for weights (batch, d_i, d_{i-1}); delta by (30) unless given."""
    N, reading = len(weights), data.reading
    M = magnitude(weights, data)
    chosen = delta_of(M, N) if delta is None else np.broadcast_to(np.asarray(delta, dtype=float), M.shape)
    K = M ** (2 / N) + (N + 1) ** 2 * chosen
    B = 2 * math.e * N * K ** (N - 1) * data.inputs**2 + math.sqrt(math.e) * N * K ** (N / 2 - 1) * data.cross
    loss = squared_norm(data.Y - product(weights) @ data.X) * (0.5 if reading.half else 1.0)
    return StepBound(loss, balancedness(weights, reading), M, chosen, K, B, N)


def _moved(start: Sequence[Array], along: Sequence[Array], by: Array) -> Weights:
    return tuple(weight + by[:, None, None] * step for weight, step in zip(start, along, strict=True))


def shrunk(weights: Sequence[Array], data: Sizes, alpha: float, rounds: int = 60, settled: float = 1e-7) -> Weights:
    """All weights of a network times one factor in (0, 1] for which the balancedness is alpha times the delta of (30).

    The factor t solves t^2 b = alpha delta(t); delta hardly depends on small t, so that t <- sqrt(alpha delta(t) / b) settles in
    a few rounds.  Networks that lie below that already stay as they are.
    """
    gap, zeros = balancedness(weights, data.reading), [np.zeros_like(weight) for weight in weights]
    factor = np.ones(len(gap))
    for _ in range(rounds):
        before = factor
        allowed = alpha * delta_of(magnitude(_moved(zeros, weights, factor), data), len(weights))
        factor = np.sqrt(np.minimum(1.0, allowed / np.maximum(gap, np.finfo(float).tiny)))
        if np.max(np.abs(factor / before - 1)) <= settled:
            break
    return _moved(zeros, weights, factor)


def loosened(
    weights: Sequence[Array], directions: Sequence[Array], data: Sizes, alpha: float, farthest: float = 3.0, halvings: int = 40
) -> Weights:
    """Balanced weights moved along given directions, at most ``farthest`` times, until the balancedness is alpha times delta."""

    def inside(by: Array) -> Array:
        moved = _moved(weights, directions, by)
        return balancedness(moved, data.reading) <= alpha * delta_of(magnitude(moved, data), len(weights))

    low = np.zeros(len(weights[0]))
    high = np.full_like(low, farthest)
    for _ in range(halvings):
        middle = (low + high) / 2
        within = inside(middle)
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    return _moved(weights, directions, low)


def balanced(weights: Sequence[Array]) -> Weights:
    """Balanced weights with the same product: the N-th root of its singular values in every layer."""
    u, s, vt = np.linalg.svd(product(weights), full_matrices=False)
    rank = min(min(weight.shape[1:]) for weight in weights)
    root = s[:, :rank] ** (1 / len(weights))
    factors = []
    for place, weight in enumerate(weights):
        layer = np.zeros_like(weight)
        layer[:, range(rank), range(rank)] = root
        if place == 0:
            layer = layer[:, :, :rank] @ vt[:, :rank]
        if place == len(weights) - 1:
            layer = u[:, :, :rank] @ layer[:, :rank]
        factors.append(layer)
    return tuple(factors)
