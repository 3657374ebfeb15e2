"""Document 002, section 3: the string-sampling algorithm, what its length measures, and what it certifies."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import at_most, equal, exactly
from claims.documents.topology.source import TOPOLOGY
from claims.instances.strings import Cost, Ridge, Ring, Splitting, Valley, Wells
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption

# S2-70, S2-71: lengths ------------------------------------------------------------------------------------------------------


@assumption("convex", "the loss is convex")
def is_convex(cost: Cost) -> Decision:
    return exactly(cost.convex)


@assumption("valley", "the loss falls up to one point and rises from there")
def has_one_valley(cost: Cost) -> Decision:
    return exactly(cost.one_valley)


def straight_is_a_path(cost: Cost) -> Decision:
    """The straight segment stays below the level of the worse model: normalised length 1."""
    return exactly(cost.segment_stays_below(max(cost.ends)), "the loss between the models exceeds that of both")


def straight_stays_below_the_better(cost: Cost) -> Decision:
    return exactly(cost.segment_stays_below(min(cost.ends)))


def some_pair_needs_a_detour(cost: Cost) -> Decision:
    """Not convex, and two models of some level whose segment leaves it."""
    return exactly(not cost.convex and not cost.one_valley, "it is not convex, and every level set is an interval")


def one_flat_shoulder(q: Any) -> Cost:
    """Slope w ((w - 1)^2 + 1/10): falls to 0, rises from there, and bends the wrong way in between."""
    return Cost(q.column([0, 0, "11/20", "-2/3", "1/4"]), q.scalar("-1/2"), q.scalar(2), q.scalar(0))


S2_70 = Claim(
    "S2-70",
    "Convex models have geodesic length 1, more non-convex ones lengths above 1",
    TOPOLOGY.at("sec. 3.1"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"F\text{ convex}\ \Rightarrow\ F((1-t)\theta_A+t\theta_B)\le\max(F(\theta_A),F(\theta_B))",
            straight_is_a_path,
            "convex_costs",
            words="For a convex loss the straight segment stays in every level set that holds its ends (decided along the segment, a cost of one variable).",
            reading="A",
            assumptions=(is_convex,),
            strata=("convex", "models coincide"),
            probes=(
                without("convex", "for any polynomial cost", over="costs"),
                control("it stays below the better of the two", straight_stays_below_the_better),
            ),
        ),
        Statement(
            r"F\text{ not convex}\ \Rightarrow\ \exists\,\lambda,\theta_A,\theta_B\in\Omega_F(\lambda)\colon\ |\gamma_{A,B}|>|\theta_A-\theta_B|",
            some_pair_needs_a_detour,
            only(r"the cost with slope w ((w - 1)^2 + 1/10)", one_flat_shoulder),
            words="A loss that is not convex has pairs with a length above 1.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"F\text{ quasi-convex}\ \Rightarrow\ F((1-t)\theta_A+t\theta_B)\le\max(F(\theta_A),F(\theta_B))",
        straight_is_a_path,
        "one_valley_costs",
        words="What the length 1 for all pairs detects is convexity of the level sets, not of the loss.",
        assumptions=(has_one_valley,),
        strata=("not convex", "convex"),
        probes=(
            without("valley", "for any polynomial cost", over="costs"),
            control("it stays below the better of the two", straight_stays_below_the_better),
        ),
    ),
    remark="The converse is true by definition: where the set is not convex, two of its points have a segment that leaves it.",
)


def shorter_way(ridge: Ridge) -> Decision:
    """The string over the trained model is connected, and at most 3/2 times as long as the way below the hill."""
    if not (ridge.flows_up and ridge.stays(ridge.trained) and ridge.stays(ridge.beside)):
        return exactly(True, "nothing is compared")
    string, way = ridge.squared_leg(ridge.trained), ridge.squared_leg(ridge.beside)
    return at_most(string * 4, way * 9, "the way round below the hill is shorter than two thirds of the string")


def hill_with_a_long_side(q: Any) -> Ridge:
    return Ridge(*(q.scalar(value) for value in (80, 1280, "1/4", "9/4", "-5/4")))


def string_is_a_path(part: int = 1) -> Callable[[Valley], Decision]:
    """Where the run ends, its string leads from model to model and stays in the level set of the level divided by ``part`` (decided
    by Sturm's sequences).
    """

    def property(valley: Valley) -> Decision:
        from numerics.polynomial import is_at_most

        beads, ended = both_halves(valley)
        if not ended:
            return exactly(True, "the run was cut off")
        stays = all(is_at_most(valley.loss_between(a, b), valley.level / part, by="sturm") for a, b in pairwise(beads))
        return exactly(stays and (beads[0], beads[-1]) == (valley.start, valley.end))

    return property


def cubic_valley(q: Any) -> Valley:
    """y = x^3 from 0 to 2 at the level 2: the largest losses are 0.15 and 1.28 on its halves."""
    return Valley(q.column([0, 0, 0, 1]), q.scalar(0), q.scalar(2), q.scalar(2), 1)


A_PATH = Statement(
    r"|\gamma_{A,B}|\le\sum_i|\theta_{i+1}-\theta_i|",
    string_is_a_path(),
    "valleys",
    words="A converged string is a path inside the level set, so its length bounds that of the geodesic from above.",
    strata=("direct segment passes", "direct segment fails", "ends coincide"),
    probes=(
        control("it stays below half the level", string_is_a_path(2)),
        control("some part of it does", string_is_a_path(2), over=only("y = x^3 from 0 to 2 at the level 2", cubic_valley)),
    ),
)

# The algorithm --------------------------------------------------------------------------------------------------------------


def as_printed(valley: Valley) -> tuple[list[Any], bool]:
    """Algorithm 1 to the letter: ``return`` leaves the procedure, so that of two failing halves only the first is taken up.

    The beads (their x) and whether the run came to its end.
    """
    beads = [valley.start, valley.end]

    def find_connection(left: Any, right: Any, depth: int) -> bool:
        if depth > valley.depth:
            return False
        middle = _inserted(beads, left, right)
        if valley.fails(left, middle):
            return find_connection(left, middle, depth + 1)
        if valley.fails(middle, right):
            return find_connection(middle, right, depth + 1)
        return True

    ended = find_connection(valley.start, valley.end, 1)
    return beads, ended


def both_halves(valley: Valley) -> tuple[list[Any], bool]:
    """The same with both halves taken up, one after the other."""
    beads = [valley.start, valley.end]

    def find_connection(left: Any, right: Any, depth: int) -> bool:
        if depth > valley.depth:
            return False
        middle = _inserted(beads, left, right)
        halves = [(a, b) for a, b in ((left, middle), (middle, right)) if valley.fails(a, b)]
        below = [find_connection(a, b, depth + 1) for a, b in halves]
        return all(below)

    ended = find_connection(valley.start, valley.end, 1)
    return beads, ended


def _inserted(beads: list[Any], left: Any, right: Any) -> Any:
    """The model trained from the middle (on the valley floor there), put after the left one."""
    middle = (left + right) / 2
    beads.insert(len(beads) - 1 if left == right else beads.index(left) + 1, middle)
    return middle


def breadth_first(valley: Valley) -> tuple[list[Any], bool]:
    """Appendix A: in every round each failing segment gets one model; the first model is inserted in any case."""
    beads = [valley.start, (valley.start + valley.end) / 2, valley.end]
    for _ in range(valley.depth):
        failing = [a for a, b in pairwise(beads) if valley.fails(a, b)]
        if not failing:
            return beads, True
        beads = [bead for a, b in pairwise(beads) for bead in ((a, (a + b) / 2) if a in failing else (a,))] + beads[-1:]
    return beads, not any(valley.fails(a, b) for a, b in pairwise(beads))


def every_segment_passes(run: Callable[[Valley], tuple[list[Any], bool]]) -> Callable[[Valley], Decision]:
    """Where the run comes to its end, the largest loss between neighbours is at most the level, everywhere on the string."""

    def property(valley: Valley) -> Decision:
        beads, ended = run(valley)
        if not ended:
            return exactly(True, "the run was cut off")
        failing = [(a, b) for a, b in pairwise(beads) if valley.fails(a, b)]
        where = ", ".join(f"x = {a} and x = {b}" for a, b in failing[:1])
        return exactly(not failing, f"the run ends, and the loss between {where} exceeds the level" if failing else "")

    return property


S2_71 = Claim(
    "S2-71",
    "String sampling approximates the geodesic",
    TOPOLOGY.at("sec. 3.1, 5"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\sum_i|\theta_{i+1}-\theta_i|\le\tfrac32\,|\gamma_{A,B}|\quad\text{for every converged string}",
        shorter_way,
        only(r"a hill, steep below and long above, between the models (-1/4, 0) and (1/4, 0)", hill_with_a_long_side),
        words="Read as: within a factor, here 3/2. The model in the middle is trained by following the gradient exactly, to a little below the level.",
    ),
    amended=A_PATH,
    remark=(
        "In the counterexample the summit lies just below the middle, so descent takes the long side: the string over $(0,2)$ passes, a path over $(0,-5/4)$ "
        "stays in the same level set and is shorter by more than a third. Nothing in the algorithm shortens a string afterwards. Longer sides make any factor fail."
    ),
)


def steep_valley(q: Any) -> Valley:
    """y = x^2 from -1 to 1 at a level that needs chords of length 2^-10."""
    return Valley(q.column([0, 0, 1]), q.scalar(-1), q.scalar(1), q.scalar("1/1000000000000"), 6)


def subproblems(valley: Valley) -> list[tuple[Any, Any]]:
    """Every pair of models that the recursion (both halves) is called with."""
    calls: list[tuple[Any, Any]] = []

    def find_connection(left: Any, right: Any, depth: int) -> None:
        calls.append((left, right))
        middle = (left + right) / 2
        for a, b in ((left, middle), (middle, right)):
            if depth < valley.depth and valley.fails(a, b):
                find_connection(a, b, depth + 1)

    find_connection(valley.start, valley.end, 1)
    return calls


def some_subproblem_comes_twice(valley: Valley) -> Decision:
    calls = subproblems(valley)
    return exactly(len(set(calls)) < len(calls), f"{len(calls)} calls, all of them different")


def all_subproblems_differ(valley: Valley) -> Decision:
    calls = subproblems(valley)
    return equal(len(set(calls)), len(calls))


def one_call_is_enough(valley: Valley) -> Decision:
    return equal(len(subproblems(valley)), 1)


S2_72 = Claim(
    "S2-72",
    "String sampling is a dynamic programming approach",
    TOPOLOGY.at("sec. 1, 3.1, 5"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\text{FindConnection is called twice with the same pair}",
        some_subproblem_comes_twice,
        only("a run in a parabolic valley at the level 1e-12 with six generations", steep_valley),
        words="Dynamic programming: subproblems overlap, and their solutions are kept and used again.",
    ),
    amended=Statement(
        r"\text{every call of FindConnection has a pair of its own}",
        all_subproblems_differ,
        "valleys",
        words="It is divide and conquer: the two halves share no subproblem.",
        strata=("direct segment fails", "direct segment passes"),
        probes=(control("one call is enough", one_call_is_enough),),
    ),
    remark="A word for a method; used loosely it may mean any recursion.",
)

S2_73 = Claim(
    "S2-73",
    "The algorithm adds models until every segment is below the threshold",
    TOPOLOGY.at("sec. 3.1, Algorithm 1"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\text{Algorithm 1 ends}\ \Rightarrow\ \max_tF((1-t)\theta_i+t\theta_{i+1})\le L_0\text{ for all }i",
        every_segment_passes(as_printed),
        "valleys",
        words="The pseudo-code to the letter, with the exact maximum over t and models trained to loss 0.",
    ),
    amended=Statement(
        r"\text{both halves taken up: ends}\ \Rightarrow\ \max_tF((1-t)\theta_i+t\theta_{i+1})\le L_0\text{ for all }i",
        every_segment_passes(both_halves),
        "valleys",
        words="With both failing halves taken up, as the text and the published programs do.",
        strata=("direct segment passes", "direct segment fails", "ends coincide", "cut off after one insertion"),
        probes=(control("with the first failing half only", every_segment_passes(as_printed)),),
    ),
    remark=(
        "Lines 12 to 15 return from within the first test: after a failing left half the right one is never looked at, and line 16, which counts the depth, "
        "is reached only where nothing fails. The first model is inserted whether the direct segment passes or not."
    ),
)

# S2-74 to S2-76: what a run says ----------------------------------------------------------------------------------------------


def certifies(wells: Wells) -> Decision:
    """If every segment passes on its grid, both ends lie in one component of the level set."""
    if not wells.passes:
        return exactly(True, "a segment does not pass")
    return exactly(wells.joined_at(wells.level), "every segment passes, and the ends lie in different components")


def ridge_between_the_points(q: Any) -> Wells:
    """The level is 1/25000 below the ridge; 0 lies halfway between two of the hundred points."""
    beads = q.of([[-1, "1/199", "201/199"]])
    return Wells(beads, q.scalar("24999/25000"), q.scalar(1), 100, q.scalar(1))


def ridge_within_the_tolerance(q: Any) -> Wells:
    """From the middle 1/20 of its ends a model descends to 9/40."""
    return Wells(q.of([[-1, "9/40", "11/10"]]), q.scalar("19/20"), q.scalar("19/20"), 100, q.scalar("11/10"))


S2_74 = Claim(
    "S2-74",
    "If the algorithm converges it faithfully certifies that the two models are connected",
    TOPOLOGY.at("sec. 3.2"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\max_{0\le t\le1}F((1-t)\theta_i+t\theta_{i+1})\le L_0\ \forall i\ \Rightarrow\ \theta_A,\theta_B\text{ connected in }\Omega_F(L_0)",
        string_is_a_path(),
        "valleys",
        words="With the maximum over t, as the algorithm has it, and every segment below the level, as section 3.1 describes it: the string is a path in the level set.",
        strata=("direct segment passes", "direct segment fails", "ends coincide"),
        probes=(
            control("it stays below half the level", string_is_a_path(2)),
            without(
                "maximum",
                "with the largest of the hundred values at t = 0, .01, ..., .99 that the published programs look at",
                over=only("three models around a ridge between two of the hundred points", ridge_between_the_points),
                property=certifies,
            ),
            without(
                "level",
                "with segments that pass below 1.1 times the level, as in the published programs",
                over=only("three models and a ridge a twentieth above the level", ridge_within_the_tolerance),
                property=certifies,
            ),
            without(
                "both",
                "with the first failing half only, as the pseudo-code has it (S2-73)",
                property=every_segment_passes(as_printed),
            ),
        ),
    ),
    remark=(
        "The sentence is about the algorithm. What is dropped in the probes shows what a program has to keep to: the maximum over the whole segment, and the level that is certified; a polynomial loss along a segment is "
        "decided exactly. The pseudo-code to the letter never looks at some segments (S2-73). "
        "The counterexamples to the grid and to the tolerance have one weight, where the level set falls apart into two intervals. With a Lipschitz constant of the loss along the segment a grid "
        "becomes a certificate, for a level that is larger by half a grid step times that constant."
    ),
)


def fails_though_connected(valley: Valley) -> Decision:
    """The run is cut off at its depth; yet (x, h(x)) is a path of loss 0 between the ends."""
    from claims.instances.strings import composed, line
    from numerics.polynomial import is_at_most

    _, ended = both_halves(valley)
    x = line(valley.start, valley.end)
    on_the_floor = valley.loss(x, composed(valley.floor, x))
    return exactly(not ended and is_at_most(on_the_floor, 0))


def stuck_though_connected(ring: Ring) -> Decision:
    """The gradient vanishes at the middle, above the level, so no descent trains it; yet there is a way round."""
    loss, gradient = ring.middle
    return exactly(bool(loss > ring.level) and gradient == (0, 0) and ring.way_round_stays(ring.level))


def way_round_without_loss(ring: Ring) -> Decision:
    return exactly(ring.way_round_stays(0))


def ends_in_time(valley: Valley) -> Decision:
    return exactly(both_halves(valley)[1])


def opposite_ends(q: Any) -> Ring:
    return Ring(q.of([[1, "3/5", 0, "-3/5", -1], [0, "4/5", 1, "4/5", 0]]), q.scalar("1/4"))


def above_the_middle(q: Any) -> Ring:
    return Ring(opposite_ends(q).corners, q.scalar(2))


def straight_valley(q: Any) -> Valley:
    return Valley(q.column([0, 1]), q.scalar(-1), q.scalar(1), q.scalar(1), 1)


S2_75 = Claim(
    "S2-75",
    "If it fails to converge the models need not be disconnected",
    TOPOLOGY.at("sec. 3.2, E.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\text{cut off at its depth, and }\theta_A,\theta_B\text{ connected in }\Omega_F(L_0)",
            fails_though_connected,
            only("a parabolic valley at the level 1e-12 with six generations", steep_valley),
            words="Too few generations.",
            reading="A",
            probes=(
                control("the run ends in time", ends_in_time),
                control("where it does", fails_though_connected, over=only("a straight valley", straight_valley)),
            ),
        ),
        Statement(
            r"\nabla F(\tfrac{\theta_A+\theta_B}2)=0,\ F(\tfrac{\theta_A+\theta_B}2)>L_0,\text{ and }\theta_A,\theta_B\text{ connected in }\Omega_F(L_0)",
            stuck_though_connected,
            only("opposite points of a ring of minima", opposite_ends),
            words="However many generations: the middle is a stationary point, which no gradient method leaves.",
            reading="B",
            probes=(
                control("the same polygon stays at loss 0", way_round_without_loss),
                control("at any level", stuck_though_connected, over=only("the level 2, above the middle", above_the_middle)),
            ),
        ),
    ),
)


def insertions(run: Splitting) -> int:
    """How many models are inserted when every segment fails, down to the given depth."""

    def find_connection(depth: int) -> int:
        return 0 if depth > run.depth else 1 + sum(find_connection(depth + 1) for _ in range(2))

    return find_connection(1)


def insertions_are(count: Callable[[int], int]) -> Callable[[Splitting], Decision]:
    return lambda run: equal(insertions(run), count(run.depth))


S2_76 = Claim(
    "S2-76",
    "If every new branch fails the run time is exponential in the depth",
    TOPOLOGY.at("sec. 3.2"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\#\{\text{inserted models}\}=2^{\text{Depth}}-1",
        insertions_are(lambda depth: 2**depth - 1),
        only("runs of 0 to 10 generations", *(lambda q, depth=depth: Splitting(depth) for depth in range(11))),
        words="Both halves taken up and everything fails: the number of trained models, which is the run time up to the cost of one model.",
        probes=(control("two to the depth", insertions_are(lambda depth: 2**depth)),),
    ),
    remark="For the pseudo-code as printed the number is linear, Depth itself, because it never takes up a second half (S2-73).",
)

ALGORITHM = (S2_70, S2_71, S2_72, S2_73, S2_74, S2_75, S2_76)
