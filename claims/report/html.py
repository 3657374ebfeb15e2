"""The report as HTML pages without a script or a request: its places, and a page for each claim and experiment."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from claims.report import objects, views
from claims.report.files import legal, write_text
from claims.report.latex import SYMBOLS, LatexError, breadth, mathml, prose

Json = Mapping[str, Any]
_TEMPLATES = Path(__file__).with_name("templates")
PLACES = {
    "index.html": "Overview",
    "errata.html": "Errata",
    "sharpness.html": "Sharpness",
    "claims.html": "Claims",
    "experiments.html": "Experiments",
    "limits.html": "Limits",
}
_SCROLLED = ' tabindex="0" role="group" aria-label="Formula"'
_SET = re.compile("(<math.*?</math>|<code.*?</code>|<[^>]*>)", re.DOTALL)
_ID = re.compile(r"(?<![\w-])[A-Za-z]\w*-\w+(?![\w-])")
_BROAD = 16  # signs of a formula that cannot be broken and may be wider than a phone


def write_html(report: Json, folder: str | Path) -> None:
    """Write every page of :func:`pages` into a folder.  OSError where it is not writable."""
    folder = Path(folder)
    for name, page in pages(report).items():
        write_text(folder / name, page)


def pages(report: Json) -> dict[str, str]:
    """Every page of the report under its path: those of PLACES, ``claims/ID.html`` and ``experiments/ID.html``."""
    environment = _environment()
    claims = report["claims"]
    experiments = {experiment["experiment"]: experiment for experiment in report["experiments"]}
    shared = {
        "report": report,
        "places": PLACES.items(),
        "experiments": experiments,
        "documents": {one["name"]: one for one in report["documents"]},
        "known": _known(claims, experiments),
        "readers": {name: [claim for claim in claims if _reads(claim, name)] for name in experiments},
    }

    def page(template: str, **context: Any) -> str:
        return legal(environment.get_template(template).render(shared | context))

    made = {name: page(name, root="", here=name, filters=views.filters(report)) for name in PLACES}
    for before, claim, after in zip([None, *claims], claims, [*claims[1:], None], strict=False):
        name = f"claims/{slug(claim['id'])}.html"
        made[name] = page("claim.html", root="../", here=name, claim=claim, before=before, after=after)
    for experiment in experiments.values():
        name = f"experiments/{slug(experiment['experiment'])}.html"
        made[name] = page("experiment.html", root="../", here=name, experiment=experiment)
    return made


def _known(claims: Iterable[Json], experiments: Iterable[str]) -> dict[str, str]:
    """The page of each id that a text may mention."""
    known = {one: f"claims/{slug(claim['id'])}.html" for claim in claims for one in claim["ids"]}
    return known | {name: f"experiments/{slug(name)}.html" for name in experiments}


def _reads(claim: Json, experiment: str) -> bool:
    return any(one["experiment"] == experiment for one in claim["experiments"])


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
        "display": _display,
        "broad": _broad,
        "prose": _shown(prose),
        "refer": _refer,
        "slug": slug,
        "token": views.token,
        "latex": objects.latex,
        "parts": lambda witness: list(objects.parts(witness["instance"])),
        "image": image,
        "number": views.number,
        "sentence": sentence,
    }
    environment.tests["standing"] = views.stands
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


@pass_context
def _refer(context: Context, text: str) -> Markup:
    """Prose in which the ids of claims and experiments are links, but for the page's own."""
    own, root, known = context["here"], context["root"], context["known"]

    def linked(found: re.Match[str]) -> str:
        page = known.get(found[0])
        return f'<a class="id" href="{root}{page}">{found[0]}</a>' if page and page != own else found[0]

    parts = _SET.split(_shown(prose)(text))
    return Markup("".join(part if number % 2 else _ID.sub(linked, part) for number, part in enumerate(parts)))


def _display(latex: str) -> Markup:
    """A formula in a box of its own, which the keyboard can scroll where the formula may be wider than a phone."""
    shown = _shown(lambda text: mathml(text, display=True))(latex)
    return Markup(f'<div class="display"{_SCROLLED if breadth(shown) > _BROAD else ""}>{shown}</div>')


def _broad(latex: str, name: str) -> bool:
    """Whether a formula behind a name may be wider than a phone."""
    return len(name) + breadth(_shown(mathml)(latex)) > _BROAD


def slug(name: str) -> str:
    """A name as part of a file name or of an anchor."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    word = re.match(r"[A-Za-z]{2,}|a ", text)
    return (text[:1].upper() + text[1:] if word and word[0] not in SYMBOLS else text) + (
        "" if not text or text[-1] in ".?!:" else "."
    )


def image(svg: str) -> str:
    """An SVG as a data address, in which its ids and styles stay its own and no script runs."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
