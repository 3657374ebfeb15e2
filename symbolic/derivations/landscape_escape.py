"""Document 003: ways down from critical points that are not global minimisers."""

from __future__ import annotations

from typing import Any

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations.chain import X, d, m
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
    sizes,
    trace,
    vstack,
    zeros,
)
from symbolic.rendering import grouped
from symbolic.sampling import Draw, Sample, annihilated, deficient, invertible, left_inverse, orthonormal, pseudo_inverse, tall

t = sympy.Symbol("t", real=True)
own, other = sympy.symbols("lambda_i lambda_j", real=True)

# A rotation of one eigenvector -------------------------------------------------------------------------------------------------

n = sizes("n")
_size = n + 1
_frame = Letter("U", _size, _size, draw=orthonormal)


def _column(index: int) -> Draw:
    return lambda sample, *_: sample.letter(_frame)[:, [index]]


def _complement(sample: Sample) -> RationalMatrix:
    """The projection on what is orthogonal to the first two columns of the frame."""
    pair = sample.letter(_frame)[:, [0, 1]]
    return RationalMatrix.eye(pair.shape[0]) - pair @ pair.T


def _others(sample: Sample, size: int, _: int) -> RationalMatrix:
    """The projection on the range of a random matrix that is orthogonal to the first two columns of the frame."""
    basis = _complement(sample) @ deficient(sample, size, size)
    return basis @ pseudo_inverse(basis)


def _covariance(sample: Sample, size: int, _: int) -> RationalMatrix:
    """A symmetric matrix with the first two columns of the frame as eigenvectors."""
    u, v = (sample.letter(_frame)[:, [k]] for k in (0, 1))
    rest, free = _complement(sample), sample.generic(size, size)
    return u @ u.T * sample.scalar(own) + v @ v.T * sample.scalar(other) + rest @ (free + free.T) @ rest


_u, _v = Letter("u_i", _size, 1, draw=_column(0)), Letter("u_j", _size, 1, draw=_column(1))
_P0 = Letter("P_0", _size, _size, symmetric=True, draw=_others)
_S = Letter(r"\Sigma", _size, _size, symmetric=True, draw=_covariance)
_UNITS = (Rule(_u.T @ _u, eye(1)), Rule(_v.T @ _v, eye(1)), Rule(_u.T @ _v, zeros(1, 1)))
_APART = (Rule(_P0 @ _u, zeros(_size, 1)), Rule(_P0 @ _v, zeros(_size, 1)))
_EIGEN = (Rule(_S @ _u, own * _u), Rule(_S @ _v, other * _v))
_c, _s = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
_turned = _c * _u + _s * _v
_R = Named("R(t)", eye(_size) + (_c - 1) * (_u @ _u.T + _v @ _v.T) + _s * (_v @ _u.T - _u @ _v.T))

_p, _k, _in = sizes("d_y k d_x")
_K = Letter("K", _p, _k, draw=deficient)
_plus = Letter("K^+", _k, _p, draw=lambda sample, *_: pseudo_inverse(sample.letter(_K)))
_penrose = Rule(_K @ _plus @ _K, _K)
_rotation, _B = Letter("R", _p, _p, draw=orthonormal), Letter("B", _p, _in)
_W1 = Letter("W_1", _k, _in)


def _first_layer(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """K^+B and anything that K removes."""
    K, plus = sample.letter(_K), sample.letter(_plus)
    return plus @ sample.letter(_B) + (RationalMatrix.eye(rows) - plus @ K) @ sample.generic(rows, columns)


_W1_critical = Letter("W_1", _k, _in, draw=_first_layer)

ROTATION_DESCENT = Derivation(
    "landscape.rotation_descent",
    "A critical point that leaves out a larger eigenvalue has a way down of second order",
    r"L(t)-L(0)=-s^2(\lambda_j-\lambda_i),\qquad s=\frac{2t}{1+t^2},\quad i\in S,\ j\notin S",
    "all depths from two on, all widths, all ranks of K = W_H...W_2",
    (
        "the point is critical, so that W_H...W_1 = P_K B with P_K = K K^+ = P_0 + u_i u_i', P_0 the projection on the "
        "other eigenvectors of S (landscape.critical_product)",
        "u_i and u_j are orthonormal eigenvectors of Sigma, orthogonal to the range of P_0",
        "K^+ is the Moore-Penrose inverse: K K^+ K = K and K^+ K K^+ = K^+",
    ),
    (
        step("The rotation R(t) turns u_i towards u_j", _R @ _u, _turned, "orthonormal vectors", *_UNITS),
        step("It is orthogonal", _R.T @ _R, eye(_size), "orthonormal vectors", *_UNITS),
        step("It leaves the other eigenvectors of S alone", _R @ _P0, _P0, "orthogonal vectors", *_APART),
        step(
            "The path W_H(t) = R W_H, W_1(t) = K^+R'B + (I - K^+K)W_1, other layers unmoved, has the product R P_K R'B",
            grouped(_rotation @ _K) @ (_plus @ _rotation.T @ _B + (eye(_k) - _plus @ _K) @ _W1),
            _rotation @ grouped(_K @ _plus) @ _rotation.T @ _B,
            "Penrose's equations",
            _penrose,
        ),
        step(
            "It starts at the point: there K^+KW_1 = K^+P_KB = K^+B",
            _plus @ _B + (eye(_k) - _plus @ _K) @ _W1_critical,
            _W1_critical,
            "the product at a critical point",
            Rule(_plus @ _K @ _W1_critical, _plus @ _B),
        ),
        step(
            "R P_K R' is the projection with the turned vector in the place of u_i",
            _R @ (_P0 + _u @ _u.T) @ _R.T,
            _P0 + grouped(_turned) @ grouped(_turned).T,
            "the steps before",
            *_UNITS,
            *_APART,
        ),
        step(
            "So the part of the loss that the projection P gives, the trace of P Sigma (landscape.critical_loss), is",
            trace(_R @ (_P0 + _u @ _u.T) @ _R.T @ _S),
            trace(_P0 @ _S) + _c**2 * own * eye(1) + _s**2 * other * eye(1),
            "eigenvectors",
            *_UNITS,
            *_APART,
            *_EIGEN,
        ),
        step(
            "The loss falls where the eigenvalue left out is the larger",
            own - (_c**2 * own + _s**2 * other),
            -(_s**2) * (other - own),
            "c^2 + s^2 = 1",
        ),
        step(
            "It falls in second order, so the Hessian has a negative value at the velocity of the path",
            _s**2,
            4 * t**2 - 4 * t**4 * (2 + t**2) / (1 + t**2) ** 2,
            "division",
        ),
    ),
)

# A curve through the complement ------------------------------------------------------------------------------------------------

r, q = sizes("r q")
_basis = Letter("U", r + q, r + q, draw=orthonormal)
_US = Letter("U_S", r + q, r, draw=lambda sample, _, width: sample.letter(_basis)[:, list(range(width))])
_UQ = Letter("U_Q", r + q, q, draw=lambda sample, rows, width: sample.letter(_basis)[:, list(range(rows - width, rows))])
_ORTHONORMAL = (Rule(_UQ.T @ _UQ, eye(q)), Rule(_US.T @ _UQ, zeros(r, q)))
_regression, _Y = Letter("B", r + q, d), Letter("Y", r + q, m)
_k1, _k2, _k3, _k4 = sizes("k_1 k_2 k_3 k_4")
_top, _upper, _lower = Letter("Z_H", q, _k2), Letter("Z_{h+1}", _k3, _k2), Letter("Z_h", _k2, _k1)
_Z1 = Letter("Z_1", _k1, d)
_Pi = Letter(r"\Pi", q, d)
_square = Letter("D", _k1, _k1, draw=invertible)


def _diagonal(piece: Expression) -> Expression:
    rows, columns = piece.shape
    return block([[eye(r), zeros(r, columns)], [zeros(rows, r), piece]])


def _killed_by(killer: Any) -> Draw:
    """Draws a matrix whose product with ``killer(sample)``, in front of it, is zero."""
    return lambda sample, _, columns: annihilated(sample, killer(sample), columns)


def _killing(killed: Any) -> Draw:
    """Draws a matrix whose product with ``killed(sample)``, behind it, is zero."""
    return lambda sample, rows, _: annihilated(sample, killed(sample).T, rows).T


_M = Letter("M", q, d, draw=deficient)


def _gain(change: Expression) -> Expression:
    """What a change Pi of the product in the complement adds to the loss."""
    return -2 * trace(change @ _M.T) + norm_squared(change @ X)


# One layer h, between A and C
_A, _C = Letter("A", q, _k2, draw=deficient), Letter("C", _k1, d)
_Zh, _V = Letter("Z_h", _k2, _k1, draw=_killed_by(lambda sample: sample.letter(_A))), Letter("V", _k2, _k1)

# Two layers l and k + 1, between A and C, with Q between them
_Al, _Ck = Letter("A", q, _k4), Letter("C", _k1, d)
_G = Letter("G", _k1, _k4, draw=lambda sample, *_: sample.letter(_Ck) @ sample.letter(_M).T @ sample.letter(_Al))
_Zl = Letter("Z_l", _k4, _k3, draw=_killed_by(lambda sample: sample.letter(_G)))
_Zk = Letter("Z_{k+1}", _k2, _k1, draw=_killing(lambda sample: sample.letter(_G)))
_F, _Kl = Letter("F", _k4, _k3), Letter("K", _k2, _k1)
_between = Letter("Q", _k3, _k2)
_TIGHT = (Rule(_Ck @ _M.T @ _Al, _G), Rule(_G @ _Zl, zeros(_k1, _k3)), Rule(_Zk @ _G, zeros(_k2, _k4)))
_order = sizes("c")
_Rl = Letter("R", _k3, _k2)
_curve = _Al @ (_Zl + t * _F) @ _between @ (_Zk + t * _Kl) @ _Ck
_N = Letter("N", q, d)
_f, _a, _b, _g = Letter("f", _k4, 1), Letter("a", _k3, 1), Letter("b", _k2, 1), Letter("g", _k1, 1)
_Zi, _Ci = Letter("Z_i", _k3, _k2), Letter("C_i", _k3, _k2)
_Q0, _Q1 = Letter("Q_0", _k2, _k1), Letter("Q_1", _k2, _k1)

# The rank of a pivot's first block, with B XY' = Sigma = U Lambda U'
_wide = r + q + extras("e")
_XY = Letter(r"\Sigma_{XY}", _wide, r + q, draw=tall)
_best = Letter("B", r + q, _wide, draw=lambda sample, *_: _spectral(sample) @ left_inverse(sample, sample.letter(_XY)))
_lambdas = Letter(r"\Lambda_S", r, r, symmetric=True, draw=lambda sample, size, _: _random_diagonal(sample, size))
_before = Letter("C", _k1, _wide)
_SPECTRAL = (Rule(_US.T @ _best @ _XY @ _US, _lambdas), Rule(_US.T @ _best @ _XY @ _UQ, zeros(r, q)))


def _random_diagonal(sample: Sample, size: int) -> RationalMatrix:
    return RationalMatrix.diagonal(sample.generic(1, size).entries())


def _spectral(sample: Sample) -> RationalMatrix:
    """U Lambda U' with the drawn Lambda_S for the columns of U_S."""
    S, Q = sample.letter(_US), sample.letter(_UQ)
    return S @ sample.letter(_lambdas) @ S.T + Q @ _random_diagonal(sample, Q.shape[1]) @ Q.T


# Three layers (k = 0, l = 3) and five (k = 1, l = 5)
_three_3 = Letter("Z_3", q, _k2, draw=_killed_by(lambda sample: sample.letter(_M).T))
_three_1 = Letter("Z_1", _k1, d, draw=_killing(lambda sample: sample.letter(_M).T))
_three_f, _three_c, _three_k = Letter("F", q, _k2), Letter("C_2", _k2, _k1), Letter("K", _k1, d)
_three = (_three_3 + t * _three_f) @ (t**3 * _three_c) @ (_three_1 + t * _three_k)
_five_5 = Letter("Z_5", q, _k4, draw=_killed_by(lambda sample: sample.letter(_Z1) @ sample.letter(_M).T))
_five_2 = Letter("Z_2", _k2, _k1, draw=_killing(lambda sample: sample.letter(_Z1) @ sample.letter(_M).T))
_five_4 = Letter("Z_4", _k4, _k3, draw=deficient)
_five_3 = Letter("Z_3", _k3, _k2, draw=_killed_by(lambda sample: sample.letter(_five_4)))
_five_f, _five_k = Letter("F", q, _k4), Letter("K", _k2, _k1)
_C4, _C3 = Letter("C_4", _k4, _k3), Letter("C_3", _k3, _k2)
_five = (_five_5 + t * _five_f) @ (_five_4 + t**3 * _C4) @ (_five_3 + t**3 * _C3) @ (_five_2 + t * _five_k) @ _Z1
_bend = grouped(_five_4 @ _C3 + _C4 @ _five_3)
_FIVE = (
    Rule(_Z1 @ _M.T @ _five_5, zeros(_k1, _k4)),
    Rule(_five_2 @ _Z1 @ _M.T, zeros(_k2, q)),
    Rule(_five_4 @ _five_3, zeros(_k4, _k2)),
)

ESCAPE_CURVE = Derivation(
    "landscape.escape_curve",
    "A tightened critical point is left along a curve of higher order",
    r"L(t)-L(0)=-2t^{c+2}\operatorname{tr}(G\,F\,R\,K)+t^{2c}\|A(Z_l+tF)R(Z_{k+1}+tK)CX\|^2,\qquad c\ge3,\ "
    r"G=Z_k\cdots Z_1M^TZ_H\cdots Z_{l+1}\ne0",
    "all depths, all widths, all ranks r below the smallest width; A = Z_H...Z_{l+1} and C = Z_k...Z_1 (none: identity)",
    (
        "up to changes of basis of the inner layers the critical point is W_H = [U_S, U_Q Z_H], W_h = diag(I, Z_h), "
        "W_1 = [U_S'B; Z_1], with Z_H...Z_1 = 0; all Z_h have at least one row and one column; M = U_Q'YX' is not zero; "
        "r is the rank of the product U_SU_S'B",
        "the point is tightened: Z_{i-1}...Z_{j+1} = 0 for all i greater than j with Z_{j-1}...Z_1 M' Z_H...Z_{i+1} not zero "
        "(for every other point landscape.strict_pivot has a direction of descent)",
        "k is increased from 0 and l decreased from H as long as G stays different from zero; where this ends Z_{k+1} G = 0 and "
        "G Z_l = 0. It ends before l = k + 1, where G vanishes at a critical point, and after l = k + 2, where the point would "
        "not be tightened; so there are layers between, and their product Z_{l-1}...Z_{k+2} vanishes",
    ),
    (
        step(
            "Changes of basis of an inner layer leave the product alone. The form above is reached with two spaces for layer h: "
            "the image, under the layers up to h, of a space of dimension r on which the whole product is injective, and all "
            "that the layers after h send into the range of U_Q",
            grouped(_lower @ _square) @ grouped(_square.inverse @ _Z1),
            _lower @ _Z1,
            "inverse",
        ),
        step(
            "Inner layers of this form multiply block by block",
            _diagonal(_upper) @ _diagonal(_lower),
            _diagonal(_upper @ _lower),
            "product of blocks",
        ),
        step(
            "So the product is that of the critical point and one of the complement",
            hstack(_US, _UQ @ _top) @ _diagonal(_lower) @ vstack(_US.T @ _regression, _Z1),
            _US @ _US.T @ _regression + _UQ @ (_top @ _lower @ _Z1),
            "product of blocks",
        ),
        step(
            "The loss with the product Pi in the complement: a linear part and a square",
            norm_squared((_US @ _US.T @ _regression + _UQ @ _Pi) @ X - _Y),
            norm_squared(_US @ _US.T @ _regression @ X - _Y)
            - 2 * trace(_Pi @ grouped(_UQ.T @ _Y @ X.T).T)
            + norm_squared(_Pi @ X),
            "orthonormal columns",
            *_ORTHONORMAL,
        ),
        step(
            "The rank of a pivot (i, j) in these terms: the product of the layers before j, of XY' and of the layers after i has "
            "a block of rank r and the block with G, so its rank is r only where G vanishes; C and A are the products of the Z "
            "before and after (for j = 1 the same holds because the columns of XY' are independent)",
            grouped(vstack(_US.T @ _best, _before)) @ _XY @ grouped(hstack(_US, _UQ @ _Al)),
            block([[_lambdas, zeros(r, _k4)], [_before @ _XY @ _US, _before @ grouped(_UQ.T @ _XY.T).T @ _Al]]),
            "U diagonalises Sigma = B XY'",
            *_SPECTRAL,
        ),
        step(
            "One layer h of the complement moves, between A and C, whose product with Z_h is zero: at a critical point A'MC' "
            "vanishes, which is G' for k = h - 1 and l = h",
            _gain(_A @ (_Zh + t * _V) @ _C),
            -2 * t * inner(_V, _A.T @ _M @ _C.T) + t**2 * norm_squared(_A @ _V @ _C @ X),
            "expansion",
            Rule(_A @ _Zh @ _C, zeros(q, d)),
        ),
        step(
            "Layers l and k + 1 move by tF and tK, with Q between them: of the linear part one term remains",
            trace(_curve @ _M.T),
            t**2 * trace(_G @ _F @ _between @ _Kl),
            "G Z_l = 0 and Z_{k+1} G = 0",
            *_TIGHT,
        ),
        step(
            "The layers between move by multiples of t^3: one more of them on top of Q_0 + t^3 Q_1 gives again a product that "
            "differs from that of the Z_i by t^3 times a polynomial in t^3",
            (_Zi + t**3 * _Ci) @ (_Q0 + t**3 * _Q1),
            _Zi @ _Q0 + t**3 * (_Ci @ _Q0 + _Zi @ _Q1 + t**3 * (_Ci @ _Q1)),
            "step of the induction",
        ),
        step(
            "The product of the Z_i is zero, so Q = t^c R with c at least 3 and R(0) not zero (the highest coefficient of Q is "
            "the product of the C_i, which need not vanish), and Pi = t^c N with R in the place of Q. The trace of NM' is t^2 "
            "times that of GFRK, by the step before last, and the square has the higher order, since 2c is more than c + 2",
            _gain(t**_order * _N),
            -2 * t**_order * trace(_N @ _M.T) + t ** (2 * _order) * norm_squared(_N @ X),
            "expansion",
        ),
        step(
            "With F = fa' and K = bg' the leading coefficient is a product; unit vectors make it positive where G and R have an "
            "entry that is not zero, up to a sign that F can take: the loss falls for small t",
            trace(_G @ grouped(_f @ _a.T) @ _Rl @ grouped(_b @ _g.T)),
            (_g.T @ _G @ _f) @ (_a.T @ _Rl @ _b),
            "the trace is cyclic",
        ),
        step(
            "Three layers, k = 0 and l = 3, with Z_2 = 0: c = 3",
            _gain(_three),
            -2 * t**5 * trace(_M.T @ _three_f @ _three_c @ _three_k)
            + t**6 * norm_squared((_three_3 + t * _three_f) @ _three_c @ (_three_1 + t * _three_k) @ X),
            "M'Z_3 = 0 and Z_1 M' = 0",
            Rule(_M.T @ _three_3, zeros(d, _k2)),
            Rule(_three_1 @ _M.T, zeros(_k1, q)),
        ),
        step(
            "Five layers, k = 1 and l = 5, with Z_4 Z_3 = 0: the linear part has the order 5, or 8 where Z_4 and Z_3 are zero",
            trace(_five @ _M.T),
            t**5 * trace(_Z1 @ _M.T @ _five_f @ _bend @ _five_k) + t**8 * trace(_Z1 @ _M.T @ _five_f @ _C4 @ _C3 @ _five_k),
            "Z_1 M' Z_5 = 0, Z_2 Z_1 M' = 0 and Z_4 Z_3 = 0",
            *_FIVE,
        ),
        step(
            "The product itself has the order 3, or 6, and its square the order 6, or 12",
            _five,
            t**3 * ((_five_5 + t * _five_f) @ (_bend + t**3 * (_C4 @ _C3)) @ (_five_2 + t * _five_k) @ _Z1),
            "Z_4 Z_3 = 0",
            *_FIVE,
        ),
    ),
)

# A pivot of larger rank --------------------------------------------------------------------------------------------------------

_scale = sympy.Symbol("s", positive=True)
_C1 = Letter("C_1", _k3, d, draw=deficient)
_A1 = Letter("A_1", q, _k2)
_Fa = Letter("F", _k4, _k3, draw=_killing(lambda sample: sample.letter(_C1)))
_N2 = Letter("N_2", q, d)
_N1 = Letter("N_1", q, d, draw=lambda sample, *_: _orthogonal_to(sample, sample.letter(_M)))
_Zo = Letter("Z_l", _k4, _k3, draw=lambda sample, *_: _between_zero(sample))
_Y = Letter("T", d, _k2)


def _orthogonal_to(sample: Sample, M: RationalMatrix) -> RationalMatrix:
    """A matrix whose inner product with M is zero."""
    free = sample.generic(*M.shape)
    return free if M.is_zero() else free - M * ((free.T @ M).trace() / (M.T @ M).trace())


def _between_zero(sample: Sample) -> RationalMatrix:
    """A matrix Z with A Z C_1 = 0: one part that A removes and one that removes C_1."""
    A, C = sample.letter(_Al), sample.letter(_C1)
    return annihilated(sample, A, C.shape[0]) + annihilated(sample, C.T, A.shape[1]).T


STRICT_PIVOT = Derivation(
    "landscape.strict_pivot",
    "A critical point that is not tightened has a direction of negative curvature",
    r"G\ne0,\ Q\ne0\ \Rightarrow\ L(t)-L(0)=-2t^2\left(\operatorname{tr}(G\,F\,Q\,K)-\frac{\varepsilon^2}2\right)+O(t^3)\quad"
    r"\text{with }\operatorname{tr}(G\,F\,Q\,K)=1\text{ and any small }\varepsilon",
    "all depths from two on, all widths, all ranks and sets S; l greater than k + 1, Q = Z_{l-1}...Z_{k+2} (none: the identity)",
    (
        "the critical point is as in landscape.escape_curve, with A = Z_H...Z_{l+1}, C = Z_k...Z_1 and Z_H...Z_1 = 0",
        "the pivot is not tightened: neither G = C M'A nor Q is zero",
        "the point is critical, so that the traces of first order vanish: A'MC_1' = 0 and A_1'MC' = 0",
    ),
    (
        step(
            "Layers l and k + 1 move, by tF and tK. With C_1 = QZ_{k+1}C for the layers before l and A_1 = AZ_lQ for those after "
            "k + 1 the product in the complement becomes t N_1 + t^2 N_2",
            _curve - _Al @ _Zl @ _between @ _Zk @ _Ck,
            t * (_Al @ _F @ grouped(_between @ _Zk @ _Ck) + grouped(_Al @ _Zl @ _between) @ _Kl @ _Ck)
            + t**2 * (_Al @ _F @ _between @ _Kl @ _Ck),
            "expansion",
        ),
        step(
            "The loss changes in second order",
            _gain(t * _N1 + t**2 * _N2),
            t**2 * (-2 * trace(_N2 @ _M.T) + norm_squared((_N1 + t * _N2) @ X)),
            "the trace of first order vanishes",
            Rule(trace(_N1 @ _M.T), zeros(1, 1)),
        ),
        step(
            "The trace of N_2M' is that of GFQK; with F = fa' and K = bg' it is a product that can be made 1 for any a with a'Q "
            "not zero, and for any b with Qb not zero",
            trace(_Al @ grouped(_f @ _a.T) @ _between @ grouped(_b @ _g.T) @ _Ck @ _M.T),
            (_g.T @ grouped(_Ck @ _M.T @ _Al) @ _f) @ (_a.T @ _between @ _b),
            "the trace is cyclic",
        ),
        step(
            "First case: some a has a'C_1 = 0 and a'Q not zero. Then FC_1 = 0, and with sF and K/s the trace remains while N_1 "
            "shrinks with 1/s",
            norm_squared((_Al @ (_scale * _Fa) @ _C1 + _A1 @ (_Kl / _scale) @ _Ck) @ X),
            norm_squared(_A1 @ _Kl @ _Ck @ X) / _scale**2,
            "F C_1 = 0",
            Rule(_Fa @ _C1, zeros(_k4, d)),
        ),
        step(
            "Otherwise the columns of C_1 = QZ_{k+1}C span those of Q, so that Q = C_1 T. Then A_1 = AZ_lQ vanishes, since "
            "AZ_lC_1 = Z_H...Z_1 = 0",
            _Al @ _Zo @ grouped(_C1 @ _Y),
            zeros(q, _k2),
            "the product in the complement is zero",
            Rule(_Al @ _Zo @ _C1, zeros(q, d)),
        ),
        step(
            "With A_1 = 0 only the term with F is left in N_1, and F/s and sK make it small",
            norm_squared(_Al @ (_F / _scale) @ _C1 @ X),
            norm_squared(_Al @ _F @ _C1 @ X) / _scale**2,
            "linearity",
        ),
    ),
)
