from __future__ import annotations

import pytest
import torch

from sbirlib.metrics.hits import ranked, with_ties


def test_a_ranking_becomes_the_places_of_its_relevant_items() -> None:
    hits = ranked(torch.tensor([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]))
    assert hits.above.tolist() == [[1, 2], [0, 4], [4, 4]]  # 4, the gallery's size, pads
    assert hits.relevant.tolist() == [2, 1, 0]
    assert hits.strict


def test_a_group_of_ties_knows_who_stands_before_and_beside() -> None:
    # scores 9 | 7 7 7 | 1 with relevant 9, 7, 7, 1
    hits = with_ties(torch.tensor([[0, 1, 1, 4]]), torch.tensor([[1, 3, 3, 1]]), torch.tensor([4]), 5)
    assert hits.before.tolist() == [[0, 1, 1, 3]]
    assert hits.mates.tolist() == [[1, 2, 2, 1]]
    assert hits.head(2) is hits  # a cut may fall inside a group: all of it is needed


def test_the_head_leaves_out_what_cannot_be_in_the_top() -> None:
    hits = ranked(torch.tensor([[1, 1, 1, 1]]))
    assert hits.head(2).above.tolist() == [[0, 1]]
    assert hits.head(2).relevant.tolist() == [4]


@pytest.mark.parametrize("given", [torch.tensor([1, 0]), torch.zeros(2, 0)])
def test_a_ranking_is_a_matrix(given: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"ranked relevance is \(queries, places\)"):
        ranked(given)


def test_relevance_is_yes_or_no() -> None:
    with pytest.raises(ValueError, match="ranked relevance is 0 or 1"):
        ranked(torch.tensor([[1, 2]]))
