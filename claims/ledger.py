"""The file that keeps every finding: SQLite in WAL mode, written by one process, readable while it is written.

A finding is kept under everything that it depends on, so that a lookup never returns a stale one.  Nothing here deletes or
repairs a file: one that cannot be used is left as it is, and LedgerError says in one sentence why.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DEFAULT = ".claims.ledger"
FORMAT = 1
_APPLICATION = 0x6C6F7373
_BUSY_SECONDS = 10.0
_TABLE = """
CREATE TABLE IF NOT EXISTS findings (
    key TEXT NOT NULL, fingerprint TEXT NOT NULL, versions TEXT NOT NULL, profile TEXT NOT NULL, seed INTEGER NOT NULL,
    settled INTEGER NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (key, fingerprint, versions, profile, seed)
)
"""
_WHERE = "key = ? AND fingerprint = ? AND versions = ? AND profile = ? AND seed = ?"


class LedgerError(Exception):
    """The ledger cannot be used; the message is one sentence."""


@dataclass(frozen=True)
class Entry:
    """What a finding depends on: the unit, the code and the libraries that it ran, the profile and the seed (below 2^63)."""

    key: str
    fingerprint: str
    versions: str
    profile: str
    seed: int


class Ledger:
    """An open ledger.  Raises LedgerError for a file that is foreign, damaged, newer than this program, or not writable."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.parent.is_dir():
            raise LedgerError(f"the ledger {self.path} cannot be created: there is no directory {self.path.parent}")
        with self._explained():
            self._connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            with self._explained():
                self._recognise()
        except BaseException:
            self._connection.close()
            raise

    def _recognise(self) -> None:
        """Adopt an empty file, accept one of ours, refuse any other before a byte of it is changed."""
        application, version = self._number("application_id"), self._number("user_version")
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != _APPLICATION and (tables or application or version):
            raise LedgerError(f"{self.path} is a database of another program, not a ledger; name another file with --ledger")
        if application == _APPLICATION and version > FORMAT:
            raise LedgerError(
                f"the ledger {self.path} was written by a newer version (format {version}, this one knows {FORMAT})"
            )
        if self._connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise LedgerError(f"the ledger {self.path} is damaged; move it away or name another with --ledger")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction() as connection:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _number(self, pragma: str) -> int:
        return int(self._connection.execute(f"PRAGMA {pragma}").fetchone()[0])

    def find(self, entry: Entry) -> dict[str, Any] | None:
        """The payload of a unit that ran to its end, under exactly these circumstances."""
        with self._explained():
            row = self._connection.execute(f"SELECT payload FROM findings WHERE {_WHERE} AND settled", astuple(entry)).fetchone()
        return self._read(row[0]) if row else None

    def newest(self, key: str) -> list[dict[str, Any]]:
        """Every payload of a unit, the newest first, whatever code and profile it comes from."""
        with self._explained():
            rows = self._connection.execute("SELECT payload FROM findings WHERE key = ? ORDER BY rowid DESC", (key,)).fetchall()
        return [self._read(row[0]) for row in rows]

    def put(self, entry: Entry, payload: dict[str, Any], *, settled: bool = True) -> None:
        """Keep a payload; one that is not settled (timed out, crashed) is history and is not found again."""
        text = json.dumps(payload, allow_nan=False, ensure_ascii=False)
        with self._explained(), self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO findings (key, fingerprint, versions, profile, seed, settled, payload) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*astuple(entry), settled, text),
            )

    def forget(self, entries: Iterable[Entry]) -> None:
        """Start these over."""
        with self._explained(), self._transaction() as connection:
            connection.executemany(f"DELETE FROM findings WHERE {_WHERE}", [astuple(entry) for entry in entries])

    def _read(self, text: str) -> dict[str, Any]:
        try:
            payload = json.loads(text)
        except ValueError as problem:
            raise LedgerError(f"the ledger {self.path} holds a finding that is not JSON; move it away") from problem
        if not isinstance(payload, dict):
            raise LedgerError(f"the ledger {self.path} holds a finding that is not an object; move it away")
        return payload

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, also where Ctrl-C comes in between."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as problem:
            raise LedgerError(f"the ledger {self.path} cannot be used: {problem}") from problem
        except sqlite3.DatabaseError as problem:
            raise LedgerError(f"{self.path} is not a ledger, or is damaged ({problem}); name another with --ledger") from problem

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
