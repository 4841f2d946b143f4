from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from sbirlib.losses.variational import divergence, drawn, transport


def numbers(seed: int, rows: int = 5, columns: int = 3) -> Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


MEAN, LOG_VARIANCE, OTHER, OTHER_LOG_VARIANCE = (numbers(seed) for seed in range(4))
BOTH = MEAN, LOG_VARIANCE, OTHER, OTHER_LOG_VARIANCE
ORDER, TURN = torch.tensor([3, 1, 4, 0, 2]), torch.tensor([2, 0, 1])


class TestDrawn:
    def test_mean_and_spread(self) -> None:
        """Means 1 and -2, variances 9 and 1/4: of 40,000 draws the mean is right to 5 / 200 of a deviation."""
        torch.manual_seed(0)
        mean, deviation = torch.tensor([1.0, -2.0]), torch.tensor([3.0, 0.5])
        found = drawn(mean.expand(40000, 2), torch.tensor([9.0, 0.25]).log().expand(40000, 2))
        assert ((found.mean(dim=0) - mean).abs() < 0.025 * deviation).all()
        torch.testing.assert_close(found.std(dim=0), deviation, rtol=0.02, atol=0)
        # a bell: 68 in 100 within one deviation, 95 within two
        away = ((found - mean) / deviation).abs()
        assert (away < 1).float().mean().item() == pytest.approx(0.6827, abs=0.01)
        assert (away < 2).float().mean().item() == pytest.approx(0.9545, abs=0.01)
        assert torch.corrcoef(found.T)[0, 1].abs() < 0.025  # each number by itself

    def test_each_row_and_each_call_is_drawn_anew(self) -> None:
        torch.manual_seed(0)
        nought = torch.zeros(50, 2, dtype=torch.float64)
        one, other = (drawn(nought, nought) for _ in range(2))
        assert len(set(torch.cat([one, other]).flatten().tolist())) == 200
        torch.manual_seed(0)
        assert torch.equal(drawn(nought, nought), one)

    def test_no_variance_no_chance(self) -> None:
        torch.manual_seed(0)
        torch.testing.assert_close(drawn(MEAN, torch.full_like(MEAN, -100.0)), MEAN)

    def test_gradients_pass(self) -> None:
        """mean + deviation * chance: 1 for the mean, and half of what chance added for the log variance."""
        torch.manual_seed(0)
        mean, log_variance = MEAN.clone().requires_grad_(), LOG_VARIANCE.clone().requires_grad_()
        found = drawn(mean, log_variance)
        of_mean, of_variance = torch.autograd.grad(found.sum(), (mean, log_variance))
        assert torch.equal(of_mean, torch.ones_like(MEAN))
        torch.testing.assert_close(of_variance, (found - mean).detach() / 2)
        assert of_variance.all()

    def test_gradients(self) -> None:
        def same_chance(mean: Tensor, log_variance: Tensor) -> Tensor:
            torch.manual_seed(0)
            return drawn(mean, log_variance)

        assert torch.autograd.gradcheck(
            same_chance, [MEAN.clone().requires_grad_(), LOG_VARIANCE.clone().requires_grad_()]
        )


class TestDivergence:
    def test_by_hand(self) -> None:
        """Mean 1 and variance 1 in one direction, 0 and 4 in the other: (1 + 4 - 1 - ln 4) / 2. And a standard one."""
        mean = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
        log_variance = torch.tensor([[1.0, 4.0], [1.0, 1.0]]).log()
        assert divergence(mean, log_variance).item() == pytest.approx((4 - math.log(4)) / 2 / 2)

    def test_it_is_what_the_formula_says(self) -> None:
        slow = 0.0
        for row, logs in zip(MEAN.tolist(), LOG_VARIANCE.tolist(), strict=True):
            slow += sum(m * m + math.exp(v) - 1 - v for m, v in zip(row, logs, strict=True)) / 2
        assert divergence(MEAN, LOG_VARIANCE).item() == pytest.approx(slow / 5)

    def test_it_is_torchs(self) -> None:
        standard = Normal(torch.zeros_like(MEAN), torch.ones_like(MEAN))
        expected = kl_divergence(Normal(MEAN, (LOG_VARIANCE / 2).exp()), standard).sum(dim=1).mean()
        torch.testing.assert_close(divergence(MEAN, LOG_VARIANCE), expected)

    def test_it_is_nothing_for_the_standard_one_alone(self) -> None:
        mean, log_variance = (torch.zeros(1, 2, requires_grad=True) for _ in range(2))
        found = divergence(mean, log_variance)
        assert found.item() == 0.0
        assert not any(pull.any() for pull in torch.autograd.grad(found, (mean, log_variance)))
        for mean, log_variance in zip(0.1 * numbers(4, 20), 0.1 * numbers(5, 20), strict=True):
            nothing = torch.zeros(1, 3, dtype=torch.float64)
            assert divergence(mean[None], log_variance[None]) > 0
            assert divergence(mean[None], nothing) > 0
            assert divergence(nothing, log_variance[None]) > 0

    def test_what_makes_no_difference(self) -> None:
        """The order of rows and of directions, and on which side of 0 a mean lies."""
        expected = divergence(MEAN, LOG_VARIANCE)
        torch.testing.assert_close(divergence(MEAN[ORDER], LOG_VARIANCE[ORDER]), expected)
        torch.testing.assert_close(divergence(MEAN[:, TURN], LOG_VARIANCE[:, TURN]), expected)
        torch.testing.assert_close(divergence(-MEAN, LOG_VARIANCE), expected)
        assert not torch.isclose(divergence(MEAN, -LOG_VARIANCE), expected)

    def test_directions_add_up_and_rows_do_not(self) -> None:
        expected = divergence(MEAN, LOG_VARIANCE)
        wide = divergence(torch.cat([MEAN, MEAN], dim=1), torch.cat([LOG_VARIANCE, LOG_VARIANCE], dim=1))
        tall = divergence(torch.cat([MEAN, MEAN]), torch.cat([LOG_VARIANCE, LOG_VARIANCE]))
        torch.testing.assert_close(wide, 2 * expected)
        torch.testing.assert_close(tall, expected)


class TestTransport:
    def test_by_hand(self) -> None:
        """In one direction: means 0 and 3, deviations 1 and 5: sqrt(9 + 16); and a pair that only lies 7 apart."""
        zero, deviations = torch.zeros(2, 1), torch.tensor([[5.0], [1.0]])
        found = transport(zero, zero, torch.tensor([[3.0], [7.0]]), deviations.square().log())
        assert found.item() == pytest.approx((5 + 7) / 2)

    def test_it_is_what_the_formula_says(self) -> None:
        slow = 0.0
        for rows in zip(*(part.tolist() for part in BOTH), strict=True):
            across = 0.0
            for mean, variance, other, other_variance in zip(*rows, strict=True):
                apart = math.sqrt(math.exp(variance)) - math.sqrt(math.exp(other_variance))
                across += (mean - other) ** 2 + apart**2
            slow += math.sqrt(across)
        assert transport(*BOTH).item() == pytest.approx(slow / 5)

    def test_it_is_what_moving_the_one_to_the_other_takes(self) -> None:
        """In one direction the best plan keeps the order: quantile goes to quantile, and the mean of the squared ways
        is the distance's square."""
        share = (torch.arange(100000, dtype=torch.float64) + 0.5) / 100000
        quantile = torch.special.ndtri(share)  # of the standard one
        for parts in zip(*(part[:, :1] for part in BOTH), strict=True):
            mean, log_variance, other, other_log_variance = parts
            ways = mean + log_variance.exp().sqrt() * quantile - (other + other_log_variance.exp().sqrt() * quantile)
            found = transport(*(part[None] for part in parts))
            torch.testing.assert_close(found, ways.square().mean().sqrt(), rtol=1e-3, atol=0)

    def test_from_itself_a_gaussian_is_nowhere_and_has_a_finite_gradient(self) -> None:
        given = [part.clone().requires_grad_() for part in (MEAN, LOG_VARIANCE, MEAN, LOG_VARIANCE)]
        found = transport(*given)
        assert 0 <= found.item() <= 1e-6 * (1 + 1e-9)
        for pull in torch.autograd.grad(found, given):
            assert torch.isfinite(pull).all()

    def test_one_pair_that_meets_does_not_spoil_the_rest(self) -> None:
        """The first of two rows is met, the second lies 5 apart by its mean alone: pulled by (3/5, 4/5), half each."""
        mean = torch.tensor([[1.0, 1.0], [3.0, 4.0]], requires_grad=True)
        other, nought = torch.tensor([[1.0, 1.0], [0.0, 0.0]]), torch.zeros(2, 2)
        found = transport(mean, nought, other, nought)
        (pull,) = torch.autograd.grad(found, mean)
        assert found.item() == pytest.approx(2.5)
        torch.testing.assert_close(pull, torch.tensor([[0.0, 0.0], [0.3, 0.4]]))

    def test_it_is_as_far_back(self) -> None:
        torch.testing.assert_close(transport(OTHER, OTHER_LOG_VARIANCE, MEAN, LOG_VARIANCE), transport(*BOTH))

    def test_no_way_round_is_shorter(self) -> None:
        """By way of a third Gaussian, for each row by itself."""
        third = numbers(4), numbers(5)
        for i in range(5):
            row = slice(i, i + 1)
            straight = transport(*(part[row] for part in BOTH))
            there = transport(MEAN[row], LOG_VARIANCE[row], third[0][row], third[1][row])
            onward = transport(third[0][row], third[1][row], OTHER[row], OTHER_LOG_VARIANCE[row])
            assert straight <= there + onward

    def test_what_makes_no_difference(self) -> None:
        """The order of rows and of directions, and where both are moved to together."""
        expected = transport(*BOTH)
        torch.testing.assert_close(transport(*(part[ORDER] for part in BOTH)), expected)
        torch.testing.assert_close(transport(*(part[:, TURN] for part in BOTH)), expected)
        torch.testing.assert_close(transport(MEAN + 7, LOG_VARIANCE, OTHER + 7, OTHER_LOG_VARIANCE), expected)

    def test_the_scale_of_all_is_the_scale_of_the_distance(self) -> None:
        """Three times as wide: means and deviations times 3, log variances plus ln 9."""
        more = math.log(9)
        found = transport(3 * MEAN, LOG_VARIANCE + more, 3 * OTHER, OTHER_LOG_VARIANCE + more)
        torch.testing.assert_close(found, 3 * transport(*BOTH))


@pytest.mark.parametrize(("loss", "count"), [(divergence, 2), (transport, 4)], ids=["divergence", "transport"])
def test_gradients(loss: Callable[..., Tensor], count: int) -> None:
    assert torch.autograd.gradcheck(loss, [part.clone().requires_grad_() for part in BOTH[:count]])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"are rows \(n, d\), all of one shape; got \(5, 3\), \(1, 3\)"):
        divergence(MEAN, LOG_VARIANCE[:1])
    with pytest.raises(ValueError, match=r"are rows \(n, d\), all of one shape; got \(3,\), \(3,\)"):
        divergence(MEAN[0], LOG_VARIANCE[0])
    with pytest.raises(ValueError, match=r"all of one shape; got \(5, 3\), \(5, 3\), \(5, 3\), \(5, 1\)"):
        transport(MEAN, LOG_VARIANCE, OTHER, OTHER_LOG_VARIANCE[:, :1])
    with pytest.raises(ValueError, match=r"all of one shape; got \(5, 3\), \(5, 3\), \(1, 3\), \(5, 3\)"):
        transport(MEAN, LOG_VARIANCE, OTHER[:1], OTHER_LOG_VARIANCE)
