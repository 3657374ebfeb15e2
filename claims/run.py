"""Many units over a ``concurrent.futures.Executor``: what the ledger knows is reused, the rest is run and kept.

The workers of an executor only wait: each unit runs in a supervised child process, so that threads suffice for any number of
jobs.  Results depend neither on the number of jobs nor on the order in which units end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from claims.events import Event, Interrupted, RunFinished, RunStarted, UnitFinished, UnitReused, UnitStarted
from claims.fingerprint import entry
from claims.ledger import Ledger
from claims.profiles import Profile
from claims.supervise import Answer, Execute, Request, Supervisor, alone, start_method
from claims.units import Unit, failure
from claims.units import execute as execute_unit

P = ParamSpec("P")
T = TypeVar("T")
Payload = dict[str, Any]
Listener = Callable[[Event], object]
Work = Callable[[Request], Answer]

_PRELOAD = {
    "statement": ("claims.search",),
    "probe": ("claims.search",),
    "derivation": ("sympy",),
    "experiment": ("numpy",),
}


@dataclass(frozen=True)
class Results:
    """The payloads in the order of the units; those of an interrupted run are the ones that were finished."""

    payloads: Mapping[str, Payload]
    executed: int
    reused: int
    interrupted: bool
    seconds: float


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
    executor: Executor | None = None,
    execute: Execute = execute_unit,
) -> Results:
    """Run what the ledger lacks (everything, if ``fresh``) and keep each finding as it comes.

    ``executor``: one of the caller's, with ``jobs`` workers, in place of a serial one or of threads; the caller closes it.
    KeyboardInterrupt ends the children and the run, not the program: ``interrupted`` says so.  Raises LedgerError.
    """
    started = time.perf_counter()
    units = list(units)
    entries = {unit.key: entry(unit, profile, seed) for unit in units}
    if fresh:
        ledger.forget(entries.values())
    payloads = {key: payload for key, kept in entries.items() if (payload := ledger.find(kept)) is not None}
    waiting = sorted((unit for unit in units if unit.key not in payloads), key=lambda unit: unit.cost != "slow")
    reused, interrupted = len(payloads), False
    try:
        on_event(RunStarted(len(units), reused, jobs, start_method()))
        for unit in units:
            if unit.key in payloads:
                on_event(UnitReused(unit))
        with _workers(waiting, jobs, executor, execute) as (pool, work):
            for unit, answer, seconds in _answers(waiting, pool, work, jobs, _requests(profile, seed), on_event):
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
    return Results(ordered, len(payloads) - reused, reused, interrupted, seconds)


def _requests(profile: Profile, seed: int) -> Callable[[Unit], Request]:
    return lambda unit: Request(unit.kind, unit.key, profile.name, seed, profile.guard(unit.kind), unit.module)


def _payload(unit: Unit, answer: Answer) -> Payload:
    if answer.reason is not None:
        return json.loads(json.dumps(failure(unit, answer.reason, answer.detail)))
    assert answer.text is not None
    return json.loads(answer.text)


@contextmanager
def _workers(units: list[Unit], jobs: int, executor: Executor | None, execute: Execute) -> Iterator[tuple[Executor, Work]]:
    """An executor and what it is to call; children end before their threads are waited for."""
    if executor is not None:
        yield executor, partial(alone, execute=execute)
        return
    preload = sorted({module for unit in units for module in _PRELOAD[unit.kind]})
    own = SerialExecutor() if jobs == 1 else ThreadPoolExecutor(jobs)
    with own as pool, Supervisor(execute, preload) as supervise:
        yield pool, supervise


def _answers(
    units: list[Unit], pool: Executor, work: Work, jobs: int, request: Callable[[Unit], Request], on_event: Listener
) -> Iterator[tuple[Unit, Answer, float]]:
    """Each unit with its answer and its seconds, as they end; no more of them are on their way than there are jobs."""
    waiting = iter(units)
    running: dict[Future[Answer], tuple[Unit, float]] = {}
    while True:
        while len(running) < jobs and (unit := next(waiting, None)) is not None:
            on_event(UnitStarted(unit))
            started = time.perf_counter()
            running[pool.submit(work, request(unit))] = (unit, started)
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            unit, started = running.pop(future)
            yield unit, future.result(), time.perf_counter() - started
