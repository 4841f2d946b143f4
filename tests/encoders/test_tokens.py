from __future__ import annotations

import pytest
import torch
from small_towers import pictures
from torch import Tensor, nn

from sbirlib.encoders.clip import clip
from sbirlib.encoders.tokens import patch_tokens


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
        def tokens(self, x: Tensor) -> Tensor:
            return x.flatten(2).transpose(1, 2)

    assert patch_tokens(Own(), torch.zeros(2, 5, 3, 3)).shape == (2, 9, 5)


def test_others_have_none() -> None:
    with pytest.raises(ValueError, match="a ModifiedResNet has no patch tokens; a vision transformer has"):
        clip("small-rn").tokens(pictures())
