"""Where the words of a text stand, as few bytes beside it: what a simple rule does not say of itself.

By the rule a word is a run of letters, as :func:`_letter` has them. Nearly all words are what it finds; the
others (compounds, what an apostrophe joins, pairs of CJK) are written down. For each text::

    count of words that are the rule's · (length · gap) (length · gap) … 0 · count · …

as numbers of variable length (LEB128): seven bits a byte, the lowest first, the eighth set when more follow.
A gap lies before its word, from the end of the word before; it may be negative where words overlap, and is
written as zigzag (0, -1, 1, -2 …). The rule goes on where the last word written down has ended.

NOTE: the rule is part of the format. It knows no Unicode tables, which change with the library that has them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from ....analysis.chunker import READ_ONLY
from .memory import OPTIONS

_MOST = 12  # bytes of a word and its share of what stands around it, at most


@njit(types.boolean(types.int64), **OPTIONS)
def _letter(code: int) -> bool:
    """Whether a code point is inside a word; punctuation and symbols are not, as far as blocks of them go."""
    if code < 0x80:
        return 97 <= code <= 122 or 65 <= code <= 90 or 48 <= code <= 57
    if code < 0x600:
        return code >= 0xC0
    if code < 0x2000:
        return code not in (0x60C, 0x61B, 0x61F, 0x66A, 0x66B, 0x66C, 0x66D, 0x6D4)
    return not (code < 0x2C00 or 0x3000 <= code < 0x3040)


@njit(types.int64(types.uint8[::1], types.int64, types.int64), **OPTIONS)
def _write(data: Any, at: int, number: int) -> int:
    while number >= 128:
        data[at] = (number & 127) | 128
        number >>= 7
        at += 1
    data[at] = number
    return at + 1


@njit(types.boolean(READ_ONLY["uint32"], *(types.int64,) * 4), **OPTIONS)
def _is_next(codes: Any, before: int, start: int, end: int, last: int) -> bool:
    """Whether the rule, going on from ``before``, finds just this word."""
    if start < before or (end < last and _letter(codes[end])):
        return False
    for at in range(before, start):
        if _letter(codes[at]):
            return False
    for at in range(start, end):
        if not _letter(codes[at]):
            return False
    return True


@njit(
    types.Tuple((types.uint8[::1], types.int64[::1]))(
        READ_ONLY["uint32"],
        READ_ONLY["int64"],
        READ_ONLY["uint32"],
        READ_ONLY["uint32"],
        READ_ONLY["int64"],
    ),
    **OPTIONS,
)
def pack_places(codes: Any, bounds: Any, starts: Any, ends: Any, positions: Any) -> Any:
    """The places of the words of many texts: bytes, and where those of each text begin.

    Text ``i`` is ``codes[bounds[i]:bounds[i + 1]]``; its words are ``positions[i]:positions[i + 1]`` of
    ``starts`` and ``ends``, in code points of the text.
    """
    texts = bounds.size - 1
    data = np.empty(_MOST * (starts.size + texts) + _MOST, np.uint8)
    cuts = np.zeros(texts + 1, np.int64)
    size = 0
    for text in range(texts):
        own = codes[bounds[text] : bounds[text + 1]]
        last, before, same, written = own.size, 0, 0, False
        for word in range(positions[text], positions[text + 1]):
            start, end = np.int64(starts[word]), np.int64(ends[word])
            if _is_next(own, before, start, end, last):
                if written:
                    data[size] = 0
                    size += 1
                    written = False
                same += 1
            else:
                if not written:
                    size = _write(data, size, same)
                    same, written = 0, True
                gap = start - before
                size = _write(data, size, end - start)
                size = _write(data, size, (gap << 1) ^ (gap >> 63))
            before = end
        if same:
            size = _write(data, size, same)
        cuts[text + 1] = size
    return data[:size].copy(), cuts


@njit(types.UniTuple(types.int64, 2)(READ_ONLY["uint8"], types.int64), **OPTIONS)
def _read(data: Any, at: int) -> Any:
    """A number of variable length, and where the next one begins."""
    number, shift = 0, 0
    while True:
        byte = np.int64(data[at])
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


@njit(types.UniTuple(types.int64, 2)(READ_ONLY["uint8"], types.int64), **OPTIONS)
def _code(data: Any, at: int) -> Any:
    """A code point in UTF-8, and where the next one begins."""
    code = np.int64(data[at])
    at += 1
    if code < 0x80:
        return code, at
    more = 1 + (code >= 0xE0) + (code >= 0xF0)
    code &= 0x3F >> more
    for _ in range(more):
        code = (code << 6) | (np.int64(data[at]) & 0x3F)
        at += 1
    return code, at


@njit(types.int64(READ_ONLY["uint8"], *(types.int64,) * 4), **OPTIONS)
def _moved(data: Any, at: int, point: int, to: int, last: int) -> int:
    """Where code point ``to`` of a text in UTF-8 begins, when ``point`` begins at ``at``; the text ends at
    ``last``.
    """
    while point < to:
        at += 1
        while at < last and np.int64(data[at]) & 0xC0 == 0x80:
            at += 1
        point += 1
    while point > to:
        at -= 1
        while np.int64(data[at]) & 0xC0 == 0x80:
            at -= 1
        point -= 1
    return at


_ASCII_LETTERS = np.array([_letter(code) for code in range(128)], np.int64)


@njit(
    types.UniTuple(types.int64, 2)(
        READ_ONLY["uint8"], *(types.int64,) * 3, types.int64[::1], types.int64[::1], types.int64, types.int64
    ),
    **OPTIONS,
)
def _by_rule(
    data: Any, at: int, point: int, last: int, starts: Any, ends: Any, size: int, wanted: int
) -> Any:
    """Find the words from ``size`` to ``wanted``; ``at`` in bytes and ``point`` in code points, then and now.

    PERF: nothing depends on whether a word begins or ends, which a processor guesses wrongly for every word.
    """
    inside, start = 0, np.int64(0)
    while size < wanted:
        if at == last:
            starts[size], ends[size] = start, point
            break
        code, behind = np.int64(data[at]), at + 1
        if code < 0x80:
            letter = _ASCII_LETTERS[code]
        else:
            code, behind = _code(data, at)
            letter = np.int64(_letter(code))
        start = point if letter > inside else start
        starts[size], ends[size] = start, point
        size += inside & (letter ^ 1)
        inside = letter
        at = behind
        point += 1
    return at, point


@njit(types.UniTuple(types.int64[::1], 2)(READ_ONLY["uint8"], *(types.int64,) * 5), **OPTIONS)
def read_places(data: Any, text: int, text_end: int, places: int, places_end: int, most: int) -> Any:
    """Where the first words of a text begin and end, in code points: at most ``most`` of them.

    ``data`` holds the text in UTF-8 from ``text`` to ``text_end``, and what :func:`pack_places` made of its
    words from ``places`` to ``places_end``.
    """
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    size, end = 0, 0
    at, point = text, 0  # one and the same place, in bytes and in code points
    while places < places_end and size < most:
        same, places = _read(data, places)
        at, point = _moved(data, at, point, end, text_end), end
        wanted = size + min(same, most - size)
        at, point = _by_rule(data, at, point, text_end, starts, ends, size, wanted)
        size = wanted
        end = ends[size - 1] if size else 0
        while places < places_end and size < most:
            length, places = _read(data, places)
            if length == 0:
                break
            zigzag, places = _read(data, places)
            start = end + ((zigzag >> 1) ^ -(zigzag & 1))
            end = start + length
            starts[size], ends[size] = start, end
            size += 1
    return starts[:size], ends[:size]
