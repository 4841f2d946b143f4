from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.data.graph import Graph
from sbirlib.models import MODALITIES, SEMPCYC, Classes, Model
from tests.models.by_hand import DIM, SEEN, Rows, frozen, louder, mean, numbers, through, tiny, triplets
from tests.models.contract import Contract, parameters

VECTORS = torch.tensor([[1.0, 0.0, 0.5, 0.0], [0.0, 2.0, 0.5, 0.0], [0.0, 0.0, 0.0, 3.0]])
TAXONOMY = Graph(
    (
        ("cow", "is-a", "mammal"),
        ("mammal", "is-a", "animal"),
        ("owl", "is-a", "animal"),
        ("axe", "is-a", "tool"),
        ("cow", "has-part", "edge"),
        ("axe", "has-part", "edge"),
    )
)


def built(**options: Any) -> SEMPCYC:
    """A model that knows three classes, without dropout or a batch's statistics, whose layers say more than fresh ones
    do."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = SEMPCYC(tiny(), **options)
        model.setup(Classes(SEEN, vectors=VECTORS))
    return louder(model)


def identities() -> SEMPCYC:
    """Meanings as wide as features, and generators that change nothing."""
    model = built(dim=DIM)
    for side in MODALITIES:
        model.to_meaning[side], model.from_meaning[side] = nn.Identity(), nn.Identity()
    return model


def scaled(x: Tensor) -> Tensor:
    unit: Tensor = normalize(x, dim=1)
    return unit * math.sqrt(DIM)


def meanings(model: SEMPCYC, labels: Tensor) -> Rows:
    assert model.reading is not None
    return through(model.reading, model.known_of[labels].tolist())


def apart(one: Rows, other: Rows, power: int) -> float:
    """The mean over all numbers of their distances, or of their squares."""
    return mean([abs(a - b) ** power for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)])


def surprise(scores: Rows, labels: Sequence[int]) -> float:
    """Cross entropy."""
    return mean([math.log(sum(map(math.exp, row))) - row[label] for row, label in zip(scores, labels, strict=True)])


def told_apart(said: Rows, goal: float) -> float:
    return mean([(row[0] - goal) ** 2 for row in said])


class TestSEMPCYC(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return SEMPCYC(tiny())

    @pytest.mark.parametrize("player", ["makers", "judges", "selection"])
    def test_only_the_own_ones_move(self, player: str) -> None:
        """The others' rates are zero: what is still moved is the player's."""
        model = self.build()
        self.train(model, steps=0)
        before = {name: each.detach().clone() for name, each in model.named_parameters()}
        own = {id(each) for each in parameters(model.players()[player])}
        groups = [group.name for each in model.players().values() for group in each.groups]
        rates = {group: 1e-2 * (group.split("/")[0] == player) for group in groups}
        self.train(model, lr=rates)
        moved = {name for name, each in model.named_parameters() if not torch.equal(each, before[name])}
        assert moved == {name for name, each in model.named_parameters() if id(each) in own}
        assert moved

    def test_it_rises_above_its_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        start, end = self.build(), self.build()
        self.train(start, frozen(), steps=0)
        run = self.train(end, frozen(), steps=60, batch=64)
        assert sb.evaluate(end, frozen())["mAP@all"] > sb.evaluate(start, frozen())["mAP@all"] + 0.05
        for loss in ("makers/cycle", "makers/regression", "makers/classes", "selection/again"):
            assert run.history.entries[-1]["losses"][loss] < run.history.entries[0]["losses"][loss], loss


class TestLearnedHeads(Contract):
    def build(self) -> Model:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return SEMPCYC(tiny(), learned_heads=True)


class TestPlayers:
    @pytest.mark.parametrize("learned_heads", [False, True])
    def test_each_has_parameters_of_its_own(self, learned_heads: bool) -> None:
        model = built(learned_heads=learned_heads)
        names = {id(each): name for name, each in model.named_parameters()}
        owned = {
            player: [names[id(each)] for each in parameters(playing)] for player, playing in model.players().items()
        }
        together = [name for own in owned.values() for name in own]
        assert len(together) == len(set(together))
        parts = {player: {name.split(".")[0] for name in own} for player, own in owned.items()}
        assert parts == {
            "makers": {"to_meaning", "from_meaning"} | ({"heads"} if learned_heads else set()),
            "judges": {"judges"},
            "selection": {"reading", "writing"},
        }
        assert sum(name.startswith("heads.") for name in together) == 6 * learned_heads

    def test_what_is_lost_by_one_reaches_no_other(self) -> None:
        """The judges are asked by the makers, who must reach through them; all else is closed."""
        reached = {
            "makers": {"to_meaning", "from_meaning", "judges"},
            "judges": {"judges"},
            "selection": {"reading", "writing"},
        }
        for player, expected in reached.items():
            model = built()
            model.total(model.losses(triplets(), player)).backward()  # type: ignore[no-untyped-call]
            found = {name.split(".")[0] for name, each in model.named_parameters() if each.grad is not None}
            assert found == expected, player

    def test_the_heads_are_random_and_stay_so_unless_they_learn(self) -> None:
        assert not any(each.requires_grad for each in built().heads.parameters())
        assert all(each.requires_grad for each in built(learned_heads=True).heads.parameters())
        head: Any = built().heads["meaning"]
        assert head.weight.std() > 0.01

    def test_the_same_classes_keep_what_was_learnt_and_others_do_not(self) -> None:
        model = built()
        before = {name: value.clone() for name, value in model.state_dict().items()}
        model.setup(Classes(SEEN, vectors=VECTORS))
        assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
        model.setup(Classes((*SEEN, "bus"), vectors=torch.eye(4, 7)))
        assert model.reading is not None
        assert model.reading.weight.shape == (64, 7)
        assert {name: tuple(head.weight.shape) for name, head in model.heads.items()} == {  # type: ignore[arg-type]
            "meaning": (4, 64), "photo": (4, DIM), "sketch": (4, DIM),
        }  # fmt: skip


class TestMeaning:
    def test_what_is_known_of_a_class_stands_beside_its_ways_to_the_others(self) -> None:
        """From cow by mammal and animal to owl: 1 / (1 + 3). That both have an edge makes cow and axe no kin."""
        model = built()
        model.setup(Classes(SEEN, vectors=VECTORS, graph=TAXONOMY))
        ways = torch.tensor([[1.0, 0.25, 0.0], [0.25, 1.0, 0.0], [0.0, 0.0, 1.0]])
        torch.testing.assert_close(model.known_of, torch.cat([VECTORS, ways], dim=1))
        torch.testing.assert_close(built().known_of, VECTORS)  # without a graph

    @pytest.mark.parametrize("selection", [0.001, 0.5])
    def test_its_autoencoder_is_what_the_formula_says(self, selection: float) -> None:
        """All classes count the same, whatever is in the batch, of which nothing is asked."""
        model = built(selection=selection)
        assert model.reading is not None
        assert model.writing is not None
        known = VECTORS.tolist()
        again = 4 * apart(through(model.writing, through(model.reading, known)), known, 2)  # a sum over four numbers
        weight = model.reading.weight.tolist()
        columns = sum(math.sqrt(sum(row[j] ** 2 for row in weight)) for j in range(4))
        nothing: Any = None
        found = model.losses(nothing, "selection")
        assert set(found) == {"again", "selection"}
        assert found["again"].item() == pytest.approx(again, rel=1e-5)
        assert found["selection"].item() == pytest.approx(selection * columns, rel=1e-5)
        assert model.total(found).item() == pytest.approx(again + selection * columns, rel=1e-5)

    def test_the_autoencoder_by_hand(self) -> None:
        """E keeps the first two of four numbers, 3 times and 4 times as one; D gives nothing back."""
        model = built(dim=2)
        assert model.reading is not None
        assert model.writing is not None
        with torch.no_grad():
            for each in (*model.reading.parameters(), *model.writing.parameters()):
                each.zero_()
            model.reading.weight[:, 1] = torch.tensor([3.0, 4.0])
        nothing: Any = None
        found = model.losses(nothing, "selection")
        assert found["again"].item() == pytest.approx((1 + 0.25 + 4 + 0.25 + 9) / 3)
        assert found["selection"].item() == pytest.approx(0.001 * 5, abs=1e-7)


class TestMakers:
    def test_each_loss_is_what_its_formula_says(self) -> None:
        model, batch = built(), triplets()
        x = {"photo": scaled(batch.photos).tolist(), "sketch": scaled(batch.sketches).tolist()}
        s, labels = meanings(model, batch.labels), batch.labels.tolist()
        cycle = classes = adversarial = 0.0
        g: dict[str, Rows] = {}
        squares = 0.0
        for side in MODALITIES:
            g[side], f = through(model.to_meaning[side], x[side]), through(model.from_meaning[side], s)
            cycle += apart(through(model.from_meaning[side], g[side]), x[side], 1)
            cycle += apart(through(model.to_meaning[side], f), s, 1)
            for name, made in (("meaning", g[side]), (side, f)):
                classes += surprise(through(model.heads[name], made), labels)
                adversarial += told_apart(through(model.judges[name], made), 1.0)
            squares += apart(f, x[side], 2)
        squares += apart(g["sketch"], g["photo"], 2)
        with torch.no_grad():
            found = model.losses(batch, "makers")
        expected = {"adversarial": adversarial, "cycle": cycle, "classes": classes, "regression": squares}
        assert {name: loss.item() for name, loss in found.items()} == pytest.approx(expected, rel=1e-5)
        # ten times the last three, of which the squares have a weight of .1 of their own
        total = adversarial + 10 * cycle + 10 * classes + 10 * 0.1 * squares
        assert model.total(found).item() == pytest.approx(total, rel=1e-5)

    def test_who_changes_nothing_comes_back_as_he_went(self) -> None:
        model, batch = identities(), triplets()
        assert model.losses(batch, "makers")["cycle"].item() == 0.0

    @pytest.mark.parametrize("side", MODALITIES)
    @pytest.mark.parametrize("way", ["to_meaning", "from_meaning"])
    def test_one_that_doubles_is_found_out_on_both_ways(self, side: str, way: str) -> None:
        """2 x - x one way, and 2 s - s the other; of this side alone."""
        model, batch = identities(), triplets()
        twice = nn.Linear(DIM, DIM, bias=False)
        with torch.no_grad():
            twice.weight.copy_(2 * torch.eye(DIM))
        getattr(model, way)[side] = twice
        x = scaled(batch.photos if side == "photo" else batch.sketches)
        s = torch.tensor(meanings(model, batch.labels))
        expected = x.abs().mean() + s.abs().mean()
        torch.testing.assert_close(model.losses(batch, "makers")["cycle"], expected)

    def test_a_sketch_and_a_photo_that_say_the_class_have_nothing_left_to_regress(self) -> None:
        """By hand: all three are (1, .., 1), and then the sketch alone lies 3 off, from the photo and from s."""
        model = identities()
        assert model.reading is not None
        with torch.no_grad():
            model.reading.weight.zero_()
            model.reading.bias.fill_(1.0)
        ones = torch.ones(5, DIM)
        batch = triplets()
        same = Triplets(ones, ones, batch.negatives, batch.labels, batch.negative_labels)
        assert model.losses(same, "makers")["regression"].item() == pytest.approx(0.0, abs=1e-9)
        off = Triplets(-ones, ones, batch.negatives, batch.labels, batch.negative_labels)
        assert model.losses(off, "makers")["regression"].item() == pytest.approx(4 + 4)

    def test_negatives_are_not_looked_at(self) -> None:
        model, batch = built(), triplets()
        other = Triplets(batch.sketches, batch.photos, numbers(7), batch.labels, torch.zeros(5, dtype=torch.long))
        for player in ("makers", "selection"):
            one, two = model.losses(batch, player), model.losses(other, player)
            assert all(torch.equal(one[name], two[name]) for name in one)

    @pytest.mark.parametrize(
        ("option", "name"),
        [("cycle", "cycle"), ("classify", "classes"), ("regress", "regression"), ("adversarial", "adversarial")],
    )
    def test_each_weighs_what_is_said(self, option: str, name: str) -> None:
        model = built(**{option: 7.0})
        assert model.weights == {"adversarial": 1, "cycle": 10, "classes": 10, "regression": 1} | {name: 7.0}


class TestJudges:
    def test_they_are_a_quarter_a_half_and_a_half(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Goals are drawn from .7 to 1 and from 0 to .3: here all from the middle. The judge of meanings is asked of
        sketches and of photos, a quarter each."""
        monkeypatch.setattr(torch, "rand_like", lambda x: torch.full_like(x, 0.5))
        model, batch = built(), triplets()
        x = {"photo": scaled(batch.photos).tolist(), "sketch": scaled(batch.sketches).tolist()}
        s = meanings(model, batch.labels)
        expected = 0.0
        for side in MODALITIES:
            g, f = through(model.to_meaning[side], x[side]), through(model.from_meaning[side], s)
            for name, weight, real, made in (("meaning", 0.25, s, g), (side, 0.5, x[side], f)):
                judge = model.judges[name]
                wrong = told_apart(through(judge, real), 0.85) + told_apart(through(judge, made), 0.15)
                expected += weight * wrong / 2
        found = model.losses(batch, "judges")
        assert set(found) == {"judges"}
        assert found["judges"].item() == pytest.approx(expected, rel=1e-5)
        assert model.total(found).item() == pytest.approx(expected, rel=1e-5)

    def test_their_goals_are_noisy_and_the_makers_are_not(self) -> None:
        model, batch = built(), triplets()
        found = {}
        for player in ("makers", "judges"):
            torch.manual_seed(0)
            found[player] = [model.total(model.losses(batch, player)).item() for _ in range(2)]
        assert found["makers"][0] == found["makers"][1]
        assert found["judges"][0] != found["judges"][1]


def test_the_meaning_is_searched() -> None:
    """Each modality by its own way, as unit vectors."""
    model = built()
    for side in MODALITIES:
        expected = torch.tensor(through(model.to_meaning[side], scaled(numbers(3)).tolist()))
        torch.testing.assert_close(model.embed(numbers(3), side), normalize(expected, dim=1))
    assert not torch.allclose(model.embed(numbers(3), "photo"), model.embed(numbers(3), "sketch"))
