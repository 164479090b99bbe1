"""From a buffer to a segment file: one counting sort for each field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ....fields import FILTERS, TEXT
from ..codec.container import ContainerWriter
from ..codec.layout import MAX_POSTINGS, NO_LANGUAGE, chunks_of
from ..kernels.inversion import count_tokens, place_tokens, skips
from ..kernels.memory import LARGE_FREQUENCY, SKIP_BITS
from .buffer import Buffer, Codes, Tokens, joined

Array = npt.NDArray[Any]
Arrays = Iterator[tuple[str, Array]]


def flush(buffer: Buffer, path: Path) -> int:
    """Write a buffer as a segment; returns how many documents it holds."""
    buffer.finish()
    write_segment(path, _arrays(buffer), len(buffer))
    return len(buffer)


def write_segment(path: Path, arrays: Iterable[tuple[str, Array]], documents: int) -> None:
    """Write arrays one after the other, so that none has to wait in memory for the next."""
    writer = ContainerWriter(path)
    try:
        for name, array in arrays:
            writer.add(name, array)
        writer.finish({"documents": documents})
    except BaseException:
        writer.abandon()
        raise


def _arrays(buffer: Buffer) -> Arrays:
    analyzer, chunks = buffer.analyzer, chunks_of(len(buffer))
    used = np.zeros(len(analyzer.terms), np.bool_)
    for tokens in buffer.tokens.values():
        tokens.join()
        used[tokens.terms[0]] = True
    held = np.flatnonzero(used).tolist()
    held.sort(key=analyzer.terms.__getitem__)
    ranks = np.zeros(len(analyzer.terms), np.uint32)
    ranks[held] = np.arange(len(held), dtype=np.uint32)
    yield from strings("terms", [analyzer.terms[term] for term in held])
    yield from _joined_forms(buffer, used, ranks)
    yield from _stems(buffer, used, ranks)
    for name in TEXT:
        yield from _postings(buffer.tokens[name], name, ranks, len(held), chunks)
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


def stem_table(names: Sequence[bytes], stems: Array, terms: Array) -> Arrays:
    """The arrays of the stems' dictionary from (stem, term) pairs; stems without a pair are left out."""
    held = sorted(np.unique(stems).tolist(), key=names.__getitem__)
    ranks = np.zeros(len(names), np.int64)
    ranks[held] = np.arange(len(held))
    pairs = np.unique((ranks[stems] << 32) | terms) if len(stems) else np.zeros(0, np.int64)
    yield from strings("stems", [names[stem] for stem in held])
    counts = np.bincount(pairs >> 32, minlength=len(held)) if held else np.zeros(0, np.int64)
    yield "stems.starts", np.concatenate((np.zeros(1, np.uint32), np.cumsum(counts).astype(np.uint32)))
    yield "stems.terms", (pairs & 0xFFFFFFFF).astype(np.uint32)


def _postings(tokens: Tokens, name: str, ranks: Codes, count: int, chunks: int) -> Arrays:
    terms, spots = tokens.terms[0], tokens.positions[0]
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(tokens.counts[0])))
    check_size(len(spots))
    starts, begins = count_tokens(terms, bounds, ranks, count, chunks)
    postings, frequencies = np.empty(int(starts[-1]), np.uint16), np.empty(int(starts[-1]), np.uint32)
    positions = np.empty(len(terms), np.uint32)
    place_tokens(terms, spots, bounds, ranks, chunks, starts, begins, postings, frequencies, positions)
    yield from field_arrays(name, starts, postings, frequencies, positions)
    yield f"{name}.lengths", tokens.lengths[0].astype(np.uint32)


def check_size(positions: int) -> None:
    """Refuse what offsets of four bytes cannot reach.

    Raises:
        ValueError: it is too much for one segment.
    """
    if positions > MAX_POSTINGS:
        raise ValueError(f"a segment holds at most {MAX_POSTINGS} words of a field, not {positions}")


def field_arrays(name: str, starts: Codes, postings: Array, frequencies: Codes, positions: Codes) -> Arrays:
    """The arrays of a text field, in the narrowest types that hold them."""
    large = np.flatnonzero(frequencies >= LARGE_FREQUENCY).astype(np.uint32)
    yield f"{name}.starts", starts
    yield f"{name}.documents", postings
    yield f"{name}.frequencies", np.minimum(frequencies, LARGE_FREQUENCY).astype(np.uint8)
    yield f"{name}.large_at", large
    yield f"{name}.large", frequencies[large]
    yield f"{name}.skips", skips(frequencies, SKIP_BITS)
    yield f"{name}.positions", (positions & 0xFFFF).astype(np.uint16)
    high = positions.max(initial=0) >> 16
    yield f"{name}.high", (positions >> 16).astype(np.uint16) if high else np.zeros(0, np.uint16)


def columns(values: Mapping[str, Sequence[tuple[str, ...]]], ids: Sequence[str]) -> Arrays:
    """The arrays of the filter fields and of the ids, from each document's values and id."""
    for name in FILTERS:
        yield from _filter(name, values[name])
    # Of an id that stands twice the last document counts: those before it are dead.
    documents = {identity.encode(): document for document, identity in enumerate(ids)}
    names = sorted(documents)
    yield from strings("ids", names)
    yield "ids.documents", np.array([documents[name] for name in names], np.uint32)


def _filter(name: str, of_each: Sequence[tuple[str, ...]]) -> Arrays:
    known = sorted({slug for slugs in of_each for slug in slugs}, key=str.encode)
    number = {slug: at for at, slug in enumerate(known)}
    numbers = np.array([number[slug] for slugs in of_each for slug in slugs], np.uint32)
    sizes = np.array([len(slugs) for slugs in of_each], np.int64)
    yield from strings(name, [slug.encode() for slug in known])
    yield f"{name}.of", np.concatenate((np.zeros(1, np.uint32), np.cumsum(sizes).astype(np.uint32)))
    yield f"{name}.numbers", numbers
    documents = np.repeat(np.arange(len(of_each), dtype=np.uint32), sizes)
    yield f"{name}.carriers", documents[np.argsort(numbers, kind="stable")]
    counts = np.bincount(numbers, minlength=len(known)) if known else np.zeros(0, np.int64)
    yield f"{name}.starts", np.concatenate((np.zeros(1, np.uint32), np.cumsum(counts).astype(np.uint32)))
    if name == "lang":
        languages = np.full(len(of_each), NO_LANGUAGE, np.uint16)
        languages[sizes > 0] = numbers  # an article has one at most
        # Kernels look weights up by it: an article without one has the number behind the last.
        yield "language", np.minimum(languages, len(known)).astype(np.uint16)


def strings(name: str, items: Sequence[bytes]) -> Arrays:
    """The arrays of a sorted table of strings."""
    offsets = np.zeros(len(items) + 1, np.uint32)
    np.cumsum([len(item) for item in items], out=offsets[1:])
    yield f"{name}.bytes", np.frombuffer(b"".join(items), np.uint8)
    yield f"{name}.offsets", offsets


def _store(buffer: Buffer) -> Arrays:
    offsets = np.zeros(len(buffer.frames) + 1, np.uint64)
    np.cumsum([len(frame) for frame in buffer.frames], out=offsets[1:])
    yield "store.offsets", offsets
    yield "store.frames", np.frombuffer(b"".join(buffer.frames), np.uint8)
    given = [buffer.dictionary] if buffer.dictionary else []
    yield "store.which", np.full(len(buffer.frames), len(given), np.uint8)
    yield from dictionaries(given)


def dictionaries(given: Sequence[bytes]) -> Arrays:
    """The arrays of the dictionaries of what is stored."""
    yield "store.dictionaries", np.frombuffer(b"".join(given), np.uint8)
    yield "store.bounds", np.concatenate(([0], np.cumsum([len(item) for item in given]))).astype(np.uint64)
