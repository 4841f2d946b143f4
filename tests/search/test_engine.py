from __future__ import annotations

import pytest
import torch

from sbirlib.search import Card, Codes, Engine, Exact
from sbirlib.search.engine import Listed, saved_vectors
from tests.search.small import items


def test_items_are_found_by_their_rows() -> None:
    listed = Listed()
    assert listed.card is None
    listed.start(Card("toy", "abc", 4))
    listed.held += items(5)
    assert [item.key for item in listed.items([4, 0, 4])] == ["key/4", "key/0", "key/4"]
    assert list(listed.everything()) == items(5)
    assert len(listed) == 5
    assert listed.card == Card("toy", "abc", 4)


def test_what_lacks_an_engines_words_is_none() -> None:
    assert isinstance(Exact(), Engine)
    assert isinstance(Codes(), Engine)
    assert not isinstance(Listed(), Engine)


def test_codes_are_no_vectors() -> None:
    with pytest.raises(ValueError, match=r"binary codes and no vectors: only search.Codes"):
        saved_vectors({"codes": torch.zeros(1)})
