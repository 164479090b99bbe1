"""A segment as kernels see it: one array of addresses and sizes.

PERF: handing a kernel twenty arrays costs more than a rare word takes to score, so a kernel is given the
addresses of a segment's arrays in one array of 64-bit numbers, by the slots below, and views them without a
copy. What they point to must be kept alive by the caller: :class:`.table.SegmentTable` does.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from ....analysis import compiled

# -- slots of the whole segment
DOCS: Final = 0  # documents, deleted ones included
CHUNKS: Final = 1  # of 65,536 documents each
TERMS: Final = 2
TERM_BYTES: Final = 3
TERM_OFFSETS: Final = 4
LANGUAGE: Final = 5  # u2: number of each document's language
PUBLISHED: Final = 6  # u4: day, 0 for none
TIE: Final = 7  # u4
LIVE: Final = 8  # u8: a bit for each document
DELETED: Final = 9  # how many documents are not live
LANGUAGES: Final = 10  # how many languages there are
STEMS: Final = 11  # how many stems there are
STEM_BYTES: Final = 12
STEM_OFFSETS: Final = 13
STEM_STARTS: Final = 14  # u4: where the terms of a stem begin
STEM_TERMS: Final = 15  # u4
JOINED: Final = 16  # how many joined forms there are
JOINED_TERMS: Final = 17  # u4, ascending
JOINED_FIRST: Final = 18  # u4: the term of the first part
JOINED_LENGTHS: Final = 19  # u1: positions covered
ONE_LANGUAGE: Final = 20  # 1 when all documents are of one language
LANGUAGE_MAP: Final = 21  # i8: the segment's number of each language of the index, or -1
IDS: Final = 22  # how many ids of articles there are
ID_BYTES: Final = 23
ID_OFFSETS: Final = 24
ID_DOCUMENTS: Final = 25  # u4: the document of each id

# -- slots of a field: FIELD + number of the field * FIELD_SLOTS + one of these
FIELD: Final = 32
FIELD_SLOTS: Final = 16
STARTS: Final = 0  # u4: postings of a term in a chunk
POSTINGS: Final = 1  # u2: document within its chunk
FREQUENCIES: Final = 2  # u1: 255 stands for a large one
SKIPS: Final = 3  # u4: where the positions of every 64th posting begin
POSITIONS: Final = 4  # u2: low half
HIGH: Final = 5  # u2: high half, or no array
LARGE_AT: Final = 6  # u4: postings with large frequencies
LARGE: Final = 7  # u4: the frequencies
LARGE_COUNT: Final = 8
LENGTHS: Final = 9  # u4: positions in the field of each document

# A number whose first value is written out is of another type to numba than what it is set to later, and what
# is called with it would be compiled for both.
ZERO: Final = np.int64(0)
MINUS_ONE: Final = np.int64(-1)

CHUNK_BITS: Final = 16
LARGE_FREQUENCY: Final = 255
SKIP_BITS: Final = 6  # every 64th posting

# What only kernels call is compiled into them, and needs no door of its own to Python.
INNER: Final[dict[str, Any]] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
# What runs for each block or document is put where it is called: its arrays are not handed over each time.
INLINED: Final[dict[str, Any]] = INNER | {"forceinline": True}
# Kernels are compiled when they are first imported, unless they were before, and kept on disk.
OPTIONS: Final = compiled.options()


@intrinsic
def _pointer(_context: Any, _address: Any) -> Any:
    signature = types.voidptr(types.int64)

    def generate(_target: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return signature, generate


@njit(**INNER)
def u1(address: int, count: int) -> Any:
    """View bytes at an address."""
    return carray(_pointer(address), (count,), np.uint8)


@njit(**INNER)
def u2(address: int, count: int) -> Any:
    """View 16-bit numbers at an address."""
    return carray(_pointer(address), (count,), np.uint16)


@njit(**INNER)
def u4(address: int, count: int) -> Any:
    """View 32-bit numbers at an address."""
    return carray(_pointer(address), (count,), np.uint32)


@njit(**INNER)
def u8(address: int, count: int) -> Any:
    """View 64-bit numbers at an address."""
    return carray(_pointer(address), (count,), np.uint64)


@njit(**INNER)
def i8(address: int, count: int) -> Any:
    """View signed 64-bit numbers at an address."""
    return carray(_pointer(address), (count,), np.int64)


@njit(**INNER)
def i8_rows(address: int, count: int, columns: int) -> Any:
    """View rows of signed 64-bit numbers at an address."""
    return carray(_pointer(address), (count, columns), np.int64)


@njit(**INNER)
def f8(address: int, count: int) -> Any:
    """View 64-bit floating point numbers at an address."""
    return carray(_pointer(address), (count,), np.float64)


@intrinsic
def trailing_zeros(_context: Any, _word: Any) -> Any:
    """The number of the lowest bit set in a 64-bit word that is not zero."""
    signature = types.int64(types.uint64)

    def generate(_target: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return signature, generate


@intrinsic
def population(_context: Any, _word: Any) -> Any:
    """How many bits of a 64-bit word are set."""
    signature = types.int64(types.uint64)

    def generate(_target: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return signature, generate
