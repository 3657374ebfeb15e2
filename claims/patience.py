"""Code that is not ours: what it raised, and patience with it where there is no child process to be killed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import EnumType
from typing import Any


def raised(problem: BaseException) -> str:
    """What was raised, in one line; with the words that there are where an enumeration has no such one."""
    said = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    if isinstance(problem, AttributeError) and isinstance(problem.obj, EnumType):
        said = f"{problem.obj.__name__} has no {problem.name}; there are {', '.join(problem.obj.__members__)}"
    return f"{type(problem).__name__}: {said}".removesuffix(": ")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TimeoutError out of what lasts longer.

    Only the main thread can be interrupted, and there is one clock: elsewhere, and where it is running, nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return
    before = signal.signal(signal.SIGALRM, _too_late(seconds))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)


def _too_late(seconds: float) -> Any:
    def handler(number: int, frame: Any) -> None:
        raise TimeoutError(f"ended after its guard of {seconds:g} s")

    return handler
