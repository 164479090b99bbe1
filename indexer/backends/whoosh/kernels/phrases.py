"""Phrases: runs of one occurrence of each word, each beginning where the one before ends.

A word of a phrase is a group of terms (its spellings), each with a weight and the number of positions it
covers. The meaning is that of :func:`indexer.matching.phrase_spans`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import (
    CHUNK_BITS,
    CHUNKS,
    FIELD,
    FIELD_SLOTS,
    FREQUENCIES,
    HIGH,
    INNER,
    LARGE_FREQUENCY,
    MINUS_ONE,
    POSITIONS,
    POSTINGS,
    STARTS,
    TERMS,
    ZERO,
    u1,
    u2,
    u4,
)
from .postings import frequency_at, gallop
from .spans import CANDIDATE_BITS, FIELD_BITS, interleaved, position_at, positions_begin


@njit(**INNER)
def _seek(seg: Any, base: int, terms: Any, document: int, chunk: int, cursors: Any, held: Any) -> None:
    """For each term the posting of the document, or -1; ``cursors`` go on from the document before."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    low = document & 0xFFFF
    for place in range(terms.size):
        slice_ = terms[place] * chunks + (document >> CHUNK_BITS)
        begin, end = np.int64(starts[slice_]), np.int64(starts[slice_ + 1])
        at = begin if document >> CHUNK_BITS != chunk else cursors[place]
        postings = u2(seg[base + POSTINGS], end)
        at = gallop(postings, at, end, low)
        cursors[place] = at
        held[place] = at if at < end and postings[at] == low else -1


@njit(**INNER)
def _has_every_word(bounds: Any, held: Any) -> bool:
    for word in range(bounds.size - 1):
        there = False
        for place in range(bounds[word], bounds[word + 1]):
            there |= held[place] >= 0
        if not there:
            return False
    return True


@njit(**INNER)
def _word_positions(seg: Any, base: int, bounds: Any, word: int, held: Any, spots: Any, whose: Any) -> Any:
    """The positions of a word in a document, ascending, and by which term each; grown when too small."""
    last = np.int64(u4(seg[base + STARTS], seg[TERMS] * seg[CHUNKS] + 1)[seg[TERMS] * seg[CHUNKS]])
    frequencies = u1(seg[base + FREQUENCIES], last)
    size = 0
    for place in range(bounds[word], bounds[word + 1]):
        at = held[place]
        if at < 0:
            continue
        count = frequency_at(seg, base, frequencies, at)
        begin = positions_begin(seg, base, frequencies, at)
        if size + count > spots.size:
            room = np.empty(max(size + count, 2 * spots.size), np.int64)
            room[:size] = spots[:size]
            spots = room
            room = np.empty(spots.size, np.int64)
            room[:size] = whose[:size]
            whose = room
        for offset in range(count):
            position = position_at(seg, base, begin + offset)
            # Spellings of one word never share a position; mostly there is one and this is an append.
            to = size
            while to and spots[to - 1] > position:
                spots[to], whose[to] = spots[to - 1], whose[to - 1]
                to -= 1
            spots[to], whose[to] = position, place
            size += 1
    return spots, whose, size


@njit(**INNER)
def _put(ends: Any, begins: Any, weights: Any, size: int, end: int, begin: int, weight: float) -> int:
    """Keep a run by where it ends; a later one takes the place of one that ends there, too."""
    to = size
    while to and ends[to - 1] > end:
        to -= 1
    if to and ends[to - 1] == end:
        begins[to - 1], weights[to - 1] = begin, weight
        return size
    for at in range(size, to, -1):
        ends[at], begins[at], weights[at] = ends[at - 1], begins[at - 1], weights[at - 1]
    ends[to], begins[to], weights[to] = end, begin, weight
    return size + 1


@njit(**INNER)
def _runs(
    seg: Any, base: int, bounds: Any, weights: Any, lengths: Any, held: Any, spots: Any, whose: Any
) -> Any:
    """The whole runs in a document: where they end, begin, what they weigh, and how many there are."""
    spots, whose, count = _word_positions(seg, base, bounds, 0, held, spots, whose)
    ends, begins, heavy = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.float64)
    size = 0
    for at in range(count):
        place = whose[at]
        size = _put(
            ends, begins, heavy, size, spots[at] + lengths[place], spots[at], min(1.0, weights[place])
        )
    for word in range(1, bounds.size - 1):
        if size == 0:
            break
        spots, whose, count = _word_positions(seg, base, bounds, word, held, spots, whose)
        new_ends, new_begins = np.empty(size, np.int64), np.empty(size, np.int64)
        new_heavy = np.empty(size, np.float64)
        kept, run = 0, 0
        for at in range(count):
            while run < size and ends[run] < spots[at]:
                run += 1
            if run == size:
                break
            if ends[run] == spots[at]:
                place = whose[at]
                end, weight = spots[at] + lengths[place], min(heavy[run], weights[place])
                kept = _put(new_ends, new_begins, new_heavy, kept, end, begins[run], weight)
        ends, begins, heavy, size = new_ends, new_begins, new_heavy, kept
    return ends, begins, heavy, size, spots, whose


@njit(**INNER)
def _best_runs(ends: Any, begins: Any, heavy: Any, size: int) -> int:
    """Keep of the runs that begin at one position the heaviest, then the longest; ascending by position."""
    for at in range(1, size):
        end, begin, weight, to = ends[at], begins[at], heavy[at], at
        while to and begins[to - 1] > begin:
            ends[to], begins[to], heavy[to] = ends[to - 1], begins[to - 1], heavy[to - 1]
            to -= 1
        ends[to], begins[to], heavy[to] = end, begin, weight
    kept = 0
    for at in range(size):
        if kept and begins[kept - 1] == begins[at]:
            same = heavy[at] == heavy[kept - 1]
            if heavy[at] > heavy[kept - 1] or (same and ends[at] > ends[kept - 1]):
                heavy[kept - 1], ends[kept - 1] = heavy[at], ends[at]
        else:
            ends[kept], begins[kept], heavy[kept] = ends[at], begins[at], heavy[at]
            kept += 1
    return kept


@njit(**INNER)
def _room(array: Any, size: int) -> Any:
    larger = np.empty(size, array.dtype)
    larger[: array.size] = array
    return larger


@njit(**INNER)
def _begin(seg: Any, base: int, frequencies: Any, at: int, known: int, begin: int) -> int:
    """Where the positions of a posting begin, from those of one a little before when that is near."""
    if not 0 <= at - known <= 64:
        return positions_begin(seg, base, frequencies, at)
    for before in range(known, at):
        frequency = frequencies[before]
        begin += frequency if frequency != LARGE_FREQUENCY else frequency_at(seg, base, frequencies, before)
    return begin


@njit(**INNER)
def _step(postings: Any, at: int, end: int, low: int) -> int:
    """The posting of a document from ``at`` on: mostly it is one of the next."""
    near = min(end, at + 8)
    while at < near and postings[at] < low:
        at += 1
    return gallop(postings, at, end, low) if at == near and at < end and postings[at] < low else at


@njit(**INNER)
def _follow(seg: Any, base: int, spots: Any, size: int, begin: int, count: int, to: Any) -> int:
    """Put into ``to`` the positions of the next word that stand right behind one of the spots; how many."""
    kept, i, j = 0, 0, 0
    positions = u2(seg[base + POSITIONS], begin + count)
    if seg[base + HIGH] == 0:
        # PERF: no branch depends on what is compared: whether two numbers are the same no processor can
        # guess.
        while i < size and j < count:
            wanted, there = spots[i] + 1, np.int64(positions[begin + j])
            to[kept] = there
            kept += wanted == there
            i += wanted <= there
            j += there <= wanted
        return kept
    while i < size and j < count:
        wanted, there = spots[i] + 1, position_at(seg, base, begin + j)
        to[kept] = there
        kept += wanted == there
        i += wanted <= there
        j += there <= wanted
    return kept


@njit(**INNER)
def _only_spellings(bounds: Any, lengths: Any, held: Any, only: Any) -> int:
    """Which spelling of each word a document holds: 1 when it is one of each, covering one position each,
    0 when a word is missing, and 2 in all other cases.
    """
    plain = 1
    for word in range(bounds.size - 1):
        only[word] = -1
        for place in range(bounds[word], bounds[word + 1]):
            if held[place] >= 0:
                if only[word] >= 0 or lengths[place] != 1:
                    plain = 2
                only[word] = place
        if only[word] < 0:
            return 0
    return plain


@njit(**INNER)
def collect_phrase(
    seg: Any, field: int, factor: float, bounds: Any, terms: Any, weights: Any, lengths: Any, candidates: Any
) -> Any:
    """Of the ascending candidates those with the phrase in a field, and ``factor`` times its weighted
    frequency.

    Word ``w`` of the phrase is the terms ``bounds[w]:bounds[w + 1]``. Nearly all documents hold one
    spelling of each word: there positions are followed from one word to the next and nothing else is kept.
    """
    chunks, base, words = seg[CHUNKS], FIELD + field * FIELD_SLOTS, bounds.size - 1
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    last = np.int64(starts[seg[TERMS] * chunks])
    postings, frequencies = u2(seg[base + POSTINGS], last), u1(seg[base + FREQUENCIES], last)
    found, values = np.empty(candidates.size + 1, np.uint32), np.empty(candidates.size + 1, np.float64)
    at, end, held = (
        np.zeros(terms.size, np.int64),
        np.zeros(terms.size, np.int64),
        np.zeros(terms.size, np.int64),
    )
    known, begins = np.full(terms.size, -100, np.int64), np.zeros(terms.size, np.int64)
    only = np.empty(words, np.int64)
    spots, others, whose = np.empty(256, np.int64), np.empty(256, np.int64), np.empty(256, np.int64)
    size, chunk = ZERO, MINUS_ONE
    for candidate in candidates:
        document = np.int64(candidate)
        if document >> CHUNK_BITS != chunk:
            chunk = document >> CHUNK_BITS
            for place in range(terms.size):
                at[place] = starts[terms[place] * chunks + chunk]
                end[place] = starts[terms[place] * chunks + chunk + 1]
        low = document & 0xFFFF
        for place in range(terms.size):
            at[place] = _step(postings, at[place], end[place], low)
            held[place] = at[place] if at[place] < end[place] and postings[at[place]] == low else -1
        kind = _only_spellings(bounds, lengths, held, only)
        if kind == 0:
            continue
        values[size] = 0.0
        if kind == 2:
            ends, firsts, heavy, count, spots, whose = _runs(
                seg, base, bounds, weights, lengths, held, spots, whose
            )
            left = _best_runs(ends, firsts, heavy, count)
            for run in range(left):
                values[size] += factor * heavy[run]
        else:
            left, least = ZERO, 1.0
            for word in range(words):
                place = only[word]
                posting = held[place]
                count = frequency_at(seg, base, frequencies, posting)
                begins[place] = _begin(seg, base, frequencies, posting, known[place], begins[place])
                known[place] = posting
                least = min(least, weights[place])
                if word:
                    left = _follow(seg, base, spots, left, begins[place], count, others)
                    spots, others = others, spots
                else:
                    if count >= spots.size or count >= others.size:
                        spots, others = np.empty(2 * count, np.int64), np.empty(2 * count, np.int64)
                    for offset in range(count):
                        spots[offset] = position_at(seg, base, begins[place] + offset)
                    left = count
                if left == 0:
                    break
            values[size] = factor * least * left
        found[size] = document
        size += left > 0
    return found[:size], values[:size]


@njit(**INNER)
def _phrase_in_field(
    seg: Any, field: int, bounds: Any, terms: Any, weights: Any, lengths: Any, candidates: Any
) -> Any:
    """Where the phrase stands in the ascending candidates: keys (see :mod:`.spans`), lengths, weights."""
    base = FIELD + field * FIELD_SLOTS
    keys, sizes, heavies = np.empty(64, np.uint64), np.empty(64, np.int64), np.empty(64, np.float64)
    cursors, held = np.zeros(terms.size, np.int64), np.empty(terms.size, np.int64)
    spots, whose = np.empty(256, np.int64), np.empty(256, np.int64)
    size, chunk = ZERO, MINUS_ONE
    for number in range(candidates.size):
        document = np.int64(candidates[number])
        _seek(seg, base, terms, document, chunk, cursors, held)
        chunk = document >> CHUNK_BITS
        if not _has_every_word(bounds, held):
            continue
        ends, begins, heavy, count, spots, whose = _runs(
            seg, base, bounds, weights, lengths, held, spots, whose
        )
        count = _best_runs(ends, begins, heavy, count)
        if size + count > keys.size:
            room = max(size + count, 2 * keys.size)
            keys, sizes, heavies = _room(keys, room), _room(sizes, room), _room(heavies, room)
        for run in range(count):
            keys[size] = (number << CANDIDATE_BITS) | (field << FIELD_BITS) | begins[run]
            sizes[size] = ends[run] - begins[run]
            heavies[size] = heavy[run]
            size += 1
    return keys[:size], sizes[:size], heavies[:size]


@njit(**INNER)
def phrase_in(
    seg: Any, fields: int, bounds: Any, terms: Any, weights: Any, lengths: Any, candidates: Any
) -> Any:
    """As :func:`_phrase_in_field`, in all fields whose bits are set."""
    if bounds.size < 2 or not _whole(bounds):
        return np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.float64)
    if fields != 3:
        return _phrase_in_field(seg, fields >> 1, bounds, terms, weights, lengths, candidates)
    first = _phrase_in_field(seg, ZERO, bounds, terms, weights, lengths, candidates)
    second = _phrase_in_field(seg, ZERO + 1, bounds, terms, weights, lengths, candidates)
    return interleaved(first[0], first[1], first[2], second[0], second[1], second[2])


@njit(**INNER)
def _whole(bounds: Any) -> bool:
    """Whether each word of a phrase has a term."""
    for word in range(bounds.size - 1):
        if bounds[word] == bounds[word + 1]:
            return False
    return True
