from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from sbirlib.data.benchmark import Part, listing
from sbirlib.data.graph import Graph, graph_of
from sbirlib.data.roles import TEST, TRAIN
from sbirlib.protocols import Protocol, choose
from sbirlib.training.fitting import known_classes
from tests.data.small import CLASSES, UNSEEN, bench, images


def instances(part: Part) -> set[int]:
    found = set()
    for one in (part.sketches, part.photos):
        assert one.items.instances is not None
        found |= set(one.items.instances.tolist())
    return found


def test_no_instance_is_in_two_parts() -> None:
    b = bench()
    parts = [b.train, b.validation, b.tuning.seen, b.seen, b.unseen]
    for i, one in enumerate(parts):
        for other in parts[:i]:
            assert not instances(one) & instances(other)
    # a fifth is for test, a tenth for validation, and of the validation class three tenths
    assert len(b.train.photos) == 3 * 7 + 5
    assert len(b.validation.photos) == 3
    assert len(b.seen.photos) == 4 * 2
    assert len(b.seen.sketches) == 4 * 2 * 2


def test_training_holds_no_unseen_class_and_nothing_that_is_tested_on() -> None:
    b = bench()
    for one in (b.train.sketches, b.train.photos):
        assert not set(one.names) & set(UNSEEN)
        assert set(one.roles.tolist()) == {TRAIN}
        assert one.items.trained is not None
        assert one.items.trained.all()
        assert one.items.seen.all()
    assert set(b.unseen.sketches.names) == set(UNSEEN)
    assert not b.unseen.photos.items.seen.any()


def test_tuning_knows_neither_unseen_classes_nor_test_instances() -> None:
    b = bench()
    tuning = b.tuning
    assert tuning.unseen_classes == ("cow",)
    assert set(tuning.seen_classes) == {"cat", "dog", "pig"}
    whole = {*instances(tuning.train), *instances(tuning.seen), *instances(tuning.unseen)}
    assert not whole & instances(b.seen)
    assert not whole & instances(b.unseen)
    assert not {*tuning.sketches.names, *tuning.photos.names} & set(UNSEEN)
    # nothing is both trained on and tested on within it
    assert not instances(tuning.train) & (instances(tuning.seen) | instances(tuning.unseen))
    assert instances(tuning.train) <= instances(b.train)
    assert set(tuning.unseen.photos.roles.tolist()) == {TEST}
    assert b.validation.classes == tuning.unseen.classes
    assert tuning.classes == b.classes  # labels keep their meaning
    assert tuning.id != b.id


def test_without_validation_classes_there_is_no_tuning() -> None:
    with pytest.raises(ValueError, match="without validation classes"):
        bench(validation=()).tuning  # noqa: B018


def test_protocols_choose_from_it() -> None:
    b = bench()
    zero = choose(Protocol("zero-shot", b.split), b.sketches.items, b.photos.items)
    assert torch.equal(zero.groups[0][1], torch.isin(b.photos.labels, torch.tensor([0, 4])).nonzero()[:, 0])
    seen = choose(Protocol("seen", b.split), b.sketches.items, b.photos.items)
    assert [b.sketches.keys[row] for row in seen.queries.tolist()] == list(b.seen.sketches.keys)
    general = choose(Protocol("gzs/seen+unseen", b.split), b.sketches.items, b.photos.items)
    searched = {b.photos.keys[row] for row in general.groups[0][1].tolist()}
    assert searched == {*b.seen.photos.keys, *b.unseen.photos.keys}
    fine = choose(Protocol("fg/all-unseen", b.split, metric="fine-grained"), b.sketches.items, b.photos.items)
    assert len(fine.queries) == len(b.unseen.sketches)


def test_what_contradicts_itself_is_refused() -> None:
    b = bench()
    with pytest.raises(ValueError, match="seen or unseen, never both: owl"):
        replace(b, seen_classes=(*b.seen_classes, "owl"))
    with pytest.raises(ValueError, match="carved out of the seen ones; not among them: bat"):
        replace(b, validation_classes=("bat",))
    with pytest.raises(ValueError, match="classes that the data do not have: yak"):
        replace(b, unseen_classes=("yak",))
    with pytest.raises(ValueError, match="number their classes differently"):
        replace(b, photos=replace(b.photos, classes=CLASSES[::-1]))
    roles = b.photos.roles.copy()
    roles[10] = (roles[10] + 1) % 3  # its sketches play another part
    with pytest.raises(ValueError, match="never both: instance 100"):
        replace(b, photos=replace(b.photos, roles=roles))


def test_the_gallery_is_searched_and_learning_takes_each_photo_once() -> None:
    b = bench()
    photos = b.photos
    sources = ["paired" if row % 2 else "extend" for row in range(len(photos))]
    doubled = replace(photos, items=replace(photos.items, sources=sources))
    b = replace(b, photos=doubled, gallery="extend")
    assert len(b.unseen.photos) == 10
    assert set(b.unseen.photos.items.sources or ()) == {"extend"}
    assert len(b.train.photos) == 26


def test_its_id_notices_whatever_changes_what_is_learnt_or_tested() -> None:
    b = bench()
    roles = b.photos.roles.copy()
    roles[0] = TRAIN if roles[0] == TEST else TEST
    unpaired = replace(b.sketches, items=replace(b.sketches.items, instances=None))
    others = [
        replace(b, split="toy/other"),
        replace(b, gallery="paired"),
        replace(b, sketches=unpaired, photos=replace(b.photos, roles=roles)),
        replace(b, sketches=unpaired),
        replace(b, photos=b.photos.take(list(range(59, -1, -1)))),
    ]
    assert len({b.id, *(other.id for other in others)}) == len(others) + 1


def test_parts_are_asked_for_by_names_in_a_list() -> None:
    for wrong in (["yak"], "cow"):
        with pytest.raises(ValueError, match="classes by their names were expected, in a list"):
            bench().part(wrong, [TRAIN])


def test_a_benchmark_of_one_modality_is_one() -> None:
    b = bench()
    only = replace(b, sketches=b.sketches.take([]))
    assert len(only.train.sketches) == 0
    assert len(only.train.photos) == 26


def test_its_id_follows_what_is_in_it() -> None:
    assert bench().id == bench().id
    assert bench().id != replace(bench(), photos=images("photo", per_class=10).take(slice(0, 59))).id


def test_it_says_what_it_is() -> None:
    assert "toy/small (gallery full)" in repr(bench())
    assert "1 of the seen classes are for validation" in repr(bench())
    assert listing("abcdefg") == "a, b, c, d, e and 2 more"


def test_keeping_keeps_both() -> None:
    b = bench().keep(4)
    assert b.photos.pictures.kept(4) is not None
    assert b.sketches.pictures.kept(4) is not None
    assert b.size == 8


KNOWN = tuple((name, "is-a", "animal") for name in ("cat", "cow", "dog", "pig"))


def test_it_takes_what_is_known_of_its_classes() -> None:
    b = bench()
    knowing = b.knowing(Graph((*KNOWN, ("cow", "has-part", "udder"), ("owl", "is-a", "bird"))))
    assert knowing.graph == graph_of([*KNOWN, ("cow", "has-part", "udder"), ("owl", "is-a", "bird")])
    assert b.graph is None
    assert knowing.id == b.id
    assert knowing.tuning.graph == knowing.graph
    told = known_classes(knowing)
    assert told.names == ("cat", "cow", "dog", "pig")
    assert told.graph is not None
    assert "owl" not in told.graph.nodes  # nothing of an unseen class reaches a model
    assert told.vectors is not None
    assert told.vectors[1].any()


def test_seen_classes_that_a_graph_does_not_have_are_named_or_things() -> None:
    b, graph = bench(), Graph((*KNOWN[:2], ("owl", "is-a", "bird")))
    with pytest.raises(ValueError, match="the graph does not know dog, pig; skip=True takes them as things"):
        b.knowing(graph)
    knowing = b.knowing(graph, skip=True)  # bat, which is not seen, is not asked for
    assert knowing.graph == graph_of(
        [*graph.triples, ("dog", "is-a", "dog, whatever it is"), ("pig", "is-a", "pig, whatever it is")]
    )
    assert b.knowing(Graph(KNOWN), skip=True).graph == Graph(KNOWN)


def test_a_seen_class_may_be_a_kind_of_an_unseen_one() -> None:
    """As in TU-Berlin: a bulldozer is a tractor, a pickup truck a truck."""
    knowing = bench().knowing(Graph((*KNOWN[:3], ("pig", "is-a", "owl"))))
    told = known_classes(knowing)
    assert told.graph is not None
    assert "owl" not in told.graph.nodes
