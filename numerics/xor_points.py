"""Critical points of networks with a hidden layer of sigmoid, tanh or softsign units on XOR.

Dummy units, squared loss, an output unit F = omega(f) with omega' > 0, the identity for one.

At every critical point with a positive loss the residuals times omega' are d chi, chi = u_1 u_2, where u is the input coded by -1
and 1 and d is a number, not zero. The units with a nonzero output weight have arguments of one size at all four inputs: constant
ones (w = 0), or ones that split the inputs by a coordinate, z = a u_1 or z = a u_2. Conversely such units are critical for
some omega if they make f differ in both coordinates or in none: in none for the identity, where F = 1/2 throughout and d = 1/2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

from numerics.activations import activation as named
from numerics.enclosures import Enclosures, certain_sign, decided
from numerics.matrix import Matrix, UncertainError

SIGNS = ((-1, -1), (-1, 1), (1, -1), (1, 1))
CONSTANT, FIRST, SECOND = 0, 1, 2


@dataclass(frozen=True)
class Unit:
    """kind: CONSTANT (z = place), FIRST (z = place u_1) or SECOND (z = place u_2); weight: its output weight."""

    kind: int
    place: Any
    weight: Any

    def argument(self, u: tuple[int, int]) -> Any:
        return self.place if self.kind == CONSTANT else self.place * u[self.kind - 1]


def balanced(units: Sequence[Unit]) -> bool:
    """Whether the split units cancel each other, size by size of their arguments, so that F = 1/2 throughout."""
    totals: dict[Any, Any] = {}
    for unit in units:
        if unit.kind != CONSTANT:
            key = (unit.kind, abs(unit.place))
            totals[key] = totals.get(key, 0) + (unit.weight if unit.place > 0 else -unit.weight)
    return all(total == 0 for total in totals.values())


def lower_values_nearby(exact: type[Matrix], activation: str, units: Sequence[Unit]) -> bool | None:
    """Whether the loss takes lower values arbitrarily near such a critical point; None where that is not decided.

    A unit with the output weight zero can be moved and switched on; with two units there is a direction of negative curvature, at
    the point itself or, where all units are constant, at a point as near as one likes with the same loss.
    """
    off = next((unit for unit in units if unit.weight == 0), None)
    if off is not None:
        return _decided_nonzero(exact, lambda enclosing: correlation(enclosing, activation, off))
    if len(units) < 2:
        return None
    split = next((unit for unit in units if unit.kind != CONSTANT), None)
    if split is not None:
        return _decided_nonzero(exact, lambda enclosing: split_curvature(enclosing, activation, split))
    first, second = units[0], units[1]
    pairs = [(_shifted(first, a), _shifted(second, b)) for a, b in ((0, 0), (1, 2), (1, 3))]
    return any(_bends_differently(exact, activation, *pair) for pair in pairs) or None


def _bends_differently(exact: type[Matrix], activation: str, first: Unit, second: Unit) -> bool | None:
    return _decided_nonzero(exact, lambda enclosing: constant_curvature(enclosing, activation, first, second))


def _shifted(unit: Unit, steps: int) -> Unit:
    """A constant unit a few 1024ths further on."""
    return Unit(CONSTANT, unit.place + (unit.place * 0 + steps) / 1024, unit.weight)


def one_constant_unit_is_stable(exact: type[Matrix], activation: str, unit: Unit) -> bool | None:
    """Whether |sigma''| < 2 |v| sigma'^2 at the one unit: then moving its weights from 0 raises the loss, whatever v, b and c
    nearby.
    """
    sigma = named(activation)

    def question(enclosing: Enclosures) -> bool:
        at, e, v = enclosing.of(unit.place), enclosing.elementary, enclosing.of(unit.weight)
        slope, bend = sigma.first(at, e), sigma.second(at, e)
        return certain_sign(4 * v * v * slope * slope * slope * slope - bend * bend) > 0

    return decided(exact, question)


def typical_points(q: type[Matrix], count: int) -> list[tuple[Unit, ...]]:
    """One critical point for each way in which ``count`` units can be constant, split the inputs, or have no output weight:
    those of the identity output are the ``balanced`` ones.
    """
    one = q.scalar(1)
    kinds = [Unit(CONSTANT, one, one), Unit(CONSTANT, -one, one), Unit(CONSTANT, one * 0, one), Unit(CONSTANT, one, one * 0)]
    kinds += [Unit(kind, place, weight) for kind in (FIRST, SECOND) for place in (one,) for weight in (one, -one, one * 0)]
    return list(combinations_with_replacement(kinds, count))


def _decided_nonzero(exact: type[Matrix], value: Callable[[Enclosures], Any]) -> bool | None:
    """True where the value is certainly not zero: its sign can be turned by turning one part of the direction.

    None otherwise, also where it is zero, which says nothing of other directions.
    """
    return decided(exact, lambda enclosing: certain_sign(value(enclosing)) != 0 or None)


def correlation(enclosing: Enclosures, activation: str, unit: Unit) -> Any:
    """sum chi sigma(z + (u_1 + u_2) / 8 + 1 / 16), not identically zero in the weights.

    So it is not zero arbitrarily near the unit: for tanh and the sigmoid it is analytic, for softsign it is rational wherever no
    argument changes its sign, with a pole on a plane of its own for each input.
    """
    sigma, e, of = named(activation), enclosing.elementary, enclosing.of
    one = unit.place * 0 + 1
    terms = [sigma.value(of(unit.argument(u) + one * (u[0] + u[1]) / 8 + one / 16), e) * (u[0] * u[1]) for u in SIGNS]
    return sum(terms[1:], terms[0])


def split_curvature(enclosing: Enclosures, activation: str, split: Unit) -> Any:
    """Moving z of the split unit by 1 + u', u' its other coordinate, while any other unit and the output bias keep F to first
    order: sum d chi v sigma''(z) (1 + u')^2 = 4 d v (sigma''(a) - sigma''(-a)), here for d = 1/2.

    What the other unit adds is orthogonal to chi.  With the sign of u' turned the value turns its sign.
    """
    sigma, e, of = named(activation), enclosing.elementary, enclosing.of
    return 2 * of(split.weight) * (sigma.second(of(split.place), e) - sigma.second(of(-split.place), e))


def constant_curvature(enclosing: Enclosures, activation: str, first: Unit, second: Unit) -> Any:
    """Moving z of one constant unit by u_1 + u_2 while the other keeps F to first order: sum chi/2 (u_1 + u_2)^2 is 4, F = 1/2.

    With u_1 - u_2 the sign turns.  Raises UncertainError where the two bends cancel, and at zero, where softsign has a kink.
    """
    sigma, e, of = named(activation), enclosing.elementary, enclosing.of
    if first.place == -second.place and first.weight == second.weight:
        raise UncertainError("the two bends cancel")
    if first.place == 0 or second.place == 0:
        raise UncertainError("the second derivative may be two-sided")
    ratio = of(first.weight) * _slope(enclosing, activation, first) / (of(second.weight) * _slope(enclosing, activation, second))
    own = of(first.weight) * sigma.second(of(first.place), e)
    theirs = of(second.weight) * sigma.second(of(second.place), e) * ratio * ratio
    return 4 * (own + theirs)


def _slope(enclosing: Enclosures, activation: str, unit: Unit) -> Any:
    return named(activation).first(enclosing.of(unit.place), enclosing.elementary)
