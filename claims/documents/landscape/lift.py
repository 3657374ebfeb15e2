"""Document 003, section 2.2: perturbations of a product as products of perturbed weights, and what the document takes from them.

Instances hold the transposed network; ``in_rows`` is the document's.
"""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, every, exactly, less, undecided
from claims.documents.landscape.local_to_global import value_in_printed_order
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import Data, DeepLinear
from claims.instances.local_to_global import Perturbation
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.chains import chain
from numerics.matrix import frobenius_squared

# S3-30 to S3-33: the lift and what follows from it ------------------------------------------------------------------------------


@assumption("h1", "the product has the rank r of the thinnest layer")
def product_is_of_rank_r(lift: Perturbation) -> Decision:
    return exactly(lift.network.product.rank() == lift.network.thinnest)


@assumption("near", "the change is small: |L^+ E K^+| at most 1/2")
def change_is_small(lift: Perturbation) -> Decision:
    return exactly(lift.is_near)


@assumption("rank", "the changed product still has rank r at most")
def change_keeps_the_rank(lift: Perturbation) -> Decision:
    return exactly(lift.perturbed.rank() <= lift.network.thinnest)


def moves_of(lift: Perturbation) -> tuple[Any, Any]:
    """The squared lengths of the changes of the first and of the last layer."""
    before, after = lift.network.weights, lift.lifted.weights
    return frobenius_squared(after[0] - before[0]), frobenius_squared(after[-1] - before[-1])


def lift_is_near(share: str = "1"):
    """R is the product of the lifted weights, whose changes are bounded by (a share of) a multiple of |E|; below rank r by an
    obstruction.
    """

    def property(lift: Perturbation) -> Decision:
        if lift.network.product.rank() < lift.network.thinnest:
            return no_obstruction(lift)
        _, right, left_inverse, right_inverse = lift.frame
        reached = equal(lift.lifted.product, lift.perturbed)
        first, last = moves_of(lift)
        if lift.network.depth == 1:
            return both(reached, equal(first, frobenius_squared(lift.change)))
        W_1, W_N, E, part = lift.network.weights[0], lift.network.weights[-1], lift.change, lift.change.scalar(share)
        tail = frobenius_squared(left_inverse @ E - lift.core @ right)
        return every(
            (
                reached,
                at_most(last, frobenius_squared(E) * frobenius_squared(right_inverse @ left_inverse @ W_N) * part),
                at_most(first, frobenius_squared(W_1 @ right_inverse) * tail * 4 * part),
            )
        )

    return property


def no_obstruction(lift: Perturbation) -> Decision:
    """Two square layers of width two, near W_1 = [[a, b], ...] and W_2 = [..., [s, u]] with a and u nonzero.

    For R = W_2 W_1 always u a R_12 = u b R_11 + W_2[1,2] (a R_22 - b R_21): where the other entries of R vanish, so does R_12.
    """
    R, weights = lift.perturbed, lift.network.weights
    if lift.network.widths == (2, 2, 2):
        others = (R.entry(0, 0), R.entry(1, 0), R.entry(1, 1))
        if not any(others) and R.entry(0, 1) and weights[0].entry(0, 0) and weights[1].entry(1, 1):
            return exactly(False, "near these layers the entry R_12 vanishes with the three others, and it does not")
    return undecided()


def last_layer_is_enough(lift: Perturbation) -> Decision:
    weights = (*lift.network.weights[:-1], lift.lifted.weights[-1])
    return equal(chain(weights), lift.perturbed)


def crossed_units(q: Any) -> Perturbation:
    """W_1 = E_11 and W_2 = E_22, of product 0, and R = E_12 / 100 of rank one."""
    network = DeepLinear((q.of([[1, 0], [0, 0]]), q.of([[0, 0], [0, 1]])), Data(q.eye(2), q.zeros(2, 2)))
    return Perturbation(network, q.of([[0, "1/100"], [0, 0]]))


def halved(beside: int):
    """The layers (1, 0) and 1, whose product (1, 0) becomes (1/2, ``beside``): one of the two bounds is attained."""

    def build(q: Any) -> Perturbation:
        network = DeepLinear((q.of([[1, 0]]), q.of([[1]])), Data(q.eye(2), q.zeros(1, 2)))
        return Perturbation(network, q.of([["-1/2", beside]]))

    return build


S3_30 = Claim(
    "S3-30",
    "A perturbation of the product is a product of perturbed weights",
    LANDSCAPE.at("l. 116-120, (14)"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    also=("S3-31",),
    printed=Statement(
        r"\operatorname{rank}\hat R=r,\ \operatorname{rank}R\le r,\ R\text{ near }\hat R\ \Rightarrow\ R=W_1\cdots W_N,\quad\|W_i-\hat W_i\|\le c\,\|R-\hat R\|",
        lift_is_near(),
        "perturbations",
        words="Only the first and the last layer move, by an explicit formula, with a constant that depends on the weights alone.",
        assumptions=(product_is_of_rank_r, change_is_small, change_keeps_the_rank),
        strata=("some change", "one layer", "two layers", "three layers or more", "a hidden bottleneck"),
        probes=(
            without(
                "h1",
                "S3-31: with a product of smaller rank",
                over=only("two layers E_11 and E_22 and a multiple of E_12", crossed_units),
            ),
            control("the last layer alone moves", last_layer_is_enough),
            control("19/20 of the bound of the last", lift_is_near("19/20"), over=only("(1, 0) that is halved", halved(0))),
            control("19/20 of the bound of the first", lift_is_near("19/20"), over=only("(1, 0) that is turned", halved(1))),
        ),
        derivation="landscape.perturbation_lift",
    ),
    remark=(
        "With $\\hat R=LK$ and one-sided inverses every $R$ of rank $r$ nearby is $RK^+(L^+RK^+)^{-1}L^+R$. S3-31: without full rank the lemma fails; near $W_1=E_{11}$, $W_2=E_{22}$ (samples as "
        "columns, $R=W_2W_1$) the entry $R_{12}$ vanishes whenever the three others do, although $tE_{12}$ has rank 1 and the widths allow 2."
    ),
)


def hat_is_a_local_minimiser(strictly: bool):
    """G(R) = L({W}) for the lifted weights, at least (more than) L({W_hat}) = G(R_hat)."""

    def property(lift: Perturbation) -> Decision:
        hat, lifted = lift.network, lift.lifted
        values = (
            equal(hat.data.loss_of(lift.perturbed), lifted.in_rows.loss),
            equal(hat.data.loss_of(hat.product), hat.in_rows.loss),
        )
        compare = less if strictly else at_most
        return every((*values, compare(hat.loss, lifted.loss)))

    return property


S3_32 = Claim(
    "S3-32",
    "The product of the equivalent minimiser is a local minimiser of the rank-restricted problem",
    LANDSCAPE.at("l. 122, (15)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"G(R)=L(\{W_i\})\ge L(\{\hat W_i\})=G(\hat R)\quad\text{for all }R\text{ near }\hat R,\ \operatorname{rank}R\le r",
        hat_is_a_local_minimiser(strictly=False),
        "perturbed_minimisers",
        words="Given the two lemmas, along lifted perturbations of the minimisers.",
        assumptions=(product_is_of_rank_r, change_is_small, change_keeps_the_rank),
        bound=True,
        strata=("some change", "no change", "one layer", "three layers or more", "a hidden bottleneck", "attained"),
        probes=(
            without("h1", "with a minimiser whose product has a smaller rank"),
            control("with strict inequality", hat_is_a_local_minimiser(strictly=True)),
        ),
    ),
    remark="That $\\hat R$ is a local minimiser does not need rank $r$: all local minimisers of the network are global (S3-36).",
)


def rescaled(net: DeepLinear) -> DeepLinear:
    """An equivalent network: twice the first layer, half of the second."""
    if net.depth == 1:
        return net
    first, second, *others = net.weights
    return net.at((first * 2, second / 2, *others))


def values_agree_in_printed_order(net: DeepLinear) -> Decision:
    return value_in_printed_order(net.in_rows, net.loss)


def values_agree(net: DeepLinear) -> Decision:
    """G(R_hat) = L({W_hat}) = L({W}) = G(W_1 ... W_N)."""
    hat, data = rescaled(net).in_rows, net.data
    rows = net.in_rows
    values = (frobenius_squared(rows.targets - rows.inputs @ hat.product), hat.loss, rows.loss)
    return every(equal(value, data.loss_of(net.product)) for value in values)


def values_agree_for_other_weights(net: DeepLinear) -> Decision:
    """With twice the first layer and the second as it was."""
    first, *others = net.weights
    return equal(net.at((first * 2, *others)).loss, net.loss)


S3_33 = Claim(
    "S3-33",
    "Both products have the value of the network's loss",
    LANDSCAPE.at("l. 127, (16)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"G(\hat R)=L(\{\hat W_i\})=L(\{\bar W_i\})=G(\bar R),\quad\bar R=\bar W_N\cdots\bar W_1",
        values_agree_in_printed_order,
        "deep_linear_networks",
        words="With the product in the order of l. 109, while the one with a hat is in the order of (5).",
    ),
    amended=Statement(
        r"G(\hat R)=L(\{\hat W_i\})=L(\{\bar W_i\})=G(\bar R),\quad\bar R=\bar W_1\cdots\bar W_N",
        values_agree,
        "deep_linear_networks",
        words="With both in the order of (5), for an equivalent tuple.",
        strata=("one layer", "three layers or more", "inputs of deficient row rank"),
        probes=(control("for a tuple that is not equivalent", values_agree_for_other_weights),),
    ),
)

LIFT = (S3_30, S3_32, S3_33)
