"""Anchored MA-SBIR: ours, and no paper's. What the modality encoding is, is measured instead of learnt.

In MA-SBIR both ends move, and nothing ties the learned m to the gap (chapter 5). Here one end is held. Photos stay
where CLIP has put them; a copy of the image encoder learns to bring sketches there, class by class. Then each
modality's encoding follows from the vectors in closed form, the mean of its class means over the seen classes,

    m_k = 1/C sum_c mean of n(E_k(x)) over the items of class c,         s = n(z - m_k),

with E_photo and E_text frozen and E_sketch learning. The losses are about s alone, so that what all sketches share
can't be of use:

    L = w_p CE(s_sketch . P_c / t, y) + w_t CE(s_sketch . T_c / t, y),
    P_c = n(mean of photos of c - m_photo),     T_c = n("a photo of a c" - m_text).

Photos tell where a class is by their mean: no sketch has a photo of its own. Sketches and photos come unpaired, as for
MA-SBIR, with their classes, which its captions name as well.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from sbirlib.encoders.freezing import still
from sbirlib.models.contract import Classes, Player, Recipe, decayed, modality_number
from sbirlib.models.controls import OnClip

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.encoders import Clip

PHOTO, SKETCH = 0, 1


class Anchored(OnClip):
    """`photos` and `texts` weigh the two terms. `centre=False` leaves the encodings out, in training and after it;
    `shared=True` lets one encoder learn for both modalities, as in MA-SBIR: the anchor is gone. `memory` is how much of
    a class's mean a new step keeps, where vectors move."""

    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=256, lr=1e-6)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=1e-3)

    means: Tensor
    """(2, C, d) of photos and of sketches, by class."""
    counts: Tensor
    texts: Tensor
    """(C, d) the prompts."""

    def __init__(
        self,
        encoder: Clip,
        *,
        photos: float = 1.0,
        texts: float = 1.0,
        temperature: float = 0.07,
        centre: bool = True,
        shared: bool = False,
        memory: float = 0.9,
        mix: float = 0.75,
    ) -> None:
        if min(photos, texts) < 0 or not photos + texts:
            raise ValueError(f"photos and texts are weights, 0 or more, and one of them is more; got {photos}, {texts}")
        if temperature <= 0 or not 0 <= memory < 1:
            raise ValueError(f"a temperature is above 0 and a memory from 0 to below 1; got {temperature}, {memory}")
        super().__init__(
            encoder, photos=photos, texts=texts, temperature=temperature, centre=centre, shared=shared,
            memory=memory, mix=mix,
        )  # fmt: skip
        self.temperature, self.centre, self.shared, self.memory, self.mix = temperature, centre, shared, memory, mix
        self.weights = {"photos": photos, "texts": texts}
        self.encoder.freeze(images=not shared, texts=True)
        self.sketcher = self.encoder.visual if shared else copy.deepcopy(self.encoder.visual).requires_grad_(True)
        self.register_buffer("means", torch.zeros(2, 0, encoder.dim))
        self.register_buffer("counts", torch.zeros(2, 0))
        self.register_buffer("texts", torch.zeros(0, encoder.dim))

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        shape, here = (2, len(classes), self.encoder.dim), self.device
        self.means, self.counts = torch.zeros(shape, device=here), torch.zeros(shape[:2], device=here)
        with torch.no_grad():
            self.texts = normalize(self.encoder.encode_texts(list(classes.prompts)), dim=1)

    def at(self, step: int, steps: int, epoch: float) -> None:
        super().at(step, steps, epoch)
        if step == 0:
            self.means.zero_()
            self.counts.zero_()

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        if mode:
            still([self.sketcher], learn_statistics=False)
        return self

    def players(self) -> dict[str, Player]:
        return {"model": Player(decayed(self.sketcher.named_parameters()))}

    def dials(self) -> dict[str, Any]:
        return {"captions": "class", "mix": self.mix}

    def unit(self, images: Tensor, number: int) -> Tensor:
        """Images of one modality as unit vectors z."""
        if number == SKETCH:
            return normalize(self.sketcher(self.encoder.ready(images)), dim=1)
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.shared):
            return normalize(self.encoder.encode_images(images), dim=1)

    def encoding(self, number: int) -> Tensor:
        """m_k: the mean of the class means, over the classes of which both modalities have been met."""
        met = (self.counts > 0).all(0)
        if not self.centre or not met.any():
            return self.means.new_zeros(self.means.shape[-1])
        return self.means[number, met].mean(0)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        number = modality_number(modality)
        return normalize(self.unit(images, number) - self.encoding(number), dim=1)

    def embed_text(self, texts: list[str]) -> Tensor:
        return normalize(super().embed_text(texts) - self.text_encoding(), dim=1)

    def text_encoding(self) -> Tensor:
        return self.texts.mean(0) if self.centre and len(self.texts) else self.means.new_zeros(self.means.shape[-1])

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        z = self.means.new_zeros(len(batch.images), self.encoder.dim)
        for number in (PHOTO, SKETCH):
            if (own := batch.modality == number).any():
                z[own] = self.unit(batch.images[own], number).to(z.dtype)
        z, labels, kinds = self.gathered(z, batch.labels, batch.modality)
        known = labels < len(self.texts)  # classes that extra data bring have no prompt here
        z, labels, kinds = z[known], labels[known], kinds[known]
        self.remember(z.detach(), labels, kinds)
        found = {"photos": z.sum() * 0, "texts": z.sum() * 0}
        learning = (SKETCH, PHOTO) if self.shared else (SKETCH,)
        for number in learning:
            rows = kinds == number
            s = normalize(z[rows] - self.encoding(number), dim=1)
            other = 1 - number
            found["photos"] = found["photos"] + self.told(
                s, labels[rows], self.means[other], self.encoding(other), self.counts[other] > 0
            ) / len(learning)
            found["texts"] = found["texts"] + self.told(s, labels[rows], self.texts, self.text_encoding()) / len(
                learning
            )
        return found

    def told(self, s: Tensor, labels: Tensor, places: Tensor, encoding: Tensor, met: Tensor | None = None) -> Tensor:
        """The cross entropy of naming each s (n, d) by the classes' places (C, d), less their modality's encoding.

        Classes that were not met have no place yet, and what is of one of them is left out."""
        logits = s @ normalize(places - encoding, dim=1).T / self.temperature
        if met is not None:
            logits, asked = logits.masked_fill(~met, -torch.inf), met[labels]
            logits, labels = logits[asked], labels[asked]
        return cross_entropy(logits, labels) if len(labels) else s.sum() * 0

    @torch.no_grad()
    def remember(self, z: Tensor, labels: Tensor, kinds: Tensor) -> None:
        """Class means: exact ones where vectors stay, and where they move, of the last steps."""
        for number in (PHOTO, SKETCH):
            own = kinds == number
            there = nn.functional.one_hot(labels[own], len(self.texts)).to(z.dtype)  # (n, C)
            count = there.sum(0)
            self.counts[number] += count
            new = there.T @ z[own] / count.clamp(min=1)[:, None]
            share = count / self.counts[number].clamp(min=1)
            if number == SKETCH or self.shared:
                share = torch.where(count > 0, share.clamp(min=1 - self.memory), share)
            self.means[number] += share[:, None] * (new - self.means[number])
