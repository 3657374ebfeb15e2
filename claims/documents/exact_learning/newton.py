"""Document 004, the approximate Newton method, which is generalised Gauss-Newton."""

from __future__ import annotations

from typing import Any

from claims.decide import equal, exactly
from claims.documents.exact_learning.hessian import curvature_by_definition, fits, quadratic_form, twice_differentiable
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, Move, summed_errors
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.activations import RATIONAL
from numerics.feedforward import flat, gauss_newton, hessian, outputs, split
from numerics.inertia import inertia
from numerics.jets import Jet
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import hstack

# S4-40, S4-41, S4-44 ------------------------------------------------------------------------------------------------------


def approximate_hessian(task: Learning) -> Any:
    return gauss_newton(task.run, task.residuals, task.error_function)


@assumption("convex", "the error function is convex")
def convex_error(task: Learning) -> Decision:
    return exactly(task.error != "Cauchy")


@assumption("smooth", "the activations are twice differentiable at the arguments of all units")
def smooth_here(task: Learning) -> Decision:
    return exactly(not task.kinks(2))


def is_semidefinite(task: Learning) -> Decision:
    negative = inertia(approximate_hessian(task)).negative
    return exactly(negative == 0, f"it has {negative} negative eigenvalue{'s' if negative > 1 else ''}" if negative else "")


def exact_hessian_is_semidefinite(task: Learning) -> Decision:
    return exactly(inertia(hessian(task.run, task.residuals, task.error_function)).negative == 0)


def is_definite(task: Learning) -> Decision:
    return exactly(inertia(approximate_hessian(task)).positive == task.size)


def is_indefinite(task: Learning) -> Decision:
    found = inertia(hessian(task.run, task.residuals, task.error_function))
    return exactly(found.negative > 0 and found.positive > 0)


def linear_pair(target: int):
    """x -> w_2 w_1 x at w_1 = w_2 = 1 with the sample 1."""

    def build(q: Any) -> Learning:
        one = q.of([[1]])
        return Learning((one, one), one, one * target, "identity", q.scalar(0), False, "squared")

    return build


S4_40 = Claim(
    "S4-40",
    "The approximate Hessian is positive semidefinite for arbitrary weights",
    EXACT_LEARNING.at("@14727-15070"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\tilde{\mathsf H}(\mathbf W)=\sum_iP^{(i)}H_E^{(i)}P^{(i)T}\succeq0\quad\forall\,\mathbf W",
            is_semidefinite,
            "small_learnings",
            words="For an error function of Principle 1: the Cauchy loss $\\sum_j\\log(1+r_j^2)$, which the document recommends, is curved downwards at residuals above 1.",
            reading="A",
        ),
        Statement(
            r"\exists\,\mathbf W\colon\ \mathsf H(\mathbf W)\text{ indefinite}",
            is_indefinite,
            only("two linear units with the weights 1, the sample 1 and the target 4", linear_pair(4)),
            words="Nothing definite can be said of the exact Hessian, even with the squared loss.",
            reading="B",
            probes=(control("at the target 1 too", is_indefinite, over=only("the same with the target 1", linear_pair(1))),),
        ),
    ),
    amended=Statement(
        r"E(\cdot,y)\text{ convex}\ \Rightarrow\ \tilde{\mathsf H}(\mathbf W)\succeq0\quad\forall\,\mathbf W",
        is_semidefinite,
        "small_learnings",
        words="With a convex error function it is (squared loss here).",
        assumptions=(convex_error,),
        strata=("one layer", "two layers", "dummy units", "zero weights"),
        probes=(
            without("convex", "with the Cauchy loss"),
            control("so is the exact Hessian", exact_hessian_is_semidefinite),
            control("it is definite", is_definite),
        ),
        derivation="exact_learning.gauss_newton",
    ),
)


def coincide(move: Move) -> Decision:
    return equal(curvature_by_definition(move), quadratic_form(approximate_hessian(move.learning), move))


def twice_the_approximation(move: Move) -> Decision:
    return equal(curvature_by_definition(move), 2 * quadratic_form(approximate_hessian(move.learning), move))


@assumption("one layer", "there is one layer")
def one_layer(move: Move) -> Decision:
    return exactly(len(move.learning.weights) == 1)


S4_41 = Claim(
    "S4-41",
    "The approximate Hessian coincides with the exact one at the global minima",
    EXACT_LEARNING.at("@15080-15180"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"F(\mathbf W^\ast,x_i)=y_i\ \forall i\ \Rightarrow\ \tilde{\mathsf H}(\mathbf W^\ast)=\mathsf H(\mathbf W^\ast)",
        coincide,
        "fitted_moves",
        words="Under exact learning, as quadratic forms along drawn directions, the exact one by expansion.",
        assumptions=(fits, twice_differentiable),
        strata=("squared", "Cauchy", "l4", "deeper than two", "dummy units", "zero weights"),
        probes=(
            without("fit", "away from a fit", over="moves"),
            without("h1", "where a softsign unit or a rectifier is at its kink"),
            control("up to a factor 2", twice_the_approximation),
        ),
        derivation="exact_learning.exact_fit",
    ),
    sharp=Statement(
        r"L=1\ \Rightarrow\ \tilde{\mathsf H}(\mathbf W)=\mathsf H(\mathbf W)\quad\forall\,\mathbf W",
        coincide,
        "moves",
        words="With one layer it does so everywhere.",
        reading="one layer",
        assumptions=(one_layer, twice_differentiable),
        strata=("squared", "Cauchy", "dummy units"),
        probes=(
            without("one layer", "with several layers"),
            control("up to a factor 2", twice_the_approximation),
        ),
    ),
)


def curvature_through_the_linearised_model(move: Move) -> Any:
    """The second derivative of t -> sum E(F + t DF(H) - Y), with F linearised by expansion."""
    task = move.learning

    jets = [Jet.line(at, along, 1) for at, along in zip(task.weights, move.direction, strict=True)]
    straight = outputs(jets, task.inputs, task.units) - task.targets
    line = Jet((straight.coefficient(0), straight.coefficient(1)), 2)
    return 2 * summed_errors(line, task.error_function).coefficient(2)


def is_gauss_newton(move: Move) -> Decision:
    return equal(curvature_through_the_linearised_model(move), quadratic_form(approximate_hessian(move.learning), move))


def is_exact_hessian(move: Move) -> Decision:
    return equal(curvature_through_the_linearised_model(move), curvature_by_definition(move))


@assumption("h1", "the activations are differentiable at the arguments of all units")
def once_differentiable(move: Move) -> Decision:
    return exactly(not move.learning.kinks(1))


S4_44 = Claim(
    "S4-44",
    "The approximate Newton algorithm is generalised Gauss-Newton",
    EXACT_LEARNING.at("@15330-15560"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\tilde{\mathsf H}(\mathbf W)=\nabla^2_{\mathbf H}\sum_iE\bigl(F_i(\mathbf W)+DF_i(\mathbf W)\mathbf H,\,y_i\bigr)\Big|_{\mathbf H=0}",
        is_gauss_newton,
        "moves",
        words="The generalised Gauss-Newton matrix is the Hessian of the loss of the linearised network; so it is, for any loss and any weights.",
        assumptions=(once_differentiable,),
        strata=("squared", "Cauchy", "deeper than two", "dummy units", "zero weights"),
        probes=(
            without("h1", "at the kink of a rectifier"),
            control("it is the Hessian of the network itself", is_exact_hessian),
        ),
        derivation="exact_learning.gauss_newton",
    ),
)

# S4-42: the direction -----------------------------------------------------------------------------------------------------


def direction_exists(task: Learning) -> Decision:
    """grad J lies in the range of the approximate Hessian."""
    matrix = approximate_hessian(task)
    solvable = hstack(matrix, task.run.P @ task.epsilon).rank() == matrix.rank()
    return exactly(solvable, "" if solvable else "the gradient is not in the range of the approximate Hessian")


def direction_is_unique(task: Learning) -> Decision:
    return exactly(approximate_hessian(task).rank() == task.size, "the approximate Hessian has a kernel")


def direction_is_zero(task: Learning) -> Decision:
    return exactly((task.run.P @ task.epsilon).is_zero())


@assumption("curved", "H_E is positive definite at all samples")
def curved_error(task: Learning) -> Decision:
    return exactly(all(bool(task.error_function.curvature(r, RATIONAL) > 0) for r in task.residuals.entries()))


@assumption("rank", "P has the rank N_net")
def full_row_rank(task: Learning) -> Decision:
    return exactly(task.run.P.rank() == task.size)


S4_42 = Claim(
    "S4-42",
    "The approximate Newton direction solves a linear system",
    EXACT_LEARNING.at("@14850-15000"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\forall\,\mathbf W\ \exists\,\xi\colon\ \tilde{\mathsf H}(\mathbf W)\xi=-\nabla\mathcal J(\mathbf W)",
            direction_exists,
            "small_learnings",
            words="A solution exists for every error function of Principle 1: not where H_E vanishes, as for the Cauchy loss at a residual of 1.",
            reading="A",
        ),
        Statement(
            r"\forall\,\mathbf W\colon\ \xi\text{ is unique}",
            direction_is_unique,
            "small_learnings",
            words="'The' direction is unique: not with more weights than equations.",
            reading="B",
        ),
    ),
    amended=(
        Statement(
            r"H_E\succ0\ \Rightarrow\ \exists\,\xi\colon\ \tilde{\mathsf H}(\mathbf W)\xi=-\nabla\mathcal J(\mathbf W)",
            direction_exists,
            "small_learnings",
            words="It exists wherever the error function is strictly curved at the residuals, as the squared loss is everywhere.",
            reading="exists",
            assumptions=(curved_error,),
            strata=("squared", "Cauchy", "zero weights", "dummy units", "repeated samples"),
            probes=(
                without("curved", "with the Cauchy loss at residuals of 1 and more"),
                control("and is unique", direction_is_unique),
            ),
        ),
        Statement(
            r"\operatorname{rank}P(\mathbf W)=N_{net}\ \Rightarrow\ \xi\text{ is unique}\quad(\text{squared loss})",
            direction_is_unique,
            "learnings",
            words="And with the squared loss it is unique where P has full row rank.",
            reading="unique",
            assumptions=(full_row_rank,),
            strata=("one layer", "no more weights than equations"),
            probes=(
                without("rank", "with a smaller rank of P"),
                control("and the direction is zero", direction_is_zero),
            ),
        ),
    ),
    remark="The scripts add $10^{-8}I$ or $10^{-5}I$ to the matrix, which makes the solution unique and changes the rate near the minimum.",
)

# S4-43: local quadratic convergence ----------------------------------------------------------------------------------------

CLOSE = (2**20, 2**40, 2**80)


@assumption("fit", "W* fits all samples exactly")
def exact_fit(move: Move) -> Decision:
    return exactly(move.learning.fitted)


@assumption("maximal", "P(W*) has the largest possible rank, min(N_net, T n_L)")
def maximal_rank(move: Move) -> Decision:
    task = move.learning
    return exactly(task.run.P.rank() == min(task.size, task.equations))


@assumption("regular", "the exact Hessian at W* is not degenerate")
def regular_fit(move: Move) -> Decision:
    task = move.learning
    return exactly(hessian(task.run, task.residuals, task.error_function).rank() == task.size)


@assumption("smooth", "the activations are twice differentiable at the arguments of all units")
def smooth_units(move: Move) -> Decision:
    return exactly(not move.learning.kinks(2))


@assumption("differentiable", "the activations are differentiable at the arguments of all units")
def differentiable_units(move: Move) -> Decision:
    return exactly(not move.learning.kinks(1))


def stepped(task: Learning) -> Learning:
    """The weights after the Gauss-Newton step of least norm, P' xi = -epsilon in the sense of least squares."""
    step = minimum_norm_solution(task.run.P.T, -task.epsilon)
    moves = split(step, [weight.shape for weight in task.weights])
    return task.at(*(weight + move for weight, move in zip(task.weights, moves, strict=True)))


def beside(move: Move, closeness: int = CLOSE[0]) -> Learning:
    """At W* + t H, t = 1 / closeness."""
    task = move.learning
    return task.at(*(weight + along / closeness for weight, along in zip(task.weights, move.direction, strict=True)))


def step_shrinks_the_loss(order: int = 1):
    """One step from W* + t H multiplies the loss by t^order at most, for one of the small t that are tried.

    How small t has to be depends on W* and H: no fixed distance will do for all of them.
    """

    def property(move: Move) -> Decision:
        return exactly(any(shrinks(move, closeness, order) for closeness in CLOSE), "the loss is divided by a fixed factor only")

    return property


def shrinks(move: Move, closeness: int, order: int) -> bool:
    here = beside(move, closeness)
    return bool(stepped(here).loss_here * closeness**order <= here.loss_here)


def first_order_vanishes(move: Move) -> Decision:
    """The change of the outputs along h + xi_1 is zero to first order, by expansion."""
    task = move.learning
    linear = task.run.P.T @ flat(move.direction)
    step = split(minimum_norm_solution(task.run.P.T, -linear), [weight.shape for weight in task.weights])
    total = [along + part for along, part in zip(move.direction, step, strict=True)]
    jets = [Jet.line(at, along, 1) for at, along in zip(task.weights, total, strict=True)]
    return exactly(bool(outputs(jets, task.inputs, task.units).coefficient(1).is_zero()))


def halving(q: Any) -> Move:
    """x -> w_2 w_1 x with the sample 1 and the target 0, W* = (0, 0), H = (1, 1): each step halves both weights."""
    one = q.of([[1]])
    return Move(Learning((one * 0, one * 0), one, one * 0, "identity", q.scalar(0), False, "squared"), (one, one))


def kernel_of_step(move: Move) -> Decision:
    """The system for the step has one solution at W* + 2^-20 H."""
    here = beside(move)
    return exactly(here.run.P.rank() == here.size, "the system has many solutions")


def between_two_targets(q: Any) -> Move:
    """One linear unit at its best weight, 1/2, for the sample 1 with the targets 0 and 1."""
    one = q.of([[1]])
    return Move(Learning((one / 2,), q.of([[1, 1]]), q.of([[0, 1]]), "identity", q.scalar(0), False, "squared"), (one,))


BETWEEN_TWO_TARGETS = only("one linear unit between two targets", between_two_targets)


def leaving_the_dead_side(q: Any) -> Move:
    """x -> w_2 max(0, w_1 x - 1) at W* = (1, 1), with the samples 1, where the unit is at its kink, and 2; H = (-1, -1).

    The step towards the fit at the second sample leads out of the piece in which it was computed: the unit becomes active at the
    first sample, too.
    """
    one, samples = q.of([[1]]), q.of([[1, 2]])
    return Move(Learning((one, one), samples, samples - samples.ones(1, 2), "relu", q.scalar(1), False, "squared"), (-one, -one))


AT_A_KINK = only("one rectifier that is at its kink at one of two samples", leaving_the_dead_side)
HALVING = only("a chain of two linear units at zero weights with the target 0", halving)


def step_returns(move: Move) -> Decision:
    """h + xi_1 = 0: so only where P has full row rank."""
    task = move.learning
    along = flat(move.direction)
    return exactly((along + minimum_norm_solution(task.run.P.T, -(task.run.P.T @ along))).is_zero())


S4_43 = Claim(
    "S4-43",
    "The approximate Newton method shares the local quadratic convergence of Newton's",
    EXACT_LEARNING.at("@15180-15330, abstract"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"F(\mathbf W^\ast,X)=Y\ \Rightarrow\ \|\varepsilon(\mathbf W+\xi)\|=O(\|\varepsilon(\mathbf W)\|^2)\text{ near }\mathbf W^\ast",
            step_shrinks_the_loss(),
            HALVING,
            words="Near every exact fit. At W* = 0 with the target 0 each step halves the weights: linear convergence (exact Newton has the factor 2/3 there).",
            reading="A",
            assumptions=(exact_fit, smooth_units),
        ),
        Statement(
            r"\tilde{\mathsf H}(\mathbf W)\xi=-\nabla\mathcal J(\mathbf W)\text{ has one solution near }\mathbf W^\ast",
            kernel_of_step,
            "smooth_fits",
            words="The iteration is defined: with more weights than equations the system has many solutions, and its matrix no inverse.",
            reading="B",
            assumptions=(exact_fit, smooth_units),
        ),
        Statement(
            r"\det\mathsf H(\mathbf W^\ast)\ne0\ \Rightarrow\ \mathcal J(\mathbf W+\xi)\le t\,\mathcal J(\mathbf W),\quad\mathbf W=\mathbf W^\ast+t\mathbf H,\ t\text{ small enough}",
            step_shrinks_the_loss(),
            "smooth_fits",
            words="Where the exact method has it: near a fit with a Hessian that is not degenerate, which needs as many equations as weights.",
            reading="C",
            assumptions=(exact_fit, smooth_units, regular_fit),
            strata=("two layers", "no more weights than equations"),
            probes=(
                without("regular", "where the Hessian vanishes at the fit", over=HALVING),
                without("fit", "near a minimum that does not fit", over=BETWEEN_TWO_TARGETS),
                without("smooth", "at the kink of a rectifier", over=AT_A_KINK),
                control("by the third power of t", step_shrinks_the_loss(3)),
            ),
        ),
    ),
    amended=(
        Statement(
            r"\operatorname{rank}P(\mathbf W^\ast)=\min(N_{net},Tn_L)\ \Rightarrow\ \mathcal J(\mathbf W+\xi)\le t\,\mathcal J(\mathbf W),\quad\mathbf W=\mathbf W^\ast+t\mathbf H,\ t\text{ small enough}",
            step_shrinks_the_loss(),
            "smooth_fits",
            words="With the step of least norm, where P has the largest possible rank at the fit: the nearer the start, the larger the factor by which one step divides the loss (t = 2^-20, 2^-40 or 2^-80, whichever is small enough first).",
            reading="step",
            assumptions=(exact_fit, smooth_units, maximal_rank),
            strata=("two layers", "one sample", "dummy units", "more weights than equations"),
            probes=(
                without("maximal", "where P has a smaller rank at the fit", over=HALVING),
                without("fit", "near a minimum that does not fit", over=BETWEEN_TWO_TARGETS),
                without("smooth", "at the kink of a rectifier", over=AT_A_KINK),
                control("by the third power of t", step_shrinks_the_loss(3)),
            ),
        ),
        Statement(
            r"P(\mathbf W^\ast)^T(h+\xi_1)=0,\quad\xi_1=-(P^T)^+P^Th",
            first_order_vanishes,
            "moves",
            words="The reason: whatever W*, its rank and its fit, h + xi_1 changes no output to first order. Where W* fits and P has the largest rank, t xi_1 is the step to first order, and the residuals are of second order after it.",
            reading="order",
            assumptions=(differentiable_units,),
            strata=("two layers", "deeper than two", "one sample", "zero weights", "dummy units", "more weights than equations"),
            probes=(
                without("differentiable", "at the kink of a rectifier"),
                control("the step cancels the distance itself", step_returns),
            ),
            derivation="exact_learning.gauss_newton",
        ),
    ),
    remark=(
        "With more weights than equations the fits form a manifold where $P$ has full column rank, and the step of least norm converges quadratically to some point of it, not to a given "
        "$\\mathbf W^\\ast$. Where the rank of $P$ drops at the fit, the order can be lost, as at $\\mathbf W^\\ast=0$ in the example."
    ),
)


NEWTON = (S4_40, S4_41, S4_42, S4_43, S4_44)
