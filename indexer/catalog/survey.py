"""The catalog as an administrator looks through it: lists that are cut into pages, and counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from .rows import PageNote

MOST = 200  # rows of one list: what a page shows, with room

_LISTED = """
SELECT id, source, key, url, sequence, accepted_at, metadata FROM articles WHERE live = 1
"""
_GONE = """
SELECT articles.id, articles.source, articles.key, articles.sequence, articles.accepted_at,
    coalesce(pages.title, ''), coalesce(pages.canonical, ''), pages.key IS NOT NULL,
    coalesce(pages.reason, '')
FROM articles LEFT JOIN pages ON (pages.source, pages.key) = (articles.source, articles.key)
WHERE articles.live = 0
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it. ``accepted_at`` is ISO 8601 UTC."""

    id: str
    source: str
    key: str
    url: str
    sequence: int
    accepted_at: str
    title: str
    type: str
    lang: str
    published_at: str


@dataclass(frozen=True, slots=True)
class Gone:
    """An article that was removed. ``has_page``: its source holds its page still, so that it can come back.

    ``title`` and ``url`` are what that page said of itself, empty where there is none; ``reason`` is why the
    page is out, empty when the article was removed by hand.
    """

    id: str
    source: str
    key: str
    sequence: int
    removed_at: str
    title: str
    url: str
    has_page: bool
    reason: str


class Survey:
    """Reads lists out of the catalog; newest change first, ``before`` is the sequence number to go on from.

    Raises:
        CatalogError: from every method, when the file cannot be read.
    """

    def __init__(self, read: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._read = read

    def newest(self, limit: int, before: int | None = None) -> tuple[Listed, ...]:
        """Live articles."""
        return self._listed("", (), limit, before)

    def at_address(self, part: str, limit: int, before: int | None = None) -> tuple[Listed, ...]:
        """Live articles whose address, or whose page's name in its source, holds ``part`` as written."""
        where = " AND (instr(url, ?) OR instr(key, ?))"
        return self._listed(where, (part, part), limit, before)

    def _listed(
        self, where: str, values: tuple[str, ...], limit: int, before: int | None
    ) -> tuple[Listed, ...]:
        query = f"{_LISTED}{where} AND (? IS NULL OR sequence < ?) ORDER BY sequence DESC LIMIT ?"
        with self._read() as connection:
            rows = connection.execute(query, (*values, before, before, min(limit, MOST))).fetchall()
        return tuple(map(_row, rows))

    def gone(self, limit: int, before: int | None = None) -> tuple[Gone, ...]:
        """Articles that were removed: by hand, or because their source no longer had them."""
        query = f"{_GONE} AND (? IS NULL OR articles.sequence < ?) ORDER BY articles.sequence DESC LIMIT ?"
        with self._read() as connection:
            rows = connection.execute(query, (before, before, min(limit, MOST))).fetchall()
        return tuple(Gone(*(*row[:7], bool(row[7]), row[8])) for row in rows)

    def gone_count(self) -> int:
        """How many identities are removed."""
        with self._read() as connection:
            return int(connection.execute("SELECT count(*) FROM articles WHERE live = 0").fetchone()[0])

    def reasons(self) -> dict[str, int]:
        """Why pages are no articles, with how many each, the most frequent first."""
        query = (
            "SELECT reason, count(*) FROM pages WHERE reason != '' "
            "GROUP BY reason ORDER BY count(*) DESC, reason"
        )
        with self._read() as connection:
            return dict(connection.execute(query).fetchall())

    def refused(self, reason: str, limit: int) -> tuple[PageNote, ...]:
        """Pages that are no articles for a reason, by source and key."""
        query = "SELECT * FROM pages WHERE reason = ? ORDER BY source, key LIMIT ?"
        with self._read() as connection:
            rows = connection.execute(query, (reason, min(limit, MOST))).fetchall()
        return tuple(PageNote(*row) for row in rows)

    def sources(self) -> dict[str, int]:
        """The sources by name, with the live articles of each."""
        query = "SELECT source, count(*) FROM articles WHERE live = 1 GROUP BY source ORDER BY source"
        with self._read() as connection:
            return dict(connection.execute(query).fetchall())


def _row(row: Sequence[Any]) -> Listed:
    *known, metadata = row
    said = _metadata(metadata)
    kind = said.get("type")
    label = kind.get("label", "") if isinstance(kind, dict) else ""
    words = (str(said.get(name, "")) for name in ("title", "lang", "published_at"))
    title, lang, published_at = words
    return Listed(*(*known, title, str(label), lang, published_at))


def _metadata(stored: object) -> dict[str, object]:
    """What is written down of an article; nothing when a disk has changed it: no list fails for one."""
    try:
        said = json.loads(stored if isinstance(stored, bytes | str) else b"")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
