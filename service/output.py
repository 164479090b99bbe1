"""The standard output of a command: what happens when it cannot be written.

A reader that has seen enough (``| head``) is no error and ends the command in silence. An output that
has no room is one, and not one of the data folder.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from indexer.errors import BroadsheetError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIPE_CLOSED: Final = 141  # what a shell reports for a program ended by SIGPIPE


class OutputError(BroadsheetError):
    """The standard output cannot be written."""


class OutputClosed(Exception):
    """Nobody reads the standard output any more."""


class _Watched(io.FileIO):
    """The file of the output. Its errors are told from those of other files by their class.

    What comes after the first error is dropped: it would be told again at the end of the process.
    """

    failed = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some of the bytes; returns how many."""
        if self.failed:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except OSError as error:
            self.failed = True
            if isinstance(error, BrokenPipeError):
                raise OutputClosed from error
            raise OutputError(f"the output could not be written: {error.strerror or error}") from error


def watch_output() -> None:
    """Have writes to ``sys.stdout`` that fail raise :class:`OutputError` or :class:`OutputClosed`."""
    old = sys.stdout
    if not isinstance(old, io.TextIOWrapper):
        return  # closed by who started us, or no file
    raw = _Watched(old.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=old.encoding,
        errors=old.errors,
        line_buffering=old.line_buffering,
    )


def write_rest() -> None:
    """Write what is still in the buffer, while errors of it can be told."""
    if sys.stdout is not None:
        sys.stdout.flush()
