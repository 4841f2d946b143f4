from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import open_clip
import pytest
import torch
from open_clip.model import QuickGELU
from safetensors.torch import load_file, save_file
from small_towers import CONFIGS, pictures
from torch import Tensor, nn

from sbirlib.encoders import sources
from sbirlib.encoders.clip import Clip, clip, save

OPENAI = {"mean": (0.1, 0.2, 0.3), "std": (0.4, 0.5, 0.6), "quick_gelu": True, "interpolation": "bilinear"}
PLAIN = {"mean": (0.1, 0.2, 0.3), "std": (0.4, 0.5, 0.6)}


def activations(model: nn.Module) -> set[type]:
    return {type(module) for module in model.modules() if isinstance(module, QuickGELU | nn.GELU)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model with an activation and pixels that are not the defaults."""
    made = clip("small-vit", seed=5)
    config = {"model_cfg": {**CONFIGS["small-vit"], "quick_gelu": True}, "preprocess_cfg": {**OPENAI, "size": 32}}
    save_file(made.model.state_dict(), tmp_path / "open_clip_model.safetensors")
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    return tmp_path


@pytest.fixture
def tags(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[object]:
    """Tags of the small model whose download is a local file; what was asked for is noted."""
    asked: list[object] = []

    def download(known: object) -> str:
        asked.append(known)
        return str(folder / "open_clip_model.safetensors")

    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "small-vit", {"openai": OPENAI, "laion": PLAIN})
    monkeypatch.setattr(sources, "download_pretrained", download)
    return asked


def same(first: Clip, second: Clip) -> bool:
    texts = ["a cow", "a photo of a red boat"]
    return torch.equal(first.encode_images(pictures()), second.encode_images(pictures())) and torch.equal(
        first.encode_texts(texts), second.encode_texts(texts)
    )


@pytest.mark.parametrize("name", list(CONFIGS))
def test_random_weights_are_open_clips_own_and_depend_on_the_seed_alone(name: str) -> None:
    state = torch.get_rng_state()
    small = clip(name, seed=7)
    assert torch.equal(state, torch.get_rng_state())
    torch.manual_seed(7)
    theirs = open_clip.create_model(name).eval()
    assert type(small.model) is type(theirs)
    ids = open_clip.get_tokenizer(name)(["a red boat"])
    assert torch.equal(small.encode_texts(["a red boat"]), theirs.encode_text(ids))
    assert torch.equal(small.encode_images(pictures()), theirs.encode_image(small.preprocess(pictures())))
    assert clip(name, seed=8).digest != small.digest
    assert small.seen == "nothing: random weights"


def test_vit_b_32_is_there() -> None:
    big = clip("ViT-B-32")
    assert (big.size, big.dim, big.preprocess.interpolation) == (224, 512, "bicubic")
    with torch.no_grad():
        assert big.tokens(pictures(1, 224)).shape == (1, 49, 768)


def test_a_tags_activation_and_pixels_are_its_own(tags: list[object], folder: Path) -> None:
    quick, plain = clip("small-vit", "openai"), clip("small-vit", "laion")
    assert activations(quick.model) == {QuickGELU}
    assert activations(plain.model) == {nn.GELU}
    assert (quick.preprocess.interpolation, plain.preprocess.interpolation) == ("bilinear", "bicubic")
    assert quick.preprocess.mean == (0.1, 0.2, 0.3)
    assert "openai" in quick.seen
    assert tags == [OPENAI, PLAIN]
    # the same weights: the activation alone makes another model, and another digest
    assert torch.equal(quick.model.visual.proj, plain.model.visual.proj)
    assert not torch.equal(quick.encode_texts(["a cow"]), plain.encode_texts(["a cow"]))
    assert quick.digest != plain.digest
    assert same(quick, clip("small-vit", folder))


def test_a_folder_of_the_tags_name_does_not_hide_the_tag(
    tags: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openai").mkdir()
    monkeypatch.chdir(tmp_path)
    clip("small-vit", "openai")
    assert tags == [OPENAI]


def test_offline_is_one_clear_error_that_says_what_to_do(tags: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr(sources, "download_pretrained", offline)
    monkeypatch.setattr(sources, "download_pretrained_from_hf", offline)
    with pytest.raises(ConnectionError, match=r"'openai' weights could not be fetched.*local folder.*None for random"):
        clip("small-vit", "openai")
    with pytest.raises(ConnectionError, match="hf-hub:org/repo could not be fetched"):
        clip("small-vit", "hf-hub:org/repo")


def test_the_hub_gives_config_and_weights(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def download(repository: str, filename: str = "open_clip_model.safetensors") -> str:
        assert repository == "org/repo"
        return str(folder / filename)

    monkeypatch.setattr(sources, "download_pretrained_from_hf", download)
    assert same(clip("small-vit", "hf-hub:org/repo"), clip("small-vit", folder))


def test_files_take_their_config_along(folder: Path, tmp_path: Path) -> None:
    expected = clip("small-vit", folder)
    assert activations(expected.model) == {QuickGELU}
    weights = folder / "open_clip_model.safetensors"
    assert same(clip("small-vit", weights), expected)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    torch.save({"state_dict": load_file(weights)}, elsewhere / "mine.pt")
    with pytest.raises(ValueError, match=r"mine\.pt comes without a config"):
        clip("small-vit", elsewhere / "mine.pt")
    shutil.copy(folder / "open_clip_config.json", elsewhere / "mine.json")
    assert same(clip("small-vit", str(elsewhere / "mine.pt")), expected)


@pytest.mark.parametrize("name", list(CONFIGS))
def test_what_is_saved_is_read_to_the_last_bit(name: str, tmp_path: Path) -> None:
    made = clip(name, seed=3)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.rand_like(parameter) / 50)
    again = clip(name, save(made, tmp_path / "it"))
    assert same(made, again)
    assert torch.equal(made.scale, again.scale)
    assert (made.digest, made.seen) == (again.digest, again.seen)
    open_clip_reads = open_clip.create_model(f"local-dir:{tmp_path / 'it'}").eval()
    ready = made.preprocess(pictures())
    assert torch.equal(open_clip_reads.encode_image(ready), made.encode_images(pictures()))


def test_older_forms_of_a_state_dict_are_understood(folder: Path) -> None:
    made = clip("small-custom", seed=2)
    save(made, folder)
    state = made.model.state_dict()
    older = {name.removeprefix("text."): tensor for name, tensor in state.items()}
    older["logit_scale"] = older["logit_scale"].reshape(1)
    older["input_resolution"] = torch.tensor(32)
    save_file(older, folder / "open_clip_model.safetensors")
    assert same(clip("small-custom", folder), made)


def drop(state: dict[str, Tensor]) -> None:
    del state["visual.proj"]


def reshape(state: dict[str, Tensor]) -> None:
    state["visual.proj"] = state["visual.proj"][:, :8].clone()


@pytest.mark.parametrize(
    ("harm", "message"),
    [(drop, r"visual\.proj missing"), (reshape, r"visual\.proj is \(64, 8\), expected \(64, 16\)")],
)
def test_weights_that_do_not_fit_are_refused(
    folder: Path, harm: Callable[[dict[str, Tensor]], None], message: str
) -> None:
    state = load_file(folder / "open_clip_model.safetensors")
    harm(state)
    save_file(state, folder / "open_clip_model.safetensors")
    with pytest.raises(ValueError, match=message):
        clip("small-vit", folder)


def test_a_folder_that_is_not_whole_or_of_another_kind_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="is no small-rn"):
        clip("small-rn", folder)
    with pytest.raises(ValueError, match="is no tiny"):
        clip("tiny", folder)
    (folder / "open_clip_config.json").rename(folder / "config.txt")
    with pytest.raises(FileNotFoundError, match=r"has no open_clip_config\.json"):
        clip("small-vit", folder)
    (folder / "config.txt").rename(folder / "open_clip_config.json")
    (folder / "open_clip_model.safetensors").rename(folder / "a.safetensors")
    clip("small-vit", folder)
    shutil.copy(folder / "a.safetensors", folder / "b.safetensors")
    with pytest.raises(ValueError, match=r"several weights files.*a\.safetensors, b\.safetensors"):
        clip("small-vit", folder)
    for name in ("a", "b"):
        (folder / f"{name}.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="a config and no weights"):
        clip("small-vit", folder)


def test_names_that_are_nothing_and_files_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="no encoder is called 'small-wit'; there are small-vit"):
        clip("small-wit")
    with pytest.raises(ValueError, match="'opnai' is no file, no folder"):
        clip("ViT-B-32", "opnai")
    with pytest.raises(FileNotFoundError, match=r"no weights at nowhere/w\.pt"):
        clip("small-vit", "nowhere/w.pt")


def test_an_embedded_one_without_weights_says_how_to_make_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SHIPPED", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'tiny-strict' are not here.*`make weights`"):
        clip("tiny-strict")


def test_a_tokenizer_that_only_the_hub_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(sources, "get_tokenizer", offline)
    with pytest.raises(ConnectionError, match="tokenizer 'timm/ViT-B-16-SigLIP' could not be had"):
        clip("ViT-B-16-SigLIP")
