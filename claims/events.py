"""What a run tells whoever listens; the runner knows no terminal and no report format."""

from __future__ import annotations

from dataclasses import dataclass

from claims.units import Unit


@dataclass(frozen=True)
class RunStarted:
    """``units`` in all, ``reused`` of them from the ledger; ``supervision`` says how children are started."""

    units: int
    reused: int
    jobs: int
    supervision: str


@dataclass(frozen=True)
class UnitReused:
    unit: Unit


@dataclass(frozen=True)
class UnitStarted:
    unit: Unit


@dataclass(frozen=True)
class UnitFinished:
    """``stopped`` is the reason why it did not end by itself ('timed out', 'crashed'), empty where it did."""

    unit: Unit
    status: str
    stopped: str
    detail: str
    seconds: float


@dataclass(frozen=True)
class Interrupted:
    """Ctrl-C: children are ended, the ledger holds what was finished, ``left`` units remain."""

    left: int


@dataclass(frozen=True)
class RunFinished:
    executed: int
    reused: int
    seconds: float


Event = RunStarted | UnitReused | UnitStarted | UnitFinished | Interrupted | RunFinished
