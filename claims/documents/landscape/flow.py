"""Document 003, sections 5.1 and 5.2: gradient flow and its time step, the gradient, balanced weights."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import equal, every, exactly
from claims.documents.landscape.layer_norms import LAYERS, S3_87, S3_88, S3_89, S3_90, S3_92
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import DeepLinear
from claims.instances.descent_chains import LayerStep, ProductSlope
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.chains import above, below, chain, descended, imbalances
from numerics.jets import expansion, gradient_by_definition
from numerics.matrix import frobenius_squared, inner
from numerics.norms import (
    as_shown,
    root_near,
    spectral_squared,
)
from numerics.spectrum import as_fraction, spectral_norm_at_most


def true_gradient(net: DeepLinear) -> tuple[Any, ...]:
    """The partial derivatives of the loss (4), by expansion."""
    return gradient_by_definition(net.loss_at, net.weights)


def scaled(slopes: tuple[Any, ...], factor: Any) -> tuple[Any, ...]:
    return tuple(slope * factor for slope in slopes)


def squared(slopes: tuple[Any, ...]) -> Any:
    """The sum of the squared entries of all of them."""
    return sum((frobenius_squared(slope) for slope in slopes[1:]), frobenius_squared(slopes[0]))


def same(left: tuple[Any, ...], right: tuple[Any, ...], because: str = "") -> Decision:
    return every(equal(one, other, because) for one, other in zip(left, right, strict=True))


# S3-80, S3-81, S3-84: the flow and its time step ------------------------------------------------------------------------------


def gradient_is_its_own_negative(net: DeepLinear) -> Decision:
    slopes = true_gradient(net)
    return same(slopes, scaled(slopes, -1), "the derivative of the loss is not zero, so it is not its own negative")


def loss_changes_by(rate):
    """Along dW_j/dt = -dL/dW_j the loss changes at ``rate`` times |dL/dW|^2."""

    def property(net: DeepLinear) -> Decision:
        slopes = true_gradient(net)
        change = expansion(net.loss_at, net.weights, scaled(slopes, -1), order=1).coefficient(1)
        return equal(change, squared(slopes) * rate)

    return property


def halved_loss_changes_by(rate):
    """The same for half of the loss: its slopes are half as large, and so is its change."""

    def property(net: DeepLinear) -> Decision:
        slopes = gradient_by_definition(lambda *weights: net.loss_at(*weights) / 2, net.weights)
        change = expansion(lambda *weights: net.loss_at(*weights) / 2, net.weights, scaled(slopes, -1), order=1).coefficient(1)
        return equal(change, squared(slopes) * rate)

    return property


S3_80 = Claim(
    "S3-80",
    "Gradient flow for the loss function",
    LANDSCAPE.at("l. 239-242, (24)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\frac{dL}{dW_j}=-\nabla_{W_j}L(W_1(t),\dots,W_N(t)),\quad j=1,\dots,N",
        gradient_is_its_own_negative,
        "small_deep_linear_networks",
        words="As printed, with the derivative of the loss on the left: the gradient would be its own negative.",
    ),
    original=Statement(
        r"\frac d{dt}W_j=-\nabla_{W_j}L^N,\ L^N=\tfrac12\|Y-W_N\cdots W_1X\|_F^2\quad\Rightarrow\quad\frac d{dt}L^N=-\sum_j\|\nabla_{W_j}L^N\|_F^2",
        halved_loss_changes_by(-1),
        "small_deep_linear_networks",
        words="In the source the weights move, on half of the loss; well formed, and the loss falls along it at the rate of the squared gradient.",
        strata=(*LAYERS, "critical", "fitted"),
        probes=(control("the loss stays as it is", halved_loss_changes_by(0)),),
    ),
    amended=Statement(
        r"\frac d{dt}W_j=-\nabla_{W_j}L\quad\Rightarrow\quad\frac d{dt}L=-\sum_j\|\nabla_{W_j}L\|_F^2",
        loss_changes_by(-1),
        "small_deep_linear_networks",
        words="The same for the loss (4): what moves against the gradient are the weights, with the time.",
        strata=(*LAYERS, "critical", "fitted"),
        probes=(control("the loss rises at that rate", loss_changes_by(1)),),
    ),
)


def step_with(sign: int) -> Callable[[LayerStep], Decision]:
    """W_j - eta D_j, with D_j = sign times the gradient in the place of dL/dW_j, is a step of gradient descent."""

    def property(step: LayerStep) -> Decision:
        slopes, net = true_gradient(step.network), step.network
        inserted = tuple(w - slope * sign * step.rate for w, slope in zip(net.weights, slopes, strict=True))
        wanted = descended(net.weights, net.data.inputs, net.data.targets, step.rate)
        return same(inserted, wanted, "with (24) in (26) the weights move along the gradient, uphill")

    return property


def layers_in_turn(step: LayerStep) -> Decision:
    """Updating one layer after the other, each with the gradient at the weights so far, is the same step."""
    net, moved = step.network, list(step.network.weights)
    for j in range(net.depth):
        moved[j] = moved[j] - net.at(tuple(moved)).gradient[j] * step.rate
    wanted = descended(net.weights, net.data.inputs, net.data.targets, step.rate)
    return same(tuple(moved), wanted)


S3_81 = Claim(
    "S3-81",
    "The flow and the gradient give the next time step",
    LANDSCAPE.at("l. 249"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=Statement(
        r"W_j-\eta\,\frac{dL}{dW_j}\Big|_{(24)}=W_j-\eta\,\nabla_{W_j}L",
        step_with(-1),
        "layer_steps",
        words="Inserting (24) into (26) gives gradient descent. The two signs cancel: it gives ascent.",
    ),
    amended=Statement(
        r"W_j(t+1)=W_j(t)+\eta\,\frac{dW_j}{dt},\ \frac{dW_j}{dt}=-\nabla_{W_j}L\quad\Rightarrow\quad W_j(t+1)=W_j(t)-\eta\,\nabla_{W_j}L",
        step_with(1),
        "layer_steps",
        words="With the weights moving in (24), one explicit Euler step of length eta is gradient descent.",
        strata=(*LAYERS, "rate zero", "critical", "balanced", "not balanced"),
        probes=(control("so is a sweep that updates one layer after the other", layers_in_turn),),
        derivation="landscape.gradient",
    ),
    remark="The second input of the step, formula (25), is not the gradient either (S3-82).",
)


S3_84 = Claim(
    "S3-84",
    "The step of gradient descent with a fixed rate",
    LANDSCAPE.at("l. 251, (26)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"W_j(t+1)=W_j(t)-\eta\,\frac{dL}{dW_j}(W_1(t),\dots,W_N(t))",
        step_with(1),
        "layer_steps",
        words="Read by itself, with dL/dW_j the partial derivative at the weights of time t: well formed, all layers move at once.",
        strata=(*LAYERS, "rate zero", "critical"),
        probes=(control("a sweep that updates one layer after the other is the same", layers_in_turn),),
    ),
)

# S3-82, S3-83: the gradient ---------------------------------------------------------------------------------------------------


def gradient_is(formula: Callable[[DeepLinear, int], Any], half: bool = False) -> Callable[[DeepLinear], Decision]:
    """``formula(network, j)`` is the partial derivative of the loss (or of half of it) by W_j, for every j."""

    def property(net: DeepLinear) -> Decision:
        slopes = true_gradient(net)
        layers = range(1, net.depth + 1)
        return every(_is_slope(formula(net, j), slope / 2 if half else slope, j) for j, slope in zip(layers, slopes, strict=True))

    return property


def _is_slope(value: Any, slope: Any, layer: int) -> Decision:
    if value is None:
        return exactly(False, f"the products in the formula for layer {layer} are not defined: the sizes do not fit")
    if value.shape != slope.shape:
        return exactly(False, f"for layer {layer} the formula has shape {value.shape}, the gradient {slope.shape}")
    return equal(value, slope, f"layer {layer}: not the derivative of the loss")


def one_layer_formula(net: DeepLinear, j: int) -> Any:
    """W_j X X' - Y X', where the sizes allow it."""
    weight, xx, yx = net.weights[j - 1], net.data.xx, net.data.yx
    fits = weight.shape[1] == xx.shape[0] and weight.shape[0] == yx.shape[0]
    return weight @ xx - yx if fits else None


def chain_formula(net: DeepLinear, j: int) -> Any:
    """(W_N ... W_(j+1))' (W X X' - Y X') (W_(j-1) ... W_1)'."""
    return above(net.weights, j).T @ (net.product @ net.data.xx - net.data.yx) @ below(net.weights, j).T


def twice_chain_formula(net: DeepLinear, j: int) -> Any:
    return chain_formula(net, j) * 2


def penalised_gradient(net: DeepLinear) -> Decision:
    """The formula for the loss plus |W_1|^2."""
    slopes = gradient_by_definition(lambda *weights: net.loss_at(*weights) + frobenius_squared(weights[0]), net.weights)
    return same(tuple(twice_chain_formula(net, j) for j in range(1, net.depth + 1)), slopes)


@assumption("shallow", "there is one layer, N = 1")
def one_layer(net: DeepLinear) -> Decision:
    return exactly(net.depth == 1)


S3_82 = Claim(
    "S3-82",
    "The gradient of the loss by the j-th weight matrix",
    LANDSCAPE.at("l. 244-247, (25)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    also=("S3-83",),
    printed=(
        Statement(
            r"\nabla_{W_j}L=W_jXX^T-YX^T,\quad L=\|Y-W_N\cdots W_1X\|_F^2",
            gradient_is(one_layer_formula),
            "small_deep_linear_networks",
            words="For the loss (4) of the document.",
            reading="A",
        ),
        Statement(
            r"\nabla_{W_j}L^N=W_jXX^T-YX^T,\quad L^N=\tfrac12\|Y-W_N\cdots W_1X\|_F^2",
            gradient_is(one_layer_formula, half=True),
            "small_deep_linear_networks",
            words="For half of it, the loss of the source.",
            reading="B",
        ),
    ),
    original=Statement(
        r"\nabla_{W_j}L^N=W_{j+1}^T\cdots W_N^T\,(WXX^T-YX^T)\,W_1^T\cdots W_{j-1}^T,\quad W=W_N\cdots W_1",
        gradient_is(chain_formula, half=True),
        "small_deep_linear_networks",
        words="For half of the loss (the formula as Nguegnang, Rauhut and Terstiege are quoted; their paper was not at hand).",
        strata=(*LAYERS, "critical", "fitted", "all widths one", "inputs of deficient row rank"),
        probes=(control("for the loss without 1/2", gradient_is(chain_formula)),),
        derivation="landscape.gradient",
    ),
    amended=Statement(
        r"\nabla_{W_j}L=2\,(W_N\cdots W_{j+1})^T(WXX^T-YX^T)(W_{j-1}\cdots W_1)^T",
        gradient_is(twice_chain_formula),
        "small_deep_linear_networks",
        words="For the loss (4) (Achour, Malgouyres and Gerchinovitz, Lemma 19).",
        strata=(*LAYERS, "critical", "fitted", "all widths one", "inputs of deficient row rank"),
        probes=(
            without("h1", "for the loss with a penalty on the first layer", property=penalised_gradient),
            control("without the factor 2", gradient_is(chain_formula)),
        ),
        derivation="landscape.gradient",
    ),
    sharp=Statement(
        r"N=1\ \Rightarrow\ \nabla_{W_1}L^1=W_1XX^T-YX^T",
        gradient_is(one_layer_formula, half=True),
        "small_deep_linear_networks",
        words="The printed formula is right for one layer and half of the loss, and only there.",
        assumptions=(one_layer,),
        strata=("critical", "fitted"),
        probes=(
            without("shallow", "with two layers or three"),
            control("for the loss without 1/2", gradient_is(one_layer_formula)),
        ),
    ),
    remark=(
        "The printed formula is the gradient of one layer. With more layers it misses the products of the layers above and below, and unless all widths agree "
        "its sizes do not even fit."
    ),
)

# S3-85, S3-86: balanced weights, along the flow and along descent ----------------------------------------------------------------


def no_drift(weights: tuple[Any, ...], slopes: tuple[Any, ...]) -> Decision:
    """The derivatives of W_(j+1)' W_(j+1) - W_j W_j' along the flow against the slopes are zero."""
    gaps, down = range(len(weights) - 1), scaled(slopes, -1)
    moved = (expansion(lambda *w, j=j: imbalances(w)[j], weights, down, order=1).coefficient(1) for j in gaps)
    return every(equal(change, change * 0) for change in moved)


def flow_keeps_the_balance(net: DeepLinear) -> Decision:
    return no_drift(net.weights, true_gradient(net))


def penalised_flow_keeps_the_balance(net: DeepLinear) -> Decision:
    """The flow of the loss plus |W_1|^2."""
    slopes = gradient_by_definition(lambda *weights: net.loss_at(*weights) + frobenius_squared(weights[0]), net.weights)
    return no_drift(net.weights, slopes)


def flow_keeps_the_norms(net: DeepLinear) -> Decision:
    """The derivative of |W_1|^2 along the flow is zero."""
    slopes = scaled(true_gradient(net), -1)
    return equal(inner(net.weights[0], slopes[0]), net.loss * 0)


def any_slope_keeps_the_balance(point: ProductSlope) -> Decision:
    """The flow of W -> <G, W_N ... W_1>, which has the derivative G by the product: slopes by definition."""
    slopes = gradient_by_definition(lambda *weights: inner(point.slope, chain(weights)), point.weights)
    return no_drift(point.weights, slopes)


def neighbours_weigh_slopes_alike(point: ProductSlope, factor: int = 1) -> Decision:
    """W_(j+1)' grad_(j+1) = grad_j W_j', the identity behind it."""
    pairs = zip(point.weights, point.weights[1:], point.slopes, point.slopes[1:], strict=False)
    return every(equal(upper.T @ higher, lower_slope @ lower.T * factor) for lower, upper, lower_slope, higher in pairs)


def twice_as_much(point: ProductSlope) -> Decision:
    return neighbours_weigh_slopes_alike(point, 2)


def kept_by_any_loss(point: ProductSlope) -> Decision:
    return every((any_slope_keeps_the_balance(point), neighbours_weigh_slopes_alike(point)))


def descent_keeps_the_balance(step: LayerStep) -> Decision:
    net = step.network
    moved = descended(net.weights, net.data.inputs, net.data.targets, step.rate)
    return same(imbalances(moved), imbalances(net.weights), "one step of gradient descent changes $W_{j+1}^TW_{j+1}-W_jW_j^T$")


S3_85 = Claim(
    "S3-85",
    "A flow is balanced if its initial weights are",
    LANDSCAPE.at("l. 254-259, (27)"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"\dot W_j=-\nabla_{W_j}L\ \Rightarrow\ \frac d{dt}\bigl(W_{j+1}^TW_{j+1}-W_jW_j^T\bigr)=0,\quad j=1,\dots,N-1",
        flow_keeps_the_balance,
        "small_deep_linear_networks",
        words="The differences in (27) do not change along the gradient flow, wherever it starts; so weights that are balanced at time 0 are balanced at all times.",
        strata=("two layers", "three layers or more", "critical", "zero weights", "all widths one"),
        probes=(
            without("h1", "along gradient descent instead of the flow", over="layer_steps", property=descent_keeps_the_balance),
            without(
                "h2", "along the flow of the loss with a penalty on the first layer", property=penalised_flow_keeps_the_balance
            ),
            control("the flow keeps the norm of the first layer", flow_keeps_the_norms),
        ),
        derivation="landscape.balancedness_flow",
    ),
    sharp=Statement(
        r"L=F(W_N\cdots W_1)\ \Rightarrow\ W_{j+1}^T\,\nabla_{W_{j+1}}L=\nabla_{W_j}L\;W_j^T",
        kept_by_any_loss,
        "product_slopes",
        words="For every differentiable function of the product, whatever the data: only its derivative G by the product enters, and any matrix G will do.",
        strata=("two layers", "three layers or more", "critical", "a hidden layer of width one"),
        probes=(control("up to a factor of two", twice_as_much),),
        derivation="landscape.balancedness_flow",
    ),
)


def drift_is(factor: int) -> Callable[[LayerStep], Decision]:
    """After one step the differences have changed by factor eta^2 (grad_(j+1)' grad_(j+1) - grad_j grad_j')."""

    def property(step: LayerStep) -> Decision:
        net, slopes = step.network, true_gradient(step.network)
        moved = descended(net.weights, net.data.inputs, net.data.targets, step.rate)
        drifts = scaled(imbalances(slopes), step.rate * step.rate * factor)
        expected = tuple(gap + drift for gap, drift in zip(imbalances(net.weights), drifts, strict=True))
        return same(imbalances(moved), expected)

    return property


def drift_stays_within(share: int, steps: int = 2) -> Callable[[LayerStep], Decision]:
    """|D_j(k) - D_j(0)| <= share eta^2 max(sum_t |grad_(j+1)(t)|_F^2, sum_t |grad_j(t)|_F^2), spectral norm on the left."""

    def property(step: LayerStep) -> Decision:
        net, weights, decisions = step.network, step.network.weights, []
        sums = [step.rate * 0] * net.depth
        for _ in range(steps):
            slopes = net.at(weights).gradient
            sums = [total + frobenius_squared(slope) for total, slope in zip(sums, slopes, strict=True)]
            weights = tuple(w - slope * step.rate for w, slope in zip(weights, slopes, strict=True))
            drifts = [now - before for now, before in zip(imbalances(weights), imbalances(net.weights), strict=True)]
            bounds = [max(pair) * step.rate * step.rate * share for pair in pairwise(sums)]
            decisions += [norm_at_most(drift, bound) for drift, bound in zip(drifts, bounds, strict=True)]
        return every(decisions)

    return property


def norm_at_most(matrix: Any, bound: Any) -> Decision:
    """|matrix| <= bound in the spectral norm, with the share of the bound."""
    top = spectral_squared(matrix)[0]
    used = as_shown(root_near(top, 2) / as_fraction(bound)) if bound > 0 else None
    return exactly(spectral_norm_at_most(matrix, bound), "", used)


S3_86 = Claim(
    "S3-86",
    "Gradient descent inherits the notion of balancedness from the flow",
    LANDSCAPE.at("l. 249-274"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"D_j(t+1)-D_j(t)=\eta^2\bigl(G_{j+1}^TG_{j+1}-G_jG_j^T\bigr),\quad D_j=W_{j+1}^TW_{j+1}-W_jW_j^T,\ G_j=\nabla_{W_j}L",
        drift_is(1),
        "layer_steps",
        words="Implied by using the same notion for the iteration (26): what the flow keeps, a step of descent keeps up to a term of second order in the step size, exactly this one.",
        strata=("two layers", "three layers or more", "balanced", "not balanced", "rate zero", "critical"),
        probes=(
            control("the differences do not change", drift_is(0)),
            control("balanced weights stay balanced", descent_keeps_the_balance, over="balanced_steps"),
        ),
        derivation="landscape.balancedness_descent",
    ),
    sharp=Statement(
        r"\|D_j(k)-D_j(0)\|\le\eta^2\max\Bigl(\sum_{t\lt k}\|G_{j+1}(t)\|_F^2,\ \sum_{t\lt k}\|G_j(t)\|_F^2\Bigr)",
        drift_stays_within(1),
        "layer_steps",
        words="The drift is a difference of two positive semidefinite matrices, so it is at most the larger one; checked after one step and two. This is what a condition on the step size has to control.",
        bound=True,
        strata=("attained", "two layers", "three layers or more", "balanced", "not balanced"),
        probes=(control("no drift at all", drift_stays_within(0)),),
        derivation="landscape.balancedness_descent",
    ),
    remark=(
        "The document does not say that descent keeps the balance exactly: its theorem asks for a balancedness constant $\\alpha\\delta$ with $\\alpha\\lt 1$ at the start and "
        "uses $\\delta$ afterwards. Exactly it would be wrong (second control): balanced scalars stay balanced under descent with any step, because all their partial derivatives have the same size; one hidden unit with two outputs is enough to "
        "break it."
    ),
)

FLOW = (S3_80, S3_81, S3_82, S3_84, S3_85, S3_86, S3_87, S3_88, S3_89, S3_90, S3_92)
