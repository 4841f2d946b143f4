from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from toy import Toy, bench, made, same

from sbirlib.training.accelerating import accelerator, default_workers, reseed, seeded
from sbirlib.training.fitting import fit


def test_tensorboard_on_request(tmp_path: Path) -> None:
    run = fit(made(Toy), bench(), steps=3, batch=8, folder=tmp_path, trackers=["tensorboard"])
    events = EventAccumulator(str(tmp_path / "losses"))
    events.Reload()
    assert {"classes", "size", "total", "lr"} <= set(events.Tags()["scalars"])
    for name in ("classes", "total"):
        found = events.Scalars(name)
        assert [event.step for event in found] == [0, 1, 2]
        assert [event.value for event in found] == pytest.approx(run.history.curve(name)[1], rel=1e-6)


def test_another_run_can_follow_one_that_was_tracked(tmp_path: Path) -> None:
    tracked = fit(made(Toy), bench(), steps=2, batch=8, folder=tmp_path / "a", trackers=["tensorboard"])
    assert same(tracked.model, fit(made(Toy), bench(), steps=2, batch=8).model)


def test_without_a_request_there_is_the_log_only(tmp_path: Path) -> None:
    fit(made(Toy), bench(), steps=2, batch=8, folder=tmp_path / "run")
    assert sorted(file.name for file in (tmp_path / "run").iterdir()) == [
        "log.jsonl", "record.json", "step-00000001", "step-00000002",
    ]  # fmt: skip


def test_precisions_follow_each_other() -> None:
    for precision in ("no", "bf16", "bf16", "no"):
        assert accelerator(precision, (), None).mixed_precision == precision


def test_a_launchers_accumulation_is_not_added_to_the_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = fit(made(Toy), bench(), steps=2, batch=8)
    monkeypatch.setenv("ACCELERATE_GRADIENT_ACCUMULATION_STEPS", "4")
    assert same(fit(made(Toy), bench(), steps=2, batch=8).model, plain.model)


def test_numbers_in_a_block_hang_on_its_seed_and_those_after_it_do_not() -> None:
    torch.manual_seed(0)
    expected = torch.rand(2)
    torch.manual_seed(0)
    for _ in range(2):
        with seeded(5, torch.device("cpu")):
            found = torch.rand(2)
    assert torch.equal(found, torch.rand(2, generator=torch.Generator().manual_seed(5)))
    assert torch.equal(torch.rand(2), expected)


def test_a_processor_decodes_for_itself() -> None:
    assert default_workers(torch.device("cpu")) == 0
    assert 1 <= default_workers(torch.device("cuda")) <= 8


def test_a_new_seed_is_torchs() -> None:
    for number in (0, 2**40, 2**63 - 1):
        with seeded(0, torch.device("cpu")):
            reseed(number, torch.device("cpu"))
            found = torch.rand(3)
            torch.manual_seed(number)
            assert torch.equal(torch.rand(3), found)
