from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from small_towers import pictures
from test_clip import tiny
from torch import nn

from sbirlib.encoders.clip import Clip, clip, save
from sbirlib.encoders.cnn import cnn
from sbirlib.encoders.pairing import pair
from sbirlib.encoders.prompts import text_prompts, visual_prompts

TEXTS = ["a photo of a cow", "a boat", "a photo of a cow " * 9]


def stir(module: nn.Module) -> None:
    """Other vectors; not a constant added, which a layer norm would not see."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter[:, ::2].add_(1)


@pytest.fixture(params=["small-vit", "small-custom", "tiny"])
def small(request: pytest.FixtureRequest) -> Clip:
    return tiny() if request.param == "tiny" else clip(request.param)


def test_visual_prompts_alone_learn_and_change_what_is_seen(small: Clip) -> None:
    plain = small.encode_images(pictures()).detach()
    tokens = small.tokens(pictures()).detach()
    prompts = visual_prompts(small, 3, alone=True)
    small.train()
    features = small.encode_images(pictures())
    features.square().sum().backward()
    assert features.shape == plain.shape
    assert not torch.allclose(features, plain, atol=1e-4)
    assert [n for n, p in small.named_parameters() if p.grad is not None] == ["prompts.images.vectors"]
    assert prompts.vectors.grad is not None
    assert (prompts.vectors.grad.abs().sum(1) > 0).all()
    prompted = small.tokens(pictures())
    assert prompted.shape == tokens.shape
    assert not torch.allclose(prompted, tokens, atol=1e-4)


def test_of_several_sets_one_takes_part(small: Clip) -> None:
    """Each as it would alone, in a clip of its own."""
    alone = [copy.deepcopy(small), copy.deepcopy(small)]
    prompts = visual_prompts(small, 3, sets=2)
    stir(prompts)
    assert prompts.vectors.shape[0] == 6
    for clip_, rows in zip(alone, (slice(3), slice(3, 6)), strict=True):
        own = visual_prompts(clip_, 3)
        with torch.no_grad():
            own.vectors.copy_(prompts.vectors[rows])
    first, second = ([each.encode_images(pictures()).detach(), each.tokens(pictures()).detach()] for each in alone)
    assert not torch.allclose(first[0], second[0], atol=1e-4)
    for number, expected in ((0, first), (1, second)):
        with prompts.using(number):
            assert torch.equal(prompts.chosen, prompts.vectors[3 * number : 3 * number + 3])
            assert torch.equal(small.encode_images(pictures()), expected[0])
            assert torch.equal(small.tokens(pictures()), expected[1])
        assert torch.equal(small.encode_images(pictures()), first[0])  # the first one, unless it is said
    with pytest.raises(KeyError), prompts.using(1):
        raise KeyError
    assert torch.equal(small.encode_images(pictures()), first[0])


def test_only_the_set_in_use_learns(small: Clip) -> None:
    prompts = visual_prompts(small, 2, sets=3, alone=True)
    with prompts.using(2):
        (gradient,) = torch.autograd.grad(small.encode_images(pictures()).square().sum(), prompts.vectors)
    assert (gradient.abs().sum(1) > 0).tolist() == [False] * 4 + [True] * 2


def test_a_copy_uses_sets_of_its_own() -> None:
    small = clip("small-vit")
    prompts = visual_prompts(small, 2, sets=2)
    stir(prompts)
    before = small.encode_images(pictures())
    other = copy.deepcopy(small)
    twin: Any = other.prompts["images"]
    with twin.using(1):
        assert torch.equal(small.encode_images(pictures()), before)
        assert not torch.allclose(other.encode_images(pictures()), before, atol=1e-4)


def test_sets_are_counted_from_0() -> None:
    prompts = visual_prompts(clip("small-vit"), 2, sets=2)
    for wrong in (-1, 2):
        with pytest.raises(ValueError, match=f"there are 2 sets of prompts, from 0; got {wrong}"), prompts.using(wrong):
            pass
    with pytest.raises(ValueError, match="prompts come in one set or more; got 0"):
        visual_prompts(clip("small-vit"), 2, sets=0)
    with pytest.raises(ValueError, match="at least one learned token is expected; got 0"):
        visual_prompts(clip("small-vit"), 0, sets=2)


def test_a_block_inside_a_block_ends_in_the_outer_one() -> None:
    small = clip("small-vit")
    prompts = visual_prompts(small, 2, sets=2)
    with prompts.using(1):
        with prompts.using(0):
            pass
        assert prompts.number == 1


def test_text_prompts_alone_learn_and_no_text_is_stale(small: Clip) -> None:
    small.freeze(texts=True)
    plain = small.encode_texts(TEXTS)
    prompts = text_prompts(small, 2, alone=True)
    features = small.encode_texts(TEXTS)
    assert not torch.allclose(features, plain, atol=1e-5)
    features.square().sum().backward()
    assert [n for n, p in small.named_parameters() if p.grad is not None] == ["prompts.texts.vectors"]
    assert prompts.vectors.grad is not None
    assert (prompts.vectors.grad.abs().sum(1) > 0).all()
    before = prompts.vectors.detach().clone()
    stir(prompts)
    assert not torch.allclose(small.encode_texts(TEXTS), features, atol=1e-5)
    prompts.requires_grad_(False)
    remembered = small.encode_texts(TEXTS)
    with torch.no_grad():
        prompts.vectors.copy_(before)
    assert torch.allclose(small.encode_texts(TEXTS), features, atol=1e-5)
    assert not torch.allclose(remembered, features, atol=1e-5)


def test_removed_prompts_leave_the_clip_as_it_was(small: Clip) -> None:
    images, texts = small.encode_images(pictures()), small.encode_texts(TEXTS)
    digest, names = small.digest, list(small.state_dict())
    seen, read = visual_prompts(small, 2), text_prompts(small, 2)
    assert [n for n in small.state_dict() if n not in names] == ["prompts.images.vectors", "prompts.texts.vectors"]
    assert small.digest != digest
    for prompts in (seen, read, read):
        prompts.remove()
    assert torch.equal(small.encode_images(pictures()), images)
    assert torch.equal(small.encode_texts(TEXTS), texts)
    assert (small.digest, list(small.state_dict())) == (digest, names)
    visual_prompts(small, 1)


def test_learned_words_stand_where_the_words_would(small: Clip) -> None:
    """Vectors that are the embeddings of "photo of" read as "photo of" does."""
    tower = getattr(small.model, "text", small.model)
    ids = small.tokenizer(["photo of cow"])[0]
    expected = small.encode_texts(["photo of cow"])
    prompts = text_prompts(small, 2)
    with torch.no_grad():
        prompts.vectors.copy_(tower.token_embedding.weight[ids[1:3]])
    assert torch.allclose(small.encode_texts(["cow"]), expected, atol=1e-6)


def test_long_texts_lose_their_last_words_and_never_their_end(small: Clip) -> None:
    plain = small.tokenizer(TEXTS)
    text_prompts(small, 2)
    ids = small.tokenizer(TEXTS)
    assert ids.shape == plain.shape
    assert ids[:, 0].tolist() == plain[:, 0].tolist()
    assert ids.argmax(1).tolist() == [(e + 2) if e + 2 < ids.shape[1] else ids.shape[1] - 1 for e in plain.argmax(1)]
    assert torch.equal(ids.max(1).values, plain.max(1).values)
    assert torch.equal(ids[1, 3:5], plain[1, 1:3])


def test_both_may_learn_at_once_and_a_copy_has_its_own() -> None:
    small = clip("small-vit")
    visual_prompts(small, 2, alone=True)
    text_prompts(small, 2, alone=True)
    assert {n for n, p in small.named_parameters() if p.requires_grad} == {
        "prompts.images.vectors",
        "prompts.texts.vectors",
    }
    other = copy.deepcopy(small)
    assert torch.equal(other.encode_images(pictures()), small.encode_images(pictures()))
    before = small.encode_images(pictures()), small.encode_texts(TEXTS)
    stir(other.prompts)
    assert torch.equal(small.encode_images(pictures()), before[0])
    assert torch.equal(small.encode_texts(TEXTS), before[1])
    assert not torch.allclose(other.encode_images(pictures()), before[0], atol=1e-4)
    assert not torch.allclose(other.encode_texts(TEXTS), before[1], atol=1e-5)
    other.prompts["texts"].remove()  # type: ignore[operator]
    assert torch.equal(small.encode_texts(TEXTS), before[1])


def test_a_pairs_new_text_tower_takes_prompts_and_its_cnn_does_not() -> None:
    paired = pair(cnn("squeezenet1_1"), TEXTS)
    before = paired.encode_texts(TEXTS).detach()
    text_prompts(paired, 1)
    assert not torch.allclose(paired.encode_texts(TEXTS), before, atol=1e-5)
    with pytest.raises(ValueError, match="image tower with a transformer; a ProjectedTower has none"):
        visual_prompts(paired, 1)


def test_what_cannot_be_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a ModifiedResNet has none"):
        visual_prompts(clip("small-rn"), 2)
    small = clip("small-vit")
    with pytest.raises(ValueError, match="at least one learned token"):
        visual_prompts(small, 0)
    with pytest.raises(ValueError, match="10 learned tokens, start, end and a word do not fit small-vit's 12 tokens"):
        text_prompts(small, 10)
    text_prompts(small, 9)
    with pytest.raises(ValueError, match=r"prompts for its texts already: remove\(\) them first"):
        text_prompts(small, 2)
    with pytest.raises(ValueError, match="no part of the model"):
        save(small, tmp_path)
    small.model.text_pool_type = "last"
    with pytest.raises(ValueError, match="end token; small-vit's CLIP pools by 'last'"):
        text_prompts(small, 2)
