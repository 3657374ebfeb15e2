"""One statement in, one finding out: a search for a counterexample over generated instances, or over explicit cases."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, target
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import engine, providers

from claims.climb import climb
from claims.families import family
from claims.instances import canonical
from claims.model import Cases, Cost, Decision, Finding, Grade, Outcome, Reason, Status
from claims.profiles import Profile
from claims.strategies.entropy import sizes_capped
from claims.subject import Subject
from claims.verifier import verify, witness_of
from numerics.rational import RationalMatrix

GRADES = (Grade.EXACT, Grade.CERTIFIED, Grade.NUMERICAL)
_FRUITLESS = 4
"""How many draws for each instance may end in none."""


class Refutation(Exception):  # noqa: N818 - it is what the search looks for
    """Carries a counterexample out of Hypothesis, which shrinks by raising it again."""


class Settled(Exception):  # noqa: N818 - an end that is no failure
    """Ends the drawing of a profile that has seen as much as it asks for."""


class Tally:
    """What a search has seen so far."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.examples = 0
        self.undecided = 0
        self.unmet: Counter[str] = Counter()
        self.coverage: Counter[str] = Counter()
        self.seen: set[Any] = set()
        self.grade: Grade | None = None
        self.used: Fraction | None = None
        self.tightest: Fraction | None = None
        self.tightest_at: Any = None
        self.counterexample: tuple[Any, Decision] | None = None

    @property
    def effective(self) -> int:
        return len(self.seen)

    def missing(self, least: int) -> list[str]:
        """The named cases that occurred less often than that."""
        return [name for name in self.subject.strata if self.coverage[name] < least]

    def is_settled(self, profile: Profile) -> bool:
        """Whether the profile ends the drawing here."""
        asked = profile.settled if self.subject.cost is Cost.FAST else profile.settled // 2
        return 0 < asked <= self.effective and not self.undecided and not self.missing(profile.per_stratum)

    def take(self, instance: Any) -> Decision | None:
        """Examine one instance and count it; the decision if the instance is a counterexample."""
        self.examples += 1
        self.used = None
        found = self.subject.examine(instance)
        if found.decision is None:
            self.unmet[found.unmet] += 1
            return None
        decision = found.decision
        if decision.outcome is Outcome.UNDECIDED:
            self.undecided += 1
            return None
        self.used = None if decision.used is None else Fraction(decision.used)
        if decision.outcome is Outcome.FAILS:
            self.counterexample = (instance, decision)
        self._count(instance, decision)
        return decision if decision.outcome is Outcome.FAILS else None

    def _is_new(self, instance: Any) -> bool:
        """Whether it was not counted yet.  Raises TypeError where it cannot be compared with others."""
        try:
            known = len(self.seen)
            self.seen.add(instance)
        except TypeError as problem:
            what = f"a {type(instance).__name__} has a part that can be changed ({problem}): make it a tuple or a matrix"
            raise TypeError(what) from problem
        return len(self.seen) > known

    def _count(self, instance: Any, decision: Decision) -> None:
        if not self._is_new(instance):
            return
        self.grade = decision.grade if self.grade is None else max(self.grade, decision.grade, key=GRADES.index)
        self.coverage.update(_names(instance))
        if self.subject.bound and self.used is not None:
            if self.used == 1:
                self.coverage["attained"] += 1
            if self.tightest is None or self.used > self.tightest:
                self.tightest, self.tightest_at = self.used, instance


def _names(instance: Any) -> frozenset[str]:
    """Its named cases.  Raises TypeError for a text, whose letters would be counted."""
    cases = instance.cases()
    if not isinstance(cases, set | frozenset):
        raise TypeError(f"cases() of a {type(instance).__name__} returns {type(cases).__name__}, not a frozenset of names")
    return frozenset(cases)


def search(subject: Subject, profile: Profile, number: int, tally: Tally | None = None) -> Finding:
    """Look for a counterexample with the budget of the profile; ``number`` is the seed of the whole run.

    ``tally``: the caller's, for one who wants to know more than the finding says.
    """
    started = time.perf_counter()
    tally = tally or Tally(subject)
    if isinstance(subject.over, Cases):
        _survey(tally, subject.over)
        finding = conclude(tally, profile, listed=True)
    else:
        gave_up = _generate(tally, profile, number)
        _climb(tally, profile)
        if tally.counterexample is not None and profile.shrink:
            _look_smaller(tally, profile, number)
        finding = _gave_up(tally) if gave_up else conclude(tally, profile, listed=False)
    return _stamped(finding, time.perf_counter() - started)


def _survey(tally: Tally, cases: Cases) -> None:
    for factory in cases.factories:
        if tally.take(factory(RationalMatrix)) is not None:
            return


def _generate(tally: Tally, profile: Profile, number: int) -> bool:
    """Run Hypothesis; True if it found too few instances to go on."""
    phases = [Phase.generate, Phase.target] if tally.subject.bound else [Phase.generate]
    if profile.shrink:
        phases.append(Phase.shrink)

    @seed(_seed(tally.subject.key, number))
    @settings(
        max_examples=profile.tries(tally.subject.cost),
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(family(str(tally.subject.over)).strategy)
    def attempt(instance: Any) -> None:
        decision = tally.take(instance)
        if decision is not None:
            raise Refutation
        if tally.is_settled(profile):
            raise Settled
        if tally.subject.bound and tally.used is not None:
            target(float(tally.used))

    with _reproducible():
        try:
            attempt()
        except (Refutation, Settled):
            return False
        except Unsatisfiable:
            return True
    return False


def _climb(tally: Tally, profile: Profile) -> None:
    """Set an optimiser on the tightest instance of a bound that no generated instance has broken."""
    start, share = tally.tightest_at, tally.tightest
    if tally.counterexample is not None or start is None or share is None or not start.stays_in_family():
        return

    def measure(instance: Any) -> Fraction | None:
        tally.take(instance)
        return tally.used

    climb(start, share, measure, profile.climbs)


def _look_smaller(tally: Tally, profile: Profile, number: int) -> None:
    """Search again among the smallest sizes first: shrinking changes one choice at a time and can end above them."""
    for cap in range(3):
        small = Tally(tally.subject)
        with sizes_capped(cap):
            _generate(small, profile, number)
        if small.counterexample is not None:
            tally.counterexample = min(tally.counterexample, small.counterexample, key=_length)
            return


def _length(found: tuple[Any, Decision] | None) -> int:
    assert found is not None
    return len(canonical(found[0].to_json()))


@contextmanager
def _reproducible() -> Iterator[None]:
    """Same seed, same instances: no constants harvested from whatever modules are loaded, no clock on shrinking, no notes.

    Hypothesis bears with a hundred draws that end in no instance for each that does; where an optimiser goes for a family whose
    number of draws depends on earlier ones, that takes minutes.  Here it is a few.
    """
    kept = providers._get_local_constants, engine.MAX_SHRINKING_SECONDS, engine.INVALID_PER_VALID
    nothing = providers.Constants()
    providers._get_local_constants = lambda: nothing
    engine.MAX_SHRINKING_SECONDS = float("inf")  # type: ignore[assignment]
    engine.INVALID_PER_VALID = _FRUITLESS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        providers._get_local_constants, engine.MAX_SHRINKING_SECONDS, engine.INVALID_PER_VALID = kept


def _seed(key: str, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{key} {number}".encode()).digest()[:8], "big")


def conclude(tally: Tally, profile: Profile, *, listed: bool) -> Finding:
    """What a tally amounts to; ``listed``: it went through explicit cases, each of which counts."""
    if tally.counterexample is not None:
        return _refuted(tally)
    if tally.undecided:
        detail = f"{tally.undecided} of {tally.examples} instances stayed undecided"
        return _inconclusive(tally, Reason.UNDECIDED, detail)
    if tally.effective < (1 if listed else profile.enough):
        again = tally.examples - tally.unmet.total() - tally.effective
        lost = [f"{name} unmet {count} times" for name, count in sorted(tally.unmet.items())]
        lost += [f"{again} repeated"] if again else []
        detail = f"{tally.effective} effective of {tally.examples} instances" + (f" ({', '.join(lost)})" if lost else "")
        return _inconclusive(tally, Reason.VACUOUS, detail)
    missing = tally.missing(1 if listed else profile.per_stratum)
    if missing:
        return _inconclusive(tally, Reason.UNCOVERED, f"not reached often enough: {', '.join(_hinted(missing, tally))}")
    over = tally.subject.over
    return _finding(tally, Status.SURVIVED, exhaustive=isinstance(over, Cases) and over.settle)


def _hinted(missing: Iterable[str], tally: Tally) -> Iterator[str]:
    """Cases that no instance has may be misspelt."""
    seen = [name for name, count in tally.coverage.items() if count]
    for name in missing:
        near = [] if name in seen else get_close_matches(name, seen, n=1, cutoff=0.85)
        yield f"{name} (did you mean {near[0]}?)" if near else name


def _refuted(tally: Tally) -> Finding:
    assert tally.counterexample is not None
    instance, decision = tally.counterexample
    witness = witness_of(tally.subject.key, instance, decision)
    checked = verify(tally.subject, witness)
    if not checked.confirmed:
        return _finding(
            tally, Status.INCONCLUSIVE, reason=Reason.UNVERIFIED, detail=checked.because, witness=witness, verified=False
        )
    return _finding(tally, Status.REFUTED, detail=decision.because, grade=decision.grade, witness=witness, verified=True)


def _gave_up(tally: Tally) -> Finding:
    return _inconclusive(tally, Reason.GAVE_UP, f"Hypothesis found no further instance after {tally.examples}")


def _inconclusive(tally: Tally, reason: Reason, detail: str) -> Finding:
    return _finding(tally, Status.INCONCLUSIVE, reason=reason, detail=detail)


def _finding(tally: Tally, status: Status, **more: Any) -> Finding:
    shared: dict[str, Any] = {
        "grade": tally.grade,
        "examples": tally.examples,
        "effective": tally.effective,
        "coverage": dict(sorted(tally.coverage.items())),
        "tightest": None if tally.tightest is None else str(tally.tightest),
    }
    return Finding(tally.subject.key, status, **(shared | more))


def _stamped(finding: Finding, seconds: float) -> Finding:
    return replace(finding, seconds=seconds)
