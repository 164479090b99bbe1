"""Changes to the catalog inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import UTC, datetime

from ..article import Article
from ..backends.base import Record
from .addresses import DUPLICATE, Replaced, rivals, stands_for
from .labels import count_terms
from .rows import PageNote, read_metadata, write_article

_ACCEPT = """
INSERT INTO articles
    (id, source, key, locator, url, digest, sequence, accepted_at, live, metadata, blocks, dropped)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    source = excluded.source, key = excluded.key, locator = excluded.locator, url = excluded.url,
    digest = excluded.digest, sequence = excluded.sequence, accepted_at = excluded.accepted_at, live = 1,
    metadata = excluded.metadata, blocks = excluded.blocks, dropped = excluded.dropped
"""


class Changes:
    """The changes of one transaction; nothing of it is there for others until it commits.

    ``replaced`` are the articles that are out because another was accepted for their address.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = clock
        self.replaced: list[Replaced] = []
        self._sequence: int = connection.execute(
            "SELECT coalesce(max(sequence), 0) FROM articles"
        ).fetchone()[0]

    def accept(self, article: Article, note: PageNote) -> Record:
        """Add the article, or put it in the place of the one of the same id.

        It also takes the place of every other that stands for its address: the newest word counts. The
        pages of those are noted as duplicates. ``note`` says where the article is from and the digest of
        its page; it is not itself written.
        """
        self._take_over(article, note)
        before = self._live(article.id)
        place = (note.source, note.key, note.locator)
        record = Record(article, *place, note.digest, self._next(), self._moment())
        change = (note.digest, record.sequence, record.accepted_at)
        row = (article.id, *place, article.url, *change, *astuple(write_article(article)))
        self._connection.execute(_ACCEPT, row)
        count_terms(self._connection, before, article)
        return record

    def _take_over(self, article: Article, note: PageNote) -> None:
        detail = stands_for(note.locator, article.url)
        for rival in rivals(self._connection, article.url, note.source, article.id):
            self.remove(rival.id)
            self.replaced.append(Replaced(rival, detail))
            self._connection.execute(
                "UPDATE pages SET reason = ?, detail = ? WHERE source = ? AND key = ?",
                (DUPLICATE, detail, rival.source, rival.key),
            )

    def refresh(self, article: Article, digest: str) -> None:
        """Note a page whose bytes changed and whose article did not: no new sequence number."""
        self._connection.execute(
            "UPDATE articles SET digest = ?, dropped = ? WHERE id = ? AND live = 1",
            (digest, write_article(article).dropped, article.id),
        )

    def remove(self, article_id: str) -> bool:
        """Leave a tombstone in the article's place; ``False`` when there is no such article."""
        before = self._live(article_id)
        if before is None:
            return False
        self._connection.execute(
            "UPDATE articles SET live = 0, sequence = ?, accepted_at = ?, url = '', digest = '',"
            " metadata = '', blocks = '', dropped = '' WHERE id = ?",
            (self._next(), self._moment(), article_id),
        )
        count_terms(self._connection, before, None)
        return True

    def note(self, note: PageNote) -> None:
        """Remember what was made of a page."""
        self._connection.execute(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(note)
        )

    def read_again(self, source: str, key: str) -> None:
        """Have a page read when its source is next, and taken for news whatever it holds."""
        self._connection.execute("UPDATE pages SET digest = '' WHERE source = ? AND key = ?", (source, key))

    def forget(self, source: str, key: str) -> None:
        """Remember nothing of a page."""
        self._connection.execute("DELETE FROM pages WHERE source = ? AND key = ?", (source, key))

    def forget_source(self, source: str) -> int:
        """Remove every article of a source and forget its pages; returns how many articles it had."""
        query = "SELECT id FROM articles WHERE source = ? AND live = 1 ORDER BY sequence"
        identities = [row[0] for row in self._connection.execute(query, (source,))]
        for identity in identities:
            self.remove(identity)
        self._connection.execute("DELETE FROM pages WHERE source = ?", (source,))
        return len(identities)

    def place(self, article_id: str) -> tuple[str, str, str] | None:
        """Source, key and locator of the page an article is from, though it was removed by hand.

        ``None`` for an article that has no page in any source: one that was pushed, or that is unknown.
        """
        query = (
            "SELECT articles.source, articles.key, articles.locator FROM articles"
            " JOIN pages ON pages.source = articles.source AND pages.key = articles.key WHERE articles.id = ?"
        )
        row = self._connection.execute(query, (article_id,)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def remember(self, name: str, value: bytes) -> None:
        """Set a fact."""
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def _live(self, article_id: str) -> Article | None:
        query = "SELECT metadata FROM articles WHERE id = ? AND live = 1"
        row = self._connection.execute(query, (article_id,)).fetchone()
        return replace(read_metadata(article_id, row[0]), id=article_id) if row else None

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")
