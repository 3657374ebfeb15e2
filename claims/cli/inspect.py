"""Looking without running: list, show, replay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from claims.cli import CHANGED, OK, Trouble
from claims.registry import UnknownName, claims_of, documents, find, subject
from claims.registry import select as select_known
from claims.witnesses import WitnessError, recorded, stored


def chosen(names: tuple[str, ...]) -> tuple[Any, ...]:
    """The claims of a mixture of ids and documents.  Raises Trouble with the nearest names."""
    try:
        return select_known(names)
    except UnknownName as problem:
        raise Trouble(str(problem)) from problem


def list_claims(document: str | None, as_json: bool) -> None:
    if document is not None and document not in documents():
        raise Trouble(f"there is no document {document!r}; there are {', '.join(documents())}")
    claims = [claim for name in ([document] if document else documents()) for claim in claims_of(name)]
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

    try:
        claim = find(claim_id)
    except UnknownName as problem:
        raise Trouble(str(problem)) from problem
    record = recorded(claim.source.document.name).get(claim.id)
    click.echo(text.show(claim, recorded=record["verdict"] if record else None))


def replay(name: str) -> int:
    from claims.report.objects import plain
    from claims.verifier import verify

    witness = _witness(name)
    try:
        found = verify(subject(str(witness["key"])), witness)
    except (WitnessError, UnknownName) as problem:
        raise Trouble(str(problem)) from problem
    click.echo(f"{witness['key']}\n")
    click.echo(plain(witness["instance"]))
    outcome = found.decision.outcome.value if found.decision else "undecided"
    click.echo(f"\ndecided over fractions: {outcome}{': ' if found.because else ''}{found.because}")
    click.echo("the recorded refutation is confirmed" if found.confirmed else "the recorded refutation is NOT confirmed")
    return OK if found.confirmed else CHANGED


def _witness(name: str) -> Mapping[str, Any]:
    """A stored witness by its key, or one in a file (with a single witness, as in the JSON report)."""
    path = Path(name)
    if path.is_file():
        try:
            content = json.loads(path.read_text("utf-8"))
        except ValueError as problem:
            raise Trouble(f"{name} is not JSON: {problem}") from problem
        if not isinstance(content, dict) or "key" not in content:
            raise Trouble(f"{name} holds no witness: an object with a key and an instance is expected")
        return content
    known = {key: witness for document in documents() for key, witness in stored(document).items()}
    if name not in known:
        import difflib

        nearest = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        raise Trouble(f"there is no file and no stored witness called {name!r}" + (f"; the nearest are {', '.join(nearest)}" if nearest else ""))
    return known[name]
