"""X0-2: the question's second curve, both readings of the layer count, and the ratio to the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.layers import (
    COMMON,
    DEEP_SCALED_RATES,
    EPOCHS,
    GIVEN,
    ONE_LAYER,
    RATES,
    SCALED_RATES,
    SCALINGS,
    SHORT,
    TOO_LARGE,
    VARIED,
    Runs,
    best,
    curves_of,
    grid,
    initial_parts,
    rate_name,
    rows_of,
    tables,
)
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of

READINGS = {"three matrices": (100, 500, 250, 1), "four matrices": (100, 100, 500, 250, 1)}
WORDS = "3 to 4 orders of magnitude larger"
Found = dict[str, Any]


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: Found = {}
    curves: Found = {}
    for biases in (True, False):
        ending = "" if biases else " without bias"
        for reading, widths in READINGS.items():
            rates, epochs = _plan(reading, biases)
            deep = grid(drawn, widths, rates, epochs, biases=biases)
            shallow = grid(drawn, ONE_LAYER, rates, epochs, biases=biases)
            quantities |= tables(deep, reading + ending, epochs) | _ratios(shallow, deep, reading + ending, epochs)
            quantities[f"initial error in the flat direction, {reading}{ending}"] = quantity(
                "1", initial_parts(drawn, widths, biases=biases)[1]
            )
            if biases:
                curves |= curves_of(deep, reading) | curves_of({COMMON: shallow[COMMON]}, f"one layer beside {reading}")
    quantities |= _scaled(drawn)
    given = GIVEN | {"layers": {name: " -> ".join(map(str, widths)) for name, widths in READINGS.items()}}
    return measurements("X0-2", drawn, given | {"varied": VARIED}, quantities, curves)


def _plan(reading: str, biases: bool) -> tuple[tuple[float, ...], int]:
    """Rates and epochs: the full grid where it is affordable, fewer epochs for what only varies the set-up."""
    if reading == "three matrices" and biases:
        return (*RATES, *TOO_LARGE), EPOCHS
    return (RATES[1], COMMON, RATES[3], TOO_LARGE[0]) if biases else (COMMON,), SHORT


def _ratios(shallow: dict[float, Runs], deep: dict[float, Runs], label: str, epochs: int) -> Found:
    """Decimal logarithms of the one-layer error over the error of the deep network, seed by seed."""
    found = {}
    for rate in deep:
        if rate in RATES:
            both = _orders(shallow[rate].final, deep[rate].final)
            found[f"orders of magnitude after {epochs} epochs, {label}, {rate_name(rate)}"] = quantity(
                "decades", both, [3, 4], WORDS
            )
    found[f"orders of magnitude after {epochs} epochs, {label}, best rate of each"] = quantity(
        "decades", _orders(best(shallow), best(deep)), [3, 4], WORDS
    )
    return found


def _orders(above: Any, below: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(above / below)


def _scaled(drawn: list[int]) -> Found:
    """Is it the conditioning?  The same comparison on data divided by a number, centred, and standardised."""
    found: Found = {}
    for name, scaling in SCALINGS.items():
        data, label = rows_of(scaling), f"three matrices, data {name}"
        deep = grid(drawn, READINGS["three matrices"], DEEP_SCALED_RATES, SHORT, data=data)
        shallow = grid(drawn, ONE_LAYER, SCALED_RATES, SHORT, data=data)
        found |= tables(deep, label, SHORT)
        found[f"smallest mean squared error over the rates, {label}"] = quantity("1", best(deep))
        found[f"smallest mean squared error over the rates, one layer beside it, data {name}"] = quantity("1", best(shallow))
        found[f"orders of magnitude after {SHORT} epochs, {label}, best rate of each"] = quantity(
            "decades", _orders(best(shallow), best(deep))
        )
        values = np.linalg.svd(np.column_stack([data[1].inputs, data[1].ones]), compute_uv=False)
        kept = values[values > 1500 * np.finfo(float).eps * values[0]]
        found[f"condition number of the nonzero spectrum, data {name}"] = quantity("1", [(kept[0] / kept[-1]) ** 2] * len(drawn))
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    def curves(canvas: Any) -> None:
        for axes, reading in zip(canvas.subplots(1, 2, sharey=True), READINGS, strict=True):
            draw_band(axes, found, f"one layer beside {reading}, {rate_name(COMMON)}", colour=COLOURS[3], label="one layer")
            for colour, rate in zip(COLOURS, (1e-13, COMMON), strict=False):
                draw_band(axes, found, f"{reading}, {rate_name(rate)}", colour=colour, label=f"{reading}, {rate_name(rate)}")
            axes.set_yscale("log")
            axes.set_xlabel("epoch")
            axes.set_title(" - ".join(map(str, READINGS[reading])), fontsize=10)
            axes.legend()

    entries = found["quantities"].items()
    names = [
        name for name, entry in entries if name.startswith("orders of magnitude") and any(v is not None for v in entry["values"])
    ]

    def spread(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, names, [name.split("epochs, ")[1] for name in names], log=False)
        axes.set_xlabel("decades from the deep error up to the one-layer error", loc="right")
        axes.tick_params(axis="y", labelsize=8)

    return (
        render(
            "X0-2-curves",
            "Four layers beside one",
            f"Mean squared error against epoch; the one-layer network at {rate_name(COMMON)} in red; medians over seeds, "
            "bands hold 80 %.",
            "Every curve falls steeply and then lies flat; the medians of the deep networks lie about one order of magnitude "
            "below that of the one layer, and the bands overlap.",
            curves,
            size=(8.2, 4.0),
        ),
        render(
            "X0-2-orders",
            "By how many orders of magnitude",
            "One dot for each seed; the published range is a red bar.",
            "On the data as printed the dots range from minus three to plus four and a half decades with medians near one; "
            "the published range of three to four holds only the upper few.",
            spread,
            size=(8.2, 4.6),
        ),
    )
