"""Arrows run one way: what each room may import, and what must stay light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("flint", "hypothesis", "sympy", "numpy", "scipy", "matplotlib")


def modules(pattern):
    return sorted(ROOT.glob(pattern))


def imported(path):
    """Every module that a file imports, anywhere in it."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def offences(pattern, *forbidden, allowed=()):
    found = [(path.relative_to(ROOT).as_posix(), name) for path in modules(pattern) for name in imported(path)]
    return [(path, name) for path, name in found if name.startswith(forbidden) and not name.startswith(allowed or ("\0",))]


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("numerics/**/*.py", ("claims", "symbolic")),
        ("symbolic/**/*.py", ("claims", "numerics.experiments", "numerics.optimisers")),
        (
            "claims/documents/**/*.py",
            (
                "claims.strategies",
                "claims.search",
                "claims.run",
                "claims.report",
                "claims.cli",
                "claims.ledger",
                "symbolic",
                "hypothesis",
                "flint",
                "sympy",
            ),
        ),
        ("claims/instances/*.py", ("claims.strategies", "claims.search", "claims.documents", "hypothesis", "flint", "sympy")),
        ("claims/strategies/*.py", ("claims.documents", "claims.search", "claims.run", "claims.report")),
        ("claims/verifier.py", ("claims.search", "claims.strategies", "flint", "numerics.rational", "numerics.balls")),
        ("claims/search.py", ("claims.documents", "claims.run", "claims.report", "claims.ledger")),
        ("claims/run.py", ("claims.report", "claims.cli", "claims.documents")),
        ("claims/judge.py", ("claims.report", "claims.run", "claims.ledger")),
        ("claims/model.py", ("numerics", "symbolic", "hypothesis", "flint")),
        ("claims/report/*.py", ("claims.search", "claims.run", "claims.ledger", "claims.cli")),
    ],
)
def test_a_room_does_not_look_into_these(room, forbidden):
    assert modules(room)
    assert offences(room, *forbidden) == []


def test_only_the_command_line_and_the_report_itself_know_the_report():
    outside = [path for path in modules("claims/**/*.py") if "report" not in path.parts and "cli" not in path.parts]
    assert [path.name for path in outside if any(name.startswith("claims.report") for name in imported(path))] == []


@pytest.mark.parametrize(
    "module",
    [
        "claims.cli",
        "claims.registry",
        "claims.verifier",
        "claims.judge",
        "claims.report",
        "claims.documents.collapse",
        "claims.documents.product",
        "claims.documents.landscape",
    ],
)
def test_light_modules_stay_light(module):
    seen = f"print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    program = f"import sys, {module}; from claims.registry import all_claims; all_claims(); {seen}"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def test_no_module_has_outgrown_a_reader():
    long = [
        path.relative_to(ROOT).as_posix() for path in modules("[cns]*/**/*.py") if len(path.read_text("utf-8").splitlines()) > 600
    ]
    assert long == []


def test_library_code_does_not_print():
    calls = [
        path.relative_to(ROOT).as_posix()
        for path in [*modules("numerics/**/*.py"), *modules("symbolic/**/*.py"), *modules("claims/**/*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert calls == []


def test_no_tolerance_decides_a_claim():
    banned = ("allclose", "isclose", "assert_allclose", "atol", "rtol", "approx")
    found = [
        (path.relative_to(ROOT).as_posix(), node.attr if isinstance(node, ast.Attribute) else node.id)
        for path in modules("claims/**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in banned) or (isinstance(node, ast.Name) and node.id in banned)
    ]
    assert found == []
