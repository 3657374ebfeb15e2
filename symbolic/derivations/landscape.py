"""Document 003: derivatives of the loss of a deep linear network, its global value, and the list of the derivations."""

from __future__ import annotations

import sympy

from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations import landscape_critical, landscape_escape, landscape_flow, landscape_local, landscape_steps
from symbolic.derivations.chain import (
    ANY_DEPTH,
    LAYERS,
    SIGMA_XX,
    SIGMA_YX,
    A,
    C,
    W,
    X,
    Y,
    a,
    b,
    d,
    gram,
    loss,
    m,
    p,
    regressed_on,
)
from symbolic.expressions import (
    Expression,
    Letter,
    Named,
    block,
    extras,
    eye,
    hstack,
    inner,
    norm_squared,
    number,
    sizes,
    trace,
    vstack,
    zeros,
)
from symbolic.rendering import grouped
from symbolic.sampling import tall

t = sympy.symbols("t", real=True)

# Derivatives -------------------------------------------------------------------------------------------------------------------

_V = Letter("V", a, b)
_product = A @ W @ C
_E = Named("E", _product @ X - Y)
_core = Named("W", _product) @ SIGMA_XX - SIGMA_YX
_single, _single_change = Letter("W_1", p, d), Letter("V", p, d)

GRADIENT = Derivation(
    "landscape.gradient",
    "The gradient with respect to one layer",
    rf"\nabla_{{W_j}}L=2A^T\left(W\Sigma_{{XX}}-\Sigma_{{YX}}\right)C^T,\qquad W=AW_jC,\ {LAYERS}",
    ANY_DEPTH,
    ("the loss is the sum of squared errors, without the factor 1/2; with the factor 1/2 the gradient has no factor 2",),
    (
        step(
            "Only layer j moves, by tV: the part of first order is linear in V",
            loss(A @ (W + t * _V) @ C) - loss(_product),
            2 * t * inner(_E, A @ _V @ C @ X) + t**2 * norm_squared(A @ _V @ C @ X),
            "expansion",
        ),
        step(
            "It is the inner product of V with the gradient",
            2 * inner(_E, A @ _V @ C @ X),
            inner(_V, 2 * (A.T @ _core @ C.T)),
            "the trace is cyclic",
        ),
        step(
            "For half the loss the factor 2 cancels",
            (loss(A @ (W + t * _V) @ C) - loss(_product)) / 2,
            t * inner(_V, A.T @ _core @ C.T) + t**2 * norm_squared(A @ _V @ C @ X) / 2,
            "the two steps before",
        ),
        step(
            "One layer and half the loss: A and C are identities, and the gradient is that of linear regression",
            (loss(_single + t * _single_change) - loss(_single)) / 2,
            t * inner(_single_change, _single @ SIGMA_XX - SIGMA_YX) + t**2 * norm_squared(_single_change @ X) / 2,
            "expansion",
        ),
        step(
            "Samples in rows: the transposed chain has the same loss",
            norm_squared(X.T @ C.T @ W.T @ A.T - Y.T),
            loss(_product),
            "transposition",
        ),
    ),
)

_i, _k, _l = sizes("c e q")
_wi, _vi, _ui = Letter("W_i", a, _i), Letter("V_i", a, _i), Letter("U_i", a, _i)
_between = Letter("B", _i, _k)
_wj, _vj, _uj = Letter("W_j", _k, b), Letter("V_j", _k, b), Letter("U_j", _k, b)
_error = Named("E", A @ _wi @ _between @ _wj @ C @ X - Y)
_top, _top_change = Letter("W_n", _l, p), Letter("V_n", _l, p)
_parts = tuple(Letter(f"P_{k}", p, d) for k in range(3))
_zeroth, _first, _second, _rest = (Letter(name, p, m) for name in ("E", "F", "S", "R"))


def _linear(vi: Expression, vj: Expression) -> Expression:
    """The part of the change of A W_i B W_j C X that is of first order."""
    return (A @ vi @ _between @ _wj @ C + A @ _wi @ _between @ vj @ C) @ X


def _bent(vi: Expression, vj: Expression) -> Expression:
    return A @ vi @ _between @ vj @ C @ X


def _form(vi: Expression, vj: Expression) -> Expression:
    return 2 * norm_squared(_linear(vi, vj)) + 4 * inner(_bent(vi, vj), _error)


_polar = 2 * inner(_linear(_vi, _vj), _linear(_ui, _uj)) + 2 * inner(_bent(_vi, _uj) + _bent(_ui, _vj), _error)

SECOND_DIFFERENTIAL = Derivation(
    "landscape.second_differential",
    "The second differential of the loss",
    r"D^2L(V,V)=2\left\|\sum_jAV_jCX\right\|^2+4\sum_{i\gt j}\langle AV_iBV_jCX,\,WX-Y\rangle"
    r"\qquad(A,\,B,\,C:\text{ the layers after, between and before those that move})",
    "all depths (by induction) and widths, all numbers of samples; in the steps with B any layers between i and j",
    ("the loss is the sum of squared errors, without the factor 1/2; with the factor 1/2 each side is halved",),
    (
        step(
            "Two layers move: the product has one term of second order",
            A @ (_wi + t * _vi) @ _between @ (_wj + t * _vj) @ C @ X - Y,
            _error + t * _linear(_vi, _vj) + t**2 * _bent(_vi, _vj),
            "expansion",
        ),
        step(
            "One more layer on top: in first order its own change joins those of the layers below, in second order its change "
            "meets each of theirs, so that every pair occurs once",
            (_top + t * _top_change) @ (_parts[0] + t * _parts[1] + t**2 * _parts[2]),
            _top @ _parts[0]
            + t * (_top_change @ _parts[0] + _top @ _parts[1])
            + t**2 * (_top_change @ _parts[1] + _top @ _parts[2])
            + t**3 * (_top_change @ _parts[2]),
            "step of the induction",
        ),
        step(
            "The loss along the line, with the error E, its changes F and S of first and second order and the rest R: "
            "the second derivative at 0 is twice the coefficient of t squared",
            norm_squared(_zeroth + t * _first + t**2 * _second + t**3 * _rest),
            norm_squared(_zeroth)
            + 2 * t * inner(_zeroth, _first)
            + t**2 * (norm_squared(_first) + 2 * inner(_second, _zeroth))
            + 2 * t**3 * (inner(_first, _second) + inner(_zeroth, _rest))
            + t**4 * (norm_squared(_second) + 2 * inner(_first, _rest))
            + 2 * t**5 * inner(_second, _rest)
            + t**6 * norm_squared(_rest),
            "expansion",
        ),
        step(
            "Polarised: what two directions give together beyond what each gives alone is twice the bilinear form",
            _form(_vi + _ui, _vj + _uj) - _form(_vi, _vj) - _form(_ui, _uj),
            2 * _polar,
            "expansion",
        ),
        step(
            "One layer moves alone: only the first term remains",
            _form(_vi, zeros(_k, b)),
            2 * norm_squared(A @ _vi @ _between @ _wj @ C @ X),
            "expansion",
        ),
    ),
)

# The global value --------------------------------------------------------------------------------------------------------------

r = sizes("r")
_more = extras("e")
_rows = r + _more


_best = Letter("B", _rows, d)
_labels = Letter("Y", _rows, m, draw=regressed_on(_best))
_normal = Rule(_labels @ X.T, _best @ X @ X.T)
_M = Letter("M", _rows, d)
_sigma = Named(r"\Sigma", _best @ X @ X.T @ _best.T)
_F, _G = Letter("F", _rows, r, draw=tall), Letter("G", r, d)
_gram = gram(_F, r"\Gamma")
_on = Named("P", _F @ _gram.inverse @ _F.T)
_gramian = Rule(_F.T @ _F, _gram)
_u = Letter("u", _rows, 1)
_own, _last, _share = sympy.symbols("lambda_i lambda_r p_i", real=True)

GLOBAL_VALUE = Derivation(
    "landscape.global_value",
    "The loss of a product is that of the regression plus a distance",
    r"\|MX-Y\|^2=\operatorname{tr}\Sigma_{YY}-\operatorname{tr}\Sigma+\|(M-B)X\|^2,"
    r"\qquad\min_{\operatorname{rank}M\le r}\|MX-Y\|^2=\operatorname{tr}\Sigma_{YY}-\sum_{i\le r}\lambda_i",
    "all sizes, all data and all ranks",
    (
        "B solves the normal equations B XX' = YX' (the regression; one exists for all data, and is YX'(XX')^-1 where XX' is "
        "invertible), and Sigma = BX(BX)'",
        "second display: the eigenvalues of Sigma are in descending order; Sigma has an orthonormal basis of eigenvectors u_i",
    ),
    (
        step(
            "The rest of the regression is orthogonal to the inputs",
            (_labels - _best @ X) @ X.T,
            zeros(_rows, d),
            "the normal equations",
            _normal,
        ),
        step(
            "So Pythagoras holds for every M",
            norm_squared(_M @ X - _labels),
            norm_squared(_labels - _best @ X) + norm_squared((_M - _best) @ X),
            "the normal equations",
            _normal,
        ),
        step(
            "The value of the regression",
            norm_squared(_labels - _best @ X),
            norm_squared(_labels) - trace(_sigma),
            "the normal equations",
            _normal,
        ),
        step(
            "Together: among the M of rank at most r the best MX is the best approximation of BX",
            norm_squared(_M @ X - _labels),
            norm_squared(_labels) - trace(_sigma) + norm_squared(_M @ X - _best @ X),
            "the steps before",
            _normal,
        ),
        step(
            "A matrix M = FG of rank r, with F of full column rank, lies in the range of the projection P = F(F'F)^-1F'",
            _on @ _F @ _G,
            _F @ _G,
            "P F = F",
            _gramian,
        ),
        step(
            "So it misses what P leaves out of BX, and no M with this range is better than PB",
            norm_squared((_F @ _G - _best) @ X),
            trace(_sigma) - trace(_on @ _sigma) + norm_squared((_F @ _G - _on @ _best) @ X),
            "Pythagoras; the part outside the range of P does not depend on G",
            _gramian,
        ),
        step(
            "The shares p_i = u'Pu of the eigenvectors u = u_i are between 0 and 1: both parts of this sum are squares",
            _u.T @ _u,
            norm_squared(_on @ _u) + norm_squared(_u - _on @ _u),
            "P is an orthogonal projection",
            _gramian,
        ),
        step("They add up to the trace of P, which is r", trace(_on), number(r), "the trace is cyclic", _gramian),
        step(
            "The trace of P Sigma is the sum of the p_i lambda_i. "
            "For i up to r what lambda_i has more than its share is at least (1 - p_i) lambda_r",
            _own - _share * _own - (1 - _share) * _last,
            (_own - _last) * (1 - _share),
            "expansion",
        ),
        step(
            "For i beyond r the share is at most p_i lambda_r; summed up, lambda_r (r - sum of p_i) = 0 remains, "
            "and the trace of P Sigma is at most the sum of the first r eigenvalues; M = U_SU_S'B with these attains it "
            "(landscape.critical_loss)",
            _share * _last - _share * _own,
            (_last - _own) * _share,
            "expansion",
        ),
    ),
)

_wide_in, _wide_mid, _wide_out = sizes("e_1 e_2 e_3")
_left, _right = Letter("F", p, r), Letter("G", r, d)
_first_layer = vstack(_right, zeros(_wide_in, d))
_top_half, _bottom_half = Letter("A", p, a), Letter("C", a, d)


def _pad(rows: sympy.Symbol, columns: sympy.Symbol) -> Expression:
    """The identity of size r, filled up with zeros."""
    return block([[eye(r), zeros(r, columns)], [zeros(rows, r), zeros(rows, columns)]])


SAME_VALUE = Derivation(
    "landscape.same_value",
    "The network and the rank-restricted problem reach the same matrices",
    r"\{W_N\cdots W_1\}=\{M:\operatorname{rank}M\le r\},\qquad r=\min_id_i",
    "all depths (by induction; one layer is M itself) and all widths; at a layer of width r the zeros fall away",
    ("a matrix has rank at most r if and only if it is a product FG of inner size r",),
    (
        step(
            "The first layer: G, filled up with zeros; one layer more leaves that form as it is",
            _pad(_wide_mid, _wide_in) @ _first_layer,
            vstack(_right, zeros(_wide_mid, d)),
            "step of the induction, product of blocks",
        ),
        step(
            "The last layer: F, filled up with zeros; the product is M = FG",
            hstack(_left, zeros(p, _wide_mid)) @ vstack(_right, zeros(_wide_mid, d)),
            _left @ _right,
            "product of blocks",
        ),
        step(
            "Three layers at once",
            hstack(_left, zeros(p, _wide_mid)) @ _pad(_wide_mid, _wide_in) @ _first_layer,
            _left @ _right,
            "product of blocks",
        ),
        step(
            "Conversely, cut at any width d_j, every product is one of inner size d_j, so its rank is at most the smallest width",
            A @ W @ C,
            grouped(A @ W) @ C,
            "associativity",
        ),
        step(
            "Inputs and outputs are among the widths: with rows and columns exchanged the same holds for XW_1...W_N",
            (hstack(_left, zeros(p, _wide_in)) @ _first_layer).T,
            _right.T @ _left.T,
            "transposition",
        ),
    ),
)

DERIVATIONS = {
    found.name: found
    for found in (
        GRADIENT,
        SECOND_DIFFERENTIAL,
        landscape_critical.CRITICAL_PRODUCT,
        landscape_critical.CRITICAL_LOSS,
        GLOBAL_VALUE,
        SAME_VALUE,
        landscape_critical.PERTURBATION_LIFT,
        landscape_escape.ROTATION_DESCENT,
        landscape_escape.ESCAPE_CURVE,
        landscape_escape.STRICT_PIVOT,
        landscape_local.LOCAL_MINIMA,
        landscape_flow.BALANCEDNESS_FLOW,
        landscape_flow.BALANCEDNESS_DESCENT,
        landscape_flow.NORM_CHAIN,
        landscape_steps.DESCENT_INEQUALITY,
        landscape_steps.SEGMENT_BOUND,
        landscape_steps.LONGEST_STEP,
        landscape_steps.STEP_SIMPLIFICATION,
        landscape_steps.QUADRATIC,
    )
}
