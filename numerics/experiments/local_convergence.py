"""X4-1: how fast the approximate Newton method converges to an exact fit of ten samples of the four-region benchmark."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, numbers, render
from numerics.experiments.four_regions import FITTED, SCRIPT, SCRIPT_RIDGE, problems
from numerics.experiments.measure import Measurements, band, curve, measurements, quantity, seeds_of
from numerics.experiments.precise_newton import BITS, above_rounding, distances, order
from numerics.mlp import Array, Perceptron, Samples, forward, kernel
from numerics.mlp_activations import BENT_IDENTITY
from numerics.optimisers.approximate_newton import Approach, approximate_newton
from numerics.optimisers.record import Stop

SAMPLES, STEPS = 10, 100
MORE = (15, 20)
RIDGES = {"no ridge": 0.0, "ridge 1e-8": SCRIPT_RIDGE}
PRECISE_STEPS, BEFORE = 8, 3
RADII = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0)
DIRECTIONS, RETURN_STEPS = 4, 20
SHOWN, SHOWN_STEPS = 5, 12
WORDS = "converges locally quadratically fast to a global minimiser under exact learning"


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    net, start, samples = problems(drawn, BENT_IDENTITY, SAMPLES)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for name, ridge in RIDGES.items():
        runs = approximate_newton(net, start, samples, ridge=ridge, steps=STEPS, fitted=FITTED, keep=True)
        quantities |= _in_doubles(name, runs)
        curves |= band(f"distance to the last iterate, {name}", np.arange(SHOWN_STEPS + 1), _gaps(runs)[: SHOWN_STEPS + 1])
        lists = [_precisely(net, runs, samples, k, ridge) for k in range(seeds)]
        quantities |= _in_multiprecision(name, lists)
        for k, logarithms in enumerate(map(above_rounding, lists[:SHOWN])):
            exponents = np.array(logarithms) / np.log(10)
            curves[f"decimal exponent of the distance, {name}, seed {k + 1}"] = curve(np.arange(len(exponents)), exponents)
        if ridge:
            quantities |= _predicted(net, runs, samples, lists, ridge)
    quantities |= _region(net, runs, samples, drawn) | _more_samples(drawn)
    given = SCRIPT | {"activation": BENT_IDENTITY.name, "samples": f"{SAMPLES} out of 1000", "step": 1, "iterations": STEPS}
    varied = {
        "ridge": ["1e-8 as in the scripts", "none: the step of smallest norm"],
        "samples": f"{' and '.join(map(str, MORE))}, and then an adaptive ridge too",
        "arithmetic": ["double", f"{BITS} bits, from {BEFORE} steps before the end of the run in doubles"],
        "start": ["N(0, 1)", f"the end of a run plus a vector of length {', '.join(f'{r:g}' for r in RADII)}"],
    }
    return measurements("X4-1", drawn, given | {"stop": "sum of squares below 1e-15", "varied": varied}, quantities, curves)


def _gaps(runs: Approach) -> Array:
    """(STEPS + 1) x S: the distances to the point where each run ended."""
    return np.asarray(np.linalg.norm(runs.path - runs.path[-1], axis=2))


def _in_doubles(name: str, runs: Approach) -> dict[str, Any]:
    fitted = runs.stops == Stop.FITTED
    logs = [np.log([gap for gap in column if gap > 1e-12]) for column in _gaps(runs).T]
    rises = (np.diff(runs.losses, axis=0) > 0).sum(axis=0)
    return {
        f"exact fit within {STEPS} iterations, {name}": quantity("1 if so", fitted.astype(int), 1, WORDS),
        f"iterations to a sum of squares below 1e-15, {name}": quantity("iterations", np.where(fitted, runs.taken, np.nan)),
        f"iterations that raise the loss, {name}": quantity("iterations", rises),
        f"order of convergence in doubles, {name}": quantity("1", [order(column.tolist()) for column in logs], 2, WORDS),
    }


def _precisely(net: Perceptron, runs: Approach, samples: Samples, k: int, ridge: float) -> list[float]:
    """The logarithms of the distances in multiprecision for run k; none where the run found no exact fit."""
    if runs.stops[k] != Stop.FITTED:
        return []
    start = net.split(runs.path[max(int(runs.taken[k]) - BEFORE, 0), k])
    return distances(net, start, samples[k], ridge=ridge, steps=PRECISE_STEPS)


def _in_multiprecision(name: str, lists: list[list[float]]) -> dict[str, Any]:
    return {f"order of convergence in {BITS} bits, {name}": quantity("1", map(order, lists), 2, WORDS)}


def _predicted(net: Perceptron, runs: Approach, samples: Samples, lists: list[list[float]], ridge: float) -> dict[str, Any]:
    """With a ridge the slowest component of an error shrinks by ridge / (sigma_min(P)^2 + ridge) in each step."""
    values = np.linalg.eigvalsh(kernel(net, runs.point, forward(net, runs.point, samples.inputs)))[:, 0]
    ratios: Any = [np.exp(logs[-1] - logs[-2]) if len(logs) > 1 else np.nan for logs in lists]
    return {
        "least singular value of P at the end": quantity("1", np.sqrt(np.maximum(values, 0))),
        "ratio of the last two distances, ridge 1e-8": quantity("1", ratios),
        "ratio of the last two distances over ridge / least eigenvalue, ridge 1e-8": quantity(
            "1", np.array(ratios) * values / ridge
        ),
    }


def _more_samples(drawn: list[int]) -> dict[str, Any]:
    """The same with more samples, still far fewer outputs than weights."""
    methods: dict[str, dict[str, Any]] = {
        "ridge 1e-8": {"ridge": SCRIPT_RIDGE},
        "adaptive ridge": {"ridge": 1.0, "adaptive": True},
    }
    found = {}
    for count in MORE:
        net, start, samples = problems(drawn, BENT_IDENTITY, count)
        for name, options in methods.items():
            runs = approximate_newton(net, start, samples, steps=STEPS, fitted=FITTED, **options)
            fits = (runs.stops == Stop.FITTED).astype(int)
            found[f"exact fit within {STEPS} iterations, {count} samples, {name}"] = quantity("1 if so", fits)
            found[f"loss after {STEPS} iterations, {count} samples, {name}"] = quantity("1", runs.losses[-1])
    return found


def _region(net: Perceptron, runs: Approach, samples: Samples, drawn: list[int]) -> dict[str, Any]:
    """How far from the end of a run one may start and still fit exactly within RETURN_STEPS steps, in each of DIRECTIONS."""
    ends = net.join(runs.point)
    arrows = np.stack([np.random.RandomState(one).standard_normal((DIRECTIONS, net.size)) for one in drawn])
    arrows /= np.linalg.norm(arrows, axis=2, keepdims=True)
    data = Samples(*(np.repeat(part, DIRECTIONS, axis=0) for part in (samples.inputs, samples.targets)))
    reached = np.zeros(len(drawn))
    shares, open_yet = {}, np.ones(len(drawn), dtype=bool)
    for radius in RADII:
        starts = (ends[:, None] + radius * arrows).reshape(-1, net.size)
        back = approximate_newton(net, net.split(starts), data, ridge=SCRIPT_RIDGE, steps=RETURN_STEPS, fitted=FITTED)
        fits = (back.stops == Stop.FITTED).reshape(-1, DIRECTIONS)
        shares[f"starts of {DIRECTIONS} that fit, at distance {radius:g}"] = quantity("starts", fits.sum(axis=1))
        open_yet &= fits.all(axis=1)
        reached[open_yet] = radius
    name = f"largest tried distance from which every start fits within {RETURN_STEPS} iterations"
    return {name: quantity("1", reached), "norm of the weights at the end": quantity("1", np.linalg.norm(ends, axis=1))} | shares


def draw(found: Measurements) -> tuple[Figure, ...]:
    shown = sorted({int(name.rsplit(" ", 1)[1]) for name in found["curves"] if ", seed " in name})

    def doubles(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, name, style in zip(COLOURS, RIDGES, ("-", "--"), strict=False):
            draw_band(axes, found, f"distance to the last iterate, {name}", colour=colour, label=name, style=style)
        axes.set_yscale("log")
        axes.set_xlabel("iteration")
        axes.set_ylabel("distance to the last iterate")
        axes.legend()

    def precise(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, name in zip(COLOURS, RIDGES, strict=False):
            for k in shown:
                line = found["curves"][f"decimal exponent of the distance, {name}, seed {k}"]
                label = name if k == shown[0] else None
                axes.plot(numbers(line["x"]), numbers(line["y"]), "o-", ms=3, color=colour, alpha=0.7, label=label)
        axes.set_yscale("symlog", linthresh=1)
        axes.set_yticks([-1, -10, -100], ["$10^{-1}$", "$10^{-10}$", "$10^{-100}$"])
        axes.minorticks_off()
        axes.set_xlabel(f"iterations after the third last one in doubles, in {BITS} bits")
        axes.set_ylabel("distance to the last iterate")
        axes.legend()

    return (
        render(
            "X4-1-doubles",
            "Distance to the last iterate, in double precision",
            "The approximate Newton method from random weights on ten samples, bent identity, 2-10-10-4: medians over seeds, "
            "bands hold 80 %.",
            "Both curves, with and without a ridge, lie on each other: they fall slowly for about five iterations, then ever "
            "more steeply, below one in a million after eight to eleven.",
            doubles,
        ),
        render(
            "X4-1-multiprecision",
            f"The same, in {BITS} bits",
            "The ends of the first five runs, both axes such that a doubling of the digits in each step is an even descent.",
            "Without a ridge the exponent of the distance doubles in every step, down to below ten to the minus 100; with the "
            "ridge 1e-8 it doubles at first and then grows by a constant amount: the convergence is linear, with a ratio near "
            "one in a million.",
            precise,
        ),
    )
