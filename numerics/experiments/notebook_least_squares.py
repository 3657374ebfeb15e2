"""X1-2: the notebook's second figure: the least-squares step times a factor, and its textbook relatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.measure import Measurements, band, measurements, padded, quantity, seeds_of
from numerics.experiments.notebook import ADAM_RATES, GD_RATES, GIVEN, Problems, first_order, name_of, problems
from numerics.optimisers.gauss_newton import levenberg_marquardt, scaled_steps
from numerics.product import Array, Compressed, Pair, jacobian, kfac_step, kron_lstsq_step, least_squares_step, value_and_gradient

FACTORS = (0.05, 0.2, 1.0)
STEPS, SHOWN = 200, 191
MIXED = 16
ROUNDING = 1e-15
LIMITS = (4.5169799963375946e-08, 228241.57703817962)


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    setup = problems(drawn)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    coded_lists, true_lists = {}, {}
    for factor in FACTORS:
        true_lists[factor], coded_lists[factor] = _factor_run(setup, factor)
        quantities |= _factor_table(factor, true_lists[factor], coded_lists[factor])
        curves |= _factor_curves(f"factor {factor:g}", true_lists[factor], coded_lists[factor])
    quantities |= _relatives(setup, curves)
    quantities |= _cutoff_table(setup, curves)
    firsts = {
        method: first_order(setup.start, setup.data, method, rates, SHOWN).losses
        for method, rates in (("GD", GD_RATES), ("Adam", ADAM_RATES))
    }
    quantities |= _limits(firsts, [coded_lists[factor] for factor in FACTORS[:2]]) | _comparison(firsts, true_lists)
    for index, (method, rate) in enumerate((("GD", 1e-5), ("Adam", 1e-2))):
        losses = firsts[method][:SHOWN, 1 if index == 0 else 3]
        curves |= band(f"loss, {name_of(method, rate)}", np.arange(len(losses)), losses)
    given = GIVEN | {
        "factors": list(FACTORS[:2]),
        "iterations": STEPS,
        "entries shown": SHOWN,
        "loss as coded": "np.sum(Yhat - Ytrue)**2",
    }
    varied = {
        "factor": [1.0],
        "cutoff of lstsq": ["today's", "machine precision, the former default (chosen to explain the published curve)"],
        "loss": ["as coded", "sum of squares"],
        "method": ["Levenberg-Marquardt (Nielsen)", "K-FAC, factors 1/2 and 0.2"],
    }
    return measurements("X1-2", drawn, given | {"varied": varied}, quantities, curves)


def _factor_run(setup: Problems, factor: float) -> tuple[Array, Array]:
    """The true losses before and after each of the STEPS steps, (STEPS + 1, S), and the coded ones after each, (STEPS, S).

    The notebook records after its steps, not before.
    """
    coded: list[Array] = []

    def step_of(point: Pair) -> Pair:
        coded.append(_coded(setup, point))
        return least_squares_step(*point, setup.data)

    trajectory = scaled_steps(value_and_gradient(setup.data), setup.start, step_of, factor=factor, steps=STEPS)
    coded.append(_coded(setup, trajectory.point))  # type: ignore[arg-type]
    return trajectory.losses, np.array(coded[1:])


def _coded(setup: Problems, point: Pair) -> Array:
    """(sum of all errors)^2, from the inputs summed over samples."""
    sums = setup.inputs.sum(axis=2, keepdims=True)
    return np.sum((point[0] @ point[1] - setup.target) @ sums, axis=(1, 2)) ** 2


def _old_cutoff(setup: Problems, factor: float) -> tuple[Array, Array]:
    """The true losses before and after each step, (STEPS + 1, S), and the coded ones after each, (STEPS, S).

    With lstsq's former default, under which singular values down to one rounding unit count as nonzero.
    The notebook's system has 96 unknowns and rank 60, so that 36 singular values are rounding errors, and some are inverted.
    NumPy had this default (rcond=-1) up to version 1.x.  The inputs are replaced by MIXED columns with the same X X', for
    speed.
    """
    true, coded = [], []
    for k in range(setup.start[0].shape[0]):
        (W1, W2), A = (part[k] for part in setup.start), setup.target[k]
        X = setup.data.root[k] @ np.linalg.qr(np.random.RandomState(k).standard_normal((MIXED, A.shape[1])))[0].T
        sums, losses = setup.inputs[k].sum(axis=1), []
        squares = [np.sum(((W1 @ W2 - A) @ X) ** 2)]
        for _ in range(STEPS):
            first, second = kron_lstsq_step(W1, W2, X, A @ X, rcond=-1)
            W1, W2 = W1 + factor * first, W2 + factor * second
            losses.append(np.sum((W1 @ W2 - A) @ sums) ** 2)
            squares.append(np.sum(((W1 @ W2 - A) @ X) ** 2))
        coded.append(losses)
        true.append(squares)
    return np.array(true).T, np.array(coded).T


def _factor_table(factor: float, true: Array, coded: Array) -> dict[str, Any]:
    name = f"factor {factor:g}"
    published = {0.05: 4e-4, 0.2: None}.get(factor)
    rises = np.sum(np.diff(true, axis=0) > 0, axis=0)
    large_rises = np.sum((np.diff(true, axis=0) > 0) & (true[:-1] > ROUNDING), axis=0)
    with np.errstate(divide="ignore"):
        slope = (np.log10(coded[189]) - np.log10(coded[0])) / 189
    return {
        f"coded loss at entry 0, {name}": quantity("1", coded[0], 2e4 if factor == 0.05 else None),
        f"coded loss at entry 40, {name}": quantity("1", coded[40], 5e-4 if factor == 0.2 else None),
        f"coded loss at entry 190, {name}": quantity("1", coded[190], published),
        f"largest coded loss from entry 40 to 190, {name}": quantity(
            "1", coded[40:SHOWN].max(axis=0), 1e-2 if factor == 0.2 else None
        ),
        f"smallest coded loss from entry 40 to 190, {name}": quantity(
            "1", coded[40:SHOWN].min(axis=0), LIMITS[0] if factor == 0.2 else None
        ),
        f"decades per entry of the coded loss, {name}": quantity(
            "decades per entry", slope, -7.7 / 190 if factor == 0.05 else None
        ),
        f"loss after 200 steps, {name}": quantity("1", true[-1]),
        f"smallest loss, {name}": quantity("1", true.min(axis=0)),
        f"steps that raise the loss, {name}": quantity("steps of 200", rises),
        f"steps that raise a loss above 1e-15, {name}": quantity("steps of 200", large_rises),
        f"steps until the loss is below 1e-20, {name}": quantity("steps", _first_below(true, 1e-20)),
        f"largest loss over initial loss, {name}": quantity("1", true.max(axis=0) / true[0]),
    }


def _cutoff_table(setup: Problems, curves: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    lows = []
    for factor in FACTORS[:2]:
        (true, coded), name = _old_cutoff(setup, factor), f"factor {factor:g}, old cutoff"
        tail = coded[40:SHOWN]
        lows.append(coded[:SHOWN].min(axis=0))
        curves |= band(f"coded loss, {name}", np.arange(SHOWN), coded[:SHOWN])
        found |= {
            f"loss after 200 steps, {name}": quantity("1", true[-1]),
            f"coded loss at entry 190, {name}": quantity("1", coded[190], 4e-4 if factor == 0.05 else None),
            f"largest coded loss from entry 40 to 190, {name}": quantity("1", tail.max(axis=0), 1e-2 if factor == 0.2 else None),
            f"smallest coded loss from entry 40 to 190, {name}": quantity(
                "1", tail.min(axis=0), LIMITS[0] if factor == 0.2 else None
            ),
        }
    found["lower axis limit, old cutoff"] = quantity("1", np.min(lows, axis=0), LIMITS[0])
    return found


def _first_below(losses: Array, level: float) -> Array:
    below = losses < level
    return np.where(below.any(axis=0), below.argmax(axis=0) + 0.0, np.nan)


def _factor_curves(name: str, true: Array, coded: Array) -> dict[str, Any]:
    entries = np.arange(SHOWN)
    one = {f"coded loss, {name}, first seed": {"x": entries[::2].tolist(), "y": [float(f"{v:.5e}") for v in coded[:SHOWN:2, 0]]}}
    return band(f"loss, {name}", entries, true[1 : SHOWN + 1]) | band(f"coded loss, {name}", entries, coded[:SHOWN]) | one


def _relatives(setup: Problems, curves: dict[str, Any]) -> dict[str, Any]:
    """Levenberg-Marquardt as the textbook has it, and K-FAC with each layer's step multiplied by a factor."""
    runs = [_textbook(setup, k) for k in range(setup.start[0].shape[0])]
    table = padded(runs, STEPS + 1)
    curves |= band("loss, Levenberg-Marquardt", np.arange(STEPS + 1), np.where(np.isnan(table), np.nanmin(table, axis=0), table))
    found = {
        "loss after 200 steps, Levenberg-Marquardt": quantity("1", [run[-1] for run in runs]),
        "steps until the loss is below 1e-20, Levenberg-Marquardt": quantity(
            "steps", [_first_below(run[:, None], 1e-20)[0] for run in runs]
        ),
    }
    for factor in (0.5, 0.2):
        losses = scaled_steps(
            value_and_gradient(setup.data),
            setup.start,
            lambda point: kfac_step(point[0], point[1], setup.data),
            factor=factor,
            steps=STEPS,
        ).losses
        found[f"loss after 200 steps, K-FAC, factor {factor:g}"] = quantity("1", losses[-1])
    return found


def _textbook(setup: Problems, index: int) -> Array:
    """Losses of Levenberg-Marquardt on the 96 unknowns of one seed, the compressed residual in place of the 10 000 errors."""
    data = Compressed(setup.data.root[index], setup.data.labels[index], setup.data.target[index], setup.data.floor[index], True)
    (m, w), d = setup.start[0].shape[1:], setup.start[1].shape[2]

    def residuals(v: Array) -> tuple[Array, Array]:
        W1, W2 = v[: m * w].reshape(w, m).T, v[m * w :].reshape(d, w).T
        return ((W1 @ W2) @ data.root - data.labels).T.ravel(), jacobian(W1, W2, data)

    start = np.concatenate([setup.start[0][index].T.ravel(), setup.start[1][index].T.ravel()])
    return levenberg_marquardt(residuals, start, steps=STEPS).losses


def _limits(firsts: dict[str, Array], coded: list[Array]) -> dict[str, Any]:
    """The y limits of the second figure.

    The extreme values of all first SHOWN entries, the diverged runs by their first entry.
    """
    shown = [*_drawn(firsts), *(entries[:SHOWN] for entries in coded)]
    return {
        "upper axis limit": quantity("1", np.max([part.max(axis=0) for part in shown], axis=0), LIMITS[1]),
        "lower axis limit": quantity("1", np.min([part.min(axis=0) for part in shown], axis=0), LIMITS[0]),
    }


def _drawn(firsts: dict[str, Array]) -> list[Array]:
    tables = [losses[:SHOWN, index] for losses in firsts.values() for index in range(losses.shape[1])]
    return [table if np.isfinite(table).all() else table[:1] for table in tables]


def _comparison(firsts: dict[str, Array], true: dict[float, Array]) -> dict[str, Any]:
    """The true loss of the least-squares method at entry 190 over the best of the first-order runs there."""
    best = np.min([part[-1] for part in _drawn(firsts) if len(part) > 1], axis=0)
    return {
        f"loss at entry 190 over the best first-order loss there, factor {factor:g}": quantity("1", true[factor][191] / best)
        for factor in FACTORS[:2]
    } | {"best first-order loss at entry 190": quantity("1", best)}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_second(found), _published(found))


def _second(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2, sharey=True)
        for axes, word in ((left, "coded loss"), (right, "loss")):
            for colour, factor in zip(COLOURS, FACTORS, strict=False):
                draw_band(axes, found, f"{word}, factor {factor:g}", colour=colour, label=f"factor {factor:g}")
            axes.set_yscale("log")
            axes.set_xlabel("entry")
            axes.set_title({"coded loss": "the loss as coded", "loss": "the sum of squares"}[word], fontsize=10)
        draw_band(right, found, "loss, Levenberg-Marquardt", colour=COLOURS[3], label="Levenberg-Marquardt")
        draw_band(right, found, "loss, Adam 1e-2", colour=COLOURS[5], label="Adam 1e-2", style="--")
        draw_band(right, found, "loss, GD 1e-5", colour=COLOURS[4], label="GD 1e-5", style="--")
        draw_band(left, found, "coded loss, factor 0.2, old cutoff", colour=COLOURS[5], label="factor 0.2, old cutoff")
        left.legend()
        right.legend()

    return render(
        "X1-2-second-figure",
        "The least-squares step times a factor",
        "Left: the number that the notebook draws, the square of the summed errors. Right: the loss. Medians, and bands with "
        "80 % of the seeds.",
        "With factor 0.05 both fall along a straight line on the logarithmic axis; with factors 0.2 and 1 they reach "
        "rounding level. "
        "The least-squares runs end many orders of magnitude below gradient descent and Adam.",
        paint,
        size=(8.2, 4.2),
    )


def _published(found: Measurements) -> Figure:
    names = [name for name, entry in found["quantities"].items() if entry["published"] is not None and "decades" not in name]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, names, names)
        axes.set_xlabel("coded loss")

    return render(
        "X1-2-published",
        "The published numbers among the seeds",
        "One dot for each seed, a bar at the median, a cross at the published value.",
        "Published values of the second figure beside the clouds of seeds: the upper axis limit and the straight line of "
        "factor 0.05 lie "
        "within them.",
        paint,
    )
