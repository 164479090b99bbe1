"""Leaves that are words: which documents hold any of some terms, and how often, weighted.

A leaf is a list of terms, each with a weight for each language of the segment (0: it is another word
there). A field counts times its factor. What comes back are documents in ascending order and the sums
``factor * weight * frequency``: the weighted frequencies of BM25F.
"""

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
    FREQUENCIES,
    LANGUAGE,
    LARGE,
    LARGE_AT,
    LARGE_COUNT,
    LARGE_FREQUENCY,
    LIVE,
    OPTIONS,
    POSTINGS,
    STARTS,
    TERMS,
    population,
    trailing_zeros,
    u1,
    u2,
    u4,
    u8,
)

_ONE = np.uint64(1)


@njit(**OPTIONS)
def frequency_at(seg: Any, base: int, frequencies: Any, at: int) -> int:
    """How often the posting ``at`` of a field has its term."""
    frequency = np.int64(frequencies[at])
    if frequency == LARGE_FREQUENCY:
        count = seg[base + LARGE_COUNT]
        places = u4(seg[base + LARGE_AT], count)
        frequency = np.int64(u4(seg[base + LARGE], count)[np.searchsorted(places, np.uint32(at))])
    return frequency


@njit(**OPTIONS)
def accumulate(
    seg: Any, base: int, factor: float, term: int, weights: Any, uniform: bool, sums: Any, bits: Any
) -> None:
    """Add one term's postings in one field to the sums, and mark their documents."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    last = np.int64(starts[(term + 1) * chunks])
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    languages = u2(seg[LANGUAGE], seg[DOCS])
    for chunk in range(chunks):
        offset = chunk << CHUNK_BITS
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            document = offset + np.int64(postings[at])
            frequency = np.int64(frequencies[at])
            if frequency == LARGE_FREQUENCY:
                frequency = frequency_at(seg, base, frequencies, at)
            weight = weights[0] if uniform else weights[languages[document]]
            if weight > 0.0:
                sums[document] += factor * weight * frequency
                bits[document >> 6] |= _ONE << np.uint64(document & 63)


@njit(**OPTIONS)
def extract(seg: Any, sums: Any, bits: Any) -> Any:
    """The marked live documents with their sums; sums and marks are zero again behind it."""
    words = (seg[DOCS] + 63) >> 6
    live = u8(seg[LIVE], words)
    count = 0
    for word in range(words):
        count += population(bits[word] & live[word])
    documents = np.empty(count, np.uint32)
    values = np.empty(count, np.float64)
    at = 0
    for word in range(words):
        marked = bits[word]
        if marked == 0:
            continue
        bits[word] = 0
        alive = live[word]
        while marked != 0:
            bit = trailing_zeros(marked)
            document = (word << 6) + bit
            if alive >> np.uint64(bit) & _ONE:
                documents[at] = document
                values[at] = sums[document]
                at += 1
            sums[document] = 0.0
            marked &= marked - _ONE
    return documents, values


@njit(**OPTIONS)
def _only_slice(seg: Any, fields: Any, terms: Any) -> Any:
    """The one (field, term) pair that has postings; the second number is -2 when several have."""
    chunks = seg[CHUNKS]
    number, term_at = 0, -1
    for at in range(fields.size):
        starts = u4(seg[FIELD + fields[at] * FIELD_SLOTS + STARTS], seg[TERMS] * chunks + 1)
        for place in range(terms.size):
            term = terms[place]
            if starts[(term + 1) * chunks] > starts[term * chunks]:
                if term_at != -1:
                    return 0, -2
                number, term_at = at, place
    return number, term_at


@njit(**OPTIONS)
def _copy_slice(seg: Any, base: int, factor: float, term: int) -> Any:
    """One term's postings in one field of a segment without deletions."""
    chunks = seg[CHUNKS]
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    first, last = np.int64(starts[term * chunks]), np.int64(starts[(term + 1) * chunks])
    postings = u2(seg[base + POSTINGS], last)
    frequencies = u1(seg[base + FREQUENCIES], last)
    documents = np.empty(last - first, np.uint32)
    values = np.empty(last - first, np.float64)
    large = False
    for chunk in range(chunks):
        offset = chunk << CHUNK_BITS
        for at in range(np.int64(starts[term * chunks + chunk]), np.int64(starts[term * chunks + chunk + 1])):
            documents[at - first] = offset + np.int64(postings[at])
            values[at - first] = factor * frequencies[at]
            large |= frequencies[at] == LARGE_FREQUENCY
    if large:
        for at in range(first, last):
            values[at - first] = factor * frequency_at(seg, base, frequencies, at)
    return documents, values


@njit(**OPTIONS)
def find_posting(postings: Any, low: int, high: int, document: int) -> int:
    """The posting of a document (its low bits) among ``low:high`` of a chunk, or where it would be."""
    while low < high:
        middle = (low + high) >> 1
        if postings[middle] < document:
            low = middle + 1
        else:
            high = middle
    return low


@njit(**OPTIONS)
def gallop(postings: Any, low: int, high: int, document: int) -> int:
    """As :func:`find_posting`, in steps that double from ``low`` on."""
    step = 1
    while low + step < high and postings[low + step] < document:
        low += step
        step <<= 1
    return find_posting(postings, low, min(high, low + step + 1), document)


@njit("int64(int64[::1], int64[::1], int64[::1])", **OPTIONS)
def count_postings(seg: Any, fields: Any, terms: Any) -> int:
    """How many postings some terms have in some fields together."""
    chunks, total = seg[CHUNKS], 0
    for field in fields:
        starts = u4(seg[FIELD + field * FIELD_SLOTS + STARTS], seg[TERMS] * chunks + 1)
        for term in terms:
            total += np.int64(starts[(term + 1) * chunks]) - np.int64(starts[term * chunks])
    return total


@njit(
    "Tuple((uint32[::1], float64[::1]))"
    "(int64[::1], int64[::1], float64[::1], int64[::1], float64[:, ::1], boolean, float64[::1], uint64[::1])",
    **OPTIONS,
)
def collect(
    seg: Any, fields: Any, factors: Any, terms: Any, weights: Any, uniform: bool, sums: Any, bits: Any
) -> Any:
    """The live documents that hold any of the terms in any of the fields, and their weighted frequencies.

    ``weights[i, language]`` belongs to ``terms[i]``; with ``uniform`` only its first column counts. ``sums``
    (one a document) and ``bits`` (one bit a document) are scratch, zero before and behind.
    """
    if uniform and seg[DELETED] == 0:
        number, place = _only_slice(seg, fields, terms)
        if place >= 0:
            base = FIELD + fields[number] * FIELD_SLOTS
            return _copy_slice(seg, base, factors[number] * weights[place, 0], terms[place])
        if place == -1:
            return np.empty(0, np.uint32), np.empty(0, np.float64)
    for at in range(fields.size):
        for place in range(terms.size):
            base = FIELD + fields[at] * FIELD_SLOTS
            accumulate(seg, base, factors[at], terms[place], weights[place], uniform, sums, bits)
    return extract(seg, sums, bits)


@njit(
    "Tuple((uint32[::1], float64[::1]))"
    "(int64[::1], int64[::1], float64[::1], int64[::1], float64[:, ::1], boolean, uint32[::1])",
    **OPTIONS,
)
def probe(
    seg: Any, fields: Any, factors: Any, terms: Any, weights: Any, uniform: bool, candidates: Any
) -> Any:
    """As :func:`collect`, of the ascending ``candidates`` alone: for a frequent word beside a rare one."""
    chunks = seg[CHUNKS]
    languages = u2(seg[LANGUAGE], seg[DOCS])
    sums = np.zeros(candidates.size, np.float64)
    found = np.zeros(candidates.size, np.bool_)
    for number in range(fields.size):
        base = FIELD + fields[number] * FIELD_SLOTS
        starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
        for place in range(terms.size):
            term = terms[place]
            last = np.int64(starts[(term + 1) * chunks])
            postings = u2(seg[base + POSTINGS], last)
            frequencies = u1(seg[base + FREQUENCIES], last)
            chunk, at, end = -1, np.int64(0), np.int64(0)
            for candidate in range(candidates.size):
                document = np.int64(candidates[candidate])
                if document >> CHUNK_BITS != chunk:
                    chunk = document >> CHUNK_BITS
                    at = np.int64(starts[term * chunks + chunk])
                    end = np.int64(starts[term * chunks + chunk + 1])
                low = document & 0xFFFF
                at = gallop(postings, at, end, low)
                if at < end and postings[at] == low:
                    weight = weights[place, 0] if uniform else weights[place, languages[document]]
                    if weight > 0.0:
                        sums[candidate] += factors[number] * weight * frequency_at(seg, base, frequencies, at)
                        found[candidate] = True
    return candidates[found], sums[found]


@njit(
    "void(int64[::1], int64[::1], float64[::1], int64[::1], float64[:, ::1], boolean, float64[::1], uint64[::1])",
    **OPTIONS,
)
def sum_up(
    seg: Any, fields: Any, factors: Any, terms: Any, weights: Any, uniform: bool, sums: Any, bits: Any
) -> None:
    """As :func:`collect` for one of several groups of terms; :func:`extract_sums` gives what all found."""
    for at in range(fields.size):
        for place in range(terms.size):
            base = FIELD + fields[at] * FIELD_SLOTS
            accumulate(seg, base, factors[at], terms[place], weights[place], uniform, sums, bits)


@njit("Tuple((uint32[::1], float64[::1]))(int64[::1], float64[::1], uint64[::1])", **OPTIONS)
def extract_sums(seg: Any, sums: Any, bits: Any) -> Any:
    """The live documents of what :func:`sum_up` has added, and the sums."""
    return extract(seg, sums, bits)
