"""A checksum as fast as memory is read, to see at once whether a file is as it was written.

Sixty-four sums of 32 bits each run over every sixty-fourth word; what they come to, what is left over and the
size are hashed together. A sum is a bijection of each word it takes, so that any one changed word changes it;
several changed ones are missed with a chance of about 1 in 2^32 at most. Against a forger it is no help.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
from numba import njit, types

from ....analysis.chunker import READ_ONLY
from .memory import OPTIONS

_LANES: Final = 64
_STRIPE: Final = 4 * _LANES  # bytes
_MULTIPLIER: Final = np.uint32(0x9E3779B1)
_TURN: Final = np.uint32(13)
_TURN_BACK: Final = np.uint32(19)


@njit(types.void(types.uint32[::1], READ_ONLY["uint32"]), **OPTIONS)
def _sum_up(sums: Any, words: Any) -> None:
    """Take whole stripes of words into the sums; vector instructions take them many at once."""
    for stripe in range(words.size // _LANES):
        own = words[stripe * _LANES : stripe * _LANES + _LANES]
        for lane in range(_LANES):
            mixed = sums[lane] ^ own[lane]
            sums[lane] = ((mixed << _TURN) | (mixed >> _TURN_BACK)) * _MULTIPLIER


class Checksum:
    """The checksum of what :meth:`update` was given."""

    def __init__(self) -> None:
        self._sums = np.arange(1, _LANES + 1, dtype=np.uint32)
        self._rest = b""
        self._size = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Go on with more bytes."""
        view = memoryview(data).cast("B")
        self._size += len(view)
        if self._rest:
            wanted = _STRIPE - len(self._rest)
            self._rest += view[:wanted]
            if len(self._rest) < _STRIPE:
                return
            view = view[wanted:]
            _sum_up(self._sums, np.frombuffer(self._rest, "<u4").astype(np.uint32))
        whole = len(view) - len(view) % _STRIPE
        if whole:
            _sum_up(self._sums, np.frombuffer(view[:whole], "<u4").astype(np.uint32, copy=False))
        self._rest = bytes(view[whole:])

    def hexdigest(self) -> str:
        """Sixteen hexadecimal digits."""
        sums = self._sums.astype("<u4").tobytes()
        end = self._rest + self._size.to_bytes(8, "little")
        return hashlib.blake2b(sums + end, digest_size=8).hexdigest()
