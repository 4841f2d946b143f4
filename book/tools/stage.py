"""Put together what Jupyter Book builds from: prose, executed chapters, configuration, and the scripts pages need.

Only files whose content changed are written, so that Sphinx rebuilds only the pages that did. Sphinx does not see a
changed style sheet, script or bibliography, though: then what it built before is removed, and it builds all pages.
"""

from __future__ import annotations

import argparse
import html
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hero
import nbformat
import yaml

from sbirlib import runs
from sbirlib.runs.records import commit

ROOT = runs.path("root")
# pages at the top of the repository that belong to the book, too
TOP = ("CONTRIBUTING.md", "CHANGELOG.md")
EXTENSIONS = ("book/tools/no_thebe.py",)  # of Sphinx, as _config.yml names them
PAGES = (".md", ".ipynb")
NOT_PAGES = ("tools", "records", "sweeps")


def main(profile: str, executed: Path, out: Path, built: Path) -> None:
    wanted: dict[Path, bytes] = {}
    for file in sorted((ROOT / "book").rglob("*")):
        inside = file.relative_to(ROOT / "book").parts
        if file.is_file() and inside[0] not in NOT_PAGES and not inside[-1].startswith("."):
            wanted[Path("book", *inside)] = file.read_bytes()
    for name in (*TOP, *EXTENSIONS):
        wanted[Path(name)] = (ROOT / name).read_bytes()

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    for chapter in chapters_of(toc, sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))):
        wanted[Path("notebooks", f"{chapter}.ipynb")] = (executed / f"{chapter}.ipynb").read_bytes()
    wanted[hero.FILE] = hero.picture(nbformat.read(executed / f"{hero.CHAPTER}.ipynb", as_version=4))
    wanted[Path("_toc.yml")] = (ROOT / "_toc.yml").read_bytes()
    config = configure(yaml.safe_load((ROOT / "_config.yml").read_text()), profile)
    wanted[Path("_config.yml")] = yaml.safe_dump(config, sort_keys=False, allow_unicode=True).encode()
    if any(file.suffix not in PAGES for file in write(wanted, out)):
        shutil.rmtree(built, ignore_errors=True)


def chapters_of(toc: dict[str, Any], notebooks: list[str]) -> list[str]:
    """The chapters that the table of contents lists: all notebooks, each once."""
    listed = [
        Path(entry["file"]).name
        for part in toc.get("parts", [])
        for entry in part["chapters"]
        if entry["file"].startswith("notebooks/")
    ]
    if missing := sorted(set(notebooks) - set(listed)):
        raise SystemExit(f"_toc.yml does not list {', '.join(missing)}: add notebooks/{missing[0]} to its part")
    if extra := sorted(set(listed) - set(notebooks)):
        raise SystemExit(f"_toc.yml lists {', '.join(extra)}, which is not in notebooks/")
    return listed


def configure(config: dict[str, Any], profile: str) -> dict[str, Any]:
    """The book's configuration with what only this build knows: the profile, the commit, the public address."""
    built = f"{datetime.now(UTC):%Y-%m-%d}" + (f", commit {commit()}" if commit() else "")
    footer = f"Built in the <strong>{html.escape(profile)}</strong> profile, {html.escape(built)}."
    config["html"] = {**config.get("html", {}), "extra_footer": f"<p>{footer}</p>"}
    address = (config.get("repository") or {}).get("url")
    if address:  # with a public address come the buttons that lead there
        config["launch_buttons"] = {"colab_url": "https://colab.research.google.com"}
        for button in ("use_repository_button", "use_issues_button", "use_edit_page_button"):
            config["html"][button] = True
    else:
        config.pop("repository", None)
    return config


def write(wanted: dict[Path, bytes], out: Path) -> list[Path]:
    """Make `out` hold exactly the wanted files, and say which ones that changed."""
    changed = []
    for file in sorted(out.rglob("*")):
        if file.is_file() and file.relative_to(out) not in wanted:
            file.unlink()
            changed.append(file.relative_to(out))
    for name, content in wanted.items():
        target = out / name
        if not target.is_file() or target.read_bytes() != content:
            runs.write_atomic(target, content)
            changed.append(name)
    return changed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", required=True, choices=list(runs.PROFILES))
    parser.add_argument("--executed", required=True, type=Path, help="the folder of the executed chapters")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--built", required=True, type=Path, help="where Sphinx keeps what it built")
    arguments = parser.parse_args()
    main(arguments.profile, arguments.executed, arguments.out, arguments.built)
