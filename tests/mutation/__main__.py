"""Mutation testing: small mistakes in the modules on which verdicts rest, each of which some test has to notice.

    python tests/mutation [MODULE]... [--each N] [--session FILE] [--fresh]

A session can be ended at any time and goes on where it was.  Exit code 1 if a mutant survives that is not explained in
``equivalent.toml``, or if one that is explained there does not exist any more or is noticed.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
import tomllib
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from forked import attempt, import_mutated
from modules import TESTS
from operators import Mistake, mistakes
from session import SURVIVED, Session, digest

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text("utf-8"))
LEAST_SECONDS = 4.0
HEAVY = ("numpy", "hypothesis", "_hypothesis_pytestplugin", "flint", "mpmath", "sympy", "jsonschema")
"""Imported before the first fork, so that no mutant pays for them."""
NEEDLESS = ("cacheprovider", "faulthandler", "unraisableexception", "benchmark", "xdist")
"""What pytest can do without where nobody reads what it says."""


def main() -> int:
    options = _options()
    session = Session(options.session)
    for name in HEAVY:
        __import__(name)
    spoiled = False
    for path in options.modules:
        found = dict(_outcomes(path, session, options))
        survivors = [mutant for mutant, outcome in found.items() if outcome == SURVIVED]
        known = EXPLAINED.get(path, {})
        open_ones = [name for name in survivors if name not in known]
        stale = [name for name in known if name not in survivors] if options.each == 1 else []
        share = 1 - len(open_ones) / max(len(found), 1)
        _say(f"{path}: {len(found)} mutants, {len(survivors)} survive, {len(open_ones)} unexplained ({share:.1%} accounted for)")
        for words, names in (("survives", open_ones), ("is explained, but no survivor", stale)):
            for name in names:
                _say(f"    {words}: {name}")
        spoiled = spoiled or bool(open_ones or stale)
    return int(spoiled)


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="mutation", description="Small mistakes that some test has to notice.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as numerics/inertia.py; all by default")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="every N-th mutant of a module only: a sample")
    parser.add_argument("--session", type=Path, default=Path(".mutation.sqlite"), help="where outcomes are kept")
    parser.add_argument("--fresh", action="store_true", help="try every mutant again")
    options = parser.parse_args()
    options.modules = options.modules or list(TESTS)
    unknown = [path for path in options.modules if path not in TESTS]
    if unknown:
        parser.error(f"no tests are named for {', '.join(unknown)}")
    return options


def _outcomes(path: str, session: Session, options: Any) -> Iterator[tuple[str, str]]:
    """Each mutant of a module, or every so many of them, with what became of it."""
    source = (ROOT / path).read_text("utf-8")
    files = [ROOT / "tests" / name for name in _tests_of(path) if name.endswith(".py")]
    key = digest([ROOT / path]), digest([*files, ROOT / "tests" / "conftest.py"])
    tree = ast.parse(source)
    limit = 0.0
    for mistake in islice(mistakes(tree), 0, None, options.each):
        name = mistake.mutant.name
        outcome = None if options.fresh else session.find(path, name, *key)
        if outcome is None:
            limit = limit or _baseline(path, tree)
            started = time.monotonic()
            outcome = _try(path, tree, mistake, limit)
            session.put(path, name, *key, outcome, time.monotonic() - started)
        yield name, outcome


def _baseline(path: str, tree: ast.Module) -> float:
    """The seconds that a mutant gets: three times those of the tests without one."""
    started = time.process_time(), time.monotonic()
    said = attempt(partial(_tests, path, tree), 600.0)
    if said != "0":
        raise SystemExit(f"the tests of {path} do not pass as they are: {said}")
    return max(LEAST_SECONDS, 3 * (time.monotonic() - started[1]))


def _try(path: str, tree: ast.Module, mistake: Mistake, limit: float) -> str:
    mistake.make()
    try:
        said = attempt(partial(_tests, path, tree), limit)
    finally:
        mistake.mend()
    return {"0": SURVIVED, "1": "failed"}.get(said, said[:200])


def _tests(path: str, tree: ast.Module) -> str:
    """The exit code of pytest, with the module as this tree has it."""
    import_mutated(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), ROOT / path, tree)
    quiet = ("-x", "-q", "--assert=plain", "--rootdir", str(ROOT), *(word for name in NEEDLESS for word in ("-p", f"no:{name}")))
    return str(int(pytest.main([*quiet, *_arguments(path)])))


def _tests_of(path: str) -> tuple[str, ...]:
    return TESTS[path]


def _arguments(path: str) -> list[str]:
    return [str(ROOT / "tests" / name) if name.endswith(".py") else name for name in _tests_of(path)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
