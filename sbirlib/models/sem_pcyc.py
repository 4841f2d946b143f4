"""SEM-PCYC (Dutta and Akata, CVPR 2019): sketches and photos each go to the space of the classes' names and back.

On frozen features x of sketches (sk) and photos (im), and a vector s of m numbers a class:

    G_sk, G_im: x -> s      F_sk, F_im: s -> x      D_se, D_sk, D_im: real or made?

    adversarial      made vectors and features fool the judges, by least squares
    cycle            |F(G(x)) - x| + |G(F(s)) - s|, the L1 distance: what comes back is what went
    classification   made vectors and features are of their class, say heads
    regression       .1 (|G_sk(x_sk) - G_im(x_im)|^2 + |F(s) - x|^2) of a sketch and a photo of one class

The last three count ten times in the released code, where the judges' goals are noisy and the heads are random and stay
so (`learned_heads=False`; that they help although nobody trains them is what the released code relies on). s = E(v) is
made from what is known of the class, v, by an autoencoder |D(E(v)) - v|^2 (a sum over v) + .001 |E|_{2,1}, whose
penalty selects features; it is a player of its own, so that s is nobody's to move.

The pairs of its name are a sketch and a photo of one class; no photo of the very instance is needed. v is word2vec
beside a place in WordNet in the paper; here, what is known of the class beside its paths to the other seen ones.
Inferred: the widths of the hidden layers, and that s is given to the others as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, l1_loss, mse_loss, normalize

from sbirlib.losses.adversarial import discerning, fooling
from sbirlib.losses.semantic import columns_used
from sbirlib.models.contract import MODALITIES, Classes, Player, Recipe, decayed, modality_number
from sbirlib.models.on_cnn import OnFeatures, described_classes, layers

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Triplets
    from sbirlib.encoders import Clip, Cnn


class SEMPCYC(OnFeatures):
    """`dim` is m; `cycle`, `classify`, `regress` and `adversarial` weigh the four losses; `selection` the penalty."""

    kind: ClassVar[str] = "triplet"
    paper: ClassVar[Recipe] = Recipe(
        steps=50_000, batch=128, lr=1e-4, optimizer="adam", weight_decay=0.0, schedule="constant", warmup=0.0, clip=None
    )
    small: ClassVar[Recipe] = Recipe(steps=600, batch=128, lr=1e-3, optimizer="adam", weight_decay=0.0, clip=None)

    def __init__(
        self,
        encoder: Cnn | Clip,
        sketches: Cnn | Clip | None = None,
        *,
        dim: int = 64,
        cycle: float = 10.0,
        classify: float = 10.0,
        regress: float = 1.0,
        adversarial: float = 1.0,
        selection: float = 1e-3,
        learned_heads: bool = False,
    ) -> None:
        weights = {"adversarial": adversarial, "cycle": cycle, "classify": classify, "regress": regress}
        super().__init__(encoder, sketches, dim=dim, selection=selection, learned_heads=learned_heads, **weights)
        self.weights = {"adversarial": adversarial, "cycle": cycle, "classes": classify, "regression": regress}
        self.selection, self.learned_heads = selection, learned_heads
        hidden = max(self.dim, dim) // 2
        self.to_meaning = nn.ModuleDict(
            {side: layers(self.dim, hidden, hidden, dim, norm=True, dropout=0.5, slope=0.2) for side in MODALITIES}
        )
        self.from_meaning = nn.ModuleDict(
            {side: layers(dim, hidden, hidden, self.dim, norm=True, dropout=0.5, slope=0.2) for side in MODALITIES}
        )
        self.widths = {"meaning": dim, **dict.fromkeys(MODALITIES, self.dim)}
        self.judges = nn.ModuleDict(
            {name: layers(width, hidden, hidden, 1, slope=0.2) for name, width in self.widths.items()}
        )
        self.heads = nn.ModuleDict()
        self.reading: nn.Linear | None = None
        self.writing: nn.Linear | None = None
        self.known_of: Tensor
        self.register_buffer("known_of", torch.zeros(0))

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        before = self.known_of.shape[-1]
        super().setup(classes)
        parts = [described_classes(self, classes)]
        if classes.graph is not None:
            parts.append(classes.graph.kinship(classes.names, classes.names, near=0.0))
        self.known_of = torch.cat(parts, dim=1).to(self.device)
        if new or self.known_of.shape[1] != before:
            width, meaning = self.known_of.shape[1], self.widths["meaning"]
            self.reading, self.writing = nn.Linear(width, meaning), nn.Linear(meaning, width)
            self.heads = nn.ModuleDict({name: nn.Linear(wide, len(classes)) for name, wide in self.widths.items()})
            self.heads.requires_grad_(self.learned_heads)
            self.to(self.device)

    def players(self) -> dict[str, Player]:
        assert self.reading is not None
        assert self.writing is not None
        makers = [*self.to_meaning.named_parameters("to"), *self.from_meaning.named_parameters("from")]
        makers += list(self.heads.named_parameters("heads"))
        selecting = [*self.reading.named_parameters("reading"), *self.writing.named_parameters("writing")]
        return {
            "makers": Player(decayed(makers, "makers")),
            "judges": Player(decayed(self.judges.named_parameters(), "judges"), optimizer="sgd", lr=1e-4),
            "selection": Player(decayed(selecting, "selection"), optimizer="sgd", lr=1e-2),
        }

    def at_random(self) -> list[nn.Module]:
        return [self.to_meaning, self.from_meaning, self.judges]

    def dials(self) -> dict[str, Any]:
        return {"balanced": True}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        return normalize(self.to_meaning[modality](self.features(images, modality)), dim=1)

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        self.known()
        if player == "selection":
            return self.selected()
        assert self.reading is not None
        real = self.both(batch)
        with torch.no_grad():
            meant = self.reading(self.known_of[batch.labels])
        if player == "judges":
            with torch.no_grad():
                told, drawn = self.told(real), self.drawn(meant)
            return self.judged(real, meant, told, drawn)
        told, drawn = self.told(real), self.drawn(meant)
        found = {"adversarial": self.fooled(told, drawn), "cycle": self.round_trips(real, meant, told, drawn)}
        labels = batch.labels
        of_class = [cross_entropy(self.heads["meaning"](told[side]), labels) for side in MODALITIES]
        of_class += [cross_entropy(self.heads[side](drawn[side]), labels) for side in MODALITIES]
        alike = [mse_loss(told["sketch"], told["photo"]), *(mse_loss(drawn[side], real[side]) for side in MODALITIES)]
        return found | {"classes": torch.stack(of_class).sum(), "regression": torch.stack(alike).sum()}

    def told(self, real: dict[str, Tensor]) -> dict[str, Tensor]:
        """G(x) of both."""
        return {side: self.to_meaning[side](real[side]) for side in MODALITIES}

    def drawn(self, meant: Tensor) -> dict[str, Tensor]:
        """F(s) of both."""
        return {side: self.from_meaning[side](meant) for side in MODALITIES}

    def round_trips(
        self, real: dict[str, Tensor], meant: Tensor, told: dict[str, Tensor], drawn: dict[str, Tensor]
    ) -> Tensor:
        there = [l1_loss(self.from_meaning[side](told[side]), real[side]) for side in MODALITIES]
        back = [l1_loss(self.to_meaning[side](drawn[side]), meant) for side in MODALITIES]
        return torch.stack([*there, *back]).sum()

    def says(self, judge: str, x: Tensor) -> Tensor:
        """(n,): how real x is to a judge."""
        said: Tensor = self.judges[judge](x).flatten()
        return said

    def fooled(self, told: dict[str, Tensor], drawn: dict[str, Tensor]) -> Tensor:
        parts = [fooling(self.says("meaning", told[side])) for side in MODALITIES]
        parts += [fooling(self.says(side, drawn[side])) for side in MODALITIES]
        return torch.stack(parts).sum()

    def judged(
        self, real: dict[str, Tensor], meant: Tensor, told: dict[str, Tensor], drawn: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        """A quarter for each half of the judge of meanings, a half for each of the other two."""
        true = self.says("meaning", meant)
        parts = [0.25 * discerning(true, self.says("meaning", told[side]), noisy=True) for side in MODALITIES]
        parts += [
            0.5 * discerning(self.says(side, real[side]), self.says(side, drawn[side]), noisy=True)
            for side in MODALITIES
        ]
        return {"judges": torch.stack(parts).sum()}

    def selected(self) -> dict[str, Tensor]:
        """The autoencoder's."""
        assert self.reading is not None
        assert self.writing is not None
        again = (self.writing(self.reading(self.known_of)) - self.known_of).square().sum(dim=1).mean()
        return {"again": again, "selection": self.selection * columns_used(self.reading.weight)}
