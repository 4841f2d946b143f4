from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.models import LCALE, Classes, Model, lcale
from tests.models.by_hand import DIM, SEEN, Rows, frozen, louder, mean, numbers, scaled, through, tiny, triplets
from tests.models.contract import Contract

LATENT = 64
VECTORS = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 3.0, 4.0, 0.0], [0.5, 0.5, 0.5, 0.5]])
SCALED = [[2.0, 0.0, 0.0, 0.0], [0.0, 1.2, 1.6, 0.0], [1.0, 1.0, 1.0, 1.0]]
"""Each of the length 2, the root of four."""


def built(**options: Any) -> LCALE:
    """A model that knows three classes, and whose layers say more than fresh ones do."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = LCALE(tiny(), **options)
        model.setup(Classes(SEEN, vectors=VECTORS if model.semantics else None))
    return louder(model)


def inputs(batch: Triplets) -> dict[str, Rows]:
    return {
        "photo": scaled(batch.photos),
        "sketch": scaled(batch.sketches),
        "class": [SCALED[label] for label in batch.labels.tolist()],
    }


def told(model: LCALE, kind: str, x: Rows) -> tuple[Rows, Rows]:
    """Mean and log variance."""
    coder = model.coder(kind)
    hidden = through(coder.body, x)
    return through(coder.mean, hidden), through(coder.log_variance, hidden)


def apart(one: Rows, other: Rows) -> float:
    """The L1 distance, the mean of the rows."""
    return mean([sum(abs(a - b) for a, b in zip(x, y, strict=True)) for x, y in zip(one, other, strict=True)])


def divergence(means: Rows, logs: Rows) -> float:
    rows = zip(means, logs, strict=True)
    return mean([sum(m * m + math.exp(v) - 1 - v for m, v in zip(*row, strict=True)) / 2 for row in rows])


def transport(one: tuple[Rows, Rows], other: tuple[Rows, Rows]) -> float:
    return mean(
        [
            math.sqrt(
                sum((m - n) ** 2 + (math.exp(v / 2) - math.exp(w / 2)) ** 2 for m, v, n, w in zip(*row, strict=True))
            )
            for row in zip(*one, *other, strict=True)
        ]
    )


def slow(model: LCALE, batch: Triplets, spread: float = 0.0) -> dict[str, float]:
    """All losses from the formulas; z lies `spread` deviations above its mean."""
    x = inputs(batch)
    kinds = ["photo", "sketch"] + ["class"] * model.semantics
    n = {kind: told(model, kind, x[kind]) for kind in kinds}
    z = {
        kind: [[m + spread * math.exp(v / 2) for m, v in zip(*row, strict=True)] for row in zip(*n[kind], strict=True)]
        for kind in kinds
    }
    found = {
        "own": sum(apart(through(model.coder(k).decode, z[k]), x[k]) for k in kinds),
        "prior": sum(divergence(*n[k]) for k in kinds),
        "crossed": sum(apart(through(model.coder(j).decode, z[k]), x[j]) for k in kinds for j in kinds if j != k),
    }
    if not model.semantics:
        return found | {"aligned": transport(n["sketch"], n["photo"])}
    found["aligned"] = transport(n["sketch"], n["class"]) + transport(n["photo"], n["class"])
    found["cycle"] = 0.0
    for k in ("photo", "sketch"):
        again, _ = told(model, k, through(model.coder(k).decode, z["class"]))
        found["cycle"] += apart(through(model.coder("class").decode, again), x["class"])
    return found


def say(model: LCALE, kind: str, means: Tensor, log_variance: float = 0.0) -> None:
    """From now on the coder says this Gaussian of everything."""
    coder = model.coder(kind)
    with torch.no_grad():
        for layer in (coder.mean, coder.log_variance):
            layer.weight.zero_()
        coder.mean.bias.copy_(means)
        coder.log_variance.bias.fill_(log_variance)


class TestLCALE(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return LCALE(tiny())

    def test_it_rises_above_its_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        start, end = self.build(), self.build()
        self.train(start, frozen(), steps=0)
        run = self.train(end, frozen(), steps=60, batch=64)
        assert sb.evaluate(end, frozen())["mAP@all"] > sb.evaluate(start, frozen())["mAP@all"] + 0.05
        for loss in ("own", "crossed", "aligned", "cycle"):
            assert run.history.entries[-1]["losses"][loss] < run.history.entries[0]["losses"][loss], loss


class TestWithoutSemantics(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return LCALE(tiny(), semantics=False)

    def test_it_has_no_coder_of_classes_and_needs_nothing_known(self) -> None:
        model = built(semantics=False)
        assert set(model.coders) == {"photo", "sketch"}
        found = model.losses(triplets())
        assert set(found) == {"own", "prior", "crossed", "aligned"}
        labels = torch.tensor([2, 2, 0, 1, 0])
        torch.manual_seed(0)
        one = model.total(model.losses(triplets()))
        torch.manual_seed(0)
        other = model.total(model.losses(Triplets(numbers(0), numbers(1), numbers(2), labels, labels)))
        assert torch.equal(one, other)  # whatever the classes are

    def test_sketches_and_photos_are_aligned_with_each_other(self) -> None:
        """(3, 4) apart by their means: 5."""
        model = built(semantics=False, latent=2)
        say(model, "photo", torch.tensor([1.0, 1.0]))
        say(model, "sketch", torch.tensor([4.0, 5.0]))
        assert model.losses(triplets())["aligned"].item() == pytest.approx(5)


class TestLosses:
    @pytest.mark.parametrize("semantics", [True, False])
    def test_each_is_what_its_formula_says(self, semantics: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the mean in place of the draw."""
        monkeypatch.setattr(lcale, "drawn", lambda mean, log_variance: mean)
        model, batch = built(semantics=semantics), triplets()
        expected = slow(model, batch)
        with torch.no_grad():
            found = model.losses(batch)
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        weights = {"own": 1.0, "prior": 0.25, "crossed": 1.0, "aligned": 1.0, "cycle": 1.0}
        total = sum(weights[name] * value for name, value in expected.items())
        assert model.total(found).item() == pytest.approx(total, rel=1e-5)

    def test_z_is_drawn_from_what_the_coder_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One deviation above every mean, where each draw is 1; what is aligned are the Gaussians themselves."""
        monkeypatch.setattr(torch, "randn_like", torch.ones_like)
        model, batch = built(), triplets()
        with torch.no_grad():
            found = model.losses(batch)
        expected = slow(model, batch, spread=1.0)
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        assert expected["aligned"] == pytest.approx(slow(model, batch)["aligned"])

    def test_every_step_draws_anew(self) -> None:
        model = built()
        torch.manual_seed(0)
        one, other = model.losses(triplets()), model.losses(triplets())
        changed = {name for name in one if not torch.equal(one[name], other[name])}
        assert changed == {"own", "crossed", "cycle"}

    def test_three_that_say_the_same_are_aligned(self) -> None:
        model = built()
        for kind in ("photo", "sketch", "class"):
            say(model, kind, numbers(4, 1, LATENT)[0], 0.7)
        assert model.losses(triplets())["aligned"].item() == pytest.approx(0, abs=1e-5)

    @pytest.mark.parametrize(("kind", "expected"), [("class", 5 + 5), ("photo", 5), ("sketch", 5)])
    def test_one_that_lies_off_is_as_far_from_the_class(self, kind: str, expected: float) -> None:
        """(3, 4) off by its mean. Sketch and photo are compared with the class and not with each other."""
        model = built(latent=2)
        for each in ("photo", "sketch", "class"):
            say(model, each, torch.tensor([1.0, 1.0]))
        say(model, kind, torch.tensor([4.0, 5.0]))
        assert model.losses(triplets())["aligned"].item() == pytest.approx(expected, abs=1e-4)

    def test_the_prior_by_hand(self) -> None:
        """Means (1, 0), (0, 2) and (0, 0) at variance 1: 1/2 and 4/2 and nothing."""
        model = built(latent=2)
        for kind, means in (("photo", [1.0, 0.0]), ("sketch", [0.0, 2.0]), ("class", [0.0, 0.0])):
            say(model, kind, torch.tensor(means))
        assert model.losses(triplets())["prior"].item() == pytest.approx(0.5 + 2.0)

    def test_a_vector_that_comes_back_has_no_cycle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two classes, and coders that tell them apart: z says the place, a picture shows it, and is read again.
        Where one of the two ways ends in the other class's vector, it is as far as that."""
        monkeypatch.setattr(lcale, "drawn", lambda mean, log_variance: mean)
        model, batch = built(latent=4), triplets()
        same = nn.Identity()
        for kind in ("photo", "sketch", "class"):
            coder = model.coder(kind)
            coder.body = nn.Sequential(same)
            coder.mean = coder.log_variance = same  # type: ignore[assignment]
            coder.decode = nn.Sequential(same)
        assert model.there_and_back(model.vectors, model.vectors, "photo").item() == 0.0
        model.coder("photo").decode = nn.Sequential(nn.Linear(4, 4))
        with torch.no_grad():
            for each in model.coder("photo").decode.parameters():
                each.zero_()
        vectors = model.vectors[batch.labels]
        found = [model.there_and_back(vectors, vectors, kind).item() for kind in ("photo", "sketch")]
        lengths = [
            sum(SCALED[label]) for label in batch.labels.tolist()
        ]  # from nothing, where all numbers are above it
        assert found == [pytest.approx(mean(lengths)), 0.0]

    def test_negatives_are_not_looked_at(self) -> None:
        model, batch = built(), triplets()
        other = Triplets(batch.sketches, batch.photos, numbers(7), batch.labels, torch.zeros(5, dtype=torch.long))
        found = []
        for each in (batch, other):
            torch.manual_seed(0)
            found.append(model.total(model.losses(each)))
        assert torch.equal(*found)

    def test_a_log_variance_has_its_bounds(self) -> None:
        coder = built().coder("photo")
        with torch.no_grad():
            coder.log_variance.weight.zero_()
            for value, expected in ((100.0, 8.0), (-100.0, -8.0), (3.0, 3.0)):
                coder.log_variance.bias.fill_(value)
                assert torch.equal(coder(numbers(0))[1], torch.full((5, LATENT), expected))

    def test_each_weighs_what_is_said(self) -> None:
        options = {"prior": 2.0, "crossed": 3.0, "aligned": 4.0, "cycle": 5.0}
        assert built(**options).weights == options
        assert built(semantics=False).weights.get("own", 1.0) == 1.0

    def test_apart_by_hand(self) -> None:
        """Rows 1 + 2 and 0 + 4 apart."""
        found = lcale.apart(torch.tensor([[1.0, -2.0], [3.0, 3.0]]), torch.tensor([[0.0, 0.0], [3.0, -1.0]]))
        assert found.item() == pytest.approx((3 + 4) / 2)


class TestClasses:
    def test_their_vectors_are_brought_to_one_length(self) -> None:
        torch.testing.assert_close(built().vectors, torch.tensor(SCALED))
        with pytest.raises(ValueError, match="LCALE learns from what is known of the classes, and nothing is known"):
            LCALE(tiny()).setup(Classes(SEEN))

    def test_the_same_classes_keep_what_was_learnt_and_others_do_not(self) -> None:
        model = built()
        before = {name: value.clone() for name, value in model.state_dict().items()}
        model.setup(Classes(SEEN, vectors=VECTORS))
        assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
        model.setup(Classes((*SEEN, "bus"), vectors=torch.eye(4, 7)))
        assert model.coder("class").mean.in_features == DIM
        assert model.vectors.shape == (4, 7)
        assert torch.isfinite(model.total(model.losses(triplets())))


def test_the_means_are_searched() -> None:
    """Each modality by its own coder, and no draw."""
    model = built()
    for kind in ("photo", "sketch"):
        x = inputs(triplets())[kind]
        means, _ = told(model, kind, x)
        given = triplets().photos if kind == "photo" else triplets().sketches
        found = model.embed(given, kind)
        torch.testing.assert_close(found, normalize(torch.tensor(means), dim=1), atol=1e-5, rtol=1e-4)
        assert torch.equal(model.embed(given, kind), found)
    assert not torch.allclose(model.embed(numbers(3), "photo"), model.embed(numbers(3), "sketch"))
    with pytest.raises(ValueError, match="a modality is photo or sketch; got 'class'"):
        model.embed(torch.tensor(SCALED), "class")
