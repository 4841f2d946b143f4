from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy

from sbirlib.losses.adversarial import discerning, domain_loss, fooling, ramp, reverse


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class TestReverse:
    @pytest.mark.parametrize("strength", [0.0, 0.3, 1.0, 20.0])
    def test_forwards_nothing_happens(self, strength: float) -> None:
        x = numbers(3, 2)
        assert torch.equal(reverse(x, strength), x)

    @pytest.mark.parametrize("strength", [0.3, 1.0, 20.0])
    def test_backwards_the_sign_changes(self, strength: float) -> None:
        """What comes back from above is (5, -7) for every row: below it is -strength times that."""
        x = numbers(3, 2).requires_grad_()
        above = torch.tensor([5.0, -7.0], dtype=torch.float64).expand(3, 2)
        (found,) = torch.autograd.grad(reverse(x, strength), x, above)
        torch.testing.assert_close(found, -strength * above)

    def test_at_full_strength_if_nothing_is_said(self) -> None:
        x = numbers(3).requires_grad_()
        (found,) = torch.autograd.grad(reverse(x).square().sum(), x)
        torch.testing.assert_close(found, -2 * x.detach())

    def test_strength_0_stops_it(self) -> None:
        x = numbers(3, 2).requires_grad_()
        (found,) = torch.autograd.grad(reverse(x, 0.0).square().sum(), x)
        assert not found.any()

    def test_only_what_goes_through_it_is_reversed(self) -> None:
        """Sent both ways, x gets 1 by the one and -0.4 by the other."""
        x = numbers(3).requires_grad_()
        (found,) = torch.autograd.grad((x + reverse(x, 0.4)).sum(), x)
        torch.testing.assert_close(found, torch.full_like(found, 0.6))

    def test_twice_is_forwards_again(self) -> None:
        x = numbers(3).requires_grad_()
        (found,) = torch.autograd.grad(reverse(reverse(x, 2.0), 3.0).sum(), x)
        torch.testing.assert_close(found, torch.full_like(found, 6.0))

    def test_gradients(self) -> None:
        """At strength -1 the two signs cancel: what is sent back is the true gradient, and can be checked."""
        given = [numbers(3, 2).requires_grad_()]
        assert torch.autograd.gradcheck(lambda x: reverse(x, -1.0).sin(), given)
        assert torch.autograd.gradgradcheck(lambda x: reverse(x, -1.0).sin(), given)
        assert not torch.autograd.gradcheck(lambda x: reverse(x, 1.0).sin(), given, raise_exception=False)

    @pytest.mark.parametrize("strength", [0.5, -1.0])
    def test_who_comes_before_gets_worse_and_who_comes_after_better(self, strength: float) -> None:
        """An encoder, then a judge of photos and sketches: a step of both, and what either step does by itself. Without
        the reversal (strength -1) both learn the same."""
        photo = torch.tensor([True, False, True, False, True, False])
        x = numbers(6, 3) + photo[:, None]
        encoder, judge = numbers(3, 2, seed=1).requires_grad_(), numbers(2, seed=2).requires_grad_()

        def cost(encoder: Tensor, judge: Tensor) -> Tensor:
            return domain_loss(reverse(x @ encoder, strength) @ judge, photo)

        before = cost(encoder, judge)
        down = torch.autograd.grad(before, (encoder, judge))
        moved, taught = encoder - 0.01 * down[0], judge - 0.01 * down[1]
        assert cost(encoder, taught) < before
        assert (cost(moved, judge) > before) == (strength > 0)


class TestRamp:
    def test_before_at_between_and_after(self) -> None:
        steps = [-3.0, 0.0, 5.0, 6.0, 10.0, 15.0, 20.0, 24.0, 25.0, 26.0, 1000.0]
        found = [ramp(t, 5, 25) for t in steps]
        assert found == pytest.approx([0, 0, 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1, 1, 1])
        assert found[:3] == [0.0] * 3
        assert found[8:] == [1.0] * 3

    def test_it_starts_where_it_is_told(self) -> None:
        """A fraction of the way, or an epoch: only where t lies between the ends counts."""
        assert ramp(0.3, 0.2, 0.6) == pytest.approx(0.25)
        assert ramp(-1, -2, 2) == pytest.approx(0.25)

    def test_one_of_no_length_is_a_step(self) -> None:
        assert [ramp(t, 5, 5) for t in (0, 4.99, 5, 5.01, 9)] == [0.0, 0.0, 1.0, 1.0, 1.0]
        assert ramp(0, 0, 0) == 1.0  # from the outset


class TestDomain:
    photo = torch.tensor([True, False, False, True, False])

    def test_by_hand(self) -> None:
        """Logits ln 3 give photos a share of 3/4: right for the first and wrong for the second."""
        logits = torch.tensor([math.log(3), math.log(3)])
        found = domain_loss(logits, torch.tensor([True, False])).item()
        assert found == pytest.approx((-math.log(3 / 4) - math.log(1 / 4)) / 2)

    def test_it_is_what_the_formula_says(self) -> None:
        logits, slow = numbers(5), 0.0
        for logit, is_photo in zip(logits.tolist(), self.photo.tolist(), strict=True):
            share = 1 / (1 + math.exp(-logit))
            slow -= math.log(share if is_photo else 1 - share)
        assert domain_loss(logits, self.photo).item() == pytest.approx(slow / 5)

    def test_it_is_torchs(self) -> None:
        logits = numbers(5)
        expected = binary_cross_entropy(logits.sigmoid(), self.photo.double())
        torch.testing.assert_close(domain_loss(logits, self.photo), expected)

    def test_names_and_signs_swapped_it_is_the_same(self) -> None:
        logits = numbers(5)
        torch.testing.assert_close(domain_loss(-logits, ~self.photo), domain_loss(logits, self.photo))
        assert not torch.isclose(domain_loss(logits, ~self.photo), domain_loss(logits, self.photo))

    def test_order_and_the_kind_of_number_make_no_difference(self) -> None:
        logits, order = numbers(5), torch.tensor([3, 1, 4, 0, 2])
        expected = domain_loss(logits, self.photo)
        torch.testing.assert_close(domain_loss(logits[order], self.photo[order]), expected)
        for kind in (torch.int64, torch.float32, torch.float64):
            assert torch.equal(domain_loss(logits, self.photo.to(kind)), expected)

    def test_who_is_sure_and_wrong_pays_what_he_was_sure_of(self) -> None:
        """1000 is too much for an exponential: right it costs nothing, wrong 1000."""
        assert domain_loss(torch.tensor([1000.0, -1000.0]), torch.tensor([True, False])).item() == 0.0
        assert domain_loss(torch.tensor([-1000.0, 1000.0]), torch.tensor([True, False])).item() == 1000.0

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"logits and photo are both \(n,\); got \(3,\) and \(2,\)"):
            domain_loss(torch.zeros(3), torch.zeros(2))
        with pytest.raises(ValueError, match=r"logits and photo are both \(n,\); got \(3, 1\) and \(3, 1\)"):
            domain_loss(torch.zeros(3, 1), torch.zeros(3, 1))
        with pytest.raises(ValueError, match=r"logits and photo are both \(n,\); got \(\) and \(\)"):
            domain_loss(torch.tensor(0.0), torch.tensor(True))


class TestFooling:
    def test_by_hand(self) -> None:
        """1 is missed by 0, 1, 2 and, from above, 1."""
        assert fooling(torch.tensor([1.0, 0.0, -1.0, 2.0])).item() == pytest.approx((0 + 1 + 4 + 1) / 4)

    def test_it_is_what_the_formula_says(self) -> None:
        made = numbers(7)
        assert fooling(made).item() == pytest.approx(sum((x - 1) ** 2 for x in made.tolist()) / 7)

    def test_it_pulls_towards_1(self) -> None:
        made = torch.tensor([0.5, 1.0, 3.0, 1.0], requires_grad=True)
        (found,) = torch.autograd.grad(fooling(made), made)
        torch.testing.assert_close(found, torch.tensor([-0.25, 0.0, 1.0, 0.0]))  # 2 (made - 1) / 4


class TestDiscerning:
    def test_by_hand(self) -> None:
        """Two real ones miss 1 by 0 and 1/2; three made ones miss 0 by 0, 0 and 3: a mean of 1/8 and one of 3, half
        each, however many there are of either."""
        real, made = torch.tensor([1.0, 0.5]), torch.tensor([0.0, 0.0, 3.0])
        assert discerning(real, made).item() == pytest.approx((1 / 8 + 3) / 2)

    def test_it_is_what_the_formula_says(self) -> None:
        real, made = numbers(4), numbers(6, seed=1)
        slow = sum((x - 1) ** 2 for x in real.tolist()) / 4 + sum(x**2 for x in made.tolist()) / 6
        assert discerning(real, made).item() == pytest.approx(slow / 2)

    def test_a_perfect_judge_pays_nothing_and_the_maker_everything(self) -> None:
        real, made = torch.ones(3), torch.zeros(5)
        assert discerning(real, made).item() == 0.0
        assert fooling(made).item() == 1.0
        assert discerning(made, real).item() == 1.0  # the worst of judges, who takes one for the other

    def test_who_cannot_tell_says_a_half(self) -> None:
        """The same word for all costs least at 1/2, and there 1/4."""
        costs = {word / 10: discerning(torch.full((3,), word / 10), torch.full((3,), word / 10)) for word in range(11)}
        assert min(costs, key=lambda word: costs[word].item()) == 0.5
        assert costs[0.5].item() == pytest.approx(0.25)

    def test_order_and_sides(self) -> None:
        """Seen from the other end, 1 - word, the made ones are real."""
        real, made = numbers(4), numbers(6, seed=1)
        expected = discerning(real, made)
        torch.testing.assert_close(discerning(real.flip(0), made.roll(2)), expected)
        torch.testing.assert_close(discerning(1 - made, 1 - real), expected)
        assert not torch.isclose(discerning(made, real), expected)

    def test_without_noise_no_number_is_drawn(self) -> None:
        before = torch.get_rng_state()
        discerning(torch.ones(3), torch.zeros(3))
        assert torch.equal(torch.get_rng_state(), before)

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"a judge gives a number a row, \(n,\); got \(3, 1\) and \(3,\)"):
            discerning(torch.zeros(3, 1), torch.zeros(3))
        with pytest.raises(ValueError, match=r"a judge gives a number a row, \(n,\); got \(3,\) and \(2, 2\)"):
            discerning(torch.zeros(3), torch.zeros(2, 2))


class TestNoisyGoals:
    @staticmethod
    def goals(real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
        """What the judge is asked for, seen from where he is pulled: the gradient is (word - goal) / n."""
        real, made = real.clone().requires_grad_(), made.clone().requires_grad_()
        of_real, of_made = torch.autograd.grad(discerning(real, made, noisy=True), (real, made))
        return (real - len(real) * of_real).detach(), (made - len(made) * of_made).detach()

    def test_they_fill_their_ranges(self) -> None:
        torch.manual_seed(0)
        for goals, low in zip(self.goals(numbers(20000), numbers(10000, seed=1)), (0.7, 0.0), strict=True):
            assert low - 1e-9 <= goals.min() < low + 0.001
            assert low + 0.299 < goals.max() <= low + 0.3 + 1e-9
            tenths = torch.histc(goals, 10, low, low + 0.3) / len(goals)
            torch.testing.assert_close(tenths, torch.full_like(tenths, 0.1), atol=0.015, rtol=0)  # each alike

    def test_each_row_and_each_call_has_its_own(self) -> None:
        torch.manual_seed(0)
        words = torch.zeros(5000, dtype=torch.float64)
        drawn = torch.stack([*self.goals(words, words), *self.goals(words, words)])
        assert all(len(set(goals)) == 5000 for goals in drawn.tolist())
        assert (torch.corrcoef(drawn) - torch.eye(4)).abs().max() < 0.07  # 5 / sqrt(5000)

    def test_the_words_make_no_difference_to_them(self) -> None:
        torch.manual_seed(0)
        one = self.goals(numbers(5), numbers(6))
        torch.manual_seed(0)
        torch.testing.assert_close(self.goals(7 * numbers(5, seed=1), numbers(6, seed=2)), one)

    def test_the_loss_stays_in_its_bounds(self) -> None:
        """One row each, both called 0: the goals' squares, from .49 to 1 and from 0 to .09, half each. Called 1 and 0,
        he misses either by .3 at most; but nobody is right every time."""
        torch.manual_seed(0)
        nought, one = torch.zeros(1), torch.ones(1)
        costs = [discerning(nought, nought, noisy=True).item() for _ in range(1000)]
        assert 0.49 / 2 <= min(costs) < 0.27
        assert 0.5 < max(costs) <= 1.09 / 2
        costs = [discerning(one, nought, noisy=True).item() for _ in range(1000)]
        assert 0 < min(costs) < 0.01
        assert 0.075 < max(costs) <= 0.09 + 1e-6


@pytest.mark.parametrize(
    ("loss", "counts"),
    [(lambda logits: domain_loss(logits, TestDomain.photo), [5]), (fooling, [4]), (discerning, [4, 6])],
    ids=["domain", "fooling", "discerning"],
)
def test_gradients(loss: Callable[..., Tensor], counts: list[int]) -> None:
    inputs = [numbers(count, seed=count).requires_grad_() for count in counts]
    assert torch.autograd.gradcheck(loss, inputs)
