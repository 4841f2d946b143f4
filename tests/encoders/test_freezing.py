from __future__ import annotations

import random

import numpy as np
import torch
from torch import nn

from sbirlib.encoders.freezing import frozen, learnable, seeded, still


class Locked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.proj = nn.Linear(2, 2), nn.Linear(2, 2)
        self.locked = True


def test_frozen_parts_and_all_batch_norm_stay_in_eval_mode() -> None:
    learns = nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.BatchNorm1d(2))
    rests = nn.Sequential(nn.Linear(2, 2), nn.Dropout()).requires_grad_(False)
    still([learns.train(), rests.train()], learn_statistics=False)
    assert [m.training for m in learns] == [True, True, False]
    assert [m.training for m in rests] == [False, False]
    still([learns.train(), rests.train()], learn_statistics=True)
    assert [m.training for m in (*learns, *rests)] == [True, True, True, False, False]


def test_a_module_without_parameters_is_not_frozen() -> None:
    assert not frozen(nn.Dropout())
    assert frozen(nn.Linear(1, 1).requires_grad_(False))


def test_a_locked_trunk_is_not_learnable() -> None:
    tower = Locked()
    assert [id(p) for p in learnable(nn.Sequential(tower))] == [id(p) for p in tower.proj.parameters()]
    tower.locked = False
    assert len(learnable(tower)) == 4


def test_seeded_repeats_and_moves_nobody() -> None:
    torch.manual_seed(3)
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002  # the global state is what is looked at
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    with seeded(0):
        first = torch.rand(3)
    with seeded(0):
        assert torch.equal(first, torch.rand(3))
    with seeded(1):
        assert not torch.equal(first, torch.rand(3))
    assert torch.equal(states[0], torch.get_rng_state())
    assert states[1:] == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
