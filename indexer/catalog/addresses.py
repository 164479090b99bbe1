"""One address, one article: which articles stand where another one does, over all sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from .rows import read_metadata

DUPLICATE = "duplicate"  # the reason of a page whose article stands elsewhere


@dataclass(frozen=True, slots=True)
class Rival:
    """A live article under an address that another one claims."""

    id: str
    source: str
    key: str
    locator: str


_AT_ADDRESS = """
SELECT id, source, key, locator, metadata,
    EXISTS (SELECT 1 FROM pages WHERE pages.source = articles.source AND pages.key = articles.key)
FROM articles WHERE url = ? AND live = 1 AND id != ?
"""


def rivals(
    connection: sqlite3.Connection, url: str, source: str, title: str, identity: str
) -> Iterator[Rival]:
    """The live articles in whose place one comes that is accepted for ``url``.

    Of other sources whatever stands there: the address leads to one page. Of its own ``source`` only
    pushed ones of the same title: pages of one source are compared by :mod:`indexer.pipeline.claims`, and
    several titles for one address are a template's mistake. Only a real address can be shared.
    """
    if not url.startswith(("http://", "https://")):
        return
    for *place, metadata, has_page in connection.execute(_AT_ADDRESS, (url, identity)).fetchall():
        rival = Rival(*place)
        again = not has_page and title_key(read_metadata(rival.id, metadata).title) == title_key(title)
        if rival.source != source or again:
            yield rival


def title_key(title: str) -> str:
    """A title as it is compared with another: without regard to case and white space."""
    return " ".join(title.split()).casefold()


def stands_for(locator: str, url: str) -> str:
    """What is said of an article whose address another one has."""
    return f"{locator} stands for {url} now"
