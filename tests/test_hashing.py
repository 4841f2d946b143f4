from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.roles import TRAIN
from sbirlib.hashing import coder
from sbirlib.models import FrozenCLIP, Model
from sbirlib.search import Itq
from tests.models.contract import forbidden, guarded, world
from tests.training.toy import bench


class Colours(Model):
    """Pixels as they are; sketches all shifted by one vector, the gap."""

    def __init__(self, gap: float = 0.0) -> None:
        super().__init__(size=8, config={"gap": gap})
        self.gap = gap

    def embed(self, images: Tensor, modality: str) -> Tensor:
        flat = normalize(images.double().flatten(1)[:, ::8], dim=1)
        shift = torch.linspace(-2, 2, flat.shape[1], dtype=torch.float64).sin()
        return flat + self.gap * shift * (modality == "sketch")


def placed(model: Model, images: ImageSet) -> Tensor:
    return sb.embed(model, images, cache=False)


def coded(model: Model, data: Benchmark, bits: int = 8, **options: Any) -> dict[str, Tensor]:
    """Codes of the unseen classes."""
    codes = coder(model, data, bits, cache=False, **options)
    part = data.unseen
    return {images.modality: codes(placed(model, images), images.modality) for images in (part.sketches, part.photos)}


def test_codes_are_learnt_from_training_items_alone() -> None:
    data, watched = guarded(world(48, 4))
    coder(FrozenCLIP(sb.encoders.clip("tiny")), data, 16, cache=False)
    for images in (data.sketches, data.photos):
        asked = watched[images.modality].asked
        assert forbidden(images, data).isdisjoint(asked)
        seen = [name in data.seen_classes for name in images.names]
        assert asked == {
            row for row, role, known in zip(images.rows.tolist(), images.roles.tolist(), seen, strict=True)
            if role == TRAIN and known
        }  # fmt: skip


def test_nothing_unseen_has_a_part_in_them() -> None:
    """Other pictures of the unseen classes leave every bit of the others as it is."""
    data, model = bench(), Colours()
    drawn: Any = data.photos.pictures
    codes = coder(model, data, 8, cache=False)(placed(model, data.seen.photos), "photo")
    for row, name in zip(data.photos.rows.tolist(), data.photos.names, strict=True):
        if name in data.unseen_classes:
            drawn.drawn[row] = 255 - drawn.drawn[row]
    assert torch.equal(coder(model, data, 8, cache=False)(placed(model, data.seen.photos), "photo"), codes)


def test_two_values_of_length_one_whose_cosine_tells_how_many_bits_differ() -> None:
    found = coded(Colours(), bench(), bits=8)
    for codes in found.values():
        torch.testing.assert_close(codes.abs(), torch.full_like(codes, 8**-0.5))
        torch.testing.assert_close(codes.norm(dim=1), torch.ones(len(codes)))
    sketches, photos = found["sketch"], found["photo"]
    differ = (sketches.sign()[:, None] != photos.sign()[None]).sum(2)
    torch.testing.assert_close(sketches @ photos.T, 1 - 2 * differ / 8)
    assert len(set(differ.flatten().tolist())) > 3


@pytest.mark.parametrize("own_means", [True, False])
def test_they_are_itqs_about_the_mean_that_is_asked_for(own_means: bool) -> None:
    data, model = bench(), Colours(gap=0.3)
    sketches, photos = (placed(model, images) for images in (data.train.sketches, data.train.photos))
    both = torch.cat([sketches, photos])
    means = (sketches.mean(0), photos.mean(0)) if own_means else (both.mean(0), both.mean(0))
    itq = Itq.fit(torch.cat([sketches - means[0], photos - means[1]]), 8, seed=3)
    found = coded(model, data, seed=3, own_means=own_means)
    for images, mean in zip((data.unseen.sketches, data.unseen.photos), means, strict=True):
        signs = torch.where(itq.codes(placed(model, images), mean), 1.0, -1.0)
        torch.testing.assert_close(found[images.modality], signs / 8**0.5)


def test_a_gap_between_the_modalities_is_no_bit() -> None:
    data = bench()
    plain = coded(Colours(), data)
    shifted = coded(Colours(gap=4.0), data)
    for modality, codes in plain.items():
        assert (shifted[modality] != codes).float().mean() < 0.01
    # about the mean of both, some bit says nothing but which modality it is
    joint = {
        name: codes.sign().sum(0).abs() == len(codes)
        for name, codes in coded(Colours(4.0), data, own_means=False).items()
    }
    assert (joint["sketch"] & joint["photo"]).any()
    own = {name: codes.sign().sum(0).abs() == len(codes) for name, codes in shifted.items()}
    assert not (own["sketch"] & own["photo"]).any()


def test_the_seed_decides() -> None:
    one, same, other = (coded(Colours(), bench(), seed=seed)["photo"] for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_searched_by_codes_it_still_finds() -> None:
    """More bits, more of what the embeddings know."""
    data = replace(bench(), split="toy/noise")
    few, many = (sb.evaluate(Colours(), data, bits=bits)["mAP@all"] for bits in (1, 16))
    assert few < many
    assert many > 0.9


@pytest.mark.parametrize("bits", [0, -8, 2.0, True, "8", None])
def test_codes_have_a_bit_or_more(bits: Any) -> None:
    with pytest.raises(ValueError, match=f"codes have 1 bit or more; got {bits!r}"):
        coder(Colours(), bench(), bits)


def test_more_bits_than_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"ITQ makes 1 to 24 bits of 24 dimensions.*got 25"):
        coder(Colours(), bench(), 25)
    assert coded(Colours(), bench(), bits=24)["photo"].shape == (20, 24)
