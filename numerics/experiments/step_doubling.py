"""X3-3, Figure 3: doubling the step from just below the bound until descent fails, one network for each seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.measure import Measurements, band, measurements, quantity, seeds_of
from numerics.experiments.step_draws import (
    ALPHA,
    BALANCEDNESS,
    BOUND,
    DELTA,
    EPOCHS,
    FAILING,
    FITTED,
    GIVEN,
    SEVEN_TENTHS,
    SHRUNK,
    SHRUNK_SMALL_X,
    SQUARE,
    UNIT,
    Doubling,
    Networks,
    Treatment,
    double,
    joined,
)
from numerics.step_size import AS_PRINTED, AS_RECOVERED, step_bound

TREATMENTS = (UNIT, SHRUNK, SEVEN_TENTHS, SHRUNK_SMALL_X, FITTED)
DOUBLINGS = 17
SHOWN = (0, 2, 4, 6)
ALLOWED = 0.0917
"""|X|^2 is at most this where delta, alpha, N and the bound are as printed (claim S3-107)."""

VARIED = {
    "draws": [treatment.name for treatment in TREATMENTS],
    "X": "N(0, 1) where nothing else is said",
    "start of the doubling": ["0.9 times the network's own bound", "0.9 times the printed bound, for every network"],
    "bound": [AS_PRINTED.words, AS_RECOVERED.words],
    "failure": [
        "the loss grows past every limit",
        "no gradient norm of at most 0.01 within the epochs",
        "loss after the epochs above 1 % of the first",
        "loss changes by more than 1 % of the first over the last fifth of the epochs",
    ],
    "chosen to fit": FITTED.name,
}


def run(seeds: int, seed: int) -> Measurements:
    given = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for treatment in TREATMENTS:
        networks = joined([treatment.networks(np.random.RandomState([one, 33]), 1, SQUARE) for one in given])
        quantities |= _numbers(treatment, networks)
        found, lines = _runs(treatment, networks)
        quantities |= found
        curves |= lines
    return measurements(
        "X3-3", given, GIVEN | {"epochs": EPOCHS, "layers": "three of 5 x 5", "varied": VARIED}, quantities, curves
    )


def _numbers(treatment: Treatment, networks: Networks) -> dict[str, Any]:
    """What the theorem says of each start."""
    printed, recovered = (step_bound(networks.weights, networks.sizes(reading)) for reading in (AS_PRINTED, AS_RECOVERED))
    name = treatment.name
    return {
        f"delta, {name}": quantity("1", printed.delta, DELTA),
        f"delta with the recovered M, {name}": quantity("1", recovered.delta, DELTA),
        f"balancedness, {name}": quantity("1", printed.balancedness, BALANCEDNESS),
        f"alpha, {name}": quantity("1", printed.alpha, ALPHA),
        f"bound, {name}": quantity("step", printed.bound, BOUND),
        f"bound with the recovered M, {name}": quantity("step", recovered.bound, BOUND),
        f"squared spectral norm of X, {name}": quantity(
            "1", networks.sizes().inputs ** 2, [0, ALLOWED], "what the printed numbers allow"
        ),
    }


def _runs(treatment: Treatment, networks: Networks) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two doubling searches of each network, from its own bound and from the printed one."""
    name, theorem = treatment.name, step_bound(networks.weights, networks.sizes())
    bound = theorem.bound
    records = sorted({*range(0, 200, 4), *range(200, EPOCHS, 50), EPOCHS})
    own = double(networks, 0.9 * bound, DOUBLINGS, EPOCHS, records=records)
    common = double(networks, 0.9 * BOUND, DOUBLINGS - 3, EPOCHS)
    failing = own.first(own.diverged)
    applies = np.isfinite(bound)

    def where(values: Any) -> Any:
        return np.where(applies, values, np.nan)

    near = _near(theorem.delta, DELTA) & _near(bound, BOUND) & _near(failing, FAILING)
    found = {
        f"delta, bound and first diverging step within a factor of four of the printed, {name}": quantity(
            "1 if true", where(near)
        ),
        f"first step that diverges, {name}": quantity("step", failing, FAILING),
        f"first step that diverges, common start, {name}": quantity("step", common.first(common.diverged), FAILING),
        f"first step without a small gradient, {name}": quantity("step", own.first(~own.converged), FAILING),
        f"first step without a loss of 1 %, {name}": quantity("step", own.first(own.last_over_first > 0.01), FAILING),
        f"first step without a flat loss, {name}": quantity("step", own.first(~_flat(own)), FAILING),
        f"first step that diverges over the bound, {name}": quantity("1", failing / bound, FAILING / BOUND),
        f"loss falls at 0.9 of the bound, {name}": quantity("1 if true", where(own.last_over_first[:, 0] < 1), 1),
        f"small gradient at 0.9 of the bound, {name}": quantity("1 if true", where(own.converged[:, 0]), 1),
        f"loss flat at 0.9 of the bound, {name}": quantity("1 if true", where(_flat(own)[:, 0]), 1),
        f"last loss over first at 0.9 of the bound, {name}": quantity("1", where(own.last_over_first[:, 0])),
        f"small gradient at any step, {name}": quantity("1 if true", where(own.converged.any(axis=1)), 1),
        f"epochs to 10 % of the loss, a sixteenth over a quarter of the failing step, {name}": quantity("1", _slower(own)),
    }
    lines: dict[str, Any] = {}
    for k in SHOWN:
        losses = own.runs.losses.reshape(len(own.runs.epochs), *own.steps.shape)[:, applies, k]
        if losses.shape[1]:
            lines |= band(f"{name}, 0.9 bound times {2**k}", own.runs.epochs, losses)
    return found, lines


def _near(values: Any, printed: float) -> Any:
    """Within a factor of four; what is not finite is not near."""
    return (values >= printed / 4) & (values <= 4 * printed)


def _flat(own: Doubling) -> Any:
    """Whether the loss changes by at most 1 % of its first value over the last fifth of the epochs."""
    losses = own.runs.losses
    late = losses[np.searchsorted(own.runs.epochs, 0.8 * own.runs.epochs[-1])]
    with np.errstate(invalid="ignore"):
        return own.table(np.abs(late - losses[-1]) <= 0.01 * losses[0])


def _slower(own: Doubling) -> Any:
    """How many times the epochs of a quarter of the first diverging step a sixteenth of it takes, to 10 % of the first loss."""
    epochs, place = own.until(0.1), own.diverged.argmax(axis=1)
    rows = np.arange(len(place))
    usable = own.diverged.any(axis=1) & (place >= 4)
    small, large = epochs[rows, np.maximum(place - 4, 0)], epochs[rows, np.maximum(place - 2, 0)]
    with np.errstate(invalid="ignore"):
        return np.where(usable & np.isfinite(large), small / large, np.nan)


def draw(found: Measurements) -> tuple[Figure, ...]:
    def curves(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, k in zip(COLOURS, SHOWN, strict=False):
            name = f"{SHRUNK.name}, 0.9 bound times {2**k}"
            if f"{name}, median" in found["curves"]:
                draw_band(axes, found, name, colour=colour, label=f"0.9 bound × {2**k}")
        axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")
        axes.legend()

    names = [f"first step that diverges, {treatment.name}" for treatment in TREATMENTS]
    names += [f"bound, {treatment.name}" for treatment in TREATMENTS]

    def spread(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, names, names)
        axes.tick_params(axis="y", labelsize=7)
        axes.set_xlabel("step size")

    return (
        render(
            "X3-3-curves",
            "Doubling the step",
            "Loss against epoch for 0.9 times the bound and its doublings, weights shrunk to alpha; medians over seeds, bands "
            "hold 80 %.",
            "Every curve falls; the larger the step, the earlier. At 0.9 of the bound the loss has lost only a part of its first "
            "value after 5000 epochs.",
            curves,
        ),
        render(
            "X3-3-steps",
            "Where descent fails, and what the bound says",
            "The first step that diverges and the bound, one dot for each seed, the printed value as a cross, for each way to "
            "draw X and the weights.",
            "Four clouds of failing steps lie two to three decades right of the four clouds of bounds; for weights as drawn, "
            "which are never balanced enough, there are none. For tiny X both crosses touch their clouds.",
            spread,
            size=(8.6, 4.6),
        ),
    )
