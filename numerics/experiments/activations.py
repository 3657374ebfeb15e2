"""X4-2: five activation functions under the approximate Newton method on ten samples, and what stops the runs that do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.four_regions import FITTED, SCRIPT, SCRIPT_RIDGE, problems
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
from numerics.mlp import Array, Perceptron, Samples, forward
from numerics.mlp_activations import ARCTAN, HIDDEN, LEAKY_RELU, Activation
from numerics.optimisers.approximate_newton import Approach, approximate_newton
from numerics.optimisers.record import Stop

SAMPLES, STARTS, STEPS = 10, 8, 100
SMALL, FLAT, NEARLY = 1e-3, 1e-6, 1e-5
METHODS: dict[str, dict[str, Any]] = {
    "full step": {"ridge": SCRIPT_RIDGE},
    "adaptive ridge": {"ridge": 1.0, "adaptive": True},
}
WORDS = {
    "sigmoid": "suffers numerically from spurious local minima",
    "tanh": "suffers numerically from spurious local minima",
    "softsign": "does not share the convergence behaviour of its squashing counterparts",
    "softplus": "performs well",
    "bent identity": "performs well",
    "arctan": "",
    "leaky ReLU": "might be preferred",
}
ACTIVATIONS = (*HIDDEN, LEAKY_RELU, ARCTAN)
PAIRS = (
    ("sigmoid", "softsign"),
    *((one, other) for one in ("softsign", "arctan", "bent identity", "leaky ReLU") for other in ("sigmoid", "tanh")),
    ("bent identity", "softsign"),
)


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    for activation in ACTIVATIONS:
        net, start, samples = problems(drawn, activation, SAMPLES, STARTS)
        quantities |= _saturation(f"{activation.name}, at the start", net, start, samples, None)
        for method, options in METHODS.items():
            runs = approximate_newton(net, start, samples, steps=STEPS, fitted=FITTED, **options)
            quantities |= _table(activation, method, net, runs, samples)
    for one, other in PAIRS:
        mine, theirs = (quantities[f"runs of {STARTS} that fit, {name}, full step"]["values"] for name in (one, other))
        quantities[f"runs that fit, {one} minus {other}, full step"] = quantity(
            "runs", [a - b for a, b in zip(mine, theirs, strict=True)], None, WORDS[one]
        )
    given = SCRIPT | {"samples": f"{SAMPLES} out of 1000", "step": 1, "iterations": STEPS, "ridge": SCRIPT_RIDGE}
    varied = {
        "activation": [LEAKY_RELU.name, ARCTAN.name],
        "method": [
            "full steps with the scripts' ridge",
            "adaptive ridge: steps that raise the loss are not made",
        ],
        "starts": f"{STARTS} for each seed, whose samples they share",
    }
    return measurements("X4-2", drawn, given | {"stop": "sum of squares below 1e-15", "varied": varied}, quantities, {})


def _each(mask: Any, values: Any) -> Array:
    """The mean over those runs of a seed for which the mask holds; not a number where there is none."""
    rows, places = np.asarray(values, dtype=float).reshape(-1, STARTS), np.reshape(mask, (-1, STARTS))
    count = places.sum(axis=1)
    return np.where(count > 0, np.where(places, rows, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _table(activation: Activation, method: str, net: Perceptron, runs: Approach, samples: Samples) -> dict[str, Any]:
    name, words = f"{activation.name}, {method}", WORDS[activation.name] if method == "full step" else ""
    final, fitted = runs.losses[-1], runs.stops == Stop.FITTED
    with np.errstate(invalid="ignore"):
        change = np.abs(runs.losses[-1] / runs.losses[-11] - 1)
    stuck = ~fitted & (final > SMALL) & (change < FLAT)
    count = {
        f"runs of {STARTS} that fit": fitted,
        f"runs of {STARTS} with a loss below {NEARLY:g}": final < NEARLY,
        f"runs of {STARTS} that stand still above {SMALL:g}": stuck,
        f"runs of {STARTS} that still creep below {SMALL:g}": ~fitted & (final <= SMALL),
        f"runs of {STARTS} that still move above {SMALL:g}": ~fitted & (final > SMALL) & (change >= FLAT),
        f"runs of {STARTS} that ended otherwise": np.isin(runs.stops, [Stop.DIVERGED, Stop.SINGULAR, Stop.STAGNATED]),
    }
    found = {
        f"{what}, {name}": quantity("runs", np.reshape(mask, (-1, STARTS)).sum(axis=1), None, words)
        for what, mask in count.items()
    }
    for number, losses in enumerate(final.reshape(-1, STARTS).T, start=1):
        found[f"loss at the end, start {number}, {name}"] = quantity("1", losses, None, words)
    found |= {
        f"iterations of the runs that fit, {name}": quantity("iterations", _each(fitted, runs.taken)),
        f"gradient norm where a run stands still, {name}": quantity("1", _each(stuck, runs.gradient_norms[-1])),
        f"largest weight where a run stands still, {name}": quantity(
            "1", _each(stuck, np.max([np.abs(part).max(axis=(1, 2)) for part in runs.point], axis=0))
        ),
    }
    return found | _saturation(f"{name}, where a run stands still", net, runs.point, samples, stuck)


def _saturation(name: str, net: Perceptron, point: Any, samples: Samples, which: Any) -> dict[str, Any]:
    """The shares of (hidden unit, sample) pairs whose slope is below a thousandth of the slope at 0, and exactly 0."""
    slopes = [slope.reshape(len(slope), -1) for slope in forward(net, point, samples.inputs).slopes[:-1]]
    together = np.concatenate(slopes, axis=1) / net.hidden.at(np.zeros(1))[1][0]
    mask = np.ones(len(together), dtype=bool) if which is None else which
    return {
        f"share of slopes below {SMALL:g} of the slope at 0, {name}": quantity("1", _each(mask, (together < SMALL).mean(axis=1))),
        f"share of slopes that are 0, {name}": quantity("1", _each(mask, (together == 0).mean(axis=1))),
    }


def draw(found: Measurements) -> tuple[Figure, ...]:
    names = [activation.name for activation in ACTIVATIONS]
    quantities = found["quantities"]

    def paint(canvas: Any) -> None:
        for axes, method in zip(canvas.subplots(1, 2, sharey=True), ("full step", "adaptive ridge"), strict=True):
            for row, name in enumerate(names):
                entries = [quantities[f"loss at the end, start {k + 1}, {name}, {method}"]["values"] for k in range(STARTS)]
                values = np.array([value for entry in entries for value in numbers(entry) if value == value])
                lift = 0.5 * (np.arange(len(values)) / max(1, len(values) - 1) - 0.5)
                axes.plot(np.maximum(np.sort(values), 1e-32), row + lift, ".", ms=3.5, color=COLOURS[row % len(COLOURS)])
            axes.set_xscale("log")
            axes.set_xlim(1e-33, 1e9)
            axes.axvline(FITTED, color="#5d6d7e", linewidth=0.8, linestyle=":")
            axes.set_xlabel("total loss at the end")
            axes.set_title(method, fontsize=10)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)

    def saturation(canvas: Any) -> None:
        axes = canvas.subplots()
        for row, name in enumerate(names):
            for key, colour, lift in (
                ("at the start", COLOURS[0], -0.13),
                ("full step, where a run stands still", COLOURS[3], 0.13),
            ):
                values = numbers(quantities[f"share of slopes below {SMALL:g} of the slope at 0, {name}, {key}"]["values"])
                label = key if row == 0 else None
                axes.plot(values, [row + lift] * len(values), "o", ms=4, alpha=0.45, linewidth=0, color=colour, label=label)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("share of the slopes of hidden units that are below a thousandth of the slope at 0")
        axes.legend(loc="lower center")

    return (
        render(
            "X4-2-losses",
            "The total loss after the approximate Newton method",
            f"{STARTS} starts for each seed, sorted from top to bottom; left of the dotted line a run counts as an exact fit.",
            "With full steps most runs with the sigmoid and many with tanh end at losses near one; nearly all with softsign, "
            "softplus, bent identity and arctan end left of the line, and some with leaky ReLU far to the right. With the "
            "adaptive ridge no run ends near one but those with leaky ReLU.",
            paint,
            size=(8.2, 4.2),
        ),
        render(
            "X4-2-saturation",
            "Where runs stand still, the units are saturated",
            "Shares over hidden units and samples, one dot for each seed, at the start and where full steps stand still.",
            "At the start few slopes are small. In the runs with the sigmoid and tanh that stand still nearly all are.",
            saturation,
        ),
    )
