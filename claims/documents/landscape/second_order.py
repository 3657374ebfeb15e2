"""Document 003, section 3.2: which factors of one product give strict and which non-strict saddle points, and the plateau values."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, equivalent, every, exactly
from claims.documents.landscape.assumptions import (
    A1,
    A1_FOLLOWS,
    A2,
    A3,
    A5,
    CRITICAL,
    DEPENDENT_INPUTS,
    PRINTED_ASSUMPTIONS,
    at_point,
)
from claims.documents.landscape.minimisers import LEADING, MINIMUM, first
from claims.documents.landscape.saddles import (
    BELOW,
    DEEP,
    NONSTRICT,
    SHALLOW,
    curvatures,
    explicit,
    is_no_maximiser,
    is_no_minimiser,
    is_nonstrict_saddle,
    is_saddle,
    is_strict,
    next_value,
    some_curvature_is_positive,
    straight_way_down,
    unit_corner,
    zero_corner,
)
from claims.documents.landscape.source import LANDSCAPE
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, without
from numerics.chains import above, below, between, chain

# S3-57, S3-58: three layers and two ----------------------------------------------------------------------------------------------


def both_kinds_occur(point: Any) -> Decision:
    """Two critical points of the same widths and product: Z_h = E_11 in the middle (strict) and Z_h = 0 (non-strict)."""
    chosen = first(point.rank)
    bent, flat = explicit(point, chosen, unit_corner), explicit(point, chosen, zero_corner)
    same = equal(bent.network.product, flat.network.product)
    return every((CRITICAL.holds(bent), CRITICAL.holds(flat), same, is_strict(bent), is_nonstrict_saddle(flat)))


def zero_blocks_are_strict(point: Any) -> Decision:
    return is_strict(explicit(point, first(point.rank), zero_corner))


def both_kinds_occur_exactly_if_possible(point: Any) -> Decision:
    possible = point.network.depth > 2 and point.rank < point.thinnest and next_value(point) != 0
    return equivalent(both_kinds_occur(point), exactly(possible))


def both_kinds_occur_in_deep_networks_only(point: Any) -> Decision:
    return equivalent(both_kinds_occur(point), exactly(point.network.depth > 2))


S3_57 = Claim(
    "S3-57",
    "With three layers or more the minimisers of smaller rank occur as strict and as non-strict saddle points",
    LANDSCAPE.at("l. 193"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=Statement(
        r"\forall r<r_{\max}\ \exists W,W'\colon\ W_H\cdots W_1=W_H'\cdots W_1'=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1},\ S=[1,r],\ \nabla^2L(W)\not\succeq0,\ \nabla^2L(W')\succeq0",
        both_kinds_occur,
        "deep_leading_points",
        words="Read as an existence, the product being given and the factors free: both kinds are built for these data, widths and r, and decided by the exact inertia of the Hessian. Ties do no harm.",
        assumptions=(A1, A2, A3, DEEP, BELOW),
        strata=(
            "rank zero",
            "three layers or more",
            "a hidden layer of width one",
            "repeated eigenvalues",
            "distinct eigenvalues",
        ),
        probes=(
            without("deep", "for two layers", over="leading_critical_points"),
            without("r", "for r = r_max", over="all_leading_points"),
            without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
            control("the point with all blocks zero is strict", zero_blocks_are_strict),
        ),
        cost=Cost.SLOW,
    ),
    sharp=Statement(
        r"\text{both kinds occur}\iff H\ge3,\ r<r_{\max}\ \text{ and }\ \lambda_{r+1}>0",
        both_kinds_occur_exactly_if_possible,
        "all_leading_points",
        words="All that the assumptions are needed for is that some of Sigma is left: with the next eigenvalue zero the point is a global minimiser.",
        strata=(
            "two layers",
            "three layers or more",
            "zero eigenvalue",
            "repeated eigenvalues",
            "inputs of deficient row rank",
            "largest rank",
        ),
        probes=(control("the number of layers decides alone", both_kinds_occur_in_deep_networks_only),),
        cost=Cost.SLOW,
    ),
)


def is_loose_and_strict(point: Any) -> Decision:
    """Not tightened, with a negative eigenvalue."""
    return both(exactly(not point.is_tightened, "it is tightened"), is_strict(point))


S3_58 = Claim(
    "S3-58",
    "With two layers all saddle points are strict",
    LANDSCAPE.at("l. 193"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"H=2,\ r<r_{\max}\ \Rightarrow\ \lambda_{\min}(\nabla^2L(W))<0",
        is_loose_and_strict,
        "shallow_critical_points",
        words="Why the statement on both kinds asks for three layers, which the document does not say: with two none of these points is tightened, and all of them are strict. Ties do no harm.",
        assumptions=(*PRINTED_ASSUMPTIONS, SHALLOW, BELOW),
        strata=(
            "rank zero",
            "leading indices",
            "not leading",
            "some block nonzero",
            "a hidden layer of width one",
            "repeated eigenvalues",
            "distinct eigenvalues",
        ),
        probes=(
            without("N", "for more layers", over="critical_points"),
            without("r", "for r = r_max", over="critical_points"),
            without("A2", DEPENDENT_INPUTS, over="dependent_shallow_points"),
            without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
            control("its Hessian has two negative eigenvalues at least", lambda point: exactly(curvatures(point).negative >= 2)),
        ),
        derivation="landscape.strict_pivot",
    ),
    sharp=Statement(
        r"H=2,\ \nabla L(W)=0,\ L(W)>\min L\ \Rightarrow\ \lambda_{\min}(\nabla^2L(W))<0",
        is_strict,
        "all_stationary_networks",
        words="On any data and for any rank: with two layers every critical point that is no global minimiser is a strict saddle.",
        assumptions=(
            CRITICAL,
            SHALLOW,
            at_point("minimum", "W is no global minimiser", lambda point: MINIMUM.holds(point).fails),
        ),
        strata=("repeated eigenvalues", "product zero", "a hidden bottleneck"),
        probes=(
            without("N", "for more layers"),
            without("minimum", "for global minimisers"),
            control("its Hessian has two negative eigenvalues at least", lambda point: exactly(curvatures(point).negative >= 2)),
        ),
    ),
    remark=A1_FOLLOWS,
)

# S3-59, S3-62: the criterion -----------------------------------------------------------------------------------------------------


def same_product_of_both_kinds(point: Any) -> Decision:
    """Factors of the given product of the kind that the point is not."""
    corner = unit_corner if point.is_tightened else zero_corner
    other = explicit(point, point.chosen, corner)
    decided = both(CRITICAL.holds(other), equal(other.network.product, point.network.product))
    return both(decided, exactly(is_strict(other).holds != is_strict(point).holds, "the other factors are of the same kind"))


def gauge_changes_the_kind(point: Any) -> Decision:
    """Without the invertible factors between the layers the point is of another kind."""
    kind = type(point.spectral.basis)
    plain = type(point)(point.spectral, point.chosen, point.blocks, tuple(kind.eye(base.shape[0]) for base in point.bases))
    return exactly(is_strict(plain).holds != is_strict(point).holds)


def nonstrict_exactly_if_tightened(point: Any) -> Decision:
    """A tightened point is a non-strict saddle and one that is not tightened a strict one."""
    return both(equivalent(is_nonstrict_saddle(point), exactly(point.is_tightened)), is_saddle(point))


def nonstrict_exactly_if_first_pivot_fits(point: Any) -> Decision:
    inner = between(point.network.weights, point.network.depth, 1).rank()
    return equivalent(is_nonstrict_saddle(point), exactly(point.rank in (inner, point.spectral.data.yx.rank())))


def blocks(network: Any) -> list[tuple[Any, Any]]:
    """The complementary blocks of every pivot i > j."""
    weights, xy = network.weights, network.data.yx.T
    pivots = [(i, j) for i in range(2, len(weights) + 1) for j in range(1, i)]
    return [(below(weights, j) @ xy @ above(weights, i), between(weights, i, j)) for i, j in pivots]


def tightened_at(network: Any, rank: int) -> bool:
    return all(rank in (outer.rank(), inner.rank()) for outer, inner in blocks(network))


def no_block_has_smaller_rank(point: Any) -> Decision:
    smallest = min(block.rank() for pair in blocks(point.network) for block in pair)
    return at_most(point.network.product.rank(), smallest)


def every_block_has_the_rank(point: Any) -> Decision:
    return exactly(all(point.rank == block.rank() for pair in blocks(point.network) for block in pair))


def explicit_is_tightened_exactly_if_blocks_vanish(point: Any) -> Decision:
    """The point with Z_1 = Z_H = 0 and the middle blocks of this one."""
    middle = point.blocks[1:-1]
    vanishes = bool(middle) and chain(middle).is_zero()
    outer = type(point)(point.spectral, point.chosen, (point.blocks[0] * 0, *middle, point.blocks[-1] * 0), point.bases)
    return equivalent(exactly(outer.is_tightened), exactly(vanishes))


def explicit_is_tightened_exactly_if_a_block_vanishes(point: Any) -> Decision:
    middle = point.blocks[1:-1]
    outer = type(point)(point.spectral, point.chosen, (point.blocks[0] * 0, *middle, point.blocks[-1] * 0), point.bases)
    return equivalent(exactly(outer.is_tightened), exactly(any(block.is_zero() for block in middle)))


def semidefinite_exactly_if_least_and_tightened(point: Any) -> Decision:
    """The Hessian is positive semidefinite if and only if the loss is the least one of the rank r of P X and the point is tightened."""
    rank = (point.network.product @ point.spectral.data.inputs).rank()
    least = point.network.loss == point.spectral.least_loss(rank)
    return equivalent(exactly(is_strict(point).fails), exactly(bool(least) and tightened_at(point.network, rank)))


def semidefinite_exactly_if_tightened(point: Any) -> Decision:
    rank = (point.network.product @ point.spectral.data.inputs).rank()
    return equivalent(exactly(is_strict(point).fails), exactly(tightened_at(point.network, rank)))


CRITERION = r"\text{for every pivot }(i,j)\colon\ \operatorname{rank}(W_{j-1}\cdots W_1\Sigma_{XY}W_H\cdots W_{i+1})=r\ \text{ or }\ \operatorname{rank}(W_{i-1}\cdots W_{j+1})=r"

S3_59 = Claim(
    "S3-59",
    "The kind of the saddle depends on the parametrisation: it is non-strict if and only if the point is tightened",
    LANDSCAPE.at("l. 193"),
    Kind.EQUIVALENCE,
    Weight.HEADLINE,
    printed=Statement(
        r"\text{the kind of }W\text{ is no function of }W_H\cdots W_1\qquad(S=[1,r],\ r<r_{\max},\ H\ge3)",
        same_product_of_both_kinds,
        "deep_leading_points",
        words="To each of these points there are others with the same product and of the other kind.",
        assumptions=(A1, A2, A3, CRITICAL, LEADING, DEEP, BELOW),
        strata=("tightened", "not tightened", "rank zero", "repeated eigenvalues"),
        probes=(control("invertible factors between the layers change the kind", gauge_changes_the_kind),),
        cost=Cost.SLOW,
    ),
    original=(
        Statement(
            r"W\text{ is a non-strict saddle}\iff\text{tightened: }" + CRITERION,
            nonstrict_exactly_if_tightened,
            "leading_critical_points",
            words="The criterion of the source, for S = [1, r] with r below r_max; otherwise the point is a strict saddle.",
            reading="criterion",
            assumptions=(*PRINTED_ASSUMPTIONS, A5, LEADING, BELOW),
            strata=(
                "tightened",
                "not tightened",
                "two layers",
                "three layers or more",
                "rank zero",
                "some block nonzero",
                "bases turned",
            ),
            probes=(
                without("S", "for other index sets", over="trailing_critical_points"),
                without("r", "for r = r_max, where the point is a minimiser", over="critical_points"),
                without("A5", "with repeated eigenvalues", over="deep_leading_points"),
                without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
                control("the pivot of the first and the last layer decides alone", nonstrict_exactly_if_first_pivot_fits),
            ),
            cost=Cost.SLOW,
        ),
        Statement(
            r"\operatorname{rank}(W_{j-1}\cdots W_1\Sigma_{XY}W_H\cdots W_{i+1})\ge r,\qquad\operatorname{rank}(W_{i-1}\cdots W_{j+1})\ge r",
            no_block_has_smaller_rank,
            "critical_points",
            words="Both complementary blocks have at least the rank of the product.",
            reading="blocks",
            bound=True,
            assumptions=PRINTED_ASSUMPTIONS,
            strata=("two layers", "three layers or more", "rank zero", "largest rank", "not leading", "attained"),
            probes=(control("all of them have that rank", every_block_has_the_rank),),
        ),
        Statement(
            r"\text{the explicit point is tightened}\iff Z_{H-1}\cdots Z_2=0\qquad(r<r_{\max})",
            explicit_is_tightened_exactly_if_blocks_vanish,
            "critical_points",
            words="For the points with Z_1 = 0 and Z_H = 0 one product decides (an empty product is the identity: with two layers none is tightened).",
            reading="explicit",
            assumptions=(A1, A2, A3, BELOW),
            strata=("two layers", "three layers or more", "some block nonzero", "all blocks zero", "rank zero"),
            probes=(
                without("A3", "with a cross moment of deficient rank", over="singular_critical_points"),
                control(
                    "one vanishing block is needed", explicit_is_tightened_exactly_if_a_block_vanishes, over="tightened_points"
                ),
            ),
        ),
    ),
    sharp=Statement(
        r"\nabla^2L(W)\succeq0\iff L(W)=\min_{\operatorname{rank}M\le r}\|Y-MX\|_F^2\ \text{ and }\ W\text{ is tightened},\qquad r=\operatorname{rank}(W_H\cdots W_1X)",
        semidefinite_exactly_if_least_and_tightened,
        "all_stationary_networks",
        words="For every critical point on any data, ties, vanishing eigenvalues, dependent inputs and minimisers included.",
        assumptions=(CRITICAL,),
        strata=(
            "repeated eigenvalues",
            "zero eigenvalue",
            "inputs of deficient row rank",
            "two layers",
            "three layers or more",
            "global minimum",
            "above the global minimum",
        ),
        probes=(
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("being tightened decides alone", semidefinite_exactly_if_tightened, over="trailing_critical_points"),
        ),
        cost=Cost.SLOW,
    ),
)

S3_62 = Claim(
    "S3-62",
    "The points with a positive semidefinite Hessian are saddles, not local minimisers",
    LANDSCAPE.at("l. 188-193"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"S=[1,r],\ r<r_{\max},\ \nabla^2L(W)\succeq0\ \Rightarrow\ W\text{ is no local minimiser}",
            is_no_minimiser,
            "tightened_points",
            words="From every such point an explicit polynomial curve leads down,",
            reading="minimiser",
            assumptions=(*PRINTED_ASSUMPTIONS, LEADING, BELOW, NONSTRICT),
            strata=("rank zero", "tightened", "repeated eigenvalues", "distinct eigenvalues"),
            probes=(
                without("r", "for r = r_max", over="all_leading_points"),
                without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
                control("a straight line leads down, with negative curvature", straight_way_down),
            ),
            derivation="landscape.escape_curve",
        ),
        Statement(
            r"S=[1,r],\ r<r_{\max},\ \nabla^2L(W)\succeq0\ \Rightarrow\ W\text{ is no local maximiser}",
            is_no_maximiser,
            "tightened_points",
            words="and a straight line leads up.",
            reading="maximiser",
            assumptions=(*PRINTED_ASSUMPTIONS, LEADING, BELOW, NONSTRICT),
            strata=("rank zero", "tightened", "zero weights"),
            probes=(control("with positive curvature", some_curvature_is_positive),),
        ),
    ),
    sharp=Statement(
        r"\nabla L(W)=0,\ \nabla^2L(W)\succeq0,\ L(W)>\min L\ \Rightarrow\ W\text{ is neither a local minimiser nor a local maximiser}",
        is_saddle,
        "all_tightened_networks",
        words="On any data: no critical point other than a global minimiser is a local minimiser.",
        assumptions=(
            CRITICAL,
            at_point("minimum", "W is no global minimiser", lambda point: MINIMUM.holds(point).fails),
            NONSTRICT,
        ),
        strata=("three layers or more", "product zero", "repeated eigenvalues"),
        probes=(
            without("minimum", "for global minimisers"),
            control("a straight line leads down, with negative curvature", straight_way_down),
        ),
    ),
)

# S3-19: plateau values -----------------------------------------------------------------------------------------------------------


def plateau_values(point: Any) -> set[str]:
    """The losses of the explicit non-strict saddle points, one for each r below r_max."""
    found = [explicit(point, first(r), zero_corner) for r in range(point.thinnest)]
    return {str(one.network.loss) for one in found if is_nonstrict_saddle(one).holds}


def as_many_plateaus_as_the_thinnest_width(point: Any) -> Decision:
    count = len(plateau_values(point))
    return equal(count, point.thinnest, f"{count} plateau values and the thinnest layer has width {point.thinnest}")


def one_plateau_more(point: Any) -> Decision:
    return equal(len(plateau_values(point)), point.thinnest + 1)


def as_many_plateaus_as_possible(point: Any) -> Decision:
    """min(r_max, rank Sigma) for three layers or more, none for two."""
    nonzero = sum(value != 0 for value in point.spectral.values)
    expected = min(point.thinnest, nonzero) if point.network.depth > 2 else 0
    return equal(len(plateau_values(point)), expected)


def loss_is_a_plateau_value(point: Any) -> Decision:
    """The loss is tr Sigma_YY minus the first r eigenvalues for some r below r_max."""
    values = [point.spectral.least_loss(r) for r in range(point.thinnest)]
    return exactly(point.network.loss in values, "the loss is none of the values")


S3_19 = Claim(
    "S3-19",
    "The non-strict saddle points have r_max plateau values",
    LANDSCAPE.at("l. 51"),
    Kind.NUMERIC,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\#\,\text{values of }L\text{ at non-strict saddles}\ \ge\ r_{\max}\qquad(H\ge3)",
            as_many_plateaus_as_the_thinnest_width,
            "deep_leading_points",
            words="For each r = 0, ..., r_max - 1 there is a non-strict saddle with a loss of its own,",
            reading="count",
            assumptions=(A1, A2, A3, DEEP),
            strata=("repeated eigenvalues", "distinct eigenvalues", "a hidden layer of width one", "a hidden bottleneck"),
            probes=(
                without("deep", "for two layers", over="leading_critical_points"),
                without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
                control("one more", one_plateau_more),
            ),
            cost=Cost.SLOW,
        ),
        Statement(
            r"W\text{ a non-strict saddle}\ \Rightarrow\ L(W)=\operatorname{tr}\Sigma_{YY}-\sum_{i\le r}\lambda_i\ \text{ for some }r=0,\dots,r_{\max}-1",
            loss_is_a_plateau_value,
            "all_tightened_networks",
            words="and no other loss occurs at a non-strict saddle (whatever the data).",
            reading="only",
            assumptions=(
                CRITICAL,
                at_point("minimum", "W is no global minimiser", lambda point: MINIMUM.holds(point).fails),
                NONSTRICT,
            ),
            strata=("three layers or more", "product zero", "repeated eigenvalues"),
            probes=(
                without("nonstrict", "at strict saddles", over="trailing_critical_points"),
                without("minimum", "at global minimisers", over="global_minimisers"),
                control("the loss is tr Sigma_YY", lambda point: equal(point.network.loss, point.spectral.data.yy.trace())),
            ),
        ),
    ),
    sharp=Statement(
        r"\#\,\text{values of }L\text{ at non-strict saddles}\ =\ \min(r_{\max},\operatorname{rank}\Sigma)\ \ (H\ge3),\qquad0\ \ (H=2)",
        as_many_plateaus_as_possible,
        "all_leading_points",
        words="On any data: vanishing eigenvalues take plateaus away, ties do not.",
        strata=("two layers", "three layers or more", "zero eigenvalue", "repeated eigenvalues", "inputs of deficient row rank"),
        probes=(control("as many as the thinnest layer is wide", as_many_plateaus_as_the_thinnest_width),),
        cost=Cost.SLOW,
    ),
    remark="The document refers to Theorem 1 of Achour et al. for the quoted sentence; in the journal version this is Theorem 7, and Theorem 1 is another statement.",
)

SECOND_ORDER = (S3_19, S3_57, S3_58, S3_59, S3_62)
