"""The HTML report: what its pages say, that they are inert and whole, and that no text of a claim becomes markup."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from reported import NASTY, hostile, report

import claims.report.html
from claims.report import github, linting, write_html, write_junit, write_markdown
from claims.report.html import PLACES, pages, sentence


class Page(HTMLParser):
    """Collects tags with their attributes, and checks that elements close in order."""

    VOID = frozenset({"meta", "link", "img", "br", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


STYLE = Path(claims.report.html.__file__).with_name("templates") / "style.css"
PAGES = pages(report())
HOSTILE = pages(hostile(report(), f" {NASTY}${{x}}"))
EVERY = {f"{kind} {name}": page for kind, made in (("plain", PAGES), ("hostile", HOSTILE)) for name, page in made.items()}


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_well_formed_self_contained_and_inert(name):
    page = Page(EVERY[name])
    assert not {"script", "b", "merror", "iframe", "object", "form"} & set(page.tags)
    assert not [value for value in page.values("src") if not value.startswith("data:image/svg+xml;base64,")]
    assert not [attribute for _, attribute, _ in page.attributes if attribute.startswith("on")]
    assert not [value for value in page.values("href") if value.lower().startswith(("javascript:", "http", "//"))]
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]", EVERY[name])
    alternatives = [alt for tag, attribute, alt in page.attributes if (tag, attribute) == ("img", "alt")]
    assert all(alternatives)
    assert len(alternatives) == page.tags.count("img")


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_step_at_a_time(name):
    levels = [int(tag[1]) for tag in Page(PAGES[name]).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_leads_to_every_place_and_to_the_limits(name):
    page = Page(PAGES[name])
    root = "../" if "/" in name else ""
    assert set(page.values("href")) >= {root + place for place in PLACES} | {"#content"}
    assert page.values("aria-current") == (["page"] if name in PLACES else [])


@pytest.mark.parametrize("name", EVERY)
def test_every_link_leads_somewhere(name):
    kind, _, path = name.partition(" ")
    folder = path.rpartition("/")[0]
    for target in Page(EVERY[name]).values("href"):
        if target == "data:,":
            continue
        there, _, anchor = target.partition("#")
        there = path if not there else there.removeprefix("../") if there.startswith("../") else f"{folder}/{there}".lstrip("/")
        assert f"{kind} {there}" in EVERY, target
        assert not anchor or anchor in _ids(f"{kind} {there}"), target


@cache
def _ids(name: str) -> frozenset[str]:
    return frozenset(Page(EVERY[name]).values("id"))


def test_no_text_becomes_markup_in_markdown_junit_and_workflow_commands(tmp_path):
    found = hostile(report(), f" {NASTY}${{x}}\n\n<script>\r::error::forged\u2028")
    write_markdown(found, tmp_path / "report.md")
    write_junit(found, tmp_path / "junit.xml")
    text = (tmp_path / "report.md").read_text("utf-8")
    for written in (text, github.summary(found)):
        outside = re.sub("`[^`\n]*`", "", written)
        assert "<script" not in outside
        assert "\x1b" not in written
    assert all("\n" not in line and "\r" not in line for line in github.workflow_commands(found))
    assert "<script" not in (tmp_path / "junit.xml").read_text("utf-8")


def test_every_text_that_is_set_is_linted(monkeypatch):
    said: set[str] = set()

    def note(setter):
        return lambda text, *rest, **more: (said.add(text), setter(text, *rest, **more))[1]

    for name in ("prose", "mathml"):
        monkeypatch.setattr(claims.report.html, name, note(getattr(claims.report.html, name)))
    found = report()
    pages(found)
    linted = {text for _, _, text in linting.texts(found)}
    assert said - linted - {sentence(text) for text in linted} == set()


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_are_readable_on_their_ground(theme):
    style = STYLE.read_text("utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)")[:2]
    tokens = _tokens(light) | (_tokens(dark.split("*, ::before")[0]) if theme == "dark" else {})
    grounds = {tokens.pop("paper"), tokens.pop("wash")}
    tokens.pop("line")
    low = {name for name, colour in tokens.items() for ground in grounds if contrast(colour, ground) < 4.5}
    assert (len(tokens), low) == (9, set())


def test_a_claim_page_shows_statement_witness_and_derivation():
    page = PAGES["claims/P-1.html"]
    assert "&lt;script&gt;alert(1)" in page
    assert '<pre class="command">claims replay P-1/printed.A</pre>' in page
    assert "3/4 of the bound is reached" in page
    assert "<strong>corner</strong>&nbsp;×3, edge&nbsp;×2" in page
    assert "confirmed at 5 random rational substitutions" in page


def test_an_experiment_is_shown_beside_what_was_published():
    page = PAGES["claims/P-3.html"]
    assert "above 67% of 3 runs" in page
    assert "(1 of 4 not finite)" in page
    assert 'alt="A &#34;falling&#34; curve"' in page
    assert "layers: 1, 4" in PAGES["experiments/X9-1.html"]


def test_headlines_fail_first_and_details_stay_in_the_list():
    index = PAGES["index.html"]
    assert 'href="claims/P-1.html"' in index
    assert 'href="claims/P-4.html"' not in index
    assert 'href="claims/P-4.html"' in PAGES["claims.html"]


def test_a_count_of_the_overview_leads_to_the_list_of_its_claims():
    assert 'href="claims.html#only-paper-amended"' in PAGES["index.html"]
    assert "#only-paper-amended:target ~ .list > :not(.d-paper) { display: none; }" in PAGES["claims.html"]
    assert "#only-paper-amended:target ~ .list tbody tr:not(.m-amended) { display: none; }" in PAGES["claims.html"]


def test_the_property_stands_on_the_page_with_its_source():
    page = PAGES["claims/P-1.html"]
    assert "def never(_: Any) -&gt; Any:" in page
    assert "<code>never</code>" in page


def test_pages_are_written_where_they_belong(tmp_path):
    write_html(report(), tmp_path)
    written = {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.html")}
    assert written == PAGES


def test_a_report_without_any_run_still_shows_every_claim():
    bare = pages(report({}))
    assert set(bare) == {name for name in PAGES if not name.startswith("experiments/")}
    assert "not run" in bare["claims/P-1.html"]


def test_ids_in_words_are_links_but_not_to_the_page_itself_or_inside_of_code():
    remark = next(line for line in PAGES["claims/P-1.html"].splitlines() if "<p>See" in line)
    assert re.findall('href="([^"]*)"', remark) == ["../experiments/X9-1.html", "../claims/P-3.html"]
    assert remark.endswith("P-1 and <code>numpy P-3</code>; not P-99 or P-3-x.</p>")
