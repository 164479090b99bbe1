"""What a disk can do to a run, in words: it is full, it may not be written to, it fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .errors import StorageError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})

_KEPT = "What was accepted is kept"
NO_ROOM: Final = f"there is no room left to write. {_KEPT}; make room and run the command again"
NOT_ALLOWED: Final = (
    f"may not be read or written by this user, or its disk is read-only. {_KEPT}; give access and run the "
    "command again"
)


def disk_words(error: OSError, place: Path | str) -> str:
    """One sentence on what could not be written or read, why, and what to do.

    ``place`` is named where the error names no file.
    """
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(place)
    why = error.strerror or str(error)
    if error.errno in FULL:
        return f"{where}: {NO_ROOM} ({why})"
    if error.errno in FORBIDDEN:
        return f"{where}: {NOT_ALLOWED} ({why})"
    return f"{where}: {why}. {_KEPT}; run the command again when this is mended"


@contextmanager
def storage_errors(place: Path) -> Iterator[None]:
    """Turn errors of the operating system into :class:`StorageError` that says what to do about them."""
    try:
        yield
    except BrokenPipeError:
        raise  # nobody reads our output any more, which is no fault of a disk
    except OSError as error:
        raise StorageError(disk_words(error, place)) from error
