"""Document 004, the gradient, the critical points, Theorem 1 and its special case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from claims.decide import at_most, both, equal, equivalent, every, exactly
from claims.documents.exact_learning.rank import full_rank_inner, narrowing, slopes_never_zero
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, Move
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.jets import expansion, gradient_by_definition
from numerics.matrix import inner, row_vec, vec, vstack

# S4-09, S4-10, S4-11: the gradient --------------------------------------------------------------------------------------


@assumption("h1", "the activations are differentiable at the arguments of all units")
def differentiable(move: Move) -> Decision:
    return exactly(not move.learning.kinks(1))


def slope_by_definition(move: Move) -> Any:
    """The derivative of J along the move, from the right, by expansion in t."""
    task = move.learning
    return expansion(task.loss, task.weights, move.direction, order=1).coefficient(1)


def slope_by_blocks(gradients: Any):
    """The derivative of J along the move is the sum of the inner products with the given gradients, layer by layer."""

    def property(move: Move) -> Decision:
        blocks = zip(gradients(move.learning), move.direction, strict=True)
        total = sum((inner(gradient, along) for gradient, along in blocks), move.learning.inputs.scalar(0))
        return equal(slope_by_definition(move), total)

    return property


def rank_one_gradients(task: Learning) -> list[Any]:
    """sum over the samples of phi~_(l-1) (Psi_l grad E)', layer by layer."""
    run = task.run
    return [sum(rank_ones(task, layer), run.weights[layer - 1] * 0) for layer in range(1, run.depth + 1)]


def rank_ones(task: Learning, layer: int) -> list[Any]:
    run = task.run
    return [run.activities[0][layer - 1][:, [i]] @ (run.psis[layer - 1][i] @ task.ascent[:, [i]]).T for i in range(task.samples)]


def gradient_is_rank_one_and_propagated(move: Move) -> Decision:
    """By definition, of rank one for each sample, and with the vectors of the backward recursion."""
    task, run = move.learning, move.learning.run
    layers = [(layer, i) for layer in range(1, run.depth + 1) for i in range(task.samples)]
    recursion = every(
        equal(run.backwards(layer, i, task.ascent[:, [i]]), run.psis[layer - 1][i] @ task.ascent[:, [i]]) for layer, i in layers
    )
    ranks = every(at_most(rank_ones(task, layer)[i].rank(), 1) for layer, i in layers)
    return both(slope_by_blocks(rank_one_gradients)(move), recursion, ranks)


def without_slopes_below(task: Learning) -> list[Any]:
    """The same with the gradient of the outputs in place of Psi_l grad E wherever the sizes allow it."""
    good = rank_one_gradients(task)
    return [*good[:-1], good[-1] * 2]


S4_09 = Claim(
    "S4-09",
    "The gradient of each layer has rank one, and back-propagation computes it",
    EXACT_LEARNING.at("@8000-8500"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"\nabla_{W_l}E=\phi_{l-1}\,(\Psi_l\nabla_E(\phi_L))^T,\quad\omega_L=\Sigma_L'\nabla_E,\ \omega_l=\Sigma_l'W_{l+1}\omega_{l+1}=\Psi_l\nabla_E",
        gradient_is_rank_one_and_propagated,
        "moves",
        words="Against the derivative by expansion, along drawn directions, for any depth and width, with fixed biases and with dummy units.",
        assumptions=(differentiable,),
        strata=("one layer", "deeper than two", "width one", "dummy units", "fixed bias", "zero weights", "Cauchy"),
        probes=(
            without("h1", "at the kink of a rectifier"),
            control("with twice the gradient of the last layer", slope_by_blocks(without_slopes_below)),
        ),
        derivation="exact_learning.gradient",
    ),
)


def vector_form(stack: Any, factors: Any):
    """stack(grad_l) = sum over the samples of factors(Psi_l, phi~_(l-1)) grad E, layer by layer."""

    def property(move: Move) -> Decision:
        task, run = move.learning, move.learning.run

        def column(layer: int) -> Any:
            parts = [
                factors(run.psis[layer - 1][i], run.activities[0][layer - 1][:, [i]]) @ task.ascent[:, [i]]
                for i in range(task.samples)
            ]
            return sum(parts[1:], parts[0])

        stacked = vstack(*(stack(along) for along in move.direction))
        total = inner(vstack(*(column(layer) for layer in range(1, run.depth + 1))), stacked)
        return equal(slope_by_definition(move), total)

    return property


S4_10 = Claim(
    "S4-10",
    "The gradient in Kronecker form",
    EXACT_LEARNING.at("@8570-8680"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{vec}(\nabla_{W_l}E)=(\Psi_l\otimes\phi_{l-1})\nabla_E(\phi_L)",
        vector_form(vec, lambda psi, phi: psi.kron(phi)),
        "moves",
        words="With vec stacking the columns of a matrix, as is usual; the order is not preserved.",
        assumptions=(differentiable,),
        strata=("dummy units", "deeper than two", "width one"),
        probes=(
            without("h1", "at the kink of a rectifier"),
            control("with the factors exchanged", vector_form(vec, lambda psi, phi: phi.kron(psi))),
            control("with the rows stacked", vector_form(row_vec, lambda psi, phi: psi.kron(phi))),
        ),
        derivation="exact_learning.gradient",
    ),
    sharp=Statement(
        r"\operatorname{rvec}(\nabla_{W_l}E)=(\phi_{l-1}\otimes\Psi_l)\nabla_E(\phi_L)",
        vector_form(row_vec, lambda psi, phi: phi.kron(psi)),
        "moves",
        words="With rows stacked the factors change places.",
        reading="rows",
        assumptions=(differentiable,),
        strata=("dummy units", "deeper than two", "width one"),
        probes=(
            without("h1", "at the kink of a rectifier"),
            control("without changing places", vector_form(row_vec, lambda psi, phi: psi.kron(phi))),
        ),
        derivation="exact_learning.gradient",
    ),
)


@assumption("h1", "the activations are differentiable at the arguments of all units")
def differentiable_here(task: Learning) -> Decision:
    return exactly(not task.kinks(1))


def is_critical(task: Learning, layers: Callable[[Iterable[bool]], bool] = all) -> bool:
    """The partial derivatives of J vanish, by definition: those in the weights of all layers, or of any."""
    return layers(slope.is_zero() for slope in gradient_by_definition(task.loss, task.weights))


def critical_where_system_is_solved(task: Learning) -> Decision:
    return equivalent(exactly(is_critical(task)), exactly((task.run.P @ task.epsilon).is_zero()))


def stationary_in_one_layer_where_it_is_solved(task: Learning) -> Decision:
    return equivalent(exactly(is_critical(task, any)), exactly((task.run.P @ task.epsilon).is_zero()))


def critical_where_epsilon_vanishes(task: Learning) -> Decision:
    return equivalent(exactly(is_critical(task)), exactly(task.epsilon.is_zero()))


S4_11 = Claim(
    "S4-11",
    "Critical points are the solutions of a parameterised linear system",
    EXACT_LEARNING.at("@8680-8830"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\nabla\mathcal J(\mathbf W)=0\iff P(\mathbf W)\,\varepsilon(\mathbf W)=0",
        critical_where_system_is_solved,
        "small_learnings",
        words="The gradient by definition on one side, the system on the other.",
        assumptions=(differentiable_here,),
        strata=("zero weights", "exact fit", "repeated samples", "dummy units", "Cauchy"),
        probes=(
            without("h1", "at the kink of a rectifier", over="kinked_learnings"),
            control("critical only where epsilon vanishes", critical_where_epsilon_vanishes),
            control("critical where the gradient of one layer vanishes", stationary_in_one_layer_where_it_is_solved),
        ),
        derivation="exact_learning.gradient",
    ),
)

# S4-12: Theorem 1 ---------------------------------------------------------------------------------------------------------


@assumption("critical", "the weights are critical, P epsilon = 0")
def solves_the_system(task: Learning) -> Decision:
    return exactly((task.run.P @ task.epsilon).is_zero())


@assumption("h2", "the error function satisfies Principle 1")
def principle_1(task: Learning) -> Decision:
    return exactly(task.error != "double well")


@assumption("h3", "condition (1): P is not zero")
def condition_1(task: Learning) -> Decision:
    return exactly(not task.run.P.is_zero())


@assumption("h4", "condition (2): epsilon lies in the row span of P")
def condition_2(task: Learning) -> Decision:
    return exactly(in_row_span(task))


def in_row_span(task: Learning) -> bool:
    p = task.run.P
    return bool(vstack(p, task.epsilon.T).rank() == p.rank())


def every_error_is_least(task: Learning) -> Decision:
    """Each of the errors is at its least value, so J is: at r = 0, or at 1 and -1 for the double well."""
    least = (1,) if task.error == "double well" else (0,)
    found = all(r * r in least for r in task.residuals.entries())
    return exactly(found, "" if found else "the errors are not least")


def output_is_zero(task: Learning) -> Decision:
    return exactly(task.run.outputs.is_zero())


@assumption("apart", "two targets differ")
def targets_differ(task: Learning) -> Decision:
    first = task.targets[:, [0]]
    return exactly(any(task.targets[:, [i]] != first for i in range(task.samples)))


def conditions_fail(task: Learning) -> Decision:
    """At zero weights P = 0 or epsilon is not in the row span of P."""
    return exactly(task.run.P.is_zero() or not in_row_span(task))


def p_is_zero(task: Learning) -> Decision:
    return exactly(task.run.P.is_zero())


@assumption("several", "there are several layers")
def several_layers(task: Learning) -> Decision:
    return exactly(len(task.weights) > 1)


@assumption("dummy", "dummy units feed the output layer")
def dummy_units(task: Learning) -> Decision:
    return exactly(task.dummy)


@assumption("equal", "all targets are equal")
def targets_agree(task: Learning) -> Decision:
    first = task.targets[:, [0]]
    return exactly(all(task.targets[:, [i]] == first for i in range(task.samples)))


def conditions_hold(task: Learning) -> Decision:
    return exactly(not task.run.P.is_zero() and in_row_span(task))


S4_12 = Claim(
    "S4-12",
    "Theorem 1: no suboptimal local minima",
    EXACT_LEARNING.at("@9166"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"P(\mathbf W)\varepsilon(\mathbf W)=0,\ P(\mathbf W)\ne0,\ \varepsilon(\mathbf W)\in\operatorname{row}P(\mathbf W)\ \Rightarrow\ \mathcal J(\mathbf W)=\min\mathcal J",
        every_error_is_least,
        "stationary_learnings",
        words="At each critical point at which the two conditions hold. If they hold everywhere, no local minimum is suboptimal.",
        assumptions=(solves_the_system, principle_1, condition_1, condition_2),
        strata=("one sample", "dummy units", "two layers", "Cauchy"),
        probes=(
            without("h2", "for a double well, stationary at a maximum"),
            without("h3", "with P = 0, which condition (2) excludes by itself unless epsilon = 0"),
            without("h4", "where epsilon is not in the row span"),
            control("the outputs vanish", output_is_zero),
        ),
        derivation="exact_learning.theorem_1",
    ),
    sharp=(
        Statement(
            r"L\ge2,\ y_i\ne y_j\ \Rightarrow\ P(0)=0\text{ or }\varepsilon(0)\notin\operatorname{row}P(0)\quad(\text{squared loss})",
            conditions_fail,
            "untrained_networks",
            words="The hypotheses cannot hold for all weights: at zero weights every sample has the same output, and the rows of P are constant over the samples. Two different targets break condition (2) there.",
            reading="never",
            assumptions=(several_layers, targets_differ),
            strata=("two layers", "deeper than two", "dummy units", "fixed bias"),
            probes=(
                without("several", "with one layer"),
                without("apart", "with equal targets"),
                control("condition (1) fails already", p_is_zero),
            ),
        ),
        Statement(
            r"y_1=\dots=y_T\ \Rightarrow\ P(\mathbf W)\ne0,\ \varepsilon(\mathbf W)\in\operatorname{row}P(\mathbf W)\ \forall\,\mathbf W\quad(\text{squared loss, dummy units})",
            conditions_hold,
            "constant_tasks",
            words="For constant targets and dummy units they do hold for all weights, whatever the widths.",
            reading="constant",
            assumptions=(dummy_units, targets_agree),
            strata=("zero weights", "coinciding units", "deeper than two", "one sample"),
            probes=(
                without("dummy", "without dummy units"),
                without("equal", "for other targets"),
                control("and epsilon vanishes", every_error_is_least),
            ),
        ),
    ),
    remark=(
        "The theorem is true: $\\varepsilon=P^Tv$ and $P\\varepsilon=0$ give $\\varepsilon^T\\varepsilon=0$. Condition (1) is not needed for it, nor is Assumption 1, which "
        "only says that the minimum is an exact fit. But its hypotheses cannot hold for all weights: with the squared loss and two different targets, no network of several layers "
        "satisfies condition (2) at $\\mathbf W=0$. For all weights of full rank they can (S4-13)."
    ),
)

# S4-13, S4-14: full rank ----------------------------------------------------------------------------------------------------


@assumption("h3", "P has the rank T n_L")
def full_rank(task: Learning) -> Decision:
    return exactly(task.run.P.rank() == task.equations)


def rank_at_zero_is_small(task: Learning) -> Decision:
    return at_most(task.run.P.rank(), task.widths[-1])


def rank_at_zero_is_zero(task: Learning) -> Decision:
    return exactly(task.run.P.rank() == 0)


@assumption("samples", "the samples are linearly independent, with dummy units affinely")
def independent_samples(task: Learning) -> Decision:
    return exactly(task.run.activities[0][0].rank() == task.samples)


def rank_is_full(task: Learning) -> Decision:
    return equal(task.run.P.rank(), task.equations)


def rank_is_number_of_weights(task: Learning) -> Decision:
    return equal(task.run.P.rank(), task.size)


def cancelling_bottleneck(q: Any) -> Learning:
    """Identity units 2-1-2-1 on the samples e_1, e_2: W_2 = (1, 1) and W_3 = (1, -1)' cancel, and Psi_1 = 0."""
    weights = q.of([[1], [1]]), q.of([[1, 1]]), q.of([[1], [-1]])
    return Learning(weights, q.eye(2), q.of([[0, 1]]), "identity", q.scalar(0), False, "squared")


S4_13 = Claim(
    "S4-13",
    "Proposition 1: full rank everywhere is enough",
    EXACT_LEARNING.at("@9420-9600"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\operatorname{rank}P(\mathbf W)=Tn_L,\ P(\mathbf W)\varepsilon(\mathbf W)=0\ \Rightarrow\ \mathcal J(\mathbf W)=\min\mathcal J",
        every_error_is_least,
        "stationary_learnings",
        words="At each critical point at which P has full column rank.",
        assumptions=(solves_the_system, principle_1, full_rank),
        strata=("one sample", "dummy units", "two layers"),
        probes=(
            without("critical", "where P epsilon is not zero", over="one_layer_learnings"),
            without("h2", "for a double well, stationary at a maximum"),
            without("h3", "where P has a smaller rank"),
            control("the outputs vanish", output_is_zero),
        ),
        derivation="exact_learning.theorem_1",
    ),
    sharp=(
        Statement(
            r"L\ge2\ \Rightarrow\ \operatorname{rank}P(0)\le n_L",
            rank_at_zero_is_small,
            "untrained_networks",
            words="With several layers and two samples the rank cannot be full for all weights: at zero weights it is n_L at most.",
            reading="zero",
            bound=True,
            assumptions=(several_layers,),
            strata=("attained", "two layers", "deeper than two", "dummy units"),
            probes=(
                without("several", "with one layer"),
                control("it is zero there", rank_at_zero_is_zero),
            ),
        ),
        Statement(
            r"\operatorname{rank}\tilde X=T,\ n_1\ge\dots\ge n_L,\ \operatorname{rank}\bar W_l\text{ full},\ \sigma'\ne0\ \Rightarrow\ \operatorname{rank}P(\mathbf W)=Tn_L",
            rank_is_full,
            "narrowing_networks",
            words="Under Principles 3 to 5 it is full at all weights of full rank if the samples are independent: then the first block has the rank T n_L by itself.",
            reading="principles",
            assumptions=(independent_samples, narrowing, full_rank_inner, slopes_never_zero),
            strata=("two layers", "deeper than two", "dummy units", "one sample"),
            probes=(
                without("samples", "with dependent samples"),
                without(
                    "h1",
                    "with a wider layer after a narrow one",
                    over=only("a bottleneck of one identity unit", cancelling_bottleneck),
                ),
                without("h2", "with weights of smaller rank"),
                without("h3", "with slopes that vanish"),
                control("it is the number of weights", rank_is_number_of_weights),
            ),
        ),
    ),
    remark=(
        "Over all weights, then, the proposition applies to one layer with independent samples, and to one sample ($T=1$) if the last hidden outputs cannot all vanish, as with dummy "
        "units or with sigmoid units; with several layers and two samples or more its hypothesis is violated at $\\mathbf W=0$. Over the weights of full rank, which Principle 3 "
        "asks for, it applies to independent samples and narrowing layers, too, whatever the depth."
    ),
)


@assumption("full", "P has the rank T n_L")
def full_rank_here(task: Learning) -> Decision:
    return exactly(task.run.P.rank() == task.equations)


def enough_weights(task: Learning) -> Decision:
    return at_most(task.equations, task.size)


def half_the_weights_are_enough(task: Learning) -> Decision:
    return at_most(task.equations * 2, task.size)


S4_14 = Claim(
    "S4-14",
    "Principle 2: at least T n_L weights",
    EXACT_LEARNING.at("@9596"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"\operatorname{rank}P(\mathbf W)=Tn_L\ \Rightarrow\ N_{net}\ge Tn_L",
        enough_weights,
        "learnings",
        words="Necessary for full rank at any weights, since P has N_net rows.",
        bound=True,
        assumptions=(full_rank_here,),
        strata=("attained", "one layer", "two layers", "dummy units"),
        probes=(
            without("full", "without full rank"),
            control("twice as many are needed", half_the_weights_are_enough),
        ),
    ),
)

GRADIENT = (S4_09, S4_10, S4_11, S4_12, S4_13, S4_14)
