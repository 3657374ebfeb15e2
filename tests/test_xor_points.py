"""Critical points of small networks on XOR: which of them have lower losses nearby."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit

from numerics.activations import RATIONAL, activation
from numerics.enclosures import enclosed
from numerics.fractional import FractionMatrix
from numerics.jets import Jet
from numerics.matrix import UncertainError
from numerics.rational import RationalMatrix, fraction
from numerics.xor_points import (
    CONSTANT,
    FIRST,
    SECOND,
    SIGNS,
    Unit,
    balanced,
    constant_curvature,
    correlation,
    lower_values_nearby,
    one_constant_unit_is_stable,
    split_curvature,
    typical_points,
)

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])


SOFTSIGN = activation("softsign")
Q = RationalMatrix.scalar


def unit(kind, place, weight):
    return Unit(kind, Q(place), Q(weight))


def bend_of_the_loss(moves, offset=0):
    """The second derivative of half the squared error at t = 0, F = 1/2 there, by power series.

    moves: softsign units with the coefficients (of 1, u_1, u_2) by which their arguments move; offset: of the output bias.
    """
    total = Q(0)
    for u in SIGNS:
        here, moved = Q("1/2") - Q(int(u[0] != u[1])), Jet((Q(0), Q(offset)))
        for one, (plain, first, second) in moves:
            line = Jet((one.argument(u), Q(plain) + Q(first) * u[0] + Q(second) * u[1]))
            moved = moved + SOFTSIGN.value(line, RATIONAL) * one.weight - SOFTSIGN.value(one.argument(u), RATIONAL) * one.weight
        assert moved.coefficient(1) == 0
        total += 2 * here * moved.coefficient(2)
    return total


def slope(one):
    return SOFTSIGN.first(one.place, RATIONAL) * one.weight


def encloses(value, exact):
    lo, hi = enclosed(RationalMatrix.eye(1), value, 200)
    return lo <= fraction(exact) <= hi and hi - lo < fraction(Q("1/1000000000000"))


@pytest.mark.parametrize("kind", [FIRST, SECOND])
@pytest.mark.parametrize("other", [unit(CONSTANT, "1/3", 2), unit(FIRST, 2, "-5/2"), unit(SECOND, "-3/4", 1)])
def test_the_curvature_beside_a_split_unit_is_that_of_the_loss(kind, other):
    split = unit(kind, "3/2", "-2/3")
    ratio = -slope(split) / slope(other)
    first, second = (kind == SECOND), (kind == FIRST)
    exact = bend_of_the_loss(
        [(split, (1, int(first), int(second))), (other, (0, ratio * int(first), ratio * int(second)))], -slope(split)
    )
    assert encloses(lambda e: split_curvature(e, "softsign", split), exact)


@pytest.mark.parametrize("second", [unit(CONSTANT, "1/3", 2), unit(CONSTANT, -1, "-5/2")])
def test_the_curvature_between_constant_units_is_that_of_the_loss(second):
    first = unit(CONSTANT, "3/2", "-2/3")
    ratio = -slope(first) / slope(second)
    exact = bend_of_the_loss([(first, (0, 1, 1)), (second, (0, ratio, ratio))])
    assert encloses(lambda e: constant_curvature(e, "softsign", first, second), exact)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [((1, 2), (-1, 2), "cancel"), ((0, 2), (0, 5), "two-sided"), ((0, 2), (1, 2), "two-sided"), ((1, 2), (0, 2), "two-sided")],
)
def test_bends_that_say_nothing_are_uncertain(one, other, reason):
    with pytest.raises(UncertainError, match=reason):
        enclosed(RationalMatrix.eye(1), lambda e: constant_curvature(e, "tanh", unit(CONSTANT, *one), unit(CONSTANT, *other)))


@pytest.mark.parametrize("one", [unit(CONSTANT, 1, 0), unit(FIRST, -2, 0), unit(SECOND, "1/2", 0)])
def test_a_unit_that_is_switched_on_correlates_with_the_residuals(one):
    chi = {u: u[0] * u[1] for u in SIGNS}
    near = {u: one.argument(u) + Q(u[0] + u[1]) / 8 + Q("1/16") for u in SIGNS}
    exact = sum((SOFTSIGN.value(near[u], RATIONAL) * chi[u] for u in SIGNS), Q(0))
    assert exact != 0
    assert encloses(lambda e: correlation(e, "softsign", one), exact)


def test_what_splits_has_to_cancel():
    assert balanced([unit(CONSTANT, 1, 5)])
    assert balanced([unit(FIRST, 1, 2), unit(FIRST, -1, 2)])
    assert balanced([unit(FIRST, 1, 2), unit(FIRST, 1, "-1/2"), unit(FIRST, 1, "-3/2")])
    assert not balanced([unit(FIRST, 1, 2), unit(FIRST, 1, 2)])
    assert not balanced([unit(FIRST, 1, 2), unit(SECOND, -1, 2)])
    assert not balanced([unit(FIRST, 1, 2), unit(FIRST, -2, 2)])
    assert not balanced([unit(FIRST, 1, 1), unit(FIRST, -1, 1), unit(SECOND, 1, 1)])


def test_typical_points_have_all_kinds():
    ones = [(one.kind, str(one.place), str(one.weight)) for (one,) in typical_points(RationalMatrix, 1)]
    assert set(ones) == {
        (CONSTANT, "1", "1"),
        (CONSTANT, "-1", "1"),
        (CONSTANT, "0", "1"),
        (CONSTANT, "1", "0"),
        *((kind, "1", weight) for kind in (FIRST, SECOND) for weight in ("1", "-1", "0")),
    }
    assert len(ones) == len(set(ones)) == 10
    assert len(typical_points(RationalMatrix, 2)) == 55
    assert sum(balanced(units) for units in typical_points(RationalMatrix, 2)) == 21 + 2


def test_lower_values_depend_on_the_activation_and_its_kink():
    at_zero, also = unit(CONSTANT, 0, 1), unit(CONSTANT, 0, 2)
    assert lower_values_nearby(RationalMatrix, "tanh", [at_zero, also])
    assert lower_values_nearby(RationalMatrix, "softsign", [at_zero, also])
    assert lower_values_nearby(RationalMatrix, "identity", [at_zero, also]) is None
    assert lower_values_nearby(RationalMatrix, "identity", [unit(FIRST, 1, 1), unit(FIRST, -1, 1)]) is None
    assert lower_values_nearby(RationalMatrix, "identity", [unit(FIRST, 1, 0)]) is None
    assert lower_values_nearby(RationalMatrix, "tanh", [unit(CONSTANT, 1, 1), unit(CONSTANT, -1, 1)])


def test_stability_of_one_unit_is_decided_at_its_threshold():
    """With tanh: sinh(2 z) < 2 |v|, and sinh(4) / 2 = 13.64..."""
    assert one_constant_unit_is_stable(RationalMatrix, "tanh", unit(CONSTANT, 2, "-13.65"))
    assert one_constant_unit_is_stable(RationalMatrix, "tanh", unit(CONSTANT, 2, "13.64")) is False
    assert one_constant_unit_is_stable(RationalMatrix, "softsign", unit(CONSTANT, 1, 2)) is False
    assert one_constant_unit_is_stable(RationalMatrix, "softsign", unit(CONSTANT, 1, "2.01"))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softsign"])
@BOTH
def test_xor_has_lower_values_near_every_typical_critical_point(q, name):
    for count in (2, 3):
        assert all(lower_values_nearby(q, name, units) for units in typical_points(q, count))


@BOTH
def test_one_unit_can_be_stable_on_xor(q):
    one = q.scalar(1)
    assert lower_values_nearby(q, "tanh", [Unit(CONSTANT, one * 0, one)]) is None
    assert lower_values_nearby(q, "tanh", [Unit(FIRST, one, one)]) is None
    assert one_constant_unit_is_stable(q, "tanh", Unit(CONSTANT, one * 0, one))
    assert one_constant_unit_is_stable(q, "tanh", Unit(CONSTANT, one * 2, one / 10)) is False


def loss_on_xor(parameters, count, output=np.positive):
    """Half the squared error of a tanh network with inputs coded -1 and 1; parameters: (w_1, w_2, b, v) of each unit, and c."""
    u = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1], [1, 1, 1, 1]])
    units = parameters[:-1].reshape(count, 4)
    outputs = units[:, 3] @ np.tanh(units[:, :3] @ u) + parameters[-1]
    return ((output(outputs) - np.array([0, 1, 1, 0])) ** 2).sum() / 2


@pytest.mark.parametrize("count", [2, 3])
def test_lower_losses_are_found_near_xor_points_in_floating_point(count):
    rng = np.random.default_rng(2)
    for units in filter(balanced, typical_points(RationalMatrix, count)[::3]):
        rows, constant = [], 0.5
        for unit in units:
            place, weight = float(fraction(unit.place)), float(fraction(unit.weight))
            rows.append([place * (unit.kind == FIRST), place * (unit.kind == SECOND), place * (unit.kind == CONSTANT), weight])
            constant -= weight * np.tanh(place) * (unit.kind == CONSTANT)
        start = np.array([*np.ravel(rows), constant])
        assert loss_on_xor(start, count) == pytest.approx(0.5)
        starts = [start + 0.1 * rng.standard_normal(start.size) for _ in range(6)]
        assert min(minimize(loss_on_xor, near, (count,), "BFGS").fun for near in starts) < 0.499


def test_three_outputs_of_a_sigmoid_unit_are_right_at_a_saddle():
    """f = (1 - u_1 + u_2) log t with t = (1 - t + t^2)^3: every slope of the loss is zero there, and lower losses are near."""
    t = brentq(lambda t: (1 - t + t * t) ** 3 - t, 0.4, 0.45)
    first, second = -np.log(t) / np.tanh(1.5), np.log(t) / np.tanh(0.75)
    saddle = np.array([1.5, 0, 0, first, 0, 0.75, 0, second, np.log(t)])
    steps = 1e-5 * np.eye(saddle.size)
    slopes = [loss_on_xor(saddle + step, 2, expit) - loss_on_xor(saddle - step, 2, expit) for step in steps]
    assert np.abs(slopes).max() < 1e-14
    here = loss_on_xor(saddle, 2, expit)
    assert here == pytest.approx((3 * (t / (1 + t)) ** 2 + (1 / (1 + t**3)) ** 2) / 2)
    for bias in (1e-3, -1e-3):
        moved = saddle.copy()
        moved[[1, 2]] += 1e-3, bias
        moved[[7, 8]] -= first * (1 - np.tanh(1.5) ** 2) * np.array([1e-3 / np.tanh(0.75), bias])
        assert (loss_on_xor(moved, 2, expit) < here) == (bias > 0)
