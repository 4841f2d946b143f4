"""A JupyterLab of its own: a server on a free port, its folders thrown away, and nothing of the network but itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "themes": {"theme": "JupyterLab Light"},
}


@contextmanager
def jupyter(
    folder: Path, cells: Sequence[str], *, theme: str = "Light", app: str = "lab", seconds: float = 90
) -> Iterator[str]:
    """The address of a notebook with these cells, open and not yet run."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    work = folder / "work"
    work.mkdir(parents=True)
    nbformat.write(notebook, work / "pad.ipynb")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, content in (SETTINGS | {"themes": {"theme": f"JupyterLab {theme}"}}).items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(content))
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root", "--ip=127.0.0.1", *OPTIONS],
            cwd=work,
            env=environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        where = "doc/tree" if app == "lab" else "notebooks"
        yield f"{address(folder, server, seconds)}{where}/pad.ipynb"
    finally:
        server.terminate()  # and its kernels
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()  # its kernels end when they miss it
            server.wait()


OPTIONS = (
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True",
)


def environment(folder: Path) -> dict[str, str]:
    rooms = {f"JUPYTER_{room.upper()}_DIR": str(folder / room) for room in ("config", "data", "runtime")}
    return {
        **os.environ,
        **rooms,
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        # whoever asks for another machine is sent where nobody listens
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost"),
    }


def address(folder: Path, server: subprocess.Popen[bytes], seconds: float) -> str:
    """Where the server listens, once it does: it writes so into its folder."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        for file in (folder / "runtime").glob("jpserver-*.json"):
            try:
                return str(json.loads(file.read_text())["url"])
            except (ValueError, KeyError):
                pass  # it is being written
        time.sleep(0.1)
    log = (folder / "server.log").read_text()[-2000:]
    raise RuntimeError(f"JupyterLab does not listen after {seconds:.0f} s; its log ends with\n{log}")


READY = """
() => {
  const notebook = window.jupyterapp?.shell.currentWidget;
  return notebook?.context?.isReady && notebook.sessionContext.session?.kernel?.status === "idle";
}
"""


def run_all(page: Any, seconds: float = 120) -> None:
    """Run the notebook that is open on the page, and wait for its pad."""
    page.wait_for_function(READY, timeout=1000 * seconds)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")  # not awaited: it may ask
    page.wait_for_selector(".sbir-pad[data-state=shown]", timeout=1000 * seconds)


def pad_of(page: Any) -> dict[str, Any]:
    """What the pad on the page shows."""
    found: dict[str, Any] = page.locator(".sbir-pad").evaluate(
        """pad => ({
          ...pad.dataset,
          keys: [...pad.querySelectorAll(".sbir-photos li")].map(item => item.dataset.key),
          loaded: [...pad.querySelectorAll(".sbir-photos img")].filter(image => image.naturalWidth).length,
        })"""
    )
    return found


def drag(page: Any, *points: Sequence[float]) -> None:
    """With the mouse, through points of the paper."""
    box = page.locator("canvas.sbir-paper").bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()


def say_in_kernel(page: Any, expression: str) -> str:
    """What the notebook's kernel says an expression is."""
    code = """code => new Promise((done, fail) => {
      const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
      const asked = kernel.requestExecute({ code });
      let text = "";
      asked.onIOPub = ({ content }) => { text += content.text ?? content.evalue ?? ""; };
      asked.done.then(() => done(text.trim()), fail);
    })"""
    return str(page.evaluate(code, f"print({expression})"))
