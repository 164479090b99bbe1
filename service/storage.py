"""What to make of a disk that is full, may not be written to, or fails."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from indexer.errors import BroadsheetError

Trouble = Literal["full", "read_only", "failed"]

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# The second: no room for the file that a database's readers and writers share.
_SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_SQLITE_KIND: Final = 0xFF  # the rest of a result code says more of the same


class StorageError(BroadsheetError):
    """Something could not be written or read; ``trouble`` says what kind of thing is wrong."""

    def __init__(self, text: str, trouble: Trouble) -> None:
        super().__init__(text)
        self.trouble: Trouble = trouble


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is wrong with the disk, by an error or what caused it; ``None`` when it is something else."""
    while error is not None:
        if isinstance(error, StorageError):
            return error.trouble
        if isinstance(error, OSError):
            return _of_system(error)
        if isinstance(error, sqlite3.OperationalError):
            return _of_sqlite(error)
        error = error.__cause__
    return None


def _of_system(error: OSError) -> Trouble:
    if error.errno in _FULL:
        return "full"
    return "read_only" if error.errno in _READ_ONLY else "failed"


def _of_sqlite(error: sqlite3.OperationalError) -> Trouble | None:
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _SQLITE_FULL:
        return "full"
    match code & _SQLITE_KIND:
        # The second: the files beside a database cannot be made, or a folder above it cannot be entered.
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return "read_only"
        case sqlite3.SQLITE_IOERR:
            return "failed"
    return None


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what a disk can do to the block into :class:`StorageError` that names ``path``."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        text = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(f"{path}: {text}", trouble_of(error) or "failed") from error
