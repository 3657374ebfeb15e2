"""Document 000, the answer's numbers: condition numbers, what they say about first-order methods, and what they do not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.decide import at_most, both, certainly, equal, exactly
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.instances.regression import Descent, Progression, augmented
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.krylov import conjugate_gradients
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import ones_like, vstack

# the two nonzero eigenvalues of X'X ---------------------------------------------------------------------------------------


def reduced_gram(data: Progression, bias: bool = True) -> Any:
    """A 2 x 2 matrix with the nonzero eigenvalues of X'X (of [X, 1]'[X, 1] with ``bias``).

    X = [1, t] [S_0; c 1'] with t = (0, ..., M-1)', so the nonzero eigenvalues are those of ([1, t]'[1, t]) ([S_0; c 1'][S_0; c 1']').
    """
    q = type(data.first)
    left = q.of([[1, i] for i in range(data.samples)])
    right = vstack(data.first, ones_like(data.first, 1, data.features) * data.step)
    gram = right @ right.T
    if bias:
        gram = gram + q.of([[1, 0], [0, 0]])
    return left.T @ left @ gram


def condition_at_least(bound: int | Fraction):
    """kappa >= K for the nonzero spectrum: kappa + 1/kappa = tr^2/det - 2 grows with kappa, so tr^2 K >= det (K + 1)^2 does not."""

    def property(data: Progression) -> Decision:
        small = reduced_gram(data)
        trace, least = small.trace(), small.scalar(bound)
        return at_most(small.det() * (least + 1) * (least + 1), trace * trace * least)

    return property


def condition_at_most(bound: int):
    """kappa <= K for the nonzero spectrum."""

    def property(data: Progression) -> Decision:
        small = reduced_gram(data)
        trace, most = small.trace(), small.scalar(bound)
        return at_most(trace * trace * most, small.det() * (most + 1) * (most + 1))

    return property


def condition_within(low: int, high: int):
    """low <= kappa <= high for the nonzero spectrum of [X, 1]'[X, 1]."""

    def property(data: Progression) -> Decision:
        return both(condition_at_least(low)(data), condition_at_most(high)(data))

    return property


def reduction_is_right(data: Progression) -> Decision:
    """det(t I - X'X) = t^(p - 2) (t^2 - tr t + det) with trace and determinant of the 2 x 2 matrix, for the p columns of [X, 1]."""
    inputs = augmented(data.inputs)
    full, small = (inputs.T @ inputs).charpoly(), reduced_gram(data).charpoly()
    return exactly(full == [full[0] * 0] * (data.features - 1) + small)


def reduction_without_bias_column(data: Progression) -> Decision:
    inputs = augmented(data.inputs)
    full, small = (inputs.T @ inputs).charpoly(), reduced_gram(data, bias=False).charpoly()
    return exactly(full[-3:] == small)


def hessian_is_invertible(data: Progression) -> Decision:
    """A finite condition number over the whole spectrum needs a nonsingular X'X: rank X = number of columns."""
    rank = augmented(data.inputs).rank()
    return exactly(rank == data.features + 1, f"X'X has rank {rank} of {data.features + 1}: its condition number is infinite")


SPECTRUM = Statement(
    r"\det(tI-X^TX)=t^{p-2}\bigl(t^2-\operatorname{tr}(K)\,t+\det K\bigr),\quad K=[\mathbf1,t]^T[\mathbf1,t]\begin{bmatrix}S_0S_0^T+1&cS_0\mathbf1\\ cS_0\mathbf1&c^2d\end{bmatrix}",
    reduction_is_right,
    "progressions",
    words="For every M, d, first sample and step there are at most two nonzero eigenvalues, in closed form.",
    strata=("one sample", "one feature", "zero step", "constant first sample"),
    probes=(control("without the one that the bias adds", reduction_without_bias_column),),
    derivation="collapse.gram_spectrum",
)

S0_16 = Claim(
    "S0-16",
    "The data gives a poorly conditioned optimisation problem",
    COLLAPSE.at("l. 41"),
    Kind.NUMERIC,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\kappa\ge10^3\text{ on the range of }X^TX",
            condition_at_least(10**3),
            THE_DATA,
            words="'Poorly' as a thousand: gradient descent with a fixed step then needs hundreds of steps for each digit of the cost.",
            reading="A",
            probes=(control("a condition number of a thousand millions", condition_at_least(10**9)),),
        ),
        Statement(
            r"\kappa\ge10^6\text{ on the range of }X^TX",
            condition_at_least(10**6),
            THE_DATA,
            words="'Poorly' as a million.",
            reading="B",
            probes=(control("a condition number of a thousand millions", condition_at_least(10**9)),),
        ),
    ),
    sharp=(
        Statement(
            r"36\,002\,462\le\kappa\le36\,002\,463",
            condition_within(36_002_462, 36_002_463),
            THE_DATA,
            words="The condition number on the range of the Hessian, where descent takes place, to the unit.",
            reading="value",
            probes=(
                control("ten times that", condition_within(360_024_620, 360_024_630)),
                control("one more", condition_within(36_002_463, 36_002_464)),
                control("one less", condition_within(36_002_461, 36_002_462)),
            ),
        ),
        SPECTRUM,
    ),
    remark=(
        "Of the 101 eigenvalues 99 are exactly zero; along them the cost is constant and descent never moves. What counts is the ratio of "
        "the two others, $3.6\\cdot10^7$."
    ),
    illustrated_by=("X0-4",),
)

# S0-23, S0-27: what a condition number says --------------------------------------------------------------------------------


@assumption("h1", "the cost is a paraboloid")
def paraboloid(descent: Any) -> Decision:
    return exactly(isinstance(descent, Descent))


def best_rate(descent: Descent) -> Any:
    """2 / (largest + smallest nonzero eigenvalue)."""
    return 2 / (descent.largest + descent.smallest)


def contraction(kappa: Any) -> Any:
    """((kappa - 1)/(kappa + 1))^2, the factor of the excess cost in one step."""
    ratio = (kappa - 1) / (kappa + 1)
    return ratio * ratio


def excess_is_bounded(descent: Any) -> Decision:
    """After k steps at the best rate the excess cost is at most the k-th power of the contraction times the initial one."""
    if isinstance(descent, Descent):
        before, after = descent.excess(descent.error), descent.excess(descent.errors(best_rate(descent))[-1])
    else:
        before, after = descent.excesses
    return at_most(after, before * _power(contraction(descent.condition), descent.steps))


def excess_halves_that(descent: Descent) -> Decision:
    before, after = descent.excess(descent.error), descent.excess(descent.errors(best_rate(descent))[-1])
    return at_most(after * 2, before * _power(contraction(descent.condition), descent.steps))


def _power(base: Any, exponent: int) -> Any:
    result = base * 0 + 1
    for _ in range(exponent):
        result = result * base
    return result


def ends_of_the_spectrum(descent: Descent) -> Descent:
    """The same quadratic from the error v_max + v_min, at the ends of the nonzero spectrum (of its diagonal)."""
    size, ends = descent.hessian.shape[0], (descent.largest, descent.smallest)
    error = descent.hessian.build(size, 1, lambda i, j: int(descent.hessian.entry(i, i) in ends))
    return Descent(descent.hessian, error, descent.largest, descent.smallest, descent.steps)


def worst_start(descent: Descent, step) -> Decision:
    """From v_max + v_min, ``step`` contracts the excess by exactly the factor."""
    started = ends_of_the_spectrum(descent)
    expected = started.excess(started.error) * _power(contraction(descent.condition), descent.steps)
    return equal(descent.excess(step(started)), expected)


def gradient_descent_attains_the_factor(descent: Descent) -> Decision:
    return worst_start(descent, lambda start: start.errors(best_rate(start))[-1])


def newton_attains_the_factor(descent: Descent) -> Decision:
    """The same for one Newton step, e - H^+ H e, which removes the error on the range of the Hessian."""
    return worst_start(descent, newton_step)


def newton_step(start: Descent) -> Any:
    """The error after the least-norm Newton step."""
    return start.error - minimum_norm_solution(start.hessian, start.hessian @ start.error)


def half_the_factor_is_attained(descent: Descent) -> Decision:
    """From the same start the excess shrinks by half of the factor."""
    started = ends_of_the_spectrum(descent)
    after = started.excess(started.errors(best_rate(started))[-1])
    return equal(after * 2, started.excess(started.error) * _power(contraction(descent.condition), descent.steps))


@assumption("basis", "coordinates along the eigenvectors (no loss of generality)")
def diagonal(descent: Descent) -> Decision:
    return exactly(
        descent.hessian == descent.hessian.diagonal([descent.hessian.entry(i, i) for i in range(descent.hessian.shape[0])])
    )


def whole_spectrum_predicts(descent: Descent) -> Decision:
    """The worst start, v_max + v_min, contracts as the whole spectrum says: by the factor 1 where the Hessian is singular."""
    if descent.hessian.rank() == descent.hessian.shape[0]:
        return gradient_descent_attains_the_factor(descent)
    started = ends_of_the_spectrum(descent)
    after = started.excess(started.errors(best_rate(started))[-1])
    return equal(after, started.excess(started.error), "even the worst start makes progress, infinite condition number or not")


ATTAINED = Statement(
    r"\frac{C_k}{C_0}=\Bigl(\frac{\kappa-1}{\kappa+1}\Bigr)^{2k}\quad\text{at }e_0=v_{\max}+v_{\min}",
    gradient_descent_attains_the_factor,
    "descents",
    words="The bound is attained: from the sum of the extreme eigenvectors every step contracts by exactly this factor.",
    assumptions=(diagonal,),
    strata=("singular Hessian", "perfectly conditioned"),
    probes=(
        without("h2", "with Newton's method", property=newton_attains_the_factor),
        control("half of that factor", half_the_factor_is_attained),
    ),
)

S0_23 = Claim(
    "S0-23",
    "The condition number tells how easily first-order methods traverse the surface",
    COLLAPSE.at("l. 49"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"C_k\le\Bigl(\frac{\kappa-1}{\kappa+1}\Bigr)^{2k}C_0",
            excess_is_bounded,
            "descents",
            words="Gradient descent with the best fixed rate, kappa over the nonzero eigenvalues.",
            reading="A",
            assumptions=(paraboloid,),
            strata=("singular Hessian", "perfectly conditioned", "one parameter", "already at a minimiser", "attained"),
            bound=True,
            probes=(
                without("h1", "on a quartic", over="quartics"),
                control("half of that bound", excess_halves_that),
            ),
            derivation="collapse.gd_rate",
        ),
        Statement(
            r"\max_{C_0>0}\frac{C_k}{C_0}=\Bigl(\frac{\operatorname{cond}(H)-1}{\operatorname{cond}(H)+1}\Bigr)^{2k}",
            whole_spectrum_predicts,
            "descents",
            words="With the condition number of the whole Hessian, as the document computes it: infinite where the Hessian is singular, so no progress.",
            reading="B",
            assumptions=(diagonal,),
        ),
    ),
    amended=ATTAINED,
    remark=(
        "Zero eigenvalues do not slow descent down, because the error has no gradient along them. The condition number that tells is that of "
        "the nonzero spectrum; the one of the whole matrix says nothing about the speed."
    ),
    illustrated_by=("X0-4",),
)


def every_start_is_slow(descent: Descent) -> Decision:
    before, after = descent.excess(descent.error), descent.excess(descent.errors(best_rate(descent))[-1])
    return at_most(before * _power(contraction(descent.condition), descent.steps), after)


S0_27 = Claim(
    "S0-27",
    "Skewed shapes can require many more iterations",
    COLLAPSE.at("l. 55"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\exists e_0\ne0\colon\ C_k=\Bigl(\frac{\kappa-1}{\kappa+1}\Bigr)^{2k}C_0\quad\text{for all }k",
        gradient_descent_attains_the_factor,
        "descents",
        words="For every condition number some start contracts no faster, so that the number of steps for a fixed accuracy grows with kappa.",
        assumptions=(diagonal,),
        strata=("singular Hessian", "perfectly conditioned"),
        probes=(
            without("h1", "with Newton's method", property=newton_attains_the_factor),
            control("every start contracts no faster", every_start_is_slow),
        ),
    ),
    remark="'Can' is the right word: a start along one eigenvector needs no more than one step with the matching rate, however skewed the shape.",
    illustrated_by=("X0-4",),
)


# S0-25, S0-26: how skewed --------------------------------------------------------------------------------------------------


def whole_condition_exceeds_every_bound(data: Progression) -> Decision:
    """cond(H) is infinite: H is singular, since [X, 1] has fewer independent columns than columns."""
    rank = augmented(data.inputs).rank()
    return exactly(rank < data.features + 1, f"rank {rank} of {data.features + 1}")


S0_25 = Claim(
    "S0-25",
    "That condition number is very large",
    COLLAPSE.at("l. 51"),
    Kind.NUMERIC,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\operatorname{cond}(H)>K\quad\text{for every }K",
            whole_condition_exceeds_every_bound,
            THE_DATA,
            words="The condition number of the whole matrix is larger than any number: it is infinite.",
            reading="A",
            probes=(control("that of its nonzero spectrum exceeds a thousand millions", condition_at_least(10**9)),),
        ),
        Statement(
            r"\kappa\ge10^6",
            condition_at_least(10**6),
            THE_DATA,
            words="'Very large' as a million, for the condition number of the nonzero spectrum, which governs descent.",
            reading="B",
            probes=(control("a thousand millions", condition_at_least(10**9)),),
        ),
    ),
    sharp=Statement(
        r"3.6002\cdot10^7\le\kappa\le3.6003\cdot10^7",
        condition_within(36_002_000, 36_003_000),
        THE_DATA,
        words="The latter is far from the printed $10^{21}$ and well within double precision.",
        probes=(control("ten times that", condition_within(360_020_000, 360_030_000)),),
    ),
)


def isosurfaces_are_ellipsoids(data: Progression) -> Decision:
    """A level set of a PSD quadratic is an ellipsoid if it is bounded, that is, if the Hessian is definite."""
    rank = augmented(data.inputs).rank()
    return exactly(
        rank == data.features + 1, f"the level sets contain {data.features + 1 - rank} independent straight directions"
    )


def cylinder_over_a_plane(data: Progression) -> Decision:
    inputs = augmented(data.inputs)
    return exactly(inputs.rank() == 2 and inputs.nullspace().shape[1] == data.features - 1)


S0_26 = Claim(
    "S0-26",
    "The isosurfaces are extremely skewed ellipsoids",
    COLLAPSE.at("l. 51"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\{C=h\}\text{ is an ellipsoid}\qquad(h>0)",
            isosurfaces_are_ellipsoids,
            THE_DATA,
            words="Ellipsoids.",
            reading="A",
        ),
        Statement(
            r"a_{\max}/a_{\min}=\sqrt\kappa\ge10^3",
            condition_at_least(10**6),
            THE_DATA,
            words="'Extremely skewed' as a ratio of a thousand between the semi-axes of the cross section.",
            reading="B",
            probes=(control("a ratio of ten thousand", condition_at_least(10**8)),),
        ),
    ),
    amended=Statement(
        r"\{C=h\}=\text{ellipse}\times\mathbb R^{99},\qquad6000^2\le\kappa\le6001^2",
        lambda data: both(cylinder_over_a_plane(data), condition_within(36_000_000, 36_012_001)(data)),
        THE_DATA,
        words="Elliptic cylinders: an ellipse in a plane whose axes are as 6000 to 1, times a flat space of 99 dimensions.",
        probes=(control("axes as 7000 to 1", condition_at_least(49_000_000)),),
    ),
)


# S0-34: first-order methods --------------------------------------------------------------------------------------------------


def conjugate_gradients_need_more_than(steps: int):
    """After so many steps from zero the gradient has not vanished yet."""

    def property(data: Progression) -> Decision:
        problem = data.affine_problem
        zero = type(data.first).zeros(problem.features, 1)
        path = conjugate_gradients(
            lambda v: problem.inputs.T @ (problem.inputs @ v), lambda w: problem.gradient(w) * problem.samples, zero, steps
        )
        return exactly(not problem.gradient(path[-1]).is_zero(), f"the gradient vanishes exactly after {len(path) - 1} steps")

    return property


def conjugate_gradients_finish(descent: Descent) -> Decision:
    """As many steps as there are distinct nonzero eigenvalues reach a minimiser."""
    start = descent.error
    distinct = _distinct_nonzero(descent)
    path = conjugate_gradients(lambda v: descent.hessian @ v, lambda e: descent.hessian @ e, start, distinct)
    return exactly((descent.hessian @ path[-1]).is_zero())


def conjugate_gradients_finish_one_earlier(descent: Descent) -> Decision:
    path = conjugate_gradients(
        lambda v: descent.hessian @ v, lambda e: descent.hessian @ e, descent.error, _distinct_nonzero(descent) - 1
    )
    return exactly((descent.hessian @ path[-1]).is_zero())


def _distinct_nonzero(descent: Descent) -> int:
    minimal = descent.hessian.minpoly()
    return len(minimal) - 1 - int(minimal[0] == 0)


LOG_HUNDRED = (Fraction("4.605170185988"), Fraction("4.605170185989"))


def two_digits_take_more_than(steps: int):
    """((kappa - 1)/(kappa + 1))^(2 steps) > 1/100, that is 2 steps log((kappa + 1)/(kappa - 1)) < log 100.

    2/kappa < log((kappa + 1)/(kappa - 1)) < 2/(kappa - 1) turns it into two questions about kappa, both exact.
    """

    def property(data: Progression) -> Decision:
        enough = condition_at_least(4 * steps / LOG_HUNDRED[0] + 1)(data)
        too_small = condition_at_least(4 * steps / LOG_HUNDRED[1])(data)
        return certainly(enough.holds, too_small.fails)

    return property


S0_34 = Claim(
    "S0-34",
    "First-order methods struggle to converge quickly on this problem",
    COLLAPSE.at("l. 57"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\text{every first-order method: }\nabla C(w_k)\ne0\quad(k\le2)",
            conjugate_gradients_need_more_than(2),
            THE_DATA,
            words="Every method that uses gradients only, 'properly coded', is slow on this problem.",
            reading="A",
        ),
        Statement(
            r"C_k/C_0>10^{-2}\text{ for some start, }k=41.4\cdot10^6",
            two_digits_take_more_than(41_400_000),
            THE_DATA,
            words="Gradient descent with a fixed rate is slow on this problem: from some start even 41.4 million steps at the best rate do not gain two digits.",
            reading="B",
            probes=(control("nor do 41.5 million", two_digits_take_more_than(41_500_000)),),
        ),
    ),
    amended=Statement(
        r"\text{conjugate gradients: }\nabla C(w_r)=0,\quad r=\#\{\text{distinct nonzero eigenvalues of }\nabla^2C\}",
        conjugate_gradients_finish,
        "descents",
        words="Fixed-rate descent is slow, conjugate gradients (a first-order method with momentum and line search) are not: one step for each distinct nonzero eigenvalue, two for this data.",
        strata=("singular Hessian", "perfectly conditioned", "already at a minimiser"),
        probes=(control("one step fewer", conjugate_gradients_finish_one_earlier),),
        derivation="collapse.two_step_cg",
    ),
    remark="In exact arithmetic conjugate gradients reach a global minimiser of the document's own problem in two steps from zero.",
    illustrated_by=("X0-3",),
)

CONDITIONING = (S0_16, S0_23, S0_25, S0_26, S0_27, S0_34)
