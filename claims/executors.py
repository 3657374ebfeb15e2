"""Pools of workers elsewhere: a dask scheduler by its address, and the ranks of an MPI job.

Both libraries are extras, imported here only when they are asked for.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Any

from claims.remote import Job, Pool, Reply, WorkerError, carry_out, end
from claims.supervise import Execute

CONNECT_SECONDS, JOIN_SECONDS = 10, 60
RETRIES = 2
_LOOK_SECONDS = 0.2
_ABANDON = 7011
"""The tag of the message that tells a rank to end its children."""
_local = threading.local()


class Served(Exception):  # noqa: N818 - an end that is no failure
    """This process was a worker of an MPI job, and the job is done."""


@contextmanager
def dask(address: str) -> Iterator[Pool]:
    """The workers of the dask scheduler at an address.  Raises WorkerError where there is none, or none with workers."""
    try:
        from distributed import Client, KilledWorker
    except ImportError as problem:
        raise WorkerError("--dask needs dask.distributed; install lossproof[dask], here and where the workers are") from problem
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise WorkerError(f"no dask scheduler answers at {address}: {problem}") from problem
    with client:
        executor = client.get_executor(pure=False, retries=RETRIES)

        def abandon(run: str) -> None:
            executor.shutdown(wait=False)
            _tell(client, run)

        pool = Pool(executor, _threads(client, address), _under_dask, (KilledWorker,), abandon)
        yield pool
        _tell(client, pool.run)


def _threads(client: Any, address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=JOIN_SECONDS)
    except TimeoutError as problem:
        raise WorkerError(f"the dask scheduler at {address} has no workers") from problem
    return sum(client.nthreads().values())


def _tell(client: Any, run: str) -> None:
    """End the children of a run on every worker that still answers; a scheduler that is gone cannot be told anything."""
    with suppress(OSError, TimeoutError):
        client.run(end, run, on_error="ignore")


@contextmanager
def mpi() -> Iterator[Pool]:
    """The other ranks of this MPI job.  Raises WorkerError where there are none, and Served in each of them when all is done."""
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPICommExecutor
    except (ImportError, RuntimeError) as problem:
        raise WorkerError(f"--mpi needs mpi4py and an MPI library; install lossproof[mpi] ({problem})") from problem
    world = MPI.COMM_WORLD
    if world.Get_size() < 2:
        raise WorkerError("--mpi needs workers: start it as 'mpiexec -n 3 claims ...', one rank of which only hands work out")

    with MPICommExecutor(world, root=0, initializer=_leave_signals_to_the_root) as executor:
        if executor is not None:
            yield Pool(executor, world.Get_size() - 1, _under_mpi, abandon=partial(_abandon, executor, world))
    if executor is None:
        raise Served


def _abandon(executor: Executor, world: Any, run: str) -> None:
    executor.shutdown(wait=False, cancel_futures=True)
    for rank in range(1, world.Get_size()):
        world.send(run, dest=rank, tag=_ABANDON)


def _leave_signals_to_the_root() -> None:
    """Ctrl-C and SIGTERM reach every rank; the one that keeps the ledger decides what follows."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _unmoved)  # not SIG_IGN: children would inherit it, and could not be ended


def _unmoved(number: int, frame: FrameType | None) -> None:
    pass


def _under_dask(job: Job, execute: Execute) -> Reply:
    """In a worker of dask: a unit of one that is being closed is begun again elsewhere."""
    from distributed import Reschedule, get_worker

    worker = get_worker()

    def look() -> None:
        if worker.status.name in ("closing", "closed", "failed"):
            end(job["run"])
            raise Reschedule

    reply = _carry_out_and_look(job, execute, look)
    return reply | {"worker": f"{worker.name}, {worker.address} ({reply['worker']})"}


def _under_mpi(job: Job, execute: Execute) -> Reply:
    """In a rank: the root may have abandoned the run."""
    from mpi4py import MPI

    def look() -> None:
        if MPI.COMM_WORLD.Iprobe(source=0, tag=_ABANDON):
            end(MPI.COMM_WORLD.recv(source=0, tag=_ABANDON))

    return _carry_out_and_look(job, execute, look)


def _carry_out_and_look(job: Job, execute: Execute, look: Callable[[], None]) -> Reply:
    """Another thread waits for the child, always the same one, because a child serves one thread."""
    hand = getattr(_local, "hand", None)
    if hand is None:
        hand = _local.hand = ThreadPoolExecutor(1)
    future = hand.submit(carry_out, job, execute)
    while not wait([future], timeout=_LOOK_SECONDS).done:
        look()
    return future.result()
