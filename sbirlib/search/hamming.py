"""The k codes that differ in the fewest bits: 64 bits at a time, equal distances by the lower row.

Distances are whole numbers from 0 to `bits`, so that nothing is sorted: one pass counts how many rows are at each
distance, a second one puts every row that is near enough in its place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sbirlib.data.compiled import njit

Words = NDArray[np.uint64]
"""(n, words): 64 bits a word."""
Ints = NDArray[np.int64]


def pack(codes: Tensor) -> Words:
    """Codes (n, bits), bool, as (n, words) of 64 bits; the last word is filled up with zeros.

    >>> import torch
    >>> pack(torch.ones(2, 65, dtype=torch.bool)).shape
    (2, 2)
    """
    n, bits = codes.shape
    out = np.zeros((n, 8 * -(-bits // 64)), dtype=np.uint8)
    packed = np.packbits(codes.cpu().numpy(), axis=1)
    out[:, : packed.shape[1]] = packed
    return out.view(np.uint64)


def nearest_codes(queries: Words, gallery: Words, k: int) -> tuple[Ints, Ints]:
    """Distances (q, k) and rows (q, k) of the k nearest of `gallery` (n, words); k beyond n gives all n."""
    if queries.shape[1] != gallery.shape[1]:
        raise ValueError(f"codes of {gallery.shape[1]} words were expected; got {queries.shape[1]}")
    k = min(k, len(gallery))
    distances = np.empty((len(queries), k), dtype=np.int64)
    rows = np.empty((len(queries), k), dtype=np.int64)
    fill(np.ascontiguousarray(queries), np.ascontiguousarray(gallery), distances, rows)
    return distances, rows


# It calls no compiled function of another file, so that `compiled.FILES` need not name this one.
@njit
def fill(queries: Words, gallery: Words, distances: Ints, rows: Ints) -> None:
    n, words = gallery.shape
    k = rows.shape[1]
    found = np.empty(n, dtype=np.uint16)
    place = np.empty(64 * words + 2, dtype=np.int64)
    for i in range(len(queries)):
        for j in range(n):
            differing = np.uint64(0)
            for w in range(words):
                x = queries[i, w] ^ gallery[j, w]
                # the bits of a word, added up in pairs, fours and eights; compilers know it as one instruction
                x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
                x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
                x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
                differing += (x * np.uint64(0x0101010101010101)) >> np.uint64(56)
            found[j] = differing
        place[:] = 0
        for j in range(n):
            place[found[j] + 1] += 1
        for distance in range(len(place) - 1):
            place[distance + 1] += place[distance]
        last = 0  # the largest distance that is among the k nearest
        while last + 1 < len(place) - 1 and place[last + 1] < k:
            last += 1
        for j in range(n):
            distance = found[j]
            if distance <= last and place[distance] < k:
                rows[i, place[distance]] = j
                distances[i, place[distance]] = distance
                place[distance] += 1
