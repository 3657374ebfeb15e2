"""The report: what is counted and placed, and what its JSON, its formulas and its Markdown contain."""

from __future__ import annotations

import copy
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from reported import CLAIMS, DERIVATION, FAILING, FINDINGS, HOW, MATRIX, PAYLOADS, finding, report, the, witness

from claims.judge import judge
from claims.model import Reason
from claims.report import lint, objects, schema, show, views, write_json, write_markdown
from claims.report.html import pages
from claims.report.latex import LatexError, mathml, prose
from claims.report.spread import distribution, placed
from claims.units import Unit, failure

# JSON ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payloads", [PAYLOADS, {}, {"P-1/printed.A": FINDINGS[0]}], ids=["all", "none", "one"])
def test_the_report_satisfies_its_schema(payloads):
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(report(payloads))))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("claims", 0, "verdict"), "true"),
        (("claims", 0, "extra"), 1),
        (("claims", 0, "sentences", 0, "status"), "passed"),
        (("claims", 0, "sentences", 0, "probes", 0, "kind"), "other"),
        (("claims", 0, "sentences", 0, "surprise"), 1),
        (("claims", 0, "sentences", 1, "tightest"), "0.75"),
        (("claims", 1, "experiments", 0, "quantities", 0, "reproduced", "rank"), 2),
        (("limits",), []),
        (("grades", "exact"), -1),
    ],
)
def test_the_schema_notices(path, value):
    changed = json.loads(json.dumps(report()))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(changed)


def test_verdicts_grades_and_documents_are_counted():
    found = report()
    assert [claim["verdict"] for claim in found["claims"]] == ["amended", "differs", "inconclusive"]
    assert {word: count for word, count in found["verdicts"].items() if count} == {"amended": 1, "differs": 1, "inconclusive": 1}
    assert found["grades"] == {"exact": 2, "certified": 0, "numerical": 0}
    (document,) = found["documents"]
    assert (document["claims"], document["ids"], document["not_run"]) == (3, 4, 0)
    assert document["bases"] == {"proved": 1, "searched": 0, "runs": 1, "none": 1}


def test_a_claim_carries_its_sentences_probes_and_commands():
    claim = the("P-1")
    printed, amended = claim["sentences"]
    assert claim["ids"] == ["P-1", "P-2"]
    assert claim["as_recorded"] is True
    assert (printed["key"], printed["role"], printed["recorded"], printed["found"]) == (
        "P-1/printed.A",
        "printed",
        "refuted",
        "refuted",
    )
    assert printed["witness"] == witness("P-1/printed.A")
    assert printed["replay"] == "claims replay P-1/printed.A"
    assert [(probe["key"], probe["hypothesis"]) for probe in printed["probes"]] == [
        ("P-1/printed.A/without.h1", "the inputs are real"),
        ("P-1/printed.A/control.2", ""),
    ]
    assert (amended["tightest"], amended["coverage"], amended["replay"]) == ("3/4", {"corner": 3, "edge": 2}, None)
    assert claim["derivations"][0]["steps"] == DERIVATION["steps"]


def test_an_experiment_is_placed_among_its_seeds():
    (reproduced,) = the("P-3")["experiments"]
    (quantity,) = reproduced["quantities"]
    assert (reproduced["seeds"], reproduced["status"], reproduced["published"]) == ([3, 5, 8, 13], "differs", ["about $10^{-3}$"])
    assert quantity["reproduced"] | {"q10": 0, "q90": 0} == {
        "runs": 4, "finite": 3, "min": 1.0, "q10": 0, "median": 2.0, "q90": 0, "max": 4.0, "rank": pytest.approx(2 / 3)
    }  # fmt: skip


def test_equal_runs_differ_in_timings_alone():
    slower = copy.deepcopy(PAYLOADS)
    for payload in slower.values():
        payload["seconds"] += 1
    other = report(slower, HOW | {"jobs": 1, "started": "midnight", "seconds": 9.0})
    assert other != report()
    assert _timeless(other) == _timeless(report())
    assert "jobs" not in other["how"]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(part) for key, part in value.items() if key not in ("seconds", "timings")}
    return [_timeless(part) for part in value] if isinstance(value, list) else value


def test_what_was_not_run_judges_nothing():
    claim = the("P-1", report({}))
    assert (claim["verdict"], claim["as_recorded"], claim["recorded"]) == (None, None, "amended")
    assert claim["sentences"][0]["found"] is None


@pytest.mark.parametrize("reason", [Reason.CRASHED, Reason.TIMED_OUT])
def test_units_that_failed_are_reported_by_name(reason):
    units = [Unit(kind, key, "paper", "P-1") for kind, key in FAILING]
    found = json.loads(json.dumps(report({unit.key: failure(unit, reason, "after 3 s") for unit in units})))
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert [claim["verdict"] for claim in found["claims"]] == [None, "inconclusive", "inconclusive"]  # P-1 is judged in part
    assert found["claims"][0]["sentences"][0]["reason"] == reason
    assert found["experiments"][0]["failure"] == f"{reason}: after 3 s"
    assert f"{reason}: after 3 s" in pages(found)["experiments/X9-1.html"]


def test_json_refuses_what_json_cannot_hold(tmp_path):
    write_json(report(), tmp_path / "deep" / "report.json")
    assert json.loads((tmp_path / "deep" / "report.json").read_text("utf-8")) == json.loads(json.dumps(report()))
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json({"value": float("nan")}, tmp_path / "deep" / "report.json")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["report.json"]


# placing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "published", "rank", "words"),
    [
        ([1, 2, 3, 4], 0, 0.0, "below all of 4 runs"),
        ([1, 2, 3, 4], 9, 1.0, "above all of 4 runs"),
        ([1, 2, 3, 4], 2, 0.375, "above 38% of 4 runs"),
        ([1, 2, None, float("inf")], 1.5, 0.5, "above 50% of 2 runs"),
        ([1, 2, 3, 4], [2, 3], 0.5, "50% of 4 runs fall into the published range"),
        ([None], 1, None, ""),
        ([1, 2], None, None, ""),
    ],
)
def test_a_published_value_finds_its_place(values, published, rank, words):
    found = distribution({"values": values, "published": published})
    assert found["rank"] == rank
    assert placed(published, found) == words


def test_quantiles_are_linear_between_neighbours():
    found = distribution({"values": [10, 0, 5, 20, 15]})
    assert (found["min"], found["q10"], found["median"], found["q90"], found["max"]) == (0, 2, 10, 18, 20)


# LaTeX --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "latex",
    [
        r"\foo x",
        r"\frac{1",
        r"\frac{1}{2 \quad (N",
        r"\text{a",
        "\nabla L",
        "\text{a}",
        "a}",
        r"\left(x",
        "x^2^3",
        r"\begin{pmatrix}1",
        r"\begin{aligned}a&=b\end{aligned}",
        "x^",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(http://x)}{x}",
        r"\class{turn}{x}",
        "&lt;script&gt;",
    ],
)
def test_a_formula_that_cannot_be_set_is_an_error(latex):
    with pytest.raises(LatexError):
        mathml(latex)


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"a<b", "<mo>&lt;</mo>"),
        (r"\text{<img src=x onerror=alert(1)>}", "&lt;img"),
        (r"\mathbb R", "<mi>ℝ</mi>"),
        (r"\mathcal L", "<mi>ℒ</mi>"),
        (r"\mathbf1", "<mn>𝟏</mn>"),
        (r"\operatorname{rank}A", '<mi>rank</mi><mspace width="0.17em"></mspace><mi>A</mi>'),
        (r"\operatorname{rank}(A)", "<mi>rank</mi><mo"),
        (r"\arg\min_wC", "<mi>argmin</mi>"),
        (r"\begin{bmatrix}1\end{bmatrix}^T", '<msup><mrow><mtable class="bracketed">'),
        (r"A\begin{pmatrix}1\end{pmatrix}", '<mi>A</mi><mtable class="parenthesised">'),
        (r"\hat w", "<mo>ˆ</mo>"),
        (r"2(a(b)+c)^2", '<mn>2</mn><msup><mrow><mo stretchy="false">(</mo><mi>a</mi>'),
        (r"\left(\frac12\right)^{k}", "<msup><mrow><mo"),
        (r"(a]^2)", "<msup>"),
    ],
)
def test_a_formula_becomes_mathml(latex, part):
    made = mathml(latex)
    assert part in made
    assert ET.fromstring(made).tag.endswith("math")


def test_a_display_may_break_at_relations_and_wide_spaces_but_not_in_brackets():
    made = mathml(r"a+b=c\quad\{x:x=1\}\Rightarrow d", display=True)
    assert [clause.count("<math") for clause in made.split('<span class="clause">')[1:]] == [2, 2]
    assert mathml(r"(a+b)^2=[c]^T\quad d", display=True).count("<math") == 3
    assert "munder" in mathml(r"\min_i x_i", display=True)
    assert "munder" not in mathml(r"\min_i x_i")


def test_prose_sets_formulas_and_escapes_the_rest():
    assert prose("a <b> & `x<y`") == "a &lt;b&gt; &amp; <code>x&lt;y</code>"
    assert re.fullmatch(r"so <math.*ℝ.*</math>!", prose(r"so $\mathbb R$!"))
    with pytest.raises(LatexError, match="partner"):
        prose("costs 5$")


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("d_y <= d_x", "d<sub>y</sub> ≤ d<sub>x</sub>"),
        ("Sigma_XY^(1/2)", "Σ<sub>XY</sub><sup>1/2</sup>"),
        ("W_kW_k' != U_SU_S'B", "W<sub>k</sub>W<sub>k</sub>&#x27; ≠ U<sub>S</sub>U<sub>S</sub>&#x27;B"),
        ("W_{k+1}...W_1", "W<sub>k+1</sub>…W<sub>1</sub>"),
        ("|M|_* and (X'X)^-1", "|M|<sub>*</sub> and (X&#x27;X)<sup>−1</sup>"),
        ("r_max -> 2L_0", "r<sub>max</sub> → 2L<sub>0</sub>"),
        ("unpack_vector, topology.chain_form, x_train_set", "unpack_vector, topology.chain_form, x_train_set"),
        ("^ _ a_ ^2 x_<b>", "^ _ a_ ^2 x_&lt;b&gt;"),
        ("sigma'(z), Sigma, alpha delta; beta-weights, x.eta, sigma(z)", "σ&#x27;(z), Σ, α δ; beta-weights, x.eta, sigma(z)"),
        ("`d_y <= 1`", "<code>d_y &lt;= 1</code>"),
    ],
)
def test_formulas_in_words_get_scripts_and_signs(words, html):
    assert prose(words) == html


def test_lint_names_the_place():
    found = copy.deepcopy(report())
    assert lint(found) == []
    found["claims"][0]["sentences"][1]["latex"] = r"\nonsense"
    found["claims"][0]["derivations"][0]["steps"][0]["latex"] = r"\frac1"
    found["claims"][1]["remark"] = "5$"
    assert [problem.split(":")[0] for problem in lint(found)] == ["P-1/amended", "derivation paper.bound step 1", "P-3 remark"]
    assert '<code class="unset"' in pages(found)["claims/P-1.html"]


# witnesses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "latex", "text"),
    [
        (MATRIX, r"\begin{bmatrix}1&-\tfrac{1}{2}\\0&3\end{bmatrix}", "[1  -1/2]\n[0     3]"),
        ({"rational": "-1/3"}, r"-\frac{1}{3}", "-1/3"),
        ({"shape": [0, 3], "entries": []}, r"\text{empty }0\times3", "empty 0 x 3"),
        (
            {"shape": [4, 1], "entries": [["1"], ["2"], ["3"], ["4"]]},
            r"{\begin{bmatrix}1&2&3&4\end{bmatrix}}^{T}",
            "[1]\n[2]\n[3]\n[4]",
        ),
        (7, "7", "7"),
        (True, r"\text{true}", "True"),
        ("a_b$", r"\text{a b }", "a_b$"),
        ({"rational": f"{10**400}/3"}, r"\approx3.333\cdot10^{399}", f"{10**400}/3"),
        ({"rational": "-1/1234567890123456"}, r"\approx-8.1\cdot10^{-16}", "-1/1234567890123456"),
    ],
)
def test_parts_of_a_witness(value, latex, text):
    assert objects.latex(value) == latex
    assert objects.plain(value) == text
    assert mathml(latex)


def test_a_large_matrix_is_cut_with_dots_on_both_sides():
    large = {"shape": [100, 9], "entries": [[str(i + j) for j in range(9)] for i in range(100)]}
    cut = objects.latex(large)
    assert cut.count(r"\\") == 5
    assert r"\ddots" in cut
    assert cut.endswith(r"99&100&101&102&\cdots&107\end{bmatrix}")
    assert objects.size(large) == "100 × 9"
    assert mathml(cut)


def test_nested_parts_are_named_by_their_path():
    assert [name for name, _ in objects.parts(witness("k")["instance"])] == [
        "left",
        "inner rate",
        "inner name",
        "sizes 1",
        "sizes 2",
    ]


# views --------------------------------------------------------------------------------------------------------------


def test_errata_stand_beside_their_repair():
    (erratum,) = views.errata(report())
    assert [sentence["key"] for sentence in erratum.printed] == ["P-1/printed.A"]
    assert erratum.amended["key"] == "P-1/amended"


def test_a_repair_that_does_not_hold_is_none():
    failing = PAYLOADS | {"P-1/amended": finding("P-1/amended", "refuted")}
    (erratum,) = views.errata(report(failing))
    assert erratum.amended is None
    assert "No repair is stated or stands" in pages(report(failing))["errata.html"]


def test_dropped_hypotheses_by_their_outcome():
    found = copy.deepcopy(report())
    probes = the("P-1", found)["sentences"][0]["probes"]
    probes.insert(0, probes[0] | {"name": "h0", "found": "survived"})
    assert [row.probe["name"] for row in views.dropped(found)] == ["h0", "h1"]
    assert [row.probe["name"] for row in views.dropped(found, "survived", "inconclusive")] == ["h0"]


def test_a_hypothesis_that_no_probe_drops_is_listed_once():
    found = copy.deepcopy(report())
    other = {"name": "h2", "words": "the widths are even"}
    for sentence in the("P-1", found)["sentences"]:
        sentence["assumptions"].append(other)
    ((claim, stated),) = views.undropped(found)
    assert (claim["id"], stated) == ("P-1", [other])


def test_what_is_not_as_recorded_is_found_in_each_part_of_a_claim():
    assert views.changed(report()) == []
    found = copy.deepcopy(report())
    the("P-1", found)["sentences"][0]["probes"][1]["recorded"] = "survived"
    the("P-3", found)["recorded"] = "reproduced"
    assert [(claim["id"], [change.key for change in changes]) for claim, changes in views.changed(found)] == [
        ("P-1", ["P-1/printed.A/control.2"]),
        ("P-3", ["P-3"]),
    ]
    assert "Not as recorded" in pages(found)["index.html"]
    assert "Not as recorded" not in pages(report())["index.html"]


def test_sharpness_lists_hypotheses_and_bounds():
    (row,) = views.dropped(report())
    assert views.probe_words(row.probe) == "needed: without it the statement fails"
    ((claim, sentence),) = views.bounds(report())
    assert (claim["id"], views.tightest_words(sentence)) == ("P-1", "3/4 of the bound is reached")


def test_a_headline_shows_the_sentence_that_its_verdict_is_about():
    claim = {
        "sentences": [
            {"role": role, "found": found} for role, found in (("printed", "holds"), ("printed", "refuted"), ("sharp", None))
        ]
    }
    assert views.face(claim)["found"] == "refuted"


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("without", "survived", "need not shown: no counterexample in 7 effective instances among 9 generated"),
        ("without", "inconclusive", "inconclusive: timed out"),
        ("control", "survived", "survived: the check is too weak"),
        ("control", "inconclusive", "inconclusive: timed out"),
        ("control", None, "not run"),
    ],
)
def test_the_outcome_of_a_probe_in_words(kind, status, words):
    assert views.probe_words({"kind": kind, "found": status, "effective": 7, "examples": 9, "reason": "timed out"}) == words


# Markdown and text ----------------------------------------------------------------------------------------------------


def test_markdown_has_errata_and_escapes(tmp_path):
    write_markdown(report(), tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "| paper | 3 | 0 | 0 | 1 | 1 | 1 | 0 |" in text
    assert r"$= \begin{bmatrix}1&-\tfrac{1}{2}\\0&3\end{bmatrix}$" in text
    assert "`claims replay P-1/printed.A`" in text
    assert "<script" not in text
    assert "| P-1 | the inputs are real | needed: without it the statement fails |" in text


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_show_says_everything_in_plain_text(claim):
    text = show(claim, judge(claim, PAYLOADS), "holds")
    assert all(sentence.latex in text for _, sentence in claim.sentences.values())
    assert judge(claim, PAYLOADS).verdict.word.value in text
    assert "recorded: holds" in text
    assert "verdict" not in show(claim)
