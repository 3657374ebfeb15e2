"""Document 003, sections 2.2 to 2.4: why a local minimiser attains the least loss.

Section 2 writes X W_1 ... W_N with samples as rows; instances hold the transposed network, whose ``in_rows`` is the document's.
Its matrix M (d_x x d_y) is the transpose of the product P = W_N ... W_1 of the instances.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import at_most, both, equal, equivalent, exactly, undecided
from claims.documents.landscape.least_value import KINDS_OF_DATA, unrestricted_minimum_agrees
from claims.documents.landscape.points import critical_is_global, implied, local_is_global, minimality
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear, Spectral, at_zero
from claims.instances.local_to_global import RankRestricted, descent
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.escape import Curve
from numerics.matrix import frobenius_squared, product

# S3-27 to S3-29: from the network to the rank-restricted problem -------------------------------------------------------------


@assumption("h1", "X has full row rank (samples as columns)")
def inputs_have_full_rank(point: Any) -> Decision:
    data = data_of(point)
    return exactly(data.inputs.rank() == data.inputs.shape[0])


@assumption("h2", "Y has full row rank (samples as columns)")
def targets_have_full_rank(point: Any) -> Decision:
    data = data_of(point)
    return exactly(data.targets.rank() == data.targets.shape[0])


def data_of(instance: Any) -> Data:
    return instance.spectral.data


def at_local_minima(conclusion):
    """The conclusion at every local minimiser; elsewhere a curve that goes down shows that the point is none."""

    def property(point: CriticalPoint) -> Decision:
        return implied(minimality(point), conclusion(point))

    return property


def least_of_rank(point: CriticalPoint) -> Any:
    return point.spectral.least_loss(point.thinnest)


def product_in_printed_order(weights: tuple[Any, ...]) -> Any:
    """W_N ... W_1 of the document's weights (d_(i-1) x d_i), None where the factors do not fit."""
    turned = weights[::-1]
    fit = all(upper.shape[1] == lower.shape[0] for upper, lower in pairwise(turned))
    return product(turned) if fit else None


def value_in_printed_order(rows: Any, wanted: Any) -> Decision:
    """|Y - X W_N ... W_1|^2 is defined and has the wanted value."""
    found, widths = product_in_printed_order(rows.weights), (rows.inputs.shape[1], *(w.shape[1] for w in rows.weights))
    if found is None or found.shape != (widths[0], widths[-1]):
        return exactly(False, f"X W_N ... W_1 is not defined for the widths {widths}")
    value = frobenius_squared(rows.targets - rows.inputs @ found)
    return exactly(bool(value == wanted), f"|Y - X W_N ... W_1|^2 = {value}, the local minimum has {wanted}")


def attains_in_printed_order(point: CriticalPoint) -> Decision:
    return value_in_printed_order(point.network.in_rows, least_of_rank(point))


def attains_unrestricted_minimum(point: CriticalPoint) -> Decision:
    """G is convex, so that its local minima are its global ones."""
    least, value = point.spectral.least_loss(point.spectral.outputs), data_of(point).loss_of(point.network.product)
    return exactly(bool(value == least), f"G(R) = {value}, the local minima of G have the value {least}")


def attains_restricted_minimum(point: CriticalPoint) -> Decision:
    """G(R) is the value of the global, hence local, minima of G over matrices of rank at most r, of which R is one."""
    R = point.network.product
    return both(exactly(R.rank() <= point.thinnest), equal(data_of(point).loss_of(R), least_of_rank(point)))


FULL_RANK = (inputs_have_full_rank, targets_have_full_rank)
POINTS = ("global minimum", "leading, below the largest rank", "not leading", "tightened", "not tightened")
DROPPED = (
    without("h1", "with inputs of deficient row rank", over="deficient_critical_points"),
    without("h2", "with targets of deficient row rank", over="deficient_critical_points"),
)
EVERY_CRITICAL = control("every critical point", attains_restricted_minimum)
TRANSPOSED = "The hypotheses are those of samples as columns, as in the paper; for the matrices of section 2, which hold samples as rows, they would say that no sample depends on the others."

S3_27 = Claim(
    "S3-27",
    "A local minimum of the network has the value of a local minimum of G",
    LANDSCAPE.at("l. 109, Theorem 2.1"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    also=("S3-28",),
    printed=(
        Statement(
            r"\{\bar W_i\}\text{ local minimum of }L\ \Rightarrow\ G(\bar W_N\cdots\bar W_1)\text{ is a local minimum of (8)}",
            at_local_minima(attains_in_printed_order),
            "all_critical_points",
            words="The product in the printed order, for $L=\\|Y-XW_1\\cdots W_N\\|_F^2$.",
            reading="order",
            assumptions=FULL_RANK,
        ),
        Statement(
            r"\{\bar W_i\}\text{ local minimum of }L\ \Rightarrow\ G(\bar W_1\cdots\bar W_N)\text{ is a local minimum of }G\text{ on }\mathbb R^{d_x\times d_y}",
            at_local_minima(attains_unrestricted_minimum),
            "all_critical_points",
            words="With G as defined in (7), without a restriction of the rank.",
            reading="G",
            assumptions=FULL_RANK,
        ),
    ),
    original=Statement(
        r"\{\bar W_i\}\text{ local minimum of }\tfrac12\|W_H\cdots W_1X-Y\|_F^2\ \Rightarrow\ \|\bar W_H\cdots\bar W_1X-Y\|_F^2\text{ is a local minimum subject to }\operatorname{rank}R\le d_p",
        at_local_minima(attains_restricted_minimum),
        "all_critical_points",
        words="Lu and Kawaguchi.",
        assumptions=FULL_RANK,
        strata=POINTS,
        probes=(EVERY_CRITICAL, *DROPPED),
        derivation="landscape.local_minima",
    ),
    amended=Statement(
        r"\{\bar W_i\}\text{ local minimum of }L\ \Rightarrow\ G(\bar W_1\cdots\bar W_N)\text{ is a local minimum of }G\text{ on }\{\operatorname{rank}M\le r\}",
        at_local_minima(attains_restricted_minimum),
        "all_critical_points",
        words="In the order of (5) and with the restriction of (8).",
        assumptions=FULL_RANK,
        strata=POINTS,
        probes=(EVERY_CRITICAL, *DROPPED),
        derivation="landscape.local_minima",
    ),
    sharp=Statement(
        r"\{\bar W_i\}\text{ local minimum of }L\ \Rightarrow\ \bar W_1\cdots\bar W_N\in\arg\min_{\operatorname{rank}M\le r}G(M)\qquad\text{for all }X,Y",
        at_local_minima(attains_restricted_minimum),
        "all_critical_points",
        words="Neither rank is needed (S3-28): from every critical point with a larger loss an explicit curve goes down, whatever the data.",
        strata=("inputs of deficient row rank", "targets of deficient row rank", *POINTS),
        probes=(EVERY_CRITICAL,),
        derivation="landscape.local_minima",
    ),
    remark=TRANSPOSED + " S3-28, that each rank is needed, is not shown: without either of them no counterexample exists.",
)


def lemma_rank_is_reached(point: CriticalPoint) -> Decision:
    """A product of the same loss and of rank r exists.

    Minimisers P agree in the rank s of P X, and P is free on the complement of the range of X: the largest rank that an
    equivalent minimiser can have is min(r, s + d_x - rank X).
    """
    data, r = data_of(point), point.thinnest
    seen = (point.network.product @ data.inputs).rank()
    largest = min(r, seen + data.inputs.shape[0] - data.inputs.rank())
    return exactly(largest == r, f"r = {r}, and the products of all minimisers have rank {largest} at most")


def rank_of_the_prediction(wanted):
    """rank(W X) at local minimisers."""

    def property(point: CriticalPoint) -> Decision:
        found = (point.network.product @ data_of(point).inputs).rank()
        return equal(found, wanted(point))

    return property


def product_has_rank_r(point: CriticalPoint) -> Decision:
    return equal(point.network.product.rank(), point.thinnest)


@assumption("moment", "the cross moment Y X' has rank r or more")
def moment_is_rich(point: CriticalPoint) -> Decision:
    return exactly(data_of(point).yx.rank() >= point.thinnest)


S3_29 = Claim(
    "S3-29",
    "To a local minimiser there is an equivalent one whose product has rank r",
    LANDSCAPE.at("l. 111-116, (13)"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\{\bar W_i\}\text{ local minimiser}\ \Rightarrow\ \exists\text{ local minimiser }\{\hat W_i\}\colon\ L(\{\hat W_i\})=L(\{\bar W_i\}),\ \operatorname{rank}(\hat W_1\cdots\hat W_N)=r",
        at_local_minima(lemma_rank_is_reached),
        "singular_critical_points",
        words="With X and Y of full row rank.",
        assumptions=FULL_RANK,
    ),
    amended=Statement(
        r"\operatorname{rank}(YX^T)\ge r,\ \{\bar W_i\}\text{ local minimiser}\ \Rightarrow\ \operatorname{rank}(\bar W_1\cdots\bar W_N)=r",
        at_local_minima(product_has_rank_r),
        "all_critical_points",
        words="Where the cross moment has rank r every local minimiser is such a one.",
        assumptions=(moment_is_rich,),
        strata=POINTS,
        probes=(
            without("moment", "with a cross moment of smaller rank"),
            control("every critical point", product_has_rank_r),
        ),
    ),
    sharp=Statement(
        r"\{\bar W_i\}\text{ local minimiser}\ \Rightarrow\ \operatorname{rank}(X\bar W_1\cdots\bar W_N)=\min(r,\operatorname{rank}YX^T)",
        at_local_minima(rank_of_the_prediction(lambda p: min(p.thinnest, data_of(p).yx.rank()))),
        "all_critical_points",
        words="For all data.",
        strata=("inputs of deficient row rank", "cross moment of deficient rank", *POINTS),
        probes=(control("rank r", at_local_minima(rank_of_the_prediction(lambda p: p.thinnest))),),
    ),
    remark=(
        "Full row rank of $X$ and of $Y$ does not make the cross moment $YX^T$ one of full rank: inputs and targets may be uncorrelated. Then all minimisers have the product 0. "
        "The theorem survives, because it needs no such lemma (S3-27)."
    ),
)

# S3-34 to S3-37: the rank-restricted problem, and the conclusion ------------------------------------------------------------------


def restricted_minimality(point: RankRestricted) -> Decision:
    """A global minimiser, or decided not to be a local one by a curve within the bound that goes down."""
    if point.value == point.least:
        return exactly(True)
    curve, data = point.descent, data_of(point)
    down = curve is not None and curve.goes_down(data.inputs, data.targets)
    return exactly(False) if down else undecided()


def restricted_local_is_global(point: RankRestricted) -> Decision:
    return implied(restricted_minimality(point), equal(point.value, point.least))


def restricted_critical_is_global(point: RankRestricted) -> Decision:
    return implied(exactly(point.factored.is_critical), equal(point.value, point.least))


def is_no_strict_minimiser(point: RankRestricted) -> Decision:
    """Not a local minimiser, or not the only one nearby; without a restriction and with X of full rank G is strictly convex."""
    minimal, data = restricted_minimality(point), data_of(point)
    if not minimal.holds:
        return exactly(True) if minimal.fails else minimal
    free = point.bound >= min(point.matrix.shape)
    if free and data.inputs.rank() == data.inputs.shape[0]:
        return exactly(False, "G is strictly convex and the rank is not restricted: its minimiser is a strict one")
    return undecided()


RESTRICTED_POINTS = (
    "rank below the bound",
    "rank at the bound",
    "no restriction",
    "a global minimiser",
    "critical, not a minimiser",
)

S3_34 = Claim(
    "S3-34",
    "No strictly local minimisers for the rank-restricted problem",
    LANDSCAPE.at("l. 132"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\hat M\text{ local minimiser of (8)}\ \Rightarrow\ G(\hat M)=\min_{\operatorname{rank}M\le r}G(M)",
        restricted_local_is_global,
        "rank_restricted_points",
        words="Strictly local: local and not global, as the first sentence of the section says.",
        strata=RESTRICTED_POINTS,
        probes=(
            control("every critical point is a global minimiser", restricted_critical_is_global),
            control("no minimiser is a strict one", is_no_strict_minimiser),
        ),
        derivation="landscape.local_minima",
    ),
    remark="Strict minimisers in the usual sense of the word are not excluded: where the minimiser is unique it is a strict one.",
)

RESTRICTED_DROPPED = without("h1", "with inputs of deficient row rank", over="deficient_restricted_points")
RESTRICTED_CRITICAL = control("every critical point of the problem is a global minimiser", restricted_critical_is_global)

S3_35 = Claim(
    "S3-35",
    "All local minima of the rank-restricted problem are global",
    LANDSCAPE.at("l. 136, Theorem 2.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"M\text{ local minimum of }\min_{\operatorname{rank}M\le r}\|Y-XM\|_F^2\ \Rightarrow\ M\text{ global minimum}",
        restricted_local_is_global,
        "rank_restricted_points",
        assumptions=(inputs_have_full_rank,),
        strata=RESTRICTED_POINTS,
        probes=(RESTRICTED_DROPPED, RESTRICTED_CRITICAL),
        derivation="landscape.local_minima",
    ),
    original=Statement(
        r"R\text{ local minimum of }\min_{\operatorname{rank}R\le d_p}\|RX-Y\|_F^2\ \Rightarrow\ R\text{ global minimum}",
        restricted_local_is_global,
        "rank_restricted_points",
        words="Lu and Kawaguchi: the transposed problem.",
        assumptions=(inputs_have_full_rank,),
        strata=RESTRICTED_POINTS,
        probes=(RESTRICTED_DROPPED, RESTRICTED_CRITICAL),
        derivation="landscape.local_minima",
    ),
    sharp=Statement(
        r"M\text{ local minimum of }\min_{\operatorname{rank}M\le r}\|Y-XM\|_F^2\ \Rightarrow\ M\text{ global minimum}\qquad\text{for all }X,Y",
        restricted_local_is_global,
        "rank_restricted_points",
        words="The rank of X is not needed: from every other point a curve within the bound goes down.",
        strata=("inputs of deficient row rank", "rank below the bound", "rank at the bound", "a global minimiser"),
        probes=(RESTRICTED_CRITICAL,),
        derivation="landscape.local_minima",
    ),
    remark=(
        "A matrix of rank at most $r$ is a product of two factors with $r$ units between them. Away from the minimum some curve of such factors goes down: against the gradient; at critical points by "
        "turning an eigenvector of $\\Sigma$ towards one with a larger eigenvalue, or by a new direction where the rank is below $r$. "
        + TRANSPOSED
    ),
)


def way_down_within(order, way=descent):
    """A local minimiser, or a curve along which the loss falls like a power of t that is at most order(N)."""

    def property(point: CriticalPoint) -> Decision:
        curve, data = way(point.network, point.spectral), data_of(point)
        if curve is None:
            return equal(point.network.loss, least_of_rank(point))
        power, coefficient = curve.first_change(data.inputs, data.targets)
        falls = exactly(bool(coefficient < 0), "the loss does not fall along the curve")
        return both(falls, at_most(power, order(point.network.depth)))

    return property


def apart(network: DeepLinear, spectral: Spectral) -> Curve:
    """The line on which all entries of the last layer fall and all others grow."""
    *growing, last = (weight.ones(*weight.shape) for weight in network.weights)
    return Curve.line(network.weights, (*growing, -last))


SMALL_TARGET = only("the zero weights of two layers with one unit, x = 1, y = 1/4", at_zero("1/4", 2))


S3_36 = Claim(
    "S3-36",
    "A local minimiser of the network attains the global minimum",
    LANDSCAPE.at("l. 142"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\{W_i\}\text{ local minimiser of }L\ \Rightarrow\ L(\{W_i\})=\min L",
        local_is_global,
        "all_critical_points",
        assumptions=FULL_RANK,
        strata=POINTS,
        probes=(*DROPPED, control("every critical point does", critical_is_global)),
        derivation="landscape.local_minima",
    ),
    original=Statement(
        r"\{W_i\}\text{ local minimum of }\tfrac12\|W_H\cdots W_1X-Y\|_F^2\ \Rightarrow\ \text{global minimum}",
        local_is_global,
        "all_critical_points",
        words="Lu and Kawaguchi, Theorem 2.3.",
        assumptions=FULL_RANK,
        strata=POINTS,
        probes=(*DROPPED, control("every critical point is one", critical_is_global)),
        derivation="landscape.local_minima",
    ),
    sharp=(
        Statement(
            r"\{W_i\}\text{ local minimiser of }L\ \Rightarrow\ L(\{W_i\})=\min L\qquad\text{for all }X,Y",
            local_is_global,
            "all_critical_points",
            words="No rank of the data is needed, and the curves show how: every critical point with a larger loss has an exact polynomial curve along which the loss falls.",
            strata=("inputs of deficient row rank", "targets of deficient row rank", *POINTS),
            probes=(control("every critical point does", critical_is_global),),
            derivation="landscape.local_minima",
        ),
        Statement(
            r"\{W_i\}\text{ critical},\ L(\{W_i\})>\min L\ \Rightarrow\ \exists\text{ curve}\colon\ L(t)-L(0)=-c\,t^k+O(t^{k+1}),\ c>0,\ k\le2\ (N=2),\ k\le\max(4,N)\ (N\ge3)",
            way_down_within(lambda depth: 2 if depth == 2 else max(4, depth)),
            "all_critical_points",
            words="How flat the way down may be: of second order for two layers, of fourth order for three and four, of order $N$ for $N$ at most.",
            reading="order",
            bound=True,
            derivation="landscape.local_minima",
            strata=("attained", "inputs of deficient row rank", *POINTS),
            probes=(
                control("always of second order", way_down_within(lambda depth: 2)),
                control(
                    "any line will do, also one on which the loss rises",
                    way_down_within(lambda depth: 2, apart),
                    over=SMALL_TARGET,
                ),
            ),
        ),
    ),
    remark=(
        "The certificates are constructive. Where the product has the largest rank an eigenvector of $\\Sigma$ in its image turns towards one with a larger eigenvalue; below that, two layers move by $t$ and, "
        "where the layers between them carry no more than the product does (at every tightened point), those move, too. The loss then falls like $t^2$ in the first two cases, like $t^4$ in the last "
        "(three and four layers). No smaller bound will do: with one unit in each of $N\\ge4$ zero layers the loss is $(1-w_N\\cdots w_1)^2$, and for $X=I$, $Y=\\operatorname{diag}(1,0)$ and the layers "
        "$(f,1)^T$, $w$, $(g,1)$, of which all layers near $f=w=g=0$ are rescalings, it is $1-2wfg+w^2(1+f^2)(1+g^2)\\ge1-f^2g^2$."
    ),
)


S3_37 = Claim(
    "S3-37",
    "The product attains the global minimum of G",
    LANDSCAPE.at("l. 142"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\{W_i\}\text{ local minimiser of }L\ \Rightarrow\ W_1\cdots W_N\in\arg\min_{M\in\mathbb R^{d_x\times d_y}}G(M)",
        at_local_minima(attains_unrestricted_minimum),
        "all_critical_points",
        words="With G as defined in (7), on all matrices.",
        assumptions=FULL_RANK,
    ),
    amended=Statement(
        r"\{W_i\}\text{ local minimiser of }L\ \Rightarrow\ W_1\cdots W_N\in\arg\min_{\operatorname{rank}M\le r}G(M)",
        at_local_minima(attains_restricted_minimum),
        "all_critical_points",
        words="Of the problem (8), which the theorem quoted there is about.",
        assumptions=FULL_RANK,
        strata=POINTS,
        probes=(EVERY_CRITICAL, *DROPPED),
        derivation="landscape.local_minima",
    ),
    sharp=Statement(
        r"\min_{W_i}L=\min_MG(M)\iff r\ge\operatorname{rank}YX^T",
        lambda contender: equivalent(
            unrestricted_minimum_agrees(contender), exactly(contender.rank >= data_of(contender).yx.rank())
        ),
        "contenders",
        words="Both minima agree exactly where the thinnest layer is wide enough for the cross moment.",
        strata=("the bottleneck costs something", "one layer", *KINDS_OF_DATA),
        probes=(control("they always agree", unrestricted_minimum_agrees),),
    ),
)

LOCAL_TO_GLOBAL = (S3_27, S3_29, S3_34, S3_35, S3_36, S3_37)
