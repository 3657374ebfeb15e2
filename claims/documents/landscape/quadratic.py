"""Document 003, section 5.1: descent with a fixed step on a quadratic function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import equivalent, exactly
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.descent_chains import QuadraticDescent
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.inertia import is_pd, is_psd
from numerics.spectrum import as_fraction, spectrum
from numerics.stability import contracts, powers_converge

# S3-78, S3-79: quadratics -------------------------------------------------------------------------------------------------------


@assumption("h2", "Q is positive definite")
def definite(descent: QuadraticDescent) -> Decision:
    return exactly(is_pd(descent.hessian))


@assumption("step", "the step size is not zero")
def some_step(descent: QuadraticDescent) -> Decision:
    return exactly(bool(descent.rate != 0))


def rate_within(descent: QuadraticDescent, share: int = 1, closed: bool = False) -> bool:
    """0 < rate < share 2 / lambda_max(Q), decided by counting eigenvalues above 2 share / rate."""
    if descent.rate <= 0:
        return False
    above, at_least = spectrum(descent.hessian).counts(2 * share / as_fraction(descent.rate))
    return above == 0 if closed else at_least == 0


def converges_to_minimiser(descent: QuadraticDescent) -> bool:
    """From every start: there is one minimiser, and the powers of I - rate Q tend to zero."""
    return is_pd(descent.hessian) and contracts(descent.factor)


def settles(descent: QuadraticDescent) -> bool:
    """The iterates converge, to whatever point, from every start: the powers of the affine map converge."""
    return powers_converge(descent.affine)


def exactly_when(fact: Callable[[QuadraticDescent], bool], condition: Callable[[QuadraticDescent], bool]) -> Any:
    return lambda descent: equivalent(exactly(fact(descent)), exactly(condition(descent)))


def with_closed_bound(descent: QuadraticDescent) -> bool:
    return rate_within(descent, closed=True)


def rate_is_usable(descent: QuadraticDescent) -> bool:
    """b is in the range of Q, rate Q is positive semidefinite and 2I - rate Q positive definite."""
    scaled = descent.hessian * descent.rate
    double = type(descent.hessian).eye(descent.size) * 2
    return descent.solvable and is_psd(scaled) and is_pd(double - scaled)


def rate_is_usable_anywhere(descent: QuadraticDescent) -> bool:
    """The same without asking for a critical point."""
    scaled = descent.hessian * descent.rate
    return is_psd(scaled) and is_pd(type(descent.hessian).eye(descent.size) * 2 - scaled)


RATES = ("rate below the bound", "rate at the bound", "rate above the bound")

S3_78 = Claim(
    "S3-78",
    "Fixed-step descent on a quadratic converges exactly for step sizes below 2/lambda_max",
    LANDSCAPE.at("l. 235"),
    Kind.EQUIVALENCE,
    Weight.HEADLINE,
    also=("S3-79",),
    printed=(
        Statement(
            r"x_k\to Q^{-1}b\text{ for every }x_0\iff0\lt\alpha\lt\frac2{\lambda_{\max}(Q)}",
            exactly_when(converges_to_minimiser, rate_within),
            "quadratic_descents",
            words="The iterates tend to the minimiser.",
            reading="A",
            assumptions=(definite,),
            strata=(*RATES, "negative rate", "one dimension", "repeated eigenvalues"),
            probes=(
                without("h2", "with a Hessian that is singular or indefinite"),
                control("the bound itself included", exactly_when(converges_to_minimiser, with_closed_bound)),
            ),
            derivation="landscape.quadratic",
        ),
        Statement(
            r"(x_k)\text{ converges for every }x_0\iff0\lt\alpha\lt\frac2{\lambda_{\max}(Q)}\qquad(\alpha\ne0)",
            exactly_when(settles, rate_within),
            "quadratic_descents",
            words="The iterates converge, to whatever point.",
            reading="B",
            assumptions=(definite, some_step),
            strata=(*RATES, "one dimension", "repeated eigenvalues"),
            probes=(
                without("h2", "with a Hessian that is singular or indefinite"),
                without("step", "with the step size zero, where every sequence stands still"),
                control("the bound itself included", exactly_when(settles, with_closed_bound)),
            ),
            derivation="landscape.quadratic",
        ),
    ),
    sharp=Statement(
        r"(x_k)\text{ converges for every }x_0\iff b\in\operatorname{ran}Q,\ 0\preceq\alpha Q\prec2I\qquad(\alpha\ne0,\ Q=Q^T)",
        exactly_when(settles, rate_is_usable),
        "quadratic_descents",
        words="For any symmetric Q: a singular one needs a critical point, and then the limit depends on the start; an indefinite one has no usable step size.",
        assumptions=(some_step,),
        strata=(*RATES, "definite", "singular", "indefinite", "no critical point"),
        probes=(
            without("step", "with the step size zero, where there is no critical point", over="singular_descents"),
            control("whether or not there is a critical point", exactly_when(settles, rate_is_usable_anywhere)),
        ),
    ),
    remark=(
        "At $\\alpha=2/\\lambda_{\\max}$ the component along the top eigenvector keeps its size and changes its sign. Convergence is decided by the recursion of Schur and Cohn "
        "for the iteration matrix, the step size by counting eigenvalues of $Q$."
    ),
)
