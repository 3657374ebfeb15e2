"""Linear regression in floating point: the data of document 000, its compression, and its loss as a quadratic of one vector.

Samples are rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
_EPS = float(np.finfo(float).eps)


def progression(samples: int = 1500, features: int = 100, step: float = 100.0) -> tuple[Array, Array]:
    """Inputs with entry j + step i in row i and column j (samples x features), and labels i (samples x 1)."""
    index = np.arange(samples, dtype=float)[:, None]
    return index * step + np.arange(features, dtype=float), index


@dataclass(frozen=True)
class Reduced:
    """Data of M samples, p features and q labels in the coordinates that a linear model can tell apart.

    basis: p x k, orthonormal columns that span the rows of the inputs; inputs: s x k; ones: (s,), the image of the column of
    ones; labels: s x q; samples: M; floor: the squared distance of the labels from the s kept directions (0 up to rounding).
    defect: the Frobenius norm of what was dropped of the data [X 1 L], measured; by construction at most (p + 2) max(M, p) eps
    |X|_F + O(M eps |[X 1 L]|_F), rounding included.
    """

    basis: Array
    inputs: Array
    ones: Array
    labels: Array
    samples: int
    floor: float
    defect: float


def reduce(X: Array, L: Array) -> Reduced:
    """Rotate samples and features away that no linear model with or without biases can see; X: M x p, L: M x q.

    With orthonormal Q (M x s) and B (p x k) such that [X 1 L] = Q Q' [X B B' 1 L] every loss |X W + 1 b' - L|_F^2 and every
    iterate of gradient descent on a linear network is that of the s rows Q' [X B 1 L] and of the weights W' B; the part of the
    first layer orthogonal to B never moves.  Singular values below max(M, p) eps times the largest are dropped, which
    ``defect`` measures.
    """
    _, values, Vt = np.linalg.svd(X, full_matrices=False)
    basis = Vt[: _numerical_rank(values, max(X.shape))].T
    joint = np.hstack([X @ basis, np.ones((X.shape[0], 1)), L])
    scaled = joint / np.maximum(np.linalg.norm(joint, axis=0), np.finfo(float).tiny)
    U, values, _ = np.linalg.svd(scaled, full_matrices=False)
    frame = U[:, : _numerical_rank(values, max(X.shape))]
    rows = frame.T @ joint
    lost = joint - frame @ rows
    k = basis.shape[1]
    defect = float(np.hypot(np.linalg.norm(X - (X @ basis) @ basis.T), np.linalg.norm(lost)))
    return Reduced(basis, rows[:, :k], rows[:, k], rows[:, k + 1 :], X.shape[0], float(np.sum(lost[:, k + 1 :] ** 2)), defect)


def _numerical_rank(values: Array, size: int) -> int:
    return int(np.sum(values > size * _EPS * values[0]))


@dataclass(frozen=True)
class LeastSquares:
    """scale |A w - b|^2 as a function of one vector w: (n,); A: m x n, b: (m,)."""

    matrix: Array
    right: Array
    scale: float

    def value(self, w: Array) -> float:
        rest = self.matrix @ w - self.right
        return self.scale * float(rest @ rest)

    def gradient(self, w: Array) -> Array:
        return 2 * self.scale * (self.matrix.T @ (self.matrix @ w - self.right))

    def curvature(self, v: Array) -> Array:
        """The Hessian times v."""
        return 2 * self.scale * (self.matrix.T @ (self.matrix @ v))

    def __call__(self, point: tuple[Array]) -> tuple[Array, tuple[Array]]:
        """Value and gradient, as the fixed-step methods want them; w may carry leading batch axes."""
        (w,) = point
        rest = w @ self.matrix.T - self.right
        return self.scale * np.einsum("...i,...i->...", rest, rest), ((2 * self.scale) * (rest @ self.matrix),)
