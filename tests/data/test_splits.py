from __future__ import annotations

from dataclasses import replace

import pytest

import sbirlib as sb
from sbirlib.data import splits

SIZES = {
    "sketchy/split1-sake": (100, 25),
    "sketchy/split1-sempcyc": (100, 25),
    "sketchy/split2": (104, 21),
    "tuberlin/sake": (220, 30),
    "tuberlin/sempcyc": (220, 30),
    "quickdraw/dey": (80, 30),
}


@pytest.mark.parametrize("name", SIZES)
def test_seen_and_unseen_are_disjoint_and_whole(name: str) -> None:
    one = sb.data.split(name)
    assert (len(one.seen), len(one.unseen)) == SIZES[name]
    assert len(set(one.seen) | set(one.unseen)) == sum(SIZES[name])
    assert not set(one.seen) & set(one.unseen)
    assert one.dataset == name.split("/")[0]
    assert one.source


@pytest.mark.parametrize("dataset", ["sketchy", "tuberlin"])
def test_all_splits_of_a_data_set_divide_the_same_classes(dataset: str) -> None:
    wholes = [set(one.seen) | set(one.unseen) for one in map(sb.data.split, SIZES) if one.dataset == dataset]
    assert all(whole == wholes[0] for whole in wholes)


def test_the_two_split_1s_and_the_two_tuberlins_hardly_overlap() -> None:
    """Counted in the class lists of the released code bases."""
    unseen = {name: set(sb.data.split(name).unseen) for name in SIZES}
    assert unseen["sketchy/split1-sake"] & unseen["sketchy/split1-sempcyc"] == {
        "bell",
        "squirrel",
        "tank",
        "wheelchair",
    }
    assert unseen["tuberlin/sake"] & unseen["tuberlin/sempcyc"] == {"rollerblades"}
    assert unseen["sketchy/split1-sake"] & unseen["sketchy/split2"] == {"scissors", "tree", "wheelchair", "windmill"}


def test_sempcyc_validates_on_classes_it_tests_on() -> None:
    one = sb.data.split("sketchy/split1-sempcyc")
    assert len(one.released_validation) == 12
    assert set(one.released_validation) <= set(one.unseen)
    assert sb.data.split("sketchy/split1-sake").released_validation == ()


def test_sketchys_counts_are_those_of_the_released_lists() -> None:
    classes = sb.data.sketchy_classes()
    assert len(classes) == 125
    assert set(classes) == set(sb.data.split("sketchy/split2").seen + sb.data.split("sketchy/split2").unseen)
    unseen = [classes[c] for c in sb.data.split("sketchy/split2").unseen]
    assert sum(c["sketches"] for c in unseen) == 12_694
    assert sum(c["extend_photos"] for c in unseen) == 10_453
    assert sum(c["extend_photos"] for c in classes.values()) == 73_002


def test_split_1_alone_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match=r"got 'sketchy/split1'; split 1 is two different class lists"):
        sb.data.split("sketchy/split1")


def test_a_list_that_was_edited_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = splits.SPLITS["sketchy/split2"] | {"sha256": "0" * 64}
    monkeypatch.setitem(splits.SPLITS, "sketchy/split2", row)
    with pytest.raises(ValueError, match=r"sketchy-split2\.tsv is not the list that sketchy/split2 was recorded with"):
        sb.data.split("sketchy/split2")


def test_a_split_cannot_be_changed() -> None:
    one = sb.data.split("sketchy/split2")
    with pytest.raises(AttributeError):
        one.name = "mine"  # type: ignore[misc]
    assert replace(one, name="mine").unseen == one.unseen
