"""Units that workers elsewhere carry out: names and numbers travel there, a payload as text travels back.

A worker (a process of dask, of MPI or of a pool) first compares the sources and libraries that it would run with those under
which the ledger is going to keep the finding; where they differ it refuses, and the run ends with its name.  Each unit runs in a
child under a supervisor, as it does here, so that a unit that hangs or crashes costs its worker nothing.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from claims.fingerprint import fingerprint, remember, versions_text
from claims.ledger import Entry
from claims.model import Reason
from claims.own import Module
from claims.profiles import PROFILES
from claims.supervise import Answer, Closed, Execute, Request, Supervisor
from claims.units import Unit
from claims.units import execute as execute_unit

Job = dict[str, Any]
Reply = dict[str, Any]

_supervisors: dict[str, Supervisor] = {}
"""One for each run that this process works for; those of runs that ended stay there, closed, so that no late unit starts."""
_lock = threading.Lock()


class WorkerError(Exception):
    """The workers cannot go on; the message is one sentence."""


@dataclass(frozen=True)
class Pool:
    """Workers elsewhere.

    ``workers``: how many units run at once; ``lost``: what a future raises whose worker died, and died again when another one
    tried; ``abandon``: ends what is still running, once nobody waits for it any more; ``run``: the name of this use of the pool.
    """

    executor: Executor
    workers: int
    work: Callable[[Job, Execute], Reply] | None = None
    lost: tuple[type[BaseException], ...] = ()
    abandon: Callable[[str], object] = lambda run: None
    run: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def room(self) -> int:
        """How many units may be under way: no worker waits for the next one, and none of them is far ahead."""
        return max(8, 2 * self.workers)

    def submit(self, unit: Unit, request: Request, kept: Entry, stored_witnesses: bool, execute: Execute) -> Future[Reply]:
        job = {"run": self.run, "unit": asdict(unit), "request": asdict(request), "stored_witnesses": stored_witnesses}
        job |= {"fingerprint": kept.fingerprint, "versions": kept.versions}
        return self.executor.submit(self.work or carry_out, job, execute)

    def answer(self, future: Future[Reply], kept: Entry) -> Answer:
        """What came back.  Raises WorkerError where the worker refused, or where the pool is gone."""
        try:
            reply = future.result()
        except self.lost as problem:
            return Answer(None, Reason.CRASHED, f"its worker was lost each time: {problem}")
        except CancelledError as problem:
            raise WorkerError("the connection to the workers was lost; what was finished is kept") from problem
        except Exception as problem:
            raise WorkerError(f"the workers cannot carry units out ({type(problem).__name__}: {problem})") from problem
        differences = list(_differences(reply, kept))
        if differences:
            raise WorkerError(f"the worker {reply['worker']} is refused: {'; '.join(differences)}")
        return Answer(reply["text"], reply["reason"] and Reason(reply["reason"]), reply["detail"])


def carry_out(job: Job, execute: Execute = execute_unit) -> Reply:
    """In a worker: the answer to a job, with the worker's name and what it runs; no answer where that is not what is needed."""
    remember()
    module = job["unit"]["module"] and Module(**job["unit"]["module"])
    unit = Unit(**job["unit"] | {"module": module})
    profile = replace(PROFILES["ci"], stored_witnesses=job["stored_witnesses"])
    own = {"fingerprint": fingerprint(unit, profile), "versions": versions_text()}
    reply = {"worker": f"process {os.getpid()} on {platform.node()}", **own, "text": None, "reason": None, "detail": ""}
    if any(own[name] != job[name] for name in own):
        return reply
    try:
        answer = _supervisor(job["run"], execute)(Request(**job["request"] | {"module": module}))
    except Closed:
        return reply
    return reply | {"text": answer.text, "reason": answer.reason and answer.reason.value, "detail": answer.detail}


def end(run: str) -> None:
    """In a worker: end the children of a run, the busy ones too, and start none for it any more."""
    _supervisor(run, execute_unit).close()


def _supervisor(run: str, execute: Execute) -> Supervisor:
    # A worker may itself be a daemonic process, which may have no children: they could outlive it.  Ours never do.
    if multiprocessing.parent_process() is not None:
        multiprocessing.current_process().daemon = False
    with _lock:
        if run not in _supervisors:
            _supervisors[run] = Supervisor(execute, ("claims.search",))
        return _supervisors[run]


def _differences(reply: Mapping[str, Any], kept: Entry) -> list[str]:
    """What the worker has and what is needed, in words."""
    theirs, ours = json.loads(reply["versions"]), json.loads(kept.versions)
    names = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
    found = [f"it has {name} {theirs.get(name)}, here it is {ours.get(name)}" for name in names]
    if reply["fingerprint"] != kept.fingerprint:
        found.append("it runs other sources; give it these and start it again")
    return found
