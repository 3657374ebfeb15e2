"""Half-rectified units under a finite law of the input: pairs of unit vectors, networks with one hidden layer, moves between them.

The expectation is that of finitely many rational atoms with positive masses (divided by their sum), so that it is exact.
Z(w) = max(0, <w, X>) and [w_1, w_2]_Z = E Z(w_1) Z(w_2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from numerics.angles import unit_vector


@dataclass(frozen=True)
class Atoms(Instance):
    """A law of the input.  points: n x k, one atom in each column; masses: 1 x k, positive."""

    points: Any
    masses: Any

    @property
    def dimension(self) -> int:
        return self.points.shape[0]

    def stays_in_family(self) -> bool:
        return all(mass > 0 for mass in self.masses.entries())

    def mean(self, values: Sequence[Any]) -> Any:
        """E of a function of the atoms, given by its values there."""
        masses = self.masses.entries()
        zero = self.masses.scalar(0)
        return sum((p * v for p, v in zip(masses, values, strict=True)), zero) / sum(masses, zero)

    @cached_property
    def sigma(self) -> Any:
        """Sigma_X = E X X', n x n."""
        masses = self.masses.entries()
        return self.points @ self.points.diagonal(masses) @ self.points.T / sum(masses, self.masses.scalar(0))

    @property
    def energy(self) -> Any:
        """E |X|^2."""
        return self.sigma.trace()

    def along(self, vector: Any) -> list[Any]:
        """<w, x> at each atom, for a column w."""
        return (vector.T @ self.points).entries()

    @property
    def is_symmetric(self) -> bool:
        """X and -X have the same law."""
        columns = list(zip(*self.points.rows(), strict=True)) or [()] * self.points.shape[1]
        masses = dict.fromkeys(columns, self.masses.scalar(0))
        for column, mass in zip(columns, self.masses.entries(), strict=True):
            masses[column] += mass
        return all(masses.get(tuple(-x for x in column)) == mass for column, mass in masses.items())

    def cases(self) -> frozenset[str]:
        named = {
            "one atom": self.points.shape[1] == 1,
            "input zero": self.points.is_zero(),
            "one dimension": self.dimension == 1,
            "covariance of deficient rank": self.points.rank() < self.dimension,
        }
        return frozenset(name for name, true in named.items() if true)


class _Two:
    """What two directions w_1, w_2 and a law have together; a subclass provides ``vectors`` and ``law``."""

    vectors: tuple[Any, Any]
    law: Atoms
    cosine: Any

    @cached_property
    def activities(self) -> tuple[list[Any], list[Any]]:
        first, second = self.vectors
        return self.law.along(first), self.law.along(second)

    def mean(self, value: Callable[[Any, Any], Any]) -> Any:
        """E of a function of (<w_1, X>, <w_2, X>)."""
        return self.law.mean([value(a, b) for a, b in zip(*self.activities, strict=True)])

    def over(self, region: Callable[[Any, Any], bool], value: Callable[[Any, Any], Any]) -> Any:
        """The integral of that function over the x in a region."""
        zero = self.law.masses.scalar(0)
        return self.mean(lambda a, b: value(a, b) if region(a, b) else zero)

    @property
    def sum_squared(self) -> Any:
        """|w_1 + w_2|^2."""
        total = self.vectors[0] + self.vectors[1]
        return total.inner(total)

    @property
    def radius_squared(self) -> Any:
        """r^2 = |w_1 + w_2|^2 / 4."""
        return self.sum_squared / 4

    @property
    def joint(self) -> Any:
        """[w_1, w_2]_Z."""
        return self.over(both_active, lambda a, b: a * b)

    @property
    def bisector(self) -> Any:
        """|w_m|_Z^2 for w_m = (w_1 + w_2)/|w_1 + w_2|, as z is positively homogeneous."""
        return self.over(bisector_active, lambda a, b: (a + b) * (a + b)) / self.sum_squared

    @property
    def deficit(self) -> Any:
        """(1 + cos alpha)/2 |w_m|_Z^2 - [w_1, w_2]_Z."""
        return (1 + self.cosine) / 2 * self.bisector - self.joint

    @property
    def linear(self) -> Any:
        """<w_1, w_2>_X = <w_1, Sigma_X w_2>."""
        return self.mean(lambda a, b: a * b)


def both_active(a: Any, b: Any) -> bool:
    """A: <x, w_1> >= 0 and <x, w_2> >= 0."""
    return a >= 0 and b >= 0


def bisector_active(a: Any, b: Any) -> bool:
    """C: <x, w_1 + w_2> >= 0."""
    return a + b >= 0


def one_active(a: Any, b: Any) -> bool:
    """B: C without A."""
    return bisector_active(a, b) and not both_active(a, b)


@dataclass(frozen=True)
class Pair(Instance, _Two):
    """Two unit vectors that are not opposite, by stereographic parameters (1 x (n - 1) each), and a law of the input."""

    first: Any
    second: Any
    law: Atoms

    @cached_property
    def vectors(self) -> tuple[Any, Any]:
        one = self.first.scalar(1)
        w1, w2 = (q.column(unit_vector(q.entries(), one)) for q in (self.first, self.second))
        return w1, w2

    @property
    def cosine(self) -> Any:
        """cos alpha."""
        return self.vectors[0].inner(self.vectors[1])

    @property
    def half_sine_squared(self) -> Any:
        """sin^2(alpha/2)."""
        return (1 - self.cosine) / 2

    @property
    def sine_squared(self) -> Any:
        return 1 - self.cosine * self.cosine

    @property
    def sigma(self) -> Any:
        return self.law.sigma

    def projected(self, a: Any, b: Any) -> Any:
        """|x|^2 after projection onto the span of w_1 and w_2, from a = <x, w_1> and b = <x, w_2>."""
        if self.sine_squared == 0:
            return a * a
        return (a * a - 2 * self.cosine * a * b + b * b) / self.sine_squared

    def stays_in_family(self) -> bool:
        return self.law.stays_in_family() and self.cosine > -1

    def cases(self) -> frozenset[str]:
        cosine = self.cosine
        along = list(zip(*self.activities, strict=True))
        named = {
            "coinciding vectors": cosine == 1,
            "acute angle": 0 < cosine < 1,
            "right angle": cosine == 0,
            "obtuse angle": cosine < 0,
            "nearly opposite vectors": cosine < -1 + self.first.scalar("1/4"),
            "atom at a kink": any((a == 0 or b == 0) and (a, b) != (0, 0) for a, b in along),
            "atom on the bisector": any(a == b > 0 for a, b in along),
            "atom active for one vector only": any(one_active(a, b) for a, b in along),
            "no unit ever active": all(a <= 0 and b <= 0 for a, b in along),
            "symmetric law": self.law.is_symmetric,
        }
        return self.law.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Stretched(Instance, _Two):
    """A pair whose first vector was multiplied by a positive factor, so that it is no unit vector unless the factor is 1."""

    pair: Pair
    factor: Any

    @property
    def law(self) -> Atoms:
        return self.pair.law

    @property
    def sigma(self) -> Any:
        return self.law.sigma

    @property
    def vectors(self) -> tuple[Any, Any]:
        first, second = self.pair.vectors
        return first * self.factor, second

    @property
    def cosine(self) -> Any:
        return self.pair.cosine

    @property
    def sine_squared(self) -> Any:
        return self.pair.sine_squared

    def cases(self) -> frozenset[str]:
        return self.pair.cases()
