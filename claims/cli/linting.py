"""``claims lint``: what is wrong with how claims are written down, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from claims import own
from claims.cli import CHANGED, INTERRUPTED, OK
from claims.cli.console import listener
from claims.ledger import Ledger
from claims.lint import Fault, draw, read, read_module, uncontrolled
from claims.model import Claim
from claims.profiles import PROFILES
from claims.registry import select
from claims.report import build
from claims.report import lint as unset
from claims.run import Results, run
from claims.units import plan
from claims.witnesses import recorded


def lint(names: tuple[str, ...], draws: bool, jobs: int) -> int:
    claims = select(names)
    drawn = _drawn(claims, jobs) if draws else None
    problems = dict.fromkeys((*own.scope().problems, *_problems(claims, drawn.payloads if drawn else {})))
    for problem in sorted(problems, key=lambda one: (one.file, one.line)):
        click.echo(problem)
    found = f"{len(problems)} findings" if len(problems) > 1 else "1 finding" if problems else "nothing to find fault with"
    click.echo(f"{len(claims)} claims: {found}")
    if drawn is not None and drawn.interrupted:
        return INTERRUPTED
    return CHANGED if problems else OK


def _drawn(claims: tuple[Claim, ...], jobs: int) -> Results:
    """A few instances of each statement and probe; what is found is not kept."""
    profile = PROFILES["quick"]
    units = [unit for unit in plan(claims, profile) if unit.kind in ("statement", "probe")]
    with Ledger(":memory:") as ledger, listener() as listen:
        return run(units, profile, 0, ledger=ledger, jobs=jobs, on_event=listen, execute=draw)


def _problems(claims: Iterable[Claim], drawn: Mapping[str, Mapping[str, Any]]) -> Iterator[own.Problem]:
    claims = tuple(claims)
    for name in dict.fromkeys(claim.source.document.name for claim in claims):
        brought = own.home(name)
        if brought is not None:
            yield from (own.Problem(one.file, one.line, one.key, one.what) for one in read_module(brought))
    for claim in claims:
        for fault in (*read(claim), *_unset(claim), *_seen(claim, drawn), *_bare(claim, drawn)):
            yield fault.placed(claim)


def _unset(claim: Claim) -> Iterator[Fault]:
    """Formulas and texts that the report cannot set; they say themselves where they stand."""
    for sentence in unset(build([claim], {}, {"profile": "none", "seed": 0})):
        key, _, what = sentence.partition(": ")
        yield Fault(key, what)


def _seen(claim: Claim, drawn: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    for unit in plan([claim], PROFILES["quick"]):
        found = drawn.get(unit.key, {})
        yield from (Fault(unit.key, *fault) for fault in found.get("faults", ()))
        if found.get("reason"):
            yield Fault(unit.key, f"{found['reason']}: {found['detail']}")


def _bare(claim: Claim, drawn: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    return uncontrolled(claim, recorded(claim.source.document.name).get(claim.id), drawn)
