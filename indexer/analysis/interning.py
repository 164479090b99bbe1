"""Numbers for distinct runs of code points: an open hash table with its keys in one arena.

Keys are kept as UTF-8. A key is found by a 64-bit hash and then compared in full, so two keys of one
hash are still two keys.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit, types

from .chunker import OPTIONS, READ_ONLY, Codes, Places

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_FINISH: Final = np.uint64(0xFF51AFD7ED558CCD)
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)
_FREE: Final = np.uint64(0)
_LONGEST: Final = 4  # bytes of a code point in UTF-8

_Number = TypeVar("_Number", bound=np.generic)
Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]


class _Table(NamedTuple):
    """The arrays of a table, of which ``state[0]`` keys and ``state[1]`` bytes of the arena are used."""

    slots: Hashes  # high half of the hash, and the number of the key + 1; 0 where there is none
    hashes: Hashes  # of each key
    offsets: Places  # key i is arena[offsets[i]:offsets[i + 1]]
    arena: Bytes
    state: Places


_TABLE: Final = types.NamedTuple(  # type: ignore[no-untyped-call]
    (types.uint64[::1], types.uint64[::1], types.int64[::1], types.uint8[::1], types.int64[::1]), _Table
)


class Interner:
    """Distinct runs of code points, numbered from 0 as they are met."""

    def __init__(self, slots: int = 1 << 16, hash_bits: int = 64) -> None:
        """``slots`` is a power of two; with few ``hash_bits`` many keys share a hash, which is for tests."""
        self._mask = np.uint64((1 << hash_bits) - 1)
        self._table = _Table(
            np.zeros(slots, np.uint64),
            np.empty(slots // 2, np.uint64),
            np.zeros(slots // 2 + 1, np.int64),
            np.empty(slots * 4, np.uint8),
            np.zeros(2, np.int64),
        )

    def __len__(self) -> int:
        return int(self._table.state[0])

    def keys(self, first: int) -> tuple[bytes, list[int]]:
        """The keys from number ``first`` on: their bytes, and where each begins and the last one ends."""
        bounds = self._table.offsets[first : len(self) + 1]
        return self._table.arena[bounds[0] : bounds[-1]].tobytes(), (bounds - bounds[0]).tolist()

    def numbers(self, codes: Codes, starts: Places, ends: Places) -> Codes:
        """The number of each ``codes[start:end]``; new ones get the next."""
        found = np.empty(len(starts), np.uint32)
        at = _intern(codes, starts, ends, 0, self._mask, self._table, found)
        while at < len(starts):
            self._grow(int(ends[at]) - int(starts[at]))
            at = _intern(codes, starts, ends, at, self._mask, self._table, found)
        return found

    def _grow(self, length: int) -> None:
        """Make room for a key of so many code points."""
        slots, hashes, offsets, arena, state = self._table
        count, used = state.tolist()
        if used + _LONGEST * length > len(arena):
            arena = _longer(arena, 2 * used + _LONGEST * length)
        if count == len(hashes):
            hashes, offsets = _longer(hashes, 2 * count), _longer(offsets, 2 * count + 1)
            slots = np.zeros(2 * len(slots), np.uint64)
            _place(slots, hashes[:count])
        self._table = _Table(slots, hashes, offsets, arena, state)


def _longer(values: npt.NDArray[_Number], size: int) -> npt.NDArray[_Number]:
    longer = np.empty(size, values.dtype)
    longer[: len(values)] = values
    return longer


@njit(types.void(types.uint64[::1], types.uint64[::1]), **OPTIONS)
def _place(slots: Hashes, hashes: Hashes) -> None:
    """Enter all keys into empty slots."""
    last = np.uint64(len(slots) - 1)
    for number in range(len(hashes)):
        slot = hashes[number] & last
        while slots[slot] != _FREE:
            slot = (slot + _ONE) & last
        slots[slot] = ((hashes[number] >> _HALF) << _HALF) | np.uint64(number + 1)


@njit(types.uint64(READ_ONLY["uint32"], types.int64, types.int64), **OPTIONS)
def _hash(codes: Codes, start: int, end: int) -> np.uint64:
    value = np.uint64(end - start)
    for at in range(start, end):
        value = (value ^ np.uint64(codes[at])) * _MULTIPLIER
        value ^= value >> _HALF
    value *= _FINISH
    return value ^ (value >> _HALF)


@njit(types.uint32(types.uint32), **OPTIONS)
def _utf8(code: int) -> int:
    """The one to four bytes of a code point in UTF-8, the first one lowest."""
    if code < 0x80:
        return code
    last = 0x80 | (code & 0x3F)
    if code < 0x800:
        return (0xC0 | (code >> 6)) | (last << 8)
    third = 0x80 | ((code >> 6) & 0x3F)
    if code < 0x10000:
        return (0xE0 | (code >> 12)) | (third << 8) | (last << 16)
    return (0xF0 | (code >> 18)) | ((0x80 | ((code >> 12) & 0x3F)) << 8) | (third << 16) | (last << 24)


@njit(types.int64(READ_ONLY["uint32"], types.int64, types.int64, types.uint8[::1], types.int64), **OPTIONS)
def _write(codes: Codes, start: int, end: int, arena: Bytes, to: int) -> int:
    """Write ``codes[start:end]`` to the arena; returns where the next key begins."""
    for at in range(start, end):
        unit = _utf8(codes[at])
        while True:
            arena[to] = unit & 0xFF
            to += 1
            unit >>= 8
            if unit == 0:
                break
    return to


@njit(
    types.boolean(READ_ONLY["uint32"], types.int64, types.int64, types.uint8[::1], types.int64, types.int64),
    **OPTIONS,
)
def _same(codes: Codes, start: int, end: int, arena: Bytes, at: int, stop: int) -> bool:
    """Whether ``codes[start:end]`` is what ``arena[at:stop]`` holds."""
    for place in range(start, end):
        unit = _utf8(codes[place])
        while True:
            if at == stop or arena[at] != unit & 0xFF:
                return False
            at += 1
            unit >>= 8
            if unit == 0:
                break
    return at == stop


@njit(
    types.int64(
        READ_ONLY["uint32"],
        READ_ONLY["int64"],
        READ_ONLY["int64"],
        types.int64,
        types.uint64,
        _TABLE,
        types.uint32[::1],
    ),
    **OPTIONS,
)
def _intern(
    codes: Codes, starts: Places, ends: Places, at: int, mask: np.uint64, table: _Table, found: Codes
) -> int:
    """Number the runs from ``at`` on; returns the first that there was no room for, or how many there are."""
    # PERF: taken out of the tuple once; each time counts references to all of its arrays.
    slots, hashes, offsets, arena, state = table
    last = np.uint64(len(slots) - 1)
    for run in range(at, len(starts)):
        start, end = starts[run], ends[run]
        code = _hash(codes, start, end) & mask
        slot = code & last
        number = state[0]  # if it is new
        while slots[slot] != _FREE:
            number = np.int64((slots[slot] & _LOW) - _ONE)
            if slots[slot] >> _HALF == code >> _HALF and _same(
                codes, start, end, arena, offsets[number], offsets[number + 1]
            ):
                break
            slot = (slot + _ONE) & last
        else:
            number, used = state[0], state[1]
            if number == len(hashes) or used + _LONGEST * (end - start) > len(arena):
                return run
            hashes[number] = code
            state[0] = number + 1
            state[1] = offsets[number + 1] = _write(codes, start, end, arena, used)
            slots[slot] = ((code >> _HALF) << _HALF) | np.uint64(number + 1)
        found[run] = number
    return len(starts)
