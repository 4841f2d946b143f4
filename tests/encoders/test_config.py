from __future__ import annotations

import json
from pathlib import Path

import pytest

from sbirlib.encoders.config import agree, architecture, checked, tag_config, travelling, write_config


@pytest.mark.parametrize(
    ("name", "tag", "quick"),
    [
        ("ViT-B-32", "openai", True),
        ("ViT-B-32-quickgelu", "openai", True),
        ("ViT-B-32", "laion2b_s34b_b79k", False),
        ("ViT-B-16", "dfn2b", True),
        ("roberta-ViT-B-32", "laion2b_s12b_b32k", True),  # only the architecture says so
    ],
)
def test_a_tag_decides_the_activation(name: str, tag: str, quick: bool) -> None:
    assert tag_config(name, tag)["model_cfg"]["quick_gelu"] is quick


def test_a_tag_decides_the_pixels() -> None:
    siglip = tag_config("ViT-B-16-SigLIP-384", "webli")["preprocess_cfg"]
    assert (siglip["mean"], siglip["resize_mode"], siglip["size"]) == ([0.5] * 3, "squash", 384)
    assert tag_config("ViT-B-32", "openai")["preprocess_cfg"]["mean"][0] == pytest.approx(0.48145466)


def test_unknown_names_and_tags_list_what_is_near() -> None:
    with pytest.raises(ValueError, match=r"no encoder is called 'ViT-B-23'; there are ViT-B-32"):
        architecture("ViT-B-23")
    with pytest.raises(ValueError, match=r"no encoder is called 'tiny-sketch'; there are tiny-sketchy"):
        architecture("tiny-sketch")
    with pytest.raises(ValueError, match=r"'opnai' is no file.*its tags openai"):
        tag_config("ViT-B-32", "opnai")


def test_the_config_beside_a_file_travels_with_it(tmp_path: Path) -> None:
    file = tmp_path / "w.safetensors"
    with pytest.raises(ValueError, match=r"without a config.*activation.*sbirlib\.encoders\.write_config\("):
        travelling(file, {})
    write_config(tmp_path, "ViT-B-32", "laion2b_s34b_b79k")
    assert travelling(file, {})["model_cfg"]["quick_gelu"] is False
    write_config(tmp_path, "ViT-B-32", "openai", file="w.json")  # the file's own name is nearer
    assert travelling(file, {})["model_cfg"]["quick_gelu"] is True


def test_a_config_that_leaves_something_to_guess_is_refused(tmp_path: Path) -> None:
    whole = tag_config("ViT-B-32", "openai")
    assert checked(whole, "x") == whole
    with pytest.raises(ValueError, match=r"x lacks model_cfg"):
        checked({"embed_dim": 3}, "x")
    with pytest.raises(ValueError, match=r"x: .* lacks mean, std"):
        checked({"model_cfg": whole["model_cfg"]}, "x")
    (tmp_path / "w.json").write_text("{")
    with pytest.raises(ValueError, match=r"w\.json is no JSON"):
        travelling(tmp_path / "w.pt", {})


def test_a_config_of_another_architecture_is_named() -> None:
    whole = tag_config("ViT-B-32", "openai")
    agree("ViT-B-32", whole, "x")
    agree("ViT-B-32-quickgelu", whole, "x")
    with pytest.raises(ValueError, match=r"x is no ViT-B-16: its vision_cfg\.patch_size is 32, not 16"):
        agree("ViT-B-16", whole, "x")
    with pytest.raises(ValueError, match="does not say quick_gelu"):
        agree("ViT-B-32-quickgelu", tag_config("ViT-B-32", "laion2b_s34b_b79k"), "x")
    with pytest.raises(ValueError, match="x is no tiny: its config is not a tiny"):
        agree("tiny", whole, "x")
    with pytest.raises(ValueError, match="x is no ViT-B-32: its config is a tiny"):
        agree("ViT-B-32", {"model_cfg": {"tiny": {}}}, "x")


def test_what_is_written_is_open_clips_format(tmp_path: Path) -> None:
    written = json.loads(write_config(tmp_path, "ViT-B-32", "openai").read_text())
    assert set(written) == {"model_cfg", "preprocess_cfg"}
    assert {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu"} <= set(written["model_cfg"])
