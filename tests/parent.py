"""A parent that waits to be killed: serves one unit, notes the process of its child, then runs the deed it was told."""

import sys
import time
from pathlib import Path

import misbehaving

from claims.supervise import Request, Supervisor

if __name__ == "__main__":
    deed, note = sys.argv[1], Path(sys.argv[2])
    with Supervisor(misbehaving.execute) as supervise:
        answer = supervise(Request("statement", "S0-0/well", "quick", 0, 20.0))
        part = note.with_suffix(".part")
        part.write_text(answer.text.split('"process": ')[1].split(",")[0])
        part.rename(note)
        supervise(Request("statement", f"S0-0/{deed}", "quick", 0, 20.0))
        time.sleep(60)
