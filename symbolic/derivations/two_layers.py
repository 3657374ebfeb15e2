"""The letters of document 001: two factors, their changes, the samples, and what is built from them."""

from __future__ import annotations

from symbolic.expressions import Expression, Letter, Named, eye, hstack, kron, norm_squared, sizes

m, w, d, n = sizes("m w d n")
W1, W2 = Letter("W_1", m, w), Letter("W_2", w, d)
D1, D2 = Letter(r"\delta W_1", m, w), Letter(r"\delta W_2", w, d)
X, Y = Letter("X", d, n), Letter("Y", m, n)
E = Named("E", W1 @ W2 @ X - Y)
CHANGE = Named(r"\Lambda", (D1 @ W2 + W1 @ D2) @ X)
BEND = Named("Q", D1 @ D2 @ X)
ALL_SIZES = "all sizes of both factors and all numbers of samples"
LETTERS = r"E=W_1W_2X-Y,\quad\Lambda=(\delta W_1W_2+W_1\delta W_2)X,\quad Q=\delta W_1\delta W_2X"
JACOBIAN = hstack(kron((W2 @ X).T, eye(m)), kron(X.T, W1))
GRADIENT_1, GRADIENT_2 = 2 * (E @ (W2 @ X).T), 2 * (W1.T @ E @ X.T)


def loss(left: Expression, right: Expression) -> Expression:
    """|W1 W2 X - Y|^2, the sum over the samples."""
    return norm_squared(left @ right @ X - Y)
