"""A shard of a campaign: many instances of one statement, drawn with a seed of its own, and what the sum has to know of them.

An effective instance leaves a mark, 64 bits of a hash of its canonical text, and with it the cases that it belongs to.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from claims.instances import canonical
from claims.model import Cost, Decision
from claims.profiles import PROFILES, Profile
from claims.registry import subject
from claims.search import Tally, search
from claims.subject import Subject

_CLIMBS_PER_INSTANCE = Fraction(2, 3)
"""As in the profiles."""


@dataclass(frozen=True)
class Shard:
    """``size`` instances of the statement or probe ``key``, drawn with derived seed ``number``."""

    key: str
    size: int
    number: int

    @classmethod
    def of(cls, text: str) -> Shard:
        """The shard that a unit's key, its own text, stands for."""
        kind, key, size, number = text.split(":")
        assert kind == "shard"
        return cls(key, int(size), int(number))

    def __str__(self) -> str:
        return f"shard:{self.key}:{self.size}:{self.number}"

    def seed(self, campaign: int) -> int:
        """The seed of its search; it depends on how many instances there are in no way."""
        return int.from_bytes(hashlib.sha256(f"{campaign} {self.number}".encode()).digest()[:8], "big")


def searching(size: int) -> Profile:
    """How a shard is searched: to its end, shrinking what it finds; whether it saw enough is a question to the sum."""
    deep = PROFILES["deep"]
    return Profile("campaign", size, 0, int(size * _CLIMBS_PER_INSTANCE), 1, 0, True, False, False, deep.guard_seconds, 0)


class Register(Tally):
    """A tally that writes down the mark and the cases of each instance that it counts."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.marks: dict[int, tuple[str, ...]] = {}

    def _count(self, instance: Any, decision: Decision) -> None:
        before = Counter(self.coverage)
        super()._count(instance, decision)
        self.marks.setdefault(mark(instance), tuple(sorted(self.coverage - before)))


def mark(instance: Any) -> int:
    """64 bits that stand for an instance."""
    text = canonical(instance.to_json())
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def draw(key: str, seed: int) -> dict[str, Any]:
    """Search a shard: its finding, and what the sum needs beside it."""
    shard = Shard.of(key)
    register = Register(replace(subject(shard.key), cost=Cost.FAST))
    finding = search(register.subject, searching(shard.size), shard.seed(seed), register)
    beside = {"undecided": register.undecided, "unmet": dict(register.unmet), "marks": _written(register.marks)}
    return asdict(finding) | beside | {"key": key}


def _written(marks: Mapping[int, tuple[str, ...]]) -> dict[str, Any]:
    """Marks in ascending order, and for each of them which of the sets of cases is its own."""
    kinds = sorted(set(marks.values()))
    place = {kind: number for number, kind in enumerate(kinds)}
    ordered = sorted(marks)
    return {
        "cases": [list(kind) for kind in kinds],
        "marks": _text(np.array(ordered, "<u8")),
        "case": _text(np.array([place[marks[one]] for one in ordered], "<u4")),
    }


def _text(numbers: np.ndarray[Any, Any]) -> str:
    return b64encode(numbers.tobytes()).decode("ascii")
