"""One statement in, one finding out; every way of not knowing has its own name."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import reject
from hypothesis import strategies as st

import claims.search
from claims.decide import at_most, certainly, equal, exactly
from claims.instances import Instance
from claims.model import Assumption, Cost, Reason, Status, only
from claims.profiles import PROFILES
from claims.search import search
from claims.subject import Subject
from claims.verifier import verify
from numerics.rational import RationalMatrix, fraction

CI = replace(PROFILES["ci"], examples=120, enough=20)


def left_is_symmetric(net):
    return equal(net.left, net.left.T)


def always(net):
    return exactly(True)


def never_decided(net):
    return certainly(False, False)


def trace_is_at_most_forty(net):
    return at_most(abs((net.left @ net.right).entry(0, 0)), net.left.scalar(40))


ZERO = Assumption("h1", "the left factor is zero", lambda net: exactly(net.left.is_zero()))
IMPOSSIBLE = Assumption("h1", "the width is nine", lambda net: exactly(net.widths[0] == 9))


def subject(property, **more):
    return Subject(**({"key": "T/printed", "property": property, "over": "small_two_layers"} | more))


def test_a_case_that_is_misspelt_is_told_from_one_that_is_rare():
    found = search(subject(always, strata=("one samples", "nine layers")), CI, 0)
    assert found.detail == "not reached often enough: one samples (did you mean one sample?), nine layers"


def test_instances_that_are_there_again_are_told_from_those_that_say_nothing():
    found = search(subject(always), replace(CI, enough=200), 0)
    again = 120 - found.effective
    assert again > 0
    assert found.detail == f"{found.effective} effective of 120 instances ({again} repeated)"


@dataclass(frozen=True)
class Unfit(Instance):
    parts: Any
    named: Any = frozenset()

    def cases(self):
        return self.named


@pytest.mark.parametrize(
    ("instance", "words"),
    [
        (Unfit([1]), r"a Unfit has a part that can be changed \(unhashable type: 'list'\): make it a tuple or a matrix"),
        (Unfit(1, "zero"), r"cases\(\) of a Unfit returns str, not a frozenset of names"),
    ],
)
def test_an_instance_that_cannot_be_counted_is_an_error(instance, words):
    with pytest.raises(TypeError, match=words):
        search(subject(always, over=only("one", lambda q: instance)), CI, 0)


def test_a_true_statement_survives_with_its_counts():
    found = search(subject(always, strata=("one sample", "zero weights")), CI, 0)
    assert found.status is Status.SURVIVED
    assert 20 <= found.effective <= found.examples == 120
    assert found.coverage["one sample"] >= 2


def test_duplicates_do_not_count_as_effective():
    found = search(subject(always, over="interleavings"), CI, 0)
    assert found.effective < found.examples


def test_a_false_statement_is_refuted_by_a_small_verified_instance():
    found = search(subject(left_is_symmetric), CI, 0)
    assert (found.status, found.verified) == (Status.REFUTED, True)
    assert found.witness is not None
    assert found.witness["instance"]["left"]["shape"] in ([1, 2], [2, 1])
    assert verify(subject(left_is_symmetric), found.witness).confirmed


def test_the_smallest_counterexample_is_found():
    found = search(subject(lambda net: exactly(net.loss <= 3)), CI, 0)
    assert found.witness is not None
    network = found.witness["instance"]
    assert all(network[part]["shape"] == [1, 1] for part in ("left", "right", "target", "inputs"))


@pytest.mark.parametrize(
    ("judged", "reason", "detail"),
    [
        (subject(never_decided), Reason.UNDECIDED, "120 of 120 instances stayed undecided"),
        (
            subject(always, assumptions=(IMPOSSIBLE,)),
            Reason.VACUOUS,
            "0 effective of 120 instances (h1 unmet 120 times)",
        ),
        (
            subject(always, strata=("a case that does not exist",)),
            Reason.UNCOVERED,
            "not reached often enough: a case that does not exist",
        ),
    ],
)
def test_not_knowing_has_a_name(judged, reason, detail):
    found = search(judged, CI, 0)
    assert (found.status, found.reason, found.detail) == (Status.INCONCLUSIVE, reason, detail)


def test_assumptions_are_checked_and_can_be_dropped():
    def left_is_zero(net):
        return exactly(net.left.is_zero())

    kept = search(subject(left_is_zero, assumptions=(ZERO,)), CI, 0)
    dropped = search(subject(left_is_zero, assumptions=(ZERO,), dropped="h1", expects_refutation=True), CI, 0)
    assert kept.status is Status.SURVIVED
    assert dropped.status is Status.REFUTED


def test_a_bound_reports_how_tight_it_got():
    found = search(subject(trace_is_at_most_forty, bound=True), CI, 0)
    assert found.status is Status.SURVIVED
    assert 0 < Fraction(found.tightest) <= 1


def test_the_search_is_steered_by_each_instance_not_by_the_record(monkeypatch):
    seen = []
    monkeypatch.setattr("claims.search.target", lambda value: seen.append(value))
    search(subject(trace_is_at_most_forty, bound=True), CI, 0)
    assert any(later < earlier for earlier, later in pairwise(seen))


def test_cases_settle_a_statement():
    from claims.documents.collapse.source import THE_DATA

    assert search(subject(lambda data: exactly(data.samples == 1500), over=THE_DATA), CI, 0).exhaustive
    refuted = search(subject(lambda data: exactly(data.samples == 7), over=THE_DATA), CI, 0)
    assert (refuted.status, refuted.verified, refuted.examples) == (Status.REFUTED, True, 1)


def test_same_seed_same_finding_whatever_ran_before():
    def without_clock(finding):
        return replace(finding, seconds=0.0)

    first = without_clock(search(subject(left_is_symmetric), CI, 3))
    search(subject(always), CI, 1)
    import mailbox  # noqa: F401 - a module whose constants Hypothesis would harvest

    assert without_clock(search(subject(left_is_symmetric), CI, 3)) == first


def test_quick_does_not_shrink_but_verifies():
    found = search(subject(left_is_symmetric), PROFILES["quick"], 0)
    assert (found.status, found.verified) == (Status.REFUTED, True)


def test_fractions_and_flint_agree_on_scalars():
    assert fraction(RationalMatrix.scalar("3/6")) == Fraction(1, 2)


def test_a_profile_that_has_seen_enough_draws_no_more():
    early = replace(CI, settled=30)
    found = search(subject(always, strata=("one sample",)), early, 0)
    assert found.status is Status.SURVIVED
    assert 30 <= found.effective < 60
    assert found.examples < 120
    assert search(subject(left_is_symmetric), early, 0).status is Status.REFUTED


def test_a_named_case_that_is_missing_is_waited_for():
    found = search(subject(always, strata=("deeper than the sea",)), replace(CI, settled=30), 0)
    assert (found.examples, found.reason) == (120, Reason.UNCOVERED)


def test_draws_that_lead_nowhere_are_bounded(monkeypatch):
    """Filtering rejects a draw here; in the optimiser's hands, draws that run out of choices would be as many."""
    family, drawn = claims.search.family("small_two_layers"), []

    @st.composite
    def seldom(draw):
        drawn.append(draw(st.integers(0, 2**40)))
        return draw(family.strategy) if drawn[-1] % 997 == 1 else reject()

    monkeypatch.setattr("claims.search.family", lambda name: replace(family, strategy=seldom()))
    found = search(subject(always), CI, 0)
    assert 0 < found.examples < 120
    assert len(drawn) < 500 + 5 * found.examples


def test_a_slow_statement_gets_a_quarter():
    assert search(subject(always, cost=Cost.SLOW), CI, 0).examples == 30
