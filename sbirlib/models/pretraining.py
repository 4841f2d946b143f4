"""How the tiny CLIPs learn: CLIP's loss over captions, with all classes' names as negatives besides.

A batch of 64 has few captions, and long ones can be told apart by colour and scene alone. So each picture is also told
from the shortest captions of all classes, whether they are in the batch or not: what a batch of 32,768 gives CLIP.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from sbirlib.losses.contrastive import clip_loss
from sbirlib.models.contract import MODALITIES, Classes, Recipe
from sbirlib.models.controls import TextAligned

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.encoders import Clip


class Pretraining(TextAligned):
    """L = L_captions + L_names. In the first, equal captions of a batch belong to each other's pictures; in the second,

    L_names = - 1/n sum_i log( e^{s z_i t_{y_i}} / sum_c e^{s z_i t_c} ),   t_c: "a photo of a c", or "a sketch of a c".

    Both towers learn from their first step on, and so do BatchNorm's statistics.
    """

    small: ClassVar[Recipe] = Recipe(steps=3500, batch=64, lr=1.5e-3, betas=(0.9, 0.98), warmup=0.1, augment=0.3)

    def __init__(self, encoder: Clip, temperature: float = 0.07) -> None:
        super().__init__(encoder, temperature)
        encoder.learn_statistics = True
        self.names: dict[int, list[str]] = {}

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        self.names = {
            number: [prompt.replace(" photo ", f" {modality} ", 1) for prompt in classes.prompts]
            for number, modality in enumerate(MODALITIES)
        }

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        images = normalize(self.encoder.encode_images(batch.images), dim=1)
        places = {text: place for place, text in enumerate(dict.fromkeys(batch.texts))}
        texts = normalize(self.encoder.encode_texts(list(places)), dim=1)
        said = torch.tensor([places[text] for text in batch.texts], device=images.device)
        # equal texts have equal numbers on all processes
        numbers = torch.tensor([fingerprint(text) for text in batch.texts], device=images.device)
        named = images.new_zeros(())
        for number, names in self.names.items():
            own = batch.modality == number
            if own.any():
                prompts = normalize(self.encoder.encode_texts(names), dim=1)
                scores = self.scale * images[own] @ prompts.T
                named = named + cross_entropy(scores, batch.labels[own], reduction="sum") / len(images)
        images, captions, numbers = self.gathered(images, texts[said], numbers)
        return {"captions": clip_loss(images, captions, self.scale, numbers), "names": named}


def fingerprint(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7])
