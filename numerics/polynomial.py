"""Polynomials over Q on an interval: sign, bounds and monotonicity, decided exactly.

Whether a polynomial is nonnegative on [0, 1] is decided by two independent methods: sign changes of Bernstein coefficients under
bisection (Vincent, Collins and Akritas), and Sturm's sequences.  Roots of even multiplicity are split off beforehand, so that a
polynomial that only touches zero is decided like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise, zip_longest
from math import comb, gcd, lcm
from typing import Any

from numerics.inertia import sign_changes
from numerics.spectrum import as_fraction

Integers = tuple[int, ...]


@dataclass(frozen=True)
class Polynomial:
    """c_0 + c_1 t + ... + c_n t^n over Q, without zeros at the end; the zero polynomial has no coefficients."""

    coefficients: tuple[Fraction, ...]

    @classmethod
    def of(cls, coefficients: Sequence[Any]) -> Polynomial:
        """From exact scalars of any arithmetic, the constant first."""
        values = [as_fraction(value) for value in coefficients]
        while values and not values[-1]:
            values.pop()
        return cls(tuple(values))

    @property
    def degree(self) -> int:
        """-1 for the zero polynomial."""
        return len(self.coefficients) - 1

    def __call__(self, t: Any) -> Fraction:
        return reduce(lambda value, c: value * t + c, reversed(self.coefficients), Fraction(0))

    def __add__(self, other: Polynomial) -> Polynomial:
        pairs = zip_longest(self.coefficients, other.coefficients, fillvalue=Fraction(0))
        return Polynomial.of([a + b for a, b in pairs])

    def __neg__(self) -> Polynomial:
        return Polynomial(tuple(-c for c in self.coefficients))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + (-other)

    def __mul__(self, other: Polynomial) -> Polynomial:
        product = [Fraction(0)] * (len(self.coefficients) + len(other.coefficients))
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                product[i + j] += a * b
        return Polynomial.of(product)

    @property
    def derivative(self) -> Polynomial:
        return Polynomial.of([k * c for k, c in enumerate(self.coefficients)][1:])

    def between(self, start: Any, end: Any) -> Polynomial:
        """u -> p(start + (end - start) u): the interval [start, end] stretched to [0, 1]."""
        line = Polynomial.of([start, as_fraction(end) - as_fraction(start)])
        return reduce(lambda value, c: value * line + Polynomial.of([c]), reversed(self.coefficients), Polynomial(()))


def constant(value: Any) -> Polynomial:
    return Polynomial.of([value])


def interpolated(values: Sequence[Any]) -> Polynomial:
    """The polynomial of degree below n with the given values at 0, 1, ..., n - 1 (Newton's forward differences)."""
    differences, row = [], [as_fraction(value) for value in values]
    while row:
        differences.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    result = Polynomial(())
    for k in reversed(range(len(differences))):
        result = result * Polynomial.of([Fraction(-k, k + 1), Fraction(1, k + 1)]) + constant(differences[k])
    return result


# Signs on [0, 1] ----------------------------------------------------------------------------------------------------------------


def is_nonnegative(p: Polynomial, *, by: str = "bernstein") -> bool:
    """p >= 0 on all of [0, 1]; ``by`` the sign changes of Bernstein coefficients or by Sturm's sequences."""
    if by not in _ROOTLESS:
        raise ValueError(f"signs are decided by {' or '.join(_ROOTLESS)}, not by {by!r}")
    if p.degree < 0:
        return True
    crossing = _odd_part(p)
    return _ROOTLESS[by](crossing) and _is_somewhere_positive(p)


def is_at_most(p: Polynomial, bound: Any, *, by: str = "bernstein") -> bool:
    """p <= bound on all of [0, 1]."""
    return is_nonnegative(constant(bound) - p, by=by)


def is_strictly_decreasing(p: Polynomial, *, by: str = "bernstein") -> bool:
    """p(s) > p(t) for all 0 <= s < t <= 1: the derivative is nowhere positive and not zero throughout."""
    slope = p.derivative
    return slope.degree >= 0 and is_nonnegative(-slope, by=by)


def _is_somewhere_positive(p: Polynomial) -> bool:
    """Whether p is positive at some point of (0, 1), for one that changes its sign nowhere in it and is not zero throughout."""
    point = Fraction(1, 2)
    while not p(point):
        point /= 2
    return p(point) > 0


def _odd_part(p: Polynomial) -> Integers:
    """The product of the square-free factors of odd multiplicity (Yun): p changes its sign exactly at its roots."""
    f = _primitive(p)
    odd: Integers = (1,)
    common = _gcd(f, _derived(f))
    rest, carry = _quotient(f, common), _quotient(_derived(f), common)
    multiplicity = 1
    while len(rest) > 1:
        carry = _minus(carry, _derived(rest))
        factor = _gcd(rest, carry) if carry else rest
        if multiplicity % 2:
            odd = _times(odd, factor)
        rest, carry, multiplicity = _quotient(rest, factor), _quotient(carry, factor), multiplicity + 1
    return odd


def _rootless_by_bernstein(f: Integers) -> bool:
    """No root in (0, 1), for a square-free polynomial."""
    n = len(f) - 1
    common = lcm(*(comb(n, k) for k in range(n + 1)))
    scaled = [c * (common // comb(n, k)) for k, c in enumerate(f)]
    waiting = [[sum(comb(i, k) * scaled[k] for k in range(i + 1)) for i in range(n + 1)]]
    while waiting:
        controls = waiting.pop()
        changes = sign_changes(controls)
        if changes == 0:
            continue
        if changes == 1:
            return False
        left, right = _split(controls)
        if not right[0]:
            return False
        waiting += [left, right]
    return True


def _split(controls: list[int]) -> tuple[list[int], list[int]]:
    """De Casteljau at 1/2, scaled by 2^n so that integers stay integers."""
    left, right, row = [controls[0]], [controls[-1]], controls
    while len(row) > 1:
        row = [a + b for a, b in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    n = len(controls) - 1
    return [c << (n - i) for i, c in enumerate(left)], [c << (n - i) for i, c in enumerate(right)][::-1]


def _rootless_by_sturm(f: Integers) -> bool:
    """No root in (0, 1], the 1 divided out, for a square-free polynomial: equal variations of Sturm's sequence at both ends."""
    if not _value(f, 1):
        f = _quotient(f, (-1, 1))
    sequence = [f, _derived(f)]
    while len(sequence[-1]) > 1:
        remainder = _remainder(sequence[-2], sequence[-1])
        sequence.append(_shortened(tuple(-c for c in remainder)))
    at_zero, at_one = ([_value(g, point) for g in sequence if g] for point in (0, 1))
    return sign_changes(at_zero) == sign_changes(at_one)


_ROOTLESS: dict[str, Callable[[Integers], bool]] = {"bernstein": _rootless_by_bernstein, "sturm": _rootless_by_sturm}


# Integer polynomials, up to a positive factor ----------------------------------------------------------------------------------


def _primitive(p: Polynomial) -> Integers:
    common = lcm(*(c.denominator for c in p.coefficients))
    return _shortened(tuple(c.numerator * (common // c.denominator) for c in p.coefficients))


def _shortened(f: Sequence[int]) -> Integers:
    """Divided by the content."""
    content = gcd(*f)
    return tuple(c // content for c in f)


def _value(f: Integers, point: int) -> int:
    return reduce(lambda value, c: value * point + c, reversed(f), 0)


def _derived(f: Integers) -> Integers:
    return tuple(k * c for k, c in enumerate(f))[1:]


def _minus(f: Integers, g: Integers) -> Integers:
    """The difference of two polynomials of one degree, which it has, too, unless they agree."""
    values = tuple(a - b for a, b in zip(f, g, strict=True))
    return values if any(values) else ()


def _times(f: Integers, g: Integers) -> Integers:
    product = [0] * (len(f) + len(g) - 1)
    for i, a in enumerate(f):
        for j, b in enumerate(g):
            product[i + j] += a * b
    return tuple(product)


def _remainder(f: Integers, g: Integers) -> Integers:
    """A positive multiple of f mod g."""
    rest, lead = list(f), g[-1]
    while len(rest) >= len(g):
        head, shift = rest[-1], len(rest) - len(g)
        factor = abs(lead)
        rest = [factor * c for c in rest]
        turn = head if lead > 0 else -head
        for i, c in enumerate(g):
            rest[shift + i] -= turn * c
        while rest and not rest[-1]:
            rest.pop()
    return _shortened(rest)


def _gcd(f: Integers, g: Integers) -> Integers:
    """A primitive greatest common divisor."""
    f, g = _shortened(f), _shortened(g)
    while g:
        f, g = g, _remainder(f, g)
    return f


def _quotient(f: Integers, g: Integers) -> Integers:
    """f / g for a primitive divisor g; exact over Z by Gauss's lemma."""
    rest, quotient = list(f), [0] * max(len(f) - len(g) + 1, 0)
    for shift in reversed(range(len(quotient))):
        quotient[shift] = rest[shift + len(g) - 1] // g[-1]
        for i, c in enumerate(g):
            rest[shift + i] -= quotient[shift] * c
    assert not any(rest), "the division leaves a remainder"
    return tuple(quotient)
