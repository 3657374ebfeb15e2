"""Two points of a level set of a linear network, factorisations with and without ridge, and what the proofs about them use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from claims.instances.deep_linear import Data, DeepLinear, Spectral
from numerics.chains import chain
from numerics.matrix import frobenius_squared, hstack


@dataclass(frozen=True)
class TwoPoints(Instance):
    """Weights (W_1, ..., W_K) at both ends, W_k of shape n_(k+1) x n_k, on data; the loss is the mean over the samples."""

    start: tuple[Any, ...]
    end: tuple[Any, ...]
    data: Data

    @property
    def depth(self) -> int:
        """K."""
        return len(self.start)

    @property
    def widths(self) -> tuple[int, ...]:
        """n_1, ..., n_(K+1)."""
        return (self.start[0].shape[1], *(weight.shape[0] for weight in self.start))

    @property
    def hidden(self) -> tuple[int, ...]:
        return self.widths[1:-1]

    @property
    def smaller_end(self) -> int:
        """min(n_1, n_(K+1))."""
        return min(self.widths[0], self.widths[-1])

    def loss_at(self, *weights: Any) -> Any:
        """F_e = |Y - W_K ... W_1 X|^2 / L."""
        return self.data.loss_of(chain(weights)) / self.data.samples

    @cached_property
    def level(self) -> Any:
        """The loss at the worse end: the lowest level whose set contains both."""
        return max(self.loss_at(*self.start), self.loss_at(*self.end))

    def cases(self) -> frozenset[str]:
        least = self.data.loss_of(self.data.regression) / self.data.samples
        ranks = {chain(point).rank() for point in (self.start, self.end)}
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers or more": self.depth > 2,
            "scalars": max(self.widths) == 1,
            "equal ends": self.start == self.end,
            "a zero end": any(all(weight.is_zero() for weight in point) for point in (self.start, self.end)),
            "a zero layer": any(weight.is_zero() for weight in (*self.start, *self.end)),
            "products of deficient rank": min(ranks) < self.smaller_end,
            "both ends are global minima": self.level == least,
            "hidden layer as wide as the smaller end": self.smaller_end in self.hidden,
            "a hidden bottleneck": min(self.hidden, default=self.smaller_end) < self.smaller_end,
        }
        return self.data.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class SquareEnds(Instance):
    """Two points of a network with two layers whose hidden layer is as wide as the smaller end, on data with known spectrum,
    and a level of |Y - W_2 W_1 X|^2 (the sum over the samples).
    """

    start: tuple[Any, ...]
    end: tuple[Any, ...]
    spectral: Spectral
    level: Any

    @property
    def rank(self) -> int:
        """r = min(n, m)."""
        return min(self.start[0].shape[1], self.start[1].shape[0])

    @property
    def from_below(self) -> bool:
        """Whether the square factor is W_1 (else W_2)."""
        return self.start[0].shape[0] == self.start[0].shape[1] <= self.start[1].shape[0]

    def determinant(self, point: tuple[Any, ...]) -> Any:
        return point[0 if self.from_below else 1].det()

    def loss_at(self, lower: Any, upper: Any) -> Any:
        return self.spectral.data.loss_of(upper @ lower)

    @cached_property
    def worse(self) -> Any:
        return max(self.loss_at(*self.start), self.loss_at(*self.end))

    @cached_property
    def lower_rank(self) -> Any:
        """The best product of rank below r."""
        return self.spectral.projected(tuple(range(1, self.rank)))

    @property
    def threshold(self) -> Any:
        """The least loss of products of rank below r."""
        return self.spectral.least_loss(self.rank - 1)

    def cases(self) -> frozenset[str]:
        named = {
            "scalars": self.rank == 1 and self.start[0].shape == self.start[1].shape,
            "two units": self.rank == 2,
            "at the threshold": self.level == self.threshold,
            "above the threshold": self.level > self.threshold,
            "below the threshold": self.level < self.threshold,
            "the square factor is the upper one": not self.from_below,
        }
        return self.spectral.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class SpectralPoint(Instance):
    """A point (W_1, W_2) of a network with two layers on data with known spectrum; W_1: h x n, W_2: m x h, h <= min(n, m)."""

    lower: Any
    upper: Any
    spectral: Spectral

    @property
    def units(self) -> int:
        """h."""
        return self.upper.shape[1]

    @cached_property
    def loss(self) -> Any:
        """|Y - W_2 W_1 X|^2."""
        return self.spectral.data.loss_of(self.upper @ self.lower)

    @property
    def least(self) -> Any:
        """The least loss of products of rank at most h."""
        return self.spectral.least_loss(self.units)

    def cases(self) -> frozenset[str]:
        smaller = min(self.lower.shape[1], self.upper.shape[0])
        named = {
            "a hidden bottleneck": self.units < smaller,
            "as wide as the smaller end": self.units == smaller,
            "zero weights": self.lower.is_zero() and self.upper.is_zero(),
            "full rank": (self.upper @ self.lower).rank() == self.units,
            "critical": DeepLinear((self.lower, self.upper), self.spectral.data).is_critical,
        }
        return self.spectral.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class LayerPair(Instance):
    """Two neighbouring layers: lower n_1 x m and upper k x n_1, and a direction for the lower one to grow in, 1 x m."""

    lower: Any
    upper: Any
    row: Any

    def stays_in_family(self) -> bool:
        return True

    @property
    def product(self) -> Any:
        return self.upper @ self.lower

    def cases(self) -> frozenset[str]:
        (units, inputs), rank = self.lower.shape, self.lower.rank()
        named = {
            "as many units as inputs": units == inputs,
            "units to spare": units > inputs,
            "full column rank": rank == inputs,
            "deficient column rank": rank < inputs,
            "zero lower layer": rank == 0,
            "zero upper layer": self.upper.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Widths(Instance):
    """Sizes n_1, ..., n_N of a chain of matrices."""

    sizes: tuple[int, ...]

    def cases(self) -> frozenset[str]:
        inner = self.sizes[1:-1]
        named = {
            "no hidden layer": not inner,
            "one hidden layer": len(inner) == 1,
            "several hidden layers": len(inner) > 1,
            "all sizes equal": len(set(self.sizes)) == 1,
            "a hidden layer as wide as the smaller end": min(self.sizes[0], self.sizes[-1]) in inner,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class SingularPath(Instance):
    """W(t) = U diag(s(t)) V' with s(t) from ``first`` to ``last`` on a straight line: U n_1 x m with orthonormal columns, V m x m
    orthogonal, all singular values positive, ``at`` in [0, 1].
    """

    left: Any
    right: Any
    first: tuple[Any, ...]
    last: tuple[Any, ...]
    at: Any

    @property
    def floor(self) -> Any:
        """rho: the least singular value of both ends."""
        return min(*self.first, *self.last)

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """The diagonal of S(t)."""
        return tuple(a + (b - a) * self.at for a, b in zip(self.first, self.last, strict=True))

    def matrix_of(self, values: tuple[Any, ...]) -> Any:
        return self.left @ type(self.left).diagonal(values) @ self.right.T

    def cases(self) -> frozenset[str]:
        named = {
            "as many units as columns": self.left.shape[0] == self.left.shape[1],
            "units to spare": self.left.shape[0] > self.left.shape[1],
            "one column": self.left.shape[1] == 1,
            "equal singular values": len(set(self.values)) == 1,
            "at an end": self.at in (0, 1),
            "negative determinant": self.left.shape[0] == self.left.shape[1] and self.matrix_of(self.first).det() < 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Factored(Instance):
    """M = U S^2 V' (m x n, rank r) and a pair of its factors, W_1 = K P S V' + E (h x n) and W_2 = U S P^-1 K' + G (m x h).

    left: U m x r, right: V n x r and frame: K h x r with orthonormal columns; roots: the diagonal of S, positive; stretch: P
    r x r, positive definite; spare: h x n, of which E is the part orthogonal to the frame; idle: m x h, of which G is the part
    orthogonal to the frame and to E.  Every pair of factors has this form: K spans the part of the rows of W_2 that W_1 reaches.
    """

    left: Any
    roots: tuple[Any, ...]
    right: Any
    frame: Any
    stretch: Any
    spare: Any
    idle: Any

    @property
    def rank(self) -> int:
        return len(self.roots)

    @property
    def scale(self) -> Any:
        """S."""
        return type(self.left).diagonal(self.roots)

    @property
    def product(self) -> Any:
        """M."""
        return self.left @ self.scale @ self.scale @ self.right.T

    @property
    def nuclear(self) -> Any:
        """|M|_*, the sum of the singular values of M."""
        return sum((root * root for root in self.roots), self.left.scalar(0))

    @cached_property
    def unused(self) -> Any:
        """E: what the upper factor does not see."""
        return self.spare - self.frame @ (self.frame.T @ self.spare)

    @cached_property
    def unreached(self) -> Any:
        """G: what the lower factor does not reach."""
        taken = hstack(self.frame, self.unused[:, list(self.unused.rref()[1])])
        return self.idle - self.idle @ taken @ (taken.T @ taken).solve(taken.T) if taken.shape[1] else self.idle

    @property
    def factors(self) -> tuple[Any, Any]:
        """(W_1, W_2)."""
        lower = self.frame @ self.stretch @ self.scale @ self.right.T + self.unused
        return lower, self.left @ self.scale @ self.stretch.inverse() @ self.frame.T + self.unreached

    @property
    def balanced(self) -> tuple[Any, Any]:
        """(K S V', U S K')."""
        return self.frame @ self.scale @ self.right.T, self.left @ self.scale @ self.frame.T

    @property
    def cost(self) -> Any:
        """|W_1|^2 + |W_2|^2."""
        return sum((frobenius_squared(factor) for factor in self.factors), self.left.scalar(0))

    def balanced_by(self, t: Any) -> Factored:
        """The factors on the straight way of P to I and of E and G to zero: these at t = 0, the balanced ones at t = 1."""
        stretch = self.stretch * (1 - t) + type(self.stretch).eye(self.rank) * t
        return replace(self, stretch=stretch, spare=self.spare * (1 - t), idle=self.idle * (1 - t))

    @property
    def is_balanced(self) -> bool:
        whole = bool(self.unused.is_zero()) and bool(self.unreached.is_zero())
        return whole and self.stretch == type(self.stretch).eye(self.rank)

    def cases(self) -> frozenset[str]:
        (h, _), m, n = self.frame.shape, self.left.shape[0], self.right.shape[0]
        named = {
            "zero product": self.rank == 0,
            "full rank": self.rank == min(m, n),
            "as many units as the rank": h == self.rank,
            "units to spare": h > min(m, n),
            "already balanced": self.is_balanced,
            "an unused part": not self.unused.is_zero(),
            "an unreached part": not self.unreached.is_zero(),
            "an unused and an unreached part": not self.unused.is_zero() and not self.unreached.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class RidgeEnds(Instance):
    """Two points of a network with two layers on data, with ridge: F = |Y - W_2 W_1 X|^2 / L + kappa (|W_1|^2 + |W_2|^2)."""

    start: Factored
    end: Factored
    data: Data
    kappa: Any

    @property
    def hidden(self) -> int:
        return self.start.frame.shape[0]

    @property
    def smaller_end(self) -> int:
        return min(self.start.left.shape[0], self.start.right.shape[0])

    def fit(self, product: Any) -> Any:
        """|Y - M X|^2 / L."""
        return self.data.loss_of(product) / self.data.samples

    def loss(self, lower: Any, upper: Any) -> Any:
        """F."""
        return self.fit(upper @ lower) + self.kappa * (frobenius_squared(lower) + frobenius_squared(upper))

    def value(self, point: Factored) -> Any:
        return self.loss(*point.factors)

    def envelope(self, point: Factored) -> Any:
        """|Y - M X|^2 / L + 2 kappa |M|_*, the least F among the factors of M."""
        return self.fit(point.product) + self.kappa * 2 * point.nuclear

    @property
    def level(self) -> Any:
        return max(self.value(self.start), self.value(self.end))

    def cases(self) -> frozenset[str]:
        h, r = self.hidden, self.smaller_end
        named = {
            "scalars": h == 1 == self.start.left.shape[0] == self.start.right.shape[0],
            "one unit more than the smaller end": h == r + 1,
            "as wide as the smaller end": h == r,
            "fewer units than inputs": h < self.start.right.shape[0],
            "fewer units than outputs": h < self.start.left.shape[0],
            "two units or more": r > 1,
            "equal products": self.start.product == self.end.product,
            "products of different rank": self.start.rank != self.end.rank,
        }
        return self.start.cases() | self.data.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class DeepRidge(Instance):
    """A point of a deep linear network on data, with ridge: F = |Y - W_K ... W_1 X|^2 / L + kappa sum |W_k|^2."""

    weights: tuple[Any, ...]
    data: Data
    kappa: Any

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def size(self) -> Any:
        """sum |W_k|^2."""
        return sum((frobenius_squared(weight) for weight in self.weights), self.weights[0].scalar(0))

    @cached_property
    def loss(self) -> Any:
        return self.loss_at(*self.weights)

    def loss_at(self, *weights: Any) -> Any:
        norms = sum((frobenius_squared(weight) for weight in weights), weights[0].scalar(0))
        return self.data.loss_of(chain(weights)) / self.data.samples + self.kappa * norms

    @property
    def at_zero(self) -> Any:
        """F(0) = |Y|^2 / L."""
        return frobenius_squared(self.data.targets) / self.data.samples

    def cases(self) -> frozenset[str]:
        widths = (self.weights[0].shape[1], *(weight.shape[0] for weight in self.weights))
        hidden = widths[1:-1]
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers": self.depth == 3,
            "more than three layers": self.depth > 3,
            "wide hidden layers": bool(hidden) and min(hidden) > min(widths[0], widths[-1]),
            "scalars": max(widths) == 1,
            "zero weights": not self.size,
            "at most the loss at zero": self.loss <= self.at_zero,
        }
        return self.data.cases() | {name for name, true in named.items() if true}
