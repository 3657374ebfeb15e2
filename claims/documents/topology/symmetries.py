"""Document 002, after Proposition 2.1: the groups that act on the weights and leave the loss as it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial
from typing import Any

from claims.decide import at_most, both, equal, equivalent, every, exactly
from claims.documents.topology.source import TOPOLOGY
from claims.instances.gauge import Frames, Regauged, Units, is_diagonal
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.paths import Path
from numerics.transvections import joined_by_shears, keeps_the_determinant

# S2-19: invertible factors between the layers -------------------------------------------------------------------------------------


@assumption("positive", "every factor has a positive determinant")
def positive_determinants(net: Regauged) -> Decision:
    return exactly(all(bool(factor.det() > 0) for factor in net.factors))


def same_loss(weights_of: Callable[[Regauged], Any], activation: str = "identity", ridge: int = 0) -> Property:
    """The loss at the transformed weights is that at the weights."""

    def property(net: Regauged) -> Decision:
        changed = weights_of(net)
        if changed is None:
            return exactly(False, "the shapes do not fit")
        return equal(net.loss(changed, activation, ridge), net.loss(net.weights, activation, ridge), "the loss changes")

    return property


def printed_order(net: Regauged) -> Any:
    return net.as_printed


def printed_order_in_rows(net: Regauged) -> Any:
    """The printed list for the product W_1 W_2 ... W_K, renumbered to the product of the instance."""
    changed = net.turned.as_printed
    return changed and changed[::-1]


def literal_list(net: Regauged) -> Any:
    """With F_K of its own: here F_K = 2 I at the layer next to the input, beside the other factors."""
    changed = printed_order_in_rows(net)
    return changed and (changed[0] * 2, *changed[1:])


def fitting_order(net: Regauged) -> Any:
    return net.fitting


INVARIANT: dict[str, Any] = {
    "strata": ("one layer", "two layers", "three layers", "zero weights", "a layer of width one", "identity factors"),
}

S2_19 = Claim(
    "S2-19",
    "Invertible factors between the layers of a linear network leave the loss as it is",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\Phi=W_K\cdots W_1\colon\quad(W_1F_1^{-1},\ F_1W_2F_2^{-1},\ \dots,\ F_{K-1}W_K)\text{ has the loss of }(W_1,\dots,W_K)",
            same_loss(printed_order),
            "square_regauged_networks",
            words="In the order of (4), with all widths equal so that the shapes fit.",
            reading="A",
            assumptions=(positive_determinants,),
        ),
        Statement(
            r"\Phi=W_1\cdots W_K\colon\quad(W_1F_1^{-1},\ F_1W_2F_2^{-1},\ \dots,\ F_{K-1}W_K)\text{ has the loss of }(W_1,\dots,W_K)",
            same_loss(printed_order_in_rows),
            "regauged_networks",
            words="With the layers numbered from the output, and $F_{K-1}$ in the place of the last factor.",
            reading="B",
            assumptions=(positive_determinants,),
            probes=(
                without("h1", "with rectifiers", property=same_loss(printed_order_in_rows, "relu")),
                without("h2", "with a ridge", property=same_loss(printed_order_in_rows, ridge=1)),
                control("in the order of (4)", same_loss(printed_order), over="square_regauged_networks"),
            ),
            **INVARIANT,
        ),
        Statement(
            r"\Phi=W_1\cdots W_K\colon\quad(W_1F_1^{-1},\ F_1W_2F_2^{-1},\ \dots,\ F_KW_K)\text{ has the loss of }(W_1,\dots,W_K)",
            same_loss(literal_list),
            "regauged_networks",
            words="To the letter, with a factor $F_K$ of its own for the last layer.",
            reading="C",
            assumptions=(positive_determinants,),
        ),
    ),
    amended=Statement(
        r"\Phi=W_K\cdots W_1\colon\quad(F_1W_1,\ F_2W_2F_1^{-1},\ \dots,\ W_KF_{K-1}^{-1})\text{ has the loss of }(W_1,\dots,W_K)",
        same_loss(fitting_order),
        "regauged_networks",
        words="In the order of (4) each factor has to meet its inverse.",
        assumptions=(positive_determinants,),
        probes=(
            without("h1", "with rectifiers", property=same_loss(fitting_order, "relu")),
            without("h2", "with a ridge", property=same_loss(fitting_order, ridge=1)),
            control("in the printed order", same_loss(printed_order)),
        ),
        derivation="topology.regauging",
        **INVARIANT,
    ),
    sharp=Statement(
        r"F_k\in GL_{N_k}(\mathbb R)\ \Rightarrow\ \Phi(\cdot\,;F_1W_1,\ \dots,\ W_KF_{K-1}^{-1})=\Phi(\cdot\,;W_1,\dots,W_K)",
        same_loss(fitting_order),
        "freely_regauged_networks",
        words="The sign of the determinants does not matter for the value (it does for a path), nor does the loss.",
        strata=("a negative determinant", "one layer", "two layers", "three layers", "zero weights"),
        probes=(control("in the printed order", same_loss(printed_order)),),
        derivation="topology.regauging",
    ),
)

# S2-19b: is the orbit a group? -----------------------------------------------------------------------------------------------------


@assumption("seen", "each hidden layer is filled from below or read completely from above")
def each_layer_is_seen(net: Regauged) -> Decision:
    return exactly(net.each_layer_is_seen)


def acts_freely(net: Regauged) -> Decision:
    """Different factors give different weights, so that the set of weights is a copy of the group."""
    free = net.stabiliser_dimension
    return equal(free, 0, f"a group of dimension {free} fixes the weights")


def free_exactly_when_seen(net: Regauged) -> Decision:
    return equivalent(acts_freely(net), each_layer_is_seen.holds(net))


def seen_by_the_ends(net: Regauged) -> Decision:
    """The neighbour that is wrong: only the first and the last layer count."""
    return equivalent(acts_freely(net), exactly(net.hidden == () or net.weights[0].rank() == net.hidden[0]))


def euler_characteristic_is_that_of_a_group(net: Regauged) -> Decision:
    """For W_1 a nonzero column of size N >= 2 and W_2 = 0 the orbit is R^N without 0, which shrinks onto a sphere.

    A connected Lie group shrinks onto a compact one, whose Euler characteristic is 1 (a point) or 0.
    """
    size = net.hidden[0]
    fills = size * size - net.stabiliser_dimension == size
    signed = [(axis, sign) for axis in range(size) for sign in (1, -1)]
    faces = [
        pick for count in range(1, size + 1) for pick in combinations(signed, count) if len({axis for axis, _ in pick}) == count
    ]
    euler = sum((-1) ** (len(face) - 1) for face in faces)
    return both(exactly(fills), exactly(euler in (0, 1), f"the orbit is R^{size} without 0, of Euler characteristic {euler}"))


def column_orbit(size: int):
    """W_1 = e_1 of the given size, W_2 = 0, one sample."""
    return lambda q: Regauged((q.eye(size, 1), q.zeros(1, size)), (q.eye(size),), q.eye(1), q.zeros(1, 1))


S2_19B = Claim(
    "S2-19b",
    "The set of equivalent weights has a Lie group structure",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"(F_1,\dots,F_{K-1})\mapsto(F_1W_1,\ \dots,\ W_KF_{K-1}^{-1})\text{ is one-to-one}",
            acts_freely,
            "regauged_networks",
            words="The structure of the group that acts: different factors give different weights.",
            reading="A",
        ),
        Statement(
            r"\mathcal U_\theta\text{ is diffeomorphic to some Lie group}",
            euler_characteristic_is_that_of_a_group,
            only("three hidden units, $W_1=e_1$ and $W_2=0$", column_orbit(3)),
            words="Any structure of a Lie group, at every $\\theta$.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\operatorname{rank}W_k\cdots W_1=N_k\ \text{or}\ \operatorname{rank}W_K\cdots W_{k+1}=N_k\text{ for each }k\lt K\ \iff\ \mathcal U_\theta\text{ is a copy of the group}",
        free_exactly_when_seen,
        "regauged_networks",
        words="$\\mathcal U_\\theta$ is an orbit: the group modulo the factors that fix $\\theta$. It is a copy of the group exactly where nothing but the identity does.",
        strata=("trivial stabiliser", "weights that some factors fix", "zero weights", "two layers", "three layers"),
        probes=(control("only the first layer has to have full rank", seen_by_the_ends),),
    ),
    remark=(
        "For reading B: the orbit of $(e_1,0)$ under $GL_3^+(\\mathbb R)$ is $\\mathbb R^3$ without the origin, which shrinks onto a sphere of Euler characteristic 2; a connected Lie group shrinks onto a "
        "compact one, which is a point or has Euler characteristic 0. At $W=0$ the orbit is a single point."
    ),
)

# S2-19c: rectified units ------------------------------------------------------------------------------------------------------------


@assumption("h3", "the factors are diagonal with positive entries")
def positive_diagonals(net: Regauged) -> Decision:
    positive = all(bool(factor[i, i] > 0) for factor in net.factors for i in range(factor.shape[0]))
    return exactly(positive and all(map(is_diagonal, net.factors)))


S2_19C = Claim(
    "S2-19c",
    "With rectifiers, positive diagonal factors leave the loss as it is",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"F_k=\operatorname{diag}(\alpha_1,\dots,\alpha_{N_k}),\ \alpha_j>0\colon\quad\Phi(\cdot\,;F_1W_1,\ F_2W_2F_1^{-1},\ \dots)=\Phi(\cdot\,;W_1,\dots,W_K)",
        same_loss(fitting_order, "relu"),
        "rescaled_networks",
        assumptions=(positive_diagonals,),
        strata=("one layer", "two layers", "three layers", "zero weights", "identity factors"),
        probes=(
            without("h1", "with squares in place of rectifiers", property=same_loss(fitting_order, "square")),
            without("h2", "with a ridge", property=same_loss(fitting_order, "relu", ridge=1)),
            without("h3", "with diagonal entries of any sign", over="signed_networks"),
            control("in the printed order", same_loss(printed_order, "relu")),
        ),
    ),
    sharp=Statement(
        r"F_k=P\operatorname{diag}(\alpha_1,\dots,\alpha_{N_k}),\ \alpha_j>0,\ P\text{ a permutation matrix}\colon\quad\Phi\text{ is the same}",
        same_loss(fitting_order, "relu"),
        "permuted_networks",
        words="The units may be permuted too; these are all the invertible matrices that commute with the rectifier. The group is not connected.",
        strata=("a factor that is not diagonal", "two layers", "three layers", "zero weights"),
        probes=(control("any invertible matrices", same_loss(fitting_order, "relu"), over="regauged_networks"),),
    ),
)

# S2-19e: permutations -----------------------------------------------------------------------------------------------------------------


@assumption("distinct", "no two units have the same weights")
def units_differ(units: Units) -> Decision:
    return exactly(units.distinct)


def copies_compute_the_same(units: Units) -> Decision:
    expected = units.output(units.lower, units.upper)
    return every(equal(units.output(lower, upper), expected) for lower, upper in units.copies)


def at_least(bound: Callable[[int], int]) -> Property:
    """There are at least so many different weights with the same outputs among the permuted copies."""

    def property(units: Units) -> Decision:
        return both(copies_compute_the_same(units), at_most(bound(units.size), len(units.copies)))

    return property


def exactly_so_many(bound: Callable[[int], int]) -> Property:
    def property(units: Units) -> Decision:
        return both(copies_compute_the_same(units), equal(len(units.copies), bound(units.size)))

    return property


S2_19E = Claim(
    "S2-19e",
    "A discrete symmetry group gives exponentially many equivalent minima",
    TOPOLOGY.at("after Prop. 2.1"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=Statement(
        r"\#\{\theta_\sigma\}\ge2^{m-1}\quad\text{for one hidden layer of }m\text{ different units}",
        at_least(lambda m: 2 ** (m - 1)),
        "unit_layers",
        words="The permuted copies of one set of weights have the same outputs, hence the same loss; their number is exponential in the number $m$ of units.",
        assumptions=(units_differ,),
        strata=("one unit", "four units", "all units different", "attained"),
        bound=True,
        probes=(
            without("distinct", "with coinciding units"),
            control("at least $m!+1$", at_least(lambda m: factorial(m) + 1)),
        ),
    ),
    sharp=Statement(
        r"\#\{\theta_\sigma\}=m!",
        exactly_so_many(factorial),
        "unit_layers",
        words="Exactly $m!$, which grows faster than any exponential.",
        assumptions=(units_differ,),
        strata=("one unit", "four units", "all units different"),
        probes=(
            without("distinct", "with coinciding units"),
            control("exactly $2^{m-1}$", exactly_so_many(lambda m: 2 ** (m - 1))),
        ),
    ),
    remark=(
        "A minimum of a rectified network without regularisation is not isolated, as S2-19c shows; with a ridge it can be. What is counted here are the copies of one minimum, "
        "all at the same level."
    ),
)

# S2-19f: determinants ---------------------------------------------------------------------------------------------------------------


@assumption("h1", "both determinants are 1")
def unimodular(frames: Frames) -> Decision:
    return exactly(bool(frames.start.det() == 1 and frames.end.det() == 1))


@assumption("equal", "the determinants are equal")
def equal_determinants(frames: Frames) -> Decision:
    return exactly(bool(frames.start.det() == frames.end.det()))


def a_path_keeps_the_determinant(frames: Frames) -> Decision:
    """Built from shears and checked; impossible where the ends differ."""
    first, last = frames.start.det(), frames.end.det()
    if first != last:
        return exactly(False, f"the determinants {first} and {last} of the ends differ")
    return _joins_at_one_determinant(joined_by_shears(frames.start, frames.end), frames)


def the_segment_keeps_the_determinant(frames: Frames) -> Decision:
    return _joins_at_one_determinant(Path.through((frames.start,), (frames.end,)), frames)


def _joins_at_one_determinant(path: Path, frames: Frames) -> Decision:
    return exactly(path.start[0] == frames.start and path.end[0] == frames.end and keeps_the_determinant(path))


S2_19F = Claim(
    "S2-19f",
    "Matrices in one component of the general linear group are joined at constant determinant",
    TOPOLOGY.at("App. B.2"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\det A=\det B=1\ \Rightarrow\ \exists V\colon[0,1]\to GL_m(\mathbb R)\text{ continuous},\ V(0)=A,\ V(1)=B,\ \det V(t)=1",
        a_path_keeps_the_determinant,
        "frames",
        words="A path of shears, each row adding a multiple of another to itself.",
        assumptions=(unimodular,),
        strata=("size three", "the same matrix"),
        probes=(
            without("h1", "with other determinants of one sign"),
            control("the straight segment has constant determinant", the_segment_keeps_the_determinant),
        ),
    ),
    sharp=Statement(
        r"\det A=\det B\ne0\ \iff\ A,B\text{ are joined by a path of constant determinant in }GL_m(\mathbb R)",
        a_path_keeps_the_determinant,
        "frames",
        words="Equal determinants are what is needed, of either sign.",
        assumptions=(equal_determinants,),
        strata=("size one", "size three", "a negative determinant"),
        probes=(
            without("equal", "with different determinants"),
            control("the straight segment has constant determinant", the_segment_keeps_the_determinant),
        ),
    ),
    remark="$GL_m(\\mathbb R)$ has two components because the determinant has no zero on it and the shears and scalings of the rows join all matrices of one sign.",
)

SYMMETRIES = (S2_19, S2_19B, S2_19C, S2_19E, S2_19F)
