"""The report: JSON from claims and payloads; JUnit, Markdown and HTML from that JSON and from nothing else.

Everything is loaded on first use, so that the command line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "build": "assemble",
    "write_json": "files",
    "write_junit": "junit",
    "write_markdown": "markdown",
    "write_html": "html",
    "lint": "linting",
    "show": "text",
    "schema": "files",
}

__all__ = ["build", "lint", "schema", "show", "write_html", "write_json", "write_junit", "write_markdown"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"claims.report has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"claims.report.{_HOME[name]}"), name)
