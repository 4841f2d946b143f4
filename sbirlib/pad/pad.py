"""`Pad`: a paper to draw on in a notebook, and what a gallery finds for it."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from PIL import Image
from torch import Tensor

from sbirlib.data.layouts.drawing import PEN
from sbirlib.data.pictures import Stroke
from sbirlib.pad import fallback, ink
from sbirlib.pad.asking import Answer, Hit, Searchable, ask, described, line
from sbirlib.pad.front import Front
from sbirlib.pad.paper import History, Paper, read
from sbirlib.pad.thumbnails import Thumbnails

SIZE = 224
"""What a gallery is searched by, in pixels, where it has no model that says."""


@cache
def example() -> Paper:
    """The sketch that a pad begins with: an owl on its branch."""
    return Paper(read(json.loads((Path(__file__).parent / "example.json").read_text())["strokes"]), example=True)


class Pad:
    """Draw, and see what a gallery finds for it while you draw.

        pad = sb.Pad(gallery, k=8)
        pad

    It begins with an example, which the first stroke replaces, or with `strokes` of yours. Without a gallery it only
    draws. Whatever is drawn on the page is here at once, and what is drawn here is on the page.
    """

    def __init__(self, gallery: Searchable | None = None, k: int = 8, *, strokes: Iterable[Any] | None = None) -> None:
        if gallery is not None and not callable(getattr(gallery, "search", None)):
            raise TypeError(f"a pad takes a gallery, with a search(sketch, k=...); got a {type(gallery).__name__}")
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise ValueError(f"k, how many photos are shown, is 1 or more; got {k!r}")
        self.gallery, self.k = gallery, k
        self.history = History(example() if strokes is None else Paper(read(strokes)))
        self.unfinished: Paper | None = None
        self.thumbnails = Thumbnails()
        self.answer: Answer | None = None
        # a page's messages may come on a thread of their own while a cell is running
        self.lock = threading.RLock()

    def __repr__(self) -> str:
        count = len(self.paper.strokes)
        drawn = f"{count} stroke{'' if count == 1 else 's'}{' (the example)' if self.paper.example else ''}"
        if self.gallery is None:
            return f"Pad: {drawn}"
        return f"Pad: {drawn}; {self.problem or f'{len(self.hits)} photos found'}"

    @property
    def paper(self) -> Paper:
        """What is on it now, a stroke that is being drawn included."""
        return self.unfinished or self.history.now

    @property
    def strokes(self) -> list[Stroke]:
        """The pen's ways, (points, 2) each: x to the right and y downwards, from 0 to 1 over the paper."""
        return [stroke.copy() for stroke in self.paper.strokes]

    def picture(self, size: int = 224) -> Image.Image:
        """The paper, black on white."""
        return ink.picture(self.paper.strokes, size)

    def pixels(self, size: int | None = None) -> Tensor:
        """What the gallery is searched by: (3, size, size), uint8, the drawing in the middle."""
        return ink.pixels(self.paper.strokes, size or self.size)

    @property
    def size(self) -> int:
        """The side of the pictures that the gallery's model takes."""
        return int(getattr(getattr(self.gallery, "model", None), "size", SIZE))

    @property
    def hits(self) -> list[Hit]:
        """What is found for the paper, best first; nothing where it is empty or the gallery has a `problem` with it."""
        return list(self.asked().hits)

    @property
    def problem(self) -> str:
        """What the gallery said against the sketch, in a line."""
        return self.asked().problem

    @property
    def times(self) -> dict[str, float]:
        """Milliseconds of the last search by what they went into: render, search, thumbnails (if they were shown)."""
        return dict(self.asked().times)

    @property
    def milliseconds(self) -> float:
        """How long the last search took here: all of `times`."""
        return sum(self.times.values())

    def draw(self, strokes: Iterable[Any]) -> None:
        """Add strokes; they take the place of the example."""
        self.change(self.history.now.plus(read(strokes)))

    def clear(self) -> None:
        """An empty paper."""
        self.change(Paper())

    def undo(self) -> None:
        """Back to what was there before the last stroke, wipe or clear, whether it was done here or on the page."""
        with self.lock:
            self.unfinished = None
            self.history.back()
            self.changed(back=True)

    def change(self, paper: Paper) -> None:
        with self.lock:
            self.unfinished = None
            if not paper.same(self.history.now):
                self.history.add(paper)
            self.changed()

    def changed(self, back: bool = False) -> None:
        """Search anew, and tell the pages."""
        self.answer = None
        if self.page is not None:
            self.tell({"kind": "paper", "back": back} | self.state())

    def asked(self) -> Answer:
        """The gallery's answer to what is on the paper now."""
        with self.lock:
            if self.answer is None:
                self.answer = ask(self.gallery, self.paper.strokes, self.k, self.size)
            return self.answer

    # What follows is the talk with the page (`front.py` says in which words).

    @cached_property
    def widget(self) -> Front:
        """The pad as a Jupyter widget, to be put beside others."""
        return Front(self.heard)

    @property
    def page(self) -> Front | None:
        """The widget, if it was asked for."""
        return self.__dict__.get("widget")

    def heard(self, message: Mapping[str, Any]) -> None:
        """What a page says."""
        with self.lock:
            if message.get("kind") == "hello":
                self.thumbnails.forget()
                self.tell({"kind": "hello"} | self.state())
            elif message.get("kind") == "paper":
                try:
                    self.follow(message["steps"], message["live"])
                    self.answer = None
                except Exception as error:
                    self.answer = Answer(problem=line(error))
                self.tell({"kind": "hits", "front": message.get("front"), "turn": message.get("turn")})

    def follow(self, steps: Sequence[Mapping[str, Any]], live: Sequence[Any] | None) -> None:
        """Do what was done on the page: the papers that it has had since, and a stroke that is being drawn."""
        for step in steps:
            paper = Paper(read(step["strokes"]), bool(step["example"]))
            (self.history.back_to if step["back"] else self.history.add)(paper)
        self.unfinished = None if live is None else Paper(read(live))

    def state(self) -> dict[str, Any]:
        """What a page has to know before it can show anything."""
        strokes = [stroke.tolist() for stroke in self.paper.strokes]
        searches = self.k if self.gallery is not None else 0
        return {"strokes": strokes, "example": self.paper.example, "pen": PEN.width, "places": searches}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and beside it, for who can't run it, a picture of it; a chapter of the book has only that."""
        bundle: dict[str, Any] = {}
        metadata: dict[str, Any] = {}
        if "SBIR_CHAPTER" not in os.environ:
            bundle, metadata = self.widget._repr_mimebundle_()
        if "google.colab" not in sys.modules or not bundle:  # Colab might take the picture for the better one
            bundle["text/html"] = fallback.html(self.paper.strokes, self.hits, self.problem)
        return bundle | {"text/plain": repr(self)}, metadata

    def tell(self, message: dict[str, Any]) -> None:
        """Tell the pages what is found, and what else is in the message."""
        answer = self.asked()
        started = time.perf_counter()
        hits, keys, buffers = [], list[str](), list[bytes]()
        try:
            hits = [described(hit) for hit in answer.hits]
            keys, buffers = self.thumbnails.new(answer.hits)
        except Exception as error:
            hits, answer = [], Answer(problem=line(error))
        if hits:
            answer = replace(answer, times=answer.times | {"thumbnails": 1000 * (time.perf_counter() - started)})
        self.answer = answer
        found = {"hits": hits, "problem": answer.problem, "milliseconds": self.milliseconds, "thumbnails": keys}
        self.widget.send(message | found, buffers)
