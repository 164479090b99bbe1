r"""One file of named arrays: what a segment is on disk.

::

    magic "BRDSHEET" · version u32 · zero u32
    array · padding · array · padding · …       little-endian, each begins at a multiple of 64 bytes
    table (JSON): facts, and of each array its name, type, offset, count and CRC-32
    table's offset u64 · its size u64 · its CRC-32 u32 · the file's magic backwards

Files are written once and never changed. They are read through a memory map: an array is a view of the
page cache that all processes share. Nothing in a file is unpickled. Whether a file is as it was written, its
size and checksums in the manifest say.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....errors import IndexDamaged
from ..generations import FileEntry, Sums, entry_of

Array = npt.NDArray[Any]

MAGIC: Final = b"BRDSHEET"
VERSION: Final = 2
ALIGNMENT: Final = 64  # a cache line, and the widest vector a kernel loads
_HEAD: Final = struct.Struct("<8sII")
_TAIL: Final = struct.Struct("<QQI8s")
_TYPES: Final = frozenset({"|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"})
_SLICE: Final = 1 << 22  # bytes given to the disk, or summed up, at once


class ContainerWriter:
    """Writes a container: arrays one after the other, whole or piece by piece.

    What it has written is summed up meanwhile, so that nobody has to read it again; only where arrays were
    :meth:`reserved <reserve>` it is read at the end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._sums: Sums | None = Sums()
        self._size = 0
        self._table: list[dict[str, Any]] = []
        self._put(_HEAD.pack(MAGIC, VERSION, 0))

    def add(self, name: str, array: Array) -> None:
        """Write one array of one dimension; big-endian ones are turned round."""
        self.begin(name, array.dtype)
        self.go_on(array)

    def begin(self, name: str, kind: npt.DTypeLike) -> None:
        """Begin an array that is written by :meth:`go_on`, in pieces, until the next one begins."""
        kind = np.dtype(kind).newbyteorder("<")
        if kind.str not in _TYPES:
            raise TypeError(f"{name}: {kind} cannot be written")
        self._put(bytes(-self._size % ALIGNMENT))
        self._table.append({"name": name, "type": kind.str, "offset": self._size, "count": 0, "crc": 0})

    def go_on(self, piece: Array) -> None:
        """Write a piece of the array that was begun."""
        entry = self._table[-1]
        flat = np.ascontiguousarray(piece).reshape(-1).astype(entry["type"], copy=False)
        entry["count"] += len(flat)
        data = flat.view(np.uint8).data if len(flat) else memoryview(b"")
        for start in range(0, len(data), _SLICE):
            self._put(data[start : start + _SLICE])
            entry["crc"] = zlib.crc32(data[start : start + _SLICE], entry["crc"])

    def reserve(self, name: str, kind: npt.DTypeLike, count: int) -> Reserved:
        """Room for an array of ``count`` numbers, to be written while others are."""
        self.begin(name, kind)
        self._table[-1]["count"] = count
        self._file.flush()
        offset, size = self._size, count * np.dtype(kind).itemsize
        self._sums = None
        self._size += size
        self._file.truncate(self._size)
        self._file.seek(self._size)
        return Reserved(self._file.fileno(), offset, self._table[-1])

    def finish(self, facts: Mapping[str, Any]) -> FileEntry:
        """Write the table and its place; returns what the manifest says of the file, yet to be synced."""
        self._put(bytes(-self._size % ALIGNMENT))
        table = json.dumps({"facts": facts, "arrays": self._table}, separators=(",", ":")).encode()
        offset = self._size
        self._put(table)
        self._put(_TAIL.pack(offset, len(table), zlib.crc32(table), MAGIC[::-1]))
        self._file.flush()
        self._file.close()
        return self._sums.entry() if self._sums else entry_of(self.path)

    def abandon(self) -> None:
        """Close what is open; the file is left for whoever sweeps."""
        with suppress(OSError):  # what waits in a buffer may find no room, and need not
            self._file.close()

    def _put(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._size += len(data)
        if self._sums:
            self._sums.update(data)


@dataclass(slots=True)
class Reserved:
    """Room in a container for one array, filled from its beginning on."""

    handle: int
    offset: int
    entry: dict[str, Any]

    def go_on(self, piece: Array) -> None:
        """Write the next piece."""
        flat = np.ascontiguousarray(piece).astype(self.entry["type"], copy=False)
        data = flat.view(np.uint8).data if len(flat) else memoryview(b"")
        self.entry["crc"] = zlib.crc32(data, self.entry["crc"])
        while data:
            written = os.pwrite(self.handle, data[:_SLICE], self.offset)
            self.offset += written
            data = data[written:]


class Container:
    """An open container: its arrays as read-only views, and its facts.

    Raises:
        IndexDamaged: the file is not whole, or of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEAD.size + _TAIL.size:
                raise self._damaged("is cut short")
            # NOTE: a private map, never written to, so that kernels take its arrays like any others.
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        table = self._read_table(size)
        self.facts: Mapping[str, Any] = table["facts"]
        self._crcs = {entry["name"]: entry["crc"] for entry in table["arrays"]}
        self._address: int = np.frombuffer(self._map, np.uint8).__array_interface__["data"][0]
        self.arrays = {entry["name"]: self._view(entry, size) for entry in table["arrays"]}

    def verify(self) -> None:
        """Compare every array with its checksum: the file's own do not say which one is damaged."""
        for name, array in self.arrays.items():
            if zlib.crc32(array.data) != self._crcs[name]:
                raise self._damaged(f"holds an array {name} that is not as it was written")

    def forget(self, name: str, count: int | None = None) -> None:
        """Let go of an array's pages, or those of its first numbers: they are not needed again soon."""
        array = self.arrays[name]
        start = array.__array_interface__["data"][0] - self._address
        size = array.nbytes if count is None else count * array.itemsize
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (start + size) // mmap.PAGESIZE * mmap.PAGESIZE - first
        if length > 0:
            self._map.madvise(mmap.MADV_DONTNEED, first, length)

    def _read_table(self, size: int) -> dict[str, Any]:
        magic, version, zero = _HEAD.unpack_from(self._map, 0)
        offset, length, crc, end = _TAIL.unpack_from(self._map, size - _TAIL.size)
        if magic != MAGIC or zero or end != MAGIC[::-1] or offset + length + _TAIL.size != size:
            raise self._damaged("is not a whole segment")
        if version != VERSION:
            raise self._damaged(f"is of format {version}, not {VERSION}")
        table = self._map[offset : offset + length]
        if zlib.crc32(table) != crc:
            raise self._damaged("has a damaged table")
        found: dict[str, Any] = json.loads(table)
        return found

    def _view(self, entry: Mapping[str, Any], size: int) -> Array:
        kind = np.dtype(entry["type"])
        if entry["type"] not in _TYPES or entry["offset"] + entry["count"] * kind.itemsize > size:
            raise self._damaged(f"says of {entry['name']} what cannot be")
        view: Array = np.frombuffer(self._map, kind, entry["count"], entry["offset"])
        return view if sys.byteorder == "little" else view.astype(kind.newbyteorder("="))

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"{self.path} {what}: run `broadsheet index --rebuild`")
