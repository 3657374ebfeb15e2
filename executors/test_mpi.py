"""Runs and campaigns over the ranks of an MPI job, started in both ways, interrupted, and with a rank that is killed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import PATIENCE, children, until

from claims.cli import CHANGED, INTERRUPTED, USAGE

CAMPAIGN = ("campaign", "S1-10/printed", "S1-6/sharp", "--instances", 60, "--shards", 6)
ENDLESS = ("verify", "S0-14", "S0-22", "S0-34", "--profile", "deep")
MPIEXEC = str(Path(sys.executable).parent / "mpiexec")
RANKS = (MPIEXEC, "-n", 3)
WAYS = {
    "plain": (*RANKS, sys.executable, "-m", "claims.cli"),
    "through mpi4py.futures": (*RANKS, sys.executable, "-m", "mpi4py.futures", "-m", "claims.cli"),
}


def ranks(process):
    """The processes of the job that run the command."""
    found = [one for one in children(process.pid) if "--mpi" in command_line(one)]
    return [one for one in found if command_line(one)[0] == sys.executable]


def command_line(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return [""]


def serving(process):
    """The children of ranks that serve units."""
    forked = [one for one in children(process.pid) if any("forkserver" in word for word in command_line(one))]
    return [one for one in forked if not children(one)][1:]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The bytes of the campaign as one process finds them."""
    import subprocess

    folder = tmp_path_factory.mktemp("here")
    words = [sys.executable, "-m", "claims.cli", *map(str, CAMPAIGN), "--json", "here.json"]
    subprocess.run(words, cwd=folder, check=False, capture_output=True)
    return (folder / "here.json").read_bytes()


@pytest.mark.parametrize("way", WAYS)
def test_a_campaign_is_the_same_bytes(claims, expected, tmp_path, way):
    command = claims(*CAMPAIGN, "--mpi", "--json", "mpi.json", before=WAYS[way])
    out, err = command.communicate(timeout=PATIENCE)
    assert command.returncode in (0, CHANGED), err
    assert out.count("S1-10/printed: refuted") == 1
    assert (tmp_path / "mpi.json").read_bytes() == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_of_the_root_ends_all_ranks(claims, way, number):
    command = claims(*ENDLESS, "--mpi", before=WAYS[way])
    until(lambda: serving(command))
    started = children(command.pid)
    os.kill(ranks(command)[0], number)
    out, err = command.communicate(timeout=PATIENCE)
    assert "the same command goes on from there" in err
    assert "S0-14" in out
    assert command.returncode == INTERRUPTED
    until(lambda: not [one for one in started if Path(f"/proc/{one}").exists()])


def test_ctrl_c_at_mpiexec_is_an_interruption(claims):
    command = claims(*ENDLESS, "--mpi", before=WAYS["plain"])
    until(lambda: serving(command))
    started = children(command.pid)
    command.send_signal(signal.SIGINT)
    _, err = command.communicate(timeout=PATIENCE)
    assert "the same command goes on from there" in err
    until(lambda: not [one for one in started if Path(f"/proc/{one}").exists()])


def test_a_killed_rank_ends_the_job_and_the_next_one_goes_on(claims, expected, tmp_path):
    command = claims(*CAMPAIGN, "--mpi", "--json", "mpi.json", before=WAYS["plain"])
    next(line for line in command.stderr if line.endswith(" units\n"))
    os.kill(ranks(command)[-1], signal.SIGKILL)
    command.communicate(timeout=PATIENCE)
    command = claims(*CAMPAIGN, "--mpi", "--json", "mpi.json", before=WAYS["plain"])
    _, err = command.communicate(timeout=PATIENCE)
    assert "12 units, 0 of them" not in err
    assert (tmp_path / "mpi.json").read_bytes() == expected


def test_a_job_of_one_rank_is_told_how_to_start(claims):
    command = claims("verify", "S0-2", "--mpi")
    out, err = command.communicate(timeout=PATIENCE)
    assert (command.returncode, out) == (USAGE, "")
    assert "mpiexec -n 3 claims" in err
