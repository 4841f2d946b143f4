from __future__ import annotations

import copy
import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.encoders import Cnn, Preprocess, clip, cnn
from sbirlib.models import Classes, Doodle2Search, Model
from sbirlib.models.doodle2search import Attention
from tests.models.contract import Contract, world

NAMES = ("cow", "owl", "axe")
VECTORS = normalize(torch.tensor([[1.0, 0.2, 0.0, 0.0], [0.9, 0.6, 0.1, 0.0], [0.0, 0.1, 0.3, 2.0]]), dim=1)
N = 5


def tiny() -> Cnn:
    return cnn("tiny")


def built(encoder: Cnn | None = None, **options: Any) -> Doodle2Search:
    """Its towers begin apart, unless it is said: what one does is then not mistaken for the other's."""
    torch.manual_seed(0)
    model = Doodle2Search(encoder or tiny(), **{"same_start": False, **options})
    model.setup(Classes(NAMES, vectors=VECTORS))
    return model.eval()


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def pixels(count: int, modality: str = "photo", first: int = 0) -> Tensor:
    unseen = world(48, 2).unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(first, first + count))


def a_batch() -> Triplets:
    labels, others = torch.tensor([0, 1, 2, 0, 1]), torch.tensor([1, 2, 0, 2, 0])
    return Triplets(pixels(N, "sketch"), pixels(N), pixels(N, first=N), labels, others)


def placed(model: Doodle2Search, batch: Triplets) -> tuple[Tensor, Tensor, Tensor]:
    """What the towers make of the three, one picture at a time."""
    found = []
    for tower, images in (
        (model.sketches, batch.sketches),
        (model.photos, batch.photos),
        (model.photos, batch.negatives),
    ):
        found.append(torch.cat([tower(images[i : i + 1]) for i in range(N)]).detach())
    return found[0], found[1], found[2]


def leaves(*seeds: int, dim: int = 256) -> list[Tensor]:
    return [numbers(N, dim, seed=seed).requires_grad_() for seed in seeds]


def backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]


def slope_of(tensor: Tensor) -> Tensor:
    assert tensor.grad is not None
    return tensor.grad


def half_distance(one: list[float], two: list[float]) -> float:
    """(1 - cos) / 2"""
    length = math.sqrt(sum(a * a for a in one)) * math.sqrt(sum(b * b for b in two))
    return (1 - sum(a * b for a, b in zip(one, two, strict=True)) / length) / 2


class TestDoodle2Search(Contract):
    # a number added to all places' scores: their softmax does not see it
    idle = tuple(f"{tower}.attention.{layer}.bias" for tower in ("photos", "sketches") for layer in ("narrow", "score"))

    def build(self) -> Model:
        torch.manual_seed(0)
        return Doodle2Search(tiny())

    def test_both_towers_move_with_their_statistics(self, run: Any) -> None:
        start = {name: value for name, value in tiny().state_dict().items() if "running" in name}
        assert start
        for tower in (run.model.photos, run.model.sketches):
            found = tower.encoder.state_dict()
            for name, value in start.items():
                assert not torch.equal(found[name], value), name
        apart = [run.model.photos.encoder.state_dict()[n] - run.model.sketches.encoder.state_dict()[n] for n in start]
        assert all(difference.any() for difference in apart)


class TestBare(Contract):
    """The triplet loss alone, with negatives of any class, and no attention."""

    idle = ("judge", "meaning")

    def build(self) -> Model:
        torch.manual_seed(0)
        return Doodle2Search(tiny(), attention=False, semantic=0, domain=0, hardness=None)

    def test_the_triplet_loss_is_all_there_is(self, run: Any) -> None:
        assert all(set(entry["losses"]) == {"triplet"} for entry in run.history)
        assert not [part for part in run.model.modules() if isinstance(part, Attention)]


class TestTowers:
    @pytest.mark.parametrize("same", [True, False])
    def test_they_share_nothing(self, same: bool) -> None:
        model = built(same_start=same)
        places = [{each.data_ptr() for each in tower.state_dict().values()} for tower in (model.photos, model.sketches)]
        assert places[0].isdisjoint(places[1])
        images = pixels(3)
        photo, sketch = model.embed(images, "photo"), model.embed(images, "sketch")
        assert torch.equal(photo, sketch) == same
        with torch.no_grad():
            for each in model.photos.parameters():
                each.mul_(1.1)
        assert torch.equal(model.embed(images, "sketch"), sketch)
        assert not torch.allclose(model.embed(images, "photo"), photo, atol=1e-3)

    def test_a_photo_goes_through_one_and_a_sketch_through_the_other(self) -> None:
        model, images = built(), pixels(3)
        for modality, tower in (("photo", model.photos), ("sketch", model.sketches)):
            raw = tower(images)
            torch.testing.assert_close(model.embed(images, modality), raw / raw.square().sum(1, keepdim=True).sqrt())
            assert (raw.norm(dim=1) - 1).abs().min() > 0.01
        assert (model.embed(images, "photo") - model.embed(images, "sketch")).norm(dim=1).min() > 0.1

    @pytest.mark.parametrize("same", [True, False])
    def test_both_begin_as_the_given_network_with_another_end(self, same: bool) -> None:
        """Which is one and the same for both, or each tower's own."""
        encoder = tiny()
        before = encoder.digest
        model, kept = built(encoder, dim=32, same_start=same), dict(encoder.named_parameters())
        for tower in (model.photos, model.sketches):
            assert all(
                torch.equal(value, encoder.state_dict()[name])
                for name, value in tower.encoder.state_dict().items()
                if "classifier" not in name
            )
            assert tower.encoder.last.weight.shape == (32, 192)
            assert not tower.encoder.has_classifier
        one, other = model.photos.state_dict(), model.sketches.state_dict()
        drawn = [name for name in one if "classifier" in name or "attention" in name]
        assert len(drawn) == 6
        assert [torch.equal(one[name], other[name]) for name in drawn] == [same] * 6
        assert (encoder.digest, encoder.has_classifier, encoder.learn_statistics) == (before, True, False)
        assert encoder.last.weight is kept["visual.net.classifier.weight"]

    def test_attention_weighs_the_places(self) -> None:
        """F + F a with a the softmax over places of conv(conv(F)), number by number."""
        torch.manual_seed(0)
        attention, maps = Attention(4, 3), numbers(2, 4, 2, 3)
        with torch.no_grad():
            mask, found = attention.mask(maps), attention(maps)
        narrow, score = attention.narrow, attention.score
        assert narrow.bias is not None
        assert score.bias is not None
        w1, b1 = narrow.weight.flatten(1).tolist(), narrow.bias.tolist()
        w2, b2 = score.weight.flatten().tolist(), score.bias.item()
        for i in range(2):
            scores: dict[tuple[int, int], float] = {}
            for y in range(2):
                for x in range(3):
                    own = maps[i, :, y, x].tolist()
                    hidden = [
                        b + sum(w * v for w, v in zip(row, own, strict=True)) for row, b in zip(w1, b1, strict=True)
                    ]
                    scores[y, x] = b2 + sum(w * h for w, h in zip(w2, hidden, strict=True))
            total = sum(math.exp(value) for value in scores.values())
            for (y, x), value in scores.items():
                a = math.exp(value) / total
                assert float(mask[i, 0, y, x]) == pytest.approx(a, rel=1e-5)
                assert found[i, :, y, x].tolist() == pytest.approx([v * (1 + a) for v in maps[i, :, y, x].tolist()])
        torch.testing.assert_close(mask.sum((1, 2, 3)), torch.ones(2))

    def test_a_towers_mask_sums_to_1_over_its_places(self) -> None:
        model = built()
        for tower in (model.photos, model.sketches):
            assert isinstance(tower.attention, Attention)
            with torch.no_grad():
                tower.attention.score.weight.mul_(20)
                maps = tower.encoder.maps(pixels(3))
                mask = tower.attention.mask(maps)
                assert mask.shape == (3, 1, 6, 6)
                torch.testing.assert_close(mask.sum((1, 2, 3)), torch.ones(3))
                assert mask.flatten(1).std(dim=1).min() > 1e-3
                torch.testing.assert_close(tower(pixels(3)), tower.encoder.rest(maps + maps * mask))
                assert not torch.allclose(tower(pixels(3)), tower.encoder.rest(maps), rtol=1e-3)

    def test_where_each_tower_looks_can_be_asked(self) -> None:
        model, images = built(), pixels(3)
        with torch.no_grad():
            for modality, tower in (("photo", model.photos), ("sketch", model.sketches)):
                assert isinstance(tower.attention, Attention)
                tower.attention.score.weight.mul_(20)
                looked = model.attended(images, modality)
                torch.testing.assert_close(looked.sum((1, 2)), torch.ones(3))
                assert torch.equal(looked, tower.attention.mask(tower.encoder.maps(images))[:, 0])
            assert not torch.allclose(model.attended(images, "photo"), model.attended(images, "sketch"), rtol=1e-2)
        with pytest.raises(ValueError, match="built without attention: attention=True has it"):
            built(attention=False).attended(images, "photo")

    def test_without_attention_the_maps_are_as_they_are(self) -> None:
        model, images = built(attention=False), pixels(3)
        with torch.no_grad():
            for tower in (model.photos, model.sketches):
                assert torch.equal(tower(images), tower.encoder.rest(tower.encoder.maps(images)))

    def test_380_of_512_channels_attend(self) -> None:
        encoder = cnn("squeezenet1_1", seed=1)
        found = built(encoder).photos.attention
        assert isinstance(found, Attention)
        assert (found.narrow.in_channels, found.narrow.out_channels) == (512, 380)

    def test_what_stands_before_the_last_layer_is_gone_through(self) -> None:
        """SqueezeNet's end is a convolution of the maps, then ReLU and the mean over places."""
        encoder = cnn("squeezenet1_1", seed=1)
        encoder.preprocess = Preprocess(64, encoder.preprocess.mean, encoder.preprocess.std, "bilinear")
        model = built(encoder, attention=False, dim=24)
        images = sb.load("world", split="mixed", per_class=2, size=64).photos.pixels(slice(2))
        last = model.photos.encoder.last
        assert last.bias is not None
        with torch.no_grad():
            maps = encoder.maps(images)
            scores = torch.einsum("nchw,oc->nohw", maps, last.weight.flatten(1)) + last.bias[:, None, None]
            torch.testing.assert_close(model.photos(images), scores.relu().mean((2, 3)), atol=1e-5, rtol=1e-4)


class TestLosses:
    def test_they_are_what_the_formulas_say(self) -> None:
        """From the towers' embeddings, triplet by triplet."""
        model, batch = built(), a_batch()
        sketches, photos, negatives = placed(model, batch)
        assert model.meaning is not None
        with torch.no_grad():
            found = model.losses(batch)
            told = [model.meaning(part).tolist() for part in (sketches, photos, negatives)]
            judged = [torch.sigmoid(model.judge(part)).flatten().tolist() for part in (sketches, photos, negatives)]
        near, meant, seen = 0.0, 0.0, 0.0
        for i in range(N):
            s, p, n = (part[i].tolist() for part in (sketches, photos, negatives))
            near += max(0.0, 1 + math.dist(s, p) - math.dist(s, n)) / N
            for part in told:  # the third, too, is held against the class of the sketch
                meant += half_distance(part[i], VECTORS[batch.labels[i]].tolist()) / N
            seen -= (math.log(1 - judged[0][i]) + math.log(judged[1][i]) + math.log(judged[2][i])) / (3 * N)
        assert set(found) == {"triplet", "semantic", "domain"}
        assert float(found["triplet"]) == pytest.approx(near, rel=1e-4)
        assert float(found["semantic"]) == pytest.approx(meant, rel=1e-4)
        assert float(found["domain"]) == pytest.approx(seen, rel=1e-4)

    def test_a_margin_is_a_distance(self) -> None:
        """Some are told apart by more than a small one and cost nothing."""
        batch = a_batch()
        for margin in (0.0, 1.0, 30.0):
            model = built(margin=margin, semantic=0, domain=0)
            s, p, n = placed(model, batch)
            costs = [
                max(0.0, margin + math.dist(s[i].tolist(), p[i].tolist()) - math.dist(s[i].tolist(), n[i].tolist()))
                for i in range(N)
            ]
            with torch.no_grad():
                found = model.losses(batch)
            assert float(found["triplet"]) == pytest.approx(sum(costs) / N, rel=1e-4)
            assert (min(costs) == 0) == (margin < 10)
            assert set(found) == {"triplet"}

    def test_two_of_them_have_weights(self) -> None:
        model = built(semantic=0.25, domain=3.0)
        with torch.no_grad():
            losses = model.losses(a_batch())
        expected = float(losses["triplet"]) + 0.25 * float(losses["semantic"]) + 3 * float(losses["domain"])
        assert float(model.total(losses)) == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize("off", ["semantic", "domain"])
    def test_what_has_no_weight_is_not_asked(self, off: str) -> None:
        options: dict[str, Any] = {off: 0}
        assert set(built(**options).losses(a_batch())) == {"triplet", "semantic", "domain"} - {off}

    @pytest.mark.parametrize("reversal", [0.5, 1.0, 0.0])
    def test_the_third_is_led_away_from_what_it_is_not(self, reversal: float) -> None:
        """The same gradient at sketches and photos as without any reversal, and minus so much of it at negatives."""
        model = built(reversal=reversal)
        assert model.meaning is not None
        meant = VECTORS[torch.tensor([0, 1, 2, 0, 1])]
        given, plain = leaves(0, 1, 2), leaves(0, 1, 2)
        backward(model.told(given[0], given[1], given[2], meant))
        learnt = [slope_of(each).clone() for each in model.meaning.parameters()]
        model.zero_grad()
        parts = []
        for part in plain:
            said = model.meaning(part)
            cosine = (said * meant).sum(1) / said.norm(dim=1) / meant.norm(dim=1)
            parts.append(((1 - cosine) / 2).mean())
        backward(parts[0] + parts[1] + parts[2])
        for which, sign in enumerate((1.0, 1.0, -reversal)):
            assert slope_of(plain[which]).abs().max() > 1e-5
            torch.testing.assert_close(slope_of(given[which]), sign * slope_of(plain[which]), atol=1e-8, rtol=1e-4)
        # the MLP itself learns to tell all three
        for slope, each in zip(learnt, model.meaning.parameters(), strict=True):
            torch.testing.assert_close(slope, slope_of(each), atol=1e-7, rtol=1e-4)

    def test_a_step_takes_the_third_away_from_the_vector_and_the_others_to_it(self) -> None:
        model = built()
        assert model.meaning is not None
        meant, given = VECTORS[torch.tensor([0, 1, 2, 0, 1])], leaves(0, 1, 2)
        backward(model.told(given[0], given[1], given[2], meant))

        def far(part: Tensor) -> float:
            assert model.meaning is not None
            said = model.meaning(part).tolist()
            return sum(half_distance(one, two) for one, two in zip(said, meant.tolist(), strict=True))

        with torch.no_grad():
            for part, away in zip(given, (False, False, True), strict=True):
                assert (far(part - 0.1 * slope_of(part) / slope_of(part).norm()) > far(part)) == away

    @pytest.mark.parametrize(("epoch", "strength"), [(0.0, 0.0), (10.0, 0.25), (20.0, 0.75), (30.0, 1.0)])
    def test_embeddings_learn_to_hide_where_they_are_from(self, epoch: float, strength: float) -> None:
        """As strongly as the reversal has set in; the judge learns at its full rate from the outset."""
        model = built()
        model.at(step=1000, steps=9999, epoch=epoch)
        (given,), (plain,) = leaves(3), leaves(3)
        backward(model.judged(given, 2))
        learnt = [slope_of(each).clone() for each in model.judge.parameters()]
        model.zero_grad()
        logits, photo = model.judge(plain).flatten(), torch.tensor([0.0, 0, 1, 1, 1])
        backward(-(photo * logits.sigmoid().log() + (1 - photo) * (1 - logits.sigmoid()).log()).mean())
        torch.testing.assert_close(slope_of(given), -strength * slope_of(plain), atol=1e-8, rtol=1e-4)
        assert slope_of(plain).abs().max() > 1e-5
        for slope, each in zip(learnt, model.judge.parameters(), strict=True):
            torch.testing.assert_close(slope, slope_of(each), atol=1e-7, rtol=1e-4)
            assert slope.any()

    def test_the_towers_learn_by_all_three(self) -> None:
        """At full strength each loss moves both towers."""
        for only in ("triplet", "semantic", "domain"):
            model = built()
            model.at(step=0, steps=1, epoch=100.0)
            backward(model.losses(a_batch())[only])
            for tower in (model.photos, model.sketches):
                assert slope_of(tower.encoder.last.weight).any(), only

    def test_negatives_are_photos(self) -> None:
        model, batch = built(), a_batch()
        met: dict[str, list[Tensor]] = {"photos": [], "sketches": []}
        for name, tower in (("photos", model.photos), ("sketches", model.sketches)):
            tower.register_forward_pre_hook(lambda _, given, name=name: met[name].append(given[0]))
        model.losses(batch)
        assert torch.equal(torch.cat(met["sketches"]), batch.sketches)
        assert torch.equal(torch.cat(met["photos"]), torch.cat([batch.photos, batch.negatives]))

    def test_before_it_knows_its_classes_it_says_so(self) -> None:
        with pytest.raises(RuntimeError, match="Doodle2Search does not know its classes yet"):
            Doodle2Search(tiny()).losses(a_batch())


class TestNegatives:
    @pytest.mark.parametrize("hardness", [0.1, 1.0])
    def test_the_more_alike_the_vectors_the_likelier(self, hardness: float) -> None:
        """exp(-|w - w'|^2 / .1) over what it is of all other classes."""
        bench = world(48)
        model = Doodle2Search(tiny(), hardness=hardness)
        sb.fit(model, bench, steps=0)
        batches: Any = sb.data.batches(bench, model.kind, batch=8, size=48, **model.dials())
        assert model.classes is not None
        assert batches.classes == model.classes.names
        vectors = model.vectors.tolist()
        for c in (0, 1, 17, len(vectors) - 1):
            raw = [math.exp(-(math.dist(vectors[c], other) ** 2) / hardness) for other in vectors]
            raw[c] = 0.0
            expected = [each / sum(raw) for each in raw]
            assert batches.odds[c].tolist() == pytest.approx(expected, rel=1e-4, abs=1e-9)
            assert max(expected) > 1.5 / len(vectors)

    def test_by_hand(self) -> None:
        """Squared distances 0.01 and 0.04 for the first: e^-.1 and e^-.4, to be shared out."""
        model = Doodle2Search(tiny())
        model.setup(Classes(NAMES, vectors=torch.tensor([[0.0, 0.1], [0.0, 0.2], [0.2, 0.1]])))
        dials = model.dials()
        scores = (dials["similarity"] / dials["temperature"]).exp()
        torch.testing.assert_close(scores[0], torch.tensor([1.0, math.exp(-0.1), math.exp(-0.4)]))

    def test_without_hardness_any_other_class_is_as_good(self) -> None:
        model = built(hardness=None)
        assert model.dials() == {}
        batches: Any = sb.data.batches(world(48), model.kind, batch=8, size=48, **model.dials())
        assert batches.odds[3].tolist() == pytest.approx([1 / 63] * 3 + [0.0] + [1 / 63] * 60)


class TestClock:
    def strengths(self, model: Doodle2Search, steps: int, an_epoch: int) -> list[float]:
        found = []
        for step in range(steps):
            model.at(step, steps, step / an_epoch)
            found.append(model.strength)
        return found

    def test_by_epochs_between_the_5th_and_the_25th(self) -> None:
        found = self.strengths(built(), 900, 30)
        assert found == pytest.approx([min(max((step / 30 - 5) / 20, 0.0), 1.0) for step in range(900)])
        assert (found[150], found[450], found[750]) == (0.0, 0.5, 1.0)

    @pytest.mark.parametrize("an_epoch", [1, 7, 30])
    def test_by_batches_it_begins_afresh_with_every_epoch(self, an_epoch: int) -> None:
        found = self.strengths(built(clock="batch"), 100, an_epoch)
        assert found == pytest.approx([min(max((step % an_epoch - 5) / 20, 0.0), 1.0) for step in range(100)])

    def test_by_the_run_it_is_a_share_of_it(self) -> None:
        for steps in (100, 40):
            found = self.strengths(built(clock="run"), steps, 3)
            assert found == pytest.approx([min(max((100 * i / steps - 5) / 20, 0.0), 1.0) for i in range(steps)])

    def test_the_ramp_can_be_another(self) -> None:
        model = built(ramp=(0.0, 4.0))
        assert self.strengths(model, 6, 1) == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]

    def test_in_a_run_the_loop_winds_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        bench = world(48, 2)
        batch = len(bench.train.sketches) // 3
        found: dict[str, list[float]] = {}
        for clock in ("epoch", "batch", "run"):
            model, met = Doodle2Search(tiny(), clock=clock, ramp=(0.0, 4.0)), list[float]()

            def spy(batch: Any, player: str = "model", model: Any = model, met: list[float] = met) -> dict[str, Tensor]:
                met.append(model.strength)
                return {"judge": model.judge[0].weight.square().sum()}

            monkeypatch.setattr(model, "losses", spy)
            sb.fit(model, bench, steps=8, batch=batch)
            found[clock] = met
        an_epoch = -(-len(bench.train.sketches) // batch)
        assert an_epoch < 8
        assert found["epoch"] == pytest.approx([step / an_epoch / 4 for step in range(8)])
        assert found["batch"] == pytest.approx([step % an_epoch / 4 for step in range(8)])
        assert found["run"] == pytest.approx([min(100 * step / 8 / 4, 1.0) for step in range(8)])


class TestPaper:
    def test_sgd_with_nesterovs_momentum(self) -> None:
        encoder = cnn("squeezenet1_1", seed=1)
        paper = built(encoder).recipe(paper=True)
        assert paper is Doodle2Search.paper
        assert (paper.optimizer, paper.nesterov, paper.momentum, paper.lr) == ("sgd", True, 0.9, 1e-4)
        assert (paper.batch, paper.weight_decay, paper.schedule, paper.clip) == (20, 5e-4, "constant", None)
        assert built().recipe(paper=True) is Doodle2Search.small

    def test_its_defaults_are_the_papers(self) -> None:
        model = built()
        assert (model.dim, model.margin, model.clock, model.ramp) == (256, 1.0, "epoch", (5.0, 25.0))
        assert model.weights == {"semantic": 1.0, "domain": 1.0}
        assert model.embed(pixels(2), "photo").shape == (2, 256)

    def test_other_classes_get_another_end(self) -> None:
        model = built()
        before = model.meaning
        assert before is not None
        model.setup(Classes(NAMES, vectors=VECTORS))
        assert model.meaning is before
        model.setup(Classes(("owl", "cow"), vectors=numbers(2, 7)))
        assert model.meaning is not before
        assert torch.equal(model.vectors, numbers(2, 7))
        assert isinstance(model.meaning, nn.Sequential)
        assert model.meaning(numbers(1, 256)).shape == (1, 7)

    def test_a_copy_is_one_of_its_own(self) -> None:
        model = built()
        other = copy.deepcopy(model)
        with torch.no_grad():
            other.photos.encoder.last.weight.zero_()
        assert model.photos.encoder.last.weight.any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clock": "hour"}, "the reversal sets in by epoch, batch, run; got 'hour'"),
        ({"hardness": 0}, "a temperature is above 0, or None; got 0"),
        ({"hardness": -0.1}, "a temperature is above 0, or None; got -0.1"),
    ],
)
def test_wrong_settings_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Doodle2Search(tiny(), **options)


def test_a_clip_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Doodle2Search is built on a CNN, as .* gives one; got Clip"):
        Doodle2Search(clip("tiny"))  # type: ignore[arg-type]


@pytest.mark.parametrize("vectors", [None, torch.zeros(3, 0)])
def test_where_nothing_is_known_of_the_classes_it_says_so(vectors: Tensor | None) -> None:
    model = Doodle2Search(tiny())
    with pytest.raises(
        ValueError, match="Doodle2Search learns from what is known of the classes, and nothing is known"
    ):
        model.setup(Classes(NAMES, vectors=vectors))
