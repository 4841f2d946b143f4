"""The pad's script on a page by itself: a few lines of script stand for the notebook and its kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PAD = Path(__file__).parents[2] / "sbirlib" / "pad"

# A model as anywidget gives one. What the page says is kept in `said`, and answered by `reply`, if there is one.
STAGE = """
async ([source, css, reply]) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const listeners = [];
  const stage = {
    said: [],
    silent: false,
    tell: (message, buffers = []) => listeners.forEach((each) => each(message, buffers)),
  };
  const answer = reply && eval(reply);
  const model = {
    on: (name, callback) => listeners.push(callback),
    off: (name, callback) => listeners.splice(listeners.indexOf(callback), 1),
    send: (message) => {
      stage.said.push(JSON.parse(JSON.stringify(message)));
      if (!stage.silent && answer) setTimeout(() => stage.tell(...answer(message)), 5);
    },
  };
  window.stage = stage;
  const widget = module.default();
  const [one, two] = [await widget.initialize({ model }), null];
  stage.view = (el = document.querySelector("main")) => widget.render({ model, el });
  stage.close = stage.view();
}
"""

# Finds as many grey photos as there are strokes, and one at least; it sends each thumbnail once.
REPLY = """
(() => {
  const sent = new Set();
  const picture = (shade) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 96, height: 96 });
    const context = canvas.getContext("2d");
    context.fillStyle = `hsl(${shade * 40}, 45%, 60%)`;
    context.fillRect(0, 0, 96, 96);
    const bytes = atob(canvas.toDataURL("image/jpeg").split(",")[1]);
    return new DataView(Uint8Array.from(bytes, (each) => each.charCodeAt(0)).buffer);
  };
  const example = [[[0.2, 0.2], [0.8, 0.8]], [[0.2, 0.8], [0.8, 0.2]]];
  return (message) => {
    const last = message.steps?.at(-1)?.strokes ?? window.stage.paper ?? example;
    window.stage.paper = last;
    const strokes = message.live ?? last;
    const keys = strokes.map((stroke, i) => `thing ${i}/${i}`).slice(0, 8);
    const hits = keys.map((key, i) => (
      { key, rank: i + 1, score: 0.9 - 0.01 * i, name: `thing ${i}`, caption: `a photo of thing ${i}` }
    ));
    if (message.kind === "hello") sent.clear();
    const fresh = keys.filter((key) => !sent.has(key));
    fresh.forEach((key) => sent.add(key));
    const found = { hits, problem: "", milliseconds: 7.4, thumbnails: fresh };
    const kind = message.kind === "hello"
      ? { kind: "hello", strokes: example, example: true, pen: 0.025, places: 8 }
      : { kind: "hits", front: message.front, turn: message.turn };
    return [{ ...kind, ...found }, fresh.map((key) => picture(keys.indexOf(key)))];
  };
})()
"""


@pytest.fixture
def stage(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open the pad on a page of its own: `page = stage(width=390)`; `page.errors` has what went wrong."""
    contexts = []
    page_file = tmp_path / "page.html"
    page_file.write_text(
        "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>A page</title>"
        "<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } }"
        "body { font-family: sans-serif }</style><main></main></html>"
    )

    def open_page(width: int = 1000, reply: str | None = REPLY, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.errors.append(str(e)))
        page.on(
            "request",
            lambda r: (
                page.errors.append(f"asked for {r.url}") if r.url.startswith(("http:", "https:", "ws:")) else None
            ),
        )
        page.goto(page_file.as_uri())
        page.evaluate(STAGE, [(PAD / "pad.js").read_text(), (PAD / "pad.css").read_text(), reply])
        return page

    yield open_page
    for context in contexts:
        context.close()
