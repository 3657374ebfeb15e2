"""The JUnit report: what passes and fails, and that strict readers accept it."""

from __future__ import annotations

import copy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from reported import NASTY, PAYLOADS, RECORDS, hostile, report, the

from claims.report import write_junit

STRICT = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


@pytest.mark.parametrize(
    ("payloads", "verdict", "outcomes"),
    [
        (PAYLOADS, "amended", [None, None, None]),
        (PAYLOADS, "holds", ["failure", None, None]),
        ({}, "amended", ["skipped", "skipped", None]),
    ],
)
def test_junit_passes_what_is_as_recorded(tmp_path, payloads, verdict, outcomes):
    records = copy.deepcopy(RECORDS)
    records["paper"]["P-1"]["verdict"] = verdict
    write_junit(report(payloads, records=records), tmp_path / "junit.xml")
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]
    cases = suite.findall("testcase")
    assert [case[0].tag if len(case) else None for case in cases] == outcomes
    assert [case.get("classname") for case in cases] == ["paper"] * 3
    assert int(suite.get("failures")) == outcomes.count("failure")
    assert {one.get("name"): one.get("value") for one in suite.iter("property")}["profile"] == "ci"
    assert float(cases[0].get("time")) == pytest.approx(1.75 if payloads else 0)


def test_junit_says_what_changed_and_is_strict_xml(tmp_path):
    records = copy.deepcopy(RECORDS)
    records["paper"]["P-1"] |= {"verdict": "holds", "sentences": {"P-1/printed.A": "holds", "P-1/amended": "holds"}}
    found = report(records=records)
    the("P-1", found)["because"] = NASTY
    write_junit(found, tmp_path / "junit.xml")
    failure = ET.parse(tmp_path / "junit.xml").find(".//failure")
    assert "is now 'amended'; recorded: holds" in failure.get("message")
    assert "P-1/printed.A: refuted, recorded holds\n  claims replay P-1/printed.A" in failure.text


def test_a_part_that_changed_is_a_failure_even_where_the_claim_was_judged_in_part(tmp_path):
    payloads = {key: value for key, value in PAYLOADS.items() if not key.startswith("P-1/amended")}
    records = copy.deepcopy(RECORDS)
    records["paper"]["P-1"]["sentences"]["P-1/printed.A"] = "holds"
    write_junit(report(payloads, records=records), tmp_path / "junit.xml")
    failure = ET.parse(tmp_path / "junit.xml").find(".//failure")
    assert failure.get("message") == "P-1 has sentences that are not as recorded"


@pytest.mark.parametrize("payloads", [PAYLOADS, {}], ids=["all", "none"])
@pytest.mark.parametrize("ending", ["", NASTY], ids=["plain", "hostile"])
@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "new"])
def test_strict_readers_accept_it(tmp_path, payloads, ending, recorded):
    found = report(payloads, records=RECORDS if recorded else {})
    write_junit(hostile(found, ending) if ending else found, tmp_path / "junit.xml")
    STRICT.validate(tmp_path / "junit.xml")
    root = ET.parse(tmp_path / "junit.xml").getroot()
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)
    assert float(root.get("time")) == pytest.approx(sum(float(case.get("time")) for case in root.iter("testcase")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('tests="3"', 'tests="three"'),
        ("<testcase", "<case"),
        ('name="P-3 ', 'name="P-4 It is nice" x="'),
        ('time="', 'time="1e-9'),
        ("</testsuite>", "<failure/></testsuite>"),
        (' classname="paper"', ""),
    ],
)
def test_the_schema_notices(tmp_path, old, new):
    write_junit(report(), tmp_path / "junit.xml")
    text = (tmp_path / "junit.xml").read_text("utf-8")
    assert old in text
    (tmp_path / "junit.xml").write_text(text.replace(old, new, 1).replace("</testcase", "</case", int("<case" in new)))
    assert not STRICT.is_valid(tmp_path / "junit.xml")
