from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from small_towers import pictures
from torch import nn

from sbirlib.encoders import sources
from sbirlib.encoders.clip import Clip, class_prompts, clip, fresh_tiny, save
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.tiny import TinyConfig
from sbirlib.encoders.vocabulary import Vocabulary
from sbirlib.encoders.weights import write_weights

TEXTS = ["a photo of a cow", "a boat"]


def tiny(seed: int = 0) -> Clip:
    words = Vocabulary.of([*TEXTS, "a sketch of a tree"], context=8)
    pixels = Preprocess(16, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), "bilinear")
    config = TinyConfig(len(words), context=8, dim=12, size=16, channels=(4, 8, 8), width=16, heads=2, text_width=16)
    return fresh_tiny(config, words, pixels, seed=seed)


def statistics(module: nn.Module) -> list[torch.Tensor]:
    return [b.clone() for name, b in module.named_buffers() if "running" in name or "batches" in name]


def test_images_and_texts_go_through_open_clips_own_methods() -> None:
    small = clip("small-vit", seed=1)
    images = pictures(4, 50)
    assert torch.equal(small.encode_images(images), small.model.encode_image(small.preprocess(images)))
    assert torch.equal(small.encode_texts(TEXTS), small.model.encode_text(small.tokenizer(TEXTS)))
    assert small.scale.item() == pytest.approx(1 / 0.07, rel=1e-5)
    assert (small.size, small.dim, small.name) == (32, 16, "small-vit")
    assert small.encode_texts([]).shape == (0, 16)
    with pytest.raises(TypeError, match="a list of texts is expected; got 'a cow'"):
        small.encode_texts("a cow")


@pytest.mark.parametrize("name", ["small-vit", "small-custom", "tiny"])
def test_frozen_texts_are_remembered_until_one_of_their_weights_changes(name: str) -> None:
    small = tiny() if name == "tiny" else clip(name)
    small.freeze(texts=True)
    calls = []
    small.embed_texts = lambda texts: calls.append(texts) or Clip.embed_texts(small, texts)  # type: ignore[method-assign]
    for parameter in small.model.parameters():
        calls.clear()
        before = small.encode_texts(TEXTS)
        calls.clear()
        assert torch.equal(small.encode_texts(TEXTS), before)
        assert calls == []
        is_text = any(parameter is tensor for tensor in small.text_tensors().values())
        with torch.no_grad():
            parameter.add_(0.1 * torch.rand_like(parameter))
        after = small.encode_texts(TEXTS)
        assert bool(calls) == is_text
        assert torch.equal(after, Clip.embed_texts(small, TEXTS))
    named = set(small.text_tensors())
    assert {"token_embedding.weight", "positional_embedding"} <= {n.removeprefix("text.") for n in named}
    assert not any(n.startswith(("visual", "logit")) for n in named)


def test_texts_that_learn_get_gradients_and_frozen_ones_none() -> None:
    small = clip("small-vit")
    small.encode_texts(TEXTS).sum().backward()
    assert small.model.text_projection.grad is not None
    small.freeze(texts=True)
    assert not small.encode_texts(TEXTS).requires_grad
    small.freeze(texts=False)
    assert small.encode_texts(TEXTS).requires_grad


def test_freeze_takes_towers_one_by_one() -> None:
    small = clip("small-vit").freeze(images=True)
    learns = {n.split(".")[0] for n, p in small.model.named_parameters() if p.requires_grad}
    assert "visual" not in learns
    assert {"transformer", "logit_scale", "text_projection"} <= learns
    small.freeze(images=False, texts=True)
    learns = {n.split(".")[0] for n, p in small.model.named_parameters() if p.requires_grad}
    assert learns == {"visual", "logit_scale"}


@pytest.mark.parametrize("make", [lambda: clip("small-rn"), tiny])
def test_batch_norm_moves_in_pretraining_alone(make: object) -> None:
    small: Clip = make()  # type: ignore[operator]
    before = statistics(small)
    assert before
    outer = nn.Sequential(small)
    for freeze in (False, True):
        small.freeze(images=freeze)
        outer.train()
        small.encode_images(pictures(4))
        assert all(map(torch.equal, statistics(small), before))
    small.freeze(images=False).learn_statistics = True
    outer.train()
    small.encode_images(pictures(4))
    assert not any(map(torch.equal, statistics(small), before))


def test_a_frozen_tower_stays_in_eval_mode_and_a_free_one_trains() -> None:
    small = clip("small-vit").freeze(images=True, texts=False).train()
    assert (small.training, small.visual.training, small.model.transformer.training) == (True, False, True)
    small.freeze(images=False)
    assert small.visual.training
    assert not small.eval().visual.training


def test_the_digest_is_of_all_weights_and_of_what_decides_their_outputs() -> None:
    small = clip("small-vit")
    first = small.digest
    assert (len(first), first) == (16, clip("small-vit").digest)
    optimiser = torch.optim.AdamW(small.parameters(), lr=1e-5, fused=True)
    (small.encode_images(pictures()).sum() + small.encode_texts(TEXTS).sum()).backward()
    optimiser.step()
    assert small.digest != first
    other = clip("small-vit")
    other.preprocess = Preprocess(32, other.preprocess.mean, (0.5, 0.5, 0.5))
    assert other.digest != first


def test_a_copy_is_independent() -> None:
    small = clip("small-vit").freeze(texts=True)
    before = small.encode_texts(TEXTS)
    other = copy.deepcopy(small)
    assert torch.equal(other.encode_texts(TEXTS), before)
    with torch.no_grad():
        other.model.text_projection.zero_()
    assert other.encode_texts(TEXTS).abs().max() == 0
    assert torch.equal(small.encode_texts(TEXTS), before)


def test_half_precision_is_fed_in_its_own_type() -> None:
    small = clip("small-vit").to(torch.bfloat16).freeze(texts=True)
    assert small.encode_images(pictures()).dtype == small.encode_texts(TEXTS).dtype == torch.bfloat16
    assert small.to(torch.float32).encode_texts(TEXTS).dtype == torch.float32


def test_gradients_reach_float_pixels() -> None:
    images = (pictures(2, 40) / 255).requires_grad_()
    clip("small-vit").encode_images(images).square().sum().backward()
    assert images.grad is not None
    assert images.grad.abs().sum() > 0


def test_class_prompts_are_unit_vectors_of_sentences() -> None:
    small = clip("small-vit").freeze(texts=True)
    vectors = class_prompts(small, ["cow", "{boat}"], "a sketch of a {}")
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2))
    sentence = small.encode_texts(["a sketch of a {boat}"])[0]
    assert torch.allclose(vectors[1], sentence / sentence.norm())
    assert set(small.texts.rows) == {"a sketch of a cow", "a sketch of a {boat}"}
    with pytest.raises(ValueError, match=r"a template has \{\} where the name goes; got 'cow'"):
        class_prompts(small, ["cow"], "cow")


def test_a_tiny_clip_ships_as_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tiny(seed=4)
    with torch.no_grad():  # as pretraining's last step would: what ships is fp16
        for parameter in made.parameters():
            parameter.copy_(parameter.half())
    card = {"config": made.config, "seen": "photos of all classes", "world": "1"}
    write_weights(tmp_path / "tiny.safetensors", made.model.state_dict(), card, half=True)
    monkeypatch.setattr(sources, "SHIPPED", tmp_path)
    again = clip("tiny")
    assert torch.equal(again.encode_images(pictures(2, 20)), made.encode_images(pictures(2, 20)))
    assert torch.equal(again.encode_texts(TEXTS), made.encode_texts(TEXTS))
    assert (again.seen, again.card["world"], again.size, again.dim) == ("photos of all classes", "1", 16, 12)
    assert again.tokens(pictures(2, 16)).shape == (2, 1, 16)
    assert again.preprocess == made.preprocess
    with pytest.raises(ValueError, match="version 1 of the drawn world; this is version 2"):
        clip("tiny", world="2")
    copied = clip("tiny", save(again, tmp_path / "saved"))
    assert copied.digest == again.digest
    assert copied.seen == again.seen
    assert torch.equal(copied.encode_texts(TEXTS), again.encode_texts(TEXTS))


def test_a_tiny_clip_fits_its_words_and_pixels() -> None:
    words = Vocabulary(["a"], context=8)
    with pytest.raises(ValueError, match=r"does not fit a vocabulary of 5 ids and 8 tokens, or pictures of 16"):
        fresh_tiny(TinyConfig(6, context=8, size=16), words, Preprocess(16, (0.5,) * 3, (0.5,) * 3))
    state = torch.get_rng_state()
    assert tiny(seed=1).digest == tiny(seed=1).digest != tiny(seed=2).digest
    assert torch.equal(state, torch.get_rng_state())


def test_encoders_know_nothing_of_data() -> None:
    code = "import sys, sbirlib.encoders; print([m for m in sys.modules if m.startswith('sbirlib.data')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_is_text() -> None:
    for name in (None, 3, Path("tiny")):
        with pytest.raises(TypeError, match=f"a CLIP's name is text, .*; got {type(name).__name__}"):
            clip(name)  # type: ignore[arg-type]


def test_a_cnns_weights_are_told_from_a_clips() -> None:
    with pytest.raises(ValueError, match=r"^tiny-cnn.safetensors holds a CNN's weights: a CLIP's were expected"):
        clip("tiny", pretrained=sources.shipped("tiny-cnn"))
