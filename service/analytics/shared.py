"""What the workers of a service know together about today's readers: memory without a name, on no disk.

Made before the workers are forked, it is gone with the service. A reader is counted once a day for a query,
whichever workers were asked; what is in doubt is not counted, so an error hides a query and shows none.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_UN, lockf
from mmap import mmap
from pathlib import Path
from tempfile import mkstemp
from typing import Final

SLOTS: Final = 1 << 23  # a byte each: at 100,000 searches a day, with two switches each, one in 28 is lost
READERS: Final = 1 << 16  # eight bytes each: when a reader was last heard of
KEY: Final = 32
_TIMES: Final = 64
_SEEN: Final = _TIMES + READERS * 8


class Shared:
    """The key of the day, and what was seen under it. Safe to use from several processes, one thread each."""

    def __init__(self) -> None:
        self._memory = mmap(-1, _SEEN + SLOTS)
        self._file, name = mkstemp()
        Path(name).unlink()
        weakref.finalize(self, os.close, self._file)

    def reader(self, day: str, client: str) -> bytes:
        """A name of a client that holds for a day and means nothing on another.

        Readers are counted by their address alone: the name of a browser is whatever its owner says.
        """
        return hashlib.blake2b(client.encode(), key=self._key(_name(day)), digest_size=16).digest()

    def first(self, day: str, reader: bytes, tag: str) -> bool:
        """Whether this reader has not been counted for this tag on a day. Asking counts.

        Of a day that is over for another worker nobody can tell: not counted.
        """
        name = _name(day)
        if self._is_over(name):
            return False
        at = _SEEN + _number(self._key(name), reader + tag.encode()) % SLOTS
        if self._memory[at]:
            return False  # PERF: without the lock; what is set stays so for the day
        with self._alone():
            if self._is_over(name) or self._memory[at]:
                return False
            self._memory[at] = 1
        return True

    def touch(self, reader: bytes, at: float) -> None:
        """Note when a reader was last heard of, by the machine's monotonic clock."""
        struct.pack_into("d", self._memory, _place(reader), at)

    def heard(self, reader: bytes) -> float:
        """When the reader was last heard of by any worker."""
        found: float = struct.unpack_from("d", self._memory, _place(reader))[0]
        return found

    def _key(self, name: bytes) -> bytes:
        if self._memory[KEY : KEY + 16] < name:
            with self._alone():
                if self._memory[KEY : KEY + 16] < name:
                    self._memory[_TIMES:] = bytes(len(self._memory) - _TIMES)
                    self._memory[:KEY] = secrets.token_bytes(KEY)
                    self._memory[KEY : KEY + 16] = name
        return self._memory[:KEY]

    def _is_over(self, name: bytes) -> bool:
        return self._memory[KEY : KEY + 16] > name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # NOTE: of a process, not of a semaphore: the system takes it back from a worker that is killed.
        lockf(self._file, LOCK_EX)
        try:
            yield
        finally:
            lockf(self._file, LOCK_UN)


def _name(day: str) -> bytes:
    return day.encode()[:16].ljust(16)


def _number(key: bytes, text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, key=key, digest_size=8).digest(), "big")


def _place(reader: bytes) -> int:
    return _TIMES + int.from_bytes(reader[:8], "big") % READERS * 8


_prepared: list[Shared] = []


def prepare() -> None:
    """Make the one that the processes forked from this one have together."""
    if not _prepared:
        _prepared.append(Shared())


def shared() -> Shared:
    """The one that was prepared before the fork; where none was, this process is alone and has its own."""
    return _prepared[0] if _prepared else Shared()
