"""Running: verify, experiment, report."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from claims.cli import CHANGED, INTERRUPTED, OK, UNKNOWN, Trouble
from claims.cli.console import listener
from claims.cli.inspect import chosen
from claims.fingerprint import versions
from claims.judge import Judgement, judge, matches_record
from claims.ledger import Ledger, LedgerError
from claims.model import Claim, VerdictWord
from claims.profiles import PROFILES
from claims.registry import UnknownName, all_claims
from claims.run import Results, run
from claims.units import Unit, plan
from claims.witnesses import WitnessError, keep, recorded


@dataclass(frozen=True)
class Options:
    """What verify, report and experiment were asked for."""

    profile: str
    seed: int
    jobs: int
    ledger: Path
    json_file: Path | None
    junit_file: Path | None
    fresh: bool
    record: bool


@dataclass(frozen=True)
class Outcome:
    """A run and what was judged by it."""

    claims: tuple[Claim, ...]
    result: Results
    judgements: tuple[Judgement, ...]
    started: float

    @property
    def exit_code(self) -> int:
        if self.result.interrupted:
            return INTERRUPTED
        changed = [j for claim, j in zip(self.claims, self.judgements, strict=True) if not matches_record(j, _record_of(claim))]
        if not changed:
            return OK
        return UNKNOWN if all(j.verdict is not None and j.verdict.word is VerdictWord.INCONCLUSIVE for j in changed) else CHANGED


def verify(names: tuple[str, ...], options: Options) -> int:
    outcome = _judged(chosen(names), options)
    for claim, judgement in zip(outcome.claims, outcome.judgements, strict=True):
        _say(claim, judgement)
    _totals(outcome)
    _write_asked_for(outcome, options)
    return outcome.exit_code


def report(out: Path, options: Options) -> int:
    from claims.report import write_html, write_json, write_junit, write_markdown

    _writable(out)
    outcome = _judged(all_claims(), options)
    built = _built(outcome, options)
    write_json(built, out / "report.json")
    write_junit(built, out / "junit.xml")
    write_markdown(built, out / "report.md")
    write_html(built, out)
    _totals(outcome)
    _write_asked_for(outcome, options)
    click.echo(f"report: {out / 'index.html'}")
    return outcome.exit_code


def experiment(names: tuple[str, ...], out: Path, options: Options) -> int:
    _writable(out)
    wanted = _experiments(names)
    units = [unit for unit in plan(all_claims(), PROFILES["ci"]) if unit.kind == "experiment" and unit.key in wanted]
    result = _run(units, options)
    for unit in units:
        payload = result.payloads.get(unit.key)
        if payload is not None:
            _write_experiment(unit.key.removeprefix("experiment:"), payload, out)
    if result.interrupted:
        return INTERRUPTED
    return UNKNOWN if any("reason" in payload for payload in result.payloads.values()) else OK


def _experiments(names: tuple[str, ...]) -> set[str]:
    """The keys of the experiments of a mixture of experiment ids, claim ids and documents; nothing means all."""
    known = {name for claim in all_claims() for name in claim.experiments}
    direct = {name for name in names if name in known}
    rest = tuple(name for name in names if name not in known)
    read = {name for claim in chosen(rest) for name in claim.experiments} if rest or not names else set()
    if rest and not read:
        raise Trouble(f"{', '.join(rest)} reads no experiment; there are {', '.join(sorted(known))}")
    return {f"experiment:{name}" for name in direct | read}


def _write_experiment(name: str, payload: Mapping[str, Any], out: Path) -> None:
    measured = {key: value for key, value in payload.items() if key not in ("figures", "seconds")}
    _file(out / f"{name}.json", json.dumps(measured, indent=1, sort_keys=True) + "\n")
    for figure in payload.get("figures", ()):
        _file(out / f"{name}-{figure['name']}.svg", figure["svg"])


def _judged(claims: tuple[Claim, ...], options: Options) -> Outcome:
    if options.record and not PROFILES[options.profile].experiments:
        raise Trouble(f"--record needs a profile that runs every lane: ci, nightly or deep, not {options.profile}")
    for path in (options.json_file, options.junit_file):
        if path is not None:
            _writable(path.parent)
    started = time.time()
    result = _run(plan(claims, PROFILES[options.profile]), options)
    judgements = tuple(judge(claim, result.payloads) for claim in claims)
    outcome = Outcome(claims, result, judgements, started)
    if options.record and not result.interrupted:
        _keep(outcome)
    return outcome


def _run(units: Iterable[Unit], options: Options) -> Results:
    try:
        with Ledger(options.ledger) as ledger, listener() as listen:
            return run(units, PROFILES[options.profile], options.seed, ledger=ledger, jobs=options.jobs, fresh=options.fresh, on_event=listen)
    except (LedgerError, WitnessError, UnknownName) as problem:
        raise Trouble(str(problem)) from problem


def _keep(outcome: Outcome) -> None:
    """Record verdicts and confirmed witnesses, document by document."""
    by_document: dict[str, list[tuple[Claim, Judgement]]] = {}
    for claim, judgement in zip(outcome.claims, outcome.judgements, strict=True):
        by_document.setdefault(claim.source.document.name, []).append((claim, judgement))
    for document, judged in by_document.items():
        ids = {claim.id for claim, _ in judged}
        witnesses = {
            key: payload["witness"]
            for key, payload in outcome.result.payloads.items()
            if key.split("/")[0] in ids and payload.get("verified") and payload.get("witness")
        }
        keep(document, witnesses, {claim.id: judgement.to_record() for claim, judgement in judged})


def _record_of(claim: Claim) -> Mapping[str, Any] | None:
    return recorded(claim.source.document.name).get(claim.id)


def _say(claim: Claim, judgement: Judgement) -> None:
    if judgement.verdict is None:
        click.echo(f"{claim.id:<7} not run       {claim.title}")
        return
    agrees = "" if matches_record(judgement, _record_of(claim)) else f"  [recorded: {_recorded_word(claim)}]"
    click.echo(f"{claim.id:<7} {judgement.verdict.word.value:<13} {claim.title}{agrees}")
    click.echo(f"        {judgement.verdict.basis.value}: {judgement.verdict.because}")
    for key, verdict in judgement.sentences.items():
        if verdict.word is VerdictWord.REFUTED:
            click.echo(f"        claims replay {key}")


def _recorded_word(claim: Claim) -> str:
    record = _record_of(claim)
    return "nothing" if record is None else str(record["verdict"])


def _totals(outcome: Outcome) -> None:
    words = [judgement.verdict.word.value if judgement.verdict else "not run" for judgement in outcome.judgements]
    counts = ", ".join(f"{words.count(word)} {word}" for word in (*VerdictWord, "not run") if words.count(word))
    state = "interrupted; " if outcome.result.interrupted else ""
    click.echo(f"{state}{len(words)} claims: {counts}; {outcome.result.executed} units carried out, {outcome.result.reused} from the ledger")


def _built(outcome: Outcome, options: Options) -> dict[str, Any]:
    from claims.report import build

    how = {
        "profile": options.profile,
        "seed": options.seed,
        "versions": versions(),
        "interrupted": outcome.result.interrupted,
        "jobs": options.jobs,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(outcome.started)),
        "executed": outcome.result.executed,
        "reused": outcome.result.reused,
    }
    return build(outcome.claims, outcome.result.payloads, how)


def _write_asked_for(outcome: Outcome, options: Options) -> None:
    if options.json_file is None and options.junit_file is None:
        return
    from claims.report import write_json, write_junit

    built = _built(outcome, options)
    writers: tuple[tuple[Path | None, Callable[..., None]], ...] = ((options.json_file, write_json), (options.junit_file, write_junit))
    for path, write in writers:
        if path is not None:
            write(built, path)


def _writable(folder: Path) -> None:
    """Make the folder if it is not there.  Raises Trouble where nothing can be written to it."""
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise Trouble(f"{folder} cannot be written to; name another folder")


def _file(path: Path, text: str) -> None:
    with _explained(path):
        path.write_text(text, "utf-8")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Trouble(f"{path} cannot be written to ({problem.strerror}); name another place") from problem
