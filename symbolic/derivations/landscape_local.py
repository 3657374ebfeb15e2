"""Document 003: every critical point with more than the least loss has a way down, whatever the data."""

from __future__ import annotations

from typing import Any

import sympy

from numerics.rational import RationalMatrix
from symbolic.derivation import Derivation, Rule, step
from symbolic.derivations.chain import X, Y, d, m, p, regressed_on
from symbolic.expressions import Letter, extras, eye, inner, norm_squared, sizes, trace, zeros
from symbolic.rendering import grouped
from symbolic.sampling import (
    Draw,
    Sample,
    annihilated,
    deficient,
    left_inverse,
    orthonormal,
    pseudo_inverse,
    right_inverse,
    tall,
    wide,
)
from symbolic.sampling import value as drawn

t = sympy.Symbol("t", real=True)
mu, nu = sympy.symbols("mu nu", real=True)
P, D = Letter("P", p, d), Letter("D", p, d)


def _killed_by(killer: Any) -> Draw:
    """Draws a matrix whose product with the expression in front of it is zero."""
    return lambda sample, _, columns: annihilated(sample, drawn(killer, sample), columns)


def _killing(killed: Any) -> Draw:
    """Draws a matrix whose product with the expression behind it is zero."""
    return lambda sample, rows, _: annihilated(sample, drawn(killed, sample).T, rows).T


def _rank_one(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    return sample.generic(rows, 1) @ sample.generic(1, columns)


def _rank_deficient(sample: Sample, rows: int, columns: int) -> RationalMatrix:
    """One less than the largest rank, but at least one (generically)."""
    rank = max(min(rows, columns) - 1, 1)
    return sample.generic(rows, rank) @ sample.generic(rank, columns)


# Two layers, W_l and W_(k+1), between A and T, with Q between them -------------------------------------------------------------

k1, k2, k3, k4 = sizes("k_1 k_2 k_3 k_4")
C = Letter("C", p, d, draw=deficient)
A, T = Letter("A", p, k4), Letter("T", k1, d)
G = Letter("G", k1, k4, draw=lambda sample, *_: drawn(T @ C.T @ A, sample))
Wl, Wk = Letter("W_l", k4, k3, draw=_killed_by(G)), Letter("W_{k+1}", k2, k1, draw=_killing(G))
F, K = Letter("F", k4, k3, draw=_rank_one), Letter("K", k2, k1, draw=_rank_one)
Q = Letter("Q", k3, k2)
GAIN = (Rule(T @ C.T @ A, G), Rule(G @ Wl, zeros(k1, k3)), Rule(Wk @ G, zeros(k2, k4)))

A1, Q_thin = Letter("A", p, k4), Letter("Q", k3, k2, draw=_rank_deficient)
W1, W2 = Letter("W_l", k4, k3), Letter("W_{k+1}", k2, k1)
unheard = Letter("W_l", k4, k3, draw=_killing(Q_thin @ K))
unseen = Letter("W_{k+1}", k2, k1, draw=_killed_by(F @ Q_thin))
off_range, off_rows = Letter("F", k4, k3, draw=_killing(Q_thin)), Letter("K", k2, k1, draw=_killed_by(Q_thin))
R = Letter("R", k3, k2)
order, power = sizes("c e")
f, a, b, g = Letter("f", k4, 1), Letter("a", k3, 1), Letter("b", k2, 1), Letter("g", k1, 1)

s = sizes("s")
_tall_size, _wide_size = s + extras("e_1"), s + extras("e_2")
over, under = Letter("F", _tall_size, s, draw=tall), Letter("H", s, _wide_size, draw=wide)
over_left = Letter("F^L", s, _tall_size, draw=lambda sample, *_: left_inverse(sample, sample.letter(over)))
under_right = Letter("H^R", _wide_size, s, draw=lambda sample, *_: right_inverse(sample, sample.letter(under)))

Phi, Psi, W = Letter(r"\Phi", s, k2, draw=deficient), Letter(r"\Psi", k1, s, draw=deficient), Letter("W_j", k2, k1)
bridge = Letter("E", k2, k1, draw=lambda *given: _between(*given))
Q0, Q1 = Letter("Q_0", k1, k3), Letter("Q_1", k1, k3)


def _between(sample: Sample, rows: int, _: int) -> RationalMatrix:
    """A matrix that Phi sends to zero and that sends Psi to zero."""
    after = sample.letter(Phi)
    on_kernel = RationalMatrix.eye(rows) - pseudo_inverse(after) @ after
    return on_kernel @ annihilated(sample, sample.letter(Psi).T, rows).T


# The largest rank ---------------------------------------------------------------------------------------------------------------

_size = sizes("n") + 1
_frame = Letter("U", _size, _size, draw=orthonormal)


def _column(index: int) -> Draw:
    return lambda sample, *_: sample.letter(_frame)[:, [index]]


def _apart(sample: Sample) -> RationalMatrix:
    pair = sample.letter(_frame)[:, [0, 1]]
    return RationalMatrix.eye(pair.shape[0]) - pair @ pair.T


def _rest(sample: Sample, size: int, _: int) -> RationalMatrix:
    basis = _apart(sample) @ deficient(sample, size, size)
    return basis @ pseudo_inverse(basis)


def _covariance(sample: Sample, size: int, _: int) -> RationalMatrix:
    v, w = (sample.letter(_frame)[:, [k]] for k in (0, 1))
    free = sample.generic(size, size)
    return v @ v.T * sample.scalar(mu) + w @ w.T * sample.scalar(nu) + _apart(sample) @ (free + free.T) @ _apart(sample)


v, w = Letter("v", _size, 1, draw=_column(0)), Letter("w", _size, 1, draw=_column(1))
P0 = Letter("P_0", _size, _size, symmetric=True, draw=_rest)
Sigma = Letter(r"\Sigma", _size, _size, symmetric=True, draw=_covariance)
UNITS = (Rule(v.T @ v, eye(1)), Rule(w.T @ w, eye(1)), Rule(v.T @ w, zeros(1, 1)))
APART = (Rule(P0 @ v, zeros(_size, 1)), Rule(P0 @ w, zeros(_size, 1)), Rule(P0 @ P0, P0))
EIGEN = (Rule(Sigma @ v, mu * v), Rule(Sigma @ w, nu * w))
M, B = Letter("P", _size, d), Letter("B", _size, d)
best = Letter("B", p, d)
labels = Letter("Y", p, m, draw=regressed_on(best))
head = Letter("K", p, k1, draw=deficient)
tilt = P0 + v @ v.T - eye(_size) + t * (w @ v.T + v @ w.T) + t**2 * (w @ w.T)

LOCAL_MINIMA = Derivation(
    "landscape.local_minima",
    "From every critical point with more than the least loss a curve goes down",
    r"\nabla L(W)=0,\ L(W)>\min L\ \Rightarrow\ \exists\,W(t)\colon\ L(W(t))-L(W)=-c\,t^k+O(t^{k+1}),\quad c>0,\ "
    r"k\le2\ (N=2),\ k\le\max(4,N)\ (N\ge3)",
    "all depths, all widths and all data",
    (
        "C = (PX - Y)X' with the product P; A, Q and T are the products of the layers after W_l, between W_l and W_{k+1}, and "
        "before W_{k+1} (none: identity)",
        "below the largest rank (steps 2 to 9): C is not zero, since otherwise the loss is that of the regression. k is the "
        "largest number with W_k...W_1 C' not zero, l the smallest with G = W_k...W_1 C' W_N...W_{l+1} not zero. Then "
        "W_{k+1} G = 0, G W_l = 0, and l > k + 1, because W_k...W_1 C' W_N...W_{k+2} is the gradient of layer k + 1, transposed",
        "at the largest rank (steps 10 to 13): v and w are eigenvectors of Sigma = BX(BX)', v in the range of K = W_N...W_2 and "
        "w orthogonal to it, with eigenvalues mu less than nu; without such a pair the projection on the range of K leaves out "
        "no larger eigenvalue, and the loss is the least (landscape.global_value)",
    ),
    (
        step(
            "A change D of the product changes the loss by a linear part and a square",
            norm_squared((P + D) @ X - Y),
            norm_squared(P @ X - Y) + 2 * inner((P @ X - Y) @ X.T, D) + norm_squared(D @ X),
            "expansion",
        ),
        step(
            "Layers l and k + 1 move by tF and tK: of the linear part one term remains",
            trace(A @ (Wl + t * F) @ Q @ (Wk + t * K) @ T @ C.T),
            t**2 * trace(G @ F @ Q @ K),
            "G W_l = 0 and W_{k+1} G = 0",
            *GAIN,
        ),
        step(
            "With F = fa' and K = bg' it is a product; g and f are unit vectors at an entry of G that is not zero",
            trace(G @ grouped(f @ a.T) @ Q @ grouped(b @ g.T)),
            (g.T @ G @ f) @ (a.T @ Q @ b),
            "the trace is cyclic",
        ),
        step(
            "First case: some b has A W_l Q b = 0 and Qb not zero. Then P changes by a multiple of F, and in second order "
            "the square does not depend on K, which is scaled until the linear part outweighs it",
            A1 @ (unheard + t * F) @ Q_thin @ (W2 + t * K) @ T - A1 @ unheard @ Q_thin @ W2 @ T,
            t * (A1 @ F @ Q_thin @ (W2 + t * K) @ T),
            "A W_l Q K = 0",
            Rule(A1 @ unheard @ Q_thin @ K, zeros(p, k1)),
        ),
        step(
            "Second case: some a has a'Q W_{k+1} T X = 0 and a'Q not zero. The same with F in the place of K",
            (A1 @ (W1 + t * F) @ Q_thin @ (unseen + t * K) @ T - A1 @ W1 @ Q_thin @ unseen @ T) @ X,
            t * (A1 @ (W1 + t * F) @ Q_thin @ K @ T @ X),
            "F Q W_{k+1} T X = 0",
            Rule(F @ Q_thin @ unseen @ T @ X, zeros(k4, m)),
        ),
        step(
            "Third case, neither: with Q = Q_1 Q_2 of inner size rank Q, the factors F = A W_l Q_1 and H = Q_2 W_{k+1} T X of "
            "PX have one-sided inverses, so that PX has the rank of Q: less than every width. So Q is no identity, and there are "
            "three layers or more",
            over_left @ grouped(over @ under) @ under_right,
            eye(s),
            "one-sided inverses",
            Rule(over_left @ over, eye(s)),
            Rule(under @ under_right, eye(s)),
        ),
        step(
            "Then the layers between split: with an invertible submatrix H = Phi W_j Psi of PX, Psi from the layers before W_j "
            "and Phi from those after it, the range of Psi and the kernel of Phi complement each other. A change of the layer "
            "by E, from the kernel before it to the kernel after it, leaves the first part alone",
            Phi @ (W + t**power * bridge) @ Psi,
            Phi @ W @ Psi,
            "Phi E = 0",
            Rule(Phi @ bridge, zeros(s, k1)),
        ),
        step(
            "On the kernels Q vanishes, and the layers between may move by t^e from kernel to kernel: Q becomes Q + t^c R, c a "
            "multiple of e and R(0) not zero, since the highest coefficient is a product of matrices of rank one that need not "
            "vanish. With e = 2 where c would be 1 for e = 1, and e = 1 elsewhere, c is 2 or at most the number of these layers",
            (W + t**power * bridge) @ (Q0 + t**power * Q1),
            W @ Q0 + t**power * (bridge @ Q0 + W @ Q1 + t**power * (bridge @ Q1)),
            "step of the induction",
        ),
        step(
            "With F = fa' and K = bg', a orthogonal to the range of Q, b in its kernel and a'R(0)b not zero, P changes by the "
            "order c and its square by 2c; the linear part is t^{c+2} times the trace of GFRK, by the second step. c + 2 is at "
            "most 2c, and where they agree F is scaled until the linear part outweighs the square, where F has a higher order",
            A1 @ (W1 + t * off_range) @ (Q_thin + t**order * R) @ (W2 + t * off_rows) @ T - A1 @ W1 @ Q_thin @ W2 @ T,
            t**order * (A1 @ (W1 + t * off_range) @ R @ (W2 + t * off_rows) @ T),
            "F Q = 0 and Q K = 0",
            Rule(off_range @ Q_thin, zeros(k4, k2)),
            Rule(Q_thin @ off_rows, zeros(k3, k1)),
        ),
        step(
            "The largest rank. The gradient of the first layer vanishes: K'(P - B)XX' = 0 with the regression B, so that "
            "K'(P - B)X = 0, and PX is the projection of BX on the range of K",
            head.T @ (P @ X - labels) @ X.T,
            head.T @ (P - best) @ X @ X.T,
            "the normal equations",
            Rule(labels @ X.T, best @ X @ X.T),
        ),
        step(
            "That of the last layer, times W_N' from the right, gives that this projection and Sigma commute, as in "
            "landscape.critical_product: the eigenvectors of Sigma can be chosen in the range of K and orthogonal to it",
            (P @ X - labels) @ X.T @ P.T,
            (P - best) @ X @ (P @ X).T,
            "the normal equations",
            Rule(labels @ X.T, best @ X @ X.T),
        ),
        step(
            "The last layer times I + t w v' from the left, the first plus t x w'B with Kx = v (for one layer both): the product",
            (eye(_size) + t * (w @ v.T)) @ (M + t * (v @ w.T @ B)) - M,
            t * (w @ v.T @ M + v @ w.T @ B) + t**2 * (w @ w.T @ B),
            "v'v = 1",
            *UNITS,
        ),
        step(
            "With PX = (P_0 + v v')BX the part of the loss that is not fixed, |(P - B)X|^2 (landscape.global_value), is the "
            "trace of N Sigma N' with N = P_0 + v v' - I + t(w v' + v w') + t^2 w w'. It falls, because mu is less than nu",
            trace(tilt @ Sigma @ tilt.T),
            trace(Sigma) - trace(P0 @ Sigma) - mu * eye(1) + t**2 * (mu - nu) * eye(1) + t**4 * nu * eye(1),
            "orthonormal eigenvectors",
            *UNITS,
            *APART,
            *EIGEN,
        ),
    ),
)
