"""What the rendered reports say besides the claims themselves, read off the JSON report: errata, sharpness, order, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]

WORDS = {
    "holds": "holds as printed",
    "reproduced": "reproduced by our runs",
    "amended": "fails as printed, holds as amended",
    "differs": "our runs differ from what is printed",
    "inconclusive": "not settled",
    "refuted": "refuted",
}
LANES = {
    "proved": "proved (a derivation, a finite check, or a counterexample decided in two arithmetics)",
    "searched": "searched (no counterexample among the instances)",
    "runs": "runs (seeded experiments)",
    "none": "not settled",
}
GRADES = {
    "exact": "exact (over the rationals)",
    "certified": "certified (balls that contain the value)",
    "numerical": "numerical (floating point with a derived error bound)",
}


@dataclass(frozen=True)
class Erratum:
    """The printed sentences of a claim that do not stand, and the one that does, if there is one."""

    claim: Json
    printed: list[Json]
    amended: Json | None


@dataclass(frozen=True)
class Dropped:
    """A hypothesis that was dropped from a statement, with what the search then found."""

    claim: Json
    sentence: Json
    probe: Json


def errata(report: Json) -> list[Erratum]:
    """Each claim with refuted printed statements, beside the amended one that holds (else the sharp one)."""
    rows = [Erratum(claim, _refuted(claim), _repair(claim)) for claim in report["claims"]]
    return [row for row in rows if row.printed]


def _refuted(claim: Json) -> list[Json]:
    return [sentence for sentence in claim["sentences"] if sentence["role"] == "printed" and sentence["found"] == "refuted"]


def _repair(claim: Json) -> Json | None:
    standing = [sentence for sentence in claim["sentences"] if sentence["found"] == "holds"]
    return next((sentence for role in ("amended", "sharp") for sentence in standing if sentence["role"] == role), None)


def disagreements(report: Json) -> list[tuple[Json, Json]]:
    """(claim, sentence) for each sentence about runs that came out otherwise."""
    return [
        (claim, sentence)
        for claim, sentence in _sentences(report)
        if sentence["type"] == "run" and sentence["found"] == "differs"
    ]


def dropped(report: Json) -> list[Dropped]:
    """Every hypothesis that was dropped and searched, those with a counterexample first."""
    rows = [
        Dropped(claim, sentence, probe)
        for claim, sentence in _sentences(report)
        for probe in sentence.get("probes", ())
        if probe["kind"] == "without" and probe["found"]
    ]
    return sorted(rows, key=lambda row: row.probe["found"] != "refuted")


def bounds(report: Json) -> list[tuple[Json, Json]]:
    """(claim, sentence) of every inequality that was searched for the instance that uses it up."""
    return [(claim, sentence) for claim, sentence in _sentences(report) if sentence.get("bound") and sentence["tightest"]]


def _sentences(report: Json) -> Iterator[tuple[Json, Json]]:
    return ((claim, sentence) for claim in report["claims"] for sentence in claim["sentences"])


def headlines(report: Json) -> list[Json]:
    return [claim for claim in report["claims"] if claim["weight"] == "headline"]


def face(claim: Json) -> Json:
    """The sentence that the verdict of a claim is about: the printed one with the least favourable outcome, else the first."""
    printed = [sentence for sentence in claim["sentences"] if sentence["role"] == "printed"] or claim["sentences"]
    words = [None, *WORDS]
    return max(printed, key=lambda sentence: words.index(sentence["found"]))


def of_document(report: Json, name: str, *, details: bool) -> list[Json]:
    """The claims of a document, either those of weight detail or the others."""
    return [claim for claim in report["claims"] if claim["document"] == name and (claim["weight"] == "detail") is details]


def probe_words(probe: Json) -> str:
    """What the outcome of a probe means."""
    if probe["found"] is None:
        return "not run"
    if probe["kind"] == "control":
        words = {"refuted": "refuted, as it should be", "survived": "survived: the check is too weak"}
        return words.get(probe["found"], f"inconclusive: {probe['reason']}")
    if probe["found"] == "refuted":
        return "needed: without it the statement fails"
    if probe["found"] == "survived":
        return f"need not shown: no counterexample in {probe['effective']} effective instances"
    return f"inconclusive: {probe['reason']}"


def decimal(fraction: str) -> str:
    """An exact ratio for reading: itself if short, else six digits."""
    return fraction if len(fraction) <= 9 else f"{float(Fraction(fraction)):.6g}"


def tightest_words(sentence: Json) -> str:
    used = Fraction(sentence["tightest"])
    return "attained" if used == 1 else f"{decimal(sentence['tightest'])} of the bound is reached"


def search_words(found: Json) -> str:
    """How a finding came about, in one sentence."""
    if found["status"] is None:
        return "not run in this profile"
    graded = f", decided {found['grade']}" + ("ly" if found["grade"] == "exact" else "") if found["grade"] else ""
    if found["exhaustive"]:
        return f"{_count(found['effective'], 'explicit case')}{graded}"
    if found["status"] == "refuted":
        return f"a counterexample after {_count(found['examples'], 'instance')}{graded}"
    return f"{_count(found['effective'], 'effective instance')} among {found['examples']} generated{graded}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def record_words(claim: Json) -> str:
    """How the verdict compares with the recorded one."""
    if claim["verdict"] is None:
        return f"not run in this profile; recorded: {claim['recorded'] or 'nothing'}"
    if claim["recorded"] is None:
        return "no verdict is recorded yet"
    if not claim["complete"]:
        return f"judged in part; recorded for the whole: {claim['recorded']}"
    return "as recorded" if claim["as_recorded"] else f"not as recorded ({claim['recorded']})"


def number(value: float | None) -> str:
    """A measured number with four digits."""
    return "none" if value is None else f"{value:.4g}"


def published(quantity: Json) -> str:
    value = quantity["published"]
    if value is None:
        return quantity["published_words"] or "none"
    return f"{number(value[0])} to {number(value[1])}" if isinstance(value, list) else number(value)


def search_table(found: Json, strata: list[str]) -> list[tuple[str, int, bool]]:
    """(named case, how often it was reached, whether the statement requires it), required ones first."""
    required = [(name, found["coverage"].get(name, 0), True) for name in strata]
    return required + [(name, count, False) for name, count in found["coverage"].items() if name not in strata]


def seconds(claim: Json) -> float:
    """The time that the claim's own searches, derivations and experiments took."""
    searches = [part for sentence in claim["sentences"] for part in (sentence, *sentence.get("probes", ()))]
    return sum(part["seconds"] for part in (*searches, *claim["derivations"], *claim["experiments"]))
