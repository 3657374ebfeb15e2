"""What is found again, and what happens to files that are no ledgers: one sentence, and not a byte changed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from claims.ledger import Entry, Ledger, LedgerError

ENTRY = Entry("S0-1/printed", "f" * 64, '{"python": "3.11"}', "quick", 0)
PAYLOAD = {"status": "refuted", "detail": "größer", "witness": {"entries": [["1/2"]]}, "seconds": 0.25}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept.ledger"


@pytest.mark.parametrize(
    "other",
    [
        {"key": "S0-1/printed.B"},
        {"fingerprint": "e" * 64},
        {"versions": '{"python": "3.12"}'},
        {"profile": "ci"},
        {"seed": 1},
    ],
)
def test_a_finding_is_found_only_under_everything_that_it_depends_on(path, other):
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
        assert ledger.find(replace(ENTRY, **other)) is None
        assert ledger.find(ENTRY) == PAYLOAD


def test_findings_outlive_the_process_that_kept_them(path):
    code = f"""
import os, signal
from claims.ledger import Entry, Ledger
ledger = Ledger({str(path)!r})
ledger.put({ENTRY!r}, {PAYLOAD!r})
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    with Ledger(path) as ledger:
        assert ledger.find(ENTRY) == PAYLOAD


def test_a_finding_that_is_not_settled_is_history(path):
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD, settled=False)
        assert ledger.find(ENTRY) is None
        assert ledger.newest(ENTRY.key) == [PAYLOAD]
        ledger.put(ENTRY, PAYLOAD | {"status": "survived"})
        assert ledger.find(ENTRY)["status"] == "survived"


def test_forgetting_takes_no_other_finding_with_it(path):
    other = replace(ENTRY, seed=1)
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
        ledger.put(other, PAYLOAD)
        ledger.forget([ENTRY])
        assert ledger.find(ENTRY) is None
        assert ledger.find(other) == PAYLOAD


def test_what_the_present_code_found_comes_before_what_is_newer(path):
    with Ledger(path) as ledger:
        for seed, code in ((1, "old"), (2, "new"), (3, "old"), (4, "new"), (5, "other")):
            ledger.put(replace(ENTRY, fingerprint=code, seed=seed), PAYLOAD | {"seed": seed})
        assert [payload["seed"] for payload in ledger.newest(ENTRY.key, {"new"})] == [4, 2, 5, 3, 1]


def test_the_newest_finding_comes_first(path):
    with Ledger(path) as ledger:
        for seed in (5, 2, 9):
            ledger.put(replace(ENTRY, seed=seed), {"seed": seed})
        assert [payload["seed"] for payload in ledger.newest(ENTRY.key)] == [9, 2, 5]


def delete_all(ledger):
    with ledger._transaction() as connection:
        connection.execute("DELETE FROM findings")
        raise KeyboardInterrupt


def test_a_write_that_is_interrupted_leaves_the_old_finding(path):
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
        with pytest.raises(KeyboardInterrupt):
            delete_all(ledger)
        assert ledger.find(ENTRY) == PAYLOAD


def test_a_reader_sees_what_a_writer_has_kept_so_far(path):
    with Ledger(path) as writer, Ledger(path) as reader:
        writer.put(ENTRY, PAYLOAD)
        assert reader.find(ENTRY) == PAYLOAD


def foreign(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE precious (value TEXT)")


def newer(path):
    Ledger(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")


def text(path):
    path.write_text("these are notes, and no database at all\n" * 100)


def shortened(path):
    with Ledger(path) as ledger:
        for seed in range(200):
            ledger.put(replace(ENTRY, seed=seed), PAYLOAD | {"detail": "x" * 500})
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path, place=4096, with_what=b"\xff" * 20000):
    with Ledger(path) as ledger:
        for seed in range(200):
            ledger.put(replace(ENTRY, seed=seed), PAYLOAD | {"detail": "x" * 500})
    with path.open("r+b") as file:
        file.seek(place)
        file.write(with_what)


def changed(path):
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE findings SET payload = '{'")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (foreign, "is a database of another program"),
        (newer, "was written by a newer version"),
        (text, "is not a ledger"),
        (shortened, "damaged"),
        (overwritten, "damaged"),
        (changed, "holds a finding of 'S0-1/printed' that was changed after it was kept"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_sentence_and_stays_as_it_is(path, spoil, sentence):
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(LedgerError) as caught, Ledger(path) as ledger:
        ledger.find(ENTRY)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    if spoil is not changed:
        assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["absent/kept.ledger", "file/kept.ledger", ".", "/proc/kept.ledger"])
def test_a_place_that_takes_no_ledger(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match=re.escape(str(tmp_path / name))):
        Ledger(tmp_path / name)


@pytest.mark.parametrize("name", ["absent/kept.ledger", "file/kept.ledger"])
def test_a_directory_that_is_missing_is_named(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match=re.escape(f"there is no directory {(tmp_path / name).parent}")):
        Ledger(tmp_path / name)


def test_a_file_that_is_refused_is_not_kept_open(path, monkeypatch):
    foreign(path)
    opened, connect = [], sqlite3.connect
    monkeypatch.setattr("claims.ledger.sqlite3.connect", lambda *what, **how: opened.append(connect(*what, **how)) or opened[-1])
    with pytest.raises(LedgerError):
        Ledger(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_an_empty_file_becomes_a_ledger(path):
    path.touch()
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
    with Ledger(path) as ledger:
        assert ledger.find(ENTRY) == PAYLOAD


def test_damage_is_noticed_on_opening(path):
    overwritten(path, 5 * 4096 + 8, b"\0" * 8)
    with pytest.raises(LedgerError, match="is damaged; move it away"):
        Ledger(path)


def test_what_is_written(path):
    with Ledger(path) as ledger:
        ledger.put(ENTRY, PAYLOAD)
        assert ledger._connection.execute("PRAGMA synchronous").fetchone() == (1,)
        with pytest.raises(ValueError, match="JSON compliant"):
            ledger.put(ENTRY, {"seconds": float("nan")})
    with closing(sqlite3.connect(path)) as connection:
        assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "user_version")] == ["wal", 2]
        assert "größer" in connection.execute("SELECT payload FROM findings").fetchone()[0]


def test_findings_without_digests_are_run_again(path):
    """As version 1 of the format kept them."""
    with Ledger(path) as ledger:
        ledger.put(ENTRY, {"status": "survived"})
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("ALTER TABLE findings DROP COLUMN digest")
        connection.execute("PRAGMA user_version = 1")
    with Ledger(path) as ledger:
        assert ledger.find(ENTRY) is None
        assert ledger.newest(ENTRY.key) == []
        ledger.put(ENTRY, {"status": "refuted"})
    with Ledger(path) as ledger:
        assert ledger.find(ENTRY) == {"status": "refuted"}
