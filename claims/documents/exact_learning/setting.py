"""Document 004, the setting: networks, losses, exact learning, what is said before the analysis begins."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, certainly, equal, equivalent, every, exactly, less, undecided
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, Residual, SampleSet
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.enclosures import arithmetic_of, certain_sign, decided
from numerics.error_functions import error_function
from numerics.feedforward import Units, hessian
from numerics.inertia import inertia
from numerics.interpolation import independent_layer, tied, ties
from numerics.jets import Jet

# S4-01: not convex ------------------------------------------------------------------------------------------------------


@assumption("h2", "there are several layers")
def several_layers(task: Learning) -> Decision:
    return exactly(len(task.weights) > 1)


@assumption("inputs", "some sample is not zero")
def some_input(task: Learning) -> Decision:
    return exactly(not task.inputs.is_zero())


def awake(task: Learning) -> tuple[Any, ...] | None:
    """Weights at which the output is not zero: the first unit of each layer passes on what it gets of the first nonzero sample."""
    sample = next((task.inputs[:, [i]] for i in range(task.samples) if not task.inputs[:, [i]].is_zero()), None)
    if sample is None:
        return None
    shapes = [weight.shape for weight in task.weights]
    first = sample @ task.inputs.eye(1, shapes[0][1])
    return (first, *(task.inputs.eye(1, m).T @ task.inputs.eye(1, n) for m, n in shapes[1:]))


def loss_is_not_convex(task: Learning) -> Decision:
    """A segment whose midpoint lies above the mean of its ends: (2 W_1, ..., 0) and (0, ..., 2 W_L), where F = 0, around (W_1, ..., W_L).

    The mean of the losses with W_L and with -W_L at the midpoint exceeds the loss at F = 0 by |F|^2 / 2, so one of the two will do.
    """
    if len(task.weights) == 1:
        return exactly(False, "with one layer the loss is convex: its Hessian is that of a least-squares problem")
    weights = awake(task)
    if weights is None:
        return exactly(False, "every sample is zero, the outputs do not depend on the weights, and the loss is constant")
    first, *between, last = weights
    ends = task.loss(first * 2, *between, last * 0), task.loss(first * 0, *between, last * 2)
    middles = [task.loss(first, *between, last * turn) for turn in (1, -1)]
    return exactly(bool(max(middles) * 2 > sum(ends)))


def loss_is_not_convex_through_the_origin(task: Learning) -> Decision:
    """The same with the origin as midpoint of W and -W."""
    turned = [-weight for weight in task.weights]
    middle = task.loss(*(weight * 0 for weight in task.weights))
    return less(task.loss_here + task.loss(*turned), middle * 2)


S4_01 = Claim(
    "S4-01",
    "Even with a convex error function the total loss is not convex",
    EXACT_LEARNING.at("@6504"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"E(\cdot,y)\text{ convex}\ \Rightarrow\ \mathcal J\text{ not convex}",
        loss_is_not_convex,
        "deep_learnings",
        words="For every task and every network of several layers (squared loss; identity, softsign or cubic units, which vanish at 0).",
        assumptions=(several_layers,),
    ),
    amended=Statement(
        r"X\ne0,\ L\ge2\ \Rightarrow\ \exists\,\mathbf W,\mathbf V\colon\ \mathcal J(\tfrac{\mathbf W+\mathbf V}2)>\tfrac12(\mathcal J(\mathbf W)+\mathcal J(\mathbf V))",
        loss_is_not_convex,
        "deep_learnings",
        words="As soon as one sample is not zero, a segment between two weights with F = 0 shows it, whatever the targets.",
        assumptions=(several_layers, some_input),
        strata=("width one", "one sample", "deeper than two", "zero weights"),
        probes=(
            without("inputs", "with zero samples only"),
            without("h2", "with one layer", over="one_layer_learnings"),
            control("every segment through the origin shows it", loss_is_not_convex_through_the_origin),
        ),
    ),
)

# S4-02: not coercive ----------------------------------------------------------------------------------------------------


@assumption("h1", "the hidden units are squashing")
def squashing_units(task: Learning) -> Decision:
    return exactly(task.units.sigma.squashing)


def bounded_far_out(task: Learning) -> Decision:
    """J(s W_1, W_2, ..., W_L) stays below the bound that |sigma| <= 1 gives, for s = 1, 10, 100, 1000."""
    last = task.weights[-1]
    reach = [sum((abs(last[i, j]) for i in range(last.shape[0])), last.scalar(0)) for j in range(last.shape[1])]
    bound = sum(
        (square(reach[j] + abs(task.targets[j, i])) for j in range(last.shape[1]) for i in range(task.samples)), last.scalar(0)
    )
    losses = [task.loss(task.weights[0] * scale, *task.weights[1:]) for scale in (1, 10, 100, 1000)]
    return at_most(max(losses), bound / 2)


def square(value: Any) -> Any:
    return value * value


def flat_behind_zero_output(task: Learning) -> Decision:
    """With W_L = 0 the loss does not see the other weights, however large."""
    losses = [task.loss(*(weight * scale for weight in task.weights[:-1]), task.weights[-1] * 0) for scale in (0, 1, 1000)]
    return exactly(losses[0] == losses[1] == losses[2])


def flat_behind_output(task: Learning) -> Decision:
    losses = [task.loss(*(weight * scale for weight in task.weights[:-1]), task.weights[-1]) for scale in (1, 1000)]
    return equal(*losses)


def bounded_by_start(task: Learning) -> Decision:
    """Far out the loss is no larger than at W."""
    return at_most(task.loss(task.weights[0] * 1000, *task.weights[1:]), task.loss_here)


def never_least(task: Learning) -> Decision:
    """The loss is positive here, and smaller at w = n, v = 1 for some n > 1 / J, where it is below 1 / n^2."""
    here = task.loss_here
    if not here > 0:
        return exactly(False, "the loss is zero here")
    q = type(task.inputs)
    n = 1 + int(1 / here)
    there = task.loss(q.of([[n]]), q.of([[1]]))
    return exactly(bool(there < here) and bool(there * n * n < 1))


def never_less_than_at_four(task: Learning) -> Decision:
    q = type(task.inputs)
    return at_most(task.loss(q.of([[4]]), q.of([[1]])), task.loss_here)


S4_02 = Claim(
    "S4-02",
    "The total loss is not coercive, and global minima need not be attained",
    EXACT_LEARNING.at("@6610"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"|\sigma|\le1\ \Rightarrow\ \mathcal J(sW_1,W_2,\dots,W_L)\le\tfrac12\sum_i\bigl(|W_L|^T\mathbf 1+|y_i|\bigr)^2\quad\text{for all }s",
            bounded_far_out,
            "deep_learnings",
            words="With squashing units (softsign) the loss stays bounded while the first weights explode.",
            reading="coercive",
            assumptions=(several_layers, squashing_units),
            strata=("width one", "zero weights", "deeper than two"),
            probes=(
                without("h1", "with identity or cubic units"),
                control("it stays below its value at W", bounded_by_start),
            ),
        ),
        Statement(
            r"\inf_{v,w}\tfrac12\sum_{x\in\{1,2\}}\bigl(v\,\sigma(wx)-1\bigr)^2=0\text{ is not attained}",
            never_least,
            "unattainable_tasks",
            words="Existence is not guaranteed: one softsign unit, samples 1 and 2, both targets 1. At every weight the loss is positive and smaller elsewhere.",
            reading="attained",
            strata=("zero output weights",),
            probes=(control("w = 4, v = 1 is best", never_less_than_at_four),),
        ),
    ),
    sharp=Statement(
        r"\mathcal J(W_1,\dots,W_{L-1},0)=\mathcal J(0)",
        flat_behind_zero_output,
        "deep_learnings",
        words="Squashing is not what matters: with several layers the loss is constant on the subspace W_L = 0, for every activation.",
        strata=("width one", "deeper than two"),
        probes=(control("for every W_L", flat_behind_output),),
    ),
)

# S4-03: linear and ReLU networks ----------------------------------------------------------------------------------------


def no_suboptimal_plateau(task: Learning) -> Decision:
    """With rectifiers that are all strictly off, the loss is constant nearby; it is a local minimum, and suboptimal if it can be fitted.

    The weights w = 1, W_L = Y of one unit per layer fit a single positive sample.
    """
    off = all(t < 0 for z in task.run.activities[1] for t in z.entries())
    q = type(task.inputs)
    better = (*(q.of([[1]]) for _ in task.weights[:-1]), task.targets / task.inputs.entry(0, 0))
    return exactly(
        not (off and task.loss(*better) < task.loss_here),
        "all rectifiers are off, so the loss is constant nearby, and it is lower elsewhere",
    )


def dead_unit(q: Any) -> Learning:
    """One rectifier with w = -1 on the sample 1 with the target 1."""
    one = q.of([[1]])
    return Learning((-one, one), one, one, "relu", q.scalar(0), False, "squared")


def best_loss(task: Learning) -> Any:
    """With X = I and diagonal Y: half the squares of the diagonal entries that do not fit through the hidden layer."""
    squares = sorted((square(task.targets[i, i]) for i in range(task.samples)), reverse=True)
    return sum(squares[task.widths[1] :], task.inputs.scalar(0)) / 2


def critical_is_global(task: Learning) -> Decision:
    return equal(task.loss_here, best_loss(task))


def global_points_fit(task: Learning) -> Decision:
    return exactly(task.fitted or not critical_is_global(task).holds)


def escapes_unless_global(task: Learning) -> Decision:
    """The weights are critical, and either the loss is the best one or the Hessian has a negative eigenvalue."""
    critical = (task.run.P @ task.epsilon).is_zero()
    negative = inertia(hessian(task.run, task.residuals, task.error_function)).negative
    return exactly(bool(critical) and (critical_is_global(task).holds or negative > 0))


S4_03 = Claim(
    "S4-03",
    "Deep linear and deep ReLU networks are said to be free of suboptimal local minima",
    EXACT_LEARNING.at("@2467"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\nabla\mathcal J(\mathbf W)=0,\ \mathcal J(\mathbf W)\gt\min\mathcal J\ \Rightarrow\ \mathsf H(\mathbf W)\text{ has a negative eigenvalue}\quad(\sigma(t)=t,\ L=2)",
            escapes_unless_global,
            "linear_critical_points",
            words="Identity units: at critical points of two layers, for white inputs and diagonal targets.",
            reading="A",
            strata=("zero weights", "width one", "exact fit"),
            probes=(
                control("every critical point is global", critical_is_global),
                control("a global minimum is an exact fit", global_points_fit),
            ),
        ),
        Statement(
            r"\mathbf W\text{ local minimum of a ReLU network}\ \Rightarrow\ \mathcal J(\mathbf W)=\min\mathcal J",
            no_suboptimal_plateau,
            only("one rectifier that is off on its only sample", dead_unit),
            words="Rectifiers: the sentence cites work on averaged models. As it stands, a rectifier that is off on all samples refutes it.",
            reading="B",
        ),
    ),
    remark=(
        "With identity units the sentence is a theorem for every depth (Kawaguchi 2016 and later proofs); its hypotheses are examined where document 003 states it. "
        "With rectifiers it fails in the simplest case: $w=-1$ on the sample $1$ gives the output $0$ for all weights nearby."
    ),
)

# S4-04: linearly independent samples ------------------------------------------------------------------------------------


def samples_are_dependent(samples: SampleSet) -> Decision:
    return less(samples.inputs.rank(), samples.samples)


def samples_span_a_line(samples: SampleSet) -> Decision:
    return less(samples.inputs.rank(), 2)


def xor_samples(q: Any, low: int = 0, free: bool = False) -> SampleSet:
    """The four XOR inputs, coded low and 1."""
    bits = [(a, b) for a in (low, 1) for b in (low, 1)]
    return SampleSet(q.build(2, 4, lambda i, j: bits[j][i]), "sigmoid", q.scalar(0), free)


XOR_SAMPLES = only("the XOR inputs, coded 0 and 1 and coded -1 and 1", xor_samples, lambda q: xor_samples(q, -1))

S4_04 = Claim(
    "S4-04",
    "The XOR samples are not linearly independent",
    EXACT_LEARNING.at("@2700"),
    Kind.NUMERIC,
    Weight.DETAIL,
    printed=Statement(
        r"\operatorname{rank}X_{XOR}<4",
        samples_are_dependent,
        XOR_SAMPLES,
        words="Four samples in two dimensions, in either coding.",
        strata=("opposite samples",),
        probes=(control("they lie on a line", samples_span_a_line),),
    ),
)

# S4-05: exact learning is possible --------------------------------------------------------------------------------------


def every_target_can_be_fitted(samples: SampleSet) -> Decision:
    """T hidden units whose outputs at the T samples are independent; impossible where a relation binds them whatever the weights."""
    units = Units(samples.activation, samples.bias, samples.free)
    row = tied(samples.inputs, samples.activation) if samples.bias == 0 and not samples.free else None
    if row is not None:
        tests = [samples.inputs[:, [i]] for i in range(samples.samples)]
        bound = all(ties(row, first, samples.inputs, units) for first in tests)
        return exactly(not bound, "whatever the weights, the outputs at opposite samples are tied by a linear relation")
    width = samples.samples
    first = independent_layer(samples.inputs, units, width)
    return exactly(True) if first is not None else undecided("no independent outputs were found")


def every_first_layer_will_do(samples: SampleSet) -> Decision:
    """Zero first-layer weights give independent outputs too."""
    return exactly(samples.samples == 1, "equal hidden units have equal outputs")


@assumption("bias", "the fixed bias is not zero")
def nonzero_bias(samples: SampleSet) -> Decision:
    return exactly(bool(samples.bias != 0))


def fitted_unless_opposite(samples: SampleSet) -> Decision:
    return equivalent(every_target_can_be_fitted(samples), exactly(not samples.obstructed))


def fitted_always(samples: SampleSet) -> Decision:
    return every_target_can_be_fitted(samples)


FIT_WITH_FIXED_BIAS = Statement(
    r"\forall Y\ \exists\,\mathbf W\colon\ W_2^T\sigma(W_1^TX-b)=Y",
    every_target_can_be_fitted,
    "sample_sets",
    words="With the section's fixed scalar bias b, for every number of hidden units: refuted for b = 0, where the outputs at x and -x are tied.",
    reading="A",
)
FIT_WITH_FREE_BIASES = Statement(
    r"\forall Y\ \exists\,W_1,\beta,W_2\colon\ W_2^T\sigma(W_1^TX+\beta\mathbf 1^T)=Y",
    every_target_can_be_fitted,
    "free_sample_sets",
    words="With free biases T hidden units are enough.",
    reading="B",
    strata=("one sample", "two opposite pairs", "sigmoid", "tanh"),
    probes=(control("with any first layer", every_first_layer_will_do),),
)
FIT_WITH_NONZERO_BIAS = Statement(
    r"b\in\mathbb Q\setminus\{0\}\ \Rightarrow\ \forall Y\ \exists\,\mathbf W\colon\ W_2^T\sigma(W_1^TX-b)=Y",
    every_target_can_be_fitted,
    "sample_sets",
    words="A fixed bias that is not zero is enough: for a rational one every Taylor coefficient of the activation at -b differs from zero, and no relation can hold for all weights.",
    reading="bias",
    assumptions=(nonzero_bias,),
    strata=("one sample", "two opposite pairs", "sigmoid", "tanh"),
    probes=(
        without("bias", "with the bias zero"),
        control("with any first layer", every_first_layer_will_do),
    ),
)
FIT_UNLESS_TIED = Statement(
    r"b=0\colon\quad\text{every }Y\text{ can be fitted}\iff\text{no pair }\{x,-x\}\text{ (tanh); at most one such pair (sigmoid)}",
    fitted_unless_opposite,
    "sample_sets",
    words="Without a bias exactly the opposite samples are in the way; the zero sample is a pair with itself.",
    reading="iff",
    strata=("zero bias", "two opposite pairs", "sigmoid", "tanh"),
    probes=(control("nothing is in the way", fitted_always),),
)

S4_05 = Claim(
    "S4-05",
    "One hidden layer with enough sigmoid or tanh units learns finitely many samples exactly",
    EXACT_LEARNING.at("@6873-7330"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(FIT_WITH_FIXED_BIAS, FIT_WITH_FREE_BIASES),
    amended=FIT_WITH_NONZERO_BIAS,
    sharp=FIT_UNLESS_TIED,
    remark=(
        "With the bias fixed at $0$, tanh networks are odd functions, and a sum $F(x)+F(-x)$ of a sigmoid network is the same for all $x$. So XOR coded by $\\pm1$ "
        "cannot be learned by such a sigmoid network of any width: $F(1,1)+F(-1,-1)=0$ and $F(1,-1)+F(-1,1)=2$ are asked for."
    ),
)

# S4-06: a global minimiser ----------------------------------------------------------------------------------------------


@assumption("h1", "the weights fit all samples exactly")
def fits(task: Learning) -> Decision:
    return exactly(task.fitted)


@assumption("h2", "the error is least exactly at the desired output")
def least_at_the_target(task: Learning) -> Decision:
    return exactly(task.error != "shifted")


def no_term_can_be_smaller(task: Learning) -> Decision:
    """Each sample's error at F = Y against its error at other outputs: those at W = 0, at -W and 1 above Y."""
    error, q = task.error_function, type(task.inputs)
    others = [task.at(*(weight * turn for weight in task.weights)).residuals for turn in (0, -1)]
    others.append(q.build(*task.targets.shape, lambda i, j: 1))
    here = task.residuals.entries()
    pairs = [(r, other) for matrix in others for r, other in zip(here, matrix.entries(), strict=True)]
    return every(exactly(bool(height(error.name, r) <= height(error.name, other))) for r, other in pairs)


def height(error: str, r: Any) -> Any:
    """An increasing function of the error at a residual, rational for all of them."""
    return square(r - 1) if error == "shifted" else r * r


def minimiser_is_unique(task: Learning) -> Decision:
    """No other weights give the same outputs: those with the signs of the first two layers turned do, for odd units."""
    first, second, *rest = task.weights
    twin = task.at(-first, -second, *rest)
    same = twin.run.outputs == task.run.outputs and twin.weights != task.weights
    return exactly(not same, "turning the signs of the first two layers leaves all outputs as they are")


def turned_signs_change_nothing(factor: int):
    def property(task: Learning) -> Decision:
        first, second, *rest = task.weights
        return equal(task.at(-first, second * factor, *rest).run.outputs, task.run.outputs)

    return property


S4_06 = Claim(
    "S4-06",
    "An exact fit is a global minimiser; the optimum is unique only up to symmetries",
    EXACT_LEARNING.at("@7400-7900"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"F(\mathbf W^\ast,x_i)=g^\ast(x_i)\ \forall i\ \Rightarrow\ \mathcal J(\mathbf W^\ast)\le\mathcal J(\mathbf W)",
            no_term_can_be_smaller,
            "exact_fits",
            words="Under Principle 1, read so that the error is least at the desired output.",
            reading="A",
            assumptions=(least_at_the_target, fits),
            strata=("one sample", "repeated samples", "width one", "Cauchy", "squared"),
            probes=(
                without("h1", "at weights that do not fit", over="learnings"),
                without(
                    "h2",
                    "with an error function that satisfies Principle 1 as printed, but is least elsewhere",
                    over="shifted_fits",
                ),
                control("it is the only one", minimiser_is_unique, over="odd_fits"),
            ),
        ),
        Statement(
            r"\mathcal J(\mathbf W)=\mathcal J(\mathbf W^\ast)\ \Rightarrow\ \mathbf W=\mathbf W^\ast",
            minimiser_is_unique,
            "odd_fits",
            words="The words 'attainability and uniqueness' read as a promise that the error function can make the optimum unique.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"F(-W_1,-W_2,W_3,\dots)=F(W_1,W_2,W_3,\dots)\quad(\sigma\text{ odd})",
        turned_signs_change_nothing(-1),
        "odd_fits",
        words="Whatever the error function, turning the signs of the first two layers leaves the outputs as they are, so the weights of an exact fit are not unique.",
        strata=("width one", "one sample"),
        probes=(control("turning the first layer alone changes nothing", turned_signs_change_nothing(1)),),
    ),
)

# S4-07, S4-08: error functions ------------------------------------------------------------------------------------------


@assumption("h1", "the loss is one of those named")
def named_loss(at: Residual) -> Decision:
    return exactly(error_function(at.error).named)


def series_of_error(at: Residual, enclosing: Any) -> Any:
    """The error around the residual as a power series: its derivatives by definition."""
    error, line = error_function(at.error), Jet((enclosing.of(at.residual), enclosing.of(at.residual * 0 + 1)))
    return error.value(line, enclosing.elementary)


def stationary_only_at_minimum(at: Residual) -> Decision:
    """E'(r) has the sign of r: it vanishes at r = 0 alone, where E is least."""
    wanted = 1 if at.residual > 0 else -1 if at.residual < 0 else 0
    found = decided(arithmetic_of(at.residual), lambda enclosing: certain_sign(series_of_error(at, enclosing).coefficient(1)))
    return certainly(found == wanted, found is not None and found != wanted)


def slope_grows(at: Residual) -> Decision:
    """|E'(2r)| >= |E'(r)|."""

    def question(enclosing: Any) -> int:
        slopes = [series_of_error(Residual(at.error, at.residual * k), enclosing).coefficient(1) for k in (1, 2)]
        return certain_sign(slopes[1] * slopes[1] - slopes[0] * slopes[0])

    found = decided(arithmetic_of(at.residual), question)
    return certainly(found is not None and found >= 0, found == -1)


def curved_at_minimum(at: Residual) -> Decision:
    """E''(0) > 0."""
    found = decided(
        arithmetic_of(at.residual),
        lambda enclosing: certain_sign(series_of_error(Residual(at.error, at.residual * 0), enclosing).coefficient(2)),
    )
    return certainly(found == 1, found in (0, -1))


def curved_everywhere(at: Residual) -> Decision:
    """E''(r) > 0."""
    found = decided(arithmetic_of(at.residual), lambda enclosing: certain_sign(series_of_error(at, enclosing).coefficient(2)))
    return certainly(found == 1, found in (0, -1))


ALL_LOSSES = ("squared", "Cauchy", "Blake-Zisserman", "smooth l1", "smooth l4")

S4_07 = Claim(
    "S4-07",
    "Squared, smoothed l_p, Blake-Zisserman and Cauchy loss satisfy Principle 1",
    EXACT_LEARNING.at("@7570-7820"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\nabla_E(\phi)=0\ \Rightarrow\ E(\phi,y)=\min E(\cdot,y)",
        stationary_only_at_minimum,
        "residuals",
        words="The slope has the sign of the residual (decided from the definition of each loss, with p = 1 and 4, and with 1/10 as the constant of Blake and Zisserman).",
        assumptions=(named_loss,),
        strata=(*ALL_LOSSES, "no residual"),
        probes=(
            without("h1", "for a double well"),
            control("the slope grows with the residual", slope_grows),
        ),
    ),
)

S4_08 = Claim(
    "S4-08",
    "Their Hessians at the minimum are not degenerate (Principle 6)",
    EXACT_LEARNING.at("@12420-12560"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"H_E\succ0\quad\text{at }\phi=y",
        curved_at_minimum,
        "residuals",
        words="All losses named with Principle 1 are Morse at their minima; the fourth power without the smoothing, which satisfies Principle 1 as well, is not.",
        assumptions=(named_loss,),
        strata=ALL_LOSSES,
        probes=(
            without("h1", "for the plain fourth power"),
            control("they are curved upwards everywhere", curved_everywhere),
        ),
    ),
)

SETTING = (S4_01, S4_02, S4_03, S4_04, S4_05, S4_06, S4_07, S4_08)
