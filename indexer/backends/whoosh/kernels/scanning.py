"""Through all documents of a segment, block by block: which match, how many, which of them are the best.

PERF: bits tell which documents match; only of those that pass all filters, and hold words that can bring them
among the best, scores are computed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .blocks import LEAF as LEAF_OF
from .blocks import match, read_block, score
from .holding import BLOCK_BITS, BLOCK_WORDS, enter_chunk, mark_in, words_of
from .memory import (
    CHUNK_BITS,
    DELETED,
    DOCS,
    INNER,
    LIVE,
    MINUS_ONE,
    PUBLISHED,
    ZERO,
    f8,
    i8_rows,
    population,
    trailing_zeros,
    u4,
    u8,
)
from .selection import BY_SCORE, drop_days, keep, keep_leaf, room_of

# -- a query, by address: rows of leaves, keys, bounds of the keys, their languages, program, factors, words,
# -- shares of the leaves
(
    Q_ROWS, Q_LEAVES, Q_KEYS, Q_KEY_BYTES, Q_BOUNDS, Q_BOUND_COUNT, Q_LANGUAGES, Q_LANGUAGE_COUNT, Q_PROGRAM,
    Q_STEPS, Q_BOOSTS, Q_BOOST_COUNT, Q_WORDS, Q_WORD_COUNT, Q_SHARES, Q_SHARE_COUNT, Q_DEPTH, Q_COUNTED,
) = range(18)  # fmt: skip

# -- what is asked beside the query
WANTED, FIRST_DAY, LAST_DAY, FIRST, LAST, WINDOW, SORT, ARTICLES, EXPANSIONS = range(9)

# -- a ranking behind the numbers of .rescoring
K1, COVERAGE, FACTORS, LARGEST_BOOST = 5, 6, 7, 9

# -- scratch space of a thread, by address
SUMS, BITS = range(2)

# -- a filter's row: bit, address and number of the documents that carry one of its values; a facet's: bit,
# -- addresses of the values' bounds and numbers of each document, and how many values there are
FILTER_BITS = 5
_ONE = np.uint64(1)
_SLACK = 1e-8  # more than rounding can take from a score


@njit(**INNER)
def rarity(holders: Any, articles: int) -> Any:
    """The idf of each leaf (:func:`indexer.ranking.idf`)."""
    idf = np.empty(holders.size, np.float64)
    for leaf in range(holders.size):
        idf[leaf] = math.log(1.0 + (articles - holders[leaf] + 0.5) / (holders[leaf] + 0.5))
    return idf


@njit(**INNER)
def _carriers(filters: Any, wanted: int, words: int) -> Any:
    """For each filter field that is wanted a bitmap of the documents with one of its values."""
    bitmaps = np.zeros((FILTER_BITS if wanted else 0, words), np.uint64)
    for row in range(filters.shape[0]):
        for number in range(FILTER_BITS):
            if filters[row, 0] >> number & 1:
                mark_in(bitmaps[number], u4(filters[row, 1], filters[row, 2]))
    return bitmaps


@njit(**INNER)
def _drop(bits: Any, count: int, carriers: Any, wanted: int, word: int) -> None:
    """Take the documents that do not pass all wanted filters out of the bits of a block."""
    for number in range(carriers.shape[0]):
        if wanted >> number & 1:
            for at in range(count):
                bits[at] &= carriers[number, word + at]


@njit(**INNER)
def _drop_outside(seg: Any, bits: Any, count: int, document: int, first: int, last: int) -> None:
    """Take the documents that were not published from one day to another out of the bits of a block."""
    days = u4(seg[PUBLISHED], seg[DOCS])
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            bit = trailing_zeros(rest)
            rest &= rest - _ONE
            day = np.int64(days[document + (at << 6) + bit])
            if day == 0 or not first <= day <= last:
                bits[at] &= ~(_ONE << np.uint64(bit))


@njit(**INNER)
def _count_values(seg: Any, bits: Any, count: int, document: int, facet: Any, counts: Any) -> None:
    """Count how many of a block's documents carry each value of a field."""
    bounds = u4(facet[1], seg[DOCS] + 1)
    numbers = u4(facet[2], bounds[seg[DOCS]])
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            found = document + (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            for place in range(bounds[found], bounds[found + 1]):
                counts[numbers[place]] += 1


@njit(**INNER)
def _facets_of(
    seg: Any,
    bits: Any,
    mine: Any,
    count: int,
    word: int,
    carriers: Any,
    wanted: int,
    facets: Any,
    counts: Any,
) -> None:
    """Count a block's values for all facets: each of the documents that pass all filters but its own."""
    at = 0
    for row in range(facets.shape[0]):
        mine[:count] = bits[:count]
        _drop(mine, count, carriers, wanted & ~facets[row, 0], word)
        _count_values(seg, mine, count, word << 6, facets[row], counts[at : at + facets[row, 3]])
        at += facets[row, 3]


@njit(**INNER)
def _drop_low(bits: Any, caps: Any, order: Any, least: float, mine: Any, count: int, word: int) -> None:
    """Take the documents that cannot reach a score out of the bits of a block.

    They hold only leaves that cannot reach it all together (MaxScore; Turtle and Flood, 1995).
    """
    total, first = 0.0, 0
    while first < order.size and total + caps[order[first]] < least - _SLACK:
        total += caps[order[first]]
        first += 1
    if first == 0:
        return
    for at in range(count):
        some = np.uint64(0)
        for leaf in order[first:]:
            some |= bits[leaf, word + at]
        mine[at] &= some


@njit(**INNER)
def _boost(bits: Any, count: int, document: int, factors: Any, scores: Any) -> None:
    """Multiply the scores of a block's documents by their factors."""
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            lane = (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            scores[lane] *= factors[document + lane]


@njit(**INNER)
def scan_blocks(
    seg: Any, query: Any, found: Any, heap: Any, idf: Any, norms: Any, ranking: Any, filters: Any,
    facets: Any, asked: Any, limit: int,
) -> Any:  # fmt: skip
    """Go through all blocks: the total, the hits that are kept, the counts of the facets.

    The first ``limit`` hits are among those kept, in the order of their documents.
    """
    program = i8_rows(query[Q_PROGRAM], query[Q_STEPS], 2)
    boosts = f8(query[Q_BOOSTS], query[Q_BOOST_COUNT])
    bits, slices = found[0], found[2]
    docs, wanted, sort = seg[DOCS], asked[WANTED], asked[SORT]
    words = (docs + 63) >> 6
    live, depth = u8(seg[LIVE], words), max(1, query[Q_DEPTH])
    slots, mine = np.zeros((depth, BLOCK_WORDS), np.uint64), np.empty(BLOCK_WORDS, np.uint64)
    scores = np.empty((depth if limit else 0, 1 << BLOCK_BITS), np.float64)
    counting = query[Q_COUNTED] and ranking[COVERAGE] != 0.0
    counts = np.empty((depth, (1 << BLOCK_BITS) if counting else 0), np.uint16)
    sums = np.zeros(1 << BLOCK_BITS, np.float64)
    alone = program.shape[0] == 1 and program[0, 0] == LEAF_OF and sort == BY_SCORE
    boosted = norms[idf.size]  # the address of a factor a document, or 0
    alone = alone and wanted == 0 and asked[FIRST_DAY] == 0 and boosted == 0
    # A leaf adds at most ``idf * (k1 + 1)`` at each of its places in the tree, times the factors there and
    # what its document may be boosted by.
    caps = idf * f8(query[Q_SHARES], idf.size) * ((ranking[K1] + 1.0) * ranking[LARGEST_BOOST])
    order = np.argsort(caps)
    carriers = _carriers(filters, wanted, words_of(docs))
    values = 0
    for row in range(facets.shape[0]):
        values += facets[row, 3]
    counted = np.zeros(values, np.int64)
    room = room_of(docs, limit)
    best, finals = np.empty(room, np.uint32), np.empty(room, np.float64)
    total, size, least, least_day, chunk = ZERO, ZERO, -np.inf, -(np.int64(1) << 60), MINUS_ONE
    for block in range((docs + (1 << BLOCK_BITS) - 1) >> BLOCK_BITS):
        word = block * BLOCK_WORDS
        count = min(BLOCK_WORDS, words - word)
        match(program, bits, live, word, count, slots)
        matched = slots[0]
        some = np.uint64(0)
        for at in range(count):
            some |= matched[at]
        if some == 0:
            continue
        if asked[FIRST_DAY]:
            _drop_outside(seg, matched, count, word << 6, asked[FIRST_DAY], asked[LAST_DAY])
        if values:
            _facets_of(seg, matched, mine, count, word, carriers, wanted, facets, counted)
        _drop(matched, count, carriers, wanted, word)
        mine[:count], here = matched[:count], 0
        for at in range(count):
            here += population(mine[at])
        total += here
        if here == 0 or limit == 0:
            continue
        if sort != BY_SCORE and size:
            drop_days(seg, sort, mine, count, word << 6, least_day)
        if word << 6 >> CHUNK_BITS != chunk:
            chunk = word << 6 >> CHUNK_BITS
            enter_chunk(seg, chunk, slices)
        left = (min(docs, (chunk + 1) << CHUNK_BITS) - (word << 6) + (1 << BLOCK_BITS) - 1) >> BLOCK_BITS
        if alone:
            leaf = program[0, 1]
            read_block(seg, found, leaf, heap, word << 6, sums)
            size, least = keep_leaf(
                seg, mine, count, word << 6, sums, idf[leaf] * (ranking[K1] + 1.0), f8(norms[leaf], docs),
                best, finals, size, limit, least,
            )  # fmt: skip
            if seg[DELETED]:
                sums[:] = 0.0  # of those that are not live, too
            continue
        if least > 0.0:
            _drop_low(bits, caps, order, least, mine, count, word)
        score(
            seg, program, boosts, found, heap, idf, norms, ranking[K1], ranking[COVERAGE], word << 6, left,
            mine, live, count, slots, scores, counts, sums,
        )  # fmt: skip
        if boosted:
            _boost(mine, count, word << 6, f8(boosted, docs), scores[0])
        size, least, least_day = keep(
            seg, sort, mine, count, word << 6, scores[0], best, finals, size, limit, least, least_day
        )
    return total, best[:size], finals[:size], counted
