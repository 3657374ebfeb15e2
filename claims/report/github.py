"""What GitHub Actions shows of a report: workflow commands that become annotations, and a Markdown page for a step's summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from claims.report import views
from claims.report.files import legal
from claims.report.markdown import code, escaped, table

Json = Mapping[str, Any]


def command(level: str, title: str, message: str) -> str:
    """A workflow command, on one line whatever the texts hold; level is error, warning or notice."""
    return f"::{level} title={_property(legal(title))}::{_message(legal(message))}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def workflow_commands(report: Json) -> Iterator[str]:
    """An error for each claim of which something is not as recorded, a warning where it is only not known any more."""
    for claim, changes in views.changed(report):
        said = "; ".join(f"{change.key}: {change.found}, recorded {change.recorded or 'nothing'}" for change in changes)
        level = "warning" if all(change.found == "inconclusive" for change in changes) else "error"
        yield command(level, claim["id"], f"{claim['title']}: {said}")


def summary(report: Json) -> str:
    """A page for a step's summary: what is not as recorded, the verdicts of each document, and how it was run."""
    changed = views.changed(report)
    blocks = ["## What the documents claim, and what holds", *_changes(changed)]
    words = [word for word, count in report["verdicts"].items() if count]
    rows = [
        (code(one["name"]), one["claims"], *(one["verdicts"][word] for word in words), one["not_run"])
        for one in report["documents"]
    ]
    blocks.append(table(("document", "claims", *words, "not run"), rows))
    how = report["how"]
    run = [f"profile {how['profile']}"] if "profile" in how else []
    run += [f"seed {how['seed']}"] if "seed" in how else []
    blocks += [f"Run with {escaped(', '.join(run))}."] if run else []
    return legal("\n\n".join(blocks)) + "\n"


def _changes(changed: list[tuple[Json, list[views.Change]]]) -> list[str]:
    if not changed:
        return ["Every verdict that was reached is the recorded one."]
    rows = [
        (code(change.key), escaped(claim["title"]), change.recorded or "nothing", change.found, code(change.replay or ""))
        for claim, changes in changed
        for change in changes
    ]
    return [f"### Not as recorded ({len(changed)})", table(("sentence", "claim", "recorded", "found", "again"), rows)]
