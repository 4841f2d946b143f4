"""What every model keeps, as tests that any model can be put through.

class TestTextAligned(Contract):
    def build(self) -> Model:
        return TextAligned(tiny())
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.pictures import Bytes, Ints, Pictures
from sbirlib.data.roles import TRAIN
from sbirlib.models.contract import MODALITIES, Model, Player
from sbirlib.models.fingerprints import fingerprint
from sbirlib.training import Run, load, save

STEPS = 3


class Guarded(Pictures):
    """Pictures that tell which of them were looked at."""

    def __init__(self, inner: Pictures) -> None:
        self.inner = inner
        self.id, self.words = inner.id, inner.words
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return len(self.inner)

    def draw(self, rows: Ints, size: int) -> Bytes:
        self.asked |= set(rows.tolist())
        return self.inner.pixels(rows, size)

    def identity(self, row: int) -> str:
        return self.inner.identity(row)

    def caption(self, row: int, verbose: bool) -> str | None:
        self.asked.add(row)
        return self.inner.caption(row, verbose)

    def attributes(self, row: int) -> Mapping[str, str]:
        self.asked.add(row)
        return self.inner.attributes(row)


def world(size: int = 48, per_class: int = 10) -> Benchmark:
    return sb.load("world", split="mixed", per_class=per_class, size=size)


def guarded(bench: Benchmark) -> tuple[Benchmark, dict[str, Guarded]]:
    """The benchmark, and who looks at what in it."""
    watched = {images.modality: Guarded(images.pictures) for images in (bench.sketches, bench.photos)}
    parts = {
        "sketches": replace(bench.sketches, pictures=watched["sketch"]),
        "photos": replace(bench.photos, pictures=watched["photo"]),
    }
    return replace(bench, **parts), watched


class Contract:
    """Subclasses say how the model is built: the same at every call."""

    batch = 16
    modalities = MODALITIES
    """What it can embed."""
    idle: tuple[str, ...] = ()
    """Parameters, by the start of their names, that one step may leave without a gradient."""

    def build(self) -> Model:
        raise NotImplementedError

    def train(self, model: Model, bench: Benchmark | None = None, **options: Any) -> Run:
        options = {"steps": STEPS, "batch": self.batch, **options}
        return sb.fit(model, bench or world(model.size), **options)

    @pytest.fixture
    def run(self) -> Run:
        """One run for all tests of a model that only look at it."""
        shared = self.__class__.__dict__.get("shared")
        if shared is None:
            shared = self.__class__.shared = self.train(self.build())  # type: ignore[attr-defined]
        return shared  # type: ignore[no-any-return]

    def pictures(self, model: Model, modality: str, count: int = 6) -> Tensor:
        unseen = world(model.size, 2).unseen
        return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))

    def test_embeddings_are_unit_vectors(self, run: Run) -> None:
        for modality in self.modalities:
            vectors = run.model.embed(self.pictures(run.model, modality), modality)
            assert vectors.ndim == 2
            assert len(vectors) == 6
            torch.testing.assert_close(vectors.norm(dim=1), torch.ones(6))

    def test_an_embedding_does_not_hang_on_its_neighbours(self, run: Run) -> None:
        for modality in self.modalities:
            images = self.pictures(run.model, modality)
            with torch.inference_mode():
                together = run.model.embed(images, modality)
                alone = torch.cat([run.model.embed(images[i : i + 1], modality) for i in range(len(images))])
                turned = run.model.embed(images.flip(0), modality).flip(0)
            torch.testing.assert_close(alone, together, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(turned, together, atol=1e-5, rtol=1e-4)

    def test_different_pictures_differ(self, run: Run) -> None:
        for modality in self.modalities:
            vectors = run.model.embed(self.pictures(run.model, modality), modality)
            assert torch.cdist(vectors, vectors).fill_diagonal_(1).min() > 1e-4

    def test_there_are_two_modalities(self, run: Run) -> None:
        with pytest.raises(ValueError, match="a modality is photo or sketch"):
            run.model.embed(self.pictures(run.model, "photo"), "painting")

    def test_losses_are_named_finite_scalars(self, run: Run) -> None:
        for entry in run.history:
            assert all(np.isfinite(value) for value in entry["losses"].values())
        model = copy.deepcopy(run.model)  # what it counts is not counted here
        batch = self.one_batch(model)
        for name in model.players():
            for term, loss in model.losses(batch, name).items():
                assert loss.shape == (), term

    def one_batch(self, model: Model) -> Any:
        bench = world(model.size)
        return sb.data.batches(bench, model.kind, batch=self.batch, size=model.size, **model.dials())[0]

    def test_frozen_parts_get_no_gradient_and_do_not_move(self) -> None:
        model = self.build()
        self.train(model, steps=0)  # setup, and no step
        frozen = {name: each.detach().clone() for name, each in model.named_parameters() if not each.requires_grad}
        run = self.train(model)
        for name, each in run.model.named_parameters():
            if name in frozen:
                assert each.grad is None, name
                assert torch.equal(each, frozen[name]), name

    def test_whatever_learns_is_moved_by_its_player(self) -> None:
        model = self.build()
        self.train(model, steps=0)
        before = {name: each.detach().clone() for name, each in model.named_parameters()}
        self.train(model, steps=STEPS * max((player.steps for player in model.players().values()), default=1), lr=1e-2)
        owned = {id(each) for player in model.players().values() for each in parameters(player)}
        for name, each in model.named_parameters():
            assert (id(each) in owned) == each.requires_grad, f"{name} learns, and nobody moves it (or the reverse)"
            if each.requires_grad and not name.startswith(self.idle):
                assert not torch.equal(each, before[name]), name

    def test_what_was_learnt_is_in_its_fingerprint(self, run: Run) -> None:
        """By which embeddings are kept."""
        start = self.build()
        self.train(start, steps=0)
        assert len(fingerprint(start)) == 16
        if run.history.entries:
            assert fingerprint(run.model) != fingerprint(start)

    def test_seeds_repeat(self, run: Run) -> None:
        again = self.train(self.build())
        for name, value in again.model.state_dict().items():
            assert torch.equal(value, run.model.state_dict()[name]), name
        assert again.history.entries == run.history.entries

    def test_a_saved_model_comes_back(self, run: Run, tmp_path: Path) -> None:
        file = save(run, tmp_path / "model.safetensors")
        model = load(self.build(), file)
        for modality in self.modalities:
            images = self.pictures(model, modality)
            assert torch.equal(model.embed(images, modality), run.model.embed(images, modality))

    def test_a_killed_run_ends_as_an_unbroken_one(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not run.history.entries:
            pytest.skip("it takes no steps")
        model = self.build()
        whole, calls = model.losses, 0

        def killed(batch: Any, player: str = "model") -> dict[str, Tensor]:
            nonlocal calls
            calls += 1
            if calls == STEPS:
                raise KeyboardInterrupt
            return whole(batch, player)

        monkeypatch.setattr(model, "losses", killed)
        with pytest.raises(KeyboardInterrupt):
            self.train(model, folder=tmp_path, checkpoint=1)
        resumed = self.train(self.build(), folder=tmp_path, checkpoint=1)
        for name, value in resumed.model.state_dict().items():
            assert torch.equal(value, run.model.state_dict()[name]), name

    def test_no_unseen_class_and_no_test_instance_reaches_it(self) -> None:
        model = self.build()
        bench, watched = guarded(world(model.size))
        met: list[tuple[str, ...]] = []
        setup = model.setup

        def spy(classes: Any) -> None:
            met.append(classes.names)
            known = " ".join(str(triple) for triple in classes.graph.triples) if classes.graph else ""
            assert not [name for name in bench.unseen_classes if f"'{name}'" in known]
            setup(classes)

        model.setup = spy  # type: ignore[method-assign]
        self.train(model, bench)
        assert met == [tuple(name for name in bench.classes if name in bench.seen_classes)]
        assert model.kind == "none" or any(each.asked for each in watched.values())  # else nothing was watched
        for images in (bench.sketches, bench.photos):
            assert forbidden(images, bench).isdisjoint(watched[images.modality].asked)


def forbidden(images: ImageSet, bench: Benchmark) -> set[int]:
    """Rows that nobody may learn from."""
    seen = np.array([name in bench.seen_classes for name in images.names])
    return set(images.rows[(images.roles != TRAIN) | ~seen].tolist())


def parameters(player: Player) -> list[torch.nn.Parameter]:
    return [each for group in player.groups for each in group.parameters]
