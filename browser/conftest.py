"""A small report on disk, and Chromium to open it with."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from playwright.sync_api import sync_playwright
from reported import CLAIMS, HOW, NASTY, PAYLOADS, RECORDS, hostile, report

from claims.judge import judge
from claims.profiles import PROFILES
from claims.registry import select
from claims.report import build, write_html
from claims.units import execute, plan

SHOWN = ("S0-15", "S1-5", "S1-34", "S2-22", "S3-59", "S3-89", "S4-24")
"""Real claims with long formulas, large witnesses, bounds, derivations and hypotheses that are needed and that are not."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_addoption(parser):
    parser.addoption("--report", help="open the pages of this JSON report (default: a small one made here)")


@pytest.fixture(scope="session")
def reports(request):
    """The reports to be opened, by name."""
    chosen = request.config.getoption("--report")
    if chosen:
        with open(chosen, encoding="utf-8") as file:
            return {"chosen": json.load(file)}
    return {"small": _small(), "hostile": hostile(report(), f" {NASTY}${{x}}")}


def _small():
    claims, profile = select(SHOWN), PROFILES["quick"]
    payloads = {unit.key: execute(unit.kind, unit.key, profile.name, 0) for unit in plan(claims, profile)}
    records = {}
    for claim in claims:
        records.setdefault(claim.source.document.name, {})[claim.id] = judge(claim, payloads).to_record()
    return build((*claims, *CLAIMS), payloads | PAYLOADS, HOW, records=records | RECORDS)


@pytest.fixture(scope="session")
def site(reports, tmp_path_factory):
    """The folder in which the pages of each report stand, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    for name, made in reports.items():
        write_html(made, folder / name)
    return folder


@pytest.fixture(scope="session")
def browser():
    found = os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, (
        f"no browser on the PATH (looked for {', '.join(NAMES)}); install Debian's chromium, or say CHROMIUM=/path/to/it"
    )
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # the sandbox refuses to run as root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()
