"""Which documents hold each leaf: a bit a document and leaf, and where a leaf's frequencies are found.

The terms of a leaf with the most postings are left where they are: *slices*, one a term and field. All its
others become one list of documents with their weighted frequencies, and so does a phrase.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .finding import list_leaf, postings_of
from .memory import (
    CHUNK_BITS,
    CHUNKS,
    DELETED,
    DOCS,
    FIELD,
    FIELD_SLOTS,
    ID_BYTES,
    ID_DOCUMENTS,
    ID_OFFSETS,
    IDS,
    INNER,
    LANGUAGE,
    LIVE,
    POSTINGS,
    STARTS,
    TERMS,
    ZERO,
    population,
    u1,
    u2,
    u4,
    u8,
)
from .postings import accumulate, extract_into
from .resolving import (
    COLLECTED,
    IDS_OF,
    KEY,
    KEYS,
    KIND,
    P_AT,
    P_COLUMNS,
    P_COUNT,
    P_FIELDS,
    P_KIND,
    P_LEAF,
    P_WEIGHTS,
    RUN_OF,
    room_for,
)
from .terms import compare, lower_bound

BLOCK_BITS = 12  # documents are scored 4,096 at a time: their numbers stay in the second cache
BLOCK_WORDS = 1 << BLOCK_BITS - 6
MOST_SLICES = 2  # of a leaf that are left in their postings: going on with each takes time in every block

# -- a slice: columns of its row; how far it has been read, and how far it had been before which block
S_BASE, S_TERM, S_WEIGHTS, S_COLUMNS, S_END, S_AT, S_FROM, S_BLOCK = range(8)
SLICE = 8
# -- a leaf: its slices, where its list ends, and of that the same
L_FIRST, L_LAST, L_END, L_AT, L_FROM, L_BLOCK = range(6)
PLACE = 6

_FIELDS = 2
_ONE = np.uint64(1)


@njit(**INNER)
def words_of(documents: int) -> int:
    """How many words of 64 bits a bitmap of so many documents has: whole blocks."""
    return ((documents + (1 << BLOCK_BITS) - 1) >> BLOCK_BITS) * BLOCK_WORDS


@njit(**INNER)
def mark_in(bits: Any, documents: Any) -> None:
    """Mark documents in a bitmap."""
    for document in documents:
        bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def mark_slice(seg: Any, base: int, term: int, weights: Any, bits: Any) -> None:
    """Mark the documents of a term in a field; a language of weight 0 does not have it."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    postings = u2(seg[base + POSTINGS], np.int64(starts[(term + 1) * chunks]))
    languages = u2(seg[LANGUAGE], seg[DOCS])
    for chunk in range(chunks):
        begin, end = np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])
        offset = chunk << CHUNK_BITS
        if weights.size == 1:
            for at in range(begin, end):
                document = offset + np.int64(postings[at])
                bits[document >> 6] |= _ONE << np.uint64(document & 63)
            continue
        for at in range(begin, end):
            document = offset + np.int64(postings[at])
            if weights[languages[document]] > 0.0:
                bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def _slices_of(
    seg: Any, part: Any, pool: Any, heap: Any, factors: Any, slices: Any, by: Any, size: int
) -> Any:
    """Append the slices of a part that have postings: slices, their factors, how many there are."""
    chunks, columns = seg[CHUNKS], part[P_COLUMNS]
    for field in range(_FIELDS):
        if part[P_FIELDS] >> field & 1 == 0:
            continue
        base = FIELD + field * FIELD_SLOTS
        starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
        for place in range(part[P_COUNT]):
            term = pool[part[P_AT] + place]
            weights = part[P_WEIGHTS] + place * columns
            nothing = starts[(term + 1) * chunks] == starts[term * chunks]
            if nothing or (columns == 1 and heap[weights] <= 0.0):
                continue
            if size == slices.shape[0]:
                larger = np.empty((2 * size, SLICE), np.int64)
                larger[:size] = slices
                slices, by = larger, room_for(by, size, size)
            slices[size, S_BASE], slices[size, S_TERM] = base, term
            slices[size, S_WEIGHTS], slices[size, S_COLUMNS] = weights, columns
            by[size] = factors[field] * heap[weights] if columns == 1 else factors[field]
            size += 1
    return slices, by, size


@njit(**INNER)
def _weights_of(slice_: Any, heap: Any) -> Any:
    """The weights of a slice: one, or one a language."""
    return heap[slice_[S_WEIGHTS] : slice_[S_WEIGHTS] + slice_[S_COLUMNS]]


@njit(**INNER)
def _busiest(seg: Any, slices: Any, by: Any, begin: int, end: int) -> int:
    """Bring the slices with the most postings to the front; where those end that stay as they are."""
    if end - begin <= MOST_SLICES + 1:
        return end
    chunks = seg[CHUNKS]
    for to in range(begin, begin + MOST_SLICES):
        best, most = to, -1
        for place in range(to, end):
            starts = u4(seg[slices[place, S_BASE] + STARTS], seg[TERMS] * chunks + 1)
            at = slices[place, S_TERM] * chunks
            count = np.int64(starts[at + chunks]) - np.int64(starts[at])
            if count > most:
                best, most = place, count
        for column in range(SLICE):
            slices[to, column], slices[best, column] = slices[best, column], slices[to, column]
        by[to], by[best] = by[best], by[to]
    return begin + MOST_SLICES


@njit(**INNER)
def _mark_ids(seg: Any, leaf: Any, keys: Any, bounds: Any, bits: Any) -> None:
    """Mark the documents of the articles whose ids are the keys of a leaf."""
    count = seg[IDS]
    offsets, documents = u4(seg[ID_OFFSETS], count + 1), u4(seg[ID_DOCUMENTS], count)
    data, low = u1(seg[ID_BYTES], offsets[count]), ZERO
    for key in range(leaf[KEY], leaf[KEY] + leaf[KEYS]):  # in order
        low = lower_bound(data, offsets, low, count, keys, bounds[key], bounds[key + 1])
        if low == count:
            return
        if compare(data, offsets[low], offsets[low + 1], keys, bounds[key], bounds[key + 1]) == 0:
            document = np.int64(documents[low])
            bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**INNER)
def hold(
    seg: Any, leaves: Any, keys: Any, bounds: Any, parts: Any, pool: Any, heap: Any, factors: Any, sums: Any,
    free: Any, holders: Any,
) -> Any:  # fmt: skip
    """The bitmaps of all leaves, their places, the slices with a factor each, and the lists with theirs.

    ``keys`` are bytes cut at ``bounds``. ``holders`` is written: how many live documents hold each leaf.
    ``sums`` and ``free`` are scratch, zero before and behind. Leaves that are not to be collected hold
    nothing.
    """
    words = words_of(seg[DOCS])
    bits = np.zeros((leaves.shape[0], words), np.uint64)
    places = np.zeros((leaves.shape[0], PLACE), np.int64)
    slices, by, size = np.empty((16, SLICE), np.int64), np.empty(16, np.float64), ZERO
    documents, values, listed = np.empty(0, np.uint32), np.empty(0, np.float64), ZERO
    last = ZERO
    for leaf in range(leaves.shape[0]):
        first = last
        while last < parts.shape[0] and parts[last, P_LEAF] == leaf:
            last += 1
        places[leaf, L_FIRST] = places[leaf, L_LAST] = size
        holders[leaf] = 0
        if leaves[leaf, KIND] == IDS_OF and leaves[leaf, COLLECTED]:
            _mark_ids(seg, leaves[leaf], keys, bounds, bits[leaf])
            holders[leaf] = _counted(seg, bits[leaf])
            continue
        if not leaves[leaf, COLLECTED] or first == last:
            continue
        begin, room, plain, kept = size, 0, True, 0
        for number in range(first, last):
            plain = plain and parts[number, P_KIND] != RUN_OF
            room += min(seg[DOCS], postings_of(seg, parts[number], pool))
        if plain:
            for number in range(first, last):
                slices, by, size = _slices_of(seg, parts[number], pool, heap, factors, slices, by, size)
        if plain:
            kept = _busiest(seg, slices, by, begin, size)
            for place in range(begin, kept):
                weights = _weights_of(slices[place], heap)
                mark_slice(seg, slices[place, S_BASE], slices[place, S_TERM], weights, bits[leaf])
            for place in range(kept, size):
                weights, factor = _weights_of(slices[place], heap), by[place]
                if weights.size == 1:
                    factor /= weights[0]
                base, term = slices[place, S_BASE], slices[place, S_TERM]
                accumulate(seg, base, factor, term, weights, weights.size == 1, sums, free)
        if not plain or kept < size:
            documents, values = room_for(documents, listed, room), room_for(values, listed, room)
            if plain:
                end, size = extract_into(seg, sums, free, documents, values, listed), kept
            else:
                mine = parts[first:last]
                end = list_leaf(seg, mine, pool, heap, factors, sums, free, documents, values, listed)
            mark_in(bits[leaf], documents[listed:end])
            places[leaf, L_AT], places[leaf, L_BLOCK] = listed, -1
            places[leaf, L_END] = listed = end
        places[leaf, L_LAST] = size
        holders[leaf] = _counted(seg, bits[leaf])
    return bits, places, slices[:size], by, documents, values


@njit(**INNER)
def _counted(seg: Any, bits: Any) -> int:
    """Take the documents that are not live out of a bitmap; how many are left."""
    words, total = (seg[DOCS] + 63) >> 6, 0
    if seg[DELETED]:
        live = u8(seg[LIVE], words)
        for word in range(words):
            bits[word] &= live[word]
    for word in range(words):
        total += population(bits[word])
    return total


@njit(**INNER)
def enter_chunk(seg: Any, chunk: int, slices: Any) -> None:
    """Set the slices to their postings in a chunk."""
    chunks = seg[CHUNKS]
    for place in range(slices.shape[0]):
        starts = u4(seg[slices[place, S_BASE] + STARTS], seg[TERMS] * chunks + 1)
        at = slices[place, S_TERM] * chunks + chunk
        slices[place, S_AT], slices[place, S_END] = starts[at], starts[at + 1]
        slices[place, S_BLOCK] = -1


@njit(**INNER)
def enter_block(places: Any, slices: Any, document: int) -> None:
    """Make a leaf's postings be read from the block of a document on, also when they have been before.

    NOTE: a tree may have the same leaf twice.
    """
    for place in range(places[L_FIRST], places[L_LAST]):
        if slices[place, S_BLOCK] == document:
            slices[place, S_AT] = slices[place, S_FROM]
        else:
            slices[place, S_BLOCK], slices[place, S_FROM] = document, slices[place, S_AT]
    if places[L_BLOCK] == document:
        places[L_AT] = places[L_FROM]
    else:
        places[L_BLOCK], places[L_FROM] = document, places[L_AT]
