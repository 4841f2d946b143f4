"""Against torchvision, one picture and one step at a time; what must not change; that no random numbers are drawn."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as tv

from sbirlib.data import augment
from sbirlib.data.augment import NUMBERS, augment_photos, augment_sketches

STILL = {
    augment_photos: [0.9, 0.0, 0.5, 0.0, 0.0, 0.5, 0.5, 0.5, 0.0],
    augment_sketches: [0.9, *[0.5] * 8],
}
"""The numbers of a guise in which everything is as it was."""
BOTH = pytest.mark.parametrize("vary", [augment_photos, augment_sketches])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbers(n: int = 6, seed: int = 0) -> Tensor:
    return torch.rand(n, NUMBERS, generator=generator(seed))


def noise(n: int = 6, side: int = 32, low: int = 0, high: int = 256) -> Tensor:
    return torch.randint(low, high, (n, 3, side, side), dtype=torch.uint8, generator=generator(99))


def drawings(n: int = 6, side: int = 64) -> Tensor:
    """A black square, 3 pixels thick, off the middle of white paper."""
    paper = torch.full((n, 3, side, side), 255, dtype=torch.uint8)
    paper[..., 18:44, 14:40] = 0
    paper[..., 21:41, 17:37] = 255
    return paper


def differs(one: Tensor, two: Tensor) -> int:
    return int((one.int() - two.int()).abs().max())


@BOTH
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), strength=st.sampled_from([0.0, 0.3, 1.0]), n=st.integers(0, 5))
def test_numbers_give_one_result_and_the_callers_random_numbers_are_left_alone(
    vary: type[augment_photos], seed: int, strength: float, n: int
) -> None:
    images = noise(n)
    given = numbers(n, seed)
    before, copy, as_given = torch.get_rng_state(), images.clone(), given.clone()
    one = vary(images, given, strength)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert torch.equal(vary(images, given, strength), one)
    assert torch.equal(images, copy)
    assert torch.equal(given, as_given)
    assert (one.shape, one.dtype) == (images.shape, torch.uint8)
    if strength == 0:
        assert torch.equal(one, images)


@BOTH
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), side=st.sampled_from([17, 31, 32, 50]), data=st.data())
def test_a_picture_has_its_guise_in_whatever_company(
    vary: type[augment_photos], seed: int, n: int, side: int, data: st.DataObject
) -> None:
    images, own = noise(n, side), numbers(n, seed)
    some = data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n))
    assert torch.equal(vary(images[some], own[some]), vary(images, own)[some])


@BOTH
def test_each_picture_has_its_own_numbers_and_strength_is_how_far_it_goes(vary: type[augment_photos]) -> None:
    images, unflipped = drawings(24), numbers(24)
    unflipped[:, 0] = 1
    away = [(vary(images, unflipped, strength).int() - images.int()).abs().float() for strength in (0.02, 0.3, 1.0)]
    assert len({tuple(one.flatten().tolist()) for one in away[2]}) == 24
    small, middle, full = (float(one.mean()) for one in away)
    assert small < middle < full
    assert small < 1


@BOTH
def test_layout_and_threads_change_nothing(vary: type[augment_photos]) -> None:
    """Pixels come with channels last, and a data loader's workers have one thread each."""
    images = noise(8, 64)
    one = vary(images, numbers(len(images)))
    assert torch.equal(vary(images.contiguous(memory_format=torch.channels_last), numbers(len(images))), one)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2 if threads == 1 else 1)
        assert torch.equal(vary(images, numbers(len(images))), one)
    finally:
        torch.set_num_threads(threads)


@BOTH
@pytest.mark.parametrize("piece", [1, 7000, 10**9])
def test_pieces_change_nothing(vary: type[augment_photos], piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    images = noise(7)  # of 3,072 values each
    one = vary(images, numbers(len(images)))
    monkeypatch.setattr(augment, "PIECE", piece)
    assert torch.equal(vary(images, numbers(len(images))), one)


@BOTH
@pytest.mark.parametrize(("strength", "count"), [(0.1, 1), (0.5, 2), (1.0, 3)])
def test_the_first_number_mirrors_half_at_full_strength_and_fewer_at_less(
    vary: type[augment_photos], strength: float, count: int
) -> None:
    images, own = noise(4), torch.tensor(STILL[vary]).repeat(4, 1)
    own[:, 0] = torch.tensor([0.0, 0.24, 0.49, 0.51])
    found = vary(images, own, strength)
    assert torch.equal(found[:count], images[:count].flip(-1))
    assert torch.equal(found[count:], images[count:])


@BOTH
def test_every_number_turns_something(vary: type[augment_photos]) -> None:
    """The k-th of 9 pictures has another k-th number; the photos are cropped, so that there is room to move."""
    images, own = noise(1).repeat(NUMBERS, 1, 1, 1), torch.tensor(STILL[vary]).repeat(NUMBERS, 1)
    if vary is augment_photos:
        own[:, 1] = 0.5
    plain = vary(images, own)
    other = torch.where(own == 0.5, 0.8, 1 - own)
    used = (vary(images, torch.where(torch.eye(NUMBERS) > 0, other, own)) != plain).flatten(1).any(dim=1)
    assert used.tolist() == [True] * 9 if vary is augment_photos else [True] * 6 + [False] * 3


def test_recolour_is_torchvisions_three_steps_where_nothing_clips() -> None:
    """torchvision cuts to whole numbers after each step: up to a level a step."""
    images = noise(20, low=100, high=140)
    b, c, s = torch.rand(3, 20, generator=generator()) * 0.6 + 0.7
    found = augment.to_bytes(augment.recolour(images, b, c, s))
    for i in range(20):
        want = tv.adjust_brightness(images[i], float(b[i]))
        want = tv.adjust_saturation(tv.adjust_contrast(want, float(c[i])), float(s[i]))
        assert differs(found[i], want) <= 3


def test_blur_is_torchvisions_gaussian() -> None:
    images, sigma = noise(4), torch.tensor([0.4, 0.6, 0.8, 0.85])
    weight = (-1 / (2 * sigma**2)).exp()
    found = augment.to_bytes(augment.blur(images.float(), weight / (1 + 2 * weight)))
    for i in range(4):
        assert differs(found[i], tv.gaussian_blur(images[i], [3, 3], [float(sigma[i])] * 2)) <= 1
    strongest = float(weight[-1] / (1 + 2 * weight[-1]))
    assert strongest == pytest.approx(0.25, abs=0.002)


def test_pose_is_torchvisions_affine() -> None:
    """Of the negative: torchvision's own white fill draws a grey seam along the paper's edge."""
    images = drawings(4).float()
    turn, scale = torch.tensor([0.0, 15.0, -9.0, 4.0]), torch.tensor([1.0, 0.85, 1.15, 1.0])
    right, down = torch.tensor([0.0, 0.0625, -0.03125, 0.0]), torch.tensor([0.0, 0.0, 0.0625, -0.0625])
    found = augment.pose(images, turn, scale, right, down)
    for i in range(4):
        shift = [float(right[i] * 64), float(down[i] * 64)]
        want = tv.affine(
            255 - images[i], float(turn[i]), shift, float(scale[i]), [0.0, 0.0], InterpolationMode.BILINEAR
        )
        assert (255 - found[i] - want).abs().max() < 0.05
    assert torch.allclose(found[0], images[0], atol=1e-3)


def test_a_crop_is_the_part_it_says() -> None:
    """All of it is the picture itself; a quarter of the area, square, in the lower left corner."""
    images = noise(2)
    whole, corner = torch.tensor([1.0, 0.25]), torch.zeros(2)
    found = augment.crop(images, whole, corner, torch.tensor([0.0, 1.0]), corner)
    assert torch.equal(found[0], images[0])
    assert torch.equal(found[1], tv.resize(images[1, :, 16:, :16], [32, 32], antialias=True))


@settings(deadline=None, max_examples=30)
@given(st.floats(0.6, 1), st.floats(-0.2, 0.2), st.floats(0, 1), st.floats(0, 1))
def test_a_crop_stays_inside(area: float, stretch: float, top: float, left: float) -> None:
    """Padding would show as black: the pictures are white."""
    one = [torch.tensor([value]) for value in (area, stretch, top, left)]
    assert (augment.crop(torch.full((1, 3, 16, 16), 255, dtype=torch.uint8), *one) == 255).all()


def test_a_pen_gets_thicker_and_thinner_by_hand() -> None:
    """A line of one pixel at 64: its neighbours darken on the way to three pixels; thinner, it fades but stays."""
    paper = torch.full((3, 3, 64, 64), 255, dtype=torch.uint8)
    paper[..., 30] = 0
    found = augment.redraw(paper, torch.tensor([1.0, 0.5, -0.5]))[:, 0, 5, 28:33]
    assert found.tolist() == [
        [255, 0, 0, 0, 255],
        [255, 127.5, 0, 127.5, 255],
        [255, 255, 127.5, 255, 255],
    ]
    assert torch.equal(augment.redraw(paper, torch.zeros(3)), paper.float())


@pytest.mark.parametrize("reach", [1, 2, 5])
def test_lightest_is_the_maximum_around(reach: int) -> None:
    images = noise(2, 16)
    want = torch.nn.functional.max_pool2d(images.float(), 2 * reach + 1, stride=1, padding=reach)
    assert torch.equal(augment.lightest(images, reach).float(), want)


def test_sketches_keep_their_ink_and_white_paper_and_never_get_colour() -> None:
    found = augment_sketches(drawings(64), numbers(64))
    assert torch.equal(found[:, 0], found[:, 1])
    assert torch.equal(found[:, 0], found[:, 2])
    assert (found[..., 0, 0] == 255).all()
    assert (found.flatten(1).min(dim=1).values < 140).all()
    ink = (255 - found.float()).sum((1, 2, 3)) / (255 - drawings(1).float()).sum()
    assert ink.min() > 0.4
    assert ink.max() < 2.5


def test_photos_do_get_other_colours_and_some_stay_sharp() -> None:
    images = torch.full((64, 3, 32, 32), 100, dtype=torch.uint8)
    images[:, 0] = 180
    found = augment_photos(images, numbers(len(images))).float()
    assert found[:, 0].mean((1, 2)).std() > 15
    assert (found[:, 0] - found[:, 1]).mean((1, 2)).std() > 10
    stripes = noise(64)
    stripes[:] = 255 * (torch.arange(32) % 2)
    sharp = augment_photos(stripes, numbers(64)).float().diff(dim=-1).abs().amax((1, 2, 3))
    assert (sharp > 200).any()
    assert (sharp < 130).any()


@BOTH
@pytest.mark.parametrize("strength", [-0.1, 1.5])
def test_a_strength_has_its_bounds(vary: type[augment_photos], strength: float) -> None:
    with pytest.raises(ValueError, match=rf"a strength goes from 0 \(the identity\) to 1; got {strength}"):
        vary(noise(2), numbers(2), strength)


@BOTH
def test_a_guise_has_its_count_of_numbers(vary: type[augment_photos]) -> None:
    with pytest.raises(ValueError, match=r"a guise is 9 numbers, \(2, 9\); got \(3, 9\)"):
        vary(noise(2), numbers(3))
    with pytest.raises(ValueError, match=r"a guise is 9 numbers, \(2, 9\); got \(2, 6\)"):
        vary(noise(2), numbers(2)[:, :6], 0)
