"""Every derivation is proved; every step that is broken is refused, by both checks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from functools import cache

import latex2mathml.converter
import pytest
import sympy

from symbolic import expressions as ex
from symbolic.derivation import Derivation, Step, check, has_normal_form, substitutions
from symbolic.derivations import NAMES, collapse, find, landscape, product, progression, topology
from symbolic.expressions import DimensionError, Letter, sizes
from symbolic.normal import Rule


@cache
def report(name: str):
    return check(find(name))


@pytest.mark.parametrize("name", NAMES)
def test_derivation_is_proved_by_both_checks(name):
    found = report(name)
    assert found.status == "proved"
    assert all(step["normal_form"] and step["substitutions"] >= 5 for step in found.steps)


@pytest.mark.parametrize("name", NAMES)
def test_derivation_says_what_it_covers_and_can_be_written(name):
    found = asdict(report(name))
    assert found["name"] == name
    assert all(found[part] for part in ("title", "statement", "dimensions"))
    for tex in (found["statement"], *(step["latex"] for step in found["steps"])):
        assert latex2mathml.converter.convert(tex).startswith("<math")
    assert all(step["words"] and step["by"] for step in found["steps"])


def test_names_list_what_the_modules_hold():
    modules = (collapse, product, topology, landscape)
    assert set(NAMES) == set().union(*(module.DERIVATIONS for module in modules))
    assert len(set(NAMES)) == len(NAMES)


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match=r"product\.hessian"):
        find("product.hesian")


def test_names_need_neither_sympy_nor_flint():
    code = "import sys, symbolic.derivations; sys.exit(any(name in sys.modules for name in ('sympy', 'flint', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_checks_are_repeatable():
    assert check(find("product.hessian"), seed=3) == check(find("product.hessian"), seed=3)


# Sabotage ---------------------------------------------------------------------------------------------------------------------


def mutants(expression: ex.Expression) -> Iterator[ex.Expression]:
    """The expression with one sign turned, one factor doubled, one transpose put in or left out, or two factors swapped."""
    yield from _here(expression)
    for field in fields(expression):  # type: ignore[arg-type]
        part = getattr(expression, field.name)
        if isinstance(part, ex.Expression):
            yield from (replace(expression, **{field.name: mutant}) for mutant in mutants(part))
        elif field.name == "parts":
            for k, piece in enumerate(part):
                yield from (replace(expression, parts=(*part[:k], mutant, *part[k + 1 :])) for mutant in mutants(piece))
        elif field.name == "grid":
            yield from (replace(expression, grid=mutant) for mutant in _grids(part))


def _grids(grid: tuple[tuple[ex.Expression, ...], ...]) -> Iterator[tuple[tuple[ex.Expression, ...], ...]]:
    for r, row in enumerate(grid):
        for c, piece in enumerate(row):
            yield from ((*grid[:r], (*row[:c], mutant, *row[c + 1 :]), *grid[r + 1 :]) for mutant in mutants(piece))


def _here(expression: ex.Expression) -> Iterator[ex.Expression]:
    rows, columns = expression.shape
    if isinstance(expression, ex.Letter):
        yield -expression
        if rows == columns and not expression.symmetric:
            yield expression.T
    if isinstance(expression, ex.Transpose) and rows == columns:
        yield expression.expression
    if isinstance(expression, ex.Scaled):
        yield ex.Scaled(2 * expression.scalar, expression.expression)
    if isinstance(expression, ex.Product):
        for k, (a, b) in enumerate(zip(expression.parts, expression.parts[1:], strict=False)):
            if a.shape == b.shape == (a.shape[0], a.shape[0]):
                yield ex.Product((*expression.parts[:k], b, a, *expression.parts[k + 2 :]))


def broken(step: Step) -> Iterator[Step]:
    """Steps next to the given one; most of them are false."""
    if isinstance(step.left, ex.Expression):
        for side in ("left", "right"):
            yield from (replace(step, **{side: mutant}) for mutant in mutants(getattr(step, side)))
        more = Letter("Z", *step.right.shape) if isinstance(step.right, ex.Zero) else 2 * step.right
        yield replace(step, right=more)
    else:
        yield from (replace(step, right=wrong) for wrong in (step.right + 1, 2 * step.right, -step.right, step.right / 3))


@pytest.mark.parametrize("name", NAMES)
def test_both_checks_say_the_same_of_every_broken_step(name):
    for step in find(name).steps:
        verdicts = [(has_normal_form(mutant), substitutions(mutant) > 0, mutant.display) for mutant in broken(step)]
        assert [display for normal, substituted, display in verdicts if normal != substituted] == []
        assert any(not normal for normal, _, _ in verdicts), step.words


n, k = sizes("n k")
A, B = Letter("A", n, n), Letter("B", n, n)
t = sympy.Symbol("t", real=True)
SABOTAGE = {
    "a wrong sign": (A @ (A - B), A @ A + A @ B),
    "a missing transpose": ((A @ B).T, B @ A.T),
    "factors swapped": (A @ B, B @ A),
    "a forgotten factor": (ex.trace(A + A), ex.trace(A)),
    "a wrong power": ((A + t * B) @ (A + t * B), A @ A + t * (A @ B + B @ A) + t * (B @ B)),
    "Kronecker factors swapped": (ex.vec(A @ B), ex.kron(A, ex.eye(n)) @ ex.vec(B)),
    "one term too many": (sympy.Sum(k, (k, 1, n)), n * (n - 1) / 2),
    "a wrong closed form": (n**2 - 1, (n - 1) ** 2),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_broken_step_fails_both_checks_and_its_derivation(name):
    broken_step = Step("broken", "", *SABOTAGE[name], "sabotage")
    whole = Step("true", "", A, A, "identity")
    assert not has_normal_form(broken_step)
    assert substitutions(broken_step) == 0
    assert check(Derivation("d", "D", "d", "all", (), (whole, broken_step))).status == "failed"
    assert check(Derivation("d", "D", "d", "all", (), (whole,))).status == "proved"


def test_wrong_rule_is_noticed_by_substitution_alone():
    """The normal form believes an assumption; substitution asks whether the drawn matrices meet it."""
    step = Step("wrong", "", A @ B, 2 * A, "a false assumption", (Rule(A @ B, 2 * A),))
    assert has_normal_form(step)
    assert substitutions(step) == 0


def test_derivation_without_steps_proves_nothing():
    assert check(Derivation("d", "D", "d", "all", (), ())).status == "failed"


def test_sides_of_different_shapes_are_refused():
    with pytest.raises(DimensionError):
        Step("shapes", "", Letter("u", n, 1), Letter("v", k, 1), "nothing")


# Numbers ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "features", "step", "offset", "bias"),
    [(7, 3, 2, 0, False), (7, 3, 2, 0, True), (4, 5, -3, 2, False), (4, 5, -3, 2, True), (2, 1, 1, 0, True)],
)
def test_closed_forms_are_those_of_the_gram_matrix(samples, features, step, offset, bias):
    """Against the characteristic polynomial of X'X, computed from the entries."""
    rows = [[offset + j + step * i for j in range(features)] + [1] * bias for i in range(samples)]
    X = sympy.Matrix(rows)
    coefficients = (X.T * X).charpoly().all_coeffs()
    given = {progression.M: samples, progression.d: features, progression.c: step, progression.a: offset}
    trace, determinant = (progression.TRACE_BIAS, progression.DET_BIAS) if bias else (progression.TRACE_K, progression.DET_K)
    assert coefficients[:3] == [1, -trace.subs(given), determinant.subs(given)]
    assert not any(coefficients[3:])


def test_condition_number_of_the_document():
    """kappa + 2 + 1/kappa between 3.60028e7 and 3.60029e7 gives a condition number of 3.6e7, not 1e21."""
    quotient = (progression.TRACE_K**2 / progression.DET_K).subs(progression.DOCUMENT)
    assert 36_002_896 < quotient < 36_002_897
