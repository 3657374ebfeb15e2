"""Many units over a ``concurrent.futures.Executor``: what the ledger knows is reused, the rest is run and kept.

The workers of an executor only wait: each unit runs in a supervised child process, so that threads suffice for any number of
jobs.  Results depend neither on the executor, nor on the number of jobs, nor on the order in which units end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar

from claims.events import Event, Interrupted, RunFinished, RunStarted, UnitFinished, UnitReused, UnitStarted
from claims.fingerprint import entry
from claims.ledger import Entry, Ledger
from claims.profiles import Profile
from claims.remote import Pool
from claims.supervise import Answer, Execute, Request, Supervisor, start_method, undisturbed
from claims.units import Unit, failure
from claims.units import execute as execute_unit

P = ParamSpec("P")
T = TypeVar("T")
Payload = dict[str, Any]
Listener = Callable[[Event], object]

_PRELOAD = {
    "statement": ("claims.search",),
    "probe": ("claims.search",),
    "shard": ("claims.search",),
    "derivation": ("sympy",),
    "experiment": ("numpy",),
}


@dataclass(frozen=True)
class Results:
    """The payloads in the order of the units; those of an interrupted run are the ones that were finished.

    ``jobs``: how many units could run at once.
    """

    payloads: Mapping[str, Payload]
    executed: int
    reused: int
    interrupted: bool
    seconds: float
    jobs: int


class Work(Protocol):
    """Where units go and answers come from."""

    def submit(self, unit: Unit) -> Future[Any]: ...

    def answer(self, unit: Unit, future: Future[Any]) -> Answer: ...


class SerialExecutor(Executor):
    """Runs each call at once, in the thread of the caller; what the call raises, ``submit`` raises."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def run(
    units: Iterable[Unit],
    profile: Profile,
    seed: int,
    *,
    ledger: Ledger,
    jobs: int = 1,
    on_event: Listener = lambda event: None,
    fresh: bool = False,
    pool: Pool | None = None,
    execute: Execute = execute_unit,
) -> Results:
    """Run what the ledger lacks (everything, if ``fresh``) and keep each finding as it comes.

    ``pool``: workers of the caller's in place of ``jobs`` threads here; the caller closes it.  KeyboardInterrupt ends the
    children and the run, not the program: ``interrupted`` says so.  Raises LedgerError, and WorkerError where it cannot go on.
    """
    started = time.perf_counter()
    units = list(units)
    entries = {unit.key: entry(unit, profile, seed) for unit in units}
    if fresh:
        ledger.forget(entries.values())
    payloads = {key: payload for key, kept in entries.items() if (payload := ledger.find(kept)) is not None}
    waiting = sorted((unit for unit in units if unit.key not in payloads), key=lambda unit: unit.cost != "slow")
    reused, interrupted = len(payloads), False
    at_once, room = (pool.workers, pool.room) if pool else (jobs, jobs)
    try:
        on_event(RunStarted(len(units), reused, at_once, start_method()))
        for unit in units:
            if unit.key in payloads:
                on_event(UnitReused(unit))
        requests = _requests(profile, seed)
        elsewhere = pool and _elsewhere(pool, requests, entries, profile.stored_witnesses, execute)
        with elsewhere or _here(waiting, jobs, requests, execute) as work:
            for unit, answer, seconds in _answers(waiting, work, room, on_event):
                payload = _payload(unit, answer)
                ledger.put(entries[unit.key], payload, settled=answer.reason is None)
                payloads[unit.key] = payload
                on_event(UnitFinished(unit, str(payload.get("status", "done")), answer.reason or "", answer.detail, seconds))
    except KeyboardInterrupt:
        interrupted = True
        on_event(Interrupted(len(units) - len(payloads)))
    seconds = time.perf_counter() - started
    on_event(RunFinished(len(payloads) - reused, reused, seconds))
    ordered = {unit.key: payloads[unit.key] for unit in units if unit.key in payloads}
    return Results(ordered, len(payloads) - reused, reused, interrupted, seconds, at_once)


def _requests(profile: Profile, seed: int) -> Callable[[Unit], Request]:
    return lambda unit: Request(unit.kind, unit.key, profile.name, seed, profile.guard(unit.kind), unit.module)


def _payload(unit: Unit, answer: Answer) -> Payload:
    if answer.reason is not None:
        return json.loads(json.dumps(failure(unit, answer.reason, answer.detail)))
    assert answer.text is not None
    return json.loads(answer.text)


@dataclass(frozen=True)
class _Here:
    """Children of this process, one for each thread."""

    executor: Executor
    supervise: Supervisor
    request: Callable[[Unit], Request]

    def submit(self, unit: Unit) -> Future[Answer]:
        return self.executor.submit(self.supervise, self.request(unit))

    def answer(self, unit: Unit, future: Future[Answer]) -> Answer:
        return future.result()


@dataclass(frozen=True)
class _Elsewhere:
    """Workers of the caller's."""

    pool: Pool
    request: Callable[[Unit], Request]
    entries: Mapping[str, Entry]
    stored_witnesses: bool
    execute: Execute

    def submit(self, unit: Unit) -> Future[Any]:
        return self.pool.submit(unit, self.request(unit), self.entries[unit.key], self.stored_witnesses, self.execute)

    def answer(self, unit: Unit, future: Future[Any]) -> Answer:
        return self.pool.answer(future, self.entries[unit.key])


@contextmanager
def _here(units: list[Unit], jobs: int, request: Callable[[Unit], Request], execute: Execute) -> Iterator[Work]:
    """Children end before their threads are waited for."""
    preload = sorted({module for unit in units for module in _PRELOAD[unit.kind]})
    own = SerialExecutor() if jobs == 1 else ThreadPoolExecutor(jobs)
    with own as executor, Supervisor(execute, preload) as supervise:
        yield _Here(executor, supervise, request)


@contextmanager
def _elsewhere(
    pool: Pool, request: Callable[[Unit], Request], entries: Mapping[str, Entry], stored_witnesses: bool, execute: Execute
) -> Iterator[Work]:
    """What is still under way when the run breaks off is ended there, too."""
    try:
        yield _Elsewhere(pool, request, entries, stored_witnesses, execute)
    except BaseException:
        with undisturbed():
            pool.abandon(pool.run)
        raise


def _answers(units: list[Unit], work: Work, room: int, on_event: Listener) -> Iterator[tuple[Unit, Answer, float]]:
    """Each unit with its answer and its seconds, as they end; no more of them are under way than there is room for."""
    waiting = iter(units)
    running: dict[Future[Any], tuple[Unit, float]] = {}
    while True:
        while len(running) < room and (unit := next(waiting, None)) is not None:
            on_event(UnitStarted(unit))
            started = time.perf_counter()
            running[work.submit(unit)] = (unit, started)
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            unit, started = running.pop(future)
            yield unit, work.answer(unit, future), time.perf_counter() - started
