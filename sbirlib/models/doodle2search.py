"""Doodle to Search (Dey et al., CVPR 2019): two towers, attention, and three losses.

Sketches and photos have a network each, whose maps F (n, c, h, w) are weighed by a softmax over places,

    a = softmax over (h, w) of conv(conv(F)),     F' = F + F a,

and whose own head, with another last layer, ends in an embedding of 256 numbers. A sketch s, a photo p of its class and
a photo n of another, which is the likelier the more alike the two classes' vectors w are (exp(-|w - w'|^2 / .1)), give

    L_tri  max(0, 1 + |s - p| - |s - n|)
    L_sem  s and p tell their class's vector w by an MLP, (1 - cos) / 2; so does n, but through a reversed gradient:
           it must not tell the vector of the class that it is not of
    L_dom  an MLP tells sketches from photos, behind a reversed gradient: embeddings must not

With `clock="epoch"` the reversal in L_dom sets in between epochs 5 and 25; the released code hands it the number of the
batch inside the epoch instead (`clock="batch"`), so that it begins afresh with every epoch. `clock="run"` counts a run
as 100, for runs of a few epochs (ours).

In the released code the two last layers begin as strangers, so that at first a sketch is nowhere near its photo; with
`same_start` both towers begin as one (ours, and the default: it takes a tenth of the steps).

Inferred: the classes' vectors stand for word2vec's; BatchNorm's statistics learn. Ours: embeddings are searched as unit
vectors (the released code takes Euclidean distances of whatever length), gradients are clipped by the recipe. A network
that ends in a ReLU, as SqueezeNet, gives embeddings without negative numbers.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from sbirlib.losses.adversarial import domain_loss, ramp, reverse
from sbirlib.losses.margins import triplet
from sbirlib.losses.semantic import meaning_loss
from sbirlib.models.contract import Classes, Model, Recipe, modality_number
from sbirlib.models.on_cnn import described_classes, refuse_others

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Triplets
    from sbirlib.encoders import Cnn

CLOCKS = ("epoch", "batch", "run")


class Attention(nn.Module):
    """Which places count: two 1x1 convolutions with nothing between them, as released."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.narrow, self.score = nn.Conv2d(channels, hidden, 1), nn.Conv2d(hidden, 1, 1)

    def mask(self, maps: Tensor) -> Tensor:
        """(n, 1, h, w), which sums to 1 over places."""
        scores: Tensor = self.score(self.narrow(maps))
        return scores.flatten(1).softmax(dim=1).view_as(scores)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + maps * self.mask(maps)


class Tower(nn.Module):
    """A network with attention on its maps, ending in an embedding."""

    def __init__(self, encoder: Cnn, dim: int, attention: bool) -> None:
        super().__init__()
        self.encoder = encoder.end_in(dim)
        self.encoder.learn_statistics = True
        # 380 of VGG's 512 channels
        self.attention = Attention(encoder.dim, max(1, encoder.dim * 380 // 512)) if attention else nn.Identity()

    def forward(self, images: Tensor) -> Tensor:
        """Pictures (n, 3, h, w) to embeddings (n, dim), of any length."""
        return self.encoder.rest(self.attention(self.encoder.maps(images)))


class Doodle2Search(Model):
    """`semantic` and `domain` weigh two of the losses, `reversal` the third photo's reversed gradient; `hardness` is
    the temperature of the negatives' classes (None: any other class alike). `attention` is off in the released code's
    defaults and on in the paper."""

    kind: ClassVar[str] = "triplet"
    built_on: ClassVar[str] = "cnn"
    paper: ClassVar[Recipe] = Recipe(
        epochs=1000, batch=20, lr=1e-4, optimizer="sgd", nesterov=True, weight_decay=5e-4, schedule="constant",
        warmup=0.0, clip=None, augment=0.0,
    )  # fmt: skip
    small: ClassVar[Recipe] = Recipe(steps=400, batch=32, lr=3e-4, weight_decay=5e-4)

    def __init__(
        self,
        encoder: Cnn,
        *,
        dim: int = 256,
        attention: bool = True,
        margin: float = 1.0,
        hardness: float | None = 0.1,
        semantic: float = 1.0,
        domain: float = 1.0,
        reversal: float = 0.5,
        clock: str = "epoch",
        ramp: tuple[float, float] = (5.0, 25.0),
        same_start: bool = True,
    ) -> None:
        refuse_others(self, encoder)
        if clock not in CLOCKS:
            raise ValueError(f"the reversal sets in by {', '.join(CLOCKS)}; got {clock!r}")
        if hardness is not None and hardness <= 0:
            raise ValueError(f"a temperature is above 0, or None; got {hardness}")
        options: dict[str, Any] = dict(
            dim=dim, attention=attention, margin=margin, hardness=hardness, reversal=reversal, semantic=semantic,
            domain=domain, clock=clock, ramp=list(ramp), same_start=same_start,
        )  # fmt: skip
        super().__init__(size=encoder.size, config={"encoder": encoder.name, "start": encoder.digest, **options})
        self.embedded = encoder.name == "tiny"
        self.photos, self.sketches = (Tower(copy.deepcopy(encoder).freeze(False), dim, attention) for _ in range(2))
        self.same_start = same_start
        self.dim, self.margin, self.hardness = dim, margin, hardness
        self.reversal, self.clock, self.ramp = reversal, clock, ramp
        self.weights = {"semantic": semantic, "domain": domain}
        self.judge = nn.Sequential(
            nn.Linear(dim, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1)
        )
        self.meaning: nn.Module | None = None
        self.vectors: Tensor
        self.register_buffer("vectors", torch.zeros(0))

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        super().setup(classes)
        self.vectors = described_classes(self, classes).to(self.device)
        if new:
            if self.same_start:
                self.sketches.load_state_dict(self.photos.state_dict())
            self.meaning = nn.Sequential(
                nn.Linear(self.dim, 300), nn.ReLU(), nn.Dropout(), nn.Linear(300, self.vectors.shape[1])
            ).to(self.device)

    def at_random(self) -> list[nn.Module]:
        towers = (self.photos, self.sketches)
        return [self.judge, *(tower.encoder.last for tower in towers), *(tower.attention for tower in towers)]

    def dials(self) -> dict[str, Any]:
        if self.hardness is None:
            return {}
        return {"similarity": -torch.cdist(self.vectors, self.vectors).square().cpu(), "temperature": self.hardness}

    @property
    def strength(self) -> float:
        """How far the reversal of L_dom has set in."""
        a_epoch = self.step / self.epoch if self.epoch else 1.0
        t = {"epoch": self.epoch, "batch": self.step % max(a_epoch, 1.0), "run": 100 * self.step / self.steps}
        return ramp(t[self.clock], *self.ramp)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return normalize(self.tower(modality)(images), dim=1)

    def tower(self, modality: str) -> Tower:
        return self.sketches if modality_number(modality) else self.photos

    def attended(self, images: Tensor, modality: str) -> Tensor:
        """(n, h, w): where each picture is looked at, which sums to 1 over its places."""
        tower = self.tower(modality)
        if not isinstance(tower.attention, Attention):
            raise ValueError("this Doodle2Search was built without attention: attention=True has it")
        return tower.attention.mask(tower.encoder.maps(images))[:, 0]

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        self.known()
        sketches = self.sketches(batch.sketches)
        photos, negatives = self.photos(torch.cat([batch.photos, batch.negatives])).chunk(2)
        found = {"triplet": triplet(sketches, photos, negatives, self.margin, "euclidean")}
        if self.weights["semantic"]:
            found["semantic"] = self.told(sketches, photos, negatives, self.vectors[batch.labels])
        if self.weights["domain"]:
            found["domain"] = self.judged(torch.cat([sketches, photos, negatives]), len(sketches))
        return found

    def told(self, sketches: Tensor, photos: Tensor, negatives: Tensor, meant: Tensor) -> Tensor:
        """L_sem: the sum of three."""
        assert self.meaning is not None
        parts = (sketches, photos, reverse(negatives, self.reversal))
        return torch.stack([meaning_loss(self.meaning(part), meant) for part in parts]).sum()

    def judged(self, embeddings: Tensor, sketches: int) -> Tensor:
        """L_dom: the mean of three, each as large as the others. The first rows are the sketches."""
        photo = torch.arange(len(embeddings), device=embeddings.device) >= sketches
        logits = self.judge(reverse(embeddings, self.strength)).flatten()
        return domain_loss(logits, photo)
