"""Document 003, section 4: the regression example with the widths 5, 4, 4, 5, as far as it is exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

from claims.decide import at_most, both, equal, equivalent, every, exactly
from claims.documents.landscape.assumptions import A1, A2, A3, CRITICAL, DEPENDENT_INPUTS, at_point
from claims.documents.landscape.minimisers import first
from claims.documents.landscape.saddles import explicit, is_nonstrict_saddle, is_strict, unit_corner, zero_corner
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.critical_points import Moments, SpectralNetwork, drawn_regression
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear, Spectral
from claims.model import Claim, Cost, Decision, Kind, Property, Statement, Weight, control, only, sampled, without
from claims.subject import assumption
from numerics.matrix import frobenius_squared
from numerics.spectrum import distinct_eigenvalues

# S3-63: the thinnest layer -------------------------------------------------------------------------------------------------------


def of_widths(*widths: int) -> Callable[[Any], DeepLinear]:
    """A network of these widths whose layers are rectangular identities, on one sample."""

    def build(arithmetic: Any) -> DeepLinear:
        weights = tuple(arithmetic.eye(high, low) for low, high in pairwise(widths))
        return DeepLinear(weights, Data(arithmetic.zeros(widths[0], 1), arithmetic.zeros(widths[-1], 1)))

    return build


def thinnest_is(width: int) -> Property:
    """r_max is the given width, and a product of that rank occurs."""
    return lambda net: both(equal(net.thinnest, width, f"the least width is {net.thinnest}"), equal(net.product.rank(), width))


S3_63 = Claim(
    "S3-63",
    "The thinnest layer has width 4, because of the 4 x 4 matrix",
    LANDSCAPE.at("l. 205"),
    Kind.NUMERIC,
    Weight.DETAIL,
    printed=Statement(
        r"W_1\in\mathbb R^{5\times4},\ W_2\in\mathbb R^{4\times4},\ W_3\in\mathbb R^{4\times5}\ \Rightarrow\ r_{\max}=4",
        thinnest_is(4),
        only("the widths 5, 4, 4, 5", of_widths(5, 4, 4, 5)),
        words="The least width is 4, and products of rank 4 occur. The square matrix bounds the rank by 4, as printed; that it alone does so is not said.",
        probes=(
            control("it is 5", thinnest_is(5)),
            control(
                "it would be 5 without the square matrix", thinnest_is(5), over=only("the widths 5, 4, 5", of_widths(5, 4, 5))
            ),
        ),
    ),
    sharp=Statement(
        r"r_{\max}=\min(5,4,4,5)=\min(5,4,5)=4",
        thinnest_is(4),
        only("the widths with and without the square layer", of_widths(5, 4, 4, 5), of_widths(5, 4, 5)),
        words="The 5 x 4 and the 4 x 5 matrix restrict it to 4 already.",
        probes=(control("it is 5", thinnest_is(5)),),
    ),
)

# S3-64: the assumptions for drawn data -------------------------------------------------------------------------------------------


def assumptions_hold(data: Moments) -> Decision:
    """A1 to A4, and A5 beside them."""
    size = data.xx.shape[0]
    return every(
        (
            exactly(data.yx.shape[0] <= size <= data.samples, "d_y <= d_x <= m fails"),
            equal(data.xx.rank(), size, "Sigma_XX is singular"),
            equal(data.yx.rank(), data.yx.shape[0], "Sigma_XY has not full rank"),
            equal(distinct_eigenvalues(data.sigma), size, "Sigma has a repeated eigenvalue"),
        )
    )


def sigma_is_diagonal(data: Moments) -> Decision:
    return equal(data.sigma, type(data.sigma).diagonal([data.sigma[i, i] for i in range(data.sigma.shape[0])]))


def five_samples(arithmetic: Any) -> Moments:
    """X = I and Y = diag(5, 4, 3, 2, 1)."""
    return Moments(arithmetic.eye(5), arithmetic.diagonal([5, 4, 3, 2, 1]), 5)


DEVIATIONS = (("variance 0.1", 0.1**0.5), ("standard deviation 0.1", 0.1))
DRAWS = sampled(
    "20 draws with noise of variance 0.1 and 20 with standard deviation 0.1 (seeds 0 to 19)",
    *(lambda q, seed=seed, noise=noise: drawn_regression(q, seed, noise) for _, noise in DEVIATIONS for seed in range(20)),
)

S3_64 = Claim(
    "S3-64",
    "The assumptions are all satisfied, due to the randomness of the data",
    LANDSCAPE.at("l. 210"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\det\Sigma_{XX}\ne0,\quad\operatorname{rank}\Sigma_{XY}=5,\quad\lambda_1>\dots>\lambda_5\qquad(X\in\mathbb R^{1000\times5})",
            assumptions_hold,
            DRAWS,
            words="Decided exactly for the doubles of every draw, whichever way N(0, 0.1) is read; the singular values are distinct as well.",
            reading="draws",
            probes=(control("Sigma is diagonal", sigma_is_diagonal),),
        ),
        Statement(
            r"\det\Sigma_{XX},\ \det\Sigma_{XY},\ \operatorname{disc}\chi_\Sigma\cdot(\det\Sigma_{XX})^k\ \text{ are polynomials in the data and not identically zero}",
            assumptions_hold,
            only("X = I, Y = diag(5, 4, 3, 2, 1), to be filled up with zeros", five_samples),
            words="Due to the randomness: a polynomial that does not vanish at one data set vanishes on a set of measure zero only, so that the assumptions hold with probability 1 for data with a density.",
            reading="density",
            probes=(control("for Y = X as well", lambda data: assumptions_hold(Moments(data.xx, data.xx, data.samples))),),
        ),
    ),
)

# S3-65, S3-69: the global minimiser and its loss ---------------------------------------------------------------------------------

A3_CONTAINS = (
    "With five inputs and five outputs the third assumption contains the first two, which therefore cannot be dropped alone: "
    "if $\\Sigma_{XY}$ has rank 5, so has X."
)


def minimiser(spectral: Spectral, count: int = 4) -> Any:
    """U_S U_S' Sigma_YX Sigma_XX^-1 with S = {1, ..., count}, 5 x 5."""
    columns = spectral.columns(first(count))
    return columns @ columns.T @ spectral.data.yx @ spectral.data.xx.inverse()


def no_row_network_is_better(matrix: Callable[[Spectral], Any]) -> Property:
    """|Y - X M|^2 is at most |Y - X W_1 W_2 W_3|^2, samples as rows."""

    def property(point: Any) -> Decision:
        rows = point.network.in_rows
        return at_most(frobenius_squared(rows.targets - rows.inputs @ matrix(point.spectral)), rows.loss)

    return property


def least_product_is(matrix: Callable[[Spectral], Any]) -> Property:
    """A network with a loss as small as that of the matrix has its transpose as the product."""

    def property(point: Any) -> Decision:
        best = matrix(point.spectral)
        least = point.network.loss == point.spectral.data.loss_of(best)
        return equivalent(exactly(bool(least)), exactly(bool(point.network.in_rows.product == best.T)))

    return property


def projected_regression(spectral: Spectral) -> Any:
    """U_S U_S' Y X^+ with S = {1, 2, 3, 4}: the minimiser where Sigma_XX has an inverse."""
    return spectral.projected(first(4))


def least_product_has_rank_four(point: Any) -> Decision:
    least = point.network.loss == point.spectral.data.loss_of(projected_regression(point.spectral))
    return equivalent(exactly(bool(least)), exactly(point.network.product.rank() == 4))


@assumption("gap", "the two smallest eigenvalues of Sigma differ")
def last_values_differ(spectral: Spectral) -> Decision:
    return exactly(bool(spectral.values[3] > spectral.values[4]))


def only_four_can_serve(point: SpectralNetwork) -> bool:
    fourth, fifth = point.spectral.values[3:5]
    return bool(fourth > fifth or fourth == 0)


GAP = at_point("gap", last_values_differ.words, lambda point: last_values_differ.holds(point.spectral).holds)
GAP_OR_NOTHING = at_point("gap", "the two smallest eigenvalues of Sigma differ, or both are 0", only_four_can_serve)

S3_65 = Claim(
    "S3-65",
    "The global minimiser of the example is the projection on the first four eigenvectors",
    LANDSCAPE.at("l. 210-213, (22)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\|Y-X(W^\ast)^T\|_F^2\le\|Y-XW_1W_2W_3\|_F^2,\qquad W^\ast=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1},\ S=[1,2,3,4]",
            no_row_network_is_better(lambda spectral: minimiser(spectral).T),
            "example_networks",
            words="After the transposes that the text mentions: no network of these widths is better,",
            reading="least",
            bound=True,
            assumptions=(A1, A2, A3),
            strata=("global minimum", "above the global minimum", "zero weights", "attained"),
            probes=(
                without("A3", "with vanishing eigenvalues", over="vanishing_example_networks"),
                control("without the transpose", no_row_network_is_better(minimiser)),
            ),
            derivation="landscape.global_value",
        ),
        Statement(
            r"\|Y-XW_1W_2W_3\|_F^2=\min\iff W_1W_2W_3=(W^\ast)^T\qquad(\lambda_4>\lambda_5)",
            least_product_is(minimiser),
            "example_networks",
            words="and those that are as good have this product, where the two smallest eigenvalues differ (S3-64: they do for the drawn data).",
            reading="product",
            assumptions=(A1, A2, A3, GAP),
            strata=("global minimum", "above the global minimum", "distinct eigenvalues", "repeated eigenvalues"),
            probes=(
                without("A3", "with a vanishing eigenvalue", over="vanishing_example_networks"),
                without("gap", "where they agree, so that the fifth eigenvector may take the place of the fourth"),
                control("every product of rank 4 is as good", least_product_has_rank_four),
            ),
        ),
    ),
    sharp=(
        Statement(
            r"\|Y-X(W^\ast)^T\|_F^2\le\|Y-XW_1W_2W_3\|_F^2,\qquad W^\ast=U_SU_S^TY^TX(X^TX)^+,\ S=[1,2,3,4]",
            no_row_network_is_better(lambda spectral: projected_regression(spectral).T),
            "all_example_networks",
            words="On any data: with the pseudo-inverse none of the assumptions is needed for the least value.",
            reading="least",
            bound=True,
            strata=("attained", "zero eigenvalue", "inputs of deficient row rank", "repeated eigenvalues"),
            probes=(control("without the transpose", no_row_network_is_better(projected_regression)),),
        ),
        Statement(
            r"\|Y-XW_1W_2W_3\|_F^2=\min\iff W_1W_2W_3=(W^\ast)^T\qquad(\det X^TX\ne0,\ \lambda_4>\lambda_5\text{ or }\lambda_4=0)",
            least_product_is(projected_regression),
            "all_example_networks",
            words="The product is the only one where the inputs are independent and there is a gap, or nothing beyond it; the rank of the cross moment does not matter.",
            reading="product",
            assumptions=(A2, GAP_OR_NOTHING),
            strata=("global minimum", "above the global minimum", "zero eigenvalue", "repeated eigenvalues"),
            probes=(
                without("A2", f"{DEPENDENT_INPUTS}: the product may hold what no input reaches"),
                without("gap", "where they agree and are positive: the fifth may take the place", over="tied_example_networks"),
                control("every product of rank 4 is as good", least_product_has_rank_four),
            ),
        ),
    ),
    remark=A3_CONTAINS,
)


def loss_of_minimiser_is(count: int) -> Property:
    """|Y - W* X|^2 is tr Sigma_YY minus the first ``count`` eigenvalues."""

    def property(point: Any) -> Decision:
        found = point.spectral.data.loss_of(minimiser(point.spectral))
        return equal(found, point.spectral.value_of(first(count)), f"{count} eigenvalues are not what is missing")

    return property


S3_69 = Claim(
    "S3-69",
    "The loss of the global minimiser is the trace of Sigma_YY minus the eigenvalues",
    LANDSCAPE.at("l. 215"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\mathcal L(W^\ast)=\operatorname{tr}\Sigma_{YY}-\sum_{i\in S}\lambda_i,\qquad S=[1,2,3,4]",
        loss_of_minimiser_is(4),
        "example_networks",
        words="The sum is printed without a range; (19), which it applies, has the indices of S, here those of (22). The smallest of the five eigenvalues is left out and stays in the loss.",
        assumptions=(A1, A2, A3),
        strata=("distinct eigenvalues",),
        probes=(
            without("A3", "with vanishing eigenvalues", over="vanishing_example_networks"),
            control("over three of them", loss_of_minimiser_is(3)),
            control("over all five", loss_of_minimiser_is(5)),
        ),
        derivation="landscape.critical_loss",
    ),
    remark="The $\\lambda_i$ are not defined in section 2.1, to which the text refers, but belong to section 3.2. " + A3_CONTAINS,
)

# S3-67: without the noise --------------------------------------------------------------------------------------------------------


@assumption("noise", "Y = X diag(5, 4, 3, 2, 1) without noise")
def noiseless(spectral: Spectral) -> Decision:
    slopes = type(spectral.basis).diagonal([5, 4, 3, 2, 1])
    return exactly(bool(spectral.data.targets == slopes @ spectral.data.inputs))


@assumption("white", "Sigma_XX is a multiple of the identity")
def inputs_are_white(spectral: Spectral) -> Decision:
    xx = spectral.data.xx
    return exactly(bool(xx == type(xx).eye(xx.shape[0]) * xx[0, 0]))


def minimiser_is_truncated(spectral: Spectral) -> Decision:
    return equal(minimiser(spectral), type(spectral.basis).diagonal([5, 4, 3, 2, 0]), "the minimiser is another matrix")


def minimiser_is_untruncated(spectral: Spectral) -> Decision:
    return equal(minimiser(spectral), type(spectral.basis).diagonal([5, 4, 3, 2, 1]))


def truncated_exactly_if_last_is_least(spectral: Spectral) -> Decision:
    """W* = diag(5, 4, 3, 2, 0) if and only if the last unit vector is an eigenvector of Sigma for its smallest eigenvalue."""
    last = type(spectral.basis).build(5, 1, lambda i, _: int(i == 4))
    least = spectral.data.sigma @ last == last * spectral.values[-1]
    return equivalent(minimiser_is_truncated(spectral), exactly(bool(least)))


def truncated_exactly_if_uncorrelated(spectral: Spectral) -> Decision:
    xx = spectral.data.xx
    diagonal = xx == type(xx).diagonal([xx[i, i] for i in range(xx.shape[0])])
    return equivalent(minimiser_is_truncated(spectral), exactly(bool(diagonal)))


S3_67_EXACT = Statement(
    r"\mathcal E=0\ \Rightarrow\ W^\ast=\operatorname{diag}(5,4,3,2,0)",
    minimiser_is_truncated,
    "noiseless_regressions",
    words="If the noise were the only reason for the difference, there would be none without it.",
    reading="exact",
    assumptions=(noiseless,),
)

S3_67_AMENDED = Statement(
    r"\mathcal E=0,\ \Sigma_{XX}=cI\ \Rightarrow\ W^\ast=\operatorname{diag}(5,4,3,2,0)",
    minimiser_is_truncated,
    "noiseless_regressions",
    words="It is so for inputs whose sample moment is a multiple of the identity; the correlations of a finite sample are a second reason.",
    reading="white",
    assumptions=(noiseless, inputs_are_white),
    probes=(
        without("white", "for other inputs"),
        control("all five slopes remain", minimiser_is_untruncated),
    ),
)

S3_67_SHARP = Statement(
    r"\mathcal E=0\colon\quad W^\ast=\operatorname{diag}(5,4,3,2,0)\iff\Sigma e_5=\lambda_5e_5",
    truncated_exactly_if_last_is_least,
    "noiseless_regressions",
    words="Precisely if the last output is a least principal direction of the predictions; uncorrelated inputs alone do not ensure it, since the last input may vary most.",
    reading="eigenvector",
    assumptions=(noiseless, last_values_differ),
    probes=(control("precisely if the inputs are uncorrelated", truncated_exactly_if_uncorrelated),),
)

# S3-70, S3-73: other critical points ---------------------------------------------------------------------------------------------


def sets_occur(indices: int, most: int) -> Property:
    """Every set of at most ``most`` of the first indices gives a critical point with the projection as its product."""

    def property(point: Any) -> Decision:
        chosen = [s for size in range(most + 1) for s in combinations(range(1, indices + 1), size)]
        return every(_occurs(template(point), one) for one in chosen)

    return property


def template(point: Any) -> CriticalPoint:
    """The spectral data of the point with the widths 5, 4, 4, 5 and no bases between the layers."""
    kind = type(point.spectral.basis)
    blocks = (kind.zeros(4, 5), kind.zeros(4, 4), kind.zeros(5, 4))
    return CriticalPoint(point.spectral, (), blocks, (kind.eye(4), kind.eye(4)))


def _occurs(frame: CriticalPoint, chosen: tuple[int, ...]) -> Decision:
    if len(chosen) > frame.thinnest:
        return exactly(False, f"{len(chosen)} eigenvectors do not pass a layer of width {frame.thinnest}")
    found = explicit(frame, chosen, zero_corner)
    return both(CRITICAL.holds(found), equal(found.network.product, frame.spectral.projected(chosen)))


def losses_are(count: int) -> Property:
    """How many different losses the sets of at most four of the five indices have."""

    def property(point: Any) -> Decision:
        chosen = [s for size in range(5) for s in combinations(range(1, 6), size)]
        return equal(len({str(point.spectral.value_of(s)) for s in chosen}), count)

    return property


S3_70 = Claim(
    "S3-70",
    "Other critical points belong to the subsets of [1, 4]",
    LANDSCAPE.at("l. 217"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\forall S\subset[1,4]\ \exists W\colon\ \nabla\mathcal L(W)=0,\ \text{the product being }U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
        sets_occur(4, 4),
        "example_networks",
        words="All sixteen give critical points of the network with widths 5, 4, 4, 5, by explicit weights.",
        assumptions=(A1, A2, A3),
        strata=("distinct eigenvalues",),
        probes=(
            without("A3", "with vanishing eigenvalues", over="vanishing_example_networks"),
            control("the subsets of [1, 5] as well, the whole set included", sets_occur(5, 5)),
        ),
        cost=Cost.SLOW,
    ),
    sharp=Statement(
        r"\forall S\subset[1,5],\ \lvert S\rvert\le4\ \exists W\colon\ \nabla\mathcal L(W)=0,\ \text{the product being }U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
        sets_occur(5, 4),
        "example_networks",
        words="There are more: the fifth eigenvector may take part, as long as at most four do, which makes 31 products (S3-42 says that there are no others where the eigenvalues are distinct).",
        assumptions=(A1, A2, A3),
        strata=("distinct eigenvalues",),
        probes=(
            without("A3", "with vanishing eigenvalues", over="vanishing_example_networks"),
            control("the whole set as well", sets_occur(5, 5)),
            control("the 31 losses are different", losses_are(31)),
        ),
        cost=Cost.SLOW,
    ),
    remark="Two of the 31 losses may coincide: without noise and with white inputs the eigenvalues are in the ratio $25:16:9:4:1$, and $25=16+9$. "
    + A3_CONTAINS,
)


def both_kinds_of_rank_three(point: Any) -> Decision:
    bent, flat = explicit(point, first(3), unit_corner), explicit(point, first(3), zero_corner)
    least = equal(bent.network.loss, point.spectral.least_loss(3))
    same = equal(bent.network.product, flat.network.product)
    return every((CRITICAL.holds(bent), CRITICAL.holds(flat), least, same, is_strict(bent), is_nonstrict_saddle(flat)))


def this_one_is_strict(point: Any) -> Decision:
    return is_strict(point)


S3_73 = Claim(
    "S3-73",
    "The minimiser of rank 3 can be parametrised as a strict and as a non-strict saddle",
    LANDSCAPE.at("l. 224"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists W,W'\colon\ W_1W_2W_3=W_1'W_2'W_3'=(U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1})^T,\ S=[1,2,3],\ \nabla^2\mathcal L(W)\not\succeq0,\ \nabla^2\mathcal L(W')\succeq0",
        both_kinds_of_rank_three,
        "example_rank_three_points",
        words="For the widths 5, 4, 4, 5: the explicit points with 1 and with 0 in the last place of the second layer, in any bases, decided by the exact inertia of the 56 x 56 Hessian.",
        assumptions=(A1, A2, A3),
        strata=("tightened", "not tightened", "bases turned"),
        probes=(control("every parametrisation is strict", this_one_is_strict),),
        cost=Cost.SLOW,
    ),
)

# S3-77: the loss of the example --------------------------------------------------------------------------------------------------


def row_loss_is(factor: Callable[[DeepLinear], int]) -> Property:
    """|Y - X W_1 W_2 W_3|^2, samples as rows, is the sum of |y_i - W x_i|^2, divided by the factor."""

    def property(net: DeepLinear) -> Decision:
        samples = range(net.data.samples)
        misses = [net.data.targets[:, [i]] - net.product @ net.data.inputs[:, [i]] for i in samples]
        total = sum((frobenius_squared(miss) for miss in misses), net.loss * 0)
        return equal(net.in_rows.loss, total / factor(net))

    return property


S3_77 = Claim(
    "S3-77",
    "The loss of the example, with samples in rows",
    LANDSCAPE.at("l. 205-208, (21)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\mathcal L(W_1,W_2,W_3)=\|Y-XW_1W_2W_3\|_F^2=\sum_i\|y_i-W_3^TW_2^TW_1^Tx_i\|^2",
        row_loss_is(lambda net: 1),
        "deep_linear_networks",
        words="Well formed: it is the loss (17) of the transposed layers, a sum over the samples without a factor.",
        strata=("one sample", "three layers or more", "product zero"),
        probes=(control("the mean over the samples", row_loss_is(lambda net: net.data.samples)),),
    ),
)

EXAMPLE = (S3_63, S3_64, S3_65, S3_69, S3_70, S3_73, S3_77)
