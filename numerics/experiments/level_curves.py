"""X0-4: level curves of an ill-conditioned quadratic with a descent path, and what a condition number costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.linear_regression import Array, LeastSquares, progression, reduce
from numerics.optimisers.descent import HeavyBall, descend

DECADES = range(7)
PICTURED = 30.0
REDUCTION = 1e-6


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    starts = np.array([np.random.RandomState(one).standard_normal(2) for one in drawn])
    quantities: dict[str, Any] = {}
    for decade in DECADES:
        kappa = 10.0**decade
        quantities[f"iterations, fixed step, condition number 1e{decade}"] = quantity(
            "steps", fixed_step_iterations(starts, kappa)
        )
        if decade <= 4:
            quantities[f"iterations, exact line search from a random start, condition number 1e{decade}"] = quantity(
                "steps", line_search_iterations(starts, kappa)
            )
            quantities[f"iterations, heavy ball, condition number 1e{decade}"] = quantity(
                "steps", heavy_ball_iterations(starts, kappa)
            )
    values = _example()
    quantities["condition number of the nonzero spectrum, the example"] = quantity("1", [values[0] / values[1]] * seeds)
    quantities["iterations, fixed step, the example"] = quantity("steps", fixed_step_iterations(starts, values[0] / values[1]))
    quantities["length of the example's ellipse over its width"] = quantity("1", [np.sqrt(values[0] / values[1])] * seeds)
    quantities["length of the pictured ellipse over its width"] = quantity("1", [np.sqrt(PICTURED)] * seeds)
    path = _path(PICTURED)
    curves = {"path": curve(path[:, 0], path[:, 1])}
    varied = {
        "condition number": [10.0**decade for decade in DECADES],
        "condition number of the picture": PICTURED,
        "step": "2/(L + l)",
    }
    given = {
        "dimension": 2,
        "error": "value of the quadratic over its value at the start",
        "reduction": REDUCTION,
        "varied": varied,
    }
    return measurements("X0-4", drawn, given, quantities, curves)


def _example() -> Array:
    """The two nonzero eigenvalues of the example's Hessian with bias, up to a factor."""
    reduced = reduce(*progression())
    return np.linalg.svd(np.column_stack([reduced.inputs, reduced.ones]), compute_uv=False)[:2] ** 2


def fixed_step_iterations(starts: Array, kappa: float) -> Array:
    """Steps of length 2/(1 + kappa) until (w_1^2 + kappa w_2^2)/2 has fallen by REDUCTION; starts: S x 2.

    Both coordinates shrink by the factor rho = (kappa - 1)/(kappa + 1) in every step, so the number is known without stepping.
    The exact line search takes as many from its worst start, (kappa, 1).
    """
    rho = (kappa - 1) / (kappa + 1)
    count = 1.0 if rho == 0 else np.ceil(np.log(REDUCTION) / (2 * np.log1p(-2 / (kappa + 1))))
    return np.full(len(starts), count)


def line_search_iterations(starts: Array, kappa: float, most: int = 200_000) -> Array:
    """The same with the exact line search, all starts side by side; S numbers."""
    scales = np.array([1.0, kappa])
    w = np.array(starts)
    first = w**2 @ scales
    needed = np.full(len(w), np.nan)
    for step in range(1, most):
        g = w * scales
        w = w - ((g * g).sum(axis=1) / np.maximum(g**2 @ scales, 1e-300))[:, None] * g
        needed = np.where(np.isnan(needed) & (w**2 @ scales <= REDUCTION * first), step, needed)
        if not np.isnan(needed).any():
            break
    return needed


def heavy_ball_iterations(starts: Array, kappa: float, most: int = 20_000) -> Array:
    """The same with Polyak's optimal heavy ball."""
    root = np.sqrt(kappa)
    quadratic = LeastSquares(np.diag([1.0, root]), np.zeros(2), 0.5)
    rule = HeavyBall(4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2)
    losses = descend(quadratic, (starts,), rule, steps=min(most, int(40 * root) + 5)).losses
    below = losses <= REDUCTION * losses[0]
    last_above = len(losses) - np.argmax(~below[::-1], axis=0)
    return np.where(below[-1], last_above, np.nan)


def _path(kappa: float, steps: int = 40) -> Array:
    scales, w = np.array([1.0, kappa]), np.array([5.0, 1.0])
    found = [w]
    for _ in range(steps):
        g = scales * found[-1]
        found.append(found[-1] - (g @ g) / (g @ (scales * g)) * g)
    return np.array(found)


def draw(found: Measurements) -> tuple[Figure, ...]:
    return (_picture(found), _price(found))


def _picture(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        x, y = np.meshgrid(np.linspace(-6, 6, 161), np.linspace(-1.6, 1.6, 81))
        levels = [0.05, 0.4, 1.5, 4, 8, 14, 22, 32]
        axes.contour(x, y, 0.5 * (x**2 + PICTURED * y**2), levels, colors="#5d6d7e", linewidths=0.8)
        path = found["curves"]["path"]
        axes.plot(path["x"], path["y"], "o-", color=COLOURS[3], ms=2.5, linewidth=1.2)
        axes.plot([0], [0], "+", color="black", ms=9)
        axes.set_aspect("equal")
        axes.set_xlabel("$w_1$")
        axes.set_ylabel("$w_2$")

    return render(
        "X0-4-level-curves",
        "Level curves of a quadratic with condition number 30",
        "Steepest descent with exact line searches zigzags towards the minimum (+).  The example's ellipses are six thousand "
        "times as long as wide.",
        "Nested ellipses, about five times as long as wide; a path starts at the upper right and zigzags across the valley "
        "in ever shorter "
        "steps to the centre.",
        paint,
        size=(7.2, 3.0),
    )


def _price(found: Measurements) -> Figure:
    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, method in zip(COLOURS, ("fixed step", "exact line search from a random start", "heavy ball"), strict=False):
            points = []
            for decade in DECADES:
                entry = found["quantities"].get(f"iterations, {method}, condition number 1e{decade}")
                if entry:
                    points.append((10.0**decade, float(np.median([value for value in entry["values"] if value is not None]))))
            axes.plot(*zip(*points, strict=True), "o-", color=colour, label=method, ms=4)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("condition number")
        axes.set_ylabel("steps to reduce the error by $10^{-6}$")
        axes.legend()

    return render(
        "X0-4-price",
        "What a condition number costs",
        "Steps until the error has fallen by six orders of magnitude, against the condition number; medians over random "
        "starts.  From its worst "
        "start the exact line search takes as many steps as the fixed step.",
        "On logarithmic axes the line of the fixed step rises in proportion to the condition number and that of the heavy "
        "ball with its "
        "square root; the exact line search from a random start in two dimensions stays at a few steps.",
        paint,
    )
