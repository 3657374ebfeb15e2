"""Document 003, section 5.3: what the constants M, K and delta of the theorem on the step size bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import certainly, equal, every, exactly, undecided
from claims.documents.landscape.hypotheses import (
    AS_PRINTED,
    DEPTHS,
    RUN_STRATA,
    SOURCE_STEP,
    WITHOUT,
    balanced_at_the_start,
    full_rank,
)
from claims.documents.landscape.layer_norms import share_of
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.descent_chains import ChosenDelta, FixedStep, Visited
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics import certified_steps
from numerics.enclosures import compared
from numerics.norms import (
    WIDTHS,
    compare_largest,
    compare_with_root_sum,
    frobenius,
    power,
    powered,
    root_near,
    settled,
    smallest_nonzero_of,
    spectral_squared,
)
from numerics.spectrum import as_fraction

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
        width = certified_steps.width_of(reals)
        least = reals.number(*smallest_nonzero_of(data.inputs, width))
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
            least = smallest_nonzero_of(run.data.inputs, width)
            top = spectral_squared(run.later, width)
            return (top[0] * least[0], top[1] * least[1]), (miss, miss), spectral_squared(run.data.targets, width)

        sign = settled(lambda width: compare_with_root_sum(*enclosed(width)))
        if sign is None and not miss:
            sign = _fitted_sign(run)
        if sign is None:
            return undecided("the two sides cannot be told apart")
        return exactly(sign <= 0, "", _share_of_roots(sign, *enclosed(WIDTHS[0])))

    return property


def _fitted_sign(run: Visited) -> int | None:
    """Where the residual is zero both sides may be the same irrational number."""
    least = smallest_nonzero_of(run.data.inputs)
    if least[0] != least[1]:
        return None
    return compare_largest(run.later @ run.later.T * least[0], run.data.targets @ run.data.targets.T)


def _share_of_roots(sign: int, squared: Any, first: Any, second: Any) -> str | None:
    return share_of(root_near(squared[0], 2), root_near(first[0], 2) + root_near(second[0], 2), sign)


VISITED = (
    "still at the start",
    "fitted at the start",
    "fitted, with an irrational norm",
    "reflected",
    "one by one",
    "zero targets",
)

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
        words="The source, as it is quoted elsewhere: the root over the loss only, the loss with 1/2.",
        assumptions=(loss_has_not_risen, inputs_have_full_rank),
        bound=True,
        strata=(*VISITED, "attained"),
        probes=(
            without("h1", "for an iteration that raises the loss", over="raised"),
            without("rank", "with inputs of deficient row rank", over="raised"),
            control("without the loss", later_within(0)),
        ),
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
        least, raised = smallest_nonzero_of(data.inputs, width), power(over, run.depth)
        squared = (raised[0] * least[0], raised[1] * least[1])
        return compare_with_root_sum(squared, (miss, miss), spectral_squared(data.targets, width))

    sign = settled(question)
    if sign is None and not shift and not miss:
        sign = _balanced_fit_sign(run, weight)
    if sign is None:
        return undecided("the two sides cannot be told apart")
    return exactly(sign <= 0, "a layer is larger than $K_\\delta$")


def _balanced_fit_sign(run: FixedStep, weight: Any) -> int | None:
    """Without a residual and without a shift both sides may be the same irrational number."""
    data = run.network.data
    least = smallest_nonzero_of(data.inputs)
    if least[0] != least[1]:
        return None
    return compare_largest(powered(weight @ weight.T, run.depth) * least[0], data.targets @ data.targets.T)


def start_within_printed_layers(run: FixedStep) -> Decision:
    """|W_j(0)|^2 <= K with the printed M."""
    net = run.network

    def against(weight: Any) -> Decision:
        def sides(reals: Any) -> tuple[Any, Any]:
            s = certified_steps.sizes(reals, net.weights, net.data.inputs, net.data.targets, run.delta, run.alpha)
            bound = certified_steps.layer_bound(s, certified_steps.printed_reach(s), certified_steps.printed_excess(s.depth))
            return reals.number(*spectral_squared(weight, certified_steps.width_of(reals))), bound

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
        strata=(*RUN_STRATA, *DEPTHS, "one fitted layer of irrational norm"),
        probes=(
            *(without(*parts, over="wild_steps") for parts in WITHOUT[:2]),
            control("with (N - 2) delta", layers_within(lambda depth: depth - 2)),
        ),
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
            certified_steps.printed_excess,
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
        certified_steps.least_excess,
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
