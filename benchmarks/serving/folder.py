"""A data folder that ``broadsheet serve`` can serve, with a set's articles accepted and indexed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from indexer import Workspace, load_site
from indexer.catalog import PageNote

from ..data import in_batches, read_items
from ..data.items import SITE
from ..peers.broadsheet import to_record

# What decides how an index looks on disk; kernels that read it do not.
_WRITTEN_BY = (
    Path("indexer/backends/whoosh/codec"),
    Path("indexer/backends/whoosh/build"),
    Path("indexer/backends/whoosh/schema.py"),
    Path("indexer/backends/whoosh/writer.py"),
    Path("indexer/analysis"),
    Path("indexer/catalog"),
)
_KEY = "written-by"


def served_folder(articles: Path, folder: Path) -> Path:
    """The data folder of a set, made when there is none or what writes it has changed."""
    home = folder / "served" / articles.stem
    note, key = home / _KEY, _digest()
    if note.is_file() and note.read_text(encoding="utf-8") == key:
        return home
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with Workspace(home, load_site(SITE)) as workspace:
        for batch in in_batches(read_items(articles)):
            with workspace.catalog.transaction() as changes:
                for item in batch:
                    record = to_record(item)
                    changes.accept(
                        record.article,
                        PageNote(record.source, record.key, record.locator, record.digest, ""),
                    )
        workspace.build([], rebuild=True)
    note.write_text(key, encoding="utf-8")
    return home


def _digest() -> str:
    found = hashlib.blake2b(digest_size=8)
    for path in _sources():
        found.update(path.read_bytes())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    for place in _WRITTEN_BY:
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]
