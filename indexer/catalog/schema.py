"""The catalog's tables, and how an older file becomes one of today.

``articles`` holds one row for every identity ever accepted; a removed one stays as a tombstone
(``live = 0``, its text gone). ``pages`` holds what was made of each page of each source when it was
last read, so that an unchanged page is not read again. ``terms`` counts the live articles that carry
a taxonomy term under a label. ``facts`` are single values, such as the stamps of the index's commits.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..errors import CatalogError

# "Brds": tells a catalog from any other SQLite file.
APPLICATION_ID = 0x42726473

# Version n of the schema is what the first n steps make; a step, once released, never changes.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE articles (
            id TEXT NOT NULL PRIMARY KEY,
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            locator TEXT NOT NULL,
            url TEXT NOT NULL,
            digest TEXT NOT NULL,
            sequence INTEGER NOT NULL UNIQUE,
            accepted_at TEXT NOT NULL,
            live INTEGER NOT NULL CHECK (live IN (0, 1)),
            metadata BLOB NOT NULL,
            blocks BLOB NOT NULL,
            dropped BLOB NOT NULL
        )
        """,
        "CREATE INDEX live_articles ON articles (source, key) WHERE live = 1",
        """
        CREATE TABLE pages (
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            locator TEXT NOT NULL,
            digest TEXT NOT NULL,
            reader TEXT NOT NULL,
            canonical TEXT NOT NULL,
            title TEXT NOT NULL,
            reason TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (source, key)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE terms (
            field TEXT NOT NULL,
            slug TEXT NOT NULL,
            label TEXT NOT NULL,
            articles INTEGER NOT NULL CHECK (articles > 0),
            PRIMARY KEY (field, slug, label)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    ),
    ("CREATE INDEX live_addresses ON articles (url) WHERE live = 1",),
    ("CREATE INDEX page_digests ON pages (digest)",),
)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or bring an older one up to date, in one transaction.

    Raises:
        CatalogError: the file is another program's, or a newer Broadsheet's.
    """
    if _version(connection, path) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again inside the transaction: another process may have been faster.
        _migrate(connection, _version(connection, path))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if owner != APPLICATION_ID and (tables or version or owner):
        raise CatalogError(f"{path}: is an SQLite file, but not a catalog of Broadsheet")
    if version > len(MIGRATIONS):
        raise CatalogError(
            f"{path}: was written by a newer Broadsheet (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); upgrade Broadsheet, or index into another data folder"
        )
    return version


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for step in MIGRATIONS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
