"""From tokens in the order of documents to postings in the order of terms, and from many segments to one.

Both are a counting sort: count each term's postings, add up where each begins, put every posting in its
place. Documents come in ascending order, so that each term's postings do, too.

PERF: what is known of a term while tokens are placed stands in one row of ``state``, a quarter of a cache
line: where its next posting and its next position go, its last document, and how often it stood there.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from ....analysis.chunker import READ_ONLY
from .memory import CHUNK_BITS, INNER, LARGE_FREQUENCY, OPTIONS, SKIP_BITS
from .terms import compare

JOINED: Final = 1 << 31  # in a term's rank: it is a joined form, at the position of the token before it
STATE: Final = 4  # numbers of a row of ``state``
POSTING: Final = 0
POSITION: Final = 1
_LAST: Final = 2
_COUNT: Final = 3
NO_DOCUMENT: Final = 0xFFFFFFFF

_U1, _U2, _U4, _I8 = (READ_ONLY[name] for name in ("uint8", "uint16", "uint32", "int64"))
_STATE = types.uint32[:, ::1]
# Postings, frequencies, positions and their high halves; the postings with large frequencies.
_OUT = (types.uint16[::1], types.uint8[::1], types.uint16[::1], types.uint16[::1])
_LARGE = (types.uint32[::1], types.uint32[::1])


@njit(types.void(_U4, _I8, types.int64, _U4, types.int64, types.uint32[::1], _STATE), **OPTIONS)
def count_tokens(
    terms: Any, bounds: Any, first: int, ranks: Any, chunks: int, starts: Any, state: Any
) -> None:
    """Count a batch's postings for each term and chunk, one place behind, and its positions for each term.

    ``terms`` are the tokens' terms, those of document ``first + d`` at ``bounds[d]:bounds[d + 1]``; ``ranks``
    give a term its place in the dictionary.
    """
    for number in range(bounds.size - 1):
        document = first + number
        chunk = document >> CHUNK_BITS
        for at in range(bounds[number], bounds[number + 1]):
            term = np.int64(ranks[terms[at]]) & (JOINED - 1)
            state[term, POSITION] += 1
            if state[term, _LAST] != document:
                state[term, _LAST] = document
                starts[term * chunks + chunk + 1] += 1


@njit(types.int64(*_LARGE, types.int64, types.int64, types.int64), **OPTIONS)
def _note_large(large_at: Any, large: Any, size: int, posting: int, count: int) -> int:
    """Say how often a posting's term stands there; it was among the last ones noted, or is new."""
    at = size - 1
    while at >= 0 and large_at[at] != posting:
        at -= 1
    if at < 0:
        at = size
        size += 1
    large_at[at], large[at] = posting, count
    return size


@njit(
    types.int64(_U4, _I8, types.int64, _U4, _STATE, *_OUT, *_LARGE, types.int64),
    **OPTIONS,
)
def place_tokens(
    terms: Any,
    bounds: Any,
    first: int,
    ranks: Any,
    state: Any,
    postings: Any,
    frequencies: Any,
    positions: Any,
    high: Any,
    large_at: Any,
    large: Any,
    large_size: int,
) -> int:
    """Put every token of a batch where ``state`` says, which moves on; returns how many are large by now.

    ``high`` has no room where no position needs it.
    """
    for number in range(bounds.size - 1):
        document = np.uint32(first + number)
        spot = 0
        # Those noted for this document begin here: a search among them never goes further back.
        own = large_size
        for at in range(bounds[number], bounds[number + 1]):
            rank = np.int64(ranks[terms[at]])
            term = rank & (JOINED - 1)
            joined = rank >> 31
            if state[term, _LAST] == document:
                count = np.int64(state[term, _COUNT]) + 1
                posting = np.int64(state[term, POSTING]) - 1
            else:
                state[term, _LAST] = document
                count, posting = 1, np.int64(state[term, POSTING])
                postings[posting] = document & 0xFFFF
                state[term, POSTING] += 1
            state[term, _COUNT] = count
            frequencies[posting] = min(count, LARGE_FREQUENCY)
            if count >= LARGE_FREQUENCY:
                large_size = own + _note_large(large_at[own:], large[own:], large_size - own, posting, count)
            place = np.int64(state[term, POSITION])
            state[term, POSITION] += 1
            spot -= joined
            positions[place] = spot & 0xFFFF
            if high.size:
                high[place] = spot >> 16
            spot += 1
    return large_size


@njit(types.void(_U1, _U4, types.int64, types.int64, types.uint32[::1]), **OPTIONS)
def skips(frequencies: Any, large: Any, first: int, begin: int, places: Any) -> None:
    """Note where the positions of every 64th posting begin, for postings from ``first`` on.

    ``begin`` is where those of the first begin; ``large`` are the large frequencies among them, in order.
    """
    total, next_large = begin, 0
    for at in range(frequencies.size):
        posting = first + at
        if posting & ((1 << SKIP_BITS) - 1) == 0:
            places[posting >> SKIP_BITS] = total
        frequency = np.int64(frequencies[at])
        if frequency == LARGE_FREQUENCY:
            frequency = np.int64(large[next_large])
            next_large += 1
        total += frequency
    if (first + frequencies.size) & ((1 << SKIP_BITS) - 1) == 0:
        places[(first + frequencies.size) >> SKIP_BITS] = total


# A segment's field: starts, documents, frequencies, large, positions, high.
_FIELD = (_U4, _U2, _U1, _U4, _U2, _U2)


@njit(types.void(_U4, _U2, _U1, _U4, _U4, _I8, types.int64, types.uint32[::1], types.int64[::1]), **OPTIONS)
def count_segment(
    starts: Any,
    postings: Any,
    frequencies: Any,
    large: Any,
    terms: Any,
    documents: Any,
    chunks: int,
    to_starts: Any,
    to_begins: Any,
) -> None:
    """Add a segment's counts, shifted by one place, for the merged dictionary and numbering.

    ``terms`` are the new numbers of its terms, ascending, ``documents`` those of its documents, -1 for
    deleted ones.
    """
    old = (starts.size - 1) // terms.size if terms.size else 1
    at_large = 0
    for term in range(terms.size):
        new = np.int64(terms[term])
        for chunk in range(old):
            for at in range(np.int64(starts[term * old + chunk]), np.int64(starts[term * old + chunk + 1])):
                frequency = np.int64(frequencies[at])
                if frequency == LARGE_FREQUENCY:
                    frequency = np.int64(large[at_large])
                    at_large += 1
                document = documents[(chunk << CHUNK_BITS) + np.int64(postings[at])]
                if document >= 0:
                    to_starts[new * chunks + (document >> CHUNK_BITS) + 1] += 1
                    to_begins[new + 1] += frequency


@njit(
    types.UniTuple(types.int64, 3)(
        *_FIELD,
        _U4,
        _I8,
        types.int64,
        types.int64,
        types.int64,
        types.int64,
        types.int64[:, ::1],
        *_OUT,
        *_LARGE,
        types.int64,
    ),
    **OPTIONS,
)
def place_segment(
    starts: Any,
    postings: Any,
    frequencies: Any,
    large: Any,
    positions: Any,
    high: Any,
    terms: Any,
    documents: Any,
    term: int,
    last: int,
    spot: int,
    at_large: int,
    state: Any,
    to_postings: Any,
    to_frequencies: Any,
    to_positions: Any,
    to_high: Any,
    to_large_at: Any,
    to_large: Any,
    large_size: int,
) -> Any:
    """Copy the postings of a segment's terms ``term:last`` to their new places.

    A row of ``state`` says where a new term's next posting and next position go, and moves on. ``spot`` is
    where the positions of the first posting begin, ``at_large`` its place among the large ones; returns both
    for the term behind the last, and how many large ones are noted by now.
    """
    old = (starts.size - 1) // terms.size if terms.size else 1
    while term < last:
        new = np.int64(terms[term])
        to, to_spot = state[new, POSTING], state[new, POSITION]
        for chunk in range(old):
            for at in range(np.int64(starts[term * old + chunk]), np.int64(starts[term * old + chunk + 1])):
                frequency = np.int64(frequencies[at])
                if frequency == LARGE_FREQUENCY:
                    frequency = np.int64(large[at_large])
                    at_large += 1
                document = documents[(chunk << CHUNK_BITS) + np.int64(postings[at])]
                if document >= 0:
                    to_postings[to] = document & 0xFFFF
                    to_frequencies[to] = frequencies[at]
                    if frequency >= LARGE_FREQUENCY:
                        to_large_at[large_size], to_large[large_size] = to, frequency
                        large_size += 1
                    to += 1
                    for offset in range(frequency):
                        to_positions[to_spot + offset] = positions[spot + offset]
                    if to_high.size and high.size:
                        for offset in range(frequency):
                            to_high[to_spot + offset] = high[spot + offset]
                    to_spot += frequency
                spot += frequency
        state[new, POSTING], state[new, POSITION] = to, to_spot
        term += 1
    return spot, at_large, large_size


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
    """A table of strings without those that are not kept, and the new number of each.

    One that is not kept has the number that the next one has.
    """
    new_data = np.empty(data.size, np.uint8)
    new_offsets = np.zeros(offsets.size, np.uint32)
    numbers = np.empty(kept.size, np.uint32)
    size, used = 0, 0
    for at in range(kept.size):
        numbers[at] = size
        if kept[at]:
            start, end = np.int64(offsets[at]), np.int64(offsets[at + 1])
            new_data[used : used + end - start] = data[start:end]
            used += end - start
            size += 1
            new_offsets[size] = used
    return new_data[:used].copy(), new_offsets[: size + 1].copy(), numbers
