"""Where a Markdown summary goes: to a file, or to the summary of the step of GitHub Actions in which the command runs."""

from __future__ import annotations

import os
from pathlib import Path

from claims.cli import Trouble
from claims.report.files import write_text

STEP = Path("github")


def writable_summary(path: Path) -> None:
    """Before anything runs.  Raises Trouble where the step's own summary is asked for outside of GitHub Actions."""
    if path == STEP and not os.environ.get("GITHUB_STEP_SUMMARY"):
        raise Trouble("--summary github is for GitHub Actions, which names a file in GITHUB_STEP_SUMMARY; name a file here")


def write_summary(path: Path, text: str) -> None:
    """Write the page to a file; to the summary of the step it is added."""
    writable_summary(path)
    if path != STEP:
        write_text(path, text)
        return
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
        file.write(text)
