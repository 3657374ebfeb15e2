"""Campaigns: many more instances of a statement than one search draws, cut into shards that are searched apart and added up.

A shard is a unit of work, ``shard:S0-15/amended:10000:17``: ten thousand instances, drawn with the seventeenth of the seeds that
derive from the campaign's.  Its finding is a row of the ledger, so that an interrupted campaign goes on where it was, and one of
twice the size begins with what is there.

An effective instance leaves a mark, 64 bits of a hash of its canonical text, and with it the cases that it belongs to; one that
several shards drew has one mark and counts once.  Two instances that share a mark count once as well: the sum can be too small
(among a million instances by 3e-8 on the average), never too large.
"""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from claims.instances import canonical, decode
from claims.model import Cost, Decision, Finding, Grade, Outcome, Reason, Status
from claims.profiles import PROFILES, Profile
from claims.registry import find, subject
from claims.search import GRADES, Tally, conclude
from claims.shards import Shard, searching
from claims.subject import Subject
from claims.units import Unit, module_of
from numerics.rational import RationalMatrix

Payload = Mapping[str, Any]


def cut(key: str, instances: int, shards: int) -> list[Shard]:
    """Shards of equal size; where that does not come out even, the first ones are larger by one."""
    size, rest = divmod(instances, shards)
    return [Shard(key, size + (number < rest), number) for number in range(shards)]


def unit_of(shard: Shard) -> Unit:
    """The unit of work that a shard is."""
    claim = find(shard.key.split("/")[0])
    document = claim.source.document.name
    return Unit("shard", str(shard), document, claim.id, module=module_of(document))


def profile_of(instances: int) -> Profile:
    """How the sum of a campaign is judged: as by the most demanding profile that draws no more."""
    judged = max((one for one in PROFILES.values() if one.examples <= instances), key=lambda one: one.examples, default=None)
    enough, per_stratum = (judged.enough, judged.per_stratum) if judged else (1, 0)
    return replace(searching(instances), enough=enough, per_stratum=per_stratum)


class Sum(Tally):
    """What all shards of a campaign have seen, each instance once; it does not depend on their order."""

    def __init__(self, subject: Subject, payloads: Sequence[Payload]) -> None:
        super().__init__(subject)
        drawn = [one for one in payloads if "marks" in one]
        self.examples = sum(one["examples"] for one in drawn)
        self.undecided = sum(one["undecided"] for one in drawn)
        for one in drawn:
            self.unmet.update(one["unmet"])
        self._effective, self.coverage = _united([one["marks"] for one in drawn])
        self.grade = max((Grade(one["grade"]) for one in drawn if one["grade"]), key=GRADES.index, default=None)
        self.tightest = max((Fraction(one["tightest"]) for one in drawn if one["tightest"]), default=None)
        self.counterexample = _smallest(subject, drawn)

    @property
    def effective(self) -> int:
        return self._effective


def _united(written: Iterable[Mapping[str, Any]]) -> tuple[int, Counter[str]]:
    """How many different marks there are, and how many of them belong to each case."""
    marks, kinds, names = [np.zeros(0, "<u8")], [np.zeros(0, "<u8")], dict[tuple[str, ...], int]()
    for one in written:
        places = np.array([names.setdefault(tuple(case), len(names)) for case in one["cases"]], "<u8")
        marks.append(np.frombuffer(b64decode(one["marks"]), "<u8"))
        kinds.append(places[np.frombuffer(b64decode(one["case"]), "<u4")] if len(places) else places)
    different, first = np.unique(np.concatenate(marks), return_index=True)
    counts = np.bincount(np.concatenate(kinds)[first].astype(np.int64), minlength=len(names))
    coverage: Counter[str] = Counter()
    for kind, place in names.items():
        coverage.update(dict.fromkeys(kind, int(counts[place])))
    return len(different), coverage


def _smallest(subject: Subject, payloads: Iterable[Payload]) -> tuple[Any, Decision] | None:
    """The counterexample with the shortest text, the first of these in the order of texts; confirmed ones before others."""
    found = [(not one["verified"], canonical(one["witness"]["instance"]), one["witness"]) for one in payloads if one["witness"]]
    if not found:
        return None
    witness = min(found, key=lambda one: (one[0], len(one[1]), one[1]))[2]
    decision = Decision(Outcome(witness["outcome"]), Grade(witness["grade"]), witness["because"])
    return decode(witness["instance"], RationalMatrix), decision


def merge(key: str, payloads: Sequence[Payload]) -> Finding:
    """The finding of a campaign.  A counterexample is decided once more in both arithmetics; without one, a shard that did not
    come to its end leaves the campaign inconclusive.
    """
    total = Sum(replace(subject(key), cost=Cost.FAST), payloads)
    instances = sum(Shard.of(one["key"]).size for one in payloads)
    finding = conclude(total, profile_of(instances), listed=False)
    stopped = Counter(one["reason"] for one in payloads if one["reason"] in (Reason.TIMED_OUT, Reason.CRASHED, Reason.GAVE_UP))
    if finding.status is not Status.REFUTED and stopped:
        reason = Reason(max(sorted(stopped), key=lambda one: stopped[one]))
        detail = "; ".join(f"{count} of {len(payloads)} shards {name}" for name, count in sorted(stopped.items()))
        return replace(finding, status=Status.INCONCLUSIVE, reason=reason, detail=detail)
    return finding
