"""Anchored MA-SBIR: ours, and no paper's. What the modality encoding is, is measured instead of learnt.

In MA-SBIR all three modalities move, and nothing ties the learned m to the gap (chapter 5). Here two of them are held:
photos and texts stay where CLIP has put them, and a copy of the image encoder learns to bring sketches there. Then the
encoding of a modality follows in closed form, the mean of its class means over the seen classes,

    m_k = 1/C sum_c mean of n(E_k(x)) over what was shown of class c,     s = n(z - m_k),

with E_photo and E_text frozen and E_sketch learning; it is subtracted when the model is asked. A sketch learns to be
nearest to its class's name among all seen classes, and, where w_p is not 0, to where photos of its class are:

    L = w_t CE(z_sketch . T_c / t, y) + w_p CE(z_sketch . P_c / t, y),
    T_c = n(E_text("a photo of a c")),     P_c = n(mean of z over the photos of c).

With w_p = 0, the default, which was chosen on validation classes, photos serve their mean alone, and nothing is learnt
from them; from a start that has never met the names, photos are the better end (w_t = 0). They come unpaired, as for
MA-SBIR, with the same captions. It is the tower of its own that counts for the ranking, not the encodings (chapter 5).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from sbirlib.encoders.freezing import learnable, still
from sbirlib.models.contract import PHOTO, SKETCH, TEXT, Classes, Player, Recipe, decayed, modality_number
from sbirlib.models.controls import OnClip

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.encoders import Clip

CENTRES = ("asked", "always", "never")


class Anchored(OnClip):
    """`texts` and `photos` weigh the two terms, `mix` is the share of sketches in a batch. Encodings are subtracted
    when the model is asked (`centre="asked"`), in the losses, too ("always"), or "never". `shared=True` lets one
    encoder learn for both modalities, as in MA-SBIR: the anchor is gone. `memory` is how much of a class's mean a new
    step keeps, where vectors move."""

    ways: ClassVar[tuple[str, ...]] = ()
    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=256, lr=1e-6)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=3e-4)

    means: Tensor
    """(2, C, d) of photos and of sketches, by class."""
    counts: Tensor
    texts: Tensor
    """(C, d) the prompts."""

    def __init__(
        self,
        encoder: Clip,
        *,
        texts: float = 1.0,
        photos: float = 0.0,
        temperature: float = 0.07,
        centre: str = "asked",
        shared: bool = False,
        memory: float = 0.9,
        mix: float = 0.9,
    ) -> None:
        if min(photos, texts) < 0 or not photos + texts:
            raise ValueError(f"texts and photos are weights, 0 or more, and one of them is more; got {texts}, {photos}")
        if temperature <= 0 or not 0 <= memory < 1:
            raise ValueError(f"a temperature is above 0 and a memory from 0 to below 1; got {temperature}, {memory}")
        if not 0 < mix < 1:
            raise ValueError(f"a batch has sketches to learn from and photos to measure: 0 < mix < 1; got {mix}")
        if centre not in CENTRES:
            raise ValueError(f"encodings are subtracted {', '.join(CENTRES)}; got {centre!r}")
        super().__init__(
            encoder, photos=photos, texts=texts, temperature=temperature, centre=centre, shared=shared,
            memory=memory, mix=mix,
        )  # fmt: skip
        self.temperature, self.centre, self.shared, self.memory, self.mix = temperature, centre, shared, memory, mix
        self.weights = {"photos": photos, "texts": texts}
        self.encoder.freeze(images=not shared, texts=True)
        self.sketcher = self.encoder.visual if shared else copy.deepcopy(self.encoder.visual)
        for parameter in learnable(self.sketcher):
            parameter.requires_grad_(True)
        self.register_buffer("means", torch.zeros(2, 0, encoder.dim))
        self.register_buffer("counts", torch.zeros(2, 0))
        self.register_buffer("texts", torch.zeros(0, encoder.dim))

    def setup(self, classes: Classes) -> None:
        if len(classes.prompts) != len(classes):
            raise ValueError(f"Anchored learns by every class's prompt; got {len(classes.prompts)} for {len(classes)}")
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
        """m_k: the mean of the class means, over the classes of which sketches and photos have been met."""
        if number == TEXT and len(self.texts):
            return self.texts.mean(0)
        met = (self.counts > 0).all(0)
        if not met.any():
            raise RuntimeError("Anchored has met no class's sketches and photos yet, so it has no encodings: fit first")
        return self.means[number, met].mean(0)

    def read(self, z: Tensor, number: int) -> Tensor:
        """What vectors of a modality are searched by."""
        return z if self.centre == "never" else normalize(z - self.encoding(number), dim=1)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        number = modality_number(modality)
        return self.read(self.unit(images, number), number)

    def embed_text(self, texts: list[str]) -> Tensor:
        return self.read(super().embed_text(texts), TEXT)

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        z = self.means.new_zeros(len(batch.images), self.encoder.dim)
        for number in (PHOTO, SKETCH):
            if (own := batch.modality == number).any():
                z[own] = self.unit(batch.images[own], number).to(z.dtype)
        z, labels, kinds = self.gathered(z, batch.labels, batch.modality)
        known = labels < len(self.texts)  # classes that extra data bring have no prompt here
        z, labels, kinds = z[known], labels[known], kinds[known]
        self.remember(z.detach(), labels, kinds)
        learning = (SKETCH, PHOTO) if self.shared else (SKETCH,)
        terms = [self.told(z[kinds == number], labels[kinds == number], number) for number in learning]
        return {name: torch.stack([term[name] for term in terms]).mean() for name in ("photos", "texts")}

    def told(self, z: Tensor, labels: Tensor, number: int) -> dict[str, Tensor]:
        """The two cross entropies of images of one modality, against the other one's class means and the names."""
        other = 1 - number
        met = self.counts[other] > 0  # the others have no place yet, and what is of their classes waits
        rows = met[labels]
        return {
            "photos": self.named(z[rows], labels[rows], number, self.means[other], other, met),
            "texts": self.named(z, labels, number, self.texts, TEXT, torch.ones_like(met)),
        }

    def named(self, z: Tensor, labels: Tensor, number: int, places: Tensor, other: int, met: Tensor) -> Tensor:
        if not len(z):
            return z.sum()
        if self.centre == "always" and (self.counts > 0).all(0).any():
            z, places = z - self.encoding(number), places - self.encoding(other)
        logits = normalize(z, dim=1) @ normalize(places, dim=1).T / self.temperature
        return cross_entropy(logits.masked_fill(~met, -torch.inf), labels)

    @torch.no_grad()
    def remember(self, z: Tensor, labels: Tensor, kinds: Tensor) -> None:
        """Class means of what was shown, guises and all: of everything where vectors stay, and where they move, of the
        last steps."""
        for number in (PHOTO, SKETCH):
            own = kinds == number
            count = torch.bincount(labels[own], minlength=len(self.texts)).to(z.dtype)
            self.counts[number] += count
            new = torch.zeros_like(self.means[number]).index_add_(0, labels[own], z[own])
            new /= count.clamp(min=1)[:, None]
            share = count / self.counts[number].clamp(min=1)
            if number == SKETCH or self.shared:
                share = torch.where(count > 0, share.clamp(min=1 - self.memory), share)
            self.means[number] += share[:, None] * (new - self.means[number])
