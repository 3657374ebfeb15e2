"""Document 003, section 3.2: the global minimiser, the covariance that it is read off, and the minimisers of restricted rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import at_most, equal, every, exactly
from claims.documents.landscape.assumptions import A1, A2, A3, A5, CRITICAL, at_point
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import Data, Spectral
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, without
from claims.subject import assumption

# S3-53: the global minimiser -----------------------------------------------------------------------------------------------------


def first(count: int) -> tuple[int, ...]:
    """{1, ..., count}."""
    return tuple(range(1, count + 1))


def last(point: Any) -> tuple[int, ...]:
    """The r_max last indices."""
    return tuple(range(point.spectral.outputs - point.thinnest + 1, point.spectral.outputs + 1))


def projected_rows(point: Any, chosen: tuple[int, ...]) -> Any:
    """((X'X)^-1 X'Y U_S U_S')' with samples as rows, d_y x d_x."""
    X, Y = point.spectral.data.inputs.T, point.spectral.data.targets.T
    columns = point.spectral.columns(chosen)
    return ((X.T @ X).solve(X.T @ Y) @ columns @ columns.T).T


def no_network_is_better(chosen: Callable[[Any], tuple[int, ...]]) -> Property:
    """The loss of the projection is at most that of the network, which is any one of these widths."""

    def property(point: Any) -> Decision:
        return at_most(point.spectral.data.loss_of(projected_rows(point, chosen(point))), point.network.loss)

    return property


projection_is_least = no_network_is_better(lambda point: first(point.thinnest))


def literal_projection_is_least(point: Any) -> Decision:
    """(X'X)^-1 X'Y with the matrices of section 3, whose columns are the samples."""
    X, Y = point.spectral.data.inputs, point.spectral.data.targets
    if X.rank() < X.shape[1]:
        return exactly(False, f"X'X is {X.shape[1]} x {X.shape[1]} of rank {X.rank()}: it has no inverse")
    if X.shape[0] != Y.shape[0]:
        return exactly(False, f"X' has {X.shape[0]} columns and Y {Y.shape[0]} rows")
    columns = point.spectral.columns(first(point.thinnest))
    found = columns @ columns.T @ (X.T @ X).solve(X.T @ Y)
    return at_most(point.spectral.data.loss_of(found), point.network.loss)


MINIMUM = at_point(
    "minimum", "W is a global minimiser", lambda point: point.network.loss == point.spectral.least_loss(point.thinnest)
)


def product_is_the_projection(point: Any) -> Decision:
    return equal(point.network.product, projected_rows(point, first(point.thinnest)), "another product has the least loss, too")


def product_is_the_regression(point: Any) -> Decision:
    return equal(point.network.product, point.spectral.data.regression)


def minimisers_are_separated(spectral: Spectral, width: int) -> bool:
    """lambda_r > lambda_(r+1) or lambda_(r+1) = 0, for r = ``width`` below d_y."""
    if width >= spectral.outputs:
        return True
    high, low = spectral.values[width - 1], spectral.values[width]
    return bool(high > low) or low == 0


def unique_exactly_with_a_gap(point: Any) -> Decision:
    """With a gap the minimiser at hand has the product W*; without, exchanging u_r and u_(r+1) gives a second minimiser."""
    spectral, width = point.spectral, point.thinnest
    best = spectral.projected(first(width))
    if minimisers_are_separated(spectral, width):
        return equal(point.network.product, best, "a second minimiser in spite of the gap")
    other = spectral.projected((*first(width - 1), width + 1))
    same = spectral.data.loss_of(other) == spectral.data.loss_of(best)
    return exactly(bool(other != best and same), "no second minimiser")


def always_unique(point: Any) -> Decision:
    return exactly(minimisers_are_separated(point.spectral, point.thinnest), "the minimiser may be another one")


NET_STRATA = (
    "one layer",
    "two layers",
    "three layers or more",
    "global minimum",
    "above the global minimum",
    "a hidden bottleneck",
)

S3_53 = Claim(
    "S3-53",
    "The global minimiser is the regression solution, projected on the leading eigenvectors of Sigma",
    LANDSCAPE.at("l. 193"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\|Y-W^\ast X\|_F^2\le L(W)\ \text{ for all }W,\qquad (W^\ast)^T=(X'X)^{-1}X'Y\,U_SU_S^T,\ S=[1,r_{\max}]",
            projection_is_least,
            "spectral_networks",
            words="In the formula for the regression solution the samples are rows, so that it is the transpose of the product in (17). The projection is a global minimiser, ties or not.",
            reading="A",
            bound=True,
            assumptions=(A1, A2, A3),
            strata=(*NET_STRATA, "repeated eigenvalues", "attained"),
            probes=(control("the last eigenvectors", no_network_is_better(last)),),
            derivation="landscape.global_value",
        ),
        Statement(
            r"W^\ast=U_SU_S^T(X'X)^{-1}X'Y\quad\text{with the }X\in\mathbb R^{d_x\times m},\ Y\in\mathbb R^{d_y\times m}\text{ of the section}",
            literal_projection_is_least,
            "spectral_networks",
            words="With the matrices of section 3, whose columns are the samples.",
            reading="B",
            assumptions=(A1, A2, A3),
        ),
        Statement(
            r"L(W)=\min L\ \Rightarrow\ W_H\cdots W_1=W^\ast",
            product_is_the_projection,
            "repeated_stationary_networks",
            words="It is the global minimiser: there is no other product with the least loss, under the assumptions as printed.",
            reading="C",
            assumptions=(A1, A2, A3, MINIMUM),
        ),
    ),
    amended=(
        Statement(
            r"\|Y-W^\ast X\|_F^2\le L(W)\ \text{ for all }W,\qquad W^\ast=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
            no_network_is_better(lambda point: first(point.thinnest)),
            "spectral_networks",
            words="In the notation of the section.",
            reading="value",
            bound=True,
            assumptions=(A2,),
            strata=(*NET_STRATA, "attained"),
            probes=(control("the last eigenvectors", no_network_is_better(last)),),
            derivation="landscape.global_value",
        ),
        Statement(
            r"L(W)=\min L\ \Rightarrow\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1},\ S=[1,r_{\max}]\quad\text{(distinct singular values)}",
            product_is_the_projection,
            "global_minimisers",
            words="With distinct singular values all global minimisers have this one product.",
            reading="product",
            assumptions=(A1, A2, A3, A5, MINIMUM),
            strata=("two layers", "three layers or more", "a hidden bottleneck", "bases turned", "some block nonzero"),
            probes=(
                without("A5", "with repeated eigenvalues", over="repeated_stationary_networks"),
                without("minimum", "for other critical points", over="trailing_critical_points"),
                control("it is the regression solution itself", product_is_the_regression),
            ),
        ),
    ),
    sharp=Statement(
        r"\text{one product only}\iff r_{\max}=d_y\ \text{ or }\ \lambda_{r_{\max}}>\lambda_{r_{\max}+1}\ \text{ or }\ \lambda_{r_{\max}+1}=0",
        unique_exactly_with_a_gap,
        "all_stationary_networks",
        words="Only a tie across the cut matters; ties elsewhere, and vanishing eigenvalues, do no harm.",
        assumptions=(A2, MINIMUM),
        strata=("repeated eigenvalues", "distinct eigenvalues", "zero eigenvalue", "two layers", "three layers or more"),
        probes=(control("always", always_unique, over="repeated_stationary_networks"),),
    ),
)

# S3-54: the covariance of the predictions ----------------------------------------------------------------------------------------


def predictions(data: Data) -> Any:
    """Y^ = B X, d_y x m."""
    return data.regression @ data.inputs


def scatter(columns: Any) -> Any:
    """The sum of c c' over the columns."""
    return sum(
        (columns[:, [i]] @ columns[:, [i]].T for i in range(columns.shape[1])), columns.zeros(columns.shape[0], columns.shape[0])
    )


def centred(columns: Any) -> Any:
    """Every column minus the mean of the columns."""
    count = columns.shape[1]
    return columns - columns @ columns.ones(count, count) / count


def sigma_is_mean_square(data: Data) -> Decision:
    return equal(data.sigma, scatter(predictions(data)) / data.samples, "Sigma is the sum over the samples, not the mean")


@assumption("samples", "there are two samples or more")
def several_samples(data: Data) -> Decision:
    return exactly(data.samples > 1)


def sigma_is_covariance(data: Data) -> Decision:
    if data.samples == 1:
        return exactly(False, "one sample has no sample covariance")
    return equal(
        data.sigma, scatter(centred(predictions(data))) / (data.samples - 1), "Sigma is neither centred nor divided by m - 1"
    )


def covariance_has_the_eigenvectors(data: Data) -> Decision:
    covariance = scatter(centred(predictions(data)))
    return equal(covariance @ data.sigma, data.sigma @ covariance, "the covariance has other eigenvectors than Sigma")


def sigma_is_scatter(data: Data) -> Decision:
    return equal(data.sigma, scatter(predictions(data)))


def covariance_is_scaled_sigma_after_centring(data: Data) -> Decision:
    """With the means taken off the inputs, Sigma is the sum of the centred squares of the predictions."""
    moved = Data(centred(data.inputs), data.targets)
    return equal(moved.sigma, scatter(centred(predictions(moved))))


SAMPLE_STRATA = ("one sample", "one output", "inputs of deficient row rank", "zero targets")

S3_54 = Claim(
    "S3-54",
    "Sigma is the sample covariance matrix of the predictions",
    LANDSCAPE.at("l. 193"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\Sigma=\frac1m\sum_i\hat y_i\hat y_i^T",
            sigma_is_mean_square,
            "data_sets",
            words="Uncentred, divided by the number of samples.",
            reading="A",
        ),
        Statement(
            r"\Sigma=\frac1{m-1}\sum_i(\hat y_i-\bar y)(\hat y_i-\bar y)^T",
            sigma_is_covariance,
            "data_sets",
            words="The usual sample covariance: centred, divided by the number of samples minus 1.",
            reading="B",
            assumptions=(several_samples,),
        ),
        Statement(
            r"\Sigma\,C=C\,\Sigma,\qquad C=\sum_i(\hat y_i-\bar y)(\hat y_i-\bar y)^T",
            covariance_has_the_eigenvectors,
            "data_sets",
            words="Only the eigenvectors are used; those of the covariance, whatever its factor.",
            reading="C",
        ),
    ),
    amended=Statement(
        r"\Sigma=\sum_i\hat y_i\hat y_i^T=m\cdot\text{(uncentred second moment of }\hat y\text{)}",
        sigma_is_scatter,
        "data_sets",
        words="It is the sum of the squares, not centred and not divided: the same eigenvectors as the uncentred second moment, the eigenvalues m times as large.",
        strata=SAMPLE_STRATA,
        probes=(control("the mean of the squares", sigma_is_mean_square),),
    ),
    sharp=Statement(
        r"X\mathbf1=0\ \Rightarrow\ \Sigma=(m-1)\operatorname{cov}(\hat y)",
        covariance_is_scaled_sigma_after_centring,
        "data_sets",
        words="For inputs with mean 0 it is the covariance times m - 1, since the predictions then have mean 0 as well.",
        strata=SAMPLE_STRATA,
        probes=(control("for any inputs", lambda data: equal(data.sigma, scatter(centred(predictions(data))))),),
    ),
)

# S3-60, S3-61: minimisers of restricted rank -------------------------------------------------------------------------------------


def has_the_least_loss_of_rank(rank: Callable[[Any], int]) -> Property:
    """The loss is that of the projection on the first eigenvectors, as many as the rank."""
    return lambda point: equal(point.network.loss, point.spectral.data.loss_of(point.spectral.projected(first(rank(point)))))


product_has_the_least_loss_of_its_rank = has_the_least_loss_of_rank(lambda point: point.network.product.rank())
product_has_the_least_loss_of_the_next_rank = has_the_least_loss_of_rank(
    lambda point: min(point.network.product.rank() + 1, point.spectral.outputs)
)


def no_matrix_of_the_rank_is_better(chosen: Callable[[Any, int], tuple[int, ...]]) -> Property:
    """Any product of rank r, of this network, has at least the loss of the projection on r eigenvectors."""

    def property(point: Any) -> Decision:
        rank = min(point.network.product.rank(), point.spectral.outputs)
        return at_most(point.spectral.data.loss_of(point.spectral.projected(chosen(point, rank))), point.network.loss)

    return property


def product_is_the_leading_projection(point: Any) -> Decision:
    return equal(point.network.product, point.spectral.projected(first(point.network.product.rank())))


def has_the_least_loss(point: Any) -> bool:
    return bool(point.network.loss == point.spectral.least_loss(point.network.product.rank()))


def no_tie_across_the_cut(point: Any) -> bool:
    rank = point.network.product.rank()
    return rank == 0 or minimisers_are_separated(point.spectral, rank)


LEAST_OF_ITS_RANK = at_point("least", "the loss is the least one of the rank", has_the_least_loss)
NO_TIE = at_point("tie", "there is no tie between the eigenvalues r and r + 1, unless they vanish", no_tie_across_the_cut)
LEADING = at_point("S", "S = {1, ..., r}", lambda point: point.leading)

S3_60 = Claim(
    "S3-60",
    "These saddle points correspond to the minimisers of restricted rank",
    LANDSCAPE.at("l. 193-195, (20)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"S=[1,r]\ \Rightarrow\ \|Y-W_H\cdots W_1X\|_F^2=\|Y-U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}X\|_F^2,\ \operatorname{rank}(W_H\cdots W_1)=r",
            product_has_the_least_loss_of_its_rank,
            "critical_points",
            words="A critical point that belongs to the first r eigenvectors has the loss of the projection,",
            reading="attains",
            assumptions=(A1, A2, A3, CRITICAL, LEADING),
            strata=(
                "rank zero",
                "below the largest rank",
                "largest rank",
                "tightened",
                "not tightened",
                "two layers",
                "three layers or more",
            ),
            probes=(
                without("S", "for other index sets", over="trailing_critical_points"),
                control("it has the least loss of one rank more", product_has_the_least_loss_of_the_next_rank),
            ),
            derivation="landscape.critical_loss",
        ),
        Statement(
            r"\operatorname{rank}M\le r\ \Rightarrow\ \|Y-U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}X\|_F^2\le\|Y-MX\|_F^2,\quad S=[1,r]",
            no_matrix_of_the_rank_is_better(lambda point, rank: first(rank)),
            "spectral_networks",
            words="and no matrix of rank r or less has a smaller one (tried on the products of networks of all kinds).",
            reading="least",
            bound=True,
            assumptions=(A2,),
            strata=("product of deficient rank", "product of the largest rank", "product zero", "one layer", "attained"),
            probes=(
                control(
                    "the last eigenvectors",
                    no_matrix_of_the_rank_is_better(
                        lambda point, rank: tuple(range(point.spectral.outputs - rank + 1, point.spectral.outputs + 1))
                    ),
                ),
            ),
            derivation="landscape.global_value",
        ),
    ),
    sharp=(
        Statement(
            r"\text{the same with ties, vanishing eigenvalues or dependent inputs, }Y X^+\text{ in place of }\Sigma_{YX}\Sigma_{XX}^{-1}",
            product_has_the_least_loss_of_its_rank,
            "all_leading_points",
            words="None of the assumptions is needed.",
            reading="attains",
            assumptions=(CRITICAL, LEADING),
            strata=("repeated eigenvalues", "zero eigenvalue", "inputs of deficient row rank", "rank zero", "largest rank"),
            probes=(
                without("S", "for other index sets", over="trailing_critical_points"),
                control("it has the least loss of one rank more", product_has_the_least_loss_of_the_next_rank),
            ),
        ),
        Statement(
            r"L(W)=\min_{\operatorname{rank}M\le r}\|Y-MX\|_F^2,\ \lambda_r>\lambda_{r+1}\text{ or }\lambda_{r+1}=0\ \Rightarrow\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1},\ S=[1,r]",
            product_is_the_leading_projection,
            "all_stationary_networks",
            words="Conversely, without a tie across the cut the projection is the only minimiser of its rank, so that the critical points with that loss are these.",
            reading="unique",
            assumptions=(A2, LEAST_OF_ITS_RANK, NO_TIE),
            strata=("repeated eigenvalues", "zero eigenvalue", "product zero", "two layers", "three layers or more"),
            probes=(
                without("tie", "with a tie across the cut", over="repeated_stationary_networks"),
                without("least", "with a larger loss", over="outranked_networks"),
                control("it is the regression solution", product_is_the_regression),
            ),
        ),
    ),
)


def sizes_fit(data: Data) -> Decision:
    """M is d_x x d_y as printed, so that M X and Y - M X need d_y = d_x."""
    outside, inside = data.targets.shape[0], data.inputs.shape[0]
    return exactly(outside == inside, f"M is {inside} x {outside} and X has {inside} rows, Y {outside}")


def minimum_is_attained(chosen: Callable[[Spectral, int], tuple[int, ...]]) -> Property:
    """For every r the projection on r eigenvectors has rank at most r and the loss that (19) gives to the first r."""

    def property(spectral: Spectral) -> Decision:
        ranks = range(spectral.outputs + 1)
        found = [spectral.projected(chosen(spectral, r)) for r in ranks]
        values = (equal(spectral.data.loss_of(M), spectral.least_loss(r)) for r, M in zip(ranks, found, strict=True))
        return every((exactly(all(M.rank() <= r for r, M in zip(ranks, found, strict=True))), *values))

    return property


S3_61 = Claim(
    "S3-61",
    "The rank-restricted problem",
    LANDSCAPE.at("l. 195, (20)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\operatorname{arg\,min}_{M\in\mathbb R^{d_x\times d_y},\ \operatorname{rank}M\le r}\|Y-MX\|_F^2,\qquad X\in\mathbb R^{d_x\times m},\ Y\in\mathbb R^{d_y\times m}",
        sizes_fit,
        "data_sets",
        words="With the size that is printed for M the product with X is defined for as many outputs as inputs only.",
    ),
    amended=Statement(
        r"\min_{M\in\mathbb R^{d_y\times d_x},\ \operatorname{rank}M\le r}\|Y-MX\|_F^2=\operatorname{tr}\Sigma_{YY}-\sum_{i\le r}\lambda_i,\qquad r=0,\dots,d_y",
        minimum_is_attained(lambda spectral, r: first(r)),
        "spectral_data_sets",
        words="With the sizes exchanged it is well formed, and the minimum is attained at the projection on the first r eigenvectors (that no matrix is better is shown under S3-60).",
        strata=("one sample", "one input", "one output"),
        probes=(
            control(
                "at the last r eigenvectors",
                minimum_is_attained(lambda spectral, r: tuple(range(spectral.outputs - r + 1, spectral.outputs + 1))),
            ),
            control("without the last one", minimum_is_attained(lambda spectral, r: first(min(r, spectral.outputs - 1)))),
        ),
        derivation="landscape.global_value",
    ),
    sharp=Statement(
        r"\min_{\operatorname{rank}M\le r}\|Y-MX\|_F^2=\operatorname{tr}\Sigma_{YY}-\sum_{i\le r}\lambda_i\quad\text{with ties}",
        minimum_is_attained(lambda spectral, r: first(r)),
        "repeated_spectral_data_sets",
        words="Ties change nothing in the value (but the minimiser need not be the only one).",
        strata=("repeated eigenvalues",),
        probes=(control("at no eigenvector", minimum_is_attained(lambda spectral, r: ())),),
        derivation="landscape.global_value",
    ),
)

MINIMISERS = (S3_53, S3_54, S3_60, S3_61)
