"""X4-4: small networks on XOR: how many runs fit, and what the point is where the others stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from numerics.experiments.figure import COLOURS, Figure, numbers, render
from numerics.experiments.four_regions import FITTED, SCRIPT_RIDGE
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
from numerics.mlp import Array, Perceptron, Samples
from numerics.mlp_activations import SIGMOID, TANH, Activation
from numerics.mlp_many import hessians
from numerics.optimisers.approximate_newton import Approach, approximate_newton
from numerics.optimisers.record import Stop

STARTS, STEPS = 5, 300
ABOVE = 1e-3
ROUNDING = 1e-13
WIDTHS = ((2, 2, 1), (2, 3, 1), (2, 4, 2, 1))
CODINGS = {"0 and 1": (0.0, 1.0), "-1 and 1": (-1.0, 1.0)}
METHODS: dict[str, dict[str, Any]] = {"full step": {"ridge": SCRIPT_RIDGE}, "adaptive ridge": {"ridge": 1.0, "adaptive": True}}
EXIST = "undesired local minima exist when training the network"


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    quantities: dict[str, Any] = {}
    for widths, activation, coding in _settings():
        net = Perceptron(widths, activation)
        start, samples = _starts(net, drawn), _xor(coding, seeds * STARTS)
        for method, options in METHODS.items():
            runs = approximate_newton(net, start, samples, steps=STEPS, fitted=FITTED, **options)
            quantities |= _table(_name(widths, activation, coding, method), net, runs, samples)
    given = {
        "task": "XOR, four samples",
        "dummy units": "in input and hidden layers",
        "loss": "half the sum of squares, identity output",
        "step": 1,
        "ridge": SCRIPT_RIDGE,
        "initial weights": "N(0, 1)",
    }
    varied = {
        "network": ["-".join(map(str, widths)) for widths in WIDTHS],
        "coding of inputs and targets": list(CODINGS),
        "activation": [SIGMOID.name, TANH.name],
        "method": ["full steps with the scripts' ridge", "adaptive ridge: steps that raise the loss are not made"],
        "iterations": f"{STEPS} (scripts: up to 1000)",
        "starts": f"{STARTS} for each seed",
    }
    return measurements("X4-4", drawn, given | {"varied": varied}, quantities, {})


def _settings() -> Iterator[tuple[tuple[int, ...], Activation, str]]:
    yield from product(WIDTHS, (SIGMOID, TANH), CODINGS)


def _name(widths: tuple[int, ...], activation: Activation, coding: str, method: str) -> str:
    return f"{'-'.join(map(str, widths))}, {activation.name}, {coding}, {method}"


def _starts(net: Perceptron, drawn: list[int]) -> tuple[Array, ...]:
    generators = [np.random.RandomState(one) for one in drawn]
    starts = [net.draw(rng) for rng in generators for _ in range(STARTS)]
    return tuple(np.stack(parts) for parts in zip(*starts, strict=True))


def _xor(coding: str, count: int) -> Samples:
    low, high = CODINGS[coding]
    inputs = np.array([[low, low, high, high], [low, high, low, high]])
    targets = np.array([[low, high, high, low]])
    return Samples(*(np.tile(part, (count, 1, 1)) for part in (inputs, targets)))


def _table(name: str, net: Perceptron, runs: Approach, samples: Samples) -> dict[str, Any]:
    loss = runs.losses[-1]
    with np.errstate(invalid="ignore"):
        stuck = ~(loss <= ABOVE)
        finite = np.isfinite(loss)
    spectrum = np.full((len(loss), net.size), np.nan)
    spectrum[finite] = np.linalg.eigvalsh(hessians(net, tuple(part[finite] for part in runs.point), samples[finite]))
    least, largest = spectrum[:, 0], np.abs(spectrum).max(axis=1)
    with np.errstate(invalid="ignore"):
        saddle = stuck & (least < -ROUNDING * net.size * largest)
    reached = np.max([np.abs(part).max(axis=(1, 2)) for part in runs.point], axis=0)
    counts = {
        "that fit": (runs.stops == Stop.FITTED, ""),
        f"that end above {ABOVE:g}": (stuck, EXIST),
        f"that end above {ABOVE:g} with a negative curvature beyond rounding": (saddle, ""),
    }
    found = {
        f"runs of {STARTS} {what}, {name}": quantity("runs", mask.reshape(-1, STARTS).sum(axis=1), None, words)
        for what, (mask, words) in counts.items()
    }
    ends = {"loss": loss, "gradient norm": runs.gradient_norms[-1], "least curvature": least, "largest weight": reached}
    return found | {
        f"{what} of the runs that end above {ABOVE:g}, {name}": quantity("1", _middle(stuck, values))
        for what, values in ends.items()
    }


def _middle(which: Any, values: Array) -> list[float]:
    """For each seed the middle value over its runs that are meant, the upper one of two; not a number if there are none."""
    rows = zip(which.reshape(-1, STARTS), values.reshape(-1, STARTS), strict=True)
    chosen = [np.sort(row[mask]) for mask, row in rows]
    return [float(row[len(row) // 2]) if len(row) else float("nan") for row in chosen]


def draw(found: Measurements) -> tuple[Figure, ...]:
    quantities = found["quantities"]
    settings = list(_settings())
    labels = [_name(*setting, "").rstrip(", ") for setting in settings]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for method, colour, lift in zip(METHODS, (COLOURS[3], COLOURS[0]), (-0.15, 0.15), strict=True):
            shares = []
            for setting in settings:
                values = numbers(quantities[f"runs of {STARTS} that fit, {_name(*setting, method)}"]["values"])
                shares.append(sum(values) / (STARTS * len(values)))
            axes.barh(np.arange(len(shares)) + lift, shares, height=0.28, color=colour, label=method)
        axes.set_yticks(range(len(labels)), labels)
        axes.tick_params(axis="y", labelsize=8)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(0, 1.02)
        axes.set_xlabel("share of the runs that fit XOR exactly")
        axes.legend(loc="upper center", bbox_to_anchor=(0.4, 1.09), ncols=2)

    def ends(canvas: Any) -> None:
        for axes, what in zip(canvas.subplots(1, 2, sharey=True), ("largest weight", "gradient norm"), strict=True):
            for method, colour in zip(METHODS, (COLOURS[3], COLOURS[0]), strict=True):
                for number, setting in enumerate(settings):
                    name = _name(*setting, method)
                    x, y = (
                        numbers(quantities[f"{key} of the runs that end above {ABOVE:g}, {name}"]["values"])
                        for key in (what, "loss")
                    )
                    axes.plot(x, y, "o", ms=3.5, alpha=0.35, linewidth=0, color=colour, label=None if number else method)
            axes.set_xscale("log")
            axes.set_xlabel(what)
        axes.legend()
        canvas.axes[0].set_ylabel("loss")

    return (
        render(
            "X4-4-fits",
            "How many runs fit XOR",
            f"{STARTS} starts for each seed; network, activation, coding; the approximate Newton method with full steps and with "
            "a ridge that adapts so that no step raises the loss.",
            "With full steps a small part of the runs of 2-2-1 fits, about half or more of those of 2-3-1, and up to two fifths "
            "of those of 2-4-2-1. With the adaptive ridge all runs of 2-3-1 fit, nearly all of 2-4-2-1, and most of 2-2-1.",
            paint,
            size=(8.2, 4.8),
        ),
        render(
            "X4-4-ends",
            "Where the other runs end",
            "Loss against the largest weight and against the gradient norm, one dot for each seed and setting (the middle of its "
            "runs).",
            "The dots lie on a few levels of the loss, those of outputs that are the same for two, three or all four samples. "
            "Most runs with full steps have weights of hundreds or thousands there; the few with the adaptive ridge have smaller "
            "ones.",
            ends,
            size=(8.2, 4.0),
        ),
    )
