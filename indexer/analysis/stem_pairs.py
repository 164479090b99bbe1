"""The stems of the words that occurred in texts of a language, each word stemmed once."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from . import read_term, stem_terms
from .chunker import Codes


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
        for term in np.flatnonzero(self._seen > self._done).tolist():
            surface = read_term(terms[term].decode())[1]
            # PERF: not through the function's cache: no word of a language is asked for twice.
            for stem in stem_terms.__wrapped__(surface, self._lang):
                self._stem.append(self._numbers.setdefault(stem.encode(), len(self._numbers)))
                self._term.append(term)
        np.copyto(self._done, self._seen)
        return Stems(list(self._numbers), np.array(self._stem, np.uint32), np.array(self._term, np.uint32))
