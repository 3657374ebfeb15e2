"""Document 000: layers that collapse into one, the quadratic cost, and how fast first-order methods minimise it."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations import progression
from symbolic.expressions import Expression, Letter, Named, eye, hstack, norm_squared, sizes, vstack, zeros
from symbolic.rendering import grouped
from symbolic.sampling import Sample, deficient, ones

M, N, d, n, m, h, k = sizes("M N d n m h k")
t, eta = sympy.symbols("t eta", real=True)
mu, lam = sympy.symbols("mu lambda", positive=True)
ell = sympy.Symbol("ell", positive=True)

# Layers ------------------------------------------------------------------------------------------------------------------

_x = Letter("x", n, 1)
_P, _q = Letter("P", h, n), Letter("q", h, 1)
_W, _b = Letter("W", m, h), Letter("b", m, 1)
_Q, _all = Letter("Q", h, k), Letter(r"\beta", k, 1)

COMPOSITION = Derivation(
    "collapse.composition",
    "A chain of affine layers is one affine layer",
    r"W_L(\cdots(W_1x+b_1)\cdots)+b_L=W_L\cdots W_1\,x+\sum_{l=1}^{L}W_L\cdots W_{l+1}\,b_l",
    "all depths (by induction) and all widths",
    ("every activation is the identity",),
    (
        step(
            "No layer: the input itself, with the product I and the bias 0",
            _x,
            eye(n) @ _x + zeros(n, 1),
            "base of the induction",
        ),
        step(
            "One more layer on top of P x + q is affine again, with the product WP and the bias Wq + b",
            _W @ (_P @ _x + _q) + _b,
            grouped(_W @ _P) @ _x + grouped(_W @ _q + _b),
            "step of the induction",
        ),
        step(
            "The carried biases, stacked in beta, with their products side by side in Q, so that q = Q beta: "
            "each product gets W in front, and b joins with I",
            _W @ (_Q @ _all) + _b,
            hstack(_W @ _Q, eye(m)) @ vstack(_all, _b),
            "step of the induction",
        ),
    ),
)

_S, _w, _bias = Letter("S", m, d), Letter("w", d, 1), Letter("b", 1, 1)
_one = Letter(r"\mathbf{1}", m, 1, draw=ones)

AUGMENTED = Derivation(
    "collapse.augmented",
    "The bias is one more weight",
    r"Sw+\mathbf{1}b=[S,\mathbf{1}]\,[w;b]",
    "all numbers of samples and of features",
    (),
    (
        step(
            "A row of blocks times a column of blocks",
            _S @ _w + _one @ _bias,
            hstack(_S, _one) @ vstack(_w, _bias),
            "product of blocks",
        ),
    ),
)

# The quadratic cost --------------------------------------------------------------------------------------------------------

_X, _L = Letter("X", N, d), Letter("L", N, 1)
_v, _u = Letter("v", d, 1), Letter("u", d, 1)
_row, _label = Letter("x", 1, d), Letter("l", 1, 1)


def cost(weights: Expression, labels: Expression = _L) -> Expression:
    """(1/2N) |X w - L|^2."""
    return norm_squared(_X @ weights - labels) / (2 * N)


def mean_squared_error(weights: Letter) -> Expression:
    """(1/N) |X w - L|^2."""
    return Named(rf"\operatorname{{MSE}}({weights.name})", norm_squared(_X @ weights - _L) / N)


_residual = Named("e", _X @ _w - _L)
_hessian = Named("H", _X.T @ _X / N)

_gap = _row @ _w - _label

SCALING = Derivation(
    "collapse.scaling",
    "The cost is half the mean squared error",
    r"\frac1{2N}\|Xw-L\|^2=\frac12\cdot\frac1N\sum_{i=1}^{N}(x_iw-l_i)^2",
    "all numbers of samples (by induction) and of features",
    (),
    (
        step(
            "One sample", norm_squared(_row @ _w - _label), (_row @ _w - _label) @ (_row @ _w - _label), "base of the induction"
        ),
        step(
            "One more sample adds its squared error",
            norm_squared(vstack(_X, _row) @ _w - vstack(_L, _label)),
            norm_squared(_X @ _w - _L) + _gap @ _gap,
            "step of the induction",
        ),
        step("The factor 1/2 comes out", cost(_w), mean_squared_error(_w) / 2, "linearity"),
        step(
            "So the differences of the two between any weights, and with them the slopes, have the ratio 1/2",
            cost(_w) - cost(_v),
            (mean_squared_error(_w) - mean_squared_error(_v)) / 2,
            "linearity",
        ),
    ),
)

GRADIENT_HESSIAN = Derivation(
    "collapse.gradient_hessian",
    "Gradient and Hessian of the quadratic cost",
    r"\nabla C=\frac1NX^T(Xw-L),\qquad\nabla^2C=\frac1NX^TX\succeq0,\qquad C(w)=\frac1{2N}\|Xw-L\|^2",
    "all numbers of samples and of features",
    ("the inputs are real",),
    (
        step(
            "The cost along a line, with e = Xw - L and H = X'X/N, is a polynomial of degree two",
            cost(_w + t * _v),
            cost(_w) + (t / N) * (_v.T @ _X.T @ _residual) + (t**2 / 2) * (_v.T @ _hessian @ _v),
            "expansion",
        ),
        step("The Hessian is symmetric", _hessian.T, _hessian, "transposition"),
        step(
            "It is positive semidefinite: its quadratic form is a squared norm",
            _v.T @ _hessian @ _v,
            norm_squared(_X @ _v) / N,
            "definition of H",
        ),
        step(
            "The cost is convex: a chord lies above its midpoint by a squared norm",
            (cost(_u) + cost(_v)) / 2 - cost((_u + _v) / 2),
            norm_squared(_X @ (_u - _v)) / (8 * N),
            "expansion",
        ),
    ),
)

# Rates ---------------------------------------------------------------------------------------------------------------------


def _fitted(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """Labels X w* + n with n in the kernel of X'."""
    inputs = sample.letter(_X)
    kernel = inputs.T.nullspace()
    noise = kernel @ sample.generic(kernel.shape[1], columns) if kernel.shape[1] else RationalMatrix.zeros(rows, columns)
    return inputs @ sample.letter(_best) + noise


_best = Letter("w_*", d, 1)
_labels = Letter("L", N, 1, draw=_fitted)
_normal = Rule(_X.T @ _labels, _X.T @ _X @ _best)
_A = Letter("H", d, d, symmetric=True)
_power, _start = Letter("P_k", d, d), Letter("e_0", d, 1)
_rate = 2 / (ell + mu)
_rho = (ell - mu) / (ell + mu)
_map = eye(d) - _rate * _A

GD_RATE = Derivation(
    "collapse.gd_rate",
    "Gradient descent on a quadratic",
    r"e_k=(I-\eta H)^ke_0,"
    r"\qquad C(w_k)-C_*\le\left(\frac{\kappa-1}{\kappa+1}\right)^{2k}(C(w_0)-C_*)\quad\text{for }\eta=\frac2{\ell+\mu}",
    "all numbers of steps (by induction), of samples and of features",
    (
        "w* is a minimiser: its normal equations X'(Xw* - L) = 0 hold",
        "the nonzero eigenvalues of H lie in [mu, ell], and kappa = ell/mu",
        "a polynomial in a symmetric matrix takes its values at the eigenvalues (spectral theorem)",
    ),
    (
        step(
            "One step multiplies the error w - w* by I - eta H",
            _w - (eta / N) * (_X.T @ (_X @ _w - _labels)) - _best,
            (eye(d) - eta * _hessian) @ (_w - _best),
            "the normal equations",
            _normal,
        ),
        step(
            "So k + 1 steps multiply it by the next power of I - eta H, where P is the power k",
            (_power @ _start) - eta * (_A @ _power @ _start),
            ((eye(d) - eta * _A) @ _power) @ _start,
            "step of the induction",
        ),
        step(
            "The excess of the cost is the quadratic form of the error",
            cost(_w, _labels) - cost(_best, _labels),
            ((_w - _best).T @ _hessian @ (_w - _best)) / 2,
            "the normal equations",
            _normal,
        ),
        step(
            "What a step gains beyond the factor is a polynomial in H that is not negative at 0 nor on [mu, ell]",
            _rho**2 * _A - _map @ _A @ _map,
            (4 / (ell + mu) ** 2) * ((_A - mu * eye(d)) @ (ell * eye(d) - _A) @ _A),
            "expansion; then the spectral theorem",
        ),
        step("The factor in terms of the condition number", _rho, (ell / mu - 1) / (ell / mu + 1), "division by mu"),
    ),
)


def _spectral(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """A symmetric matrix with Hp = lambda p: lambda P + (I - P) S (I - P), with P the projection on p."""
    p = sample.letter(_vector)
    projector = p @ p.T / (p.T @ p).trace() if not p.is_zero() else RationalMatrix.zeros(rows, rows)
    rest, other = RationalMatrix.eye(rows) - projector, sample.generic(rows, rows)
    return projector * sample.scalar(lam) + rest @ (other + other.T) @ rest


def _annihilated(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    kernel = sample.letter(_any).nullspace()
    return kernel @ sample.generic(kernel.shape[1], columns) if kernel.shape[1] else RationalMatrix.zeros(rows, columns)


_vector = Letter("p", d, 1)
_H = Letter("H", d, d, symmetric=True, draw=_spectral)
_eigen = Rule(_H @ _vector, lam * _vector)
_any = Letter("P_k", d, d, draw=deficient)
_gone = Letter("u", d, 1, draw=_annihilated)
_left_over = Letter("e", d, 1)
_next = eye(d) - _H / lam

TWO_STEP_CG = Derivation(
    "collapse.two_step_cg",
    "Conjugate gradients finish after one step for each distinct nonzero eigenvalue",
    r"\prod_{i=1}^{r}\left(I-\frac1{\lambda_i}H\right)He_0=0\ \Rightarrow\ \nabla C(w_r)=0;"
    r"\qquad r\le2\text{ for data in arithmetic progression}",
    "all numbers of distinct nonzero eigenvalues (by induction), of samples and of features",
    (
        "step k of conjugate gradients minimises e'He over e = p(H) e_0, p of degree k with p(0) = 1 (Hestenes and Stiefel)",
        "H e_0 is a sum of eigenvectors of H to nonzero eigenvalues (spectral theorem)",
    ),
    (
        step(
            "A vector u that the product P of the first factors removes is removed by one factor more",
            _next @ _any @ _gone,
            zeros(d, 1),
            "step of the induction",
            Rule(_any @ _gone, zeros(d, 1)),
        ),
        step(
            "The new factor removes the eigenvectors p of the next eigenvalue lambda",
            _any @ _next @ _vector,
            zeros(d, 1),
            "Hp = lambda p",
            _eigen,
        ),
        step(
            "The order of the factors does not matter, so that the product removes u + p",
            _next @ (eye(d) - _H / mu),
            (eye(d) - _H / mu) @ _next,
            "expansion",
        ),
        step(
            "Two eigenvalues: the product is a polynomial with value 1 at 0",
            (eye(d) - _A / lam) @ (eye(d) - _A / mu) @ _A @ _start,
            (_A - (1 / lam + 1 / mu) * (_A @ _A) + (_A @ _A @ _A) / (lam * mu)) @ _start,
            "expansion",
        ),
        step(
            "So the minimum of e'He is 0, and the minimiser has |Xe|^2 = 0: its gradient X'Xe/N vanishes",
            _left_over.T @ _hessian @ _left_over,
            norm_squared(_X @ _left_over) / N,
            "definition of H",
        ),
        step("Data in arithmetic progression has rank at most two, so r is at most 2", *progression.RANK_TWO, "definition of X"),
    ),
)

DERIVATIONS = {
    found.name: found
    for found in (
        COMPOSITION,
        AUGMENTED,
        progression.SOLUTION_IDENTITY,
        progression.SOLUTION_SET,
        SCALING,
        GRADIENT_HESSIAN,
        progression.GRAM_SPECTRUM,
        GD_RATE,
        TWO_STEP_CG,
    )
}
