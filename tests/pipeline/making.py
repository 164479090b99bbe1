"""Pages, folders of pages and data folders for tests, each in a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from indexer.backends.base import Index
from indexer.backends.memory import MemoryIndex
from indexer.site import Site
from indexer.sources import FolderSource
from indexer.workspace import Workspace

NOON = datetime(2025, 2, 1, 12, tzinfo=UTC)
FILLER = (
    "A strike fund pays members who stop work together, so that nobody has to choose between the rent "
    "and the vote. It is filled in quiet years from dues, and its rules say who is paid, from which day on, "
    "and for how long."
)


def html(
    title: str,
    text: str = FILLER,
    *,
    canonical: str = "",
    categories: Sequence[str] = (),
    furniture: str = "",
) -> str:
    """A page with an article; a line break in ``text`` begins a paragraph."""
    link = f'<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    sections = "".join(f'<meta property="article:section" content="{escape(name)}">' for name in categories)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{link}{sections}</head><body><nav>{furniture or 'Home About'}</nav>"
        f"<article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    )


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file below a folder, making the folders on the way."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def folder_of(folder: Path, *titles: str) -> Path:
    """A folder with one page a title, named after it."""
    for title in titles:
        write(folder, f"{title.lower().replace(' ', '-')}.html", html(title))
    return folder


def workspace(data: Path, site: Site | None = None, index: Index | None = None) -> Workspace:
    """A workspace whose clock stands still, on the reference backend, reading pages in this process."""
    return Workspace(data, site, clock=lambda: NOON, index=index or MemoryIndex(), workers=0)


def titles(space: Workspace) -> list[str]:
    """What the index holds, by title, asked through the catalog's identities."""
    reader = space.index.reader()
    found = [reader.get(record.article.id) for record in space.catalog.records()]
    return sorted(record.article.title for record in found if record is not None)


def source(folder: Path) -> FolderSource:
    """The folder as a source."""
    return FolderSource(folder)
