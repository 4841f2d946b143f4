"""The built book (`SBIR_HTML`, set by `make check-book`), and its pages in a browser."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sbirlib import runs


def built() -> Path | None:
    given = os.environ.get("SBIR_HTML")
    return runs.path("root", given) if given else None


def pages() -> list[str]:
    """The pages of the book, relative to its folder; none where it was not built."""
    folder = built()
    if folder is None:
        return []
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*.html") if "_static" not in p.parts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", pages())


@pytest.fixture(scope="session")
def book() -> Path:
    folder = built()
    if folder is None:
        pytest.skip("the book is not built: make check-book builds it and runs these tests")
    assert (folder / "index.html").is_file(), f"SBIR_HTML is not a built book: {folder}"
    return folder


@dataclass
class Visit:
    """What happened while a page was open."""

    errors: list[str] = field(default_factory=list)
    asked_outside: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser):  # type: ignore[no-untyped-def]
    """Open a page of a folder: `page, what_happened = visit(folder / "index.html", width=390, theme="dark")`."""
    contexts = []

    def open_page(file: Path, width: int = 1280, theme: str = "light", query: str = ""):  # type: ignore[no-untyped-def]
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
        seen = Visit()
        page = context.new_page()
        page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: seen.errors.append(str(e)))
        page.on("requestfailed", lambda r: seen.errors.append(f"not loaded: {r.url}"))
        page.on(
            "request",
            lambda r: seen.asked_outside.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None,
        )
        page.goto(f"{file.resolve().as_uri()}{query}")
        page.wait_for_load_state("networkidle")
        return page, seen

    yield open_page
    for context in contexts:
        context.close()
