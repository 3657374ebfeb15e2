"""Strictly decreasing paths: what they promise, and where they refuse."""

from collections import Counter

import pytest
from examples import everything

from claims.families import family
from claims.instances import decode
from numerics.balanced_factors import falls
from numerics.descents import descending_path, is_least
from numerics.fractional import FractionMatrix
from numerics.narrow_descents import Problem, narrow_descent
from numerics.paths import strictly_descends
from numerics.rational import RationalMatrix, fraction, rational

Q = RationalMatrix


@pytest.mark.parametrize("name", ["wide_points", "wide_or_square_points"])
def test_a_strictly_decreasing_path_is_found_from_every_point(name):
    legs = Counter()
    for net in everything(family(name).strategy, 150):
        path = descending_path(net.weights, net.data.inputs, net.data.targets)
        assert (path is None) == is_least(net.weights, net.data.inputs, net.data.targets)
        if path is not None:
            legs[len(path.segments)] += 1
            assert path.start == net.weights
            assert strictly_descends(path, net.loss_at)
            assert net.loss_at(*path.end) == net.data.loss_of(net.data.regression)
    assert min(legs[1], legs[2]) > 5


def test_the_same_descent_in_the_second_arithmetic():
    points = [p for p in everything(family("wide_points").strategy, 80) if "critical" in p.cases()]
    found = [(net, descending_path(net.weights, net.data.inputs, net.data.targets)) for net in points]
    net, path = next((net, path) for net, path in found if path is not None)
    other = decode(net.to_json(), FractionMatrix)
    again = descending_path(other.weights, other.data.inputs, other.data.targets)
    assert _entries(path) == _entries(again)


def _entries(path):
    return [fraction(value) for s in path.segments for row in s.coefficients for c in row for value in c.entries()]


def test_hidden_layers_may_be_as_narrow_as_the_outputs():
    inputs, targets = Q.eye(2), Q.of([[1, 2]])
    weights = (Q.of([[1, 0], [0, 1]]), Q.of([[1, 1]]), Q.of([[0]]))
    path = descending_path(weights, inputs, targets)
    assert is_least(path.end, inputs, targets)


def test_one_layer_alone_reaches_every_product_if_the_others_let_it():
    inputs, targets = Q.eye(2), Q.of([[1, 2]])
    assert len(descending_path((Q.zeros(2, 2), Q.of([[1, 3]])), Q.of([[1, 2], [0, 1]]), targets).segments) == 1
    assert len(descending_path((Q.eye(2), Q.zeros(3, 2)), inputs, Q.of([[1, 2], [0, 1], [1, 1]])).segments) == 1


def test_a_bottleneck_has_no_such_path_here():
    weights = (Q.of([[0, 0]]), Q.of([[0], [0]]))
    assert descending_path(weights, Q.eye(2), Q.eye(2)) is None


def test_three_legs_lead_through_a_bottleneck():
    legs = Counter()
    for point in everything(family("narrow_points").strategy, 120):
        data = point.spectral.data
        problem = Problem(data.inputs, data.targets, point.spectral.basis, point.spectral.values)
        found = narrow_descent(point.lower, point.upper, problem)
        if found is None:
            assert point.loss == point.least
            continue
        legs["polynomial"] += found.legs is not None
        legs["turning"] += found.last is not None
        assert problem.loss(*found.end) == point.least
        if found.legs is not None:
            assert found.legs.start == (point.lower, point.upper)
            assert strictly_descends(found.legs, problem.loss)
        if found.last is not None:
            top, bottom = found.last
            arrived = found.legs.end if found.legs else (point.lower, point.upper)
            assert top(0) / bottom(0) == fraction(problem.loss(*arrived))
            assert top(1) / bottom(1) == fraction(point.least)
            assert falls(top, bottom)
    assert min(legs["polynomial"], legs["turning"]) > 5


def test_three_units_turn_towards_the_best_range():
    targets, values = Q.diagonal([6, 5, 4, 3, 2, 1]), tuple(rational(k * k) for k in range(6, 0, -1))
    problem = Problem(Q.eye(6), targets, Q.eye(6), values)
    upper = Q.of([[1, 1, 0], [0, 1, 0], [2, 0, 1], [1, -1, 3], [0, 2, 1], [1, 0, 1]])
    found = narrow_descent(problem.best_lower(Q.zeros(3, 6), upper), upper, problem)
    assert found.legs is None
    assert falls(*found.last)
    assert found.last[1].degree == 6
    assert problem.loss(*found.end) == 9 + 4 + 1
