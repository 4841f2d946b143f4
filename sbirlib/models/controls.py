"""The plain controls: what every method has to beat, each with one idea or none.

- `FrozenCLIP`      the encoder as it is
- `MeanCentred`     two mean vectors, one of seen sketches and one of seen photos, subtracted: no learning
- `LinearProbe`     a linear map on the frozen encoder, trained to tell the seen classes apart
- `TextAligned`     images beside their captions: sketches and photos meet through text alone, without a pair
- `DirectAligned`   sketches beside photos of their class, or beside the very photo
- `Triplet`         a sketch nearer to a photo of its class than to one of another

All share one image encoder for both modalities. The rates for the drawn world were chosen on validation classes
(book/sweeps/controls-rates.csv); those of `paper` are guesses, since no paper is behind these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from sbirlib.encoders.config import EMBEDDED
from sbirlib.losses.contrastive import both_ways, clip_loss
from sbirlib.losses.margins import triplet
from sbirlib.models.centred import Centred
from sbirlib.models.contract import Classes, Model, Player, Recipe, modality_number

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned, Pairs, Triplets
    from sbirlib.encoders import Clip


class OnClip(Model):
    """A model on one image encoder for both modalities. The encoder is the model's own from then on: models that
    learn take one each, `clip("tiny")` again or a deepcopy."""

    def __init__(self, encoder: Clip, **config: Any) -> None:
        if not hasattr(encoder, "encode_texts"):
            given = type(encoder).__name__
            raise TypeError(f"{type(self).__name__} is built on a CLIP, as sb.encoders.clip() gives one; got {given}")
        super().__init__(size=encoder.size, config={"encoder": encoder.name, "start": encoder.digest, **config})
        self.encoder = encoder
        encoder.learn_statistics = False
        self.embedded = encoder.name in EMBEDDED
        for name, parameter in encoder.model.named_parameters():
            if name in ("logit_scale", "logit_bias"):
                parameter.requires_grad_(False)  # a loss here has a temperature of its own

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        return normalize(self.encoder.encode_images(images), dim=1)

    def embed_text(self, texts: list[str]) -> Tensor:
        """Texts (n) as unit vectors beside those of images."""
        return normalize(self.encoder.encode_texts(texts), dim=1)


class FrozenCLIP(OnClip):
    """The encoder as it is. `fit` has nothing to do."""

    kind: ClassVar[str] = "none"
    paper: ClassVar[Recipe] = Recipe(steps=0)
    small: ClassVar[Recipe] = Recipe(steps=0)

    def __init__(self, encoder: Clip) -> None:
        super().__init__(encoder)
        self.encoder.freeze(images=True, texts=True)

    def players(self) -> dict[str, Player]:
        return {}


class MeanCentred(Centred):
    """A frozen encoder without each modality's mean over the seen classes (`Centred`). Nothing is learnt."""

    def __init__(self, encoder: Clip) -> None:
        super().__init__(FrozenCLIP(encoder))

    def embed_text(self, texts: list[str]) -> Tensor:
        return cast("FrozenCLIP", self.model).embed_text(texts)


class LinearProbe(OnClip):
    """A linear map on the frozen encoder's unit vectors, and cosine scores against learnt class vectors:

    L = CE( s . n(A z) . n(w_c), y ),   s = 1 / temperature,   embedding n(A z).

    A starts as the identity: before the first step this is the frozen encoder.
    """

    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=256, lr=1e-3)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=1e-2)

    def __init__(self, encoder: Clip, temperature: float = 0.05) -> None:
        if temperature <= 0:
            raise ValueError(f"a temperature is above 0; got {temperature}")
        super().__init__(encoder, temperature=temperature)
        self.encoder.freeze(images=True, texts=True)
        self.temperature = temperature
        self.map = nn.Linear(encoder.dim, encoder.dim, bias=False)
        nn.init.eye_(self.map.weight)
        self.heads: nn.Linear | None = None

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        super().setup(classes)
        if new:
            nn.init.eye_(self.map.weight)
            self.heads = nn.Linear(self.encoder.dim, len(classes), bias=False).to(self.device)

    def mapped(self, images: Tensor) -> Tensor:
        with torch.no_grad():
            start = normalize(self.encoder.encode_images(images), dim=1)
        return normalize(self.map(start), dim=1)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        return self.mapped(images)

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        self.known()
        assert self.heads is not None
        scores = self.mapped(batch.images) @ normalize(self.heads.weight, dim=1).T
        return {"classes": cross_entropy(scores / self.temperature, batch.labels)}


class Tuned(OnClip):
    """A model whose whole image encoder learns."""

    def __init__(self, encoder: Clip, freeze_text: bool, **config: Any) -> None:
        super().__init__(encoder, freeze_text=freeze_text, **config)
        self.encoder.freeze(images=False, texts=freeze_text)

    def players(self) -> dict[str, Player]:
        if not any(each.requires_grad for each in self.encoder.visual.parameters()):
            raise ValueError(
                f"nothing of {type(self).__name__}'s image encoder learns: another model froze it; give each its own"
            )
        return super().players()


class Contrasted(Tuned):
    """... at a temperature of its own, which learns, too."""

    def __init__(self, encoder: Clip, temperature: float, freeze_text: bool, **config: Any) -> None:
        if temperature < 0.01:
            raise ValueError(f"a temperature is .01 or more, as the scale never passes 100; got {temperature}")
        super().__init__(encoder, freeze_text, temperature=temperature, **config)
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)))

    @property
    def scale(self) -> Tensor:
        """One over the temperature; never above 100, as CLIP has it."""
        return self.log_scale.exp().clamp(max=100.0)


class TextAligned(Contrasted):
    """CLIP's loss between images, sketches and photos mixed, and their captions: no pair is ever seen.

    `by_class` counts all captions of an image's class as its own; without it, as CLIP does, only its own one.
    `captions` are "written", each image's own, or "class": one sentence for sketches and photos of a class.
    """

    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=256, lr=1e-6)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=3e-4)

    def __init__(
        self,
        encoder: Clip,
        temperature: float = 0.07,
        freeze_text: bool = False,
        by_class: bool = False,
        captions: str = "written",
    ) -> None:
        super().__init__(encoder, temperature, freeze_text, by_class=by_class, captions=captions)
        self.by_class, self.captions = by_class, captions

    def dials(self) -> dict[str, Any]:
        return {"captions": self.captions}

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        images = normalize(self.encoder.encode_images(batch.images), dim=1)
        texts = normalize(self.encoder.encode_texts(batch.texts), dim=1)
        images, texts, labels = self.gathered(images, texts, batch.labels)
        return {"text": clip_loss(images, texts, self.scale, labels if self.by_class else None)}


class DirectAligned(Contrasted):
    """InfoNCE between sketches and photos, both ways. What belongs together is of one class (and a triplet's third,
    the photo of another class, is one more to tell apart) or, with `instances`, the very photo of the sketch."""

    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=256, lr=1e-6)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=3e-4)

    def __init__(self, encoder: Clip, temperature: float = 0.07, instances: bool = False) -> None:
        super().__init__(encoder, temperature, freeze_text=True, instances=instances)
        self.instances = instances
        self.kind = "paired" if instances else "triplet"  # type: ignore[misc]

    def losses(self, batch: Triplets | Pairs, player: str = "model") -> dict[str, Tensor]:
        shown = [batch.sketches, batch.photos]
        if self.instances:
            asked = searched = cast("Pairs", batch).instances
        else:
            triplets = cast("Triplets", batch)
            shown, asked = [*shown, triplets.negatives], triplets.labels
            searched = torch.cat([triplets.labels, triplets.negative_labels])
        images = normalize(self.encoder.encode_images(torch.cat(shown)), dim=1)
        sketches, photos = images[: len(asked)], images[len(asked) :]
        sketches, photos, asked, searched = self.gathered(sketches, photos, asked, searched)
        return {"pairs": both_ways(sketches, photos, self.scale, asked[:, None] == searched[None])}


class Triplet(Tuned):
    """A sketch nearer to a photo of its class than to one of another class, by a margin of cosine distance."""

    kind: ClassVar[str] = "triplet"
    paper: ClassVar[Recipe] = Recipe(epochs=10, batch=192, lr=1e-6)
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=3e-4)

    def __init__(self, encoder: Clip, margin: float = 0.3) -> None:
        super().__init__(encoder, freeze_text=True, margin=margin)
        self.margin = margin

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        images = torch.cat([batch.sketches, batch.photos, batch.negatives])
        sketches, photos, negatives = normalize(self.encoder.encode_images(images), dim=1).chunk(3)
        return {"triplet": triplet(sketches, photos, negatives, self.margin)}
