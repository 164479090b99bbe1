"""Connections to the catalog file: lent out one to a thread at a time, and taken back."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CatalogError
from .schema import prepare

# How long a writer waits for another's transaction. Ours hold at most a few hundred articles.
BUSY_SECONDS = 30.0


@contextmanager
def catalog_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into :class:`CatalogError` that name it."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise CatalogError(f"{path}: {_in_words(error)}") from error


def _in_words(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return f"another process has been writing to it for more than {BUSY_SECONDS:g} s"
    if "malformed" in text or "not a database" in text:
        return f"the catalog is damaged ({text}); restore it from a backup, or move it away and index again"
    return f"the catalog cannot be used: {text}"


class Connections:
    """A pool of connections to one file, safe to share between threads.

    A connection is used by one thread at a time and kept for the next. NOTE: a process that was
    forked from the one that opened them must not touch SQLite connections, closing included; it
    begins with an empty pool and leaves the inherited one alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process = os.getpid()
        self._idle: deque[sqlite3.Connection] = deque()
        self._inherited: list[deque[sqlite3.Connection]] = []

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection on which every statement sees what is committed when it begins."""
        with catalog_errors(self._path):
            connection = self._take()
            try:
                yield connection
            finally:
                self._idle.append(connection)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all statements see one and the same state."""
        with self._transaction("BEGIN", "ROLLBACK") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction, committed at the end, rolled back on any error."""
        with self._transaction("BEGIN IMMEDIATE", "COMMIT") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[sqlite3.Connection]:
        with self.read() as connection:
            connection.execute(begin)
            try:
                yield connection
                connection.execute(end)
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the idle connections; those lent out are closed by nobody, so call it last."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            self._inherited.append(self._idle)
            self._idle, self._process = deque(), os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            # WAL is written into the file once; asking first spares a lock on every opening.
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            prepare(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return connection
