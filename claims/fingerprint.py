"""What a finding depends on: the sources that its unit ran and the versions of what they stand on."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from claims.ledger import Entry
from claims.profiles import Profile
from claims.suite import DOCUMENTS, package
from claims.units import Unit

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("numpy", "scipy", "sympy", "hypothesis", "python-flint", "mpmath", "matplotlib")
_KEEPERS = frozenset({"events", "executors", "fingerprint", "ledger", "remote", "run", "supervise"})
_JUDGES = frozenset({"campaign", "doctor", "judge", "lint", "shards"})
"""Modules of ``claims`` that no unit runs, but for the shards of a campaign: they carry findings about, or judge them afresh."""


def entry(unit: Unit, profile: Profile, seed: int) -> Entry:
    """Where the ledger keeps the finding of a unit."""
    return Entry(unit.key, fingerprint(unit, profile), versions_text(), profile.name, seed)


def fingerprint(unit: Unit, profile: Profile) -> str:
    """SHA-256 over the path and text of every source that the unit may run, stored witnesses where they are decided again."""
    if unit.module is None:
        return _hashed(unit.kind, unit.document, profile.stored_witnesses)
    return hashlib.sha256("\n".join(_own(unit, profile)).encode()).hexdigest()


def _own(unit: Unit, profile: Profile) -> Iterator[str]:
    """The suite's own sources, those of the module that brings the unit and, where they are decided again, its witnesses."""
    assert unit.module is not None
    yield _hashed(unit.kind, "", False)
    yield unit.module.digest
    if profile.stored_witnesses and unit.kind in ("statement", "probe"):
        kept = Path(unit.module.records) / f"{unit.document}.json"
        yield hashlib.sha256(kept.read_bytes() if kept.exists() else b"").hexdigest()


def versions() -> dict[str, str]:
    """Python, the machine and each library that has a say in a finding; 'absent' where one is not installed."""
    found = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    return found | {"machine": platform.machine()} | {name: installed(name) or "absent" for name in LIBRARIES}


def installed(name: str) -> str | None:
    """The version of a distribution, read from its metadata without importing it."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def versions_text() -> str:
    return json.dumps(versions(), sort_keys=True)


@lru_cache(maxsize=1)
def remember() -> None:
    """Hash the sources of every document now: a process that lives long runs what it has loaded, whatever is edited later."""
    for kind in ("statement", "probe", "shard", "derivation", "experiment"):
        for document in (*DOCUMENTS, ""):
            for stored_witnesses in (False, True):
                _hashed(kind, document, stored_witnesses)


@lru_cache(maxsize=256)
def _hashed(kind: str, document: str, stored_witnesses: bool) -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(kind, document, stored_witnesses)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(kind: str, document: str, stored_witnesses: bool) -> Iterator[Path]:
    claims, numerics = ROOT / "claims", ROOT / "numerics"
    if kind == "derivation":
        yield from (ROOT / "symbolic").rglob("*.py")
    if kind in ("derivation", "experiment"):
        yield from (claims / "units.py", claims / "profiles.py")
        yield from (path for path in numerics.rglob("*.py") if kind == "experiment" or _exact(path))
        if kind == "experiment":
            yield from (numerics / "experiments" / "data").iterdir()
        return
    yield from (path for path in claims.glob("*.py") if path.stem not in _KEEPERS | _JUDGES)
    if kind == "shard":
        yield claims / "campaign.py"
    for room in ("instances", "strategies", *([f"documents/{package(document)}"] if document else [])):
        yield from (claims / room).rglob("*.py")
    yield from (path for path in numerics.rglob("*.py") if _exact(path))
    yield claims / "witnesses" / "__init__.py"
    witnesses = claims / "witnesses" / f"{document}.json"
    if stored_witnesses and witnesses.exists():
        yield witnesses


def _exact(path: Path) -> bool:
    """Whether a module of ``numerics`` is no part of an experiment."""
    return "experiments" not in path.relative_to(ROOT / "numerics").parts
