"""Leaves that are words: which documents hold any of some terms, and how often, weighted.

A leaf is a list of terms, each with a weight for each language of the segment (0: it is another word
there). A field counts times its factor. What comes back are documents in ascending order and the sums
``factor * weight * frequency``: the weighted frequencies of BM25F.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import (
    CHUNK_BITS,
    CHUNKS,
    DOCS,
    FREQUENCIES,
    INNER,
    LANGUAGE,
    LARGE,
    LARGE_AT,
    LARGE_COUNT,
    LARGE_FREQUENCY,
    LIVE,
    POSTINGS,
    STARTS,
    TERMS,
    trailing_zeros,
    u1,
    u2,
    u4,
    u8,
)

_ONE = np.uint64(1)


@njit(**INNER)
def find_posting(postings: Any, low: int, high: int, document: int) -> int:
    """The posting of a document (its low bits) among ``low:high`` of a chunk, or where it would be."""
    while low < high:
        middle = (low + high) >> 1
        if postings[middle] < document:
            low = middle + 1
        else:
            high = middle
    return low


@njit(**INNER)
def frequency_at(seg: Any, base: int, frequencies: Any, at: int) -> int:
    """How often the posting ``at`` of a field has its term."""
    frequency = np.int64(frequencies[at])
    if frequency == LARGE_FREQUENCY:
        count = seg[base + LARGE_COUNT]
        places = u4(seg[base + LARGE_AT], count)
        frequency = np.int64(u4(seg[base + LARGE], count)[find_posting(places, 0, count, at)])
    return frequency


@njit(**INNER)
def accumulate(
    seg: Any, base: int, factor: float, term: int, weights: Any, uniform: bool, sums: Any, bits: Any
) -> None:
    """Add one term's postings in one field to the sums, and mark their documents."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    last = np.int64(starts[(term + 1) * chunks])
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    languages = u2(seg[LANGUAGE], seg[DOCS])
    for chunk in range(chunks):
        offset = chunk << CHUNK_BITS
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            document = offset + np.int64(postings[at])
            frequency = np.int64(frequencies[at])
            if frequency == LARGE_FREQUENCY:
                frequency = frequency_at(seg, base, frequencies, at)
            weight = weights[0] if uniform else weights[languages[document]]
            if weight > 0.0:
                sums[document] += factor * weight * frequency
                bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def extract_into(seg: Any, sums: Any, bits: Any, documents: Any, values: Any, at: int) -> int:
    """Write the marked live documents with their sums from ``at`` on; returns where they end.

    Sums and marks are zero again behind it.
    """
    words = (seg[DOCS] + 63) >> 6
    live = u8(seg[LIVE], words)
    for word in range(words):
        marked = bits[word]
        if marked == 0:
            continue
        bits[word] = 0
        alive = live[word]
        while marked != 0:
            bit = trailing_zeros(marked)
            document = (word << 6) + bit
            documents[at] = document
            values[at] = sums[document]
            sums[document] = 0.0
            at += np.int64(alive >> np.uint64(bit) & _ONE)
            marked &= marked - _ONE
    return at


@njit(**INNER)
def mark_documents(documents: Any, bits: Any) -> None:
    """Mark documents."""
    for document in documents:
        bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def copy_slice(seg: Any, base: int, factor: float, term: int) -> Any:
    """One term's postings in one field of a segment without deletions."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    first, last = np.int64(starts[term * chunks]), np.int64(starts[(term + 1) * chunks])
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    documents = np.empty(last - first, np.uint32)
    values = np.empty(last - first, np.float64)
    large = False
    for chunk in range(chunks):
        offset = chunk << CHUNK_BITS
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            documents[at - first] = offset + np.int64(postings[at])
            values[at - first] = factor * frequencies[at]
            large |= frequencies[at] == LARGE_FREQUENCY
    if large:
        for at in range(first, last):
            values[at - first] = factor * frequency_at(seg, base, frequencies, at)
    return documents, values


@njit(**INNER)
def gallop(postings: Any, low: int, high: int, document: int) -> int:
    """As :func:`find_posting`, in steps that double from ``low`` on."""
    step = 1
    while low + step < high and postings[low + step] < document:
        low += step
        step <<= 1
    return find_posting(postings, low, min(high, low + step + 1), document)


@njit(**INNER)
def marked_documents(bits: Any, room: int) -> Any:
    """The marked documents, at most ``room``, ascending; the marks are zero again behind it."""
    documents, size = np.empty(room, np.uint32), 0
    for word in range(bits.size):
        marked = bits[word]
        bits[word] = 0
        while marked != 0:
            documents[size] = (word << 6) + trailing_zeros(marked)
            size += 1
            marked &= marked - _ONE
    return documents[:size]
