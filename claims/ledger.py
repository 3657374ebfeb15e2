"""The file that keeps every finding: SQLite in WAL mode, written by one process, readable while it is written.

A finding is kept under everything that it depends on, so that a lookup never returns a stale one.  Nothing here deletes or
repairs a file: one that cannot be used is left as it is, and LedgerError says in one sentence why.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DEFAULT = ".claims.ledger"
FORMAT = 2
_APPLICATION = 0x6C6F7373
_BUSY_SECONDS = 10.0
_TABLE = """
CREATE TABLE IF NOT EXISTS findings (
    key TEXT NOT NULL, fingerprint TEXT NOT NULL, versions TEXT NOT NULL, profile TEXT NOT NULL, seed INTEGER NOT NULL,
    settled INTEGER NOT NULL, payload TEXT NOT NULL, digest TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (key, fingerprint, versions, profile, seed)
)
"""
_DIGEST = "ALTER TABLE findings ADD COLUMN digest TEXT NOT NULL DEFAULT ''"
"""Format 1 knew no digests; what it kept stays in the file and is not found again."""
_SELECT = "SELECT key, fingerprint, versions, profile, seed, settled, payload, digest FROM findings"
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


def _digest(row: Iterable[Any]) -> str:
    """Of everything that is kept of a finding."""
    return hashlib.sha256(json.dumps(list(row), ensure_ascii=False).encode()).hexdigest()


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
            if application == _APPLICATION and version == 1:
                connection.execute(_DIGEST)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _number(self, pragma: str) -> int:
        return int(self._connection.execute(f"PRAGMA {pragma}").fetchone()[0])

    def find(self, entry: Entry) -> dict[str, Any] | None:
        """The payload of a unit that ran to its end, under exactly these circumstances."""
        with self._explained():
            row = self._connection.execute(f"{_SELECT} WHERE {_WHERE} AND settled AND digest <> ''", astuple(entry)).fetchone()
        return self._read(*row) if row else None

    def newest(self, key: str, fingerprints: Collection[str] = ()) -> list[dict[str, Any]]:
        """Every payload of a unit, the newest first, whatever code and profile it comes from; those of this code before all."""
        with self._explained():
            rows = self._connection.execute(f"{_SELECT} WHERE key = ? AND digest <> '' ORDER BY rowid DESC", (key,)).fetchall()
        return [self._read(*row) for row in sorted(rows, key=lambda row: row[1] not in fingerprints)]

    def put(self, entry: Entry, payload: dict[str, Any], *, settled: bool = True) -> None:
        """Keep a payload; one that is not settled (timed out, crashed) is history and is not found again."""
        row = (*astuple(entry), int(settled), json.dumps(payload, allow_nan=False, ensure_ascii=False))
        with self._explained(), self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO findings (key, fingerprint, versions, profile, seed, settled, payload, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, _digest(row)),
            )

    def forget(self, entries: Iterable[Entry]) -> None:
        """Start these over."""
        with self._explained(), self._transaction() as connection:
            connection.executemany(f"DELETE FROM findings WHERE {_WHERE}", [astuple(entry) for entry in entries])

    def _read(self, *row: Any) -> dict[str, Any]:
        *kept, digest = row
        if digest != _digest(kept):
            raise LedgerError(
                f"{self.path} holds a finding of {kept[0]!r} that was changed after it was kept; move this ledger away"
            )
        return json.loads(kept[-1])

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
