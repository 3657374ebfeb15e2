"""What the claims on critical points lean on: exact roots, sets read off a product, explicit points, drawn moments, saddles."""

from fractions import Fraction

import numpy as np
import pytest
from examples import everything

from claims.documents.landscape.assumptions import exact_root
from claims.documents.landscape.critical_points import orthogonal_part, other_bases, subsets, touched
from claims.documents.landscape.minimisers import centred, scatter
from claims.documents.landscape.moments import summed
from claims.documents.landscape.saddles import (
    explicit,
    is_no_maximiser,
    is_no_minimiser,
    is_saddle,
    is_strict,
    small_sets,
    unit_corner,
    zero_corner,
)
from claims.documents.landscape.second_order import blocks, plateau_values, tightened_at
from claims.families import family
from claims.instances import decode
from claims.instances.critical_points import SpectralNetwork, drawn_regression
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix, fraction

POINTS = everything(family("critical_points").strategy, 60)
DEEP = everything(family("deep_leading_points").strategy, 40)


@pytest.mark.parametrize("number", [0, 1, 4, Fraction(9, 4), Fraction(1, 49)])
def test_exact_root_squares_back_in_both_arithmetics(number):
    assert exact_root(Fraction(number)) ** 2 == number
    value = RationalMatrix.scalar(Fraction(number))
    assert exact_root(value) * exact_root(value) == value


@pytest.mark.parametrize("number", [2, Fraction(1, 2), Fraction(4, 3)])
def test_exact_root_says_where_there_is_none(number):
    with pytest.raises(ArithmeticError, match="not the square"):
        exact_root(Fraction(number))


def test_the_set_is_read_off_the_product():
    for point in POINTS:
        assert touched(point) == point.chosen
        assert subsets(point) == [point.chosen]


def test_other_bases_are_decompositions_of_the_same_matrix():
    for net in everything(family("repeated_stationary_networks").strategy, 40):
        bases = other_bases(net.spectral)
        assert all(other.is_valid and other.basis != net.spectral.basis for other in bases)
        assert len(bases) > net.spectral.outputs


def test_orthogonal_part_is_a_projection():
    columns = RationalMatrix.of([[1, 0], [1, 1], [0, 1]])
    matrix = RationalMatrix.of([[1], [2], [4]])
    part = orthogonal_part(columns, matrix)
    assert orthogonal_part(columns, part) == part
    assert (columns.T @ (matrix - part)).is_zero()


def test_sums_over_samples():
    X = RationalMatrix.of([[1, 2, 6], [0, 3, 3]])
    assert summed(X, X) == X @ X.T == scatter(X)
    assert (centred(X) @ X.ones(3, 1)).is_zero()
    assert centred(centred(X)) == centred(X)


def test_explicit_points_keep_the_widths_and_have_the_asked_for_product():
    for point in POINTS[:30]:
        for chosen in small_sets(point):
            for corner in (zero_corner, unit_corner):
                found = explicit(point, chosen, corner)
                assert found.network.widths == point.network.widths
                assert found.network.is_critical
                assert found.network.product == point.spectral.projected(chosen)


def test_blocks_say_what_tightened_means():
    for point in POINTS + DEEP:
        assert tightened_at(point.network, point.rank) == point.is_tightened
        depth = point.network.depth
        assert len(blocks(point.network)) == depth * (depth - 1) // 2


def test_saddles_have_a_way_down_and_a_way_up_and_minimisers_only_up():
    for point in DEEP:
        assert is_saddle(point).holds
    for point in everything(family("global_minimisers").strategy, 30):
        assert is_no_minimiser(point).because == "it is a global minimiser"
        assert (is_no_minimiser(point).fails, is_no_maximiser(point).holds, is_strict(point).fails) == (True, True, True)


def test_nothing_but_ways_that_change_the_loss_count():
    """Weights that are not critical are no saddle, and without inputs the loss is constant."""
    net = next(net for net in everything(family("spectral_networks").strategy, 60) if not net.network.is_critical)
    assert is_saddle(net).fails
    flat = next(
        net for net in everything(family("singular_stationary_networks").strategy, 200) if net.spectral.data.inputs.is_zero()
    )
    assert (is_no_maximiser(flat).fails, is_no_minimiser(flat).fails) == (True, True)


def test_plateau_values_are_the_minima_of_smaller_ranks():
    for point in DEEP[:15]:
        assert plateau_values(point) == {str(point.spectral.least_loss(r)) for r in range(point.thinnest)}


def test_drawn_moments_are_those_of_the_doubles():
    moments = drawn_regression(RationalMatrix, 3, 0.1)
    random = np.random.default_rng(3)
    X = random.standard_normal((1000, 5))
    np.testing.assert_allclose(moments.xx.to_floats(), X.T @ X, rtol=1e-12)
    assert moments.samples == 1000
    exact = sum(Fraction(value) ** 2 for value in X[:, 0].tolist())
    assert fraction(moments.xx[0, 0]) == exact
    assert drawn_regression(RationalMatrix, 3, 0.1) == moments != drawn_regression(RationalMatrix, 4, 0.1)


def test_spectral_networks_survive_json_in_both_arithmetics():
    for net in everything(family("all_stationary_networks").strategy, 20):
        assert decode(net.to_json(), RationalMatrix) == net
        second = decode(net.to_json(), FractionMatrix)
        assert isinstance(second, SpectralNetwork)
        assert second.cases() == net.cases()
