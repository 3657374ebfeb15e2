"""Running: verify, experiment, report."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from claims import executors
from claims.cli import INTERRUPTED, OK, Trouble
from claims.cli.console import listener
from claims.cli.github import STEP, writable_summary, write_summary
from claims.cli.verdicts import Comparison, compare, exit_code, lines, totals
from claims.executors import Served
from claims.fingerprint import versions
from claims.judge import judge
from claims.ledger import Ledger
from claims.model import Claim, Reason
from claims.names import suggestion
from claims.profiles import PROFILES, Profile
from claims.registry import UnknownName, all_claims, select
from claims.remote import Pool
from claims.run import Results, run
from claims.units import Unit, plan
from claims.witnesses import keep, recorded


@dataclass(frozen=True)
class Options:
    """What verify, report and experiment were asked for."""

    profile: str
    seed: int
    jobs: int
    dask: str | None
    mpi: bool
    ledger: Path
    json_file: Path | None
    junit_file: Path | None
    fresh: bool
    record: bool
    summary: Path | None = None
    annotations: bool = False


@dataclass(frozen=True)
class Outcome:
    """A run and what was judged by it, beside the records."""

    claims: tuple[Claim, ...]
    result: Results
    comparisons: tuple[Comparison, ...]
    how: Mapping[str, Any]

    @property
    def exit_code(self) -> int:
        return INTERRUPTED if self.result.interrupted else exit_code(self.comparisons)


def verify(names: tuple[str, ...], options: Options) -> int:
    claims = _chosen(names)
    outcome = _judged(claims, plan(claims, PROFILES[options.profile]), options)
    _announce(outcome, options)
    return outcome.exit_code


def report(names: tuple[str, ...], out: Path, options: Options) -> int:
    from claims.report import write_html, write_json, write_junit, write_markdown

    claims = _chosen(names)
    _writable(out)
    outcome = _judged(claims, plan(claims, PROFILES[options.profile]), options)
    _announce(outcome, options)
    built = _built(outcome)
    write_json(built, out / "report.json")
    write_junit(built, out / "junit.xml")
    write_markdown(built, out / "report.md")
    write_html(built, out)
    click.echo(f"report: {out / 'index.html'}")
    return outcome.exit_code


def _chosen(names: tuple[str, ...]) -> tuple[Claim, ...]:
    claims = select(names)
    if not claims:
        raise Trouble("there is no claim to be judged")
    return claims


def experiment(names: tuple[str, ...], out: Path, options: Options) -> int:
    """Run experiments, whatever lanes the profile has, and judge the claims that read them."""
    _writable(out)
    wanted = _experiments(names)
    claims = tuple(claim for claim in all_claims() if wanted & set(claim.experiments))
    profile = replace(PROFILES[options.profile], experiments=True)
    units = [unit for unit in plan(claims, profile) if unit.key.removeprefix("experiment:") in wanted]
    outcome = _judged(claims, units, options)
    for unit in units:
        if unit.key in outcome.result.payloads:
            _write_experiment(unit.key.removeprefix("experiment:"), outcome.result.payloads[unit.key], out)
    _announce(outcome, options)
    return outcome.exit_code


def _experiments(names: tuple[str, ...]) -> set[str]:
    """The experiments of a mixture of experiment ids, claim ids and documents; nothing means all."""
    known = tuple(dict.fromkeys(name for claim in all_claims() for name in claim.experiments))
    read = ({name} if name in known else {one for claim in _claims(name, known) for one in claim.experiments} for name in names)
    return set().union(*read) if names else set(known)


def _claims(name: str, known: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims of a name that is no experiment.  Raises Trouble where they read none."""
    try:
        claims = select([name])
    except UnknownName as problem:
        choices = (*known, *problem.nearest)
        raise Trouble(f"there is no experiment, claim or document called {name!r}; {suggestion(name, choices)}") from problem
    if not any(claim.experiments for claim in claims):
        raise Trouble(f"{name} reads no experiment; the experiments are {', '.join(known) or 'not claimed about yet'}")
    return claims


def _write_experiment(name: str, payload: Mapping[str, Any], out: Path) -> None:
    """``X0-1.json`` with the measurements, the same bytes for the same seed, and one SVG for each figure."""
    from claims.report import write_json
    from claims.report.files import write_text

    write_json({key: value for key, value in payload.items() if key not in ("figures", "seconds")}, out / f"{name}.json")
    for figure in payload["figures"]:
        write_text(out / f"{figure['name']}.svg", figure["svg"])
    drawn = ", ".join(f"{figure['name']}.svg" for figure in payload["figures"])
    click.echo(
        f"{name}: {payload['title']}; {len(payload['seeds'])} seeds; in {out}: {name}.json" + (f", {drawn}" if drawn else "")
    )


def _judged(claims: tuple[Claim, ...], units: list[Unit], options: Options) -> Outcome:
    check(options)
    started = time.time()
    result = carry_out(units, PROFILES[options.profile], options)
    if options.record and not result.interrupted:
        _keep(claims, result)
    records = {name: recorded(name) for name in {claim.source.document.name for claim in claims}}
    compared = (compare(one, judge(one, result.payloads), records[one.source.document.name].get(one.id)) for one in claims)
    return Outcome(claims, result, tuple(compared), _how(options, result, started))


def check(options: Options) -> None:
    """Before anything runs.  Raises Trouble for what could not be done afterwards."""
    if options.record and PROFILES[options.profile].stored_witnesses:
        able = ", ".join(name for name, profile in PROFILES.items() if not profile.stored_witnesses)
        raise Trouble(f"--record needs a profile that searches afresh: {able}; {options.profile} decides stored witnesses again")
    if options.summary is not None:
        writable_summary(options.summary)
    for path in (options.json_file, options.junit_file, options.summary):
        if path is not None and path != STEP:
            if path.exists() and not path.is_file():
                raise Trouble(f"{path} is not a regular file; name another place")
            _writable(path.parent)


def carry_out(units: Iterable[Unit], profile: Profile, options: Options) -> Results:
    """Run units where the options say; an MPI rank that was only a worker ends here."""
    try:
        with _pool(options) as pool, Ledger(options.ledger) as ledger, listener() as listen, _ended_by_sigterm():
            return run(
                units,
                profile,
                options.seed,
                ledger=ledger,
                jobs=options.jobs,
                pool=pool,
                fresh=options.fresh,
                on_event=listen,
            )
    except Served:
        raise click.exceptions.Exit(OK) from None


def _pool(options: Options) -> AbstractContextManager[Pool | None]:
    if options.dask and options.mpi:
        raise Trouble("--dask and --mpi are two ways to the same end; choose one")
    if options.mpi:
        return executors.mpi()
    return executors.dask(options.dask) if options.dask else nullcontext()


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: the children end, what was finished is kept and reported."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def _keep(claims: tuple[Claim, ...], result: Results) -> None:
    """Record verdicts and confirmed witnesses, document by document; what was stopped or left out is no verdict to keep."""
    chosen: dict[str, dict[str, Any]] = {}
    for claim in claims:
        judgement = judge(claim, result.payloads)
        if judgement.complete and _whole(claim, result):
            chosen.setdefault(claim.source.document.name, {})[claim.id] = judgement.to_record()
        else:
            click.echo(f"{claim.id} is not recorded: not all of it was carried out to its end", err=True)
    for document, verdicts in chosen.items():
        keep(document, _witnesses(verdicts, result), verdicts)


def _whole(claim: Claim, result: Results) -> bool:
    """Whether each unit of the claim came to an end by itself."""
    found = [result.payloads.get(unit.key) for unit in plan([claim], PROFILES["ci"])]
    return all(one is not None and one.get("reason") not in (Reason.TIMED_OUT, Reason.CRASHED) for one in found)


def _witnesses(ids: Mapping[str, Any], result: Results) -> dict[str, Any]:
    found = result.payloads.items()
    return {key: one["witness"] for key, one in found if key.split("/")[0] in ids and one.get("verified") and one.get("witness")}


def _announce(outcome: Outcome, options: Options) -> None:
    """Print the verdicts and write the files that were asked for."""
    for comparison in outcome.comparisons:
        for line in lines(comparison, outcome.result.payloads, options.ledger):
            click.echo(line)
    click.echo(totals(outcome.comparisons))
    if outcome.result.interrupted:
        click.echo("interrupted: what was finished is kept, and the same command goes on from there", err=True)
    if options.json_file or options.junit_file or options.summary or options.annotations:
        _write(_built(outcome), options)


def _write(built: Mapping[str, Any], options: Options) -> None:
    from claims.report import github, write_json, write_junit

    if options.json_file:
        write_json(built, options.json_file)
    if options.junit_file:
        write_junit(built, options.junit_file)
    if options.summary:
        write_summary(options.summary, github.summary(built))
    if options.annotations:
        for line in github.workflow_commands(built):
            click.echo(line)


def _built(outcome: Outcome) -> dict[str, Any]:
    from claims.report import build

    return build(outcome.claims, outcome.result.payloads, outcome.how)


def _how(options: Options, result: Results, started: float) -> dict[str, Any]:
    return {
        "profile": options.profile,
        "seed": options.seed,
        "versions": versions(),
        "interrupted": result.interrupted,
        "jobs": result.jobs,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(result.seconds, 3),
        "executed": result.executed,
        "reused": result.reused,
    }


def _writable(folder: Path) -> None:
    """Make the folder if it is not there.  Raises Trouble where nothing can be written to it."""
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Trouble(f"{path} cannot be written to ({problem.strerror}); name another place") from problem
