"""Vehicles, boats, buildings and furniture: their settings promise parts, and memory keeps them."""

import math
from collections import Counter
from random import Random

import pytest

from sbirlib.data.world.figure import Figure, Memory
from sbirlib.data.world.kinds import Kind, kinds

THEMES = {
    "road",
    "engine",
    "cycle",
    "aircraft",
    "balloon",
    "boat",
    "house",
    "castle",
    "tower",
    "shelter",
    "seat",
    "table",
}
THEMES |= {"cupboard", "lamp"}
KINDS = [kind for kind in kinds().values() if kind.family in THEMES]

# what every one of a class has, and what none has; what tells the classes of one family apart is among it
PARTS: dict[str, tuple[str, str]] = {
    "car": ("wheel body cabin window door", "load chimney stripe"),
    "bus": ("wheel body window door windscreen", "cabin load"),
    "truck": ("wheel chassis cab window", "cabin body"),
    "van": ("wheel body window door", "load cab cabin"),
    "train": ("wheel boiler chimney cab dome track", "bonnet grille"),
    "tractor": ("wheel bonnet grille mudguard", "boiler dome track chimney"),
    "bicycle": ("wheel frame saddle handlebar pedal spoke", "motor tank seat"),
    "motorbike": ("wheel frame motor tank seat handlebar", "pedal saddle"),
    "airplane": ("body wing tail cockpit", "rotor flame"),
    "helicopter": ("body rotor tail window", "wing propeller"),
    "rocket": ("body nose fin window", "wing rotor"),
    "submarine": ("body tower periscope propeller window", "wing nose"),
    "hot-air balloon": ("balloon basket rope stripe", "wing"),
    "sailboat": ("hull mast sail", "funnel paddle"),
    "ship": ("hull funnel deck window mast", "sail paddle"),
    "canoe": ("hull paddle blade seat", "sail funnel mast"),
    "house": ("wall roof door window", "tower cross"),
    "church": ("wall roof door window tower cross", "chimney"),
    "barn": ("wall roof door board", "tower chimney cross"),
    "castle": ("wall tower door window", "chimney blade"),
    "windmill": ("tower roof door blade", "lantern"),
    "lighthouse": ("tower lantern gallery door", "blade"),
    "skyscraper": ("tower window door", "roof blade lantern"),
    "pagoda": ("wall roof door spire", "tower blade"),
    "tent": ("tent", "dome tunnel"),
    "igloo": ("dome tunnel door course", "tent flap"),
    "chair": ("seat leg", "cushion's edge pillow base"),
    "stool": ("seat leg", "back post arm"),
    "bench": ("seat leg rail post", "back pillow"),
    "sofa": ("cushion arm back leg", "seat rung"),
    "table": ("top leg", "mattress pillow"),
    "bed": ("mattress pillow blanket leg", "top drawer"),
    "wardrobe": ("body door knob leg", "top seat"),
    "lamp": ("lampshade foot bulb", "leg"),
}


def built(kind: Kind, seed: int, memory: Memory | None = None) -> Figure:
    return kind.figure(Figure(Random(seed), memory))


def by_name(kind: Kind) -> str:
    return kind.name


def test_every_class_is_described_here() -> None:
    assert {kind.name for kind in KINDS} == set(PARTS)


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_what_the_settings_promise_is_there_and_nothing_else(kind: Kind) -> None:
    always, never = (set(names.split()) for names in PARTS[kind.name])
    for seed in range(30):
        names = {part.name for part in built(kind, seed).parts}
        assert always <= names, always - names
        assert not never & names, never & names


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_memory_keeps_the_parts_and_what_is_said_of_them(kind: Kind) -> None:
    for seed in range(30):
        thing, recalled = built(kind, seed), built(kind, seed, Memory(Random(seed + 1), 0.6, 0.13, 0.75))
        assert [part.name for part in thing.parts] == [part.name for part in recalled.parts]
        assert [part.slot for part in thing.parts] == [part.slot for part in recalled.parts]
        assert thing.traits == recalled.traits
        assert thing.genes.random() == recalled.genes.random()  # as many genes were drawn


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_parts_are_finite_few_and_of_sane_extent(kind: Kind) -> None:
    for seed in range(30):
        for memory in (None, Memory(Random(seed), 0.6, 0.13, 0.75)):
            figure = built(kind, seed, memory)
            points = [point for part in figure.parts for point in part.points]
            assert all(math.isfinite(x) and math.isfinite(y) for x, y in points)
            xs, ys = zip(*points, strict=True)
            width, height = max(xs) - min(xs), max(ys) - min(ys)
            assert 0.5 < max(width, height) < 5
            assert min(width, height) > 0.25
            assert len(figure.parts) <= 45


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_something_has_the_main_colour(kind: Kind) -> None:
    assert all("main" in {part.slot for part in built(kind, seed).parts} for seed in range(30))


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_what_a_caption_says_varies(kind: Kind) -> None:
    said = Counter(built(kind, seed).traits.get("has", "") for seed in range(60))
    assert len(said) > 1
    assert all(text.count(" and ") <= 1 for text in said)


def count(name: str, part: str, seed: int) -> int:
    return sum(one.name == part for one in built(kinds()[name], seed).parts)


def test_what_is_counted_in_words_is_there_that_often() -> None:
    words = ("no", "one", "two", "three", "four", "five", "six")
    for name, part in (("ship", "funnel"), ("lighthouse", "band"), ("rocket", "window"), ("hot-air balloon", "stripe")):
        for seed in range(20):
            said = built(kinds()[name], seed).traits["has"]
            assert words[count(name, part, seed)] in said.split(), (name, said)
    for seed in range(20):
        assert count("pagoda", "roof", seed) == words.index(built(kinds()["pagoda"], seed).traits["has"].split()[0])
        assert count("wardrobe", "door", seed) == words.index(built(kinds()["wardrobe"], seed).traits["has"].split()[0])
