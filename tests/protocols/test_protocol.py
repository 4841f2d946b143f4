from __future__ import annotations

import itertools

import pytest

from sbirlib.protocols import GALLERIES, METRICS, TASKS, Protocol


def test_an_id_holds_all_four_names_and_differs_where_one_does() -> None:
    splits = ("sketchy/split1-sake", "sketchy/split1-sempcyc", "sketchy/split2", "tuberlin/sake", "world/mixed")
    categorical = [task for task in TASKS if not task.startswith("fg/")]
    metrics = [metric for metric in METRICS if metric != "fine-grained"]
    ids = {Protocol(*names).id for names in itertools.product(categorical, splits, GALLERIES, metrics)}
    assert len(ids) == len(categorical) * len(splits) * len(GALLERIES) * len(metrics)


def test_differences_are_told_in_words() -> None:
    one = Protocol("zero-shot", "sketchy/split2", "extend")
    assert one.differs(one) == ""
    assert one.differs(Protocol("zero-shot", "sketchy/split2", "extend+paired", "sake")) == (
        "gallery extend against extend+paired, metric sbirlib against sake"
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("zeroshot", "sketchy/split2"), r"task is one of zero-shot, seen, .*got 'zeroshot'"),
        (
            ("zero-shot", "sketchy/split1"),
            r"split is one of sketchy/split1-sake, sketchy/split1-sempcyc, .*'sketchy/split1'",
        ),
        (("zero-shot", "Sketchy/split2"), r"split is one of .*world/\.\.\..*got 'Sketchy/split2'"),
        (("zero-shot", "sketchy"), r"split is one of sketchy/split1-sake.*got 'sketchy'"),
        (("zero-shot", "sketchy/split2", "extended"), r"gallery is one of full, extend, .*got 'extended'"),
        (("zero-shot", "sketchy/split2", "extend", "map200"), r"metric is one of sbirlib, .*got 'map200'"),
        (("fg/all-unseen", "sketchy/split2", "extend", "fine-grained"), r"searches the paired photos.*got 'extend'"),
        (("fg/all-unseen", "sketchy/split2", "paired"), r"is scored by fine-grained; got metric 'sbirlib'"),
        (
            ("zero-shot", "sketchy/split2", "extend", "fine-grained"),
            r"scored by one for classes.*got metric 'fine-grained'",
        ),
    ],
)
def test_what_does_not_belong_together_is_refused(names: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Protocol(*names)
