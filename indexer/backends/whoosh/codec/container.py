r"""One file of named arrays: what a segment is on disk.

::

    magic "BRDSHEET" · version u32 · zero u32
    array · padding · array · padding · …       little-endian, each begins at a multiple of 64 bytes
    table (JSON): facts, and of each array its name, type, offset, count and CRC-32
    table's offset u64 · its size u64 · its CRC-32 u32 · the file's magic backwards

Files are written once, from front to back, and never changed. They are read through a memory map: an
array is a view of the page cache that all processes share. Nothing in a file is unpickled.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....errors import IndexDamaged

Array = npt.NDArray[Any]

MAGIC: Final = b"BRDSHEET"
VERSION: Final = 1
ALIGNMENT: Final = 64  # a cache line, and the widest vector a kernel loads
_HEAD: Final = struct.Struct("<8sII")
_TAIL: Final = struct.Struct("<QQI8s")
_TYPES: Final = frozenset({"|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"})
_SLICE: Final = 1 << 24  # bytes given to the disk, or summed up, at once


class ContainerWriter:
    """Writes a container, array by array; durable when :meth:`finish` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._table: list[dict[str, Any]] = []
        self._file.write(_HEAD.pack(MAGIC, VERSION, 0))

    def add(self, name: str, array: Array) -> None:
        """Write one array of one dimension; big-endian ones are turned round."""
        flat = np.ascontiguousarray(array).reshape(-1)
        flat = flat.astype(flat.dtype.newbyteorder("<"), copy=False)
        if flat.dtype.str not in _TYPES:
            raise TypeError(f"{name}: {flat.dtype} cannot be written")
        self._pad()
        self._table.append(
            {
                "name": name,
                "type": flat.dtype.str,
                "offset": self._file.tell(),
                "count": len(flat),
                "crc": self._write(flat),
            }
        )

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the table and its place, and sync the file."""
        self._pad()
        table = json.dumps({"facts": facts, "arrays": self._table}, separators=(",", ":")).encode()
        offset = self._file.tell()
        self._file.write(table)
        self._file.write(_TAIL.pack(offset, len(table), zlib.crc32(table), MAGIC[::-1]))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close what is open; the file is left for whoever sweeps."""
        self._file.close()

    def _pad(self) -> None:
        self._file.write(bytes(-self._file.tell() % ALIGNMENT))

    def _write(self, flat: Array) -> int:
        crc = 0
        for piece in _pieces(flat):
            self._file.write(piece)
            crc = zlib.crc32(piece, crc)
        return crc


def _pieces(flat: Array) -> Iterator[memoryview]:
    data = flat.view(np.uint8).data if len(flat) else memoryview(b"")
    for start in range(0, len(data), _SLICE):
        yield data[start : start + _SLICE]


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
        self.arrays = {entry["name"]: self._view(entry, size) for entry in table["arrays"]}

    def verify(self) -> None:
        """Compare every array with its checksum; a gigabyte or so a second."""
        for name, array in self.arrays.items():
            crc = 0
            for piece in _pieces(array):
                crc = zlib.crc32(piece, crc)
            if crc != self._crcs[name]:
                raise self._damaged(f"holds an array {name} that is not as it was written")

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
