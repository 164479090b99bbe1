"""The writer's lock: one process at a time builds and changes the index of a data folder."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from .errors import WriterBusy
from .storage import storage_errors

LOCK_FILE = "writer.lock"
WAIT_SECONDS = 60.0  # a reindex after publishing takes seconds; a longer wait is worth asking about
_POLL_SECONDS = 0.05
_COMMAND_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock: a process, the machine it runs on, its command line, since when (ISO 8601)."""

    pid: int
    host: str
    command: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} ({self.command}) since {self.since}"


class WriterLock:
    """A lock on the whole data folder, held by the kernel: it ends with the process, however that ends.

    It guards the index and the batch runs. Accepting a pushed article needs none: the catalog's own
    transaction is enough, so publishing does not wait for a rebuild.
    """

    def __init__(self, data: Path, *, clock: Callable[[], datetime]) -> None:
        self._path = data / LOCK_FILE
        self._clock = clock

    @contextmanager
    def held(
        self, wait_seconds: float = WAIT_SECONDS, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Hold the lock for the length of the block.

        ``on_wait`` is told once, in words, who holds it when it has to be waited for.

        Raises:
            WriterBusy: it was still held by another after ``wait_seconds``; says by whom.
            StorageError: the data folder cannot be written to.
        """
        with self._file() as file:
            self._wait(file, wait_seconds, on_wait)
            try:
                self._sign(file)
                yield
            finally:
                # NOTE: the file stays. Removing it would let a third process lock a new file of that
                # name while a second one waits for the old.
                file.truncate(0)
                fcntl.flock(file, fcntl.LOCK_UN)

    def holder(self) -> Holder | None:
        """Who holds the lock now, as far as it has said; ``None`` when nobody does.

        A process that was killed has not taken its name back. Nobody asks whether the lock can be had: that
        would be in the way of whoever wants it.
        """
        try:
            text = self._path.read_bytes()
        except OSError:
            return None
        try:
            said = msgspec.json.decode(text, type=Holder) if text else None
        except msgspec.DecodeError:
            return None
        return None if said is None or _is_gone(said) else said

    def _file(self) -> BinaryIO:
        with storage_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._path.open("ab", buffering=0)

    def _wait(self, file: BinaryIO, wait_seconds: float, on_wait: Callable[[str], None] | None) -> None:
        deadline = time.monotonic() + wait_seconds
        told = False
        while not _try_lock(file):
            who = str(self.holder() or "another process")
            if time.monotonic() >= deadline:
                raise WriterBusy(
                    f"{self._path.parent} is being written to by {who}; waited {wait_seconds:g} s"
                )
            if on_wait and not told:
                on_wait(f"waiting up to {wait_seconds:g} s for {who}")
                told = True
            time.sleep(_POLL_SECONDS)

    def _sign(self, file: BinaryIO) -> None:
        since = self._clock().astimezone(UTC).isoformat(timespec="seconds")
        holder = Holder(os.getpid(), socket.gethostname(), _command(), since)
        file.truncate(0)
        # On a full disk nobody can read who holds the lock. It is held all the same, and what is done
        # under it may be what makes room.
        with suppress(OSError):
            file.write(msgspec.json.encode(holder))


def _is_gone(holder: Holder) -> bool:
    """Whether a process of this machine has ended."""
    if holder.host != socket.gethostname():
        return False
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it is another user's
    return False


def _try_lock(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_COMMAND_LENGTH]
