"""From an address to what the catalog knows of it: articles, pages, and the addresses there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from .rows import PageNote


def articles_at(connection: sqlite3.Connection, addresses: Sequence[str]) -> Iterator[str]:
    """The ids of the live articles that stand for any of some addresses, those of the first one first."""
    for address in dict.fromkeys(addresses):
        query = "SELECT id FROM articles WHERE url = ? AND live = 1 ORDER BY sequence DESC"
        for (identity,) in connection.execute(query, (address,)):
            yield identity


def pages_at(connection: sqlite3.Connection, names: Sequence[str]) -> Iterator[PageNote]:
    """The pages that name one of some addresses as their own, or are called so in their source."""
    known = sorted(set(names))
    places = ", ".join("?" * len(known))
    query = f"SELECT * FROM pages WHERE canonical IN ({places}) OR key IN ({places}) OR locator IN ({places})"  # noqa: S608
    for row in connection.execute(f"{query} ORDER BY reason != '', source, key", known * 3):
        yield PageNote(*row)


def addresses(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Address and id of every live article."""
    yield from connection.execute("SELECT url, id FROM articles WHERE live = 1 AND url != ''")
