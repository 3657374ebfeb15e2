"""X1-1: the notebook's first figure, shorter and much longer runs, and what the apparent floor depends on."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.measure import Measurements, band, measurements, quantity, seeds_of
from numerics.experiments.notebook import ADAM_RATES, GD_RATES, GIVEN, STEPS, Problems, first_order, name_of, problems
from numerics.optimisers.descent import GradientDescent, descend
from numerics.optimisers.gauss_newton import scaled_steps
from numerics.optimisers.record import Trajectory
from numerics.product import (
    Array,
    Compressed,
    Pair,
    extreme_curvatures,
    least_squares_step,
    squared_norm,
    transpose,
    value_and_gradient,
)

LONG, EVERY = 100_000, 200
SCALES = (0.01, 0.1, 0.3, 1.0, 2.0)
METHODS = (("GD", GD_RATES), ("Adam", ADAM_RATES))
PUBLISHED = {
    "GD 1e-6": (2.6e2, 2.5e2),
    "GD 1e-5": (4e1, 2.4e1),
    "Adam 1e-5": (2e5, 1.2e5),
    "Adam 1e-4": (6.5e4, 5.4e4),
    "Adam 1e-3": (3e2, 6e2),
    "Adam 1e-2": (1.7e1, 2e1),
}


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    setup = problems(drawn)
    condition = np.linalg.cond(setup.target)
    quantities = {"condition number of A": quantity("1", condition, 1e5, "kappa = 10^5")}
    curves: dict[str, Any] = {}
    for method, rates in METHODS:
        trajectory = first_order(setup.start, setup.data, method, rates)
        for index, rate in enumerate(rates):
            quantities |= _table(name_of(method, rate), trajectory, index, seeds)
            curves |= _curves(name_of(method, rate), trajectory, index)
    quantities |= _long(setup, curves) | _scales(setup) | _relatives(setup)
    varied = {
        "steps": [300, STEPS, LONG],
        "scale of the initial weights": list(SCALES),
        "start": ["Gaussian", "orthogonal"],
        "factors": [1, 2],
    }
    return measurements(
        "X1-1", drawn, GIVEN | {"GD rates": list(GD_RATES), "Adam rates": list(ADAM_RATES), "varied": varied}, quantities, curves
    )


def _table(name: str, trajectory: Trajectory, index: int, seeds: int) -> dict[str, Any]:
    losses, sizes = trajectory.losses[:, index], trajectory.gradient_norms[:, index]
    ended = trajectory.taken[index * seeds : (index + 1) * seeds]
    finite = np.isfinite(losses[-1])
    published = PUBLISHED.get(name, (None, None))
    word = "" if name in PUBLISHED else "labelled diverged"
    found = {
        f"loss after 3000 steps, {name}": quantity("1", losses[-1], published[0], word),
        f"gradient norm after 3000 steps, {name}": quantity("1", sizes[-1], published[1], word),
        f"loss after 300 steps, {name}": quantity("1", losses[300] if len(losses) > 300 else losses[-1]),
        f"diverged, {name}": quantity("1 if the loss stopped being finite", ~finite, 0 if name in PUBLISHED else 1, word),
        f"steps before divergence, {name}": quantity("steps", np.where(finite, np.nan, ended)),
    }
    if name == "GD 1e-6":
        found["initial loss"] = quantity("1", losses[0], 2.28e5)
        found["initial gradient norm"] = quantity("1", sizes[0], 1.3e5)
    return found


def _curves(name: str, trajectory: Trajectory, index: int) -> dict[str, Any]:
    x = np.arange(len(trajectory.losses))
    found = band(f"loss, {name}", x, trajectory.losses[:, index])
    return found | band(f"gradient norm, {name}", x, trajectory.gradient_norms[:, index])


def _long(setup: Problems, curves: dict[str, Any]) -> dict[str, Any]:
    """The stable rates for LONG steps, and the linear rate at the end beside the one that the Hessian predicts."""
    rates = GD_RATES[:2]
    trajectory = first_order(setup.start, setup.data, "GD", rates, LONG, EVERY)
    found: dict[str, Any] = {}
    for index, rate in enumerate(rates):
        name, losses = name_of("GD", rate), trajectory.losses[:, index]
        curves |= band(f"loss in a long run, {name}", EVERY * np.arange(len(losses)), losses)
        tail = len(losses) // 5
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.log(losses[-1] / losses[-1 - tail]) / (tail * EVERY)
        ends = (trajectory.point[0][index], trajectory.point[1][index])
        lowest = _lowest_curvatures(ends, setup.data)
        found |= {
            f"loss after 100000 steps, {name}": quantity("1", losses[-1]),
            f"loss after 100000 steps over loss after 3000, {name}": quantity("1", losses[-1] / losses[STEPS // EVERY]),
            f"decay per step at the end of the long run, {name}": quantity("1 per step", -slope),
            f"decay per step from the smallest nonzero curvature, {name}": quantity("1 per step", 2 * rate * lowest),
            f"measured decay over predicted, {name}": quantity("1", -slope / (2 * rate * lowest)),
        }
    return found


def _lowest_curvatures(point: Pair, data: Compressed) -> Array:
    """The smallest nonzero curvature at the zero of the loss that Gauss-Newton steps find next to each end point."""
    solved = scaled_steps(
        value_and_gradient(data), point, lambda w: least_squares_step(w[0], w[1], data), factor=1.0, steps=12
    ).point
    found = []
    for k in range(point[0].shape[0]):
        one = Compressed(data.root[k], data.labels[k], data.target[k], data.floor[k], True)
        found.append(extreme_curvatures(solved[0][k], solved[1][k], one)[1])
    return np.array(found)


def _scales(setup: Problems) -> dict[str, Any]:
    """The initial weights multiplied by a factor, for each stable rate."""
    found = {}
    for scale in SCALES:
        start = (scale * setup.start[0], scale * setup.start[1])
        trajectory = first_order(start, setup.data, "GD", (1e-6, 1e-5, 1e-4), STEPS, STEPS)
        for index, rate in enumerate((1e-6, 1e-5, 1e-4)):
            found[f"loss after 3000 steps, {name_of('GD', rate)}, initial weights times {scale:g}"] = quantity(
                "1", trajectory.losses[-1, index]
            )
    return found


def _relatives(setup: Problems) -> dict[str, Any]:
    """What is not a product of Gaussian factors.

    One matrix in place of two, orthogonal factors, a target with orthonormal columns.
    """
    rate = 1e-5
    W = np.array(setup.start[0] @ setup.start[1])
    single = descend(_one_matrix(setup.data), (W,), GradientDescent(rate), steps=STEPS, every=STEPS).losses[-1]
    start = (np.sqrt(6.0) * _orthogonal(setup.start[0]), np.sqrt(6.0) * _orthogonal(setup.start[1]))
    level = first_order(start, setup.data, "GD", (rate,), STEPS, STEPS).losses[-1, 0]
    target = _orthogonal(setup.target)
    good = Compressed(setup.data.root, target @ setup.data.root, target, setup.data.floor, setup.data.full_rank)
    even = first_order(setup.start, good, "GD", (rate,), STEPS, STEPS).losses[-1, 0]
    return {
        "loss after 3000 steps, GD 1e-5, one matrix instead of two": quantity("1", single),
        "loss after 3000 steps, GD 1e-5, orthogonal initial factors": quantity("1", level),
        "loss after 3000 steps, GD 1e-5, target with orthonormal columns": quantity("1", even),
    }


def _orthogonal(a: Array) -> Array:
    """The nearest matrix with orthonormal columns (the polar factor)."""
    U, _, Vt = np.linalg.svd(a, full_matrices=False)
    return U @ Vt


def _one_matrix(data: Compressed) -> Any:
    def objective(point: tuple[Array]) -> tuple[Array, tuple[Array]]:
        error = point[0] @ data.root - data.labels
        return squared_norm(error) + data.floor, (2 * error @ transpose(data.root),)

    return objective


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_first(found), _longer(found), _published(found))


def _first(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        upper, lower = canvas.subplots(2, 1, sharex=True)
        shown = list(PUBLISHED)
        for axes, word in ((upper, "loss"), (lower, "gradient norm")):
            for colour, name in zip(COLOURS, shown, strict=False):
                draw_band(
                    axes, found, f"{word}, {name}", colour=colour, label=name, style="--" if name.startswith("Adam") else "-"
                )
            axes.set_yscale("log")
            axes.set_ylabel(word)
        lower.set_xlabel("step")
        upper.legend(ncols=3)

    return render(
        "X1-1-first-figure",
        "The notebook's first figure over many seeds",
        "Loss (above) and gradient norm (below) of the runs that do not diverge; lines are medians, bands hold 80 % of the "
        "seeds.",
        "Gradient descent at rate 1e-5 and Adam at rate 1e-2 drop three to four orders of magnitude within a few hundred "
        "steps and then "
        "keep falling slowly; smaller rates lag behind. Gradient descent at 1e-4 and 1e-3 diverges and is not drawn.",
        paint,
        size=(7.2, 6.0),
    )


def _longer(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, rate in zip(COLOURS, GD_RATES[:2], strict=False):
            draw_band(axes, found, f"loss in a long run, {name_of('GD', rate)}", colour=colour, label=name_of("GD", rate))
        axes.axvline(STEPS, color="#5d6d7e", linewidth=0.8, linestyle=":")
        axes.annotate("the notebook stops here", (STEPS, 1.0), xytext=(6, 0), textcoords="offset points", fontsize=8)
        axes.set_yscale("log")
        axes.set_xlabel("step")
        axes.set_ylabel("loss")
        axes.legend()

    return render(
        "X1-1-long-run",
        "A floor, or a slow rate?",
        "The same runs of gradient descent, thirty times longer; lines are medians, bands hold 80 % of the seeds.",
        "Both losses go on falling far beyond the 3000 steps of the notebook; the spread over seeds covers many orders of "
        "magnitude.",
        paint,
    )


def _published(found: Measurements) -> Figure:
    names = list(PUBLISHED)

    def paint(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2, sharey=True)
        for axes, word in ((left, "loss"), (right, "gradient norm")):
            draw_spread(axes, found, [f"{word} after 3000 steps, {name}" for name in names], names)
            axes.set_xlabel(f"{word} after 3000 steps")

    return render(
        "X1-1-published",
        "The published numbers among the seeds",
        "One dot for each seed, a bar at the median, a cross at the value read off the notebook's figure.",
        "For each of the six runs that do not diverge, the published value lies within or near the cloud of seeds.",
        paint,
    )
