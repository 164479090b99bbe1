"""Connections to the catalog file: lent out one to a thread at a time, and taken back."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from ..errors import CatalogError
from ..storage import NO_ROOM, NOT_ALLOWED, trouble_of
from .rows import DamagedRow
from .schema import prepare

# How long a writer waits for another's transaction. Ours hold at most a few hundred articles.
BUSY_SECONDS = 30.0


@contextmanager
def catalog_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file, and damaged rows, into :class:`CatalogError` that name it."""
    try:
        yield
    except DamagedRow as damage:
        raise CatalogError(f"{path}: {damage}") from damage
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise CatalogError(f"{path}: {_in_words(error)}") from error


def _in_words(error: sqlite3.Error) -> str:
    text = str(error)
    match trouble_of(error):
        case "full":
            return f"{NO_ROOM} ({text})"
        case "read_only":
            return f"{NOT_ALLOWED} ({text})"
        case "failed":
            return f"the disk fails, or has no room left. What was accepted is kept ({text})"
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
        """A connection on which every statement sees what is committed when it begins.

        A file that may only be read, or lies on a full disk, is read all the same.
        """
        with catalog_errors(self._path):
            try:
                connection = self._take()
            except sqlite3.OperationalError as refusal:
                if trouble_of(refusal) is None:
                    raise
                # Not kept for the next: the folder may be writable by then.
                with closing(self._open_as_it_lies(refusal)) as unwritable:
                    yield unwritable
                return
            with self._lent(connection):
                yield connection

    @contextmanager
    def _lent(self, connection: sqlite3.Connection) -> Iterator[None]:
        try:
            yield
        finally:
            self._idle.append(connection)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all statements see one and the same state."""
        with self.read() as connection, _transaction(connection, "BEGIN", "ROLLBACK"):
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction, committed at the end, rolled back on any error."""
        with catalog_errors(self._path):
            connection = self._take()
            with self._lent(connection), _transaction(connection, "BEGIN IMMEDIATE", "COMMIT"):
                yield connection

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

    def _open_as_it_lies(self, refusal: sqlite3.OperationalError) -> sqlite3.Connection:
        """A connection that makes no file beside the catalog and takes no lock.

        NOTE: ``immutable`` is right only while nothing is in a WAL; a WAL can be read without writing
        only with the file that its writer has made beside it.

        Raises:
            OperationalError: ``refusal``, when the file cannot be read in this way either.
        """
        name = f"file:{quote(os.fsencode(self._path.absolute()))}?mode=ro"
        wal = Path(f"{self._path}-wal")
        if not wal.exists() or not wal.stat().st_size:
            name += "&immutable=1"
        connection = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        try:
            prepare(connection, self._path)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise refusal from error
            raise
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str, end: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute(end)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
