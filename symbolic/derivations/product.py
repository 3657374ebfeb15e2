"""Document 001: the loss of a product of two matrices, its linearisation and its derivatives."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations import product_step
from symbolic.derivations.two_layers import (
    ALL_SIZES,
    BEND,
    CHANGE,
    D1,
    D2,
    GRADIENT_1,
    GRADIENT_2,
    JACOBIAN,
    LETTERS,
    W1,
    W2,
    E,
    X,
    Y,
    d,
    loss,
    m,
    n,
    w,
)
from symbolic.expressions import (
    Letter,
    eye,
    hstack,
    inner,
    kron,
    norm_squared,
    row_vec,
    sizes,
    trace,
    vec,
    vstack,
    zeros,
)

p, q, r = sizes("p q r")
t, weight = sympy.symbols("t p_k", real=True)

# The loss --------------------------------------------------------------------------------------------------------------------

_D, _x = Letter("D", m, d), Letter("x", d, 1)
_moment = Letter("S", d, d, symmetric=True)
_white = Letter(r"\Sigma", d, d, symmetric=True, draw=lambda sample, rows, columns: RationalMatrix.eye(rows))

EXPECTED_LOSS = Derivation(
    "product.expected_loss",
    "The expected loss is a trace, and the squared Frobenius norm for white inputs",
    r"\mathbb E\|Dx\|^2=\operatorname{tr}D\,\mathbb E[xx^T]\,D^T,"
    r"\qquad=\|D\|_F^2\ \text{ if }\mathbb E[xx^T]=I,\qquad D=W_1W_2-A",
    "all sizes and all distributions of x with a second moment",
    ("the expectation is linear", "second display: the second moment of x is the identity, as for a standard Gaussian"),
    (
        step(
            "For one x, the squared norm is linear in x x'",
            norm_squared(_D @ _x),
            trace(_D @ (_x @ _x.T) @ _D.T),
            "the trace is cyclic",
        ),
        step(
            "So it goes through a weighted mean: with S the mean over some atoms, one more atom joins inside the trace",
            trace(_D @ _moment @ _D.T) + weight * norm_squared(_D @ _x),
            trace(_D @ (_moment + weight * (_x @ _x.T)) @ _D.T),
            "step of the induction; in general linearity of the expectation",
        ),
        step(
            "With the identity for the second moment it is the squared Frobenius norm",
            trace(_D @ _white @ _D.T),
            norm_squared(_D),
            "the second moment is I",
            Rule(_white, eye(d)),
        ),
    ),
)

_A, _extra = Letter("A", m, d), sizes("k")
_F, _G = Letter("F", m, r), Letter("G", r, d)

REALIZABLE = Derivation(
    "product.realizable",
    "A wide inner layer realises every map",
    r"A=W_1W_2\quad\text{for some }W_1\in\mathbb R^{m\times w},\ W_2\in\mathbb R^{w\times d}"
    r"\quad\text{if }w\ge d\ (\text{or }w\ge\operatorname{rank}A)",
    "all sizes with an inner width of at least the input's",
    ("the inner width is at least the number of inputs (or the rank of A)",),
    (
        step("Inner width d: A and the identity", _A @ eye(d), _A, "identity"),
        step(
            "Inner width d + k: filled up with zeros",
            hstack(_A, zeros(m, _extra)) @ vstack(eye(d), zeros(_extra, d)),
            _A,
            "product of blocks",
        ),
        step(
            "From a rank factorisation A = FG, any inner width from the rank on",
            hstack(_F, zeros(m, _extra)) @ vstack(_G, zeros(_extra, d)),
            _F @ _G,
            "product of blocks",
        ),
        step("The error is zero there, and with it the loss", (_A @ eye(d) - _A) @ X, zeros(m, n), "substitution"),
    ),
)

# Linearisation and derivatives -----------------------------------------------------------------------------------------------

LINEARISATION = Derivation(
    "product.linearisation",
    "The linearisation of the product, and what it leaves out",
    rf"(W_1+\delta W_1)(W_2+\delta W_2)X-Y=E+\Lambda+Q,\qquad {LETTERS}",
    ALL_SIZES,
    (),
    (
        step(
            "The error after a step, with its linear and its quadratic part",
            (W1 + D1) @ (W2 + D2) @ X - Y,
            E + CHANGE + BEND,
            "expansion",
        ),
        step(
            "Along the step the linear part has the first, the quadratic part the second power",
            (W1 + t * D1) @ (W2 + t * D2) @ X - Y,
            E + t * CHANGE + t**2 * BEND,
            "expansion",
        ),
        step(
            "The linearised network has the same value and the same linear part, and no quadratic one",
            ((W1 + t * D1) @ W2 + W1 @ (W2 + t * D2) - W1 @ W2) @ X - Y,
            E + t * CHANGE,
            "expansion",
        ),
        step(
            "What the linear model leaves out of the loss",
            loss(W1 + D1, W2 + D2) - norm_squared(E + CHANGE),
            2 * inner(E + CHANGE, BEND) + norm_squared(BEND),
            "expansion",
        ),
        step(
            "Along the step this has no power of t below the second: value and slope of loss and model agree",
            loss(W1 + t * D1, W2 + t * D2) - norm_squared(E + t * CHANGE),
            t**2 * (2 * inner(E, BEND) + 2 * t * inner(CHANGE, BEND) + t**2 * norm_squared(BEND)),
            "expansion",
        ),
    ),
)

_B, _C, _Z, _K = Letter("A", m, p), Letter("B", q, n), Letter("Z", p, q), Letter("K", w, r)

VEC_KRON = Derivation(
    "product.vec_kron",
    "The linearised network in Kronecker form",
    r"\operatorname{vec}\left((\delta W_1W_2+W_1\delta W_2)X\right)"
    r"=[(W_2X)^T\otimes I,\ X^T\otimes W_1]\,[\operatorname{vec}\delta W_1;\operatorname{vec}\delta W_2]",
    ALL_SIZES,
    ("vec stacks columns",),
    (
        step("A stacked product", vec(_B @ _Z @ _C), kron(_C.T, _B) @ vec(_Z), "column stacking"),
        step("The change of the first factor", vec(D1 @ W2 @ X), kron((W2 @ X).T, eye(m)) @ vec(D1), "column stacking"),
        step("The change of the second factor", vec(W1 @ D2 @ X), kron(X.T, W1) @ vec(D2), "column stacking"),
        step("Both", vec(CHANGE), JACOBIAN @ vstack(vec(D1), vec(D2)), "product of blocks"),
        step(
            "Row stacking of the transpose is column stacking, as with flatten in C order",
            row_vec((W1 @ W2 @ X - Y).T),
            vec(E),
            "definition of the stackings",
        ),
        step(
            "So the residual of the coded system is the stacked linearised error",
            JACOBIAN @ vstack(row_vec(D1.T), row_vec(D2.T)) + row_vec(E.T),
            vec(E + CHANGE),
            "the steps before",
        ),
        step("Mixed products, for chains of layers", kron(X.T, W1) @ kron(eye(d), _K), kron(X.T, W1 @ _K), "mixed product"),
    ),
)

GRADIENT = Derivation(
    "product.gradient",
    "The gradients in closed form",
    r"\frac{\partial\mathcal L}{\partial W_1}=2E(W_2X)^T,"
    r"\qquad\frac{\partial\mathcal L}{\partial W_2}=2W_1^TEX^T,\qquad E=W_1W_2X-Y",
    ALL_SIZES,
    (),
    (
        step(
            "Only the first factor moves: the part of first order in t is linear in the change",
            loss(W1 + t * D1, W2) - loss(W1, W2),
            2 * t * inner(E, D1 @ W2 @ X) + t**2 * norm_squared(D1 @ W2 @ X),
            "expansion",
        ),
        step(
            "It is the inner product with the gradient", 2 * inner(E, D1 @ W2 @ X), inner(D1, GRADIENT_1), "the trace is cyclic"
        ),
        step(
            "Only the second factor moves",
            loss(W1, W2 + t * D2) - loss(W1, W2),
            2 * t * inner(E, W1 @ D2 @ X) + t**2 * norm_squared(W1 @ D2 @ X),
            "expansion",
        ),
        step(
            "It is the inner product with the gradient", 2 * inner(E, W1 @ D2 @ X), inner(D2, GRADIENT_2), "the trace is cyclic"
        ),
    ),
)

HESSIAN = Derivation(
    "product.hessian",
    "The second differential of the loss",
    rf"\frac{{d^2}}{{dt^2}}\mathcal L(W+t\,\delta W)\Big|_{{t=0}}=2\|\Lambda\|^2+4\langle E,Q\rangle,\qquad {LETTERS}",
    ALL_SIZES,
    (),
    (
        step(
            "The loss along a line is a polynomial; the second derivative at 0 is twice the coefficient of t squared",
            loss(W1 + t * D1, W2 + t * D2),
            norm_squared(E)
            + 2 * t * inner(E, CHANGE)
            + t**2 * (norm_squared(CHANGE) + 2 * inner(E, BEND))
            + 2 * t**3 * inner(CHANGE, BEND)
            + t**4 * norm_squared(BEND),
            "expansion",
        ),
        step(
            "The first term is the Gauss-Newton part",
            norm_squared(CHANGE),
            norm_squared(JACOBIAN @ vstack(vec(D1), vec(D2))),
            "column stacking",
        ),
    ),
)

DERIVATIONS = {
    found.name: found
    for found in (
        EXPECTED_LOSS,
        REALIZABLE,
        LINEARISATION,
        VEC_KRON,
        GRADIENT,
        HESSIAN,
        product_step.GAUGE_KERNEL,
        product_step.DESCENT_DIRECTION,
        product_step.GAUSS_NEWTON_DAMPED,
        product_step.BALANCEDNESS,
    )
}
