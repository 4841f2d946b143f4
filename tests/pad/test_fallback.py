from __future__ import annotations

import base64
import io
import re
import xml.dom.minidom

from PIL import Image

from sbirlib.pad.fallback import LIVE, html
from sbirlib.pad.paper import read
from tests.pad.standin import Found

STROKES = read([[[0, 0.5], [1, 0.5]], [[0.25, 0.125]]])


def test_it_shows_the_drawing_the_photos_and_where_it_is_live() -> None:
    page = html(STROKES, [Found("owl/1", 0.756, 1), Found("cat/2", 0.5, 2)])
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    lines = [line.getAttribute("points") for line in xml.dom.minidom.parseString(svg).getElementsByTagName("polyline")]
    assert lines == ["0,50 100,50", "25,12.5 25,12.5"]
    assert 'role="img" aria-label="The sketch that is searched by: 2 pen strokes"' in svg
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', page)
    assert alts == ["Photo found at rank 1: a photo of an owl", "Photo found at rank 2: a photo of a cat"]
    assert "owl 0.76" in page
    assert page.index("rank 1") < page.index("rank 2")
    assert LIVE in page
    data = re.findall(r"base64,([^\"]*)", page)
    assert Image.open(io.BytesIO(base64.b64decode(data[1]))).getpixel((48, 48)) == (90, 90, 90)


def test_it_needs_nothing_from_elsewhere_and_is_well_formed() -> None:
    page = html(STROKES, [Found("owl/1")])
    assert not re.search(r"https?:|<script|<link|url\(", page)
    xml.dom.minidom.parseString(re.sub(r"(<img [^>]*)>", r"\1/>", page))


def test_names_are_text_and_no_markup() -> None:
    page = html(STROKES, [Found('<b>"x"</b>/1')], problem="a < b & c")
    assert "<b>" not in page
    assert "a &lt; b &amp; c" in page


def test_an_empty_paper_and_a_photo_that_is_gone() -> None:
    assert "an empty paper" in html((), [])

    class Broken(Found):
        def picture(self, size: int) -> Image.Image:
            raise ValueError("owl/1 can't be decoded")

    page = html(STROKES, [Found("cat/1"), Broken("owl/1")])
    assert "owl/1 can&#x27;t be decoded" in page
    assert "<img" not in page
