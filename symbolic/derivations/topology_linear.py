"""Document 002: paths between the weights of linear networks, their losses and what ridge costs on them."""

from __future__ import annotations

from typing import Any

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.expressions import Letter, block, extras, eye, hstack, norm_squared, number, sizes, vstack, zeros
from symbolic.sampling import Sample, annihilated, invertible, left_inverse, tall

t, c = sympy.symbols("t c", real=True)
m, n, L = sizes("m n L")
spare, rest = extras("s r")
h = n + spare

_X, _Y = Letter("X", n, L), Letter("Y", m, L)


def _loss(product: Any) -> Any:
    return norm_squared(_Y - product @ _X)


# Filling up -------------------------------------------------------------------------------------------------------------------

_W = Letter("W", h, n, draw=tall)
_inverse = Letter("W^+", n, h, draw=lambda sample, *_: left_inverse(sample, sample.letter(_W)))
_up = Letter("U", m, h)
_onto = Rule(_inverse @ _W, eye(n))

_poor = Letter("V", h, n)
_blind = Letter("N", h, n, draw=lambda sample, *_: annihilated(sample, sample.letter(_up), sample.size(n)))
_kernel = Letter("K", n, n)
_seen = Letter(r"\Pi", h, h, symmetric=True, draw=lambda sample, *_: _projection(sample.letter(_poor)))
_forgotten = Rule(_seen @ _poor, _poor)
_unseen = Rule(_up @ _blind, zeros(m, n))


def _projection(matrix: RationalMatrix) -> RationalMatrix:
    """The projection on the range."""
    _, pivots = matrix.rref()
    basis = matrix[:, list(pivots)]
    if not pivots:
        return RationalMatrix.zeros(matrix.shape[0], matrix.shape[0])
    return basis @ (basis.T @ basis).solve(basis.T)


FILLING = Derivation(
    "topology.filling",
    "Legs of constant product: forgetting, growing, and the way to a one-sided inverse",
    r"(1-s)U+sUWW^+\ \text{has the product}\ UW\ \text{with}\ W,\qquad W^+W=I",
    "all sizes, any number of units to spare",
    (
        "first step: the lower layer W has full column rank and W^+ is one of its left inverses",
        "second step: Pi is the projection on the range of the lower layer V, of any rank",
        "third step: the columns of N lie in the kernel of the upper layer U",
    ),
    (
        step("The upper layer moves to UWW^+", ((1 - t) * _up + t * (_up @ _W @ _inverse)) @ _W, _up @ _W, "W^+W = I", _onto),
        step(
            "The upper layer forgets what the lower one does not reach",
            ((1 - t) * _up + t * (_up @ _seen)) @ _poor,
            _up @ _poor,
            "Pi V = V",
            _forgotten,
        ),
        step(
            "The lower layer grows into what the upper one does not see",
            _up @ (_poor + t * (_blind @ _kernel)),
            _up @ _poor,
            "UN = 0",
            _unseen,
        ),
    ),
)

# The chain form ---------------------------------------------------------------------------------------------------------------

_E = Letter("E", h, h, draw=lambda sample, rows, _: _transvection(sample, rows))
_square_zero = Rule(_E @ _E, zeros(h, h))
_left, _right = Letter("A", m, n), Letter("B", m, spare)
_below = Letter("C", n, n + rest)
_MA, _MB = Letter("M_A", m, n), Letter("M_B", m, n)


def _transvection(sample: Sample, size: int) -> RationalMatrix:
    """One entry off the diagonal; zero for size one."""
    value = sample.random.randint(-3, 3)
    return RationalMatrix.build(size, size, lambda i, j: value if (i, j) == (size - 1, 0) and size > 1 else 0)


CHAIN_FORM = Derivation(
    "topology.chain_form",
    "Constant product to the chain form, then a straight line of the last layer",
    r"F\bigl((1-t)M_A+tM_B\bigr)=(1-t)F(M_A)+tF(M_B)-t(1-t)\|(M_A-M_B)X\|^2\le\max\bigl(F(M_A),F(M_B)\bigr)",
    "all depths: a pair of neighbouring layers at a time; all widths with a unit to spare, all data",
    (
        "every hidden layer has more units than inputs (or, transposed, than outputs): then an injective lower layer is "
        "brought to (I; 0) by shears I + tE with one entry off the diagonal, elementary row operations that use the unit "
        "to spare; E^2 = 0",
    ),
    (
        step(
            "A shear of the units is undone by the upper layer",
            (_up - t * (_up @ _E)) @ (_poor + t * (_E @ _poor)),
            _up @ _poor,
            "E^2 = 0",
            _square_zero,
        ),
        step(
            "Above a layer (C; 0) the next one may forget its last columns",
            hstack(_left, (1 - t) * _right) @ vstack(_below, zeros(spare, n + rest)),
            _left @ _below,
            "block multiplication",
        ),
        *FILLING.steps[1:],
        step(
            "With all other layers equal at both ends the product is straight",
            hstack((1 - t) * _MA + t * _MB, zeros(m, spare)) @ vstack(eye(n), zeros(spare, n)),
            (1 - t) * _MA + t * _MB,
            "block multiplication",
        ),
        step(
            "The squared error on it is convex",
            _loss((1 - t) * _MA + t * _MB),
            (1 - t) * _loss(_MA) + t * _loss(_MB) - t * (1 - t) * norm_squared((_MA - _MB) @ _X),
            "expansion",
        ),
    ),
)

# The determinant turns over ----------------------------------------------------------------------------------------------------

_S = Letter("S", n, n, draw=invertible)
_upper = Letter("T", m, n)
_v = Letter("v", n, 1)
_M0 = Letter("M_0", m, n, draw=lambda sample, rows, _: annihilated(sample, sample.letter(_v).T, rows).T)
_dead = Rule(_M0 @ _v, zeros(m, 1))
_corner = block([[eye(n), _v], [-(c * _v.T), number(1)]])
_mirrored = block([[eye(n), zeros(n, 1)], [c * _v.T, number(1)]])

DETERMINANT_TURN = Derivation(
    "topology.determinant_turn",
    "Over a product of smaller rank the determinant of a square layer takes every value at constant product",
    r"M_0v=0\ \Rightarrow\ (M_0S^{-1})\,S(I+t\,c\,vv^T)=M_0,\qquad\det S(I+t\,c\,vv^T)=(1+t\,c\,v^Tv)\det S",
    "all sizes with a square layer, every product with a kernel vector v",
    ("the determinants: both sides of the last two steps have equal ones, and that of the second factors is 1",),
    (
        step(
            "The lower layer is scaled along the kernel vector",
            _M0 @ _S.inverse @ _S @ (eye(n) + t * c * (_v @ _v.T)),
            _M0,
            "M_0 v = 0",
            _dead,
        ),
        step(
            "The determinant of I + cvv' by block elimination",
            _corner @ block([[eye(n), -_v], [zeros(1, n), number(1)]]),
            block([[eye(n), zeros(n, 1)], [-(c * _v.T), number(1) + c * (_v.T @ _v)]]),
            "block multiplication",
        ),
        step(
            "The same matrix, eliminated from the other side",
            _corner @ _mirrored,
            block([[eye(n) + c * (_v @ _v.T), _v], [zeros(1, n), number(1)]]),
            "block multiplication",
        ),
    ),
)

# Descent ------------------------------------------------------------------------------------------------------------------------

_R = Letter("R", m, L, draw=lambda sample, rows, _: annihilated(sample, sample.letter(_X), rows).T)
_least = Rule(_R @ _X.T, zeros(m, n))
_Mstar, _here = Letter("M^*", m, n), Letter("M", m, n)
_last = Letter("W_K", m, h)

DESCENT_TO_LEAST = Derivation(
    "topology.descent_to_least",
    "The second leg: the last layer goes straight to the best product",
    r"\|Y-M(t)X\|^2=\|Y-M^*X\|^2+(1-t)^2\|(M-M^*)X\|^2,\qquad M(t)=\bigl(W_K+t(M^*-M)C^+\bigr)C",
    "all depths, all widths for which the layers below the last one have an injective product C, all data",
    (
        "M* is a least-squares solution: its residual R = Y - M*X is orthogonal to the inputs, RX' = 0",
        "C has full column rank and C^+ is one of its left inverses; M = W_K C",
        "the first leg, which makes C injective while the loss falls, is decided at each instance; for fewer outputs transpose",
    ),
    (
        step(
            "The product goes straight",
            (_last + t * ((_Mstar - _last @ _W) @ _inverse)) @ _W,
            (1 - t) * (_last @ _W) + t * _Mstar,
            "C^+C = I, with W for C",
            _onto,
        ),
        step(
            "The loss on it, with Y = M*X + R",
            norm_squared(_Mstar @ _X + _R - ((1 - t) * _here + t * _Mstar) @ _X),
            norm_squared(_R) + (1 - t) ** 2 * norm_squared((_here - _Mstar) @ _X),
            "RX' = 0",
            _least,
        ),
    ),
)

# The range turns ----------------------------------------------------------------------------------------------------------------

_high, _low, _w = sympy.symbols("a b w", positive=True)
_B = Letter("B", m, n)
_P = Letter("P", m, m, symmetric=True, draw=lambda sample, size, _: _projection(sample.generic(size, max(size - 1, 1))))
_project = Rule(_P @ _P, _P)

RANGE_TURN = Derivation(
    "topology.range_turn",
    "The third leg: the range of the upper layer turns to the leading eigenvectors while the loss falls",
    r"\|Y-PBX\|^2=\|R\|^2+\operatorname{tr}\Sigma-\operatorname{tr}P\Sigma,\qquad"
    r"\frac{d}{dt}\operatorname{tr}P(t)\Sigma=\sum_i\frac{2(1-t)w_i(a_i-b_i)}{(1+(1-t)^2w_i)^2}\ge0",
    "two layers, all widths with h <= m, all data",
    (
        "Y = BX + R with RX' = 0; P is the projection on the range of the upper layer, W_1 the best lower layer for it: the "
        "product is PB",
        "the upper layer is (U_S + (1 - t) U_Q Z) T with T invertible: the squares w_i of the singular values of Z are the "
        "squared tangents of the principal angles, and scaling Z keeps its singular vectors",
        "range U_S is invariant under Sigma, so that no mixed terms occur; a_i and b_i are the values of Sigma on the two "
        "vectors of an angle, and a_i is at least every eigenvalue outside, b_i at most",
    ),
    (
        step(
            "The loss of a projected regression",
            norm_squared(_B @ _X + _R - _P @ _B @ _X),
            norm_squared(_R) + norm_squared(_B @ _X) - norm_squared(_P @ _B @ _X),
            "RX' = 0, PP = P",
            _least,
            _project,
        ),
        step(
            "One angle: the share of Sigma, differentiated",
            sympy.diff((_high + (1 - t) ** 2 * _w * _low) / (1 + (1 - t) ** 2 * _w), t),
            2 * (1 - t) * _w * (_high - _low) / (1 + (1 - t) ** 2 * _w) ** 2,
            "the quotient rule",
        ),
    ),
)
