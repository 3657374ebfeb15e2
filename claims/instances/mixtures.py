"""Two clusters and a network of two rectifiers; two networks that a mixture of targets mixes; factors of a linear map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from claims.instances.codec import Instance
from claims.instances.networks import activated
from numerics.matrix import frobenius_squared, hstack, inner


@dataclass(frozen=True)
class Clusters(Instance):
    """A law with two components z = 1 (probability ``share``) and z = -1, and a network W_2 rho(W_1 x) with two units.

    means: 2 x 2, the columns mu_1 and mu_-1; each component is uniform on mu_z +- spread e_j (covariance spread^2 / 2 times I);
    lower: W_1, 2 x 2; upper: W_2, k x 2 (k = 1 for a label as target, 2 for a vector).
    """

    means: Any
    spread: Any
    share: Any
    lower: Any
    upper: Any

    def component(self, number: int) -> Any:
        """The 2 x 4 matrix of the atoms of a component, 0 for z = 1 and 1 for z = -1."""
        mean, unit = self.means[:, [number]], type(self.means).eye(2)
        steps = [unit[:, [axis]] * (self.spread * sign) for axis in (0, 1) for sign in (1, -1)]
        return hstack(*(mean + step for step in steps))

    def output(self, inputs: Any) -> Any:
        return self.upper @ activated(self.lower @ inputs, "relu")

    @property
    def shares(self) -> tuple[Any, Any]:
        return self.share, 1 - self.share

    @property
    def label_risk(self) -> Any:
        """E (Phi(X) - Z)^2."""
        errors = (self.output(self.component(k)) - self.upper.build(1, 4, lambda i, j, z=z: z) for k, z in ((0, 1), (1, -1)))
        return sum(weight * frobenius_squared(error) / 4 for weight, error in zip(self.shares, errors, strict=True))

    def displacement(self, number: int) -> Any:
        """Y = (X - mu_Z) Z on a component, 2 x 4."""
        sign = 1 if number == 0 else -1
        atoms = self.component(number)
        return atoms.build(2, 4, lambda i, j: (atoms[i, j] - self.means[i, number]) * sign)

    @property
    def displacement_risk(self) -> Any:
        """E |Phi(X) - (X - mu_Z) Z|^2."""
        errors = (self.output(self.component(k)) - self.displacement(k) for k in (0, 1))
        return sum(weight * frobenius_squared(error) / 4 for weight, error in zip(self.shares, errors, strict=True))

    @property
    def variance(self) -> Any:
        """E |X - mu_Z|^2, the risk of the network 0 for the target (X - mu_Z) Z, whatever the law of the components."""
        return self.spread * self.spread

    @property
    def smaller_share(self) -> Any:
        return min(self.shares)

    @property
    def one_direction(self) -> bool:
        """The rows of W_1 are nonnegative multiples of one row."""
        return self.lower.det() == 0 and bool((self.lower[[0], :] @ self.lower[[1], :].T)[0, 0] >= 0)

    @property
    def one_sign(self) -> bool:
        """The two entries of W_2 are not of opposite signs."""
        return bool(self.upper[0, 0] * self.upper[0, 1] >= 0)

    @property
    def means_on_different_rays(self) -> bool:
        first, second = self.means[:, [0]], self.means[:, [1]]
        aligned = self.means.det() == 0 and bool((first.T @ second)[0, 0] > 0)
        return not (first.is_zero() or second.is_zero() or aligned)

    def cases(self) -> frozenset[str]:
        named = {
            "equal shares": self.share == 1 - self.share,
            "unequal shares": self.share != 1 - self.share,
            "no spread": self.spread == 0,
            "zero risk": self.upper.shape[0] == 1 and self.label_risk == 0,
            "opposite rows": self.lower.rank() == 1 and not self.one_direction,
            "first layer of rank one": self.lower.rank() == 1,
            "first layer of rank two": self.lower.rank() == 2,
            "rows in one direction": self.one_direction,
            "opposite means": self.means_on_different_rays and self.means.det() == 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Rectifiers(Instance):
    """One hidden layer of m rectifiers on the plane, where X has a positive density.  lower: m x 2, upper: k x m."""

    lower: Any
    upper: Any

    @property
    def size(self) -> int:
        return self.lower.shape[0]

    def output(self, point: Any) -> Any:
        return self.upper @ activated(self.lower @ point, "relu")

    def row(self, unit: int) -> Any:
        return self.lower[[unit], :]

    @property
    def lines_differ(self) -> bool:
        """No row of W_1 is zero and no two are parallel."""
        every = range(self.size)
        pairs = combinations(every, 2)
        return all(not self.row(i).is_zero() for i in every) and all(self.lower[[i, j], :].det() != 0 for i, j in pairs)

    @property
    def all_used(self) -> bool:
        return all(not self.upper[:, [i]].is_zero() for i in range(self.size))

    def kink(self, unit: int) -> Any:
        """Phi(p + e n) + Phi(p - e n) - 2 Phi(p) at a point p of the unit's line, e so small that no other line is crossed."""
        n = self.row(unit).T
        p = n.build(2, 1, lambda i, _: -n[1, 0] if i == 0 else n[0, 0])
        others = [self.row(j) for j in range(self.size) if (self.row(j) @ p)[0, 0] != 0]
        rooms = [abs((row @ p)[0, 0]) / (1 + abs((row @ n)[0, 0])) for row in others]
        step = n * (min(rooms, default=n.scalar(1)) / 2)
        return self.output(p + step) + self.output(p - step) - 2 * self.output(p)

    @cached_property
    def representatives(self) -> list[int]:
        """The first unit on each line, of those with a nonzero row."""
        active = [i for i in range(self.size) if not self.row(i).is_zero()]
        return [i for i in active if not any(_parallel(self.row(i), self.row(j)) for j in active if j < i)]

    @property
    def unit_lines(self) -> int:
        """The number of different lines on which units switch."""
        return len(self.representatives)

    @property
    def kinked_lines(self) -> int:
        """The number of different lines on which the function has a kink."""
        return sum(not self.kink(unit).is_zero() for unit in self.representatives)

    def cases(self) -> frozenset[str]:
        named = {
            "one unit": self.size == 1,
            "three units": self.size == 3,
            "different lines": self.lines_differ,
            "parallel rows": not self.lines_differ,
            "a unit without effect": not self.all_used,
        }
        return frozenset(name for name, true in named.items() if true)


def _parallel(a: Any, b: Any) -> bool:
    return bool(a[0, 0] * b[0, 1] == a[0, 1] * b[0, 0])


@dataclass(frozen=True)
class MixedTargets(Instance):
    """Two networks (lower m x 2, upper 1 x m) and the law Y = Phi(X; one) with probability ``share``, else Phi(X; other).

    inputs: 2 x L, equally probable samples.
    """

    one: Rectifiers
    other: Rectifiers
    inputs: Any
    share: Any

    @cached_property
    def outputs(self) -> tuple[Any, Any]:
        return self.one.output(self.inputs), self.other.output(self.inputs)

    def risk(self, output: Any) -> Any:
        first, second = self.outputs
        parts = self.share * frobenius_squared(output - first) + (1 - self.share) * frobenius_squared(output - second)
        return parts / self.inputs.shape[1]

    def risk_when_scaled(self, number: int, factor: Any) -> Any:
        """The risk of network 0 or 1 with its second layer multiplied by the factor."""
        return self.risk(self.outputs[number] * factor)

    def scaling_slope(self, number: int) -> Any:
        """d/ds of the risk at s = 1, exact for a quadratic: the central difference."""
        return (self.risk_when_scaled(number, 2) - self.risk_when_scaled(number, 0)) / 2

    @property
    def same_function(self) -> bool:
        """The same outputs at all samples."""
        return bool(self.outputs[0] == self.outputs[1])

    def cases(self) -> frozenset[str]:
        first, second = self.outputs
        named = {
            "the same outputs": self.same_function,
            "different outputs": not self.same_function,
            "equal shares": self.share == 1 - self.share,
            "unequal shares": self.share != 1 - self.share,
            "one network is stationary under scaling": not self.same_function
            and 0 in (self.scaling_slope(0), self.scaling_slope(1)),
            "orthogonal outputs": not self.same_function and inner(first, second) == 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class LinearPair(Instance):
    """Two layers of a linear network: lower h x n, upper m x h; the copy exchanges the first two hidden units."""

    lower: Any
    upper: Any

    @property
    def copy(self) -> tuple[Any, Any]:
        order = [1, 0, *range(2, self.lower.shape[0])]
        return self.lower[order, :], self.upper[:, order]

    @property
    def product(self) -> Any:
        return self.upper @ self.lower

    @property
    def spare_unit(self) -> bool:
        """h > min(n, m)."""
        return self.lower.shape[0] > min(self.lower.shape[1], self.upper.shape[0])

    def cases(self) -> frozenset[str]:
        named = {
            "a unit to spare": self.spare_unit,
            "as many units as inputs": self.lower.shape[0] == self.lower.shape[1],
            "more units than outputs only": self.upper.shape[0] < self.lower.shape[0] <= self.lower.shape[1],
            "zero weights": self.lower.is_zero() and self.upper.is_zero(),
            "deficient first layer": self.lower.rank() < min(self.lower.shape),
        }
        return frozenset(name for name, true in named.items() if true)
