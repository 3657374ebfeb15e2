"""Workers elsewhere: only names and numbers reach them, and those that run something else are refused by name."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future

import misbehaving
import pytest
from test_run import HASTY, units

from claims.fingerprint import entry
from claims.ledger import Ledger
from claims.model import Reason
from claims.remote import Pool, WorkerError, carry_out, end
from claims.run import SerialExecutor, run
from claims.supervise import Request

UNIT = units("plain")[0]
KEPT = entry(UNIT, HASTY, 3)
OLD = json.dumps(json.loads(KEPT.versions) | {"numpy": "1.0"})


class Recorder(SerialExecutor):
    """Notes what would travel."""

    def __init__(self):
        self.jobs = []

    def submit(self, fn, job, execute):
        self.jobs.append(job)
        return super().submit(fn, job, execute)


class Far(Executor):
    """Keeps what a call raises for the one who asks for its result, as executors do."""

    def submit(self, fn, *arguments):
        future = Future()
        try:
            future.set_result(fn(*arguments))
        except ModuleNotFoundError as problem:
            future.set_exception(problem)
        return future


def through(pool, tmp_path, *deeds):
    with Ledger(tmp_path / "kept.ledger") as ledger:
        return run(units(*deeds), HASTY, 3, ledger=ledger, pool=pool, execute=misbehaving.execute)


def test_only_names_and_numbers_travel(tmp_path):
    pool = Pool(Recorder(), 1)
    results = through(pool, tmp_path, "plain", "exit")
    end(pool.run)
    assert [payload.get("reason") for payload in results.payloads.values()] == [None, Reason.CRASHED]
    assert [json.loads(json.dumps(job)) for job in pool.executor.jobs] == pool.executor.jobs


def reply(**other):
    return lambda job, execute: (
        {
            "worker": "tcp://far:1",
            "fingerprint": job["fingerprint"],
            "versions": job["versions"],
            "text": "{}",
            "reason": None,
            "detail": "",
        }
        | other
    )


def far(job, execute):
    raise ModuleNotFoundError("No module named 'claims'")


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (reply(fingerprint="f"), "the worker tcp://far:1 is refused: it runs other sources"),
        (
            reply(versions=json.dumps(json.loads(KEPT.versions) | {"numpy": "1.0"})),
            "tcp://far:1 is refused: it has numpy 1.0, here",
        ),
        (far, "No module named 'claims'"),
    ],
)
def test_a_worker_that_runs_something_else_is_refused_by_name(tmp_path, work, sentence):
    abandoned = []
    pool = Pool(Far(), 1, work=work, abandon=abandoned.append)
    with pytest.raises(WorkerError, match=sentence):
        through(pool, tmp_path, "plain")
    assert abandoned == [pool.run]


def test_a_unit_that_took_every_worker_with_it_has_crashed(tmp_path):
    (payload,) = through(Pool(Far(), 1, work=far, lost=(ModuleNotFoundError,)), tmp_path, "plain").payloads.values()
    assert (payload["reason"], payload["detail"][:30]) == (Reason.CRASHED, "its worker was lost each time:")


def test_a_worker_does_not_begin_what_it_would_do_differently():
    request = Request(UNIT.kind, "S0-0/exit", "hasty", 3, 1.0)
    job = {"run": "r", "unit": vars(UNIT), "request": vars(request), "stored_witnesses": False}
    answered = carry_out(job | {"fingerprint": "f", "versions": KEPT.versions}, misbehaving.execute)
    assert (answered["text"], answered["reason"], answered["fingerprint"]) == (None, None, KEPT.fingerprint)


def test_a_run_that_was_ended_gets_no_further_child():
    request = Request(UNIT.kind, UNIT.key, "hasty", 3, 1.0)
    job = {"run": "over", "unit": vars(UNIT), "request": vars(request), "stored_witnesses": False}
    end("over")
    answered = carry_out(job | {"fingerprint": KEPT.fingerprint, "versions": KEPT.versions}, misbehaving.execute)
    assert answered["text"] is None
