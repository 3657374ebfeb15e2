"""Strings between pairs of 1-4-4-1 sigmoid networks that fit a polynomial: what X2-1, X2-2 and X2-6 share.

Every pair is drawn from its own seed.  Both ends are trained once, through all levels; at every level a string is then grown
between what they were there.  All pairs and levels grow side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.experiments.string_tables import (
    CONNECTED,
    COUNT,
    LENGTH,
    Grown,
    Published,
    connected,
    fit,
    level_curves,
    mean_of,
    published_words,
    rank_correlation,
    values,
)
from numerics.side_by_side import Adam, Array, Trained, errors
from numerics.small_sigmoid import Regression
from numerics.strings import Rules, String, Task, connect_all, onto_bisector

POINTS = 64
ENDS = Adam(limit=60_000)
BEADS = Adam(limit=30_000, every=15, at_least=15)
RULES = Rules(bead_level=0.95, tolerance=1.1, points=99, middle=True)

INSERTED = "models inserted over generations squared, level {}"
GENERATIONS, SINGLE_PEAK = "generations of insertions, level {}", "new models rise, then fall over the generations, level {}"
EXPONENT, EXPLAINED = "exponent of a power law, models against 1/level", "share of the variance that the power law explains"
MEANS_EXPONENT = "exponent of a power law, mean number of models (bootstrap over pairs)"
MEANS_EXPLAINED = "share of the variance of the means that the power law explains (bootstrap over pairs)"
LENGTH_EXPONENT = "exponent of a power law, mean length against 1/level (bootstrap over pairs)"
LENGTH_POWER = "share of the variance of the mean lengths that a power law explains (bootstrap over pairs)"
LENGTH_EXPONENTIAL = "share of the variance of the mean lengths that an exponential in the level explains (bootstrap over pairs)"
RANKS_COUNT, RANKS_LENGTH = (
    "rank correlation of models with the falling level",
    "rank correlation of length with the falling level",
)


@dataclass(frozen=True)
class Sweep:
    """An experiment: the task, its levels (falling) with the published row of each, the levels at which variants are run, and
    those from which on downwards a law of the length is fitted.
    """

    experiment: str
    task: Regression
    published: Mapping[float, Published]
    varied_at: tuple[float, ...]
    fitted_below: float = 1.0

    @property
    def levels(self) -> tuple[float, ...]:
        return tuple(self.published)


def midpoints(points: int = POINTS) -> Array:
    """The nodes of the midpoint rule on [0, 1]."""
    return (np.arange(points) + 0.5) / points


def quadratic(points: int = POINTS) -> Regression:
    """x^2/2 + x/4 + 1/10; no biases, a sigmoid on the output."""
    x = midpoints(points)
    return Regression(x, 0.5 * x**2 + 0.25 * x + 0.1, biased=False, squashed=True)


def cubic(points: int = POINTS) -> Regression:
    """8 x^3 - 10 x^2 + 3 x; biases, a linear output."""
    x = midpoints(points)
    return Regression(x, 8 * x**3 - 10 * x**2 + 3 * x, biased=True, squashed=False)


def string_task(task: Any, adam: Adam | None = None, *, on_bisector: bool = False) -> Task:
    """Beads trained with Adam; those of the constrained variant stay equally far from both neighbours."""

    def train(models: Array, levels: Array, sides: Array) -> tuple[Array, Array, Array]:
        def keep(stepped: Array, chosen: Array) -> Array:
            return onto_bisector(stepped.astype(float), sides[:, chosen])

        found = (adam or BEADS).until(task, models, levels[:, None], keep if on_bisector else None)
        return found.models[:, 0].astype(float), found.reached[:, 0], found.steps[:, 0]

    return Task(lambda models: errors(task, models), train)


def trained_ends(task: Regression, seeds: Sequence[int], levels: Sequence[float]) -> Trained:
    """Both ends of every pair, first all the left ones, then all the right ones, at each of the falling levels."""
    drawn = np.stack([task.draw(np.random.RandomState(seed), 2) for seed in seeds], axis=1)
    return ENDS.until(task, drawn.reshape(-1, task.size), np.tile(levels, (2 * len(seeds), 1)))


def grow(task: Task, ends: Trained, levels: Sequence[float], chosen: Sequence[float], rules: Rules = RULES) -> Grown:
    """The strings of all pairs at the chosen ones of the levels."""
    pairs = len(ends.models) // 2
    places = [(i, levels.index(level)) for i in range(pairs) for level in chosen]
    there = [(i, k) for i, k in places if ends.reached[i, k] and ends.reached[pairs + i, k]]
    rows, columns = (np.array(part, dtype=int) for part in (zip(*there, strict=True) if there else ((), ())))
    left, right = (ends.models[row, columns].astype(float) for row in (rows, pairs + rows))
    found = dict(zip(there, connect_all(task, left, right, np.array(levels)[columns], rules), strict=True)) if there else {}
    grid = [[found.get((i, levels.index(level))) for level in chosen] for i in range(pairs)]
    return Grown(tuple(chosen), tuple(tuple(row) for row in grid))


# What is read off -------------------------------------------------------------------------------------------------------------


def measure(sweep: Sweep, seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    task = sweep.task
    ends = trained_ends(task, drawn, sweep.levels)
    grown = grow(string_task(task), ends, sweep.levels, sweep.levels)
    quantities: dict[str, Any] = {}
    for level, row in sweep.published.items():
        quantities |= _level_quantities(task, grown.of(level), level, row)
    quantities |= _power_law(sweep, grown, drawn)
    base = {level: grown.of(level) for level in sweep.varied_at}
    for name, rules, constrained in VARIANTS:
        varied = grow(string_task(task, on_bisector=constrained), ends, sweep.levels, sweep.varied_at, rules)
        for level in sweep.varied_at:
            quantities |= _against(name, level, task, varied.of(level), base[level])
    return measurements(sweep.experiment, drawn, _settings(task), quantities, _curves(sweep, task, grown))


VARIANTS = (
    ("inserted at the worst point", replace(RULES, at_worst=True), False),
    ("beads trained to the level", replace(RULES, bead_level=1.0), False),
    ("beads trained to .8 of the level", replace(RULES, bead_level=0.8), False),
    ("segments pass at the level", replace(RULES, tolerance=1.0), False),
    ("beads and segments at the level", replace(RULES, bead_level=1.0, tolerance=1.0), False),
    ("beads on the bisector", RULES, True),
)


def _level_quantities(task: Regression, strings: list[String | None], level: float, row: Published) -> dict[str, Any]:
    done = connected(strings)
    lengths, counts = values(done, lambda one: one.length_in(task.connections)), values(done, lambda one: len(one.beads))
    single = values(done, lambda one: single_peak(one.inserted))
    return {
        LENGTH.format(level): quantity("1", lengths, row.length, published_words(row.length, row.length_bar)),
        COUNT.format(level): quantity("models", counts, row.beads, published_words(row.beads, row.beads_bar)),
        CONNECTED.format(level): quantity("1 = yes", [one is not None for one in done]),
        GENERATIONS.format(level): quantity("generations", values(done, lambda one: one.depth)),
        INSERTED.format(level): quantity("1", values(done, lambda one: sum(one.inserted) / one.depth**2)),
        SINGLE_PEAK.format(level): quantity("1 = yes", single),
    }


def single_peak(counts: Sequence[int]) -> bool:
    """The counts rise (weakly) to their largest one and fall (weakly) from there."""
    top = int(np.argmax(counts))
    rising, falling = np.diff(counts[: top + 1]), np.diff(counts[top:])
    return bool((rising >= 0).all() and (falling <= 0).all())


def _power_law(sweep: Sweep, grown: Grown, drawn: Sequence[int]) -> dict[str, Any]:
    """Lines through log(number of models) against log(1/level), for every pair and for the means of resampled pairs; how well a
    power law and an exponential in the level explain the mean lengths; rank correlations with the falling level.
    """
    levels = np.array(grown.levels)
    logs = -np.log(levels)
    counts = np.array([values(connected(row), lambda one: len(one.beads)) for row in grown.strings])
    lengths = np.array([values(connected(row), lambda one: one.length_in(sweep.task.connections)) for row in grown.strings])
    pairs = [fit(logs, np.log(row)) for row in counts]
    samples = [np.random.RandomState(one).randint(len(counts), size=len(counts)) for one in drawn]
    means = [fit(logs, np.log(mean_of(counts[chosen]))) for chosen in samples]
    low = levels < sweep.fitted_below
    curved = [np.log(mean_of(lengths[chosen])[low]) for chosen in samples]
    published = fit(logs, np.log([row.beads for row in sweep.published.values()]))
    length = fit(logs[low], np.log([row.length for row in sweep.published.values()])[low])
    exponential = fit(-levels[low], np.log([row.length for row in sweep.published.values()])[low])
    words = "fitted to the published means"
    return {
        EXPONENT: quantity("1", [slope for slope, _ in pairs], published[0], words),
        EXPLAINED: quantity("1", [share for _, share in pairs], published[1], words),
        MEANS_EXPONENT: quantity("1", [slope for slope, _ in means], published[0], words),
        MEANS_EXPLAINED: quantity("1", [share for _, share in means], published[1], words),
        LENGTH_EXPONENT: quantity("1", [fit(logs[low], row)[0] for row in curved], length[0], words),
        LENGTH_POWER: quantity("1", [fit(logs[low], row)[1] for row in curved], length[1], words),
        LENGTH_EXPONENTIAL: quantity("1", [fit(-levels[low], row)[1] for row in curved], exponential[1], words),
        RANKS_COUNT: quantity("1", [rank_correlation(logs, row) for row in counts]),
        RANKS_LENGTH: quantity("1", [rank_correlation(logs, row) for row in lengths]),
    }


def _against(name: str, level: float, task: Regression, varied: Any, base: Any) -> dict[str, Any]:
    """A variant over the published rules, pair by pair: whether it connects, its training steps, models and length."""
    both = [(a, b) if a is not None and b is not None else None for a, b in zip(connected(varied), connected(base), strict=True)]

    def ratio(read: Any) -> list[float]:
        return [float("nan") if pair is None else float(read(pair[0])) / float(read(pair[1])) for pair in both]

    place = f"{name}, level {level}"
    return {
        f"connected, {place}": quantity("1 = yes", [one is not None for one in connected(varied)]),
        f"training steps over those of the published rules, {place}": quantity("1", ratio(lambda one: one.steps)),
        f"generations over those of the published rules, {place}": quantity("1", ratio(lambda one: one.depth)),
        f"models over those of the published rules, {place}": quantity("1", ratio(lambda one: len(one.beads))),
        f"length over that of the published rules, {place}": quantity("1", ratio(lambda one: one.length_in(task.connections))),
    }


def _curves(sweep: Sweep, task: Regression, grown: Grown) -> dict[str, Any]:
    levels = list(grown.levels)
    curves = level_curves(grown, length=lambda one: one.length_in(task.connections))
    for level in levels:
        rows = [one.inserted for one in connected(grown.of(level)) if one is not None]
        profile = [np.mean([row[g] if g < len(row) else 0 for row in rows]) if rows else np.nan for g in range(RULES.depth)]
        curves[f"new models per generation, level {level}"] = curve(range(1, RULES.depth + 1), profile)
    return curves


def _settings(task: Regression) -> dict[str, Any]:
    return {
        "network": "1-4-4-1, sigmoid" + (", biases, linear output" if task.biased else ", no biases, sigmoid output"),
        "initial weights": "U[-1, 1]" + (", biases N(0, 1)" if task.biased else ""),
        "error": "mean absolute error",
        "optimiser": "Adam, rate 1e-3, moments .9 and .999, started afresh for every model",
        "bead level, tolerance": [RULES.bead_level, RULES.tolerance],
        "points on a segment": RULES.points + 1,
        "generations at most": RULES.depth,
        "a bead's error is looked at": "after every 15 steps, as in the scripts",
        "length": "biases left out",
        "varied": {
            "inputs": f"midpoint rule, {len(task.inputs)} nodes, in place of 10 000 uniform points, for training and test",
            "pairs": "one for each seed; both ends trained once, through all levels",
            "steps at most": {"end point": ENDS.limit, "bead": BEADS.limit},
            "precision": "single",
            "variants": [name for name, _, _ in VARIANTS],
        },
    }


# Figures ----------------------------------------------------------------------------------------------------------------------


def draw(sweep: Sweep, found: Measurements, target: str) -> tuple[Figure, ...]:
    return (_table(sweep, found, target), _profiles(sweep, found, target))


def _table(sweep: Sweep, found: Measurements, target: str) -> Figure:
    def paint(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2)
        for axes, name, read in (
            (left, "length", lambda row: (row.length, row.length_bar)),
            (right, "models", lambda row: (row.beads, row.beads_bar)),
        ):
            mean, spread, error = (
                found["curves"][f"{name}, {what}"] for what in ("mean", "standard deviation", "standard error")
            )
            x, y, s, e = numbers(mean["x"]), *(np.array(numbers(part["y"])) for part in (mean, spread, error))
            axes.fill_between(x, y - s, y + s, color=COLOURS[0], alpha=0.12, linewidth=0)
            axes.errorbar(x, y, e, fmt="o-", ms=3, color=COLOURS[0], label="measured")
            rows = [read(row) for row in sweep.published.values()]
            bars = [0 if bar is None else bar for _, bar in rows]
            axes.errorbar(list(sweep.published), [value for value, _ in rows], bars, fmt="x", color=COLOURS[3], label="published")
            axes.set_xscale("log")
            axes.set_xlabel("level $L_0$")
        left.set_ylabel("normalised length")
        right.set_ylabel("models on the string")
        right.set_yscale("log")
        right.legend()

    return render(
        f"{sweep.experiment}-table",
        f"Length and number of models against the level, {target}",
        "Means over the pairs that ended connected, with their standard errors; shaded: one standard deviation over pairs; "
        "crosses: the published means with their error bars.",
        f"Two panels over a logarithmic level. {_SEEN[sweep.experiment]} "
        "The published crosses lie on or close to the measured lines.",
        paint,
        size=(7.2, 3.4),
    )


_SEEN = {
    "X2-1": "As the level falls, the normalised length grows slowly from 1.25 and the number of models, on a logarithmic axis, "
    "along a straight line.",
    "X2-2": "As the level falls, the normalised length stays at 1, jumps to more than 2.5 just below .16, falls back to 1.4 and "
    "then grows slowly; the number of models stays near 3 until then and grows along a straight line afterwards.",
}


def _profiles(sweep: Sweep, found: Measurements, target: str) -> Figure:
    shown = [level for level in sweep.levels if level in _SHOWN[sweep.experiment]]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, level in zip(COLOURS, shown, strict=False):
            line = found["curves"][f"new models per generation, level {level}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), "o-", ms=3, color=colour, label=f"level {level}")
        axes.plot(range(1, 6), [2.0**g for g in range(5)], ":", color="black", label="every segment fails")
        axes.set_xlabel("generation")
        axes.set_ylabel("new models")
        axes.legend()

    return render(
        f"{sweep.experiment}-generations",
        f"New models in each generation, {target}",
        "Means over the connected pairs.  Were every new segment to fail, the number would double each time (dotted).",
        "For each level a hump: the number of new models first follows the doubling line, then saturates and falls to zero; the "
        "lower the level, the later and higher the hump.",
        paint,
        size=(6.0, 3.6),
    )


_SHOWN = {"X2-1": (0.1, 0.025, 0.01, 0.005, 0.0025, 0.001), "X2-2": (0.14, 0.1, 0.05, 0.03, 0.02, 0.01)}
