from __future__ import annotations

import copy
import math
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Captioned
from sbirlib.data.graph import Graph
from sbirlib.encoders import Cnn, Preprocess, clip, cnn, fresh_cnn
from sbirlib.models import SAKE, Classes, Model
from sbirlib.models.contract import PHOTO, SKETCH
from sbirlib.models.fingerprints import fingerprint
from sbirlib.models.on_cnn import described_classes, refuse_others
from sbirlib.models.sake import Gate, Tag, Tagged
from sbirlib.training.schedule import height
from tests.models.contract import Contract, world

NAMES = ("cow", "owl", "axe")
SEEN = Graph(
    (
        ("cow", "is-a", "mammal"),
        ("mammal", "is-a", "animal"),
        ("bear", "is-a", "mammal"),
        ("goat", "is-a", "herd"),
        ("herd", "is-a", "mammal"),
        ("ant", "is-a", "insect"),
        ("insect", "is-a", "creature"),
        ("creature", "is-a", "animal"),
        ("owl", "is-a", "eagle"),
        ("axe", "is-a", "tool"),
    )
)


def tiny() -> Cnn:
    return cnn("tiny")


def small(name: str) -> Cnn:
    """Random weights, on pictures of 64 pixels."""
    net = cnn(name, seed=1)
    net.preprocess = Preprocess(64, net.preprocess.mean, net.preprocess.std, "bilinear")
    return net


def built(encoder: Cnn | None = None, **options: Any) -> SAKE:
    torch.manual_seed(0)
    model = SAKE(encoder or tiny(), **options)
    model.setup(Classes(NAMES, graph=SEEN))
    return model.eval()


def pixels(count: int, size: int = 48, modality: str = "photo") -> Tensor:
    unseen = world(48, 2).unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count), size)


def a_batch(kinds: list[int], labels: list[int]) -> Captioned:
    drawn = {SKETCH: pixels(len(kinds), modality="sketch"), PHOTO: pixels(len(kinds))}
    images = torch.stack([drawn[kind][place] for place, kind in enumerate(kinds)])
    return Captioned(images, torch.tensor(kinds), torch.tensor(labels), [""] * len(kinds))


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]


def tagged(model: nn.Module) -> list[Tagged]:
    return [part for part in model.modules() if isinstance(part, Tagged)]


def turn_on(model: nn.Module) -> None:
    """Give every tag a say."""
    with torch.no_grad():
        for place, part in enumerate(tagged(model)):
            part.column.copy_(3 * numbers(len(part.column), seed=place))


def maps(model: SAKE, images: Tensor, photo: Tensor) -> Tensor:
    with model.tag.of(photo), torch.no_grad():
        found: Tensor = model.gate(model.encoder.maps(images))
    return found


class TestSAKE(Contract):
    idle = ("encoder.visual.net.classifier",)  # the student's own, which is not asked

    def build(self) -> Model:
        torch.manual_seed(0)
        return SAKE(tiny())

    def test_the_teacher_stays_and_the_student_moves_with_its_statistics(self, run: Any) -> None:
        images, start = pixels(4), tiny().eval()
        with torch.no_grad():
            assert torch.equal(run.model.teacher.logits(images), start.logits(images))
            learning = copy.deepcopy(run.model).train()
            assert torch.equal(learning.teacher.logits(images), start.logits(images))
        for name, value in start.state_dict().items():
            assert torch.equal(run.model.teacher.state_dict()[name], value), name
            moved = "squeeze.fc2" not in name and not torch.equal(
                run.model.encoder.state_dict().get(name, value), value
            )
            assert moved == ("classifier" not in name and "squeeze.fc2" not in name), name

    def test_the_tag_tells_them_apart_after_some_training(self) -> None:
        model = self.build()
        images = pixels(4)
        self.train(model, steps=0)
        assert torch.equal(model.embed(images, "photo"), model.embed(images, "sketch"))
        run = self.train(model, lr=1e-2)
        apart = run.model.embed(images, "photo") - run.model.embed(images, "sketch")
        assert apart.norm(dim=1).min() > 1e-4


class TestBare(Contract):
    """A network of its own for both, nothing kept and nothing told."""

    idle = ("encoder.visual.net.classifier", "taught")

    def build(self) -> Model:
        torch.manual_seed(0)
        return SAKE(tiny(), conditional=False, preserve=0, from_teacher=False)

    def test_it_is_the_same_for_both_and_keeps_nothing(self, run: Any) -> None:
        images = pixels(4)
        assert torch.equal(run.model.embed(images, "photo"), run.model.embed(images, "sketch"))
        assert not tagged(run.model)
        assert run.model.teacher is None
        assert all(set(entry["losses"]) == {"classes"} for entry in run.history)


class TestTag:
    def test_it_has_no_effect_at_the_start(self) -> None:
        """The same pictures as photos and as sketches, bit for bit, and what the plain network makes of them."""
        model, plain, images = built(), tiny(), pixels(6)
        assert torch.equal(model.embed(images, "photo"), model.embed(images, "sketch"))
        for said in (torch.ones(6), torch.zeros(6), torch.tensor([1.0, 0, 0, 1, 1, 0])):
            with torch.no_grad():
                assert torch.equal(maps(model, images, said), plain.maps(images))
        assert [name for name, part in model.encoder.named_modules() if isinstance(part, Tagged)] == [
            f"visual.net.body.{place}.squeeze.fc2" for place in (1, 2, 3, 4)
        ]
        assert isinstance(model.gate, nn.Identity)

    def test_1_is_a_photo_and_0_a_sketch(self) -> None:
        """What begins to tell photos leaves sketches where they were."""
        model, images = built(), pixels(6)
        before = model.embed(images, "photo")
        turn_on(model)
        assert torch.equal(model.embed(images, "sketch"), before)
        assert (model.embed(images, "photo") - before).norm(dim=1).min() > 1e-2

    @pytest.mark.parametrize("kinds", [[PHOTO] * 4, [SKETCH] * 4, [PHOTO, SKETCH, SKETCH, PHOTO]])
    def test_each_row_of_a_batch_has_its_own(self, kinds: list[int]) -> None:
        model, batch = built(), a_batch(kinds, [0, 1, 2, 0])
        turn_on(model)
        met: list[Tensor] = []
        assert model.seen is not None
        model.seen.register_forward_pre_hook(lambda _, given: met.append(given[0]))
        model.losses(batch)
        for row, kind in enumerate(kinds):
            alone = model.embed(batch.images[row : row + 1], ("photo", "sketch")[kind])[0]
            torch.testing.assert_close(normalize(met[0][row], dim=0), alone, atol=1e-5, rtol=1e-4)

    @pytest.mark.parametrize("layer", [nn.Linear(4, 6), nn.Conv2d(4, 6, 1)], ids=["linear", "convolution"])
    def test_it_is_one_more_input(self, layer: nn.Linear | nn.Conv2d) -> None:
        """W2 [hidden; tag] + b2, number by number."""
        tag = Tag()
        wider = Tagged(layer, tag)
        hidden, said, column = numbers(3, 4), torch.tensor([True, False, True]), numbers(6, seed=1)
        shown = hidden if isinstance(layer, nn.Linear) else hidden[:, :, None, None]
        with tag.of(said), torch.no_grad():
            assert torch.equal(wider(shown), layer(shown))  # at the start
            wider.column.copy_(column)
            found = wider(shown)
        weight, bias = layer.weight.flatten(1).tolist(), layer.bias.tolist() if layer.bias is not None else []
        for i in range(3):
            for k in range(6):
                inputs = zip([*weight[k], float(column[k])], [*hidden[i].tolist(), float(said[i])], strict=True)
                expected = bias[k] + sum(w * x for w, x in inputs)
                assert float(found.flatten(1)[i, k]) == pytest.approx(expected, abs=1e-5)
        assert found.ndim == shown.ndim

    def test_a_block_scales_by_what_it_is_told(self) -> None:
        """sigmoid(W2 [relu(W1 mean(x)); tag]) of the first block."""
        model = built()
        turn_on(model)
        block: Any = model.encoder.visual.net.get_submodule("body.1.squeeze")
        x, said = numbers(2, 64, 5, 5), torch.tensor([1.0, 0.0])
        with model.tag.of(said), torch.no_grad():
            found = block(x)
            hidden = (block.fc1.weight @ x.mean((2, 3)).T).T + block.fc1.bias
            inputs = torch.cat([hidden.clamp(min=0), said[:, None]], dim=1)
            weight = torch.cat([block.fc2.layer.weight, block.fc2.column[:, None]], dim=1)
            scale = 1 / (1 + (-(inputs @ weight.T + block.fc2.layer.bias)).exp())
        torch.testing.assert_close(found, x * scale[:, :, None, None])

    def test_nothing_of_it_stays(self) -> None:
        model, images = built(), pixels(2)
        before = fingerprint(model)
        model.embed(images, "photo")
        assert model.tag.values is None
        assert fingerprint(model) == before
        model.losses(a_batch([PHOTO, SKETCH], [0, 1]))
        assert model.tag.values is None
        assert fingerprint(model) == before
        with pytest.raises(ValueError, match="images are"):
            model.embed(torch.zeros(2, 4, 48, 48), "sketch")
        assert model.tag.values is None
        turn_on(model)
        assert fingerprint(model) != before

    def test_a_copy_has_a_tag_of_its_own(self) -> None:
        model = built()
        turn_on(model)
        other = copy.deepcopy(model)
        assert other.tag is not model.tag
        assert {part.tag for part in tagged(other)} == {other.tag}
        assert torch.equal(other.embed(pixels(2), "photo"), model.embed(pixels(2), "photo"))

    def test_the_given_network_is_left_alone(self) -> None:
        encoder = tiny()
        before = encoder.digest
        sb.fit(SAKE(encoder), world(48), steps=2, batch=8, lr=1e-2)
        assert encoder.digest == before
        assert not tagged(encoder)
        assert not encoder.learn_statistics
        assert all(each.requires_grad for each in encoder.parameters())


class TestOtherNetworks:
    def test_one_without_such_blocks_gets_a_gate_that_is_no_change(self) -> None:
        encoder, images = small("squeezenet1_1"), pixels(4, 64)
        model = built(encoder, hints="none")
        assert isinstance(model.gate, Gate)
        assert [name for name, part in model.named_modules() if isinstance(part, Tagged)] == ["gate.fc2"]
        with torch.no_grad():
            for said in (torch.ones(4), torch.zeros(4)):
                assert torch.equal(maps(model, images, said), encoder.maps(images))
        assert torch.equal(model.embed(images, "photo"), model.embed(images, "sketch"))
        before = model.embed(images, "sketch")
        turn_on(model)
        assert torch.equal(model.embed(images, "sketch"), before)
        assert (model.embed(images, "photo") - before).norm(dim=1).min() > 1e-3
        assert isinstance(built(encoder, hints="none", conditional=False).gate, nn.Identity)

    def test_its_gate_is_one_of_those_blocks(self) -> None:
        """Twice sigmoid(W2 [relu(W1 mean(x)); tag]), channel by channel."""
        model = built(small("squeezenet1_1"), hints="none")
        turn_on(model)
        gate, x, said = model.gate, numbers(2, 512, 3, 3), torch.tensor([0.0, 1.0])
        assert isinstance(gate, Gate)
        told: Any = gate.fc2
        with torch.no_grad():
            told.layer.weight.copy_(numbers(512, 32, seed=1))
            told.layer.bias.copy_(numbers(512, seed=2))
            with model.tag.of(said):
                found = gate(x)
            hidden = (x.sum((2, 3)) / 9 @ gate.fc1.weight.T + gate.fc1.bias).clamp(min=0)
            raw = hidden @ told.layer.weight.T + told.layer.bias + said[:, None] * told.column
            expected = x * (2 / (1 + (-raw).exp()))[:, :, None, None]
        torch.testing.assert_close(found, expected)

    def test_the_papers_has_the_tag_in_all_16_blocks(self) -> None:
        encoder, images = small("legacy_seresnet50"), pixels(2, 64)
        model = built(encoder, hints="none", from_teacher=False)
        names = [name for name, part in model.named_modules() if isinstance(part, Tagged)]
        assert names == [
            f"encoder.visual.net.layer{stage}.{block}.se_module.fc2"
            for stage, blocks in ((1, 3), (2, 4), (3, 6), (4, 3))
            for block in range(blocks)
        ]
        assert isinstance(model.gate, nn.Identity)
        photos, sketches = torch.ones(2), torch.zeros(2)
        with torch.no_grad():
            plain = encoder.maps(images)
        assert torch.equal(maps(model, images, photos), plain)
        assert torch.equal(maps(model, images, sketches), plain)
        for said in (photos, sketches):
            model.zero_grad()
            backward(model.placed(images, said).sum())
            for name, part in zip(names, tagged(model), strict=True):  # each has a say
                assert part.column.grad is not None
                assert bool(part.column.grad.any()) == bool(said.any()), name

    def test_one_that_knows_no_classes_is_said(self) -> None:
        bare = fresh_cnn(Preprocess(48, (0.5,) * 3, (0.25,) * 3))
        for options in ({}, {"preserve": 0}, {"from_teacher": False}):
            with pytest.raises(ValueError, match="keeps what a classifier knows, and this tiny has none: give it one"):
                SAKE(bare, **options)
        model = built(bare, preserve=0, from_teacher=False)
        assert set(model.losses(a_batch([PHOTO, SKETCH], [0, 1]))) == {"classes"}


class TestHeads:
    """The teacher's classifier W (53, 192) in two."""

    weight = tiny().last.weight.detach()

    @pytest.mark.parametrize("dim", [53, 64])
    def test_from_its_rank_on_they_say_what_the_teacher_says(self, dim: int) -> None:
        model, plain, images = built(dim=dim), tiny(), pixels(8)
        assert plain.last.bias is not None
        with torch.no_grad():
            said = model.taught(model.squeeze(plain.encode_images(images)))
            expected = plain.logits(images) - plain.last.bias
            placed = model.taught(model.placed(images, torch.ones(8)))
        torch.testing.assert_close(said, expected, atol=1e-4, rtol=0)
        torch.testing.assert_close(placed, expected, atol=1e-4, rtol=0)
        assert expected.std() > 1

    def test_what_lies_beyond_the_rank_is_not_asked(self) -> None:
        model = built(dim=64)
        assert not model.taught.weight[:, 53:].any()
        assert model.squeeze.weight[53:].norm(dim=1).min() > 0.1

    @pytest.mark.parametrize("dim", [1, 8, 40])
    def test_below_it_they_are_the_nearest_there_is(self, dim: int) -> None:
        """Eckart and Young: the error is the norm of the singular values that were dropped, and no less is possible."""
        model = built(dim=dim)
        both = (model.taught.weight @ model.squeeze.weight).detach()
        u, s, v = torch.linalg.svd(self.weight, full_matrices=False)
        torch.testing.assert_close(both, u[:, :dim] @ s[:dim].diag() @ v[:dim], atol=1e-4, rtol=0)
        error = float((both - self.weight).norm())
        assert error == pytest.approx(math.sqrt(sum(float(x) ** 2 for x in s[dim:])), rel=1e-4)
        assert error > 0.1
        for seed in range(20):  # any other d directions, with the best that can be made of them
            turned = torch.linalg.qr(model.squeeze.weight.detach().T + 0.1 * numbers(192, dim, seed=seed))[0]
            assert float((self.weight @ turned @ turned.T - self.weight).norm()) > error

    def test_directions_stand_across_and_their_lengths_are_the_heads(self) -> None:
        model = built(dim=8)
        p, q = model.squeeze.weight.detach(), model.taught.weight.detach()
        torch.testing.assert_close(p @ p.T, torch.eye(8), atol=1e-5, rtol=0)
        gram = q.T @ q
        torch.testing.assert_close(gram, gram.diagonal().diag(), atol=1e-3, rtol=0)
        lengths = gram.diagonal().sqrt()
        assert all(one > other for one, other in pairwise(lengths.tolist()))
        # the squared singular values are the eigenvalues of W W'
        torch.testing.assert_close(lengths.square(), torch.linalg.eigvalsh(self.weight @ self.weight.T).flip(0)[:8])

    def test_a_convolution_is_a_classifier_too(self) -> None:
        encoder = small("squeezenet1_1")
        model = built(encoder, hints="none", dim=512)
        torch.testing.assert_close(
            model.taught.weight @ model.squeeze.weight, encoder.last.weight[:, :, 0, 0], atol=1e-5, rtol=0
        )

    def test_without_the_decomposition_they_say_nothing_of_the_kind(self) -> None:
        model = built(from_teacher=False)
        assert model.teacher is not None
        both = (model.taught.weight @ model.squeeze.weight).detach()
        assert float((both - self.weight).norm()) > 0.9 * float(self.weight.norm())


class TestLosses:
    kinds, labels = (PHOTO, SKETCH, PHOTO, SKETCH, PHOTO), (2, 0, 0, 1, 1)

    def batch(self) -> Captioned:
        return a_batch(list(self.kinds), list(self.labels))

    @pytest.mark.parametrize(("trust", "strength"), [(1.0, 0.3), (0.6, 2.0), (0.0, 1.0)])
    def test_they_are_what_the_formulas_say(self, trust: float, strength: float) -> None:
        """Row by row, class by class."""
        akin = numbers(3, 53).abs()
        model, batch = built(hints=akin, trust=trust, strength=strength), self.batch()
        turn_on(model)
        with torch.no_grad():
            model.taught.weight.add_(numbers(53, 64, seed=1))
            found = model.losses(batch)
            placed = model.placed(batch.images, torch.tensor([1.0, 0, 1, 0, 1]))
            assert model.seen is not None
            of_seen, of_taught = model.seen(placed).tolist(), model.taught(placed).tolist()
            said = tiny().logits(batch.images).tolist()
        told, kept = 0.0, 0.0
        for i, (kind, label) in enumerate(zip(self.kinds, self.labels, strict=True)):
            told -= math.log(softmax(of_seen[i])[label]) / 5
            if kind == PHOTO:
                wanted = softmax([trust * t + strength * float(a) for t, a in zip(said[i], akin[label], strict=True)])
                answer = softmax(of_taught[i])
                kept -= sum(q * math.log(p) for q, p in zip(wanted, answer, strict=True)) / 3
        assert set(found) == {"classes", "preserve"}
        assert float(found["classes"]) == pytest.approx(told, rel=1e-4)
        assert float(found["preserve"]) == pytest.approx(kept, rel=1e-4)

    @pytest.mark.parametrize("term", ["classes", "preserve"])
    def test_one_step_lowers_each_alone(self, term: str) -> None:
        model, batch = built(hints=numbers(3, 53)), self.batch()
        before = model.losses(batch)
        backward(before[term])
        slopes = [(each, each.grad) for each in model.parameters() if each.grad is not None]
        size = math.sqrt(sum(float(slope.square().sum()) for _, slope in slopes))
        with torch.no_grad():
            for each, slope in slopes:
                each.sub_(1e-3 / size * slope)
            after = model.losses(batch)
        assert float(after[term]) < before[term].item() - 0.3e-3 * size

    def test_preserving_has_its_weight(self) -> None:
        for weight in (1.0, 0.25):
            model = built(preserve=weight)
            with torch.no_grad():
                losses = model.losses(self.batch())
            expected = float(losses["classes"]) + weight * float(losses["preserve"])
            assert float(model.total(losses)) == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize("which", [PHOTO, SKETCH])
    def test_only_photos_are_what_is_kept(self, which: int) -> None:
        """Sketches turned upside down change nothing in it, photos do."""
        model, batch = built(), self.batch()
        turn_on(model)
        images = torch.where((batch.modality == which)[:, None, None, None], batch.images.flip(2), batch.images)
        turned = Captioned(images, batch.modality, batch.labels, batch.texts)
        with torch.no_grad():
            one, other = model.losses(batch), model.losses(turned)
        assert torch.equal(one["preserve"], other["preserve"]) == (which == SKETCH)
        assert not torch.equal(one["classes"], other["classes"])

    def test_the_teacher_sees_no_sketch(self) -> None:
        model, batch = built(), self.batch()
        assert model.teacher is not None
        met: list[Tensor] = []
        model.teacher.visual.net.register_forward_pre_hook(lambda _, given: met.append(given[0]))
        model.losses(batch)
        (shown,) = met
        assert torch.equal(shown, tiny().ready(batch.images[batch.modality == PHOTO]))

    def test_sketches_alone_keep_nothing(self) -> None:
        model = built()
        found = model.losses(a_batch([SKETCH] * 3, [0, 1, 2]))
        assert found["preserve"].item() == 0.0
        assert found["classes"].item() > 0
        backward(model.total(found))
        assert model.taught.weight.grad is not None
        assert not model.taught.weight.grad.any()
        assert model.squeeze.weight.grad is not None
        assert torch.isfinite(model.squeeze.weight.grad).all()

    def test_photos_alone_are_kept_all(self) -> None:
        model = built()
        batch = a_batch([PHOTO] * 4, [0, 1, 2, 0])
        parts = [
            Captioned(batch.images[i : i + 1], batch.modality[i : i + 1], batch.labels[i : i + 1], [""])
            for i in range(4)
        ]
        with torch.no_grad():
            apart = [float(model.losses(part)["preserve"]) for part in parts]
            together = float(model.losses(batch)["preserve"])
        assert together == pytest.approx(sum(apart) / 4, rel=1e-4)
        assert max(apart) - min(apart) > 0.1

    def test_who_answers_as_the_teacher_has_nothing_to_learn_at_the_start(self) -> None:
        """At its full rank, without hints, and with a bias that says the same of all classes."""
        encoder = tiny()
        with torch.no_grad():
            assert encoder.last.bias is not None
            encoder.last.bias.fill_(0.7)
        model = built(encoder, hints="none")
        backward(model.losses(a_batch([PHOTO] * 3, [0, 1, 2]))["preserve"])
        for weight in (model.squeeze.weight, model.taught.weight):
            assert weight.grad is not None
            assert weight.grad.abs().max() < 1e-4
        other = built(encoder, hints="none", trust=0.5)
        backward(other.losses(a_batch([PHOTO] * 3, [0, 1, 2]))["preserve"])
        assert other.taught.weight.grad is not None
        assert other.taught.weight.grad.abs().max() > 1e-2

    def test_before_it_knows_its_classes_it_says_so(self) -> None:
        with pytest.raises(RuntimeError, match="SAKE does not know its classes yet"):
            SAKE(tiny()).losses(self.batch())


class TestHints:
    def test_the_taxonomy_is_the_graphs_kinship(self) -> None:
        model = built()
        teachers = tiny().classes
        assert torch.equal(model.akin, SEEN.kinship(NAMES, teachers))
        # one over one plus the links; the ant is five away from the cow, too far; an owl is an eagle here
        expected = {("cow", "bear"): 1 / 3, ("cow", "goat"): 1 / 4, ("owl", "eagle"): 1.0}
        for row, name in enumerate(NAMES):
            for column, other in enumerate(teachers):
                assert float(model.akin[row, column]) == pytest.approx(expected.get((name, other), 0.0))

    def test_in_a_run_the_graph_is_the_benchmarks(self) -> None:
        bench, model = world(48), SAKE(tiny())
        sb.fit(model, bench, steps=0)
        assert model.classes is not None
        assert bench.graph is not None
        hidden = bench.graph.without(bench.unseen_classes)
        assert torch.equal(model.akin, hidden.kinship(model.classes.names, tiny().classes))
        assert (model.akin > 0).float().mean() > 0.05

    def test_shuffled_they_are_the_same_columns_elsewhere(self) -> None:
        akin, found = built().akin, built(hints="shuffled").akin
        assert not torch.equal(found, akin)
        columns = [sorted(map(tuple, each.T.tolist())) for each in (akin, found)]
        assert columns[0] == columns[1]
        bench = world(48)
        own, shuffled = SAKE(tiny()), SAKE(tiny(), hints="shuffled")
        for seed, model in enumerate((own, shuffled)):  # richer ones
            sb.fit(model, bench, steps=0, seed=seed)
        assert sorted(map(tuple, own.akin.T.tolist())) == sorted(map(tuple, shuffled.akin.T.tolist()))
        assert (own.akin != shuffled.akin).float().mean() > 0.1
        again = SAKE(tiny(), hints="shuffled")
        sb.fit(again, bench, steps=0, seed=7)
        assert torch.equal(again.akin, shuffled.akin)  # in one order, whatever the seed

    def test_none_are_zeros(self) -> None:
        assert torch.equal(built(hints="none").akin, torch.zeros(3, 53))
        batch = a_batch([PHOTO, PHOTO], [0, 1])
        with torch.no_grad():
            none, unheard = built(hints="none").losses(batch), built(strength=0.0).losses(batch)
            heard = built(strength=20.0).losses(batch)
        assert torch.equal(none["preserve"], unheard["preserve"])
        assert not torch.isclose(heard["preserve"], none["preserve"], rtol=1e-2)

    def test_ones_own_are_taken_as_they_are(self) -> None:
        given = torch.arange(3 * 53).reshape(3, 53)
        model = built(hints=given)
        assert torch.equal(model.akin, given.float())
        assert model.akin.dtype == torch.float32
        assert "akin" in model.state_dict()

    @pytest.mark.parametrize("shape", [(53, 3), (3, 52), (4, 53), (159,)])
    def test_those_of_another_shape_are_refused(self, shape: tuple[int, ...]) -> None:
        message = rf"hints are \(seen classes, teacher's\), \(3, 53\); got \({', '.join(map(str, shape))},?\)"
        with pytest.raises(ValueError, match=message):
            built(hints=torch.zeros(shape))

    @pytest.mark.parametrize("hints", ["taxonomy", "shuffled"])
    def test_without_a_graph_there_are_none(self, hints: str) -> None:
        model = SAKE(tiny(), hints=hints)
        with pytest.raises(ValueError, match="hints come from a graph of the classes, and there is none"):
            model.setup(Classes(NAMES))
        SAKE(tiny(), hints="none").setup(Classes(NAMES))
        SAKE(tiny(), hints=torch.zeros(3, 53)).setup(Classes(NAMES))
        SAKE(tiny(), preserve=0).setup(Classes(NAMES))

    def test_others_are_not_known(self) -> None:
        with pytest.raises(
            ValueError, match=r"hints are a matrix .* or taxonomy, shuffled, none, given; got 'wordnet'"
        ):
            SAKE(tiny(), hints="wordnet")


class TestPaper:
    def test_13_sketches_and_26_photos_a_step(self) -> None:
        batches = sb.data.batches(world(48), "captioned", batch=SAKE.paper.batch, size=48, **SAKE(tiny()).dials())
        for step in range(3):
            assert sorted(batches[step].modality.tolist()) == [PHOTO] * 26 + [SKETCH] * 13

    def test_adam_for_20_epochs_falling_to_a_thousandth(self) -> None:
        paper = built(small("squeezenet1_1"), hints="none").recipe(paper=True)
        assert paper is SAKE.paper
        assert (paper.optimizer, paper.lr, paper.weight_decay) == ("adam", 1e-4, 5e-4)
        assert (paper.epochs, paper.steps, paper.accumulate, paper.clip) == (20, None, 1, None)
        rates = [paper.lr * height(step, 200, paper.schedule, paper.warmup) for step in (0, 100, 200)]
        assert rates == pytest.approx([1e-4, 1e-4 / 1000**0.5, 1e-7])
        assert built().recipe(paper=True) is SAKE.small  # the tiny network is none of the paper's

    def test_other_classes_get_another_head(self) -> None:
        model = built()
        assert model.seen is not None
        before = model.seen
        model.setup(Classes(NAMES, graph=SEEN))
        assert model.seen is before
        model.setup(Classes(("owl", "cow"), graph=SEEN))
        assert model.seen is not before
        assert model.seen.weight.shape == (2, 64)
        assert torch.equal(model.akin, SEEN.kinship(("owl", "cow"), tiny().classes))


class TestOnCnn:
    def test_a_clip_is_refused(self) -> None:
        with pytest.raises(TypeError, match=r"SAKE is built on a CNN, as sb\.encoders\.cnn\(\) gives one; got Clip"):
            SAKE(clip("tiny"))  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"SAKE is built on a CNN, .*; got str"):
            refuse_others(built(), "tiny")
        refuse_others(built(), tiny())

    def test_what_is_known_of_classes(self) -> None:
        vectors = torch.tensor([[1, 2], [3, 4], [5, 6]])
        found = described_classes(built(), Classes(NAMES, vectors=vectors))
        assert found.dtype == torch.float32
        assert torch.equal(found, vectors.float())

    @pytest.mark.parametrize("vectors", [None, torch.zeros(3, 0)])
    def test_nothing_is_said_to_be_nothing(self, vectors: Tensor | None) -> None:
        with pytest.raises(ValueError, match="SAKE learns from what is known of the classes, and nothing is known"):
            described_classes(built(), Classes(NAMES, vectors=vectors))


def softmax(values: list[float]) -> list[float]:
    top = max(values)
    raised = [math.exp(value - top) for value in values]
    return [each / sum(raised) for each in raised]
