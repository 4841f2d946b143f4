"""The command line: python -m sbirlib.search."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import sbirlib as sb
from sbirlib.search.__main__ import main


@pytest.fixture(scope="module")
def data() -> sb.data.Benchmark:
    return sb.load("world", split="mixed", per_class=4)


@pytest.fixture
def photos(tmp_path: Path, data: sb.data.Benchmark) -> Path:
    for name in ("anchor", "bicycle", "cat"):
        own = data.photos.take([i for i, each in enumerate(data.photos.names) if each == name])
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(len(own)):
            own.picture(number, 96).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


@pytest.fixture
def sketch(tmp_path: Path, data: sb.data.Benchmark) -> Path:
    row = data.sketches.names.index("bicycle")
    data.sketches.picture(row, 200).save(tmp_path / "sketch.png")
    return tmp_path / "sketch.png"


def run(*arguments: Any) -> int:
    return main([str(each) for each in arguments])


def test_the_best_are_listed(photos: Path, sketch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--gallery", photos, "--sketch", sketch, "-k", 3) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    scores = [float(line.split()[1]) for line in lines]
    assert scores == sorted(scores, reverse=True)
    assert "/bicycle/" in lines[0]


def test_by_text_as_json(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in ("-", tmp_path / "found.json"):
        assert run("--gallery", photos, "--text", "a photo of a cat", "-k", 99, "--json", file) == 0
        printed = capsys.readouterr().out
        found = json.loads(printed if file == "-" else (tmp_path / "found.json").read_text())
        assert found["query"] == {"text": "a photo of a cat"}
        assert found["photos"] == len(found["hits"]) == len(list(photos.rglob("*.png")))
        assert found["start"] == "tiny"
        assert Path(found["hits"][0]["file"]).parent.name == "cat"
        assert [hit["rank"] for hit in found["hits"]] == list(range(1, found["photos"] + 1))


def test_a_page_is_written(photos: Path, sketch: Path, tmp_path: Path) -> None:
    assert run("--gallery", photos, "--sketch", sketch, "--text", "a bicycle", "--html", tmp_path / "found.html") == 0
    text = (tmp_path / "found.html").read_text()
    assert text.count("<img") == 1 + min(10, len(list(photos.rglob("*.png"))))
    assert "“a bicycle”" in text


def test_a_trained_model_is_built_from_its_file(
    photos: Path, sketch: Path, tmp_path: Path, data: sb.data.Benchmark, capsys: pytest.CaptureFixture[str]
) -> None:
    model = sb.models.TextAligned(sb.encoders.clip("tiny-sketchy"), temperature=0.05)
    sb.training.save(sb.fit(model, data, steps=2, batch=8), tmp_path / "trained.safetensors")
    arguments = ("--gallery", photos, "--sketch", sketch, "--weights", tmp_path / "trained.safetensors")
    assert run(*arguments, "--json", "-") == 0
    found = json.loads(capsys.readouterr().out.split("\n", maxsplit=0)[-1])
    assert (found["model"], found["start"]) == ("TextAligned", "tiny-sketchy")
    assert found["digest"] == sb.embedding.fingerprint(model)
    assert run(*arguments, "--start", "tiny") == 2
    assert "holds another model: config.encoder is 'tiny-sketchy' there and 'tiny' here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--gallery", "absent", "--text", "cat"], "a folder of photos was expected; got absent"),
        (["--gallery", "absent", "--sketch", "absent.png"], "there is no picture absent.png"),
        (["--gallery", ".", "--text", "cat", "-k", "0"], "-k is 1 or more; got 0"),
        (["--gallery", ".", "--text", " "], "--text takes words; got none"),
        (["--gallery", ".", "--text", "cat", "--json", "no/such.json"], "--json: there is no folder no"),
        (["--gallery", ".", "--text", "cat", "--index", "index.db"], "an index is a .safetensors file; got index.db"),
        (["--gallery", ".", "--text", "cat", "--start", "tinny"], "no encoder is called 'tinny'"),
        (["--gallery", ".", "--text", "cat", "--weights", "absent.safetensors"], "no weights at absent.safetensors"),
    ],
)
def test_what_can_not_be_ends_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("sbirlib.search: error: ")
    assert said in error
    assert error.count("\n") == 1


def test_names_that_are_no_unicode_are_printed_with_a_mark(photos: Path, capsys: Any, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        (photos / "cat" / "0.png").rename(photos / name)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    html = tmp_path / "found.html"
    assert run("--gallery", photos, "--text", "a photo of a cat", "-k", 99, "--html", html) == 0
    assert "caf\ufffd.png" in capsys.readouterr().out
    assert "caf\ufffd.png" in html.read_text()


def test_a_blank_sheet_is_said_before_anything_is_indexed(photos: Path, tmp_path: Path, capsys: Any) -> None:
    Image.new("RGB", (80, 80), "white").save(tmp_path / "blank.png")
    assert run("--gallery", photos, "--sketch", tmp_path / "blank.png") == 2
    assert "blank.png can't be searched by: nothing is drawn on it" in capsys.readouterr().err
    assert not list(photos.glob(".*"))


def test_without_a_query_the_options_are_shown(capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--gallery", "photos"])
    assert "a search is by --sketch, --photo or --text" in capsys.readouterr().err
