"""Conjugate gradients: for least squares (CGLS) on floats, and on a quadratic in any arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.krylov import conjugate_gradients
from numerics.optimisers.record import Array, Stop, Trajectory


def conjugate_gradient_iterates(hessian: Any, right: Any, start: Any, steps: int) -> list[Any]:
    """The iterates of conjugate gradients on w'Hw/2 - b'w, the start included, in the arithmetic of its arguments.

    hessian: p x p, positive semidefinite; right: p x 1 in its range; start: p x 1.  Over Q as many steps as H has distinct
    nonzero eigenvalues, and so at most rank(H), reach a minimiser exactly; the list ends there.
    """
    return conjugate_gradients(lambda v: hessian @ v, lambda w: hessian @ w - right, start, steps)


def cgls(matrix: Array, right: Array, start: Array | None = None, *, steps: int, tolerance: float = 0.0) -> Trajectory:
    """Conjugate gradients on |A x - b|^2 without forming A'A (Hestenes and Stiefel 1952, section 10; Bjorck's CGLS).

    matrix: m x n; right: (m,); start: (n,), zero by default.  losses are |A x - b|^2, gradient_norms |A'(A x - b)|.  Converged
    when that norm is at most ``tolerance``; stagnated when rounding leaves a direction that A maps to zero.
    """
    x = np.zeros(matrix.shape[1]) if start is None else np.array(start, dtype=float)
    rest = right - matrix @ x
    slope = matrix.T @ rest
    direction, size = slope, float(slope @ slope)
    losses, norms, stop = [float(rest @ rest)], [float(np.sqrt(size))], Stop.MAX_STEPS
    for _ in range(steps):
        if not np.isfinite(losses[-1]):
            stop = Stop.DIVERGED
            break
        if norms[-1] <= tolerance:
            stop = Stop.CONVERGED
            break
        image = matrix @ direction
        curvature = float(image @ image)
        if curvature == 0:
            stop = Stop.STAGNATED
            break
        length = size / curvature
        x, rest = x + length * direction, rest - length * image
        slope = matrix.T @ rest
        fresh = float(slope @ slope)
        direction, size = slope + (fresh / size) * direction, fresh
        losses.append(float(rest @ rest))
        norms.append(float(np.sqrt(fresh)))
    return Trajectory(np.array(losses), np.array(norms), (x,), (stop,), (len(losses) - 1,))
