"""What leaves are in a segment: the terms they stand for, each with its weights.

Leaves come as rows of numbers (:mod:`..compiling`), strings as bytes cut at bounds. Resolved, a leaf is one
part or several, rows of ``PART`` numbers that point into a pool of numbers and one of weights:

=========== =======================================================================================
P_LEAF      which leaf
P_KIND      TERMS or RUN
P_FIELDS    bit ``f`` is set when it looks into field ``f``
P_AT        where its numbers begin: terms, then the positions each covers; of a RUN before them the
            bounds of its words
P_COUNT     how many terms
P_WEIGHTS   where its weights begin: those that frequencies are added up with, then those of occurrences
P_COLUMNS   weights a term: one, or one a language and one for articles without a language
P_WORDS     of a RUN, how many words
=========== =======================================================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .fuzzy import within
from .memory import (
    INNER,
    JOINED,
    JOINED_FIRST,
    JOINED_LENGTHS,
    JOINED_TERMS,
    LANGUAGE_MAP,
    LANGUAGES,
    ONE_LANGUAGE,
    STEM_BYTES,
    STEM_OFFSETS,
    STEM_STARTS,
    STEM_TERMS,
    STEMS,
    TERM_BYTES,
    TERM_OFFSETS,
    TERMS,
    ZERO,
    i8,
    u1,
    u4,
)
from .terms import SEPARATOR, begins_with, compare, lower_bound, most_frequent, prefix_end

# -- a leaf: columns of its row
KIND, FIELDS, COLLECTED, KEY, KEYS, DISTANCE = range(6)
LEAF = 6
WORD, PHRASE, PREFIX, FUZZY, IDS_OF = range(5)

# -- a part: columns of its row
P_LEAF, P_KIND, P_FIELDS, P_AT, P_COUNT, P_WEIGHTS, P_COLUMNS, P_WORDS = range(8)
PART = 8
RUN_OF, TERMS_OF = 1, 0

APART = -2  # in place of a key's language: no form of a word, whatever a language says

# How much an occurrence counts, as in indexer.ranking; given to kernels as one array in this order.
AS_TYPED, OTHER_ACCENTS, OTHER_FORM, BY_PREFIX, BY_EDIT = range(5)


@njit(**INNER)
def room_for(array: Any, used: int, more: int) -> Any:
    """The array, or a larger copy when it has no room for more."""
    if used + more <= array.size:
        return array
    larger = np.empty(max(used + more, 2 * array.size), array.dtype)
    larger[:used] = array[:used]
    return larger


@njit(**INNER)
def spellings(seg: Any, keys: Any, folded: int, end: int, surface: int, surface_end: int, grades: Any) -> Any:
    """The terms of a folded form with the weight of each spelling; the typed ``surface`` counts most."""
    count = seg[TERMS]
    offsets = u4(seg[TERM_OFFSETS], count + 1)
    data = u1(seg[TERM_BYTES], offsets[count])
    low = lower_bound(data, offsets, 0, count, keys, folded, end)
    size = end - folded
    last = low
    if last < count and compare(data, offsets[last], offsets[last + 1], keys, folded, end) == 0:
        last += 1
    plain = last > low
    while last < count:
        start = np.int64(offsets[last])
        if (
            not begins_with(data, start, offsets[last + 1], keys, folded, end)
            or data[start + size] != SEPARATOR
        ):
            break
        last += 1
    weights = np.empty(last - low, np.float64)
    for term in range(low, last):
        start, stop = np.int64(offsets[term]), np.int64(offsets[term + 1])
        if not (plain and term == low):
            start += size + 1  # behind the separator stands the surface
        same = compare(data, start, stop, keys, surface, surface_end) == 0
        weights[term - low] = grades[AS_TYPED] if same else grades[OTHER_ACCENTS]
    return low, weights


@njit(**INNER)
def _place(terms: Any, size: int, term: int) -> int:
    """Where a term stands among ascending ones, or would."""
    low, high = ZERO, size
    while low < high:
        middle = (low + high) >> 1
        if terms[middle] < term:
            low = middle + 1
        else:
            high = middle
    return low


@njit(**INNER)
def _insert(terms: Any, table: Any, size: int, columns: int, term: int) -> Any:
    """Make a row for a term unless it has one: terms, table, where it is, and how many there are."""
    at = _place(terms, size, term)
    if at < size and terms[at] == term:
        return terms, table, at, size
    terms, table = room_for(terms, size, 1), room_for(table, size * columns, columns)
    for row in range(size, at, -1):
        terms[row] = terms[row - 1]
    for cell in range((size + 1) * columns - 1, (at + 1) * columns - 1, -1):
        table[cell] = table[cell - columns]
    terms[at] = term
    table[at * columns : (at + 1) * columns] = 0.0
    return terms, table, at, size + 1


@njit(**INNER)
def word(seg: Any, leaf: Any, keys: Any, bounds: Any, languages: Any, grades: Any) -> Any:
    """The terms of a word: its spellings, and the words that share a stem with it in a language."""
    key = leaf[KEY]
    low, weights = spellings(
        seg, keys, bounds[key], bounds[key + 1], bounds[key + 1], bounds[key + 2], grades
    )
    one = seg[ONE_LANGUAGE] != 0
    columns = 1 if leaf[KEYS] == 2 or one else seg[LANGUAGES] + 1
    terms, table = np.empty(16, np.int64), np.empty(16 * columns, np.float64)
    size = ZERO
    for place in range(weights.size):
        terms, table, at, size = _insert(terms, table, size, columns, low + place)
        table[at * columns : (at + 1) * columns] = weights[place]
    numbers = i8(seg[LANGUAGE_MAP], 1 << 16)
    stems = key + 2
    while stems < key + leaf[KEYS] and languages[stems] == APART:
        stems += 1
    for number in range(stems, key + leaf[KEYS]):
        language = numbers[languages[number]]
        stem = _find_stem(seg, keys, bounds[number], bounds[number + 1]) if language >= 0 else -1
        if stem < 0:
            continue
        starts = u4(seg[STEM_STARTS], seg[STEMS] + 1)
        others = u4(seg[STEM_TERMS], starts[seg[STEMS]])
        for other in others[starts[stem] : starts[stem + 1]]:
            if stems > key + 2 and _is_any(seg, np.int64(other), keys, bounds, key + 2, stems):
                continue
            terms, table, at, size = _insert(terms, table, size, columns, np.int64(other))
            cell = at * columns + (0 if one else language)
            table[cell] = max(table[cell], grades[OTHER_FORM])
    return terms[:size], table[: size * columns], columns


@njit(**INNER)
def _is_any(seg: Any, term: int, keys: Any, bounds: Any, first: int, last: int) -> bool:
    """Whether a term is a spelling of one of some folded forms."""
    offsets = u4(seg[TERM_OFFSETS], seg[TERMS] + 1)
    data = u1(seg[TERM_BYTES], offsets[seg[TERMS]])
    start, end = np.int64(offsets[term]), np.int64(offsets[term + 1])
    for number in range(first, last):
        size = bounds[number + 1] - bounds[number]
        begins = begins_with(data, start, end, keys, bounds[number], bounds[number + 1])
        if begins and (end - start == size or data[start + size] == SEPARATOR):
            return True
    return False


@njit(**INNER)
def _find_stem(seg: Any, keys: Any, start: int, end: int) -> int:
    count = seg[STEMS]
    offsets = u4(seg[STEM_OFFSETS], count + 1)
    data = u1(seg[STEM_BYTES], offsets[count])
    at = lower_bound(data, offsets, 0, count, keys, start, end)
    found = at < count and compare(data, offsets[at], offsets[at + 1], keys, start, end) == 0
    return at if found else -1


@njit(**INNER)
def prefix(seg: Any, leaf: Any, keys: Any, bounds: Any, grades: Any) -> Any:
    """The terms that begin with a folded form, its own spellings by how they are spelled."""
    key, count = leaf[KEY], seg[TERMS]
    offsets = u4(seg[TERM_OFFSETS], count + 1)
    data = u1(seg[TERM_BYTES], offsets[count])
    low = lower_bound(data, offsets, 0, count, keys, bounds[key], bounds[key + 1])
    high = prefix_end(data, offsets, low, count, keys, bounds[key], bounds[key + 1])
    table = np.full(high - low, grades[BY_PREFIX])
    first, weights = spellings(
        seg, keys, bounds[key], bounds[key + 1], bounds[key + 1], bounds[key + 2], grades
    )
    table[first - low : first - low + weights.size] = weights
    return np.arange(low, high), table


@njit(**INNER)
def fuzzy(seg: Any, leaf: Any, keys: Any, bounds: Any, grades: Any) -> Any:
    """The terms whose folded form is a few edits away and begins with the same letter.

    The keys are the folded form, the typed surface, the first letter, and the letters (four bytes each).
    """
    key, count = leaf[KEY], seg[TERMS]
    offsets = u4(seg[TERM_OFFSETS], count + 1)
    data = u1(seg[TERM_BYTES], offsets[count])
    low = lower_bound(data, offsets, 0, count, keys, bounds[key + 2], bounds[key + 3])
    high = prefix_end(data, offsets, low, count, keys, bounds[key + 2], bounds[key + 3])
    size = (bounds[key + 4] - bounds[key + 3]) >> 2
    letters = np.zeros(size, np.uint32)
    for at in range(size):
        for byte in range(4):
            letters[at] |= np.uint32(keys[bounds[key + 3] + 4 * at + byte]) << np.uint32(8 * byte)
    if size == 0:
        return np.empty(0, np.int64), np.empty(0, np.float64)
    terms, distances = within(seg, letters, leaf[DISTANCE], low, high)
    table = np.empty(terms.size, np.float64)
    for at in range(terms.size):
        table[at] = grades[BY_EDIT] ** distances[at]
    first, weights = spellings(
        seg, keys, bounds[key], bounds[key + 1], bounds[key + 1], bounds[key + 2], grades
    )
    for place in range(weights.size):
        table[_place(terms, terms.size, first + place)] = weights[place]
    return terms, table


@njit(**INNER)
def joined_form(seg: Any, term: int) -> int:
    """The number of a term among the joined forms, or -1."""
    count = seg[JOINED]
    forms = u4(seg[JOINED_TERMS], count)
    at = _place(forms, count, term)
    return at if at < count and forms[at] == term else -1


@njit(**INNER)
def length_of(seg: Any, form: int) -> int:
    """How many positions a term covers, by its number among the joined forms."""
    return np.int64(u1(seg[JOINED_LENGTHS], seg[JOINED])[form]) if form >= 0 else 1


@njit(**INNER)
def put_terms(
    seg: Any, part: Any, terms: Any, table: Any, columns: int, pool: Any, used: int, heap: Any, full: int
) -> Any:
    """Put terms and their weights into the pools, and their places into the part.

    NOTE: a joined form and its first part stand at one position, which counts once, as the heavier: so where
    both are among the terms, the form adds only what it is heavier by.
    """
    count = terms.size
    pool, heap = room_for(pool, used, 2 * count), room_for(heap, full, 2 * table.size)
    part[P_AT], part[P_COUNT], part[P_WEIGHTS], part[P_COLUMNS] = used, count, full, columns
    firsts = u4(seg[JOINED_FIRST], seg[JOINED])
    for at in range(count):
        form = joined_form(seg, terms[at])
        pool[used + at] = terms[at]
        pool[used + count + at] = length_of(seg, form)
        first = -1
        if form >= 0:
            first = _place(terms, count, np.int64(firsts[form]))
            if first == count or terms[first] != firsts[form]:
                first = -1
        for column in range(columns):
            weight = table[at * columns + column]
            heap[full + table.size + at * columns + column] = weight
            if first >= 0:
                weight = max(0.0, weight - table[first * columns + column])
            heap[full + at * columns + column] = weight
    return pool, used + 2 * count, heap, full + 2 * table.size


@njit(**INNER)
def put_phrase(
    seg: Any,
    leaf: Any,
    part: Any,
    keys: Any,
    bounds: Any,
    grades: Any,
    pool: Any,
    used: int,
    heap: Any,
    full: int,
) -> Any:
    """Put a phrase into the pools: each word is a folded form and a surface among the keys."""
    words = leaf[KEYS] >> 1
    lows, counts = np.empty(words, np.int64), np.empty(words, np.int64)
    start = full
    for number in range(words):
        key = leaf[KEY] + 2 * number
        low, weights = spellings(
            seg, keys, bounds[key], bounds[key + 1], bounds[key + 1], bounds[key + 2], grades
        )
        lows[number], counts[number] = low, weights.size
        heap = room_for(heap, full, weights.size)
        heap[full : full + weights.size] = weights
        full += weights.size
    total = full - start
    pool = room_for(pool, used, words + 1 + 2 * total)
    part[P_AT], part[P_COUNT], part[P_WEIGHTS], part[P_COLUMNS] = used, total, start, 1
    part[P_WORDS] = words
    pool[used] = 0
    at = used + words + 1
    for number in range(words):
        pool[used + number + 1] = pool[used + number] + counts[number]
        for term in range(lows[number], lows[number] + counts[number]):
            pool[at] = term
            pool[at + total] = length_of(seg, joined_form(seg, term))
            at += 1
    return pool, used + words + 1 + 2 * total, heap, full


@njit(**INNER)
def within_bounds(seg: Any, field: int, terms: Any, table: Any, limit: int) -> Any:
    """Of some terms of one weight each those that a field holds, at most so many, and how many it holds."""
    kept, held = most_frequent(seg, field, terms, limit)
    weights = np.empty(kept.size, np.float64)
    at = 0
    for place in range(kept.size):
        while terms[at] != kept[place]:
            at += 1
        weights[place] = table[at]
    return kept, weights, held
