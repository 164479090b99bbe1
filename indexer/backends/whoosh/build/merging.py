"""Several segments as one: arrays copied and renumbered, deleted documents left out. No text is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ....fields import FILTERS, TEXT
from ..codec.layout import chunks_of
from ..codec.opened import OpenSegment
from ..codec.stored import MAX_DICTIONARIES, Compressor
from ..kernels.inversion import (
    DROPPED,
    count_segment,
    keep_strings,
    merge_strings,
    place_segment,
)
from .flush import check_size, columns, dictionaries, field_arrays, stem_table, write_segment

Array = npt.NDArray[Any]
Arrays = Iterator[tuple[str, Array]]
Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class _Source:
    """A segment, the new numbers of its documents (-1: deleted), and those of its terms."""

    segment: OpenSegment
    documents: npt.NDArray[np.int64]
    terms: Codes

    @property
    def live(self) -> npt.NDArray[np.int64]:
        """Its live documents, by their old numbers."""
        return np.flatnonzero(self.documents >= 0)


def merge(segments: Sequence[OpenSegment], path: Path) -> int:
    """Write the live documents of some segments as one, in their order; returns how many they are."""
    count = sum(segment.documents - segment.deleted for segment in segments)
    write_segment(path, _merged(segments, count), count)
    return count


def _merged(segments: Sequence[OpenSegment], count: int) -> Arrays:
    chunks = chunks_of(count)
    data, offsets, sources = _common_terms(segments, _new_documents(segments))
    counted = {name: _count(sources, number, len(offsets) - 1, chunks) for number, name in enumerate(TEXT)}
    data, offsets, sources = _without_empty(data, offsets, sources, counted, chunks)
    del counted
    yield "terms.bytes", data
    yield "terms.offsets", offsets
    yield from _joined_forms(sources)
    yield from _stems(sources)
    for number, name in enumerate(TEXT):
        yield from _field(sources, number, name, len(offsets) - 1, chunks)
    yield from columns({name: _values(sources, name) for name in FILTERS}, _ids(sources))
    for name in ("published", "tie"):
        yield name, np.concatenate([source.segment.arrays[name][source.live] for source in sources])
    yield from _store(sources)


def _new_documents(segments: Sequence[OpenSegment]) -> list[npt.NDArray[np.int64]]:
    numbers, next_ = [], 0
    for segment in segments:
        live = ~segment.segment.deleted
        numbers.append(np.where(live, next_ + np.cumsum(live) - 1, -1))
        next_ += int(np.count_nonzero(live))
    return numbers


# -- terms -----------------------------------------------------------------------------------------


def _common_terms(
    segments: Sequence[OpenSegment], documents: Sequence[npt.NDArray[np.int64]]
) -> tuple[Array, Codes, list[_Source]]:
    data, offsets = np.zeros(0, np.uint8), np.zeros(1, np.uint32)
    numbers: list[Codes] = []
    for segment in segments:
        data, offsets, old, new = merge_strings(data, offsets, segment.terms.bytes, segment.terms.offsets)
        numbers = [old[known] for known in numbers]
        numbers.append(new)
    sources = zip(segments, documents, numbers, strict=True)
    return data, offsets, [_Source(*source) for source in sources]


def _without_empty(
    data: Array,
    offsets: Codes,
    sources: Sequence[_Source],
    counted: dict[str, tuple[Codes, npt.NDArray[np.int64]]],
    chunks: int,
) -> tuple[Array, Codes, list[_Source]]:
    """Drop the terms that only deleted documents held; the sources have :data:`DROPPED` for them."""
    held = np.zeros(len(offsets) - 1, np.bool_)
    for starts, _ in counted.values():
        held |= np.diff(starts[::chunks].astype(np.int64)) > 0
    if held.all():
        return data, offsets, list(sources)
    data, offsets, numbers = keep_strings(data, offsets, held)
    return (
        data,
        offsets,
        [_Source(source.segment, source.documents, numbers[source.terms]) for source in sources],
    )


def _count(
    sources: Sequence[_Source], field: int, count: int, chunks: int
) -> tuple[Codes, npt.NDArray[np.int64]]:
    starts, begins = np.zeros(count * chunks + 1, np.uint32), np.zeros(count + 1, np.int64)
    for source in sources:
        count_segment(source.segment.table, field, source.terms, source.documents, chunks, starts, begins)
    return np.cumsum(starts, dtype=np.uint32), np.cumsum(begins)


def _field(sources: Sequence[_Source], field: int, name: str, count: int, chunks: int) -> Arrays:
    starts, begins = _count(sources, field, count, chunks)
    check_size(int(begins[-1]))
    postings = np.empty(int(starts[-1]), np.uint16)
    frequencies, positions = np.empty(int(starts[-1]), np.uint32), np.empty(int(begins[-1]), np.uint32)
    cursors = starts[: count * chunks : chunks].astype(np.int64)
    for source in sources:
        place_segment(
            source.segment.table,
            field,
            source.terms,
            source.documents,
            cursors,
            begins,
            postings,
            frequencies,
            positions,
        )
    yield from field_arrays(name, starts, postings, frequencies, positions)
    lengths = [source.segment.arrays[f"{name}.lengths"][source.live] for source in sources]
    yield f"{name}.lengths", np.concatenate(lengths)


def _joined_forms(sources: Sequence[_Source]) -> Arrays:
    forms = np.concatenate([source.terms[source.segment.arrays["joined.terms"]] for source in sources])
    firsts = np.concatenate([source.terms[source.segment.arrays["joined.first"]] for source in sources])
    lengths = np.concatenate([source.segment.arrays["joined.lengths"] for source in sources])
    kept = np.flatnonzero(forms != DROPPED)
    terms, places = np.unique(forms[kept], return_index=True)
    yield "joined.terms", terms
    yield "joined.first", firsts[kept[places]]
    yield "joined.lengths", lengths[kept[places]]


def _stems(sources: Sequence[_Source]) -> Arrays:
    names: dict[bytes, int] = {}
    stem_parts, term_parts = [], []
    for source in sources:
        segment = source.segment
        own = [names.setdefault(segment.stems[at], len(names)) for at in range(len(segment.stems))]
        sizes = np.diff(segment.arrays["stems.starts"].astype(np.int64))
        stem_parts.append(np.repeat(np.array(own, np.int64), sizes.astype(np.int64)))
        term_parts.append(source.terms[segment.arrays["stems.terms"]].astype(np.int64))
    stems, terms = np.concatenate(stem_parts), np.concatenate(term_parts)
    kept = terms != DROPPED
    yield from stem_table(list(names), stems[kept], terms[kept])


# -- documents -------------------------------------------------------------------------------------


def _values(sources: Sequence[_Source], name: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for source in sources:
        arrays, slugs = source.segment.arrays, list(source.segment.values[name])
        of, numbers = arrays[f"{name}.of"].tolist(), arrays[f"{name}.numbers"].tolist()
        found += [
            tuple(slugs[number] for number in numbers[of[document] : of[document + 1]])
            for document in source.live.tolist()
        ]
    return found


def _ids(sources: Sequence[_Source]) -> list[str]:
    found: list[str] = []
    for source in sources:
        segment = source.segment
        names = [""] * segment.documents
        for at, document in enumerate(segment.arrays["ids.documents"].tolist()):
            names[document] = segment.ids[at].decode()
        found += [names[document] for document in source.live.tolist()]
    return found


def _store(sources: Sequence[_Source]) -> Arrays:
    given = list(dict.fromkeys(item for source in sources for item in source.segment.store.dictionaries))
    fresh = Compressor(given[0]) if len(given) > MAX_DICTIONARIES else None
    given = given[:1] if fresh else given
    frames, which = [], []
    for source in sources:
        store = source.segment.store
        for document in source.live.tolist():
            frames.append(fresh.compress(store.content(document)) if fresh else store.packed(document))
            dictionary = store.dictionary_of(document)
            which.append(1 if fresh else given.index(dictionary) + 1 if dictionary else 0)
    offsets = np.zeros(len(frames) + 1, np.uint64)
    np.cumsum([len(frame) for frame in frames], out=offsets[1:])
    yield "store.offsets", offsets
    yield "store.frames", np.frombuffer(b"".join(frames), np.uint8)
    yield "store.which", np.array(which, np.uint8)
    yield from dictionaries(given)
