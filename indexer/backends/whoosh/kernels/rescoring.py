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

from .memory import DOCS, FIELD, FIELD_SLOTS, INNER, LENGTHS, OPTIONS, PUBLISHED, u4
from .occurrences import leaf_occurrences
from .postings import gallop
from .selection import BY_SCORE, sort_hits
from .spans import CANDIDATE_BITS, FIELD_BITS, in_order
from .terms import nth_greatest

_FIELDS = 2  # title and content
_TITLE = 0
_MASK = np.uint64((1 << FIELD_BITS) - 1)

# -- the ranking, as one array of numbers
R_PROXIMITY, R_TITLE, R_RECENCY, R_HALF_LIFE, R_TODAY = range(5)
# -- rows of what :func:`rescored` gives: the score, proximity bonus, title bonus, freshness
FINAL, NEAR, TITLED, FRESH = range(4)


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INNER)
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


@njit(**INNER)
def holders(documents: Any, ends: Any, words: Any, collected: Any, candidates: Any) -> Any:
    """Whether each word is held by each ascending candidate: read off the lists that the words have found."""
    held = np.ones((words.size, candidates.size), np.bool_)
    for place in range(words.size):
        word = words[place]
        if not collected[word]:
            continue
        listed = documents[ends[word] : ends[word + 1]]
        at = np.int64(0)
        for candidate in range(candidates.size):
            at = gallop(listed, at, listed.size, candidates[candidate])
            held[place, candidate] = at < listed.size and listed[at] == candidates[candidate]
    return held


@njit(**INNER)
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


@njit(**INNER)
def _distinct(positions: Any) -> int:
    """How many different ones there are."""
    count = 0
    for at in range(positions.size):
        position, to = positions[at], count
        while to and positions[to - 1] > position:
            to -= 1
        if to and positions[to - 1] == position:
            continue
        for after in range(count, to, -1):
            positions[after] = positions[after - 1]
        positions[to] = position
        count += 1
    return count


@njit(**INNER)
def nearness(
    seg: Any,
    parts: Any,
    pool: Any,
    heap: Any,
    words: Any,
    held: Any,
    wanted: Any,
    candidates: Any,
    ranking: Any,
) -> Any:
    """The proximity bonus of the ``wanted`` of ascending candidates, 0 for the others.

    It is the mean over neighbouring words of how near they come, in the field where they come nearest.
    PERF: of two neighbours only the candidates that hold both are looked at.
    """
    bonus = np.zeros(candidates.size, np.float64)
    both, chosen = np.empty(candidates.size, np.int64), np.empty(candidates.size, np.uint32)
    for place in range(words.size - 1):
        size = 0
        for at in range(candidates.size):
            both[size], chosen[size] = at, candidates[at]
            size += wanted[at] and held[place, at] and held[place + 1, at]
        if size == 0:
            continue
        left = leaf_occurrences(seg, parts, pool, heap, words[place], -1, chosen[:size])[0]
        right = leaf_occurrences(seg, parts, pool, heap, words[place + 1], -1, chosen[:size])[0]
        left_ends, right_ends = _ends(left, size), _ends(right, size)
        for number in range(size):
            nearest = 0.0
            for field in range(_FIELDS):
                at = number * _FIELDS + field
                first = left[left_ends[at] : left_ends[at + 1]]
                second = right[right_ends[at] : right_ends[at + 1]]
                nearest = max(nearest, closeness(first, second))
            bonus[both[number]] += ranking[R_PROXIMITY] * nearest / (words.size - 1)
    return bonus


@njit(**INNER)
def _contenders(base: Any, titled: Any, least: Any, held: Any, share: float, limit: int) -> Any:
    """Which hits come among the first ``limit`` if their neighbouring words stand next to each other."""
    bar = -np.inf
    if least.size > limit:
        bar = nth_greatest(least, limit - 1) - 1e-9
    wanted = np.zeros(base.size, np.bool_)
    for at in range(base.size):
        pairs = 0
        for word in range(held.shape[0] - 1):
            pairs += held[word, at] and held[word + 1, at]
        most = share * pairs / (held.shape[0] - 1)
        wanted[at] = pairs > 0 and base[at] * (1.0 + most + titled[at]) >= bar
    return wanted


@njit(**INNER)
def _by_number(documents: Any) -> Any:
    """Where documents stand in ascending order."""
    runs = np.arange(1, documents.size + 1)
    return in_order(documents.astype(np.uint64), np.arange(documents.size), runs)[1]


@njit(
    "Tuple((uint32[::1], float64[:, ::1]))"
    "(int64[::1], int64[:, ::1], int64[::1], float64[::1], int64[::1], uint32[::1], float64[::1],"
    " float64[::1],"
    " int64, uint32[::1], int64[::1], boolean[::1])",
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
    listed: Any,
    ends: Any,
    collected: Any,
) -> Any:
    """The first ``limit`` of some hits, in order, with all that is added to their scores; and what that is.

    ``words`` are leaves, those of them that are ``collected`` listed the documents ``listed`` from one of the
    ``ends`` to the next.
    """
    order = _by_number(documents)
    candidates = documents[order]
    fresh = freshness(seg, candidates, ranking)
    titled = titles(seg, parts, pool, heap, words, candidates, ranking)
    base, finals = np.empty(order.size, np.float64), np.empty(order.size, np.float64)
    for at in range(order.size):
        base[at] = scores[order[at]] * fresh[at]
        finals[at] = base[at] * (1.0 + titled[at])
    near = np.zeros(order.size, np.float64)
    if words.size > 1 and ranking[R_PROXIMITY] > 0.0:
        held = holders(listed, ends, words, collected, candidates)
        wanted = _contenders(base, titled, finals, held, ranking[R_PROXIMITY], limit)
        near = nearness(seg, parts, pool, heap, words, held, wanted, candidates, ranking)
        for at in range(order.size):
            finals[at] = base[at] * (1.0 + near[at] + titled[at])
    places = np.arange(order.size)
    sort_hits(seg, BY_SCORE, candidates, finals, places)
    size = min(limit, places.size)
    hits, numbers = np.empty(size, np.uint32), np.empty((4, size), np.float64)
    for at in range(size):
        place = places[at]
        hits[at] = candidates[place]
        numbers[FINAL, at], numbers[NEAR, at] = finals[place], near[place]
        numbers[TITLED, at], numbers[FRESH, at] = titled[place], fresh[place]
    return hits, numbers
