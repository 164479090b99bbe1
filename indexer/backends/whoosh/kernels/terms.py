"""The term dictionary: terms in the order of their UTF-8 bytes, found by halving."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import (
    CHUNK_BITS,
    CHUNKS,
    DELETED,
    DOCS,
    FIELD,
    FIELD_SLOTS,
    INNER,
    LIVE,
    OPTIONS,
    POSTINGS,
    STARTS,
    TERMS,
    u1,
    u2,
    u4,
    u8,
)

SEPARATOR = 0x1F  # between the folded form of a term and its surface
_FEW, _SIZES = 48, 256  # values that are compared at once; sizes that many are sorted into


@njit(**INNER)
def compare(data: Any, start: int, end: int, key: Any, key_start: int, key_end: int) -> int:
    """Negative, zero or positive as one run of bytes sorts before, with or behind another."""
    size = min(end - start, key_end - key_start)
    for at in range(size):
        difference = np.int64(data[start + at]) - np.int64(key[key_start + at])
        if difference != 0:
            return difference
    return np.int64((end - start) - (key_end - key_start))


@njit(**INNER)
def begins_with(data: Any, start: int, end: int, key: Any, key_start: int, key_end: int) -> bool:
    """Whether one run of bytes begins with another."""
    if end - start < key_end - key_start:
        return False
    for at in range(key_end - key_start):
        if data[start + at] != key[key_start + at]:
            return False
    return True


@njit(**INNER)
def lower_bound(data: Any, offsets: Any, low: int, high: int, key: Any, key_start: int, key_end: int) -> int:
    """The first entry of ``low:high`` that does not sort before the key."""
    while low < high:
        middle = (low + high) >> 1
        if compare(data, offsets[middle], offsets[middle + 1], key, key_start, key_end) < 0:
            low = middle + 1
        else:
            high = middle
    return low


@njit(**INNER)
def prefix_end(data: Any, offsets: Any, low: int, high: int, key: Any, key_start: int, key_end: int) -> int:
    """The first entry behind those that begin with the key; ``low`` is the first that does."""
    while low < high:
        middle = (low + high) >> 1
        if begins_with(data, offsets[middle], offsets[middle + 1], key, key_start, key_end):
            low = middle + 1
        else:
            high = middle
    return low


@njit(**INNER)
def _nth_of_few(rest: Any, place: int) -> Any:
    """As :func:`nth_greatest`, by Hoare's quickselect; the values are moved."""
    low, high = 0, rest.size - 1
    while low < high:
        pivot, left, right = rest[(low + high) >> 1], low, high
        while left <= right:
            while rest[left] > pivot:
                left += 1
            while rest[right] < pivot:
                right -= 1
            if left <= right:
                rest[left], rest[right] = rest[right], rest[left]
                left, right = left + 1, right - 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            break
    return rest[place]


@njit(**INNER)
def nth_greatest(values: Any, place: int) -> Any:
    """The value that ``place`` others of some values come before; none of them may be no number.

    PERF: values are counted by size first, which takes no branch that a processor would have to guess; only
    those of about the size of the one asked for are compared.
    """
    if values.size <= _FEW:
        return _nth_of_few(values.copy(), place)
    least, most = values[0], values[0]
    for value in values:
        least, most = min(least, value), max(most, value)
    if least == most:
        return least
    scale = (_SIZES - 1) / np.float64(most - least)
    if not 0.0 < scale < np.inf:  # values that cannot be told apart by size
        return _nth_of_few(values.copy(), place)
    counts = np.zeros(_SIZES, np.int64)
    for value in values:
        counts[np.int64((value - least) * scale)] += 1
    size, before = _SIZES - 1, 0
    while before + counts[size] <= place:
        before += counts[size]
        size -= 1
    alike, count = np.empty(counts[size] + 1, values.dtype), 0
    for value in values:
        alike[count] = value
        count += np.int64((value - least) * scale) == size
    return _nth_of_few(alike[:count], place - before)


@njit(**INNER)
def threshold(counts: Any, limit: int) -> Any:
    """The ``limit``-th greatest of some counts, and how many of exactly that are among the greatest."""
    least = nth_greatest(counts, limit - 1)
    above = 0
    for count in counts:
        if count > least:
            above += 1
    return least, limit - above


@njit("Tuple((int64, int64))(int64, int64, int64, uint8[::1])", **OPTIONS)
def find_prefix(bytes_at: int, offsets_at: int, count: int, key: Any) -> Any:
    """The entries of a sorted table of strings that begin with ``key``, as a half-open range."""
    offsets = u4(offsets_at, count + 1)
    data = u1(bytes_at, offsets[count])
    low = lower_bound(data, offsets, 0, count, key, 0, key.size)
    return low, prefix_end(data, offsets, low, count, key, 0, key.size)


@njit("int64[::1](int64, int64, int64, uint8[::1], int64[::1])", **OPTIONS)
def find_each(bytes_at: int, offsets_at: int, count: int, keys: Any, bounds: Any) -> Any:
    """The entry equal to each key, or -1. Keys stand in ``keys`` one behind the other, cut at ``bounds``."""
    offsets = u4(offsets_at, count + 1)
    data = u1(bytes_at, offsets[count])
    found = np.empty(bounds.size - 1, np.int64)
    for number in range(bounds.size - 1):
        start, end = bounds[number], bounds[number + 1]
        at = lower_bound(data, offsets, 0, count, keys, start, end)
        same = at < count and compare(data, offsets[at], offsets[at + 1], keys, start, end) == 0
        found[number] = at if same else -1
    return found


@njit(**INNER)
def _live_postings(seg: Any, base: int, term: int) -> int:
    """In how many live documents a term stands in a field."""
    chunks, count = seg[CHUNKS], 0
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    first, last = np.int64(starts[term * chunks]), np.int64(starts[(term + 1) * chunks])
    if seg[DELETED] == 0:
        return last - first
    postings, live = u2(seg[base + POSTINGS], last), u8(seg[LIVE], (seg[DOCS] + 63) >> 6)
    for chunk in range(chunks):
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            document = (chunk << CHUNK_BITS) + np.int64(postings[at])
            count += np.int64(live[document >> 6] >> np.uint64(document & 63) & np.uint64(1))
    return count


@njit("int64[::1](int64[::1], int64, int64[::1])", **OPTIONS)
def holding_live(seg: Any, field: int, terms: Any) -> Any:
    """In how many live documents each of some terms stands in a field."""
    counts = np.empty(terms.size, np.int64)
    for at in range(terms.size):
        counts[at] = _live_postings(seg, FIELD + field * FIELD_SLOTS, terms[at])
    return counts


@njit("Tuple((int64[::1], int64))(int64[::1], int64, int64[::1], int64)", **OPTIONS)
def most_frequent(seg: Any, field: int, terms: Any, limit: int) -> Any:
    """Of ascending terms those that live documents hold in a field, at most ``limit``, and how many it is.

    Taken are those in most documents; of terms in equally many those that come first.
    """
    base = FIELD + field * FIELD_SLOTS
    held, counts = np.empty(terms.size, np.int64), np.empty(terms.size, np.int64)
    size = 0
    for term in terms:
        count = _live_postings(seg, base, term)
        if count > 0:
            held[size], counts[size] = term, count
            size += 1
    if size <= limit:
        return held[:size], size
    least, ties = threshold(counts[:size], limit)
    kept = np.empty(limit, np.int64)
    taken = 0
    for at in range(size):
        if counts[at] > least or (counts[at] == least and ties > 0):
            if counts[at] == least:
                ties -= 1
            kept[taken] = held[at]
            taken += 1
    return kept, size
