"""A judgement beside what is recorded of it: the lines that ``verify`` prints and the exit code that they add up to."""

from __future__ import annotations

import shlex
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from claims.cli import CHANGED, OK, UNKNOWN
from claims.judge import Judgement
from claims.ledger import DEFAULT
from claims.model import Claim, Status, VerdictWord
from claims.own import options

_NOT_KNOWING = (VerdictWord.INCONCLUSIVE, Status.INCONCLUSIVE)


class Standing(StrEnum):
    AS_RECORDED = "as recorded"
    CHANGED = "CHANGED"
    NOW_INCONCLUSIVE = "now inconclusive"
    NOT_RECORDED = "not recorded"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Difference:
    """A verdict, sentence or probe whose word is not the recorded one (None: nothing is recorded)."""

    key: str
    recorded: str | None
    found: str | None


@dataclass(frozen=True)
class Comparison:
    """A claim as judged now, beside its record."""

    claim: Claim
    judged: Judgement
    differences: tuple[Difference, ...]
    standing: Standing

    @property
    def in_part(self) -> bool:
        """Whether only some of its sentences were run."""
        return not self.judged.complete and self.standing is not Standing.NOT_RUN


def compare(claim: Claim, judged: Judgement, record: Mapping[str, Any] | None) -> Comparison:
    """What was not run is not compared; a verdict only where everything that it rests on was run."""
    if not (judged.verdict or judged.sentences or judged.probes):
        return Comparison(claim, judged, (), Standing.NOT_RUN)
    if record is None:
        return Comparison(claim, judged, (), Standing.NOT_RECORDED)
    differences = tuple(_differences(judged, record))
    return Comparison(claim, judged, differences, _standing(differences))


def _differences(judged: Judgement, record: Mapping[str, Any]) -> Iterator[Difference]:
    fresh = judged.to_record()
    if judged.complete and fresh["verdict"] != record["verdict"]:
        yield Difference(judged.claim, record["verdict"], fresh["verdict"])
    for part in ("sentences", "probes"):
        for key, word in fresh[part].items():
            if record[part].get(key) != word:
                yield Difference(key, record[part].get(key), word)


def _standing(differences: tuple[Difference, ...]) -> Standing:
    if not differences:
        return Standing.AS_RECORDED
    return Standing.NOW_INCONCLUSIVE if all(one.found in _NOT_KNOWING for one in differences) else Standing.CHANGED


def exit_code(comparisons: Iterable[Comparison]) -> int:
    standings = {comparison.standing for comparison in comparisons}
    if standings & {Standing.CHANGED, Standing.NOT_RECORDED}:
        return CHANGED
    return UNKNOWN if Standing.NOW_INCONCLUSIVE in standings else OK


def lines(comparison: Comparison, payloads: Mapping[str, Mapping[str, Any]], ledger: Path) -> Iterator[str]:
    """One line for the claim; below it each change, and the command that replays each refutation of a statement."""
    claim, judged = comparison.claim, comparison.judged
    word, basis = (judged.verdict.word, f"{judged.verdict.basis}: {judged.verdict.because}") if judged.verdict else ("-", "")
    part = ", in part" if comparison.in_part else ""
    short = textwrap.shorten(basis, 110, placeholder=" ...")
    yield f"{claim.id:<6} {word:<14}{comparison.standing + part:<27}{short}".rstrip()
    if short != basis and comparison.standing is not Standing.AS_RECORDED:
        yield from textwrap.wrap(basis, 118, initial_indent="       ", subsequent_indent="       ")
    for one in comparison.differences:
        yield f"       {one.key}: {one.found}, recorded {one.recorded or 'nothing'}"
    shown = {*judged.sentences, *(one.key for one in comparison.differences)}
    for key in (*judged.sentences, *judged.probes):
        if key in shown and payloads.get(key, {}).get("status") == Status.REFUTED:
            yield f"       {replay_command(key, ledger)}"


def replay_command(key: str, ledger: Path) -> str:
    return shlex.join(("claims", *options(key), "replay", key, *(() if ledger == Path(DEFAULT) else ("--ledger", str(ledger)))))


def totals(comparisons: Iterable[Comparison]) -> str:
    """How many claims got which word, and how many of them stand as recorded."""
    comparisons = list(comparisons)
    words = Counter(one.judged.verdict.word for one in comparisons if one.judged.verdict)
    standings = Counter(one.standing for one in comparisons)
    parts = sum(one.in_part for one in comparisons)
    said = [f"{words[word]} {word}" for word in VerdictWord if words[word]]
    said += [f"{parts} judged in part"] if parts else [] if said else ["no verdict"]
    stood = [f"{standings[standing]} {standing}" for standing in Standing if standings[standing]] or ["nothing to compare"]
    return f"{len(comparisons)} claims: {', '.join(said)}; {', '.join(stood)}"
