"""The truth about every article, kept in SQLite: identity, text, digest, sequence numbers, tombstones."""

from __future__ import annotations

from .addresses import DUPLICATE, Replaced, Rival, stands_for, title_key
from .changes import Changes
from .rows import PageNote, Standing, Tombstone, write_site
from .store import Catalog, State
from .survey import Gone, Listed, Survey

__all__ = [
    "DUPLICATE",
    "Catalog",
    "Changes",
    "Gone",
    "Listed",
    "PageNote",
    "Replaced",
    "Rival",
    "Standing",
    "State",
    "Survey",
    "Tombstone",
    "stands_for",
    "title_key",
    "write_site",
]
