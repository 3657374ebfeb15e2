"""A digest of what was written, kept beside it, so that whatever is changed afterwards is noticed where it is read.

It guards against slips, bad merges and worn disks; a forger can compute it, too, and is found out by deciding again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIELD = "digest"


def canonical(value: Any) -> str:
    """The one text of a JSON value: sorted keys, no spare blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """SHA-256 of the one text of a JSON value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def sealed(content: Mapping[str, Any], *exempt: str) -> dict[str, Any]:
    """The content with its digest; fields with an exempt name, wherever they stand, have no part in it."""
    own = {key: part for key, part in content.items() if key != FIELD}
    return own | {FIELD: digest(_without(own, frozenset(exempt)))}


def is_intact(content: Any, *exempt: str) -> bool:
    """Whether the content is what was sealed."""
    return isinstance(content, Mapping) and content.get(FIELD) == sealed(content, *exempt)[FIELD]


def _without(value: Any, exempt: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(part, exempt) for key, part in value.items() if key not in exempt}
    return [_without(part, exempt) for part in value] if isinstance(value, list | tuple) else value
