"""Words a few edits away: optimal string alignment along the sorted dictionary.

Terms that begin alike share the rows of the table of distances, as the branches of a trie do; where no
ending can come near any more, all terms with that beginning are passed over at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import INNER, OPTIONS, TERM_BYTES, TERM_OFFSETS, TERMS, u1, u4
from .terms import SEPARATOR, prefix_end

_FAR_AWAY = 1 << 20


@njit(**INNER)
def _decode(data: Any, start: int, end: int, letters: Any) -> int:
    """The code points of the folded form of a term, at most as many as ``letters`` holds."""
    at, count = start, 0
    while at < end and data[at] != SEPARATOR and count < letters.size:
        first = np.int64(data[at])
        if first < 0x80:
            letter, size = first, 1
        elif first < 0xE0:
            letter, size = first & 0x1F, 2
        elif first < 0xF0:
            letter, size = first & 0x0F, 3
        else:
            letter, size = first & 0x07, 4
        for more in range(1, size):
            letter = (letter << 6) | (np.int64(data[at + more]) & 0x3F)
        letters[count] = letter
        at, count = at + size, count + 1
    return count


@njit(**INNER)
def _bytes_of(data: Any, start: int, count: int) -> int:
    """How many bytes the first ``count`` code points take."""
    at = start
    for _ in range(count):
        first = data[at]
        at += 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return at - start


@njit(**INNER)
def _next_row(rows: Any, depth: int, letters: Any, typed: Any) -> int:
    """Fill the row of the beginning of ``depth`` letters from those before it; returns its least distance."""
    rows[depth, 0] = depth
    least = depth
    for at in range(1, typed.size + 1):
        same = letters[depth - 1] == typed[at - 1]
        distance = rows[depth - 1, at - 1] + (0 if same else 1)
        distance = min(distance, rows[depth - 1, at] + 1, rows[depth, at - 1] + 1)
        if (
            depth > 1
            and at > 1
            and letters[depth - 1] == typed[at - 2]
            and letters[depth - 2] == typed[at - 1]
        ):
            distance = min(distance, rows[depth - 2, at - 2] + 1)
        rows[depth, at] = distance
        least = min(least, distance)
    return least


@njit(**INNER)
def _twice(array: Any) -> Any:
    larger = np.empty(2 * array.size, np.int64)
    larger[: array.size] = array
    return larger


@njit("Tuple((int64[::1], int64[::1]))(int64[::1], uint32[::1], int64, int64, int64)", **OPTIONS)
def within(seg: Any, typed: Any, limit: int, low: int, high: int) -> Any:
    """The terms of ``low:high`` whose folded form is at most ``limit`` edits from ``typed``, and how many.

    ``typed`` are the code points of a folded form.
    """
    offsets = u4(seg[TERM_OFFSETS], seg[TERMS] + 1)
    data = u1(seg[TERM_BYTES], offsets[seg[TERMS]])
    deepest = typed.size + limit + 1
    rows = np.empty((deepest + 1, typed.size + 1), np.int64)
    rows[0] = np.arange(typed.size + 1)
    least = np.empty(deepest + 1, np.int64)
    least[0] = 0
    letters, before = np.empty(deepest, np.int64), np.zeros(deepest, np.int64)
    terms, distances = np.empty(16, np.int64), np.empty(16, np.int64)
    found, known = 0, 0
    term = low
    while term < high:
        start, end = np.int64(offsets[term]), np.int64(offsets[term + 1])
        count = _decode(data, start, end, letters)
        depth = 0
        while depth < min(known, count) and letters[depth] == before[depth]:
            depth += 1
        alive = True
        while depth < count and alive:
            before[depth] = letters[depth]
            depth += 1
            least[depth] = _next_row(rows, depth, letters, typed)
            # A letter exchanged with the next one reaches back over one row.
            alive = least[depth] <= limit or least[depth - 1] < limit
        known = depth
        if not alive:
            size = _bytes_of(data, start, depth)
            term = prefix_end(data, offsets, term, high, data, start, start + size)
            continue
        distance = rows[count, typed.size] if count < deepest else _FAR_AWAY
        if distance <= limit:
            if found == terms.size:
                terms, distances = _twice(terms), _twice(distances)
            terms[found], distances[found] = term, distance
            found += 1
        term += 1
    return terms[:found], distances[:found]
