"""Matrix expressions in LaTeX that needs no package; what is printed is the tree that is checked."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import sympy

from symbolic import expressions as ex

SUM, PRODUCT, POWER = 0, 1, 2


def latex(expression: Any) -> str:
    """The LaTeX of a matrix expression or of a SymPy scalar."""
    return _write(expression)[0] if isinstance(expression, ex.Expression) else sympy.latex(expression)


def equation(left: Any, right: Any) -> str:
    return f"{latex(left)} = {latex(right)}"


def grouped(expression: ex.Expression) -> ex.Expression:
    """The same, written in parentheses: shows what belongs together where the tree keeps one flat product or sum."""
    return ex.Named(rf"\left({latex(expression)}\right)", expression)


def _inside(expression: ex.Expression, strength: int) -> str:
    """The expression, in parentheses where it binds less tightly than ``strength``."""
    text, own = _write(expression)
    return text if own >= strength else rf"\left({text}\right)"


@singledispatch
def _write(expression: Any) -> tuple[str, int]:
    """The text and how tightly it binds."""
    raise TypeError(f"no LaTeX for {type(expression).__name__}")


@_write.register
def _(expression: ex.Letter) -> tuple[str, int]:
    return expression.name, POWER


@_write.register
def _(expression: ex.Named) -> tuple[str, int]:
    return expression.name, POWER


@_write.register
def _(expression: ex.Identity) -> tuple[str, int]:
    return ("1" if expression.size == 1 else f"I_{{{sympy.latex(expression.size)}}}"), POWER


@_write.register
def _(_: ex.Zero) -> tuple[str, int]:
    return "0", POWER


@_write.register
def _(expression: ex.Sum) -> tuple[str, int]:
    text = ""
    for part in expression.parts:
        piece = _inside(part, PRODUCT)
        text += piece if not text else f" - {piece[1:].lstrip()}" if piece.startswith("-") else f" + {piece}"
    return text, SUM


@_write.register
def _(expression: ex.Product) -> tuple[str, int]:
    return r"\,".join(_inside(part, POWER) for part in expression.parts), PRODUCT


@_write.register
def _(expression: ex.Scaled) -> tuple[str, int]:
    if isinstance(expression.expression, ex.Identity) and expression.expression.size == 1:
        return sympy.latex(expression.scalar), SUM if expression.scalar.is_Add else PRODUCT
    if expression.scalar == -1:
        return f"-{_inside(expression.expression, PRODUCT)}", PRODUCT
    factor = sympy.latex(expression.scalar)
    if expression.scalar.is_Add:
        factor = rf"\left({factor}\right)"
    return rf"{factor}\,{_inside(expression.expression, PRODUCT)}", PRODUCT


def _base(expression: ex.Expression) -> str:
    """What an exponent is set to; a second exponent needs a group of its own."""
    text = _inside(expression, POWER)
    return f"{{{text}}}" if "^" in text and isinstance(expression, ex.Letter | ex.Named | ex.Inverse) else text


@_write.register
def _(expression: ex.Transpose) -> tuple[str, int]:
    return f"{_base(expression.expression)}^T", POWER


@_write.register
def _(expression: ex.Inverse) -> tuple[str, int]:
    return f"{_base(expression.expression)}^{{-1}}", POWER


@_write.register
def _(expression: ex.Kronecker) -> tuple[str, int]:
    return rf"{_inside(expression.left, POWER)}\otimes {_inside(expression.right, POWER)}", PRODUCT


@_write.register
def _(expression: ex.Vec) -> tuple[str, int]:
    name = "rvec" if expression.by_rows else "vec"
    return rf"\operatorname{{{name}}}{_argument(expression.expression)}", POWER


@_write.register
def _(expression: ex.Trace) -> tuple[str, int]:
    factors = expression.expression.parts if isinstance(expression.expression, ex.Product) else ()
    if len(factors) == 2 and factors[0] == factors[1].T:
        return rf"\|{latex(factors[1])}\|^2", POWER
    if len(factors) >= 2 and isinstance(factors[0], ex.Transpose):
        rest = factors[1] if len(factors) == 2 else ex.Product(factors[1:])
        return rf"\langle {latex(factors[0].expression)},\,{latex(rest)}\rangle", POWER
    return rf"\operatorname{{tr}}{_argument(expression.expression)}", POWER


def _argument(expression: ex.Expression) -> str:
    return rf"\left({latex(expression)}\right)"


@_write.register
def _(expression: ex.Block) -> tuple[str, int]:
    rows = r" \\ ".join(" & ".join(latex(piece) for piece in row) for row in expression.grid)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}", POWER
