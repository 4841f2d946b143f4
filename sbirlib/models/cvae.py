"""CVAE and CAAE (Yelamarthi et al., ECCV 2018): what would the photo's features be? Make them up, and search with them.

A sketch does not say all of its photo, so what it leaves open is a latent z (m). On frozen features of a sketch x and
of the very photo y that it was drawn from:

    encoder   [y, x] -> N(mu, variance)        decoder   [z, x] -> y'        checker   y' -> x'

    CVAE   L = |y' - y|^2 + KL(N(mu, variance) || N(0, 1)) + 10 |x' - x|^2
    CAAE   the encoder says z itself, and a judge that knows draws from N(0, 1) keeps it to the same prior

The decoder ends in a ReLU, as the features do; mean and log variance are tanh of what the encoder says (CVAE's, not
CAAE's). Squares are means over all numbers, and the divergence is the sum over z, as in the released code (which has
the CVAE alone: CAAE's adversary is inferred). To search, z is drawn a hundred times, and the mean of what is made up
asks among the photos' own features, which nothing changes. Here the hundred are drawn once, by a seed, so that a sketch
has one embedding. `latent=0` leaves z out: a plain regression from sketch to photo, the control. Where nobody knows
which photo a sketch was drawn from, `instances=False` takes any photo of its class (ours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, normalize

from sbirlib.encoders.freezing import seeded
from sbirlib.losses.adversarial import discerning, fooling
from sbirlib.losses.variational import divergence, drawn
from sbirlib.models.contract import SKETCH, Player, Recipe, decayed, modality_number
from sbirlib.models.on_cnn import OnFeatures, layers

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Pairs, Triplets
    from sbirlib.encoders import Clip, Cnn


class Trunk(nn.Module):
    """[y, x] -> d -> d / 2, then a layer each for mean and log variance."""

    def __init__(self, dim: int, latent: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(2 * dim, dim), nn.BatchNorm1d(dim), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(dim, dim // 2), nn.BatchNorm1d(dim // 2), nn.ReLU(),
        )  # fmt: skip
        self.mean, self.log_variance = nn.Linear(dim // 2, latent), nn.Linear(dim // 2, latent)

    def forward(self, photos: Tensor, sketches: Tensor) -> tuple[Tensor, Tensor]:
        x = self.body(torch.cat([photos, sketches], dim=1))
        return self.mean(x), self.log_variance(x)


class CVAE(OnFeatures):
    """`prior` weighs the divergence, `check` the sketch's reconstruction; `latent` is m, a quarter of the features
    unless it is said; `draws` are averaged when it is asked."""

    kind: ClassVar[str] = "paired"
    paper: ClassVar[Recipe] = Recipe(
        epochs=25, batch=128, lr=2e-4, optimizer="adam", betas=(0.5, 0.999), weight_decay=0.0, schedule="constant",
        warmup=0.0, clip=None,
    )  # fmt: skip
    small: ClassVar[Recipe] = Recipe(
        steps=3000, batch=128, lr=1e-3, optimizer="adam", betas=(0.5, 0.999), weight_decay=0.0, clip=None
    )

    judged: ClassVar[bool] = False
    noise: Tensor

    def __init__(
        self,
        encoder: Cnn | Clip,
        sketches: Cnn | Clip | None = None,
        *,
        latent: int | None = None,
        prior: float = 1.0,
        check: float = 10.0,
        draws: int = 100,
        instances: bool = True,
    ) -> None:
        if self.judged and latent == 0:
            raise ValueError("CAAE judges its latent, which has 1 number or more; CVAE(latent=0) has none")
        if draws < 1 or (latent or 0) < 0:
            raise ValueError(f"latent is 0 or more and draws 1 or more; got {latent} and {draws}")
        latent = encoder.dim // 4 if latent is None else latent
        super().__init__(encoder, sketches, latent=latent, prior=prior, check=check, draws=draws, instances=instances)
        self.kind = "paired" if instances else "triplet"  # type: ignore[misc]
        self.weights = {"prior": prior, "check": check}
        self.latent = latent
        self.encode = Trunk(self.dim, latent) if latent else None
        self.decode = nn.Sequential(layers(self.dim + latent, self.dim // 2, self.dim), nn.ReLU())
        self.check = layers(self.dim, self.dim // 2, self.dim)
        self.judge = layers(latent, self.dim // 2, 1, slope=0.2) if self.judged else None
        if self.judged and self.encode is not None:
            self.encode.log_variance.requires_grad_(False)  # nobody asks for it
        with torch.inference_mode(False), seeded(0):
            self.register_buffer("noise", torch.randn(draws if latent else 1, latent))

    def at_random(self) -> list[nn.Module]:
        return [part for name, part in self.named_children() if name != "looking"]

    def made_up(self, sketches: Tensor) -> Tensor:
        """The mean photo (n, d) of what is made up of sketches' features."""
        n, draws = len(sketches), len(self.noise)
        asked = sketches[:, None].expand(-1, draws, -1)
        drawn = self.noise[None].expand(n, -1, -1)
        made: Tensor = self.decode(torch.cat([drawn, asked], dim=2))
        return made.mean(1)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        features = self.features(images, modality)
        return normalize(self.made_up(features) if modality_number(modality) == SKETCH else features, dim=1)

    def losses(self, batch: Pairs | Triplets, player: str = "model") -> dict[str, Tensor]:
        x = self.both(batch)
        sketches, photos = x["sketch"], x["photo"]
        if self.encode is None:
            return self.made(sketches, photos, sketches.new_zeros(len(sketches), 0))
        mean, log_variance = (part.tanh() for part in self.encode(photos, sketches))  # bounded, as released
        return self.made(sketches, photos, drawn(mean, log_variance)) | {"prior": divergence(mean, log_variance)}

    def made(self, sketches: Tensor, photos: Tensor, z: Tensor) -> dict[str, Tensor]:
        made = self.decode(torch.cat([z, sketches], dim=1))
        return {"photos": mse_loss(made, photos), "check": mse_loss(self.check(made), sketches)}


class CAAE(CVAE):
    """The same with a judge of z in place of the divergence."""

    judged: ClassVar[bool] = True

    def players(self) -> dict[str, Player]:
        assert self.judge is not None
        makers = [named for named in self.named_parameters() if not named[0].startswith("judge.")]
        return {
            "makers": Player(decayed(makers, "makers")),
            "judge": Player(decayed(self.judge.named_parameters(), "judge")),
        }

    def losses(self, batch: Pairs | Triplets, player: str = "makers") -> dict[str, Tensor]:
        assert self.encode is not None
        assert self.judge is not None
        x = self.both(batch)
        sketches, photos = x["sketch"], x["photo"]
        if player == "judge":
            with torch.no_grad():
                z, _ = self.encode(photos, sketches)
            return {"judge": discerning(self.judge(torch.randn_like(z)).flatten(), self.judge(z).flatten())}
        z, _ = self.encode(photos, sketches)
        return self.made(sketches, photos, z) | {"prior": fooling(self.judge(z).flatten())}
