"""The best hits of all: kept while documents are scored, in the order of the documents.

PERF: hits are kept until there are several times as many as wanted, then the worst go; what is behind the
last of the better ones is passed over. Of many hits few are ever kept, and none is put in order before all
are known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, INNER, PUBLISHED, TIE, ZERO, trailing_zeros, u4
from .terms import nth_greatest

BY_SCORE, NEWEST, OLDEST = np.int64(0), np.int64(1), np.int64(2)
DECIMALS = 1e9  # scores that agree to nine decimals are equal: see indexer.backends.evaluate
_SLACK = 2e-9  # more than two scores that are equal by that can differ
_TIMES, _LEAST_ROOM = 4, 512  # how many are kept for each that is wanted, and at least
_ONE = np.uint64(1)
_NEVER = 1 << 40  # behind every day


@njit(**INNER)
def room_of(documents: int, limit: int) -> int:
    """How many hits may have to be kept."""
    return min(documents, max(_TIMES * limit, _LEAST_ROOM)) if limit else 0


@njit(**INNER)
def before(seg: Any, sort: int, left: int, left_score: float, right: int, right_score: float) -> bool:
    """Whether one hit stands before another.

    By score: the higher, the newer, then as the id decides. By day: those without one last, then the higher.
    """
    days, ties = u4(seg[PUBLISHED], seg[DOCS]), u4(seg[TIE], seg[DOCS])
    a, b = np.int64(days[left]), np.int64(days[right])
    if sort != BY_SCORE and a != b:
        if a == 0 or b == 0:
            return b == 0
        return a < b if sort == OLDEST else a > b
    x, y = np.rint(left_score * DECIMALS), np.rint(right_score * DECIMALS)
    if x != y:
        return bool(x > y)
    if a != b:
        return a > b
    return bool(ties[left] < ties[right])


@njit(**INNER)
def split(seg: Any, sort: int, documents: Any, scores: Any, places: Any, size: int, limit: int) -> None:
    """Bring the first ``limit`` hits of ``places[:size]`` to its front, in any order (quickselect)."""
    low, high = 0, size - 1
    while low < high:
        pivot = places[(low + high) >> 1]
        document, score = documents[pivot], scores[pivot]
        left, right = low, high
        while left <= right:
            while before(seg, sort, documents[places[left]], scores[places[left]], document, score):
                left += 1
            while before(seg, sort, document, score, documents[places[right]], scores[places[right]]):
                right -= 1
            if left <= right:
                places[left], places[right] = places[right], places[left]
                left, right = left + 1, right - 1
        if limit - 1 <= right:
            high = right
        elif limit - 1 >= left:
            low = left
        else:
            return


@njit(**INNER)
def sort_hits(seg: Any, sort: int, documents: Any, scores: Any, places: Any) -> None:
    """Sort places by the order of their hits (merge sort)."""
    size, width = places.size, 8
    for start in range(0, size, width):
        for at in range(start + 1, min(start + width, size)):
            place, to = places[at], at
            while to > start and before(
                seg, sort, documents[place], scores[place], documents[places[to - 1]], scores[places[to - 1]]
            ):
                places[to] = places[to - 1]
                to -= 1
            places[to] = place
    other = np.empty_like(places)
    while width < size:
        for start in range(0, size, 2 * width):
            middle, end = min(start + width, size), min(start + 2 * width, size)
            left, right = start, middle
            for to in range(start, end):
                take = right == end
                if not take and left < middle:
                    a, b = places[left], places[right]
                    take = not before(seg, sort, documents[b], scores[b], documents[a], scores[a])
                if take:
                    other[to] = places[left]
                    left += 1
                else:
                    other[to] = places[right]
                    right += 1
        places[:] = other
        width *= 2


@njit(**INNER)
def in_front(seg: Any, sort: int, documents: Any, scores: Any, size: int, limit: int) -> Any:
    """The places of the first ``size`` hits, the first ``limit`` of the order at the front, in any order.

    PERF: scores tell most; only hits with a score like that of the last one are compared in full.
    """
    if not 0 < limit < size:
        return np.arange(size)
    if sort != BY_SCORE:
        places = np.arange(size)
        split(seg, sort, documents, scores, places, size, limit)
        return places
    bar = nth_greatest(scores[:size], limit - 1)
    places, equals = np.empty(size, np.int64), np.empty(size, np.int64)
    front, same, back = ZERO, ZERO, size
    for at in range(size):
        if scores[at] > bar + _SLACK:
            places[front] = at
            front += 1
        elif scores[at] >= bar - _SLACK:
            equals[same] = at
            same += 1
        else:
            back -= 1
            places[back] = at
    if front + same > limit:
        split(seg, sort, documents, scores, equals, same, limit - front)
    places[front:back] = equals[:same]
    return places


@njit(**INNER)
def ascending(places: Any, size: int) -> Any:
    """Some of the places below ``size`` in order."""
    chosen = np.zeros(size, np.bool_)
    for place in places:
        chosen[place] = True
    kept, count = np.empty(places.size + 1, np.int64), 0
    for place in range(size):
        kept[count] = place
        count += chosen[place]
    return kept[:count]


@njit(**INNER)
def _keep_only(documents: Any, scores: Any, places: Any) -> int:
    """Keep the hits at some places, in the order they have; how many they are."""
    kept = ascending(places, documents.size)
    for to in range(kept.size):
        documents[to], scores[to] = documents[kept[to]], scores[kept[to]]
    return np.int64(kept.size)


@njit(**INNER)
def _make_room(seg: Any, sort: int, documents: Any, scores: Any, limit: int) -> Any:
    """Let the worst of the hits go: how many are left, and a score below which no more is wanted."""
    size = documents.size
    if sort == BY_SCORE:
        least, left = nth_greatest(scores, limit - 1) - _SLACK, 0
        for at in range(size):
            documents[left], scores[left] = documents[at], scores[at]
            left += scores[at] >= least
        if left <= size - (size >> 2):
            return left, least
        size = left
    places = in_front(seg, sort, documents, scores, size, limit)[:limit]
    return _keep_only(documents, scores, places), -np.inf if sort != BY_SCORE else scores[
        :limit
    ].min() - _SLACK


@njit(**INNER)
def day_key(day: int, sort: int) -> int:
    """A number that is greater the sooner a day comes when hits are sorted by days."""
    return day if sort == NEWEST else -day if day else -_NEVER


@njit(**INNER)
def drop_days(seg: Any, sort: int, bits: Any, count: int, document: int, least: int) -> None:
    """Take the documents of days that come too late out of the bits of a block."""
    days = u4(seg[PUBLISHED], seg[DOCS])
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            bit = trailing_zeros(rest)
            rest &= rest - _ONE
            if day_key(np.int64(days[document + (at << 6) + bit]), sort) < least:
                bits[at] &= ~(_ONE << np.uint64(bit))


@njit(**INNER)
def keep_leaf(
    seg: Any,
    bits: Any,
    count: int,
    document: int,
    sums: Any,
    weight: float,
    norms: Any,
    documents: Any,
    scores: Any,
    size: int,
    limit: int,
    least: float,
) -> Any:
    """As :func:`keep`, by score, of a block of one leaf, whose weighted frequencies are the sums.

    The sums are zero again behind it. PERF: it takes a multiplication to see that a score is too low.
    """
    below = least / (weight - least) if 0.0 < least < weight else 0.0 if least <= 0.0 else np.inf
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            lane = (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            frequency, norm = sums[lane], norms[document + lane]
            sums[lane] = 0.0
            if frequency < below * norm:
                continue
            score = weight * frequency / (frequency + norm) if frequency > 0.0 else 0.0
            if size == documents.size:
                size, least = _make_room(seg, BY_SCORE, documents, scores, limit)
                below = least / (weight - least) if 0.0 < least < weight else 0.0 if least <= 0.0 else np.inf
            if score < least:
                continue
            documents[size], scores[size] = document + lane, score
            size += 1
    return size, least


@njit(**INNER)
def keep(
    seg: Any,
    sort: int,
    bits: Any,
    count: int,
    document: int,
    lanes: Any,
    documents: Any,
    scores: Any,
    size: int,
    limit: int,
    least: float,
    least_day: int,
) -> Any:
    """Keep the hits of a block: how many there are now, the score and the day below which none is wanted."""
    days = u4(seg[PUBLISHED], seg[DOCS])
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            lane = (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            if lanes[lane] < least:
                continue
            if size == documents.size:
                size, least = _make_room(seg, sort, documents, scores, limit)
                if sort != BY_SCORE:
                    least_day = np.int64(1) << 60
                    for place in range(size):
                        least_day = min(least_day, day_key(np.int64(days[documents[place]]), sort))
                if lanes[lane] < least:
                    continue
            documents[size], scores[size] = document + lane, lanes[lane]
            size += 1
    return size, least, least_day
