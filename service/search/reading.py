"""One article cut into words: what it holds of a question, and which of its words are near to one.

The article is read as :mod:`indexer.matching` defines a match, word by word; so what is said here holds for
every backend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from rapidfuzz.distance import OSA

from indexer import Article
from indexer.analysis import folded_form, stem_terms, tokenize
from indexer.fields import TEXT
from indexer.matching import spans
from indexer.query import (
    AllOf,
    AnyOf,
    Boost,
    Fuzzy,
    Ids,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)

MAX_FORMS: Final = 5  # nearest words told of one that is missing


class Reading:
    """An article cut into words, to be asked what it holds."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.texts = {"title": article.title, "content": article.text}
        self.tokens = {name: tokenize(text) for name, text in self.texts.items()}

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each folded word is written, over all fields."""
        return Counter(token.folded for name in TEXT for token in self.tokens[name])

    @cached_property
    def surfaces(self) -> dict[str, str]:
        """A folded word to the way it is written first."""
        found: dict[str, str] = {}
        for name in TEXT:
            for token in self.tokens[name]:
                found.setdefault(token.folded, self.texts[name][token.start : token.end])
        return found

    def occurrences(self, leaf: Leaf, fields: Sequence[str] | None = None) -> dict[str, int]:
        """How often a leaf is found, by field, where it is."""
        counts = {
            name: len(spans(leaf, self.tokens[name], self.article.lang)) for name in fields or leaf.fields
        }
        return {name: count for name, count in counts.items() if count}

    def holds(self, query: Query) -> bool:
        """Whether the article is what a query tree asks for."""
        match query:
            case AllOf(children):
                return all(map(self.holds, children))
            case AnyOf(children) | Some(children):
                return any(map(self.holds, children))
            case Not(child):
                return not self.holds(child)
            case Boost(child, _):
                return self.holds(child)
            case Ids(ids):
                return self.article.id in ids
            case Nothing():
                return False
            case Word() | Phrase() | Prefix() | Fuzzy():
                return bool(self.occurrences(query))
            case _:
                return True


def forms_in(leaf: Leaf, reading: Reading) -> list[str]:
    """The words of the article that a leaf is found as."""
    if isinstance(leaf, Phrase):
        return []
    lang = reading.article.lang
    found = {
        token.folded
        for name in leaf.fields
        for token in reading.tokens[name]
        if spans(leaf, [token], lang) and token.surface != leaf.text
    }
    return [
        reading.surfaces[folded] for folded in sorted(found, key=lambda word: (-reading.counts[word], word))
    ]


def nearest_words(leaf: Leaf, reading: Reading) -> list[dict[str, Any]]:
    """Words of the article that may be meant: other forms, near spellings, and the word joined or apart."""
    if isinstance(leaf, Phrase):
        return []
    asked = folded_form(leaf.text)
    rows: dict[str, tuple[int, str]] = {}
    for at, kind, words in (
        (0, "form", _same_stem(leaf.text, reading)),
        (1, "split", _apart(asked, reading)),
        (2, "joined", _within(asked, reading)),
        (3, "spelling", _misspelt(asked, reading)),
    ):
        for word in words:
            rows.setdefault(word, (at, kind))
    rows.pop(asked, None)
    best = sorted(rows, key=lambda word: (rows[word][0], -_count(word, reading), word))[:MAX_FORMS]
    return [
        {"word": reading.surfaces.get(word, word), "kind": rows[word][1], "count": _count(word, reading)}
        for word in best
    ]


def _count(word: str, reading: Reading) -> int:
    """How often a word, or two that follow each other, are written."""
    if word in reading.counts:
        return reading.counts[word]
    return sum(reading.occurrences(Phrase(tuple(word.split()))).values())


def _same_stem(word: str, reading: Reading) -> Iterator[str]:
    lang = reading.article.lang
    stems = set(stem_terms(word, lang))
    for name in TEXT:
        for token in reading.tokens[name]:
            if not stems.isdisjoint(stem_terms(token.surface, lang)):
                yield token.folded


def _apart(asked: str, reading: Reading) -> Iterator[str]:
    for name in TEXT:
        singles = [token.folded for token in reading.tokens[name] if token.length == 1]
        for left, right in pairwise(singles):
            if left + right == asked:
                yield f"{left} {right}"


def _within(asked: str, reading: Reading) -> Iterator[str]:
    if len(asked) < 4:
        return
    for word in reading.counts:
        if len(word) > len(asked) + 1 and (word.startswith(asked) or word.endswith(asked)):
            yield word


def _misspelt(asked: str, reading: Reading) -> Iterator[str]:
    edits = 0 if len(asked) < 3 else 1 if len(asked) < 6 else 2
    for word in reading.counts:
        if edits and OSA.distance(asked, word, score_cutoff=edits) <= edits:
            yield word
