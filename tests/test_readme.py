"""The README's commands and code run, and the two commands for a fresh machine are those that CI and tox use."""

import re
import shlex
from pathlib import Path

import pytest

from claims.cli import run_command
from claims.profiles import PROFILES
from claims.registry import all_claims
from claims.suite import DOCUMENTS
from claims.witnesses import recorded

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.S)
SHELL = [line.removeprefix("$ ") for kind, block in BLOCKS if kind == "console" for line in block.splitlines()]
SET_UP = [line for line in SHELL if line.startswith("python3 -m venv")]
COMMANDS = [line for line in SHELL if line.startswith("claims ")]
PROGRAMS = [block for kind, block in BLOCKS if kind == "python"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_run(program):
    exec(compile(program, "README.md", "exec"), {})


def test_every_line_is_run_or_is_one_of_the_two_commands():
    assert len(SET_UP) == 2
    assert set(SHELL) == {*SET_UP, *COMMANDS}
    assert len(PROGRAMS) == 2


def test_ci_runs_the_command_for_the_tests():
    assert SET_UP[1] in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_report_command_is_what_tox_runs():
    asked = SET_UP[0].split("&& .venv/bin/")[-1]
    assert asked == "claims report --jobs 2"
    assert re.search(r"claims report .*--jobs 2", (ROOT / "tox.ini").read_text("utf-8"))


def test_the_table_of_findings_is_the_recorded_one():
    rows = re.findall(r"^\| \[(S\d-\d+)\]\(report/claims/\1\.html\) .*? \| (\w+) \|", TEXT, flags=re.M)
    assert len(rows) == 20
    records = {name: record for document in DOCUMENTS for name, record in recorded(document).items()}
    assert [(claim, records[claim]["verdict"]) for claim, _ in rows] == rows


def test_the_table_of_profiles_is_the_real_one():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) instances \| .*? \| (not run|\d+ seeds) \|$", TEXT, flags=re.M)
    real = [(p.name, str(p.examples), f"{p.seeds} seeds" if p.experiments else "not run") for p in PROFILES.values()]
    assert rows == real


def test_the_counts_are_right():
    claims = all_claims()
    assert f"{len(claims)} claims that answer {sum(len(claim.ids) for claim in claims)} ids" in TEXT
