"""A block of documents: the tree as bits, then scores of the documents that are wanted.

A program is rows of an operation and its argument, for a stack machine. Each slot of the stack has the bits
of a block and a number a document, which is a score where the bit is set and anything where it is not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .holding import (
    BLOCK_BITS,
    L_AT,
    L_END,
    L_FIRST,
    L_LAST,
    S_AT,
    S_BASE,
    S_COLUMNS,
    S_END,
    S_WEIGHTS,
    enter_block,
)
from .memory import (
    CHUNK_BITS,
    DELETED,
    DOCS,
    FREQUENCIES,
    INLINED,
    INNER,
    LANGUAGE,
    LARGE_FREQUENCY,
    POSTINGS,
    f8,
    population,
    trailing_zeros,
    u1,
    u2,
)
from .postings import frequency_at, gallop

# -- operations; what their argument is: a leaf, a place among the factors, a number of operands
EVERY, NONE, LEAF, AND, AND_LEAF, OPEN, ADD, ADD_LEAF, CLOSE, OR, OR_LEAF, BUT, BUT_LEAF, BOOST = range(14)

_BLOCK = 1 << BLOCK_BITS
_ONE = np.uint64(1)
# Going to a document costs as much as reading so many postings one after the other, and a block read as a
# whole costs so many beside those in it.
_SPARSE, _BLOCK_COST = 4, 32
_SET, _SUM, _BEST = range(3)


@njit(**INLINED)
def match(program: Any, bits: Any, live: Any, word: int, count: int, slots: Any) -> None:
    """Run a program on bits: those of the documents that match are in the first slot behind it."""
    top = -1
    for step in range(program.shape[0]):
        operation, argument = program[step, 0], program[step, 1]
        if operation == LEAF:
            top += 1
            slots[top, :count] = bits[argument, word : word + count]
        elif operation == AND_LEAF:
            for at in range(count):
                slots[top, at] &= bits[argument, word + at]
        elif operation == ADD_LEAF or operation == OR_LEAF:
            for at in range(count):
                slots[top, at] |= bits[argument, word + at]
        elif operation == BUT_LEAF:
            for at in range(count):
                slots[top, at] &= ~bits[argument, word + at]
        elif operation == EVERY:
            top += 1
            slots[top, :count] = live[word : word + count]
        elif operation == NONE or operation == OPEN:
            top += 1
            slots[top, :count] = 0
        elif operation == AND:
            top -= 1
            for at in range(count):
                slots[top, at] &= slots[top + 1, at]
        elif operation == ADD or operation == OR:
            top -= 1
            for at in range(count):
                slots[top, at] |= slots[top + 1, at]
        elif operation == BUT:
            top -= 1
            for at in range(count):
                slots[top, at] &= ~slots[top + 1, at]


@njit(**INLINED)
def _read_all(
    seg: Any, slices: Any, by: Any, heap: Any, first: int, last: int, document: int, sums: Any
) -> None:
    """Add up the weighted frequencies of some slices in the block that begins with a document."""
    languages = u2(seg[LANGUAGE], seg[DOCS])
    low = document & ((1 << CHUNK_BITS) - 1)
    high = low + _BLOCK
    for place in range(first, last):
        base, end = slices[place, S_BASE], slices[place, S_END]
        at = slices[place, S_AT]
        postings, frequencies = u2(seg[base + POSTINGS], end), u1(seg[base + FREQUENCIES], end)
        if at < end and postings[at] < low:
            at = gallop(postings, at, end, low)
        factor, columns = by[place], slices[place, S_COLUMNS]
        if columns == 1:
            while at < end and postings[at] < high:
                frequency = np.int64(frequencies[at])
                if frequency == LARGE_FREQUENCY:
                    frequency = frequency_at(seg, base, frequencies, at)
                sums[np.int64(postings[at]) - low] += factor * frequency
                at += 1
        else:
            weights = heap[slices[place, S_WEIGHTS] : slices[place, S_WEIGHTS] + columns]
            while at < end and postings[at] < high:
                lane = np.int64(postings[at]) - low
                weight = weights[languages[document + lane]]
                sums[lane] += factor * weight * frequency_at(seg, base, frequencies, at)
                at += 1
        slices[place, S_AT] = at


@njit(**INLINED)
def _read_at(seg: Any, found: Any, leaf: int, heap: Any, document: int) -> float:
    """The weighted frequency of a leaf in a document that does not come before those asked for."""
    _, places, slices, by, documents, values = found
    low, weighted = document & ((1 << CHUNK_BITS) - 1), 0.0
    for place in range(places[leaf, L_FIRST], places[leaf, L_LAST]):
        base, end = slices[place, S_BASE], slices[place, S_END]
        postings = u2(seg[base + POSTINGS], end)
        at = slices[place, S_AT]
        if at < end and postings[at] < low:
            at = gallop(postings, at, end, low)
            slices[place, S_AT] = at
        if at == end or postings[at] != low:
            continue
        weight, columns = by[place], slices[place, S_COLUMNS]
        if columns > 1:
            weight *= heap[slices[place, S_WEIGHTS] + u2(seg[LANGUAGE], seg[DOCS])[document]]
        weighted += weight * frequency_at(seg, base, u1(seg[base + FREQUENCIES], end), at)
    at, end = places[leaf, L_AT], places[leaf, L_END]
    if at < end:
        if documents[at] < document:
            at = gallop(documents, at, end, document)
            places[leaf, L_AT] = at
        if at < end and documents[at] == document:
            weighted += values[at]
    return weighted


@njit(**INLINED)
def _read_list(place: Any, documents: Any, values: Any, document: int, sums: Any) -> None:
    """Add a list's weighted frequencies in the block that begins with a document to the sums."""
    at, end = place[L_AT], place[L_END]
    if at < end and documents[at] < document:
        at = gallop(documents, at, end, document)
    while at < end and documents[at] < document + _BLOCK:
        sums[np.int64(documents[at]) - document] += values[at]
        at += 1
    place[L_AT] = at


@njit(**INLINED)
def _few(place: Any, slices: Any, left: int, wanted: int) -> bool:
    """Whether it is quicker to go to each wanted document than to read all postings of the block."""
    first, last = place[L_FIRST], place[L_LAST]
    postings = place[L_END] - place[L_AT]
    for number in range(first, last):
        postings += slices[number, S_END] - slices[number, S_AT]
    return (wanted * (last - first + 1) * _SPARSE - _BLOCK_COST) * left < postings


@njit(**INLINED)
def read_block(seg: Any, found: Any, leaf: int, heap: Any, document: int, sums: Any) -> None:
    """Put the weighted frequencies of a leaf in a block into the sums, which are zero before."""
    _, places, slices, by, documents, values = found
    _read_all(seg, slices, by, heap, places[leaf, L_FIRST], places[leaf, L_LAST], document, sums)
    if places[leaf, L_AT] < places[leaf, L_END]:
        _read_list(places[leaf], documents, values, document, sums)


@njit(**INLINED)
def _set_scores(
    bits: Any, weight: float, norms: Any, document: int, count: int, sums: Any, scores: Any
) -> None:
    """Scores of the documents that hold a leaf; the sums are zero again behind it."""
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            lane = (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            frequency = sums[lane]
            sums[lane] = 0.0
            scores[lane] = (
                weight * frequency / (frequency + norms[document + lane]) if frequency > 0.0 else 0.0
            )


@njit(**INLINED)
def _add_scores(
    bits: Any, weight: float, norms: Any, document: int, count: int, sums: Any, scores: Any
) -> None:
    """As :func:`_set_scores`, added to what is there."""
    for at in range(count):
        rest = bits[at]
        while rest != 0:
            lane = (at << 6) + trailing_zeros(rest)
            rest &= rest - _ONE
            frequency = sums[lane]
            sums[lane] = 0.0
            if frequency > 0.0:
                scores[lane] += weight * frequency / (frequency + norms[document + lane])


@njit(**INLINED)
def _score_leaf(
    seg: Any,
    found: Any,
    leaf: int,
    heap: Any,
    idf: float,
    k1: float,
    norms: Any,
    document: int,
    left: int,
    wanted: Any,
    count: int,
    sums: Any,
    how: int,
    mine: Any,
    scores: Any,
    counts: Any,
) -> None:
    """BM25F of a leaf, ``idf * f * (k1 + 1) / (f + norm)`` (:func:`indexer.ranking.saturation`), into scores.

    Of the documents whose bits are ``wanted`` and that hold it. ``how`` says whether it is set, added, or
    taken where it is more than what the slot, whose bits are ``mine``, has. ``counts`` count it.
    """
    bits, places, slices = found[0], found[1], found[2]
    held, word = 0, document >> 6
    for at in range(count):
        held += population(bits[leaf, word + at] & wanted[at])
    if held == 0:
        return
    weight = idf * (k1 + 1.0)
    enter_block(places[leaf], slices, document)
    few = _few(places[leaf], slices, left, held)
    if not few:
        read_block(seg, found, leaf, heap, document, sums)
        if how != _BEST and counts.size == 0 and seg[DELETED] == 0:
            if how == _SET:
                _set_scores(bits[leaf, word:], weight, norms, document, count, sums, scores)
            else:
                _add_scores(bits[leaf, word:], weight, norms, document, count, sums, scores)
            return
    for at in range(count):
        rest = bits[leaf, word + at] & wanted[at]
        before = mine[at]
        while rest != 0:
            bit = trailing_zeros(rest)
            lane = (at << 6) + bit
            rest &= rest - _ONE
            if few:
                frequency = _read_at(seg, found, leaf, heap, document + lane)
            else:
                frequency = sums[lane]
            score = weight * frequency / (frequency + norms[document + lane]) if frequency > 0.0 else 0.0
            if how == _SUM:
                scores[lane] += score
            elif how == _SET or before >> np.uint64(bit) & _ONE == 0 or score > scores[lane]:
                scores[lane] = score
            if counts.size:
                counts[lane] += 1
    if not few:
        sums[:] = 0.0


@njit(**INLINED)
def _combine(operation: int, count: int, wanted: Any, slots: Any, top: int, scores: Any, counts: Any) -> None:
    """Bring the numbers of a slot into the one below it."""
    for at in range(count):
        both = slots[top, at] & slots[top + 1, at]
        rest = (both if operation == AND else slots[top + 1, at]) & wanted[at]
        while rest != 0:
            bit = np.uint64(trailing_zeros(rest))
            lane = (at << 6) + np.int64(bit)
            rest &= rest - _ONE
            score = scores[top + 1, lane]
            if operation != OR:
                scores[top, lane] += score
            elif both >> bit & _ONE == 0 or score > scores[top, lane]:
                scores[top, lane] = score
            if operation == ADD and counts.shape[1]:
                counts[top, lane] += 1


@njit(**INNER)
def score(
    seg: Any,
    program: Any,
    boosts: Any,
    found: Any,
    heap: Any,
    idf: Any,
    norms: Any,
    k1: float,
    exponent: float,
    document: int,
    left: int,
    wanted: Any,
    live: Any,
    count: int,
    slots: Any,
    scores: Any,
    counts: Any,
    sums: Any,
) -> None:
    """Run a program on scores: those of the ``wanted`` documents are in the first slot behind it.

    ``left`` is how many blocks of the chunk have not been scored, this one included.
    """
    bits, word, top, none = found[0], document >> 6, -1, counts[0, :0]
    for step in range(program.shape[0]):
        operation, argument = program[step, 0], program[step, 1]
        if operation == LEAF or operation == EVERY or operation == NONE or operation == OPEN:
            top += 1
            slots[top, :count] = 0
        if operation == LEAF or operation == AND_LEAF or operation == ADD_LEAF or operation == OR_LEAF:
            how = _SET if operation == LEAF else _BEST if operation == OR_LEAF else _SUM
            counted = counts[top] if operation == ADD_LEAF else none
            _score_leaf(
                seg, found, argument, heap, idf[argument], k1, f8(norms[argument], seg[DOCS]), document,
                left, wanted, count, sums, how, slots[top], scores[top], counted,
            )  # fmt: skip
            for at in range(count):
                if operation == AND_LEAF:
                    slots[top, at] &= bits[argument, word + at]
                else:
                    slots[top, at] |= bits[argument, word + at]
        elif operation == EVERY:
            slots[top, :count] = live[word : word + count]
            scores[top] = 0.0
        elif operation == OPEN:
            scores[top] = 0.0
            if counts.shape[1]:
                counts[top] = 0
        elif operation == AND or operation == ADD or operation == OR:
            top -= 1
            _combine(operation, count, wanted, slots, top, scores, counts)
            for at in range(count):
                if operation == AND:
                    slots[top, at] &= slots[top + 1, at]
                else:
                    slots[top, at] |= slots[top + 1, at]
        elif operation == BUT_LEAF:
            for at in range(count):
                slots[top, at] &= ~bits[argument, word + at]
        elif operation == BUT:
            top -= 1
            for at in range(count):
                slots[top, at] &= ~slots[top + 1, at]
        elif operation == BOOST:
            for lane in range(count << 6):
                scores[top, lane] *= boosts[argument]
        elif operation == CLOSE and counts.shape[1]:
            for at in range(count):
                rest = slots[top, at] & wanted[at]
                while rest != 0:
                    lane = (at << 6) + trailing_zeros(rest)
                    rest &= rest - _ONE
                    scores[top, lane] *= (counts[top, lane] / argument) ** exponent
