"""From tokens in the order of documents to postings in the order of terms, and from many segments to one.

Both are a counting sort: count each term's postings, add up where each begins, put every posting in its
place. Documents come in ascending order, so that each term's postings do, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import (
    CHUNK_BITS,
    CHUNKS,
    FIELD,
    FIELD_SLOTS,
    FREQUENCIES,
    INNER,
    OPTIONS,
    POSTINGS,
    STARTS,
    TERMS,
    u1,
    u2,
    u4,
)
from .postings import frequency_at
from .spans import position_at, positions_begin
from .terms import compare

DROPPED = 0xFFFFFFFF  # the number of a term that no live document holds


@njit(**INNER)
def _order(
    left: Any,
    left_offsets: Any,
    i: int,
    count_left: int,
    right: Any,
    right_offsets: Any,
    j: int,
    count_right: int,
) -> int:
    if i == count_left:
        return 1
    if j == count_right:
        return -1
    return compare(left, left_offsets[i], left_offsets[i + 1], right, right_offsets[j], right_offsets[j + 1])


@njit(
    "Tuple((uint32[::1], int64[::1]))(uint32[::1], int64[::1], uint32[::1], int64, int64)",
    **OPTIONS,
)
def count_tokens(terms: Any, bounds: Any, ranks: Any, count: int, chunks: int) -> Any:
    """Where each term's postings in each chunk begin, and where each term's positions begin.

    ``terms`` are the tokens' terms, those of document ``d`` at ``bounds[d]:bounds[d + 1]``; ``ranks`` give a
    term its place in the dictionary of ``count`` terms.
    """
    starts = np.zeros(count * chunks + 1, np.uint32)
    positions = np.zeros(count + 1, np.int64)
    last = np.full(count, -1, np.int64)
    for document in range(bounds.size - 1):
        chunk = document >> CHUNK_BITS
        for at in range(bounds[document], bounds[document + 1]):
            term = np.int64(ranks[terms[at]])
            positions[term + 1] += 1
            if last[term] != document:
                last[term] = document
                starts[term * chunks + chunk + 1] += 1
    for at in range(1, starts.size):
        starts[at] += starts[at - 1]
    for at in range(1, positions.size):
        positions[at] += positions[at - 1]
    return starts, positions


@njit(
    "void(uint32[::1], uint32[::1], int64[::1], uint32[::1], int64, uint32[::1], int64[::1],"
    " uint16[::1], uint32[::1], uint32[::1])",
    **OPTIONS,
)
def place_tokens(
    terms: Any,
    spots: Any,
    bounds: Any,
    ranks: Any,
    chunks: int,
    starts: Any,
    begins: Any,
    postings: Any,
    frequencies: Any,
    positions: Any,
) -> None:
    """Put every token where :func:`count_tokens` says; ``begins`` are moved on."""
    count = begins.size - 1
    cursors = np.empty(count, np.int64)
    for term in range(count):
        cursors[term] = starts[term * chunks]
    last = np.full(count, -1, np.int64)
    for document in range(bounds.size - 1):
        for at in range(bounds[document], bounds[document + 1]):
            term = np.int64(ranks[terms[at]])
            if last[term] != document:
                last[term] = document
                postings[cursors[term]] = document & 0xFFFF
                frequencies[cursors[term]] = 0
                cursors[term] += 1
            frequencies[cursors[term] - 1] += 1
            positions[begins[term]] = spots[at]
            begins[term] += 1


@njit("uint32[::1](uint32[::1], int64)", **OPTIONS)
def skips(frequencies: Any, bits: int) -> Any:
    """Where the positions of every ``1 << bits``-th posting begin."""
    places = np.zeros((frequencies.size >> bits) + 1, np.uint32)
    total = 0
    for at in range(frequencies.size):
        if at & ((1 << bits) - 1) == 0:
            places[at >> bits] = total
        total += frequencies[at]
    if frequencies.size & ((1 << bits) - 1) == 0:
        places[frequencies.size >> bits] = total
    return places


@njit("void(int64[::1], int64, uint32[::1], int64[::1], int64, uint32[::1], int64[::1])", **OPTIONS)
def count_segment(
    seg: Any, field: int, terms: Any, documents: Any, chunks: int, starts: Any, positions: Any
) -> None:
    """Add a segment's counts, shifted by one place, for the merged dictionary and numbering.

    ``terms`` are the new numbers of its terms, ``documents`` those of its documents, -1 for deleted ones.
    """
    base, old = FIELD + field * FIELD_SLOTS, seg[CHUNKS]
    offsets = u4(seg[base + STARTS], seg[TERMS] * old + 1)
    last = np.int64(offsets[seg[TERMS] * old])
    postings, frequencies = u2(seg[base + POSTINGS], last), u1(seg[base + FREQUENCIES], last)
    for term in range(seg[TERMS]):
        new = np.int64(terms[term])
        for chunk in range(old):
            for at in range(np.int64(offsets[term * old + chunk]), np.int64(offsets[term * old + chunk + 1])):
                document = documents[(chunk << CHUNK_BITS) + np.int64(postings[at])]
                if document >= 0:
                    starts[new * chunks + (document >> CHUNK_BITS) + 1] += 1
                    positions[new + 1] += frequency_at(seg, base, frequencies, at)


@njit(
    "void(int64[::1], int64, uint32[::1], int64[::1], int64[::1], int64[::1],"
    " uint16[::1], uint32[::1], uint32[::1])",
    **OPTIONS,
)
def place_segment(
    seg: Any,
    field: int,
    terms: Any,
    documents: Any,
    cursors: Any,
    begins: Any,
    to_postings: Any,
    to_frequencies: Any,
    to_positions: Any,
) -> None:
    """Copy a segment's postings to their new places; ``cursors`` and ``begins`` of the terms are moved on."""
    base, old = FIELD + field * FIELD_SLOTS, seg[CHUNKS]
    offsets = u4(seg[base + STARTS], seg[TERMS] * old + 1)
    last = np.int64(offsets[seg[TERMS] * old])
    postings, frequencies = u2(seg[base + POSTINGS], last), u1(seg[base + FREQUENCIES], last)
    for term in range(seg[TERMS]):
        new = np.int64(terms[term])
        first = np.int64(offsets[term * old])
        spot = (
            positions_begin(seg, base, frequencies, first)
            if first < np.int64(offsets[(term + 1) * old])
            else 0
        )
        for chunk in range(old):
            for at in range(np.int64(offsets[term * old + chunk]), np.int64(offsets[term * old + chunk + 1])):
                frequency = frequency_at(seg, base, frequencies, at)
                document = documents[(chunk << CHUNK_BITS) + np.int64(postings[at])]
                if document >= 0:
                    to_postings[cursors[new]] = document & 0xFFFF
                    to_frequencies[cursors[new]] = frequency
                    cursors[new] += 1
                    for offset in range(frequency):
                        to_positions[begins[new] + offset] = position_at(seg, base, spot + offset)
                    begins[new] += frequency
                spot += frequency


@njit(
    "Tuple((uint8[::1], uint32[::1], uint32[::1], uint32[::1]))"
    "(uint8[::1], uint32[::1], uint8[::1], uint32[::1])",
    **OPTIONS,
)
def merge_strings(left: Any, left_offsets: Any, right: Any, right_offsets: Any) -> Any:
    """Two sorted tables of strings as one: bytes, offsets, and the new number of each entry of either."""
    count_left, count_right = left_offsets.size - 1, right_offsets.size - 1
    data = np.empty(left.size + right.size, np.uint8)
    offsets = np.zeros(count_left + count_right + 1, np.uint32)
    new_left, new_right = np.empty(count_left, np.uint32), np.empty(count_right, np.uint32)
    i, j, size, used = 0, 0, 0, 0
    while i < count_left or j < count_right:
        order = _order(left, left_offsets, i, count_left, right, right_offsets, j, count_right)
        if order <= 0:
            start, end = np.int64(left_offsets[i]), np.int64(left_offsets[i + 1])
            data[used : used + end - start] = left[start:end]
        else:
            start, end = np.int64(right_offsets[j]), np.int64(right_offsets[j + 1])
            data[used : used + end - start] = right[start:end]
        used += end - start
        if order <= 0:
            new_left[i] = size
            i += 1
        if order >= 0:
            new_right[j] = size
            j += 1
        size += 1
        offsets[size] = used
    return data[:used].copy(), offsets[: size + 1].copy(), new_left, new_right


@njit("Tuple((uint8[::1], uint32[::1], uint32[::1]))(uint8[::1], uint32[::1], boolean[::1])", **OPTIONS)
def keep_strings(data: Any, offsets: Any, kept: Any) -> Any:
    """A table of strings without those that are not kept, and the new number of each: :data:`DROPPED` for
    those.
    """
    new_data = np.empty(data.size, np.uint8)
    new_offsets = np.zeros(offsets.size, np.uint32)
    numbers = np.full(kept.size, DROPPED, np.uint32)
    size, used = 0, 0
    for at in range(kept.size):
        if kept[at]:
            start, end = np.int64(offsets[at]), np.int64(offsets[at + 1])
            new_data[used : used + end - start] = data[start:end]
            used += end - start
            numbers[at] = size
            size += 1
            new_offsets[size] = used
    return new_data[:used].copy(), new_offsets[: size + 1].copy(), numbers
