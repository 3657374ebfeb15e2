"""Something that may go wrong, done in a process of its own: with one module mutated, and with limits."""

from __future__ import annotations

import ast
import importlib.util
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

MEMORY = 6 << 30
_WALL = 8
"""How many times as long as it may compute a child may take, as a machine has more to do than this."""


class _Mutated(SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")


class _Finder:
    """Finds one module, and gives it another text than that of its file; no source and no cache is touched."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=_Mutated(name, str(self._path), self._tree))


def import_mutated(name: str, path: Path, tree: ast.Module) -> None:
    """From here on the module of that name is this tree.  It must not have been imported yet."""
    assert name not in sys.modules, f"{name} is imported already"
    sys.meta_path.insert(0, _Finder(name, path, tree))


def attempt(deed: Callable[[], str], seconds: float) -> str:
    """What the deed says in a child that computes for at most so many seconds; 'timeout' or 'crash' where it says nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live(deed, seconds, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        said = _read(answers.fileno(), time.monotonic() + _WALL * seconds)
    status = _end(child)
    if said:
        return said
    return "timeout" if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "crash"


def _live(deed: Callable[[], str], seconds: float, writing: int) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    try:
        os.write(writing, deed().encode()[:4000])
    except BaseException as problem:  # noqa: BLE001 - whatever a mutant raises is an answer
        os.write(writing, f"raised {type(problem).__name__}: {problem}".encode()[:4000])
    finally:
        os._exit(0)


def _read(reading: int, end: float) -> str:
    """Until the child is gone, its children hold the pipe no longer, or the time is over."""
    ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
    return os.read(reading, 4096).decode(errors="replace") if ready else ""


def _end(child: int) -> int:
    """The status of a child, killed with everything that it started where it has not ended."""
    done, status = os.waitpid(child, os.WNOHANG)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    return status if done else os.waitpid(child, 0)[1]
