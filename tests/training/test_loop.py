from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from toy import Contrast, Duel, Game, Spoilt, Still, Toy, bench, interrupted, left_in, made, same

from sbirlib.data.batching import batches
from sbirlib.models.contract import Player, decayed
from sbirlib.training import selection
from sbirlib.training.fitting import fit, known_classes
from sbirlib.training.loop import Loop, Progress

STEPS = 6
SETTINGS: dict[str, tuple[Any, dict[str, Any]]] = {
    "dropout and batch norm": (Toy, {}),
    "sgd": (Toy, {"lr": {"model": 0.1}}),
    "accumulated": (Toy, {"accumulate": 2}),
    "players": (Duel, {}),
    "contrastive": (Contrast, {}),
    "selected": (Toy, {"validate": 2}),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_run_that_is_stopped_anywhere_ends_as_an_unbroken_one(setting: str, tmp_path: Path) -> None:
    kind, options = SETTINGS[setting]
    data = bench()
    options = {"steps": STEPS, "batch": 8, **options}
    unbroken = fit(made(kind), data, folder=tmp_path / "unbroken", checkpoint=2, **options)
    for at in range(STEPS):
        folder = tmp_path / str(at)
        interrupted(made(kind), at, data, folder=folder, checkpoint=2, **options)
        resumed = fit(made(kind), data, folder=folder, checkpoint=2, **options)
        assert same(resumed.model, unbroken.model)
        assert left_in(folder) == left_in(tmp_path / "unbroken")
        assert resumed.history.entries == unbroken.history.entries
        assert resumed.best == unbroken.best


def test_a_run_without_a_folder_gives_the_same_numbers(tmp_path: Path) -> None:
    with_folder = fit(made(Toy), bench(), steps=4, batch=8, validate=2, folder=tmp_path)
    without = fit(made(Toy), bench(), steps=4, batch=8, validate=2)
    assert same(with_folder.model, without.model)
    assert with_folder.history.entries == without.history.entries


def test_a_run_that_is_stopped_again_and_again_ends_too(tmp_path: Path) -> None:
    data = bench()
    unbroken = fit(made(Toy), data, steps=STEPS, batch=8)
    for at in range(1, STEPS):
        interrupted(made(Toy), at, data, folder=tmp_path, checkpoint=1, steps=STEPS, batch=8)
    assert same(fit(made(Toy), data, folder=tmp_path, checkpoint=1, steps=STEPS, batch=8).model, unbroken.model)


def scored(monkeypatch: pytest.MonkeyPatch, scores: list[float]) -> None:
    """The model's score after step i is the i-th of these."""
    monkeypatch.setattr(selection, "score_on", lambda tuning, model: scores[model.step])


def test_the_best_is_kept_and_patience_ends_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scored(monkeypatch, [0.1, 0.5, 0.4, 0.5, 0.3, 0.9])
    data = bench()
    run = fit(made(Toy), data, steps=6, batch=8, validate=1, patience=3)
    assert run.best == (2, 0.5)  # an equal score is not a better one
    assert run.record.numbers["steps"] == 5
    assert run.history.curve("score") == ([0, 1, 2, 3, 4], [pytest.approx(s) for s in (0.1, 0.5, 0.4, 0.5, 0.3)])
    assert same(run.model, fit(made(Toy), data, steps=6, batch=8, validate=2, patience=1).model)
    for at in range(5):
        interrupted(
            made(Toy), at, data, folder=tmp_path / str(at), checkpoint=2, steps=6, batch=8, validate=1, patience=3
        )
        resumed = fit(
            made(Toy), data, folder=tmp_path / str(at), checkpoint=2, steps=6, batch=8, validate=1, patience=3
        )
        assert same(resumed.model, run.model)
        assert resumed.best == run.best
        assert resumed.history.entries == run.history.entries
    again = fit(made(Toy), data, folder=tmp_path / "4", checkpoint=2, steps=6, batch=8, validate=1, patience=3)
    assert same(again.model, run.model)  # a run that has stopped is not taken further
    assert again.record.numbers["steps"] == 5


def test_a_longer_wait_for_validation_takes_the_last_step_too(monkeypatch: pytest.MonkeyPatch) -> None:
    scored(monkeypatch, [0.1, 0.2, 0.3, 0.4, 0.5])
    run = fit(made(Toy), bench(), steps=5, batch=8, validate=3)
    assert run.history.curve("score")[0] == [2, 4]
    assert run.best == (5, 0.5)


def test_a_run_is_for_evaluation_when_it_ends() -> None:
    run = fit(made(Toy), bench(), steps=1, batch=8)
    assert not any(module.training for module in run.model.modules())


def test_the_model_trains_again_after_a_validation() -> None:
    modes = []

    class Watched(Toy):
        def losses(self, batch: Any, player: str = "model") -> dict[str, torch.Tensor]:
            modes.append((self.training, self.norm.training))
            return super().losses(batch, player)

    fit(made(Watched), bench(), steps=3, batch=8, validate=1)
    assert modes == [(True, True)] * 3


def test_the_model_is_told_where_training_is() -> None:
    told = []

    class Told(Toy):
        def at(self, step: int, steps: int, epoch: float) -> None:
            super().at(step, steps, epoch)
            told.append((step, steps, epoch))

    data = bench()
    run = fit(made(Told), data, epochs=2, batch=8)
    an_epoch = -(-len(data.train.sketches) // 4)  # half a batch is sketches
    assert told == [(step, 2 * an_epoch, step / an_epoch) for step in range(2 * an_epoch)]
    assert len(run.history) == 2 * an_epoch


def test_a_model_that_learns_nothing_sees_its_batches() -> None:
    run = fit(Still(), bench())
    assert run.model.met == 3
    assert [entry["losses"] for entry in run.history] == [{}] * 3
    assert run.record.numbers["learning"] == 0


def test_a_model_that_learns_nothing_is_taken_up_too(tmp_path: Path) -> None:
    interrupted(Still(), 2, bench(), folder=tmp_path, checkpoint=1)
    assert fit(Still(), bench(), folder=tmp_path, checkpoint=1).model.met == 3


def test_no_step_is_no_trouble(tmp_path: Path) -> None:
    model = made(Toy)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    run = fit(model, bench(), steps=0, folder=tmp_path)
    assert all(torch.equal(model.state_dict()[name], value) for name, value in before.items())
    assert len(run.history) == 0
    assert run.record.numbers["steps"] == 0
    assert "0 steps" in repr(run)


def test_where_nobody_plays_no_step_is_taken() -> None:
    class Idle(Still):
        kind: ClassVar[str] = "none"

        def players(self) -> dict[str, Player]:
            return {}

    run = fit(Idle(), steps=3)
    assert run.model.met == 0
    assert (len(run.history), run.record.numbers["steps"]) == (0, 0)


def test_checkpoints_come_when_asked_for(tmp_path: Path) -> None:
    fit(made(Toy), bench(), steps=5, batch=8, folder=tmp_path, checkpoint=2)
    assert [folder.name for folder in sorted(tmp_path.glob("step-*"))] == ["step-00000004", "step-00000005"]
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 5


def test_a_finished_run_is_given_back_as_it_is(tmp_path: Path) -> None:
    first = fit(made(Toy), bench(), steps=4, batch=8, folder=tmp_path, validate=2)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    model = made(Toy)
    model.losses = None  # it is not asked for any
    again = fit(model, bench(), steps=4, batch=8, folder=tmp_path, validate=2)
    assert same(again.model, first.model)
    assert (again.best, again.history.entries) == (first.best, first.history.entries)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_an_error_names_what_the_step_showed() -> None:
    data = bench()
    with pytest.raises(
        FloatingPointError, match=r"step 2: the loss size is nan; the batch: step 2 of seed 5"
    ) as caught:
        fit(made(Spoilt, 2), data, seed=5, steps=4, batch=4)
    named = str(caught.value)
    assert any(key in named for key in data.train.sketches.keys)
    assert any(key in named for key in data.train.photos.keys)


def test_an_error_names_the_part_of_a_step_that_is_at_fault() -> None:
    calls = []

    class Second(Toy):
        def losses(self, batch: Any, player: str = "model") -> dict[str, torch.Tensor]:
            calls.append(len(batch))
            found = super().losses(batch, player)
            return found | {"size": found["size"] * torch.nan} if len(calls) == 4 else found

    with pytest.raises(
        FloatingPointError, match=r"^step 1: the loss size is nan; the batch: step 3 of seed 0: [^;]*;[^;]*$"
    ):
        fit(made(Second), bench(), steps=4, batch=4, accumulate=2)


def test_a_spoilt_run_goes_on_from_its_last_checkpoint_once_it_is_mended(tmp_path: Path) -> None:
    options: dict[str, Any] = {"steps": 5, "batch": 8, "folder": tmp_path, "checkpoint": 1}
    with pytest.raises(FloatingPointError, match="step 3"):
        fit(made(Spoilt, 3), bench(), **options)
    mended = fit(made(Spoilt, 99), bench(), **options)
    assert same(mended.model, fit(made(Toy), bench(), steps=5, batch=8).model)


def test_the_log_is_plain_lines(tmp_path: Path) -> None:
    fit(made(Game), steps=3, folder=tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [set(line) for line in lines] == [{"step", "total", "losses", "lr"}] * 3
    assert [set(line["losses"]) for line in lines] == [{"low/value"}, {"low/value"}, {"low/value", "high/value"}]


def test_the_loop_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 5 % of a step of 50 ms, over batch, forward, backward and step themselves; it is about 0.4 ms."""
    data, steps = bench(20), 60
    model = made(Toy)
    model.setup(known_classes(data))
    groups = [{"params": list(group.parameters)} for group in decayed(model.named_parameters())]
    optimizer = torch.optim.AdamW(groups, lr=1e-2, fused=True)

    def bare() -> float:
        began = time.process_time()
        for batch in batches(data, "captioned", batch=16).loader(0, steps):
            optimizer.zero_grad()
            model.total(model.losses(batch)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        return time.process_time() - began

    took: list[float] = []
    run = Loop.run

    def timed(loop: Loop) -> Progress:
        began = time.process_time()
        state = run(loop)
        took.append(time.process_time() - began)
        return state

    monkeypatch.setattr(Loop, "run", timed)
    bares = []
    for _ in range(3):
        bares.append(bare())
        fit(made(Toy), data, steps=steps, batch=16)
    assert (min(took) - min(bares)) / steps < 0.05 * 0.050
