"""The config that travels with a weights file, so that neither pixels nor activation are ever guessed.

It is open_clip's `open_clip_config.json`: {"model_cfg": {...}, "preprocess_cfg": {...}}, here with "card" besides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from open_clip.factory import get_model_config, list_models
from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

from sbirlib.encoders.preprocess import Preprocess
from sbirlib.runs import write_atomic

CONFIG = "open_clip_config.json"
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors")

EMBEDDED = ("tiny", "tiny-sketchy", "tiny-strict")

Config = dict[str, Any]


def tag_config(name: str, tag: str) -> Config:
    """What open_clip knows about an architecture and the weights it lists under a tag; the tag has the last word."""
    known = get_pretrained_cfg(name, tag)
    if not known:
        tags = list_pretrained_tags_by_model(name)
        raise ValueError(
            f"{tag!r} is no file, no folder, no hf-hub: name and no tag of {name}; "
            f"{near(tag, tags, 'its tags')}{'' if tags else 'open_clip lists no weights for it'}"
        )
    model: Config = architecture(name)
    # create_model only warns here. Where the tag says nothing (roberta-ViT-B-32), the architecture does
    model["quick_gelu"] = bool(known.get("quick_gelu", model.get("quick_gelu", False)))
    size = model["vision_cfg"].get("image_size", 224)
    return {"model_cfg": model, "preprocess_cfg": Preprocess.of({**known, "size": size}).config()}


def architecture(name: str) -> Config:
    """open_clip's own `model_cfg` of a name."""
    found: Config | None = get_model_config(name)
    if found is None:
        raise ValueError(f"no encoder is called {name!r}; {near(name, [*EMBEDDED, *list_models()], 'there are')}")
    return found


def near(name: str, names: list[str], intro: str) -> str:
    """Near matches of a name for an error's end."""
    lower = {other.lower(): other for other in names}
    found = [lower[match] for match in get_close_matches(name.lower(), list(lower), n=5, cutoff=0.5)] or names[:8]
    return f"{intro} {', '.join(found)}" if found else ""


def travelling(file: Path, card: Mapping[str, Any]) -> Config:
    """The config of a weights file: <stem>.json or open_clip_config.json beside it, or its own card's "config"."""
    for beside in (file.with_suffix(".json"), file.with_name(CONFIG)):
        if beside.is_file():
            return read_config(beside)
    if "config" in card:
        return checked(card["config"], file.name)
    if "preprocess_cfg" in card and "classes" in card:
        raise ValueError(f"{file.name} holds a CNN's weights: a CLIP's were expected; sbirlib.encoders.cnn takes these")
    raise ValueError(
        f"{file.name} comes without a config, so its preprocessing and its activation are unknown; write one beside "
        f"it: sbirlib.encoders.write_config({str(file.parent)!r}, name, tag), with the open_clip tag it is like"
    )


def read_config(file: Path) -> Config:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is no JSON: {error}") from error
    return checked(found, file.name)


def checked(config: Any, source: str) -> Config:
    """As it is, if it says everything; open_clip itself fills in OpenAI's values for what is missing."""
    if not isinstance(config, dict) or not isinstance(config.get("model_cfg"), dict):
        raise ValueError(f"{source} lacks model_cfg: expected {{'model_cfg': ..., 'preprocess_cfg': ...}}")
    try:
        Preprocess.of({"size": image_size(config["model_cfg"]), **config.get("preprocess_cfg", {})})
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error
    return config


def image_size(model: Mapping[str, Any]) -> Any:
    if "tiny" in model:
        return model["tiny"]["size"]
    return model.get("vision_cfg", {}).get("image_size", 224)


def agree(name: str, config: Config, source: str) -> None:
    """An error where a config is of another architecture than its name says."""
    if (name == "tiny") != ("tiny" in config["model_cfg"]):
        raise ValueError(f"{source} is no {name}: its config is {'not ' * (name == 'tiny')}a tiny CLIP's")
    if name == "tiny":
        return
    expected, got = architecture(name), config["model_cfg"]
    rows = [("", "embed_dim")]
    rows += [("vision_cfg", key) for key in ("layers", "width", "patch_size", "timm_model_name")]
    rows += [("text_cfg", key) for key in ("layers", "width", "context_length", "vocab_size", "hf_model_name")]
    for part, key in rows:
        ours, theirs = (c.get(part, {}) if part else c for c in (expected, got))
        if key in ours and ours[key] != theirs.get(key, ours[key]):
            raise ValueError(f"{source} is no {name}: its {part or 'model'}.{key} is {theirs[key]}, not {ours[key]}")
    if name.endswith("-quickgelu") and not got.get("quick_gelu"):
        raise ValueError(f"{source} is no {name}: its config does not say quick_gelu")


def write_config(folder: str | Path, name: str, tag: str, *, file: str = CONFIG) -> Path:
    """Say that the weights in `folder` are built and fed as open_clip's `tag` of `name` is: QuickGELU, mean, size."""
    return write_atomic(Path(folder) / file, json.dumps(tag_config(name, tag), indent=2) + "\n")
