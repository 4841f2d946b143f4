from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy, normalize

import sbirlib as sb
from sbirlib.data.batching import Captioned
from sbirlib.encoders import Clip, clip
from sbirlib.models import Anchored, Classes, FrozenCLIP, Model
from sbirlib.models.contract import PHOTO, SKETCH
from tests.models.contract import Contract, world


def tiny() -> Clip:
    return clip("tiny")


def built(**options: Any) -> Anchored:
    model = Anchored(tiny(), **options)
    names = ("cow", "owl", "axe")
    model.setup(Classes(names, tuple(f"a photo of a {name}" for name in names)))
    return model.eval()


def a_batch(labels: list[int], kinds: list[int]) -> Captioned:
    unseen = world(48, 2).unseen
    pool = unseen.photos.pixels(slice(len(labels)))
    return Captioned(pool, torch.tensor(kinds), torch.tensor(labels), [""] * len(labels))


class TestAnchored(Contract):
    def build(self) -> Model:
        return Anchored(tiny())

    def test_photos_stay_where_the_encoder_has_them(self, run: Any) -> None:
        images = self.pictures(run.model, "photo")
        start = FrozenCLIP(tiny()).embed(images, "photo")
        torch.testing.assert_close(
            run.model.embed(images, "photo"), normalize(start - run.model.encoding(PHOTO), dim=1)
        )
        sketches = self.pictures(run.model, "sketch")
        moved = run.model.unit(sketches, SKETCH) - FrozenCLIP(tiny()).embed(sketches, "sketch")
        assert moved.norm(dim=1).min() > 1e-3

    def test_it_rises_above_its_start_and_above_two_means(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        bench, model = world(per_class=10), Anchored(tiny())
        centred = sb.models.MeanCentred(tiny())
        sb.fit(centred, bench)
        self.train(model, bench, steps=30, batch=64)
        assert sb.evaluate(model, bench)["mAP@all"] > sb.evaluate(centred, bench)["mAP@all"] + 0.03


class TestShared(Contract):
    def build(self) -> Model:
        return Anchored(tiny(), shared=True)

    def test_photos_move_too(self, run: Any) -> None:
        images = self.pictures(run.model, "photo")
        start = FrozenCLIP(tiny()).embed(images, "photo")
        assert (run.model.unit(images, PHOTO) - start).norm(dim=1).min() > 1e-3


def test_the_encodings_are_means_of_class_means() -> None:
    """Two photos of a cow, one of an owl: the owl counts as much as the two."""
    model = built()
    batch = a_batch([0, 0, 1, 0, 1], [PHOTO, PHOTO, PHOTO, SKETCH, SKETCH])
    model.losses(batch)
    z = FrozenCLIP(tiny()).embed(batch.images, "photo").detach()
    cow, owl = z[:2].mean(0), z[2]
    torch.testing.assert_close(model.means[PHOTO, :2], torch.stack([cow, owl]))
    torch.testing.assert_close(model.encoding(PHOTO), (cow + owl) / 2)
    torch.testing.assert_close(model.encoding(SKETCH), (z[3] + z[4]) / 2)
    assert not model.counts[:, 2].any()


def test_photos_are_counted_exactly_and_sketches_by_their_last_steps() -> None:
    model = built(memory=0.5)
    first, second = a_batch([0, 0], [PHOTO, SKETCH]), a_batch([1, 0, 0, 0], [PHOTO, PHOTO, PHOTO, SKETCH])
    third = a_batch([0, 0, 0, 0], [PHOTO, SKETCH, SKETCH, SKETCH])
    batches = (first, second, third)
    for batch in batches:
        model.losses(batch)
    unit = FrozenCLIP(tiny())
    z = {
        kind: [unit.embed(b.images[(b.modality == kind) & (b.labels == 0)], "photo") for b in batches]
        for kind in (0, 1)
    }
    torch.testing.assert_close(model.means[PHOTO, 0], torch.cat(z[PHOTO]).mean(0))
    # a share of 1, of max(1/2, 1/2), and of max(3/5, 1/2)
    expected = z[SKETCH][0].mean(0).lerp(z[SKETCH][1].mean(0), 0.5).lerp(z[SKETCH][2].mean(0), 0.6)
    torch.testing.assert_close(model.means[SKETCH, 0], expected)


@pytest.mark.parametrize("centre", ["asked", "always"])
def test_the_losses_are_what_the_formulas_say(centre: str) -> None:
    model = built(temperature=0.1, centre=centre)
    batch = a_batch([0, 1, 2, 0, 1], [PHOTO, PHOTO, PHOTO, SKETCH, SKETCH])
    with torch.no_grad():
        found = model.losses(batch)
    z = FrozenCLIP(tiny()).embed(batch.images, "photo").detach()
    # no sketch of an axe was met: its photos are a place, and no part of the encodings
    shifts = [part * (centre == "always") for part in (z[3:].mean(0), z[:2].mean(0), model.texts.mean(0))]
    s, photos, texts = (
        normalize(part - shift, dim=1) for part, shift in zip((z[3:], z[:3], model.texts), shifts, strict=True)
    )
    assert float(found["photos"]) == pytest.approx(float(cross_entropy(s @ photos.T / 0.1, batch.labels[3:])), rel=1e-4)
    expected = cross_entropy(s @ texts.T / 0.1, batch.labels[3:])
    assert float(found["texts"]) == pytest.approx(float(expected), rel=1e-4)


def test_a_sketch_of_a_class_whose_photos_were_not_met_waits() -> None:
    model = built(texts=0.0, photos=1.0)
    found = model.losses(a_batch([0, 1, 1], [PHOTO, SKETCH, SKETCH]))
    assert float(found["photos"].detach()) == 0
    assert float(model.losses(a_batch([0, 0, 1], [PHOTO, SKETCH, SKETCH]))["photos"].detach()) == 0  # one place alone
    assert float(model.losses(a_batch([1, 0, 1], [PHOTO, SKETCH, SKETCH]))["photos"].detach()) > 0


def test_extra_classes_without_a_prompt_change_nothing() -> None:
    model, other = built(), built()
    plain = model.losses(a_batch([0, 1, 0, 1], [PHOTO, PHOTO, SKETCH, SKETCH]))
    extra = other.losses(a_batch([0, 1, 0, 1, 7, 8], [PHOTO, PHOTO, SKETCH, SKETCH, PHOTO, SKETCH]))
    for name, value in plain.items():
        torch.testing.assert_close(extra[name], value)


def test_what_is_never_centred_is_the_encoders() -> None:
    model = built(centre="never")
    model.losses(a_batch([0, 1, 0, 1], [PHOTO, PHOTO, SKETCH, SKETCH]))
    assert model.encoding(PHOTO).any()  # it is known, and left alone
    images = world(48, 2).unseen.photos.pixels(slice(4))
    torch.testing.assert_close(model.embed(images, "photo"), FrozenCLIP(tiny()).embed(images, "photo"))
    torch.testing.assert_close(model.embed_text(["a cow"]), FrozenCLIP(tiny()).embed_text(["a cow"]))
    centred = built().embed_text(["a photo of a cow", "a photo of an owl", "a photo of an axe"])
    assert (centred @ FrozenCLIP(tiny()).embed_text(["a photo of a cow"]).T).max() < 0.99


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"photos": 0, "texts": 0}, "texts and photos are weights, 0 or more, and one of them is more; got 0, 0"),
        ({"temperature": 0}, "a temperature is above 0 and a memory from 0 to below 1; got 0, 0.9"),
        ({"centre": "often"}, "encodings are subtracted asked, always, never; got 'often'"),
        ({"mix": 1.0}, "a batch has sketches to learn from and photos to measure: 0 < mix < 1; got 1.0"),
        ({"mix": 0.0}, "0 < mix < 1; got 0.0"),
        ({"memory": 1}, "a temperature is above 0 and a memory from 0 to below 1; got 0.07, 1"),
    ],
)
def test_wrong_settings_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Anchored(tiny(), **options)


def test_before_it_has_met_anything_it_says_so() -> None:
    images = world(48, 2).unseen.photos.pixels(slice(2))
    for model in (Anchored(tiny()), built()):
        with pytest.raises(RuntimeError, match="met no class's sketches and photos yet, so it has no encodings"):
            model.embed(images, "photo")
    assert built(centre="never").embed(images, "photo").shape == (2, 128)


def test_a_batch_too_small_for_photos_says_so() -> None:
    with pytest.raises(RuntimeError, match="met no class's sketches and photos yet"):
        sb.evaluate(sb.fit(Anchored(tiny()), world(48), steps=2, batch=4).model, world(48))


def test_every_class_has_its_prompt() -> None:
    with pytest.raises(ValueError, match="Anchored learns by every class's prompt; got 0 for 2"):
        Anchored(tiny()).setup(Classes(("cow", "owl")))


def test_a_locked_trunk_stays_locked() -> None:
    encoder = sb.encoders.pair(sb.encoders.cnn("tiny"), ["a photo of a cow"])
    learning = [name for name, each in Anchored(encoder).sketcher.named_parameters() if each.requires_grad]
    assert learning == ["proj.weight", "proj.bias"]
