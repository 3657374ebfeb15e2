"""Campaigns: shards that add up to the same sum in every order, each instance counted once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from fractions import Fraction
from itertools import permutations

import pytest

from claims.campaign import cut, merge, profile_of, unit_of
from claims.cli import CHANGED, INTERRUPTED, OK, USAGE
from claims.instances import canonical
from claims.ledger import Ledger
from claims.model import Cost, Reason, Status
from claims.profiles import PROFILES
from claims.registry import subject
from claims.remote import Pool
from claims.run import SerialExecutor, run
from claims.search import search
from claims.shards import Register, Shard, draw, searching
from claims.units import failure

SURVIVES, BOUND, FAILS = "S1-6/sharp", "S1-2/sharp.bound", "S1-10/printed"
KEYS = (SURVIVES, BOUND, FAILS)
SEED = 7
RECORD = {"S1-10": {"verdict": "amended", "sentences": {FAILS: "refuted"}, "probes": {}}}


@pytest.fixture(scope="module")
def drawn():
    """Three shards of sixty instances, as the ledger keeps them."""
    return {key: [json.loads(json.dumps(draw(str(one), SEED))) for one in cut(key, 60, 3)] for key in KEYS}


def test_shards_hold_what_was_asked_for():
    assert [one.size for one in cut(SURVIVES, 100, 3)] == [34, 33, 33]
    assert [Shard.of(str(one)) for one in cut(SURVIVES, 100, 3)] == cut(SURVIVES, 100, 3)
    assert cut(SURVIVES, 60, 6)[:3] == cut(SURVIVES, 30, 3)
    assert len({one.seed(seed) for one in cut(SURVIVES, 60, 6) for seed in (0, 1)}) == 12


@pytest.mark.parametrize("key", KEYS)
def test_the_sum_does_not_depend_on_the_order(drawn, key):
    assert len({json.dumps(asdict(merge(key, order))) for order in permutations(drawn[key])}) == 1


@pytest.mark.parametrize("key", [SURVIVES, BOUND])
def test_an_instance_that_several_shards_drew_counts_once(drawn, key):
    registers = [Register(replace(subject(key), cost=Cost.FAST)) for _ in range(3)]
    for one, register in zip(cut(key, 60, 3), registers, strict=True):
        search(register.subject, searching(one.size), one.seed(SEED), register)
    instances = set().union(*(register.seen for register in registers))
    total = merge(key, drawn[key])
    assert total.effective == len(instances) < sum(one["effective"] for one in drawn[key])
    named = Counter(case for instance in instances for case in instance.cases())
    assert {name: count for name, count in total.coverage.items() if name != "attained"} == named
    again = merge(key, [*drawn[key], *drawn[key]])
    assert (again.effective, again.coverage) == (total.effective, total.coverage)


def test_the_tightest_instance_of_all_shards_is_reported(drawn):
    shares = [Fraction(one["tightest"]) for one in drawn[BOUND]]
    assert Fraction(merge(BOUND, drawn[BOUND]).tightest) == max(shares)


def test_the_smallest_counterexample_of_all_shards_is_shown(drawn):
    total = merge(FAILS, drawn[FAILS])
    texts = [canonical(one["witness"]["instance"]) for one in drawn[FAILS]]
    assert (total.status, total.verified) == (Status.REFUTED, True)
    assert canonical(total.witness["instance"]) == min(texts, key=lambda text: (len(text), text))


def test_a_counterexample_that_a_shard_has_made_up_is_not_announced(drawn):
    spoiled = json.loads(json.dumps(drawn[FAILS]))
    for one in spoiled:
        one["witness"]["because"] = "because"
    total = merge(FAILS, spoiled)
    assert (total.status, total.reason, total.verified) == (Status.INCONCLUSIVE, Reason.UNVERIFIED, False)


@pytest.mark.parametrize(("key", "status"), [(SURVIVES, Status.INCONCLUSIVE), (FAILS, Status.REFUTED)])
def test_a_shard_that_was_stopped_leaves_only_a_refutation(drawn, key, status):
    stopped = failure(unit_of(cut(key, 60, 3)[2]), Reason.TIMED_OUT, "killed")
    total = merge(key, [*drawn[key][:2], stopped])
    assert total.status is status
    if status is Status.INCONCLUSIVE:
        assert (total.reason, total.detail) == (Reason.TIMED_OUT, "1 of 3 shards timed out")


def test_a_sum_is_judged_by_the_most_demanding_profile_that_draws_no_more():
    for instances, name in ((200, "quick"), (299, "quick"), (300, "ci"), (10**6, "deep")):
        found, named = profile_of(instances), PROFILES[name]
        assert (found.enough, found.per_stratum) == (named.enough, named.per_stratum)
    assert profile_of(10).enough == 1


def at_once(job, execute):
    """What a worker answers, without a child."""
    text = json.dumps(draw(job["unit"]["key"], job["request"]["seed"]))
    return job | {"worker": "here", "text": text, "reason": None, "detail": ""}


HERE = Pool(SerialExecutor(), 1, work=at_once)


def test_a_campaign_is_resumed_and_extended(tmp_path):
    with Ledger(tmp_path / "kept.ledger") as ledger:
        first, more = ([unit_of(one) for one in cut(SURVIVES, 20 * count, count)] for count in (2, 3))
        assert run(first, profile_of(40), SEED, ledger=ledger, pool=HERE).executed == 2
        results = run(more, profile_of(60), SEED, ledger=ledger, pool=HERE)
    assert (results.executed, results.reused) == (1, 2)
    assert list(results.payloads) == [unit.key for unit in more]


def test_the_command_says_and_writes_what_was_found(command, here):
    asked = ("campaign", FAILS, "--instances", 20, "--shards", 2, "--seed", SEED)
    code, out, _ = command(*asked, "--jobs", 2, "--json", "first.json")
    assert code == CHANGED
    assert out.startswith(f"{FAILS}: refuted (recorded nothing); ")
    assert command("replay", FAILS)[0] == OK
    (here / "records" / "product.verdicts.json").write_text(json.dumps(RECORD))
    code, out, err = command(*asked, "--json", "second.json")
    assert (code, err.splitlines()[0][:23]) == (OK, "2 units, 2 of them in t")
    assert (here / "first.json").read_bytes() == (here / "second.json").read_bytes()


def test_an_interrupted_campaign_says_how_far_it_came(command, monkeypatch):
    def interrupted(units, *args, **options):
        return replace(run(list(units)[:1], *args, **(options | {"pool": HERE})), interrupted=True)

    monkeypatch.setattr("claims.cli.running.run", interrupted)
    code, out, err = command("campaign", SURVIVES, "--instances", 20, "--shards", 2)
    assert (code, out) == (INTERRUPTED, f"{SURVIVES}: 1 of 2 shards\n")
    assert "the same command goes on from there" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((SURVIVES, "--instances", "5", "--shards", "6"), "5 instances cannot be cut into 6 shards"),
        (("S0-2",), "no statement of S0-2 speaks of drawn instances"),
        (("S0-2/printed",), "S0-2/printed speaks of explicit cases"),
        ((SURVIVES, "--dask", "tcp://127.0.0.1:1", "--mpi"), "two ways to the same end"),
        (("S1-6/shrp",), "did you mean S1-6/sharp"),
    ],
)
def test_bad_input_gets_one_sentence(command, arguments, sentence):
    code, out, err = command("campaign", *arguments)
    assert (code, out, err.count("\n")) == (USAGE, "", 1)
    assert sentence in err
