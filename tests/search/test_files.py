from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from sbirlib.search import Card, Item
from sbirlib.search import files as module
from sbirlib.search.files import read_gallery, write_gallery
from tests.search.small import items, units

CARD = Card("Greys", "0123456789abcdef", 8)


def written(folder: Path, n: int = 20) -> Path:
    vectors = units(n, 8)
    return write_gallery(folder / "g.safetensors", {"vectors": [vectors[:7], vectors[7:]]}, items(n), CARD)


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    odd = [Item("a\nb", {"name": "Müller \u2028 \x85", "n": [1, 2.5, None]}), Item("", {})]
    file = write_gallery(tmp_path / "new" / "g.safetensors", {"vectors": [units(2, 8)]}, odd, CARD)
    tensors, kept, card = read_gallery(file)
    assert torch.equal(tensors["vectors"], units(2, 8))
    assert kept == odd
    assert card == CARD
    assert set(tensors) == {"vectors"}


def test_anybody_can_read_it(tmp_path: Path) -> None:
    """It is plain safetensors, with lines of JSON among the tensors."""
    tensors = load_file(written(tmp_path))
    assert torch.equal(tensors["vectors"], units(20, 8))
    lines = bytes(tensors["items"].tolist()).decode().split("\n")
    assert json.loads(lines[3]) == {"key": "key/3", "metadata": {"row": 3}}


def test_vectors_stay_in_the_file_and_begin_at_a_whole_line_of_memory(tmp_path: Path) -> None:
    vectors = read_gallery(written(tmp_path))[0]["vectors"]
    assert vectors.data_ptr() % 64 == 0
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if "g.safetensors" in line] or None
    if mapped is not None:  # where the system tells
        spans = [tuple(int(end, 16) for end in line.split()[0].split("-")) for line in mapped]
        assert any(low <= vectors.data_ptr() < high for low, high in spans)


def test_the_same_gallery_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = written(tmp_path / "a"), written(tmp_path / "b")
    assert one.read_bytes() == two.read_bytes()


def test_cut_short_anywhere_it_is_refused_in_a_line(tmp_path: Path) -> None:
    whole = written(tmp_path).read_bytes()
    file = tmp_path / "cut.safetensors"
    for length in (0, 5, 8, 50, 200, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"^cut.safetensors is (cut short or damaged|.*no gallery).*$"):
            read_gallery(file)


def test_a_scribbled_byte_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    whole = written(tmp_path).read_bytes()
    file, rng = tmp_path / "bad.safetensors", random.Random(0)
    for place in [*(rng.randrange(len(whole)) for _ in range(150)), len(whole) - 1]:
        byte = whole[place] ^ (1 << rng.randrange(8))
        file.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        try:
            tensors, kept, card = read_gallery(file)
        except ValueError as error:
            assert "\n" not in str(error)  # noqa: PT017  # most are refused; what is not says what was saved
        else:
            assert (kept, card) == (items(20), CARD)
            assert torch.equal(tensors["vectors"], units(20, 8))


def test_other_files_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "weights.safetensors"
    save_file({"weight": torch.zeros(3)}, weights)
    with pytest.raises(ValueError, match="a safetensors file, but no gallery"):
        read_gallery(weights)
    (tmp_path / "text.safetensors").write_text("Hello, I am a gallery, and a long one at that.")
    with pytest.raises(ValueError, match="no safetensors file at all"):
        read_gallery(tmp_path / "text.safetensors")
    with pytest.raises(FileNotFoundError, match="no gallery at"):
        read_gallery(tmp_path / "none.safetensors")


def test_another_schema_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SCHEMA", 2)
    file = written(tmp_path)
    monkeypatch.setattr(module, "SCHEMA", 1)
    with pytest.raises(ValueError, match=r"g.safetensors: a gallery of schema 1 was expected; got schema 2$"):
        read_gallery(file)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path)
    before = file.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path, n=30)
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == before


def test_the_name_says_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape("written as .safetensors; got g.pkl")):
        write_gallery(tmp_path / "g.pkl", {"vectors": [units(1, 8)]}, items(1), CARD)
