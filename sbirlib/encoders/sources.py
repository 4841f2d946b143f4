"""Where a CLIP's weights come from: the repository, an open_clip tag, the hub, a folder, a file, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from open_clip import CLIP, CustomTextCLIP
from open_clip.coca_model import CoCa
from open_clip.convert import convert_state_dict
from open_clip.factory import get_tokenizer
from open_clip.model import convert_to_custom_text_state_dict
from open_clip.pretrained import download_pretrained, download_pretrained_from_hf, get_pretrained_cfg
from open_clip.tokenizer import SimpleTokenizer
from torch import Tensor, nn

from sbirlib.encoders.config import (
    CONFIG,
    EMBEDDED,
    WEIGHTS,
    Config,
    agree,
    architecture,
    read_config,
    tag_config,
    travelling,
)
from sbirlib.encoders.freezing import seeded
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.tiny import TinyConfig, tiny_clip
from sbirlib.encoders.vocabulary import Vocabulary
from sbirlib.encoders.weights import Card, fill, read_weights

SHIPPED = Path(__file__).parent / "weights"
HUB = "hf-hub:"
# the mean and deviation of OpenAI's pictures, where nothing has been trained yet
UNTRAINED = {"mean": (0.48145466, 0.4578275, 0.40821073), "std": (0.26862954, 0.26130258, 0.27577711)}

Tokenizer = Callable[[list[str]], Tensor]


@dataclass
class Source:
    """All that a Clip is made of, the weights apart."""

    config: Config
    """{"model_cfg", "preprocess_cfg"}, and "words" where the tokenizer is a vocabulary of its own."""
    file: Path | None = None
    """None: random weights."""
    card: Card = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    seen: str = ""
    tokens_of: str = ""
    """Whose tokenizer it is, in open_clip's words: a name, hf-hub:..., local-dir:..."""


def find(name: str, pretrained: str | Path | None, world: str | None) -> Source:
    """Config and weights for `clip(name, pretrained)`."""
    if name in EMBEDDED and pretrained is None:
        return of_file(shipped(name), world)
    model = {} if name in EMBEDDED else architecture(name)
    if pretrained is None:
        size = model["vision_cfg"].get("image_size", 224)
        config = {"model_cfg": model, "preprocess_cfg": {**UNTRAINED, "size": size}}
        return Source(config, seen="nothing: random weights", tokens_of=name)
    place = str(pretrained)
    if get_pretrained_cfg(name, place):  # before a folder that happens to be called openai
        return of_tag(name, place, world)
    if place.startswith(HUB):
        found = of_hub(place, world)
    elif Path(place).is_dir():
        found = of_folder(Path(place), world)
    elif Path(place).is_file():
        found = of_file(Path(place), world)
    elif name in EMBEDDED or looks_like_a_file(place):
        raise FileNotFoundError(f"no weights at {place}")
    else:
        return of_tag(name, place, world)  # an error that lists the tags
    agree(name if model else "tiny", found.config, place)
    found.tokens_of = found.tokens_of or name
    return found


def shipped(name: str) -> Path:
    """The file of weights that travels with the book."""
    file = SHIPPED / f"{name}.safetensors"
    if not file.is_file():
        raise FileNotFoundError(
            f"the weights of {name!r} are not here ({file.name}): run `make weights`, which makes them"
        )
    return file


def looks_like_a_file(text: str) -> bool:
    return "/" in text or "\\" in text or Path(text).suffix in (".safetensors", ".pt", ".pth", ".bin", ".pkl")


def of_file(file: Path, world: str | None, config: Config | None = None) -> Source:
    tensors, card = read_weights(file, world=world)
    config = travelling(file, card) if config is None else config
    return Source(config, file, card, tensors, str(card.get("seen", "")))


def of_folder(folder: Path, world: str | None) -> Source:
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"{folder} has no {CONFIG}: a folder of weights holds both")
    files = [folder / name for name in WEIGHTS if (folder / name).is_file()] or sorted(folder.glob("*.safetensors"))
    files = files or sorted(f for ending in ("bin", "pt", "pth") for f in folder.glob(f"*.{ending}"))
    if not files:
        raise FileNotFoundError(f"{folder} has a config and no weights: {WEIGHTS[0]} is expected")
    if files[0].name not in WEIGHTS and len(files) > 1:
        raise ValueError(f"{folder} has several weights files, name one: {', '.join(f.name for f in files)}")
    found = of_file(files[0], world, read_config(folder / CONFIG))
    found.tokens_of = f"local-dir:{folder}" if any(folder.glob("tokenizer*")) else ""
    return found


def of_tag(name: str, tag: str, world: str | None) -> Source:
    config = tag_config(name, tag)  # first, for an unknown tag needs no network
    file = fetched(f"{name}'s {tag!r} weights", lambda: download_pretrained(get_pretrained_cfg(name, tag)))
    found = of_file(file, world, config)
    found.seen, found.tokens_of = f"what open_clip's {tag!r} weights were trained on", name
    return found


def of_hub(place: str, world: str | None) -> Source:
    repository = place.removeprefix(HUB)
    config = fetched(place, lambda: download_pretrained_from_hf(repository, filename=CONFIG))
    file = fetched(place, lambda: download_pretrained_from_hf(repository))
    found = of_file(file, world, read_config(config))
    found.tokens_of = place
    return found


def fetched(what: str, download: Callable[[], Any]) -> Path:
    """A download that was asked for; every way in which it can fail is one error that says what to do."""
    try:
        return Path(download())
    except Exception as error:  # urllib's, the hub's, the socket's: there is no common class
        raise ConnectionError(
            f"{what} could not be fetched ({type(error).__name__}). Offline, give pretrained= a local folder "
            f"({CONFIG} and weights), a local file, or None for random weights; clip('tiny') needs no network"
        ) from error


def build(config: Config, seed: int) -> nn.Module:
    """The model at random weights: open_clip's classes, or the tiny CLIP."""
    model = deepcopy(config["model_cfg"])
    with torch.inference_mode(False), seeded(seed):
        if "tiny" in model:
            tiny: nn.Module = tiny_clip(TinyConfig.of(model["tiny"]))
            return tiny
        custom = model.pop("custom_text", False) or "hf_model_name" in model["text_cfg"]
        # the towers' own downloads are never wanted
        if "timm_model_name" in model["vision_cfg"]:
            model["vision_cfg"]["timm_model_pretrained"] = False
        if "hf_model_name" in model["text_cfg"]:
            model["text_cfg"]["hf_model_pretrained"] = False
        if "multimodal_cfg" in model:
            built: nn.Module = CoCa(**model)
        else:
            built = (CustomTextCLIP if custom else CLIP)(**model)
        return built


def load(model: nn.Module, source: Source) -> None:
    """Weights into the model, translated first where they come in an older or a foreign form."""
    state = convert_state_dict(model, dict(source.tensors))
    if "positional_embedding" in state and not hasattr(model, "positional_embedding"):
        state = convert_to_custom_text_state_dict(state)
    own = model.state_dict()
    for name in ("logit_scale", "logit_bias"):  # (1,) in some, () in others
        if name in state and name in own and state[name].numel() == 1:
            state[name] = state[name].reshape(own[name].shape)
    for extra in ("input_resolution", "context_length", "vocab_size", "text.transformer.embeddings.position_ids"):
        if extra in state and extra not in own:
            del state[extra]
    fill(model, state, source.file.name if source.file else "the state dict")


def tokenizer(source: Source) -> Tokenizer:
    """Texts to ids: the vocabulary's, CLIP's, or the one that the config names (which the hub has)."""
    model = source.config["model_cfg"]
    if "tiny" in model:
        return Vocabulary(source.config.get("words") or source.card["words"], model["tiny"]["context"])
    text = model["text_cfg"]
    if not text.get("hf_tokenizer_name"):
        context = text.get("context_length", 77)
        made: Tokenizer = SimpleTokenizer(context_length=context, **text.get("tokenizer_kwargs", {}))
        return made
    try:
        made = get_tokenizer(source.tokens_of)
    except Exception as error:  # ours to explain: transformers is no dependency, and its files come from the hub
        raise ConnectionError(
            f"the tokenizer {text['hf_tokenizer_name']!r} could not be had ({type(error).__name__}): it needs the "
            "transformers package, and the network or its files beside the weights"
        ) from error
    return made


def preprocess(config: Config, model: nn.Module) -> Preprocess:
    """The config's, at the size that the image tower was built for."""
    size = getattr(model.visual, "image_size", None) or config["preprocess_cfg"]["size"]
    return Preprocess.of({**config["preprocess_cfg"], "size": size})
