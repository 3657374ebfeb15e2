"""The letters of document 003: one layer of a chain between the products A of the layers after it and C of those before it.

Any depth is covered: a product of any number of layers, and the identity for none, may stand in the place of a letter.
"""

from __future__ import annotations

from typing import Any

from numerics.rational import RationalMatrix
from symbolic.expressions import Expression, Letter, Named, norm_squared, sizes
from symbolic.sampling import Draw, Sample, annihilated

p, d, m = sizes("d_y d_x m")
a, b = sizes("a b")
A, W, C = Letter("A", p, a), Letter("W_j", a, b), Letter("C", b, d)
X, Y = Letter("X", d, m), Letter("Y", p, m)
ANY_DEPTH = "all depths and widths, all numbers of samples: A and C are the products of the layers after and before layer j"
LAYERS = r"A=W_N\cdots W_{j+1},\ C=W_{j-1}\cdots W_1"
SIGMA_XX, SIGMA_YX = Named(r"\Sigma_{XX}", X @ X.T), Named(r"\Sigma_{YX}", Y @ X.T)


def loss(product: Expression) -> Expression:
    """|W X - Y|^2 for a product W, the sum over the samples."""
    return norm_squared(product @ X - Y)


def regressed_on(best: Letter) -> Draw:
    """Draws labels whose regression is ``best``: B X + N with N X' = 0."""

    def draw(sample: Sample, rows: int, columns: int) -> RationalMatrix:
        inputs = sample.letter(X)
        return sample.letter(best) @ inputs + annihilated(sample, inputs, rows).T

    return draw


def gram(letter: Letter, name: str) -> Letter:
    """The Gram matrix T'T of the columns of a letter T of full column rank, as a letter of its own: it has an inverse."""

    def draw(sample: Sample, *_: Any) -> RationalMatrix:
        return sample.letter(letter).T @ sample.letter(letter)

    return Letter(name, letter.columns, letter.columns, symmetric=True, draw=draw)
