"""tantivy, through its Python binding: one segment, a field each for title and content, ``en_stem``.

A word is a should of both fields with the title's weight. Phrases, prefixes and typos are asked of
the same stemmed fields; prefixes and typos have no scores (the binding's automata give none).
The filter is a term without a score, the facet a terms aggregation over a fast field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import tantivy
from tantivy import Document, Filter, Index, Occur, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from ..data import Item
from ..questions import Question
from .base import TITLE_WEIGHT, Answer, Unable, files_by_suffix

_FACETS = {"category": {"terms": {"field": "category", "size": 100}}}
_HEAP = 4_000_000_000  # one segment, whatever the size of the set: the quickest to ask


@dataclass(frozen=True, slots=True)
class _Prepared:
    query: Query
    facets: Query | None
    sort: str | None
    offset: int
    limit: int


class Tantivy:
    """See the module. ``heap`` is the writer's memory in bytes: less of it makes more segments."""

    name = "tantivy"
    note = "en_stem, title and content stored, one writer thread, one segment, count=True"

    def __init__(self, heap: int = _HEAP, threads: int = 1) -> None:
        self._heap, self._threads = heap, threads
        self._index: Index | None = None

    def version(self) -> str:
        return version("tantivy")

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> None:
        index = Index(_schema(), path=str(folder))
        writer = index.writer(heap_size=self._heap, num_threads=self._threads)
        for item in items:
            writer.add_document(_document(item))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._index = Index.open(str(folder))
        self._index.config_reader("manual")
        self._index.reload()
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        stemming = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
        self._analyzer = stemming.filter(Filter.stemmer("english")).build()

    def prepare(self, question: Question) -> _Prepared:
        query = self._query(question)
        wanted = query
        if question.category:
            term = Query.term_query(self._schema, "category", question.category, "basic")
            unscored = Query.const_score_query(term, 0.0)
            wanted = Query.boolean_query([(Occur.Must, query), (Occur.Must, unscored)])
        return _Prepared(
            wanted,
            query if question.facet else None,
            "day" if question.newest else None,
            question.offset,
            question.limit,
        )

    def _query(self, question: Question) -> Query:
        words = [stem for word in question.words for stem in self._analyzer.analyze(word)]
        if not words:
            raise Unable("no word is left after analysis")
        match question.how:
            case "any":
                return Query.boolean_query(
                    [(Occur.Should, part) for word in words for part in self._both(word)]
                )
            case "all":
                return Query.boolean_query([(Occur.Must, self._either(self._both(word))) for word in words])
            case "phrase":
                return self._either([self._weighted(field, self._phrase(field, words)) for field in _TEXT])
            case "prefix":
                return self._either([self._weighted(field, self._prefix(field, words[0])) for field in _TEXT])
            case "typo":
                return self._either([self._weighted(field, self._fuzzy(field, words[0])) for field in _TEXT])

    def _both(self, word: str) -> list[Query]:
        return [self._weighted(field, Query.term_query(self._schema, field, word, "freq")) for field in _TEXT]

    @staticmethod
    def _either(parts: list[Query]) -> Query:
        return Query.boolean_query([(Occur.Should, part) for part in parts])

    @staticmethod
    def _weighted(field: str, query: Query) -> Query:
        return Query.boost_query(query, TITLE_WEIGHT) if field == "title" else query

    def _phrase(self, field: str, words: list[str]) -> Query:
        return Query.phrase_query(self._schema, field, words)  # type: ignore[arg-type]  # a list of str is fine

    def _prefix(self, field: str, text: str) -> Query:
        return Query.regex_query(self._schema, field, f"{re.escape(text)}.*")

    def _fuzzy(self, field: str, text: str) -> Query:
        return Query.fuzzy_term_query(self._schema, field, text, 1, True, False)

    def ask(self, prepared: _Prepared, fetch: bool) -> Answer:
        searcher = self._searcher
        result = searcher.search(prepared.query, prepared.limit, True, prepared.sort, prepared.offset)
        places = [place for _, place in result.hits]
        characters = 0
        if fetch:
            found = [searcher.doc(place) for place in places]
            ids = tuple(document.get_first("number") for document in found)
            characters = sum(len(doc.get_first("title")) + len(doc.get_first("content")) for doc in found)
        else:
            ids = tuple(searcher.fast_field_values("number", places))
        return Answer(result.count, ids, self._facets(prepared.facets), characters)

    def _facets(self, query: Query | None) -> Mapping[str, int]:
        if query is None:
            return {}
        buckets = self._searcher.aggregate(query, _FACETS)["category"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    @property
    def segments(self) -> int:
        """How many segments the open index has."""
        return int(self._searcher.num_segments)

    def parts(self, folder: Path) -> Mapping[str, int]:
        return files_by_suffix(folder)

    def close(self) -> None:
        self._index = None


_TEXT = ("title", "content")


def _schema() -> tantivy.Schema:
    builder = SchemaBuilder()
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("content", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("category", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("type", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("number", stored=True, indexed=True, fast=True)
    builder.add_date_field("day", stored=True, fast=True)
    return builder.build()


def _document(item: Item) -> Document:
    document = Document()
    document.add_unsigned("number", item.number)
    document.add_text("title", item.title)
    document.add_text("content", item.text)
    for slug in item.categories:
        document.add_text("category", slug)
    document.add_text("type", item.type)
    document.add_date("day", datetime.fromisoformat(item.day).replace(tzinfo=UTC))
    return document
