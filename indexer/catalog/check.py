"""Does the catalog hold together? Read-only questions to every table."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from .labels import Term, terms_of
from .rows import RECORD_COLUMNS, DamagedRow, read_record


def find_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """One line for everything that is not as it must be.

    Asks SQLite to verify its pages, reads every article back, and recounts the taxonomy.
    """
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"catalog: {line}"
    terms: Counter[Term] = Counter()
    yield from _unreadable(connection, terms)
    if terms != _counted(connection):
        yield "catalog: the counts of categories, types and tags differ from the articles"


def _unreadable(connection: sqlite3.Connection, terms: Counter[Term]) -> Iterator[str]:
    query = f"SELECT {RECORD_COLUMNS} FROM articles WHERE live = 1"  # noqa: S608 a constant
    for row in connection.execute(query):
        try:
            article = read_record(row).article
        except DamagedRow as damage:
            yield f"catalog: {damage.row} cannot be read back: {damage.what}"
            continue
        if article.id != row[0]:
            yield f"catalog: article {row[0]} calls itself {article.id}"
        terms.update(terms_of(article))


def _counted(connection: sqlite3.Connection) -> Counter[Term]:
    rows = connection.execute("SELECT field, slug, label, articles FROM terms")
    return Counter({(field, slug, label): articles for field, slug, label, articles in rows})
