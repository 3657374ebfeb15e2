"""Document 004, one hidden layer with as many units as samples: exact fits, and local minima that remain."""

from __future__ import annotations

from typing import Any

from claims.decide import certainly, equal, exactly, undecided
from claims.documents.exact_learning.gradient import every_error_is_least, output_is_zero, principle_1, solves_the_system
from claims.documents.exact_learning.setting import (
    FIT_UNLESS_TIED,
    FIT_WITH_FIXED_BIAS,
    FIT_WITH_FREE_BIASES,
    FIT_WITH_NONZERO_BIAS,
)
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Duplicated, Learning, SampleSet
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.feedforward import Units
from numerics.interpolation import independent_layer
from numerics.local_minima import has_one_stable_nearby, is_stationary_and_stable

# Local minima with equal units -------------------------------------------------------------------------------------------

EQUAL_UNITS = "equal copies of a unit that cannot fit alone form a local minimum with a positive loss, and as many different units fit exactly"


def copies_can_do_better(found: Duplicated) -> bool:
    """As many units, not all equal, fit all samples exactly: their outputs at the samples can be made independent."""
    base = found.base
    return independent_layer(base.inputs, base.units, found.copies) is not None


def no_local_minimum_with_equal_units(found: Duplicated) -> Decision:
    """Refuted by a local minimum whose loss is positive although the network can fit exactly (see numerics.local_minima)."""
    base = found.base
    if found.radius == 0:
        stable = is_stationary_and_stable(base.run, base.residuals)
        suboptimal = bool(base.loss_here > 0) and copies_can_do_better(found)
        return exactly(not (stable and suboptimal), EQUAL_UNITS)
    nearby = has_one_stable_nearby(base.run, base.targets, found.radius)
    return certainly(nearby is False, bool(nearby) and copies_can_do_better(found), EQUAL_UNITS)


def three_softsign_units(q: Any) -> Duplicated:
    """z = 2x - 1 on the samples -1, 0, 2, output weight 1, and targets for which that is stationary."""
    base = Learning(
        (q.of([[2]]), q.of([[1]])), q.of([[-1, 0, 2]]), q.of([["5/4", -2, "7/4"]]), "softsign", q.scalar(1), False, "squared"
    )
    return Duplicated(base, 3, q.scalar(0))


def three_squashing_units(activation: str, targets: list[str], w: int, v: int):
    """z = w x - 1/2 on the samples -1, 0, 2; weights w and v in units of 2^-24, within 2^-16 of a stationary point."""

    def build(q: Any) -> Duplicated:
        scale = q.scalar("1/16777216")
        weights = (q.of([[scale * w]]), q.of([[scale * v]]))
        base = Learning(weights, q.of([[-1, 0, 2]]), q.of([targets]), activation, q.scalar("1/2"), False, "squared")
        return Duplicated(base, 3, q.scalar("1/65536"))

    return build


def free_softsign_units(copies: int):
    """z = x + 1/2 on six samples with dummy units, output weight 1 and bias 0, and targets for which that is stationary."""

    def build(q: Any) -> Duplicated:
        samples = [-5, -4, -3, -1, 2, 3]
        misses = ["-36179/729", 87, "-139993/3645", 1, "3773/3645", -1]
        weights = (q.of([[1], ["1/2"]]), q.of([[1], [0]]))
        task = Learning(weights, q.of([samples]), q.zeros(1, 6), "softsign", q.scalar(0), True, "squared")
        base = Learning(weights, task.inputs, task.run.outputs - q.of([misses]), "softsign", q.scalar(0), True, "squared")
        return Duplicated(base, copies, q.scalar(0))

    return build


TANH_UNITS = three_squashing_units("tanh", ["1/8", "-3/2", "11/8"], 16351650, 16645067)
SIGMOID_UNITS = three_squashing_units("sigmoid", ["7/8", "-5/8", "9/8"], 15136927, 17227556)


@assumption("two layers", "there is one hidden layer")
def two_layers(task: Learning) -> Decision:
    return exactly(len(task.weights) == 2)


@assumption("independent", "the hidden outputs at the samples are independent")
def independent_hidden_outputs(task: Learning) -> Decision:
    return exactly(task.run.activities[0][-2].rank() == task.samples)


# S4-24 --------------------------------------------------------------------------------------------------------------------

S4_24 = Claim(
    "S4-24",
    "T hidden units learn T samples exactly, without suboptimal local minima",
    EXACT_LEARNING.at("@12746-12960"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(
        FIT_WITH_FIXED_BIAS,
        FIT_WITH_FREE_BIASES,
        Statement(
            r"n_1=T\ \Rightarrow\ \text{every local minimum of }\mathcal J\text{ is global}\quad(\text{tanh, sigmoid})",
            no_local_minimum_with_equal_units,
            only("three tanh and three sigmoid units on three samples, bias 1/2", TANH_UNITS, SIGMOID_UNITS),
            words="The training, said to be exempt: three equal units on the samples -1, 0, 2, with a fixed bias for which every target can be fitted.",
            reading="C",
        ),
        Statement(
            r"n_1=T\ \Rightarrow\ \text{every local minimum of }\mathcal J\text{ is global}\quad(\text{softsign})",
            no_local_minimum_with_equal_units,
            only("three softsign units on three samples, bias 1", three_softsign_units),
            words="The same with softsign units, where the stationary point is rational.",
            reading="D",
        ),
        Statement(
            r"n_1=T\ \Rightarrow\ \text{every local minimum of }\mathcal J\text{ is global}\quad(\text{dummy units})",
            no_local_minimum_with_equal_units,
            only("six softsign units with free biases on six samples", free_softsign_units(6)),
            words="The same with dummy units in both layers.",
            reading="E",
        ),
    ),
    amended=(
        FIT_WITH_NONZERO_BIAS,
        Statement(
            r"\operatorname{rank}\tilde\Phi_1=T,\ \nabla\mathcal J(\mathbf W)=0\ \Rightarrow\ \mathcal J(\mathbf W)=\min\mathcal J",
            every_error_is_least,
            "stationary_learnings",
            words="Of the second half, what holds is that a critical point is global if the hidden outputs are independent there.",
            reading="critical",
            assumptions=(two_layers, solves_the_system, principle_1, independent_hidden_outputs),
            strata=("one sample", "dummy units", "fixed bias"),
            probes=(
                without("independent", "where the hidden outputs are dependent"),
                without("h2", "for a double well"),
                control("the outputs vanish", output_is_zero),
            ),
            derivation="exact_learning.theorem_1",
        ),
    ),
    sharp=FIT_UNLESS_TIED,
    remark=(
        "The first half holds with free biases, or with a fixed bias other than $0$. The second half does not: let one unit have a stable stationary point that does not fit, "
        "and let equal copies share its output weight. If $v\\sum_i\\varepsilon_i\\sigma''(z_i)x_ix_i^T$ is positive definite, letting the copies differ only raises the loss. "
        "Where $\\Phi_1$ is invertible a critical point is global, but equal units make it singular."
    ),
)

# S4-25 --------------------------------------------------------------------------------------------------------------------


def every_layer_is_invertible(samples: SampleSet) -> Decision:
    return exactly(samples.samples == 1, "equal hidden units have equal outputs")


@assumption("invertible", "Phi_1 is invertible")
def invertible_hidden_outputs(task: Learning) -> Decision:
    return exactly(task.run.activities[0][1].rank() == task.samples)


def inverse_fits(transposed: bool):
    """W_2 = Phi_1^-T Y' (or Phi_1^-1 Y') fits exactly."""

    def property(task: Learning) -> Decision:
        phi = task.run.activities[0][1]
        if phi.rank() < task.samples:
            return exactly(False, "dependent hidden outputs fit some targets only")
        found = (phi.T if transposed else phi).solve(task.targets.T)
        return equal(task.at(task.weights[0], found).run.outputs, task.targets)

    return property


S4_25 = Claim(
    "S4-25",
    "The proof: an invertible matrix of hidden outputs, and output weights for every pair",
    EXACT_LEARNING.at("@13396, @18849-19260"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\Phi_1=\sigma(W_1^TX-b)\text{ invertible for every }W_1",
            every_layer_is_invertible,
            "sample_sets",
            words="'Every pair', read as every first layer.",
            reading="every",
        ),
        FIT_WITH_FIXED_BIAS,
        FIT_WITH_FREE_BIASES,
        Statement(
            r"\det\Phi_1\ne0\ \Rightarrow\ W_2=\Phi_1^{-T}Y^T\text{ gives }W_2^T\Phi_1=Y",
            inverse_fits(True),
            "square_hidden_layers",
            words="'Every pair', read as every first layer with invertible outputs.",
            reading="pair",
            assumptions=(invertible_hidden_outputs,),
            strata=("one sample", "fixed bias"),
            probes=(
                without("invertible", "with dependent hidden outputs"),
                control("with the inverse that is not transposed", inverse_fits(False)),
            ),
            derivation="exact_learning.exact_interpolation",
        ),
    ),
    amended=FIT_WITH_NONZERO_BIAS,
    sharp=FIT_UNLESS_TIED,
    remark="For free biases, and for a fixed rational bias other than $0$, almost every first layer will do; for the bias $0$ none does with the samples $x$, $-x$ and tanh units, or with two such pairs and sigmoid units.",
)

# S4-26 --------------------------------------------------------------------------------------------------------------------


def fewer_units_are_enough(fewer: int):
    """So many hidden units less than samples, and a dummy unit: the rows of phi_1 and the row of ones."""

    def property(samples: SampleSet) -> Decision:
        units, width = Units(samples.activation, samples.bias, True), samples.samples - fewer
        if samples.samples == 1:
            return exactly(True)
        if width + 1 < samples.samples:
            return exactly(False, "the rows are fewer than the samples")
        found = independent_layer(samples.inputs, units, width)
        return exactly(True) if found is not None else undecided("no independent outputs were found")

    return property


def constants_are_enough(samples: SampleSet) -> Decision:
    """The dummy unit alone."""
    return exactly(samples.samples == 1, "one constant does not fit two samples with different targets")


S4_26 = Claim(
    "S4-26",
    "With dummy units T - 1 hidden units are said to be enough",
    EXACT_LEARNING.at("@13133-13330"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"n_1=T-1\ \Rightarrow\ \text{every local minimum of }\mathcal J\text{ is global}",
        no_local_minimum_with_equal_units,
        only("five softsign units with free biases on six samples", free_softsign_units(5)),
        words="The cited statement, which the document calls false. It is: five equal softsign units on six samples.",
    ),
    amended=Statement(
        r"\forall Y\ \exists\,\mathbf W\colon\ F(\mathbf W,X)=Y\qquad(n_1=T-1,\text{ dummy units})",
        fewer_units_are_enough(1),
        "free_sample_sets",
        words="What remains of it is that T - 1 units and a dummy unit can fit every target.",
        strata=("one sample", "two opposite pairs", "sigmoid", "tanh"),
        probes=(
            control("the dummy unit alone is enough", constants_are_enough),
            control("T - 2 units and a dummy unit are enough", fewer_units_are_enough(2)),
        ),
    ),
    remark=(
        "The document says that a counterexample on XOR refutes the cited statement. With the identity as output activation, as everywhere in this document, XOR is no "
        "counterexample for tanh and sigmoid units (S4-31); other samples are."
    ),
)

HIDDEN_LAYER = (S4_24, S4_25, S4_26)
