"""The stems of the words that occurred in texts of a language, each word stemmed once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import read_term, stem_terms
from .chunker import Codes
from .stems import plain_stems


@dataclass(frozen=True, slots=True)
class Stems:
    """The stem terms of a language in UTF-8, and the numbers of each stem and term that belong together.

    ``stem`` and ``term`` are parallel; terms ascend within what one call has added.
    """

    stems: list[bytes]
    stem: Codes
    term: Codes


class StemPairs:
    """Marks the terms that occur in one language, and stems those that are new when asked."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._seen = np.zeros(0, np.bool_)  # by term: occurred
        self._done = np.zeros(0, np.bool_)  # by term: occurred, and has its stems
        self._numbers: dict[bytes, int] = {}
        self._stem, self._term = array("I"), array("I")

    def see(self, terms: Codes, vocabulary: int) -> None:
        """Mark terms, of a vocabulary of so many."""
        if vocabulary > len(self._seen):
            more = np.zeros(2 * vocabulary - len(self._seen), np.bool_)
            self._seen = np.concatenate((self._seen, more))
            self._done = np.concatenate((self._done, more))
        self._seen[terms] = True

    def stems(self, terms: list[bytes]) -> Stems:
        """All stems so far; ``terms`` are the vocabulary's."""
        fresh = np.flatnonzero(self._seen > self._done).tolist()
        for term, stems in zip(fresh, stems_of(list(map(terms.__getitem__, fresh)), self._lang), strict=True):
            for stem in stems:
                self._stem.append(self._numbers.setdefault(stem, len(self._numbers)))
                self._term.append(term)
        np.copyto(self._done, self._seen)
        return Stems(list(self._numbers), np.array(self._stem, np.uint32), np.array(self._term, np.uint32))


def stems_of(terms: Sequence[bytes], lang: str) -> list[tuple[bytes, ...]]:
    """The stems of each exact term in a language, with it before them, all in UTF-8."""
    # PERF: of bytes, only ASCII letters and digits are alphanumeric: such a term is folded, and so is its
    # stem.
    plain = [at for at, term in enumerate(terms) if term.isalnum()]
    found: list[tuple[bytes, ...]] = [()] * len(terms)
    for at, stem in zip(plain, plain_stems([terms[at] for at in plain], lang), strict=True):
        found[at] = stem
    for at in set(range(len(terms))).difference(plain):
        # PERF: not through the function's cache: no word of a language is asked for twice.
        stems = stem_terms.__wrapped__(read_term(terms[at].decode())[1], lang)
        found[at] = tuple(stem.encode() for stem in stems)
    return found
