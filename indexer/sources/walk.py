"""Finding the pages below a folder, whatever links and special files lie there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .page import Failure

PAGE_SUFFIXES = (".html", ".htm", ".xhtml")
# What says that a file is no longer there: removed, under a folder that is none any more, or replaced on a
# server that this machine reads from.
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})
_NOWHERE = _GONE | {errno.ELOOP}  # of a link: it leads to nothing, or to itself


def shown(path: str | Path) -> str:
    r"""A path as text. Names that are no UTF-8 keep their bytes as ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_page(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.lower().endswith(PAGE_SUFFIXES)


def is_gone(error: OSError) -> bool:
    """Whether an error means that a file or folder is no longer there, and not that it cannot be read."""
    return error.errno in _GONE


def find_pages(top: Path) -> tuple[list[Path], list[Failure]]:
    """The page files below ``top``, sorted by path, and what could not be looked into.

    What vanishes while it is looked at was removed: it is neither a page nor a failure. Of ``top`` itself
    that is a failure, for nothing says then what became of its pages.
    Names that begin with a dot are skipped. Links are followed after everything that is really
    there, and only to folders and files not met before: no loop, and nothing twice.
    """
    walk = _Walk(top)
    walk.visit(top)
    while walk.links:
        walk.follow(walk.links.pop(0))
    return sorted(walk.found), walk.failures


@dataclass
class _Walk:
    top: Path
    found: list[Path] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    met: set[tuple[int, int]] = field(default_factory=set)

    def visit(self, folder: Path) -> None:
        """Look at a folder and everything really below it; links are left for later."""
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            try:
                if not self._first(here.stat()):
                    continue
                entries = sorted(_visible(here), key=lambda entry: entry.name)
            except OSError as error:
                self._lost(here, error, "the folder cannot be read", below=True)
                continue
            for entry in entries:
                self._entry(entry, waiting)

    def follow(self, link: Path) -> None:
        """Look at what a link leads to, unless it has been met."""
        page = is_page(link.name)
        try:
            status = link.stat()
        except OSError as error:
            if error.errno not in _NOWHERE:
                self._lost(link, error, "what the link leads to cannot be read", below=not page)
            elif page and os.path.lexists(link):
                self._fail(link, f"the link leads nowhere: {error.strerror or error}")
            return
        if stat.S_ISDIR(status.st_mode):
            self.visit(link)
        elif page and self._first(status):
            self._file(link, status)

    def _entry(self, entry: os.DirEntry[str], waiting: list[Path]) -> None:
        path, page = Path(entry.path), is_page(entry.name)
        try:
            # Not every file system says in a listing what an entry is: each of these may have to ask.
            if entry.is_symlink():
                self.links.append(path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif page:
                status = entry.stat(follow_symlinks=False)
                self.met.add((status.st_dev, status.st_ino))
                self._file(path, status)
        except OSError as error:
            self._lost(path, error, "cannot be read", below=not page)

    def _file(self, path: Path, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            self.found.append(path)
        else:
            self._fail(path, "is no regular file")

    def _first(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self.met:
            return False
        self.met.add(identity)
        return True

    def _lost(self, path: Path, error: OSError, what: str, *, below: bool) -> None:
        """Tell of what cannot be looked at, unless it is no longer there."""
        if path == self.top or not is_gone(error):
            self._fail(path, f"{what}: {error.strerror or error}", below=below)

    def _fail(self, path: Path, detail: str, *, below: bool = False) -> None:
        key = "" if path == self.top else shown(path.relative_to(self.top))
        self.failures.append(
            Failure(shown(path), "unreadable", detail, f"{key}/" if below and key else key, below)
        )


def _visible(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not entry.name.startswith("."))
