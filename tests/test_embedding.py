from __future__ import annotations

import multiprocessing
import os
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import sbirlib as sb
from sbirlib.data.features import Features
from sbirlib.data.imageset import ImageSet
from sbirlib.embedding import embed_pixels, fingerprint
from sbirlib.models.contract import Model
from tests.data.small import Numbered, bench, images
from tests.logs import log_of

CALLS = "SBIR_TEST_CALLS"
"""Names a file that every call of a model adds a line to."""
PAUSE = "SBIR_TEST_PAUSE"
"""How long such a call takes."""


class Mean(Model):
    """A picture's mean colour times a weight, and a constant: the shortest model."""

    def __init__(self) -> None:
        super().__init__(size=8)
        self.weight = nn.Parameter(torch.ones(3))
        self.pause = 0.0

    def embed(self, images: Tensor, modality: str) -> Tensor:
        log_of(self).append((len(images), modality, self.training))
        if CALLS in os.environ:
            with open(os.environ[CALLS], "a") as file:
                file.write(f"{os.getpid()}\n")
        time.sleep(float(os.environ.get(PAUSE, 0)))
        return nn.functional.normalize(images.float().mean((2, 3)) * self.weight + torch.tensor([1.0, 2, 3]), dim=1)


@pytest.fixture
def photos() -> ImageSet:
    return images("photo")


def kept(build: Path) -> list[Path]:
    return sorted(build.rglob("embeddings-*/rows.npy"))


def test_batches_make_no_difference_and_the_mode_comes_back(photos: ImageSet) -> None:
    model = Mean().train()
    whole = sb.embed(model, photos, cache=False)
    assert torch.equal(sb.embed(model, photos, batch=3, cache=False), whole)
    assert model.training
    assert {call[1:] for call in log_of(model)} == {("photo", False)}
    assert whole.shape == (len(photos), 3)
    assert not whole.is_inference()  # a linear layer may be trained on it


def test_nothing_to_embed_is_said(photos: ImageSet) -> None:
    with pytest.raises(ValueError, match="nothing to embed: 0 photos"):
        sb.embed(Mean(), photos.take(slice(0)))


def test_sketches_are_told_from_photos() -> None:
    model = Mean()
    sb.embed(model, bench().sketches)
    assert log_of(model)[0][1] == "sketch"


def test_pixels_at_hand(photos: ImageSet) -> None:
    model = Mean()
    want = sb.embed(model, photos, cache=False)
    assert torch.equal(embed_pixels(model, photos.pixels(size=8), "photo", batch=7), want)
    with pytest.raises(ValueError, match="a modality is photo or sketch; got 'painting'"):
        embed_pixels(model, photos.pixels(size=8), "painting")


def test_other_arguments_are_refused_in_a_line(photos: ImageSet) -> None:
    model = Mean()
    with pytest.raises(TypeError, match=r"embed takes a Model; got a Linear$"):
        sb.embed(nn.Linear(2, 2), photos)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"embed takes an ImageSet, such as bench.photos; got a Benchmark$"):
        sb.embed(model, bench())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch is 1 or more; got 0"):
        sb.embed(model, photos, batch=0)
    with pytest.raises(ValueError, match="precision is one of no, bf16, fp16; got 'fp8'"):
        sb.embed(model, photos, precision="fp8")


def test_half_precision_leaves_unit_vectors_near_the_others() -> None:
    clip = sb.models.FrozenCLIP(sb.encoders.clip("tiny"))
    photos = sb.load("world", per_class=2).unseen.photos
    whole, half = (sb.embed(clip, photos, precision=precision) for precision in ("no", "bf16"))
    assert half.dtype == torch.float32
    assert torch.allclose(half.norm(dim=1), torch.ones(len(photos)), atol=1e-6)
    assert not torch.equal(whole, half)
    assert ((whole * half).sum(1) > 0.999).all()


# the cache


def test_the_same_is_not_computed_twice(photos: ImageSet, build: Path) -> None:
    model = Mean()
    first = sb.embed(model, photos)
    again, fresh = sb.embed(model, photos), sb.embed(Mean(), photos)
    assert torch.equal(first, again)
    assert torch.equal(first, fresh)
    assert len(log_of(model)) == 1
    assert len(kept(build)) == 1
    assert torch.equal(first, sb.embed(model, photos, cache=False))
    assert len(log_of(model)) == 2


def test_what_is_read_is_a_memory_map_that_nobody_else_sees_changed(photos: ImageSet, build: Path) -> None:
    first = sb.embed(Mean(), photos)
    first[0] = 7
    second = sb.embed(Mean(), photos)
    assert second[0, 0] != 7
    (file,) = kept(build)
    values = np.load(file)
    values[1] = 5  # and it is the file that is read
    np.save(file, values)
    assert (sb.embed(Mean(), photos)[1] == 5).all()


@pytest.mark.parametrize("other", ["weights", "setting", "images", "order", "modality", "size", "precision"])
def test_another_thing_is_another_embedding(other: str, photos: ImageSet, build: Path) -> None:
    sb.embed(Mean(), photos)
    model, precision = Mean(), None
    match other:
        case "weights":
            model.weight.data[0] += 1e-7
        case "setting":
            model.pause = 1e-6
        case "images":
            photos = photos.take(slice(1, None))
        case "order":
            photos = photos.take(torch.arange(len(photos)).flip(0))
        case "modality":
            photos = images("sketch")
        case "size":
            model.size = 4
        case "precision":
            precision = "bf16"
    sb.embed(model, photos, precision=precision)
    assert len(log_of(model)) == 1
    assert len(kept(build)) == 2


def test_changed_code_is_another_embedding(photos: ImageSet, build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sb.embed(Mean(), photos)
    monkeypatch.setattr(Numbered, "code", ["tests.data.small"])  # drawn by that, too
    sb.embed(Mean(), photos)
    assert len(kept(build)) == 2


def test_a_class_without_a_file_is_not_kept(photos: ImageSet, build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mean, "__module__", "__main__")
    model = Mean()
    sb.embed(model, photos)
    sb.embed(model, photos)
    assert len(log_of(model)) == 2
    assert kept(build) == []


def test_a_file_that_was_cut_short_is_made_again(photos: ImageSet, build: Path) -> None:
    want = sb.embed(Mean(), photos).clone()
    (file,) = kept(build)
    for harm in (file.read_bytes()[:-9], b"", b"\x93NUMPY scribbled", None):
        if harm is None:
            file.unlink()
        else:
            file.write_bytes(harm)
        assert torch.equal(sb.embed(Mean(), photos), want)
        assert torch.equal(torch.from_numpy(np.load(file)), want)


def test_where_nothing_can_be_written_it_is_said(photos: ImageSet, tmp_path: Path, monkeypatch: Any) -> None:
    def closed(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied", "/cache")

    want = sb.embed(Mean(), photos)
    monkeypatch.setattr("sbirlib.runs.artifacts.artifact", closed)
    with pytest.warns(UserWarning, match="embeddings of photos are made anew each time: nothing can be kept in"):
        assert torch.equal(sb.embed(Mean(), photos), want)


def child(pause: float) -> None:
    """In another process: slow, in small batches."""
    os.environ[PAUSE] = str(pause)
    sb.embed(Mean(), images("photo"), batch=10)


def lines(file: Path) -> list[str]:
    return file.read_text().split() if file.is_file() else []


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CALLS, str(tmp_path / "calls"))
    return tmp_path / "calls"


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_nothing_half_done(calls: Path, build: Path) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=child, args=(0.2,))
    process.start()
    while len(lines(calls)) < 3:
        time.sleep(0.01)
        assert process.is_alive()
    process.kill()
    process.join()
    assert [file for file in kept(build) if not file.parent.name.endswith(".part")] == []
    sb.embed(model := Mean(), images("photo"), batch=10)
    assert len(log_of(model)) == 6  # all six batches: nothing of the dead one's is trusted, and its lock is free
    assert len(kept(build)) == 1


@pytest.mark.slow
def test_two_writers_make_it_once(calls: Path, build: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=child, args=(0.1,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(lines(calls)) == 6
    assert len(set(lines(calls))) == 1
    assert torch.equal(torch.from_numpy(np.load(kept(build)[0])), sb.embed(Mean(), images("photo"), cache=False))


# benchmarks of features


class Encoder(nn.Module):
    """Mean colours, as they are."""

    size = 8

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))

    def encode_images(self, images: Tensor) -> Tensor:
        log_of(self).append(len(images))
        return images.float().mean((2, 3)) * self.weight


def test_a_benchmark_of_features_gives_them_in_every_part_and_batch() -> None:
    plain, encoder = bench(), Encoder()
    frozen = sb.features(plain, encoder)
    assert len(log_of(encoder)) == 2  # each picture once
    for part in ("train", "seen", "unseen", "validation"):
        for side in ("sketches", "photos"):
            shown, own = (getattr(getattr(b, part), side) for b in (plain, frozen))
            assert torch.equal(own.pixels(), shown.pixels().float().mean((2, 3)))
            assert own.captions() == shown.captions()
            assert own[0].size == shown[0].size
    batch = sb.data.batches(frozen, "captioned", batch=8, seed=0, size=8)[3]
    same = sb.data.batches(plain, "captioned", batch=8, seed=0, size=8, augment=0.0)[3]
    assert torch.equal(batch.images, same.images.float().mean((2, 3)))  # never moved, mirrored or recoloured
    assert torch.equal(batch.labels, same.labels)
    assert batch.texts == same.texts
    for kind in ("triplet", "paired", "unlabelled"):
        assert len(sb.data.batches(frozen, kind, batch=4, seed=0, size=8)[0]) >= 4
    alone = sb.data.batches(frozen, "captioned", batch=4, seed=0, size=8, mix=0.0)[0]
    assert alone.images.shape == (4, 3)


def test_a_models_features_are_its_unit_vectors() -> None:
    model = Mean()
    assert torch.equal(sb.features(bench(), model).photos.pixels(), sb.embed(model, bench().photos))


def test_features_of_other_weights_are_another_benchmark() -> None:
    one, same, other = Encoder(), Encoder(), Encoder()
    other.weight.data[0] = 2
    ids = [sb.features(bench(), encoder).id for encoder in (one, same, other)]
    assert ids[0] == ids[1] != ids[2] != bench().id
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_features_are_taken_of_pictures_by_networks() -> None:
    frozen = sb.features(bench(), Encoder())
    with pytest.raises(ValueError, match="toy/small is a benchmark of features already"):
        sb.features(frozen, Encoder())
    with pytest.raises(TypeError, match=r"features are those of a Model or of an encoder.*got a Linear"):
        sb.features(bench(), nn.Linear(2, 2))
    with pytest.raises(TypeError, match=r"features are taken of a Benchmark.*got a ImageSet"):
        sb.features(bench().photos, Encoder())  # type: ignore[arg-type]


def test_features_stay_on_the_disk_and_travel_as_a_path(build: Path) -> None:
    frozen = sb.features(bench(), Encoder())
    pictures = frozen.photos.pictures
    assert isinstance(pictures, Features)
    assert isinstance(pictures.values, np.memmap)
    assert str(build).encode() in pickle.dumps(pictures)
    loaded = list(sb.data.batches(frozen, "captioned", batch=8, seed=0, size=8).loader(stop=2, workers=1))
    assert torch.equal(loaded[1].images, sb.data.batches(frozen, "captioned", batch=8, seed=0, size=8)[1].images)


def test_features_of_a_class_without_a_file_are_told_apart_by_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cells of a notebook may define two classes of one name, and what is learnt on them is kept."""
    monkeypatch.setattr(Encoder, "__module__", "__main__")
    one = sb.features(bench(), Encoder())
    plain = Encoder.encode_images
    monkeypatch.setattr(Encoder, "encode_images", lambda self, images: plain(self, images) + 1)
    assert sb.features(bench(), Encoder()).photos.id != one.photos.id


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda vectors: vectors[:1], r"embed gives a row an image, 10; got \(1, 3\)"),
        (lambda vectors: vectors * torch.nan, "Mean.embed gave NaN or infinity for photo images"),
    ],
)
def test_a_model_that_gives_something_else_is_refused(wrong: Any, said: str, build: Path, monkeypatch: Any) -> None:
    right = Mean.embed
    monkeypatch.setattr(Mean, "embed", lambda self, images, modality: wrong(right(self, images, modality)))
    for cache in (True, False):
        with pytest.raises(ValueError, match=said):
            sb.embed(Mean(), images("photo"), batch=10, cache=cache)
    assert kept(build) == []


def test_each_part_stays_in_its_mode(photos: ImageSet) -> None:
    model = Mean().train()
    model.norm = nn.BatchNorm1d(3)
    model.norm.eval()
    sb.embed(model, photos, cache=False)
    assert model.training
    assert not model.norm.training
