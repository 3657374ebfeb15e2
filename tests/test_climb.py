"""The optimiser against a bound finds what random instances miss, stays in the family and within its budget."""

from fractions import Fraction

from claims.climb import climb
from claims.instances.deep_linear import Data
from claims.instances.product import TwoLayer
from numerics.rational import RationalMatrix, fraction


def data(x, y):
    return Data(RationalMatrix.of([[x]]), RationalMatrix.of([[y]]))


def share(instance):
    """Largest, 1, at x = 5/2 and y = -1."""
    x, y = fraction(instance.inputs[0, 0]), fraction(instance.targets[0, 0])
    return 1 / (1 + (x - Fraction(5, 2)) ** 2 + (y + 1) ** 2)


def walk(start, budget, measure=share):
    seen = []

    def remembered(instance):
        seen.append(instance)
        return measure(instance)

    climb(start, measure(start), remembered, budget)
    return seen


def test_it_reaches_the_maximum():
    assert max(map(share, walk(data(0, 0), 200))) == 1


def test_it_keeps_within_its_budget_and_stops_beyond_the_bound():
    assert len(walk(data(0, 0), 7)) == 7
    broken = walk(data(0, 0), 200, lambda instance: fraction(instance.inputs[0, 0]) / 3 + Fraction(1, 10))
    assert fraction(broken[-1].inputs[0, 0]) == 3


def test_it_leaves_alone_what_has_not_said_that_it_stays_in_its_family():
    one = RationalMatrix.of([[1]])
    assert walk(TwoLayer(one, one, one, one), 50, lambda instance: Fraction(1, 2)) == []
