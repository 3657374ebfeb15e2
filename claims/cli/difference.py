"""Two runs side by side: JSON reports, or ledgers, from which a report is built by what they hold last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from claims.cli import CHANGED, OK, Trouble
from claims.cli.github import write_summary
from claims.fingerprint import fingerprint
from claims.ledger import Ledger
from claims.model import Claim
from claims.profiles import PROFILES
from claims.registry import all_claims
from claims.report import build
from claims.report.assemble import UNSEALED
from claims.report.diff import diff, has_worsened, lines, markdown, workflow_commands
from claims.seal import is_intact
from claims.units import Unit, plan

_MOST = PROFILES["ci"]
"""A profile that leaves nothing out."""
_SQLITE = b"SQLite format 3\x00"


def difference(before: Path, after: Path, summary: Path | None, annotate: bool) -> int:
    """Print what changed; 1 if something stood before and does not now, or is gone."""
    changes = diff(_report(before), _report(after))
    for line in workflow_commands(changes) if annotate else lines(changes):
        click.echo(line)
    if summary is not None:
        write_summary(summary, markdown(changes))
    return CHANGED if has_worsened(changes) else OK


def _report(path: Path) -> Mapping[str, Any]:
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            return _from_ledger(path)
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise Trouble(f"{path} is neither a JSON report nor a ledger") from problem
    if not isinstance(found, dict) or not isinstance(found.get("claims"), list):
        raise Trouble(f"{path} is JSON, but no report: it has no list of claims")
    if not is_intact(found, *UNSEALED):
        raise Trouble(f"{path} is not as this version writes a report: it was changed, or comes from another version")
    return found


def _from_ledger(path: Path) -> Mapping[str, Any]:
    """The newest payload of every unit, whatever profile and seed it comes from: of the present code, or of the last that ran.

    Claims of which the ledger holds nothing are left out, unless nothing of theirs can be run.
    """
    claims = all_claims()
    with Ledger(path) as ledger:
        held = {unit.key: ledger.newest(unit.key, _present(unit)) for unit in plan(claims, _MOST)}
    found = {key: payloads[0] for key, payloads in held.items() if payloads}
    return build(list(_spoken_of(claims, found)), found, {})


def _present(unit: Unit) -> set[str]:
    """What the present code is known by."""
    return {fingerprint(unit, profile) for profile in PROFILES.values()}


def _spoken_of(claims: Iterable[Claim], found: Mapping[str, Any]) -> Iterator[Claim]:
    """The claims of which something was found, and those of their documents of which nothing can be run."""
    keys = {claim.id: {unit.key for unit in plan([claim], _MOST)} for claim in claims}
    documents = {claim.source.document.name for claim in claims if keys[claim.id] & found.keys()}
    for claim in claims:
        if keys[claim.id] & found.keys() or (not keys[claim.id] and claim.source.document.name in documents):
            yield claim
