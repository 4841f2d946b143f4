from __future__ import annotations

import numpy as np
import pytest

from sbirlib.pad import paper
from sbirlib.pad.paper import History, Paper, read


def one(*numbers: float) -> Paper:
    return Paper(read([[[number, number], [1, 1]] for number in numbers]))


def firsts(paper: Paper) -> list[float]:
    return [float(stroke[0, 0]) for stroke in paper.strokes]


def test_strokes_are_read_from_lists_and_arrays_and_are_ones_own() -> None:
    array = np.array([[0, 0.25], [1, 0.75]], dtype=np.float32)
    strokes = read([array, [(0.5, 0.5)], np.empty((0, 2)), ()])
    array[:] = 0.9
    assert [stroke.tolist() for stroke in strokes] == [[[0, 0.25], [1, 0.75]], [[0.5, 0.5]]]
    assert {stroke.dtype for stroke in strokes} == {np.dtype(np.float64)}


@pytest.mark.parametrize(
    ("stroke", "words"),
    [
        ([0.1, 0.2], r"stroke 1 is \[0.1, 0.2\]"),
        ([[0.1, 0.2, 0.3]], "stroke 1 is"),
        ([[0.1, np.nan]], "stroke 1 is"),
        ("line", "stroke 1 is 'line'"),
        ([[0.1, 0.2], [0.3]], "stroke 1 is"),
        (0.5, "stroke 1 is 0.5"),
        ([[10, 20], [200, 100]], "stroke 1 goes from 10 to 200"),
        ([[-0.6, 0.5]], "stroke 1 goes from -0.6 to 0.5"),
    ],
)
def test_what_is_no_stroke_is_named(stroke: object, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read([[[0, 0]], stroke])
    assert "\n" not in str(caught.value)


def test_strokes_are_added_and_take_an_examples_place() -> None:
    assert firsts(one(0.1).plus(one(0.2, 0.3).strokes)) == [0.1, 0.2, 0.3]
    example = Paper(one(0.1).strokes, example=True)
    drawn = example.plus(one(0.2).strokes)
    assert (firsts(drawn), drawn.example) == ([0.2], False)
    assert example.plus(()) is example


def test_history_goes_back_and_no_further_than_its_beginning() -> None:
    history = History(one(0.1))
    history.add(one(0.2))
    history.add(Paper())
    history.back()
    assert firsts(history.now) == [0.2]
    history.back()
    history.back()
    assert firsts(history.now) == [0.1]


def test_history_follows_one_who_went_back() -> None:
    history = History(Paper())
    for numbers in ([0.1], [0.1, 0.2], [0.1, 0.2, 0.3]):
        history.add(one(*numbers))
    history.back_to(one(0.1))  # two steps at once
    assert firsts(history.now) == [0.1]
    history.back()
    assert firsts(history.now) == []
    history.back_to(one(0.7))  # which is not known here
    assert [firsts(each) for each in history.papers] == [[], [0.7]]


def test_history_goes_back_to_the_latest_of_two_papers_that_look_the_same() -> None:
    history = History(Paper())
    history.add(one(0.1))
    history.add(Paper())
    history.add(one(0.2))
    history.back_to(Paper())
    assert [firsts(each) for each in history.papers] == [[], [0.1], []]


def test_history_forgets_what_is_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "KEPT", 3)
    history = History(Paper())
    for number in range(1, 6):
        history.add(one(number / 10))
    assert [firsts(each) for each in history.papers] == [[0.3], [0.4], [0.5]]
