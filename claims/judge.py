"""Findings, derivations and experiments of a claim in, verdicts out.  Reads payloads as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from claims.model import (
    Basis,
    Cases,
    Claim,
    Opinion,
    ProbeKind,
    Reason,
    Reproduction,
    Role,
    Run,
    Sentence,
    Statement,
    Status,
    Verdict,
    VerdictWord,
    probe_keys,
)
from claims.patience import raised, within

READING_SECONDS = 60.0
"""How long the reading of an experiment may take before it is called hung."""

_ORDER = tuple(VerdictWord)
Payloads = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Judgement:
    """The verdict of a claim (None where some of its sentences were not run) and that of each sentence that was.

    ``probes`` holds the status of each probe that was run, ``readings`` what the runs said.
    """

    claim: str
    verdict: Verdict | None
    sentences: Mapping[str, Verdict] = field(default_factory=dict)
    probes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, Reproduction] = field(default_factory=dict)
    complete: bool = True

    def to_record(self) -> dict[str, Any]:
        """What ``--record`` keeps of it."""
        return {
            "verdict": self.verdict.word.value if self.verdict else None,
            "sentences": {key: verdict.word.value for key, verdict in self.sentences.items()},
            "probes": dict(self.probes),
        }


def judge(claim: Claim, payloads: Payloads) -> Judgement:
    """Judge a claim by the payloads of its units; what was not run judges nothing."""
    verdicts: dict[str, Verdict] = {}
    probes: dict[str, str] = {}
    readings: dict[str, Reproduction] = {}
    complete = True
    for key, (_, sentence) in claim.sentences.items():
        if isinstance(sentence, Statement):
            probes |= {name: str(payloads[name]["status"]) for name in probe_keys(key, sentence) if name in payloads}
        if isinstance(sentence, Run) and f"experiment:{sentence.experiment}" in payloads:
            readings[key] = _read(sentence, payloads[f"experiment:{sentence.experiment}"])
        verdict = _sentence(key, sentence, payloads, readings)
        if verdict is None:
            complete = False
        else:
            verdicts[key] = verdict
    words = {key: verdict.word for key, verdict in verdicts.items()}
    verdicts |= {key: _unknown(f"{Reason.UNCONTROLLED}: it has no control") for key in uncontrolled(claim, words)}
    headline = _headline(claim, verdicts) if complete else None
    return Judgement(claim.id, headline, verdicts, probes, readings, complete)


def _sentence(key: str, sentence: Sentence, payloads: Payloads, readings: Mapping[str, Reproduction]) -> Verdict | None:
    if isinstance(sentence, Opinion):
        return Verdict(VerdictWord.INCONCLUSIVE, Basis.NONE, f"{sentence.reason}: {sentence.because}")
    if isinstance(sentence, Run):
        return _run(key, sentence, payloads, readings)
    if key not in payloads:
        return None
    return _statement(key, sentence, payloads)


def _statement(key: str, statement: Statement, payloads: Payloads) -> Verdict | None:
    """None where the statement, one of its controls or its derivation was not run."""
    controls = [name for name, probe in probe_keys(key, statement).items() if probe.kind is ProbeKind.CONTROL]
    needed = [*controls, *([f"derivation:{statement.derivation}"] if statement.derivation else [])]
    found = payloads[key]
    if found["status"] == Status.INCONCLUSIVE:
        return _unknown(f"{found['reason']}: {found['detail']}")
    if any(name not in payloads for name in needed):
        return None
    broken = [name for name in probe_keys(key, statement) if payloads.get(name, {}).get("reason") == Reason.CRASHED]
    if broken:
        return _unknown(f"its probe {broken[0]} {Reason.CRASHED}: {payloads[broken[0]]['detail']}")
    alive = [name for name in controls if payloads[name]["status"] != Status.REFUTED]
    if alive:
        return _unknown(_about_control(alive[0], payloads[alive[0]]))
    if found["status"] == Status.REFUTED:
        drawn = isinstance(statement.over, Cases) and not statement.over.settle
        because = found["detail"] or "a counterexample, decided in two arithmetics"
        return Verdict(VerdictWord.REFUTED, Basis.RUNS if drawn else Basis.PROVED, because)
    return _survived(statement, found, payloads)


def uncontrolled(claim: Claim, words: Mapping[str, str]) -> list[str]:
    """Statements that hold by these words, without a control and where no refuted one has the same property either."""
    statements = {key: one for key, (_, one) in claim.sentences.items() if isinstance(one, Statement) and key in words}
    failing = [one.property for key, one in statements.items() if words[key] == VerdictWord.REFUTED]
    bare = {key: one for key, one in statements.items() if all(probe.kind is not ProbeKind.CONTROL for probe in one.probes)}
    return [key for key, one in bare.items() if words[key] == VerdictWord.HOLDS and one.property not in failing]


def _unknown(because: str) -> Verdict:
    return Verdict(VerdictWord.INCONCLUSIVE, Basis.NONE, because)


def _about_control(name: str, found: Mapping[str, Any]) -> str:
    if found["status"] == Status.INCONCLUSIVE:
        return f"its control {name} is inconclusive: {found['reason']}"
    return f"{Reason.CONTROL_SURVIVED}: {name}"


def _survived(statement: Statement, found: Mapping[str, Any], payloads: Payloads) -> Verdict:
    derived = payloads[f"derivation:{statement.derivation}"] if statement.derivation else None
    if derived is not None and derived["status"] != "proved":
        why = f"{derived['reason']}: {derived['detail']}" if derived.get("reason") else "a step does not hold"
        return _unknown(f"the derivation {statement.derivation} failed ({why})")
    grounds, partly = [], ""
    if found["exhaustive"]:
        assert not isinstance(statement.over, str)
        grounds.append(f"decided at {statement.over.words}")
    if derived is not None:
        given = "; ".join(derived["assumptions"])
        words = f"derived for {derived['dimensions']}" + (f", given that {given}" if given else "")
        if statement.derives:
            partly = f"; {statement.derives} is {words}"
        else:
            grounds.append(words)
    if grounds:
        return Verdict(VerdictWord.HOLDS, Basis.PROVED, "; ".join(grounds) + partly)
    if isinstance(statement.over, Cases):
        return Verdict(VerdictWord.HOLDS, Basis.RUNS, f"holds at each of {statement.over.words}{partly}")
    return Verdict(VerdictWord.HOLDS, Basis.SEARCHED, f"no counterexample in {found['effective']} effective instances{partly}")


def _read(run: Run, measured: Mapping[str, Any]) -> Reproduction:
    if measured.get("status") == Status.INCONCLUSIVE:
        return Reproduction(Status.INCONCLUSIVE, "", f"{measured['reason']}: {measured['detail']}", 0)
    try:
        with within(READING_SECONDS):
            return run.reads(measured)
    except Exception as problem:  # noqa: BLE001 - a reading that raises says something about itself alone
        return Reproduction(Status.INCONCLUSIVE, "", f"its reading {_went_wrong(problem)}", 0)


def _went_wrong(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return f"{Reason.TIMED_OUT}: {problem}"
    return f"{Reason.CRASHED}: {raised(problem)}"


def _run(key: str, run: Run, payloads: Payloads, readings: Mapping[str, Reproduction]) -> Verdict | None:
    if key not in readings:
        return None
    reading, measured = readings[key], payloads[f"experiment:{run.experiment}"]
    if run.wrong is not None and reading.status is not Status.INCONCLUSIVE:
        try:
            with within(READING_SECONDS):
                survived = run.wrong(measured).status is Status.REPRODUCED
        except Exception as problem:  # noqa: BLE001 - as above
            return _unknown(f"its control {_went_wrong(problem)}")
        if survived:
            return _unknown(f"{Reason.CONTROL_SURVIVED}: {run.wrong_words}")
    words = {Status.REPRODUCED: VerdictWord.REPRODUCED, Status.DIFFERS: VerdictWord.DIFFERS}
    word = words.get(reading.status, VerdictWord.INCONCLUSIVE)
    return Verdict(word, Basis.RUNS if word in words.values() else Basis.NONE, reading.measured)


def _headline(claim: Claim, verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """The least favourable of the printed sentences, where a refuted one with a surviving repair counts as amended."""
    role_of = {key: role for key, (role, _) in claim.sentences.items()}
    repairs = [verdicts[key] for key in verdicts if role_of[key] is Role.AMENDED]
    printed = {key: verdicts[key] for key in verdicts if role_of[key] is Role.PRINTED}
    faces = [_amended(_named(key, verdict, len(printed)), repairs) for key, verdict in printed.items()]
    if not faces:
        return None
    headline = max(faces, key=lambda verdict: _ORDER.index(verdict.word))
    stronger = any(role_of[key] is Role.SHARP and verdict.word is VerdictWord.HOLDS for key, verdict in verdicts.items())
    if headline.word is VerdictWord.HOLDS and stronger:
        return replace(headline, because=f"{headline.because}; a stronger statement holds, too")
    return headline


def _named(key: str, verdict: Verdict, readings: int) -> Verdict:
    """With the reading that it is about, where there are several."""
    reading = key.partition("/printed.")[2]
    return replace(verdict, because=f"reading {reading}: {verdict.because}") if readings > 1 and reading else verdict


def _amended(verdict: Verdict, repairs: list[Verdict]) -> Verdict:
    """A refuted sentence counts as amended where every repair holds; otherwise the first that does not is named."""
    if verdict.word is not VerdictWord.REFUTED or not repairs:
        return verdict
    failed = next((repair for repair in repairs if repair.word is not VerdictWord.HOLDS), None)
    if failed is None:
        return replace(verdict, word=VerdictWord.AMENDED, because=f"{verdict.because}; the amended statement holds")
    return replace(verdict, because=f"{verdict.because}; the amended statement is {failed.word} ({failed.because})")


def matches_record(judgement: Judgement, record: Mapping[str, Any] | None) -> bool:
    """Whether everything that was judged is as recorded; what was not run is not compared."""
    if record is None:
        return False
    fresh = judgement.to_record()
    if judgement.complete and fresh["verdict"] != record["verdict"]:
        return False
    parts = ("sentences", "probes")
    return all(record[part].get(key) == word for part in parts for key, word in fresh[part].items())
