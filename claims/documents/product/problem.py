"""Document 001, the problem: two factors fitted to a matrix, its loss, its realisability, the matrix A."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, equal, equivalent, exactly
from claims.documents.product.source import PRODUCT
from claims.instances.notebook import DrawnMatrix, drawn_matrix
from claims.instances.product import Distribution, Realisation, TwoLayer
from claims.instances.regression import LeastSquares
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, sampled, without
from claims.subject import assumption
from numerics.least_squares import minimum_norm_solution, rank_factors
from numerics.matrix import frobenius_squared
from numerics.spectrum import singular_condition_at_least, singular_condition_at_most

# S1-2, S1-17: realisable ------------------------------------------------------------------------------------------------


@assumption("h1", "the inner width is at least the number of inputs")
def wide_inner_layer(target: Realisation) -> Decision:
    return exactly(target.inner >= target.target.shape[1])


@assumption("rank", "the inner width is at least the rank of A")
def inner_width_reaches_rank(target: Realisation) -> Decision:
    return exactly(target.inner >= target.target.rank())


def factors_exist(target: Realisation) -> Decision:
    """A = W1 W2 through the given inner width: built by a rank factorisation, impossible where the rank does not fit."""
    left, right = _padded_factors(target)
    rank = right.shape[0] and target.target.rank()
    if target.inner < rank:
        return exactly(False, f"A has rank {rank}, every product of these sizes rank {target.inner} at most")
    return equal(left @ right, target.target)


def _padded_factors(target: Realisation) -> tuple[Any, Any]:
    """The rank factors, filled up with zeros (or cut) to the inner width."""
    tall, flat = rank_factors(target.target)
    q, rank = type(target.target), tall.shape[1]
    return tall @ q.eye(rank, target.inner), q.eye(target.inner, rank) @ flat


def product_has_rank_at_most_inner_width(less: int = 0):
    """Or by so much less."""
    return lambda net: at_most((net.left @ net.right).rank() + less, net.widths[1])


def one_unit_between(q: Any) -> TwoLayer:
    """(1, 0)' and (1, 0) on X = I and the target zero."""
    unit = q.of([[1, 0]])
    return TwoLayer(unit.T, unit, q.zeros(2, 2), q.eye(2))


def zero_loss_is_attained(target: Realisation) -> Decision:
    left, right = _padded_factors(target)
    net = TwoLayer(left, right, target.target, type(target.target).eye(target.target.shape[1]))
    return equal(net.loss, net.loss * 0, f"the factors of inner width {target.inner} leave a loss")


def identity_comes_first(target: Realisation) -> Decision:
    """W1 = I and W2 = A, cut to the inner width."""
    q, m = type(target.target), target.target.shape[0]
    return equal(q.eye(m, target.inner) @ (q.eye(target.inner, m) @ target.target), target.target)


S1_2 = Claim(
    "S1-2",
    "The problem is realizable",
    PRODUCT.at("l. 5, 150"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists W_1\in\mathbb R^{m\times w},W_2\in\mathbb R^{w\times d}\colon\ W_1W_2=A",
        factors_exist,
        "realisations",
        words="As in the notebook (m = 10, w = d = 6), the inner layer is as wide as the input.",
        assumptions=(wide_inner_layer,),
        strata=("inner width at least d", "zero target", "inner width is the rank"),
        probes=(
            without("h1", "with a narrower inner layer"),
            control("the first factor may be the identity, cut to size", identity_comes_first),
        ),
        derivation="product.realizable",
    ),
    sharp=(
        Statement(
            r"\operatorname{rank}(W_1W_2)\le w",
            product_has_rank_at_most_inner_width(),
            "two_layers",
            words="No product of these sizes has a rank above the inner width,",
            reading="bound",
            bound=True,
            strata=("attained", "inner width one", "zero weights"),
            probes=(
                control("the rank is less than the inner width", product_has_rank_at_most_inner_width(1)),
                control(
                    "less than one", product_has_rank_at_most_inner_width(1), over=only("one unit between two", one_unit_between)
                ),
            ),
        ),
        Statement(
            r"\operatorname{rank}A\le w\ \Rightarrow\ \exists W_1,W_2\colon\ W_1W_2=A",
            factors_exist,
            "realisations",
            words="and an inner width of the rank of A is enough.",
            reading="factors",
            assumptions=(inner_width_reaches_rank,),
            strata=("inner width is the rank", "zero target"),
            probes=(
                without("rank", "with an inner width below the rank"),
                control("the first factor may be the identity, cut to size", identity_comes_first),
            ),
        ),
    ),
)

S1_17 = Claim(
    "S1-17",
    "The optimisation ought to reach loss 0",
    PRODUCT.at("l. 150"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\min_{W_1,W_2}\mathcal L(W_1,W_2)=0",
        zero_loss_is_attained,
        "realisations",
        words="The value 0 is attained, so an optimiser could reach it.",
        assumptions=(wide_inner_layer,),
        strata=("inner width at least d", "zero target"),
        probes=(
            without("h1", "with a narrower inner layer"),
            control("with the identity, cut to size, as first factor", identity_comes_first),
        ),
        derivation="product.realizable",
    ),
)

# S1-3, S1-5, S1-6, S1-7: the loss ---------------------------------------------------------------------------------------


def mean_square_is(expression):
    """E|W1 W2 x - A x|^2 over the samples, taken apart sample by sample, is the given expression."""

    def property(net: TwoLayer) -> Decision:
        samples = range(net.inputs.shape[1])
        total = sum((frobenius_squared(net.errors[:, [k]]) for k in samples), net.loss * 0)
        return equal(total / len(samples), expression(net))

    return property


S1_3 = Claim(
    "S1-3",
    "The loss is the expected squared error",
    PRODUCT.at("l. 7-9"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\mathcal L(W_1,W_2)=\mathbb E\,\|W_1W_2x-y\|^2,\quad y=Ax",
        mean_square_is(lambda net: frobenius_squared(net.difference @ net.inputs) / net.inputs.shape[1]),
        "two_layers",
        words="Well formed: for samples in place of the expectation it is the mean of |(W1 W2 - A) x|^2.",
        strata=("one sample", "zero weights", "already fitted"),
        probes=(control("it is the sum over the samples", mean_square_is(lambda net: net.loss)),),
    ),
)


def expected_square_is(expression):
    def property(law: Distribution) -> Decision:
        return equal(law.expected_square, expression(law))

    return property


@assumption("h1", "E x x' = I, as for x ~ N(0, I)")
def white(law: Distribution) -> Decision:
    return equal(law.second_moment, type(law.atoms).eye(law.atoms.shape[0]))


trace_with_moment = expected_square_is(lambda law: (law.matrix @ law.second_moment @ law.matrix.T).trace())
squared_frobenius = expected_square_is(lambda law: frobenius_squared(law.matrix))
trace_with_root_moment = expected_square_is(
    lambda law: (law.matrix @ law.second_moment @ law.second_moment @ law.matrix.T).trace()
)
twice_frobenius = expected_square_is(lambda law: frobenius_squared(law.matrix) * 2)


def frobenius_for_every_map(law: Distribution) -> Decision:
    """Quadratic in D, so it is decided on the rows e_i' and e_i' + e_j'."""
    q, d = type(law.atoms), law.atoms.shape[0]
    rows = [q.build(1, d, lambda _, k, i=i, j=j: int(k in (i, j))) for i in range(d) for j in range(i + 1)]
    return exactly(all(Distribution(row, law.atoms).expected_square == frobenius_squared(row) for row in rows))


def frobenius_exactly_when_white(law: Distribution) -> Decision:
    return equivalent(frobenius_for_every_map(law), white.holds(law))


S1_5 = Claim(
    "S1-5",
    "The expected loss is a trace with the second moment",
    PRODUCT.at("l. 13"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\mathbb E\|(W_1W_2-A)x\|^2=\operatorname{tr}(W_1W_2-A)(\mathbb Exx^T)(W_1W_2-A)^T",
        trace_with_moment,
        "white_distributions",
        assumptions=(white,),
        strata=("one dimension", "zero map"),
        probes=(without("h1", "for any distribution", over="distributions"), control("twice the squared norm", twice_frobenius)),
        derivation="product.expected_loss",
    ),
    sharp=Statement(
        r"\mathbb E\|Dx\|^2=\operatorname{tr}D\,(\mathbb Exx^T)\,D^T\quad\text{for every law of }x\text{ with a second moment}",
        trace_with_moment,
        "distributions",
        words="Neither Gaussian nor white is needed.",
        strata=("white", "not white", "one atom", "one dimension", "zero map"),
        probes=(control("with the square of the second moment", trace_with_root_moment),),
        derivation="product.expected_loss",
    ),
)

S1_6 = Claim(
    "S1-6",
    "The expected loss equals the squared Frobenius distance",
    PRODUCT.at("l. 13"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"\mathbb E\|(W_1W_2-A)x\|^2=\|W_1W_2-A\|_F^2",
        squared_frobenius,
        "white_distributions",
        assumptions=(white,),
        strata=("one dimension", "zero map"),
        probes=(
            without("h1", "for another second moment", over="distributions"),
            control("twice the squared norm", twice_frobenius),
        ),
        derivation="product.expected_loss",
    ),
    sharp=Statement(
        r"\bigl(\mathbb E\|Dx\|^2=\|D\|_F^2\text{ for all }D\bigr)\iff\mathbb Exx^T=I",
        frobenius_exactly_when_white,
        "distributions",
        words="White inputs are exactly what is needed; Gaussian ones are not.",
        strata=("white", "not white", "one atom"),
        probes=(control("it always holds", frobenius_for_every_map),),
    ),
)


def sample_loss_is_frobenius(net: TwoLayer) -> Decision:
    return equal(net.loss / net.inputs.shape[1], frobenius_squared(net.difference))


def zero_sets_agree(net: TwoLayer) -> Decision:
    """The sampled loss vanishes exactly where W1 W2 = A."""
    return equivalent(exactly(bool(net.loss == 0)), exactly(net.difference.is_zero()))


@assumption("span", "the inputs have full row rank")
def inputs_span(net: TwoLayer) -> Decision:
    return exactly(net.inputs.rank() == net.inputs.shape[0])


S1_7 = Claim(
    "S1-7",
    "The problem is matrix factorization in thin disguise",
    PRODUCT.at("l. 13"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\mathcal L(W_1,W_2)=\|W_1W_2-A\|_F^2",
            squared_frobenius,
            "white_distributions",
            words="With the expectation the two problems are the same function.",
            reading="A",
            assumptions=(white,),
            probes=(
                without("h1", "for another second moment", over="distributions"),
                control("twice the squared norm", twice_frobenius),
            ),
            derivation="product.expected_loss",
        ),
        Statement(
            r"\arg\min\|(W_1W_2-A)X\|_F^2=\arg\min\|W_1W_2-A\|_F^2\qquad(\operatorname{rank}X=d)",
            zero_sets_agree,
            "two_layers",
            words="With drawn samples in place of the expectation, as in the code, where 1000 of them span the 6 inputs: the same solutions (A can be fitted, so that both minima are 0).",
            reading="B",
            assumptions=(inputs_span,),
            strata=("already fitted", "inputs of full row rank"),
            probes=(
                without("span", "with fewer independent samples than inputs"),
                control("both values are always equal", sample_loss_is_frobenius),
            ),
        ),
    ),
)

# S1-4: the matrix A -----------------------------------------------------------------------------------------------------


def condition_is_at_least(bound: int):
    """kappa_2(A) = sigma_1 / sigma_6 >= bound."""

    def property(drawn: DrawnMatrix) -> Decision:
        return exactly(bool(singular_condition_at_least(drawn.matrix, bound)))

    return property


def condition_is_at_most(bound: int):
    """Full rank, and kappa_2(A) <= bound."""

    def property(drawn: DrawnMatrix) -> Decision:
        full = drawn.matrix.rank() == min(drawn.matrix.shape)
        return exactly(full and singular_condition_at_most(drawn.matrix, bound))

    return property


@assumption("h1", "there are ten outputs")
def ten_rows(drawn: DrawnMatrix) -> Decision:
    return exactly(drawn.matrix.shape[0] == 10)


def scales_span(bound: int):
    def property(drawn: DrawnMatrix) -> Decision:
        scales = drawn.scales.entries()
        return equal(max(scales), min(scales) * bound)

    return property


FORTY_DRAWS = sampled(
    "40 draws of the notebook's recipe (seeds 0 to 39)", *(lambda q, seed=seed: drawn_matrix(q, seed) for seed in range(40))
)

SQUARE_DRAWS = sampled(
    "three draws with six outputs (seeds 0 to 2)", *(lambda q, seed=seed: drawn_matrix(q, seed, rows=6) for seed in range(3))
)

S1_4 = Claim(
    "S1-4",
    "The target matrix is badly conditioned, with condition number 1e5",
    PRODUCT.at("l. 11, 92-99"),
    Kind.NUMERIC,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\kappa(A)\ge10^4",
            condition_is_at_least(10**4),
            FORTY_DRAWS,
            words="The matrix that the code draws has a condition number of the order of 10^5 (of at least 10^4, generously).",
            reading="A",
        ),
        Statement(
            r"\max_is_i/\min_is_i=10^5,\quad s=\operatorname{linspace}(1,10^{-5},10)",
            scales_span(10**5),
            FORTY_DRAWS,
            words="The row scales that the code multiplies by span the factor 10^5.",
            reading="B",
            probes=(control("the factor 10^4", scales_span(10**4)),),
        ),
    ),
    amended=Statement(
        r"\kappa(A)\le1000",
        condition_is_at_most(1000),
        FORTY_DRAWS,
        words="In each of 40 draws the condition number of A itself is below a thousand, two orders of magnitude less than printed.",
        assumptions=(ten_rows,),
        probes=(
            without("h1", "with six outputs, as many as inputs", over=SQUARE_DRAWS),
            control("below ten", condition_is_at_most(10)),
        ),
    ),
    remark=(
        "The scales are spaced linearly, so nine of the ten rows keep scales between $1/9$ and $1$, and these nine rows alone have full column rank: "
        "the tiny last scale never reaches the smallest singular value. With as many outputs as inputs (the hypothesis on the sizes dropped) it does. "
        "How the condition number is distributed over other seeds is among the measurements of experiment X1-1."
    ),
    illustrated_by=("X1-1",),
)

# S1-19: no noise floor --------------------------------------------------------------------------------------------------


@assumption("h1", "the labels are a linear map of the inputs, Y = AX")
def linear_labels(problem: LeastSquares) -> Decision:
    return exactly(least_residual(problem) == 0)


def least_residual(problem: LeastSquares) -> Any:
    """The least value of |X w - L|^2."""
    best = minimum_norm_solution(problem.inputs, problem.labels)
    return frobenius_squared(problem.inputs @ best - problem.labels)


def prefixes_have_no_floor(problem: LeastSquares) -> Decision:
    """Whatever part of the samples is used, the least loss is zero."""
    parts = [LeastSquares(problem.inputs[:k, :], problem.labels[:k, :]) for k in range(1, problem.samples + 1)]
    return exactly(all(least_residual(part) == 0 for part in parts))


def zero_is_optimal(problem: LeastSquares) -> Decision:
    zero = problem.inputs.zeros(problem.features, 1)
    return at_most(problem.cost(zero), least_residual(problem))


NO_FLOOR = Statement(
    r"\min_{W}\|WX-Y\|_F^2=0\quad\text{for every number of samples, if }Y=AX",
    prefixes_have_no_floor,
    "noisy_problems",
    words="Labels without noise leave no floor, however many samples there are (decided row by row of the output).",
    reading="A",
    assumptions=(linear_labels,),
    strata=("one sample", "deficient column rank", "full column rank"),
    probes=(without("h1", "with noise on the labels"), control("W = 0 reaches it", zero_is_optimal)),
)

PROBLEM = (S1_2, S1_3, S1_4, S1_5, S1_6, S1_7, S1_17)
