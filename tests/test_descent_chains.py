"""Nearly balanced chains, descent with a fixed step, and the constants of the theorem on the step size."""

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from examples import everything

from claims.documents.landscape.constants import layers_within
from claims.documents.landscape.flow import FLOW, drift_stays_within
from claims.documents.landscape.step_size import STEP_SIZE, descends, keeps_the_initial_constant
from claims.families import family
from claims.instances import canonical, decode
from claims.instances.deep_linear import Data, DeepLinear
from claims.instances.descent_chains import (
    FixedStep,
    LayerStep,
    NearlyBalanced,
    QuadraticDescent,
    alternation,
    runaway,
    runs_away,
)
from claims.instances.nonlinear_units import CubicUnit, RectifierUnit
from claims.model import Statement
from claims.strategies.descent_chains import _similarity, four_squares
from numerics.certified_steps import least_excess
from numerics.fractional import FractionMatrix
from numerics.norms import spectral_squared
from numerics.rational import RationalMatrix, fraction
from numerics.stability import contracts

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])


@pytest.mark.parametrize("number", range(40))
def test_every_number_is_the_square_of_a_similarity(number):
    parts = four_squares(number)
    assert sum(part * part for part in parts) == number
    Q = _similarity(number)
    assert Q @ Q.T == Q.T @ Q == RationalMatrix.eye(Q.shape[0]) * number


@BOTH
@pytest.mark.parametrize(("depth", "first", "second"), [(2, 100, 101), (3, 10, 11), (4, "1/2", "2/3"), (2, 3, 1)])
def test_an_alternation_comes_back_after_two_steps(kind, depth, first, second):
    network, rate = alternation(kind, depth, first, second)
    start, middle, end = FixedStep(network, rate, kind.scalar(1), kind.scalar(0), False).iterates(2)
    assert start == end
    assert middle == (kind.of([[second]]),) * depth
    halved = FixedStep(network, rate * 2, kind.scalar(1), kind.scalar(0), True)
    assert halved.iterates(2) == [start, middle, end]


def test_the_alternation_of_the_report():
    network, rate = alternation(FractionMatrix, 2, 100, 101)
    assert network.data.targets == FractionMatrix.of([[10101]])
    assert rate == Fraction(1, 20200)


def test_nearby_weights_tend_to_the_alternation():
    """What the contraction over the rationals says, in floating point: a start beside it comes closer."""
    network, rate = alternation(RationalMatrix, 2, 100, 110)
    y, eta = float(fraction(network.data.targets[0, 0])), float(fraction(rate))
    w, v = 100.3, 99.8
    for _ in range(20000):
        miss = w * v - y
        w, v = w - 2 * eta * miss * v, v - 2 * eta * miss * w
    assert min(abs(w - 100) + abs(v - 100), abs(w - 110) + abs(v - 110)) < 1e-6


@BOTH
def test_weights_run_away(kind):
    network = runaway(kind, 1000, 1, "1/10")
    run = FixedStep(network, kind.scalar("1/100000"), kind.scalar(100), kind.scalar("1/2"), True)
    assert runs_away(run)
    small = FixedStep(network, kind.scalar("1/10000000"), kind.scalar(100), kind.scalar("1/2"), True)
    assert not runs_away(small)
    sizes = [abs(weights[1][0, 0]) for weights in run.iterates(6)][3:]
    assert all(2 * before < after for before, after in pairwise(sizes))


def test_only_the_form_that_the_argument_is_about_runs_away():
    network, rate = alternation(RationalMatrix, 2, 100, 101)
    assert not runs_away(FixedStep(network, rate, RationalMatrix.scalar(1), RationalMatrix.scalar(0), True))


REACHED = {
    "quadratic_descents": {
        "definite",
        "singular",
        "indefinite",
        "rate at the bound",
        "rate above the bound",
        "no critical point",
    },
    "layer_steps": {"balanced", "not balanced", "rate zero", "critical"},
    "product_slopes": {"two layers", "three layers or more", "critical"},
    "nearly_balanced": {"balanced", "not balanced", "product zero", "one layer", "three layers or more", "norms differ"},
    "source_steps": {
        "one layer",
        "two layers",
        "three layers or more",
        "balanced",
        "not balanced",
        "fitted",
        "critical",
        "one fitted layer of irrational norm",
    },
    "visited": {"still at the start", "reflected", "fitted at the start", "fitted, with an irrational norm", "zero targets"},
    "cubic_units": {"strictly increasing", "flat at one point", "at the edge", "spurious minimum"},
    "rectifier_units": {"two strict minima", "one strict minimum"},
    "wide_layers": {"as wide as samples", "wider than samples", "features of deficient rank"},
}


@pytest.mark.parametrize("name", sorted(REACHED))
def test_families_reach_their_named_cases(name):
    reached = {case for instance in everything(family(name).strategy, 300) for case in instance.cases()}
    assert reached >= REACHED[name]


def test_balanced_chains_are_balanced_and_their_steps_have_balanced_weights():
    assert all(chained.balanced for chained in everything(family("balanced_chains").strategy, 60))
    assert all(step.balanced for step in everything(family("balanced_steps").strategy, 60))


def test_delta_is_a_constant_of_nearly_balanced_chains_and_far_from_one_of_unbalanced_ones():
    assert all(chained.has_constant(chained.delta) for chained in everything(family("nearly_balanced").strategy, 100))
    assert not any(chained.has_constant(chained.delta) for chained in everything(family("unbalanced_chains").strategy, 60))


def test_a_constant_is_not_negative():
    assert not NearlyBalanced((RationalMatrix.eye(1),), RationalMatrix.scalar(-1)).has_constant(RationalMatrix.scalar(-1))


def test_rising_similarities_attain_the_norm_chain():
    weights = tuple(RationalMatrix.eye(4 // Q.shape[0]).kron(Q) for Q in (_similarity(k) for k in range(8)))
    chained = NearlyBalanced(weights, RationalMatrix.scalar(1))
    assert chained.has_constant(1)
    assert chained.product.is_zero()
    assert spectral_squared(weights[-1]) == (7, 7)


@BOTH
@pytest.mark.parametrize(
    ("slope", "label", "spurious"),
    [(1, 0, False), (1, 5, False), (0, 1, False), (-3, 3, True), (-3, 2, False), (-3, -3, True), (-3, 0, False)],
)
def test_spurious_minima_of_a_cubic_unit(kind, slope, label, spurious):
    unit = CubicUnit(kind.scalar(slope), kind.scalar(label))
    assert unit.has_spurious_minimum is spurious
    grid = np.linspace(-4, 4, 4001)
    losses = (grid**3 + slope * grid - label) ** 2
    inside = (losses[1:-1] < losses[:-2]) & (losses[1:-1] < losses[2:])
    assert bool(np.any(losses[1:-1][inside] > 0.5)) is spurious


def test_strict_minima_of_a_rectifier():
    unit = RectifierUnit(RationalMatrix.of([[1, -1]]), RationalMatrix.of([[1, "1/2"]]))
    assert [fraction(w) for w in unit.strict_minima] == [1, Fraction(-1, 2)]
    assert [fraction(unit.loss(w)) for w in unit.strict_minima] == [Fraction(1, 4), 1]


def one_unit_two_outputs(kind, rate, delta, alpha):
    """w_1 = 3, W_2 = (5, 0)' on x = 1 with the residual (3, 4)': both gradients have the norm 30, so the first step keeps the
    balance 25 - 9 = 16, and the second does not.
    """
    network = DeepLinear((kind.of([[3]]), kind.of([[5], [0]])), Data(kind.eye(1), kind.of([[12], [-4]])))
    return FixedStep(network, kind.scalar(rate), kind.scalar(delta), kind.scalar(alpha), False)


@BOTH
def test_the_second_step_is_looked_at(kind):
    run = one_unit_two_outputs(kind, "1/100", 16, 0)
    step = LayerStep(run.network, run.rate)
    assert drift_stays_within(0, steps=1)(step).holds
    assert drift_stays_within(0)(step).fails
    assert descends(2, steps=1)(run).holds
    assert descends(2)(run).fails
    assert keeps_the_initial_constant(one_unit_two_outputs(kind, "1/100", 32, "1/2")).fails


@BOTH
def test_layers_are_bounded_at_the_second_step_as_well(kind):
    """From w = 0 on x = y = 1 the rate -1/2 leads to -1 and to -3; M is 2."""
    one = kind.of([[1]])
    run = FixedStep(DeepLinear((one * 0,), Data(one, one)), kind.scalar("-1/2"), kind.scalar(1), kind.scalar(0), False)
    assert layers_within(least_excess, steps=1)(run).holds
    assert layers_within(least_excess)(run).fails


def test_a_quadratic_at_the_bound_alternates():
    descent = QuadraticDescent(RationalMatrix.diagonal([2, 1]), RationalMatrix.zeros(2, 1), RationalMatrix.scalar(1))
    assert "rate at the bound" in descent.cases()
    assert not contracts(descent.factor)


STATEMENTS = [(key, s) for claim in (*FLOW, *STEP_SIZE) for key, (_, s) in claim.sentences.items() if isinstance(s, Statement)]


@pytest.mark.parametrize(("key", "statement"), STATEMENTS, ids=[key for key, _ in STATEMENTS])
def test_both_arithmetics_decide_alike(key, statement):
    for instance in everything(family(statement.over).strategy, 12)[-4:]:
        second = decode(json.loads(canonical(instance.to_json())), FractionMatrix)
        assert [a.holds(second).outcome for a in statement.assumptions] == [
            a.holds(instance).outcome for a in statement.assumptions
        ]
        one, other = statement.property(instance), statement.property(second)
        assert (one.outcome, one.grade, one.because) == (other.outcome, other.grade, other.because)
