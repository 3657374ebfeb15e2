"""Runs and campaigns over dask: the findings of one process, whatever becomes of workers and scheduler."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import misbehaving
import pytest
from conftest import PATIENCE, ROOT, children, until
from test_run import HASTY, real, units, without_seconds

from claims import executors
from claims.cli import CHANGED, INTERRUPTED, USAGE
from claims.ledger import Ledger
from claims.model import Reason, Status
from claims.profiles import PROFILES
from claims.remote import WorkerError
from claims.run import run

CAMPAIGN = ("campaign", "S1-10/printed", "S1-6/sharp", "--instances", 60, "--shards", 6)
PATIENT = replace(HASTY, guard_seconds=30.0)
ENDLESS = ("verify", "S0-14", "S0-22", "S0-34", "--profile", "deep")


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "kept.ledger") as opened:
        yield opened


@pytest.fixture
def carry_out(cluster, ledger):
    def carried_out(wanted, profile=PATIENT, **options):
        with executors.dask(cluster.address) as pool:
            return run(wanted, profile, 3, ledger=ledger, pool=pool, **({"execute": misbehaving.execute} | options))

    return carried_out


def test_findings_are_those_of_one_process(cluster, ledger, tmp_path):
    quick = PROFILES["quick"]
    with Ledger(tmp_path / "other.ledger") as other:
        here = run(real(8), quick, 5, ledger=other)
    with executors.dask(cluster.address) as pool:
        elsewhere = run(real(8), quick, 5, ledger=ledger, pool=pool)
    assert without_seconds(elsewhere) == without_seconds(here)
    assert elsewhere.executed == 8


def test_units_that_hang_or_crash_cost_no_worker(cluster, carry_out):
    before = worker_below(cluster.workers["watched"].pid)
    wanted = units("plain", "segfault", "hang", "exit", "plain")
    found = carry_out(wanted, replace(HASTY, guard_seconds=5.0)).payloads.values()
    crashed, hung = Reason.CRASHED, Reason.TIMED_OUT
    assert [payload.get("reason") for payload in found] == [None, crashed, hung, crashed, None]
    assert cluster.names() == {"watched", "alone"}
    assert worker_below(cluster.workers["watched"].pid) == before


def worker_below(nanny):
    """The process of the worker that a nanny watches."""
    lines = {one: Path(f"/proc/{one}/cmdline").read_text() for one in children(nanny)}
    return next(one for one, line in lines.items() if "spawn_main" in line)


@pytest.mark.parametrize(("name", "number"), [("alone", signal.SIGKILL), ("watched", signal.SIGKILL), ("alone", signal.SIGTERM)])
def test_what_a_killed_worker_had_begun_is_done_again(cluster, carry_out, name, number):
    """Of the worker with a nanny the process below the nanny is killed."""
    victim = cluster.workers[name].pid
    doomed, seen = (victim if name == "alone" else worker_below(victim)), []

    def listen(event):
        seen.append(event)
        if len([one for one in seen if type(one).__name__ == "UnitFinished"]) == 4:
            os.kill(doomed, number)

    results = carry_out(units(*["slow"] * 16), on_event=listen)
    assert [payload["status"] for payload in results.payloads.values()] == [Status.SURVIVED] * 16
    assert (results.executed, carry_out(units(*["slow"] * 16)).reused) == (16, 16)
    if name == "alone":
        cluster.workers[name].wait(PATIENCE)


def test_no_more_units_are_under_way_than_there_is_room_for(cluster, ledger):
    begun, ended, most = set(), set(), 0

    def listen(event):
        nonlocal most
        {"UnitStarted": begun, "UnitFinished": ended}.get(type(event).__name__, set()).add(getattr(event, "unit", None))
        most = max(most, len(begun) - len(ended))

    with executors.dask(cluster.address) as pool:
        run(units(*["plain"] * 40), PATIENT, 3, ledger=ledger, pool=pool, execute=misbehaving.execute, on_event=listen)
        assert most == pool.room == 8


def test_no_child_is_left_behind(cluster, carry_out):
    seen = []
    carry_out(units(*["slow"] * 4), on_event=lambda event: seen.extend(serving(cluster)))
    assert seen
    until(lambda: not serving(cluster))


def serving(cluster):
    """The children that serve units for the workers."""
    return [one for worker in cluster.workers.values() for one in children(worker.pid) if served(one)]


def served(process):
    """Whether a process is a child that serves units: forked, so that it has the command line of the fork server."""
    try:
        parent = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1]
        lines = [Path(f"/proc/{one}/cmdline").read_text() for one in (process, parent)]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return all("forkserver" in line for line in lines)


def test_a_worker_with_other_sources_is_refused_by_name(scheduler, ledger):
    other = scheduler.folder / "other"
    for room in ("claims", "numerics", "symbolic"):
        shutil.copytree(ROOT / room, other / room, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "claims" / "search.py").open("a") as file:
        file.write("\n# changed\n")
    scheduler.hire("stale", "--no-nanny", paths=(other,))
    with (
        executors.dask(scheduler.address) as pool,
        pytest.raises(WorkerError, match=r"stale, tcp.* is refused: it runs other sources"),
    ):
        run(units("plain"), PATIENT, 3, ledger=ledger, pool=pool, execute=misbehaving.execute)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_children_and_leaves_the_workers(cluster, claims, number):
    command = claims(*ENDLESS, "--dask", cluster.address)
    until(lambda: serving(cluster))
    command.send_signal(number)
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == INTERRUPTED
    assert "Traceback" not in err
    assert "the same command goes on from there" in err
    until(lambda: not serving(cluster))
    assert cluster.names() == {"watched", "alone"}


def test_a_campaign_is_the_same_bytes_and_goes_on_where_it_was(cluster, claims, tmp_path):
    command = claims(*CAMPAIGN, "--dask", cluster.address, "--json", "dask.json")
    next(line for line in command.stderr if line.endswith(" units\n"))
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=PATIENCE)
    command = claims(*CAMPAIGN, "--dask", cluster.address, "--json", "dask.json")
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode in (0, CHANGED)
    assert "12 units, 0 of them" not in err
    claims(*CAMPAIGN, "--jobs", 2, "--ledger", "other.ledger", "--json", "here.json").communicate(timeout=PATIENCE)
    assert (tmp_path / "dask.json").read_bytes() == (tmp_path / "here.json").read_bytes()


def test_a_scheduler_that_is_gone_ends_the_run_with_a_sentence(scheduler, claims):
    scheduler.hire("alone", "--no-nanny")
    command = claims(*ENDLESS, "--dask", scheduler.address)
    until(lambda: serving(scheduler))
    scheduler.scheduler.kill()
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == USAGE
    assert err.splitlines()[-1].startswith("claims: the connection to the workers was lost")


def test_no_scheduler_is_one_sentence(claims):
    command = claims("verify", "S0-2", "--dask", "tcp://127.0.0.1:9")
    out, err = command.communicate(timeout=PATIENCE)
    assert (command.returncode, out) == (USAGE, "")
    assert err.startswith("claims: no dask scheduler answers at tcp://127.0.0.1:9")
