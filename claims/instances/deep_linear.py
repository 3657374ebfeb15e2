"""Deep linear networks on data, data with known spectral decomposition, and critical points built from their parametrisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from numerics.chains import above, below, between, chain, cross_residual, gradient, hessian, in_columns, loss
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import frobenius_squared, hstack, vstack


@dataclass(frozen=True)
class Data(Instance):
    """Inputs X: d_x x m and targets Y: d_y x m, samples as columns."""

    inputs: Any
    targets: Any

    @property
    def samples(self) -> int:
        return self.inputs.shape[1]

    def stays_in_family(self) -> bool:
        return True

    @cached_property
    def xx(self) -> Any:
        """Sigma_XX = X X', d_x x d_x."""
        return self.inputs @ self.inputs.T

    @cached_property
    def yx(self) -> Any:
        """Sigma_YX = Y X', d_y x d_x."""
        return self.targets @ self.inputs.T

    @cached_property
    def yy(self) -> Any:
        """Sigma_YY = Y Y', d_y x d_y."""
        return self.targets @ self.targets.T

    @cached_property
    def regression(self) -> Any:
        """B = Y X^+, d_y x d_x: Sigma_YX Sigma_XX^-1 where Sigma_XX is invertible, the minimiser of least norm elsewhere."""
        return minimum_norm_solution(self.inputs.T, self.targets.T).T

    @cached_property
    def root(self) -> Any:
        """Sigma^(1/2) = B X, d_y x m: the predictions of the regression."""
        return self.regression @ self.inputs

    @cached_property
    def sigma(self) -> Any:
        """Sigma = Sigma^(1/2) (Sigma^(1/2))', d_y x d_y."""
        return self.root @ self.root.T

    def loss_of(self, product: Any) -> Any:
        """|Y - M X|^2 for a d_y x d_x matrix M."""
        return frobenius_squared(self.targets - product @ self.inputs)

    def cases(self) -> frozenset[str]:
        (inside, samples), outside = self.inputs.shape, self.targets.shape[0]
        rank_x, rank_y, rank_yx = self.inputs.rank(), self.targets.rank(), self.yx.rank()
        named = {
            "one sample": samples == 1,
            "one input": inside == 1,
            "one output": outside == 1,
            "fewer samples than inputs": samples < inside,
            "more outputs than inputs": outside > inside,
            "inputs of full row rank": rank_x == inside,
            "inputs of deficient row rank": rank_x < inside,
            "targets of deficient row rank": rank_y < outside,
            "cross moment of deficient rank": rank_yx < outside,
            "inputs and targets uncorrelated": rank_yx == 0,
            "zero targets": self.targets.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class DeepLinear(Instance):
    """x -> W_N ... W_1 x on data.  weights: (W_1, ..., W_N), W_j of shape d_j x d_(j-1); the loss has no 1/2."""

    weights: tuple[Any, ...]
    data: Data

    @property
    def depth(self) -> int:
        return len(self.weights)

    def stays_in_family(self) -> bool:
        return True

    @property
    def widths(self) -> tuple[int, ...]:
        """d_0, ..., d_N."""
        return (self.weights[0].shape[1], *(weight.shape[0] for weight in self.weights))

    @property
    def thinnest(self) -> int:
        """r_max = min(d_0, ..., d_N)."""
        return min(self.widths)

    @cached_property
    def product(self) -> Any:
        """W_N ... W_1, d_N x d_0."""
        return chain(self.weights)

    @cached_property
    def loss(self) -> Any:
        """|Y - W_N ... W_1 X|^2."""
        return loss(self.weights, self.data.inputs, self.data.targets)

    def loss_at(self, *weights: Any) -> Any:
        """The loss as a function of all weights, for derivatives by definition."""
        return loss(weights, self.data.inputs, self.data.targets)

    @cached_property
    def cross(self) -> Any:
        """(W_N ... W_1 X - Y) X', d_N x d_0."""
        return cross_residual(self.weights, self.data.inputs, self.data.targets)

    @cached_property
    def gradient(self) -> tuple[Any, ...]:
        """The partial derivatives of the loss, one matrix of the shape of each W_j."""
        return gradient(self.weights, self.data.inputs, self.data.targets)

    @property
    def is_critical(self) -> bool:
        return all(slope.is_zero() for slope in self.gradient)

    @cached_property
    def hessian(self) -> Any:
        """The Hessian of the loss over the rows of W_1, then of W_2, and so on."""
        return hessian(self.weights, self.data.inputs, self.data.targets)

    def at(self, weights: tuple[Any, ...]) -> DeepLinear:
        """The same data with other weights."""
        return DeepLinear(weights, self.data)

    def moved(self, direction: tuple[Any, ...], by: Any = 1) -> DeepLinear:
        """The network at W + by V."""
        return self.at(tuple(weight + step * by for weight, step in zip(self.weights, direction, strict=True)))

    @property
    def in_rows(self) -> RowNetwork:
        """The same function written for samples as rows."""
        return RowNetwork(in_columns(self.weights), self.data.inputs.T, self.data.targets.T)

    def cases(self) -> frozenset[str]:
        widths, rank = self.widths, self.product.rank()
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers or more": self.depth > 2,
            "all widths one": max(widths) == 1,
            "a hidden layer of width one": 1 in widths[1:-1],
            "a hidden bottleneck": min(widths[1:-1], default=max(widths)) < min(widths[0], widths[-1]),
            "zero weights": all(weight.is_zero() for weight in self.weights),
            "a zero layer": any(weight.is_zero() for weight in self.weights),
            "product zero": rank == 0,
            "product of the largest rank": rank == self.thinnest,
            "product of deficient rank": rank < self.thinnest,
            "critical": self.is_critical,
            "fitted": not self.loss,
        }
        return self.data.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class RowNetwork(Instance):
    """x' -> x' W_1 ... W_N with samples as rows: W_i of shape d_(i-1) x d_i, inputs m x d_0, targets m x d_N."""

    weights: tuple[Any, ...]
    inputs: Any
    targets: Any

    @cached_property
    def product(self) -> Any:
        """W_1 ... W_N, d_0 x d_N."""
        return chain(self.weights[::-1])

    @property
    def loss(self) -> Any:
        """|Y - X W_1 ... W_N|^2."""
        return frobenius_squared(self.targets - self.inputs @ self.product)

    @property
    def in_columns(self) -> DeepLinear:
        return DeepLinear(in_columns(self.weights), Data(self.inputs.T, self.targets.T))

    def cases(self) -> frozenset[str]:
        return self.in_columns.cases()


@dataclass(frozen=True)
class Spectral(Instance):
    """Data with the decomposition Sigma = U diag(values) U' of its regression: U orthogonal, values descending."""

    data: Data
    basis: Any
    values: tuple[Any, ...]

    @property
    def outputs(self) -> int:
        """d_y."""
        return len(self.values)

    @property
    def is_valid(self) -> bool:
        """The decomposition is one, with the values in descending order."""
        U, size = self.basis, self.outputs
        ordered = all(a >= b for a, b in zip(self.values, self.values[1:], strict=False))
        return ordered and type(U).eye(size) == U.T @ U and self.data.sigma == U @ type(U).diagonal(self.values) @ U.T

    @property
    def distinct(self) -> bool:
        return len(set(self.values)) == len(self.values)

    def columns(self, indices: tuple[int, ...]) -> Any:
        """U_S, d_y x |S|, for indices counted from 1."""
        return self.basis[:, [index - 1 for index in indices]]

    def projected(self, indices: tuple[int, ...]) -> Any:
        """U_S U_S' Sigma_YX Sigma_XX^-1, d_y x d_x."""
        chosen = self.columns(indices)
        return chosen @ (chosen.T @ self.data.regression)

    def value_of(self, indices: tuple[int, ...]) -> Any:
        """tr Sigma_YY minus the eigenvalues with index in S."""
        return self.data.yy.trace() - sum((self.values[index - 1] for index in indices), self.data.yy.scalar(0))

    def least_loss(self, rank: int) -> Any:
        """The least value of |Y - M X|^2 over matrices M of rank at most ``rank`` (Eckart and Young)."""
        return self.value_of(tuple(range(1, min(rank, self.outputs) + 1)))

    def cases(self) -> frozenset[str]:
        named = {
            "repeated eigenvalues": not self.distinct,
            "distinct eigenvalues": self.distinct,
            "zero eigenvalue": 0 in self.values,
            "eigenvectors off the axes": any(entry not in (0, 1, -1) for entry in self.basis.entries()),
        }
        return self.data.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class CriticalPoint(Instance):
    """A critical point of a network with H >= 2 layers in the parametrisation of Achour et al., for an index set S.

    chosen: S, increasing, counted from 1, r = |S|; blocks: (Z_1, ..., Z_H), Z_1 of shape (d_1 - r) x d_x, Z_h of shape
    (d_h - r) x (d_(h-1) - r), Z_H of shape (d_y - r) x (d_(H-1) - r); bases: invertible (D_1, ..., D_(H-1)).  The weights are
    W_1 = D_1^-1 [U_S' B; Z_1], W_h = D_h^-1 diag(I_r, Z_h) D_(h-1), W_H = [U_S, U_Q Z_H] D_(H-1).
    """

    spectral: Spectral
    chosen: tuple[int, ...]
    blocks: tuple[Any, ...]
    bases: tuple[Any, ...]

    @property
    def rank(self) -> int:
        """r = |S|."""
        return len(self.chosen)

    @property
    def others(self) -> tuple[int, ...]:
        """Q, the indices that are not in S."""
        return tuple(index for index in range(1, self.spectral.outputs + 1) if index not in self.chosen)

    @property
    def leading(self) -> bool:
        """S = {1, ..., r}."""
        return self.chosen == tuple(range(1, self.rank + 1))

    @cached_property
    def network(self) -> DeepLinear:
        return self.with_blocks(self.blocks)

    def with_blocks(self, blocks: tuple[Any, ...]) -> DeepLinear:
        """The network of the same form with other blocks, critical or not."""
        chosen, others = self.spectral.columns(self.chosen), self.spectral.columns(self.others)
        kept = chosen.T @ self.spectral.data.regression
        plain = [vstack(kept, blocks[0])]
        plain += [_beside_identity(self.rank, middle) for middle in blocks[1:-1]]
        plain.append(hstack(chosen, others @ blocks[-1]))
        return DeepLinear(self._in_bases(plain), self.spectral.data)

    def _in_bases(self, plain: list[Any]) -> tuple[Any, ...]:
        weights = []
        for layer, weight in enumerate(plain):
            turned = weight @ self.bases[layer - 1] if layer else weight
            weights.append(self.bases[layer].solve(turned) if layer < len(self.bases) else turned)
        return tuple(weights)

    @property
    def thinnest(self) -> int:
        return self.network.thinnest

    @cached_property
    def complement(self) -> Any:
        """U_Q' Sigma_YX, (d_y - r) x d_x: what the chosen directions leave of the cross moment."""
        return self.spectral.columns(self.others).T @ self.spectral.data.yx

    @cached_property
    def is_tightened(self) -> bool:
        """For every pivot i > j one of the blocks W_(j-1)..W_1 Sigma_XY W_H..W_(i+1) and W_(i-1)..W_(j+1) has rank r."""
        weights, xy, r = self.network.weights, self.spectral.data.yx.T, self.rank
        pivots = [(i, j) for i in range(2, len(weights) + 1) for j in range(1, i)]
        return all(
            between(weights, i, j).rank() == r or (below(weights, j) @ xy @ above(weights, i)).rank() == r for i, j in pivots
        )

    def cases(self) -> frozenset[str]:
        r, most = self.rank, self.thinnest
        named = {
            "rank zero": r == 0,
            "largest rank": r == most,
            "below the largest rank": r < most,
            "leading indices": self.leading,
            "leading, below the largest rank": self.leading and r < most,
            "not leading": not self.leading,
            "global minimum": self.leading and r == most,
            "all blocks zero": all(block.is_zero() for block in self.blocks),
            "some block nonzero": any(not block.is_zero() for block in self.blocks),
            "tightened": self.is_tightened,
            "not tightened": not self.is_tightened,
            "bases turned": any(base != type(base).eye(base.shape[0]) for base in self.bases),
        }
        return self.spectral.cases() | self.network.cases() | {name for name, true in named.items() if true}


def _beside_identity(size: int, corner: Any) -> Any:
    """diag(I, corner)."""
    rows, columns = corner.shape
    kind = type(corner)
    return vstack(hstack(kind.eye(size), kind.zeros(size, columns)), hstack(kind.zeros(rows, size), corner))


def at_zero(target: int | str, depth: int) -> Callable[[Any], CriticalPoint]:
    """All weights zero, one unit in every layer, one sample x = 1 with the given label."""

    def build(q: Any) -> CriticalPoint:
        label = q.scalar(target)
        spectral = Spectral(Data(q.of([[1]]), q.of([[label]])), q.eye(1), (label * label,))
        zero = q.zeros(1, 1)
        return CriticalPoint(spectral, (), (zero,) * depth, (q.eye(1),) * (depth - 1))

    return build
