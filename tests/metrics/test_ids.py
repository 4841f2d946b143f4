"""Names are read strictly: a cut-off and a denominator are never implied."""

from __future__ import annotations

import pytest

from sbirlib.metrics import PRESETS, Metric


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mAP@200", "unknown metric 'mAP@200'; examples: ap/exact"),
        ("ap", "expected one of ap/exact, ap/voc, ap/first; got no variant"),
        ("apk@200", "expected one of apk/hits, apk/min_rk.*got no variant"),
        ("apk/min_rk", "needs a cut-off of 1 or more, as in apk/min_rk@100"),
        ("p/k@0", "needs a cut-off of 1 or more"),
        ("ap/first", "needs a cut-off"),
        ("ap/exact@200", "takes no cut-off; got @200"),
        ("mrr@10", "takes no cut-off"),
        ("p/recall@5", "got /recall"),
        ("ndcg/k@5", "expected ndcg alone; got /k"),
        ("p/k@ten", "unknown metric|got"),
    ],
)
def test_errors(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Metric.parse(name)


def test_printed_names_of_the_presets_are_those_of_their_metrics() -> None:
    """A preset prints what a table would print, whatever hides behind it."""
    for preset in PRESETS.values():
        for printed, name in preset.metrics.items():
            assert Metric.parse(name).printed == printed
    assert Metric.parse("acc@5").printed == "Acc@5"
