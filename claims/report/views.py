"""What the rendered reports say besides the claims themselves, read off the JSON report: errata, sharpness, order, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from claims.model import Weight

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

_SURPRISING = ("refuted", "differs", "amended", "inconclusive", "holds", "reproduced", None)

_DECIDED = {"exact": "decided exactly", "certified": "decided by certified bounds", "numerical": "decided numerically"}


@dataclass(frozen=True)
class Erratum:
    """The printed sentences of a claim that do not stand, and the one that does, if there is one."""

    claim: Json
    printed: list[Json]
    amended: Json | None

    @property
    def count(self) -> int:
        return len(self.printed)


@dataclass(frozen=True)
class Dropped:
    """A hypothesis that was dropped from a statement, with what the search then found."""

    claim: Json
    sentence: Json
    probe: Json


@dataclass(frozen=True)
class Change:
    """A claim, sentence or probe (by its key) that came out otherwise than recorded, with the command that decides it again."""

    key: str
    recorded: str | None
    found: str
    replay: str | None


def errata(report: Json) -> list[Erratum]:
    """Each claim with refuted printed statements, beside the amended one that holds (else the sharp one)."""
    rows = [Erratum(claim, _refuted(claim), _repair(claim)) for claim in report["claims"]]
    return [row for row in rows if row.printed]


def is_erratum(claim: Json) -> bool:
    return bool(_refuted(claim))


def _refuted(claim: Json) -> list[Json]:
    return [sentence for sentence in claim["sentences"] if sentence["role"] == "printed" and sentence["found"] == "refuted"]


def _repair(claim: Json) -> Json | None:
    standing = [sentence for sentence in claim["sentences"] if sentence["found"] == "holds"]
    return next((sentence for role in ("amended", "sharp") for sentence in standing if sentence["role"] == role), None)


def changes(claim: Json) -> list[Change]:
    """What of a claim is not as recorded; what was not run is not compared."""
    found = [Change(claim["id"], claim["recorded"], claim["verdict"], None)] if claim["complete"] and claim["verdict"] else []
    for sentence in claim["sentences"]:
        for part in (sentence, *sentence.get("probes", ())):
            if part["found"]:
                found.append(Change(part["key"], part["recorded"], part["found"], part["replay"]))
    return [change for change in found if change.found != change.recorded]


def in_part(report: Json) -> list[Json]:
    """The claims that have no verdict although some of their sentences were run."""
    rows = [claim for claim in report["claims"] if claim["verdict"] is None]
    return [claim for claim in rows if any(sentence["found"] for sentence in claim["sentences"])]


def changed(report: Json) -> list[tuple[Json, list[Change]]]:
    """Each claim of which something is not as recorded, with what that is."""
    found = [(claim, changes(claim)) for claim in report["claims"]]
    return [(claim, parts) for claim, parts in found if parts]


def disagreements(report: Json) -> list[tuple[Json, Json]]:
    """(claim, sentence) for each sentence about runs that came out otherwise."""
    return [
        (claim, sentence)
        for claim, sentence in _sentences(report)
        if sentence["type"] == "run" and sentence["found"] == "differs"
    ]


def dropped(report: Json, *outcomes: str) -> list[Dropped]:
    """Every hypothesis that was dropped and searched, in the order of the claims; with these outcomes, if any are named."""
    return [row for row in _every_drop(report) if row.probe["found"] and (not outcomes or row.probe["found"] in outcomes)]


def undropped(report: Json) -> list[tuple[Json, list[Json]]]:
    """Each claim with those of its hypotheses that no probe of its document drops, once each."""
    tried = {(row.claim["document"], row.probe["hypothesis"]) for row in _every_drop(report)}
    found = []
    for claim in report["claims"]:
        stated = {one["words"]: one for sentence in claim["sentences"] for one in sentence.get("assumptions", ())}
        kept = [one for words, one in stated.items() if (claim["document"], words) not in tried]
        found += [(claim, kept)] if kept else []
    return found


def _every_drop(report: Json) -> Iterator[Dropped]:
    for claim, sentence in _sentences(report):
        for probe in sentence.get("probes", ()):
            if probe["kind"] == "without":
                yield Dropped(claim, sentence, probe)


def bounds(report: Json) -> list[tuple[Json, Json]]:
    """(claim, sentence) of every inequality whose instances say how much of the bound they use up."""
    return [(claim, sentence) for claim, sentence in _sentences(report) if sentence.get("bound")]


def _sentences(report: Json) -> Iterator[tuple[Json, Json]]:
    return ((claim, sentence) for claim in report["claims"] for sentence in claim["sentences"])


def headlines(report: Json, document: str) -> list[Json]:
    """The headline claims of a document, those first that come out least as printed."""
    found = [claim for claim in report["claims"] if claim["weight"] == "headline" and claim["document"] == document]
    return sorted(found, key=lambda claim: _SURPRISING.index(claim["verdict"]))


def stands(claim: Json) -> bool:
    """Whether a claim came out as printed."""
    return claim["verdict"] in ("holds", "reproduced")


def face(claim: Json) -> Json:
    """The sentence that the verdict of a claim is about: the printed one with the least favourable outcome, else the first."""
    printed = [sentence for sentence in claim["sentences"] if sentence["role"] == "printed"] or claim["sentences"]
    words = [None, *WORDS]
    return max(printed, key=lambda sentence: words.index(sentence["found"]))


def of_document(report: Json, name: str) -> list[Json]:
    return [claim for claim in report["claims"] if claim["document"] == name]


def said(value: Any) -> str:
    """A value of the run's description in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(f"{name} {one}" for name, one in value.items()) if isinstance(value, Mapping) else str(value)


@dataclass(frozen=True)
class Filter:
    """A way to narrow the list of claims: its anchor, and the classes of the documents and claims that it leaves."""

    of: str
    anchor: str
    said: str
    count: int
    document: str = ""
    mark: str = ""


def filters(report: Json) -> list[Filter]:
    """By document, verdict, basis and weight, and by document and verdict at once (these of no group of their own)."""
    claims, found = report["claims"], []
    for document in report["documents"]:
        name = token(document["name"])
        found.append(Filter("Document", f"only-{name}", document["name"], document["claims"], document=name))
    for of, part, words in (("Verdict", "verdict", WORDS), ("Basis", "basis", LANES), ("Weight", "weight", tuple(Weight))):
        counts = Counter(str(claim[part] or "not run") for claim in claims)
        for word in (*map(str, words), "not run"):
            if counts[word] and (word != "not run" or part == "verdict"):
                found.append(Filter(of, f"only-{token(word)}", word, counts[word], mark=token(word)))
    pairs = Counter((claim["document"], claim["verdict"] or "not run") for claim in claims)
    for (name, word), count in pairs.items():
        anchor = f"only-{token(name)}-{token(word)}"
        found.append(Filter("", anchor, f"{word} in {name}", count, document=token(name), mark=token(word)))
    return found


def marks(claim: Json) -> str:
    """The classes of a claim in the list."""
    return " ".join(f"m-{token(claim[part] or 'not run')}" for part in ("verdict", "basis", "weight"))


def token(name: str) -> str:
    """A name as a part of classes and anchors that a style sheet can select."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


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
        tried = f"{_count(probe['effective'], 'effective instance')} among {probe['examples']} generated"
        return f"need not shown: no counterexample in {tried}"
    return f"inconclusive: {probe['reason']}"


def decimal(fraction: str) -> str:
    """An exact ratio for reading: itself if short, else six digits."""
    return fraction if len(fraction) <= 9 else f"{float(Fraction(fraction)):.6g}"


def tightest_words(sentence: Json) -> str:
    """How much of a bound an instance uses up at most."""
    if sentence["tightest"] is None:
        return "not run" if sentence["status"] is None else "no ratio: both sides vanish wherever it was decided"
    used = Fraction(sentence["tightest"])
    if used > 1:
        return f"exceeded: {decimal(sentence['tightest'])} times the bound"
    return "attained" if used == 1 else f"{decimal(sentence['tightest'])} of the bound is reached"


def search_words(found: Json) -> str:
    """How a finding came about, in one sentence."""
    if found["status"] is None:
        return "not run in this profile"
    graded = f", {_DECIDED[found['grade']]}" if found["grade"] else ""
    if found["exhaustive"]:
        return f"{_count(found['effective'], 'explicit case')}{graded}"
    if found["status"] == "refuted" and not found["examples"]:
        return f"the stored counterexample, decided again{graded}"
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
