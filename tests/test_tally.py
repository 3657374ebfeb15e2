"""What a search counts, when it ends, what its counts amount to, and what it does next."""

import time
import warnings
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import Phase, settings

import claims.search
from claims.decide import at_most, certainly, exactly
from claims.instances.product import TwoLayer
from claims.model import Assumption, Cost, Grade, Reason, Status, only, sampled
from claims.profiles import PROFILES
from claims.search import Tally, conclude, search
from claims.subject import Subject
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix

PROFILE = replace(PROFILES["ci"], examples=3, enough=4, per_stratum=2, climbs=11)
NOTHING = Assumption("h2", "never met", lambda net: exactly(False))


def subject(property=lambda net: exactly(True), **more):
    return Subject(**({"key": "T/printed", "property": property, "over": "small_two_layers"} | more))


def network(left=1, right=1, target=1, inputs=1, kind=RationalMatrix):
    return TwoLayer(*(kind.of([[value]]) for value in (left, right, target, inputs)))


def left_at_most_right(net):
    return at_most(net.left.entry(0, 0), net.right.entry(0, 0))


def tallied(judged, *instances):
    tally = Tally(judged)
    for instance in instances:
        tally.take(instance)
    return tally


# Counting


@pytest.mark.parametrize(
    ("cost", "settled", "effective", "reached", "undecided", "enough"),
    [
        (Cost.FAST, 40, 40, 2, 0, True),
        (Cost.FAST, 40, 41, 3, 0, True),
        (Cost.FAST, 40, 39, 2, 0, False),
        (Cost.FAST, 40, 40, 1, 0, False),
        (Cost.FAST, 40, 40, 2, 1, False),
        (Cost.FAST, 1, 1, 2, 0, True),
        (Cost.FAST, 0, 40, 2, 0, False),
        (Cost.SLOW, 40, 20, 2, 0, True),
        (Cost.SLOW, 40, 19, 2, 0, False),
    ],
)
def test_when_a_profile_has_seen_enough(cost, settled, effective, reached, undecided, enough):
    tally = Tally(subject(cost=cost, strata=("named",)))
    tally.seen, tally.undecided = set(range(effective)), undecided
    tally.coverage["named"] = reached
    assert tally.is_settled(replace(PROFILE, settled=settled)) is enough


def test_only_a_bound_is_measured():
    measured = []
    for bound in (True, False):
        tally = tallied(subject(left_at_most_right, bound=bound), network(1, 40))
        measured.append((tally.used, tally.tightest, tally.tightest_at, tally.examples, tally.effective))
    share = Fraction(1, 40)
    assert measured == [(share, share, network(1, 40), 1, 1), (share, None, None, 1, 1)]


def test_what_attains_a_bound_is_counted_once():
    judged = subject(left_at_most_right, bound=True)
    tally = tallied(judged, network(1, 2), network(1, 1), network(1, 1), network(2, 2), network(1, 3), network(0, 1))
    assert (tally.coverage["attained"], tally.effective, tally.examples) == (2, 5, 6)
    assert tally.coverage["one by one"] == 5
    assert (tally.tightest, tally.tightest_at) == (1, network(1, 1))


def test_a_bound_may_leave_out_the_share():
    tally = tallied(subject(bound=True), network())
    assert (tally.used, tally.tightest, tally.effective) == (None, None, 1)


def test_a_counterexample_is_given_back():
    tally = Tally(subject(lambda net: exactly(False, "no")))
    decision = tally.take(network())
    assert decision is not None
    assert decision.because == "no"
    assert tally.counterexample == (network(), decision)
    assert Tally(subject()).take(network()) is None


def test_what_is_unmet_or_undecided_is_counted_apart():
    tally = tallied(subject(assumptions=(NOTHING,)), network(), network(2))
    assert (tally.examples, tally.effective, tally.undecided, tally.unmet) == (2, 0, 0, {"h2": 2})
    tally = tallied(subject(lambda net: certainly(False, False)), network(), network(2), network(2))
    assert (tally.examples, tally.effective, tally.undecided, tally.unmet) == (3, 0, 3, {})


def test_the_weakest_grade_counts():
    def certified_for_two(net):
        return certainly(True, False) if net.left.entry(0, 0) == 2 else exactly(True)

    for order in ((1, 2, 3), (2, 1, 3)):
        assert tallied(subject(certified_for_two), *map(network, order)).grade is Grade.CERTIFIED
    assert tallied(subject(certified_for_two), network(1)).grade is Grade.EXACT


# What counts amount to


def counted(effective=4, reached=2, undecided=0, over="small_two_layers", unmet=None):
    tally = Tally(subject(strata=("named",), over=over))
    tally.seen, tally.undecided, tally.examples = set(range(effective)), undecided, 9
    tally.coverage.update({"named": reached, "also": 1})
    tally.unmet.update(unmet or {})
    return tally


THESE, SOME = only("these", network), sampled("some", network)


@pytest.mark.parametrize(
    ("tally", "listed", "reason", "detail"),
    [
        (counted(undecided=5, effective=0), False, Reason.UNDECIDED, "5 of 9 instances stayed undecided"),
        (counted(effective=3), False, Reason.VACUOUS, "3 effective of 9 instances (6 repeated)"),
        (
            counted(effective=3, unmet={"h2": 1, "h1": 4}),
            False,
            Reason.VACUOUS,
            "3 effective of 9 instances (h1 unmet 4 times, h2 unmet 1 times, 1 repeated)",
        ),
        (counted(effective=0, over=THESE), True, Reason.VACUOUS, "0 effective of 9 instances (9 repeated)"),
        (counted(reached=1), False, Reason.UNCOVERED, "not reached often enough: named"),
        (counted(reached=0, effective=1, over=THESE), True, Reason.UNCOVERED, "not reached often enough: named"),
    ],
)
def test_not_knowing_has_a_name(tally, listed, reason, detail):
    found = conclude(tally, PROFILE, listed=listed)
    assert (found.key, found.status, found.reason, found.detail) == ("T/printed", Status.INCONCLUSIVE, reason, detail)


@pytest.mark.parametrize(
    ("tally", "listed", "exhaustive"),
    [
        (counted(), False, False),
        (counted(effective=1, reached=1, over=THESE), True, True),
        (counted(effective=1, reached=1, over=SOME), True, False),
    ],
)
def test_what_survives(tally, listed, exhaustive):
    tally.grade, tally.tightest = Grade.CERTIFIED, Fraction(2, 4)
    found = conclude(tally, PROFILE, listed=listed)
    assert (found.status, found.exhaustive, found.examples, found.effective) == (
        Status.SURVIVED,
        exhaustive,
        9,
        tally.effective,
    )
    assert (found.grade, found.tightest) == (Grade.CERTIFIED, "1/2")
    assert list(found.coverage.items()) == [("also", 1), ("named", tally.coverage["named"])]


def test_a_statement_that_is_no_bound_has_no_tightest_instance():
    assert conclude(counted(), PROFILE, listed=False).tightest is None


def test_a_refutation_is_announced_where_the_second_arithmetic_confirms_it():
    judged = subject(left_at_most_right)
    found = conclude(tallied(judged, network(2, 1)), PROFILE, listed=False)
    assert (found.status, found.verified, found.grade, found.effective) == (Status.REFUTED, True, Grade.EXACT, 1)
    assert found.witness["instance"] == network(2, 1).to_json()


def test_a_refutation_that_the_second_arithmetic_denies_is_not_announced():
    judged = subject(lambda net: exactly(isinstance(net.left, FractionMatrix)))
    found = conclude(tallied(judged, network()), PROFILE, listed=False)
    assert (found.status, found.reason, found.verified) == (Status.INCONCLUSIVE, Reason.UNVERIFIED, False)
    assert found.witness["instance"] == network().to_json()


# One step after the other


def test_cases_are_gone_through_up_to_the_first_counterexample():
    lefts = (1, 5, 2, 7)
    cases = only("four", *(lambda kind, left=left: network(left, kind=kind) for left in lefts))
    for most, examples, status in ((4, 2, Status.REFUTED), (7, 4, Status.SURVIVED)):
        tally = Tally(subject(lambda net, most=most: at_most(net.left.entry(0, 0), most), over=cases))
        found = search(tally.subject, replace(PROFILE, enough=5), 0, tally)
        assert (found.examples, found.status, tally.examples) == (examples, status, examples)


@pytest.fixture
def steps(monkeypatch):
    """The steps that a search takes, in order, each of them only noted down; what drawing leads to can be set."""
    noted, drawn = [], {"gave_up": False, "counterexample": None}

    def generate(tally, profile, number):
        noted.append("generate")
        tally.counterexample = drawn["counterexample"]
        return drawn["gave_up"]

    monkeypatch.setattr("claims.search._generate", generate)
    monkeypatch.setattr("claims.search._climb", lambda tally, profile: noted.append("climb"))
    monkeypatch.setattr("claims.search._look_smaller", lambda tally, profile, number: noted.append("look smaller"))
    return noted, drawn


@pytest.mark.parametrize(
    ("failing", "shrink", "expected"),
    [(True, True, ["look smaller"]), (True, False, []), (False, True, []), (False, False, [])],
)
def test_a_smaller_counterexample_is_looked_for_where_there_is_one(steps, failing, shrink, expected):
    noted, drawn = steps
    net = network(2, 1)
    drawn["counterexample"] = (net, left_at_most_right(net)) if failing else None
    started = time.perf_counter()
    found = search(subject(left_at_most_right), replace(PROFILE, shrink=shrink), 0)
    assert noted == ["generate", "climb", *expected]
    assert found.status is (Status.REFUTED if failing else Status.INCONCLUSIVE)
    assert 0 <= found.seconds <= time.perf_counter() - started


def test_giving_up_is_no_verdict(steps):
    _, drawn = steps
    drawn["gave_up"] = True
    found = search(subject(), PROFILE, 0)
    assert (found.status, found.reason) == (Status.INCONCLUSIVE, Reason.GAVE_UP)
    assert found.detail == "Hypothesis found no further instance after 0"


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("shrink", [True, False])
def test_the_phases_of_the_drawing(monkeypatch, bound, shrink):
    asked, aims = {}, []

    def noting(**options):
        asked.update(options)
        return settings(**options)

    monkeypatch.setattr("claims.search.settings", noting)
    monkeypatch.setattr("claims.search.target", aims.append)
    judged = subject(lambda net: at_most(net.left.scalar(1), net.left.scalar(2)), bound=bound)
    found = search(judged, replace(PROFILE, shrink=shrink), 0)
    assert (found.examples, found.reason) == (asked["max_examples"], Reason.VACUOUS) == (3, Reason.VACUOUS)
    assert asked["phases"] == [Phase.generate, *[Phase.target] * bound, *[Phase.shrink] * shrink]
    assert aims == [0.5] * 3 * bound


def test_drawing_ends_at_a_counterexample_and_where_enough_was_seen():
    many = replace(PROFILE, examples=30, shrink=False)
    for judged, settled in ((subject(lambda net: exactly(False)), 0), (subject(), 1)):
        tally = Tally(judged)
        assert claims.search._generate(tally, replace(many, settled=settled), 0) is False
        assert tally.examples < 5  # Hypothesis tries again what ended the drawing


def test_drawing_says_where_it_gave_up(monkeypatch):
    from hypothesis import strategies as st

    family = claims.search.family("small_two_layers")
    for strategy, gave_up in ((st.nothing(), True), (family.strategy, False)):
        monkeypatch.setattr("claims.search.family", lambda name, s=strategy: replace(family, strategy=s))
        assert claims.search._generate(Tally(subject()), PROFILE, 0) is gave_up


@pytest.mark.parametrize(
    ("start", "counterexample", "stays", "climbs"),
    [(True, False, True, True), (True, True, True, False), (True, False, False, False), (False, False, True, False)],
)
def test_an_optimiser_starts_from_what_is_tightest(monkeypatch, start, counterexample, stays, climbs):
    given = []
    monkeypatch.setattr("claims.search.climb", lambda *arguments: given.append(arguments))
    monkeypatch.setattr(TwoLayer, "stays_in_family", lambda net: stays)
    tally = tallied(subject(left_at_most_right, bound=start), network(1, 2))
    if counterexample:
        tally.counterexample = (network(), exactly(False))
    claims.search._climb(tally, PROFILE)
    assert len(given) == climbs
    if climbs:
        ((here, share, measure, budget),) = given
        assert (here, share, budget) == (network(1, 2), Fraction(1, 2), 11)
        assert measure(network(3, 4)) == Fraction(3, 4)
        assert tally.examples == 2


@pytest.mark.parametrize(
    ("found_at", "looked", "left"), [(0, 1, 1), (2, 3, 1), (3, 3, 200), (None, 3, 200)], ids=["first", "last", "beyond", "never"]
)
def test_the_smallest_sizes_are_searched_first(monkeypatch, found_at, looked, left):
    calls = []

    def generate(small, profile, number):
        calls.append(number)
        if found_at == len(calls) - 1:
            small.counterexample = (network(1), exactly(False))

    monkeypatch.setattr("claims.search._generate", generate)
    tally = Tally(subject())
    tally.counterexample = (network(200), exactly(False))
    claims.search._look_smaller(tally, PROFILE, 5)
    assert calls == [5] * looked
    assert tally.counterexample[0] == network(left)


def test_a_larger_counterexample_is_not_taken(monkeypatch):
    def generate(small, profile, number):
        small.counterexample = (network(200), exactly(False))

    monkeypatch.setattr("claims.search._generate", generate)
    tally = Tally(subject())
    tally.counterexample = (network(1), exactly(False))
    claims.search._look_smaller(tally, PROFILE, 5)
    assert tally.counterexample[0] == network(1)


def test_the_seed_of_a_sentence_is_always_the_same():
    assert claims.search._seed("S0-1/printed", 0) == 1433607761137508616
    assert claims.search._seed("S0-1/printed", 1) != claims.search._seed("S0-1/printed", 0)


def test_warnings_of_what_is_drawn_are_not_shown():
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        with claims.search._reproducible():
            warnings.warn("not to be seen", stacklevel=1)
        warnings.warn("to be seen", stacklevel=1)
    assert [str(warning.message) for warning in shown] == ["to be seen"]
