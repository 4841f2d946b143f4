from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from sbirlib.pad.front import Front
from tests.pad.conftest import PAD


def test_it_carries_its_script_and_style_and_passes_on_what_it_hears() -> None:
    heard: list[Mapping[str, Any]] = []
    front = Front(heard.append)
    state = front.get_state()
    assert state["_esm"] == (PAD / "pad.js").read_text()
    assert state["_css"] == (PAD / "pad.css").read_text()
    front._handle_custom_msg({"kind": "hello"}, [])
    assert heard == [{"kind": "hello"}]


def test_nothing_in_it_asks_the_network() -> None:
    script, style = (PAD / "pad.js").read_text(), (PAD / "pad.css").read_text()
    assert not re.search(r"\bimport\b|fetch\(|XMLHttpRequest|WebSocket|https?:", script)
    assert not re.search(r"@import|url\(\"(?!data:)", style)


def test_the_front_door_does_not_load_it() -> None:
    code = "import sys, sbirlib; print(sorted({'anywidget', 'ipywidgets', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
