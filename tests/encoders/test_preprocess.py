from __future__ import annotations

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from torch import Tensor

from sbirlib.encoders.preprocess import Preprocess

CLIP = Preprocess.of(PreprocessCfg().__dict__ | {"size": 32})


def smooth(height: int, width: int) -> np.ndarray:
    """Something like a photo: slow waves with an edge."""
    y, x = np.mgrid[:height, :width] / 20
    picture = np.stack([np.sin(x), np.cos(y), np.sin(x + y)], axis=-1) * 100 + 128
    picture[height // 3 : height // 2] = (250, 10, 60)
    return picture.astype(np.uint8)


def both(preprocess: Preprocess, picture: np.ndarray) -> tuple[Tensor, Tensor]:
    """Ours and open_clip's own."""
    config = PreprocessCfg(**{k: tuple(v) if isinstance(v, list) else v for k, v in preprocess.config().items()})
    theirs = image_transform_v2(config, is_train=False)(Image.fromarray(picture))
    return preprocess(torch.from_numpy(picture).permute(2, 0, 1)[None])[0], theirs


def test_at_equal_size_it_is_open_clips_to_the_last_bit() -> None:
    ours, theirs = both(CLIP, smooth(32, 32))
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("shape", [(64, 64), (90, 61), (47, 130), (20, 20), (18, 40)])
@pytest.mark.parametrize(("interpolation", "resize"), [("bicubic", "shortest"), ("bilinear", "squash")])
def test_other_sizes_are_resized_and_cropped_as_open_clip_does(
    shape: tuple[int, int], interpolation: str, resize: str
) -> None:
    preprocess = Preprocess(32, CLIP.mean, CLIP.std, interpolation, resize)
    ours, theirs = both(preprocess, smooth(*shape))
    step = 1 / 255 / min(CLIP.std)
    assert ours.shape == theirs.shape == (3, 32, 32)
    assert (ours - theirs).abs().max() <= 2 * step + 1e-6
    assert (ours - theirs).abs().mean() <= 0.1 * step


def test_floats_are_the_same_pictures() -> None:
    whole = torch.from_numpy(smooth(50, 40)).permute(2, 0, 1)[None]
    assert torch.equal(CLIP(whole[..., :32, :32]), CLIP(whole[..., :32, :32].float() / 255))
    step = 1 / 255 / min(CLIP.std)
    assert (CLIP(whole) - CLIP(whole.float() / 255)).abs().max() <= 2 * step  # uint8 is rounded on the way


def test_gradients_reach_the_pixels_through_a_resize() -> None:
    images = torch.full((2, 3, 40, 40), 0.5, requires_grad=True)
    CLIP(images).sum().backward()
    assert images.grad is not None
    # every output weighs 1 / std, and the resize shares it out among the inputs
    expected = 2 * 32 * 32 * sum(1 / std for std in CLIP.std)
    assert images.grad.sum().item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.zeros(3, 32, 32), r"\(n, 3, h, w\).*got \(3, 32, 32\)"),
        (torch.zeros(1, 1, 32, 32), r"got \(1, 1, 32, 32\)"),
        (torch.zeros(1, 3, 32, 32, dtype=torch.int64), "torch.int64"),
        (torch.full((1, 3, 32, 32), 255.0), "from 255 to 255"),
        (CLIP(torch.zeros(1, 3, 32, 32)), "floats from -1.79"),
        (torch.full((1, 3, 32, 32), float("nan")), "nan"),
    ],
)
def test_anything_else_is_one_clear_error(images: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CLIP(images)


def test_a_numpy_array_is_named() -> None:
    with pytest.raises(TypeError, match="got ndarray"):
        CLIP(smooth(32, 32))  # type: ignore[arg-type]


def test_half_floats_and_slight_overshoot_pass() -> None:
    images = torch.full((1, 3, 32, 32), 1.02, dtype=torch.bfloat16)
    assert CLIP(images).dtype == torch.float32


def test_configs_round_trip_and_gaps_are_refused() -> None:
    squash = Preprocess(48, (0.1, 0.2, 0.3), (0.5, 0.6, 0.7), "bilinear", "squash")
    assert Preprocess.of(squash.config()) == squash
    assert Preprocess.of({"size": (48, 48), "mean": 0.5, "std": [0.5] * 3}).mean == (0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="lacks mean"):
        Preprocess.of({"size": 32, "std": [1, 1, 1]})
    with pytest.raises(ValueError, match="square"):
        Preprocess.of(squash.config() | {"size": [48, 32]})
    with pytest.raises(ValueError, match="longest"):
        Preprocess.of(squash.config() | {"resize_mode": "longest"})
    with pytest.raises(ValueError, match="nearest"):
        Preprocess.of(squash.config() | {"interpolation": "nearest"})


def test_a_resize_stays_within_the_pixels_range() -> None:
    edge = torch.zeros(1, 3, 10, 10)
    edge[..., 5:] = 1  # where bicubic overshoots
    for images in (edge, (edge * 255).byte()):
        resized = Preprocess(33, (0.0,) * 3, (1.0,) * 3)(images)
        assert (resized.min(), resized.max()) == (0, 1)
