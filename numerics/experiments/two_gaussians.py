"""X2-8: two clouds in the plane and two rectified units, the disconnected example of section 2.3.1.

Means, covariances and mixture weights are not printed.  Here the clouds have the centres (1, 0) and (-1, 0), equal weights and
the covariance s^2 I; the target (X - mu_Z) Z is measured in units of its own mean square, since otherwise it vanishes with s.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.side_by_side import Adam, Array, errors
from numerics.small_relu import Rectified
from numerics.strings import Rules, Task, connect_all, worst_between

SPREADS = (0.3, 0.1)
SAMPLES, STARTS = 200, 20
TRAIN = Adam(rate=1e-2, limit=3000)
RULES = Rules(bead_level=0.95, tolerance=1.1, points=99, middle=True, depth=6, beads=200)
FACTORS = (1.15, 1.5, 2.0)
RISK, STRAIGHT = "relative risk of the trained model, spread {}", "largest relative risk on the straight segment, spread {}"
CONNECTED = "connected at {} times the risk of the ends, spread {}"


def task_of(seed: int, spread: float) -> Rectified:
    """SAMPLES points of both clouds with a constant input below them; targets X - mu on the right, mu - X on the left."""
    rng = np.random.RandomState(seed)
    side = np.repeat([1.0, -1.0], SAMPLES // 2)
    noise = spread * rng.standard_normal((2, SAMPLES))
    noise -= np.stack([noise[:, side == one].mean(axis=1) for one in (1, -1)], axis=1)[:, (side < 0).astype(int)]
    inputs = np.vstack([noise + np.outer([1, 0], side), np.ones(SAMPLES)])
    return Rectified(inputs, noise * side, 2, float(np.mean(np.sum(noise**2, axis=0))))


def best_of_starts(task: Rectified, seed: int) -> Array:
    """The best of STARTS models after all steps of training, (size,)."""
    starts = np.random.RandomState(seed + 1).standard_normal((STARTS, task.size))
    last = TRAIN.until(task, starts, np.full((STARTS, 1), -1.0)).models[:, 0].astype(float)
    best: Array = last[np.argmin(errors(task, last))]
    return best


def sampler_of(task: Rectified) -> Task:
    def train(models: Array, levels: Array, _: Array) -> tuple[Array, Array, Array]:
        found = TRAIN.until(task, models, levels[:, None])
        return found.models[:, 0].astype(float), found.reached[:, 0], found.steps[:, 0]

    return Task(lambda models: errors(task, models), train)


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for spread in SPREADS:
        risks, straight, joined = [], [], []
        for one in drawn:
            task = task_of(one, spread)
            model = best_of_starts(task, one)[None]
            copy = task.permuted(model, [1, 0])
            risk = float(errors(task, model)[0])
            sampler = sampler_of(task)
            worst, _ = worst_between(sampler, model, copy, RULES.points)
            many = len(FACTORS)
            strings = connect_all(sampler, np.tile(model, (many, 1)), np.tile(copy, (many, 1)), risk * np.array(FACTORS), RULES)
            risks.append(risk)
            straight.append(float(worst[0]))
            joined.append([string.connected for string in strings])
            if one == drawn[0]:
                t = np.linspace(0, 1, 101)
                curves[f"straight segment, spread {spread}"] = curve(t, errors(task, model + t[:, None] * (copy - model)))
        quantities[RISK.format(spread)] = quantity("1", risks)
        quantities[STRAIGHT.format(spread)] = quantity("1", straight, 0.5, "risk at least 1/2")
        for k, factor in enumerate(FACTORS):
            quantities[CONNECTED.format(factor, spread)] = quantity("1 = yes", [row[k] for row in joined])
    varied = {
        "centres": [[1, 0], [-1, 0]],
        "covariance": [f"{spread}^2 I" for spread in SPREADS],
        "mixture weights": [0.5, 0.5],
        "samples": SAMPLES,
        "risk": "over the mean square of the target",
        "biases": "of the hidden units, by a constant input",
        "model": f"the best of {STARTS} starts N(0, 1) after {TRAIN.limit} steps of Adam, rate {TRAIN.rate}",
    }
    return measurements("X2-8", drawn, {"hidden units": 2, "varied": varied}, quantities, curves)


def draw(found: Measurements) -> tuple[Figure, ...]:
    def straight(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, spread in zip(COLOURS, SPREADS, strict=False):
            line = found["curves"][f"straight segment, spread {spread}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), color=colour, label=f"spread {spread}")
        axes.axhline(0.5, color="black", linestyle=":", label="one half")
        axes.set_xlabel("t")
        axes.set_ylabel("relative risk")
        axes.legend()

    return (
        render(
            "X2-8-segment",
            "Between a model of two clouds and its copy with the two units swapped",
            "Risk on the straight segment, over the mean square of the target, for one draw.",
            "Both curves begin and end at the same height and have a peak in between.",
            straight,
            size=(6.0, 3.4),
        ),
    )
