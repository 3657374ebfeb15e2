"""Document 002, section 2.2 and appendix B.2: the level sets of linear networks without regularisation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import certainly, equal, equivalent, every, exactly, negated
from claims.documents.topology.source import TOPOLOGY
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear
from claims.instances.level_paths import SquareEnds, TwoPoints, Widths
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.descents import best_product, descending_path, is_least
from numerics.escape import way_down, way_up
from numerics.matrix import frobenius_squared
from numerics.paths import (
    Path,
    filled_up,
    joined_chain,
    joined_over,
    keeps_the_loss,
    stays_at_most,
    strictly_descends,
)
from numerics.separation import separating_invariant

# Two points of one level set -----------------------------------------------------------------------------------------------


@assumption("h1", "every hidden layer is wider than the smaller end")
def every_hidden_layer_is_wider(ends: TwoPoints) -> Decision:
    return exactly(all(width > ends.smaller_end for width in ends.hidden))


@assumption("h1", "n_j > min(n_1, n_K) for j = 2, ..., K - 1")
def hypothesis_to_the_letter(ends: TwoPoints) -> Decision:
    sizes = ends.widths[: ends.depth]
    return exactly(all(width > min(sizes[0], sizes[-1]) for width in sizes[1:-1]))


@assumption("h1", "every hidden layer is at least as wide as the smaller end")
def every_hidden_layer_is_as_wide(ends: TwoPoints) -> Decision:
    return exactly(all(width >= ends.smaller_end for width in ends.hidden))


def ends_are_joined(ends: TwoPoints) -> Decision:
    """Both ends lie in one component of the level set of the worse one: a path through it, decided by two methods, or an invariant
    that keeps its sign there and has opposite signs at the ends.
    """
    if every_hidden_layer_is_wider.holds(ends).holds:
        path = joined_chain(ends.start, ends.end)
        held = all(stays_at_most(path, ends.loss_at, ends.level, by=method) for method in ("bernstein", "sturm"))
        return exactly(held and (path.start, path.end) == (ends.start, ends.end))
    words = separating_invariant(ends.start, ends.end, ends.data.inputs, ends.data.targets, ends.level * ends.data.samples)
    return certainly(False, bool(words), words)


def ends_are_separated(ends: TwoPoints) -> Decision:
    return negated(ends_are_joined(ends))


def the_straight_line_joins(ends: TwoPoints) -> Decision:
    return exactly(stays_at_most(Path.through(ends.start, ends.end), ends.loss_at, ends.level))


def at_most_the_better_end(ends: TwoPoints) -> Decision:
    """The path of the proof, against the lower of both values."""
    lower = min(ends.loss_at(*ends.start), ends.loss_at(*ends.end))
    return exactly(stays_at_most(joined_chain(ends.start, ends.end), ends.loss_at, lower))


# S2-04, S2-06: the linear model ---------------------------------------------------------------------------------------------

S2_04 = Claim(
    "S2-04",
    "Deep linear networks have connected level sets",
    TOPOLOGY.at("section 1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\Omega_F(\lambda)\text{ is connected for every }\lambda",
        ends_are_joined,
        "any_ends",
        words="In absence of nonlinearities, whatever the widths.",
        cost=Cost.SLOW,
    ),
    amended=Statement(
        r"n_j\gt \min(n_1,n_{K+1})\ (1\lt j\le K)\ \Rightarrow\ \Omega_F(\lambda)\text{ is connected for every }\lambda",
        ends_are_joined,
        "wide_ends",
        words="With hidden layers that are wider than the smaller of both ends every two points of a level set are joined within it.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=("two layers", "three layers or more", "a zero end"),
        probes=(
            without("h1", "with a narrower hidden layer", over="narrow_ends"),
            control("by the straight line", the_straight_line_joins),
        ),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    remark=(
        "The source that the document cites here says that local minima are global; it does not speak of level sets. The network $x\\mapsto w_2w_1x$ with one "
        "unit has the loss $(1-w_1w_2)^2$, whose level sets below 1 have two pieces. When the level sets are connected is said by S2-21 and S2-22."
    ),
)


@assumption("layers", "the network has at least two layers")
def several_layers(net: DeepLinear) -> Decision:
    return exactly(net.depth >= 2)


@assumption("inputs", "some input is not zero")
def inputs_are_not_zero(net: DeepLinear) -> Decision:
    return exactly(not net.data.inputs.is_zero())


def neither_convex_nor_concave(kappa: int) -> Callable[[DeepLinear], Decision]:
    """On the points (a, b, 1, ..., 1), each number on one matrix unit: a midpoint above the mean of its ends, and one below."""

    def property(net: DeepLinear) -> Decision:
        loss = _ridge_on_units(net, kappa)
        for exponent in range(12):
            w = 2**exponent
            ends, middle = (loss(w + 1, w - 1), loss(w - 1, w + 1)), loss(w, w)
            flat = (loss(w, 0), loss(-w, 0)), loss(0, 0)
            tall = (loss(w, w), loss(-w, w)), loss(0, w)
            bent_down = middle * 2 > ends[0] + ends[1]
            bent_up = any(low * 2 < sum(pair) for pair, low in (flat, tall))
            if bent_down and bent_up:
                return exactly(True)
        return certainly(False, net.depth == 1 or net.data.inputs.is_zero(), "it is a convex function")

    return property


def _ridge_on_units(net: DeepLinear, kappa: int) -> Callable[[int, int], Any]:
    """(a, b) -> F at W_1 = a E, W_2 = b E, W_j = E with matrix units E through a nonzero row of the inputs."""
    X = net.data.inputs
    seen = next((i for i in range(X.shape[0]) if not X[[i], :].is_zero()), 0)

    def unit(layer: int, value: int) -> Any:
        shape = net.weights[layer].shape
        return X.build(*shape, lambda i, j: value if (i, j) == (0, 0 if layer else seen) else 0)

    def loss(a: int, b: int) -> Any:
        factors = [a, b, *(1 for _ in net.weights)]
        weights = tuple(unit(layer, factors[layer]) for layer in range(net.depth))
        ridge = sum((frobenius_squared(weight) for weight in weights), X.scalar(0))
        return net.loss_at(*weights) / net.data.samples + ridge * kappa

    return loss


def is_convex_on_the_units(net: DeepLinear) -> Decision:
    return negated(neither_convex_nor_concave(1)(net))


S2_06 = Claim(
    "S2-06",
    "The linear model with ridge has a loss that is neither convex nor concave",
    TOPOLOGY.at("section 2.2"),
    Kind.UNIVERSAL,
    Weight.DETAIL,
    printed=Statement(
        r"F_e\text{ is neither convex nor concave}\qquad(K\ge2,\ X\ne0)",
        neither_convex_nor_concave(1),
        "deep_linear_networks",
        words="Shown by two pairs of points with their midpoints, for every data set. The network has to have two layers and an input that is not zero, which the document takes for granted.",
        assumptions=(several_layers, inputs_are_not_zero),
        strata=("two layers", "three layers or more", "a hidden layer of width one", "zero targets", "one sample"),
        probes=(
            without("layers", "with one layer"),
            without("inputs", "with inputs that are all zero"),
            control("it is convex", is_convex_on_the_units),
        ),
    ),
    remark="Without regularisation it is the same: the parts that bend are those of the squared error.",
)

# S2-20: the sizes -----------------------------------------------------------------------------------------------------------


def product_in_the_printed_order(chain: Widths) -> Decision:
    """W_K ... W_1 with W_k of size n_k x n_(k+1): the columns of each factor meet the rows of the one before it."""
    shapes = list(pairwise(chain.sizes))
    return exactly(all(upper[1] == lower[0] for lower, upper in pairwise(shapes)), "the sizes of two factors do not fit")


def hypothesis_reaches_every_hidden_layer(chain: Widths) -> Decision:
    """K matrices between n_1, ..., n_(K+1): from n_j > min(n_1, n_K), 2 <= j <= K - 1, to all hidden layers and both ends."""
    sizes = chain.sizes[:-1]
    hypothesis = all(width > min(sizes[0], sizes[-1]) for width in sizes[1:-1])
    meant = all(width > min(chain.sizes[0], chain.sizes[-1]) for width in chain.sizes[1:-1])
    return exactly(meant or not hypothesis, "the hypothesis holds, and a hidden layer is not wider than the smaller end")


def transposed_sizes_fit(chain: Widths) -> Decision:
    """With n_(k+1) x n_k for k < K the product is n_K x n_1, and the hidden widths are n_2, ..., n_(K-1)."""
    shapes = [(above, below) for below, above in pairwise(chain.sizes)]
    fits = all(upper[1] == lower[0] for lower, upper in pairwise(shapes))
    outer = (shapes[-1][0], shapes[0][1]) == (chain.sizes[-1], chain.sizes[0])
    return exactly(fits and outer and [shape[0] for shape in shapes[:-1]] == list(chain.sizes[1:-1]))


S2_20 = Claim(
    "S2-20",
    "The sizes of the factors and the width hypothesis",
    TOPOLOGY.at("proposition 2.2"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=(
        Statement(
            r"W_k\in\mathbb R^{n_k\times n_{k+1}}\ \Rightarrow\ W_K\cdots W_1\text{ is defined}",
            product_in_the_printed_order,
            "width_lists",
            words="With the sizes as printed, the product of model (4) exists.",
            reading="A",
        ),
        Statement(
            r"n_j\gt \min(n_1,n_K)\ (2\le j\le K-1)\ \Rightarrow\ n_j\gt \min(n_1,n_{K+1})\ (2\le j\le K)",
            hypothesis_reaches_every_hidden_layer,
            "width_lists",
            words="With K matrices between K + 1 sizes, the printed range of j reaches every hidden layer and the printed minimum both ends.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"W_k\in\mathbb R^{n_{k+1}\times n_k},\ 1\le k\lt K\ \Rightarrow\ W_{K-1}\cdots W_1\in\mathbb R^{n_K\times n_1},\text{ hidden widths }n_2,\dots,n_{K-1}",
        transposed_sizes_fit,
        "width_lists",
        words="With the sizes transposed and one matrix less everything fits: $n_1$ and $n_K$ are the ends, and the hypothesis is about exactly the hidden layers.",
        strata=("no hidden layer", "one hidden layer", "several hidden layers", "all sizes equal"),
        probes=(control("with the sizes as printed", product_in_the_printed_order),),
    ),
    remark=(
        "Below, K counts the matrices, $n_1,\\dots,n_{K+1}$ are the sizes, and the hypothesis as meant is $n_j\\gt \\min(n_1,n_{K+1})$ for all hidden layers. To "
        "the letter it leaves the last hidden layer free, and for K = 2 it says nothing."
    ),
)

# S2-21, S2-22, S2-25: connected level sets ---------------------------------------------------------------------------------

CONNECTED = r"\Omega_{F_e}(\lambda),\ \Omega_{F_o}(\lambda)\text{ are connected for all }\lambda"
ORACLE = "The oracle risk is the empirical one with the second moments of P in place of those of the sample, of which alone the argument makes use."

S2_21 = Claim(
    "S2-21",
    "The level sets of wide linear networks are connected",
    TOPOLOGY.at("proposition 2.2"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"n_j\gt \min(n_1,n_K),\ j=2,\dots,K-1\ \Rightarrow\ " + CONNECTED,
            ends_are_joined,
            "literal_ends",
            words="With K matrices, as in model (4), and the index range to the letter.",
            reading="A",
            assumptions=(hypothesis_to_the_letter,),
            cost=Cost.SLOW,
        ),
        Statement(
            r"n_j\gt \min(n_1,n_{K+1}),\ j=2,\dots,K\ \Rightarrow\ " + CONNECTED,
            ends_are_joined,
            "wide_ends",
            words="With the hypothesis for every hidden layer, as it is when the K sizes belong to K - 1 matrices.",
            reading="B",
            assumptions=(every_hidden_layer_is_wider,),
            strata=("two layers", "three layers or more"),
            probes=(control("by the straight line", the_straight_line_joins),),
            derivation="topology.chain_form",
            cost=Cost.SLOW,
        ),
    ),
    amended=Statement(
        r"n_j\gt \min(n_1,n_{K+1}),\ j=2,\dots,K\ \Rightarrow\ \exists\gamma\colon\theta^A\to\theta^B,\ F(\gamma(t))\le\max(F(\theta^A),F(\theta^B))",
        ends_are_joined,
        "wide_ends",
        words="For every K and every two points there is a path, polynomial piece by piece, on which the loss never exceeds its value at the worse end.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=(
            "one layer",
            "two layers",
            "three layers or more",
            "a zero end",
            "equal ends",
            "both ends are global minima",
            "products of deficient rank",
            "inputs of deficient row rank",
            "one sample",
        ),
        probes=(
            without("h1", "with a narrower hidden layer", over="narrow_ends"),
            control("below the better end", at_most_the_better_end),
        ),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    remark=(
        "The path: fill up the layers one by one at constant product, shear them to $(I,0)^T$, and so move all of the product into the last factor; then that "
        "factor goes straight. The loss is only asked to be convex in the product, so the same path serves every convex loss. "
        + ORACLE
        + " In reading A the scalar network with $F=(1-w_1w_2)^2$ meets the hypothesis, which for K = 2 is empty, and the sign of $w_1$ separates its level sets below 1."
    ),
)


@assumption("opposite", "the determinants of the square factor have opposite signs, and both ends are below the level")
def turned_over(ends: SquareEnds) -> Decision:
    opposite = ends.determinant(ends.start) * ends.determinant(ends.end) < 0
    return exactly(bool(opposite) and bool(ends.worse <= ends.level))


def joined_exactly_from_the_threshold_on(ends: SquareEnds) -> Decision:
    """A path over the best product of smaller rank where the level allows it; a determinant that cannot vanish where not."""
    inputs, targets = ends.spectral.data.inputs, ends.spectral.data.targets
    if ends.level >= ends.threshold:
        return exactly(_joined_over_lower_rank(ends))
    words = separating_invariant(ends.start, ends.end, inputs, targets, ends.level)
    return exactly(bool(words), "neither a path nor an invariant")


def _joined_over_lower_rank(ends: SquareEnds) -> bool:
    if ends.from_below:
        path = joined_over(ends.start, ends.end, ends.lower_rank)
        return stays_at_most(path, ends.loss_at, ends.level)
    first, last = ((upper.T, lower.T) for lower, upper in (ends.start, ends.end))
    path = joined_over(first, last, ends.lower_rank.T)
    return stays_at_most(path, lambda lower, upper: ends.loss_at(upper.T, lower.T), ends.level)


def always_joined(ends: SquareEnds) -> Decision:
    return equivalent(joined_exactly_from_the_threshold_on(ends), exactly(bool(ends.level >= ends.threshold)))


S2_22 = Claim(
    "S2-22",
    "The same where a hidden layer is only as wide as the smaller end",
    TOPOLOGY.at("B.2; proposition 2.2 of the first public versions"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"n_j\ge\min(n_1,n_{K+1}),\ j=2,\dots,K\ \Rightarrow\ " + CONNECTED,
        ends_are_joined,
        "square_ends",
        words="With the inequality that the proof makes use of.",
        assumptions=(every_hidden_layer_is_as_wide,),
        cost=Cost.SLOW,
    ),
    amended=Statement(
        r"n_j\gt \min(n_1,n_{K+1}),\ j=2,\dots,K\ \Rightarrow\ " + CONNECTED,
        ends_are_joined,
        "wide_ends",
        words="The strict inequality of the final version.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=("two layers", "three layers or more"),
        probes=(
            without("h1", "with a hidden layer as wide as the smaller end or narrower", over="narrow_ends"),
            control("by the straight line", the_straight_line_joins),
        ),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    sharp=Statement(
        r"K=2,\ n_2=r=\min(n_1,n_3)\colon\quad\theta^A,\theta^B\text{ with }\det W^A\det W^B\lt 0\text{ are joined in }\Omega_F(\lambda)\iff\lambda\ge\min_{\operatorname{rank}M\lt r}F(M)",
        joined_exactly_from_the_threshold_on,
        "turned_square_ends",
        words="What separates is the sign of the determinant of the square factor: below the least loss of products of smaller rank it cannot change, and from that level on a path leads over the best such product.",
        assumptions=(turned_over,),
        strata=(
            "at the threshold",
            "above the threshold",
            "below the threshold",
            "two units",
            "the square factor is the upper one",
        ),
        probes=(
            control("they are always joined", always_joined),
        ),
        derivation="topology.determinant_turn",
        cost=Cost.SLOW,
    ),
    remark=(
        "So connectedness at every level fails for every data set whose best linear map has rank r, and the final version's strict inequality is needed. At the "
        "threshold itself the level set is connected already. " + ORACLE
    ),
)


def _narrow(kind: str) -> Callable[[Any], TwoPoints]:
    """Networks that fit their data exactly, and the same ones with one unit turned over."""

    def build(q: Any) -> TwoPoints:
        lower, upper = {
            "one unit throughout": (q.of([[1]]), q.of([[1]])),
            "2-1-2": (q.of([[1, 0]]), q.of([[1], [0]])),
            "2-2-2": (q.eye(2), q.eye(2)),
            "1-1-1-1": (q.of([[1]]), q.of([[1]])),
        }[kind]
        flip = q.diagonal([-1] + [1] * (lower.shape[0] - 1))
        tail = (q.of([[1]]),) if kind == "1-1-1-1" else ()
        data = Data(q.eye(lower.shape[1]), upper @ lower)
        return TwoPoints((lower, upper, *tail), (flip @ lower, upper @ flip, *tail), data)

    return build


NARROW = only(
    "four networks with a hidden layer that is not wider than the smaller end",
    *(_narrow(kind) for kind in ("one unit throughout", "2-1-2", "2-2-2", "1-1-1-1")),
)

S2_25 = Claim(
    "S2-25",
    "The width hypothesis is needed",
    TOPOLOGY.at("proposition 2.2"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists\,n_j\le\min(n_1,n_{K+1})\text{ and }\lambda\colon\ \Omega_F(\lambda)\text{ is not connected}",
        ends_are_separated,
        NARROW,
        words="Without it, level sets fall apart: one unit throughout, a bottleneck, a square hidden layer, and three layers. In each, an invariant has opposite signs at two global minima and vanishes nowhere on the level set.",
        probes=(control("a wider layer does not help either", ends_are_separated, over="wide_ends"),),
    ),
    remark="For which levels a square hidden layer of two layers disconnects is said in S2-22.",
)

# S2-27, S2-28, S2-29: descent ------------------------------------------------------------------------------------------------


@assumption("h1", "every hidden layer is wider than the smaller end")
def wider_hidden_layers(net: DeepLinear) -> Decision:
    return exactly(all(width > min(net.widths[0], net.widths[-1]) for width in net.widths[1:-1]))


@assumption("h1", "every hidden layer is at least as wide as the smaller end")
def as_wide_hidden_layers(net: DeepLinear) -> Decision:
    return exactly(all(width >= min(net.widths[0], net.widths[-1]) for width in net.widths[1:-1]))


@assumption("not least", "the point is not a global minimum already")
def not_a_minimum(net: DeepLinear) -> Decision:
    return exactly(not is_least(net.weights, net.data.inputs, net.data.targets))


def a_strictly_decreasing_path_reaches_the_least_loss(net: DeepLinear) -> Decision:
    """At most two legs, the loss along each a strictly decreasing polynomial by both methods, the end at the least value of all
    linear maps.
    """
    path = descending_path(net.weights, net.data.inputs, net.data.targets)
    if path is None:
        return certainly(False, False, "no first leg was found")
    falls = all(strictly_descends(path, net.loss_at, by=method) for method in ("bernstein", "sturm"))
    least = net.loss_at(*path.end) == net.data.loss_of(net.data.regression)
    return exactly(falls and bool(least) and path.start == net.weights)


def a_straight_line_descends_to_the_least_loss(net: DeepLinear) -> Decision:
    """The same with one leg in place of two, that in the last layer: possible only where the others reach every product."""
    path = descending_path(net.weights, net.data.inputs, net.data.targets)
    return exactly(path is not None and len(path.segments) == 1)


def local_minima_are_global(point: CriticalPoint) -> Decision:
    """A critical point is a global minimum of its architecture, or a curve leaves it along which the loss falls."""
    net, spectral = point.network, point.spectral
    inputs, targets = net.data.inputs, net.data.targets
    curve = way_down(net.weights, inputs, targets, spectral.basis, spectral.values)
    if curve is None:
        return equal(net.loss, spectral.least_loss(net.thinnest))
    return exactly(curve.goes_down(inputs, targets))


def critical_points_are_global(point: CriticalPoint) -> Decision:
    return equal(point.network.loss, point.spectral.least_loss(point.network.thinnest))


DESCENT = r"\theta\text{ not a global minimum}\ \Rightarrow\ \exists\gamma\colon\gamma(0)=\theta,\ F\circ\gamma\text{ strictly decreasing},\ F(\gamma(1))=\min F"

S2_29_LATEX = r"F(\theta(t))\lt F(\theta^A),\quad0\lt t\lt 1"


def _path_of_the_proof(net: DeepLinear) -> tuple[Path, Path]:
    """From W_2 W_1 = M: the corrections that make W_1 injective at constant product, then M straight to the best product."""
    corrections = filled_up(*net.weights)
    lower, upper = corrections.end
    best = best_product(net.weights, net.data.inputs, net.data.targets)
    inverse = (lower.T @ lower).solve(lower.T)
    return corrections, Path.through((lower, upper), (lower, upper + (best - net.product) @ inverse))


def path_of_the_proof_is_below_its_start(net: DeepLinear) -> Decision:
    corrections, _ = _path_of_the_proof(net)
    idle = any(segment.start != segment.end and keeps_the_loss(Path((segment,)), net.loss_at) for segment in corrections.segments)
    return exactly(not idle, "a leg that moves keeps the loss of its start")


def path_of_the_proof_never_rises(net: DeepLinear) -> Decision:
    corrections, straight = _path_of_the_proof(net)
    return every((exactly(keeps_the_loss(corrections, net.loss_at)), exactly(strictly_descends(straight, net.loss_at))))


S2_29 = Claim(
    "S2-29",
    "The paths of the proof are strictly decreasing",
    TOPOLOGY.at("end of B.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        S2_29_LATEX,
        path_of_the_proof_is_below_its_start,
        "two_layer_points",
        words="Two layers and no more inputs than outputs, from any point to a global minimum: first the corrections of the rank-deficient case, then the straight path of the product.",
        assumptions=(wider_hidden_layers, not_a_minimum),
        cost=Cost.SLOW,
    ),
    amended=Statement(
        r"F(\theta(t))\le F(\theta^A),\quad F\circ\theta\text{ constant, then strictly decreasing}",
        path_of_the_proof_never_rises,
        "two_layer_points",
        words="The corrections keep the loss, as the proof itself says; from there on it decreases strictly.",
        assumptions=(wider_hidden_layers, not_a_minimum),
        strata=("zero weights", "critical", "product of deficient rank"),
        probes=(control("it is below its start throughout", path_of_the_proof_is_below_its_start),),
        cost=Cost.SLOW,
    ),
    remark=(
        "The first leg of the rank-deficient case 'has no effect in the loss', in the words of the proof, so that the path is not strictly decreasing. That "
        "there is another path that is, is S2-28."
    ),
)

S2_28_LINEAR = Statement(
    DESCENT,
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_points",
    words="Without regularisation, with the widths of S2-21 as meant.",
    reading="A",
    assumptions=(wider_hidden_layers, not_a_minimum),
    strata=("zero weights", "critical", "two layers", "three layers or more", "inputs of deficient row rank", "one sample"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    cost=Cost.SLOW,
)

S2_28_SHARP = Statement(
    r"n_j\ge\min(n_1,n_{K+1})\ \Rightarrow\ " + DESCENT,
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_or_square_points",
    words="Here the weak inequality is enough, and two legs are: a curve along which the loss falls and that ends where the layers but one are injective (or surjective), then a straight line in that one.",
    assumptions=(as_wide_hidden_layers, not_a_minimum),
    strata=("zero weights", "critical", "two layers", "three layers or more", "inputs of deficient row rank", "all widths one"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    cost=Cost.SLOW,
)

S2_27_LINEAR = Statement(
    r"\theta\text{ a local minimum}\ \Rightarrow\ F(\theta)=\min F",
    a_strictly_decreasing_path_reaches_the_least_loss,
    "wide_points",
    words="Without regularisation: from every point that is not a global minimum a path of strictly decreasing loss starts.",
    reading="A",
    assumptions=(wider_hidden_layers, not_a_minimum),
    strata=("critical", "zero weights"),
    probes=(control("moving one layer is enough", a_straight_line_descends_to_the_least_loss),),
    derivation="topology.descent_to_least",
    cost=Cost.SLOW,
)

S2_27_SHARP = Statement(
    r"\theta\text{ a critical point that is a local minimum}\ \Rightarrow\ F(\theta)=\min F,\quad\text{for all widths}",
    local_minima_are_global,
    "any_critical_points",
    words="Without regularisation no width hypothesis is needed for this: bottlenecks included, every critical point is a global minimum or the start of a curve along which the loss falls.",
    strata=("a hidden bottleneck", "inputs of deficient row rank", "repeated eigenvalues", "all blocks zero", "global minimum"),
    probes=(control("every critical point is a global minimum", critical_points_are_global),),
)

# S2-39: beside Kawaguchi's theorem -------------------------------------------------------------------------------------------


def critical_points_are_minima_or_saddles(point: CriticalPoint) -> Decision:
    """A global minimum; or a curve goes down, and a line goes up."""
    net = point.network
    inputs = net.data.inputs
    down = local_minima_are_global(point)
    if critical_points_are_global(point).holds:
        return down
    return every((down, exactly(any((-_as_loss(net, line)) < 0 for line in way_up(net.weights, inputs)))))


def _as_loss(net: DeepLinear, line: Any) -> Any:
    """How much the loss rises along a line of :func:`way_up`, to the first order that changes: negative for a descent."""
    change = line.first_change(net.data.inputs, net.data.targets)
    return net.data.inputs.scalar(0) if change is None else change[1]


S2_39 = Claim(
    "S2-39",
    "No rank assumption on the inputs or the weights is needed",
    TOPOLOGY.at("after proposition 2.2"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"n_j\gt \min(n_1,n_{K+1})\ \Rightarrow\ \Omega_F(\lambda)\text{ connected, for }\Sigma_X\text{ and }W_k\text{ of any rank}",
        ends_are_joined,
        "wide_ends",
        words="Unlike the theorem that the document compares with, this one holds for singular second moments and weights of any rank.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=("inputs of deficient row rank", "cross moment of deficient rank", "products of deficient rank", "a zero layer"),
        probes=(control("by the straight line", the_straight_line_joins),),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    original=Statement(
        r"\operatorname{rank}XX^T=d_x,\ \operatorname{rank}XY^T=d_y\le d_x,\ \lambda_1\gt \dots\gt \lambda_{d_y}\ \Rightarrow\ \text{critical points are global minima or saddles}",
        critical_points_are_minima_or_saddles,
        "critical_points",
        words="The theorem that is compared with (Kawaguchi 2016, theorem 2.3), for networks of every width.",
        strata=("a hidden bottleneck", "global minimum", "all blocks zero", "three layers or more"),
        probes=(control("every critical point is a global minimum", critical_points_are_global),),
    ),
    remark=(
        "The comparison is fair in both directions: the cited theorem has no width hypothesis and says nothing of level sets. Its rank assumptions are not needed for "
        "its first part either (S2-27, the sharp statement)."
    ),
)

LINEAR = (S2_04, S2_06, S2_20, S2_21, S2_22, S2_25, S2_29, S2_39)
