"""What happened at each step: in memory, as lines of JSON in the run's folder, and at trackers on request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class History:
    """One entry a step: {"step", "total", "losses", "lr", "seconds"}; validations have "score" besides."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.entries: list[dict[str, Any]] = []
        self.unwritten = 0

    def resume(self, step: int) -> None:
        """Take up what was written below `step`; later lines are of steps that will be taken again."""
        self.entries, self.unwritten = [], 0
        if self.file is not None and self.file.is_file():
            for line in self.file.read_text().splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    break  # the run was killed while it wrote this line
                if entry["step"] < step:
                    self.entries.append(entry)
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text("".join(f"{json.dumps(entry)}\n" for entry in self.entries))

    def add(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        self.unwritten += 1

    def write(self) -> None:
        """Append what has come since the last time."""
        if self.file is not None and self.unwritten:
            with self.file.open("a") as lines:
                lines.writelines(f"{json.dumps(entry)}\n" for entry in self.entries[-self.unwritten :])
        self.unwritten = 0

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.entries)

    def curve(self, name: str = "total") -> tuple[list[int], list[float]]:
        """Steps and values of a loss by its name, of "total", or of the validation's "score": to plot."""
        found = [(e["step"], e["losses"].get(name, e.get(name))) for e in self.entries]
        kept = [(step, float(value)) for step, value in found if value is not None]
        if not kept:
            known = sorted({key for e in self.entries for key in e["losses"]} | {"total"})
            raise KeyError(f"the run logged {', '.join(known)}; got {name!r}")
        return [step for step, _ in kept], [value for _, value in kept]
