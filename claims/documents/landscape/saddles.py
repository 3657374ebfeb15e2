"""Document 003, section 3.2: what strict and non-strict saddle points are, and which critical points are saddle points."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

from claims.decide import at_most, both, equal, every, exactly, negated
from claims.documents.landscape.assumptions import (
    A1,
    A1_FOLLOWS,
    A2,
    A3,
    A5,
    CRITICAL,
    DEPENDENT_INPUTS,
    PRINTED_ASSUMPTIONS,
    at_point,
)
from claims.documents.landscape.local_to_global import apart
from claims.documents.landscape.minimisers import MINIMUM, first
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import CriticalPoint, at_zero
from claims.model import Claim, Cost, Decision, Kind, Property, Statement, Weight, control, only, without
from numerics.chains import layered
from numerics.escape import Curve, way_down, way_up
from numerics.inertia import Inertia, inertia, negative_direction
from numerics.jets import expansion

# What a saddle point is ----------------------------------------------------------------------------------------------------------


def curvatures(point: Any) -> Inertia:
    return inertia(point.network.hessian)


def is_strict(point: Any) -> Decision:
    return exactly(curvatures(point).negative > 0, "the Hessian is positive semidefinite")


def descent(point: Any) -> Curve | None:
    """A curve from the point along which the loss falls."""
    data, spectral = point.spectral.data, point.spectral
    return way_down(point.network.weights, data.inputs, data.targets, spectral.basis, spectral.values)


def is_no_minimiser(point: Any) -> Decision:
    curve = descent(point)
    if curve is None:
        return exactly(False, "it is a global minimiser")
    return exactly(curve.goes_down(point.spectral.data.inputs, point.spectral.data.targets))


def is_no_maximiser(point: Any) -> Decision:
    data = point.spectral.data
    changes = (line.first_change(data.inputs, data.targets) for line in way_up(point.network.weights, data.inputs))
    return exactly(any(change is not None and bool(change[1] > 0) for change in changes), "no line leads up")


def is_saddle(point: Any) -> Decision:
    """Critical, and neither a local minimiser nor a local maximiser: the loss falls along one curve and rises along another."""
    return both(CRITICAL.holds(point), is_no_minimiser(point), is_no_maximiser(point))


def is_nonstrict_saddle(point: Any) -> Decision:
    return both(negated(is_strict(point), "the Hessian has a negative eigenvalue"), is_saddle(point))


SADDLE = at_point("h1", "W is a saddle point", lambda point: is_saddle(point).holds)
NONSTRICT = at_point("nonstrict", "the Hessian is positive semidefinite", lambda point: is_strict(point).fails)
STRICT = at_point("strict", "the Hessian has a negative eigenvalue", lambda point: is_strict(point).holds)
BELOW = at_point("r", "r < r_max", lambda point: point.rank < point.thinnest)
DEEP = at_point("deep", "there are three layers or more", lambda point: point.network.depth > 2)
SHALLOW = at_point("N", "there are two layers", lambda point: point.network.depth == 2)
NOT_LEADING = at_point("S", "S is not {1, ..., r}", lambda point: not point.leading)
NOT_LEAST = at_point("minimum", "S is not {1, ..., r_max}", lambda point: not (point.leading and point.rank == point.thinnest))
VALUE_LEFT = at_point("value", "the eigenvalue with index r + 1 is not 0", lambda point: next_value(point) != 0)


def next_value(point: Any) -> Any:
    """lambda_(r + 1), 0 where there is none."""
    values = point.spectral.values
    return values[point.rank] if point.rank < len(values) else 0


# S3-49 to S3-51: the definitions -------------------------------------------------------------------------------------------------


def negative_eigenvalue_shows(point: Any) -> Decision:
    """A direction with v'Hv < 0 exists if and only if the Hessian has a negative eigenvalue, and the loss itself bends down along it."""
    column = negative_direction(point.network.hessian)
    if column is None:
        return equal(curvatures(point).negative, 0)
    return bends_down_along(point, layered(column, point.network.weights))


def bends_down_along(point: Any, direction: tuple[Any, ...]) -> Decision:
    along = expansion(point.network.loss_at, point.network.weights, direction)
    return exactly(
        bool(along.coefficient(1) == 0 and along.coefficient(2) < 0), "the loss does not bend down along the direction"
    )


def bends_down_along_ones(point: Any) -> Decision:
    return bends_down_along(point, tuple(weight.ones(*weight.shape) for weight in point.network.weights))


def straight_way_down(point: Any) -> Decision:
    """Some line has negative second derivative."""
    return exactly(negative_direction(point.network.hessian) is not None, "no direction has negative curvature")


THREE_LAYERS = only("the zero weights of three layers with one unit, x = 1, y = 1/4", at_zero("1/4", 3))
NEGATIVE_TARGET = only("the zero weights of two layers with one unit, x = 1, y = -1/4", at_zero("-1/4", 2))
SADDLE_STRATA = ("two layers", "three layers or more", "product zero", "a zero layer", "a hidden layer of width one")

S3_49 = Claim(
    "S3-49",
    "A saddle point is strict if the Hessian has a negative eigenvalue",
    LANDSCAPE.at("l. 188"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"W_s\text{ strict}:\iff\lambda_{\min}(\nabla^2\mathcal L(W_s))<0",
        negative_eigenvalue_shows,
        "stationary_networks",
        words="Well formed: a negative eigenvalue shows as a direction along which the loss itself, expanded by its definition, bends down.",
        assumptions=(SADDLE,),
        strata=SADDLE_STRATA,
        probes=(
            control("every saddle point has such a direction", straight_way_down, over="deep_leading_points"),
            control("every direction is one", bends_down_along_ones, over=NEGATIVE_TARGET),
        ),
        cost=Cost.SLOW,
    ),
    remark="That it agrees with the definition of section 1.1 is judged under S3-16.",
)


def flat_direction_exists(point: Any) -> Decision:
    return exactly(curvatures(point).zero > 0, "the Hessian is positive definite")


def some_curvature_is_positive(point: Any) -> Decision:
    return exactly(curvatures(point).positive > 0, "no direction has positive curvature")


S3_50 = Claim(
    "S3-50",
    "A saddle point is non-strict if the Hessian is positive semidefinite with a zero eigenvalue",
    LANDSCAPE.at("l. 188"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\nabla^2\mathcal L(W_{ns})\succeq0\ \Rightarrow\ \det\nabla^2\mathcal L(W_{ns})=0\qquad\text{(}W_{ns}\text{ a saddle point)}",
        flat_direction_exists,
        "tightened_points",
        words="Well formed, and the second half is no restriction: a saddle point with a positive semidefinite Hessian has a zero eigenvalue, so that every saddle point is of one of the two kinds.",
        assumptions=(SADDLE, NONSTRICT),
        strata=("three layers or more", "product zero", "a zero layer"),
        probes=(control("some direction has positive curvature", some_curvature_is_positive),),
    ),
    sharp=Statement(
        r"\nabla^2\mathcal L(W)\succeq0\ \Rightarrow\ \det\nabla^2\mathcal L(W)=0\qquad\text{(}\nabla\mathcal L(W)=0,\ H\ge2\text{)}",
        flat_direction_exists,
        "all_stationary_networks",
        words="It is true of every critical point with two layers or more, minimisers included: rescaling two layers against each other does not change the loss. Where all layers are zero this moves nothing, but there a semidefinite Hessian is zero.",
        assumptions=(NONSTRICT,),
        strata=(
            "two layers",
            "three layers or more",
            "global minimum",
            "above the global minimum",
            "repeated eigenvalues",
        ),
        probes=(control("some direction has positive curvature", some_curvature_is_positive),),
    ),
)


def flat_or_bent(bent: Property) -> Property:
    """Either no direction bends down and some are flat to second order, or the loss bends down along a direction."""

    def property(point: Any) -> Decision:
        found = curvatures(point)
        return exactly(found.zero > 0, "no direction is flat") if found.negative == 0 else bent(point)

    return property


def apart_from(point: Any) -> Curve:
    return apart(point.network, point.spectral)


def falls_later(orders: Callable[[int], bool], way: Callable[[Any], Curve | None] = descent) -> Property:
    """The loss falls from the point along a curve, and the order of the first change is as asked."""

    def property(point: Any) -> Decision:
        curve = way(point)
        if curve is None:
            return exactly(False, "it is a global minimiser")
        change = curve.first_change(point.spectral.data.inputs, point.spectral.data.targets)
        return exactly(change is not None and bool(change[1] < 0) and orders(change[0]))

    return property


S3_51 = Claim(
    "S3-51",
    "Non-strict saddle points are flat valleys; at strict ones the loss has negative curvature in some direction",
    LANDSCAPE.at("l. 190"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\text{non-strict: }\nabla^2\mathcal L\succeq0,\ \ker\nabla^2\mathcal L\ne0;\qquad\text{strict: }\exists V\colon\ \tfrac{d^2}{dt^2}\mathcal L(W+tV)|_0<0",
        flat_or_bent(negative_eigenvalue_shows),
        "deep_leading_points",
        words="A valley to second order: curvature nowhere negative and zero along some directions.",
        assumptions=(SADDLE,),
        strata=("tightened", "not tightened", "rank zero"),
        probes=(
            control("every saddle point bends down along a line", straight_way_down),
            control("a strict one bends down along every line", flat_or_bent(bends_down_along_ones), over=NEGATIVE_TARGET),
        ),
        cost=Cost.SLOW,
    ),
    sharp=Statement(
        r"\text{non-strict: }\exists W(t)\colon\ \mathcal L(W(t))=\mathcal L(W)-ct^k+\cdots,\ c>0,\ k\ge3",
        falls_later(lambda order: order >= 3),
        "tightened_points",
        words="It is no valley that is closed: being a saddle point it is left along a curve, but the loss does not fall before the third order.",
        assumptions=(SADDLE, NONSTRICT),
        strata=("three layers or more", "product zero"),
        probes=(
            control("always at the third order", falls_later(lambda order: order == 3)),
            control(
                "also on lines on which the loss rises", falls_later(lambda order: order >= 3, apart_from), over=THREE_LAYERS
            ),
        ),
        cost=Cost.SLOW,
        derivation="landscape.escape_curve",
    ),
)

# S3-55, S3-56: other subsets -----------------------------------------------------------------------------------------------------


def explicit(point: Any, chosen: tuple[int, ...], corner: Callable[[Any, int, int], Any]) -> CriticalPoint:
    """The point W_H = [U_S, 0], W_h = diag(I, Z_h), W_1 = [U_S' B; 0] of the same widths, in the same bases; Z_h from ``corner``."""
    kind, r, widths = type(point.spectral.basis), len(chosen), point.network.widths
    tops = [width - r for width in widths[1:]]
    ends = kind.zeros(tops[0], widths[0]), kind.zeros(tops[-1], tops[-2])
    middle = (corner(kind, high, low) for low, high in pairwise(tops[:-1]))
    return CriticalPoint(point.spectral, chosen, (ends[0], *middle, ends[1]), point.bases)


def zero_corner(kind: Any, rows: int, columns: int) -> Any:
    return kind.zeros(rows, columns)


def unit_corner(kind: Any, rows: int, columns: int) -> Any:
    """E_11."""
    return kind.build(rows, columns, lambda i, j: int(i == j == 0))


def small_sets(point: Any) -> list[tuple[int, ...]]:
    """The sets of at most r_max indices."""
    indices = range(1, point.spectral.outputs + 1)
    return [chosen for size in range(point.thinnest + 1) for chosen in combinations(indices, size)]


def every_set_occurs(point: Any) -> Decision:
    """For every set of at most r_max indices the explicit point is critical and has the projection as its product."""
    found = [explicit(point, chosen, zero_corner) for chosen in small_sets(point)]
    return every(both(CRITICAL.holds(one), equal(one.network.product, point.spectral.projected(one.chosen))) for one in found)


def no_set_is_a_minimum(point: Any) -> Decision:
    losses = (explicit(point, chosen, zero_corner).network.loss for chosen in small_sets(point))
    return exactly(all(loss > point.spectral.least_loss(point.thinnest) for loss in losses))


def sets_are_saddles(sizes: Callable[[int], int]) -> Property:
    """For every set of at most so many indices (given r_max), but for {1, ..., r_max}, the explicit point is a saddle point."""

    def property(point: Any) -> Decision:
        most = sizes(point.thinnest)
        chosen = [S for S in small_sets(point) if len(S) <= most and first(point.thinnest) != S]
        found = [explicit(point, S, zero_corner) for S in chosen]
        return every(both(is_saddle(one), equal(one.network.product, point.spectral.projected(one.chosen))) for one in found)

    return property


def every_set_fits_the_widths(point: Any) -> Decision:
    indices = first(point.spectral.outputs)
    return at_most(point.spectral.projected(indices).rank(), point.thinnest)


S3_55 = Claim(
    "S3-55",
    "Projections on other subsets of eigenvectors are saddle points",
    LANDSCAPE.at("l. 193"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"S\ne[1,r_{\max}],\ \lvert S\rvert\le r_{\max}\ \Rightarrow\ W\text{ is a saddle point}",
            is_saddle,
            "repeated_critical_points",
            words="Every other subset gives saddle points only, under the assumptions as printed, which allow ties.",
            reading="A",
            assumptions=(*PRINTED_ASSUMPTIONS, NOT_LEAST),
        ),
        Statement(
            r"\lvert S\rvert<r_{\max}\ \Rightarrow\ \exists\text{ saddle point }W\colon\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
            sets_are_saddles(lambda most: most - 1),
            "repeated_critical_points",
            words="As 'allows us to find' says, an existence: the projections on fewer than $r_{\\max}$ eigenvectors are products of saddle points, by explicit weights, ties or not.",
            reading="B",
            assumptions=(A1, A2, A3),
            strata=("two layers", "three layers or more", "repeated eigenvalues", "bases turned"),
            probes=(
                without("A2", DEPENDENT_INPUTS, over="dependent_critical_points"),
                without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
                control("other sets of r_max indices as well", sets_are_saddles(lambda most: most)),
            ),
            cost=Cost.SLOW,
        ),
    ),
    amended=(
        Statement(
            r"S\ne[1,r_{\max}],\ \lvert S\rvert\le r_{\max}\ \Rightarrow\ W\text{ is a saddle point}\quad\text{(distinct singular values)}",
            is_saddle,
            "critical_points",
            words="With distinct singular values: from every such point one explicit curve leads down and one line leads up.",
            reading="saddle",
            assumptions=(*PRINTED_ASSUMPTIONS, A5, NOT_LEAST),
            strata=("leading, below the largest rank", "not leading", "rank zero", "largest rank", "tightened", "not tightened"),
            probes=(
                without("A2", DEPENDENT_INPUTS, over="dependent_critical_points"),
                without("A3", "with a vanishing eigenvalue", over="vanishing_leading_points"),
                without("A5", "with repeated eigenvalues", over="repeated_critical_points"),
                without("minimum", "for the first r_max indices"),
                control("a straight line leads down, with negative curvature", straight_way_down),
            ),
        ),
        Statement(
            r"\forall S\subset[1,d_y],\ \lvert S\rvert\le r_{\max}\ \exists W\colon\ \nabla L(W)=0,\ W_H\cdots W_1=U_SU_S^T\Sigma_{YX}\Sigma_{XX}^{-1}",
            every_set_occurs,
            "critical_points",
            words="Every set of at most that size occurs, by an explicit point of the same widths.",
            reading="occurs",
            assumptions=(A1, A2, A3),
            strata=("two layers", "three layers or more", "a hidden bottleneck", "bases turned"),
            probes=(
                without("A2", DEPENDENT_INPUTS, over="dependent_critical_points"),
                without("A3", "with vanishing eigenvalues", over="vanishing_leading_points"),
                control("larger sets occur as well", every_set_fits_the_widths),
                control("none of these points is a global minimum", no_set_is_a_minimum),
            ),
            cost=Cost.SLOW,
        ),
    ),
    sharp=Statement(
        r"\nabla L(W)=0\ \Rightarrow\ W\text{ is a global minimiser or a saddle point}\qquad(X\ne0)",
        is_saddle,
        "all_stationary_networks",
        words="On any data, ties and singular moments included.",
        assumptions=(at_point("minimum", "W is no global minimiser", lambda point: MINIMUM.holds(point).fails),),
        strata=(
            "repeated eigenvalues",
            "zero eigenvalue",
            "inputs of deficient row rank",
            "zero weights",
            "two layers",
            "three layers or more",
        ),
        probes=(
            without("minimum", "for global minimisers"),
            control("a straight line leads down, with negative curvature", straight_way_down),
        ),
    ),
    remark=A1_FOLLOWS,
)


def has_two_negative_eigenvalues(point: Any) -> Decision:
    return exactly(curvatures(point).negative >= 2)


def above_the_least_loss_of_its_rank(point: Any) -> bool:
    rank = (point.network.product @ point.spectral.data.inputs).rank()
    return bool(point.network.loss > point.spectral.least_loss(rank))


S3_56 = Claim(
    "S3-56",
    "Critical points with other than the first eigenvectors are strict saddles",
    LANDSCAPE.at("l. 193"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"S\ne[1,r]\ \Rightarrow\ \lambda_{\min}(\nabla^2L(W))<0",
        is_strict,
        "trailing_critical_points",
        words="No sentence of the document says it: it is our inference from the sentence on both kinds (S3-57), which speaks of the first eigenvectors only, under the source's assumption that the singular values are distinct.",
        assumptions=(*PRINTED_ASSUMPTIONS, A5, NOT_LEADING),
        strata=(
            "two layers",
            "three layers or more",
            "largest rank",
            "below the largest rank",
            "tightened",
            "not tightened",
            "all blocks zero",
        ),
        probes=(
            without("A5", "with repeated eigenvalues", over="repeated_critical_points"),
            without("S", "for the first r eigenvectors", over="critical_points"),
            control("its Hessian has two negative eigenvalues at least", has_two_negative_eigenvalues),
        ),
        cost=Cost.SLOW,
        derivation="landscape.rotation_descent",
    ),
    sharp=Statement(
        r"L(W)>\min_{\operatorname{rank}M\le r}\|Y-MX\|_F^2,\ r=\operatorname{rank}(W_H\cdots W_1X)\ \Rightarrow\ \lambda_{\min}(\nabla^2L(W))<0",
        is_strict,
        "outranked_networks",
        words="On any data, ties included: a critical point whose loss is not the least one of its rank is a strict saddle.",
        assumptions=(CRITICAL, at_point("loss", "the loss is above the least one of the rank", above_the_least_loss_of_its_rank)),
        strata=("two layers", "three layers or more", "repeated eigenvalues", "zero eigenvalue", "inputs of deficient row rank"),
        probes=(
            without("loss", "for the least loss of the rank", over="all_stationary_networks"),
            control("its Hessian has two negative eigenvalues at least", has_two_negative_eigenvalues),
        ),
    ),
)

SADDLES = (S3_49, S3_50, S3_51, S3_55, S3_56)
