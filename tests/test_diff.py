"""Two reports side by side: each kind of change, in each form; reports and ledgers are read alike."""

import copy
import json

import pytest

from claims.cli import USAGE
from claims.report.assemble import UNSEALED
from claims.report.diff import Kind, diff, has_worsened, lines, markdown, workflow_commands
from claims.seal import sealed


def probe(key, found):
    return {"key": key, "kind": "control", "found": found, "seconds": 0.0}


def claim(name, verdict, *, found="holds", control="refuted", seconds=1.0):
    sentence = {
        "key": f"{name}/printed",
        "found": found,
        "seconds": seconds,
        "probes": [probe(f"{name}/printed/control.1", control)],
    }
    return {
        "id": name,
        "title": f"Title of {name}",
        "verdict": verdict,
        "sentences": [sentence],
        "derivations": [],
        "experiments": [],
    }


def report(*claims):
    return {"claims": list(claims)}


OLD = report(claim("S0-1", "holds"), claim("S0-2", "amended"), claim("S0-3", "holds"))


def kinds(new, old=OLD):
    return [(change.kind, change.key) for change in diff(old, new)]


def with_first(**changes):
    new = copy.deepcopy(OLD)
    new["claims"][0] = claim("S0-1", **({"verdict": "holds"} | changes))
    return new


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (with_first(verdict="refuted", found="refuted"), [(Kind.WORSE, "S0-1"), (Kind.WORSE, "S0-1/printed")]),
        (with_first(verdict="inconclusive", control="survived"), [(Kind.WORSE, "S0-1"), (Kind.WORSE, "S0-1/printed/control.1")]),
        (with_first(verdict=None, found=None, control=None), []),
        (with_first(seconds=9.0), [(Kind.SLOWER, "S0-1")]),
        (report(*OLD["claims"][:2]), [(Kind.GONE, "S0-3")]),
        (report(*OLD["claims"], claim("S0-4", "holds")), [(Kind.NEW, "S0-4")]),
    ],
)
def test_each_kind_of_change(new, expected):
    assert kinds(new) == expected


def test_the_way_back_is_better():
    assert kinds(OLD, with_first(verdict="refuted", found="refuted")) == [(Kind.BETTER, "S0-1"), (Kind.BETTER, "S0-1/printed")]


def test_only_what_does_not_stand_any_more_counts_as_worse():
    assert has_worsened(diff(OLD, with_first(verdict="refuted")))
    assert has_worsened(diff(OLD, report()))
    assert not has_worsened(diff(OLD, with_first(seconds=9.0)))
    assert not has_worsened(diff(report(), OLD))


def test_every_form_says_the_same():
    changes = diff(OLD, with_first(verdict="refuted"))
    assert list(lines(changes)) == ["stood before, does not now (1)", "  S0-1: holds -> refuted  Title of S0-1"]
    assert "| `S0-1` | Title of S0-1 | holds | refuted |" in markdown(changes)
    command = "::error title=S0-1::Title of S0-1: holds -> refuted (stood before, does not now)"
    assert list(workflow_commands(changes)) == [command]
    assert list(lines([])) == ["no difference"]


def test_annotations_are_one_line_whatever_a_title_holds():
    new = with_first(verdict="refuted")
    new["claims"][0]["title"] = "100 %\n::error::forged"
    assert [line.count("\n") for line in workflow_commands(diff(OLD, new))] == [0]


def test_reports_and_ledgers_are_read_alike(recorded, here):
    recorded("verify", "S0-4", "--json", "a.json", "--ledger", "a.ledger")
    assert recorded("diff", "a.json", "a.json")[:2] == (0, "no difference\n")
    ledger = recorded("diff", "a.ledger", "a.ledger", "--summary", "changes.md")
    assert ledger[:2] == (0, "no difference\n")
    assert "No difference." in (here / "changes.md").read_text()
    spoiled = json.loads((here / "a.json").read_text())
    spoiled["claims"][0]["verdict"] = "refuted"
    (here / "b.json").write_text(json.dumps(spoiled))
    assert recorded("diff", "a.json", "b.json")[0] == USAGE
    (here / "b.json").write_text(json.dumps(sealed(spoiled, *UNSEALED)))
    code, out, _ = recorded("diff", "a.json", "b.json")
    assert code == 1
    assert "S0-4: " in out
    assert " -> refuted" in out


@pytest.mark.parametrize("text", ["", "[1]", "{}", "nonsense"])
def test_what_is_no_report_is_named(command, here, text):
    (here / "x.json").write_text(text)
    code, _, said = command("diff", "x.json", "x.json")
    assert code == 3
    assert "x.json" in said
