"""Where leaves are found in the texts of a page of hits: ranges, from positions and from where the words
are.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from .memory import INNER, OPTIONS
from .occurrences import leaf_occurrences
from .spans import CANDIDATE_BITS, FIELD_BITS

FIELDS: Final = 2
PARTS: Final = 7  # of a frame: see :mod:`..codec.stored`
TEXTS: Final = 1  # the part with the text of the first field
WORDS: Final = 3  # the part with the lengths of the first field's words; the gaps before them follow

_BYTES = types.Array(types.uint8, 1, "C", readonly=True)
_NUMBERS = types.Array(types.int64, 1, "C")


@njit(**INNER)
def _read(data: Any, at: int) -> Any:
    """A number of variable length (LEB128), and where the next one begins."""
    number, shift = 0, 0
    while True:
        byte = np.int64(data[at])
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


@njit(**INNER)
def _u4(data: Any, at: int) -> Any:
    """A little-endian number of 32 bits."""
    number = 0
    for byte in range(4):
        number |= np.int64(data[at + byte]) << (8 * byte)
    return number


@njit(**INNER)
def _words(frames: Any, frame: int, field: int, count: int) -> Any:
    """Where the first ``count`` words of a field begin and end, in code points."""
    at, length_at, gap_at = frame + 4 * PARTS, 0, 0
    for part in range(WORDS + 2 * field + 1):
        length_at = at
        at += _u4(frames, frame + 4 * part)
        gap_at = at
    starts, ends = np.empty(count, np.int64), np.empty(count, np.int64)
    end = 0
    for word in range(count):
        length, length_at = _read(frames, length_at)
        zigzag, gap_at = _read(frames, gap_at)
        starts[word] = end + ((zigzag >> 1) ^ -(zigzag & 1))
        end = starts[word] + length
        ends[word] = end
    return starts, ends


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


@njit(**INNER)
def _code_points(frames: Any, frame: int, field: int) -> int:
    """How long the text of a field is."""
    at = frame + 4 * PARTS
    for part in range(TEXTS + field):
        at += _u4(frames, frame + 4 * part)
    count = 0
    for byte in frames[at : at + _u4(frames, frame + 4 * (TEXTS + field))]:
        count += (byte & 0xC0) != 0x80
    return count


@njit(
    types.UniTuple(_NUMBERS, 5)(
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
    its text has ``sizes[2 * c + f]`` code points.
    """
    keys, lengths, leaf_ends = _all_occurrences(seg, parts, pool, heap, leaves, candidates)
    starts, ends = np.empty(keys.size, np.int64), np.empty(keys.size, np.int64)
    whose, bounds = np.empty(keys.size, np.int64), np.zeros(FIELDS * candidates.size + 1, np.int64)
    sizes = np.empty(FIELDS * candidates.size, np.int64)
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
            sizes[FIELDS * candidate + field] = _code_points(frames, frame_starts[candidate], field)
    return starts[:size], ends[:size], whose[:size], bounds, sizes


@njit(**INNER)
def _free(chosen: Any, count: int, start: int, end: int) -> bool:
    """Whether a window lies over none of those chosen."""
    for at in range(count):
        if start < chosen[at, 1] and end > chosen[at, 0]:
            return False
    return True


@njit(**INNER)
def _shown(starts: Any, ends: Any, whose: Any, first: int, last: int, reach: int, held: Any) -> Any:
    """Of the window of each mark: how many different leaves it shows, and how many marks."""
    different, marks = np.ones(last - first, np.int64), np.zeros(last - first, np.int64)
    held[:] = 0
    kinds, end = 0, first
    for at in range(first, last):
        end = max(end, at)  # a mark that is itself longer than the reach
        while end < last and ends[end] - starts[at] <= reach:
            kinds += held[whose[end]] == 0
            held[whose[end]] += 1
            end += 1
        if at < end:
            different[at - first], marks[at - first] = kinds, end - at
            held[whose[at]] -= 1
            kinds -= held[whose[at]] == 0
    return different, marks


@njit(
    types.Array(types.int64, 2, "C")(
        _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, types.int64, types.int64, types.int64, types.int64
    ),
    **OPTIONS,
)
def best_windows(
    starts: Any,
    ends: Any,
    whose: Any,
    bounds: Any,
    sizes: Any,
    width: int,
    before: int,
    reach: int,
    most: int,
) -> Any:
    """The windows of each field of each candidate, as :meth:`indexer.matching.Marks.windows` has them.

    Takes what :func:`mark_page` gives. A row is beginnings and ends, the best window first, then -1.
    """
    windows = np.full((sizes.size, 2 * most), -1, np.int64)
    chosen = np.empty((most, 2), np.int64)
    held = np.zeros(whose.max() + 1 if whose.size else 0, np.int64)
    for text in range(sizes.size):
        first, last = bounds[text], bounds[text + 1]
        different, marks = _shown(starts, ends, whose, first, last, reach, held)
        for count in range(most):
            best = -1
            for at in range(last - first):
                better = best < 0 or different[at] > different[best]
                if not better and (different[at] < different[best] or marks[at] <= marks[best]):
                    continue
                start = max(0, min(starts[first + at] - before, sizes[text] - width))
                end = min(sizes[text], start + width)
                if _free(chosen, count, start, end):
                    best = at
                    chosen[count, 0], chosen[count, 1] = start, end
            if best < 0:
                break
            windows[text, 2 * count], windows[text, 2 * count + 1] = chosen[count, 0], chosen[count, 1]
    return windows
