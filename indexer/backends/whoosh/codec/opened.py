"""An open segment: its arrays, its address table for kernels, and scratch space for each thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..kernels.memory import DELETED, LANGUAGE_MAP, LIVE, ONE_LANGUAGE
from ..kernels.table import address, make_table
from ..kernels.terms import find_each, find_prefix, holding_live
from .container import Container
from .layout import FILTERS, NO_LANGUAGE, TEXT, chunks_of
from .segment import EXTENSION, ColumnarSegment
from .stored import Store

Array = npt.NDArray[Any]

_NOBODY = (0, 0)


class Scratch:
    """Space for one query of one thread, zero between uses: see the kernels' docstrings."""

    def __init__(self, documents: int) -> None:
        words = max(1, -(-documents // 64))
        self.used = False  # set while a kernel works with it, which may end with an error
        self.sums = np.zeros(documents, np.float64)
        self.bits = np.zeros(words, np.uint64)
        # By address, in the order of .kernels.scanning.
        self.table = np.array([address(self.sums), address(self.bits)], np.int64)


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


def segment_path(directory: Path, segment: ColumnarSegment) -> Path:
    """Where a segment's file is."""
    return directory / f"{segment.segment_id()}{EXTENSION}"


class OpenSegment:
    """The arrays of a segment, mapped into memory. ``first`` is the number its first document has in the
    index.
    """

    def __init__(self, directory: Path, segment: ColumnarSegment, first: int = 0) -> None:
        self.segment = segment
        self.first = first
        self.path = segment_path(directory, segment)
        self.container = Container(self.path)
        self.arrays: dict[str, Array] = self.container.arrays
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
        self.table[ONE_LANGUAGE] = self.one_language
        self._facets: dict[tuple[str, ...], npt.NDArray[np.int64]] = {}
        self.map_languages(self.languages)
        self._local = threading.local()

    def at_commit(self, segment: ColumnarSegment) -> OpenSegment:
        """The same segment as another commit has it: perhaps with other deletions. All else is shared."""
        other = copy(self)
        other.__dict__.pop("total_lengths", None)
        other.segment, other.deleted = segment, segment.deleted_count()
        other.live, other.table = _bitmap(~segment.deleted), self.table.copy()
        other.table[LIVE], other.table[DELETED] = address(other.live), other.deleted
        return other

    @property
    def scratch(self) -> Scratch:
        """This thread's scratch space; a new one if what used it last has not come to its end."""
        mine: Scratch | None = getattr(self._local, "scratch", None)
        if mine is None or mine.used:
            mine = Scratch(self.documents)
            self._local.scratch = mine
        return mine

    # -- documents -------------------------------------------------------------------------

    def document_of(self, article_id: str) -> int:
        """The live document of an article, or -1."""
        try:
            found = self.ids.find(article_id.encode())
        except UnicodeEncodeError:  # half a character: no article has it
            return -1
        document = int(self.arrays["ids.documents"][found]) if found >= 0 else -1
        return document if document >= 0 and not self.segment.is_deleted(document) else -1

    def documents_of(self, article_ids: Sequence[str]) -> list[int]:
        """The live documents of some articles."""
        found = self.ids.find_all([identity.encode("utf-8", "surrogatepass") for identity in article_ids])
        documents = self.arrays["ids.documents"][found[found >= 0]]
        return documents[~self.segment.deleted[documents]].tolist()  # type: ignore[no-any-return]  # NumPy says Any

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

    def carriers_at(self, name: str, value: str) -> tuple[int, int]:
        """Address and number of the documents that carry a value; nobody carries an unknown one."""
        return self._carriers[name].get(value, _NOBODY)

    @cached_property
    def _carriers(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Filter field to value to where its documents are, and how many."""
        found = {}
        for name, values in self.values.items():
            starts = self.arrays[f"{name}.starts"].tolist()
            carriers = self.arrays[f"{name}.carriers"]
            begin, size = address(carriers) if len(carriers) else 0, carriers.itemsize
            found[name] = {
                value: (begin + starts[number] * size, starts[number + 1] - starts[number])
                for value, number in values.items()
            }
        return found

    def facets(self, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """What kernels count the values of some filter fields by: see :mod:`..kernels.searching`."""
        known = self._facets.get(names)
        if known is None:
            rows = [
                (
                    1 << FILTERS.index(name),
                    address(self.arrays[f"{name}.of"]),
                    address(self.arrays[f"{name}.numbers"]),
                    self.value_count(name),
                )
                for name in names
            ]
            known = self._facets[names] = np.array(rows, np.int64).reshape(-1, 4)
        return known

    # -- terms -----------------------------------------------------------------------------

    def holding(self, field: int, terms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """In how many live documents each term stands in a field."""
        return holding_live(self.table, field, terms)  # type: ignore[no-any-return]  # a kernel has no types

    def term_documents(self, field: int, term: int) -> npt.NDArray[np.uint32]:
        """The documents that hold a term in a field, ascending, deleted ones included."""
        starts = self.arrays[f"{TEXT[field]}.starts"]
        first = term * self.chunks
        bounds = starts[first : first + self.chunks + 1].astype(np.int64)
        low = self.arrays[f"{TEXT[field]}.documents"][bounds[0] : bounds[-1]]
        chunks = np.repeat(np.arange(self.chunks, dtype=np.uint32), np.diff(bounds))
        return (chunks << np.uint32(16)) | low

    def map_languages(self, languages: Sequence[str]) -> None:
        """Say what languages the index has, so that kernels find their numbers in this segment."""
        numbers = [self.values["lang"].get(lang, -1) for lang in languages]
        self._language_map = np.array(numbers, np.int64)
        self.table[LANGUAGE_MAP] = address(self._language_map)

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


__all__ = ["NO_LANGUAGE", "OpenSegment", "Scratch", "Strings", "segment_path"]
