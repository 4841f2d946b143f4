"""A Sphinx extension that takes sphinx-thebe out of the pages.

Jupyter Book always loads it. Its start-up script then stands twice on every page, which is an error in the
browser's console, and names another server; this book runs its code in JupyterLab or on Colab instead.
"""

from __future__ import annotations

from typing import Any


def unplug(app: Any, config: Any) -> None:
    """Disconnect sphinx-thebe's listeners, but for the one that provides the style sheet which pages ask for."""
    for event, listeners in app.events.listeners.items():
        for listener in list(listeners):
            if event != "builder-inited" and listener.handler.__module__.split(".")[0] == "sphinx_thebe":
                app.disconnect(listener.id)


def setup(app: Any) -> dict[str, bool]:
    app.connect("config-inited", unplug)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
