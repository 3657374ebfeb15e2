"""An optimiser against a bound: pattern search over the rational entries of the tightest instance, in exact arithmetic.

Every entry is moved up and down by a step that is halved when no move uses up more of the bound (Hooke and Jeeves).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from claims.instances import Instance, decode
from numerics.rational import RationalMatrix

FIRST_STEP, LAST_STEP = Fraction(1), Fraction(1, 64)


def climb(start: Instance, share: Fraction, measure: Callable[[Instance], Fraction | None], budget: int) -> None:
    """Walk from ``start``, which uses ``share`` of the bound, to instances that use more of it.

    ``measure`` says how much an instance uses, None where it does not count; at most ``budget`` instances are measured, and the
    walk ends early where one exceeds the bound.  Instances that do not remain in their family are passed over.
    """
    here, best, step = start.to_json(), share, FIRST_STEP
    while step >= LAST_STEP:
        improved = False
        for place in range(len(list(_entries(here)))):
            for move in (step, -step):
                if budget == 0 or best > 1:
                    return
                candidate = _moved(here, place, move)
                instance = decode(candidate, RationalMatrix)
                if not instance.stays_in_family():
                    continue
                budget -= 1
                used = measure(instance)
                if used is not None and used > best:
                    here, best, improved = candidate, used, True
                    break
        if not improved:
            step /= 2


def _entries(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every rational number of an instance in JSON form, as the container and the key under which it stands."""
    if isinstance(value, list):
        for item in value:
            yield from _entries(item)
    elif isinstance(value, dict) and "entries" in value:
        for row in value["entries"]:
            yield from ((row, j) for j in range(len(row)))
    elif isinstance(value, dict) and "rational" in value:
        yield value, "rational"
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _entries(value[key])


def _moved(here: Any, place: int, move: Fraction) -> Any:
    copy = _copied(here)
    container, key = list(_entries(copy))[place]
    container[key] = str(Fraction(container[key]) + move)
    return copy


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    return [_copied(part) for part in value] if isinstance(value, list) else value
