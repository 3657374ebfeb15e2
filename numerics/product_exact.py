"""The notebook's least-squares step in exact arithmetic, written with the operators of :class:`~numerics.matrix.Matrix` only.

Of the minimisers (dW1, dW2) of |(dW1 W2 + W1 dW2) X + W1 W2 X - Y|_F it is the one of smallest Frobenius norm, which is what
``numpy.linalg.lstsq`` means to return.  Runs on :class:`~numerics.rational.RationalMatrix` and
:class:`~numerics.fractional.FractionMatrix` alike and needs neither NumPy nor python-flint.
"""

from __future__ import annotations

from typing import Any

from numerics.least_squares import minimum_norm_solution
from numerics.matrix import eye_like, hstack, kron, unvec, vec, vstack


def jacobian(W1: Any, W2: Any) -> Any:
    """The md x w(m + d) matrix of (dW1, dW2) -> vec(dW1 W2 + W1 dW2), columns stacked: [W2' (x) I_m, I_d (x) W1]."""
    m, d = W1.shape[0], W2.shape[1]
    return hstack(kron(W2.T, eye_like(W1, m)), kron(eye_like(W2, d), W1))


def sampled_jacobian(W1: Any, W2: Any, X: Any) -> Any:
    """The mn x w(m + d) matrix of (dW1, dW2) -> vec((dW1 W2 + W1 dW2) X): [(W2 X)' (x) I_m, X' (x) W1]."""
    return hstack(kron((W2 @ X).T, eye_like(W1, W1.shape[0])), kron(X.T, W1))


def stacked(dW1: Any, dW2: Any) -> Any:
    """[vec dW1; vec dW2], columns stacked, w(m + d) x 1."""
    return vstack(vec(dW1), vec(dW2))


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
