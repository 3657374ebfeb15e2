"""Document 002, section 3.2 and appendices A and D: the choices in string sampling, its variants, and how strings are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from claims.decide import both, equal, equivalent, every, exactly, less
from claims.documents.readings import Reading, mostly_within, together
from claims.documents.topology.algorithm import as_printed, both_halves, breadth_first, every_segment_passes
from claims.documents.topology.source import TOPOLOGY
from claims.instances.strings import Neighbours, ScaledChains, Valley
from claims.model import Claim, Decision, Kind, Reproduction, Run, Statement, Weight, control, only, without
from claims.subject import assumption

# S2-77 to S2-79: what was found empirically ------------------------------------------------------------------------------------

WORST, ALPHA_ONE, ALPHA_LESS = "inserted at the worst point", "beads trained to the level", "beads trained to .8 of the level"
AT = {"X2-1": (0.1, 0.025, 0.01), "X2-2": (0.14, 0.08, 0.04)}


def among_connected(name: str, low: float, high: float, *, least: float = 0.5, published: str = "") -> Reading:
    """Reproduced if, of the pairs that were connected (both times, for a quotient), at least the share ``least`` has the quantity
    in [low, high].
    """

    def read(measured: Mapping[str, Any]) -> Reproduction:
        entry = measured["quantities"][name]
        known = [value for value in entry["values"] if value is not None]
        kept = {**measured, "quantities": {name: {**entry, "values": known}}}
        return mostly_within(name, low, high, least=least, published=published)(kept)

    return read


def over_published(what: str, variant: str, level: float) -> str:
    return f"{what} over those of the published rules, {variant}, level {level}"


def length_over_published(variant: str, level: float) -> str:
    return f"length over that of the published rules, {variant}, level {level}"


def profile_run(experiment: str, levels: tuple[float, ...], reading: str, words: str) -> Run:
    peak = "new models rise, then fall over the generations, level {}"
    return Run(
        r"n_1\le\dots\le n_g\ge\dots\ge n_D\quad\text{(new models in generation }1,\dots,D)",
        experiment,
        together(
            *(among_connected(peak.format(level), 1, 1, least=0.75, published="grows, saturates, falls") for level in levels)
        ),
        words=words,
        reading=reading,
        wrong=together(*(among_connected(peak.format(level), 0, 0, least=0.5) for level in levels)),
        wrong_words="most of the profiles have several peaks",
    )


S2_77 = Claim(
    "S2-77",
    "The number of new models per depth grows, saturates and falls",
    TOPOLOGY.at("sec. 3.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        profile_run(
            "X2-1",
            (0.1, 0.05, 0.025, 0.01, 0.005),
            "A",
            "Quadratic task, for three quarters of the connected pairs at each of five levels.",
        ),
        profile_run("X2-2", (0.12, 0.08, 0.05, 0.03), "B", "Cubic task, at four levels."),
        Run(
            r"\#\{\text{models}\}\le D^2+2,\quad D=\text{generations}",
            "X2-1",
            together(
                *(
                    among_connected(f"models inserted over generations squared, level {level}", 0, 1, least=0.9)
                    for level in (0.1, 0.05, 0.025, 0.01, 0.005, 0.0025)
                )
            ),
            words="Polynomial rather than exponential in the depth: at most the square of it, for nine of ten connected pairs.",
            reading="C",
            wrong=together(
                *(among_connected(f"models inserted over generations squared, level {level}", 2, 1e9) for level in (0.01, 0.0025))
            ),
            wrong_words="twice the square",
        ),
    ),
)

S2_78 = Claim(
    "S2-78",
    "The worst point in place of the middle is faster but can be unstable",
    TOPOLOGY.at("sec. 3.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\text{steps}(t^\ast=\text{worst})/\text{steps}(t^\ast=.5)<1",
            "X2-1",
            together(*(among_connected(over_published("training steps", WORST, level), 0, 0.999) for level in AT["X2-1"])),
            words="'A modest increase in runtime' cannot be what is meant, since the middle is called slower: read as fewer training steps in at least half of the pairs, quadratic task.",
            reading="A",
            wrong=together(*(among_connected(over_published("training steps", WORST, level), 0, 0.5) for level in AT["X2-1"])),
            wrong_words="half as many steps",
        ),
        Run(
            r"\text{steps}(t^\ast=\text{worst})/\text{steps}(t^\ast=.5)<1",
            "X2-2",
            together(*(among_connected(over_published("training steps", WORST, level), 0, 0.999) for level in AT["X2-2"])),
            words="The same, cubic task.",
            reading="B",
            wrong=together(*(among_connected(over_published("training steps", WORST, level), 0, 0.5) for level in AT["X2-2"])),
            wrong_words="half as many steps",
        ),
        Run(
            r"\text{both choices connect}",
            "X2-1",
            together(
                *(
                    mostly_within(name, 1, 1, least=0.9, published="either of the choices works in practice")
                    for level in AT["X2-1"]
                    for name in (f"connected, {WORST}, level {level}", f"connected, level {level}")
                )
            ),
            words="Either choice works: nine of ten pairs connect.",
            reading="C",
            wrong=mostly_within(f"connected, {WORST}, level 0.01", 0, 0),
            wrong_words="most pairs do not",
        ),
    ),
)

S2_79 = Claim(
    "S2-79",
    "Training to a fraction of the threshold aids convergence without affecting the numerics",
    TOPOLOGY.at("sec. 3.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\#(\alpha=1,\text{ segments pass at }L_0)\ge1.5\,\#(\alpha=.95,\text{ segments pass at }1.1L_0)",
            "X2-1",
            together(
                *(
                    among_connected(over_published("models", "beads and segments at the level", level), 1.5, 1e9)
                    for level in AT["X2-1"]
                )
            ),
            words="It aids: with beads and segments held against the same level, most strings need more than one and a half times the models of the published rules.",
            reading="A",
            wrong=among_connected(over_published("models", "beads and segments at the level", 0.025), 0, 1),
            wrong_words="they need no more",
        ),
        Run(
            r"0.95\le\text{length}(\alpha)/\text{length}(.95)\le1.05,\quad\alpha=1,\ .8",
            "X2-1",
            together(
                *(
                    among_connected(length_over_published(variant, level), 0.95, 1.05, least=0.9)
                    for variant in (ALPHA_ONE, ALPHA_LESS)
                    for level in AT["X2-1"]
                )
            ),
            words="Without noticeably affecting the lengths: within 5 % for nine of ten pairs, quadratic task.",
            reading="B",
            wrong=among_connected(length_over_published(ALPHA_LESS, 0.01), 2, 1e9),
            wrong_words="the length doubles",
        ),
        Run(
            r"0.95\le\text{length}(\alpha)/\text{length}(.95)\le1.05,\quad\alpha=1,\ .8",
            "X2-2",
            together(
                *(
                    among_connected(length_over_published(variant, level), 0.95, 1.05, least=0.9)
                    for variant in (ALPHA_ONE, ALPHA_LESS)
                    for level in AT["X2-2"]
                )
            ),
            words="The same, cubic task.",
            reading="C",
            wrong=among_connected(length_over_published(ALPHA_LESS, 0.04), 2, 1e9),
            wrong_words="the length doubles",
        ),
    ),
    remark="Beads that are trained further go further: the length grows as alpha falls, most where the level is close to a plateau of the loss (cubic task, .14) or low.",
)

# S2-7a, S2-7b: the constrained variant ------------------------------------------------------------------------------------------


@assumption("h1", "the two neighbours are distinct")
def neighbours_distinct(at: Neighbours) -> Decision:
    return exactly(not at.normal.is_zero())


@assumption("away", "the model is not the middle of its neighbours")
def away_from_the_middle(at: Neighbours) -> Decision:
    return exactly(at.model != at.middle)


def one_hyperplane(at: Neighbours) -> Decision:
    return equally_far_points_solve(at, at.normal)


def equally_far_points_solve(at: Neighbours, n: Any) -> Decision:
    """The equally far points are those of one linear equation n'x = n'm of rank 1; decided at the model, the middle and beside it."""
    m = at.middle
    offsets = [m, at.model, m + (at.model - m) * 2, *(m + n.eye(n.shape[0])[:, [k]] for k in range(n.shape[0]))]
    agree = (equivalent(exactly(at.equally_far(x)), exactly(bool(n.inner(x - m) == 0))) for x in offsets)
    return both(every(agree), equal(n.rank(), 1, "every point is equally far from both"))


def hyperplane_without_the_last_weight(at: Neighbours) -> Decision:
    return equally_far_points_solve(at, at.normal.build(*at.normal.shape, lambda i, j: at.normal[i, j] if i == 0 else 0))


def beside_a_diagonal(q: Any) -> Neighbours:
    """(0, 0) and (1, 1), the model at (3/2, 1/2)."""
    return Neighbours(q.column([0, 0]), q.column([1, 1]), q.column(["3/2", "1/2"]))


def only_the_middle(at: Neighbours) -> Decision:
    return equivalent(exactly(at.equally_far(at.model)), exactly(at.model == at.middle))


S2_7a = Claim(
    "S2-7a",
    "There is one hyperplane of points equally far from both neighbours",
    TOPOLOGY.at("app. A"),
    Kind.UNIQUENESS,
    Weight.CLAIM,
    printed=Statement(
        r"\{\theta:|\theta-\theta_{i-1}|=|\theta-\theta_{i+1}|\}=\{\theta:\langle\theta_{i-1}-\theta_{i+1},\theta-\tfrac{\theta_{i-1}+\theta_{i+1}}2\rangle=0\}",
        one_hyperplane,
        "neighbours",
        assumptions=(neighbours_distinct,),
        strata=("equally far", "model in the middle", "one weight"),
        probes=(
            without("h1", "for coinciding neighbours, where every point is equally far"),
            control("only the middle is equally far", only_the_middle),
            control(
                "the second weight does not matter",
                hyperplane_without_the_last_weight,
                over=only("a model beside the middle of (0, 0) and (1, 1)", beside_a_diagonal),
            ),
        ),
    ),
)


def penalty_vanishes_with(anchor: Callable[[Neighbours], Any]) -> Callable[[Neighbours], Decision]:
    """The kappa term, a cosine at the anchor, vanishes exactly where the model is equally far from its neighbours."""

    def property(at: Neighbours) -> Decision:
        ray = at.model - anchor(at)
        if at.normal.is_zero() or ray.is_zero():
            return exactly(False, "the term divides by zero")
        vanishes = exactly(bool(at.normal.inner(ray) == 0))
        return equivalent(vanishes, exactly(at.equally_far(at.model)), _said(vanishes))

    return property


def _said(vanishes: Decision) -> str:
    return "zero off the hyperplane" if vanishes.holds else "not zero on the hyperplane"


def half_difference(at: Neighbours) -> Any:
    return at.normal / 2


@assumption("defined", "the term as printed does not divide by zero")
def term_is_defined(at: Neighbours) -> Decision:
    return exactly(at.model != half_difference(at))


def squared_penalty_is(factor: int) -> Callable[[Neighbours], Decision]:
    """penalty^2 |theta - m|^2 = factor times the squared distance to the hyperplane, both times |n|^2."""

    def property(at: Neighbours) -> Decision:
        n, ray = at.normal, at.model - at.middle
        foot = at.model - n * (ray.inner(n) / n.inner(n))
        distance = (at.model - foot).inner(at.model - foot)
        cosine = ray.inner(n) * ray.inner(n) / (ray.inner(ray) * n.inner(n))
        return both(equal(cosine * ray.inner(ray), distance * factor), exactly(at.equally_far(foot)))

    return property


def penalty_grows_with_the_distance(at: Neighbours) -> Decision:
    """Moved twice as far along the ray from the middle, a model off the hyperplane has a larger penalty."""
    n, ray = at.normal, at.model - at.middle
    if n.inner(ray) == 0:
        return exactly(True, "the model is on the hyperplane")
    first, second = (v.inner(n) * v.inner(n) / (v.inner(v) * n.inner(n)) for v in (ray, ray * 2))
    return less(first, second, "twice as far from the hyperplane, and the same penalty")


S2_7b = Claim(
    "S2-7b",
    "A penalty controls how far a model can deviate from the hyperplane",
    TOPOLOGY.at("app. A"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"(\theta_{i-1}-\theta_{i+1})^T\Bigl(\theta_i-\tfrac{\theta_{i-1}-\theta_{i+1}}2\Bigr)=0\iff|\theta_i-\theta_{i-1}|=|\theta_i-\theta_{i+1}|",
            penalty_vanishes_with(half_difference),
            "neighbours",
            words="The term as printed vanishes exactly on the hyperplane.",
            reading="A",
            assumptions=(neighbours_distinct, term_is_defined),
        ),
        Statement(
            r"\operatorname{dist}(\theta_i,H)\text{ doubles}\ \Rightarrow\ \text{the }\kappa\text{ term grows}",
            penalty_grows_with_the_distance,
            "neighbours",
            words="With the sign repaired: it grows as a model moves away from the hyperplane.",
            reading="B",
            assumptions=(neighbours_distinct, away_from_the_middle),
        ),
    ),
    amended=Statement(
        r"(\theta_{i-1}-\theta_{i+1})^T\Bigl(\theta_i-\tfrac{\theta_{i-1}+\theta_{i+1}}2\Bigr)=0\iff|\theta_i-\theta_{i-1}|=|\theta_i-\theta_{i+1}|",
        penalty_vanishes_with(lambda at: at.middle),
        "neighbours",
        words="With the middle, half the sum in place of half the difference.",
        assumptions=(neighbours_distinct, away_from_the_middle),
        strata=("equally far", "one weight"),
        probes=(
            without("h1", "for coinciding neighbours"),
            without("away", "at the middle itself, where training starts with the choice one half"),
            control("with half the difference, as printed", penalty_vanishes_with(half_difference)),
        ),
    ),
    sharp=Statement(
        r"(\kappa\text{ term})^2=\operatorname{dist}(\theta_i,H)^2/|\theta_i-m|^2,\quad m=\tfrac{\theta_{i-1}+\theta_{i+1}}2",
        squared_penalty_is(1),
        "neighbours",
        words="It measures an angle, not a distance, so it does not bound how far a model strays.",
        assumptions=(neighbours_distinct, away_from_the_middle),
        strata=("equally far", "one weight"),
        probes=(control("twice that", squared_penalty_is(2)),),
    ),
    remark="Projecting each step onto the hyperplane, as our runs of the constrained variant do, needs no penalty and is defined at the middle, too.",
)

# S2-7c to S2-7f ------------------------------------------------------------------------------------------------------------------


def condition_survives_scaling(close: Callable[[ScaledChains, Any, Any], bool]) -> Callable[[ScaledChains], Decision]:
    """The condition on two models is the same after a hidden unit of one of them was scaled, which leaves its function alone."""

    def property(pair: ScaledChains) -> Decision:
        before, after = close(pair, pair.one, pair.other), close(pair, pair.scaled(pair.one), pair.other)
        return exactly(before == after, "the same functions, and another answer")

    return property


def weights_closer_than_level(pair: ScaledChains, one: Any, other: Any) -> bool:
    gap = one - other
    return bool(gap.inner(gap) < pair.level * pair.level)


def losses_closer_than_level(pair: ScaledChains, one: Any, other: Any) -> bool:
    gap = pair.loss(one) - pair.loss(other)
    return bool(-pair.level < gap < pair.level)


S2_7c = Claim(
    "S2-7c",
    "Two random models closer to each other than the threshold loss",
    TOPOLOGY.at("app. A"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"|\sigma_i-\sigma_j|\lt L_0\quad\text{depends on the two networks only}",
        condition_survives_scaling(weights_closer_than_level),
        "scaled_chains",
        words="A distance of weights is held against a loss: the answer changes when a hidden unit is scaled, which changes neither function. That the condition should depend on the functions alone is asked here, not in the document.",
    ),
    amended=Statement(
        r"|F(\sigma_i)-F(\sigma_j)|\lt L_0\quad\text{depends on the two networks only}",
        condition_survives_scaling(losses_closer_than_level),
        "scaled_chains",
        words="With the losses, which is what the sentence goes on with ('the same (high) loss').",
        strata=("live unit", "dead unit"),
        probes=(control("with the weights, as printed", condition_survives_scaling(weights_closer_than_level)),),
    ),
)


def same_string(valley: Valley) -> Decision:
    """Breadth first and depth first insert the same models where both come to an end."""
    (first, done), (second, ended) = breadth_first(valley), both_halves(valley)
    if not (done and ended):
        return exactly(True, "a run was cut off")
    return exactly(first == second)


def same_string_as_printed(valley: Valley) -> Decision:
    (first, done), (second, ended) = breadth_first(valley), as_printed(valley)
    return exactly(not (done and ended) or first == second)


S2_7d = Claim(
    "S2-7d",
    "The breadth-first variant",
    TOPOLOGY.at("app. A"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\text{breadth first ends}\ \Rightarrow\ \max_tF((1-t)\theta_i+t\theta_{i+1})\le L_0\text{ for all }i",
        every_segment_passes(breadth_first),
        "valleys",
        words="Well formed: rounds in which each failing segment gets one model end with all segments below the level. (The falling level of step 1 is run in experiment X2-7.)",
        strata=("direct segment passes", "direct segment fails"),
        probes=(control("for the pseudo-code of Algorithm 1", every_segment_passes(as_printed)),),
    ),
    sharp=Statement(
        r"\text{breadth first}=\text{depth first}",
        same_string,
        "valleys",
        words="Where a model depends on its two neighbours only, both orders insert the same models.",
        strata=("direct segment passes", "direct segment fails"),
        probes=(control("and so does the pseudo-code as printed", same_string_as_printed),),
    ),
)

S2_7e = Claim(
    "S2-7e",
    "The breadth-first variant indicates a disconnection sooner in training",
    TOPOLOGY.at("app. A"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"L_0(t)\text{ at which a segment stays high}>L_0",
            "X2-7",
            mostly_within(
                "level at which the falling string fails, over the lowest level", 2, 1e9, published="sooner in training"
            ),
            words="On the permuted three-point task, for the models that were not connected: the string whose level falls, all models trained along, fails while its level is still above the threshold, at which the greedy run begins.",
            reading="A",
            wrong=mostly_within("level at which the falling string fails, over the lowest level", 0, 1),
            wrong_words="not before the threshold is reached",
        ),
        Run(
            r"\text{steps until the variant fails}/\text{steps until the greedy algorithm fails}<1",
            "X2-7",
            mostly_within("training steps until failure, falling level over greedy", 0, 0.999, published="sooner in training"),
            words="Counted in training steps of all models together, the end points of the greedy run included.",
            reading="B",
            wrong=mostly_within("training steps until failure, falling level over greedy", 10, 1e9),
            wrong_words="ten times as late",
        ),
    ),
)

S2_7f = Claim(
    "S2-7f",
    "Strings are shown along their three leading principal axes",
    TOPOLOGY.at("app. D"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Run(
        r"\text{share of the variance along three axes}\ge0.9",
        "X2-6",
        together(
            mostly_within("share of the string's variance along its three leading axes", 0.9, 1),
            mostly_within("largest deviation of the three axes from orthonormal ones", 0, 1e-6, least=0.9),
        ),
        words="Well formed and realised: the axes of the finished string are orthonormal and keep nine tenths of its variance in most of the runs.",
        wrong=mostly_within("share of the string's variance along its three leading axes", 0, 0.5),
        wrong_words="they keep less than half",
    ),
)

VARIANTS = (S2_77, S2_78, S2_79, S2_7a, S2_7b, S2_7c, S2_7d, S2_7e, S2_7f)
