"""What GitHub Actions shows: annotations and the summary of a step, of a report, a run and a difference."""

import copy

from reported import RECORDS, report, the

from claims.report.github import command, summary, workflow_commands


def changed(verdict="holds"):
    records = copy.deepcopy(RECORDS)
    records["paper"]["P-1"] |= {"verdict": verdict, "sentences": {"P-1/printed.A": verdict, "P-1/amended": "holds"}}
    return report(records=records)


def test_as_recorded_is_no_annotation():
    assert list(workflow_commands(report())) == []
    assert "Every verdict that was reached is the recorded one." in summary(report())


def test_what_is_not_as_recorded_is_an_error_with_its_parts():
    (line,) = workflow_commands(changed())
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
    assert [line.split(" ")[0] for line in workflow_commands(found)] == ["::warning"]


def test_a_workflow_command_is_one_line_without_colours():
    assert command("error", "a:b,c", "100 %\r\n::error::\x1b[31mred") == "::error title=a%3Ab%2Cc::100 %25%0D%0A::error::red"
