"""One thread for every library before the benchmarks import NumPy; the table of ratios at the end."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from bench.summary import lines, show

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    session = getattr(config, "_benchmarksession", None)
    if session is None or not session.benchmarks:
        return
    terminalreporter.section("time for one unit of work, and how many times longer the peers take")
    show(lines(session.benchmarks), terminalreporter.write_line)
    for peer in ("torch", "jax"):
        if find_spec(peer) is None:
            terminalreporter.write_line("")
            terminalreporter.write_line(f"{peer} is not installed: peer left out")
