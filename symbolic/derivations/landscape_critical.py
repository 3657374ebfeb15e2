"""Document 003: the critical points of a deep linear network, and how a change of the product is carried by its factors."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations.chain import X, d, gram, m, p, regressed_on
from symbolic.expressions import Letter, Named, extras, eye, hstack, norm_squared, sizes, trace
from symbolic.rendering import grouped
from symbolic.sampling import Sample, first_unit, invertible, left_inverse, orthonormal, right_inverse, tall, wide

r = sizes("r")
e = extras("e")
rows = r + e
lam, mu = sympy.symbols("lambda mu", real=True)

# The product at a critical point -----------------------------------------------------------------------------------------------


def _definite(sample: Sample, size: int, _: int) -> RationalMatrix:
    """S S' with an invertible S."""
    root = invertible(sample, size, size)
    return root @ root.T


def _solved(sample: Sample, *_: int) -> RationalMatrix:
    """W_1 = (F'F)^-1 F'B."""
    F = sample.letter(_F)
    return (F.T @ F).inverse() @ F.T @ sample.letter(_YX) @ sample.letter(_XX).inverse()


def _two_eigenvalues(sample: Sample, size: int, _: int) -> RationalMatrix:
    """A diagonal matrix that starts with lambda and mu."""
    values = [sample.scalar(lam), sample.scalar(mu), *sample.generic(1, size).entries()]
    return RationalMatrix.diagonal(values[:size])


def _second_unit(_: Sample, size: int, columns: int) -> RationalMatrix:
    """The second unit vector, zero where there is none."""
    return RationalMatrix.build(size, columns, lambda i, j: int(i == 1))


_XX, _YX = Letter(r"\Sigma_{XX}", d, d, symmetric=True, draw=_definite), Letter(r"\Sigma_{YX}", rows, d)
_B = Named("B", _YX @ _XX.inverse)
_Sigma = Named(r"\Sigma", _B @ _XX @ _B.T)

_F = Letter("F", rows, r, draw=tall)
_gram = gram(_F, r"\Gamma")
_gramian = Rule(_F.T @ _F, _gram)
_P = Named("P_K", _F @ _gram.inverse @ _F.T)
_W1, _W1_critical = Letter("W_1", r, d), Letter("W_1", r, d, draw=_solved)
_projected = _P @ _B
_condition = _P @ _Sigma @ _P - _Sigma @ _P

_inner = r + extras("c")
_G, _W1_inner = Letter("G", r, _inner, draw=wide), Letter("W_1", _inner, d)
_G_gram = Letter(r"\Delta", r, r, symmetric=True, draw=lambda sample, *_: sample.letter(_G) @ sample.letter(_G).T)
_G_gramian = Rule(_G @ _G.T, _G_gram)
_K = grouped(_F @ _G)
_K_plus = Named("{K^+}", _G.T @ _G_gram.inverse @ _gram.inverse @ _F.T)

k, n = sizes("k n")
_WH, _before = Letter("W_H", rows, k), Letter("D", k, d)
_product = grouped(_WH @ _before)
_Lambda, _Q = Letter(r"\Lambda", n, n, symmetric=True, draw=_two_eigenvalues), Letter("Q", n, n)
_x, _y = Letter("x", n, 1, draw=first_unit), Letter("y", n, 1, draw=_second_unit)
_onto, _on = Letter("B", n, n + extras("c"), draw=wide), Letter("P_K", n, n)
_onto_right = Letter("B^R", n + extras("c"), n, draw=lambda sample, *_: right_inverse(sample, sample.letter(_onto)))

CRITICAL_PRODUCT = Derivation(
    "landscape.critical_product",
    "The product at a critical point projects the regression",
    r"W_H\cdots W_1=P_KB,\qquad P_K\Sigma=\Sigma P_K,\qquad K=W_H\cdots W_2,\ B=\Sigma_{YX}\Sigma_{XX}^{-1},\ "
    r"\Sigma=B\Sigma_{XX}B^T",
    "all depths from two on (for one layer K is the identity), all widths, every rank of K",
    (
        "the gradients with respect to the first and to the last layer vanish; the other layers may be anything",
        "the second moment of the inputs is invertible",
        "K = FG with F of full column rank and G of full row rank (rank factorisation; for K = 0 the product is 0)",
        "last but one step: Sigma has an orthonormal basis of eigenvectors; Lambda and Q are Sigma and P_K in it",
        "last step: B has full row rank, as it has where Sigma_YX has (otherwise K may have a larger rank than the product)",
    ),
    (
        step(
            "K = F of full column rank first. The equation of the first layer, multiplied by the inverse of the second moment",
            _F.T @ (_F @ _W1 @ _XX - _YX) @ _XX.inverse,
            _F.T @ _F @ _W1 - _F.T @ _B,
            "expansion",
        ),
        step(
            "With Gamma for F'F, which is invertible, this is Gamma times a difference: where it vanishes, so does that",
            _F.T @ _F @ _W1 - _F.T @ _B,
            _gram @ (_W1 - _gram.inverse @ _F.T @ _B),
            "Gamma = F'F",
            _gramian,
        ),
        step(
            "So the product is the projection of the regression B",
            _F @ _W1_critical,
            _projected,
            "the step before",
            Rule(_W1_critical, _gram.inverse @ _F.T @ _B),
        ),
        step("P_K is symmetric", _P.T, _P, "transposition"),
        step("It is a projection", _P @ _P, _P, "Gamma = F'F", _gramian),
        step(
            "Every other K = FG: its first equation is G' times that of F, with GW_1 in the place of W_1",
            _K.T @ (_K @ _W1_inner @ _XX - _YX),
            _G.T @ (_F.T @ (_F @ grouped(_G @ _W1_inner) @ _XX - _YX)),
            "associativity",
        ),
        step(
            "G' can be cancelled, since G has a right inverse: what held for K holds for F with GW_1",
            (_G_gram.inverse @ _G) @ _G.T @ _F.T,
            _F.T,
            "Delta = GG' is invertible",
            _G_gramian,
        ),
        step(
            "The projection is KK^+ with the Moore-Penrose inverse, whichever the factors",
            _K @ _K_plus,
            _P,
            "Delta = GG'",
            _G_gramian,
        ),
        step(
            "The equation of the last layer, multiplied by W_H' from the right, with D for the layers before it",
            (_WH @ _before @ _XX - _YX) @ _before.T @ _WH.T,
            (_product @ _XX - _YX) @ _product.T,
            "associativity",
        ),
        step(
            "With P_K B for the product: P_K Sigma P_K = Sigma P_K",
            (_projected @ _XX - _YX) @ _projected.T,
            _condition,
            "definition of Sigma",
        ),
        step(
            "The left side of this is symmetric, so the right side is: P_K and Sigma commute",
            _P @ _Sigma - _Sigma @ _P,
            _condition - _condition.T,
            "transposition",
        ),
        step(
            "In a basis of eigenvectors of Sigma an entry of P_K between different eigenvalues vanishes: P_K is a projection "
            "within each eigenspace, which is U_S U_S' for a suitable basis U; for simple eigenvalues, for every basis",
            _x.T @ (_Lambda @ _Q - _Q @ _Lambda) @ _y,
            (lam - mu) * (_x.T @ _Q @ _y),
            "x and y are eigenvectors",
            Rule(_Lambda @ _x, lam * _x),
            Rule(_Lambda @ _y, mu * _y),
        ),
        step(
            "Where B has full row rank, so that it has a right inverse, the product P_K B has the rank of P_K, that is of K",
            (_on @ _onto) @ _onto_right,
            _on,
            "right inverse",
            Rule(_onto @ _onto_right, eye(n)),
        ),
    ),
)

# The loss there ----------------------------------------------------------------------------------------------------------------


_regression = Letter("B", rows, d)
_labels = Letter("Y", rows, m, draw=regressed_on(_regression))
_normal = Rule(_labels @ X.T, _regression @ X @ X.T)
_covariance = Named(r"\Sigma", _regression @ X @ X.T @ _regression.T)
_U = Letter("U_S", rows, r, draw=orthonormal)
_unit = Rule(_U.T @ _U, eye(r))


def _diagonal_values(sample: Sample, size: int, _: int) -> RationalMatrix:
    return RationalMatrix.diagonal(sample.generic(1, size).entries())


def _with_eigenvectors(sample: Sample, size: int, _: int) -> RationalMatrix:
    """U_S Lambda_S U_S' and anything symmetric on the complement."""
    U, other = sample.letter(_U), sample.generic(size, size)
    rest = RationalMatrix.eye(size) - U @ U.T
    return U @ sample.letter(_diagonal) @ U.T + rest @ (other + other.T) @ rest


_diagonal = Letter(r"\Lambda_S", r, r, symmetric=True, draw=_diagonal_values)
_S = Letter(r"\Sigma", rows, rows, symmetric=True, draw=_with_eigenvectors)
_eigen = Rule(_S @ _U, _U @ _diagonal)
_vector = Letter("u", n, 1)
_V = Letter("U_S", n, r)
_operator = Letter(r"\Sigma", n, n, True)


CRITICAL_LOSS = Derivation(
    "landscape.critical_loss",
    "The loss at a critical point",
    r"L=\operatorname{tr}\Sigma_{YY}-\operatorname{tr}\left(U_S^T\Sigma U_S\right)"
    r"=\operatorname{tr}\Sigma_{YY}-\sum_{i\in S}\lambda_i"
    r"\quad\text{for}\quad W_H\cdots W_1=U_SU_S^TB",
    "all sizes and all sets S (by induction over their elements)",
    (
        "the columns of U_S are orthonormal eigenvectors of Sigma = B XX'B', with the eigenvalues lambda_i",
        "B solves the normal equations B XX' = YX'; where XX' is invertible it is YX'(XX')^-1",
    ),
    (
        step(
            "The loss of the projected regression",
            norm_squared(_U @ _U.T @ _regression @ X - _labels),
            norm_squared(_labels) - trace(_U.T @ _covariance @ _U),
            "the columns are orthonormal; the normal equations",
            _unit,
            _normal,
        ),
        step(
            "Sigma U_S = U_S Lambda_S turns the second trace into one of eigenvalues",
            trace(_U.T @ _S @ _U),
            trace(_diagonal),
            "eigenvectors; the columns are orthonormal",
            _unit,
            _eigen,
        ),
        step(
            "One element more in S adds u'Sigma u for its eigenvector u",
            trace(hstack(_V, _vector).T @ _operator @ hstack(_V, _vector)),
            trace(_V.T @ _operator @ _V) + _vector.T @ _operator @ _vector,
            "step of the induction",
        ),
    ),
)

# Changes of the product --------------------------------------------------------------------------------------------------------


def _inverse_on(letter: Letter) -> Letter:
    """A left inverse, any of them, as a letter."""
    draw = lambda sample, *_: left_inverse(sample, sample.letter(letter))  # noqa: E731
    return Letter(f"{letter.name}^L", letter.columns, letter.rows, draw=draw)


def _inverse_behind(letter: Letter) -> Letter:
    """A right inverse, any of them, as a letter."""
    draw = lambda sample, *_: right_inverse(sample, sample.letter(letter))  # noqa: E731
    return Letter(f"{letter.name}^R", letter.columns, letter.rows, draw=draw)


_d0, _dn = r + extras("e_0"), r + extras("e_N")
_d1, _d2 = r + extras("e_1"), r + extras("e_2")
_T, _first = Letter("T", _d1, r, draw=tall), Letter("W_1", p, _d1)
_T_left = _inverse_on(_T)
_head, _last = Letter("S", r, _d2, draw=wide), Letter("W_N", _d2, d)
_head_right = _inverse_behind(_head)
_DA, _DC = Letter("D_A", p, r), Letter("D_C", r, d)
_A, _C = Letter("A", _d0, r, draw=tall), Letter("C", r, _dn, draw=wide)
_A_left, _C_right = _inverse_on(_A), _inverse_behind(_C)
_cancel_a, _cancel_c = Rule(_A_left @ _A, eye(r)), Rule(_C @ _C_right, eye(r))
_R1, _R2 = Letter("F", _d0, r, draw=tall), Letter("G", r, _dn, draw=wide)
_f, _g = Letter("f", r, r, draw=invertible), Letter("g", r, r, draw=invertible)


_AL = Letter("A^L", r, _d0, draw=lambda sample, *_: sample.letter(_f) @ left_inverse(sample, sample.letter(_R1)))
_CR = Letter("C^R", _dn, r, draw=lambda sample, *_: right_inverse(sample, sample.letter(_R2)) @ sample.letter(_g))
_R = grouped(_R1 @ _R2)
_to_f, _to_g = Rule(_AL @ _R1, _f), Rule(_R2 @ _CR, _g)
_near = Letter("M", r, r, draw=invertible)


def _two_ended(sample: Sample, *_: int) -> RationalMatrix:
    """A change E with A^L E C^R = M - I for an invertible M."""
    A, C = sample.letter(_A), sample.letter(_C)
    left, right = sample.letter(_A_left), sample.letter(_C_right)
    noise = sample.generic(A.shape[0], C.shape[1])
    wanted = sample.letter(_near) - RationalMatrix.eye(A.shape[1])
    return noise + A @ (wanted - left @ noise @ right) @ C


_change = Letter("E", _d0, _dn, draw=_two_ended)
_meets = Rule(_A_left @ _change @ _C_right, _near - eye(r))
_R_near = grouped(_A @ _C + _change)

PERTURBATION_LIFT = Derivation(
    "landscape.perturbation_lift",
    "A change of the product is carried by its factors",
    r"R=\left(R\,C^R\right)\left(A^LR\,C^R\right)^{-1}A^LR,\qquad A+D_A=\left(W_1+D_AT^L\right)T,"
    r"\qquad C+D_C=S\left(W_N+S^RD_C\right)",
    "all depths and widths; A = W_1...W_p and C = W_{p+1}...W_N meet at a layer of width r, T = W_2...W_p, S = W_{p+1}...W_{N-1}",
    (
        "rows are samples, the product is W_1...W_N = AC, and it has rank r, the smallest width: A and T have full column rank, "
        "C and S full row rank (for p = 0 or p = N one of A and C is the identity and only the other changes)",
        "L and R in the exponent mark a left and a right inverse: A^L A = I, C C^R = I, T^L T = I, S S^R = I",
        "the rank of R is at most r and R is so near AC that A^L R C^R is invertible (it is I at R = AC); then R = FG with inner "
        "size r, and f = A^L F, g = G C^R are invertible",
    ),
    (
        step(
            "A change of A is carried by the first layer",
            (_first + _DA @ _T_left) @ _T,
            _first @ _T + _DA,
            "left inverse",
            Rule(_T_left @ _T, eye(r)),
        ),
        step(
            "A change of C is carried by the last layer",
            _head @ (_last + _head_right @ _DC),
            _head @ _last + _DC,
            "right inverse",
            Rule(_head @ _head_right, eye(r)),
        ),
        step(
            "At R = AC the matrix in the middle is the identity",
            _A_left @ _A @ _C @ _C_right,
            eye(r),
            "one-sided inverses",
            _cancel_a,
            _cancel_c,
        ),
        step(
            "In general it is fg",
            _AL @ _R @ _CR,
            _f @ _g,
            "definition of f and g",
            _to_f,
            _to_g,
        ),
        step(
            "So a matrix R = FG factors into RC^R and the rest",
            _R @ _CR @ (_f @ _g).inverse @ _AL @ _R,
            _R1 @ _R2,
            "definition of f and g",
            _to_f,
            _to_g,
        ),
        step(
            "The left factor is near A: with R = AC + E it differs by EC^R",
            _R_near @ _C_right - _A,
            _change @ _C_right,
            "right inverse",
            _cancel_c,
        ),
        step(
            "The matrix in the middle is M = I + A^L E C^R",
            _A_left @ _R_near @ _C_right,
            _near,
            "one-sided inverses",
            _meets,
            _cancel_a,
            _cancel_c,
        ),
        step(
            "The right factor is near C: it differs by a multiple of A^L E",
            _near.inverse @ _A_left @ _R_near - _C,
            _near.inverse @ (_A_left @ _change) @ (eye(_dn) - _C_right @ _C),
            "one-sided inverses",
            _meets,
            _cancel_a,
        ),
    ),
)
