"""Activation functions: values, derivatives by definition, kinks, and the sign of what is enclosed."""

from fractions import Fraction
from math import exp, log, sqrt, tanh

import pytest

from numerics.activations import ACTIVATIONS, RATIONAL, activation, exponential, logarithm, sign, square_root
from numerics.enclosures import decided, enclosed, enclosures_for
from numerics.fractional import FractionMatrix
from numerics.jets import Jet
from numerics.matrix import UncertainError
from numerics.rational import RationalMatrix

VALUES = {
    "identity": lambda t: t,
    "softsign": lambda t: t / (1 + abs(t)),
    "square": lambda t: t**2,
    "cubic": lambda t: t**3 + t,
    "relu": lambda t: max(t, 0),
    "leaky relu": lambda t: max(t, t / 4),
    "sigmoid": lambda t: 1 / (1 + exp(-t)),
    "tanh": tanh,
    "softplus": lambda t: log(1 + exp(t)),
    "bent identity": lambda t: (sqrt(t * t + 1) - 1) / 2 + t,
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("t", [Fraction(-2), Fraction(0), Fraction(3, 4)])
def test_values(name, t):
    sigma, q = ACTIVATIONS[name], RationalMatrix
    if sigma.rational:
        assert sigma.value(q.scalar(t), RATIONAL) == q.scalar(VALUES[name](t))
    else:
        lo, hi = enclosed(q.eye(1), lambda r: sigma.value(r.of(q.scalar(t)), r.elementary))
        assert lo - Fraction(1, 10**15) <= Fraction(VALUES[name](t)) <= hi + Fraction(1, 10**15)


def test_what_is_said_of_each():
    assert {name for name, sigma in ACTIVATIONS.items() if sigma.squashing} == {"softsign", "sigmoid", "tanh"}
    assert {name: sigma.smoothness for name, sigma in ACTIVATIONS.items() if sigma.smoothness is not None} == {
        "softsign": 1,
        "relu": 0,
        "leaky relu": 0,
    }
    rational = {name for name, sigma in ACTIVATIONS.items() if sigma.rational}
    assert rational == {"identity", "softsign", "square", "cubic", "relu", "leaky relu"}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
@pytest.mark.parametrize("t", ["-7/3", "-1/5", "1/2", "3"])
def test_derivatives_of_activations_are_those_of_their_definition(name, q, t):
    sigma = ACTIVATIONS[name]

    def agree(enclosing):
        at, one = enclosing.of(q.scalar(t)), enclosing.of(q.scalar(1))
        e = RATIONAL if sigma.rational else enclosing.elementary
        jet = sigma.value(Jet((at, one)), e)
        pairs = [
            (jet.coefficient(0), sigma.value(at, e)),
            (jet.coefficient(1), sigma.first(at, e)),
            (2 * jet.coefficient(2), sigma.second(at, e)),
        ]
        return all(abs(a - b) < 1e-15 for a, b in pairs) or None

    assert decided(q, agree)


@pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
def test_a_kink_has_the_mean_of_both_sides(q):
    zero = q.scalar(0)
    assert [ACTIVATIONS[name].first(zero, RATIONAL) for name in ("relu", "leaky relu", "softsign")] == [
        q.scalar("1/2"),
        q.scalar("5/8"),
        q.scalar(1),
    ]
    assert [ACTIVATIONS[name].second(zero, RATIONAL) for name in ("relu", "leaky relu", "softsign")] == [zero] * 3


def test_the_sign_of_a_power_series_is_the_one_to_the_right():
    q = RationalMatrix.scalar
    assert [sign(Jet(tuple(map(q, row)))) for row in ([0, 0, 0], [0, -2, 5], [3, -9], [0, 0, "1/2"])] == [0, -1, 1, 1]
    assert [sign(q(t)) for t in ("-1/7", 0, "1/7", 5)] == [-1, 0, 1, 1]


@pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
def test_the_sign_of_an_enclosure_that_straddles_zero_is_not_known(q):
    enclosing = enclosures_for(q)
    with enclosing.precision(64):
        assert sign(enclosing.hull(q.scalar(1), q.scalar(2))) == 1
        assert sign(enclosing.hull(q.scalar(-2), q.scalar(-1))) == -1
        with pytest.raises(UncertainError, match="straddles"):
            sign(enclosing.hull(q.scalar(-1), q.scalar(1)))


@pytest.mark.parametrize("function", [exponential, logarithm, square_root])
def test_no_transcendental_function_of_a_rational_number_is_computed(function):
    with pytest.raises(TypeError, match="enclose it"):
        function(RationalMatrix.scalar(2), RATIONAL)


def test_unknown_activations_are_refused():
    assert activation("tanh").name == "tanh"
    with pytest.raises(ValueError, match="unknown activation 'arctan'; known are identity, softsign"):
        activation("arctan")
