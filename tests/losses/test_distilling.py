from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div

from sbirlib.losses.distilling import preserving, soft_cross_entropy

PHOTO = torch.tensor([True, False, True, True, False])


def numbers(seed: int, rows: int = 5, columns: int = 4) -> Tensor:
    return 2 * torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


LOGITS, TEACHER, HINT = numbers(0), numbers(1), numbers(2)


def shares(row: list[float]) -> list[float]:
    powers = [math.exp(x) for x in row]
    return [power / sum(powers) for power in powers]


def crossed(logits: list[float], targets: list[float]) -> float:
    return -sum(q * math.log(p) for q, p in zip(targets, shares(logits), strict=True))


class TestSoftCrossEntropy:
    def test_by_hand(self) -> None:
        """Logits ln 3 and 0 are shares of 3/4 and 1/4; wanted are one half each, then the second alone."""
        logits = torch.tensor([[math.log(3), 0.0], [math.log(3), 0.0]])
        found = soft_cross_entropy(logits, torch.tensor([[0.5, 0.5], [0.0, 1.0]])).tolist()
        assert found == pytest.approx([(math.log(4 / 3) + math.log(4)) / 2, math.log(4)])

    def test_it_is_what_the_formula_says(self) -> None:
        targets = TEACHER.softmax(dim=1)
        slow = [crossed(row, wanted) for row, wanted in zip(LOGITS.tolist(), targets.tolist(), strict=True)]
        assert soft_cross_entropy(LOGITS, targets).tolist() == pytest.approx(slow)

    def test_it_is_torchs(self) -> None:
        targets, labels = TEACHER.softmax(dim=1), torch.tensor([3, 0, 1, 1, 2])
        torch.testing.assert_close(
            soft_cross_entropy(LOGITS, targets), cross_entropy(LOGITS, targets, reduction="none")
        )
        surely = torch.eye(4, dtype=torch.float64)[labels]
        torch.testing.assert_close(soft_cross_entropy(LOGITS, surely), cross_entropy(LOGITS, labels, reduction="none"))

    def test_it_is_least_where_the_shares_are_the_targets(self) -> None:
        targets = TEACHER.softmax(dim=1)
        there = targets.log().requires_grad_()
        least = soft_cross_entropy(there, targets)
        (pull,) = torch.autograd.grad(least.sum(), there)
        torch.testing.assert_close(pull, torch.zeros_like(pull), atol=1e-12, rtol=0)
        for seed in range(20):
            assert (soft_cross_entropy(there + 0.1 * numbers(seed), targets) > least).all()

    def test_what_it_lies_above_that_is_the_divergence(self) -> None:
        targets = TEACHER.softmax(dim=1)
        entropy = -(targets * targets.log()).sum(dim=1)
        expected = kl_div(LOGITS.log_softmax(dim=1), targets, reduction="none").sum(dim=1)
        torch.testing.assert_close(soft_cross_entropy(LOGITS, targets) - entropy, expected)

    def test_it_pulls_from_the_shares_to_the_targets(self) -> None:
        """The gradient is softmax(logits) - q: 3/4 - 1/2 and 1/4 - 1/2."""
        logits = torch.tensor([[math.log(3), 0.0]], requires_grad=True)
        (pull,) = torch.autograd.grad(soft_cross_entropy(logits, torch.tensor([[0.5, 0.5]])).sum(), logits)
        torch.testing.assert_close(pull, torch.tensor([[0.25, -0.25]]))

    def test_what_makes_no_difference(self) -> None:
        """What is added to all logits of a row, and the order of the rows and of the classes."""
        targets, order, turn = TEACHER.softmax(dim=1), torch.tensor([3, 1, 4, 0, 2]), torch.tensor([2, 0, 3, 1])
        expected = soft_cross_entropy(LOGITS, targets)
        torch.testing.assert_close(soft_cross_entropy(LOGITS + numbers(5, columns=1), targets), expected)
        torch.testing.assert_close(soft_cross_entropy(LOGITS[order], targets[order]), expected[order])
        torch.testing.assert_close(soft_cross_entropy(LOGITS[:, turn], targets[:, turn]), expected)

    def test_large_logits_are_no_trouble(self) -> None:
        logits, targets = torch.tensor([[1000.0, 0.0], [1000.0, 0.0]]), torch.eye(2)
        assert soft_cross_entropy(logits, targets).tolist() == [0.0, 1000.0]

    def test_gradients(self) -> None:
        targets = TEACHER.softmax(dim=1)
        given = [LOGITS.clone().requires_grad_(), targets.clone().requires_grad_()]
        assert torch.autograd.gradcheck(soft_cross_entropy, given)

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"logits and targets are both \(n, k\); got \(5, 4\) and \(1, 4\)"):
            soft_cross_entropy(LOGITS, TEACHER[:1])
        with pytest.raises(ValueError, match=r"logits and targets are both \(n, k\); got \(4,\) and \(4,\)"):
            soft_cross_entropy(LOGITS[0], TEACHER[0])


class TestPreserving:
    def test_by_hand(self) -> None:
        """The teacher takes the first class for three times as likely, the graph for three times more: 9/10 and 1/10.
        The first photo gets 3/4 and 1/4, the second one half each, and the sketch between them does not count."""
        three = math.log(3)
        logits = torch.tensor([[three, 0.0], [5.0, -5.0], [0.0, 0.0]])
        known = torch.tensor([[three, 0.0]] * 3)
        expected = (0.9 * math.log(4 / 3) + 0.1 * math.log(4) + math.log(2)) / 2
        found = preserving(logits, known, known, torch.tensor([True, False, True])).item()
        assert found == pytest.approx(expected)

    def test_it_is_what_the_formula_says(self) -> None:
        terms = []
        for i in range(5):
            wanted = shares([float(t) + float(h) for t, h in zip(TEACHER[i], HINT[i], strict=True)])
            if PHOTO[i]:
                terms.append(crossed(LOGITS[i].tolist(), wanted))
        assert preserving(LOGITS, TEACHER, HINT, PHOTO).item() == pytest.approx(sum(terms) / 3)

    def test_all_photos_it_is_their_mean(self) -> None:
        everyone = torch.ones(5, dtype=torch.bool)
        expected = cross_entropy(LOGITS, (TEACHER + HINT).softmax(dim=1))
        torch.testing.assert_close(preserving(LOGITS, TEACHER, HINT, everyone), expected)

    def test_among_sketches_a_photo_costs_what_it_costs_alone(self) -> None:
        """The mean is of the photos, not of the batch."""
        first = torch.tensor([True, False, False, False, False])
        alone = soft_cross_entropy(LOGITS[:1], (TEACHER + HINT)[:1].softmax(dim=1))[0]
        torch.testing.assert_close(preserving(LOGITS, TEACHER, HINT, first), alone)
        torch.testing.assert_close(preserving(LOGITS[:1], TEACHER[:1], HINT[:1], first[:1]), alone)

    @pytest.mark.parametrize("place", [0, 1, 2], ids=["logits", "teacher", "hint"])
    def test_nothing_that_is_said_of_a_sketch_counts(self, place: int) -> None:
        expected = preserving(LOGITS, TEACHER, HINT, PHOTO)
        for of_photos in (False, True):
            parts = [LOGITS.clone(), TEACHER.clone(), HINT.clone()]
            parts[place][PHOTO if of_photos else ~PHOTO] += 100 * numbers(7)[: 3 if of_photos else 2]
            logits, teacher, hint = parts
            assert torch.equal(preserving(logits, teacher, hint, PHOTO), expected) == (not of_photos)

    def test_only_photos_are_pulled(self) -> None:
        """Each of three photos by a third of softmax(logits) - q, and a sketch not at all."""
        logits = LOGITS.clone().requires_grad_()
        (pull,) = torch.autograd.grad(preserving(logits, TEACHER, HINT, PHOTO), logits)
        assert not pull[~PHOTO].any()
        expected = (LOGITS.softmax(dim=1) - (TEACHER + HINT).softmax(dim=1)) / 3
        torch.testing.assert_close(pull[PHOTO], expected[PHOTO])

    def test_a_hint_is_added_to_what_the_teacher_says(self) -> None:
        expected = preserving(LOGITS, TEACHER, HINT, PHOTO)
        nothing = torch.zeros_like(HINT)
        torch.testing.assert_close(preserving(LOGITS, TEACHER + HINT, nothing, PHOTO), expected)
        torch.testing.assert_close(preserving(LOGITS, nothing, TEACHER + HINT, PHOTO), expected)
        assert not torch.isclose(preserving(LOGITS, TEACHER, nothing, PHOTO), expected)
        assert not torch.isclose(preserving(LOGITS, TEACHER, -HINT, PHOTO), expected)

    def test_a_hint_for_all_classes_alike_is_none(self) -> None:
        alike = HINT[:, :1].expand(5, 4)
        torch.testing.assert_close(
            preserving(LOGITS, TEACHER, alike, PHOTO), preserving(LOGITS, TEACHER, torch.zeros_like(HINT), PHOTO)
        )

    def test_who_answers_as_the_teacher_has_nothing_to_learn(self) -> None:
        logits = (TEACHER + HINT).requires_grad_()
        (pull,) = torch.autograd.grad(preserving(logits, TEACHER, HINT, PHOTO), logits)
        torch.testing.assert_close(pull, torch.zeros_like(pull), atol=1e-12, rtol=0)

    def test_a_batch_of_sketches_costs_nothing(self) -> None:
        logits = LOGITS.clone().requires_grad_()
        found = preserving(logits, TEACHER, HINT, torch.zeros(5, dtype=torch.bool))
        (pull,) = torch.autograd.grad(found, logits)
        assert found.item() == 0.0
        assert torch.equal(pull, torch.zeros_like(pull))

    def test_order_makes_no_difference(self) -> None:
        order, turn = torch.tensor([3, 1, 4, 0, 2]), torch.tensor([2, 0, 3, 1])
        expected = preserving(LOGITS, TEACHER, HINT, PHOTO)
        torch.testing.assert_close(preserving(LOGITS[order], TEACHER[order], HINT[order], PHOTO[order]), expected)
        torch.testing.assert_close(preserving(LOGITS[:, turn], TEACHER[:, turn], HINT[:, turn], PHOTO), expected)

    def test_gradients(self) -> None:
        given = [part.clone().requires_grad_() for part in (LOGITS, TEACHER, HINT)]
        assert torch.autograd.gradcheck(lambda logits, teacher, hint: preserving(logits, teacher, hint, PHOTO), given)

    def test_what_does_not_fit_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"photo is true or false of each row, \(5,\); got torch.bool \(3,\)"):
            preserving(LOGITS, TEACHER, HINT, PHOTO[:3])
        with pytest.raises(ValueError, match=r"photo is true or false of each row, \(5,\); got torch.float32 \(5,\)"):
            preserving(LOGITS, TEACHER, HINT, PHOTO.float())
        with pytest.raises(ValueError, match=r"logits, teacher and hint are all \(n, k\); got \(5, 3\), \(5, 4\)"):
            preserving(LOGITS[:, :3], TEACHER, HINT, PHOTO)
        with pytest.raises(ValueError, match=r"logits, teacher and hint are all \(n, k\)"):
            preserving(LOGITS, TEACHER, HINT[:1], PHOTO)

    def test_what_a_sketch_has_may_be_anything(self) -> None:
        """A teacher that was not asked about sketches may have left whatever there."""
        broken = torch.where(PHOTO[:, None], TEACHER, torch.nan)
        torch.testing.assert_close(preserving(LOGITS, broken, HINT, PHOTO), preserving(LOGITS, TEACHER, HINT, PHOTO))
