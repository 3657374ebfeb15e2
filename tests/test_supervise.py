"""A unit that hangs is killed alone, one that crashes is a finding, and children never outlive their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import misbehaving
import pytest

from claims.model import Reason
from claims.supervise import PINNED, Closed, Request, Supervisor, alone, undisturbed

HERE = Path(__file__).parent
GUARD = 20.0


def request(deed: str, guard: float = GUARD) -> Request:
    return Request("statement", f"S0-0/{deed}", "quick", 3, guard)


@pytest.fixture
def supervise():
    with Supervisor(misbehaving.execute) as supervisor:
        yield supervisor


def wait_until(condition, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def alive(process: int) -> bool:
    """Running or sleeping; a zombie is dead."""
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("deed", "detail"),
    [
        ("exit", "the process ended with exit code 7"),
        ("segfault", "the process was killed by SIGSEGV"),
        ("memory", "MemoryError"),
        ("recursion", "RecursionError: maximum recursion depth exceeded"),
        ("nan", "ValueError: Out of range float values are not JSON compliant"),
        ("unheard of", "KeyError: 'unheard of'"),
    ],
)
def test_a_crash_is_an_answer_and_the_next_unit_is_served(supervise, deed, detail):
    crashed = supervise(request(deed))
    assert (crashed.text, crashed.reason) == (None, Reason.CRASHED)
    assert crashed.detail.startswith(detail)
    assert supervise(request("plain")).text == '{"status": "survived", "seed": 3}'


def test_a_hung_unit_is_killed_after_its_guard(supervise):
    started = time.monotonic()
    answer = supervise(request("hang", guard=0.3))
    assert answer.reason is Reason.TIMED_OUT
    assert answer.detail == "killed after its guard of 0.3 s: it may never end; on a busy machine, try fewer --jobs"
    assert 0.3 <= time.monotonic() - started < 10
    assert supervise(request("plain")).reason is None


def test_one_child_serves_many_units_with_one_thread_for_blas(supervise):
    first, second = (supervise(request("well")).text for _ in range(2))
    assert first == second
    assert str(os.getpid()) not in first
    assert '"threads": "1"' in first


def test_the_environment_of_the_caller_is_left_alone(monkeypatch):
    for name in PINNED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    before = dict(os.environ)
    with Supervisor(misbehaving.execute) as supervise:
        assert '"threads": "1"' in supervise(request("well")).text
    assert dict(os.environ) == before


def test_a_unit_does_not_suffer_for_the_one_before_it(supervise):
    assert supervise(request("poison")).reason is None
    assert supervise(request("delicate")).reason is None


def test_closing_ends_a_unit_that_is_running():
    supervise, ended = Supervisor(misbehaving.execute), threading.Event()

    def wait() -> None:
        supervise(request("plain"))
        with pytest.raises(Closed):
            supervise(request("hang"))
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.5)
    supervise.close()
    thread.join(10)
    assert ended.is_set()


def test_a_second_ctrl_c_does_not_break_off_what_the_first_began():
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)
    assert signal.getsignal(signal.SIGINT) is before


def test_alone_leaves_no_child_behind():
    answer = alone(request("well"), misbehaving.execute)
    process = int(answer.text.split('"process": ')[1].split(",")[0])
    assert wait_until(lambda: not alive(process))


@pytest.mark.parametrize("deed", ["well", "hang"])
def test_children_end_with_a_parent_that_is_killed(deed, tmp_path):
    parent = subprocess.Popen([sys.executable, HERE / "parent.py", deed, tmp_path / "child"], cwd=HERE)
    assert wait_until((tmp_path / "child").exists, 20)
    child = int((tmp_path / "child").read_text())
    assert alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: not alive(child))
