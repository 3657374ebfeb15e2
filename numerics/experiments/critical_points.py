"""Regression by a deep linear network W_N ... W_1 X: its critical values, its low-rank minimisers and its explicit saddles.

The document writes X W_1 ... W_N with samples in rows; here everything is transposed.  All arrays carry a batch axis in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.batched_chain import Array, ChainData, End, Weights, compress, descend, loss_at_most
from numerics.experiments.measure import Measurements

SAMPLES, SIZE, WIDTHS = 1000, 5, (5, 4, 4, 5)
BETA = np.diag([5.0, 4.0, 3.0, 2.0, 1.0])
VARIANCE, DEVIATION, NO_ERROR = "variance 0.1", "standard deviation 0.1", "no error"
NOISES = {VARIANCE: float(np.sqrt(0.1)), DEVIATION: 0.1, NO_ERROR: 0.0}
GIVEN = {
    "samples": SAMPLES,
    "X": "1000 x 5, standard normal",
    "beta": "diag(5, 4, 3, 2, 1)",
    "error": "N(0, 0.1) per entry",
    "W1, W2, W3": "5 x 4, 4 x 4, 4 x 5",
    "loss": "|Y - X W1 W2 W3|_F^2",
}


@dataclass(frozen=True)
class Regression:
    """One problem for each member of a batch.

    data: compressed; U: (batch, d_y, d_y), the eigenvectors of Sigma, the strongest first; strengths: (batch, d_y), its
    eigenvalues lambda_i; solution: (batch, d_y, d_x), Sigma_YX Sigma_XX^-1; levels: (batch, d_y + 1), entry r is
    tr Sigma_YY - (lambda_1 + ... + lambda_r).
    """

    data: ChainData
    U: Array
    strengths: Array
    solution: Array
    levels: Array

    def minimiser(self, rank: int) -> Array:
        """The best product of this rank, U_S U_S' Sigma_YX Sigma_XX^-1 with S = [1, rank]."""
        U = self.U[:, :, :rank]
        return U @ np.swapaxes(U, -1, -2) @ self.solution

    def left_at(self, rank: int) -> Array:
        """The loss below which the critical value of ``rank`` counts as left: lower by lambda_(rank + 1) / 2."""
        return self.levels[:, rank] - self.strengths[:, rank] / 2

    def taken(self, places: Any) -> Regression:
        """The problems at these places, repeated as often as they are named."""
        parts = (self.U, self.strengths, self.solution, self.levels)
        return Regression(self.data.kept(places), *(part[places] for part in parts))


def regression(X: Array, Y: Array) -> Regression:
    """X: (batch, d_x, m), Y: (batch, d_y, m), samples in columns, m > d_x.

    With X = [R, 0] Q, the targets Y Q' restricted to the row space of X are Sigma^(1/2) Q', so that their singular values are
    the roots of the lambda_i.
    """
    data = compress(X, Y)
    U, roots, _ = np.linalg.svd(data.targets)
    strengths = roots**2
    total = np.sum(strengths, axis=-1) + data.floor
    levels = total[:, None] - np.pad(np.cumsum(strengths, axis=-1), ((0, 0), (1, 0)))
    solution = np.swapaxes(np.linalg.solve(np.swapaxes(data.inputs, -1, -2), np.swapaxes(data.targets, -1, -2)), -1, -2)
    return Regression(data, U, strengths, solution, levels)


def diagonal_regression(seeds: Sequence[int], noise: str) -> Regression:
    """The document's problem, one for each seed: the same X for every size of the error."""
    X, E = [], []
    for seed in seeds:
        rng = np.random.RandomState(seed)
        X.append(rng.standard_normal((SAMPLES, SIZE)))
        E.append(rng.standard_normal((SAMPLES, SIZE)))
    inputs = np.stack(X)
    targets = inputs @ BETA + NOISES[noise] * np.stack(E)
    return regression(np.swapaxes(inputs, -1, -2), np.swapaxes(targets, -1, -2))


def saddle(problem: Regression, rank: int, widths: Sequence[int], z: float) -> Weights:
    """The explicit critical point for S = [1, rank]: W_N = [U_S, 0], inner layers diag(I, z I), W_1 = [U_S' solution; 0].

    It needs three layers or more and inner layers of one width.  Strict for z != 0, not strict for z = 0.
    """
    inner, batch = widths[1], len(problem.U)
    if len(widths) < 4 or set(widths[1:-1]) != {inner}:
        raise ValueError(f"three layers or more and one inner width are needed, not the widths {tuple(widths)}")
    U = problem.U[:, :, :rank]
    first, last = np.zeros((batch, inner, widths[0])), np.zeros((batch, widths[-1], inner))
    first[:, :rank] = np.swapaxes(U, -1, -2) @ problem.solution
    last[:, :, :rank] = U
    middle = np.broadcast_to(np.diag([1.0] * rank + [z] * (inner - rank)), (batch, inner, inner))
    return (first, *(middle.copy() for _ in widths[2:-1]), last)


def perturbed(weights: Sequence[Array], draws: Sequence[Array], size: float) -> Weights:
    """Gaussian noise of standard deviation size |W_h|_F / sqrt(number of its entries) on every entry of W_h."""
    moved = []
    for weight, draw in zip(weights, draws, strict=True):
        scale = np.sqrt(np.mean(np.square(weight), axis=(-1, -2), keepdims=True))
        moved.append(weight + size * scale * draw)
    return tuple(moved)


def normal_draws(rng: Any, widths: Sequence[int]) -> list[Array]:
    """Standard normal matrices d_i x d_(i-1)."""
    return [rng.standard_normal((out, into)) for into, out in pairwise(widths)]


def random_weights(seeds: Sequence[int], start: str) -> list[Array]:
    """Initial weights for each seed, (S, d_i, d_(i-1)): "normal s", "orthogonal s" or "uniform 1/sqrt(fan-in)".

    The same draws for every s.  Orthogonal: s times matrices with orthonormal rows or columns, which are balanced here, since the
    inner layer is the thinnest.
    """
    kind, size = start.split(" ")[:2]
    drawn = []
    for seed in seeds:
        rng = np.random.RandomState([seed, 1])
        normal = normal_draws(rng, WIDTHS)
        if kind == "uniform":
            drawn.append([rng.uniform(-1, 1, weight.shape) / np.sqrt(weight.shape[1]) for weight in normal])
        else:
            drawn.append([float(size) * (weight if kind == "normal" else _orthogonal(weight)) for weight in normal])
    return [np.stack(layer) for layer in zip(*drawn, strict=True)]


def _orthogonal(weight: Array) -> Array:
    """Orthonormal rows of a wide matrix, columns of a tall one, from its QR decomposition."""
    wide = weight.shape[0] < weight.shape[1]
    q = np.linalg.qr(weight.T if wide else weight)[0]
    return q.T if wide else q


def hessian(weights: Sequence[Array], data: ChainData) -> Array:
    """The Hessian of |Y - W_N ... W_1 X|_F^2 by complex steps, (batch, p, p).

    The gradient is a polynomial, so that its derivative along e is the imaginary part at an imaginary step along e, free of
    cancellation.
    """
    batch, step = len(weights[0]), 1e-30
    count = sum(weight[0].size for weight in weights)
    columns = np.empty((batch, count, count))
    flat = np.concatenate([weight.reshape(batch, -1) for weight in weights], axis=1).astype(complex)
    for k in range(count):
        flat[:, k] += 1j * step
        columns[:, :, k] = _gradient(flat, [weight.shape[1:] for weight in weights], data).imag / step
        flat[:, k] -= 1j * step
    return (columns + np.swapaxes(columns, -1, -2)) / 2


def _gradient(flat: Any, shapes: Sequence[tuple[int, ...]], data: ChainData) -> Any:
    """The gradient at real or complex weights, all layers in one vector for each member of the batch."""
    ends = np.cumsum([out * into for out, into in shapes])
    parts = np.split(flat, ends[:-1], axis=1)
    weights = [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
    states = [data.inputs]
    for weight in weights:
        states.append(weight @ states[-1])
    signal, found = 2 * (states[-1] - data.targets), []
    for weight, state in zip(reversed(weights), reversed(states[:-1]), strict=True):
        found.append((signal @ np.swapaxes(state, -1, -2)).reshape(len(flat), -1))
        signal = np.swapaxes(weight, -1, -2) @ signal
    return np.concatenate(found[::-1], axis=1)


def least_curvature(weights: Sequence[Array], data: ChainData) -> Array:
    """The least eigenvalue of the Hessian, (batch,)."""
    return np.array(np.linalg.eigvalsh(hessian(weights, data))[:, 0], dtype=float)


def turned(weights: Sequence[Array], turns: Sequence[Array]) -> Weights:
    """The same product in other inner coordinates, D_h' W_h D_(h-1) with D_0 = D_N = I; turns: orthogonal D_1, ..., D_(N-1)."""
    after = [*(np.swapaxes(turn, -1, -2) for turn in turns), None]
    before = [None, *turns]
    found = []
    for weight, left, right in zip(weights, after, before, strict=True):
        moved = weight if left is None else left @ weight
        found.append(moved if right is None else moved @ right)
    return tuple(found)


def exit_epochs(
    weights: Sequence[Array], problem: Regression, levels: Array, rate: float, epochs: int, *, every: int = 1
) -> tuple[Array, Weights]:
    """The first epoch, a multiple of ``every``, at which the loss of each run is at most its level, and the weights there.

    Infinite where no epoch up to ``epochs`` is, or a step no longer changes the weights.
    """
    ended = descend(weights, problem.data, rate, epochs, criterion=loss_at_most(levels), every=every)
    return np.where(ended.ended(End.CONVERGED), ended.taken, np.inf), ended.weights


def draw_levels(axes: Any, found: Measurements, name: str, ranks: Sequence[int]) -> None:
    """The first seed's critical values as dotted lines; name: of the quantity, with {} for the rank."""
    for rank in ranks:
        level = found["quantities"][name.format(rank)]["values"][0]
        axes.axhline(level, color="#5d6d7e", linewidth=0.8, linestyle=":")
        axes.annotate(f"rank {rank}", (1.0, level), xycoords=("axes fraction", "data"), fontsize=7, ha="right", va="bottom")
