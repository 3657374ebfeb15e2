"""X3-2: leaving the rank-3 minimiser, written as a strict and as a non-strict saddle, beside the plateau of a random start.

The document gives neither the step size nor how the start was perturbed; both are varied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.batched_chain import Array, descend
from numerics.experiments.critical_points import (
    GIVEN,
    VARIANCE,
    WIDTHS,
    Regression,
    diagonal_regression,
    draw_levels,
    exit_epochs,
    normal_draws,
    perturbed,
    random_weights,
    saddle,
    turned,
)
from numerics.experiments.figure import COLOURS, Figure, draw_spread, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of

RANK = 3
EPOCHS, UNTOUCHED = 20_000, 10_000
SIZES = {1e-5: (0.3, 0.1, 0.03, 0.01), 1e-6: (0.3, 0.1)}
RATES = tuple(SIZES)
STRICT, WEAK, FLAT = "strict, Z = 1", "strict, Z = 0.01", "non-strict, Z = 0"
KINDS = {STRICT: 1.0, WEAK: 0.01, FLAT: 0.0}
RANDOM = ("uniform 1/sqrt(fan-in)", "normal 0.1", "normal 0.01")
PUBLISHED = {STRICT: (500, "about 500 iterations"), WEAK: (None, ""), FLAT: (2000, "around 2000 epochs")}


def exits_name(kind: str, size: float, rate: float) -> str:
    return f"epochs to leave, {kind}, perturbation {size:g}, rate {rate:g}"


def ratio_name(size: float, rate: float, kind: str = STRICT) -> str:
    return f"epochs to leave, non-strict over {kind}, perturbation {size:g}, rate {rate:g}"


def plateau_name(start: str, rate: float) -> str:
    return f"epochs at the plateau of rank 3, {start}, rate {rate:g}"


def draws_for(seeds: Sequence[int]) -> list[Array]:
    """The same Gaussian directions for every size and kind, (S, d_i, d_(i-1))."""
    drawn = [normal_draws(np.random.RandomState([seed, 2]), WIDTHS) for seed in seeds]
    return [np.stack(layer) for layer in zip(*drawn, strict=True)]


def turns_for(seeds: Sequence[int]) -> list[Array]:
    """Two orthogonal 4 x 4 matrices for each seed."""
    drawn = np.stack([np.random.RandomState([seed, 3]).standard_normal((2, WIDTHS[1], WIDTHS[1])) for seed in seeds])
    return [np.linalg.qr(drawn[:, k])[0] for k in range(2)]


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    problem = diagonal_regression(drawn, VARIANCE)
    quantities: dict[str, Any] = {}
    for rate in RATES:
        quantities |= _perturbed(drawn, problem, rate) | _random(drawn, problem, rate)
    quantities |= _exact(drawn, problem)
    quantities |= {f"critical value of rank {rank}": quantity("1", problem.levels[:, rank]) for rank in range(WIDTHS[-1] + 1)}
    varied = {
        "rate": list(RATES),
        "perturbation, in units of the rms entry of each layer": {f"rate {rate:g}": list(sizes) for rate, sizes in SIZES.items()},
        "Z of the strict saddle": [KINDS[STRICT], KINDS[WEAK]],
        "random start": list(RANDOM),
        "left": "loss below the critical value by half of lambda_4",
        "epochs": EPOCHS,
        "epochs without a perturbation": UNTOUCHED,
    }
    return measurements("X3-2", drawn, GIVEN | {"varied": varied}, quantities, _curves(drawn, problem))


def _perturbed(seeds: Sequence[int], problem: Regression, rate: float) -> dict[str, Any]:
    cells = [(kind, size) for kind in KINDS for size in SIZES[rate]]
    starts = [perturbed(saddle(problem, RANK, WIDTHS, KINDS[kind]), draws_for(seeds), size) for kind, size in cells]
    everywhere = problem.taken(np.tile(np.arange(len(seeds)), len(cells)))
    weights = [np.concatenate(layer) for layer in zip(*starts, strict=True)]
    epochs, _ = exit_epochs(weights, everywhere, everywhere.left_at(RANK), rate, EPOCHS)
    table = dict(zip(cells, epochs.reshape(len(cells), len(seeds)), strict=True))
    found = {exits_name(kind, size, rate): quantity("epochs", taken, *PUBLISHED[kind]) for (kind, size), taken in table.items()}
    for size in SIZES[rate]:
        for kind, published in ((STRICT, 4), (WEAK, None)):
            both = np.isfinite(table[FLAT, size]) & np.isfinite(table[kind, size])
            ratio = np.where(both, table[FLAT, size], np.inf) / np.where(both, table[kind, size], 1)
            words = "around 2000 against about 500" if published else ""
            found[ratio_name(size, rate, kind)] = quantity("1", ratio, published, words)
    return found


def _random(seeds: Sequence[int], problem: Regression, rate: float) -> dict[str, Any]:
    """Epochs from half a step above the critical value of rank 3 to half a step below it."""
    above = problem.levels[:, RANK] + problem.strengths[:, RANK] / 2
    found = {}
    for start in RANDOM:
        _, there = exit_epochs(random_weights(seeds, start), problem, above, rate, 2 * EPOCHS)
        epochs, _ = exit_epochs(there, problem, problem.left_at(RANK), rate, EPOCHS)
        found[plateau_name(start, rate)] = quantity("epochs", epochs, 500, "around 500 epochs as well")
    return found


def _exact(seeds: Sequence[int], problem: Regression) -> dict[str, Any]:
    """Starts on the saddle itself: its zero blocks are kept to the last bit, in turned coordinates rounding perturbs it."""
    found = {}
    for kind in (STRICT, FLAT):
        blocks = saddle(problem, RANK, WIDTHS, KINDS[kind])
        for form, start in (("blocks", blocks), ("turned", turned(blocks, turns_for(seeds)))):
            epochs, _ = exit_epochs(start, problem, problem.left_at(RANK), RATES[0], UNTOUCHED, every=10)
            found[f"left without a perturbation, {kind}, {form}"] = quantity("1 if it left", np.isfinite(epochs))
            found[f"epochs to leave without a perturbation, {kind}, {form}"] = quantity("epochs", epochs)
    return found


def _curves(seeds: Sequence[int], problem: Regression) -> dict[str, Any]:
    """The first seed's losses, as the document's figure has them: perturbation 0.1, the larger rate."""
    one = problem.taken(np.arange(1))
    epochs = range(0, 2001, 10)
    found = {}
    for kind in (STRICT, FLAT):
        start = perturbed(saddle(one, RANK, WIDTHS, KINDS[kind]), draws_for(seeds[:1]), 0.1)
        found[f"loss of the first run, {kind}"] = curve(epochs, _losses(start, one, epochs))
    for name in RANDOM:
        found[f"loss of the first run, {name}"] = curve(epochs, _losses(random_weights(seeds[:1], name), one, epochs))
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_histories(found), _exits(found))


def _histories(found: Measurements) -> Figure:
    shown = [(STRICT, STRICT), (FLAT, FLAT), *((name, f"random, {name}") for name in RANDOM)]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, (name, label) in zip(COLOURS, shown, strict=False):
            line = found["curves"][f"loss of the first run, {name}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), color=colour, label=label)
        draw_levels(axes, found, "critical value of rank {}", (3, 4))
        axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")
        axes.legend()

    return render(
        "X3-2-histories",
        "The document's second figure, first seed",
        "Gradient descent with rate 1e-5 from the rank-3 minimiser, perturbed by a tenth of each layer's rms entry, and from "
        "random weights; dotted: the critical values of ranks 3 and 4.",
        "The run from the strict saddle drops to the lower dotted line within the first hundreds of epochs; the one from the "
        "non-strict saddle stays at the upper line several times as long. The random starts take the longer to arrive, the "
        "smaller their weights are.",
        paint,
    )


def _exits(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        for axes, rate in zip(canvas.subplots(2, 1, height_ratios=(11, 7)), RATES, strict=True):
            rows = [(kind, size) for kind in (STRICT, FLAT) for size in SIZES[rate]]
            names = [exits_name(kind, size, rate) for kind, size in rows] + [plateau_name(start, rate) for start in RANDOM]
            labels = [f"{kind}, perturbation {size:g}" for kind, size in rows] + [f"random, {start}" for start in RANDOM]
            draw_spread(axes, found, names, labels)
            axes.set_title(f"rate {rate:g}", fontsize=10)
        axes.set_xlabel("epochs")

    return render(
        "X3-2-exits",
        "Epochs to leave the rank-3 minimiser",
        "One dot for each seed that left within 20000 epochs, a bar at the median, a cross at the document's number. The last "
        "three rows of each part: the plateau of a random start.",
        "Exit times from the strict saddle lie close together and grow slowly as the perturbation shrinks; those from the "
        "non-strict saddle grow in proportion to its inverse. With the rate 1e-6 and the perturbation 0.3 all published numbers "
        "lie in the clouds.",
        paint,
        size=(7.2, 6.4),
    )


def _losses(start: Sequence[Array], problem: Regression, epochs: range) -> Array:
    return descend(start, problem.data, RATES[0], epochs[-1], records=epochs).losses[:, 0]
