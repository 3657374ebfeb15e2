"""X3-7: the experiment of Achour, Malgouyres and Gerchinovitz (2024, appendix G) on leaving saddles with Adam.

Inputs and labels are independent standard normal.  A run starts beside the explicit critical point for S = {1, 2} and has
escaped when its loss is below the critical value by half of lambda_3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.batched_chain import Array, value_and_gradient
from numerics.experiments.critical_points import Regression, normal_draws, perturbed, regression, saddle
from numerics.experiments.figure import COLOURS, Figure, draw_spread, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.optimisers.descent import Adam, GradientDescent, Rule

WIDTHS = (10, 10, 10, 10, 10, 4)
SAMPLES, RANK = 100, 2
STRICT, FLAT = "strict, Z = I", "non-strict, Z = 0"
KINDS = {STRICT: 1.0, FLAT: 0.0}
EPOCHS = 2000


@dataclass(frozen=True)
class Setting:
    """A method with its rate, the size of the perturbation, and how many of them each seed draws."""

    method: str
    rate: float
    size: float
    runs: int = 10

    @property
    def name(self) -> str:
        return f"{self.method} {self.rate:g}, perturbation {self.size:g}"

    def rule(self) -> Rule:
        return Adam(self.rate, epsilon=1e-7) if self.method == "Adam" else GradientDescent(self.rate)


GIVEN_SETTING = Setting("Adam", 1e-3, 0.1, 100)
SETTINGS = (
    GIVEN_SETTING,
    Setting("Adam", 1e-3, 0.03),
    Setting("Adam", 1e-3, 0.01),
    Setting("Adam", 1e-4, 0.1),
    Setting("GD", 1e-3, 0.1),
)


def independent_regression(seeds: Sequence[int]) -> Regression:
    """Standard normal inputs and, independently, labels, 100 of each for each seed."""
    X, Y = [], []
    for seed in seeds:
        rng = np.random.RandomState(seed)
        X.append(rng.standard_normal((WIDTHS[0], SAMPLES)))
        Y.append(rng.standard_normal((WIDTHS[-1], SAMPLES)))
    return regression(np.stack(X), np.stack(Y))


def escapes(weights: Sequence[Array], problem: Regression, rule: Rule, epochs: int) -> tuple[Array, Array]:
    """The first epoch at which each run is below ``left_at(RANK)``, infinite if none of ``epochs`` is.

    And the losses of the first run until the last of the batch has escaped.
    """
    goal = problem.left_at(RANK)
    taken, losses = np.full(len(goal), np.inf), []
    for epoch in range(epochs + 1):
        value, gradient = value_and_gradient(weights, problem.data)
        losses.append(value[0])
        taken[(value < goal) & np.isinf(taken)] = epoch
        if np.isfinite(taken).all():
            break
        weights = [weight + step for weight, step in zip(weights, rule.displacement(gradient), strict=True)]
    return taken, np.array(losses)


def starts(seeds: Sequence[int], problem: Regression, kind: str, setting: Setting) -> tuple[list[Array], Regression]:
    """Every perturbation of every seed, seeds slowest, and the problem of each; the same directions for kinds and sizes."""
    draws = []
    for seed in seeds:
        rng = np.random.RandomState([seed, 1])
        draws += [normal_draws(rng, WIDTHS) for _ in range(setting.runs)]
    each = problem.taken(np.repeat(np.arange(len(seeds)), setting.runs))
    stacked = [np.stack(layer) for layer in zip(*draws, strict=True)]
    return list(perturbed(saddle(each, RANK, WIDTHS, KINDS[kind]), stacked, setting.size)), each


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    problem = independent_regression(drawn)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for setting in SETTINGS:
        table = {}
        for kind in KINDS:
            weights, each = starts(drawn, problem, kind, setting)
            taken, losses = escapes(weights, each, setting.rule(), EPOCHS)
            table[kind] = taken.reshape(seeds, setting.runs)
            if setting is GIVEN_SETTING:
                curves |= _distribution(kind, taken) | {f"loss of the first run, {kind}": curve(np.arange(len(losses)), losses)}
        quantities |= _table(setting, table)
    levels = {f"critical value of rank {rank}": quantity("1", problem.levels[:, rank]) for rank in range(WIDTHS[-1] + 1)}
    given = {
        "widths": list(WIDTHS),
        "samples": SAMPLES,
        "runs for each seed": GIVEN_SETTING.runs,
        "Adam": "rate 0.001, beta 0.9 and 0.999, epsilon 1e-7",
        "perturbation": "standard deviation 0.1 |W_h|_F / sqrt(d_(h-1) d_h)",
        "escape": "loss below L(W) - lambda_3 / 2",
    }
    varied = {"data": "fresh for each seed", "others": [setting.name for setting in SETTINGS[1:]]}
    return measurements("X3-7", drawn, given | {"varied": varied}, quantities | levels, curves)


def epochs_name(kind: str, setting: Setting = GIVEN_SETTING) -> str:
    return f"epochs to escape, {kind}, {setting.name}"


def ratio_name(setting: Setting = GIVEN_SETTING) -> str:
    return f"epochs to escape, non-strict over strict, {setting.name}, medians"


def _table(setting: Setting, table: dict[str, Array]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, taken in table.items():
        words = "many more epochs" if kind == FLAT else "quickly"
        found |= {
            f"{epochs_name(kind, setting)}, median": quantity("epochs", np.median(taken, axis=1), None, words),
            f"{epochs_name(kind, setting)}, first": quantity("epochs", taken.min(axis=1)),
            f"{epochs_name(kind, setting)}, last": quantity("epochs", taken.max(axis=1)),
            f"share that escaped, {kind}, {setting.name}": quantity("1", np.mean(np.isfinite(taken), axis=1)),
        }
    middle = {kind: np.median(taken, axis=1) for kind, taken in table.items()}
    ratio = np.where(np.isfinite(middle[STRICT]), middle[FLAT], np.nan) / np.minimum(middle[STRICT], EPOCHS)
    sooner = np.mean(table[FLAT] > table[STRICT], axis=1)
    return found | {
        ratio_name(setting): quantity("1", ratio, None, "many more epochs"),
        f"share of perturbations that leave the strict saddle first, {setting.name}": quantity("1", sooner),
    }


def _distribution(kind: str, taken: Array) -> dict[str, Any]:
    """The share of all the runs that have escaped by an epoch."""
    epochs = np.arange(int(taken[np.isfinite(taken)].max(initial=0)) + 1)
    return {f"share escaped, {kind}": curve(epochs, np.mean(taken[:, None] <= epochs, axis=0))}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_shares(found), _medians(found))


def _shares(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, kind in zip(COLOURS, KINDS, strict=False):
            line = found["curves"][f"share escaped, {kind}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), color=colour, label=kind)
        axes.set_xlabel("epoch")
        axes.set_ylabel("share of runs that have escaped")
        axes.legend()

    return render(
        "X3-7-shares",
        "Escape from strict and non-strict saddles with Adam",
        "All perturbations of all seeds, in the setting that the source states.",
        "The curve of the strict saddle rises from 0 to 1 around epoch 30, before that of the non-strict saddle leaves 0; the "
        "latter rises around epoch 95, with a longer tail.",
        paint,
    )


def _medians(found: Measurements) -> Figure:
    rows = [(kind, setting) for setting in SETTINGS for kind in KINDS]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        names = [f"{epochs_name(kind, setting)}, median" for kind, setting in rows]
        draw_spread(axes, found, names, [f"{kind.split(',')[0]}, {setting.name}" for kind, setting in rows])
        axes.set_xticks((30, 100, 300), ("30", "100", "300"))
        axes.set_xticks((), minor=True)
        axes.set_xlabel("epochs to escape, median over the perturbations of a seed")

    return render(
        "X3-7-medians",
        "How much longer, by method and perturbation",
        "One dot for each seed, a bar at the median; a row without dots: fewer than half of a seed's runs escaped within 2000 "
        "epochs.",
        "With Adam the non-strict saddle takes two to three times as many epochs as the strict one, whatever the size of the "
        "perturbation. With plain gradient descent the strict one takes some forty epochs and the non-strict one is not left.",
        paint,
        size=(7.2, 4.8),
    )
