"""X3-1: gradient descent from random weights beside the critical values of the low-rank minimisers.

The document gives neither the step size nor the distribution of the initial weights; both are varied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.batched_chain import CEILING, Array, descend, product, squared_norm, value_and_gradient
from numerics.experiments.critical_points import (
    DEVIATION,
    GIVEN,
    NO_ERROR,
    NOISES,
    VARIANCE,
    WIDTHS,
    Regression,
    diagonal_regression,
    draw_levels,
    least_curvature,
    random_weights,
    saddle,
)
from numerics.experiments.figure import COLOURS, Figure, draw_spread, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of

TOP = min(WIDTHS)
RANKS = tuple(range(TOP))
STEADY, NEAR, ARRIVED = 10.0, 0.1, 1e-9


@dataclass(frozen=True)
class Setting:
    """What the document leaves open, at most ``epochs`` epochs, of which every ``stride``-th is looked at."""

    noise: str
    start: str
    rate: float
    epochs: int = 15_000
    stride: int = 5

    @property
    def name(self) -> str:
        return f"{self.start}, rate {self.rate:g}, {self.noise}"


UNIFORM, BALANCED = "uniform 1/sqrt(fan-in)", "orthogonal 0.1"
LARGE, MIDDLE, SMALL, TINY = "normal 1", "normal 0.1", "normal 0.01", "normal 0.001"
SETTINGS = (
    Setting(VARIANCE, UNIFORM, 1e-5),
    Setting(VARIANCE, UNIFORM, 3e-6),
    Setting(VARIANCE, UNIFORM, 1e-6),
    Setting(VARIANCE, LARGE, 3e-6),
    Setting(VARIANCE, MIDDLE, 1e-5),
    Setting(VARIANCE, SMALL, 1e-5),
    Setting(VARIANCE, TINY, 3e-5, 60_000, 20),
    Setting(VARIANCE, BALANCED, 1e-5),
    Setting(DEVIATION, UNIFORM, 1e-5),
    Setting(DEVIATION, SMALL, 1e-5),
)

ONE_EACH = tuple(SETTINGS[k] for k in (3, 0, 4, 5, 6, 7))


@dataclass(frozen=True)
class Watched:
    """Runs seen every ``stride`` epochs.

    losses, slopes: (records, batch), the loss and the squared norm of its gradient, NaN after a run has ended; flattest: for each
    rank the weights where the gradient was smallest in the zone of that rank; weights: where the runs ended.
    """

    losses: Array
    slopes: Array
    flattest: tuple[list[Array], ...]
    weights: list[Array]
    stride: int


def zone_of(losses: Array, levels: Array) -> Array:
    """The rank whose critical value is the nearest of those that border the loss; 0 above all, TOP at the bottom.

    losses: (..., batch); levels: (batch, TOP + 1 or more).
    """
    middles = (levels[:, :TOP] + levels[:, 1 : TOP + 1]) / 2
    return np.sum(losses[..., None] < middles, axis=-1)


def watch(start: Sequence[Array], problem: Regression, rate: float, epochs: int, stride: int) -> Watched:
    """Runs end where the loss is within ARRIVED lambda_TOP of the global minimum, or has diverged."""
    weights = [weight.copy() for weight in start]
    batch, records = len(weights[0]), epochs // stride + 1
    losses, slopes = np.full((records, batch), np.nan), np.full((records, batch), np.nan)
    least = np.full((TOP + 1, batch), np.inf)
    flattest = tuple([weight.copy() for weight in start] for _ in range(TOP + 1))
    goal = problem.levels[:, TOP] + ARRIVED * problem.strengths[:, TOP - 1]
    going: Any = np.arange(batch)
    for row in range(records):
        here, data = [weight[going] for weight in weights], problem.data.kept(going)
        value, gradient = value_and_gradient(here, data)
        slope = np.sum([squared_norm(part) for part in gradient], axis=0)
        losses[row, going], slopes[row, going] = value, slope
        zones = zone_of(value, problem.levels[going])
        better = slope < least[zones, going]
        least[zones[better], going[better]] = slope[better]
        for rank in np.unique(zones[better]):
            chosen = better & (zones == rank)
            for kept, weight in zip(flattest[rank], here, strict=True):
                kept[going[chosen]] = weight[chosen]
        on: Any = (value > goal[going]) & (value < CEILING)
        going = going[on]
        if not len(going):
            break
        moved = descend([weight[on] for weight in here], data.kept(on), rate, stride, every=stride).weights
        for weight, fresh in zip(weights, moved, strict=True):
            weight[going] = fresh
    return Watched(losses, slopes, flattest, weights, stride)


@dataclass(frozen=True)
class Plateau:
    """Where a run was flattest in the zone of a rank.

    contrast: the squared gradient norm, which is the loss lost per unit of time, at its largest before and at its largest after,
    the smaller of the two (for rank 0 the one after), over that at the flattest epoch; offset: the distance of the loss there
    from the critical value, in units of the step down to the next one; epochs: those within half a step of the critical value.
    """

    contrast: float
    offset: float
    epochs: int

    @property
    def real(self) -> bool:
        return self.contrast >= STEADY and self.offset <= NEAR


def plateau(losses: Array, slopes: Array, levels: Array, rank: int, stride: int) -> Plateau:
    """The plateau of one run at a rank; losses, slopes: (records,), NaN at the end; levels: (d_y + 1,)."""
    ended = np.isfinite(losses)
    losses, slopes, step = losses[ended], slopes[ended], levels[rank] - levels[rank + 1]
    inside = np.flatnonzero(zone_of(losses[:, None], levels[None])[:, 0] == rank)
    if not len(inside):
        return Plateau(0.0, np.inf, 0)
    at = inside[np.argmin(slopes[inside])]
    before, after = slopes[: at + 1].max(), slopes[at:].max()
    highest = after if rank == 0 else min(before, after)
    near = np.abs(losses - levels[rank]) < step / 2
    return Plateau(float(highest / slopes[at]), float(abs(losses[at] - levels[rank]) / step), int(stride * near.sum()))


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    problems = {noise: diagonal_regression(drawn, noise) for noise in NOISES}
    quantities = _minimisers(problems) | _levels(problems[VARIANCE])
    curves: dict[str, Any] = {}
    for setting in SETTINGS:
        problem = problems[setting.noise]
        seen = watch(random_weights(drawn, setting.start), problem, setting.rate, setting.epochs, setting.stride)
        quantities |= _ends(setting.name, seen, problem) | _plateaus(setting.name, seen, problem)
        quantities |= _curvature(setting.name, seen, problem)
        curves |= _first_run(setting, seen)
    varied = {
        "spread of the error": list(NOISES),
        "initial weights": list(dict.fromkeys(setting.start for setting in SETTINGS)),
        "rate": sorted({setting.rate for setting in SETTINGS}),
        "a plateau": f"contrast at least {STEADY:g}, loss within {NEAR:g} of a step",
    }
    return measurements("X3-1", drawn, GIVEN | {"varied": varied}, quantities, curves)


def _minimisers(problems: dict[str, Regression]) -> dict[str, Any]:
    """W* beside diag(5, 4, 3, 2, 0), with the error and without."""
    wanted = np.diag([5.0, 4.0, 3.0, 2.0, 0.0])
    gaps = {noise: problem.minimiser(TOP) - wanted for noise, problem in problems.items()}
    sizes = {noise: np.sqrt(squared_norm(gap)) for noise, gap in gaps.items()}
    found: dict[str, Any] = {}
    for noise, gap in gaps.items():
        found[f"largest entry of |W* - diag(5,4,3,2,0)|, {noise}"] = quantity(
            "1", np.abs(gap).max(axis=(1, 2)), None, "very close"
        )
        found[f"|W* - diag(5,4,3,2,0)|_F, {noise}"] = quantity("1", sizes[noise], None, "very close")
        found[f"|W* - diag(5,4,3,2,0)|_F / |diag(5,4,3,2,0)|_F, {noise}"] = quantity("1", sizes[noise] / np.linalg.norm(wanted))
        if noise != NO_ERROR:
            shift = np.sqrt(squared_norm(gap - gaps[NO_ERROR]))
            found[f"distance without the error over the distance with it, {noise}"] = quantity(
                "1", sizes[NO_ERROR] / sizes[noise], 0, "because of the random error"
            )
            found[f"shift by the error over the distance without it, {noise}"] = quantity("1", shift / sizes[NO_ERROR])
    return found


def _levels(problem: Regression) -> dict[str, Any]:
    return {
        f"critical value of rank {rank}, {VARIANCE}": quantity("1", problem.levels[:, rank])
        for rank in range(problem.levels.shape[1])
    }


def _ends(name: str, seen: Watched, problem: Regression) -> dict[str, Any]:
    last = np.array([column[np.isfinite(column)][-1] if np.isfinite(column).any() else np.inf for column in seen.losses.T])
    best = problem.minimiser(TOP)
    gap = np.sqrt(squared_norm(product(seen.weights) - best) / squared_norm(best))
    diverged = ~(last < CEILING)
    return {
        f"diverged, {name}": quantity("1 if the loss stopped being finite", diverged, 0),
        f"final loss over the global minimum, {name}": quantity("1", last / problem.levels[:, TOP], 1),
        f"relative distance of the final product from W*, {name}": quantity("1", np.where(diverged, np.inf, gap), 0),
    }


def _plateaus(name: str, seen: Watched, problem: Regression) -> dict[str, Any]:
    table = [
        [plateau(loss, slope, level, rank, seen.stride) for rank in RANKS]
        for loss, slope, level in zip(seen.losses.T, seen.slopes.T, problem.levels, strict=True)
    ]
    found = {f"plateaus among the ranks 0 to 3, {name}": quantity("plateaus", [sum(p.real for p in row) for row in table], 4)}
    close = np.zeros(len(table))
    for rank in RANKS:
        column = [row[rank] for row in table]
        words = "around 500 epochs" if rank == TOP - 1 else ""
        found |= {
            f"contrast at rank {rank}, {name}": quantity("1", [p.contrast for p in column]),
            f"offset at rank {rank}, {name}": quantity("steps between critical values", [p.offset for p in column]),
            f"epochs at the plateau of rank {rank}, {name}": quantity(
                "epochs", [p.epochs for p in column], 500 if words else None, words
            ),
        }
        if rank:
            best = problem.minimiser(rank)
            gap = np.sqrt(squared_norm(product(seen.flattest[rank]) - best) / squared_norm(best))
            close += gap <= NEAR
            found[f"relative distance from the minimiser of rank {rank} where flattest, {name}"] = quantity("1", gap)
    found[f"minimisers of ranks 1 to 3 approached, {name}"] = quantity("minimisers", close, 3)
    return found


def _curvature(name: str, seen: Watched, problem: Regression) -> dict[str, Any]:
    """How strict the landscape is where the run is flattest near rank 3, beside the saddle with Z = 1."""
    flat = seen.flattest[TOP - 1]
    strict = least_curvature(saddle(problem, TOP - 1, WIDTHS, 1.0), problem.data)
    values = [np.linalg.svd(weight, compute_uv=False) for weight in flat]
    excess = np.max([value[:, TOP - 1] / value[:, TOP - 2] for value in values], axis=0)
    return {
        f"negative curvature at the plateau of rank 3 over that at the strict saddle, {name}": quantity(
            "1", least_curvature(flat, problem.data) / strict
        ),
        f"fourth singular value over the third at the plateau of rank 3, largest of the layers, {name}": quantity("1", excess),
    }


def _first_run(setting: Setting, seen: Watched) -> dict[str, Any]:
    """The run of the first seed, until it arrives."""
    losses = seen.losses[np.isfinite(seen.losses[:, 0]), 0]
    return {f"loss of the first run, {setting.name}": curve(setting.stride * np.arange(len(losses)), losses)}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_histories(found), _strictness(found), _diagonal(found))


def _histories(found: Measurements) -> Figure:
    shown = [setting for setting in ONE_EACH if setting.start in (UNIFORM, MIDDLE, SMALL)]

    def paint(canvas: Any) -> None:
        for axes, setting in zip(canvas.subplots(1, len(shown), sharey=True), shown, strict=True):
            line = found["curves"][f"loss of the first run, {setting.name}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), color=COLOURS[0])
            draw_levels(axes, found, f"critical value of rank {{}}, {VARIANCE}", range(TOP + 1))
            axes.set_title(setting.start, fontsize=9)
            axes.set_xlabel("epoch")
            axes.set_yscale("log")
        canvas.axes[0].set_ylabel("loss")

    return render(
        "X3-1-histories",
        "The document's first figure, first seed",
        "Gradient descent with rate 1e-5 from three distributions of the initial weights; dotted: the critical values of the "
        "minimisers of ranks 0 to 4.",
        "From uniform weights of the usual size the loss falls past the first dotted lines without a pause. From normal weights "
        "of standard deviation 0.1 it slows down near some of them; from 0.01 it rests on each of the five lines in turn.",
        paint,
        size=(9.0, 3.8),
    )


def _strictness(found: Measurements) -> Figure:
    parts = {
        "contrast at rank 3": "steepest over flattest",
        "negative curvature at the plateau of rank 3 over that at the strict saddle": "negative curvature, strict saddle 1",
        "epochs at the plateau of rank 3": "epochs",
    }

    def paint(canvas: Any) -> None:
        for axes, (name, label) in zip(canvas.subplots(1, len(parts), sharey=True), parts.items(), strict=True):
            draw_spread(axes, found, [f"{name}, {setting.name}" for setting in ONE_EACH], [setting.start for setting in ONE_EACH])
            axes.set_xlabel(label)

    return render(
        "X3-1-strictness",
        "The plateau at rank 3 by the size of the initial weights",
        "One dot for each seed, a bar at the median. Left: how pronounced the plateau is; middle: the negative curvature at its "
        "flattest point; right: its length, with rates 3e-6, 1e-5, 1e-5, 1e-5, 3e-5 and 1e-5 from top to bottom.",
        "The smaller the normal initial weights, the flatter and longer the plateau and the smaller the negative curvature: from "
        "0.1 downwards it falls in proportion to the weights, to two thousandths of the strict saddle's.",
        paint,
        size=(9.0, 3.2),
    )


def _diagonal(found: Measurements) -> Figure:
    names = [f"|W* - diag(5,4,3,2,0)|_F, {noise}" for noise in NOISES]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, names, list(NOISES), log=False)
        axes.set_xlim(left=0)
        axes.set_xlabel("Frobenius distance of W* from diag(5, 4, 3, 2, 0)")

    return render(
        "X3-1-diagonal",
        "How far W* is from the diagonal matrix, with the error and without",
        "One dot for each seed, a bar at the median.",
        "The three clouds overlap: without any error W* is about as far from the diagonal matrix as with it.",
        paint,
        size=(7.2, 2.4),
    )
