"""Several segments as one: arrays copied and renumbered, deleted documents left out. No text is read.

Whatever its size, a merge holds a bounded part of the postings in memory: it goes over the terms in order, a
range of them at a time, and writes what it has made of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....fields import FILTERS, TEXT
from ..codec.container import ContainerWriter
from ..codec.layout import chunks_of
from ..codec.opened import OpenSegment
from ..codec.stored import MAX_DICTIONARIES, Compressor
from ..generations import FileEntry
from ..kernels.inversion import count_segment, keep_strings, merge_strings
from .flush import check_size, complete, dictionaries, filter_arrays, stem_pairs
from .frames import STORE, offsets_of
from .ranges import FieldSource, merge_field

Array = npt.NDArray[Any]
Arrays = Iterator[tuple[str, Array]]
Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

_FRAMES: Final = 4_096  # compressed again at once
_COPIED: Final = 1 << 24  # bytes of frames copied at once


@dataclass(frozen=True)
class _Source:
    """A segment, the new numbers of its documents (-1: deleted) and terms, and which terms are kept."""

    segment: OpenSegment
    documents: Numbers
    terms: Codes
    kept: npt.NDArray[np.bool_]

    @property
    def live(self) -> Numbers:
        """Its live documents, by their old numbers."""
        return np.flatnonzero(self.documents >= 0)

    def field(self, name: str) -> FieldSource:
        """A text field of it."""
        arrays = self.segment.arrays
        parts = ("starts", "documents", "frequencies", "large", "positions", "high")
        return FieldSource(
            [arrays[f"{name}.{part}"] for part in parts],
            self.terms,
            self.documents,
            lambda part, count: self.segment.container.forget(f"{name}.{part}", count),
        )


def merge(segments: Sequence[OpenSegment], path: Path) -> tuple[int, FileEntry]:
    """Write the live documents of some segments as one, in their order; returns how many they are, and what
    the manifest says of the file, which is yet to be synced.
    """
    count = sum(segment.documents - segment.deleted for segment in segments)
    writer = ContainerWriter(path)
    try:
        arrays = _merged(segments, count, writer)
        return count, complete(writer, arrays, count)
    except BaseException:
        writer.abandon()
        raise


def _merged(segments: Sequence[OpenSegment], count: int, writer: ContainerWriter) -> Arrays:
    chunks = chunks_of(count)
    data, offsets, sources = _common_terms(segments, _new_documents(segments))
    counted = {name: _count(sources, name, len(offsets) - 1, chunks) for name in TEXT}
    held = _held(counted, chunks)
    if not held.all():
        data, offsets, numbers = keep_strings(data, offsets, held)
        counted = {name: _without(found, held, chunks) for name, found in counted.items()}
        sources = [
            _Source(source.segment, source.documents, numbers[source.terms], held[source.terms])
            for source in sources
        ]
    yield "terms.bytes", data
    yield "terms.offsets", offsets
    yield from _joined_forms(sources)
    yield from _stems(sources)
    for name in TEXT:
        starts, begins = counted.pop(name)
        yield f"{name}.starts", starts
        merge_field(writer, name, [source.field(name) for source in sources], starts, begins, chunks)
        yield f"{name}.lengths", _column(sources, f"{name}.lengths")
    for name in FILTERS:
        yield from _filter(sources, name)
    yield from _ids(sources)
    for name in ("published", "tie"):
        yield name, _column(sources, name)
    yield from _store(sources, writer)


def _new_documents(segments: Sequence[OpenSegment]) -> list[Numbers]:
    numbers, next_ = [], 0
    for segment in segments:
        live = ~segment.segment.deleted
        numbers.append(np.where(live, next_ + np.cumsum(live) - 1, -1))
        next_ += int(np.count_nonzero(live))
    return numbers


def _column(sources: Sequence[_Source], name: str) -> Array:
    return np.concatenate([source.segment.arrays[name][source.live] for source in sources])


# -- terms -----------------------------------------------------------------------------------------


def _common_strings(tables: Sequence[tuple[Array, Codes]]) -> tuple[Array, Codes, list[Codes]]:
    """Sorted tables of strings as one: bytes, offsets, and the new numbers of each table's entries."""
    data, offsets = np.zeros(0, np.uint8), np.zeros(1, np.uint32)
    numbers: list[Codes] = []
    for own, own_offsets in tables:
        data, offsets, old, new = merge_strings(data, offsets, own, own_offsets)
        numbers = [old[known] for known in numbers]
        numbers.append(new)
    return data, offsets, numbers


def _common_terms(
    segments: Sequence[OpenSegment], documents: Sequence[Numbers]
) -> tuple[Array, Codes, list[_Source]]:
    tables = [(segment.terms.bytes, segment.terms.offsets) for segment in segments]
    data, offsets, numbers = _common_strings(tables)
    sources = [
        _Source(segment, own, terms, np.ones(len(terms), np.bool_))
        for segment, own, terms in zip(segments, documents, numbers, strict=True)
    ]
    return data, offsets, sources


def _count(sources: Sequence[_Source], name: str, count: int, chunks: int) -> tuple[Codes, Numbers]:
    """Where each term's postings in each chunk begin, and where each term's positions begin."""
    starts, begins = np.zeros(count * chunks + 1, np.uint32), np.zeros(count + 1, np.int64)
    for source in sources:
        field = source.field(name)
        count_segment(*field.postings, field.terms, field.documents, chunks, starts, begins)
        field.forget_postings(len(field.arrays[1]))
    np.cumsum(starts, dtype=np.uint32, out=starts)
    np.cumsum(begins, out=begins)
    check_size(int(begins[-1]))
    return starts, begins


def _held(counted: dict[str, tuple[Codes, Numbers]], chunks: int) -> npt.NDArray[np.bool_]:
    """Whether each term is held by a live document."""
    found = [np.diff(starts[::chunks].astype(np.int64)) > 0 for starts, _ in counted.values()]
    held: npt.NDArray[np.bool_] = np.logical_or.reduce(found)
    return held


def _without(
    counted: tuple[Codes, Numbers], held: npt.NDArray[np.bool_], chunks: int
) -> tuple[Codes, Numbers]:
    starts, begins = counted
    kept = starts[:-1].reshape(-1, chunks)[held].reshape(-1)
    return np.append(kept, starts[-1:]), np.append(begins[:-1][held], begins[-1:])


def _joined_forms(sources: Sequence[_Source]) -> Arrays:
    forms, firsts, lengths = [], [], []
    for source in sources:
        arrays = source.segment.arrays
        kept = source.kept[arrays["joined.terms"]]
        forms.append(source.terms[arrays["joined.terms"][kept]])
        firsts.append(source.terms[arrays["joined.first"][kept]])
        lengths.append(arrays["joined.lengths"][kept])
    terms, places = np.unique(np.concatenate(forms), return_index=True)
    yield "joined.terms", terms
    yield "joined.first", np.concatenate(firsts)[places]
    yield "joined.lengths", np.concatenate(lengths)[places]


def _stems(sources: Sequence[_Source]) -> Arrays:
    tables = [(source.segment.stems.bytes, source.segment.stems.offsets) for source in sources]
    data, offsets, numbers = _common_strings(tables)
    stem_parts, term_parts = [], []
    for source, stems in zip(sources, numbers, strict=True):
        arrays = source.segment.arrays
        kept = source.kept[arrays["stems.terms"]]
        stem_parts.append(np.repeat(stems, np.diff(arrays["stems.starts"]).astype(np.int64))[kept])
        term_parts.append(source.terms[arrays["stems.terms"][kept]])
    stems, terms = np.concatenate(stem_parts).astype(np.int64), np.concatenate(term_parts).astype(np.int64)
    held = np.zeros(len(offsets) - 1, np.bool_)
    held[stems] = True
    data, offsets, kept_numbers = keep_strings(data, offsets, held)
    yield "stems.bytes", data
    yield "stems.offsets", offsets
    yield from stem_pairs(kept_numbers[stems].astype(np.int64), terms, len(offsets) - 1)


# -- documents -------------------------------------------------------------------------------------


def _filter(sources: Sequence[_Source], name: str) -> Arrays:
    """A filter field; values that no live document carries are left out."""
    tables = [
        (source.segment.arrays[f"{name}.bytes"], source.segment.arrays[f"{name}.offsets"])
        for source in sources
    ]
    data, offsets, news = _common_strings(tables)
    number_parts, size_parts = [], []
    for source, new in zip(sources, news, strict=True):
        sizes = np.diff(source.segment.arrays[f"{name}.of"]).astype(np.int64)
        live = source.documents >= 0
        number_parts.append(new[source.segment.arrays[f"{name}.numbers"][np.repeat(live, sizes)]])
        size_parts.append(sizes[live])
    numbers = np.concatenate(number_parts)
    held = np.zeros(len(offsets) - 1, np.bool_)
    held[numbers] = True
    data, offsets, kept = keep_strings(data, offsets, held)
    yield f"{name}.bytes", data
    yield f"{name}.offsets", offsets
    yield from filter_arrays(name, kept[numbers], np.concatenate(size_parts), len(offsets) - 1)


def _ids(sources: Sequence[_Source]) -> Arrays:
    """The ids of the live documents. No two of these have the same one."""
    tables = [(source.segment.ids.bytes, source.segment.ids.offsets) for source in sources]
    data, offsets, numbers = _common_strings(tables)
    documents = np.full(len(offsets) - 1, -1, np.int64)
    for source, new in zip(sources, numbers, strict=True):
        own = source.documents[source.segment.arrays["ids.documents"]]
        documents[new[own >= 0]] = own[own >= 0]
    data, offsets, _ = keep_strings(data, offsets, documents >= 0)
    yield "ids.bytes", data
    yield "ids.offsets", offsets
    yield "ids.documents", documents[documents >= 0].astype(np.uint32)


def _store(sources: Sequence[_Source], writer: ContainerWriter) -> Arrays:
    given = list(dict.fromkeys(item for source in sources for item in source.segment.store.dictionaries))
    fresh = Compressor(given[0]) if len(given) > MAX_DICTIONARIES else None
    given = given[:1] if fresh else given
    writer.begin(STORE, np.uint8)
    sizes, which = [], []
    for source in sources:
        if fresh:
            sizes.append(_compressed_again(source, fresh, writer))
            which.append(np.ones(len(sizes[-1]), np.uint8))
        else:
            sizes.append(_copied(source, writer))
            own = [0, *(given.index(item) + 1 for item in source.segment.store.dictionaries)]
            which.append(np.array(own, np.uint8)[source.segment.arrays["store.which"][source.live]])
    yield "store.offsets", offsets_of(np.concatenate(sizes))
    yield "store.which", np.concatenate(which)
    yield from dictionaries(given)


def _copied(source: _Source, writer: ContainerWriter) -> Codes:
    """Copy the frames of the live documents, runs of neighbours at once; returns their sizes."""
    offsets, frames = source.segment.arrays["store.offsets"].astype(np.int64), source.segment.arrays[STORE]
    live = np.concatenate(([False], source.documents >= 0, [False]))
    edges = np.flatnonzero(live[1:] != live[:-1]).reshape(-1, 2)
    for first, last in edges.tolist():
        start, end = int(offsets[first]), int(offsets[last])
        for at in range(start, end, _COPIED):
            writer.go_on(frames[at : min(at + _COPIED, end)])
            source.segment.container.forget(STORE, at)
    source.segment.container.forget(STORE)
    return np.diff(offsets)[live[1:-1]].astype(np.uint32)


def _compressed_again(source: _Source, compressor: Compressor, writer: ContainerWriter) -> Codes:
    """Compress the frames of the live documents with another dictionary; returns their sizes."""
    live, sizes = source.live.tolist(), list[int]()
    for first, last in pairwise([*range(0, len(live), _FRAMES), len(live)]):
        frames = compressor.compress_all([source.segment.store.content(at) for at in live[first:last]])
        writer.go_on(np.frombuffer(b"".join(frames), np.uint8))
        sizes += map(len, frames)
    return np.array(sizes, np.uint32)
