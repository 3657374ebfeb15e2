"""Every claim, judged in the profile asked for and compared with its recorded verdict.  ``pytest -k S0-15`` judges one."""

import pytest

from claims.judge import judge, matches_record
from claims.model import Claim, Kind, Opinion, ProbeKind, Run, Statement, VerdictWord, probe_keys
from claims.registry import all_claims, find
from claims.report import build, lint
from claims.strategies import FAMILIES
from claims.units import execute, plan
from claims.witnesses import recorded

EVERY = [claim.id for claim in all_claims()]


@pytest.fixture(scope="session")
def payload_of(profile):
    """Payloads by unit; derivations and experiments are shared between claims and carried out once."""
    known = {}

    def payload(unit):
        if unit.key not in known:
            known[unit.key] = execute(unit.kind, unit.key, profile.name, 0)
        return known[unit.key]

    return payload


@pytest.mark.parametrize("claim_id", EVERY)
def test_verdict_is_the_recorded_one(claim_id, profile, payload_of):
    claim = find(claim_id)
    judged = judge(claim, {unit.key: payload_of(unit) for unit in plan([claim], profile)})
    record = recorded(claim.source.document.name).get(claim_id)
    assert record is not None, f"{claim_id} has no recorded verdict: claims verify {claim_id} --profile ci --record"
    assert matches_record(judged, record), f"recorded {record}, found {judged.to_record()}"


TOPOLOGY_IDS = [
    f"S2-{number}"
    for number in (
        *(f"{i:02}" for i in range(1, 7)),
        *(10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "19b", "19c", "19d", "19e", "19f", 20, 21, 22, *range(25, 40)),
        *(40, *range(42, 49), *range(50, 61), *(f"60{letter}" for letter in "abcdefg"), 61),
        *(*(f"61{letter}" for letter in "abcde"), 62, *range(70, 80), *(f"7{letter}" for letter in "abcdef")),
        *(*range(80, 90), "8a", "8b", *range(90, 95), 96, 97),
    )
]


def test_every_inventory_id_is_answered_once():
    ids = [name for claim in all_claims() for name in claim.ids]
    landscape = {f"S3-{i:02}" for i in (*range(1, 91), *range(92, 120))}
    exact_learning = {f"S4-{i:02}" for i in (*range(1, 18), *range(20, 52))}
    expected = (
        {f"S0-{i}" for i in range(1, 36)} | {f"S1-{i}" for i in range(1, 43)} | set(TOPOLOGY_IDS) | landscape | exact_learning
    )
    assert sorted(ids) == sorted(expected)


HEADLINES = {
    "S0": (1, 8, 9, 12, 15, 16, 19, 24, 31, 33, 34),
    "S1": (1, 4, 6, 18, 20, 23, 24, 26, 28, 33, 34, 35),
    "S2": (10, 11, 19, 21, 22, 26, 28, 40, 43, 47, 50, 55, 56, 60, 61, 74, 81, 84, 89, 90, 93),
    "S3": (
        *(19, 26, 27, 36, 42, 44, 48, 53, 57, 58, 59, 60, 71, 74, 76, 78, 82, 85, 89, 93, 94, 96, 97, 98),
        *(106, 107, 109, 112, 114),
    ),
    "S4": ("05", "09", 12, 13, 14, 16, 23, 24, 25, 30, 31, 33, 35, 36, 40, 41, 43, 49, 50, 51),
}


def test_headlines_are_those_of_the_inventory():
    expected = [f"{document}-{number}" for document, numbers in HEADLINES.items() for number in numbers]
    assert [claim.id for claim in all_claims() if claim.weight == "headline"] == expected


def statements(claim: Claim):
    return [(key, s) for key, (_, s) in claim.sentences.items() if isinstance(s, Statement)]


@pytest.mark.parametrize("claim_id", EVERY)
def test_every_claim_that_is_no_experiment_has_a_refuted_control(claim_id):
    claim = find(claim_id)
    probes = recorded(claim.source.document.name)[claim_id]["probes"]
    controls = [key for key, s in statements(claim) for key, p in probe_keys(key, s).items() if p.kind is ProbeKind.CONTROL]
    assert all(probes[key] == "refuted" for key in controls)
    readings = [s for _, s in claim.sentences.values() if isinstance(s, Run)]
    assert all(reading.wrong is not None and reading.wrong_words for reading in readings)
    judged = [s for _, s in claim.sentences.values() if not isinstance(s, Opinion)]
    assert controls or claim.kind is Kind.EXPERIMENT or readings or not judged


@pytest.mark.parametrize("claim_id", EVERY)
def test_every_surviving_statement_has_a_control_of_its_own(claim_id):
    claim = find(claim_id)
    words = recorded(claim.source.document.name)[claim_id]["sentences"]
    for key, statement in statements(claim):
        if words[key] == VerdictWord.HOLDS:
            assert any(probe.kind is ProbeKind.CONTROL for probe in statement.probes), key


def test_every_family_is_known_and_used():
    over = {s.over for claim in all_claims() for _, s in statements(claim) if isinstance(s.over, str)}
    over |= {p.over for claim in all_claims() for _, s in statements(claim) for p in s.probes if isinstance(p.over, str)}
    assert over == set(FAMILIES)


def test_every_amended_or_sharp_statement_holds():
    for claim in all_claims():
        words = recorded(claim.source.document.name)[claim.id]["sentences"]
        repairs = {key: sentence for key, (role, sentence) in claim.sentences.items() if role != "printed"}
        wanted = {key: VerdictWord.REPRODUCED if isinstance(s, Run) else VerdictWord.HOLDS for key, s in repairs.items()}
        assert {key: words[key] for key in repairs} == wanted


def test_every_formula_can_be_set():
    assert lint(build(all_claims(), {}, {"profile": "none", "seed": 0})) == []
