"""JUnit XML: a test case for each claim, which passes where the verdict is the recorded one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from claims.report import views
from claims.report.files import write_text

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Mapping[str, Any], path: str | Path) -> None:
    """Write the report as JUnit XML."""
    root = ET.Element("testsuites", name="lossproof")
    for document in report["documents"]:
        claims = [claim for claim in report["claims"] if claim["document"] == document["name"]]
        root.append(_suite(document["name"], [_case(claim) for claim in claims]))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    write_text(path, '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n")


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=name, tests=str(len(cases)), errors="0")
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.extend(cases)
    return suite


def _case(claim: Mapping[str, Any]) -> ET.Element:
    case = ET.Element("testcase", classname=claim["document"], name=legal(f"{claim['id']} {claim['title']}"))
    case.set("time", f"{views.seconds(claim):.3f}")
    if claim["verdict"] is None:
        ET.SubElement(case, "skipped", message="not run in this profile")
    elif not claim["as_recorded"]:
        failure = ET.SubElement(case, "failure", message=legal(_message(claim)), type=claim["verdict"])
        failure.text = legal("\n".join(_lines(claim)))
    return case


def _message(claim: Mapping[str, Any]) -> str:
    said = "is now inconclusive" if claim["verdict"] == "inconclusive" else f"is now {claim['verdict']!r}"
    return f"{claim['id']} {said}; recorded: {claim['recorded'] or 'nothing'}; {claim['because']}"


def _lines(claim: Mapping[str, Any]) -> list[str]:
    lines = []
    for sentence in claim["sentences"]:
        parts = [(sentence["found"], sentence), *((probe["found"], probe) for probe in sentence.get("probes", ()))]
        for found, part in parts:
            if found is not None and found != part["recorded"]:
                lines.append(f"{part['key']}: {found}, recorded {part['recorded'] or 'nothing'}")
                lines += [f"  {part['replay']}"] if part.get("replay") else []
    return lines


def legal(text: str) -> str:
    """The text without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("\ufffd", text)
