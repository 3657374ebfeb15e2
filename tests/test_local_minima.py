"""Equal copies of one hidden unit that form a local minimum, and no lower loss near them."""

from fractions import Fraction

import numpy as np
import pytest

from claims.documents.exact_learning.hidden_layer import (
    SIGMOID_UNITS,
    TANH_UNITS,
    free_softsign_units,
    no_local_minimum_with_equal_units,
    three_softsign_units,
)
from numerics.activations import RATIONAL, activation
from numerics.feedforward import Pass, Units
from numerics.fractional import FractionMatrix
from numerics.jets import Jet
from numerics.local_minima import curvature_of_deviations, has_one_stable_nearby, is_stationary_and_stable
from numerics.rational import RationalMatrix, fraction

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])

LOCAL_MINIMA = {
    "three softsign units": three_softsign_units,
    "three tanh units": TANH_UNITS,
    "three sigmoid units": SIGMOID_UNITS,
    "six free softsign units": free_softsign_units(6),
    "five free softsign units": free_softsign_units(5),
}


@BOTH
@pytest.mark.parametrize("name", LOCAL_MINIMA)
def test_equal_units_form_a_suboptimal_local_minimum(q, name):
    assert no_local_minimum_with_equal_units(LOCAL_MINIMA[name](q)).fails


def loss_of_copies(found, deviations):
    """The loss of the copies with their own weights, in floating point."""
    base = found.base
    inputs, targets = base.inputs.to_floats(), base.targets.to_floats()
    sigma = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softsign": lambda z: z / (1 + np.abs(z))}
    bias = float(fraction(base.bias))
    first, last = (weight.to_floats() for weight in base.weights)
    rows, copies = first.shape[0], found.copies
    if base.dummy:
        inputs = np.vstack([inputs, np.ones(inputs.shape[1])])
    first = np.repeat(first, copies, axis=1) + deviations[:rows]
    outputs = np.repeat(last[:1] / copies, copies, axis=0) + deviations[rows : rows + 1].T
    values = outputs.T @ sigma[base.activation](first.T @ inputs - bias)
    if base.dummy:
        values = values + last[1] + deviations[-1, 0]
    return float(((values - targets) ** 2).sum() / 2)


@pytest.mark.parametrize("name", LOCAL_MINIMA)
def test_no_lower_loss_is_found_near_equal_units(name):
    found = LOCAL_MINIMA[name](RationalMatrix)
    rows = found.base.weights[0].shape[0]
    rng = np.random.default_rng(1)
    here = loss_of_copies(found, np.zeros((rows + 2, found.copies)))
    for scale in (1e-2, 1e-3):
        losses = [loss_of_copies(found, scale * rng.standard_normal((rows + 2, found.copies))) for _ in range(500)]
        assert min(losses) > here - 1e-9
    assert here > 0.1


def test_other_targets_are_no_local_minimum():
    found = three_softsign_units(RationalMatrix)
    turned = found.base.run.outputs * 2 - found.base.targets
    assert not is_stationary_and_stable(found.base.run, found.base.run.outputs - turned)
    assert not is_stationary_and_stable(found.base.run, found.base.residuals * 2 + RationalMatrix.of([[1, 0, 0]]))


def test_a_box_without_a_stable_point_is_refused():
    found = TANH_UNITS(RationalMatrix)
    q = RationalMatrix
    assert has_one_stable_nearby(found.base.run, found.base.targets + q.of([["1/8", 0, 0]]), found.radius) is None


SOFTSIGN = activation("softsign")


def test_the_curvature_of_deviations_is_that_of_the_loss():
    """Two copies that share the output weight v move by t d and -t d: the outputs change by v sigma'' (d'x)^2 t^2 / 2 each."""
    q = RationalMatrix
    v, miss, d = q.scalar("-3/2"), q.of([["1/3", -2, "5/4"]]), q.of([[2], ["-1/3"]])
    run = Pass((q.of([[1], ["1/2"]]), q.of([[v]])), q.of([[1, 2, -1], [3, -1, "1/2"]]), Units("softsign", q.scalar("1/5"), False))
    exact = q.scalar(0)
    for i, z in enumerate(run.activities[1][0].entries()):
        turn = (d.T @ run.inputs)[0, i]
        outputs = (SOFTSIGN.value(Jet((z, turn)), RATIONAL) + SOFTSIGN.value(Jet((z, -turn)), RATIONAL)) * (v / 2)
        assert outputs.coefficient(1) == 0
        exact += 2 * miss[0, i] * outputs.coefficient(2)
    assert (d.T @ curvature_of_deviations(run, miss) @ d)[0, 0] == exact != 0


def test_stability_needs_a_stationary_point_away_from_kinks_with_positive_curvature():
    found = three_softsign_units(RationalMatrix).base
    run, residuals = found.run, found.residuals
    q = RationalMatrix
    assert is_stationary_and_stable(run, residuals)
    assert not is_stationary_and_stable(run, -residuals)
    assert not is_stationary_and_stable(run, residuals + q.of([[0, 0, "1/1000"]]))
    assert not is_stationary_and_stable(run, residuals * 0)
    beside = Pass(run.weights, q.of([[-1, 0, 2, 1]]), run.units)
    at_a_kink = Pass(run.weights, q.of([[-1, 0, 2, "1/2"]]), run.units)
    assert is_stationary_and_stable(beside, q.of([[*residuals.entries(), 0]]))
    assert not is_stationary_and_stable(at_a_kink, q.of([[*residuals.entries(), 0]]))


@BOTH
def test_a_stable_point_lies_in_the_box_and_in_smaller_ones_not(q):
    """The same box about a point that is moved by twice its radius holds none."""
    found = TANH_UNITS(q)
    run, targets = found.base.run, found.base.targets
    assert has_one_stable_nearby(run, targets, found.radius)
    first, last = run.weights
    for moved in ((first + q.of([[found.radius * 2]]), last), (first, last - q.of([[found.radius * 2]]))):
        assert has_one_stable_nearby(Pass(moved, run.inputs, run.units), targets, found.radius) is None
    assert has_one_stable_nearby(run, targets, found.radius / 1024) is None


@pytest.mark.parametrize("build", [TANH_UNITS, SIGMOID_UNITS])
@pytest.mark.parametrize(("right", "up"), [(3, 0), (-3, 0), (0, 3), (0, -3), (3, 3), (-3, 3)])
def test_a_stable_point_is_found_anywhere_in_the_box(build, right, up):
    found, q = build(RationalMatrix).base, RationalMatrix
    radius, (first, last) = q.scalar("1/256"), found.weights
    run = Pass((first + q.of([[radius * right / 4]]), last + q.of([[radius * up / 4]])), found.inputs, found.run.units)
    assert has_one_stable_nearby(run, found.targets, radius)


@pytest.mark.parametrize("radius", ["1/32", "1/16", "1/4", 1, 4])
def test_a_box_may_be_too_large_for_a_proof(radius):
    found = TANH_UNITS(RationalMatrix).base
    assert has_one_stable_nearby(found.run, found.targets, RationalMatrix.scalar(radius)) is None


def test_copies_of_a_unit_with_the_other_curvature_are_not_stable():
    """With the residuals turned over the point remains stationary, and the curvature of the deviations is negative."""
    found, q = TANH_UNITS(RationalMatrix).base, RationalMatrix
    w, v = (float(fraction(weight[0, 0])) for weight in found.weights)
    outputs = v * np.tanh(w * found.inputs.to_floats() - 0.5)
    turned = q.of([[str(Fraction(y)) for y in (2 * outputs - found.targets.to_floats())[0]]])
    assert has_one_stable_nearby(found.run, turned, q.scalar("1/65536")) is False


@BOTH
def test_a_point_that_fits_is_no_suboptimal_minimum(q):
    found = TANH_UNITS(q).base
    w, v = found.weights
    units = Units("softsign", q.scalar("1/2"), False)
    run = Pass((w, v), found.inputs, units)
    assert not has_one_stable_nearby(run, run.outputs, q.scalar("1/65536"))
