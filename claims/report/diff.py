"""What changed between two reports: what stood before and does not now, the reverse, what is new, gone or slower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from claims.model import Status, VerdictWord
from claims.report.github import command
from claims.report.markdown import escaped, table
from claims.report.views import seconds

Json = Mapping[str, Any]
_ORDER = tuple(str(word) for word in VerdictWord)
_SLOWER, _NOTICEABLE = 2.0, 1.0


class Kind(StrEnum):
    """In the order in which a reader wants to know."""

    WORSE = "stood before, does not now"
    GONE = "gone"
    BETTER = "stands now, did not before"
    NEW = "new"
    SLOWER = "slower"


@dataclass(frozen=True)
class Change:
    """A claim, sentence or probe (by its key) that two reports say different things about; seconds where it is slower."""

    kind: Kind
    key: str
    title: str
    before: str
    after: str


def diff(old: Json, new: Json) -> list[Change]:
    """Every change from one JSON report to another.  What was not run in one of them is not compared."""
    before, after = _claims(old), _claims(new)
    changes = [Change(Kind.GONE, key, one["title"], _word(one), "") for key, one in before.items() if key not in after]
    changes += [Change(Kind.NEW, key, one["title"], "", _word(one)) for key, one in after.items() if key not in before]
    for key in after:
        if key in before:
            changes += _between(before[key], after[key])
    return sorted(changes, key=lambda change: tuple(Kind).index(change.kind))


def has_worsened(changes: list[Change]) -> bool:
    return any(change.kind in (Kind.WORSE, Kind.GONE) for change in changes)


def _claims(report: Json) -> dict[str, Json]:
    return {claim["id"]: claim for claim in report["claims"]}


def _word(claim: Json) -> str:
    return claim["verdict"] or "not run"


def _between(before: Json, after: Json) -> Iterator[Change]:
    title = after["title"]
    if before["verdict"] and after["verdict"]:
        yield from _moved(before["id"], title, before["verdict"], after["verdict"], _ORDER.index)
    old, new = _parts(before), _parts(after)
    for key, (word, rank) in new.items():
        if key not in old:
            yield Change(Kind.NEW, key, title, "", word or "not run")
            continue
        earlier = old[key][0]
        if word and earlier:
            yield from _moved(key, title, earlier, word, rank)
    yield from (Change(Kind.GONE, key, title, word or "not run", "") for key, (word, _) in old.items() if key not in new)
    took, takes = seconds(before), seconds(after)
    if takes > _SLOWER * took and takes - took > _NOTICEABLE:
        yield Change(Kind.SLOWER, after["id"], title, f"{took:.1f} s", f"{takes:.1f} s")


def _moved(key: str, title: str, before: str, after: str, rank: Any) -> Iterator[Change]:
    if before != after:
        yield Change(Kind.WORSE if rank(after) >= rank(before) else Kind.BETTER, key, title, before, after)


def _parts(claim: Json) -> dict[str, tuple[str | None, Any]]:
    """The word of each sentence and probe, and how to rank it: a probe ought to be refuted."""
    found: dict[str, tuple[str | None, Any]] = {}
    for sentence in claim["sentences"]:
        found[sentence["key"]] = sentence["found"], _ORDER.index
        for probe in sentence.get("probes", ()):
            found[probe["key"]] = probe["found"], _probe_rank
    return found


def _probe_rank(word: str) -> int:
    return int(word != Status.REFUTED)


def lines(changes: list[Change]) -> Iterator[str]:
    """For a terminal: one line for each change, under a line for each kind."""
    for kind in Kind:
        chosen = [change for change in changes if change.kind is kind]
        if chosen:
            yield f"{kind} ({len(chosen)})"
            yield from (f"  {change.key}: {_arrow(change)}  {change.title}" for change in chosen)
    if not changes:
        yield "no difference"


def markdown(changes: list[Change]) -> str:
    """A page for a step summary."""
    blocks = ["## What changed"]
    for kind in Kind:
        rows = [(f"`{c.key}`", escaped(c.title), c.before, c.after) for c in changes if c.kind is kind]
        if rows:
            blocks += [f"### {str(kind).capitalize()} ({len(rows)})", table(("sentence", "claim", "before", "after"), rows)]
    return "\n\n".join(blocks if changes else [*blocks, "No difference."]) + "\n"


def workflow_commands(changes: list[Change]) -> Iterator[str]:
    """Workflow commands of GitHub Actions: errors for what does not stand any more, warnings for what is slower."""
    for change in changes:
        level = {Kind.WORSE: "error", Kind.GONE: "error", Kind.SLOWER: "warning"}.get(change.kind)
        if level:
            yield command(level, change.key, f"{change.title}: {_arrow(change)} ({change.kind})")


def _arrow(change: Change) -> str:
    return " -> ".join(part for part in (change.before, change.after) if part)
