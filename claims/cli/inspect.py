"""Looking without running: list, show, replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from claims.cli import Trouble
from claims.model import Statement, probe_keys
from claims.names import suggestion
from claims.registry import all_claims, claims_of, documents, find, sentence, subject
from claims.verifier import Verification, check_form, verify
from claims.witnesses import WitnessError, recorded, stored


def list_claims(document: str | None, as_json: bool) -> None:
    if document is not None and document not in documents():
        raise Trouble(f"there is no document {document!r}; {suggestion(document, documents())}")
    claims = claims_of(document) if document else all_claims()
    rows = [_row(claim) for claim in claims]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']:<7} {row['verdict'] or 'not recorded':<13} {row['title']}")


def _row(claim: Any) -> dict[str, Any]:
    document = claim.source.document.name
    verdict = recorded(document).get(claim.id, {}).get("verdict")
    return {"id": claim.id, "document": document, "title": claim.title, "kind": claim.kind.value, "verdict": verdict}


def show(claim_id: str) -> None:
    from claims.report import text

    claim = find(claim_id)
    record = recorded(claim.source.document.name).get(claim.id)
    click.echo(text.show(claim, recorded=record["verdict"] if record else None))


def replay(name: str, ledger: Path) -> None:
    """Print a witness and what the second arithmetic decides.  Raises WitnessError where that does not confirm it."""
    witness, found = _confirmed(name, _witnesses(name, ledger))
    assert found.decision is not None
    click.echo(witness["key"])
    click.echo(f"    {_formula(witness['key'])}")
    for line in written(witness["instance"]):
        click.echo(f"    {line}")
    for assumption in subject(witness["key"]).assumptions:
        click.echo(f"    {assumption.name}, {assumption.words}: {assumption.holds(found.instance).outcome}")
    because = f": {found.because}" if found.because else ""
    click.echo(f"decided over fractions: {found.decision.outcome.value}, {found.decision.grade.value}{because}")
    click.echo(f"the {'recorded ' if _is_recorded(witness) else ''}refutation is confirmed")


def _formula(key: str) -> str:
    """What is refuted: a statement, or in words the hypothesis of one that was dropped, or its control."""
    base = "/".join(key.split("/")[:2])
    statement = sentence(base)
    if key == base or not isinstance(statement, Statement):
        return statement.latex
    probe = probe_keys(base, statement)[key]
    return f"{f'{probe.kind} {probe.name}'.rstrip()}: {probe.words} (of {statement.latex})"


def _is_recorded(witness: Mapping[str, Any]) -> bool:
    return stored(find(witness["key"].split("/")[0]).source.document.name).get(witness["key"]) == witness


def written(instance: Mapping[str, Any]) -> Iterator[str]:
    """Every matrix, number and word of an instance under its name."""
    from claims.report.objects import parts, plain

    yield str(instance["type"])
    for name, value in parts(instance):
        lines = plain(value).split("\n")
        if isinstance(value, Mapping) and "shape" in value:
            yield "{} ({} x {})".format(name, *value["shape"])
            yield from (f"  {line}" for line in lines)
        else:
            yield f"{name} = {' '.join(lines)}"


def _confirmed(name: str, witnesses: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Verification]:
    """The first witness that still refutes, what is wrong with those before it said; it is decided again, however old it is.

    Raises WitnessError, with what is wrong with the first, where there is none.
    """
    failures = []
    for witness in witnesses:
        try:
            found = verify(subject(witness["key"]), witness)
        except WitnessError as problem:
            failures.append(str(problem))
            continue
        if found.confirmed:
            for failure in failures:
                click.echo(f"claims: {failure}", err=True)
            return witness, found
        failures.append(f"the witness of {witness['key']} is not confirmed: {found.because}")
    changed = "; if the claim was changed since, verify it again" if "/" in name else ""
    raise WitnessError(failures[0] + changed)


def _witnesses(name: str, ledger: Path) -> list[Mapping[str, Any]]:
    """The witness in a file (as in the JSON report); or those of a key: the stored one, then the ledger's, the newest first."""
    if name.endswith(".json") or Path(name).is_file():
        return [_from_file(Path(name))]
    claim = find(name.split("/", 1)[0])
    known = stored(claim.source.document.name)
    if "/" in name:
        subject(name)
        recorded_one = [known[name]] if name in known else []
        found = [*recorded_one, *_from_ledger(name, ledger)]
        if found:
            return found
    others = ", ".join(key for key in known if key.split("/", 1)[0] == claim.id)
    raise Trouble(f"there is no witness {name}; " + (f"there are {others}" if others else f"{claim.id} has none yet"))


def _from_file(path: Path) -> Mapping[str, Any]:
    try:
        witness = json.loads(path.read_text("utf-8"))
        check_form(witness)
    except WitnessError as problem:
        raise WitnessError(f"{path} holds no witness: {problem}") from problem
    except ValueError as problem:
        raise WitnessError(f"{path} is not JSON: {problem}") from problem
    if not isinstance(witness["key"], str) or not isinstance(witness["instance"], dict):
        raise WitnessError(f"{path} holds no witness: a key and an instance are expected")
    return witness


def _from_ledger(key: str, path: Path) -> list[Mapping[str, Any]]:
    from claims.ledger import Ledger

    if not path.exists():
        return []
    with Ledger(path) as ledger:
        return [payload["witness"] for payload in ledger.newest(key) if payload.get("witness")]
