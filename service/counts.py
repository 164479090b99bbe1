"""The counts of one worker, kept in files so that the counts of all workers can be added up.

The files are prometheus_client's, mapped into memory. The library makes them sparse, and writing to
a page that the disk has no room for ends the process (SIGBUS). Here a file's room is reserved before
it is mapped, and a worker that gets none counts in its own memory until there is some.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

import structlog
from prometheus_client.mmap_dict import MmapedDict, mmap_key

_FIRST_BYTES: Final = 1 << 16  # about 500 series; a file doubles when it is full
_MARGIN: Final = 64  # bytes of an entry beside its key, and room to spare


def reserve(path: str | Path, size: int) -> None:
    """Give the file at least ``size`` bytes with room on the disk for every one of them.

    A file that was not there and could not be given them is taken away again.

    Raises:
        OSError: there is no room, or the folder cannot be written to.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _allocate(file, size)
    except OSError:
        if os.fstat(file).st_size == 0:
            Path(path).unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _allocate(file: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
        return
    held = os.fstat(file).st_size
    if held < size:
        os.pwrite(file, bytes(size - held), held)


class _Reserved(MmapedDict):
    """prometheus_client's file, without a page that the disk has no room for."""

    def __init__(self, path: Path) -> None:
        reserve(path, _FIRST_BYTES)
        super().__init__(str(path))  # type: ignore[no-untyped-call]  # prometheus_client has no types
        self.path = path

    def _init_value(self, key: str) -> None:
        needed = self._used + len(key.encode()) + _MARGIN
        if needed > self._capacity:
            # The library doubles as often as it must; so much room it finds.
            reserve(self.path, self._capacity * 2 ** (needed // self._capacity))
        super()._init_value(key)  # type: ignore[no-untyped-call]  # prometheus_client has no types


class Count:
    """One number, as prometheus_client's metrics use it."""

    def __init__(self, ledger: Ledger, kind: str, key: str) -> None:
        self._ledger = ledger
        self._value = 0.0
        self._inherits = True
        self.kind = kind
        self.key = key

    def inc(self, amount: float) -> None:
        """Add ``amount``."""
        with self._ledger.lock:
            self._value += amount
            self._ledger.save(self)

    def get(self) -> float:
        """What this worker has counted, and its predecessors in the same file."""
        with self._ledger.lock:
            return self._value

    def get_exemplar(self) -> None:
        """Nothing: files hold none."""

    def write(self, file: _Reserved) -> None:
        """Write the number, the first time with what the file held of it before."""
        if self._inherits:
            self._value += file.read_value(self.key)[0]  # type: ignore[no-untyped-call]  # prometheus_client has no types
            self._inherits = False
        file.write_value(self.key, self._value, 0.0)  # type: ignore[no-untyped-call]  # prometheus_client has no types


class Ledger:
    """The counts of a worker in the files of its slot. Safe to use from several threads.

    A worker's file is taken over by the next one of its slot. Makes no promise that there are files:
    see :attr:`alone`.
    """

    def __init__(self, folder: Path, slot: int) -> None:
        self.folder = folder
        self.lock = Lock()
        self._slot = slot
        self._files: dict[str, _Reserved] = {}
        self._counts: list[Count] = []
        self._alone = False

    @property
    def alone(self) -> bool:
        """Whether this worker's counts are in its own memory only."""
        return self._alone

    def count(
        self,
        kind: str,
        metric: str,
        name: str,
        labels: Sequence[str],
        values: Sequence[str],
        text: str,
        **_: Any,
    ) -> Count:
        """A new number: what prometheus_client calls a value class."""
        count = Count(self, kind, mmap_key(metric, name, list(labels), list(values), text))
        with self.lock:
            self._counts.append(count)
            self.save(count)
        return count

    def save(self, count: Count) -> None:
        """Write a number that has changed. The caller holds the lock. Never fails."""
        if self._alone:
            return
        try:
            count.write(self._file(count.kind))
        except OSError as error:
            self._part(error)

    def rejoin(self) -> None:
        """Write every number again after the files were lost, or when there may be room again."""
        with self.lock:
            if not self._alone and all(file.path.exists() for file in self._files.values()):
                return
            self._close()
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                for count in self._counts:
                    count.write(self._file(count.kind))
            except OSError as error:
                self._part(error)
                return
            if self._alone:
                self._alone = False
                structlog.get_logger("broadsheet").info("figures_shared")

    def _file(self, kind: str) -> _Reserved:
        if kind not in self._files:
            self._files[kind] = _Reserved(self.folder / f"{kind}_{self._slot}.db")
        return self._files[kind]

    def _part(self, error: OSError) -> None:
        self._close()
        if not self._alone:
            self._alone = True
            structlog.get_logger("broadsheet").warning("figures_alone", detail=str(error))

    def _close(self) -> None:
        for file in self._files.values():
            file.close()  # type: ignore[no-untyped-call]  # prometheus_client has no types
        self._files.clear()
