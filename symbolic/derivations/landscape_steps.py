"""Document 003: gradient descent with a fixed step, on a deep linear network and on a quadratic."""

from __future__ import annotations

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, Step, step
from symbolic.derivations.chain import X, Y, d, p
from symbolic.expressions import Letter, Named, eye, inner, norm_squared, number, sizes, zeros
from symbolic.rendering import latex
from symbolic.sampling import Sample, annihilated, ones

k, N, n = sizes("k N n")
eta = sympy.Symbol("eta", positive=True)

# One step ----------------------------------------------------------------------------------------------------------------------

_inner = sizes("h")
_W2, _W1 = Letter("W_2", p, _inner), Letter("W_1", _inner, d)
_V2, _V1 = Letter("V_2", p, _inner), Letter("V_1", _inner, d)
_E = Named("E", _W2 @ _W1 @ X - Y)
_change = Named(r"\Lambda", (_V2 @ _W1 + _W2 @ _V1) @ X)
_bend = Named("Q", _V2 @ _V1 @ X)
_G2, _G1 = Named(r"\nabla_2", 2 * (_E @ (_W1 @ X).T)), Named(r"\nabla_1", 2 * (_W2.T @ _E @ X.T))

_one, _v = Letter(r"\mathbf{1}", N, 1, draw=ones), Letter("v", N, 1)
_count = Rule(_one.T @ _one, number(N))
_spread = norm_squared(_v @ _one.T - _one @ _v.T) / 2
_total = (_one.T @ _v) @ (_one.T @ _v)

kappa, x, y, delta, _curvature, _start = sympy.symbols("kappa x y delta B L_0", positive=True)
_now, _next, _slope, alpha = sympy.symbols("L_k L_{k+1} g alpha", real=True)
_gauss_newton, _mixed = N * kappa ** (2 * N - 2) * x**2, (N - 1) * kappa ** (N - 2)


def largest_step(loss: sympy.Expr, curvature: sympy.Expr, weight: int = 2) -> sympy.Expr:
    """2(1 - alpha) delta / (weight L_0 + (1 - alpha) delta B)."""
    return 2 * (1 - alpha) * delta / (weight * loss + (1 - alpha) * delta * curvature)


DESCENT_INEQUALITY = Derivation(
    "landscape.descent_inequality",
    "What a step of gradient descent gains, and how far the balance drifts over all steps",
    r"L(W-\eta\nabla L)\le L(W)-\eta\left(1-\frac{\eta B}2\right)\|\nabla L\|^2,"
    r"\qquad\eta\le\frac{2(1-\alpha)\delta}{2L_0+(1-\alpha)\delta B}\ \Rightarrow\ "
    r"\eta^2\sum_k\|\nabla L(W_k)\|^2\le(1-\alpha)\delta",
    "all depths and widths; the first two steps write out the whole expansion for two layers",
    (
        "B is a bound of the curvature where the steps go: D^2L(V,V) is at most B|V|^2, where |V|^2 is the sum of the squared "
        "Frobenius norms of the V_j",
        "constants: half the sum of squared errors, every spectral norm |W_j| at most kappa = sqrt(K), x = |X|, y = |XY'|",
        "L and B belong to the loss whose gradient is followed, L_0 is its value at the start, and it is nowhere negative",
        "delta is positive, alpha is at least 0 and less than 1",
    ),
    (
        step(
            "Two layers: the loss after a step is a polynomial in eta",
            norm_squared((_W2 - eta * _V2) @ (_W1 - eta * _V1) @ X - Y),
            norm_squared(_E)
            - 2 * eta * inner(_E, _change)
            + eta**2 * (norm_squared(_change) + 2 * inner(_E, _bend))
            - 2 * eta**3 * inner(_change, _bend)
            + eta**4 * norm_squared(_bend),
            "expansion",
        ),
        step(
            "Along the gradient the part of first order is its squared norm",
            2 * inner(_E, (_G2 @ _W1 + _W2 @ _G1) @ X),
            norm_squared(_G1) + norm_squared(_G2),
            "the trace is cyclic",
        ),
        step(
            "Any depth: along the step, for s from 0 to 1, the loss is a polynomial in s, and a polynomial is its value and "
            "slope at 0 and the integral of (1 - s) times its second derivative. For the power k + 1 of s that integral is",
            k * (k + 1) * (1 / k - 1 / (k + 1)),
            sympy.S.One,
            "integration",
        ),
        step(
            "With a second derivative of at most eta^2 B g, for g the squared norm of the gradient, the loss changes by at most",
            -eta * _slope + eta**2 * _curvature * _slope / 2,
            -eta * (1 - eta * _curvature / 2) * _slope,
            "half is the integral of 1 - s",
        ),
        step(
            "A value for B. With v_j for the norm of V_j the first part of landscape.second_differential is at most "
            "K^(N-1) x^2 times the square of the sum of the v_j, and that is at most N times the sum of their squares",
            N * (_v.T @ _v) - _total,
            _spread,
            "sum of squares",
            _count,
        ),
        step(
            "The second part is at most K^(N/2-1) |(WX - Y)X'| times twice the sum of v_i v_j over the pairs, "
            "which is the square of the sum without the squares, and at most N - 1 times the sum of the squares",
            (N - 1) * (_v.T @ _v) - (_total - _v.T @ _v),
            _spread,
            "sum of squares",
            _count,
        ),
        step(
            "With |(WX - Y)X'| at most K^(N/2) x^2 + y for the product W of norm at most K^(N/2) both together are at most",
            _gauss_newton + _mixed * (kappa**N * x**2 + y),
            (2 * N - 1) * kappa ** (2 * N - 2) * x**2 + (N - 1) * kappa ** (N - 2) * y,
            "addition of exponents",
        ),
        step(
            "That is less than 2N K^(N-1) x^2 + N K^(N/2-1) y; the factors e and sqrt(e) of the document leave room for points "
            "between two iterates",
            2 * N * kappa ** (2 * N - 2) * x**2
            + N * kappa ** (N - 2) * y
            - (2 * N - 1) * kappa ** (2 * N - 2) * x**2
            - _mixed * y,
            kappa ** (2 * N - 2) * x**2 + kappa ** (N - 2) * y,
            "subtraction",
        ),
        Step(
            "The gains add up: eta (1 - eta B/2) times the sum of the squared gradients is at most L_0 minus the present loss",
            r"\left(L_0 - L_k\right) + \left(L_k - L_{k+1}\right) = L_0 - L_{k+1}",
            (_start - _now) + (_now - _next),
            _start - _next,
            "step of the induction",
        ),
        step(
            "So eta^2 times this sum is at most eta L_0/(1 - eta B/2), and at most (1 - alpha) delta where the following is not "
            "negative, that is for eta up to the bound; then no defect of the balance (landscape.balancedness_descent) grows "
            "from alpha delta beyond delta",
            (1 - alpha) * delta * (1 - eta * _curvature / 2) - eta * _start,
            (2 * (1 - alpha) * delta - eta * (2 * _start + (1 - alpha) * delta * _curvature)) / 2,
            "multiplication",
        ),
        step(
            "The bound is below 2/B, so that every step gains",
            2 / _curvature - largest_step(_start, _curvature),
            4 * _start / (_curvature * (2 * _start + (1 - alpha) * delta * _curvature)),
            "common denominator",
        ),
        step(
            "A loss twice as large has twice the gradient and the curvature: half the step, and the same iterates",
            largest_step(2 * _start, 2 * _curvature),
            largest_step(_start, _curvature) / 2,
            "substitution",
        ),
        step(
            "With 4L_0 in the place of 2L_0, as printed, the bound is smaller by a factor below 1",
            largest_step(_start, _curvature, 4),
            largest_step(_start, _curvature) * (1 - 2 * _start / (4 * _start + (1 - alpha) * delta * _curvature)),
            "division",
        ),
    ),
)

# Between two iterates ----------------------------------------------------------------------------------------------------------

_root, _loss = sympy.symbols("epsilon L", positive=True)  # the square root of e, and the loss at an iterate
_document = 2 * _root**2 * N * kappa ** (2 * N - 2) * x**2 + _root * N * kappa ** (N - 2) * y
_share_loss, _share_curvature = 2 * eta * _loss / ((1 - alpha) * delta), eta * _curvature / 2
_one_share, _other_share, _power = sympy.symbols("a b P", positive=True)

SEGMENT_BOUND = Derivation(
    "landscape.segment_bound",
    "The document's constant bounds the curvature between two iterates",
    r"D^2L(V,V)\le B_\delta\|V\|^2\ \text{ on }\ W-s\eta\nabla L,\ 0\le s\le1,"
    r"\qquad B_\delta=2eNK_\delta^{N-1}\|X\|^2+\sqrt eNK_\delta^{N/2-1}\|XY^T\|",
    "all depths and widths",
    (
        "L is half the sum of squared errors, W has balancedness constant delta; its loss is at most that at the start, L_0, "
        "and its product has norm at most M, so that |W_j|^2 is at most K = M^(2/N) + (N + 1)^2 delta "
        "(landscape.norm_chain); a loss of at most L_0 gives this M = (sqrt(2L_0) + |Y|)/sigma_min(X)",
        "eta is at most 2(1 - alpha) delta/(4L_0 + (1 - alpha) delta B), alpha at least 0 and less than 1, delta positive",
        "kappa is the root of K, x = |X|, y = |XY'|, epsilon the root of e",
    ),
    (
        step(
            "The gradient of layer j has the norm at most kappa^(N-1) x |WX - Y|, and |WX - Y|^2 is 2L. So the squared norm of "
            "all N gradients is at most BL/e",
            _document * _loss / _root**2 - N * kappa ** (2 * N - 2) * x**2 * (2 * _loss),
            N * kappa ** (N - 2) * y * _loss / _root,
            "subtraction",
        ),
        step(
            "The condition on eta says that a = 2 eta L/((1 - alpha) delta) and b = eta B/2 add up to at most 1",
            1 - _share_loss - _share_curvature,
            (2 * (1 - alpha) * delta - eta * (4 * _loss + (1 - alpha) * delta * _curvature)) / (2 * (1 - alpha) * delta),
            "common denominator",
        ),
        Step(
            "The squared length of the step is at most ab (1 - alpha) delta/e",
            r"\eta^2\,\frac{B\,L}e = a\,b\,\frac{\left(1-\alpha\right)\,\delta}e",
            eta**2 * _curvature * _loss / _root**2,
            _share_loss * _share_curvature * (1 - alpha) * delta / _root**2,
            "definition of a and b",
        ),
        step(
            "A product of two numbers that add up to at most 1 is at most 1/4, so the length is at most sqrt(delta)/(2 epsilon)",
            (_one_share + _other_share) ** 2 / 4 - _one_share * _other_share,
            (_one_share - _other_share) ** 2 / 4,
            "expansion",
        ),
        step(
            "Since (N + 1)^2 delta is at most K, with P = M^(2/N) for the difference, it is at most kappa/(2 epsilon (N + 1)). "
            "So on the segment every |W_j| is at most kappa (1 + q/(N + 1)) with q = 1/(2 epsilon), which is below 1/3. The "
            "power 2(N - 1) of this factor is below e^(2q), which is below e; its power N - 2 is below the root of e",
            (_power + (N + 1) ** 2 * delta) / (N + 1) ** 2 - delta,
            _power / (N + 1) ** 2,
            "subtraction; 1 + z is at most e^z",
        ),
        step(
            "So the bound of landscape.descent_inequality, with e and its root for these powers, is below that of the document",
            _document - (2 * N - 1) * _root**2 * kappa ** (2 * N - 2) * x**2 - (N - 1) * _root * kappa ** (N - 2) * y,
            _root**2 * kappa ** (2 * N - 2) * x**2 + _root * kappa ** (N - 2) * y,
            "subtraction",
        ),
    ),
)

_wide, _far = sympy.symbols("omega z", positive=True)  # a bound of the layers along the step, and |E|_F = sqrt(2 L_0)
_slack, _along = sympy.symbols("theta s", positive=True)
_first_share = eta * _start / _slack

LONGEST_STEP = Derivation(
    "landscape.longest_step",
    "A smaller constant bounds the curvature between two iterates",
    r"\frac1\eta\ge\frac{L_0}{(1-\alpha)\delta}+\frac B2\ \Rightarrow\ "
    r"L_k-L_{k+1}\ge\frac{\eta^2L_0}{(1-\alpha)\delta}\|\nabla L_k\|^2,"
    r"\qquad B=N\omega^{2N-2}\|X\|^2+(N-1)\,\omega^{N-2}\|E\|_F\|X\|,\quad\omega=\sqrt K+\sqrt{(1-\alpha)\delta/N}",
    "all depths and widths",
    (
        "L is half the sum of squared errors, E the initial residual, so that |E|_F^2 is 2L_0; at W the balancedness constant is "
        "delta and the loss L at most L_0, so that |W_j|^2 is at most K = M^(2/N) + (N - 1) delta with "
        "M = (|E|_F + |Y|)/sigma_min(X) (landscape.norm_chain)",
        "alpha is at least 0 and less than 1, delta and eta are positive",
        "theta = (1 - alpha) delta, kappa is the root of K, x = |X|, z = |E|_F, g the squared norm of the gradient",
    ),
    (
        step(
            "The condition on eta says that a = eta L_0/theta and b = eta B/2 add up to at most 1",
            1 - _first_share - eta * _curvature / 2,
            eta * (1 / eta - _start / _slack - _curvature / 2),
            "distributivity",
        ),
        Step(
            "The gradient of a layer has the norm at most kappa^(N-1) x |E|_F, and B is at least N kappa^(2N-2) x^2. So in one "
            "step a layer moves by a length whose square is at most 4ab theta/N",
            r"\eta^2\,\kappa^{2N-2}x^2\cdot 2L_0 = 4\,a\cdot\frac{\eta N\kappa^{2N-2}x^2}2\cdot\frac\theta N",
            eta**2 * kappa ** (2 * N - 2) * x**2 * (2 * _start),
            4 * _first_share * (eta * N * kappa ** (2 * N - 2) * x**2 / 2) * _slack / N,
            "definition of a and b",
        ),
        step(
            "A product of two numbers that add up to at most 1 is at most 1/4, so it moves by at most the root of theta/N, and "
            "on the way every |W_j| is at most omega",
            (_one_share + _other_share) ** 2 / 4 - _one_share * _other_share,
            (_one_share - _other_share) ** 2 / 4,
            "expansion",
        ),
        step(
            "There, by landscape.descent_inequality with omega for the bound of the layers and z x for that of |(WX - Y)X'|, "
            "the curvature is at most B wherever the residual is at most z",
            N * _wide ** (2 * N - 2) * x**2 + (N - 1) * _wide ** (N - 2) * (_far * x),
            x * _wide ** (N - 2) * (N * _wide**N * x + (N - 1) * _far),
            "common factor",
        ),
        step(
            "It is so on the whole way: as far as it is, the loss at the share s of the step is at most L plus this, which is "
            "less than L where g is not 0, since b is less than 1; so there is no last such s before 1",
            -_along * eta * _slope + _along**2 * eta**2 * _curvature * _slope / 2,
            -_along * eta * (1 - _along * eta * _curvature / 2) * _slope,
            "the integral of 1 - s, as in landscape.descent_inequality",
        ),
        Step(
            "At the end of the step the gain is at least eta (1 - b) g, and 1 - b is at least a",
            r"\eta\,a\,g = \frac{\eta^2L_0}\theta\,g",
            eta * _first_share * _slope,
            eta**2 * _start / _slack * _slope,
            "definition of a",
        ),
        Step(
            "By landscape.descent_inequality the gains add up to at most L_0, so eta^2 times the sum of the squared gradients is "
            "at most theta, and delta is a balancedness constant of the next iterate, too",
            r"\frac{L_0}{\eta^2L_0/\theta} = \frac\theta{\eta^2}",
            _start / (eta**2 * _start / _slack),
            _slack / eta**2,
            "division",
        ),
    ),
)

# The balancedness constant of the document -------------------------------------------------------------------------------------

_mu, _M = sympy.symbols("mu M", positive=True)
_delta_of = _mu**2 / (N * (N + 1) ** 2)
_K = _mu**2 * (1 + 1 / N)
_beta = sympy.Symbol("beta", positive=True)
_bound = (2 * (1 - alpha) * delta / (4 * _start + (1 - alpha) * delta * _curvature)).subs(delta, _delta_of)

# With M itself, for the limits of long chains
_K_long = _M ** (2 / N) * (1 + 1 / N)
_delta_long = _M ** (2 / N) / (N * (N + 1) ** 2)
_B_long = 2 * sympy.E * N * _K_long ** (N - 1) * x**2 + sympy.sqrt(sympy.E) * N * _K_long ** (N / 2 - 1) * y
_bound_long = 2 * (1 - alpha) * _delta_long / (4 * _start + (1 - alpha) * _delta_long * _B_long)


def _limit(words: str, sequence: str, left: sympy.Expr, right: sympy.Expr) -> Step:
    """A limit that SymPy finds."""
    return Step(words, rf"\lim_{{N\to\infty}}{sequence} = {latex(right)}", left, right, "limit of a sequence")


STEP_SIMPLIFICATION = Derivation(
    "landscape.step_simplification",
    "The bound of the step for the document's balancedness constant",
    r"K_\delta=M^{2/N}\left(1+\frac1N\right),\quad K_\delta^{N-1}=M^{2-2/N}\left(1+\frac1N\right)^{N-1},"
    r"\quad\eta=\frac{2(1-\alpha)M^{2/N}}{4L_0N(N+1)^2+(1-\alpha)M^{2/N}B_\delta}"
    r"\qquad\text{for }\delta=\frac{M^{2/N}}{N(N+1)^2};\qquad"
    r"\frac1\eta\le N(N+1)^2\left(\frac{2L_0}{1-\alpha}+e^2M^2\|X\|^2+eM\|XY^T\|\right)\quad(M\ge1)",
    "all depths N",
    (
        "mu stands for M^(1/N), M positive",
        "limits: M, the loss at the start, alpha, |X| and |XY'| do not depend on N",
    ),
    (
        step("The bound of the squared norms", _mu**2 + (N + 1) ** 2 * _delta_of, _K, "substitution"),
        step(
            "With the factor N + 1 of the printed proposition in the place of its square it would be nearer to mu^2",
            _mu**2 + (N + 1) * _delta_of,
            _mu**2 * (1 + 1 / (N * (N + 1))),
            "substitution",
        ),
        step(
            "and with the sharp factor N - 1",
            _mu**2 + (N - 1) * _delta_of,
            _mu**2 * (1 + (N - 1) / (N * (N + 1) ** 2)),
            "substitution",
        ),
        step(
            "Its power in the first term of B; (1 + 1/N)^N increases to e, so that the factor stays below e",
            _K ** (N - 1),
            _mu ** (2 * N) / _mu**2 * (1 + 1 / N) ** N * N / (N + 1),
            "powers",
        ),
        step(
            "The square of the power in the second term",
            _K ** (N - 2),
            _mu ** (2 * N) / _mu**4 * (1 + 1 / N) ** N * (N / (N + 1)) ** 2,
            "powers",
        ),
        step(
            "The bound of the step",
            _bound,
            2 * (1 - alpha) * _mu**2 / (4 * _start * N * (N + 1) ** 2 + (1 - alpha) * _mu**2 * _curvature),
            "substitution",
        ),
        step(
            "One over the bound, with beta for 1 - alpha. Its first part is at most N (N + 1)^2 times 2 L_0/beta where M is at "
            "least 1",
            1 / _bound.subs(alpha, 1 - _beta),
            2 * _start * N * (N + 1) ** 2 / (_beta * _mu**2) + _curvature / 2,
            "division",
        ),
        step(
            "By the two powers above half of B is then at most N times e^2 M^2 |X|^2 + e M |XY'|, and N is less than "
            "N (N + 1)^2, so that one over the bound is at most N (N + 1)^2 times a number without N",
            N * (N + 1) ** 2 - N,
            N**2 * (N + 2),
            "expansion",
        ),
        _limit(
            "Long chains: the power in the first term of B tends to e M^2, so that B grows like N",
            r"\frac1eK_\delta^{N-1}",
            sympy.limit(_K_long ** (N - 1), N, sympy.oo) / sympy.E,
            _M**2,
        ),
        _limit(
            "The power in the second term tends to M times the root of e",
            r"\frac1{\sqrt e}K_\delta^{N/2-1}",
            sympy.limit(_K_long ** (N / 2 - 1), N, sympy.oo) / sympy.sqrt(sympy.E),
            _M,
        ),
        _limit(
            "The constant itself falls like the third power of 1/N, so that delta B tends to zero",
            r"N^3\delta",
            sympy.limit(N**3 * _delta_long, N, sympy.oo),
            sympy.S.One,
        ),
        _limit(
            "and N^3 times the bound to a constant: it falls like the third power of 1/N, not exponentially",
            r"N^3\eta",
            sympy.limit(N**3 * _bound_long, N, sympy.oo),
            (1 - alpha) / (2 * _start),
        ),
    ),
)

# A quadratic -------------------------------------------------------------------------------------------------------------------

t, lam = sympy.symbols("t lambda", real=True)
_step = sympy.Symbol("alpha", real=True)
_largest, _less = sympy.symbols("lambda_max lambda", positive=True)
_best, _point, _direction = Letter("x_*", n, 1), Letter("x_k", n, 1), Letter("v", n, 1)
_Q = Letter("Q", n, n, symmetric=True)
_b = Letter("b", n, 1, draw=lambda sample, *_: sample.letter(_Q) @ sample.letter(_best))
_any, _any_b = Letter("Q", n, n), Letter("b", n, 1)


def _spectral(sample: Sample, size: int, _: int) -> RationalMatrix:
    """A symmetric matrix with Qv = lambda v."""
    off, free = annihilated(sample, sample.letter(_eigenvector).T, size), sample.generic(size, size)
    return RationalMatrix.eye(size) * sample.scalar(lam) + off @ (free + free.T) @ off.T


def _singular(sample: Sample, size: int, _: int) -> RationalMatrix:
    """A symmetric matrix with Qv = 0."""
    off, free = annihilated(sample, sample.letter(_eigenvector).T, size), sample.generic(size, size)
    return off @ (free + free.T) @ off.T


_eigenvector = Letter("v", n, 1)
_with_vector = Letter("Q", n, n, symmetric=True, draw=_spectral)
_without = Letter("Q", n, n, symmetric=True, draw=_singular)

QUADRATIC = Derivation(
    "landscape.quadratic",
    "Gradient descent on a quadratic with a fixed step",
    r"x_{k+1}-x_*=(I-\alpha Q)(x_k-x_*),\qquad|1-\alpha\lambda|\lt 1\iff0\lt \alpha\lt \frac2\lambda\quad(\lambda\gt 0)",
    "all dimensions",
    (
        "Q is symmetric, so that it has a basis of eigenvectors v and the largest eigenvalue decides over all",
        "Q x* = b (a minimiser, for positive definite Q the only one); the step where Qv = 0 does without it",
    ),
    (
        step(
            "The function along a line: its gradient is Qx - b",
            (_point + t * _direction).T @ _Q @ (_point + t * _direction) / 2 - _any_b.T @ (_point + t * _direction),
            _point.T @ _Q @ _point / 2
            - _any_b.T @ _point
            + t * (_direction.T @ (_Q @ _point - _any_b))
            + t**2 / 2 * (_direction.T @ _Q @ _direction),
            "expansion",
        ),
        step(
            "Only the symmetric part of a matrix counts",
            _point.T @ _any @ _point,
            _point.T @ (_any + _any.T) @ _point / 2,
            "a scalar is its own transpose",
        ),
        step(
            "One step multiplies the error by I - alpha Q",
            _point - _step * (_Q @ _point - _b) - _best,
            (eye(n) - _step * _Q) @ (_point - _best),
            "Q x* = b",
            Rule(_Q @ _best, _b),
        ),
        step(
            "An eigenvector is multiplied by 1 - alpha lambda",
            (eye(n) - _step * _with_vector) @ _eigenvector,
            (1 - _step * lam) * _eigenvector,
            "Qv = lambda v",
            Rule(_with_vector @ _eigenvector, lam * _eigenvector),
        ),
        step(
            "The square of this factor is below 1 if and only if alpha lambda (2 - alpha lambda) is positive: for positive "
            "lambda if and only if alpha is between 0 and 2/lambda, for negative lambda and positive alpha never",
            1 - (1 - _step * lam) ** 2,
            _step * lam * (2 - _step * lam),
            "difference of squares",
        ),
        step(
            "The largest eigenvalue gives the smallest bound",
            2 / _less - 2 / _largest,
            2 * (_largest - _less) / (_less * _largest),
            "common denominator",
        ),
        Step(
            "At the bound the factor is -1, and this part of the error changes its sign for ever",
            r"1 - \frac2\lambda\,\lambda = -1",
            (1 - _step * lam).subs(_step, 2 / lam),
            -sympy.S.One,
            "substitution",
        ),
        step(
            "Where Qv = 0 the part along v moves by alpha v'b at every step: it stays where it is, or leaves for infinity",
            _eigenvector.T @ (_point - _step * (_without @ _point - _any_b)),
            _eigenvector.T @ _point + _step * (_eigenvector.T @ _any_b),
            "Qv = 0",
            Rule(_without @ _eigenvector, zeros(n, 1)),
        ),
    ),
)
