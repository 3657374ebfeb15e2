"""Document 001: the loss of a product of two matrices, its derivatives, and the least-squares step."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.expressions import (
    Letter,
    Named,
    eye,
    hstack,
    inner,
    kron,
    norm_squared,
    number,
    row_vec,
    sizes,
    trace,
    vec,
    vstack,
    zeros,
)
from symbolic.sampling import Sample, deficient, invertible, pseudo_inverse

m, w, d, n, p, q, r = sizes("m w d n p q r")
t, alpha, weight = sympy.symbols("t alpha p_k", real=True)
W1, W2 = Letter("W_1", m, w), Letter("W_2", w, d)
D1, D2 = Letter(r"\delta W_1", m, w), Letter(r"\delta W_2", w, d)
X, Y = Letter("X", d, n), Letter("Y", m, n)
E = Named("E", W1 @ W2 @ X - Y)
CHANGE = Named(r"\Lambda", (D1 @ W2 + W1 @ D2) @ X)
BEND = Named("Q", D1 @ D2 @ X)
ALL_SIZES = "all sizes of both factors and all numbers of samples"
LETTERS = r"E=W_1W_2X-Y,\quad\Lambda=(\delta W_1W_2+W_1\delta W_2)X,\quad Q=\delta W_1\delta W_2X"


def loss(left, right):  # noqa: ANN001, ANN201
    """|W1 W2 X - Y|^2, the sum over the samples."""
    return norm_squared(left @ right @ X - Y)


# The loss --------------------------------------------------------------------------------------------------------------------

_D, _x = Letter("D", m, d), Letter("x", d, 1)
_moment = Letter("S", d, d, symmetric=True)
_white = Letter(r"\Sigma", d, d, symmetric=True, draw=lambda sample, rows, columns: RationalMatrix.eye(rows))

EXPECTED_LOSS = Derivation(
    "product.expected_loss",
    "The expected loss is a trace, and the squared Frobenius norm for white inputs",
    r"\mathbb E\|Dx\|^2=\operatorname{tr}D\,\mathbb E[xx^T]\,D^T,\qquad=\|D\|_F^2\ \text{ if }\mathbb E[xx^T]=I,\qquad D=W_1W_2-A",
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
            "So it goes through a weighted mean: if S is the mean over some atoms, one more atom with its weight joins inside the trace",
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
    r"A=W_1W_2\quad\text{for some }W_1\in\mathbb R^{m\times w},\ W_2\in\mathbb R^{w\times d}\quad\text{if }w\ge d\ (\text{or }w\ge\operatorname{rank}A)",
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
        step("The loss is zero there", norm_squared((_A @ eye(d) - _A) @ X), zeros(1, 1), "substitution"),
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
_jacobian = hstack(kron((W2 @ X).T, eye(m)), kron(X.T, W1))

VEC_KRON = Derivation(
    "product.vec_kron",
    "The linearised network in Kronecker form",
    r"\operatorname{vec}\left((\delta W_1W_2+W_1\delta W_2)X\right)=[(W_2X)^T\otimes I,\ X^T\otimes W_1]\,[\operatorname{vec}\delta W_1;\operatorname{vec}\delta W_2]",
    ALL_SIZES,
    ("vec stacks columns",),
    (
        step("A stacked product", vec(_B @ _Z @ _C), kron(_C.T, _B) @ vec(_Z), "column stacking"),
        step("The change of the first factor", vec(D1 @ W2 @ X), kron((W2 @ X).T, eye(m)) @ vec(D1), "column stacking"),
        step("The change of the second factor", vec(W1 @ D2 @ X), kron(X.T, W1) @ vec(D2), "column stacking"),
        step("Both", vec(CHANGE), _jacobian @ vstack(vec(D1), vec(D2)), "product of blocks"),
        step(
            "Row stacking of the transpose is column stacking, as with flatten in C order",
            row_vec((W1 @ W2 @ X - Y).T),
            vec(E),
            "definition of the stackings",
        ),
        step(
            "So the residual of the coded system is the stacked linearised error",
            _jacobian @ vstack(row_vec(D1.T), row_vec(D2.T)) + row_vec(E.T),
            vec(E + CHANGE),
            "the steps before",
        ),
        step("Mixed products, for chains of layers", kron(X.T, W1) @ kron(eye(d), _K), kron(X.T, W1 @ _K), "mixed product"),
    ),
)

_gradient_1, _gradient_2 = 2 * (E @ (W2 @ X).T), 2 * (W1.T @ E @ X.T)

GRADIENT = Derivation(
    "product.gradient",
    "The gradients in closed form",
    r"\frac{\partial\mathcal L}{\partial W_1}=2E(W_2X)^T,\qquad\frac{\partial\mathcal L}{\partial W_2}=2W_1^TEX^T,\qquad E=W_1W_2X-Y",
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
            "It is the inner product with the gradient", 2 * inner(E, D1 @ W2 @ X), inner(D1, _gradient_1), "the trace is cyclic"
        ),
        step(
            "Only the second factor moves",
            loss(W1, W2 + t * D2) - loss(W1, W2),
            2 * t * inner(E, W1 @ D2 @ X) + t**2 * norm_squared(W1 @ D2 @ X),
            "expansion",
        ),
        step(
            "It is the inner product with the gradient", 2 * inner(E, W1 @ D2 @ X), inner(D2, _gradient_2), "the trace is cyclic"
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
            "The loss along a line is a polynomial of degree four; the second derivative at 0 is twice the coefficient of t squared",
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
            norm_squared(_jacobian @ vstack(vec(D1), vec(D2))),
            "column stacking",
        ),
    ),
)

# Changes of basis, and the step ------------------------------------------------------------------------------------------------

_gauge, _S = Letter("G", w, w), Letter("S", w, w, draw=invertible)

GAUGE_KERNEL = Derivation(
    "product.gauge_kernel",
    "Changes of basis of the inner layer lie in the kernel of the linearisation",
    r"(\delta W_1,\delta W_2)=(W_1G,-GW_2)\ \Rightarrow\ (\delta W_1W_2+W_1\delta W_2)X=0\quad\text{for every }G\in\mathbb R^{w\times w}",
    ALL_SIZES,
    (),
    (
        step("The two changes cancel", ((W1 @ _gauge) @ W2 + W1 @ (-_gauge @ W2)) @ X, zeros(m, n), "associativity"),
        step("In Kronecker form", _jacobian @ vstack(vec(W1 @ _gauge), vec(-_gauge @ W2)), zeros(m * n, 1), "column stacking"),
        step(
            "They are the tangents of (W_1 S, S^-1 W_2), which leaves the product alone",
            (W1 @ _S) @ (_S.inverse @ W2),
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
    r"\frac{d}{dt}\mathcal L(W+t\delta)\Big|_{t=0}=-2\|J\delta\|^2=-2\|Pe\|^2=-2\|(\delta W_1W_2+W_1\delta W_2)X\|^2,\qquad\delta=-J^+e,\ P=JJ^+,\ e=\operatorname{vec}E",
    "all sizes, every Jacobian of any rank",
    ("J^+ is the Moore-Penrose inverse of J: P = J J^+ is symmetric, P J = J and P P = P",),
    (
        step(
            "The slope of the loss along a step is twice the inner product of the error and its linear change",
            loss(W1 + t * D1, W2 + t * D2),
            norm_squared(E) + 2 * t * inner(E, CHANGE) + t**2 * norm_squared(CHANGE + t * BEND) + 2 * t**2 * inner(E, BEND),
            "expansion",
        ),
        step("In stacked form", inner(E, CHANGE), vec(E).T @ _jacobian @ vstack(vec(D1), vec(D2)), "column stacking"),
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

_dot_1, _dot_2 = Named(r"\dot W_1", -_gradient_1), Named(r"\dot W_2", -_gradient_2)

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
            "A step of length eta keeps it up to the second order",
            (W1 + t * _dot_1).T @ (W1 + t * _dot_1) - (W2 + t * _dot_2) @ (W2 + t * _dot_2).T - (W1.T @ W1 - W2 @ W2.T),
            t**2 * (_dot_1.T @ _dot_1 - _dot_2 @ _dot_2.T),
            "expansion",
        ),
        step(
            "So the sum of squares of the difference of both factors is kept too",
            trace(_dot_1.T @ W1 - _dot_2 @ W2.T),
            zeros(1, 1),
            "the trace is cyclic",
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
        GAUGE_KERNEL,
        DESCENT_DIRECTION,
        GAUSS_NEWTON_DAMPED,
        BALANCEDNESS,
    )
}
