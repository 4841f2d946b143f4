from __future__ import annotations

from collections import Counter

import pytest

from sbirlib.data.roles import TEST, TRAIN, VALIDATION, deal


def many(per_class: int, sketches: int = 3) -> tuple[list[str], list[str]]:
    names = [name for name in ("cat", "cow", "bat") for _ in range(per_class * sketches)]
    units = [f"{name}/{k // sketches}" for name in ("cat", "cow", "bat") for k in range(per_class * sketches)]
    return names, units


def test_sketches_of_one_photo_never_part() -> None:
    names, units = many(20)
    roles = deal(names, units, unseen={"bat"})
    for unit in set(units):
        assert len({role for role, own in zip(roles.tolist(), units, strict=True) if own == unit}) == 1


def test_shares_are_kept_class_by_class() -> None:
    names, units = many(20, sketches=1)
    roles = deal(names, units, unseen={"bat"}, validation=0.1, test=0.2)
    cats = Counter(roles[:20].tolist())
    assert cats == {TRAIN: 14, VALIDATION: 2, TEST: 4}
    assert set(roles[40:].tolist()) == {TEST}


def test_classes_that_settings_are_chosen_on_give_three_times_as_many() -> None:
    names, units = many(20, sketches=1)
    roles = deal(names, units, unseen={"bat"}, validating={"cow"}, validation=0.1, test=0.2)
    assert Counter(roles[20:40].tolist()) == {TRAIN: 10, VALIDATION: 6, TEST: 4}
    plain = deal(names, units, unseen={"bat"}, validation=0.1, test=0.2)
    assert (plain == TEST).tolist() == (roles == TEST).tolist()  # who is tested does not hang on it


def test_a_small_class_still_has_one_of_each() -> None:
    assert Counter(deal(["cat"] * 3, ["a", "b", "c"], set()).tolist()) == {TRAIN: 1, VALIDATION: 1, TEST: 1}
    assert deal(["cat"], ["a"], set()).tolist() == [TRAIN]


def test_the_order_of_the_files_does_not_matter_and_the_seed_does() -> None:
    names, units = many(12, sketches=1)
    roles = dict(zip(units, deal(names, units, unseen=set()).tolist(), strict=True))
    again = dict(zip(units[::-1], deal(names[::-1], units[::-1], unseen=set()).tolist(), strict=True))
    other = dict(zip(units, deal(names, units, unseen=set(), seed=1).tolist(), strict=True))
    assert roles == again
    assert roles != other


def test_more_items_of_another_class_change_nothing() -> None:
    names, units = many(12, sketches=1)
    alone = deal(names[:12], units[:12], unseen=set())
    assert deal(names, units, unseen=set())[:12].tolist() == alone.tolist()


def test_every_item_has_a_class_and_a_unit() -> None:
    with pytest.raises(ValueError, match="zip"):
        deal(["cat"], ["a", "b"], set())
