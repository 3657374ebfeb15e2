"""X3-6, Figure 6: the first step of the doubling search at which descent diverges, for two shapes of three layers.

One seed stands for a tenth of the printed histograms, 10 networks of each shape.  If X and the noise are both scaled by c, the
same runs come out with the steps divided by c^2; that is how other scales of the data are read off.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.batched_chain import Array, gradient_at_most
from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
from numerics.experiments.step_draws import BOUND, EPOCHS, GIVEN, SHRUNK, UNIT, WIDTHS, Treatment, double, joined
from numerics.step_size import step_bound

COUNT, DOUBLINGS, TOGETHER, SCALE = 10, 12, 10, 0.7
STARTS = {"common start": UNIT, "own start": SHRUNK}
AT_REST = gradient_at_most(0.1)
EDGES = np.linspace(-4, 0, 33)
VARIED = {
    "draws": [treatment.name for treatment in STARTS.values()],
    "start of the doubling": [
        f"0.9 times the printed bound, for every network ({UNIT.name})",
        f"0.9 times the network's own bound ({SHRUNK.name})",
    ],
    "failure": f"the loss grows past every limit within the epochs; a run is over once it has a {AT_REST.words}",
    "a seed": f"{COUNT} networks of each shape",
    "X": ["N(0, 1)", f"X and noise times {SCALE}"],
    "chosen to fit": f"the scale {SCALE} of the data",
}


def run(seeds: int, seed: int) -> Measurements:
    given = seeds_of(seed, seeds)
    rows: dict[str, list[Any]] = {}
    totals: dict[str, Array] = {}
    for start, treatment in STARTS.items():
        steps = {shape: failing(treatment, start, given, shape) for shape in WIDTHS}
        for label, factor in ((treatment.name, 1.0), (f"{treatment.name}, X and noise times {SCALE}", SCALE**-2)):
            for k in range(seeds):
                for name, value in _numbers({shape: factor * found[k] for shape, found in steps.items()}, label):
                    rows.setdefault(name, []).append(value)
            for shape, found in steps.items():
                values = factor * found[np.isfinite(found)]
                totals[f"{shape}, {label}"] = np.histogram(np.log10(values), EDGES)[0] / (COUNT * seeds)
    quantities = {name: quantity("step" if "step of" in name else "1", values) for name, values in rows.items()}
    middles = [float(f"{x:.6g}") for x in (EDGES[1:] + EDGES[:-1]) / 2]
    lines = {name: {"x": middles, "y": [float(f"{y:.5g}") for y in total]} for name, total in totals.items()}
    settings = GIVEN | {"epochs": EPOCHS, "architectures": {name: list(widths) for name, widths in WIDTHS.items()}}
    return measurements("X3-6", given, settings | {"varied": VARIED}, quantities, lines)


def failing(treatment: Treatment, start: str, seeds: list[int], shape: str) -> Array:
    """The first diverging step of COUNT networks for each seed, (seeds, COUNT); NaN where none of the doublings diverges."""
    found, own = [], start == "own start"
    for place in range(0, len(seeds), TOGETHER):
        parts = [
            treatment.networks(np.random.RandomState([one, 36]), COUNT, WIDTHS[shape]) for one in seeds[place : place + TOGETHER]
        ]
        networks = joined(parts)
        first = 0.9 * (step_bound(networks.weights, networks.sizes()).bound if own else BOUND)
        search = double(networks, first, DOUBLINGS + 5 * own, EPOCHS, criterion=AT_REST, every=25)
        found.append(search.first(search.diverged).reshape(len(parts), COUNT))
    return np.concatenate(found)


def skewness(values: Array) -> float:
    """The third standardised moment; 0 where all values agree."""
    away = values - values.mean()
    spread = float(np.sqrt(np.mean(away**2)))
    return float(np.mean(away**3)) / spread**3 if spread > 0 else 0.0


def _numbers(steps: dict[str, Array], label: str) -> Any:
    spreads = {}
    for shape, every in steps.items():
        values = every[np.isfinite(every)]
        spreads[shape] = float(values.std() / values.mean())
        yield f"median first diverging step of {shape}, {label}", float(np.median(values))
        yield f"share from 0.01 to 0.03, {shape}, {label}", float(np.mean((values >= 0.01) & (values <= 0.03)))
        yield f"share from 0.015 to 0.025, {shape}, {label}", float(np.mean((values >= 0.015) & (values <= 0.025)))
        yield f"share above 0.03, {shape}, {label}", float(np.mean(values > 0.03))
        yield f"skewness, {shape}, {label}", skewness(values)
        yield f"standard deviation over mean, {shape}, {label}", spreads[shape]
        yield f"scale of X that puts the median at 0.02, {shape}, {label}", float(np.sqrt(np.median(values) / 0.02))
        yield f"largest over median, {shape}, {label}", float(values.max() / np.median(values))
    square, narrow = steps
    yield f"relative spread of the narrow shape over that of the square one, {label}", spreads[narrow] / spreads[square]
    more = float(np.nanmax(steps[narrow]) > np.nanmax(steps[square]))
    yield f"largest step belongs to the narrow shape, {label}", more


def draw(found: Measurements) -> tuple[Figure, ...]:
    labels = [
        label for treatment in STARTS.values() for label in (treatment.name, f"{treatment.name}, X and noise times {SCALE}")
    ]

    def paint(canvas: Any) -> None:
        panels = canvas.subplots(len(labels), 1, sharex=True)
        for axes, label in zip(panels, labels, strict=True):
            axes.axvspan(np.log10(0.01), np.log10(0.03), color=COLOURS[3], alpha=0.12, linewidth=0)
            for colour, shape in zip(COLOURS, WIDTHS, strict=False):
                line = found["curves"][f"{shape}, {label}"]
                axes.step(numbers(line["x"]), numbers(line["y"]), where="mid", color=colour, label=shape)
            axes.set_title(label, fontsize=9)
            axes.set_ylabel("share")
        panels[0].legend()
        panels[-1].set_xlabel("decimal logarithm of the first diverging step")

    return (
        render(
            "X3-6-thresholds",
            "The first diverging step",
            "Histograms over all seeds of the first step of the doubling search that diverges; the printed range 0.01 to 0.03 is "
            "shaded.",
            "Four panels. With weights of variance 1 the square networks fail left of the shaded range, the narrow ones nearer "
            "to it; with shrunk weights the two outlines coincide and half of them lies in it, with smaller X most.",
            paint,
            size=(7.2, 7.0),
        ),
    )
