"""What is wrong with the words and formulas of a report, before a reader finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from claims.report import objects
from claims.report.latex import LatexError, mathml, prose


def lint(report: Mapping[str, Any]) -> list[str]:
    """One sentence for each formula or text that cannot be set, with the place where it stands; empty where all is well."""
    found = []
    for place, setter, text in _texts(report):
        try:
            setter(text)
        except LatexError as problem:
            found.append(f"{place}: {problem}")
    return found


def _texts(report: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    for claim in report["claims"]:
        for part in ("title", "remark", "because"):
            yield f"{claim['id']} {part}", prose, claim[part]
        for sentence in claim["sentences"]:
            yield from _sentence(sentence)
        for derivation in claim["derivations"]:
            yield from _derivation(derivation)
    for experiment in report["experiments"]:
        yield f"{experiment['experiment']} title", prose, experiment["title"]
        for figure in experiment["figures"]:
            yield f"{experiment['experiment']} {figure['name']}", prose, figure["caption"]


def _sentence(sentence: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    key = sentence["key"]
    yield key, mathml, sentence["latex"]
    yield f"{key} words", prose, sentence["words"]
    yield f"{key} because", prose, sentence["because"]
    for assumption in sentence.get("assumptions", ()):
        yield f"{key} {assumption['name']}", prose, assumption["words"]
    yield from _witness(key, sentence["witness"])
    for probe in sentence.get("probes", ()):
        yield probe["key"], prose, probe["words"]
        yield from _witness(probe["key"], probe["witness"])


def _witness(key: str, witness: Mapping[str, Any] | None) -> Iterator[tuple[str, Any, str]]:
    for name, value in objects.parts(witness["instance"]) if witness else ():
        yield f"{key} witness {name}", mathml, objects.latex(value)


def _derivation(derivation: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    name = f"derivation {derivation['name']}"
    if derivation["statement"]:
        yield name, mathml, derivation["statement"]
    for number, step in enumerate(derivation["steps"], start=1):
        yield f"{name} step {number}", mathml, step["latex"]
        yield f"{name} step {number} words", prose, step["words"]
