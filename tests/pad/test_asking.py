from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from sbirlib.pad.asking import ask, caption, described, line, name
from sbirlib.pad.ink import pixels
from sbirlib.pad.paper import read
from tests.pad.standin import Found, Told

STROKES = read([[[0.1, 0.1], [0.9, 0.9]]])


def test_the_gallery_is_asked_once_with_the_drawing_at_its_size() -> None:
    gallery = Told("cat/1", "cat/2", "owl/1")
    answer = ask(gallery, STROKES, 2, 48)
    assert [hit.key for hit in answer.hits] == ["cat/1", "cat/2"]
    [(sketch, k)] = gallery.asked
    assert k == 2
    assert torch.equal(sketch, pixels(STROKES, 48))
    assert set(answer.times) == {"render", "search"}
    assert min(answer.times.values()) >= 0


def test_an_empty_paper_and_no_gallery_ask_nothing() -> None:
    gallery = Told("cat/1")
    assert ask(gallery, (), 2, 48).hits == ask(None, STROKES, 2, 48).hits == ()
    assert gallery.asked == []


def test_a_spot_is_not_searched_by() -> None:
    gallery = Told("cat/1")
    answer = ask(gallery, read([[[0.5, 0.5], [0.51, 0.5]]]), 2, 48)
    assert answer.hits == ()
    assert "spot" in answer.problem
    assert gallery.asked == []


def test_an_error_is_an_answer_in_a_line() -> None:
    answer = ask(Told("cat/1", problem=ValueError("there is only\n a spot on it")), STROKES, 2, 48)
    assert (answer.hits, answer.problem) == ((), "there is only a spot on it")
    assert line(ZeroDivisionError("division by zero")) == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("problem", [None, ValueError("no")])
@pytest.mark.parametrize(("threads", "meanwhile"), [(4, 2), (1, 1)])
def test_half_of_the_threads_search_and_all_are_back_after_it(
    threads: int, meanwhile: int, problem: Exception | None
) -> None:
    class Counting(Told):
        def search(self, sketch: torch.Tensor, *, k: int) -> Sequence[Found]:
            seen.append(torch.get_num_threads())
            return super().search(sketch, k=k)

    seen: list[int] = []
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        ask(Counting("cat/1", problem=problem), STROKES, 2, 48)
        assert (seen, torch.get_num_threads()) == ([meanwhile], threads)
    finally:
        torch.set_num_threads(before)


def test_what_a_photo_shows_is_its_caption_its_class_or_its_key() -> None:
    known = Found("x7", metadata={"class": "bat (animal)", "caption": "a grey bat at night"})
    assert (name(known), caption(known)) == ("bat", "a grey bat at night")
    assert (name(Found("hot-air_balloon/12")), caption(Found("owl/12"))) == ("hot-air balloon", "a photo of an owl")
    assert name(Found("holiday.jpg")) == "holiday.jpg"


def test_a_hit_is_plain_numbers_and_words() -> None:
    hit = Found("owl/3", score=torch.tensor(0.25), rank=2)  # type: ignore[arg-type]
    assert described(hit) == {
        "key": "owl/3", "rank": 2, "score": 0.25, "name": "owl", "caption": "a photo of an owl",
    }  # fmt: skip
