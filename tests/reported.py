"""A small report of three invented claims: refuted and amended, measured, vague; hostile texts wherever a text may stand."""

from __future__ import annotations

from typing import Any

from claims.decide import exactly
from claims.judge import judge
from claims.model import (
    Assumption,
    Claim,
    Document,
    Kind,
    Opinion,
    Reproduction,
    Run,
    Statement,
    Status,
    Weight,
    control,
    only,
    without,
)
from claims.report import build

PAPER = Document("paper", "009", "A <b>paper</b> & its claims", "A. Author: 'Title'")
NASTY = '<script>alert(1)</script> & "quotes" \' ]]> `{{x}}` \x07 \x1b[31mred\x1b[0m \x00 | -->'


def never(_: Any) -> Any:
    return exactly(False)


HYPOTHESIS = Assumption("h1", "the inputs are real", never)
CASES = only("two explicit cases", lambda q: q, lambda q: q)


def reads(measured: Any) -> Reproduction:
    return Reproduction(Status.DIFFERS, "about $10^{-3}$", "ten times that", len(measured["seeds"]))


REFUTED = Claim(
    "P-1",
    "Ranks add up to $r<n$",
    PAPER.at("l. 1 <i>"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=Statement(
        r"\operatorname{rank}(AB)\le\min_i d_i",
        never,
        CASES,
        words=NASTY,
        reading="A",
        assumptions=(HYPOTHESIS,),
        probes=(without("h1", "over the complex numbers"), control("the product is zero", never)),
    ),
    amended=Statement(
        r"a\le b", never, CASES, strata=("corner",), bound=True, derivation="paper.bound", probes=(control("equality", never),)
    ),
    also=("P-2",),
    remark="See $W_1$, X9-1, P-3, P-1 and `numpy P-3`; not P-99 or P-3-x.",
)
MEASURED = Claim(
    "P-3", "The loss settles", PAPER.at("fig. 1"), Kind.EXPERIMENT, Weight.CLAIM, printed=Run(r"L\approx10^{-3}", "X9-1", reads)
)
VAGUE = Claim(
    "P-4", "It is nice", PAPER.at("l. 9"), Kind.DEFINITION, Weight.DETAIL, printed=Opinion(r"\text{nice}", "a matter of taste")
)
CLAIMS = (REFUTED, MEASURED, VAGUE)

MATRIX = {"shape": [2, 2], "entries": [["1", "-1/2"], ["0", "3"]]}


def witness(key: str) -> dict[str, Any]:
    instance = {
        "type": "Pair",
        "left": MATRIX,
        "inner": {"type": "Step", "rate": {"rational": "-1/3"}, "name": "<b>"},
        "sizes": [2, 3],
    }
    return {"key": key, "instance": instance, "outcome": "fails", "grade": "exact", "because": "rank 2 & more"}


def finding(key: str, status: str = "survived", **more: Any) -> dict[str, Any]:
    shared = {"key": key, "status": status, "reason": None, "detail": "", "grade": "exact", "examples": 9, "effective": 7}
    shared |= {"exhaustive": False, "coverage": {"edge": 2, "corner": 3}, "tightest": None, "witness": None, "verified": None}
    if status == "refuted":
        shared |= {"witness": witness(key), "verified": True}
    return shared | {"seconds": 0.25} | more


FINDINGS = (
    finding("P-1/printed.A", "refuted", detail="rank 2 & more"),
    finding("P-1/printed.A/without.h1", "refuted"),
    finding("P-1/printed.A/control.2", "refuted"),
    finding("P-1/amended", tightest="3/4"),
    finding("P-1/amended/control.1", "refuted"),
)
DERIVATION = {
    "name": "paper.bound",
    "title": "the bound",
    "statement": r"a\le b",
    "dimensions": "all widths",
    "assumptions": ["$b>0$"],
    "status": "proved",
    "steps": [
        {"words": "expand", "latex": r"(a+b)^2=a^2+2ab+b^2", "by": "distributivity", "normal_form": True, "substitutions": 5}
    ],
    "seconds": 0.5,
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(2)</script><path id="p"/></svg>'
EXPERIMENT = {
    "experiment": "X9-1",
    "title": "gradient descent <again>",
    "seeds": [3, 5, 8, 13],
    "settings": {"rate": 0.1, "varied": {"layers": [1, 4]}},
    "quantities": {
        "loss": {"unit": "", "published": 2.5, "published_words": "about", "values": [1.0, 2.0, None, 4.0]},
        "steps": {"unit": "steps", "published": None, "published_words": "few", "values": [1, 2, 3, 4]},
    },
    "curves": {"loss": {"x": [0, 1], "y": [1.0, None]}},
    "figures": [{"name": "loss", "title": "Loss", "caption": "Falls by $10^2$.", "alt": 'A "falling" curve', "svg": SVG}],
    "seconds": 1.5,
}
FAILING = (("statement", "P-1/printed.A"), ("derivation", "derivation:paper.bound"), ("experiment", "experiment:X9-1"))
PAYLOADS = {one["key"]: one for one in FINDINGS} | {"derivation:paper.bound": DERIVATION, "experiment:X9-1": EXPERIMENT}
HOW = {"profile": "ci", "seed": 0, "versions": {"python": "3.11"}, "jobs": 2, "started": "2026-11-26T12:00:00Z", "seconds": 3.0}
RECORDS = {"paper": {claim.id: judge(claim, PAYLOADS).to_record() for claim in CLAIMS}}


def report(payloads: Any = PAYLOADS, how: Any = HOW, records: Any = RECORDS) -> dict[str, Any]:
    return build(CLAIMS, payloads, how, records=records)


def the(claim: str, found: dict[str, Any] | None = None) -> dict[str, Any]:
    return next(one for one in (found or report())["claims"] if one["id"] == claim)


_KEPT = frozenset(
    [
        "verdict",
        "basis",
        "status",
        "found",
        "recorded",
        "grade",
        "type",
        "role",
        "kind",
        "weight",
        "tightest",
        "outcome",
        "svg",
        "rational",
    ]
)  # words of the schema, numbers and the picture


def hostile(value: Any, ending: str) -> Any:
    """A JSON report in which every text and every name of a setting, case or part ends in ``ending``, the same ones alike."""
    if isinstance(value, dict):
        return {
            (name + ending if name in _NAMED else name): part if name in _KEPT else _inside(name, part, ending)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [hostile(part, ending) for part in value]
    return value + ending if isinstance(value, str) else value


_NAMED = frozenset({"left", "inner", "rate", "sizes"})


def _inside(name: str, part: Any, ending: str) -> Any:
    if name in ("coverage", "settings", "given", "how", "versions"):
        return {f"{key}{ending}": hostile(one, ending) for key, one in part.items()}
    if name in ("verdicts", "grades", "bases", "entries", "shape", "timings"):
        return part
    return hostile(part, ending)
