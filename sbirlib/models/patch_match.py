"""Zero-Shot Everything (Lin et al., CVPR 2023), in its manner: a sketch and a photo match if their patches do.

A transformer gives every image t patch tokens and one vector for the whole, by which it can be searched alone. For a
pair, tokens first attend across, own queries on the other's keys, with own values,

    x' = x + O softmax( (Q x) (K y)' / sqrt(w) ) V x,      and y' the same way round, of layer-normed x and y,

which reads: a patch takes what its own image has at the places where it looks in the other. Then the matrix of all
cosines of x' and y' (t, t), the matches, goes through a small network t^2 -> 7t -> t -> 1 to a score between 0 and 1:

    L = 2 max(0, 1 + |s - p| - |s - n|) + 4 ( (r(s, p) - .99)^2 + (r(s, n) - .01)^2 ) / 2

One can look at the matches: which stroke met which region. The score needs both images, so that nothing can be indexed:
`sb.evaluate(model, bench, rerank=50)` lets it order the first fifty.

Departures: the encoder is a CLIP in place of a ViT with convolutions before it; its tokens are not thinned by a
convolution, which here are few; attention across has one head, one layer for both ways and nothing after it (released:
eight, two, and a feed-forward), and the whole's vectors are taken before it; the released code's view of tokens as a
map, which mixes places and channels, is left out. `cross=False` matches tokens as they are, `learned=False` takes the
mean of each sketch patch's best match as score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, normalize

from sbirlib.losses.margins import triplet
from sbirlib.models.contract import Recipe, modality_number
from sbirlib.models.controls import OnClip

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Triplets
    from sbirlib.encoders import Clip

PAIRS = 2**12
"""Pairs that are scored at a time."""


class Across(nn.Module):
    """Cross-attention with own values: x and y are both (n, t, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        x, y = self.norm(x), self.norm(y)
        return self.one_way(x, y), self.one_way(y, x)

    def one_way(self, x: Tensor, y: Tensor) -> Tensor:
        looks = (self.query(x) @ self.key(y).transpose(1, 2) / x.shape[2] ** 0.5).softmax(dim=2)
        found: Tensor = x + self.out(looks @ self.value(x))
        return found


class PatchMatch(OnClip):
    """`whole` and `relation` weigh the two losses."""

    kind: ClassVar[str] = "triplet"
    paper: ClassVar[Recipe] = Recipe(
        epochs=30, batch=15, lr=1e-5, weight_decay=1e-2, schedule="constant", warmup=0.0, clip=None
    )
    small: ClassVar[Recipe] = Recipe(steps=100, batch=64, lr=1e-4)

    def __init__(
        self,
        encoder: Clip,
        *,
        margin: float = 1.0,
        whole: float = 2.0,
        relation: float = 4.0,
        cross: bool = True,
        learned: bool = True,
    ) -> None:
        super().__init__(encoder, margin=margin, whole=whole, relation=relation, cross=cross, learned=learned)
        self.encoder.freeze(images=False, texts=True)
        self.margin, self.learned = margin, learned
        self.weights = {"whole": whole, "relation": relation}
        with torch.no_grad():
            shape = encoder.tokens(torch.zeros(1, 3, self.size, self.size, device=self.device)).shape
        t, width = shape[1:]
        self.across = Across(width) if cross else None
        self.relation: nn.Module | None = None
        if learned:
            self.relation = nn.Sequential(
                nn.Linear(t * t, 7 * t), nn.ReLU(), nn.Linear(7 * t, t), nn.ReLU(), nn.Linear(t, 1), nn.Sigmoid()
            )

    def at_random(self) -> list[nn.Module]:
        return [part for part in (self.across, self.relation) if part is not None]

    def tokens(self, images: Tensor, modality: str) -> Tensor:
        """(n, t, w)"""
        modality_number(modality)
        return self.encoder.tokens(images)

    def matches(self, sketches: Tensor, photos: Tensor) -> Tensor:
        """(n, t, t) cosines of the patches of sketches and photos beside each other, given by their tokens (n, t,
        w)."""
        if self.across is not None:
            sketches, photos = self.across(sketches, photos)
        return normalize(sketches, dim=2) @ normalize(photos, dim=2).transpose(1, 2)

    def related(self, sketches: Tensor, photos: Tensor) -> Tensor:
        """(n,) scores of pairs, by their tokens."""
        found = self.matches(sketches, photos)
        if self.relation is None:
            return (found.amax(dim=2).mean(dim=1) + 1) / 2
        scores: Tensor = self.relation(found.flatten(1)).flatten()
        return scores

    def score(self, queries: Tensor, gallery: Tensor) -> Tensor:
        """(a, b) of all pairs of a sketches and b photos, by their tokens."""
        rows = []
        for query in queries:
            parts = [self.related(query.expand(len(some), -1, -1), some) for some in torch.split(gallery, PAIRS)]
            rows.append(torch.cat(parts))
        return torch.stack(rows)

    def losses(self, batch: Triplets, player: str = "model") -> dict[str, Tensor]:
        features, tokens = self.encoder.whole_and_patches(torch.cat([batch.sketches, batch.photos, batch.negatives]))
        one, near, far = normalize(features, dim=1).chunk(3)
        sketches, photos, negatives = tokens.chunk(3)
        right, wrong = self.related(sketches, photos), self.related(sketches, negatives)
        relation = mse_loss(right, torch.full_like(right, 0.99)) + mse_loss(wrong, torch.full_like(wrong, 0.01))
        return {"whole": triplet(one, near, far, self.margin, "euclidean"), "relation": relation / 2}
