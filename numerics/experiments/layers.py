"""What X0-1 and X0-2 share: the question's data in four scalings, and runs of one network over seeds and learning rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from numerics.deep_linear import Rows, activations, pytorch_default, reduced_rows, train
from numerics.experiments.measure import band, padded, quantity
from numerics.linear_regression import Array, progression, reduce

ONE_LAYER = (100, 1)
RATES = (1e-14, 1e-13, 1e-12, 1e-11)
TOO_LARGE = (1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
SCALED_RATES = (1e-3, 5e-3, 1e-2, 1e-1, 5e-1)
DEEP_SCALED_RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
EPOCHS, SHORT = 1000, 300
COMMON = 1e-12
GIVEN = {"samples": 1500, "features": 100, "objective": "mean of squared errors", "method": "full-batch gradient descent"}


def _largest(X: Array) -> Array:
    return X / X.max()


def _centred(X: Array) -> Array:
    return (X - X.mean(axis=0)) / X.max()


def _standardised(X: Array) -> Array:
    return (X - X.mean(axis=0)) / X.std(axis=0)


def _unchanged(X: Array) -> Array:
    return X


@dataclass(frozen=True)
class Scaling:
    """What is done to the inputs and to the labels before training."""

    inputs: Callable[[Array], Array] = _unchanged
    labels: Callable[[Array], Array] = _unchanged


AS_PRINTED = Scaling()
SCALINGS = {
    "divided by the largest entry": Scaling(_largest),
    "centred and divided by the largest entry": Scaling(_centred),
    "standardised": Scaling(_standardised),
    "standardised with its labels": Scaling(_standardised, _standardised),
}


VARIED = {
    "learning rate": [*RATES, *TOO_LARGE],
    "learning rate on scaled data, one layer": list(SCALED_RATES),
    "learning rate on scaled data, more layers": list(DEEP_SCALED_RATES),
    "epochs": [100, SHORT, EPOCHS],
    "initialisation": "PyTorch's default, uniform on (-1, 1)/sqrt(fan_in)",
    "bias": ["with", "without"],
    "data": ["as printed", *SCALINGS],
    "precision": "double",
    "chosen to fit": "where a quantity says best rate or smallest error over the rates, the rate is chosen for each seed",
}


@dataclass(frozen=True)
class Runs:
    """Losses (epochs + 1, S), NaN after the end of a run, and for each seed whether it diverged."""

    losses: Array
    diverged: Array

    @property
    def final(self) -> Array:
        return np.where(self.diverged, np.inf, self.losses[-1])


@cache
def rows_of(scaling: Scaling = AS_PRINTED) -> tuple[Array, Rows]:
    """An orthonormal basis of the rows of the inputs, and the reduced data."""
    X, L = progression()
    data = reduce(scaling.inputs(X), scaling.labels(L))
    return data.basis, reduced_rows(data)


def over_seeds(
    seeds: Sequence[int], widths: Sequence[int], rate: float, epochs: int, *, biases: bool = True, data: Any = None
) -> Runs:
    """One run for each seed, from PyTorch's default weights; the same seed starts every rate from the same weights."""
    basis, rows = data if data is not None else rows_of()
    runs = []
    for seed in seeds:
        net = pytorch_default(np.random.RandomState(seed), widths, biases=biases)
        runs.append(train(net.within(basis), rows, rate, epochs))
    return Runs(padded([run.losses for run in runs], epochs + 1), np.array([run.diverged for run in runs]))


def initial_parts(seeds: Sequence[int], widths: Sequence[int], *, biases: bool = True) -> tuple[Array, Array]:
    """The mean squared error of the untrained networks, split over the steep and the flat direction of the data; each (S,).

    The two left singular directions of the reduced inputs with their ones.  A stiff direction is fitted at once, so that what a
    network starts with in the flat one is what it is left with for as long as that direction does not move.
    """
    basis, rows = rows_of()
    frame = np.linalg.svd(np.column_stack([rows.inputs, rows.ones]))[0]
    parts = []
    for seed in seeds:
        net = pytorch_default(np.random.RandomState(seed), widths, biases=biases).within(basis)
        error = frame.T @ (activations(net, rows)[-1] - rows.labels)[:, 0]
        parts.append(error[:2] ** 2 / rows.samples)
    steep, flat = np.array(parts).T
    return steep, flat


def rate_name(rate: float) -> str:
    return f"rate {rate:.0e}"


def grid(seeds: Sequence[int], widths: Sequence[int], rates: Sequence[float], epochs: int, **how: Any) -> dict[float, Runs]:
    return {rate: over_seeds(seeds, widths, rate, epochs, **how) for rate in rates}


def tables(runs: dict[float, Runs], label: str, epochs: int) -> dict[str, Any]:
    """For each rate the final error, whether the run diverged, and whether it has settled: its change over the second half."""
    found: dict[str, Any] = {}
    for rate, run in runs.items():
        name = f"{label}, {rate_name(rate)}"
        found[f"diverged, {name}"] = quantity("1 if the loss stopped being finite", run.diverged)
        if not run.diverged.all():
            found[f"mean squared error after {epochs} epochs, {name}"] = quantity("1", run.final)
            with np.errstate(invalid="ignore"):
                change = 1 - run.losses[-1] / run.losses[epochs // 2]
            found[f"share lost over the second half, {name}"] = quantity("1", np.where(run.diverged, np.inf, change))
    return found


def best(runs: dict[float, Runs]) -> Array:
    """The smallest final error of each seed over the rates: a rate chosen to fit, and reported as such."""
    return np.min([run.final for run in runs.values()], axis=0)


def curves_of(runs: dict[float, Runs], label: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rate, run in runs.items():
        if not run.diverged.any():
            found |= band(f"{label}, {rate_name(rate)}", np.arange(len(run.losses)), run.losses)
    return found
