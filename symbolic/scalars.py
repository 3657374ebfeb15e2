"""Commutative scalars: SymPy expressions, compared symbolically, and evaluated by an evaluator of our own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import Any

import sympy

Values = Mapping[Any, Fraction]


def vanishes(scalar: sympy.Expr) -> bool:
    """Whether a scalar is zero for all values of its symbols; decided for rational functions, else as far as SymPy can tell."""
    done = scalar.doit() if scalar.has(sympy.Sum, sympy.Product) else scalar
    expanded = sympy.expand(done)
    if expanded == 0 or expanded.is_polynomial():
        return bool(expanded == 0)
    if expanded.is_rational_function():
        return bool(sympy.cancel(expanded) == 0)
    return bool(sympy.simplify(expanded) == 0)


def evaluate(scalar: Any, values: Values) -> Fraction:
    """The rational value of a scalar; sums and products are added up term by term.

    Raises KeyError for a symbol without a value and TypeError for a function that is not rational.
    """
    if isinstance(scalar, sympy.Symbol):
        return values[scalar]
    if isinstance(scalar, sympy.Rational):
        return Fraction(int(scalar.p), int(scalar.q))
    if isinstance(scalar, sympy.Add):
        return sum((evaluate(part, values) for part in scalar.args), Fraction(0))
    if isinstance(scalar, sympy.Mul):
        return prod((evaluate(part, values) for part in scalar.args), start=Fraction(1))
    if isinstance(scalar, sympy.Pow):
        return _power(evaluate(scalar.base, values), evaluate(scalar.exp, values))
    if isinstance(scalar, sympy.Sum):
        return sum(_terms(scalar, values), Fraction(0))
    if isinstance(scalar, sympy.Product):
        return prod(_terms(scalar, values), start=Fraction(1))
    raise TypeError(f"{scalar} is not a rational expression")


def _terms(operation: Any, values: Values) -> list[Fraction]:
    ((index, first, last),) = operation.limits
    low, high = evaluate(first, values), evaluate(last, values)
    return [evaluate(operation.function, {**values, index: Fraction(k)}) for k in range(int(low), int(high) + 1)]


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise TypeError(f"{base} to the power {exponent} is not rational")
    return base ** int(exponent)
