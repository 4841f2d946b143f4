"""A CNN that tells classes apart in one modality: the teacher of others, and the plainest way to an embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from sbirlib.models.contract import Classes, Model, Recipe, modality_number

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.encoders import Cnn


class Classifier(Model):
    """Cross-entropy over the seen classes, on photos or on sketches; its features, normalised, are the embedding.

    The whole network learns, its batch-norm statistics too.
    """

    paper: ClassVar[Recipe] = Recipe(epochs=20, batch=128, lr=1e-3)
    small: ClassVar[Recipe] = Recipe(steps=400, batch=64, lr=2e-3, warmup=0.1, augment=0.3)

    def __init__(self, encoder: Cnn, modality: str = "photo") -> None:
        if not hasattr(encoder, "classify"):
            given = type(encoder).__name__
            raise TypeError(f"Classifier is built on a CNN, as sb.encoders.cnn() gives one; got {given}")
        config = {"encoder": encoder.name, "start": encoder.digest, "modality": modality}
        super().__init__(size=encoder.size, config=config)
        modality_number(modality)
        self.encoder, self.modality = encoder, modality
        encoder.learn_statistics = True

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        self.encoder.classify(classes.names)

    def dials(self) -> dict[str, Any]:
        return {"mix": float(self.modality == "sketch")}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        return normalize(self.encoder.encode_images(images), dim=1)

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        return {"classes": cross_entropy(self.encoder.logits(batch.images), batch.labels)}
