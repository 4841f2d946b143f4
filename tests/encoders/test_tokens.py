from __future__ import annotations

import pytest
import torch
from small_towers import pictures
from torch import Tensor, nn

from sbirlib.encoders.clip import clip
from sbirlib.encoders.cnn import cnn
from sbirlib.encoders.pairing import pair
from sbirlib.encoders.tokens import whole_and_patches


def test_a_vits_tokens_are_what_its_class_token_stands_among() -> None:
    small = clip("small-vit")
    tokens = small.tokens(pictures())
    assert tokens.shape == (3, 16, 64)
    # the last block's output after the last norm, which forward_intermediates works out by another way
    other = small.visual.forward_intermediates(
        small.preprocess(pictures()), indices=1, normalize_intermediates=True, output_fmt="NLC"
    )
    assert torch.allclose(tokens, other["image_intermediates"][-1], atol=1e-6)
    assert small.visual.output_tokens is False


def test_tokens_are_normalised_where_the_norm_comes_after_pooling() -> None:
    small = clip("small-custom")
    tokens = small.tokens(pictures())
    assert torch.allclose(tokens.mean(-1), torch.zeros(3, 16), atol=1e-5)
    assert torch.allclose(tokens.var(-1, unbiased=False), torch.ones(3, 16), atol=1e-2)


def test_tokens_are_in_the_order_of_their_places() -> None:
    small = clip("small-vit")
    with torch.no_grad():
        for block in small.visual.transformer.resblocks:  # no mixing of places
            block.attn.out_proj.weight.zero_()
    images = pictures(1)
    before = small.tokens(images)
    images[:, :, 8:16, 16:24] = 255  # the second row's third patch
    changed = (small.tokens(images) - before).abs().sum(-1)[0] > 1e-4
    assert changed.nonzero().flatten().tolist() == [4 + 2]


def test_a_towers_own_tokens_come_first() -> None:
    class Own(nn.Module):
        def whole_and_patches(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return x.mean((2, 3)), x.flatten(2).transpose(1, 2)

    features, tokens = whole_and_patches(Own(), torch.zeros(2, 5, 3, 3))
    assert features.shape == (2, 5)
    assert tokens.shape == (2, 9, 5)


@pytest.mark.parametrize("name", ["tiny", "small-vit", "small-custom"])
def test_both_at_once_are_each_alone(name: str) -> None:
    small = clip(name)
    features, tokens = small.whole_and_patches(pictures(size=small.size))
    torch.testing.assert_close(features, small.encode_images(pictures(size=small.size)))
    torch.testing.assert_close(tokens, small.tokens(pictures(size=small.size)))


@pytest.mark.parametrize("locked", [True, False])
def test_a_locked_trunk_gives_tokens_without_gradient_and_features_through_its_projection(locked: bool) -> None:
    paired = pair(cnn("tiny"), ["a cow"], locked=locked)
    features, tokens = paired.whole_and_patches(pictures(size=48))
    torch.testing.assert_close(features, paired.encode_images(pictures(size=48)))
    assert features.requires_grad
    assert tokens.requires_grad is not locked


def test_others_have_none() -> None:
    with pytest.raises(ValueError, match="a ModifiedResNet has no patch tokens; a vision transformer has"):
        clip("small-rn").tokens(pictures())
