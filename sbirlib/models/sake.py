"""SAKE, Semantic-Aware Knowledge prEservation (Liu et al., ICCV 2019): learn sketches, and do not forget the photos.

One network for both, told by a tag which of the two it looks at (photo 1, sketch 0). In each of its squeeze-and-
excitation blocks the tag joins the hidden means, and the column that it meets begins at zero, so that at first it has
no effect:

    scale = sigmoid(W2 [relu(W1 mean(x)); tag])

The mean of its maps f (D) goes to an embedding h = P f of d numbers, and from there to two sets of classes: those seen,
and those that the network was pretrained on, with a head Q. P and Q begin as the rank-d singular value decomposition of
the pretrained classifier, W = U S V' with P = V'_d and Q = U_d S_d, without its biases: Q P f is the nearest that rank
d comes to what the classifier said. A frozen copy of the network, the teacher, says t(x) of every photo, and

    L = CE(seen class) + w CE(q, softmax(Q h)) over photos only,    q = softmax(l1 t(x) + l2 A[y])

where A (C, K) says how akin seen class y is to each pretrained one, by a knowledge graph (`Graph.kinship`).

The paper's network is the SE-ResNet-50, `cnn("legacy_seresnet50", pretrained="imagenet")`. Ours: a network without such
blocks gets one of its own, on its last maps, that begins as no change.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from sbirlib.losses.distilling import preserving
from sbirlib.models.contract import PHOTO, Classes, Model, Recipe, modality_number
from sbirlib.models.on_cnn import refuse_others

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.encoders import Cnn

GIVEN = "given"
HINTS = ("taxonomy", "shuffled", "none", GIVEN)


class Tag:
    """What is being looked at: 1 for a photo, 0 for a sketch, one number a row; nothing between two passes."""

    def __init__(self) -> None:
        self.values: Tensor | None = None

    @contextmanager
    def of(self, values: Tensor) -> Iterator[None]:
        self.values = values
        try:
            yield
        finally:
            self.values = None


class Tagged(nn.Module):
    """A layer, linear or a 1x1 convolution, with one more input, the tag, whose column begins at zero."""

    def __init__(self, layer: Any, tag: Tag) -> None:
        super().__init__()
        self.layer, self.tag = layer, tag
        self.column = nn.Parameter(torch.zeros_like(layer.weight[:, 0].flatten()))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(x)
        assert self.tag.values is not None
        told = self.tag.values.to(out)[:, None] * self.column
        return out + told.view(len(out), -1, *[1] * (out.ndim - 2))


class Gate(nn.Module):
    """Squeeze-and-excitation that begins as no change: 2 sigmoid(0) = 1."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(channels, channels // 16), nn.Linear(channels // 16, channels)
        self.open()

    def open(self) -> None:
        last = self.fc2.layer if isinstance(self.fc2, Tagged) else self.fc2
        for each in (last.weight, last.bias):
            nn.init.zeros_(each)

    def forward(self, maps: Tensor) -> Tensor:
        scale: Tensor = 2 * self.fc2(self.fc1(maps.mean((2, 3))).relu()).sigmoid()
        return maps * scale[:, :, None, None]


def conditioned(net: nn.Module, tag: Tag) -> int:
    """Tag every squeeze-and-excitation block of a network (what has an fc1 and an fc2); says how many there are."""
    blocks = [part for part in net.modules() if hasattr(part, "fc1") and hasattr(part, "fc2")]
    for part in blocks:
        cast("Any", part).fc2 = Tagged(part.fc2, tag)
    return len(blocks)


class SAKE(Model):
    """`dim` is d (64 or 512 in the paper; the teacher's K classes have no more than K directions), `preserve` w,
    `trust` l1, `strength` l2. `hints` are A itself ("given", where it comes with saved weights), or "taxonomy", that
    with its columns "shuffled", or "none". `from_teacher` begins with the decomposition, `conditional` has the tag."""

    kind: ClassVar[str] = "captioned"
    built_on: ClassVar[str] = "cnn"
    paper: ClassVar[Recipe] = Recipe(
        epochs=20, batch=39, lr=1e-4, optimizer="adam", weight_decay=5e-4, schedule="thousandth", warmup=0.0, clip=None
    )
    small: ClassVar[Recipe] = Recipe(steps=600, batch=39, lr=3e-3, weight_decay=5e-4)

    def __init__(
        self,
        encoder: Cnn,
        *,
        dim: int = 64,
        preserve: float = 1.0,
        trust: float = 1.0,
        strength: float = 0.3,
        hints: str | Tensor = "taxonomy",
        conditional: bool = True,
        from_teacher: bool = True,
        mix: float = 1 / 3,
    ) -> None:
        refuse_others(self, encoder)
        if (preserve or from_teacher) and not encoder.has_classifier:
            raise ValueError(
                f"SAKE keeps what a classifier knows, and this {encoder.name} has none: give it one "
                "(sb.models.Classifier), or preserve=0 and from_teacher=False"
            )
        if not isinstance(hints, Tensor) and hints not in HINTS:
            raise ValueError(f"hints are a matrix (seen classes, teacher's), or {', '.join(HINTS)}; got {hints!r}")
        if from_teacher and encoder.last.weight.shape[1] != encoder.dim:
            raise ValueError(
                f"P and Q come from a classifier of the maps' mean ({encoder.dim} numbers), and {encoder.name}'s reads "
                f"{encoder.last.weight.shape[1]} others: from_teacher=False begins at random"
            )
        options: dict[str, Any] = {"dim": dim, "trust": trust, "strength": strength, "conditional": conditional}
        options |= {"preserve": preserve, "hints": hints if isinstance(hints, str) else GIVEN}
        options |= {"from_teacher": from_teacher, "mix": mix}
        super().__init__(size=encoder.size, config={"encoder": encoder.name, "start": encoder.digest, **options})
        self.embedded = encoder.name == "tiny"
        self.trust, self.strength, self.hints, self.mix = trust, strength, hints, mix
        self.weights = {"preserve": preserve}
        self.teacher = copy.deepcopy(encoder).freeze() if preserve else None
        self.encoder = copy.deepcopy(encoder).freeze(False).freeze_head()
        self.encoder.learn_statistics = True
        self.tag, self.gate = Tag(), cast("nn.Module", nn.Identity())
        if conditional and not conditioned(self.encoder.visual.net, self.tag):
            self.gate = Gate(encoder.dim)
            conditioned(self.gate, self.tag)
        taught = len(encoder.last.weight) if encoder.has_classifier else 1
        self.squeeze, self.taught = nn.Linear(encoder.dim, dim, bias=False), nn.Linear(dim, taught, bias=False)
        self.seen: nn.Linear | None = None
        self.from_teacher = from_teacher
        self.begin()
        self.akin: Tensor
        self.register_buffer("akin", torch.zeros(0))

    def at_random(self) -> list[nn.Module]:
        return [self.squeeze, self.taught, self.gate]

    def begin(self) -> None:
        """What is not left to chance."""
        if self.from_teacher:
            self.decompose(self.encoder.last.weight.flatten(1).detach())
        if isinstance(self.gate, Gate):
            self.gate.open()

    @torch.no_grad()
    def decompose(self, known: Tensor) -> None:
        """P and Q from the classifier's weight (K, D); directions beyond its rank stay as they are, and unused by Q."""
        u, s, v = torch.linalg.svd(known.double(), full_matrices=False)
        rank = min(len(s), self.squeeze.out_features)
        self.squeeze.weight[:rank] = v[:rank].float()
        self.taught.weight.zero_()
        self.taught.weight[:, :rank] = (u * s)[:, :rank].float()

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        super().setup(classes)
        if new:
            self.begin()
            self.seen = nn.Linear(self.squeeze.out_features, len(classes)).to(self.device)
        self.akin = self.kinship(classes).to(self.device)

    def kinship(self, classes: Classes) -> Tensor:
        """A (C, K)."""
        shape = len(classes), self.taught.out_features
        if isinstance(self.hints, Tensor):
            if self.hints.shape != shape:
                raise ValueError(f"hints are (seen classes, teacher's), {shape}; got {tuple(self.hints.shape)}")
            return self.hints.float()
        if self.hints == GIVEN:
            return self.akin if self.akin.shape == shape else torch.zeros(shape)
        if self.hints == "none" or not self.teacher:
            return torch.zeros(shape)
        if classes.graph is None:
            raise ValueError(
                "SAKE's hints come from a graph of the classes, and there is none: give the benchmark one "
                "(sb.data.wordnet), or hints=a matrix or 'none'"
            )
        if len(self.teacher.classes) != shape[1]:
            raise ValueError(
                f"SAKE's hints need the names of the teacher's {shape[1]} classes, and it has "
                f"{len(self.teacher.classes)}: set encoder.classes, or hints=a matrix or 'none'"
            )
        akin = classes.graph.kinship(classes.names, self.teacher.classes)
        if self.hints == "shuffled":
            return akin[:, torch.randperm(shape[1], generator=torch.Generator().manual_seed(0))]
        return akin

    def dials(self) -> dict[str, Any]:
        return {"mix": self.mix}

    def placed(self, images: Tensor, photo: Tensor) -> Tensor:
        """h (n, d) of pictures, each told what it is."""
        with self.tag.of(photo):
            maps = self.gate(self.encoder.maps(images))
        embeddings: Tensor = self.squeeze(maps.mean((2, 3)))
        return embeddings

    def embed(self, images: Tensor, modality: str) -> Tensor:
        number = modality_number(modality)
        photo = torch.full((len(images),), float(number == PHOTO), device=images.device)
        return normalize(self.placed(images, photo), dim=1)

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        self.known()
        assert self.seen is not None
        photo = batch.modality == PHOTO
        placed = self.placed(batch.images, photo)
        found = {"classes": cross_entropy(self.seen(placed), batch.labels)}
        if self.teacher is not None:
            taught = placed.new_zeros(len(placed), self.taught.out_features)
            with torch.no_grad():
                if photo.any():
                    taught[photo] = self.teacher.logits(batch.images[photo]).to(taught)
            hint = self.strength * self.akin[batch.labels]
            found["preserve"] = preserving(self.taught(placed), self.trust * taught, hint, photo)
        return found
