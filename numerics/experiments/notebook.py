"""The notebook's problem over many seeds at once, and its published numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.optimisers.descent import Adam, GradientDescent, descend
from numerics.optimisers.record import Trajectory
from numerics.product import Array, Compressed, Pair, compress, value_and_gradient

GD_RATES = (1e-6, 1e-5, 1e-4, 1e-3)
ADAM_RATES = (1e-5, 1e-4, 1e-3, 1e-2)
STEPS = 3000
GIVEN = {"xdim": 6, "wdim": 6, "ydim": 10, "nsamples": 1000, "steps": STEPS, "loss": "sum over samples of squared errors"}


@dataclass(frozen=True)
class Problems:
    """One problem for each seed.

    Start (W1: S x 10 x 6, W2: S x 6 x 6), target A: S x 10 x 6, data compressed, and inputs X: S x 6 x n.
    """

    start: Pair
    target: Array
    data: Compressed
    inputs: Array
    samples: int


def problems(seeds: Sequence[int], samples: int = 1000) -> Problems:
    """What the notebook draws, in its order: W1, W2, U, X; the same W1, W2 and A for every number of samples."""
    drawn = [_draw(np.random.RandomState(seed), samples) for seed in seeds]
    W1, W2, A = (np.stack([one[k] for one in drawn]) for k in range(3))
    pieces = [compress(X, target @ X) for _, _, target, X in drawn]
    parts = (np.stack([getattr(piece, name) for piece in pieces]) for name in ("root", "labels", "target", "floor"))
    root, labels, solution, floor = parts
    data = Compressed(root, labels, solution, floor, all(piece.full_rank for piece in pieces))
    return Problems((W1, W2), A, data, np.stack([one[3] for one in drawn]), samples)


def _draw(rng: Any, samples: int) -> tuple[Array, Array, Array, Array]:
    W1, W2 = rng.randn(10, 6), rng.randn(6, 6)
    A = np.linspace(1, 1e-5, 10).reshape(-1, 1) * rng.rand(10, 6)
    return W1, W2, A, rng.randn(6, samples)


def spread(data: Compressed, axis: int = 0) -> Compressed:
    """The same data with a batch axis of length one put in at ``axis``, to stand against an axis of rates."""
    parts = (np.expand_dims(part, axis) for part in (data.root, data.labels, data.target, data.floor))
    root, labels, target, floor = parts
    return Compressed(root, labels, target, floor, data.full_rank)


def over_rates(start: Pair, rates: int) -> Pair:
    """Starts (S, ...) repeated along a new first axis: (rates, S, ...)."""
    W1, W2 = (np.broadcast_to(part, (rates, *part.shape)) for part in start)
    return W1, W2


def first_order(
    start: Pair, data: Compressed, method: str, rates: Sequence[float], steps: int = STEPS, every: int = 1
) -> Trajectory:
    """Every rate on every seed in one batch: losses are (records, rates, S).  method: 'GD' or 'Adam'."""
    table = np.repeat(np.asarray(rates, dtype=float)[:, None], start[0].shape[0], axis=1)
    rule = GradientDescent(table) if method == "GD" else Adam(table)
    return descend(value_and_gradient(spread(data)), over_rates(start, len(rates)), rule, steps=steps, every=every)


def name_of(method: str, rate: float) -> str:
    return f"{method} {rate:.0e}".replace("e-0", "e-").replace("e+0", "e+")
