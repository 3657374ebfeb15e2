"""X0-1: the question's first curve, one layer with one node."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.layers import (
    COMMON,
    EPOCHS,
    GIVEN,
    ONE_LAYER,
    RATES,
    SCALED_RATES,
    SCALINGS,
    TOO_LARGE,
    VARIED,
    best,
    curves_of,
    grid,
    initial_parts,
    rate_name,
    rows_of,
    tables,
)
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for biases in (True, False):
        label = "one layer" + ("" if biases else " without bias")
        runs = grid(drawn, ONE_LAYER, (*RATES, *TOO_LARGE), EPOCHS, biases=biases)
        quantities |= tables(runs, label, EPOCHS)
        quantities[f"smallest mean squared error over the rates, {label}"] = quantity("1", best(runs))
        curves |= curves_of(runs, label)
        quantities[f"initial error in the flat direction, {label}"] = quantity(
            "1", initial_parts(drawn, ONE_LAYER, biases=biases)[1]
        )
        quantities[f"epochs to halve the plateau at {rate_name(COMMON)}, {label}"] = quantity(
            "epochs", [_halving(biases)] * seeds
        )
    quantities |= _scaled(drawn)
    given = GIVEN | {"layers": "100 -> 1"}
    return measurements("X0-1", drawn, given | {"varied": VARIED}, quantities, curves)


def _halving(biases: bool) -> float:
    """How long the flat direction takes to lose half of its squared error, from its curvature (2/M) sigma^2."""
    _, rows = rows_of()
    matrix = np.column_stack([rows.inputs, rows.ones]) if biases else rows.inputs
    curvature = 2 * float(np.linalg.svd(matrix, compute_uv=False)[1]) ** 2 / rows.samples
    return float(np.ceil(np.log(0.5) / (2 * np.log1p(-COMMON * curvature))))


def _scaled(drawn: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, scaling in SCALINGS.items():
        label = f"one layer, data {name}"
        runs = grid(drawn, ONE_LAYER, SCALED_RATES, EPOCHS, data=rows_of(scaling))
        found |= tables(runs, label, EPOCHS)
        found[f"smallest mean squared error over the rates, {label}"] = quantity("1", best(runs))
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    def curves(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, rate in zip(COLOURS, RATES, strict=False):
            if f"one layer, {rate_name(rate)}, median" in found["curves"]:
                draw_band(axes, found, f"one layer, {rate_name(rate)}", colour=colour, label=rate_name(rate))
        axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.set_ylabel("mean squared error")
        axes.legend()

    names = {
        f"mean squared error after {EPOCHS} epochs, one layer, {rate_name(COMMON)}": "after 1000 epochs",
        "initial error in the flat direction, one layer": "at the start, flat direction",
        "smallest mean squared error over the rates, one layer, data centred and divided by the largest entry": "centred "
        "data, best rate",
    }

    def spread(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, list(names), list(names.values()))
        axes.set_xlabel("mean squared error")

    return (
        render(
            "X0-1-curves",
            "One layer",
            "Mean squared error against epoch for the learning rates that do not diverge; medians over seeds, bands hold 80 %.",
            "Every curve falls by about six orders of magnitude, the faster the larger the rate, and then lies flat at the "
            "same level.",
            curves,
        ),
        render(
            "X0-1-plateau",
            "Where the plateau comes from",
            "What is left after 1000 epochs, what the untrained layer already had in the flat direction of the data, and "
            "what is left where "
            "the data have been centred; one dot for each seed.",
            "The first two rows of dots coincide; the third lies many orders of magnitude below.",
            spread,
            size=(7.2, 2.6),
        ),
    )
