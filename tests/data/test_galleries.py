from __future__ import annotations

import pytest
import torch

from sbirlib.data.galleries import GALLERIES, admitted, once
from sbirlib.data.items import Items

LABELS, SEEN = torch.zeros(4, dtype=torch.long), torch.ones(4, dtype=torch.bool)
# two paired photos, the second of which stands in the extension again, and one that is there only
PHOTOS = Items(LABELS, SEEN, ["c/1", "c/2", "c/2", "c/3"], sources=["paired", "paired", "extend", "extend"])


@pytest.mark.parametrize(
    ("gallery", "rows"),
    [("paired", [0, 1]), ("extend", [2, 3]), ("extend+paired", [0, 1, 2, 3]), ("extend+paired-dedup", [0, 2, 3])],
)
def test_each_name_admits_its_photos(gallery: str, rows: list[int]) -> None:
    assert admitted(gallery, PHOTOS).nonzero()[:, 0].tolist() == rows


def test_once_keeps_the_extended_one_of_two() -> None:
    assert once(PHOTOS).tolist() == [True, False, True, True]
    assert once(Items(LABELS, SEEN, list("abcd"))).all()


def test_a_collection_without_sources_has_one_gallery() -> None:
    plain = Items(LABELS, SEEN, list("abcd"))
    assert admitted("full", plain).all()
    with pytest.raises(ValueError, match="tells paired from extended photos"):
        admitted("extend", plain)


def test_a_collection_with_an_extension_has_to_name_one() -> None:
    with pytest.raises(ValueError, match="name extend, extend"):
        admitted("full", PHOTOS)
    with pytest.raises(ValueError, match=f"one of {', '.join(GALLERIES)}; got 'all'".replace("+", r"\+")):
        admitted("all", PHOTOS)


def test_a_strange_source_is_named() -> None:
    with pytest.raises(ValueError, match="paired or extend; got web"):
        admitted("extend", Items(LABELS, SEEN, list("abcd"), sources=["paired", "extend", "web", "extend"]))
