"""The truth about every article, kept in SQLite: identity, text, digest, sequence numbers, tombstones."""

from __future__ import annotations

from .changes import Changes
from .rows import PageNote, Standing, Tombstone, write_site
from .store import Catalog, State

__all__ = ["Catalog", "Changes", "PageNote", "Standing", "State", "Tombstone", "write_site"]
