from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sbirlib.encoders.tiny import Block, Squeeze, TinyCnn, TinyConfig, TinyTower, tiny_clip
from sbirlib.encoders.vocabulary import Vocabulary

CONFIG = TinyConfig(vocabulary=20, context=8)


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def images(count: int) -> Tensor:
    return torch.randn(count, 3, 48, 48)


def test_a_feature_is_its_pictures_own_whatever_stands_around_it() -> None:
    tower, pictures = TinyTower(CONFIG).eval(), images(5)
    features = tower(pictures)
    torch.testing.assert_close(tower(pictures.flip(0)), features.flip(0))
    torch.testing.assert_close(tower(pictures[2:3]), features[2:3])
    assert (torch.cdist(features, features) + 9 * torch.eye(5)).min() > 1e-3  # and five pictures have five of them


def test_tokens_lie_as_the_patches_do() -> None:
    """What changes in one corner of a picture changes that corner's token most."""
    tower, picture = TinyTower(CONFIG).eval(), images(1)
    changed = picture.clone()
    changed[..., :16, 32:] = 3
    before, after = (tower.whole_and_patches(each)[1] for each in (picture, changed))
    assert before.shape == (1, 9, CONFIG.width)
    moved = (before - after).norm(dim=2)[0].reshape(3, 3)
    assert moved[0, 2] > 3 * moved[2, 0]  # row 0, column 2 of three; and the corner across


def append(count: int, tower: TinyTower) -> Any:
    """Learned prompts as a method would add them: behind the sequence, by a hook."""
    prompts = nn.Parameter(torch.randn(count, tower.transformer.width))

    def longer(_: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return torch.cat([given[0], prompts.expand(len(given[0]), -1, -1)], dim=1), *given[1:]

    return prompts, tower.transformer.register_forward_pre_hook(longer)


def test_prompts_behind_the_sequence_are_heard_and_do_not_move_it() -> None:
    tower, pictures = TinyTower(CONFIG).eval(), images(3)
    features, tokens = tower.whole_and_patches(pictures)
    prompts, hook = append(4, tower)
    assert tower.sequence(pictures).shape == (3, 1 + 9 + 4, CONFIG.width)
    prompted, beside = tower.whole_and_patches(pictures)
    assert beside.shape == tokens.shape
    assert (prompted - features).norm() > 1e-3
    prompted.sum().backward()
    assert prompts.grad is not None
    assert prompts.grad.norm() > 0
    # prompts nobody looks at change nothing, so the class token and the patches are where they were
    blind = nn.functional.pad(torch.zeros(10, 10), (0, 4, 0, 4), value=float("-inf"))
    blind[10:] = 0
    inner = tower.transformer.forward
    tower.transformer.forward = lambda x: inner(x, attn_mask=blind)
    torch.testing.assert_close(tower.whole_and_patches(pictures), (features, tokens))
    tower.transformer.forward = inner
    hook.remove()
    torch.testing.assert_close(tower(pictures), features)


def test_the_config_goes_through_json_and_builds_the_same_model() -> None:
    config = replace(CONFIG, channels=(16, 32, 48), width=64, layers=2, heads=4)
    read = TinyConfig.of(json.loads(json.dumps(asdict(config))))
    assert read == config
    weights = tiny_clip(config).state_dict()
    tiny_clip(read).load_state_dict(weights)  # every name and shape, or an error


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(TypeError, match="depth"):
        TinyConfig.of({**asdict(CONFIG), "depth": 3})


def test_a_tiny_clip_is_as_small_as_promised_and_open_clips_own() -> None:
    model = tiny_clip(TinyConfig(vocabulary=700))
    assert type(model).__module__ == "open_clip.model"
    assert sum(value.numel() for value in model.state_dict().values()) * 2 < 6e6  # bytes at half precision
    assert model.logit_scale.exp().item() == pytest.approx(1 / 0.07)
    image, text, scale = model(images(2), torch.zeros(2, 16, dtype=torch.long))
    torch.testing.assert_close(image.norm(dim=1), torch.ones(2))
    torch.testing.assert_close(text.norm(dim=1), torch.ones(2))
    torch.testing.assert_close(scale, model.logit_scale.exp())


def test_a_text_is_read_up_to_its_end_and_no_further() -> None:
    vocabulary = Vocabulary.of(["a photo of a cow on the grass"], context=8)
    model = tiny_clip(TinyConfig(vocabulary=len(vocabulary), context=8)).eval()
    seen: list[Tensor] = []
    model.ln_final.register_forward_hook(lambda _module, _given, out: seen.append(out))
    ids = vocabulary(["a cow", "a photo of a cow on", "cow", "a photo of a cow on the grass"])
    features = model.encode_text(ids)
    ends = [3, 7, 2, 7]
    assert [int(row.argmax()) for row in ids] == ends
    by_hand = torch.stack([seen[0][row, end] for row, end in enumerate(ends)]) @ model.text_projection
    torch.testing.assert_close(features, by_hand)
    padded = ids.clone()
    padded[0, 4:] = vocabulary.ids["grass"]  # behind the end, where a causal mask keeps anything from being heard
    torch.testing.assert_close(model.encode_text(padded), features)
    said = ids.clone()
    said[0, 2] = vocabulary.ids["grass"]
    assert (model.encode_text(said)[0] - features[0]).norm() > 1e-3


def test_both_towers_and_the_temperature_learn() -> None:
    model = tiny_clip(CONFIG)
    image, text, scale = model(images(4), torch.randint(1, 20, (4, 8)))
    loss: Tensor = nn.functional.cross_entropy(scale * image @ text.T, torch.arange(4))
    loss.backward()  # type: ignore[no-untyped-call]
    silent = [name for name, each in model.named_parameters() if each.grad is None or not each.grad.abs().sum() > 0]
    assert silent == []


def test_squeeze_by_hand() -> None:
    squeeze = Squeeze(2, reduction=2)
    with torch.no_grad():
        squeeze.fc1.weight.copy_(torch.tensor([[1.0, -2.0]]))
        squeeze.fc1.bias.fill_(1.0)
        squeeze.fc2.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        squeeze.fc2.bias.zero_()
    x = torch.tensor([[[[1.0, 5.0]], [[0.0, 1.0]]]])  # means 3 and .5, so 3 - 1 + 1 = 3 in the middle
    expected = torch.tensor([[[[0.9525741, 4.7628706]], [[0.0, 0.0474259]]]])  # times 1 / (1 + e^-3) and 1 / (1 + e^3)
    torch.testing.assert_close(squeeze(x), expected)
    torch.testing.assert_close(squeeze(-x)[0, 0, 0, 1], torch.tensor(-2.5))  # -3 + 1 + 1 < 0: a half of everything


def test_a_block_without_its_convolutions_is_its_shortcut() -> None:
    block = Block(8, 8, 1, Squeeze).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.rand(2, 8, 6, 6)
    torch.testing.assert_close(block(x), x)


def test_a_variant_of_the_squeeze_reaches_every_block() -> None:
    class Shut(Squeeze):
        """Scales by half, whatever comes."""

        def scale(self, means: Tensor) -> Tensor:
            return torch.full_like(means, 0.5)

    plain, shut = TinyCnn(5).eval(), TinyCnn(5, squeeze=Shut).eval()
    shut.load_state_dict(plain.state_dict())
    pictures = images(2)
    assert sum(isinstance(part, Shut) for part in shut.modules()) == 4
    assert (shut.maps(pictures) - plain.maps(pictures)).norm() > 1e-3
    for part in plain.modules():
        if isinstance(part, Squeeze):
            nn.init.zeros_(part.fc2.weight)
            nn.init.zeros_(part.fc2.bias)  # a sigmoid of 0 is a half, too
    torch.testing.assert_close(shut(pictures), plain(pictures))


def test_the_cnns_scores_come_from_the_mean_of_its_maps() -> None:
    cnn, pictures = TinyCnn(5).eval(), images(3)
    maps = cnn.maps(pictures)
    assert maps.shape == (3, 192, 6, 6)
    torch.testing.assert_close(cnn.features(pictures), maps.flatten(2).mean(2))
    torch.testing.assert_close(cnn(pictures), cnn.classifier(maps.flatten(2).mean(2)))
    assert 1.0e6 < sum(each.numel() for each in TinyCnn(53).parameters()) < 1.5e6
