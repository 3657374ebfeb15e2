"""How a printed sentence about runs is held against measurements: the share of the seeds for which it is true, and where a number falls."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claims.model import Reproduction, Status

Measured = Mapping[str, Any]
Reading = Callable[[Measured], Reproduction]


def mostly_within(name: str, low: float, high: float, *, published: str = "", least: float = 0.5) -> Reading:
    """Reproduced if at least the share ``least`` of the seeds has the quantity in [low, high]; a value that is not finite is outside."""

    def read(measured: Measured) -> Reproduction:
        values = _values(measured, name)
        inside = sum(value is not None and low <= value <= high for value in values)
        words = f"{name}: {_spread(values)}; {inside} of {len(values)} seeds within {_number(low)} to {_number(high)}"
        return _said(inside >= least * len(values), published or _published(measured, name), words, len(values))

    return read


def within(name: str, low: float, high: float, *, published: str = "") -> Reading:
    """Reproduced if every seed has the quantity in [low, high]."""
    return mostly_within(name, low, high, published=published, least=1.0)


def among_the_seeds(name: str, value: float | None = None) -> Reading:
    """Reproduced if the published number lies among the seeds' values, the outermost hundredth of them on each side left out.

    Says at which rank; with 40 seeds nothing is left out.
    """

    def read(measured: Measured) -> Reproduction:
        values = _values(measured, name)
        finite = sorted(v for v in values if v is not None)
        number = measured["quantities"][name]["published"] if value is None else value
        below = sum(v < number for v in finite)
        cut = len(finite) // 100
        inside = bool(finite) and finite[cut] <= number <= finite[-1 - cut]
        words = f"{name}: {_spread(values)}; {_number(number)} is above {below} of {len(values)} seeds"
        return _said(inside, _number(number), words, len(values))

    return read


def together(*readings: Reading) -> Reading:
    """Reproduced if every part is."""

    def read(measured: Measured) -> Reproduction:
        parts = [reading(measured) for reading in readings]
        words = "; ".join(part.measured for part in parts)
        published = "; ".join(dict.fromkeys(part.published for part in parts if part.published))
        return _said(all(part.status is Status.REPRODUCED for part in parts), published, words, min(part.seeds for part in parts))

    return read


def ratio_within(top: str, bottom: str, low: float, high: float, *, least: float = 0.5) -> Reading:
    """Reproduced if the quotient of two quantities, seed by seed, lies in [low, high] for at least the share ``least`` of the seeds."""

    def read(measured: Measured) -> Reproduction:
        pairs = zip(_values(measured, top), _values(measured, bottom), strict=True)
        values = [None if a is None or not b else a / b for a, b in pairs]
        inside = sum(value is not None and low <= value <= high for value in values)
        words = (
            f"({top}) / ({bottom}): {_spread(values)}; {inside} of {len(values)} seeds within {_number(low)} to {_number(high)}"
        )
        return _said(inside >= least * len(values), f"{_number(low)} to {_number(high)}", words, len(values))

    return read


def _values(measured: Measured, name: str) -> Sequence[float | None]:
    return measured["quantities"][name]["values"]


def _published(measured: Measured, name: str) -> str:
    quantity = measured["quantities"][name]
    if quantity["published_words"]:
        return str(quantity["published_words"])
    return "" if quantity["published"] is None else str(quantity["published"])


def _spread(values: Sequence[float | None]) -> str:
    finite = [value for value in values if value is not None]
    if not finite:
        return f"finite for none of {len(values)} seeds"
    missing = f", not finite for {len(values) - len(finite)}" if len(finite) < len(values) else ""
    return f"median {_number(statistics.median(finite))} ({_number(min(finite))} to {_number(max(finite))}{missing})"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _said(true: bool, published: str, words: str, seeds: int) -> Reproduction:
    if seeds == 0:
        return Reproduction(Status.INCONCLUSIVE, published, f"no seed was run ({words})", 0)
    return Reproduction(Status.REPRODUCED if true else Status.DIFFERS, published, words, seeds)
