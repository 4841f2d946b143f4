"""ZSL-KG (Nayak and Bach, TMLR 2022): a class is what its neighbours in a graph of common sense say.

A transformer graph network gives every node a vector, layer by layer: of a node's neighbours and itself, u_1 .. u_k, it
takes self-attention without positions, as of a set, and their mean, then a linear layer:

    a = n(u + attention(u)),      h_v = leaky( W mean_i n(a_i + FF(a_i)) ),      n a layer norm

Relations are not told apart. Two such layers end in a class vector w_c of the width of a network's features, which
takes the place of the seen class's row in a classifier. ZSL-KG is no method for sketches and has no number on their
benchmarks; here it gives the targets (ours): sketches' and photos' features x go through a linear map A that begins as
the identity,

    L = CE( s n(A x) . n(w_c), y ),    s = 1 / temperature,    embedding n(A x),

which is `LinearProbe` with class vectors that are made from the graph instead of free ones. Classes that are not seen
are not in the graph. Two departures: neighbours are the `neighbours` with the fewest links of their own, the most
telling ones, instead of those that random walks hit most often; nodes are fixed random vectors instead of GloVe's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, leaky_relu, normalize

from sbirlib.models.contract import MODALITIES, Classes, Recipe, modality_number
from sbirlib.models.on_cnn import OnFeatures

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Captioned
    from sbirlib.data.graph import Graph
    from sbirlib.encoders import Clip, Cnn

GRAPHS = ("as it is", "shuffled", "none")


class Gathering(nn.Module):
    """One layer: nodes (m, d) and who listens to whom (m, k), itself first and -1 where there is nobody, to (m,
    out)."""

    def __init__(self, before: int, after: int, heads: int = 1, inside: int = 100) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(before, heads, batch_first=True)
        self.inside = nn.Sequential(nn.Linear(before, inside), nn.ReLU(), nn.Linear(inside, before))
        self.first, self.second = nn.LayerNorm(before), nn.LayerNorm(before)
        self.out = nn.Linear(before, after)

    def forward(self, nodes: Tensor, listens: Tensor) -> Tensor:
        u, absent = nodes[listens.clamp(min=0)], listens < 0
        u = self.first(u + self.attention(u, u, u, key_padding_mask=absent, need_weights=False)[0])
        u = self.second(u + self.inside(u))
        u = u.masked_fill(absent[:, :, None], 0.0)
        mean = u.sum(1) / (~absent).sum(1, keepdim=True)
        return leaky_relu(self.out(mean), 0.2)


class ZSLKG(OnFeatures):
    """`graph` is "as it is", "shuffled" (every class listens to another one's neighbours) or "none": free vectors."""

    kind: ClassVar[str] = "captioned"
    paper: ClassVar[Recipe] = Recipe(steps=1000, batch=256, lr=1e-3, optimizer="adam", weight_decay=5e-4, clip=None)
    small: ClassVar[Recipe] = Recipe(steps=200, batch=128, lr=1e-3, optimizer="adam", weight_decay=5e-4, clip=None)

    def __init__(
        self,
        encoder: Cnn | Clip,
        sketches: Cnn | Clip | None = None,
        *,
        graph: str = "as it is",
        width: int = 64,
        neighbours: int = 16,
        temperature: float = 0.1,
    ) -> None:
        if graph not in GRAPHS:
            raise ValueError(f"the graph is taken {', '.join(GRAPHS)}; got {graph!r}")
        if temperature <= 0 or neighbours < 1:
            raise ValueError(f"temperature is above 0 and neighbours 1 or more; got {temperature}, {neighbours}")
        super().__init__(encoder, sketches, graph=graph, width=width, neighbours=neighbours, temperature=temperature)
        self.graph, self.width, self.neighbours, self.temperature = graph, width, neighbours, temperature
        self.map = nn.Linear(self.dim, self.dim, bias=False)
        nn.init.eye_(self.map.weight)
        self.nodes: nn.Parameter | None = None
        self.layers: nn.ModuleList | None = None
        self.listens: Tensor
        self.register_buffer("listens", torch.zeros(0, 0, dtype=torch.long))

    def setup(self, classes: Classes) -> None:
        new = self.is_new_to(classes)
        super().setup(classes)
        if self.graph == "none":
            if new:
                self.nodes = nn.Parameter(torch.randn(len(classes), self.dim, device=self.device))
            return
        if classes.graph is None:
            raise ValueError("ZSLKG makes class vectors from a graph, and there is none: give the benchmark one")
        before = self.listens
        self.listens = listening(classes.graph, classes.names, self.neighbours).to(self.device)
        if self.graph == "shuffled":
            others_ears = torch.arange(len(classes)).roll(1)
            own = self.listens[: len(classes), :1]
            self.listens[: len(classes)] = torch.cat([own, self.listens[others_ears, 1:]], dim=1)
        if new or not torch.equal(before, self.listens):  # another graph is another network
            self.nodes = nn.Parameter(
                torch.randn(len(self.listens), self.width, device=self.device), requires_grad=False
            )
            self.layers = nn.ModuleList([Gathering(self.width, self.width), Gathering(self.width, self.dim)])
            self.to(self.device)

    def class_vectors(self) -> Tensor:
        """(C, d) unit vectors."""
        assert self.nodes is not None
        vectors: Tensor = self.nodes
        if self.layers is not None:
            for layer in self.layers:
                vectors = layer(vectors, self.listens)
        return normalize(vectors[: len(self.known())], dim=1)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        modality_number(modality)
        return normalize(self.map(self.features(images, modality)), dim=1)

    def losses(self, batch: Captioned, player: str = "model") -> dict[str, Tensor]:
        x = batch.images.new_zeros(len(batch.images), self.dim, dtype=torch.float32)
        for number, modality in enumerate(MODALITIES):
            if (own := batch.modality == number).any():
                x[own] = self.features(batch.images[own], modality)
        scores = normalize(self.map(x), dim=1) @ self.class_vectors().T
        return {"classes": cross_entropy(scores / self.temperature, batch.labels)}


def listening(graph: Graph, names: tuple[str, ...], most: int) -> Tensor:
    """(m, k) who listens to whom, each to itself first: the classes in their order, then all other nodes."""
    linked = graph.neighbours()
    order = [*names, *(node for node in graph.nodes if node not in set(names))]
    place = {node: row for row, node in enumerate(order)}
    chosen = [sorted(linked.get(node, ()), key=lambda each: (len(linked[each]), each))[:most] for node in order]
    out = torch.full((len(order), 1 + max(map(len, chosen))), -1)
    for row, others in enumerate(chosen):
        out[row, : 1 + len(others)] = torch.tensor([row, *(place[each] for each in others)])
    return out
