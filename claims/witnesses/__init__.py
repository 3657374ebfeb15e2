"""Committed witnesses and recorded verdicts, one pair of files per document; ``claims verify --record`` alone writes them.

Those of a document of one's own are kept beside the module that brings it, or where ``--records`` says.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from claims import own
from claims.instances import WitnessError
from claims.model import Status, VerdictWord

FOLDER = Path(__file__).parent


def folder(document: str) -> Path:
    brought = own.home(document)
    return FOLDER if brought is None else brought.records


def witness_file(document: str) -> Path:
    return folder(document) / f"{document}.json"


def verdict_file(document: str) -> Path:
    return folder(document) / f"{document}.verdicts.json"


def stored(document: str) -> dict[str, dict[str, Any]]:
    """The committed witnesses of a document by key; none where the file does not exist yet."""
    return _read(witness_file(document))


def recorded(document: str) -> dict[str, dict[str, Any]]:
    """The recorded verdict of each claim: ``{"S0-1": {"verdict": "holds", "sentences": {...}, "probes": {...}}}``."""
    path = verdict_file(document)
    kept = _read(path)
    for name, record in kept.items():
        if not _is_record(record):
            raise WitnessError(f"{path.name} does not hold a verdict with its sentences and probes for {name}")
    return kept


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict) or set(record) != {"verdict", "sentences", "probes"}:
        return False
    verdict, sentences, probes = record["verdict"], record["sentences"], record["probes"]
    if not (isinstance(sentences, dict) and isinstance(probes, dict)):
        return False
    words = (*sentences.values(), *((verdict,) if verdict is not None else ()))
    return all(word in list(VerdictWord) for word in words) and all(status in list(Status) for status in probes.values())


def keep(document: str, witnesses: Mapping[str, Any], verdicts: Mapping[str, Any]) -> None:
    """Merge fresh witnesses and verdicts into the files of a document; what was not run stays as it was.

    The keys of a claim that was judged afresh are replaced as a whole, so that nothing outlives its statement.
    """
    kept = {key: value for key, value in stored(document).items() if key.split("/")[0] not in verdicts}
    _write(witness_file(document), kept | dict(witnesses))
    _write(verdict_file(document), recorded(document) | dict(verdicts))


def _read(path: Path) -> dict[str, Any]:
    try:
        state = path.stat()
    except FileNotFoundError:
        return {}
    return _parsed(path, state.st_ino, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _parsed(path: Path, inode: int, written: int, size: int) -> dict[str, Any]:
    """The content of a file as it was written then: every unit of a document looks something up in it, and none changes it."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise WitnessError(f"{path.name} is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise WitnessError(f"{path.name} does not hold an object")
    return content


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
