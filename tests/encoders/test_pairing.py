from __future__ import annotations

from pathlib import Path

import pytest
import torch
from small_towers import pictures
from torch.nn.functional import cross_entropy, normalize

from sbirlib.encoders.clip import Clip, class_prompts, clip, save
from sbirlib.encoders.cnn import IMAGENET, Cnn, cnn
from sbirlib.encoders.pairing import pair
from sbirlib.encoders.preprocess import Preprocess

TEXTS = ["a photo of a cow", "a photo of a boat", "a photo of a tree"]


def squeezenet() -> Cnn:
    made = cnn("squeezenet1_1")
    made.preprocess = Preprocess(48, IMAGENET.mean, IMAGENET.std, "bilinear")
    return made


@pytest.fixture(params=["cnn", "clip"])
def tower(request: pytest.FixtureRequest) -> Cnn | Clip:
    return squeezenet() if request.param == "cnn" else clip("small-rn")


def fields(size: int) -> torch.Tensor:
    """A red, a green and a blue picture."""
    return (torch.eye(3) * 255).byte()[:, :, None, None].expand(3, 3, size, size)


def step(paired: Clip, optimiser: torch.optim.Optimizer) -> float:
    images, texts = paired.encode_images(fields(paired.size)), paired.encode_texts(TEXTS)
    logits = paired.scale * normalize(images, dim=-1) @ normalize(texts, dim=-1).T
    loss = cross_entropy(logits, torch.arange(3))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


def test_a_locked_pair_moves_all_but_its_trunk(tower: Cnn | Clip) -> None:
    paired = pair(tower, TEXTS, dim=24)
    assert paired.preprocess == tower.preprocess
    before = {n: t.clone() for n, t in paired.state_dict().items()}
    paired.train()
    assert not any(module.training for module in tower.visual.modules())
    optimiser = torch.optim.AdamW(paired.parameters(), lr=1e-3)
    for _ in range(2):
        step(paired, optimiser)
    moved = {n for n, t in paired.state_dict().items() if not torch.equal(t, before[n])}
    assert moved == {n for n in before if ".trunk." not in n}
    assert all(p.grad is None for p in tower.visual.parameters())


def test_a_pair_is_learned() -> None:
    paired = pair(clip("small-vit"), TEXTS, dim=24).train()
    optimiser = torch.optim.AdamW(paired.parameters(), lr=1e-3)
    losses = [step(paired, optimiser) for _ in range(30)]
    assert losses[-1] < 0.2 * losses[0]


def test_a_locked_trunk_keeps_no_graph_and_stays_locked(tower: Cnn | Clip) -> None:
    paired = pair(tower, TEXTS, dim=24).freeze(images=False, texts=False).train()
    assert not any(p.requires_grad for p in tower.visual.parameters())
    pixels = (pictures(2, 48) / 255).requires_grad_()
    assert torch.autograd.grad(paired.encode_images(pixels).sum(), pixels, allow_unused=True) == (None,)
    paired.freeze(images=True)
    assert not paired.encode_images(pictures(2, 48)).requires_grad


def test_an_open_pair_tunes_its_trunk_but_not_its_statistics() -> None:
    tower = clip("small-rn")
    paired = pair(tower, TEXTS, dim=24, locked=False).train()
    before = {n: t.clone() for n, t in tower.visual.state_dict().items()}
    step(paired, torch.optim.AdamW(paired.parameters(), lr=1e-3))
    after = tower.visual.state_dict()
    assert not torch.equal(after["conv1.weight"], before["conv1.weight"])
    assert all(torch.equal(after[n], before[n]) for n in after if "running" in n)


def test_it_is_a_clip_in_all_else(tower: Cnn | Clip, tmp_path: Path) -> None:
    paired = pair(tower, TEXTS, dim=24, layers=1, width=32)
    images = pictures(2, 60)
    with torch.no_grad():
        features = (
            tower.encode_images(images) if isinstance(tower, Cnn) else tower.model.encode_image(tower.ready(images))
        )
        assert torch.allclose(paired.encode_images(images), paired.visual.proj(features), atol=1e-5)
    paired.freeze(texts=True)
    assert class_prompts(paired, ["cow", "boat"]).shape == (2, 24)
    assert "a photo of a cow" in paired.texts.rows
    assert paired.size == tower.size
    assert paired.name.startswith(tower.name)
    assert paired.seen == tower.seen
    with pytest.raises(ValueError, match="save its state dict instead"):
        save(paired, tmp_path)
    other = pair(tower, TEXTS, dim=24, layers=1, width=32, seed=1)
    assert other.digest != paired.digest
    other.load_state_dict(paired.state_dict())
    assert other.digest == paired.digest


def test_words_it_was_not_made_of_are_one_unknown_word() -> None:
    paired = pair(squeezenet(), [*TEXTS, "word " * 40])
    assert paired.tokenizer(["a photo"]).shape[1] == 42  # the longest text, start and end
    assert torch.equal(paired.encode_texts(["zebra"]), paired.encode_texts(["yak"]))
    assert not torch.equal(paired.encode_texts(["cow"]), paired.encode_texts(["boat"]))
    with pytest.raises(ValueError, match="a list of the texts"):
        pair(squeezenet(), "a photo of a cow")
    with pytest.raises(ValueError, match="a list of the texts"):
        pair(squeezenet(), [])


def test_a_cnns_places_are_its_tokens() -> None:
    tower = squeezenet()
    with torch.no_grad():
        maps = tower.maps(pictures(2, 48))
        assert torch.equal(pair(tower, TEXTS).tokens(pictures(2, 48))[:, 1], maps[:, :, 0, 1])
