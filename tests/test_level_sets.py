"""Piecewise linear landscapes, shears, kinks and the permutation of three points, on cases that can be checked by hand."""

import pytest

from claims.instances.gauge import Regauged
from claims.instances.landscapes import Germ, Landscape, Plateau, grid
from claims.instances.mixtures import Clusters, Rectifiers
from claims.instances.three_points import FirstLayerPath, ThreePoints
from numerics.rational import RationalMatrix as Q


def line(*heights, ends=()):
    return Landscape(Q.of([heights]), grid(1, len(heights)), ends)


@pytest.mark.parametrize(
    ("heights", "connected", "strict", "minima"),
    [
        ((0, 1, 2), True, [(0,)], [(0,)]),
        ((0, 1, 0), False, [(0,), (2,)], [(0,), (2,)]),
        ((0, 1, 1), True, [(0,)], [(0,), (2,), (1, 2)]),
        ((2, 2), True, [], [(0,), (1,), (0, 1)]),
        ((5,), True, [(0,)], [(0,)]),
    ],
)
def test_sublevel_sets_and_minima_on_a_line(heights, connected, strict, minima):
    landscape = line(*heights)
    assert landscape.connected is connected
    assert list(landscape.strict_minima) == strict
    assert list(landscape.minima) == minima


def test_an_end_is_no_point():
    falling = line(-1, 0, 1, ends=(0,))
    assert falling.connected
    assert not list(falling.minima)
    assert not falling.has_least_value
    assert falling.is_euclidean
    assert falling.faces[0] == (1,)
    assert not line(-1, 0, -1, ends=(0, 2)).connected


def test_a_square_is_cut_along_a_diagonal():
    assert grid(2, 2) == ((0, 1, 3), (0, 2, 3))
    square = Landscape(Q.of([[0, 1, 1, 0]]), grid(2, 2))
    assert square.connected
    assert square.is_euclidean
    assert (0, 3) not in square.rim
    assert (0, 1) in square.rim
    assert not Landscape(Q.of([[1, 0, 0, 1]]), grid(2, 2)).connected


def test_barrier_is_the_lowest_pass():
    assert line(0, 3, 1).barrier(0, 2) == 3
    cycle = Landscape(Q.of([[0, 3, 1, 2]]), ((0, 1), (0, 3), (1, 2), (2, 3)))
    assert cycle.barrier(0, 2) == 2
    assert not cycle.is_euclidean
    assert Landscape(Q.of([[0, 1]]), ((0,), (1,))).barrier(0, 1) is None


def test_level_components_contain_crossings():
    assert line(0, 2, 1, 1).level_components(1) == [[(2,), (3,), (2, 3)], [(0, 1)]]


def test_the_whole_component_of_a_chain():
    plateau = Plateau(line(0, 2, 2, 2), (2, 3))
    assert plateau.members == ((2,), (3,), (2, 3))
    assert len(plateau.whole) == 5


@pytest.mark.parametrize(
    ("coefficients", "strict", "plain"),
    [([0], False, True), ([1, 0, 0, 0, 1], True, True), ([0, 0, 0, 1], False, False), ([0, 0, 1, -100], True, True)],
)
def test_strictness_of_a_polynomial(coefficients, strict, plain):
    germ = Germ(Q.of([coefficients]))
    assert (germ.is_strict_minimum, germ.is_minimum) == (strict, plain)


def test_stabilisers():
    column = Regauged((Q.eye(3, 1), Q.zeros(1, 3)), (Q.eye(3),), Q.eye(1), Q.zeros(1, 1))
    assert column.stabiliser_dimension == 6
    assert not column.each_layer_is_seen
    full = Regauged((Q.eye(2), Q.zeros(1, 2)), (Q.eye(2),), Q.eye(2), Q.zeros(1, 2))
    assert full.stabiliser_dimension == 0
    assert full.each_layer_is_seen


def test_kinks():
    assert Rectifiers(Q.of([[1, 0], [0, 1]]), Q.of([[1, 1]])).kinked_lines == 2
    assert Rectifiers(Q.of([[1, 0], [-1, 0]]), Q.of([[1, -1]])).kinked_lines == 0
    assert Rectifiers(Q.of([[1, 0], [-1, 0]]), Q.of([[1, 1]])).kinked_lines == 1


def test_opposite_rows_fit_opposite_clusters():
    law = Clusters(Q.of([[1, -1], [0, 0]]), Q.scalar(0), Q.scalar("1/2"), Q.of([[1, 0], [-1, 0]]), Q.of([[1, -1]]))
    assert law.label_risk == 0
    assert law.lower.rank() == 1
    assert not law.one_direction


AROUND = Q.of([[1, 0, -1], [0, 1, -1]])


def test_three_units_permute_three_points():
    task = ThreePoints(AROUND, Q.eye(2))
    assert task.surround_zero
    assert task.least_loss > 0
    assert ThreePoints(AROUND, task.exact_first_layer).least_loss == 0
    assert task.fitting_rows.is_zero()


def test_a_leg_across_a_singular_layer_is_noticed():
    first = Q.of([[1, 0], [-1, 1], [0, -1]])
    assert FirstLayerPath(AROUND, (first, first), (0, 1, 2)).keeps_zero_loss
    assert not FirstLayerPath(AROUND, (first, first[[1, 0, 2], :]), (1, 0, 2)).keeps_zero_loss
