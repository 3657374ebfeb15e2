"""Error functions of a residual: values, derivatives by definition, names."""

from fractions import Fraction
from math import exp, log, sqrt

import pytest

from numerics.enclosures import decided, enclosed
from numerics.error_functions import ERROR_FUNCTIONS, error_function
from numerics.fractional import FractionMatrix
from numerics.jets import Jet
from numerics.rational import RationalMatrix

VALUES = {
    "squared": lambda r: r**2 / 2,
    "Cauchy": lambda r: log(1 + r**2),
    "Blake-Zisserman": lambda r: -log(exp(-(r**2)) + 0.1),
    "smooth l1": lambda r: sqrt(r**2 + 1),
    "smooth l4": lambda r: (r**2 + 1) ** 2,
    "l4": lambda r: r**4,
    "double well": lambda r: (r**2 - 1) ** 2,
    "shifted": lambda r: (r - 1) ** 2 / 2,
}


@pytest.mark.parametrize("name", ERROR_FUNCTIONS)
@pytest.mark.parametrize("r", [Fraction(-7, 4), Fraction(0), Fraction(1, 2)])
def test_values(name, r):
    error, q = error_function(name), RationalMatrix
    lo, hi = enclosed(q.eye(1), lambda e: error.value(e.of(q.scalar(r)), e.elementary))
    assert lo - Fraction(1, 10**14) <= Fraction(VALUES[name](float(r))) <= hi + Fraction(1, 10**14)


@pytest.mark.parametrize("name", ERROR_FUNCTIONS)
@pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
@pytest.mark.parametrize("r", ["-7/3", "0", "1/2"])
def test_derivatives_of_error_functions_are_those_of_their_definition(name, q, r):
    error = ERROR_FUNCTIONS[name]

    def agree(enclosing):
        at, one = enclosing.of(q.scalar(r)), enclosing.of(q.scalar(1))
        jet = error.value(Jet((at, one)), enclosing.elementary)
        slope, bend = error.slope(at, enclosing.elementary), error.curvature(at, enclosing.elementary)
        return (abs(jet.coefficient(1) - slope) < 1e-15 and abs(2 * jet.coefficient(2) - bend) < 1e-15) or None

    assert decided(q, agree)


def test_the_paper_names_five():
    assert {name for name, error in ERROR_FUNCTIONS.items() if error.named} == {
        "squared",
        "Cauchy",
        "Blake-Zisserman",
        "smooth l1",
        "smooth l4",
    }


def test_unknown_error_functions_are_refused():
    with pytest.raises(ValueError, match="unknown error function 'hinge'; known are squared, Cauchy"):
        error_function("hinge")
