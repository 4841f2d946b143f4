"""What happened at each step: in memory, and as lines of JSON in the run's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sbirlib.runs.files import write_atomic


class History:
    """One entry a step: {"step", "total", "losses", "lr"}; where the model was validated, "score" besides, and
    where something else was measured, "measured": {name: number}.

    `lr` is the recipe's rate at that step; groups with rates of their own rise and fall with it.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.entries: list[dict[str, Any]] = []
        self.unwritten = 0

    def resume(self, step: int) -> None:
        """Take up what was written below `step`; later lines are of steps that will be taken again."""
        self.entries, self.unwritten = [], 0
        if self.file is None:
            return
        if self.file.is_file():
            for line in self.file.read_text().splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    break  # the run was killed while it wrote this line
                if entry["step"] < step:
                    self.entries.append(entry)
        write_atomic(self.file, "".join(map(as_line, self.entries)))

    def add(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        self.unwritten += 1

    def write(self) -> None:
        """Append what has come since the last time."""
        if self.file is not None and self.unwritten:
            with self.file.open("a") as lines:
                lines.writelines(map(as_line, self.entries[-self.unwritten :]))
        self.unwritten = 0

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.entries)

    def curve(self, name: str = "total") -> tuple[list[int], list[float]]:
        """Steps and values of a loss by its name, of "total", of "lr", of the validation's "score", or of what was
        measured: to plot."""
        found = [(entry["step"], {**entry, **entry.get("measured", {}), **entry["losses"]}) for entry in self.entries]
        kept = [(step, values[name]) for step, values in found if isinstance(values.get(name), float)]
        if not kept:
            losses = {key for entry in self.entries for key in {**entry["losses"], **entry.get("measured", {})}}
            others = {key for entry in self.entries for key in entry if key not in ("step", "losses", "measured")}
            known = ", ".join(sorted(losses | others)) or "nothing"
            raise KeyError(f"the run logged {known}; got {name!r}")
        return [step for step, _ in kept], [value for _, value in kept]


def as_line(entry: dict[str, Any]) -> str:
    return f"{json.dumps(entry)}\n"
