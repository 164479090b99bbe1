"""The bonuses of the best hits: for words that stand close together, for titles, for freshness.

The formulas are those of :mod:`indexer.ranking`, occurrences those of :mod:`.spans`.

PERF: freshness and title are computed for the whole window. What closeness can add has a largest share, so
positions in texts are read of those hits alone that can still reach the page.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, FIELD, FIELD_SLOTS, LENGTHS, OPTIONS, PUBLISHED, u4
from .occurrences import leaf_occurrences
from .selection import BY_SCORE, in_order
from .spans import CANDIDATE_BITS, FIELD_BITS

_FIELDS = 2  # title and content
_TITLE = 0
_MASK = np.uint64((1 << FIELD_BITS) - 1)

# -- the ranking, as one array of numbers
R_PROXIMITY, R_TITLE, R_RECENCY, R_HALF_LIFE, R_TODAY = range(5)


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
def _ends(keys: Any, count: int) -> Any:
    """Where the keys of each candidate and field end: ``count`` candidates by two fields."""
    ends = np.zeros(count * _FIELDS + 1, np.int64)
    at = 0
    for place in range(count * _FIELDS):
        candidate, field = place // _FIELDS, place % _FIELDS
        last = (np.uint64(candidate) << np.uint64(CANDIDATE_BITS)) | (
            np.uint64(field) << np.uint64(FIELD_BITS)
        )
        while at < keys.size and keys[at] <= last | _MASK:
            at += 1
        ends[place + 1] = at
    return ends


@njit(**OPTIONS)
def freshness(seg: Any, candidates: Any, ranking: Any) -> Any:
    """As :func:`indexer.ranking.recency`."""
    factors = np.ones(candidates.size, np.float64)
    largest, today = ranking[R_RECENCY], ranking[R_TODAY]
    if today == 0.0 or largest <= 1.0:
        return factors
    days = u4(seg[PUBLISHED], seg[DOCS])
    for at in range(candidates.size):
        day = np.float64(days[candidates[at]])
        if day != 0.0:
            age = max(0.0, today - day)
            factors[at] = 1.0 + (largest - 1.0) * math.pow(2.0, -age / ranking[R_HALF_LIFE])
    return factors


@njit(**OPTIONS)
def titles(seg: Any, parts: Any, pool: Any, heap: Any, words: Any, candidates: Any, ranking: Any) -> Any:
    """The title bonus of ascending candidates."""
    bonus = np.zeros(candidates.size, np.float64)
    if words.size == 0 or ranking[R_TITLE] == 0.0:
        return bonus
    found = [leaf_occurrences(seg, parts, pool, heap, words[0], 1 << _TITLE, candidates)[0]]
    for word in words[1:]:
        found.append(leaf_occurrences(seg, parts, pool, heap, word, 1 << _TITLE, candidates)[0])
    lengths = u4(seg[FIELD + _TITLE * FIELD_SLOTS + LENGTHS], seg[DOCS])
    cursors = np.zeros(words.size, np.int64)
    positions = np.empty(64, np.uint64)
    for candidate in range(candidates.size):
        last = (np.uint64(candidate) << np.uint64(CANDIDATE_BITS)) | _MASK
        held, size = 0, 0
        for word in range(words.size):
            keys, at = found[word], cursors[word]
            held += at < keys.size and keys[at] <= last
            while at < keys.size and keys[at] <= last:
                if size == positions.size:
                    larger = np.empty(2 * size, np.uint64)
                    larger[:size] = positions
                    positions = larger
                positions[size] = keys[at]
                size, at = size + 1, at + 1
            cursors[word] = at
        if held:
            length = lengths[candidates[candidate]]
            share = min(1.0, _distinct(positions[:size]) / length)
            bonus[candidate] = ranking[R_TITLE] * (held / words.size) * share
    return bonus


@njit(**OPTIONS)
def _distinct(positions: Any) -> int:
    """How many different ones there are."""
    positions.sort()
    count = 0
    for at in range(positions.size):
        count += at == 0 or positions[at] != positions[at - 1]
    return count


@njit(**OPTIONS)
def nearness(seg: Any, parts: Any, pool: Any, heap: Any, words: Any, candidates: Any, ranking: Any) -> Any:
    """The proximity bonus of ascending candidates: the mean over neighbouring words, the nearest field each."""
    bonus = np.zeros(candidates.size, np.float64)
    if words.size < 2 or ranking[R_PROXIMITY] == 0.0:
        return bonus
    left = leaf_occurrences(seg, parts, pool, heap, words[0], -1, candidates)[0]
    left_ends = _ends(left, candidates.size)
    for word in words[1:]:
        right = leaf_occurrences(seg, parts, pool, heap, word, -1, candidates)[0]
        right_ends = _ends(right, candidates.size)
        for candidate in range(candidates.size):
            nearest = 0.0
            for field in range(_FIELDS):
                at = candidate * _FIELDS + field
                first = left[left_ends[at] : left_ends[at + 1]]
                second = right[right_ends[at] : right_ends[at + 1]]
                nearest = max(nearest, closeness(first, second))
            bonus[candidate] += nearest
        left, left_ends = right, right_ends
    return ranking[R_PROXIMITY] * bonus / (words.size - 1)


@njit(**OPTIONS)
def _contenders(base: Any, titled: Any, least: Any, share: float, limit: int) -> Any:
    """The hits that come among the first ``limit`` if their words stand next to each other."""
    bar = -np.inf
    if least.size > limit:
        bar = np.sort(least)[least.size - limit] - 1e-9
    chosen = np.empty(base.size, np.int64)
    size = 0
    for at in range(base.size):
        if base[at] * (1.0 + share + titled[at]) >= bar:
            chosen[size] = at
            size += 1
    return chosen[:size]


@njit(
    "Tuple((float64[::1], float64[::1], float64[::1]))"
    "(int64[::1], int64[:, ::1], int64[::1], float64[::1], int64[::1], uint32[::1], float64[::1])",
    **OPTIONS,
)
def bonuses(seg: Any, parts: Any, pool: Any, heap: Any, words: Any, candidates: Any, ranking: Any) -> Any:
    """Proximity bonus, title bonus and freshness of ascending candidates. ``words`` are leaves."""
    return (
        nearness(seg, parts, pool, heap, words, candidates, ranking),
        titles(seg, parts, pool, heap, words, candidates, ranking),
        freshness(seg, candidates, ranking),
    )


@njit(
    "Tuple((uint32[::1], float64[::1]))"
    "(int64[::1], int64[:, ::1], int64[::1], float64[::1], int64[::1], uint32[::1], float64[::1], float64[::1],"
    " int64)",
    **OPTIONS,
)
def rescored(
    seg: Any,
    parts: Any,
    pool: Any,
    heap: Any,
    words: Any,
    documents: Any,
    scores: Any,
    ranking: Any,
    limit: int,
) -> Any:
    """The first ``limit`` of the hits of a window, in order, with all that is added to their scores."""
    order = np.argsort(documents)
    candidates = documents[order]
    fresh = freshness(seg, candidates, ranking)
    titled = titles(seg, parts, pool, heap, words, candidates, ranking)
    base = scores[order] * fresh
    finals = base * (1.0 + titled)
    if words.size > 1 and ranking[R_PROXIMITY] > 0.0:
        chosen = _contenders(base, titled, finals, ranking[R_PROXIMITY], limit)
        near = nearness(seg, parts, pool, heap, words, candidates[chosen], ranking)
        for at in range(chosen.size):
            finals[chosen[at]] = base[chosen[at]] * (1.0 + near[at] + titled[chosen[at]])
    places = np.arange(candidates.size)
    in_order(seg, BY_SCORE, candidates, finals, places)
    places = places[:limit]
    return candidates[places], finals[places]
