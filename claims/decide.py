"""The only place where a comparison becomes a :class:`~claims.model.Decision`.

Exact scalars (fractions, rationals of python-flint) compare to a truth value.  Balls answer a comparison with True only where it
is certain, so that two complementary questions tell holds, fails and undecided apart.  What rounds or encloses is refused where
an exact object is expected; only :func:`exactly` has to trust its caller, because it is given the answer and not the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from numbers import Number, Rational
from typing import Any

from claims.model import Decision, Grade, Outcome
from numerics.matrix import ExactOnlyError, Matrix

_INEXACT = ("numpy", "flint.types.arb", "flint.types.acb")
"""Modules whose scalars and arrays round, overflow or enclose: NumPy's and the balls."""

_WEAKEST = (Grade.EXACT, Grade.CERTIFIED, Grade.NUMERICAL)


def exactly(truth: bool, because: str = "", used: str | None = None) -> Decision:
    """A decision over the rationals, or over any finite object: a plain truth value."""
    if not isinstance(truth, bool):
        kind = f"{type(truth).__module__}.{type(truth).__name__}".removeprefix("builtins.")
        raise TypeError(f"exactly() takes a bool, not {kind}: decide the comparison first")
    return Decision(Outcome.HOLDS if truth else Outcome.FAILS, Grade.EXACT, because, used)


def certainly(yes: bool, no: bool, because: str = "") -> Decision:
    """A decision by balls: ``yes`` and ``no`` are the certain answers to a question and to its negation."""
    if yes and no:
        raise ValueError("a question and its negation cannot both be certain")
    outcome = Outcome.HOLDS if yes else Outcome.FAILS if no else Outcome.UNDECIDED
    return Decision(outcome, Grade.CERTIFIED, because)


def undecided(because: str = "") -> Decision:
    """Nothing certain is known about this instance."""
    return certainly(False, False, because)


def numerically(value: float, bound: float, error: float, because: str = "") -> Decision:
    """``value <= bound`` in floating point, where ``error`` is a derived bound on |value - exact value|.

    Raises ValueError for a negative or missing error bound: a tolerance that nobody derived is not a decision.
    """
    if not error >= 0:
        raise ValueError("numerically() needs a derived, non-negative error bound")
    if value + error <= bound:
        return Decision(Outcome.HOLDS, Grade.NUMERICAL, because)
    if value - error > bound:
        return Decision(Outcome.FAILS, Grade.NUMERICAL, because)
    return Decision(Outcome.UNDECIDED, Grade.NUMERICAL, because)


def equal(left: Any, right: Any, because: str = "") -> Decision:
    """Two exact matrices, scalars or other finite objects are the same; different shapes are different objects.

    Raises ExactOnlyError for what is not exact, as do ``at_most`` and ``less``, and TypeError for a Fraction beside a rational of
    python-flint, which would never be equal.
    """
    _require_exact(left, right)
    kinds = {type(left), type(right)}
    if Fraction in kinds and any(kind.__module__.startswith("flint") for kind in kinds):
        raise TypeError(f"{left!r} and {right!r} are of two arithmetics: write a constant as an int, or as a quotient of ints")
    if getattr(left, "shape", None) != getattr(right, "shape", None):
        return exactly(False, because or f"shapes {left.shape} and {right.shape} differ")
    return exactly(bool(left == right), because)


def at_most(left: Any, right: Any, because: str = "") -> Decision:
    """``left <= right`` for exact scalars, with the part of the bound that is used (left / right where right > 0)."""
    _require_exact(left, right)
    return exactly(bool(left <= right), because, _share(left, right))


def less(left: Any, right: Any, because: str = "") -> Decision:
    """``left < right`` for exact scalars, with the part of the bound that is used."""
    _require_exact(left, right)
    return exactly(bool(left < right), because, _share(left, right))


def _require_exact(*values: Any) -> None:
    for value in values:
        if isinstance(value, tuple | list | set | frozenset):
            _require_exact(*value)
        elif not _is_exact(value):
            raise ExactOnlyError(f"{value!r} ({type(value).__name__}) is not exact: compare rationals, or see certainly()")


def _is_exact(value: Any) -> bool:
    if isinstance(value, Matrix):
        return value.exact
    rounds = isinstance(value, Number) and not isinstance(value, Rational)
    return not rounds and not type(value).__module__.startswith(_INEXACT)


def _share(left: Any, right: Any) -> str | None:
    if not right > 0 or left < 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return str(Fraction(left, right))
    return str(left / right)


def every(decisions: Iterable[Decision], because: str = "") -> Decision:
    """All of them: fails as soon as one fails, undecided where none fails and one is undecided."""
    grade, undecided, used = Grade.EXACT, None, None
    for decision in decisions:
        if decision.fails:
            return decision
        grade = max(grade, decision.grade, key=_WEAKEST.index)
        used = max((part for part in (used, decision.used) if part is not None), key=Fraction, default=None)
        if decision.outcome is Outcome.UNDECIDED:
            undecided = decision
    return undecided or Decision(Outcome.HOLDS, grade, because, used)


def both(*decisions: Decision) -> Decision:
    return every(decisions)


def negated(decision: Decision, because: str = "") -> Decision:
    turned = {Outcome.HOLDS: Outcome.FAILS, Outcome.FAILS: Outcome.HOLDS, Outcome.UNDECIDED: Outcome.UNDECIDED}
    return Decision(turned[decision.outcome], decision.grade, because)


def equivalent(left: Decision, right: Decision, because: str = "") -> Decision:
    """Both hold or both fail."""
    grade = max(left.grade, right.grade, key=_WEAKEST.index)
    if Outcome.UNDECIDED in (left.outcome, right.outcome):
        return Decision(Outcome.UNDECIDED, grade, because)
    return Decision(Outcome.HOLDS if left.outcome is right.outcome else Outcome.FAILS, grade, because)
