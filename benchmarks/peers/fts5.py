"""SQLite's FTS5: ``porter unicode61``, a prefix index, ``bm25()`` with column weights, optimized.

Text, type and day stand in a table that the index takes its content from. Categories are tokens in a
column of weight 0, so that a filter is one more posting list, and rows of a table of their own for
the facet. FTS5 has no typos: SQLite's spellfix is no part of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..data import Item, in_batches
from ..questions import Question
from .base import Answer, Unable, files_by_suffix

_SCHEMA = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=NORMAL;
PRAGMA cache_size=-262144;
CREATE TABLE article(
  number INTEGER PRIMARY KEY, title TEXT, content TEXT, category TEXT, type TEXT, day INTEGER
);
CREATE VIRTUAL TABLE found USING fts5(
  title, content, category,
  content='article', content_rowid='number', tokenize='porter unicode61', prefix='2 3'
);
CREATE TABLE label(number INTEGER, category TEXT, PRIMARY KEY(number, category)) WITHOUT ROWID;
"""
_FINISH = """
CREATE INDEX by_day ON article(day);
INSERT INTO found(found) VALUES('optimize');
ANALYZE;
"""
_TOTAL = "SELECT count(*) FROM found WHERE found MATCH ?"
# Measured: a third quicker than ORDER BY rank with the same weights.
_BEST = (
    "SELECT rowid, bm25(found, 3.0, 1.0, 0.0) AS score FROM found"
    " WHERE found MATCH ? ORDER BY score LIMIT ? OFFSET ?"
)
_NEWEST = (
    "SELECT article.number FROM found JOIN article ON article.number = found.rowid"
    " WHERE found MATCH ? ORDER BY article.day DESC LIMIT ? OFFSET ?"
)
_FACET = (
    "SELECT label.category, count(*) FROM found CROSS JOIN label ON label.number = found.rowid"
    " WHERE found MATCH ? GROUP BY label.category"
)
_STORED = "SELECT title, content FROM article WHERE number = ?"


@dataclass(frozen=True, slots=True)
class _Prepared:
    match: str
    facet: str
    hits: str
    limit: int
    offset: int


class Fts5:
    """See the module."""

    name = "fts5"
    note = "porter unicode61, prefix='2 3', external content, optimized; statements kept by the connection"

    def __init__(self) -> None:
        self._base: sqlite3.Connection | None = None

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> None:
        base = sqlite3.connect(folder / "fts5.sqlite3")
        base.executescript(_SCHEMA)
        for batch in in_batches(items):
            base.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", map(_row, batch))
            base.executemany("INSERT INTO label VALUES (?, ?)", _labels(batch))
            base.executemany(
                "INSERT INTO found(rowid, title, content, category) VALUES (?, ?, ?, ?)",
                ((item.number, item.title, item.text, _tokens(item)) for item in batch),
            )
        base.commit()
        base.executescript(_FINISH)
        base.close()

    def open(self, folder: Path) -> None:
        self._base = sqlite3.connect(
            f"file:{folder / 'fts5.sqlite3'}?mode=ro", uri=True, cached_statements=256
        )
        self._base.executescript("PRAGMA mmap_size=8589934592; PRAGMA cache_size=-262144;")

    def prepare(self, question: Question) -> _Prepared:
        words = _match(question)
        wanted = f'{words} AND category : "{_token(question.category)}"' if question.category else words
        return _Prepared(
            wanted,
            words if question.facet else "",
            _NEWEST if question.newest else _BEST,
            question.limit,
            question.offset,
        )

    def ask(self, prepared: _Prepared, fetch: bool) -> Answer:
        assert self._base is not None
        total = self._base.execute(_TOTAL, (prepared.match,)).fetchone()[0]
        rows = self._base.execute(prepared.hits, (prepared.match, prepared.limit, prepared.offset))
        ids = tuple(row[0] for row in rows)
        characters = 0
        if fetch:
            for number in ids:
                title, content = self._base.execute(_STORED, (number,)).fetchone()
                characters += len(title) + len(content)
        facets = dict(self._base.execute(_FACET, (prepared.facet,))) if prepared.facet else {}
        return Answer(total, ids, facets, characters)

    def parts(self, folder: Path) -> Mapping[str, int]:
        return files_by_suffix(folder)

    def close(self) -> None:
        if self._base is not None:
            self._base.close()
            self._base = None


def _row(item: Item) -> tuple[int, str, str, str, str, int]:
    day = date.fromisoformat(item.day).toordinal()
    return (item.number, item.title, item.text, _tokens(item), item.type, day)


def _labels(batch: list[Item]) -> Iterator[tuple[int, str]]:
    return ((item.number, slug) for item in batch for slug in item.categories)


def _tokens(item: Item) -> str:
    return " ".join(map(_token, item.categories))


def _token(slug: str) -> str:
    """A slug as one token that is no word of a text, so that words need not be asked for by column."""
    return slug.replace("-", "0") + "0"


def _match(question: Question) -> str:
    quoted = [f'"{word}"' for word in question.words]
    match question.how:
        case "any":
            return f"({' OR '.join(quoted)})"
        case "all":
            return f"({' AND '.join(quoted)})"
        case "phrase":
            return f'"{" ".join(question.words)}"'
        case "prefix":
            return f"{{title content}} : {quoted[0]} *"
        case "typo":
            raise Unable("FTS5 finds no words by edit distance")
