from __future__ import annotations

import math

import pytest
import torch

from sbirlib.metrics.hits import ranked
from sbirlib.metrics.tally import Scoring, Tally

RANKINGS = torch.tensor([[1, 0], [0, 1], [1, 0], [0, 0]])  # AP 1, .5, 1 and nothing relevant
LABELS = torch.tensor([0, 0, 1, 1])


def tally(no_relevant: str = "skip", average: str = "micro", labels: torch.Tensor | None = LABELS) -> Tally:
    made = Tally(Scoring.of("sbirlib", ["ap/exact"], None, no_relevant, average), RANKINGS.sum(dim=1), labels)
    rows = torch.tensor([0, 1, 2])
    made.add(rows, ranked(RANKINGS[rows]))
    return made


@pytest.mark.parametrize(
    ("no_relevant", "average", "mean"),
    [
        ("skip", "micro", 2.5 / 3),
        ("zero", "micro", 2.5 / 4),
        ("skip", "macro", (0.75 + 1) / 2),
        ("zero", "macro", 0.625),
    ],
)
def test_means_by_policy_and_average(no_relevant: str, average: str, mean: float) -> None:
    assert tally(no_relevant, average).means()["ap/exact"] == pytest.approx(mean)


def test_a_skipped_query_is_nan_and_a_zero_is_zero() -> None:
    assert math.isnan(tally("skip").values["ap/exact"][3])
    assert tally("zero").values["ap/exact"][3] == 0


def test_what_cannot_be_averaged_is_refused() -> None:
    with pytest.raises(ValueError, match=r"query 3 \(label 1\) has no relevant item"):
        tally("raise")
    with pytest.raises(ValueError, match="expected query_labels; got None"):
        tally(average="macro", labels=None)
    with pytest.raises(ValueError, match="average is one of micro, macro; got 'median'"):
        tally(average="median")
    with pytest.raises(ValueError, match="none of the 2 queries has a relevant item"):
        Tally(Scoring.of("sbirlib", ["mrr"], None, None, None), torch.zeros(2), None)
