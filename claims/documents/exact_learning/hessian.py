"""Document 004, the Hessian: the second differential, its value at an exact fit, its rank."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import at_most, equal, exactly
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, Move
from claims.model import Claim, Decision, Kind, Opinion, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.feedforward import flat, hessian, residual_curvatures, second_summand, split
from numerics.jets import expansion, hessian_by_definition
from numerics.matrix import frobenius_squared, vec

# S4-32 ---------------------------------------------------------------------------------------------------------------------


@assumption("h1", "the activations are twice differentiable at the arguments of all units")
def twice_differentiable(move: Move) -> Decision:
    return exactly(not move.learning.kinks(2))


@assumption("fit", "the weights fit all samples exactly")
def fits(move: Move) -> Decision:
    return exactly(move.learning.fitted)


def curvature_by_definition(move: Move) -> Any:
    """D^2 J (H, H), from the right, by expansion in t."""
    task = move.learning
    return 2 * expansion(task.loss, task.weights, move.direction).coefficient(2)


def quadratic_form(matrix: Any, move: Move) -> Any:
    along = flat(move.direction)
    return (along.T @ matrix @ along)[0, 0]


def first_summand(move: Move) -> Any:
    """sum over the samples of DF(H)' H_E DF(H), DF(H) read off P'."""
    task = move.learning
    linear = task.run.P.T @ flat(move.direction)
    bends = vec(residual_curvatures(task.residuals, task.error_function)).entries()
    return sum((bend * change * change for bend, change in zip(bends, linear.entries(), strict=True)), task.inputs.scalar(0))


def second_differential_is(summands: Any):
    def property(move: Move) -> Decision:
        return equal(curvature_by_definition(move), summands(move))

    return property


def both_summands(move: Move) -> Any:
    task = move.learning
    return first_summand(move) + quadratic_form(second_summand(task.run, task.ascent), move)


S4_32 = Claim(
    "S4-32",
    "The second differential of the loss has two summands",
    EXACT_LEARNING.at("@11505-11805, equation (27)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"D^2\mathcal J(\mathbf W)(\mathbf H,\mathbf H)=\sum_i\bigl[DF_i(\mathbf H)^TH_EDF_i(\mathbf H)+\nabla_E^TD^2F_i(\mathbf H,\mathbf H)\bigr]",
        second_differential_is(both_summands),
        "moves",
        words="The second summand block by block, with the second derivatives of the activations and the terms that couple pairs of layers, against the expansion of the loss.",
        assumptions=(twice_differentiable,),
        strata=("one layer", "two layers", "deeper than two", "width one", "dummy units", "Cauchy", "zero output weights"),
        probes=(
            without("h1", "where a softsign unit or a rectifier is at its kink"),
            control("without the second summand", second_differential_is(first_summand)),
        ),
        derivation="exact_learning.second_differential",
    ),
)

# S4-33, S4-34: its blocks ------------------------------------------------------------------------------------------------


def blocks(task: Learning, matrix: Any) -> dict[tuple[int, int], Any]:
    """The blocks (k, l), k <= l, of an N_net x N_net matrix."""
    sizes = [weight.shape[0] * weight.shape[1] for weight in task.weights]
    starts = [sum(sizes[:k]) for k in range(len(sizes) + 1)]
    spans = [range(a, b) for a, b in pairwise(starts)]
    return {(k, j): matrix[list(spans[k]), list(spans[j])] for k in range(len(sizes)) for j in range(k, len(sizes))}


def terms(task: Learning) -> int:
    """How many blocks (k, l), k <= l, of the second summand are not zero, for a gradient of ones."""
    ones = task.inputs.ones(task.widths[-1], task.samples)
    return sum(not block.is_zero() for block in blocks(task, second_summand(task.run, ones)).values())


def terms_at_most(bound: Any):
    def property(task: Learning) -> Decision:
        return at_most(terms(task), bound(len(task.weights)))

    return property


def all_terms_occur(task: Learning) -> Decision:
    layers = len(task.weights)
    return equal(terms(task), layers * (layers + 1) // 2 - 1)


def linear_many_terms(task: Learning) -> Decision:
    return at_most(terms(task), 2 * len(task.weights))


def unit_chain(layers: int):
    """A chain of single cubic units with all weights 1, on the sample 1."""

    def build(q: Any) -> Learning:
        one = q.of([[1]])
        return Learning((one,) * layers, one, one, "cubic", q.scalar(0), False, "squared")

    return build


CHAINS = only("chains of single cubic units with 1 to 7 layers", *(unit_chain(layers) for layers in range(1, 8)))

S4_33 = Claim(
    "S4-33",
    "The second summand grows with the number of layers",
    EXACT_LEARNING.at("@14340-14620"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\#\{(k,l)\colon k\le l,\ \text{block of }\textstyle\sum_i\nabla_E^TD^2F_i\text{ not zero}\}=\frac{L(L+1)}2-1",
            all_terms_occur,
            CHAINS,
            words="The order is lost. Counting blocks it is quadratic: one for each pair of layers and one for each hidden layer, all of which occur.",
            reading="A",
            probes=(control("linear in the number of layers", linear_many_terms),),
        ),
        Opinion(
            r"\text{exact Newton is much more expensive the deeper the network}",
            "how much more is not said, and the order of the growth is lost; the first summand has one block more, L(L+1)/2, so the ratio of the two stays bounded",
            words="Read as a statement about the cost in comparison with the approximate Hessian.",
            reading="B",
        ),
    ),
    sharp=Statement(
        r"\#\{\text{blocks of the second summand that are not zero}\}\le\frac{L(L+1)}2-1",
        terms_at_most(lambda layers: layers * (layers + 1) // 2 - 1),
        "learnings",
        words="For every network: the block of the output layer with itself is always zero.",
        reading="blocks",
        bound=True,
        strata=("attained", "one layer", "deeper than two", "dummy units"),
        probes=(control("one block less", terms_at_most(lambda layers: layers * (layers + 1) // 2 - 2)),),
    ),
)


def has_a_mixed_block(task: Learning) -> Decision:
    """Some block (k, l), k < l, of the Hessian by definition is not zero."""
    found = hessian_by_definition(task.loss, task.weights, by="columns")
    mixed = any(not block.is_zero() for (k, j), block in blocks(task, found).items() if k < j)
    return exactly(mixed, "" if mixed else "the Hessian is block diagonal")


def flat_chain(q: Any) -> Learning:
    """x -> w_2 w_1 x at w_1 = w_2 = 0 with the sample 1 and the target 0."""
    one = q.of([[1]])
    return Learning((one * 0, one * 0), one, one * 0, "identity", q.scalar(0), False, "squared")


@assumption("h", "there are two layers, and some sample is not zero")
def two_layers_awake(task: Learning) -> Decision:
    return exactly(len(task.weights) == 2 and not task.inputs.is_zero())


def mixed_somewhere(task: Learning) -> Decision:
    """At the weights (x_1 e_1', v e_1 e_1'), v = 1 or 2, of the first nonzero sample x_1: the mixed block is affine in v, not constant."""
    columns = task.inputs.T.rows()
    sample = task.inputs.column(next((column for column in columns if any(column)), columns[0]))
    if len(task.weights) != 2:
        return exactly(False, "with one layer there is one block")
    first = sample @ task.inputs.eye(1, task.weights[0].shape[1])
    last = task.inputs.eye(1, task.weights[1].shape[0]).T @ task.inputs.eye(1, task.weights[1].shape[1])
    return exactly(any(mixed_part(task.at(first, last * v)) for v in (1, 2)))


def mixed_part(task: Learning) -> bool:
    found = hessian(task.run, task.residuals, task.error_function)
    return not blocks(task, found)[0, 1].is_zero()


def mixed_here(task: Learning) -> Decision:
    return exactly(len(task.weights) == 2 and mixed_part(task))


COUPLED_SOMEWHERE = Statement(
    r"L=2,\ X\ne0\ \Rightarrow\ \exists\,\mathbf W\colon\ \mathsf H_{12}(\mathbf W)\ne0",
    mixed_somewhere,
    "two_layer_learnings",
    words="For every task with two layers and a sample that is not zero there are weights, hence almost all, at which the layers are coupled (identity, softsign or cubic units).",
    reading="somewhere",
    assumptions=(two_layers_awake,),
    strata=("width one", "one sample", "repeated samples"),
    probes=(
        without("h", "with zero samples"),
        control("at all weights", mixed_here),
    ),
)

S4_34 = Claim(
    "S4-34",
    "The Hessian is neither diagonal nor block diagonal",
    EXACT_LEARNING.at("@14230-14340"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\mathsf H(\mathbf W)\text{ is not block diagonal}",
            has_a_mixed_block,
            only("a chain of two linear units at zero weights with the target 0", flat_chain),
            words="For all weights: not at all-zero weights with the target zero, where the Hessian vanishes.",
            reading="everywhere",
        ),
        COUPLED_SOMEWHERE,
    ),
    amended=COUPLED_SOMEWHERE,
)

# S4-35 to S4-39: at an exact fit -----------------------------------------------------------------------------------------

S4_35 = Claim(
    "S4-35",
    "At an exact fit the Hessian is P diag(H_E) P'",
    EXACT_LEARNING.at("@11805-11990"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ D^2\mathcal J(\mathbf W^\ast)(\mathbf H,\mathbf H)=h^TP\operatorname{diag}(H_E^{(1)},\dots,H_E^{(T)})P^Th,\quad h=\operatorname{vec}\mathbf H",
        second_differential_is(first_summand),
        "fitted_moves",
        words="For the squared, the Cauchy, a smoothed and a plain fourth-power loss.",
        assumptions=(fits, twice_differentiable),
        strata=("squared", "Cauchy", "smooth l4", "l4", "deeper than two", "dummy units", "zero weights", "one sample"),
        probes=(
            without("fit", "away from a fit", over="moves"),
            without("h1", "where a softsign unit or a rectifier is at its kink"),
            control("half of it", second_differential_is(lambda move: first_summand(move) / 2)),
        ),
        derivation="exact_learning.exact_fit",
    ),
)


@assumption("fit", "the weights fit all samples exactly")
def fits_here(task: Learning) -> Decision:
    return exactly(task.fitted)


@assumption("smooth", "the activations are twice differentiable at the arguments of all units")
def smooth_here(task: Learning) -> Decision:
    return exactly(not task.kinks(2))


@assumption("morse", "the error function is not degenerate at its minimum")
def morse(task: Learning) -> Decision:
    return exactly(task.error != "l4")


@assumption("h1", "there are more weights than equations, N_net > T n_L")
def more_weights(task: Learning) -> Decision:
    return exactly(task.size > task.equations)


def hessian_of(task: Learning) -> Any:
    return hessian(task.run, task.residuals, task.error_function)


def rank_at_most_equations(task: Learning) -> Decision:
    return at_most(hessian_of(task).rank(), task.equations)


def rank_below_equations(task: Learning) -> Decision:
    return at_most(hessian_of(task).rank() + 1, task.equations)


def rank_is_that_of_p(task: Learning) -> Decision:
    return equal(hessian_of(task).rank(), task.run.P.rank())


def rank_is_number_of_equations(task: Learning) -> Decision:
    return equal(hessian_of(task).rank(), task.equations)


def is_degenerate(task: Learning) -> Decision:
    return exactly(hessian_of(task).rank() < task.size, "the Hessian is not degenerate")


def second_differential_is_degenerate(task: Learning) -> Decision:
    """The loss has one curvature to both sides of every coordinate, as it has where there is a Hessian, and this is degenerate."""
    for along in coordinates(task):
        right, left = (curvature_by_definition(Move(task, tuple(part * side for part in along))) for side in (1, -1))
        if right != left:
            return exactly(
                False, "the loss has no second differential: along a coordinate it is curved differently to both sides"
            )
    return is_degenerate(task)


def coordinates(task: Learning) -> list[tuple[Any, ...]]:
    """The unit vectors of the space of weights."""
    shapes = [weight.shape for weight in task.weights]
    return [split(task.inputs.eye(task.size)[:, [i]], shapes) for i in range(task.size)]


NO_HESSIAN = without(
    "smooth",
    "with a rectifier at its kink, where the loss has no Hessian",
    over="kinked_fits",
    property=second_differential_is_degenerate,
)


def is_zero_hessian(task: Learning) -> Decision:
    return exactly(hessian_of(task).is_zero())


S4_36 = Claim(
    "S4-36",
    "Proposition 3: the rank of the Hessian at a global minimum is at most T n_L",
    EXACT_LEARNING.at("@12020-12100"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ \operatorname{rank}\mathsf H(\mathbf W^\ast)\le Tn_L",
        rank_at_most_equations,
        "exact_fits",
        bound=True,
        assumptions=(fits_here, smooth_here),
        strata=("attained", "one sample", "repeated samples", "dummy units", "Cauchy"),
        probes=(
            without("fit", "away from a fit", over="learnings"),
            control("it is smaller", rank_below_equations),
        ),
        derivation="exact_learning.exact_fit",
    ),
    sharp=Statement(
        r"H_E\succ0\ \Rightarrow\ \operatorname{rank}\mathsf H(\mathbf W^\ast)=\operatorname{rank}P(\mathbf W^\ast)",
        rank_is_that_of_p,
        "exact_fits",
        words="The exact rank, for an error function that is Morse.",
        reading="rank",
        assumptions=(fits_here, smooth_here, morse),
        strata=("one sample", "repeated samples", "dummy units", "Cauchy", "smooth l4"),
        probes=(
            without("fit", "away from a fit", over="learnings"),
            without("morse", "with the plain fourth power"),
            control("it is the number of equations", rank_is_number_of_equations),
        ),
        derivation="exact_learning.exact_fit",
    ),
)


def first_step_is_slow(task: Learning) -> Decision:
    """Gradient descent at the rate 1 / |x|^2 leaves some of the loss after one step, at one sample and one layer with a singular Hessian."""
    if hessian_of(task).rank() == task.size:
        return exactly(True)
    moved = after_one_step(task)
    return exactly(bool(moved.loss_here > 0), "the Hessian is singular, and one step of gradient descent reaches the minimum")


def after_one_step(task: Learning) -> Learning:
    x = task.run.activities[0][0]
    gradient = x @ task.residuals.T
    return task.at(task.weights[0] - gradient / frobenius_squared(x))


def flat_line(q: Any) -> Learning:
    """One linear unit with two inputs, the sample (1, 2), the target 1 and zero weights."""
    return Learning((q.zeros(2, 1),), q.of([[1], [2]]), q.of([[1]]), "identity", q.scalar(0), False, "squared")


def residuals_follow_the_kernel(order: str):
    """One step of descent at the rate eta: the residuals are multiplied by I - eta P'P (or by I alone)."""

    def property(task: Learning) -> Decision:
        x = task.run.activities[0][0]
        rate = 1 / (1 + frobenius_squared(x))
        moved = task.at(task.weights[0] - x @ task.residuals.T * rate)
        change = task.run.P.T @ task.run.P @ vec(task.residuals) * rate
        return equal(vec(moved.residuals), vec(task.residuals) - (change if order == "kernel" else change * 2))

    return property


S4_37 = Claim(
    "S4-37",
    "With more weights than equations the Hessian is likely degenerate, and descent slow",
    EXACT_LEARNING.at("@12101-12260"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"N_{net}>Tn_L,\ F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ \det\mathsf H(\mathbf W^\ast)=0",
            is_degenerate,
            "exact_fits",
            words="Not only likely: certainly.",
            reading="A",
            assumptions=(fits_here, smooth_here, more_weights),
            strata=("one sample", "two layers", "dummy units", "Cauchy"),
            probes=(
                without("h1", "with no more weights than equations"),
                without("fit", "away from a fit", over="learnings"),
                NO_HESSIAN,
                control("it vanishes", is_zero_hessian),
            ),
            derivation="exact_learning.exact_fit",
        ),
        Statement(
            r"\det\mathsf H(\mathbf W^\ast)=0\ \Rightarrow\ \text{gradient descent is slow}",
            first_step_is_slow,
            only("one linear unit with two inputs and one sample", flat_line),
            words="'I.e. significantly slow convergence', read as a consequence of the singular Hessian: here is one with which gradient descent needs one step. It refutes the implication, not that descent is likely to be slow.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\varepsilon(W-\eta\nabla\mathcal J)=(I-\eta P^TP)\,\varepsilon(W)\quad(L=1,\text{ squared loss})",
        residuals_follow_the_kernel("kernel"),
        "one_layer_learnings",
        words="What sets the rate is the T n_L x T n_L matrix P'P, which can be well conditioned while the Hessian P P' has a kernel (exact for one layer, to first order for several).",
        strata=("one sample", "dummy units", "more weights than equations"),
        probes=(control("with twice that matrix", residuals_follow_the_kernel("twice")),),
    ),
)

DEGENERATE_WITH_MORE_WEIGHTS = Statement(
    r"N_{net}>Tn_L,\ F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ \det\mathsf H(\mathbf W^\ast)=0",
    is_degenerate,
    "exact_fits",
    words="In the setting of the sentence before, with more weights than equations, there is none.",
    reading="more",
    assumptions=(fits_here, smooth_here, more_weights),
    strata=("one sample", "two layers", "dummy units"),
    probes=(
        without("h1", "with no more weights than equations"),
        without("fit", "away from a fit", over="learnings"),
        NO_HESSIAN,
        control("the Hessian vanishes", is_zero_hessian),
    ),
    derivation="exact_learning.exact_fit",
)

S4_38 = Claim(
    "S4-38",
    "Non-degenerate global minima are hardly possible in this setting",
    EXACT_LEARNING.at("@12264, @2942"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ \det\mathsf H(\mathbf W^\ast)=0",
            is_degenerate,
            "exact_fits",
            words="For every exact fit: not with as many equations as weights.",
            reading="every",
            assumptions=(fits_here, smooth_here),
        ),
        DEGENERATE_WITH_MORE_WEIGHTS,
    ),
    amended=DEGENERATE_WITH_MORE_WEIGHTS,
)

S4_39 = Claim(
    "S4-39",
    "The rank of the Hessian also depends on that of H_E",
    EXACT_LEARNING.at("@12400-12500"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}\mathsf H(\mathbf W^\ast)=\operatorname{rank}P(\mathbf W^\ast)\quad\text{if }H_E\text{ is not degenerate at }\phi=y",
        rank_is_that_of_p,
        "exact_fits",
        words="With a Morse error function the Hessian has the rank of P; with the plain fourth power it vanishes at every exact fit.",
        assumptions=(fits_here, smooth_here, morse),
        strata=("squared", "Cauchy", "smooth l4", "one sample"),
        probes=(
            without("morse", "with the plain fourth power"),
            without("fit", "away from a fit", over="learnings"),
            control("it has the rank T n_L", rank_is_number_of_equations),
        ),
        derivation="exact_learning.exact_fit",
    ),
)

HESSIAN = (S4_32, S4_33, S4_34, S4_35, S4_36, S4_37, S4_38, S4_39)
