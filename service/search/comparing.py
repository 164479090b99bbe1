"""An article beside the first of the answer: what the first has that it lacks, in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indexer import Article
from indexer.analysis import token_count, tokenize
from indexer.backends.base import Scored

from .explain import Account, Share, places_of
from .present import labelled
from .reasons import Compared, Comparison, Subject

_MUCH_LONGER = 1.25  # lengths nearer to each other make little of a difference, and none is told
_TOLD = 0.0005  # the smallest difference that shows in three digits


def subject_of(article: Article) -> Subject:
    """An article as it is named in a verdict."""
    return Subject(
        article.id,
        article.url,
        article.title,
        labelled(article.type),
        tuple(map(labelled, article.categories)),
        article.lang,
        article.author,
        article.published_at[:10],
    )


def compare(account: Account, other: Account, hit: Scored, first: Scored) -> Comparison:
    """A hit and the first one of an answer, and where their scores come from."""
    words, first_words = _length(hit), _length(first)
    rows = tuple(_rows(account, other))
    sentences = (
        *(_row(row) for row in rows if abs(row.share - row.first_share) >= _TOLD),
        *_lengths(words, first_words),
        *_factors(account, other),
        _together(account.score, other.score),
    )
    subject = subject_of(first.document.article)
    return Comparison(subject, rows, account, other, words, first_words, sentences)


def _length(hit: Scored) -> int:
    return token_count(tokenize(hit.document.text))


def _rows(account: Account, other: Account) -> Iterator[Compared]:
    """A row for each word either has, that which sets them apart most first."""
    mine, theirs = _by_name(account), _by_name(other)
    rows = [_compared(name, mine.get(name), theirs.get(name)) for name in dict.fromkeys([*theirs, *mine])]
    yield from sorted(rows, key=lambda row: row.share - row.first_share)


def _by_name(account: Account) -> Mapping[str, Share]:
    return {share.what: share for share in account.shares}


def _compared(name: str, mine: Share | None, theirs: Share | None) -> Compared:
    known = mine or theirs
    return Compared(
        name,
        mine.share if mine else 0.0,
        theirs.share if theirs else 0.0,
        mine.occurrences if mine else {},
        theirs.occurrences if theirs else {},
        known.documents if known else 0,
        known.weight if known else 0.0,
    )


def _row(row: Compared) -> str:
    what = f"{row.what[:1].upper()}{row.what[1:]}"
    return (
        f"{what}: {places_of(row.occurrences)} here ({row.share:.3f}), "
        f"{places_of(row.first_occurrences)} in the first ({row.first_share:.3f})."
    )


def _lengths(words: int, first: int) -> Iterator[str]:
    told = f"The text here has {words:,} words, that of the first {first:,}"
    if words > first * _MUCH_LONGER:
        yield f"{told}: in a shorter text a word counts more."
    elif first > words * _MUCH_LONGER:
        yield f"{told}: length speaks for this one."


def _factors(account: Account, other: Account) -> Iterator[str]:
    for what, mine, theirs in (
        ("Words close together", account.proximity, other.proximity),
        ("Title like the query", account.title, other.title),
    ):
        if abs(mine - theirs) >= _TOLD:
            yield f"{what}: plus {mine:.2%} here, plus {theirs:.2%} in the first."
    if abs(account.recency - other.recency) >= _TOLD:
        yield f"Published lately: times {account.recency:.4f} here, times {other.recency:.4f} in the first."
    mine, theirs = _boost(account), _boost(other)
    if abs(mine - theirs) >= _TOLD:
        yield f"The administrator's factors: times {mine:.4g} here, times {theirs:.4g} in the first."


def _together(mine: float, first: float) -> str:
    if abs(first - mine) < _TOLD:
        return f"Both have {mine:.3f} altogether: the newer one comes first, and of one day chance decides."
    more, of = (first - mine, "more") if first > mine else (mine - first, "less")
    return f"Altogether {mine:.3f} here, {first:.3f} in the first: {more:.3f} {of}."


def _boost(account: Account) -> float:
    factor = 1.0
    for boost in account.boosts:
        factor *= boost.factor
    return factor
