"""Document 001, the code of the gradient methods: outputs, losses, gradients, the training loop, the plot."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, equivalent, exactly
from claims.documents.product.problem import mean_square_is
from claims.documents.product.source import PRODUCT
from claims.documents.product.step import loss_of
from claims.instances.notebook import Interleaving, LossList, LossTrace
from claims.instances.product import Step, TwoLayer
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.jets import coordinates, derivatives, gradient_by_definition
from numerics.matrix import frobenius_squared, inner

# S1-8, S1-9: outputs and losses --------------------------------------------------------------------------------------


def code_output_is(expression):
    def property(net: TwoLayer) -> Decision:
        return equal(net.left @ (net.right @ net.inputs), expression(net))

    return property


S1_8 = Claim(
    "S1-8",
    "The code multiplies the factors in the order of the text",
    PRODUCT.at("l. 31-32"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"\mathtt{matmul(W1,matmul(W2,X))}=W_1W_2X",
        code_output_is(lambda net: (net.left @ net.right) @ net.inputs),
        "two_layers",
        probes=(control("it computes A X", code_output_is(lambda net: net.labels)),),
    ),
)


def code_loss_is(expression):
    """The sum over all entries of the squared difference."""

    def property(net: TwoLayer) -> Decision:
        return equal(sum((error * error for error in net.errors.entries()), net.loss * 0), expression(net))

    return property


def mean_over_samples(net: TwoLayer) -> Any:
    return net.loss / net.inputs.shape[1]


S1_9 = Claim(
    "S1-9",
    "The code's loss is the squared error of the text",
    PRODUCT.at("l. 35-36"),
    Kind.CODE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\sum_{ij}(\hat Y-Y)_{ij}^2=\|\hat Y-Y\|_F^2=\operatorname{tr}(\hat Y-Y)^T(\hat Y-Y)",
            code_loss_is(lambda net: (net.errors.T @ net.errors).trace()),
            "two_layers",
            words="The comment: the squared Frobenius norm.",
            reading="A",
            strata=("one sample", "already fitted"),
            probes=(control("the mean over the samples", code_loss_is(mean_over_samples)),),
        ),
        Statement(
            r"\sum_{ij}(\hat Y-Y)_{ij}^2=\mathbb E_n\|W_1W_2x-y\|^2",
            code_loss_is(mean_over_samples),
            "two_layers",
            words="The implied: it is the loss of the text, with the drawn samples in place of the expectation.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\tfrac1n\sum_{ij}(\hat Y-Y)_{ij}^2=\mathbb E_n\|W_1W_2x-y\|^2",
        mean_square_is(mean_over_samples),
        "two_layers",
        words="The code's loss is n times that of the text: a rate of the code acts like n times that rate in the text (n = 1000).",
        strata=("one sample", "already fitted"),
        probes=(control("without the factor n", mean_square_is(lambda net: net.loss)),),
    ),
)


# S1-10, S1-11: gradients --------------------------------------------------------------------------------------------------------


def squared_gradients(net: TwoLayer) -> tuple[Any, Any]:
    """|dL/dW1|_F^2 and |dL/dW2|_F^2, the derivatives by definition."""
    slopes = gradient_by_definition(loss_of(net), (net.left, net.right))
    return frobenius_squared(slopes[0]), frobenius_squared(slopes[1])


def magnitude_is_sum_of_norms(net: TwoLayer) -> Decision:
    """sqrt(a + b) = sqrt(a) + sqrt(b) for a, b >= 0: if and only if ab = 0."""
    a, b = squared_gradients(net)
    return equal(a * b, a * 0, f"the squared norms are {a} and {b}")


def magnitude_is_norm_of_gradient(net: TwoLayer) -> Decision:
    """Against the slopes of the loss along each single weight, one expansion for each."""
    a, b = squared_gradients(net)
    weights = (net.left, net.right)
    slopes = [derivatives(loss_of(net), weights, direction)[1] for direction in coordinates(weights)]
    return equal(a + b, sum((slope * slope for slope in slopes), a * 0))


def sum_of_norms_is_at_most(root_of: str):
    """(sqrt(a) + sqrt(b))^2 <= c (a + b), that is 2 sqrt(ab) <= (c - 1)(a + b), that is 4ab <= (c - 1)^2 (a + b)^2."""

    def property(net: TwoLayer) -> Decision:
        a, b = squared_gradients(net)
        slack = (net.inputs.scalar(root_of) - 1) * (a + b)
        return at_most(4 * a * b, slack * slack)

    return property


S1_10 = Claim(
    "S1-10",
    "The stored magnitude is the sum of the Frobenius norms of the gradients",
    PRODUCT.at("l. 39-44"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"\sqrt{\|\nabla_1\|_F^2+\|\nabla_2\|_F^2}=\|\nabla_1\|_F+\|\nabla_2\|_F",
        magnitude_is_sum_of_norms,
        "small_two_layers",
        words="The code (left) computes what the comment (right) says.",
    ),
    amended=Statement(
        r"\sqrt{\|\nabla_1\|_F^2+\|\nabla_2\|_F^2}=\|\nabla(W_1,W_2)\|_2",
        magnitude_is_norm_of_gradient,
        "small_two_layers",
        words="It is the Euclidean norm of the whole gradient.",
        strata=("already fitted", "zero weights"),
        probes=(control("the sum of the norms", magnitude_is_sum_of_norms),),
    ),
    sharp=Statement(
        r"\|\nabla_1\|_F+\|\nabla_2\|_F\le\sqrt2\,\sqrt{\|\nabla_1\|_F^2+\|\nabla_2\|_F^2}",
        sum_of_norms_is_at_most("2"),
        "small_two_layers",
        words="The two differ by a factor between 1 and the root of 2, attained where both gradients have the same norm.",
        bound=True,
        strata=("attained",),
        probes=(control("the root of 3/2", sum_of_norms_is_at_most("3/2")),),
    ),
)


def gradients_are(factor: int):
    """dL/dW1 = factor E (W2 X)', dL/dW2 = factor W1' E X'."""

    def property(net: TwoLayer) -> Decision:
        by_definition = gradient_by_definition(loss_of(net), (net.left, net.right))
        first = net.errors @ (net.right @ net.inputs).T * factor
        second = net.left.T @ net.errors @ net.inputs.T * factor
        return both(equal(by_definition[0], first), equal(by_definition[1], second))

    return property


def second_differential_is(factor: int):
    """By expansion: 2 |l|^2 + factor <E, q> with l and q the linear and quadratic change of the outputs."""

    def property(step: Step) -> Decision:
        net = step.network
        found = derivatives(loss_of(net), (net.left, net.right), (step.left, step.right))[2]
        return equal(found, frobenius_squared(step.linear) * 2 + inner(net.errors, step.quadratic) * factor)

    return property


S1_11 = Claim(
    "S1-11",
    "The gradients are the partial derivatives of the summed loss",
    PRODUCT.at("l. 41-44, 77-78"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\frac{\partial\mathcal L}{\partial W_1}=2E(W_2X)^T,\quad\frac{\partial\mathcal L}{\partial W_2}=2W_1^TEX^T,\quad E=W_1W_2X-Y",
        gradients_are(2),
        "small_two_layers",
        words="In closed form, against the definition.",
        strata=("zero weights", "already fitted", "inner width one", "one sample"),
        probes=(control("without the factor 2", gradients_are(1)),),
        derivation="product.gradient",
    ),
    sharp=Statement(
        r"\frac{d^2}{dt^2}\mathcal L(W+t\delta)\Big|_{t=0}=2\|(\delta W_1W_2+W_1\delta W_2)X\|^2+4\langle E,\delta W_1\delta W_2X\rangle",
        second_differential_is(4),
        "steps",
        words="The second differential in closed form: the Gauss-Newton part, and a part that vanishes with the error.",
        strata=("already fitted", "inner width one", "no step"),
        probes=(control("with the factor 2 on the second part", second_differential_is(2)),),
        derivation="product.hessian",
    ),
)


# S1-12, S1-13: the training loop ------------------------------------------------------------------------------------------------

LARGEST_DOUBLE = (2**53 - 1) * 2**971


def stops(trace: LossTrace) -> Decision:
    """The last recorded loss is not finite in double precision."""
    return exactly(bool(trace.losses[-1] > LARGEST_DOUBLE))


def diverges(trace: LossTrace) -> Decision:
    """The losses grow without bound."""
    return exactly(bool(trace.start != 0 and abs(trace.contraction) > 1))


def halving(q: Any) -> LossTrace:
    return LossTrace(q.scalar(1), q.scalar(1), q.scalar("1/2"), 3)


def stops_exactly_on_divergence(trace: LossTrace) -> Decision:
    return equivalent(stops(trace), diverges(trace), f"contraction factor {trace.contraction}, {trace.steps} steps")


def stops_only_on_divergence(trace: LossTrace) -> Decision:
    return exactly(not stops(trace).holds or diverges(trace).holds)


@assumption("finite", "the first loss is finite in double precision")
def begins_finite(trace: LossTrace) -> Decision:
    return exactly(bool(trace.losses[0] <= LARGEST_DOUBLE))


def never_stops(trace: LossTrace) -> Decision:
    return exactly(not stops(trace).holds)


S1_12 = Claim(
    "S1-12",
    "The loop stops when the loss has diverged",
    PRODUCT.at("l. 66-68"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\text{stopped}\iff\text{the losses grow without bound}",
        stops_exactly_on_divergence,
        "loss_traces",
        words="Read as an equivalence, on gradient descent on a parabola: the code stops on a non-finite loss.",
    ),
    amended=Statement(
        r"\text{stopped}\Rightarrow\text{the losses grow without bound}",
        stops_only_on_divergence,
        "loss_traces",
        words="A run that began finite and is stopped has diverged (a parabola, losses beyond the largest double); one that is not stopped may still be diverging.",
        assumptions=(begins_finite,),
        strata=("overflows", "diverges", "converges", "oscillates for ever", "starts at the minimum"),
        probes=(
            control("no run is ever stopped", never_stops),
            without("finite", "with a first loss beyond the largest double"),
            control("every run diverges", diverges, over=only("w^2 / 2 from 1 at the rate 1/2", halving)),
        ),
    ),
    remark="A weight that grows by a factor of 1.1 in each step has a loss beyond the largest double after 3728 steps: within the notebook's 3000 steps such a run diverges and is not stopped.",
)


def recorded_pair_is_of_one_iterate(step: Interleaving) -> Decision:
    """The recorded magnitude is that of the gradient, by definition, at the weights whose loss is recorded."""
    slopes = gradient_by_definition(step.loss, step.weights)
    magnitude = sum((frobenius_squared(slope) for slope in slopes), step.recorded * 0)
    return equal(step.recorded, magnitude, "the recorded gradient read a weight that had already been updated")


@assumption("order", "both gradients are computed before a weight is updated")
def reads_come_first(step: Interleaving) -> Decision:
    return exactly(not step.update_first)


def recorded_magnitude_vanishes(step: Interleaving) -> Decision:
    return equal(step.recorded, step.recorded * 0)


S1_13 = Claim(
    "S1-13",
    "Recorded loss and gradient magnitude belong to one iterate",
    PRODUCT.at("l. 57-64"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"(\mathcal L,\|\nabla\mathcal L\|)\text{ are recorded at one }(W_1,W_2)",
        recorded_pair_is_of_one_iterate,
        "interleavings",
        words="For every order of execution that the graph as written allows: the fetched magnitude has gradient nodes of its own, which nothing orders before the update.",
    ),
    amended=Statement(
        r"(\mathcal L,\|\nabla\mathcal L\|)\text{ are recorded at one }(W_1,W_2)",
        recorded_pair_is_of_one_iterate,
        "interleavings",
        words="If both gradients are computed before a weight is updated (a control dependency, which the notebook does not set).",
        assumptions=(reads_come_first,),
        strata=("read before the update", "already fitted"),
        probes=(without("order", "with the update first"), control("the magnitude is zero", recorded_magnitude_vanishes)),
    ),
    remark=(
        "This is a statement about a model of the graph as written (weights shared by buffer, no control dependencies), on one scalar step. TensorFlow 1 "
        "itself is not run here: whether its graph optimisation merges the two sets of gradient nodes, and how often its scheduler takes the bad order, is not claimed."
    ),
)

# S1-16: plotting --------------------------------------------------------------------------------------------------------------------


def label_index(run: LossList) -> int:
    """-1 if show_to_max exceeds the length of the list, else show_to_max."""
    return -1 if run.show_to_max > len(run.finite) else run.show_to_max


def label_and_range_are_right(run: LossList) -> Decision:
    """Exactly a diverged run is labelled so, and min(show_to_max, length) entries are drawn (all of them for -1)."""
    index = label_index(run)
    if index >= len(run.finite):
        return exactly(False, f"entry {index} of a list of {len(run.finite)} is asked for: IndexError")
    drawn, wanted = len(run.finite[:index]), len(run.finite) if run.show_to_max == -1 else min(run.show_to_max, len(run.finite))
    labelled = not run.finite[index]
    if labelled != run.diverged:
        return exactly(False, "a run that diverges after the drawn range is not labelled")
    return exactly(labelled or drawn == wanted, f"{drawn} of {wanted} entries are drawn")


@assumption("stop", "the run stopped at its first loss that is not finite")
def stopped_at_divergence(run: LossList) -> Decision:
    return exactly(all(run.finite[:-1]))


@assumption("call", "the list is longer than show_to_max, which is not -1, and the run stays finite")
def ordinary_call(run: LossList) -> Decision:
    return exactly(len(run.finite) > run.show_to_max > 0 and not run.diverged)


def mended_label_and_range(run: LossList) -> Decision:
    """Label by the last entry, draw by a slice that stops where the list does."""
    end = len(run.finite) if run.show_to_max == -1 else run.show_to_max
    drawn, wanted = len(run.finite[:end]), min(end, len(run.finite))
    return exactly((not run.finite[-1]) == run.diverged and drawn == wanted)


def every_entry_is_drawn(run: LossList) -> Decision:
    return exactly(len(run.finite[: run.show_to_max]) == len(run.finite))


S1_16 = Claim(
    "S1-16",
    "The plot shows each run over its range and labels the diverged ones",
    PRODUCT.at("l. 123-145, 241"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"\text{drawn}=\mathtt{losses[:n]},\quad\text{labelled}\iff\text{diverged}",
        label_and_range_are_right,
        "loss_lists",
    ),
    amended=(
        Statement(
            r"\text{drawn}=\mathtt{losses[:n]},\quad\text{labelled}\iff\mathtt{losses[-1]}\text{ is not finite}",
            mended_label_and_range,
            "loss_lists",
            words="Label by the last entry, and slice to the length.",
            reading="mended",
            assumptions=(stopped_at_divergence,),
            strata=(
                "one entry",
                "diverged",
                "shown to the end",
                "as long as asked for",
                "shorter than asked for",
                "longer than asked for",
            ),
            probes=(
                control("every entry is drawn", every_entry_is_drawn),
                without("stop", "for a list that goes on after it diverged"),
            ),
        ),
        Statement(
            r"\text{as coded, if the run is finite and longer than }\mathtt{show\_to\_max}>0",
            label_and_range_are_right,
            "long_loss_lists",
            words="As coded it is right for finite runs that are longer than the range asked for.",
            reading="domain",
            assumptions=(ordinary_call,),
            strata=("longer than asked for",),
            probes=(
                without("call", "for any run and range", over="loss_lists"),
                control("every entry is drawn", every_entry_is_drawn),
            ),
        ),
    ),
    remark="Three slips: with -1 the last entry is left out; a list exactly as long as the range raises IndexError; a run that diverges later than the range is drawn as a healthy one.",
)

GRADIENT_CODE = (S1_8, S1_9, S1_10, S1_11, S1_12, S1_13, S1_16)
