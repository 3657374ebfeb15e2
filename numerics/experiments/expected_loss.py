"""X1-3: the expected loss in place of the sampled one, squared and as printed."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.measure import Measurements, band, measurements, quantity, seeds_of
from numerics.experiments.notebook import (
    ADAM_RATES,
    GD_RATES,
    GIVEN,
    STEPS,
    Problems,
    first_order,
    name_of,
    over_rates,
    problems,
    spread,
)
from numerics.optimisers.descent import GradientDescent, descend
from numerics.product import Array, Compressed, Pair, expected, value_and_gradient

COMPARED = (("GD", 0, GD_RATES[0]), ("GD", 1, GD_RATES[1]), ("Adam", 2, ADAM_RATES[2]), ("Adam", 3, ADAM_RATES[3]))
NORM_RATES = (1e-3, 1e-2, 1e-1)


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    setup = problems(drawn)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for method, rates in (("GD", GD_RATES), ("Adam", ADAM_RATES)):
        sampled = first_order(setup.start, setup.data, method, rates).losses / setup.samples
        white = first_order(setup.start, _scaled(setup), method, rates).losses / setup.samples
        for other, index, rate in COMPARED:
            if other == method:
                quantities |= _compared(name_of(method, rate), sampled[:, index], white[:, index])
                curves |= band(f"loss per sample, {name_of(method, rate)}", np.arange(len(sampled)), sampled[:, index])
                curves |= band(f"expected loss, {name_of(method, rate)}", np.arange(len(white)), white[:, index])
        for index, rate in enumerate(rates):
            same = np.isfinite(sampled[-1, index]) == np.isfinite(white[-1, index])
            quantities[f"both diverge or neither, {name_of(method, rate)}"] = quantity("1 if so", same, 1, "similar curves")
    quantities |= _unsquared(setup, curves)
    varied = {
        "gradient of the expected loss": "times 1000, so that the rates mean the same",
        "rate for the unsquared norm": list(NORM_RATES),
        "norm": ["squared", "as printed"],
    }
    return measurements("X1-3", drawn, GIVEN | {"expected loss": "|W1 W2 - A|", "varied": varied}, quantities, curves)


def _scaled(setup: Problems) -> Compressed:
    """n |W1 W2 - A|_F^2: what the sampled loss is on average."""
    data, root = expected(setup.target), np.sqrt(float(setup.samples))
    return Compressed(root * data.root, root * data.labels, data.target, data.floor, True)


def _compared(name: str, sampled: Array, white: Array) -> dict[str, Any]:
    gap = np.abs(np.log10(sampled) - np.log10(white))
    return {
        f"expected loss after 3000 steps, {name}": quantity("1", white[-1]),
        f"loss per sample after 3000 steps, {name}": quantity("1", sampled[-1]),
        f"largest distance of the two curves, {name}": quantity("decades", gap.max(axis=0), None, "similar curves"),
        f"median distance of the two curves, {name}": quantity("decades", np.median(gap, axis=0), None, "similar curves"),
    }


def _norm_objective(data: Compressed) -> Any:
    """|W1 W2 - A|_F without the square: the gradient of the square divided by twice the norm, 0 where the norm is 0."""
    squared = value_and_gradient(data)

    def objective(point: Pair) -> tuple[Array, Pair]:
        value, (first, second) = squared(point)
        norm = np.sqrt(value)
        share = np.divide(0.5, norm, out=np.zeros_like(norm), where=norm > 0)[..., None, None]
        return norm, (share * first, share * second)

    return objective


def _unsquared(setup: Problems, curves: dict[str, Any]) -> dict[str, Any]:
    """Gradient descent on the norm as printed.

    Its gradient does not vanish at a minimiser, so that a fixed step ends in a rattle.
    """
    table = np.repeat(np.asarray(NORM_RATES)[:, None], setup.target.shape[0], axis=1)
    objective = _norm_objective(spread(expected(setup.target)))
    trajectory = descend(objective, over_rates(setup.start, len(NORM_RATES)), GradientDescent(table), steps=STEPS)
    found: dict[str, Any] = {}
    for index, rate in enumerate(NORM_RATES):
        values, sizes = trajectory.losses[:, index], trajectory.gradient_norms[:, index]
        name = name_of("GD", rate)
        rises = np.mean(np.diff(values[-500:], axis=0) > 0, axis=0)
        curves |= band(f"norm as printed, {name}", np.arange(len(values)), values)
        found |= {
            f"norm after 3000 steps, as printed, {name}": quantity("1", values[-1]),
            f"gradient norm after 3000 steps, norm as printed, {name}": quantity("1", sizes[-1]),
            f"share of rises among the last 500 steps, norm as printed, {name}": quantity("1", rises),
        }
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_curves(found), _distances(found))


def _curves(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2)
        for colour, (method, _, rate) in zip(COLOURS, COMPARED, strict=False):
            name = name_of(method, rate)
            draw_band(left, found, f"loss per sample, {name}", colour=colour, label=name)
            middle = found["curves"][f"expected loss, {name}, median"]
            left.plot(middle["x"], middle["y"], ":", color="black", linewidth=1.0)
        for colour, rate in zip(COLOURS, NORM_RATES, strict=False):
            draw_band(right, found, f"norm as printed, {name_of('GD', rate)}", colour=colour, label=name_of("GD", rate))
        left.set_title("sampled (colour) and expected (dotted)", fontsize=10)
        right.set_title("the norm as printed, not squared", fontsize=10)
        for axes in (left, right):
            axes.set_yscale("log")
            axes.set_xlabel("step")
            axes.legend()

    return render(
        "X1-3-curves",
        "Sampled and expected loss",
        "Left: loss per sample (medians and 80 % bands) with the expected squared loss dotted over it. Right: the norm "
        "without the square.",
        "The dotted curves of the expected loss lie on the coloured ones of the sampled loss. Without the square, the norm falls "
        "to a level that depends on the step size and rattles there.",
        paint,
        size=(8.2, 4.0),
    )


def _distances(found: Measurements) -> Figure:
    names = [name_of(method, rate) for method, _, rate in COMPARED]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, [f"largest distance of the two curves, {name}" for name in names], names)
        axes.set_xlabel("largest distance of the two curves over 3000 steps, decades")

    return render(
        "X1-3-distances",
        "How far apart the two curves get",
        "One dot for each seed, a bar at the median.",
        "Over all seeds and four runs the sampled and the expected loss stay within a fraction of a decade of each other.",
        paint,
        size=(7.2, 3.0),
    )
