"""Document 003, sections 5.1 and 5.3: how large a fixed step may be, for quadratics and for deep linear networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import at_most, certainly, equal, equivalent, every, exactly
from claims.documents.landscape.sequels import S3_118
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import CriticalPoint
from claims.instances.descent_chains import ChosenDelta, FixedStep, QuadraticDescent, Visited
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics import step_size
from numerics.chains import imbalances
from numerics.enclosures import compared
from numerics.inertia import is_pd, is_psd
from numerics.norms import (
    WIDTHS,
    as_shown,
    compare_largest,
    compare_with_root_sum,
    frobenius,
    largest_eigenvalue,
    power,
    root_near,
    settled,
    smallest_eigenvalue,
    spectral_squared,
)
from numerics.spectrum import as_fraction, spectral_norm_at_most, spectrum
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
            without("step", "with the step size zero"),
            control("whether or not there is a critical point", exactly_when(settles, rate_is_usable_anywhere)),
        ),
    ),
    remark=(
        "At $\\alpha=2/\\lambda_{\\max}$ the component along the top eigenvector keeps its size and changes its sign. Convergence is decided by the recursion of Schur and Cohn "
        "for the iteration matrix, the step size by counting eigenvalues of $Q$."
    ),
)

# S3-93: M ---------------------------------------------------------------------------------------------------------------------


@assumption("h1", "the loss later is at most the loss at the start")
def loss_has_not_risen(run: Visited) -> Decision:
    before, after = run.misses
    return exactly(bool(after <= before))


@assumption("rank", "X has full row rank")
def inputs_have_full_rank(run: Visited) -> Decision:
    return exactly(run.data.inputs.rank() == run.data.inputs.shape[0])


def start_within_printed(run: Visited) -> Decision:
    """|W(0)|^2 sigma_min(X)^2 <= 2 |Y - W(0) X| + |Y|."""
    data = run.data

    def sides(reals: Any) -> tuple[Any, Any]:
        width = step_size.width_of(reals)
        least = reals.number(*smallest_eigenvalue(data.xx, width))
        miss = reals.root(reals.number(*spectral_squared(run.start @ data.inputs - data.targets, width)), 2)
        right = miss * 2 + reals.root(reals.number(*spectral_squared(data.targets, width)), 2)
        return reals.number(*spectral_squared(run.start, width)) * least, right

    sign = compared(data.inputs, sides)
    return certainly(sign == -1, sign == 1, "$M$ is less than the norm of the initial product" if sign == 1 else "")


def later_within(share: int) -> Callable[[Visited], Decision]:
    """|W| sigma_min(X) <= share |E(0)|_F + |Y| for the later W; share 1 is sqrt(2 L) of the loss with 1/2."""

    def property(run: Visited) -> Decision:
        miss = frobenius(run.start @ run.data.inputs - run.data.targets) * share * share

        def enclosed(width: Any) -> tuple[Any, Any, Any]:
            least = smallest_eigenvalue(run.data.xx, width)
            top = spectral_squared(run.later, width)
            return (top[0] * least[0], top[1] * least[1]), (miss, miss), spectral_squared(run.data.targets, width)

        sign = settled(lambda width: compare_with_root_sum(*enclosed(width)))
        if sign is None and not miss:
            sign = _fitted_sign(run)
        if sign is None:
            return certainly(False, False, "the two sides cannot be told apart")
        return exactly(sign <= 0, "", _share_of_roots(sign, *enclosed(WIDTHS[0])))

    return property


def _fitted_sign(run: Visited) -> int | None:
    """Where the residual is zero both sides may be the same irrational number."""
    least = smallest_eigenvalue(run.data.xx)
    if least[0] != least[1]:
        return None
    return compare_largest(run.later @ run.later.T * least[0], run.data.targets @ run.data.targets.T)


def _share_of_roots(sign: int, squared: Any, first: Any, second: Any) -> str | None:
    right = root_near(first[0], 2) + root_near(second[0], 2)
    if right <= 0:
        return None
    return "1" if sign == 0 else as_shown(root_near(squared[0], 2) / right, below=sign < 0)


VISITED = ("still at the start", "fitted at the start", "reflected", "one by one", "zero targets")

S3_93 = Claim(
    "S3-93",
    "The constant M bounds the product of the weights",
    LANDSCAPE.at("l. 276, (31)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"\|W_N(0)\cdots W_1(0)\|\le M=\frac{\sqrt{2\|Y-W_N(0)\cdots W_1(0)X\|+\|Y\|}}{\sigma_{\min}(X)}",
        start_within_printed,
        "visited",
        words="With one root over the sum, as printed twice: already the initial product can be larger than its bound.",
        assumptions=(inputs_have_full_rank,),
    ),
    original=Statement(
        r"L^N(W)\le L^N(W(0))\ \Rightarrow\ \|W_N\cdots W_1\|\le M=\frac{\sqrt{2L^N(W(0))}+\|Y\|}{\sigma_{\min}(X)},\ L^N=\tfrac12\|Y-W_N\cdots W_1X\|_F^2",
        later_within(1),
        "visited",
        words="The source (from secondary knowledge): the root over the loss only, the loss with 1/2.",
        assumptions=(loss_has_not_risen, inputs_have_full_rank),
        bound=True,
        strata=(*VISITED, "attained"),
        probes=(
            without("h1", "for an iteration that raises the loss", over="raised"),
            without("rank", "with inputs of deficient row rank", over="raised"),
            control("without the loss", later_within(0)),
        ),
        derivation="landscape.descent_inequality",
    ),
    amended=Statement(
        r"\mathcal L(W)\le\mathcal L(W(0))\ \Rightarrow\ \|W_N\cdots W_1\|\le\frac{\sqrt{\mathcal L(W(0))}+\|Y\|}{\sigma_{\min}(X)},\ \mathcal L=\|Y-W_N\cdots W_1X\|_F^2",
        later_within(1),
        "visited",
        words="The same number in terms of the loss (4). No smaller one does: a product reflected at the regression has the same loss and attains it.",
        assumptions=(loss_has_not_risen, inputs_have_full_rank),
        bound=True,
        strata=(*VISITED, "attained"),
        probes=(
            without("h1", "for an iteration that raises the loss", over="raised"),
            without("rank", "with inputs of deficient row rank", over="raised"),
            control("without the loss", later_within(0)),
        ),
    ),
    remark="With the formula of the source and the loss (4) in the place of $L^N$ the bound is larger than needed, by the factor $\\sqrt2$ in its first term.",
)

# S3-94 to S3-101: the theorem on the step size --------------------------------------------------------------------------------------


@assumption("h1", "X X' has full rank")
def full_rank(run: FixedStep) -> Decision:
    return exactly(run.network.data.inputs.rank() == run.network.data.inputs.shape[0])


@assumption("h2", "delta > 0, 0 <= alpha < 1 and the initial weights have balancedness constant alpha delta")
def balanced_at_the_start(run: FixedStep) -> Decision:
    sensible = run.delta > 0 and 0 <= run.alpha < 1
    return exactly(bool(sensible) and run.balanced_within(run.network.weights, run.alpha * run.delta))


def step_within(bound: Callable[[Any], Any], words: str):
    @assumption("h3", words)
    def small_step(run: FixedStep) -> Decision:
        """0 < eta <= the bound, certified in enclosures of roots and of e."""
        if not run.rate > 0:
            return exactly(False)
        data, weights = run.network.data, run.network.weights

        def sides(reals: Any) -> tuple[Any, Any]:
            found = step_size.sizes(reals, weights, data.inputs, data.targets, run.delta, run.alpha)
            return reals.number(run.rate), bound(found)

        sign = compared(data.inputs, sides)
        return certainly(sign == -1, sign == 1)

    return small_step


AS_PRINTED = step_within(step_size.as_printed, "eta is at most the bound with the printed M and the loss (4)")
PRINTED_HALF = step_within(step_size.printed_reach_half_loss, "eta is at most the bound with the printed M and half of the loss")
SOURCE_STEP = step_within(step_size.of_the_source, "eta is at most the bound with the M of the source and half of the loss")
PLAIN_STEP = step_within(step_size.source_without_half, "eta is at most the bound with the M of the source and the loss (4)")
LONGEST_STEP = step_within(step_size.longest_proved, "eta is at most the bound of this statement")


def does_not_return(run: FixedStep) -> Decision:
    """The iterates do not come back after two steps to weights that they have left: then they would not converge."""
    start, middle, end = run.iterates(2)
    returns = start == end and start != middle
    return exactly(
        not returns, "two steps lead back to the initial weights: the iteration alternates for ever" if returns else ""
    )


def does_not_attract(run: FixedStep) -> Decision:
    """No alternation that attracts its neighbourhood: the derivative of two steps has its eigenvalues inside the unit circle."""
    start, middle, end = run.iterates(2)
    if start != end or start == middle:
        return exactly(True)
    kind, net = type(start[0]), run.network
    size = sum(weight.shape[0] * weight.shape[1] for weight in start)
    first, second = (kind.eye(size) - net.at(weights).hessian * run.plain_rate for weights in (start, middle))
    attracts = contracts(second @ first)
    return exactly(
        not attracts,
        "two steps lead back to the initial weights, and all weights nearby tend to the same alternation" if attracts else "",
    )


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
            for before, after in zip(path, path[1:], strict=False)
        )
        return every((*falls, *_balances(run, path, run.delta)))

    return property


def _balances(run: FixedStep, path: list[Any], constant: Any) -> list[Decision]:
    return [exactly(run.balanced_within(weights, constant), "the weights are less balanced than delta") for weights in path]


def keeps_the_initial_constant(run: FixedStep) -> Decision:
    """alpha delta remains a balancedness constant."""
    return every(_balances(run, run.iterates(2), run.alpha * run.delta))


def drift_within(share: int) -> Callable[[FixedStep], Decision]:
    """share |D_j(k) - D_j(0)| <= (1 - alpha) delta after two steps."""

    def property(run: FixedStep) -> Decision:
        path = run.iterates(2)
        drifts = zip(imbalances(path[-1]), imbalances(path[0]), strict=True)
        limit = (1 - run.alpha) * run.delta / share
        return every(exactly(spectral_norm_at_most(now - before, limit)) for now, before in drifts)

    return property


RUN_STRATA = ("one layer", "two layers", "three layers or more", "critical", "fitted", "balanced", "alpha zero", "one sample")

DESCENT = (
    r"\mathcal L(k)-\mathcal L(k+1)\ge\frac{2\eta^2\mathcal L(0)}{(1-\alpha)\delta}\|\nabla\mathcal L(k)\|^2,\quad"
    r"\|W_{j+1}^TW_{j+1}-W_jW_j^T\|\le\delta"
)


def theorem(
    words: str, family: str, step: Any, reading: str = "", extra: tuple[Any, ...] = (), withouts: tuple[Any, ...] = ()
) -> Statement:
    """What the proof of convergence rests on, at the first steps: the loss falls by a multiple of the squared gradient, and the
    weights stay balanced within delta.
    """
    return Statement(
        DESCENT,
        descends(2),
        family,
        words=words,
        reading=reading,
        assumptions=(full_rank, balanced_at_the_start, *extra, step),
        strata=RUN_STRATA if not extra else ("critical", "fitted", "balanced", "one sample"),
        probes=(
            *(without(*parts, over="wild_steps") for parts in WITHOUT),
            *withouts,
            control("with 9 in the place of 2", descends(9)),
        ),
        derivation="landscape.descent_inequality",
        cost=Cost.SLOW,
    )


WITHOUT = (
    ("h1", "with inputs of deficient rank, sigma_min the least nonzero singular value"),
    ("h2", "with initial weights that are less balanced"),
    ("h3", "with a larger step size"),
)

SAYS = "Checked: what the convergence to a critical point rests on (with the inequality of Lojasiewicz), at the first two steps. "

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
        words="With the printed M and the loss (4): convergent iterates do not return to weights that they have left.",
        assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
    ),
    amended=theorem(
        SAYS + "The loss has the factor 1/2 and M is that of the source (from secondary knowledge).", "source_steps", SOURCE_STEP
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
        strata=RUN_STRATA,
        probes=(
            *(without(*parts, over="wild_steps") for parts in WITHOUT),
            control("the initial constant is kept", keeps_the_initial_constant),
        ),
        derivation="landscape.descent_inequality",
        cost=Cost.SLOW,
    ),
    remark=(
        "The printed M loses the square of the source: for a target $y$ it grows like $\\sqrt y$, and with it the bound of the step size exceeds the size beyond which the minimiser is "
        "unstable. With $x=1$, $y=10101$, $\\delta=20$ and $\\alpha=1/10$ the step size $1/20200$ is allowed; from $W_1=W_2=100$ it leads to 101 and back to 100. "
        "In the theorem a step raises the balancedness constants by at most $\\eta^2$ times the squared gradient, and the descent of the loss adds these up to $(1-\\alpha)\\delta$."
    ),
)

S3_95 = Claim(
    "S3-95",
    "Theorem 2.4 with the printed M and the loss of the source",
    LANDSCAPE.at("l. 274-278, Theorem 2.4"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"0\lt\eta\le\frac{2(1-\alpha)\delta}{4L^N(W(0))+(1-\alpha)\delta B_\delta}\ \Rightarrow\ W(k)\text{ converges},\quad L^N=\tfrac12\|Y-W_N\cdots W_1X\|_F^2",
        does_not_return,
        "halved_alternations",
        words="The factor 1/2 does not save the printed M: with three layers the iterates can alternate.",
        assumptions=(full_rank, balanced_at_the_start, PRINTED_HALF),
    ),
    amended=theorem(SAYS + "With the M of the source instead.", "source_steps", SOURCE_STEP),
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
    printed=Statement(
        r"N=2,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
        does_not_attract,
        "two_layer_alternations",
        words="With the printed M and loss: then no set of positive measure may be attracted by an alternation between two points.",
        assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
    ),
    amended=(
        theorem(
            SAYS + "Theorem 2.4 of the source (from secondary knowledge) says no more than this; here for two layers.",
            "source_steps",
            SOURCE_STEP,
            reading="A",
            extra=(two_layers_run,),
        ),
        Statement(
            r"N=2,\ \nabla\mathcal L(W)=0,\ \nabla^2\mathcal L(W)\succeq0\ \Rightarrow\ \mathcal L(W)=\min\mathcal L",
            globally_minimal,
            "critical_points",
            words="And with two layers every critical point that is not a global minimum has a direction of negative curvature; almost no initial weights lead there (Theorem 2.6 (a) of the source).",
            reading="B",
            assumptions=(two_layers, second_order),
            strata=("global minimum",),
            probes=(
                without("second order", "at the other critical points"),
                without("h6", "with three layers or four"),
                control("the loss is zero there", lambda point: equal(point.network.loss, point.network.loss * 0)),
            ),
            cost=Cost.SLOW,
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
    printed=Statement(
        r"N\ge3,\ 0\lt\eta\le\text{bound}\ \Rightarrow\ \text{convergence to the global minimum for almost all }W(0)",
        does_not_attract,
        "deep_alternations",
        words="With the printed M and loss: then no set of positive measure may be attracted by an alternation between two points.",
        assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
    ),
    amended=(
        theorem(
            SAYS + "Theorem 2.4 of the source (from secondary knowledge), here for three layers.",
            "source_steps",
            SOURCE_STEP,
            reading="A",
            extra=(deeper,),
        ),
        Statement(
            r"\nabla\mathcal L(W)=0,\ \nabla^2\mathcal L(W)\succeq0\ \Rightarrow\ \mathcal L(W)=\min_{\operatorname{rank}R\le k}\|Y-RX\|_F^2,\quad k=\operatorname{rank}(W_N\cdots W_1)",
            minimal_among_its_rank,
            "critical_points",
            words="A critical point without negative curvature is a global minimum among the matrices of its own rank, which is all that Theorem 2.6 (b) of the source concludes for three layers or more.",
            reading="B",
            assumptions=(second_order,),
            strata=("global minimum", "three layers or more", "below the largest rank"),
            probes=(
                without("second order", "at the other critical points"),
                control("a global minimum among all products", globally_minimal),
            ),
            cost=Cost.SLOW,
        ),
    ),
    remark=(
        "With three layers there are non-strict saddles, such as zero weights. Descent can converge to one: equal negative scalars $w_1=w_2=w_3$ with a positive target tend to zero. These are special "
        "initial weights; whether for the M of the source almost all initial weights lead to a global minimum is left open here, and not claimed by the source."
    ),
)

# S3-101, S3-102: K ------------------------------------------------------------------------------------------------------------------


def layers_within(excess: Callable[[int], int], steps: int = 2) -> Callable[[FixedStep], Decision]:
    """|W_j|^2 <= M^(2/N) + excess(N) delta at every iterate, M = (|E(0)|_F + |Y|) / sigma_min(X)."""

    def property(run: FixedStep) -> Decision:
        shift = as_fraction(run.delta) * excess(run.depth)
        layers = (weight for weights in run.iterates(steps) for weight in weights)
        return every(_layer_within(run, weight, shift) for weight in layers)

    return property


def _layer_within(run: FixedStep, weight: Any, shift: Any) -> Decision:
    """(|W_j|^2 - shift)^N sigma_min^2 against (|E|_F + |Y|)^2."""
    data = run.network.data
    miss = frobenius(run.network.product @ data.inputs - data.targets)

    def question(width: Any) -> int | None:
        top = spectral_squared(weight, width)
        over = (top[0] - shift, top[1] - shift)
        if over[0] < 0:
            return -1 if over[1] < 0 else None
        least, raised = smallest_eigenvalue(data.xx, width), power(over, run.depth)
        squared = (raised[0] * least[0], raised[1] * least[1])
        return compare_with_root_sum(squared, (miss, miss), spectral_squared(data.targets, width))

    sign = settled(question)
    if sign is None and not shift and not miss:
        sign = _balanced_fit_sign(run, weight)
    if sign is None:
        return certainly(False, False, "the two sides cannot be told apart")
    return exactly(sign <= 0, "a layer is larger than $K_\\delta$")


def _balanced_fit_sign(run: FixedStep, weight: Any) -> int | None:
    """Without a residual and without a shift both sides may be the same irrational number."""
    least, gram = largest_eigenvalue(run.network.data.xx), weight @ weight.T
    lowest = smallest_eigenvalue(run.network.data.xx)
    if lowest[0] != lowest[1] or least != lowest:
        return None
    raised = gram
    for _ in range(run.depth - 1):
        raised = raised @ gram
    targets = run.network.data.targets
    return compare_largest(raised * lowest[0], targets @ targets.T)


def start_within_printed_layers(run: FixedStep) -> Decision:
    """|W_j(0)|^2 <= K with the printed M."""
    net = run.network

    def against(weight: Any) -> Decision:
        def sides(reals: Any) -> tuple[Any, Any]:
            s = step_size.sizes(reals, net.weights, net.data.inputs, net.data.targets, run.delta, run.alpha)
            bound = step_size.layer_bound(s, step_size.printed_reach(s), step_size.printed_excess(s.depth))
            return reals.number(*spectral_squared(weight, step_size.width_of(reals))), bound

        sign = compared(net.data.inputs, sides)
        return certainly(sign == -1, sign == 1, "an initial layer is larger than $K_\\delta$" if sign == 1 else "")

    return every(against(weight) for weight in net.weights)


def layer_statement(words: str, latex: str, excess: Callable[[int], int], reading: str = "") -> Statement:
    return Statement(
        latex,
        layers_within(excess),
        "source_steps",
        words=words,
        reading=reading,
        assumptions=(full_rank, balanced_at_the_start, SOURCE_STEP),
        strata=RUN_STRATA,
        probes=(
            *(without(*parts, over="wild_steps") for parts in WITHOUT[:2]),
            control("with (N - 2) delta", layers_within(lambda depth: depth - 2)),
        ),
        derivation="landscape.norm_chain",
        cost=Cost.SLOW,
    )


S3_101 = Claim(
    "S3-101",
    "K bounds the squared norms of the layers along the iteration",
    LANDSCAPE.at("l. 268, 276"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\|W_j(k)\|^2\le K_\delta=M^{2/N}+(N+1)^2\delta,\quad M\text{ as printed}",
        start_within_printed_layers,
        "alternations",
        words="With the printed M not even at the start.",
        assumptions=(full_rank, balanced_at_the_start, AS_PRINTED),
    ),
    amended=(
        layer_statement(
            "With the M of the source, at the start and after one step and two.",
            r"\|W_j(k)\|^2\le M^{2/N}+(N+1)^2\delta,\quad M=\frac{\sqrt{2L^N(0)}+\|Y\|}{\sigma_{\min}(X)}",
            step_size.printed_excess,
            "square",
        ),
        layer_statement(
            "The constant of (29) would do as well.",
            r"\|W_j(k)\|^2\le M^{2/N}+(N+1)\,\delta",
            lambda depth: depth + 1,
            "linear",
        ),
    ),
    sharp=layer_statement(
        "And so does N - 1.",
        r"\|W_j(k)\|^2\le M^{2/N}+(N-1)\,\delta",
        step_size.least_excess,
    ),
    remark="(29) has $N+1$ where the theorem has $(N+1)^2$; the smaller constant follows from the sharp form of (29) in S3-89. A smaller K means larger step sizes.",
)


def simplifies(factor: Callable[[int], Any]) -> Callable[[ChosenDelta], Decision]:
    """M^(2/N) + (N+1)^2 delta = factor(N) M^(2/N)."""

    def property(chosen: ChosenDelta) -> Decision:
        n = chosen.depth
        return equal(chosen.power + chosen.delta * (n + 1) ** 2, chosen.power * factor(n))

    return property


S3_102 = Claim(
    "S3-102",
    "With a suitable delta some of the formulas simplify nicely",
    LANDSCAPE.at("l. 278-284, (30)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\delta=\frac{M^{2/N}}{N(N+1)^2}\ \Rightarrow\ K_\delta=\Bigl(1+\frac1N\Bigr)M^{2/N}",
        lambda chosen: equal(
            (chosen.power + chosen.delta * (chosen.depth + 1) ** 2) * chosen.depth, chosen.power * (chosen.depth + 1)
        ),
        "chosen_deltas",
        words="With the delta of (30), whatever M is.",
        strata=("one layer", "two layers", "three layers or more"),
        probes=(control("K = 2 M^(2/N)", simplifies(lambda depth: 2)),),
        derivation="landscape.step_simplification",
    ),
    remark="Then $K_\\delta^{N-1}=(1+1/N)^{N-1}M^{2-2/N}$ with a first factor between 1 and $e$; the bound of the step size does not become simpler than that.",
)

STEP_SIZE = (S3_78, S3_93, S3_94, S3_95, S3_96, S3_97, S3_98, S3_101, S3_102, S3_118)
