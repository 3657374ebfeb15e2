"""Least values, lifts of perturbed products and matrices of bounded rank, against independent ways and known cases."""

import numpy as np
import pytest
from examples import everything

from claims.documents.landscape.definitions import rational_root
from claims.documents.landscape.least_value import recipe
from claims.documents.landscape.lift import crossed_units, lift_is_near
from claims.documents.landscape.local_to_global import restricted_minimality
from claims.documents.landscape.points import maximality, midpoint_lies_above, minimality
from claims.families import family
from claims.instances.deep_linear import CriticalPoint, Data, DeepLinear, Spectral, at_zero
from claims.instances.local_to_global import Perturbation, padded_factors
from claims.model import Outcome
from numerics.chains import chain
from numerics.fractional import FractionMatrix
from numerics.matrix import product
from numerics.rational import RationalMatrix, fraction

Q = RationalMatrix


@pytest.mark.parametrize("name", ["contenders", "rank_restricted_points"])
def test_the_least_value_is_that_of_the_truncated_predictions(name):
    for instance in everything(family(name).strategy, 80):
        X, Y = instance.spectral.data.inputs.to_floats(), instance.spectral.data.targets.to_floats()
        r = instance.rank if name == "contenders" else instance.bound
        U, s, V = np.linalg.svd(Y @ np.linalg.pinv(X) @ X, full_matrices=False)
        best = (U[:, :r] * s[:r]) @ V[:r]
        assert float(fraction(instance.spectral.least_loss(r))) == pytest.approx(np.sum((Y - best) ** 2), abs=1e-9)


def test_minimisers_have_the_widths_and_the_least_value():
    for contender in everything(family("contenders").strategy, 150):
        assert contender.minimiser.widths == contender.network.widths
        assert contender.minimiser.loss == contender.spectral.least_loss(contender.rank)
        assert contender.minimiser.is_critical


def test_padded_factors_multiply_back_where_the_widths_allow():
    matrix = Q.of([[1, 2, 3], [2, 4, 6]])
    for widths in ((3, 2), (3, 1, 2), (3, 4, 1, 2), (3, 1, 1, 1, 2)):
        factors = padded_factors(matrix, widths)
        assert chain(factors) == matrix
        assert (3, *(factor.shape[0] for factor in factors)) == widths
    assert chain(padded_factors(Q.eye(2), (2, 1, 2))) == Q.of([[1, 0], [0, 0]])


def test_points_that_are_no_minimisers_have_a_curve_within_the_bound():
    seen = set()
    for point in everything(family("rank_restricted_points").strategy, 150):
        assert point.factored.product == point.matrix
        found = restricted_minimality(point).outcome
        assert found is (Outcome.HOLDS if point.value == point.least else Outcome.FAILS)
        if found is Outcome.FAILS:
            moved = chain(point.descent.at(Q.scalar("1/1000")))
            assert moved.rank() <= point.bound
            seen.add(point.factored.is_critical)
    assert seen == {True, False}


def test_lifts_are_near_and_exact():
    for lift in everything(family("perturbations").strategy, 100):
        if lift.is_near:
            assert lift.lifted.product == lift.perturbed
            assert lift_is_near()(lift).holds
            assert lift.lifted.weights[1:-1] == lift.network.weights[1:-1]


def test_a_lift_shrinks_with_its_perturbation():
    network = DeepLinear((Q.of([[1, 2]]), Q.of([[1], [3]])), Data(Q.eye(2), Q.zeros(2, 2)))
    change = Q.of([[1, 0], [3, 0]])
    sizes = []
    for share in ("1/10", "1/100", "1/1000"):
        lift = Perturbation(network, change * Q.scalar(share))
        before, after = lift.network.weights, lift.lifted.weights
        sizes.append(max(abs(fraction(x)) for a, b in zip(after, before, strict=True) for x in (a - b).entries()))
    assert sizes[1] * 9 < sizes[0]
    assert sizes[2] * 9 < sizes[1]


@pytest.mark.parametrize("arithmetic", [RationalMatrix, FractionMatrix])
def test_crossed_units_have_no_factors_nearby(arithmetic):
    assert lift_is_near()(crossed_units(arithmetic)).fails


def test_the_obstruction_is_an_identity():
    """u a R_12 = u b R_11 + q (a R_22 - b R_21) for R = W_2 W_1."""
    for net in everything(family("deep_linear_networks").strategy, 400):
        if net.widths != (2, 2, 2):
            continue
        (a, b), q, u, R = net.weights[0].rows()[0], net.weights[1][0, 1], net.weights[1][1, 1], net.product
        assert u * a * R[0, 1] == u * b * R[0, 0] + q * (a * R[1, 1] - b * R[1, 0])


def test_the_recipe_pads_with_zeros_and_has_no_place_in_one_layer():
    made = {
        instance.depth: instance
        for instance in everything(family("decompositions").strategy)
        if instance.rank <= min(instance.widths)
    }
    assert recipe(made[1]) is None
    for depth in (2, 3, 4):
        factors = recipe(made[depth])
        assert len(factors) == depth
        assert product(factors) == made[depth].matrix


def test_decompositions_are_singular_value_decompositions():
    for made in everything(family("decompositions").strategy, 60):
        assert made.left.T @ made.left == Q.eye(made.left.shape[0])
        assert made.right.T @ made.right == Q.eye(made.right.shape[0])
        assert made.matrix.rank() == made.rank
        assert (made.widths[0], made.widths[-1]) == made.matrix.shape


def test_minima_and_maxima_of_known_points():
    saddle = at_zero(1, 3)(Q)
    assert minimality(saddle).fails
    assert maximality(saddle).fails
    fitted = at_zero(0, 2)(Q)
    assert minimality(fitted).holds
    blind = Spectral(Data(Q.zeros(1, 1), Q.of([[1]])), Q.eye(1), (Q.scalar(0),))
    constant = CriticalPoint(blind, (), (Q.zeros(1, 1), Q.zeros(1, 1)), (Q.eye(1),))
    assert minimality(constant).holds
    assert maximality(constant).holds


def test_three_points_break_convexity_whatever_the_data():
    for net in everything(family("deep_linear_networks").strategy, 150):
        if net.depth > 1 and not net.data.inputs.is_zero():
            assert midpoint_lies_above(net).holds


def test_rational_roots():
    assert rational_root(Q.scalar("9/4")) == Q.scalar("3/2")
    assert rational_root(Q.scalar(0)) == 0
    assert rational_root(Q.scalar(2)) is None
    assert rational_root(FractionMatrix.scalar("1/9")) == FractionMatrix.scalar("1/3")


def test_deficient_families_lack_a_rank():
    for name in ("deficient_critical_points", "deficient_restricted_points"):
        found = everything(family(name).strategy, 200)
        ranks = [(p.spectral.data.inputs.rank() == p.spectral.data.inputs.shape[0], p.spectral.data.targets) for p in found]
        assert sum(not full for full, _ in ranks) > 50
        assert sum(full and Y.rank() < Y.shape[0] for full, Y in ranks) > 30
