from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sbirlib.training.history import History


def entry(step: int, **others: Any) -> dict[str, Any]:
    return {"step": step, "total": float(step), "losses": {"pairs": step / 2}, "lr": 0.1, **others}


def test_what_was_written_is_taken_up(tmp_path: Path) -> None:
    history = History(tmp_path / "run" / "log.jsonl")
    history.resume(0)
    for step in range(5):
        history.add(entry(step))
        if step % 2:
            history.write()
    history.write()
    lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == history.entries
    again = History(tmp_path / "run" / "log.jsonl")
    again.resume(3)
    assert again.entries == history.entries[:3]
    again.add(entry(3, score=0.5))
    again.write()
    third = History(tmp_path / "run" / "log.jsonl")
    third.resume(99)
    assert third.entries == [*history.entries[:3], entry(3, score=0.5)]


@pytest.mark.parametrize("cut", [1, 5, 30, 60])
def test_a_line_that_was_cut_short_is_dropped(cut: int, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    whole = "".join(f"{json.dumps(entry(step))}\n" for step in range(3))
    file.write_text(whole[:-cut] if cut > 1 else whole + '{"st')
    history = History(file)
    history.resume(3)
    kept = 3 if cut == 1 else 2
    assert history.entries == [entry(step) for step in range(kept)]
    history.add(entry(kept))
    history.write()
    assert [json.loads(line)["step"] for line in file.read_text().splitlines()] == list(range(kept + 1))


def test_a_kill_while_taking_up_keeps_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("".join(f"{json.dumps(entry(step))}\n" for step in range(3)))

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        History(file).resume(2)
    assert len(file.read_text().splitlines()) == 3


def test_without_a_file_it_is_in_memory(tmp_path: Path) -> None:
    history = History()
    history.resume(0)
    history.add(entry(0))
    history.write()
    assert list(history) == [entry(0)]
    assert not list(tmp_path.iterdir())


def test_curves_are_of_losses_scores_and_rates() -> None:
    history = History()
    for step in range(4):
        history.add(entry(step, **({"score": step / 10} if step % 2 else {})))
    assert history.curve("pairs") == ([0, 1, 2, 3], [0.0, 0.5, 1.0, 1.5])
    assert history.curve() == ([0, 1, 2, 3], [0.0, 1.0, 2.0, 3.0])
    assert history.curve("score") == ([1, 3], [0.1, 0.3])
    assert history.curve("lr") == ([0, 1, 2, 3], [0.1] * 4)
    history.add(entry(4, measured={"converted": 0.7}))
    assert history.curve("converted") == ([4], [0.7])


@pytest.mark.parametrize("name", ["pears", "step", "losses"])
def test_a_curve_that_nobody_logged_is_refused(name: str) -> None:
    history = History()
    history.add(entry(0))
    with pytest.raises(KeyError, match=f"the run logged lr, pairs, total; got '{name}'"):
        history.curve(name)
    with pytest.raises(KeyError, match="the run logged nothing; got 'total'"):
        History().curve()
