"""Document 003, sections 5.1 and 5.2: gradient flow and its time step, the gradient, balanced weights and the norms of the layers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from claims.decide import at_most, certainly, equal, equivalent, every, exactly, less
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import DeepLinear
from claims.instances.descent_chains import LayerStep, NearlyBalanced, ProductSlope
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.chains import above, below, chain, descended, imbalances
from numerics.jets import expansion, gradient_by_definition
from numerics.matrix import frobenius_squared, inner
from numerics.norms import (
    as_shown,
    falling_product_sign,
    frobenius,
    root_near,
    shifted_power_sign,
    spectral_squared,
)
from numerics.spectrum import as_fraction, spectral_norm_at_most

LAYERS = ("one layer", "two layers", "three layers or more")


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
        words="For half of the loss (the formula as Nguegnang, Rauhut and Terstiege have it, from secondary knowledge).",
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


def drift_along(weights: tuple[Any, ...], direction: tuple[Any, ...]) -> Decision:
    """The derivatives of W_(j+1)' W_(j+1) - W_j W_j' along a direction are zero."""
    gaps = range(len(weights) - 1)
    moved = (expansion(lambda *w, j=j: imbalances(w)[j], weights, direction, order=1).coefficient(1) for j in gaps)
    return every(equal(change, change * 0) for change in moved)


def flow_keeps_the_balance(net: DeepLinear) -> Decision:
    return drift_along(net.weights, scaled(true_gradient(net), -1))


def penalised_flow_keeps_the_balance(net: DeepLinear) -> Decision:
    """The flow of the loss plus |W_1|^2."""
    slopes = gradient_by_definition(lambda *weights: net.loss_at(*weights) + frobenius_squared(weights[0]), net.weights)
    return drift_along(net.weights, scaled(slopes, -1))


def flow_keeps_the_norms(net: DeepLinear) -> Decision:
    """The derivative of |W_1|^2 along the flow is zero."""
    slopes = scaled(true_gradient(net), -1)
    return equal(inner(net.weights[0], slopes[0]), net.loss * 0)


def any_slope_keeps_the_balance(point: ProductSlope) -> Decision:
    """The flow of W -> <G, W_N ... W_1>, which has the derivative G by the product: slopes by definition."""
    slopes = gradient_by_definition(lambda *weights: inner(point.slope, chain(weights)), point.weights)
    return drift_along(point.weights, scaled(slopes, -1))


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
        net, weights = step.network, step.network.weights
        sums = [step.rate * 0] * net.depth
        for _ in range(steps):
            slopes = net.at(weights).gradient
            sums = [total + frobenius_squared(slope) for total, slope in zip(sums, slopes, strict=True)]
            weights = tuple(w - slope * step.rate for w, slope in zip(weights, slopes, strict=True))
        drifts = [now - before for now, before in zip(imbalances(weights), imbalances(net.weights), strict=True)]
        bounds = [max(pair) * step.rate * step.rate * share for pair in pairwise(sums)]
        return every(norm_at_most(drift, bound) for drift, bound in zip(drifts, bounds, strict=True))

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
        r"W(t)\text{ balanced}\ \Rightarrow\ W(t+1)\text{ balanced, for iteration (26)}",
        descent_keeps_the_balance,
        "balanced_steps",
        words="Implied by using the same notion for the iteration: what the flow keeps, descent keeps.",
    ),
    amended=Statement(
        r"D_j(t+1)-D_j(t)=\eta^2\bigl(G_{j+1}^TG_{j+1}-G_jG_j^T\bigr),\quad D_j=W_{j+1}^TW_{j+1}-W_jW_j^T,\ G_j=\nabla_{W_j}L",
        drift_is(1),
        "layer_steps",
        words="A step keeps the differences up to a term of second order in the step size, exactly this one.",
        strata=("two layers", "three layers or more", "balanced", "not balanced", "rate zero", "critical"),
        probes=(control("the differences do not change", drift_is(0)),),
        derivation="landscape.balancedness_descent",
    ),
    sharp=Statement(
        r"\|D_j(k)-D_j(0)\|\le\eta^2\max\Bigl(\sum_{t\lt k}\|G_{j+1}(t)\|_F^2,\ \sum_{t\lt k}\|G_j(t)\|_F^2\Bigr)",
        drift_stays_within(1),
        "layer_steps",
        words="The drift is a difference of two positive semidefinite matrices, so it is at most the larger one; two steps are checked. This is what a condition on the step size has to control.",
        bound=True,
        strata=("attained", "two layers", "three layers or more", "balanced", "not balanced"),
        probes=(control("no drift at all", drift_stays_within(0)),),
        derivation="landscape.balancedness_descent",
    ),
    remark=(
        "Balanced scalars stay balanced under descent with any step, because all their partial derivatives have the same size; one hidden unit with two outputs is enough to "
        "break it. This is why the theorem of section 5.3 asks for a balancedness constant $\\alpha\\delta$ at the start and uses $\\delta$ afterwards."
    ),
)

# S3-87, S3-88: balancedness constants ---------------------------------------------------------------------------------------------


@assumption("h1", "delta is a balancedness constant of the weights")
def delta_is_a_constant(chained: NearlyBalanced) -> Decision:
    return exactly(chained.has_constant(chained.delta))


def zero_is_for_balanced_weights(chained: NearlyBalanced) -> Decision:
    """0 is a balancedness constant exactly for balanced weights."""
    return equivalent(exactly(chained.has_constant(chained.delta * 0)), exactly(chained.balanced))


def zero_is_for_zero_products(chained: NearlyBalanced) -> Decision:
    return equivalent(exactly(chained.has_constant(chained.delta * 0)), exactly(chained.product.is_zero()))


S3_87 = Claim(
    "S3-87",
    "Balancedness constants; balanced weights have constant 0",
    LANDSCAPE.at("l. 259-264, (28)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\|W_{j+1}^TW_{j+1}-W_jW_j^T\|\le\delta\ (j=1,\dots,N-1);\quad\delta=0\iff W\text{ balanced}",
        zero_is_for_balanced_weights,
        "nearly_balanced",
        words="Well formed, and 0 is a balancedness constant exactly where (27) holds.",
        strata=("one layer", "balanced", "not balanced", "zero weights", "all widths one"),
        probes=(control("0 is a balancedness constant exactly where the product vanishes", zero_is_for_zero_products),),
    ),
)


def layers_bounded(excess: Callable[[int], int]) -> Callable[[NearlyBalanced], Decision]:
    """|W_j|^2 <= |W|^(2/N) + excess(N) delta for all j, spectral norms, W the product."""

    def property(chained: NearlyBalanced) -> Decision:
        shift = as_fraction(chained.delta) * excess(chained.depth)
        product = chained.product @ chained.product.T
        return every(_layer_bounded(weight, product, chained.depth, shift) for weight in chained.weights)

    return property


def _layer_bounded(weight: Any, product: Any, depth: int, shift: Any) -> Decision:
    sign = shifted_power_sign(weight @ weight.T, product, depth, shift)
    if sign is None:
        return certainly(False, False, "the two sides cannot be told apart")
    right = root_near(spectral_squared(product)[0], depth) + shift
    used = (
        "1" if sign == 0 and right > 0 else as_shown(spectral_squared(weight)[0] / right, below=sign < 0) if right > 0 else None
    )
    return exactly(sign <= 0, "a layer is larger than the bound", used)


def norms_multiply(chained: NearlyBalanced) -> Decision:
    """The product of the norms of the layers is at most the norm of the product."""
    squares = [spectral_squared(weight)[0] for weight in chained.weights]
    left = squares[0]
    for square in squares[1:]:
        left *= square
    return at_most(left, spectral_squared(chained.product)[1])


def printed_constant(depth: int) -> int:
    return depth + 1


def source_constant(depth: int) -> int:
    return (depth + 1) * (depth + 1)


def least_constant(depth: int) -> int:
    return depth - 1


def too_small(depth: int) -> int:
    return depth - 2


S3_88 = Claim(
    "S3-88",
    "A balancedness constant gives bounds on the norms of the weights",
    LANDSCAPE.at("l. 264"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\max_j\|W_j\|^2\le f(\|W_N\cdots W_1\|,\delta,N),\quad f(w,\delta,N)=w^{2/N}+(N+1)\delta",
        layers_bounded(printed_constant),
        "nearly_balanced",
        words="Some bound of the layers by the product exists: that of (29) is one. The step size is derived from it in section 5.3.",
        assumptions=(delta_is_a_constant,),
        strata=(*LAYERS, "balanced", "not balanced", "product zero"),
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("the norms of the layers multiply to at most that of the product", norms_multiply),
        ),
        derivation="landscape.norm_chain",
    ),
    remark="The text says $\\|W\\|$; a constant alone bounds neither the product nor the layers, but the layers in terms of the product.",
)

# S3-89, S3-90, S3-92: Proposition 3.2 ---------------------------------------------------------------------------------------------


def falling_products_bounded(chained: NearlyBalanced) -> Decision:
    """s (s - delta) ... (s - (N-1) delta) <= |W|^2 for s = |W_j|^2, wherever s >= (N-1) delta."""
    return _falling(chained, as_fraction(chained.delta))


def faster_rise(chained: NearlyBalanced) -> Decision:
    """The same with half of delta."""
    return _falling(chained, as_fraction(chained.delta) / 2)


def _falling(chained: NearlyBalanced, step: Any) -> Decision:
    product = chained.product @ chained.product.T
    signs = [falling_product_sign(weight @ weight.T, product, chained.depth, step) for weight in chained.weights]
    if None in signs:
        return certainly(False, False, "the two sides cannot be told apart")
    return exactly(all(sign <= 0 for sign in signs if sign is not None), "", "1" if 0 in signs else None)


BALANCE_STRATA = (*LAYERS, "balanced", "not balanced", "product zero", "all widths one", "norms differ")

S3_89 = Claim(
    "S3-89",
    "Proposition 3.2: every layer is bounded by the product and the balancedness constant",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N+1)\,\delta",
        layers_bounded(printed_constant),
        "nearly_balanced",
        words="In the spectral norm, with the product on the right.",
        assumptions=(delta_is_a_constant,),
        bound=True,
        strata=BALANCE_STRATA,
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("with (N - 2) delta", layers_bounded(too_small)),
        ),
        derivation="landscape.norm_chain",
    ),
    original=Statement(
        r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N+1)^2\,\delta",
        layers_bounded(source_constant),
        "nearly_balanced",
        words="The source, from secondary knowledge, has the larger constant.",
        assumptions=(delta_is_a_constant,),
        bound=True,
        strata=BALANCE_STRATA,
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("with (N - 2) delta", layers_bounded(too_small)),
        ),
        derivation="landscape.norm_chain",
    ),
    sharp=(
        Statement(
            r"\|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}+(N-1)\,\delta",
            layers_bounded(least_constant),
            "nearly_balanced",
            words="N - 1 is enough, and it is the best constant: layers with squared norms 0, delta, 2 delta, ... have product zero and attain it for every N.",
            reading="constant",
            assumptions=(delta_is_a_constant,),
            bound=True,
            strata=(*BALANCE_STRATA, "attained"),
            probes=(
                without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
                control("with (N - 2) delta", layers_bounded(too_small)),
            ),
            derivation="landscape.norm_chain",
        ),
        Statement(
            r"\prod_{k=0}^{N-1}\bigl(\|W_j\|^2-k\,\delta\bigr)\le\|W_N\cdots W_1\|^2\quad\text{where }\|W_j\|^2\ge(N-1)\,\delta",
            falling_products_bounded,
            "nearly_balanced",
            words="Behind it stands this inequality, attained by all chains of multiples of rotations whose squared norms rise by delta from layer to layer.",
            reading="product",
            assumptions=(delta_is_a_constant,),
            bound=True,
            strata=(*BALANCE_STRATA, "attained"),
            probes=(
                without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
                control("with half of delta", faster_rise),
            ),
            derivation="landscape.norm_chain",
        ),
    ),
    remark=(
        "Let $x$ be a vector and $\\rho_k$ the ratio by which layer $k$ stretches the square of the norm of what the layers below made of it. Near-balance gives "
        "$\\rho_{k+1}\\ge\\rho_k-\\delta$. For the $x$ that the transposed layers make of a top singular vector of $W_j$, the first $j$ ratios multiply to at least "
        "$\\prod_{k\\lt j}(\\|W_j\\|^2-k\\delta)$, so $\\rho_j\\ge\\|W_j\\|^2-(j-1)\\delta$, and the rest follows."
    ),
)


def frobenius_layers_bounded(chained: NearlyBalanced) -> Decision:
    """|W_j|_F^2 <= |W|_F^(2/N) + (N+1) delta as (|W_j|_F^2 - (N+1) delta)^N <= |W|_F^2."""
    return every(_frobenius_bounded(chained, weight, 1) for weight in chained.weights)


def frobenius_layers_bounded_by_rank(chained: NearlyBalanced) -> Decision:
    """|W_j|_F^2 <= r_j (|W|_F^(2/N) + (N+1) delta), r_j the smaller dimension of W_j."""
    return every(_frobenius_bounded(chained, weight, min(weight.shape)) for weight in chained.weights)


def _frobenius_bounded(chained: NearlyBalanced, weight: Any, factor: int) -> Decision:
    shift = as_fraction(chained.delta) * (chained.depth + 1)
    over = frobenius(weight) / factor - shift
    holds = over <= 0 or over**chained.depth <= frobenius(chained.product)
    return exactly(holds, "a layer is larger than the bound")


@assumption("h1", "delta bounds the differences in the Frobenius norm")
def delta_in_frobenius_norm(chained: NearlyBalanced) -> Decision:
    limit = as_fraction(chained.delta)
    return exactly(all(frobenius(gap) <= limit * limit for gap in chained.gaps))


def balanced_frobenius(chained: NearlyBalanced) -> Decision:
    """|W_j|_F^(2N) <= r^(N-1) |W|_F^2 with r the least width."""
    r = min(weight.shape[k] for weight in chained.weights for k in (0, 1))
    n, right = chained.depth, frobenius(chained.product)
    return every(at_most(frobenius(weight) ** n, right * r ** (n - 1)) for weight in chained.weights)


def balanced_frobenius_without_width(chained: NearlyBalanced) -> Decision:
    right = frobenius(chained.product)
    return every(at_most(frobenius(weight) ** chained.depth, right) for weight in chained.weights)


S3_90 = Claim(
    "S3-90",
    "Proposition 3.2 in the Frobenius norm",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\|W_j\|_F^2\le\|W_N\cdots W_1\|_F^{2/N}+(N+1)\,\delta",
        frobenius_layers_bounded,
        "balanced_chains",
        words="The printed norm has no subscript; this is (28) and (29) with Frobenius norms, and delta = 0 refutes it.",
        assumptions=(delta_in_frobenius_norm,),
    ),
    amended=Statement(
        r"\|W_j\|_F^2\le\min(d_j,d_{j-1})\bigl(\|W_N\cdots W_1\|_F^{2/N}+(N+1)\,\delta\bigr)",
        frobenius_layers_bounded_by_rank,
        "nearly_balanced",
        words="With the smaller dimension of the layer as a factor: it follows from the spectral bound.",
        assumptions=(delta_in_frobenius_norm,),
        strata=(*LAYERS, "balanced", "not balanced", "product zero"),
        probes=(
            without("h1", "with a number that is less than the balancedness constant", over="unbalanced_chains"),
            control("without the factor", frobenius_layers_bounded, over="balanced_chains"),
        ),
    ),
    sharp=Statement(
        r"\delta=0\ \Rightarrow\ \|W_j\|_F^{2N}\le r^{N-1}\,\|W_N\cdots W_1\|_F^2,\quad r=\min_id_i",
        balanced_frobenius,
        "balanced_chains",
        words="For balanced weights the factor is the power 1 - 1/N of the least width, attained by equal singular values (by the inequality of the power means).",
        bound=True,
        strata=("attained", "one layer", "two layers", "three layers or more"),
        probes=(control("without the width", balanced_frobenius_without_width),),
    ),
)


@assumption("balanced", "the weights are balanced")
def weights_are_balanced(chained: NearlyBalanced) -> Decision:
    return exactly(chained.balanced)


def norms_are_equal(chained: NearlyBalanced) -> Decision:
    """|W_j|^(2N) = |W|^2 for all j."""
    product = chained.product @ chained.product.T
    signs = {shifted_power_sign(weight @ weight.T, product, chained.depth, as_fraction(0)) for weight in chained.weights}
    return exactly(signs == {0}, "a layer is larger or smaller than the root of the product")


def product_is_smaller(chained: NearlyBalanced) -> Decision:
    return every(
        less(spectral_squared(chained.product)[1], spectral_squared(weight)[0] ** chained.depth) for weight in chained.weights
    )


S3_92 = Claim(
    "S3-92",
    "Proposition 3.2 for balanced weights",
    LANDSCAPE.at("l. 266-268, (29)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\delta=0\ \Rightarrow\ \|W_j\|^2\le\|W_N\cdots W_1\|^{2/N}",
        layers_bounded(printed_constant),
        "balanced_chains",
        words="The case of the balancedness constant 0.",
        assumptions=(weights_are_balanced,),
        bound=True,
        strata=(*LAYERS, "product zero", "attained"),
        probes=(
            without("balanced", "for weights that are not balanced", over="nearly_balanced", property=norms_are_equal),
            control("the layers are larger", product_is_smaller),
        ),
        derivation="landscape.norm_chain",
    ),
    sharp=Statement(
        r"\delta=0\ \Rightarrow\ \|W_1\|^N=\dots=\|W_N\|^N=\|W_N\cdots W_1\|",
        norms_are_equal,
        "balanced_chains",
        words="With equality, in the spectral norm.",
        assumptions=(weights_are_balanced,),
        strata=(*LAYERS, "product zero", "zero weights"),
        probes=(
            without("balanced", "for weights that are not balanced", over="nearly_balanced"),
            control("the product is smaller", product_is_smaller),
        ),
    ),
)

FLOW = (S3_80, S3_81, S3_82, S3_84, S3_85, S3_86, S3_87, S3_88, S3_89, S3_90, S3_92)
