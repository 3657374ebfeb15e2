"""Document 002, Theorem 2.4 and Corollary 2.5: pointwise identities behind the bounds on losses; p is an output, y a target."""

from __future__ import annotations

import sympy

from symbolic.derivation import Derivation, step

y, p, tau, n, b, c, z, t, u, v = sympy.symbols("y p tau n b c z t u v", real=True)
beta, gamma, size, kappa = sympy.symbols("beta gamma R kappa", real=True)

PENALISED_FLOOR = Derivation(
    "topology.penalised_floor",
    "With a penalty the oracle risk stays away from 0",
    r"\mathbb E\lvert\Phi-Y\rvert^2+\kappa\|W_2\|_1\ge(2\tau-\tau^2)\,\mathbb EY^2"
    r"\qquad\text{if }2\tau\,\mathbb E\lvert Y\rvert\,\|X\|\le\kappa",
    "all widths, all dimensions of the input, every law",
    ("|Phi(x)| <= |W_2|_1 |x| for units in the unit ball", "0 <= tau <= 1"),
    (
        step(
            "A square lies above its tangents: the difference of the two sides is a square",
            (p - y) ** 2 - (2 * tau * y * (y - p) - tau**2 * y**2),
            (p - y + tau * y) ** 2,
            "expansion",
        ),
        step(
            "The tangent: what does not depend on the output, and what the penalty pays for, as |p| <= |x| |W_2|_1",
            2 * tau * y * (y - p) - tau**2 * y**2,
            (2 * tau - tau**2) * y**2 - 2 * tau * y * p,
            "expansion",
        ),
    ),
)

TURNING = Derivation(
    "topology.turning",
    "What a small change of the outputs costs",
    r"\bigl|\mathbb E\lvert Y-f\rvert^2-\mathbb E\lvert Y-g\rvert^2\bigr|\le2N\sqrt{\mathbb E\lvert Y-g\rvert^2}+N^2,"
    r"\quad N^2=\mathbb E\lvert f-g\rvert^2,"
    r"\qquad\lvert n_i\rvert\le t(1-t)(\lvert\beta\rvert+\lvert\gamma\rvert)\lvert\langle x,w-\tilde w\rangle\rvert",
    "all widths, all dimensions of the input, every law with finite second moments",
    ("max(0, .) changes by no more than its argument", "f = g + n; Cauchy-Schwarz for the mixed term"),
    (
        step("The difference of the squares", (y - (p + n)) ** 2 - (y - p) ** 2, n**2 - 2 * n * (y - p), "expansion"),
        step(
            "The noise of one unit, v = z(w), u = z(w~), z = z((1 - t) w + t w~)",
            (1 - t) * beta * v + t * gamma * u - ((1 - t) * beta + t * gamma) * z,
            (1 - t) * beta * (v - z) + t * gamma * (u - z),
            "expansion",
        ),
        step(
            "w differs from the mean by t (w - w~)",
            v - ((1 - t) * v + t * u),
            t * (v - u),
            "expansion, for v = <x, w> and u = <x, w~>",
        ),
        step(
            "and w~ by -(1 - t)(w - w~)",
            u - ((1 - t) * v + t * u),
            -(1 - t) * (v - u),
            "expansion",
        ),
        step(
            "t (1 - t) is at most 1/4, so that the noise of all units is at most half the larger norm times the largest change",
            sympy.Rational(1, 4) - t * (1 - t),
            (t - sympy.Rational(1, 2)) ** 2,
            "expansion",
        ),
    ),
)

PRUNING = Derivation(
    "topology.pruning",
    "The cost of removing a unit",
    r"p_1=Y-\beta_p^TZ(W_{-k})-p_2,\ p_2=\tfrac12\beta_kn\ \Rightarrow\ "
    r"\mathbb E\lvert p_1+p_2\rvert^2-\mathbb E\lvert p_1-p_2\rvert^2=4\,\mathbb E\,p_1p_2"
    r"\le2\sqrt{\mathbb E p_1^2}\sqrt{\mathbb E(\beta_kn)^2}",
    "all widths, every law with finite second moments",
    ("z(w_k) = z(w_(k-1)) + n", "Cauchy-Schwarz for E p_1 p_2"),
    (
        step(
            "The output with the unit, by the output without it",
            b * (z + n) + c * z,
            (b + c) * z + b * n,
            "the coefficient of the removed unit is added to its neighbour's",
        ),
        step("The two squares", (u + v) ** 2 - (u - v) ** 2, 4 * u * v, "polarisation"),
        step("In terms of the noise", 4 * u * (b * n / 2), 2 * u * (b * n), "expansion"),
    ),
)

HOMOGENEITY = Derivation(
    "topology.homogeneity",
    "A longer unit with a smaller coefficient",
    r"\tfrac\beta c\max(0,\langle cw,x\rangle)=\beta\max(0,\langle w,x\rangle),"
    r"\qquad\kappa\lvert\beta/c\rvert\le\kappa\lvert\beta\rvert\quad(c\ge1)",
    "all widths and dimensions",
    ("max(0, c s) = c max(0, s) for c > 0",),
    (
        step("The output is the same", beta / c * (c * size), beta * size, "positive homogeneity"),
        step("The penalty falls by", kappa * beta - kappa * beta / c, kappa * beta * (c - 1) / c, "expansion, for beta >= 0"),
        step("2/(1 + s^2) lies between 1 and 1/s: first", 2 - (1 + v**2), (1 - v) * (1 + v), "expansion"),
        step("and second", (1 + v**2) - 2 * v, (1 - v) ** 2, "expansion"),
    ),
)

DERIVATIONS = {found.name: found for found in (PENALISED_FLOOR, TURNING, PRUNING, HOMOGENEITY)}
