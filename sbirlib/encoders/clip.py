"""A CLIP behind one small face: pictures and texts in, features out, whoever made it.

clip = sb.encoders.clip("tiny")                                # the book's own
clip = sb.encoders.clip("ViT-B-32", pretrained="openai")       # downloads, being asked
clip = sb.encoders.clip("ViT-B-32", pretrained="a/folder")     # open_clip_config.json and weights
clip.encode_images(images), clip.encode_texts(["a photo of a cow"])   # (n, d) each, of any length
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from sbirlib.encoders import sources
from sbirlib.encoders.config import CONFIG, WEIGHTS, Config
from sbirlib.encoders.freezing import learnable, seeded, still
from sbirlib.encoders.preprocess import Preprocess
from sbirlib.encoders.stamp import digest
from sbirlib.encoders.textcache import TextCache
from sbirlib.encoders.tiny import TinyConfig, tiny_clip
from sbirlib.encoders.tokens import whole_and_patches
from sbirlib.encoders.vocabulary import Vocabulary
from sbirlib.encoders.weights import Card, write_weights
from sbirlib.runs import write_atomic


class Clip(nn.Module):
    """An image tower, a text tower and a scale (`model`, open_clip's CLIP or CustomTextCLIP), with what feeds them."""

    learn_statistics: bool = False
    """Whether BatchNorm's running statistics move in `.train()`: for pretraining alone."""

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        dim: int,
        preprocess: Preprocess,
        tokenizer: sources.Tokenizer,
        config: Config,
        seen: str = "",
        card: Card | None = None,
    ) -> None:
        super().__init__()
        self.model: Any = model
        self.prompts = nn.ModuleDict()  # learned tokens, while there are some: see prompts.py
        self.name, self.dim, self.seen = name, dim, seen
        self.preprocess, self.tokenizer, self.config, self.card = preprocess, tokenizer, config, card or {}
        self.texts = TextCache()
        self.train(False)

    @property
    def size(self) -> int:
        """Pixels a side, as the image tower takes them."""
        return self.preprocess.size

    @property
    def scale(self) -> Tensor:
        """What cosines are multiplied by: exp of the logit scale."""
        scale: Tensor = self.model.logit_scale.exp()
        return scale

    @property
    def visual(self) -> nn.Module:
        tower: nn.Module = self.model.visual
        return tower

    def encode_images(self, images: Tensor) -> Tensor:
        """Images (n, 3, h, w), uint8 or floats 0..1, to features (n, d), not normalised."""
        features: Tensor = self.visual(self.ready(images))
        return features

    def tokens(self, images: Tensor) -> Tensor:
        """Images (n, 3, h, w) to patch tokens (n, patches, width), row by row."""
        return self.whole_and_patches(images)[1]

    def whole_and_patches(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """What `encode_images` and `tokens` say, in one pass where the tower allows it."""
        return whole_and_patches(self.visual, self.ready(images))

    def ready(self, images: Tensor) -> Tensor:
        """Preprocessed, in the type of the tower's weights."""
        return self.preprocess(images).to(next(self.visual.parameters()).dtype)

    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Texts to features (n, d), not normalised; remembered, without gradient, while no text parameter learns."""
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise TypeError(f"a list of texts is expected; got {texts!r:.80}")
        if len(texts) == 0:
            return self.scale.new_zeros(0, self.dim)
        parts, own = self.text_parts(), list(self.text_tensors().values())
        return self.texts.features(texts, self.embed_texts, parts, own)

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """Texts through the text tower, whatever is remembered."""
        ids = self.tokenizer(list(texts)).to(self.model.logit_scale.device)
        features: Tensor = self.model.encode_text(ids)
        return features

    def text_parts(self) -> list[nn.Module]:
        """The modules that texts pass through."""
        parts = [part for name, part in self.model.named_children() if name != "visual"]
        return [*parts, *(part for name, part in self.prompts.items() if name == "texts")]

    def text_tensors(self) -> dict[str, Tensor]:
        """The parameters and buffers that texts pass through, the text prompts' among them."""
        holders = [
            ("", self.model, False),
            *((f"{n}.", m, True) for n, m in self.model.named_children() if n != "visual"),
        ]
        holders += [(f"prompts.{n}.", m, True) for n, m in self.prompts.items() if n == "texts"]
        tensors: dict[str, Tensor] = {}
        for start, module, deep in holders:
            for name, tensor in (*module.named_parameters(recurse=deep), *module.named_buffers(recurse=deep)):
                if start or name not in ("logit_scale", "logit_bias"):
                    tensors[start + name] = tensor
        return tensors

    def freeze(self, *, images: bool | None = None, texts: bool | None = None) -> Clip:
        """Freeze (True) or free (False) a tower; None leaves it. Prompts and the scale are nobody's tower.

        A tower that is locked (see pairing.py) keeps its trunk frozen.
        """
        if images is not None:
            for parameter in learnable(self.visual):
                parameter.requires_grad_(not images)
        if texts is not None:
            for name, tensor in self.text_tensors().items():
                if isinstance(tensor, nn.Parameter) and not name.startswith("prompts."):
                    tensor.requires_grad_(not texts)
        self.train(self.training)
        return self

    def train(self, mode: bool = True) -> Clip:
        super().train(mode)
        if mode:
            still([self.visual, *self.text_parts()], learn_statistics=self.learn_statistics)
        return self

    @property
    def digest(self) -> str:
        """16 hex digits of all weights, and of the config that decides what they do."""
        return digest(self.state_dict(), {**self.config, "preprocess_cfg": self.preprocess.config()})


def clip(name: str = "tiny", pretrained: str | Path | None = None, *, seed: int = 0, world: str | None = None) -> Clip:
    """A CLIP by its name: tiny, tiny-sketchy, tiny-strict, or any architecture of open_clip.

    `pretrained`: an open_clip tag ("openai") or "hf-hub:org/repo" (both download), a local folder, a local file with
    its config beside it, or None: the embedded weights of the tiny ones, random weights (by `seed`) of all others.
    `world`: refuse weights that were made with another version of the drawn world.
    """
    if not isinstance(name, str):
        raise TypeError(f"a CLIP's name is text, such as 'tiny' or 'ViT-B-32'; got {type(name).__name__}")
    source = sources.find(name, pretrained, world)
    tokenizer = sources.tokenizer(source)
    model = sources.build(source.config, seed)
    if source.file is not None:
        sources.load(model, source)
    return Clip(
        model,
        name=str(source.card.get("name") or name),  # whatever it was asked for as, it is the start that its card names
        dim=source.config["model_cfg"].get("embed_dim") or source.config["model_cfg"]["tiny"]["dim"],
        preprocess=sources.preprocess(source.config, model),
        tokenizer=tokenizer,
        config=source.config,
        seen=source.seen,
        card=source.card,
    )


def fresh_tiny(config: TinyConfig, vocabulary: Vocabulary, preprocess: Preprocess, *, seed: int = 0) -> Clip:
    """A tiny CLIP at random weights, for pretraining; its `config` belongs into the card of the weights."""
    if config.vocabulary != len(vocabulary) or config.context != vocabulary.context or config.size != preprocess.size:
        raise ValueError(
            f"{config} does not fit a vocabulary of {len(vocabulary)} ids and {vocabulary.context} tokens, "
            f"or pictures of {preprocess.size} pixels"
        )
    with torch.inference_mode(False), seeded(seed):
        model = tiny_clip(config)
    stored: dict[str, Any] = json.loads(json.dumps({"tiny": vars(config)}))
    settings = {"model_cfg": stored, "preprocess_cfg": preprocess.config(), "words": list(vocabulary.words)}
    return Clip(
        model, name="tiny", dim=config.dim, preprocess=preprocess, tokenizer=vocabulary, config=settings, seen="nothing"
    )


def save(clip: Clip, folder: str | Path) -> Path:
    """Write config and weights so that `clip(name, pretrained=folder)` is the same model to the last bit."""
    if not clip.config.get("model_cfg"):
        raise ValueError(f"{clip.name} is built from parts that no config describes: save its state dict instead")
    if len(clip.prompts):
        raise ValueError(
            f"learned prompts ({', '.join(clip.prompts)}) are no part of the model: remove or save them first"
        )
    config = {**clip.config, "preprocess_cfg": clip.preprocess.config()}
    folder = Path(folder)
    card = {**clip.card, "seen": clip.seen, "config": config}
    write_weights(folder / WEIGHTS[0], clip.model.state_dict(), card)
    write_atomic(folder / CONFIG, json.dumps(config, indent=2) + "\n")
    return folder


def class_prompts(clip: Clip, names: Sequence[str], template: str = "a photo of a {}") -> Tensor:
    """Unit vectors (n, d) of the classes' names in a sentence; computed once while the texts' tower is frozen."""
    if "{}" not in template:
        raise ValueError(f"a template has {{}} where the name goes; got {template!r}")
    return normalize(clip.encode_texts([template.replace("{}", name) for name in names]), dim=-1)
