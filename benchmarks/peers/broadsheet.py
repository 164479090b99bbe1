"""Ours, through the same calls the service makes: a builder, a published generation, a reader.

A word is found as itself and in its other forms; phrases, prefixes and typos as themselves. What is
stored of a hit is read when it is asked for. Without it, the hits are known by their places in the index when
the clock stops; which articles these are is read behind it, for the comparison of answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from indexer.article import Article, Block, Label, article_id
from indexer.backends.base import Reader, Record, Search
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh.codec.container import Container
from indexer.fields import FILTERS
from indexer.query import AllOf, Fuzzy, Phrase, Prefix, Query, Some, Word, leaves

from ..data import Item
from ..questions import Question
from .base import Answer, files_by_suffix

_SITE = "https://example.org/"
_ACCEPTED = "2025-02-01T12:00:00+00:00"


class Broadsheet:
    """See the module."""

    name = "broadsheet"
    note = "through Index, Writer and Reader, Ranking() as it is"

    def __init__(self) -> None:
        self._reader: Reader | None = None

    def version(self) -> str:
        return version("broadsheet")

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> None:
        index = WhooshIndex(folder)
        builder = index.builder()
        labels: dict[str, dict[str, str]] = {name: {} for name in FILTERS}
        try:
            for item in items:
                record = to_record(item)
                _take_labels(record.article, labels)
                builder.add(record)
            builder.commit(expected, labels, stamp="benchmark")
            index.publish(builder, expected)
        finally:
            builder.close()

    def open(self, folder: Path) -> None:
        self._reader = WhooshIndex(folder).reader()

    def prepare(self, question: Question) -> Search:
        query = _query(question)
        return Search(
            query=query,
            filters={"category": (question.category,)} if question.category else {},
            sort="newest" if question.newest else "relevance",
            offset=question.offset,
            limit=question.limit,
            facets=("category",) if question.facet else (),
            words=leaves(query),
        )

    def ask(self, prepared: Search, fetch: bool) -> Answer:
        assert self._reader is not None
        started = time.perf_counter()
        found = self._reader.execute(prepared)
        documents = [hit.document for hit in found.hits]
        facets = dict(found.facets["category"]) if prepared.facets else {}
        if not fetch:
            seconds = time.perf_counter() - started
            ids = tuple(_number(document.article.url) for document in documents)
            return Answer(found.total, ids, facets, seconds=seconds)
        articles = [(document.article, document.text) for document in documents]
        characters = sum(len(article.title) + len(text) for article, text in articles)
        return Answer(found.total, tuple(_number(article.url) for article, _ in articles), facets, characters)

    def parts(self, folder: Path) -> Mapping[str, int]:
        live = folder / next(info.name for info in WhooshIndex(folder).generations() if info.live)
        found = files_by_suffix(live)
        for path in live.glob("*.seg"):
            for name, array in Container(path).arrays.items():
                found[name] = found.get(name, 0) + array.nbytes
                found[path.suffix] -= array.nbytes  # what is left of it: its head, its table, gaps
        return found

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def to_record(item: Item) -> Record:
    """The accepted article of an item, as the catalog would give it."""
    key = str(item.number)
    article = Article(
        id=article_id("benchmark", key),
        url=f"{_SITE}{key}",
        title=item.title,
        blocks=tuple(Block("paragraph", line) for line in item.text.split("\n") if line),
        type=Label(item.type, item.type.title()),
        categories=tuple(Label(slug, slug) for slug in item.categories),
        lang="en",
        published_at=item.day,
    )
    return Record(article, "benchmark", key, f"{key}.html", "0" * 64, item.number + 1, _ACCEPTED)


def _number(url: str) -> int:
    """The item's number, which is the page's name."""
    return int(url.removeprefix(_SITE))


def _take_labels(article: Article, labels: dict[str, dict[str, str]]) -> None:
    labels["type"][article.type.slug] = article.type.label
    labels["lang"][article.lang] = article.lang
    labels["category"].update((label.slug, label.label) for label in article.categories)


def _query(question: Question) -> Query:
    words = question.words
    match question.how:
        case "any":
            return Word(words[0]) if len(words) == 1 else Some(tuple(map(Word, words)))
        case "all":
            return AllOf(tuple(map(Word, words)))
        case "phrase":
            return Phrase(words)
        case "prefix":
            return Prefix(words[0])
        case "typo":
            return Fuzzy(words[0], 1)
