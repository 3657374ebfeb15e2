"""Deep linear networks W_N ... W_1 X over any arithmetic: products, residual, loss, gradient and Hessian.

``weights`` holds W_1, ..., W_N, the first layer first; W_j has shape d_j x d_(j-1), X is d_0 x m and Y is d_N x m, samples as
columns.  Layers are numbered from 1 as on paper.  The loss is the plain sum of squares |Y - W_N ... W_1 X|^2, without 1/2; what
holds for half of it follows by halving.  A network that multiplies from the right, X W_1 ... W_N with samples as rows, is the
one with transposed factors (:func:`in_columns`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from numerics.matrix import block, eye_like, frobenius_squared, hstack, kron, product

Weights = Sequence[Any]


def chain(weights: Weights) -> Any:
    """W_N ... W_1, d_N x d_0."""
    return product(tuple(weights)[::-1])


def above(weights: Weights, layer: int) -> Any:
    """W_N ... W_(layer + 1), the identity for the last layer."""
    return chain(weights[layer:]) if layer < len(weights) else eye_like(weights[-1], weights[-1].shape[0])


def below(weights: Weights, layer: int) -> Any:
    """W_(layer - 1) ... W_1, the identity for the first layer."""
    return chain(weights[: layer - 1]) if layer > 1 else eye_like(weights[0], weights[0].shape[1])


def between(weights: Weights, upper: int, lower: int) -> Any:
    """W_(upper - 1) ... W_(lower + 1) for upper > lower, the identity where nothing is between."""
    inner = weights[lower : upper - 1]
    return chain(inner) if inner else eye_like(weights[0], weights[lower - 1].shape[0])


def in_columns(weights: Weights) -> tuple[Any, ...]:
    """The factors W_i of X W_1 ... W_N (d_(i-1) x d_i, samples as rows) as those of W_N' ... W_1' X'."""
    return tuple(weight.T for weight in weights)


def residual(weights: Weights, inputs: Any, targets: Any) -> Any:
    """W_N ... W_1 X - Y, d_N x m."""
    return chain(weights) @ inputs - targets


def loss(weights: Weights, inputs: Any, targets: Any) -> Any:
    """|Y - W_N ... W_1 X|^2, without 1/2."""
    return frobenius_squared(residual(weights, inputs, targets))


def cross_residual(weights: Weights, inputs: Any, targets: Any) -> Any:
    """(W_N ... W_1 X - Y) X', d_N x d_0: half the gradient of the loss with respect to the product."""
    return residual(weights, inputs, targets) @ inputs.T


def gradient(weights: Weights, inputs: Any, targets: Any) -> tuple[Any, ...]:
    """The partial derivatives of the loss, 2 (W_N...W_(j+1))' (W_N...W_1 X - Y) X' (W_(j-1)...W_1)' (Achour et al., Lemma 19)."""
    slope = cross_residual(weights, inputs, targets) * 2
    layers = range(1, len(weights) + 1)
    return tuple(above(weights, j).T @ slope @ below(weights, j).T for j in layers)


def descended(weights: Weights, inputs: Any, targets: Any, rate: Any) -> tuple[Any, ...]:
    """The weights after one step of gradient descent on the loss."""
    slopes = gradient(weights, inputs, targets)
    return tuple(weight - slope * rate for weight, slope in zip(weights, slopes, strict=True))


def imbalances(weights: Weights) -> tuple[Any, ...]:
    """W_(j+1)' W_(j+1) - W_j W_j' for j = 1, ..., N - 1; zero for balanced weights."""
    return tuple(upper.T @ upper - lower @ lower.T for lower, upper in pairwise(weights))


def layered(column: Any, weights: Weights) -> tuple[Any, ...]:
    """A column over the rows of W_1, then of W_2, and so on, as one matrix of the shape of each W_j."""
    parts, start = [], 0
    for weight in weights:
        rows, columns = weight.shape
        parts.append(column[start : start + rows * columns, :].reshape(rows, columns))
        start += rows * columns
    return tuple(parts)


def hessian(weights: Weights, inputs: Any, targets: Any) -> Any:
    """The matrix of second partial derivatives of the loss over the rows of W_1, then those of W_2, and so on.

    Block (i, j) is 2 A_i'A_j (x) C_i X X' C_j' with A the layers above and C those below, and for i > j the term of the residual,
    2 B[b, c] (C_j R' A_i)[d, a] at row (a, b) and column (c, d), with B between the two layers and R the cross residual.
    """
    layers = range(1, len(weights) + 1)
    uppers = [above(weights, j) for j in layers]
    lowers = [below(weights, j) for j in layers]
    signals = [lower @ inputs for lower in lowers]
    cross = cross_residual(weights, inputs, targets)

    def lower(i: int, j: int) -> Any:
        outer = kron(uppers[i].T @ uppers[j] * 2, signals[i] @ signals[j].T)
        if i == j:
            return outer
        return outer + _interaction(between(weights, i + 1, j + 1), lowers[j] @ cross.T @ uppers[i] * 2)

    count = range(len(weights))
    below_diagonal = {(i, j): lower(i, j) for i in count for j in range(i + 1)}
    return block([[below_diagonal[i, j] if i >= j else below_diagonal[j, i].T for j in count] for i in count])


def _interaction(middle: Any, turned: Any) -> Any:
    """The matrix with middle[b, c] turned[d, a] at row (a, b) and column (c, d), pairs in C order."""
    return hstack(*(kron(turned.T, middle[:, [c]]) for c in range(middle.shape[1])))
