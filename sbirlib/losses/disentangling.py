"""The losses by which MA-SBIR (Lyou et al., WACV 2024) parts what a vector means from the modality that it comes from.

Vectors are rows (n, d), each beside its own of the other kind; `cos` normalises, so lengths do not matter in 1, 2.

1. `semantic_loss`           meanings near a centre that image and text share
2. `reconstruction_loss`     a text, converted, is its image, and an image, converted, its text
3. `modality_loss`           a converted vector is recognised as what it was converted to
4. `elementwise_overlap`     centres and modality encodings share no coordinate (as the released code has it)
5. `squared_cosine`          ... are orthogonal (what the name says)
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, normalize


def shared_centres(images: Tensor, texts: Tensor) -> Tensor:
    """c_i = n((z^I_i + z^T_i) / 2): halfway between an image and its text, (n, d) unit vectors.

    >>> shared_centres(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor([[0.7071, 0.7071]])
    """
    beside(images, texts)
    return normalize((images + texts) / 2, dim=1)


def semantic_loss(images: Tensor, texts: Tensor, centres: Tensor) -> Tensor:
    """L_sem = 1/n sum_i [1 - cos(s^T_i, c_i)] + 1/n sum_i [1 - cos(s^I_i, c_i)] of meanings s = z - m.

    >>> across, along = torch.tensor([[0.0, 1.0]]), torch.tensor([[2.0, 0.0]])
    >>> semantic_loss(along, across, centres=along)
    tensor(1.)
    """
    return apart(texts, centres) + apart(images, centres)


def reconstruction_loss(from_texts: Tensor, images: Tensor, from_images: Tensor, texts: Tensor) -> Tensor:
    """L_rec = 1/n sum_i [1 - cos(s^T_i + m_a, z^I_i)] + 1/n sum_i [1 - cos(s^I_i + m_b, z^T_i)].

    `from_texts` are texts converted to each image's modality a, `from_images` images converted to text, b.

    >>> one, other = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    >>> reconstruction_loss(one, one, one, other)
    tensor(1.)
    """
    return apart(from_texts, images) + apart(from_images, texts)


def modality_loss(logits: Tensor, own: Tensor) -> Tensor:
    """L_cls = the mean over i and k != a_i of CE(D(z_i converted to k), k): what says nothing, a vector converted to
    the modality `own` (n,) that it has already, is left out. `logits` (n, k, k): [i, k] is what the classifier D says
    of vector i converted to modality k. There is no adversary in this: D and the encodings work together.

    >>> modality_loss(torch.zeros(1, 3, 3), own=torch.tensor([0]))   # ln 3: nothing is known of two
    tensor(1.0986)
    """
    if logits.ndim != 3 or logits.shape[1] != logits.shape[2] or own.shape != logits.shape[:1]:
        shapes = tuple(logits.shape), tuple(own.shape)
        raise ValueError("logits (n, k, k) and own (n,) were expected; got {} and {}".format(*shapes))
    kinds = torch.arange(logits.shape[1], device=logits.device)
    asked = own[:, None] != kinds
    return cross_entropy(logits[asked], kinds.expand(len(own), -1)[asked])


def elementwise_overlap(centres: Tensor, encodings: Tensor) -> Tensor:
    """L_orth as released: 1/(k n) sum_k sum_i sum_d |c_id m_kd|, centres (n, d), encodings (k, d).

    It bounds the products |c_i . m_k| from above, but is no measure of an angle: where centres have no zeros, only
    m = 0 makes it vanish, so that it shrinks the encodings as a weighted L1 norm does.

    >>> elementwise_overlap(torch.tensor([[0.6, 0.8]]), torch.tensor([[0.8, -0.6]]))   # orthogonal, and yet
    tensor(0.9600)
    """
    same_width(centres, encodings)
    return centres.abs().mean(0) @ encodings.abs().mean(0)


def squared_cosine(centres: Tensor, encodings: Tensor) -> Tensor:
    """1/(k n) sum_k sum_i cos(c_i, m_k)^2: zero for orthogonal vectors, of whatever length, and for no others. Ours.

    >>> squared_cosine(torch.tensor([[0.6, 0.8]]), torch.tensor([[0.8, -0.6], [3.0, 4.0]]))
    tensor(0.5000)
    """
    same_width(centres, encodings)
    return (normalize(centres, dim=1) @ normalize(encodings, dim=1).T).square().mean()


def apart(one: Tensor, other: Tensor) -> Tensor:
    """The mean cosine distance of rows."""
    beside(one, other)
    return (1 - cosine_similarity(one, other, dim=1)).mean()


def beside(one: Tensor, other: Tensor) -> None:
    if one.ndim != 2 or one.shape != other.shape:
        raise ValueError(f"rows (n, d) beside each other were expected; got {tuple(one.shape)}, {tuple(other.shape)}")


def same_width(centres: Tensor, encodings: Tensor) -> None:
    if centres.ndim != 2 or encodings.ndim != 2 or centres.shape[1] != encodings.shape[1]:
        shapes = f"{tuple(centres.shape)}, {tuple(encodings.shape)}"
        raise ValueError(f"centres (n, d) and encodings (k, d) were expected; got {shapes}")
