"""Many texts analysed at once: the tokens of :func:`.tokens.tokenize` as arrays of numbers.

Words repeat, so each distinct chunk is analysed once in a build, by the very functions that the
tokenizer uses, and each occurrence is looked up and copied out by a kernel.

NOTE: importing this loads numba, and compiles the kernels where that was not done before. Only what
builds an index needs it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

import numpy as np
from numba import njit, types

from .chunker import OPTIONS, READ_ONLY, CharacterClasses, Codes, Places, code_points, find_chunks
from .interning import Interner
from .stem_pairs import StemPairs, Stems
from .stems import STEMMERS
from .vocabulary import PIECE, Vocabulary


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of some texts, text by text in the order of ``tokenize``.

    ``term`` (a number of ``BatchAnalyzer.terms``) and ``position`` have an entry for each token; those
    of text ``i`` are ``tokens[i]:tokens[i + 1]``. No term stands twice at one position.

    Each position has exactly one token of length 1; a joined form stands behind that of its first part.
    ``start`` and ``end`` are its code points in the text; the positions of text ``i`` are
    ``positions[i]:positions[i + 1]``, as many as its ``token_count``.

    ``codes`` are the code points of all texts, those of text ``i`` at ``bounds[i]:bounds[i + 1]``.
    """

    term: Codes
    position: Codes
    tokens: Places
    start: Codes
    end: Codes
    positions: Places
    codes: Codes
    bounds: Places


class BatchAnalyzer:
    """Analyses the texts of one build, in one thread at a time.

    It grows with the distinct chunks and terms of all texts, not with the texts.
    """

    def __init__(self, interner: Interner | None = None) -> None:
        self._classes = CharacterClasses()
        self._interner = interner or Interner()
        self._vocabulary = Vocabulary()
        self._pairs: dict[str, StemPairs] = {}

    @property
    def terms(self) -> list[bytes]:
        """The exact term of each number, in UTF-8."""
        return self._vocabulary.terms

    @property
    def lengths(self) -> array[int]:
        """How many positions each term covers: more than 1 for joined forms."""
        return self._vocabulary.lengths

    @property
    def first_parts(self) -> array[int]:
        """The number of the term of a joined form's first part; -1 for other terms."""
        return self._vocabulary.first_parts

    def analyse(self, texts: Sequence[str], langs: Sequence[str]) -> Batch:
        """The tokens of texts, each in the language (a primary subtag) at its place in ``langs``."""
        if len(texts) != len(langs):
            raise ValueError(f"{len(texts)} texts, but {len(langs)} languages")
        bounds = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
        codes = code_points("".join(texts))
        starts, ends = np.empty((2, len(codes)), np.int64)
        chunks = np.empty_like(bounds)
        find_chunks(self._classes.of(codes), bounds, starts, ends, chunks)
        starts, ends = starts[: chunks[-1]], ends[: chunks[-1]]
        numbers = self._interner.numbers(codes, starts, ends)
        if len(self._interner) > self._vocabulary.chunks:
            self._vocabulary.learn(*self._interner.keys(self._vocabulary.chunks))
        batch = _expanded(numbers, starts, _Texts(codes, bounds, chunks), self._vocabulary)
        self._mark(batch, langs)
        return batch

    def stems(self) -> dict[str, Stems]:
        """For each language with a stemmer: the stems of the terms that occurred in its texts so far."""
        return {lang: pairs.stems(self.terms) for lang, pairs in self._pairs.items()}

    def _mark(self, batch: Batch, langs: Sequence[str]) -> None:
        text = 0
        for lang, same in groupby(langs):
            after = text + len(list(same))
            if lang in STEMMERS:
                pairs = self._pairs.setdefault(lang, StemPairs(lang))
                pairs.see(batch.term[batch.tokens[text] : batch.tokens[after]], len(self.terms))
            text = after


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts as code points; the chunks of text ``i`` are ``chunks[i]:chunks[i + 1]``."""

    codes: Codes
    bounds: Places
    chunks: Places


def _expanded(numbers: Codes, starts: Places, texts: _Texts, vocabulary: Vocabulary) -> Batch:
    """The tokens of chunks by their numbers."""
    pieces_of, pieces = vocabulary.pieces()
    tokens, positions = np.empty((2, len(texts.bounds)), np.int64)
    size = len(numbers) + len(numbers) // 8 + 64  # most chunks are one word
    while True:
        term, position, start, end = np.empty((4, size), np.uint32)
        needed = _expand(
            numbers,
            starts,
            texts.bounds,
            texts.chunks,
            pieces_of,
            pieces,
            term,
            position,
            tokens,
            start,
            end,
            positions,
        )
        if needed <= size:
            break
        size = needed
    words = positions[-1]
    return Batch(
        term[:needed],
        position[:needed],
        tokens,
        start[:words],
        end[:words],
        positions,
        texts.codes,
        texts.bounds,
    )


_GIVEN: Final = (
    READ_ONLY["uint32"],
    *(READ_ONLY["int64"],) * 4,
    READ_ONLY["uint32"],
)
_OUT: Final = (
    types.uint32[::1],
    types.uint32[::1],
    types.int64[::1],
)


@njit(types.int64(READ_ONLY["uint32"], READ_ONLY["int64"], types.int64), **OPTIONS)
def _count(numbers: Codes, pieces_of: Places, first: int) -> int:
    """How many tokens the chunks from ``first`` on are."""
    count = 0
    for at in range(first, len(numbers)):
        count += pieces_of[numbers[at] + 1] - pieces_of[numbers[at]]
    return count


@njit(types.int64(*_GIVEN, *_OUT, *_OUT), **OPTIONS)
def _expand(  # noqa: PLR0913, PLR0917
    numbers: Codes,
    starts: Places,
    bounds: Places,
    chunks: Places,
    pieces_of: Places,
    pieces: Codes,
    term: Codes,
    position: Codes,
    tokens: Places,
    start: Codes,
    end: Codes,
    positions: Places,
) -> int:
    """Write the pieces of each chunk, moved to where the chunk stands; see :class:`Batch`.

    Returns how many tokens there are; where there is not room for all of them, nothing else is of use.
    """
    token = words = 0
    tokens[0] = positions[0] = 0
    for text in range(len(bounds) - 1):
        before = positions[text]
        for chunk in range(chunks[text], chunks[text + 1]):
            number = np.int64(numbers[chunk])
            row, last = pieces_of[number], pieces_of[number + 1]
            if token + last - row > len(term):
                return token + _count(numbers, pieces_of, chunk)
            offset = starts[chunk] - bounds[text]
            first = words - before
            while row < last:
                at = PIECE * row
                term[token] = pieces[at]
                position[token] = first + pieces[at + 1]
                token += 1
                if pieces[at + 3]:
                    start[words] = offset + pieces[at + 2]
                    end[words] = offset + pieces[at + 3]
                    words += 1
                row += 1
        tokens[text + 1] = token
        positions[text + 1] = words
    return token
