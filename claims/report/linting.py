"""What is wrong with the words and formulas of a report, before a reader finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from claims.report import objects
from claims.report.latex import LatexError, mathml, prose


def lint(report: Mapping[str, Any]) -> list[str]:
    """One sentence for each formula or text that cannot be set, with the place where it stands; empty where all is well."""
    found = []
    for place, setter, text in texts(report):
        try:
            setter(text)
        except LatexError as problem:
            found.append(f"{place}: {problem}")
    return found


def texts(report: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """(place, setter, text) of every text of a report that is set: words as prose, formulas as MathML."""
    yield from (("limit", prose, limit) for limit in report["limits"])
    for document in report["documents"]:
        yield from _prose(document["name"], document, "title", "reference")
    for claim in report["claims"]:
        yield from _prose(claim["id"], claim, "title", "remark", "because")
        for sentence in claim["sentences"]:
            yield from _sentence(sentence)
        for derivation in claim["derivations"]:
            yield from _derivation(derivation)
        for experiment in claim["experiments"]:
            yield from _prose(experiment["experiment"], experiment, "title")
    for experiment in report["experiments"]:
        name = experiment["experiment"]
        yield from _prose(name, experiment, "title")
        for figure in experiment["figures"]:
            yield from _prose(f"{name} {figure['name']}", figure, "title", "caption")


def _prose(place: str, part: Mapping[str, Any], *names: str) -> Iterator[tuple[str, Any, str]]:
    return ((f"{place} {name}", prose, part[name]) for name in names)


def _sentence(sentence: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    key = sentence["key"]
    yield key, mathml, sentence["latex"]
    yield from _prose(key, sentence, "words", "because", "detail")
    if sentence["type"] == "run":
        yield from _prose(key, sentence, "published", "measured", "control")
    if sentence["type"] == "statement":
        yield f"{key} family", prose, sentence["family"]["words"]
        yield f"{key} property", prose, sentence["property"]["words"]
    for assumption in sentence.get("assumptions", ()):
        yield f"{key} {assumption['name']}", prose, assumption["words"]
    yield from _witness(key, sentence["witness"])
    for probe in sentence.get("probes", ()):
        yield probe["key"], prose, probe["words"]
        yield f"{probe['key']} hypothesis", prose, probe["hypothesis"]
        for part in ("family", "property"):
            if probe[part]:
                yield f"{probe['key']} {part}", prose, probe[part]["words"]
        yield from _witness(probe["key"], probe["witness"])


def _witness(key: str, witness: Mapping[str, Any] | None) -> Iterator[tuple[str, Any, str]]:
    if witness:
        yield f"{key} witness because", prose, witness["because"]
        for name, value in objects.parts(witness["instance"]):
            yield f"{key} witness {name}", mathml, objects.latex(value)


def _derivation(derivation: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    name = f"derivation {derivation['name']}"
    yield from _prose(name, derivation, "title", "dimensions")
    yield from ((f"{name} assumption", prose, one) for one in derivation["assumptions"])
    if derivation["statement"]:
        yield name, mathml, derivation["statement"]
    for number, step in enumerate(derivation["steps"], start=1):
        yield f"{name} step {number}", mathml, step["latex"]
        yield from _prose(f"{name} step {number}", step, "words", "by")
