"""From a buffer to a segment file: one counting sort for each field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ....fields import FILTERS, TEXT
from ..codec.container import ContainerWriter
from ..codec.layout import MAX_POSTINGS, NO_LANGUAGE, chunks_of
from ..generations import FileEntry, sync_file
from ..kernels.inversion import (
    JOINED,
    NO_DOCUMENT,
    POSITION,
    POSTING,
    STATE,
    count_tokens,
    place_tokens,
    skips,
)
from ..kernels.memory import LARGE_FREQUENCY, SKIP_BITS
from .buffer import Buffer, Codes, Tokens, joined

Array = npt.NDArray[Any]
Arrays = Iterator[tuple[str, Array]]


def flush(buffer: Buffer) -> FileEntry:
    """Write a buffer as a segment; returns what the manifest says of the file, which is yet to be synced."""
    buffer.finish()
    return complete(buffer.frames.write(), _arrays(buffer), len(buffer))


def write_segment(path: Path, arrays: Iterable[tuple[str, Array]], documents: int) -> None:
    """Write arrays as a segment, durably."""
    complete(ContainerWriter(path), arrays, documents)
    sync_file(path)


def complete(writer: ContainerWriter, arrays: Iterable[tuple[str, Array]], documents: int) -> FileEntry:
    """Write arrays one after the other, so that none has to wait in memory for the next, and be done."""
    try:
        for name, array in arrays:
            writer.add(name, array)
        return writer.finish({"documents": documents})
    except BaseException:
        writer.abandon()
        raise


def _arrays(buffer: Buffer) -> Arrays:
    analyzer, chunks = buffer.analyzer, chunks_of(len(buffer))
    used = np.zeros(len(analyzer.terms), np.bool_)
    for tokens in buffer.tokens.values():
        for terms in tokens.terms:
            used[terms] = True
    held = np.flatnonzero(used).tolist()
    held.sort(key=analyzer.terms.__getitem__)
    ranks = np.zeros(len(analyzer.terms), np.uint32)
    ranks[held] = np.arange(len(held), dtype=np.uint32)
    joined_forms = np.frombuffer(analyzer.lengths, np.uint8)[: len(ranks)] > 1
    marked = ranks | np.where(joined_forms, np.uint32(JOINED), np.uint32(0))
    # PERF: the kernels that place postings run beside the Python that makes the dictionaries.
    with ThreadPoolExecutor(1, "placing") as thread:
        shape = (marked, len(held), chunks)
        placed = [thread.submit(_placed, buffer.tokens[name], name, *shape) for name in TEXT]
        yield from strings("terms", [analyzer.terms[term] for term in held])
        yield from _joined_forms(buffer, used, ranks)
        yield from _stems(buffer, used, ranks)
        while placed:
            yield from placed.pop(0).result()
    yield from columns(buffer.values, buffer.ids)
    yield "published", np.array(buffer.days, np.uint32)
    yield "tie", buffer.ties
    yield from _store(buffer)


def _joined_forms(buffer: Buffer, used: npt.NDArray[np.bool_], ranks: Codes) -> Arrays:
    firsts = np.array(buffer.analyzer.first_parts, np.int64)
    forms = np.flatnonzero(used & (firsts >= 0))
    order = np.argsort(ranks[forms])
    yield "joined.terms", ranks[forms][order]
    yield "joined.first", ranks[firsts[forms]][order]
    yield "joined.lengths", np.array(buffer.analyzer.lengths, np.uint8)[forms][order]


def _stems(buffer: Buffer, used: npt.NDArray[np.bool_], ranks: Codes) -> Arrays:
    """The dictionary of stems. What the analyzer learned for an earlier segment may be among it: the words
    of that are in this one, too, or they are left out.
    """
    names: list[bytes] = []
    stem_parts, term_parts = [], []
    for stems in buffer.analyzer.stems().values():
        kept = used[stems.term]
        stem_parts.append(stems.stem[kept].astype(np.int64) + len(names))
        term_parts.append(ranks[stems.term[kept]].astype(np.int64))
        names += stems.stems
    yield from stem_table(names, joined(stem_parts, np.int64), joined(term_parts, np.int64))


def stem_table(names: Sequence[bytes], stems: npt.NDArray[np.int64], terms: npt.NDArray[np.int64]) -> Arrays:
    """The arrays of the stems' dictionary from (stem, term) pairs; stems without a pair are left out."""
    held = np.flatnonzero(np.bincount(stems, minlength=len(names))).tolist()
    held.sort(key=names.__getitem__)
    numbers = np.zeros(len(names), np.int64)
    numbers[held] = np.arange(len(held))
    yield from strings("stems", [names[stem] for stem in held])
    yield from stem_pairs(numbers[stems], terms, len(held))


def stem_pairs(stems: npt.NDArray[np.int64], terms: npt.NDArray[np.int64], count: int) -> Arrays:
    """The arrays of the terms of ``count`` stems, from (stem, term) pairs."""
    pairs = np.sort((stems << 32) | terms)
    fresh = np.ones(len(pairs), np.bool_)
    fresh[1:] = pairs[1:] != pairs[:-1]
    pairs = pairs[fresh]
    yield "stems.starts", _ends(np.bincount(pairs >> 32, minlength=count))
    yield "stems.terms", (pairs & 0xFFFFFFFF).astype(np.uint32)


def _placed(tokens: Tokens, name: str, ranks: Codes, count: int, chunks: int) -> list[tuple[str, Array]]:
    return list(_postings(tokens, name, ranks, count, chunks))


def _postings(tokens: Tokens, name: str, ranks: Codes, count: int, chunks: int) -> Arrays:
    lengths = joined(tokens.lengths, np.uint32)
    check_size(sum(map(len, tokens.terms)))
    starts, state = _counted(tokens, ranks, count, chunks)
    total = sum(map(len, tokens.terms))
    high = total if lengths.max(initial=0) >> 16 else 0
    postings, frequencies = np.empty(int(starts[-1]), np.uint16), np.empty(int(starts[-1]), np.uint8)
    positions, highs = np.empty(total, np.uint16), np.empty(high, np.uint16)
    large = np.empty((2, total // LARGE_FREQUENCY), np.uint32)
    noted = 0
    for group in tokens.groups():
        noted = place_tokens(*group, ranks, state, postings, frequencies, positions, highs, *large, noted)
    large = large[:, :noted][:, np.argsort(large[0, :noted])]
    yield f"{name}.starts", starts
    yield f"{name}.documents", postings
    yield f"{name}.frequencies", frequencies
    yield from large_arrays(name, large)
    yield f"{name}.skips", _skips(frequencies, large)
    yield f"{name}.positions", positions
    yield f"{name}.high", highs
    yield f"{name}.lengths", lengths


def _counted(tokens: Tokens, ranks: Codes, count: int, chunks: int) -> tuple[Codes, Codes]:
    """Where each term's postings in each chunk begin, and the rows that say where each term's own go."""
    starts, state = np.zeros(count * chunks + 1, np.uint32), np.zeros((count, STATE), np.uint32)
    state[:] = NO_DOCUMENT
    state[:, POSITION] = 0
    for group in tokens.groups():
        count_tokens(*group, ranks, chunks, starts, state)
    np.cumsum(starts, dtype=np.uint32, out=starts)
    positions = np.cumsum(state[:, POSITION], dtype=np.uint32) - state[:, POSITION]
    state[:] = NO_DOCUMENT
    state[:, POSTING], state[:, POSITION] = starts[: count * chunks : chunks], positions
    return starts, state


def large_arrays(name: str, large: Codes) -> Arrays:
    """The arrays of the postings with large frequencies: which, ascending, and how often."""
    yield f"{name}.large_at", large[0]
    yield f"{name}.large", large[1]


def _skips(frequencies: Array, large: Codes) -> Codes:
    places = np.zeros((len(frequencies) >> SKIP_BITS) + 1, np.uint32)
    skips(frequencies, np.ascontiguousarray(large[1]), 0, 0, places)
    return places


def check_size(positions: int) -> None:
    """Refuse what offsets of four bytes cannot reach.

    Raises:
        ValueError: it is too much for one segment.
    """
    if positions > MAX_POSTINGS:
        raise ValueError(f"a segment holds at most {MAX_POSTINGS} words of a field, not {positions}")


def field_arrays(name: str, starts: Codes, postings: Array, frequencies: Codes, positions: Codes) -> Arrays:
    """The arrays of a text field from numbers of four bytes, in the narrowest types that hold them."""
    large_at = np.flatnonzero(frequencies >= LARGE_FREQUENCY).astype(np.uint32)
    large = np.stack((large_at, frequencies[large_at]))
    narrow = np.minimum(frequencies, LARGE_FREQUENCY).astype(np.uint8)
    yield f"{name}.starts", starts
    yield f"{name}.documents", postings
    yield f"{name}.frequencies", narrow
    yield from large_arrays(name, large)
    yield f"{name}.skips", _skips(narrow, large)
    yield f"{name}.positions", (positions & 0xFFFF).astype(np.uint16)
    high = positions.max(initial=0) >> 16
    yield f"{name}.high", (positions >> 16).astype(np.uint16) if high else np.zeros(0, np.uint16)


def columns(values: Mapping[str, Sequence[tuple[str, ...]]], ids: Sequence[str]) -> Arrays:
    """The arrays of the filter fields and of the ids, from each document's values and id."""
    for name in FILTERS:
        known = sorted({slug for slugs in set(values[name]) for slug in slugs}, key=str.encode)
        number = {slug: at for at, slug in enumerate(known)}
        numbers = np.array([number[slug] for slugs in values[name] for slug in slugs], np.uint32)
        sizes = np.array([len(slugs) for slugs in values[name]], np.int64)
        yield from strings(name, [slug.encode() for slug in known])
        yield from filter_arrays(name, numbers, sizes, len(known))
    # Of an id that stands twice the last document counts: those before it are dead.
    documents = {identity.encode(): document for document, identity in enumerate(ids)}
    names = sorted(documents)
    yield from strings("ids", names)
    yield "ids.documents", np.array([documents[name] for name in names], np.uint32)


def filter_arrays(name: str, numbers: Codes, sizes: npt.NDArray[np.int64], known: int) -> Arrays:
    """The arrays of a filter field of ``known`` values, from the numbers of each document's values."""
    yield f"{name}.of", _ends(sizes)
    yield f"{name}.numbers", numbers
    documents = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    yield f"{name}.carriers", documents[np.argsort(numbers, kind="stable")]
    yield f"{name}.starts", _ends(np.bincount(numbers, minlength=known))
    if name == "lang":
        languages = np.full(len(sizes), NO_LANGUAGE, np.uint16)
        languages[sizes > 0] = numbers  # an article has one at most
        # Kernels look weights up by it: an article without one has the number behind the last.
        yield "language", np.minimum(languages, known).astype(np.uint16)


def _ends(sizes: npt.NDArray[np.int64]) -> Codes:
    return np.concatenate((np.zeros(1, np.uint32), np.cumsum(sizes).astype(np.uint32)))


def strings(name: str, items: Sequence[bytes]) -> Arrays:
    """The arrays of a sorted table of strings."""
    offsets = np.zeros(len(items) + 1, np.uint32)
    np.cumsum([len(item) for item in items], out=offsets[1:])
    yield f"{name}.bytes", np.frombuffer(b"".join(items), np.uint8)
    yield f"{name}.offsets", offsets


def _store(buffer: Buffer) -> Arrays:
    frames = buffer.frames
    yield "store.offsets", frames.offsets
    given = [frames.dictionary] if frames.dictionary else []
    yield "store.which", np.full(len(frames), len(given), np.uint8)
    yield from dictionaries(given)


def dictionaries(given: Sequence[bytes]) -> Arrays:
    """The arrays of the dictionaries of what is stored."""
    yield "store.dictionaries", np.frombuffer(b"".join(given), np.uint8)
    yield "store.bounds", np.concatenate(([0], np.cumsum([len(item) for item in given]))).astype(np.uint64)
