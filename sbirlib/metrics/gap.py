"""How far apart two modalities lie in one space: measures that need no retrieval, each with its range and its zero.

    centroid_distance  |m_s - m_p|                                       0: same centre; up to 2 for unit vectors
    relative_gap       share of all variance that is between modalities  0: same centre; towards 1: modality is all
    probe_accuracy     of a linear classifier, sketch or photo?          .5: no line tells them apart; 1: one does
    knn_mixing         other modality among neighbours, over chance      1: mixed as chance; 0: no neighbour in common
    mmd                unbiased MMD^2, RBF kernel                        0: same distribution (may fall below by chance)
    alignment          mean squared distance of same-class pairs         0: all coincide; up to 4 for unit vectors
    uniformity         log mean exp(-2 |x - y|^2)                        0: all coincide; about -4: spread all over
    class_gap          mean over classes of |m_s,c - m_p,c|              0: every class is centred alike; up to 2

`gap()` gives them all for L2-normalised vectors; the functions take vectors as they are. A small gap is no merit by
itself: collapsed embeddings have none.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.metrics import checks


def gap(
    sketch: Tensor,
    photo: Tensor,
    sketch_labels: Tensor | None = None,
    photo_labels: Tensor | None = None,
    *,
    limit: int = 2000,
    seed: int = 0,
) -> dict[str, float]:
    """All measures of `sketch` (S, d) against `photo` (P, d), L2-normalised; those of classes where labels are given.

    What compares all pairs (knn_mixing, mmd, uniformity) sees at most `limit` of each modality, drawn with `seed`.

    >>> round(gap(torch.eye(8)[:4].repeat(3, 1), torch.eye(8)[4:].repeat(3, 1))["probe_accuracy"], 2)
    1.0
    """
    checks.embeddings(sketch, photo, names=("sketch", "photo"))
    if min(len(sketch), len(photo)) < 2:
        raise ValueError(f"a gap takes 2 sketches and 2 photos or more; got {len(sketch)} and {len(photo)}")
    if (sketch_labels is None) != (photo_labels is None):
        raise ValueError("labels are given for both modalities or for neither; got them for one")
    sketch, photo = normalize(sketch.detach().float(), dim=1), normalize(photo.detach().float(), dim=1)
    few = [x[draw(len(x), limit, seed).to(x.device)] for x in (sketch, photo)]
    measures = {
        "centroid_distance": centroid_distance(sketch, photo),
        "relative_gap": relative_gap(sketch, photo),
        "probe_accuracy": probe_accuracy(sketch, photo, seed=seed),
        "knn_mixing": knn_mixing(*few),
        "mmd": mmd(*few),
        "uniformity": uniformity(torch.cat(few)),
        "uniformity_sketch": uniformity(few[0]),
        "uniformity_photo": uniformity(few[1]),
    }
    if sketch_labels is not None and photo_labels is not None:
        checks.labels("sketch_labels", sketch_labels, sketch)
        checks.labels("photo_labels", photo_labels, photo)
        measures["alignment"] = alignment(sketch, photo, sketch_labels, photo_labels)
        measures["class_gap"] = class_gap(sketch, photo, sketch_labels, photo_labels)
    return measures


def centroid_distance(sketch: Tensor, photo: Tensor) -> float:
    """|m_s - m_p|, the distance of the modalities' means (Liang et al. 2022, the modality gap).

    >>> centroid_distance(torch.tensor([[0.0, 1], [0, 3]]), torch.tensor([[3.0, 6], [3, 6]]))
    5.0
    """
    return float((sketch.double().mean(0) - photo.double().mean(0)).norm())


def relative_gap(sketch: Tensor, photo: Tensor) -> float:
    """(D^2/4) / (D^2/4 + (V_s + V_p)/2): the variance between modalities over all, both weighing the same. Ours.

    D is the centroids' distance and V a modality's mean squared distance to its own centroid, so that a common factor
    cancels. 0 where the centroids coincide; two equal clouds far apart approach 1; 0 where all is one point.

    >>> relative_gap(torch.tensor([[0.0], [2.0]]), torch.tensor([[4.0], [6.0]]))   # 4 / (4 + 1)
    0.8
    """
    within = sum(float((x - x.mean(0)).square().sum(1).mean()) for x in (sketch.double(), photo.double())) / 2
    between = centroid_distance(sketch, photo) ** 2 / 4
    return between / (between + within) if between > 0 else 0.0


def probe_accuracy(sketch: Tensor, photo: Tensor, *, folds: int = 5, ridge: float = 1e-3, seed: int = 0) -> float:
    """Balanced accuracy of a linear probe, sketch or photo, cross-validated: .5 is chance, 1 a clean cut.

    Ridge regression on +1 and -1 with both modalities weighing the same, in closed form:
    w = (C + ridge tr(C)/d I)^-1 (m_s - m_p)/2, with C the covariance around the middle of the training centroids.

    >>> probe_accuracy(torch.arange(10.0)[:, None], torch.arange(10.0)[:, None] + 20)
    1.0
    """
    folds = min(folds, len(sketch), len(photo))
    middle = (sketch.double().mean(0) + photo.double().mean(0)) / 2  # keeps the sums small; the probe has its own
    sides = []
    for x in (sketch, photo):  # twins in both modalities fall into one fold, where they cannot teach the opposite
        x = x.double() - middle
        fold = torch.empty(len(x), dtype=torch.long)
        fold[draw(len(x), len(x), seed)] = torch.arange(len(x)) % folds
        parts = [x[(fold == f).to(x.device)] for f in range(folds)]
        sides.append((parts, [p.sum(0) for p in parts], [p.T @ p for p in parts]))
    right = []
    for f in range(folds):
        means, moments = [], []
        for parts, sums, grams in sides:
            n = sum(len(p) for i, p in enumerate(parts) if i != f)
            means.append((torch.stack(sums).sum(0) - sums[f]) / n)
            moments.append((torch.stack(grams).sum(0) - grams[f]) / n)
        centre = (means[0] + means[1]) / 2
        covariance = (moments[0] + moments[1]) / 2 - centre.outer(centre)
        eye = torch.eye(len(centre), dtype=centre.dtype, device=centre.device)
        weight = covariance.diagonal().mean().clamp_min(1e-300)
        w = torch.linalg.solve(covariance / weight + ridge * eye, (means[0] - means[1]) / 2)
        for sign, (parts, _, _) in zip((1, -1), sides, strict=True):
            side = ((parts[f] - centre) @ w * sign).sign()
            right.append(float((side + 1).mean()) / 2)  # on the line counts half
    return sum(right) / len(right)


def knn_mixing(sketch: Tensor, photo: Tensor, *, k: int = 10) -> float:
    """The other modality's share of the k nearest (itself apart), over what chance gives: 1 is mixed, 0 is apart.

    Chance for a sketch is P / (S + P - 1). The mean of the two modalities' ratios; more than 1 where points seek the
    other side (sketches that sit on photos).

    >>> knn_mixing(torch.arange(20.0)[:, None], torch.arange(20.0)[:, None] + 100)
    0.0
    """
    both = torch.cat([sketch, photo])
    is_photo = torch.arange(len(both), device=both.device) >= len(sketch)
    k = min(k, len(both) - 1)
    others = []
    for start in range(0, len(both), 1024):
        part = both[start : start + 1024]
        distance = torch.cdist(part, both)
        rows = torch.arange(len(part), device=both.device)
        distance[rows, rows + start] = torch.inf
        near = distance.topk(k, largest=False).indices
        others.append((is_photo[near] != is_photo[start : start + 1024, None]).double().mean(1))
    share = torch.cat(others)
    chance = (len(both) - 1) / len(photo), (len(both) - 1) / len(sketch)
    return float(share[~is_photo].mean() * chance[0] + share[is_photo].mean() * chance[1]) / 2


def mmd(sketch: Tensor, photo: Tensor, *, bandwidth: float | None = None) -> float:
    """Unbiased squared maximum mean discrepancy, kernel exp(-|x - y|^2 / (2 bandwidth^2)) (Gretton et al. 2012, eq. 3).

    `bandwidth` is the median distance of all pairs unless given. 0 in the mean for one distribution, and then below 0
    half of the time; 2 at most.

    >>> round(mmd(torch.zeros(3, 1), torch.ones(3, 1), bandwidth=1.0), 4)   # 2 - 2 exp(-1/2)
    0.7869
    """
    within = [torch.pdist(x.double()).square() for x in (sketch, photo)]
    across = torch.cdist(sketch.double(), photo.double(), compute_mode="donot_use_mm_for_euclid_dist").square()
    square = torch.cat([*within, across.flatten()]).median() if bandwidth is None else torch.tensor(bandwidth**2)
    if not square > 0:  # half of all pairs coincide: any positive width would do
        square = torch.tensor(1.0)
    kernels = [(-d / (2 * square.to(d.device))).exp().mean() for d in (*within, across)]
    return float(kernels[0] + kernels[1] - 2 * kernels[2])


def uniformity(x: Tensor, *, t: float = 2.0) -> float:
    """log of the mean of exp(-t |x - y|^2) over all pairs of `x` (n, d) (Wang & Isola 2020, eq. 2).

    0 where all coincide; lower is more uniform, about -2t for unit vectors spread over many dimensions.

    >>> round(uniformity(torch.tensor([[1.0, 0.0], [0.0, 1.0]])), 4)   # one pair, at a squared distance of 2
    -4.0
    """
    return float((-t * torch.pdist(x.double()).square()).exp().mean().log())


def alignment(sketch: Tensor, photo: Tensor, sketch_labels: Tensor, photo_labels: Tensor) -> float:
    """The mean squared distance of a sketch and a photo of its class (Wang & Isola 2020, eq. 1), mean over classes.

    All pairs of a class at once: E|s|^2 + E|p|^2 - 2 m_s . m_p. 0 where every class is one point.

    >>> alignment(torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0]]), torch.tensor([0, 0]), torch.tensor([0]))
    1.0
    """
    values = []
    for s, p in by_class(sketch, photo, sketch_labels, photo_labels):
        centre = p.mean(0)  # distances do not change, and the sums stay small
        s, p = s - centre, p - centre
        values.append(s.square().sum(1).mean() + p.square().sum(1).mean() - 2 * s.mean(0) @ p.mean(0))
    return float(torch.stack(values).mean())


def class_gap(sketch: Tensor, photo: Tensor, sketch_labels: Tensor, photo_labels: Tensor) -> float:
    """The mean, over the classes that both have, of the distance of the class's sketch and photo centroids.

    >>> class_gap(torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0]]), torch.tensor([0, 0]), torch.tensor([0]))
    0.0
    """
    distances = [centroid_distance(s, p) for s, p in by_class(sketch, photo, sketch_labels, photo_labels)]
    return sum(distances) / len(distances)


def by_class(sketch: Tensor, photo: Tensor, sketch_labels: Tensor, photo_labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    shared = sorted(set(sketch_labels.tolist()) & set(photo_labels.tolist()))
    if not shared:
        raise ValueError("sketch_labels and photo_labels share a class or more; got none in common")
    return [(sketch[sketch_labels == c].double(), photo[photo_labels == c].double()) for c in shared]


def draw(n: int, limit: int, seed: int) -> Tensor:
    """`limit` of n row numbers in random order, the same for the same n, limit and seed."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))[:limit]
