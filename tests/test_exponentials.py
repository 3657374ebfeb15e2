"""Ranks of matrices of rational functions of e^(1/N), with rational numbers in the place of the exponential."""

from fractions import Fraction

import pytest

from numerics.activations import ACTIVATIONS
from numerics.exponentials import common_unit, exact_rank, least_rank, specialised
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])


@BOTH
def test_exact_rank_of_exponentials(q):
    """tanh is odd: at opposite arguments two columns are opposite, whatever the weights; sigmoid has no such relation of two."""
    z = q.of([["1/2", "-1/2"], [2, -2]])

    def hidden(name):
        return lambda e: type(z).of([[ACTIVATIONS[name].value(t, e) for t in row] for row in z.rows()])

    unit = common_unit(z.entries())
    assert exact_rank(hidden("tanh"), unit, q.scalar(1), [12, 12]) == 1
    assert exact_rank(hidden("sigmoid"), unit, q.scalar(1), [12, 12]) == 2
    assert least_rank(hidden("sigmoid"), unit, q.scalar(1)) == 2


def test_the_common_unit_makes_integers_of_all_values():
    assert common_unit([Fraction(1, 2), Fraction(2, 3), 5]) == 6
    assert common_unit([]) == 1


@BOTH
def test_powers_of_the_number_in_the_place_of_the_exponential(q):
    elementary = specialised(q.scalar(3), 4)
    assert [elementary.exp(q.scalar(t)) for t in ("1/2", 0, "-1/4")] == [9, 1, q.scalar("1/3")]
    with pytest.raises(ValueError, match=r"exp\(1/3\) is no power of exp\(1/4\)"):
        elementary.exp(q.scalar("1/3"))
    for function in (elementary.log, elementary.sqrt):
        with pytest.raises(TypeError, match="no rational function"):
            function(q.scalar(1))


def polynomials(q, *entries):
    """The diagonal matrix of products of (x - root)."""

    def build(elementary):
        x, values = elementary.exp(q.scalar(1)), []
        for roots in entries:
            value = q.scalar(1)
            for root in roots:
                value = value * (x - root)
            values.append(value)
        return q.diagonal(values)

    return build


@BOTH
def test_a_rank_that_falls_at_some_numbers_is_found_at_others(q):
    one = q.scalar(1)
    assert exact_rank(polynomials(q, (2, 3)), 1, one, [2]) == 1
    assert exact_rank(polynomials(q, (2, 3, 4), (3,)), 1, one, [3, 1]) == 2
    assert exact_rank(polynomials(q, (3, 4), (2,)), 1, one, [1, 2]) == 2
    assert least_rank(polynomials(q, (2, 3)), 1, one) == 0
    assert least_rank(polynomials(q, (2,)), 1, one) == least_rank(polynomials(q, (3,)), 1, one) == 1
    assert least_rank(polynomials(q, (2, 3)), 1, one, points=3) == 1


@BOTH
def test_no_more_numbers_are_tried_than_the_degrees_ask_for(q):
    for matrix, rank, numbers in ((q.zeros(2, 2), 0, [2, 3, 4, 5, 6, 7]), (q.eye(1, 2), 1, [2])):
        tried = []

        def build(elementary, noted=tried, built=matrix):
            noted.append(elementary.exp(q.scalar(1)))
            return built

        assert exact_rank(build, 1, q.scalar(1), [3, 5]) == rank
        assert tried == numbers
