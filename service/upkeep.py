"""What administrators see and do of a data folder: lists of articles, generations, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indexer import Gone, Listed, PageNote, Workspace
from indexer.backends.base import GenerationInfo
from indexer.errors import IndexDamaged, NoIndex
from indexer.storage import storage_errors

WAIT_SECONDS: Final = 2.0  # how long a person waits for another writer before being told of it
_OTHERS: Final = "Everything else"
_PARTS: Final[Mapping[str, str]] = {
    "catalog.sqlite3": "Catalog",
    "index": "Index",
    "desk.sqlite3": "Store of the desk",
    "tasks.sqlite3": "Tasks",
}


@dataclass(frozen=True, slots=True)
class Disk:
    """The data folder's parts with their bytes, the largest first, and the disk's own: all of it and free."""

    parts: tuple[tuple[str, int], ...]
    total: int
    free: int

    @property
    def used(self) -> int:
        """Bytes of the data folder."""
        return sum(size for _, size in self.parts)


class Upkeep:
    """Looks into a data folder and turns back its generations. Safe to use from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    # -- articles --------------------------------------------------------------------------

    def newest(self, limit: int, before: int | None = None) -> Sequence[Listed]:
        """Accepted articles, those changed last first; ``before`` is a sequence number to go on from."""
        return self._workspace.catalog.survey.newest(limit, before)

    def at_address(self, part: str, limit: int, before: int | None = None) -> Sequence[Listed]:
        """Accepted articles whose address holds ``part``."""
        return self._workspace.catalog.survey.at_address(part, limit, before)

    def gone(self, limit: int, before: int | None = None) -> Sequence[Gone]:
        """Articles that were removed, the last first."""
        return self._workspace.catalog.survey.gone(limit, before)

    def gone_count(self) -> int:
        """How many were removed."""
        return self._workspace.catalog.survey.gone_count()

    def note_of(self, source: str, key: str) -> PageNote | None:
        """What was made of a page when it was last read."""
        return self._workspace.catalog.page(source, key)

    def reasons(self) -> Mapping[str, int]:
        """Why pages are no articles, with how many each."""
        return self._workspace.catalog.survey.reasons()

    def refused(self, reason: str, limit: int) -> Sequence[PageNote]:
        """Pages that are no articles for a reason."""
        return self._workspace.catalog.survey.refused(reason, limit)

    def sources(self) -> Mapping[str, int]:
        """Where articles come from, with how many each."""
        return self._workspace.catalog.survey.sources()

    # -- index -----------------------------------------------------------------------------

    def generations(self) -> Sequence[GenerationInfo]:
        """The generations on disk, oldest first; none where nothing was indexed yet."""
        try:
            return self._workspace.index.generations()
        except (NoIndex, IndexDamaged):
            return ()

    def rollback(self) -> str:
        """Point back to the generation before and return its name.

        Raises:
            NoIndex: there is none, or it was not made from this catalog.
            IndexDamaged: it is not whole.
            WriterBusy: another process is writing.
        """
        return self._workspace.rollback(wait_seconds=WAIT_SECONDS)

    # -- disk ------------------------------------------------------------------------------

    def disk(self) -> Disk:
        """How much room the data folder takes.

        Raises:
            StorageError: it cannot be looked at.
        """
        folder = self._workspace.data
        with storage_errors(folder):
            sizes = dict.fromkeys((*_PARTS.values(), _OTHERS), 0)
            for entry in folder.iterdir():
                sizes[_part(entry.name)] += _size(entry)
            whole = shutil.disk_usage(folder)
        parts = sorted(((name, size) for name, size in sizes.items() if size), key=lambda part: -part[1])
        return Disk(tuple(parts), whole.total, whole.free)


def _part(name: str) -> str:
    """What an entry of the data folder belongs to; SQLite has its log and its shared memory beside a file."""
    return _PARTS.get(name.removesuffix("-wal").removesuffix("-shm"), _OTHERS)


def _size(path: Path) -> int:
    """The bytes of a file, or of all files below a folder; what vanishes meanwhile takes none."""
    try:
        if path.is_dir() and not path.is_symlink():
            return sum(map(_size, path.iterdir()))
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
