"""Real workers: a scheduler of dask with two of them, and command lines in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests"))  # the stand-ins for units, which the workers import, too

PATIENCE = 240.0


def until(condition, seconds=PATIENCE):
    """Wait for a condition; what it returned."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def children(process):
    """The processes that descend from one, by their ids, whichever of its threads started them."""
    found = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [one for child in tasks.read_text().split() for one in (int(child), *children(int(child)))]
    return found


def started(words, folder, *paths):
    """A process with these paths in front of what it imports."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT, ROOT / "tests")))}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(list(map(str, words)), cwd=folder, env=environment, stdout=log, stderr=log)


class Cluster:
    """A dask scheduler and the workers that were started for it."""

    def __init__(self, folder):
        self.folder, self.workers = folder, {}
        place = folder / "scheduler.json"
        words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", place)
        self.scheduler = started((sys.executable, "-m", "dask", *words), folder)
        self.address = json.loads(until(lambda: place.exists() and place.read_text()))["address"]

    def hire(self, name, *options, paths=()):
        words = ("worker", self.address, "--name", name, "--nthreads", "1", "--no-dashboard", "--local-directory", self.folder)
        self.workers[name] = started((sys.executable, "-m", "dask", *words, *options), self.folder, *paths)

    def names(self):
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return {worker["name"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()}

    def close(self):
        for process in (*self.workers.values(), self.scheduler):
            for one in (*children(process.pid), process.pid):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            process.wait()

    def complete(self):
        """Two workers: one that its nanny starts again, one that is simply gone when it is killed."""
        for name, options in (("watched", ()), ("alone", ("--no-nanny",))):
            if name not in self.workers or self.workers[name].poll() is not None:
                self.hire(name, *options)
        until(lambda: self.names() == {"watched", "alone"})
        return self


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler without workers."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(shared):
    return shared.complete()


@pytest.fixture
def claims(tmp_path):
    """Start the command line in a folder of its own; what is left of it is killed in the end."""
    running = []

    def start(*arguments, before=(sys.executable, "-m", "claims.cli")):
        words = [str(word) for word in (*before, *arguments)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(words, cwd=tmp_path, env=environment, text=True, **pipes))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
