"""Is this installation fit, and is the suite consistent with itself?"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from claims.fingerprint import installed, versions
from claims.model import Claim, Kind, ProbeKind, Statement, VerdictWord, probe_keys
from claims.own import scope
from claims.profiles import PROFILES
from claims.registry import UnknownName, find, subject
from claims.strategies import FAMILIES
from claims.suite import DOCUMENTS, suite_claims
from claims.supervise import PINNED, Request, alone, start_method
from claims.units import plan
from claims.verifier import verify
from claims.witnesses import WitnessError, recorded, stored

PEERS = ("torch", "jax", "distributed", "mpi4py", "pytest", "pytest-benchmark", "tox")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    fine: bool
    words: str


def examine() -> list[Check]:
    """Every check, in the order of a person's questions: does it run here, is it complete, does it hold together."""
    return [*_environment(), *_claims(), *_lanes(), *_records(), *_own()]


def _environment() -> Iterator[Check]:
    found = versions()
    yield Check(
        sys.version_info >= (3, 11), f"python {found['python']} ({found['implementation']}, {found['machine']}), 3.11 is needed"
    )
    for name in _required():
        yield Check(installed(name) is not None, f"{name} {installed(name) or 'is not installed'}")
    yield Check(True, "optional: " + ", ".join(f"{name} {installed(name) or 'not installed'}" for name in PEERS))
    outside = ", ".join(f"{name}={os.environ[name]}" for name in PINNED if name in os.environ)
    yield Check(
        True, f"{os.cpu_count()} processors; BLAS is pinned to one thread in children" + (f" (here {outside})" if outside else "")
    )
    yield _supervision()
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        yield _writable(folder)


def _required() -> list[str]:
    """The distributions that this one needs, without extras."""
    try:
        wanted = requires("lossproof") or []
    except PackageNotFoundError:
        return ["lossproof"]
    return [re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0] for text in wanted if "extra ==" not in text]


def _supervision() -> Check:
    """One child from its beginning to its end."""
    answer = alone(Request("none", "none", "quick", 0, 30.0), execute=_nothing)
    return Check(
        answer.reason is None, f"children are started by {start_method()}" + (f": {answer.detail}" if answer.reason else "")
    )


def _nothing(kind: str, key: str, profile: str, seed: int) -> dict[str, str]:
    return {}


def _writable(folder: Path) -> Check:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as problem:
        return Check(False, f"{folder} cannot be written to: {problem.strerror}")
    return Check(True, f"{folder} can be written to")


def _check(words: str, exceptions: Iterable[str]) -> Check:
    named = list(exceptions)
    return Check(not named, f"{words}{': not ' + ', '.join(named) if named else ''}")


def _claims() -> Iterator[Check]:
    claims = suite_claims()
    ids = [name for claim in claims for name in claim.ids]
    yield Check(len(ids) == len(set(ids)), f"{len(claims)} claims answer {len(ids)} ids, each once")
    overs = (
        (key, over) for claim in claims for key, one in _statements(claim) for over in (one.over, *(p.over for p in one.probes))
    )
    yield _check(
        "every family is known", (f"{key} ({over})" for key, over in overs if isinstance(over, str) and over not in FAMILIES)
    )
    bare = (
        claim.id for claim in claims if claim.kind is not Kind.EXPERIMENT and list(_statements(claim)) and not _controlled(claim)
    )
    yield _check("every claim with a statement that is no experiment has a control", bare)


def _statements(claim: Claim) -> Iterator[tuple[str, Statement]]:
    for key, (_, sentence) in claim.sentences.items():
        if isinstance(sentence, Statement):
            yield key, sentence


def _controlled(claim: Claim) -> bool:
    probes = (probe for key, one in _statements(claim) for probe in probe_keys(key, one).values())
    return any(probe.kind is ProbeKind.CONTROL for probe in probes)


def _lanes() -> Iterator[Check]:
    from numerics.experiments import TITLES
    from symbolic.derivations import NAMES

    for kind, known in (("derivation", NAMES), ("experiment", TITLES)):
        names = [unit.key.split(":", 1)[1] for unit in plan(suite_claims(), PROFILES["ci"]) if unit.kind == kind]
        yield _check(f"each of {len(names)} {kind}s exists", (name for name in names if name not in known))


def _records() -> Iterator[Check]:
    for document in DOCUMENTS:
        own = [claim.id for claim in suite_claims() if claim.source.document.name == document]
        kept, witnesses = recorded(document), stored(document)
        yield _check(f"{document}: every verdict is recorded", (name for name in own if name not in kept))
        yield _check(f"{document}: every record has its claim", (name for name in kept if name not in own))
        yield _check(f"{document}: every record speaks of what its claim says", (name for name in own if not _fits(name, kept)))
        refuted = _refuted(kept)
        yield _check(f"{document}: every recorded refutation has its witness", (key for key in refuted if key not in witnesses))
        yield _check(f"{document}: every witness has its recorded refutation", (key for key in witnesses if key not in refuted))
        doubtful = (key for key, witness in witnesses.items() if not _confirmed(key, witness))
        yield _check(f"{document}: {len(witnesses)} stored witnesses are confirmed", doubtful)


def _fits(name: str, kept: Mapping[str, Any]) -> bool:
    """Whether the record of a claim, if there is one, has its sentences and its probes and no others."""
    if name not in kept:
        return True
    claim = find(name)
    probes = {probe for key, one in _statements(claim) for probe in probe_keys(key, one)}
    return set(kept[name]["sentences"]) == set(claim.sentences) and set(kept[name]["probes"]) == probes


def _refuted(kept: Mapping[str, Any]) -> dict[str, None]:
    words = (part for record in kept.values() for part in (record["sentences"], record["probes"]))
    return {key: None for part in words for key, word in part.items() if word == VerdictWord.REFUTED}


def _own() -> Iterator[Check]:
    """The modules of one's own that were named or that installed packages register."""
    for module in (*scope().named(), *scope().registered()):
        yield Check(True, f"{module.module.shown}: {len(module.claims)} claims, recorded in {module.records}")
    yield from (Check(False, str(problem)) for problem in scope().problems)


def _confirmed(key: str, witness: dict[str, object]) -> bool:
    try:
        return verify(subject(key), witness).confirmed
    except (UnknownName, WitnessError):
        return False
