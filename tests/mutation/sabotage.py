"""Sabotage: a deliberate mistake in what a claim's property says, after which some verdict has to be another one.

    python tests/mutation/sabotage.py [ID|DOCUMENT]... [--each N] [--session FILE] [--fresh]

A sign, a factor, an index, a transpose, the order of a product or of a comparison is changed in one function that the property
of a claim calls, in the module of its document.  The claim is then judged as the profile ``quick`` does, by stored witnesses and
a short search, and after it the others that call the function.  Exit code 1 if a mistake changes nothing and is not explained in
``sabotage.toml``.  A session can be ended at any time and goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

from forked import attempt, import_mutated
from operators import Mistake, mistakes, slips
from session import SURVIVED, Session, digest

from claims.model import Claim, Opinion, Role, Run, Sentence, Statement, Status, VerdictWord, probe_keys
from claims.profiles import PROFILES
from claims.registry import select
from claims.search import search
from claims.strategies import FAMILIES
from claims.subject import Subject
from claims.suite import package
from claims.units import _again
from claims.witnesses import recorded, stored, witness_file

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("sabotage.toml").read_text("utf-8"))
SECONDS = 60.0
Function = tuple[str, str]
"""Module and name of a function at its top level."""


def main() -> int:
    options = _options()
    session = Session(options.session)
    reached = {claim.id: functions_of(claim.sentences) for claim in select([])}
    standing = {claim.id: [functions_of(sentences) for sentences in _standing(claim)] for claim in select(options.names)}
    chosen = [(claim.id, claim.source.document.name) for claim in select(options.names)]
    for module in set(FAMILIES.values()):
        import_module(module)
    _forget_documents()
    found = dict.fromkeys(("noticed", "explained", "open", "still refuted", "missed"), 0)
    for claim, document in chosen:
        for function, mistake, tree in _sample(claim, reached[claim], options.each):
            path = _path(function[0])
            key = claim, f"{function[0]} {mistake.mutant.name}", digest([ROOT / path]), digest([witness_file(document)])
            outcome = None if options.fresh else session.find(*key)
            if outcome is None:
                others = [name for name in reached if name != claim and function in reached[name] and name[:2] == claim[:2]]
                started = time.monotonic()
                outcome = _judged(document, [claim, *others], function, tree, mistake)
                session.put(*key, outcome, time.monotonic() - started)
            known = _explanation(path, mistake)
            still = all(function not in functions for functions in standing[claim])
            found[word := _word(outcome, known, still)] += 1
            if word == "missed":
                _say(f"missed: {claim}: {path}: {mistake.mutant.name}")
    total = max(sum(found.values()), 1)
    _say(", ".join(f"{count} {word}" for word, count in found.items()) + f" of {total} ({found['noticed'] / total:.1%} noticed)")
    return int(found["missed"] > 0)


def _explanation(path: str, mistake: Mistake) -> str | None:
    """That of the mistake, or of every mistake in its function."""
    known = EXPLAINED.get(path, {})
    return known.get(mistake.mutant.name, known.get(mistake.mutant.place))


def _word(outcome: str, known: str | None, still_refuted: bool) -> str:
    if outcome != SURVIVED:
        return "noticed"
    if known is not None:
        return "open" if known.startswith("open") else "explained"
    return "still refuted" if still_refuted else "missed"


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="sabotage", description="Deliberate mistakes that change some verdict.")
    parser.add_argument("names", nargs="*", metavar="ID|DOCUMENT", help="all claims by default")
    parser.add_argument("--each", type=int, default=1, help="mistakes for each claim, 0 for every one (default: %(default)s)")
    parser.add_argument("--session", type=Path, default=Path(".sabotage.sqlite"), help="where outcomes are kept")
    parser.add_argument("--fresh", action="store_true", help="make every mistake again")
    return parser.parse_args()


def functions_of(sentences: Mapping[str, tuple[Role, Sentence]]) -> set[Function]:
    """The functions of the document's modules that the properties of statements call, directly or not."""
    found: set[int] = set()
    names: set[Function] = set()
    waiting: list[Any] = [sentence.property for _, sentence in sentences.values() if isinstance(sentence, Statement)]
    while waiting:
        function = waiting.pop()
        if isinstance(function, partial):
            waiting += [function.func, *function.args, *function.keywords.values()]
        if not isinstance(function, FunctionType) or id(function) in found:
            continue
        found.add(id(function))
        if function.__module__.startswith("claims.documents."):
            names.add((function.__module__, function.__qualname__.split(".")[0]))
            waiting += _called(function)
    return names


def _standing(claim: Claim) -> Iterator[dict[str, tuple[Role, Sentence]]]:
    """Each sentence that is not refuted: of one that is, a mistake may make no more than it is already."""
    words = recorded(claim.source.document.name)[claim.id]["sentences"]
    for key, found in claim.sentences.items():
        if words[key] != VerdictWord.REFUTED:
            yield {key: found}


def _called(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        yield cell.cell_contents
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        yield from (function.__globals__.get(name) for name in code.co_names)
        codes += [part for part in code.co_consts if hasattr(part, "co_names")]


def _forget_documents() -> None:
    """So that a child imports them afresh, one of them with a mistake."""
    for name in [name for name in sys.modules if name.startswith("claims.documents")]:
        del sys.modules[name]


def _path(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


@cache
def _mistakes(module: str) -> tuple[ast.Module, list[Mistake]]:
    tree = ast.parse((ROOT / _path(module)).read_text("utf-8"))
    return tree, list(mistakes(tree, blunders))


def _sample(claim: str, functions: set[Function], each: int) -> list[tuple[Function, Mistake, ast.Module]]:
    """So many mistakes in the functions of a claim, always the same."""
    possible = []
    for module, name in sorted(functions):
        tree, every = _mistakes(module)
        possible += [((module, name), one, tree) for one in every if one.mutant.place.split(".")[0] == name]
    if 0 < each < len(possible):
        return random.Random(claim).sample(possible, each)
    return possible


_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def blunders(node: ast.AST) -> Iterator[ast.AST]:
    """Of the slips, those that say another thing about mathematics; a bound turned round, and a truth denied."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
        yield ast.Compare(node.left, [_TURNED.get(type(op), type(op))() for op in node.ops], node.comparators)  # type: ignore[arg-type]
    elif _is_bound(node):
        assert isinstance(node, ast.Call)
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    elif isinstance(node, ast.Compare | ast.BinOp | ast.UnaryOp | ast.Attribute | ast.BoolOp | ast.Constant | ast.Call):
        yield from slips(node)


def _is_bound(node: ast.AST) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("at_most", "less")
    return called and len(node.args) > 1 and not any(isinstance(part, ast.Starred) for part in node.args)


def _judged(document: str, claims: list[str], function: Function, tree: ast.Module, mistake: Mistake) -> str:
    mistake.make()
    try:
        said = attempt(partial(_noticed, document, claims, function[0], tree), SECONDS)
    finally:
        mistake.mend()
    return said[:200]


def _noticed(document: str, claims: list[str], module: str, tree: ast.Module) -> str:
    """The first sentence or probe whose status is not the recorded one."""
    import_mutated(module, ROOT / _path(module), tree)
    known = {claim.id: claim for claim in import_module(f"claims.documents.{package(document)}").CLAIMS}
    witnesses, records = stored(document), recorded(document)
    for name in claims:
        for key, subject, expected in _subjects(known[name], records[name]):
            found = _again(subject, witnesses[key]) if key in witnesses else search(subject, PROFILES["quick"], 0)
            if found.status != expected:
                return f"{key}: {found.status}, not {expected}"
    return SURVIVED


_EXPECTED = {VerdictWord.HOLDS: Status.SURVIVED, VerdictWord.REFUTED: Status.REFUTED}


def _subjects(claim: Claim, record: dict[str, Any]) -> Iterator[tuple[str, Subject, str]]:
    for key, (_, sentence) in claim.sentences.items():
        if isinstance(sentence, Run | Opinion) or record["sentences"][key] not in _EXPECTED:
            continue
        yield key, Subject.of_statement(key, sentence), _EXPECTED[record["sentences"][key]]
        for name, probe in probe_keys(key, sentence).items():
            yield name, Subject.of_probe(name, sentence, probe), record["probes"][name]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
