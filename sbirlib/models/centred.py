"""Any model, each modality without its mean over the seen classes: n(z - mean_modality). Nothing is learnt.

The plainest remedy against a modality gap, and a floor for all that learn: two vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.models.contract import MODALITIES, Model, Recipe, modality_number
from sbirlib.models.modes import evaluating

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Unlabelled


class Centred(Model):
    """The means are those of the training items as they are, in one pass; of the fewer modality, some come twice.

    The model is this one's own from then on, and learns no more: give it a deepcopy of one that does.
    """

    ways: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str] = "unlabelled"
    paper: ClassVar[Recipe] = Recipe(epochs=1, batch=256, augment=0.0)
    small: ClassVar[Recipe] = Recipe(epochs=1, batch=128, augment=0.0)

    sums: Tensor
    counts: Tensor

    def __init__(self, model: Model) -> None:
        super().__init__(size=model.size, config={"of": type(model).__name__, **model.config})
        self.model = model.requires_grad_(False)
        self.embedded = model.embedded
        blank = torch.zeros(1, 3, model.size, model.size, device=model.device)
        with evaluating(model), torch.no_grad():
            dim = model.embed(blank, "photo").shape[1]
        self.register_buffer("sums", torch.zeros(len(MODALITIES), dim))
        self.register_buffer("counts", torch.zeros(len(MODALITIES)))
        self.train(False)

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        self.model.eval()
        return self

    def at(self, step: int, steps: int, epoch: float) -> None:
        super().at(step, steps, epoch)
        if step == 0:
            self.sums.zero_()
            self.counts.zero_()

    def losses(self, batch: Unlabelled, player: str = "model") -> dict[str, Tensor]:
        with torch.no_grad():
            for modality, images in (("photo", batch.photos), ("sketch", batch.sketches)):
                if len(images):
                    (vectors,) = self.gathered(self.model.embed(images, modality))
                    number = modality_number(modality)
                    self.sums[number] += vectors.float().sum(0)
                    self.counts[number] += len(vectors)
        return {}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        number = modality_number(modality)
        if not self.counts[number]:
            name = type(self).__name__
            raise RuntimeError(f"{name} has met no {modality} yet, so it has no mean of them: call fit first")
        return normalize(self.model.embed(images, modality) - self.sums[number] / self.counts[number], dim=1)
