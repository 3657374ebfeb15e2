"""``claims new``: a first file of claims of one's own, which runs as it stands."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from claims.cli import Trouble
from claims.names import is_name

_TEXT = '''"""Claims of one document.  Judge them with ``claims --module {file} verify``."""

from claims import Claim, Document, Kind, Statement, Weight, assumption, control, without
from claims.decide import exactly

DOCUMENT = Document("{document}", "", "Title of the document", "Authors, journal, year")


@assumption("h1", "the network has two layers or more")
def deep(net):
    return exactly(net.depth >= 2)


def origin(net):
    """The same data, all weights zero."""
    return net.at(tuple(weight * 0 for weight in net.weights))


def origin_is_critical(net):
    return exactly(origin(net).is_critical)


def origin_fits(net):
    return exactly(bool(origin(net).loss == 0))


FIRST = Claim(
    "{id}",
    "Zero weights are a critical point of the loss of a deep linear network",
    DOCUMENT.at("section 1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\\nabla L(0, \\dots, 0) = 0 \\quad (N \\ge 2)",
        origin_is_critical,
        over="deep_linear_networks",
        words="Every partial derivative has another layer as a factor.",
        assumptions=(deep,),
        strata=("two layers", "three layers or more", "one sample"),
        probes=(without("h1", "with a single layer"), control("the loss is zero there", origin_fits)),
    ),
)

CLAIMS = (FIRST,)
'''


def new(path: Path, claim_id: str, document: str | None) -> None:
    """Write the file.  Raises Trouble for a name that no claim can have, FileExistsError rather than overwrite anything."""
    if path.suffix != ".py":
        raise Trouble(f"{path} is to hold Python; call it {path.with_suffix('.py')}")
    document = document or path.stem.replace("_", "-")
    for name in (claim_id, document):
        if not is_name(name):
            raise Trouble(f"{name!r} is no name for a claim or document: use letters, digits, '-', '_' and '.'")
    with path.open("x", encoding="utf-8") as file:
        file.write(_TEXT.format(file=path.name, document=document, id=claim_id))
    click.echo(f"{path}: a first claim, {claim_id}; judge it with: {shlex.join(('claims', '--module', str(path), 'verify'))}")
