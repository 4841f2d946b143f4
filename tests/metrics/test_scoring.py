from __future__ import annotations

import pytest
import torch

from sbirlib.metrics.scoring import Space, blocks, default_block


def all_scores(distance: str, query: torch.Tensor, gallery: torch.Tensor, block: int) -> torch.Tensor:
    space, rows = Space(distance), torch.arange(len(query))
    parts = blocks(space, query, space.vectors(gallery), rows, block)
    return torch.cat([scores.clone() for _, scores in parts])  # a block's memory is used again


@pytest.mark.parametrize("block", [1, 3, 100])
def test_each_distance_orders_as_its_name_says(block: int) -> None:
    generator = torch.Generator().manual_seed(0)
    query, gallery = torch.randn(7, 5, generator=generator), torch.randn(20, 5, generator=generator)
    cosine = torch.nn.functional.cosine_similarity(query[:, None], gallery[None], dim=2)
    assert torch.allclose(all_scores("cosine", query, gallery, block), cosine, atol=1e-6)
    assert torch.allclose(all_scores("dot", query, gallery, block), query @ gallery.T, atol=1e-6)
    euclidean = all_scores("euclidean", query, gallery, block).argsort(dim=1)
    assert torch.equal(euclidean, (-torch.cdist(query, gallery)).argsort(dim=1))


@pytest.mark.parametrize("kind", ["bool", "0/1", "-1/1"])
def test_hamming_counts_bits_whatever_they_are_written_as(kind: str) -> None:
    generator = torch.Generator().manual_seed(0)
    query, gallery = (torch.rand(n, 24, generator=generator) > 0.5 for n in (4, 9))
    differing = (query[:, None] != gallery[None]).sum(dim=2)
    forms = {"bool": lambda x: x, "0/1": lambda x: x.to(torch.uint8), "-1/1": lambda x: x.float() * 2 - 1}
    scores = all_scores("hamming", forms[kind](query), forms[kind](gallery), 2)
    assert torch.equal(scores, 24 - 2 * differing.float())


def test_codes_of_other_values_and_other_distances_are_refused() -> None:
    with pytest.raises(ValueError, match="hamming compares codes of bool"):
        Space("hamming").vectors(torch.tensor([[0.5, 1.0]]))
    with pytest.raises(ValueError, match="a distance is one of cosine, dot, euclidean, hamming; got 'l1'"):
        Space("l1")


def test_a_block_of_scores_stays_small() -> None:
    for gallery in (10, 54_151, 10**8):
        assert default_block(gallery, torch.device("cpu")) >= 1
        assert default_block(gallery, torch.device("cpu")) * gallery * 4 <= max(2**27, gallery * 4)
