from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import sbirlib as sb
from sbirlib import published
from sbirlib.published import Pair, Published

NUMBERS = published.load()
ROW = {
    "key": "a2020", "method": "A", "year": "2020", "backbone": "VGG16", "task": "zero-shot", "dataset": "sketchy",
    "split": "sketchy/split2", "gallery": "extend", "condition": "", "printed": "mAP@200", "metric": "apk/min_rk@200",
    "value": "0.5", "source": "paper", "confidence": "confirmed", "note": "",
}  # fmt: skip


def number(**changed: Any) -> Published:
    return published.parse(ROW | changed)


def value(method: str, printed: str, split: str, condition: str = "", source: str = "") -> set[float]:
    found = published.select(NUMBERS, method=method, printed=printed, split=split, condition=condition)
    return {n.value for n in found if source in n.source}


def test_numbers_are_those_that_were_printed() -> None:
    """A sample over all sources, read against them by hand."""
    assert value("SAKE", "mAP@all", "sketchy/split1-sake", "real-valued 512-d") == {0.547}
    assert value("MA-SBIR", "mAP@200", "sketchy/split2") >= {0.691}
    assert value("MA-SBIR", "mAP@all", "tuberlin/sempcyc") >= {0.705}
    assert value("Doodle2Search", "mAP@200", "sketchy/split2", source="SpLIP") == {0.461}
    assert value("Doodle2Search", "mAP@200", "sketchy/split2", source="Sketch_LVM") == {0.369}
    assert value("ZSE-SBIR (Ret)", "mAP@all", "sketchy/split1-sake") == {0.736}
    assert value("CrossX-DFL", "mAP@all", "sketchy/unknown") == {0.827}
    assert value("CrossX-DFL: Averaging Weights", "Prec@200", "tuberlin/unknown") == {0.473}
    assert value("CrossX-DFL", "mAP@all", "tuberlin/unknown", "overlap=80%") == {0.59}
    assert value("CrossX-DFL", "mAP@all", "sketchy/unknown", "epoch=300") == {0.45}
    report = published.select(NUMBERS, confidence="reported")
    assert {n.value for n in report} == {0.251, 0.497, 0.923, 0.942, 0.547, 0.568}


def test_every_row_names_a_known_split_and_paper() -> None:
    keys = set(re.findall(r"^@\w+\{([^,]+),", sb.runs.path("book", "references.bib").read_text(), re.MULTILINE))
    assert {n.key for n in NUMBERS} <= keys
    assert {n.split for n in NUMBERS if not n.split.endswith("unknown")} <= set(sb.data.SPLITS)
    assert all(n.split.split("/")[0] == n.dataset for n in NUMBERS)


def test_no_row_stands_twice() -> None:
    seen = Counter((n.method, n.task, n.split, n.condition, n.printed, n.source) for n in NUMBERS)
    assert [run for run, times in seen.items() if times > 1] == []


def test_a_formula_is_known_only_where_code_was_read() -> None:
    """Prototypes and rows nobody could check have no formula of their own."""
    assert all("unknown" in n.metric for n in NUMBERS if n.confidence in ("reported", "unverified"))


def test_only_a_protocol_that_is_known_in_full_compares() -> None:
    assert number().protocol == ("zero-shot", "sketchy/split2", "extend", "apk/min_rk@200")
    for part, unknown in (("split", "sketchy/unknown"), ("gallery", "unknown"), ("metric", "apk/unknown@200")):
        assert number(**{part: unknown}).protocol is None
    same = [number(), number(method="B"), number(method="B", value="0.6")]
    assert published.comparable(same) == {same[0].protocol: same}
    for changed in ({"gallery": "extend+paired"}, {"metric": "apk/hits@200"}, {"split": "sketchy/split1-sake"}):
        assert published.comparable([number(), number(method="B", **changed)]) == {}
    assert published.comparable([number(), number(value="0.6")]) == {}  # one method has nothing to be compared with


def test_the_bound_tells_what_cannot_be_strict() -> None:
    """Doodle2Search prints .461 over .370: no list divided by min(R, 200) can do that. SAKE's .497 under .598 can."""

    def pair(map_at_k: str, p_at_k: str) -> Pair:
        return Pair(number(value=map_at_k), number(value=p_at_k, printed="P@200", metric="p/unknown@200"))

    assert not pair("0.461", "0.370").strict_possible(slack=0.009)
    assert pair("0.497", "0.598").strict_possible(slack=0.009)
    assert pair("0.497", "0.598").excess == pytest.approx(-0.101)


def test_pairs_join_what_one_source_prints_of_one_run() -> None:
    precision = number(printed="P@200", metric="p/unknown@200", value="0.6", source="paper; another table")
    unsure = {"metric": "apk/unknown@200"}
    assert [p.excess for p in published.pairs([number(**unsure), precision])] == pytest.approx([-0.1])
    assert published.pairs([number(**unsure, source="elsewhere"), precision]) == []
    assert published.pairs([number(**unsure, condition="re-run"), precision]) == []
    assert len(published.pairs([number(**unsure, source="another table; paper"), precision])) == 1
    # known to be mAP over all ranks, whatever the table calls it
    assert published.pairs([number(metric="ap/exact"), precision]) == []


def test_rows_whose_code_is_known_to_be_strict_keep_the_bound() -> None:
    pairs = published.pairs(published.select(NUMBERS, split="sketchy/split2"))
    strict = [p for p in pairs if "min_rk" in p.map_at_k.metric]
    assert {p.map_at_k.method for p in strict} >= {"MA-SBIR", "ZSE-SBIR (RN)", "ZSE-SBIR (Ret)"}
    assert all(p.strict_possible(slack=0.009) for p in strict)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"task": "zeroshot"}, r"line 2: a task is one of zero-shot, .*got 'zeroshot'"),
        ({"confidence": "sure"}, r"line 2: confidence is one of confirmed, .*got 'sure'"),
        ({"split": ""}, r"line 2: split must not be empty; write unknown"),
        ({"value": "69.1"}, r"line 2: a value is a fraction in \(0, 1\]; got 69\.1"),
        ({"value": "n/a"}, r"line 2: could not convert"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    with open(tmp_path / "p.csv", "w", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROW))
        writer.writeheader()
        writer.writerow(ROW | changed)
    with pytest.raises(ValueError, match=message):
        published.load(tmp_path / "p.csv")


def test_wrong_columns_are_listed(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("method,value\nA,0.5\n")
    with pytest.raises(ValueError, match=r"p\.csv has the columns key, method, .*; got method, value"):
        published.load(tmp_path / "p.csv")


def test_selecting_by_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a published number has key, method.*; got datset"):
        published.select(NUMBERS, datset="sketchy")
