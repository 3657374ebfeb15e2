"""Small mistakes in Python source, one at a time: what a slip of the hand or of the mind would write instead.

Texts are left alone, and so is what serves the type checker or the reader: annotations, decorators, assertions, messages, and how
strictly things are zipped.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNTOUCHED = (ast.JoinedStr, ast.Assert, ast.Raise, ast.Import, ast.ImportFrom)
_UNREAD = {"annotation", "returns", "decorator_list", "bases", "type_params"}


@dataclass(frozen=True)
class Mutant:
    """A mistake: where it is made, what stood there and what stands there now; ``number`` tells equal ones in one place apart."""

    place: str
    before: str
    after: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.place}: {self.before}  ->  {self.after}" + (f"  #{self.number}" if self.number else "")


@dataclass(frozen=True)
class Mistake:
    """A mutant, and how to make it in the tree that it was found in: ``make`` changes the tree, ``mend`` restores it."""

    mutant: Mutant
    make: Callable[[], None]
    mend: Callable[[], None]


def mistakes(tree: ast.Module, alternatives: Callable[[ast.AST], Iterator[ast.AST]] | None = None) -> Iterator[Mistake]:
    """Every mistake in a module, in the order of its text.  ``alternatives``: what may stand for a node, any slip by default."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for node, put, place, parent in _nodes(tree, "module"):
        for other in (alternatives or slips)(node):
            other = ast.fix_missing_locations(ast.copy_location(other, node))
            make, mend = _bound(put, other), _bound(put, node)
            words = place, *_texts(node, other, parent, make, mend)
            yield Mistake(Mutant(*words, seen[words]), make, mend)
            seen[words] += 1


def _texts(node: ast.AST, other: ast.AST, parent: ast.AST, make: Callable[[], None], mend: Callable[[], None]) -> tuple[str, str]:
    """What stood there and what stands there now; a number or a name is shown with what it stands in."""
    small, shown = isinstance(node, ast.Constant | ast.Attribute), isinstance(parent, ast.expr | ast.Return | ast.Assign)
    if not (small and shown):
        return _short(node), _short(other)
    before = _short(parent)
    make()
    after = _short(parent)
    mend()
    return before, after


def _bound(put: Callable[[ast.AST], None], node: ast.AST) -> Callable[[], None]:
    return lambda: put(node)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else f"{text[:45]} ... {text[-20:]}"


def _nodes(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None], str, ast.AST]]:
    """Each node that may be touched, how another is put in its stead, the function and the node that it stands in."""
    for field, value in ast.iter_fields(node):
        if field in _UNREAD:
            continue
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST):
                continue
            inner = place
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = child.name if place == "module" else f"{place}.{child.name}"
            yield child, _putter(node, field, position if isinstance(value, list) else None), inner, node
            if not isinstance(child, _UNTOUCHED) and not _for_types(child):
                yield from _nodes(child, inner)


def _putter(parent: ast.AST, field: str, position: int | None) -> Callable[[ast.AST], None]:
    def put(node: ast.AST) -> None:
        if position is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[position] = node

    return put


def _for_types(node: ast.AST) -> bool:
    """Whether nothing rests on it but a check of types or lengths."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("TypeVar", "ParamSpec", "cast")
    return False


def slips(node: ast.AST) -> Iterator[ast.AST]:
    """What a slip may write in the stead of a node."""
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        yield from handler(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for position, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:position], other(), *node.ops[position + 1 :]], node.comparators)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.MatMult):
        if ast.dump(node.left) != ast.dump(node.right):
            yield ast.BinOp(node.right, node.op, node.left)
    elif type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(node.value - 1)


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T" and isinstance(node.ctx, ast.Load):
        yield node.value


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if not isinstance(node.func, ast.Name):
        return
    if node.func.id in _OPPOSITES:
        yield ast.Call(ast.Name(_OPPOSITES[node.func.id], ast.Load()), node.args, node.keywords)
    elif node.func.id == "abs":
        yield node.args[0]
    elif node.func.id == "range" and not isinstance(node.args[min(1, len(node.args) - 1)], ast.Constant):
        last = min(1, len(node.args) - 1)
        one_less: Any = ast.BinOp(node.args[last], ast.Sub(), ast.Constant(1))
        yield ast.Call(node.func, [*node.args[:last], one_less, *node.args[last + 1 :]], node.keywords)


def _branch(node: Any) -> Iterator[ast.AST]:
    if isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant) or _for_types(node):
        return
    changed = {field: value for field, value in ast.iter_fields(node) if field != "test"}
    yield type(node)(test=ast.UnaryOp(ast.Not(), node.test), **changed)


def _expression(node: ast.Expr) -> Iterator[ast.AST]:
    if not isinstance(node.value, ast.Constant | ast.Yield | ast.YieldFrom):
        yield ast.Pass()


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in _ARITHMETIC:
        yield ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)


_HANDLERS: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Constant: _constant,
    ast.Return: _return,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.If: _branch,
    ast.While: _branch,
    ast.IfExp: _branch,
    ast.Expr: _expression,
    ast.AugAssign: _augmented,
    ast.Raise: lambda node: iter((ast.Pass(),)),
    ast.Break: lambda node: iter((ast.Continue(),)),
    ast.Continue: lambda node: iter((ast.Break(),)),
}
