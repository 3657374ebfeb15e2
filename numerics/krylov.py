"""Conjugate gradients, written once for exact, ball and float matrices.

Hestenes and Stiefel, Methods of conjugate gradients for solving linear systems, J. Res. Nat. Bur. Standards 49 (1952).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numerics.matrix import inner


def conjugate_gradients(curvature: Callable[[Any], Any], gradient: Callable[[Any], Any], start: Any, steps: int) -> list[Any]:
    """The iterates of conjugate gradients on a convex quadratic, the start included; ends early where the gradient vanishes.

    curvature: v -> H v for the p x p Hessian H; gradient: w -> its value at w; start: p x 1.  Only gradients and differences
    of them are used, so this is a first-order method.  Over an exact arithmetic it reaches a minimiser in as many steps as H has
    distinct nonzero eigenvalues.
    """
    iterates = [start]
    residual = -gradient(start)
    direction = residual
    for _ in range(steps):
        size = inner(residual, residual)
        if size == 0:
            break
        image = curvature(direction)
        length = size / inner(direction, image)
        iterates.append(iterates[-1] + direction * length)
        fresh = residual - image * length
        direction = fresh + direction * (inner(fresh, fresh) / size)
        residual = fresh
    return iterates
