"""Findings in, verdict out: the least favourable reading, repairs, surviving controls, lanes that were not run."""

import pytest

from claims import judge as judging
from claims.decide import exactly
from claims.judge import Judgement, matches_record
from claims.model import (
    Claim,
    Document,
    Kind,
    Opinion,
    ProbeKind,
    Reproduction,
    Run,
    Statement,
    Status,
    Weight,
    control,
    only,
    probe_keys,
    sampled,
    without,
)

HERE = Document("test", "999", "Test", "nowhere").at("l. 1")


def true(instance):
    return exactly(True)


def claim(printed, amended=(), kind=Kind.UNIVERSAL):
    return Claim("T-1", "A claim", HERE, kind, Weight.CLAIM, printed, amended=amended)


WRONG = (control("wrong", true),)


def statement(reading="", derivation="", probes=WRONG, over="two_layers", property=true):
    return Statement("x", property, over, reading=reading, derivation=derivation, probes=probes)


def finding(status, **more):
    return {"status": status, "reason": None, "detail": "", "effective": 7, "exhaustive": False} | more


def judge(judged, payloads):
    """With every control refuted of which the payloads say nothing."""
    statements = {key: one for key, (_, one) in judged.sentences.items() if isinstance(one, Statement)}
    probes = [item for key, one in statements.items() for item in probe_keys(key, one).items()]
    return judging.judge(judged, {key: finding("refuted") for key, probe in probes if probe.kind is ProbeKind.CONTROL} | payloads)


ONE = claim(statement())
TWO = claim((statement("A"), statement("B")))
REPAIRED = claim(statement(), amended=statement())
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
        (ONE, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("refuted")}, "holds"),
        (ONE, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("survived")}, "inconclusive"),
        (ONE, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("inconclusive")}, "inconclusive"),
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
    settled = judge(claim(statement(over=LISTED)), {"T-1/printed": finding("survived", exhaustive=True)}).verdict
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
        (claim(statement(over=LISTED)), finding("refuted"), "proved", "a counterexample, decided in two arithmetics"),
        (claim(statement(over=DRAWN)), finding("refuted", detail="the first"), "runs", "the first"),
        (claim(statement(over=DRAWN)), finding("survived"), "runs", "holds at each of two draws"),
        (claim(statement(over=LISTED)), finding("survived", exhaustive=True), "proved", "decided at the one case"),
        (ONE, finding("survived"), "searched", "no counterexample in 7 effective instances"),
        (DERIVED, finding("survived"), "proved", "derived for all d"),
    ],
)
def test_what_a_verdict_rests_on_is_said(judged, found, basis, because):
    verdict = judge(judged, {"T-1/printed": found, "derivation:test.step": PROVED}).verdict
    assert verdict is not None
    assert (verdict.basis.value, verdict.because) == (basis, because)


def test_a_derivation_of_a_part_leaves_the_rest_to_the_search():
    part = claim(Statement("x", true, "two_layers", probes=WRONG, derivation="test.step", derives="the second leg"))
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
    refuted = {"T-1/printed/control.1": finding("refuted")}
    for claim_, payloads in ((ONE, {}), (DERIVED, refuted)):
        judged = judging.judge(claim_, {"T-1/printed": finding("survived")} | payloads)
        assert (judged.verdict, judged.complete, judged.sentences) == (None, False, {})


def test_a_partly_run_claim_has_no_headline():
    mixed = claim((statement("A"), Run("x", "X9-9", reading(Status.DIFFERS), reading="B")))
    judged = judge(mixed, {"T-1/printed.A": finding("survived")})
    assert (judged.verdict, judged.complete) == (None, False)
    assert judged.sentences["T-1/printed.A"].word.value == "holds"


def also_true(instance):
    return exactly(True)


def test_what_nothing_shows_to_be_able_to_fail_does_not_hold():
    because = "nothing shows that its check can fail: it has no control"
    verdict = judge(claim(statement(probes=())), {"T-1/printed": finding("survived")}).verdict
    assert (verdict.word, verdict.basis, verdict.because) == ("inconclusive", "none", because)
    found = {"T-1/printed": finding("refuted"), "T-1/amended": finding("survived")}
    same = judge(claim(statement(), amended=statement(probes=())), found).verdict
    assert same.word == "amended"
    other = judge(claim(statement(), amended=statement(probes=(), property=also_true)), found).verdict
    assert other.word == "refuted"
    assert other.because.endswith(f"; the amended statement is inconclusive ({because})")


def test_a_headline_names_the_reading_that_it_is_about_where_there_are_several():
    counterexample = "a counterexample, decided in two arithmetics"
    several = judge(TWO, {"T-1/printed.A": finding("survived"), "T-1/printed.B": finding("refuted")}).verdict
    assert several.because == f"reading B: {counterexample}"
    one = judge(claim(statement("A")), {"T-1/printed.A": finding("refuted")}).verdict
    assert one.because == counterexample


def test_every_repair_must_hold():
    twice = claim(statement(), amended=(statement("x"), statement("y")))
    found = {"T-1/printed": finding("refuted"), "T-1/amended.x": finding("survived"), "T-1/amended.y": finding("refuted")}
    verdict = judge(twice, found).verdict
    assert verdict is not None
    counterexample = "a counterexample, decided in two arithmetics"
    assert verdict.word.value == "refuted"
    assert verdict.because == f"{counterexample}; the amended statement is refuted ({counterexample})"


def test_a_record_is_compared_sentence_by_sentence():
    judged = judge(ONE, {"T-1/printed": finding("survived"), "T-1/printed/control.1": finding("refuted")})
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
