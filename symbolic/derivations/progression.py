"""Data in arithmetic progression (document 000): X = 1 S_0 + c t 1', with t = 0, ..., M - 1, first sample S_0 and step c."""

from __future__ import annotations

import sympy

from symbolic.derivation import Derivation, Rule, Step, step
from symbolic.expressions import Expression, Letter, Named, block, eye, hstack, number, sizes, trace, vstack, zeros
from symbolic.rendering import grouped, latex
from symbolic.sampling import first_unit, ones, ramp

M, d = sizes("M d")
a, c, t, lam = sympy.symbols("a c t lambda", real=True)
kappa = sympy.Symbol("kappa", positive=True)
i = sympy.Symbol("i", integer=True)
one_m, one_d = Letter(r"\mathbf{1}_M", M, 1, draw=ones), Letter(r"\mathbf{1}_d", d, 1, draw=ones)
count, entry = Letter("t", M, 1, draw=ramp), Letter("r", d, 1, draw=ramp)  # (0, ..., M - 1) and (0, ..., d - 1)
S0 = Letter("S_0", 1, d)
w, b = Letter("w", d, 1), Letter("b", 1, 1)
e0 = Letter("e_0", d, 1, draw=first_unit)
X = Named("X", one_m @ S0 + c * (count @ one_d.T))
X_bias = Named(r"\hat{X}", hstack(one_m @ S0 + c * (count @ one_d.T), one_m))


def total(m: sympy.Expr) -> sympy.Expr:
    """0 + 1 + ... + (m - 1)."""
    return m * (m - 1) / 2


def squares(m: sympy.Expr) -> sympy.Expr:
    """0 + 1 + 4 + ... + (m - 1)^2."""
    return m * (m - 1) * (2 * m - 1) / 6


def _ramp_rules(one: Letter, steps: Letter, m: sympy.Expr) -> tuple[Rule, ...]:
    return (Rule(one.T @ one, number(m)), Rule(one.T @ steps, number(total(m))), Rule(steps.T @ steps, number(squares(m))))


OVER_SAMPLES, OVER_FEATURES = _ramp_rules(one_m, count, M), _ramp_rules(one_d, entry, d)
FIRST = (Rule(entry.T @ e0, number(0)), Rule(one_d.T @ e0, number(1)))
START = Named("S_0", a * one_d.T + entry.T)  # [a, a + 1, ..., a + d - 1]
SUMS = (
    step("The sum of the first integers", sympy.Sum(i, (i, 0, M - 1)), total(M), "summation"),
    step("The sum of their squares", sympy.Sum(i**2, (i, 0, M - 1)), squares(M), "summation"),
)

SAMPLES_GRAM = sympy.Matrix([[M, total(M)], [total(M), squares(M)]])
_linear, _square = a * d + total(d), a**2 * d + 2 * a * total(d) + squares(d)
FEATURES_GRAM = sympy.Matrix([[_square, c * _linear], [c * _linear, c**2 * d]])
BIAS_GRAM = FEATURES_GRAM + sympy.Matrix([[1, 0], [0, 0]])
SPREAD = d**2 * (d**2 - 1) / 12
TRACE_K, TRACE_BIAS = ((SAMPLES_GRAM * gram).trace() for gram in (FEATURES_GRAM, BIAS_GRAM))
DET_K = M**2 * (M**2 - 1) / 12 * c**2 * SPREAD
DET_BIAS = M**2 * (M**2 - 1) / 12 * c**2 * (SPREAD + d)
DOCUMENT = {M: 1500, d: 100, c: 100, a: 0}


def _matrix(entries: sympy.Matrix) -> Expression:
    """Numbers as a 2 x 2 grid of blocks."""
    return block([[number(value) for value in entries.row(k)] for k in range(2)])


def _determinant_step(words: str, matrix: sympy.Matrix, closed: sympy.Expr, shown: str = "") -> Step:
    """The determinant of a 2 x 2 matrix, written out (or as ``shown``), in closed form."""
    left = shown or r"\det" + latex(_matrix(matrix))
    return Step(words, f"{left} = {latex(closed)}", matrix.det(), closed, "expansion")


_sample = S0 + c * i * one_d.T
_weights = Named("w", e0 / c)
_from_zero = Named("S_0", entry.T)
_samples = one_m @ _from_zero + c * (count @ one_d.T)

SOLUTION_IDENTITY = Derivation(
    "collapse.solution_identity",
    "The four equalities for the labels",
    r"S_iw=S_0w+c\,i\,\mathbf{1}^Tw=c\,i\,w_0=i,\qquad w=[c^{-1},0,\dots,0]^T,\quad S_0=[0,1,\dots,d-1]",
    "all numbers of samples M and of features d, and every step c other than 0",
    ("the first sample is 0, 1, ..., d - 1", "the same amount c, not zero, is added to every entry from one sample to the next"),
    (
        step("A sample times any weights", _sample @ w, S0 @ w + c * i * (one_d.T @ w), "distributivity"),
        step(
            "The first term vanishes: the first entry of the first sample is zero",
            _from_zero @ _weights,
            zeros(1, 1),
            "definition of w",
            *FIRST,
        ),
        step(
            "The weights add up to their first entry",
            one_d.T @ _weights,
            e0.T @ _weights,
            "definition of w",
            *FIRST,
            Rule(e0.T @ e0, number(1)),
        ),
        step("That entry is 1/c", e0.T @ _weights, number(1 / c), "definition of w", Rule(e0.T @ e0, number(1))),
        step("So the second term is the label", c * i * (one_d.T @ _weights), number(i), "definition of w", *FIRST),
        step("The chain from end to end", (_from_zero + c * i * one_d.T) @ _weights, number(i), "the equalities above", *FIRST),
        step(
            "For all samples at once",
            _samples @ _weights,
            count,
            "the equalities above",
            *FIRST,
        ),
    ),
)

_error = S0 @ w
_slope = c * (one_d.T @ w) - number(1)
_rows, _rows_bias = vstack(S0, c * one_d.T), block([[S0, eye(1)], [c * one_d.T, zeros(1, 1)]])
RANK_TWO = (X, hstack(one_m, count) @ _rows)

SOLUTION_SET = Derivation(
    "collapse.solution_set",
    "All solutions: two equations for d unknowns",
    r"Xw=L\iff S_0w=0,\ c\,\mathbf{1}^Tw=1;\qquad\hat X\hat w=L\iff S_0w+b=0,\ c\,\mathbf{1}^Tw=1",
    "all numbers of samples M (uniqueness and dimension: at least 2) and of features d, and every step c other than 0",
    ("the labels are 0, 1, ..., M - 1", "the step c is not zero", "uniqueness and dimension: there are at least two samples"),
    (
        step("The error is a combination of two vectors", X @ w - count, one_m @ _error + count @ _slope, "distributivity"),
        step("With a bias", X_bias @ vstack(w, b) - count, one_m @ (_error + b) + count @ _slope, "distributivity"),
        *SUMS,
        step(
            "The Gram matrix of the two vectors",
            hstack(one_m, count).T @ hstack(one_m, count),
            _matrix(SAMPLES_GRAM),
            "the two sums",
            *OVER_SAMPLES,
        ),
        _determinant_step(
            "Its determinant is positive for M of at least 2, so the vectors are independent and both coefficients must vanish",
            SAMPLES_GRAM,
            M**2 * (M**2 - 1) / 12,
        ),
        step("The two equations have the coefficient rows", X @ w, hstack(one_m, count) @ (_rows @ w), "distributivity"),
        step(
            "With the bias among the unknowns",
            X_bias @ vstack(w, b),
            hstack(one_m, count) @ (_rows_bias @ vstack(w, b)),
            "distributivity",
        ),
        _determinant_step(
            "For a first sample a, a + 1, ... the Gram matrix of the rows has a positive determinant if d is at least 2: "
            "the solutions have dimension d - 2",
            FEATURES_GRAM,
            c**2 * SPREAD,
        ),
        _determinant_step(
            "With a bias it is positive for every d: of d + 1 unknowns d - 1 remain free", BIAS_GRAM, c**2 * (SPREAD + d)
        ),
        step(
            "One solution, for a first sample that starts at zero",
            _samples @ _weights,
            count,
            "definition of w",
            *FIRST,
        ),
        step(
            "With a bias, the same weights and the bias zero",
            hstack(_samples, one_m) @ vstack(_weights, zeros(1, 1)),
            count,
            "the step before",
            *FIRST,
        ),
    ),
)

_G = Letter("G", 2, 2, symmetric=True)
_R = Letter("R", 2, d)
_P = Letter("P_k", 2, 2)
_reduced = Named("K", _G @ _R @ _R.T)
_K = sympy.Matrix(2, 2, sympy.symbols("K_11 K_12 K_21 K_22", real=True))
_trace_closed = M * _square + M * (M - 1) * c * _linear + squares(M) * c**2 * d
_start_rows = vstack(START, c * one_d.T)
_start_bias = block([[START, eye(1)], [c * one_d.T, zeros(1, 1)]])


def _document_step(words: str, trace_of_K: sympy.Expr, determinant: sympy.Expr, quotient: sympy.Rational) -> Step:
    tex = rf"\kappa+2+\kappa^{{-1}}=\frac{{\tau^2}}{{\delta}}={sympy.latex(quotient)}\quad(M=1500,\ d=100,\ c=100,\ a=0)"
    return Step(words, tex, (trace_of_K**2 / determinant).subs(DOCUMENT), quotient, "evaluation")


GRAM_SPECTRUM = Derivation(
    "collapse.gram_spectrum",
    "The nonzero spectrum of X'X in closed form",
    r"\det(\lambda I-X^TX)=\lambda^{p-2}\left(\lambda^2-\tau\lambda+\delta\right),"
    r"\qquad\tau=\operatorname{tr}K,\ \delta=\det K,\ \kappa+2+\kappa^{-1}=\frac{\tau^2}{\delta}",
    "all numbers of samples M and of features d, every first sample (closed forms: every offset a) and every step c",
    (
        "the same amount c is added to every entry from one sample to the next",
        "closed forms: the first sample is a, a + 1, ..., a + d - 1",
    ),
    (
        step("The data has rank at most two", *RANK_TWO, "definition of X"),
        step(
            "So has the data with a column of ones",
            X_bias,
            hstack(one_m, count) @ _rows_bias,
            "definition of X",
        ),
        step(
            "So X'X is R'GR with the Gram matrix G of the two columns",
            X.T @ X,
            _rows.T @ (hstack(one_m, count).T @ hstack(one_m, count)) @ _rows,
            "the step before",
        ),
        step(
            "Powers, by induction: if a power of R'GR is R'P G R, where P is the power of K = G R R' one below it, "
            "the next is R'(P K)G R",
            grouped(_R.T @ _P @ _G @ _R) @ grouped(_R.T @ _G @ _R),
            _R.T @ grouped(_P @ _reduced) @ _G @ _R,
            "associativity",
        ),
        step(
            "So each power has the trace of that power of K; by Newton's identities the nonzero eigenvalues are those of K, "
            "with multiplicity",
            trace(_R.T @ _P @ _G @ _R),
            trace(_P @ _reduced),
            "the trace is cyclic",
        ),
        _determinant_step(
            "The characteristic polynomial of a 2 x 2 matrix",
            lam * sympy.eye(2) - _K,
            lam**2 - _K.trace() * lam + _K.det(),
        ),
        *SUMS,
        step(
            "The Gram matrix G",
            hstack(one_m, count).T @ hstack(one_m, count),
            _matrix(SAMPLES_GRAM),
            "the two sums",
            *OVER_SAMPLES,
        ),
        step(
            "R R' for the first sample a, a + 1, ...",
            _start_rows @ _start_rows.T,
            _matrix(FEATURES_GRAM),
            "the two sums",
            *OVER_FEATURES,
        ),
        step("With the column of ones", _start_bias @ _start_bias.T, _matrix(BIAS_GRAM), "the two sums", *OVER_FEATURES),
        Step("The trace of K = G R R'", rf"\operatorname{{tr}}K={latex(_trace_closed)}", TRACE_K, _trace_closed, "expansion"),
        Step(
            "With the column of ones",
            rf"\operatorname{{tr}}K={latex(_trace_closed + M)}",
            TRACE_BIAS,
            _trace_closed + M,
            "expansion",
        ),
        _determinant_step("The determinant of K does not depend on the offset", SAMPLES_GRAM * FEATURES_GRAM, DET_K, r"\det K"),
        _determinant_step("With the column of ones", SAMPLES_GRAM * BIAS_GRAM, DET_BIAS, r"\det K"),
        step(
            "The condition number from trace and determinant, for eigenvalues in the ratio kappa",
            (lam + kappa * lam) ** 2 / (kappa * lam**2),
            kappa + 2 + 1 / kappa,
            "expansion",
        ),
        _document_step(
            "For the document's numbers this is 36002896.29..., so that the condition number is about 3.6 times ten to the 7",
            TRACE_K,
            DET_K,
            sympy.Rational(2024959500292499100001, 56244350002500),
        ),
        _document_step(
            "With the column of ones it is 36002464.22...",
            TRACE_BIAS,
            DET_BIAS,
            sympy.Rational(5062398750744747615002809, 140612562505500000),
        ),
    ),
)
