"""Document 001: changes of basis of the inner layer, the least-squares step, and gradient flow."""

from __future__ import annotations

import sympy

from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations.two_layers import (
    ALL_SIZES,
    BEND,
    CHANGE,
    D1,
    D2,
    GRADIENT_1,
    GRADIENT_2,
    JACOBIAN,
    W1,
    W2,
    E,
    X,
    loss,
    m,
    n,
    w,
)
from symbolic.expressions import Letter, Named, eye, inner, norm_squared, sizes, trace, vec, vstack, zeros
from symbolic.rendering import grouped
from symbolic.sampling import deficient, invertible, pseudo_inverse

p, q = sizes("p q")
t, alpha = sympy.symbols("t alpha", real=True)

_gauge, _S = Letter("G", w, w), Letter("S", w, w, draw=invertible)
_moved = grouped(W1 @ _gauge)

GAUGE_KERNEL = Derivation(
    "product.gauge_kernel",
    "Changes of basis of the inner layer lie in the kernel of the linearisation",
    r"(\delta W_1,\delta W_2)=(W_1G,-GW_2)\ \Rightarrow\ (\delta W_1W_2+W_1\delta W_2)X=0"
    r"\quad\text{for every }G\in\mathbb R^{w\times w}",
    ALL_SIZES,
    (),
    (
        step(
            "The two changes cancel", (grouped(W1 @ _gauge) @ W2 + W1 @ grouped(-(_gauge @ W2))) @ X, zeros(m, n), "associativity"
        ),
        step("In Kronecker form", JACOBIAN @ vstack(vec(W1 @ _gauge), vec(-(_gauge @ W2))), zeros(m * n, 1), "column stacking"),
        step(
            "They are the tangents of (W_1 S, S^-1 W_2), which leaves the product alone",
            grouped(W1 @ _S) @ grouped(_S.inverse @ W2),
            W1 @ W2,
            "inverse",
        ),
    ),
)

_J, _e = Letter("J", p, q, draw=deficient), Letter("e", p, 1)
_pinv = Letter("J^+", q, p, draw=lambda sample, rows, columns: pseudo_inverse(sample.letter(_J)))
_step = Named(r"\delta", -(_pinv @ _e))
_other = Letter("z", q, 1)
_range = Letter("P", p, p, symmetric=True, draw=lambda sample, rows, columns: sample.letter(_J) @ sample.letter(_pinv))
_penrose = (Rule(_J @ _pinv, _range), Rule(_range @ _J, _J), Rule(_range @ _range, _range))

DESCENT_DIRECTION = Derivation(
    "product.descent_direction",
    "The least-squares step is a direction of descent",
    r"\frac{d}{dt}\mathcal L(W+t\delta)\Big|_{t=0}=-2\|J\delta\|^2=-2\|Pe\|^2=-2\|(\delta W_1W_2+W_1\delta W_2)X\|^2,"
    r"\qquad\delta=-J^+e,\ P=JJ^+,\ e=\operatorname{vec}E",
    "all sizes, every Jacobian of any rank",
    ("J^+ is the Moore-Penrose inverse of J: P = J J^+ is symmetric, P J = J and P P = P",),
    (
        step(
            "The slope of the loss along a step is twice the inner product of the error and its linear change",
            loss(W1 + t * D1, W2 + t * D2),
            norm_squared(E) + 2 * t * inner(E, CHANGE) + t**2 * norm_squared(CHANGE + t * BEND) + 2 * t**2 * inner(E, BEND),
            "expansion",
        ),
        step("In stacked form", inner(E, CHANGE), vec(E).T @ JACOBIAN @ vstack(vec(D1), vec(D2)), "column stacking"),
        step("The step solves the normal equations", _J.T @ (_J @ _step + _e), zeros(q, 1), "Penrose's equations", *_penrose),
        step(
            "So no other step has a smaller linearised error",
            norm_squared(_J @ (_step + _other) + _e) - norm_squared(_J @ _step + _e),
            norm_squared(_J @ _other),
            "the normal equations",
            *_penrose,
        ),
        step(
            "The slope along it is minus twice a squared norm",
            2 * (_e.T @ _J @ _step),
            -2 * norm_squared(_range @ _e),
            "Penrose's equations",
            *_penrose,
        ),
        step(
            "That is the linear change of the outputs",
            norm_squared(_J @ _step),
            norm_squared(_range @ _e),
            "definition of the step",
            *_penrose,
        ),
        step(
            "It vanishes only where the gradient does",
            2 * (_J.T @ (_range @ _e)),
            2 * (_J.T @ _e),
            "Penrose's equations",
            *_penrose,
        ),
    ),
)

_exact = Named("Y", W1 @ W2 @ X + CHANGE)
_gap = Named("E", W1 @ W2 @ X - (W1 @ W2 @ X + CHANGE))

GAUSS_NEWTON_DAMPED = Derivation(
    "product.gauss_newton_damped",
    "A fraction of the least-squares step",
    r"e+\alpha J\delta=(1-\alpha)\,Pe+(I-P)e;\qquad E_{new}=(1-\alpha)E+\alpha^2\,\delta W_1\delta W_2X\ \text{ if }E+\Lambda=0",
    "all sizes and every factor",
    ("second display: the linearised system is consistent, E + Lambda = 0, so that Y = W_1 W_2 X + Lambda",),
    (
        step(
            "The part of the error that the linearisation reaches shrinks by 1 - alpha, the rest stays",
            _e + alpha * (_J @ _step),
            (1 - alpha) * (_range @ _e) + (eye(p) - _range) @ _e,
            "definition of the step",
            *_penrose,
        ),
        step(
            "The two parts are orthogonal",
            (_range @ _e).T @ (eye(p) - _range) @ _e,
            zeros(1, 1),
            "Penrose's equations",
            *_penrose,
        ),
        step(
            "Consistent: the labels are the outputs and their linear change, so the error is minus that change",
            _gap,
            -CHANGE,
            "consistency",
        ),
        step(
            "The true error after the factor alpha",
            (W1 + alpha * D1) @ (W2 + alpha * D2) @ X - _exact,
            (1 - alpha) * _gap + alpha**2 * BEND,
            "expansion",
        ),
        step(
            "So the loss after it",
            norm_squared((W1 + alpha * D1) @ (W2 + alpha * D2) @ X - _exact),
            (1 - alpha) ** 2 * norm_squared(_gap)
            + 2 * (1 - alpha) * alpha**2 * inner(_gap, BEND)
            + alpha**4 * norm_squared(BEND),
            "expansion",
        ),
    ),
)

_dot_1, _dot_2 = Named(r"\dot W_1", -GRADIENT_1), Named(r"\dot W_2", -GRADIENT_2)

BALANCEDNESS = Derivation(
    "product.balancedness",
    "Gradient flow keeps the balance of the factors",
    r"\frac{d}{dt}\left(W_1^TW_1-W_2W_2^T\right)=0\quad\text{for }\dot W_i=-\frac{\partial\mathcal L}{\partial W_i}",
    ALL_SIZES,
    ("the weights follow the negative gradient in continuous time",),
    (
        step(
            "The derivative of the difference vanishes",
            _dot_1.T @ W1 + W1.T @ _dot_1 - _dot_2 @ W2.T - W2 @ _dot_2.T,
            zeros(w, w),
            "product rule",
        ),
        step(
            "A step of length t changes it in second order only",
            (W1 + t * _dot_1).T @ (W1 + t * _dot_1) - (W2 + t * _dot_2) @ (W2 + t * _dot_2).T - (W1.T @ W1 - W2 @ W2.T),
            t**2 * (_dot_1.T @ _dot_1 - _dot_2 @ _dot_2.T),
            "expansion",
        ),
        step(
            "So the difference of the squared norms of both factors is kept too",
            trace(_dot_1.T @ W1 - _dot_2 @ W2.T),
            zeros(1, 1),
            "the trace is cyclic",
        ),
    ),
)
