"""What a disk does, told from the error, and in words: it is full, it may not be written to, it fails."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from .errors import StorageError

Trouble = Literal["full", "read_only", "failed"]

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NO_FOLDER: Final = frozenset({errno.EEXIST, errno.ENOTDIR})

_KIND: Final = 0xFF  # the rest of SQLite's result code says more of the same
# The second: no room for the file that a database's readers and writers share.
_SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
# The second: the files beside a database cannot be made, or a folder above it cannot be entered.
_SQLITE_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})

_KEPT = "What was accepted is kept"
NO_ROOM: Final = f"there is no room left to write. {_KEPT}; make room and run the command again"
NOT_ALLOWED: Final = (
    f"may not be read or written by this user, or its disk is read-only. {_KEPT}; give access and run the "
    "command again"
)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is wrong with the disk, by an error or what caused it; ``None`` when it is something else."""
    while error is not None:
        if isinstance(error, OSError):
            return "full" if error.errno in _FULL else "read_only" if error.errno in _FORBIDDEN else "failed"
        if isinstance(error, sqlite3.Error):
            return _of_sqlite(getattr(error, "sqlite_errorcode", 0))
        error = error.__cause__
    return None


def _of_sqlite(code: int) -> Trouble | None:
    if code in _SQLITE_FULL or code & _KIND == sqlite3.SQLITE_FULL:
        return "full"
    if code & _KIND in _SQLITE_FORBIDDEN:
        return "read_only"
    return "failed" if code & _KIND == sqlite3.SQLITE_IOERR else None


def disk_words(error: OSError, place: Path | str) -> str:
    """One sentence on what could not be written or read, why, and what to do.

    ``place`` is named where the error names no file.
    """
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(place)
    why = error.strerror or str(error)
    if error.errno in _NO_FOLDER:
        return f"{where}: cannot be a folder here ({why})"
    match trouble_of(error):
        case "full":
            return f"{where}: {NO_ROOM} ({why})"
        case "read_only":
            return f"{where}: {NOT_ALLOWED} ({why})"
    return f"{where}: {why}. {_KEPT}; run the command again when this is mended"


@contextmanager
def storage_errors(place: Path) -> Iterator[None]:
    """Turn what a disk does to the block, databases included, into :class:`StorageError` with the way out."""
    try:
        yield
    except BrokenPipeError:
        raise  # nobody reads our output any more, which is no fault of a disk
    except OSError as error:
        raise StorageError(disk_words(error, place)) from error
    except sqlite3.OperationalError as error:
        raise StorageError(f"{place}: {error}") from error
