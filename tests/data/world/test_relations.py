from __future__ import annotations

from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.relations import knowledge, taxonomy


def test_everything_is_something_up_to_one_root() -> None:
    graph = knowledge()
    roots = {tail for _, how, tail in graph.triples if how == "is-a"} - {
        head for head, how, _ in graph.triples if how == "is-a"
    }
    assert roots == {"thing"}
    for name in kinds():
        assert graph.of(name, "is-a")
        assert graph.of(name, "has-part"), name


def test_the_taxonomy_names_nothing_for_nothing() -> None:
    below = {above for kind in kinds().values() for above in kind.is_a} | set(taxonomy().values())
    assert set(taxonomy()) <= below


def test_parts_are_what_the_programs_draw() -> None:
    graph = knowledge()
    assert "trunk" in graph.of("elephant", "has-part")
    assert "wheel" in graph.of("car", "has-part")
    assert "trunk" not in graph.of("cow", "has-part")
    assert "back" in graph.of("sofa", "has-part")
    assert all(graph.nodes), "a part has a name"


def test_the_taxonomy_groups_families_and_common_sense_brings_parts_together() -> None:
    graph = knowledge()
    names = ["cow", "horse", "owl", "axe"]
    tree = graph.similarity(names, ["is-a"])
    assert tree[0, 1] > tree[0, 2] > tree[0, 3] > 0
    wings = graph.similarity(["butterfly", "airplane", "cup"])
    only = graph.similarity(["butterfly", "airplane", "cup"], ["is-a"])
    assert wings[0, 1] > only[0, 1]


def test_homonyms_are_far_apart_in_the_graph() -> None:
    graph = knowledge()
    animal, tool, sparrow, axe = 0, 1, 2, 3
    near = graph.similarity(["bat (animal)", "bat (tool)", "sparrow", "axe"], ["is-a"])
    assert near[animal, sparrow] > near[animal, tool]
    assert near[tool, axe] > near[animal, tool]
