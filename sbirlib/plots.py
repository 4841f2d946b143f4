"""The book's figures, with one look: colour-blind-safe, legible at book width, white ground in both themes."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sbirlib.protocols import Comparison

Row = TypeVar("Row")

# Okabe and Ito's colours, told apart by nearly everybody; the names say what they mean in this book
COLOURS = {
    "sketch": "#D55E00",
    "photo": "#0072B2",
    "text": "#009E73",
    "accent": "#CC79A7",
    "warm": "#E69F00",
    "cool": "#56B4E9",
    "ink": "#23252B",
    "grey": "#8A8A86",
}
CYCLE = [COLOURS[name] for name in ("photo", "sketch", "text", "warm", "accent", "cool", "ink")]
WIDTH = 7.2  # inches: a figure as wide as the page


def style() -> None:
    """Give this notebook's figures the book's look."""
    import seaborn

    seaborn.set_theme(
        style="ticks",
        palette=CYCLE,
        rc={
            "figure.dpi": 110,
            "figure.figsize": (WIDTH, 3.6),
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": COLOURS["ink"],
            "axes.titlelocation": "left",
            "axes.titlesize": 11,
            "axes.labelsize": 10,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "legend.frameon": False,
            "legend.fontsize": 9,
            "savefig.facecolor": "white",
            "svg.hashsalt": "sbirlib",
        },
    )


def timeline(events: Sequence[Mapping[str, Any]], lanes: Sequence[str], *, width: float = WIDTH) -> Figure:
    """Events (year, lane, label) as dots on one line a lane; the sparse years before `2010` are drawn closer.

    Labels stand above and below their line in as many levels as they need not to touch.
    """
    import matplotlib.pyplot as plt

    figure: Figure
    figure, axes = plt.subplots(figsize=(width, 0.5 + 0.92 * len(lanes)))
    last = max(int(event["year"]) for event in events)
    axes.set_xlim(squeeze(1989), squeeze(last) + 2.3)
    axes.set_ylim(-len(lanes) + 0.5, 0.5)
    ticks = [1990, 2000, *range(2010, last + 1, 2)]
    axes.set_xticks([squeeze(year) for year in ticks], [str(year) for year in ticks])
    axes.set_yticks([-row for row in range(len(lanes))], [textwrap.fill(lane, 14) for lane in lanes], weight="bold")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    figure.canvas.draw()  # so that text can be measured
    for row, (lane, tick) in enumerate(zip(lanes, axes.get_yticklabels(), strict=True)):
        colour = CYCLE[row % len(CYCLE)]
        tick.set_color(colour)
        axes.axhline(-row, color=colour, linewidth=1.2, alpha=0.5, zorder=1)
        place_labels(axes, sorted((e for e in events if e["lane"] == lane), key=lambda e: int(e["year"])), row, colour)
    return figure


def squeeze(year: float) -> float:
    """A year's place on the axis: the years before 2010 take a fifth of the room."""
    return 2010 + (year - 2010) * (0.2 if year < 2010 else 1.0)


def place_labels(axes: Axes, events: Sequence[Mapping[str, Any]], row: int, colour: str) -> None:
    """Each label at the first level (above, below, further above, ...) where it touches none before it."""
    levels = (0.21, -0.21, 0.39, -0.39)
    taken: dict[float, float] = dict.fromkeys(levels, float("-inf"))
    nth: dict[float, int] = {}
    for event in events:
        year = squeeze(int(event["year"]))
        x = year + 0.16 * nth.get(year, 0)  # events of one year stand side by side
        nth[year] = nth.get(year, 0) + 1
        axes.plot(x, -row, "o", color=colour, markersize=5.5, zorder=3)
        text = axes.text(
            x - 0.1, -row, str(event["label"]), fontsize=8, color=COLOURS["ink"], va="center", zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
        box = text.get_window_extent().transformed(axes.transData.inverted())
        level = next((level for level in levels if taken[level] < box.x0), levels[-1])
        taken[level] = box.x1 + 0.15
        text.set_y(-row + level)
        axes.plot([x, x], [-row, -row + level - 0.07 * (1 if level > 0 else -1)], color=colour, linewidth=0.8, zorder=2)


def call_out(axes: Axes, points: Iterable[tuple[float, float, str]], *, shift: float = 0.06, gap: float = 0.04) -> None:
    """Name points (x, y, label) by labels to their upper left that do not touch; lengths are shares of the axis."""
    width, height = (high - low for low, high in (axes.get_xlim(), axes.get_ylim()))
    level = -float("inf")
    for x, y, label in sorted(points, key=lambda point: point[1]):
        level = max(level + gap * height, y + 0.7 * gap * height)
        line = {"arrowstyle": "-", "color": COLOURS["grey"], "lw": 0.6}
        axes.annotate(label, (x, y), (x - shift * width, level), ha="right", fontsize=8, arrowprops=line)


def sheet(
    pictures: Sequence[Any],
    columns: int,
    *,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
    width: float = WIDTH,
    gap: float = 0.02,
) -> Figure:
    """Pictures (PIL images or arrays) in rows of `columns`, with a title above each and a name before each row.

    Where there are fewer titles than pictures they stand above the first row only.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    lines = -(-len(pictures) // columns)
    side = width / columns
    extra = 0.17 if titles else 0.0
    above = lines if len(titles) > columns else min(lines, 1)
    figure: Figure
    figure, axes = plt.subplots(lines, columns, figsize=(width, lines * side + above * extra), squeeze=False)
    figure.set_layout_engine("constrained", w_pad=gap, h_pad=gap, wspace=0, hspace=0)
    for place, ax in enumerate(axes.flat):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        if place < len(pictures):
            ax.imshow(np.asarray(pictures[place]), interpolation="none")
        if place < len(titles):
            ax.set_title(titles[place], fontsize=8, loc="center", pad=2)
        if place % columns == 0 and place // columns < len(rows):
            ax.set_ylabel(rows[place // columns], fontsize=8)
    return figure


def panel(
    queries: Sequence[Any],
    found: Sequence[Sequence[Any]],
    right: Sequence[Sequence[bool]],
    *,
    rows: Sequence[str] = (),
    width: float = WIDTH,
) -> Figure:
    """Queries with what was found for each, best first: what is right is framed and ticked, what is wrong crossed out.

    `queries` are pictures, or texts, which are written out; `found` has the pictures of each, `right` whether they are.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    columns = max(map(len, found))
    side = width / (columns + 1.25)
    figure: Figure
    figure, grid = plt.subplots(
        len(queries), columns + 2, figsize=(width, len(queries) * side + 0.2), squeeze=False,
        width_ratios=[1, 0.25, *[1] * columns],
    )  # fmt: skip
    figure.set_layout_engine("constrained", w_pad=0.015, h_pad=0.015, wspace=0, hspace=0)
    for ax in grid.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    for row, (query, pictures, truth) in enumerate(zip(queries, found, right, strict=True)):
        if isinstance(query, str):
            grid[row, 0].text(0.5, 0.5, textwrap.fill(query, 12), fontsize=8, ha="center", va="center")
        else:
            grid[row, 0].imshow(np.asarray(query), interpolation="antialiased")
            framed(grid[row, 0], COLOURS["ink"], 0.8)
        if row < len(rows):
            grid[row, 0].set_ylabel(rows[row], fontsize=8)
        grid[row, 1].annotate("", (1, 0.5), (0, 0.5), arrowprops={"arrowstyle": "->", "color": COLOURS["grey"]})
        for column, (picture, fits) in enumerate(zip(pictures, truth, strict=True)):
            ax = grid[row, column + 2]
            ax.imshow(np.asarray(picture), interpolation="antialiased")
            colour = COLOURS["text"] if fits else COLOURS["sketch"]
            framed(ax, colour, 2.0 if fits else 1.2)
            mark = {"boxstyle": "circle,pad=0.15", "facecolor": colour, "edgecolor": "white", "linewidth": 0.6}
            ax.text(
                0.9, 0.1, "\u2713" if fits else "\u2717", transform=ax.transAxes, fontsize=7, color="white",
                ha="center", va="center", bbox=mark,
            )  # fmt: skip
            if row == 0:
                ax.set_title(str(column + 1), fontsize=8, loc="center", pad=2)
    return figure


def framed(axes: Axes, colour: str, width: float) -> None:
    axes.spines[:].set_visible(True)
    axes.spines[:].set(color=colour, linewidth=width)


def branches(
    tree: Mapping[str, Sequence[tuple[str, str, str]]],
    colours: Mapping[str, str],
    *,
    columns: int = 3,
    width: float = WIDTH,
) -> Figure:
    """A tree of names in columns: each branch's name in bold, what hangs on it as (name, group, note) below.

    `colours` says how each group is printed, and stands as the legend above.
    """
    import matplotlib.pyplot as plt

    heights = {name: len(leaves) + 1.6 for name, leaves in tree.items()}
    target = sum(heights.values()) / columns
    where, column, row, deepest = {}, 0, 0.0, 0.0
    for name, height in heights.items():
        if row > 0 and row + height / 2 > target and column < columns - 1:
            column, row = column + 1, 0.0
        where[name] = (column, row)
        row += height
        deepest = max(deepest, row)
    figure: Figure
    figure, axes = plt.subplots(figsize=(width, 0.145 * deepest + 0.3))
    axes.set(xlim=(0, columns), ylim=(deepest, -1.6))
    axes.axis("off")
    figure.canvas.draw()  # so that text can be measured
    for name, leaves in tree.items():
        column, row = where[name]
        axes.text(column + 0.02, row, name, fontsize=8, weight="bold", va="center", color=COLOURS["ink"])
        stem = column + 0.05
        if leaves:
            axes.plot([stem, stem], [row + 0.5, row + len(leaves)], color=COLOURS["grey"], linewidth=0.8)
        for k, (leaf, group, note) in enumerate(leaves, 1):
            axes.plot([stem, stem + 0.04], [row + k, row + k], color=COLOURS["grey"], linewidth=0.8)
            weight = "normal" if group == next(iter(colours)) else "bold"
            look = {"fontsize": 7.5, "va": "center"}
            name_at = axes.text(stem + 0.06, row + k, leaf, color=colours[group], weight=weight, **look)
            if note:
                end = name_at.get_window_extent().transformed(axes.transData.inverted()).x1
                axes.text(end + 0.03, row + k, note, color=COLOURS["grey"], style="italic", **look)
    for k, (group, colour) in enumerate(colours.items()):
        axes.text(0.02 + k * columns / len(colours), -1.3, f"\u25a0 {group}", fontsize=8, color=colour, va="center")
    return figure


class Table:
    """Rows as a table for a page: `Table(numbers, {"method": lambda n: n.method, ...}, caption="...")`."""

    def __init__(self, rows: Iterable[Row], columns: Mapping[str, Callable[[Row], Any]], caption: str = "") -> None:
        self.header = list(columns)
        self.cells = [[column(row) for column in columns.values()] for row in rows]
        self.caption = caption

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.header)
        body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in self.cells)
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        return f'<table class="numbers">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def __repr__(self) -> str:
        rows = [self.header, *([shown(value) for value in row] for row in self.cells)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.header))]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([self.caption, *lines] if self.caption else lines)


def cell(value: Any) -> str:
    kind = "value" if isinstance(value, int | float) else "wide" if len(str(value)) > 26 else ""
    return f'<td class="{kind}">{html.escape(shown(value))}</td>' if kind else f"<td>{html.escape(shown(value))}</td>"


def shown(value: Any) -> str:
    """A cell's text: a fraction with three digits and no leading zero, as papers print it.

    >>> [shown(v) for v in (0.4606, 17101, None, "SAKE")]
    ['.461', '17,101', '–', 'SAKE']
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def spread(values: Iterable[float]) -> str:
    """Mean and deviation, for a table's cell; of one value, itself.

    >>> spread([0.5, 0.7]), spread([0.5])
    ('0.600 ± 0.141', '0.500')
    """
    import numpy as np

    found = np.array(list(values), dtype=float)
    if not len(found):
        raise ValueError("a mean takes a value or more; got none")
    return f"{found.mean():.3f}" + (f" ± {found.std(ddof=1):.3f}" if len(found) > 1 else "")


def effects(rows: Iterable[tuple[str, Comparison]], xlabel: str = "", *, width: float = WIDTH) -> Figure:
    """Paired comparisons as intervals, a row each: filled where zero is left out, hollow where it is not decided."""
    import matplotlib.pyplot as plt

    rows = list(rows)
    figure: Figure
    figure, axes = plt.subplots(figsize=(width, 0.5 + 0.24 * len(rows)))
    axes.axvline(0, color=COLOURS["grey"], linewidth=0.8, zorder=1)
    for place, (_, found) in enumerate(rows):
        colour = COLOURS["grey"] if not found.decided else COLOURS["text" if found.difference > 0 else "sketch"]
        axes.plot([found.low, found.high], [-place, -place], color=colour, linewidth=1.8, zorder=2)
        face = colour if found.decided else "white"
        axes.plot(found.difference, -place, "o", color=colour, markerfacecolor=face, markersize=5.5, zorder=3)
    axes.set_yticks([-place for place in range(len(rows))], [label for label, _ in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set(xlabel=xlabel or rows[0][1].metric, ylim=(-len(rows) + 0.4, 0.6))
    return figure


def comparisons(rows: Iterable[tuple[str, Comparison]], label: str = "", caption: str = "") -> Table:
    """Paired comparisons (`sb.protocols.compare`, `compare_cards`) as a table, each beside its label."""
    rows = list(rows)
    metrics = " or ".join(dict.fromkeys(found.metric for _, found in rows))
    level = " or ".join(dict.fromkeys(f"{found.level:.0%}" for _, found in rows))
    return Table(
        rows,
        {
            label: lambda row: row[0],
            "difference": lambda row: f"{row[1].second} minus {row[1].first}",
            metrics: lambda row: f"{row[1].difference:+.3f}",
            f"{level} interval": lambda row: f"{row[1].low:+.3f} to {row[1].high:+.3f}",
            "leaves out zero": lambda row: "yes" if row[1].decided else "no",
        },
        caption,
    )
