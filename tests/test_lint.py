"""What ``claims lint`` finds, where it says that it is, and that the suite's own claims give it nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import own, registry
from claims.cli import CHANGED, OK
from claims.lint import DRAWS, Fault, draw, ignores_its_argument, read, read_module, uncontrolled, where
from claims.model import Claim
from claims.profiles import PROFILES
from claims.suite import suite_claims
from claims.units import plan
from claims.witnesses import recorded

SOURCE = '''"""Claims with one fault each."""

from dataclasses import dataclass
from typing import Any
from claims import *
from claims.decide import exactly
from claims.instances import Instance
{imports}
DOCUMENT = Document("faulty", "", "{title}", "A reference")

@dataclass(frozen=True)
class Row(Instance):
    entries: Any
    label: Any = ""

    def cases(self):
        return frozenset(["zero"] if self.entries.is_zero() else [])

def rows(d):
    """{family}"""
    return Row(d.matrix(1, 2))

FAMILIES = [rows]

def fine(row):
    return exactly(row.entries.shape == (1, 2))

def zero(row):
    return exactly(row.entries.is_zero())

@assumption("h1", "it is zero")
def is_zero(row):
    return zero(row)

CONTROL = control("it is zero", zero)

def statement(property=fine, over="rows", latex="x", words="Words.", probes=(CONTROL,), **more):
    return Statement(latex, property, over, words=words, probes=probes, **more)

def claim(*sentences, title="A title", place="line 1", **more):
    return Claim("F-1", title, DOCUMENT.at(place), Kind.UNIVERSAL, Weight.CLAIM, sentences, **more)

{text}
CLAIMS = [{claims}]
'''


def loaded(folder, claims, text="", imports="", title="A title", family="Rows."):
    """A scope with one module that holds these claims."""
    path = folder / "faulty.py"
    path.write_text(SOURCE.format(claims=claims, text=text, imports=imports, title=title, family=family))
    return own.using([str(path)], registered=False)


def line_of(folder, words):
    lines = (folder / "faulty.py").read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


# The suite's own


def test_nothing_is_to_be_read_off_the_suites_own_claims():
    found = []
    for claim in suite_claims():
        found += [*read(claim), *uncontrolled(claim, recorded(claim.source.document.name).get(claim.id), {})]
    assert found == []


@pytest.mark.parametrize("claim_id", ["S0-2", "S1-10", "S3-03"])
def test_a_few_instances_of_them_show_nothing(claim_id):
    units = [unit for unit in plan([registry.find(claim_id)], PROFILES["quick"]) if unit.kind in ("statement", "probe")]
    assert [(unit.key, fault) for unit in units for fault in draw(unit.kind, unit.key, "quick", 0)["faults"]] == []


def test_a_claim_is_found_in_its_file():
    file, line = where(registry.find("S1-10"))
    assert '"S1-10"' in Path(file).read_text().splitlines()[line - 1]


# What can be read off


@pytest.mark.parametrize(
    ("claims", "faults"),
    [
        ("claim(statement())", []),
        ("claim(statement(words=''))", []),
        ("claim(statement(), title=' ')", ["has no title"]),
        ("claim(statement(), place='')", ["its source names no place in the document"]),
        ("claim()", ["says nothing: no sentence in any role"]),
        ("claim(statement(latex=''))", ["has no formula"]),
        ("claim(statement(), amended=statement(words=''))", ["says in no words what its formula means"]),
        ("claim(statement(over='row'))", ["no family is called 'row'; did you mean rows?"]),
        ("claim(statement(over=only('', lambda q: Row(q.eye(1, 2)))))", ["does not say in words what its cases are"]),
        ("claim(statement(over=only('no cases')))", ["its list of cases is empty"]),
        (
            "claim(statement(derivation='product.gradeint'))",
            ["no derivation is called 'product.gradeint'; did you mean product.gradient"],
        ),
        ("claim(statement(), illustrated_by=('X9-9',))", ["no experiment is called 'X9-9'"]),
        ("claim(statement(assumptions=(assumption('h2', '')(zero),)))", ["its assumption h2 has no words"]),
        ("claim(statement(probes=(control('', zero),)))", ["has no words"]),
        ("claim(statement(probes=(control('the same', fine),)))", ["is the statement itself"]),
        ("claim(statement(lambda row: exactly(True)))", ["the property does not look at its instance"]),
        ("claim(statement(probes=(control('no', lambda row: exactly(False)),)))", ["its property does not look at its instance"]),
        ("claim(statement(lambda row: exactly(float(row.entries[0, 0]) < 0.5)))", ["uses 0.5, float, which rounds"]),
        ("claim(statement(lambda row: exactly(any(np.any(one) for one in row))))", ["uses np, which rounds"]),
        ("claim(statement(lambda row: exactly(row.entries[0, 0] < 0.0)))", []),
        ("claim(Opinion('x', ''))", ["does not say why it cannot be decided"]),
        ("claim(Run('x', 'X0-1', len))", ["nothing shows that its reading can fail"]),
        ("claim(Run('x', 'X0-1', len, wrong=len))", ["its wrong reading has no words"]),
    ],
)
def test_what_can_be_read_off_a_claim(tmp_path, claims, faults):
    with loaded(tmp_path, claims):
        found = [fault.what for fault in read(registry.find("F-1"))]
    assert len(found) == len(faults)
    assert all(words in what for what, words in zip(found, faults, strict=True))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, []),
        ({"title": ""}, ["the document faulty has no title"]),
        ({"family": " "}, ["the family rows does not say what it contains"]),
        ({"imports": "import sympy as sp"}, ["imports sympy at its top"]),
        ({"claims": ""}, ["CLAIMS is empty"]),
    ],
)
def test_what_can_be_read_off_a_module(tmp_path, more, words):
    with loaded(tmp_path, **({"claims": "claim(statement())"} | more)) as scope:
        found = list(read_module(scope.named()[0]))
    assert [part in fault.what for fault, part in zip(found, words, strict=True)] == [True] * len(words)
    assert all(fault.line > 1 for fault in found)


def test_what_reads_its_argument():
    def nested(one):
        return lambda: one

    assert not any(map(ignores_its_argument, (lambda one: one, lambda one: [two + one for two in "ab"], nested, len)))
    assert not ignores_its_argument(lambda *all: all)
    assert all(map(ignores_its_argument, (lambda one: 1, lambda one: (lambda one: one)(2), lambda: 1)))


# What a few instances show


@pytest.mark.parametrize(
    ("claims", "text", "words"),
    [
        ("claim(statement())", "", ""),
        ("claim(statement(strata=('zero',)))", "", ""),
        ("claim(statement(strata=('at sea',)))", "", "not reached: at sea in 200 instances"),
        ("claim(statement(assumptions=(assumption('h2', 'never')(lambda row: exactly(row is None)),)))", "", "h2 unmet"),
        ("claim(statement(lambda row: row.entries.is_zero()))", "", "returns bool, not a Decision: see claims.decide"),
        (
            "claim(statement(lambda row: exactly(row.entry > 0)))",
            "",
            "raises AttributeError: 'Row' object has no attribute 'entry'",
        ),
        ("claim(statement(over='none'))", "def none(d):\n    d.integer(3, 2)\nFAMILIES.append(none)", "raises InvalidArgument"),
        (
            "claim(statement(over='none'))",
            "def none(d):\n    from hypothesis import reject\n    reject()\nFAMILIES.append(none)",
            "its family builds nothing",
        ),
        (
            "claim(statement(over='listed'))",
            "def listed(d):\n    return Row(d.matrix(1, 2), (1, [2]))\nFAMILIES.append(listed)",
            "raises TypeError: a Row has a part that can be changed (unhashable type: 'list'): make it a tuple or a matrix",
        ),
        (
            "claim(statement(over='halves'))",
            "def halves(d):\n    return Row(d.matrix(1, 2), 0.5)\nFAMILIES.append(halves)",
            "raises WitnessError: a float is not exact",
        ),
        (
            "claim(statement(over='sets'))",
            "def sets(d):\n    return Row(d.matrix(1, 2), frozenset())\nFAMILIES.append(sets)",
            "raises ",
        ),
        (
            "claim(statement(over='labelled', assumptions=(assumption('h2', 'seldom')(lambda row: exactly(row.label == 7)),)))",
            "def labelled(d):\n    return Row(d.matrix(1, 2), d.integer(0, 15))\nFAMILIES.append(labelled)",
            "instances say anything about it: a narrower family would find more",
        ),
        (
            "claim(statement(lambda row: exactly(True, type(row.entries).__name__)))",
            "",
            "over fractions it says holds (FractionMatrix), else holds (RationalMatrix)",
        ),
    ],
)
def test_what_a_few_instances_show(tmp_path, claims, text, words):
    with loaded(tmp_path, claims, text):
        found = [what for what, _, _ in draw("statement", "F-1/printed", "quick", 0)["faults"]]
    assert [words in what for what in found] == [True] * bool(words)


def test_what_is_raised_has_its_line(tmp_path):
    with loaded(tmp_path, "claim(statement(broken))", "def broken(row):\n    return exactly(1 / 0)"):
        ((_, file, line),) = draw("statement", "F-1/printed", "quick", 0)["faults"]
    assert (file, line) == (str(tmp_path / "faulty.py"), line_of(tmp_path, "1 / 0"))


@pytest.mark.parametrize(
    ("claims", "drawn", "record", "bare"),
    [
        ("claim(statement())", {}, None, False),
        ("claim(statement(probes=()))", {}, None, True),
        ("claim(statement(probes=()))", {"F-1/printed": "survived"}, None, True),
        ("claim(statement(probes=()))", {"F-1/printed": "refuted"}, None, False),
        ("claim(statement(probes=()))", {"F-1/printed": "survived"}, "refuted", False),
        ("claim(statement(probes=()), amended=statement(probes=()))", {"F-1/amended": "refuted"}, None, False),
    ],
)
def test_a_check_has_to_be_able_to_fail(tmp_path, claims, drawn, record, bare):
    with loaded(tmp_path, claims):
        kept = {"sentences": {"F-1/printed": record}} if record else None
        found = list(uncontrolled(registry.find("F-1"), kept, {key: {"status": word} for key, word in drawn.items()}))
    assert [fault.what for fault in found] == ["nothing shows that this check can fail: give the statement a control"] * bare


def test_a_statement_without_a_control_is_looked_at_until_it_fails(tmp_path):
    rare = "claim(statement(lambda row: exactly(row.entries != row.entries * 0), probes=()))"
    with loaded(tmp_path, rare):
        assert draw("statement", "F-1/printed", "quick", 0)["status"] == "refuted"
    assert DRAWS.settled < PROFILES["quick"].settled


# The command


def test_each_finding_has_a_line_and_the_code_is_one(command, here):
    with loaded(here, "", "MORE = [claim(statement(latex=r'\\frac{1')), claim(statement())]\n"):
        text = (here / "faulty.py").read_text().replace("CLAIMS = []", "CLAIMS = MORE")
    (here / "faulty.py").write_text(text)
    code, out, _ = command("--module", "faulty.py", "lint")
    *lines, total = out.splitlines()
    number = line_of(here, '"F-1"')
    assert code == CHANGED
    assert lines[0].startswith(f"faulty.py:{number}: F-1: the id F-1 stands twice, first as ")
    assert lines[1].startswith(f"faulty.py:{number}: F-1/printed: ")
    assert (len(lines), total) == (2, "1 claims: 2 findings")


def test_nothing_to_find(command):
    assert command("lint", "S0-2", "S0-4", "--no-draws")[:2] == (OK, "2 claims: nothing to find fault with\n")


def test_a_fault_is_placed_in_the_claims_file_unless_it_has_a_place(here):
    with loaded(here, "claim(statement())"):
        claim = registry.find("F-1")
        assert isinstance(claim, Claim)
        assert str(Fault("F-1", "is odd").placed(claim)) == f"faulty.py:{line_of(here, 'F-1')}: F-1: is odd"
        assert str(Fault("F-1", "is odd", "x.py", 7).placed(claim)) == "x.py:7: F-1: is odd"
