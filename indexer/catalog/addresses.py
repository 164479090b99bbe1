"""One address, one article: which articles stand where another one does, over all sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

DUPLICATE = "duplicate"  # the reason of a page whose article stands elsewhere


@dataclass(frozen=True, slots=True)
class Rival:
    """A live article under an address that another one claims."""

    id: str
    source: str
    key: str
    locator: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """An article that gave its place to another, and in words to which."""

    rival: Rival
    detail: str


_AT_ADDRESS = """
SELECT id, source, key, locator,
    EXISTS (SELECT 1 FROM pages WHERE pages.source = articles.source AND pages.key = articles.key)
FROM articles WHERE url = ? AND live = 1 AND id != ?
"""


def rivals(connection: sqlite3.Connection, url: str, source: str, identity: str) -> Iterator[Rival]:
    """The live articles in whose place one comes that is accepted for ``url``.

    Of other sources whatever stands there, and of its own ``source`` what was pushed: the address leads to
    one page, and who pushes again under another id or title means the article that is there now. Pages of
    one source are compared by :mod:`indexer.pipeline.claims`: there several titles for one address are a
    template's mistake. Only a real address can be shared.
    """
    if not url.startswith(("http://", "https://")):
        return
    for *place, has_page in connection.execute(_AT_ADDRESS, (url, identity)).fetchall():
        rival = Rival(*place)
        if rival.source != source or not has_page:
            yield rival


def title_key(title: str) -> str:
    """A title as it is compared with another: without regard to case and white space."""
    return " ".join(title.split()).casefold()


def stands_for(locator: str, url: str) -> str:
    """What is said of an article whose address another one has."""
    return f"{locator} stands for {url} now"
