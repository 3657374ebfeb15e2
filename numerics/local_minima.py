"""Suboptimal local minima of networks with one hidden layer: equal copies of one unit that cannot do the task alone.

Let (w, v[, c]) be a local minimum of the network with one unit, with a positive definite Hessian, and let copies of the unit
share its output weight, v = v_1 + ... + v_m with all v_j of the sign of v. With m and s the weighted mean of the copies and the
sum of their output weights, and d_j their deviations, sum v_j d_j = 0, the loss of the large network is j(m, s) + 1/2 sum_j v_j
d_j' (sum_i e_i sigma''_i x~_i x~_i') d_j + O(|d|^3): a local minimum if v times that matrix is positive definite. The
construction is Fukumizu's and Amari's (2000).
"""

from __future__ import annotations

from typing import Any

from numerics.activations import activation as named
from numerics.enclosures import Enclosures, certain_sign, decided
from numerics.error_functions import error_function
from numerics.feedforward import Pass, hessian
from numerics.inertia import is_pd
from numerics.matrix import UncertainError, vec

SQUARED = error_function("squared")


def curvature_of_deviations(run: Pass, residuals: Any) -> Any:
    """v sum_i e_i sigma''_i x~_i x~_i' of a network with one hidden unit and one output."""
    samples, v = run.activities[0][0], run.weights[1].entry(0, 0)
    weights = [v * residuals.entry(0, i) * run.bends[0][0][i] for i in range(run.samples)]
    return samples @ run.inputs.diagonal(weights) @ samples.T


def is_stationary_and_stable(run: Pass, residuals: Any) -> bool:
    """Whether copies of the one unit form a local minimum of the squared loss; rational activations, away from their kinks."""
    if any(t == 0 for t in run.activities[1][0].entries()) or not (run.P @ vec(residuals)).is_zero():
        return False
    return is_pd(hessian(run, residuals, SQUARED)) and is_pd(curvature_of_deviations(run, residuals))


def has_one_stable_nearby(run: Pass, targets: Any, radius: Any) -> bool | None:
    """Whether some (w, v) within ``radius`` of the given one, in each weight, is stationary, stable and of positive loss.

    One input, one unit with a fixed bias, one output.  The interval Newton operator maps the box into itself, so that it holds a
    stationary point; the Hessian and the curvature of the deviations have a certain sign on the whole box.  None: undecided.
    """
    w, v = run.weights[0].entry(0, 0), run.weights[1].entry(0, 0)
    pairs = list(zip(run.inputs.entries(), targets.entries(), strict=True))
    sigma, bias = named(run.units.activation), run.units.bias

    def question(enclosing: Enclosures) -> bool | None:
        of, e = enclosing.of, enclosing.elementary

        def forms(at_w: Any, at_v: Any) -> tuple[Any, ...]:
            """The gradient, the Hessian, the curvature of the deviations and twice the loss."""
            total = [of(bias) * 0] * 7
            for x, y in pairs:
                z = at_w * of(x) - of(bias)
                s, slope, bend = sigma.value(z, e), sigma.first(z, e) * of(x), sigma.second(z, e) * of(x) * of(x)
                miss = at_v * s - of(y)
                parts = (
                    miss * at_v * slope,
                    miss * s,
                    at_v * at_v * slope * slope + miss * at_v * bend,
                    at_v * s * slope + miss * slope,
                    s * s,
                    miss * at_v * bend,
                    miss * miss,
                )
                total = [a + b for a, b in zip(total, parts, strict=True)]
            return tuple(total)

        box = enclosing.hull(w - radius, w + radius), enclosing.hull(v - radius, v + radius)
        g1, g2 = forms(of(w), of(v))[:2]
        _, _, a, b, c, deviations, twice_loss = forms(*box)
        det = a * c - b * b
        if min(map(certain_sign, (a, det, deviations, twice_loss))) <= 0:
            return False
        moved = of(w) - (c * g1 - b * g2) / det, of(v) - (a * g2 - b * g1) / det
        inside = [of(middle - radius) < to and to < of(middle + radius) for to, middle in zip(moved, (w, v), strict=True)]
        if not all(inside):
            raise UncertainError("the Newton operator leaves the box")
        return True

    return decided(type(run.inputs), question)
