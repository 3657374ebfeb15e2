"""Normal form: a sum of terms, each a SymPy coefficient times traces times a body, with the rewriting rules of the assumptions.

Two expressions are equal for all dimensions if their difference normalises to the empty sum.  The converse is not promised: an
identity that the forms do not see, such as vec(u v') = v (x) u, is refused rather than believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce, singledispatch
from typing import Any

import sympy

from symbolic import expressions as ex
from symbolic.kron import Body, StackedWord, UnsupportedError, multiply, single, stack, tensor, transposed, with_words, words_of
from symbolic.scalars import vanishes
from symbolic.trace import Cycle, canonical, in_order, rotations, trace_of
from symbolic.words import UNIT, Atom, Atoms, Word, cancelled, identity

REWRITES = 2000


@dataclass(frozen=True)
class Term:
    """A product of traces times a matrix."""

    traces: tuple[Cycle, ...]
    body: Body


class Polynomial:
    """A sum of terms of one shape, as a map from terms to coefficients."""

    def __init__(self, terms: dict[Term, sympy.Expr] | None = None) -> None:
        self.terms = terms or {}

    @classmethod
    def of(cls, cycles: list[Cycle] | tuple[Cycle, ...], body: Body, coefficient: Any = sympy.S.One) -> Polynomial:
        return cls({Term(in_order(iter(cycles)), body): coefficient})

    def __add__(self, other: Polynomial) -> Polynomial:
        return _total((self, other))

    def scaled(self, scalar: Any) -> Polynomial:
        return Polynomial({term: scalar * coefficient for term, coefficient in self.terms.items()})

    def __matmul__(self, other: Polynomial) -> Polynomial:
        return _total(_product(a, b).scaled(p * q) for a, p in self.terms.items() for b, q in other.terms.items())

    def tensor(self, other: Polynomial) -> Polynomial:
        return _total(
            _with(a.traces + b.traces, *tensor(a.body, b.body)).scaled(p * q)
            for a, p in self.terms.items()
            for b, q in other.terms.items()
        )

    def mapped(self, change: Any) -> Polynomial:
        """The sum over the terms of ``change(body)``, a polynomial, with their coefficients and traces."""
        return _total(
            (change(term.body) @ Polynomial.of(term.traces, UNIT)).scaled(coefficient) for term, coefficient in self.terms.items()
        )

    @property
    def is_zero(self) -> bool:
        return all(vanishes(coefficient) for coefficient in self.terms.values())


def _total(parts: Iterable[Polynomial]) -> Polynomial:
    terms: dict[Term, sympy.Expr] = {}
    for part in parts:
        for term, coefficient in part.terms.items():
            terms[term] = terms[term] + coefficient if term in terms else coefficient
    return Polynomial({term: coefficient for term, coefficient in terms.items() if coefficient != 0})


def _with(traces: tuple[Cycle, ...], cycles: list[Cycle], body: Body) -> Polynomial:
    return Polynomial.of((*traces, *cycles), body)


def _product(a: Term, b: Term) -> Polynomial:
    traces = a.traces + b.traces
    if a.body == UNIT or b.body == UNIT:  # a scalar stands on either side of a matrix of any shape
        return Polynomial.of(traces, b.body if a.body == UNIT else a.body)
    if isinstance(a.body, StackedWord) and isinstance(b.body, StackedWord) and a.body.lying and not b.body.lying:
        size, cycles = trace_of(a.body.word.T @ b.body.word)
        return Polynomial.of(traces + cycles, UNIT, size)
    return _with(traces, *multiply(a.body, b.body))


def _trace(body: Body) -> Polynomial:
    if isinstance(body, StackedWord):
        raise UnsupportedError("the trace of a stacked word")
    sizes, cycles = zip(*(trace_of(word) for word in words_of(body)), strict=True)
    return Polynomial.of(sum(cycles, ()), UNIT, sympy.prod(sizes))


def _vec(body: Body, by_rows: bool) -> Polynomial:
    if not isinstance(body, Word):
        raise UnsupportedError("vec of what is no word")
    return _with((), *stack(body.T if by_rows else body))


Grid = tuple[tuple[Polynomial, ...], ...]


@singledispatch
def grid_of(expression: Any) -> Grid:
    """The blocks of an expression as polynomials, before any rule is applied."""
    raise TypeError(f"no normal form for {type(expression).__name__}")


def _one(polynomial: Polynomial) -> Grid:
    return ((polynomial,),)


def _only(expression: ex.Expression) -> Polynomial:
    grid = grid_of(expression)
    if len(grid) != 1 or len(grid[0]) != 1:
        raise UnsupportedError("this operation does not see into blocks")
    return grid[0][0]


@grid_of.register
def _(expression: ex.Letter) -> Grid:
    return _one(_with((), *single(Word((Atom(expression),), *expression.shape))))


@grid_of.register
def _(expression: ex.Identity) -> Grid:
    return _one(Polynomial.of((), identity(expression.size)))


@grid_of.register
def _(_: ex.Zero) -> Grid:
    return _one(Polynomial())


@grid_of.register
def _(expression: ex.Sum) -> Grid:
    grids = [grid_of(part) for part in expression.parts]
    if len({(len(grid), len(grid[0])) for grid in grids}) > 1:
        raise UnsupportedError("a sum of matrices that are cut into different blocks")
    rows = zip(*grids, strict=True)
    return tuple(tuple(_total(entries) for entries in zip(*row, strict=True)) for row in rows)


@grid_of.register
def _(expression: ex.Product) -> Grid:
    return reduce(_times, (grid_of(part) for part in expression.parts))


def _times(left: Grid, right: Grid) -> Grid:
    if len(left[0]) != len(right):
        raise UnsupportedError("a product of matrices that are cut into different blocks")
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(_total(a @ b for a, b in zip(row, column, strict=True)) for column in columns) for row in left)


@grid_of.register
def _(expression: ex.Scaled) -> Grid:
    return tuple(tuple(entry.scaled(expression.scalar) for entry in row) for row in grid_of(expression.expression))


@grid_of.register
def _(expression: ex.Transpose) -> Grid:
    turned = [
        [entry.mapped(lambda body: Polynomial.of((), transposed(body))) for entry in row]
        for row in grid_of(expression.expression)
    ]
    return tuple(zip(*turned, strict=True))


@grid_of.register
def _(expression: ex.Inverse) -> Grid:
    (term, coefficient), *others = _only(expression.expression).terms.items()
    if others or term.traces or not isinstance(term.body, Word):
        raise UnsupportedError("only products of letters have an inverse here")
    atoms = tuple(Atom(atom.letter, atom.transposed, not atom.inverted) for atom in reversed(term.body.atoms))
    return _one(Polynomial.of((), Word(atoms, term.body.columns, term.body.rows), 1 / coefficient))


@grid_of.register
def _(expression: ex.Kronecker) -> Grid:
    return _one(_only(expression.left).tensor(_only(expression.right)))


@grid_of.register
def _(expression: ex.Vec) -> Grid:
    return _one(_only(expression.expression).mapped(lambda body: _vec(body, expression.by_rows)))


@grid_of.register
def _(expression: ex.Trace) -> Grid:
    grid = grid_of(expression.expression)
    return _one(_total(grid[k][k].mapped(_trace) for k in range(len(grid))))


@grid_of.register
def _(expression: ex.Block) -> Grid:
    layers = (zip(*(grid_of(piece) for piece in row), strict=True) for row in expression.grid)
    return tuple(sum(pieces, ()) for layer in layers for pieces in layer)


@grid_of.register
def _(expression: ex.Named) -> Grid:
    return grid_of(expression.expression)


@dataclass(frozen=True)
class Rule:
    """An assumed equation, used from left to right (and transposed): ``left`` is one product of letters, or one trace.

    The rules of a step have to come to an end: what its own transpose undoes (AB = B'A') calls for a symmetric letter.
    """

    left: ex.Expression
    right: ex.Expression


@dataclass(frozen=True)
class _Pattern:
    """A rule ready for use: a word (its transpose is a pattern of its own), or a whole trace."""

    atoms: Atoms
    value: Polynomial
    whole_trace: bool

    def in_word(self, word: Word) -> Polynomial | None:
        size = len(self.atoms)
        if self.whole_trace:
            return None
        for k in range(len(word.atoms) - size + 1):
            if word.atoms[k : k + size] == self.atoms:
                return self.value.mapped(lambda body, k=k: _around(word, k, k + size, body))
        return None

    def in_trace(self, cycle: Cycle) -> Polynomial | None:
        if self.whole_trace:
            return self.value if cycle == self.atoms else None
        for turned in rotations(cycle):
            if turned[: len(self.atoms)] == self.atoms:
                rest = turned[len(self.atoms) :]
                return self.value.mapped(lambda body, rest=rest: _trace(Word(cancelled(body.atoms + rest), body.rows, body.rows)))
        return None


def _around(word: Word, start: int, end: int, body: Body) -> Polynomial:
    assert isinstance(body, Word)
    atoms = cancelled(word.atoms[:start] + body.atoms + word.atoms[end:])
    return _with((), *single(Word(atoms, word.rows, word.columns)))


def _patterns(rules: tuple[Rule, ...]) -> list[_Pattern]:
    found: list[_Pattern] = []
    for rule in rules:
        ((term, coefficient),) = _only(rule.left).terms.items()
        value = _only(rule.right).scaled(1 / coefficient)
        if term.body == UNIT:
            found.append(_Pattern(canonical(term.traces[0]), value, whole_trace=True))
            continue
        assert isinstance(term.body, Word)
        mirrored = value.mapped(lambda body: Polynomial.of((), transposed(body)))
        found.append(_Pattern(term.body.atoms, value, whole_trace=False))
        if term.body.T.atoms != term.body.atoms:
            found.append(_Pattern(term.body.T.atoms, mirrored, whole_trace=False))
    return found


def _rewritten(term: Term, patterns: list[_Pattern]) -> Polynomial | None:
    """The term with one rule applied once, or None where none applies."""
    words = words_of(term.body)
    for pattern in patterns:
        for k, cycle in enumerate(term.traces):
            found = pattern.in_trace(cycle)
            if found is not None:
                return found @ Polynomial.of(term.traces[:k] + term.traces[k + 1 :], term.body)
        for k, word in enumerate(words):
            found = pattern.in_word(word)
            if found is not None:
                return found.mapped(
                    lambda new, k=k: _with(term.traces, *with_words(term.body, (*words[:k], new, *words[k + 1 :])))
                )
    return None


def _reduced(polynomial: Polynomial, patterns: list[_Pattern]) -> Polynomial:
    done, todo = Polynomial(), polynomial
    for _ in range(REWRITES):
        if not todo.terms:
            return done
        term, coefficient = todo.terms.popitem()
        changed = _rewritten(term, patterns)
        if changed is None:
            done = done + Polynomial({term: coefficient})
        else:
            todo = todo + changed.scaled(coefficient)
    raise RuntimeError(f"the rules do not come to an end after {REWRITES} rewritings")


def normal_form(expression: ex.Expression, rules: tuple[Rule, ...] = ()) -> Grid:
    """The blocks of the expression in normal form modulo the rules."""
    patterns = _patterns(rules)
    return tuple(tuple(_reduced(Polynomial(dict(entry.terms)), patterns) for entry in row) for row in grid_of(expression))


def equal(left: ex.Expression, right: ex.Expression, rules: tuple[Rule, ...] = ()) -> bool:
    """Whether left - right normalises to zero.  Raises DimensionError where the shapes differ."""
    return all(entry.is_zero for row in normal_form(left - right, rules) for entry in row)
