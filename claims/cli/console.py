"""Progress for the person at the terminal: a bar where there is one, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from claims.events import Event, Interrupted, RunFinished, RunStarted, UnitFinished
from claims.run import Listener


@contextmanager
def listener() -> Iterator[Listener]:
    """Something that listens to a run and shows how far it is."""
    if sys.stderr.isatty():
        with _bar() as listen:
            yield listen
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Listener]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def listen(event: Event) -> None:
            if isinstance(event, RunStarted):
                progress.update(task, total=event.units, completed=event.reused, description="running")
            elif isinstance(event, UnitFinished):
                progress.update(task, advance=1, description=event.unit.key[:28])

        yield listen


class _Lines:
    """A line at the start, one for each tenth, one at the end."""

    def __init__(self) -> None:
        self._units = 0
        self._done = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._units, self._done = event.units, event.reused
            click.echo(f"{event.units} units, {event.reused} of them in the ledger, {event.jobs} at once", err=True)
        elif isinstance(event, UnitFinished):
            self._done += 1
            if self._done * 10 // self._units > (self._done - 1) * 10 // self._units:
                click.echo(f"{self._done} of {self._units} units", err=True)
        elif isinstance(event, Interrupted):
            click.echo(f"interrupted; {event.left} units are left", err=True)
        elif isinstance(event, RunFinished):
            click.echo(f"{event.executed} carried out, {event.reused} from the ledger, {event.seconds:.1f} s", err=True)
