"""Document 002, appendix B.2: the steps of the proof for linear networks without regularisation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.decide import at_most, both, equal, equivalent, every, exactly, less
from claims.documents.topology.source import TOPOLOGY
from claims.instances.level_paths import LayerPair, SingularPath, Widths
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.balanced_factors import completed_to_one
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import hstack
from numerics.paths import Path
from numerics.spectrum import spectral_norm_at_most

# S2-31: the layer of the induction ------------------------------------------------------------------------------------------


@assumption("h1", "every hidden layer is at least as wide as the smaller end")
def hidden_layers_reach_the_smaller_end(chain: Widths) -> Decision:
    return exactly(all(width >= min(chain.sizes[0], chain.sizes[-1]) for width in chain.sizes[1:-1]))


@assumption("layers", "there is a hidden layer")
def there_is_a_hidden_layer(chain: Widths) -> Decision:
    return exactly(len(chain.sizes) > 2)


def _supported(sizes: tuple[int, ...], place: int) -> bool:
    """n_k >= min(n_(k-1), n_(k+1)) for the hidden layer at that place."""
    return sizes[place] >= min(sizes[place - 1], sizes[place + 1])


def some_hidden_layer_is_supported(chain: Widths) -> Decision:
    return exactly(any(_supported(chain.sizes, place) for place in range(1, len(chain.sizes) - 1)))


def first_or_last_hidden_layer_is_supported(chain: Widths) -> Decision:
    return exactly(_supported(chain.sizes, 1) or _supported(chain.sizes, len(chain.sizes) - 2))


def first_hidden_layer_is_supported(chain: Widths) -> Decision:
    return exactly(_supported(chain.sizes, 1))


def every_hidden_layer_is_supported(chain: Widths) -> Decision:
    return exactly(all(_supported(chain.sizes, place) for place in range(1, len(chain.sizes) - 1)))


S2_31 = Claim(
    "S2-31",
    "One hidden layer is at least as wide as one of its neighbours",
    TOPOLOGY.at("B.2"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=(
        Statement(
            r"\exists k^\ast\in\{1,\dots,K-1\}\colon\ n_{k^\ast}\ge\min(n_{k^\ast-1},n_{k^\ast+1})",
            some_hidden_layer_is_supported,
            "width_lists",
            words="Read as one of the hidden layers, here counted from 1 between the ends $n_0$ and $n_K$.",
            reading="A",
            assumptions=(hidden_layers_reach_the_smaller_end, there_is_a_hidden_layer),
            strata=("one hidden layer", "several hidden layers", "all sizes equal"),
            probes=(
                without("h1", "with any widths"),
                control("every hidden layer is one", every_hidden_layer_is_supported),
            ),
        ),
        Statement(
            r"\exists k^\ast\in\{1,K-1\}\colon\ n_{k^\ast}\ge\min(n_{k^\ast-1},n_{k^\ast+1})",
            first_or_last_hidden_layer_is_supported,
            "width_lists",
            words="To the letter: the first or the last hidden layer, the one beside the smaller end.",
            reading="B",
            assumptions=(hidden_layers_reach_the_smaller_end, there_is_a_hidden_layer),
            strata=("one hidden layer", "several hidden layers"),
            probes=(
                without("h1", "with any widths"),
                control("it is the first", first_hidden_layer_is_supported),
            ),
        ),
    ),
    remark=(
        "With three or more matrices reading A needs no hypothesis: the widest hidden layer is one. The indices of this paragraph do not fit each other: for "
        "$k^\\ast=1$ there is no $W_{k^\\ast-1}$, the product is written in both orders, and (iii) is about $\\tilde W_{k^\\ast-1}$ where (13) is about $\\tilde W_{k^\\ast}$. "
        "That the layers above and below can follow any path of the product is where the strict inequality is used (S2-22)."
    ),
)

# S2-32, S2-33: the full-rank case --------------------------------------------------------------------------------------------


@assumption("h2", "there are more units than columns")
def units_to_spare(path: SingularPath) -> Decision:
    return exactly(path.left.shape[0] > path.left.shape[1])


def decompositions_can_be_turned(path: SingularPath) -> Decision:
    """det V = 1 and a completion of U with determinant 1 for the same matrix; S(t) stays above rho and W(t) has rank m."""
    q, m = type(path.left), path.left.shape[1]
    flip = q.diagonal([1 if path.right.det() > 0 else -1] + [1] * (m - 1))
    left, right = path.left @ flip, path.right @ flip
    whole = completed_to_one(left)
    if whole is None:
        return exactly(False, "the determinants of U and V have a product of -1, whatever the signs")
    same = whole[:, :m] @ q.diagonal(path.first) @ right.T
    return every(
        (
            equal(same, path.matrix_of(path.first)),
            equal(whole.T @ whole, q.eye(path.left.shape[0])),
            exactly(bool(whole.det() == 1) and bool(right.det() == 1)),
            exactly(all(bool(value >= path.floor) for value in path.values)),
            exactly(path.matrix_of(path.values).rank() == m),
        )
    )


def first_decomposition_will_do(path: SingularPath) -> Decision:
    whole = completed_to_one(path.left)
    return exactly(whole is not None and bool(path.right.det() == 1))


S2_32 = Claim(
    "S2-32",
    "Singular value decompositions with determinants 1, joined with full rank",
    TOPOLOGY.at("B.2, (12)"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\det V=\det\bar U=1,\quad S_{ii}(t)\ge\rho,\quad\operatorname{rank}U(t)S(t)V(t)^T=m",
        decompositions_can_be_turned,
        "singular_paths",
        words="The signs of a column of U and of V are changed together, and a completion of U with determinant 1 exists.",
        assumptions=(units_to_spare,),
        strata=("units to spare", "one column", "equal singular values"),
        probes=(
            without("h2", "with as many units as columns"),
            control("without changing any sign", first_decomposition_will_do),
        ),
    ),
    remark="Without h2, which the weak inequality of the proof does not give, a square factor with a negative determinant has no such decomposition.",
)


def _inverse(path: SingularPath) -> Any:
    """The one-sided inverse (W'W)^-1 W' of W(t)."""
    w = path.matrix_of(path.values)
    return (w.T @ w).solve(w.T)


def norm_of_the_inverse_is(value: Any) -> Any:
    """|W(t)^-1| equals the value: at most that, and not less by any part of it."""

    def property(path: SingularPath) -> Decision:
        wanted, inverse = value(path), _inverse(path)
        slightly_less = wanted * Fraction(999, 1000) if isinstance(wanted, Fraction) else wanted * 999 / 1000
        return exactly(spectral_norm_at_most(inverse, wanted) and not spectral_norm_at_most(inverse, slightly_less))

    return property


one_over_the_norm = norm_of_the_inverse_is(lambda path: 1 / max(path.values))


def inverse_is_strictly_bounded(path: SingularPath) -> Decision:
    return less(path.floor, min(path.values), "the least singular value is attained")


def inverse_is_bounded(path: SingularPath) -> Decision:
    """|W(t)^-1| <= 1 / rho, by the matrix itself; its share is rho / sigma_min(t)."""
    bounded = exactly(spectral_norm_at_most(_inverse(path), 1 / path.floor))
    return both(bounded, at_most(path.floor, min(path.values)))


S2_33 = Claim(
    "S2-33",
    "The inverse stays bounded along the path",
    TOPOLOGY.at("B.2"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=(
        Statement(
            r"\|W(t)^{-1}\|=\|S(t)\|^{-1}",
            one_over_the_norm,
            "singular_paths",
            words="The norm of the inverse is the inverse of the norm (spectral norm, the one-sided inverse of least norm).",
            reading="A",
        ),
        Statement(
            r"\|W(t)^{-1}\|\lt \rho^{-1}",
            inverse_is_strictly_bounded,
            "singular_paths",
            words="The bound, with the strict sign: $\\sigma_{\\min}(W(t))\\gt \\rho$.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"U(t)^TU(t)=V(t)^TV(t)=I\ \Rightarrow\ \|W(t)^{-1}\|=\sigma_{\min}(S(t))^{-1}\le\rho^{-1}",
        inverse_is_bounded,
        "singular_paths",
        words="With the least singular value in place of the norm and a weak sign, which is all that the proof needs, on paths of matrices with orthonormal columns.",
        bound=True,
        strata=("attained", "at an end", "one column", "as many units as columns"),
        probes=(control("with the strict sign", inverse_is_strictly_bounded),),
    ),
    remark=(
        "The two are equal only where all singular values are, and the bound is attained at the end that defines $\\rho$. The document asks of $V(t)$ and $\\bar U(t)$ "
        "only that their determinants are 1, and so of matrices that may shrink vectors; but two rotations are joined by rotations."
    ),
)

# S2-34: the limits ------------------------------------------------------------------------------------------------------------


@assumption("h1", "the lower layer has full column rank")
def lower_layer_is_injective(pair: LayerPair) -> Decision:
    return exactly(pair.lower.rank() == pair.lower.shape[1])


def _least_inverse(pair: LayerPair) -> Any:
    return (pair.lower.T @ pair.lower).solve(pair.lower.T)


def limit_is_the_given_layer(pair: LayerPair) -> Decision:
    return equal(pair.product @ _least_inverse(pair), pair.upper)


def some_inverse_gives_the_layer(pair: LayerPair) -> Decision:
    """Every one-sided inverse is L + Z N' with N'W = 0; whether one of them takes W~ back to W_k* is a linear system for Z."""
    blind = pair.lower.T.nullspace()
    missing = pair.upper - pair.product @ _least_inverse(pair)
    if not blind.shape[1]:
        return exactly(bool(missing.is_zero()))
    wanted = missing @ blind @ (blind.T @ blind).inverse()
    found = minimum_norm_solution(pair.product, wanted)
    inverse = _least_inverse(pair) + found @ blind.T
    unit = type(pair.lower).eye(pair.lower.shape[1])
    return both(equal(inverse @ pair.lower, unit), equal(pair.product @ inverse, pair.upper))


def one_exists_where_the_ranks_agree(pair: LayerPair) -> Decision:
    return equivalent(some_inverse_gives_the_layer(pair), exactly(pair.product.rank() == pair.upper.rank()))


def a_leg_of_constant_product_joins_them(pair: LayerPair) -> Decision:
    """From W_k* straight to W~ W^+ at a fixed lower layer: the product at both ends is W~, and so it is between."""
    path = Path.through((pair.lower, pair.upper), (pair.lower, pair.product @ _least_inverse(pair)))
    return every(equal(upper @ lower, pair.product) for segment in path.segments for lower, upper in (segment.start, segment.end))


S2_34 = Claim(
    "S2-34",
    "The path of the upper factor tends to the given one at its ends",
    TOPOLOGY.at("B.2, (13)-(15)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\lim_{t\to0}\tilde W(t)W_{k^\ast-1}(t)^{-1}=W_{k^\ast}^A",
            limit_is_the_given_layer,
            "layer_pairs",
            words="With the one-sided inverse of least norm, which is the one that the singular value decomposition gives.",
            reading="A",
            assumptions=(lower_layer_is_injective,),
        ),
        Statement(
            r"\exists L\colon\ LW_{k^\ast-1}^A=I,\ \tilde W^AL=W_{k^\ast}^A",
            some_inverse_gives_the_layer,
            "layer_pairs",
            words="With some one-sided inverse.",
            reading="B",
            assumptions=(lower_layer_is_injective,),
        ),
    ),
    amended=Statement(
        r"\bigl((1-s)W_{k^\ast}^A+s\,\tilde W^A(W_{k^\ast-1}^A)^+\bigr)W_{k^\ast-1}^A=\tilde W^A,\quad0\le s\le1",
        a_leg_of_constant_product_joins_them,
        "layer_pairs",
        words="One more leg at each end, of constant product, leads from the given factor to the limit.",
        assumptions=(lower_layer_is_injective,),
        strata=("units to spare", "as many units as inputs", "zero upper layer"),
        probes=(control("the leg has length zero", limit_is_the_given_layer),),
        derivation="topology.filling",
    ),
    sharp=Statement(
        r"\exists L\colon\ LW=I,\ \tilde WL=W_{k^\ast}\iff\operatorname{rank}\tilde W=\operatorname{rank}W_{k^\ast}",
        one_exists_where_the_ranks_agree,
        "layer_pairs",
        words="A one-sided inverse with that limit exists exactly where the lower layer does not lower the rank.",
        assumptions=(lower_layer_is_injective,),
        strata=("units to spare", "as many units as inputs"),
        probes=(control("it always exists", some_inverse_gives_the_layer),),
    ),
    remark=(
        "$\\tilde WW_{k^\\ast-1}^+$ is $W_{k^\\ast}$ behind the projection on the range of $W_{k^\\ast-1}$: what $W_{k^\\ast}$ does on the other units, which nothing reaches, "
        "is lost. The gap is harmless: those weights can be taken to zero at constant loss."
    ),
)

# S2-35: the rank-deficient case ----------------------------------------------------------------------------------------------


def _shrunk(pair: LayerPair) -> Any:
    """The upper layer without its part on P n Q: the units' directions that nothing reaches and that it reads."""
    unreached, kernel = pair.lower.T.nullspace(), pair.upper.nullspace()
    common = unreached @ (kernel.T @ unreached).nullspace()
    return pair.upper - pair.upper @ _projection(pair, common)


def _projection(pair: LayerPair, basis: Any) -> Any:
    if not basis.shape[1]:
        return type(pair.upper).zeros(basis.shape[0], basis.shape[0])
    return basis @ (basis.T @ basis).solve(basis.T)


def rank_is_raised_inside_the_kernel(pair: LayerPair) -> Decision:
    """After shrinking at constant product, the range of the lower layer and the kernel of the upper one span all units; so the
    lower layer grows to rank m in directions of the kernel, again at constant product.
    """
    upper = _shrunk(pair)
    kernel, (units, m) = upper.nullspace(), pair.lower.shape
    stacked = hstack(pair.lower, kernel)
    new = [j - m for j in stacked.rref()[1] if j >= m]
    empty = pair.lower.nullspace()
    grown = pair.lower + kernel[:, new[: empty.shape[1]]] @ empty.T
    return every(
        (
            equal(upper @ pair.lower, pair.product),
            exactly(stacked.rank() == units),
            exactly(grown.rank() == m),
            equal(upper @ grown, pair.product),
        )
    )


def any_new_direction_is_in_the_kernel(pair: LayerPair) -> Decision:
    """The lower layer grows in a direction orthogonal to its range, the first of P."""
    upper, unreached = _shrunk(pair), pair.lower.T.nullspace()
    if not unreached.shape[1]:
        return exactly(True)
    grown = pair.lower + unreached[:, [0]] @ pair.row
    return equal(upper @ grown, pair.product)


def shrinking_is_not_needed(pair: LayerPair) -> Decision:
    kernel = pair.upper.nullspace()
    return exactly(hstack(pair.lower, kernel).rank() == pair.lower.shape[0])


S2_35 = Claim(
    "S2-35",
    "The rank-deficient case: shrink the upper layer, then let the lower one grow",
    TOPOLOGY.at("B.2"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=(
        Statement(
            r"P\cap Q=\{0\}\ \Rightarrow\ \exists W'\colon\ \operatorname{rank}W'=m,\ W_{k^\ast}W'=W_{k^\ast}W_{k^\ast-1}",
            rank_is_raised_inside_the_kernel,
            "layer_pairs",
            words="Some new directions fall into the kernel of $W_{k^\\ast}$, as many as are missing.",
            reading="A",
            strata=("deficient column rank", "zero lower layer", "zero upper layer", "as many units as inputs"),
            probes=(control("without shrinking first", shrinking_is_not_needed),),
        ),
        Statement(
            r"P\cap Q=\{0\}\ \Rightarrow\ W_{k^\ast}(W_{k^\ast-1}+pr^T)=W_{k^\ast}W_{k^\ast-1},\quad p\in P",
            any_new_direction_is_in_the_kernel,
            "layer_pairs",
            words="The new directions may be taken orthogonal to the range.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\operatorname{range}W_{k^\ast-1}+\ker W_{k^\ast}=\mathbb R^{n_1}\ \Rightarrow\ \exists W'\colon\ \operatorname{rank}W'=m,\ W_{k^\ast}W'=W_{k^\ast}W_{k^\ast-1}",
        rank_is_raised_inside_the_kernel,
        "layer_pairs",
        words="What $P\\cap Q=\\{0\\}$ means: range and kernel span all units. The directions have to be chosen in the kernel.",
        strata=("deficient column rank", "zero lower layer"),
        probes=(control("without shrinking first", shrinking_is_not_needed),),
    ),
    remark="Printed is $P\\cap Q=\\emptyset$, which two subspaces never satisfy; zero is meant. That $W_{k^\\ast}$ may be shrunk on the intersection is part of both checks.",
)

PROOF = (S2_31, S2_32, S2_33, S2_34, S2_35)
