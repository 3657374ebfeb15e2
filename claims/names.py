"""Names: what they may consist of, and what a mistyped one may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def is_name(name: Any) -> bool:
    """Whether a claim or document may be called that: it stands in keys, in names of files and on command lines."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are the same but for case and punctuation, or else the three most alike."""
    known = list(known)
    same = [other for other in known if _letters(other) == _letters(name)]
    return same or difflib.get_close_matches(name, known, n=3, cutoff=0.5)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).upper()


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest valid choices, or all of them."""
    known = list(known)
    near = nearest(name, known)
    return f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """One sentence for a name that means nothing, with the nearest ones that mean something."""
    near = nearest(name, known)
    return f"no {kind} is called {name!r}" + (f"; did you mean {', '.join(near)}?" if near else "")
