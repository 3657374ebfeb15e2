"""X4-3: back-propagation beside the approximate Newton method on the four-region benchmark, more outputs than weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, draw_band, numbers, render
from numerics.experiments.four_regions import FULL_RIDGE, SCRIPT, WIDTHS, problems
from numerics.experiments.measure import Measurements, band, curve, measurements, quantity, seeds_of
from numerics.mlp import Array, Perceptron, Samples, value_and_gradient
from numerics.mlp_activations import BENT_IDENTITY, TANH, Activation
from numerics.mlp_cost import gauss_newton_flops, gradient_flops, hessian_flops, solve_flops
from numerics.optimisers.approximate_newton import approximate_newton
from numerics.optimisers.descent import GradientDescent, descend

SAMPLES, SCRIPT_SAMPLES = 100, 1000
SMALL_STEP, STEPS, FULL_STEPS = 0.025, 200, 60
TRIAL_STEPS, DESCENT_STEPS, LAST = 200, 1200, 50
RATES = {BENT_IDENTITY: (3e-6, 1e-5, 2e-5, 3e-5), TANH: (1e-3, 2e-3, 4e-3, 8e-3)}
DEPTHS = range(1, 9)
SMOOTH = "goes from the beginning smoothly and converges to the global minimal value"
OSCILLATES = "strong oscillation towards the end"
COST = "one iteration takes a multiple (the number is lost) of one of back-propagation"


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    curves: dict[str, Any] = {}
    for activation in RATES:
        net, starts, samples = problems(drawn, activation, SAMPLES)
        newton = _newton(net, starts, samples, SMALL_STEP, STEPS)
        full = _newton(net, starts, samples, 1.0, FULL_STEPS)
        descent, rates = _descent(activation, net, starts, samples)
        lines = {
            f"approximate Newton, step {SMALL_STEP:g}": newton,
            "approximate Newton, step 1": full,
            "back-propagation, largest rate": descent,
        }
        for name, losses in lines.items():
            curves |= band(f"loss, {name}, {activation.name}", np.arange(len(losses)), losses)
            quantities |= _table(f"{name}, {activation.name}", losses, OSCILLATES if "back" in name else SMOOTH)
        quantities[f"largest rate with which {TRIAL_STEPS} iterations lower the loss, {activation.name}"] = quantity(
            "rate, for the sum over the samples", rates
        )
        quantities |= _together(activation.name, newton, full, descent)
    quantities |= _cost(seeds)
    given = SCRIPT | {"ridge": FULL_RIDGE}
    varied = {
        "samples": f"{SAMPLES} (scripts: {SCRIPT_SAMPLES}), hence {4 * SAMPLES} outputs for 184 weights",
        "activation": [activation.name for activation in RATES],
        "step of approximate Newton": f"{SMALL_STEP:g} and 1 (scripts: 0.01)",
        "iterations": {f"step {SMALL_STEP:g}": STEPS, "step 1": FULL_STEPS, "back-propagation": DESCENT_STEPS},
        "rate of back-propagation": {activation.name: list(rates) for activation, rates in RATES.items()},
    }
    return measurements("X4-3", drawn, given | {"varied": varied}, quantities, curves | _depths())


def _newton(net: Perceptron, starts: Any, samples: Samples, factor: float, steps: int) -> Array:
    return approximate_newton(net, starts, samples, ridge=FULL_RIDGE, steps=steps, factor=factor).losses


def _descent(activation: Activation, net: Perceptron, starts: Any, samples: Samples) -> tuple[Array, Array]:
    """Losses (DESCENT_STEPS + 1) x S with the largest rate with which TRIAL_STEPS lower a seed's loss, and the rates."""
    rates = np.array(RATES[activation])
    objective = value_and_gradient(net, samples)
    every = tuple(np.broadcast_to(part, (len(rates), *part.shape)) for part in starts)
    trial = descend(objective, every, GradientDescent(rates[:, None]), steps=TRIAL_STEPS).losses
    lower = trial[-1] < trial[0]
    best = rates[np.where(lower.any(axis=0), len(rates) - 1 - lower[::-1].argmax(axis=0), 0)]
    return descend(objective, starts, GradientDescent(best), steps=DESCENT_STEPS).losses, best


def _table(name: str, losses: Array, words: str) -> dict[str, Any]:
    last = losses[-LAST - 1 :]
    with np.errstate(all="ignore"):
        rises, first = (np.diff(last, axis=0) > 0).mean(axis=0), (np.diff(losses[: LAST + 1], axis=0) > 0).mean(axis=0)
        swing = last.max(axis=0) / last.min(axis=0)
    return {
        f"loss after {LAST} iterations, {name}": quantity("1", losses[LAST]),
        f"loss at the end, {name}": quantity("1", losses[-1]),
        f"share of the first {LAST} iterations that raise the loss, {name}": quantity("1", first, None, words),
        f"share of the last {LAST} iterations that raise the loss, {name}": quantity("1", rises, None, words),
        f"largest over least loss in the last {LAST} iterations, {name}": quantity("1", swing, None, words),
    }


def _together(name: str, newton: Array, full: Array, descent: Array) -> dict[str, Any]:
    """After the same work, beside the better of both step lengths; and at the ends, beside the short step."""
    equal = _iterations_for_one(SAMPLES)
    spent = min(STEPS, FULL_STEPS, int(DESCENT_STEPS / equal))
    with np.errstate(all="ignore"):
        after = descent[round(spent * equal)] / np.fmin(newton[spent], full[spent])
        end = descent[-1] / newton[-1]
    return {
        f"loss of back-propagation over that of approximate Newton after equal work, {name}": quantity("1", after, None, COST),
        f"loss of back-propagation over that of approximate Newton at their ends, {name}": quantity("1", end, None, SMOOTH),
    }


def _iterations_for_one(samples: int) -> float:
    """How many iterations of back-propagation cost as much as one of the approximate Newton method, in flops."""
    net = Perceptron(WIDTHS, TANH)
    newton = gradient_flops(net, samples) + gauss_newton_flops(net, samples) + solve_flops(net.size)
    return newton / gradient_flops(net, samples)


def _cost(seeds: int) -> dict[str, Any]:
    """The same for every seed: counts, not times."""
    net = Perceptron(WIDTHS, TANH)
    found = {
        f"flops of approximate Newton over back-propagation, one iteration, {count} samples": _iterations_for_one(count)
        for count in (SAMPLES, SCRIPT_SAMPLES)
    }
    ratio = hessian_flops(net, SCRIPT_SAMPLES) / gauss_newton_flops(net, SCRIPT_SAMPLES)
    found["flops of the exact Hessian over the Gauss-Newton matrix"] = ratio
    return {name: quantity("1", [value] * seeds, None, COST if "back" in name else "") for name, value in found.items()}


def _depths() -> dict[str, Any]:
    """Flops over those of the gradient, for 1 to 8 hidden layers of ten units and 1000 samples."""
    nets = [Perceptron((2, *[10] * depth, 4), TANH) for depth in DEPTHS]
    costs = {"Gauss-Newton matrix": gauss_newton_flops, "exact Hessian": hessian_flops}
    return {
        f"flops over those of the gradient, {name}": curve(DEPTHS, [cost(net, 1000) / gradient_flops(net, 1000) for net in nets])
        for name, cost in costs.items()
    }


def draw(found: Measurements) -> tuple[Figure, ...]:
    names = {
        f"approximate Newton, step {SMALL_STEP:g}": COLOURS[0],
        "approximate Newton, step 1": COLOURS[1],
        "back-propagation, largest rate": COLOURS[3],
    }

    def losses(canvas: Any) -> None:
        for axes, activation in zip(canvas.subplots(1, 2), RATES, strict=True):
            for name, colour in names.items():
                draw_band(axes, found, f"loss, {name}, {activation.name}", colour=colour, label=name)
            axes.set_xscale("symlog", linthresh=1)
            axes.set_yscale("log")
            axes.set_xlabel("iteration")
            axes.set_title(activation.name, fontsize=10)
        axes.legend()

    def depths(canvas: Any) -> None:
        axes = canvas.subplots()
        for colour, name in zip(COLOURS, ("Gauss-Newton matrix", "exact Hessian"), strict=False):
            line = found["curves"][f"flops over those of the gradient, {name}"]
            axes.plot(numbers(line["x"]), numbers(line["y"]), "o-", color=colour, label=name)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("hidden layers of ten units")
        axes.set_ylabel("operations, in gradients")
        axes.legend()

    return (
        render(
            "X4-3-losses",
            "Back-propagation and the approximate Newton method from the same starts",
            f"{SAMPLES} samples, sum of squares, medians over seeds, bands hold 80 %.",
            "With the short step the approximate Newton method first stays level and then falls steeply, with tanh far below "
            "back-propagation. With the full step the loss first rises, by three orders of magnitude with the bent identity, and "
            "then jumps up and down. Back-propagation falls from the first iteration and flattens, its line without swings that "
            "one could see but for small ones with tanh.",
            losses,
            size=(8.2, 4.2),
        ),
        render(
            "X4-3-depth",
            "What curvature costs",
            "Multiplications and additions for one matrix, divided by those for one gradient; 1000 samples.",
            "Both curves rise with the number of hidden layers, together at first; with eight of them the exact Hessian costs "
            "1.6 times as much as the Gauss-Newton matrix.",
            depths,
        ),
    )
