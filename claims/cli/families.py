"""``claims families``: what statements may quantify over, and what the instances of a family offer."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import click

from claims.cli import Trouble
from claims.cli.inspect import written
from claims.decide import exactly
from claims.families import family, names
from claims.instances import Instance
from claims.names import nearest
from claims.profiles import Profile
from claims.search import Tally, search
from claims.subject import Subject

_LOOK = Profile("look", 200, 0, 0, 1, 1, False, False, False, 60.0, 1)
_WIDTH = 118


def list_families(word: str = "") -> None:
    """One line each, cut for a terminal; with a word, those whose name or description has a word that begins so.

    Raises Trouble where there is none.
    """
    found = [(name, family(name).words) for name in names()]
    begins = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
    chosen = [(name, words) for name, words in found if begins.search(f"{name} {name.replace('_', ' ')} {words}")]
    if not chosen:
        near = nearest(word, names())
        hint = f"did you mean {', '.join(near)}?" if near else "'claims families' lists them all"
        raise Trouble(f"there is no family {word!r}; {hint}")
    width = _WIDTH - 31 if sys.stdout.isatty() else sys.maxsize
    for name, words in chosen:
        click.echo(f"{name:<30} {textwrap.shorten(words, width, placeholder=' ...')}")


def show_family(name: str) -> None:
    """What it contains, what its instances are and offer, which named cases occurred among 200 of them, and the last of these."""
    seen = _Seen()
    tally = Tally(Subject(name, seen, name))
    search(tally.subject, _LOOK, 0, tally)
    click.echo(_paragraph(f"{name}: {family(name).words}"))
    for line in _of_type(type(seen.instance), seen.instance):
        click.echo(line)
    counted = ", ".join(f"{case} ({count})" for case, count in sorted(tally.coverage.items()))
    click.echo(_paragraph(f"named cases among {tally.effective} different instances: {counted or 'none'}"))
    click.echo("one of them:")
    for line in written(seen.instance.to_json()):
        click.echo(f"    {line}")


class _Seen:
    """A property that keeps the instance that it was asked about last."""

    instance: Any = None

    def __call__(self, instance: Any) -> Any:
        self.instance = instance
        return exactly(True)


def families(name: str) -> None:
    show_family(name) if name in names() else list_families(name)


def _of_type(kind: type[Any], example: Any) -> Iterator[str]:
    """The type of an instance, its fields, and whatever else may be read off it."""
    yield _paragraph(f"instances of {kind.__name__} ({kind.__module__}): {_first_sentence(kind)}")
    own_fields = [field.name for field in fields(kind)]
    yield _paragraph(f"    fields: {', '.join(_field(name, getattr(example, name)) for name in own_fields)}")
    for name, member in inspect.getmembers(kind):
        if not name.startswith("_") and name not in own_fields and not hasattr(Instance, name):
            yield _paragraph(f"    {name}{_parameters(member)}: {_first_sentence(member)}".removesuffix(": "))


def _field(name: str, value: Any) -> str:
    """Its name, with the fields of what it holds where that is an instance, too."""
    if not isinstance(value, Instance):
        return name
    inner = ", ".join(_field(field.name, getattr(value, field.name)) for field in fields(value))  # type: ignore[arg-type]
    return f"{name} ({type(value).__name__}: {inner})"


def _parameters(member: Any) -> str:
    if not inspect.isfunction(member):
        return ""
    parameters = [*inspect.signature(member).parameters.values()][1:]
    return f"({', '.join('*' * (one.kind is inspect.Parameter.VAR_POSITIONAL) + one.name for one in parameters)})"


def _first_sentence(thing: Any) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _paragraph(text: str) -> str:
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent + "    ", drop_whitespace=True)
