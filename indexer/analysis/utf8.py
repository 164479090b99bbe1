"""UTF-8 in kernels: counted, decoded, written."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

# What only kernels call is compiled into them, and needs no door of its own to Python.
INNER: Final[dict[str, Any]] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@njit(**INNER)
def count_codes(data: Any, start: int, end: int) -> int:
    """How many code points there are. PERF: most texts are ASCII, and that is told thirty bytes at a time."""
    bits = np.uint8(0)
    for byte in data[start:end]:
        bits |= byte
    if bits < 0x80:
        return end - start
    count = 0
    for byte in data[start:end]:
        count += (byte & 0xC0) != 0x80
    return count


@njit(**INNER)
def decode(data: Any, at: int, end: int, codes: Any) -> None:
    """Code points, from a place where one begins, until there are enough or the text ends."""
    size = 0
    while at < end and size < codes.size:
        first: Any = np.int64(data[at])
        length = 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
        code = first if length == 1 else first & (0x7F >> length)
        for more in range(1, length):
            code = code << 6 | np.int64(data[at + more]) & 0x3F
        codes[size] = code
        size += 1
        at += length


@njit(**INNER)
def skip_codes(data: Any, at: int, end: int, count: int) -> int:
    """Where the code point begins that is ``count`` behind the one at ``at``."""
    while count and at < end:
        at += 1
        while at < end and data[at] & 0xC0 == 0x80:
            at += 1
        count -= 1
    return at


@njit(**INNER)
def put_code(code: int, out: Any, at: int) -> int:
    """A code point in UTF-8."""
    if code < 0x80:
        out[at] = code
        return at + 1
    length = 2 + (code >= 0x800) + (code >= 0x10000)
    for place in range(length - 1, 0, -1):
        out[at + place] = 0x80 | code & 0x3F
        code >>= 6
    out[at] = (0xF00 >> length) & 0xFF | code
    return at + length


@njit(**INNER)
def put_all(source: Any, out: Any, at: int) -> int:
    """Bytes as they are."""
    for byte in source:
        out[at] = byte
        at += 1
    return at
