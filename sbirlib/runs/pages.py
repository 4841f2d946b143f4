"""What a run shows on a page: a number for the prose, a progress line that ends well, the chapter's cost."""

from __future__ import annotations

import html
import os
import sys
import time
from collections.abc import Generator, Iterable, Sized
from pathlib import Path
from typing import Any, Generic, TypeVar

from sbirlib.runs.paths import path, root
from sbirlib.runs.profile import profile
from sbirlib.runs.records import Record, read_records

Item = TypeVar("Item")


def glue(name: str, value: Any, *, show: bool = False) -> None:
    """Give a number or figure the name by which the prose prints it (`{glue:text}`); `show` displays it here too.

    Where myst-nb is not installed (Colab), the value is displayed with its name instead.
    """
    value = value.item() if getattr(value, "size", 0) == 1 and hasattr(value, "item") else value  # NumPy's 4 is 4
    try:
        from myst_nb import glue as bind
    except ModuleNotFoundError:
        display(f"{name}: {value}" if isinstance(value, int | float | str) else value)
    else:
        bind(name, value, display=show)


def display(value: Any) -> None:
    """IPython's display, or print where there is no IPython."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display as show

        show(value)
    else:
        print(value)


class progress(Generic[Item]):  # noqa: N801 - used as a function: for batch in progress(batches, "training")
    """Go through `items`, showing how far it is; what stays is one line: «training: 300 steps in 12.3 s (24/s)».

        bar = progress(batches, "training", unit="steps")
        for batch in bar:
            bar.note(loss=loss)

    In a notebook the line is updated in place, and a published page holds the last one only; in a terminal it is
    rewritten; anywhere else only the last line is printed. What ends within `after` seconds says nothing.
    """

    def __init__(
        self,
        items: Iterable[Item],
        label: str,
        *,
        unit: str = "steps",
        total: int | None = None,
        every: float = 0.3,
        after: float = 0.0,
    ) -> None:
        self.items, self.label, self.unit, self.every, self.after = items, label, unit, every, after
        self.total = total if total is not None else len(items) if isinstance(items, Sized) else None
        self.done = 0
        self.notes = ""
        self.handle: Any = None

    def note(self, **values: float) -> None:
        """Values to show beside the count, such as losses."""
        self.notes = "".join(f", {name} {value:.4g}" for name, value in values.items())

    def say(self, line: str) -> None:
        """A line that stays, above the one that changes."""
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        print(line, flush=True)

    def __iter__(self) -> Generator[Item, None, None]:
        started = shown = time.perf_counter()
        try:
            for item in self.items:
                yield item
                self.done += 1
                now = time.perf_counter()
                if now - shown >= self.every and now - started >= self.after:
                    shown = now
                    self.show(self.running(now - started))
        finally:  # also when the loop is left early or fails: say how far it came
            seconds = time.perf_counter() - started
            if seconds >= self.after:
                self.show(self.ended(seconds), last=True)

    def running(self, seconds: float) -> str:
        of = f"/{self.total}" if self.total else ""
        left = f", {clock(seconds * (self.total / self.done - 1))} left" if self.total and self.done else ""
        return f"{self.label}: {self.done}{of} {self.unit}{left}{self.notes}"

    def ended(self, seconds: float) -> str:
        short = f" of {self.total}" if self.total and self.done < self.total else ""
        rate = f" ({self.done / seconds:.3g}/s)" if seconds > 0 and self.done else ""
        return f"{self.label}: {self.done}{short} {self.unit} in {clock(seconds)}{rate}{self.notes}"

    def show(self, line: str, last: bool = False) -> None:
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is not None and hasattr(shell, "kernel"):
            bundle = {"text/plain": line}
            if self.handle is None:
                from IPython.display import display as show

                self.handle = show(bundle, raw=True, display_id=True)
            else:
                self.handle.update(bundle, raw=True)
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if last else ""))
            sys.stderr.flush()
        elif last:
            print(line, file=sys.stderr)


def clock(seconds: float) -> str:
    """Seconds as one reads them.

    >>> [clock(s) for s in (0.042, 9.87, 75, 3700)]
    ['42 ms', '9.9 s', '1 min 15 s', '1 h 1 min']
    """
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"


class cost_box:  # noqa: N801 - used as a function: the last expression of a chapter's first cell
    """What the chapter costs: time, machine and profile, from its last record.

    The cell that shows it carries the tag `cost`; when the book is built, the run that has just ended fills it in.
    """

    def __init__(self, chapter: str, record: Record | None = None) -> None:
        self.chapter = chapter
        self.record = record or last_record(f"chapter/{chapter}")

    def __str__(self) -> str:
        if self.record is None:
            return f"Profile: {profile().name}. This chapter has not been timed on this machine yet; make book does it."
        r, machine = self.record, self.record.hardware
        threads = machine.get("threads", 1)
        where = f"{threads} thread{'s' if threads != 1 else ''} of {machine.get('cpu', 'an unknown processor')}"
        if "accelerator" in machine:
            where += f" and {machine['accelerator']}"
        return f"Profile: {r.profile}. This chapter took {clock(r.seconds or 0)} on {where}, on {r.time[:10]}" + (
            f", at commit {r.commit}." if r.commit else "."
        )

    def _repr_html_(self) -> str:
        return (
            '<div class="admonition note cost"><p class="admonition-title">Cost</p>'
            f"<p>{html.escape(str(self))}</p></div>"
        )

    __repr__ = __str__


def last_record(name: str) -> Record | None:
    """The newest record of that name in the profile, from this machine, else from those that ship."""
    files: list[Path] = [path("records", f"{profile().name}.jsonl")]
    if (
        root() is not None and "SBIR_CHAPTER" not in os.environ
    ):  # a page of the book shows its own run, never an older one
        files += sorted(path("shipped").glob("*.jsonl"))
    for file in files:
        if file.is_file() and (found := [r for r in read_records(file, name) if r.profile == profile().name]):
            return found[-1]
    return None
