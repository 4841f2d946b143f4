"""What was found, as one HTML file that needs no other: the query, the photos with ranks and scores, light and dark."""

from __future__ import annotations

import html
from collections.abc import Mapping

from PIL import Image

from sbirlib.search.hits import Hits, figure, picture_tag

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1rem }
.row { display: flex; flex-wrap: wrap; gap: 12px } figure { margin: 0 } img { background: white; border-radius: 3px }
footer { margin-top: 2rem; font-size: .85rem; opacity: .75 }
"""


def page(asked: Mapping[str, str | Image.Image], hits: Hits, note: str) -> str:
    """A query in its parts (a text, or a picture as the model sees it), its hits, and a line on how they were found."""
    parts = "".join(part(kind, what) for kind, what in asked.items())
    found = "".join(map(figure, hits))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Photos that were found</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f'<h1>The nearest {len(hits)} photos</h1><h2>To</h2><div class="row">{parts}</div>'
        f'<h2>Best first</h2><div class="row">{found}</div><footer>{html.escape(note)}</footer></body></html>'
    )


def part(kind: str, what: str | Image.Image) -> str:
    if isinstance(what, str):
        return f"<p>“{html.escape(what)}”</p>"
    return f"<figure>{picture_tag(what, f'the {kind}, as the model sees it')}</figure>"
