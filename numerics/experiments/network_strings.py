"""Strings between pairs of convolutional or recurrent networks: what X2-3, X2-4 and X2-5 share.

The published runs took many days of a graphics card; here networks, data and the number of pairs are a fraction of theirs, and
the levels are those that networks of this size reach.  Both ends of a pair are trained once, through all levels; the strings of
all pairs then grow level by level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
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
    rank_correlation,
    values,
)
from numerics.minibatches import Learnable, Training
from numerics.side_by_side import Trained
from numerics.strings import Rules, Task, connect_all, worst_between

Array = np.ndarray[Any, np.dtype[Any]]
BEAD_SEED = 1
LOW = 1.1

TRAINED = "both ends reach the level, level {}"
STRAIGHT = "largest error on the straight segment over the level, level {}"
MEAN_LENGTH, MEAN_COUNT = (
    "mean normalised length over resampled pairs, level {}",
    "mean number of models over resampled pairs, level {}",
)
THRESHOLD = "lowest level down to which the mean length stays at most 1.1 (bootstrap over pairs)"
EXPONENT = "exponent of a power law, mean length against 1/level from there on (bootstrap over pairs)"
POWER = "share of the variance of log mean length from there on that a power law explains (bootstrap over pairs)"
EXPONENTIAL = (
    "share of the variance of log mean length from there on that an exponential in the level explains (bootstrap over pairs)"
)
RANKS = "rank correlation of length with the falling level"


@dataclass(frozen=True)
class Sweep:
    """An experiment: how networks are drawn and trained, the falling levels, and how strings grow.

    pairs: the most that are run, whatever the profile's number of seeds; published: the plotted table; settings: what is said of
    the networks and the data; alike: whether a level means the same here and there (a perplexity depends on the vocabulary).
    """

    experiment: str
    task: Learnable
    draw: Callable[[np.random.RandomState], Array]
    levels: tuple[float, ...]
    training: Training
    rules: Rules
    pairs: int
    published: Mapping[float, Published]
    settings: Mapping[str, Any]
    alike: bool = True


def measure(sweep: Sweep, seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, min(seeds, sweep.pairs))
    ends = [[_end(sweep, one, side) for side in (0, 1)] for one in drawn]
    task = string_task(sweep)
    grown = Grown(sweep.levels, tuple(zip(*(_strings(sweep, task, ends, k) for k in range(len(sweep.levels))), strict=True)))
    quantities: dict[str, Any] = {}
    for k, level in enumerate(sweep.levels):
        quantities |= _level_quantities(sweep, task, ends, grown, k, level)
    quantities |= _law(sweep, grown, drawn)
    return measurements(sweep.experiment, drawn, _settings(sweep), quantities, level_curves(grown, lambda one: one.length))


def _end(sweep: Sweep, seed: int, side: int) -> Trained:
    """One end of a pair at every level; the two differ in their weights at the start and in the order of the minibatches."""
    rng = np.random.RandomState([seed, side])
    return sweep.training.through(sweep.task, sweep.draw(rng), sweep.levels, int(rng.randint(2**31)))


def string_task(sweep: Sweep) -> Task:
    """Models one after the other; every bead sees the minibatches in the same order, so that none depends on the others."""

    def train(models: Array, levels: Array, _: Array) -> tuple[Array, Array, Array]:
        found = [
            sweep.training.through(sweep.task, model, [level], BEAD_SEED) for model, level in zip(models, levels, strict=True)
        ]
        trained = np.stack([one.models[0] for one in found]).astype(float)
        return trained, np.array([one.reached[0] for one in found]), np.array([one.steps[0] for one in found])

    return Task(lambda models: np.array([sweep.task.error(model.astype(np.float32)) for model in models]), train)


def _both_there(ends: Sequence[Sequence[Trained]], k: int) -> list[int]:
    return [i for i, pair in enumerate(ends) if all(end.reached[k] for end in pair)]


def _sides(ends: Sequence[Sequence[Trained]], there: Sequence[int], k: int) -> tuple[Array, Array]:
    """The left and the right ends (pairs, size) at a level."""
    left, right = (np.stack([ends[i][side].models[k] for i in there]).astype(float) for side in (0, 1))
    return left, right


def _strings(sweep: Sweep, task: Task, ends: Sequence[Sequence[Trained]], k: int) -> list[Any]:
    """The string of each pair at a level; None where an end did not reach it."""
    there = _both_there(ends, k)
    found: list[Any] = [None] * len(ends)
    if there:
        strings = connect_all(task, *_sides(ends, there, k), np.full(len(there), sweep.levels[k]), sweep.rules)
        for i, string in zip(there, strings, strict=True):
            found[i] = string
    return found


# What is read off -------------------------------------------------------------------------------------------------------------


def _level_quantities(sweep: Sweep, task: Task, ends: Any, grown: Grown, k: int, level: float) -> dict[str, Any]:
    done, there = connected(grown.of(level)), _both_there(ends, k)
    row = sweep.published.get(level) if sweep.alike else None
    straight = np.full(len(ends), np.nan)
    if there:
        straight[there] = worst_between(task, *_sides(ends, there, k), sweep.rules.points)[0] / level
    return {
        LENGTH.format(level): quantity("1", values(done, lambda one: one.length), row and row.length),
        COUNT.format(level): quantity("models", values(done, lambda one: len(one.beads)), row and row.beads),
        CONNECTED.format(level): quantity("1 = yes", [one is not None for one in done]),
        TRAINED.format(level): quantity("1 = yes", [i in there for i in range(len(ends))]),
        STRAIGHT.format(level): quantity("1", straight),
    }


def low_until(lengths: Array, low: float) -> int:
    """How many of the lengths, from the highest level on, are at most ``low`` before the first that is not."""
    over = np.flatnonzero(~(lengths <= low))
    return int(over[0]) if len(over) else len(lengths)


def law_after(levels: Array, lengths: Array, low: float) -> tuple[float, float, float]:
    """From the last level at which the lengths are still low: the exponent of a power law, the share of the variance of the
    logarithms that it explains, and the share that an exponential in the level explains.  NaN for fewer than three levels.
    """
    first = max(low_until(lengths, low) - 1, 0)
    x, y = levels[first:], np.log(lengths[first:])
    slope, share = fit(-np.log(x), y)
    return slope, share, fit(-x, y)[1]


def _law(sweep: Sweep, grown: Grown, drawn: Sequence[int]) -> dict[str, Any]:
    """The mean lengths over resampled pairs (as many samples as pairs), and their laws."""
    levels = np.array(grown.levels)
    table = np.array([values(connected(row), lambda one: one.length) for row in grown.strings])
    counts = np.array([values(connected(row), lambda one: len(one.beads)) for row in grown.strings])
    chosen = [np.random.RandomState(one).randint(len(drawn), size=len(drawn)) for one in drawn]
    means = [mean_of(table[rows]) for rows in chosen]
    laws = [law_after(levels, row, LOW) for row in means]
    last_low = [low_until(row, LOW) - 1 for row in means]
    found = {MEAN_LENGTH.format(level): quantity("1", [row[k] for row in means]) for k, level in enumerate(sweep.levels)} | {
        MEAN_COUNT.format(level): quantity("models", [mean_of(counts[rows])[k] for rows in chosen])
        for k, level in enumerate(sweep.levels)
    }
    return found | {
        THRESHOLD: quantity("level", [levels[k] if k >= 0 else float("nan") for k in last_low]),
        EXPONENT: quantity("1", [slope for slope, _, _ in laws]),
        POWER: quantity("1", [share for _, share, _ in laws]),
        EXPONENTIAL: quantity("1", [share for _, _, share in laws]),
        RANKS: quantity("1", [rank_correlation(-levels, row) for row in table]),
    }


def _settings(sweep: Sweep) -> dict[str, Any]:
    training, rules = sweep.training, sweep.rules
    return {
        "bead level, tolerance": [rules.bead_level, rules.tolerance],
        "interior points of a segment": rules.points,
        "new model": "at the largest error" if rules.at_worst else "in the middle",
        "first string": "one model between the ends, as in the scripts",
        "generations at most": rules.depth,
    } | {
        "varied": dict(sweep.settings)
        | {
            "levels": list(sweep.levels),
            "pairs": f"one for each seed, {sweep.pairs} at most, as each takes long; both ends trained once, through all levels",
            "steps at most": training.limit,
            "the error is looked at": f"after every {training.every} steps",
            "models on a string at most": rules.beads,
            "length": "over all weights, biases among them",
            "precision": "single",
        },
    }


# Figures ----------------------------------------------------------------------------------------------------------------------


def draw_strings(sweep: Sweep, found: Measurements, what: str, unit: str) -> tuple[Figure, ...]:
    """Length and number of models against the level, beside the plotted ones; and how the pairs ended."""
    return (_table(sweep, found, what, unit), _endings(sweep, found, what, unit))


def _table(sweep: Sweep, found: Measurements, what: str, unit: str) -> Figure:
    def paint(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2)
        for axes, name in ((left, "length"), (right, "models")):
            mean, spread, error = (
                found["curves"][f"{name}, {part}"] for part in ("mean", "standard deviation", "standard error")
            )
            x, y, s, e = numbers(mean["x"]), *(np.array(numbers(part["y"])) for part in (mean, spread, error))
            axes.fill_between(x, y - s, y + s, color=COLOURS[0], alpha=0.12, linewidth=0)
            axes.errorbar(x, y, e, fmt="o-", ms=3, color=COLOURS[0], label="measured, small networks")
            rows = [_plotted(row, name) for row in sweep.published.values()]
            bars = [bar or 0 for _, bar in rows]
            axes.errorbar(list(sweep.published), [value for value, _ in rows], bars, fmt="x", color=COLOURS[3], label="published")
            _level_axis(axes, sweep, unit)
        left.set_ylabel("normalised length")
        right.set_ylabel("models on the string")
        right.set_ylim(bottom=0)
        right.legend(loc="lower right")

    lengths, counts = (_course(found["curves"][f"{name}, mean"]) for name in ("length", "models"))
    return render(
        f"{sweep.experiment}-table",
        f"Length and number of models against the level, {what}",
        "Means over the pairs that ended connected, with their standard errors; shaded: one standard deviation over pairs; "
        "crosses: the published means of much larger networks, with their error bars.",
        f"Two panels over a logarithmic level. The measured lengths {lengths}; the published ones "
        f"{_course(_published_lengths(sweep))}. The measured numbers of models {counts}.",
        paint,
        size=(7.2, 3.4),
    )


def _level_axis(axes: Any, sweep: Sweep, unit: str) -> None:
    """Logarithmic; the lowest level, the highest and the one half-way are ticked."""
    low, high = min(*sweep.levels, *sweep.published), max(*sweep.levels, *sweep.published)
    axes.set_xscale("log")
    axes.set_xticks([low, float(f"{(low * high) ** 0.5:.2g}"), high])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.set_xlabel(unit)


def _published_lengths(sweep: Sweep) -> dict[str, Any]:
    return {"x": list(sweep.published), "y": [row.length for row in sweep.published.values()]}


def _course(line: Mapping[str, Any]) -> str:
    """Where a curve begins, ends and is largest, in words."""
    points = [(x, y) for x, y in zip(numbers(line["x"]), numbers(line["y"]), strict=True) if y == y]
    if not points:
        return "are missing"
    (first, start), (last, end) = points[0], points[-1]
    top, peak = max(points, key=lambda point: point[1])
    largest = "" if top in (first, last) else f", the largest {peak:.3g} at {top:g}"
    return f"go from {start:.3g} at {first:g} to {end:.3g} at {last:g}{largest}"


def _plotted(row: Published, name: str) -> tuple[float, float | None]:
    return (row.length, row.length_bar) if name == "length" else (row.beads, row.beads_bar)


def _endings(sweep: Sweep, found: Measurements, what: str, unit: str) -> Figure:
    shares = {
        name.removeprefix("share of pairs: "): line for name, line in found["curves"].items() if name.startswith("share of pairs")
    }

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, (name, line) in zip(COLOURS, shares.items(), strict=False):
            if any(numbers(line["y"])):
                axes.plot(numbers(line["x"]), numbers(line["y"]), "o-", ms=3, color=colour, label=name)
        _level_axis(axes, sweep, unit)
        axes.set_ylim(-0.03, 1.03)
        axes.set_ylabel("share of the pairs")
        axes.legend()

    top, bottom = sweep.levels[0], sweep.levels[-1]
    line = numbers(shares["connected"]["y"])
    return render(
        f"{sweep.experiment}-endings",
        f"How the strings ended, {what}",
        "The share of the pairs whose string is connected, and of those that stopped for each other reason.",
        f"Shares of the pairs over a logarithmic level; connected are {line[0]:.0%} at {top:g} and {line[-1]:.0%} at {bottom:g}.",
        paint,
        size=(6.0, 3.2),
    )
