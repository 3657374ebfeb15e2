"""The least-squares step of document 001, written once for exact and float matrices.

Shapes: W1 m x w, W2 w x d, X d x n, error E = W1 W2 X - Y m x n.  A change (dW1, dW2) is stacked as [vec dW1; vec dW2], columns
first, and the change of the outputs as vec((dW1 W2 + W1 dW2) X), sample after sample.
"""

from __future__ import annotations

from typing import Any

from numerics.least_squares import minimum_norm_solution
from numerics.matrix import eye_like, hstack, kron, unvec, vec, vstack


def jacobian(left: Any, right: Any, inputs: Any) -> Any:
    """[(W2 X)' (x) I_m, X' (x) W1], of shape mn x (mw + wd)."""
    return hstack(kron((right @ inputs).T, eye_like(left, left.shape[0])), kron(inputs.T, left))


def stacked(left: Any, right: Any) -> Any:
    """[vec dW1; vec dW2], (mw + wd) x 1."""
    return vstack(vec(left), vec(right))


def unstacked(column: Any, left_shape: tuple[int, int], right_shape: tuple[int, int]) -> tuple[Any, Any]:
    """The inverse of :func:`stacked`."""
    cut = left_shape[0] * left_shape[1]
    return unvec(column[:cut, :], *left_shape), unvec(column[cut:, :], *right_shape)


def least_squares_step(left: Any, right: Any, inputs: Any, errors: Any) -> tuple[Any, Any]:
    """The (dW1, dW2) of least norm that minimises |(dW1 W2 + W1 dW2) X + E|, exactly; this is the step that ``lstsq`` aims at."""
    step = minimum_norm_solution(jacobian(left, right, inputs), -vec(errors))
    return unstacked(step, left.shape, right.shape)
