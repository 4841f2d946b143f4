from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_embedding_loss

from sbirlib.losses.semantic import columns_used, meaning_loss


def numbers(rows: int, columns: int, seed: int = 0) -> Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def length(values: list[float]) -> float:
    return math.sqrt(sum(x * x for x in values))


class TestMeaning:
    said, meant = numbers(5, 3), numbers(5, 3, seed=1)

    @pytest.mark.parametrize(
        ("said", "expected"),
        [((2.0, 0.0), 0.0), ((1.0, math.sqrt(3.0)), 0.25), ((0.0, -7.0), 0.5), ((-0.1, 0.0), 1.0)],
        ids=["the same way", "60 degrees", "across", "the opposite way"],
    )
    def test_by_hand(self, said: tuple[float, float], expected: float) -> None:
        found = meaning_loss(torch.tensor([said]), torch.tensor([[3.0, 0.0]])).item()
        assert found == pytest.approx(expected, abs=1e-6)

    def test_it_is_the_mean_of_the_rows(self) -> None:
        """One met, one across, one opposite and one opposite: (0 + 1/2 + 1 + 1) / 4."""
        said = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-5.0, 0.0]])
        assert meaning_loss(said, torch.tensor([[2.0, 0.0]] * 4)).item() == pytest.approx(2.5 / 4)

    def test_it_is_what_the_formula_says(self) -> None:
        slow = 0.0
        for one, other in zip(self.said.tolist(), self.meant.tolist(), strict=True):
            cosine = sum(a * b for a, b in zip(one, other, strict=True)) / (length(one) * length(other))
            slow += (1 - cosine) / 2
        assert meaning_loss(self.said, self.meant).item() == pytest.approx(slow / 5)

    def test_it_is_half_of_torchs(self) -> None:
        expected = cosine_embedding_loss(self.said, self.meant, torch.ones(5, dtype=torch.float64)) / 2
        torch.testing.assert_close(meaning_loss(self.said, self.meant), expected)

    def test_length_order_turns_and_sides_do_not_matter(self) -> None:
        """Each row has a length of its own, and none counts."""
        expected = meaning_loss(self.said, self.meant)
        lengths, order = torch.tensor([[0.01], [1.0], [3.0], [20.0], [500.0]]), torch.tensor([3, 1, 4, 0, 2])
        turn = torch.linalg.qr(numbers(3, 3, seed=2))[0]
        torch.testing.assert_close(meaning_loss(lengths * self.said, self.meant), expected)
        torch.testing.assert_close(meaning_loss(self.said, lengths * self.meant), expected)
        torch.testing.assert_close(meaning_loss(self.said[order], self.meant[order]), expected)
        torch.testing.assert_close(meaning_loss(self.said @ turn, self.meant @ turn), expected)
        torch.testing.assert_close(meaning_loss(self.meant, self.said), expected)
        assert not torch.isclose(meaning_loss(self.said[order], self.meant), expected)

    def test_turned_round_it_is_what_was_missing_to_1(self) -> None:
        torch.testing.assert_close(meaning_loss(-self.said, self.meant), 1 - meaning_loss(self.said, self.meant))

    def test_who_says_what_is_meant_has_nothing_to_learn(self) -> None:
        said = (7 * self.meant).requires_grad_()
        (pull,) = torch.autograd.grad(meaning_loss(said, self.meant), said)
        torch.testing.assert_close(pull, torch.zeros_like(pull), atol=1e-12, rtol=0)

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"beside each other were expected; got \(5, 3\), \(1, 3\)"):
            meaning_loss(self.said, self.meant[:1])
        with pytest.raises(ValueError, match=r"rows \(n, d\) beside each other were expected; got \(3,\), \(3,\)"):
            meaning_loss(self.said[0], self.meant[0])


class TestColumns:
    weight = numbers(4, 6)

    def test_by_hand(self) -> None:
        """Columns (3, 4), (0, 0) and (5, -12): 5 + 0 + 13. The rows would be sqrt 34 and sqrt 160."""
        found = columns_used(torch.tensor([[3.0, 0.0, 5.0], [4.0, 0.0, -12.0]])).item()
        assert found == pytest.approx(18, abs=1e-5)

    def test_it_is_what_the_formula_says(self) -> None:
        slow = sum(length([row[j] for row in self.weight.tolist()]) for j in range(6))
        assert columns_used(self.weight).item() == pytest.approx(slow)

    def test_it_is_the_columns_norms_added_up(self) -> None:
        expected = torch.linalg.vector_norm(self.weight, dim=0).sum()
        torch.testing.assert_close(columns_used(self.weight), expected)
        assert not torch.isclose(columns_used(self.weight.T), expected)

    def test_order_turns_and_signs_do_not_matter(self) -> None:
        """Of the columns any order and sign; of the rows any turn, for a column's length knows no direction."""
        expected = columns_used(self.weight)
        columns, rows = torch.tensor([5, 2, 0, 1, 4, 3]), torch.tensor([2, 0, 3, 1])
        turn, signs = torch.linalg.qr(numbers(4, 4, seed=1))[0], torch.tensor([1, -1, -1, 1, -1, 1])
        torch.testing.assert_close(columns_used(self.weight[:, columns]), expected)
        torch.testing.assert_close(columns_used(self.weight[rows]), expected)
        torch.testing.assert_close(columns_used(turn @ self.weight), expected)
        torch.testing.assert_close(columns_used(signs * self.weight), expected)
        mixed = torch.linalg.qr(numbers(6, 6, seed=2))[0]
        assert not torch.isclose(columns_used(self.weight @ mixed), expected)

    def test_the_scale_of_the_weight_is_the_scale_of_the_sum(self) -> None:
        torch.testing.assert_close(columns_used(3 * self.weight), 3 * columns_used(self.weight))

    def test_columns_add_up(self) -> None:
        torch.testing.assert_close(
            columns_used(self.weight), columns_used(self.weight[:, :2]) + columns_used(self.weight[:, 2:])
        )

    def test_a_short_column_is_pulled_as_hard_as_a_long_one(self) -> None:
        """(3, 4) and a thousandth of it are both pulled along (3/5, 4/5): that is what brings a column to zero."""
        weight = torch.tensor([[3.0, 0.003], [4.0, 0.004]], dtype=torch.float64, requires_grad=True)
        (pull,) = torch.autograd.grad(columns_used(weight), weight)
        expected = torch.tensor([[0.6, 0.6], [0.8, 0.8]], dtype=torch.float64)
        torch.testing.assert_close(pull, expected, atol=1e-6, rtol=0)

    def test_a_column_of_zeros_stays_where_it_is(self) -> None:
        """No 0 / 0: its gradient is zero, and its neighbour's is what it is alone."""
        weight = torch.tensor([[0.0, 3.0], [0.0, 4.0]], requires_grad=True)
        (pull,) = torch.autograd.grad(columns_used(weight), weight)
        torch.testing.assert_close(pull, torch.tensor([[0.0, 0.6], [0.0, 0.8]]))

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"a layer's weight is \(out, in\); got \(6,\)"):
            columns_used(self.weight[0])
        with pytest.raises(ValueError, match=r"a layer's weight is \(out, in\); got \(1, 4, 6\)"):
            columns_used(self.weight[None])


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [(meaning_loss, [(5, 3), (5, 3)]), (columns_used, [(4, 6)])],
    ids=["meaning", "columns"],
)
def test_gradients(loss: Callable[..., Tensor], shapes: list[tuple[int, int]]) -> None:
    inputs = [numbers(*shape, seed=place).requires_grad_() for place, shape in enumerate(shapes)]
    assert torch.autograd.gradcheck(loss, inputs)
