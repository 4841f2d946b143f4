from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.losses.disentangling import (
    elementwise_overlap,
    modality_loss,
    reconstruction_loss,
    semantic_loss,
    shared_centres,
    squared_cosine,
)


def vectors(count: int, seed: int = 0, width: int = 3) -> Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def cosine(a: Tensor, b: Tensor) -> float:
    one, other = a.tolist(), b.tolist()
    return dot(one, other) / math.sqrt(dot(one, one) * dot(other, other))


def test_a_centre_is_halfway() -> None:
    """(1, 0) and (0, 1): their mean (1/2, 1/2) has length 1/sqrt 2."""
    found = shared_centres(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    torch.testing.assert_close(found, torch.tensor([[math.sqrt(0.5), math.sqrt(0.5)], [1.0, 0.0]]))


class TestSemantic:
    def test_by_hand(self) -> None:
        """Images at 0 and 90 degrees to their centres, texts at 60 and 180: (0 + 1) / 2 + (1/2 + 2) / 2."""
        centres = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
        images = torch.tensor([[7.0, 0.0], [0.0, 0.1]])
        texts = torch.tensor([[0.5, math.sqrt(0.75)], [-2.0, 0.0]])
        assert semantic_loss(images, texts, centres).item() == pytest.approx(0.5 + 1.25)

    def test_it_is_what_the_formula_says(self) -> None:
        images, texts, centres = vectors(5), vectors(5, 1), vectors(5, 2)
        slow = sum(1 - cosine(t, c) + 1 - cosine(i, c) for i, t, c in zip(images, texts, centres, strict=True)) / 5
        assert semantic_loss(images, texts, centres).item() == pytest.approx(slow)

    def test_length_and_order_do_not_matter(self) -> None:
        images, texts, centres = vectors(5), vectors(5, 1), vectors(5, 2)
        order = torch.tensor([3, 1, 4, 0, 2])
        expected = semantic_loss(images, texts, centres)
        torch.testing.assert_close(semantic_loss(4 * images[order], texts[order], centres[order]), expected)


class TestReconstruction:
    def test_by_hand(self) -> None:
        """The image is met from its text; the text is 60 degrees from what its image gives."""
        image, text = torch.tensor([[3.0, 0.0]]), torch.tensor([[0.0, 1.0]])
        turned = torch.tensor([[math.sqrt(0.75), 0.5]])
        assert reconstruction_loss(image, image, turned, text).item() == pytest.approx(0.5)

    def test_it_is_what_the_formula_says(self) -> None:
        parts = [vectors(4, seed) for seed in range(4)]
        slow = sum(1 - cosine(a, b) + 1 - cosine(c, d) for a, b, c, d in zip(*parts, strict=True)) / 4
        assert reconstruction_loss(*parts).item() == pytest.approx(slow)

    def test_each_is_rebuilt_beside_its_own(self) -> None:
        """Texts against images and images against texts: swapping what is compared is another loss."""
        a, b, c, d = (vectors(4, seed) for seed in range(4))
        assert not torch.isclose(reconstruction_loss(a, b, c, d), reconstruction_loss(a, d, c, b))


class TestModality:
    def test_by_hand(self) -> None:
        """A photo (0) of three modalities. Converted to 1, D gives 1 a share of 1/2; to 2, it gives 2 one of 1/4."""
        logits = torch.tensor([[[9.0, 9.0, 9.0], [0.25, 0.5, 0.25], [0.5, 0.25, 0.25]]]).log()
        found = modality_loss(logits, torch.tensor([0])).item()
        assert found == pytest.approx((math.log(2) + math.log(4)) / 2)

    def test_it_is_what_the_formula_says(self) -> None:
        logits = vectors(4, width=9).reshape(4, 3, 3)
        own = torch.tensor([2, 0, 1, 1])
        terms = [
            -math.log(math.exp(float(row[k])) / sum(math.exp(float(x)) for x in row))
            for i in range(4)
            for k, row in enumerate(logits[i])
            if k != own[i]
        ]
        assert modality_loss(logits, own).item() == pytest.approx(sum(terms) / 8)

    def test_what_is_said_of_the_own_modality_does_not_count(self) -> None:
        logits = vectors(4, width=9).reshape(4, 3, 3)
        own = torch.tensor([2, 0, 1, 1])
        changed = logits.clone()
        changed[torch.arange(4), own] = 100 * vectors(4, 7)
        assert torch.equal(modality_loss(logits, own), modality_loss(changed, own))
        assert not torch.equal(modality_loss(logits, own), modality_loss(changed, (own + 1) % 3))

    def test_shapes_are_said(self) -> None:
        with pytest.raises(
            ValueError, match=r"logits \(n, k, k\) and own \(n,\) were expected; got \(4, 3\) and \(4,\)"
        ):
            modality_loss(torch.zeros(4, 3), torch.zeros(4))


class TestOrthogonal:
    centres = torch.tensor([[0.6, 0.8], [1.0, 0.0]])
    encodings = torch.tensor([[0.8, -0.6], [0.0, 2.0], [1.0, 1.0]])

    def test_by_hand(self) -> None:
        """|c d| summed: .48 + .48, 1.6, .6 + .8 for the first centre; .8, 0, 1 for the second: 5.76 of 6 pairs.
        Squared cosines: 0, .64, (1.4)^2 / 2 and .64, 0, 1/2: 2.76 of 6."""
        assert elementwise_overlap(self.centres, self.encodings).item() == pytest.approx(5.76 / 6)
        assert squared_cosine(self.centres, self.encodings).item() == pytest.approx(2.76 / 6)

    def test_they_are_what_the_formulas_say(self) -> None:
        centres, encodings = vectors(4), vectors(2, 1)
        pairs = [(c, m) for c in centres for m in encodings]
        slow = sum(abs(float(x * y)) for c, m in pairs for x, y in zip(c, m, strict=True)) / len(pairs)
        assert elementwise_overlap(centres, encodings).item() == pytest.approx(slow)
        assert squared_cosine(centres, encodings).item() == pytest.approx(
            sum(cosine(c, m) ** 2 for c, m in pairs) / len(pairs)
        )

    def test_the_released_one_bounds_the_products_and_shrinks(self) -> None:
        centres, encodings = vectors(4), vectors(2, 1)
        assert elementwise_overlap(centres, encodings) >= (centres @ encodings.T).abs().mean()
        torch.testing.assert_close(
            elementwise_overlap(centres, 3 * encodings), 3 * elementwise_overlap(centres, encodings)
        )

    def test_the_cosine_one_knows_no_length(self) -> None:
        centres, encodings = vectors(4), vectors(2, 1)
        torch.testing.assert_close(squared_cosine(2 * centres, 3 * encodings), squared_cosine(centres, encodings))

    @pytest.mark.parametrize("loss", [elementwise_overlap, squared_cosine])
    def test_widths_are_said(self, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
        with pytest.raises(ValueError, match=r"centres \(n, d\) and encodings \(k, d\) were expected; got"):
            loss(torch.zeros(4, 3), torch.zeros(2, 2))


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [
        (lambda i, t: semantic_loss(i, t, shared_centres(normalize(i, dim=1), normalize(t, dim=1))), [(3, 4), (3, 4)]),
        (reconstruction_loss, [(3, 4)] * 4),
        (lambda logits: modality_loss(logits, torch.tensor([0, 2])), [(2, 3, 3)]),
        (elementwise_overlap, [(3, 4), (2, 4)]),
        (squared_cosine, [(3, 4), (2, 4)]),
    ],
    ids=["semantic", "reconstruction", "modality", "elementwise", "cosine"],
)
def test_gradients(loss: Callable[..., Tensor], shapes: list[tuple[int, ...]]) -> None:
    generator = torch.Generator().manual_seed(3)
    inputs = [torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]
    assert torch.autograd.gradcheck(loss, inputs)


def test_rows_stand_beside_each_other() -> None:
    with pytest.raises(ValueError, match=r"rows \(n, d\) beside each other were expected; got \(3, 2\), \(1, 2\)"):
        semantic_loss(torch.zeros(3, 2), torch.zeros(3, 2), torch.zeros(1, 2))
