"""Document 003, section 1: networks, their widths and their loss."""

from __future__ import annotations

from math import isqrt
from typing import Any

from claims.decide import at_most, both, equal, exactly
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import Data, DeepLinear
from claims.instances.networks import AffineNetwork, activated, affine_frame
from claims.model import Claim, Decision, Kind, Opinion, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.chains import chain
from numerics.matrix import frobenius_squared, hstack

# S3-01 to S3-04: networks -------------------------------------------------------------------------------------------------


def layers_of(network: AffineNetwork) -> list[Any]:
    """The layers g_i(z) = s(W_i z + b_i) as functions of a column; the last one without activation."""

    def layer(weight: Any, bias: Any, activation: str) -> Any:
        return lambda z: activated(weight @ z + bias, activation)

    names = [network.activation] * (network.depth - 1) + ["identity"]
    return [layer(*parts) for parts in zip(network.weights, network.biases, names, strict=True)]


def composed(layers: list[Any], z: Any) -> Any:
    for layer in layers:
        z = layer(z)
    return z


def samples_of(network: AffineNetwork) -> Any:
    """0 and the unit vectors, as columns."""
    return affine_frame(type(network.weights[0]), network.widths[0])


def column_by_column(order: int):
    """f(X) has the columns f(x_1), ..., f(x_m), with the layers applied in the given order."""

    def property(network: AffineNetwork) -> Decision:
        layers, X = layers_of(network)[::order], samples_of(network)
        if network.widths != network.widths[::order]:
            return exactly(False, "the layers do not fit in this order")
        columns = [composed(layers, X[:, [k]]) for k in range(X.shape[1])]
        return equal(network.output(X), hstack(*columns))

    return property


S3_01 = Claim(
    "S3-01",
    "A network is a composition of layers, applied to each sample",
    LANDSCAPE.at("l. 15-18, (1)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"f=g_N\circ\dots\circ g_1,\qquad f(X)=[f(x_1),\dots,f(x_m)]",
        column_by_column(1),
        "nonlinear_networks",
        words="Well formed: what a network does with a matrix it does with each of its columns.",
        strata=("two layers", "deeper than two", "a layer of width one"),
        probes=(control("the layers in the opposite order", column_by_column(-1)),),
    ),
)


def widths_are(sizes):
    """d_0, ..., d_N, measured on the signals W_i ... W_1 X, are the given dimensions of the weight matrices."""

    def property(net: DeepLinear) -> Decision:
        signal, measured = net.data.inputs, [net.data.inputs.shape[0]]
        for weight in net.weights:
            signal = weight @ signal
            measured.append(signal.shape[0])
        found = [sizes(weight.shape) for weight in net.weights]
        return exactly(measured[1:] == found, f"widths {measured[1:]}, dimensions {found}")

    return property


def row_widths_are(sizes):
    """The same for X W_1 ... W_i, samples in rows."""

    def property(net: DeepLinear) -> Decision:
        rows = net.in_rows
        signal, measured = rows.inputs, [rows.inputs.shape[1]]
        for weight in rows.weights:
            signal = signal @ weight
            measured.append(signal.shape[1])
        found = [sizes(weight.shape) for weight in rows.weights]
        return exactly(measured[1:] == found, f"widths {measured[1:]}, dimensions {found}")

    return property


S3_02 = Claim(
    "S3-02",
    "The widths are the numbers of rows or columns of the weights",
    LANDSCAPE.at("l. 20"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=(
        Statement(
            r"W_N\cdots W_1X\colon\quad d_i=\text{number of rows of }W_i",
            widths_are(lambda shape: shape[0]),
            "deep_linear_networks",
            words="With samples as columns (sections 1, 3 and 5) it is the rows.",
            reading="A",
            strata=("one layer", "three layers or more", "all widths one"),
            probes=(control("the columns", widths_are(lambda shape: shape[1])),),
        ),
        Statement(
            r"XW_1\cdots W_N\colon\quad d_i=\text{number of columns of }W_i",
            row_widths_are(lambda shape: shape[1]),
            "deep_linear_networks",
            words="With samples as rows (section 2) it is the columns.",
            reading="B",
            strata=("one layer", "three layers or more", "all widths one"),
            probes=(control("the rows", row_widths_are(lambda shape: shape[0])),),
        ),
    ),
    remark="Both at once only for square weights. The document changes between the two conventions without saying so.",
)


def weights_have_shape(shape):
    """W_i (of the given shape) maps signals z_(i-1) to z_i, where d_i are the sizes of the signals."""

    def property(network: AffineNetwork) -> Decision:
        sizes, z = [network.widths[0]], samples_of(network)[:, [0]]
        for layer in layers_of(network):
            z = layer(z)
            sizes.append(z.shape[0])
        for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
            wanted = shape(sizes[i], sizes[i - 1])
            if weight.shape != wanted or bias.shape != (sizes[i], 1):
                return exactly(
                    False, f"layer {i} takes {sizes[i - 1]} values to {sizes[i]}; a {wanted[0]} x {wanted[1]} matrix does not"
                )
        return exactly(True)

    return property


S3_03 = Claim(
    "S3-03",
    "The shapes of the weights and biases",
    LANDSCAPE.at("l. 20-23, (2)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"g_i\colon\mathbb R^{d_{i-1}}\to\mathbb R^{d_i},\ g_i(z)=\sigma(W_iz+b_i),\quad W_i\in\mathbb R^{d_i\times d_i},\ b_i\in\mathbb R^{d_i}",
        weights_have_shape(lambda to, since: (to, to)),
        "affine_networks",
        words="The printed set $W^{\\mathbb R^{d_i}\\times\\mathbb R^{d_i}}$ has no meaning; read as matrices of $d_i$ rows and columns.",
    ),
    amended=Statement(
        r"W_i\in\mathbb R^{d_i\times d_{i-1}},\quad b_i\in\mathbb R^{d_i}",
        weights_have_shape(lambda to, since: (to, since)),
        "affine_networks",
        words="Applied from the left, as the text does it, a weight has as many rows as its layer has units.",
        strata=("one layer", "deeper than two", "a layer of width one"),
        probes=(control("the transposed shape", weights_have_shape(lambda to, since: (since, to))),),
    ),
)


def is_the_product(biased: bool):
    """f(x) = W_N ... W_1 x at 0 and at the unit vectors, and additive there."""

    def property(network: AffineNetwork) -> Decision:
        biases = network.biases if biased else tuple(bias * 0 for bias in network.biases)
        X = samples_of(network)
        outputs = AffineNetwork(network.weights, biases, network.activation).output(X)
        twice = AffineNetwork(network.weights, biases, network.activation).output(X * 2)
        return both(equal(outputs, chain(network.weights) @ X), equal(twice, outputs * 2))

    return property


S3_04 = Claim(
    "S3-04",
    "Linear networks have identity activations and no biases",
    LANDSCAPE.at("l. 25"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\sigma=\mathrm{id},\ b_i=0\ \Rightarrow\ f(x)=W_N\cdots W_1x",
        is_the_product(biased=False),
        "affine_networks",
        words="Such a network is linear.",
        strata=("one layer", "deeper than two", "a zero layer"),
        probes=(
            control("with biases", is_the_product(biased=True)),
            control("with another activation", is_the_product(biased=False), over="nonlinear_networks"),
        ),
    ),
)

# S3-05 to S3-09: the loss -------------------------------------------------------------------------------------------------


def errors_of(net: DeepLinear) -> list[Any]:
    """The columns y_i - f(x_i)."""
    errors = net.data.targets - net.product @ net.data.inputs
    return [errors[:, [k]] for k in range(errors.shape[1])]


def squared_distance(output: Any):
    """The curried loss: an output gives a function of the label."""
    return lambda label: frobenius_squared(label - output)


def losses_are(condition):
    def property(net: DeepLinear) -> Decision:
        outputs, targets = net.product @ net.data.inputs, net.data.targets
        values = [squared_distance(outputs[:, [k]])(targets[:, [k]]) for k in range(targets.shape[1])]
        return exactly(all(condition(value) for value in values))

    return property


def one_fitted(q: Any) -> DeepLinear:
    """x = 1 and x = 2 with the labels 1 and 1, the weight 1."""
    return DeepLinear((q.of([[1]]),), Data(q.of([[1, 2]]), q.of([[1, 1]])))


S3_05 = Claim(
    "S3-05",
    "The loss function of a sample",
    LANDSCAPE.at("l. 25"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\ell\colon\mathbb R^{d_y}\to(\mathbb R^{d_y}\to\mathbb R_+)",
        losses_are(lambda value: bool(value >= 0)),
        "deep_linear_networks",
        words="Well formed, in curried form: an output gives a function of the label, whose values are not negative (shown for the squared distance).",
        strata=("one output", "one sample", "fitted"),
        probes=(
            control("the values are positive", losses_are(lambda value: bool(value > 0))),
            control(
                "or one of them is", losses_are(lambda value: bool(value > 0)), over=only("two samples, one fitted", one_fitted)
            ),
        ),
    ),
)


def network_takes_the_pair(net: DeepLinear) -> Decision:
    """f is applied to (x_i, y_i), d_0 + d_N numbers, where it takes d_0."""
    given = net.data.inputs.shape[0] + net.data.targets.shape[0]
    return exactly(
        given == net.widths[0], f"f takes {net.widths[0]} numbers and is given {given}; the loss is left with one argument"
    )


def total_is(combine):
    """The loss (4) is the given combination of the losses of the samples."""

    def property(net: DeepLinear) -> Decision:
        outputs, targets = net.product @ net.data.inputs, net.data.targets
        values = [squared_distance(outputs[:, [k]])(targets[:, [k]]) for k in range(targets.shape[1])]
        return equal(net.loss, combine(values, net.data.inputs.scalar(0)))

    return property


S3_06 = Claim(
    "S3-06",
    "The loss of the network is the sum over the samples",
    LANDSCAPE.at("l. 27, (3)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\mathcal L=\sum_{i=1}^m\ell\bigl(f(x_i,y_i)\bigr)",
        network_takes_the_pair,
        "deep_linear_networks",
        words="A misplaced parenthesis: the network is given the label as well and the loss only one argument.",
    ),
    amended=Statement(
        r"\mathcal L=\sum_{i=1}^m\ell\bigl(f(x_i),y_i\bigr)",
        total_is(sum),
        "deep_linear_networks",
        words="With the squared distance as $\\ell$ this is (4).",
        strata=("one sample", "one output", "zero weights"),
        probes=(control("the mean over the samples", total_is(lambda values, zero: sum(values, zero) / len(values))),),
    ),
)


def rational_root(value: Any) -> Any:
    """The square root of a rational number where it is rational, None elsewhere."""
    top, bottom = int(value.numerator), int(value.denominator)
    a, b = isqrt(top), isqrt(bottom)
    return value * 0 + a * (value * 0 + 1) / b if a * a == top and b * b == bottom else None


def norms_add_up_to_the_loss(squared_norms: list[Any], loss: Any) -> Decision:
    """The sum of the norms is the loss: never where one of them is irrational, since positive roots do not cancel."""
    roots = [rational_root(value) for value in squared_norms]
    if any(root is None for root in roots):
        return exactly(False, "the sum of the norms is irrational, the loss (4) is not")
    total = sum(roots, loss * 0)
    return equal(total, loss, f"the norms sum to {total}, the loss (4) is {loss}")


def sum_of_norms(net: DeepLinear) -> Decision:
    return norms_add_up_to_the_loss([frobenius_squared(error) for error in errors_of(net)], net.loss)


def norm_of_all(net: DeepLinear) -> Decision:
    return norms_add_up_to_the_loss([net.loss], net.loss)


def sum_of_squared_norms(net: DeepLinear) -> Decision:
    return equal(sum((frobenius_squared(error) for error in errors_of(net)), net.loss * 0), net.loss)


def half_the_squared_norms(net: DeepLinear) -> Decision:
    return equal(sum((frobenius_squared(error) for error in errors_of(net)), net.loss * 0) / 2, net.loss)


def affine_loss_is_that_of_the_product(network: AffineNetwork) -> Decision:
    """Sum of |f(x_i) - y_i|^2 against |Y - W_N ... W_1 X|^2 for a network that need not be linear."""
    X = samples_of(network)
    Y = X.ones(network.widths[-1], X.shape[1])
    return equal(frobenius_squared(Y - network.output(X)), frobenius_squared(Y - chain(network.weights) @ X))


def norm_statement(property, reading: str, words: str) -> Statement:
    latex = {
        "A": r"\sum_{i=1}^m\|f(x_i)-y_i\|=\|Y-WX\|_F^2",
        "B": r"\|Y-WX\|_F=\|Y-WX\|_F^2",
    }[reading]
    return Statement(latex, property, "deep_linear_networks", words=words, reading=reading)


NORM_READINGS = (
    norm_statement(sum_of_norms, "A", "The norm of each sample's error, summed as in (3)."),
    norm_statement(norm_of_all, "B", "The Frobenius norm of the matrix of all errors."),
)

SQUARED = Statement(
    r"\sum_{i=1}^m\|f(x_i)-y_i\|^2=\|Y-WX\|_F^2",
    sum_of_squared_norms,
    "deep_linear_networks",
    words="With the squared norm.",
    strata=("one sample", "one output", "zero weights", "fitted"),
    probes=(
        without("h1", "with biases", over="affine_networks", property=affine_loss_is_that_of_the_product),
        control("half of the squared norm", half_the_squared_norms),
    ),
)

S3_07 = Claim(
    "S3-07",
    "The loss function is the Frobenius norm",
    LANDSCAPE.at("l. 30"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=NORM_READINGS,
    amended=SQUARED,
    remark="The loss that the document uses, (4), (5) and (17), is the square of that norm; norm and square agree at the values 0 and 1 only.",
)

S3_08 = Claim(
    "S3-08",
    "For a linear network the problem becomes (4)",
    LANDSCAPE.at("l. 27-34, (3), (4)"),
    Kind.IDENTITY,
    Weight.DETAIL,
    printed=NORM_READINGS,
    amended=SQUARED,
    remark="The step from (3) to (4) is right with the squared norm as loss function. Both problems have the same minimisers in reading B, since squaring is increasing.",
)


def computes(order: int):
    """W X, with the factors of W in the given order, is what the layers make of X one after the other."""

    def property(net: DeepLinear) -> Decision:
        signal = net.data.inputs
        for weight in net.weights:
            signal = weight @ signal
        factors = net.weights[::order]
        if net.widths != net.widths[::order]:
            return exactly(False, "the factors do not fit in this order")
        return equal(chain(factors) @ net.data.inputs, signal)

    return property


S3_09 = Claim(
    "S3-09",
    "The product of the weights",
    LANDSCAPE.at("l. 30, (4)"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"W:=W_N\cdots W_1,\quad WX=W_N(\cdots(W_1X))",
        computes(1),
        "deep_linear_networks",
        strata=("one layer", "three layers or more", "all widths one"),
        probes=(control("the product in the opposite order", computes(-1)),),
    ),
)

# S3-18, S3-20 ------------------------------------------------------------------------------------------------------------------


S3_18 = Claim(
    "S3-18",
    "The number of the theorem on fixed steps",
    LANDSCAPE.at("l. 49, 274"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Opinion(
        r"\text{Theorem 2.6 of Nguegnang et al. in section 1.2, Theorem 2.4 in section 5.3}",
        "two numbers are quoted, and nowhere is it said that they belong to one theorem",
    ),
    remark=(
        "The hypotheses of section 5.3, a bound on the rate, are those of convergence to critical points; its conclusion, global minimisers for almost all starts, is that of a later theorem, "
        "which section 1.2 names. So either number may be right in its place; which one each theorem has in the paper could not be compared here. The conclusion of section 5.3 is judged under S3-97 and S3-98."
    ),
)


@assumption("deep", "there are two layers or more")
def is_deep(net: DeepLinear) -> Decision:
    return exactly(net.depth > 1)


def best_of(net: DeepLinear) -> int:
    """The largest rank of a product of these widths: rectangular identities attain it."""
    identities = tuple(weight.eye(*weight.shape) for weight in net.weights)
    return chain(identities).rank()


def thinnest_of(widths):
    """min over the given widths is the largest rank that the product can have, and bounds the rank at hand."""

    def property(net: DeepLinear) -> Decision:
        size = min(widths(net))
        reached, largest = net.product.rank(), best_of(net)
        return both(
            at_most(reached, size, f"rank {reached}, thinnest {size}"),
            exactly(size == largest, f"thinnest {size}, largest rank {largest}"),
        )

    return property


S3_20 = Claim(
    "S3-20",
    "The thinnest layer",
    LANDSCAPE.at("l. 51"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"r_{\max}=\min(d_0,\dots,d_N)=\max\operatorname{rank}(W_N\cdots W_1)",
        thinnest_of(lambda net: net.widths),
        "deep_linear_networks",
        words="The least dimension of the weight matrices, as the document says in l. 193: input and output are counted. It is the largest rank of a product.",
        strata=("one layer", "a hidden bottleneck", "product of the largest rank", "product of deficient rank"),
        probes=(
            control("the input left out", thinnest_of(lambda net: net.widths[1:])),
            control("the output left out", thinnest_of(lambda net: net.widths[:-1])),
            control("the hidden layers alone", thinnest_of(lambda net: net.widths[1:-1] or net.widths)),
        ),
    ),
)

DEFINITIONS = (S3_01, S3_02, S3_03, S3_04, S3_05, S3_06, S3_07, S3_08, S3_09, S3_18, S3_20)
