from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Captioned
from sbirlib.data.graph import Graph, distances
from sbirlib.models import ZSLKG, Classes, FrozenCNN, Model
from sbirlib.models.contract import MODALITIES, PHOTO, SKETCH
from sbirlib.models.zsl_kg import Gathering, listening
from tests.models.by_hand import DIM, frozen, numbers, tiny
from tests.models.contract import Contract

SEEN = ("owl", "cow", "axe")
GRAPH = Graph(
    (
        ("cow", "is-a", "mammal"),
        ("cow", "has-part", "udder"),
        ("cow", "has-part", "eye"),
        ("owl", "has-part", "eye"),
        ("owl", "has-part", "wing"),
        ("plane", "has-part", "wing"),
        ("plane", "used-for", "travel"),
        ("axe", "used-for", "chopping"),
        ("bat", "has-part", "eye"),
        ("bat", "has-part", "wing"),
        ("bat", "is-a", "mammal"),
    )
)
"""Links: eye and wing have three, cow and bat three, mammal two, plane two, owl two; all others one."""


def built(classes: Classes | None = None, **options: Any) -> ZSLKG:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = ZSLKG(tiny(), **options)
        model.setup(classes or Classes(SEEN, graph=GRAPH))
    return model.eval()


def place(model: ZSLKG, node: str) -> int:
    return [*SEEN, *(each for each in GRAPH.nodes if each not in SEEN)].index(node)


class TestZSLKG(Contract):
    def build(self) -> Model:
        return ZSLKG(tiny())

    def test_it_rises_above_its_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        model = self.build()
        run = self.train(model, frozen(), steps=12, batch=64, lr=3e-3)
        first, last = (run.history.entries[place]["losses"]["classes"] for place in (0, -1))
        assert last < first - 0.2
        start = sb.evaluate(FrozenCNN(tiny()), frozen())["mAP@all"]
        assert sb.evaluate(model, frozen())["mAP@all"] > start + 0.005


class TestFreeVectors(Contract):
    def build(self) -> Model:
        return ZSLKG(tiny(), graph="none")

    def test_a_class_has_one_of_its_own_and_needs_no_graph(self) -> None:
        model = built(Classes(SEEN), graph="none")
        assert model.layers is None
        assert model.nodes is not None
        assert model.nodes.requires_grad
        torch.testing.assert_close(model.class_vectors(), normalize(model.nodes, dim=1))
        with torch.no_grad():
            before = model.class_vectors()
            model.nodes[1] += 1
            changed = (model.class_vectors() - before).abs().sum(dim=1) > 1e-6
        assert changed.tolist() == [False, True, False]


class TestShuffled(Contract):
    def build(self) -> Model:
        return ZSLKG(tiny(), graph="shuffled")

    def test_every_class_listens_to_itself_and_to_anothers_neighbours(self) -> None:
        true, other = built().listens.tolist(), built(graph="shuffled").listens.tolist()
        neighbours = [row[1:] for row in true[:3]]
        assert [row[0] for row in other[:3]] == [0, 1, 2]
        assert sorted(row[1:] for row in other[:3]) == sorted(neighbours)  # each once
        assert all(one != two[1:] for one, two in zip(neighbours, other[:3], strict=True))  # nobody its own
        assert other[3:] == true[3:]

    def test_it_is_so_after_a_second_setup_too(self) -> None:
        model = built(graph="shuffled")
        before = model.listens.clone()
        model.setup(Classes(SEEN, graph=GRAPH))
        assert torch.equal(model.listens, before)


class TestListening:
    def test_by_hand(self) -> None:
        """Itself, then those with the fewest links, then by their names; -1 where there is nobody."""
        order = ["owl", "cow", "axe", "bat", "chopping", "eye", "mammal", "plane", "travel", "udder", "wing"]
        hears = {
            "owl": ["eye", "wing"],
            "cow": ["udder", "mammal", "eye"],
            "axe": ["chopping"],
            "bat": ["mammal", "eye", "wing"],
            "chopping": ["axe"],
            "eye": ["owl", "bat", "cow"],
            "mammal": ["bat", "cow"],
            "plane": ["travel", "wing"],
            "travel": ["plane"],
            "udder": ["cow"],
            "wing": ["owl", "plane", "bat"],
        }
        expected = [
            [*(order.index(each) for each in (node, *hears[node])), *[-1] * (3 - len(hears[node]))] for node in order
        ]
        assert listening(GRAPH, SEEN, 16).tolist() == expected

    @pytest.mark.parametrize("most", [1, 2])
    def test_only_the_most_telling_are_heard(self, most: int) -> None:
        whole, part = listening(GRAPH, SEEN, 16), listening(GRAPH, SEEN, most)
        assert torch.equal(part, whole[:, : 1 + most])

    def test_whom_the_graph_does_not_know_hears_itself(self) -> None:
        found = listening(GRAPH, ("yeti", "cow"), 16)
        assert found[0].tolist() == [0, -1, -1, -1]
        assert found.shape == (12, 4)
        model = built(Classes(("yeti", "cow"), graph=GRAPH))
        assert torch.isfinite(model.class_vectors()).all()

    def test_who_is_linked_twice_is_heard_once(self) -> None:
        graph = Graph((("cow", "is-a", "animal"), ("cow", "has-part", "animal"), ("animal", "has-part", "cow")))
        assert listening(graph, ("cow",), 16).tolist() == [[0, 1], [1, 0]]

    def test_the_model_hears_as_many_as_it_is_told(self) -> None:
        for count in (1, 2, 16):
            assert torch.equal(built(neighbours=count).listens, listening(GRAPH, SEEN, count))


class TestGathering:
    nodes = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))
    listens = torch.tensor([[0, 3, 4, 5], [1, 2, -1, -1], [2, 1, 4, -1], [3, -1, -1, -1]])

    def layer(self) -> Any:
        """Where nothing is as it began: gains, biases, all."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            layer = Gathering(8, 5, heads=2, inside=7)
            with torch.no_grad():
                for each in layer.parameters():
                    each.copy_(0.5 * torch.randn(each.shape))
        return layer

    def test_it_is_what_the_formula_says(self) -> None:
        """Node by node, only those who are there; each sum is normed, as in a transformer."""
        layer = self.layer()
        attention = layer.attention
        expected = []
        with torch.no_grad():
            for row in self.listens.tolist():
                u = self.nodes[[each for each in row if each >= 0]]
                q, k, v = (u @ attention.in_proj_weight.T + attention.in_proj_bias).chunk(3, dim=1)
                heads = []
                for part in (slice(0, 4), slice(4, 8)):
                    shares = (q[:, part] @ k[:, part].T / math.sqrt(4)).softmax(dim=1)
                    heads.append(shares @ v[:, part])
                u = layer.first(u + attention.out_proj(torch.cat(heads, dim=1)))
                u = layer.second(u + layer.inside(u))
                told = layer.out(u.mean(dim=0))
                expected.append(torch.where(told > 0, told, 0.2 * told))
            found = layer(self.nodes, self.listens)
        torch.testing.assert_close(found, torch.stack(expected), atol=1e-5, rtol=1e-4)
        assert (found < 0).any()

    def test_neighbours_have_no_order(self) -> None:
        layer = self.layer()
        expected = layer(self.nodes, self.listens)
        for order in ([3, 2, 1, 0], [2, 0, 3, 1]):
            torch.testing.assert_close(layer(self.nodes, self.listens[:, order]), expected, atol=1e-5, rtol=1e-4)

    def test_nobody_is_not_heard(self) -> None:
        """More room for nobody changes nothing, and neither does who stands where it would point."""
        layer = self.layer()
        expected = layer(self.nodes, self.listens)
        wide = torch.cat([self.listens, torch.full((4, 3), -1)], dim=1)
        torch.testing.assert_close(layer(self.nodes, wide), expected, atol=1e-5, rtol=1e-4)
        other = self.nodes.clone()
        other[[0, 5]] += 10
        found = layer(other, self.listens)
        torch.testing.assert_close(found[1:], expected[1:], atol=1e-5, rtol=1e-4)
        assert not torch.isclose(found[0], expected[0]).all()

    def test_each_neighbour_is_heard(self) -> None:
        layer = self.layer()
        expected = layer(self.nodes, self.listens)
        for node in range(6):
            other = self.nodes.clone()
            other[node] += torch.arange(8.0)
            changed = (layer(other, self.listens) - expected).abs().sum(dim=1) > 1e-4
            assert changed.tolist() == [node in row for row in self.listens.tolist()]


class TestClassVectors:
    @pytest.mark.parametrize("node", GRAPH.nodes)
    def test_a_node_is_heard_by_the_classes_within_two_links(self, node: str) -> None:
        """By those, and by nobody else: there are two layers."""
        model = built()
        assert model.nodes is not None
        with torch.no_grad():
            before = model.class_vectors()
            model.nodes[place(model, node)] += 5 * torch.randn(64, generator=torch.Generator().manual_seed(0))
            changed = (model.class_vectors() - before).abs().sum(dim=1) > 1e-4
        steps = distances(GRAPH.neighbours(), node)
        assert changed.tolist() == [steps.get(name, 9) <= 2 for name in SEEN]

    def test_a_class_without_its_neighbours_is_another(self) -> None:
        """The same nodes at the same places, and cow's udder is gone to the owl."""
        triples = [("owl", *triple[1:]) if triple[2] == "udder" else triple for triple in GRAPH.triples]
        moved = built(Classes(SEEN, graph=Graph(tuple(triples))))
        with torch.no_grad():
            changed = (moved.class_vectors() - built().class_vectors()).abs().sum(dim=1) > 1e-4
        assert changed.tolist() == [True, True, False]

    def test_they_are_unit_vectors_in_the_order_of_the_classes(self) -> None:
        model = built()
        found = model.class_vectors()
        torch.testing.assert_close(found.norm(dim=1), torch.ones(3))
        assert found.shape == (3, DIM)
        assert model.nodes is not None
        assert model.layers is not None
        two: Any = model.layers
        hidden = two[1](two[0](model.nodes, model.listens), model.listens)
        torch.testing.assert_close(found, normalize(hidden[:3], dim=1))

    def test_the_same_classes_keep_what_was_learnt_and_others_do_not(self) -> None:
        for graph in ("as it is", "shuffled", "none"):
            model = built(graph=graph)
            before = {name: value.clone() for name, value in model.state_dict().items()}
            model.setup(Classes(SEEN, graph=GRAPH))
            assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
            model.setup(Classes((*SEEN, "plane"), graph=GRAPH))
            assert model.class_vectors().shape == (4, DIM)

    @pytest.mark.parametrize("graph", ["as it is", "shuffled"])
    def test_without_a_graph_there_are_none(self, graph: str) -> None:
        with pytest.raises(ValueError, match="ZSLKG makes class vectors from a graph, and there is none"):
            ZSLKG(tiny(), graph=graph).setup(Classes(SEEN, vectors=torch.eye(3)))


class TestLoss:
    def test_it_is_what_the_formula_says(self) -> None:
        """Picture by picture, with a map that is not the identity any more."""
        model = built(temperature=0.1)
        with torch.no_grad():
            model.map.weight += 0.05 * torch.randn(DIM, DIM, generator=torch.Generator().manual_seed(0))
        x, labels = numbers(0), [0, 1, 2, 2, 0]
        kinds = torch.tensor([SKETCH, PHOTO, PHOTO, SKETCH, PHOTO])
        a = model.map.weight.detach()
        expected = 0.0
        for row, label in zip(x, labels, strict=True):
            told = a @ row
            told = told / told.norm()
            scores = [float(told @ w) / 0.1 for w in model.class_vectors().detach()]
            expected += (math.log(sum(map(math.exp, scores))) - scores[label]) / 5
        found = model.losses(Captioned(x, kinds, torch.tensor(labels), [""] * 5))
        assert set(found) == {"classes"}
        assert found["classes"].item() == pytest.approx(expected, rel=1e-4)
        assert model.total(found).item() == pytest.approx(expected, rel=1e-4)

    @pytest.mark.parametrize("kind", [SKETCH, PHOTO])
    def test_a_batch_of_one_modality_is_a_batch(self, kind: int) -> None:
        model = built()
        kinds, labels = torch.full((5,), kind), torch.tensor([0, 1, 2, 0, 1])
        mixed = torch.tensor([SKETCH, PHOTO, PHOTO, SKETCH, PHOTO])
        one, other = (model.losses(Captioned(numbers(0), each, labels, [""] * 5)) for each in (kinds, mixed))
        torch.testing.assert_close(one["classes"], other["classes"])  # one network looks at both

    def test_map_and_layers_learn_from_it(self) -> None:
        model = built()
        labels = torch.tensor([0, 1, 2, 0, 1])
        batch = Captioned(numbers(0), torch.tensor([0, 1, 0, 1, 0]), labels, [""] * 5)
        model.total(model.losses(batch)).backward()  # type: ignore[no-untyped-call]
        reached = {name.split(".")[0] for name, each in model.named_parameters() if each.grad is not None}
        assert {"map", "layers"} <= reached <= {"map", "layers", "nodes"}


@pytest.mark.parametrize("graph", ["as it is", "shuffled", "none"])
def test_it_begins_as_the_frozen_network(graph: str) -> None:
    model = built(graph=graph)
    for modality in MODALITIES:
        torch.testing.assert_close(model.embed(numbers(3), modality), FrozenCNN(tiny()).embed(numbers(3), modality))
    assert not torch.isclose(model.class_vectors(), torch.zeros(())).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"graph": "upside down"}, "the graph is taken as it is, shuffled, none; got 'upside down'"),
        ({"temperature": 0.0}, "temperature is above 0 and neighbours 1 or more; got 0.0, 16"),
        ({"neighbours": 0}, "temperature is above 0 and neighbours 1 or more; got 0.1, 0"),
    ],
)
def test_wrong_settings_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ZSLKG(tiny(), **options)
