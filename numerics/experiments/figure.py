"""Figures as SVG text, the same bytes for the same measurements.  Matplotlib is imported when something is drawn."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numerics.experiments.measure import Measurements

COLOURS = ("#1b4f72", "#b9770e", "#196f3d", "#922b21", "#6c3483", "#5d6d7e", "#117a65", "#a04000")


@dataclass(frozen=True)
class Figure:
    """A picture: svg is a whole document; alt says what is to be seen, for those who cannot see it."""

    name: str
    title: str
    caption: str
    alt: str
    svg: str


def render(
    name: str, title: str, caption: str, alt: str, paint: Callable[[Any], None], *, size: tuple[float, float] = (7.2, 4.2)
) -> Figure:
    """Let ``paint`` draw on a fresh matplotlib figure and keep it as SVG with a white ground, fixed ids and no date."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    style: dict[Any, Any] = {
        "svg.hashsalt": name,
        "svg.fonttype": "none",
        "font.size": 10,
        "font.family": ["DejaVu Sans"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.facecolor": "white",
        "savefig.facecolor": "white",
        "legend.frameon": False,
        "legend.fontsize": 8,
        "lines.linewidth": 1.4,
    }
    with mpl.rc_context(style):
        canvas = Canvas(figsize=size, layout="constrained")
        FigureCanvasSVG(canvas)
        paint(canvas)
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return Figure(name, title, caption, alt, buffer.getvalue())


def numbers(values: Sequence[Any]) -> list[float]:
    """None becomes NaN, which leaves a gap."""
    return [float("nan") if value is None else float(value) for value in values]


def draw_band(axes: Any, found: Measurements, name: str, *, colour: str, label: str = "", style: str = "-") -> None:
    """The median of a band with its 10 to 90 % range shaded."""
    curves = found["curves"]
    middle, low, high = (curves[f"{name}, {level}"] for level in ("median", "10 %", "90 %"))
    axes.fill_between(numbers(low["x"]), numbers(low["y"]), numbers(high["y"]), color=colour, alpha=0.18, linewidth=0)
    axes.plot(numbers(middle["x"]), numbers(middle["y"]), style, color=colour, label=label or name)


def draw_spread(axes: Any, found: Measurements, names: Sequence[str], labels: Sequence[str], *, log: bool = True) -> None:
    """One row of dots for each quantity, its median as a bar and the published value as a cross or an interval."""
    seen = False
    for row, name in enumerate(names):
        entry = found["quantities"][name]
        values = sorted(value for value in numbers(entry["values"]) if value == value and (value > 0 or not log))
        axes.plot(values, [row] * len(values), "o", ms=3.5, alpha=0.45, color=COLOURS[0], linewidth=0)
        if values:
            axes.plot([values[len(values) // 2]], [row], "|", ms=16, mew=2, color=COLOURS[0])
        _published(axes, row, entry["published"])
        seen = seen or bool(values)
    axes.set_yticks(range(len(names)), labels)
    axes.set_ylim(len(names) - 0.5, -0.5)
    if log and seen:
        axes.set_xscale("log")


def _published(axes: Any, row: int, published: Any) -> None:
    if isinstance(published, list | tuple):
        axes.plot(list(published), [row, row], "-", color=COLOURS[3], linewidth=5, alpha=0.5)
    elif published is not None:
        axes.plot([published], [row], "x", ms=8, mew=2, color=COLOURS[3])
