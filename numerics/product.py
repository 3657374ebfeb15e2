"""Fast floating-point formulas for the notebook's problem: min |W1 W2 X - Y|_F^2 over W1 (m x w) and W2 (w x d).

Every array may carry leading batch axes.  The loss depends on the n samples through the triangular factor of X' alone, so data
are compressed once, by an orthogonal factorisation and not by X X', which would square the condition number; a step then costs
the same for any number of samples.  The least-squares step is of Sylvester type: in the singular bases of W1 and W2 its
unknowns decouple.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Compressed:
    """Data of d inputs and m labels after compression.

    root: (..., d, d), lower triangular, root root' = X X'; labels: (..., m, d) with labels root' = Y X';
    target: (..., m, d), the linear map Y X^+ of least squares; floor: (...), the squared distance of Y from the maps of X;
    full_rank: whether X has numerically full row rank (in every member of a batch).
    """

    root: Array
    labels: Array
    target: Array
    floor: Array
    full_rank: bool


def transpose(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def squared_norm(a: Array) -> Array:
    """The squared Frobenius norm of each matrix of a batch."""
    return np.einsum("...ij,...ij->...", a, a)


def compress(X: Array, Y: Array) -> Compressed:
    """Compress X: (..., d, n) and Y: (..., m, n), n >= d, by X' = Q R.  Householder's QR: root is that of a matrix within
    O(n d eps) |X|_F of X, and so is every loss computed from it, relative to |W1 W2|^2 |X|_F^2 + |Y|_F^2."""
    q, r = np.linalg.qr(transpose(X))
    root, labels = transpose(r), Y @ q
    inverse = np.linalg.pinv(root, rcond=X.shape[-1] * _EPS)
    full = bool(np.all(np.linalg.matrix_rank(root, rtol=X.shape[-1] * _EPS) == X.shape[-2]))
    return Compressed(root, labels, labels @ inverse, squared_norm(Y - labels @ transpose(q)), full)


def expected(A: Array) -> Compressed:
    """The expected loss |W1 W2 - A|_F^2 over x ~ N(0, I), for the target A: (..., m, d)."""
    root = np.broadcast_to(np.eye(A.shape[-1]), (*A.shape[:-2], A.shape[-1], A.shape[-1]))
    return Compressed(root, A, A, np.zeros(A.shape[:-2]), True)


def residual(W1: Array, W2: Array, data: Compressed) -> Array:
    """W1 W2 X - Y in the d compressed coordinates, (..., m, d)."""
    return (W1 @ W2) @ data.root - data.labels


def loss(W1: Array, W2: Array, data: Compressed) -> Array:
    """The sum of the squared errors over all samples, (...)."""
    return squared_norm(residual(W1, W2, data)) + data.floor


def value_and_gradient(data: Compressed) -> Any:
    """The objective (W1, W2) -> (loss, (dL/dW1, dL/dW2)) of the compressed data: 2 E R' W2' and 2 W1' E R'."""
    back = np.ascontiguousarray(2 * transpose(data.root))
    root, labels, floor = data.root, data.labels, data.floor

    def objective(point: Pair) -> tuple[Array, Pair]:
        W1, W2 = point
        error = (W1 @ W2) @ root - labels
        pulled = error @ back
        return squared_norm(error) + floor, (pulled @ transpose(W2), transpose(W1) @ pulled)

    return objective


def least_squares_step(W1: Array, W2: Array, data: Compressed) -> Pair:
    """The minimum-norm minimiser (dW1, dW2) of |(dW1 W2 + W1 dW2) X + W1 W2 X - Y|_F, from SVDs of W1 and W2.

    With W1 = U1 S1 V1', W2 = U2 S2 V2', a = U1' dW1 U2, b = V1' dW2 V2 and t = U1' T V2 the equation dW1 W2 + W1 dW2 = T reads
    a_ij s2_j + s1_i b_ij = t_ij: a = s2 t / (s1^2 + s2^2), b = s1 t / (s1^2 + s2^2) is its solution of smallest norm.  For X of
    full row rank T = Y X^+ - W1 W2 is reached, unless some s1_i and s2_j vanish together; then, and for deficient X, each row
    is solved.
    """
    U1, s1, V1t = np.linalg.svd(W1, full_matrices=False)
    U2, s2, V2t = np.linalg.svd(W2, full_matrices=False)
    (m, w), d = W1.shape[-2:], W2.shape[-1]
    if not data.full_rank or (_misses(s1, m, w) and _misses(s2, d, w)):
        return damped_step(W1, W2, data, 0.0)
    wanted = data.target - W1 @ W2
    left = transpose(U1) @ wanted
    inside = left @ transpose(V2t)
    ratio = inside / (s1[..., :, None] ** 2 + s2[..., None, :] ** 2)
    first, second = U1 @ (ratio * s2[..., None, :]), (s1[..., :, None] * ratio) @ V2t
    if m > w:
        first += (wanted @ transpose(V2t) - U1 @ inside) / s2[..., None, :]
    if d > w:
        second += (left - inside @ V2t) / s1[..., :, None]
    return first @ transpose(U2), transpose(V1t) @ second


def _misses(values: Array, outer: int, inner: int) -> bool:
    """Whether the columns of an outer x inner matrix with these singular values numerically fail to span the space."""
    return outer > inner or bool((values[..., -1] <= max(outer, inner) * _EPS * values[..., 0]).any())


def damped_step(W1: Array, W2: Array, data: Compressed, damping: Any) -> Pair:
    """The minimiser of |(dW1 W2 + W1 dW2) X + E|_F^2 + damping (|dW1|_F^2 + |dW2|_F^2), E = W1 W2 X - Y: Levenberg's step.

    In the left singular basis of W1 the rows decouple: (a_i, b_i) [W2 R; s1_i R] = -e_i, R = data.root, by one SVD for each
    row.  For damping 0 singular values below (w + d) m eps times the largest one count as zero, and the solution is that of
    smallest norm. damping: (...), not negative.
    """
    (m, w), d = W1.shape[-2:], W2.shape[-1]
    U, s, Vt = np.linalg.svd(W1, full_matrices=True)
    k = s.shape[-1]
    scales = np.zeros((*s.shape[:-1], m))
    scales[..., :k] = s
    top = np.broadcast_to((W2 @ data.root)[..., None, :, :], (*scales.shape, w, d))
    rows = np.concatenate([top, scales[..., None, None] * data.root[..., None, :, :]], axis=-2)
    u, values, vt = np.linalg.svd(rows, full_matrices=False)
    weight = np.asarray(damping, dtype=float)[..., None, None]
    cutoff = np.where(weight > 0, 0.0, (w + d) * m * _EPS * values.max(axis=(-1, -2), keepdims=True))
    filtered = np.divide(values, values**2 + weight, out=np.zeros_like(values), where=values > cutoff)
    wanted = -(transpose(U) @ residual(W1, W2, data))[..., None, :]
    solution = ((wanted @ transpose(vt)) * filtered[..., None, :]) @ transpose(u)
    solution = solution[..., 0, :]
    return U @ solution[..., :w], transpose(Vt[..., :k, :]) @ solution[..., :k, w:]


def kron_lstsq_step(W1: Array, W2: Array, X: Array, Y: Array, rcond: float | None = None) -> Pair:
    """The same step as the notebook writes it: two Kronecker products with the n samples and one dense least-squares solve.

    rcond: the cutoff of ``numpy.linalg.lstsq``; -1 is the default that it had before NumPy 2, machine precision.
    """
    m, w = W1.shape
    system = np.hstack([np.kron((W2 @ X).T, np.eye(m)), np.kron(X.T, W1)])
    solution: Any = np.linalg.lstsq(system, -(W1 @ (W2 @ X) - Y).T.flatten(), rcond=rcond)[0]
    return solution[: m * w].reshape(w, m).T, solution[m * w :].reshape(W2.T.shape).T


def kfac_step(W1: Array, W2: Array, data: Compressed) -> Pair:
    """The step of K-FAC: each layer solves for its own change with the other one held still.

    For a linear network and Gaussian outputs the diagonal Fisher blocks are Kronecker products without approximation: W2 XX'
    W2' (x) I and XX' (x) W1'W1.  Martens and Grosse, Optimizing neural networks with Kronecker-factored approximate curvature,
    ICML 2015.
    """
    error = residual(W1, W2, data)
    m, d = data.labels.shape[-2:]
    rcond = m * d * _EPS
    first = -error @ np.linalg.pinv(W2 @ data.root, rcond=rcond)
    second = -np.linalg.pinv(W1, rcond=rcond) @ error @ np.linalg.pinv(data.root, rcond=rcond)
    return first, second


def jacobian(W1: Array, W2: Array, data: Compressed) -> Array:
    """The md x w(m + d) matrix of (dW1, dW2) -> vec((dW1 W2 + W1 dW2) R'), columns stacked; unbatched."""
    return np.hstack([np.kron((W2 @ data.root).T, np.eye(W1.shape[0])), np.kron(data.root.T, W1)])


def extreme_curvatures(W1: Array, W2: Array, data: Compressed) -> tuple[float, float]:
    """The largest and the smallest nonzero eigenvalue of the Hessian at a zero of the loss, 2 J'J; unbatched."""
    values = np.linalg.svd(jacobian(W1, W2, data), compute_uv=False)
    kept = values[values > values[0] * max(W1.size + W2.size, values.size) * _EPS]
    return 2 * float(kept[0]) ** 2, 2 * float(kept[-1]) ** 2
