from __future__ import annotations

import pytest
import torch

from sbirlib import runs


def available(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(("cuda", "mps", "best"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_auto_takes_the_best_there_is(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, best: str) -> None:
    available(monkeypatch, cuda, mps)
    assert runs.device().type == best
    assert runs.device("cpu").type == "cpu"


def test_the_environment_chooses_unless_a_name_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    available(monkeypatch, cuda=True, mps=False)
    monkeypatch.setenv("SBIR_DEVICE", "cpu")
    assert runs.device().type == "cpu"
    assert str(runs.device("cuda:1")) == "cuda:1"


def test_a_device_that_is_not_there_or_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    available(monkeypatch, cuda=False, mps=False)
    with pytest.raises(ValueError, match="torch finds no cuda here"):
        runs.device("cuda")
    with pytest.raises(ValueError, match=r"one of auto, cuda, mps, cpu .*got 'tpu'"):
        runs.device("tpu")


def test_the_machine_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    runs.hardware.cache_clear()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    found = runs.hardware()
    assert found["cpu"]
    assert found["threads"] == 1
    assert found["cores"] >= 1
    runs.hardware.cache_clear()
