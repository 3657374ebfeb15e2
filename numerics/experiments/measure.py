"""The shape of a measurement: plain dictionaries that JSON can hold, the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Measurements = dict[str, Any]
POINTS = 120


def seeds_of(seed: int, count: int) -> list[int]:
    """``count`` seeds for NumPy's RandomState, spread from one; different ``seed`` share none in practice."""
    return [int(value) for value in np.random.SeedSequence(seed).generate_state(count)]


def plain(value: Any) -> float | int | None:
    """Six significant digits; None for what is not finite."""
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if number == int(number) and abs(number) < 1e6 else float(f"{number:.5e}")


def quantity(unit: str, values: Iterable[Any], published: Any = None, words: str = "") -> dict[str, Any]:
    """One number for each seed, and what the document says it is: a number, an interval [low, high], or None."""
    return {"unit": unit, "published": published, "published_words": words, "values": [plain(value) for value in values]}


def curve(x: Any, y: Any) -> dict[str, list[Any]]:
    """A curve, thinned to at most POINTS points that are evenly spread over its indices, both ends included."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(POINTS, len(x))).round().astype(int))
    return {"x": [plain(x[i]) for i in kept], "y": [plain(y[i]) for i in kept]}


def band(name: str, x: Any, runs: Any) -> dict[str, dict[str, list[Any]]]:
    """The median and the 10 % and 90 % quantiles over seeds of runs (records x seeds); an ended run counts as infinite."""
    filled = np.where(np.isfinite(runs), runs, np.inf)
    levels = {"median": 0.5, "10 %": 0.1, "90 %": 0.9}
    rows = np.sort(filled, axis=1)
    count = rows.shape[1]
    return {f"{name}, {label}": curve(x, rows[:, min(count - 1, int(level * count))]) for label, level in levels.items()}


def padded(runs: Sequence[Any], length: int) -> Any:
    """Loss lists of different lengths as (length x runs); missing entries are NaN."""
    table = np.full((length, len(runs)), np.nan)
    for column, losses in enumerate(runs):
        table[: min(length, len(losses)), column] = losses[:length]
    return table


def measurements(
    experiment: str, seeds: Sequence[int], settings: Mapping[str, Any], quantities: Mapping[str, Any], curves: Mapping[str, Any]
) -> Measurements:
    return {
        "experiment": experiment,
        "seeds": list(seeds),
        "settings": dict(settings),
        "quantities": dict(quantities),
        "curves": dict(curves),
    }
