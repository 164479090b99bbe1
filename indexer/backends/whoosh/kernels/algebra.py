"""The query tree over lists: ascending documents with a number each.

A leaf's list has weighted frequencies, which become scores where they are wanted: of documents that an
intersection throws away none is computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, INNER, LIVE, population, trailing_zeros, u8

_ONE = np.uint64(1)


@njit(**INNER)
def _meet(left: Any, right: Any) -> Any:
    """Where two ascending lists agree: places in the one and in the other."""
    if left.size * 16 < right.size:
        return _meet_few(left, right)
    if right.size * 16 < left.size:
        place_right, place_left = _meet_few(right, left)
        return place_left, place_right
    # PERF: without a branch: whether two numbers are the same is what no processor can guess.
    room = min(left.size, right.size) + 1
    place_left, place_right = np.empty(room, np.int64), np.empty(room, np.int64)
    i, j, size = 0, 0, 0
    while i < left.size and j < right.size:
        a, b = left[i], right[j]
        place_left[size], place_right[size] = i, j
        size += a == b
        i += a <= b
        j += b <= a
    return place_left[:size], place_right[:size]


@njit(**INNER)
def _meet_few(few: Any, many: Any) -> Any:
    place_few, place_many = np.empty(few.size, np.int64), np.empty(few.size, np.int64)
    at, size = 0, 0
    for place in range(few.size):
        document = few[place]
        step = 1
        while at + step < many.size and many[at + step] < document:
            at += step
            step <<= 1
        low, high = at, min(many.size, at + step + 1)
        while low < high:
            middle = (low + high) >> 1
            if many[middle] < document:
                low = middle + 1
            else:
                high = middle
        at = low
        if at == many.size:
            break
        if many[at] == document:
            place_few[size], place_many[size] = place, at
            size += 1
    return place_few[:size], place_many[:size]


@njit(**INNER)
def leaf_scores(documents: Any, frequencies: Any, idf: float, k1: float, norms: Any) -> Any:
    """BM25F of a leaf: ``idf * f * (k1 + 1) / (f + norm)``; see :func:`indexer.ranking.saturation`.

    ``norms`` are ``k1 * (1 - b + b * length / average)``, one a document of the segment.
    """
    found = np.empty(documents.size, np.float64)
    for at in range(documents.size):
        frequency = frequencies[at]
        bottom = frequency + norms[documents[at]]
        found[at] = idf * frequency * (k1 + 1.0) / bottom if frequency > 0.0 else 0.0
    return found


@njit(**INNER)
def both_leaf(
    left: Any, left_scores: Any, right: Any, frequencies: Any, idf: float, k1: float, norms: Any
) -> Any:
    """The documents of a scored list that a leaf has, too; the scores add up."""
    place_left, place_right = _meet(left, right)
    documents, sums = np.empty(place_left.size, np.uint32), np.empty(place_left.size, np.float64)
    for at in range(place_left.size):
        document = left[place_left[at]]
        frequency = frequencies[place_right[at]]
        score = idf * frequency * (k1 + 1.0) / (frequency + norms[document]) if frequency > 0.0 else 0.0
        documents[at] = document
        sums[at] = left_scores[place_left[at]] + score
    return documents, sums


@njit(**INNER)
def both(left: Any, left_scores: Any, right: Any, right_scores: Any) -> Any:
    """The documents of two scored lists; the scores add up."""
    place_left, place_right = _meet(left, right)
    documents, sums = np.empty(place_left.size, np.uint32), np.empty(place_left.size, np.float64)
    for at in range(place_left.size):
        documents[at] = left[place_left[at]]
        sums[at] = left_scores[place_left[at]] + right_scores[place_right[at]]
    return documents, sums


@njit(**INNER)
def without(left: Any, left_scores: Any, gone: Any) -> Any:
    """The documents of a scored list that are not in another."""
    documents, kept = np.empty(left.size, np.uint32), np.empty(left.size, np.float64)
    size, at = 0, 0
    for place in range(left.size):
        document = left[place]
        while at < gone.size and gone[at] < document:
            at += 1
        documents[size], kept[size] = document, left_scores[place]
        size += at == gone.size or gone[at] != document
    return documents[:size], kept[:size]


@njit(**INNER)
def better(left: Any, left_scores: Any, right: Any, right_scores: Any) -> Any:
    """The documents of either of two scored lists, each with its greater score."""
    documents = np.empty(left.size + right.size, np.uint32)
    kept = np.empty(left.size + right.size, np.float64)
    i, j, size = 0, 0, 0
    while i < left.size and j < right.size:
        a, b = left[i], right[j]
        documents[size] = min(a, b)
        if a < b:
            kept[size] = left_scores[i]
        elif b < a:
            kept[size] = right_scores[j]
        else:
            kept[size] = max(left_scores[i], right_scores[j])
        i += a <= b
        j += b <= a
        size += 1
    while i < left.size:
        documents[size], kept[size] = left[i], left_scores[i]
        i, size = i + 1, size + 1
    while j < right.size:
        documents[size], kept[size] = right[j], right_scores[j]
        j, size = j + 1, size + 1
    return documents[:size], kept[:size]


@njit(**INNER)
def add_to(documents: Any, values: Any, sums: Any, counts: Any, bits: Any) -> None:
    """Add a scored list to the sums of :func:`some`."""
    for at in range(documents.size):
        document = documents[at]
        sums[document] += values[at]
        counts[document] += 1
        bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def add_leaf_to(
    documents: Any, frequencies: Any, idf: float, k1: float, norms: Any, sums: Any, counts: Any, bits: Any
) -> None:
    """Score a leaf and add it to the sums of :func:`some`."""
    for at in range(documents.size):
        document, frequency = documents[at], frequencies[at]
        if frequency > 0.0:
            sums[document] += idf * frequency * (k1 + 1.0) / (frequency + norms[document])
        counts[document] += 1
        bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def some(sums: Any, counts: Any, bits: Any, coverage: Any) -> Any:
    """The marked documents with their sums times ``coverage[count]``; the scratch is zero again behind it."""
    total = 0
    for word in bits:
        total += population(word)
    documents, values = np.empty(total, np.uint32), np.empty(total, np.float64)
    size = 0
    for word in range(bits.size):
        marked = bits[word]
        bits[word] = 0
        while marked != 0:
            document = (word << 6) + trailing_zeros(marked)
            documents[size] = document
            values[size] = sums[document] * coverage[counts[document]]
            sums[document] = 0.0
            counts[document] = 0
            marked &= marked - _ONE
            size += 1
    return documents, values


@njit(**INNER)
def everything(seg: Any) -> Any:
    """Every live document."""
    words = (seg[DOCS] + 63) >> 6
    live = u8(seg[LIVE], words)
    total = 0
    for word in range(words):
        total += population(live[word])
    documents = np.empty(total, np.uint32)
    size = 0
    for word in range(words):
        marked = live[word]
        while marked != 0:
            documents[size] = (word << 6) + trailing_zeros(marked)
            marked &= marked - _ONE
            size += 1
    return documents
