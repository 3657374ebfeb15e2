"""Deep linear chains: products, gradient and Hessian against their definitions, in both arithmetics and both orientations."""

from functools import cache

import numpy as np
import pytest
from examples import everything

from claims.families import family
from claims.instances import decode
from numerics.chains import above, below, between, chain, descended, gradient, hessian, imbalances, layered, loss
from numerics.fractional import FractionMatrix
from numerics.jets import Jet, gradient_by_definition, hessian_by_definition
from numerics.rational import RationalMatrix

NETWORKS = everything(family("deep_linear_networks").strategy, 80)
SMALL = [net for net in NETWORKS if net.hessian.shape[0] <= 14]


@pytest.mark.parametrize("net", NETWORKS[:60], ids=range(60))
def test_gradient_is_the_definition(net):
    assert net.gradient == gradient_by_definition(net.loss_at, net.weights)


@pytest.mark.parametrize("net", SMALL[:30], ids=range(30))
def test_hessian_is_the_definition(net):
    assert net.hessian == hessian_by_definition(net.loss_at, net.weights)


def test_a_column_splits_into_layers_in_the_order_of_the_hessian():
    net = next(net for net in NETWORKS if net.widths == (1, 2, 1) or net.depth == 2)
    size = net.hessian.shape[0]
    parts = layered(RationalMatrix.column(list(range(size))), net.weights)
    assert [part.shape for part in parts] == [weight.shape for weight in net.weights]
    assert [int(value) for part in parts for value in map(float, part.entries())] == list(range(size))


def test_layers_split_the_product():
    for net in NETWORKS:
        W = net.weights
        for j in range(1, net.depth + 1):
            assert above(W, j) @ W[j - 1] @ below(W, j) == chain(W)
            for i in range(j + 1, net.depth + 1):
                assert above(W, i) @ W[i - 1] @ between(W, i, j) @ W[j - 1] @ below(W, j) == chain(W)


def test_one_formula_for_three_arithmetics():
    net = next(net for net in NETWORKS if net.depth == 3 and not net.is_critical)
    second = decode(net.to_json(), FractionMatrix)
    assert [slope.to_floats().tolist() for slope in second.gradient] == [slope.to_floats().tolist() for slope in net.gradient]
    floats = [weight.to_floats() for weight in net.weights]
    X, Y = net.data.inputs.to_floats(), net.data.targets.to_floats()
    assert loss(floats, X, Y) == pytest.approx(float(net.loss.p) / float(net.loss.q))
    np.testing.assert_allclose(hessian(floats, X, Y), net.hessian.to_floats())


def test_rows_and_columns_are_the_same_network():
    for net in NETWORKS:
        assert net.in_rows.loss == net.loss
        assert net.in_rows.product == net.product.T
        assert net.in_rows.in_columns == net


def test_a_step_goes_down_the_gradient():
    net = next(net for net in NETWORKS if net.depth == 2 and not net.is_critical)
    moved = descended(net.weights, net.data.inputs, net.data.targets, RationalMatrix.scalar("1/1000"))
    slopes = gradient(net.weights, net.data.inputs, net.data.targets)
    assert all(after == before - slope / 1000 for after, before, slope in zip(moved, net.weights, slopes, strict=True))


def test_imbalances_are_kept_along_the_gradient():
    """To first order, as gradient flow keeps them."""
    q = RationalMatrix
    assert imbalances((q.of([[1], [2]]), q.of([[3, 4]]))) == (q.of([[8, 10], [10, 12]]),)
    for net in NETWORKS[:40]:
        moving = [Jet.line(weight, -slope, 1) for weight, slope in zip(net.weights, net.gradient, strict=True)]
        found = imbalances(moving)
        assert len(found) == net.depth - 1
        assert all(value.coefficient(1).is_zero() for value in found)


FAMILIES_OF_POINTS = (
    "critical_points",
    "repeated_critical_points",
    "singular_critical_points",
    "leading_critical_points",
    "trailing_critical_points",
    "global_minimisers",
)


@cache
def points(name):
    return everything(family(name).strategy, 100)


@pytest.mark.parametrize("name", FAMILIES_OF_POINTS)
def test_critical_points_are_critical_with_the_product_of_their_set(name):
    for point in points(name):
        assert point.spectral.is_valid
        assert point.network.is_critical
        assert point.network.product == point.spectral.projected(point.chosen)
        assert point.network.product.rank() == point.rank


def test_families_of_critical_points_are_what_they_are_called():
    assert all(point.leading and point.rank < point.thinnest for point in points("leading_critical_points"))
    assert not any(point.leading for point in points("trailing_critical_points"))
    assert all("global minimum" in point.cases() for point in points("global_minimisers"))
    kinds = {point.is_tightened for point in points("leading_critical_points") if point.network.depth > 2}
    assert kinds == {True, False}
