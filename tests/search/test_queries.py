from __future__ import annotations

import math

import pytest
import torch

from sbirlib.search.queries import queries, unit
from tests.data.small import images
from tests.search.small import Greys, Silent, grey_vector


def test_kinds_are_added_with_their_weights_and_brought_to_length_one() -> None:
    """Two vectors an angle apart, with equal weights, give the one half-way."""
    rows, many = queries(Greys(), {"text": "grey 100", "vector": grey_vector(40)})
    assert not many
    assert torch.allclose(rows, grey_vector(70)[None], atol=1e-6)
    weighted, _ = queries(Greys(), {"text": "grey 100", "vector": grey_vector(40)}, {"text": 3, "vector": 1})
    by_hand = 3 * grey_vector(100) + grey_vector(40)
    assert torch.allclose(weighted, by_hand / by_hand.norm(), atol=1e-6)


def test_a_long_vector_weighs_no_more_than_a_short_one() -> None:
    rows, _ = queries(Greys(), {"text": "grey 100", "vector": 50 * grey_vector(40)})
    assert torch.allclose(rows, grey_vector(70)[None], atol=1e-6)


def test_one_of_a_kind_goes_with_each_of_many() -> None:
    sketches = images("sketch").take(slice(0, 3))
    rows, many = queries(Greys(), {"sketch": sketches, "text": "grey 100"})
    assert many
    assert torch.allclose(rows, torch.stack([grey_vector(50 + grey / 2) for grey in range(3)]), atol=1e-6)
    one, many = queries(Greys(), {"sketch": sketches.take(slice(0, 1)), "text": "grey 100"})
    assert many  # a set of one is a set
    assert len(one) == 1


def test_as_many_of_each_go_in_pairs() -> None:
    rows, _ = queries(
        Greys(), {"text": ["grey 0", "grey 50"], "vector": torch.stack([grey_vector(10), grey_vector(50)])}
    )
    assert torch.allclose(rows, torch.stack([grey_vector(5), grey_vector(50)]), atol=1e-6)
    with pytest.raises(ValueError, match=r"as many of each, or one; got 2 by text and 3 by vector"):
        queries(Greys(), {"text": ["grey 0", "grey 1"], "vector": torch.eye(3)[:, :2] + 1})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "by sketch, photo=, text= or vector="),
        ({"sketch": None}, "got none"),
        ({"text": []}, "nothing to search for: text= is empty"),
        ({"sketch": []}, "nothing to search for: sketch= is empty"),
        ({"text": " "}, "text= takes words, one query a string; got ' '"),
        ({"text": ["grey 1", 3]}, "got 3"),
        ({"vector": torch.zeros(2)}, "number 0 has 0"),
        ({"vector": torch.tensor([[1.0, 0], [math.nan, 0]])}, "number 1 has nan"),
        ({"vector": torch.tensor([math.inf, 0])}, "has inf"),
        ({"vector": torch.zeros(2, 2, 2)}, r"were expected; got \(2, 2, 2\)"),
        ({"vector": [1.0, 0, 0], "text": "grey 1"}, "vectors of one dimension are added; got 2 and 3"),
        ({"vector": -grey_vector(7), "text": "grey 7"}, "the parts of query 0 cancel"),
    ],
)
def test_bad_queries_are_refused_in_a_line(asked: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        queries(Greys(), asked)
    assert "\n" not in str(caught.value)


def test_weights_are_for_what_is_asked() -> None:
    with pytest.raises(ValueError, match=r"weights are given for what is asked, text; got text, sketch"):
        queries(Greys(), {"text": "grey 1"}, {"text": 1, "sketch": 1})


def test_a_model_without_words_and_no_model_at_all_say_so() -> None:
    with pytest.raises(ValueError, match="Silent has no embed_text"):
        queries(Silent(), {"text": "grey 1"})
    with pytest.raises(ValueError, match=r"without its model is searched by vector= only; got text="):
        queries(None, {"text": "grey 1"})


def test_the_model_is_left_in_its_mode_and_nothing_is_learnt() -> None:
    model = Greys().train()
    rows, _ = queries(model, {"text": "grey 1"})
    assert model.training
    assert not rows.requires_grad


def test_unit_vectors_stay_as_they_are() -> None:
    row = grey_vector(33)[None]
    assert unit(row, "vector") is not None
    assert torch.equal(unit(row, "vector"), row)
    assert unit([3, 4], "vector").tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
