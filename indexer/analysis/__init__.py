"""One text pipeline for build and query: folding, tokens, stems, and the terms they are indexed as."""

from __future__ import annotations

from .folding import ZWNJ, fold, strip_accents
from .stems import STEMMED_LANGUAGES, stem_terms
from .tokens import MAX_WORD, Token, chunks, folded_form, token_count, tokenize

# Bumped whenever the same text would give other terms: an index of another version is rebuilt.
ANALYSIS_VERSION = 4

SEPARATOR = "\x1f"


def exact_term(surface: str, folded: str) -> str:
    """The term of the exact field: the folded form, and the surface behind a separator when it differs.

    All spellings of one folded form are so one contiguous slice of the term dictionary, and still
    tell what was written. See :func:`read_term`.
    """
    return folded if surface == folded else f"{folded}{SEPARATOR}{surface}"


def read_term(term: str) -> tuple[str, str, int]:
    """(folded, surface, positions covered) of a term of the exact field."""
    folded, _, surface = term.partition(SEPARATOR)
    return folded, surface or folded, 1 + surface.count(ZWNJ)


__all__ = [
    "ANALYSIS_VERSION",
    "MAX_WORD",
    "SEPARATOR",
    "STEMMED_LANGUAGES",
    "Token",
    "chunks",
    "exact_term",
    "fold",
    "folded_form",
    "read_term",
    "stem_terms",
    "strip_accents",
    "token_count",
    "tokenize",
]
