"""From what was written on the command line to sources, each page in one source only."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from ..errors import SourceError
from .base import Source
from .folder import FolderSource, absolute, folder_name
from .walk import is_page, shown
from .wordpress import ExportSource, is_export


def open_source(text: str, known: Collection[str] = ()) -> Source:
    """The source a text names: a folder, one HTML file, or a WordPress export.

    ``known`` are the names of sources indexed before. A file or folder inside one of them is read as
    that part of it, so that no page is in the catalog twice.

    Raises:
        SourceError: there is nothing there, or nothing that can be read as a source.
    """
    if "://" in text:
        raise SourceError(
            f"{text}: addresses cannot be read yet; give a folder, an HTML file or a WordPress export"
        )
    path = Path(text)
    if os.path.isfile(path) and not is_page(path.name):  # noqa: PTH113 never raises; FolderSource tells why
        if is_export(path):
            return ExportSource(path)
        raise SourceError(f"{shown(path)}: is neither a folder nor an HTML file nor a WordPress export")
    return FolderSource(path, _root(absolute(path), known))


def _root(path: Path, known: Collection[str]) -> Path | None:
    """The outermost known folder source that ``path`` lies in, or ``None``."""
    around = [path, *path.parents]
    return next((folder for folder in reversed(around) if folder_name(folder) in known), None)


def open_sources(texts: Sequence[str], known: Collection[str] = ()) -> tuple[list[Source], list[SourceError]]:
    """All the sources that can be opened, and why the others cannot.

    Exports of one site given together are the parts of one source; a source named twice is one.
    """
    opened: dict[str, Source] = {}
    errors: list[SourceError] = []
    # Outer folders first, so that what lies inside one is opened as a part of it.
    for text in sorted(set(texts), key=lambda text: (len(absolute(Path(text)).parts), text)):
        try:
            source = open_source(text, {*known, *opened})
            other = opened.get(source.name)
            opened[source.name] = _together(other, source) if other else source
        except SourceError as error:
            errors.append(error)
    return list(opened.values()), errors


def _together(first: Source, second: Source) -> Source:
    if isinstance(first, ExportSource) and isinstance(second, ExportSource):
        return ExportSource(*dict.fromkeys(first.paths + second.paths))
    if isinstance(first, FolderSource) and isinstance(second, FolderSource):
        return first.joined(second)
    return second


def source_of_page(name: str, key: str, texts: Sequence[str], known: Collection[str]) -> Source:
    """The part of the source ``name`` that holds the page ``key``: one file of a folder, a whole export.

    Exports are named after their site, so their files are looked for among ``texts``.

    Raises:
        SourceError: it is not there.
    """
    kind, _, place = name.partition(":")
    if kind == "folder":
        root = Path(place)
        return FolderSource(root / key if key else root, root)
    opened, _ = open_sources(texts, known)
    found = next((source for source in opened if source.name == name), None)
    if found is None:
        raise SourceError(f"{name}: is not among the configured sources, so it cannot be read again")
    return found
