"""Document 004, XOR: ranks of the blocks of P for the networks 2-2-1 and 2-3-1, and whether local minima exist."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.decide import at_most, both, certainly, exactly
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, XorPoint, XorTask, rank_of
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.enclosures import arithmetic_of
from numerics.spectrum import as_fraction
from numerics.xor_points import CONSTANT, Unit, balanced, lower_values_nearby, one_constant_unit_is_stable, typical_points

# S4-27 to S4-30: ranks ---------------------------------------------------------------------------------------------------


@assumption("h2", "the hidden layer has two units")
def two_units(task: Learning) -> Decision:
    return exactly(task.widths[1] == 2)


@assumption("h2", "the hidden layer has three units")
def three_units(task: Learning) -> Decision:
    return exactly(task.widths[1] == 3)


@assumption("principle 3", "the weights of the hidden layer have full rank")
def full_rank_first_layer(task: Learning) -> Decision:
    return exactly(task.weights[0].rank() == task.widths[1])


@assumption("output", "some hidden unit has a nonzero output weight")
def some_output_weight(task: Learning) -> Decision:
    return exactly(not task.run.inner[1].is_zero())


def output_block(task: Learning) -> int:
    """rank phi~_1, (n_1 + 1) x 4."""
    return rank_of(task, lambda run: run.activities[0][1])


def hidden_block(task: Learning) -> int:
    """rank (Psi_1 (.) phi~_0), 3 n_1 x 4."""
    return rank_of(task, lambda run: run.block(1))


def whole(task: Learning) -> int:
    return rank_of(task, lambda run: run.P)


def at_least(least: int, rank: Any):
    def property(task: Learning) -> Decision:
        found = rank(task)
        because = "" if found >= least else f"the rank is {found}"
        return at_most(least, found, because)

    return property


def xor_network(first: list[list[Any]], last: list[Any], activation: str = "softsign"):
    def build(q: Any) -> Learning:
        inputs, targets = q.of([[0, 0, 1, 1], [0, 1, 0, 1]]), q.of([[0, 1, 1, 0]])
        return Learning((q.of(first), q.column(last)), inputs, targets, activation, q.scalar(0), True, "squared")

    return build


DEPENDENT: list[list[Any]] = [[4, "3/2", 0], [2, "1/2", 0], [-3, -1, 1]]
COLLAPSED = only("three softsign units with independent weights and dependent outputs", xor_network(DEPENDENT, [1, 1, 1, 0]))
COLLAPSED_AND_SILENT = only(
    "three softsign units with independent weights and dependent outputs, and output weights that are a bias alone",
    xor_network(DEPENDENT, [0, 0, 0, 1]),
)
SILENT = only(
    "a unit of one input beside a constant one, and output weights that are a bias alone",
    xor_network([[1, 0], [0, 0], [0, 1]], [0, 0, 1]),
)
GENERIC = only(
    "three tanh and three sigmoid units in general position",
    *(xor_network([[1, 2, -1], [2, -1, 1], [1, 1, 2]], [1, 1, 1, 0], name) for name in ("tanh", "sigmoid")),
)

SQUASHING = ("softsign", "sigmoid", "tanh")

S4_27 = Claim(
    "S4-27",
    "XOR, 2-2-1: the first block of P has smallest rank two",
    EXACT_LEARNING.at("@13736-13930"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\operatorname{rank}\tilde\Phi_1\ge2",
            at_least(2, output_block),
            "xor_networks",
            words="If the first block is that of the output layer: equal hidden units leave the rank of one constant row.",
            reading="A",
            assumptions=(two_units,),
        ),
        Statement(
            r"\operatorname{rank}(\Psi_1\odot\tilde\Phi_0)\ge2",
            at_least(2, hidden_block),
            "xor_networks",
            words="If it is that of the hidden layer: it vanishes with the output weights.",
            reading="B",
            assumptions=(two_units,),
        ),
    ),
    amended=Statement(
        r"\operatorname{rank}W_1=n_1\ \Rightarrow\ \operatorname{rank}\tilde\Phi_1\ge2",
        at_least(2, output_block),
        "xor_networks",
        words="Under Principle 3 two is the smallest rank: two units with independent weights are not both constant.",
        bound=True,
        assumptions=(full_rank_first_layer,),
        strata=("attained", "softsign", "sigmoid", "tanh"),
        probes=(
            without("principle 3", "with dependent weights"),
            control("three is", at_least(3, output_block)),
        ),
    ),
)

S4_28 = Claim(
    "S4-28",
    "XOR, 2-3-1: the first block has rank four or three, not less",
    EXACT_LEARNING.at("@13961-14060"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\operatorname{rank}\tilde\Phi_1\ge3",
            at_least(3, output_block),
            "xor_networks",
            words="For all weights.",
            reading="A",
            assumptions=(three_units,),
        ),
        Statement(
            r"\operatorname{rank}W_1=3\ \Rightarrow\ \operatorname{rank}\tilde\Phi_1\ge3",
            at_least(3, output_block),
            COLLAPSED,
            words="Under Principle 3: two units centred between the inputs, with arguments (-3, -1, 1, 3) and (-1, -1/2, 1/2, 1), have proportional outputs, and the third is constant.",
            reading="B",
            assumptions=(full_rank_first_layer,),
        ),
        Statement(
            r"\max_{W_1}\operatorname{rank}\tilde\Phi_1=4",
            at_least(4, output_block),
            GENERIC,
            words="The largest rank is four.",
            reading="C",
            probes=(control("the hidden block has a larger rank", lambda task: at_most(5, hidden_block(task))),),
        ),
    ),
    amended=Statement(
        r"\operatorname{rank}W_1=n_1\ \Rightarrow\ 2\le\operatorname{rank}\tilde\Phi_1\le4",
        at_least(2, output_block),
        "xor_networks",
        words="Under Principle 3 the smallest rank is two for three units as well.",
        bound=True,
        assumptions=(full_rank_first_layer,),
        strata=("attained", "softsign", "sigmoid", "tanh"),
        probes=(
            without("principle 3", "with dependent weights"),
            control("three is", at_least(3, output_block), over=COLLAPSED),
        ),
    ),
    remark="For tanh units the same collapse exists, at real weights: $\\tanh s/\\tanh d$ takes each of its values along a curve of pairs $(s,d)$ on which $s/d$ is not constant.",
)


def zero_three_or_four(task: Learning) -> Decision:
    return exactly(hidden_block(task) in (0, 3, 4))


def zero_or_four(task: Learning) -> Decision:
    return exactly(hidden_block(task) in (0, 4))


S4_29 = Claim(
    "S4-29",
    "XOR: the second block has smallest rank one",
    EXACT_LEARNING.at("@13850, 14060"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\operatorname{rank}(\Psi_1\odot\tilde\Phi_0)\ge1",
            at_least(1, hidden_block),
            "xor_networks",
            words="If the second block is that of the hidden layer: it is zero where the output weights are a bias alone.",
            reading="A",
        ),
        Statement(
            r"\operatorname{rank}\tilde\Phi_1\ge1",
            at_least(1, output_block),
            "xor_networks",
            words="If it is that of the output layer: it contains a row of ones, and one is attained at W_1 = 0.",
            reading="B",
            bound=True,
            strata=("attained", "softsign", "sigmoid", "tanh"),
            probes=(control("two is the smallest", at_least(2, output_block)),),
        ),
    ),
    amended=Statement(
        r"\bar W_2\ne0\ \Rightarrow\ \operatorname{rank}(\Psi_1\odot\tilde\Phi_0)\ge3",
        at_least(3, hidden_block),
        "xor_networks",
        words="As soon as one hidden unit has an output weight, its own rows give the rank three of the inputs with their dummy unit.",
        bound=True,
        assumptions=(some_output_weight,),
        strata=("attained", "softsign", "sigmoid", "tanh"),
        probes=(
            without("output", "with output weights that are a bias alone"),
            control("four is the smallest", at_least(4, hidden_block)),
        ),
    ),
    sharp=Statement(
        r"\operatorname{rank}(\Psi_1\odot\tilde\Phi_0)\in\{0,3,4\}",
        zero_three_or_four,
        "xor_networks",
        words="So the ranks one and two never occur.",
        reading="values",
        cost=Cost.SLOW,
        strata=("softsign", "sigmoid", "tanh"),
        probes=(control("three never occurs", zero_or_four),),
    ),
)

S4_30 = Claim(
    "S4-30",
    "XOR: lower bounds of the rank of P",
    EXACT_LEARNING.at("@13900, 14120"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\operatorname{rank}P_{XOR}\ge2\quad(2\text{-}2\text{-}1)",
            at_least(2, whole),
            "xor_networks",
            reading="A",
            assumptions=(two_units,),
            words="For all weights.",
        ),
        Statement(
            r"\operatorname{rank}P_{XOR}\ge3\quad(2\text{-}3\text{-}1)",
            at_least(3, whole),
            "xor_networks",
            reading="B",
            assumptions=(three_units,),
            words="For all weights.",
        ),
        Statement(
            r"\operatorname{rank}W_1=n_1\ \Rightarrow\ \operatorname{rank}P_{XOR}\ge2",
            at_least(2, whole),
            "xor_networks",
            reading="C",
            words="Under Principle 3: so for 2-2-1, and for 2-3-1 as well.",
            bound=True,
            assumptions=(full_rank_first_layer,),
            strata=("attained", "softsign", "sigmoid", "tanh"),
            probes=(
                without("principle 3", "with dependent weights"),
                control("three is", at_least(3, whole), over=SILENT),
            ),
        ),
        Statement(
            r"\operatorname{rank}W_1=3,\ W_2\ne0\ \Rightarrow\ \operatorname{rank}P_{XOR}\ge3\quad(2\text{-}3\text{-}1)",
            at_least(3, whole),
            COLLAPSED_AND_SILENT,
            reading="D",
            words="Under Principle 3: not where the hidden outputs are as dependent as in S4-28 and the output weights are a bias alone.",
            assumptions=(full_rank_first_layer,),
        ),
    ),
    amended=Statement(
        r"\bar W_2\ne0\ \Rightarrow\ \operatorname{rank}P_{XOR}\ge3",
        at_least(3, whole),
        "xor_networks",
        words="For both networks, and three is attained.",
        bound=True,
        assumptions=(some_output_weight,),
        strata=("attained", "softsign", "sigmoid", "tanh"),
        probes=(
            without("output", "with output weights that are a bias alone"),
            control("four is the smallest", at_least(4, whole)),
        ),
    ),
    sharp=Statement(
        r"\operatorname{rank}P_{XOR}\ge1",
        at_least(1, whole),
        "xor_networks",
        words="Without any condition one is the smallest rank, attained at zero weights.",
        reading="one",
        cost=Cost.SLOW,
        bound=True,
        strata=("attained", "softsign", "sigmoid", "tanh"),
        probes=(control("two is", at_least(2, whole)),),
    ),
)

# S4-31: local minima -----------------------------------------------------------------------------------------------------

NOWHERE = "every critical point with a positive loss has lower losses arbitrarily near"


def _is_local_minimum(exact: Any, activation: str, units: tuple[Unit, ...]) -> bool | None:
    """Of an identity output with one unit, otherwise of any increasing one; None where neither is decided."""
    if len(units) == 1 and units[0].kind == CONSTANT and units[0].weight != 0:
        return one_constant_unit_is_stable(exact, activation, units[0]) or None
    return False if lower_values_nearby(exact, activation, units) else None


def some_critical_point_is_a_local_minimum(task: XorTask) -> Decision:
    """Decided at each kind of critical point with a positive loss (the kinds are derived separately)."""
    exact = arithmetic_of(task.one)
    kinds = [units for units in typical_points(exact, task.units) if task.output != "identity" or balanced(units)]
    found = [_is_local_minimum(exact, task.activation, units) for units in kinds]
    nowhere = all(minimum is False for minimum in found)
    return certainly(any(found), nowhere, NOWHERE if nowhere else "")


def xor_tasks(said: str, output: str, units: tuple[int, ...] = (2, 3), activations: tuple[str, ...] = SQUASHING) -> Any:
    kinds = [(name, count) for name in activations for count in units]
    return only(said, *(lambda q, name=name, count=count: XorTask(name, count, output, q.scalar(1)) for name, count in kinds))


BOTH_NETWORKS = "the networks 2-2-1 and 2-3-1 with tanh, sigmoid and softsign units"
IDENTITY_OUTPUT = xor_tasks(BOTH_NETWORKS, "identity")
ANY_OUTPUT = xor_tasks(BOTH_NETWORKS, "increasing")
ONE_UNIT = xor_tasks("the network 2-1-1 with a tanh or a sigmoid unit", "identity", (1,), ("tanh", "sigmoid"))
THREE_RIGHT = only("two sigmoid units and a sigmoid output unit", lambda q: XorTask("sigmoid", 2, "sigmoid", q.scalar(1)))


def _bracket(one: Any) -> tuple[Any, Any]:
    """2/5 and 9/20, between which t -> (1 - t + t^2)^3 - t changes its sign."""
    return one * 2 / 5, one * 9 / 20


def _three_right_is_critical(one: Any) -> Decision:
    """With f = (1 - u_1 + u_2) log t it is wherever t = (1 - t + t^2)^3."""
    early, late = (as_fraction((1 - t + t * t) ** 3 - t) for t in _bracket(one))
    return exactly(early > 0 > late)


def _three_right_loss(early: Any, late: Any) -> Any:
    """J = (3 F^2 + (1 - G)^2) / 2 with F = t / (1 + t) at one value of t, G = t^3 / (1 + t^3), the output for (1, 0), at another."""
    return (3 * (early / (1 + early)) ** 2 + (1 / (1 + late**3)) ** 2) / 2


def three_outputs_can_be_right(least: str, most: str):
    """At a critical point whose loss is between two numbers."""

    def property(task: XorTask) -> Decision:
        early, late = _bracket(task.one)
        low, high = (as_fraction(_three_right_loss(*ends)) for ends in ((early, late), (late, early)))
        return both(_three_right_is_critical(task.one), exactly(Fraction(least) < low and high < Fraction(most)))

    return property


def has_lower_values_nearby(point: XorPoint) -> Decision:
    exact = arithmetic_of(point.units[0][1])
    found = lower_values_nearby(exact, point.activation, point.points)
    return certainly(found is True, found is False, "" if found else "no lower value is near")


def single_unit_has_lower_values_nearby(point: XorPoint) -> Decision:
    """One constant unit with |sigma''| < 2 |v| sigma'^2: the loss 1/2 is a local minimum, although 1/3 is approached."""
    unit = point.points[0]
    stable = one_constant_unit_is_stable(arithmetic_of(unit.place), point.activation, unit)
    return certainly(stable is False, stable is True, "the loss 1/2 is a local minimum, and losses near 1/3 are reached")


def is_strictly_curved(point: XorPoint) -> Decision:
    """There is a direction of negative curvature at the point itself; not so where a unit has no output weight."""
    return both(exactly(all(unit.weight != 0 for unit in point.points)), has_lower_values_nearby(point))


S4_31 = Claim(
    "S4-31",
    "Undesired local minima exist for XOR",
    EXACT_LEARNING.at("@13930, 14174"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\exists\,\mathbf W\text{ local minimum},\ \mathcal J(\mathbf W)\gt0\qquad(\mathcal F(2,2,1),\mathcal F(2,3,1);\ \text{tanh, sigmoid, softsign})",
            some_critical_point_is_a_local_minimum,
            IDENTITY_OUTPUT,
            words="At finite weights, with dummy units, identity output and squared loss. A rank below four does not make a local minimum; none exists.",
            reading="A",
        ),
        Statement(
            r"\exists\,\mathbf W\text{ local minimum},\ \mathcal J(\mathbf W)\gt0\qquad(F=\omega(f),\ \omega'\gt0)",
            some_critical_point_is_a_local_minimum,
            ANY_OUTPUT,
            words="With an output unit that squashes too, or any one with a positive slope: none exists either.",
            reading="B",
        ),
    ),
    sharp=(
        Statement(
            r"F=\omega(f),\ \omega'\gt0,\ \nabla\mathcal J(\mathbf W)=0,\ \mathcal J(\mathbf W)\gt0,\ n_1\ge2\ \Rightarrow\ \forall\,\delta\gt0\ \exists\,\mathbf V\colon\ \|\mathbf V-\mathbf W\|\lt\delta,\ \mathcal J(\mathbf V)\lt\mathcal J(\mathbf W)",
            has_lower_values_nearby,
            "xor_points",
            words="No critical point with a positive loss is a local minimum, for two or more tanh, sigmoid or softsign units and every output unit with a positive slope: units without output weight can be switched on, others have a direction of negative curvature there or arbitrarily near.",
            reading="saddles",
            strata=(
                "two units",
                "three units",
                "all constant",
                "splits that cancel",
                "splits that do not cancel",
                "a unit without output weight",
                "tanh",
                "sigmoid",
                "softsign",
            ),
            probes=(
                control("the same for one unit", single_unit_has_lower_values_nearby, over="single_xor_points"),
                control("by negative curvature at the point itself", is_strictly_curved),
            ),
            derivation="exact_learning.xor",
        ),
        Statement(
            r"\exists\,\mathbf W\text{ local minimum},\ \mathcal J(\mathbf W)=\tfrac12\qquad(\mathcal F(2,1,1);\ \text{tanh, sigmoid})",
            some_critical_point_is_a_local_minimum,
            ONE_UNIT,
            words="With one unit and the identity output there is one, while losses near 1/3 are reached.",
            reading="one unit",
            probes=(control("with two or three units", some_critical_point_is_a_local_minimum, over=IDENTITY_OUTPUT),),
        ),
        Statement(
            r"\omega=\text{sigmoid}\colon\ \exists\,\mathbf W\colon\ \nabla\mathcal J(\mathbf W)=0,\ f=(1-u_1+u_2)\log t,\ (1-t+t^2)^3=t,\ \tfrac25\lt t\lt\tfrac9{20},\ \tfrac{27}{50}\lt\mathcal J(\mathbf W)\lt\tfrac{59}{100}",
            three_outputs_can_be_right("27/50", "59/100"),
            THREE_RIGHT,
            words="With a sigmoid output unit there are critical points of another kind, $u=2x-1$: three samples are on the right side and one is far on the wrong side. They are saddles with a loss above 1/2, that of the others.",
            reading="three right",
            probes=(control("with a loss below 27/50", three_outputs_can_be_right("0", "27/50")),),
            derivation="exact_learning.xor",
        ),
    ),
    remark=(
        "At a critical point a unit with an output weight gives $\\varepsilon_i\\sigma'(z_i)=k\\chi_i$ with $\\varepsilon=(F-y)\\,\\omega'(f)$ and the signs $\\chi=(1,-1,-1,1)$, and the output bias gives "
        "$\\sum\\varepsilon_i=0$; for tanh this says $\\sinh w_1\\sinh w_2\\cosh(2b+w_1+w_2)=0$, so each unit sees one input only, and $k\\ne0$ leaves $\\varepsilon=d\\chi$; with the identity "
        "$F\\equiv\\tfrac12$. Along some paths to infinity the loss falls to a limit between $0$ and $\\tfrac12$; the document speaks of minima. Softsign has a continuous slope, and the same "
        "argument with $(1+|z|)^2$ in the place of $\\cosh^2z$. The document does not say what the output unit is; "
        "for sigmoid output units Hamey and Sprinkhuizen-Kuyper and Boers proved the same of 2-2-1 (regions of local minima have saturated units, that is infinite weights). "
        "The local minima of 2-3-1 that the latter report (1999; known to us by its abstract) cannot lie at finite weights, if the loss is the squared one: other targets $a\\lt b$ make of $\\omega$ the output unit $(\\omega-a)/(b-a)$."
    ),
)

XOR = (S4_27, S4_28, S4_29, S4_30, S4_31)
