"""A gallery that outgrows the machine: the same interface, spoken to Qdrant, an open-source vector database.

Why this one: one client (pip install 'sbirlib[search]') speaks to a mode embedded in this process that is pure
Python and needs no server, to one server, and to a cluster of shards and replicas; the calls are the same, so that
what is tested here on the embedded mode is what a cluster is asked. Nothing is sent anywhere without a `url`.

    search.Qdrant("photos")                            in memory, for a trial
    search.Qdrant("photos", path="photos.qdrant")      in a folder
    search.Qdrant("photos", url="http://host:6333")    on a server, or on a cluster, by any of its nodes

The embedded mode compares every row in NumPy and is made for up to 20,000 of them. Its folder keeps points as
*pickles* in SQLite: open only a folder that you made yourself. A server does neither.

On a cluster. Start the nodes (Qdrant's own guide: "Distributed deployment"), then:

    engine = search.Qdrant(
        "photos",
        url="https://node-1:6333",
        api_key=os.environ["QDRANT_API_KEY"],
        shards=12,            # parts of the collection, dealt to the nodes: some for each node that may yet join
        replicas=2,           # copies of each shard: one node may fail, and queries are shared among the copies
        on_disk=True,         # vectors in files that are mapped; what memory there is serves as their cache
        quantization="int8",  # a byte a number, kept in memory: a quarter; or "binary", a bit a number, from 1024 up
    )
    gallery = sb.Gallery(model, engine=engine)
    if len(gallery) < len(photos):                          # also the way to go on after an interruption
        gallery.add(photos.take(slice(len(gallery), None)))

Quantised scores only make a longer list, which is scored again with the vectors themselves. A point's number is its
row: vectors are sent in order, batch by batch, each batch acknowledged before the next, so that what is there is
always the first `len(gallery)` rows. Only one process may add at a time; any number may search. A server answers by
an HNSW graph: `effort` is how much of it a query walks, and exact=True compares every row. Among equal scores a server
decides which ones are the last of the k; those that come are in the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sbirlib.runs.optional import require
from sbirlib.search.engine import Card, Item, State, saved_vectors
from sbirlib.search.nearest import ordered_found

QUANTIZATIONS = ("int8", "binary")
SCHEMA = 1


class Qdrant:
    """A collection of Qdrant as an engine; keys, metadata and vectors are all there, and nothing in this process.

    `path` is a folder for the embedded mode, `url` a server; with neither, it is in memory. A collection is made when
    the first vectors come, with `shards`, `replicas`, `on_disk` and `quantization` (for a server; the embedded mode
    has none of them and refuses them); one that is there is opened, and the model it was made with is in its own
    metadata (which servers keep from 1.16 on). `batch` is the points a request, `timeout` the seconds it may take.
    """

    def __init__(
        self,
        collection: str,
        *,
        path: str | Path | None = None,
        url: str | None = None,
        api_key: str | None = None,
        batch: int = 256,
        timeout: int = 60,
        shards: int | None = None,
        replicas: int | None = None,
        on_disk: bool = False,
        quantization: str | None = None,
        effort: int | None = None,
        exact: bool = False,
    ) -> None:
        if path is not None and url is not None:
            raise ValueError(f"a collection lies in a folder or on a server; got path={path} and url={url}")
        asked = {"shards": shards, "replicas": replicas, "on_disk": on_disk, "quantization": quantization}
        if url is None and (vain := [name for name, value in asked.items() if value]):
            raise ValueError(f"{', '.join(vain)}: a server does that; the embedded mode has none of it (url=... is)")
        if quantization is not None and quantization not in QUANTIZATIONS:
            raise ValueError(f"quantization is {' or '.join(QUANTIZATIONS)}, or None; got {quantization!r}")
        if batch < 1:
            raise ValueError(f"batch is 1 or more; got {batch}")
        package = require("qdrant_client", extra="search")
        self.models: Any = package.models
        where = {"url": url} if url else {"path": str(path)} if path is not None else {"location": ":memory:"}
        self.client: Any = package.QdrantClient(**where, api_key=api_key, timeout=timeout)
        self.collection, self.remote, self.batch = collection, url is not None, batch
        self.shards, self.replicas, self.on_disk, self.quantization = shards, replicas, on_disk, quantization
        self.effort, self.exact = effort, exact
        self.known: Card | None = None

    @property
    def card(self) -> Card | None:
        """Whose vectors the collection holds; None before there is one."""
        if self.known is None:
            self.known = self.read_card()
        return self.known

    def read_card(self) -> Card | None:
        if not self.client.collection_exists(self.collection):
            return None
        kept = (self.client.get_collection(self.collection).config.metadata or {}).get("sbirlib")
        if kept is None or kept.get("schema") != SCHEMA:
            raise ValueError(
                f"the collection {self.collection!r} was not made by a gallery of this version: its metadata names no "
                f"model (schema {SCHEMA} was expected; got {kept!r})"
            )
        return Card(kept["model"], kept["digest"], kept["dim"])

    def start(self, card: Card) -> None:
        """Make the collection. Vectors are of length 1, so that their inner product is the cosine, and not rounded
        a second time as Qdrant's own cosine would."""
        m = self.models
        metadata = {"schema": SCHEMA, "model": card.model, "digest": card.digest, "dim": card.dim}
        quantization = None
        if self.quantization == "int8":
            scalar = m.ScalarQuantizationConfig(type=m.ScalarType.INT8, quantile=0.99, always_ram=True)
            quantization = m.ScalarQuantization(scalar=scalar)
        elif self.quantization == "binary":
            quantization = m.BinaryQuantization(binary=m.BinaryQuantizationConfig(always_ram=True))
        self.client.create_collection(
            self.collection,
            vectors_config=m.VectorParams(size=card.dim, distance=m.Distance.DOT, on_disk=self.on_disk or None),
            shard_number=self.shards,
            replication_factor=self.replicas,
            on_disk_payload=self.on_disk or None,
            quantization_config=quantization,
            metadata={"sbirlib": metadata},
        )
        self.known = card

    def __len__(self) -> int:
        return 0 if self.card is None else int(self.client.count(self.collection, exact=True).count)

    def add(self, vectors: Tensor, items: Sequence[Item]) -> None:
        first = len(self)
        for start in range(0, len(vectors), self.batch):
            part = slice(start, min(start + self.batch, len(vectors)))
            points = self.models.Batch(
                ids=list(range(first + part.start, first + part.stop)),
                vectors=vectors[part].tolist(),
                payloads=[{"key": item.key, "metadata": item.metadata} for item in items[part]],
            )
            self.client.upsert(self.collection, points=points, wait=True)

    def search(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        params = self.params() if self.remote else None  # the embedded mode compares everything, and would warn
        scores, rows = torch.full((len(queries), k), -torch.inf), torch.full((len(queries), k), -1)
        for start in range(0, len(queries), self.batch):
            part = queries[start : start + self.batch].tolist()
            requests = [self.models.QueryRequest(query=vector, limit=k, params=params) for vector in part]
            answers = self.client.query_batch_points(self.collection, requests=requests)
            for number, answer in enumerate(answers, start):
                for rank, point in enumerate(answer.points):
                    scores[number, rank], rows[number, rank] = point.score, point.id
        return ordered_found(scores, rows)

    def params(self) -> Any:
        m = self.models
        again = m.QuantizationSearchParams(rescore=True, oversampling=2.0) if self.quantization else None
        return m.SearchParams(hnsw_ef=self.effort, exact=self.exact, quantization=again)

    def items(self, rows: Sequence[int]) -> list[Item]:
        found: dict[int, Item] = {}
        asked = list(dict.fromkeys(rows))
        for start in range(0, len(asked), self.batch):
            some = asked[start : start + self.batch]
            for point in self.client.retrieve(self.collection, ids=some, with_payload=True):
                found[point.id] = Item(point.payload["key"], point.payload["metadata"])
        return [found[row] for row in rows]

    def state(self) -> State:
        raise ValueError(
            f"a gallery in Qdrant needs no file: it is the collection {self.collection!r}, and opened again by "
            "sb.Gallery(model, engine=search.Qdrant(...)); a server's backup is a snapshot"
        )

    def everything(self) -> Iterable[Item]:
        return iter(())

    def restore(self, state: Mapping[str, Tensor], items: list[Item]) -> None:
        """A gallery's file, sent to the collection."""
        self.add(saved_vectors(state), items)

    def close(self) -> None:
        """Let the folder go, for another process."""
        self.client.close()
