"""An open segment: its arrays, its address table for kernels, and scratch space for each thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..kernels.table import make_table
from ..kernels.terms import find_each, find_prefix
from .container import Container
from .layout import FILTERS, NO_LANGUAGE, TEXT, chunks_of
from .segment import EXTENSION, ColumnarSegment
from .stored import Store

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Scratch:
    """Space for one query of one thread, zero between uses: see the kernels' docstrings."""

    sums: npt.NDArray[np.float64]
    bits: npt.NDArray[np.uint64]
    totals: npt.NDArray[np.float64]
    counts: npt.NDArray[np.uint16]
    marks: npt.NDArray[np.uint64]


class Strings:
    """A sorted table of strings in a segment."""

    def __init__(self, arrays: dict[str, Array], name: str) -> None:
        self.bytes: Array = arrays[f"{name}.bytes"]
        self.offsets: Array = arrays[f"{name}.offsets"]
        self._place = (self.bytes.__array_interface__["data"][0], self.offsets.__array_interface__["data"][0])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.bytes[int(self.offsets[number]) : int(self.offsets[number + 1])].tobytes()

    def find(self, key: bytes) -> int:
        """The number of a string, or -1."""
        return int(self.find_all([key])[0])

    def find_all(self, keys: list[bytes]) -> npt.NDArray[np.int64]:
        """The number of each string, -1 for those that are not there."""
        bounds = np.zeros(len(keys) + 1, np.int64)
        np.cumsum([len(key) for key in keys], out=bounds[1:])
        found: npt.NDArray[np.int64] = find_each(
            *self._place, len(self), np.frombuffer(b"".join(keys), np.uint8).copy(), bounds
        )
        return found

    def prefixed(self, key: bytes) -> tuple[int, int]:
        """The half-open range of the strings that begin with ``key``."""
        low, high = find_prefix(*self._place, len(self), np.frombuffer(key, np.uint8).copy())
        return low, high


class OpenSegment:
    """The arrays of a segment, mapped into memory. ``first`` is the number its first document has in the index."""

    def __init__(self, directory: Path, segment: ColumnarSegment, first: int = 0) -> None:
        self.segment = segment
        self.first = first
        container = Container(directory / f"{segment.segment_id()}{EXTENSION}")
        self.arrays: dict[str, Array] = container.arrays
        self.documents: int = segment.doc_count_all()
        self.chunks = chunks_of(self.documents)
        self.deleted = segment.deleted_count()
        self.live = _bitmap(~segment.deleted)
        self.terms = Strings(self.arrays, "terms")
        self.stems = Strings(self.arrays, "stems")
        self.ids = Strings(self.arrays, "ids")
        self.store = Store(self.arrays)
        self.languages = [self.value("lang", number) for number in range(self.value_count("lang"))]
        # Whether all documents are of one language, so that weights need not be looked up by it.
        self.one_language = len(self.languages) == 1 and len(self.arrays["lang.numbers"]) == self.documents
        self.table = make_table(
            self.arrays, self.documents, self.chunks, len(self.languages), self.live, self.deleted
        )
        self._local = threading.local()

    @property
    def scratch(self) -> Scratch:
        """This thread's scratch space."""
        mine: Scratch | None = getattr(self._local, "scratch", None)
        if mine is None:
            words = len(self.live)
            mine = Scratch(
                np.zeros(self.documents, np.float64),
                np.zeros(words, np.uint64),
                np.zeros(self.documents, np.float64),
                np.zeros(self.documents, np.uint16),
                np.zeros(words, np.uint64),
            )
            self._local.scratch = mine
        return mine

    # -- documents -------------------------------------------------------------------------

    def document_of(self, article_id: str) -> int:
        """The live document of an article, or -1."""
        found = self.ids.find(article_id.encode("utf-8", "replace"))
        document = int(self.arrays["ids.documents"][found]) if found >= 0 else -1
        return document if document >= 0 and not self.segment.is_deleted(document) else -1

    def documents_of(self, article_ids: Sequence[str]) -> list[int]:
        """The live documents of some articles."""
        found = self.ids.find_all([identity.encode("utf-8", "replace") for identity in article_ids])
        documents = self.arrays["ids.documents"][found[found >= 0]]
        return documents[~self.segment.deleted[documents]].tolist()  # type: ignore[no-any-return]

    # -- filter values ---------------------------------------------------------------------

    def value_count(self, name: str) -> int:
        """How many values a filter field has."""
        return len(self.arrays[f"{name}.offsets"]) - 1

    def value(self, name: str, number: int) -> str:
        """A value of a filter field."""
        offsets = self.arrays[f"{name}.offsets"]
        return (
            self.arrays[f"{name}.bytes"][int(offsets[number]) : int(offsets[number + 1])].tobytes().decode()
        )

    @cached_property
    def values(self) -> dict[str, dict[str, int]]:
        """Filter field to value to its number."""
        return {
            name: {self.value(name, number): number for number in range(self.value_count(name))}
            for name in FILTERS
        }

    @cached_property
    def slugs(self) -> dict[str, list[str]]:
        """The values of each filter field, by number."""
        return {name: list(values) for name, values in self.values.items()}

    def carriers(self, name: str, number: int) -> Array:
        """The documents that carry a value, deleted ones included."""
        starts = self.arrays[f"{name}.starts"]
        carriers: Array = self.arrays[f"{name}.carriers"][int(starts[number]) : int(starts[number + 1])]
        return carriers

    # -- lengths ---------------------------------------------------------------------------

    @cached_property
    def total_lengths(self) -> dict[str, int]:
        """The positions of the live documents, by field."""
        alive = ~self.segment.deleted
        return {name: int(self.arrays[f"{name}.lengths"][alive].sum(dtype=np.int64)) for name in TEXT}


def _bitmap(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """A bit a document, the lowest first, in words of 64."""
    room = np.zeros(max(1, -(-len(flags) // 64)) * 64, np.bool_)
    room[: len(flags)] = flags
    return np.packbits(room, bitorder="little").view(np.uint64)


__all__ = ["NO_LANGUAGE", "OpenSegment", "Scratch", "Strings"]
