"""A folder of HTML pages, or one page or subfolder of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..errors import SourceError
from .page import MAX_PAGE_BYTES, Failure, Page
from .walk import find_pages, is_page, shown

SITE_FILE = "site.toml"


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading; the opener of every source unless told otherwise."""
    return path.open("rb")


class FolderSource:
    """Every ``.html``, ``.htm`` and ``.xhtml`` file below a folder, sorted; hidden ones left out.

    ``path`` is what is read: a folder, or one file. ``root`` is the folder the source is named after
    and keys are relative to: ``path`` itself (the folder of a single file) unless ``path`` lies in a
    source that is known already. Reading a part of a source leaves the rest as it is.

    Raises:
        SourceError: there is nothing at ``path``, or it cannot be read.
    """

    def __init__(
        self, path: Path, root: Path | None = None, *, opener: Callable[[Path], BinaryIO] = open_file
    ) -> None:
        whole = absolute(path)
        _must_exist(whole)
        self.root = absolute(root) if root else whole if whole.is_dir() else whole.parent
        self.parts: tuple[Path, ...] = (whole,)
        self._open = opener

    def joined(self, other: FolderSource) -> FolderSource:
        """The parts of both as one source; both have the same root."""
        both = FolderSource(self.parts[0], self.root, opener=self._open)
        both.parts = tuple(dict.fromkeys(self.parts + other.parts))
        return both

    @property
    def name(self) -> str:
        return folder_name(self.root)

    def total(self) -> int | None:
        return len(self._find()[0])

    def covers(self, key: str) -> bool:
        insides = [self._key(part) for part in self.parts]
        return any(inside in {"", key} or key.startswith(f"{inside}/") for inside in insides)

    def absorbs(self, name: str) -> bool:
        return self.root in self.parts and name.startswith(f"{self.name.rstrip('/')}/")

    def pages(self) -> Iterator[Page | Failure]:
        files, failures = self._find()
        yield from failures
        for path in files:
            yield self._read(path)

    def _find(self) -> tuple[list[Path], list[Failure]]:
        """The files of all parts, each once, by key; and what could not be looked into."""
        files: dict[str, Path] = {}
        failures: dict[str, Failure] = {}
        for part in self.parts:
            found, failed = self._find_in(part)
            files |= {self._key(path): path for path in found}
            failures |= {failure.locator: failure for failure in failed}
        return [files[key] for key in sorted(files)], list(failures.values())

    def _find_in(self, part: Path) -> tuple[list[Path], list[Failure]]:
        _must_exist(part)
        if not part.is_dir():
            return [part], []
        found, failed = find_pages(part)
        inside = self._key(part)
        prefix = f"{inside}/" if inside else ""
        return found, [replace(failure, key=prefix + failure.key) for failure in failed]

    def _read(self, path: Path) -> Page | Failure:
        key, locator = self._key(path), shown(path)
        try:
            with self._open(path) as file:
                # One byte more than allowed tells a page at the limit from one beyond it.
                data = file.read(MAX_PAGE_BYTES + 1)
                size = path.stat().st_size
        except OSError as error:
            return Failure(locator, "unreadable", f"the file cannot be read: {error.strerror or error}", key)
        if len(data) > MAX_PAGE_BYTES:
            detail = f"the page has {size:,} bytes; at most {MAX_PAGE_BYTES:,} are read"
            return Failure(locator, "too_large", detail, key)
        return Page(self.name, key, data, locator=locator)

    def _key(self, path: Path) -> str:
        return "" if path == self.root else shown(path.relative_to(self.root))


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise SourceError(f"{shown(path)}: there is no such file or folder")


def absolute(path: Path) -> Path:
    """A path from the root on. Links are left as they are: ``current`` may lead elsewhere tomorrow."""
    return Path(os.path.abspath(path))  # noqa: PTH100 Path.absolute() keeps "..", Path.resolve() follows links


def folder_name(root: Path) -> str:
    """The name of the source that is this folder."""
    return f"folder:{shown(root)}"


def site_file(path: Path) -> Path | None:
    """The ``site.toml`` in a folder, else in the one above it; for a file, in its folder or above."""
    folder = absolute(path)
    if not folder.is_dir():
        folder = folder.parent
    places = (folder / SITE_FILE, folder.parent / SITE_FILE)
    return next((place for place in places if place.is_file()), None)


__all__ = ["FolderSource", "absolute", "folder_name", "is_page", "open_file", "site_file"]
