"""From the documents found to an answer: filters, counts, the first hits in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, INNER, PUBLISHED, TIE, u4

BY_SCORE, NEWEST, OLDEST = range(3)
DECIMALS = 1e9  # scores that agree to nine decimals are equal: see indexer.backends.evaluate
_SLACK = 2e-9  # more than two scores that are equal by that can differ
_LEAST_ROOM = 64


@njit(**INNER)
def mark(passes: Any, documents: Any, bit: int) -> None:
    """Set a bit for each document."""
    for document in documents:
        passes[document] |= bit


@njit(**INNER)
def mark_days(seg: Any, passes: Any, first: int, last: int, bit: int) -> None:
    """Set a bit for each document published from ``first`` to ``last``."""
    days = u4(seg[PUBLISHED], seg[DOCS])
    for document in range(days.size):
        if days[document] != 0 and first <= days[document] <= last:
            passes[document] |= bit


@njit(**INNER)
def count_values_of(
    documents: Any, passes: Any, needed: int, bounds_at: int, numbers_at: int, total: int, counts: Any
) -> None:
    """Count how many of the documents that pass all ``needed`` filters carry each value of a field.

    The values of a document are ``numbers[bounds[document]:bounds[document + 1]]``, at the addresses given.
    """
    bounds = u4(bounds_at, total + 1)
    numbers = u4(numbers_at, bounds[total])
    for document in documents:
        if needed == 0 or passes[document] & needed == needed:
            for at in range(bounds[document], bounds[document + 1]):
                counts[numbers[at]] += 1


@njit(**INNER)
def passing(documents: Any, scores: Any, passes: Any, wanted: int) -> Any:
    """The documents that pass all filters."""
    kept, values = np.empty(documents.size + 1, np.uint32), np.empty(documents.size + 1, np.float64)
    size = 0
    for at in range(documents.size):
        kept[size], values[size] = documents[at], scores[at]
        size += passes[documents[at]] & wanted == wanted
    return kept[:size], values[:size]


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
def _split(seg: Any, sort: int, documents: Any, scores: Any, places: Any, size: int, limit: int) -> None:
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
def _last(seg: Any, sort: int, documents: Any, scores: Any, places: Any, size: int) -> int:
    """The hit of ``places[:size]`` that stands last."""
    last = places[0]
    for at in range(1, size):
        place = places[at]
        if before(seg, sort, documents[last], scores[last], documents[place], scores[place]):
            last = place
    return last


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
def first_hits(seg: Any, sort: int, documents: Any, scores: Any, limit: int) -> Any:
    """Where the first ``limit`` hits stand in the list, in order.

    PERF: hits are collected until there are twice as many as wanted, then the worse half goes; what is behind
    the last of the better half is passed over. Of a long list few are ever kept.
    """
    if limit <= 0 or documents.size == 0:
        return np.empty(0, np.int64)
    room = max(2 * limit, _LEAST_ROOM)
    places = np.empty(min(room, documents.size), np.int64)
    size, last, least = 0, -1, -np.inf
    for at in range(documents.size):
        if last >= 0:
            if scores[at] < least:
                continue
            if not before(seg, sort, documents[at], scores[at], documents[last], scores[last]):
                continue
        if size == room:
            _split(seg, sort, documents, scores, places, size, limit)
            size = limit
            last = _last(seg, sort, documents, scores, places, size)
            if sort == BY_SCORE:
                least = scores[last] - _SLACK
            if not before(seg, sort, documents[at], scores[at], documents[last], scores[last]):
                continue
        places[size] = at
        size += 1
    kept = places[:size].copy()
    sort_hits(seg, sort, documents, scores, kept)
    return kept[:limit].copy()
