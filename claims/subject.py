"""What is decided at one instance: a property under its assumptions, one of them perhaps dropped.

The search and the verifier share this definition and nothing else; it knows no arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from claims.model import Assumption, Cases, Cost, Decision, Outcome, Probe, ProbeKind, Property, Statement


@dataclass(frozen=True)
class Examination:
    """A decision, or the reason why the instance says nothing about the statement."""

    decision: Decision | None
    unmet: str = ""


@dataclass(frozen=True)
class Subject:
    """A statement or probe, ready to be searched."""

    key: str
    property: Property
    over: str | Cases
    assumptions: tuple[Assumption, ...] = ()
    dropped: str = ""
    strata: tuple[str, ...] = ()
    bound: bool = False
    expects_refutation: bool = False
    cost: Cost = Cost.FAST

    @classmethod
    def of_statement(cls, key: str, statement: Statement) -> Subject:
        judged, assumed = (statement.property, statement.over, statement.assumptions), (statement.strata, statement.bound)
        return cls(key, *judged, "", *assumed, cost=statement.cost)

    @classmethod
    def of_probe(cls, key: str, statement: Statement, probe: Probe) -> Subject:
        dropped = probe.name if probe.kind is ProbeKind.WITHOUT else ""
        known = {assumption.name for assumption in statement.assumptions}
        if dropped and dropped not in known and probe.over is None and probe.property is None:
            raise ValueError(f"{key} drops {dropped}, which is none of {sorted(known)}, and names no wider family")
        over, judged = probe.over or statement.over, probe.property or statement.property
        return cls(key, judged, over, statement.assumptions, dropped, expects_refutation=True, cost=statement.cost)

    def examine(self, instance: Any) -> Examination:
        """Decide the property at an instance that meets the assumptions (and violates the dropped one, if it is a predicate)."""
        for assumption in self.assumptions:
            met = _decided(assumption.holds, instance, f"the assumption {assumption.name},")
            if met.outcome is Outcome.UNDECIDED:
                return Examination(met)
            wanted = Outcome.FAILS if assumption.name == self.dropped else Outcome.HOLDS
            if met.outcome is not wanted:
                return Examination(None, assumption.name)
        return Examination(_decided(self.property, instance, "the property"))


def _decided(property: Property, instance: Any, what: str) -> Decision:
    found = property(instance)
    if not isinstance(found, Decision):
        code = getattr(property, "__code__", None)
        place = f" {property.__name__} (line {code.co_firstlineno})" if code else ""
        raise TypeError(f"{what}{place} returns {type(found).__name__}, not a Decision: see claims.decide")
    return found


def assumption(name: str, words: str) -> Callable[[Property], Assumption]:
    """Decorator: a predicate on instances as a named assumption."""
    return lambda predicate: Assumption(name, words, predicate)
