from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from toy import Toy, bench, left_in, made, same

from sbirlib.data.benchmark import Benchmark
from sbirlib.models.contract import Classes
from sbirlib.training import checkpoints as module
from sbirlib.training.checkpoints import (
    best_file,
    checkpoints,
    differences,
    read_checkpoint,
    read_tensors,
    write_best,
    write_checkpoint,
    write_tensors,
)
from sbirlib.training.fitting import fit

IDENTITY = {"model": "Toy", "seed": 0, "betas": (0.9, 0.99), "recipe": {"lr": 0.1, "steps": 5}}


def write(run: Path, step: int, best: int | None = None) -> Path:
    tensors = {"weight": torch.full((3,), float(step)), "count": torch.tensor(step)}
    return write_checkpoint(run, step, tensors, {"model/0/exp_avg": tensors["weight"]}, {"left": step}, IDENTITY, best)


def step_of(run: Path) -> int | None:
    """The step of the checkpoint that a run would be taken up at, all of it read."""
    found = read_checkpoint(run, IDENTITY)
    if found is None:
        return None
    assert torch.equal(found.model["weight"], torch.full((3,), float(found.step)))
    assert torch.equal(found.optimizers["model/0/exp_avg"], found.model["weight"])
    assert (found.model["count"], found.state["left"]) == (found.step, found.step)
    return found.step


def test_the_newest_is_read_and_two_are_kept(tmp_path: Path) -> None:
    assert step_of(tmp_path / "none") is None
    for step in (2, 4, 100, 1000):
        assert write(tmp_path, step) == tmp_path / f"step-{step:08d}"
        assert step_of(tmp_path) == step
    assert [folder.name for folder in checkpoints(tmp_path)] == ["step-00000100", "step-00001000"]
    assert [file.name for file in tmp_path.iterdir()] == [folder.name for folder in tmp_path.glob("step-*")]


def test_the_same_step_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write(tmp_path, 2)
    before = (tmp_path / "step-00000002" / "state.json").stat().st_ino
    write(tmp_path, 2)
    assert step_of(tmp_path) == 2
    assert (tmp_path / "step-00000002" / "state.json").stat().st_ino != before


def test_best_models_stay_as_long_as_a_checkpoint_names_them(tmp_path: Path) -> None:
    for step, best in ((1, None), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4)):
        if best == step:
            write_best(tmp_path, step, {"weight": torch.ones(1)})
        write(tmp_path, step, best)
        named = {json.loads((folder / "state.json").read_text())["best"] for folder in checkpoints(tmp_path)} - {None}
        assert {file.name for file in tmp_path.glob("best-*")} == {best_file(tmp_path, one).name for one in named}


class Killed(BaseException):
    """Nothing in the package catches it: the process is gone."""


def killed_after(operations: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """From now on, the process ends before its so many-th change of a disk; says whether it did."""
    count, over = 0, False

    def counting(whole: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal count, over
            count += 1
            if over or count > operations:
                over = True
                raise Killed
            return whole(*arguments, **options)

        return counted

    def emptied(folder: Path, ignore_errors: bool = False) -> None:
        for file in sorted(Path(folder).glob("*")):
            file.unlink()
        if Path(folder).is_dir():
            Path(folder).rmdir()

    for name in ("rename", "replace", "mkdir", "unlink", "rmdir"):
        monkeypatch.setattr(Path, name, counting(getattr(Path, name)))
    monkeypatch.setattr(shutil, "rmtree", emptied)  # file by file
    monkeypatch.setattr(module, "save_file", counting(module.save_file))
    return lambda: over


@pytest.mark.parametrize("again", [False, True])
def test_a_kill_at_any_moment_leaves_the_last_one_or_this_one(
    again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of the disk in its turn is the one that the process does not live to see."""
    outcomes = []
    for operations in range(60):
        run = tmp_path / str(operations)
        for step in (1, 2, 3):
            write(run, step, step)
        write_best(run, 4, {"weight": torch.ones(1)})
        with monkeypatch.context() as patches:
            over = killed_after(operations, patches)
            with suppress(Killed):
                write(run, 3 if again else 4, 3 if again else 4)
            done = not over()
        outcomes.append(step_of(run))
        write(run, 5, 4)  # and the next one comes, and clears away what was left
        assert step_of(run) == 5
        assert not [file.name for file in run.iterdir() if file.name.startswith(".")]
        if done:
            break
    assert done
    expected = {2, 3} if again else {3, 4}
    assert set(outcomes) == expected
    assert outcomes.index(max(expected)) > 3 or again
    assert len(outcomes) > 10


def test_what_was_half_written_is_not_seen(tmp_path: Path) -> None:
    write(tmp_path, 1)
    part = tmp_path / ".step-00000002.part"
    part.mkdir()
    (part / "model.safetensors").write_bytes(b"half")
    (tmp_path / ".best-00000002.safetensors.part").write_bytes(b"half")
    assert step_of(tmp_path) == 1
    write(tmp_path, 2)
    assert step_of(tmp_path) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["step-00000001", "step-00000002"]


@pytest.mark.parametrize("name", ["model.safetensors", "optimizers.safetensors", "state.json"])
@pytest.mark.parametrize("harm", ["truncated", "emptied", "removed", "scribbled"])
def test_a_damaged_one_is_refused_in_one_line(name: str, harm: str, tmp_path: Path) -> None:
    for step in (1, 2):
        write(tmp_path, step)
    file = tmp_path / "step-00000002" / name
    content = file.read_bytes()
    if harm == "removed":
        file.unlink()
    else:
        file.write_bytes({"truncated": content[:-5], "emptied": b"", "scribbled": b"\xff" * len(content)}[harm])
    with pytest.raises(
        ValueError, match=r"step-00000002 is damaged \(.+\); remove it to go on from step-00000001"
    ) as e:
        read_checkpoint(tmp_path, IDENTITY)
    assert "\n" not in str(e.value)
    shutil.rmtree(tmp_path / "step-00000002")
    assert step_of(tmp_path) == 1


def test_a_damaged_first_one_says_where_to_begin(tmp_path: Path) -> None:
    write(tmp_path, 1)
    (tmp_path / "step-00000001" / "model.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match="remove it to go on from the beginning"):
        read_checkpoint(tmp_path, IDENTITY)


def test_a_run_goes_on_from_the_one_before_a_damaged_one(tmp_path: Path) -> None:
    options: dict[str, Any] = {"steps": 5, "batch": 8, "validate": 1, "checkpoint": 2, "folder": tmp_path / "a"}
    unbroken = fit(made(Toy), bench(), **options)
    whole = left_in(tmp_path / "a")
    damaged = tmp_path / "a" / "step-00000005"
    (damaged / "model.safetensors").write_bytes((damaged / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(ValueError, match="step-00000005 is damaged"):
        fit(made(Toy), bench(), **options)
    shutil.rmtree(damaged)
    assert same(fit(made(Toy), bench(), **options).model, unbroken.model)
    assert left_in(tmp_path / "a") == whole


def test_another_schema_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, 1) / "state.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 7}))
    with pytest.raises(ValueError, match="step-00000001 is a checkpoint of schema 7; this version reads 1"):
        read_checkpoint(tmp_path, IDENTITY)


class Wider(Toy):
    def __init__(self) -> None:
        super().__init__(width=7)


class Shared(Toy):
    """A second name for the same weights."""

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        self.again = self.heads


@pytest.mark.parametrize(
    ("kind", "data", "options", "words"),
    [
        (Shared, bench, {}, "model is 'Toy' there and 'Shared' here"),
        (Wider, bench, {}, "config.width is 6 there and 7 here"),
        (Toy, bench, {"seed": 1}, "seed is 0 there and 1 here"),
        (Toy, bench, {"lr": 0.5}, "recipe.lr is 0.01 there and 0.5 here"),
        (Toy, bench, {"lr": {"model": 0.5}}, "rates.model is None there and 0.5 here"),
        (Toy, bench, {"batch": 4}, "recipe.batch is 8 there and 4 here"),
        (Toy, bench, {"steps": 4}, "steps is 3 there and 4 here"),
        (Toy, bench, {"dials": {"mix": 0.25}}, "dials.mix is None there and 0.25 here"),
        (Toy, bench, {"sketches": 0.5}, "sketches is 1.0 there and 0.5 here"),
        (Toy, bench, {"validate": 1}, "validate is None there and 1 here"),
        (Toy, lambda: bench(version="2"), {}, "world is '' there and '2' here"),
        (Toy, lambda: bench(per_class=11), {}, "data is '[0-9a-f]+' there and '[0-9a-f]+' here"),
        (Toy, bench, {"precision": "bf16"}, "recipe.precision is 'no' there and 'bf16' here"),
    ],
)
def test_another_runs_checkpoints_are_refused_by_what_differs(
    kind: type[Toy], data: Callable[[], Benchmark], options: dict[str, Any], words: str, tmp_path: Path
) -> None:
    own: dict[str, Any] = {"steps": 3, "batch": 8, "folder": tmp_path}
    fit(made(Toy), bench(), **own)
    before = left_in(tmp_path)
    with pytest.raises(ValueError, match=f"holds another run's checkpoints: .*{words}.*; give this run a folder"):
        fit(made(kind), data(), **own | options)
    assert left_in(tmp_path) == before


def test_other_weights_of_losses_and_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: dict[str, Any] = {"steps": 2, "batch": 8, "folder": tmp_path}
    fit(made(Toy), bench(), **own)
    heavier = made(Toy)
    heavier.weights = {"size": 2.0}
    with pytest.raises(ValueError, match=r"weights.size is None there and 2.0 here"):
        fit(heavier, bench(), **own)
    monkeypatch.setattr("sbirlib.__version__", "99")
    with pytest.raises(ValueError, match=r"sbirlib is '.*' there and '99' here"):
        fit(made(Toy), bench(), **own)


def test_what_does_not_change_the_numbers_is_not_compared(tmp_path: Path) -> None:
    fit(made(Toy), bench(), steps=3, batch=8, folder=tmp_path, checkpoint=1)
    fit(made(Toy), bench(), steps=3, batch=8, folder=tmp_path, checkpoint=2, workers=0)


def test_tied_weights_come_back(tmp_path: Path) -> None:
    run = fit(made(Shared), bench(), steps=3, batch=8, folder=tmp_path, validate=1)
    again = made(Shared)
    fit(again, bench(), steps=3, batch=8, folder=tmp_path, validate=1)
    assert same(again, run.model)
    assert again.again is again.heads


def test_any_layout_and_type_of_tensor_comes_back(tmp_path: Path) -> None:
    tensors: dict[str, Tensor] = {
        "turned": torch.arange(6.0).reshape(2, 3).T,
        "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        "scalar": torch.tensor(3),
        "mask": torch.tensor([True, False]),
        "half": torch.ones(2, dtype=torch.bfloat16),
        "learning": nn.Parameter(torch.ones(2)),
        "none": torch.empty(0, 4),
        "view": torch.arange(10)[3:5],
    }
    write_tensors(tmp_path / "all.safetensors", tensors)
    found = read_tensors(tmp_path / "all.safetensors")
    assert found.keys() == tensors.keys()
    for name, value in tensors.items():
        assert torch.equal(found[name], value), name
        assert found[name].dtype == value.dtype
    with pytest.raises(ValueError, match=r"none.safetensors is not a whole safetensors file"):
        read_tensors(tmp_path / "none.safetensors")


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["model", "optimizers", "best", "log"])
def test_a_full_disk_is_one_clear_error_and_the_run_goes_on_later(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"steps": 6, "batch": 8, "validate": 3, "checkpoint": 2}
    unbroken = fit(made(Toy), bench(), folder=tmp_path / "unbroken", **options)
    run = tmp_path / "full"
    save, opened = module.save_file, Path.open

    def full(tensors: Any, file: Path) -> None:
        if where in file.name and checkpoints(run):
            file.write_bytes(b"half of it")
            raise FULL
        save(tensors, file)

    def full_log(self: Path, mode: str = "r", *others: Any, **more: Any) -> Any:
        if where == "log" and mode == "a" and checkpoints(run):
            raise FULL
        return opened(self, mode, *others, **more)

    with monkeypatch.context() as patches:
        patches.setattr(module, "save_file", full)
        patches.setattr(Path, "open", full_log)
        step = 3 if where == "best" else 4
        with pytest.raises(
            OSError,
            match=rf"the checkpoint of step {step} could not .*No space left.*; the last whole one is step-00000002",
        ):
            fit(made(Toy), bench(), folder=run, **options)
        assert not [file for file in run.rglob("*") if file.name.startswith(".")]
    assert same(fit(made(Toy), bench(), folder=run, **options).model, unbroken.model)
    assert left_in(run) == left_in(tmp_path / "unbroken")


def test_a_disk_that_was_full_from_the_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(tensors: Any, file: Path) -> None:
        raise FULL

    monkeypatch.setattr(module, "save_file", full)
    with pytest.raises(OSError, match=r"the checkpoint of step 1 could not be written .*; there is no earlier one"):
        fit(made(Toy), bench(), folder=tmp_path, steps=2, batch=8, checkpoint=1)


def test_differences_are_named_by_their_place() -> None:
    there = {"a": {"b": 1, "c": [1, 2]}, "d": None}
    assert differences(there, there) == ""
    assert differences(there, {"a": {"b": 2, "c": [1]}, "e": 0}) == (
        "a.b is 1 there and 2 here, a.c is [1, 2] there and [1] here, e is None there and 0 here"
    )
