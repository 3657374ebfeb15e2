"""One table of what was measured: the time for one unit of work, and how many times longer each peer takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """group: what is compared; label: who does it; ours: whether that is this project; seconds: for one unit; target: a note."""

    group: str
    label: str
    ours: bool
    seconds: float
    target: str


def describe(benchmark: Any, label: str, *, ours: bool, units: int = 1, target: str = "") -> None:
    """Note beside a pytest-benchmark fixture what one call of the measured function does: ``units`` units of work."""
    benchmark.extra_info.update(label=label, ours=ours, units=units, target=target)


def lines(benchmarks: Iterable[Any]) -> list[Line]:
    """The fastest round of each benchmark that was described, divided by its units."""
    found = []
    for one in benchmarks:
        info: Mapping[str, Any] = one.extra_info
        if "label" in info and not one.has_error:
            found.append(Line(one.group or "", info["label"], info["ours"], one.stats.min / info["units"], info["target"]))
    return found


def show(found: list[Line], write: Callable[[str], None]) -> None:
    """Each group with our line first; peers with the ratio to ours."""
    for group in dict.fromkeys(line.group for line in found):
        members = sorted((line for line in found if line.group == group), key=lambda line: not line.ours)
        base = members[0].seconds if members[0].ours else None
        write("")
        write(group)
        for line in members:
            ratio = "" if line is members[0] or not base or line.ours else f"{line.seconds / base:9.1f} x"
            write(f"  {line.label:<58} {_time(line.seconds):>11} {ratio:>12}  {line.target}")


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"
