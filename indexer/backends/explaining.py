"""Where a hit's score comes from: the share of each leaf, and the words it was found as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from .. import ranking as formulas
from ..analysis import Token, tokenize
from ..limits import EXPLAINED_CHARACTERS
from ..matching import spans
from ..query import (
    AllOf,
    AnyOf,
    Boost,
    Everything,
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
from .base import Part, Record, Search

Shares = list[tuple[Leaf, float]]  # what each leaf adds to one document's score


class Evidence(Protocol):
    """What a backend knows of leaves in the documents of one search."""

    @property
    def search(self) -> Search:
        """What is asked."""

    def holders(self, leaf: Leaf) -> int:
        """How many documents hold a leaf."""

    def rarity(self, leaf: Leaf) -> float:
        """The idf of a leaf."""

    def share(self, leaf: Leaf, document: int) -> float | None:
        """A leaf's own score for a document; ``None`` where it is not found."""

    def is_any(self, ids: Sequence[str], document: int) -> bool:
        """Whether a document is the article of one of some ids."""

    def counts(self, leaf: Leaf, document: int) -> Mapping[str, int]:
        """How often a leaf is found in each field of a document that holds it."""

    def look(self) -> None:
        """Raise once the time is up."""


def explain_parts(evidence: Evidence, document: int, record: Record) -> tuple[Part, ...]:
    """The share of each leaf in a document's score, see :class:`~indexer.backends.base.Part`."""
    return tuple(_parts(evidence, document, record))


def _parts(evidence: Evidence, document: int, record: Record) -> Iterator[Part]:
    scores: dict[Leaf, float] = {}
    for leaf, score in _shares(evidence, evidence.search.query, document) or ():
        scores[leaf] = scores.get(leaf, 0.0) + score
    words = distinct_words(record)
    for leaf, score in scores.items():
        evidence.look()
        yield Part(
            leaf,
            score,
            evidence.rarity(leaf),
            evidence.holders(leaf),
            evidence.counts(leaf, document),
            forms_of(leaf, words, record.article.lang),
        )


def _shares(evidence: Evidence, query: Query, document: int) -> Shares | None:
    """What each leaf adds to a document's score; ``None`` when the query does not match it."""
    match query:
        case AllOf(children) | AnyOf(children) | Some(children):
            return _joined(evidence, query, [_shares(evidence, child, document) for child in children])
        case Boost(child, factor):
            return _times(_shares(evidence, child, document), factor)
        case Not(child):
            return [] if _shares(evidence, child, document) is None else None
        case Ids(ids):
            return [] if evidence.is_any(ids, document) else None
        case Everything():
            return []
        case Nothing():
            return None
        case Word() | Phrase() | Prefix() | Fuzzy():
            share = evidence.share(query, document)
            return None if share is None else [(query, share)]


def _joined(
    evidence: Evidence, query: AllOf | AnyOf | Some, children: Sequence[Shares | None]
) -> Shares | None:
    found = [shares for shares in children if shares is not None]
    every = [share for shares in found for share in shares]
    if isinstance(query, AllOf):
        return every if len(found) == len(children) else None
    if not found:
        return None
    if isinstance(query, Some):
        return _times(every, formulas.coverage(len(found), len(children), evidence.search.ranking))
    # Of children that score the same the last counts, as in the score itself.
    return max(reversed(found), key=lambda shares: sum(score for _, score in shares))


def coverage_of(evidence: Evidence, query: Query, document: int) -> float:
    """The coverage of the innermost last :class:`~indexer.query.Some` that a document matches; 1 without."""
    match query:
        case AllOf(children) | AnyOf(children):
            found = [coverage_of(evidence, child, document) for child in children]
            return next((value for value in reversed(found) if value != 1.0), 1.0)
        case Boost(child, _):
            return coverage_of(evidence, child, document)
        case Some(children):
            count = sum(_shares(evidence, child, document) is not None for child in children)
            return formulas.coverage(count, len(children), evidence.search.ranking) if count else 1.0
        case _:
            return 1.0


def _times(shares: Shares | None, factor: float) -> Shares | None:
    return None if shares is None else [(leaf, score * factor) for leaf, score in shares]


def distinct_words(record: Record) -> dict[str, list[Token]]:
    """By field, one token for each surface of an article, of a very long text only of its beginning."""
    texts = {"title": record.article.title, "content": record.article.text[:EXPLAINED_CHARACTERS]}
    return {
        name: list({token.surface: token for token in tokenize(text)}.values())
        for name, text in texts.items()
    }


def forms_of(leaf: Leaf, words: Mapping[str, Sequence[Token]], lang: str) -> tuple[str, ...]:
    """The surfaces a leaf is found as, for explanations; empty for a phrase.

    ``words`` are those of :func:`distinct_words`.
    """
    if isinstance(leaf, Phrase):
        return ()
    tokens = (token for name in leaf.fields for token in words[name])
    return tuple(sorted({token.surface for token in tokens if spans(leaf, [token], lang)}))
