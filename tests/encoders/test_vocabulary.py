from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sbirlib.encoders.vocabulary import PADDING, START, UNKNOWN, Vocabulary

WORDS = ["a", "cow", "of", "owl", "photo", "red"]


def test_ids_by_hand() -> None:
    found = Vocabulary(WORDS, 8)(["a photo of a red cow", "Owl?"])
    assert found.tolist() == [[1, 3, 7, 5, 3, 8, 4, 9], [1, 6, 9, 0, 0, 0, 0, 0]]
    assert found.dtype == torch.long


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5), st.integers(3, 9))
def test_the_end_is_the_highest_id_and_stands_once_in_every_text(texts: list[str], context: int) -> None:
    vocabulary = Vocabulary(WORDS, context)
    ids = vocabulary(texts)
    assert ids.shape == (len(texts), context)
    assert ((ids == vocabulary.end).sum(1) == 1).all()
    assert (ids.amax(1) == vocabulary.end).all()
    assert (ids[:, 0] == START).all()
    after = torch.arange(context) > ids.argmax(1, keepdim=True)  # open_clip pools at the argmax: only padding follows
    assert (ids[after] == PADDING).all()
    assert (ids[~after] != PADDING).all()


def test_too_long_a_text_loses_its_last_words_and_keeps_its_end() -> None:
    vocabulary = Vocabulary(WORDS, 5)
    assert torch.equal(vocabulary(["a photo of a red cow"]), vocabulary(["a photo of"]))
    assert vocabulary(["a photo of a red cow"])[0, -1] == vocabulary.end


def test_a_text_alone_is_a_batch_of_one_and_no_text_is_a_batch_of_none() -> None:
    vocabulary = Vocabulary(WORDS, 5)
    assert torch.equal(vocabulary("a cow"), vocabulary(["a cow"]))
    assert vocabulary([]).shape == (0, 5)


def test_unknown_words_are_named_and_share_an_id() -> None:
    vocabulary = Vocabulary(WORDS, 6)
    assert vocabulary.unknown("A green cow, of jade") == ["green", "jade"]
    assert vocabulary.unknown("a red owl") == []
    assert vocabulary(["green jade"])[0].tolist() == [START, UNKNOWN, UNKNOWN, vocabulary.end, PADDING, PADDING]


def test_of_texts_does_not_depend_on_their_order_or_number() -> None:
    texts = ["a photo of a cow", "an owl on a hot-air_balloon", "a photo of an owl"]
    vocabulary = Vocabulary.of(texts, 12)
    assert vocabulary.words == Vocabulary.of([*reversed(texts), *texts], 12).words
    assert vocabulary.words == ("a", "air", "an", "balloon", "cow", "hot", "of", "on", "owl", "photo")
    assert len(vocabulary) == 14
    assert all(not vocabulary.unknown(text) for text in texts)


def test_saved_and_read(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["zoo", "a", "Überlänge".lower()], 6)  # in their own order, which the ids depend on
    vocabulary.save(tmp_path / "words.txt")
    assert (tmp_path / "words.txt").read_text(encoding="utf-8") == "zoo\na\nüberlänge\n"
    read = Vocabulary.read(tmp_path / "words.txt", 6)
    assert read.words == vocabulary.words
    assert torch.equal(read(["a zoo"]), vocabulary(["a zoo"]))


@pytest.mark.parametrize(
    ("words", "context", "message"),
    [
        (["a", "cow", "a"], 8, "repeated: a"),
        (["Cow"], 8, "lower case; got 'Cow'"),
        (["ox-cart"], 8, "got 'ox-cart'"),
        (["a"], 2, "got 2"),
    ],
)
def test_what_is_refused(words: list[str], context: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary(words, context)
