"""Stand-ins for ``claims.units.execute``: what units may do to the process that carries them out."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any


def execute(kind: str, key: str, profile: str, seed: int) -> dict[str, Any]:
    """Do what the last part of the key says."""
    return _DEEDS[key.rsplit("/", 1)[-1]](seed)


def _well(seed: int) -> dict[str, Any]:
    return {"status": "survived", "seed": seed, "process": os.getpid(), "threads": os.environ["OPENBLAS_NUM_THREADS"]}


def _plain(seed: int) -> dict[str, Any]:
    return {"status": "survived", "seed": seed}


def _hang(seed: int) -> dict[str, Any]:
    while True:
        time.sleep(60)


def _slow(seed: int) -> dict[str, Any]:
    time.sleep(0.3)
    return _plain(seed)


def _brisk(seed: int) -> dict[str, Any]:
    time.sleep(0.01)
    return _plain(seed)


def _exit(seed: int) -> dict[str, Any]:
    os._exit(7)


def _segfault(seed: int) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def _memory(seed: int) -> dict[str, Any]:
    return {"status": bytes(1 << 62)}


def _recursion(seed: int) -> dict[str, Any]:
    return _recursion(seed)


def _nan(seed: int) -> dict[str, Any]:
    return {"status": float("nan")}


def _poison(seed: int) -> dict[str, Any]:
    """Leaves the process in a state in which the next unit dies."""
    os.environ["POISONED"] = "yes"
    return _plain(seed)


def _delicate(seed: int) -> dict[str, Any]:
    return _exit(seed) if "POISONED" in os.environ else _plain(seed)


_DEEDS = {
    "well": _well,
    "plain": _plain,
    "hang": _hang,
    "slow": _slow,
    "brisk": _brisk,
    "exit": _exit,
    "segfault": _segfault,
    "memory": _memory,
    "recursion": _recursion,
    "nan": _nan,
    "poison": _poison,
    "delicate": _delicate,
}
