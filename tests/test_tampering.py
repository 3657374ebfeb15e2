"""Whatever is changed in a witness, a ledger, a report or a record is noticed by what reads it, but for what is named here."""

from __future__ import annotations

import copy
import json
import sqlite3
from contextlib import closing

import pytest

from claims.doctor import _fits, _refuted
from claims.instances import WitnessError
from claims.judge import judge, matches_record
from claims.ledger import Entry, Ledger, LedgerError
from claims.profiles import PROFILES
from claims.registry import find, subject
from claims.seal import sealed
from claims.suite import DOCUMENTS
from claims.units import execute, plan
from claims.verifier import verify
from claims.witnesses import recorded, stored

EXEMPT = {
    ("report", "timings"): "differs between two equal runs, and no verdict rests on it",
    ("report", "seconds"): "the same",
    (
        "forged witness",
        "instance",
    ): "another instance may be a counterexample, too: then it is decided to be one, with the recorded words",
}
"""What may be changed without being noticed, and why."""

OTHERS = (None, 7, -1, "x", "1/0", "", [], {}, 0.5, True, {"rational": "2"}, {"shape": [1, 1], "entries": [["9"]]})


def places(value, path=()):
    """Every path to a part of a JSON value, the whole left out."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def slight(value):
    """Of the same type, and not the same."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}7"
    if isinstance(value, dict):
        return value | {"more": 1}
    return [*value, *value[:1], "7"] if isinstance(value, list) else "None"


def changes(content, most=10_000):
    """(path, copy) for each part (for every so many where there are more than ``most``): slightly changed, replaced, left out."""
    every = list(places(content))
    for path in every[:: 1 + len(every) // most]:
        old = at(content, path)
        other = OTHERS[sum(map(ord, str(path))) % len(OTHERS)]
        for new in (slight(old), other):
            if new != old or type(new) is not type(old):
                copied = copy.deepcopy(content)
                at(copied, path[:-1])[path[-1]] = new
                yield path, copied
        copied = copy.deepcopy(content)
        del at(copied, path[:-1])[path[-1]]
        yield path, copied


def one_of_each_type():
    """The shortest stored witness for each type of instance."""
    found = {}
    for witness in (one for document in DOCUMENTS for one in stored(document).values()):
        known = found.get(witness["instance"]["type"])
        if known is None or len(json.dumps(witness)) < len(json.dumps(known)):
            found[witness["instance"]["type"]] = witness
    return found


WITNESSES = one_of_each_type()


# Witnesses


@pytest.mark.parametrize("kind", WITNESSES)
def test_a_changed_witness_is_refused(kind):
    witness = WITNESSES[kind]
    judged = subject(witness["key"])
    for _, changed in changes(witness, most=120):
        with pytest.raises(WitnessError, match=r"has the fields|was changed after it was written"):
            verify(judged, changed)


@pytest.mark.parametrize("kind", ["TwoLayer", "GradientRun", "Step"])
def test_a_forger_of_digests_is_found_out_by_deciding_again(kind):
    witness = WITNESSES[kind]
    judged = subject(witness["key"])
    for path, changed in changes({key: part for key, part in witness.items() if key != "digest"}):
        try:
            again = verify(judged, sealed(changed))
        except WitnessError:
            continue
        if again.confirmed:
            assert ("forged witness", path[0]) in EXEMPT, path
            assert again.decision is not None
            assert again.decision.because == witness["because"]


# Ledgers

ENTRY = Entry("S1-10/printed", "f" * 64, '{"python": "3.11"}', "ci", 3)
COLUMNS = ("key", "fingerprint", "versions", "profile", "seed", "settled", "payload", "digest")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_finding_is_refused_or_not_found(tmp_path, column):
    payload = {"status": "refuted", "effective": 7, "witness": {"entries": [["1/2"]]}}
    for settled in (True, False):
        path = tmp_path / f"{settled}.ledger"
        with Ledger(path) as ledger:
            ledger.put(ENTRY, payload, settled=settled)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            old = connection.execute(f"SELECT {column} FROM findings").fetchone()[0]
            other = 1 - old if column == "settled" else slight(old)
            connection.execute(f"UPDATE findings SET {column} = ?", (other,))
        with Ledger(path) as ledger:
            assert _found(ledger, ENTRY) is None
            key = other if column == "key" else ENTRY.key
            with pytest.raises(LedgerError, match="was changed after it was kept"):
                ledger.newest(key)


def _found(ledger, entry):
    """None where the finding is refused or looked for in vain, so that the unit is run again."""
    try:
        return ledger.find(entry)
    except LedgerError:
        return None


def test_each_part_of_a_payload_counts(tmp_path):
    payload = {"status": "refuted", "effective": 7, "verified": True, "witness": {"entries": [["1/2"]]}, "reason": None}
    with Ledger(tmp_path / "kept.ledger") as ledger:
        ledger.put(ENTRY, payload)
        for _, changed in changes(payload):
            ledger._connection.execute("UPDATE findings SET payload = ?", (json.dumps(changed, ensure_ascii=False),))
            with pytest.raises(LedgerError, match="was changed after it was kept"):
                ledger.find(ENTRY)


# Reports


@pytest.fixture(scope="module")
def judged():
    """Two claims and the payloads of their units."""
    claims = (find("S1-10"), find("S0-2"))
    return claims, {unit.key: execute(unit.kind, unit.key, "quick", 0) for unit in plan(claims, PROFILES["quick"])}


def test_a_changed_report_is_refused(judged, tmp_path):
    from claims.cli import Trouble
    from claims.cli.difference import _report
    from claims.report import build

    path, report = tmp_path / "report.json", build(*judged, {"profile": "quick", "seed": 0, "seconds": 1.0})
    path.write_text(json.dumps(report))
    assert _report(path) == report
    unnoticed = set()
    for place, changed in changes(report, most=150):
        path.write_text(json.dumps(changed))
        try:
            _report(path)
        except Trouble:
            continue
        unnoticed.add(next((step for step in place if ("report", step) in EXEMPT), place))
    assert unnoticed <= {field for what, field in EXEMPT if what == "report"}


# Records


def test_a_changed_record_is_refused_or_is_another_verdict(judged, here):
    claim = judged[0][0]
    now = judge(claim, judged[1])
    record, path = now.to_record(), here / "records" / "product.verdicts.json"
    for place, changed in changes({claim.id: record}):
        path.write_text(json.dumps(changed))
        try:
            kept = recorded("product")
        except WitnessError:
            continue
        noticed = not matches_record(now, kept.get(claim.id)) or not _fits(claim.id, kept)
        assert noticed, place


def test_a_witness_that_is_gone_is_missed():
    for document in DOCUMENTS:
        assert set(_refuted(recorded(document))) == set(stored(document))
