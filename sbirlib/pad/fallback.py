"""The pad where no kernel answers, on a page of the book or in a notebook that is only read.

The drawing and its photos, all in one piece of HTML, styles included, since what shows it may keep no style sheet.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from sbirlib.data.layouts.drawing import PEN
from sbirlib.data.pictures import Stroke
from sbirlib.pad.asking import Hit, caption, line, name
from sbirlib.pad.thumbnails import SIDE, thumbnail

LIVE = "In a running notebook this is a drawing pad: draw on the paper, and the photos follow."

FRAME = "display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start;max-width:760px;margin:8px 0"
PAPER = "display:block;width:100%;background:#fff;border:1px solid #8886;border-radius:8px;box-sizing:border-box"
GRID = f"display:grid;grid-template-columns:repeat(4,minmax(0,{SIDE}px));gap:10px"
PHOTO = "display:block;width:100%;aspect-ratio:1;object-fit:cover;border-radius:6px;margin:0"
LABEL = "display:block;font-size:12px;line-height:1.5;white-space:nowrap;overflow:hidden;text-overflow:ellipsis"
NOTE = "font-size:13px;margin:10px 0 0;opacity:.8"


def html(strokes: Sequence[Stroke], hits: Sequence[Hit], problem: str = "") -> str:
    """A drawing, what was found for it, and where one can draw oneself."""
    try:
        found = "".join(photo(hit) for hit in hits)
    except Exception as error:  # as on the live pad: a line, not a traceback
        found, problem = "", line(error)
    notes = "".join(f'<p style="{NOTE}">{escape(text)}</p>' for text in (problem, LIVE) if text)
    paper = f'<div style="flex:0 1 240px;min-width:200px">{drawing(strokes)}</div>'
    return (
        f'<div class="sbir-pad-page" style="{FRAME}">{paper}'
        f'<div style="flex:1 1 320px;min-width:240px"><div style="{GRID}">{found}</div>{notes}</div></div>'
    )


def drawing(strokes: Sequence[Stroke]) -> str:
    """Strokes as an SVG, a hundred units wide."""
    lines = "".join(f'<polyline points="{points(stroke)}"/>' for stroke in strokes)
    count = f"{len(strokes)} pen stroke{'' if len(strokes) == 1 else 's'}" if strokes else "an empty paper"
    return (
        f'<svg role="img" aria-label="The sketch that is searched by: {count}" viewBox="0 0 100 100" style="{PAPER}">'
        f'<g fill="none" stroke="#000" stroke-width="{100 * PEN.width:g}" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    )


def points(stroke: Stroke) -> str:
    """
    >>> import numpy as np
    >>> points(np.array([[0.5, 0.25]])), points(np.array([[0, 0], [0.1234, 1]]))
    ('50,25 50,25', '0,0 12.3,100')
    """
    way = stroke if len(stroke) > 1 else stroke.repeat(2, axis=0)  # a dot is drawn as a line without length
    return " ".join(f"{round(100 * x, 1):g},{round(100 * y, 1):g}" for x, y in way.tolist())


def photo(hit: Hit) -> str:
    data = base64.b64encode(thumbnail(hit)).decode()
    alt = escape(f"Photo found at rank {hit.rank}: {caption(hit)}")
    label = escape(f"{name(hit)} {float(hit.score):.2f}")
    return (
        f'<div><img src="data:image/jpeg;base64,{data}" alt="{alt}" title="{escape(hit.key)}" style="{PHOTO}">'
        f'<span style="{LABEL}">{label}</span></div>'
    )
