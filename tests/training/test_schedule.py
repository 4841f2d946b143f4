from __future__ import annotations

import pytest

from sbirlib.training.schedule import SHAPES, height


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [1.0, 1.0, 1.0, 1.0]),
        ("linear", [1.0, 0.75, 0.5, 0.25]),
        ("cosine", [1.0, 0.853553, 0.5, 0.146447]),  # (1 + cos(pi t)) / 2 at quarters
        ("thousandth", [1.0, 0.177828, 0.0316228, 0.00562341]),  # 1000^(-t)
    ],
)
def test_shapes_by_hand(schedule: str, expected: list[float]) -> None:
    assert [height(step, 4, schedule, 0.0) for step in range(4)] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("schedule", SHAPES)
def test_the_rise_is_linear_and_comes_before_the_shape(schedule: str) -> None:
    found = [height(step, 12, schedule, 1 / 3) for step in range(12)]
    assert found[:5] == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])
    assert found[4:] == pytest.approx([height(step, 8, schedule, 0.0) for step in range(8)])
    assert min(found) > 0


def test_a_run_may_rise_to_its_end() -> None:
    assert [height(step, 4, "cosine", 1.0) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]


def test_a_share_below_one_step_is_no_rise() -> None:
    assert height(0, 5, "linear", 0.05) == 1.0


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="a schedule is one of constant, linear, cosine, thousandth; got 'square'"):
        height(0, 4, "square")
