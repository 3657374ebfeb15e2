"""Activation functions in floating point: against their formulas, against differences, and where a naive formula fails."""

import math

import numpy as np
import pytest

from numerics.mlp_activations import (
    ARCTAN,
    BENT_IDENTITY,
    HIDDEN,
    IDENTITY,
    LEAKY_RELU,
    SIGMOID,
    SOFTPLUS,
    SOFTSIGN,
    TANH,
)

FORMULAS = {
    SIGMOID: lambda z: 1 / (1 + math.exp(-z)),
    TANH: math.tanh,
    SOFTSIGN: lambda z: z / (1 + abs(z)),
    SOFTPLUS: lambda z: math.log1p(math.exp(z)),
    BENT_IDENTITY: lambda z: (math.sqrt(z * z + 1) - 1) / 2 + z,
    ARCTAN: lambda z: 2 / math.pi * math.atan(z),
    LEAKY_RELU: lambda z: max(z, z / 100),
    IDENTITY: lambda z: z,
}
EVERY = pytest.mark.parametrize("activation", FORMULAS, ids=lambda activation: activation.name)


@EVERY
def test_values_of_an_activation(activation):
    z = np.array([[-30.0, -2.0, -0.5], [0.0, 0.25, 7.0]])
    expected = [[FORMULAS[activation](float(value)) for value in row] for row in z]
    np.testing.assert_allclose(activation.at(z)[0], expected, rtol=1e-12, atol=0)


@EVERY
def test_first_and_second_derivatives_of_an_activation(activation):
    z = np.array([-40.0, -3.0, -0.5, -1e-3, 1e-3, 0.25, 2.0, 40.0])
    step = 1e-5
    _, slope, curve = activation.at(z)
    (below, down, _), (above, up, _) = activation.at(z - step), activation.at(z + step)
    assert slope == pytest.approx((above - below) / (2 * step), rel=1e-8, abs=1e-8)
    assert curve == pytest.approx((up - down) / (2 * step), abs=1e-8)


def test_activations_where_a_naive_formula_fails():
    huge = np.array([-1000.0, 1000.0])
    for activation in HIDDEN:
        assert all(np.isfinite(part).all() for part in activation.at(huge)), activation.name
    assert BENT_IDENTITY.at(np.array([1e-9]))[0][0] == 1e-9 + 1e-18 / 4
    assert SOFTPLUS.at(np.array([-100.0]))[0][0] == pytest.approx(np.exp(-100.0))
    assert TANH.at(np.array([20.0]))[1][0] == 0, "the slope of a saturated unit is lost in double precision"
    assert SIGMOID.at(np.array([40.0]))[1][0] == 0
    assert SOFTSIGN.at(np.array([0.0]))[2][0] == 0


def test_a_leaky_unit_has_the_slope_of_the_left_side_at_0():
    _, slope, _ = LEAKY_RELU.at(np.array([-1.0, 0.0, 1e-9]))
    assert slope.tolist() == [0.01, 0.01, 1.0]
