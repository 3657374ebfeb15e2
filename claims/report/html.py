"""The report as HTML pages without a script or a request: an overview, and a page for each claim and experiment."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from claims.report import objects, views
from claims.report.files import write_text
from claims.report.latex import LatexError, mathml, prose

Json = Mapping[str, Any]
_TEMPLATES = Path(__file__).with_name("templates")


def write_html(report: Json, folder: str | Path) -> None:
    """Write ``index.html``, ``claims/ID.html`` and ``experiments/ID.html`` into a folder.  OSError where it is not writable."""
    folder = Path(folder)
    for name, page in pages(report).items():
        write_text(folder / name, page)


def pages(report: Json) -> dict[str, str]:
    """Every page of the report under its path."""
    environment = _environment()
    experiments = {experiment["experiment"]: experiment for experiment in report["experiments"]}
    shared = {"report": report, "experiments": experiments, "documents": {one["name"]: one for one in report["documents"]}}
    made = {"index.html": environment.get_template("index.html").render(shared, root="")}
    claims = report["claims"]
    for before, claim, after in zip([None, *claims], claims, [*claims[1:], None], strict=False):
        context = shared | {"claim": claim, "before": before, "after": after, "root": "../"}
        made[f"claims/{slug(claim['id'])}.html"] = environment.get_template("claim.html").render(context)
    for name, experiment in experiments.items():
        readers = [claim for claim in claims if any(one["experiment"] == name for one in claim["experiments"])]
        context = shared | {"experiment": experiment, "readers": readers, "root": "../"}
        made[f"experiments/{slug(name)}.html"] = environment.get_template("experiment.html").render(context)
    return made


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "math": _shown(mathml),
        "display": _shown(lambda latex: mathml(latex, display=True)),
        "prose": _shown(prose),
        "slug": slug,
        "latex": objects.latex,
        "parts": lambda witness: list(objects.parts(witness["instance"])),
        "image": image,
        "number": views.number,
        "sentence": sentence,
    }
    environment.globals |= {"views": views, "objects": objects}
    return environment


def _shown(setter: Callable[[str], str]) -> Callable[[str], Markup]:
    """A setter whose failure is visible as the marked source of the formula; :func:`~claims.report.linting.lint` lists it."""

    def filtered(text: str) -> Markup:
        try:
            return Markup(setter(text))
        except LatexError:
            return Markup(f'<code class="unset" title="this formula could not be set">{html.escape(text)}</code>')

    return filtered


def slug(name: str) -> str:
    """A name as part of a file name or of an anchor."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    word = re.match(r"[A-Za-z]{2,}|a ", text)
    return (text[:1].upper() + text[1:] if word else text) + ("" if not text or text[-1] in ".?!:" else ".")


def image(svg: str) -> str:
    """An SVG as a data address, in which its ids and styles stay its own and no script runs."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
