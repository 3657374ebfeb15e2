"""Looking without running: list, show, replay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from claims.cli import Trouble
from claims.names import suggestion
from claims.registry import all_claims, claims_of, documents, find, sentence, subject
from claims.verifier import check_form, verify
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
    witness = _witness(name, ledger)
    found = verify(subject(witness["key"]), witness)
    if not found.confirmed or found.decision is None:
        raise WitnessError(f"the witness of {witness['key']} is not confirmed: {found.because}")
    click.echo(witness["key"])
    click.echo(f"    {sentence('/'.join(witness['key'].split('/')[:2])).latex}")
    for line in _written(witness["instance"]):
        click.echo(f"    {line}")
    because = f": {found.because}" if found.because else ""
    click.echo(f"decided over fractions: {found.decision.outcome.value}, {found.decision.grade.value}{because}")
    click.echo("the recorded refutation is confirmed")


def _written(instance: Mapping[str, Any]) -> Iterator[str]:
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


def _witness(name: str, ledger: Path) -> Mapping[str, Any]:
    """A witness in a file (as in the JSON report), or by its key: the stored one, else the newest in the ledger.

    A witness is decided again, so how old it is does not matter.
    """
    if name.endswith(".json") or Path(name).is_file():
        return _from_file(Path(name))
    claim = find(name.split("/", 1)[0])
    known = stored(claim.source.document.name)
    if "/" in name:
        subject(name)
        witness = known.get(name) or _from_ledger(name, ledger)
        if witness is not None:
            return witness
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


def _from_ledger(key: str, path: Path) -> Mapping[str, Any] | None:
    from claims.ledger import Ledger

    if not path.exists():
        return None
    with Ledger(path) as ledger:
        return next((payload["witness"] for payload in ledger.newest(key) if payload.get("witness")), None)
