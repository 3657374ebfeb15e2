"""The report as one Markdown page: overview, errata, then each claim in a few lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from claims.report import objects, views
from claims.report.files import legal, write_text
from claims.report.latex import LatexError, pieces

Json = Mapping[str, Any]


def write_markdown(report: Json, path: str | Path) -> None:
    """Write the report as Markdown; formulas stand between dollar signs."""
    write_text(path, render(report))


def render(report: Json) -> str:
    blocks = ["# What the documents claim, and what holds", *_overview(report), *_errata(report), *_sharpness(report)]
    for document in report["documents"]:
        blocks.append(f"## {escaped(document['title'])}\n\n{escaped(document['reference'])}")
        blocks += [_claim(claim) for claim in report["claims"] if claim["document"] == document["name"]]
    blocks += ["## What a green run does not establish", "\n".join(f"- {escaped(limit)}" for limit in report["limits"])]
    how = [(escaped(part), escaped(views.said(value))) for part, value in report["how"].items()]
    blocks += ["## How it was run", table(("what", "value"), how)]
    return legal("\n\n".join(blocks)) + "\n"


def _overview(report: Json) -> list[str]:
    words = list(report["verdicts"])
    rows = [(escaped(one["name"]), one["claims"], *(one["verdicts"][word] for word in words)) for one in report["documents"]]
    grades = ", ".join(f"{count} {grade}" for grade, count in report["grades"].items())
    return [
        table(("document", "claims", *words), rows),
        f"Statements by the way in which their instances were decided: {grades}.",
    ]


def _errata(report: Json) -> list[str]:
    blocks = [block for erratum in views.errata(report) for block in _erratum(erratum)]
    return ["## Errata", *blocks] if blocks else []


def _erratum(erratum: views.Erratum) -> list[str]:
    claim = erratum.claim
    blocks = [f"### {escaped(claim['id'])}: {escaped(claim['title'])}"]
    for printed in erratum.printed:
        reading = f", reading {escaped(printed['reading'])}" if printed["reading"] else ""
        blocks += [f"Printed ({escaped(claim['locator'])}{reading}):", *_stated(printed), *_counterexample(printed)]
    return blocks + ([f"What holds ({erratum.amended['role']}):", *_stated(erratum.amended)] if erratum.amended else [])


def _stated(sentence: Json) -> list[str]:
    return [f"$$\n{_formula(sentence['latex'])}\n$$"] + ([escaped(sentence["words"])] if sentence["words"] else [])


def _counterexample(found: Json) -> list[str]:
    if not found["witness"]:
        return []
    said = [f"Counterexample ({escaped(found['witness'].get('because') or 'the property fails')}):"]
    said += [
        f"- {escaped(name)} $= {_formula(objects.latex(value))}$" for name, value in objects.parts(found["witness"]["instance"])
    ]
    return ["\n".join([said[0], "", *said[1:]]), code(found["replay"])]


def _sharpness(report: Json) -> list[str]:
    rows = [
        (escaped(row.claim["id"]), escaped(row.probe["hypothesis"] or row.probe["words"]), escaped(views.probe_words(row.probe)))
        for row in views.dropped(report)
    ]
    tight = [
        (escaped(claim["id"]), f"${_formula(_cell(bound['latex']))}$", views.tightest_words(bound))
        for claim, bound in views.bounds(report)
    ]
    blocks = ["## Sharpness"] if rows or tight else []
    blocks += [table(("claim", "dropped hypothesis", "outcome"), rows)] if rows else []
    return blocks + ([table(("claim", "bound", "tightest"), tight)] if tight else [])


def _claim(claim: Json) -> str:
    verdict = claim["verdict"] or "not run"
    lines = [
        f"### {escaped(claim['id'])}: {escaped(claim['title'])}",
        "",
        f"**{verdict}** ({claim['kind']}, {escaped(claim['locator'])}).",
    ]
    lines[-1] += f" {escaped(claim['because'])}." if claim["because"] else ""
    for sentence in claim["sentences"]:
        reading = f", reading {escaped(sentence['reading'])}" if sentence["reading"] else ""
        lines += [
            "",
            f"- {sentence['role']}{reading}: **{sentence['found'] or 'not run'}**  ",
            f"  ${_formula(sentence['latex'])}$",
        ]
        lines += [f"  {escaped(sentence['words'])}"] if sentence["words"] else []
        lines += [f"  {code(sentence['replay'])}"] if sentence.get("replay") else []
    return "\n".join([*lines, *(["", escaped(claim["remark"])] if claim["remark"] else [])])


def _cell(latex: str) -> str:
    return latex.replace("|", r"\vert ")


def _formula(latex: str) -> str:
    """LaTeX between dollar signs on one line, in which no tag can begin and no formula end."""
    return " ".join(latex.replace("<", r"\lt ").replace(">", r"\gt ").replace("$", r"\$").split())


def code(text: str) -> str:
    """A code span on one line; nothing for no text."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`" if text else ""


def table(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("\n", " ") for cell in line) + " |" for line in lines)


def escaped(text: str) -> str:
    """Text in which nothing is markup, formulas between dollar signs left as they are."""
    try:
        return "".join(
            {"math": f"${_formula(piece)}$", "code": code(piece)}.get(kind, _escaped(piece)) for kind, piece in pieces(text)
        )
    except LatexError:
        return _escaped(text)


def _escaped(text: str) -> str:
    marked = re.sub(r"([\\`*_\[\]|$])", r"\\\1", text).replace("\n", " ")
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
