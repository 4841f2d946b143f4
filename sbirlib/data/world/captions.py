"""What is said below a picture, from the attributes of its instance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

from sbirlib.data.imageset import phrase, with_article, word
from sbirlib.data.world.instance import DIALS, Dials, Instance
from sbirlib.data.world.scenes import SCENES

WHERE = {"far", "near", "hind", "fore", "front", "back", "left", "right", "upper", "lower", "first", "second", "middle"}
# what nearly everything has: nobody mentions it
BANAL = {"body", "head", "eye", "nose", "muzzle", "nostril", "foot", "neck", "beak", "mouth", "hoof", "rim", "sole"}
LOOKING = {
    "quadruped",
    "bird",
    "swimmer",
    "road",
    "cycle",
    "engine",
    "aircraft",
    "boat",
    "shelled",
    "snake",
    "seahorse",
}
"""Families that look to one side."""
NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight")


def noun(part: str) -> str | None:
    """A part's name without where it sits; None for a part of a part. A chair's back is a part, not a place.

    >>> noun("far hind leg"), noun("back"), noun("horn's knob")
    ('leg', 'back', None)
    """
    if "'s " in part:
        return None
    return " ".join(each for each in part.split() if each not in WHERE) or part


def nouns(parts: Iterable[str]) -> Counter[str]:
    """How often each part is there."""
    return Counter(name for part in parts if (name := noun(part)) is not None)


def caption(instance: Instance, modality: str, verbose: bool, take: int = 0, dials: Dials = DIALS) -> str:
    """The short caption, "a photo of a giraffe", or a verbose one, "a spotted orange giraffe with a tail on grass".

    A verbose caption says some of what there is to say, as people do; of a sketch, nothing that it does not show.
    """
    if not verbose:
        return phrase(modality, instance.name)
    r, photo = instance.random("caption", modality, take), modality == "photo"
    has, thing, said = instance.attributes if photo else instance.looks, word(instance.name), []
    if photo and has["pattern"] != "plain" and r.random() < 0.75:
        said.append(has["pattern"])
    if photo and r.random() < 0.75:
        said.append(has["colour"])
    text = with_article(" ".join([*said, thing]))
    if r.random() < 0.65 and (mentioned := trait(instance, r) if photo else drawn_part(instance, r, take, dials)):
        text += f" with {mentioned}"
    if instance.kind.family in LOOKING and r.random() < 0.3:
        text += f" facing {instance.facing(None if photo else take, dials)}"
    if photo and r.random() < 0.65:
        text += f" {SCENES[has['scene']][0]}"
    return text if photo else f"a sketch of {text}"


def trait(instance: Instance, r: Random) -> str | None:
    """Something it has: what its program found worth saying, or one of its parts."""
    if (told := instance.attributes.get("has")) and r.random() < 0.8:
        return told
    counted = nouns(part.name for part in instance.figure.parts)
    if not (names := sorted(set(counted) - BANAL)):
        return None
    name = r.choice(names)
    number = counted[name]
    return f"{NUMBERS[number]} {plural(name)}" if 1 < number < len(NUMBERS) else with_article(name)


def drawn_part(instance: Instance, r: Random, take: int, dials: Dials) -> str | None:
    """A part that the sketch has a stroke of."""
    drawn = nouns(set(instance.strokes(take, dials).parts) - {"pattern"})
    if not (names := sorted(set(drawn) - BANAL)):
        return None
    name = r.choice(names)
    many = nouns(part.name for part in instance.figure.parts)[name] > 1
    return plural(name) if many else with_article(name)


def plural(name: str) -> str:
    """More than one of it.

    >>> plural("leaf"), plural("wheel"), plural("branch"), plural("foot")
    ('leaves', 'wheels', 'branches', 'feet')
    """
    if name in IRREGULAR:
        return IRREGULAR[name]
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2] not in "aeiou" else f"{name}s"


IRREGULAR = {
    "leaf": "leaves",
    "foot": "feet",
    "tooth": "teeth",
    "knife": "knives",
    "shelf": "shelves",
    "antenna": "antennae",
}
