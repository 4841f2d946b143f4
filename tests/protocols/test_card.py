from __future__ import annotations

import pytest
import torch

from sbirlib import runs
from sbirlib.protocols import Protocol, ScoreCard

PROTOCOL = Protocol("zero-shot", "sketchy/split2", "extend")


def card(**changed: object) -> ScoreCard:
    given = {
        "protocol": PROTOCOL,
        "numbers": {"mAP@all": 0.5, "P@100": 0.25},
        "model": "A<B",
        "floor": {"mAP@all": 0.1},
        "queries": {"mAP@all": torch.tensor([0.4, 0.6, float("nan")])},
        "labels": torch.tensor([0, 1, 1]),
        "counts": {"queries": 3, "photos": 10_453},
    }
    return ScoreCard(**(given | changed))  # type: ignore[arg-type]


def test_it_never_prints_a_number_without_its_protocol_and_formula() -> None:
    text = repr(card())
    assert "A<B (zero-shot | sketchy/split2 | extend | sbirlib)" in text
    assert "mAP@all  0.5000   ap/exact   floor 0.1000" in text
    assert "10,453 photos" in text
    page = card()._repr_html_()
    assert "A&lt;B: zero-shot | sketchy/split2 | extend | sbirlib" in page
    assert "<td>ap/exact</td>" in page


def test_it_goes_into_a_data_frame_with_its_ids() -> None:
    frame = card().frame()
    assert list(frame["metric"]) == ["mAP@all", "P@100"]
    assert list(frame["id"]) == ["ap/exact", "p/k@100"]
    assert set(frame["split"]) == {"sketchy/split2"}


def test_it_goes_into_a_run_record_with_its_protocol(build: object) -> None:
    with runs.recording("x") as record:
        card().into(record)
        card(protocol=Protocol("seen", "sketchy/split2", "extend")).into(record, "seen")
    (found,) = runs.read_records(runs.path("records", "smoke.jsonl"))
    assert found.protocols == [
        "seen | sketchy/split2 | extend | sbirlib",
        "zero-shot | sketchy/split2 | extend | sbirlib",
    ]
    assert found.numbers["A<B"]["numbers"] == {"mAP@all": 0.5, "P@100": 0.25}
    assert found.numbers["seen"]["protocol"].startswith("seen")


def test_classes_leave_out_skipped_queries() -> None:
    assert card().per_class("mAP@all") == pytest.approx({"0": 0.4, "1": 0.6})


def test_what_a_card_does_not_hold_is_refused_with_what_it_does() -> None:
    with pytest.raises(KeyError, match=r"this card has mAP@all, P@100 .*got 'mAP@200'"):
        card()["mAP@200"]
    with pytest.raises(ValueError, match="without the values of single queries"):
        card(queries={}).per_class("mAP@all")
