"""MA-SBIR: Modality-Aware Representation Learning for Zero-shot SBIR (Lyou, Lee, Kim & Lee, WACV 2024).

Sketches and photos go through one CLIP image encoder and never meet: each is contrasted with its own caption, and text
is where they come together. Beside that, one learned vector m_k for each modality k (photo, sketch, text) is to hold
what is of the modality, so that what is left, the semantics s, is of the content:

    z = n(E(x)),     s = z - m_a for a sample of modality a,     converted to modality k:  n(s + m_k).

    L = (1 L_clip + .1 L_sem + .02 L_rec + .1 L_cls + 0 L_orth) / 1.22          (the losses: losses/disentangling.py)

It follows the released code where that was published, and differs from it in this:

- the table of encodings has three rows; the released one has a fourth, which no sample comes from, though all are
  converted to it, too, for the classifier (`spare=1` adds it)
- rows start as released, N(0, 1) and so twenty times longer than a z, on encoders from outside; on the embedded ones,
  which train for some hundred steps and not for 42,000, at .02 (`spread`)
- gains, biases and the temperature do not decay; batches are shuffled, and half of each are sketches; mixed precision
  is bf16, which CPUs have as well; no checkpoint is chosen by the loss on test classes
- prompts are "a photo of a cow" and "an owl", without the full stop and the fixed article
- the fine-grained variant was not released: `direct` is ours

Queries can be asked as they are, converted to photos, or as semantics: `model.asking("converted")`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, normalize

from sbirlib.losses.contrastive import both_ways, clip_loss
from sbirlib.losses.disentangling import (
    elementwise_overlap,
    modality_loss,
    reconstruction_loss,
    semantic_loss,
    shared_centres,
    squared_cosine,
)
from sbirlib.models.contract import CENTRED, PHOTO, SKETCH, TEXT, Group, Player, Recipe, decayed, modality_number
from sbirlib.models.controls import Contrasted

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned, Pairs
    from sbirlib.encoders import Clip

WEIGHTS = {"text": 1.0, "semantic": 0.1, "reconstruction": 0.02, "modality": 0.1, "orthogonal": 0.0}
OVERLAPS = {"elementwise": elementwise_overlap, "cosine": squared_cosine}
READINGS = ("raw", "converted", "semantics")
GAP = "cos(m, gap)"


class MASBIR(Contrasted):
    """`weights` change some of the five; with the last four at 0 this is `TextAligned(captions="class")`, number by
    number, where it is trained alike.

    `spread` is the standard deviation of the encodings at the start, or "means": those of the first batch. `captions`
    are "class", the same sentence for a photo and for a sketch of a class (as released), or "written", each its own.
    `by_class` counts all texts of an image's class as its own. `overlap` is the form of L_orth, "elementwise" (as
    released) or "cosine". `direct`, from 0 to 1, is the share of an InfoNCE between sketches and the very photos they
    were drawn from: a number asks for pairs, None for none.
    """

    paper: ClassVar[Recipe] = Recipe(
        epochs=100, batch=256, lr=5e-8, weight_decay=0.1, schedule="constant", clip=None, augment=0.0, precision="bf16"
    )
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=3e-4)
    modality_lr: ClassVar[float] = 5e-3

    ways: ClassVar[tuple[str, ...]] = (CENTRED, *READINGS)
    queries: str = "raw"
    """How it is asked: raw, converted or semantics."""

    def __init__(
        self,
        encoder: Clip,
        *,
        weights: Mapping[str, float] | None = None,
        temperature: float = 0.07,
        freeze_text: bool = False,
        by_class: bool = False,
        captions: str = "class",
        spread: float | str | None = None,
        detach_centres: bool = False,
        overlap: str = "elementwise",
        spare: int = 0,
        direct: float | None = None,
    ) -> None:
        chosen = weighed(weights or {})
        if overlap not in OVERLAPS:
            raise ValueError(f"an overlap is {' or '.join(OVERLAPS)}; got {overlap!r}")
        if (isinstance(spread, str) and spread != "means") or (isinstance(spread, int | float) and not spread >= 0):
            raise ValueError(f"a spread is 0 or more, or 'means' for those of the first batch; got {spread!r}")
        if spare < 0:
            raise ValueError(f"spare rows are counted from 0; got {spare}")
        if direct is not None and not 0 <= direct <= 1:
            raise ValueError(f"direct is a share, from 0 to 1, or None for no pairs; got {direct}")
        settings = {
            "weights": chosen, "by_class": by_class, "captions": captions, "spread": spread,
            "detach_centres": detach_centres, "overlap": overlap, "spare": spare, "direct": direct,
        }  # fmt: skip
        super().__init__(encoder, temperature, freeze_text, **settings)
        self.by_class, self.captions, self.detach_centres = by_class, captions, detach_centres
        self.overlap, self.direct = overlap, direct
        if direct is not None:
            self.kind = "paired"  # type: ignore[misc]
        indirect = 1.0 if direct is None else 1.0 - direct
        sum_of = sum(chosen.values())
        self.weights = {name: indirect * weight / sum_of for name, weight in chosen.items()}
        self.weights |= {GAP: 0.0} | ({} if direct is None else {"pairs": direct})
        if spread is None:
            spread = 0.02 if self.embedded else 1.0
        self.from_means = spread == "means"
        self.encodings = nn.Parameter(torch.zeros(TEXT + 1 + spare, encoder.dim))
        self.spread = 0.0 if isinstance(spread, str) else float(spread)
        self.classifier = nn.Linear(encoder.dim, len(self.encodings))

    def setup(self, classes: Any) -> None:
        """Encodings and classifier begin anew with every run, by its seed."""
        super().setup(classes)
        with torch.no_grad():
            self.encodings.normal_(std=self.spread)
        self.classifier.reset_parameters()

    def players(self) -> dict[str, Player]:
        super().players()
        own = {id(self.encodings), *map(id, self.classifier.parameters())}
        towers = [(name, each) for name, each in self.named_parameters() if id(each) not in own]
        table = Group("modality", [self.encodings, *self.classifier.parameters()], lr=self.modality_lr)
        return {"model": Player([*decayed(towers, "towers"), table])}

    def dials(self) -> dict[str, Any]:
        return {"captions": self.captions}

    def losses(self, batch: Captioned | Pairs, player: str = "model") -> dict[str, Tensor]:
        if self.direct is None:
            shown = cast("Captioned", batch)
            images, texts, labels, kinds = shown.images, shown.texts, shown.labels, shown.modality
        else:
            images, texts, labels, kinds = mixed(cast("Pairs", batch))
        image = normalize(self.encoder.encode_images(images), dim=1)
        text = normalize(self.encoder.encode_texts(texts), dim=1)
        image, text, labels, kinds = self.gathered(image, text, labels, kinds)
        self.begin(image, text, kinds)
        found = self.indirect(image, text, labels, kinds)
        if self.direct is not None:
            (own,) = self.gathered(cast("Pairs", batch).instances)
            sketches, photos = image[kinds == SKETCH], image[kinds == PHOTO]
            found["pairs"] = both_ways(sketches, photos, self.scale, own[:, None] == own[None])
        return found

    def indirect(self, image: Tensor, text: Tensor, labels: Tensor, kinds: Tensor) -> dict[str, Tensor]:
        """The five losses of unit vectors (n, d) of images of modalities `kinds` (n,) and of their captions."""
        m, words = self.encodings, torch.full_like(kinds, TEXT)
        s_image, s_text = image - m[kinds], text - m[TEXT]
        centres = shared_centres(image, text)
        if self.detach_centres:
            centres = centres.detach()
        # every vector converted to every modality, (n, k, d) each
        from_image, from_text = (normalize(s[:, None] + m, dim=2) for s in (s_image, s_text))
        to_own = from_text[torch.arange(len(text), device=text.device), kinds]
        as_told = modality_loss(self.classifier(from_text), words), modality_loss(self.classifier(from_image), kinds)
        return {
            "text": clip_loss(image, text, self.scale, labels if self.by_class else None),
            "semantic": semantic_loss(s_image, s_text, centres),
            "reconstruction": reconstruction_loss(to_own, image, from_image[:, TEXT], text),
            "modality": (as_told[0] + as_told[1]) / 2,
            "orthogonal": OVERLAPS[self.overlap](centres, m),
            GAP: self.along_gap(image, kinds),
        }

    @torch.no_grad()
    def along_gap(self, image: Tensor, kinds: Tensor) -> Tensor:
        """cos(m_sketch - m_photo, the difference of this batch's means); nothing is learnt from it."""
        if not 0 < kinds.sum() < len(kinds):
            return image.new_zeros(())
        gap = image[kinds == SKETCH].mean(0) - image[kinds == PHOTO].mean(0)
        return cosine_similarity(self.encodings[SKETCH] - self.encodings[PHOTO], gap, dim=0)

    def begin(self, images: Tensor, texts: Tensor, kinds: Tensor) -> None:
        """With `spread="means"`, the first batch's means are where the encodings start."""
        if self.from_means and self.training and self.step == 0 and not self.encodings.any():  # not by a later part
            with torch.no_grad():
                for number in range(TEXT):
                    if (kinds == number).any():
                        self.encodings[number] = images[kinds == number].mean(0)
                self.encodings[TEXT] = texts.mean(0)

    def asking(self, queries: str) -> Self:
        """This very model, asked in another way: its weights are shared."""
        if queries not in READINGS:
            raise ValueError(f"queries are asked {', '.join(READINGS)}; got {queries!r}")
        other = copy.copy(self)
        other.queries = queries
        return other

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return self.read(super().embed(images, modality), modality_number(modality))

    def embed_text(self, texts: list[str]) -> Tensor:
        return self.read(super().embed_text(texts), TEXT)

    def read(self, vectors: Tensor, number: int) -> Tensor:
        """What vectors of a modality are searched by: z, n(z - m + m_photo), or n(z - m)."""
        if self.queries == "raw":
            return vectors
        m = self.encodings
        return normalize(vectors - m[number] + (m[PHOTO] if self.queries == "converted" else 0), dim=1)


def mixed(pairs: Pairs) -> tuple[Tensor, list[str], Tensor, Tensor]:
    """Images, texts, labels and modalities: sketches, then photos. Who belongs to whom is told no more."""
    n = len(pairs.labels)
    modality = torch.tensor([SKETCH, PHOTO], device=pairs.labels.device).repeat_interleave(n)
    images, texts = torch.cat([pairs.sketches, pairs.photos]), [*pairs.sketch_texts, *pairs.photo_texts]
    return images, texts, pairs.labels.repeat(2), modality


def weighed(changes: Mapping[str, float]) -> dict[str, float]:
    """The released weights with some of them changed.

    >>> weighed({"text": 2})["text"], weighed({})["semantic"]
    (2.0, 0.1)
    """
    if unknown := sorted(set(changes) - set(WEIGHTS)):
        raise ValueError(f"the losses of MASBIR are {', '.join(WEIGHTS)}; got {', '.join(unknown)}")
    weights = {name: float(changes.get(name, weight)) for name, weight in WEIGHTS.items()}
    if min(weights.values()) < 0 or not sum(weights.values()):
        raise ValueError(f"weights are 0 or more, and one of them is more; got {weights}")
    return weights
