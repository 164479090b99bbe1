"""Where leaves are found in the texts of a page of hits: ranges, from positions and from where the words
are.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from .memory import INNER, OPTIONS
from .occurrences import leaf_occurrences
from .places import read_places
from .spans import CANDIDATE_BITS, FIELD_BITS

FIELDS: Final = 2
PARTS: Final = 5  # of a frame: see :mod:`..codec.stored`
TEXTS: Final = 1  # the part with the text of the first field
WORDS: Final = 3  # the part with the places of the first field's words

_BYTES = types.Array(types.uint8, 1, "C", readonly=True)
_NUMBERS = types.Array(types.int64, 1, "C")


@njit(**INNER)
def _u4(data: Any, at: int) -> Any:
    """A little-endian number of 32 bits."""
    number = 0
    for byte in range(4):
        number |= np.int64(data[at + byte]) << (8 * byte)
    return number


@njit(**INNER)
def _part(frames: Any, frame: int, wanted: int) -> Any:
    """Where a part of a frame begins and ends."""
    at, end = frame, frame + 4 * PARTS
    for part in range(wanted + 1):
        at = end
        end += _u4(frames, frame + 4 * part)
    return at, end


@njit(**INNER)
def _words(frames: Any, frame: int, field: int, count: int) -> Any:
    """Where the first ``count`` words of a field begin and end, in code points."""
    text, text_end = _part(frames, frame, TEXTS + field)
    at, end = _part(frames, frame, WORDS + field)
    return read_places(frames, text, text_end, at, end, count)


@njit(**INNER)
def _first(keys: Any, lengths: Any, cursors: Any, ends: Any, stop: Any) -> int:
    """Of the leaves with an occurrence before ``stop`` the one whose comes first, or -1.

    By where it begins, then the longer, then the leaf that was asked for first.
    """
    first = -1
    for leaf in range(cursors.size):
        at = cursors[leaf]
        if at < ends[leaf] and keys[at] < stop:
            other = cursors[first]
            if (
                first < 0
                or keys[at] < keys[other]
                or (keys[at] == keys[other] and lengths[at] > lengths[other])
            ):
                first = leaf
    return first


@njit(**INNER)
def _take(
    keys: Any, lengths: Any, cursors: Any, leaf_ends: Any, low: Any, stop: Any,
    starts: Any, ends: Any, whose: Any, size: int,
) -> Any:  # fmt: skip
    """Put the occurrences before ``stop`` in order, from ``size`` on, as positions; their end, and the
    last's.
    """
    last = np.int64(0)
    while True:
        leaf = _first(keys, lengths, cursors, leaf_ends, stop)
        if leaf < 0:
            return size, last
        position = np.int64(keys[cursors[leaf]] - low)
        starts[size], ends[size] = position, position + lengths[cursors[leaf]]
        whose[size] = leaf
        last = max(last, ends[size])
        cursors[leaf] += 1
        size += 1


@njit(**INNER)
def _place(
    frames: Any, frame: int, field: int, last: int, starts: Any, ends: Any, whose: Any, size: int, stop: int
) -> int:
    """Turn the positions from ``size`` on into code points, without what begins within one before."""
    if stop == size:
        return size
    word_starts, word_ends = _words(frames, frame, field, last)
    begun, covered = size, np.int64(0)
    for at in range(size, stop):
        start = word_starts[starts[at]]
        if size == begun or start >= covered:
            covered = word_ends[ends[at] - 1]
            starts[size], ends[size], whose[size] = start, covered, whose[at]
            size += 1
    return size


@njit(**INNER)
def _all_occurrences(seg: Any, parts: Any, pool: Any, heap: Any, leaves: Any, candidates: Any) -> Any:
    """Keys and lengths of the occurrences of all leaves, one leaf behind the other, and where each ends."""
    keys, lengths = np.empty(0, np.uint64), np.empty(0, np.int64)
    ends = np.empty(leaves.size, np.int64)
    for at in range(leaves.size):
        more, spans, _ = leaf_occurrences(seg, parts, pool, heap, leaves[at], -1, candidates)
        if keys.size == 0:
            keys, lengths = more, spans
        elif more.size:
            keys, lengths = np.concatenate((keys, more)), np.concatenate((lengths, spans))
        ends[at] = keys.size
    return keys, lengths, ends


@njit(
    types.Tuple((_NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, types.Array(types.int64, 2, "C")))(
        _NUMBERS,
        types.Array(types.int64, 2, "C"),
        _NUMBERS,
        types.Array(types.float64, 1, "C"),
        _NUMBERS,
        types.Array(types.uint32, 1, "C"),
        _BYTES,
        _NUMBERS,
    ),
    **OPTIONS,
)
def mark_page(
    seg: Any, parts: Any, pool: Any, heap: Any, leaves: Any, candidates: Any, frames: Any, frame_starts: Any
) -> Any:
    """Ranges (code points) of the leaves' occurrences in ascending documents, and which leaf each is of.

    ``parts``, ``pool`` and ``heap`` are as in :mod:`.resolving`, ``leaves`` numbers of leaves. ``frames`` are
    what is stored of the documents, one behind the other, beginning at ``frame_starts``. Ranges ascend
    and none begins within another; of two at one place the longer is kept, then that of the first leaf.
    Those of field ``f`` of candidate ``c`` begin at ``bounds[2 * c + f]`` and end where the next ones begin;
    its text lies in ``frames`` from ``places[2 * c + f, 0]`` to ``places[2 * c + f, 1]``.
    """
    keys, lengths, leaf_ends = _all_occurrences(seg, parts, pool, heap, leaves, candidates)
    starts, ends = np.empty(keys.size, np.int64), np.empty(keys.size, np.int64)
    whose, bounds = np.empty(keys.size, np.int64), np.zeros(FIELDS * candidates.size + 1, np.int64)
    places = np.empty((FIELDS * candidates.size, 2), np.int64)
    cursors = np.zeros(leaf_ends.size, np.int64)
    cursors[1:] = leaf_ends[:-1]
    size = 0
    for candidate in range(candidates.size):
        for field in range(FIELDS):
            low = np.uint64(candidate) << np.uint64(CANDIDATE_BITS) | np.uint64(field) << np.uint64(
                FIELD_BITS
            )
            stop = low + (np.uint64(1) << np.uint64(FIELD_BITS))
            at, last = _take(keys, lengths, cursors, leaf_ends, low, stop, starts, ends, whose, size)
            size = _place(frames, frame_starts[candidate], field, last, starts, ends, whose, size, at)
            bounds[FIELDS * candidate + field + 1] = size
            begin, end = _part(frames, frame_starts[candidate], TEXTS + field)
            places[FIELDS * candidate + field, 0], places[FIELDS * candidate + field, 1] = begin, end
    return starts[:size], ends[:size], whose[:size], bounds, places
