"""Document 003, section 5.2: balancedness constants and what they say of the norms of the layers."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from claims.decide import at_most, certainly, equivalent, every, exactly, undecided
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.descent_chains import NearlyBalanced
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.norms import (
    as_shown,
    falling_product_sign,
    frobenius,
    largest_eigenvalue,
    root_near,
    shifted_power_sign,
    spectral_squared,
)
from numerics.spectrum import as_fraction, smaller_gram

LAYERS = ("one layer", "two layers", "three layers or more")

# S3-87, S3-88: balancedness constants ---------------------------------------------------------------------------------------------


@assumption("h1", "delta is at least 0 and a balancedness constant of the weights")
def delta_is_a_constant(chained: NearlyBalanced) -> Decision:
    return exactly(chained.has_constant(chained.delta))


def zero_is_for_balanced_weights(chained: NearlyBalanced) -> Decision:
    """0 is a balancedness constant exactly for balanced weights."""
    return equivalent(exactly(chained.has_constant(chained.delta * 0)), exactly(chained.balanced))


def zero_is_for_zero_products(chained: NearlyBalanced) -> Decision:
    return equivalent(exactly(chained.has_constant(chained.delta * 0)), exactly(chained.product.is_zero()))


S3_87 = Claim(
    "S3-87",
    "Balancedness constants; balanced weights have constant 0",
    LANDSCAPE.at("l. 259-264, (28)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\|W_{j+1}^TW_{j+1}-W_jW_j^T\|\le\delta\ (j=1,\dots,N-1);\quad\delta=0\iff W\text{ balanced}",
        zero_is_for_balanced_weights,
        "nearly_balanced",
        words="Well formed, and 0 is a balancedness constant exactly where (27) holds.",
        strata=("one layer", "balanced", "not balanced", "zero weights", "all widths one"),
        probes=(control("0 is a balancedness constant exactly where the product vanishes", zero_is_for_zero_products),),
    ),
)


def layers_bounded(excess: Callable[[int], int]) -> Callable[[NearlyBalanced], Decision]:
    """|W_j|^2 <= |W|^(2/N) + excess(N) delta for all j, spectral norms, W the product."""

    def property(chained: NearlyBalanced) -> Decision:
        shift = as_fraction(chained.delta) * excess(chained.depth)
        product = smaller_gram(chained.product)
        return every(_layer_bounded(weight, product, chained.depth, shift) for weight in chained.weights)

    return property


def _layer_bounded(weight: Any, product: Any, depth: int, shift: Any) -> Decision:
    sign = shifted_power_sign(smaller_gram(weight), product, depth, shift)
    if sign is None:
        return undecided("the two sides cannot be told apart")
    right = root_near(largest_eigenvalue(product)[0], depth) + shift
    return exactly(sign <= 0, "a layer is larger than the bound", share_of(spectral_squared(weight)[0], right, sign))


def share_of(left: Any, right: Any, sign: int) -> str | None:
    """left / right as text, 1 exactly where the comparison said so; None where the bound is zero."""
    if right <= 0:
        return None
    return "1" if sign == 0 else as_shown(left / right, below=sign < 0)


def norms_multiply(chained: NearlyBalanced) -> Decision:
    """The product of the norms of the layers is at most the norm of the product."""
    squares = [spectral_squared(weight) for weight in chained.weights]
    low, high = prod(square[0] for square in squares), prod(square[1] for square in squares)
    whole = spectral_squared(chained.product)
    return certainly(high <= whole[0], low > whole[1])


def printed_constant(depth: int) -> int:
    return depth + 1


def source_constant(depth: int) -> int:
    return (depth + 1) * (depth + 1)


def least_constant(depth: int) -> int:
    return depth - 1


def too_small(depth: int) -> int:
    return depth - 2


def no_excess(depth: int) -> int:
    """The case delta = 0."""
    return 0


S3_88 = Claim(
    "S3-88",
    "A balancedness constant gives bounds on the norms of the weights",
    LANDSCAPE.at("l. 264"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\max_j\|W_j\|^2\le f(\|W_N\cdots W_1\|,\delta,N),\quad f(w,\delta,N)=w^{2/N}+(N+1)\delta",
        layers_bounded(printed_constant),
        "nearly_balanced",
        words="Some bound of the layers by the product exists: that of (29) is one. The step size is derived from it in section 5.3.",
        assumptions=(delta_is_a_constant,),
        strata=(*LAYERS, "balanced", "not balanced", "product zero"),
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("the norms of the layers multiply to at most that of the product", norms_multiply),
        ),
        derivation="landscape.norm_chain",
    ),
    remark="The text says $\\|W\\|$; a constant alone bounds neither the product nor the layers, but the layers in terms of the product.",
)

# S3-89, S3-90, S3-92: Proposition 3.2 ---------------------------------------------------------------------------------------------


def falling_products_bounded(chained: NearlyBalanced) -> Decision:
    """s (s - delta) ... (s - (N-1) delta) <= |W|^2 for s = |W_j|^2, wherever s >= (N-1) delta."""
    return _falling(chained, as_fraction(chained.delta))


def faster_rise(chained: NearlyBalanced) -> Decision:
    """The same with half of delta."""
    return _falling(chained, as_fraction(chained.delta) / 2)


def _falling(chained: NearlyBalanced, step: Any) -> Decision:
    product = smaller_gram(chained.product)
    signs = [falling_product_sign(smaller_gram(weight), product, chained.depth, step) for weight in chained.weights]
    if None in signs:
        return undecided("the two sides cannot be told apart")
    return exactly(all(sign <= 0 for sign in signs if sign is not None), "", "1" if 0 in signs else None)


def layers_bounded_by_tuple(chained: NearlyBalanced) -> Decision:
    """(|W_j|^2 - (N+1) delta)^N <= sum_i |W_i|_F^2 for all j."""
    shift, whole = as_fraction(chained.delta) * (chained.depth + 1), sum(frobenius(weight) for weight in chained.weights)

    def sign_of(weight: Any) -> int | None:
        return shifted_power_sign(smaller_gram(weight), type(weight).of([[whole]]), chained.depth, shift)

    signs = [sign_of(weight) for weight in chained.weights]
    if None in signs:
        return undecided("the two sides cannot be told apart")
    return exactly(1 not in signs, "a layer is larger than the bound")


BALANCE_STRATA = (*LAYERS, "balanced", "not balanced", "product zero", "all widths one", "norms differ")


def proposition(words: str, latex: str, decided: Any, wrong: tuple[str, Any], reading: str = "") -> Statement:
    """A bound of the layers by the product of the weights and their balancedness constant."""
    return Statement(
        latex,
        decided,
        "nearly_balanced",
        words=words,
        reading=reading,
        assumptions=(delta_is_a_constant,),
        bound=True,
        strata=(*BALANCE_STRATA, "attained"),
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control(wrong[0], wrong[1]),
        ),
        derivation="landscape.norm_chain",
    )


PRINTED_BOUND = r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N+1)\,\delta"
TOO_SMALL = ("with (N - 2) delta", layers_bounded(too_small))

S3_89 = Claim(
    "S3-89",
    "Proposition 3.2: every layer is bounded by the product and the balancedness constant",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        proposition(
            "In the spectral norm, with the product on the right.",
            PRINTED_BOUND,
            layers_bounded(printed_constant),
            TOO_SMALL,
            "A",
        ),
        Statement(
            r"\|W_j\|^2\le\|W\|^{2/N}+(N+1)\,\delta,\quad\|W\|^2=\sum_j\|W_j\|_F^2",
            layers_bounded_by_tuple,
            "balanced_chains",
            words="'Let W be a tuple': with the norm of the tuple on the right the two sides do not even scale alike.",
            reading="B",
            assumptions=(delta_is_a_constant,),
        ),
    ),
    original=proposition(
        "The source, as it is quoted elsewhere (it was not at hand), has the larger constant.",
        r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N+1)^2\,\delta",
        layers_bounded(source_constant),
        TOO_SMALL,
    ),
    amended=proposition(
        "In the spectral norm, with the product of the weights on the right and not their tuple.",
        PRINTED_BOUND,
        layers_bounded(printed_constant),
        TOO_SMALL,
    ),
    sharp=(
        proposition(
            "N - 1 is enough, and it is the best constant: layers with squared norms 0, delta, 2 delta, ... have product zero and attain it for every N.",
            r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N-1)\,\delta",
            layers_bounded(least_constant),
            TOO_SMALL,
            "constant",
        ),
        proposition(
            "Behind it stands this inequality, attained by all chains of multiples of rotations whose squared norms rise by delta from layer to layer.",
            r"\prod_{k=0}^{N-1}\bigl(\|W_j\|^2-k\,\delta\bigr)\le\|W_N\cdots W_1\|^2\quad\text{where }\|W_j\|^2\ge(N-1)\,\delta",
            falling_products_bounded,
            ("with half of delta", faster_rise),
            "product",
        ),
    ),
    remark=(
        "Let $x$ be a vector and $\\rho_k$ the ratio by which layer $k$ stretches the square of the norm of what the layers below made of it. Near-balance gives "
        "$\\rho_{k+1}\\ge\\rho_k-\\delta$. For the $x$ that the transposed layers make of a top singular vector of $W_j$, the first $j$ ratios multiply to at least "
        "$\\prod_{k\\lt j}(\\|W_j\\|^2-k\\delta)$, so $\\rho_j\\ge\\|W_j\\|^2-(j-1)\\delta$, and the rest follows."
    ),
)


def frobenius_layers_bounded(chained: NearlyBalanced) -> Decision:
    """|W_j|_F^2 <= |W|_F^(2/N) + (N+1) delta as (|W_j|_F^2 - (N+1) delta)^N <= |W|_F^2."""
    return every(_frobenius_bounded(chained, weight, 1) for weight in chained.weights)


def frobenius_layers_bounded_by_rank(share: str = "1") -> Callable[[NearlyBalanced], Decision]:
    """|W_j|_F^2 <= share r_j (|W|_F^(2/N) + (N+1) delta), r_j the smaller dimension of W_j."""

    def property(chained: NearlyBalanced) -> Decision:
        return every(_frobenius_bounded(chained, weight, as_fraction(share) * min(weight.shape)) for weight in chained.weights)

    return property


def _frobenius_bounded(chained: NearlyBalanced, weight: Any, factor: Any) -> Decision:
    shift = as_fraction(chained.delta) * (chained.depth + 1)
    over = frobenius(weight) / factor - shift
    holds = over <= 0 or over**chained.depth <= frobenius(chained.product)
    return exactly(holds, "a layer is larger than the bound")


@assumption("h1", "delta bounds the differences in the Frobenius norm")
def delta_in_frobenius_norm(chained: NearlyBalanced) -> Decision:
    limit = as_fraction(chained.delta)
    return exactly(limit >= 0 and all(frobenius(gap) <= limit * limit for gap in chained.gaps))


@assumption("balanced", "the weights are balanced, with constant 0")
def weights_are_balanced(chained: NearlyBalanced) -> Decision:
    return exactly(bool(chained.delta == 0) and chained.balanced)


def balanced_frobenius(share: str = "1") -> Callable[[NearlyBalanced], Decision]:
    """|W_j|_F^(2N) <= share r^(N-1) |W|_F^2 with r the least width."""

    def property(chained: NearlyBalanced) -> Decision:
        r = min(weight.shape[k] for weight in chained.weights for k in (0, 1))
        n, right = chained.depth, frobenius(chained.product) * as_fraction(share)
        return every(at_most(frobenius(weight) ** n, right * r ** (n - 1)) for weight in chained.weights)

    return property


def balanced_frobenius_without_width(chained: NearlyBalanced) -> Decision:
    right = frobenius(chained.product)
    return every(at_most(frobenius(weight) ** chained.depth, right) for weight in chained.weights)


def one_unit(q: Any) -> NearlyBalanced:
    return NearlyBalanced((q.of([[1, 0]]), q.of([[1], [0]])), q.scalar(0))


def two_identities(q: Any) -> NearlyBalanced:
    return NearlyBalanced((q.eye(2), q.eye(2)), q.scalar(0))


S3_90 = Claim(
    "S3-90",
    "Proposition 3.2 in the Frobenius norm",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\|W_j\|_F^2\le\|W_N\cdots W_1\|_F^{2/N}+(N+1)\,\delta",
        frobenius_layers_bounded,
        "balanced_chains",
        words="The printed norm has no subscript; this is (28) and (29) with Frobenius norms, and delta = 0 refutes it.",
        assumptions=(delta_in_frobenius_norm,),
    ),
    amended=Statement(
        r"\|W_j\|_F^2\le\min(d_j,d_{j-1})\bigl(\|W_N\cdots W_1\|_F^{2/N}+(N+1)\,\delta\bigr)",
        frobenius_layers_bounded_by_rank(),
        "nearly_balanced",
        words="With the smaller dimension of the layer as a factor: it follows from the spectral bound.",
        assumptions=(delta_in_frobenius_norm,),
        strata=(*LAYERS, "balanced", "not balanced", "product zero"),
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("without the factor", frobenius_layers_bounded, over="balanced_chains"),
            control(
                "with 19/20 of it", frobenius_layers_bounded_by_rank("19/20"), over=only("(1, 0) and its transpose", one_unit)
            ),
        ),
    ),
    sharp=Statement(
        r"\delta=0\ \Rightarrow\ \|W_j\|_F^{2N}\le r^{N-1}\,\|W_N\cdots W_1\|_F^2,\quad r=\min_id_i",
        balanced_frobenius(),
        "balanced_chains",
        words="For balanced weights the factor is the power 1 - 1/N of the least width, attained by equal singular values (by the inequality of the power means).",
        assumptions=(weights_are_balanced,),
        bound=True,
        strata=("attained", *LAYERS),
        probes=(
            without("balanced", "for weights that are not balanced", over="nearly_balanced"),
            control("without the width", balanced_frobenius_without_width),
            control("with nineteen twentieths of it", balanced_frobenius("19/20"), over=only("two layers I", two_identities)),
        ),
    ),
)


def norms_are_equal(chained: NearlyBalanced) -> Decision:
    """|W_j|^(2N) = |W|^2 for all j."""
    return exactly(signs_of_balance(chained) == {0}, "a layer is larger or smaller than the root of the product")


def signs_of_balance(chained: NearlyBalanced) -> set[int | None]:
    """The signs of |W_j|^N - |W| that occur."""
    product = smaller_gram(chained.product)
    return {shifted_power_sign(smaller_gram(weight), product, chained.depth, as_fraction(0)) for weight in chained.weights}


def product_is_smaller(chained: NearlyBalanced) -> Decision:
    return exactly(signs_of_balance(chained) == {1})


S3_92 = Claim(
    "S3-92",
    "Proposition 3.2 for balanced weights",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\delta=0\ \Rightarrow\ \|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}",
        layers_bounded(no_excess),
        "balanced_chains",
        words="The case of the balancedness constant 0.",
        assumptions=(weights_are_balanced,),
        bound=True,
        strata=(*LAYERS, "product zero", "attained"),
        probes=(
            without("balanced", "for weights that are not balanced", over="nearly_balanced"),
            control("the layers are larger", product_is_smaller),
        ),
        derivation="landscape.norm_chain",
    ),
    sharp=Statement(
        r"\delta=0\ \Rightarrow\ \|W_1\|^N=\dots=\|W_N\|^N=\|W_N\cdots W_1\|",
        norms_are_equal,
        "balanced_chains",
        words="With equality, in the spectral norm.",
        assumptions=(weights_are_balanced,),
        strata=(*LAYERS, "product zero", "zero weights"),
        probes=(
            without("balanced", "for weights that are not balanced", over="nearly_balanced"),
            control("the product is smaller", product_is_smaller),
        ),
    ),
)
