"""JupyterLab itself, in a browser that reaches nothing else: draw with the mouse, and see what is found change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sbirlib.pad.pad import example
from tests.pad.lab import drag, jupyter, pad_of, run_all, say_in_kernel

CELLS = (
    "from sbirlib.pad import Pad\nfrom tests.pad.standin import world",
    "pad = Pad(world(), k=8)\npad",
)
# a house: walls and a roof
HOUSE = (((0.25, 0.45), (0.25, 0.8), (0.75, 0.8), (0.75, 0.45)), ((0.2, 0.47), (0.5, 0.2), (0.8, 0.47)))


@pytest.mark.slow
def test_drawing_with_the_mouse_changes_what_is_found(browser: Any, tmp_path: Path) -> None:
    with jupyter(tmp_path, CELLS) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        errors, outside = [], []
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(OURS) else None)
        try:
            page.goto(address)
            run_all(page)
            begun = pad_of(page)
            assert int(begun["strokes"]) == len(example().strokes)
            assert [key.split("/")[0] for key in begun["keys"][:4]] == ["owl"] * 4
            assert len(begun["keys"]) == 8
            assert begun["loaded"] == 8  # the thumbnails are pictures
            for stroke in HOUSE:
                drag(page, *stroke)
                page.wait_for_selector(".sbir-pad[data-state=shown]")
            drawn = pad_of(page)
            assert drawn["strokes"] == "2"
            assert drawn["keys"] != begun["keys"]
            assert drawn["loaded"] == 8
            assert float(drawn["kernel"]) < float(drawn["milliseconds"]) < 5000
            # the kernel has the same paper, and found the same
            assert say_in_kernel(page, "len(pad.strokes), [hit.key for hit in pad.hits]") == f"2 {drawn['keys']}"
            page.get_by_role("button", name="Clear", exact=True).click()
            page.wait_for_selector(".sbir-pad[data-strokes='0'][data-state=shown]")
            assert pad_of(page)["keys"] == []
        finally:
            context.close()
        assert [error for error in errors if "sbir" in error.lower() or "anywidget" in error.lower()] == []
        assert outside == []
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log


OURS = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
