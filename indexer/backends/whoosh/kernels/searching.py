"""From a query to an answer in one segment: total, facets, the hits of a page.

PERF: a question to one segment is one call. What a kernel is given is packed into few arrays, and it gives
back one array of numbers beside what the leaves are, since each array takes as long as a rare word does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .finding import resolve_leaves
from .holding import hold
from .memory import DOCS, INNER, OPTIONS, f8, i8, i8_rows, u1, u8
from .rescoring import FINAL, rescore
from .resolving import LEAF
from .scanning import (
    ARTICLES,
    BITS,
    EXPANSIONS,
    FACTORS,
    FIRST,
    LAST,
    Q_BOUND_COUNT,
    Q_BOUNDS,
    Q_KEY_BYTES,
    Q_KEYS,
    Q_LANGUAGE_COUNT,
    Q_LANGUAGES,
    Q_LEAVES,
    Q_ROWS,
    Q_WORD_COUNT,
    Q_WORDS,
    SORT,
    SUMS,
    WINDOW,
    rarity,
    scan_blocks,
)  # fmt: skip
from .selection import ascending, in_front, sort_hits

_FIELDS = 2
_HEAD = 2  # of a result: total, number of hits


@njit(**INNER)
def _page(
    seg: Any, query: Any, parts: Any, pool: Any, heap: Any, bits: Any, ranking: Any, asked: Any, best: Any,
    scores: Any,
) -> Any:  # fmt: skip
    """The hits from ``FIRST`` to ``LAST`` in order with their scores, those of the window scored anew."""
    sort, first, window = asked[SORT], asked[FIRST], asked[WINDOW]
    limit = max(asked[LAST], window) if first < window else asked[LAST]
    places = in_front(seg, sort, best, scores, best.size, limit)[:limit]
    last = min(asked[LAST], places.size)
    hits, numbers = np.empty(max(0, last - first), np.uint32), np.empty(max(0, last - first), np.float64)
    if hits.size == 0:
        return hits, numbers
    at = 0
    if first < window:
        inside = min(window, places.size)
        chosen = places[in_front(seg, sort, best[places], scores[places], places.size, inside)]
        mine = ascending(chosen[:inside], best.size)
        candidates, end = best[mine], min(last, inside)
        found = rescore(
            seg, i8_rows(query[Q_ROWS], query[Q_LEAVES], LEAF), parts, pool, heap,
            i8(query[Q_WORDS], query[Q_WORD_COUNT]), bits, candidates, scores[mine], ranking,
            min(last, window),
        )[FINAL]  # fmt: skip
        front = in_front(seg, sort, candidates, found, inside, end)[:end]
        sort_hits(seg, sort, candidates, found, front)
        for place in front[first:]:
            hits[at], numbers[at] = candidates[place], found[place]
            at += 1
        places, first, last = chosen[inside:], 0, last - inside
    if last > first:
        mine = places[in_front(seg, sort, best[places], scores[places], places.size, first)][first:]
        sort_hits(seg, sort, best, scores, mine)
        for place in mine[: last - first]:
            hits[at], numbers[at] = best[place], scores[place]
            at += 1
    return hits, numbers


@njit(**INNER)
def _result(total: int, hits: Any, scores: Any, counted: Any, counts: Any) -> Any:
    """All of an answer as one array: total, number of hits, hits, scores, facets, terms of each leaf."""
    size = hits.size
    result = np.empty(_HEAD + 2 * size + counted.size + counts.size, np.float64)
    result[0], result[1] = total, size
    result[_HEAD : _HEAD + size] = hits
    result[_HEAD + size : _HEAD + 2 * size] = scores
    result[_HEAD + 2 * size : _HEAD + 2 * size + counted.size] = counted
    result[_HEAD + 2 * size + counted.size :] = counts
    return result


@njit(**INNER)
def _resolved(seg: Any, query: Any, grades: Any, limit: int, counts: Any) -> Any:
    """What the leaves of a query are in a segment."""
    return resolve_leaves(
        seg,
        i8_rows(query[Q_ROWS], query[Q_LEAVES], LEAF),
        u1(query[Q_KEYS], query[Q_KEY_BYTES]),
        i8(query[Q_BOUNDS], query[Q_BOUND_COUNT]),
        i8(query[Q_LANGUAGES], query[Q_LANGUAGE_COUNT]),
        grades,
        limit,
        counts,
    )


@njit(**INNER)
def _held(
    seg: Any, query: Any, parts: Any, pool: Any, heap: Any, ranking: Any, space: Any, holders: Any
) -> Any:
    """Which documents hold the leaves of a query."""
    return hold(
        seg,
        i8_rows(query[Q_ROWS], query[Q_LEAVES], LEAF),
        u1(query[Q_KEYS], query[Q_KEY_BYTES]),
        i8(query[Q_BOUNDS], query[Q_BOUND_COUNT]),
        parts,
        pool,
        heap,
        ranking[FACTORS : FACTORS + _FIELDS],
        f8(space[SUMS], seg[DOCS]),
        u8(space[BITS], (seg[DOCS] + 63) >> 6),
        holders,
    )


@njit(
    "Tuple((int64[:, ::1], int64[::1], float64[::1], float64[::1]))"
    "(int64[::1], int64[::1], float64[::1], float64[::1], int64[::1], int64[::1], int64[:, ::1],"
    " int64[:, ::1], UniTuple(int64, 9))",
    **OPTIONS,
)
def search(
    seg: Any,
    query: Any,
    grades: Any,
    ranking: Any,
    norms: Any,
    space: Any,
    filters: Any,
    facets: Any,
    asked: Any,
) -> Any:
    """Ask the one segment of an index: parts and pools of the leaves, and the result (:func:`_result`).

    ``norms`` are the addresses of what stands below the frequencies of each leaf, and of the boosts.
    """
    counts = np.zeros(query[Q_LEAVES], np.int64)
    parts, pool, heap = _resolved(seg, query, grades, asked[EXPANSIONS], counts)
    holders = np.zeros(query[Q_LEAVES], np.int64)
    found = _held(seg, query, parts, pool, heap, ranking, space, holders)
    idf = rarity(holders, asked[ARTICLES])
    first, window = asked[FIRST], asked[WINDOW]
    limit = max(asked[LAST], window) if first < window else asked[LAST]
    total, best, scores, counted = scan_blocks(
        seg,
        query,
        found,
        heap,
        idf,
        norms,
        ranking,
        filters,
        facets,
        asked,
        limit if asked[LAST] > first else 0,
    )
    hits, scores = _page(seg, query, parts, pool, heap, found[0], ranking, asked, best, scores)
    return parts, pool, heap, _result(total, hits, scores, counted, counts)


@njit(
    "Tuple((int64[:, ::1], int64[::1], float64[::1], int64[::1]))"
    "(int64[::1], int64[::1], float64[::1], int64)",
    **OPTIONS,
)
def resolve(seg: Any, query: Any, grades: Any, limit: int) -> Any:
    """What all leaves are in one of several segments: their parts and pools (:mod:`.resolving`), and of how
    many terms of a field each would be without the limit.
    """
    counts = np.zeros(query[Q_LEAVES], np.int64)
    parts, pool, heap = _resolved(seg, query, grades, limit, counts)
    return parts, pool, heap, counts


_FOUND = "uint64[:, ::1], int64[:, ::1], int64[:, ::1], float64[::1], uint32[::1], float64[::1]"


@njit(
    f"Tuple((int64[::1], {_FOUND}))"
    "(int64[::1], int64[::1], int64[:, ::1], int64[::1], float64[::1], float64[::1], int64[::1])",
    **OPTIONS,
)
def holding(seg: Any, query: Any, parts: Any, pool: Any, heap: Any, ranking: Any, space: Any) -> Any:
    """How many live documents of one of several segments hold each leaf, and which: see :mod:`.holding`."""
    holders = np.zeros(query[Q_LEAVES], np.int64)
    bits, places, slices, by, documents, values = _held(
        seg, query, parts, pool, heap, ranking, space, holders
    )
    return holders, bits, places, slices, by, documents, values


@njit(
    "Tuple((uint32[::1], float64[::1], int64, int64[::1]))"
    f"(int64[::1], int64[::1], {_FOUND}, float64[::1], float64[::1], int64[::1], int64[::1], int64[:, ::1],"
    " int64[:, ::1], UniTuple(int64, 9), int64)",
    **OPTIONS,
)
def scan(
    seg: Any, query: Any, bits: Any, places: Any, slices: Any, by: Any, documents: Any, values: Any,
    heap: Any, ranking: Any, norms: Any, holders: Any, filters: Any, facets: Any, asked: Any, limit: int,
) -> Any:  # fmt: skip
    """The first hits of one of several segments, in any order, their scores, the total, and the counts of
    all facets, one behind the other. ``holders`` are those of all segments.
    """
    found = (bits, places, slices, by, documents, values)
    idf = rarity(holders, asked[ARTICLES])
    total, best, scores, counted = scan_blocks(
        seg, query, found, heap, idf, norms, ranking, filters, facets, asked, limit
    )
    front = in_front(seg, asked[SORT], best, scores, best.size, limit)[:limit]
    return best[front], scores[front], total, counted


@njit(
    "float64[:, ::1](int64[::1], int64[::1], int64[:, ::1], int64[::1], float64[::1], uint64[:, ::1],"
    " uint32[::1], float64[::1], float64[::1], int64)",
    **OPTIONS,
)
def scored_anew(
    seg: Any, query: Any, parts: Any, pool: Any, heap: Any, bits: Any, candidates: Any, scores: Any,
    ranking: Any, limit: int,
) -> Any:  # fmt: skip
    """As :func:`.rescoring.rescore`, for callers in Python."""
    leaves = i8_rows(query[Q_ROWS], query[Q_LEAVES], LEAF)
    words = i8(query[Q_WORDS], query[Q_WORD_COUNT])
    return rescore(seg, leaves, parts, pool, heap, words, bits, candidates, scores, ranking, limit)
