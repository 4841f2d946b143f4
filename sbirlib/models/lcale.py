"""LCALE (Lin et al., AAAI 2020): sketches, photos and classes' vectors in one latent space of Gaussians.

Each of the three has a variational autoencoder, x -> N(mean, variance) -> x'. A sketch, a photo and their class's
vector belong together:

    own          |D_k(z_k) - x_k|_1 + b KL(N_k || N(0, 1))    each comes back from its own latent
    crossed      |D_j(z_k) - x_j|_1, j != k                  and from the others'
    aligned      W_2(N_sketch, N_class) + W_2(N_photo, N_class)
    cycle        |D_class(z') - x_class|_1, z' of D_k(z_class)  a class's vector, told as a picture, comes back

and the means are searched. The paper's abstract and a review say which losses there are; their formulas are inferred
from the cross-aligned autoencoders that it builds on (Schönfeld et al., CVPR 2019), as are the widths and the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from sbirlib.losses.variational import divergence, drawn, transport
from sbirlib.models.contract import MODALITIES, Classes, Recipe, modality_number
from sbirlib.models.on_cnn import OnFeatures, described_classes, layers

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Triplets
    from sbirlib.encoders import Clip, Cnn


class Autoencoder(nn.Module):
    """x (n, d) to mean and log variance (n, m), and z back to x."""

    def __init__(self, dim: int, hidden: int, latent: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(dim, hidden), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decode = layers(latent, hidden, dim)

    def again(self, z: Tensor) -> Tensor:
        x: Tensor = self.decode(z)
        return x

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.body(x)
        return self.mean(hidden), self.log_variance(hidden).clamp(-8, 8)


class LCALE(OnFeatures):
    """`latent` is m; `prior` weighs b, `crossed`, `aligned` and `cycle` the other losses. `semantics=False` leaves the
    classes' vectors out: sketches and photos are aligned with each other."""

    kind: ClassVar[str] = "triplet"
    paper: ClassVar[Recipe] = Recipe(steps=50_000, batch=64, lr=1e-3, optimizer="adam", weight_decay=0.0, clip=None)
    small: ClassVar[Recipe] = Recipe(steps=300, batch=128, lr=1e-3, optimizer="adam", weight_decay=0.0, clip=None)

    def __init__(
        self,
        encoder: Cnn | Clip,
        sketches: Cnn | Clip | None = None,
        *,
        latent: int = 64,
        prior: float = 0.25,
        crossed: float = 1.0,
        aligned: float = 1.0,
        cycle: float = 1.0,
        semantics: bool = True,
    ) -> None:
        weights = {"prior": prior, "crossed": crossed, "aligned": aligned, "cycle": cycle}
        super().__init__(encoder, sketches, latent=latent, semantics=semantics, **weights)
        self.weights = weights
        self.latent, self.semantics = latent, semantics
        self.coders = nn.ModuleDict({kind: Autoencoder(self.dim, self.dim, latent) for kind in MODALITIES})
        self.vectors: Tensor
        self.register_buffer("vectors", torch.zeros(0))

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        before = self.vectors.shape[-1]
        super().setup(classes)
        if self.semantics:
            vectors = described_classes(self, classes)
            self.vectors = (normalize(vectors, dim=1) * vectors.shape[1] ** 0.5).to(self.device)
            if new or vectors.shape[1] != before:
                self.coders["class"] = Autoencoder(vectors.shape[1], self.dim, self.latent).to(self.device)

    def at_random(self) -> list[nn.Module]:
        return [self.coders]

    def dials(self) -> dict[str, Any]:
        return {"balanced": True}

    def coder(self, kind: str) -> Autoencoder:
        return cast("Autoencoder", self.coders[kind])

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        mean, _ = self.coders[modality](self.features(images, modality))
        return normalize(mean, dim=1)

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        self.known()
        x = self.both(batch)
        if self.semantics:
            x["class"] = self.vectors[batch.labels]
        told = {kind: self.coders[kind](x[kind]) for kind in x}
        z = {kind: drawn(*told[kind]) for kind in x}
        own = [apart(self.coder(kind).again(z[kind]), x[kind]) for kind in x]
        crossed = [apart(self.coder(to).again(z[of]), x[to]) for of in x for to in x if of != to]
        ends = [("sketch", "class"), ("photo", "class")] if self.semantics else [("sketch", "photo")]
        found = {
            "own": own,
            "prior": [divergence(*told[kind]) for kind in x],
            "crossed": crossed,
            "aligned": [transport(*told[one], *told[other]) for one, other in ends],
        }
        if self.semantics:
            found["cycle"] = [self.there_and_back(z["class"], x["class"], kind) for kind in MODALITIES]
        return {name: torch.stack(parts).sum() for name, parts in found.items()}

    def there_and_back(self, z: Tensor, vectors: Tensor, kind: str) -> Tensor:
        """A class's vector, told as a picture's features and read from them again."""
        mean, _ = self.coders[kind](self.coder(kind).again(z))
        return apart(self.coder("class").again(mean), vectors)


def apart(made: Tensor, x: Tensor) -> Tensor:
    """The L1 distance of rows (n, d), summed over d, the mean of the rows."""
    return (made - x).abs().sum(dim=1).mean()
