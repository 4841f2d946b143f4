"""Learned tokens beside what a frozen transformer reads: in pictures (Jia et al., ECCV 2022) and in texts (CoOp, Zhou
et al., IJCV 2022).

    prompts = visual_prompts(clip, 4, alone=True)     # from now on part of clip, its state dict, its digest
    ...
    prompts.remove()                                  # clip is what it was

Tokens for pictures may come in several sets, one a modality, of which one takes part:

    prompts = visual_prompts(clip, 3, sets=2)
    with prompts.using(1):
        clip.encode_images(sketches)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from sbirlib.encoders.clip import Clip
from sbirlib.encoders.freezing import seeded
from sbirlib.encoders.sources import Tokenizer


class Prompts(nn.Module):
    """Vectors (count, width) that take part in a tower until they are removed."""

    kind = ""

    def __init__(self, clip: Clip, count: int, width: int, like: Tensor, seed: int) -> None:
        super().__init__()
        if count < 1:
            raise ValueError(f"at least one learned token is expected; got {count}")
        if self.kind in clip.prompts:
            raise ValueError(f"{clip.name} has learned prompts for its {self.kind} already: remove() them first")
        with torch.inference_mode(False), seeded(seed):
            vectors = torch.randn(count, width) * 0.02
        self.vectors = nn.Parameter(vectors.to(like.device, like.dtype))
        self.handles: list[RemovableHandle] = []
        self.clip = [clip]  # in a list, or it would be a part of its own part

    def install(self, alone: bool) -> None:
        clip = self.clip[0]
        if alone:
            clip.model.requires_grad_(False)  # other prompts go on learning
        clip.prompts[self.kind] = self
        clip.train(clip.training)

    def remove(self) -> None:
        """Take them out again; what they have learned stays here, in `vectors`."""
        clip = self.clip[0]
        for handle in self.handles:
            handle.remove()
        self.handles.clear()
        if self.kind in clip.prompts and clip.prompts[self.kind] is self:
            del clip.prompts[self.kind]


class VisualPrompts(Prompts):
    """Tokens after the patches' on the way into the image transformer, dropped on the way out."""

    kind = "images"

    def __init__(self, clip: Clip, count: int, seed: int, sets: int) -> None:
        tower: Any = clip.visual
        if not hasattr(tower, "transformer") or not hasattr(tower, "positional_embedding"):
            raise ValueError(f"prompts need an image tower with a transformer; a {type(tower).__name__} has none")
        if sets < 1:
            raise ValueError(f"prompts come in one set or more; got {sets}")
        position = tower.positional_embedding
        super().__init__(clip, count * sets, position.shape[-1], position, seed)
        self.count, self.number = count, 0
        self.handles = [
            tower.transformer.register_forward_pre_hook(self.add),
            tower.transformer.register_forward_hook(self.drop),
        ]

    @contextmanager
    def using(self, number: int) -> Iterator[None]:
        """Inside the block another set than the first one takes part."""
        if not 0 <= number < len(self.vectors) // self.count:
            raise ValueError(f"there are {len(self.vectors) // self.count} sets of prompts, from 0; got {number}")
        before, self.number = self.number, number
        try:
            yield
        finally:
            self.number = before

    @property
    def chosen(self) -> Tensor:
        """The set that takes part (count, width)."""
        return self.vectors[self.number * self.count : (self.number + 1) * self.count]

    def add(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        # (n, tokens, width), whatever batch_first says: open_clip's transformer turns it round inside
        x, *others = inputs
        return torch.cat([x, self.chosen.to(x.dtype).expand(len(x), -1, -1)], dim=1), *others

    def drop(self, _: nn.Module, __: tuple[Tensor, ...], x: Tensor) -> Tensor:
        return x[:, : -self.count]


class TextPrompts(Prompts):
    """Tokens after the start token: the tokenizer makes room for them, the embedding's output is replaced there."""

    kind = "texts"

    def __init__(self, clip: Clip, count: int, seed: int) -> None:
        tower = getattr(clip.model, "text", clip.model)
        pool = getattr(tower, "pool_type", None) or getattr(tower, "text_pool_type", None)
        if not hasattr(tower, "token_embedding") or pool not in ("argmax", "eos"):
            raise ValueError(
                f"text prompts need a text transformer that ends in an end token; {clip.name}'s {type(tower).__name__} "
                f"{f'pools by {pool!r}' if pool else 'has none'}"
            )
        weight = tower.token_embedding.weight
        super().__init__(clip, count, weight.shape[1], weight, seed)
        self.end_id = getattr(tower, "eos_id", getattr(tower, "text_eos_id", None)) if pool == "eos" else None
        self.pad_id = getattr(tower, "pad_id", 0)
        self.tokenizer: Tokenizer = clip.tokenizer
        if count + 3 > (context := self.tokenizer(["a"]).shape[1]):
            raise ValueError(f"{count} learned tokens, start, end and a word do not fit {clip.name}'s {context} tokens")
        clip.tokenizer = self.tokens
        self.handles = [tower.token_embedding.register_forward_hook(self.replace)]

    def tokens(self, texts: list[str]) -> Tensor:
        """Ids (n, context) with room after the start; of a text that is too long the last words are cut."""
        ids = self.tokenizer(texts)
        rows, context, count = torch.arange(len(ids)), ids.shape[1], len(self.vectors)
        # argmax pooling takes the highest id, as open_clip does
        ends = ids.argmax(1) if self.end_id is None else (ids == self.end_id).int().argmax(1)
        # an id that is neither padding, which some towers mask, nor start nor end, which pooling looks for
        taken = {self.pad_id, int(ids[0, 0]), int(ids[0, ends[0]])}
        room = next(i for i in range(1, 5) if i not in taken)
        longer = torch.cat([ids[:, :1], ids.new_full((len(ids), count), room), ids[:, 1:]], dim=1)[:, :context]
        longer[rows, (ends + count).clamp(max=context - 1)] = ids[rows, ends]
        return longer

    def replace(self, _: nn.Module, __: tuple[Tensor, ...], x: Tensor) -> Tensor:
        learned = self.vectors.to(x.dtype).expand(len(x), -1, -1)
        return torch.cat([x[:, :1], learned, x[:, 1 + len(self.vectors) :]], dim=1)

    def remove(self) -> None:
        clip = self.clip[0]
        if self.handles:
            clip.tokenizer = self.tokenizer
        super().remove()


def visual_prompts(clip: Clip, count: int, *, sets: int = 1, alone: bool = False, seed: int = 0) -> VisualPrompts:
    """Learned tokens for a clip's pictures; `alone`: nothing else of the clip learns any more."""
    prompts = VisualPrompts(clip, count, seed, sets)
    prompts.install(alone)
    return prompts


def text_prompts(clip: Clip, count: int, *, alone: bool = False, seed: int = 0) -> TextPrompts:
    """Learned context for a clip's texts; `alone`: nothing else of the clip learns any more."""
    prompts = TextPrompts(clip, count, seed)
    prompts.install(alone)
    return prompts
