"""What GitHub Actions shows: annotations and the summary of a step, of a report, a run and a difference."""

import copy
import json

import pytest

from claims.report.github import annotations, command, summary
from reported import RECORDS, report, the


def changed(verdict="holds"):
    records = copy.deepcopy(RECORDS)
    records["paper"]["P-1"] |= {"verdict": verdict, "sentences": {"P-1/printed.A": verdict, "P-1/amended": "holds"}}
    return report(records=records)


def test_as_recorded_is_no_annotation():
    assert list(annotations(report())) == []
    assert "Every verdict that was reached is the recorded one." in summary(report())


def test_what_is_not_as_recorded_is_an_error_with_its_parts():
    (line,) = annotations(changed())
    assert line == (
        "::error title=P-1::Ranks add up to $r<n$: P-1: amended, recorded holds; P-1/printed.A: refuted, recorded holds"
    )
    page = summary(changed())
    assert "### Not as recorded (1)" in page
    assert "| `P-1/printed.A` | Ranks add up to $r\\lt n$ | holds | refuted | `claims replay P-1/printed.A` |" in page
    assert "| `paper` | 3 | 1 | 1 | 1 | 0 |" in page
    assert "Run with profile ci, seed 0." in page


def test_what_is_only_not_known_any_more_is_a_warning():
    found = copy.deepcopy(report())
    the("P-4", found)["recorded"] = "holds"
    assert [line.split(" ")[0] for line in annotations(found)] == ["::warning"]


def test_a_workflow_command_is_one_line_without_colours():
    assert command("error", "a:b,c", "100 %\r\n::error::\x1b[31mred") == "::error title=a%3Ab%2Cc::100 %25%0D%0A::error::red"


def spoiled(here):
    """Record otherwise what S0-4 is."""
    path = here / "records" / "collapse.verdicts.json"
    records = json.loads(path.read_text())
    records["S0-4"]["verdict"] = "refuted"
    path.write_text(json.dumps(records))


def test_a_run_annotates_and_adds_to_the_summary_of_its_step(recorded, here, monkeypatch):
    step = here / "step.md"
    step.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    spoiled(here)
    code, out, _ = recorded("verify", "S0-4", "--summary", "github", "--annotations")
    assert code == 1
    assert "::error title=S0-4::" in out
    assert step.read_text().startswith("before\n## What the documents claim, and what holds\n")
    assert recorded("verify", "S0-4", "--summary", "page.md")[0] == 1
    assert "Not as recorded (1)" in (here / "page.md").read_text()


@pytest.mark.parametrize("arguments", [("verify", "S0-4"), ("diff", "a.json", "a.json")])
def test_outside_of_a_step_the_summary_needs_a_file(recorded, here, monkeypatch, arguments):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (here / "a.json").write_text('{"claims": []}')
    code, _, said = recorded(*arguments, "--summary", "github")
    assert code == 3
    assert "GITHUB_STEP_SUMMARY" in said
