"""What a search gives: hits, best first."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from PIL import Image

THUMBNAIL = 112
SHOWN = 24
"""Thumbnails on a page, at most."""


@dataclass(frozen=True, eq=False)
class Hit:
    """One item that was found."""

    key: str
    score: float
    """The higher, the nearer: the cosine, where the engine has vectors."""
    rank: int
    """From 1."""
    row: int
    """Its number in the gallery, in the order in which items were added."""
    metadata: dict[str, Any]
    look: Callable[[int], Image.Image | None] = field(default=lambda size: None, repr=False)

    def picture(self, size: int = 224) -> Image.Image | None:
        """The picture, where it can be found: in the images that were added, or in the file metadata["file"]."""
        return self.look(size)


class Hits(Sequence[Hit]):
    """The hits of one query; a notebook shows them as pictures."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = tuple(hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Hits: ...
    def __getitem__(self, index: int | slice) -> Hit | Hits:
        return Hits(self.hits[index]) if isinstance(index, slice) else self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @property
    def keys(self) -> list[str]:
        return [hit.key for hit in self.hits]

    @property
    def scores(self) -> list[float]:
        return [hit.score for hit in self.hits]

    @property
    def rows(self) -> list[int]:
        return [hit.row for hit in self.hits]

    def __repr__(self) -> str:
        """
        >>> Hits([Hit("cat/3", 0.912, 1, 3, {}), Hit("owl/1", 0.5, 2, 11, {})])
        1. cat/3  0.912
        2. owl/1  0.500
        """
        return "\n".join(f"{hit.rank}. {hit.key}  {hit.score:.3f}" for hit in self.hits) or "no hits"

    def _repr_html_(self) -> str:
        figures = "".join(figure(hit) for hit in self.hits[:SHOWN])
        more = len(self) - SHOWN
        rest = f"<p>and {more:,} more</p>" if more > 0 else ""
        return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{figures}</div>{rest}' if self.hits else "no hits"


def figure(hit: Hit) -> str:
    """A thumbnail with what is to be read below it; the key alone where there is no picture."""
    picture, side = hit.picture(THUMBNAIL), f"width:{THUMBNAIL}px"
    shown = f'<div style="{side};height:{THUMBNAIL}px;border:1px solid #888"></div>'
    if picture is not None:
        shown = picture_tag(picture, f"Rank {hit.rank}: {hit.key}")
    caption = f'<figcaption style="{side};overflow-wrap:anywhere;font-size:0.8em;color:inherit">'
    text = f"{hit.rank}. {html.escape(hit.key)}<br>{hit.score:.3f}"
    return f'<figure style="margin:0">{shown}{caption}{text}</figcaption></figure>'


def picture_tag(picture: Image.Image, alt: str) -> str:
    """A picture inside the page, as wide as a thumbnail."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, format="PNG")
    data = base64.b64encode(file.getvalue()).decode()
    style = f"width:{THUMBNAIL}px;height:auto"
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" style="{style}">'
