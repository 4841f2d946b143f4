"""A gallery that can be searched: pictures through a model, their vectors in an engine, their keys and metadata kept.

gallery = sb.Gallery(model, bench.unseen.photos)
gallery.search(sketch, k=10)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sbirlib.data.imageset import ImageSet
from sbirlib.encoders.stamp import Stamp
from sbirlib.models.contract import Model
from sbirlib.models.fingerprints import fingerprint
from sbirlib.reranking import checked as checked_scorer
from sbirlib.reranking import pair_scores
from sbirlib.runs.records import plain
from sbirlib.search.codes import Codes
from sbirlib.search.engine import Card, Engine, Item
from sbirlib.search.exact import Exact
from sbirlib.search.files import read_gallery, write_gallery
from sbirlib.search.hits import Hit, Hits
from sbirlib.search.pictures import READERS, Several, Shown, embedded, file_of, must_be_model, pixels, several
from sbirlib.search.queries import queries, unit


class Gallery:
    """Pictures, or vectors, that are found by sketch, photo, text or vector.

    `engine` is what holds the vectors: `search.Exact()` unless another is given (`Codes`, `Faiss`, `Qdrant`). All
    vectors of a gallery are of one model: its digest is kept with them, and a model that has another one (another
    model, or this one after some training) is refused. Without a model vectors alone can be added and searched for.
    """

    def __init__(
        self, model: Model | None = None, images: Several | None = None, *, engine: Engine | None = None
    ) -> None:
        self.model = None if model is None else must_be_model(model)
        self.engine: Engine = Exact() if engine is None else engine
        if not isinstance(self.engine, Engine):
            raise TypeError(f"an engine is search.Exact(), Codes(), Faiss() or Qdrant(); got {type(engine).__name__}")
        self.shown = Shown()
        self.stamp: Stamp | None = None
        self.stamped = ""
        if self.model is not None and self.engine.card is not None:  # a collection that was there before
            self.expect(self.digest)
        if images is not None:
            self.add(images)

    def __len__(self) -> int:
        return len(self.engine)

    def __repr__(self) -> str:
        card, engine = self.engine.card, type(self.engine).__name__
        what = "empty" if card is None else f"{len(self):,} items of {card.dim} dimensions, by {card.model}"
        return f"Gallery({what}, {engine})"

    @property
    def digest(self) -> str:
        """Of the model, as it is now; of what is in the gallery, where there is no model."""
        if self.model is None:
            return "" if self.engine.card is None else self.engine.card.digest
        # the digest reads all weights; the stamp tells at a glance whether they are the same
        stamp = Stamp([*self.model.parameters(), *self.model.buffers()])
        if self.stamp is None or stamp != self.stamp:
            self.stamp, self.stamped = stamp, fingerprint(self.model)
        return self.stamped

    def expect(self, digest: str) -> None:
        """Refuse what is not of the model that made the gallery's vectors."""
        card = self.engine.card
        if card is not None and digest != card.digest:
            raise ValueError(
                f"these are vectors of another model: the gallery was made with {card.model}, digest {card.digest}; "
                f"got digest {digest}"
            )

    def add(
        self,
        images: Several,
        *,
        keys: Sequence[str] | None = None,
        metadata: Sequence[Mapping[str, Any]] | None = None,
    ) -> Gallery:
        """Add photos: an ImageSet (sketches too), or a list of files, PIL images, arrays, or pixels (n, 3, s, s).

        Without `keys`, an ImageSet's own are taken, a file's path, or the row's number; without `metadata`,
        {"class": name} of an ImageSet and {"file": path} of a file. An error names the picture that can't be read,
        and then none is added. All are embedded before the first is added: what is too much for that comes in parts.
        """
        if self.model is None:
            raise ValueError("a gallery without a model takes vectors: add_vectors(vectors, digest=...)")
        if not several(images):
            raise TypeError(f"add takes an ImageSet, a list, or pixels (n, 3, s, s); got a {type(images).__name__}")
        if not len(images):
            raise ValueError("there is nothing to add: no image was given")
        checked("keys", keys, len(images))
        checked("metadata", metadata, len(images))
        digest = self.digest
        self.expect(digest)
        vectors = embedded(self.model, images, images.modality if isinstance(images, ImageSet) else "photo")
        own_keys, own_metadata = described(images, len(self))
        first = len(self)
        card = Card(type(self.model).__name__, digest, vectors.shape[1])
        self.put(vectors, own_keys if keys is None else keys, own_metadata if metadata is None else metadata, card)
        if isinstance(images, ImageSet):
            self.shown.remember(first, images)
        return self

    def add_vectors(
        self,
        vectors: Tensor,
        *,
        keys: Sequence[str] | None = None,
        metadata: Sequence[Mapping[str, Any]] | None = None,
        digest: str | None = None,
    ) -> Gallery:
        """Add vectors (n, d) that were made before; they are brought to length 1.

        `digest` is `fingerprint(model)` of the model that made them: another one than the gallery's is refused, and
        none means that they are the model's. A gallery without a model needs one, if only a name of your own.
        """
        if digest is None and not self.digest:
            raise ValueError("a gallery without a model needs to know what made its vectors: digest='...'")
        if getattr(vectors, "ndim", 0) != 2 or not len(vectors):
            raise ValueError(f"vectors (n, d) were expected, one or more; got {tuple(getattr(vectors, 'shape', ()))}")
        checked("keys", keys, len(vectors))
        checked("metadata", metadata, len(vectors))
        if self.model is not None and digest is not None and digest != self.digest:
            raise ValueError(
                f"these are vectors of another model: this one has digest {self.digest}; got digest {digest}"
            )
        self.expect(digest or self.digest)
        card = Card(
            "vectors" if self.model is None else type(self.model).__name__, digest or self.digest, vectors.shape[1]
        )
        rows = range(len(self), len(self) + len(vectors))
        self.put(
            unit(vectors, "vectors"),
            [str(row) for row in rows] if keys is None else keys,
            [{} for _ in rows] if metadata is None else metadata,
            card,
        )
        return self

    def put(self, vectors: Tensor, keys: Sequence[str], metadata: Sequence[Mapping[str, Any]], card: Card) -> None:
        """Unit vectors of the model that is expected, into the engine."""
        items = [item(key, about) for key, about in zip(keys, metadata, strict=True)]
        held = self.engine.card
        if held is None:
            self.engine.start(card)
        elif held.dim != card.dim:
            raise ValueError(f"the gallery's vectors have {held.dim} dimensions; got {card.dim}")
        self.engine.add(vectors, items)

    def search(
        self,
        sketch: Any = None,
        *,
        photo: Any = None,
        text: Any = None,
        vector: Any = None,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        rerank: int = 0,
    ) -> Any:
        """The k nearest: `Hits` of one query, a list of `Hits` of several.

        A sketch or photo is a file, a PIL image or pixels; several are an ImageSet, a list or pixels (n, 3, s, s);
        texts are a string or a list of them, vectors (d,) or (q, d). Of several kinds at once the unit vectors are
        added, with equal weights unless `weights` says otherwise, {"sketch": 0.7, "text": 0.3}.

        Equal scores are in the order of rows (in an approximate engine, among what it found). With a k beyond the
        gallery's size all of it comes back, ranked.

        With `rerank`, a model that scores pairs looks at the best so many photos of each sketch (or photo) again, and
        puts them in its own order, with its own scores; what is behind them stays as it was.
        """
        if k < 1:
            raise ValueError(f"k is 1 or more; got {k}")
        if not len(self):
            raise ValueError("the gallery is empty: add photos before it is searched")
        if self.model is not None:
            self.expect(self.digest)
        asked = {"sketch": sketch, "photo": photo, "text": text, "vector": vector}
        vectors, many = queries(self.model, asked, weights)
        card = self.engine.card
        assert card is not None
        if vectors.shape[1] != card.dim:
            raise ValueError(f"the gallery's vectors have {card.dim} dimensions; got {vectors.shape[1]}")
        found = self.hits(*self.engine.search(vectors, min(max(k, rerank), len(self))))
        if rerank:
            found = [Hits(each[:k]) for each in self.reranked(found, asked, rerank)]
        return found if many else found[0]

    def reranked(self, found: list[Hits], asked: Mapping[str, Any], budget: int) -> Iterator[list[Hit]]:
        """The hits of each query, the first `budget` of them in the order of the model's second look."""
        given = [(kind, what) for kind, what in asked.items() if what is not None]
        if self.model is None or len(given) != 1 or given[0][0] not in READERS:
            raise ValueError("re-ranking compares pictures, by the gallery's model: search by sketch or by photo alone")
        ((kind, what),) = given
        checked_scorer(self.model, budget)
        queries = pixels(what if several(what) else [what], kind, self.model.size)
        for query, hits in zip(queries, found, strict=True):
            first = hits[:budget]
            photos = torch.stack([self.shown.pixels(hit.row, hit.metadata, self.model.size) for hit in first])
            scores = pair_scores(self.model, query[None], photos, kind)
            order = scores.argsort(descending=True, stable=True).tolist()
            ranked = [replace(first[place], score=float(scores[place])) for place in order] + list(hits[budget:])
            yield [replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)]

    def hits(self, scores: Tensor, rows: Tensor) -> list[Hits]:
        """Scores and rows (q, k) with the items they are of; row -1 is none."""
        wanted = rows[rows >= 0].tolist()
        items = iter(self.engine.items(wanted))
        found = []
        for near, numbers in zip(scores.tolist(), rows.tolist(), strict=True):
            ranked = [(score, row, next(items)) for score, row in zip(near, numbers, strict=True) if row >= 0]
            found.append(Hits([self.hit(rank, *each) for rank, each in enumerate(ranked, start=1)]))
        return found

    def hit(self, rank: int, score: float, row: int, held: Item) -> Hit:
        def look(size: int) -> Any:
            return self.shown.picture(row, held.metadata, size)

        return Hit(held.key, score, rank, row, held.metadata, look)

    def save(self, file: str | Path) -> Path:
        """One .safetensors file: what the engine holds, keys and metadata, the model's name and digest."""
        card = self.engine.card
        if card is None:
            raise ValueError("the gallery is empty: there is nothing to save")
        return write_gallery(file, self.engine.state(), self.engine.everything(), card)

    @staticmethod
    def load(file: str | Path, model: Model | None = None, *, engine: Engine | None = None) -> Gallery:
        """A gallery from its file, in the engine that is given, or in the one it needs: `Exact`, or `Codes`.

        Without the model it can be searched by vector= only. Another model than the one it was made with, a file
        that is cut short or damaged or is no gallery, and one of another schema are a ValueError each.
        """
        tensors, items, card = read_gallery(file)
        if engine is None:
            engine = Codes() if "codes" in tensors else Exact()
        gallery = Gallery(model, engine=engine)
        if engine.card is not None:
            raise ValueError(f"a file is loaded into an empty engine; this one holds {len(engine):,} items already")
        if model is not None and gallery.digest != card.digest:
            raise ValueError(
                f"{Path(file).name} was made with another model: {card.model}, digest {card.digest}; "
                f"this {type(model).__name__} has digest {gallery.digest}"
            )
        engine.start(card)
        engine.restore(tensors, items)
        return gallery


def described(images: Any, first: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Keys and metadata of pictures that come without."""
    if isinstance(images, ImageSet):
        return list(images.keys), [{"class": name} for name in images.names]
    files = [file_of(image) for image in images]
    keys = [str(first + number) if file is None else file for number, file in enumerate(files)]
    return keys, [{} if file is None else {"file": file} for file in files]


def checked(name: str, given: Sequence[Any] | None, count: int) -> None:
    if given is not None and (isinstance(given, str) or len(given) != count):
        raise ValueError(f"{name} has one entry an item, {count}; got {len(given)}")


def item(key: str, metadata: Mapping[str, Any]) -> Item:
    """A key and its metadata as a file would give them back, so that both are the same before and after."""
    if not isinstance(key, str):
        raise TypeError(f"a key is a string; got {key!r}")
    try:
        about = json.loads(json.dumps(dict(metadata), default=plain, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"metadata are plain values by name, as JSON knows them; {key!r} has others ({error})"
        ) from None
    return Item(key, about)
