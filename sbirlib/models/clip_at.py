"""CLIP for all Things Zero-Shot (Sain et al., CVPR 2023), coarse: tune a CLIP's layer norms and a few learned tokens.

One image encoder for both; a photo and a sketch each bring three learned tokens of their own (v_photo, v_sketch) after
the patches'. Only these and the gains and shifts of all norms learn:

    L = max(0, .2 + d(s, p) - d(s, n)) + w_text CE(t z . T_c, y),    d the cosine distance,

T_c = n(E_text("a photo of a c")). The released code has the first term alone (`texts=0`, the default here as there);
the second is the paper's, on sketch and photo. It also frees more than it says: what is frozen there is whatever is
called weight or bias outside a layer norm, so that the attention's in-projections, positions, class token and output
projection learn as well (`learns="as released"`). Norms are layer norms in a vision transformer; the tiny CLIP's
convolutions have batch norms, whose gains and shifts learn here, too, and whose statistics do not. Tokens begin small
(a deviation of .02; released: 1).
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from sbirlib.encoders.freezing import learnable
from sbirlib.encoders.prompts import visual_prompts
from sbirlib.losses.margins import triplet
from sbirlib.models.contract import Classes, Group, Player, Recipe, modality_number
from sbirlib.models.controls import OnClip

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Triplets
    from sbirlib.encoders import Clip, VisualPrompts

LEARNS = ("norms", "as released", "prompts")
NORMS = (nn.LayerNorm, nn.modules.batchnorm._BatchNorm)


class CLIPAT(OnClip):
    """`prompts` tokens a modality (0: none), `learns` what else of the image encoder, `texts` weighs the second
    term."""

    kind: ClassVar[str] = "triplet"
    paper: ClassVar[Recipe] = Recipe(
        epochs=60, batch=192, lr=1e-6, optimizer="adam", weight_decay=0.0, schedule="constant", warmup=0.0, clip=None
    )
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=1e-2, optimizer="adam", weight_decay=0.0)

    def __init__(
        self,
        encoder: Clip,
        *,
        prompts: int = 3,
        learns: str = "norms",
        margin: float = 0.2,
        texts: float = 0.0,
        temperature: float = 0.07,
    ) -> None:
        if learns not in LEARNS:
            raise ValueError(f"beside the prompts learn {', '.join(LEARNS)}; got {learns!r}")
        if prompts < 0 or (learns == "prompts" and not prompts):
            raise ValueError(f"so nothing would learn: prompts={prompts}, learns={learns!r}")
        super().__init__(encoder, prompts=prompts, learns=learns, margin=margin, texts=texts, temperature=temperature)
        encoder.freeze(images=True, texts=True)
        self.margin, self.temperature = margin, temperature
        self.weights = {"texts": texts}
        allowed = {id(each) for each in learnable(encoder.visual)}
        for part in encoder.visual.modules():
            for name, each in part.named_parameters(recurse=False):
                normal = isinstance(part, NORMS) and learns != "prompts"
                unnamed = name not in ("weight", "bias") and learns == "as released"
                each.requires_grad_((normal or unnamed) and id(each) in allowed)
        if prompts:
            visual_prompts(encoder, prompts, sets=2)
        self.register_buffer("classes_at", torch.zeros(0))
        self.classes_at: Tensor

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        if self.weights["texts"]:
            if len(classes.prompts) != len(classes):
                raise ValueError(
                    f"CLIPAT(texts=...) asks by the prompts of the classes; got {len(classes.prompts)} of them"
                )
            with torch.no_grad():
                self.classes_at = normalize(self.encoder.encode_texts(list(classes.prompts)), dim=1)

    @property
    def prompts(self) -> VisualPrompts | None:
        """They are the encoder's."""
        return cast("VisualPrompts", self.encoder.prompts["images"]) if "images" in self.encoder.prompts else None

    def players(self) -> dict[str, Player]:
        """Prompts at a rate of their own, a hundred times that of a large encoder, as released."""
        learning = {name: each for name, each in self.named_parameters() if each.requires_grad}
        tokens = [each for name, each in learning.items() if name.startswith("encoder.prompts.")]
        others = [each for name, each in learning.items() if not name.startswith("encoder.prompts.")]
        groups = [Group("prompts", tokens, lr=None if self.embedded else 1e-4), Group("encoder", others)]
        return {"model": Player([group for group in groups if group.parameters])}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        number = modality_number(modality)
        with nullcontext() if self.prompts is None else self.prompts.using(number):
            return super().embed(images, modality)

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        sketches = self.embed(batch.sketches, "sketch")
        photos, negatives = self.embed(torch.cat([batch.photos, batch.negatives]), "photo").chunk(2)
        found = {"triplet": triplet(sketches, photos, negatives, self.margin)}
        if self.weights["texts"]:
            self.known()
            scores = torch.cat([sketches, photos]) @ self.classes_at.T / self.temperature
            found["texts"] = cross_entropy(scores, batch.labels.repeat(2))
        return found
