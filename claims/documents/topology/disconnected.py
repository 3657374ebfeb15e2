"""Document 002, section 2.3.1: examples of disconnected level sets of rectified networks."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, exactly
from claims.documents.topology.source import TOPOLOGY
from claims.instances.mixtures import Clusters, LinearPair, MixedTargets, Rectifiers
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.matrix import hstack, vstack
from numerics.paths import joined_chain, keeps_the_loss

# S2-40, S2-42, S2-43: two clusters ---------------------------------------------------------------------------------------------------


def detour_through_zero_is_high(law: Clusters) -> Decision:
    """Shrinking W_2 to zero, moving W_1, letting W_2 grow again stays at most at max(F(theta_A), E|Y|^2): F is convex in W_2."""
    worst = max(law.displacement_risk, law.variance)
    return exactly(bool(2 * worst >= 1), f"a path through W_2 = 0 stays at or below {worst}")


def bisecting(q) -> Clusters:
    """mu = (1, 0) and (-1, 0), each unit active on one component, covariances I / 32."""
    lower, upper = q.of([[1, "1/4"], [-1, "1/4"]]), q.of([[0, 0], ["1/8", "1/8"]])
    return Clusters(q.of([[1, -1], [0, 0]]), q.scalar("1/4"), q.scalar("1/2"), lower, upper)


@assumption("wall", "the outgoing weights of the two units are not of opposite signs")
def not_of_opposite_signs(law: Clusters) -> Decision:
    return exactly(law.one_sign)


@assumption("rays", "the means lie on different rays from zero")
def means_on_different_rays(law: Clusters) -> Decision:
    return exactly(law.means_on_different_rays)


def risk_is_at_least_the_smaller_share(law: Clusters) -> Decision:
    return at_most(law.smaller_share, law.label_risk)


def risk_is_at_least(bound: str) -> Property:
    def property(law: Clusters) -> Decision:
        return at_most(law.share * 0 + law.lower.scalar(bound), law.label_risk)

    return property


def both_orders_reach_zero(law: Clusters) -> Decision:
    """Without spread: w_1 sees mu_1 only, w_2 sees mu_-1 only, and so does the copy with exchanged units."""
    first, second = law.means[:, [0]], law.means[:, [1]]
    one, other = _seeing_only(first, second), _seeing_only(second, first)
    upper = law.lower.of([[1 / (one @ first)[0, 0], -1 / (other @ second)[0, 0]]])
    rows = [one.entries(), other.entries()]
    nets = (law.lower.of(rows), upper), (law.lower.of(rows[::-1]), upper[:, [1, 0]])
    laws = [Clusters(law.means, law.spread * 0, law.share, *net) for net in nets]
    return both(*(equal(found.label_risk, found.label_risk * 0) for found in laws))


def _seeing_only(seen: Any, unseen: Any) -> Any:
    """A row that is positive at one vector and not at another, on different rays: the first, less what it has along the second."""
    size, crossing = (unseen.T @ unseen)[0, 0], (seen.T @ unseen)[0, 0]
    return seen.T * size - unseen.T * max(crossing, size * 0)


def the_units_of_the_law_reach_zero(law: Clusters) -> Decision:
    return equal(law.label_risk, law.label_risk * 0)


S2_40 = Claim(
    "S2-40",
    "Two configurations of small risk are separated by risk 1/2",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"Y=(X-\mu_Z)Z\colon\quad\max_tF_o(\gamma(t))\ge\tfrac12\text{ on every path }\gamma\text{ from }\theta^A\text{ to }\theta^B",
        detour_through_zero_is_high,
        only("two clusters at $(1,0)$ and $(-1,0)$ with small covariances", bisecting),
        words="With the target as printed, of two dimensions.",
    ),
    amended=(
        Statement(
            r"Y=Z,\ \beta_1\beta_2\ge0\ \Rightarrow\ F_o(\theta)\ge\min(\mathbb P(Z=1),\mathbb P(Z=-1))",
            risk_is_at_least_the_smaller_share,
            "labelled_clusters",
            words=(
                "With the component itself as target. Below this level (1/2 for equal shares) the outgoing weights $\\beta_1,\\beta_2$ have opposite signs, and exchanging the units exchanges the signs: every path between the two configurations passes the level."
            ),
            reading="level",
            assumptions=(not_of_opposite_signs,),
            strata=("equal shares", "unequal shares", "no spread", "attained"),
            bound=True,
            probes=(
                without("wall", "with outgoing weights of opposite signs"),
                control("the level is 1, whatever the shares", risk_is_at_least("1")),
            ),
        ),
        Statement(
            r"\exists\,\theta^A,\theta^B\colon\ F_o(\theta^A)=F_o(\theta^B)=0\quad\text{in the limit of vanishing covariances}",
            both_orders_reach_zero,
            "labelled_clusters",
            words="Both configurations reach the risk 0 there, where the means lie on different rays from zero.",
            reading="ends",
            assumptions=(means_on_different_rays,),
            strata=("opposite means", "equal shares", "unequal shares"),
            probes=(control("the given units reach it", the_units_of_the_law_reach_zero),),
        ),
    ),
    remark=(
        "The printed target itself vanishes with the covariances, $\\mathbb E|Y|^2=\\operatorname{tr}\\Sigma$: the network $W_2=0$ is then as good as any, and the path through it never rises. "
        "(A network without biases whose units each see one component fits this target only with $W_2\\to0$.) As a share of $\\mathbb E|Y|^2$ it is the first half of the sentence that fails, see S2-43. The amended bound needs no Gaussians and no small covariances: "
        "if $\\beta_1,\\beta_2\\ge0$ the output is nowhere negative, so that the error on $Z=-1$ is at least 1."
    ),
    illustrated_by=("X2-8",),
)


def some_matrix_has_rank_one(law: Clusters) -> Decision:
    """The path W_1, 0, W_1 with exchanged rows, straight: for an invertible W_1 the ranks on it are 2, 0 and 2."""
    return exactly(law.lower.rank() < 2, "a path through W_1 = 0 passes no matrix of rank one")


def exchange_flips_the_determinant(law: Clusters) -> Decision:
    """det W_1 and its value after the exchange are opposite, so that zero lies between: a matrix of rank at most one is passed."""
    return equal(law.lower[[1, 0], :].det(), -law.lower.det())


def exchange_keeps_the_determinant(law: Clusters) -> Decision:
    return equal(law.lower[[1, 0], :].det(), law.lower.det())


S2_42 = Claim(
    "S2-42",
    "Any path between the two configurations passes a first layer of rank 1",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}W_1(t)=1\text{ for some }t",
        some_matrix_has_rank_one,
        "labelled_clusters",
        words="To the letter.",
    ),
    amended=Statement(
        r"\det PW_1=-\det W_1,\quad\text{hence }\operatorname{rank}W_1(t)\le1\text{ for some }t",
        exchange_flips_the_determinant,
        "labelled_clusters",
        words="Of rank at most 1: the determinant changes its sign.",
        strata=("first layer of rank one", "first layer of rank two", "rows in one direction"),
        probes=(control("the determinant stays as it is", exchange_keeps_the_determinant),),
    ),
    remark="The straight path through $W_1=0$ passes the ranks 2, 0 and 2.",
)


@assumption("rank", "W_1 has rank 1")
def rank_one(law: Clusters) -> Decision:
    return equal(law.lower.rank(), 1)


@assumption("rank", "W_1 has rank 1 or 0")
def rank_at_most_one(law: Clusters) -> Decision:
    return exactly(law.lower.rank() <= 1)


@assumption("direction", "the rows of W_1 are nonnegative multiples of one row")
def in_one_direction(law: Clusters) -> Decision:
    return exactly(law.one_direction)


@assumption("equal", "both components have probability 1/2")
def equal_shares(law: Clusters) -> Decision:
    return equal(law.share, 1 - law.share)


def part_of_the_target_is_missed(share: str) -> Property:
    """F >= that share of E|Y|^2 for Y = (X - mu_Z) Z.

    Half for a W_1 of rank one and four points mu +- s e_j: the output is a p for p > 0 and b p for p < 0, p = wX.  On either side
    a explains |sum p y|^2 / sum p^2 of sum |y|^2, at most s^2 since the p have one sign, and 2 s^2 of 4 s^2 on both.
    """

    def property(law: Clusters) -> Decision:
        return at_most(law.variance * law.lower.scalar(share), law.displacement_risk)

    return property


def zero_has_high_risk(law: Clusters) -> Decision:
    """Any W_1 of rank one, with W_2 = 0."""
    return at_most(law.lower.scalar("1/2"), law.variance, f"with W_2 = 0 the risk is {law.variance}")


S2_43 = Claim(
    "S2-43",
    "A first layer of rank 1 leads to a risk of at least 1/2",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"Y=(X-\mu_Z)Z,\ \operatorname{rank}W_1=1\ \Rightarrow\ F_o\ge\tfrac12",
            zero_has_high_risk,
            only("two clusters at $(1,0)$ and $(-1,0)$ with small covariances", bisecting),
            words="With the target as printed.",
            reading="A",
        ),
        Statement(
            r"Y=Z,\ \operatorname{rank}W_1=1\ \Rightarrow\ F_o\ge\tfrac12",
            risk_is_at_least("1/2"),
            "labelled_clusters",
            words="With the component itself as target, and equal shares.",
            reading="B",
            assumptions=(rank_one, equal_shares),
        ),
        Statement(
            r"Y=(X-\mu_Z)Z,\ \operatorname{rank}W_1\le1\ \Rightarrow\ F_o\ge\tfrac12\,\mathbb E|Y|^2",
            part_of_the_target_is_missed("1/2"),
            "displaced_clusters",
            words=(
                "With the target as printed and the risk as a share of $\\mathbb E|Y|^2$, for components with the covariance $\\sigma^2I$: a network that sees a Gaussian "
                "along one direction misses the half of $Y$ that lies across it, which is independent of what it sees. Decided for components of four points each."
            ),
            reading="C",
            assumptions=(rank_at_most_one,),
            strata=("first layer of rank one", "equal shares", "unequal shares", "no spread"),
            bound=True,
            probes=(
                without("rank", "with a first layer of rank two"),
                control("all of it is missed", part_of_the_target_is_missed("1")),
            ),
        ),
    ),
    amended=Statement(
        r"Y=Z,\ w_2=cw_1,\ c\ge0\ \Rightarrow\ F_o\ge\min(\mathbb P(Z=1),\mathbb P(Z=-1))",
        risk_is_at_least_the_smaller_share,
        "labelled_clusters",
        words="Two units that look in one direction, or a dead one, are a single unit, whose output has one sign.",
        assumptions=(in_one_direction,),
        strata=("equal shares", "unequal shares", "no spread", "attained", "first layer of rank one"),
        bound=True,
        probes=(
            without("direction", "with rows that are no nonnegative multiples of one row"),
            control("the level is 1, whatever the shares", risk_is_at_least("1")),
        ),
    ),
    remark=(
        "Two opposite rows $w$ and $-w$ have rank 1 and fit two opposite clusters without spread exactly: the rank alone does not bound the risk. "
        "Reading C is where the half may come from. But the two configurations miss this half as well: on a small component away from zero a network of two units without biases is "
        "linear, and it has to vanish at the mean (or it bends there and sees one direction only)."
    ),
)

# S2-44, S2-45: the tessellation -------------------------------------------------------------------------------------------------------


@assumption("lines", "the rows of the first layer are nonzero and pairwise not parallel")
def lines_differ(net: Rectifiers) -> Decision:
    return exactly(net.lines_differ)


@assumption("used", "no unit has zero outgoing weights")
def all_used(net: Rectifiers) -> Decision:
    return exactly(net.all_used)


def every_unit_has_a_kink_of_its_own(net: Rectifiers) -> Decision:
    """The function has kinks on as many lines as there are units.

    A network of the same size that computes it has exactly one unit on each of these lines; along a path the line of a unit is
    continuous and one of finitely many, so that it never changes.
    """
    return equal(net.kinked_lines, net.size, f"{net.kinked_lines} lines with a kink, {net.size} units")


def one_kink_less(net: Rectifiers) -> Decision:
    return equal(net.kinked_lines, net.size - 1)


def some_copy_differs(net: Rectifiers) -> Decision:
    """Exchanging some two units changes the parameters; otherwise every permuted copy is the network itself."""
    pairs = [(i, j) for i in range(net.size) for j in range(i)]
    apart = any(net.row(i) != net.row(j) or net.upper[:, [i]] != net.upper[:, [j]] for i, j in pairs)
    return exactly(apart, "every copy with permuted units is the network itself")


def two_units(q) -> Rectifiers:
    return Rectifiers(q.of([[1, 0], [0, 1]]), q.of([[1, 1]]))


def coinciding_units(q) -> Rectifiers:
    return Rectifiers(q.of([[1, 0], [1, 0]]), q.of([[1, 1]]))


GENERIC = Statement(
    r"w_i\nparallel w_j,\ \beta_i\ne0\ \Rightarrow\ \Phi(\cdot\,;\theta)\text{ has a kink on each line }w_i^\perp",
    every_unit_has_a_kink_of_its_own,
    "rectifiers",
    words="For one hidden layer with units on different lines, none of them without effect: a unit keeps its line along every path of zero risk, so the copy with permuted units is out of reach.",
    assumptions=(lines_differ, all_used),
    strata=("three units", "different lines"),
    probes=(
        without("lines", "with parallel or zero rows"),
        without("used", "with a unit without effect"),
        control("one kink less than there are units", one_kink_less),
    ),
)

S2_44 = Claim(
    "S2-44",
    "A network and a copy with permuted units are not joined by a path of zero risk",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists\,\theta,\sigma\colon\ F_o(\theta)=F_o(\theta_\sigma)=0\text{ and no path of zero risk joins them}",
            every_unit_has_a_kink_of_its_own,
            only("two units with $w_1=e_1$, $w_2=e_2$ and outgoing weights 1", two_units),
            words="One can find such parameters.",
            reading="A",
            probes=(control("one kink less than there are units", one_kink_less),),
        ),
        Statement(
            r"\forall\theta\ \exists\sigma\colon\ \text{no path of zero risk joins }\theta\text{ and }\theta_\sigma",
            some_copy_differs,
            only("two units with the same weights", coinciding_units),
            words="From any current parameters.",
            reading="B",
        ),
    ),
    amended=GENERIC,
    remark=(
        "For a single unit, or for units that coincide, every permuted copy is the network itself, so reading B fails. Full support makes zero risk the equality of two "
        "continuous functions; that much is not needed: an open set around one point of each line is enough. "
        "The document says 'arbitrary architecture'; one hidden layer on the plane is what is treated here, and more layers are not."
    ),
)


def every_line_is_a_kink(net: Rectifiers) -> Decision:
    """The function has a kink on the line of every unit, so that no line can move without a change of the function."""
    return equal(net.kinked_lines, net.unit_lines, f"{net.unit_lines} lines of units, {net.kinked_lines} of them with a kink")


def kinks_of(net: Rectifiers) -> list[Any]:
    """The rows of the units on whose lines the function has a kink, one for each line."""
    return [net.row(unit) for unit in net.representatives if not net.kink(unit).is_zero()]


@assumption("pieces", "the two functions are linear on different pieces of the plane")
def different_pieces(law: MixedTargets) -> Decision:
    one, other = kinks_of(law.one), kinks_of(law.other)
    paired = [any(vstack(row, line).det() == 0 for line in other) for row in one]
    return exactly(len(one) != len(other) or not all(paired))


def difference(law: MixedTargets) -> Rectifiers:
    """The network whose outputs are those of the one less those of the other."""
    return Rectifiers(vstack(law.one.lower, law.other.lower), hstack(law.one.upper, -law.other.upper))


def functions_differ(law: MixedTargets) -> Decision:
    """The difference bends somewhere: it is not zero on an open set."""
    return exactly(difference(law).kinked_lines > 0)


def every_kink_differs(law: MixedTargets) -> Decision:
    return equal(difference(law).kinked_lines, difference(law).unit_lines)


S2_45 = Claim(
    "S2-45",
    "A path between permuted copies changes the tessellation and so has positive risk",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\text{the units of }\theta\text{ cut the plane differently}\ \Rightarrow\ F_o>0",
            every_line_is_a_kink,
            "rectifiers",
            words="A unit cannot move its line without changing the function, whatever the parameters.",
            reading="A",
        ),
        Statement(
            r"\Phi(\cdot\,;\theta),\Phi(\cdot\,;\theta')\text{ linear on different pieces}\ \Rightarrow\ F_o(\theta')>0",
            functions_differ,
            "mixed_targets",
            words="With $\\mathcal P_\\theta$ as it is defined, the pieces of the function itself: other pieces are another function, hence positive risk where X has a density (one hidden layer, one output).",
            reading="B",
            assumptions=(different_pieces,),
            strata=("different outputs",),
            probes=(
                without("pieces", "with the same pieces"),
                control("every line of a unit is a kink of the difference", every_kink_differs),
            ),
        ),
    ),
    amended=GENERIC,
    remark=(
        "The line of a unit without effect, or of two units that cancel, moves at zero risk; then $\\mathcal P_\\theta$ is coarser than the lines of the units. Reading B is nearly a definition; "
        "that a path must pass another tessellation does not follow from it: that is the question of S2-44."
    ),
)

# S2-46, S2-47: a mixture of two targets -----------------------------------------------------------------------------------------------


@assumption("functions", "the two networks have different outputs")
def different_outputs(law: MixedTargets) -> Decision:
    return exactly(not law.same_function)


@assumption("shares", "the two shares differ")
def different_shares(law: MixedTargets) -> Decision:
    return exactly(bool(law.share != 1 - law.share))


def risks_differ(law: MixedTargets) -> Decision:
    """F(theta) and F(theta')."""
    return exactly(bool(law.risk(law.outputs[0]) != law.risk(law.outputs[1])), "the two risks are equal")


def first_risk_is_smaller(law: MixedTargets) -> Decision:
    return exactly(bool(law.risk(law.outputs[0]) < law.risk(law.outputs[1])))


S2_46 = Claim(
    "S2-46",
    "The share of the mixture makes the risks at the two parameters different",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\Phi(\cdot\,;\theta)\ne\Phi(\cdot\,;\theta'),\ \pi\ne\tfrac12\ \Rightarrow\ F_o(\theta)\ne F_o(\theta')",
        risks_differ,
        "mixed_targets",
        words=(
            "For two different targets and every share but one half: $F_o(\\theta)=(1-\\pi)\\,\\mathbb E|\\Phi-\\Phi'|^2$ and "
            "$F_o(\\theta')=\\pi\\,\\mathbb E|\\Phi-\\Phi'|^2$."
        ),
        assumptions=(different_outputs, different_shares),
        strata=("different outputs", "unequal shares"),
        probes=(
            without("functions", "with equal outputs"),
            without("shares", "with equal shares"),
            control("the risk at the first is smaller", first_risk_is_smaller),
        ),
        derivation="topology.mixture_slopes",
    ),
    remark=(
        "The document asks for 'a different set of parameters' and 'a different target distribution'. The second is what is needed: a copy with exchanged "
        "units has other parameters, the same outputs and the same risk."
    ),
)


def both_are_stationary(law: MixedTargets) -> Decision:
    """Scaling the second layer does not change the risk to first order, at either of the two."""
    slopes = [law.scaling_slope(0), law.scaling_slope(1)]
    return exactly(
        all(slope == 0 for slope in slopes), "scaling the second layer of one of the two lowers the risk to first order"
    )


def one_is_not_stationary(law: MixedTargets) -> Decision:
    return exactly(both_are_stationary(law).fails)


def the_first_is_not_stationary(law: MixedTargets) -> Decision:
    return exactly(bool(law.scaling_slope(0) != 0))


S2_47 = Claim(
    "S2-47",
    "The mixture preserves the status of local minima of both parameters",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=Statement(
        r"\nabla F_o(\theta)=0\ \text{ and }\ \nabla F_o(\theta')=0\quad(0<\pi<1)",
        both_are_stationary,
        "mixed_targets",
        words="What two local minima would have at least.",
        assumptions=(different_outputs,),
    ),
    amended=Statement(
        r"\Phi(\cdot\,;\theta)\ne\Phi(\cdot\,;\theta'),\ 0<\pi<1\ \Rightarrow\ \nabla F_o(\theta)\ne0\ \text{ or }\ \nabla F_o(\theta')\ne0",
        one_is_not_stationary,
        "mixed_targets",
        words="It never does: at least one of the two is no longer a critical point.",
        assumptions=(different_outputs,),
        strata=("equal shares", "unequal shares", "one network is stationary under scaling", "orthogonal outputs"),
        probes=(
            without("functions", "with equal outputs"),
            control("the first is not stationary", the_first_is_not_stationary),
        ),
        derivation="topology.mixture_slopes",
    ),
    remark=(
        "Proof, for every law of $X$ and every network whose last layer can be scaled: the slope at $\\theta$ along $W_2\\to sW_2$ is $2(1-\\pi)\\,\\mathbb E\\langle\\Phi,\\Phi-\\Phi'\\rangle$, that at $\\theta'$ is "
        "$2\\pi\\,\\mathbb E\\langle\\Phi',\\Phi'-\\Phi\\rangle$. If both vanish, the two expectations add up to $\\mathbb E|\\Phi-\\Phi'|^2=0$. "
        "Whether poor local minima exist near the two parameters is a different question, which this does not answer; appendix E shows two separated copies of equal loss, no poor local minimum."
    ),
)

# S2-48: the linear case -----------------------------------------------------------------------------------------------------------------


@assumption("spare", "there are more hidden units than inputs, or than outputs")
def spare_unit(pair: LinearPair) -> Decision:
    return exactly(pair.spare_unit)


def copy_is_joined(pair: LinearPair) -> Decision:
    """By a path of constant product, built and checked; impossible for an invertible product of square factors (det W_1 changes sign)."""
    if not pair.spare_unit:
        separated = pair.product.shape == pair.lower.shape and pair.product.det() != 0
        return exactly(not separated, "det W_1 is never zero at this product and has opposite signs at the ends")
    start = pair.lower, pair.upper
    path = joined_chain(start, pair.copy)
    held = keeps_the_loss(path, lambda lower, upper: _distance(pair, lower, upper))
    return exactly(held and (path.start, path.end) == (start, pair.copy))


def _distance(pair: LinearPair, lower: Any, upper: Any) -> Any:
    gap = upper @ lower - pair.product
    return (gap.T @ gap).trace()


def straight_line_joins(pair: LinearPair) -> Decision:
    lower, upper = pair.copy
    middle = ((pair.upper + upper) / 2) @ ((pair.lower + lower) / 2)
    return equal(middle, pair.product)


WITH_A_SPARE_UNIT = Statement(
    r"h>\min(n,m),\ W_2W_1=M\ \Rightarrow\ (W_1,W_2)\text{ and its copy with two units exchanged are joined at constant product}",
    copy_is_joined,
    "linear_pairs",
    words="With more hidden units than inputs or than outputs, as the strict inequality of Proposition 2.2 demands.",
    reading="B",
    assumptions=(spare_unit,),
    strata=("a unit to spare", "more units than outputs only", "zero weights", "deficient first layer"),
    probes=(
        without("spare", "with as many units as inputs and outputs"),
        control("a straight line joins them", straight_line_joins),
    ),
)

S2_48 = Claim(
    "S2-48",
    "The difficulty does not exist in the linear case",
    TOPOLOGY.at("sec. 2.3.1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"W_2W_1=M\ \Rightarrow\ (W_1,W_2)\text{ and its copy with two units exchanged are joined at constant product}",
            copy_is_joined,
            "linear_pairs",
            words="For two layers of any widths.",
            reading="A",
        ),
        WITH_A_SPARE_UNIT,
    ),
    amended=WITH_A_SPARE_UNIT,
    remark="With as many units as inputs and outputs and an invertible product the determinant of the first layer is a separating invariant, as for rectifiers.",
)

DISCONNECTED = (S2_40, S2_42, S2_43, S2_44, S2_45, S2_46, S2_47, S2_48)
