"""From local to global minimisers: contenders for the least loss, matrices of bounded rank, perturbed products, their lifts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from claims.instances.codec import Instance
from claims.instances.deep_linear import DeepLinear, Spectral
from numerics.chains import descended
from numerics.escape import Curve, way_down
from numerics.least_squares import rank_factors
from numerics.matrix import eye_like, frobenius_squared


@dataclass(frozen=True)
class Landing(Instance):
    """A network and the rate of one step of gradient descent, with the eigenvectors of its Sigma."""

    spectral: Spectral
    weights: tuple[Any, ...]
    rate: Any

    @property
    def network(self) -> DeepLinear:
        return DeepLinear(self.weights, self.spectral.data)

    @cached_property
    def after(self) -> DeepLinear:
        data = self.spectral.data
        return DeepLinear(descended(self.weights, data.inputs, data.targets, self.rate), data)


@dataclass(frozen=True)
class Contender(Instance):
    """Data with known spectrum and any weights, which compete with the minimiser of the same widths."""

    spectral: Spectral
    weights: tuple[Any, ...]

    def stays_in_family(self) -> bool:
        return self.spectral.is_valid

    @cached_property
    def network(self) -> DeepLinear:
        return DeepLinear(self.weights, self.spectral.data)

    @property
    def rank(self) -> int:
        """r = min(d_0, ..., d_N)."""
        return self.network.thinnest

    @property
    def best_product(self) -> Any:
        """U_S U_S' B for the leading r eigenvectors, d_y x d_x."""
        return self.spectral.projected(tuple(range(1, min(self.rank, self.spectral.outputs) + 1)))

    @cached_property
    def minimiser(self) -> DeepLinear:
        """The best product, factored through the same widths."""
        return DeepLinear(padded_factors(self.best_product, self.network.widths), self.spectral.data)

    def cases(self) -> frozenset[str]:
        named = {
            "the bottleneck costs something": self.spectral.least_loss(self.rank)
            > self.spectral.least_loss(self.spectral.outputs),
            "a minimiser": self.network.loss == self.spectral.least_loss(self.rank),
        }
        return self.spectral.cases() | self.network.cases() | {name for name, true in named.items() if true}


def padded_factors(matrix: Any, widths: tuple[int, ...]) -> tuple[Any, ...]:
    """(W_1, ..., W_N) of the given widths with W_N ... W_1 = matrix: rank factors, filled up with zeros, and identities.

    Where a width is smaller than the rank the product is another matrix.
    """
    if len(widths) == 2:
        return (matrix,)
    left, right = rank_factors(matrix)
    rank, hidden = left.shape[1], widths[1:-1]
    first = eye_like(matrix, max(hidden[0], rank))[: hidden[0], :rank] @ right
    last = left @ eye_like(matrix, max(hidden[-1], rank))[:rank, : hidden[-1]]
    middle = (type(matrix).eye(upper, lower) for lower, upper in pairwise(hidden))
    return (first, *middle, last)


@dataclass(frozen=True)
class RankRestricted(Instance):
    """A point R (d_y x d_x) of the problem min |Y - R X|^2 over matrices of rank at most ``bound``."""

    spectral: Spectral
    matrix: Any
    bound: int

    @property
    def value(self) -> Any:
        return self.spectral.data.loss_of(self.matrix)

    @cached_property
    def factored(self) -> DeepLinear:
        """R as a network of two layers with ``bound`` units between them: what moves there stays within the bound."""
        outputs, inputs = self.matrix.shape
        return DeepLinear(padded_factors(self.matrix, (inputs, self.bound, outputs)), self.spectral.data)

    @property
    def least(self) -> Any:
        return self.spectral.least_loss(self.bound)

    @cached_property
    def descent(self) -> Curve | None:
        """A curve through R of matrices within the bound along which the value falls; None at a global minimiser."""
        return descent(self.factored, self.spectral)

    def cases(self) -> frozenset[str]:
        rank, most = self.matrix.rank(), min(self.matrix.shape)
        named = {
            "rank zero": rank == 0,
            "rank below the bound": rank < self.bound,
            "rank at the bound": rank == self.bound,
            "no restriction": self.bound >= most,
            "a global minimiser": self.value == self.least,
            "critical for the problem": self.factored.is_critical,
            "critical, not a minimiser": self.factored.is_critical and self.value != self.least,
        }
        return self.spectral.cases() | {name for name, true in named.items() if true}


def descent(network: DeepLinear, spectral: Spectral) -> Curve | None:
    """A curve from the network's weights along which its loss falls (see :func:`numerics.escape.way_down`)."""
    data = network.data
    return way_down(network.weights, data.inputs, data.targets, spectral.basis, spectral.values)


def is_local_minimiser(network: DeepLinear, spectral: Spectral) -> bool | None:
    """True at a global minimiser, False where an exact curve goes down, None where neither was found."""
    if network.loss == spectral.least_loss(network.thinnest):
        return True
    curve = descent(network, spectral)
    return False if curve is not None and curve.goes_down(network.data.inputs, network.data.targets) else None


@dataclass(frozen=True)
class Decomposition(Instance):
    """M = U D V' (d_0 x d_N) with U, V orthogonal and D = diag(values), values descending, and the widths d_0, ..., d_N."""

    left: Any
    values: tuple[Any, ...]
    right: Any
    widths: tuple[int, ...]

    @property
    def middle(self) -> Any:
        """D, d_0 x d_N."""
        values = self.values
        return self.left.build(
            self.left.shape[0], self.right.shape[0], lambda i, j: values[i] if i == j and i < len(values) else 0
        )

    @property
    def matrix(self) -> Any:
        return self.left @ self.middle @ self.right.T

    @property
    def rank(self) -> int:
        return sum(value != 0 for value in self.values)

    @property
    def depth(self) -> int:
        return len(self.widths) - 1

    def cases(self) -> frozenset[str]:
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers or more": self.depth > 2,
            "rank zero": self.rank == 0,
            "thinnest width is the rank": self.rank == min(self.widths),
            "thinnest width above the rank": self.rank < min(self.widths),
            "repeated singular values": len(set(self.values)) < len(self.values),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Perturbation(Instance):
    """A network with the product R_hat = W_N ... W_1 and a change E of it: is R_hat + E the product of weights nearby?"""

    network: DeepLinear
    change: Any

    @property
    def perturbed(self) -> Any:
        """R = R_hat + E."""
        return self.network.product + self.change

    @cached_property
    def frame(self) -> tuple[Any, Any, Any, Any]:
        """L, K and one-sided inverses with R_hat = L K, L^+ L = I and K K^+ = I."""
        left, right = rank_factors(self.network.product)
        return left, right, (left.T @ left).solve(left.T), (right @ right.T).solve(right).T

    @property
    def core(self) -> Any:
        """L^+ E K^+, r x r."""
        _, _, left_inverse, right_inverse = self.frame
        return left_inverse @ self.change @ right_inverse

    @property
    def is_near(self) -> bool:
        """|L^+ E K^+| <= 1/2, so that I + L^+ E K^+ has an inverse of norm 2 at most."""
        return bool(frobenius_squared(self.core) * 4 <= 1)

    @cached_property
    def lifted(self) -> DeepLinear:
        """W_N + E K^+ L^+ W_N and W_1 + W_1 K^+ (I + L^+ E K^+)^-1 (L^+ E - L^+ E K^+ K), the other layers as they are."""
        _, right, left_inverse, right_inverse = self.frame
        weights = list(self.network.weights)
        correction = (eye_like(self.core, self.core.shape[0]) + self.core).solve(left_inverse @ self.change - self.core @ right)
        weights[-1] = weights[-1] + self.change @ right_inverse @ left_inverse @ weights[-1]
        weights[0] = weights[0] + weights[0] @ right_inverse @ correction
        return self.network.at(tuple(weights))

    def cases(self) -> frozenset[str]:
        named = {"no change": self.change.is_zero(), "some change": not self.change.is_zero()}
        return self.network.cases() | {name for name, true in named.items() if true}
