"""Tells living workers from dead ones by a lock that the system lets go of when a process ends.

A task that is being processed names its owner. A process id would be reused, and a heartbeat would
stop while a long build holds the processor; a lock on a file does neither.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from indexer.errors import BroadsheetError
from indexer.storage import storage_errors


class Owners:
    """The workers of a data folder. ``name`` is this process's own, never used by another one."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._own: int | None = None
        self.name = name

    def enter(self) -> None:
        """Be one of the living workers, from now on. Does nothing the second time.

        Raises:
            StorageError: the folder cannot be written to, or has no room.
        """
        if self._own is not None:
            return
        with storage_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            own = os.open(self._path(self.name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # NOTE: lockf belongs to the process and not to the open file, so children do not inherit it.
        fcntl.lockf(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._own = own

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise BroadsheetError(f"{name!r} is not the name of a worker")
        return self._folder / f"{name}.lock"

    def alive(self, name: str) -> bool:
        """Whether the worker of that name still runs. Cleans up after one that does not."""
        if name == self.name:
            return True
        path = self._path(name)
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(file)

    def sweep(self) -> None:
        """Remove what dead workers have left behind."""
        for path in self._folder.glob("*.lock"):
            self.alive(path.stem)

    def close(self) -> None:
        """Be alive no longer."""
        if self._own is None:
            return
        os.close(self._own)
        self._own = None
        with suppress(OSError):  # a lock file that nobody holds is swept by the next worker
            self._path(self.name).unlink(missing_ok=True)
