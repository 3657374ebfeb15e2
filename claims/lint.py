"""What is wrong with how claims are written down: what can be read off them, and what a few drawn instances show.

A search says whether a statement holds; this says whether the search would mean anything.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from claims import own
from claims.judge import uncontrolled as without_control
from claims.model import (
    Cases,
    Claim,
    Cost,
    Decision,
    Kind,
    Opinion,
    Outcome,
    Probe,
    ProbeKind,
    Reason,
    Run,
    Sentence,
    Statement,
    Status,
    VerdictWord,
    probe_keys,
)
from claims.names import unknown
from claims.patience import raised
from claims.profiles import PROFILES, Profile
from claims.sources import last_line, line_of, sources
from claims.subject import Subject

DRAWS = Profile("lint", 200, 5, 0, 1, 1, False, False, False, 60.0, 1)
"""A quick search that ends as soon as every named case was seen: it looks at the instances, not for a counterexample."""

_SAMPLE = 40
"""Instances below which their effective share is not looked at."""
_RARE = "only {} of {} instances say anything about it: a narrower family would find more"

_OF_DOUBLES = (Kind.CODE, Kind.NUMERIC)
"""Kinds of claims that may be about what a program computes."""

_ROUNDS = frozenset({"float", "math", "np", "numpy", "round"})
_KNOWN_BY_HEART = ("hypothesis", "flint", "sympy", "numpy", "scipy", "matplotlib")


@dataclass(frozen=True)
class Fault:
    """What is wrong with the sentence, probe or claim of that key; line 0 where it has no better place than the claim."""

    key: str
    what: str
    file: str = ""
    line: int = 0

    def placed(self, claim: Claim) -> own.Problem:
        """With the file and line where a person finds it."""
        file, line = (self.file, self.line) if self.line else where(claim)
        return own.Problem(_shown(file), line, self.key, self.what)


def where(claim: Claim) -> tuple[str, int]:
    """The file and line on which the id of a claim is given."""
    files = files_of(claim)
    for file in files:
        line = line_of(claim.id, file)
        if line > 1:
            return str(file), line
    return str(files[0]), 1


def files_of(claim: Claim) -> list[Path]:
    """The sources that may give a claim."""
    brought = own.home(claim.source.document.name)
    if brought is not None:
        return [brought.file, *sources(brought.module.name, brought.file)]
    from claims.suite import package

    return sorted((Path(__file__).parent / "documents" / package(claim.source.document.name)).glob("*.py"))


def _shown(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


# What can be read off ----------------------------------------------------------------------------------------------------------


def read(claim: Claim) -> Iterator[Fault]:
    """Missing words and sources, unknown names, checks that look at nothing."""
    if not claim.title.strip():
        yield Fault(claim.id, "has no title")
    if not claim.source.place.strip():
        yield Fault(claim.id, "its source names no place in the document")
    if not claim.sentences:
        yield Fault(claim.id, "says nothing: no sentence in any role")
    for key, (_, sentence) in claim.sentences.items():
        if not _says_it(claim, sentence):
            yield Fault(key, "says in no words what its formula means")
        yield from _sentence(key, sentence)
        if isinstance(sentence, Statement) and claim.kind not in _OF_DOUBLES:
            yield from _rounds(key, sentence)
    for name in claim.experiments:
        yield from _unknown(claim.id, "experiment", name, _experiments())


def _says_it(claim: Claim, sentence: Sentence) -> bool:
    """By its words, by what is said about its property, or by the title of a claim that prints nothing else."""
    told = sentence.property.__doc__ if isinstance(sentence, Statement) else ""
    return bool(sentence.words.strip() or (told or "").strip()) or claim.printed == (sentence,)


def read_module(brought: own.Own) -> Iterator[Fault]:
    """What is wrong with a module of one's own beyond its claims."""
    shown, document = brought.module.shown, brought.document
    line = line_of("DOCUMENT", brought.file)
    for part in ("title", "reference"):
        if not getattr(document, part).strip():
            yield Fault("", f"the document {document.name} has no {part}", shown, line)
    if not brought.claims:
        yield Fault("", "CLAIMS is empty", shown, line_of("CLAIMS", brought.file))
    for name, builder in brought.families.items():
        if not (builder.__doc__ or "").strip():
            yield Fault("", f"the family {name} does not say what it contains (its docstring does)", *_place(builder))
    for number, top in _outermost(brought.file):
        if top in _KNOWN_BY_HEART:
            what = f"imports {top} at its top, so that the second arithmetic cannot do without it; import it where it is used"
            yield Fault("", what, shown, number)


def _outermost(file: Path) -> Iterator[tuple[int, str]]:
    """The names that a file imports as soon as it is loaded, with their lines."""
    import ast

    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def _sentence(key: str, sentence: Sentence) -> Iterator[Fault]:
    if not sentence.latex.strip():
        yield Fault(key, "has no formula")
    if isinstance(sentence, Statement):
        yield from _statement(key, sentence)
        return
    if isinstance(sentence, Run):
        if sentence.wrong is None:
            yield Fault(key, "nothing shows that its reading can fail: give it a wrong one")
        elif not sentence.wrong_words.strip():
            yield Fault(key, "its wrong reading has no words")
    if isinstance(sentence, Opinion) and not sentence.because.strip():
        yield Fault(key, "does not say why it cannot be decided")


def _statement(key: str, statement: Statement) -> Iterator[Fault]:
    yield from _over(key, statement.over)
    yield from _looks(key, "the property", statement.property)
    if statement.derivation:
        yield from _unknown(key, "derivation", statement.derivation, _derivations())
    for assumption in statement.assumptions:
        if not assumption.words.strip():
            yield Fault(key, f"its assumption {assumption.name} has no words")
        yield from _looks(key, f"the assumption {assumption.name}", assumption.holds)
    for name, probe in probe_keys(key, statement).items():
        yield from _probe(name, statement, probe)


def _probe(key: str, statement: Statement, probe: Probe) -> Iterator[Fault]:
    if not probe.words.strip():
        yield Fault(key, "has no words")
    if probe.over is not None:
        yield from _over(key, probe.over)
    if probe.property is not None:
        yield from _looks(key, "its property", probe.property)
    same = probe.property in (None, statement.property) and probe.over in (None, statement.over)
    if probe.kind is ProbeKind.CONTROL and same:
        yield Fault(key, "is the statement itself: one of the two has to survive")


def _over(key: str, over: str | Cases) -> Iterator[Fault]:
    if isinstance(over, Cases):
        if not over.words.strip():
            yield Fault(key, "does not say in words what its cases are")
        if not over.factories:
            yield Fault(key, "its list of cases is empty")
        return
    yield from _unknown(key, "family", over, _families())


def _unknown(key: str, kind: str, name: str, known: Iterable[str]) -> Iterator[Fault]:
    known = tuple(known)
    if name not in known:
        yield Fault(key, unknown(kind, name, known))


def _families() -> tuple[str, ...]:
    from claims.families import names

    return names()


def _derivations() -> tuple[str, ...]:
    from symbolic.derivations import NAMES

    return (*NAMES, *(name for brought in own.scope().loaded for name in brought.derivations))


def _experiments() -> tuple[str, ...]:
    from numerics.experiments import TITLES

    return (*TITLES, *(name for brought in own.scope().loaded for name in brought.experiments))


def _looks(key: str, what: str, property: Callable[..., Any]) -> Iterator[Fault]:
    """A check that never looks at its instance decides nothing about it."""
    if ignores_its_argument(property):
        yield Fault(key, f"{what} does not look at its instance, so that it cannot tell one from another", *_place(property))


def _rounds(key: str, statement: Statement) -> Iterator[Fault]:
    """Checks that themselves use NumPy, math, float() or numbers such as 0.5 (zero is exact)."""
    probes = probe_keys(key, statement).items()
    checks = [(key, statement.property), *((key, one.holds) for one in statement.assumptions)]
    for name, check in (*checks, *((name, probe.property) for name, probe in probes if probe.property)):
        function = check.func if isinstance(check, partial) else check
        rounding = sorted(set(_rounding(getattr(function, "__code__", None))))
        if rounding:
            yield Fault(name, f"uses {', '.join(rounding)}, which rounds: decide over exact numbers", *_place(check))


def _rounding(code: Any) -> Iterator[str]:
    if not isinstance(code, CodeType):
        return
    yield from (name for name in code.co_names if name in _ROUNDS)
    for value in code.co_consts:
        if isinstance(value, float) and value:
            yield str(value)
        yield from _rounding(value)


def ignores_its_argument(property: Callable[..., Any]) -> bool:
    """Whether the code of a function never reads its first parameter; False where there is no code to be read."""
    function = property.func if isinstance(property, partial) else property
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    bound = len(property.args) if isinstance(property, partial) else 0
    if code.co_argcount <= bound:
        return not code.co_flags & 0x04
    name = code.co_varnames[bound]
    if name in code.co_cellvars:
        return False
    loads = (one.argval for one in dis.get_instructions(code) if one.opname.startswith("LOAD_"))
    return not any(name == value or (isinstance(value, tuple) and name in value) for value in loads)


def _place(function: Callable[..., Any]) -> tuple[str, int]:
    inner = function.func if isinstance(function, partial) else function
    code = getattr(inner, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)


# What a few instances show -----------------------------------------------------------------------------------------------


def draw(kind: str, key: str, profile: str, seed: int) -> dict[str, Any]:
    """Look at a few instances of a statement or probe: its status, and what is wrong with it (see ``run``'s ``execute``)."""
    from claims.families import UnknownFamily
    from claims.registry import find, subject
    from claims.search import search

    claim, judged = find(key.split("/", 1)[0]), _shortened(subject(key))
    watched = _Watch(judged, 2 if judged.cost is Cost.FAST else 0)  # fractions would make a slow statement a very slow one
    try:
        found = search(replace(judged, property=watched), replace(DRAWS, settled=_enough(claim, key)), seed)
        word = _recorded(claim, key)
        faults = [*(() if word == Status.REFUTED else _of_finding(judged, found)), *watched.compared()]
        faults += [_RARE.format(found.effective, found.examples)] if word is None and _too_rare(judged, found) else []
    except UnknownFamily:  # said already, with the other names that mean nothing
        return {"status": Status.INCONCLUSIVE, "faults": []}
    except Exception as problem:  # noqa: BLE001 - whatever it raises, that is what is wrong with it
        return {"status": Status.INCONCLUSIVE, "faults": [_raised(claim, key, problem)]}
    return {"status": found.status, "faults": [(what, "", 0) for what in faults]}


def _shortened(judged: Subject) -> Subject:
    """Two of a list of cases show how each of them is written; the list itself is for the search."""
    if not isinstance(judged.over, Cases):
        return judged
    return replace(judged, over=replace(judged.over, factories=judged.over.factories[:2]), strata=())


def _enough(claim: Claim, key: str) -> int:
    """A statement without a control is looked at for as long as it takes to see it fail."""
    sentence = claim.sentences["/".join(key.split("/")[:2])][1]
    assert isinstance(sentence, Statement)
    return DRAWS.settled if any(probe.kind is ProbeKind.CONTROL for probe in sentence.probes) else 0


def _recorded(claim: Claim, key: str) -> str | None:
    """The word on record: where there is one, a longer search found enough, however rare the instances are that say something."""
    from claims.witnesses import recorded

    record = recorded(claim.source.document.name).get(claim.id, {})
    return record.get("sentences", {}).get(key) or record.get("probes", {}).get(key)


def _of_finding(judged: Subject, found: Any) -> Iterator[str]:
    if found.reason is Reason.GAVE_UP:
        yield "its family builds nothing: every instance was filtered out"
    elif found.reason is Reason.VACUOUS:
        yield f"no instance says anything about it: {found.detail}"
    elif found.reason is Reason.UNCOVERED and not judged.expects_refutation:
        yield f"{found.detail.replace(' often enough', '')} in {found.examples} instances"


def _too_rare(judged: Subject, found: Any) -> bool:
    """Whether the share of effective instances is one with which the profile ``ci`` would not have enough."""
    ci = PROFILES["ci"]
    return (
        found.status is Status.SURVIVED
        and found.examples >= _SAMPLE
        and found.effective * ci.tries(judged.cost) < ci.enough * found.examples
    )


def _raised(claim: Claim, key: str, problem: Exception) -> tuple[str, str, int]:
    """With the last line of the claim's own sources that had a part in it."""
    return (f"raises {raised(problem)}", *last_line(problem, files_of(claim)))


class _Watch:
    """A property that remembers the first instances that it was asked about."""

    def __init__(self, judged: Subject, most: int) -> None:
        self._judged, self._most = judged, most
        self._seen: list[tuple[Any, Decision]] = []

    def __call__(self, instance: Any) -> Decision:
        decision = self._judged.property(instance)
        if not isinstance(decision, Decision):
            return decision
        if len(self._seen) < self._most and decision.outcome is not Outcome.UNDECIDED:
            self._seen.append((instance, decision))
        if decision.fails:
            self._most = 0  # what comes now is the verifier's
        return decision

    def compared(self) -> Iterator[str]:
        """Whether these instances survive being written down, and the second arithmetic says the same about them."""
        from claims.instances import decode
        from numerics.fractional import FractionMatrix
        from numerics.rational import RationalMatrix

        for instance, decision in self._seen:
            written = instance.to_json()
            if decode(written, RationalMatrix) != instance:
                yield f"a {type(instance).__name__} does not survive being written down as JSON"
                return
            again = self._judged.property(decode(written, FractionMatrix))
            if again != decision:
                yield f"over fractions it says {again.outcome} ({again.because}), else {decision.outcome} ({decision.because})"
                return


def uncontrolled(claim: Claim, record: Mapping[str, Any] | None, drawn: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Statements that nothing shows to be able to fail: no control, and no refuted sentence with the same property.

    What is known of them comes from the record, and from ``drawn`` instances where nothing is recorded.
    """
    statements = {key: one for key, (_, one) in claim.sentences.items() if isinstance(one, Statement)}
    words = dict((record or {}).get("sentences", {}))
    for key in statements:
        if key not in words and key in drawn:
            words[key] = VerdictWord.REFUTED if drawn[key]["status"] == Status.REFUTED else VerdictWord.HOLDS
    for key in statements:
        if drawn.get(key, {}).get("status") == Status.INCONCLUSIVE and words.get(key) != VerdictWord.REFUTED:
            words[key] = VerdictWord.INCONCLUSIVE
    for key in without_control(claim, dict.fromkeys(statements, VerdictWord.HOLDS) | words):
        yield Fault(key, "nothing shows that this check can fail: give the statement a control")
