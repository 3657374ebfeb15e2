"""How long the command line takes to answer, as a whole process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.summary import describe


def command(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "claims.cli", *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(("arguments", "target"), [(("--help",), "target below 0.2 s"), (("list",), "target below 0.5 s")])
def test_answers_at_once(benchmark: Any, arguments: tuple[str, ...], target: str) -> None:
    benchmark.group = f"claims {' '.join(arguments)}"
    benchmark.pedantic(command, args=arguments, rounds=5, warmup_rounds=1)
    describe(benchmark, "whole process", ours=True, target=target)


def test_quick_verification(benchmark: Any, tmp_path: Path) -> None:
    benchmark.group = "claims verify collapse product --profile quick"
    ledger = str(tmp_path / "bench.ledger")
    arguments = ("verify", "collapse", "product", "--profile", "quick", "--jobs", "2", "--fresh", "--ledger", ledger)
    benchmark.pedantic(command, args=arguments, rounds=1)
    describe(benchmark, "two supervised processes", ours=True, target="target below 30 s")
