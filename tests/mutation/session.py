"""What became of each mutant, in a file: a session that was ended goes on where it was."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS mutants (
    module TEXT NOT NULL, mutant TEXT NOT NULL, source TEXT NOT NULL, tests TEXT NOT NULL, outcome TEXT NOT NULL, seconds REAL,
    PRIMARY KEY (module, mutant)
)
"""
SURVIVED = "survived"


def digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.read_bytes())
    return found.hexdigest()


class Session:
    """Outcomes by module and mutant.  A killed mutant stays killed while its source stands, a survivor while its tests do."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute(_TABLE)

    def find(self, module: str, mutant: str, source: str, tests: str) -> str | None:
        row = self._connection.execute(
            "SELECT outcome FROM mutants WHERE module = ? AND mutant = ? AND source = ? AND (tests = ? OR outcome <> ?)",
            (module, mutant, source, tests, SURVIVED),
        ).fetchone()
        return row[0] if row else None

    def put(self, module: str, mutant: str, source: str, tests: str, outcome: str, seconds: float) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO mutants VALUES (?, ?, ?, ?, ?, ?)", (module, mutant, source, tests, outcome, seconds)
        )
