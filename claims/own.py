"""Claims of one's own: modules outside this package, named on the command line or registered by an installed package.

Such a module has a ``DOCUMENT`` and ``CLAIMS``; it may have ``FAMILIES`` (functions of a ``Draw`` that build an instance),
``DERIVATIONS`` (functions that return one, by name) and ``EXPERIMENTS`` (by id).  What cannot be used is a :class:`Problem`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from claims.model import Assumption, Cases, Claim, Document, Experiment, Kind, Statement, Weight, probe_keys
from claims.names import is_name
from claims.patience import raised
from claims.sources import last_line, line_of, line_of_class, sources
from claims.subject import Subject
from claims.suite import DOCUMENTS, suite

GROUP = "lossproof.claims"
"""The group of entry points under which an installed package registers its modules of claims."""

_DOCUMENTS = Path(__file__).parent / "documents"

LOAD_SECONDS = 60.0
"""How long a module may take to be loaded before it is called hung."""


@dataclass(frozen=True)
class Module:
    """A module in words that another process understands.

    name: the absolute path of a file, or a dotted name; records: the folder of its verdicts and witnesses (empty until it is
    loaded, for the one beside it); digest: what its sources are (empty until it is loaded); typed: how it was named.
    """

    name: str
    records: str = ""
    digest: str = ""
    typed: str = ""

    @property
    def shown(self) -> str:
        """How a person calls it."""
        return self.typed or self.name

    @classmethod
    def of(cls, typed: str, records: str | Path = "") -> Module:
        """A module as a person names it: ``claims.py``, ``papers/claims.py`` or ``package.claims``."""
        is_file = typed.endswith(".py") or "/" in typed or "\\" in typed
        folder = str(Path(records).resolve()) if records else ""
        return cls(str(Path(typed).resolve()) if is_file else typed, folder, typed=typed)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: ``my_claims.py:12: MY-1: what``; ``name`` is empty where it is the file itself, ``line`` 0 where
    there is none.
    """

    file: str
    line: int
    name: str
    what: str

    def __str__(self) -> str:
        places = (self.file, *((str(self.line),) if self.line else ()))
        return f"{':'.join(places)}: " + (f"{self.name}: " if self.name else "") + " ".join(self.what.split())


class Unusable(Exception):  # noqa: N818 - it carries a problem
    """A module that cannot be loaded."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Own:
    """A module that was loaded, what it brings, and what of it was left out."""

    module: Module
    file: Path
    document: Document
    claims: tuple[Claim, ...]
    families: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    derivations: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def records(self) -> Path:
        """Where its verdicts and witnesses are kept."""
        return Path(self.module.records)

    @property
    def names(self) -> frozenset[str]:
        """Every name that no other module may have in the same run."""
        return frozenset((f"document {self.document.name}", *(f"family {name}" for name in self.families))) | {
            f"{kind} {name}" for kind in ("derivation", "experiment") for name in getattr(self, f"{kind}s")
        }


def beside(file: Path) -> Path:
    """Where records are kept unless somebody says otherwise: ``my_claims.records`` beside ``my_claims.py``."""
    return file.parent / "records" if file.name == "__init__.py" else file.with_suffix(".records")


# Loading ---------------------------------------------------------------------------------------------------------------------


def load(module: Module) -> Own:
    """Import a module of one's own.  Raises Unusable, with the place, where that fails; claims that are wrong are left out."""
    file = _found(module)
    digest = _digest(sources(module.name, file))
    if module.digest and module.digest != digest:
        raise Unusable(Problem(module.shown, 1, "", "its sources changed while the run was on its way; run it again"))
    with _all_or_nothing(module):
        loaded = _imported(module, file)
        try:
            return _contents(loaded, replace(module, digest=digest, records=module.records or str(beside(file))), file)
        except (AttributeError, TypeError, ValueError) as problem:
            raise Unusable(Problem(module.shown, 1, "", f"what it brings is malformed: {problem}")) from problem


def _imported(module: Module, file: Path) -> ModuleType:
    """Whatever a module raises while it is imported, it is that module which is unusable; what it prints is no output of ours."""
    try:
        with redirect_stdout(sys.stderr):
            return _executed(module.name, file)
    except (Exception, SystemExit) as problem:
        raise Unusable(Problem(module.shown, _line(problem, file), "", raised(problem))) from problem


@contextmanager
def _all_or_nothing(module: Module) -> Iterator[None]:
    """Where loading ends badly, the module and the types of instances that it brought are forgotten."""
    from claims.instances import Instance  # all of the suite's, so that one's own types have to find other names

    known = dict(Instance.registry)
    try:
        yield
    except BaseException:
        sys.modules.pop(module.name, None)
        Instance.registry.clear()
        Instance.registry.update(known)
        raise


def _found(module: Module) -> Path:
    shown = module.shown
    if Path(module.name).is_absolute():
        if not Path(module.name).is_file():
            raise Unusable(Problem(shown, 0, "", "there is no such file"))
        return Path(module.name)
    try:
        spec = find_spec(module.name)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is None or spec.origin is None:
        hint = f"; did you mean {module.name}.py?" if Path(f"{module.name}.py").is_file() else ""
        raise Unusable(Problem(shown, 0, "", f"there is no module of this name{hint}"))
    return Path(spec.origin)


def _executed(name: str, file: Path) -> ModuleType:
    """A file is executed afresh under its own path as name, so that two files called alike do not meet."""
    if name != str(file):
        return import_module(name)
    loaded = ModuleType(name)
    loaded.__file__ = name
    sys.modules[name] = loaded
    exec(compile(file.read_bytes(), name, "exec", dont_inherit=True), loaded.__dict__)
    return loaded


def _forget(name: str) -> None:
    """Forget a file and its types of instances, so that it can be loaded afresh; a module with a dotted name stays imported."""
    from claims.instances import Instance

    if Path(name).is_absolute():
        sys.modules.pop(name, None)
        for kind in [kind for kind, known in Instance.registry.items() if known.__module__ == name]:
            del Instance.registry[kind]


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _line(problem: BaseException, file: Path) -> int:
    """The last line of the file that had a part in it."""
    if isinstance(problem, SyntaxError) and problem.filename == str(file):
        return problem.lineno or 1
    return last_line(problem, [file])[1] or 1


def _contents(loaded: ModuleType, module: Module, file: Path) -> Own:
    shown = module.shown

    def wanted(name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        value = getattr(loaded, name, default)
        if not isinstance(value, kind):
            words = kind.__name__ if isinstance(kind, type) else " or ".join(one.__name__ for one in kind)
            what = f"has to be a {words}, not {type(value).__name__}" if hasattr(loaded, name) else f"is missing: a {words}"
            raise Unusable(Problem(shown, line_of(name, file, last=True), "", f"{name} {what}"))
        return value

    document = wanted("DOCUMENT", Document)
    if not is_name(document.name):
        what = f"the name {document.name!r} becomes that of a file; use letters, digits and '-'"
        raise Unusable(Problem(shown, line_of("DOCUMENT", file, last=True), "", what))
    own = Own(
        module,
        file,
        document,
        (),
        {function.__name__: function for function in wanted("FAMILIES", (tuple, list), ())},
        wanted("DERIVATIONS", dict, {}),
        wanted("EXPERIMENTS", dict, {}),
    )
    taken = _taken(own)
    if taken:
        raise Unusable(Problem(shown, 1, "", f"the suite has a {taken} already; find another name"))
    for name in _changeable(module):
        what = f"the instances of {name} can be changed: write @dataclass(frozen=True)"
        raise Unusable(Problem(shown, line_of_class(name, file), "", what))
    known, claims, problems = dict(suite().by_id), [], []
    for claim in wanted("CLAIMS", (tuple, list)):
        wrong = _wrong(claim, document, known)
        if wrong:
            name = str(getattr(claim, "id", ""))
            problems.append(Problem(shown, line_of(name, file, last=True), name, f"{wrong}; it is left out"))
        else:
            known |= dict.fromkeys(claim.ids, claim)
            claims.append(claim)
    return replace(own, claims=tuple(claims), problems=tuple(problems))


def _taken(own: Own) -> str:
    from claims.strategies import FAMILIES
    from numerics.experiments import TITLES
    from symbolic.derivations import NAMES

    known = {"document": DOCUMENTS, "family": FAMILIES, "derivation": NAMES, "experiment": TITLES}
    return min(own.names & {f"{kind} {name}" for kind, names in known.items() for name in names}, default="")


def _changeable(module: Module) -> Iterator[str]:
    """The module's own types of instances that are not frozen, so that none of theirs could be counted or kept."""
    from claims.instances import Instance

    for name, kind in Instance.registry.items():
        if kind.__module__ == module.name and kind.__hash__ is None:
            yield name


def _wrong(claim: Any, document: Document, known: Mapping[str, Claim]) -> str:
    """Why a claim cannot be judged at all; empty where it can."""
    if not isinstance(claim, Claim):
        return f"CLAIMS holds a {type(claim).__name__}, not a Claim"
    try:
        if not all(is_name(name) for name in claim.ids):
            return "an id consists of letters, digits, '-', '_' and '.'"
        twice = [name for name in claim.ids if name in known]
        if twice:
            return f"the id {twice[0]} stands twice, first as {known[twice[0]].title!r} in {known[twice[0]].source.document.name}"
        if claim.source.document != document:
            return f"its source is {claim.source.document.name}, not the DOCUMENT of this module"
        _require(claim, title=str, remark=str, kind=Kind, weight=Weight)
        for key, (_, sentence) in claim.sentences.items():
            _require(sentence, latex=str, words=str, reading=str)
            if isinstance(sentence, Statement):
                _check(key, sentence)
    except (AttributeError, TypeError, ValueError) as problem:
        return str(problem)
    return ""


def _require(thing: Any, **kinds: Any) -> None:
    """Raises TypeError where a part is of another kind; Python itself does not look."""
    for name, kind in kinds.items():
        value = getattr(thing, name)
        if not isinstance(value, kind):
            raise TypeError(f"its {name} is of type {type(value).__name__}, not {getattr(kind, '__name__', kind)}")


def _check(key: str, statement: Statement) -> None:
    """Raises TypeError or ValueError where a statement or one of its probes is not made of what it should be."""
    _require(statement, property=Callable, over=str | Cases, strata=tuple | list, assumptions=tuple | list, probes=tuple | list)
    for assumption in statement.assumptions:
        if not isinstance(assumption, Assumption):
            name = getattr(assumption, "__name__", assumption)
            raise TypeError(f"{name} is no assumption: write @assumption(name, words) above it")
        _require(assumption, name=str, words=str, holds=Callable)
    for name, probe in probe_keys(key, statement).items():
        _require(probe, words=str, property=Callable | None, over=str | Cases | None)
        Subject.of_probe(name, statement, probe)


def _without(own: Own, other: Own) -> Own:
    """What is left of a module beside another one: the claims whose ids are not taken."""
    ids = {name for claim in other.claims for name in claim.ids}
    twice = [claim for claim in own.claims if ids & set(claim.ids)]
    if not twice:
        return own
    where, shown = other.module.shown, own.module.shown
    left_out = [
        Problem(shown, line_of(claim.id, own.file), claim.id, f"the id stands in {where}, too; it is left out") for claim in twice
    ]
    kept = tuple(claim for claim in own.claims if claim not in twice)
    return replace(own, claims=kept, problems=(*own.problems, *left_out))


# What is in scope --------------------------------------------------------------------------------------------------------------

Trial = Callable[[Module], Problem | None]
"""Says why a module is not to be loaded here; loads it somewhere else first."""


class Scope:
    """The modules of one's own that a command (or a unit) may speak of; each is loaded when it is first asked for."""

    def __init__(
        self,
        modules: Sequence[Module] = (),
        *,
        registered: bool = True,
        trial: Trial = lambda module: None,
        on_problem: Callable[[Problem], object] = lambda problem: None,
    ) -> None:
        self.modules = tuple(dict.fromkeys(modules))
        self.problems: list[Problem] = []
        self.cache: dict[str, Any] = {}
        self._registered, self._trial, self._on_problem = registered, trial, on_problem
        self._loaded: dict[str, Own | None] = {}

    def named(self) -> tuple[Own, ...]:
        """The modules that were named, those that cannot be used left out."""
        return self._all(self.modules)

    def registered(self) -> tuple[Own, ...]:
        """The modules that installed packages register, but for those that were named."""
        if not self._registered:
            return ()
        from importlib.metadata import entry_points

        found = sorted({entry.value.partition(":")[0] for entry in entry_points(group=GROUP)})
        return self._all([Module(name) for name in found if name not in {module.name for module in self.modules}])

    @property
    def loaded(self) -> tuple[Own, ...]:
        """What is loaded so far, and everything that was named."""
        self.named()
        return tuple(own for own in self._loaded.values() if own is not None)

    def report(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)
            self._on_problem(problem)

    def _all(self, modules: Iterable[Module]) -> tuple[Own, ...]:
        found = [self._load(module) for module in modules]
        return tuple(own for own in found if own is not None)

    def _load(self, module: Module) -> Own | None:
        if module.name not in self._loaded:
            self._loaded[module.name] = None
            try:
                self._loaded[module.name] = own = self._admitted(module)
            except Unusable as unusable:
                _forget(module.name)
                self.report(unusable.problem)
            else:
                for problem in own.problems:
                    self.report(problem)
        return self._loaded[module.name]

    def _admitted(self, module: Module) -> Own:
        problem = self._trial(module)
        if problem is not None:
            raise Unusable(problem)
        own = load(module)
        for other in (one for one in self._loaded.values() if one is not None):
            shared = min(own.names & other.names, default="")
            if shared:
                what = f"{other.module.shown} has a {shared}, too; find another name"
                raise Unusable(Problem(module.shown, 1, "", what))
            own = _without(own, other)
        return own

    def close(self) -> None:
        """Forget the files, so that another scope loads them afresh."""
        for name, own in self._loaded.items():
            if own is not None:
                _forget(name)


_SCOPE: ContextVar[Scope] = ContextVar("scope", default=Scope())  # noqa: B039 - what a process has installed, loaded once


def scope() -> Scope:
    return _SCOPE.get()


@contextmanager
def using(modules: Iterable[Module | str], **more: Any) -> Iterator[Scope]:
    """Within it the registry knows these modules, too, and 'all claims' are theirs (``more``: see :class:`Scope`)."""
    opened = Scope([Module.of(module) if isinstance(module, str) else module for module in modules], **more)
    token = _SCOPE.set(opened)
    try:
        yield opened
    finally:
        _SCOPE.reset(token)
        opened.close()


@contextmanager
def only(module: Module | None) -> Iterator[None]:
    """What a unit needs: its own module and nothing that happens to be installed.  Raises Unusable."""
    with using([] if module is None else [module], registered=False) as opened:
        if opened.modules and not opened.named():
            raise Unusable(opened.problems[0])
        yield


def attempt(kind: str, key: str, profile: str, seed: int) -> dict[str, Any]:
    """Load the module whose path or name is ``key`` in a process that nobody will miss; what is wrong with it, if anything."""
    try:
        module = Module.of(key)
        _imported(module, _found(module))
    except Unusable as unusable:
        found = unusable.problem
        return {"problem": [found.file, found.line, found.name, found.what]}
    return {"problem": None}


def told(problem: BaseException) -> str:
    """What was raised, and on which line of the claims in scope (of the suite's, where there is no other)."""
    named = [path for own in scope().named() for path in sources(own.module.name, own.file)]
    file, line = last_line(problem, named or _DOCUMENTS.rglob("*.py"))
    return f"{Path(file).name}, line {line}: {raised(problem)}" if line else raised(problem)


# Asking ------------------------------------------------------------------------------------------------------------------------


def home(document: str) -> Own | None:
    """The module that brings a document; None for one of the suite's."""
    return next((own for own in scope().loaded if own.document.name == document), None)


def family(name: str) -> Callable[[Any], Any] | None:
    return next((own.families[name] for own in scope().loaded if name in own.families), None)


def derivation(name: str) -> Callable[[], Any] | None:
    return next((own.derivations[name] for own in scope().loaded if name in own.derivations), None)


def experiment(name: str) -> Experiment | None:
    return next((own.experiments[name] for own in scope().loaded if name in own.experiments), None)


def options(key: str) -> tuple[str, ...]:
    """The words with which a command finds the claim of that id or key: none for those of the suite and of what is installed."""
    claim_id = key.split("/", 1)[0]
    own = next((own for own in scope().named() if any(claim_id in claim.ids for claim in own.claims)), None)
    if own is None:
        return ()
    return ("--module", own.module.typed, *(() if own.records == beside(own.file) else ("--records", str(own.records))))
