from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.graph import Graph
from sbirlib.encoders import Clip, Cnn, clip, cnn
from sbirlib.encoders.cnn import fresh_cnn
from sbirlib.models import CAAE, CVAE, LCALE, SEMPCYC, ZSLKG, Classes, FrozenCLIP, FrozenCNN, Model
from sbirlib.models.contract import MODALITIES, PHOTO
from sbirlib.models.on_cnn import OnFeatures, described_classes, layers, refuse_others
from sbirlib.training import load, save
from sbirlib.training.saved import restore
from tests.models.contract import Contract, world

LEARNING: tuple[type[OnFeatures], ...] = (SEMPCYC, CVAE, CAAE, LCALE, ZSLKG)
ALL: tuple[type[OnFeatures], ...] = (FrozenCNN, *LEARNING)
DIM = 192
SEEN = ("cow", "owl", "axe")
GRAPH = Graph((("cow", "is-a", "animal"), ("owl", "is-a", "animal"), ("axe", "used-for", "chopping")))


def tiny() -> Cnn:
    return cnn("tiny")


def another() -> Cnn:
    """Of the same size and width, with other weights."""
    return fresh_cnn(tiny().preprocess, seed=5)


def seeded(kind: type[OnFeatures], *encoders: Cnn | Clip) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return kind(*(encoders or (tiny(),)))


def built(kind: type[OnFeatures], *encoders: Cnn | Clip) -> Any:
    """A model that knows three classes."""
    model = seeded(kind, *encoders)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model.setup(Classes(SEEN, (), GRAPH.vectors(SEEN), GRAPH.overlap(SEEN), GRAPH))
    return model.eval()


@cache
def bench() -> Benchmark:
    return world(48, 4)


@cache
def frozen() -> Benchmark:
    """What the tiny network says of it."""
    return sb.features(bench(), tiny(), cache=False)


def pixels(modality: str, count: int = 6) -> Tensor:
    unseen = bench().unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))


def said(modality: str, count: int = 6) -> Tensor:
    """The features of the same pictures."""
    unseen = frozen().unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))


def a_batch(model: Model, of: Benchmark) -> Any:
    """Of the three classes."""
    batch = sb.data.batches(of, model.kind, batch=16, size=48, augment=0.0)[0]
    return replace(batch, labels=batch.labels % 3)


class TestFrozenCNN(Contract):
    def build(self) -> Model:
        return FrozenCNN(tiny())

    @pytest.mark.parametrize("modality", MODALITIES)
    def test_it_is_the_encoder(self, modality: str) -> None:
        expected = normalize(tiny().encode_images(pixels(modality)), dim=1)
        torch.testing.assert_close(FrozenCNN(tiny()).embed(pixels(modality), modality), expected)

    def test_nobody_plays_and_nothing_learns(self) -> None:
        model = FrozenCNN(tiny())
        assert not model.players()
        assert not [each for each in model.parameters() if each.requires_grad]


class TestTwoFrozen(Contract):
    def build(self) -> Model:
        return FrozenCNN(tiny(), another())

    def test_each_modality_has_its_own(self) -> None:
        model = FrozenCNN(tiny(), another())
        for encoder, modality in ((tiny(), "photo"), (another(), "sketch")):
            expected = normalize(encoder.encode_images(pixels(modality)), dim=1)
            torch.testing.assert_close(model.embed(pixels(modality), modality), expected)
        assert not torch.allclose(model.embed(pixels("photo"), "sketch"), model.embed(pixels("photo"), "photo"))


class TestFeatures:
    @pytest.mark.parametrize("modality", MODALITIES)
    @pytest.mark.parametrize("kind", ALL)
    def test_pictures_and_what_the_network_said_of_them_are_embedded_alike(
        self, kind: type[OnFeatures], modality: str
    ) -> None:
        model = built(kind)
        given = said(modality)
        assert given.shape == (6, DIM)
        assert (given.norm(dim=1) - given.norm(dim=1).mean()).abs().max() > 1e-2  # as they are, each of its length
        torch.testing.assert_close(
            model.embed(given, modality), model.embed(pixels(modality), modality), atol=1e-5, rtol=1e-4
        )

    def test_they_are_brought_to_one_length(self) -> None:
        """By hand: 3, 4, nothing else becomes .6 and .8, times sqrt(192); and the length that it had is no matter."""
        given = torch.zeros(2, DIM)
        given[0, :2], given[1, :2] = torch.tensor([3.0, 4.0]), torch.tensor([300.0, 400.0])
        expected = torch.zeros(2, DIM)
        expected[:, :2] = torch.tensor([0.6, 0.8]) * DIM**0.5
        model = FrozenCNN(tiny())
        torch.testing.assert_close(model.features(given, "photo"), expected)
        numbers = model.features(pixels("photo"), "photo")
        torch.testing.assert_close(numbers.square().mean(dim=1), torch.ones(6))
        torch.testing.assert_close(numbers, normalize(tiny().encode_images(pixels("photo")), dim=1) * DIM**0.5)

    @pytest.mark.parametrize("kind", ALL)
    def test_of_another_width_they_are_refused(self, kind: type[OnFeatures]) -> None:
        model = built(kind)
        for modality in MODALITIES:
            with pytest.raises(ValueError, match="features of 192 numbers were expected; got 191"):
                model.embed(torch.rand(2, DIM - 1), modality)
        with pytest.raises(ValueError, match="a modality is photo or sketch; got 'painting'"):
            model.embed(said("photo"), "painting")

    @pytest.mark.parametrize("kind", LEARNING)
    def test_a_run_on_pictures_as_they_are_is_a_run_on_features(self, kind: type[OnFeatures]) -> None:
        shown, told = (sb.fit(seeded(kind), of, steps=3, batch=16, augment=0.0) for of in (bench(), frozen()))
        assert len(shown.history) == len(told.history) == 3
        for one, other in zip(shown.history, told.history, strict=True):
            assert one["losses"] == pytest.approx(other["losses"], rel=1e-4)
        for modality in MODALITIES:
            vectors = [run.model.embed(said(modality), modality) for run in (shown, told)]
            torch.testing.assert_close(*vectors, atol=1e-4, rtol=1e-3)
        # nobody varies what a network said
        varied = sb.fit(seeded(kind), frozen(), steps=3, batch=16, augment=1.0)
        assert [entry["losses"] for entry in varied.history] == [entry["losses"] for entry in told.history]

    @pytest.mark.parametrize("kind", LEARNING)
    def test_what_a_run_comes_to_follows_from_its_seed_alone(self, kind: type[OnFeatures]) -> None:
        """Whatever numbers were drawn before the model was made: its start is the run's, too."""
        states: list[dict[str, Tensor]] = []
        for drawn_before, seed in ((1, 0), (2, 0), (2, 1)):
            with torch.random.fork_rng():
                torch.manual_seed(drawn_before)
                states.append(sb.fit(kind(tiny()), frozen(), seed=seed, steps=1, batch=16).model.state_dict())
        one, same, other = states
        assert all(torch.equal(value, same[name]) for name, value in one.items())
        assert not all(torch.equal(value, other[name]) for name, value in one.items())

    @pytest.mark.parametrize("kind", LEARNING)
    def test_half_precision_takes_pictures_and_features(self, kind: type[OnFeatures]) -> None:
        for of in (bench(), frozen()):
            run = sb.fit(seeded(kind), of, steps=2, batch=16, augment=0.0, precision="bf16")
            assert all(np.isfinite(value) for entry in run.history for value in entry["losses"].values())

    @pytest.mark.parametrize("kind", ALL)
    def test_it_is_asked_with_either(self, kind: type[OnFeatures]) -> None:
        model = built(kind)
        shown, told = (sb.embed(model, of.unseen.sketches, cache=False) for of in (bench(), frozen()))
        torch.testing.assert_close(shown, told, atol=1e-5, rtol=1e-4)


class TestNetworks:
    @pytest.mark.parametrize("kind", LEARNING)
    @pytest.mark.parametrize("count", [1, 2])
    def test_each_looks_at_its_own_modality(
        self, kind: type[OnFeatures], count: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In every loss of every player: photos go to the first, sketches to the second, negatives to nobody."""
        model = built(kind, *(tiny(), another())[:count])
        met: list[list[Tensor]] = [[] for _ in range(count)]
        for place, look in enumerate(model.looking):

            def spy(images: Tensor, place: int = place, real: Any = look.encode_images) -> Any:
                met[place].append(images)
                return real(images)

            monkeypatch.setattr(look, "encode_images", spy)
        batch = a_batch(model, bench())
        if model.kind == "captioned":
            photos, sketches = batch.images[batch.modality == PHOTO], batch.images[batch.modality != PHOTO]
        else:
            photos, sketches = batch.photos, batch.sketches
        for name in model.players():
            for each in met:
                each.clear()
            model.losses(batch, name)
            if name == "selection":
                assert not any(met)  # what is known of classes has no look
            elif count == 2:
                assert torch.equal(torch.cat(met[0]), photos)
                assert torch.equal(torch.cat(met[1]), sketches)
            else:
                assert sorted(each.float().mean().item() for each in met[0]) == sorted(
                    each.float().mean().item() for each in (photos, sketches)
                )

    @pytest.mark.parametrize("kind", ALL)
    def test_they_are_still_and_get_no_gradient(self, kind: type[OnFeatures]) -> None:
        encoder = tiny().requires_grad_(True)
        encoder.learn_statistics = True  # as one from pretraining
        model = built(kind, encoder).train()
        assert model.training
        assert all(each.requires_grad for each in encoder.parameters())  # the one that was given is nobody's
        assert not any(part.training for part in model.looking.modules())
        assert not any(each.requires_grad for each in model.looking.parameters())
        before = tiny().state_dict()
        assert not model.features(pixels("photo"), "photo").requires_grad
        batch = a_batch(model, bench()) if model.players() else None
        for name in model.players():
            model.total(model.losses(batch, name)).backward()
        assert all(each.grad is None for each in model.looking.parameters())
        for name, value in model.looking[0].state_dict().items():
            assert torch.equal(value, before[name]), name  # BatchNorm counts nothing
        assert not any(part.training for part in model.eval().modules())

    @pytest.mark.parametrize("kind", LEARNING)
    def test_what_comes_after_them_does_train(self, kind: type[OnFeatures]) -> None:
        model = built(kind).train()
        others = [part for name, part in model.named_modules() if name and not name.startswith("looking")]
        assert others
        assert all(part.training for part in others)

    def test_clip_is_one_of_them(self) -> None:
        model = FrozenCNN(clip("tiny"))
        torch.testing.assert_close(
            model.embed(pixels("sketch"), "sketch"), FrozenCLIP(clip("tiny")).embed(pixels("sketch"), "sketch")
        )
        assert not any(each.requires_grad for each in model.parameters())

    def test_what_looks_at_nothing_is_refused(self) -> None:
        wrong: Any = nn.Linear(2, 2)
        for encoders in ((wrong,), (tiny(), wrong)):
            with pytest.raises(TypeError, match=r"LCALE is built on an image encoder, as .*; got Linear"):
                LCALE(*encoders)

    def test_two_that_do_not_fit_are_refused(self) -> None:
        with pytest.raises(ValueError, match="the two networks take pictures of one size and give 192 features alike"):
            FrozenCNN(tiny(), clip("tiny"))

    def test_a_saved_model_knows_both(self, tmp_path: Path) -> None:
        file = save(sb.fit(FrozenCNN(tiny(), another()), frozen()), tmp_path / "model.safetensors")
        again = load(FrozenCNN(tiny(), another()), file)
        assert again.config["start"] == [tiny().digest, another().digest]
        for others in ((tiny(),), (another(), tiny())):
            with pytest.raises(ValueError, match=r"holds another model: config\.start"):
                load(FrozenCNN(*others), file)

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            (FrozenCNN, {}),
            (
                SEMPCYC,
                {"dim": 16, "cycle": 3.0, "classify": 0.5, "regress": 0.2, "selection": 0.1, "learned_heads": True},
            ),
            (CVAE, {"latent": 3, "prior": 0.5, "check": 2.0, "draws": 4, "instances": False}),
            (CAAE, {"latent": 3, "prior": 0.5, "check": 2.0, "draws": 4}),
            (LCALE, {"latent": 5, "prior": 0.5, "crossed": 2.0, "aligned": 3.0, "cycle": 0.0}),
            (LCALE, {"semantics": False}),
            (ZSLKG, {"graph": "shuffled", "width": 8, "neighbours": 3, "temperature": 0.2}),
        ],
    )
    def test_a_file_says_how_a_model_is_built_again(
        self, kind: type[OnFeatures], options: dict[str, Any], tmp_path: Path
    ) -> None:
        model: Any = kind(tiny(), **options)
        file = save(sb.fit(model, frozen(), steps=1, batch=16), tmp_path / "model.safetensors")
        again = restore(file)
        assert type(again) is kind
        assert {name: again.config[name] for name in options} == options
        assert (again.weights, again.kind) == (model.weights, model.kind)
        for modality in MODALITIES:
            assert torch.equal(again.embed(pixels(modality), modality), model.embed(pixels(modality), modality))

    @pytest.mark.parametrize("kind", ALL)
    def test_the_papers_settings_are_for_others_than_the_books_own(self, kind: type[OnFeatures]) -> None:
        large = tiny()
        large.name = "vgg16_bn"
        assert built(kind).recipe(paper=True) == built(kind).recipe(paper=False) == kind.small
        assert built(kind, large).recipe(paper=True) == kind.paper
        assert built(kind, large).recipe(paper=False) == kind.small
        assert kind.built_on == "features"


class TestKnowledge:
    @pytest.mark.parametrize("kind", [SEMPCYC, LCALE])
    @pytest.mark.parametrize("vectors", [None, torch.zeros(3, 0)])
    def test_where_nothing_is_known_of_the_classes_that_is_said(
        self, kind: type[OnFeatures], vectors: Tensor | None
    ) -> None:
        with pytest.raises(ValueError, match=rf"{kind.__name__} learns from what is known .*\(sb\.data\.wordnet\)"):
            kind(tiny()).setup(Classes(SEEN, vectors=vectors))

    def test_it_is_taken_as_it_is(self) -> None:
        vectors = torch.tensor([[1, 0], [3, 4], [0, 0]])
        found = described_classes(FrozenCNN(tiny()), Classes(SEEN, vectors=vectors))
        assert torch.equal(found, vectors.float())
        assert found.dtype == torch.float32


def test_a_model_on_maps_takes_no_other_encoder() -> None:
    model = FrozenCNN(tiny())
    refuse_others(model, tiny())
    with pytest.raises(TypeError, match=r"FrozenCNN is built on a CNN, as sb\.encoders\.cnn\(\) gives one; got Clip"):
        refuse_others(model, clip("tiny"))


class TestLayers:
    def test_by_hand(self) -> None:
        """x -> (x, -x), of which the leaky one keeps a fifth below zero -> 1 - their sum."""
        net: Any = layers(1, 2, 1, slope=0.2)
        with torch.no_grad():
            net[0].weight.copy_(torch.tensor([[1.0], [-1.0]]))
            net[2].weight.copy_(torch.tensor([[-1.0, -1.0]]))
            net[0].bias.zero_()
            net[2].bias.fill_(1.0)
            torch.testing.assert_close(net(torch.tensor([[5.0]])), torch.tensor([[1 - 5 + 1.0]]))
            net[1] = layers(1, 1, 1)[1]  # without a slope nothing is left below zero
            torch.testing.assert_close(net(torch.tensor([[5.0]])), torch.tensor([[1 - 5.0]]))

    def test_what_stands_between_stands_between_all_and_not_at_the_end(self) -> None:
        with_all = layers(6, 5, 4, 3, norm=True, dropout=0.25, slope=0.1)
        between = ["Linear", "BatchNorm1d", "LeakyReLU", "Dropout"]
        assert [type(part).__name__ for part in with_all] == [*between, *between, "Linear"]
        widths = [(part.in_features, part.out_features) for part in with_all if isinstance(part, nn.Linear)]
        assert widths == [(6, 5), (5, 4), (4, 3)]
        assert [part.num_features for part in with_all if isinstance(part, nn.BatchNorm1d)] == [5, 4]
        assert {part.p for part in with_all if isinstance(part, nn.Dropout)} == {0.25}
        assert [type(part).__name__ for part in layers(6, 5, 3)] == ["Linear", "ReLU", "Linear"]
        assert [type(part).__name__ for part in layers(6, 3)] == ["Linear"]


@pytest.mark.parametrize("kind", [SEMPCYC, LCALE, ZSLKG])
def test_another_graph_of_the_same_classes_is_learnt_from(kind: type[Any]) -> None:
    bench, model = world(48), kind(cnn("tiny"))
    sb.fit(model, bench, steps=1, batch=16)
    assert bench.graph is not None
    taxonomy = replace(bench, graph=bench.graph.only(["is-a"]))
    run = sb.fit(model, taxonomy, steps=1, batch=16)
    assert all(np.isfinite(value) for value in run.history.entries[-1]["losses"].values())
