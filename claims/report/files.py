"""The JSON report as a file, its schema, and how a file is written: as a whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_COLOUR = re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text without the colours of a terminal, and with a mark for each character that XML 1.0 forbids or warns of."""
    return _FORBIDDEN.sub("\ufffd", _COLOUR.sub("", text))


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every JSON report satisfies."""
    return json.loads(Path(__file__).with_name("schema.json").read_text("utf-8"))


def write_json(report: Mapping[str, Any], path: str | Path) -> None:
    """Write the report as JSON; NaN and infinities have no place in it (ValueError).  OSError where the path is not writable."""
    write_text(path, json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: str | Path, text: str) -> None:
    """Replace the file, creating its folder; a reader sees the old text or the new one, never a part."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
