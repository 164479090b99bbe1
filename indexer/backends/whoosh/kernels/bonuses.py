"""What is added for words that stand close together, for titles, and for freshness.

The formulas are those of :mod:`indexer.ranking`; occurrences are those of :mod:`.spans`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, FIELD, FIELD_SLOTS, LENGTHS, OPTIONS, PUBLISHED, u4, u8
from .spans import CANDIDATE_BITS, FIELD_BITS

_FIELDS = 2  # title and content; a key has room for four
_MASK = np.uint64((1 << FIELD_BITS) - 1)


@njit(**OPTIONS)
def closeness(first: Any, second: Any) -> float:
    """As :func:`indexer.ranking.closeness`, of ascending keys of one field and document."""
    best = 0.0
    i, j = 0, 0
    while i < first.size and j < second.size:
        gap = np.int64(second[j]) - np.int64(first[i])
        if gap > 0:
            best = max(best, 1.0 / gap)
            i += 1
        else:
            if gap < 0:
                best = max(best, 0.5 / -gap)
            j += 1
        if best == 1.0:
            break
    return best


@njit(**OPTIONS)
def _slice(keys: Any, cursor: int, candidate: int, field: int) -> Any:
    """From ``cursor`` on, the range of the keys of a field of a candidate."""
    low = (np.uint64(candidate) << np.uint64(CANDIDATE_BITS)) | (np.uint64(field) << np.uint64(FIELD_BITS))
    while cursor < keys.size and keys[cursor] < low:
        cursor += 1
    end = cursor
    while end < keys.size and keys[end] <= low | _MASK:
        end += 1
    return cursor, end


@njit(**OPTIONS)
def _mean_closeness(words: Any, bounds: Any) -> float:
    """The mean over neighbouring words of how near they come, in the field where they come nearest."""
    count, total = words.shape[0], 0.0
    for word in range(count - 1):
        left, right = u8(words[word, 0], words[word, 1]), u8(words[word + 1, 0], words[word + 1, 1])
        best = 0.0
        for field in range(_FIELDS):
            first = left[bounds[word, field, 0] : bounds[word, field, 1]]
            second = right[bounds[word + 1, field, 0] : bounds[word + 1, field, 1]]
            best = max(best, closeness(first, second))
        total += best
    return total / (count - 1)


@njit(**OPTIONS)
def _title_match(words: Any, bounds: Any, title: int, length: int) -> float:
    """The share of the words that stand in the title, times the share of the title that is words."""
    count, found, total = words.shape[0], 0, 0
    for word in range(count):
        size = bounds[word, title, 1] - bounds[word, title, 0]
        found += size > 0
        total += size
    if found == 0 or length == 0:
        return 0.0
    positions = np.empty(total, np.uint64)
    size = 0
    for word in range(count):
        keys = u8(words[word, 0], words[word, 1])
        for at in range(bounds[word, title, 0], bounds[word, title, 1]):
            positions[size] = keys[at] & _MASK
            size += 1
    positions.sort()
    distinct = 0
    for at in range(total):
        distinct += at == 0 or positions[at] != positions[at - 1]
    return (found / count) * min(1.0, distinct / length)


@njit(
    "Tuple((float64[::1], float64[::1]))(int64[::1], uint32[::1], int64[:, ::1], int64, float64, float64)",
    **OPTIONS,
)
def bonuses(
    seg: Any, candidates: Any, words: Any, title: int, proximity_share: float, title_share: float
) -> Any:
    """The proximity bonus and the title bonus of each candidate.

    ``words[i]`` are address and count of the ascending keys of the i-th word of the query.
    """
    count = words.shape[0]
    near, titled = np.zeros(candidates.size, np.float64), np.zeros(candidates.size, np.float64)
    cursors = np.zeros(count, np.int64)
    bounds = np.zeros((count, _FIELDS, 2), np.int64)
    lengths = u4(seg[FIELD + title * FIELD_SLOTS + LENGTHS], seg[DOCS])
    for candidate in range(candidates.size):
        for word in range(count):
            keys = u8(words[word, 0], words[word, 1])
            for field in range(_FIELDS):
                start, end = _slice(keys, cursors[word], candidate, field)
                bounds[word, field, 0], bounds[word, field, 1] = start, end
                cursors[word] = end
        if count > 1 and proximity_share > 0.0:
            near[candidate] = proximity_share * _mean_closeness(words, bounds)
        if title_share > 0.0:
            length = lengths[candidates[candidate]]
            titled[candidate] = title_share * _title_match(words, bounds, title, length)
    return near, titled


@njit("float64[::1](int64[::1], uint32[::1], int64, float64, float64)", **OPTIONS)
def recency(seg: Any, candidates: Any, today: int, largest: float, half_life: float) -> Any:
    """As :func:`indexer.ranking.recency`; ``today`` is 0 when it is not known."""
    factors = np.ones(candidates.size, np.float64)
    if today == 0 or largest <= 1.0:
        return factors
    days = u4(seg[PUBLISHED], seg[DOCS])
    for at in range(candidates.size):
        day = np.int64(days[candidates[at]])
        if day != 0:
            age = max(0, today - day)
            factors[at] = 1.0 + (largest - 1.0) * math.pow(2.0, -age / half_life)
    return factors
