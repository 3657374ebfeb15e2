"""What is decided at one instance: assumptions come first, and one that is dropped has to fail."""

from functools import partial

import pytest

from claims.decide import certainly, exactly
from claims.model import Assumption, Cost, Grade, Outcome, Statement, control, without
from claims.subject import Examination, Subject, assumption

POSITIVE = Assumption("h1", "positive", lambda n: certainly(n > 0, n <= 0))
SMALL = Assumption("h2", "smaller than ten", lambda n: exactly(n < 10))
UNKNOWN = Assumption("h3", "not to be decided", lambda n: certainly(False, False))


def odd(n):
    return exactly(n % 2 == 1)


def even(n):
    return exactly(n % 2 == 0)


STATEMENT = Statement("n", odd, "integers", strata=("one",), bound=True, assumptions=(POSITIVE, SMALL), cost=Cost.SLOW)


def test_a_statement_is_examined_as_it_stands():
    found = Subject.of_statement("T/printed", STATEMENT)
    assert found == Subject("T/printed", odd, "integers", (POSITIVE, SMALL), strata=("one",), bound=True, cost=Cost.SLOW)
    assert found.expects_refutation is False


@pytest.mark.parametrize(
    ("probe", "property", "over", "dropped"),
    [
        (control("even", even), even, "integers", ""),
        (control("elsewhere", odd, over="naturals"), odd, "naturals", ""),
        (without("h2", "h2 is dropped"), odd, "integers", "h2"),
        (without("h7", "a wider family", over="reals"), odd, "reals", "h7"),
        (without("h7", "another property", property=even), even, "integers", "h7"),
    ],
)
def test_a_probe_takes_from_its_statement_what_it_does_not_say(probe, property, over, dropped):
    expected = Subject("T/p", property, over, (POSITIVE, SMALL), dropped, expects_refutation=True, cost=Cost.SLOW)
    found = Subject.of_probe("T/p", STATEMENT, probe)
    assert found == expected
    assert found.bound is False


def test_dropping_an_unknown_assumption_is_an_error():
    with pytest.raises(ValueError, match=r"T/p drops h7, which is none of \['h1', 'h2'\]"):
        Subject.of_probe("T/p", STATEMENT, without("h7", "nothing of that name"))


@pytest.mark.parametrize(
    ("number", "dropped", "expected"),
    [
        (3, "", Outcome.HOLDS),
        (4, "", Outcome.FAILS),
        (-1, "", "h1"),
        (11, "", "h2"),
        (-1, "h1", Outcome.HOLDS),
        (3, "h1", "h1"),
        (-11, "h2", "h1"),
        (12, "h2", Outcome.FAILS),
    ],
)
def test_an_instance_says_something_where_it_meets_all_assumptions_but_the_dropped_one(number, dropped, expected):
    found = Subject("T/printed", odd, "integers", (POSITIVE, SMALL), dropped).examine(number)
    if isinstance(expected, Outcome):
        assert found.decision is not None
        assert (found.decision.outcome, found.unmet) == (expected, "")
    else:
        assert found == Examination(None, expected)


@pytest.mark.parametrize("dropped", ["", "h3"])
def test_an_assumption_that_stays_undecided_leaves_the_instance_undecided(dropped):
    found = Subject("T/printed", odd, "integers", (UNKNOWN,), dropped).examine(3)
    assert found.decision is not None
    assert (found.decision.outcome, found.decision.grade) == (Outcome.UNDECIDED, Grade.CERTIFIED)


def no_decision(n):
    return 1


@pytest.mark.parametrize(
    ("property", "place"),
    [(no_decision, f" no_decision (line {no_decision.__code__.co_firstlineno})"), (partial(no_decision), "")],
    ids=["a function", "no function"],
)
def test_what_decides_nothing_is_named(property, place):
    for what, judged in {
        "the property": Subject("T/printed", property, "integers"),
        "the assumption h8,": Subject("T/printed", odd, "integers", (Assumption("h8", "no decision", property),)),
    }.items():
        with pytest.raises(TypeError) as caught:
            judged.examine(3)
        assert str(caught.value) == f"{what}{place} returns int, not a Decision: see claims.decide"


def test_a_predicate_becomes_an_assumption_by_its_name():
    assert assumption("h9", "odd")(odd) == Assumption("h9", "odd", odd)
