"""Document 003, section 3.2: the product of a critical point and its loss."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from claims.decide import equal, every, exactly, negated
from claims.documents.landscape.assumptions import (
    A1_FOLLOWS,
    A2,
    A5,
    CRITICAL,
    DEPENDENT_INPUTS,
    NONZERO_DISTINCT,
    PRINTED_ASSUMPTIONS,
    at_point,
    exact_root,
)
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.critical_points import SpectralNetwork
from claims.instances.deep_linear import Data, Spectral
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, only, without
from numerics.least_squares import rank_factors

# S3-42 to S3-47: the product of a critical point ---------------------------------------------------------------------------------


def touched(point: Any) -> tuple[int, ...]:
    """The indices i with u_i' W_H ... W_1 X != 0: the only candidate for S, read off the product."""
    rows = point.spectral.basis.T @ point.network.product @ point.spectral.data.inputs
    return tuple(i + 1 for i in range(rows.shape[0]) if not rows[[i], :].is_zero())


def product_is(expression: Callable[[Any, Any], Any]) -> Property:
    """The product is U_S U_S' times the given matrix, S being the set of r indices that the product touches."""

    def property(point: Any) -> Decision:
        chosen, product = touched(point), point.network.product
        if len(chosen) != product.rank():
            return exactly(False, f"the product has rank {product.rank()} and components along {len(chosen)} of the eigenvectors")
        columns = point.spectral.columns(chosen)
        return equal(
            product, columns @ (columns.T @ expression(point.spectral.data, product)), "the formula gives another matrix"
        )

    return property


def with_printed_inverse(point: Any) -> Decision:
    """(18) as printed: Sigma_YX Sigma_YX^-1."""
    yx = point.spectral.data.yx
    if yx.shape[0] != yx.shape[1]:
        return exactly(False, f"Sigma_YX is {yx.shape[0]} x {yx.shape[1]} and has no inverse")
    if yx.rank() < yx.shape[0]:
        return exactly(False, "Sigma_YX is singular")
    return product_is(lambda data, _: data.yx @ data.yx.inverse())(point)


product_is_projected = product_is(lambda data, _: data.yx @ data.xx.inverse())
product_is_projected_regression = product_is(lambda data, _: data.regression)
product_is_projected_moment = product_is(lambda data, _: data.yx)


def predictions_are_projected(point: Any) -> Decision:
    """P X = U_S U_S' Y X^+ X with |S| = rank P X, S being the set of indices that P X touches."""
    seen, chosen = point.network.product @ point.spectral.data.inputs, touched(point)
    if len(chosen) != seen.rank():
        return exactly(False, f"P X has rank {seen.rank()} and components along {len(chosen)} of the eigenvectors")
    columns = point.spectral.columns(chosen)
    return equal(seen, columns @ (columns.T @ point.spectral.data.root))


def predictions_are_the_targets_projected(point: Any) -> Decision:
    columns = point.spectral.columns(touched(point))
    return equal(point.network.product @ point.spectral.data.inputs, columns @ (columns.T @ point.spectral.data.targets))


CRITICAL_STRATA = (
    "two layers",
    "three layers or more",
    "product zero",
    "product of the largest rank",
    "a zero layer",
    "eigenvectors off the axes",
)

S3_42 = Claim(
    "S3-42",
    "The product of a critical point is the regression solution, projected on some eigenvectors of Sigma",
    LANDSCAPE.at("l. 178-180, (18)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{YX}^{-1}",
        with_printed_inverse,
        "stationary_networks",
        words="As printed the last factor is the inverse of the cross moment, which exists for square ones only and cancels.",
        assumptions=PRINTED_ASSUMPTIONS,
    ),
    original=Statement(
        r"W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}\quad\text{(A1 to A3, distinct singular values)}",
        product_is_projected,
        "critical_points",
        words="With the inverse of the moment of the inputs, as in (22); S is read off the product, not off the construction of the point.",
        assumptions=(*PRINTED_ASSUMPTIONS, A5),
        strata=(*CRITICAL_STRATA, "leading indices", "not leading", "some block nonzero", "tightened", "not tightened"),
        probes=(
            without("h", "for weights that are not critical", over="spectral_networks"),
            without("A5", "with repeated eigenvalues", over="repeated_stationary_networks"),
            control("without the inverse", product_is_projected_moment),
        ),
        derivation="landscape.critical_product",
    ),
    amended=Statement(
        r"W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}\quad\text{(}\Sigma_{XX}\text{ invertible, nonzero eigenvalues distinct)}",
        product_is_projected,
        "all_stationary_networks",
        words="The corrected formula, at critical points of every origin: solved for, vanishing, or of the parametrised form.",
        assumptions=(A2, NONZERO_DISTINCT, CRITICAL),
        strata=(*CRITICAL_STRATA, "zero eigenvalue", "more outputs than inputs"),
        probes=(
            without("A2", "with dependent inputs, where the inverse does not exist", property=product_is_projected_regression),
            without("distinct", "with repeated eigenvalues", over="repeated_stationary_networks"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("without the inverse", product_is_projected_moment),
        ),
    ),
    sharp=Statement(
        r"W_H\cdots W_1X=U_SU_S^TYX^+X,\quad\lvert S\rvert=\operatorname{rank}(W_H\cdots W_1X)",
        predictions_are_projected,
        "all_stationary_networks",
        words="Whatever the inputs, this much of the product is determined: what it does to the samples.",
        assumptions=(NONZERO_DISTINCT, CRITICAL),
        strata=(*CRITICAL_STRATA, "inputs of deficient row rank", "zero eigenvalue"),
        probes=(
            without("distinct", "with repeated eigenvalues", over="repeated_stationary_networks"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("it is the targets that are projected", predictions_are_the_targets_projected),
        ),
    ),
)


def subsets(point: Any) -> list[tuple[int, ...]]:
    """All sets of r indices, r the rank of the product, for which (18) holds."""
    product, every_index = point.network.product, range(1, point.spectral.outputs + 1)
    return [chosen for chosen in combinations(every_index, product.rank()) if product == point.spectral.projected(chosen)]


def subset_exists(point: Any) -> Decision:
    return exactly(bool(subsets(point)), f"none of the sets of {point.network.product.rank()} indices gives the product")


def leading_subset_fits(point: Any) -> Decision:
    first = tuple(range(1, point.network.product.rank() + 1))
    return exactly(first in subsets(point), "the first eigenvectors do not give the product")


def some_basis_fits(point: Any) -> Decision:
    """The column space of the product is invariant under Sigma and the product is B projected on it: some eigenbasis has a fitting S."""
    columns, _ = rank_factors(point.network.product)
    return every(
        (
            invariant(columns, point.spectral.data.sigma),
            equal(point.network.product, orthogonal_part(columns, point.spectral.data.regression)),
        )
    )


def orthogonal_part(columns: Any, matrix: Any) -> Any:
    """The orthogonal projection of a matrix on the span of independent columns."""
    return columns @ (columns.T @ columns).solve(columns.T @ matrix)


def invariant(columns: Any, symmetric: Any) -> Decision:
    moved = symmetric @ columns
    return equal(orthogonal_part(columns, moved), moved, "the column space of the product is not spanned by eigenvectors")


def whole_space_fits(point: Any) -> Decision:
    return equal(point.network.product, point.spectral.data.regression)


S3_43 = Claim(
    "S3-43",
    "A set S of r indices exists",
    LANDSCAPE.at("l. 178"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists S\subset[1,d_y],\ \lvert S\rvert=r\colon\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
            subset_exists,
            "repeated_stationary_networks",
            words="For the one matrix U of the decomposition, under the four assumptions as printed, which allow equal singular values.",
            reading="A",
            assumptions=PRINTED_ASSUMPTIONS,
        ),
        Statement(
            r"\exists U,S\colon\ \Sigma=U\Lambda U^T,\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
            some_basis_fits,
            "repeated_stationary_networks",
            words="Where the decomposition may be chosen after the point.",
            reading="B",
            assumptions=PRINTED_ASSUMPTIONS,
            strata=(*CRITICAL_STRATA, "repeated eigenvalues"),
            probes=(
                without("h", "for weights that are not critical", over="spectral_networks"),
                control("the whole space", whole_space_fits),
            ),
            derivation="landscape.critical_product",
        ),
    ),
    amended=Statement(
        r"\exists S\subset[1,d_y],\ \lvert S\rvert=r\colon\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}\quad\text{(distinct singular values)}",
        subset_exists,
        "stationary_networks",
        words="With pairwise distinct singular values, as in the source, one set is enough for every U.",
        assumptions=(*PRINTED_ASSUMPTIONS, A5),
        strata=CRITICAL_STRATA,
        probes=(
            without("A5", "with repeated eigenvalues", over="repeated_stationary_networks"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("the first r indices will do", leading_subset_fits),
        ),
        derivation="landscape.critical_product",
    ),
    sharp=Statement(
        r"\exists U,S\colon\ \Sigma=U\Lambda U^T,\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}\quad\text{(}\Sigma_{XX}\text{ invertible)}",
        some_basis_fits,
        "all_stationary_networks",
        words="For a basis that may depend on the point, an invertible moment of the inputs is all that is needed.",
        assumptions=(A2, CRITICAL),
        strata=(*CRITICAL_STRATA, "zero eigenvalue", "repeated eigenvalues", "more outputs than inputs"),
        probes=(
            without("A2", "with dependent inputs"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("the whole space", whole_space_fits),
        ),
    ),
)


def at_most_one_subset(point: Any) -> Decision:
    found = subsets(point)
    return exactly(len(found) <= 1, f"{found} all give the product")


def loss_fits_one_subset(point: Any) -> Decision:
    """Only one set of r indices has the loss of the point."""
    indices = range(1, point.spectral.outputs + 1)
    found = [S for S in combinations(indices, point.network.product.rank()) if point.spectral.value_of(S) == point.network.loss]
    return exactly(len(found) <= 1, f"{found} all have the loss of the point")


def other_bases(spectral: Spectral) -> list[Spectral]:
    """The same decomposition with one column of U negated, or with two columns of the same eigenvalue exchanged."""
    size, kind = spectral.outputs, type(spectral.basis)
    flips = [kind.diagonal([-1 if j == i else 1 for j in range(size)]) for i in range(size)]
    ties = [i for i in range(size - 1) if spectral.values[i] == spectral.values[i + 1]]
    swaps = [kind.build(size, size, lambda a, b, i=i: int(b == {i: i + 1, i + 1: i}.get(a, a))) for i in ties]
    return [Spectral(spectral.data, spectral.basis @ turn, spectral.values) for turn in (*flips, *swaps)]


def same_subset_for_every_basis(point: Any) -> Decision:
    here = subsets(point)
    there = [subsets(SpectralNetwork(other, point.network.weights)) for other in other_bases(point.spectral)]
    return exactly(all(found == here for found in there), "another decomposition of Sigma^(1/2) has another set")


def same_basis_in_every_decomposition(point: Any) -> Decision:
    return exactly(all(other.basis == point.spectral.basis for other in other_bases(point.spectral)))


def same_subset_in_any_order(point: Any) -> Decision:
    spectral = point.spectral
    turned = spectral.basis[:, list(range(spectral.outputs))[::-1]]
    other = SpectralNetwork(Spectral(spectral.data, turned, spectral.values[::-1]), point.network.weights)
    return exactly(subsets(other) == subsets(point))


S3_44 = Claim(
    "S3-44",
    "The set S is unique",
    LANDSCAPE.at("l. 178"),
    Kind.UNIQUENESS,
    Weight.HEADLINE,
    printed=Statement(
        r"W_H\cdots W_1=U_SU_S^TB=U_{S'}U_{S'}^TB,\ \lvert S\rvert=\lvert S'\rvert=r\ \Rightarrow\ S=S'\qquad(B=\Sigma_{YX}\Sigma_{XX}^{-1})",
        at_most_one_subset,
        "repeated_stationary_networks",
        words="For the U of the decomposition, which the text takes before the point, there is never more than one set, ties or not; that there is one is judged under S3-43.",
        assumptions=PRINTED_ASSUMPTIONS,
        strata=(*CRITICAL_STRATA, "repeated eigenvalues"),
        probes=(
            without("A2", DEPENDENT_INPUTS, over="dependent_stationary_networks"),
            without("A3", "with vanishing eigenvalues", over="vanishing_stationary_networks"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("the loss determines the set", loss_fits_one_subset),
            control("every decomposition gives the same set", same_subset_for_every_basis),
        ),
    ),
    sharp=(
        Statement(
            r"U_SU_S^TB=U_{S'}U_{S'}^TB,\ \lvert S\rvert=\lvert S'\rvert=\operatorname{rank}(U_SU_S^TB)\ \Rightarrow\ S=S'",
            at_most_one_subset,
            "all_stationary_networks",
            words="For a fixed U uniqueness needs none of the assumptions: a set as large as the rank cannot hold an index that B does not reach.",
            reading="fixed",
            strata=("zero eigenvalue", "repeated eigenvalues", "inputs of deficient row rank", "product zero"),
            probes=(control("the loss determines the set", loss_fits_one_subset),),
        ),
        Statement(
            r"\text{every decomposition }\Sigma^{1/2}=U\Delta V^T\text{ gives the same }S\quad\text{(distinct singular values)}",
            same_subset_for_every_basis,
            "stationary_networks",
            words="With distinct singular values the columns of U are determined up to their signs, and the set does not depend on these: it belongs to the point.",
            reading="decompositions",
            assumptions=(*PRINTED_ASSUMPTIONS, A5),
            strata=CRITICAL_STRATA,
            probes=(
                without("A2", DEPENDENT_INPUTS, over="dependent_stationary_networks"),
                without("A3", "with a vanishing eigenvalue", over="vanishing_stationary_networks"),
                without("h", "for weights that are not critical", over="spectral_networks"),
                without("A5", "with repeated eigenvalues", over="repeated_stationary_networks"),
                control("for singular values in any order", same_subset_in_any_order),
                control("every decomposition has the same U", same_basis_in_every_decomposition),
            ),
        ),
    ),
    remark=f"With ties another decomposition may give another set, so that W is associated with S only once U is fixed, as it is in the text. {A1_FOLLOWS}",
)


def product_and_loss_fit(point: Any) -> Decision:
    """(18) and (19), with the same S."""
    return every((product_is_projected(point), equal(point.network.loss, point.spectral.value_of(touched(point)))))


def product_and_lowest_loss_fit(point: Any) -> Decision:
    return every(
        (product_is_projected(point), equal(point.network.loss, point.spectral.least_loss(point.network.product.rank())))
    )


S3_45 = Claim(
    "S3-45",
    "The index set of a critical point exists whatever its rank",
    LANDSCAPE.at("l. 178-182"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\nabla L(W)=0\ \Rightarrow\ \exists S\colon\text{(18), with }\Sigma_{XX}^{-1}\text{, and (19)},\qquad r=0,\dots,r_{\max}",
        product_and_loss_fit,
        "repeated_stationary_networks",
        words="Under the four assumptions as printed, for the one U of the decomposition.",
        assumptions=PRINTED_ASSUMPTIONS,
    ),
    amended=Statement(
        r"\nabla L(W)=0\ \Rightarrow\ \exists S\colon\text{(18), with }\Sigma_{XX}^{-1}\text{, and (19)}\quad\text{(distinct singular values)}",
        product_and_loss_fit,
        "stationary_networks",
        words="Every rank from 0 to the largest occurs, and minima are no exception.",
        assumptions=(*PRINTED_ASSUMPTIONS, A5),
        strata=(*CRITICAL_STRATA, "product of deficient rank", "global minimum", "above the global minimum", "all widths one"),
        probes=(
            without("A5", "with repeated eigenvalues", over="repeated_stationary_networks"),
            without("h", "for weights that are not critical", over="spectral_networks"),
            control("the set holds the first r indices", product_and_lowest_loss_fit),
        ),
    ),
)


def hidden_component(arithmetic: Any) -> SpectralNetwork:
    """One output, two inputs of which the second is always 0, two samples, so that A1 and A3 hold: W_1 = (1, 1) is as good as (1, 0)."""
    data = Data(arithmetic.of([[1, 0], [0, 0]]), arithmetic.of([[1, 0]]))
    spectral = Spectral(data, arithmetic.eye(1), (arithmetic.scalar(1),))
    return SpectralNetwork(spectral, (arithmetic.of([[1, 1]]), arithmetic.eye(1)))


def product_is_not_projected(point: Any) -> Decision:
    """The point is critical and (18) fails there, the pseudo-inverse in place of the inverse that does not exist."""
    return every((CRITICAL.holds(point), negated(product_is_projected_regression(point))))


def predictions_and_loss_fit(point: Any) -> Decision:
    return every((predictions_are_projected(point), equal(point.network.loss, point.spectral.value_of(touched(point)))))


def loss_does_not_fit(point: Any) -> Decision:
    return negated(equal(point.network.loss, point.spectral.value_of(touched(point))))


S3_46 = Claim(
    "S3-46",
    "Which of the assumptions (18) and (19) need",
    LANDSCAPE.at("l. 168-184"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\text{(18), with }\Sigma_{XX}^{-1}\text{, and (19) without }d_y\le d_x\text{ and without }\operatorname{rank}\Sigma_{XY}=d_y",
            product_and_loss_fit,
            "singular_stationary_networks",
            words="Neither the first nor the third assumption is used: both formulas hold without them.",
            reading="A",
            assumptions=(A2, NONZERO_DISTINCT, CRITICAL),
            strata=(
                *CRITICAL_STRATA,
                "zero eigenvalue",
                "more outputs than inputs",
                "upper layers of larger rank than the product",
            ),
            probes=(
                without(
                    "A2",
                    "with dependent inputs, the pseudo-inverse in place of the inverse",
                    property=product_is_projected_regression,
                ),
                control("without the inverse", product_is_projected_moment),
            ),
        ),
        Statement(
            r"\exists W\colon\ \nabla L(W)=0,\quad W_H\cdots W_1\ne U_SU_S^TYX^+\text{ for all }S\qquad(\det\Sigma_{XX}=0)",
            product_is_not_projected,
            only("a network with an input that is always 0", hidden_component),
            words="The second is needed: without it the inverse does not exist, and with the pseudo-inverse (18) fails.",
            reading="B",
            probes=(control("(19) fails there as well", loss_does_not_fit),),
        ),
    ),
    sharp=Statement(
        r"W_H\cdots W_1X=U_SU_S^TYX^+X,\qquad L(W)=\operatorname{tr}\Sigma_{YY}-\sum_{i\in S}\lambda_i",
        predictions_and_loss_fit,
        "singular_stationary_networks",
        words="What remains of (18) without any of the three is a statement on the samples; (19) remains as it is.",
        assumptions=(NONZERO_DISTINCT, CRITICAL),
        strata=(*CRITICAL_STRATA, "inputs of deficient row rank", "product not seen by the inputs"),
        probes=(control("it is the targets that are projected", predictions_are_the_targets_projected),),
    ),
    also=("S3-47",),
)

# S3-48: the loss -----------------------------------------------------------------------------------------------------------------


ASSOCIATED = at_point("S", "W belongs to a set S of r indices, (18)", lambda point: product_is_projected_regression(point).holds)


def loss_is(expression: Callable[[Any], Any]) -> Property:
    return lambda point: equal(point.network.loss, expression(point))


loss_is_trace_minus_eigenvalues = loss_is(lambda point: point.spectral.value_of(touched(point)))


def loss_with_singular_values(point: Any) -> Decision:
    values = [exact_root(point.spectral.values[index - 1]) for index in touched(point)]
    expected = sum((-value for value in values), point.spectral.data.yy.trace())
    return equal(point.network.loss, expected, "the loss is tr Sigma_YY minus the squares of the singular values")


def compressed_trace(point: Any) -> Any:
    """tr Sigma_YY minus the trace of Sigma on the column space of P X."""
    columns, _ = rank_factors(point.network.product @ point.spectral.data.inputs)
    gram = columns.T @ columns
    return point.spectral.data.yy.trace() - gram.solve(columns.T @ point.spectral.data.sigma @ columns).trace()


def loss_is_compressed(point: Any) -> Decision:
    columns, _ = rank_factors(point.network.product @ point.spectral.data.inputs)
    return every((invariant(columns, point.spectral.data.sigma), equal(point.network.loss, compressed_trace(point))))


S3_48 = Claim(
    "S3-48",
    "The loss of a critical point is the trace of Sigma_YY minus the eigenvalues with index in S",
    LANDSCAPE.at("l. 184, (19)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"L(W)=\operatorname{tr}\Sigma_{YY}-\sum_{i\in S}\lambda_i,\qquad\Sigma=U\operatorname{diag}(\lambda_1,\dots,\lambda_{d_y})U^T",
        loss_is_trace_minus_eigenvalues,
        "all_stationary_networks",
        words="The section sign in the sum is read as S, and the numbers as the singular values of Sigma, as the document says in l. 215. Equal ones do no harm as long as there is a set S.",
        assumptions=(*PRINTED_ASSUMPTIONS, ASSOCIATED),
        strata=(*CRITICAL_STRATA, "global minimum", "above the global minimum", "repeated eigenvalues", "distinct eigenvalues"),
        probes=(
            without("A2", DEPENDENT_INPUTS, over="dependent_stationary_networks"),
            without("A3", "with vanishing eigenvalues", over="vanishing_stationary_networks"),
            without("h", "for weights that are not critical", over="projected_networks"),
            without("S", "for a point that belongs to no set, the indices that its product touches"),
            control(
                "half of the eigenvalues",
                loss_is(lambda point: (point.spectral.value_of(touched(point)) + point.spectral.data.yy.trace()) / 2),
            ),
            control("the singular values of Sigma^(1/2)", loss_with_singular_values),
        ),
        derivation="landscape.critical_loss",
    ),
    sharp=Statement(
        r"L(W)=\operatorname{tr}\Sigma_{YY}-\operatorname{tr}(\Sigma|_E),\qquad\Sigma E\subset E=\operatorname{im}(W_H\cdots W_1X)",
        loss_is_compressed,
        "all_stationary_networks",
        words="For every critical point on any data, ties included: the image of the samples is spanned by eigenvectors, and their eigenvalues are subtracted.",
        assumptions=(CRITICAL,),
        strata=(*CRITICAL_STRATA, "repeated eigenvalues", "zero eigenvalue", "inputs of deficient row rank", "fitted"),
        probes=(
            without("h", "for weights that are not critical", over="spectral_networks"),
            control(
                "the largest eigenvalues are subtracted",
                loss_is(lambda point: point.spectral.least_loss(point.network.product.rank())),
            ),
        ),
    ),
    remark=(
        "In terms of the singular values of $\\Sigma^{1/2}$, which section 3.2 introduces, it is their squares that are subtracted. "
        f"Once W belongs to a set, by (18), the value follows: none of the other assumptions is needed for it. {A1_FOLLOWS}"
    ),
)

CRITICAL_POINTS = (S3_42, S3_43, S3_44, S3_45, S3_46, S3_48)
