"""Document 004: the gradient in Kronecker form, Theorem 1, ranks, exact fits, Gauss-Newton, and XOR."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, Step, step
from symbolic.expressions import (
    Letter,
    block,
    eye,
    hstack,
    inner,
    kron,
    norm_squared,
    row_vec,
    sizes,
    vec,
    vstack,
    zeros,
)
from symbolic.rendering import grouped
from symbolic.sampling import Sample, deficient, invertible, pseudo_inverse

n, m, k, N, q, r, s = sizes("n m k N q r s")
t = sympy.symbols("t", real=True)

_phi, _psi, _g = Letter(r"\phi_{l-1}", n, 1), Letter(r"\Psi_l", m, k), Letter(r"\nabla_E", k, 1)
_H = Letter("H", n, m)
_slopes, _W, _above = Letter(r"\Sigma_l'", m, m, symmetric=True), Letter("W_{l+1}", m, s), Letter(r"\Psi_{l+1}", s, k)
_gradient = _phi @ grouped(_psi @ _g).T

GRADIENT = Derivation(
    "exact_learning.gradient",
    "The gradient of a layer is a matrix of rank one",
    r"\nabla_{W_l}E=\phi_{l-1}(\Psi_l\nabla_E)^T,\quad\operatorname{vec}\nabla_{W_l}E=(\Psi_l\otimes\phi_{l-1})\nabla_E",
    "all widths of the layers",
    (r"a change H of W_l changes the outputs by \Psi_l^TH^T\phi_{l-1} to first order (the chain rule)",),
    (
        step(
            "The slope along H is the inner product with the matrix of rank one",
            _g.T @ grouped(_psi.T @ _H.T @ _phi),
            inner(_gradient, _H),
            "the trace is cyclic",
        ),
        step("Columns stacked", vec(_gradient), kron(_psi, _phi) @ vec(_g.T), "vec(A X B) = (B' (x) A) vec X"),
        step("Rows stacked", row_vec(_gradient), kron(_phi, _psi) @ row_vec(_g.T), "the same by rows"),
        step(
            "The vector of the recursion is Psi_l times the gradient of the error",
            _slopes @ _W @ grouped(_above @ _g),
            grouped(_slopes @ _W @ _above) @ _g,
            "associativity",
        ),
    ),
)

_P = Letter("P", N, q, draw=deficient)


def _in_kernel(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A column v with P P' v = 0."""
    p = sample.letter(_P)
    return (p.eye(rows) - p @ pseudo_inverse(p)) @ sample.generic(rows, columns)


_v = Letter("v", N, 1, draw=_in_kernel)
_S, _R, _eps = Letter("S", q, q, draw=invertible), Letter("R", r, q), Letter(r"\varepsilon", q, 1)

THEOREM_1 = Derivation(
    "exact_learning.theorem_1",
    "A solution of the system in the row span of P is zero",
    r"P\varepsilon=0,\ \varepsilon=P^Tv\ \Rightarrow\ \varepsilon^T\varepsilon=0;"
    r"\qquad P=\begin{bmatrix}S\\R\end{bmatrix},\ \det S\ne0\ \Rightarrow\ \varepsilon=[S^{-1},0]\,P\varepsilon",
    "all numbers of weights and equations",
    ("first display: epsilon = P' v for some v", "second display: q rows of P, put first, are independent"),
    (
        step(
            "The squared norm of epsilon",
            norm_squared(_P.T @ _v),
            zeros(1, 1),
            "P epsilon = P P' v = 0",
            Rule(_P @ _P.T @ _v, zeros(N, 1)),
        ),
        step(
            "With full column rank epsilon is a linear function of P epsilon",
            hstack(_S.inverse, zeros(q, r)) @ grouped(vstack(_S, _R) @ _eps),
            _eps,
            "a left inverse",
        ),
    ),
)

_phi_1, _phi_2 = Letter(r"\phi_1", n, 1), Letter(r"\phi_2", n, 1)
_psi_1, _psi_2 = Letter(r"\Psi_1", m, k), Letter(r"\Psi_2", m, k)
_x_1, _x_2 = Letter("x_1", k, 1), Letter("x_2", k, 1)
_A, _B = Letter("A", m, s), Letter("B", s, k)

SYLVESTER = Derivation(
    "exact_learning.sylvester",
    "The Khatri-Rao product as a product, and Sylvester's inequality",
    r"\Psi\odot\Phi=[I\otimes\phi_1,I\otimes\phi_2]\operatorname{diag}(\Psi_1,\Psi_2);\qquad\operatorname{rank}AB+s=\operatorname{rank}\begin{bmatrix}0&A\\-B&I\end{bmatrix}\ge\operatorname{rank}A+\operatorname{rank}B",
    "all sizes; two parts, as many as one likes in the same way",
    ("the rank of a product with invertible factors is that of the middle one",),
    (
        step(
            "Two parts of the Khatri-Rao product, applied to any column (x_1; x_2): first Psi_i x_i, then the identity blocks",
            hstack(kron(_psi_1, _phi_1), kron(_psi_2, _phi_2)) @ vstack(vec(_x_1.T), vec(_x_2.T)),
            hstack(kron(eye(m), _phi_1), kron(eye(m), _phi_2)) @ vstack(vec(_x_1.T @ _psi_1.T), vec(_x_2.T @ _psi_2.T)),
            "vec(A X B) = (B' (x) A) vec X",
        ),
        step(
            "A product of three with invertible outer factors",
            block([[eye(m), _A], [zeros(s, m), eye(s)]])
            @ block([[_A @ _B, zeros(m, s)], [zeros(s, k), eye(s)]])
            @ block([[eye(k), zeros(k, s)], [-_B, eye(s)]]),
            block([[zeros(m, k), _A], [-_B, eye(s)]]),
            "block multiplication",
        ),
    ),
)

_Phi, _Y = Letter(r"\Phi_1", q, q, draw=invertible), Letter("Y", m, q)

EXACT_INTERPOLATION = Derivation(
    "exact_learning.exact_interpolation",
    "Output weights for an invertible matrix of hidden outputs",
    r"W_2=\Phi_1^{-T}Y^T\ \Rightarrow\ W_2^T\Phi_1=Y",
    "all numbers of samples and outputs",
    (),
    (step("The outputs", grouped(_Phi.inverse.T @ _Y.T).T @ _Phi, _Y, "inverse"),),
)

_e, _a, _c = Letter("e", q, 1), Letter("a", q, 1), Letter("c", q, 1)

SECOND_DIFFERENTIAL = Derivation(
    "exact_learning.second_differential",
    "The second differential of the squared loss",
    r"\tfrac12\|e+ta+t^2c\|^2=\tfrac12\|e\|^2+t\,e^Ta+\tfrac{t^2}2\bigl(a^Ta+2e^Tc\bigr)+O(t^3),"
    r"\quad a=DF(\mathbf H),\ 2c=D^2F(\mathbf H,\mathbf H)",
    "all numbers of samples and outputs, squared loss",
    ("the outputs along a line are F + t a + t^2 c + O(t^3)",),
    (
        step(
            "The loss along a line",
            norm_squared(_e + t * _a + t**2 * _c),
            norm_squared(_e)
            + 2 * t * inner(_e, _a)
            + t**2 * (norm_squared(_a) + 2 * inner(_e, _c))
            + 2 * t**3 * inner(_a, _c)
            + t**4 * norm_squared(_c),
            "expansion",
        ),
    ),
)

_Pj, _h, _D = Letter("P", N, q), Letter("h", N, 1), Letter("H_E", q, q, symmetric=True)

EXACT_FIT = Derivation(
    "exact_learning.exact_fit",
    "At an exact fit the second summand is gone",
    r"\nabla_E=0\ \Rightarrow\ D^2\mathcal J(\mathbf H,\mathbf H)=h^TPH_EP^Th,\quad\operatorname{rank}PH_EP^T\le Tn_L",
    "all networks, numbers of samples and outputs",
    (
        r"a = P^Th is the change of the outputs to first order, c that to second order",
        "a product has at most the rank of each factor; P H_E P' has T n_L columns in its middle",
        "H_E = C'C with C invertible where it is positive definite; then P H_E P' = (P C')(P C')' has the rank of P",
    ),
    (
        step(
            "Without a residual only the first change of the outputs counts to second order",
            norm_squared(t * _a + t**2 * _c),
            t**2 * norm_squared(_a) + 2 * t**3 * inner(_a, _c) + t**4 * norm_squared(_c),
            "expansion",
        ),
        step(
            "As a form in the change of the weights",
            grouped(_Pj.T @ _h).T @ _D @ grouped(_Pj.T @ _h),
            _h.T @ grouped(_Pj @ _D @ _Pj.T) @ _h,
            "associativity",
        ),
    ),
)

_C, _f = Letter("C", q, q), Letter("f", q, 1)
_J = Letter("P^T", q, N, draw=deficient)
_pinv = Letter("(P^T)^+", N, q, draw=lambda sample, rows, columns: pseudo_inverse(sample.letter(_J)))

GAUSS_NEWTON = Derivation(
    "exact_learning.gauss_newton",
    "The Gauss-Newton matrix is that of the linearised network; its step cancels the residuals to first order",
    r"h^TPC^TCP^Th=\|CP^Th\|^2\ge0,\qquad P^T\bigl(h-(P^T)^+P^Th\bigr)=0",
    "all networks, numbers of samples and outputs",
    ("H_E = C'C, as for every convex error function", "(P')^+ is the Moore-Penrose inverse of P'"),
    (
        step(
            "The squared loss of the linearised outputs",
            norm_squared(_f + t * (_Pj.T @ _h)),
            norm_squared(_f) + 2 * t * inner(_f, _Pj.T @ _h) + t**2 * (_h.T @ _Pj @ _Pj.T @ _h),
            "expansion",
        ),
        step(
            "With a convex error the form is a squared norm",
            _h.T @ _Pj @ _C.T @ _C @ _Pj.T @ _h,
            norm_squared(_C @ _Pj.T @ _h),
            "definition of the norm",
        ),
        step(
            "From W* + h the residuals are P'h to first order, and the step of least norm takes them away",
            _J @ (_h - _pinv @ grouped(_J @ _h)),
            zeros(q, 1),
            "Penrose's equations",
            Rule(_J @ _pinv @ _J, _J),
        ),
    ),
)

_b, _p, _r = sympy.symbols("B p r", positive=True)
_m, _s, _d = sympy.symbols("m s d", positive=True)
_alpha, _beta, _gamma, _kappa, _weight, _bend = sympy.symbols("alpha beta gamma kappa v s", real=True)
_CODES = ((0, 0, 1), (0, 1, -1), (1, 0, -1), (1, 1, 1))


def _cosh(x: sympy.Expr) -> sympy.Expr:
    return (x + 1 / x) / 2


def _sinh(x: sympy.Expr) -> sympy.Expr:
    return (x - 1 / x) / 2


_inverse_slopes = sum(chi * _cosh(_b * _p**x * _r**y) ** 2 for x, y, chi in _CODES)
_affine = sum(chi * (_alpha + _beta * x + _gamma * y) for x, y, chi in _CODES)
_targets = sum(chi * ((x + y) % 2 + _kappa * chi) for x, y, chi in _CODES)
_curvature = sum(_kappa * chi * _weight * _bend * (2 * x - 1) * (_beta + _gamma * (2 * y - 1)) ** 2 for x, y, chi in _CODES)

_v1, _v2, _s1, _s2 = sympy.symbols("v_1 v_2 s_1 s_2", real=True, nonzero=True)
_b1, _b2 = sympy.symbols("b_1 b_2", real=True)
_both_bends = _v1 * _b1 + _v2 * _b2 * (_v1 * _s1 / (_v2 * _s2)) ** 2
_together = sum(chi * _both_bends * (_beta * (2 * x - 1) + _gamma * (2 * y - 1)) ** 2 / 2 for x, y, chi in _CODES)
_tanh = _sinh(_p) / _cosh(_p)

_t = sympy.Symbol("t", positive=True)


def _one_right(t: sympy.Expr) -> sympy.Expr:
    """F^2 (1 - F) at f = log t for the target 0, and (1 - F)^2 F at f = -log t for the target 1."""
    return (t / (1 + t)) ** 2 / (1 + t)


def _one_wrong(t: sympy.Expr) -> sympy.Expr:
    """(1 - F)^2 F at f = 3 log t for the target 1."""
    return t**3 / (1 + t**3) ** 3


XOR = Derivation(
    "exact_learning.xor",
    "The critical points of tanh and softsign networks on XOR that do not fit, and why none is a local minimum",
    r"\sum_i\chi_i\cosh^2z_i=2\cosh(2b+w_1+w_2)\sinh w_1\sinh w_2,\qquad\chi=(1,-1,-1,1)",
    "every number of hidden units; dummy units, any increasing output unit omega, squared loss, inputs 0 and 1",
    (
        "B, p, r stand for the exponentials of b, w_1, w_2; 1 / sigma' = cosh^2 for tanh, and sigmoid is tanh with other scales",
        "softsign: 1 / sigma' = (1 + |z|)^2, z = m - s, m - d, m + d, m + s; with d < m < s the condition is never met",
        "eps_i = (F_i - y_i) omega'(f_i); for the identity the residual F - y itself",
        "a unit with a nonzero output weight: the sum of eps sigma'(z) (x_1, x_2, 1) is zero, so eps_i sigma'(z_i) = k chi_i",
        "the output bias: sum eps_i = 0, so k = 0 (a fit) or w_1 w_2 = 0",
        "if units see different inputs, |eps| depends on the one only and on the other only: eps = kappa chi",
        "if all see one input only, eps changes its sign with the other one, (2 F - 1) omega' = 0: F = 1/2 and eps = kappa chi",
        "so a unit with an output weight has equal slopes: it is constant or splits by one input; f is a sum of functions of one",
        "a unit without output weight may be moved; sum chi sigma(z) vanishes on no open set, so J falls when it is switched on",
        "two constant units: if the bends cancel, move one place and the output bias; sigma'' / sigma'^2 is strictly decreasing",
        "softsign: sigma'' / sigma'^2 = -2 sgn(z) (1 + |z|), strictly decreasing",
    ),
    (
        Step(
            "The signs chi are orthogonal to all affine functions of the inputs",
            "",
            sympy.sympify(_affine),
            sympy.S.Zero,
            "addition",
        ),
        Step(
            "The condition of the output bias factors",
            "",
            _inverse_slopes,
            2 * _cosh(_b**2 * _p * _r) * _sinh(_p) * _sinh(_r),
            "sums of hyperbolic functions",
        ),
        Step(
            "For softsign, where |m| is below s and d: the condition says s = d",
            "",
            (1 + _s + _m) ** 2 + (1 + _s - _m) ** 2 - (1 + _d + _m) ** 2 - (1 + _d - _m) ** 2,
            2 * (_s - _d) * (2 + _s + _d),
            "expansion",
        ),
        Step(
            "and where it is above: s = d again, so that one of the weights vanishes",
            "",
            (1 + _m + _s) ** 2 + (1 + _m - _s) ** 2 - (1 + _m + _d) ** 2 - (1 + _m - _d) ** 2,
            2 * (_s - _d) * (_s + _d),
            "expansion",
        ),
        Step(
            "With the identity, F = y + kappa chi is orthogonal to chi only for kappa = 1/2, where F = 1/2",
            "",
            _targets,
            4 * _kappa - 2,
            "addition",
        ),
        Step(
            "Along the change beta + gamma u_2 of a unit that splits by u_1, f kept to first order by another unit and the bias, "
            "the curvature has the sign of kappa v s beta gamma",
            "",
            _curvature,
            8 * _kappa * _weight * _bend * _beta * _gamma,
            "addition",
        ),
        Step(
            "Two constant units that keep F to first order: the curvature along beta u_1 + gamma u_2 turns its sign with beta",
            "",
            sympy.sympify(_together),
            4 * _beta * _gamma * _v1**2 * _s1**2 * (_b1 / (_v1 * _s1**2) + _b2 / (_v2 * _s2**2)),
            "addition",
        ),
        Step(
            "For tanh the bend over the squared slope is -sinh 2z, strictly decreasing",
            "",
            -2 * _tanh * (1 - _tanh**2) / (1 - _tanh**2) ** 2,
            -_sinh(_p**2),
            "sums of hyperbolic functions",
        ),
        Step(
            "A sigmoid output unit and f = (1 - u_1 + u_2) log t: eps = kappa chi where (1 - t + t^2)^3 = t; F = 1/2 is t = 1",
            "",
            _one_right(_t) - _one_wrong(_t),
            _t**2 * ((1 - _t + _t**2) ** 3 - _t) / (1 + _t**3) ** 3,
            "sums of fractions",
        ),
    ),
)

DERIVATIONS = {
    derivation.name: derivation
    for derivation in (
        GRADIENT,
        THEOREM_1,
        SYLVESTER,
        EXACT_INTERPOLATION,
        SECOND_DIFFERENTIAL,
        EXACT_FIT,
        GAUSS_NEWTON,
        XOR,
    )
}
