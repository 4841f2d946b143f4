"""Every page of the built book in a browser without a network, at desktop and phone width, light and dark."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

Visitor = Any  # the fixture `visit`: (file, width, theme, query) -> page, what happened
WIDTHS = {"desktop": 1280, "phone": 390}


class Links(HTMLParser):
    """A page's ids, its links, and everything it loads by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical",) and "href" in given:
            self.loads.append(given["href"])
        elif tag in ("script", "img", "iframe", "source", "video", "audio") and "src" in given:
            self.loads.append(given["src"])


@cache
def parsed(file: Path) -> Links:
    return Links(file.read_text(encoding="utf-8"))


def test_every_link_and_picture_leads_somewhere(book: Path, page: str) -> None:
    file = book / page
    broken = []
    for address in [*parsed(file).links, *parsed(file).loads]:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or address in ("", "#"):
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file.resolve()
        if not target.exists() or (
            parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in parsed(target).ids
        ):
            broken.append(address)
    assert broken == []


def test_nothing_is_loaded_from_another_server(book: Path, page: str) -> None:
    assert [address for address in parsed(book / page).loads if urlsplit(address).scheme in ("http", "https")] == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_it_opens_without_an_error_and_fits_the_screen(book: Path, page: str, width: int, visit: Visitor) -> None:
    tab, seen = visit(book / page, width)
    assert seen.errors == []
    assert seen.asked_outside == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # what is wider than the page scrolls inside itself
    sticking_out = tab.evaluate(
        """() => [...document.querySelectorAll('.bd-article img, .bd-article table, .bd-article pre')].filter(e => {
            const box = e.getBoundingClientRect(), page = document.querySelector('.bd-article').getBoundingClientRect();
            const inside = e.closest('.output, .cell_output, .highlight, .math, figure');
            return box.right > page.right + 2 && !(inside && getComputedStyle(inside).overflowX !== 'visible');
        }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert sticking_out == []


def test_pictures_are_there_and_described(book: Path, page: str, visit: Visitor) -> None:
    tab, _ = visit(book / page)
    pictures = tab.evaluate(
        "[...document.querySelectorAll('.bd-article img')].map(i => [i.src.slice(-60), i.naturalWidth, i.alt])"
    )
    for source, width, alt in pictures:
        assert width > 0, f"not shown: {source}"
        assert len(alt) > 20, f"no description: {source}"


def test_formulas_are_set(book: Path, page: str, visit: Visitor) -> None:
    if 'class="math' not in (book / page).read_text():
        pytest.skip("no formula on this page")
    tab, _ = visit(book / page)
    tab.wait_for_selector("mjx-container")
    assert tab.locator("mjx-merror").count() == 0
    assert tab.locator(".math:not(:has(mjx-container))").count() == 0


def test_the_foot_of_the_page_says_how_it_was_computed(book: Path, page: str) -> None:
    if page in ("index.html",):
        pytest.skip("only leads to the first page")
    text = (book / page).read_text()
    assert "Built in the <strong>" in text


def test_the_front_door_leads_to_the_landing_page(book: Path, visit: Visitor) -> None:
    tab, seen = visit(book / "index.html")
    tab.wait_for_selector("img.hero")
    assert seen.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_obeyed(book: Path, theme: str, visit: Visitor) -> None:
    tab, seen = visit(book / "book" / "index.html", theme=theme)
    colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(v) for v in colour.strip("rgba()").split(",")[:3]) / 3
    assert (lightness > 200) if theme == "light" else (lightness < 60)
    assert seen.errors == []


def test_search_finds_words_without_a_network(book: Path, visit: Visitor) -> None:
    tab, seen = visit(book / "search.html", query="?q=denominator")
    tab.wait_for_selector("#search-results li")
    found = tab.locator("#search-results li a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert any("glossary.html#term-denominator" in link for link in found)
    assert any("01-the-field.html" in link for link in found)
    assert seen.asked_outside == []


def test_solutions_are_hidden_until_asked_for(book: Path, visit: Visitor) -> None:
    tab, _ = visit(book / "notebooks" / "01-the-field.html")
    solution = tab.locator("div.solution.dropdown").first
    closed = solution.bounding_box()["height"]
    solution.locator("button").first.click()
    tab.wait_for_timeout(300)
    assert solution.bounding_box()["height"] > closed + 20


CONTRAST = """() => {
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const colour = rgb(getComputedStyle(e).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.5) return colour;
        }
        return [255, 255, 255];
    };
    const text = '.bd-article p, .bd-article li, .bd-article td, .bd-article th, .bd-article h2, .bd-article dd';
    return [...document.querySelectorAll(text)].filter(e => e.offsetParent && e.innerText.trim()).filter(e => {
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05) < 4.5;  // what WCAG asks for text
    }).map(e => e.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(book: Path, page: str, theme: str, visit: Visitor) -> None:
    tab, _ = visit(book / page, theme=theme)
    assert tab.evaluate(CONTRAST) == []
