"""X2-7: three points in the plane are permuted by a 2-3-2 network; a model against its copy with two hidden units swapped.

The document gives no points, no loss and no level: they are varied here.  Also how soon a level that falls step by step, with all
models of the string trained along (appendix A), shows that a pair stays apart.

The middle of a model and its copy has two equal units, and no gradient step makes them differ; so strings are also grown from
starts that are moved a little off the middle, which hardly changes what is reached.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.side_by_side import Adam, Array, errors
from numerics.small_relu import Rectified
from numerics.strings import Rules, String, Task, connect_all, worst_between

LEVELS = (1.0, 0.3, 0.1, 0.03, 0.01)
RULES = Rules(bead_level=0.95, tolerance=1.1, points=99, middle=True, depth=8, beads=300)
TRAIN = Adam(rate=1e-2, limit=4000)
STARTS, BESIDE = 30, 0.02
MOVED = "connected from starts beside the middle, level {}"
HALFWAY = "largest error on the straight segment, level {}"
CONNECTED, MODELS, SWAPPED = "connected, level {}", "models on the string, level {}", (1, 0, 2)
RATIO = "training steps until failure, falling level over greedy"
FAILED_AT = "level at which the falling string fails, over the lowest level"


def points_of(seed: int) -> Array:
    """Three points, columns of a 2 x 3 array, from N(0, 1)."""
    return np.random.RandomState(seed).standard_normal((2, 3))


def task_of(points: Array) -> Rectified:
    """x_1 to x_2, x_2 to x_3, x_3 to x_1; the error is the mean squared one over the mean square of the targets."""
    return Rectified(points, points[:, [1, 2, 0]], 3, float(np.mean(np.sum(points**2, axis=0))))


def string_task(task: Rectified, beside: float = 0.0) -> Task:
    """``beside``: how far a start is moved off the straight line, in every weight, as a share of the neighbours' distance."""
    rng = np.random.RandomState(0)

    def train(models: Array, levels: Array, sides: Array) -> tuple[Array, Array, Array]:
        if beside:
            apart = np.linalg.norm(sides[1] - sides[0], axis=1, keepdims=True)
            models = models + beside * apart * rng.standard_normal(models.shape)
        found = TRAIN.until(task, models, levels[:, None])
        return found.models[:, 0].astype(float), found.reached[:, 0], found.steps[:, 0]

    return Task(lambda models: errors(task, models), train)


def first_trained(task: Rectified, seed: int) -> tuple[Array, Array] | None:
    """The first of STARTS random starts that reaches the lowest level: its model at each level (K, size), its steps (K,)."""
    starts = np.random.RandomState(seed + 1).standard_normal((STARTS, task.size))
    found = TRAIN.until(task, starts, np.tile(LEVELS, (STARTS, 1)))
    done = np.flatnonzero(found.reached.all(axis=1))
    return (found.models[done[0]].astype(float), found.steps[done[0]]) if len(done) else None


def strings_of(task: Rectified, models: Array, beside: float = 0.0) -> tuple[String, ...]:
    """From the model of each level to its copy with the first two units swapped."""
    copies = task.permuted(models, list(SWAPPED))
    return connect_all(string_task(task, beside), models, copies, np.array(LEVELS), RULES)


def falling(task: Rectified, start: Array) -> tuple[int, float]:
    """The string from an untrained model to its copy while the level falls: training steps of all models, both ends included,
    until a segment stays above the level, and that level (0 where none does).
    """
    sampler, beads, steps = string_task(task), np.stack([start, task.permuted(start[None], list(SWAPPED))[0]]), 0
    for level in LEVELS:
        for _ in range(RULES.depth):
            found = sampler.train(beads, np.full(len(beads), RULES.bead_level * level), beads[:0])
            beads, steps = found[0], steps + int(found[2].sum())
            if not found[1].all():
                return steps, level
            worst, _ = worst_between(sampler, beads[:-1], beads[1:], RULES.points)
            high = np.flatnonzero(worst >= RULES.tolerance * level)
            if not len(high):
                break
            if len(beads) + len(high) > RULES.beads:
                return steps, level
            beads = np.insert(beads, high + 1, (beads[high] + beads[high + 1]) / 2, axis=0)
        else:
            return steps, level
    return steps, 0.0


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    rows = [_row(one) for one in drawn]
    names = {name: "1 = yes" if name.startswith("connected") else "1" for row in rows for name in row}
    quantities = {name: quantity(unit, [row.get(name, np.nan) for row in rows]) for name, unit in names.items()}
    grown = [one for one, row in zip(drawn, rows, strict=True) if row and not row[CONNECTED.format(LEVELS[-1])]]
    large = [one for one, row in zip(drawn, rows, strict=True) if one in grown and row[MODELS.format(LEVELS[-1])] > 8]
    curves = _shown((large or grown)[0]) if grown else {}
    quantities["a start reaches the lowest level"] = quantity("1 = yes", [bool(row) for row in rows])
    for name in (RATIO, FAILED_AT, CONNECTED.format(LEVELS[-1])):
        quantities.setdefault(name, quantity("1", [np.nan] * seeds))
    varied = {
        "points": "three from N(0, I), one triple for each seed",
        "error": "mean squared error over the mean square of the targets",
        "levels": list(LEVELS),
        "optimiser": f"Adam, rate {TRAIN.rate}, at most {TRAIN.limit} steps",
        "model": f"the first of {STARTS} starts N(0, 1) that reaches the lowest level",
        "generations, models": [RULES.depth, RULES.beads],
        "starts beside the middle": f"moved by {BESIDE} times the distance of the neighbours in every weight",
    }
    return measurements("X2-7", drawn, {"network": "2-3-2, one rectifier, no biases", "varied": varied}, quantities, curves)


def _row(seed: int) -> dict[str, float]:
    """The quantities of one triple of points; empty where no start reaches the lowest level."""
    task = task_of(points_of(seed))
    ends = first_trained(task, seed)
    if ends is None:
        return {}
    models, steps = ends
    found: dict[str, float] = {}
    strings = strings_of(task, models)
    for level, string in zip(LEVELS, strings_of(task, models, BESIDE), strict=True):
        found[MOVED.format(level)] = float(string.connected)
    for level, model, string in zip(LEVELS, models, strings, strict=True):
        straight, _ = worst_between(string_task(task), model[None], task.permuted(model[None], list(SWAPPED)), 99)
        found[CONNECTED.format(level)] = float(string.connected)
        found[HALFWAY.format(level)] = float(straight[0])
        found[MODELS.format(level)] = len(string.beads)
    lowest = strings[-1]
    if not lowest.connected:
        taken, level = falling(task, models[0])
        found[FAILED_AT] = level / LEVELS[-1]
        found[RATIO] = taken / (2 * int(steps[-1]) + lowest.steps)
    return found


def _shown(seed: int) -> dict[str, Any]:
    """Errors along the string of the lowest level after one, three and all generations."""
    task = task_of(points_of(seed))
    ends = first_trained(task, seed)
    assert ends is not None
    models, found = ends[0], {}
    for name, depth in (("after one generation", 1), ("after three generations", 3), ("at the end", RULES.depth)):
        rules = Rules(RULES.bead_level, RULES.tolerance, RULES.points, middle=True, depth=depth, beads=RULES.beads)
        pair = models[-1:], task.permuted(models[-1:], list(SWAPPED))
        beads = connect_all(string_task(task), *pair, np.array(LEVELS[-1:]), rules)[0].beads
        place = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(beads, axis=0), axis=1))])
        t = np.linspace(0, place[-1], 120)
        mixed = np.stack([np.interp(t, place, beads[:, k]) for k in range(beads.shape[1])], axis=1)
        found[name] = curve(t / place[-1] if place[-1] else t, errors(task, mixed))
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    def along(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, (name, line) in zip(COLOURS, found["curves"].items(), strict=False):
            axes.plot(numbers(line["x"]), numbers(line["y"]), color=colour, label=name)
        axes.axhline(LEVELS[-1], color="black", linestyle=":", label="level")
        axes.set_yscale("log")
        axes.set_xlabel("share of the string's length")
        axes.set_ylabel("error")
        axes.legend()

    def shares(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, name, label in ((COLOURS[0], CONNECTED, "from the middle"), (COLOURS[1], MOVED, "from beside the middle")):
            values = [found["quantities"].get(name.format(level), {"values": []})["values"] for level in LEVELS]
            there = [[value for value in row if value is not None] for row in values]
            axes.plot(LEVELS, [float(np.mean(row)) if row else np.nan for row in there], "o-", color=colour, label=label)
        axes.legend()
        axes.set_xscale("log")
        axes.set_ylim(-0.05, 1.05)
        axes.set_xlabel("level")
        axes.set_ylabel("share connected")

    return (
        render(
            "X2-7-string",
            "A string between a model and its copy with two hidden units swapped",
            "Error along the string of one triple of points at the lowest level, one that was not connected.  Where its first "
            "model is not trained to the level the string ends with it, and the snapshots coincide.",
            "The error rises from the dotted level at both ends to far above it and has a dip in the middle that stays above.",
            along,
        ),
        render(
            "X2-7-connected",
            "How often the swapped copy was reached",
            "Share of the triples of points whose model was connected with its copy, by level.",
            "At high levels all models are connected with their copies; the share falls with the level, for both kinds of start.",
            shares,
            size=(5.4, 3.2),
        ),
    )
