"""Numbers for distinct runs of code points: an open hash table with its keys in one arena.

A run of at most eight ASCII characters, as most words are, is told from all others by those very
characters: packed into 64 bits they are its tag. The tag of any other run is a hash with the highest bit
set, and those of one tag are compared in full, so two keys of one hash are still two keys.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np import arrayobj

from .chunker import OPTIONS, READ_ONLY, Codes, Places

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_FINISH: Final = np.uint64(0xFF51AFD7ED558CCD)
_HASHED: Final = np.uint64(1 << 63)  # no packed character reaches it
_HALF: Final = np.uint64(32)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_ONE: Final = np.uint64(1)
_PACKED: Final = 8  # characters that fit into a tag
_LONGEST: Final = 4  # bytes of a code point in UTF-8

_Number = TypeVar("_Number", bound=np.generic)
Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]


class _Table(NamedTuple):
    """The arrays of a table, of which ``state[0]`` keys and ``state[1]`` bytes of the arena are used."""

    slots: Hashes  # pairs: the tag, and the number of the key + 1; 0 where there is none
    tags: Hashes  # of each key
    offsets: Places  # key i is arena[offsets[i]:offsets[i + 1]], in UTF-8
    arena: Bytes
    state: Places


_TABLE: Final = types.NamedTuple(
    (types.uint64[::1], types.uint64[::1], types.int64[::1], types.uint8[::1], types.int64[::1]), _Table
)


class Interner:
    """Distinct runs of code points, numbered from 0 as they are met."""

    def __init__(self, slots: int = 1 << 16, hash_bits: int = 64) -> None:
        """``slots`` is a power of two; with few ``hash_bits`` many keys share a hash, which is for tests."""
        self._mask = np.uint64((1 << hash_bits) - 1)
        self._table = _Table(
            np.zeros(2 * slots, np.uint64),
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
        narrow = _narrowed(codes)
        at = _intern(codes, narrow, starts, ends, 0, self._mask, self._table, found)
        while at < len(starts):
            self._grow(int(ends[at]) - int(starts[at]))
            at = _intern(codes, narrow, starts, ends, at, self._mask, self._table, found)
        return found

    def _grow(self, length: int) -> None:
        """Make room for a key of so many code points."""
        slots, tags, offsets, arena, state = self._table
        count, used = state.tolist()
        if used + _LONGEST * length > len(arena):
            arena = _longer(arena, 2 * used + _LONGEST * length)
        if count == len(tags):
            tags, offsets = _longer(tags, 2 * count), _longer(offsets, 2 * count + 1)
            slots = np.zeros(2 * len(slots), np.uint64)
            _place(slots, tags[:count], self._mask)
        self._table = _Table(slots, tags, offsets, arena, state)


def _longer(values: npt.NDArray[_Number], size: int) -> npt.NDArray[_Number]:
    longer = np.empty(size, values.dtype)
    longer[: len(values)] = values
    return longer


@njit(types.uint64(types.uint64), **OPTIONS)
def _mixed(tag: np.uint64) -> np.uint64:
    """A tag's bits, each of which has a say in the lowest ones."""
    value = (tag ^ (tag >> _HALF)) * _MULTIPLIER
    return value ^ (value >> _HALF)


@njit(types.void(types.uint64[::1], types.uint64[::1], types.uint64), **OPTIONS)
def _place(slots: Hashes, tags: Hashes, mask: np.uint64) -> None:
    """Enter all keys into empty slots."""
    last = np.uint64(len(slots) // 2 - 1)
    for number in range(len(tags)):
        slot = _mixed(tags[number]) & mask & last
        while slots[2 * slot + _ONE]:
            slot = (slot + _ONE) & last
        slots[2 * slot], slots[2 * slot + _ONE] = tags[number], np.uint64(number + 1)


@njit(types.uint8[::1](READ_ONLY["uint32"]), **OPTIONS)
def _narrowed(codes: Codes) -> Bytes:
    """The code points as bytes, 255 for NUL and what is not ASCII; seven more bytes follow."""
    narrow = np.full(len(codes) + _PACKED - 1, 255, np.uint8)
    for at in range(len(codes)):
        code = codes[at]
        narrow[at] = code if np.uint32(code - 1) < 127 else 255
    return narrow


@intrinsic
def _eight(_context: Any, array: Any, at: Any) -> Any:
    """Eight bytes of an array as one number, from any place on."""
    signature = types.uint64(array, at)

    def generate(context: Any, builder: Any, types_: Any, values: Any) -> Any:
        data = arrayobj.make_array(types_.args[0])(context, builder, value=values[0]).data
        place = builder.bitcast(builder.gep(data, [values[1]]), ir.IntType(64).as_pointer())
        loaded = builder.load(place)
        loaded.align = 1
        return loaded

    return signature, generate


@njit(types.uint64(READ_ONLY["uint32"], types.uint8[::1], types.int64, types.int64, types.uint64), **OPTIONS)
def _tag(codes: Codes, narrow: Bytes, start: int, end: int, mask: np.uint64) -> np.uint64:
    """The characters themselves where they fit, else a hash of them."""
    if end - start <= _PACKED:
        packed = _eight(narrow, start) & (_ALL >> np.uint64(8 * (_PACKED - (end - start))))
        if not packed & _HIGH_BITS:
            return packed
    value = np.uint64(end - start)
    for at in range(start, end):
        value = (value ^ np.uint64(codes[at])) * _MULTIPLIER
        value ^= value >> _HALF
    value *= _FINISH
    return ((value ^ (value >> _HALF)) & mask) | _HASHED


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
        types.uint8[::1],
        READ_ONLY["int64"],
        READ_ONLY["int64"],
        types.int64,
        types.uint64,
        _TABLE,
        types.uint32[::1],
    ),
    **OPTIONS,
)
def _intern(  # noqa: PLR0913, PLR0917
    codes: Codes,
    narrow: Bytes,
    starts: Places,
    ends: Places,
    at: int,
    mask: np.uint64,
    table: _Table,
    found: Codes,
) -> int:
    """Number the runs from ``at`` on; returns the first that there was no room for, or how many there are."""
    # PERF: taken out of the tuple once; each time counts references to all of its arrays.
    slots, tags, offsets, arena, state = table
    last = np.uint64(len(slots) // 2 - 1)
    for run in range(at, len(starts)):
        start, end = starts[run], ends[run]
        tag = _tag(codes, narrow, start, end, mask)
        slot = _mixed(tag) & mask & last
        while True:
            number = np.int64(slots[2 * slot + _ONE]) - 1
            if number < 0:
                break
            if slots[2 * slot] == tag and (
                tag < _HASHED or _same(codes, start, end, arena, offsets[number], offsets[number + 1])
            ):
                break
            slot = (slot + _ONE) & last
        if number < 0:
            number, used = state[0], state[1]
            if number == len(tags) or used + _LONGEST * (end - start) > len(arena):
                return run
            tags[number] = tag
            state[0] = number + 1
            state[1] = offsets[number + 1] = _write(codes, start, end, arena, used)
            slots[2 * slot], slots[2 * slot + _ONE] = tag, np.uint64(number + 1)
        found[run] = number
    return len(starts)
