"""X1-4: the notebook's problem with fewer and with more samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, render
from numerics.experiments.measure import Measurements, band, measurements, quantity, seeds_of
from numerics.experiments.notebook import GIVEN, Problems, first_order, name_of, problems
from numerics.product import Array, squared_norm

SAMPLES = (100, 1000, 10_000)
RATES = (1e-6, 1e-5)
SCALINGS = ("rate times 1000/n", "same rate")


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    errors: dict[tuple[str, int], Array] = {}
    for samples in SAMPLES:
        setup = problems(drawn, samples)
        for scaling in SCALINGS:
            factor = 1000 / samples if scaling == SCALINGS[0] else 1.0
            errors[scaling, samples] = _measure(setup, scaling, factor, quantities, curves)
    for scaling in SCALINGS:
        for samples in SAMPLES:
            if samples != 1000:
                ratio = errors[scaling, samples] / errors[scaling, 1000]
                for index, rate in enumerate(RATES):
                    label = f"expected loss with {samples} samples over that with 1000, {name_of('GD', rate)}, {scaling}"
                    quantities[label] = quantity("1", ratio[index], 1, "one does not learn more by adding more data")
    given = {key: value for key, value in GIVEN.items() if key != "nsamples"}
    varied = {"samples": list(SAMPLES), "rate": list(RATES), "scaling of the rate": list(SCALINGS)}
    return measurements("X1-4", drawn, given | {"varied": varied}, quantities, curves)


def _measure(setup: Problems, scaling: str, factor: float, quantities: dict[str, Any], curves: dict[str, Any]) -> Array:
    """Record the runs with one number of samples; the expected losses |W1 W2 - A|^2 at their ends, (rates, S)."""
    trajectory = first_order(setup.start, setup.data, "GD", [factor * rate for rate in RATES])
    with np.errstate(invalid="ignore", over="ignore"):
        W1, W2 = trajectory.point
        ends = squared_norm(W1 @ W2 - setup.target)
    finite = np.isfinite(trajectory.losses[-1])
    for index, rate in enumerate(RATES):
        label = f"{setup.samples} samples, {name_of('GD', rate)}, {scaling}"
        per_sample = trajectory.losses[:, index] / setup.samples
        quantities[f"loss per sample after 3000 steps, {label}"] = quantity("1", per_sample[-1])
        quantities[f"expected loss after 3000 steps, {label}"] = quantity("1", np.where(finite[index], ends[index], np.inf))
        quantities[f"diverged, {label}"] = quantity("1 if the loss stopped being finite", ~finite[index])
        curves |= band(f"loss per sample, {label}", np.arange(len(per_sample)), per_sample)
    return np.where(finite, ends, np.inf)


def draw(found: Measurements) -> tuple[Figure, ...]:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, samples in zip(COLOURS, SAMPLES, strict=False):
            label = f"{samples} samples, {name_of('GD', 1e-5)}, {SCALINGS[0]}"
            draw_band(axes, found, f"loss per sample, {label}", colour=colour, label=f"{samples} samples")
        axes.set_yscale("log")
        axes.set_xlabel("step")
        axes.set_ylabel("loss per sample")
        axes.legend()

    return (
        render(
            "X1-4-more-data",
            "More samples, same curve",
            "Gradient descent with rate 1e-5 at 1000 samples, scaled so that the gradient of the mean is stepped alike; "
            "medians and 80 % bands.",
            "The curves for 100, 1000 and 10 000 samples lie on top of one another.",
            paint,
        ),
    )
