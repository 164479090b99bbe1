"""The chunks of many texts at once: where a word or a CJK pair to analyse begins and ends.

A chunk is what ``tokens._CHUNK`` matches, except that a CJK run is cut into its overlapping pairs and
its last character alone: runs are mostly distinct, pairs repeat.

Texts are one array of code points. :class:`CharacterClasses` gives each the classes that the pattern
asks for, from the pattern's own sets, and :func:`find_chunks` goes over the classes as the pattern
would. A property test holds the two to the same spans.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import regex
from numba import njit, types

from . import compiled
from .folding import APOSTROPHES, HYPHENS, ZWNJ
from .tokens import _CJK, _VOICE, _WORD

OPTIONS: Final = compiled.options()
READ_ONLY: Final = {
    name: types.Array(getattr(types, name), 1, "C", readonly=True)
    for name in ("uint8", "uint16", "uint32", "int64", "uint64")
}

KNOWN: Final = 1  # a code point without this was not met before
WORD: Final = 2
CJK: Final = 4
VOICE: Final = 8
LETTER: Final = 16
MARK: Final = 32
NUMBER: Final = 64
WORDLIKE: Final = 128  # as \w and \b have it
JOINER: Final = 256  # joins words wherever it stands
COMMA: Final = 512  # joins numbers
AMPERSAND: Final = 1024  # joins letters
PLUS: Final = 2048
HASH: Final = 4096
_GOES_ON: Final = JOINER | COMMA | AMPERSAND | PLUS | HASH  # behind a word, what may make it longer

_SETS = {
    WORD: _WORD,
    CJK: rf"[{_CJK}]",
    VOICE: rf"[{_VOICE}]",
    LETTER: r"\p{L}",
    MARK: r"\p{M}",
    NUMBER: r"\p{N}",
    WORDLIKE: r"\w",
    JOINER: rf"[{regex.escape(HYPHENS)}.{regex.escape(APOSTROPHES)}{ZWNJ}]",
    COMMA: "[,٬٫]",
    AMPERSAND: "&",
    PLUS: r"\+",
    HASH: r"\#",
}
_PATTERNS = {bit: regex.compile(characters, regex.V1) for bit, characters in _SETS.items()}

Codes = npt.NDArray[np.uint32]
Classes = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]


def code_points(text: str) -> Codes:
    """The code points of a text, lone surrogates included; read-only."""
    encoded = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(encoded, np.dtype("<u4")).astype(np.uint32, copy=False)


class CharacterClasses:
    """The classes of code points, as bits; asked of the pattern's sets when one is first met."""

    def __init__(self) -> None:
        self._table = np.zeros(0x110000, np.uint16)

    def of(self, codes: Codes) -> Classes:
        """The classes of each code point."""
        found = np.empty(len(codes), np.uint16)
        if not _classify(codes, self._table, found):
            self._learn(np.unique(codes[found == 0]))
            _classify(codes, self._table, found)
        return found

    def _learn(self, codes: Codes) -> None:
        characters = "".join(map(chr, codes.tolist()))
        self._table[codes] = KNOWN
        for bit, pattern in _PATTERNS.items():
            members = [match.start() for match in pattern.finditer(characters)]
            self._table[codes[members]] |= np.uint16(bit)


@njit(types.boolean(READ_ONLY["uint32"], types.uint16[::1], types.uint16[::1]), **OPTIONS)
def _classify(codes: Codes, table: Classes, found: Classes) -> bool:
    known = KNOWN
    for at in range(len(codes)):
        kinds = table[codes[at]]
        found[at] = kinds
        known &= kinds
    return bool(known & KNOWN)


_PLACE: Final = types.int64(READ_ONLY["uint16"], types.int64, types.int64, types.int64)


@njit(types.boolean(READ_ONLY["uint16"], types.int64, types.int64, types.int64), **OPTIONS)
def _joins(classes: Classes, at: int, first: int, last: int) -> bool:
    """Whether the character can join what stands before it to what stands behind."""
    kinds = classes[at]
    if kinds & JOINER:
        return True
    if not kinds & (COMMA | AMPERSAND) or at == first or at + 1 == last:
        return False
    before, behind = (NUMBER, NUMBER) if kinds & COMMA else (LETTER | MARK, LETTER)
    return bool(classes[at - 1] & before) and bool(classes[at + 1] & behind)


@njit(_PLACE, **OPTIONS)
def _word_end(classes: Classes, at: int, first: int, last: int) -> int:
    """Where a word that begins at ``at`` ends, with all that is joined to it."""
    while True:
        while at < last and classes[at] & WORD:
            at += 1
        end = at
        while end < last and _joins(classes, end, first, last):
            end += 1
        # NOTE: some apostrophes are letters (ʼ): what joins may itself be the word that is joined, and as
        # the pattern backtracks, the last one is.
        while end > at and (end == last or not classes[end] & WORD):
            end -= 1
        if end == at:
            return at
        at = end


@njit(_PLACE, **OPTIONS)
def _suffix_end(classes: Classes, at: int, first: int, last: int) -> int:
    """Where ``++`` or ``#`` behind a single letter ends; ``at`` if there is none."""
    if at < last and classes[at] & HASH:
        end = at + 1
    elif at + 1 < last and classes[at] & PLUS and classes[at + 1] & PLUS:
        end = at + 2
    else:
        return at
    if end < last and classes[end] & WORDLIKE:
        return at
    letter = at - 1
    while letter >= first and classes[letter] & MARK:
        letter -= 1
    if letter < first or not classes[letter] & LETTER:
        return at
    return at if letter > first and classes[letter - 1] & WORDLIKE else end


@njit(_PLACE, **OPTIONS)
def _character_end(classes: Classes, at: int, _first: int, last: int) -> int:
    """Where a CJK character ends, with its voice marks; ``at`` if there is none."""
    if at == last or not classes[at] & CJK:
        return at
    at += 1
    while at < last and classes[at] & VOICE:
        at += 1
    return at


@njit(
    types.void(READ_ONLY["uint16"], READ_ONLY["int64"], types.int64[::1], types.int64[::1], types.int64[::1]),
    **OPTIONS,
)
def find_chunks(
    classes: Classes,
    texts: Places,
    starts: Places,
    ends: Places,
    chunks: Places,
) -> None:
    """Find the chunks of all texts.

    Text ``i`` is ``classes[texts[i]:texts[i + 1]]``. Its chunks are written to ``starts`` and ``ends``
    (both long enough for a chunk at each code point) from ``chunks[i]`` to ``chunks[i + 1]``.
    """
    count = 0
    chunks[0] = 0
    for text in range(len(texts) - 1):
        first, last = texts[text], texts[text + 1]
        at = first
        while at < last:
            begin = at
            kinds = classes[at]
            at += 1
            if kinds & WORD:
                while at < last and classes[at] & WORD:
                    at += 1
                # PERF: nearly every word ends at a character that neither joins nor belongs to it.
                if at < last and classes[at] & _GOES_ON:
                    at = _word_end(classes, begin, first, last)
                    at = _suffix_end(classes, at, first, last)
                end = at
            elif kinds & CJK:
                at = _character_end(classes, begin, first, last)
                end = _character_end(classes, at, first, last)
            else:
                continue
            starts[count] = begin
            ends[count] = end
            count += 1
        chunks[text + 1] = count
