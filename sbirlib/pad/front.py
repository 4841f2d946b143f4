"""The widget: a channel between a notebook's page and a pad. What is drawn and found stays with the pad.

The page says `hello` when it opens and then `paper`, each time that something has changed on it; it is told `hits`,
or `paper` where Python has drawn. Thumbnails travel beside a message as binary buffers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from anywidget import AnyWidget

HERE = Path(__file__).parent


class Front(AnyWidget):  # type: ignore[misc]
    """The pad on a page."""

    _esm = HERE / "pad.js"
    _css = HERE / "pad.css"

    def __init__(self, heard: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__()
        self.on_msg(lambda widget, content, buffers: heard(content))
