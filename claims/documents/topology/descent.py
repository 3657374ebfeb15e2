"""Document 002, section 2.2 and the end of appendix B.2: local minima and decreasing paths of linear networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from claims.decide import equal, every, exactly, undecided
from claims.documents.topology.linear import ends_are_joined, every_hidden_layer_is_wider, the_straight_line_joins
from claims.documents.topology.ridge import S2_27_RIDGE, S2_28_RIDGE
from claims.documents.topology.source import TOPOLOGY
from claims.instances.deep_linear import CriticalPoint, DeepLinear, at_zero
from claims.instances.level_paths import SpectralPoint
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, only
from claims.subject import assumption
from numerics.balanced_factors import falls
from numerics.descents import best_product, descending_path, is_least
from numerics.escape import way_down, way_up
from numerics.narrow_descents import Problem, narrow_descent
from numerics.paths import Path, filled_up, keeps_the_loss, strictly_descends

# S2-27, S2-28, S2-29: descent ------------------------------------------------------------------------------------------------


@assumption("h1", "every hidden layer is wider than the smaller end")
def wider_hidden_layers(net: DeepLinear) -> Decision:
    return exactly(all(width > min(net.widths[0], net.widths[-1]) for width in net.widths[1:-1]))


@assumption("h1", "every hidden layer is at least as wide as the smaller end")
def as_wide_hidden_layers(net: DeepLinear) -> Decision:
    return exactly(all(width >= min(net.widths[0], net.widths[-1]) for width in net.widths[1:-1]))


@assumption("not least", "the point is not a global minimum already")
def not_a_minimum(net: DeepLinear) -> Decision:
    return exactly(not is_least(net.weights, net.data.inputs, net.data.targets))


def a_strictly_decreasing_path_reaches_the_least_loss(net: DeepLinear) -> Decision:
    """At most two legs, the loss along each a strictly decreasing polynomial by both methods, the end at the least value of all
    linear maps.
    """
    path = descending_path(net.weights, net.data.inputs, net.data.targets)
    if path is None:
        return undecided("no first leg was found")
    falls = all(strictly_descends(path, net.loss_at, by=method) for method in ("bernstein", "sturm"))
    least = net.loss_at(*path.end) == net.data.loss_of(net.data.regression)
    return exactly(falls and bool(least) and path.start == net.weights)


def a_straight_line_descends_to_the_least_loss(net: DeepLinear) -> Decision:
    """The same with one leg in place of two, that in the last layer: possible only where the others reach every product."""
    path = descending_path(net.weights, net.data.inputs, net.data.targets)
    return exactly(path is not None and len(path.segments) == 1)


def local_minima_are_global(point: CriticalPoint) -> Decision:
    """A critical point is a global minimum of its architecture, or a curve leaves it along which the loss falls."""
    net, spectral = point.network, point.spectral
    inputs, targets = net.data.inputs, net.data.targets
    curve = way_down(net.weights, inputs, targets, spectral.basis, spectral.values)
    if curve is None:
        return equal(net.loss, spectral.least_loss(net.thinnest))
    return exactly(curve.goes_down(inputs, targets))


def critical_points_are_global(point: CriticalPoint) -> Decision:
    return equal(point.network.loss, point.spectral.least_loss(point.network.thinnest))


DESCENT = r"\theta\text{ not a global minimum}\ \Rightarrow\ \exists\gamma\colon\gamma(0)=\theta,\ F\circ\gamma\text{ strictly decreasing},\ F(\gamma(1))=\min F"

S2_29_LATEX = r"F(\theta(t))\lt F(\theta^A),\quad0\lt t\lt 1"


def _path_of_the_proof(net: DeepLinear) -> tuple[Path, Path]:
    """From W_2 W_1 = M: the corrections that make W_1 injective at constant product, then M straight to the best product."""
    corrections = filled_up(*net.weights)
    lower, upper = corrections.end
    best = best_product(net.weights, net.data.inputs, net.data.targets)
    inverse = (lower.T @ lower).solve(lower.T)
    return corrections, Path.through((lower, upper), (lower, upper + (best - net.product) @ inverse))


def path_of_the_proof_is_below_its_start(net: DeepLinear) -> Decision:
    corrections, _ = _path_of_the_proof(net)
    idle = any(segment.start != segment.end and keeps_the_loss(Path((segment,)), net.loss_at) for segment in corrections.segments)
    return exactly(not idle, "a leg that moves keeps the loss of its start")


def path_of_the_proof_never_rises(net: DeepLinear) -> Decision:
    corrections, straight = _path_of_the_proof(net)
    return every((exactly(keeps_the_loss(corrections, net.loss_at)), exactly(strictly_descends(straight, net.loss_at))))


S2_29 = Claim(
    "S2-29",
    "The paths of the proof are strictly decreasing",
    TOPOLOGY.at("end of B.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        S2_29_LATEX,
        path_of_the_proof_is_below_its_start,
        "two_layer_points",
        words="Two layers and no more inputs than outputs, from any point to a global minimum: first the corrections of the rank-deficient case, then the straight path of the product.",
        assumptions=(wider_hidden_layers, not_a_minimum),
        cost=Cost.SLOW,
    ),
    amended=Statement(
        r"F(\theta(t))\le F(\theta^A),\quad F\circ\theta\text{ constant, then strictly decreasing}",
        path_of_the_proof_never_rises,
        "two_layer_points",
        words="The corrections keep the loss, as the proof itself says; from there on it decreases strictly.",
        assumptions=(wider_hidden_layers, not_a_minimum),
        strata=("zero weights", "critical", "product of deficient rank"),
        probes=(control("it is below its start throughout", path_of_the_proof_is_below_its_start),),
        cost=Cost.SLOW,
    ),
    remark=(
        "The first leg of the rank-deficient case 'has no effect in the loss', in the words of the proof, so that the path is not strictly decreasing. That "
        "there is another path that is, is S2-28."
    ),
)

S2_28_LINEAR = Statement(
    DESCENT,
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_points",
    words="Without regularisation, with the widths of S2-21 as meant.",
    reading="A",
    assumptions=(wider_hidden_layers, not_a_minimum),
    strata=("zero weights", "critical", "two layers", "three layers or more", "inputs of deficient row rank", "one sample"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    derives="the second leg",
)

S2_28_SHARP = Statement(
    r"n_j\ge\min(n_1,n_{K+1})\ \Rightarrow\ " + DESCENT,
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_or_square_points",
    words="Here the weak inequality is enough, and two legs are: a curve along which the loss falls and that ends where the layers but one are injective (or surjective), then a straight line in that one.",
    reading="wide",
    assumptions=(as_wide_hidden_layers, not_a_minimum),
    strata=("zero weights", "critical", "two layers", "three layers or more", "inputs of deficient row rank"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    derives="the second leg",
    cost=Cost.SLOW,
)


@assumption("not least", "the point is not a global minimum already")
def not_the_least(point: SpectralPoint) -> Decision:
    return exactly(bool(point.loss > point.least))


def three_legs_descend_to_the_least_loss(point: SpectralPoint) -> Decision:
    """Polynomial legs and a rational one, the loss strictly decreasing on each, down to the least loss of rank h."""
    data = point.spectral.data
    problem = Problem(data.inputs, data.targets, point.spectral.basis, point.spectral.values)
    found = narrow_descent(point.lower, point.upper, problem)
    if found is None:
        return undecided("no first leg was found")
    return every(
        (
            exactly(found.legs is None or (found.legs.start == (point.lower, point.upper))),
            exactly(found.legs is None or strictly_descends(found.legs, problem.loss)),
            exactly(found.last is None or falls(*found.last)),
            equal(problem.loss(*found.end), point.least),
        )
    )


def polynomial_legs_are_enough(point: SpectralPoint) -> Decision:
    """The best lower layer for the upper one that was reached: no turning of the range."""
    data = point.spectral.data
    problem = Problem(data.inputs, data.targets, point.spectral.basis, point.spectral.values)
    found = narrow_descent(point.lower, point.upper, problem)
    return exactly(found is not None and found.last is None)


S2_28_NARROW = Statement(
    r"K=2,\ n_2\text{ arbitrary}\ \Rightarrow\ " + DESCENT,
    three_legs_descend_to_the_least_loss,
    "narrow_points",
    words="With two layers no width hypothesis is needed at all, as the letter of S2-20 has it: a third leg turns the range of the upper layer into that of the leading eigenvectors.",
    reading="narrow",
    assumptions=(not_the_least,),
    strata=(
        "a hidden bottleneck",
        "critical",
        "zero weights",
        "full rank",
        "repeated eigenvalues",
        "inputs of deficient row rank",
    ),
    probes=(control("the range need not be turned", polynomial_legs_are_enough),),
    derivation="topology.range_turn",
    derives="the third leg",
    cost=Cost.SLOW,
)

S2_27_LINEAR = Statement(
    r"\theta\text{ a local minimum}\ \Rightarrow\ F(\theta)=\min F",
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_points",
    words="Without regularisation: from every point that is not a global minimum a path of strictly decreasing loss starts.",
    reading="A",
    assumptions=(wider_hidden_layers, not_a_minimum),
    strata=("critical", "zero weights"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    derives="the second leg",
)

S2_27_SHARP = Statement(
    r"\theta\text{ a critical point that is a local minimum}\ \Rightarrow\ F(\theta)=\min F,\quad\text{for all widths}",
    local_minima_are_global,
    "all_critical_points",
    words="Without regularisation no width hypothesis is needed for this: bottlenecks included, every critical point is a global minimum or the start of a curve along which the loss falls.",
    strata=("a hidden bottleneck", "inputs of deficient row rank", "repeated eigenvalues", "all blocks zero", "global minimum"),
    probes=(control("every critical point is a global minimum", critical_points_are_global),),
)

S2_27 = Claim(
    "S2-27",
    "There are no poor local minima in these cases",
    TOPOLOGY.at("proposition 2.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(S2_27_LINEAR, S2_27_RIDGE),
    sharp=S2_27_SHARP,
    remark=(
        "The document concludes this from connectedness by proposition 2.1; here it rests on the decreasing paths of S2-28, which need less width. With three or more layers "
        "and ridge it fails (S2-30)."
    ),
)

S2_28 = Claim(
    "S2-28",
    "Any point is connected to the lowest level by a strictly decreasing path",
    TOPOLOGY.at("proposition 2.2"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(S2_28_LINEAR, S2_28_RIDGE),
    sharp=(S2_28_SHARP, S2_28_NARROW),
    remark=(
        "The paths of the proof are not strictly decreasing (S2-29); these are. In both readings the widths are those that S2-20 means; without regularisation two layers "
        "need none of that, and for more layers with a bottleneck no path was constructed here. The lowest level is attained, also where $\\Sigma_X$ is singular."
    ),
)

# S2-39: beside Kawaguchi's theorem -------------------------------------------------------------------------------------------


def minimum_or_way_down_and(upward: Callable[[Iterable[bool]], bool]) -> Callable[[CriticalPoint], Decision]:
    """A global minimum; or a curve goes down, and any (or all) of the lines with signed units goes up."""

    def property(point: CriticalPoint) -> Decision:
        down, net = local_minima_are_global(point), point.network
        if critical_points_are_global(point).holds:
            return down
        return every((down, exactly(upward(_rise(net, line) > 0 for line in way_up(net.weights, net.data.inputs)))))

    return property


def _rise(net: DeepLinear, line: Any) -> Any:
    """How much the loss rises along a line, at the first order that changes: negative for a descent."""
    change = line.first_change(net.data.inputs, net.data.targets)
    return net.data.inputs.scalar(0) if change is None else change[1]


S2_39 = Claim(
    "S2-39",
    "No rank assumption on the inputs or the weights is needed",
    TOPOLOGY.at("after proposition 2.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"n_j\gt \min(n_1,n_{K+1})\ \Rightarrow\ \Omega_F(\lambda)\text{ connected, for }\Sigma_X\text{ and }W_k\text{ of any rank}",
        ends_are_joined,
        "wide_ends",
        words="Unlike the theorem that the document compares with, this one holds for singular second moments and weights of any rank.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=("inputs of deficient row rank", "cross moment of deficient rank", "products of deficient rank", "a zero layer"),
        probes=(control("by the straight line", the_straight_line_joins),),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    original=Statement(
        r"\operatorname{rank}XX^T=d_x,\ \operatorname{rank}XY^T=d_y\le d_x,\ \lambda_1\gt \dots\gt \lambda_{d_y}\ \Rightarrow\ \text{critical points are global minima or saddles}",
        minimum_or_way_down_and(any),
        "critical_points",
        words="The theorem that is compared with (Kawaguchi 2016, theorem 2.3), for networks of every width.",
        strata=("a hidden bottleneck", "global minimum", "all blocks zero", "three layers or more"),
        probes=(
            control("every critical point is a global minimum", critical_points_are_global),
            control(
                "every line goes up",
                minimum_or_way_down_and(all),
                over=only("two zero layers, x = 1, y = 1/4", at_zero("1/4", 2)),
            ),
        ),
        cost=Cost.SLOW,
    ),
    remark=(
        "The comparison is fair in both directions: the cited theorem has no width hypothesis and says nothing of level sets. Its rank assumptions are not needed for "
        "its first part either (S2-27, the sharp statement)."
    ),
)

DESCENT_CLAIMS = (S2_27, S2_28, S2_29, S2_39)
