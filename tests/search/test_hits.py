from __future__ import annotations

import base64
import io
import re

from PIL import Image

from sbirlib.search import Hit, Hits


def hits(n: int = 3, picture: Image.Image | None = None) -> Hits:
    return Hits([Hit(f"class<{i}>", 1 - i / 10, i + 1, 10 * i, {"i": i}, lambda size: picture) for i in range(n)])


def test_hits_are_a_sequence_best_first() -> None:
    found = hits()
    assert found.keys == ["class<0>", "class<1>", "class<2>"]
    assert found.scores == [1.0, 0.9, 0.8]
    assert found.rows == [0, 10, 20]
    assert found[-1].rank == 3
    assert isinstance(found[:2], Hits)
    assert [hit.metadata["i"] for hit in found[1:]] == [1, 2]
    assert len(found) == 3
    assert repr(found[:2]) == "1. class<0>  1.000\n2. class<1>  0.900"
    assert repr(Hits([])) == Hits([])._repr_html_() == "no hits"


def test_a_page_shows_thumbnails_with_words_and_no_key_runs_as_html() -> None:
    page = hits(picture=Image.new("RGB", (30, 20), (200, 10, 10)))._repr_html_()
    assert re.findall(r'alt="([^"]*)"', page) == [f"Rank {i + 1}: class&lt;{i}&gt;" for i in range(3)]
    assert "<0>" not in page
    data = re.search(r"base64,([^\"]+)", page)
    assert data is not None
    shown = Image.open(io.BytesIO(base64.b64decode(data[1])))
    assert shown.size == (30, 20)
    assert shown.getpixel((3, 3)) == (200, 10, 10)
    assert "1. class&lt;0&gt;<br>1.000" in page


def test_without_a_picture_the_key_alone_is_shown() -> None:
    page = hits(1)._repr_html_()
    assert "<img" not in page
    assert "class&lt;0&gt;" in page
    assert Hit("a", 1.0, 1, 0, {}).picture() is None


def test_a_long_list_is_cut_on_the_page_and_says_so() -> None:
    page = hits(30)._repr_html_()
    assert page.count("<figure") == 24
    assert "and 6 more" in page
