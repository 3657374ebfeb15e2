"""The mistakes that are made on purpose, and the child in which they are tried."""

from __future__ import annotations

import ast
import os
import sys
import time
from pathlib import Path

import pytest

# The threads are those of xdist, and the child uses nothing that they may hold.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

SOURCE = '''
def f(a, b):
    """Nothing here is touched: 1 < 2."""
    assert a < b, "nor here: 1 + 1"
    if a <= 0 and not b:
        raise ValueError(f"nor here: {a + b}")
    return [a @ b.T - 2 * i for i in range(len(a))]
'''
MISTAKES = (
    "if a < 0 and (not b):",
    "if a > 0 and (not b):",
    "if a <= 1 and (not b):",
    "if a <= 0 or not b:",
    "if a <= 0 and b:",
    "        pass",
    "return None",
    "return [b.T @ a - 2 * i for i in range(len(a))]",
    "return [a @ b - 2 * i for i in range(len(a))]",
    "return [a @ b.T + 2 * i for i in range(len(a))]",
    "return [a @ b.T - (2 + i) for i in range(len(a))]",
    "return [a @ b.T - 3 * i for i in range(len(a))]",
    "return [a @ b.T - 1 * i for i in range(len(a))]",
    "return [a @ b.T - 2 * i for i in range(len(a) - 1)]",
)


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "mutation"))
    import forked
    import operators
    import session

    return operators, forked, session


def test_each_mistake_is_made_once_and_mended(tools):
    tree = ast.parse(SOURCE)
    text, made = ast.unparse(tree), []
    for mistake in tools[0].mistakes(tree):
        mistake.make()
        made.append(ast.unparse(tree))
        mistake.mend()
        assert ast.unparse(tree) == text
    assert text not in made
    assert [[line in one for one in made].count(True) for line in MISTAKES] == [1] * len(MISTAKES)
    assert len(made) == len(MISTAKES)


def test_names_tell_mistakes_apart_and_do_not_depend_on_lines(tools):
    names = [mistake.mutant.name for mistake in tools[0].mistakes(ast.parse(SOURCE))]
    assert len(set(names)) == len(names)
    assert [mistake.mutant.name for mistake in tools[0].mistakes(ast.parse("x = y\n\n" + SOURCE))] == names


def spin():
    while True:
        pass


def test_a_child_answers_or_is_ended(tools):
    attempt = tools[1].attempt
    assert attempt(lambda: "well", 5.0) == "well"
    assert attempt(lambda: str(1 / 0), 5.0) == "raised ZeroDivisionError: division by zero"
    assert attempt(lambda: os._exit(3), 5.0) == "crash"
    assert attempt(spin, 0.5) == "timeout"
    assert attempt(lambda: str(time.sleep(60)), 0.1) == "timeout"


def test_a_module_is_imported_as_the_tree_has_it(tools, tmp_path, monkeypatch):
    path = tmp_path / "victim_of_a_mutant.py"
    path.write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def tripled():
        tools[1].import_mutated("victim_of_a_mutant", path, ast.parse(path.read_text().replace("2", "3")))
        import victim_of_a_mutant

        return str(victim_of_a_mutant.double(1))

    assert tools[1].attempt(tripled, 5.0) == "3"
    assert "victim_of_a_mutant" not in sys.modules


def test_a_killed_mutant_stays_killed_and_a_survivor_meets_new_tests(tools, tmp_path):
    session = tools[2].Session(tmp_path / "session.sqlite")
    session.put("m", "a", "source", "tests", "failed", 1.0)
    session.put("m", "b", "source", "tests", tools[2].SURVIVED, 1.0)
    assert session.find("m", "a", "source", "new tests") == "failed"
    assert session.find("m", "b", "source", "tests") == tools[2].SURVIVED
    assert session.find("m", "b", "source", "new tests") is None
    assert session.find("m", "a", "new source", "tests") is None
