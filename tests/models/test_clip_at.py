from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.encoders import Clip, clip
from sbirlib.models import CLIPAT, Classes, FrozenCLIP, Model
from sbirlib.training.saved import restore, save
from tests.encoders.small_towers import register
from tests.models.contract import Contract, world

ENDS = ("weight", "bias")
STEM = ("0.1", "1.1", "2.bn1", "2.bn2", "3.1", "4.bn1", "4.bn2", "5.1", "6.bn1", "6.bn2")
"""The tiny tower's batch norms."""
TOKENS = {"encoder.prompts.images.vectors"}


@pytest.fixture(scope="module", autouse=True)
def registered(tmp_path_factory: pytest.TempPathFactory) -> None:
    register(tmp_path_factory.mktemp("architectures"))


def tiny() -> Clip:
    return clip("tiny")


def norms(name: str) -> set[str]:
    blocks = [f"transformer.resblocks.{block}.ln_{i}" for block in range({"tiny": 1}.get(name, 2)) for i in (1, 2)]
    stem = [f"stem.{each}" for each in STEM] if name == "tiny" else []
    return {
        f"encoder.model.visual.{part}.{end}" for part in ("ln_pre", *blocks, "ln_post", *stem) for end in ENDS
    } | TOKENS


def released(name: str) -> set[str]:
    """... and what is called neither weight nor bias."""
    blocks = [
        f"transformer.resblocks.{block}.attn.in_proj_{end}" for block in range({"tiny": 1}.get(name, 2)) for end in ENDS
    ]
    free = ("class_embedding", "positional_embedding", "proj", *blocks)
    return norms(name) | {f"encoder.model.visual.{part}" for part in free}


LEARNT: dict[str, Callable[[str], set[str]]] = {"norms": norms, "as released": released, "prompts": lambda name: TOKENS}


def built(**options: Any) -> CLIPAT:
    model = CLIPAT(tiny(), **options)
    names = ("cow", "owl", "axe")
    model.setup(Classes(names, tuple(f"a photo of a {name}" for name in names)))
    return model.eval()


def pictures(modality: str, count: int = 4) -> Tensor:
    unseen = world(48, 2).unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))


def stirred(model: CLIPAT, rows: slice) -> None:
    """Other tokens in these rows."""
    assert model.prompts is not None
    with torch.no_grad():
        model.prompts.vectors[rows, ::2] += 1.0


class TestCLIPAT(Contract):
    def build(self) -> Model:
        return CLIPAT(tiny())


class TestWithTexts(Contract):
    def build(self) -> Model:
        return CLIPAT(tiny(), texts=1.0)


class TestAsReleased(Contract):
    def build(self) -> Model:
        return CLIPAT(tiny(), learns="as released")


class TestWithoutPrompts(Contract):
    def build(self) -> Model:
        return CLIPAT(tiny(), prompts=0)


@pytest.mark.parametrize("learns", LEARNT)
@pytest.mark.parametrize("name", ["tiny", "small-vit"])
def test_what_is_said_learns_and_nothing_else_moves(name: str, learns: str) -> None:
    model = CLIPAT(clip(name), learns=learns)
    expected = LEARNT[learns](name)
    assert {each for each, parameter in model.named_parameters() if parameter.requires_grad} == expected
    bench = world(model.size, 4)
    sb.fit(model, bench, steps=0)
    before = {each: value.clone() for each, value in model.state_dict().items()}
    sb.fit(model, bench, steps=2, batch=8, lr=1e-2)
    moved = {each for each, value in model.state_dict().items() if not torch.equal(value, before[each])}
    assert moved == expected  # no statistics of a batch norm, either


class TestTokens:
    @pytest.mark.parametrize(("rows", "whose"), [(slice(3), "photo"), (slice(3, 6), "sketch")])
    def test_each_modality_has_its_own(self, rows: slice, whose: str) -> None:
        model, images = built(), pictures("photo")
        before = {modality: model.embed(images, modality) for modality in ("photo", "sketch")}
        stirred(model, rows)
        for modality, start in before.items():
            change = (model.embed(images, modality) - start).norm(dim=1)
            assert (change > 1e-3).all() if modality == whose else not change.any()

    def test_with_the_same_tokens_both_are_embedded_alike(self) -> None:
        model, images = built(), pictures("photo")
        assert not torch.allclose(model.embed(images, "photo"), model.embed(images, "sketch"), atol=1e-4)
        assert model.prompts is not None
        with torch.no_grad():
            model.prompts.vectors[3:] = model.prompts.vectors[:3]
        assert torch.equal(model.embed(images, "photo"), model.embed(images, "sketch"))
        plain = built(prompts=0)
        assert plain.prompts is None
        expected = FrozenCLIP(tiny()).embed(images, "photo")
        for modality in ("photo", "sketch"):
            torch.testing.assert_close(plain.embed(images, modality), expected)

    @pytest.mark.parametrize(("modality", "rows"), [("photo", slice(2)), ("sketch", slice(2, 4))])
    def test_they_stand_after_the_patches(self, modality: str, rows: slice) -> None:
        """The tower's steps, one by one."""
        model, images, tower = built(prompts=2), pictures(modality), tiny().visual
        stirred(model, slice(4))
        assert model.prompts is not None
        own: Any = tower
        with torch.no_grad():
            x = own.stem(tiny().ready(images)).flatten(2).transpose(1, 2)
            x = torch.cat([own.class_embedding + x.mean(1, keepdim=True), x], dim=1) + own.positional_embedding
            tokens = model.prompts.vectors[rows].expand(len(x), -1, -1)
            x = own.transformer(torch.cat([own.ln_pre(x), tokens], dim=1))
            expected = normalize(own.ln_post(x)[:, 0] @ own.proj, dim=1)
            torch.testing.assert_close(model.embed(images, modality), expected)

    def test_each_modalitys_pictures_teach_its_own(self) -> None:
        for modality, silent in (("photo", slice(3, 6)), ("sketch", slice(3))):
            model = built()
            assert model.prompts is not None
            (gradient,) = torch.autograd.grad(
                model.embed(pictures(modality), modality)[:, 0].sum(), model.prompts.vectors
            )
            assert (gradient.norm(dim=1) > 0).sum() == 3
            assert not gradient[silent].any()


class TestLosses:
    def test_the_triplet_by_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """.2 + (1 - 0) - (1 - .8) = 1, and .2 + 0 - 1 is below 0: half of 1."""
        vectors = {
            "sketch": [[1.0, 0.0], [0.0, 1.0]],
            "photo": [[0.0, 1.0], [0.0, 1.0], [0.8, 0.6], [1.0, 0.0]],  # two photos, and two of other classes
        }
        model = built()
        monkeypatch.setattr(model, "embed", lambda images, modality: torch.tensor(vectors[modality]))
        blank = torch.zeros(2, 3, 48, 48)
        labels = torch.tensor([0, 1])
        found = model.losses(Triplets(blank, blank, blank, labels, labels.flip(0)))
        assert set(found) == {"triplet"}
        assert float(found["triplet"]) == pytest.approx(0.5)

    def test_each_is_what_its_formula_says(self) -> None:
        model = built(texts=0.5, margin=0.4, temperature=0.1)
        sketches, photos = pictures("sketch", 6), pictures("photo", 6)
        labels = [2, 0, 1]
        batch = Triplets(sketches[:3], photos[:3], photos[3:], torch.tensor(labels), torch.tensor([0, 1, 2]))
        with torch.no_grad():
            found = model.losses(batch)
            total = float(model.total(found))
            s, p, n = (
                model.embed(images, modality)
                for images, modality in ((sketches[:3], "sketch"), (photos[:3], "photo"), (photos[3:], "photo"))
            )
        places = normalize(tiny().encode_texts([f"a photo of a {name}" for name in ("cow", "owl", "axe")]), dim=1)
        told = [max(0.0, 0.4 + (1 - float(s[i] @ p[i])) - (1 - float(s[i] @ n[i]))) for i in range(3)]
        classes = []
        for z in (s, p):
            for i in range(3):
                scores = [float(z[i] @ place) / 0.1 for place in places.detach()]
                classes.append(log(sum(map(exp, scores))) - scores[labels[i]])
        assert float(found["triplet"]) == pytest.approx(sum(told) / 3, rel=1e-4)
        assert float(found["texts"]) == pytest.approx(sum(classes) / 6, rel=1e-4)
        assert total == pytest.approx(sum(told) / 3 + 0.5 * sum(classes) / 6, rel=1e-4)

    def test_without_their_weight_texts_are_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[list[str]] = []
        whole = Clip.encode_texts

        def spy(self: Clip, texts: list[str]) -> Tensor:
            read.append(texts)
            return whole(self, texts)

        monkeypatch.setattr(Clip, "encode_texts", spy)
        sb.fit(built(), world(48, 4), steps=1, batch=8)
        assert read == []
        built(texts=1.0)
        assert read == [["a photo of a cow", "a photo of a owl", "a photo of a axe"]]


class TestRates:
    def test_the_tokens_have_a_rate_of_their_own_on_a_large_encoder(self) -> None:
        groups = {group.name: group for group in CLIPAT(clip("small-vit")).players()["model"].groups}
        assert {name: group.lr for name, group in groups.items()} == {"prompts": 1e-4, "encoder": None}
        assert [len(groups[name].parameters) for name in ("prompts", "encoder")] == [1, len(norms("small-vit")) - 1]
        assert CLIPAT.paper.lr == 1e-6
        assert all(group.lr is None for group in CLIPAT(tiny()).players()["model"].groups)
        assert [group.name for group in CLIPAT(tiny(), prompts=0).players()["model"].groups] == ["encoder"]
        assert [group.name for group in CLIPAT(tiny(), learns="prompts").players()["model"].groups] == ["prompts"]

    def test_a_first_step_in_the_papers_profile_is_as_long_as_they_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Adam's first step moves every number by its rate."""
        monkeypatch.setenv("SBIR_PROFILE", "paper")
        model = CLIPAT(clip("small-vit"), margin=2.5)
        before = {name: each.detach().clone() for name, each in model.named_parameters() if each.requires_grad}
        assert model.recipe(paper=True) == CLIPAT.paper
        run = sb.fit(model, world(32, 4), steps=1, batch=8)
        assert (run.recipe.optimizer, run.recipe.schedule, run.recipe.warmup) == ("adam", "constant", 0.0)
        for name, start in before.items():
            step = float((model.get_parameter(name).detach() - start).abs().max())
            assert step == pytest.approx(1e-4 if name in TOKENS else 1e-6, rel=0.15), name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learns": "all"}, "beside the prompts learn norms, as released, prompts; got 'all'"),
        ({"prompts": -1}, "so nothing would learn: prompts=-1, learns='norms'"),
        ({"prompts": 0, "learns": "prompts"}, "so nothing would learn: prompts=0, learns='prompts'"),
    ],
)
def test_wrong_settings_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CLIPAT(tiny(), **options)


def test_another_encoder_is_refused() -> None:
    with pytest.raises(TypeError, match=r"CLIPAT is built on a CLIP, as .* gives one; got Cnn"):
        CLIPAT(sb.encoders.cnn("tiny"))  # type: ignore[arg-type]


def test_its_tokens_come_back_with_it(tmp_path: Path) -> None:
    """A second call of the same constructor makes other tokens than those that were learnt."""
    run = sb.fit(CLIPAT(tiny(), prompts=1), world(48, 4), steps=2, batch=8, lr=1e-1)
    model = restore(save(run, tmp_path / "model.safetensors"))
    images = pictures("sketch")
    assert torch.equal(model.embed(images, "sketch"), run.model.eval().embed(images, "sketch"))
    assert not torch.allclose(model.embed(images, "sketch"), CLIPAT(tiny(), prompts=1).embed(images, "sketch"))
