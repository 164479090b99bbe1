"""From occurrences by position to ranges of a text, by where its words are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .memory import INNER, OPTIONS


@njit(**INNER)
def _read(data: Any, at: int) -> Any:
    """A number of variable length (LEB128), and where the next one begins."""
    number, shift = 0, 0
    while True:
        byte = np.int64(data[at])
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


@njit(**INNER)
def _comes_first(keys: Any, ends: Any, whose: Any, left: int, right: int) -> bool:
    """By where it begins, then the longer, then the leaf that was asked for first."""
    if keys[left] != keys[right]:
        return bool(keys[left] < keys[right])
    if ends[left] != ends[right]:
        return bool(ends[left] > ends[right])
    return bool(whose[left] < whose[right])


@njit(
    "Tuple((int64[::1], int64[::1], int64[::1]))(int64[::1], int64[::1], int64[::1], uint8[::1], uint8[::1])",
    **OPTIONS,
)
def mark_words(positions: Any, lengths: Any, whose: Any, word_lengths: Any, gaps: Any) -> Any:
    """Ranges (code points) of occurrences, ascending, none within another, and which leaf each is of.

    ``word_lengths`` and ``gaps`` are those that are stored with the text, see :mod:`..codec.stored`.
    """
    last = 0
    for at in range(positions.size):
        last = max(last, positions[at] + lengths[at])
    word_starts, word_ends = np.empty(last, np.int64), np.empty(last, np.int64)
    length_at, gap_at, end = 0, 0, 0
    for position in range(last):
        length, length_at = _read(word_lengths, length_at)
        zigzag, gap_at = _read(gaps, gap_at)
        start = end + ((zigzag >> 1) ^ -(zigzag & 1))
        end = start + length
        word_starts[position], word_ends[position] = start, end
    ends = positions + lengths - 1
    order = np.arange(positions.size)
    for at in range(1, order.size):
        place, to = order[at], at
        while to and _comes_first(positions, ends, whose, place, order[to - 1]):
            order[to] = order[to - 1]
            to -= 1
        order[to] = place
    starts, stops = np.empty(order.size, np.int64), np.empty(order.size, np.int64)
    leaves = np.empty(order.size, np.int64)
    size = 0
    for place in order:
        start = word_starts[positions[place]]
        if size == 0 or start >= stops[size - 1]:
            starts[size], stops[size], leaves[size] = start, word_ends[ends[place]], whose[place]
            size += 1
    return starts[:size], stops[:size], leaves[:size]
