from __future__ import annotations

from pathlib import Path

import pytest

from sbirlib.data.layouts.divide import drawn, listed, own
from sbirlib.data.layouts.quickdraw import LAYOUT as QUICKDRAW
from sbirlib.data.layouts.sketchy import LAYOUT as SKETCHY

NAMES = ["ant", "bee", "cow", "dog", "eel", "fly", "gnu", "hen"]
NOWHERE = Path("nowhere.csv")


@pytest.mark.parametrize("name", ["sketchy/split1-sake", "split1-sake"])
def test_a_listed_split_goes_by_its_whole_name_and_by_its_own(name: str) -> None:
    one = listed(SKETCHY, name, None)
    assert one.name == "sketchy/split1-sake"
    assert (len(one.seen), len(one.unseen), len(one.validation)) == (100, 25, 10)
    assert set(one.validation) <= set(one.seen)


def test_a_collection_has_a_default_and_refuses_the_splits_of_another() -> None:
    assert listed(SKETCHY, None, None).name == "sketchy/split2"
    with pytest.raises(ValueError, match=r"sketchy/split2 is a split of another collection; .* are quickdraw/dey"):
        listed(QUICKDRAW, "sketchy/split2", None)
    with pytest.raises(ValueError, match="split 1 is two different class lists"):
        listed(SKETCHY, "split1", None)


def test_thirds_takes_every_third_name() -> None:
    one = own(NAMES[::-1], None, 0, NOWHERE)
    assert (one.name, one.unseen) == ("folder/thirds", ("cow", "fly"))
    assert one.seen == ("ant", "bee", "dog", "eel", "gnu", "hen")


def test_random_splits_hang_on_their_seed_and_not_on_the_order() -> None:
    ones = {seed: own(NAMES, f"random-{seed}", None, NOWHERE) for seed in range(4)}
    assert own(NAMES[::-1], "folder/random-2", None, NOWHERE) == ones[2]
    assert len({one.unseen for one in ones.values()}) > 1
    assert {len(one.unseen) for one in ones.values()} == {2}


@pytest.mark.parametrize("name", ["random", "random-x", "halves", "split2"])
def test_an_unknown_rule_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"splits\.csv, thirds, random-<seed> or all"):
        own(NAMES, name, None, NOWHERE)


def test_validation_classes_are_a_tenth_of_the_seen_ones_or_as_many_as_asked_for() -> None:
    seen = [f"class {number}" for number in range(40)]
    assert len(drawn(seen, None)) == 4
    assert drawn(seen, 3) == drawn(seen[::-1], 3)
    assert len(drawn(["one", "two"], None)) == 1
    assert drawn(["one"], None) == drawn(seen, 0) == ()
    with pytest.raises(ValueError, match="a number of the 2 seen classes that leaves one; got 2"):
        drawn(["one", "two"], 2)


def table(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(("class,group", *lines)) + "\n")
    return file


def test_a_table_gives_the_groups(tmp_path: Path) -> None:
    file = table(tmp_path / "splits.csv", "ant,seen", "bee,validation", '"cow, brown",unseen')
    one = own(["ant", "bee", "cow, brown"], None, None, file)
    assert (one.name, one.seen, one.validation) == ("folder/splits.csv", ("ant", "bee"), ("bee",))
    assert one.unseen == ("cow, brown",)
    assert own(["ant", "bee", "cow, brown"], "thirds", None, file).name == "folder/thirds"
    assert own(["ant", "bee", "cow, brown"], "splits.csv", 0, file).validation == ()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("ant,seen", "bee,seen", "ant,unseen"), r"line 4: ant is unseen here and seen above; a class is in one group"),
        (("ant,seen", "bee,test"), r"line 3: a group is one of seen, validation, unseen; got 'test'"),
        (("ant,seen",), r"gives every class a group; not in it: bee"),
    ],
)
def test_a_wrong_table_is_refused_with_the_line(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        own(["ant", "bee"], None, None, table(tmp_path / "splits.csv", *lines))


def test_a_table_without_its_columns_or_without_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "splits.csv").write_text("name,part\nant,seen\n")
    with pytest.raises(ValueError, match="has the columns class, group; class, group is not among name, part"):
        own(["ant"], None, None, tmp_path / "splits.csv")
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        own(["ant"], "splits.csv", None, tmp_path / "nowhere.csv")


def test_all_makes_every_class_a_seen_one() -> None:
    division = own(NAMES, "all", None, NOWHERE)
    assert (set(division.seen), division.unseen, division.validation) == (set(NAMES), (), ())


def test_a_table_saved_by_a_spreadsheet_and_spelled_loosely_is_read(tmp_path: Path) -> None:
    file = tmp_path / "splits.csv"
    file.write_bytes("class,group\r\nHot Air-Balloon, Unseen\r\nant,seen\r\n".encode("utf-8-sig"))
    division = own(["ant", "hot_air_balloon"], None, 0, file)
    assert (division.seen, division.unseen) == (("ant",), ("hot_air_balloon",))
