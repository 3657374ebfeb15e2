"""Document 002, appendix E.1: a network that permutes three points of the plane, and its copies with permuted units."""

from __future__ import annotations

from typing import Any

from claims.decide import both, equal, equivalent, exactly
from claims.documents.topology.source import TOPOLOGY
from claims.instances.three_points import FirstLayerPath, ThreePoints, three_columns
from claims.model import Claim, Decision, Kind, Opinion, Property, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.matrix import ones_like, vstack

# S2-90, S2-91: counting parameters ------------------------------------------------------------------------------------------------


@assumption("h1", "the points are affinely independent")
def in_general_position(task: ThreePoints) -> Decision:
    return equal(task.lifted.rank(), 3)


@assumption("span", "the points span the plane")
def spanning(task: ThreePoints) -> Decision:
    return equal(task.points.rank(), 2)


@assumption("rays", "no point is zero and no two lie on one ray from zero")
def on_different_rays(task: ThreePoints) -> Decision:
    return exactly(task.on_different_rays)


def affine_map_permutes(task: ThreePoints) -> Decision:
    """Some A x + b, six parameters, does it: the targets lie in the row space of the points with a row of ones below."""
    return exactly(task.lifted.rank() == _beside(task.lifted, task.targets))


def _beside(rows: Any, more: Any) -> int:
    return vstack(rows, more).rank()


def linear_map_permutes(task: ThreePoints) -> Decision:
    """Some A x, four parameters, does it."""
    return exactly(task.points.rank() == _beside(task.points, task.targets), "no linear map does it")


def fewer_than_twelve_fail(task: ThreePoints) -> Decision:
    few = affine_map_permutes(task).holds
    return exactly(not few, "one affine map, with six parameters, permutes the points")


def linear_exactly_at_zero_sum(task: ThreePoints) -> Decision:
    return equivalent(linear_map_permutes(task), exactly((task.points @ ones_like(task.points, 3, 1)).is_zero()))


S2_90 = Claim(
    "S2-90",
    "Permuting three points takes twelve parameters in general",
    TOPOLOGY.at("App. E.1"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"\text{no map with fewer than 12 parameters takes }x_1,x_2,x_3\text{ to }x_2,x_3,x_1",
        fewer_than_twelve_fail,
        "three_points",
        words="For three points in general position.",
        assumptions=(in_general_position,),
    ),
    amended=Statement(
        r"\exists A\in\mathbb R^{2\times2},b\in\mathbb R^2\colon\ Ax_i+b=x_{i+1}\quad\text{for affinely independent points}",
        affine_map_permutes,
        "three_points",
        words="The task makes six equations, and six parameters are enough: an affine map does it.",
        assumptions=(in_general_position,),
        strata=("affinely independent", "two points on a ray", "zero inside the triangle", "zero outside the triangle"),
        probes=(
            without("h1", "with points on a line"),
            control("a linear map, with four parameters, does it", linear_map_permutes),
        ),
    ),
    sharp=Statement(
        r"\exists A\in\mathbb R^{2\times2}\colon\ Ax_i=x_{i+1}\ \iff\ x_1+x_2+x_3=0\quad\text{for points that span }\mathbb R^2",
        linear_exactly_at_zero_sum,
        "three_points",
        words="Four are enough exactly where the points add up to zero: the dependence between them has to be invariant under the cycle.",
        assumptions=(spanning,),
        strata=("the sum is zero", "affinely independent", "two points on a ray"),
        probes=(
            without("span", "with points on a line through zero"),
            control("a linear map always does it", linear_map_permutes),
        ),
    ),
    remark="Twelve is the number of entries of three separate $2\\times2$ matrices, one for each arrow; each arrow alone fixes only two of the four entries.",
)


def weights_number(count: int, biases: bool = False) -> Property:
    def property(task: ThreePoints) -> Decision:
        units, inputs = task.lower.shape
        outputs = task.targets.shape[0]
        return equal(units * inputs + outputs * units + (units + outputs if biases else 0), count)

    return property


def around_zero(q) -> ThreePoints:
    """x_1 = (1, 0), x_2 = (0, 1), x_3 = (-1, -1); each unit is active on one point."""
    return ThreePoints(three_columns(q, (1, 0), (0, 1), (-1, -1)), q.of([[1, 0], [-1, 1], [0, -1]]))


S2_91 = Claim(
    "S2-91",
    "A 2-3-2 network has twelve parameters",
    TOPOLOGY.at("App. E.1"),
    Kind.NUMERIC,
    Weight.DETAIL,
    printed=Statement(
        r"3\cdot2+2\cdot3=12",
        weights_number(12),
        only("the widths 2, 3, 2 without biases", around_zero),
        probes=(control("with biases", weights_number(12, biases=True)),),
    ),
    remark=(
        "Three of them are scales that do nothing: multiplying a unit by $\\alpha>0$ and dividing its outgoing weights by it leaves the network as it is."
    ),
)

# S2-92: is it what the task asks for? -----------------------------------------------------------------------------------------------


def three_units_do(task: ThreePoints) -> Decision:
    """An invertible hidden layer is built; a network without biases commutes with positive scalars, which excludes common rays.

    If x_j = c x_i with c > 0, the outputs at both differ by the factor c, so that going round the cycle c^3 = 1; and 0 goes to 0.
    """
    if not task.on_different_rays:
        return exactly(False, "two points lie on one ray from zero, or one is zero")
    lower = task.exact_first_layer
    return exactly(lower is not None and bool(ThreePoints(task.points, lower).least_loss == 0), "no layer was found")


def two_units_do_not(task: ThreePoints) -> Decision:
    """The rows rho(w X) in the row space of the targets, which has dimension two, all lie on one line."""
    return exactly(task.fitting_rows.rank() < task.targets.rank(), "two units have the row space of the targets")


def no_row_fits(task: ThreePoints) -> Decision:
    return exactly(task.fitting_rows.is_zero())


TWO_ARE_TOO_FEW: dict[str, Any] = {
    "assumptions": (on_different_rays,),
    "strata": ("zero inside the triangle", "zero outside the triangle", "the sum is zero"),
    "probes": (
        without("rays", "with points on one ray"),
        control("no row of a hidden layer fits", no_row_fits),
    ),
}

DIFFERENT_RAYS = Statement(
    r"\exists W_1,W_2\colon\ W_2\,\rho(W_1x_i)=x_{i+1}\quad\text{for points on three different rays from }0",
    three_units_do,
    "three_points",
    words="For almost all points: without biases the network is positively homogeneous, so that no two points may lie on one ray; nothing else is needed.",
    reading="C",
    assumptions=(on_different_rays,),
    strata=("zero inside the triangle", "zero outside the triangle", "the sum is zero"),
    probes=(
        without("rays", "with two points on one ray"),
        control("a linear map does it", linear_map_permutes),
    ),
)

S2_92 = Claim(
    "S2-92",
    "The 2-3-2 network realises the task, and its size is what the task asks for",
    TOPOLOGY.at("App. E.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists W_1,W_2\colon\ W_2\,\rho(W_1x_i)=x_{i+1}",
            three_units_do,
            "three_points",
            words="General position read as affine independence.",
            reading="A",
            assumptions=(in_general_position,),
        ),
        Statement(
            r"W_1\in\mathbb R^{2\times2}\ \Rightarrow\ W_2\,\rho(W_1x_i)\ne x_{i+1}\text{ for some }i",
            two_units_do_not,
            "three_points",
            words="Two hidden units are too few.",
            reading="B",
            **TWO_ARE_TOO_FEW,
        ),
        DIFFERENT_RAYS,
    ),
    amended=DIFFERENT_RAYS,
)

# S2-93, S2-94: copies with permuted units ---------------------------------------------------------------------------------------------


def swap_is_separated(task: ThreePoints) -> Decision:
    """At zero loss det H is not zero, and exchanging two units changes its sign."""
    swapped = ThreePoints(task.points, task.lower[[1, 0, 2], :])
    fits = exactly(task.hidden.rank() == 3 or bool(task.least_loss > 0), "a singular hidden layer fits")
    return both(two_units_do_not(task), fits, equal(swapped.hidden.det(), -task.hidden.det()))


def cycle_is_separated(task: ThreePoints) -> Decision:
    turned = ThreePoints(task.points, task.lower[[1, 2, 0], :])
    return both(two_units_do_not(task), equal(turned.hidden.det(), -task.hidden.det()))


ODD = Statement(
    r"W_2\rho(W_1X)=X'\ \Rightarrow\ \det\rho(W_1X)\ne0,\qquad\det\rho(PW_1X)=-\det\rho(W_1X)",
    swap_is_separated,
    "three_points",
    words="At zero loss the determinant of the hidden layer is never zero, and exchanging two units changes its sign: no path of zero loss joins the two.",
    assumptions=(on_different_rays,),
    strata=(
        "zero inside the triangle",
        "zero outside the triangle",
        "the sum is zero",
        "invertible hidden layer",
        "singular hidden layer",
    ),
    probes=(
        without("rays", "with points on one ray"),
        control("a cyclic permutation of the units changes it too", cycle_is_separated),
        control("no row of a hidden layer fits", no_row_fits),
    ),
)


@assumption("inside", "zero lies inside the triangle")
def zero_inside(task: ThreePoints) -> Decision:
    return exactly(task.surround_zero)


@assumption("singular", "the hidden layer is singular")
def singular_hidden_layer(task: ThreePoints) -> Decision:
    return exactly(task.hidden.rank() < 3)


def loss_reaches(share: int) -> Property:
    """The sum of squared errors is at least ``share`` times the least eigenvalue among the Gram matrices of two of the points."""

    def property(task: ThreePoints) -> Decision:
        loss = task.least_loss / share
        grams = [task.points[:, pair].T @ task.points[:, pair] for pair in ([0, 1], [0, 2], [1, 2])]
        rests = [gram - gram.eye(2) * loss for gram in grams]
        return exactly(any(rest.det() <= 0 or rest.trace() <= 0 for rest in rests), "the loss is smaller")

    return property


BARRIER = Statement(
    r"\det\rho(W_1X)=0\ \Rightarrow\ L\cdot F_e(\theta)\ge\min_{i\lt j}\lambda_{\min}\bigl((x_i\ x_j)^T(x_i\ x_j)\bigr)>0",
    loss_reaches(1),
    "surrounding_points",
    words="Where zero lies inside the triangle, a path between them has to climb to this level (a third of it, as a mean over the samples), so the two are disconnected at every lower one.",
    reading="barrier",
    assumptions=(zero_inside, singular_hidden_layer),
    strata=("a dead unit", "coinciding units", "the sum is zero"),
    probes=(
        without("singular", "with an invertible hidden layer"),
        control("a hundred times as much", loss_reaches(100)),
    ),
)

S2_93 = Claim(
    "S2-93",
    "The network and its copy with the first two units exchanged cannot be connected at equal power",
    TOPOLOGY.at("App. E.1"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=ODD,
    sharp=BARRIER,
    remark=(
        "Proof: let $k$ span the kernel of $X'=(x_2,x_3,x_1)$. A singular hidden layer at zero loss would contain two independent rows $\\rho(wX)$ orthogonal to $k$. "
        "For each set of points on which a unit may be active this leaves finitely many directions $w$, which are tried exactly; all rows found lie on one line. "
        "Equal power is read as zero loss; for low positive loss the sharp sentence gives a level, where zero lies inside the triangle. "
        "The argument of section 2.3.1 (another tessellation) does not apply to three samples: at zero loss the weights move in a set of dimension six."
    ),
)


def path_fails(path: FirstLayerPath) -> Decision:
    """It does not lead to the copy, or its loss is not zero throughout."""
    return exactly(not (path.reaches_the_copy and path.keeps_zero_loss), "a path of zero loss leads to the copy")


def round_the_triangle(q) -> FirstLayerPath:
    """Each unit passes its point on to the next unit, then turns until it stands where that unit stood."""
    start = around_zero(q)
    passed = q.of([[0, 1], [-1, 0], [1, -1]])
    return FirstLayerPath(start.points, (start.lower, passed, start.lower[[1, 2, 0], :]), (1, 2, 0))


S2_94 = Claim(
    "S2-94",
    "A network and a copy with permuted units are disconnected in this task",
    TOPOLOGY.at("App. E.1, sec. 2.3.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"F_e(\theta)=0,\ \sigma\ne\operatorname{id}\ \Rightarrow\ \text{no path of zero loss joins }\theta\text{ and }\theta_\sigma",
        path_fails,
        only("a cyclic permutation of the units, for three points around zero", round_the_triangle),
        words="For every permutation of the three units.",
    ),
    amended=ODD,
    remark=(
        "For the points $(1,0)$, $(0,1)$, $(-1,-1)$ and one unit for each point the copy under a cyclic permutation is joined to the network by a path of zero loss: along its first leg "
        "the determinant of the hidden layer is $(1-t)^3+t^3$. Odd permutations are always separated."
    ),
)

S2_97 = Claim(
    "S2-97",
    "Numerical experiments do not prove a disconnection, but negative results suggest one",
    TOPOLOGY.at("App. E.1"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=Opinion(
        r"\text{a collection of failures to converge is highly suggestive of a disconnection}",
        "what is highly suggestive is a matter of judgement; for this task the disconnection itself is proved under S2-93",
    ),
)

PERMUTATION = (S2_90, S2_91, S2_92, S2_93, S2_94, S2_97)
