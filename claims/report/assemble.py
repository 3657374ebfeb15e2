"""The JSON report, assembled from claims, the payloads of the ledger and what is known of the run."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from claims import own
from claims.judge import Judgement, judge, matches_record
from claims.model import Assumption, Basis, Cases, Claim, Document, Probe, Role, Run, Sentence, Statement, probe_keys
from claims.model import Grade as _Grade
from claims.model import VerdictWord as _Word
from claims.report.source import described
from claims.report.spread import distribution, placed
from claims.seal import sealed

FORMAT = 2
LIMITS = (
    "That a statement survived a search is not a proof: it says that so many effective instances, drawn from the named family, "
    "gave no counterexample. Where a derivation or a finite check settles a statement, the report says 'proved'.",
    "The families are bounded: small dimensions, small integers and their quotients. Beyond them only derivations speak.",
    "That the LaTeX shown and the property decided say the same thing was read by people, not checked by a machine.",
    "A derivation is checked step by step, by normal form and by substitution; it is not a proof in a formal proof assistant.",
    "An experiment speaks about the seeds, settings and library versions that are listed. Settings that a document does not "
    "state are varied over a named grid; that its author used one of them is an assumption.",
    "A refuted reading is refuted as it is written here. A document may have meant something weaker; each reading that its words "
    "allow stands as a statement of its own.",
    "A dropped hypothesis without a counterexample is called 'need not shown': it may be superfluous, or the search too weak.",
    "The second arithmetic confirms what a property says at a counterexample; a mistake in the property would be made twice.",
)
UNSEALED = ("timings", "seconds")
"""What differs between two equal runs has no part in the digest of a report."""
_TIMED = ("started", "finished", "seconds", "jobs", "executed", "reused", "timings")

Payloads = Mapping[str, Mapping[str, Any]]
Records = Mapping[str, Mapping[str, Mapping[str, Any]]]


def build(
    claims: Iterable[Claim], payloads: Payloads, how: Mapping[str, Any], *, records: Records | None = None
) -> dict[str, Any]:
    """The whole report as JSON values (``schema.json`` describes them).

    ``payloads`` maps unit keys to what the ledger keeps; ``how`` says how it was run; ``records`` holds the recorded verdicts by
    document and claim (the committed ones where it is None).  Two equal runs differ at most in ``timings`` and ``seconds``.
    """
    claims = tuple(claims)
    documents = {claim.source.document.name: claim.source.document for claim in claims}
    records = {name: _recorded(name) for name in documents} if records is None else records
    entries = [_claim(claim, payloads, records.get(claim.source.document.name, {}).get(claim.id)) for claim in claims]
    used = dict.fromkeys(name for claim in claims for name in claim.experiments)
    report = {
        "format": FORMAT,
        "claims": entries,
        "documents": [_document(document, entries) for document in documents.values()],
        "verdicts": _counted((entry["verdict"] for entry in entries), _Word),
        "grades": _counted((found["grade"] for found in _statements(entries) if found["found"]), _Grade),
        "experiments": [_experiment(name, payloads[f"experiment:{name}"]) for name in used if f"experiment:{name}" in payloads],
        "limits": list(LIMITS),
        "how": {key: value for key, value in how.items() if key not in _TIMED},
        "timings": {key: value for key, value in how.items() if key in _TIMED},
    }
    return sealed(report, *UNSEALED)


def _recorded(document: str) -> Mapping[str, Any]:
    from claims.witnesses import recorded

    return recorded(document)


def _counted(words: Iterable[str | None], kinds: Iterable[str]) -> dict[str, int]:
    """How often each word occurs, in a fixed order; absent values are not counted."""
    found = Counter(words)
    return {str(kind): found[str(kind)] for kind in kinds}


def _statements(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [sentence for entry in entries for sentence in entry["sentences"] if sentence["type"] == "statement"]


def _document(document: Document, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    own = [entry for entry in entries if entry["document"] == document.name]
    return {
        "name": document.name,
        "number": document.number,
        "title": document.title,
        "reference": document.reference,
        "claims": len(own),
        "ids": sum(len(entry["ids"]) for entry in own),
        "verdicts": _counted((entry["verdict"] for entry in own), _Word),
        "not_run": sum(entry["verdict"] is None for entry in own),
        "bases": _counted((entry["basis"] for entry in own if entry["verdict"]), Basis),
        "grades": _counted((found["grade"] for found in _statements(own) if found["found"]), _Grade),
    }


def _claim(claim: Claim, payloads: Payloads, record: Mapping[str, Any] | None) -> dict[str, Any]:
    judged = judge(claim, payloads)
    verdict, document = judged.verdict, claim.source.document
    return {
        "id": claim.id,
        "ids": list(claim.ids),
        "weight": claim.weight.value,
        "document": document.name,
        "title": claim.title,
        "locator": claim.source.place,
        "kind": claim.kind.value,
        "verdict": verdict.word.value if verdict else None,
        "basis": verdict.basis.value if verdict else None,
        "because": verdict.because if verdict else "",
        "recorded": record["verdict"] if record else None,
        "as_recorded": matches_record(judged, record) if verdict else None,
        "complete": judged.complete,
        "remark": claim.remark,
        "sentences": [
            _sentence(key, role, sentence, judged, payloads, record or {}) for key, (role, sentence) in claim.sentences.items()
        ],
        "derivations": [_derivation(name, payloads.get(f"derivation:{name}")) for name in claim.derivations],
        "experiments": [_reproduction(name, claim, judged, payloads) for name in claim.experiments],
    }


def _sentence(
    key: str, role: Role, sentence: Sentence, judged: Judgement, payloads: Payloads, record: Mapping[str, Any]
) -> dict[str, Any]:
    verdict = judged.sentences.get(key)
    shared = {
        "key": key,
        "role": role.value,
        "reading": sentence.reading,
        "words": sentence.words,
        "latex": sentence.latex,
        "recorded": record.get("sentences", {}).get(key),
        "found": verdict.word.value if verdict else None,
        "basis": verdict.basis.value if verdict else None,
        "because": verdict.because if verdict else "",
    }
    if isinstance(sentence, Statement):
        return {"type": "statement"} | shared | _statement(key, sentence, payloads, record)
    if isinstance(sentence, Run):
        return {"type": "run"} | shared | _run(key, sentence, judged)
    return {"type": "opinion"} | shared | _FINDING


def _statement(key: str, statement: Statement, payloads: Payloads, record: Mapping[str, Any]) -> dict[str, Any]:
    recorded = record.get("probes", {})
    return {
        "family": _family(statement.over),
        "assumptions": [{"name": assumption.name, "words": assumption.words} for assumption in statement.assumptions],
        "strata": list(statement.strata),
        "bound": statement.bound,
        "derivation": statement.derivation or None,
        "property": described(statement.property),
        **_finding(key, payloads.get(key)),
        "probes": [
            _probe(name, probe, statement.assumptions, payloads.get(name), recorded.get(name))
            for name, probe in probe_keys(key, statement).items()
        ],
    }


def _probe(
    key: str, probe: Probe, assumptions: tuple[Assumption, ...], found: Mapping[str, Any] | None, recorded: str | None
) -> dict[str, Any]:
    hypothesis = next((assumption.words for assumption in assumptions if assumption.name == probe.name), "")
    return {
        "key": key,
        "kind": probe.kind.value,
        "name": probe.name,
        "words": probe.words,
        "hypothesis": hypothesis,
        "recorded": recorded,
        "found": found["status"] if found else None,
        "family": _family(probe.over) if probe.over else None,
        "property": described(probe.property) if probe.property else None,
        **_finding(key, found),
    }


_FINDING: dict[str, Any] = {
    "status": None,
    "reason": None,
    "detail": "",
    "grade": None,
    "examples": 0,
    "effective": 0,
    "exhaustive": False,
    "coverage": {},
    "tightest": None,
    "verified": None,
    "seconds": 0.0,
    "witness": None,
    "replay": None,
}
_DERIVATION: dict[str, Any] = {
    "status": None,
    "title": "",
    "statement": "",
    "dimensions": "",
    "assumptions": [],
    "steps": [],
    "seconds": 0.0,
}


def _finding(key: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What one search established; ``replay`` is the command that decides its witness again."""
    known = {name: (found or {}).get(name, default) for name, default in _FINDING.items()}
    replay = shlex.join(["claims", *own.options(key), "replay", key]) if known["witness"] else None
    return known | {"coverage": dict(sorted(known["coverage"].items())), "replay": replay}


def _run(key: str, run: Run, judged: Judgement) -> dict[str, Any]:
    reading = judged.readings.get(key)
    return _FINDING | {
        "experiment": run.experiment,
        "status": reading.status.value if reading else None,
        "published": reading.published if reading else "",
        "measured": reading.measured if reading else "",
        "seeds": reading.seeds if reading else 0,
        "control": run.wrong_words if run.wrong else "",
    }


def _family(over: str | Cases) -> dict[str, Any]:
    """Where instances come from: the strategy and its words, or explicit cases (name None)."""
    if isinstance(over, Cases):
        return {"name": None, "words": over.words, "cases": len(over.factories)}
    return {"name": over, "words": _words(over), "cases": None}


def _words(family: str) -> str:
    from claims.families import words

    return words(family)


def _derivation(name: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    known = found or {"title": name}
    return {"name": name} | {part: _plain(known.get(part, default)) for part, default in _DERIVATION.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _quantity(name: str, quantity: Mapping[str, Any]) -> dict[str, Any]:
    published, found = quantity.get("published"), distribution(quantity)
    return {
        "name": name,
        "unit": quantity.get("unit", ""),
        "published": _plain(published),
        "published_words": quantity.get("published_words", ""),
        "reproduced": found,
        "placed": placed(published, found),
    }


def _reproduction(name: str, claim: Claim, judged: Judgement, payloads: Payloads) -> dict[str, Any]:
    """An experiment as one claim reads it: its status is the least favourable of the claim's sentences about it."""
    found = payloads.get(f"experiment:{name}")
    keys = [key for key, (_, sentence) in claim.sentences.items() if isinstance(sentence, Run) and sentence.experiment == name]
    words = [judged.sentences[key].word for key in keys if key in judged.sentences]
    quantities = found["quantities"] if found else {}
    return {
        "experiment": name,
        "title": found["title"] if found else name,
        "status": max(words, key=list(_Word).index).value if words else None,
        "seeds": list(found["seeds"]) if found else [],
        "published": [judged.readings[key].published for key in keys if key in judged.readings],
        "quantities": [
            _quantity(part, quantity) for part, quantity in quantities.items() if quantity.get("published") is not None
        ],
        "seconds": found["seconds"] if found else 0.0,
    }


def _experiment(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    quantities = [_quantity(part, quantity) | {"values": quantity["values"]} for part, quantity in found["quantities"].items()]
    return {
        "experiment": name,
        "title": found["title"],
        "failure": f"{found['reason']}: {found['detail']}" if found.get("reason") else "",
        "seeds": list(found["seeds"]),
        "settings": found["settings"],
        "quantities": quantities,
        "curves": found["curves"],
        "figures": found["figures"],
        "seconds": found["seconds"],
    }
