"""The postings of one term as NumPy arrays, cut out of a segment: what stock Whoosh's matchers are made of.

The kernels have their own way to the same arrays; this one is for readers that go posting by posting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..kernels.memory import CHUNK_BITS, LARGE_FREQUENCY, SKIP_BITS
from .opened import OpenSegment

Codes = npt.NDArray[np.uint32]
_DOCUMENT = np.uint64(32)  # a key is the document, and behind it the position in 32 bits


@dataclass(frozen=True, slots=True)
class Postings:
    """Ascending documents, deleted ones included, how often each holds the term, and where, one behind the
    other. Terms without positions are held once by each document.
    """

    documents: Codes
    frequencies: Codes
    positions: Codes


def without_positions(documents: Codes) -> Postings:
    """Of a filter value or an id."""
    return Postings(documents, np.ones(len(documents), np.uint32), np.zeros(0, np.uint32))


def word_postings(opened: OpenSegment, field: str, term: int) -> Postings:
    """Of a word in a text field."""
    low, high = _bounds(opened, field, term)
    frequencies = _frequencies(opened, field, low, high)
    return Postings(
        _documents(opened, field, term), frequencies, _positions(opened, field, low, int(frequencies.sum()))
    )


def form_postings(opened: OpenSegment, field: str, words: Sequence[int], language: int) -> Postings:
    """Of a stem: where documents in its language hold one of its words. Several in one place count once."""
    found = [_of_language(opened, word_postings(opened, field, word), language) for word in words]
    keys = np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)
    documents, counts = np.unique((keys >> _DOCUMENT).astype(np.uint32), return_counts=True)
    return Postings(documents, counts.astype(np.uint32), keys.astype(np.uint32))


def holds_word(opened: OpenSegment, field: str, term: int) -> bool:
    """Whether any document has a word in a field."""
    low, high = _bounds(opened, field, term)
    return low < high


def holds_form(opened: OpenSegment, field: str, words: Sequence[int], language: int) -> bool:
    """Whether any document in a stem's language has one of its words in a field."""
    languages = opened.arrays["language"]
    return any(bool((languages[_documents(opened, field, word)] == language).any()) for word in words)


def _of_language(opened: OpenSegment, postings: Postings, language: int) -> npt.NDArray[np.uint64]:
    documents = np.repeat(postings.documents, postings.frequencies)
    kept = opened.arrays["language"][documents] == language
    keys: npt.NDArray[np.uint64] = (documents[kept].astype(np.uint64) << _DOCUMENT) | postings.positions[kept]
    return keys


def _bounds(opened: OpenSegment, field: str, term: int) -> tuple[int, int]:
    starts, chunks = opened.arrays[f"{field}.starts"], opened.chunks
    return int(starts[term * chunks]), int(starts[(term + 1) * chunks])


def _documents(opened: OpenSegment, field: str, term: int) -> Codes:
    low, high = _bounds(opened, field, term)
    within = opened.arrays[f"{field}.documents"][low:high].astype(np.uint32)
    first, chunks = term * opened.chunks, opened.chunks
    starts: npt.NDArray[np.int64] = opened.arrays[f"{field}.starts"][first : first + chunks + 1].astype(
        np.int64
    )
    counts = starts[1:] - starts[:-1]
    return within + np.repeat(np.arange(chunks, dtype=np.uint32) << np.uint32(CHUNK_BITS), counts)


def _frequencies(opened: OpenSegment, field: str, low: int, high: int) -> Codes:
    frequencies = opened.arrays[f"{field}.frequencies"][low:high].astype(np.uint32)
    if (frequencies == LARGE_FREQUENCY).any():
        places = opened.arrays[f"{field}.large_at"]
        first, last = np.searchsorted(places, [low, high]).tolist()
        frequencies[places[first:last].astype(np.int64) - low] = opened.arrays[f"{field}.large"][first:last]
    return frequencies


def _positions(opened: OpenSegment, field: str, low: int, count: int) -> Codes:
    if not count:
        return np.zeros(0, np.uint32)
    block = low >> SKIP_BITS
    before = _frequencies(opened, field, block << SKIP_BITS, low)
    begin = int(opened.arrays[f"{field}.skips"][block]) + int(before.sum())
    positions = opened.arrays[f"{field}.positions"][begin : begin + count].astype(np.uint32)
    high = opened.arrays[f"{field}.high"]
    if len(high):
        positions |= high[begin : begin + count].astype(np.uint32) << np.uint32(16)
    return positions
