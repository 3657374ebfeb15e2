"""A run that is going to be killed: six slow units into the ledger that is named."""

import sys

import misbehaving
from test_run import HASTY, units

from claims.ledger import Ledger
from claims.run import run

if __name__ == "__main__":
    with Ledger(sys.argv[1]) as ledger:
        run(units(*["slow"] * 6), HASTY, 3, ledger=ledger, execute=misbehaving.execute)
