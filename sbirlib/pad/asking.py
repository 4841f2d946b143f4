"""A gallery asked with what is on the paper: its hits, the time it took, or what is wrong, in a line."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from PIL import Image
from torch import Tensor

from sbirlib.data.imageset import phrase, word
from sbirlib.data.pictures import Stroke
from sbirlib.pad.ink import is_spot, pixels


class Hit(Protocol):
    """A photo that was found."""

    key: str
    score: float
    rank: int
    metadata: Mapping[str, Any]

    def picture(self, size: int) -> Image.Image | None: ...


class Searchable(Protocol):
    """What the pad asks of a gallery, such as `sb.Gallery`."""

    def search(self, sketch: Tensor, *, k: int) -> Iterable[Any]: ...


@dataclass(frozen=True, eq=False)
class Answer:
    """What a gallery said: hits, best first, or what is wrong."""

    hits: tuple[Hit, ...] = ()
    problem: str = ""
    times: dict[str, float] = field(default_factory=dict)
    """Milliseconds by what they went into: render, search, thumbnails."""


def ask(gallery: Searchable | None, strokes: Sequence[Stroke], k: int, size: int) -> Answer:
    """Search by strokes. An empty paper finds nothing; an error of the gallery's is the answer, not raised."""
    if gallery is None or not strokes:
        return Answer()
    if is_spot(strokes):
        return Answer(problem="A spot is too little to search by: go on.")
    started = time.perf_counter()
    try:
        sketch = pixels(strokes, size)
        drawn = time.perf_counter()
        with half_the_threads():
            hits = tuple(gallery.search(sketch, k=k))
    except Exception as error:  # whoever draws sees a line, not a traceback in the kernel's log
        return Answer(problem=line(error))
    found = time.perf_counter()
    return Answer(hits, times={"render": 1000 * (drawn - started), "search": 1000 * (found - drawn)})


@contextmanager
def half_the_threads() -> Iterator[None]:
    """Leave room for the browser, which paints the page on the same cores while somebody draws.

    torch's threads wait for one another, and where they don't get a core each they wait long: with two on two busy
    cores, the tiny CLIP took 226 ms for one sketch; with one, 9.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, threads // 2))
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def line(error: Exception) -> str:
    """An error in one line.

    >>> line(ValueError("nothing is\\n  drawn on it")), line(KeyError("cat")), line(RuntimeError())
    ('nothing is drawn on it', "KeyError: 'cat'", 'RuntimeError')
    """
    text = " ".join(str(error).split())
    if isinstance(error, ValueError) and text:
        return text  # these were written for whoever gave the value
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def name(hit: Hit) -> str:
    """What the photo shows, in a word or two: its class where one is known, else the photo's own name."""
    return word(str(hit.metadata.get("class") or hit.key.rpartition("/")[0] or hit.key))


def caption(hit: Hit) -> str:
    """What the photo shows, for those who don't see it."""
    return str(hit.metadata.get("caption") or phrase("photo", name(hit)))


def described(hit: Hit) -> dict[str, Any]:
    """A hit in words and numbers, for a page."""
    about = {"name": name(hit), "caption": caption(hit)}
    return {"key": hit.key, "rank": int(hit.rank), "score": float(hit.score), **about}
