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


def places(instances):
    return [(fraction(one.inputs[0, 0]), fraction(one.targets[0, 0])) for one in instances]


def test_a_move_that_helps_is_kept_and_the_next_entry_follows():
    assert places(walk(data(0, 0), 4)) == [(1, 0), (1, 1), (1, -1), (2, -1)]


def test_steps_get_as_small_as_a_64th():
    def peak(at):
        return lambda instance: 1 / (1 + abs(fraction(instance.inputs[0, 0]) - at))

    for place in (Fraction(1, 64), Fraction(3, 64)):
        assert max(map(peak(place), walk(data(0, 0), 500, peak(place)))) == 1
    between = Fraction(1, 128)
    assert max(map(peak(between), walk(data(0, 0), 500, peak(between)))) < 1


def test_where_a_bound_is_attained_it_looks_for_more():
    assert walk(data("5/2", -1), 50)


def test_an_instance_outside_of_its_family_is_passed_over(monkeypatch):
    monkeypatch.setattr(Data, "stays_in_family", lambda self: self.inputs[0, 0] <= 0)
    seen = walk(data(0, 0), 30, lambda instance: (1 - fraction(instance.inputs[0, 0])) / 100)
    assert places(seen)[0] == (-1, 0)
    assert max(x for x, _ in places(seen)) <= 0
