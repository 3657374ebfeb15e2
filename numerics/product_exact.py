"""The notebook's least-squares step in exact arithmetic, written with the operators of :class:`~numerics.matrix.Matrix` only.

Of the minimisers (dW1, dW2) of |(dW1 W2 + W1 dW2) X + W1 W2 X - Y|_F it is the one of smallest Frobenius norm, which is what
``numpy.linalg.lstsq`` means to return.  Runs on :class:`~numerics.rational.RationalMatrix` and
:class:`~numerics.fractional.FractionMatrix` alike and needs neither NumPy nor python-flint.
"""

from __future__ import annotations

from typing import Any

from numerics.matrix import eye_like, hstack, kron, unvec, vec, vstack


def jacobian(W1: Any, W2: Any) -> Any:
    """The md x w(m + d) matrix of (dW1, dW2) -> vec(dW1 W2 + W1 dW2), columns stacked: [W2' (x) I_m, I_d (x) W1]."""
    m, d = W1.shape[0], W2.shape[1]
    return hstack(kron(W2.T, eye_like(W1, m)), kron(eye_like(W2, d), W1))


def minimum_norm_solution(gram: Any, right: Any) -> Any:
    """The x of smallest norm with gram x = right, for a symmetric positive semidefinite p x p gram whose range holds right (p x
    1).

    With B the pivot columns of gram, range(gram) = range(B) and the pivot rows of gram are B', so x = B (B'B)^-1 right_pivots.
    For the least-squares solution of J x = b of smallest norm, J^+ b, pass J'J and J'b.
    """
    _, pivots = gram.rref()
    if not pivots:
        return gram @ right
    basis = gram[:, list(pivots)]
    return basis @ (basis.T @ basis).solve(right[list(pivots), :])


def exact_minimum_norm_step(W1: Any, W2: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    """The minimum-norm minimiser (dW1: m x w, dW2: w x d) for W1: m x w, W2: w x d, inputs X: d x n, labels Y: m x n.

    Its normal equations hold the data through X X' and X Y' alone: with T = dW1 W2 + W1 dW2 they read
    J' vec(T X X') = -J' vec((W1 W2 X - Y) X'), J the :func:`jacobian`.
    """
    (m, w), d = W1.shape, W2.shape[1]
    moments = X @ X.T
    linear = jacobian(W1, W2)
    gram = linear.T @ kron(moments, eye_like(W1, m)) @ linear
    step = minimum_norm_solution(gram, -(linear.T @ vec(W1 @ W2 @ moments - Y @ X.T)))
    return unvec(step[: m * w, :], m, w), unvec(step[m * w :, :], w, d)


def step_defects(W1: Any, W2: Any, X: Any, Y: Any, step: tuple[Any, Any]) -> tuple[Any, Any]:
    """What must vanish for ``step`` to be the minimum-norm minimiser; a p x 1 and a q x 1 column.

    The gradient of the squared residual (halved), and the component of the step along each direction that leaves the residual
    unchanged (a basis of the kernel of J (X' (x) I)).
    """
    linear = kron(X.T, eye_like(W1, W1.shape[0])) @ jacobian(W1, W2)
    residual = vec((step[0] @ W2 + W1 @ step[1] + W1 @ W2) @ X - Y)
    stacked = vstack(vec(step[0]), vec(step[1]))
    return linear.T @ residual, linear.nullspace().T @ stacked
