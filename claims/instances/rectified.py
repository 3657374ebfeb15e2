"""Half-rectified units under a finite law of the input: pairs of unit vectors, networks with one hidden layer, moves.

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
from numerics.paths import Path, Segment
from numerics.rectified import bridge, l1, outputs, support, thinned


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
    def vectors(self) -> tuple[Any, Any]:  # type: ignore[override]
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
    def law(self) -> Atoms:  # type: ignore[override]
        return self.pair.law

    @property
    def sigma(self) -> Any:
        return self.law.sigma

    @property
    def vectors(self) -> tuple[Any, Any]:  # type: ignore[override]
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


# Regression by a hidden layer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task(Instance):
    """E |Phi(X) - Y|^2 + kappa |W_2|_1 for a finite law of (X, Y).  law: of the input; targets: 1 x k, Y at each atom."""

    law: Atoms
    targets: Any
    kappa: Any

    @property
    def inputs(self) -> Any:
        return self.law.points

    @property
    def atoms(self) -> int:
        return self.inputs.shape[1]

    def risk_of(self, predictions: Any) -> Any:
        """E |prediction - Y|^2 for 1 x k predictions."""
        errors = (predictions - self.targets).entries()
        return self.law.mean([error * error for error in errors])

    def objective(self, units: Any, coefficients: Any) -> Any:
        return self.risk_of(outputs(units, coefficients, self.inputs)) + self.kappa * l1(coefficients)

    @property
    def energy(self) -> Any:
        """E Y^2, the objective of the network without coefficients."""
        return self.law.mean([y * y for y in self.targets.entries()])

    @cached_property
    def floor(self) -> Any:
        """A lower bound of E |Phi(X) - Y|^2 over all networks of the family, whatever their width.

        Phi(t x) = t Phi(x) for t >= 0, and Phi(x) - Phi(-x) is linear in x: on the atoms Phi is a linear function plus one that
        is t -> |t| times a constant on each line through zero.  The floor is the distance of Y to these.
        """
        X, zero = self.inputs, self.targets.scalar(0)
        columns = list(zip(*X.rows(), strict=True))
        features = [list(row) for row in X.rows()]
        for line, lead in lines_through_zero(columns):
            features.append([abs(columns[j][lead]) if j in line else zero for j in range(len(columns))])
        matrix = X.of(features, columns=len(columns))
        basis = matrix[list(matrix.T.rref()[1]), :]
        weights = X.diagonal(self.law.masses.entries())
        if not basis.shape[0]:
            return self.energy
        fitted = (basis @ weights @ basis.T).solve(basis @ weights @ self.targets.T).T @ basis
        return self.risk_of(fitted)

    @cached_property
    def penalised_floor(self) -> Any:
        """(2 tau - tau^2) E Y^2 with tau = min(1, kappa / (2 E |Y| |X|_1)), a lower bound of the objective of every network.

        (Phi - Y)^2 >= 2 v (Y - Phi) - v^2 for v = tau Y, and |Phi(x)| <= |W_2|_1 |x|, |x| <= |x|_1 for units in the unit ball.
        """
        lengths = [sum((abs(x) for x in column), self.kappa * 0) for column in zip(*self.inputs.rows(), strict=True)]
        reach = 2 * self.law.mean([abs(y) * size for y, size in zip(self.targets.entries(), lengths, strict=True)])
        tau = self.kappa / reach if reach > self.kappa else self.targets.scalar(1)
        return (2 * tau - tau * tau) * self.energy

    def stays_in_family(self) -> bool:
        return self.law.stays_in_family() and self.kappa >= 0

    def cases(self) -> frozenset[str]:
        columns = [tuple(column) for column in zip(*self.inputs.rows(), strict=True)]
        named = {
            "target zero": self.targets.is_zero(),
            "no penalty": self.kappa == 0,
            "repeated input": len(set(columns)) < len(columns),
            "opposite inputs": any(any(x) and tuple(-v for v in x) in columns for x in columns),
            "floor above zero": self.floor > 0,
        }
        return self.law.cases() | {name for name, true in named.items() if true}


def lines_through_zero(columns: Sequence[Sequence[Any]]) -> list[tuple[list[int], int]]:
    """The columns other than zero by the line through zero on which they lie, with a coordinate that is not zero there."""
    found, remaining = [], [j for j, column in enumerate(columns) if any(column)]
    while remaining:
        head = columns[remaining[0]]
        lead = next(i for i, value in enumerate(head) if value)

        def parallel(j: int, head: Sequence[Any] = head, lead: int = lead) -> bool:
            return all(a * head[lead] == b * columns[j][lead] for a, b in zip(columns[j], head, strict=True))

        found.append(([j for j in remaining if parallel(j)], lead))
        remaining = [j for j in remaining if not parallel(j)]
    return found


@dataclass(frozen=True)
class HalfRectified(Instance):
    """x -> sum_i beta_i max(0, <w_i, x>).  units: m x n, rows of norm at most 1; coefficients: 1 x m."""

    units: Any
    coefficients: Any
    task: Task

    @property
    def width(self) -> int:
        return self.units.shape[0]

    @property
    def weights(self) -> tuple[Any, Any]:
        return self.units, self.coefficients

    @cached_property
    def objective(self) -> Any:
        return self.task.objective(self.units, self.coefficients)

    @property
    def risk(self) -> Any:
        return self.task.risk_of(outputs(self.units, self.coefficients, self.task.inputs))

    def lengths(self) -> list[Any]:
        """|w_i|^2."""
        return [sum((x * x for x in row), self.task.kappa * 0) for row in self.units.rows()]

    @property
    def in_the_ball(self) -> bool:
        return all(length <= 1 for length in self.lengths())

    def stays_in_family(self) -> bool:
        return self.task.stays_in_family() and self.in_the_ball

    def cases(self) -> frozenset[str]:
        rows = [tuple(row) for row in self.units.rows()]
        named = {
            "one unit": self.width == 1,
            "a zero unit": any(not any(row) for row in rows),
            "a unit inside the ball": any(0 < length < 1 for length in self.lengths()),
            "coinciding units": len(set(rows)) < len(rows),
            "a zero coefficient": any(value == 0 for value in self.coefficients.entries()),
            "no coefficient": self.coefficients.is_zero(),
            "coefficients of both signs": len({value > 0 for value in self.coefficients.entries() if value != 0}) == 2,
            "more units than atoms": self.width > self.task.atoms,
        }
        return self.task.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Leg(Instance):
    """A straight move between two networks of one width, and a time t in [0, 1]."""

    start: tuple[Any, Any]
    end: tuple[Any, Any]
    task: Task
    time: Any

    @property
    def first(self) -> HalfRectified:
        return HalfRectified(*self.start, self.task)

    @property
    def last(self) -> HalfRectified:
        return HalfRectified(*self.end, self.task)

    @property
    def segment(self) -> Segment:
        return Segment.line(self.start, self.end)

    @property
    def path(self) -> Path:
        return Path((self.segment,))

    @property
    def turn_squared(self) -> Any:
        """The largest |w_i - w~_i|^2, at most the square of the largest angle between unit vectors."""
        change = self.end[0] - self.start[0]
        return max(sum((x * x for x in row), self.time * 0) for row in change.rows())

    @property
    def keeps_the_outputs(self) -> bool:
        """Both ends have the same outputs, not all of them zero."""
        first, last = (self.augmented(time) for time in (0, 1))
        return bool(first == last) and not first.is_zero()

    def augmented(self, time: Any) -> Any:
        """(1 - t) beta_1 Z(W) + t gamma Z(W~), 1 x k."""
        ends = [outputs(units, row, self.task.inputs) for units, row in (self.start, self.end)]
        return ends[0] * (1 - time) + ends[1] * time

    def cases(self) -> frozenset[str]:
        named = {
            "units at rest": self.start[0] == self.end[0],
            "units turned": self.start[0] != self.end[0],
            "coefficients of one sign": all(
                a * b >= 0 for a, b in zip(self.start[1].entries(), self.end[1].entries(), strict=True)
            ),
            "coefficients of opposite signs": any(
                a * b < 0 for a, b in zip(self.start[1].entries(), self.end[1].entries(), strict=True)
            ),
            "halfway": 2 * self.time == 1,
        }
        return self.first.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Detour(Instance):
    """Two networks A and B of m units, others on their first layers, a sparse one near each, and one with few units of its own.

    fitted_a and fitted_b are coefficients on the units of A and B; sparse_a and sparse_b have at most m - l coefficients; oracle
    has l units, written as m of which the others are zero.
    """

    task: Task
    a: tuple[Any, Any]
    b: tuple[Any, Any]
    fitted_a: Any
    fitted_b: Any
    sparse_a: tuple[Any, Any]
    sparse_b: tuple[Any, Any]
    oracle: tuple[Any, Any]

    @property
    def corners(self) -> list[tuple[Any, Any]]:
        """A, fitted, its sparse neighbour, the oracle, the sparse neighbour of B, B fitted, B."""
        there, back = bridge(self.sparse_a, self.oracle), bridge(self.oracle, self.sparse_b)
        return [self.a, (self.a[0], self.fitted_a), *there, *back[1:], (self.b[0], self.fitted_b), self.b]

    @property
    def level(self) -> Any:
        """lambda: the larger objective of A and B."""
        return max(self.task.objective(*self.a), self.task.objective(*self.b))

    @property
    def oracle_level(self) -> Any:
        return self.task.objective(*self.oracle)

    @property
    def candidates_level(self) -> Any:
        """The largest objective of the candidates: fitted, sparse and oracle."""
        fitted = (self.a[0], self.fitted_a), (self.b[0], self.fitted_b)
        return max(self.task.objective(*weights) for weights in (*fitted, self.sparse_a, self.sparse_b, self.oracle))

    @property
    def legs(self) -> tuple[Leg, Leg]:
        """From the fitted coefficients on the first layer of A to its sparse neighbour, and the same for B."""
        half = (self.task.kappa * 0 + 1) / 2
        first = Leg((self.a[0], self.fitted_a), self.sparse_a, self.task, half)
        return first, Leg((self.b[0], self.fitted_b), self.sparse_b, self.task, half)

    def cases(self) -> frozenset[str]:
        width, few = self.a[1].shape[1], len(support(self.oracle[1]))
        shared = set(support(self.oracle[1])) & set(support(self.sparse_a[1]))
        named = {
            "oracle of no unit": few == 0,
            "oracle of all units": few == width,
            "oracle in the slots of a sparse network": bool(shared),
            "units at rest": self.a[0] == self.sparse_a[0] and self.b[0] == self.sparse_b[0],
            "units turned": self.a[0] != self.sparse_a[0] or self.b[0] != self.sparse_b[0],
            "coefficients exchanged": support(self.fitted_a) != support(self.sparse_a[1]) and self.legs[0].keeps_the_outputs,
            "equal masses": len(set(self.task.law.masses.entries())) == 1,
        }
        return self.task.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Two(Instance):
    """Two networks of one width."""

    a: tuple[Any, Any]
    b: tuple[Any, Any]
    task: Task

    @property
    def width(self) -> int:
        return self.a[1].shape[1]

    @property
    def corners(self) -> list[tuple[Any, Any]]:
        """A thinned out, bridged to B thinned out, and B."""
        ways = [
            [(units, way) for way in thinned(units, coefficients, self.task.inputs)] for units, coefficients in (self.a, self.b)
        ]
        return [*ways[0], *bridge(ways[0][-1], ways[1][-1])[1:], *ways[1][::-1][1:]]

    def cases(self) -> frozenset[str]:
        units = HalfRectified(*self.a, self.task).cases() & {
            "a zero unit",
            "coinciding units",
            "no coefficient",
            "a zero coefficient",
        }
        double = {"exactly twice as many units as samples"} if self.width == 2 * self.task.atoms else set()
        return self.task.cases() | units | double


@dataclass(frozen=True)
class Exponents(Instance):
    """The exponents of the proof of Corollary 2.5: input dimension n, m^eta units in one cell of a net of size m^(1 - eta)."""

    dimension: int
    eta: Any

    @property
    def radius(self) -> Any:
        """That of eps_m = m^((eta - 1)/n)."""
        return (self.eta - 1) / self.dimension

    @property
    def removal(self) -> Any:
        """That of |Q_m| eps_m."""
        return self.eta + self.radius

    def cases(self) -> frozenset[str]:
        named = {"one dimension": self.dimension == 1, "eta at most 1/(n + 1)": (self.dimension + 1) * self.eta <= 1}
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class UnitSet(Instance):
    """Unit vectors by stereographic parameters (rows of a k x (n - 1) matrix) and signs, and a radius."""

    parameters: Any
    signs: tuple[bool, ...]
    radius: Any

    @property
    def dimension(self) -> int:
        return self.parameters.shape[1] + 1

    @cached_property
    def vectors(self) -> list[list[Any]]:
        one = self.radius * 0 + 1
        rows = (unit_vector(list(row), one) for row in self.parameters.rows())
        return [[-x for x in row] if sign else row for row, sign in zip(rows, self.signs, strict=True)]

    def separated(self) -> list[list[Any]]:
        """Vectors chosen one by one, each farther than the radius from those before; all others are within it of one of them."""
        chosen: list[list[Any]] = []
        for vector in self.vectors:
            if all(chord_squared(vector, other) > self.radius * self.radius for other in chosen):
                chosen.append(vector)
        return chosen

    def cell_mates(self) -> list[tuple[list[Any], list[Any], Any]]:
        """Two vectors that are closest to one chosen vector, with the larger of their squared distances to it."""
        pairs = []
        for centre in self.separated():
            near = [v for v in self.vectors if chord_squared(v, centre) <= self.radius * self.radius]
            for i, v in enumerate(near):
                for w in near[:i]:
                    pairs.append((v, w, max(chord_squared(v, centre), chord_squared(w, centre))))
        return pairs

    def cases(self) -> frozenset[str]:
        size = len(self.separated())
        named = {
            "one dimension": self.dimension == 1,
            "two dimensions": self.dimension == 2,
            "three dimensions": self.dimension == 3,
            "one vector covers all": size == 1,
            "no two in one cell": size == len(self.vectors),
            "coinciding vectors": len({tuple(v) for v in self.vectors}) < len(self.vectors),
        }
        return frozenset(name for name, true in named.items() if true)


def chord_squared(v: Sequence[Any], w: Sequence[Any]) -> Any:
    """|v - w|^2."""
    return sum(((a - b) * (a - b) for a, b in zip(v, w, strict=True)), v[0] * 0)
