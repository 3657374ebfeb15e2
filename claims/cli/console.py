"""Progress for the person at the terminal: a bar where there is one, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from claims.events import Event, Interrupted, RunFinished, RunStarted, UnitFinished, UnitStarted
from claims.run import Listener


@contextmanager
def listener() -> Iterator[Listener]:
    """Something that listens to a run and shows how far it is."""
    if sys.stderr.isatty():
        with _bar() as listen:
            yield listen
    else:
        yield Lines()


@contextmanager
def _bar() -> Iterator[Listener]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def listen(event: Event) -> None:
            if isinstance(event, RunStarted):
                progress.update(task, total=event.units, completed=event.reused, description=_started(event))
            elif isinstance(event, UnitStarted):
                progress.update(task, description=event.unit.key)
            elif isinstance(event, UnitFinished):
                progress.advance(task)
                if event.stopped:
                    progress.console.print(_finished(event), markup=False, highlight=False)

        yield listen


class Lines:
    """A line at the start, one for each tenth, one at the end, and one for whatever is slow or was stopped."""

    def __init__(self) -> None:
        self._units = 0
        self._done = 0

    def __call__(self, event: Event) -> None:
        for line in self._lines(event):
            click.echo(line, err=True)

    def _lines(self, event: Event) -> Iterator[str]:
        if isinstance(event, RunStarted):
            self._units, self._done = event.units, event.reused
            yield _started(event)
        elif isinstance(event, UnitStarted) and event.unit.cost == "slow":
            yield f"{event.unit.key} ..."
        elif isinstance(event, UnitFinished):
            self._done += 1
            if event.stopped or event.unit.cost == "slow":
                yield _finished(event)
            if self._done * 10 // self._units > (self._done - 1) * 10 // self._units:
                yield f"{self._done} of {self._units} units"
        elif isinstance(event, Interrupted):
            yield f"interrupted; {event.left} units are left"
        elif isinstance(event, RunFinished):
            yield f"{event.executed} carried out, {event.reused} from the ledger, {event.seconds:.1f} s"


def _started(event: RunStarted) -> str:
    spawned = "" if event.supervision == "forkserver" else f"; no forkserver here, children are started by {event.supervision}"
    return f"{event.units} units, {event.reused} of them in the ledger, {event.jobs} at once{spawned}"


def _finished(event: UnitFinished) -> str:
    outcome = f"{event.stopped} ({event.detail})" if event.stopped else event.status
    return f"{event.unit.key}: {outcome}, {event.seconds:.2f} s"
