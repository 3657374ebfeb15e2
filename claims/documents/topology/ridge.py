"""Document 002, section 2.2 and the end of appendix B.2: linear networks with ridge."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import at_most, both, certainly, equal, every, exactly, less, undecided
from claims.documents.topology.source import TOPOLOGY
from claims.instances.deep_linear import Data
from claims.instances.level_paths import DeepRidge, Factored, RidgeEnds
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.balanced_factors import Quotient, completed, falls, is_subgradient, never_rises, quotient_along, rotation
from numerics.matrix import frobenius_squared
from numerics.polynomial import Polynomial, interpolated, is_at_most, is_nonnegative
from numerics.separation import separating_invariant
from numerics.spectrum import smaller_gram

# Paths with ridge -----------------------------------------------------------------------------------------------------------


@assumption("h1", "the hidden layer is wider than the smaller end")
def hidden_layer_is_wider(ends: RidgeEnds) -> Decision:
    return exactly(ends.hidden > ends.smaller_end)


def _balance(point: Factored) -> Quotient:
    """|W_1|^2 + |W_2|^2 on the straight way of P to I and of the parts without use to zero, evaluated at the factors themselves."""
    return quotient_along(
        lambda t: point.balanced_by(t).cost,
        lambda t: point.balanced_by(t).stretch.det() ** 2,
        2 * point.rank + 2,
        point.left.scalar(1),
    )


def balancing_never_costs(point: Factored) -> Decision:
    """The way from the factors to balanced ones: the product stays, and the squared norms never rise, down to 2 |M|_*."""
    numerator, denominator = _balance(point)
    lower, upper = point.balanced_by(point.left.scalar(1)).factors
    middle = point.balanced_by(point.left.scalar(1) / 2).factors
    return every(
        (
            exactly(never_rises(numerator, denominator)),
            equal((lower, upper), point.balanced),
            equal(upper @ lower, point.product),
            equal(middle[1] @ middle[0], point.product),
            equal(frobenius_squared(lower) + frobenius_squared(upper), point.nuclear * 2),
        )
    )


def straight_products_stay_below(ends: RidgeEnds) -> Decision:
    """|Y - M(t) X|^2 / L + 2 kappa |M(t)|_* is at most the level for M(t) = (1 - t) M_A + t M_B."""
    return line_stays_below(ends, ends.level, _mean_of_nuclear_norms(ends))


def line_stays_below(ends: RidgeEnds, level: Any, mean: Polynomial) -> Decision:
    """The same for any level, where |M(t)|_* is at most b(t), for which the mean of the norms at the ends is taken.

    For rank two at most |M|_*^2 = |M|^2 + 2 (det M'M)^(1/2), so that b^2 - |M|^2 and its square minus 4 det M'M are polynomials
    that have to be at least zero.
    """
    bound = interpolated([ends.fit(_straight(ends, t)) for t in range(3)]) + mean * Polynomial.of([ends.kappa * 2])
    bounded = all(is_nonnegative(p) for p in _gap_of_nuclear_norms(ends, mean))
    return exactly(bounded and all(is_at_most(bound, level, by=method) for method in ("bernstein", "sturm")))


def line_stays_below_with(share: str):
    """The same with another bound of the nuclear norm along the line: so much of the mean of those of the ends."""

    def property(ends: RidgeEnds) -> Decision:
        mean = _mean_of_nuclear_norms(ends) * Polynomial.of([ends.data.inputs.scalar(share)])
        return line_stays_below(ends, ends.level, mean)

    return property


def at_rest(q: Any) -> RidgeEnds:
    """Both ends at the balanced factors of I/4, through three units."""
    two, frame, half = q.eye(2), q.eye(3, 2), q.scalar("1/2")
    point = Factored(two, (half, half), two, frame, two, q.zeros(3, 2), q.zeros(2, 3))
    return RidgeEnds(point, point, Data(two, two), q.scalar(1))


def the_straight_line_of_factors_joins(ends: RidgeEnds) -> Decision:
    (a, b), (c, d) = ends.start.factors, ends.end.factors
    along = interpolated([ends.loss(a + (c - a) * t, b + (d - b) * t) for t in range(5)])
    return exactly(is_at_most(along, ends.level))


def _straight(ends: RidgeEnds, t: int) -> Any:
    return ends.start.product + (ends.end.product - ends.start.product) * t


def _mean_of_nuclear_norms(ends: RidgeEnds) -> Polynomial:
    return interpolated([ends.start.nuclear, ends.end.nuclear])


def _gap_of_nuclear_norms(ends: RidgeEnds, mean: Polynomial) -> tuple[Polynomial, Polynomial]:
    grams = [smaller_gram(_straight(ends, t)) for t in range(5)]
    gap = mean * mean - interpolated([gram.trace() for gram in grams])
    areas = interpolated([gram.det() if gram.shape[0] > 1 else 0 for gram in grams])
    return gap, gap * gap - areas * Polynomial.of([4])


AT_REST = only("the balanced factors of I/4 at both ends", at_rest)
UNTURNED = "no rotation of the hidden units was found"


def frames_can_be_turned(ends: RidgeEnds) -> Decision:
    """The frame that the balanced path arrives with, and that of the other end, are joined by a rotation of the hidden units.

    From below (n <= m) the path is (Q (M'M)^(1/4), ...) with an isometry Q: h x n whose part on the rows of M_A is the frame.
    """
    first, last = ends.start, ends.end
    if ends.hidden < ends.smaller_end:
        return undecided(UNTURNED)
    here, there = min((first.right, last.right), (first.left, last.left), key=lambda sides: sides[0].shape[0])
    size = here.shape[0]
    isometry = completed(first.frame)[:, :size] @ completed(here).T
    arriving = isometry @ there
    turn = rotation(arriving, last.frame)
    if turn is None:
        return undecided(UNTURNED)
    identity = type(turn).eye(ends.hidden)
    return every(
        (
            equal(isometry @ here, first.frame),
            equal(turn.T @ turn, identity),
            exactly(bool(turn.det() == 1)),
            equal(turn @ arriving, last.frame),
        )
    )


def ridge_ends_are_joined(ends: RidgeEnds) -> Decision:
    """Balance both ends, move M straight with balanced factors, rotate the hidden units; or an invariant that separates the ends."""
    if hidden_layer_is_wider.holds(ends).holds:
        return every(
            (
                balancing_never_costs(ends.start),
                balancing_never_costs(ends.end),
                straight_products_stay_below(ends),
                frames_can_be_turned(ends),
            )
        )
    level = ends.level * ends.data.samples
    words = separating_invariant(ends.start.factors, ends.end.factors, ends.data.inputs, ends.data.targets, level)
    return certainly(False, bool(words), words)


def at_most_the_better_ridge_end(ends: RidgeEnds) -> Decision:
    better = min(ends.value(ends.start), ends.value(ends.end))
    return line_stays_below(ends, better, _mean_of_nuclear_norms(ends))


RIDGE_REMARK = (
    "The path: what one factor does not see of the other goes to zero; the polar decomposition $W_1=KPSV^T$, $W_2=USP^{-1}K^T$ of the rest is balanced by $P\\to I$, which never raises the norms; then the product goes straight, with the "
    "balanced factors $Q(M^TM)^{1/4}$ and $M(M^TM)^{-1/4}Q^T$, which depend on M continuously, and costs $2\\kappa\\|M\\|_\\ast$, a convex function; then a rotation of "
    "the hidden units, which exists because one unit is to spare, joins the frames. Every matrix of second moments is that of a finite sample, so that the oracle risk is an "
    "empirical one."
)

S2_26 = Claim(
    "S2-26",
    "With ridge and two layers the level sets are connected",
    TOPOLOGY.at("proposition 2.2"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"K=2,\ \kappa\gt 0\ \Rightarrow\ \Omega_{F_e}(\lambda),\ \Omega_{F_o}(\lambda)\text{ are connected for all }\lambda",
            ridge_ends_are_joined,
            "any_ridge_ends",
            words="To the letter of S2-20, whose hypothesis is empty for two matrices.",
            reading="A",
        ),
        Statement(
            r"n_2\gt \min(n_1,n_3),\ \kappa\gt 0\ \Rightarrow\ \Omega_{F_e}(\lambda),\ \Omega_{F_o}(\lambda)\text{ are connected for all }\lambda",
            ridge_ends_are_joined,
            "wide_ridge_ends",
            words="With the hypothesis as meant.",
            reading="B",
            assumptions=(hidden_layer_is_wider,),
            strata=("two units or more", "one unit more than the smaller end"),
            probes=(control("by the straight line of the factors", the_straight_line_of_factors_joins),),
            derivation="topology.balancing",
            cost=Cost.SLOW,
        ),
    ),
    amended=Statement(
        r"n_2\gt \min(n_1,n_3)\ \Rightarrow\ \exists\gamma\colon\theta^A\to\theta^B,\ F(\gamma(t))\le\max(F(\theta^A),F(\theta^B))",
        ridge_ends_are_joined,
        "wide_ridge_ends",
        words="At each instance the pieces of the path are decided: the balancing as a rational function of t, the straight product as a polynomial, the rotation as a matrix.",
        assumptions=(hidden_layer_is_wider,),
        strata=(
            "two units or more",
            "one unit more than the smaller end",
            "fewer units than inputs",
            "fewer units than outputs",
            "zero product",
            "products of different rank",
            "an unused part",
            "an unreached part",
            "already balanced",
            "equal products",
            "inputs of deficient row rank",
        ),
        probes=(
            without("h1", "with a narrower hidden layer", over="any_ridge_ends"),
            control("below the better end", at_most_the_better_ridge_end),
        ),
        derivation="topology.balancing",
        cost=Cost.SLOW,
    ),
    remark=(
        RIDGE_REMARK
        + " In reading A the scalar network $(1-w_1w_2)^2+\\kappa(w_1^2+w_2^2)$ with $\\kappa\\lt 1$ has its minima at $w_1=w_2=\\pm\\sqrt{1-\\kappa}$, and the sign of $w_1$ separates them. With $n_2=\\min(n_1,n_3)$ the "
        "same path joins any two points as soon as the level set contains a product of smaller rank."
    ),
)

# With ridge: S2-27, S2-28 ------------------------------------------------------------------------------------------------------------------


@assumption("least", "the other end is a global minimum, by a dual certificate")
def other_end_is_least(ends: RidgeEnds) -> Decision:
    """N = (Y - M X) X' / (L kappa) is a subgradient of the nuclear norm at M, and the factors are balanced."""
    residual = ends.data.targets - ends.end.product @ ends.data.inputs
    dual = residual @ ends.data.inputs.T / (ends.kappa * ends.data.samples)
    return exactly(is_subgradient(dual, ends.end.product, ends.end.nuclear) and ends.end.is_balanced)


def ridge_descends_to_the_least(ends: RidgeEnds) -> Decision:
    """The balancing is strictly decreasing where it moves; the convex value of the product is larger than at its minimiser, so it
    decreases strictly on the straight line there, with the balanced factors that continue the given ones.
    """
    point = ends.start
    numerator, denominator = _balance(point)
    balanced = point.is_balanced or falls(numerator, denominator)
    here, least = ends.envelope(point), ends.envelope(ends.end)
    return both(exactly(balanced), exactly(bool(here > least) or bool(here == least)))


def ridge_descends_by_the_product_alone(ends: RidgeEnds) -> Decision:
    """F itself is the convex value of the product: no balancing is needed."""
    return equal(ends.value(ends.start), ends.envelope(ends.start))


S2_28_RIDGE = Statement(
    r"\theta\text{ not a global minimum}\ \Rightarrow\ \exists\gamma\colon\gamma(0)=\theta,\ F\circ\gamma\text{ strictly decreasing},\ F(\gamma(1))=\min F",
    ridge_descends_to_the_least,
    "ridge_descents",
    words="With ridge and two layers: balance, then move the product straight to the minimiser of $\\|Y-MX\\|^2/L+2\\kappa\\|M\\|_\\ast$. Here $n_2\\ge\\min(n_1,n_3)$ is enough.",
    reading="B",
    assumptions=(other_end_is_least,),
    strata=(
        "already balanced",
        "an unused part",
        "an unreached part",
        "zero product",
        "as wide as the smaller end",
        "two units or more",
    ),
    probes=(control("no balancing is needed", ridge_descends_by_the_product_alone),),
    derivation="topology.balancing",
    cost=Cost.SLOW,
)

S2_27_RIDGE = Statement(
    r"\theta\text{ a local minimum}\ \Rightarrow\ F(\theta)=\min F",
    ridge_descends_to_the_least,
    "ridge_descents",
    words="With ridge and two layers, for $n_2\\ge\\min(n_1,n_3)$: by the strictly decreasing paths of S2-28.",
    reading="B",
    assumptions=(other_end_is_least,),
    strata=("already balanced", "an unused part", "an unreached part", "zero product"),
    probes=(control("no balancing is needed", ridge_descends_by_the_product_alone),),
    derivation="topology.balancing",
    cost=Cost.SLOW,
)

# S2-30: three layers and more -----------------------------------------------------------------------------------------------


@assumption("deep", "there are at least three layers")
def at_least_three_layers(point: DeepRidge) -> Decision:
    return exactly(point.depth >= 3)


@assumption("inside", "the weights are not zero and inside the ball that the ridge guards")
def inside_the_guarded_ball(point: DeepRidge) -> Decision:
    """4 |YX'|^2 s^(K-2) < (L kappa)^2 K^K for s = sum |W_k|^2 > 0."""
    k, size = point.depth, point.size
    slope = frobenius_squared(point.data.yx) / (point.data.samples * point.data.samples)
    within = slope * 4 * size ** (k - 2) < point.kappa * point.kappa * k**k if k >= 2 else False
    return exactly(bool(size > 0) and bool(within))


@assumption("other", "another point has at most the loss of zero")
def another_point_is_as_low(point: DeepRidge) -> Decision:
    return exactly(bool(point.size > 0) and bool(point.loss <= point.at_zero))


def loss_exceeds_that_at_zero(point: DeepRidge) -> Decision:
    return less(point.at_zero, point.loss)


def loss_exceeds_by_half_the_ridge(point: DeepRidge) -> Decision:
    return less(point.at_zero + point.kappa * point.size / 2, point.loss)


def zero_is_cut_off(point: DeepRidge) -> Decision:
    """A radius at which F exceeds F(0) on the whole sphere, with the other point outside of it.

    On |theta|^2 = s: F - F(0) >= kappa s - 2 |YX'| |M| / L, and |M|^2 <= (s / K)^K; the right-hand side is positive for all small s.
    """
    k, size = point.depth, point.size
    slope = frobenius_squared(point.data.yx) / (point.data.samples * point.data.samples)
    for halving in range(200):
        radius = size / 2 ** (halving + 1)
        if slope * 4 * radius ** (k - 2) < point.kappa * point.kappa * k**k:
            return exactly(bool(point.loss <= point.at_zero))
    return certainly(False, k == 2 and slope * 4 >= point.kappa * point.kappa * 4, "the ridge does not outweigh the product")


def straight_line_to_zero_is_as_low(point: DeepRidge) -> Decision:
    degree = 2 * point.depth
    along = interpolated([point.loss_at(*(weight * t / degree for weight in point.weights)) for t in range(degree + 1)])
    return exactly(is_at_most(along.between(0, degree), point.at_zero))


def _on_one_unit(depth: int, width: int, value: str) -> Any:
    """x -> W_K ... W_1 x with hidden layers of that width, one weight of each layer not zero, on x = y = 1, kappa = 1/16."""

    def build(q: Any) -> DeepRidge:
        sizes = [1, *(width for _ in range(depth - 1)), 1]
        weights = tuple(q.build(rows, columns, lambda i, j: value if i == j == 0 else 0) for columns, rows in pairwise(sizes))
        return DeepRidge(weights, Data(q.of([[1]]), q.of([[1]])), q.scalar("1/16"))

    return build


THREE_LAYERS = only(
    "networks with three layers, hidden widths 1, 2, 3 and 5, one sample",
    *(_on_one_unit(3, width, "3/4") for width in (1, 2, 3, 5)),
)
TWO_LAYERS = only("one unit, two layers", _on_one_unit(2, 1, "3/4"))


S2_30 = Claim(
    "S2-30",
    "With ridge, more than two layers require a different regularisation",
    TOPOLOGY.at("section 2.2"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists\kappa\gt 0,\ n_j\gt \min(n_1,n_{K+1}),\ K=3,\ \lambda\colon\ \Omega_F(\lambda)\text{ is not connected}",
        zero_is_cut_off,
        THREE_LAYERS,
        words="The conjecture, as far as it is one sentence: ridge does not keep the level sets of deeper networks connected, however wide they are.",
        probes=(control("it does so for two layers already", zero_is_cut_off, over=TWO_LAYERS),),
    ),
    sharp=(
        Statement(
            r"K\ge3,\ \kappa\gt 0,\quad0\lt s^{K-2}\lt \frac{(L\kappa)^2K^K}{4\|YX^T\|^2}\ \Rightarrow\ F(\theta)\gt F(0),\qquad s=\|\theta\|^2",
            loss_exceeds_that_at_zero,
            "deep_ridges",
            words="For three layers or more, zero is a strict local minimum for every positive ridge, all widths and all data,",
            reading="barrier",
            assumptions=(inside_the_guarded_ball,),
            strata=("three layers", "more than three layers", "wide hidden layers"),
            probes=(
                without("inside", "for weights of any size"),
                control("by more than the ridge", lambda point: less(point.at_zero + point.kappa * point.size, point.loss)),
            ),
            derivation="topology.ridge_barrier",
        ),
        Statement(
            r"K\ge3,\ \exists\theta\ne0\colon F(\theta)\le F(0)\ \Rightarrow\ \{0\}\text{ is a component of }\Omega_F(F(0)),\text{ not the only one}",
            zero_is_cut_off,
            "deep_ridges",
            words="so that the level set of its loss is disconnected unless zero is the only global minimum; where another point lies lower, zero is a poor local minimum.",
            reading="component",
            assumptions=(at_least_three_layers, another_point_is_as_low),
            strata=("three layers", "more than three layers", "wide hidden layers"),
            probes=(
                without("deep", "with one or two layers", over="ridges_of_any_depth"),
                control("the straight line to zero stays as low", straight_line_to_zero_is_as_low),
            ),
            derivation="topology.ridge_barrier",
        ),
    ),
    remark=(
        "So the conjecture is a theorem, in a strong form: with K = 3, $x=y=1$ and $\\kappa=1/16$ the loss at zero is 1, on the sphere around it with $\\|\\theta\\|^2=1/64$ it is larger, and at $w_j=3/4$ it is smaller than 1. "
        "The product is of order K in the weights and the ridge of order 2; for K = 2 the two balance. Which other regularisation would do is not said and not judged."
    ),
)

# S2-36, S2-37, S2-38: the nuclear norm -------------------------------------------------------------------------------------


def nuclear_norm_bounds_the_factors(point: Factored) -> Decision:
    """(16): |W_2 W_1|_* <= (|W_1|^2 + |W_2|^2) / 2."""
    return at_most(point.nuclear, point.cost / 2)


def balanced_factors_attain_it(point: Factored) -> Decision:
    lower, upper = point.balanced
    value = (frobenius_squared(lower) + frobenius_squared(upper)) / 2
    return every((equal(upper @ lower, point.product), equal(value, point.nuclear), nuclear_norm_bounds_the_factors(point)))


def frobenius_norms_bound_it_too(point: Factored) -> Decision:
    """|M|_* <= the product of the squared norms of the factors."""
    lower, upper = point.factors
    return at_most(point.nuclear, frobenius_squared(lower) * frobenius_squared(upper))


def nuclear_norm_is_below_the_factors(point: Factored) -> Decision:
    return less(point.nuclear, point.cost / 2)


S2_36 = Claim(
    "S2-36",
    "The nuclear norm is the least ridge of a factorisation",
    TOPOLOGY.at("B.2, (16)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\|X\|_\ast=\min_{UV^T=X}\tfrac12(\|U\|^2+\|V\|^2)",
            balanced_factors_attain_it,
            "factorings",
            words="Attained by the balanced factors, through any number of units that is at least the rank.",
            reading="identity",
            strata=("zero product", "full rank", "as many units as the rank", "already balanced"),
            probes=(control("the minimum is above the nuclear norm", nuclear_norm_is_below_the_factors),),
            derivation="topology.balancing",
        ),
        Statement(
            r"\|\tilde W\|_\ast\le\tfrac12(\|W_1\|^2+\|W_2\|^2)",
            nuclear_norm_bounds_the_factors,
            "factorings",
            words="(16), for every pair of factors.",
            reading="bound",
            bound=True,
            strata=("attained", "an unused part", "an unreached part", "units to spare"),
            probes=(control("with the strict sign", nuclear_norm_is_below_the_factors),),
            derivation="topology.balancing",
        ),
    ),
    remark="$\\tilde W=W_1W_2$ in the document, $W_2W_1$ in the order of the model; the norm does not distinguish them.",
)


def envelope_is_below_the_loss(ends: RidgeEnds) -> Decision:
    return at_most(ends.envelope(ends.start), ends.value(ends.start))


def envelope_is_below_without_two(ends: RidgeEnds) -> Decision:
    """With 4 kappa in place of 2 kappa."""
    doubled = ends.envelope(ends.start) + ends.kappa * 2 * ends.start.nuclear
    return at_most(doubled, ends.value(ends.start))


S2_37 = Claim(
    "S2-37",
    "A convex lower bound of the loss in the product",
    TOPOLOGY.at("B.2"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\mathbb E\|Y-\tilde WX\|^2+2\kappa\|\tilde W\|_\ast\le F(W_1,W_2)",
            envelope_is_below_the_loss,
            "any_ridge_ends",
            words="The lower bound,",
            reading="bound",
            bound=True,
            strata=("attained", "an unused part", "an unreached part", "zero product"),
            probes=(control("with twice that multiple of the nuclear norm", envelope_is_below_without_two),),
            derivation="topology.balancing",
        ),
        Statement(
            r"\mathbb E\|Y-\tilde W(t)X\|^2+2\kappa\|\tilde W(t)\|_\ast\le\max(F(\theta^A),F(\theta^B)),\quad\tilde W(t)=(1-t)\tilde W^A+t\tilde W^B",
            straight_products_stay_below,
            "any_ridge_ends",
            words="which is convex in the product, so that along the straight product it stays below the worse end.",
            reading="line",
            strata=("two units or more", "products of different rank"),
            probes=(
                control("below the better end", at_most_the_better_ridge_end),
                control("with a nuclear norm that is a fiftieth less", line_stays_below_with("49/50"), over=AT_REST),
                control("with a nuclear norm that is a fiftieth more", line_stays_below_with("51/50"), over=AT_REST),
            ),
            derivation="topology.balancing",
            cost=Cost.SLOW,
        ),
    ),
    remark="'Guaranteed to be below $F_o(\\theta^{A,B})$' is read as the maximum of the two; below the smaller one it is not.",
)


def chain_of_inequalities(ends: RidgeEnds) -> Decision:
    """|M(t)|_* is at most the mean of the ends, 2 |M_A|_* <= |W_1^A|^2 + |W_2^A|^2 and the same for B, and the balanced factors of
    both ends attain 2 |M|_*.
    """
    along = exactly(all(is_nonnegative(p) for p in _gap_of_nuclear_norms(ends, _mean_of_nuclear_norms(ends))))
    return every(
        (
            along,
            *(
                decision
                for point in (ends.start, ends.end)
                for decision in (nuclear_norm_bounds_the_factors(point), balanced_factors_attain_it(point))
            ),
        )
    )


def path_of_s2_38(ends: RidgeEnds) -> Decision:
    """The legs that balance each end, never rising; the chain of inequalities; and the rotation that the argmin leaves open."""
    legs = (balancing_never_costs(ends.start), balancing_never_costs(ends.end), chain_of_inequalities(ends))
    turned = frames_can_be_turned(ends)
    if turned.because != UNTURNED:
        return every((*legs, turned))
    level = ends.level * ends.data.samples
    words = separating_invariant(ends.start.factors, ends.end.factors, ends.data.inputs, ends.data.targets, level)
    return certainly(False, bool(words), words)


def the_least_factors_are_unique(ends: RidgeEnds) -> Decision:
    """The balanced factors of both ends begin with the same lower factor where the products agree."""
    if ends.start.product != ends.end.product:
        return exactly(True)
    return equal(ends.start.balanced[0], ends.end.balanced[0])


S2_38 = Claim(
    "S2-38",
    "The path through the least factorisations, with legs to it",
    TOPOLOGY.at("B.2"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"K=2\ \Rightarrow\ \beta^A,\ \arg\min_{UV^T=\tilde W(t)}(\|U\|^2+\|V\|^2),\ \beta^B\text{ make a path from }\theta^A\text{ to }\theta^B",
            path_of_s2_38,
            "any_ridge_ends",
            words="With the sizes to the letter of S2-20, that is of any width.",
            reading="A",
        ),
        Statement(
            r"n_2\gt \min(n_1,n_3)\ \Rightarrow\ \beta^A,\ \arg\min_{UV^T=\tilde W(t)}(\|U\|^2+\|V\|^2),\ \beta^B\text{ make a path from }\theta^A\text{ to }\theta^B",
            path_of_s2_38,
            "wide_ridge_ends",
            words="With the sizes as meant. The minimum is attained at many factorisations; one has to be chosen continuously, and a rotation of the hidden units at the end completes the path.",
            reading="B",
            assumptions=(hidden_layer_is_wider,),
            strata=("an unused part", "an unreached part", "already balanced", "equal products"),
            probes=(control("the least factorisation is unique", the_least_factors_are_unique),),
            derivation="topology.balancing",
            cost=Cost.SLOW,
        ),
    ),
    amended=Statement(
        r"2\|\tilde W(t)\|_\ast\le2(1-t)\|\tilde W^A\|_\ast+2t\|\tilde W^B\|_\ast\le(1-t)(\|W_1^A\|^2+\|W_2^A\|^2)+t(\|W_1^B\|^2+\|W_2^B\|^2),\quad n_2\gt \min(n_1,n_3)",
        path_of_s2_38,
        "wide_ridge_ends",
        words="The chain of inequalities, the legs along which the norms never rise (along the polar decomposition), and the rotation.",
        assumptions=(hidden_layer_is_wider,),
        strata=("two units or more", "zero product", "products of different rank"),
        probes=(
            without("h1", "with a narrower hidden layer", over="any_ridge_ends"),
            control("the least factorisation is unique", the_least_factors_are_unique),
        ),
        derivation="topology.balancing",
        cost=Cost.SLOW,
    ),
    remark=RIDGE_REMARK,
)

RIDGE = (S2_26, S2_30, S2_36, S2_37, S2_38)
