"""Document 001, the notebook's code: what it computes, beside what its comments say it computes."""

from __future__ import annotations

import builtins
from typing import Any

from claims.decide import at_most, both, equal, equivalent, exactly
from claims.documents.product.problem import mean_square_is
from claims.documents.product.source import PRODUCT
from claims.documents.product.step import loss_of, step_of
from claims.instances.notebook import Interleaving, LossList, LossTrace, Names, Packed, Ticks
from claims.instances.product import Damped, Step, TwoLayer
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.jets import gradient_by_definition
from numerics.matrix import eye_like, frobenius_squared, hstack, inner, kron, ones_like, row_vec, vec
from numerics.notebook_step import stacked

# S1-8, S1-9, S1-35: outputs and losses --------------------------------------------------------------------------------------


def code_output_is(expression):  # noqa: ANN001, ANN201 - a family of properties
    def property(net: TwoLayer) -> Decision:
        return equal(net.left @ (net.right @ net.inputs), expression(net))

    return property


S1_8 = Claim(
    "S1-8",
    "The code computes W1 W2 X",
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


def code_loss_is(expression):  # noqa: ANN001, ANN201
    """The sum over all entries of the squared difference."""

    def property(net: TwoLayer) -> Decision:
        return equal(sum((error * error for error in net.errors.entries()), net.loss * 0), expression(net))

    return property


def mean_over_samples(net: TwoLayer) -> Any:
    return net.loss / net.inputs.shape[1]


S1_9 = Claim(
    "S1-9",
    "The code's loss is |Yhat - Y|^2",
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
        words="The code's loss is n times that of the text: with n = 1000 a learning rate of the code is a thousand times one of the text.",
        strata=("one sample", "already fitted"),
        probes=(control("without the factor n", mean_square_is(lambda net: net.loss)),),
    ),
)


def square_of_sum(net: TwoLayer) -> Any:
    """np.sum(E)**2 for the errors E."""
    total = inner(net.errors, ones_like(net.errors, *net.errors.shape))
    return total * total


def coded_loss_is_the_loss(net: TwoLayer) -> Decision:
    return equal(square_of_sum(net), net.loss, f"np.sum(E)**2 is {square_of_sum(net)}, np.sum(E**2) is {net.loss}")


def coded_loss_is_at_most(share: str):  # noqa: ANN201
    """(sum of the errors)^2 <= share * (number of errors) * (sum of the squares)."""

    def property(net: TwoLayer) -> Decision:
        m, n = net.errors.shape
        return at_most(square_of_sum(net), net.loss * m * n * net.inputs.scalar(share))

    return property


def summed_squares_are_the_loss(net: TwoLayer) -> Decision:
    return equal(inner(net.errors, net.errors), (net.errors.T @ net.errors).trace())


S1_35 = Claim(
    "S1-35",
    "loss() of the second class is the loss",
    PRODUCT.at("l. 217-219"),
    Kind.CODE,
    Weight.HEADLINE,
    printed=Statement(
        r"\mathtt{np.sum(Yhat-Ytrue)**2}=\|\hat Y-Y\|_F^2",
        coded_loss_is_the_loss,
        "two_layers",
        words="As coded: the exponent stands outside the sum.",
    ),
    amended=Statement(
        r"\mathtt{np.sum((Yhat-Ytrue)**2)}=\|\hat Y-Y\|_F^2",
        summed_squares_are_the_loss,
        "two_layers",
        words="With the exponent inside the sum.",
        strata=("one sample", "already fitted", "zero weights"),
        probes=(control("with the exponent outside", coded_loss_is_the_loss),),
    ),
    sharp=Statement(
        r"0\le\Bigl(\sum_{ij}e_{ij}\Bigr)^2\le mn\sum_{ij}e_{ij}^2",
        coded_loss_is_at_most("1"),
        "two_layers",
        words="What the coded number says about the loss: at most the number of entries times it, attained by equal errors; and nothing from below, since errors of opposite sign cancel.",
        bound=True,
        strata=("attained",),
        probes=(control("half of that", coded_loss_is_at_most("1/2")),),
    ),
    remark=(
        "The second figure draws this number beside the true loss of the other methods. It passes through zero whenever the errors cancel: that, and "
        "not the method, makes the curve irregular below $10^{-2}$."
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
    a, b = squared_gradients(net)
    whole = stacked(*gradient_by_definition(loss_of(net), (net.left, net.right)))
    return equal(a + b, frobenius_squared(whole))


def sum_of_norms_is_at_most(root_of: str):  # noqa: ANN201
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


def gradients_are(factor: int):  # noqa: ANN201
    """dL/dW1 = factor E (W2 X)', dL/dW2 = factor W1' E X'."""

    def property(net: TwoLayer) -> Decision:
        by_definition = gradient_by_definition(loss_of(net), (net.left, net.right))
        first = net.errors @ (net.right @ net.inputs).T * factor
        second = net.left.T @ net.errors @ net.inputs.T * factor
        return both(equal(by_definition[0], first), equal(by_definition[1], second))

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
)

# S1-12, S1-13: the training loop ------------------------------------------------------------------------------------------------

LARGEST_DOUBLE = (2**53 - 1) * 2**971


def stops(trace: LossTrace) -> Decision:
    """The last recorded loss is not finite in double precision."""
    return exactly(bool(trace.losses[-1] > LARGEST_DOUBLE))


def diverges(trace: LossTrace) -> Decision:
    """The losses grow without bound."""
    return exactly(bool(trace.start != 0 and abs(trace.contraction) > 1))


def stops_exactly_on_divergence(trace: LossTrace) -> Decision:
    return equivalent(stops(trace), diverges(trace), f"contraction factor {trace.contraction}, {trace.steps} steps")


def stops_only_on_divergence(trace: LossTrace) -> Decision:
    return exactly(not stops(trace).holds or diverges(trace).holds)


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
        words="A run that is stopped has diverged (a parabola, losses beyond the largest double); one that is not stopped may still be diverging.",
        strata=("overflows", "diverges", "converges", "oscillates for ever", "starts at the minimum"),
        probes=(control("no run is ever stopped", never_stops),),
    ),
    remark="A weight that grows by a factor of 1.1 in each step overflows after 3724 steps: within the notebook's 3000 steps such a run diverges and is not stopped.",
)


def recorded_pair_is_of_one_iterate(step: Interleaving) -> Decision:
    return equal(step.recorded, step.squared_magnitude, "the recorded gradient read a weight that had already been updated")


@assumption("h2", "both gradients are computed before a weight is updated")
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
        words="For every order of execution that the graph allows: the fetched magnitude has gradient nodes of its own, which nothing orders before the update.",
    ),
    amended=Statement(
        r"(\mathcal L,\|\nabla\mathcal L\|)\text{ are recorded at one }(W_1,W_2)",
        recorded_pair_is_of_one_iterate,
        "interleavings",
        words="If both gradients are computed before a weight is updated (a control dependency, which the notebook does not set).",
        assumptions=(reads_come_first,),
        strata=("read before the update", "already fitted"),
        probes=(without("h2", "with the update first"), control("the magnitude is zero", recorded_magnitude_vanishes)),
    ),
    remark=(
        "This is a statement about the graph as written (weights shared by buffer, no control dependencies), on one scalar step; TensorFlow 1 itself is "
        "not run here, and how often its scheduler takes the bad order is not claimed."
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


@assumption("h2", "the list is longer than show_to_max, which is not -1, and the run stays finite")
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
            strata=("one entry", "diverged", "shown to the end", "as long as asked for", "shorter than asked for", "longer than asked for"),
            probes=(control("every entry is drawn", every_entry_is_drawn),),
        ),
        Statement(
            r"\text{as coded, if the run is finite and longer than }\mathtt{show\_to\_max}>0",
            label_and_range_are_right,
            "loss_lists",
            words="As coded it is right for finite runs that are longer than the range asked for.",
            reading="domain",
            assumptions=(ordinary_call,),
            strata=("longer than asked for",),
            probes=(without("h2", "for any run and range"), control("every entry is drawn", every_entry_is_drawn)),
        ),
    ),
    remark="Three slips: with -1 the last entry is left out; a list exactly as long as the range raises IndexError; a run that diverges later than the range is drawn as a healthy one.",
)

# S1-30, S1-31, S1-32: the least-squares arrays -------------------------------------------------------------------------------------------


def arrays_implement_the_formula(order):  # noqa: ANN001, ANN201
    """LHS [vec dW1; vec dW2] - RHS is the linearised error, sample after sample, and the read-back inverts the stacking."""

    def property(step: Step) -> Decision:
        net, (m, w, d) = step.network, step.network.widths
        left = hstack(kron((net.right @ net.inputs).T, eye_like(net.left, m)), kron(net.inputs.T, net.left))
        right = -order((net.outputs - net.labels).T)
        x = stacked(step.left, step.right)
        back = x[: m * w, :].reshape(w, m).T, x[m * w :, :].reshape(d, w).T
        shape = exactly(left.shape == (net.inputs.shape[1] * m, m * w + w * d))
        same = equal(left @ x - right, vec(net.errors + step.linear))
        return both(shape, same, equal(back[0], step.left), equal(back[1], step.right))

    return property


S1_30 = Claim(
    "S1-30",
    "The arrays LHS and RHS implement the formula",
    PRODUCT.at("l. 199-211"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{LHS}\begin{bmatrix}\operatorname{vec}\delta W_1\\\operatorname{vec}\delta W_2\end{bmatrix}-\mathtt{RHS}=\operatorname{vec}\bigl(e+(\delta W_1W_2+W_1\delta W_2)X\bigr)",
        arrays_implement_the_formula(row_vec),
        "steps",
        words="With flatten and reshape in NumPy's default C order; the arrays have nm rows and mw + wd columns (10000 x 96 in the notebook).",
        strata=("one sample", "inner width one", "one by one"),
        probes=(
            without("h1", "with Fortran order in flatten", property=arrays_implement_the_formula(vec)),
            control("without the transpose before flatten", arrays_implement_the_formula(lambda transposed: row_vec(transposed.T))),
        ),
        derivation="product.vec_kron",
    ),
)


def unpacked(packed: Packed) -> list[tuple[int, ...]] | None:
    """The pieces, or None where the function's assertion fails."""
    pieces, at = [], 0
    for length in packed.lengths:
        pieces.append(packed.values[at : at + length])
        at += length
    return pieces if at == len(packed.values) else None


@assumption("h1", "the lengths are not negative")
def lengths_not_negative(packed: Packed) -> Decision:
    return exactly(all(length >= 0 for length in packed.lengths))


def pieces_are_right(packed: Packed) -> Decision:
    """Either the lengths do not use the sequence up and the assertion says so, or the pieces have the lengths and join to the sequence."""
    pieces = unpacked(packed)
    if pieces is None:
        return exactly(sum(packed.lengths) != len(packed.values))
    joined = tuple(value for piece in pieces for value in piece)
    return exactly(tuple(map(len, pieces)) == packed.lengths and joined == packed.values, f"the pieces are {pieces}")


def always_unpacks(packed: Packed) -> Decision:
    return exactly(unpacked(packed) is not None)


S1_31 = Claim(
    "S1-31",
    "unpack_vector splits a sequence and asserts that it is used up",
    PRODUCT.at("l. 166-182"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"|v_i|=n_i,\quad v_1\cdots v_N=x\quad\text{or the assertion fails}",
        pieces_are_right,
        "packed",
        assumptions=(lengths_not_negative,),
        strata=("lengths use it up", "lengths leave a rest", "lengths ask for more", "an empty piece", "nothing"),
        probes=(without("h1", "with negative lengths", over="packed_with_negative"), control("the assertion never fails", always_unpacks)),
    ),
)


@assumption("h1", "default arguments")
def default_cutoff(outcome: Any) -> Decision:
    return exactly(outcome.cutoff == "default")


def lstsq_is_within(digits: int):  # noqa: ANN201
    """|returned - exact|^2 <= 10^(-2 digits) |exact|^2 for the exact step of least norm."""

    def property(outcome: Any) -> Decision:
        exact = step_of(outcome.network)
        away = frobenius_squared(outcome.left - exact.left) + frobenius_squared(outcome.right - exact.right)
        size = frobenius_squared(exact.left) + frobenius_squared(exact.right)
        scale = outcome.network.left.scalar(f"1/{10 ** (2 * digits)}")
        return at_most(away, size * scale)

    return property


def lstsq_outcomes(cutoff: str, seeds: int):  # noqa: ANN201
    from claims.instances.notebook import lstsq_outcome

    factories = (lambda q, seed=seed: lstsq_outcome(q, seed, cutoff) for seed in range(seeds))  # type: ignore[misc]
    return only(f"{seeds} Gaussian draws of a 3-2-2 network with 6 samples, rcond {cutoff}", *factories)


S1_32 = Claim(
    "S1-32",
    "lstsq returns the step",
    PRODUCT.at("l. 208"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\|\mathtt{lstsq(LHS,RHS)[0]}-\delta\|\le10^{-9}\|\delta\|",
        lstsq_is_within(9),
        lstsq_outcomes("default", 20),
        words="To nine digits, against the exact step of least norm at the same doubles, with the default cut-off of NumPy 2.",
        assumptions=(default_cutoff,),
        probes=(
            without("h1", "with rcond = -1, the default before NumPy 1.14", over=lstsq_outcomes("-1", 20)),
            control("to forty digits", lstsq_is_within(40)),
        ),
    ),
    remark=(
        "The array has a kernel (see S1-29), so what is returned rests on the cut-off below which a singular value counts as zero. NumPy 2 uses machine "
        "precision times the larger dimension; rcond = -1, the default before 1.14, uses machine precision alone, and rounding errors then pass for singular values."
    ),
)

# S1-39 to S1-42: the comparison and the environment ----------------------------------------------------------------------------------------


def iterates(damped: Damped, steps: int) -> list[TwoLayer]:
    """The networks that the second method passes through, the start included."""
    nets = [damped.network]
    for _ in range(steps):
        step = step_of(nets[-1])
        nets.append(nets[-1].moved(step.left * damped.factor, step.right * damped.factor))
    return nets


def recorded_lists(damped: Damped) -> tuple[list[Any], list[Any]]:
    """Two steps of one method: the losses that the first class records (before each step) and the second (after it)."""
    before, after = [], []
    for net, moved in zip(iterates(damped, 2), iterates(damped, 2)[1:], strict=False):
        before.append(net.loss)
        after.append(moved.loss)
    return before, after


def same_entry_same_iterate(damped: Damped) -> Decision:
    before, after = recorded_lists(damped)
    return equal(after[0], before[0], "the second class's list begins with the loss after the first step")


def shifted_by(entries: int):  # noqa: ANN201
    """Entry k of the second class's list is entry k + entries of the first class's."""

    def property(damped: Damped) -> Decision:
        before, after = recorded_lists(damped)
        return exactly(before[entries:] == after[: len(after) - entries])

    return property


S1_39 = Claim(
    "S1-39",
    "Entry k means the same iterate for every method",
    PRODUCT.at("l. 56-64, 221-226, 241"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{losses}_{LM}[0]=\mathcal L(W^{(0)})",
        same_entry_same_iterate,
        "damped",
        words="The first class records before its update, the second after it.",
    ),
    amended=Statement(
        r"\mathtt{losses}_{LM}[k]=\mathcal L(W^{(k+1)}),\qquad\mathtt{losses}_{GD}[k]=\mathcal L(W^{(k)})",
        shifted_by(1),
        "damped",
        words="The second list is the first one shifted by one entry (two exact steps of one method, recorded both ways).",
        strata=("already fitted", "zero weights"),
        probes=(control("no shift", shifted_by(0)),),
    ),
    remark="The curve of the second method is drawn one iteration too far to the left, which flatters it by one step of 200.",
)


def start_survives(update):  # noqa: ANN001, ANN201
    """The arrays that all methods start from hold the same doubles after a step on arrays that began as them."""

    def property(damped: Damped) -> Decision:
        start = damped.network.left.to_floats()
        before = start.copy()
        update(start, float(damped.network.left.shape[0]))
        return exactly(bool((start == before).all()))

    return property


def rebind(array: Any, change: float) -> Any:
    return array + change


def add_in_place(array: Any, change: float) -> Any:
    array += change
    return array


S1_40 = Claim(
    "S1-40",
    "Every method starts from the same weights and data",
    PRODUCT.at("l. 105-119, 237"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{W = W + rate * dW}\text{ leaves the initial array alone}",
        start_survives(rebind),
        "damped",
        words="The second method binds its weights to new arrays; the shared initial ones are not written to.",
        probes=(control("with an update in place", start_survives(add_in_place)),),
    ),
)


def ticks_are(first: int, last: int, count: int):  # noqa: ANN201
    def property(ticks: Ticks) -> Decision:
        return exactly(ticks.exponents[0] == first and ticks.exponents[-1] == last and len(ticks.exponents) == count)

    return property


def ticks_are_whole_powers(ticks: Ticks) -> Decision:
    whole = [ticks.arithmetic_one * e for e in range(ticks.low, ticks.high + 1)]
    return exactly(all(e in whole for e in ticks.exponents))


S1_41 = Claim(
    "S1-41",
    "The ticks of the second figure",
    PRODUCT.at("l. 242"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"10^{-14},\dots,10^{6}\text{ (seven ticks)}",
        ticks_are(-14, 6, 7),
        only("10**linspace(-14, 6, 7)", lambda q: Ticks(-14, 6, 7, q.scalar(1))),
        probes=(control("they are whole powers of ten", ticks_are_whole_powers),),
    ),
    remark="The exponents are $-14, -10\\tfrac23, -7\\tfrac13, \\dots$: four of the seven ticks are no whole powers of ten, and the two lowest lie outside the drawn range.",
)


def names_exist(names: Names) -> Decision:
    from importlib import import_module

    module = builtins if names.module == "builtins" else import_module(names.module)
    missing = [name for name in names.names if not hasattr(module, name)]
    return exactly(not missing, f"{names.module} has no {', '.join(missing)}" if missing else "")


NUMPY_NAMES = ("linspace", "random", "matmul", "hstack", "kron", "eye", "isfinite", "sum", "linalg")

S1_42 = Claim(
    "S1-42",
    "The notebook runs as shown",
    PRODUCT.at("l. 19-22, 56, 224"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"\mathtt{xrange}\text{ is a built-in}",
        names_exist,
        only("the built-ins that the notebook uses, in this Python", lambda q: Names("builtins", ("xrange", "len", "sum", "object"))),
        words="On the Python that runs this suite.",
    ),
    amended=Statement(
        r"\mathtt{range}\text{ for }\mathtt{xrange}\text{: the NumPy part runs}",
        names_exist,
        only(
            "the other built-ins and the NumPy names that the notebook uses",
            lambda q: Names("builtins", ("range", "len", "sum", "object")),
            lambda q: Names("numpy", NUMPY_NAMES),
            lambda q: Names("numpy.linalg", ("lstsq",)),
        ),
        words="With range for xrange, all that the NumPy half of the notebook uses exists.",
        probes=(control("NumPy has an xrange", names_exist, over=only("xrange in NumPy", lambda q: Names("numpy", ("xrange",)))),),
    ),
    remark="The other half needs sessions of TensorFlow 1, which is not available for current Pythons; it is re-expressed here, not run.",
)

CODE = (S1_8, S1_9, S1_10, S1_11, S1_12, S1_13, S1_16, S1_30, S1_31, S1_32, S1_35, S1_39, S1_40, S1_41, S1_42)
