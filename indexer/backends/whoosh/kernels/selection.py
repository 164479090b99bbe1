"""From the documents found to an answer: filters, counts, the first hits in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import DOCS, OPTIONS, PUBLISHED, TIE, u4

BUCKETS = 1024
DECIMALS = 1e9  # scores that agree to nine decimals are equal: see indexer.backends.evaluate


@njit(**OPTIONS)
def _before(seg: Any, left: int, left_score: float, right: int, right_score: float) -> bool:
    """Whether one hit stands before another: by score, then the newer, then as the id decides."""
    a, b = np.rint(left_score * DECIMALS), np.rint(right_score * DECIMALS)
    if a != b:
        return bool(a > b)
    days, ties = u4(seg[PUBLISHED], seg[DOCS]), u4(seg[TIE], seg[DOCS])
    if days[left] != days[right]:
        return bool(days[left] > days[right])
    return bool(ties[left] < ties[right])


@njit(**OPTIONS)
def _least_score(scores: Any, limit: int) -> float:
    """A score that at least ``limit`` hits reach, and not many more."""
    if scores.size <= limit:
        return -np.inf
    low, high = np.inf, -np.inf
    for score in scores:
        low, high = min(low, score), max(high, score)
    if high <= low:
        return -np.inf
    counts = np.zeros(BUCKETS + 1, np.int64)
    scale = BUCKETS / (high - low)
    for score in scores:
        counts[np.int64((score - low) * scale)] += 1
    total, bucket = 0, BUCKETS
    while total + counts[bucket] < limit:
        total += counts[bucket]
        bucket -= 1
    # One bucket more: hits whose scores round alike may fall on both sides of its edge.
    return low + (bucket - 1) / scale


@njit(**OPTIONS)
def _sort(seg: Any, documents: Any, scores: Any, places: Any) -> None:
    """Merge sort of places by the order of their hits."""
    size, width = places.size, 8
    for start in range(0, size, width):
        for at in range(start + 1, min(start + width, size)):
            place, to = places[at], at
            while to > start and _before(
                seg, documents[place], scores[place], documents[places[to - 1]], scores[places[to - 1]]
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
                if right == end or (
                    left < middle
                    and not _before(
                        seg,
                        documents[places[right]],
                        scores[places[right]],
                        documents[places[left]],
                        scores[places[left]],
                    )
                ):
                    other[to] = places[left]
                    left += 1
                else:
                    other[to] = places[right]
                    right += 1
        places[:] = other
        width *= 2


@njit(**OPTIONS)
def _sort_by_rank(seg: Any, documents: Any, scores: Any, ranks: Any, places: Any) -> None:
    """By rank, then by score and tie: one sort by the last and a stable one by the first."""
    _sort(seg, documents, scores, places)
    keys = np.empty(places.size, np.float64)
    for at in range(places.size):
        keys[at] = -ranks[places[at]]
    order = np.argsort(keys, kind="mergesort")
    ordered = places[order]
    places[:] = ordered


@njit("void(uint8[::1], uint32[::1], uint8)", **OPTIONS)
def mark(passes: Any, documents: Any, bit: int) -> None:
    """Set a bit for each document."""
    for document in documents:
        passes[document] |= bit


@njit("void(int64[::1], uint8[::1], int64, int64, uint8)", **OPTIONS)
def mark_days(seg: Any, passes: Any, first: int, last: int, bit: int) -> None:
    """Set a bit for each document published from ``first`` to ``last``."""
    days = u4(seg[PUBLISHED], seg[DOCS])
    for document in range(days.size):
        if days[document] != 0 and first <= days[document] <= last:
            passes[document] |= bit


@njit("int64[::1](uint32[::1], uint8[::1], uint8, uint8, int64, uint32[::1], uint32[::1])", **OPTIONS)
def count_values(
    documents: Any, passes: Any, wanted: int, excused: int, values: int, offsets: Any, numbers: Any
) -> Any:
    """How many of the documents that pass all ``wanted`` filters (``excused`` ones apart) carry each value.

    The values of a document are ``numbers[offsets[document]:offsets[document + 1]]``.
    """
    counts = np.zeros(values, np.int64)
    needed = wanted & ~excused
    for document in documents:
        if needed == 0 or passes[document] & needed == needed:
            for at in range(offsets[document], offsets[document + 1]):
                counts[numbers[at]] += 1
    return counts


@njit("Tuple((uint32[::1], float64[::1]))(uint32[::1], float64[::1], uint8[::1], uint8)", **OPTIONS)
def passing(documents: Any, scores: Any, passes: Any, wanted: int) -> Any:
    """The documents that pass all filters."""
    kept, values = np.empty(documents.size, np.uint32), np.empty(documents.size, np.float64)
    size = 0
    for at in range(documents.size):
        kept[size], values[size] = documents[at], scores[at]
        size += passes[documents[at]] & wanted == wanted
    return kept[:size], values[:size]


@njit("int64[::1](int64[::1], uint32[::1], float64[::1], int64)", **OPTIONS)
def first_by_score(seg: Any, documents: Any, scores: Any, limit: int) -> Any:
    """Where the first ``limit`` hits by score stand in the list, in order.

    A histogram tells the least score that can be among them; only what reaches it is sorted.
    """
    if limit <= 0 or documents.size == 0:
        return np.empty(0, np.int64)
    least = _least_score(scores, limit)
    places = np.empty(documents.size, np.int64)
    size = 0
    for at in range(documents.size):
        places[size] = at
        size += scores[at] >= least
    places = places[:size].copy()
    _sort(seg, documents, scores, places)
    return places[:limit].copy()


@njit("int64[::1](int64[::1], uint32[::1], float64[::1], int64, boolean)", **OPTIONS)
def first_by_day(seg: Any, documents: Any, scores: Any, limit: int, oldest: bool) -> Any:
    """Where the first ``limit`` hits by day stand in the list, in order; those without a day come last."""
    if limit <= 0 or documents.size == 0:
        return np.empty(0, np.int64)
    days = u4(seg[PUBLISHED], seg[DOCS])
    ranks = np.empty(documents.size, np.float64)
    for at in range(documents.size):
        day = np.int64(days[documents[at]])
        ranks[at] = -1e9 if day == 0 else np.float64(-day if oldest else day)
    least = _least_score(ranks, limit)
    places = np.empty(documents.size, np.int64)
    size = 0
    for at in range(documents.size):
        places[size] = at
        size += ranks[at] >= least
    places = places[:size].copy()
    _sort_by_rank(seg, documents, scores, ranks, places)
    return places[:limit].copy()
