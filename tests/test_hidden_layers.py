"""One hidden layer: interpolation, relations between opposite samples, local minima with equal units, XOR."""

import numpy as np
import pytest
from scipy.optimize import minimize

from claims.documents.exact_learning.hidden_layer import (
    SIGMOID_UNITS,
    TANH_UNITS,
    free_softsign_units,
    no_local_minimum_with_equal_units,
    three_softsign_units,
)
from numerics.feedforward import Units
from numerics.fractional import FractionMatrix
from numerics.interpolation import certain_rank, hidden_outputs, independent_layer, separating, tied, ties
from numerics.local_minima import has_one_stable_nearby, is_stationary_and_stable
from numerics.rational import RationalMatrix, fraction
from numerics.xor_points import (
    CONSTANT,
    FIRST,
    SECOND,
    Unit,
    balanced,
    lower_values_nearby,
    one_constant_unit_is_stable,
    typical_points,
)

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
XOR = [[-1, -1, 1, 1], [-1, 1, -1, 1]]


@BOTH
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_samples_can_be_made_independent(q, name):
    for free, bias, columns in [(True, "0", XOR), (False, "1/2", XOR), (False, "0", [[1, 2, -3]])]:
        inputs = q.of(columns)
        units = Units(name, q.scalar(bias), free)
        first = independent_layer(inputs, units, inputs.shape[1])
        assert first is not None
        assert certain_rank(first, inputs, units) == inputs.shape[1]


@BOTH
def test_one_unit_less_is_enough_with_a_dummy_unit(q):
    inputs = q.of(XOR)
    first = independent_layer(inputs, Units("tanh", q.scalar(0), True), 3)
    assert first is not None
    assert first.shape == (3, 3)


@BOTH
def test_opposite_samples_are_tied(q):
    inputs = q.of(XOR)
    assert tied(inputs, "sigmoid") is not None
    assert tied(q.of([[1, 2]]), "tanh") is None
    assert tied(q.of([[1, -1]]), "sigmoid") is None
    assert tied(q.of([[0, 3]]), "tanh") == q.column([2, 0])
    for name in ("sigmoid", "tanh"):
        relation, units = tied(inputs, name), Units(name, q.scalar(0))
        assert all(ties(relation, q.of([[a], [b]]), inputs, units) for a, b in [(1, 2), (-3, 1), (0, 0)])
        assert not ties(q.column([1, 0, 0, 0]), q.of([[1], [2]]), inputs, units)


def test_ties_hold_in_floating_point():
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((2, 5))
    outputs = 1 / (1 + np.exp(-weights.T @ np.array(XOR)))
    relation = tied(RationalMatrix.of(XOR), "sigmoid").to_floats().ravel()
    assert np.abs(outputs @ relation).max() < 1e-14


def test_separating_rows_separate():
    inputs = RationalMatrix.of([[-2, 2, 0, 1], [1, 1, 0, -2]])
    values = [abs(value) for value in (separating(inputs) @ inputs).entries()]
    assert len({str(value) for value in values}) == 4
    with pytest.raises(ValueError, match="agree"):
        separating(RationalMatrix.of([[1, 1]]))


def test_hidden_outputs_have_their_dummy_row():
    found = hidden_outputs(RationalMatrix.of([[1], [2]]), RationalMatrix.of([[0, 1]]), Units("identity", 0, True))
    assert found == RationalMatrix.of([[2, 3], [1, 1]])


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


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softsign"])
@BOTH
def test_xor_has_lower_values_near_every_typical_critical_point(q, name):
    for count in (2, 3):
        points = typical_points(q, count)
        assert all(balanced(units) for units in points)
        assert all(lower_values_nearby(q, name, units) for units in points)


@BOTH
def test_one_unit_can_be_stable_on_xor(q):
    one = q.scalar(1)
    assert lower_values_nearby(q, "tanh", [Unit(CONSTANT, one * 0, one)]) is False
    assert one_constant_unit_is_stable(q, "tanh", Unit(CONSTANT, one * 0, one))
    assert one_constant_unit_is_stable(q, "tanh", Unit(CONSTANT, one * 2, one / 10)) is False


def loss_on_xor(parameters, count):
    """Half the squared error of a tanh network with inputs coded -1 and 1; parameters: (w_1, w_2, b, v) of each unit, and c."""
    u = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1], [1, 1, 1, 1]])
    units = parameters[:-1].reshape(count, 4)
    outputs = units[:, 3] @ np.tanh(units[:, :3] @ u) + parameters[-1]
    return ((outputs - np.array([0, 1, 1, 0])) ** 2).sum() / 2


@pytest.mark.parametrize("count", [2, 3])
def test_lower_losses_are_found_near_xor_points_in_floating_point(count):
    rng = np.random.default_rng(2)
    for units in typical_points(RationalMatrix, count)[::5]:
        rows, constant = [], 0.5
        for unit in units:
            place, weight = float(fraction(unit.place)), float(fraction(unit.weight))
            rows.append([place * (unit.kind == FIRST), place * (unit.kind == SECOND), place * (unit.kind == CONSTANT), weight])
            constant -= weight * np.tanh(place) * (unit.kind == CONSTANT)
        start = np.array([*np.ravel(rows), constant])
        assert loss_on_xor(start, count) == pytest.approx(0.5)
        starts = [start + 0.1 * rng.standard_normal(start.size) for _ in range(6)]
        assert min(minimize(loss_on_xor, near, (count,), "BFGS").fun for near in starts) < 0.499
