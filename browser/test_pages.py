"""Every page of a report in a real browser: on a phone and on a desk, in light and dark, by keyboard, and on paper."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

FACTS = Path(__file__).with_name("facts.js").read_text("utf-8")
PATIENCE = 300_000  # milliseconds for a page, on a machine that has other things to do
VIEWS = [(width, scheme) for width in (390, 1100) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def visits(browser, site):
    """What was found on every page in every view: {(width, scheme): {address: facts}}."""
    return {view: _visited(browser, site, *view) for view in VIEWS}


def _visited(browser, site, width, scheme):
    found, heard = {}, []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda problem: heard.append(f"error: {problem}"))
    page.on("request", lambda request: heard.append(request.url))
    for path in sorted(site.rglob("*.html")):
        heard.clear()
        page.goto(path.as_uri())
        found[path.as_uri()] = page.evaluate(FACTS) | {"heard": [one for one in heard if one != path.as_uri()]}
    context.close()
    return found


@pytest.fixture(params=VIEWS, ids=lambda view: f"{view[0]} {view[1]}")
def pages(request, visits):
    return visits[request.param]


def found(pages, part):
    """The pages on which a part of the facts is not empty."""
    return {Path(address).name: facts[part] for address, facts in pages.items() if facts[part]}


def test_no_page_is_wider_than_its_window(pages):
    assert {name: wide for name, wide in found(pages, "overflow").items() if wide > 0} == {}


def test_what_scrolls_can_be_scrolled_by_keyboard(pages):
    assert found(pages, "unreachable") == {}


def test_formulas_are_whole(pages):
    assert sum(facts["formulas"] for facts in pages.values()) > 20
    trouble = {address: facts["broken"] for address, facts in pages.items() if facts["broken"] and "/hostile/" not in address}
    assert trouble == {}


def test_words_stand_out_from_their_ground(pages):
    assert found(pages, "pale") == {}


def test_pictures_are_shown_and_said(pages):
    assert found(pages, "images") == {}


def test_nothing_is_asked_of_a_network_and_nothing_complains(pages):
    heard = {name: [one for one in said if not one.startswith("data:")] for name, said in found(pages, "heard").items()}
    assert {name: said for name, said in heard.items() if said} == {}


def test_landmarks_are_there_and_named(pages):
    assert all(all(facts["landmarks"]) for facts in pages.values())
    assert found(pages, "unnamed") == {}
    assert found(pages, "jumps") == {}


def test_every_link_leads_to_a_place(visits):
    pages = visits[VIEWS[0]]
    ids = {address: set(facts["ids"]) for address, facts in pages.items()}
    for facts in pages.values():
        for link in facts["links"]:
            address, anchor = urldefrag(link)
            assert address in ids, link
            assert not anchor or unquote(anchor) in ids[address], link


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


FOCUSED = """() => { const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return { said: e.textContent.trim(), href: e.getAttribute("href"), id: e.id, inside: !!e.closest("main"),
           seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
           ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
           place: [...document.querySelectorAll("*")].indexOf(e) } }"""


def test_the_first_stop_skips_to_the_content(page, site, reports):
    for place in ("index.html", "claims.html", "errata.html"):
        page.goto((site / next(iter(reports)) / place).as_uri())
        page.keyboard.press("Tab")
        skip = page.evaluate(FOCUSED)
        assert (skip["href"], skip["seen"], skip["ringed"]) == ("#content", True, True)
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED)["id"] == "content"
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["inside"]


def test_stops_come_in_reading_order_and_are_seen(page, site, reports):
    folder = site / next(iter(reports))
    for path in (folder / "index.html", folder / "sharpness.html", next((folder / "claims").iterdir())):
        page.goto(path.as_uri())
        places = []
        for _ in range(25):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if places and stop["place"] < places[-1]:
                break
            assert stop["seen"], stop
            assert stop["ringed"], stop
            places.append(stop["place"])
        assert len(places) > 7
        assert len(set(places)) == len(places)


def test_a_count_leads_to_the_claims_that_it_counts(page, site, reports):
    name = next(iter(reports))
    page.goto((site / name / "index.html").as_uri())
    links = page.locator("table.counts td a")
    for number in range(links.count()):
        page.goto((site / name / "index.html").as_uri())
        count = int(links.nth(number).inner_text())
        links.nth(number).click()
        assert page.locator(".filter:visible").count() == 1
        assert page.locator(".list tbody tr:visible").count() == count


def test_on_paper_folds_are_open_and_nothing_is_cut(page, site, reports):
    folder = site / next(iter(reports))
    page.set_viewport_size({"width": 680, "height": 960})
    page.emulate_media(media="print", color_scheme="dark")
    for path in (folder / "index.html", folder / "sharpness.html", *sorted((folder / "claims").iterdir())[:8]):
        page.goto(path.as_uri())
        folded, shown = page.evaluate(
            """() => { const inner = [...document.querySelectorAll("details > :not(summary)")];
               return [inner.length, inner.filter((e) => e.checkVisibility({contentVisibilityAuto: true})).length] }"""
        )
        assert folded == shown
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("header nav").is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")
