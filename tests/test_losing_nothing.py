"""Killed runs, full disks, read-only places, ledgers that are damaged or newer: one sentence, exit code 3, nothing lost."""

from __future__ import annotations

import errno
import resource
import sqlite3
from dataclasses import replace

import killing
import misbehaving
import pytest
from test_ledger import ENTRY, PAYLOAD, foreign, newer, overwritten, shortened
from test_run import HASTY, units

from claims import witnesses
from claims.cli import USAGE
from claims.ledger import Ledger, LedgerError
from claims.report.files import write_text
from claims.run import run

WORDS = PAYLOAD | {"detail": "x" * 3000}


@pytest.mark.parametrize("moment", [0.0, 0.2])
def test_a_run_killed_at_any_moment_loses_nothing_that_it_announced(tmp_path, moment):
    announced = killing.killed(tmp_path / "kept.ledger", moment)
    assert announced
    assert killing.lost(tmp_path / "kept.ledger", announced) == []


def trouble(deed):
    """What a ledger says where it cannot do that, nothing where it can."""
    try:
        deed()
    except LedgerError as problem:
        return str(problem)
    return ""


def filled(path):
    """A ledger on a disk that has room for a few findings more."""
    ledger = Ledger(path)
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages + 6}")
    return ledger


def test_a_full_disk_is_named_and_what_was_kept_stays(tmp_path):
    kept = 0
    with filled(tmp_path / "kept.ledger") as ledger:
        said = ""
        while not said:
            said = trouble(lambda: ledger.put(replace(ENTRY, seed=kept), WORDS))  # noqa: B023 - called at once
            kept += not said
        assert said == f"the ledger {ledger.path} cannot be used: database or disk is full"
    assert 0 < kept < 20
    with Ledger(tmp_path / "kept.ledger") as ledger:
        assert [ledger.find(replace(ENTRY, seed=seed)) is not None for seed in range(20)] == [seed < kept for seed in range(20)]


def test_a_run_ends_where_the_disk_is_full_and_goes_on_where_there_is_room(tmp_path):
    wanted = units(*["plain"] * 40)
    finished = []
    with filled(tmp_path / "kept.ledger") as ledger, pytest.raises(LedgerError, match="full"):
        run(wanted, HASTY, 3, ledger=ledger, on_event=finished.append, execute=misbehaving.execute)
    kept = sum(type(event).__name__ == "UnitFinished" for event in finished)
    with Ledger(tmp_path / "kept.ledger") as ledger:
        results = run(wanted, HASTY, 3, ledger=ledger, execute=misbehaving.execute)
    assert (results.reused, results.executed) == (kept, 40 - kept)


@pytest.fixture
def no_room():
    """A disk on which no file grows beyond 4 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_report_that_finds_no_room_leaves_the_old_one(tmp_path, no_room):
    path = tmp_path / "report.json"
    write_text(path, "old")
    with pytest.raises(OSError, match="large") as caught:
        write_text(path, "new" * 5000)
    assert caught.value.errno == errno.EFBIG
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_records_that_find_no_room_leave_the_old_ones(here, no_room):
    record = {"verdict": "holds", "sentences": {}, "probes": {}}
    witnesses.keep("product", {}, {"S1-1": record})
    with pytest.raises(OSError, match="large"):
        witnesses.keep("product", {}, {f"S1-{number}": record for number in range(1, 200)})
    assert witnesses.recorded("product") == {"S1-1": record}
    assert sorted(file.name for file in (here / "records").iterdir()) == ["product.json", "product.verdicts.json"]


def test_a_ledger_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    path = tmp_path / "kept.ledger"
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
    before, connect = path.read_bytes(), sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda name, **more: connect(f"file:{name}?mode=ro", uri=True, **more))
    with pytest.raises(LedgerError, match=r"kept\.ledger cannot be used: attempt to write a readonly database"):
        Ledger(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("spoil", [foreign, newer, shortened, overwritten])
def test_the_command_names_a_ledger_that_it_cannot_use(command, here, spoil):
    path = here / "kept.ledger"
    spoil(path)
    before = path.read_bytes()
    for arguments in (("verify", "S1-10"), ("diff", path, path)):
        code, out, said = command(*arguments, *(("--ledger", path) if arguments[0] == "verify" else ()))
        assert (code, out, said.count("\n")) == (USAGE, "", 1)
        assert "kept.ledger" in said
    assert path.read_bytes() == before
