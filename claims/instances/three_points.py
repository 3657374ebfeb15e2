"""Three points of the plane that a network without biases is to permute, and paths of its first layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

from claims.instances.codec import Instance
from claims.instances.networks import activated
from numerics.matrix import frobenius_squared, hstack, ones_like, vstack
from numerics.polynomial import interpolated, is_nonnegative


@dataclass(frozen=True)
class ThreePoints(Instance):
    """points: 2 x 3, the columns x_1, x_2, x_3, to be mapped to x_2, x_3, x_1; lower: m x 2, the first layer W_1."""

    points: Any
    lower: Any

    @property
    def targets(self) -> Any:
        return self.points[:, [1, 2, 0]]

    @property
    def lifted(self) -> Any:
        """The points with a third coordinate 1, 3 x 3."""
        return vstack(self.points, ones_like(self.points, 1, 3))

    def point(self, i: int) -> Any:
        return self.points[:, [i]]

    @property
    def hidden(self) -> Any:
        """H = rho(W_1 X), m x 3."""
        return activated(self.lower @ self.points, "relu")

    @cached_property
    def least_loss(self) -> Any:
        """The least sum of squared errors over all second layers: what the rows of H leave of the targets."""
        rows = self.hidden.rref()[0][: self.hidden.rank(), :]
        if not rows.shape[0]:
            return frobenius_squared(self.targets)
        fitted = (self.targets @ rows.T) @ (rows @ rows.T).solve(rows)
        return frobenius_squared(self.targets - fitted)

    @cached_property
    def on_different_rays(self) -> bool:
        """No point is 0 and no two lie on one ray from 0."""
        nonzero = all(not self.point(i).is_zero() for i in range(3))
        return nonzero and not any(self._share_a_ray(i, j) for i, j in combinations(range(3), 2))

    def _share_a_ray(self, i: int, j: int) -> bool:
        return self.points[:, [i, j]].det() == 0 and bool((self.point(i).T @ self.point(j))[0, 0] > 0)

    @property
    def surround_zero(self) -> bool:
        """0 lies inside the triangle: the points have a linear dependence with positive coefficients, and no other."""
        kernel = self.points.nullspace()
        signs = {bool(c > 0) for c in kernel.entries() if c != 0}
        return kernel.shape[1] == 1 and len(signs) == 1 and all(c != 0 for c in kernel.entries())

    @cached_property
    def directions(self) -> list[Any]:
        """Rows w: one at each place where a unit changes its points, and one in each arc between such places."""
        normals = [sign * self.point(i).T for i in range(3) for sign in (1, -1) if not self.point(i).is_zero()]
        turned = [normal.build(1, 2, lambda _, j, n=normal: n[0, 1] if j == 0 else -n[0, 0]) for normal in normals]
        sums = [a + b for a, b in combinations(turned, 2)]
        return [w for w in (*turned, *sums) if not w.is_zero()]

    @cached_property
    def fitting_rows(self) -> Any:
        """Rows rho(w X) in the row space of the targets that span all such rows.

        They are orthogonal to the kernel k of the targets.  While a unit is active on the points of S, this says that w is
        orthogonal to the sum of k_i x_i over S: two directions w, or all, in which case the ends of the arc of S are enough.
        """
        kernel = self.targets.nullspace()
        found = [activated(w @ self.points, "relu") for w in (*self.directions, *self._orthogonal(kernel))]
        kept = [row for row in found if (row @ kernel).is_zero()]
        return vstack(*kept) if kept else type(self.points).zeros(1, 3)

    def _orthogonal(self, kernel: Any) -> list[Any]:
        found = []
        for column in range(kernel.shape[1]):
            for active in (pick for size in (1, 2, 3) for pick in combinations(range(3), size)):
                y = self.points @ kernel.build(3, 1, lambda i, _, a=active, c=column: kernel[i, c] if i in a else 0)
                w = y.T.build(1, 2, lambda _, j, y=y: y[1, 0] if j == 0 else -y[0, 0])
                found += [w, -w]
        return found

    @cached_property
    def exact_first_layer(self) -> Any | None:
        """Three units with an invertible hidden layer, so that some second layer permutes the points; None without any."""
        by_pattern: dict[tuple[bool, ...], Any] = {}
        for w in self.directions:
            by_pattern.setdefault(tuple(bool(v > 0) for v in (w @ self.points).entries()), w)
        for three in combinations(by_pattern.values(), 3):
            lower = vstack(*three)
            if ThreePoints(self.points, lower).hidden.det() != 0:
                return lower
        return None

    def cases(self) -> frozenset[str]:
        spanning = self.points.rank() == 2
        named = {
            "affinely independent": self.lifted.rank() == 3,
            "on different rays": self.on_different_rays,
            "two points on a ray": not self.on_different_rays,
            "zero inside the triangle": self.surround_zero,
            "zero outside the triangle": self.on_different_rays and not self.surround_zero,
            "the sum is zero": spanning and (self.points @ ones_like(self.points, 3, 1)).is_zero(),
            "singular hidden layer": self.hidden.rank() < 3,
            "invertible hidden layer": self.hidden.rank() == 3,
            "a dead unit": any(self.hidden[[i], :].is_zero() for i in range(self.hidden.shape[0])),
            "coinciding units": len(set(map(tuple, self.lower.rows()))) < self.lower.shape[0],
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class FirstLayerPath(Instance):
    """A polygonal path of first layers (3 x 2 each) for three points, to a copy with permuted units.

    order[i] is the old place of unit i.
    """

    points: Any
    nodes: tuple[Any, ...]
    order: tuple[int, ...]

    @property
    def reaches_the_copy(self) -> bool:
        return bool(self.nodes[-1] == self.nodes[0][list(self.order), :])

    @property
    def keeps_zero_loss(self) -> bool:
        """Along each leg every unit keeps the points on which it is active, and the hidden layer H stays invertible.

        Then the second layer X' H^-1 is continuous, permutes the points exactly, and at the end is that of the copy.
        """
        return all(self._leg(a, b) for a, b in pairwise(self.nodes))

    def _leg(self, start: Any, end: Any) -> bool:
        signals = zip((start @ self.points).entries(), (end @ self.points).entries(), strict=True)
        if any(min(a, b) < 0 < max(a, b) for a, b in signals):
            return False
        first = ThreePoints(self.points, start).hidden
        change = ThreePoints(self.points, end).hidden - first
        along = interpolated([(first + t * change).det() for t in range(4)])
        sign = -1 if along(0) < 0 else 1
        inside = along if sign > 0 else -along
        return inside(0) > 0 and inside(1) > 0 and is_nonnegative(inside - interpolated([_floor(inside)]))


def _floor(p: Any) -> Any:
    """A positive number, at most both ends: a lower bound to test."""
    return min(p(0), p(1)) / 8


def three_columns(q: Any, *columns: tuple[Any, Any]) -> Any:
    return hstack(*(q.of([[a], [b]]) for a, b in columns))
