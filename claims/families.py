"""Families of instances by name: the suite's, loaded only when a search asks for one, and those of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from claims import own
from claims.names import unknown
from claims.strategies import FAMILIES


@dataclass(frozen=True)
class Family:
    """A named set of instances with its strategy and what it contains, in words."""

    name: str
    words: str
    strategy: Any


class UnknownFamily(LookupError):  # noqa: N818 - it names what is unknown
    """No family is called that."""


def names() -> tuple[str, ...]:
    """Every family there is: the suite's, then those of one's own."""
    return (*FAMILIES, *(name for brought in own.scope().loaded for name in brought.families))


def family(name: str) -> Family:
    """The family of that name, the suite's or one's own.  Raises UnknownFamily with the nearest names for an unknown one."""
    brought = own.family(name)
    if brought is not None:
        return Family(name, _described(brought), _drawn(brought))
    if name not in FAMILIES:
        raise UnknownFamily(unknown("family", name, names()))
    builder = getattr(import_module(FAMILIES[name]), name)
    return Family(name, _described(builder), builder())


def _described(builder: Callable[..., Any]) -> str:
    return " ".join((builder.__doc__ or "").split())


def _drawn(builder: Callable[[Any], Any]) -> Any:
    """The strategy behind a function of a Draw.  It raises TypeError where that builds no instance."""
    from hypothesis import strategies

    from claims.instances import Instance
    from claims.strategies.entropy import Draw

    def built(draw: Any) -> Instance:
        instance = builder(Draw(draw))
        if not isinstance(instance, Instance):
            raise TypeError(f"the family {builder.__name__} builds a {type(instance).__name__}, not an Instance")
        return instance

    return strategies.composite(built)()


def words(name: str) -> str:
    """What a family contains, in one sentence (loads its module); nothing of a family that does not exist."""
    brought = own.family(name)
    if brought is not None:
        return _described(brought)
    return _words(name) if name in FAMILIES else ""


@cache
def _words(name: str) -> str:
    return family(name).words
