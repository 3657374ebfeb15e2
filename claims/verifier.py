"""Rebuilds a witness in a second arithmetic and decides the same property again.

Nothing of the search, of the strategies or of python-flint is imported here: the instance is read from its text and its matrices
are :class:`~numerics.fractional.FractionMatrix`, with products, elimination, characteristic polynomials and inertia of their own.
The property itself, and what is written once for every arithmetic, is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claims.instances import WitnessError, decode
from claims.model import Decision, Outcome
from claims.seal import FIELD, is_intact, sealed
from claims.subject import Subject
from numerics.fractional import FractionMatrix

FIELDS = frozenset({"key", "instance", "outcome", "grade", "because", FIELD})


@dataclass(frozen=True)
class Verification:
    """Whether the second arithmetic confirms the recorded outcome, and what it found."""

    confirmed: bool
    because: str
    decision: Decision | None
    instance: Any


def witness_of(key: str, instance: Any, decision: Decision) -> dict[str, Any]:
    """The canonical JSON of a refuting instance and of what was decided at it, sealed."""
    return sealed(
        {
            "key": key,
            "instance": instance.to_json(),
            "outcome": decision.outcome.value,
            "grade": decision.grade.value,
            "because": decision.because,
        }
    )


def check_form(witness: Mapping[str, Any]) -> None:
    """Raises WitnessError where a witness lacks a field, has one too many, or is not what was written."""
    if not isinstance(witness, Mapping) or set(witness) != FIELDS:
        found = sorted(witness) if isinstance(witness, Mapping) else type(witness).__name__
        raise WitnessError(f"a witness has the fields {sorted(FIELDS)}, not {found}")
    if not is_intact(witness):
        raise WitnessError(f"the witness of {witness['key']!r} was changed after it was written: its digest does not fit")


def verify(subject: Subject, witness: Mapping[str, Any]) -> Verification:
    """Decide the property at the rebuilt instance.  Raises WitnessError where the witness is malformed or belongs to another
    key.
    """
    check_form(witness)
    if witness["key"] != subject.key:
        raise WitnessError(f"the witness belongs to {witness['key']!r}, not to {subject.key!r}")
    instance = decode(witness["instance"], FractionMatrix)
    try:
        found = subject.examine(instance)
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as problem:
        return Verification(False, f"the property cannot be decided at this instance: {problem}", None, instance)
    if found.decision is None:
        return Verification(False, f"the instance violates {found.unmet}", None, instance)
    decided = found.decision
    said = (decided.outcome.value, decided.grade.value, decided.because)
    recorded = (witness["outcome"], witness["grade"], witness["because"])
    if said != recorded:
        return Verification(False, f"recorded {recorded}, found {said}", decided, instance)
    return Verification(decided.outcome is Outcome.FAILS, decided.because, decided, instance)
