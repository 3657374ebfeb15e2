"""Document 002: ridge on two layers is the nuclear norm of the product; on three and more it puts a barrier around zero."""

from __future__ import annotations

from typing import Any

import sympy

from numerics.matrix import hstack
from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.expressions import Letter, extras, eye, inner, norm_squared, sizes, trace, zeros
from symbolic.sampling import Sample, annihilated, orthonormal

m, n, r, L = sizes("m n r L")
more, others, spare = extras("a b c")
height, width, units = r + more, r + others, r + spare

# Balanced factors ---------------------------------------------------------------------------------------------------------------

_U, _V = Letter("U", height, r, draw=orthonormal), Letter("V", width, r, draw=orthonormal)
_K = Letter("K", units, r, draw=orthonormal)
_S = Letter("S", r, r, symmetric=True, draw=lambda sample, size, _: _diagonal(sample, size))
_P = Letter("P", r, r, symmetric=True, draw=lambda sample, size, _: _definite(sample, size))
_E = Letter("E", units, width, draw=lambda sample, rows, columns: _beside(sample, rows, columns))
_frames = tuple(Rule(frame.T @ frame, eye(r)) for frame in (_U, _V, _K))
_G = Letter("G", height, units, draw=lambda sample, rows, _: _blind(sample, rows))
_apart = Rule(_K.T @ _E, zeros(r, width))
_idle = Rule(_G @ _K, zeros(height, r)), Rule(_G @ _E, zeros(height, width))
_lower, _upper = _K @ _P @ _S @ _V.T, _U @ _S @ _P.inverse @ _K.T
_W1, _W2 = Letter("W_1", units, width), Letter("W_2", height, units)
gamma, tau = sympy.symbols("gamma tau", positive=True)
_way = 1 + tau * (gamma - 1)


def _diagonal(sample: Sample, size: int) -> RationalMatrix:
    return RationalMatrix.diagonal([sample.random.randint(1, 4) for _ in range(size)])


def _definite(sample: Sample, size: int) -> RationalMatrix:
    half = sample.generic(size, size)
    return RationalMatrix.eye(size) + half @ half.T


def _beside(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A matrix whose columns are orthogonal to the frame K; of rank one, so that there is room for G."""
    frame = sample.letter(_K)
    return (RationalMatrix.eye(rows) - frame @ frame.T) @ sample.generic(rows, 1) @ sample.generic(1, columns)


def _blind(sample: Sample, rows: int) -> RationalMatrix:
    """A matrix whose rows are orthogonal to the frame K and to the columns of E."""
    return annihilated(sample, hstack(sample.letter(_K), sample.letter(_E)).T, rows).T


BALANCING = Derivation(
    "topology.balancing",
    "Ridge on two layers is the nuclear norm of the product, and balancing never raises it",
    r"2\|W_2W_1\|_\ast\le\|W_1\|^2+\|W_2\|^2,\qquad\|KPSV^T\|^2+\|USP^{-1}K^T\|^2="
    r"\operatorname{tr}P^2S^2+\operatorname{tr}P^{-2}S^2\ge2\operatorname{tr}S^2",
    "all sizes, every rank, any number of units that is at least the rank",
    (
        "M = U S^2 V' is a singular value decomposition, |M|_* = tr S^2; U, V and the frame K have orthonormal columns",
        "W_1 = K P S V' + E and W_2 = U S P^-1 K' + G with P positive definite, K'E = 0, GK = 0 and GE = 0, which every pair of "
        "factors is: K spans the part of the rows of W_2 that W_1 reaches, and K P is a polar decomposition there",
        "last step: in a basis of eigenvectors of P with eigenvalues gamma, a = 1 + tau (gamma - 1) and tau = 1 - t; the weights "
        "of S^2 there are not negative",
        "a straight product with balanced factors costs 2 kappa |M(t)|_*, and a norm is convex; M -> Q (M'M)^(1/4) is "
        "continuous, and two frames of fewer columns than units are joined by a rotation",
    ),
    (
        step(
            "The product of the two factors, with what each of them does not see of the other",
            (_upper + _G) @ (_lower + _E),
            _U @ _S @ _S @ _V.T,
            "K'K = I, K'E = 0, GK = 0, GE = 0",
            *_frames,
            _apart,
            *_idle,
        ),
        step(
            "Their squared norms for any P; at P = I they are 2 tr S^2",
            norm_squared(_lower) + norm_squared(_upper),
            trace(_P @ _P @ _S @ _S) + trace(_P.inverse @ _P.inverse @ _S @ _S),
            "the trace is cyclic",
            *_frames,
        ),
        step(
            "Which is at least 2 tr S^2",
            trace(_P @ _P @ _S @ _S) + trace(_P.inverse @ _P.inverse @ _S @ _S) - 2 * trace(_S @ _S),
            norm_squared(_P @ _S - _P.inverse @ _S),
            "expansion",
        ),
        step(
            "A part of the lower factor that the upper one does not see only adds to the norm",
            norm_squared(_lower + _E),
            norm_squared(_lower) + norm_squared(_E),
            "K'E = 0",
            _apart,
        ),
        step(
            "And so does a part of the upper factor that the lower one does not reach",
            norm_squared(_upper + _G),
            norm_squared(_upper) + norm_squared(_G),
            "GK = 0",
            *_idle,
        ),
        step(
            "For every pair of factors: twice <UV', M> is at most the squared norms of W_1 V and W_2'U, and so of W_1 and W_2",
            norm_squared(_W1 @ _V) + norm_squared(_W2.T @ _U) - 2 * inner(_U @ _V.T, _W2 @ _W1),
            norm_squared(_W1 @ _V - _W2.T @ _U),
            "expansion",
        ),
        step(
            "Since a projection does not lengthen",
            norm_squared(_W1) - norm_squared(_W1 @ _V),
            norm_squared(_W1 - _W1 @ _V @ _V.T),
            "V'V = I",
            *_frames,
        ),
        step(
            "On the way from P to I the norms never rise: the derivative of a^2 + a^-2 with respect to t",
            -2 * (gamma - 1) * (_way - _way**-3),
            -2 * tau * (gamma - 1) ** 2 * (_way + 1) * (_way**2 + 1) / _way**3,
            "a = 1 + tau (gamma - 1)",
        ),
    ),
)

# The barrier of deeper networks -----------------------------------------------------------------------------------------------

_M, _X, _Y = Letter("M", m, n), Letter("X", n, L), Letter("Y", m, L)
kappa, slope, u, a, b, c = sympy.symbols("kappa c_1 u a b c", positive=True)


def _barrier(layers: int) -> Any:
    """F - F(0) at least, on |theta|^2 = K u^2, where |M| <= u^K and c_1 = |YX'| / L."""
    return kappa * layers * u**2 - 2 * slope * u**layers


RIDGE_BARRIER = Derivation(
    "topology.ridge_barrier",
    "With three layers or more, zero is a strict local minimum for every ridge",
    r"F(\theta)-F(0)\ge\kappa s-\tfrac2L\|YX^T\|\left(\tfrac sK\right)^{K/2},\qquad s=\|\theta\|^2",
    "all depths from three on, all widths, all data, every positive ridge",
    (
        "|M| <= |W_K| ... |W_1| for the product M, and the geometric mean of the squared norms is at most their mean s / K",
        "the inner product is at most the product of the norms (Cauchy and Schwarz), and |MX|^2 is dropped",
        "the last two steps show K = 3 and K = 4; K kappa - 2 c_1 u^(K - 2) is positive for small u for every K from 3 on",
    ),
    (
        step(
            "The squared error beside that of zero",
            norm_squared(_Y - _M @ _X) - norm_squared(_Y),
            norm_squared(_M @ _X) - 2 * inner(_Y @ _X.T, _M),
            "expansion",
        ),
        step(
            "The mean of three numbers beside their geometric mean, the numbers being cubes",
            (a**3 + b**3 + c**3) / 3 - a * b * c,
            (a + b + c) * ((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) / 6,
            "factorisation",
        ),
        step("Three layers", _barrier(3), u**2 * (3 * kappa - 2 * slope * u), "factorisation"),
        step("Four layers", _barrier(4), u**2 * (4 * kappa - 2 * slope * u**2), "factorisation"),
    ),
)
