"""X0-3.

Gradient descent with momentum and line searches on the question's data, with everything that the answer leaves open varied.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, draw_spread, render
from numerics.experiments.measure import Measurements, band, measurements, padded, quantity, seeds_of
from numerics.linear_regression import Array, LeastSquares, Reduced, progression, reduce
from numerics.optimisers.momentum import Armijo, exact_search, momentum_descent, plane_descent, polyak_descent

MOMENTA = (0.0, 0.5, 0.9, 0.99)
STARTS = ("PyTorch's default", "standard normal", "zero")
STEPS = 100
FEWER_THAN_TEN = 9
LEVEL = 1e-2


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for start in STARTS:
        cost, points = _cost(True), [_start(start, one) for one in drawn]
        for label, runner in _methods().items():
            table = _filled([runner(cost, point) for point in points])
            quantities |= _table(f"{label}, start {start}", table)
            if start == STARTS[0]:
                curves |= band(f"cost, {label}", np.arange(STEPS + 1), table)
    quantities |= _without_bias(drawn)
    varied = {
        "momentum": list(MOMENTA),
        "where the momentum enters": ["in the direction that is searched", "after the search (Polyak's heavy ball)"],
        "line search": ["exact", "Armijo", "plane (momentum and length at once: conjugate gradients)"],
        "start": list(STARTS),
        "error": ["cost with 1/2N", "mean squared error", "root mean squared error"],
        "bias": ["with", "without"],
    }
    return measurements(
        "X0-3", drawn, {"samples": 1500, "features": 100, "cost": "1/(2N) |X w - L|^2", "varied": varied}, quantities, curves
    )


@cache
def _data() -> Reduced:
    return reduce(*progression())


def _cost(bias: bool) -> LeastSquares:
    """The cost of the question's data, in the coordinates that it depends on."""
    data = _data()
    matrix = np.column_stack([data.inputs, data.ones]) if bias else data.inputs
    return LeastSquares(matrix, data.labels[:, 0], 1 / (2 * data.samples))


def _start(name: str, seed: int, bias: bool = True) -> Array:
    """A start in R^100 (and a bias), in the coordinates of the reduced cost; what is orthogonal to them plays no part."""
    rng = np.random.RandomState(seed)
    drawn = {
        "PyTorch's default": rng.uniform(-0.1, 0.1, 101),
        "standard normal": rng.standard_normal(101),
        "zero": np.zeros(101),
    }[name]
    inside = _data().basis.T @ drawn[:100]
    return np.append(inside, drawn[100]) if bias else inside


def _methods() -> dict[str, Any]:
    methods: dict[str, Any] = {}
    for momentum in MOMENTA:
        for label, search in (("exact line search", exact_search), ("Armijo line search", Armijo())):
            methods[f"momentum {momentum:g}, {label}"] = _momentum(momentum, search)
            if momentum:
                methods[f"Polyak momentum {momentum:g}, {label}"] = _polyak(momentum, search)
    methods["plane search"] = lambda cost, start: plane_descent(cost, start, steps=STEPS).losses
    return methods


def _momentum(momentum: float, search: Any) -> Any:
    return lambda cost, start: momentum_descent(cost, start, search, momentum=momentum, steps=STEPS).losses


def _polyak(momentum: float, search: Any) -> Any:
    return lambda cost, start: polyak_descent(cost, start, search, momentum=momentum, steps=STEPS).losses


def _filled(runs: list[Array]) -> Array:
    """(STEPS + 1) x S; a run that has come to rest keeps its last value."""
    table = padded(runs, STEPS + 1)
    for column, losses in enumerate(runs):
        table[len(losses) :, column] = losses[-1]
    return table


def _table(name: str, cost: Array) -> dict[str, Any]:
    words = "O(10^-2) error in fewer than 10 iterations"
    below = cost <= LEVEL
    needed = np.where(below.any(axis=0), below.argmax(axis=0), np.nan)
    found: dict[str, Any] = {}
    for convention, error in (("cost", cost), ("mean squared error", 2 * cost), ("root mean squared error", np.sqrt(2 * cost))):
        found[f"{convention} after 9 iterations, {name}"] = quantity("1", error[FEWER_THAN_TEN], [1e-3, 1e-1], words)
    found[f"iterations until the cost is at most 1e-2, {name}"] = quantity(
        "steps, none within 100 is null", needed, [1, 9], words
    )
    return found


def _without_bias(drawn: list[int]) -> dict[str, Any]:
    cost, points = _cost(False), [_start(STARTS[0], one, False) for one in drawn]
    names = ("momentum 0, exact line search", "momentum 0.9, exact line search", "plane search")
    found: dict[str, Any] = {}
    for name, runner in ((name, _methods()[name]) for name in names):
        found |= _table(f"{name}, start {STARTS[0]}, no bias", _filled([runner(cost, point) for point in points]))
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    names = [f"momentum {momentum:g}, {search} line search" for search in ("exact", "Armijo") for momentum in MOMENTA] + [
        "plane search"
    ]

    def curves(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, name in zip(COLOURS, [names[0], names[2], names[-1]], strict=False):
            draw_band(axes, found, f"cost, {name}", colour=colour, label=name)
        axes.axhspan(1e-3, 1e-1, color="#922b21", alpha=0.12, linewidth=0)
        axes.axvline(10, color="#5d6d7e", linewidth=0.8, linestyle=":")
        axes.set_yscale("log")
        axes.set_xlim(0, 40)
        axes.set_ylim(bottom=1e-30)
        axes.set_xlabel("iteration")
        axes.set_ylabel("cost, $|Xw - L|^2 / 2N$")
        axes.legend()

    def spread(canvas: Any) -> None:
        axes = canvas.subplots()
        draw_spread(axes, found, [f"cost after 9 iterations, {name}, start {STARTS[0]}" for name in names], names)
        axes.set_xlabel("cost after 9 iterations")

    return (
        render(
            "X0-3-curves",
            "Momentum with exact line searches",
            "Cost against iteration from PyTorch's default start, medians and 80 % bands; the published order of magnitude "
            "is shaded, "
            "ten iterations are dotted.",
            "After one step the cost has fallen by six orders of magnitude. With momentum most runs then stay on a plateau; "
            "without momentum, "
            "and with the plane search, which is the method of conjugate gradients, the second step reaches rounding level.",
            curves,
        ),
        render(
            "X0-3-published",
            "The cost after nine iterations",
            "One dot for each seed, a bar at the median, the published order of magnitude as a red bar.",
            "Rows of dots for four momentum coefficients, two line searches and the plane search, beside the published "
            "interval 1e-3 to 1e-1.",
            spread,
        ),
    )
