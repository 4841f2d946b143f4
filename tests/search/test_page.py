from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

from PIL import Image

from sbirlib.search import Hit, Hits
from sbirlib.search.page import page


class Pictures(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attributes))


def test_a_page_holds_all_it_shows() -> None:
    red = Image.new("RGB", (30, 30), "red")
    hits = Hits([Hit("a<b>.jpg", 0.91, 1, 0, {}, lambda size: red), Hit("gone.jpg", 0.5, 2, 1, {})])
    text = page({"sketch": Image.new("RGB", (64, 64), "white"), "text": "a <boat> & more"}, hits, "by <someone>")
    pictures = Pictures(text).found
    assert [picture["alt"] for picture in pictures] == ["the sketch, as the model sees it", "Rank 1: a<b>.jpg"]
    assert not re.search(r'(src|href)="(?!data:)', text)  # nothing is fetched
    source = pictures[1]["src"]
    assert source is not None
    with Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))) as shown:
        assert shown.getpixel((0, 0)) == (255, 0, 0)
    assert "a &lt;boat&gt; &amp; more" in text
    assert "2. gone.jpg<br>0.500" in text
    assert "by &lt;someone&gt;" in text
