"""Document 003, section 5.3: how large a fixed step of gradient descent on a deep linear network may be."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import at_most, equal, every, exactly
from claims.documents.landscape.constants import S3_93, S3_101, S3_102
from claims.documents.landscape.hypotheses import (
    AS_PRINTED,
    DEPTHS,
    LONGEST_STEP,
    PLAIN_STEP,
    PRINTED_HALF,
    RUN_STRATA,
    SOURCE_STEP,
    WITHOUT,
    balanced_at_the_start,
    full_rank,
)
from claims.documents.landscape.quadratic import S3_78
from claims.documents.landscape.sequels import S3_118
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear
from claims.instances.descent_chains import FixedStep, runs_away
from claims.model import Claim, Cost, Decision, Kind, Probe, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.chains import imbalances
from numerics.inertia import is_psd
from numerics.stability import contracts

# S3-94 to S3-101: the theorem on the step size --------------------------------------------------------------------------------------


def does_not_return(run: FixedStep) -> Decision:
    """The iterates do not come back after two steps to weights that they have left: then they would not converge."""
    start, middle, end = run.iterates(2)
    returns = start == end and start != middle
    return exactly(
        not returns, "two steps lead back to the initial weights: the iteration alternates for ever" if returns else ""
    )


def does_not_attract(run: FixedStep) -> Decision:
    """No alternation that attracts its neighbourhood: the derivative of two steps has its eigenvalues inside the unit circle.

    A neighbourhood meets the hypotheses where alpha > 0 and the initial weights are balanced, as they are here.
    """
    start, middle, end = run.iterates(2)
    if start != end or start == middle or not run.alpha > 0 or any(not gap.is_zero() for gap in imbalances(start)):
        return exactly(True)
    kind, net = type(start[0]), run.network
    size = sum(weight.shape[0] * weight.shape[1] for weight in start)
    first, second = (kind.eye(size) - net.at(weights).hessian * run.plain_rate for weights in (start, middle))
    attracts = contracts(second @ first)
    return exactly(
        not attracts,
        "two steps lead back to the initial weights, and all weights nearby tend to the same alternation" if attracts else "",
    )


def does_not_run_away(run: FixedStep) -> Decision:
    """The weights do not enter a set in which they grow without end."""
    escapes = runs_away(run)
    return exactly(not escapes, "the weights grow without end, and so do all from nearby" if escapes else "")


def descends(factor: int, steps: int = 2) -> Callable[[FixedStep], Decision]:
    """At every step L(k) - L(k+1) >= factor eta^2 L(0) |gradient|^2 / ((1 - alpha) delta), and delta stays a balancedness constant."""

    def property(run: FixedStep) -> Decision:
        path = run.iterates(steps)
        slack = (1 - run.alpha) * run.delta
        start = run.loss(path[0])
        falls = (
            at_most(
                factor * run.rate * run.rate * start * run.slope_squared(before),
                (run.loss(before) - run.loss(after)) * slack,
                "the loss does not fall as it should",
            )
            for before, after in pairwise(path)
        )
        return every((*falls, *_balances(run, path, run.delta)))

    return property


def _balances(run: FixedStep, path: list[Any], constant: Any) -> list[Decision]:
    return [exactly(run.balanced_within(weights, constant), "the weights are less balanced than delta") for weights in path]


def keeps_the_initial_constant(run: FixedStep) -> Decision:
    """alpha delta remains a balancedness constant."""
    return every(_balances(run, run.iterates(2), run.alpha * run.delta))


def descent(loss: str) -> str:
    """What is checked, in terms of L^N (with 1/2) or of the loss (4); h3 says which bound eta has to meet."""
    return (
        r"0\lt\eta\le\eta_{\max}\ \Rightarrow\ "
        rf"{loss}(k)-{loss}(k+1)\ge\frac{{2\eta^2{loss}(0)}}{{(1-\alpha)\delta}}\|\nabla {loss}(k)\|^2,\quad "
        r"\|W_{j+1}^TW_{j+1}-W_jW_j^T\|\le\delta"
    )


def theorem(
    words: str,
    family: str,
    step: Any,
    *,
    broken: str = "wild_steps",
    reading: str = "",
    strata: tuple[str, ...] = (),
    extra: tuple[Any, ...] = (),
    loss: str = "L^N",
    derivation: str = "landscape.segment_bound",
    controls: tuple[Probe, ...] = (),
) -> Statement:
    """What the proof of convergence rests on, at the first steps: the loss falls by a multiple of the squared gradient, and the
    weights stay balanced within delta.
    """
    return Statement(
        descent(loss),
        descends(2),
        family,
        words=words,
        reading=reading,
        assumptions=(full_rank, balanced_at_the_start, *extra, step),
        strata=(*RUN_STRATA, *strata),
        probes=(
            *(without(*parts, over=broken) for parts in WITHOUT),
            control("with 9 in the place of 2", descends(9)),
            *controls,
        ),
        bound=True,
        derivation=derivation,
        cost=Cost.SLOW,
    )


def from_zero(q: Any) -> FixedStep:
    """One scalar layer with the weight 0 on x = y = 1: eta = 1/4, delta = 5/4, alpha = 0."""
    one = q.of([[1]])
    return FixedStep(DeepLinear((one * 0,), Data(one, one)), q.scalar("1/4"), q.scalar("5/4"), q.scalar(0), True)


FROM_ZERO = only("one scalar layer, from the weight zero", from_zero)
SAYS = (
    "The conclusion from which convergence to a critical point follows by the inequality of Lojasiewicz, decided at the first two steps: "
    "the loss falls by a multiple of the squared gradient, the weights stay nearly balanced. "
)

S3_94 = Claim(
    "S3-94",
    "Theorem 2.4: gradient descent converges for fixed step sizes below the bound",
    LANDSCAPE.at("l. 274-278, Theorem 2.4"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    also=("S3-99", "S3-100"),
    printed=Statement(
        r"0\lt\eta\le\frac{2(1-\alpha)\delta}{4\mathcal L(W(0))+(1-\alpha)\delta B_\delta}\ \Rightarrow\ W(k)\text{ converges}",
        does_not_return,
        "alternations",
        words=(
            "With the loss (4), $\\mathcal L=\\|Y-W_N\\cdots W_1X\\|_F^2$, and as printed $M=\\sqrt{2\\|Y-W_N(0)\\cdots W_1(0)X\\|+\\|Y\\|}/\\sigma_{\\min}(X)$, $K_\\delta=M^{2/N}+(N+1)^2\\delta$, "
            "$B_\\delta=2eNK_\\delta^{N-1}\\|X\\|^2+\\sqrt eNK_\\delta^{N/2-1}\\|XY^T\\|$: convergent iterates do not return to weights that they have left."
        ),
        assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
    ),
    amended=theorem(
        SAYS + "The loss has the factor 1/2 and M is that of the source, as it is quoted elsewhere (it was not at hand).",
        "source_steps",
        SOURCE_STEP,
        strata=DEPTHS,
        controls=(control("with 9, where a step takes a quarter of the residual", descends(9), over=FROM_ZERO),),
    ),
    sharp=Statement(
        r"\frac1\eta\ge\frac{L^N(0)}{(1-\alpha)\delta}+\frac B2\ \Rightarrow\ L^N(k)-L^N(k+1)\ge\frac{\eta^2L^N(0)}{(1-\alpha)\delta}\|\nabla L^N(k)\|^2,\ \|W_{j+1}^TW_{j+1}-W_jW_j^T\|\le\delta",
        descends(1),
        "longest_steps",
        words=(
            "The largest step sizes that we can prove, with 2 in the place of 4 before the loss: $B=N\\kappa^{N-1}\\|X\\|^2+(N-1)\\kappa^{N/2-1}\\|E\\|_F\\|X\\|$, $E$ the initial residual, "
            "$\\sqrt\\kappa=\\sqrt K+\\sqrt{(1-\\alpha)\\delta/N}$, $K=M^{2/N}+(N-1)\\delta$, $M=(\\|E\\|_F+\\|Y\\|)/\\sigma_{\\min}(X)$."
        ),
        assumptions=(full_rank, balanced_at_the_start, LONGEST_STEP),
        strata=(*RUN_STRATA, *DEPTHS),
        probes=(
            *(without(*parts, over="wild_steps") for parts in WITHOUT),
            control("the initial constant is kept", keeps_the_initial_constant),
        ),
        bound=True,
        derivation="landscape.longest_step",
        cost=Cost.SLOW,
    ),
    remark=(
        "One root over the sum makes M too small: for a scalar target $y$ the printed M grows like $\\sqrt y$, that of the source like $y$, and with the printed one the bound exceeds the "
        "step size beyond which the minimiser is unstable. With $x=1$, $y=10101$, $\\delta=10$ and $\\alpha=1/10$ the step size $1/20200$ is allowed; from $W_1=W_2=100$ it leads to 101 and back to 100. "
        "In the theorem a step raises the balancedness constants by at most $\\eta^2$ times the squared gradient, and the descent of the loss adds these up to $(1-\\alpha)\\delta$."
    ),
)

HALVED = (
    r"0\lt\eta\le\frac{2(1-\alpha)\delta}{4L^N(W(0))+(1-\alpha)\delta B_\delta}\ \Rightarrow\ W(k)\text{ converges},\quad "
    r"L^N=\tfrac12\|Y-W_N\cdots W_1X\|_F^2"
)

S3_95 = Claim(
    "S3-95",
    "Theorem 2.4 with the printed M and the loss of the source",
    LANDSCAPE.at("l. 274-278, Theorem 2.4"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            HALVED,
            does_not_return,
            "halved_alternations",
            words="The factor 1/2 does not save the printed M: with three layers the iterates can alternate,",
            reading="A",
            assumptions=(full_rank, balanced_at_the_start, PRINTED_HALF),
        ),
        Statement(
            HALVED,
            does_not_run_away,
            "runaways",
            words="and with two layers and inputs of different sizes they can diverge.",
            reading="B",
            assumptions=(full_rank, balanced_at_the_start, PRINTED_HALF),
        ),
    ),
    amended=theorem(SAYS + "With the M of the source instead.", "source_steps", SOURCE_STEP, strata=DEPTHS),
)

S3_96 = Claim(
    "S3-96",
    "Theorem 2.4 with the M of the source and the printed loss",
    LANDSCAPE.at("l. 274-278, Theorem 2.4"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=theorem(
        SAYS
        + "The loss (4) has no 1/2, so the same steps are twice as long as in the source; M is $(\\sqrt{2\\mathcal L(W(0))}+\\|Y\\|)/\\sigma_{\\min}(X)$.",
        "plain_steps",
        PLAIN_STEP,
        broken="wild_plain_steps",
        strata=DEPTHS,
        loss=r"\mathcal L",
        derivation="",
    ),
    remark=(
        "The constants of the theorem have room for the factor 2. Half of the loss sees the step size $2\\eta$, with $1/(2\\eta)\\ge\\|E\\|_F^2/((1-\\alpha)\\delta)+B_\\delta/4$. By the inequality of the means a step "
        "moves a layer by at most $\\sqrt{\\delta/(2eN)}\\le\\sqrt{K_\\delta}/((N+1)\\sqrt{2eN})$, which raises $K_\\delta^{N-1}$ by less than the factor 1.29; since $\\|E\\|_F\\le K_\\delta^{N/2}\\|X\\|/\\sqrt2$, the "
        "curvature along a step is at most $1.29\\,(1+1/\\sqrt2)\\,N\\,K_\\delta^{N-1}\\|X\\|^2\\lt B_\\delta/2$, and the inequality follows as in the source."
    ),
)


@assumption("h6", "there are two layers")
def two_layers(point: CriticalPoint) -> Decision:
    return exactly(point.network.depth == 2)


@assumption("h6", "there are two layers")
def two_layers_run(run: FixedStep) -> Decision:
    return exactly(run.depth == 2)


@assumption("h6", "there are three layers or more")
def deeper(run: FixedStep) -> Decision:
    return exactly(run.depth >= 3)


@assumption("second order", "the Hessian is positive semidefinite")
def second_order(point: CriticalPoint) -> Decision:
    return exactly(is_psd(point.network.hessian))


def globally_minimal(point: CriticalPoint) -> Decision:
    """The loss is the least over matrices of the rank that the widths allow."""
    return equal(
        point.network.loss,
        point.spectral.least_loss(point.thinnest),
        "the Hessian is positive semidefinite, the loss is not minimal",
    )


def minimal_among_its_rank(point: CriticalPoint) -> Decision:
    """The loss is the least over matrices of the rank of the product."""
    return equal(point.network.loss, point.spectral.least_loss(point.network.product.rank()))


S3_97 = Claim(
    "S3-97",
    "For two layers it converges to the global minimum from almost all initial weights",
    LANDSCAPE.at("l. 278"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"N=2,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
            does_not_attract,
            "two_layer_alternations",
            words="With the printed M and loss: then no set of positive measure may be attracted by an alternation between two points.",
            reading="A",
            assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
        ),
        Statement(
            r"N=2,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
            does_not_run_away,
            "runaways",
            words="With the printed M and half of the loss: then no set of positive measure may diverge.",
            reading="B",
            assumptions=(full_rank, balanced_at_the_start, PRINTED_HALF),
        ),
    ),
    amended=(
        theorem(
            SAYS
            + "Theorem 2.4 of the source, as it is quoted elsewhere, concludes convergence to a critical point, no more; here for two layers.",
            "two_layer_source_steps",
            SOURCE_STEP,
            reading="A",
            extra=(two_layers_run,),
        ),
        Statement(
            r"N=2,\ \nabla\mathcal L(W)=0,\ \nabla^2\mathcal L(W)\succeq0\ \Rightarrow\ \mathcal L(W)=\min\mathcal L",
            globally_minimal,
            "two_layer_critical_points",
            words="And with two layers every critical point that is not a global minimum has a direction of negative curvature; almost no initial weights lead there (Theorem 2.6 (a) of the source).",
            reading="B",
            assumptions=(two_layers, second_order),
            strata=(
                "global minimum",
                "all widths one",
                "repeated eigenvalues",
                "zero eigenvalue",
                "inputs of deficient row rank",
            ),
            probes=(
                without("second order", "at the other critical points"),
                without("h6", "with three layers or four", over="critical_points"),
                control("the loss is zero there", lambda point: equal(point.network.loss, point.network.loss * 0)),
            ),
        ),
    ),
    remark=(
        "The alternation of S3-94 attracts: the derivative of two steps at it is a contraction, decided over the rationals, so an open set of initial weights, all within the hypotheses, never reaches "
        "a minimum. That a fixed step avoids strict saddles from almost all initial weights is used in the amended statements, not proved here."
    ),
)

S3_98 = Claim(
    "S3-98",
    "For three layers or more it converges to the global minimum from almost all initial weights",
    LANDSCAPE.at("l. 278"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"N\ge3,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
            does_not_attract,
            "deep_alternations",
            words="With the printed M and loss: then no set of positive measure may be attracted by an alternation between two points.",
            reading="A",
            assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
        ),
        Statement(
            r"N\ge3,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
            does_not_attract,
            "halved_alternations",
            words="The same with half of the loss.",
            reading="B",
            assumptions=(full_rank, balanced_at_the_start, PRINTED_HALF),
        ),
    ),
    amended=(
        theorem(
            SAYS + "Theorem 2.4 of the source again, here for three layers.",
            "deep_source_steps",
            SOURCE_STEP,
            reading="A",
            extra=(deeper,),
            broken="deep_wild_steps",
        ),
        Statement(
            r"\nabla\mathcal L(W)=0,\ \nabla^2\mathcal L(W)\succeq0\ \Rightarrow\ \mathcal L(W)=\min_{\operatorname{rank}R\le k}\|Y-RX\|_F^2,\quad k=\operatorname{rank}(W_N\cdots W_1)",
            minimal_among_its_rank,
            "deep_critical_points",
            words="A critical point without negative curvature is a global minimum among the matrices of its own rank, which is all that Theorem 2.6 (b) of the source concludes for three layers or more.",
            reading="B",
            assumptions=(second_order,),
            strata=(
                "global minimum",
                "three layers or more",
                "below the largest rank",
                "repeated eigenvalues",
                "zero eigenvalue",
                "inputs of deficient row rank",
            ),
            probes=(
                without("second order", "at the other critical points", over="trailing_critical_points"),
                control("a global minimum among all products", globally_minimal),
            ),
        ),
    ),
    remark=(
        "With three layers there are non-strict saddles, such as zero weights. Descent can converge to one: equal negative scalars $w_1=w_2=w_3$ with a positive target tend to zero. These are special "
        "initial weights; whether for the M of the source almost all initial weights lead to a global minimum is left open here, and not claimed by the source."
    ),
)

STEP_SIZE = (S3_78, S3_93, S3_94, S3_95, S3_96, S3_97, S3_98, S3_101, S3_102, S3_118)
