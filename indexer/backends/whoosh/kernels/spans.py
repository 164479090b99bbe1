"""Where leaves are found in given documents: what bonuses, fields and highlights are made from.

An occurrence is a key and an entry of four parallel arrays. Keys sort by candidate, field and position::

    candidate (its place among the candidates) << 34 | field << 32 | position
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import (
    CHUNK_BITS,
    CHUNKS,
    DOCS,
    FIELD,
    FIELD_SLOTS,
    FREQUENCIES,
    HIGH,
    INNER,
    LANGUAGE,
    LARGE_FREQUENCY,
    MINUS_ONE,
    POSITIONS,
    POSTINGS,
    SKIP_BITS,
    SKIPS,
    STARTS,
    TERMS,
    ZERO,
    u1,
    u2,
    u4,
)
from .postings import frequency_at, gallop

_NEAR_BITS = 2  # of up to 4 postings for each candidate all are read: to look for one takes longer
CANDIDATE_BITS = 34
FIELD_BITS = 32


@njit(**INNER)
def positions_begin(seg: Any, base: int, frequencies: Any, at: int) -> int:
    """Where the positions of a posting begin."""
    block = at >> SKIP_BITS
    begin = np.int64(u4(seg[base + SKIPS], block + 1)[block])
    large = False
    for before in range(block << SKIP_BITS, at):
        begin += frequencies[before]
        large |= frequencies[before] == LARGE_FREQUENCY
    if large:
        begin = np.int64(u4(seg[base + SKIPS], block + 1)[block])
        for before in range(block << SKIP_BITS, at):
            begin += frequency_at(seg, base, frequencies, before)
    return begin


@njit(**INNER)
def position_at(seg: Any, base: int, at: int) -> int:
    """The position stored at a place."""
    position = np.int64(u2(seg[base + POSITIONS], at + 1)[at])
    if seg[base + HIGH] != 0:
        position |= np.int64(u2(seg[base + HIGH], at + 1)[at]) << 16
    return position


@njit(**INNER)
def _grow(keys: Any, places: Any, room: int) -> Any:
    size = max(room, 2 * keys.size)
    new_keys, new_places = np.empty(size, np.uint64), np.empty(size, np.int64)
    new_keys[: keys.size] = keys
    new_places[: places.size] = places
    return new_keys, new_places


@njit(**INNER)
def _append(
    seg: Any, base: int, frequencies: Any, at: int, key: int, place: int, keys: Any, places: Any, size: int
) -> Any:
    """Append the positions of one posting."""
    count = frequency_at(seg, base, frequencies, at)
    begin = positions_begin(seg, base, frequencies, at)
    if size + count > keys.size:
        keys, places = _grow(keys, places, size + count)
    for offset in range(count):
        keys[size + offset] = key | position_at(seg, base, begin + offset)
        places[size + offset] = place
    return keys, places, size + count


@njit(**INNER)
def _few(
    seg: Any,
    base: int,
    field: int,
    term: int,
    place: int,
    weights: Any,
    uniform: bool,
    candidates: Any,
    keys: Any,
    places: Any,
    size: int,
) -> Any:
    """As :func:`_run`, for a term in few documents: each is looked for among the candidates."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    last = np.int64(starts[(term + 1) * chunks])
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    languages = u2(seg[LANGUAGE], seg[DOCS])
    candidate = np.int64(0)
    for chunk in range(chunks):
        offset = chunk << CHUNK_BITS
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            document = offset + np.int64(postings[at])
            candidate = gallop(candidates, candidate, candidates.size, document)
            if candidate == candidates.size:
                return keys, places, size
            if candidates[candidate] != document:
                continue
            if (weights[0] if uniform else weights[languages[document]]) <= 0.0:
                continue
            key = (candidate << CANDIDATE_BITS) | (field << FIELD_BITS)
            keys, places, size = _append(seg, base, frequencies, at, key, place, keys, places, size)
    return keys, places, size


@njit(**INNER)
def _run(
    seg: Any,
    field: int,
    term: int,
    place: int,
    weights: Any,
    uniform: bool,
    candidates: Any,
    keys: Any,
    places: Any,
    size: int,
) -> Any:
    """Append the occurrences of one term in one field."""
    chunks, base = seg[CHUNKS], FIELD + field * FIELD_SLOTS
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    first, last = np.int64(starts[term * chunks]), np.int64(starts[(term + 1) * chunks])
    if first == last:
        return keys, places, size
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    languages = u2(seg[LANGUAGE], seg[DOCS])
    if last - first < candidates.size >> 2:
        return _few(seg, base, field, term, place, weights, uniform, candidates, keys, places, size)
    near = last - first < candidates.size << _NEAR_BITS
    meeting = np.empty(2 * candidates.size + 2 if near else 0, np.int64)
    chunk, at, end, candidate = MINUS_ONE, ZERO, ZERO, ZERO
    while candidate < candidates.size:
        document = np.int64(candidates[candidate])
        if document >> CHUNK_BITS != chunk:
            chunk = document >> CHUNK_BITS
            at = np.int64(starts[term * chunks + chunk])
            end = np.int64(starts[term * chunks + chunk + 1])
        if near:
            candidate, met = _meet(postings, at, end, candidates, candidate, chunk, meeting)
            for pair in range(0, met, 2):
                mine, posting = meeting[pair], meeting[pair + 1]
                if (weights[0] if uniform else weights[languages[candidates[mine]]]) > 0.0:
                    key = (mine << CANDIDATE_BITS) | (field << FIELD_BITS)
                    keys, places, size = _append(
                        seg, base, frequencies, posting, key, place, keys, places, size
                    )
            continue
        low = document & 0xFFFF
        at = gallop(postings, at, end, low)
        if (
            at < end
            and postings[at] == low
            and (weights[0] if uniform else weights[languages[document]]) > 0.0
        ):
            key = (candidate << CANDIDATE_BITS) | (field << FIELD_BITS)
            keys, places, size = _append(seg, base, frequencies, at, key, place, keys, places, size)
        candidate += 1
    return keys, places, size


@njit(**INNER)
def _meet(postings: Any, at: int, end: int, candidates: Any, candidate: int, chunk: int, pairs: Any) -> Any:
    """Candidates of a chunk, from one on, and their postings, as pairs: the next candidate, and how many
    numbers were put.

    PERF: without a branch: whether two numbers are the same is what no processor can guess.
    """
    last, size = candidate, 0
    while last < candidates.size and np.int64(candidates[last]) >> CHUNK_BITS == chunk:
        last += 1
    offset = chunk << CHUNK_BITS
    while candidate < last and at < end:
        wanted, there = np.int64(candidates[candidate]) - offset, np.int64(postings[at])
        pairs[size], pairs[size + 1] = candidate, at
        size += 2 * (wanted == there)
        candidate += wanted <= there
        at += there <= wanted
    return last, size


@njit(**INNER)
def _merge(keys: Any, places: Any, start: int, middle: int, end: int, to_keys: Any, to_places: Any) -> None:
    left, right = start, middle
    for to in range(start, end):
        if right == end or (left < middle and keys[left] <= keys[right]):
            to_keys[to], to_places[to] = keys[left], places[left]
            left += 1
        else:
            to_keys[to], to_places[to] = keys[right], places[right]
            right += 1


@njit(**INNER)
def terms_in(seg: Any, fields: int, terms: Any, weights: Any, columns: int, candidates: Any) -> Any:
    """Every occurrence of the terms in the ascending candidates: keys, which term, and the ends of runs.

    Each run (one term in one field) ascends; several runs are merged by :func:`in_order`. ``weights`` are
    ``columns`` a term, flat; a weight of 0 is no occurrence.
    """
    room = 64 + 2 * candidates.size
    keys, places = np.empty(room, np.uint64), np.empty(room, np.int64)
    runs = np.empty(2 * terms.size + 1, np.int64)
    size, run = ZERO, ZERO
    for field in range(2):
        if fields >> field & 1 == 0:
            continue
        for place in range(terms.size):
            before = size
            mine = weights[place * columns : (place + 1) * columns]
            keys, places, size = _run(
                seg, field, terms[place], place, mine, columns == 1, candidates, keys, places, size
            )
            if size > before:
                runs[run] = size
                run += 1
    return keys[:size], places[:size], runs[:run]


@njit(**INNER)
def in_order(keys: Any, places: Any, runs: Any) -> Any:
    """Merge ascending runs, two by two, until one is left; equal keys keep the order of their runs."""
    if runs.size < 2:
        return keys, places
    other_keys, other_places = np.empty_like(keys), np.empty_like(places)
    ends = runs.copy()
    count = ends.size
    while count > 1:
        start, kept = ZERO, ZERO
        for run in range(0, count, 2):
            middle = ends[run]
            end = ends[run + 1] if run + 1 < count else middle
            _merge(keys, places, start, middle, end, other_keys, other_places)
            ends[kept] = end
            kept += 1
            start = end
        count = kept
        keys, other_keys = other_keys, keys
        places, other_places = other_places, places
    return keys, places


@njit(**INNER)
def best(seg: Any, keys: Any, places: Any, weights: Any, columns: int, lengths: Any, candidates: Any) -> Any:
    """One occurrence a position, from ascending keys: the heaviest, then the longest. Keys, lengths,
    weights.
    """
    languages = u2(seg[LANGUAGE], seg[DOCS])
    kept_keys = np.empty(keys.size, np.uint64)
    kept_lengths = np.empty(keys.size, np.int64)
    kept_weights = np.empty(keys.size, np.float64)
    size = 0
    for at in range(keys.size):
        column = 0
        if columns > 1:
            column = languages[candidates[np.int64(keys[at] >> np.uint64(CANDIDATE_BITS))]]
        weight, length = weights[places[at] * columns + column], lengths[places[at]]
        if size and kept_keys[size - 1] == keys[at]:
            heavier = weight > kept_weights[size - 1]
            if heavier or (weight == kept_weights[size - 1] and length > kept_lengths[size - 1]):
                kept_weights[size - 1], kept_lengths[size - 1] = weight, length
            continue
        kept_keys[size], kept_weights[size], kept_lengths[size] = keys[at], weight, length
        size += 1
    return kept_keys[:size], kept_lengths[:size], kept_weights[:size]


@njit(**INNER)
def interleaved(
    keys: Any, lengths: Any, weights: Any, more: Any, more_lengths: Any, more_weights: Any
) -> Any:
    """Ascending occurrences of two fields as one ascending list."""
    size = keys.size + more.size
    to_keys, to_lengths = np.empty(size, np.uint64), np.empty(size, np.int64)
    to_weights = np.empty(size, np.float64)
    left, right = 0, 0
    for to in range(size):
        if right == more.size or (left < keys.size and keys[left] <= more[right]):
            to_keys[to], to_lengths[to], to_weights[to] = keys[left], lengths[left], weights[left]
            left += 1
        else:
            to_keys[to], to_lengths[to] = more[right], more_lengths[right]
            to_weights[to] = more_weights[right]
            right += 1
    return to_keys, to_lengths, to_weights
