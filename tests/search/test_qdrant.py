"""On Qdrant's embedded mode, in memory and in a folder; of a server, what it would be asked. No network."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

from sbirlib.models.fingerprints import fingerprint
from sbirlib.search import Card, Engine, Exact, Gallery, Qdrant
from tests.data.small import images
from tests.search.small import Greys, items, units

if find_spec("qdrant_client") is None:
    pytest.skip("qdrant-client is an optional extra, not installed here", allow_module_level=True)

CARD = Card("toy", "abc", 24)


def filled(engine: Any) -> Any:
    engine.start(CARD)
    engine.add(units(500, 24)[:300], items(300))
    engine.add(units(500, 24)[300:], items(200, start=300))
    return engine


def test_its_answers_are_those_of_exact() -> None:
    engine, exact, queries = filled(Qdrant("a", batch=64)), filled(Exact()), units(70, 24, seed=1)
    scores, rows = engine.search(queries, 30)
    expected = exact.search(queries, 30)
    assert torch.equal(rows, expected[1])
    assert torch.allclose(scores, expected[0], atol=1e-6)
    assert engine.items([499, 3, 499]) == exact.items([499, 3, 499])
    assert len(engine) == 500
    assert isinstance(engine, Engine)
    assert sorted(engine.search(queries[:1], 500)[1][0].tolist()) == list(range(500))


def test_a_gallery_in_it_answers_as_any_other_and_keeps_nothing_here() -> None:
    photos, sketches = images("photo"), images("sketch")
    engine = Qdrant("photos")
    mine, exact = Gallery(Greys(), photos, engine=engine), Gallery(Greys(), photos)
    for one, two in zip(mine.search(sketches, k=1), exact.search(sketches, k=1), strict=True):
        assert one.keys == two.keys
        assert [h.metadata for h in one] == [h.metadata for h in two]
    assert not hasattr(engine, "held")
    assert mine.search(text="grey 7")[0].picture(8) is not None


def test_a_folder_is_opened_again_and_goes_on_where_it_was(tmp_path: Path) -> None:
    photos, folder = images("photo"), tmp_path / "q"
    engine = Qdrant("photos", path=folder)
    Gallery(Greys(), photos.take(slice(0, 25)), engine=engine)
    engine.close()
    engine = Qdrant("photos", path=folder)
    gallery = Gallery(Greys(), engine=engine)
    assert len(gallery) == 25
    gallery.add(photos.take(slice(len(gallery), None)))
    assert gallery.search(text="grey 40", k=1).rows == [40]
    assert gallery.search(text="grey 2", k=1).keys == [photos.keys[2]]
    assert gallery.search(text="grey 2", k=1)[0].metadata == {"class": photos.names[2]}
    engine.close()


def test_another_models_collection_is_refused(tmp_path: Path) -> None:
    engine = Qdrant("photos", path=tmp_path / "q")
    Gallery(Greys(), images("photo"), engine=engine)
    engine.close()
    engine = Qdrant("photos", path=tmp_path / "q")
    mine, other = fingerprint(Greys()), fingerprint(Greys(0.5))
    with pytest.raises(ValueError, match=f"made with Greys, digest {mine}; got digest {other}"):
        Gallery(Greys(0.5), engine=engine)
    without = Gallery(engine=engine)
    assert without.digest == mine
    assert len(without.search(vector=[1.0, 0.0], k=3)) == 3
    engine.close()


def test_a_collection_of_somebody_else_is_refused() -> None:
    engine = Qdrant("theirs")
    vectors = engine.models.VectorParams(size=2, distance=engine.models.Distance.DOT)
    engine.client.create_collection("theirs", vectors_config=vectors)
    with pytest.raises(ValueError, match="'theirs' was not made by a gallery of this version"):
        Gallery(Greys(), engine=engine)


def test_a_file_can_be_sent_to_it_and_it_needs_none(tmp_path: Path) -> None:
    file = Gallery(Greys(), images("photo")).save(tmp_path / "g.safetensors")
    gallery = Gallery.load(file, Greys(), engine=Qdrant("photos"))
    assert gallery.search(text="grey 33", k=1).rows == [33]
    with pytest.raises(ValueError, match="needs no file: it is the collection 'photos'"):
        gallery.save(tmp_path / "again.safetensors")


def test_an_empty_collection_is_an_empty_gallery() -> None:
    gallery = Gallery(Greys(), engine=Qdrant("none"))
    assert len(gallery) == 0
    with pytest.raises(ValueError, match="the gallery is empty"):
        gallery.search(text="grey 3")


class Server:
    """Notes what a server is asked; answers as the embedded mode does."""

    def __init__(self, **where: Any) -> None:
        from qdrant_client.local.qdrant_local import QdrantLocal

        self.where, self.local = where, QdrantLocal(":memory:")
        self.made: dict[str, Any] = {}
        self.params: list[Any] = []

    def create_collection(self, name: str, **how: Any) -> None:
        self.made = how
        self.local.create_collection(name, how["vectors_config"], metadata=how["metadata"])

    def query_batch_points(self, name: str, requests: list[Any]) -> Any:
        self.params += [request.params for request in requests]
        return self.local.query_batch_points(name, [r.model_copy(update={"params": None}) for r in requests])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.local, name)


def test_a_server_is_asked_for_shards_replicas_and_quantised_vectors_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    import qdrant_client

    monkeypatch.setattr(qdrant_client, "QdrantClient", Server)
    engine = Qdrant(
        "photos", url="https://node:6333", api_key="secret", timeout=7, shards=12, replicas=2, on_disk=True,
        quantization="int8", effort=200, exact=True,
    )  # fmt: skip
    filled(engine)
    server = engine.client
    assert server.where == {"url": "https://node:6333", "api_key": "secret", "timeout": 7}
    whole = qdrant_client.models.CreateCollection(vectors=server.made.pop("vectors_config"), **server.made)
    asked = whole.model_dump(exclude_none=True, mode="json")
    assert asked == {
        "vectors": {"size": 24, "distance": "Dot", "on_disk": True},
        "shard_number": 12,
        "replication_factor": 2,
        "on_disk_payload": True,
        "quantization_config": {"scalar": {"type": "int8", "quantile": 0.99, "always_ram": True}},
        "metadata": {"sbirlib": {"schema": 1, "model": "toy", "digest": "abc", "dim": 24}},
    }
    assert torch.equal(engine.search(units(500, 24)[:3], 2)[1][:, 0], torch.arange(3))
    assert [p.model_dump(exclude_unset=True) for p in server.params] == [
        {"hnsw_ef": 200, "exact": True, "quantization": {"rescore": True, "oversampling": 2.0}}
    ] * 3


def test_bad_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="in a folder or on a server; got path="):
        Qdrant("a", path=tmp_path, url="http://x")
    with pytest.raises(ValueError, match=r"shards, on_disk: a server does that"):
        Qdrant("a", shards=2, on_disk=True)
    with pytest.raises(ValueError, match="int8 or binary, or None; got 'int4'"):
        Qdrant("a", url="http://x", quantization="int4")
    with pytest.raises(ValueError, match="batch is 1 or more; got 0"):
        Qdrant("a", batch=0)
