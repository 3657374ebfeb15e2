"""Gauss-Newton and its relatives.

Three methods that are easily taken for one another: the least-squares step multiplied by a factor (damped Gauss-Newton; for a
linear network with Gaussian outputs also natural gradient, whose Fisher matrix is J'J), the least-squares step of a system with
an added multiple of the identity (Levenberg 1944), and the latter with a factor that adapts to success (Levenberg-Marquardt,
Marquardt 1963).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numerics.optimisers.descent import beside
from numerics.optimisers.record import Array, Objective, Point, Recorder, Stop, Trajectory

Residuals = Callable[[Array], tuple[Array, Array]]
"""A point (p,) to the residuals (q,) and their Jacobian (q, p)."""
StepOf = Callable[[Any], Any]


def scaled_steps(
    objective: Objective, start: Point, step_of: StepOf, *, factor: Any, steps: int, tolerance: float = 0.0
) -> Trajectory:
    """w <- w + factor step_of(w): damped Gauss-Newton where ``step_of`` is a least-squares step; batched as :func:`descend`.

    A run whose step is not finite is singular and stays where it was.
    """
    point: Point = tuple(np.array(part, dtype=float) for part in start)
    with np.errstate(over="ignore", invalid="ignore"):
        value, gradient = objective(point)
        recorder = Recorder(value, tolerance, 1)
        axes = len(recorder.batch)
        for step in range(steps):
            if not recorder.see(step, value, gradient):
                break
            change = step_of(point)
            sound = [np.isfinite(part).all(axis=tuple(range(axes, part.ndim))) for part in change]
            recorder.end(~np.logical_and.reduce(sound), Stop.SINGULAR)
            recorder.moved()
            running = recorder.running
            pairs = zip(point, change, strict=True)
            point = tuple(np.where(beside(running, w), w + beside(factor, w) * s, w) for w, s in pairs)
            value, gradient = objective(point)
        else:
            recorder.see(steps, value, gradient)
    return recorder.finish(point)


def backtracked(objective: Objective, start: Point, step_of: StepOf, *, steps: int, tolerance: float = 0.0) -> Trajectory:
    """Gauss-Newton with the first of the factors 1, 1/2, 1/4, ...

    That lowers the value; one run.  Stagnated where none of 60 does.
    """
    point: Point = tuple(np.array(part, dtype=float) for part in start)
    value, gradient = objective(point)
    recorder = Recorder(value, tolerance, 1)
    for step in range(steps):
        if not recorder.see(step, value, gradient):
            break
        change, factor = step_of(point), 1.0
        if not all(np.isfinite(part).all() for part in change):
            recorder.end(True, Stop.SINGULAR)
            break
        for _ in range(60):
            trial = tuple(w + factor * s for w, s in zip(point, change, strict=True))
            reached, slope = objective(trial)
            if reached < value:
                break
            factor /= 2
        else:
            recorder.end(True, Stop.STAGNATED)
            break
        recorder.moved()
        point, value, gradient = trial, reached, slope
    else:
        recorder.see(steps, value, gradient)
    return recorder.finish(point)


def levenberg_marquardt(
    residuals: Residuals, start: Array, *, steps: int, damping: float = 1e-3, tolerance: float = 0.0
) -> Trajectory:
    """Levenberg-Marquardt with the gain-ratio rule of Nielsen (1999); losses are |r|^2, gradient norms |2 J'r|.

    residuals: (p,) -> residuals (q,) and Jacobian (q, p); start: (p,); damping: relative to the largest diagonal entry of J'J.
    Each step solves [J; sqrt(mu) I] s = [-r; 0] by QR.  Stagnated when the damping has grown until a step changes nothing;
    singular when the first damping is 0 and J has not full column rank.
    """
    w = np.array(start, dtype=float)
    r, J = residuals(w)
    mu, grow = damping * float(np.max(np.sum(J * J, axis=0))), 2.0
    recorder = Recorder(float(r @ r), tolerance, 1)
    for step in range(steps):
        if not recorder.see(step, np.asarray(r @ r), (2 * J.T @ r,)):
            break
        if mu == 0 and np.linalg.matrix_rank(J) < w.size:
            recorder.end(True, Stop.SINGULAR)
            break
        s = np.linalg.lstsq(np.vstack([J, np.sqrt(mu) * np.eye(w.size)]), np.concatenate([-r, 0 * w]), rcond=None)[0]
        if np.array_equal(w + s, w):
            recorder.end(True, Stop.STAGNATED)
            break
        recorder.moved()
        fresh, slope = residuals(w + s)
        gain = (r @ r - fresh @ fresh) / (s @ (mu * s - J.T @ r))
        if gain > 0:
            w, r, J = w + s, fresh, slope
            mu, grow = mu * max(1 / 3, 1 - (2 * gain - 1) ** 3), 2.0
        else:
            mu, grow = mu * grow, 2 * grow
    else:
        recorder.see(steps, np.asarray(r @ r), (2 * J.T @ r,))
    return recorder.finish((w,))
