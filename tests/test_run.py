"""Runs: reuse, resumption, interruption, and results that depend neither on jobs nor on order."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import misbehaving
import pytest

from claims import fingerprint
from claims.events import Interrupted, RunFinished, RunStarted, UnitFinished, UnitReused, UnitStarted
from claims.ledger import Ledger
from claims.model import Reason, Status
from claims.profiles import PROFILES, Profile
from claims.remote import Pool
from claims.run import run
from claims.units import Unit, execute

HERE = Path(__file__).parent
HASTY = Profile("hasty", 1, 0, 0, 1, 1, False, False, False, 1.0, 1)


def units(*deeds: str, kind: str = "statement", cost: str = "fast") -> list[Unit]:
    return [Unit(kind, f"S0-{number}/{deed}", "collapse", f"S0-{number}", cost) for number, deed in enumerate(deeds)]


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "kept.ledger") as opened:
        yield opened


@pytest.fixture
def carry_out(ledger):
    def carried_out(wanted, profile=HASTY, **options):
        return run(wanted, profile, 3, ledger=ledger, execute=misbehaving.execute, **options)

    return carried_out


def statuses(results) -> dict[str, str]:
    return {key.split("/")[1]: payload["status"] for key, payload in results.payloads.items()}


def test_a_run_goes_on_after_what_crashed_and_what_hung(carry_out):
    results = carry_out(units("plain", "segfault", "hang", "recursion", "slow"), jobs=2)
    found = {key.split("/")[1]: (payload["status"], payload.get("reason")) for key, payload in results.payloads.items()}
    unknown = Status.INCONCLUSIVE
    assert found == {
        "plain": (Status.SURVIVED, None),
        "segfault": (unknown, Reason.CRASHED),
        "hang": (unknown, Reason.TIMED_OUT),
        "recursion": (unknown, Reason.CRASHED),
        "slow": (Status.SURVIVED, None),
    }


@pytest.mark.parametrize("kind", ["statement", "probe", "derivation", "experiment"])
def test_every_kind_of_unit_may_crash(carry_out, kind):
    (payload,) = carry_out([Unit(kind, f"{kind}:x/exit", "collapse", "S0-1")]).payloads.values()
    assert (payload["status"], payload["reason"]) == (Status.INCONCLUSIVE, Reason.CRASHED)


def test_what_is_known_is_not_run_again_and_what_was_stopped_is(carry_out):
    wanted = units("well", "exit", "plain")
    first, second = carry_out(wanted), carry_out(wanted)
    assert (first.executed, first.reused) == (3, 0)
    assert (second.executed, second.reused) == (1, 2)
    assert first.payloads == second.payloads
    assert list(second.payloads) == [unit.key for unit in wanted]


def test_a_fresh_run_starts_over(carry_out):
    first, second = carry_out(units("well")), carry_out(units("well"), fresh=True)
    assert second.executed == 1
    assert first.payloads["S0-0/well"]["process"] != second.payloads["S0-0/well"]["process"]


def test_results_come_in_the_order_of_the_units_whatever_ends_first(carry_out, tmp_path):
    wanted = units("slow", "plain", "plain", "plain")
    with Ledger(tmp_path / "other.ledger") as other:
        serial = run(wanted, HASTY, 3, ledger=other, execute=misbehaving.execute)
    parallel = carry_out(wanted, jobs=3)
    assert list(serial.payloads.items()) == list(parallel.payloads.items())


def test_events_tell_the_whole_story(carry_out):
    told: list = []
    carry_out(units("plain"))
    carry_out(units("plain", "exit"), on_event=told.append)
    assert [type(event) for event in told] == [RunStarted, UnitReused, UnitStarted, UnitFinished, RunFinished]
    assert (told[0].units, told[0].reused, told[0].jobs) == (2, 1, 1)
    assert (told[3].stopped, told[3].status) == (Reason.CRASHED, Status.INCONCLUSIVE)
    assert (told[4].executed, told[4].reused) == (1, 1)


def test_slow_units_start_first(carry_out):
    told: list = []
    slow = Unit("experiment", "experiment:x/plain", "collapse", "S0-9", "slow")
    carry_out([*units("plain", "plain"), slow], on_event=told.append)
    assert next(event.unit for event in told if isinstance(event, UnitStarted)) == slow


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_ends_the_run_and_keeps_what_was_finished(carry_out, jobs):
    told: list = []
    timers: list = []
    awaited = ((UnitFinished, "S0-0/plain"), (UnitStarted, "S0-1/hang"))

    def listen(event):
        told.append(event)
        if all(any(isinstance(one, kind) and one.unit.key == key for one in told) for kind, key in awaited) and not timers:
            timers.append(threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)))
            timers[0].start()

    started = time.monotonic()
    results = carry_out(units("plain", "hang", "plain"), replace(HASTY, guard_seconds=60.0), jobs=jobs, on_event=listen)
    assert time.monotonic() - started < 30
    assert results.interrupted
    assert "S0-0/plain" in results.payloads
    assert "S0-1/hang" not in results.payloads
    assert any(isinstance(event, Interrupted) and event.left == 3 - len(results.payloads) for event in told)
    assert carry_out(units("plain")).reused == 1


def real(count: int) -> list[Unit]:
    from claims.registry import claims_of
    from claims.units import plan

    return [unit for unit in plan(claims_of("collapse"), PROFILES["quick"]) if unit.kind in ("statement", "probe")][:count]


def without_seconds(results):
    return [(key, payload | {"seconds": 0}) for key, payload in results.payloads.items()]


def test_real_units_do_not_depend_on_jobs_order_or_executor(tmp_path):
    wanted, quick = real(8), PROFILES["quick"]
    found = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        ways = ({"jobs": 1}, {"jobs": 2}, {"pool": Pool(pool, 2)})
        for number, (way, order) in enumerate(zip(ways, (wanted, wanted[::-1], wanted), strict=True)):
            with Ledger(tmp_path / f"{number}.ledger") as ledger:
                found.append(sorted(without_seconds(run(order, quick, 5, ledger=ledger, **way))))
    assert found[0] == found[1] == found[2]
    assert {payload["status"] for _, payload in found[0]} >= {Status.SURVIVED, Status.REFUTED}


def test_a_killed_run_resumes_where_it_was(tmp_path, carry_out, ledger):
    killed = subprocess.Popen([sys.executable, HERE / "victim.py", ledger.path, "slow", "6"], cwd=HERE, stdout=subprocess.DEVNULL)
    wanted = units(*["slow"] * 6)
    keys = [fingerprint.entry(unit, HASTY, 3) for unit in wanted]
    end = time.monotonic() + 60
    while sum(ledger.find(key) is not None for key in keys) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = sum(ledger.find(key) is not None for key in keys)
    results = carry_out(wanted)
    assert 2 <= kept < 6
    assert (results.reused, results.executed) == (kept, 6 - kept)
    assert set(statuses(results).values()) == {Status.SURVIVED}


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the sources, to be changed; fingerprints are taken there."""
    for room in ("claims", "numerics", "symbolic"):
        shutil.copytree(fingerprint.ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    fingerprint._hashed.cache_clear()
    yield tmp_path
    fingerprint._hashed.cache_clear()


LANES = {
    "statement": Unit("statement", "S0-1/printed", "collapse", "S0-1"),
    "derivation": Unit("derivation", "derivation:collapse.composition", "collapse", "S0-1"),
    "experiment": Unit("experiment", "experiment:X0-1", "collapse", "S0-6"),
}


@pytest.mark.parametrize(
    ("source", "touched"),
    [
        ("claims/search.py", {"statement"}),
        ("claims/decide.py", {"statement"}),
        ("claims/strategies/regression.py", {"statement"}),
        ("claims/documents/collapse/source.py", {"statement"}),
        ("claims/documents/product/source.py", set()),
        ("claims/profiles.py", {"statement", "derivation", "experiment"}),
        ("numerics/matrix.py", {"statement", "derivation", "experiment"}),
        ("numerics/experiments/figure.py", {"experiment"}),
        ("numerics/experiments/data/digits.csv.gz", {"experiment"}),
        ("symbolic/words.py", {"derivation"}),
        ("claims/cli/console.py", set()),
        ("claims/report/html.py", set()),
        ("claims/judge.py", set()),
    ],
)
def test_a_change_of_code_concerns_the_units_that_ran_it(sources, source, touched):
    before = {lane: fingerprint.fingerprint(unit, PROFILES["ci"]) for lane, unit in LANES.items()}
    with (sources / source).open("a") as file:
        file.write("\n# changed\n")
    fingerprint._hashed.cache_clear()
    after = {lane: fingerprint.fingerprint(unit, PROFILES["ci"]) for lane, unit in LANES.items()}
    assert {lane for lane in LANES if before[lane] != after[lane]} == touched


def test_stored_witnesses_concern_only_the_profile_that_decides_them(sources):
    before = [fingerprint.fingerprint(LANES["statement"], PROFILES[name]) for name in ("quick", "ci")]
    (sources / "claims" / "witnesses" / "collapse.json").write_text("{}")
    fingerprint._hashed.cache_clear()
    after = [fingerprint.fingerprint(LANES["statement"], PROFILES[name]) for name in ("quick", "ci")]
    assert (before[0] != after[0], before[1] != after[1]) == (True, False)


def test_versions_name_what_is_installed():
    import hypothesis
    import numpy

    found = fingerprint.versions()
    assert (found["numpy"], found["hypothesis"]) == (numpy.__version__, hypothesis.__version__)
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))


def test_execute_is_what_units_are_sent_to():
    with pytest.raises(ValueError, match="not 'opinion'"):
        execute("opinion", "S0-1/printed", "quick", 0)
