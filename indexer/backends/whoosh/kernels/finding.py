"""All leaves of a query in one call: what they are in a segment, and which documents hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import CHUNKS, DELETED, DOCS, FIELD, FIELD_SLOTS, INNER, OPTIONS, STARTS, TERMS, ZERO, u4
from .phrases import collect_phrase
from .postings import accumulate, copy_slice, extract_into, mark_documents, marked_documents
from .resolving import (
    COLLECTED,
    FIELDS,
    IDS_OF,
    KIND,
    P_AT,
    P_COLUMNS,
    P_COUNT,
    P_FIELDS,
    P_KIND,
    P_LEAF,
    P_WEIGHTS,
    P_WORDS,
    PART,
    PHRASE,
    PREFIX,
    RUN_OF,
    TERMS_OF,
    WORD,
    fuzzy,
    prefix,
    put_phrase,
    put_terms,
    within_bounds,
    word,
)

_FIELDS = 2


@njit(**INNER)
def resolve_leaves(
    seg: Any, leaves: Any, keys: Any, bounds: Any, languages: Any, grades: Any, limit: int, counts: Any
) -> Any:
    """The parts of all leaves, with their pools. ``counts[leaf]`` is how many terms of a field it stands
    for.
    """
    parts = np.zeros((_FIELDS * leaves.shape[0], PART), np.int64)
    pool, heap = np.empty(256, np.int64), np.empty(256, np.float64)
    size, used, full = ZERO, ZERO, ZERO
    for number in range(leaves.shape[0]):
        leaf = leaves[number]
        kind = leaf[KIND]
        if kind == IDS_OF:  # these are no words, see :mod:`.holding`
            continue
        parts[size, P_LEAF], parts[size, P_FIELDS] = number, leaf[FIELDS]
        if kind == PHRASE:
            parts[size, P_KIND] = RUN_OF
            pool, used, heap, full = put_phrase(
                seg, leaf, parts[size], keys, bounds, grades, pool, used, heap, full
            )
            size += 1
            continue
        if kind == WORD:
            terms, table, columns = word(seg, leaf, keys, bounds, languages, grades)
        elif kind == PREFIX:
            terms, table = prefix(seg, leaf, keys, bounds, grades)
            columns = ZERO + 1
        else:
            terms, table = fuzzy(seg, leaf, keys, bounds, grades)
            columns = ZERO + 1
        if kind == WORD or terms.size <= limit:
            counts[number] = terms.size
            pool, used, heap, full = put_terms(
                seg, parts[size], terms, table, columns, pool, used, heap, full
            )
            size += 1
            continue
        for field in range(_FIELDS):
            if leaf[FIELDS] >> field & 1:
                kept, weights, held = within_bounds(seg, field, terms, table, limit)
                counts[number] = max(counts[number], held)
                parts[size, P_LEAF], parts[size, P_FIELDS] = number, 1 << field
                pool, used, heap, full = put_terms(seg, parts[size], kept, weights, 1, pool, used, heap, full)
                size += 1
    return parts[:size].copy(), pool, heap


@njit(**INNER)
def postings_of(seg: Any, part: Any, pool: Any) -> int:
    """How many postings the terms of a part have in its fields."""
    chunks, total = seg[CHUNKS], 0
    at = part[P_AT] + (part[P_WORDS] + 1 if part[P_KIND] == RUN_OF else 0)
    for field in range(_FIELDS):
        if part[P_FIELDS] >> field & 1:
            starts = u4(seg[FIELD + field * FIELD_SLOTS + STARTS], seg[TERMS] * chunks + 1)
            for term in pool[at : at + part[P_COUNT]]:
                total += np.int64(starts[(term + 1) * chunks]) - np.int64(starts[term * chunks])
    return total


@njit(**INNER)
def _only_slice(seg: Any, part: Any, pool: Any) -> Any:
    """The one (field, place of the term) that has postings; the second is -1 for none, -2 for several."""
    chunks = seg[CHUNKS]
    found_field, found = 0, -1
    for field in range(_FIELDS):
        if part[P_FIELDS] >> field & 1:
            starts = u4(seg[FIELD + field * FIELD_SLOTS + STARTS], seg[TERMS] * chunks + 1)
            for place in range(part[P_COUNT]):
                term = pool[part[P_AT] + place]
                if starts[(term + 1) * chunks] > starts[term * chunks]:
                    if found != -1:
                        return 0, -2
                    found_field, found = field, place
    return found_field, found


@njit(**INNER)
def _sum_terms(seg: Any, part: Any, pool: Any, heap: Any, factors: Any, sums: Any, bits: Any) -> None:
    """Add up the weighted frequencies of a part's terms."""
    columns, at = part[P_COLUMNS], part[P_WEIGHTS]
    for field in range(_FIELDS):
        if part[P_FIELDS] >> field & 1:
            base = FIELD + field * FIELD_SLOTS
            for place in range(part[P_COUNT]):
                weights = heap[at + place * columns : at + (place + 1) * columns]
                accumulate(
                    seg, base, factors[field], pool[part[P_AT] + place], weights, columns == 1, sums, bits
                )


@njit(**INNER)
def _phrase_in(
    seg: Any,
    part: Any,
    field: int,
    bounds: Any,
    terms: Any,
    lengths: Any,
    weights: Any,
    factors: Any,
    bits: Any,
) -> Any:
    """The documents with a phrase in a field, if it looks there, and its weighted frequencies."""
    if part[P_FIELDS] >> field & 1 == 0:
        return np.empty(0, np.uint32), np.empty(0, np.float64)
    candidates = _rarest(seg, field, bounds, terms, bits)
    return collect_phrase(seg, field, factors[field], bounds, terms, weights, lengths, candidates)


@njit(**INNER)
def _sum_phrase(seg: Any, part: Any, pool: Any, heap: Any, factors: Any, sums: Any, bits: Any) -> None:
    """Add up the weighted frequencies of a phrase, looked for where its rarest word is."""
    words, count = part[P_WORDS], part[P_COUNT]
    at = part[P_AT]
    bounds = pool[at : at + words + 1]
    terms = pool[at + words + 1 : at + words + 1 + count]
    lengths = pool[at + words + 1 + count : at + words + 1 + 2 * count]
    weights = heap[part[P_WEIGHTS] : part[P_WEIGHTS] + count]
    for number in range(words):
        if bounds[number] == bounds[number + 1]:
            return
    if words == 0:
        return
    in_title = _phrase_in(seg, part, ZERO, bounds, terms, lengths, weights, factors, bits)
    in_content = _phrase_in(seg, part, ZERO + 1, bounds, terms, lengths, weights, factors, bits)
    for documents, values in (in_title, in_content):
        for place in range(documents.size):
            sums[documents[place]] += values[place]
        mark_documents(documents, bits)


@njit(**INNER)
def _rarest(seg: Any, field: int, bounds: Any, terms: Any, bits: Any) -> Any:
    """The documents, in order, that hold the rarest word of a phrase in a field; ``bits`` are free for it."""
    chunks = seg[CHUNKS]
    base = FIELD + field * FIELD_SLOTS
    starts = u4(seg[base + STARTS], seg[TERMS] * chunks + 1)
    best, least = 0, np.int64(1) << 62
    for number in range(bounds.size - 1):
        total = 0
        for term in terms[bounds[number] : bounds[number + 1]]:
            total += np.int64(starts[(term + 1) * chunks]) - np.int64(starts[term * chunks])
        if total < least:
            best, least = number, total
    first, last = bounds[best], bounds[best + 1]
    if last - first == 1:
        return copy_slice(seg, base, 1.0, terms[first])[0]
    for place in range(first, last):
        mark_documents(copy_slice(seg, base, 1.0, terms[place])[0], bits)
    return marked_documents(bits, least)


@njit(**INNER)
def list_leaf(
    seg: Any,
    parts: Any,
    pool: Any,
    heap: Any,
    factors: Any,
    sums: Any,
    bits: Any,
    documents: Any,
    values: Any,
    size: int,
) -> int:
    """List the documents of one leaf behind those before; returns where the list ends."""
    part = parts[0]
    if parts.shape[0] == 1 and part[P_KIND] == TERMS_OF and part[P_COLUMNS] == 1 and seg[DELETED] == 0:
        field, place = _only_slice(seg, part, pool)
        if place == -1:
            return size
        if place >= 0:
            factor = factors[field] * heap[part[P_WEIGHTS] + place]
            found, frequencies = copy_slice(
                seg, FIELD + field * FIELD_SLOTS, factor, pool[part[P_AT] + place]
            )
            documents[size : size + found.size] = found
            values[size : size + found.size] = frequencies
            return size + found.size
    for number in range(parts.shape[0]):
        if parts[number, P_KIND] == RUN_OF:
            _sum_phrase(seg, parts[number], pool, heap, factors, sums, bits)
        else:
            _sum_terms(seg, parts[number], pool, heap, factors, sums, bits)
    return extract_into(seg, sums, bits, documents, values, size)


@njit(
    "Tuple((uint32[::1], float64[::1]))"
    "(int64[::1], int64[:, ::1], int64[:, ::1], int64[::1], float64[::1], float64[::1], float64[::1],"
    " uint64[::1], int64[::1])",
    **OPTIONS,
)
def collect(
    seg: Any, leaves: Any, parts: Any, pool: Any, heap: Any, factors: Any, sums: Any, bits: Any, ends: Any
) -> Any:
    """The live documents of the leaves that are to be collected, and their weighted frequencies.

    Those of all leaves stand one behind the other and are cut at ``ends``, which is written here. ``sums``
    and ``bits`` are scratch, zero before and behind.
    """
    room = 0
    for number in range(parts.shape[0]):
        if leaves[parts[number, P_LEAF], COLLECTED]:
            room += min(seg[DOCS], postings_of(seg, parts[number], pool))
    documents, values = np.empty(room, np.uint32), np.empty(room, np.float64)
    ends[0] = 0
    number, size = ZERO, ZERO
    for leaf in range(leaves.shape[0]):
        first = number
        while number < parts.shape[0] and parts[number, P_LEAF] == leaf:
            number += 1
        if leaves[leaf, COLLECTED] and number > first:
            size = list_leaf(
                seg, parts[first:number], pool, heap, factors, sums, bits, documents, values, size
            )
        ends[leaf + 1] = size
    return documents, values


@njit(
    "Tuple((int64[::1], int64[::1], float64[::1]))"
    "(int64[::1], int64, int64, int64[::1], float64[::1], int64[::1], float64[::1])",
    **OPTIONS,
)
def put_chosen(seg: Any, leaf: int, field: int, terms: Any, table: Any, pool: Any, heap: Any) -> Any:
    """A part of chosen terms, of one weight each, in one field, and the pools with it behind what they
    hold.
    """
    part = np.zeros(PART, np.int64)
    part[P_LEAF], part[P_FIELDS] = leaf, 1 << field
    pool, _, heap, _ = put_terms(seg, part, terms, table, 1, pool, pool.size, heap, heap.size)
    return part, pool, heap
