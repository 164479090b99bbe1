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

    Each position has exactly one token of length 1. ``start`` and ``end`` are its code points in the
    text; the positions of text ``i`` are ``positions[i]:positions[i + 1]``, as many as its
    ``token_count``.
    """

    term: Codes
    position: Codes
    tokens: Places
    start: Codes
    end: Codes
    positions: Places


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
        batch = _expanded(numbers, starts, bounds, chunks, self._vocabulary)
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


def _expanded(
    numbers: Codes, starts: Places, bounds: Places, chunks: Places, vocabulary: Vocabulary
) -> Batch:
    """The tokens of chunks by their numbers; the chunks of text ``i`` are ``chunks[i]:chunks[i + 1]``."""
    pieces_of, pieces = vocabulary.pieces()
    size = _count(numbers, pieces_of)
    term, position, start, end = np.empty((4, size), np.uint32)
    tokens, positions = np.empty((2, len(bounds)), np.int64)
    _expand(numbers, starts, bounds, chunks, pieces_of, pieces, term, position, tokens, start, end, positions)
    last = positions[-1]
    return Batch(term, position, tokens, start[:last], end[:last], positions)


@njit(types.int64(READ_ONLY["uint32"], READ_ONLY["int64"]), **OPTIONS)
def _count(numbers: Codes, pieces_of: Places) -> int:
    """How many tokens there will be."""
    count = 0
    for number in numbers:
        count += pieces_of[number + 1] - pieces_of[number]
    return count


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


@njit(types.void(*_GIVEN, *_OUT, *_OUT), **OPTIONS)
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
) -> None:
    """Write the pieces of each chunk, moved to where the chunk stands; see :class:`Batch`."""
    token = words = 0
    tokens[0] = positions[0] = 0
    for text in range(len(bounds) - 1):
        for chunk in range(chunks[text], chunks[text + 1]):
            offset = starts[chunk] - bounds[text]
            first = words - positions[text]
            for row in range(pieces_of[numbers[chunk]], pieces_of[numbers[chunk] + 1]):
                piece = pieces[PIECE * row : PIECE * row + PIECE]
                term[token] = piece[0]
                position[token] = first + piece[1]
                token += 1
                if piece[3]:
                    start[words] = offset + piece[2]
                    end[words] = offset + piece[3]
                    words += 1
        tokens[text + 1] = token
        positions[text + 1] = words
