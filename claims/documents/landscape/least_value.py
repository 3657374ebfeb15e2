"""Document 003, section 2.1: the least loss of the network and that of the rank-restricted problem.

Section 2 writes X W_1 ... W_N with samples as rows; instances hold the transposed network, whose ``in_rows`` is the document's.
Its matrix M (d_x x d_y) is the transpose of the product P = W_N ... W_1 of the instances.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import at_most, both, equal, every, exactly, less
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import DeepLinear
from claims.instances.local_to_global import Contender, Decomposition, padded_factors
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.matrix import product

KINDS_OF_DATA = ("inputs of deficient row rank", "cross moment of deficient rank", "repeated eigenvalues", "one sample")

# S3-21 to S3-26: the least loss -----------------------------------------------------------------------------------------------


def value_of_rank(contender: Contender, extra: int) -> Any:
    """|Y|^2 less the r + extra largest eigenvalues of Sigma."""
    return contender.spectral.least_loss(max(contender.rank + extra, 0))


def minimum_is_attained(extra: int, half: bool = False):
    """The factored projection attains |Y|^2 - (sum of the r + extra largest eigenvalues), and no contender is below it."""

    def property(contender: Contender) -> Decision:
        share = 2 if half else 1
        least = value_of_rank(contender, extra) / share
        attained = contender.minimiser.in_rows.loss / share
        return both(equal(attained, least), at_most(least, contender.network.in_rows.loss / share))

    return property


S3_21 = Claim(
    "S3-21",
    "The loss has a minimum",
    LANDSCAPE.at("l. 63-69, (5), (6)"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\min_{W_1,\dots,W_N}\|Y-XW_1\cdots W_N\|_F^2=\|Y\|_F^2-\sum_{i\le r}\lambda_i(\Sigma),\quad r=\min_id_i",
        minimum_is_attained(0),
        "contenders",
        words="It exists whatever the data: an explicit tuple of weights attains the value, and no other is below it.",
        bound=True,
        strata=("attained", "one layer", "three layers or more", "the bottleneck costs something", *KINDS_OF_DATA),
        probes=(
            control("the value with one eigenvalue more", minimum_is_attained(1)),
            control("the value with one eigenvalue less", minimum_is_attained(-1)),
        ),
        derivation="landscape.global_value",
    ),
    original=Statement(
        r"\min_{W_1,\dots,W_H}\tfrac12\|W_H\cdots W_1X-Y\|_F^2\text{ exists}",
        minimum_is_attained(0, half=True),
        "contenders",
        words="Lu and Kawaguchi, with samples as columns and half of the loss: the same by transposing and halving.",
        bound=True,
        strata=("attained", "three layers or more", *KINDS_OF_DATA),
        probes=(control("the value with one eigenvalue more", minimum_is_attained(1, half=True)),),
    ),
    remark=(
        "The loss is not coercive (factors may grow while their product stays), so that existence needs an argument: products are the matrices of rank at most $r$, a closed set. "
        "$\\Sigma=\\hat Y\\hat Y^T$ with the best linear predictions $\\hat Y=YX^+X$ (samples as columns)."
    ),
)


def rank_of_product(net: DeepLinear) -> tuple[int, int]:
    return net.in_rows.product.rank(), net.thinnest


def rank_is_bounded(net: DeepLinear) -> Decision:
    return at_most(*rank_of_product(net))


def rank_is_smaller(net: DeepLinear) -> Decision:
    return less(*rank_of_product(net))


S3_22 = Claim(
    "S3-22",
    "The product of the weights has at most the rank of the thinnest layer",
    LANDSCAPE.at("l. 71"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}(W_1\cdots W_N)\le r=\min_id_i",
        rank_is_bounded,
        "deep_linear_networks",
        words="At minimisers and everywhere else.",
        bound=True,
        strata=("attained", "one layer", "a hidden layer of width one", "product zero", "product of deficient rank"),
        probes=(control("it is always smaller", rank_is_smaller),),
        derivation="landscape.same_value",
    ),
)


def network_value_and_bound(rank_less: int):
    """L({W}) = G(W_1 ... W_N), and this is at least the least value of G over matrices of rank r - rank_less at most."""

    def property(contender: Contender) -> Decision:
        net, spectral = contender.network, contender.spectral
        return both(
            equal(net.in_rows.loss, spectral.data.loss_of(net.product)), at_most(value_of_rank(contender, -rank_less), net.loss)
        )

    return property


S3_23 = Claim(
    "S3-23",
    "The network's minimum is at least that of the rank-restricted problem",
    LANDSCAPE.at("l. 73-81, (7)-(9)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"L(\{W_i\})=G(W_1\cdots W_N)\ge\min_{\operatorname{rank}M\le r}\|Y-XM\|_F^2",
        network_value_and_bound(0),
        "contenders",
        words="For all weights, and so for the minimising ones.",
        bound=True,
        strata=("attained", "one layer", "the bottleneck costs something", *KINDS_OF_DATA),
        probes=(control("with rank r - 1 in place of r", network_value_and_bound(1)),),
        derivation="landscape.same_value",
    ),
)


@assumption("h1", "the rank is at most the thinnest width")
def rank_fits(made: Decomposition) -> Decision:
    return exactly(made.rank <= min(made.widths))


def factors_through_the_widths(made: Decomposition) -> Decision:
    """M = M_1 ... M_N with M_i of shape d_(i-1) x d_i: rank factors, filled up with zeros."""
    factors = tuple(factor.T for factor in padded_factors(made.matrix.T, made.widths))
    shapes = [factor.shape for factor in factors]
    fits = exactly(shapes == list(pairwise(made.widths)), f"shapes {shapes} for widths {made.widths}")
    return both(fits, equal(product(factors), made.matrix))


def is_a_product_of_identities(made: Decomposition) -> Decision:
    """With the matrix cut to the first factor and identities behind it."""
    behind = [made.left.eye(*shape) for shape in list(pairwise(made.widths))[1:]]
    first = made.matrix @ made.right.eye(made.widths[-1], made.widths[1])
    return equal(product([first, *behind]), made.matrix)


S3_24 = Claim(
    "S3-24",
    "A minimiser of the rank-restricted problem factors through the widths",
    LANDSCAPE.at("l. 94-98, (11)"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}\hat M\le r\ \Rightarrow\ \exists\hat M_i\in\mathbb R^{d_{i-1}\times d_i}\colon\ \hat M=\hat M_1\cdots\hat M_N",
        factors_through_the_widths,
        "decompositions",
        words="So does every matrix of that rank.",
        assumptions=(rank_fits,),
        strata=("one layer", "two layers", "three layers or more", "rank zero", "thinnest width is the rank"),
        probes=(
            without("h1", "with a width below the rank"),
            control("the matrix first and identities behind it", is_a_product_of_identities),
        ),
        derivation="landscape.same_value",
    ),
)


@assumption("deep", "there are two layers or more")
def has_two_layers(made: Decomposition) -> Decision:
    return exactly(made.depth > 1)


def recipe(made: Decomposition, keep_values: bool = True) -> list[Any] | None:
    """The document's factors: U D V' without the zero singular values; zero columns appended to U and zero rows to V' (to the widths
    next to them); D with zeros in a layer of its own, or multiplied into U for two layers; rectangular identities between.  None for
    one layer, where two unitary factors have no place.
    """
    if made.depth == 1:
        return None
    kind, rank, widths = type(made.left), made.rank, made.widths
    left, right = made.left[:, :rank], made.right[:, :rank]
    values = made.values[:rank] if keep_values else (1,) * rank

    def padded(matrix: Any, rows: int, columns: int) -> Any:
        height, width = matrix.shape
        return kind.build(rows, columns, lambda i, j: matrix.entry(i, j) if i < height and j < width else 0)

    diagonal = kind.diagonal(values)
    last = padded(right.T, widths[-2], widths[-1])
    if made.depth == 2:
        return [padded(left @ diagonal, widths[0], widths[1]), last]
    first, second = padded(left, widths[0], widths[1]), padded(diagonal, widths[1], widths[2])
    return [first, second, *(kind.eye(*shape) for shape in list(pairwise(widths))[2:-1]), last]


def recipe_works(keep_values: bool):
    def property(made: Decomposition) -> Decision:
        factors = recipe(made, keep_values)
        if factors is None:
            return exactly(False, "one layer has no place for two unitary factors")
        shapes = [factor.shape for factor in factors]
        fits = exactly(shapes == list(pairwise(made.widths)), f"shapes {shapes} for widths {made.widths}")
        return both(fits, equal(product(factors), made.matrix))

    return property


S3_25 = Claim(
    "S3-25",
    "The factors come from a singular value decomposition",
    LANDSCAPE.at("l. 87-92"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\hat M=UDV^T=[U_\rho,0]\begin{pmatrix}D_\rho&0\\0&0\end{pmatrix}I\cdots I\begin{pmatrix}V_\rho^T\\0\end{pmatrix},\qquad N\ge2",
        recipe_works(True),
        "decompositions",
        words="The recipe, carried out: it works for two layers or more.",
        assumptions=(rank_fits, has_two_layers),
        strata=("two layers", "three layers or more", "rank zero", "thinnest width is the rank", "repeated singular values"),
        probes=(
            without("h1", "with a width below the rank"),
            without("deep", "with one layer"),
            control("without the singular values", recipe_works(False)),
        ),
    ),
    remark="Padded with zero vectors the outer factors are unitary no longer; nothing needs that. One layer needs no recipe, since $\\hat M$ is its own factor.",
)


def minima_agree(extra: int):
    """The best matrix of rank r has the least value n, its factors have the loss n, and no contender is below it."""

    def property(contender: Contender) -> Decision:
        n = value_of_rank(contender, extra)
        matrix, data = contender.best_product, contender.spectral.data
        values = (equal(data.loss_of(matrix), n), equal(contender.minimiser.in_rows.loss, n))
        fits = exactly(matrix.rank() <= contender.rank and contender.minimiser.widths == contender.network.widths)
        return every((fits, *values, at_most(n, contender.network.loss)))

    return property


def unrestricted_minimum_agrees(contender: Contender) -> Decision:
    """With G over all matrices."""
    return equal(contender.minimiser.loss, contender.spectral.least_loss(contender.spectral.outputs))


S3_26 = Claim(
    "S3-26",
    "The network and the rank-restricted problem have the same least value",
    LANDSCAPE.at("l. 100-103, (12)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"\min_{W_i}\|Y-XW_1\cdots W_N\|_F^2=\min_{\operatorname{rank}M\le r}\|Y-XM\|_F^2",
        minima_agree(0),
        "contenders",
        bound=True,
        strata=("attained", "one layer", "three layers or more", "the bottleneck costs something", *KINDS_OF_DATA),
        probes=(
            control("the same as without the restriction", unrestricted_minimum_agrees),
            control("the same as for rank r - 1", minima_agree(-1)),
        ),
        derivation="landscape.same_value",
    ),
)

LEAST_VALUE = (S3_21, S3_22, S3_23, S3_24, S3_25, S3_26)
