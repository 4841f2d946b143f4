from __future__ import annotations

import pytest
from torch import nn

from sbirlib.models.modes import evaluating


def net() -> nn.Sequential:
    made = nn.Sequential(nn.Sequential(nn.Dropout(), nn.Linear(2, 2)), nn.BatchNorm1d(2))
    made[1].eval()
    return made


def modes(of: nn.Module) -> list[bool]:
    return [part.training for part in of.modules()]


def test_all_rest_inside_and_each_is_as_it_was_afterwards() -> None:
    made = net()
    before = modes(made)
    assert before == [True, True, True, True, False]
    with evaluating(made):
        assert not any(modes(made))
    assert modes(made) == before


def test_an_error_inside_changes_nothing_of_that() -> None:
    made = net()
    before = modes(made)
    with pytest.raises(ZeroDivisionError), evaluating(made):
        1 / 0  # noqa: B018
    assert modes(made) == before


def test_one_that_rests_goes_on_resting() -> None:
    made = net().eval()
    with evaluating(made):
        pass
    assert not any(modes(made))
