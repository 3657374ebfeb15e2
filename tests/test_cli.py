"""The command line: what it prints, what it writes, its exit codes, and its one sentence for bad input."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from conftest import CLAIMS

from claims import registry
from claims.cli import CHANGED, INTERRUPTED, OK, UNKNOWN, USAGE
from claims.cli.verdicts import Standing, compare, exit_code, totals
from claims.judge import Judgement
from claims.model import Basis, Verdict, VerdictWord
from claims.report import schema
from claims.seal import sealed
from claims.strategies import FAMILIES

REFUTED = "S1-10/printed"
ENDLESS = ("S0-14", "S0-22", "S0-34")
"""Claims that keep the profile deep busy for minutes."""


def program(*arguments, **environment):
    """The command in a process of its own, as a person starts it."""
    words = [sys.executable, "-m", "claims.cli", *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment)


# Looking


def test_list_names_every_claim(command):
    code, out, err = command("list")
    assert (code, err) == (OK, "")
    assert [line.split()[0] for line in out.splitlines()] == [claim.id for claim in registry.all_claims()]


def test_list_as_json_has_the_fields_that_are_promised(command):
    rows = json.loads(command("list", "product", "--json")[1])
    assert {row["document"] for row in rows} == {"product"}
    claim = registry.find("S1-10")
    expected = {"id": "S1-10", "document": "product", "title": claim.title, "kind": claim.kind.value, "verdict": None}
    assert expected in rows


def test_list_knows_recorded_verdicts(recorded):
    rows = {row["id"]: row["verdict"] for row in json.loads(recorded("list", "--json")[1])}
    assert (rows["S0-2"], rows["S1-10"], rows["S1-11"]) == ("holds", "amended", None)


def test_show_writes_a_claim_out(command):
    code, out, _ = command("show", "S1-10")
    assert code == OK
    for key, (_, sentence) in registry.find("S1-10").sentences.items():
        assert key in out
        assert sentence.latex in out


def test_families_are_listed_in_their_own_words(command):
    code, out, _ = command("families")
    assert (code, len(out.splitlines())) == (OK, len(FAMILIES))
    assert "\ndata_sets                      Inputs and targets of 1 to 3 dimensions" in out


def test_families_are_found_by_a_word(command):
    code, out, _ = command("families", "ridge")
    assert code == OK
    assert len(out.splitlines()) > 3
    assert all("ridge" in line.lower() for line in out.splitlines() if "..." not in line)
    assert "weights, data (Data: inputs, targets)" in command("families", "deep_linear_networks")[1]


def test_a_family_shows_what_its_instances_offer(command):
    code, out, _ = command("families", "data_sets")
    assert code == OK
    for words in (
        "instances of Data (",
        "\n    fields: inputs, targets\n",
        "\n    xx: Sigma_XX = X X'",
        "loss_of(product): |Y - M X|^2",
    ):
        assert words in out
    assert re.search(r"named cases among \d+ different instances: .*one sample \(\d+\)", out, flags=re.S)
    assert re.search(r"\none of them:\n    Data\n    inputs \(\d x \d\)\n      \[", out)


@pytest.mark.parametrize("arguments", [("--help",), ("list",), ("show", "S0-15"), ("verify", "--help")])
def test_looking_loads_nothing_heavy(arguments):
    code = (
        "import sys; from claims.cli import run_command; assert run_command(sys.argv[1:]) == 0; "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stderr.split()}
    assert loaded & {"numpy", "scipy", "sympy", "flint", "hypothesis", "matplotlib", "mpmath", "jinja2", "rich"} == set()


def test_no_command_shows_the_help(command):
    code, out, _ = command()
    assert code == OK
    assert "130 interrupted" in out


# Bad input


def precious(path):
    path.write_text("not to be lost\n" * 200)
    return path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("verfy",), "there is no command 'verfy'; did you mean verify?"),
        (("verify", "S0-155"), "'S0-155'; did you mean S0-15"),
        (("verify", "s0_15"), "'s0_15'; did you mean S0-15"),
        (("verify", "colapse"), "'colapse'; did you mean collapse"),
        (("show", "S9-99"), "'S9-99'"),
        (("list", "prodct"), "there is no document 'prodct'; did you mean product?"),
        (("list", "qqq"), "there are collapse, product"),
        (("verify", "--profile", "quik"), "'quick', 'ci', 'nightly', 'deep'"),
        (("verify", "--seed", "-1"), "-1 is not in the range"),
        (("verify", "--seed", str(2**63)), "is not in the range"),
        (("verify", "--seed", "one"), "'one' is not a valid integer"),
        (("verify", "--jobs", "0"), "0 is not in the range"),
        (("verify", "--prfile", "ci"), "Did you mean"),
        (("verify", "--ledger", "no/such/place.ledger"), "there is no directory no/such"),
        (("verify", "--ledger", "notes"), "notes is not a ledger"),
        (("verify", "--ledger", "records"), "records"),
        (("verify", "--json", "/proc/none/report.json"), "/proc/none cannot be written to"),
        (("verify", "--json", "notes/report.json"), "notes cannot be written to"),
        (("verify", "--junit", "/dev/null"), "/dev/null is not a regular file"),
        (("verify", "--record"), "--record needs a profile that searches afresh: ci, nightly, deep"),
        (("report", "--out", "/proc/report"), "/proc/report cannot be written to"),
        (("experiment", "--out", "notes"), "notes"),
        (("experiment", "X0-11"), "did you mean X0-1"),
        (("experiment", "S0-2"), "S0-2 reads no experiment; the experiments are X0-1"),
        (("replay", "S1-10/prnted"), "did you mean S1-10/printed"),
        (("families", "datasets"), "there is no family 'datasets'; did you mean data_sets?"),
        (("replay", "S1-10"), "there is no witness S1-10"),
        (("verify", "--module", "mine.py"), "it stands before the command: claims --module ..."),
        (("replay", "absent.json"), "absent.json: No such file"),
        (("replay", "notes"), "notes is not JSON"),
    ],
)
def test_bad_input_gets_one_sentence_and_loses_nothing(command, here, arguments, sentence):
    notes = precious(here / "notes")
    before = notes.read_bytes()
    code, out, err = command(*arguments)
    assert code == USAGE
    assert out == ""
    assert sentence in err
    assert err.startswith("claims: ")
    assert err.count("\n") == 1
    assert notes.read_bytes() == before


def test_an_error_of_the_program_itself_is_no_verdict(command, monkeypatch):
    monkeypatch.setattr("claims.cli.inspect.find", lambda name: 1 / 0)
    code, _, err = command("show", "S0-1")
    assert code == USAGE
    assert "ZeroDivisionError" in err
    assert err.endswith("claims: this is an error of the program itself, not of its input\n")


def test_a_reader_who_leaves_is_no_verdict():
    run = program("list", "--json")
    run.stdout.close()
    assert (run.wait(), run.stderr.read()) == (USAGE, "")


def test_spoiled_records_are_named(command, here):
    (here / "records" / "product.verdicts.json").write_text("{")
    code, _, err = command("list")
    assert (code, err.count("\n")) == (USAGE, 1)
    assert "product.verdicts.json is not JSON" in err


# Verdicts


def test_nothing_recorded_is_no_agreement(command):
    code, out, _ = command("verify", "S0-2")
    assert code == CHANGED
    assert re.search(r"^S0-2 +holds +not recorded +proved: ", out, re.M)


def test_recorded_claims_are_as_recorded_in_every_profile(recorded):
    for profile in ("ci", "quick"):
        code, out, err = recorded("verify", *CLAIMS, "--profile", profile)
        assert code == OK, out + err
        assert f"{len(CLAIMS)} as recorded" in out


def test_each_refutation_is_followed_by_the_command_that_replays_it(recorded):
    out = recorded("verify", "S1-10", "--profile", "ci")[1].splitlines()
    line = next(number for number, text in enumerate(out) if text.startswith("S1-10"))
    assert out[line + 1].split() == ["claims", "replay", REFUTED]
    assert recorded(*out[line + 1].split()[1:])[0] == OK


def rewrite(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_verdict_that_changed_is_shown_with_its_record(recorded, here):
    rewrite(here / "records" / "collapse.verdicts.json", lambda kept: kept["S0-2"].update(verdict="refuted"))
    code, out, _ = recorded("verify", "S0-2", "S0-4", "--profile", "ci")
    assert code == CHANGED
    assert re.search(r"^S0-2 +holds +CHANGED", out, re.M)
    assert "S0-2: holds, recorded refuted" in out
    assert re.search(r"^S0-4 +holds +as recorded", out, re.M)


def test_a_probe_that_changed_counts_too(recorded, here):
    def survive(kept):
        kept["S1-10"]["probes"] = dict.fromkeys(kept["S1-10"]["probes"], "survived")

    rewrite(here / "records" / "product.verdicts.json", survive)
    code, out, _ = recorded("verify", "S1-10", "--profile", "ci")
    assert code == CHANGED
    assert re.search(r"S1-10/\S+/control\.\S+: refuted, recorded survived", out)


def test_recording_merges_and_keeps_other_claims(recorded, here):
    before = json.loads((here / "records" / "collapse.verdicts.json").read_text())
    recorded("verify", "S0-3", "--profile", "ci", "--record")
    after = json.loads((here / "records" / "collapse.verdicts.json").read_text())
    assert set(after) - set(before) == {"S0-3"}
    assert {key: after[key] for key in before} == before


VERDICTS = {word: Verdict(word, Basis.SEARCHED, "so") for word in VerdictWord}


def judged(word, probes=None, complete=True):
    return Judgement("S0-2", VERDICTS[word], {"S0-2/printed": VERDICTS[word]}, probes or {}, {}, complete)


@pytest.mark.parametrize(
    ("now", "record", "standing", "code"),
    [
        (judged("holds"), judged("holds"), Standing.AS_RECORDED, OK),
        (judged("inconclusive"), judged("inconclusive"), Standing.AS_RECORDED, OK),
        (judged("refuted"), judged("holds"), Standing.CHANGED, CHANGED),
        (judged("holds"), judged("inconclusive"), Standing.CHANGED, CHANGED),
        (judged("inconclusive"), judged("holds"), Standing.NOW_INCONCLUSIVE, UNKNOWN),
        (judged("holds", {"p": "inconclusive"}), judged("holds", {"p": "refuted"}), Standing.NOW_INCONCLUSIVE, UNKNOWN),
        (judged("inconclusive", {"p": "survived"}), judged("holds", {"p": "refuted"}), Standing.CHANGED, CHANGED),
        (judged("holds"), None, Standing.NOT_RECORDED, CHANGED),
        (Judgement("S0-2", None, complete=False), judged("holds"), Standing.NOT_RUN, OK),
        (Judgement("S0-2", None, complete=False), None, Standing.NOT_RUN, OK),
        (replace(judged("holds"), verdict=None, complete=False), judged("refuted"), Standing.CHANGED, CHANGED),
        (replace(judged("holds"), verdict=VERDICTS["amended"], complete=False), judged("holds"), Standing.AS_RECORDED, OK),
    ],
)
def test_exit_codes_follow_from_the_records(now, record, standing, code):
    compared = compare(registry.find("S0-2"), now, record.to_record() if record else None)
    assert (compared.standing, exit_code([compared])) == (standing, code)


def test_the_worst_claim_decides_the_exit_code():
    claim = registry.find("S0-2")
    fine, unknown, changed = (
        compare(claim, judged(word), judged("holds").to_record()) for word in ("holds", "inconclusive", "refuted")
    )
    assert exit_code([fine, unknown]) == UNKNOWN
    assert exit_code([changed, unknown, fine]) == CHANGED
    assert totals([changed, unknown, fine]).startswith("3 claims: 1 holds, 1 inconclusive, 1 refuted; 1 as recorded, 1 CHANGED")


# Reports


def timeless(report):
    if isinstance(report, dict):
        return {key: timeless(value) for key, value in report.items() if key not in ("seconds", "timings")}
    return [timeless(value) for value in report] if isinstance(report, list) else report


def test_json_and_junit_are_written_and_valid(recorded, here):
    recorded("verify", *CLAIMS, "--profile", "ci", "--json", "out/report.json", "--junit", "out/junit.xml")
    report = json.loads((here / "out/report.json").read_text())
    jsonschema.validate(report, schema())
    assert [claim["id"] for claim in report["claims"]] == list(CLAIMS)
    assert all(claim["as_recorded"] for claim in report["claims"])
    suites = ElementTree.parse(here / "out/junit.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == (str(len(CLAIMS)), "0")


def test_equal_runs_give_equal_reports(here):
    for number, (jobs, hashes) in enumerate((("1", "0"), ("2", "4711"))):
        options = ("--fresh", "--seed", "7", "--jobs", jobs, "--json", here / f"{number}.json")
        run = program("verify", "S0-10", *CLAIMS, "S1-25", *options, PYTHONHASHSEED=hashes)
        run.communicate()
    first, second = (timeless(json.loads((here / f"{number}.json").read_text())) for number in (0, 1))
    assert first == second


def test_report_writes_every_form(recorded, here):
    code, out, _ = recorded("report", *CLAIMS, "--out", "pages")
    assert code == OK
    assert out.endswith("report: pages/index.html\n")
    assert {path.name for path in (here / "pages").iterdir()} >= {"index.html", "report.json", "report.md", "junit.xml"}
    assert {path.stem for path in (here / "pages/claims").iterdir()} == set(CLAIMS)


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
def test_outside_of_a_step_the_summary_needs_a_file(command, here, monkeypatch, arguments):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (here / "a.json").write_text(json.dumps(sealed({"claims": []})))
    code, _, said = command(*arguments, "--summary", "github")
    assert code == 3
    assert "GITHUB_STEP_SUMMARY" in said


def test_experiment_writes_measurements_and_figures(command, here):
    code, out, _ = command("experiment", "X0-5", "--out", "drawn")
    assert code == CHANGED
    measured = json.loads((here / "drawn/X0-5.json").read_text())
    assert len(measured["seeds"]) >= 40
    figures = list((here / "drawn").glob("X0-5*.svg"))
    assert figures
    assert all(figure.name in out and "<svg" in figure.read_text() for figure in figures)


# Replay


def test_a_replay_says_which_assumptions_the_instance_meets(capsys):
    from claims.cli.inspect import replay

    replay("S3-94/printed", Path("absent.ledger"))
    assert "    h3, eta is at most the bound with the printed M and the loss (4): holds\n" in capsys.readouterr().out


def test_replay_writes_the_witness_out(recorded):
    code, out, _ = recorded("replay", REFUTED)
    assert code == OK
    assert out.startswith(REFUTED)
    assert "[" in out
    assert "decided over fractions: fails, exact: the squared norms are" in out
    assert out.endswith("the recorded refutation is confirmed\n")


def test_a_witness_that_is_not_recorded_yet_is_found_in_the_ledger(command, here):
    _, out, _ = command("verify", "S1-10", "--profile", "ci", "--ledger", "other.ledger")
    assert f"claims replay {REFUTED} --ledger other.ledger" in out
    assert command("replay", REFUTED)[0] == USAGE
    assert command("replay", REFUTED, "--ledger", "other.ledger")[0] == OK


def test_a_claim_that_changed_is_to_be_verified_again_and_its_newest_witness_is_taken(command, here):
    text = (
        "from claims import *\nfrom claims.decide import exactly\nDOCUMENT = Document('edited', '', 'T', 'R')\n"
        "def small(data):\n    return exactly(data.samples < 2, 'two samples')\n"
        "CLAIMS = [Claim('E-1', 'T', DOCUMENT.at('x'), Kind.UNIVERSAL, Weight.CLAIM, Statement('x', small, 'data_sets'))]\n"
    )
    verify, again = (("--module", "edited.py", *rest) for rest in (("verify", "--profile", "ci"), ("replay", "E-1/printed")))
    (here / "edited.py").write_text(text)
    command(*verify, "--record")
    assert command(*again)[0] == OK
    (here / "edited.py").write_text(text.replace("two samples", "more than one"))
    code, out, err = command(*again)
    assert (code, out, err.endswith("; if the claim was changed since, verify it again\n")) == (USAGE, "", True)
    command(*verify)
    code, out, err = command(*again)
    assert (code, "fails, exact: more than one" in out, "is not confirmed: recorded" in err) == (OK, True, True)


def tampered():
    """One field of a valid witness changed at a time."""
    yield "the key of another statement", lambda witness: witness.update(key="S1-35/printed")
    yield "no such key", lambda witness: witness.update(key="S1-10/nowhere")
    yield "a key that is no text", lambda witness: witness.update(key=7)
    yield "another outcome", lambda witness: witness.update(outcome="holds")
    yield "another grade", lambda witness: witness.update(grade="certified")
    yield "another reason", lambda witness: witness.update(because="because")
    yield "another number", lambda witness: witness["instance"]["left"].update(entries=[["5"]])
    yield "a decimal fraction", lambda witness: witness["instance"]["left"].update(entries=[[0.5]])
    yield "a division by zero", lambda witness: witness["instance"]["left"].update(entries=[["1/0"]])
    yield "another shape", lambda witness: witness["instance"]["left"].update(shape=[2, 1])
    yield "another type", lambda witness: witness["instance"].update(type="LossList")
    yield "a part too few", lambda witness: witness["instance"].pop("right")
    yield "a part too many", lambda witness: witness["instance"].update(more=1)
    yield "a field too many", lambda witness: witness.update(more=1)
    yield "no instance", lambda witness: witness.update(instance=[])


@pytest.fixture(scope="module")
def witness(tmp_path_factory):
    folder = tmp_path_factory.mktemp("witness")
    done = program("verify", "S1-10", "--profile", "ci", "--ledger", folder / "l", "--json", folder / "report.json")
    done.communicate()
    report = json.loads((folder / "report.json").read_text())
    return next(one["witness"] for one in report["claims"][0]["sentences"] if one["key"] == REFUTED)


def test_replay_takes_a_witness_from_a_file(command, here, witness):
    (here / "witness.json").write_text(json.dumps(witness))
    assert command("replay", "witness.json")[0] == OK


@pytest.mark.parametrize("change", [change for _, change in tampered()], ids=[name for name, _ in tampered()])
def test_a_tampered_witness_is_noticed(command, here, witness, change):
    spoiled = json.loads(json.dumps(witness))
    change(spoiled)
    for written in (spoiled, sealed(spoiled)):
        (here / "witness.json").write_text(json.dumps(written))
        code, out, err = command("replay", "witness.json")
        assert (code, out, err.count("\n")) == (USAGE, "", 1)
        assert "Traceback" not in err


# Interruption


def test_ctrl_c_leaves_a_partial_report_and_no_children(here):
    run = program("verify", *CLAIMS, *ENDLESS, "--profile", "deep", "--jobs", "2", "--json", here / "report.json")
    assert any(line.endswith(" units\n") for line in run.stderr), "the run ended before its first tenth"
    children = [int(word) for word in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert run.returncode == INTERRUPTED
    assert "Traceback" not in err
    assert "the same command goes on from there" in err
    report = json.loads((here / "report.json").read_text())
    jsonschema.validate(report, schema())
    assert report["how"]["interrupted"] is True
    assert any(claim["verdict"] for claim in report["claims"])
    assert any(claim["verdict"] is None for claim in report["claims"])
    time.sleep(0.5)
    assert [process for process in children if Path(f"/proc/{process}").exists()] == []


# The doctor


def test_the_doctor_looks_at_everything(recorded, here):
    _, out, _ = recorded("doctor")
    for words in (
        "python 3.",
        "numpy 2",
        "children are started by",
        f"{here} can be written to",
        "stored witnesses are confirmed",
    ):
        assert words in out
    assert "trouble  collapse: every verdict is recorded: not S0-1" in out


def test_the_doctor_finds_a_witness_that_does_not_stand(recorded, here):
    rewrite(here / "records" / "product.json", lambda kept: kept[REFUTED].update(because="because"))
    code, out, _ = recorded("doctor")
    assert code == CHANGED
    assert re.search(rf"^trouble  product: \d+ stored witnesses are confirmed: not {re.escape(REFUTED)}$", out, re.M)


def test_the_doctor_finds_a_directory_that_cannot_be_written_to(recorded, here, monkeypatch):
    monkeypatch.chdir("/proc")
    assert "trouble  /proc cannot be written to" in recorded("doctor")[1]
