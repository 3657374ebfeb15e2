"""Claims of one's own: found by workers and by the verifier, recorded beside their file, and harmless where they are wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from claims import own, registry
from claims.cli import CHANGED, OK, UNKNOWN, USAGE, run_command
from claims.fingerprint import entry, fingerprint
from claims.instances import Instance
from claims.judge import judge
from claims.model import Reason, VerdictWord
from claims.profiles import PROFILES
from claims.remote import carry_out, end
from claims.supervise import Request, alone
from claims.units import execute, plan

HEAD = """
from dataclasses import dataclass
from claims import *
from claims.decide import at_most, exactly
from claims.instances import Instance

DOCUMENT = Document("{name}", "", "A title", "A reference")

@dataclass(frozen=True)
class {kind}(Instance):
    value: int

def {family}(d):
    "Small numbers."
    return {kind}(d.integer(0, 999))

FAMILIES = [{family}]

def one(name, property, *probes, over="{family}"):
    statement = Statement("x", property, over, words="Words.", probes=probes)
    return Claim(name, "A title", DOCUMENT.at("line 1"), Kind.UNIVERSAL, Weight.CLAIM, statement)

def small(number):
    return exactly(number.value < 1000)

def tiny(number):
    return exactly(number.value < 5, f"it is {{number.value}}")

def negative(number):
    return exactly(number.value < 0)
"""
LAST = HEAD.count("\n") + 1
BUSY = "it may never end; on a busy machine, try fewer --jobs"
GOOD = "CLAIMS = [one('GOOD-1', small, control('below five', tiny)), one('GOOD-2', tiny, control('below zero', negative))]\n"


def written(folder, text, name="mine", kind="Digit", family="digits"):
    path = folder / f"{name}.py"
    path.write_text(HEAD.format(name=name, kind=kind, family=family) + text)
    return path


def problems(*files):
    """What is wrong with these modules, and the ids of what is left."""
    with own.using([str(file) for file in files], registered=False) as scope:
        left = [claim.id for claim in registry.all_claims()]
        return [str(problem).replace(f"{files[0].parent}/", "") for problem in scope.problems], left


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A module of one's own, judged and recorded once."""
    folder = tmp_path_factory.mktemp("judged")
    written(folder, GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(["--module", "mine.py", "verify", "--profile", "ci", "--record", "--jobs", "1"]) == OK
    return folder


@pytest.fixture
def recorded(judged, command, here):
    shutil.copytree(judged, here, dirs_exist_ok=True)
    return command


# Judged like the suite's own


def test_they_are_recorded_beside_their_file(recorded, here):
    assert {path.name for path in (here / "mine.records").iterdir()} == {"mine.json", "mine.verdicts.json"}
    code, out, _ = recorded("--module", "mine.py", "list")
    assert (code, [line.split()[:2] for line in out.splitlines()]) == (OK, [["GOOD-1", "holds"], ["GOOD-2", "refuted"]])


def test_a_run_is_compared_and_a_changed_file_is_run_again(recorded, here):
    again = ("--module", "mine.py", "verify", "--profile", "ci", "--jobs", "1")
    code, out, err = recorded(*again)
    assert (code, "2 as recorded" in out, "0 carried out" in err) == (OK, True, True)
    path = here / "mine.py"
    path.write_text(path.read_text().replace("number.value < 5", "number.value < 1001"))
    code, out, err = recorded(*again, "GOOD-2")
    assert (code, "GOOD-2/printed: holds, recorded refuted" in out, "2 carried out" in err) == (CHANGED, True, True)


def test_a_witness_is_replayed_with_neither_hypothesis_nor_flint(recorded):
    program = (
        "import sys; sys.modules |= dict.fromkeys(('hypothesis', 'flint', 'sympy')); from claims.cli import run_command; "
        "sys.exit(run_command(['--module', 'mine.py', 'replay', 'GOOD-2/printed']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (OK, "")
    assert "decided over fractions: fails, exact: it is 5" in done.stdout


def test_records_may_be_kept_elsewhere(recorded, here):
    (here / "mine.records").rename(here / "kept")
    code, out, _ = recorded("--module", "mine.py", "--records", "kept", "verify", "GOOD-2", "--profile", "ci")
    assert code == OK
    assert f"claims --module mine.py --records {here / 'kept'} replay GOOD-2/printed" in out


def test_the_suite_is_still_there_beside_them(recorded):
    assert [claim.id for claim in registry.select(["S0-2"])] == ["S0-2"]
    assert recorded("--module", "mine.py", "show", "S0-2")[0] == OK


def test_a_report_holds_them_and_the_command_that_replays_them(recorded, here):
    code, out, err = recorded("--module", "mine.py", "verify", "--profile", "ci", "--json", "report.json")
    assert code == OK, out + err
    report = json.loads((here / "report.json").read_text())
    replays = [sentence["replay"] for claim in report["claims"] for sentence in claim["sentences"]]
    assert replays == [None, "claims --module mine.py replay GOOD-2/printed"]
    assert report["claims"][0]["sentences"][0]["family"]["words"] == "Small numbers."


def test_a_ledger_is_compared_by_what_the_present_code_found(recorded, here):
    """The ledger also holds what an edited file with the same claims has found since."""
    kept = ("--ledger", "kept.ledger")
    recorded("--module", "mine.py", "verify", "GOOD-1", "--json", "a.json", *kept)
    text = (here / "mine.py").read_text()
    (here / "edited.py").write_text(text.replace("number.value < 1000", "number.value < 7"))
    assert "1 claims: 1 refuted" in recorded("--module", "edited.py", "verify", "GOOD-1", *kept)[1]
    assert recorded("--module", "mine.py", "diff", "a.json", "kept.ledger")[:2] == (OK, "no difference\n")
    code, out, _ = recorded("--module", "edited.py", "diff", "a.json", "kept.ledger")
    assert (code, "GOOD-1/printed: holds -> refuted" in out) == (CHANGED, True)
    code, out, _ = recorded("diff", "a.json", "kept.ledger")
    assert (code, out.splitlines()) == (CHANGED, ["gone (1)", "  GOOD-1: holds  A title"])


def test_help_loads_no_module(command):
    assert command("--module", "absent.py", "verify", "--help")[::2] == (OK, "")


def test_records_without_a_module_are_a_misunderstanding(command):
    assert "name their --module, too" in command("--records", "kept", "list")[2]


# What they may bring


def test_derivations_and_experiments_of_ones_own(tmp_path):
    brought = """
def square():
    from sympy import symbols
    from symbolic.derivation import Derivation, step
    x = symbols("x")
    return Derivation("mine.square", "A square", "x", "every x", (), (step("expand", (x + 1)**2, x**2 + 2*x + 1, "algebra"),))

def run(seeds, seed):
    from numerics.experiments.measure import measurements, quantity, seeds_of
    drawn = seeds_of(seed, seeds)
    return measurements("OWN-X", drawn, {"varied": {}}, {"one": quantity("1", [1] * seeds, 1)}, {})

def reads(wanted):
    def reading(measured):
        found = measured["quantities"][wanted[0]]["values"]
        same = Status.REPRODUCED if set(found) == {wanted[1]} else Status.DIFFERS
        return Reproduction(same, "one", f"{found[0]}", len(found))
    return reading

DERIVATIONS = {"mine.square": square}
EXPERIMENTS = {"OWN-X": Experiment("Ones", run)}

def measured(name, *wanted):
    run = Run("x", "OWN-X", reads(wanted), "Words.", wrong=reads(("one", 2)), wrong_words="it is two")
    return Claim(name, "A title", DOCUMENT.at("line 1"), Kind.EXPERIMENT, Weight.CLAIM, run)

PROVED = Statement("x", small, "digits", probes=(control("tiny", tiny),), derivation="mine.square")
CLAIMS = [
    Claim("P-1", "A title", DOCUMENT.at("line 1"), Kind.IDENTITY, Weight.CLAIM, PROVED),
    measured("P-2", "one", 1), measured("P-3", "two", 1),
]
"""
    with own.using([str(written(tmp_path, brought))], registered=False):
        chosen, profile = registry.all_claims(), PROFILES["ci"]
        payloads = {unit.key: execute(unit.kind, unit.key, "quick", 0) for unit in plan(chosen, profile)}
        verdicts = [judge(claim, payloads).verdict for claim in chosen]
    assert [verdict.word for verdict in verdicts] == [VerdictWord.HOLDS, VerdictWord.REPRODUCED, VerdictWord.INCONCLUSIVE]
    assert verdicts[0].because == "derived for every x"
    assert verdicts[2].because == "its reading crashed: KeyError: 'two'"


def test_installed_packages_register_theirs(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    written(tmp_path, "CLAIMS = [one('REG-1', small)]\n", "registered_one", "Registered", "registered_digits")
    (tmp_path / "registered_two.py").write_text("1 / 0\n")
    entries = [SimpleNamespace(value=name) for name in ("registered_two", "registered_one:CLAIMS")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries if group == own.GROUP else [])
    with own.using([]) as scope:
        assert registry.find("S0-2").id == "S0-2"
        assert scope.loaded == ()
        assert registry.find("REG-1").title == "A title"
        assert "REG-1" in [claim.id for claim in registry.all_claims()]
        assert [str(problem) for problem in scope.problems] == ["registered_two:1: ZeroDivisionError: division by zero"]
        unit = plan([registry.find("REG-1")], PROFILES["quick"])[0]
    assert unit.module.name == "registered_one"
    monkeypatch.delitem(Instance.registry, "Registered")


def test_a_scope_leaves_nothing_behind(tmp_path):
    before, path = dict(Instance.registry), written(tmp_path, GOOD)
    with own.using([str(path)], registered=False):
        assert registry.find("GOOD-1").id == "GOOD-1"
        assert "Digit" in Instance.registry
    assert (Instance.registry, str(path) in sys.modules) == (before, False)
    with pytest.raises(registry.UnknownName):
        registry.find("GOOD-1")


# Fingerprints


def fingerprints(path):
    with own.using([str(path)], registered=False):
        unit = plan(registry.all_claims(), PROFILES["quick"])[0]
        return fingerprint(unit, PROFILES["quick"]), unit.module


def test_what_a_module_imports_from_beside_it_is_part_of_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    helper = tmp_path / "helper_of_mine.py"
    helper.write_text("A = 1\n")
    path = written(tmp_path, GOOD + "def later():\n    import helper_of_mine\n")
    first, module = fingerprints(path)
    assert fingerprints(path) == (first, module)
    helper.write_text("A = 2\n")
    assert fingerprints(path)[0] != first
    with pytest.raises(own.Unusable, match="its sources changed while the run was on its way"):
        own.load(module)


def test_stored_witnesses_are_part_of_a_quick_finding(recorded, here):
    first, _ = fingerprints(here / "mine.py")
    kept = here / "mine.records" / "mine.json"
    kept.write_text(kept.read_text().replace("it is 5", "it is 6"))
    assert fingerprints(here / "mine.py")[0] != first


# Modules that cannot be used


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CLAIMS = [one(]\n", f"mine.py:{LAST}: SyntaxError: "),
        ("CLAIMS = [won('A-1', small)]\n", f"mine.py:{LAST}: NameError: name 'won' is not defined"),
        ("import nowhere.at_all\n", f"mine.py:{LAST}: ModuleNotFoundError: No module named 'nowhere'"),
        ("raise SystemExit(0)\n", f"mine.py:{LAST}: SystemExit: 0"),
        (
            "LARGE = assumption('h1', 'large')(small)\nStatement('x', small, 'digits', assumptions=(LARGE, LARGE))\n",
            f"mine.py:{LAST + 1}: ValueError: two assumptions are called 'h1', so that neither can be dropped",
        ),
        ("", "mine.py:1: CLAIMS is missing: a tuple or list"),
        ("CLAIMS = {}\n", f"mine.py:{LAST}: CLAIMS has to be a tuple or list, not dict"),
        (
            "@dataclass\nclass Loose(Instance):\n    x: int\nCLAIMS = []\n",
            f"mine.py:{LAST + 1}: the instances of Loose can be changed: write @dataclass(frozen=True)",
        ),
        ("CLAIMS = [one('A-1', small)]\nDOCUMENT = 3\n", f"mine.py:{LAST + 1}: DOCUMENT has to be a Document, not int"),
        ("CLAIMS = ()\nDOCUMENT = Document('a/b', '', '', '')\n", f"mine.py:{LAST + 1}: the name 'a/b' becomes that of a file"),
        ("CLAIMS = ()\nFAMILIES = [7]\n", "what it brings is malformed: 'int' object has no attribute '__name__'"),
        ("CLAIMS = ()\nDOCUMENT = Document('product', '', '', '')\n", "mine.py:1: the suite has a document product already"),
        (
            "CLAIMS = ()\ndef networks(d): ...\ndef data_sets(d): ...\nFAMILIES = [data_sets]\n",
            "the suite has a family data_sets",
        ),
        ("@dataclass(frozen=True)\nclass DeepLinear(Instance):\n    x: int\n", "both have instances called DeepLinear"),
    ],
)
def test_a_module_that_cannot_be_used_is_named_and_the_others_stand(tmp_path, text, words):
    (tmp_path / "other").mkdir()
    other = written(tmp_path / "other", "CLAIMS = [one('B-1', small)]\n", "other", "Numeral", "numerals")
    found, left = problems(written(tmp_path, text), other)
    assert (len(found), left) == (1, ["B-1"])
    assert words in found[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one('A-1', small)", f"mine.py:{LAST}: A-1: the id A-1 stands twice, first as 'A title' in mine; it is left out"),
        ("one('S0-2', small)", f"mine.py:{LAST}: S0-2: the id S0-2 stands twice, first as "),
        ("one('A/2', small)", "A/2: an id consists of letters, digits, '-', '_' and '.'; it is left out"),
        ("small", "CLAIMS holds a function, not a Claim; it is left out"),
        ("replace(one('A-2', small), source=Document('b', '', '', '').at('x'))", "its source is b, not the DOCUMENT"),
        ("replace(one('A-2', small), printed=(Statement('x', small, 'digits'),) * 2)", "A-2/printed stands twice"),
        ("replace(one('A-2', small), printed='words')", "'str' object has no attribute"),
        ("replace(one('A-2', small), kind='universal')", "its kind is of type str"),
        ("one('A-2', 7)", "its property is of type int"),
        ("one('A-2', small, over=digits)", "its over is of type function"),
        ("one('A-2', small, without('h7', 'words'))", "A-2/printed/without.h7 drops h7, which is none of []"),
        ("one('A-2', small, control)", "'function' object has no attribute"),
    ],
)
def test_a_claim_that_cannot_be_judged_is_named_and_the_others_stand(tmp_path, text, words):
    imports = "from dataclasses import replace\n" if "replace" in text else ""
    path = written(tmp_path, f"CLAIMS = [one('A-1', small), {text}, one('A-3', small)]\n{imports}")
    if imports:
        path.write_text(imports + path.read_text())
    found, left = problems(path)
    assert (len(found), left) == (1, ["A-1", "A-3"])
    assert words in found[0]


@pytest.mark.parametrize(
    ("name", "kind", "family", "words", "left"),
    [
        ("two", "Numeral", "numerals", f"two.py:{LAST}: A-1: the id stands in", ["A-1", "A-2", "A-3"]),
        ("two", "Numeral", "digits", "has a family digits, too", ["A-1", "A-2"]),
        ("two", "Digit", "numerals", "both have instances called Digit", ["A-1", "A-2"]),
        ("one", "Numeral", "numerals", "has a document one, too", ["A-1", "A-2"]),
    ],
)
def test_two_modules_share_no_name(tmp_path, name, kind, family, words, left):
    (tmp_path / "beside").mkdir()
    first = written(tmp_path, "CLAIMS = [one('A-1', small), one('A-2', small)]\n", "one")
    second = written(tmp_path / "beside", "CLAIMS = [one('A-1', small), one('A-3', small)]\n", name, kind, family)
    found, kept = problems(first, second)
    assert (len(found), kept) == (1, left)
    assert words in found[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent.py", "claims: absent.py: there is no such file"),
        ("mine_absent.claims", "claims: mine_absent.claims: there is no module of this name"),
        ("dies.py", "claims: dies.py:1: crashed while it was loaded: the process ended with exit code 7"),
        (
            "hangs.py",
            f"claims: hangs.py:1: timed out while it was loaded: killed after its guard of 1 s: {BUSY}",
        ),
    ],
)
def test_a_module_is_tried_elsewhere_first(command, here, monkeypatch, name, words):
    monkeypatch.setattr(own, "LOAD_SECONDS", 1.0 if name == "hangs.py" else 60.0)
    (here / "dies.py").write_text("import os\nos._exit(7)\n")
    (here / "hangs.py").write_text("import time\nwhile True:\n    time.sleep(60)\n")
    code, out, err = command("--module", name, "list")
    assert (code, out, err) == (USAGE, "", f"{words}\n")


# Claims that misbehave

WILD = """
import os

def raises(number):
    return exactly(number.value / 0 > 1)

def eats(number):
    kept = []
    while True:
        kept.append(bytes(1 << 33))

def dies(number):
    os._exit(7)

def sleeps(number):
    import time
    while True:
        time.sleep(60)

def says_yes(number):
    return True

def unwilling(d):
    "Nothing."
    raise RuntimeError("nothing today")

FAMILIES.append(unwilling)
CLAIMS = [
    one("W-1", raises), one("W-2", eats), one("W-3", dies), one("W-4", says_yes), one("W-5", small, over="unwilling"),
    one("W-6", small, over="nowhere"), one("W-7", small, control("below five", tiny)),
]
"""


def test_claims_that_misbehave_are_named_and_harm_nothing_else(command, here):
    written(here, WILD)
    code, out, _ = command("--module", "mine.py", "verify", "--jobs", "1")
    reasons = [line.partition("not recorded")[2].strip() for line in out.splitlines() if line.startswith("W-")]
    assert code == CHANGED
    for reason, words in zip(
        reasons,
        (
            f"none: crashed: mine.py, line {LAST + 4}: ZeroDivisionError: division by zero",
            f"none: crashed: mine.py, line {LAST + 9}: MemoryError",
            "none: crashed: the process ended with exit code 7",
            f"none: crashed: TypeError: the property says_yes (line {LAST + 19}) returns bool, not a Decision: see claims.decide",
            f"none: crashed: mine.py, line {LAST + 24}: RuntimeError: nothing today",
            "none: crashed: UnknownFamily: no family is called 'nowhere'",
            "searched: no counterexample in 20 effective",
        ),
        strict=True,
    ):
        assert reason.startswith(words)


def test_a_claim_that_runs_for_ever_is_ended(tmp_path):
    path = written(tmp_path, WILD + "CLAIMS.append(one('W-8', sleeps))\n")
    answer = alone(Request("statement", "W-8/printed", "quick", 0, 1.0, own.Module.of(str(path))))
    assert answer.reason is Reason.TIMED_OUT


SHADOW = "raise RuntimeError('this is not the random that anybody asked for')\n"


def test_a_file_that_is_called_like_a_module_of_python_is_in_nobodys_way(here):
    (here / "random.py").write_text(SHADOW)
    written(here, GOOD)
    command = [sys.executable, "-P", "-m", "claims.cli", "--module", "mine.py", "verify", "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "2 not recorded" in done.stdout) == (CHANGED, True), done.stderr


def test_an_outdated_witness_is_called_so(recorded, here):
    path = here / "mine.py"
    path.write_text(path.read_text().replace("it is {number.value}", "it became {number.value}"))
    code, out, _ = recorded("--module", "mine.py", "verify", "GOOD-2", "--jobs", "1")
    assert (code, "the stored witness does not refute what the claim says now" in out) == (UNKNOWN, True)


# A first file


def test_the_first_file_runs_and_nothing_is_overwritten(command, here):
    assert command("new", "first.py", "--id", "F-1", "--document", "a-paper")[0] == OK
    text = (here / "first.py").read_text()
    code, out, err = command("new", "first.py")
    assert (code, out, err) == (USAGE, "", "claims: first.py: File exists\n")
    assert (here / "first.py").read_text() == text
    with own.using(["first.py"], registered=False):
        claim = registry.find("F-1")
        assert claim.source.document.name == "a-paper"
        payloads = {unit.key: execute(unit.kind, unit.key, "quick", 0) for unit in plan([claim], PROFILES["quick"])}
        found = judge(claim, payloads)
    assert found.verdict.word is VerdictWord.HOLDS
    assert set(found.probes.values()) == {"refuted"}


@pytest.mark.parametrize(("arguments", "words"), [(("x.txt",), "call it x.py"), (("x.py", "--id", "a/b"), "'a/b' is no name")])
def test_a_first_file_needs_a_name(command, here, arguments, words):
    code, _, err = command("new", *arguments)
    assert (code, words in err) == (USAGE, True)
    assert list(here.glob("x.*")) == []


def test_a_worker_elsewhere_loads_the_module_for_itself(tmp_path):
    profile = PROFILES["ci"]
    with own.using([str(written(tmp_path, GOOD))], registered=False):
        unit = next(unit for unit in plan(registry.all_claims(), profile) if unit.key == "GOOD-2/printed")
        kept = entry(unit, profile, 0)
    request = Request(unit.kind, unit.key, "ci", 0, 60.0, unit.module)
    job = {"run": "own", "unit": asdict(unit), "request": asdict(request), "stored_witnesses": False}
    reply = carry_out(job | {"fingerprint": kept.fingerprint, "versions": kept.versions})
    end("own")
    assert (unit.key, json.loads(reply["text"])["status"]) == ("GOOD-2/printed", "refuted")
