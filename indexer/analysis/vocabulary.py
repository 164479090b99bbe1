"""The terms of a build by number, and the terms that each distinct chunk is made of."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import regex

from . import exact_term
from .chunker import Codes, Places
from .tokens import _CJK, MAX_WORD, _pair_up, analyse_chunk

# Numbers of a piece: term, position, start and end in its chunk; a joined form has no end (0).
# NOTE: compiled into the kernel of batch.py, which is compiled anew only when its own module changes.
PIECE = 4

_PAIR = regex.compile(rf"[{_CJK}]", regex.V1)  # a pair begins with such a character, a word never does


class Vocabulary:
    """Terms and chunks, numbered from 0 as they are learned.

    ``terms`` has each exact term in UTF-8, ``lengths`` how many positions it covers, ``first_parts``
    for a joined form the number of its first part's own term, and -1 for any other.
    """

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.lengths = array("B")
        self.first_parts = array("i")
        self._numbers: dict[bytes, int] = {}
        self._bounds = array("q", [0])  # pieces of chunk i are _bounds[i] to _bounds[i + 1]
        self._pieces = array("I")  # PIECE numbers each

    @property
    def chunks(self) -> int:
        """How many chunks are known."""
        return len(self._bounds) - 1

    def pieces(self) -> tuple[Places, Codes]:
        """Where the pieces of each chunk begin, and the pieces, ``PIECE`` numbers each.

        PERF: views, not copies. Nothing can be learned while a caller holds them.
        """
        return np.frombuffer(self._bounds, np.int64), np.frombuffer(self._pieces, np.uint32)

    def learn(self, keys: bytes, bounds: list[int]) -> None:
        """Analyse chunks: the next ones are ``keys[bounds[i]:bounds[i + 1]]``, in UTF-8."""
        pieces: list[int] = []
        ends: list[int] = []
        before = self._bounds[-1]
        known = self._numbers.get
        for start, end in pairwise(bounds):
            raw = keys[start:end]
            # PERF: of bytes, only ASCII letters and digits are alphanumeric. Nothing in such a chunk could
            # join, elide or be folded otherwise than to lower case.
            if raw.isalnum():
                term = raw.lower()[:MAX_WORD]
                number = known(term)
                pieces += (self._number(term) if number is None else number, 0, 0, end - start)
            else:
                pieces += self._analysed(raw.decode())
            ends.append(before + len(pieces) // PIECE)
        self._pieces.extend(pieces)
        self._bounds.extend(ends)

    def _analysed(self, raw: str) -> Iterable[int]:
        # PERF: not through the function's cache, which would hold on to every chunk a second time.
        found = _pair_up(raw)[:1] if _PAIR.match(raw) else analyse_chunk.__wrapped__(raw)
        first = -1
        for surface, folded, start, end, at, length in found:
            if length == 1:
                number = self._number(exact_term(surface, folded).encode())
                first = number if at == 0 else first
            else:
                number, end = self._number(exact_term(surface, folded).encode(), length, first), 0
            yield from (number, at, start, end)

    def _number(self, term: bytes, length: int = 1, first_part: int = -1) -> int:
        number = self._numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
            self.lengths.append(length)
            self.first_parts.append(first_part)
        return number
