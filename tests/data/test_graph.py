from __future__ import annotations

import pytest
import torch

from sbirlib.data.graph import Graph, distances, graph_of

TREE = (
    ("cow", "is-a", "mammal"),
    ("cat", "is-a", "mammal"),
    ("owl", "is-a", "bird"),
    ("mammal", "is-a", "animal"),
    ("bird", "is-a", "animal"),
    ("owl", "has-part", "wing"),
    ("plane", "has-part", "wing"),
    ("plane", "used-for", "travel"),
)


def test_similarity_counts_the_links_between() -> None:
    found = Graph(TREE).similarity(["cow", "cat", "owl"], ["is-a"])
    expected = torch.tensor([[1, 1 / 3, 1 / 5], [1 / 3, 1, 1 / 5], [1 / 5, 1 / 5, 1]])
    torch.testing.assert_close(found, expected)


def test_more_relations_bring_nearer_what_shares_parts() -> None:
    graph = Graph(TREE)
    with_all = graph.similarity(["owl", "plane"])
    assert with_all[0, 1] == pytest.approx(1 / 3)
    connected = Graph((*TREE, ("plane", "is-a", "vehicle")))
    assert connected.similarity(["owl", "plane"], ["is-a"])[0, 1] == 0  # no way between them


def test_nodes_neighbours_and_parts() -> None:
    graph = Graph(TREE)
    assert graph.of("owl", "has-part") == ("wing",)
    assert graph.neighbours()["wing"] == {"owl", "plane"}
    assert graph.nodes == tuple(sorted({"cow", "cat", "owl", "mammal", "bird", "animal", "wing", "plane", "travel"}))
    assert distances(graph.neighbours(), "cow")["bird"] == 3


def test_adjacency_is_symmetric_and_follows_the_relations() -> None:
    graph = Graph(TREE)
    both = graph.adjacency()
    assert torch.equal(both, both.T)
    assert int(both.sum()) == 2 * len(TREE)
    assert int(graph.adjacency(["has-part"]).sum()) == 4
    assert both.diagonal().sum() == 0


def test_triples_are_a_set() -> None:
    assert graph_of([*TREE, *TREE]) == graph_of(TREE)


def test_what_it_does_not_know_is_named() -> None:
    with pytest.raises(ValueError, match="does not know yak"):
        Graph(TREE).similarity(["yak"])
    with pytest.raises(ValueError, match="does not know yak"):
        Graph(TREE).overlap(["cow", "yak"])
    ring = Graph((("a", "is-a", "b"), ("b", "is-a", "a")))
    assert ring.known("a") == {("is-a", "a"), ("is-a", "b")}  # a circle has an end
    with pytest.raises(ValueError, match="one of is-a, has-part, used-for; got eats"):
        Graph((("cow", "eats", "grass"),))


def test_overlap_counts_what_few_have() -> None:
    graph = Graph(
        (
            *((name, "has-part", "body") for name in ("cow", "cat", "owl", "bee")),
            *((name, "has-part", "wing") for name in ("owl", "bee")),
            ("cow", "is-a", "mammal"),
            ("cat", "is-a", "mammal"),
            ("mammal", "is-a", "animal"),
        )
    )
    assert graph.known("cow") == {("has-part", "body"), ("is-a", "mammal"), ("is-a", "animal")}
    found = graph.overlap(["cow", "cat", "owl", "bee"])
    # what all four have counts nothing: each pair shares all that is left, and the pairs nothing
    expected = torch.tensor([[1.0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    torch.testing.assert_close(found, expected)
    assert torch.equal(graph.overlap(["cow", "owl"], ["is-a"]), torch.eye(2))


def test_what_must_not_be_known_is_gone_with_all_that_is_said_of_it() -> None:
    graph = Graph(
        (("cow", "is-a", "animal"), ("cat", "is-a", "animal"), ("cow", "used-for", "milk"), ("toy", "is-a", "cow"))
    )
    less = graph.without({"cow"})
    assert less.triples == (("cat", "is-a", "animal"), ("toy", "is-a", "animal"))  # what it is remains
    assert "milk" not in less.nodes
    with pytest.raises(ValueError, match="does not know cow"):
        less.vectors(["cow"])


def test_vectors_are_of_length_one_and_their_cosine_is_the_overlap() -> None:
    graph = Graph(
        (("cow", "is-a", "animal"), ("cat", "is-a", "animal"), ("cow", "has-part", "udder"), ("bus", "is-a", "car"))
    )
    names = ["cow", "cat", "bus"]
    vectors = graph.vectors(names)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    overlap = graph.overlap(names)
    torch.testing.assert_close((vectors @ vectors.T)[0, 1], overlap[0, 1])
    assert overlap[0, 1] > overlap[0, 2] == 0


def test_kinship_counts_the_links_of_what_is_a_kind_of_what() -> None:
    """Itself and its kinds 1, brothers 1/3; owl and cow are four links apart, owl and plane share a wing alone."""
    graph = Graph((*TREE, ("calf", "is-a", "cow"), ("plane", "is-a", "vehicle")))
    found = graph.kinship(["cow", "calf", "owl", "mammal"], ["cow", "animal", "cat", "plane", "wing"], near=0.15)
    expected = torch.tensor([[1, 1, 1 / 3, 0, 0], [1, 1, 1 / 4, 0, 0], [1 / 5, 1, 1 / 5, 0, 0], [1, 1, 1, 0, 0]])
    torch.testing.assert_close(found, expected)


def test_kinship_ends_where_it_is_far() -> None:
    graph = Graph((*TREE, ("calf", "is-a", "cow")))
    torch.testing.assert_close(
        graph.kinship(["cow", "calf"], ["cat", "owl"], near=0.3), torch.tensor([[1 / 3, 0], [0, 0]])
    )
    torch.testing.assert_close(graph.kinship(["calf"], ["cat", "owl"]), torch.tensor([[1 / 4, 0]]))  # owl: 1/6
    assert graph.kinship(["cow"], ["animal"], near=0.9).item() == 1  # a kind of it, however far


def test_kinship_is_above_near_and_not_at_it() -> None:
    assert Graph(TREE).kinship(["cow"], ["owl"], near=0.2).item() == 0


def test_what_is_not_known_is_akin_to_itself_alone() -> None:
    found = Graph(TREE).kinship(["yeti", "cow", "travel"], ["cow", "yeti", "troll", "travel"])
    assert found.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]  # what plane is for is no kind of anything


def test_each_thing_of_which_nothing_is_known_is_like_no_other() -> None:
    graph = Graph(TREE)
    more = graph.with_things(["yeti", "troll", "yeti"])
    assert more == graph_of(
        [*TREE, ("yeti", "is-a", "yeti, whatever it is"), ("troll", "is-a", "troll, whatever it is")]
    )
    assert more.known("yeti") == {("is-a", "yeti, whatever it is")}
    assert more.known("cow") == graph.known("cow")
    assert more.overlap(["yeti", "cow", "troll"])[0].tolist() == [1, 0, 0]
    assert more.kinship(["yeti"], ["troll", "yeti"]).tolist() == [[0, 1]]
    assert graph.with_things([]) == graph_of(TREE)


def test_what_is_a_kind_of_what_is_gone_is_a_kind_of_what_stands_above_it() -> None:
    """Two in a row are gone, and one of them is two things."""
    triples = [("calf", "is-a", "cow"), ("cow", "is-a", "ox"), ("ox", "is-a", "animal"), ("cow", "is-a", "pet")]
    less = Graph(tuple(triples)).without({"cow", "ox"})
    assert less == graph_of([("calf", "is-a", "animal"), ("calf", "is-a", "pet")])
    assert Graph((("a", "is-a", "b"), ("b", "is-a", "a"))).without({"b"}).triples == ()  # round in a circle
