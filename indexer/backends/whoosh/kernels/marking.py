"""A page of hits: where leaves are found in their texts, from positions and from where the words are, and
what is shown of them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from ....analysis.cutting import END, KIND, START, put_shown
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
_PAIRS = types.Array(types.int64, 2, "C")
_PAIR: Final = 0x92  # of MessagePack


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
    keys: Any, lengths: Any, cursors: Any, leaf_ends: Any, low: Any, stop: Any, marks: Any, size: int
) -> Any:
    """Put the occurrences before ``stop`` in order, from ``size`` on, as positions; their end, and the last's
    own.
    """
    last = np.int64(0)
    while True:
        leaf = _first(keys, lengths, cursors, leaf_ends, stop)
        if leaf < 0:
            return size, last
        position = np.int64(keys[cursors[leaf]] - low)
        marks[size, START], marks[size, END] = position, position + lengths[cursors[leaf]]
        marks[size, KIND] = leaf
        last = max(last, marks[size, END])
        cursors[leaf] += 1
        size += 1


@njit(**INNER)
def _place(frames: Any, frame: int, field: int, last: int, marks: Any) -> int:
    """Turn positions into code points, without what begins within one before; how many are left."""
    if marks.shape[0] == 0:
        return 0
    starts, ends = _words(frames, frame, field, last)
    size, covered = 0, np.int64(0)
    for at in range(marks.shape[0]):
        start = starts[marks[at, START]]
        if size == 0 or start >= covered:
            covered = ends[marks[at, END] - 1]
            marks[size, START], marks[size, END], marks[size, KIND] = start, covered, marks[at, KIND]
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


@njit(**INNER)
def _mark(
    seg: Any, parts: Any, pool: Any, heap: Any, leaves: Any, candidates: Any, frames: Any, frame_starts: Any
) -> Any:
    """Marks, bounds and places: see :func:`show_page`."""
    keys, lengths, leaf_ends = _all_occurrences(seg, parts, pool, heap, leaves, candidates)
    marks, size = np.empty((keys.size, 3), np.int64), 0
    bounds = np.zeros(FIELDS * candidates.size + 1, np.int64)
    places = np.empty((FIELDS * candidates.size, 2), np.int64)
    cursors = np.zeros(leaf_ends.size, np.int64)
    cursors[1:] = leaf_ends[:-1]
    for candidate in range(candidates.size):
        for field in range(FIELDS):
            text, frame = FIELDS * candidate + field, frame_starts[candidate]
            low = np.uint64(candidate) << np.uint64(CANDIDATE_BITS)
            low |= np.uint64(field) << np.uint64(FIELD_BITS)
            stop = low + (np.uint64(1) << np.uint64(FIELD_BITS))
            at, last = _take(keys, lengths, cursors, leaf_ends, low, stop, marks, size)
            size += _place(frames, frame, field, last, marks[size:at])
            bounds[text + 1] = size
            places[text, 0], places[text, 1] = _part(frames, frame, TEXTS + field)
    return marks[:size], bounds, places


# PERF: a page is marked and shown sooner than the interpreter is given to another thread and taken back.
@njit(
    types.Tuple((_PAIRS, _NUMBERS, _PAIRS, types.Array(types.uint8, 1, "C")))(
        _NUMBERS,
        types.Array(types.int64, 2, "C"),
        _NUMBERS,
        types.Array(types.float64, 1, "C"),
        _NUMBERS,
        types.Array(types.uint32, 1, "C"),
        _BYTES,
        _NUMBERS,
        _BYTES,
        *(types.int64,) * 4,
    ),
    **{**OPTIONS, "nogil": False},
)
def show_page(
    seg: Any, parts: Any, pool: Any, heap: Any, leaves: Any, candidates: Any, frames: Any, frame_starts: Any,
    classes: Any, width: int, before: int, reach: int, most: int,
) -> Any:  # fmt: skip
    """Where the leaves occur in ascending documents, and what is shown of these.

    ``parts``, ``pool`` and ``heap`` are as in :mod:`.resolving`, ``leaves`` numbers of leaves. ``frames`` are
    what is stored of the documents, one behind the other, beginning at ``frame_starts``.

    Gives marks, bounds and places as in :class:`~indexer.analysis.passages.MarkedTexts`, where text
    ``2 * c + f`` is field ``f`` of candidate ``c``; of two marks at one place the longer is kept, then that
    of the first leaf. And as MessagePack a pair: the first field of each document as a whole, and the
    passages of the second, or with ``most`` 0 none.
    """
    marks, bounds, places = _mark(seg, parts, pool, heap, leaves, candidates, frames, frame_starts)
    out, used = np.empty(4096, np.uint8), 1
    out[0] = _PAIR
    out, used = put_shown(frames, places, marks, bounds, classes, 0, FIELDS, 0, 0, 0, 0, out, used)
    first = 1 if most else places.shape[0]
    out, used = put_shown(
        frames, places, marks, bounds, classes, first, FIELDS, width, before, reach, most, out, used
    )
    return marks, bounds, places, out[:used]
