from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from sbirlib.pad import Pad, ink
from tests.pad.standin import Found, Told, world

LINE = [[0.1, 0.1], [0.9, 0.9]]
OTHER = [[0.9, 0.1], [0.1, 0.9]]


class Page:
    """The other end: what it is told is kept, and what it says is heard."""

    def __init__(self, pad: Pad) -> None:
        self.pad, self.told = pad, list[tuple[dict[str, Any], list[bytes]]]()
        pad.widget.send = self.receive

    def receive(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.told.append((message, buffers))

    def says(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.pad.widget._handle_custom_msg(dict(message), [])
        return self.told[-1][0]

    def hello(self) -> dict[str, Any]:
        return self.says({"kind": "hello", "front": "a"})

    def has(
        self, *strokes: Any, back: bool = False, live: Sequence[Any] | None = None, turn: int = 1
    ) -> dict[str, Any]:
        steps = [{"strokes": list(strokes), "example": False, "back": back}] if live is None else []
        return self.says({"kind": "paper", "front": "a", "turn": turn, "steps": steps, "live": live})


def ways(pad: Pad) -> list[Any]:
    return [stroke.tolist() for stroke in pad.strokes]


# --- from Python alone


def test_it_begins_with_an_example_that_is_found_at_once() -> None:
    gallery = Told("owl/1", "owl/2", "cat/1")
    pad = Pad(gallery, k=2)
    assert len(pad.strokes) > 10
    assert (np.asarray(pad.picture(64)) < 128).any()
    assert [hit.key for hit in pad.hits] == ["owl/1", "owl/2"]
    assert pad.milliseconds == sum(pad.times.values()) > 0
    assert repr(pad) == f"Pad: {len(pad.strokes)} strokes (the example); 2 photos found"
    assert len(gallery.asked) == 1  # asked once, for all of these


def test_the_example_is_an_owl_for_the_tiny_clip() -> None:
    pad = Pad(world(), k=4)
    assert [hit.key.split("/")[0] for hit in pad.hits] == ["owl"] * 4
    assert pad.size == 48


def test_drawing_takes_the_examples_place_and_then_adds() -> None:
    pad = Pad(Told("cat/1"))
    pad.draw([LINE])
    pad.draw([OTHER])
    assert ways(pad) == [LINE, OTHER]
    pad.undo()
    assert ways(pad) == [LINE]
    pad.clear()
    assert (pad.strokes, pad.hits, pad.milliseconds, pad.problem) == ([], [], 0, "")
    pad.clear()  # twice is once
    pad.undo()
    assert ways(pad) == [LINE]
    pad.undo()
    pad.undo()
    assert pad.paper.example


def test_strokes_are_given_and_drawn_on() -> None:
    given = np.array(LINE)
    pad = Pad(Told("cat/1"), strokes=[given])
    pad.draw([OTHER])
    assert ways(pad) == [LINE, OTHER]
    pad.strokes[0][:] = 7  # a copy
    assert ways(pad) == [LINE, OTHER]
    assert Pad(strokes=[]).strokes == []


def test_pixels_are_what_the_gallery_gets() -> None:
    gallery = Told("cat/1")
    pad = Pad(gallery, strokes=[LINE])
    assert pad.hits
    assert torch.equal(gallery.asked[0][0], pad.pixels())
    assert pad.pixels(32).shape == (3, 32, 32)
    assert torch.equal(pad.pixels(32), ink.pixels(pad.strokes, 32))


def test_a_pad_without_a_gallery_draws_only() -> None:
    pad = Pad(strokes=[LINE])
    assert (pad.hits, pad.milliseconds, repr(pad)) == ([], 0, "Pad: 1 stroke")
    assert Page(pad).hello()["places"] == 0


def test_other_arguments_are_refused_in_a_line() -> None:
    with pytest.raises(TypeError, match=r"takes a gallery, with a search\(sketch, k=...\); got a list$"):
        Pad([])  # type: ignore[arg-type]
    for k in (0, True, 2.0):
        with pytest.raises(ValueError, match=f"k, how many photos are shown, is 1 or more; got {k}"):
            Pad(Told("cat/1"), k=k)  # type: ignore[arg-type]
    pad = Pad(Told("cat/1"), strokes=[LINE])
    with pytest.raises(ValueError, match="from 0 to 1 over the paper; stroke 0 goes from 5 to 90"):
        pad.draw([[[5, 90]]])
    assert ways(pad) == [LINE]


# --- with a page


def test_a_page_that_opens_gets_the_paper_and_the_photos() -> None:
    pad = Pad(Told("owl/1", "cat/2"), k=8, strokes=[LINE])
    page = Page(pad)
    told = page.hello()
    assert told["kind"] == "hello"
    assert (told["strokes"], told["example"], told["places"]) == ([LINE], False, 8)
    assert told["pen"] == 1 / 64
    assert [hit["key"] for hit in told["hits"]] == told["thumbnails"] == ["owl/1", "cat/2"]
    assert told["hits"][0] == {
        "key": "owl/1", "rank": 1, "score": 0.8, "name": "owl", "caption": "a photo of an owl",
    }  # fmt: skip
    assert [buffer[:2] for buffer in page.told[0][1]] == [b"\xff\xd8"] * 2  # JPEG
    assert told["milliseconds"] == pad.milliseconds > 0
    assert set(pad.times) == {"render", "search", "thumbnails"}


def test_what_is_drawn_there_is_here_and_its_hits_are_there() -> None:
    gallery = Told("owl/1")
    pad = Pad(gallery)
    page = Page(pad)
    page.hello()
    told = page.has(LINE, turn=3)
    assert ways(pad) == [LINE]
    assert (told["kind"], told["front"], told["turn"], told["problem"]) == ("hits", "a", 3, "")
    assert torch.equal(gallery.asked[-1][0], ink.pixels(pad.strokes, 224))


def test_a_thumbnail_is_sent_once_and_again_to_a_page_that_has_none() -> None:
    gallery = Told("owl/1", "cat/1")
    page = Page(Pad(gallery, k=1))
    assert page.hello()["thumbnails"] == ["owl/1"]
    assert page.has(LINE)["thumbnails"] == []
    gallery.hits.reverse()
    assert page.has(LINE, OTHER)["thumbnails"] == ["cat/1"]
    assert page.has(LINE)["thumbnails"] == []
    assert page.hello()["thumbnails"] == ["cat/1"]


def test_a_stroke_that_is_being_drawn_is_searched_by_and_is_no_step() -> None:
    gallery = Told("owl/1")
    pad = Pad(gallery, strokes=[LINE])
    page = Page(pad)
    page.has(live=[LINE, [[0.5, 0.5]]])
    page.has(live=[LINE, [[0.5, 0.5], [0.6, 0.6]]])
    assert ways(pad) == [LINE, [[0.5, 0.5], [0.6, 0.6]]]
    assert len(gallery.asked) == 2
    page.has(LINE, OTHER)
    pad.undo()
    assert ways(pad) == [LINE]
    page.has(live=[OTHER])
    page.says({"kind": "paper", "front": "a", "turn": 9, "steps": [], "live": None})  # it came to nothing
    assert ways(pad) == [LINE]


def test_undo_is_one_on_both_sides() -> None:
    pad = Pad(Told("owl/1"), strokes=[])
    page = Page(pad)
    page.has(LINE)
    page.has(LINE, OTHER)
    page.has(LINE, back=True)  # undone there
    pad.undo()  # and here
    assert pad.strokes == []
    told = page.told[-1][0]
    assert (told["kind"], told["back"], told["strokes"], told["hits"]) == ("paper", True, [], [])
    pad.draw([OTHER])
    told = page.told[-1][0]
    assert (told["back"], told["strokes"]) == (False, [OTHER])
    assert [hit["key"] for hit in told["hits"]] == ["owl/1"]


def test_several_steps_may_come_at_once() -> None:
    pad = Pad(Told("owl/1"), strokes=[])
    steps = [{"strokes": strokes, "example": False, "back": False} for strokes in ([LINE], [], [OTHER])]
    Page(pad).says({"kind": "paper", "front": "a", "turn": 1, "steps": steps, "live": None})
    assert ways(pad) == [OTHER]
    pad.undo()
    pad.undo()
    assert ways(pad) == [LINE]


def test_a_gallerys_error_is_a_line_on_the_page_and_nothing_in_the_log(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    gallery = Told("owl/1", problem=RuntimeError("out of\nmemory"))
    page = Page(Pad(gallery))
    told = page.has(LINE)
    assert (told["hits"], told["problem"]) == ([], "RuntimeError: out of memory")
    gallery.problem = None
    assert page.has(LINE, OTHER)["problem"] == ""
    assert (*capfd.readouterr(), caplog.text) == ("", "", "")


def test_a_photo_that_breaks_and_a_message_that_makes_no_sense_are_lines_too() -> None:
    class Broken(Found):
        def picture(self, size: int) -> Any:
            raise OSError("owl/1 can't be decoded")

    gallery = Told("owl/1")
    gallery.hits = [Broken("owl/1")]
    page = Page(Pad(gallery))
    told = page.has(LINE)
    assert (told["hits"], told["thumbnails"]) == ([], [])
    assert told["problem"] == "OSError: owl/1 can't be decoded"
    assert "stroke 0" in page.has([["a", "b"]])["problem"]
    assert "steps" in page.says({"kind": "paper", "front": "a", "turn": 1})["problem"]
    before = len(page.told)
    page.says({"kind": "something"})
    assert len(page.told) == before


def test_two_threads_take_turns() -> None:
    """JupyterLab may hand messages to a thread of their own while a cell draws."""

    class Slow(Told):
        inside = 0

        def search(self, sketch: torch.Tensor, *, k: int) -> Any:
            self.inside += 1
            assert self.inside == 1
            found = super().search(sketch, k=k)
            self.inside -= 1
            return found

    pad = Pad(Slow("owl/1"), strokes=[])
    page = Page(pad)
    threads = [threading.Thread(target=page.has, args=([[0.1, 0.1], [n / 10, 0.9]],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for n in range(8):
        pad.draw([[[0.5, n / 10], [0.9, 0.9]]])
    for thread in threads:
        thread.join()
    assert len(page.told) == 16
    assert {told["problem"] for told, _ in page.told} == {""}
    assert len(pad.history.papers) == 17


# --- where it is shown


def test_a_notebook_gets_the_widget_and_a_picture_of_it() -> None:
    data, _ = Pad(Told("owl/1"))._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert "Photo found at rank 1: a photo of an owl" in data["text/html"]
    assert data["text/plain"].startswith("Pad: ")


def test_a_page_of_the_book_gets_the_picture_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_CHAPTER", "12-words-beside-the-sketch")
    pad = Pad(Told("owl/1"))
    data, metadata = pad._repr_mimebundle_()
    assert (set(data), metadata) == ({"text/html", "text/plain"}, {})
    assert pad.page is None  # no widget was made, whose state the page would keep
    pad.draw([LINE])
    assert pad.page is None
