"""Is this installation fit, and is the suite consistent with itself?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from claims.fingerprint import versions
from claims.model import Kind, ProbeKind, Statement, probe_keys
from claims.registry import all_claims, documents, subject
from claims.strategies import FAMILIES
from claims.verifier import verify
from claims.witnesses import recorded, stored

PEERS = ("torch", "jax", "pytest-benchmark")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    fine: bool
    words: str


def examine() -> list[Check]:
    """Every check, in the order of a person's questions: does it run here, is it complete, does it hold together."""
    return [*_environment(), *_claims(), *_records()]


def _environment() -> Iterator[Check]:
    for name, found in versions().items():
        yield Check(found != "not installed", f"{name} {found}")
    for name in PEERS:
        yield Check(True, f"optional: {name} {_version(name)}")
    yield Check(True, f"{os.cpu_count()} processors; BLAS is pinned to one thread in supervised processes")
    yield Check(os.access(tempfile.gettempdir(), os.W_OK), "temporary files can be written")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _claims() -> Iterator[Check]:
    claims = all_claims()
    ids = [name for claim in claims for name in claim.ids]
    yield Check(len(ids) == len(set(ids)), f"{len(claims)} claims answer {len(ids)} ids, each once")
    statements = [(key, s) for claim in claims for key, (_, s) in claim.sentences.items() if isinstance(s, Statement)]
    unknown = [key for key, statement in statements if isinstance(statement.over, str) and statement.over not in FAMILIES]
    yield Check(not unknown, f"every family is known{': not ' + ', '.join(unknown) if unknown else ''}")
    bare = [claim.id for claim in claims if claim.kind is not Kind.EXPERIMENT and not _controls(claim)]
    yield Check(not bare, f"every claim that is no experiment has a control{': not ' + ', '.join(bare) if bare else ''}")


def _controls(claim: object) -> list[str]:
    sentences = claim.sentences.items()  # type: ignore[attr-defined]
    probes = (probe for key, (_, s) in sentences if isinstance(s, Statement) for probe in probe_keys(key, s).values())
    return [probe.words for probe in probes if probe.kind is ProbeKind.CONTROL]


def _records() -> Iterator[Check]:
    for document in documents():
        missing = [claim.id for claim in all_claims() if claim.source.document.name == document and claim.id not in recorded(document)]
        yield Check(not missing, f"{document}: every verdict is recorded{': not ' + ', '.join(missing) if missing else ''}")
        kept = stored(document)
        doubtful = [key for key, witness in kept.items() if not verify(subject(key), witness).confirmed]
        yield Check(not doubtful, f"{document}: {len(kept)} stored witnesses are confirmed{': not ' + ', '.join(doubtful) if doubtful else ''}")
