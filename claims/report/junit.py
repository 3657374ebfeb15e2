"""JUnit XML: a test case for each claim, which passes where everything that was judged is as recorded.

It is the dialect that Maven's Surefire writes and Jenkins validates; ``tests/junit.xsd`` states what of it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from claims.report import views
from claims.report.files import legal, write_text


def write_junit(report: Mapping[str, Any], path: str | Path) -> None:
    """Write the report as JUnit XML."""
    root = ET.Element("testsuites", name="lossproof")
    for document in report["documents"]:
        cases = [_case(claim) for claim in views.of_document(report, document["name"])]
        root.append(_suite(legal(document["name"]), cases, report))
    for name in ("tests", "failures", "errors"):  # the dialect knows no "skipped" here
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
    ET.indent(root)
    write_text(path, '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n")


def _suite(name: str, cases: list[ET.Element], report: Mapping[str, Any]) -> ET.Element:
    suite = ET.Element("testsuite", name=name, tests=str(len(cases)), errors="0")
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    if "started" in report["timings"]:
        suite.set("timestamp", legal(str(report["timings"]["started"])))
    properties = ET.SubElement(suite, "properties")
    for part, value in report["how"].items():
        ET.SubElement(properties, "property", name=legal(part), value=legal(views.said(value)))
    suite.extend(cases)
    return suite


def _case(claim: Mapping[str, Any]) -> ET.Element:
    case = ET.Element("testcase", classname=legal(claim["document"]), name=legal(f"{claim['id']} {claim['title']}"))
    case.set("time", f"{views.seconds(claim):.3f}")
    changes = views.changes(claim)
    if changes:
        failure = ET.SubElement(case, "failure", message=legal(_message(claim)), type=claim["verdict"] or changes[0].found)
        failure.text = legal("\n".join(_lines(changes)))
    elif claim["verdict"] is None:
        ET.SubElement(case, "skipped", message="not run in this profile, or only in part")
    return case


def _message(claim: Mapping[str, Any]) -> str:
    if claim["verdict"] is None:
        return f"{claim['id']} has sentences that are not as recorded"
    said = "is now inconclusive" if claim["verdict"] == "inconclusive" else f"is now {claim['verdict']!r}"
    return f"{claim['id']} {said}; recorded: {claim['recorded'] or 'nothing'}; {claim['because']}"


def _lines(changes: list[views.Change]) -> list[str]:
    lines = []
    for change in changes:
        lines.append(f"{change.key}: {change.found}, recorded {change.recorded or 'nothing'}")
        lines += [f"  {change.replay}"] if change.replay else []
    return lines
