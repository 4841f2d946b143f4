from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import one_hot

import sbirlib as sb
from sbirlib.data.imageset import ImageSet
from sbirlib.evaluation import photo_to_photo
from sbirlib.hashing import coder
from sbirlib.metrics.retrieval import retrieval
from sbirlib.models.contract import Model
from sbirlib.protocols import Protocol, chance
from sbirlib.runs.records import read_records


class Knowing(Model):
    """It is told the embeddings; what it is shown is noted."""

    def __init__(self, vectors: dict[str, Tensor]) -> None:
        super().__init__(size=8, config={"told": True})
        self.vectors = vectors
        self.shown: dict[str, list[bytes]] = {"sketch": [], "photo": []}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        self.shown[modality] += [image.numpy().tobytes() for image in images]
        return torch.stack([self.vectors[image.numpy().tobytes()] for image in images])


@pytest.fixture(scope="module")
def bench() -> sb.data.Benchmark:
    return sb.load("world", split="mixed", per_class=10, size=8)


def knowing(bench: sb.data.Benchmark, noise: float) -> Knowing:
    generator = torch.Generator().manual_seed(0)
    found = {}
    for images in (bench.sketches, bench.photos):
        right = one_hot(images.labels, len(bench.classes)).float()
        vectors = right + noise * torch.randn(right.shape, generator=generator)
        for picture, vector in zip(images.pixels(size=8), vectors, strict=True):
            found[picture.numpy().tobytes()] = torch.nn.functional.normalize(vector, dim=0)
    return Knowing(found)


@pytest.fixture(autouse=True)
def own_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_BUILD", str(tmp_path))


def test_one_who_knows_scores_one_and_leaves_a_record(bench: sb.data.Benchmark) -> None:
    card = sb.evaluate(knowing(bench, 0), bench, config={"note": 3}, seeds=[7])
    assert card["mAP@all"] == pytest.approx(1)
    assert card.ceiling["mAP@all"] == pytest.approx(1)
    assert card.floor["mAP@all"] < 0.2
    (record,) = read_records(sb.runs.path("records", f"{sb.runs.profile().name}.jsonl"))
    assert record == card.record
    assert record.config["note"] == 3
    assert record.config["data"] == bench.id
    assert (record.seeds, record.world, record.protocols) == ([7], bench.version, [card.protocol.id])
    assert record.numbers["Knowing"]["numbers"]["mAP@all"] == pytest.approx(1)


def test_it_is_the_metric_of_the_unseen_part(bench: sb.data.Benchmark) -> None:
    model = knowing(bench, 0.3)
    card = sb.evaluate(model, bench)
    part = bench.unseen

    def of(images: ImageSet) -> Tensor:
        return sb.embed(model, images)

    by_hand = retrieval(of(part.sketches), of(part.photos), part.sketches.labels, part.photos.labels)
    assert card["mAP@all"] == pytest.approx(by_hand["mAP@all"])
    assert 0.2 < card["mAP@all"] < 0.99


def test_only_what_the_protocol_looks_at_is_shown(bench: sb.data.Benchmark) -> None:
    model = knowing(bench, 0.3)
    sb.evaluate(model, bench, gap=False)
    assert set(model.shown["sketch"]) == {each.numpy().tobytes() for each in bench.unseen.sketches.pixels(size=8)}
    assert set(model.shown["photo"]) == {each.numpy().tobytes() for each in bench.unseen.photos.pixels(size=8)}


@pytest.mark.parametrize(
    ("task", "name"),
    [("seen", "seen"), ("generalized", "gzs/seen+unseen"), ("fine-grained", "fg/within-category")],
)
def test_tasks_have_short_names(bench: sb.data.Benchmark, task: str, name: str) -> None:
    card = sb.evaluate(knowing(bench, 0.5), bench, task)
    assert card.protocol.task == name
    assert ("mAP@all" in card.numbers) == (task != "fine-grained")


def test_embeddings_may_be_searched_as_codes(bench: sb.data.Benchmark) -> None:
    """Classes in fewer directions than there are of them, so that those seen tell of those unseen."""
    told = knowing(bench, 0.1)
    mixed = torch.randn(len(bench.classes), 48, generator=torch.Generator().manual_seed(1))
    model = Knowing({key: torch.nn.functional.normalize(vector @ mixed, dim=0) for key, vector in told.vectors.items()})
    card = sb.evaluate(model, bench, bits=32)
    assert card.floor["mAP@all"] + 0.05 < card["mAP@all"] < sb.evaluate(model, bench)["mAP@all"]
    assert card.ceiling["mAP@all"] < 1
    codes, part = coder(model, bench, 32), bench.unseen
    sketches, photos = (codes(sb.embed(model, images), images.modality) for images in (part.sketches, part.photos))
    by_hand = retrieval(sketches, photos, part.sketches.labels, part.photos.labels)
    assert card["mAP@all"] == pytest.approx(by_hand["mAP@all"], abs=1e-5)
    assert card.counts["bits"] == 32
    assert card.record is not None
    assert card.record.config["bits"] == 32
    plain = sb.evaluate(model, bench)
    assert plain.record is not None
    assert "bits" not in plain.record.config
    assert "bits" not in plain.counts


def test_codes_are_learnt_from_what_may_be_learnt_from(bench: sb.data.Benchmark) -> None:
    model = knowing(bench, 0.3)
    sb.evaluate(model, bench, bits=8, gap=False, cache=False)
    for modality in ("sketches", "photos"):
        looked_at = [getattr(part, modality) for part in (bench.unseen, bench.train)]
        expected = {each.numpy().tobytes() for images in looked_at for each in images.pixels(size=8)}
        assert set(model.shown[looked_at[0].modality]) == expected


@pytest.mark.parametrize(("bits", "words"), [(0, "codes have 1 bit or more; got 0"), (1000, "ITQ makes 1 to")])
def test_codes_that_can_not_be_are_refused(bench: sb.data.Benchmark, bits: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sb.evaluate(knowing(bench, 0.3), bench, bits=bits)


def test_an_unknown_task_lists_the_known_ones(bench: sb.data.Benchmark) -> None:
    with pytest.raises(ValueError, match="task is one of zero-shot, seen"):
        sb.evaluate(knowing(bench, 0), bench, "zeroshot")


def test_photos_ask_and_are_not_their_own_answers() -> None:
    labels = torch.tensor([0, 0, 0, 1, 1, 1])
    protocol = Protocol("zero-shot", "world/mixed")
    alike = torch.eye(2)[labels]
    assert photo_to_photo(alike, labels, torch.tensor([0, 1]), protocol) == {"mAP@all": pytest.approx(1)}
    half = torch.eye(4)[torch.tensor([0, 0, 0, 1, 2, 3])]  # the photos of class 1 have nothing in common
    assert photo_to_photo(half, labels, torch.tensor([0]), protocol)["mAP@all"] == pytest.approx(1)
    assert photo_to_photo(half, labels, torch.tensor([0, 1]), protocol)["mAP@all"] < 0.9
    # every photo like no other: were a photo among its own answers, it would find itself first
    values: list[Any] = []
    for seed in range(20):
        generator = torch.Generator().manual_seed(seed)
        apart = torch.nn.functional.normalize(torch.randn(60, 400, generator=generator), dim=1)
        values.append(photo_to_photo(apart, torch.arange(60) % 6, torch.arange(6), protocol)["mAP@all"])
    expected = chance("ap/exact", torch.tensor([5]), 30)
    assert sum(values) / len(values) == pytest.approx(float(expected[0]), abs=0.03)


def test_single_queries_and_classes_are_told(bench: sb.data.Benchmark) -> None:
    model = knowing(bench, 0.3)
    card = sb.evaluate(model, bench, per_class=True)
    frame = card.per_query()
    assert list(frame["sketch"]) == list(bench.unseen.sketches.keys)
    assert list(frame["class"]) == bench.unseen.sketches.names
    assert frame["mAP@all"].mean() == pytest.approx(card["mAP@all"])
    by_class = frame.groupby("class")["mAP@all"].mean().to_dict()
    assert card.per_class("mAP@all") == pytest.approx(by_class)
    assert card.record is not None
    assert card.record.numbers["Knowing"]["per_class"] == {"mAP@all": pytest.approx(by_class, abs=1e-5)}
    plain = sb.evaluate(model, bench)
    assert plain.record is not None
    assert "per_class" not in plain.record.numbers["Knowing"]


def test_other_arguments_are_refused_in_a_line(bench: sb.data.Benchmark) -> None:
    model: Any = knowing(bench, 0)
    anything: Any = bench
    with pytest.raises(TypeError, match=r"evaluate scores a Model; got a Benchmark$"):
        sb.evaluate(anything, bench)
    with pytest.raises(TypeError, match=r"evaluate scores on a Benchmark, such as .*; got a str, 'world'"):
        sb.evaluate(model, "world")  # type: ignore[arg-type]
    for task in ("zeroshot", None):
        with pytest.raises(ValueError, match=f"task is one of zero-shot, .*generalized, .*; got {task!r}"):
            sb.evaluate(model, bench, task)  # type: ignore[arg-type]
