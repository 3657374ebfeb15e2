"""Kills runs at random moments and looks at what is left.  ``python tests/killing.py`` does so fifty times.

What a run announced as finished must be found again, whole, and the same command must go on from there.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import misbehaving
from test_run import units
from victim import PATIENT

from claims.fingerprint import entry
from claims.ledger import Ledger
from claims.run import run

HERE = Path(__file__).parent
COUNT = 60
LATEST = 0.5
"""Seconds after the first finding within which a run is killed; it takes 0.6 at least."""


def killed(path: Path, moment: float) -> list[str]:
    """The keys that a run announced before it was killed, so many seconds after its first one."""
    victim = subprocess.Popen(
        [sys.executable, HERE / "victim.py", path, "brisk", str(COUNT)], cwd=HERE, stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    first = victim.stdout.readline()
    time.sleep(moment)
    os.kill(victim.pid, signal.SIGKILL)
    said = first + victim.communicate()[0]
    return [line for line in said.split("\n")[:-1] if line]


def lost(path: Path, announced: list[str]) -> list[str]:
    """Those of the announced units that are not found again; the rest of the run is carried out."""
    wanted = units(*["brisk"] * COUNT)
    with Ledger(path) as ledger:
        kept = {unit.key for unit in wanted if ledger.find(entry(unit, PATIENT, 3)) is not None}
        results = run(wanted, PATIENT, 3, ledger=ledger, execute=misbehaving.execute)
    assert (results.reused, results.executed) == (len(kept), COUNT - len(kept))
    assert all(payload["status"] == "survived" for payload in results.payloads.values())
    return [key for key in announced if key not in kept]


if __name__ == "__main__":
    moments, early = random.Random(0), 0
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept.ledger"
            announced = killed(path, moments.uniform(0, LATEST))
            early += len(announced) < COUNT
            gone = lost(path, announced)
            if gone:
                sys.exit(f"run {number}: {len(gone)} of {len(announced)} findings are lost: {', '.join(gone)}")
    sys.stdout.write(f"no finding was lost; {early} runs were killed before their end\n")
