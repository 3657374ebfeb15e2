"""Campaigns: statements searched in shards, the sum beside what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import click

from claims.campaign import cut, merge, profile_of, unit_of
from claims.cli import CHANGED, INTERRUPTED, OK, UNKNOWN, Trouble
from claims.cli.running import Options, carry_out, check
from claims.cli.verdicts import replay_command
from claims.fingerprint import entry
from claims.ledger import Entry, Ledger
from claims.model import Cases, Finding, Statement, Status
from claims.registry import find, select, subject
from claims.report import write_json
from claims.run import Results
from claims.shards import Shard
from claims.witnesses import recorded


def campaign(names: Iterable[str], instances: int, shards: int, options: Options) -> int:
    if shards > instances:
        raise Trouble(f"{instances} instances cannot be cut into {shards} shards; ask for fewer of them")
    pieces = {key: cut(key, instances, shards) for name in names for key in _keys(name)}
    check(options)
    result = carry_out([unit_of(shard) for cuts in pieces.values() for shard in cuts], profile_of(instances), options)
    if result.interrupted:
        for key, cuts in pieces.items():
            click.echo(f"{key}: {len(_drawn(cuts, result))} of {shards} shards")
        click.echo("interrupted: what was finished is kept, and the same command goes on from there", err=True)
        return INTERRUPTED
    findings = {key: merge(key, _drawn(cuts, result)) for key, cuts in pieces.items()}
    with Ledger(options.ledger) as ledger:
        for key, finding in findings.items():
            ledger.put(_kept(pieces[key], instances, options), asdict(finding))
    for finding in findings.values():
        for line in _lines(finding, instances, shards, options):
            click.echo(line)
    if options.json_file:
        how = {"instances": instances, "shards": shards, "seed": options.seed}
        write_json({"campaign": how, "findings": [_without_time(finding) for finding in findings.values()]}, options.json_file)
    return _exit_code(findings.values())


def _keys(name: str) -> list[str]:
    """The statement or probe of a key, or every statement of a claim or document that is drawn.  Raises Trouble where none is."""
    if "/" in name:
        if isinstance(subject(name).over, Cases):
            raise Trouble(f"{name} speaks of explicit cases; there is nothing to draw")
        return [name]
    sentences = [(key, one) for claim in select([name]) for key, (_, one) in claim.sentences.items()]
    keys = [key for key, one in sentences if isinstance(one, Statement) and isinstance(one.over, str)]
    if not keys:
        raise Trouble(f"no statement of {name} speaks of drawn instances; a campaign has nothing to draw there")
    return keys


def _drawn(cuts: Iterable[Shard], result: Results) -> list[Any]:
    return [result.payloads[str(shard)] for shard in cuts if str(shard) in result.payloads]


def _kept(cuts: list[Shard], instances: int, options: Options) -> Entry:
    """Where the ledger keeps the sum."""
    shard = entry(unit_of(cuts[0]), profile_of(instances), options.seed)
    return Entry(cuts[0].key, shard.fingerprint, shard.versions, f"campaign of {instances} in {len(cuts)}", options.seed)


def _without_time(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if name != "seconds"}


def _lines(finding: Finding, instances: int, shards: int, options: Options) -> Iterator[str]:
    standing = _word(finding) if _word(finding) == _record(finding.key) else f"recorded {_record(finding.key) or 'nothing'}"
    more = finding.examples - instances
    climbing = f", {more} of them by an optimiser against the bound" if more > 0 else ""
    counts = f"{finding.effective} effective of {finding.examples} instances{climbing}, in {shards} shards"
    yield f"{finding.key}: {finding.status} ({standing}); {counts}"
    if finding.reason:
        yield f"       {finding.reason}: {finding.detail}"
    if finding.coverage:
        yield "       " + ", ".join(f"{name} {count}" for name, count in finding.coverage.items())
    if finding.tightest:
        yield f"       the tightest instance uses {float(Fraction(finding.tightest)):.6g} of the bound"
    if finding.status is Status.REFUTED:
        yield f"       {replay_command(finding.key, options.ledger)}"


def _word(finding: Finding) -> str:
    """As records have it: the statement that survives holds, the probe that survives survives."""
    is_statement = finding.key.count("/") == 1
    return "holds" if is_statement and finding.status is Status.SURVIVED else finding.status.value


def _record(key: str) -> str | None:
    claim = find(key.split("/")[0])
    record = recorded(claim.source.document.name).get(claim.id, {})
    return record.get("sentences", {}).get(key) or record.get("probes", {}).get(key)


def _exit_code(findings: Iterable[Finding]) -> int:
    changed = [finding for finding in findings if _word(finding) != _record(finding.key)]
    if all(finding.status is Status.INCONCLUSIVE for finding in changed):
        return UNKNOWN if changed else OK
    return CHANGED
