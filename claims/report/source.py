"""The property of a statement as readers see it: its name, what its docstring says, its source, and what it was made with."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

_LINES = 40  # the longest source that is shown whole


def described(check: Callable[..., Any]) -> dict[str, Any]:
    """``name``, ``words``, ``source`` and ``given``: the values that a family of properties was made with.

    A property that a function has made is shown by the source of that function.  Where there is no source, it is empty.
    """
    maker = _maker(check)
    return {
        "name": f"{check.__module__}.{getattr(maker, '__qualname__', type(maker).__name__)}".replace(".<locals>", ""),
        "words": _words(check) or _words(maker),
        "source": _source(maker),
        "given": _given(check),
    }


def _maker(check: Callable[..., Any]) -> Callable[..., Any]:
    """The outermost function in which a property was written, itself where it stands at the top of a module."""
    name, nested, _ = getattr(check, "__qualname__", "").partition(".<locals>")
    found = getattr(sys.modules.get(check.__module__), name, None) if nested else None
    return found if inspect.isfunction(found) else check


def _words(check: Callable[..., Any]) -> str:
    paragraph = (inspect.getdoc(check) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`") if inspect.isfunction(check) else ""


@cache
def _source(check: Callable[..., Any]) -> str:
    try:
        lines = textwrap.dedent(inspect.getsource(check)).rstrip().splitlines()
    except (OSError, TypeError):
        return ""
    return "\n".join(lines if len(lines) <= _LINES else [*lines[: _LINES - 1], "..."])


def _given(check: Callable[..., Any]) -> dict[str, str]:
    """Numbers, words and functions that a nested property reads from around it; what has no short name is left out."""
    around: Mapping[str, Any] = inspect.getclosurevars(check).nonlocals if inspect.isfunction(check) else {}
    named = {name: _short(value) for name, value in sorted(around.items())}
    return {name: value for name, value in named.items() if value}


def _short(value: Any) -> str:
    if isinstance(value, bool | int | str | Fraction) or value is None:
        return str(value)
    if isinstance(value, tuple | list):
        parts = [_short(one) for one in value]
        return f"({', '.join(parts)})" if all(parts) else ""
    name = getattr(value, "__name__", "")
    return "" if name == "<lambda>" else name
