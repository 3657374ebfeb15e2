"""Ways down from critical points: at every point that is not a global minimiser a curve starts along which the loss falls."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from examples import everything

from claims.families import family
from claims.instances import decode
from numerics.chains import above, chain, loss
from numerics.escape import Curve, least_width, rising_pair, tilted, unfolded, way_down, way_up
from numerics.fractional import FractionMatrix
from numerics.matrix import frobenius_squared
from numerics.rational import RationalMatrix, fraction

FAMILIES_OF_POINTS = ("critical_points", "repeated_critical_points", "singular_critical_points")


@cache
def points(name):
    return everything(family(name).strategy, 200)


def curve_from(point):
    spectral, network = point.spectral, point.network
    return way_down(network.weights, network.data.inputs, network.data.targets, spectral.basis, spectral.values)


def test_one_layer_tilts_too():
    q = RationalMatrix
    one = (q.of([[1, 0], [0, 0]]),)
    curve = tilted(one, q.diagonal([1, 2]), q.column([1, 0]), q.column([0, 1]))
    assert curve.along(lambda W: loss((W,), q.eye(2), q.diagonal([1, 2])), 4) == (4, 0, 1 - 4, 0, 4)


@pytest.mark.parametrize("hidden", [(), (2,), (2, 4)])
def test_a_tilted_product_is_the_one_that_was_said(hidden):
    """(I + t w v'/|v|^2) (P + t v w'B/|v|^2) for vectors of any length."""
    q = RationalMatrix
    widths = (2, *hidden, 3)
    weights = tuple(q.build(b, a, lambda i, j, k=k: (i + 2 * j * j + k) % 5 - 1) for k, (a, b) in enumerate(pairwise(widths)))
    B = q.of([[1, 2], [0, -1], [3, 1]])
    v = above(weights, 1) @ q.build(weights[0].shape[0], 1, lambda i, _: i + 1)
    w = v.T.nullspace()[:, [0]] * 3
    curve, size, I = tilted(weights, B, v, w), frobenius_squared(v), q.eye(3)  # noqa: E741 - the identity
    assert size not in (0, 1)
    for t in (q.scalar(0), q.scalar(1), q.scalar("-2/3")):
        assert chain(curve.at(t)) == (I + w @ v.T * (t / size)) @ (chain(weights) + v @ w.T @ B * (t / size))


def test_curves_of_any_degree_have_values():
    q = RationalMatrix
    curve = Curve(((q.of([[1]]), q.of([[2]]), q.of([[0]]), q.of([[3]])), (q.of([[5]]),)))
    assert curve.at(q.scalar(2)) == (q.of([[29]]), q.of([[5]]))
    assert curve.degree == 6


def test_a_small_rise_is_no_descent():
    q = RationalMatrix
    line = Curve.line((q.of([[1]]),), (q.of([["1/8"]]),))
    assert line.first_change(q.of([[1]]), q.of([[0]])) == (1, q.scalar("1/4"))
    assert not line.goes_down(q.of([[1]]), q.of([[0]]))


def test_a_gradient_that_is_zero_in_one_layer_only_is_a_way_down():
    q = RationalMatrix
    weights, inputs, targets = (q.of([[0]]), q.of([[1]])), q.of([[1]]), q.of([[2]])
    curve = way_down(weights, inputs, targets, q.eye(1), [q.scalar(4)])
    assert curve == Curve.line(weights, (q.of([[4]]), q.of([[0]])))


def test_the_least_width_may_be_that_of_the_outputs():
    q = RationalMatrix
    assert least_width((q.zeros(1, 2),)) == 1
    assert least_width((q.zeros(3, 2), q.zeros(1, 3))) == 1
    assert least_width((q.zeros(3, 1), q.zeros(2, 3))) == 1


def test_what_does_not_apply_is_refused():
    q = RationalMatrix
    with pytest.raises(ValueError, match="not critical"):
        unfolded((q.of([[1]]),), q.of([[1]]), q.of([[2]]))
    assert unfolded((q.of([[1]]),), q.of([[1]]), q.of([[1]])) is None
    assert rising_pair(q.eye(2), q.eye(2), (2, 1)) is None
    assert least_width((q.zeros(3, 2), q.zeros(4, 3))) == 2


def test_a_constant_loss_has_no_first_change():
    q = RationalMatrix
    still = Curve.line((q.of([[0]]), q.of([[0]])), (q.of([[1]]), q.of([[0]])))
    assert still.first_change(q.of([[1]]), q.of([[1]])) is None
    assert not still.goes_down(q.of([[1]]), q.of([[1]]))


@pytest.mark.parametrize("name", FAMILIES_OF_POINTS)
def test_a_way_down_starts_exactly_where_the_loss_is_not_least(name):
    kinds = Counter()
    for point in points(name):
        network, curve = point.network, curve_from(point)
        least = network.loss == point.spectral.least_loss(network.thinnest)
        assert (curve is None) == least
        if curve is not None:
            assert curve.at(network.data.inputs.scalar(0)) == network.weights
            assert curve.goes_down(network.data.inputs, network.data.targets)
            kinds[curve.first_change(network.data.inputs, network.data.targets)[0]] += 1
    assert kinds[2] > 5
    assert sum(kinds[order] for order in kinds if order >= 4) > 5


def test_layers_between_are_folded_out_where_the_first_tail_is_not_heard():
    """The families above bend along the first column of a kernel; these also along the second."""
    deep = [point for point in points("trailing_critical_points") if point.network.depth == 4]
    for point in deep:
        curve = curve_from(point)
        assert curve is None or curve.goes_down(point.network.data.inputs, point.network.data.targets)
    assert len(deep) > 20


def test_the_order_of_descent_is_two_unless_the_point_is_tightened():
    orders = {True: Counter(), False: Counter()}
    for point in points("leading_critical_points")[:120]:
        data = point.network.data
        orders[point.is_tightened][curve_from(point).first_change(data.inputs, data.targets)[0]] += 1
    assert set(orders[False]) == {2}
    assert set(orders[True]) == {4}


def test_the_loss_at_small_steps_is_smaller():
    seen = set()
    for point in points("critical_points")[:150]:
        data, curve = point.network.data, curve_from(point)
        if curve is None:
            continue
        order, slope = curve.first_change(data.inputs, data.targets)
        seen.add(order)
        coefficients = curve.along(lambda *weights, d=data: loss(weights, d.inputs, d.targets), curve.degree)
        rest = sum((abs(value) for value in coefficients[order + 1 :]), 0 * slope)
        step = -slope / (rest - slope)  # in (0, 1], so that the lowest term outweighs the rest
        assert loss(curve.at(step), data.inputs, data.targets) < point.network.loss
    assert {2, 4} <= seen


def test_off_critical_points_the_way_down_is_against_the_gradient():
    point = next(p for p in points("critical_points") if p.network.depth == 2)
    moved = point.network.at(tuple(weight + weight.ones(*weight.shape) for weight in point.network.weights))
    data = moved.data
    curve = way_down(moved.weights, data.inputs, data.targets, point.spectral.basis, point.spectral.values)
    slopes = moved.gradient
    assert [layer[1] for layer in curve.layers] == [-slope for slope in slopes]
    assert curve.first_change(data.inputs, data.targets) == (1, -sum(slope.inner(slope) for slope in slopes))


def test_a_tilt_changes_the_loss_as_said():
    for point in everything(family("trailing_critical_points").strategy, 60):
        network, data, values = point.network, point.network.data, point.spectral.values
        i, j = next((i, j) for i in point.chosen for j in point.others if values[i - 1] < values[j - 1])
        curve = tilted(network.weights, data.regression, point.spectral.columns((i,)), point.spectral.columns((j,)))
        low, high = values[i - 1], values[j - 1]
        assert curve.along(network.loss_at, 4) == (network.loss, 0, low - high, 0, high)
        assert curve.degree == 4


def test_both_arithmetics_find_the_same_curve():
    for point in points("singular_critical_points")[:40]:
        second = decode(point.to_json(), FractionMatrix)
        first, again = curve_from(point), curve_from(second)
        assert (first is None) == (again is None)
        if first is not None:
            assert [[str(c.entries()) for c in layer] for layer in again.layers] == [
                [str([fraction(x) for x in c.entries()]) for c in layer] for layer in first.layers
            ]


def test_some_line_goes_up_unless_the_inputs_vanish():
    for network in everything(family("deep_linear_networks").strategy, 150):
        X, Y = network.data.inputs, network.data.targets
        lines = way_up(network.weights, X)
        changes = [line.first_change(X, Y) for line in lines]
        assert X.is_zero() == (not any(change and change[1] > 0 for change in changes))
        directions = [tuple(layer[1] for layer in line.layers) for line in lines]
        assert all(frobenius_squared(part) == 1 for direction in directions for part in direction)
        assert len(set(directions)) == len(lines)


def test_what_the_inputs_do_not_see_does_not_matter():
    """Critical points outside of the parametrisation: anything orthogonal to the inputs may be added to the first layer."""
    checked = 0
    for point in points("deficient_critical_points"):
        data, (first, *others) = point.network.data, point.network.weights
        unseen = data.inputs.T.nullspace()
        if not unseen.shape[1]:
            continue
        hidden = first.ones(first.shape[0], unseen.shape[1]) @ unseen.T
        network = point.network.at((first + hidden, *others))
        assert network.is_critical
        curve = way_down(network.weights, data.inputs, data.targets, point.spectral.basis, point.spectral.values)
        assert (curve is None) == (network.loss == point.spectral.least_loss(network.thinnest))
        assert curve is None or curve.goes_down(data.inputs, data.targets)
        checked += curve is not None
    assert checked > 20


def test_no_way_down_is_flatter_than_its_depth_allows():
    for point in points("all_critical_points"):
        curve, data = curve_from(point), point.network.data
        if curve is not None:
            assert curve.first_change(data.inputs, data.targets)[0] <= (2 if point.network.depth == 2 else 4)


@pytest.mark.parametrize(("depth", "order"), [(2, 2), (3, 4), (4, 4), (5, 5), (6, 6)])
def test_from_zero_the_loss_falls_by_the_order_of_the_depth(depth, order):
    """One unit in each layer: (1 - t^N)^2, but for three layers, where the middle one moves by t^2."""
    one = RationalMatrix.of([[1]])
    curve = way_down((one * 0,) * depth, one, one, one, (1,))
    assert curve.first_change(one, one)[0] == order
    assert curve.goes_down(one, one)


def test_three_layers_may_need_the_fourth_order():
    """W_3 = (f, 1)', W_2 = w, W_1 = (g, 1) at zero: 1 - 2wfg + w^2 (1 + f^2)(1 + g^2) >= 1 - f^2 g^2 for targets diag(1, 0)."""
    q = RationalMatrix
    weights = (q.of([[0, 1]]), q.of([[0]]), q.of([[0], [1]]))
    curve = way_down(weights, q.eye(2), q.diagonal([1, 0]), q.eye(2), (1, 0))
    assert curve.first_change(q.eye(2), q.diagonal([1, 0])) == (4, -1)
