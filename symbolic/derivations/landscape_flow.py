"""Document 003: the balance of neighbouring layers under gradient flow and gradient descent, and the norms that it allows."""

from __future__ import annotations

from typing import Any

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations.chain import d, p
from symbolic.expressions import Expression, Letter, Named, eye, inner, norm_squared, number, sizes, trace, zeros
from symbolic.rendering import grouped
from symbolic.sampling import Sample, orthonormal

a, b, c = sizes("a b c")
eta = sympy.Symbol("eta", positive=True)

# Balance -----------------------------------------------------------------------------------------------------------------------

_A, _C = Letter("A", p, a), Letter("C", c, d)
_upper, _lower = Letter("W_{j+1}", a, b), Letter("W_j", b, c)
_core = Letter("R", p, d)
_G_upper = Named(r"\nabla_{j+1}", _A.T @ _core @ (_lower @ _C).T)
_G_lower = Named(r"\nabla_j", (_A @ _upper).T @ _core @ _C.T)
_V_upper, _V_lower = Letter("V_{j+1}", a, b), Letter("V_j", b, c)
_ANY = "all depths and widths: A and C are the products of the layers after layer j + 1 and before layer j"
_LOSS = (
    "the loss is a differentiable function of the product; R is its gradient there, for the sum of squared errors twice "
    "W XX' - YX', and for half of it W XX' - YX'"
)


def _defect(upper: Expression, lower: Expression) -> Expression:
    """W_{j+1}' W_{j+1} - W_j W_j'."""
    return upper.T @ upper - lower @ lower.T


BALANCEDNESS_FLOW = Derivation(
    "landscape.balancedness_flow",
    "Gradient flow keeps the balance of neighbouring layers",
    r"W_{j+1}^T\nabla_{j+1}L=\nabla_jL\,W_j^T,\qquad\frac{d}{dt}\left(W_{j+1}^TW_{j+1}-W_jW_j^T\right)=0"
    r"\quad\text{for }\dot W_i=-\nabla_iL",
    _ANY,
    (_LOSS, "second display: the weights follow the negative gradient in continuous time"),
    (
        step(
            "The two layers move, by V: the part of first order is the inner product with the two gradients",
            inner(_core, _A @ (_V_upper @ _lower + _upper @ _V_lower) @ _C),
            inner(_V_upper, _G_upper) + inner(_V_lower, _G_lower),
            "the trace is cyclic",
        ),
        step("The gradients of neighbouring layers share a product", _upper.T @ _G_upper, _G_lower @ _lower.T, "associativity"),
        step(
            "So the derivative of the difference vanishes",
            -(_G_upper.T @ _upper) - _upper.T @ _G_upper + _G_lower @ _lower.T + _lower @ _G_lower.T,
            zeros(b, b),
            "product rule",
        ),
        step(
            "Its trace is the difference of the squared Frobenius norms, which is kept too",
            trace(_defect(_upper, _lower)),
            norm_squared(_upper) - norm_squared(_lower),
            "the trace is cyclic",
        ),
    ),
)

_x = Letter("x", b, 1)
_next_defect = _defect(_upper - eta * _G_upper, _lower - eta * _G_lower)

BALANCEDNESS_DESCENT = Derivation(
    "landscape.balancedness_descent",
    "A step of gradient descent changes the balance in second order",
    r"D_j^+-D_j=\eta^2\left(\nabla_{j+1}^T\nabla_{j+1}-\nabla_j\nabla_j^T\right),\qquad D_j=W_{j+1}^TW_{j+1}-W_jW_j^T",
    _ANY,
    (_LOSS, "one step of length eta along the negative gradient of all layers at once"),
    (
        step(
            "Any two changes V of the layers: in general there is a part of first order as well",
            _defect(_upper - eta * _V_upper, _lower - eta * _V_lower) - _defect(_upper, _lower),
            -eta * (_V_upper.T @ _upper + _upper.T @ _V_upper - _V_lower @ _lower.T - _lower @ _V_lower.T)
            + eta**2 * (_V_upper.T @ _V_upper - _V_lower @ _V_lower.T),
            "expansion",
        ),
        step(
            "For the gradients it vanishes, as for the flow",
            _next_defect - _defect(_upper, _lower),
            eta**2 * (_G_upper.T @ _G_upper - _G_lower @ _G_lower.T),
            "landscape.balancedness_flow",
        ),
        step(
            "In each direction the change is a difference of two squares, so its norm is at most eta^2 times the larger squared "
            "norm of the two gradients",
            _x.T @ (_G_upper.T @ _G_upper - _G_lower @ _G_lower.T) @ _x,
            norm_squared(_G_upper @ _x) - norm_squared(_G_lower.T @ _x),
            "transposition",
        ),
        step(
            "Its trace vanishes only where both gradients have the same Frobenius norm: in general descent leaves the balance",
            trace(_G_upper.T @ _G_upper - _G_lower @ _G_lower.T),
            norm_squared(_G_upper) - norm_squared(_G_lower),
            "the trace is cyclic",
        ),
    ),
)

# Norms -------------------------------------------------------------------------------------------------------------------------

_n = sizes("n")
_z, _before = Letter("z_k", b, 1), Letter("z_{k-1}", c, 1)
_Wk1, _Wk = Letter("W_{k+1}", a, b), Letter("W_k", b, c)
_D = Named("D_k", _Wk1.T @ _Wk1 - _Wk @ _Wk.T)
_s, _t = Letter("s", _n, 1), Letter("t", _n, 1)
_yk = Letter("y_k", b, 1)


def _singular_pair(sample: Sample, *_: Any) -> RationalMatrix:
    """W_j = sigma v u' and anything that is orthogonal to u on the right and to v on the left."""
    v, u = sample.letter(_v), sample.letter(_u)
    off_v, off_u = (RationalMatrix.eye(w.shape[0]) - w @ w.T for w in (v, u))
    return v @ u.T * sample.scalar(_sigma) + off_v @ sample.generic(v.shape[0], u.shape[0]) @ off_u


_sigma = sympy.Symbol("sigma", positive=True)
_v, _u = Letter("v", b, 1, draw=orthonormal), Letter("u", c, 1, draw=orthonormal)
_Wj = Letter("W_j", b, c, draw=_singular_pair)
_top = (Rule(_Wj.T @ _v, _sigma * _u), Rule(_Wj @ _u, _sigma * _v), Rule(_u.T @ _u, eye(1)), Rule(_v.T @ _v, eye(1)))

_square, _previous, _current, _following = sympy.symbols("a q_{k-1} q_k q_{k+1}", positive=True)
_delta = sympy.Symbol("delta", nonnegative=True)
_depth, _index = sizes("N k")
_more, _less, _wanted, _other = sympy.symbols("x y x' y'", real=True)

NORM_CHAIN = Derivation(
    "landscape.norm_chain",
    "Nearly balanced layers are bounded by their product",
    r"\|W_N\cdots W_1\|^2\ge\prod_{k=0}^{N-1}\left(\|W_j\|^2-k\delta\right)_+,"
    r"\qquad\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N-1)\delta\qquad(j=1,\dots,N)",
    "all depths (by induction) and all widths",
    (
        "spectral norms, and the norm of D_k = W_{k+1}'W_{k+1} - W_kW_k' is at most delta for k = 1, ..., N - 1",
        "a = |W_j|^2 is larger than (N - 1) delta; otherwise a factor on the right of the first display is zero",
        "u and v are unit vectors with W_j u = sigma v, W_j'v = sigma u, sigma^2 = a (singular value decomposition)",
        "backward: y_{j-1} = u, y_{k-1} = W_k'y_k down to x = y_0, and y_j = v/sigma; forward: z_0 = x, z_k = W_k z_{k-1}",
    ),
    (
        step(
            "What the next layer does to a vector is what the transposed layer does to it, up to the defect of the balance",
            norm_squared(_Wk1 @ _z),
            norm_squared(_Wk.T @ _z) + _z.T @ _D @ _z,
            "definition of D_k",
        ),
        step(
            "The inequality of Cauchy and Schwarz: the difference of its sides is a square",
            norm_squared(_s) @ norm_squared(_t) - (_s.T @ _t) @ (_s.T @ _t),
            norm_squared(_s @ _t.T - _t @ _s.T) / 2,
            "expansion",
        ),
        step(
            "Forward, with s = W_k'z_k and t = z_{k-1}: their inner product is the squared norm of z_k",
            grouped(_Wk.T @ _Wk @ _before).T @ _before,
            norm_squared(_Wk @ _before),
            "transposition",
        ),
        step(
            "So with q_k for the squared norm of z_k: q_{k+1} is at least q_k^2/q_{k-1} - delta q_k, and the ratios "
            "rho_{k+1} = q_{k+1}/q_k and rho_k differ by at most delta downwards",
            _following / _current - (_current / _previous - _delta),
            (_following - (_current**2 / _previous - _delta * _current)) / _current,
            "division",
        ),
        step(
            "Backward the first ratio is at least a - delta: the start u has the squared image a under W_j, and W_{j-1}' stands "
            "where the first step has W_k'",
            norm_squared(_Wj @ _u),
            number(_sigma**2),
            "singular vectors",
            *_top,
        ),
        step(
            "The other backward ratios by the same inequality with W_{k+1} and W_k' exchanged: the inner product of W_{k+1}y_k "
            "and y_{k+1} is the squared norm of y_k = W_{k+1}'y_{k+1}. So |y_{k-1}|^2/|y_k|^2 is at least a - (j - k) delta",
            grouped(_Wk @ _Wk.T @ _yk).T @ _yk,
            norm_squared(_Wk.T @ _yk),
            "transposition",
        ),
        step(
            "The inner product of z_k and y_k does not depend on k, so it is |x|^2",
            grouped(_Wk @ _before).T @ _yk,
            _before.T @ grouped(_Wk.T @ _yk),
            "transposition",
        ),
        step("It passes layer j too, since y_{j-1} = u is W_j'v/sigma", _Wj.T @ (_v / _sigma), _u, "singular vectors", *_top),
        step(
            "There the backward ratio |y_{j-1}|^2/|y_j|^2 is a. So by Cauchy and Schwarz |z_j|^2/|x|^2 is at least "
            "|x|^2/|y_j|^2, the product of the backward ratios, and that is at least a(a - delta)...(a - (j - 1) delta)",
            norm_squared(_u),
            _sigma**2 * norm_squared(_v / _sigma),
            "singular vectors",
            *_top,
        ),
        step(
            "Of numbers x, y from 0 on with xy at least x'y', for positive bounds x', y', not both are below their bound: so "
            "some rho_i, i at most j, is at least a - (i - 1) delta",
            _wanted * _other - _more * _less,
            (_wanted - _more) * _other + _more * (_other - _less),
            "expansion; step of the induction over the number of factors",
        ),
        step(
            "From there on each ratio loses at most delta: rho_k is at least a - (k - 1) delta for k from i on, so in particular "
            "for those beyond j, which give the rest of the product",
            (_square - (_index - 1) * _delta) - _delta,
            _square - _index * _delta,
            "step of the induction",
        ),
        step(
            "No factor is smaller than the last one, so the product is at least its N-th power",
            (_square - _index * _delta) - (_square - (_depth - 1) * _delta),
            (_depth - 1 - _index) * _delta,
            "subtraction",
        ),
        step(
            "Both are attained, the second by numbers w_k with w_k^2 = (k - 1) delta and the product zero: neighbours differ by",
            _index * _delta - (_index - 1) * _delta,
            _delta,
            "subtraction",
        ),
        step(
            "and the first by numbers with w_k^2 = a - (N - k) delta, for j = N",
            (_square - (_depth - _index - 1) * _delta) - (_square - (_depth - _index) * _delta),
            _delta,
            "subtraction",
        ),
    ),
)
