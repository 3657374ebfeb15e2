"""Document 002, Corollary 2.5 and B.5: the rate at which the energy gap falls."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, certainly, equal, every, exactly, less
from claims.documents.topology.barrier import norm_bracket
from claims.documents.topology.compressibility import in_the_ball, oracle_vanishes, penalised
from claims.documents.topology.norms import at_most_norm
from claims.documents.topology.rise import RISE
from claims.documents.topology.source import TOPOLOGY
from claims.instances.rectified import Atoms, Exponents, HalfRectified, Leg, Task, UnitSet, chord_squared
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.angles import squared_angle
from numerics.brackets import exact
from numerics.matrix import frobenius_squared
from numerics.rectified import activities, l1, outputs
from numerics.spectrum import as_fraction

# S2-61 ---------------------------------------------------------------------------------------------------------------------------


def moved_units_cost(share: str):
    """F(W~, beta) <= F(W, beta) + 2 N sqrt(F(W, beta)) + N^2 with N = sqrt(share |Sigma|) |beta|_1 max|w_i - w~_i|."""

    def property(leg: Leg) -> Decision:
        units, coefficients = leg.start
        before = as_fraction(leg.task.objective(units, coefficients))
        gap = as_fraction(leg.task.objective(leg.end[0], coefficients)) - before
        size = as_fraction(share) * as_fraction(leg.turn_squared) * as_fraction(l1(coefficients)) ** 2

        def enough(norm: Any) -> bool:
            noise = size * norm
            return gap <= noise or (gap - noise) ** 2 <= 4 * noise * before

        norm = norm_bracket(leg.task.law.sigma)
        noise = norm * exact(size)
        bound = (exact(4 * before) * noise).root(2) + noise
        return at_most(gap, bound.low) if gap <= bound.low else certainly(enough(norm.low), not enough(norm.high))

    return property


def cost_is_attained(share: str):
    """F(W~, beta) = F(W, beta) + 2 N sqrt(F(W, beta)) + N^2 for the N of ``moved_units_cost``, where |Sigma| is rational."""

    def property(leg: Leg) -> Decision:
        units, coefficients = leg.start
        before = as_fraction(leg.task.objective(units, coefficients))
        norm = norm_bracket(leg.task.law.sigma)
        noise = as_fraction(share) * norm.low * as_fraction(leg.turn_squared) * as_fraction(l1(coefficients)) ** 2
        beyond = as_fraction(leg.task.objective(leg.end[0], coefficients)) - before - noise
        return exactly(norm.low == norm.high and beyond >= 0 and beyond**2 == 4 * noise * before)

    return property


def half_unit(q: Any) -> Leg:
    """x = 1, y = 0: from a unit of length 1/2 to one of length 1, with the coefficient -3 and no penalty; the bound is attained."""
    one = q.of([[1]])
    return Leg((one / 2, -one * 3), (one, -one * 3), Task(Atoms(one, one), one * 0, q.scalar(0)), q.scalar("1/2"))


def exponents_give_the_rate(found: Exponents) -> Decision:
    """All terms of the proof are O(m^(-1/n))."""
    because = "the radius of the net alone is m^((eta - 1)/n), which is larger than m^(-1/n)"
    return exactly(bool(max(found.radius, found.removal) * found.dimension <= -1), because)


S2_61 = Claim(
    "S2-61",
    "The energy gap is of the order of m to the power -1/n",
    TOPOLOGY.at("Corollary 2.5"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\epsilon=O(m^{-1/n})",
            oracle_vanishes,
            "tasks",
            words="With epsilon as Theorem 2.4 defines it: $\\epsilon\\ge e(l)$, which a bound keeps away from 0 for all l and m.",
            reading="epsilon",
            assumptions=(penalised,),
        ),
        Statement(
            r"\epsilon_m=m^{(\eta-1)/n},\ \lvert Q_m\rvert\epsilon_m=m^{\eta+(\eta-1)/n}\ \Rightarrow\ \epsilon-\lim e=O(m^{-1/n})",
            exponents_give_the_rate,
            "net_exponents",
            words="As the gap above the limit of e, by the exponents of the proof.",
            reading="proof",
        ),
        RISE,
    ),
    amended=Statement(
        r"F_o(\tilde W,\beta)\le F_o(W,\beta)+2N\sqrt{F_o(W,\beta)}+N^2,\qquad N=\|\Sigma_X\|^{1/2}\|\beta\|_1\max_i\|w_i-\tilde w_i\|",
        moved_units_cost("1"),
        "turning_moves",
        words=(
            "What merging all units of each cell of a net costs at once: the cost of the whole merger is that of one radius, not of one radius for each unit, because the "
            "coefficients are summable."
        ),
        bound=True,
        strata=("units turned", "coefficients of both signs"),
        probes=(control("with a hundredth of N", moved_units_cost("1/10000")),),
        derivation="topology.turning",
    ),
    sharp=Statement(
        r"x=1,\ y=0,\ \kappa=0,\ w=\tfrac12,\ \tilde w=1,\ \beta=-3\ \Rightarrow\ F_o(\tilde W,\beta)=F_o(W,\beta)+2N\sqrt{F_o(W,\beta)}+N^2",
        cost_is_attained("1"),
        only("half of a unit", half_unit),
        words="The bound is attained: from $\\tfrac94$ to $9$ with $N=\\tfrac32$.",
        reading="attained",
        probes=(control("with nine tenths of N squared", cost_is_attained("9/10")),),
    ),
    remark=(
        "By the definition of epsilon the rate fails: $X=Y=1$, $\\kappa=1$ give $\\epsilon\\ge e(l)\\ge\\frac34$. The proof has $\\eta\\gt0$ and so shows less than $m^{-1/n}$ even above the limit of e: "
        "its slowest term is $m^{-(1-(n+1)\\eta)/n}$. But epsilon matters only where it exceeds $\\lambda\\ge e(m)$, and read as the rise above $\\lambda$ the printed rate is true for $\\kappa\\gt0$, by a shorter "
        "path that needs neither an oracle nor a rate of e. It is not the best: the sharp bound of S2-61b gives $O(m^{-1/(n-1)})$ for $n\\ge2$, and for $n=1$, $m\\ge4$ the path does not rise at all."
    ),
)

# S2-61a --------------------------------------------------------------------------------------------------------------------------


@assumption("h1", "0 < eta < (1/n) / (1 + 1/n)")
def small_eta(found: Exponents) -> Decision:
    n = found.dimension
    return exactly(bool(found.eta * (n * n + n) < n))


def removal_vanishes(found: Exponents) -> Decision:
    return exactly(bool(found.removal < 0))


def removal_at_rate(found: Exponents) -> Decision:
    return exactly(bool(found.removal * found.dimension <= -1))


def slowest_term(shift: int):
    """The slowest term has the exponent -(1 - (n + 1) eta)/n < 0, the shift added to n + 1."""

    def property(found: Exponents) -> Decision:
        n = found.dimension
        slowest = max(found.radius, found.removal)
        return both(equal(slowest, -(1 - (n + 1 + shift) * found.eta) / n), less(slowest, 0))

    return property


S2_61A = Claim(
    "S2-61a",
    "The exponents in the proof of the rate",
    TOPOLOGY.at("B.5"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"0\lt\eta\lt n^{-1}(1+n^{-1})^{-1}\ \Rightarrow\ \lvert Q_m\rvert\epsilon_m\simeq m^{\eta+(\eta-1)/n}\to0",
            removal_vanishes,
            "net_exponents",
            words="Removing the units of one cell costs less and less.",
            reading="removal",
            assumptions=(small_eta,),
            strata=("one dimension",),
            probes=(without("h1", "with any eta"), control("the cost is of the order of m to the power -1/n", removal_at_rate)),
        ),
        Statement(
            r"\max\bigl(\tfrac{\eta-1}n,\ \eta+\tfrac{\eta-1}n\bigr)\le-\tfrac1n",
            exponents_give_the_rate,
            "net_exponents",
            words="Together these give S2-61.",
            reading="rate",
            assumptions=(small_eta,),
        ),
    ),
    amended=Statement(
        r"\max\bigl(\tfrac{\eta-1}n,\ \eta+\tfrac{\eta-1}n\bigr)=-\frac{1-(n+1)\eta}n\lt0",
        slowest_term(0),
        "net_exponents",
        words="The rate of the terms that the proof bounds; the oracle error, $e(m^\\eta)-\\lim e$, it leaves without a rate.",
        assumptions=(small_eta,),
        strata=("one dimension",),
        probes=(control("with n in place of n + 1", slowest_term(-1)), without("h1", "with any eta")),
    ),
    remark="With $e(l)-\\lim e=O(1/l)$, which is Maurey's argument and cited here, the oracle error is $O(m^{-\\eta})$; both are balanced at $\\eta=1/(2n+1)$. S2-61 says how to do better.",
)

# S2-61b, S2-61c: nets ------------------------------------------------------------------------------------------------------------


def packing_within(volume):
    """The number of vectors that are farther than eps from each other, times (eps/2)^n, is at most a volume."""

    def property(found: UnitSet) -> Decision:
        half, n = found.radius / 2, found.dimension
        return at_most(len(found.separated()) * as_fraction(half) ** n, volume(as_fraction(half), n))

    return property


def shell(half: Any, n: int) -> Any:
    """(1 + eps/2)^n - max(0, 1 - eps/2)^n."""
    inner = 1 - half if half < 1 else 0
    return (1 + half) ** n - inner**n


CROSS = only(
    "the four signed unit vectors of the plane, eps = 7/5",
    lambda q: UnitSet(q.of([[0], [1], [0], [1]]), (False, False, True, True), q.scalar("7/5")),
)


def angles_within(found: UnitSet) -> Decision:
    """Two vectors of one cell are at an angle of at most 2 eps; the squared angle between rational numbers."""
    limit = 4 * as_fraction(found.radius) ** 2
    squares = [squared_angle(as_fraction(sum(a * b for a, b in zip(v, w, strict=True)))) for v, w, _ in found.cell_mates()]
    return certainly(all(square.high <= limit for square in squares), any(square.low > limit for square in squares))


def chords_within(share: int):
    def property(found: UnitSet) -> Decision:
        limit = share * found.radius * found.radius
        return every([at_most(chord_squared(v, w), limit) for v, w, _ in found.cell_mates()])

    return property


def cosines_within(times: int):
    """The angle of two vectors of one cell is at most ``times`` the angle with the chord eps, as cosines: T_times(1 - eps^2/2)."""

    def property(found: UnitSet) -> Decision:
        base = 1 - found.radius * found.radius / 2
        least = 2 * base * base - 1 if times == 2 else base
        return every([at_most(1 - sum(a * b for a, b in zip(v, w, strict=True)), 1 - least) for v, w, _ in found.cell_mates()])

    return property


@assumption("h1", "eps^2 <= 2")
def small_radius(found: UnitSet) -> Decision:
    return exactly(bool(found.radius * found.radius <= 2))


def two_in_a_cell(q: Any) -> UnitSet:
    """(1, 0) and (3/5, 4/5), (3/5, -4/5) at the distance 0.8945 from it."""
    return UnitSet(q.of([[0], ["1/2"], ["-1/2"]]), (False, False, False), q.scalar("179/200"))


S2_61B = Claim(
    "S2-61b",
    "The covering number of the sphere",
    TOPOLOGY.at("B.5"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=Statement(
        r"\mathcal N(S^{n-1},\epsilon)\le(1+2/\epsilon)^n",
        packing_within(lambda half, n: (1 + half) ** n),
        "unit_sets",
        words="By volumes: vectors farther than epsilon from each other carry disjoint balls of radius $\\epsilon/2$ inside one of radius $1+\\epsilon/2$, and a largest set of them is a net.",
        bound=True,
        strata=("one dimension", "two dimensions", "three dimensions", "one vector covers all", "coinciding vectors"),
        probes=(control("(1/eps)^n", packing_within(lambda half, n: half**0 / 2**n)),),
    ),
    sharp=Statement(
        r"\mathcal N(S^{n-1},\epsilon)\le\Bigl(1+\frac2\epsilon\Bigr)^n-\Bigl(\frac2\epsilon-1\Bigr)_+^n=O(\epsilon^{-(n-1)})",
        packing_within(shell),
        "unit_sets",
        words="The balls lie in a shell: the sphere has $n-1$ dimensions, not n.",
        bound=True,
        strata=("one dimension", "two dimensions", "attained"),
        probes=(
            control("half of it", packing_within(lambda half, n: shell(half, n) / 2)),
            control("two thirds of it", packing_within(lambda half, n: shell(half, n) * 2 / 3), over=CROSS),
        ),
    ),
)

S2_61C = Claim(
    "S2-61c",
    "Vectors of one cell of a net are close to each other",
    TOPOLOGY.at("B.5"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=Statement(
        r"\angle(w,w')\le2\epsilon_m",
        angles_within,
        only("two vectors at the border of one cell", two_in_a_cell),
        words="For vectors within the distance epsilon of one element of the net.",
    ),
    amended=Statement(
        r"\|w-w'\|\le2\epsilon_m",
        chords_within(4),
        "unit_sets",
        words="Their distance, not their angle, is at most twice the radius.",
        strata=("two dimensions", "three dimensions", "coinciding vectors"),
        probes=(control("at most the radius", chords_within(1)),),
    ),
    sharp=Statement(
        r"\angle(w,w')\le4\arcsin\frac{\epsilon_m}2\le\pi\epsilon_m",
        cosines_within(2),
        "unit_sets",
        words="The angle, compared by cosines: $\\langle w,w'\\rangle\\ge2(1-\\epsilon_m^2/2)^2-1$.",
        assumptions=(small_radius,),
        strata=("two dimensions", "three dimensions"),
        probes=(without("h1", "for large cells"), control("at most the angle of one radius", cosines_within(1))),
    ),
    remark="A chord is shorter than its arc. The proof needs an angle of order $\\epsilon_m$ only.",
)

# S2-61d: removing a unit ---------------------------------------------------------------------------------------------------------


@assumption("two", "at least two units")
def two_units(net: HalfRectified) -> Decision:
    return exactly(net.width >= 2)


def removed(net: HalfRectified) -> tuple[Any, Any, Any]:
    """Y - beta_p Z(W_-k), Y - beta Z(W) and z(w_k) - z(w_(k-1)) at the atoms, for the last two units."""
    task, k = net.task, net.width - 1
    features = activities(net.units, task.inputs)
    noise = features[k, :] - features[k - 1, :]
    full = task.targets - outputs(net.units, net.coefficients, task.inputs)
    return full + noise * net.coefficients[0, k], full, noise


def mean_of(net: HalfRectified, value) -> Any:
    return net.task.law.mean(value)


def parts(net: HalfRectified, factor: Any) -> tuple[list[Any], list[Any]]:
    """p_1 = Y - beta_p Z(W_-k) - factor n/2 and p_2 = factor n/2."""
    pruned, _, noise = removed(net)
    half = noise * factor / 2
    return (pruned - half).entries(), half.entries()


def loss_difference(net: HalfRectified) -> Any:
    pruned, full, _ = removed(net)
    return mean_of(net, [a * a - b * b for a, b in zip(pruned.entries(), full.entries(), strict=True)])


def polarised(factor):
    """The difference of the losses is E|p_1 + p_2|^2 - E|p_1 - p_2|^2."""

    def property(net: HalfRectified) -> Decision:
        p1, p2 = parts(net, factor(net))
        found = mean_of(net, [(a + b) * (a + b) - (a - b) * (a - b) for a, b in zip(p1, p2, strict=True)])
        return equal(loss_difference(net), found, "z(w_k) = z(w_(k-1)) + n changes the output by beta_k n, not by n")

    return property


def absolute_products(net: HalfRectified) -> Decision:
    p1, p2 = parts(net, net.units.scalar(1))
    left = mean_of(net, [(a + b) * (a + b) - (a - b) * (a - b) for a, b in zip(p1, p2, strict=True)])
    return equal(left, 4 * mean_of(net, [abs(a * b) for a, b in zip(p1, p2, strict=True)]), "the products may be negative")


def cauchy_schwarz(factor: int):
    """(4 E|p_1 p_2|)^2 <= factor E p_1^2 E n^2."""

    def property(net: HalfRectified) -> Decision:
        p1, p2 = parts(net, net.units.scalar(1))
        left = 4 * mean_of(net, [abs(a * b) for a, b in zip(p1, p2, strict=True)])
        sizes = mean_of(net, [a * a for a in p1]), mean_of(net, [4 * b * b for b in p2])
        return at_most(left * left, factor * sizes[0] * sizes[1])

    return property


def merged_norm(net: HalfRectified) -> Decision:
    """|beta_p|_1 <= |beta|_1 for beta_(p,k-1) = beta_(k-1) + beta_k."""
    values = net.coefficients.entries()
    merged = [*values[:-2], values[-2] + values[-1]]
    return at_most(sum((abs(v) for v in merged), net.task.kappa * 0), l1(net.coefficients))


def merged_norm_falls(net: HalfRectified) -> Decision:
    values = net.coefficients.entries()
    return less(abs(values[-2] + values[-1]), abs(values[-2]) + abs(values[-1]))


def unit_noise(share: str):
    """E n^2 <= share |Sigma| |w_k - w_(k-1)|^2."""

    def property(net: HalfRectified) -> Decision:
        _, _, noise = removed(net)
        apart = frobenius_squared(net.units[net.width - 1, :] - net.units[net.width - 2, :])
        return at_most_norm(
            mean_of(net, [n * n for n in noise.entries()]), as_fraction(share) * as_fraction(apart), net.task.law.sigma
        )

    return property


def removal_cost(factor: int):
    """(difference of the losses)^2 <= factor E p_1^2 E (beta_k n)^2."""

    def property(net: HalfRectified) -> Decision:
        p1, p2 = parts(net, net.coefficients[0, net.width - 1])
        sizes = mean_of(net, [a * a for a in p1]), mean_of(net, [4 * b * b for b in p2])
        difference = loss_difference(net)
        return at_most(difference * difference, factor * sizes[0] * sizes[1])

    return property


PRUNED: dict[str, Any] = {"over": "half_rectified_networks", "assumptions": (two_units,)}

S2_61D = Claim(
    "S2-61d",
    "Removing one unit costs little",
    TOPOLOGY.at("B.5"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\mathbb E\lvert Y-\beta_p^TZ(W_{-k})\rvert^2-\mathbb E\lvert Y-\beta'^TZ(W_{-k})-\beta_kz(w_k)\rvert^2=\mathbb E\lvert p_1+p_2\rvert^2-\mathbb E\lvert p_1-p_2\rvert^2",
            polarised(lambda net: net.units.scalar(1)),
            words="The first equality.",
            reading="first",
            **PRUNED,
        ),
        Statement(
            r"\mathbb E\lvert p_1+p_2\rvert^2-\mathbb E\lvert p_1-p_2\rvert^2=4\,\mathbb E\{\lvert p_1p_2\rvert\}",
            absolute_products,
            words="The second one.",
            reading="second",
            **PRUNED,
        ),
        Statement(
            r"4\,\mathbb E\{\lvert p_1p_2\rvert\}\le\sqrt{\mathbb E\lvert p_1\rvert^2}\sqrt{\mathbb E\lvert n\rvert^2}",
            cauchy_schwarz(1),
            words="The inequality.",
            reading="third",
            **PRUNED,
        ),
        Statement(
            r"\mathbb E\lvert n\rvert^2\le C\alpha^2,\qquad C=\|\Sigma_X\|",
            unit_noise("1"),
            words="The noise, with $\\|w_k-w_{k-1}\\|\\le\\alpha$.",
            reading="noise",
            bound=True,
            strata=("coinciding units", "one dimension", "attained"),
            probes=(control("with half of that", unit_noise("1/2")),),
            **PRUNED,
        ),
        Statement(
            r"\|\beta_p\|_1\le\|\beta'\|_1,\qquad\beta'=(\beta_f;\beta_k)",
            merged_norm,
            words="The norm of the coefficients does not grow.",
            reading="norm",
            bound=True,
            strata=("coefficients of both signs", "attained"),
            probes=(control("it falls", merged_norm_falls),),
            **PRUNED,
        ),
    ),
    amended=(
        Statement(
            r"p_2=\tfrac12\beta_kn,\ p_1=Y-\beta_p^TZ(W_{-k})-p_2\colon\quad\text{difference}=\mathbb E\lvert p_1+p_2\rvert^2-\mathbb E\lvert p_1-p_2\rvert^2=4\,\mathbb E\,p_1p_2",
            polarised(lambda net: net.coefficients[0, net.width - 1]),
            words="With the coefficient of the removed unit, and without the absolute value.",
            reading="identity",
            strata=("coinciding units", "coefficients of both signs"),
            probes=(control("without the coefficient", polarised(lambda net: net.units.scalar(1))),),
            derivation="topology.pruning",
            **PRUNED,
        ),
        Statement(
            r"\lvert\text{difference}\rvert\le2\sqrt{\mathbb E\lvert p_1\rvert^2}\,\lvert\beta_k\rvert\sqrt{\mathbb E\lvert n\rvert^2}",
            removal_cost(4),
            words="With the factor 2 that Cauchy and Schwarz give, attained where the remainder is parallel to the noise.",
            reading="bound",
            bound=True,
            strata=("coefficients of both signs", "attained"),
            probes=(control("without the factor 2", removal_cost(1)),),
            derivation="topology.pruning",
            **PRUNED,
        ),
    ),
    remark="The constant depends on $\\|\\Sigma_X\\|$ and on $\\lvert\\beta_k\\rvert\\le\\mathbb EY^2/\\kappa$ too, not on $\\mathbb EY^2$ alone. The argument survives with another constant.",
)

# S2-61e: unit norm ---------------------------------------------------------------------------------------------------------------


def lengthened(net: HalfRectified, shrink: bool = False) -> HalfRectified:
    """Every unit w with 0 < |w| < 1 multiplied by 2/(1 + |w|^2) <= 1/|w|, its coefficient divided; zero units lose their coefficient."""
    lengths = net.lengths()
    factors = [2 / (1 + v) if 0 < v < 1 else v * 0 + 1 for v in lengths]
    units = net.units.diagonal(factors) @ net.units
    kept = net.coefficients.build(1, net.width, lambda _, j: net.coefficients[0, j] / factors[j] if lengths[j] else 0)
    return HalfRectified(units, net.coefficients if shrink else kept, net.task)


def lengthening_is_free(net: HalfRectified) -> Decision:
    longer = lengthened(net)
    return both(exactly(longer.in_the_ball), at_most(longer.objective, net.objective))


def lengthening_alone(net: HalfRectified) -> Decision:
    return at_most(lengthened(net, shrink=True).objective, net.objective)


def with_ridge(net: HalfRectified) -> Decision:
    """The same for kappa (|W_1|^2 + |W_2|^2) in place of the l1 norm."""

    def ridged(one: HalfRectified) -> Any:
        return one.risk + one.task.kappa * (frobenius_squared(one.units) + frobenius_squared(one.coefficients))

    return at_most(ridged(lengthened(net)), ridged(net))


S2_61E = Claim(
    "S2-61e",
    "The units can be taken to be unit vectors",
    TOPOLOGY.at("B.5"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=Statement(
        r"\|w_k\|\lt1\colon\quad F_o(\dots,cw_k,\dots;\dots,\beta_k/c,\dots)\le F_o(\theta)\qquad(1\le c\le1/\|w_k\|)",
        lengthening_is_free,
        "half_rectified_networks",
        words="Units are made longer within the ball and their coefficients smaller; a zero unit, which cannot be made longer, gives up its coefficient instead.",
        assumptions=(in_the_ball,),
        strata=("a unit inside the ball", "a zero unit", "no penalty"),
        probes=(
            without("h2", "with a ridge on both layers", over="half_rectified_networks", property=with_ridge),
            control("without compensation in the second layer", lengthening_alone),
        ),
        derivation="topology.homogeneity",
    ),
    remark="At every factor c between 1 and $1/\\|w_k\\|$ the output is the same, so that the moves are a path along which the loss does not grow.",
)


RATE = (S2_61, S2_61A, S2_61B, S2_61C, S2_61D, S2_61E)
