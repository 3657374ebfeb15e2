"""Document 002, section 2.3.2 and B.5: the oracle risk e(m) and the compressibility delta of a hidden layer."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, exactly, less
from claims.documents.topology.source import TOPOLOGY
from claims.instances.rectified import Atoms, HalfRectified, Task
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.matrix import hstack, vstack
from numerics.rectified import activities, l1


@assumption("penalty", "kappa > 0")
def penalised(task: Any) -> Decision:
    return exactly(bool(getattr(task, "task", task).kappa > 0))


@assumption("h1", "units in the unit ball")
def in_the_ball(net: HalfRectified) -> Decision:
    return exactly(net.in_the_ball)


@assumption("function", "Y is a function of X")
def function_of_input(task: Task) -> Decision:
    return exactly("repeated input" not in task.cases())


def oracle_vanishes(task: Task) -> Decision:
    """lim e(m) = 0, refuted by a bound that every network of the family obeys."""
    return exactly(
        not task.penalised_floor > 0, "every network, of any width, has an objective of at least (2 tau - tau^2) E Y^2 > 0"
    )


def oracle_risk_vanishes(task: Task) -> Decision:
    """The same without the penalty."""
    return exactly(not task.floor > 0, "no network fits: Phi(t x) = t Phi(x) for t >= 0, and Phi(x) - Phi(-x) is linear")


def objective_at_least(share: int):
    def property(net: HalfRectified) -> Decision:
        return at_most(share * net.task.penalised_floor, net.objective)

    return property


def risk_at_least(share: int):
    def property(net: HalfRectified) -> Decision:
        return at_most(share * net.task.floor, net.risk)

    return property


def interpolating(task: Task, width: int) -> tuple[Any, Any]:
    """Units max(0, x_1 - t), scaled into the unit ball, with their kinks between the samples in the order of x_1, the last coordinate being 1."""
    X, size = task.inputs, task.inputs.shape[0]
    order = sorted(range(task.atoms), key=lambda j: X[0, j])
    kinks = [X[0, order[0]] - 1, *(X[0, j] for j in order[:-1])][:width]
    scale = [1 / (1 + abs(kink)) for kink in kinks]
    units = X.build(width, size, lambda i, j: scale[i] if j == 0 else -kinks[i] * scale[i] if j == size - 1 else 0)
    chosen = order[:width]
    return units, activities(units, X[:, chosen]).T.solve(task.targets[:, chosen].T).T


def fits_with(spare: int):
    """A network with as many units as samples, less the spare ones, has the risk 0."""

    def property(task: Task) -> Decision:
        net = HalfRectified(*interpolating(task, task.atoms - spare), task)
        return both(exactly(net.in_the_ball), equal(net.risk, 0))

    return property


S2_57 = Claim(
    "S2-57",
    "The oracle risk e(m) tends to 0 under very mild assumptions",
    TOPOLOGY.at("after (6)"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\lim_{m\to\infty}e(m)=0\qquad(\kappa>0)",
            oracle_vanishes,
            "tasks",
            words="With the penalty, as e(m) is printed.",
            reading="penalty",
            assumptions=(penalised,),
        ),
        Statement(
            r"\lim_{m\to\infty}e(m)=0\qquad(\kappa=0,\ Y\text{ a function of }X)",
            oracle_risk_vanishes,
            "tasks",
            words="Without the penalty and without noise.",
            reading="no penalty",
            assumptions=(function_of_input,),
        ),
        Statement(
            r"e(L)=0\qquad(\kappa=0,\ X=(X',1),\ Y\text{ a function of }X)",
            fits_with(0),
            "biased_tasks",
            words="With biases ($x$ stands for $(x,1)$ from section 2.3 on), without penalty and without noise, as the cited theorems have it: L units fit L atoms exactly.",
            reading="biases",
            strata=("one atom", "target zero"),
            probes=(control("with one unit less", fits_with(1)),),
        ),
    ),
    amended=(
        Statement(
            r"e(m)\ge(2\tau-\tau^2)\,\mathbb EY^2,\qquad\tau=\min\Bigl(1,\frac\kappa{2\,\mathbb E\lvert Y\rvert\|X\|_1}\Bigr)",
            objective_at_least(1),
            "half_rectified_networks",
            words="With the penalty the limit is 0 only if Y is.",
            reading="penalty",
            bound=True,
            assumptions=(in_the_ball,),
            strata=("more units than atoms", "target zero", "no penalty", "attained"),
            probes=(control("twice the bound", objective_at_least(2)),),
            derivation="topology.penalised_floor",
        ),
        Statement(
            r"\mathbb E\lvert\Phi(X;\theta)-Y\rvert^2\ge\min_{f\in V}\mathbb E\lvert f(X)-Y\rvert^2,\quad V=\{ f\colon f(tx)=tf(x)\ (t\ge0),\ f(x)-f(-x)\text{ linear}\}",
            risk_at_least(1),
            "half_rectified_networks",
            words="Without the penalty the limit is at least the distance of Y to the functions that units without biases can form.",
            reading="no penalty",
            bound=True,
            strata=("more units than atoms", "opposite inputs", "floor above zero", "repeated input", "attained"),
            probes=(control("twice the bound", risk_at_least(2)),),
        ),
    ),
    remark=(
        "The cited theorems are about units with biases and an error without penalty. As e(m) is printed, $X=Y=1$ and $\\kappa=1$ give $e(m)=\\frac34$ for every m. Without penalty "
        "noise in Y keeps the limit positive, and so does a constant Y at $x=1,2$ (with one input the risk of every network is at least $\\frac1{10}$), because the units have no biases."
    ),
)

# S2-58 ---------------------------------------------------------------------------------------------------------------------------


def oracle_positive(task: Task) -> Decision:
    return exactly(bool(task.energy > 0), "Y = 0: the network without coefficients gives e(m) = 0 for every m")


def oracle_strictly_decreasing(net: HalfRectified) -> Decision:
    return exactly(
        net.objective != net.task.penalised_floor,
        "this network attains the bound for all widths, so that e is constant from its width on",
    )


def padded(coefficient: int):
    """A further unit with the given coefficient leaves the objective, which is not negative, as it is."""

    def property(net: HalfRectified) -> Decision:
        one = net.units.ones(1, net.units.shape[1]) / net.units.shape[1]
        wider = vstack(net.units, one), hstack(net.coefficients, net.coefficients.ones(1, 1) * coefficient)
        return both(equal(net.task.objective(*wider), net.objective), exactly(bool(net.objective >= 0)))

    return property


def single(q: Any) -> HalfRectified:
    """x = y = kappa = 1 and the coefficient 1/2 that is best there."""
    one = q.of([[1]])
    return HalfRectified(one, one / 2, Task(Atoms(one, one), one, q.scalar(1)))


WIDE_SENSE = Statement(
    r"0\le e(m+1)\le e(m),\qquad\lim_{m\to\infty}e(m)\text{ exists}",
    padded(0),
    "half_rectified_networks",
    words="In the wide sense, which is what the proof needs: a unit without coefficient changes nothing, and a sequence that falls and is bounded has a limit.",
    reading="wide sense",
    strata=("target zero", "no penalty", "a zero coefficient"),
    probes=(control("a further unit with the coefficient 1", padded(1)),),
)

S2_58 = Claim(
    "S2-58",
    "e(m) is a decreasing, positive sequence with a limit",
    TOPOLOGY.at("B.5"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=(
        WIDE_SENSE,
        Statement(r"e(m)>0", oracle_positive, "tasks", words="Positive in the strict sense.", reading="positive"),
        Statement(
            r"e(m+1)\lt e(m)",
            oracle_strictly_decreasing,
            only("x = y = kappa = 1 and one unit with the coefficient 1/2", single),
            words="Decreasing in the strict sense.",
            reading="strictly decreasing",
        ),
    ),
    amended=WIDE_SENSE,
)

# S2-59 ---------------------------------------------------------------------------------------------------------------------------


def minimum_exists(net: HalfRectified) -> Decision:
    """The objective without coefficients is the least; else none is attained."""
    because = (
        "half the coefficients on units twice as long give the same output at half the penalty, so that no minimum is attained"
    )
    return exactly(not net.objective < net.task.energy, because)


def penalty_bounded(share: int):
    def property(net: HalfRectified) -> Decision:
        return at_most(share * net.task.kappa * l1(net.coefficients), net.objective)

    return property


def idle_unit_costs(net: HalfRectified) -> Decision:
    """A further unit 0 with the coefficient 1 raises the objective; where it does not, no bound holds for the coefficients."""
    idle = vstack(net.units, net.units.zeros(1, net.units.shape[1])), hstack(net.coefficients, net.coefficients.ones(1, 1))
    return less(net.objective, net.task.objective(*idle))


def beyond_the_ball(q: Any) -> HalfRectified:
    """One unit of length 2 with the coefficient 1/2, which fits the sample 1 with the target 1; kappa = 1."""
    one = q.of([[1]])
    return HalfRectified(one * 2, one / 2, Task(Atoms(one, one), one, q.scalar(1)))


IN_THE_BALL = Statement(
    r"\|\tilde w_i\|\le1\colon\quad\kappa\|\gamma\|_1\le\mathbb E\{\lvert Y-\gamma Z(\tilde W)\rvert^2\}+\kappa\|\gamma\|_1,"
    r"\text{ so that }\{\text{objective}\le\mathbb EY^2\}\text{ is compact}",
    penalty_bounded(1),
    "half_rectified_networks",
    words="With units in the unit ball, as in (6): candidates at least as good as no unit at all form a compact set, and the minimum is attained.",
    reading="B",
    bound=True,
    assumptions=(in_the_ball, penalised),
    strata=("no coefficient", "one unit", "attained"),
    probes=(
        without(
            "h1",
            "with longer units: the inequality remains, but the set is not bounded, and the minimum is lost",
            over=only("one unit of length 2", beyond_the_ball),
            property=minimum_exists,
        ),
        without("penalty", "without a penalty, which leaves the coefficient of a unit 0 free", property=idle_unit_costs),
        control("with twice the penalty", penalty_bounded(2)),
    ),
)

S2_59 = Claim(
    "S2-59",
    "The robust compressibility of a hidden layer",
    TOPOLOGY.at("(8)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\delta_W(l,\alpha;m)=\min_{\|\gamma\|_0\le l,\ \sup_i\lvert\angle(\tilde w_i,w_i)\rvert\le\alpha}\mathbb E\{\lvert Y-\gamma Z(\tilde W)\rvert^2\}+\kappa\|\gamma\|_1",
            minimum_exists,
            "half_rectified_networks",
            words="To the letter: only the angles of the moved units are restricted, not their lengths.",
            reading="A",
            assumptions=(penalised,),
        ),
        IN_THE_BALL,
    ),
    amended=IN_THE_BALL,
    remark="To the letter the penalty is void: the infimum is that of the unpenalised problem. Everything below reads (8) with $\\|\\tilde w_i\\|\\le1$.",
)


COMPRESSIBILITY = (S2_57, S2_58, S2_59)
