"""Document 002, Proposition 2.1: connected level sets and local minima, and the degenerate cases beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claims.decide import equal, exactly
from claims.documents.topology.source import TOPOLOGY
from claims.instances.landscapes import Germ, Landscape, Oscillation, Plateau, grid
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, only, without
from claims.subject import assumption

# S2-10 to S2-13: strict and ordinary local minima ---------------------------------------------------------------------------------


@assumption("h1", "every sublevel set is connected")
def connected(landscape: Landscape) -> Decision:
    return exactly(landscape.connected)


@assumption("h3", "the parameter space is R or R^2")
def euclidean(landscape: Landscape) -> Decision:
    return exactly(landscape.is_euclidean)


@assumption("h4", "a global minimum exists")
def has_least_value(landscape: Landscape) -> Decision:
    return exactly(landscape.has_least_value)


def strict_minima_are_global(landscape: Landscape) -> Decision:
    found = next((face for face in landscape.strict_minima if not landscape.is_global(face)), None)
    return exactly(found is None, f"vertex {found and found[0]} is a strict local minimum and not a global one")


def minima_are_global(landscape: Landscape) -> Decision:
    found = next((face for face in landscape.minima if not landscape.is_global(face)), None)
    return exactly(found is None, f"the points inside the face {found} are local minima and not global ones")


def strict_minimum_is_the_sublevel_set(landscape: Landscape) -> Decision:
    """A strict local minimum whose sublevel set is connected is the only point at or below its height."""
    return _all_alone(landscape, [v for (v,) in landscape.strict_minima if landscape.connected_at(landscape.height(v))])


def every_strict_minimum_is_the_sublevel_set(landscape: Landscape) -> Decision:
    return _all_alone(landscape, [v for (v,) in landscape.strict_minima])


def _all_alone(landscape: Landscape, vertices: list[int]) -> Decision:
    found = [v for v in vertices if not _alone(landscape, v)]
    return exactly(not found, f"another point lies as low as vertex {found and found[0]}")


def _alone(landscape: Landscape, vertex: int) -> bool:
    return all(v == vertex or landscape.height(v) > landscape.height(vertex) for v in range(landscape.heights.shape[1]))


def shows_the_need(landscape: Landscape) -> Decision:
    """Connected sublevel sets and, all the same, a strict local minimum that is not global."""
    return exactly(
        landscape.connected and strict_minima_are_global(landscape).fails,
        "a sublevel set is disconnected, or every strict local minimum is a global one",
    )


def strict_minimum_disconnects(landscape: Landscape) -> Decision:
    return exactly(not landscape.connected or not list(landscape.strict_minima))


def no_level_set_connected(landscape: Landscape) -> Decision:
    return exactly(not landscape.connected)


def whole_plateaus_are_global(landscape: Landscape) -> Decision:
    """A component of a level set all of whose points are local minima lies at the least height."""
    components = (part for level in landscape.levels for part in landscape.level_components(level))
    found = next((part for part in components if all(map(landscape.is_minimum, part)) and not landscape.is_global(part[0])), None)
    return exactly(found is None, f"all points inside the faces {found} are local minima, not global ones")


STRICT: dict[str, Any] = {
    "assumptions": (connected,),
    "strata": (
        "a strict local minimum",
        "connected sublevel sets",
        "a plateau",
        "two dimensions",
        "a line",
        "no line and no plane",
        "constant",
    ),
    "probes": (
        without("h1", "with a disconnected sublevel set"),
        control("every local minimum, strict or not, is global", minima_are_global),
    ),
}

STRICT_HOLDS = Statement(
    r"\Omega_F(\lambda)\text{ connected for all }\lambda,\ \theta\text{ a strict local minimum}\ \Rightarrow\ F(\theta)=\min F",
    strict_minima_are_global,
    "any_landscapes",
    words="For strict local minima.",
    **STRICT,
)

S2_10 = Claim(
    "S2-10",
    "With connected level sets every strict local minimum is global",
    TOPOLOGY.at("Prop. 2.1"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\Omega_F(\lambda)\text{ connected for all }\lambda,\ \theta\text{ a strict local minimum of }F\colon\mathbb R^S\to\mathbb R\ \Rightarrow\ F(\theta)=\min F",
        strict_minima_are_global,
        "landscapes",
        assumptions=(connected, euclidean, has_least_value),
        strata=("a strict local minimum", "a plateau", "two dimensions", "a line", "constant"),
        probes=(
            without("h1", "with a disconnected sublevel set"),
            without("h2", "for every local minimum, strict or not", over="landscapes", property=minima_are_global),
            without("h3", "on spaces that are neither a line nor a plane", over="other_landscapes"),
            without("h4", "for functions that fall for ever", over="bottomless_landscapes"),
            control("every local minimum, strict or not, is global", minima_are_global),
        ),
    ),
    sharp=Statement(
        r"\Omega_F(F(\theta))\text{ connected},\ \theta\text{ a strict local minimum}\ \Rightarrow\ \Omega_F(F(\theta))=\{\theta\}",
        strict_minimum_is_the_sublevel_set,
        "any_landscapes",
        words="It is the only global minimum. One level is enough, the space need not be $\\mathbb R^S$, and no global minimum is assumed to exist.",
        strata=(*STRICT["strata"], "a disconnected sublevel set"),
        probes=(
            control("whether its sublevel set is connected or not", every_strict_minimum_is_the_sublevel_set),
            control("every local minimum, strict or not, is global", minima_are_global),
        ),
    ),
    remark=(
        "Proof, for a function $F$ on any metric space: near a strict local minimum $\\theta$ the set $\\Omega_F(F(\\theta))$ contains no other point, so "
        "$\\{\\theta\\}$ is open and closed in it; a connected set has no such part but itself. The search runs over piecewise linear functions on "
        "intervals, triangulated rectangles and graphs, where sublevel sets and local minima are decided exactly."
    ),
)

S2_11 = Claim(
    "S2-11",
    "With connected level sets every local minimum is global",
    TOPOLOGY.at("Prop. 2.1"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\Omega_F(\lambda)\text{ connected for all }\lambda,\ \theta\text{ a local minimum}\ \Rightarrow\ F(\theta)=\min F",
        minima_are_global,
        "landscapes",
        words="With local minimum in the ordinary sense, $F(\\theta')\\ge F(\\theta)$ near $\\theta$.",
        assumptions=(connected, euclidean, has_least_value),
    ),
    amended=STRICT_HOLDS,
    sharp=Statement(
        r"C\text{ a component of }\{ F=c\},\text{ all its points local minima}\ \Rightarrow\ c=\min F",
        whole_plateaus_are_global,
        "any_landscapes",
        words="A plateau that is nowhere left downwards, taken as a whole, is global.",
        assumptions=(connected,),
        strata=("a plateau", "a plateau of local minima", "two dimensions", "a line", "no line and no plane"),
        probes=(
            without("h1", "with a disconnected sublevel set"),
            control("a single local minimum is enough", minima_are_global),
        ),
    ),
    remark=(
        "The heights 0, 1, 1 along a line are a counterexample: on the plateau every point but its left end is a local minimum. For an arbitrary continuous $F$ "
        "the sharp sentence holds where the sublevel sets are compact: such a component could be separated from the rest of $\\Omega_F(c)$."
    ),
)

S2_12 = Claim(
    "S2-12",
    "Whether Proposition 2.1 needs that a global minimum exists",
    TOPOLOGY.at("Prop. 2.1, App. B.1"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\inf F=-\infty,\quad\Omega_F(\lambda)\text{ connected},\quad\theta\text{ a strict local minimum}",
        shows_the_need,
        "bottomless_landscapes",
        words="A function without a least value at which the conclusion fails; none is one, as the amended sentence says. The document uses a global minimum and does not say that it must.",
    ),
    amended=Statement(
        r"\inf F=-\infty,\ \theta\text{ a strict local minimum}\ \Rightarrow\ \Omega_F(\lambda)\text{ is disconnected for some }\lambda",
        strict_minimum_disconnects,
        "bottomless_landscapes",
        words="It is not needed: under the other hypotheses a strict local minimum is the least value.",
        strata=("a strict local minimum", "connected sublevel sets", "no least value"),
        probes=(control("a function that falls for ever has a disconnected sublevel set", no_level_set_connected),),
    ),
    remark="That the proof uses a global minimum is a feature of the proof. See the proof under S2-10.",
)

S2_13 = Claim(
    "S2-13",
    "Whether Proposition 2.1 needs that the parameter space is a Euclidean space",
    TOPOLOGY.at("Prop. 2.1"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"F\colon M\to\mathbb R,\ M\ne\mathbb R^S,\quad\Omega_F(\lambda)\text{ connected},\quad F(\theta)>\min F\text{ at a strict local minimum}",
        shows_the_need,
        "other_landscapes",
        words="A function on another space at which the conclusion fails; none is one, as the amended sentence says. The document has $\\mathbb R^S$ and does not say that it must be one.",
    ),
    amended=STRICT_HOLDS,
    remark="It is not needed: the proof under S2-10 holds on every metric space.",
)

# S2-14: from connected to a path ----------------------------------------------------------------------------------------------------


def joined_by_few_swings(curve: Oscillation) -> Decision:
    """A path from the limit segment to the first corner swings at least as often as the listed part does.

    At most twice is asked for here; with more corners listed, any other finite number is exceeded in the same way.
    """
    return exactly(curve.swings <= 2, f"every path passes {curve.swings} swings between the heights 1 and -1 on this part alone")


def oscillation(corners: int):
    def build(q):
        return Oscillation(q.build(2, corners, lambda i, j: q.scalar(1) / (j + 1) if i == 0 else (-1) ** (j + 1)))

    return build


def paths_stay_below(landscape: Landscape) -> Decision:
    """Any two vertices are joined along edges without rising above the higher one."""
    pairs = [(v, w) for v in landscape.vertices for w in landscape.vertices if v < w]
    higher = next((p for p in pairs if landscape.barrier(*p) != max(map(landscape.height, p))), None)
    return exactly(higher is None, f"every path between the vertices {higher} rises above both")


def paths_stay_below_the_lower_end(landscape: Landscape) -> Decision:
    pairs = [(v, w) for v in landscape.vertices for w in landscape.vertices if v < w]
    return exactly(all(landscape.barrier(*p) == min(map(landscape.height, p)) for p in pairs))


S2_14 = Claim(
    "S2-14",
    "In a connected level set two points are joined by a smooth path",
    TOPOLOGY.at("App. B.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\Omega_F(\lambda)\text{ connected},\ \theta_1,\theta_2\in\Omega_F(\lambda)\ \Rightarrow\ \exists\gamma\text{ continuous from }\theta_1\text{ to }\theta_2,\ F(\gamma(t))\le\lambda",
        joined_by_few_swings,
        only("the first four corners of a closed oscillating curve", oscillation(4)),
        words=(
            "For every continuous $F$: here the distance from the polygonal line through $(1/k,(-1)^k)$ and from its limit segment $\\{0\\}\\times[-1,1]$, at the level 0. "
            "A path from the segment to the first corner meets every corner; the first $n$ corners have $n-1$ swings of height 2, and no continuous path on a bounded interval has infinitely many."
        ),
    ),
    amended=Statement(
        r"F\text{ piecewise linear}\colon\quad\Omega_F(\lambda)\text{ connected for all }\lambda\ \Rightarrow\ \exists\gamma\colon F(\gamma(t))\le\max(F(\theta_1),F(\theta_2))",
        paths_stay_below,
        "any_landscapes",
        words="Where sublevel sets are locally connected by paths, as for piecewise linear and piecewise polynomial $F$, which includes the empirical risks of linear and of rectified networks.",
        assumptions=(connected,),
        strata=("a plateau", "two dimensions", "a line", "no line and no plane"),
        probes=(
            without("h1", "with a disconnected sublevel set"),
            control("without rising above the lower of the two ends", paths_stay_below_the_lower_end),
        ),
    ),
    remark=(
        "A path with corners becomes differentiable when it is run through with speed zero at each corner. Proposition 2.1 does not depend on the step: the proof under S2-10 does without a path."
    ),
)

# S2-15: necessary conditions --------------------------------------------------------------------------------------------------------


@assumption("h1", "the point is a strict local minimum")
def strict_minimum(germ: Germ) -> Decision:
    return exactly(bool(germ.is_strict_minimum))


@assumption("minimum", "the point is a local minimum")
def local_minimum(germ: Germ) -> Decision:
    return exactly(bool(germ.is_minimum))


def derivative(germ: Germ, order: int):
    """F'(0) or F''(0) / 2."""
    return germ.coefficients[0, order] if germ.coefficients.shape[1] > order else germ.coefficients.scalar(0)


def flat_and_not_curved_down(germ: Germ) -> Decision:
    return exactly(bool(derivative(germ, 1) == 0 and derivative(germ, 2) >= 0))


def flat_and_curved_up(germ: Germ) -> Decision:
    return exactly(bool(derivative(germ, 1) == 0 and derivative(germ, 2) > 0))


S2_15 = Claim(
    "S2-15",
    "A strict local minimum has zero gradient and a positive semidefinite Hessian",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\theta\text{ a strict local minimum}\ \Rightarrow\ \nabla F(\theta)=0,\ HF(\theta)\succeq0",
        flat_and_not_curved_down,
        "germs",
        words="Along every line through the point, for twice differentiable $F$; strictness is decided by values within the distance of the nearest root.",
        assumptions=(strict_minimum,),
        strata=("a strict local minimum", "a strict local minimum without curvature"),
        probes=(
            without("h1", "at a point that is no strict local minimum"),
            control("the Hessian is positive definite", flat_and_curved_up),
        ),
    ),
    sharp=Statement(
        r"\theta\text{ a local minimum}\ \Rightarrow\ \nabla F(\theta)=0,\ HF(\theta)\succeq0",
        flat_and_not_curved_down,
        "germs",
        words="Strictness is not needed (and does not follow: $t^3$ meets both conditions).",
        assumptions=(local_minimum,),
        strata=("a strict local minimum without curvature", "a minimum that is not strict"),
        probes=(
            without("minimum", "at a point that is no local minimum"),
            control("the Hessian is positive definite", flat_and_curved_up),
        ),
    ),
)

# S2-16 to S2-18: F constant along a manifold ----------------------------------------------------------------------------------------


@assumption("h1", "every sublevel set is connected")
def around_connected(plateau: Plateau) -> Decision:
    return exactly(plateau.landscape.connected)


@assumption("h3", "the manifold does not consist of global minima")
def not_global(plateau: Plateau) -> Decision:
    return exactly(not plateau.is_global)


def lower_points_beside(plateau: Plateau) -> Decision:
    below = any(plateau.landscape.has_lower(face) for face in plateau.members)
    return exactly(below, f"no lower point is close to the chain {plateau.chain}")


def lower_points_beside_the_component(plateau: Plateau) -> Decision:
    """Some point of the whole component of the level set is no local minimum."""
    return exactly(any(not plateau.landscape.is_minimum(face) for face in plateau.whole))


def every_point_has_lower_points_beside(plateau: Plateau) -> Decision:
    """No point of the chain is a local minimum."""
    return exactly(all(plateau.landscape.has_lower(face) for face in plateau.members))


def some_point_is_between(plateau: Plateau) -> Decision:
    """Some point of a plateau in the component has lower and higher points arbitrarily near."""
    level = [face for face in plateau.whole if plateau.landscape.is_level(face)]
    between = any(plateau.landscape.has_lower(face) and plateau.landscape.has_higher(face) for face in level)
    return exactly(between, "each point of the component is a local maximum or a local minimum")


def every_point_is_between(plateau: Plateau) -> Decision:
    land = plateau.landscape
    return exactly(
        all(land.has_lower(face) and land.has_higher(face) for face in plateau.members),
        "a point is a local maximum, not a saddle",
    )


def component_is_a_descent(plateau: Plateau) -> Decision:
    """No point of the whole component is a local minimum."""
    return exactly(not any(plateau.landscape.is_minimum(face) for face in plateau.whole))


WHOLE = Statement(
    r"C\text{ a component of }\{ F=c\},\ c>\min F\ \Rightarrow\ \exists\theta'\in C\text{ that is no local minimum}",
    lower_points_beside_the_component,
    "plateaus",
    words="For the whole connected piece of the level set: one of its points is no local minimum, so lower points are arbitrarily near.",
    assumptions=(around_connected, not_global),
    strata=("lower points beside the chain", "no lower point beside the chain", "a line", "two dimensions"),
    probes=(
        without("h1", "with a disconnected sublevel set"),
        without("h3", "at the lowest level"),
        control("the chain itself has lower points close by", lower_points_beside),
    ),
)

S2_16 = Claim(
    "S2-16",
    "Near a manifold along which F is constant there are lower points",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\forall\epsilon>0\ \exists\theta'\colon\ \operatorname{dist}(\theta',\mathcal U_\theta)\le\epsilon,\quad F(\theta')\lt F(\theta)",
            lower_points_beside,
            "plateaus",
            words="For a manifold through $\\theta$ on which $F$ is constant.",
            reading="A",
            assumptions=(around_connected, not_global),
        ),
        replace(WHOLE, reading="B", probes=WHOLE.probes[-1:]),
    ),
    amended=WHOLE,
    remark=(
        "The heights 0, 2, 2, 2 along a line, with the last two corners as ends of the manifold, are a counterexample: more of the same height lies around it. "
        "For arbitrary continuous $F$ the amended sentence holds where sublevel sets are compact (a component of $\\Omega_F(c)$ near $C$ reaches the border of every neighbourhood)."
    ),
)

S2_17 = Claim(
    "S2-17",
    "Some element at the boundary of the manifold is a saddle point",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists\theta'\in\partial\,\mathcal U_\theta\text{ that is no local minimum}",
            lower_points_beside,
            "plateaus",
            words="With a saddle as a point that is no local minimum, for a manifold on which $F$ is constant.",
            reading="A",
            assumptions=(around_connected, not_global),
        ),
        Statement(
            r"\exists\theta'\in\partial\,\mathcal U_\theta\text{ that is neither a local minimum nor a local maximum}",
            some_point_is_between,
            "plateaus",
            words="With a saddle as a critical point that is no local extremum, and the whole connected piece of the level set as the manifold.",
            reading="B",
            assumptions=(around_connected, not_global),
        ),
        replace(WHOLE, reading="C", probes=WHOLE.probes[-1:]),
    ),
    amended=WHOLE,
    remark=(
        "On a line the lower end of a plateau is a local maximum and its upper end a local minimum, so there is no saddle in the strict sense of the word. "
        "Nor need the point be critical: $F(x,y)=x$ is constant along the $y$-axis."
    ),
)


@assumption("h1", "from every point a strictly decreasing path leads to the lowest level")
def descends_everywhere(plateau: Plateau) -> Decision:
    return exactly(plateau.landscape.descends_everywhere)


def sublevel_sets_are_connected(plateau: Plateau) -> Decision:
    return exactly(plateau.landscape.connected)


S2_18 = Claim(
    "S2-18",
    "Strictly decreasing paths make every element of the boundary a saddle point",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\text{no }\theta'\in\partial\,\mathcal U_\theta\text{ is a local minimum}",
            every_point_has_lower_points_beside,
            "ridges",
            words="With a saddle as a point that is no local minimum (what is meant by not getting stuck).",
            reading="A",
            assumptions=(descends_everywhere, not_global),
            strata=("lower points beside the chain", "two dimensions"),
            probes=(
                without("h1", "where a strictly decreasing path is missing"),
                without("h3", "at the lowest level"),
                control("the sublevel sets are connected", sublevel_sets_are_connected),
            ),
        ),
        Statement(
            r"\text{every }\theta'\in\partial\,\mathcal U_\theta\text{ is neither a local minimum nor a local maximum}",
            every_point_is_between,
            "ridges",
            words="With a saddle as a critical point that is no local extremum.",
            reading="B",
            assumptions=(descends_everywhere, not_global),
        ),
    ),
    amended=Statement(
        r"\text{no point of the component of }\theta\text{ in }\{ F=F(\theta)\}\text{ is a local minimum}",
        component_is_a_descent,
        "ridges",
        words="Whether on the boundary or not; local maxima are possible, as on a ridge of constant height.",
        assumptions=(descends_everywhere, not_global),
        strata=("lower points beside the chain", "two dimensions"),
        probes=(
            without("h1", "where a strictly decreasing path is missing"),
            without("h3", "at the lowest level"),
            control("the sublevel sets are connected", sublevel_sets_are_connected),
        ),
    ),
)

# S2-19d: not necessary --------------------------------------------------------------------------------------------------------------


def path_of(*heights: int):
    return lambda q: Landscape(q.of([heights]), grid(1, len(heights)))


def isolated_minima_at_one_level(landscape: Landscape) -> Decision:
    """At least two strict local minima, no other local minima, all at the least height, and a disconnected sublevel set."""
    strict = list(landscape.strict_minima)
    isolated = len(strict) > 1 and list(landscape.minima) == strict
    return exactly(isolated and all(map(landscape.is_global, strict)) and not landscape.connected)


def sharing(*properties: Property) -> Property:
    def property(instance) -> Decision:
        return exactly(all(one(instance).holds for one in properties))

    return property


S2_19D = Claim(
    "S2-19d",
    "Connected level sets are not necessary: isolated minima at the same level",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists F\colon\ \text{every local minimum is isolated and global},\quad\Omega_F(\lambda)\text{ disconnected for some }\lambda",
        isolated_minima_at_one_level,
        only("two wells of the same depth", path_of(0, 1, 0)),
        probes=(
            control(
                "with two wells of different depth", isolated_minima_at_one_level, over=only("unequal wells", path_of(0, 2, 1))
            ),
            control(
                "with a plateau", isolated_minima_at_one_level, over=only("two wells and a ledge", path_of(0, 2, 0, 2, 1, 1, 2))
            ),
            control(
                "some such function has connected sublevel sets",
                sharing(isolated_minima_at_one_level, lambda landscape: equal(landscape.connected, True)),
            ),
        ),
    ),
)

LEVEL_SETS = (S2_10, S2_11, S2_12, S2_13, S2_14, S2_15, S2_16, S2_17, S2_18, S2_19D)
