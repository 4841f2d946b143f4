from __future__ import annotations

from pathlib import Path

import pytest
import stage


def toc(*files: str) -> dict[str, object]:
    return {"parts": [{"caption": "All", "chapters": [{"file": file} for file in files]}]}


def test_the_table_of_contents_and_the_notebooks_agree_or_it_stops() -> None:
    assert stage.chapters_of(toc("notebooks/01-a", "book/glossary"), ["01-a"]) == ["01-a"]
    with pytest.raises(SystemExit, match=r"does not list 02-b: add notebooks/02-b"):
        stage.chapters_of(toc("notebooks/01-a"), ["01-a", "02-b"])
    with pytest.raises(SystemExit, match=r"lists 02-b, which is not in notebooks/"):
        stage.chapters_of(toc("notebooks/01-a", "notebooks/02-b"), ["01-a"])


def test_buttons_come_with_the_address_and_not_before() -> None:
    bare = stage.configure({"repository": {"url": "", "branch": "main"}, "html": {}}, "smoke")
    assert "repository" not in bare
    assert "launch_buttons" not in bare
    assert "<strong>smoke</strong>" in bare["html"]["extra_footer"]
    public = stage.configure({"repository": {"url": "https://example.org/sbir"}, "html": {}}, "book")
    assert public["launch_buttons"]["colab_url"]
    assert all(public["html"][f"use_{kind}_button"] for kind in ("repository", "issues", "edit_page"))


def test_only_what_changed_is_written_and_what_is_gone_goes(tmp_path: Path) -> None:
    stage.write({Path("a.md"): b"1", Path("b/c.md"): b"2"}, tmp_path)
    before = (tmp_path / "a.md").stat().st_mtime_ns
    changed = stage.write({Path("a.md"): b"1", Path("d.md"): b"3"}, tmp_path)
    assert sorted(map(str, changed)) == ["b/c.md", "d.md"]
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()) == ["a.md", "d.md"]
