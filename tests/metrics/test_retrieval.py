"""From embeddings to numbers: against the oracle and scikit-learn, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_oracle import IDS, grouped, naive, stable
from sklearn.metrics import average_precision_score
from torch import Tensor

from sbirlib.metrics import from_ranked, from_scores, retrieval

SETS = tuple[Tensor, Tensor, Tensor, Tensor]


def sets(queries: int, gallery: int, classes: int, *, width: int = 8, seed: int = 0, whole: bool = False) -> SETS:
    """Query and gallery vectors with labels; `whole` ones have small whole numbers, exact however they are summed."""
    g = torch.Generator().manual_seed(seed)
    draw = (
        (lambda *s: torch.randint(-2, 3, s, generator=g).float())
        if whole
        else (lambda *s: torch.randn(*s, generator=g))
    )
    labels = torch.randint(classes, (queries,), generator=g), torch.randint(classes, (gallery,), generator=g)
    return draw(queries, width), draw(gallery, width), *labels


def scored(query: Tensor, gallery: Tensor, distance: str) -> Tensor:
    """All scores in float64, by the distance's own formula."""
    q, g = query.double(), gallery.double()
    if distance == "cosine":
        return torch.nn.functional.normalize(q, dim=1) @ torch.nn.functional.normalize(g, dim=1).T
    if distance == "dot":
        return q @ g.T
    return -(q[:, None] - g[None]).square().sum(2)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 9),
    st.integers(1, 40),
    st.integers(1, 5),
    st.integers(0, 10**6),
    st.sampled_from(["grouped", "stable"]),
)
def test_against_the_oracle(queries: int, photos: int, classes: int, seed: int, ties: str) -> None:
    """Whole numbers, so that ties abound; classes that one side lacks; k > N and R > k among IDS."""
    query, gallery, ql, gl = sets(queries, photos, classes, seed=seed, whole=True, width=3)
    scores = scored(query, gallery, "dot")
    relevance = (ql[:, None] == gl).int()
    kept = relevance.any(1)
    found = retrieval(
        query, gallery, ql, gl, distance="dot", metrics=IDS, ties=ties, per_query=True, no_relevant="zero", block=4
    )
    for name in IDS:
        for i in range(queries):
            lists = scores[i].tolist(), relevance[i].tolist()
            want = 0.0
            if kept[i]:
                want = naive(stable(*lists), name) if ties == "stable" else grouped(*lists, name)
            assert found[name][i].item() == pytest.approx(want, abs=1e-9), (name, i)


@pytest.mark.parametrize("distance", ["cosine", "dot", "euclidean"])
@pytest.mark.parametrize("photos", [60, 3000])
def test_scikit_learn_agrees(distance: str, photos: int) -> None:
    """3,000 photos have hundreds of relevant ones: the bucket count; 60 in 12 classes: the comparison."""
    query, gallery, ql, gl = sets(20, photos, 12 if photos == 60 else 4)
    found = retrieval(query, gallery, ql, gl, distance=distance, metrics=["ap/exact"], per_query=True)["ap/exact"]
    scores = scored(query, gallery, distance)
    want = [average_precision_score(gl == label, row) for label, row in zip(ql, scores, strict=True)]
    assert found.numpy() == pytest.approx(np.array(want), abs=1e-4)  # float32 against float64 may swap neighbours


def test_the_order_of_queries_and_gallery_does_not_matter() -> None:
    query, gallery, ql, gl = sets(30, 400, 5, whole=True)
    g = torch.Generator().manual_seed(1)
    photos, sketches = torch.randperm(400, generator=g), torch.randperm(30, generator=g)
    for ties in ("grouped", "expected", "pessimistic"):
        one = retrieval(query, gallery, ql, gl, distance="dot", ties=ties, per_query=True)
        two = retrieval(
            query[sketches], gallery[photos], ql[sketches], gl[photos], distance="dot", ties=ties, per_query=True
        )
        for name in one:
            assert torch.equal(one[name][sketches], two[name])


def test_stable_goes_by_the_gallery_as_given() -> None:
    """All tied: the answer is the storage order's, for better or worse."""
    vectors, labels = torch.ones(4, 2), torch.tensor([1, 0, 1, 0])
    for order, want in (([0, 1, 2, 3], 5 / 6), ([1, 3, 0, 2], 5 / 12)):
        found = retrieval(vectors[:1], vectors, labels[:1], labels[order], ties="stable", metrics=["ap/exact"])
        assert found["ap/exact"] == pytest.approx(want)


@pytest.mark.parametrize("block", [1, 2, 7, 1000])
@pytest.mark.parametrize("ties", ["grouped", "random(5)"])
def test_block_size_does_not_matter(block: int, ties: str) -> None:
    query, gallery, ql, gl = sets(50, 300, 6, whole=True)
    one = retrieval(query, gallery, ql, gl, distance="dot", ties=ties, per_query=True)
    two = retrieval(query, gallery, ql, gl, distance="dot", ties=ties, per_query=True, block=block)
    assert all(torch.equal(one[name], two[name]) for name in one)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([1e-30, 1e-3, 1.0, 1e4, 1e30]), st.floats(-2, 3))
def test_a_monotone_transform_changes_nothing(seed: int, factor: float, shift: float) -> None:
    """Only the order counts: crowded, spread and far-off scores, in the bucket count and beside it."""
    g = torch.Generator().manual_seed(seed)
    ranks = torch.randint(0, 200, (4, 300), generator=g)
    relevance = torch.rand(4, 300, generator=g) < 0.2
    relevance[:, 0] = True
    grid = torch.linspace(-1, 1, 200)
    plain = from_scores(ranks.float(), relevance, metrics=IDS)
    for values in (grid * factor, grid.pow(3), grid.mul(3 + shift).exp(), (grid * 30).exp()):
        assert bool((values.diff() > 0).all()), "the transform itself must keep the order in float32"
        assert from_scores(values[ranks], relevance, metrics=IDS) == plain


def test_crowded_scores() -> None:
    """All scores but one within a few float32 steps: they share a bucket, and are told apart all the same."""
    base = torch.tensor(1.0)
    steps = torch.stack([base := torch.nextafter(base, torch.tensor(2.0)) for _ in range(400)])
    order = torch.randperm(400, generator=torch.Generator().manual_seed(0))
    relevance = (torch.arange(401) % 7 == 0)[None]
    crowded = torch.cat([steps[order], torch.tensor([-1e5])])[None]
    plain = torch.cat([order.float(), torch.tensor([-1.0])])[None]
    assert from_scores(crowded, relevance, metrics=IDS) == from_scores(plain, relevance, metrics=IDS)


@pytest.mark.parametrize("kind", ["bool", "uint8", "int8", "float"])
def test_hamming_is_exact(kind: str) -> None:
    g = torch.Generator().manual_seed(0)
    bits = torch.rand(120, 64, generator=g) < 0.5
    labels = torch.randint(3, (120,), generator=g)
    codes = {"bool": bits, "uint8": bits.byte(), "int8": bits.char() * 2 - 1, "float": bits.float() * 2 - 1}[kind]
    distance = (bits[:20, None] != bits[None, 20:]).sum(2)
    ids = ["ap/exact", "apk/min_rk@10", "p/k@5"]
    found = retrieval(codes[:20], codes[20:], labels[:20], labels[20:], distance="hamming", metrics=ids, per_query=True)
    for name in ids:
        for i in range(20):
            want = grouped((-distance[i]).tolist(), (labels[20:] == labels[i]).int().tolist(), name)
            assert found[name][i].item() == pytest.approx(want)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floats_are_ranked_in_float32(dtype: torch.dtype) -> None:
    query, gallery, ql, gl = sets(20, 200, 4)
    query, gallery = query.to(dtype), gallery.to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):  # must not reach the scores
        found = retrieval(query, gallery, ql, gl, per_query=True)
    want = retrieval(query.float(), gallery.float(), ql, gl, per_query=True)
    assert all(torch.equal(found[name], want[name]) for name in want)


def test_instances() -> None:
    """Fine-grained: every label once; Acc@k is the share of queries whose own photo is among the first k."""
    g = torch.Generator().manual_seed(0)
    photos = torch.randn(50, 6, generator=g)
    sketches = photos + 0.7 * torch.randn(50, 6, generator=g)
    found = retrieval(
        sketches, photos, torch.arange(50), torch.arange(50), metrics=["acc@1", "acc@5", "recall@5", "mrr"]
    )
    place = (scored(sketches, photos, "cosine") >= scored(sketches, photos, "cosine").diagonal()[:, None]).sum(1)
    assert found["acc@1"] == pytest.approx((place <= 1).double().mean().item())
    assert found["acc@5"] == found["recall@5"] == pytest.approx((place <= 5).double().mean().item())
    assert found["mrr"] == pytest.approx((1 / place).mean().item())
    assert 0 < found["acc@1"] < found["acc@5"] < 1


def test_the_average_is_over_queries_or_classes() -> None:
    gallery, gl = torch.eye(3), torch.tensor([0, 1, 2])
    query, ql = gallery[[0, 0, 0, 2]], torch.tensor([0, 0, 0, 1])  # three hits of class 0, one miss of class 1
    assert retrieval(query, gallery, ql, gl, metrics=["acc@1"], average="micro") == {"acc@1": 0.75}
    assert retrieval(query, gallery, ql, gl, metrics=["acc@1"], average="macro") == {"acc@1": 0.5}


def test_queries_without_a_relevant_photo() -> None:
    gallery, gl = torch.eye(2), torch.tensor([0, 1])
    query, ql = torch.eye(2), torch.tensor([0, 9])
    assert retrieval(query, gallery, ql, gl, metrics=["mrr"], no_relevant="skip") == {"mrr": 1.0}
    assert retrieval(query, gallery, ql, gl, metrics=["mrr"], no_relevant="zero") == {"mrr": 0.5}
    assert retrieval(query, gallery, ql, gl, metrics=["mrr"], no_relevant="zero", average="macro") == {"mrr": 0.5}
    with pytest.raises(ValueError, match=r"query 1 \(label 9\) has no relevant item"):
        retrieval(query, gallery, ql, gl, no_relevant="raise")
    assert retrieval(query, gallery, ql, gl, metrics=["mrr"], per_query=True)["mrr"].isnan().tolist() == [False, True]
    with pytest.raises(ValueError, match="none of the 2 queries"):
        retrieval(query, gallery, ql + 10, gl)


def test_the_front_door() -> None:
    query, gallery, ql, gl = sets(10, 300, 2)
    found = retrieval(query, gallery, ql, gl, preset="sbirlib")
    assert list(found) == ["mAP@all", "mAP@200", "P@100", "P@200"]
    assert all(type(v) is float for v in found.values())


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 25), st.integers(0, 10**6))
def test_scores_and_rankings_agree(queries: int, photos: int, seed: int) -> None:
    g = torch.Generator().manual_seed(seed)
    scores = torch.stack([torch.randperm(photos, generator=g) for _ in range(queries)]).float()
    relevance = torch.rand(queries, photos, generator=g) < 0.3
    ranking = relevance.gather(1, scores.argsort(dim=1, descending=True))
    labels = torch.arange(queries) % 2
    for average in ("micro", "macro"):
        arguments = {"metrics": IDS, "no_relevant": "zero", "average": average, "query_labels": labels}
        assert from_scores(scores, relevance, **arguments) == pytest.approx(from_ranked(ranking, **arguments))


def test_gradients_and_inputs_are_left_alone() -> None:
    query, gallery, ql, gl = sets(10, 100, 3)
    query.requires_grad_()
    before = query.detach().clone(), gallery.clone(), ql.clone(), gl.clone()
    retrieval(query, gallery, ql, gl)
    assert all(torch.equal(a, b) for a, b in zip(before, (query, gallery, ql, gl), strict=True))
    assert query.grad is None


def test_memory_stays_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scores that exist at a time are two blocks of them: no tensor of Q x N is made."""
    query, gallery, ql, gl = sets(500, 2000, 5)
    made = []
    empty = torch.empty
    monkeypatch.setattr(torch, "empty", lambda shape, **k: made.append(shape) or empty(shape, **k))
    retrieval(query, gallery, ql, gl, block=10)
    assert made == [(10, 2000), (10, 2000)]


def test_inference_mode_makes_no_difference() -> None:
    query, gallery, ql, gl = sets(30, 200, 5)
    want = retrieval(query, gallery, ql, gl, block=10)
    with torch.inference_mode():
        assert retrieval(query.clone(), gallery.clone(), ql.clone(), gl.clone(), block=10) == want


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here to compare the CPU with")
def test_a_gpu_gives_the_same() -> None:
    for whole in (True, False):
        query, gallery, ql, gl = sets(300, 4000, 7, whole=whole)
        for ties in ("grouped", "expected", "pessimistic", "stable", "random(1)"):
            ids = [i for i in IDS if ties != "expected" or ("voc" not in i and "first" not in i)]
            one = retrieval(query, gallery, ql, gl, distance="dot", ties=ties, metrics=ids)
            two = retrieval(*(x.cuda() for x in (query, gallery, ql, gl)), distance="dot", ties=ties, metrics=ids)
            assert two == pytest.approx(one, abs=1e-9 if whole else 1e-5)
    codes = torch.rand(400, 64) < 0.5
    labels = torch.arange(400) % 4
    one = retrieval(codes[:50], codes, labels[:50], labels, distance="hamming")
    assert retrieval(
        *(x.cuda() for x in (codes[:50], codes, labels[:50], labels)), distance="hamming"
    ) == pytest.approx(one)


def test_the_sorted_count_is_the_cpus() -> None:
    """What a GPU does (sort a block, look up) gives the CPU's whole numbers; here both run on the CPU."""
    from sbirlib.metrics.counting import count, count_sorted

    scores = torch.randint(0, 60, (20, 500), generator=torch.Generator().manual_seed(0)).float()
    columns = torch.arange(30).expand(20, 30)
    for one, two in zip(count(scores, columns), count_sorted(scores, scores.gather(1, columns)), strict=True):
        assert torch.equal(one, two)


def test_errors() -> None:
    q, g, ql, gl = sets(3, 5, 2)
    nan, far = g.clone(), g.clone()
    nan[4, 1], far[2] = float("nan"), 3e38
    cases: list[tuple[type[Exception], str, tuple[object, ...], dict[str, object]]] = [
        (ValueError, r"gallery is a tensor \(n, d\).*got \(0, 8\)", (q, g[:0], ql, gl[:0]), {}),
        (ValueError, "one width; got 8 and 7", (q, g[:, :7], ql, gl), {}),
        (TypeError, "one dtype; got torch.float32 and torch.float64", (q, g.double(), ql, gl), {}),
        (TypeError, "query is a tensor .*got ndarray", (q.numpy(), g, ql, gl), {}),
        (TypeError, "floating point .*got torch.int64", (q.long(), g.long(), ql, gl), {}),
        (ValueError, "gallery holds finite numbers; row 4", (q, nan, ql, gl), {}),
        (ValueError, "scores are finite numbers", (q * 1e5, far, ql, gl), {"distance": "dot"}),
        (ValueError, r"gallery_labels has one label a row, \(5,\); got \(4,\)", (q, g, ql, gl[:4]), {}),
        (TypeError, "query_labels is a tensor of whole numbers; got torch.float32", (q, g, ql.float(), gl), {}),
        (TypeError, "query_labels is a tensor of whole numbers; got list", (q, g, ql.tolist(), gl), {}),
        (ValueError, "gallery_labels is on the rows' device, cpu; got meta", (q, g, ql, gl.to("meta")), {}),
        (ValueError, "a preset is one of data_free_sbir, .*; got 'ours'", (q, g, ql, gl), {"preset": "ours"}),
        (ValueError, "a distance is one of cosine.*; got 'l2'", (q, g, ql, gl), {"distance": "l2"}),
        (ValueError, "no_relevant is one of skip, zero, raise; got 'nan'", (q, g, ql, gl), {"no_relevant": "nan"}),
        (ValueError, "average is one of micro, macro; got 'class'", (q, g, ql, gl), {"average": "class"}),
        (ValueError, "metrics is a list of ids", (q, g, ql, gl), {"metrics": "ap/exact"}),
        (ValueError, "a block is 1 query or more; got 0", (q, g, ql, gl), {"block": 0}),
        (ValueError, "hamming compares codes", (q, g, ql, gl), {"distance": "hamming"}),
    ]
    for kind, message, arguments, options in cases:
        with pytest.raises(kind, match=message):
            retrieval(*arguments, **options)  # type: ignore[arg-type]
    scores, relevance = torch.zeros(2, 3), torch.ones(2, 3, dtype=torch.bool)
    for message, arguments in (
        (r"relevance is a bool tensor of the scores' shape, \(2, 3\); got torch.int64", (scores, relevance.long())),
        ("scores are finite numbers; got a row from nan", (scores * float("nan"), relevance)),
        ("scores are a floating-point tensor", (scores[0], relevance[0])),
    ):
        with pytest.raises(ValueError, match=message):
            from_scores(*arguments)
    with pytest.raises(ValueError, match="expected query_labels"):
        from_scores(scores, relevance, average="macro")
