"""Articles to index: sources, parsing, catalog and the index itself.

The names below are the public surface; :mod:`service` and the command line use them and the
submodules ``query``, ``ranking``, ``fields``, ``limits``, ``errors``, ``storage`` and ``analysis``. They are
loaded when first asked for: a process that only reads pages loads no search engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analysis.compiled import compile_kernels
    from .article import Article, Block, Dropped, Label, article_id
    from .backends.base import Index, Labels, Reader, Record, Search
    from .catalog import Catalog, Gone, Listed, PageNote, Rival, Standing, Tombstone
    from .pipeline import BuildReport, Failure, Progress
    from .site import Site, load_site
    from .sources import FolderSource, Page, Source, open_source, open_sources
    from .workspace import Workspace, load_engine

_HOMES = {
    "Article": "article",
    "Block": "article",
    "BuildReport": "pipeline",
    "Catalog": "catalog",
    "Dropped": "article",
    "Failure": "pipeline",
    "FolderSource": "sources",
    "Gone": "catalog",
    "Index": "backends.base",
    "Label": "article",
    "Labels": "backends.base",
    "Listed": "catalog",
    "Page": "sources",
    "PageNote": "catalog",
    "Progress": "pipeline",
    "Reader": "backends.base",
    "Record": "backends.base",
    "Rival": "catalog",
    "Search": "backends.base",
    "Site": "site",
    "Source": "sources",
    "Standing": "catalog",
    "Tombstone": "catalog",
    "Workspace": "workspace",
    "article_id": "article",
    "compile_kernels": "analysis.compiled",
    "load_engine": "workspace",
    "load_site": "site",
    "open_source": "sources",
    "open_sources": "sources",
}

__all__ = [
    "Article",
    "Block",
    "BuildReport",
    "Catalog",
    "Dropped",
    "Failure",
    "FolderSource",
    "Gone",
    "Index",
    "Label",
    "Labels",
    "Listed",
    "Page",
    "PageNote",
    "Progress",
    "Reader",
    "Record",
    "Rival",
    "Search",
    "Site",
    "Source",
    "Standing",
    "Tombstone",
    "Workspace",
    "article_id",
    "compile_kernels",
    "load_engine",
    "load_site",
    "open_source",
    "open_sources",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value
