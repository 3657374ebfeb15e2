"""What is read off strings between pairs of trained models: tables by level, fits to the means, how many ended in which way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.experiments.measure import curve
from numerics.strings import Ended, String

Array = np.ndarray[Any, np.dtype[Any]]
ENDS_NOT_TRAINED = "an end point did not reach the level"
LENGTH, COUNT, CONNECTED = "normalised length, level {}", "models on the string, level {}", "connected, level {}"


@dataclass(frozen=True)
class Published:
    """One row of the table: mean normalised length and mean number of beads, each with half its error bar where it has one."""

    length: float
    beads: float
    length_bar: float | None = None
    beads_bar: float | None = None


@dataclass(frozen=True)
class Grown:
    """strings: by pair and level; None where an end point did not reach the level."""

    levels: tuple[float, ...]
    strings: tuple[tuple[String | None, ...], ...]

    def of(self, level: float) -> list[String | None]:
        place = self.levels.index(level)
        return [row[place] for row in self.strings]


def connected(strings: Sequence[String | None]) -> list[String | None]:
    return [one if one is not None and one.connected else None for one in strings]


def values(strings: Sequence[String | None], read: Any) -> list[float]:
    return [float("nan") if one is None else float(read(one)) for one in strings]


def published_words(value: float, bar: float | None) -> str:
    return f"mean {value:g}" + ("" if bar is None else f" ± {bar:g}")


def line_fit(x: Array, y: Array) -> tuple[float, float]:
    """The least-squares slope of y against x, and the share of the variance of y that the line explains."""
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    rest = y - y.mean() - slope * (x - x.mean())
    spread = np.sum((y - y.mean()) ** 2)
    return float(slope), float(1 - np.sum(rest**2) / spread) if spread else float("nan")


def mean_of(table: Array) -> Array:
    """The mean of each column over what is there; NaN where nothing is."""
    there = np.isfinite(table)
    total, count = np.where(there, table, 0).sum(axis=0), there.sum(axis=0)
    return np.where(count, total / np.maximum(count, 1), np.nan)


def fit(x: Array, y: Array) -> tuple[float, float]:
    """``line_fit`` where y is there, NaN for fewer than three points."""
    there = np.isfinite(y)
    return line_fit(x[there], y[there]) if there.sum() > 2 else (float("nan"), float("nan"))


def rank_correlation(x: Array, y: Array) -> float:
    """Spearman's, equal values sharing their rank."""
    there = np.isfinite(y)
    if there.sum() < 3:
        return float("nan")
    ranks = [np.array([np.mean(np.flatnonzero(np.sort(part) == value)) for value in part]) for part in (x[there], y[there])]
    apart = [part - part.mean() for part in ranks]
    size = float(np.sqrt(np.sum(apart[0] ** 2) * np.sum(apart[1] ** 2)))
    return float(np.sum(apart[0] * apart[1])) / size if size else float("nan")


def level_curves(grown: Grown, length: Callable[[String], float]) -> dict[str, Any]:
    """Mean, spread and standard error of the length and of the number of models over the connected pairs, and how pairs ended."""
    levels = list(grown.levels)
    curves: dict[str, Any] = {}
    for name, read in (("length", length), ("models", lambda one: len(one.beads))):
        table = np.array([values(connected(grown.of(level)), read) for level in levels])
        count = np.isfinite(table).sum(axis=1)
        mean = mean_of(table.T)
        spread = np.array([np.nanstd(row) if n else np.nan for row, n in zip(table, count, strict=True)])
        curves |= {f"{name}, mean": curve(levels, mean), f"{name}, standard deviation": curve(levels, spread)}
        curves[f"{name}, standard error"] = curve(levels, spread / np.sqrt(np.maximum(count - 1, 1)))
    for why in (*Ended, ENDS_NOT_TRAINED):
        shares = [
            np.mean([(ENDS_NOT_TRAINED if one is None else one.ended) == why for one in grown.of(level)]) for level in levels
        ]
        curves[f"share of pairs: {why}"] = curve(levels, shares)
    return curves
