"""What a disk did to a request or a task, told from the error: it is full, not to be written to, or fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from indexer import storage
from indexer.errors import StorageError

Trouble = Literal["full", "read_only", "failed"]

# The second: no room for the file that a database's readers and writers share.
_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_KIND: Final = 0xFF  # the rest of a result code says more of the same


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is wrong with the disk, by an error or what caused it; ``None`` when it is something else."""
    while error is not None:
        if isinstance(error, OSError):
            return _of_system(error)
        if isinstance(error, sqlite3.OperationalError):
            return _of_sqlite(error)
        error = error.__cause__
    return None


def _of_system(error: OSError) -> Trouble:
    if error.errno in storage.FULL:
        return "full"
    return "read_only" if error.errno in storage.FORBIDDEN else "failed"


def _of_sqlite(error: sqlite3.OperationalError) -> Trouble | None:
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _FULL:
        return "full"
    match code & _KIND:
        # The second: the files beside a database cannot be made, or a folder above it cannot be entered.
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return "read_only"
        case sqlite3.SQLITE_IOERR:
            return "failed"
    return None


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what a disk can do to the block, databases included, into :class:`StorageError`."""
    try:
        with storage.storage_errors(path):
            yield
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: {error}") from error
