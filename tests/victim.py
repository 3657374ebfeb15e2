"""A run that is going to be killed: so many units of one kind into the ledger that is named, each announced when it is kept."""

import sys
from dataclasses import replace

import misbehaving
from test_run import HASTY, units

from claims.events import UnitFinished
from claims.ledger import Ledger
from claims.run import run

PATIENT = replace(HASTY, guard_seconds=60.0)
"""On a machine that has more to do, a child may need long to begin."""


def announce(event):
    if isinstance(event, UnitFinished) and not event.stopped:
        sys.stdout.write(f"{event.unit.key}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    path, deed, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Ledger(path) as ledger:
        run(units(*[deed] * count), PATIENT, 3, ledger=ledger, on_event=announce, execute=misbehaving.execute)
