from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from sbirlib.encoders.weights import fill, read_weights, write_weights
from sbirlib.runs import reads

TENSORS = {"weight": torch.arange(6.0).reshape(2, 3) / 7, "steps": torch.tensor(3)}
CARD = {"data": "photos of all classes", "seed": 0, "world": "1", "words": ["a", "Zoë"]}


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("echo this must not run > ran",)


def test_what_is_written_is_read_and_twice_the_same_bytes(tmp_path: Path) -> None:
    file = write_weights(tmp_path / "a" / "w.safetensors", TENSORS, CARD)
    tensors, card = read_weights(file)
    assert card == CARD
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert write_weights(tmp_path / "v.safetensors", TENSORS, CARD).read_bytes() == file.read_bytes()
    assert [f.name for f in file.parent.iterdir()] == ["w.safetensors"]


def test_half_halves_floats_alone_and_reads_them_as_float32(tmp_path: Path) -> None:
    file = write_weights(tmp_path / "w.safetensors", TENSORS, {}, half=True)
    tensors, _ = read_weights(file)
    assert tensors["weight"].dtype == torch.float32
    assert torch.equal(tensors["weight"], TENSORS["weight"].half().float())
    assert tensors["steps"].dtype == torch.int64
    with pytest.raises(ValueError, match="big does not fit fp16: its largest value is 1e"):
        write_weights(tmp_path / "v.safetensors", {"big": torch.tensor([1e6])}, {}, half=True)


def test_tensors_that_share_memory_are_written(tmp_path: Path) -> None:
    shared = torch.rand(3, 4)
    tensors, _ = read_weights(write_weights(tmp_path / "w.safetensors", {"a": shared, "b": shared.t()}, {}))
    assert torch.equal(tensors["a"], tensors["b"].t())


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_weights(tmp_path / "w.safetensors", TENSORS, {"run": 1})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_weights(file, TENSORS, {"run": 2})
    assert read_weights(file)[1] == {"run": 1}
    assert len(list(tmp_path.iterdir())) == 1


def test_another_worlds_weights_are_refused_when_both_say_so(tmp_path: Path) -> None:
    file = write_weights(tmp_path / "w.safetensors", TENSORS, CARD)
    with pytest.raises(ValueError, match="made with version 1 of the drawn world; this is version 2"):
        read_weights(file, world="2")
    read_weights(file, world="1")
    read_weights(write_weights(file, TENSORS, {}), world="2")


def test_torch_files_of_tensors_are_read(tmp_path: Path) -> None:
    for name, content, how in [
        ("a.pt", TENSORS, True),
        ("b.pth", TENSORS, False),
        ("c.bin", {"epoch": 3, "state_dict": {f"module.{n}": t for n, t in TENSORS.items()}}, True),
    ]:
        torch.save(content, tmp_path / name, _use_new_zipfile_serialization=how)
        tensors, card = read_weights(tmp_path / name)
        assert card == {}
        assert torch.equal(tensors["weight"], TENSORS["weight"])


@pytest.mark.parametrize("name", ["w.pt", "w.pth", "w.bin", "w.pkl", "w.safetensors"])
@pytest.mark.parametrize("form", ["pickle", "zip", "old"])
def test_a_pickle_is_refused_under_any_name_and_never_run(
    name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if form == "pickle":
        (tmp_path / name).write_bytes(pickle.dumps({"weight": Evil()}))
    else:
        torch.save({"weight": Evil()}, tmp_path / name, _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(ValueError, match=rf"{name} (is|holds)|{name} is refused"):
        read_weights(name)
    assert [f.name for f in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["w.safetensors", "w.pt"])
@pytest.mark.parametrize("left", [0, 5, 200, 1000])
def test_a_file_cut_short_is_one_clear_error(name: str, left: int, tmp_path: Path) -> None:
    file = tmp_path / name
    tensors = {"weight": torch.rand(400)}
    save_file(tensors, file) if name == "w.safetensors" else torch.save(tensors, file)
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(ValueError, match=rf"{name}.*(cut short|damaged)"):
        read_weights(file)


def test_files_that_are_not_what_their_name_says(tmp_path: Path) -> None:
    save_file({"weight": torch.rand(2)}, tmp_path / "w.pt")
    with pytest.raises(ValueError, match=r"named \.pt, but is no torch file"):
        read_weights(tmp_path / "w.pt")
    torch.save([torch.rand(2)], tmp_path / "list.pt")
    with pytest.raises(ValueError, match=r"list\.pt holds no state dict"):
        read_weights(tmp_path / "list.pt")
    with pytest.raises(FileNotFoundError, match="no weights at"):
        read_weights(tmp_path / "none.pt")
    with pytest.raises(ValueError, match="written as"):
        write_weights(tmp_path / "w.pt", TENSORS, {})


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_torchscript_program_is_refused_with_the_way_out(tmp_path: Path) -> None:
    torch.jit.script(nn.Linear(2, 2)).save(tmp_path / "script.pt")
    with pytest.raises(ValueError, match=r"TorchScript program.*state_dict"):
        read_weights(tmp_path / "script.pt")


def test_fill_names_what_does_not_fit() -> None:
    module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    state = {name: torch.ones_like(t) for name, t in module.state_dict().items()}
    before = module[0].weight.clone()

    def without(*names: str) -> dict[str, Tensor]:
        return {n: t for n, t in state.items() if not n.startswith(names)}

    with pytest.raises(ValueError, match=r"w\.pt is of another architecture: 0\.weight, 0\.bias missing; z unexpected"):
        fill(module, without("0.") | {"z": torch.ones(1)}, "w.pt")
    with pytest.raises(ValueError, match=r"1\.weight, 1\.bias, 1\.running_mean and 1 more missing"):
        fill(module, without("1."), "w.pt")
    with pytest.raises(ValueError, match=r"0\.weight is \(2, 4\), expected \(2, 3\)"):
        fill(module, state | {"0.weight": torch.ones(2, 4)}, "w.pt")
    assert torch.equal(module[0].weight, before)
    fill(module, without("1."), "w.pt", optional=["1."])
    assert (module[0].weight == 1).all()


def test_what_is_read_is_noted_for_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Path] = []

    def note(path: Path) -> Path:
        noted.append(path)
        return reads(path)

    monkeypatch.setattr("sbirlib.encoders.weights.reads", note)
    file = write_weights(tmp_path / "w.safetensors", TENSORS, CARD)
    read_weights(file)
    assert noted == [file]
