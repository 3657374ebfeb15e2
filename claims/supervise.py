"""Units run in child processes, so that one that hangs is killed alone and one that crashes takes nothing with it.

A child serves one unit after the other.  One that ran into its guard, crashed or raised is never used again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self

from claims import own
from claims.model import Reason
from claims.patience import raised
from claims.units import execute as execute_unit

_SAFE = {"PYTHONSAFEPATH": "1"}
"""No child imports from the folder that somebody happens to be in, where a ``random.py`` may lie."""

PINNED = dict.fromkeys(
    (
        "BLIS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)
"""One thread for each linear algebra library; it has to stand in the environment before NumPy is imported."""

_GRACE_SECONDS = 5.0

Execute = Callable[[str, str, str, int], dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """A unit by name, the seconds after which it is killed, and the module of one's own that brings it."""

    kind: str
    key: str
    profile: str
    seed: int
    guard: float
    module: own.Module | None = None


@dataclass(frozen=True)
class Answer:
    """The payload as JSON text, or the reason (timed out, crashed) why there is none, with its detail."""

    text: str | None
    reason: Reason | None = None
    detail: str = ""


class Closed(Exception):  # noqa: N818 - not an error: the run was interrupted
    """The supervisor was closed while a unit was waiting for it."""


def start_method() -> str:
    """How children are started: 'forkserver' (forked from a process that has the heavy modules loaded), else 'spawn'."""
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


class Supervisor:
    """Answers requests, each thread through a child of its own.  Close it, or use it as a context, to end all children."""

    def __init__(self, execute: Execute = execute_unit, preload: Sequence[str] = (), method: str = "") -> None:
        self._execute = execute
        self._context: Any = multiprocessing.get_context(method or start_method())
        if (method or start_method()) == "forkserver":
            self._context.set_forkserver_preload(list(preload))
        self._lock = threading.Lock()
        self._own = threading.local()
        self._children: set[_Child] = set()
        self._closed = False

    def __call__(self, request: Request) -> Answer:
        """Run a unit in a child.  What crashed a used child is tried in a fresh one, so that no unit suffers for another."""
        child = self._child()
        used = child.served > 0
        answer = child.ask(request)
        if answer.reason is not None:
            self._discard(child)
        if answer.reason is Reason.CRASHED and used:
            return self(request)
        return answer

    def _child(self) -> _Child:
        child: _Child | None = getattr(self._own, "child", None)
        if child is not None:
            return child
        with self._lock:
            if self._closed:
                raise Closed
            self._own.child = child = _Child(self._context, self._execute)
            self._children.add(child)
        return child

    def _discard(self, child: _Child) -> None:
        self._own.child = None
        with self._lock:
            self._children.discard(child)
            child.end()

    def close(self) -> None:
        with undisturbed(), self._lock:
            self._closed = True
            while self._children:
                self._children.pop().end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def alone(request: Request, execute: Execute = execute_unit, method: str = "") -> Answer:
    """A unit in a child of its own: for executors whose workers are processes and share no supervisor.

    ``method``: how the child is started; 'spawn' leaves the preloading of the forkserver to who comes later.
    """
    with Supervisor(execute, method=method) as supervise:
        return supervise(request)


class _Child:
    """A process at the other end of a pipe."""

    def __init__(self, context: Any, execute: Execute) -> None:
        self.served = 0
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, execute), daemon=True)
        with _pinned():
            self._process.start()
        theirs.close()

    def ask(self, request: Request) -> Answer:
        self.served += 1
        try:
            self._connection.send(request)
            if not self._connection.poll(request.guard):
                late = f"killed after its guard of {request.guard:g} s: it may never end; on a busy machine, try fewer --jobs"
                return Answer(None, Reason.TIMED_OUT, late)
            return self._connection.recv()
        except (EOFError, OSError):
            return Answer(None, Reason.CRASHED, self._death())

    def _death(self) -> str:
        self._process.join(_GRACE_SECONDS)
        code = self._process.exitcode
        if code is not None and code < 0:
            return f"the process was killed by {signal.Signals(-code).name}"
        return f"the process ended with exit code {code}"

    def end(self) -> None:
        """Kill it; the pipe stays open, because another thread may be waiting at it."""
        self._process.kill()
        self._process.join(_GRACE_SECONDS)


def _serve(connection: Connection, execute: Execute) -> None:
    """The life of a child: answer until the parent hangs up, fall silent at the first failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.environ.update(PINNED)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    healthy = True
    while healthy:
        try:
            answer = _attempt(connection.recv(), execute)
            connection.send(answer)
        except (EOFError, OSError):  # the parent is gone
            return
        healthy = answer.reason is None


def _attempt(request: Request, execute: Execute) -> Answer:
    # The kernel ends a child whose parent died while a C extension held the interpreter.
    signal.setitimer(signal.ITIMER_REAL, request.guard + _GRACE_SECONDS)
    try:
        with _bounded(request), own.only(request.module):
            return _carried_out(request, execute)
    except Exception as problem:  # noqa: BLE001 - a module that cannot be loaded, or no memory left to say more
        return Answer(None, Reason.CRASHED, raised(problem))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _carried_out(request: Request, execute: Execute) -> Answer:
    try:
        payload = execute(request.kind, request.key, request.profile, request.seed)
        return Answer(json.dumps(payload, allow_nan=False, ensure_ascii=False))
    except Exception as problem:  # noqa: BLE001 - whatever a unit raises is a finding about that unit
        return Answer(None, Reason.CRASHED, own.told(problem))


@contextmanager
def _bounded(request: Request) -> Iterator[None]:
    """Half of the machine's memory for what is not ours: MemoryError is a finding, a machine out of memory is none."""
    if request.module is None and request.kind != "module":
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    known = [limit for limit in (half, before, hard) if limit != resource.RLIM_INFINITY]
    with suppress(OSError, ValueError):  # not every system has such a limit
        resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def undisturbed() -> Iterator[None]:
    """No second Ctrl-C or SIGTERM breaks off what the first one began."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda number, frame: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def _pinned() -> Iterator[None]:
    """The environment that children inherit; restored, because it is the caller's."""
    wanted = PINNED | _SAFE
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
