"""Findings in, verdict out: the least favourable reading, repairs, surviving controls, lanes that were not run."""

import pytest

from claims.decide import exactly
from claims.judge import Judgement, judge, matches_record
from claims.model import (
    Claim,
    Document,
    Kind,
    Opinion,
    Reproduction,
    Run,
    Statement,
    Status,
    Weight,
    control,
    only,
    sampled,
    without,
)

HERE = Document("test", "999", "Test", "nowhere").at("l. 1")


def true(instance):
    return exactly(True)


def claim(printed, amended=(), kind=Kind.UNIVERSAL):
    return Claim("T-1", "A claim", HERE, kind, Weight.CLAIM, printed, amended=amended)


def statement(reading="", derivation="", probes=()):
    return Statement("x", true, "two_layers", reading=reading, derivation=derivation, probes=probes)


def finding(status, **more):
    return {"status": status, "reason": None, "detail": "", "effective": 7, "exhaustive": False} | more


ONE = claim(statement())
TWO = claim((statement("A"), statement("B")))
REPAIRED = claim(statement(), amended=statement())
CONTROLLED = claim(statement(probes=(control("wrong", true),)))
DERIVED = claim(statement(derivation="test.step"))


@pytest.mark.parametrize(
    ("judged", "payloads", "word"),
    [
        (ONE, {"T-1/printed": finding("survived")}, "holds"),
        (ONE, {"T-1/printed": finding("refuted")}, "refuted"),
        (ONE, {"T-1/printed": finding("inconclusive", reason="timed out")}, "inconclusive"),
        (TWO, {"T-1/printed.A": finding("survived"), "T-1/printed.B": finding("refuted")}, "refuted"),
        (TWO, {"T-1/printed.A": finding("survived"), "T-1/printed.B": finding("survived")}, "holds"),
        (REPAIRED, {"T-1/printed": finding("refuted"), "T-1/amended": finding("survived")}, "amended"),
        (REPAIRED, {"T-1/printed": finding("refuted"), "T-1/amended": finding("refuted")}, "refuted"),
        (REPAIRED, {"T-1/printed": finding("refuted"), "T-1/amended": finding("inconclusive", reason="crashed")}, "refuted"),
        (REPAIRED, {"T-1/printed": finding("survived"), "T-1/amended": finding("survived")}, "holds"),
        (CONTROLLED, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("refuted")}, "holds"),
        (CONTROLLED, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("survived")}, "inconclusive"),
        (CONTROLLED, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("inconclusive")}, "inconclusive"),
        (DERIVED, {"T-1/printed": finding("survived"), "derivation:test.step": {"status": "failed"}}, "inconclusive"),
        (
            DERIVED,
            {
                "T-1/printed": finding("refuted"),
                "derivation:test.step": {"status": "proved", "dimensions": "all", "assumptions": []},
            },
            "refuted",
        ),
        (claim(Opinion("x", "it is a matter of taste")), {}, "inconclusive"),
    ],
)
def test_headline(judged, payloads, word):
    verdict = judge(judged, payloads).verdict
    assert verdict is not None
    assert verdict.word.value == word


def test_the_basis_says_what_was_done():
    searched = judge(ONE, {"T-1/printed": finding("survived")}).verdict
    settled = judge(claim(Statement("x", true, LISTED)), {"T-1/printed": finding("survived", exhaustive=True)}).verdict
    derived = judge(
        DERIVED,
        {
            "T-1/printed": finding("survived"),
            "derivation:test.step": {"status": "proved", "dimensions": "all d", "assumptions": ["c"]},
        },
    ).verdict
    assert [v.basis.value for v in (searched, settled, derived) if v] == ["searched", "proved", "proved"]


LISTED, DRAWN = only("the one case", lambda q: None), sampled("two draws", lambda q: None, lambda q: None)
PROVED = {"status": "proved", "dimensions": "all d", "assumptions": []}


@pytest.mark.parametrize(
    ("judged", "found", "basis", "because"),
    [
        (ONE, finding("refuted", detail="at zero"), "proved", "at zero"),
        (ONE, finding("refuted"), "proved", "a counterexample, decided in two arithmetics"),
        (claim(Statement("x", true, LISTED)), finding("refuted"), "proved", "a counterexample, decided in two arithmetics"),
        (claim(Statement("x", true, DRAWN)), finding("refuted", detail="the first"), "runs", "the first"),
        (claim(Statement("x", true, DRAWN)), finding("survived"), "runs", "holds at each of two draws"),
        (claim(Statement("x", true, LISTED)), finding("survived", exhaustive=True), "proved", "decided at the one case"),
        (ONE, finding("survived"), "searched", "no counterexample in 7 effective instances"),
        (DERIVED, finding("survived"), "proved", "derived for all d"),
    ],
)
def test_what_a_verdict_rests_on_is_said(judged, found, basis, because):
    verdict = judge(judged, {"T-1/printed": found, "derivation:test.step": PROVED}).verdict
    assert verdict is not None
    assert (verdict.basis.value, verdict.because) == (basis, because)


def test_a_derivation_of_a_part_leaves_the_rest_to_the_search():
    part = claim(Statement("x", true, "two_layers", derivation="test.step", derives="the second leg"))
    verdict = judge(part, {"T-1/printed": finding("survived"), "derivation:test.step": PROVED}).verdict
    assert verdict.basis == "searched"
    assert verdict.because == "no counterexample in 7 effective instances; the second leg is derived for all d"


def test_assumptions_of_a_derivation_are_named():
    payloads = {"T-1/printed": finding("survived"), "derivation:test.step": PROVED | {"assumptions": ["a", "b"]}}
    verdict = judge(DERIVED, payloads).verdict
    assert verdict is not None
    assert verdict.because == "derived for all d, given that a; b"


@pytest.mark.parametrize(
    ("second", "third", "because"),
    [
        (finding("survived"), finding("survived"), "a control survived: T-1/printed/control.2"),
        (finding("inconclusive", reason="timed out"), finding("survived"), "T-1/printed/control.2 is inconclusive: timed out"),
        (finding("refuted"), finding("survived"), "a control survived: T-1/printed/control.3"),
    ],
)
def test_the_first_control_that_is_not_refuted_is_named(second, third, because):
    judged = claim(statement(probes=tuple(control("wrong", true) for _ in range(3))))
    keys = ("T-1/printed", *(f"T-1/printed/control.{number}" for number in (1, 2, 3)))
    found = (finding("survived"), finding("refuted"), second, third)
    verdict = judge(judged, dict(zip(keys, found, strict=True))).verdict
    assert verdict is not None
    assert verdict.because.endswith(because)
    assert verdict.basis.value == "none"


def test_a_probe_that_crashed_leaves_its_statement_open():
    judged = claim(statement(probes=(control("wrong", true), without("h1", "without"))))
    found = {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("refuted")}
    assert judge(judged, found | {"T-1/printed/without.h1": finding("inconclusive", reason="timed out")}).verdict.word == "holds"
    broken = finding("inconclusive", reason="crashed", detail="KeyError: 'h1'")
    verdict = judge(judged, found | {"T-1/printed/without.h1": broken}).verdict
    assert (verdict.word, verdict.because) == ("inconclusive", "its probe T-1/printed/without.h1 crashed: KeyError: 'h1'")


@pytest.mark.parametrize(
    ("printed", "sharp", "because"),
    [
        (("survived",), ("survived", "refuted"), "no counterexample in 7 effective instances; a stronger statement holds, too"),
        (("survived",), ("refuted", "refuted"), "no counterexample in 7 effective instances"),
        (("refuted",), ("survived", "survived"), "a counterexample, decided in two arithmetics"),
    ],
)
def test_a_headline_says_whether_a_stronger_statement_holds(printed, sharp, because):
    judged = Claim("T-1", "A claim", HERE, Kind.BOUND, Weight.CLAIM, statement(), sharp=(statement("A"), statement("B")))
    keys = ("T-1/printed", "T-1/sharp.A", "T-1/sharp.B")
    verdict = judge(judged, {key: finding(word) for key, word in zip(keys, printed + sharp, strict=True)}).verdict
    assert verdict is not None
    assert verdict.because == because


def test_a_reading_that_raises_is_inconclusive_and_read_nothing():
    def raises(measured):
        raise ZeroDivisionError("of zero")

    judged = judge(claim(Run("x", "X9-9", raises), kind=Kind.EXPERIMENT), {"experiment:X9-9": {"seeds": [0]}})
    wanted = Reproduction(Status.INCONCLUSIVE, "", "its reading crashed: ZeroDivisionError: of zero", 0)
    assert judged.readings["T-1/printed"] == wanted


def for_ever(measured):
    while True:
        pass


@pytest.mark.parametrize("reads", [True, False])
def test_a_reading_that_does_not_end_is_ended(monkeypatch, reads):
    monkeypatch.setattr("claims.judge.READING_SECONDS", 0.05)
    right = reading(Status.REPRODUCED)
    run = Run("x", "X9-9", for_ever if reads else right, wrong=right if reads else for_ever)
    verdict = judge(claim(run, kind=Kind.EXPERIMENT), {"experiment:X9-9": {"seeds": [0]}}).verdict
    what = "reading" if reads else "control"
    assert (verdict.word, verdict.because) == ("inconclusive", f"its {what} timed out: ended after its guard of 0.05 s")


def reading(status):
    return lambda measured: Reproduction(status, "1", "1", measured["seeds"])


def run_claim(status, wrong):
    return claim(Run("x", "X9-9", reading(status), wrong=reading(wrong)), kind=Kind.EXPERIMENT)


@pytest.mark.parametrize(
    ("status", "wrong", "word"),
    [
        (Status.REPRODUCED, Status.DIFFERS, "reproduced"),
        (Status.DIFFERS, Status.DIFFERS, "differs"),
        (Status.INCONCLUSIVE, Status.DIFFERS, "inconclusive"),
        (Status.REPRODUCED, Status.REPRODUCED, "inconclusive"),
    ],
)
def test_runs_and_their_controls(status, wrong, word):
    judged = judge(run_claim(status, wrong), {"experiment:X9-9": {"seeds": 40}})
    assert judged.verdict is not None
    assert judged.verdict.word.value == word
    assert judged.verdict.basis.value == ("none" if word == "inconclusive" else "runs")


def test_a_lane_that_was_not_run_judges_nothing():
    judged = judge(run_claim(Status.REPRODUCED, Status.DIFFERS), {})
    assert judged.verdict is None
    assert not judged.complete
    assert matches_record(judged, {"verdict": "reproduced", "sentences": {"T-1/printed": "reproduced"}, "probes": {}})


def test_a_control_or_derivation_that_was_not_run_leaves_the_statement_unjudged():
    for claim_, payloads in ((CONTROLLED, {"T-1/printed": finding("survived")}), (DERIVED, {"T-1/printed": finding("survived")})):
        judged = judge(claim_, payloads)
        assert (judged.verdict, judged.complete, judged.sentences) == (None, False, {})


def test_a_partly_run_claim_has_no_headline():
    mixed = claim((statement("A"), Run("x", "X9-9", reading(Status.DIFFERS), reading="B")))
    judged = judge(mixed, {"T-1/printed.A": finding("survived")})
    assert (judged.verdict, judged.complete) == (None, False)
    assert judged.sentences["T-1/printed.A"].word.value == "holds"


def test_every_repair_must_hold():
    twice = claim(statement(), amended=(statement("x"), statement("y")))
    found = {"T-1/printed": finding("refuted"), "T-1/amended.x": finding("survived"), "T-1/amended.y": finding("refuted")}
    verdict = judge(twice, found).verdict
    assert verdict is not None
    assert verdict.word.value == "refuted"


def test_a_record_is_compared_sentence_by_sentence():
    judged = judge(CONTROLLED, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("refuted")})
    record = judged.to_record()
    assert matches_record(judged, record)
    assert not matches_record(judged, None)
    assert not matches_record(judged, record | {"verdict": "refuted"})
    assert not matches_record(judged, record | {"probes": {"T-1/printed/control.1": "survived"}})
    assert not matches_record(Judgement("T-1", None), record)


def test_a_crashed_experiment_is_inconclusive_not_an_error():
    crashed = {"status": "inconclusive", "reason": "crashed", "detail": "signal 9", "seeds": []}
    judged = judge(run_claim(Status.REPRODUCED, Status.DIFFERS), {"experiment:X9-9": crashed})
    assert judged.readings["T-1/printed"] == Reproduction(Status.INCONCLUSIVE, "", "crashed: signal 9", 0)
    assert judged.verdict is not None
    assert judged.verdict.word.value == "inconclusive"
