"""Document 003, section 1.1: what kind of function the loss is, minimisers, critical points and saddles, and where descent may end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import both, equal, equivalent, every, exactly, less, negated, undecided
from claims.documents.landscape.definitions import is_deep
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear, Spectral, at_zero
from claims.instances.local_to_global import Landing, is_local_minimiser
from claims.model import Claim, Cost, Decision, Kind, Outcome, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.escape import Curve, way_up
from numerics.inertia import inertia, is_psd
from numerics.matrix import frobenius_squared

# S3-10, S3-11: what kind of function ----------------------------------------------------------------------------------------


@assumption("inputs", "the inputs are not all zero")
def inputs_are_seen(net: DeepLinear) -> Decision:
    return exactly(not net.data.inputs.is_zero())


def midpoint_lies_above(net: DeepLinear, size: Any = None) -> Decision:
    """Two networks and their midpoint, whose loss exceeds the mean of theirs.

    Along one unit in every layer the loss is s a^2 b^2 - 2 c a b + const; the points (T + 1, T - 1) and (T - 1, T + 1) with
    midpoint (T, T) break convexity once T^2 > c/s + 1/2.  size: T, far enough by default.
    """
    X, Y = net.data.inputs, net.data.targets
    seen = next(i for i in range(X.shape[0]) if not X[[i], :].is_zero())
    s, c = frobenius_squared(X[[seen], :]), X[[seen], :].inner(Y[[0], :])
    size = (c if c > 0 else -c) / s + 2 if size is None else size

    def loss_at(shift: int) -> Any:
        places = [seen, *(0 for _ in net.weights[1:])]
        scales = [size + shift, *(1 for _ in net.weights[1:-1]), size - shift]
        units = zip(net.weights, places, scales, strict=True)
        return net.loss_at(*(w.build(*w.shape, lambda i, j, p=p, f=f: f if (i, j) == (0, p) else 0) for w, p, f in units))

    return less(loss_at(1) + loss_at(-1), loss_at(0) * 2)


def is_not_convex(net: DeepLinear) -> Decision:
    """Decided by three points; one layer, or inputs that vanish, leave a quadratic whose Hessian is decided."""
    if is_deep.holds(net).holds and inputs_are_seen.holds(net).holds:
        return midpoint_lies_above(net)
    return exactly(not is_psd(net.hessian), "the loss is quadratic with a positive semidefinite Hessian")


def not_convex_in_the_product(net: DeepLinear) -> Decision:
    """|Y - M X|^2 as a function of the matrix M."""
    return is_not_convex(net.at((net.product,)))


def midpoint_at_zero_lies_above(net: DeepLinear) -> Decision:
    return midpoint_lies_above(net, 0)


def small_input(q: Any) -> DeepLinear:
    """Two layers with one unit on x = 1/8, y = 1."""
    one = q.of([[1]])
    return DeepLinear((one, one), Data(one / 8, one))


def not_convex_exactly_from(layers: int):
    def property(net: DeepLinear) -> Decision:
        return equivalent(is_not_convex(net), exactly(net.depth >= layers and not net.data.inputs.is_zero()))

    return property


S3_10 = Claim(
    "S3-10",
    "The problem is non-convex",
    LANDSCAPE.at("l. 45"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=Statement(
        r"\mathcal L(W_1,\dots,W_N)=\|Y-W_N\cdots W_1X\|_F^2\text{ is not convex}",
        is_not_convex,
        "deep_linear_networks",
        words="For networks that have a hidden layer, and inputs that are not zero.",
        assumptions=(is_deep, inputs_are_seen),
        strata=("two layers", "three layers or more", "all widths one", "inputs and targets uncorrelated"),
        probes=(
            without("h1", "as a function of the product", property=not_convex_in_the_product),
            without("deep", "with one layer"),
            without("inputs", "with inputs that are all zero"),
            control("the quadratic of one layer", not_convex_in_the_product),
            control("of the points around zero", midpoint_at_zero_lies_above, over=only("one unit, x = 1/8, y = 1", small_input)),
        ),
    ),
    sharp=Statement(
        r"\mathcal L\text{ is convex}\iff N=1\text{ or }X=0",
        not_convex_exactly_from(2),
        "deep_linear_networks",
        words="From two layers on the loss is convex for zero inputs only.",
        strata=("one layer", "two layers", "inputs of deficient row rank"),
        probes=(control("from three layers on", not_convex_exactly_from(3)),),
    ),
    remark="Along each layer by itself the loss is a convex quadratic.",
)


def difference_vanishes(order):
    """The order(N)-th difference of t -> L(W + t 1) at 0, 1, 2, ... is zero."""

    def property(net: DeepLinear) -> Decision:
        direction = tuple(weight.ones(*weight.shape) for weight in net.weights)
        values = [net.moved(direction, t).loss for t in range(order(net.depth) + 1)]
        while len(values) > 1:
            values = [b - a for a, b in pairwise(values)]
        return equal(values[0], values[0] * 0)

    return property


def norm_has_no_kink(net: DeepLinear) -> Decision:
    """At weights that fit the data (to which the targets are set) |Y - W X|_F is |t| |A| + o(t) along a line."""
    fitted = DeepLinear(net.weights, Data(net.data.inputs, net.product @ net.data.inputs))
    line = Curve.line(net.weights, tuple(weight.ones(*weight.shape) for weight in net.weights))
    slope = line.along(fitted.loss_at, 2)[2]
    return equal(slope, slope * 0, "the square begins with a positive multiple of t^2, so its root has a kink")


S3_11 = Claim(
    "S3-11",
    "The loss is twice continuously differentiable",
    LANDSCAPE.at("l. 36"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=Statement(
        r"\mathcal L\in C^2(\mathbb R^n)",
        difference_vanishes(lambda depth: 2 * depth + 1),
        "deep_linear_networks",
        words="It is a polynomial, of degree at most $2N$ along every line: differences of order $2N+1$ vanish.",
        strata=("one layer", "three layers or more", "inputs of deficient row rank"),
        probes=(
            without("h1", "with the norm itself as loss, as printed in l. 30", property=norm_has_no_kink),
            control("of degree less than 2N", difference_vanishes(lambda depth: 2 * depth)),
        ),
    ),
)

# S3-12 to S3-16: minimisers, critical points, saddles ------------------------------------------------------------------------


def neighbourhood_is_defined(net: DeepLinear) -> Decision:
    """x and x* are columns of n numbers; 'x x*' multiplies them."""
    count = sum(weight.shape[0] * weight.shape[1] for weight in net.weights)
    return exactly(count == 1, f"x and x* have {count} entries each: their product is not defined")


def minimality(point: CriticalPoint) -> Decision:
    """The point is a local minimiser: a global one, or decided not to be one by a curve that goes down."""
    found = is_local_minimiser(point.network, point.spectral)
    return undecided() if found is None else exactly(found)


def maximality(point: CriticalPoint) -> Decision:
    """The point is a local maximiser: X = 0 (the loss is constant), or decided not to be one by a line that goes up."""
    net = point.network
    lines = way_up(net.weights, net.data.inputs)
    if not lines:
        return exactly(True)
    changes = (line.first_change(net.data.inputs, net.data.targets) for line in lines)
    return exactly(False) if any(change and change[1] > 0 for change in changes) else undecided()


def second_order(point: CriticalPoint) -> Decision:
    """First-order critical with a positive semidefinite Hessian."""
    return exactly(point.network.is_critical and is_psd(point.network.hessian))


def implied(premise: Decision, conclusion: Decision) -> Decision:
    return conclusion if premise.holds else premise if premise.outcome is Outcome.UNDECIDED else exactly(True)


def notions_are_ordered(point: CriticalPoint) -> Decision:
    """A global minimiser is a local one, a local one is second-order critical, and that is first-order critical."""
    least = exactly(point.network.loss == point.spectral.least_loss(point.thinnest))
    second = second_order(point)
    first = exactly(point.network.is_critical)
    return every((implied(least, minimality(point)), implied(minimality(point), second), implied(second, first)))


def first_order_is_second_order(point: CriticalPoint) -> Decision:
    return implied(exactly(point.network.is_critical), second_order(point))


S3_12 = Claim(
    "S3-12",
    "Minimisers and critical points",
    LANDSCAPE.at("l. 38-41"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\exists\varepsilon>0\colon\ \mathcal L(x^\ast)\le\mathcal L(x)\text{ for all }x\text{ with }\|x\,x^\ast\|<\varepsilon",
        neighbourhood_is_defined,
        "small_deep_linear_networks",
        words="The local minimiser as printed, without a minus sign. The other notions are well formed.",
    ),
    amended=Statement(
        r"\text{global}\Rightarrow\text{local}\ (\|x-x^\ast\|<\varepsilon)\Rightarrow\text{second-order critical}\Rightarrow\text{first-order critical}",
        notions_are_ordered,
        "all_critical_points",
        words="With the difference the notions are those of the field, each weaker than the one before.",
        strata=("global minimum", "tightened", "not tightened", "not leading"),
        probes=(control("every first-order critical point is a second-order one", first_order_is_second_order),),
        cost=Cost.SLOW,
    ),
    remark="That the minus sign is missing may be no fault of the authors: the text at hand was extracted from the typeset document.",
)


def is_strict(point: CriticalPoint) -> Decision:
    """Section 1.1: first-order critical, no local minimiser, no local maximiser, not second-order critical."""
    return every(
        (exactly(point.network.is_critical), negated(minimality(point)), negated(maximality(point)), negated(second_order(point)))
    )


def is_not_strict(point: CriticalPoint) -> Decision:
    """Section 1.1: first- and second-order critical, neither local minimiser nor local maximiser."""
    return every((second_order(point), negated(minimality(point)), negated(maximality(point))))


def curved_down(point: CriticalPoint) -> Decision:
    """The Hessian has a negative eigenvalue."""
    return exactly(inertia(point.network.hessian).negative > 0)


def strict_exactly_when(condition):
    def property(point: CriticalPoint) -> Decision:
        return equivalent(is_strict(point), condition(point))

    return property


S3_13 = Claim(
    "S3-13",
    "Strict saddle points",
    LANDSCAPE.at("l. 42"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"x^\ast\text{ strict saddle}\iff\nabla\mathcal L(x^\ast)=0\text{ and }\nabla^2\mathcal L(x^\ast)\not\succeq0",
        strict_exactly_when(curved_down),
        "all_critical_points",
        words="Well formed, and for this loss two of the four conditions say it all: a point that is not second-order critical is no local minimiser, and there are no local maximisers that are not minimisers too.",
        strata=("global minimum", "tightened", "not tightened", "not leading"),
        probes=(
            control(
                "every critical point that is no local minimiser is strict", strict_exactly_when(lambda p: negated(minimality(p)))
            ),
        ),
        cost=Cost.SLOW,
    ),
)


ZERO_OF_THREE = only("the zero weights of three layers with one unit each, x = 1, y = 1", at_zero(1, 3))

S3_14 = Claim(
    "S3-14",
    "Non-strict saddle points",
    LANDSCAPE.at("l. 43"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\nabla\mathcal L(x^\ast)=0,\quad\nabla^2\mathcal L(x^\ast)\succeq0,\quad x^\ast\text{ no local extremum}",
        is_not_strict,
        ZERO_OF_THREE,
        words="Well formed, and such points exist: the loss $(1-abc)^2$ at $a=b=c=0$.",
        probes=(control("the same with two layers", is_not_strict, over=only("the zero weights of two layers", at_zero(1, 2))),),
    ),
)


def classes_of(point: CriticalPoint) -> list[Decision]:
    return [minimality(point), maximality(point), is_strict(point), is_not_strict(point)]


def belongs_to_a_class(kept: slice):
    """At least one of: local minimiser, local maximiser, strict saddle, non-strict saddle."""

    def property(point: CriticalPoint) -> Decision:
        found = classes_of(point)[kept]
        if any(decision.holds for decision in found):
            return exactly(True)
        return undecided() if any(d.outcome is Outcome.UNDECIDED for d in found) else exactly(False)

    return property


def maximal_exactly_for_zero_inputs(point: CriticalPoint) -> Decision:
    return equivalent(maximality(point), exactly(point.network.data.inputs.is_zero()))


def never_maximal(point: CriticalPoint) -> Decision:
    return negated(maximality(point))


S3_15 = Claim(
    "S3-15",
    "Every critical point is of one of four kinds",
    LANDSCAPE.at("l. 38-45"),
    Kind.EQUIVALENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\nabla\mathcal L(x^\ast)=0\ \Rightarrow\ x^\ast\text{ is a local minimiser, a local maximiser, a strict or a non-strict saddle}",
        belongs_to_a_class(slice(None)),
        "all_critical_points",
        words="A matter of logic: what is neither minimiser nor maximiser is second-order critical or not.",
        strata=("global minimum", "tightened", "not tightened", "not leading"),
        probes=(control("the first three are enough", belongs_to_a_class(slice(3))),),
        cost=Cost.SLOW,
    ),
    sharp=Statement(
        r"\mathcal L\text{ has a local maximiser}\iff X=0",
        maximal_exactly_for_zero_inputs,
        "all_critical_points",
        words="For this loss there are three kinds: averaged over signs of a step in every layer the loss grows, so that no point is a local maximiser unless the loss is constant.",
        strata=("inputs of full row rank", "inputs of deficient row rank", "global minimum"),
        probes=(control("there is never one", never_maximal),),
    ),
)


def definitions_agree(zeros_wanted: int):
    """Section 3.2, for saddles: strict with a negative eigenvalue, non-strict if semidefinite with enough zero eigenvalues."""

    def property(point: CriticalPoint) -> Decision:
        spectrum = inertia(point.network.hessian)
        saddle = every((negated(minimality(point)), negated(maximality(point))))
        strict = both(saddle, exactly(spectrum.negative > 0))
        non_strict = both(saddle, exactly(spectrum.negative == 0 and spectrum.zero >= zeros_wanted))
        return every((equivalent(is_strict(point), strict), equivalent(is_not_strict(point), non_strict)))

    return property


def definite(point: CriticalPoint) -> Decision:
    """With 'positive definite' in place of 'positive semi-definite with a zero eigenvalue'."""
    spectrum = inertia(point.network.hessian)
    return equivalent(is_not_strict(point), both(negated(minimality(point)), exactly(spectrum.negative + spectrum.zero == 0)))


S3_16 = Claim(
    "S3-16",
    "Both definitions of strict and non-strict saddles agree",
    LANDSCAPE.at("l. 42-43, 188"),
    Kind.EQUIVALENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\nabla\mathcal L=0,\ \text{no local extremum}\colon\quad\nabla^2\mathcal L\succeq0\iff\lambda_{\min}(\nabla^2\mathcal L)=0",
        definitions_agree(1),
        "all_critical_points",
        words="The definitions of section 1.1 and those of section 3.2 describe the same points: a saddle with a semidefinite Hessian has a zero eigenvalue, because at a definite one the point would be a strict local minimiser.",
        strata=("tightened", "not tightened", "leading, below the largest rank", "not leading"),
        probes=(control("with a definite Hessian for the non-strict ones", definite),),
        cost=Cost.SLOW,
    ),
)

# S3-17: where descent ends ---------------------------------------------------------------------------------------------------


def landing(depth: int, target: int, start: int, share: int = 1):
    """Scalar layers a, ..., a, -a for x = 1 and the rate a^2 / (2 (p - y) p), p the product, that lands at zero in one step.

    With every w_j^2 = a^2 one step takes w_j to w_j - 2 rate (p - y) p / w_j = 0.
    """

    def build(q: Any) -> Landing:
        a, y = q.scalar(start), q.scalar(target)
        product = a * 0 - 1
        for _ in range(depth):
            product = product * a
        weights = (*(q.of([[a]]) for _ in range(depth - 1)), q.of([[-a]]))
        spectral = Spectral(Data(q.of([[1]]), q.of([[y]])), q.eye(1), (y * y,))
        return Landing(spectral, weights, a * a / ((product - y) * product * 2) / share)

    return build


def lands_on_a_saddle(strict: bool):
    """The start is not critical; after one step the point is critical (so that descent stays) and a saddle of that kind."""

    def property(run: Landing) -> Decision:
        after, data = run.after, run.spectral.data
        minimal = is_local_minimiser(after, run.spectral)
        up = any(
            c and c[1] > 0 for c in (line.first_change(data.inputs, data.targets) for line in way_up(after.weights, data.inputs))
        )
        saddle = after.is_critical and not run.network.is_critical and minimal is False and up
        return exactly(saddle and (inertia(after.hessian).negative > 0) == strict)

    return property


def landings(depth: int, share: int = 1):
    return only(
        "starts that land on the zero weights in one step", *(landing(depth, y, a, share) for y, a in ((1, 1), (2, 3), (3, 1)))
    )


def missed(depth: int):
    return only("the same starts with half the rate", *(landing(depth, y, a, 2) for y, a in ((1, 1),)))


def local_is_global(point: CriticalPoint) -> Decision:
    """A critical point has the least loss, or a curve from it goes down."""
    if point.network.loss == point.spectral.least_loss(point.thinnest):
        return exactly(True)
    return negated(minimality(point))


def critical_is_global(point: CriticalPoint) -> Decision:
    return equal(point.network.loss, point.spectral.least_loss(point.thinnest))


S3_17 = Claim(
    "S3-17",
    "Gradient descent might converge to saddle points instead of a global minimiser",
    LANDSCAPE.at("l. 45"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=(
        Statement(
            r"(a,-a)\ \longmapsto\ (0,0)\quad\text{for }\mathcal L=(y-w_2w_1)^2,\ \eta=\tfrac1{2(a^2+y)}",
            lands_on_a_saddle(strict=True),
            landings(2),
            words="To a strict saddle: one step of descent lands on it, exactly, and stays.",
            reading="strict",
            probes=(control("with half the rate", lands_on_a_saddle(strict=True), over=missed(2)),),
        ),
        Statement(
            r"(a,a,-a)\ \longmapsto\ (0,0,0)\quad\text{for }\mathcal L=(y-w_3w_2w_1)^2,\ \eta=\tfrac1{2a(a^3+y)}",
            lands_on_a_saddle(strict=False),
            landings(3),
            words="To a non-strict saddle, in the same way.",
            reading="non-strict",
            probes=(control("with half the rate", lands_on_a_saddle(strict=False), over=missed(3)),),
        ),
    ),
    sharp=Statement(
        r"x^\ast\text{ local minimiser}\ \Rightarrow\ \mathcal L(x^\ast)=\min\mathcal L",
        local_is_global,
        "all_critical_points",
        words="To local minimisers instead of global ones it never converges: there are none (S3-36).",
        strata=("global minimum", "tightened", "not tightened", "not leading"),
        probes=(control("every critical point is a global minimiser", critical_is_global),),
        derivation="landscape.local_minima",
    ),
    remark=(
        "The sentence names local minimisers as well. It stands before the analysis, and the next one announces when they are global: for this loss always, so that saddles remain. "
        "The starts that end at strict saddles form a null set for small rates; 'might' is the right word."
    ),
)

POINTS = (S3_10, S3_11, S3_12, S3_13, S3_14, S3_15, S3_16, S3_17)
