"""Where a published number falls among the values of many seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

LEVELS = {"min": 0.0, "q10": 0.1, "median": 0.5, "q90": 0.9, "max": 1.0}


def quantile(ordered: Sequence[float], level: float) -> float:
    """The quantile of sorted values, linear between neighbours."""
    at = level * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] if ordered[low] == ordered[high] else ordered[low] + (at - low) * (ordered[high] - ordered[low])


def rank_fraction(ordered: Sequence[float], published: Any) -> float | None:
    """The share of runs below a published number (ties count half), or inside a published interval [low, high]."""
    if published is None or not ordered:
        return None
    if isinstance(published, Sequence):
        low, high = published
        return sum(low <= value <= high for value in ordered) / len(ordered)
    below = sum(value < published for value in ordered)
    ties = sum(value == published for value in ordered)
    return (below + ties / 2) / len(ordered)


def distribution(quantity: Mapping[str, Any]) -> dict[str, Any]:
    """What the runs gave: how many, how many of them finite, five quantiles of these, and the rank of the published value."""
    values = quantity["values"]
    finite = sorted(float(value) for value in values if value is not None and math.isfinite(value))
    quantiles = {name: quantile(finite, level) if finite else None for name, level in LEVELS.items()}
    rank = rank_fraction(finite, quantity.get("published"))
    return {"runs": len(values), "finite": len(finite)} | quantiles | {"rank": rank}


def placed(published: Any, found: Mapping[str, Any]) -> str:
    """The place of a published value in words; empty where nothing was published as a number."""
    if published is None or found["rank"] is None:
        return ""
    share, runs = found["rank"], found["finite"]
    if isinstance(published, Sequence):
        return f"{share:.0%} of {runs} runs fall into the published range"
    if published < found["min"]:
        return f"below all of {runs} runs"
    if published > found["max"]:
        return f"above all of {runs} runs"
    return f"above {share:.0%} of {runs} runs"
