"""Re-ranking inside a gallery."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

import sbirlib as sb
from tests.data.small import bench
from tests.search.small import Greys


class Brighter(Greys):
    """Its second look likes bright photos, whatever the query."""

    def score(self, queries: Tensor, gallery: Tensor) -> Tensor:
        return gallery.float().reshape(len(gallery), -1).mean(1).expand(len(queries), -1)


class ByTokens(Brighter):
    def tokens(self, images: Tensor, modality: str) -> Tensor:
        assert not self.training
        return images.float().mean((1, 2, 3))[:, None, None] / 255


def grey(value: int) -> Tensor:
    return torch.full((3, 16, 16), value, dtype=torch.uint8)


def files(folder: Path) -> list[Path]:
    names = [folder / f"{value}.png" for value in range(0, 100, 10)]
    for name in names:
        Image.new("L", (30, 20), int(name.stem)).save(name)
    return names


@pytest.mark.parametrize("model", [Brighter(), ByTokens()], ids=lambda model: type(model).__name__)
def test_the_first_are_put_in_the_models_own_order(model: Greys, tmp_path: Path) -> None:
    gallery = sb.Gallery(model, files(tmp_path))
    plain = gallery.search(photo=grey(40), k=6)
    assert plain.rows[0] == 4
    found = gallery.search(photo=grey(40), k=6, rerank=3)
    assert found.rows == [*sorted(plain.rows[:3], reverse=True), *plain.rows[3:]]
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5, 6]
    assert found.scores[0] == pytest.approx(50 if type(model) is Brighter else 50 / 255)
    assert found.scores[3:] == plain.scores[3:]
    assert gallery.search(photo=grey(40), k=2, rerank=1000).rows == [9, 8]  # all of them, and two are wanted


def test_many_queries_and_image_sets(tmp_path: Path) -> None:
    photos = bench().photos
    gallery = sb.Gallery(Brighter(), photos)
    sketches = bench().sketches.take([3, 50])
    found = gallery.search(sketches, k=2, rerank=5)
    plain = gallery.search(sketches, k=5)
    for some, before in zip(found, plain, strict=True):
        assert some.rows == sorted(before.rows, reverse=True)[:2]
        assert some[0].picture(16) is not None


def test_what_can_not_be_looked_at_again_is_said(tmp_path: Path) -> None:
    gallery = sb.Gallery(Brighter(), files(tmp_path))
    with pytest.raises(ValueError, match="search by sketch or by photo alone"):
        gallery.search(text="grey 40", rerank=3)
    with pytest.raises(ValueError, match="search by sketch or by photo alone"):
        gallery.search(photo=grey(40), text="grey 40", rerank=3)
    with pytest.raises(ValueError, match="1 pair a query or more; got a budget of -2"):
        gallery.search(photo=grey(40), rerank=-2)
    with pytest.raises(TypeError, match=r"a model that scores pairs.*got a Greys"):
        sb.Gallery(Greys(), files(tmp_path)).search(photo=grey(40), rerank=3)
    bare = sb.Gallery(Brighter()).add_vectors(Brighter().angle(torch.tensor([1.0, 2.0])))
    with pytest.raises(ValueError, match="the picture of row 0 is not at hand"):
        bare.search(photo=grey(0), rerank=1)
