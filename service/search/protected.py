"""Words that have no other forms: each is found as itself alone, and as no form of another word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from indexer.analysis import STEMMED_LANGUAGES, chunks, folded_form, stem_terms


class ProtectedWords:
    """The protected words, and what a word must not be found as for their sake."""

    def __init__(self, words: Iterable[str]) -> None:
        tokens = [token for word in words for tokens in chunks(word, phrase=True) for token in tokens]
        self._folded = frozenset(folded_form(token.surface) for token in tokens)
        self._by_stem: dict[str, set[str]] = {}
        for token in tokens:
            for stem in _stems(token.surface):
                self._by_stem.setdefault(stem, set()).add(folded_form(token.surface))

    def __contains__(self, surface: str) -> bool:
        return folded_form(surface) in self._folded

    def apart_from(self, surface: str) -> tuple[str, ...]:
        """The protected words that another word would be found as, in any language."""
        found = {word for stem in _stems(surface) for word in self._by_stem.get(stem, ())}
        return tuple(sorted(found - {folded_form(surface)}))


@lru_cache(maxsize=1024)
def _stems(surface: str) -> tuple[str, ...]:
    """A word's stems in every language that has any."""
    return tuple(stem for lang in STEMMED_LANGUAGES for stem in stem_terms(surface, lang))
