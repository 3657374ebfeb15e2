"""Document 002, section 2.2 and appendix B.2: the level sets of linear networks without regularisation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import certainly, equal, equivalent, exactly, negated
from claims.documents.topology.source import TOPOLOGY
from claims.instances.deep_linear import Data, DeepLinear
from claims.instances.level_paths import SquareEnds, TwoPoints, Widths
from claims.model import Claim, Cost, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.chains import chain
from numerics.matrix import frobenius_squared
from numerics.paths import Path, joined_chain, joined_over, stays_at_most
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
        return path_joins(joined_chain(ends.start, ends.end), ends, ends.level)
    words = separating_invariant(ends.start, ends.end, ends.data.inputs, ends.data.targets, ends.level * ends.data.samples)
    return certainly(False, bool(words), words)


def path_joins(path: Path, ends: TwoPoints, level: Any) -> Decision:
    """It leads from one end to the other and stays below the level, by both methods."""
    held = all(stays_at_most(path, ends.loss_at, level, by=method) for method in ("bernstein", "sturm"))
    return exactly(held and (path.start, path.end) == (ends.start, ends.end))


def product_moves_on_one_straight_leg(ends: TwoPoints) -> Decision:
    return one_straight_leg_moves_the_product(joined_chain(ends.start, ends.end))


def product_moves_straight_with_all_factors(ends: TwoPoints) -> Decision:
    return one_straight_leg_moves_the_product(Path.through(ends.start, ends.end))


def product_moves_straight_over_zero(ends: TwoPoints) -> Decision:
    zero = tuple(weight * 0 for weight in ends.start)
    return one_straight_leg_moves_the_product(Path.through(ends.start, zero, ends.end))


def one_straight_leg_moves_the_product(path: Path) -> Decision:
    """Along the path the product is constant but for one leg, on which it is straight: at degree + 1 points of each segment."""
    moving = 0
    for segment in path.segments:
        products = [chain(segment.at(k)) for k in range(segment.moving + 1)]
        if all(product == products[0] for product in products):
            continue
        moving += 1
        step = products[1] - products[0]
        if any(product != products[0] + step * k for k, product in enumerate(products)):
            return exactly(False, "a leg on which the product moves is not straight")
    return exactly(moving <= 1)


def product_never_moves(ends: TwoPoints) -> Decision:
    return equal(chain(ends.start), chain(ends.end))


def ends_are_separated(ends: TwoPoints) -> Decision:
    return negated(ends_are_joined(ends))


def the_straight_line_joins(ends: TwoPoints) -> Decision:
    return path_joins(Path.through(ends.start, ends.end), ends, ends.level)


def at_most_the_better_end(ends: TwoPoints) -> Decision:
    """The path of the proof, against the lower of both values."""
    lower = min(ends.loss_at(*ends.start), ends.loss_at(*ends.end))
    return path_joins(joined_chain(ends.start, ends.end), ends, lower)


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


def product_fits(chain: Widths, shapes: list[tuple[int, int]]) -> Decision:
    """With matrices of these shapes, from the first to the last, the product is n_K x n_1, and the hidden widths are n_2, ..., n_(K-1)."""
    fits = all(upper[1] == lower[0] for lower, upper in pairwise(shapes))
    outer = (shapes[-1][0], shapes[0][1]) == (chain.sizes[-1], chain.sizes[0])
    return exactly(fits and outer and [shape[0] for shape in shapes[:-1]] == list(chain.sizes[1:-1]))


def transposed_sizes_fit(chain: Widths) -> Decision:
    """With n_(k+1) x n_k for k < K."""
    return product_fits(chain, [(above, below) for below, above in pairwise(chain.sizes)])


def printed_sizes_fit(chain: Widths) -> Decision:
    """With n_k x n_(k+1)."""
    return product_fits(chain, list(pairwise(chain.sizes)))


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
        probes=(control("with the sizes as printed", printed_sizes_fit),),
    ),
    remark=(
        "Below, K counts the matrices, $n_1,\\dots,n_{K+1}$ are the sizes, and the hypothesis as meant is $n_j\\gt \\min(n_1,n_{K+1})$ for all hidden layers. To "
        "the letter it leaves the last hidden layer free, and for K = 2 it says nothing."
    ),
)

# S2-21, S2-22, S2-25: connected level sets ---------------------------------------------------------------------------------


def doubled(*weights: list[list[int]]):
    """Weights and twice these, on x = y = 1."""

    def build(q: Any) -> TwoPoints:
        start, one = tuple(q.of(weight) for weight in weights), q.of([[1]])
        return TwoPoints(start, tuple(weight * 2 for weight in start), Data(one, one))

    return build


ONE_LAYER = only("one layer, the weights 1 and 2", doubled([[1]]))
TWO_LAYERS = only("two layers with two units between, and twice these weights", doubled([[1], [0]], [[1, 0]]))


CONNECTED = r"\Omega_{F_e}(\lambda),\ \Omega_{F_o}(\lambda)\text{ are connected for all }\lambda"
ORACLE = (
    "Every matrix of second moments is that of a finite sample, so that the oracle risk of a linear network is an empirical one."
)

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
    sharp=Statement(
        r"F(\theta)=f(W_K\cdots W_1),\ f\text{ convex},\ n_j\gt \min(n_1,n_{K+1})\ \Rightarrow\ \Omega_F(\lambda)\text{ is connected for all }\lambda",
        product_moves_on_one_straight_leg,
        "wide_ends",
        words="The squared loss is not needed: on the path the product is constant but for one straight leg, so that it serves every function of the product whose level sets are convex.",
        assumptions=(every_hidden_layer_is_wider,),
        strata=("one layer", "two layers", "three layers or more", "a zero end"),
        probes=(
            control("the product need not move", product_never_moves),
            control("straight in all factors", product_moves_straight_with_all_factors, over=TWO_LAYERS),
            control("over zero", product_moves_straight_over_zero, over=ONE_LAYER),
        ),
        derivation="topology.chain_form",
        cost=Cost.SLOW,
    ),
    remark=(
        "The path: fill up the layers one by one at constant product, shear them to $(I,0)^T$, and so move all of the product into the last factor; then that "
        "factor goes straight. "
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
    "Level sets are connected where a hidden layer is only as wide as the smaller end",
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
        probes=(control("they are always joined", always_joined),),
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

LINEAR = (S2_04, S2_06, S2_20, S2_21, S2_22, S2_25)
