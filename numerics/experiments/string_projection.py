"""X2-6: a string on the quadratic task, projected onto its three leading principal axes (appendix D, Fig. 3)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from numerics.experiments.figure import Figure, numbers, render
from numerics.experiments.measure import Measurements, curve, measurements, quantity, seeds_of
from numerics.experiments.regression_strings import RULES, grow, quadratic, string_task, trained_ends
from numerics.side_by_side import Array
from numerics.strings import String, principal_projection

LEVEL = 0.01
FRAMES = (1, 2, 4, RULES.depth)
WORST, SHARE = (
    "largest error on the string over the level, frame {}",
    "share of the string's variance along its three leading axes",
)
SKEW = "largest deviation of the three axes from orthonormal ones"


def run(seeds: int, seed: int) -> Measurements:
    drawn, task = seeds_of(seed, seeds), quadratic()
    ends = trained_ends(task, drawn, (LEVEL,))
    stages = [grow(string_task(task), ends, (LEVEL,), (LEVEL,), replace(RULES, depth=depth)).of(LEVEL) for depth in FRAMES]
    quantities: dict[str, Any] = {}
    for frame, strings in enumerate(stages, start=1):
        worst = [np.nan if one is None else one.worst.max() / LEVEL for one in strings]
        quantities[WORST.format(frame)] = quantity("1", worst)
    final = stages[-1]
    quantities[SHARE] = quantity("1", [np.nan if one is None else _share(one.beads) for one in final])
    quantities[SKEW] = quantity("1", [np.nan if one is None else _skew(one.beads) for one in final])
    quantities["connected"] = quantity("1 = yes", [one is not None and one.connected for one in final])
    shown = next((i for i, one in enumerate(final) if one is not None and one.connected), None)
    curves: dict[str, Any] = {}
    if shown is not None:
        axes = principal_projection(_there(final[shown]).beads)[1]
        for frame, strings in enumerate(stages, start=1):
            curves |= _frame(task, _there(strings[shown]), axes, frame)
    varied = {"level": LEVEL, "pair": "one for each seed; shown is the first that connects", "frames": list(FRAMES)}
    given = {"task": "quadratic, as X2-1", "frames": "after so many generations of insertions", "varied": varied}
    return measurements("X2-6", drawn, given, quantities, curves)


def _there(string: String | None) -> String:
    assert string is not None
    return string


def _share(beads: Array) -> float:
    variances = np.linalg.svd(beads - beads.mean(axis=0), compute_uv=False) ** 2
    return float(variances[:3].sum() / variances.sum())


def _skew(beads: Array) -> float:
    axes = principal_projection(beads)[1]
    return float(np.abs(axes @ axes.T - np.eye(len(axes))).max())


def _frame(task: Any, string: String, axes: Array, frame: int) -> dict[str, Any]:
    """The string at evenly spread points between its models, along the axes of the finished one, with its error."""
    t = np.linspace(0, len(string.beads) - 1, 115)
    left = np.minimum(t.astype(int), len(string.beads) - 2)
    models = string.beads[left] + (t - left)[:, None] * (string.beads[left + 1] - string.beads[left])
    along, _ = principal_projection(models, axes)
    vertices, _ = principal_projection(string.beads, axes)
    found = {f"frame {frame}, error": curve(t, task.error(models))}
    for axis in range(3):
        found[f"frame {frame}, axis {axis + 1}"] = curve(t, along[:, axis])
        found[f"frame {frame}, models, axis {axis + 1}"] = curve(range(len(vertices)), vertices[:, axis])
    return found


def draw(found: Measurements) -> tuple[Figure, ...]:
    count = len(FRAMES) if "frame 1, error" in found["curves"] else 0
    return tuple(_picture(found, frame) for frame in range(1, count + 1)) or (_nothing(),)


def _picture(found: Measurements, frame: int) -> Figure:
    curves = found["curves"]
    errors = np.array(numbers(curves[f"frame {frame}, error"]["y"]))

    last = len(FRAMES)
    highest = max(max(numbers(curves[f"frame {f}, error"]["y"])) for f in range(1, last + 1)) / LEVEL

    def paint(canvas: Any) -> None:
        panels = canvas.subplots(1, 3)
        for axes, (one, other) in zip(panels, combinations((1, 2, 3), 2), strict=True):
            x, y = (numbers(curves[f"frame {frame}, axis {k}"]["y"]) for k in (one, other))
            axes.plot(x, y, "-", color="#999999", linewidth=0.8)
            dots = axes.scatter(x, y, c=np.log10(errors / LEVEL), cmap="coolwarm", vmin=0, vmax=np.log10(highest), s=9)
            axes.plot(*(numbers(curves[f"frame {frame}, models, axis {k}"]["y"]) for k in (one, other)), "k+", ms=5, linewidth=0)
            for span, k in ((axes.set_xlim, one), (axes.set_ylim, other)):
                every = [v for f in range(1, last + 1) for v in numbers(curves[f"frame {f}, axis {k}"]["y"])]
                margin = 0.06 * (max(every) - min(every))
                span(min(every) - margin, max(every) + margin)
            axes.set_xlabel(f"axis {one}")
            axes.set_ylabel(f"axis {other}")
        canvas.colorbar(dots, ax=panels, label=r"$\log_{10}$ of error over level")

    worst = float(errors.max()) / LEVEL
    return render(
        f"X2-6-frame-{frame}",
        f"A string on the quadratic task after {FRAMES[frame - 1]} generations"
        if frame < len(FRAMES)
        else "The finished string on the quadratic task",
        "The string along pairs of the three leading principal axes of the finished one; crosses: models; colour: error.",
        f"Three panels with a curve of dots through crosses; the largest error on it is {worst:.2g} times the level. "
        + ("The dots are blue throughout." if worst < 1.2 else "The dots are blue near the models and warmer between them."),
        paint,
        size=(8.6, 2.8),
    )


def _nothing() -> Figure:
    return render(
        "X2-6-frame-1", "No string", "None of the pairs was connected.", "An empty picture.", lambda canvas: canvas.subplots()
    )
