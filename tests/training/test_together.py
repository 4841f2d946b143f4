"""Two processes learn what one does: `together` runs on both, once for all tests of this file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import together
import torch
from safetensors.torch import load_file
from torch import Tensor
from toy import Contrast, bench, made

from sbirlib.encoders import clip
from sbirlib.training.fitting import fit

pytestmark = pytest.mark.slow

Told = tuple[Path, list[dict[str, Any]], list[dict[str, Tensor]]]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What two processes left behind, what each said, and the weights that each had."""
    folder = tmp_path_factory.mktemp("two")
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "SBIR_BUILD": str(folder / "build"),
        "SBIR_PROFILE": "book",
        "SBIR_DEVICE": "cpu",
        "OMP_NUM_THREADS": "1",
        "GLOO_SOCKET_IFNAME": "lo",
    }
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [*torchrun, together.__file__, str(folder)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-4000:]
    said = [json.loads((folder / f"said-{rank}.json").read_text()) for rank in range(2)]
    return folder, said, [load_file(folder / f"weights-{rank}.safetensors") for rank in range(2)]


def of(weights: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key.removeprefix(f"{name}/"): value for key, value in weights.items() if key.startswith(f"{name}/")}


@pytest.mark.parametrize("name", together.FITS)
def test_two_processes_learn_what_one_does(name: str, two: Told) -> None:
    _, said, weights = two
    # what one process takes in a batch, two take in halves; of a step's two batches, each has a half of both
    alone = together.train(name, None)
    for rank in range(2):
        assert said[rank][name]["totals"] == pytest.approx(alone.history.curve()[1], abs=1e-5)
        found = of(weights[rank], name)
        assert found.keys() == alone.model.state_dict().keys()
        for key, value in alone.model.state_dict().items():
            torch.testing.assert_close(found[key], value, atol=1e-6, rtol=0)
    start = made(Contrast).state_dict()
    assert not torch.allclose(of(weights[0], name)["map.weight"], start["map.weight"], atol=1e-3)


@pytest.mark.parametrize("name", together.REAL)
def test_models_on_a_clip_learn_on_two_what_they_learn_on_one(
    name: str, two: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBIR_PROFILE", "book")
    alone = together.learn(name).model.state_dict()
    start = together.REAL[name](clip("tiny")).state_dict()
    for weights in two[2]:
        found = of(weights, name)
        assert found.keys() == alone.keys()
        for key, value in alone.items():
            torch.testing.assert_close(
                found[key], value, atol=1e-4, rtol=1e-3, msg=lambda said, key=key: f"{key}: {said}"
            )
    moved = [key for key, value in alone.items() if key not in start or not torch.equal(value.cpu(), start[key])]
    assert len(moved) > 10


def test_a_job_of_two_is_asked_in_all_ways_by_the_first(two: Told) -> None:
    first, second = (said["asked"] for said in two[1])
    assert first == ["as it is", "centred", "converted"]
    assert second == []


def test_both_have_the_same_weights(two: Told) -> None:
    _, _, (one, other) = two
    for name, value in one.items():
        if "running" not in name:  # batch norm counts what its own process has seen
            assert torch.equal(value, other[name]), name


@pytest.mark.parametrize("at", range(4))
def test_two_that_are_stopped_end_as_unbroken_ones(at: int, two: Told) -> None:
    _, _, (first, second) = two
    for weights in (first, second):
        broken, unbroken = of(weights, f"broken {at}"), of(weights, "unbroken")
        for name, value in unbroken.items():
            if weights is first or "running" not in name:
                assert torch.equal(broken[name], value), name


def test_one_goes_on_where_two_were(two: Told) -> None:
    """The first process writes; a checkpoint knows nothing of how many there were."""
    folder, _, weights = two
    run = fit(made(Contrast), bench(), steps=4, batch=16, augment=0.0, folder=folder / "plain", checkpoint=2)
    assert all(torch.equal(of(weights[0], "plain")[name], value) for name, value in run.model.state_dict().items())
    lines = (folder / "plain" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [0, 1, 2, 3]
    assert [file.name for file in sorted((folder / "plain").glob("step-*"))] == ["step-00000002", "step-00000004"]


def test_one_record_is_written(two: Told) -> None:
    lines = (two[0] / "build" / "records" / "book.jsonl").read_text().splitlines()
    names = [json.loads(line)["name"] for line in lines]
    assert names.count("fit/Contrast") == len(together.FITS)


def test_the_best_is_the_same_for_both(two: Told) -> None:
    one, other = (said["selected"]["best"] for said in two[1])
    assert one == other
    assert one is not None


def test_the_gathered_gradient_by_hand(two: Told) -> None:
    """The slope of sum_k k w_k^2 at w = 1, 2, 3, 4 is 2, 8, 18, 32; both have the whole loss, so it comes twice, and
    the mean over processes that data-parallel training takes of every parameter's gradient makes it once."""
    first, second = (said["gathered"] for said in two[1])
    assert first["whole"] == second["whole"] == [1, 2, 3, 4]
    assert first["labels"] == second["labels"] == [0, 0, 1, 1]
    assert first["gradient"] == [2 * 2, 2 * 8]
    assert second["gradient"] == [2 * 18, 2 * 32]
    assert first["shared"] == second["shared"] == [2 * 2]  # a slope of 1 through each of two ways


@pytest.mark.parametrize(("where", "words"), [("loss", "the loss size is nan"), ("gradient", "the gradient is nan")])
def test_a_number_that_is_none_on_one_ends_both(where: str, words: str, two: Told) -> None:
    one, other = (said[where] for said in two[1])
    assert one == other
    assert one.startswith(f"step 2: {words}; the batch: step 4 of seed 0: ")
    assert "; step 5 of seed 0: " in one  # what the other one saw


def test_a_batch_is_taken_in_equal_parts(two: Told) -> None:
    for said in two[1]:
        assert said["refused"] == "2 processes take equal parts of a batch; got batch=7"


def test_a_model_that_learns_nothing_runs_on_both(two: Told) -> None:
    assert [said["met"] for said in two[1]] == [3, 3]
