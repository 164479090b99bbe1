"""Finding the pages below a folder, whatever links and special files lie there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .page import Failure

PAGE_SUFFIXES = (".html", ".htm", ".xhtml")


def shown(path: str | Path) -> str:
    r"""A path as text. Names that are no UTF-8 keep their bytes as ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_page(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.lower().endswith(PAGE_SUFFIXES)


def find_pages(top: Path) -> tuple[list[Path], list[Failure]]:
    """The page files below ``top``, sorted by path, and what could not be looked into.

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
                self._fail(here, f"the folder cannot be read: {error.strerror or error}", below=True)
                continue
            for entry in entries:
                self._entry(entry, waiting)

    def follow(self, link: Path) -> None:
        """Look at what a link leads to, unless it has been met."""
        try:
            status = link.stat()
        except OSError as error:
            if is_page(link.name):
                self._fail(link, f"the link leads nowhere: {error.strerror or error}")
            return
        if link.is_dir():
            self.visit(link)
        elif is_page(link.name) and self._first(status):
            self._file(link)

    def _entry(self, entry: os.DirEntry[str], waiting: list[Path]) -> None:
        path = Path(entry.path)
        if entry.is_symlink():
            self.links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            waiting.append(path)
        elif is_page(entry.name):
            status = entry.stat(follow_symlinks=False)
            self.met.add((status.st_dev, status.st_ino))
            self._file(path)

    def _file(self, path: Path) -> None:
        if path.is_file():
            self.found.append(path)
        else:
            self._fail(path, "is no regular file")

    def _first(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self.met:
            return False
        self.met.add(identity)
        return True

    def _fail(self, path: Path, detail: str, *, below: bool = False) -> None:
        key = "" if path == self.top else shown(path.relative_to(self.top))
        self.failures.append(
            Failure(shown(path), "unreadable", detail, f"{key}/" if below and key else key, below)
        )


def _visible(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not entry.name.startswith("."))
