"""Dynamic string sampling: connecting two trained models by a string of models that interpolate well (Freeman and Bruna, 2017).

Models are weight vectors; everything that is known of them is the error of many at once and how to train many at once, so that
all models of a level are trained side by side.  A string is *connected* at a level when the error stays below the tolerance at
every point that is looked at between neighbours: as strong as the grid that is looked at, and no stronger.  Failing is a result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Task:
    """error: (models, P) -> (models,); train: (models, P), level -> the trained models (models, P) and which reached the level.

    ``train`` may take the two neighbours of each model as a third argument (2, models, P), for variants with constraints.
    """

    error: Callable[[Array], Array]
    train: Callable[[Array, float, Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Rules:
    """bead_level and tolerance: fractions of the level to which beads are trained and at which a segment passes; points: how many
    interior points of a segment are looked at; at_worst: insert at the worst point in place of the middle; depth: after how many
    generations of insertions, or beads: at how many models, to give up.
    """

    bead_level: float = 1.0
    tolerance: float = 1.0
    points: int = 99
    at_worst: bool = False
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
    """beads: (n, P), both ends included; worst: (n - 1,) the largest error seen on each segment; inserted: per generation."""

    beads: Array
    worst: Array
    inserted: tuple[int, ...]
    ended: Ended

    @property
    def connected(self) -> bool:
        return self.ended is Ended.CONNECTED

    @property
    def depth(self) -> int:
        return len(self.inserted)

    @property
    def length(self) -> float:
        """The length of the string over the distance of its ends; NaN where the ends coincide."""
        steps = np.linalg.norm(np.diff(self.beads, axis=0), axis=1).sum()
        apart = float(np.linalg.norm(self.beads[-1] - self.beads[0]))
        return float(steps) / apart if apart else float("nan")


def interior(points: int) -> Array:
    """``points`` evenly spread interior points of [0, 1]."""
    return np.arange(1, points + 1) / (points + 1)


def worst_between(task: Task, starts: Array, ends: Array, points: int) -> tuple[Array, Array]:
    """The largest error at the interior points between each pair, and where it is."""
    grid = interior(points)
    mixed = starts[:, None, :] + grid[None, :, None] * (ends - starts)[:, None, :]
    errors = task.error(mixed.reshape(-1, starts.shape[1])).reshape(len(starts), points)
    at = np.argmax(np.where(np.isfinite(errors), errors, np.inf), axis=1)
    return errors[np.arange(len(starts)), at], grid[at]


def connect(task: Task, first: Array, last: Array, level: float, rules: Rules | None = None) -> String:
    """Breadth first: in every generation each failing segment gets one trained model, all of them side by side."""
    rules = rules or Rules()
    beads = np.stack([first, last])
    worst, where = worst_between(task, beads[:-1], beads[1:], rules.points)
    string = String(beads, worst, (), Ended.CONNECTED)
    while True:
        failing = np.flatnonzero(~(string.worst < rules.tolerance * level))
        if not len(failing):
            return string
        if string.depth == rules.depth:
            return replace(string, ended=Ended.TOO_DEEP)
        if len(string.beads) + len(failing) > rules.beads:
            return replace(string, ended=Ended.TOO_MANY)
        string, where = _grown(task, string, failing, where, level, rules)
        if not string.connected:
            return string


def _grown(task: Task, string: String, failing: Any, where: Array, level: float, rules: Rules) -> tuple[String, Array]:
    """One trained model more in each failing segment; only the new segments are looked at."""
    starts, ends = string.beads[failing], string.beads[failing + 1]
    t = where[failing] if rules.at_worst else np.full(len(failing), 0.5)
    trained, reached = task.train(starts + t[:, None] * (ends - starts), rules.bead_level * level, np.stack([starts, ends]))
    beads = np.insert(string.beads, failing + 1, trained, axis=0)
    fresh = np.sort(np.concatenate([failing + np.arange(len(failing)), failing + 1 + np.arange(len(failing))]))
    worst, places = _spread_out(string.worst, where, failing)
    worst[fresh], places[fresh] = worst_between(task, beads[fresh], beads[fresh + 1], rules.points)
    return String(beads, worst, (*string.inserted, len(failing)), _state(trained, reached)), places


def _spread_out(worst: Array, where: Array, failing: Any) -> tuple[Array, Array]:
    """What is known of the old segments at their new places; the halves of the failing ones are filled in by the caller."""
    return np.insert(worst, failing, np.nan), np.insert(where, failing, np.nan)


def connect_greedily(task: Task, first: Array, last: Array, level: float, rules: Rules | None = None) -> String:
    """Depth first, one model at a time, as the paper's Algorithm 1 has it: the left half is connected before the right one."""
    rules = rules or Rules()
    inserted = [0] * rules.depth
    found, waiting, ended = [first], [(first, last, 0)], Ended.CONNECTED
    while waiting and ended is Ended.CONNECTED:
        start, end, depth = waiting.pop()
        worst, where = worst_between(task, start[None], end[None], rules.points)
        if worst[0] < rules.tolerance * level:
            found.append(end)
        elif depth == rules.depth or len(found) + len(waiting) + 2 > rules.beads:
            ended = Ended.TOO_DEEP if depth == rules.depth else Ended.TOO_MANY
            waiting.append((start, end, depth))
        else:
            t = where[0] if rules.at_worst else 0.5
            sides = np.stack([start, end])[:, None]
            trained, reached = task.train((start + t * (end - start))[None], rules.bead_level * level, sides)
            inserted[depth] += 1
            ended = _state(trained, reached)
            waiting += [(trained[0], end, depth + 1), (start, trained[0], depth + 1)]
    beads = np.stack([*found, *(end for _, end, _ in reversed(waiting))])
    worst, _ = worst_between(task, beads[:-1], beads[1:], rules.points)
    return String(beads, worst, tuple(count for count in inserted if count), ended)


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
    """Coordinates of the beads along the leading principal axes of a string, (n, count), and the axes themselves, (count, P).

    ``axes``: those of another (the converged) string; the signs are fixed by the largest entry of each axis.
    """
    if axes is None:
        centred = beads - beads.mean(axis=0)
        found = np.linalg.svd(centred, full_matrices=False)[2][:count]
        largest = found[np.arange(len(found)), np.argmax(np.abs(found), axis=1)]
        axes = found * np.sign(largest)[:, None]
    return beads @ axes.T, axes
