"""Dynamic string sampling: connecting two trained models by a string of models that interpolate well (Freeman and Bruna, 2017).

Models are weight vectors; everything that is known of them is the error of many at once and how to train many at once, so that
all models of a level are trained side by side.  A string is *connected* at a level when the error stays below the tolerance at
every point that is looked at between neighbours: as strong as the grid that is looked at, and no stronger.  Failing is a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Task:
    """error: (models, P) -> (models,); train: (models, P), their levels (models,), and the two neighbours between which each
    model was inserted (2, models, P), which only variants with constraints look at, -> the trained models, which of them reached
    the level, and how many steps each took.
    """

    error: Callable[[Array], Array]
    train: Callable[[Array, Array, Array], tuple[Array, Array, Array]]


@dataclass(frozen=True)
class Rules:
    """bead_level and tolerance: fractions of the level to which beads are trained and at which a segment passes; points: how many
    interior points of a segment are looked at; at_worst: insert at the worst point in place of the middle; middle: begin with a
    model between the ends, needed or not; depth: after how many generations of insertions, or beads: at how many models, to give
    up.
    """

    bead_level: float = 1.0
    tolerance: float = 1.0
    points: int = 99
    at_worst: bool = False
    middle: bool = False
    depth: int = 10
    beads: int = 2000


class Ended(StrEnum):
    CONNECTED = "connected"
    TOO_DEEP = "insertions went deeper than allowed"
    TOO_MANY = "more models than allowed"
    NOT_TRAINED = "a model did not reach the level"
    NOT_FINITE = "a model diverged"


@dataclass(frozen=True)
class String:
    """beads: (n, P), both ends included; worst: (n - 1,) the largest error seen on each segment; inserted: per generation;
    steps: of training, of all models together.
    """

    beads: Array
    worst: Array
    inserted: tuple[int, ...]
    ended: Ended
    steps: int

    @property
    def connected(self) -> bool:
        return self.ended is Ended.CONNECTED

    @property
    def depth(self) -> int:
        return len(self.inserted)

    @property
    def length(self) -> float:
        """The length of the string over the distance of its ends; NaN where the ends coincide."""
        return self.length_in(slice(None))

    def length_in(self, coordinates: Any) -> float:
        """The same with some of the coordinates only."""
        beads = self.beads[:, coordinates]
        apart = float(np.linalg.norm(beads[-1] - beads[0]))
        return float(np.linalg.norm(np.diff(beads, axis=0), axis=1).sum()) / apart if apart else float("nan")


def interior(points: int) -> Array:
    """``points`` evenly spread interior points of [0, 1]."""
    return np.arange(1, points + 1) / (points + 1)


def worst_between(task: Task, starts: Array, ends: Array, points: int) -> tuple[Array, Array]:
    """The largest error at the interior points between each pair, and where it is."""
    grid = interior(points)
    mixed = starts[:, None, :] + grid[None, :, None] * (ends - starts)[:, None, :]
    errors = task.error(mixed.reshape(len(starts) * points, starts.shape[1])).reshape(len(starts), points)
    at = np.argmax(np.where(np.isfinite(errors), errors, np.inf), axis=1)
    return errors[np.arange(len(starts)), at], grid[at]


def connect(task: Task, first: Array, last: Array, level: float, rules: Rules | None = None) -> String:
    """Breadth first: in every generation each failing segment gets one trained model, all of them side by side."""
    return connect_all(task, first[None], last[None], np.array([level]), rules)[0]


def connect_all(task: Task, firsts: Array, lasts: Array, levels: Array, rules: Rules | None = None) -> tuple[String, ...]:
    """The strings of many pairs (pairs, P), each at its own level (pairs,), with the models of all of them trained side by side.

    What becomes of a pair does not depend on the others.
    """
    rules = rules or Rules()
    growing = [_Growing(np.stack(ends), level) for ends, level in zip(zip(firsts, lasts, strict=True), levels, strict=True)]
    if not rules.middle:
        _look(task, growing, rules)
    while active := [one for one in growing if one.goes_on(rules)]:
        inserted = [one.between(rules) for one in active]
        starts = np.concatenate([start for start, _ in inserted])
        sides = np.concatenate([side for _, side in inserted], axis=1)
        wanted = np.concatenate([np.full(len(one.failing), rules.bead_level * one.level) for one in active])
        trained = task.train(starts, wanted, sides)
        ends = np.cumsum([len(one.failing) for one in active])[:-1]
        for one, *parts in zip(active, *(np.split(part, ends) for part in trained), strict=True):
            one.insert(*parts)
        _look(task, active, rules)
    return tuple(String(one.beads, one.worst, tuple(one.inserted), one.ended, one.steps) for one in growing)


class _Growing:
    """A string that is being built: what is known of each segment, NaN where nobody has looked."""

    def __init__(self, ends: Array, level: float) -> None:
        self.beads, self.level = ends, float(level)
        self.worst = np.full(len(ends) - 1, np.nan)
        self.where = np.full_like(self.worst, 0.5)
        self.inserted: list[int] = []
        self.steps = 0
        self.ended = Ended.CONNECTED
        self.failing: Any

    def goes_on(self, rules: Rules) -> bool:
        """Whether models are to be inserted; says how the string ended where it must stop."""
        self.failing = np.flatnonzero(~(self.worst < rules.tolerance * self.level))
        if not len(self.failing) or self.ended is not Ended.CONNECTED:
            return False
        if len(self.inserted) >= rules.depth:
            self.ended = Ended.TOO_DEEP
        elif len(self.beads) + len(self.failing) > rules.beads:
            self.ended = Ended.TOO_MANY
        return self.ended is Ended.CONNECTED

    def between(self, rules: Rules) -> tuple[Array, Array]:
        """The interpolated models of the failing segments (m, P), and the neighbours of each (2, m, P)."""
        sides = np.stack([self.beads[self.failing], self.beads[self.failing + 1]])
        t = self.where[self.failing] if rules.at_worst else np.full(len(self.failing), 0.5)
        return sides[0] + t[:, None] * (sides[1] - sides[0]), sides

    def insert(self, trained: Array, reached: Array, steps: Array) -> None:
        places = self.failing
        self.steps += int(np.sum(steps))
        self.beads = np.insert(self.beads, places + 1, trained, axis=0)
        self.worst[places] = np.nan
        self.worst, self.where = np.insert(self.worst, places, np.nan), np.insert(self.where, places, 0.5)
        self.inserted.append(len(places))
        self.ended = _state(trained, reached)


def _look(task: Task, strings: Sequence[_Growing], rules: Rules) -> None:
    """The errors on all segments that nobody has looked at yet."""
    fresh = [np.flatnonzero(np.isnan(one.worst)) for one in strings]
    starts = np.concatenate([one.beads[places] for one, places in zip(strings, fresh, strict=True)])
    ends = np.concatenate([one.beads[places + 1] for one, places in zip(strings, fresh, strict=True)])
    worst, where = worst_between(task, starts, ends, rules.points)
    pieces = np.cumsum([len(places) for places in fresh])[:-1]
    for one, places, high, at in zip(strings, fresh, np.split(worst, pieces), np.split(where, pieces), strict=True):
        one.worst[places], one.where[places] = np.where(np.isfinite(high), high, np.inf), at


def connect_greedily(task: Task, first: Array, last: Array, level: float, rules: Rules | None = None) -> String:
    """Depth first, one model at a time, as the paper's Algorithm 1 has it: the left half is connected before the right one."""
    rules = rules or Rules()
    inserted = [0] * rules.depth
    found, waiting, ended, total = [first], [(first, last, 0)], Ended.CONNECTED, 0
    while waiting and ended is Ended.CONNECTED:
        start, end, depth = waiting.pop()
        worst, where = worst_between(task, start[None], end[None], rules.points)
        if worst[0] < rules.tolerance * level and not (rules.middle and not any(inserted)):
            found.append(end)
        elif depth == rules.depth or len(found) + len(waiting) + 2 > rules.beads:
            ended = Ended.TOO_DEEP if depth == rules.depth else Ended.TOO_MANY
            waiting.append((start, end, depth))
        else:
            t = where[0] if rules.at_worst else 0.5
            sides = np.stack([start, end])[:, None]
            wanted = np.array([rules.bead_level * level])
            trained, reached, steps = task.train((start + t * (end - start))[None], wanted, sides)
            inserted[depth] += 1
            total += int(np.sum(steps))
            ended = _state(trained, reached)
            waiting += [(trained[0], end, depth + 1), (start, trained[0], depth + 1)]
    beads = np.stack([*found, *(end for _, end, _ in reversed(waiting))])
    worst, _ = worst_between(task, beads[:-1], beads[1:], rules.points)
    return String(beads, worst, tuple(count for count in inserted if count), ended, total)


def _state(trained: Array, reached: Array) -> Ended:
    """What models that were just trained say about going on."""
    if not np.isfinite(trained).all():
        return Ended.NOT_FINITE
    return Ended.CONNECTED if reached.all() else Ended.NOT_TRAINED


# Constraints ------------------------------------------------------------------------------------------------------------------


def onto_bisector(models: Array, neighbours: Array) -> Array:
    """Each model moved to the hyperplane of equal distance to its two neighbours (2, models, P), along their difference."""
    left, right = neighbours
    normal = right - left
    middle = (left + right) / 2
    size = np.sum(normal * normal, axis=1, keepdims=True)
    share = np.sum((models - middle) * normal, axis=1, keepdims=True)
    return models - normal * np.divide(share, size, out=np.zeros_like(share), where=size > 0)


# Looking at strings -----------------------------------------------------------------------------------------------------------


def principal_projection(beads: Array, axes: Array | None = None, count: int = 3) -> tuple[Array, Array]:
    """Coordinates of the beads along the leading principal axes of a string, (n, count), and the axes themselves, (count, P);
    fewer of a string that has fewer models.

    ``axes``: those of another (the converged) string; the signs are fixed by the largest entry of each axis.
    """
    if axes is None:
        centred = beads - beads.mean(axis=0)
        found = np.linalg.svd(centred, full_matrices=False)[2][:count]
        largest = found[np.arange(len(found)), np.argmax(np.abs(found), axis=1)]
        axes = found * np.sign(largest)[:, None]
    return beads @ axes.T, axes
