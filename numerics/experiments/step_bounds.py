"""X3-4 and X3-5, Figures 4 and 5: the bound of Theorem 2.4 for a thousand networks of each architecture.

One seed stands for one histogram.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.batched_chain import Array
from numerics.experiments.figure import COLOURS, Figure, draw_spread, numbers, render
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
from numerics.experiments.step_draws import GIVEN, SHRUNK, SHRUNK_SMALL_X, SMALL, UNIT, Treatment, as_drawn
from numerics.step_size import AS_PRINTED, AS_RECOVERED, StepBound, step_bound

COUNT = 1000
TREATMENTS = (UNIT, SMALL, SHRUNK, SHRUNK_SMALL_X)
EDGES = np.linspace(-8, -1, 57)
VARIED = {
    "draws": [treatment.name for treatment in TREATMENTS],
    "X": "N(0, 1) where nothing else is said",
    "draws whose balancedness is not below delta": ["left out", "the formula applied to them all the same"],
    "bound": [AS_PRINTED.words, AS_RECOVERED.words],
    "a seed": f"one histogram of {COUNT} networks for each architecture",
}


def bounds_of(treatment: Treatment, seed: int, widths: Sequence[int]) -> tuple[StepBound, StepBound]:
    """The bounds of COUNT networks with the printed and with the recovered M."""
    networks = treatment.networks(np.random.RandomState([seed, 34, len(widths), min(widths)]), COUNT, widths)
    printed, recovered = (step_bound(networks.weights, networks.sizes(reading)) for reading in (AS_PRINTED, AS_RECOVERED))
    return printed, recovered


def median(values: Array) -> float:
    """The median of the finite values, NaN where there are fewer than ten."""
    kept = values[np.isfinite(values)]
    return float(np.median(kept)) if len(kept) >= 10 else float("nan")


def distance(left: Array, right: Array) -> float:
    """The largest distance of two empirical distribution functions, NaN where one has fewer than ten values."""
    a, b = (np.sort(values[np.isfinite(values)]) for values in (left, right))
    if min(len(a), len(b)) < 10:
        return float("nan")
    every = np.concatenate([a, b])
    return float(np.max(np.abs(np.searchsorted(a, every, "right") / len(a) - np.searchsorted(b, every, "right") / len(b))))


def shares(values: Array) -> Array:
    """The share of the finite values in each bin of the decimal logarithm."""
    kept = values[np.isfinite(values) & (values > 0)]
    counts, _ = np.histogram(np.log10(kept), EDGES) if len(kept) else (np.zeros(len(EDGES) - 1), EDGES)
    return counts / max(len(kept), 1)


def histograms(
    experiment: str, seeds: int, seed: int, shapes: Mapping[str, Sequence[int]], published: Mapping[str, float]
) -> Measurements:
    """Every treatment and architecture over the seeds, with the printed orders of magnitude."""
    given = seeds_of(seed, seeds)
    rows: dict[str, list[float]] = {}
    totals: dict[str, Array] = {}
    for one in given:
        for treatment in TREATMENTS:
            for name, value in _one(treatment, one, shapes, totals):
                rows.setdefault(name, []).append(value)
    quantities = {name: _quantity(name, values, published) for name, values in rows.items()}
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    lines = {
        name: {"x": [float(f"{x:.6g}") for x in middles], "y": [float(f"{y:.5g}") for y in total / seeds]}
        for name, total in totals.items()
        if total.any()
    }
    settings = GIVEN | {"architectures": {name: list(widths) for name, widths in shapes.items()}, "varied": VARIED}
    return measurements(experiment, given, settings, quantities, lines)


def _one(treatment: Treatment, seed: int, shapes: Mapping[str, Sequence[int]], totals: dict[str, Array]) -> Any:
    """The numbers of one seed; adds its histograms to the totals."""
    found = {shape: bounds_of(treatment, seed, widths) for shape, widths in shapes.items()}
    variants = {"": lambda pair: pair[0].bound, ", recovered M": lambda pair: pair[1].bound}
    if treatment.arrange is as_drawn:
        variants[", none left out"] = lambda pair: np.where(pair[0].formal > 0, pair[0].formal, np.nan)
    for shape, (printed, recovered) in found.items():
        yield f"share with alpha below 1, {shape}, {treatment.name}", float(np.mean(printed.applies))
        yield f"share with alpha below 1, {shape}, {treatment.name}, recovered M", float(np.mean(recovered.applies))
    for variant, take in variants.items():
        label = f"{treatment.name}{variant}"
        values = {shape: take(pair) for shape, pair in found.items()}
        medians = {shape: median(bound) for shape, bound in values.items()}
        for shape, bound in values.items():
            totals[f"{shape}, {label}"] = totals.get(f"{shape}, {label}", 0) + shares(bound)
            yield f"median bound, {shape}, {label}", medians[shape]
            finite = bound[np.isfinite(bound)]
            spread = float(np.ptp(np.log10(np.quantile(finite, [0.1, 0.9])))) if len(finite) >= 10 else float("nan")
            yield f"decades from 10 % to 90 %, {shape}, {label}", spread
        names = list(shapes)
        for one, other in pairwise(names):
            yield f"distance of the distributions, {one} and {other}, {label}", distance(values[one], values[other])
            yield f"median bound of {one} over {other}, {label}", medians[one] / medians[other]


def _quantity(name: str, values: list[float], published: Mapping[str, float]) -> dict[str, Any]:
    shape = next((shape for shape in published if name.startswith(f"median bound, {shape}")), "")
    if shape:
        return quantity("step", values, published[shape], f"about {published[shape]:.0e}")
    return quantity("decades" if name.startswith("decades") else "1", values)


def paint_histograms(found: Measurements, shapes: Mapping[str, Any], treatments: Sequence[Treatment]) -> Any:
    """One panel for each treatment, one outline for each architecture."""

    def paint(canvas: Any) -> None:
        panels = canvas.subplots(len(treatments), 1, sharex=True)
        for axes, treatment in zip(panels, treatments, strict=True):
            for colour, shape in zip(COLOURS, shapes, strict=False):
                line = found["curves"].get(f"{shape}, {treatment.name}")
                if line:
                    axes.step(numbers(line["x"]), numbers(line["y"]), where="mid", color=colour, label=shape)
            axes.set_title(treatment.name, fontsize=9)
            axes.set_ylabel("share")
        panels[0].legend()
        panels[-1].set_xlabel("decimal logarithm of the bound")

    return paint


def paint_spread(found: Measurements, names: Sequence[str]) -> Any:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, names, [name.removeprefix("median bound, ") for name in names])
        axes.tick_params(axis="y", labelsize=7)
        axes.set_xlim(5e-6, 5e-3)
        axes.set_xlabel("median bound of the histogram")

    return paint


SHOWN = (SHRUNK, SHRUNK_SMALL_X)


def figures_of(
    found: Measurements, shapes: Mapping[str, Any], titles: tuple[str, str], alts: tuple[str, str]
) -> tuple[Figure, ...]:
    names = [f"median bound, {shape}, {treatment.name}" for treatment in SHOWN for shape in shapes]
    experiment = found["experiment"]
    return (
        render(
            f"{experiment}-histograms",
            titles[0],
            f"Histograms of the bound over {COUNT} networks for each architecture, averaged over the seeds; weights shrunk until "
            "the balancedness is 0.71894 delta, entries of X of standard deviation 1 and 0.3.",
            alts[0],
            paint_histograms(found, shapes, SHOWN),
            size=(7.2, 5.2),
        ),
        render(
            f"{experiment}-medians",
            titles[1],
            "The median of each histogram, one dot for each seed, and the printed order of magnitude as a cross.",
            alts[1],
            paint_spread(found, names),
            size=(8.2, 3.0),
        ),
    )
