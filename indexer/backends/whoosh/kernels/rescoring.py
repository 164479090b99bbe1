"""The bonuses of the best hits: for words that stand close together, for titles, for freshness.

The formulas are those of :mod:`indexer.ranking`, occurrences those of :mod:`.spans`.

PERF: no bonus adds more than its largest share. So titles are looked at only of hits that can still reach the
page, and positions in texts only of those that can with what their titles have added.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .holding import mark_slice
from .memory import CHUNKS, DOCS, FIELD, FIELD_SLOTS, INNER, LENGTHS, PUBLISHED, STARTS, TERMS, population, u4
from .occurrences import leaf_occurrences
from .resolving import COLLECTED, P_AT, P_COLUMNS, P_COUNT, P_FIELDS, P_KIND, P_LEAF, P_WEIGHTS, RUN_OF
from .spans import CANDIDATE_BITS, FIELD_BITS, in_order, terms_in
from .terms import nth_greatest

_FIELDS = 2  # title and content
_TITLE = 0
_IN_TITLE = np.int64(1 << _TITLE)
_ALL = np.int64((1 << _FIELDS) - 1)
_WORTH_BITS = 4  # up to 16 postings in titles for each candidate are marked: that is quicker than to look
_MASK = np.uint64((1 << FIELD_BITS) - 1)
_ONE = np.uint64(1)
_SLACK = 1e-8  # more than rounding can take from a score

# -- the ranking, as one array of numbers
R_PROXIMITY, R_TITLE, R_RECENCY, R_HALF_LIFE, R_TODAY = range(5)
# -- rows of what :func:`rescore` gives: the score, proximity bonus, title bonus, freshness
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
def _held(bits: Any, leaves: Any, words: Any, candidates: Any) -> Any:
    """Whether each word is held by each candidate, as far as bitmaps of collected leaves tell."""
    held = np.ones((words.size, candidates.size), np.bool_)
    for place in range(words.size if bits.shape[0] else 0):
        if not leaves[words[place], COLLECTED]:
            continue
        mine = bits[words[place]]
        for at in range(candidates.size):
            document = candidates[at]
            held[place, at] = mine[document >> 6] >> np.uint64(document & 63) & _ONE != 0
    return held


@njit(**INNER)
def _terms_at(seg: Any, part: Any, pool: Any, heap: Any, fields: int, candidates: Any) -> Any:
    """Where the terms of a part stand in some fields: see :func:`.spans.terms_in`."""
    count, columns, at = part[P_COUNT], part[P_COLUMNS], part[P_AT]
    start = part[P_WEIGHTS] + count * columns  # behind the weights that sums are made with
    weights = heap[start : start + count * columns]
    wanted = part[P_FIELDS] & fields
    return terms_in(seg, wanted, pool[at : at + count], weights, columns, candidates)


@njit(**INNER)
def _positions(seg: Any, parts: Any, pool: Any, heap: Any, word: int, candidates: Any) -> Any:
    """Where a word stands, as ascending keys; one position may come twice."""
    first = last = 0
    while first < parts.shape[0] and parts[first, P_LEAF] != word:
        first += 1
    last = first
    while last < parts.shape[0] and parts[last, P_LEAF] == word:
        last += 1
    if last != first + 1 or parts[first, P_KIND] == RUN_OF:
        return leaf_occurrences(seg, parts, pool, heap, word, _ALL, candidates)[0]
    keys, places, runs = _terms_at(seg, parts[first], pool, heap, _ALL, candidates)
    return in_order(keys, places, runs)[0]


@njit(**INNER)
def _title_holders(seg: Any, parts: Any, pool: Any, heap: Any, words: Any, candidates: Any) -> Any:
    """Whether each candidate may have a word in its title.

    PERF: few articles have, even of those with common words: one bit a document tells of all words at once.
    """
    bits, base = np.zeros((seg[DOCS] >> 6) + 1, np.uint64), FIELD + _TITLE * FIELD_SLOTS
    starts, chunks = u4(seg[base + STARTS], seg[TERMS] * seg[CHUNKS] + 1), seg[CHUNKS]
    may, left = np.ones(candidates.size, np.bool_), candidates.size << _WORTH_BITS
    for number in range(parts.shape[0]):
        part = parts[number]
        if part[P_FIELDS] >> _TITLE & 1 == 0 or not (words == part[P_LEAF]).any():
            continue
        if part[P_KIND] == RUN_OF:
            return may
        columns = part[P_COLUMNS]
        for place in range(part[P_COUNT]):
            term, at = pool[part[P_AT] + place], part[P_WEIGHTS] + (part[P_COUNT] + place) * columns
            left -= np.int64(starts[(term + 1) * chunks]) - np.int64(starts[term * chunks])
            if left < 0:
                return may
            mark_slice(seg, base, term, heap[at : at + columns], bits)
    for at in range(candidates.size):
        may[at] = bits[candidates[at] >> 6] >> np.uint64(candidates[at] & 63) & _ONE != 0
    return may


@njit(**INNER)
def titles(seg: Any, parts: Any, pool: Any, heap: Any, words: Any, candidates: Any, ranking: Any) -> Any:
    """The title bonus of ascending candidates: the positions that any word has are marked, and counted."""
    bonus = np.zeros(candidates.size, np.float64)
    if words.size == 0 or ranking[R_TITLE] == 0.0 or candidates.size == 0:
        return bonus
    lengths, longest = u4(seg[FIELD + _TITLE * FIELD_SLOTS + LENGTHS], seg[DOCS]), np.int64(0)
    for document in candidates:
        longest = max(longest, np.int64(lengths[document]))
    marks = np.zeros((candidates.size, (longest >> 6) + 1), np.uint64)
    held, latest = np.zeros(candidates.size, np.int64), np.full(candidates.size, -1, np.int64)
    for place in range(words.size):
        for number in range(parts.shape[0]):
            part = parts[number]
            if part[P_LEAF] != words[place] or part[P_FIELDS] >> _TITLE & 1 == 0:
                continue
            if part[P_KIND] == RUN_OF:
                keys = leaf_occurrences(seg, parts, pool, heap, words[place], _IN_TITLE, candidates)[0]
            else:
                keys = _terms_at(seg, part, pool, heap, _IN_TITLE, candidates)[0]
            for key in keys:
                candidate = np.int64(key >> np.uint64(CANDIDATE_BITS))
                position = np.int64(key & _MASK)
                marks[candidate, position >> 6] |= _ONE << np.uint64(position & 63)
                held[candidate] += latest[candidate] != place
                latest[candidate] = place
    for at in range(candidates.size):
        if held[at]:
            distinct = 0
            for word in marks[at]:
                distinct += population(word)
            share = min(1.0, distinct / lengths[candidates[at]])
            bonus[at] = ranking[R_TITLE] * (held[at] / words.size) * share
    return bonus


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
        left = _positions(seg, parts, pool, heap, words[place], chosen[:size])
        right = _positions(seg, parts, pool, heap, words[place + 1], chosen[:size])
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
def _bar(finals: Any, limit: int) -> float:
    """What a score must reach to be among the first ``limit``."""
    return nth_greatest(finals, limit - 1) - _SLACK if 0 < limit < finals.size else -np.inf


@njit(**INNER)
def _most(base: float, titled: float, held: Any, at: int, share: float) -> float:
    """The score of a hit if all neighbouring words that it holds stand next to each other."""
    pairs = 0
    for word in range(held.shape[0] - 1):
        pairs += held[word, at] and held[word + 1, at]
    return base * (1.0 + titled + share * pairs / (held.shape[0] - 1)) if pairs else -np.inf


@njit(**INNER)
def _add_nearness(
    seg: Any, parts: Any, pool: Any, heap: Any, words: Any, held: Any, candidates: Any, ranking: Any,
    limit: int, base: Any, numbers: Any,
) -> None:  # fmt: skip
    """Add the proximity bonus of all hits that it can bring among the first ``limit``."""
    size, bar = candidates.size, _bar(numbers[FINAL], limit)
    wanted = np.empty(size, np.bool_)
    for at in range(size):
        most = _most(base[at], numbers[TITLED, at], held, at, ranking[R_PROXIMITY])
        wanted[at] = most > -np.inf and most >= bar
    numbers[NEAR] = nearness(seg, parts, pool, heap, words, held, wanted, candidates, ranking)
    for at in range(size):
        numbers[FINAL, at] = base[at] * (1.0 + numbers[NEAR, at] + numbers[TITLED, at])


@njit(**INNER)
def rescore(
    seg: Any, leaves: Any, parts: Any, pool: Any, heap: Any, words: Any, bits: Any, candidates: Any,
    scores: Any, ranking: Any, limit: int,
) -> Any:  # fmt: skip
    """The numbers of hits with ascending documents: rows of scores and of what was added to them.

    Those of the first ``limit`` are exact, others at most what they would be. ``words`` are
    numbers of leaves, ``bits`` tell which documents hold these, if that is known.
    """
    size = candidates.size
    numbers = np.zeros((4, size), np.float64)
    numbers[FRESH] = freshness(seg, candidates, ranking)
    base = scores * numbers[FRESH]
    numbers[FINAL] = base
    several = words.size > 1 and ranking[R_PROXIMITY] > 0.0
    share = 1.0 + ranking[R_TITLE] + (ranking[R_PROXIMITY] if several else 0.0)
    bar, chosen, left = _bar(base, limit), np.empty(size, np.int64), 0
    may = _title_holders(seg, parts, pool, heap, words, candidates)
    for at in range(size):
        chosen[left] = at
        left += may[at] and base[at] * share >= bar
    chosen = chosen[:left]
    titled = titles(seg, parts, pool, heap, words, candidates[chosen], ranking)
    for at in range(left):
        place = chosen[at]
        numbers[TITLED, place] = titled[at]
        numbers[FINAL, place] = base[place] * (1.0 + titled[at])
    if several and size:
        held = _held(bits, leaves, words, candidates)
        _add_nearness(seg, parts, pool, heap, words, held, candidates, ranking, limit, base, numbers)
    return numbers
