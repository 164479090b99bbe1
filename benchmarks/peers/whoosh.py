"""Stock Whoosh 2.7.4 with its own codec: a field each for title and content, stemmed, no stop words.

It indexes about a hundred articles a second, so its index is kept, and slow questions are asked
fewer times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from whoosh import fields, index, query, scoring, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.searching import Searcher

from ..data import Item
from ..questions import Question
from .base import TITLE_WEIGHT, Answer, files_by_suffix

_TEXT = ("title", "content")
_MEMORY_MB = 512


@dataclass(frozen=True, slots=True)
class _Prepared:
    query: query.Query
    filter: query.Query | None
    facets: query.Query | None
    newest: bool
    offset: int
    limit: int


class Whoosh:
    """See the module."""

    name = "whoosh"
    note = "its own codec, StemmingAnalyzer without stop words, optimize=True, one segment"

    def __init__(self) -> None:
        self._searcher: Searcher | None = None

    def version(self) -> str:
        return version("whoosh")

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> None:
        made = index.create_in(str(folder), _schema())
        writer = made.writer(limitmb=_MEMORY_MB)
        for item in items:
            writer.add_document(
                number=str(item.number),
                title=item.title,
                content=item.text,
                category=" ".join(item.categories),
                type=item.type,
                day=datetime.fromisoformat(item.day).replace(tzinfo=UTC).replace(tzinfo=None),
            )
        writer.commit(optimize=True)

    def open(self, folder: Path) -> None:
        self._searcher = index.open_dir(str(folder)).searcher(weighting=scoring.BM25F())
        self._analyzer = _analyzer()

    def prepare(self, question: Question) -> _Prepared:
        asked = self._query(question)
        wanted = query.Term("category", question.category) if question.category else None
        return _Prepared(
            asked,
            wanted,
            asked if question.facet else None,
            question.newest,
            question.offset,
            question.limit,
        )

    def _query(self, question: Question) -> query.Query:
        words = [token.text for word in question.words for token in self._analyzer(word)]
        match question.how:
            case "any":
                return query.Or([part for word in words for part in _both(query.Term, word)])
            case "all":
                return query.And([query.Or(_both(query.Term, word)) for word in words])
            case "phrase":
                return query.Or(_both(query.Phrase, words))
            case "prefix":
                return query.Or(_both(query.Prefix, words[0]))
            case "typo":
                return query.Or([query.FuzzyTerm(field, words[0], maxdist=1) for field in _TEXT])

    def ask(self, prepared: _Prepared, fetch: bool) -> Answer:
        assert self._searcher is not None
        wanted = prepared.offset + prepared.limit
        grouped = prepared.facets is not None and prepared.filter is None
        found = self._searcher.search(
            prepared.query,
            limit=wanted,
            filter=prepared.filter,
            sortedby="day" if prepared.newest else None,
            reverse=prepared.newest,
            groupedby=_by_category() if grouped else None,
        )
        total = len(found)
        hits = [found[at] for at in range(prepared.offset, min(wanted, found.scored_length()))]
        ids = tuple(int(hit["number"]) for hit in hits)
        characters = sum(len(hit["title"]) + len(hit["content"]) for hit in hits) if fetch else 0
        return Answer(total, ids, self._facets(prepared, found if grouped else None), characters)

    def _facets(self, prepared: _Prepared, found: object) -> Mapping[str, int]:
        """The categories of all that matches without the filter: a search of its own beside one."""
        assert self._searcher is not None
        if prepared.facets is None:
            return {}
        if found is None:
            found = self._searcher.search(prepared.facets, limit=1, groupedby=_by_category())
        groups: Mapping[str, int] = found.groups("category")  # type: ignore[attr-defined]  # Whoosh has no types
        return {name: count for name, count in groups.items() if name}

    def parts(self, folder: Path) -> Mapping[str, int]:
        return files_by_suffix(folder)

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
            self._searcher = None


def _analyzer() -> StemmingAnalyzer:
    return StemmingAnalyzer(stoplist=None, minsize=1)


def _schema() -> fields.Schema:
    return fields.Schema(
        number=fields.ID(stored=True, unique=True),
        title=fields.TEXT(analyzer=_analyzer(), stored=True, field_boost=TITLE_WEIGHT),
        content=fields.TEXT(analyzer=_analyzer(), stored=True),
        category=fields.KEYWORD(scorable=False),
        type=fields.KEYWORD(scorable=False),
        day=fields.DATETIME(sortable=True),
    )


def _both(kind: type[query.Query], text: str | list[str]) -> list[query.Query]:
    """A query of each field; the title's weight is the schema's."""
    return [kind(field, text) for field in _TEXT]


def _by_category() -> sorting.Facets:
    by = sorting.FieldFacet("category", allow_overlap=True, maptype=sorting.Count)
    return sorting.Facets().add_facet("category", by)
