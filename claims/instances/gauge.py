"""Networks and the groups that act on their hidden layers: invertible factors, permutations of units, equal determinants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import permutations
from typing import Any

from claims.instances.codec import Instance
from claims.instances.networks import activated
from numerics.matrix import frobenius_squared, hstack

Weights = tuple[Any, ...]


@dataclass(frozen=True)
class Regauged(Instance):
    """weights: W_1 (N_1 x n), ..., W_K, the first layer first; factors: F_1, ..., F_(K-1), invertible, F_k of size N_k.

    inputs: n x L, targets: N_K x L, samples as columns.
    """

    weights: Weights
    factors: Weights
    inputs: Any
    targets: Any

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def hidden(self) -> tuple[int, ...]:
        return tuple(weight.shape[0] for weight in self.weights[:-1])

    def output(self, weights: Weights, activation: str = "identity") -> Any:
        signal = self.inputs
        for number, weight in enumerate(weights, start=1):
            signal = weight @ signal
            if number < len(weights):
                signal = activated(signal, activation)
        return signal

    def loss(self, weights: Weights, activation: str = "identity", ridge: int = 0) -> Any:
        """The mean squared error plus ridge times the squared norm of all weights."""
        error = self.output(weights, activation) - self.targets
        return frobenius_squared(error) / error.shape[1] + ridge * sum(frobenius_squared(weight) for weight in weights)

    @property
    def fitting(self) -> Weights:
        """F_1 W_1, F_2 W_2 F_1^-1, ..., W_K F_(K-1)^-1: each factor meets its inverse in W_K ... W_1."""
        identity_in = type(self.inputs).eye(self.weights[0].shape[1])
        identity_out = type(self.inputs).eye(self.weights[-1].shape[0])
        before, after = (identity_in, *self.factors), (*self.factors, identity_out)
        return tuple(f @ w @ g.inverse() for f, w, g in zip(after, self.weights, before, strict=True))

    @property
    def as_printed(self) -> Weights | None:
        """W_1 F_1^-1, F_1 W_2 F_2^-1, ..., F_(K-1) W_K; None where the shapes do not fit."""
        identity_in = type(self.inputs).eye(self.weights[0].shape[0])
        identity_out = type(self.inputs).eye(self.weights[-1].shape[1])
        lefts, rights = (identity_in, *self.factors), (*self.factors, identity_out)
        triples = list(zip(lefts, self.weights, rights, strict=True))
        if any(f.shape[1] != w.shape[0] or w.shape[1] != g.shape[0] for f, w, g in triples):
            return None
        return tuple(f @ w @ g.inverse() for f, w, g in triples)

    @property
    def turned(self) -> Regauged:
        """The same numbers for the product W_1 W_2 ... W_K: layers and factors in the opposite order."""
        return replace(self, weights=self.weights[::-1], factors=self.factors[::-1])

    @cached_property
    def stabiliser_dimension(self) -> int:
        """The number of independent (A_1, ..., A_(K-1)) with A_1 W_1 = 0, A_k W_k = W_k A_(k-1), W_K A_(K-1) = 0.

        Then I + t A fixes the weights, with positive determinants for small t: the stabiliser is trivial exactly where this is 0.
        """
        units = [(k, i, j) for k, n in enumerate(self.hidden) for i in range(n) for j in range(n)]
        if not units:
            return 0
        return len(units) - hstack(*(self._disturbance(*unit) for unit in units)).rank()

    def _disturbance(self, layer: int, i: int, j: int) -> Any:
        """What the unit matrix E_ij in A_layer adds to all equations, as one column."""
        kind = type(self.inputs)
        sizes = (self.weights[0].shape[1], *self.hidden, self.weights[-1].shape[0])
        units = [kind.zeros(n, n) for n in sizes]
        units[layer + 1] = kind.build(sizes[layer + 1], sizes[layer + 1], lambda r, c: int((r, c) == (i, j)))
        rests = [after @ w - w @ before for before, w, after in zip(units, self.weights, units[1:], strict=False)]
        return kind.column([value for rest in rests for value in rest.entries()])

    @property
    def each_layer_is_seen(self) -> bool:
        """Every hidden layer is filled from below (W_k ... W_1 of rank N_k) or read completely from above (W_K ... W_(k+1))."""

        def product(factors: Sequence[Any]) -> Any:
            return reduce(lambda low, high: high @ low, factors)

        return all(
            n in (product(self.weights[: k + 1]).rank(), product(self.weights[k + 1 :]).rank()) for k, n in enumerate(self.hidden)
        )

    def cases(self) -> frozenset[str]:
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers": self.depth == 3,
            "zero weights": all(weight.is_zero() for weight in self.weights),
            "a negative determinant": any(factor.det() < 0 for factor in self.factors),
            "identity factors": all(factor == type(factor).eye(factor.shape[0]) for factor in self.factors),
            "a layer of width one": 1 in self.hidden,
            "trivial stabiliser": self.stabiliser_dimension == 0,
            "weights that some factors fix": self.stabiliser_dimension > 0,
            "diagonal factors": all(is_diagonal(factor) for factor in self.factors),
            "a factor that is not diagonal": any(not is_diagonal(factor) for factor in self.factors),
        }
        return frozenset(name for name, true in named.items() if true)


def is_diagonal(matrix: Any) -> bool:
    size = matrix.shape[0]
    return all(matrix[i, j] == 0 for i in range(size) for j in range(size) if i != j)


@dataclass(frozen=True)
class Units(Instance):
    """One hidden layer of m rectifiers.  lower: m x n, upper: k x m, inputs: n x L."""

    lower: Any
    upper: Any
    inputs: Any

    def output(self, lower: Any, upper: Any) -> Any:
        return upper @ activated(lower @ self.inputs, "relu")

    @property
    def size(self) -> int:
        return self.lower.shape[0]

    @cached_property
    def copies(self) -> tuple[tuple[Any, Any], ...]:
        """The different parameters among the copies with permuted units."""
        orders = (list(order) for order in permutations(range(self.size)))
        found = {(self.lower[order, :], self.upper[:, order]) for order in orders}
        return tuple(found)

    @property
    def distinct(self) -> bool:
        """No two units agree in all their weights."""
        every = range(self.size)
        pairs = [(i, j) for i in every for j in range(i)]
        return not any(self.lower[[i], :] == self.lower[[j], :] and self.upper[:, [i]] == self.upper[:, [j]] for i, j in pairs)

    def cases(self) -> frozenset[str]:
        named = {
            "one unit": self.size == 1,
            "four units": self.size == 4,
            "all units different": self.distinct,
            "coinciding units": not self.distinct,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Frames(Instance):
    """Two invertible matrices of one size."""

    start: Any
    end: Any

    def cases(self) -> frozenset[str]:
        named = {
            "size one": self.start.shape[0] == 1,
            "size three": self.start.shape[0] == 3,
            "the same matrix": self.start == self.end,
            "both determinants 1": self.start.det() == self.end.det() == 1,
            "equal determinants": self.start.det() == self.end.det(),
            "a negative determinant": self.start.det() < 0,
        }
        return frozenset(name for name, true in named.items() if true)
