"""The vocabulary: documents, claims, statements, probes, decisions, findings and verdicts.

Everything here is plain data.  Nothing imports an arithmetic, a search engine or a report format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a property said about one instance."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"


class Grade(StrEnum):
    """How an outcome was decided, from the strongest to the weakest."""

    EXACT = "exact"
    CERTIFIED = "certified"
    NUMERICAL = "numerical"


class Role(StrEnum):
    """Where a statement comes from."""

    PRINTED = "printed"
    ORIGINAL = "original"
    AMENDED = "amended"
    SHARP = "sharp"


class Weight(StrEnum):
    HEADLINE = "headline"
    CLAIM = "claim"
    DETAIL = "detail"


class Cost(StrEnum):
    """What one instance of a statement costs; a slow statement is tried on a quarter of the instances."""

    FAST = "fast"
    SLOW = "slow"


class Kind(StrEnum):
    IDENTITY = "identity"
    UNIVERSAL = "universal"
    BOUND = "bound"
    EXISTENCE = "existence"
    UNIQUENESS = "uniqueness"
    EQUIVALENCE = "equivalence"
    CODE = "code"
    NUMERIC = "numeric"
    EXPERIMENT = "experiment"
    DEFINITION = "definition"


class Status(StrEnum):
    """What one search, case study or run established about one sentence."""

    SURVIVED = "survived"
    REFUTED = "refuted"
    REPRODUCED = "reproduced"
    DIFFERS = "differs"
    INCONCLUSIVE = "inconclusive"


class Reason(StrEnum):
    """Every way of not knowing has its own name; none of them counts as survived."""

    UNDECIDED = "undecided at the largest precision"
    GAVE_UP = "gave up on filtering"
    VACUOUS = "too few effective instances"
    UNCOVERED = "a named case was not reached"
    UNVERIFIED = "the second arithmetic did not confirm the refutation"
    OUTDATED = "the stored witness does not refute what the claim says now"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    NOT_A_STATEMENT = "not a statement"
    NOT_HERE = "cannot be run here"
    LOST = "what it speaks of is lost"
    NOT_RUN = "not run in this profile"
    CONTROL_SURVIVED = "a control survived"
    UNCONTROLLED = "nothing shows that its check can fail"


class VerdictWord(StrEnum):
    """From the most to the least favourable; the headline of a claim is its least favourable word."""

    HOLDS = "holds"
    REPRODUCED = "reproduced"
    AMENDED = "amended"
    DIFFERS = "differs"
    INCONCLUSIVE = "inconclusive"
    REFUTED = "refuted"


class Basis(StrEnum):
    PROVED = "proved"
    SEARCHED = "searched"
    RUNS = "runs"
    NONE = "none"


@dataclass(frozen=True)
class Decision:
    """The outcome of a property at one instance.

    ``used`` is the part of a bound that the instance uses up (1 where it is attained), as an exact fraction in text form.
    """

    outcome: Outcome
    grade: Grade
    because: str = ""
    used: str | None = None

    @property
    def holds(self) -> bool:
        return self.outcome is Outcome.HOLDS

    @property
    def fails(self) -> bool:
        return self.outcome is Outcome.FAILS


Property = Callable[[Any], Decision]
Factory = Callable[[Any], Any]


@dataclass(frozen=True)
class Assumption:
    """A named hypothesis of a statement, so that it can be dropped."""

    name: str
    words: str
    holds: Property


@dataclass(frozen=True)
class Cases:
    """Finitely many explicit instances; each factory takes an arithmetic and builds one.

    A statement over cases is settled by them: they are the document's own objects, or the certificate that is shown.
    """

    words: str
    factories: tuple[Factory, ...]
    settle: bool = True


def sampled(words: str, *factories: Factory) -> Cases:
    """Seeded draws over which a statement about floating point or drawn data is judged; they support it and do not settle it."""
    return Cases(words, factories, settle=False)


def only(words: str, *factories: Factory) -> Cases:
    """The explicit instances that settle a statement."""
    return Cases(words, factories)


class ProbeKind(StrEnum):
    CONTROL = "control"
    WITHOUT = "without"


@dataclass(frozen=True)
class Probe:
    """A sentence that ought to fail: a dropped assumption, or a deliberately wrong neighbour."""

    kind: ProbeKind
    name: str
    words: str
    property: Property | None = None
    over: str | Cases | None = None


def control(words: str, property: Property, *, over: str | Cases | None = None, name: str = "") -> Probe:
    """A deliberately wrong neighbour of the statement; the search must refute it."""
    return Probe(ProbeKind.CONTROL, name, words, property, over)


def without(name: str, words: str, *, over: str | Cases | None = None, property: Property | None = None) -> Probe:
    """The statement with assumption ``name`` dropped, searched over a family in which it may fail."""
    return Probe(ProbeKind.WITHOUT, name, words, property, over)


def _tuple(value: Any) -> tuple[Any, ...]:
    """One thing, none, or several of them."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


@dataclass(frozen=True)
class Statement:
    """A sentence with a truth value: for every instance of ``over`` that meets the assumptions, ``property``.

    ``derives`` names the part of it that its derivation covers, where that is not all of it: then it does not rest on that alone.
    """

    latex: str
    property: Property
    over: str | Cases
    words: str = ""
    reading: str = ""
    assumptions: tuple[Assumption, ...] = ()
    strata: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()
    bound: bool = False
    derivation: str = ""
    derives: str = ""
    cost: Cost = Cost.FAST

    def __post_init__(self) -> None:
        for part in ("assumptions", "strata", "probes"):
            object.__setattr__(self, part, _tuple(getattr(self, part)))
        names = [getattr(assumption, "name", "") for assumption in self.assumptions]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two assumptions are called {name!r}, so that neither can be dropped")


@dataclass(frozen=True)
class Reproduction:
    """What the runs say about one printed sentence."""

    status: Status
    published: str
    measured: str
    seeds: int


@dataclass(frozen=True)
class Run:
    """A sentence about runs, judged by reading the measurements of an experiment."""

    latex: str
    experiment: str
    reads: Callable[[Mapping[str, Any]], Reproduction]
    words: str = ""
    reading: str = ""
    wrong: Callable[[Mapping[str, Any]], Reproduction] | None = None
    wrong_words: str = ""


@dataclass(frozen=True)
class Opinion:
    """A sentence without a truth value that could be decided, with the reason why."""

    latex: str
    because: str
    words: str = ""
    reading: str = ""
    reason: Reason = Reason.NOT_A_STATEMENT


Sentence = Statement | Run | Opinion


@dataclass(frozen=True)
class Experiment:
    """An experiment of one's own, as in :mod:`numerics.experiments`: ``run(seeds, seed)`` measures, ``draw`` makes figures."""

    title: str
    run: Callable[[int, int], Mapping[str, Any]]
    draw: Callable[[Mapping[str, Any]], tuple[Any, ...]] = lambda measurements: ()


@dataclass(frozen=True)
class Document:
    """One of the sources."""

    name: str
    number: str
    title: str
    reference: str

    def at(self, place: str) -> Source:
        return Source(self, place)


@dataclass(frozen=True)
class Source:
    document: Document
    place: str


@dataclass(frozen=True)
class Claim:
    """One thing that a document says, under its permanent id."""

    id: str
    title: str
    source: Source
    kind: Kind
    weight: Weight
    printed: Any
    original: Any = ()
    amended: Any = ()
    sharp: Any = ()
    also: tuple[str, ...] = ()
    illustrated_by: tuple[str, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        for role in Role:
            object.__setattr__(self, role.value, _tuple(getattr(self, role.value)))

    @property
    def ids(self) -> tuple[str, ...]:
        """Every inventory id that this claim answers."""
        return (self.id, *self.also)

    @property
    def sentences(self) -> dict[str, tuple[Role, Sentence]]:
        """Each sentence under its key, ``S0-12/printed.B``, in reading order."""
        found: dict[str, tuple[Role, Sentence]] = {}
        for role in Role:
            for sentence in getattr(self, role.value):
                key = f"{self.id}/{role.value}" + (f".{sentence.reading}" if sentence.reading else "")
                if key in found:
                    raise ValueError(f"{key} stands twice; give each reading its own name")
                found[key] = (role, sentence)
        return found

    @property
    def derivations(self) -> tuple[str, ...]:
        """The derivations that prove its statements for all dimensions, each once."""
        statements = (sentence for _, sentence in self.sentences.values() if isinstance(sentence, Statement))
        return tuple(dict.fromkeys(statement.derivation for statement in statements if statement.derivation))

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments that its sentences read, and those whose figures illustrate it, each once."""
        read = (sentence.experiment for _, sentence in self.sentences.values() if isinstance(sentence, Run))
        return tuple(dict.fromkeys((*read, *self.illustrated_by)))


def probe_keys(key: str, statement: Statement) -> dict[str, Probe]:
    """The probes of a statement under their keys, ``S0-12/printed/without.h1``."""
    named: dict[str, Probe] = {}
    for number, probe in enumerate(statement.probes, start=1):
        name = f"{key}/{probe.kind.value}.{probe.name or number}"
        if name in named:
            raise ValueError(f"{name} stands twice")
        named[name] = probe
    return named


@dataclass(frozen=True)
class Finding:
    """The outcome of one search (or case study) of one statement or probe."""

    key: str
    status: Status
    reason: Reason | None = None
    detail: str = ""
    grade: Grade | None = None
    examples: int = 0
    effective: int = 0
    exhaustive: bool = False
    coverage: Mapping[str, int] = field(default_factory=dict)
    tightest: str | None = None
    witness: Mapping[str, Any] | None = None
    verified: bool | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """A word and what it rests on; ``basis`` says how it was reached, ``because`` in one sentence why."""

    word: VerdictWord
    basis: Basis
    because: str = ""
