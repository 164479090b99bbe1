"""A folder of HTML pages, or one page or subfolder of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..errors import SourceError
from .page import MAX_PAGE_BYTES, Failure, Page
from .walk import find_pages, is_gone, is_page, shown

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
        try:
            folder = stat.S_ISDIR(whole.stat().st_mode)
        except OSError as error:
            raise _no_source(whole, error) from error
        self.root = absolute(root) if root else whole if folder else whole.parent
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
            item = self._read(path)
            if item is not None:
                yield item

    def _find(self) -> tuple[list[Path], list[Failure]]:
        """The files of all parts, each once, by key; and what could not be looked into.

        A part that has vanished was removed; when none is left, the source itself is not there.
        """
        files: dict[str, Path] = {}
        failures: dict[str, Failure] = {}
        missing: list[OSError] = []
        for part in self.parts:
            try:
                found, failed = self._find_in(part)
            except OSError as error:
                missing.append(error)
                found, failed = [], [] if is_gone(error) else [self._lost(part, error)]
            files |= {self._key(path): path for path in found}
            failures |= {failure.locator: failure for failure in failed}
        if len(missing) == len(self.parts):
            raise _no_source(self.parts[0], missing[0]) from missing[0]
        return [files[key] for key in sorted(files)], list(failures.values())

    def _lost(self, part: Path, error: OSError) -> Failure:
        # Whether it was a file or a folder cannot be known: nothing whose key begins so is taken for removed.
        detail = f"cannot be read: {error.strerror or error}"
        return Failure(shown(part), "unreadable", detail, self._key(part), below=True)

    def _find_in(self, part: Path) -> tuple[list[Path], list[Failure]]:
        if not stat.S_ISDIR(part.stat().st_mode):
            return [part], []
        found, failed = find_pages(part)
        inside = self._key(part)
        prefix = f"{inside}/" if inside else ""
        return found, [replace(failure, key=prefix + failure.key) for failure in failed]

    def _read(self, path: Path) -> Page | Failure | None:
        """A file as a page; ``None`` when it has vanished since it was found, which is to be removed."""
        key, locator = self._key(path), shown(path)
        try:
            with self._open(path) as file:
                # One byte more than allowed tells a page at the limit from one beyond it.
                data = file.read(MAX_PAGE_BYTES + 1)
                size = path.stat().st_size
        except OSError as error:
            if is_gone(error):
                return None
            return Failure(locator, "unreadable", f"the file cannot be read: {error.strerror or error}", key)
        if len(data) > MAX_PAGE_BYTES:
            detail = f"the page has {size:,} bytes; at most {MAX_PAGE_BYTES:,} are read"
            return Failure(locator, "too_large", detail, key)
        return Page(self.name, key, data, locator=locator)

    def _key(self, path: Path) -> str:
        return "" if path == self.root else shown(path.relative_to(self.root))


def _no_source(path: Path, error: OSError) -> SourceError:
    why = (
        "there is no such file or folder" if is_gone(error) else f"cannot be read: {error.strerror or error}"
    )
    return SourceError(f"{shown(path)}: {why}")


def absolute(path: Path) -> Path:
    """A path from the root on. Links are left as they are: ``current`` may lead elsewhere tomorrow."""
    return Path(os.path.abspath(path))  # noqa: PTH100 Path.absolute() keeps "..", Path.resolve() follows links


def is_missing(path: Path) -> bool:
    """Whether there is nothing at a path; one that cannot be looked at may be there."""
    try:
        path.stat()
    except OSError as error:
        return is_gone(error)
    return False


def folder_name(root: Path) -> str:
    """The name of the source that is this folder."""
    return f"folder:{shown(root)}"


def site_file(path: Path) -> Path | None:
    """The ``site.toml`` in a folder, else in the one above it; for a file, in its folder or above."""
    folder = absolute(path)
    # NOTE: these never raise. Of what cannot be looked at, the source itself tells when it is opened.
    if not os.path.isdir(folder):  # noqa: PTH112
        folder = folder.parent
    places = (folder / SITE_FILE, folder.parent / SITE_FILE)
    return next((place for place in places if os.path.isfile(place)), None)  # noqa: PTH113


__all__ = ["FolderSource", "absolute", "folder_name", "is_missing", "is_page", "open_file", "site_file"]
