"""What X3-3 to X3-6 share: the document's recipe for data and weights, what may be done to the draws, and the doubling search.

The loss is (32), |Y - X W_1 ... W_N|_F^2, so that all matrices are transposed on the way into :mod:`numerics.batched_chain`;
balancedness (28) is read in the same order (with W_1 of 5 x 2 it is not even defined in the other).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.batched_chain import Array, ChainData, Criterion, Descents, End, Weights, by_rows, descend, gradient_at_most
from numerics.step_size import AS_PRINTED, Reading, Sizes, balanced, loosened, shrunk, sizes

SQUARE, NARROW = (5, 5, 5, 5), (5, 2, 2, 5)
WIDTHS = {"three 5 x 5 layers": SQUARE, "layers 5 x 2, 2 x 2, 2 x 5": NARROW}
DEPTHS = {"two layers": (5, 5, 5), "three layers": SQUARE, "four layers": (5, 5, 5, 5, 5)}
ALPHA, DELTA, BALANCEDNESS, BOUND, FAILING = 0.71894, 1.17328, 0.84352, 2.374e-4, 0.0273
EPOCHS = 5000
GIVEN = {
    "data": "X 5 x 5 normal, Y = diag(1, ..., 5) X + noise of standard deviation 0.1",
    "loss": "(32), without 1/2",
    "delta": "(30)",
}


@dataclass(frozen=True)
class Networks:
    """Chains on data of their own: weights (count, d_i, d_{i-1}) each, X (count, 5, 5), Y (count, 5, 5), all transposed."""

    weights: Weights
    X: Array
    Y: Array

    def sizes(self, reading: Reading = AS_PRINTED) -> Sizes:
        return sizes(self.X, self.Y, reading)


def drawn(random: Any, count: int, widths: Sequence[int], inputs: float, weights: float) -> Networks:
    """The document's recipe with standard deviations ``inputs`` for X and ``weights`` for the W_i."""
    X = inputs * random.standard_normal((count, 5, 5))
    Y = np.diag(np.arange(1.0, 6.0)) @ X + 0.1 * random.standard_normal((count, 5, 5))
    chain = tuple(weights * random.standard_normal((count, m, n)) for n, m in pairwise(widths))
    return Networks(chain, *by_rows((X, Y)))


def as_drawn(networks: Networks, random: Any) -> Weights:
    return networks.weights


def shrunk_to_alpha(networks: Networks, random: Any) -> Weights:
    """All weights times one factor, so that the balancedness is 0.71894 delta."""
    return shrunk(networks.weights, networks.sizes(), ALPHA)


def rebalanced(networks: Networks, random: Any) -> Weights:
    """Balanced weights of the same product, disturbed at random until the balancedness is 0.71894 delta."""
    directions = [random.standard_normal(weight.shape) for weight in networks.weights]
    return loosened(balanced(networks.weights), directions, networks.sizes(), ALPHA)


@dataclass(frozen=True)
class Treatment:
    """Standard deviations of the entries of X and of the drawn weights, and what is done to the drawn weights."""

    name: str
    inputs: float
    weights: float
    arrange: Callable[[Networks, Any], Weights] = as_drawn

    def networks(self, random: Any, count: int, widths: Sequence[int]) -> Networks:
        plain = drawn(random, count, widths, self.inputs, self.weights)
        return Networks(self.arrange(plain, random), plain.X, plain.Y)


UNIT = Treatment("weights N(0, 1)", 1.0, 1.0)
SMALL = Treatment("weights N(0, 0.09)", 1.0, 0.3)
SHRUNK = Treatment("weights shrunk to alpha", 1.0, 1.0, shrunk_to_alpha)
SHRUNK_SMALL_X = Treatment("X N(0, 0.09), weights shrunk to alpha", 0.3, 1.0, shrunk_to_alpha)
SEVEN_TENTHS = Treatment("X N(0, 0.49), weights shrunk to alpha", 0.7, 1.0, shrunk_to_alpha)
FITTED = Treatment("X N(0, 0.0036), weights N(0, 4) rebalanced to alpha", 0.06, 2.0, rebalanced)


def joined(parts: Sequence[Networks]) -> Networks:
    """The networks of several seeds as one batch."""
    weights = tuple(np.concatenate(layers) for layers in zip(*(part.weights for part in parts), strict=True))
    return Networks(weights, *(np.concatenate([getattr(part, name) for part in parts]) for name in ("X", "Y")))


@dataclass(frozen=True)
class Doubling:
    """Runs of every network with the steps first * 2^k: steps (count, k), the runs in C order, and how they ended."""

    steps: Array
    runs: Descents

    def table(self, values: Any) -> Any:
        """One value for each run, as (count, k)."""
        return np.asarray(values).reshape(self.steps.shape)

    @property
    def diverged(self) -> Any:
        return self.table(self.runs.ended(End.DIVERGED))

    @property
    def converged(self) -> Any:
        """The gradient became as small as asked for."""
        return self.table(self.runs.ended(End.CONVERGED))

    @property
    def last_over_first(self) -> Array:
        """The last loss over the first; infinite where the run diverged."""
        return self.table(self.runs.losses[-1] / self.runs.losses[0])

    def until(self, share: float) -> Array:
        """The first record epoch at which the loss is at most ``share`` of the first one; infinite where it never was."""
        below = self.runs.losses <= share * self.runs.losses[0]
        return self.table(np.where(below.any(axis=0), self.runs.epochs[below.argmax(axis=0)], np.inf))

    def first(self, failed: Any) -> Array:
        """The smallest step that fails, the search going upwards; NaN where none does."""
        found = self.steps[np.arange(len(failed)), failed.argmax(axis=1)]
        return np.where(failed.any(axis=1), found, np.nan)


def double(
    networks: Networks,
    first: Any,
    doublings: int,
    epochs: int,
    *,
    criterion: Criterion | None = None,
    every: int = 20,
    records: Any = (),
) -> Doubling:
    """Run each network with first * 2^k, k < doublings, side by side; ``first``: one step for all, or one for each network.

    A start that is not positive and finite is run at 1 and reported as NaN.
    """
    count = len(networks.X)
    starts = np.broadcast_to(np.asarray(first, dtype=float), (count,))
    usable = np.isfinite(starts) & (starts > 0)
    steps = np.where(usable, starts, 1.0)[:, None] * 2.0 ** np.arange(doublings)
    repeat = [np.repeat(part, doublings, axis=0) for part in (*networks.weights, networks.X, networks.Y)]
    criterion = criterion or gradient_at_most(1e-2)
    data = ChainData(repeat[-2], repeat[-1])
    runs = descend(repeat[:-2], data, steps.ravel(), epochs, criterion=criterion, every=every, records=records)
    return Doubling(np.where(usable[:, None], steps, np.nan), runs)
