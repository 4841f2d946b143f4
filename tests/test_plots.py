from __future__ import annotations

import csv
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

import sbirlib as sb
from sbirlib.protocols import Comparison


def overlaps(texts: list[plt.Text], figure: plt.Figure) -> list[tuple[str, str]]:
    figure.canvas.draw()
    boxes = [(t.get_text(), plt.Text.get_window_extent(t)) for t in texts if t.get_text()]  # without arrows
    return [(a, b) for (a, one), (b, two) in itertools.combinations(boxes, 2) if one.overlaps(two)]


def test_the_timelines_labels_do_not_touch_and_stay_inside() -> None:
    sb.plots.style()
    with open(sb.runs.path("book", "timeline.csv"), newline="") as file:
        events = list(csv.DictReader(file))
    figure = sb.plots.timeline(events, list(dict.fromkeys(event["lane"] for event in events)))
    (axes,) = figure.axes
    assert sorted(t.get_text() for t in axes.texts) == sorted(event["label"] for event in events)
    assert overlaps(axes.texts, figure) == []
    canvas = figure.bbox
    for text in axes.texts:
        box = text.get_window_extent()
        assert canvas.x0 <= box.x0
        assert box.x1 <= canvas.x1, text.get_text()
    plt.close(figure)


def test_the_timeline_keeps_the_order_of_years_while_squeezing_the_early_ones() -> None:
    places = [sb.plots.squeeze(year) for year in range(1990, 2026)]
    assert places == sorted(places)
    assert places[-1] - places[-2] == pytest.approx(1.0)
    assert places[1] - places[0] == pytest.approx(0.2)


def test_call_outs_of_near_points_do_not_touch() -> None:
    figure, axes = plt.subplots()
    sb.plots.call_out(axes, [(0.5, 0.5, "one"), (0.5, 0.501, "two"), (0.5, 0.9, "three")])
    assert overlaps(axes.texts, figure) == []
    plt.close(figure)


def test_a_table_shows_the_same_cells_in_both_forms() -> None:
    rows = [("a<b", 0.4606, 17_101), ("c", None, 3)]
    columns = {name: (lambda row, i=i: row[i]) for i, name in enumerate(("name", "value", "n"))}
    table = sb.plots.Table(rows, columns, caption="Two & two")
    page, text = table._repr_html_(), repr(table)
    assert "<td>a&lt;b</td>" in page
    assert '<td class="value">.461</td><td class="value">17,101</td>' in page
    assert "<caption>Two &amp; two</caption>" in page
    assert text.splitlines()[0] == "Two & two"
    assert "a<b   .461   17,101" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, ".500"),
        (-0.05, "-.050"),
        (1.0, "1.000"),
        (0.0, ".000"),
        (10.25, "10.250"),
        (0, "0"),
        ("", "–"),
        (True, "True"),
    ],
)
def test_numbers_look_as_papers_print_them(value: object, text: str) -> None:
    assert sb.plots.shown(value) == text


def test_a_sheet_shows_every_picture_in_its_place() -> None:
    pictures = [np.full((4, 4, 3), k, dtype=np.uint8) for k in range(5)]
    figure = sb.plots.sheet(pictures, 3, titles=["one", "two", "three"], rows=["first", "second"])
    assert [int(ax.images[0].get_array().max()) for ax in figure.axes if ax.images] == [0, 1, 2, 3, 4]
    assert [ax.get_title() for ax in figure.axes] == ["one", "two", "three", "", "", ""]
    assert [ax.get_ylabel() for ax in figure.axes] == ["first", "", "", "second", "", ""]
    plt.close(figure)


def test_a_tree_prints_every_name_once_in_its_groups_colour() -> None:
    tree = {
        "animal": [("cow", "seen", ""), ("cat", "unseen", "+ whisker")],
        "tool": [("axe", "seen", "")],
        "fruit": [("pear", "unseen", "+ stalk")],
    }
    figure = sb.plots.branches(tree, {"seen": "#000000", "unseen": "#D55E00"}, columns=2)
    texts = {text.get_text(): text for text in figure.axes[0].texts}
    assert {"animal", "tool", "fruit", "cow", "cat", "axe", "pear", "+ stalk"} <= set(texts)
    assert texts["pear"].get_color() == "#D55E00"
    assert overlaps(figure.axes[0].texts, figure) == []
    plt.close(figure)


def test_a_spread_is_mean_and_deviation() -> None:
    assert sb.plots.spread(iter([0.1, 0.2, 0.3])) == "0.200 ± 0.100"
    with pytest.raises(ValueError, match="a mean takes a value or more; got none"):
        sb.plots.spread([])


def two_comparisons() -> tuple[Comparison, Comparison]:
    """One that is decided, and one that is not."""
    old, sides = [{"cow": 0.2, "owl": 0.3}], ([{"cow": 0.5, "owl": 0.6}], [{"cow": 0.5, "owl": 0.0}])
    better, open_one = (sb.protocols.compare_classes(old, new, still=True, names=("old", "new")) for new in sides)
    return better, open_one


def test_comparisons_say_what_was_subtracted_and_whether_it_is_decided() -> None:
    better, open_one = two_comparisons()
    table = sb.plots.comparisons([("tiny", better), ("strict", open_one)], "start", "Both")
    lines = repr(table).splitlines()
    assert "start" in repr(table)
    assert "95% interval" in repr(table)
    (first,) = [line for line in lines if "tiny" in line]
    (second,) = [line for line in lines if "strict" in line]
    assert "new minus old" in first
    assert "+0.300" in first
    assert first.rstrip(" |").endswith("yes")
    assert second.rstrip(" |").endswith("no")


def test_effects_stand_in_their_order_and_are_filled_where_they_are_decided() -> None:
    better, open_one = two_comparisons()
    figure = sb.plots.effects([("tiny", better), ("strict", open_one)])
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["tiny", "strict"]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx([better.difference, open_one.difference])
    assert [float(dot.get_ydata()[0]) for dot in dots] == [0, -1]
    assert dots[0].get_markerfacecolor() == dots[0].get_color()
    assert dots[1].get_markerfacecolor() == "white"
    spans = [sorted(line.get_xdata()) for line in axes.lines[1:] if line.get_marker() != "o"]
    assert spans == [[better.low, better.high], [open_one.low, open_one.high]]
    plt.close(figure)
